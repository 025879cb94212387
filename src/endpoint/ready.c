/* Counts the listeners that come up, and tells when the last one has. */
#include "endpoint/ready.h"

#include "endpoint/endpoint.h"

static void
ready_tell(struct ready *r)
{
	if (r->awaited > 0 || r->is_told)
		return;
	r->is_told = true;
	if (r->announce != NULL)
		r->announce(r->arg);
}

void
ready_listener(struct endpoint *ep)
{
	struct ready *r = &ep->env->ready;

	if (ep->is_up)
		return;
	ep->is_up = true;
	if (r->awaited == 0)
		return;
	r->awaited--;
	ready_tell(r);
}

void
ready_wire(struct endpoint_env *env)
{
	ready_tell(&env->ready);
}

void
ready_count(struct endpoint_env *env, unsigned long running, unsigned long total)
{
	if (env->ready.count != NULL)
		env->ready.count(running, total, env->ready.arg);
}
