/* A look at a wire, for tables and statistics. */
#include "wire/wire_info.h"

#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/visible.h"
#include "endpoint/socket_groups.h"
#include "net/tcpcount.h"
#include "wire/wire_rules.h"
#include "wire/wire_state.h"

#define INFO_NAME_MAX 128

static const char *
info_state_name(enum wire_state state)
{
	static const char names[][12] = { "opening", "starting", "running", "closing", "done" };
	_Static_assert(sizeof(names) / sizeof(*names) == WIRE_STATE_N, "a name for every state");

	return names[state];
}

/* A program that has a TCP connection for itself: the kernel counts. */
static void
info_count_direct(const struct wire *w, const struct wire_way *way, struct wire_flow *f)
{
	const struct wire_end *from = w->ends[way->route.source], *to = w->ends[way->route.sink];
	const struct endpoint *source = from->in, *sink = to->out;
	uint64_t received, sent;

	if (source != NULL && source->is_tcp && tcp_count(source->rfd, from->is_gone, &received, &sent))
		f->in = f->out = received;
	else if (sink != NULL && sink->is_tcp && tcp_count(sink->wfd, to->is_gone, &received, &sent))
		f->in = f->out = sent;
	else
		f->is_known = false;
}

/* What the slowest sink has taken. */
static uint64_t
info_taken(const struct pump *p)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < p->nsinks; i++)
		if (p->sinks[i].ep != NULL && p->sinks[i].out < least)
			least = p->sinks[i].out;
	return least == UINT64_MAX ? 0 : least;
}

/* A file has what is behind its offset still to give. */
static uint64_t
info_size(const struct pump *p)
{
	const struct endpoint *source = p->nsources == 1 ? p->sources[0].ep : NULL;
	const int fd = source != NULL ? source->rfd : -1;
	uint64_t size = 0;
	struct stat st;
	off_t at;

	if (fd == -1 || source->rclass != CLASS_FILE || fstat(fd, &st) == -1 || (at = lseek(fd, 0, SEEK_CUR)) == -1)
		return UINT64_MAX;
	if (S_ISREG(st.st_mode))
		size = (uint64_t)st.st_size;
	else if (ioctl(fd, BLKGETSIZE64, &size) == -1)
		return UINT64_MAX;
	return p->in + (size > (uint64_t)at ? size - (uint64_t)at : 0);
}

static void
info_flow(const struct wire *w, const struct wire_way *way, struct wire_flow *f)
{
	const struct pump *p = &way->pump;

	*f = (struct wire_flow){ .path = way->path, .is_known = true, .size = UINT64_MAX };
	if (way->path.mode == PLAN_DIRECT) {
		info_count_direct(w, way, f);
		return;
	}
	if (!p->is_there)
		return;
	f->path.mode = way->path.mode == PLAN_SPLICE ? p->mode : way->path.mode;
	f->in = p->in;
	f->size = info_size(p);
	f->out = info_taken(p);
	f->waiting = pump_pending_most(p);
	f->messages = p->messages;
	f->calls = p->calls;
}

/* What came in at the beginning of a chain, and what went out at its end. */
static void
info_chain(const struct wire *w, struct wire_flow *f)
{
	struct wire_flow last;

	if (w->spec->nends < 3)
		return;
	info_flow(w, &w->ways[w->spec->nends - 2], &last);
	f->out = last.out;
	f->is_known = f->is_known && last.is_known;
	f->waiting += last.waiting;
	f->calls += last.calls;
}

static const char *
info_name(const struct wire *w, const struct wire_end *e)
{
	return e->in != NULL && e->in->peer != NULL ? e->in->peer :
	    e->out != NULL && e->out->peer != NULL  ? e->out->peer :
						      w->spec->ends[e->position].in->addr->text;
}

static uint64_t
info_missed(const struct wire *w)
{
	uint64_t missed = 0;

	for (unsigned i = 0; i < w->nways; i++)
		for (unsigned s = 0; w->ways[i].pump.is_there && s < w->ways[i].pump.nsinks; s++)
			missed += w->ways[i].pump.sinks[s].missed;
	return missed;
}

