#ifndef IPCWIRE_MEM_H
#define IPCWIRE_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* Allocation for configuration and small state: these end the process (status 1) when memory is out. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t len);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Copies a NULL-terminated vector of strings, and frees one; NULL is fine for the latter. */
char **xdup_strings(char *const *strings);
void free_strings(char **strings);
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

#endif
