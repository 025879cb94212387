#ifndef IPCWIRE_PEERCOUNT_H
#define IPCWIRE_PEERCOUNT_H

#include "net/access.h"

/*
 * How many clients there are of each address or user. IPv6 counts by networks of 64 bits, which is what one subscriber has
 * (RFC 6177); a client of a UNIX socket counts by its user. A client that was counted is given back by whoever closes it, in
 * any thread, also after peercount_free.
 */
struct peercount;
struct peercount_entry; /* the clients of one address */

struct peercount *peercount_new(void);
/* Counts one more. NULL: there are `most` already. */
struct peercount_entry *peercount_enter(struct peercount *, const struct access_client *, unsigned most);
/* How many they are. NULL: 0. */
unsigned peercount_clients(const struct peercount_entry *);
/* One of them is gone. NULL is fine. */
void peercount_leave(struct peercount_entry *);
/* NULL is fine. */
void peercount_free(struct peercount *);

#endif
