/*
 * A session: one end, and clients that ask.
 *
 * A client sends a message, gets what there is to say and the status, and may send the next one. While what it has asked for waits it is
 * looked at again with every piece of news: clients in the order in which they asked, each until nothing is to be had for it. So what
 * one takes is gone before the next one looks. A client that goes away takes nothing with it.
 *
 * When the end has closed the session stays for setup.keep, or until somebody has been told the status (wait) or has stopped it.
 */
#include "dialogue/session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/io.h"
#include "base/mem.h"
#include "dialogue/dialogue.h"
#include "dialogue/failure.h"
#include "dialogue/session_dir.h"
#include "dialogue/session_state.h"
#include "net/acceptor.h"

#define SESSION_BACKLOG_MAX (8u << 20) /* bytes that a client who does not read may have before it */
#define SESSION_PIECE 65536

static void session_accepted(const struct acceptor_peer *, void *);

uint64_t
session_now(const struct session *s)
{
	return loop_now(s->env->loop);
}

/* ---- clients ---- */

static void
client_forget(struct session_client *c)
{
	session_end_expect(c);
	c->op = NULL;
	loop_timer_stop(c->session->env->loop, &c->timer);
}

/* It is swept away when nobody walks along the list. */
static void
client_close(struct session_client *c)
{
	client_forget(c);
	c->is_attached = false;
	loop_source_stop(c->session->env->loop, &c->source);
	if (c->fd != -1)
		io_close(&c->fd);
	loop_defer(c->session->env->loop, &c->session->sweep);
}

static void
client_want(struct session_client *c)
{
	const bool reads = !c->is_last && (c->op == NULL || c->is_attached);

	/* One that waits is watched for its end: it has nothing to say. */
	if (c->fd != -1)
		loop_source_want(c->session->env->loop, &c->source,
		    (reads || c->op != NULL ? EPOLLIN : 0) | (c->out.len > 0 ? EPOLLOUT : 0));
}

static void
client_write(struct session_client *c)
{
	while (c->fd != -1 && c->out.len > 0) {
		struct iovec iov = { c->out.bytes, c->out.len };
		const ssize_t n = io_sendv(c->fd, &iov, 1);

		if (n == -EAGAIN)
			break;
		if (n <= 0) {
			client_close(c);
			return;
		}
		session_out_taken(&c->out, (size_t)n);
	}
	if ((c->out.len == 0 && c->is_last) || c->out.len > SESSION_BACKLOG_MAX)
		client_close(c);
	else
		client_want(c);
}

void
session_tell(struct session_client *c, enum session_type type, const char *bytes, size_t len)
{
	size_t part;

	do {
		part = MIN(len, SESSION_PIECE);
		session_out_begin(&c->out, type);
		session_out_field(&c->out, bytes, part);
		session_out_end(&c->out);
		bytes += part;
		len -= part;
	} while (len > 0);
}

void
session_error(struct session_client *c, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	session_tell(c, SESSION_ERROR, text, strlen(text));
	free(text);
}

bool
session_done(struct session_client *c, int status)
{
	session_out_begin(&c->out, SESSION_STATUS);
	session_out_number(&c->out, status);
	session_out_end(&c->out);
	return true;
}

static void
client_says(const char *line, void *arg)
{
	session_error(arg, "%s", line);
}

bool
session_failed(struct session_client *c, const char *what, bool is_late)
{
	const double waited = (double)(session_now(c->session) - c->since) / 1e9;

	if (is_late)
		session_error(c, "%s did not come within %.2f s", what, waited);
	else
		session_error(c, "the end of input came, after %.2f s, and not %s", waited, what);
	failure_say_peer(c->session->peer, client_says, c);
	return session_done(c, is_late ? DIALOGUE_LATE : DIALOGUE_ENDED);
}

static void
client_set_timer(struct session_client *c)
{
	const uint64_t when = MIN(c->due, c->look_at);

	if (when != UINT64_MAX)
		loop_timer_set(c->session->env->loop, &c->timer, when);
	else
		loop_timer_stop(c->session->env->loop, &c->timer);
}

/* Is what it waits for there? */
static void
client_look(struct session_client *c, enum session_reason reason)
{
	if (c->op == NULL || c->fd == -1)
		return;
	c->look_at = UINT64_MAX;
	if (c->op->look == NULL || c->op->look(c, reason))
		client_forget(c);
	else
		client_set_timer(c);
	client_write(c);
}

static void
client_expired(struct loop_timer *t)
{
	struct session_client *c = t->arg;

	client_look(c, session_now(c->session) >= c->due ? SESSION_LATE : SESSION_LOOK);
}

