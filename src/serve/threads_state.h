#ifndef IPCWIRE_THREADS_STATE_H
#define IPCWIRE_THREADS_STATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/console.h"
#include "base/mailbox.h"
#include "serve/server_state.h"

/* The inside of a server's threads, for the files threads*.c alone. */

struct thread {
	struct threads *all;
	pthread_t id;
	bool is_running;  /* started, and not joined yet */
	bool is_through;  /* all its sessions have ended; its own */
	bool is_waiting;  /* for room; under the door */
	uint64_t signals; /* for its programs: bit n is signal n; atomic */
	pthread_mutex_t turn;
	struct mailbox mailbox;
	struct endpoint_env env;
	struct console console;
	struct server *part;
};

struct threads {
	struct server *server;
	struct thread *list;
	unsigned n, naccepting, nrunning;
	struct mailbox mailbox;
	uint64_t patience;
	pthread_mutex_t door;
	unsigned long last_id, inside, max; /* under the door */
	bool refuses;                       /* over=refuse */
	bool is_counting;                   /* the main thread was asked to look at the counts; under the door */
	bool deals;                         /* the main thread accepts, and deals clients out (threads_deal.c) */
	bool is_full;                       /* ... and has no room for more; under the door */
	unsigned next;                      /* whose turn it is */
	pthread_mutex_t console_lock;
	pthread_mutex_t spawn_lock;
	pthread_cond_t spawned;
};

#endif
