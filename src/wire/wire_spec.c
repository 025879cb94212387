/* Who is read and who is written on a wire, and what stands against it. Asks the file system what paths are, opens nothing. */
#include "wire/wire_spec.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "endpoint/exec.h"
#include "endpoint/exec_unbuffer.h"
#include "endpoint/fdpass_group.h"
#include "endpoint/socket_groups.h"
#include "wire/traffic.h"
#include "wire/wire_buffer.h"
#include "wire/wire_errors.h"
#include "wire/wire_fdpass.h"
#include "wire/wire_limits.h"
#include "wire/wire_listeners.h"
#include "wire/wire_restart.h"
#include "wire/wire_terminal.h"

/* A regular file or FIFO on a two-way wire is read on the left and written on the right, unless an option says so. */
static unsigned
wire_spec_one_way(const struct endpoint_spec *s, unsigned end)
{
	struct stat st;

	if (!(s->kind->flags & KIND_ONE_WAY) || s->addr->nparams == 0 || s->is_two_way)
		return ROLE_READ | ROLE_WRITE;
	if (strcmp(s->kind->name, "file") == 0 || strcmp(s->kind->name, "gopen") == 0) {
		if (endpoint_spec_has(s, "rdonly"))
			return ROLE_READ;
		if (endpoint_spec_has(s, "wronly"))
			return ROLE_WRITE;
		if (endpoint_spec_has(s, "rdwr"))
			return ROLE_READ | ROLE_WRITE;
		if (stat(endpoint_spec_param(s, 0), &st) == 0 && !S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
			return ROLE_READ | ROLE_WRITE;
	}
	return end == 0 ? ROLE_READ : ROLE_WRITE;
}

static unsigned
wire_spec_ability(const struct wire_spec *w, unsigned end)
{
	const struct wire_end_spec *e = &w->ends[end];
	unsigned in = (e->in->kind->flags & KIND_READ ? ROLE_READ : 0) & ~e->in->cannot,
		 out = (e->out->kind->flags & KIND_WRITE ? ROLE_WRITE : 0) & ~e->out->cannot;

	if (e->in != e->out || w->opts.forward || w->opts.backward)
		return in | out;
	if (w->topology != TOPOLOGY_PAIR && w->topology != TOPOLOGY_HUB)
		return in | out;
	return (in | out) & wire_spec_one_way(e->in, end);
}

static int
wire_spec_check_words(const struct wire_spec *w, struct diag *d)
{
	for (unsigned i = 0; i < 2 * w->nends; i++) {
		const struct endpoint_spec *s = i % 2 == 0 ? w->ends[i / 2].in : w->ends[i / 2].out;

		if (!(s->kind->flags & KIND_CHILD) || s->argv != NULL)
			continue;
		diag_set(d, 0, "%s needs a command", s->addr->text);
		return diag_hint(d, "exec:'PROGRAM ARG...', or the words after --");
	}
	return 0;
}

static void
wire_spec_set_buffers(struct wire_spec *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		endpoint_spec_set_buffer(w->ends[i].in, &w->opts.buffer);
		endpoint_spec_set_buffer(w->ends[i].out, &w->opts.buffer);
	}
}

static int
wire_spec_prepare_pair(struct wire_spec *w, struct diag *d)
{
	const unsigned left = wire_spec_ability(w, 0), right = wire_spec_ability(w, 1);
	const bool forward = (left & ROLE_READ) && (right & ROLE_WRITE) && !w->opts.backward,
		   backward = (right & ROLE_READ) && (left & ROLE_WRITE) && !w->opts.forward;

	if (!forward && !backward) {
		diag_set(d, 0, "nothing can flow between %s and %s", w->ends[0].in->addr->text,
		    w->ends[1].in->addr->text);
		return diag_hint(d, "one of them must be readable and the other writable");
	}
	w->ends[0].roles = (forward ? ROLE_READ : 0) | (backward ? ROLE_WRITE : 0);
	w->ends[1].roles = (backward ? ROLE_READ : 0) | (forward ? ROLE_WRITE : 0);
	return 0;
}

static int
wire_spec_require(const struct wire_spec *w, unsigned i, unsigned needed, struct diag *d)
{
	const char *text = w->ends[i].in->addr->text, *topology = topology_name(w->topology);
	const unsigned missing = needed & ~wire_spec_ability(w, i);

	if (missing == 0)
		return 0;
	diag_set(d, 0, "%s cannot be %s", text, missing & ROLE_READ ? "read" : "written");
	return diag_hint(d, "its place in --%s asks for that", topology);
}

