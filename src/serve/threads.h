#ifndef IPCWIRE_THREADS_H
#define IPCWIRE_THREADS_H

#include "serve/server.h"

/* scheme=threads:N: a server in several parts, each with a loop in a thread of its own. All but threads_* is for the main thread. */
struct threads;
struct thread;

struct threads *threads_new(struct server *, unsigned n);
/* Once the listener is up: starts the threads, which accept from now on. Returns 0 or -errno (told). */
int threads_start(struct threads *);
/* As server_drain, in all of them. */
void threads_drain(struct threads *, uint64_t patience);
void threads_signal_programs(struct threads *, int signo);
/* None runs, and none will. NULL: there are none. */
bool threads_are_over(const struct threads *);
/* Keeps all threads from running while their sessions are looked at. */
void threads_hold(struct threads *);
void threads_release(struct threads *);
/* Its part of the server; NULL beyond the last one. */
struct server *threads_part(const struct threads *, unsigned i);
void threads_free(struct threads *);

/* ---- for the parts, in their threads ---- */

unsigned long threads_next_id(struct thread *);
/* One client less: there may be room for others. */
void threads_leave(struct thread *);
/* The counts of all parts as they are now. */
void threads_count(const struct threads *, unsigned long *running, unsigned long *total);

#endif
