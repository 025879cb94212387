/* What the listeners among the ends are, and what stands against it. */
#include "wire/wire_listeners.h"

#include "endpoint/exec.h"
#include "endpoint/limits_group.h"
#include "endpoint/socket_groups.h"
#include "process/limits.h"
#include "wire/traffic.h"

static bool
listeners_each(const struct endpoint_spec *s)
{
	const struct listen_opts *o = endpoint_spec_group(s, &listen_group);

	return (s->kind->flags & KIND_LISTEN) && (o->each || o->reply != LISTEN_REPLY_NO);
}

static bool
listeners_share(const struct endpoint_spec *s)
{
	const struct listen_opts *o = endpoint_spec_group(s, &listen_group);

	return (s->kind->flags & KIND_LISTEN) && o->share != LISTEN_SHARE_NO;
}

/* open= or close= asks for something. */
static bool
listeners_has_times(const struct endpoint_spec *s)
{
	const struct listen_opts *o = endpoint_spec_group(s, &listen_group);

	return (s->kind->flags & KIND_LISTEN) && (o->open != LISTEN_OPEN_START || o->close != LISTEN_CLOSE_NEVER);
}

static int
listeners_check_half(const struct wire_end_spec *e, struct diag *d)
{
	if (e->in == e->out)
		return 0;
	if (listeners_each(e->in) || listeners_each(e->out))
		return diag_set(d, 0, "a listener with 'each' cannot be half of A!!B");
	if (listeners_share(e->in) || listeners_share(e->out))
		return diag_set(d, 0, "a listener with 'share' cannot be half of A!!B");
	return 0;
}

/* What is kept in one loop. */
static int
listeners_check_threads(const struct wire_spec *w, struct diag *d)
{
	if (w->opts.progress == TRAFFIC_PROGRESS_NO)
		return 0;
	diag_set(d, 0, "--progress with 'scheme=threads'");
	return diag_hint(d, "--stats tells at the end what all threads have moved");
}

/* What is said about the processes of clients where there are none. */
static int
listeners_check_scheme(const struct wire_spec *w, const struct endpoint_spec *s, struct diag *d)
{
	const struct listen_opts *o = endpoint_spec_group(s, &listen_group);
	const char *limit;

	if (!(s->kind->flags & KIND_LISTEN) || (o->scheme.word == LISTEN_SCHEME_FORK && o->each))
		return 0;
	if (o->scheme.word != LISTEN_SCHEME_LOOP && !o->each) {
		diag_set(d, 0, "%s: scheme= without 'each'", s->addr->text);
		return diag_hint(d,
		    "it says how every client gets a session of its own, which is what 'each' asks for");
	}
	if (o->scheme.word == LISTEN_SCHEME_THREADS && listeners_check_threads(w, d) == -1)
		return -1;
	limit = limits_first(endpoint_spec_group(s, &limits_group));
	if (limit == NULL)
		return 0;
	diag_set(d, 0, "%s: %s= without 'scheme=fork'", s->addr->text, limit);
	return diag_hint(d,
	    "with that each client has a process to be limited; for its program write exec:COMMAND,%s=", limit);
}

/* over=refuse, and nothing that anybody could be above of. */
static bool
listeners_refuses_nobody(const struct endpoint_spec *s)
{
	const struct listen_opts *o = endpoint_spec_group(s, &listen_group);

	return (s->kind->flags & KIND_LISTEN) && o->over == LISTEN_OVER_REFUSE && o->max == OPT_INT_WORD(0) &&
	    o->max_per_ip == OPT_INT_WORD(0) && o->rate.n == 0;
}

/* The first word about the end of an answer, which only share=turns looks for; or NULL. */
static const char *
listeners_answer_word(const struct endpoint_spec *s)
{
	const struct listen_opts *o = endpoint_spec_group(s, &listen_group);

	if (!(s->kind->flags & KIND_LISTEN) || o->share == LISTEN_SHARE_TURNS)
		return NULL;
	return o->lines > 0 ? "lines" : o->prompt != NULL ? "prompt" : o->quiet > 0 ? "quiet" : NULL;
}

static int
listeners_check_pair(const struct wire_spec *w, const struct wire_end_spec *e, struct diag *d)
{
	const bool is_each = listeners_each(e->in), is_share = listeners_share(e->in);
	const char *word = listeners_answer_word(e->in);

	if (word != NULL) {
		diag_set(d, 0, "%s: %s= without 'share=turns'", e->in->addr->text, word);
		return diag_hint(d, "it says where the answer to one client ends, so that the next one has its turn");
	}
	if (listeners_refuses_nobody(e->in)) {
		diag_set(d, 0, "%s: over=refuse without a limit", e->in->addr->text);
		return diag_hint(d, "max= is how many clients there may be at a time, rate= how many may come");
	}
	if (listeners_has_times(e->in) && !is_share) {
		diag_set(d, 0, "%s: 'open' and 'close' without 'share'", e->in->addr->text);
		return diag_hint(d, "they say when the one end that all clients share is opened and closed");
	}
	if (w->topology != TOPOLOGY_PAIR && (is_each || is_share)) {
		diag_set(d, 0, "'%s' with --%s", is_each ? "each" : "share", topology_name(w->topology));
		return diag_hint(d, "every client of a listener there is a member of the %s anyway",
		    topology_name(w->topology));
	}
	if (is_each && is_share) {
		diag_set(d, 0, "%s: 'each' and 'share' at the same time", e->in->addr->text);
		return diag_hint(d,
		    "each: the other end is opened anew for every client; share: all have the same one");
	}
	return 0;
}