static const struct session_op *
client_find_op(const struct session_message *m)
{
	for (size_t i = 0; i < session_nops; i++)
		if (m->nfields > 0 && strlen(session_ops[i].name) == m->fields[0].len &&
		    memcmp(session_ops[i].name, m->fields[0].bytes, m->fields[0].len) == 0)
			return &session_ops[i];
	return NULL;
}

/* Who asks stands behind all who have asked before. */
static void
client_to_the_end(struct session_client *c)
{
	struct session *s = c->session;
	struct session_client **at = &s->clients;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (s->last == &c->next)
		s->last = at;
	c->next = NULL;
	*s->last = c;
	s->last = &c->next;
}

static void
client_ask(struct session_client *c, const struct session_message *m)
{
	const struct session_op *op = client_find_op(m);
	int64_t limit = 0;

	if (op == NULL) {
		session_error(c, "this session does not know what is asked; it may be of another version");
		session_done(c, DIALOGUE_FAILED);
		return;
	}
	client_to_the_end(c);
	session_field_number(m, 1, &limit);
	c->since = session_now(c->session);
	c->due = limit > 0 ? c->since + (uint64_t)limit : UINT64_MAX;
	c->look_at = UINT64_MAX;
	c->op = op;
	if (op->begin != NULL && op->begin(c, m))
		client_forget(c);
	else
		client_look(c, SESSION_NEWS);
}

/* What an attached person types. */
static void
client_type(struct session_client *c)
{
	if (channel_is_writable(c->session->peer->channel))
		channel_send(c->session->peer->channel, c->in.bytes, c->in.len);
	c->in.len = 0;
}

static void
client_parse(struct session_client *c)
{
	while (c->fd != -1 && c->op == NULL && !c->is_attached) {
		struct session_message m;
		const int64_t n = session_message_parse(&m, c->in.bytes, c->in.len);

		if (n < 0)
			client_close(c);
		if (n <= 0)
			return;
		client_ask(c, &m);
		session_message_fini(&m);
		session_out_taken(&c->in, (size_t)n);
	}
	if (c->is_attached)
		client_type(c);
}

/* A person has gone: what was shown has been seen. */
static void
client_left(struct session_client *c)
{
	struct peer *p = c->session->peer;

	if (c->is_attached) {
		p->is_clean = false;
		peer_take(p, window_end(&p->raw));
	}
	client_close(c);
}

static void
client_read(struct session_client *c)
{
	char buf[SESSION_PIECE];
	struct iovec iov = { buf, sizeof(buf) };
	const ssize_t n = io_recvv(c->fd, &iov, 1);

	if (n == -EAGAIN)
		return;
	if (n <= 0 || c->in.len > 2 * SESSION_MESSAGE_MAX) {
		client_left(c);
		return;
	}
	session_out_raw(&c->in, buf, (size_t)n);
	client_parse(c);
}

