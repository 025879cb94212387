#ifndef IPCWIRE_ACCESS_H
#define IPCWIRE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/diag.h"

/*
 * Who a client is, and patterns that say whom one means: networks, users, groups. Pure: users and groups are looked up by
 * functions that the caller brings, hosts by the caller (ACCESS_HOST).
 */

/* Where clients come from: what their patterns may be, and what a plain word is. */
enum access_place {
	ACCESS_ANYWHERE, /* not known yet: everything is accepted, a plain word may be a host or a user */
	ACCESS_NET,      /* addresses; a plain word is a host */
	ACCESS_LOCAL,    /* UNIX sockets: users and groups; a plain word or number is a user */
};

struct access_vocab {
	enum access_place place;
	bool is_mixed; /* patterns of other places are accepted, and match nobody here */
	/* 0, or another value: there is no such name. */
	int (*user)(const char *name, uint32_t *uid);
	int (*group)(const char *name, uint32_t *gid);
};

struct access_client {
	sa_family_t family;     /* AF_INET, AF_INET6, AF_UNIX; AF_UNSPEC: nothing is known */
	unsigned char addr[16]; /* of AF_INET four bytes */
	bool has_user;          /* the next ones hold */
	uint32_t uid, gid;
	const uint32_t *groups; /* supplementary ones, borrowed */
	size_t ngroups;
};

/* Sets family and address; an IPv4 client of a socket for both families is one of IPv4. */
void access_client_set_address(struct access_client *, const struct sockaddr_storage *);

enum access_kind { ACCESS_ALL, ACCESS_NETWORK, ACCESS_UID, ACCESS_GID, ACCESS_HOST };

struct access_who {
	enum access_kind kind;
	sa_family_t family; /* ACCESS_NETWORK */
	unsigned char addr[16];
	unsigned prefix;
	uint32_t id; /* ACCESS_UID, ACCESS_GID */
	char *host;  /* ACCESS_HOST: a name that is still to be looked up, and matches nobody; owned */
};

struct access_list {
	struct access_who *items;
	size_t len;
};

/*
 * Adds one pattern: all or *, ADDRESS, ADDRESS/BITS, V4ADDRESS:MASK, uid:USER, gid:GROUP, and a plain word (enum access_place).
 * Returns 0, or -1 with the refusal in the diag, the place being that in the text.
 */
int access_list_add(struct access_list *, const char *text, const struct access_vocab *, struct diag *);
/* Adds one address; other families are left out. */
void access_list_add_address(struct access_list *, const struct sockaddr *);
/* Whom the list means the client is. */
bool access_list_has(const struct access_list *, const struct access_client *);
/* Whether it needs the client's groups, and whether hosts are to be looked up first. */
bool access_list_needs_groups(const struct access_list *);
bool access_list_has_hosts(const struct access_list *);
void access_list_fini(struct access_list *);

#endif
