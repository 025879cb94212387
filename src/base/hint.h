#ifndef IPCWIRE_HINT_H
#define IPCWIRE_HINT_H

/* What helps against an error of the system, by what was tried: one table. */

struct hint {
	int error;      /* errno; 0: the end of the table */
	char tried[40]; /* how the message begins; "": whatever was tried */
	char text[104]; /* what helps, in a few words */
};

extern const struct hint hint_table[];

/* What helps when the action that the message tells of failed with that errno, or NULL. */
const char *hint_find(int error, const char *message);

#endif
