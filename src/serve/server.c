/*
 * The server: owns the listening endpoint and the sessions, however they are served (scheme.h). What goes wrong with one
 * client costs that client. With max= reached, further ones wait in the backlog.
 */
#include "serve/server.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/compat.h"
#include "base/log.h"
#include "base/mem.h"
#include "endpoint/exec.h"
#include "endpoint/socket_groups.h"
#include "serve/server_state.h"
#include "wire/carrier.h"
#include "wire/pump.h"

#define SERVER_MANY 64 /* sessions whose memory is worth giving back */

void
server_check(struct server *s)
{
	if (!s->is_draining || s->running > 0 || !pool_is_empty(s->pool) || !threads_are_over(s->threads) ||
	    s->done == NULL)
		return;
	loop_timer_stop(s->env->loop, &s->patience);
	s->done(s->status, s->arg);
	s->done = NULL;
}

static void
server_emptied(void *arg)
{
	server_check(arg);
}

unsigned long
server_next_id(struct server *s)
{
	return s->thread != NULL ? threads_next_id(s->thread) : s->count + 1;
}

struct endpoint *
server_take_client(struct server *s)
{
	const struct wire_end_spec *e = &s->spec->ends[s->spec->server];
	struct endpoint *client = endpoint_new(e->in, s->env, e->roles);

	client->who.session = server_next_id(s);
	if (s->listener->kind->accept(s->listener, client) != 0) {
		endpoint_free(client);
		return NULL;
	}
	return client;
}

void
server_lose_client(struct server *s)
{
	if (s->thread != NULL)
		threads_leave(s->thread);
}

static bool
server_has_room(const struct server *s)
{
	if (room_is_left(&s->room, s->running, s->opening))
		return true;
	if (!s->is_paused)
		log_msg(LOG_WARN, &s->listener->who,
		    "no descriptors for more than these %lu sessions (ulimit -n): the next clients wait", s->running);
	return false;
}

/* Whether the next client is accepted now. The first one always is. */
static void
server_review(struct server *s)
{
	bool is_paused;

	if (s->is_draining)
		return;
	is_paused = s->running > 0 && (s->running >= s->max || !server_has_room(s));
	if (is_paused == s->is_paused)
		return;
	s->is_paused = is_paused;
	listener_pause(s->listener, is_paused);
}

void
server_add_session(struct server *s, struct session *one)
{
	one->server = s;
	one->next = s->sessions;
	if (one->next != NULL)
		one->next->prev = &one->next;
	one->prev = &s->sessions;
	s->sessions = one;
	s->count++;
	s->running++;
	s->opening++;
	s->most = s->running > s->most ? s->running : s->most;
	server_review(s);
	ready_count(s->env, s->running, s->count);
}

void
server_session_opened(struct session *one)
{
	struct server *s = one->server;

	if (one->is_open)
		return;
	one->is_open = true;
	s->opening--;
	if (s->is_paused)
		server_review(s);
}

/* What many sessions needed is not kept for few, and pipes, of which a user has not many, not for none. */
static void
server_trim(struct server *s)
{
	if (s->running == 0)
		carrier_trim();
	if (s->most < SERVER_MANY || s->running > s->most / 2)
		return;
	s->most = s->running;
	pump_trim_memory();
	compat_trim_memory();
}

void
server_remove_session(struct session *one)
{
	struct server *s = one->server;

	*one->prev = one->next;
	if (one->next != NULL)
		one->next->prev = one->prev;
	s->opening -= !one->is_open;
	free(one);
	s->running--;
	if (s->thread != NULL)
		threads_leave(s->thread);
	ready_count(s->env, s->running, s->count);
	server_trim(s);
	if (s->is_paused)
		server_review(s);
	server_check(s);
}

static void
server_accepted(struct endpoint *listener, void *arg)
{
	struct server *s = arg;

	(void)listener;
	s->scheme->admit(s);
}

