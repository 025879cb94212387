/*
 * Order: the environment is read first, since its variables name the process that was started; then the fork of --daemon;
 * then the pidfile, which holds the pid of the process that stays; then listeners, which the run opens. Who waits for us is
 * told when all of them are up. Errors before that go to the standard error we were given.
 */
#include "cli/service.h"

#include <errno.h>
#include <fcntl.h>
#include <libutil.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "endpoint/endpoint.h"

#define SERVICE_PIDFILE_MODE 0644
#define SERVICE_COUNT_EVERY LOOP_SEC(1)

/* What was asked for. */

static int
service_check_ready_fd(int fd, struct diag *d)
{
	const int flags = fcntl(fd, F_GETFL);

	if (flags == -1) {
		diag_set(d, 0, "--ready-fd=%d: this descriptor is not open", fd);
		return diag_hint(d, "a shell opens it: ipcwire --ready-fd=%d ... %d>FILE", fd, fd);
	}
	if ((flags & O_ACCMODE) != O_RDONLY)
		return 0;
	diag_set(d, 0, "--ready-fd=%d: this descriptor is not open for writing", fd);
	return -1;
}

static const char *
service_find_stdio(const struct wire_spec *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct endpoint_spec *both[] = { w->ends[i].in, w->ends[i].out };

		for (unsigned k = 0; k < 2; k++)
			if (strncmp(both[k]->kind->name, "std", 3) == 0)
				return both[k]->addr->text;
	}
	return NULL;
}

static int
service_check_daemon(bool has_log_file, const struct wire_spec *w, struct diag *d)
{
	const struct wire_opts *o = &w->opts;
	const char *stdio = service_find_stdio(w);

	if (!has_log_file) {
		diag_set(d, 0, "--daemon without --log-file: nobody would see its messages");
		return diag_hint(d, "--log-file=FILE keeps them");
	}
	if (stdio != NULL) {
		diag_set(d, 0, "--daemon with '%s': it has no standard input and output", stdio);
		return diag_hint(d, "null, a file, or two addresses that are no standard streams");
	}
	if (o->show_text || o->show_hex || o->progress != 0 || o->stats != 0) {
		diag_set(d, 0, "--daemon with what is shown on standard error: it has none");
		return diag_hint(d, "-r FILE and -R FILE keep what flows, --log-file the messages");
	}
	return 0;
}

int
service_check(const struct service_opts *o, bool has_log_file, const struct wire_spec *w, struct diag *d)
{
	if (o->ready_fd != 0 && service_check_ready_fd(o->ready_fd, d) == -1)
		return -1;
	return o->daemon ? service_check_daemon(has_log_file, w, d) : 0;
}

/* The beginning. */

static int
service_take_pidfile(struct service *s)
{
	const struct log_who who = { .name = s->opts->pidfile };
	pid_t other = -1;

	s->pidfile = pidfile_open(s->opts->pidfile, SERVICE_PIDFILE_MODE, &other);
	if (s->pidfile == NULL && errno == EEXIST) {
		if (other > 0)
			log_msg(LOG_ERROR, &who, "another instance runs already (pid %ld)", (long)other);
		else
			log_msg(LOG_ERROR, &who, "another instance runs already (its pid is not written yet)");
		return -EEXIST;
	}
	if (s->pidfile == NULL) {
		log_errno(LOG_ERROR, &who, errno, "cannot make the pidfile");
		return -errno;
	}
	fcntl(pidfile_fileno(s->pidfile), F_SETFD, FD_CLOEXEC);
	if (pidfile_write(s->pidfile) == 0)
		return 0;
	log_errno(LOG_ERROR, &who, errno, "cannot write the pidfile");
	return -errno;
}

static enum service_begun
service_become_daemon(struct service *s, struct daemon_outcome *outcome)
{
	enum daemon_side side = DAEMON_BACKGROUND;
	const int error = daemon_start(&s->daemon, &side, outcome);

	if (error == 0)
		return side == DAEMON_BACKGROUND ? SERVICE_RUNS : SERVICE_OVER;
	log_errno(LOG_ERROR, NULL, -error, "cannot go into the background");
	outcome->status = 1;
	return SERVICE_OVER;
}

