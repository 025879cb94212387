#ifndef IPCWIRE_INETADDR_H
#define IPCWIRE_INETADDR_H

#include <stdbool.h>
#include <sys/socket.h>

/* What an address of IPv4 or IPv6 is; of any other family all of it is false. */

bool inetaddr_is_family(sa_family_t);
/* 127.0.0.0/8, also as it is mapped into IPv6, and ::1. */
bool inetaddr_is_loopback(const struct sockaddr *);
/* 0.0.0.0 or ::. */
bool inetaddr_is_unspecified(const struct sockaddr *);

#endif
