#ifndef IPCWIRE_CHARSET_H
#define IPCWIRE_CHARSET_H

#include <stdbool.h>

/*
 * The characters of the user's locale. They are looked up when the first text is shown, for that opens files, and most runs
 * show none.
 */

/* To be called before mbrtowc(3) and its like; does its work once. */
void charset_use(void);
bool charset_is_utf8(void);

#endif
