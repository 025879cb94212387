/*
 * An attempt that failed leaves nothing open: the kind's close hook runs at once, and its state is zeroed when the next
 * attempt begins, for callers of endpoint_opened may still write to it. Everything is done anew each time, the look-up of names too.
 * The first failure is a warning, so that one who waits knows why; the further ones are told at info, and the last is the
 * error that it is.
 *
 * What was open and ended goes the same way (restart=): there retry= bounds the attempts of each coming back, and without it
 * there is no bound. One that was open for longer than the delay before it begins with the shortest delay again.
 */
#include "endpoint/retry.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/human.h"
#include "base/mem.h"

struct retry {
	struct endpoint *ep;
	const struct retry_opts *opts; /* NULL: its kind has none */
	const struct restart_opts *pauses;
	struct loop_timer timer;
	unsigned long failures;
	uint64_t delay;  /* before the next attempt, without jitter */
	uint64_t waited; /* before the last one */
	bool is_waiting;
	bool is_restart; /* it was open before */
};

/* clang-format off */
static const struct opt_desc retry_opts_table[] = {
	OPT(struct retry_opts, forever, OPT_BOOL, .name = "forever", .help = "try to open it until that works"),
	OPT(struct retry_opts, retry, OPT_INT, .name = "retry", .max = 1000000000,
	    .words = "forever", .def = "0", .bare = "forever", .value = "N|forever",
	    .help = "try to open it so many times more"),
	OPT_END,
};

static const struct opt_desc restart_opts_table[] = {
	OPT(struct restart_opts, delay, OPT_TIME, .name = "delay", .def = "1s", .min = 1000000,
	    .help = "before it is opened again; doubled for each further try"),
	OPT(struct restart_opts, interval, OPT_TIME, .name = "interval", .min = 1000000,
	    .help = "between tries, always the same; instead of delay"),
	OPT(struct restart_opts, jitter, OPT_TIME, .name = "jitter", .def = "0",
	    .help = "up to so much is added to each delay, at random"),
	OPT(struct restart_opts, max_delay, OPT_TIME, .name = "max-delay", .def = "1m", .min = 1000000,
	    .help = "longest delay between tries"),
	OPT(struct restart_opts, restart, OPT_ENUM, .name = "restart",
	    .words = "no\0always\0failure", .def = "no", .bare = "always",
	    .help = "open it anew when it has ended, or only when it failed"),
	OPT(struct restart_opts, resume, OPT_BOOL, .name = "resume",
	    .help = "restart=: what did not arrive is sent again"),
	OPT_END,
};
/* clang-format on */

const struct opt_group retry_group = {
	.name = "retry",
	.help = "to try again what could not be opened",
	.opts = retry_opts_table,
	.size = sizeof(struct retry_opts),
};

const struct opt_group restart_group = {
	.name = "restart",
	.help = "to open again what has ended, and when",
	.opts = restart_opts_table,
	.size = sizeof(struct restart_opts),
};

/* Of a kind that has no such options, and yet may be opened again (open=, close=). */
static const struct restart_opts restart_default = { .delay = 1000000000, .max_delay = INT64_C(60000000000) };

const struct restart_opts *
restart_opts_of(const struct endpoint_spec *s)
{
	const struct restart_opts *o = endpoint_spec_group(s, &restart_group);

	return o != NULL ? o : &restart_default;
}

static bool
retry_is_asked(const struct endpoint_spec *s, const struct restart_opts *pauses)
{
	const struct retry_opts *o = endpoint_spec_group(s, &retry_group);

	return pauses->restart != RESTART_NO || (o != NULL && (o->forever || o->retry != 0));
}

int
retry_check(const struct endpoint_spec *s, struct diag *d)
{
	const struct restart_opts *o = endpoint_spec_group(s, &restart_group);

	if (o == NULL)
		return 0;
	if (o->interval != 0 && endpoint_spec_has(s, "delay")) {
		diag_set(d, 0, "interval= and delay= at the same time");
		return diag_hint(d, "interval: always the same time between tries; delay: twice as long after each");
	}
	if (o->interval == 0 && o->delay > o->max_delay) {
		diag_set(d, 0, "delay= is longer than max-delay=%s",
		    endpoint_spec_has(s, "max-delay") ? "" : ", which is 1m unless it is given");
		return diag_hint(d, "the first pause is delay=, and none gets longer than max-delay=");
	}
	if (o->jitter == 0 || retry_is_asked(s, o))
		return 0;
	diag_set(d, 0, "jitter= without retry= or restart=");
	return diag_hint(d, "it is added to the pauses between tries");
}

