/*
 * A wire that was begun anew has its ends opened anew, so all of them must allow that. The pause before is doubled each time, up to a
 * minute, unless the wire has run for longer than the pause before it: then it is the first one again.
 */
#include "cli/rerun.h"

#include "base/human.h"
#include "base/log.h"
#include "base/opt.h"

#define RERUN_DELAY_MAX LOOP_SEC(60)

int
rerun_check(const struct rerun_opts *o, const struct wire_spec *w, struct diag *d)
{
	if (o->when == RERUN_NO)
		return 0;
	if (w->server != -1) {
		diag_set(d, 0, "--restart with a server, which goes on by itself");
		return diag_hint(d,
		    "a session that fails costs its client alone; retry= is for a listener that cannot be opened");
	}
	for (unsigned i = 0; i < 2 * w->nends; i++) {
		const struct endpoint_spec *s = i % 2 == 0 ? w->ends[i / 2].in : w->ends[i / 2].out;

		if (!(s->kind->flags & KIND_ONCE) && !s->is_once)
			continue;
		diag_set(d, 0, "--restart, and %s cannot be opened anew", s->addr->text);
		return diag_hint(d,
		    "restart= on another address opens that one again, and leaves the rest of the wire as it is");
	}
	return 0;
}

static void
rerun_expired(struct loop_timer *t)
{
	struct rerun *r = t->arg;

	r->again(r->arg);
}

void
rerun_init(struct rerun *r, const struct rerun_opts *o, struct loop *loop, void (*again)(void *), void *arg)
{
	*r = (struct rerun){ .opts = o, .loop = loop, .again = again, .arg = arg };
	loop_timer_init(&r->timer, rerun_expired, r);
}

void
rerun_began(struct rerun *r)
{
	r->began = loop_now(r->loop);
}

static bool
rerun_is_due(const struct rerun *r, int status)
{
	if (r->is_over || r->opts->when == RERUN_NO || (r->opts->when == RERUN_FAILURE && status == 0))
		return false;
	return r->opts->limit == OPT_INT_WORD(0) || r->times < (unsigned long)r->opts->limit;
}

bool
rerun_ended(struct rerun *r, int status)
{
	const uint64_t first = (uint64_t)r->opts->delay;
	char age[HUMAN_MAX];

	if (!rerun_is_due(r, status))
		return false;
	if (r->delay == 0 || loop_now(r->loop) - r->began > r->delay)
		r->delay = first;
	else if (r->delay < RERUN_DELAY_MAX)
		r->delay = 2 * r->delay < RERUN_DELAY_MAX ? 2 * r->delay : RERUN_DELAY_MAX;
	r->times++;
	log_msg(status == 0 ? LOG_INFO : LOG_WARN, NULL, "the wire has ended (status %d), it begins anew in %s", status,
	    human_age(age, r->delay));
	loop_timer_set(r->loop, &r->timer, loop_now(r->loop) + r->delay);
	return true;
}

bool
rerun_stop(struct rerun *r)
{
	const bool was_awaited = loop_timer_is_set(&r->timer);

	r->is_over = true;
	loop_timer_stop(r->loop, &r->timer);
	return was_awaited;
}
