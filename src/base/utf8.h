#ifndef IPCWIRE_UTF8_H
#define IPCWIRE_UTF8_H

#include <stddef.h>

/* Which bytes are UTF-8, strictly (RFC 3629: nothing overlong, no surrogates). Pure. */

/* The bytes up to the first that are no complete character. */
size_t utf8_valid(const char *s, size_t len);
/* The length of the character that these bytes are the beginning of, when more of them could follow; 0: none. */
size_t utf8_begun(const char *s, size_t len);

#endif
