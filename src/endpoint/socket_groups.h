#ifndef IPCWIRE_SOCKET_GROUPS_H
#define IPCWIRE_SOCKET_GROUPS_H

#include "endpoint/admission.h"
#include "endpoint/endpoint.h"
#include "endpoint/proxy_in.h"
#include "net/acceptor.h"
#include "net/sockopt.h"

/* Option groups of socket kinds, and what listening kinds share. */

enum listen_over { LISTEN_OVER_WAIT, LISTEN_OVER_REFUSE, LISTEN_OVER_N };
enum listen_reply { LISTEN_REPLY_NO, LISTEN_REPLY_YES, LISTEN_REPLY_STATUS };
enum listen_share { LISTEN_SHARE_NO, LISTEN_SHARE_MERGE, LISTEN_SHARE_TURNS, LISTEN_SHARE_FIRST, LISTEN_SHARE_N };

enum listen_scheme { LISTEN_SCHEME_LOOP, LISTEN_SCHEME_FORK, LISTEN_SCHEME_THREADS, LISTEN_SCHEME_N };
enum listen_open { LISTEN_OPEN_START, LISTEN_OPEN_FIRST };
enum listen_close { LISTEN_CLOSE_NEVER, LISTEN_CLOSE_LAST };

struct listen_opts {
	bool each;
	int share;    /* enum listen_share */
	int reply;    /* enum listen_reply */
	int open;     /* share: enum listen_open */
	int close;    /* share: enum listen_close */
	char *prompt; /* share=turns: where an answer ends */
	int lines;
	int64_t quiet;
	int backlog;
	struct opt_sized scheme; /* enum listen_scheme, and how many threads; 0: one for each processor */
	int max;                 /* clients at a time; OPT_INT_WORD(0): no limit */
	int over;                /* enum listen_over: what becomes of those above it */
	struct opt_list allow, deny;
	int max_per_ip; /* OPT_INT_WORD(0): no limit */
	struct opt_rate rate;
	char *rules;                               /* a file, or NULL */
	int64_t timeout;                           /* accept-timeout */
	int64_t idle, session_timeout, first_byte; /* of each client, ns; 0: none */
};

struct bound_opts { /* UNIX sockets in the file system */
	int mode;
	struct opt_id user, group;
	bool unlink_early, unlink_close;
};

extern const struct opt_group socket_group, tcp_group, udp_group, listen_group, bound_group;
extern const struct opt_group jobs_group; /* the same struct as listen_group, for kinds whose clients are messages */

/* A listening endpoint: waits for its one client (no `each`), or is asked for them by a server. */
struct listener {
	struct acceptor *acceptor;
	struct loop_timer timer;     /* accept-timeout; a server: until the next client may come (rate) */
	struct acceptor_peer newest; /* until the accept hook takes it */
	void (*accepted)(struct endpoint *, void *); /* the server's */
	void *server;
	bool is_waiting; /* does not accept, for over= says that clients above a limit wait */
	bool is_full;    /* its owner takes no more: listener_pause */
	struct admission *admission;
	struct proxy_in *proxies;                    /* NULL: connections are their own clients */
	void (*finished)(struct endpoint *, void *); /* the server's, or NULL */
	int (*start)(struct endpoint *); /* in place of an acceptor's, for clients that are none of sockets; or NULL */
	void (*stop)(struct endpoint *);
	bool is_part; /* listener_share made it: the admission is another's */
};

/*
 * For kinds, once the sockets listen: prepares who may come in, then waits for one client, or leaves it to the server to ask.
 * Returns as an open hook does; endpoint_opened follows after 1.
 */
int listener_begin(struct endpoint *);
/* For a server: hands every client to `accepted` (endpoint_accept takes it). Returns 0 or -errno (told). */
int listener_serve(struct endpoint *, void (*accepted)(struct endpoint *, void *), void *arg);
/*
 * A listener with another loop, beside that one, for listener_serve in its thread; it asks the same admission. accepts: it is on the
 * same sockets; else it is given its clients (listener_newest). Returns 0 or -errno (told).
 */
int listener_share(const struct endpoint *, struct endpoint_env *, bool accepts, struct endpoint **);
/* The client that came last, not yet accepted. Whoever closes its descriptor sets it to -1. */
struct acceptor_peer *listener_newest(const struct endpoint *);
/* Its owner takes no more clients for now: they wait, or are refused, as over= says. */
void listener_pause(struct endpoint *, bool is_full);
/* Clients wait, for its owner takes no more for now (over=wait). */
bool listener_is_waiting(const struct endpoint *);
/* For kinds: no more clients will come; how it went is in the endpoint's status. */
void listener_finish(struct endpoint *);
/* Those of a server, of whichever of the two groups; or NULL. */
const struct listen_opts *listener_opts(const struct endpoint_spec *);
/* Makes `out` the endpoint of the client that was accepted last. Returns 0 or -errno (told). */
int listener_accept(struct endpoint *, struct endpoint *out);
void listener_close(struct endpoint *);
/* For kinds whose peers say no goodbye: one is forgotten after 30 s without a word, unless idle= says when. */
void listener_forget_silent(const struct endpoint_spec *);
/* Tells at info where it listens. */
void listener_tell(struct endpoint *);
/* Every listening kind's state begins with its struct listener. */
struct listener *listener_of(const struct endpoint *);

/* Takes over an established connection: options, names, environment for programs. Returns 0 or -errno (told). */
int connection_adopt(struct endpoint *, int fd);
/* The same with one that connect_start has made to that address. */
int connection_adopt_to(struct endpoint *, int fd, const struct sockaddr_storage *, socklen_t);

#endif
