/* What a session can be asked, a row for each. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <termios.h>
#include <unistd.h>

#include "base/human.h"
#include "base/mem.h"
#include "dialogue/dialogue.h"
#include "dialogue/probing.h"
#include "dialogue/prompt.h"
#include "dialogue/sending.h"
#include "dialogue/session_state.h"

#define ASK_FIRST LOOP_MS(1) /* between looks at what has no event: then twice as long, and so on */
#define ASK_LAST LOOP_MS(50)
#define ASK_PATIENCE LOOP_MS(500) /* a secret waits no longer for the program to read */

/* The next look is the later the longer it has been waited for. */
static void
ask_again(struct session_client *c)
{
	const uint64_t now = session_now(c->session);

	c->look_at = now + MAX(MIN(now - c->since, ASK_LAST), ASK_FIRST);
}

static struct channel *
ask_channel(const struct session_client *c)
{
	return c->session->peer->channel;
}

static bool
ask_refuse(struct session_client *c, const char *why)
{
	session_error(c, "%s", why);
	return session_done(c, DIALOGUE_FAILED);
}

/* ---- sending ---- */

/* Field 1 is the time limit, of everything. Then: whether it is secret, and is followed by Enter; and the bytes. */
static bool
ask_put(struct session_client *c, const struct session_message *m)
{
	int64_t is_secret, has_enter;
	const struct session_field *bytes = m->fields + 4;
	bool is_sent = channel_is_writable(ask_channel(c));

	if (m->nfields != 5 || !session_field_number(m, 2, &is_secret) || !session_field_number(m, 3, &has_enter))
		return ask_refuse(c, "send without a text");
	if (is_sent && is_secret != 0)
		is_sent = channel_send_secret(ask_channel(c), bytes->bytes, bytes->len);
	else if (is_sent)
		is_sent = channel_send(ask_channel(c), bytes->bytes, bytes->len);
	if (is_sent && has_enter != 0)
		is_sent = channel_send(ask_channel(c), c->session->peer->is_terminal ? "\r" : "\n", 1);
	if (is_sent)
		return false;
	session_error(c, "nothing can be sent: its input has ended");
	return session_done(c, DIALOGUE_ENDED);
}

/* Who sends without end is held up. */
static bool
ask_look_sent(struct session_client *c, enum session_reason reason)
{
	if (channel_unsent(ask_channel(c)) < SEND_MOST || channel_is_closed(ask_channel(c)))
		return session_done(c, 0);
	return reason == SESSION_LATE ? session_failed(c, "that what was sent is taken", true) : false;
}

static bool
ask_close_in(struct session_client *c, const struct session_message *m)
{
	(void)m;
	channel_close_input(ask_channel(c));
	return session_done(c, 0);
}

static bool
ask_eof(struct session_client *c, const struct session_message *m)
{
	const int tty = peer_tty(c->session->peer);
	struct termios t;
	char key = '\004';

	if (tty == -1)
		return ask_close_in(c, m);
	if (tcgetattr(tty, &t) == 0 && t.c_cc[VEOF] != _POSIX_VDISABLE)
		key = (char)t.c_cc[VEOF];
	channel_send(ask_channel(c), &key, 1);
	return session_done(c, 0);
}

static bool
ask_signal(struct session_client *c, const struct session_message *m)
{
	const struct endpoint *ep = channel_endpoint(ask_channel(c), ROLE_READ);
	int64_t signo;

	if (!session_field_number(m, 2, &signo) || signo < 1 || signo > SIGRTMAX)
		return ask_refuse(c, "no such signal");
	if (!(channel_spec(ask_channel(c))->kind->flags & KIND_CHILD))
		return ask_refuse(c, "it is no program");
	if (ep == NULL || ep->child == NULL || ep->child->has_ended)
		return ask_refuse(c, "its program has ended");
	child_signal(ep->child, (int)signo);
	return session_done(c, 0);
}

static bool
ask_set_size(const struct session_client *c, int64_t value)
{
	const struct winsize size = { .ws_col = (unsigned short)(value >> 16),
		.ws_row = (unsigned short)(value & 0xffff) };
	const int tty = peer_tty(c->session->peer);

	return tty != -1 && ioctl(tty, TIOCSWINSZ, &size) == 0;
}

