#ifndef IPCWIRE_NAME_H
#define IPCWIRE_NAME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Is [name, name + len) the known name, in any case? The letters are those of ASCII, whatever the locale says: a Turkish
 * one has other capitals. Nor is it strncasecmp(3) for the sake of the start: that brings in the locale's tables.
 */
bool name_is(const char *known, const char *name, size_t len);
/* The small letter of a capital of ASCII; everything else as it is. */
char name_lower(char);

#endif