static void
client_ready(struct loop_source *source, uint32_t events)
{
	struct session_client *c = source->arg;

	if (events & EPOLLOUT)
		client_write(c);
	if (c->fd != -1 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		client_read(c);
	if (c->fd != -1)
		client_write(c);
}

static void
session_accepted(const struct acceptor_peer *peer, void *arg)
{
	struct session *s = arg;
	struct session_client *c;
	int fd = peer->fd;

	if (!session_is_ours(fd)) {
		log_msg(LOG_WARN, &s->who, "a client of another user was refused");
		io_close(&fd);
		return;
	}
	c = xcalloc(1, sizeof(*c));
	c->session = s;
	c->fd = fd;
	loop_source_init(&c->source, fd, client_ready, c);
	loop_timer_init(&c->timer, client_expired, c);
	*s->last = c;
	s->last = &c->next;
	client_want(c);
}

static void
session_sweep(struct loop_task *t)
{
	struct session *s = t->arg;
	struct session_client **at = &s->clients, *c;

	while ((c = *at) != NULL) {
		if (c->fd != -1) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		session_out_fini(&c->in);
		session_out_fini(&c->out);
		free(c);
	}
	s->last = at;
}

/* ---- the end ---- */

void
session_news(struct session *s)
{
	/* Who is done goes to no other place before it has been answered. */
	for (struct session_client *c = s->clients, *next; c != NULL; c = next) {
		next = c->next;
		client_look(c, SESSION_NEWS);
		if (c->fd != -1 && c->op == NULL && c->in.len > 0 && !c->is_attached)
			client_parse(c);
	}
}

static void
session_end(struct loop_task *t)
{
	struct session *s = t->arg;

	for (struct session_client *c = s->clients; c != NULL; c = c->next) {
		c->is_last = true;
		if (c->fd != -1)
			client_write(c);
	}
	acceptor_free(s->acceptor);
	s->acceptor = NULL;
	loop_timer_stop(s->env->loop, &s->kept);
	s->setup.over(s->status, s->setup.arg);
}

static void
session_check_end(struct session *s)
{
	if (s->is_closed && (s->is_told || !s->has_opened))
		loop_defer(s->env->loop, &s->end);
}

/* Before the answer goes out: who has it may start another session of that name at once. */
static void
session_leave(struct session *s)
{
	if (s->is_closed && s->is_told)
		s->setup.leave(s->setup.arg);
}

void
session_is_told(struct session *s)
{
	s->is_told = true;
	session_leave(s);
	session_check_end(s);
}

static void
session_is_kept_no_longer(struct loop_timer *t)
{
	session_is_told(t->arg);
}

static void
end_has_opened(struct channel *channel, void *arg)
{
	struct peer *p = arg;
	struct session *s = p->session;
	int error;

	(void)channel;
	peer_opened(p);
	s->has_opened = true;
	error = acceptor_start(s->acceptor, session_accepted, s);
	if (error != 0)
		log_errno(LOG_ERROR, &s->who, -error, "cannot wait for clients");
	s->setup.ready(s->setup.arg);
}

static void
end_has_said(struct channel *channel, const char *bytes, size_t len, void *arg)
{
	struct peer *p = arg;
	struct session *s = p->session;

	(void)channel;
	p->heard_at = session_now(s);
	for (struct session_client *c = s->clients; c != NULL; c = c->next)
		if (c->is_attached) {
			session_out_raw(&c->out, bytes, len);
			client_write(c);
		}
	for (size_t at = 0; at < len; at += WINDOW_PIECE) {
		peer_put(p, bytes + at, MIN(len - at, WINDOW_PIECE));
		session_news(s);
	}
}

static void
end_has_ended(struct channel *channel, void *arg)
{
	struct peer *p = arg;

	(void)channel;
	peer_end(p);
	for (struct session_client *c = p->session->clients; c != NULL; c = c->next)
		if (c->is_attached) {
			c->is_last = true;
			client_write(c);
		}
	session_news(p->session);
}

static void
end_is_drained(struct channel *channel, void *arg)
{
	(void)channel;
	session_news(((struct peer *)arg)->session);
}

static void
end_is_closed(struct channel *channel, int status, void *arg)
{
	struct session *s = ((struct peer *)arg)->session;

	(void)channel;
	s->is_closed = true;
	s->status = status;
	loop_timer_set(s->env->loop, &s->kept, session_now(s) + (uint64_t)s->setup.keep);
	session_leave(s);
	session_news(s);
	session_check_end(s);
}

static const struct channel_ops end_ops = { end_has_opened, end_has_said, end_has_ended, end_is_drained,
	end_is_closed };

struct session *
session_new(const struct session_setup *setup, struct endpoint_spec *in, struct endpoint_spec *out, struct diag *diag)
{
	const struct channel_setup channel = { .opts = setup->opts, .is_left = true, .ops = &end_ops };
	struct session *s = xcalloc(1, sizeof(*s));

	s->setup = *setup;
	s->who.name = setup->name;
	s->last = &s->clients;
	s->peer = peer_new(NULL, NULL, in, out, &channel, diag);
	if (s->peer == NULL) {
		free(s);
		return NULL;
	}
	s->peer->session = s;
	return s;
}

void
session_start(struct session *s, struct endpoint_env *env, int listening)
{
	s->env = env;
	s->started = session_now(s);
	s->acceptor = acceptor_new(env->loop, &s->who);
	acceptor_add(s->acceptor, listening);
	loop_timer_init(&s->kept, session_is_kept_no_longer, s);
	loop_task_init(&s->sweep, session_sweep, s);
	loop_task_init(&s->end, session_end, s);
	channel_start(s->peer->channel, env);
}

void
session_stop(struct session *s)
{
	s->is_told = true;
	if (s->is_closed)
		session_check_end(s);
	else if (s->stops)
		channel_give_up(s->peer->channel);
	else
		channel_stop(s->peer->channel, 0, NULL);
	s->stops = true;
}

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	for (struct session_client *c = s->clients; c != NULL; c = c->next)
		if (c->fd != -1)
			client_close(c);
	if (s->env != NULL)
		session_sweep(&s->sweep);
	acceptor_free(s->acceptor);
	captures_fini(&s->captures);
	peer_free(s->peer);
	free(s);
}
