/* Channels: what is sent arrives, what is said is told, ends and status go their ways, pausing holds the bytes and loses none. */
#include "dialogue/channel.h"

#include <stdlib.h>

#include "cli/stage.h"
#include "process/spawn.h"
#include "unit.h"

#define HEARD_MAX (1u << 20)

struct heard {
	struct stage stage;
	struct channel *channel;
	const char *send; /* once it is open */
	bool closes;      /* and the end of input after it */
	bool pauses;      /* after the first bytes, until the next turn of the loop */
	struct loop_timer resume;
	char *bytes;
	size_t len, pieces;
	bool is_open, has_ended;
	int status;
};

static void
heard_opened(struct channel *c, void *arg)
{
	struct heard *h = arg;

	h->is_open = true;
	if (h->send != NULL)
		CHECK(channel_send(c, h->send, strlen(h->send)));
	if (h->closes)
		channel_close_input(c);
}

static void
heard_resume(struct loop_timer *t)
{
	const struct heard *h = t->arg;

	channel_resume(h->channel);
}

static void
heard_data(struct channel *c, const char *bytes, size_t len, void *arg)
{
	struct heard *h = arg;

	memcpy(h->bytes + h->len, bytes, len);
	h->len += len;
	if (!h->pauses || h->pieces++ % 8 != 0)
		return;
	channel_pause(c);
	loop_timer_set(h->stage.env.loop, &h->resume, loop_now(h->stage.env.loop) + LOOP_MS(1));
}

static void
heard_ended(struct channel *c, void *arg)
{
	struct heard *h = arg;

	(void)c;
	h->has_ended = true;
}

static void
heard_closed(struct channel *c, int status, void *arg)
{
	struct heard *h = arg;

	CHECK(h->has_ended);
	CHECK(channel_is_closed(c));
	h->status = status;
	loop_stop(h->stage.env.loop);
}

static void
heard_begin(void *arg)
{
	struct heard *h = arg;

	channel_start(h->channel, &h->stage.env);
}

/* Drives the address to its end. */
static void
hear(struct heard *h, const char *address)
{
	static const struct channel_ops ops = { heard_opened, heard_data, heard_ended, NULL, heard_closed };
	const struct wire_opts opts = { 0 };
	const struct channel_setup setup = { .opts = &opts, .ops = &ops, .arg = h };
	struct endpoint_spec *in, *out;
	struct diag d = { 0 };

	h->status = -1;
	h->bytes = calloc(1, HEARD_MAX);
	if (!CHECK_INT(endpoint_spec_parse(address, &in, &out, &d), 0))
		return;
	h->channel = channel_new(in, out, &setup, &d);
	if (!CHECK(h->channel != NULL) || !CHECK_INT(stage_open(&h->stage), 0))
		return;
	loop_timer_init(&h->resume, heard_resume, h);
	CHECK_INT(stage_run(&h->stage, heard_begin, h), 0);
	loop_timer_stop(h->stage.env.loop, &h->resume);
	stage_end(&h->stage);
	channel_free(h->channel);
	stage_close(&h->stage);
}

static void
hears_what_it_said(void)
{
	struct heard h = { .send = "what\n", .closes = true };

	hear(&h, "exec:cat");
	CHECK(h.is_open);
	CHECK_STR(h.bytes, "what\n");
	CHECK_INT(h.status, 0);
	free(h.bytes);
}

static void
has_the_status_of_the_program(void)
{
	struct heard h = { .closes = true };

	hear(&h, "system:cat; echo bye; exit 7");
	CHECK_STR(h.bytes, "bye\n");
	CHECK_INT(h.status, 7);
	free(h.bytes);
}

static void
tells_of_what_cannot_be_opened(void)
{
	struct heard h = { .closes = true };

	hear(&h, "exec:/nowhere/to/be/found");
	CHECK(!h.is_open);
	CHECK_INT(h.status, 127);
	free(h.bytes);
}

static void
loses_nothing_when_it_pauses(void)
{
	struct heard h = { .pauses = true, .closes = true };
	char line[16];
	size_t at = 0;

	hear(&h, "exec:seq 100000");
	for (int i = 1; i <= 100000; i++) {
		const int n = snprintf(line, sizeof(line), "%d\n", i);

		if (!CHECK_INT(memcmp(h.bytes + at, line, (size_t)n), 0))
			break;
		at += (size_t)n;
	}
	CHECK_INT(h.len, at);
	CHECK_INT(h.status, 0);
	free(h.bytes);
}

static const struct unit_test tests[] = {
	TEST(hears_what_it_said),
	TEST(has_the_status_of_the_program),
	TEST(tells_of_what_cannot_be_opened),
	TEST(loses_nothing_when_it_pauses),
};

int
main(void)
{
	spawn_remember_signals();
	return UNIT_MAIN(tests);
}
