#ifndef IPCWIRE_JSON_H
#define IPCWIRE_JSON_H

#include <stdio.h>

/* Writes a text of any bytes as a string of JSON (RFC 8259); what is no character of UTF-8 counts as one of Latin-1. */
void json_put_string(FILE *, const char *);

#endif
