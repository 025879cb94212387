/* The words of the watch. Facts are what the kernel said; everything else comes after "probably" or "likely". */
#include "wire/watch_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <vis.h>

#include "base/mem.h"

struct text {
	char *s;
};

static void text_add(struct text *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	char *more, *old = t->s;

	va_start(ap, fmt);
	more = xvasprintf(fmt, ap);
	va_end(ap);
	t->s = xasprintf("%s%s", old != NULL ? old : "", more);
	free(old);
	free(more);
}

/* Who. */

static void
text_who(struct text *t, const struct watch_view *v, const struct watch_process *p)
{
	const char *name = v->ends[p->end].name;

	if (p->is_root)
		text_add(t, "%s (pid %d)", name, (int)p->pid);
	else if (p->is_peer)
		text_add(t, "%s (pid %d) behind %s", p->name, (int)p->pid, name);
	else
		text_add(t, "%s (pid %d) of %s", p->name, (int)p->pid, name);
}

/* Does what. */

static void
text_full(struct text *t, const struct watch_channel *c)
{
	if (c->size > 0)
		text_add(t, "full (%" PRIu64 " of %" PRIu64 " bytes)", c->filled, c->size);
	else if (c->filled > 0)
		text_add(t, "full (%" PRIu64 " bytes are not read)", c->filled);
	else
		text_add(t, "full");
}

static bool
text_is_set_call(const struct watch_thread *thread)
{
	return thread->call != NULL && (strstr(thread->call, "poll") != NULL || strstr(thread->call, "select") != NULL);
}

static void
text_on_wire(struct text *t, const struct watch_snapshot *s, const struct watch_thread *thread)
{
	const unsigned out = watch_waits_on(s, thread, WATCH_WRITE), in = watch_waits_on(s, thread, WATCH_READ);
	const char *call = text_is_set_call(thread) ? thread->call : NULL;

	if (in < s->nchannels && call == NULL)
		text_add(t, "is blocked reading its input, which is empty");
	else if (in < s->nchannels)
		text_add(t, "is blocked in %s on its input, which is empty", call);
	else {
		text_add(t, "is blocked %s its output, which is ", call == NULL ? "writing" : "waiting to write");
		text_full(t, &s->channels[out]);
	}
}

static bool
text_is_on_wire(const struct watch_snapshot *s, const struct watch_thread *thread)
{
	return watch_waits_on(s, thread, WATCH_READ) < s->nchannels ||
	    watch_waits_on(s, thread, WATCH_WRITE) < s->nchannels;
}

static void
text_blocked(struct text *t, const struct watch_snapshot *s, const struct watch_thread *thread)
{
	if (text_is_on_wire(s, thread))
		text_on_wire(t, s, thread);
	else if (thread->call != NULL && thread->fd >= 0 && !text_is_set_call(thread))
		text_add(t, "is blocked in %s on descriptor %d", thread->call, thread->fd);
	else
		text_add(t, "is blocked in %s", thread->call != NULL ? thread->call : "a system call");
}

static void
text_does(struct text *t, const struct watch_snapshot *s, const struct watch_thread *thread)
{
	const char *call = thread->call != NULL ? thread->call : "a system call";

	switch (thread->state) {
	case WATCH_BLOCKED:
		text_blocked(t, s, thread);
		break;
	case WATCH_CHILD:
		text_add(t, "waits for its child to end");
		break;
	case WATCH_THREAD:
		text_add(t, "waits for a thread of its own");
		break;
	case WATCH_SIGNAL:
		text_add(t, "waits for a signal (%s)", call);
		break;
	case WATCH_STOPPED:
		text_add(t, "is stopped by a signal");
		break;
	case WATCH_RUNNING:
		text_add(t, "is running");
		break;
	case WATCH_TIMED:
		text_add(t, "waits with a time limit (%s)", call);
		break;
	case WATCH_OUTSIDE:
		text_add(t, "waits for something outside (%s)", call);
		break;
	case WATCH_UNSEEN:
	case WATCH_STATE_N:
		text_add(t, "cannot be seen: %s", call);
		break;
	}
}

