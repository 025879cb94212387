/*
 * What the log says of a wire as a whole. The reason of its end is what was noted (a time limit, the server's end, an opening
 * that failed); else an error of one of its ends; else the end of the one that ended first.
 */
#include "wire/wire_tell.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "net/peername.h"
#include "net/proxy_header.h"
#include "wire/wire_info.h"
#include "wire/wire_rules.h"

#define TELL_REASON_MAX 128

void
wire_note_reason(struct wire *w, const char *fmt, ...)
{
	char text[TELL_REASON_MAX];
	va_list ap;

	if (w->reason != NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	w->reason = xstrdup(text);
}

/* Of a program its output's end counts as well: its exit follows. */
static bool
tell_has_ended(const struct wire_end *e)
{
	const struct pump *p = wire_pump_from(e);

	if (e->comes_back)
		return false;
	return wire_program_has_ended(wire_program(e)) || (p != NULL && p->sources[e->source].is_over);
}

void
wire_note_ends(struct wire *w)
{
	for (unsigned i = 0; w->first_ended == NULL && i < w->spec->nends; i++)
		if (tell_has_ended(w->ends[i]))
			w->first_ended = w->ends[i];
}

/* ---- the reason ---- */

static void
tell_error(struct wire *w, const struct endpoint *ep, int error)
{
	const char *who = ep->is_accepted ? "client" : ep->who.name;

	if (error == ECONNRESET)
		wire_note_reason(w, "%s: reset by peer", who);
	else if (error == EPIPE)
		wire_note_reason(w, "%s takes no more", who);
	else if (error != 0)
		wire_note_reason(w, "%s: %s", who, strerror(error));
}

static void
tell_errors(struct wire *w)
{
	for (unsigned i = 0; i < w->nways; i++) {
		const struct pump *p = &w->ways[i].pump;

		for (unsigned s = 0; p->is_there && s < p->nsources; s++)
			if (p->sources[s].ep != NULL)
				tell_error(w, p->sources[s].ep, p->sources[s].error);
		for (unsigned s = 0; p->is_there && s < p->nsinks; s++)
			if (p->sinks[s].ep != NULL && p->sinks[s].ep->child == NULL)
				tell_error(w, p->sinks[s].ep, p->sinks[s].error);
	}
}

static void
tell_program_end(char *text, size_t size, const struct endpoint *program)
{
	const int status = program->child->wait_status;

	if (WIFSIGNALED(status))
		snprintf(text, size, "program ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(text, size, "program exited %d", WEXITSTATUS(status));
}

/* A program that ended badly after another end did is told with it. */
static void
tell_with_program(struct wire *w, const char *what)
{
	char text[96];

	for (unsigned i = 0; i < w->nends; i++) {
		const struct endpoint *program = wire_program(w->ends[i]);

		if (!wire_program_has_ended(program) || program->child->wait_status == 0)
			continue;
		tell_program_end(text, sizeof(text), program);
		wire_note_reason(w, "%s, %s", what, text);
	}
	wire_note_reason(w, "%s", what);
}

static void
tell_first_ended(struct wire *w)
{
	const struct wire_end *e = w->first_ended;
	const struct endpoint *program = e != NULL ? wire_program(e) : NULL;
	char text[96];

	if (program != NULL && wire_program_has_ended(program)) {
		tell_program_end(text, sizeof(text), program);
		wire_note_reason(w, "%s", text);
	} else if (e != NULL && e->in != NULL && !e->in->is_accepted) {
		snprintf(text, sizeof(text), "%.80s: end of input", e->in->who.name);
		tell_with_program(w, text);
	} else
		tell_with_program(w, e != NULL ? "client ended" : "nothing more to move");
}

void
wire_find_reason(struct wire *w)
{
	if (w->is_pipe_ended)
		wire_note_reason(w, "the reader of standard output went away");
	tell_errors(w);
	for (unsigned i = 0; i < w->spec->nends; i++)
		if (w->ends[i]->is_gone)
			tell_with_program(w, "client is gone");
	wire_note_ends(w);
	tell_first_ended(w);
}

/* ---- the lines ---- */

/* The end that has a peer: the client, or else the first connection. */
static const struct endpoint *
tell_connection(const struct wire *w)
{
	const struct endpoint *found = NULL;

	for (unsigned i = 0; i < w->nends; i++) {
		const struct endpoint *ep = w->ends[i]->in != NULL ? w->ends[i]->in : w->ends[i]->out;

		if (ep != NULL && ep->peer != NULL && (found == NULL || (ep->is_accepted && !found->is_accepted)))
			found = ep;
	}
	return found;
}

static const char *
tell_local(const struct endpoint *ep, char text[PEERNAME_MAX])
{
	struct sockaddr_storage own = { 0 };
	socklen_t len = sizeof(own);

	if (ep->proxied != NULL) {
		peername_format(&ep->proxied->own, ep->proxied->own_len, text);
		return text;
	}
	if (getsockname(ep->rfd != -1 ? ep->rfd : ep->wfd, (struct sockaddr *)&own, &len) == -1)
		return NULL;
	peername_format(&own, len, text);
	return text;
}

static struct log_who
tell_who(const struct wire *w, const struct endpoint *connection)
{
	return (struct log_who){ .session = w->session, .name = connection != NULL ? connection->who.name : NULL };
}

void
wire_tell_start(const struct wire *w)
{
	const struct endpoint *connection = tell_connection(w);
	const struct log_who who = tell_who(w, connection);
	struct log_session about = { 0 };
	char local[PEERNAME_MAX];

	if (!log_is_on(LOG_INFO))
		return;
	if (connection != NULL) {
		about.peer = connection->peer;
		about.local = tell_local(connection, local);
	}
	log_session_start(&who, &about);
}

void
wire_tell_end(struct wire *w, int status)
{
	const struct endpoint *connection;
	struct log_session about = { .status = status };
	struct log_who who;
	struct wire_info info;
	char local[PEERNAME_MAX];

	if (!log_is_on(LOG_INFO))
		return;
	connection = tell_connection(w);
	who = tell_who(w, connection);
	wire_find_reason(w);
	wire_get_info(w, &info);
	if (connection != NULL) {
		about.peer = connection->peer;
		about.local = tell_local(connection, local);
	}
	for (unsigned i = 0; i < 2; i++) {
		about.bytes[i] = info.flows[i].in;
		about.has_bytes[i] = info.flows[i].is_known;
	}
	about.duration = info.age;
	about.reason = w->reason;
	log_session_end(&who, &about);
}
