#ifndef IPCWIRE_PEERNAME_H
#define IPCWIRE_PEERNAME_H

#include <stdbool.h>
#include <sys/socket.h>

/* The longest text of an address: a UNIX path of 108 bytes, each escaped to four. */
#define PEERNAME_MAX 512

/* "127.0.0.1:80", "[::1]:80", "/run/x.sock", "@name" for an abstract one, "unnamed": into text, always terminated. */
void peername_format(const struct sockaddr_storage *, socklen_t, char text[PEERNAME_MAX]);
/* Host and port apart, numeric. False for other families. */
bool peername_split(const struct sockaddr_storage *, socklen_t, char host[PEERNAME_MAX], char port[16]);
/* A copy; an IPv4 client of a socket that takes both families becomes what it is. Returns its length. */
socklen_t peername_unmap(struct sockaddr_storage *out, const struct sockaddr_storage *, socklen_t);

#endif
