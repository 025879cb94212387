/* Clients by address: a tree of those that have some. It lives as long as its owner and the clients in it. */
#include "net/peercount.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/tree.h>

#include "base/mem.h"

#define PEERCOUNT_V6_BYTES 8

struct peercount_key {
	unsigned family;
	unsigned char addr[16];
};

struct peercount_entry {
	RB_ENTRY(peercount_entry) node;
	struct peercount *count;
	struct peercount_key key;
	unsigned n;
};

RB_HEAD(peercount_tree, peercount_entry);

struct peercount {
	struct peercount_tree tree;
	pthread_mutex_t lock;
	bool is_owned;
};

static int
peercount_compare(const struct peercount_entry *a, const struct peercount_entry *b)
{
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

/* cppcheck-suppress unknownMacro */
RB_GENERATE_INTERNAL(peercount_tree, peercount_entry, node, peercount_compare, static __attribute__((unused)))

static void
peercount_set_key(struct peercount_key *k, const struct access_client *c)
{
	memset(k, 0, sizeof(*k));
	k->family = c->family;
	if (c->family == AF_INET)
		memcpy(k->addr, c->addr, 4);
	else if (c->family == AF_INET6)
		memcpy(k->addr, c->addr, PEERCOUNT_V6_BYTES);
	else if (c->has_user) {
		memcpy(k->addr, &c->uid, sizeof(c->uid));
		k->addr[sizeof(c->uid)] = 1; /* no user at all is none of them */
	}
}

struct peercount *
peercount_new(void)
{
	struct peercount *p = xcalloc(1, sizeof(*p));

	RB_INIT(&p->tree);
	pthread_mutex_init(&p->lock, NULL);
	p->is_owned = true;
	return p;
}

struct peercount_entry *
peercount_enter(struct peercount *p, const struct access_client *c, unsigned most)
{
	struct peercount_entry probe, *e;

	peercount_set_key(&probe.key, c);
	pthread_mutex_lock(&p->lock);
	e = RB_FIND(peercount_tree, &p->tree, &probe);
	if (e == NULL && most > 0) {
		e = xcalloc(1, sizeof(*e));
		e->key = probe.key;
		e->count = p;
		RB_INSERT(peercount_tree, &p->tree, e);
	}
	if (e != NULL && e->n < most)
		e->n++;
	else
		e = NULL;
	pthread_mutex_unlock(&p->lock);
	return e;
}

unsigned
peercount_clients(const struct peercount_entry *e)
{
	unsigned n;

	if (e == NULL)
		return 0;
	pthread_mutex_lock(&e->count->lock);
	n = e->n;
	pthread_mutex_unlock(&e->count->lock);
	return n;
}

/* Unlocks, and frees what nobody needs any more. */
static void
peercount_unlock(struct peercount *p)
{
	const bool is_over = !p->is_owned && RB_EMPTY(&p->tree);

	pthread_mutex_unlock(&p->lock);
	if (!is_over)
		return;
	pthread_mutex_destroy(&p->lock);
	free(p);
}

void
peercount_leave(struct peercount_entry *e)
{
	struct peercount *p = e != NULL ? e->count : NULL;

	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	if (--e->n == 0) {
		RB_REMOVE(peercount_tree, &p->tree, e);
		free(e);
	}
	peercount_unlock(p);
}

void
peercount_free(struct peercount *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->is_owned = false;
	peercount_unlock(p);
}