enum service_begun
service_begin(struct service *s, const struct service_opts *opts, struct daemon_outcome *outcome)
{
	int error;

	*s = (struct service){ .opts = opts, .daemon = { .tell_fd = -1 } };
	*outcome = (struct daemon_outcome){ 0 };
	error = notify_init(&s->notify);
	if (error != 0)
		log_errno(LOG_WARN, NULL, -error, "cannot reach the service manager (NOTIFY_SOCKET)");
	if (opts->ready_fd != 0)
		fcntl(opts->ready_fd, F_SETFD, FD_CLOEXEC);
	if (opts->daemon && service_become_daemon(s, outcome) == SERVICE_OVER)
		return SERVICE_OVER;
	if (opts->pidfile == NULL || service_take_pidfile(s) == 0)
		return SERVICE_RUNS;
	outcome->status = 1;
	return SERVICE_OVER;
}

/* Telling. */

static void
service_tell_manager(const struct service *s, const char *text)
{
	const int error = notify_send(&s->notify, text);

	if (error != 0)
		log_errno(LOG_WARN, NULL, -error, "cannot tell the service manager (NOTIFY_SOCKET)");
}

static void
service_tell_manager_ready(const struct service *s)
{
	char *text;

	if (s->notify.fd == -1)
		return;
	text = xasprintf("READY=1\nSTATUS=ready\nMAINPID=%ld", (long)getpid());
	service_tell_manager(s, text);
	free(text);
}

static void
service_live(struct loop_timer *t)
{
	struct service *s = t->arg;

	service_tell_manager(s, "WATCHDOG=1");
	loop_timer_set(s->loop, t, loop_now(s->loop) + s->notify.watchdog / 2);
}

static void
service_tell_count(struct loop_timer *t)
{
	struct service *s = t->arg;
	char *text = xasprintf("STATUS=%lu sessions, %lu since the start", s->running, s->total);

	s->counted = loop_now(s->loop);
	service_tell_manager(s, text);
	free(text);
}

void
service_count(struct service *s, unsigned long running, unsigned long total)
{
	const uint64_t now = loop_now(s->loop), due = s->counted + SERVICE_COUNT_EVERY;

	s->running = running;
	s->total = total;
	if (s->notify.fd != -1 && !s->is_stopping && !loop_timer_is_set(&s->status))
		loop_timer_set(s->loop, &s->status, due > now ? due : now);
}

void
service_start(struct service *s, struct loop *loop)
{
	s->loop = loop;
	loop_timer_init(&s->status, service_tell_count, s);
	loop_timer_init(&s->watchdog, service_live, s);
	if (s->notify.watchdog != 0)
		loop_timer_set(loop, &s->watchdog, loop_now(loop) + s->notify.watchdog / 2);
}

static void
service_tell_fd(int fd)
{
	if (write(fd, "\n", 1) == -1)
		log_errno(LOG_WARN, NULL, errno, "cannot write to descriptor %d of --ready-fd", fd);
	io_close(&fd);
}

int
service_ready(struct service *s)
{
	int error = 0;

	if (s->opts->daemon) {
		log_leave_console();
		error = daemon_tell_ready(&s->daemon);
	}
	if (error == 0) {
		service_tell_manager_ready(s);
		if (s->opts->ready_fd != 0)
			service_tell_fd(s->opts->ready_fd);
	} else
		log_errno(LOG_ERROR, NULL, -error, "cannot tell who started this daemon that it is ready");
	return error;
}

void
service_stopping(struct service *s)
{
	if (s->is_stopping)
		return;
	s->is_stopping = true;
	loop_timer_stop(s->loop, &s->status);
	service_tell_manager(s, "STOPPING=1\nSTATUS=ending");
}

void
service_end(struct service *s)
{
	if (s->loop != NULL) {
		service_stopping(s);
		loop_timer_stop(s->loop, &s->status);
		loop_timer_stop(s->loop, &s->watchdog);
	}
	s->loop = NULL;
	if (s->pidfile != NULL)
		pidfile_remove(s->pidfile);
	s->pidfile = NULL;
	io_close(&s->daemon.tell_fd);
	notify_fini(&s->notify);
}
