#ifndef IPCWIRE_LIMITS_GROUP_H
#define IPCWIRE_LIMITS_GROUP_H

#include "endpoint/endpoint.h"

/* rlimit-*, a struct limits: of programs, and of the processes of scheme=fork. */
extern const struct opt_group limits_group;

#endif