void
wire_get_info(const struct wire *w, struct wire_info *info)
{
	const uint64_t now = loop_now(w->env->loop);

	*info =
	    (struct wire_info){ .session = w->session, .state = info_state_name(w->state), .age = now - w->started };
	info->idle = now - (w->last_activity != 0 ? w->last_activity : w->started);
	info->reason = w->reason != NULL ? w->reason : "";
	info->flows[1].size = UINT64_MAX;
	info->missed = info_missed(w);
	info->names[0] = info_name(w, w->ends[0]);
	info->names[1] = info_name(w, w->ends[w->spec->nends - 1]);
	info_flow(w, &w->ways[0], &info->flows[0]);
	if (w->spec->topology == TOPOLOGY_PAIR)
		info_flow(w, &w->ways[1], &info->flows[1]);
	else if (w->spec->topology == TOPOLOGY_CHAIN)
		info_chain(w, &info->flows[0]);
}

unsigned long
wire_nmembers_ever(const struct wire *w)
{
	return w->members;
}

unsigned
wire_nmembers(const struct wire *w)
{
	return w->nends - w->spec->nends;
}

static void
info_member_flow(const struct wire_way *way, uint64_t in, uint64_t out, struct wire_flow *f)
{
	*f = (struct wire_flow){ .path = way->path, .is_known = true, .in = in, .out = out, .size = UINT64_MAX };
}

static uint64_t
info_member_moved(const struct wire_end *e, const struct pump_source *source, const struct pump_sink *sink)
{
	uint64_t moved = e->joined;

	if (source != NULL)
		moved = MAX(moved, source->moved_at);
	return sink != NULL ? MAX(moved, sink->moved_at) : moved;
}

void
wire_get_member_info(const struct wire *w, unsigned i, struct wire_info *info)
{
	const struct wire_end *e = w->ends[w->spec->nends + i];
	const struct pump *from = wire_pump_from(e), *to = wire_pump_to(e);
	const struct pump_source *source = from != NULL ? &from->sources[e->source] : NULL;
	const struct pump_sink *sink = to != NULL ? &to->sinks[e->sink] : NULL;
	const uint64_t now = loop_now(w->env->loop);

	*info = (struct wire_info){ .session = e->in->who.session, .is_member = true, .state = "member", .reason = "" };
	info->age = now - e->joined;
	info->idle = now - info_member_moved(e, source, sink);
	info->names[0] = info_name(w, e);
	info->names[1] = topology_name(w->spec->topology);
	if (source != NULL)
		info_member_flow(e->from, source->in, source->in, &info->flows[0]);
	if (source != NULL && from->setup.is_bus)
		info->flows[0].waiting = queue_len(source->held);
	if (sink == NULL)
		return;
	info_member_flow(e->to, sink->out, sink->out, &info->flows[1]);
	info->flows[1].waiting =
	    sink->is_over ? 0 : queue_pending(&to->queue, e->sink) + sink->rest_len - sink->rest_at;
	info->missed = sink->missed;
}

static void
info_put_refusals(FILE *f, const struct endpoint *listener, bool is_utf8)
{
	const struct admission *a = listener_of(listener)->admission;
	char name[INFO_NAME_MAX], *refused = admission_summary(a);
	size_t taken;

	visible_put(name, sizeof(name), listener->spec->addr->text, strlen(listener->spec->addr->text), is_utf8,
	    &taken);
	if (*refused != '\0')
		fprintf(f, "%s: %" PRIu64 " clients since the start%s\n", name, admission_counts(a)->accepted, refused);
	free(refused);
}

char *
wire_describe_refusals(const struct wire *w, bool is_utf8)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup("");
	for (unsigned i = 0; i < w->spec->nends; i++)
		if (w->ends[i]->is_door && w->ends[i]->in != NULL && listener_of(w->ends[i]->in) != NULL)
			info_put_refusals(f, w->ends[i]->in, is_utf8);
	fclose(f);
	return text;
}
