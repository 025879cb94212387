#ifndef IPCWIRE_STATUS_H
#define IPCWIRE_STATUS_H

/* What the exit statuses mean; for help and manual. */
struct status_desc {
	char code[8], meaning[68]; /* no meaning: end of the table */
};

extern const struct status_desc status_table[];

#endif
