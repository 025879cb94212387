#ifndef IPCWIRE_SERVER_H
#define IPCWIRE_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "endpoint/endpoint.h"
#include "serve/snapshot.h"
#include "wire/wire.h"

/* A listener with `each`: a session, which is a wire of its own, for every client. */
struct server;

struct server *server_new(const struct wire_spec *, struct endpoint_env *, void (*done)(int status, void *), void *arg);
/* Starts to listen; done is called once, when the server has ended. */
void server_start(struct server *);
/* Accepts no more, lets the sessions go on for `patience` ns, then ends them. A second call ends them at once. */
void server_drain(struct server *, uint64_t patience);
/* Passes a signal to all programs and processes of its sessions. */
void server_signal_programs(struct server *, int signo);
/* The log file was opened anew: processes of sessions have to do that, too. */
void server_log_reopened(struct server *);
/* Adds the sessions to a snapshot; with_waits: and what their programs wait for. */
void server_take_snapshot(const struct server *, struct snapshot *, bool with_waits);
void server_free(struct server *);

#endif