static void
text_held(struct text *t, const struct heldbytes *h)
{
	const size_t shown = h->len < sizeof(h->shown) ? h->len : sizeof(h->shown);
	char quoted[4 * sizeof(h->shown) + 1];

	if (h->state != HELDBYTES_SEEN || h->len == 0)
		return;
	strvisx(quoted, h->shown, shown, VIS_CSTYLE | VIS_OCTAL | VIS_NL | VIS_TAB | VIS_DQ | VIS_NOLOCALE);
	text_add(t, ", and holds %zu unflushed byte%s \"%s\"%s in its stdio buffer", h->len, h->len == 1 ? "" : "s",
	    quoted, shown < h->len ? "..." : "");
}

static void
text_clause(struct text *t, const struct watch_view *v, const struct watch_snapshot *s, unsigned thread)
{
	const struct watch_process *p = &s->processes[s->threads[thread].process];

	text_who(t, v, p);
	text_add(t, " ");
	text_does(t, s, &s->threads[thread]);
	text_held(t, &p->held);
}

static bool
text_both(const struct watch_snapshot *s, unsigned a, unsigned b, enum watch_op op)
{
	return watch_waits_on(s, &s->threads[a], op) < s->nchannels &&
	    watch_waits_on(s, &s->threads[b], op) < s->nchannels;
}

/* The second of two that do the same is told shortly. */
static void
text_next_clause(struct text *t, const struct watch_view *v, const struct watch_snapshot *s, unsigned first,
    unsigned thread)
{
	const struct watch_process *p = &s->processes[s->threads[thread].process];
	const bool read = text_both(s, first, thread, WATCH_READ), write = text_both(s, first, thread, WATCH_WRITE);

	text_add(t, "; ");
	if (p->held.len > 0 || !(read || write) || text_is_set_call(&s->threads[thread])) {
		text_clause(t, v, s, thread);
		return;
	}
	if (p->is_root)
		text_add(t, "%s", v->ends[p->end].name);
	else
		text_who(t, v, p);
	text_add(t, " is blocked %s too", read ? "reading" : "writing");
}

static void
text_scene(struct text *t, const struct watch_view *v, const struct watch_snapshot *s,
    const struct watch_verdict *verdict)
{
	unsigned first = verdict->culprit;

	for (unsigned i = 0; i < v->nends && first == s->nthreads; i++)
		first = watch_main_thread(s, i);
	if (first == s->nthreads)
		return;
	text_clause(t, v, s, first);
	for (unsigned i = 0; i < v->nends; i++) {
		const unsigned thread = watch_main_thread(s, i);

		if (thread < s->nthreads && i != s->processes[s->threads[first].process].end)
			text_next_clause(t, v, s, first, thread);
	}
	text_add(t, ".");
}

/* What helps. */

static void
text_address(struct text *t, const struct watch_end *e, const char *option)
{
	if (e->after != NULL)
		text_add(t, "exec,%s -- %s", option, e->after);
	else
		text_add(t, "%s,%s", e->name, option);
}

static const struct watch_end *
text_culprits_end(const struct watch_view *v, const struct watch_snapshot *s, const struct watch_verdict *verdict)
{
	return &v->ends[verdict->culprit < s->nthreads ? s->processes[s->threads[verdict->culprit].process].end : 0];
}

static bool
text_is_peer(const struct watch_snapshot *s, const struct watch_verdict *verdict)
{
	return verdict->culprit < s->nthreads && s->processes[s->threads[verdict->culprit].process].is_peer;
}

