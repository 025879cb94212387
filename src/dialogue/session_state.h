#ifndef IPCWIRE_SESSION_STATE_H
#define IPCWIRE_SESSION_STATE_H

#include "base/loop.h"
#include "dialogue/captures.h"
#include "dialogue/peer.h"
#include "dialogue/session.h"
#include "dialogue/session_message.h"

/* The body of a session, for session.c (clients and the end), session_ask.c (what can be asked) and session_expect.c only. */

struct session_client;

enum session_reason {
	SESSION_NEWS, /* of the end, or what was asked for begins */
	SESSION_LATE, /* the time limit */
	SESSION_LOOK, /* the time that it asked for */
};

/* A row of what can be asked. look says whether it is done; until then it is asked again whenever something has happened. */
struct session_op {
	const char *name;
	bool (*begin)(struct session_client *, const struct session_message *); /* NULL: nothing to do */
	bool (*look)(struct session_client *, enum session_reason);             /* NULL: done at once */
};

struct session_client {
	struct session *session;
	int fd;
	struct loop_source source;
	struct loop_timer timer;
	struct session_out in, out;  /* bytes that came, bytes to go */
	const struct session_op *op; /* what it waits for; NULL: nothing */
	uint64_t since, due, look_at;
	bool is_attached; /* a person: no messages any more */
	bool is_last;     /* closed when all of out is through */
	/* of what it waits for */
	struct matcher *matcher;
	struct pattern **patterns;
	unsigned npatterns;
	uint64_t settle, quiet;
	bool is_clean, is_case;
	struct session_client *next;
};

struct session {
	struct session_setup setup;
	struct endpoint_env *env;
	struct peer *peer;
	struct captures captures;
	bool has_captures;
	struct acceptor *acceptor;
	struct log_who who;
	struct session_client *clients, **last; /* in the order in which they have asked */
	struct loop_timer kept;
	struct loop_task sweep, end;
	uint64_t started;
	bool has_opened, is_closed, is_told, stops;
	int status;
};

extern const struct session_op session_ops[];
extern const size_t session_nops;

/* session.c */

uint64_t session_now(const struct session *);
/* A message to a client; what is asked is over with a status. */
void session_tell(struct session_client *, enum session_type, const char *bytes, size_t len);
void session_error(struct session_client *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Returns true, for who is done. */
bool session_done(struct session_client *, int status);
/* The time limit has come, or the end of input: says what was waited for. Returns true. */
bool session_failed(struct session_client *, const char *what, bool is_late);
/* Everything is looked at again. */
void session_news(struct session *);
/* How it ended is known to somebody: there is nothing to keep it for. */
void session_is_told(struct session *);

/* session_expect.c */

bool session_begin_expect(struct session_client *, const struct session_message *);
bool session_look_expect(struct session_client *, enum session_reason);
void session_end_expect(struct session_client *);

#endif
