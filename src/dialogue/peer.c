/*
 * What an end says goes into one window as it came and, of a terminal, into another one without control sequences. A step looks at one
 * of them; what it uses is taken from both.
 */
#include "dialogue/peer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/opt.h"
#include "dialogue/dialogue_state.h"
#include "endpoint/exec.h"
#include "endpoint/termios_group.h"

/* Modes that leave no doubt about the echo. */
static bool
peer_says_echo(const struct endpoint_spec *spec)
{
	static const char names[][8] = { "echo", "raw", "rawer", "sane" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (endpoint_spec_has(spec, names[i]))
			return true;
	return false;
}

/*
 * At a terminal of its own a program that we talk to neither needs to see what is typed, which would be taken for something that it
 * said, nor has anybody in front to whom colours mean something; but who will have a person there (interact) is for that.
 */
static void
peer_set_terminal(struct endpoint_spec *spec)
{
	struct exec_opts *o = spec->opts;
	const struct opt_desc *echo;
	struct diag d = { 0 };

	if (!(spec->kind->flags & KIND_CHILD) || o->pty != EXEC_PTY_YES)
		return;
	if (o->term == NULL)
		o->term = xstrdup("dumb");
	echo = opt_find(termios_group.opts, "echo", strlen("echo"));
	if (!peer_says_echo(spec))
		opt_store(echo, endpoint_spec_group(spec, &termios_group), "no", &d);
	diag_fini(&d);
}

struct peer *
peer_new(struct dialogue *d, const char *name, struct endpoint_spec *in, struct endpoint_spec *out,
    const struct channel_setup *setup, struct diag *diag)
{
	struct peer *p = xcalloc(1, sizeof(*p));
	struct channel_setup own = *setup;

	p->dialogue = d;
	p->looked = UINT64_MAX;
	p->name = name != NULL ? xstrdup(name) : NULL;
	own.name = p->name;
	if (d != NULL && !d->has_person)
		peer_set_terminal(in);
	if (d != NULL && !d->has_person && out != NULL)
		peer_set_terminal(out);
	own.arg = p;
	p->channel = channel_new(in, out, &own, diag);
	if (p->channel == NULL) {
		free(p->name);
		free(p);
		return NULL;
	}
	window_init(&p->raw, 0);
	window_init(&p->clean, 0);
	view_init(&p->view);
	return p;
}

void
peer_free(struct peer *p)
{
	if (p == NULL)
		return;
	matcher_free(p->matcher);
	free(p->patterns);
	window_fini(&p->raw);
	window_fini(&p->clean);
	view_fini(&p->view);
	channel_free(p->channel);
	free(p->name);
	free(p);
}

int
peer_tty(const struct peer *p)
{
	const struct endpoint *ep = channel_endpoint(p->channel, ROLE_READ);

	if (ep != NULL && ep->rfd != -1 && isatty(ep->rfd))
		return ep->rfd;
	ep = channel_endpoint(p->channel, ROLE_WRITE);
	return ep != NULL && ep->wfd != -1 && isatty(ep->wfd) ? ep->wfd : -1;
}

void
peer_opened(struct peer *p)
{
	p->is_terminal = peer_tty(p) != -1;
	p->has_view |= p->is_terminal;
}

static void
peer_note_tail(struct peer *p, const char *bytes, size_t len)
{
	const size_t new = MIN(len, sizeof(p->tail)), old = MIN(p->tail_len, sizeof(p->tail) - new);

	memmove(p->tail, p->tail + p->tail_len - old, old);
	memcpy(p->tail + old, bytes + len - new, new);
	p->tail_len = old + new;
}

void
peer_put(struct peer *p, const char *bytes, size_t len)
{
	p->heard += len;
	peer_note_tail(p, bytes, len);
	window_put(&p->raw, bytes, len);
	if (p->has_view)
		view_put(&p->view, &p->clean, bytes, len);
}

void
peer_end(struct peer *p)
{
	if (p->has_view)
		view_end(&p->view, &p->clean);
}

struct window *
peer_window(struct peer *p)
{
	return p->is_clean ? &p->clean : &p->raw;
}

/* The first place of the clean view that is not before that one of the stream. */
static uint64_t
peer_place_in_view(const struct peer *p, uint64_t raw)
{
	uint64_t low = window_begin(&p->clean), high = window_end(&p->clean);

	while (low < high) {
		const uint64_t middle = low + (high - low) / 2;

		if (view_raw(&p->view, middle) < raw)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
peer_take(struct peer *p, uint64_t offset)
{
	if (p->is_clean) {
		const uint64_t raw = view_raw(&p->view, offset);

		window_take(&p->clean, offset);
		window_take(&p->raw, MIN(raw, window_end(&p->raw)));
		return;
	}
	window_take(&p->raw, offset);
	if (p->has_view)
		window_take(&p->clean, peer_place_in_view(p, offset));
}

const char *
peer_name(const struct peer *p)
{
	return channel_name(p->channel);
}