/* The listener has failed, or its clients are messages and there are no more. */
static void
server_finished(struct endpoint *listener, void *arg)
{
	struct server *s = arg;

	s->status = listener->status;
	s->is_draining = true;
	pool_end(s->pool);
	server_check(s);
}

static void
server_listening(struct endpoint *listener, int result)
{
	struct server *s = listener->owner;

	if (result == 0)
		listener_of(listener)->finished = server_finished;
	if (result == 0)
		pool_start(s->pool);
	if (result == 0 && s->threads != NULL)
		result = threads_start(s->threads);
	else if (result == 0)
		result = listener_serve(listener, server_accepted, s);
	if (result != 0)
		server_finished(listener, s);
}

void
server_serve(struct server *s)
{
	server_listening(s->listener, 0);
}

/* A program that is not there is found out now, not by the first client. */
static bool
server_has_program(struct server *s)
{
	const struct endpoint_spec *other = s->spec->ends[1 - s->spec->server].in;
	const struct log_who who = { .name = other->addr->text };
	char *file;

	if (!(other->kind->flags & KIND_CHILD))
		return true;
	if (exec_find(other, &who, &file, &s->status) != 0)
		return false;
	free(file);
	return true;
}

void
server_start(struct server *s)
{
	int result;

	if (!server_has_program(s)) {
		s->is_draining = true;
		server_check(s);
		return;
	}
	result = endpoint_open(s->listener);
	if (result != 1)
		server_listening(s->listener, result);
}

static void
server_give_up(struct server *s)
{
	struct session *one, *next;

	for (one = s->sessions; one != NULL; one = next) {
		next = one->next;
		s->scheme->give_up(one);
	}
}

static void
server_patience_over(struct loop_timer *t)
{
	struct server *s = t->arg;
	struct session *one, *next;

	for (one = s->sessions; one != NULL; one = next) {
		next = one->next;
		s->scheme->stop(one);
	}
}

void
server_drain(struct server *s, uint64_t patience)
{
	if (s->threads != NULL)
		threads_drain(s->threads, patience);
	if (s->is_draining) {
		const bool was_patient = loop_timer_is_set(&s->patience);

		loop_timer_stop(s->env->loop, &s->patience);
		server_patience_over(&s->patience);
		if (!was_patient)
			server_give_up(s);
		return;
	}
	s->is_draining = true;
	if (s->threads == NULL || threads_are_over(s->threads)) {
		endpoint_free(s->listener); /* else when no thread accepts any more */
		s->listener = NULL;
	}
	pool_end(s->pool);
	if (s->running > 0)
		loop_timer_set(s->env->loop, &s->patience, loop_now(s->env->loop) + patience);
	server_check(s);
}

void
server_log_reopened(struct server *s)
{
	for (struct session *one = s->sessions; one != NULL; one = one->next)
		if (s->scheme->log_reopened != NULL)
			s->scheme->log_reopened(one);
}

/* In the order of enum listen_scheme. */
static const struct scheme *const schemes[] = { &scheme_loop, &scheme_fork, &scheme_loop };
_Static_assert(sizeof(schemes) / sizeof(*schemes) == LISTEN_SCHEME_N, "an entry for every scheme");

/* What the processes of sessions count is counted with the rest. */
static void
server_share_totals(struct server *s)
{
	s->totals = totals_new_shared();
	if (s->totals == NULL)
		log_errno(LOG_WARN, &s->listener->who, errno, "cannot count what its processes do");
	else
		s->env->totals = s->totals;
}

