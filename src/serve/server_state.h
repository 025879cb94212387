#ifndef IPCWIRE_SERVER_STATE_H
#define IPCWIRE_SERVER_STATE_H

#include "serve/pool.h"
#include "serve/reply.h"
#include "serve/room.h"
#include "serve/scheme.h"
#include "serve/server.h"
#include "serve/threads.h"

/* The inside of a server, for the files of its schemes. */

struct server {
	const struct wire_spec *spec;
	struct endpoint_env *env;
	const struct scheme *scheme;
	struct endpoint *listener;
	struct pool *pool;       /* or NULL */
	struct reply *reply;     /* of scheme_reply, once needed; or NULL */
	struct threads *threads; /* this server is made of parts; or NULL */
	struct thread *thread;   /* this one is such a part: its thread; or NULL */
	struct session *sessions;
	unsigned long count, running;
	unsigned long opening; /* of the running: not open yet */
	unsigned long most;    /* since memory was given back */
	unsigned long max;
	struct room room;
	struct totals *totals; /* shared with the processes of its sessions; or NULL */
	bool is_paused, is_draining;
	int status;
	struct loop_timer patience;
	void (*done)(int, void *);
	void *arg;
};

/* The number of the client that has come. */
unsigned long server_next_id(struct server *);
/* Its endpoint, or NULL: it could not be accepted (told). */
struct endpoint *server_take_client(struct server *);
/* It could not be served. */
void server_lose_client(struct server *);
/* Tells its owner when all has ended. */
void server_check(struct server *);
/* The part of a server with that listener, in a thread; and its beginning, there. */
struct server *server_new_part(const struct server *, struct endpoint_env *, struct thread *, struct endpoint *listener,
    void (*done)(int, void *), void *arg);
void server_serve(struct server *);
/* Takes in a session that has begun, is told when it has taken all descriptors that it needs, and frees it when it has ended. */
void server_add_session(struct server *, struct session *);
void server_session_opened(struct session *);
void server_remove_session(struct session *);

#endif