/* What each place asks for. In a hub an end may be one-way. */
static int
wire_spec_prepare_many(struct wire_spec *w, struct diag *d)
{
	const bool is_hub = w->topology == TOPOLOGY_HUB;

	if (w->opts.forward || w->opts.backward) {
		diag_set(d, 0, "--%s with --%s", w->opts.forward ? "forward" : "backward", topology_name(w->topology));
		return diag_hint(d, "its directions are given by the order of the addresses");
	}
	for (unsigned r = 0; r < wire_spec_nroutes(w); r++) {
		const struct route route = wire_spec_route(w, r);

		for (unsigned i = 0; i < w->nends && route.nsinks > 0; i++)
			w->ends[i].roles |=
			    (route_reads(route, i) ? ROLE_READ : 0) | (route_writes(route, i) ? ROLE_WRITE : 0);
	}
	for (unsigned i = 0; i < w->nends; i++)
		if (is_hub)
			w->ends[i].roles = wire_spec_ability(w, i);
		else if (wire_spec_require(w, i, w->ends[i].roles, d) == -1)
			return -1;
	return 0;
}

int
wire_spec_prepare(struct wire_spec *w, struct diag *d)
{
	if (wire_spec_find_listeners(w, d) == -1 || wire_fdpass_check(w, d) == -1 || wire_restart_check(w, d) == -1 ||
	    wire_spec_check_words(w, d) == -1)
		return -1;
	wire_spec_set_buffers(w);
	if ((w->topology == TOPOLOGY_PAIR ? wire_spec_prepare_pair : wire_spec_prepare_many)(w, d) == -1)
		return -1;
	if (wire_spec_find_messages(w, d) == -1)
		return -1;
	for (unsigned i = 0; i < w->nends; i++)
		if (wire_spec_side(w, i, ROLE_READ, NULL).must_be_read)
			w->ends[i].roles |= ROLE_READ;
	wire_terminal_prepare(w);
	return wire_errors_check(w, d);
}

unsigned
wire_spec_nroutes(const struct wire_spec *w)
{
	return route_count(w->topology, w->nends);
}

struct route
wire_spec_route(const struct wire_spec *w, unsigned i)
{
	return route_get(w->topology, w->nends, i);
}

struct wire_end_spec *
wire_spec_add_end(struct wire_spec *w)
{
	w->ends = xreallocarray(w->ends, ++w->nends, sizeof(*w->ends));
	memset(&w->ends[w->nends - 1], 0, sizeof(*w->ends));
	return &w->ends[w->nends - 1];
}

void
wire_spec_fini(struct wire_spec *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		if (w->ends[i].out != w->ends[i].in)
			endpoint_spec_free(w->ends[i].out);
		endpoint_spec_free(w->ends[i].in);
	}
	free(w->ends);
	w->ends = NULL;
	w->nends = 0;
}

static const struct endpoint_spec *
wire_spec_of(const struct wire_spec *w, unsigned end, enum endpoint_role role)
{
	return role == ROLE_READ ? w->ends[end].in : w->ends[end].out;
}

static void
wire_spec_side_of_program(struct plan_side *s, const struct endpoint_spec *spec, enum endpoint_role role,
    struct endpoint *ep)
{
	const struct exec_opts *o = spec->opts;

	s->is_program = true;
	s->wants_relay = o->via == EXEC_VIA_PIPE || o->eof_grace > 0 || o->pool > 0;
	s->wants_pair = o->via == EXEC_VIA_SOCKETPAIR;
	s->class = o->via == EXEC_VIA_SOCKETPAIR ? CLASS_SOCKET : CLASS_PROGRAM;
	if (exec_unbuffer_has_pty(spec, ep, role == ROLE_WRITE)) {
		s->wants_relay = true;
		s->class = CLASS_TTY;
	}
}

/* A listener with `reply`. */
static bool
wire_spec_is_answered(const struct endpoint_spec *s)
{
	return (s->kind->flags & KIND_LISTEN) && listener_opts(s)->reply != LISTEN_REPLY_NO;
}