struct server *
server_new(const struct wire_spec *spec, struct endpoint_env *env, void (*done)(int, void *), void *arg)
{
	const struct wire_end_spec *e = &spec->ends[spec->server];
	const struct listen_opts *o = listener_opts(e->in);
	struct server *s = xcalloc(1, sizeof(*s));

	s->spec = spec;
	s->env = env;
	s->scheme =
	    o->reply != LISTEN_REPLY_NO && (e->in->kind->flags & KIND_LISTEN) ? &scheme_reply : schemes[o->scheme.word];
	s->done = done;
	s->arg = arg;
	s->max = o->max == OPT_INT_WORD(0) ? ULONG_MAX : (unsigned long)o->max;
	room_init(&s->room, spec);
	s->pool = pool_new(spec, env, server_emptied, s);
	s->listener = endpoint_new(e->in, env, e->roles);
	s->listener->owner = s;
	s->listener->serves = true;
	s->listener->opened = server_listening;
	loop_timer_init(&s->patience, server_patience_over, s);
	if (o->scheme.word == LISTEN_SCHEME_FORK)
		server_share_totals(s);
	if (o->scheme.word == LISTEN_SCHEME_THREADS)
		s->threads = threads_new(s, (unsigned)o->scheme.size);
	return s;
}

struct server *
server_new_part(const struct server *whole, struct endpoint_env *env, struct thread *thread, struct endpoint *listener,
    void (*done)(int, void *), void *arg)
{
	struct server *s = xcalloc(1, sizeof(*s));

	s->spec = whole->spec;
	s->env = env;
	s->scheme = whole->scheme;
	s->max = ULONG_MAX; /* the door of all parts has the real one */
	s->room = whole->room;
	s->thread = thread;
	s->done = done;
	s->arg = arg;
	s->listener = listener;
	listener->owner = s;
	loop_timer_init(&s->patience, server_patience_over, s);
	return s;
}

void
server_signal_programs(struct server *s, int signo)
{
	if (s->threads != NULL)
		threads_signal_programs(s->threads, signo);
	else
		child_table_signal(s->env->children, signo);
}

/* The server itself, or one of its parts after the other. */
static const struct server *
server_part(const struct server *s, unsigned i)
{
	if (s->threads != NULL)
		return threads_part(s->threads, i);
	return i == 0 ? s : NULL;
}

/* What the programs of the sessions wait for, a line for each. */
static char *
server_waits(const struct server *s)
{
	const struct server *part;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup("");
	for (unsigned i = 0; (part = server_part(s, i)) != NULL; i++)
		for (const struct session *one = part->sessions; one != NULL && part->scheme->describe != NULL;
		     one = one->next) {
			char *line = part->scheme->describe(one);

			fputs(line, f);
			free(line);
		}
	fclose(f);
	return text;
}

static void
server_release(void *threads)
{
	threads_release(threads);
}

/* Threads stand still until the snapshot is done with: it has their sessions' names. */
static void
server_hold(const struct server *s, struct snapshot *snapshot)
{
	const struct server *part;

	threads_hold(s->threads);
	snapshot->release = server_release;
	snapshot->held = s->threads;
	threads_count(s->threads, &snapshot->running, &snapshot->total);
	for (unsigned i = 0; (part = server_part(s, i)) != NULL; i++)
		snapshot->children += child_table_len(part->env->children);
}

void
server_take_snapshot(const struct server *s, struct snapshot *snapshot, bool with_waits)
{
	const struct server *part;

	snapshot->has_clients = true;
	snapshot->running = s->running;
	snapshot->total = s->count;
	snapshot->refused = s->listener != NULL ? admission_summary(listener_of(s->listener)->admission) : NULL;
	if (s->threads != NULL)
		server_hold(s, snapshot);
	for (unsigned i = 0; (part = server_part(s, i)) != NULL; i++)
		for (const struct session *one = part->sessions; one != NULL; one = one->next) {
			struct wire_info info;

			part->scheme->get_info(one, &info);
			snapshot_add_info(snapshot, &info);
		}
	if (with_waits)
		snapshot->waits = server_waits(s);
}

void
server_free(struct server *s)
{
	if (s == NULL)
		return;
	endpoint_free(s->listener);
	pool_free(s->pool);
	reply_free(s->reply);
	threads_free(s->threads);
	if (s->totals != NULL)
		s->env->totals = NULL;
	totals_free_shared(s->totals);
	free(s);
}