static bool
retry_is_endless(const struct retry *r)
{
	if (r->opts == NULL || r->opts->forever || r->opts->retry == OPT_INT_WORD(0))
		return true;
	return r->is_restart && r->opts->retry == 0;
}

static bool
retry_is_last(const struct retry *r)
{
	return !retry_is_endless(r) && r->failures >= (unsigned long)r->opts->retry;
}

static uint64_t
retry_first_delay(const struct retry *r)
{
	return (uint64_t)(r->pauses->interval != 0 ? r->pauses->interval : r->pauses->delay);
}

static void
retry_now(struct loop_timer *t)
{
	struct retry *r = t->arg;
	struct endpoint *ep = r->ep;
	int result;

	r->is_waiting = false;
	endpoint_reset(ep);
	result = endpoint_open(ep);
	if (result != 1)
		ep->opened(ep, result);
}

static struct retry *
retry_make(struct endpoint *ep)
{
	struct retry *r = xcalloc(1, sizeof(*r));

	r->ep = ep;
	r->opts = endpoint_spec_group(ep->spec, &retry_group);
	r->pauses = restart_opts_of(ep->spec);
	r->delay = retry_first_delay(r);
	loop_timer_init(&r->timer, retry_now, r);
	return r;
}

struct retry *
retry_new(struct endpoint *ep)
{
	const struct retry_opts *o = endpoint_spec_group(ep->spec, &retry_group);

	return o == NULL || (o->retry == 0 && !o->forever) ? NULL : retry_make(ep);
}

void
retry_begin(struct retry *r)
{
	r->ep->who.quietest = retry_is_last(r) ? LOG_ERROR : r->failures == 0 ? LOG_WARN : LOG_INFO;
}

/* Early in the boot there may be no randomness yet: then there is no jitter. */
static uint64_t
retry_random(void)
{
	uint64_t n = 0;

	if (getrandom(&n, sizeof(n), GRND_NONBLOCK) != (ssize_t)sizeof(n))
		return 0;
	return n;
}

static uint64_t
retry_next_delay(struct retry *r)
{
	const uint64_t longest = (uint64_t)r->pauses->max_delay, jitter = (uint64_t)r->pauses->jitter;
	uint64_t delay = r->delay;

	if (r->pauses->interval == 0) {
		delay = delay < longest ? delay : longest;
		r->delay = delay < longest / 2 ? delay * 2 : longest;
	}
	r->waited = jitter == 0 ? delay : delay + retry_random() % jitter;
	return r->waited;
}

static void
retry_tell(const struct retry *r, uint64_t delay)
{
	char age[HUMAN_MAX];

	human_age(age, delay);
	if (retry_is_endless(r))
		log_msg(LOG_INFO, &r->ep->who, "trying again in %s (failed %lu times)", age, r->failures);
	else
		log_msg(LOG_INFO, &r->ep->who, "trying again in %s (%lu of %d)", age, r->failures, r->opts->retry);
}

static void
retry_wait(struct retry *r, uint64_t delay)
{
	struct loop *loop = endpoint_loop(r->ep);

	endpoint_release(r->ep);
	r->is_waiting = true;
	loop_timer_set(loop, &r->timer, loop_now(loop) + delay);
}

bool
retry_again(struct retry *r)
{
	uint64_t delay;

	if (retry_is_last(r) || r->ep->is_up)
		return false;
	r->failures++;
	delay = retry_next_delay(r);
	retry_tell(r, delay);
	retry_wait(r, delay);
	return true;
}

static struct retry *
retry_of(struct endpoint *ep)
{
	if (ep->retry == NULL)
		ep->retry = retry_make(ep);
	ep->retry->is_restart = ep->is_coming_back = true;
	ep->is_up = ep->is_open = false;
	return ep->retry;
}

uint64_t
retry_pause(struct endpoint *ep, uint64_t age)
{
	struct retry *r = retry_of(ep);

	r->failures = 0;
	if (age > r->waited)
		r->delay = retry_first_delay(r);
	return retry_next_delay(r);
}

void
retry_restart(struct endpoint *ep, uint64_t delay)
{
	retry_wait(retry_of(ep), delay);
}

void
retry_hold(struct endpoint *ep)
{
	struct retry *r = retry_of(ep);

	if (!r->is_waiting)
		endpoint_release(ep);
	r->is_waiting = true;
	loop_timer_stop(endpoint_loop(ep), &r->timer);
}

bool
retry_is_waiting(const struct retry *r)
{
	return r != NULL && r->is_waiting;
}

void
retry_free(struct retry *r)
{
	if (r == NULL)
		return;
	loop_timer_stop(endpoint_loop(r->ep), &r->timer);
	free(r);
}