static bool
ask_size(struct session_client *c, const struct session_message *m)
{
	int64_t value;

	if (session_field_number(m, 2, &value) && ask_set_size(c, value))
		return session_done(c, 0);
	return ask_refuse(c, "it is no terminal");
}

/* ---- waiting ---- */

static bool
ask_begin_quiet(struct session_client *c, const struct session_message *m)
{
	int64_t quiet;

	if (!session_field_number(m, 2, &quiet) || quiet <= 0)
		return ask_refuse(c, "quiet for how long?");
	c->quiet = (uint64_t)quiet;
	return false;
}

static bool
ask_look_quiet(struct session_client *c, enum session_reason reason)
{
	const uint64_t due = MAX(c->since, c->session->peer->heard_at) + c->quiet;

	if (session_now(c->session) >= due || channel_has_ended(ask_channel(c)))
		return session_done(c, 0);
	c->look_at = due;
	return reason == SESSION_LATE ? session_failed(c, "quiet", true) : false;
}

static bool
ask_look_eof(struct session_client *c, enum session_reason reason)
{
	if (channel_has_ended(ask_channel(c)))
		return session_done(c, 0);
	return reason == SESSION_LATE ? session_failed(c, "the end of input", true) : false;
}

static bool
ask_look_reads(struct session_client *c, enum session_reason reason)
{
	const char *why;

	switch (probing_reads(c->session->peer, &why)) {
	case PROBING_READS:
		return session_done(c, 0);
	case PROBING_UNSEEN:
		session_error(c, "it cannot be seen whether it waits for input: %s", why);
		return session_done(c, DIALOGUE_FAILED);
	case PROBING_DOES_NOT:
		break;
	}
	if (channel_has_ended(ask_channel(c)) || reason == SESSION_LATE)
		return session_failed(c, "that it waits for input", reason == SESSION_LATE);
	ask_again(c);
	return false;
}

static bool
ask_begin_noecho(struct session_client *c, const struct session_message *m)
{
	(void)m;
	if (peer_tty(c->session->peer) == -1 && !channel_has_ended(ask_channel(c)))
		return ask_refuse(c, "it is no terminal, and nothing echoes there");
	return false;
}

static bool
ask_look_noecho(struct session_client *c, enum session_reason reason)
{
	if (peer_tty(c->session->peer) != -1 && !probing_has_echo(c->session->peer))
		return session_done(c, 0);
	if (channel_has_ended(ask_channel(c)) || reason == SESSION_LATE)
		return session_failed(c, "that nothing is echoed", reason == SESSION_LATE);
	ask_again(c);
	return false;
}

/* Before a secret: if the prompt looks like one for it (1: in any case) nothing must be echoed, and it should be waited for. */
static bool
ask_begin_ready(struct session_client *c, const struct session_message *m)
{
	const struct peer *p = c->session->peer;
	int64_t always;

	if (!session_field_number(m, 2, &always) || peer_tty(p) == -1 ||
	    (always == 0 && !prompt_is_secret(p->tail, p->tail_len)))
		return session_done(c, 0);
	return false;
}

static bool
ask_look_ready(struct session_client *c, enum session_reason reason)
{
	const struct peer *p = c->session->peer;
	const char *why;

	if (channel_has_ended(p->channel) || reason == SESSION_LATE)
		return session_failed(c, "that a secret is asked for", reason == SESSION_LATE);
	if (!probing_has_echo(p) &&
	    (session_now(c->session) >= c->since + ASK_PATIENCE || probing_reads(p, &why) != PROBING_DOES_NOT))
		return session_done(c, 0);
	ask_again(c);
	return false;
}

static bool
ask_look_wait(struct session_client *c, enum session_reason reason)
{
	struct session *s = c->session;

	if (s->is_closed) {
		session_is_told(s);
		return session_done(c, s->status);
	}
	if (reason != SESSION_LATE)
		return false;
	session_error(c, "it still runs");
	return session_done(c, DIALOGUE_LATE);
}

/* ---- telling ---- */