struct plan_side
wire_spec_side(const struct wire_spec *w, unsigned end, enum endpoint_role role, struct endpoint *ep)
{
	const struct endpoint_spec *s = wire_spec_of(w, end, role);
	struct plan_side side = { .is_there = (w->ends[end].roles & role) != 0 };

	side.class = endpoint_spec_class(s, role);
	if (ep != NULL && ep->is_open && !(s->kind->flags & KIND_CHILD)) {
		side.class = role == ROLE_READ ? ep->rclass : ep->wclass;
		side.has_append = ep->has_append;
	}
	wire_buffer_plan(&side, s, role);
	if (wire_restart_sees(s) != NULL) {
		side.sees_bytes = wire_restart_sees(s);
		side.yields = false;
	}
	if (wire_spec_is_answered(s) && side.sees_bytes == NULL)
		side.sees_bytes = "each request is collected, and its reply";
	side.has_hook = role == ROLE_READ ? s->kind->read != NULL : s->kind->write != NULL;
	side.is_inherited = (s->kind->flags & KIND_ONCE) || fdpass_mode_of(s) == FDPASS_TAKE;
	side.has_disk_queue = s->common.queue != 0;
	side.must_be_read = role == ROLE_READ && side.class == CLASS_SOCKET && (s->kind->flags & KIND_READ) &&
	    !(s->kind->flags & KIND_CHILD) && !w->opts.forward && !w->opts.backward;
	if (s->kind->flags & KIND_CHILD)
		wire_spec_side_of_program(&side, s, role, ep);
	return side;
}

struct plan_wishes
wire_spec_wishes(const struct wire_spec *w, unsigned from)
{
	struct plan_wishes wishes = { 0 };

	if (w->opts.idle > 0)
		wishes.sees_bytes = "--idle watches the bytes";
	else if (w->opts.end_wait > 0)
		wishes.sees_bytes = "--end-wait watches the bytes";
	else if (w->opts.end != WIRE_END_BOTH)
		wishes.sees_bytes = "--end watches both directions";
	else if (w->opts.block != 0)
		wishes.sees_bytes = "--block sets the size of a read";
	traffic_wish(&w->opts, from, &wishes);
	for (unsigned i = 0; i < w->nends && wishes.counts_bytes == NULL; i++)
		wishes.counts_bytes = wire_limits_wish(wire_spec_of(w, i, ROLE_READ));
	if (w->opts.can_drain && wishes.counts_bytes == NULL)
		wishes.counts_bytes = "--on-signal may end the input";
	return wishes;
}

bool
wire_spec_has_programs(const struct wire_spec *w)
{
	for (unsigned i = 0; i < w->nends; i++)
		if ((w->ends[i].in->kind->flags & KIND_CHILD) || (w->ends[i].out->kind->flags & KIND_CHILD))
			return true;
	return false;
}

struct plan_path
wire_spec_plan(const struct wire_spec *w, struct route r, struct endpoint *from, struct endpoint *to)
{
	struct plan_side source = { .is_there = true }, sink = { .is_there = true };
	struct plan_wishes wishes = wire_spec_wishes(w, r.source);
	const int receiver = wire_fdpass_receiver(w);

	if (receiver != -1)
		return (int)r.source == receiver ?
		    (struct plan_path){ PLAN_NONE, "it gets a descriptor" } :
		    (struct plan_path){ PLAN_DIRECT, "descriptor handed over; nothing to copy" };
	wishes.has_many_ends = r.nsources > 1 || r.nsinks > 1 || wire_spec_is_door(w, r.source) ||
	    (r.nsinks == 1 && wire_spec_is_door(w, r.sink));
	if (!wishes.has_many_ends) {
		source = wire_spec_side(w, r.source, ROLE_READ, from);
		sink = r.nsinks > 0 ? wire_spec_side(w, r.sink, ROLE_WRITE, to) : (struct plan_side){ 0 };
	}
	return plan_path(&source, &sink, &wishes);
}

bool
wire_spec_is_joined(const struct wire_spec *w, unsigned end, enum endpoint_role role)
{
	for (unsigned i = 0; i < wire_spec_nroutes(w); i++) {
		const struct route r = wire_spec_route(w, i);

		if ((role == ROLE_READ ? route_reads(r, end) : route_writes(r, end)) &&
		    wire_spec_plan(w, r, NULL, NULL).mode != PLAN_NONE)
			return true;
	}
	return false;
}
