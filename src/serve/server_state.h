#ifndef IPCWIRE_SERVER_STATE_H
#define IPCWIRE_SERVER_STATE_H

#include "serve/pool.h"
#include "serve/room.h"
#include "serve/scheme.h"
#include "serve/server.h"

/* The inside of a server, for the files of its schemes. */

struct server {
	const struct wire_spec *spec;
	struct endpoint_env *env;
	const struct scheme *scheme;
	struct endpoint *listener;
	struct pool *pool; /* or NULL */
	struct session *sessions;
	unsigned long count, running;
	unsigned long opening; /* of the running: not open yet */
	unsigned long most;    /* since memory was given back */
	unsigned long max;
	struct room room;
	bool is_paused, is_draining;
	int status;
	struct loop_timer patience;
	void (*done)(int, void *);
	void *arg;
};

/* The number of a new session, the next one. */
unsigned long server_next_id(const struct server *);
/* Takes in a session that has begun, is told when it has taken all descriptors that it needs, and frees it when it has ended. */
void server_add_session(struct server *, struct session *);
void server_session_opened(struct session *);
void server_remove_session(struct session *);

#endif
