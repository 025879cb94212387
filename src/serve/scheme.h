#ifndef IPCWIRE_SCHEME_H
#define IPCWIRE_SCHEME_H

#include "wire/wire_info.h"

/* How a server serves each of its clients: one entry of the table is one word of scheme=. */

struct server;

/* One client that is served; the schemes' own structs begin with it. */
struct session {
	struct server *server;
	struct session *next, **prev;
	bool is_open;
};

struct scheme {
	/* A client has come, the listener's newest: serves it, or turns it away. */
	void (*admit)(struct server *);
	/* The session ends now: its programs get the ladder. */
	void (*stop)(struct session *);
	/* Of one that was stopped: no peer is waited for any more. */
	void (*give_up)(struct session *);
	void (*get_info)(const struct session *, struct wire_info *);
	/* What its programs wait for, as watch_describe; NULL: nobody here knows. */
	char *(*describe)(const struct session *);
	/* The log file was opened anew; NULL: that does not matter. */
	void (*log_reopened)(struct session *);
};

extern const struct scheme scheme_loop, scheme_fork, scheme_reply;

#endif
