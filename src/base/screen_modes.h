#ifndef IPCWIRE_SCREEN_MODES_H
#define IPCWIRE_SCREEN_MODES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What programs have switched on at a screen: the alternate one, reports of the mouse, bracketed paste, a hidden cursor. Pure; zero is
 * the start.
 */

#define SCREEN_PARAMS 16
#define SCREEN_TEXT_MAX 256 /* what takes all of it back, or sets it anew */

struct screen_modes {
	int state;
	unsigned params[SCREEN_PARAMS];
	unsigned nparams;
	unsigned on; /* bits, as in the table of screen_modes.c */
};

/* Looks at what is shown. Returns true if something was switched. */
bool screen_modes_put(struct screen_modes *, const char *bytes, size_t len);
/* What takes it back, or with is_anew sets it again. Returns its length; 0: nothing is on. */
size_t screen_modes_text(const struct screen_modes *, bool is_anew, char text[SCREEN_TEXT_MAX]);

#endif