/* pool= is about the program that a server in one loop starts for each client. */
static int
listeners_check_pool(const struct wire_spec *w, unsigned end, const struct endpoint_spec *s, struct diag *d)
{
	const struct exec_opts *o = s->opts;
	const struct listen_opts *listener;

	if (!(s->kind->flags & KIND_CHILD) || o->pool == 0)
		return 0;
	if (w->server == -1 || (unsigned)w->server == end) {
		diag_set(d, 0, "%s: pool= without a listener that says 'each'", s->addr->text);
		return diag_hint(d, "copies are kept ready for clients: tcp-listen:PORT,each");
	}
	listener = listener_opts(w->ends[w->server].in);
	if (listener->scheme.word != LISTEN_SCHEME_LOOP) {
		diag_set(d, 0, "%s: pool= with a scheme= that is not loop", s->addr->text);
		return diag_hint(d, "copies wait in the one loop of a server");
	}
	if (w->ends[end].in != w->ends[end].out)
		return diag_set(d, 0, "%s: pool= on half of A!!B", s->addr->text);
	if (o->via != EXEC_VIA_DIRECT)
		return 0;
	diag_set(d, 0, "%s: pool= with via=direct", s->addr->text);
	return diag_hint(d, "a copy that waits cannot have the descriptor of a client that is not there yet");
}

static int
listeners_check_pools(const struct wire_spec *w, struct diag *d)
{
	for (unsigned i = 0; i < w->nends; i++)
		if (listeners_check_pool(w, i, w->ends[i].in, d) == -1 ||
		    listeners_check_pool(w, i, w->ends[i].out, d) == -1)
			return -1;
	return 0;
}

/* It cannot be opened a second time. */
static bool
listeners_is_once(const struct wire_spec *w, unsigned end)
{
	const struct wire_end_spec *e = &w->ends[end];

	return ((e->in->kind->flags | e->out->kind->flags) & KIND_ONCE) || e->in->is_once || e->out->is_once ||
	    wire_spec_is_door(w, end);
}

/* close=last: the other end is one that can be opened again. */
static int
listeners_check_shared(const struct wire_spec *w, unsigned door, struct diag *d)
{
	const struct wire_end_spec *other = &w->ends[1 - door];
	const struct listen_opts *o = endpoint_spec_group(w->ends[door].in, &listen_group);

	if (o->close != LISTEN_CLOSE_LAST || !listeners_is_once(w, 1 - door))
		return 0;
	diag_set(d, 0, "%s cannot be opened anew for the next client", other->in->addr->text);
	return diag_hint(d, "without close=last it stays open while nobody is there");
}

static int
listeners_check_server(const struct wire_spec *w, struct diag *d)
{
	const struct wire_end_spec *other = &w->ends[1 - w->server];

	if (!listeners_is_once(w, 1 - (unsigned)w->server))
		return 0;
	diag_set(d, 0, "%s cannot be opened anew for each client", other->in->addr->text);
	return diag_hint(d,
	    "'share' instead of 'each': one end for all clients; without either the first client gets it");
}

/* reply: a run of the program for each message, and its output collected. */
static int
listeners_check_reply(const struct wire_spec *w, unsigned end, struct diag *d)
{
	const struct endpoint_spec *s = w->ends[end].in;
	const struct listen_opts *o = endpoint_spec_group(s, &listen_group);
	const struct wire_end_spec *other = &w->ends[w->nends == 2 ? 1 - end : end];

	if (!(s->kind->flags & KIND_LISTEN) || o->reply == LISTEN_REPLY_NO)
		return 0;
	if (w->topology != TOPOLOGY_PAIR || !(other->in->kind->flags & KIND_CHILD) || other->in != other->out) {
		diag_set(d, 0, "%s: 'reply' without a program at the other end", s->addr->text);
		return diag_hint(d, "each request is a run of it: %s -- PROGRAM", s->addr->text);
	}
	if (w->opts.forward || w->opts.backward) {
		diag_set(d, 0, "%s: 'reply' in one direction", s->addr->text);
		return diag_hint(d, "without -u and -U requests come and replies go");
	}
	if (o->share == LISTEN_SHARE_NO && o->scheme.word == LISTEN_SCHEME_LOOP)
		return 0;
	diag_set(d, 0, "%s: 'reply' with %s", s->addr->text,
	    o->share != LISTEN_SHARE_NO ? "'share'" : "a scheme= that is not loop");
	return diag_hint(d, "each request has a process anyway: its program's");
}

