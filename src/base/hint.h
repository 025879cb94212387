#ifndef IPCWIRE_HINT_H
#define IPCWIRE_HINT_H

/* What helps against an error of the system, by what was tried: one table. */

struct hint {
	int error;         /* errno; 0: the end of the table */
	const char *tried; /* how the message begins; NULL: whatever was tried */
	const char *text;  /* what helps, in a few words */
};

extern const struct hint hint_table[];

/* What helps when the action that the message tells of failed with that errno, or NULL. */
const char *hint_find(int error, const char *message);

#endif
