#ifndef IPCWIRE_STATUS_SOCKET_H
#define IPCWIRE_STATUS_SOCKET_H

#include "base/diag.h"
#include "base/loop.h"
#include "serve/snapshot.h"

/* --status-socket: a UNIX socket that answers everybody who connects with how it goes (status_request.h says what they ask). */
struct status_socket;

/* The path of --status-socket; NULL: none. Returns 0, or -1 with the refusal. */
int status_socket_check(const char *path, struct diag *);
/*
 * Listens at the path, which is borrowed. take: fills a snapshot, with what programs wait for if that is wanted. Returns 0
 * or -errno (told).
 */
int status_socket_open(struct status_socket **, struct loop *, const char *path,
    void (*take)(struct snapshot *, bool with_waits, void *), void *arg);
/* Removes the socket. NULL is fine. */
void status_socket_close(struct status_socket *);

#endif
