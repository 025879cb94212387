/* A look at a wire, for tables and statistics. */
#include "wire/wire_info.h"

#include "net/tcpcount.h"
#include "wire/wire_state.h"

static const char *
info_state_name(enum wire_state state)
{
	static const char *const names[] = { "opening", "starting", "running", "closing", "done" };

	return names[state];
}

/* A program that has a TCP connection for itself: the kernel counts. */
static void
info_count_direct(const struct wire *w, unsigned from, struct wire_flow *f)
{
	const struct endpoint *source = w->ends[from].in, *sink = w->ends[1 - from].out;
	uint64_t received, sent;

	if (source != NULL && source->is_tcp && tcp_count(source->rfd, &received, &sent))
		f->in = f->out = received;
	else if (sink != NULL && sink->is_tcp && tcp_count(sink->wfd, &received, &sent))
		f->in = f->out = sent;
	else
		f->is_known = false;
}

static void
info_flow(const struct wire *w, unsigned from, struct wire_flow *f)
{
	const struct wire_direction *d = &w->directions[from];
	const struct pump *p = &d->pump;

	*f = (struct wire_flow){ .path = d->path, .is_known = true };
	if (d->path.mode == PLAN_DIRECT) {
		info_count_direct(w, from, f);
		return;
	}
	if (!p->is_there)
		return;
	f->path.mode = d->path.mode == PLAN_SPLICE ? p->mode : d->path.mode;
	f->in = p->in;
	f->out = p->sinks[0].out;
	f->messages = p->messages;
	f->calls = p->calls;
}

static const char *
info_name(const struct wire *w, unsigned i)
{
	const struct wire_end *e = &w->ends[i];

	return e->in != NULL && e->in->peer != NULL ? e->in->peer :
	    e->out != NULL && e->out->peer != NULL  ? e->out->peer :
						      w->spec->ends[i].in->addr->text;
}

static const char *
info_reason(const struct wire *w)
{
	if (w->is_pipe_ended)
		return "the reader of standard output went away";
	if (w->failure == 124)
		return "a time limit";
	if (w->failure != 0)
		return "an endpoint failed";
	return w->is_stopped ? "it was stopped" : "end of input";
}

void
wire_get_info(const struct wire *w, struct wire_info *info)
{
	const uint64_t now = loop_now(w->env->loop);

	*info =
	    (struct wire_info){ .session = w->session, .state = info_state_name(w->state), .age = now - w->started };
	info->idle = now - (w->last_activity != 0 ? w->last_activity : w->started);
	info->reason = info_reason(w);
	for (unsigned i = 0; i < WIRE_ENDS; i++) {
		info->names[i] = info_name(w, i);
		info_flow(w, i, &info->flows[i]);
	}
}
