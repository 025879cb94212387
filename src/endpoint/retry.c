/*
 * An attempt that failed leaves nothing open: the kind's close hook runs at once, and its state is zeroed when the next
 * attempt begins, for callers of endpoint_opened may still write to it. Everything is done anew each time, the look-up of names too.
 * The first failure is a warning, so that one who waits knows why; the further ones are told at info, and the last is the
 * error that it is.
 */
#include "endpoint/retry.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/human.h"
#include "base/mem.h"

struct retry {
	struct endpoint *ep;
	const struct retry_opts *opts;
	struct loop_timer timer;
	unsigned long failures;
	uint64_t delay; /* before the next attempt, without jitter */
	bool is_waiting;
};

/* clang-format off */
static const struct opt_desc retry_opts_table[] = {
	OPT(struct retry_opts, delay, OPT_TIME, .name = "delay", .def = "1s", .min = 1000000,
	    .help = "before the first retry; doubled for each further one"),
	OPT(struct retry_opts, forever, OPT_BOOL, .name = "forever", .help = "try to open it until that works"),
	OPT(struct retry_opts, interval, OPT_TIME, .name = "interval", .min = 1000000,
	    .help = "between retries, always the same; instead of delay"),
	OPT(struct retry_opts, jitter, OPT_TIME, .name = "jitter", .def = "0",
	    .help = "up to so much is added to each delay, at random"),
	OPT(struct retry_opts, max_delay, OPT_TIME, .name = "max-delay", .def = "1m", .min = 1000000,
	    .help = "longest delay between retries"),
	OPT(struct retry_opts, retry, OPT_INT, .name = "retry", .max = 1000000000,
	    .words = (const char *const[]){ "forever", NULL }, .def = "0", .bare = "forever", .value = "N|forever",
	    .help = "try to open it so many times more"),
	OPT_END,
};
/* clang-format on */

const struct opt_group retry_group = {
	.name = "retry",
	.help = "to try again what could not be opened",
	.opts = retry_opts_table,
	.size = sizeof(struct retry_opts),
};

static bool
retry_is_endless(const struct retry *r)
{
	return r->opts->forever || r->opts->retry == OPT_INT_WORD(0);
}

static bool
retry_is_last(const struct retry *r)
{
	return !retry_is_endless(r) && r->failures >= (unsigned long)r->opts->retry;
}

/* As endpoint_new left it. */
static void
retry_reset(struct endpoint *ep)
{
	free_strings(ep->peer_env);
	free(ep->peer);
	ep->peer_env = NULL;
	ep->peer = NULL;
	ep->status = 1;
	ep->is_accepted = ep->is_tcp = ep->has_append = false;
	memset(ep->state, 0, ep->kind->state_size);
}

static void
retry_now(struct loop_timer *t)
{
	struct retry *r = t->arg;
	struct endpoint *ep = r->ep;
	int result;

	r->is_waiting = false;
	retry_reset(ep);
	result = endpoint_open(ep);
	if (result != 1)
		ep->opened(ep, result);
}

struct retry *
retry_new(struct endpoint *ep)
{
	const struct retry_opts *o = endpoint_spec_group(ep->spec, &retry_group);
	struct retry *r;

	if (o == NULL || (o->retry == 0 && !o->forever))
		return NULL;
	r = xcalloc(1, sizeof(*r));
	r->ep = ep;
	r->opts = o;
	r->delay = (uint64_t)(o->interval != 0 ? o->interval : o->delay);
	loop_timer_init(&r->timer, retry_now, r);
	return r;
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
	const uint64_t longest = (uint64_t)r->opts->max_delay, jitter = (uint64_t)r->opts->jitter;
	uint64_t delay = r->delay;

	if (r->opts->interval == 0) {
		delay = delay < longest ? delay : longest;
		r->delay = delay < longest / 2 ? delay * 2 : longest;
	}
	return jitter == 0 ? delay : delay + retry_random() % jitter;
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

bool
retry_again(struct retry *r)
{
	struct endpoint *ep = r->ep;
	uint64_t delay;

	if (retry_is_last(r) || ep->is_up)
		return false;
	endpoint_release(ep);
	r->failures++;
	r->is_waiting = true;
	delay = retry_next_delay(r);
	retry_tell(r, delay);
	loop_timer_set(endpoint_loop(ep), &r->timer, loop_now(endpoint_loop(ep)) + delay);
	return true;
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
