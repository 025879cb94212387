#ifndef IPCWIRE_SERVICE_H
#define IPCWIRE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/loop.h"
#include "net/notify.h"
#include "process/daemon.h"
#include "wire/wire_spec.h"

/* What a run owes to whoever started it: --pidfile, --daemon, --ready-fd, and the service manager behind NOTIFY_SOCKET. */

struct service_opts {
	char *pidfile; /* NULL: none */
	bool daemon;
	int ready_fd; /* 0: none */
};

struct pidfh;

struct service {
	const struct service_opts *opts;
	struct pidfh *pidfile;
	struct notify notify;
	struct daemon daemon;
	struct loop *loop;
	struct loop_timer status; /* runs while there is a newer count than the manager knows */
	unsigned long running, total;
	uint64_t counted;
	struct loop_timer watchdog; /* runs only when the manager wants signs of life */
	bool is_stopping;
};

enum service_begun { SERVICE_RUNS, SERVICE_OVER };

/* Whether the options fit each other, what was inherited, and the wire. Returns 0, or -1 with the refusal. */
int service_check(const struct service_opts *, bool has_log_file, const struct wire_spec *, struct diag *);
/*
 * Before the loop and threads: environment, daemon, pidfile. SERVICE_OVER: there is nothing to run here (told); the outcome
 * says how it ends.
 */
enum service_begun service_begin(struct service *, const struct service_opts *, struct daemon_outcome *);
/* The loop runs: signs of life, if they are asked for. */
void service_start(struct service *, struct loop *);
/* Everything is up: tells all who wait for that. Returns 0, or -EPIPE when who started the daemon is gone (told). */
int service_ready(struct service *);
/* So many sessions run, so many there were: for the manager, at most once a second. */
void service_count(struct service *, unsigned long running, unsigned long total);
/* The end has begun. May be called again. */
void service_stopping(struct service *);
/* At the end; the pidfile is removed. */
void service_end(struct service *);

#endif
