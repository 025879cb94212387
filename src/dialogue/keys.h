#ifndef IPCWIRE_KEYS_H
#define IPCWIRE_KEYS_H

#include <stddef.h>

#define KEYS_MAX 8

/* Names of keys, and what a terminal sends for them: an xterm whose cursor keys are in normal mode. Pure. */

/*
 * Writes the bytes of that key into buf and returns their number; 0: there is no such key. Names are in any case: Enter, Tab, Escape, Space,
 * Backspace, Delete, Insert, Up, Down, Left, Right, Home, End, PageUp, PageDown, BackTab, F1 to F12; ^C and C-c; M-x (Escape before it);
 * a character is itself.
 */
size_t keys_bytes(const char *name, char buf[KEYS_MAX]);
/* The name that a misspelt one was meant to be, or NULL. */
const char *keys_nearest(const char *name);
/* The i-th name, NULL behind the last. */
const char *keys_name(size_t i);

#endif
