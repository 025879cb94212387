/* scheme=loop: a session is a wire in the loop of the server. */
#include "base/mem.h"
#include "serve/server_state.h"
#include "wire/watch.h"

struct loop_session {
	struct session base; /* first */
	struct wire *wire;
};

static const struct loop_session *
loop_session_of(const struct session *base)
{
	return (const struct loop_session *)base;
}

static void
loop_ended(struct wire *w, const struct wire_result *result, void *arg)
{
	(void)w;
	(void)result; /* told by the session itself */
	server_remove_session(arg);
}

static void
loop_opened(struct wire *w, void *arg)
{
	(void)w;
	server_session_opened(arg);
}

static void
loop_admit(struct server *s)
{
	struct endpoint *client = server_take_client(s);
	struct endpoint *given[2], *program;
	struct loop_session *one;

	if (client == NULL) {
		server_lose_client(s);
		return;
	}
	one = xcalloc(1, sizeof(*one));
	given[s->spec->server] = client;
	given[1 - s->spec->server] = program = pool_take(s->pool);
	one->wire = wire_new(s->spec, s->env, client->who.session, given, loop_ended, one);
	wire_when_open(one->wire, loop_opened);
	server_add_session(s, &one->base);
	wire_start(one->wire);
	if (program != NULL)
		log_msg(LOG_INFO, &program->who, "from the pool, process %d", (int)program->child->pid);
}

static void
loop_stop_session(struct session *base)
{
	wire_stop(loop_session_of(base)->wire, 0, "the server ends");
}

static void
loop_give_up(struct session *base)
{
	wire_give_up(loop_session_of(base)->wire);
}

static void
loop_get_info(const struct session *base, struct wire_info *info)
{
	wire_get_info(loop_session_of(base)->wire, info);
}

static char *
loop_describe(const struct session *base)
{
	return watch_describe(loop_session_of(base)->wire);
}

const struct scheme scheme_loop = {
	.admit = loop_admit,
	.stop = loop_stop_session,
	.give_up = loop_give_up,
	.get_info = loop_get_info,
	.describe = loop_describe,
};