static void
text_suspects(struct text *t, const struct watch_view *v, const struct watch_snapshot *s)
{
	const char *between = " Probably ";

	for (unsigned i = 0; i < s->nthreads; i++) {
		const struct watch_process *p = &s->processes[s->threads[i].process];

		if (!watch_is_suspect(s, i))
			continue;
		text_add(t, "%s", between);
		text_who(t, v, p);
		text_add(t, " holds its output in a buffer that cannot be seen (%s)",
		    p->held.runtime != NULL ? p->held.runtime : p->held.why);
		between = ", or ";
	}
	if (strcmp(between, ", or ") == 0)
		text_add(t, ".");
}

static void
text_remedy(struct text *t, const struct watch_view *v, const struct watch_snapshot *s,
    const struct watch_verdict *verdict)
{
	const struct watch_end *e = text_culprits_end(v, s, verdict);

	switch (verdict->class) {
	case WATCH_IS_STOPPED:
		text_add(t, " Likely remedy: kill -CONT %d",
		    (int)s->processes[s->threads[verdict->culprit].process].pid);
		break;
	case WATCH_IS_FULL:
		text_add(t, " Likely remedy: ");
		text_address(t, e, "queue=disk");
		break;
	case WATCH_IS_HELD:
	case WATCH_IS_SUSPECT:
		text_add(t, " Likely remedy: ");
		if (text_is_peer(s, verdict))
			text_add(t, "that program must flush its output");
		else if (e->unbuffer == NULL)
			text_add(t, "an option of its own for unbuffered output; ours did not reach it");
		else
			text_address(t, e, e->unbuffer);
		break;
	case WATCH_IS_UNREAD:
		text_add(t, " Likely remedy: the other side must read");
		break;
	case WATCH_IS_SILENT:
		text_add(t, " None holds output back%s.",
		    s->has_moved ? ": each waits for another to speak" : ": nobody speaks first");
		break;
	case WATCH_IS_BUSY:
	case WATCH_IS_EXTERNAL:
	case WATCH_IS_UNSEEN:
	case WATCH_CLASS_N:
		break;
	}
}

static void
text_facts(struct text *t, const struct watch_view *v, uint64_t still_ns)
{
	text_add(t, " Still for %.1f s", (double)still_ns / 1e9);
	for (unsigned i = 0; v->counts_bytes && i < v->nends; i++)
		text_add(t, "%s %" PRIu64 " bytes from %s",
		    i == 0               ? ", after" :
			i + 1 < v->nends ? "," :
					   " and",
		    v->ends[i].bytes, v->ends[i].name);
	text_add(t, ".");
}

char *
watch_text_stall(const struct watch_view *v, const struct watch_snapshot *s, const struct watch_verdict *verdict,
    uint64_t still_ns)
{
	struct text t = { NULL };

	text_add(&t, "stall: ");
	text_scene(&t, v, s, verdict);
	if (!verdict->is_partial)
		text_add(&t, " Nothing can move unless a signal or timer wakes one of them.");
	text_facts(&t, v, still_ns);
	if (verdict->class == WATCH_IS_SUSPECT)
		text_suspects(&t, v, s);
	text_remedy(&t, v, s, verdict);
	return t.s;
}

char *
watch_text_waits(const struct watch_view *v, const struct watch_snapshot *s)
{
	struct text t = { xstrdup("") };

	for (unsigned i = 0; i < v->nends; i++) {
		const unsigned thread = watch_main_thread(s, i);

		if (thread == s->nthreads)
			continue;
		text_add(&t, "%s", *t.s != '\0' ? "; " : "");
		text_clause(&t, v, s, thread);
	}
	return t.s;
}

char *
watch_text_unseen(const struct watch_view *v, const struct watch_snapshot *s)
{
	struct text t = { NULL };

	for (unsigned i = 0; i < s->nthreads && t.s == NULL; i++)
		if (s->threads[i].state == WATCH_UNSEEN) {
			text_add(&t, "cannot see what ");
			text_who(&t, v, &s->processes[s->threads[i].process]);
			text_add(&t, " waits for: %s", s->threads[i].call);
		}
	return t.s != NULL ? t.s : xstrdup("cannot see");
}
