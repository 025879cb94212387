#ifndef IPCWIRE_TERMIOS_GROUP_H
#define IPCWIRE_TERMIOS_GROUP_H

#include "endpoint/endpoint.h"
#include "process/termios_opts.h"

/* Modes of terminals, a struct termios_opts. */
extern const struct opt_group termios_group;

/* 0, or -1 with the refusal, if options of that group were written although there will be no terminal; hint: what makes one. */
int termios_group_refuse(const struct endpoint_spec *, const char *hint, struct diag *);

#endif
