#ifndef IPCWIRE_ACCESS_HOSTS_H
#define IPCWIRE_ACCESS_HOSTS_H

#include "base/blocking.h"
#include "net/access.h"

/* Looks up the hosts in lists of patterns, one after the other, in the helper thread: each becomes its addresses. */
struct access_hosts;

/*
 * The lists are borrowed and must stay until `done` is called (in the loop, or before this returns) with NULL, or with the first
 * host that has no address and the reason. Returns a handle for access_hosts_cancel while it is outstanding, else NULL.
 */
struct access_hosts *access_hosts_start(struct blocking *, struct access_list *const *lists, size_t nlists,
    void (*done)(const char *host, const char *reason, void *arg), void *arg);
/* done will not be called; the lists may go. NULL is fine. */
void access_hosts_cancel(struct access_hosts *);

#endif
