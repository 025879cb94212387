#ifndef IPCWIRE_VISIBLE_H
#define IPCWIRE_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>

/* Foreign text for messages: what does not print is escaped as vis(3) VIS_OCTAL does. Pure, and of no locale. */

/*
 * The length in bytes of the character at s (of len > 0 bytes) if it prints, or 0: its first byte must be escaped.
 * is_utf8: beyond ASCII, valid UTF-8 prints, but for controls and for what is invisible or turns the direction of writing.
 */
size_t visible_char(const char *s, size_t len, bool is_utf8);
/*
 * Writes the text escaped into buf, which is always terminated (size > 0). Stops when the next character does not fit as a
 * whole. Returns the bytes written; *taken is how many of len were taken.
 */
size_t visible_put(char *buf, size_t size, const char *s, size_t len, bool is_utf8, size_t *taken);

#endif
