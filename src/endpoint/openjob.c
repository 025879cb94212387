/*
 * A blocking open in a helper thread. The job outlives its endpoint when that is closed first: it is then
 * cancelled, and what it still opens is closed again.
 */
#include "endpoint/openjob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/mem.h"

struct openjob {
	struct blocking_job job;
	struct blocking *blocking;
	struct loop *loop;
	struct loop_timer timer;
	struct endpoint *ep; /* NULL: nobody waits any more */
	char *path;
	int flags, result;
	bool is_late;
	void (*done)(struct endpoint *, int);
};

/* clang-format off */
static const struct opt_desc opening_opts_table[] = {
	OPT(struct opening_opts, timeout, OPT_TIME, .name = "connect-timeout",
	    .aliases = "open-timeout", .help = "give up opening after this time"),
	OPT_END,
};
/* clang-format on */

const struct opt_group opening_group = {
	.name = "opening",
	.help = "what takes its time to open",
	.opts = opening_opts_table,
	.size = sizeof(struct opening_opts),
};

static void
openjob_work(struct blocking_job *job)
{
	struct openjob *o = job->arg;

	do {
		o->result = blocking_is_cancelled(job) ? -EINTR : open(o->path, o->flags | O_CLOEXEC | O_NOCTTY);
		if (o->result == -1)
			o->result = -errno;
	} while (o->result == -EINTR && !blocking_is_cancelled(job));
}

static void
openjob_done(struct blocking_job *job)
{
	struct openjob *o = job->arg;

	loop_timer_stop(o->loop, &o->timer);
	if (o->ep != NULL)
		o->done(o->ep, o->is_late ? -ETIMEDOUT : o->result);
	if ((o->ep == NULL || o->is_late) && o->result >= 0)
		io_close(&o->result);
	free(o->path);
	free(o);
}

static void
openjob_expired(struct loop_timer *t)
{
	struct openjob *o = t->arg;

	o->is_late = true;
	blocking_cancel(o->blocking, &o->job);
}

struct openjob *
openjob_start(struct endpoint *ep, const char *path, int flags, void (*done)(struct endpoint *, int))
{
	const struct opening_opts *opts = endpoint_spec_group(ep->spec, &opening_group);
	struct openjob *o = xcalloc(1, sizeof(*o));
	int error;

	o->job = (struct blocking_job){ .work = openjob_work, .done = openjob_done, .arg = o };
	o->blocking = ep->env->blocking;
	o->loop = endpoint_loop(ep);
	o->ep = ep;
	o->path = xstrdup(path);
	o->flags = flags;
	o->done = done;
	loop_timer_init(&o->timer, openjob_expired, o);
	error = blocking_submit(o->blocking, &o->job);
	if (error != 0) {
		endpoint_fail(ep, -error, "cannot start a thread to open it");
		free(o->path);
		free(o);
		return NULL;
	}
	if (opts != NULL && opts->timeout > 0)
		loop_timer_set(o->loop, &o->timer, loop_now(o->loop) + (uint64_t)opts->timeout);
	return o;
}

void
openjob_cancel(struct openjob *o)
{
	if (o == NULL)
		return;
	o->ep = NULL;
	loop_timer_stop(o->loop, &o->timer);
	blocking_cancel(o->blocking, &o->job);
}
