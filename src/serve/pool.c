/*
 * A pool of programs. Each is open like the program of a session, with pipes to us; a wire takes it over as it is. What a copy
 * writes before it has a client waits in its pipe. A copy that ends before that is replaced, at most once a second when it lived
 * no longer than that; a client that finds no copy has one started for itself.
 */
#include "serve/pool.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "endpoint/exec.h"

#define POOL_PAUSE LOOP_SEC(1)

struct pool_copy {
	struct pool *pool;
	struct endpoint *program;
	uint64_t started;
	struct pool_copy *next;
};

struct pool {
	const struct wire_spec *spec;
	struct endpoint_env *env;
	unsigned end; /* of the program */
	unsigned wanted, len;
	struct pool_copy *oldest, **tail;
	uint64_t not_before; /* the next start */
	struct loop_timer timer;
	bool is_ending;
	void (*emptied)(void *);
	void *arg;
};

static const struct exec_opts *
pool_program_opts(const struct wire_spec *spec, unsigned end)
{
	const struct endpoint_spec *s = spec->ends[end].in;

	return s->kind->flags & KIND_CHILD ? s->opts : NULL;
}

static void
pool_refill(struct pool *p)
{
	const uint64_t now = loop_now(p->env->loop);

	if (!p->is_ending && p->len < p->wanted && !loop_timer_is_set(&p->timer))
		loop_timer_set(p->env->loop, &p->timer, p->not_before > now ? p->not_before : now);
}

static void
pool_append(struct pool *p, struct pool_copy *c)
{
	*p->tail = c;
	p->tail = &c->next;
	p->len++;
}

/* Takes it out of the list; its program stays. */
static void
pool_remove(struct pool *p, struct pool_copy *c)
{
	struct pool_copy **at = &p->oldest;

	assert(c != NULL);
	for (; *at != c; at = &(*at)->next)
		assert(*at != NULL);
	*at = c->next;
	if (c->next == NULL)
		p->tail = at;
	p->len--;
	free(c);
}

static void
pool_copy_ended(struct endpoint *program)
{
	struct pool_copy *c = program->owner;
	struct pool *p = c->pool;
	const uint64_t now = loop_now(p->env->loop);

	if (!p->is_ending)
		log_msg(LOG_WARN, &program->who, "a copy in the pool ended before a client came, exit status %d",
		    child_exit_status(program->child));
	if (now - c->started < POOL_PAUSE)
		p->not_before = now + POOL_PAUSE;
	pool_remove(p, c);
	endpoint_free(program);
	pool_refill(p);
	if (p->is_ending && p->len == 0)
		p->emptied(p->arg);
}

static bool
pool_start_copy(struct pool *p)
{
	const struct wire_end_spec *e = &p->spec->ends[p->end];
	struct endpoint *program = endpoint_new(e->in, p->env, e->roles);
	struct pool_copy *c;

	program->gets_nothing_in = !wire_spec_is_joined(p->spec, p->end, ROLE_WRITE);
	program->gets_nothing_out = !wire_spec_is_joined(p->spec, p->end, ROLE_READ);
	if (endpoint_open(program) != 0) {
		endpoint_free(program);
		return false;
	}
	c = xcalloc(1, sizeof(*c));
	*c = (struct pool_copy){ .pool = p, .program = program, .started = loop_now(p->env->loop) };
	program->owner = c;
	program->ended = pool_copy_ended;
	pool_append(p, c);
	return true;
}

/* One at a time, so that clients are served in between. */
static void
pool_expired(struct loop_timer *t)
{
	struct pool *p = t->arg;

	if (p->is_ending || p->len >= p->wanted)
		return;
	if (!pool_start_copy(p))
		p->not_before = loop_now(p->env->loop) + POOL_PAUSE;
	pool_refill(p);
}

struct pool *
pool_new(const struct wire_spec *spec, struct endpoint_env *env, void (*emptied)(void *), void *arg)
{
	const unsigned end = 1 - (unsigned)spec->server;
	const struct exec_opts *o = pool_program_opts(spec, end);
	struct pool *p;

	if (o == NULL || o->pool == 0)
		return NULL;
	p = xcalloc(1, sizeof(*p));
	*p = (struct pool){ .spec = spec, .env = env, .end = end, .wanted = (unsigned)o->pool };
	p->tail = &p->oldest;
	p->emptied = emptied;
	p->arg = arg;
	loop_timer_init(&p->timer, pool_expired, p);
	return p;
}

void
pool_start(struct pool *p)
{
	if (p != NULL)
		pool_refill(p);
}

/* One that has ended, though we have not heard of it yet, is left to pool_copy_ended. */
struct endpoint *
pool_take(struct pool *p)
{
	struct endpoint *program = NULL;

	if (p == NULL || p->is_ending)
		return NULL;
	for (struct pool_copy *c = p->oldest; c != NULL && program == NULL; c = c->next)
		if (!child_is_zombie(c->program->child))
			program = c->program;
	if (program != NULL)
		pool_remove(p, program->owner);
	pool_refill(p);
	return program;
}

void
pool_end(struct pool *p)
{
	if (p == NULL || p->is_ending)
		return;
	p->is_ending = true;
	loop_timer_stop(p->env->loop, &p->timer);
	for (const struct pool_copy *c = p->oldest; c != NULL; c = c->next)
		child_stop(c->program->child, (uint64_t)pool_program_opts(p->spec, p->end)->kill_after);
}

bool
pool_is_empty(const struct pool *p)
{
	return p == NULL || p->len == 0;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	loop_timer_stop(p->env->loop, &p->timer);
	while (p->oldest != NULL) {
		endpoint_free(p->oldest->program);
		pool_remove(p, p->oldest);
	}
	free(p);
}
