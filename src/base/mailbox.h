#ifndef IPCWIRE_MAILBOX_H
#define IPCWIRE_MAILBOX_H

#include <pthread.h>

#include "base/loop.h"

/* Calls that other threads have carried out by the thread of a loop, in order. */

struct mail;

struct mailbox {
	struct loop *loop;
	int fd; /* eventfd(2) */
	struct loop_source source;
	pthread_mutex_t lock;
	struct mail *first, **tail; /* under the lock */
};

/* Returns 0 or -errno. */
int mailbox_init(struct mailbox *, struct loop *);
/* What was not carried out yet is dropped. Fine for one that is zeroed. */
void mailbox_fini(struct mailbox *);
/* Has run(arg) called in the loop of the mailbox, soon. From any thread. */
void mailbox_post(struct mailbox *, void (*run)(void *), void *arg);

#endif