static bool
ask_capture(struct session_client *c, const struct session_message *m)
{
	struct session *s = c->session;
	const struct session_field *name = &m->fields[m->nfields - 1];
	const struct capture *found;
	struct window *w;

	if (m->nfields == 3 && name->len == 5 && memcmp(name->bytes, "after", 5) == 0) {
		s->peer->is_clean = s->peer->has_view;
		w = peer_window(s->peer);
		session_tell(c, SESSION_OUT, window_at(w, window_begin(w)), (size_t)(window_end(w) - window_begin(w)));
		return session_done(c, 0);
	}
	if (!s->has_captures)
		return ask_refuse(c, "nothing has been matched yet");
	found = m->nfields == 3 ? captures_find(&s->captures, name->bytes, name->len) : NULL;
	if (found == NULL)
		return ask_refuse(c, "the last match has no such group");
	if (found->text == NULL)
		return ask_refuse(c, "that group took no part in the last match");
	session_tell(c, SESSION_OUT, found->text, found->len);
	session_tell(c, SESSION_OUT, "\n", 1);
	return session_done(c, 0);
}

static char *
ask_state(const struct session *s)
{
	const char *why;

	if (s->is_closed)
		return xasprintf("ended, status %d", s->status);
	if (channel_has_ended(s->peer->channel))
		return xstrdup("its output has ended");
	return xstrdup(probing_reads(s->peer, &why) == PROBING_READS ? "waits for input" : "running");
}

/* Lines "KEY: VALUE"; in one line for a list. */
static bool
ask_status(struct session_client *c, const struct session_message *m)
{
	const struct session *s = c->session;
	const struct endpoint *ep = channel_endpoint(s->peer->channel, ROLE_READ);
	const pid_t pid = ep != NULL && ep->child != NULL && !ep->child->has_ended ? ep->child->pid : 0;
	const bool is_list = m->nfields == 3;
	char *state = ask_state(s), age[HUMAN_MAX], *text;

	human_age(age, session_now(s) - s->started);
	if (is_list)
		text = xasprintf("%-16s %-7s %-20s %s\n", s->setup.name, age, state, peer_name(s->peer));
	else
		text = xasprintf("session: %s\naddress: %s\nstate: %s\npid: %d\nage: %s\nreceived: %" PRIu64
				 "\nunused: %" PRIu64 "\nlost: %" PRIu64 "\n",
		    s->setup.name, peer_name(s->peer), state, (int)pid, age, s->peer->heard,
		    window_end(&s->peer->raw) - window_begin(&s->peer->raw), s->peer->raw.lost);
	session_tell(c, SESSION_OUT, text, strlen(text));
	free(text);
	free(state);
	return session_done(c, 0);
}

static bool
ask_stop(struct session_client *c, const struct session_message *m)
{
	(void)m;
	session_is_told(c->session);
	session_stop(c->session);
	return false;
}

static bool
ask_look_stopped(struct session_client *c, enum session_reason reason)
{
	(void)reason;
	return c->session->is_closed ? session_done(c, 0) : false;
}

/* A person: sees what nobody has used yet, and all that follows. */
static bool
ask_attach(struct session_client *c, const struct session_message *m)
{
	const struct window *w = &c->session->peer->raw;
	int64_t size;

	if (session_field_number(m, 2, &size) && size > 0)
		(void)ask_set_size(c, size);
	session_tell(c, SESSION_ATTACHED, "", 0);
	session_out_raw(&c->out, window_at(w, window_begin(w)), (size_t)(window_end(w) - window_begin(w)));
	c->is_attached = true;
	c->is_last = channel_has_ended(ask_channel(c));
	return true;
}

const struct session_op session_ops[] = {
	{ "send", ask_put, ask_look_sent },
	{ "ready", ask_begin_ready, ask_look_ready },
	{ "expect", session_begin_expect, session_look_expect },
	{ "expect-eof", NULL, ask_look_eof },
	{ "quiet", ask_begin_quiet, ask_look_quiet },
	{ "await-read", NULL, ask_look_reads },
	{ "await-noecho", ask_begin_noecho, ask_look_noecho },
	{ "eof", ask_eof, NULL },
	{ "close-in", ask_close_in, NULL },
	{ "signal", ask_signal, NULL },
	{ "size", ask_size, NULL },
	{ "capture", ask_capture, NULL },
	{ "status", ask_status, NULL },
	{ "interact", ask_attach, NULL },
	{ "wait", NULL, ask_look_wait },
	{ "stop", ask_stop, ask_look_stopped },
};
const size_t session_nops = sizeof(session_ops) / sizeof(session_ops[0]);