int
wire_spec_find_listeners(struct wire_spec *w, struct diag *d)
{
	w->server = -1;
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end_spec *e = &w->ends[i];

		if (listeners_check_half(e, d) == -1 || listeners_check_reply(w, i, d) == -1 ||
		    listeners_check_pair(w, e, d) == -1)
			return -1;
		if (listeners_check_scheme(w, e->in, d) == -1 || listeners_check_scheme(w, e->out, d) == -1)
			return -1;
		if (listeners_share(e->in) && w->nends == 2 && listeners_check_shared(w, i, d) == -1)
			return -1;
		if (!listeners_each(e->in))
			continue;
		if (w->server != -1) {
			diag_set(d, 0, "both addresses say 'each'");
			return diag_hint(d,
			    "one listener serves its clients, the other end is opened for each of them");
		}
		w->server = (int)i;
	}
	if (listeners_check_pools(w, d) == -1)
		return -1;
	return w->server != -1 ? listeners_check_server(w, d) : 0;
}

/* ack=auto: a session for each message if a program is there for it. */
static bool
listeners_serve_messages(const struct wire_spec *w, unsigned end)
{
	const struct wire_end_spec *e = &w->ends[end], *other = &w->ends[1 - end];

	if (e->in->ack != ENDPOINT_ACK_AUTO)
		return e->in->ack == ENDPOINT_ACK_SESSION;
	return w->topology == TOPOLOGY_PAIR && e->in == e->out && w->server == -1 && other->in == other->out &&
	    (other->in->kind->flags & KIND_CHILD);
}

static int
listeners_check_messages(const struct wire_spec *w, unsigned end, struct diag *d)
{
	const struct wire_end_spec *e = &w->ends[end], *other = &w->ends[1 - end];

	if (w->topology != TOPOLOGY_PAIR || e->in != e->out) {
		diag_set(d, 0, "%s: ack=exit and reply are for a queue alone at one end of a wire", e->in->addr->text);
		return diag_hint(d, "ack=delivered: a message is done when the others have taken it");
	}
	if (w->server != -1) {
		diag_set(d, 0, "a session for each message of %s, and for each client of the other end",
		    e->in->addr->text);
		return diag_hint(d, "ack=delivered: every client of the listener takes messages as a stream");
	}
	if (!listeners_is_once(w, 1 - end))
		return 0;
	diag_set(d, 0, "%s cannot be opened anew for each message of %s", other->in->addr->text, e->in->addr->text);
	return diag_hint(d, "ack=delivered: one end for all messages, which are done when it has taken them");
}

static bool
listeners_keeps_messages(const struct endpoint_spec *s)
{
	return (s->kind->flags & (KIND_PACKET | KIND_MESSAGES)) || s->common.frame != FRAME_RAW ||
	    endpoint_spec_class(s, ROLE_READ) == CLASS_PACKET;
}

/* A queue has its messages one by one where somebody else on the wire knows where they end. */
static void
listeners_match_messages(struct wire_spec *w, unsigned end)
{
	const struct wire_end_spec *e = &w->ends[end];
	bool keeps = false;

	for (unsigned i = 0; i < w->nends; i++)
		keeps |=
		    i != end && (listeners_keeps_messages(w->ends[i].in) || listeners_keeps_messages(w->ends[i].out));
	e->in->keeps_messages = e->out->keeps_messages = keeps;
}

int
wire_spec_find_messages(struct wire_spec *w, struct diag *d)
{
	for (unsigned i = 0; i < w->nends; i++) {
		const struct wire_end_spec *e = &w->ends[i];

		listeners_match_messages(w, i);
		if (!(e->in->kind->flags & KIND_MESSAGES) || !(e->roles & ROLE_READ) || !listeners_serve_messages(w, i))
			continue;
		if (listeners_check_messages(w, i, d) == -1)
			return -1;
		e->in->serves_messages = true;
		w->server = (int)i;
	}
	return 0;
}

bool
wire_spec_is_door(const struct wire_spec *w, unsigned end)
{
	const struct wire_end_spec *e = &w->ends[end];

	if (e->in != e->out || !(e->in->kind->flags & KIND_LISTEN))
		return false;
	return w->topology != TOPOLOGY_PAIR || listeners_share(e->in);
}

bool
wire_spec_has_doors(const struct wire_spec *w)
{
	for (unsigned i = 0; i < w->nends; i++)
		if (wire_spec_is_door(w, i))
			return true;
	return false;
}

bool
wire_spec_has_listeners(const struct wire_spec *w)
{
	for (unsigned i = 0; i < w->nends; i++)
		if (((w->ends[i].in->kind->flags | w->ends[i].out->kind->flags) & KIND_LISTEN) ||
		    w->ends[i].in->serves_messages)
			return true;
	return false;
}
