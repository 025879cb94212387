/*
 * The rule, on scenes. Channel 0 leads from A to B and 1 from B to A where two programs are joined directly; where we relay,
 * A writes 0 and reads 1, B writes 2 and reads 3, and two pumps carry 0 to 3 and 2 to 1.
 */
#include "wire/watch_rule.h"

#include <stdlib.h>

#include "base/mem.h"
#include "unit.h"

#define CHANNELS 6
#define ACTORS 6
#define NONE (-1)

struct actor {
	unsigned end;
	enum watch_state state;
	int reads, writes; /* what it waits for */
	int in, out;       /* what it has open */
	bool is_pump;
	size_t held;
	bool is_opaque;
	pid_t pid, parent; /* 0: from its place */
};

struct scene {
	const char *name;
	struct actor actors[ACTORS];
	unsigned full;                          /* channels with bytes in them, as bits */
	unsigned outside_reads, outside_writes; /* channels, as bits */
	enum watch_class class;
	unsigned culprit; /* actor, from 1; 0: not looked at */
	bool is_partial;
};

/* clang-format off */
#define READER(e, i, o) { .end = (e), .state = WATCH_BLOCKED, .reads = (i), .writes = NONE, .in = (i), .out = (o) }
#define WRITER(e, i, o) { .end = (e), .state = WATCH_BLOCKED, .reads = NONE, .writes = (o), .in = (i), .out = (o) }
#define IN_STATE(e, s, i, o) { .end = (e), .state = (s), .reads = NONE, .writes = NONE, .in = (i), .out = (o) }
#define PUMP(e, r, w, i, o) { .end = (e), .state = WATCH_BLOCKED, .reads = (r), .writes = (w), .in = (i), .out = (o), \
		.is_pump = true }
#define HOLDER(e, i, o, n) { .end = (e), .state = WATCH_BLOCKED, .reads = (i), .writes = NONE, .in = (i), .out = (o), \
		.held = (n) }
#define OPAQUE(e, i, o) { .end = (e), .state = WATCH_BLOCKED, .reads = (i), .writes = NONE, .in = (i), .out = (o), \
		.is_opaque = true }
#define CHILD(e, s, r, i, o, p, pp) { .end = (e), .state = (s), .reads = (r), .writes = NONE, .in = (i), .out = (o), \
		.pid = (p), .parent = (pp) }

static const struct scene scenes[] = {
	{ "two readers, one holds output", { HOLDER(0, 1, 0, 9), READER(1, 0, 1) }, .class = WATCH_IS_HELD, .culprit = 1 },
	{ "the second one holds it", { READER(0, 1, 0), HOLDER(1, 0, 1, 9) }, .class = WATCH_IS_HELD, .culprit = 2 },
	{ "two readers, one cannot be looked into", { READER(0, 1, 0), OPAQUE(1, 0, 1) }, .class = WATCH_IS_SUSPECT,
	    .culprit = 2 },
	{ "held beats suspected", { OPAQUE(0, 1, 0), HOLDER(1, 0, 1, 3) }, .class = WATCH_IS_HELD, .culprit = 2 },
	{ "two readers, nothing held", { READER(0, 1, 0), READER(1, 0, 1) }, .class = WATCH_IS_SILENT },
	{ "one without an output is no suspect, and the other gets its end", { OPAQUE(0, 1, NONE), READER(1, 0, 1) },
	    .class = WATCH_IS_EXTERNAL },
	{ "two writers", { WRITER(0, 1, 0), WRITER(1, 0, 1) }, .full = 3, .class = WATCH_IS_FULL, .culprit = 1 },
	{ "one writes, the other waits for a signal", { WRITER(0, 1, 0), IN_STATE(1, WATCH_SIGNAL, 0, 1) }, .full = 1,
	    .class = WATCH_IS_UNREAD, .culprit = 1 },
	{ "one reads, the other waits for a signal", { READER(0, 1, 0), IN_STATE(1, WATCH_SIGNAL, 0, 1) },
	    .class = WATCH_IS_EXTERNAL },
	{ "one writes into its own input", { WRITER(0, 0, 0) }, .full = 1, .class = WATCH_IS_FULL, .culprit = 1 },
	{ "one is stopped", { READER(0, 1, 0), IN_STATE(1, WATCH_STOPPED, 0, 1) }, .class = WATCH_IS_STOPPED, .culprit = 2 },
	{ "stopped, and a person may go on", { READER(0, 1, 0), IN_STATE(1, WATCH_STOPPED, 0, 1) }, .outside_writes = 2,
	    .class = WATCH_IS_STOPPED, .culprit = 2, .is_partial = true },
	{ "stopped, and another runs", { IN_STATE(0, WATCH_RUNNING, 1, 0), IN_STATE(1, WATCH_STOPPED, 0, 1) },
	    .class = WATCH_IS_BUSY },

	{ "relayed: two readers, one holds output", { HOLDER(0, 1, 0, 9), READER(1, 3, 2), PUMP(0, 0, NONE, 0, 3),
	    PUMP(1, 2, NONE, 2, 1) }, .class = WATCH_IS_HELD, .culprit = 1 },
	{ "relayed: two writers", { WRITER(0, 1, 0), WRITER(1, 3, 2), PUMP(0, NONE, 3, 0, 3), PUMP(1, NONE, 1, 2, 1) },
	    .full = 15, .class = WATCH_IS_FULL, .culprit = 1 },
	{ "relayed: the pump has something to read", { READER(0, 1, 0), READER(1, 3, 2), PUMP(0, 0, NONE, 0, 3),
	    PUMP(1, 2, NONE, 2, 1) }, .full = 1, .class = WATCH_IS_BUSY },
	{ "relayed: the pump's sink is outside", { WRITER(0, NONE, 0), PUMP(0, NONE, 3, 0, 3) }, .full = 9,
	    .outside_reads = 8, .class = WATCH_IS_EXTERNAL },
	{ "relayed: it waits for a person", { READER(0, 1, 0), PUMP(1, 2, NONE, 2, 1), PUMP(0, 0, NONE, 0, 3) },
	    .outside_writes = 4, .outside_reads = 8, .class = WATCH_IS_EXTERNAL },

	{ "one runs", { IN_STATE(0, WATCH_RUNNING, 1, 0), READER(1, 0, 1) }, .class = WATCH_IS_BUSY },
	{ "one sleeps", { IN_STATE(0, WATCH_TIMED, 1, 0), READER(1, 0, 1) }, .class = WATCH_IS_BUSY },
	{ "one waits for a client", { IN_STATE(0, WATCH_OUTSIDE, 1, 0), READER(1, 0, 1) }, .class = WATCH_IS_EXTERNAL },
	{ "one may not be looked at", { IN_STATE(0, WATCH_UNSEEN, 1, 0), IN_STATE(1, WATCH_RUNNING, 0, 1) },
	    .class = WATCH_IS_UNSEEN },
	{ "its input has an end that nobody has", { READER(0, 1, 0) }, .class = WATCH_IS_EXTERNAL },
	{ "input is there for a reader", { READER(0, 1, 0), READER(1, 0, 1) }, .full = 1, .class = WATCH_IS_BUSY },
	{ "the peer's other end is outside", { READER(0, 1, 0), READER(1, 0, 1) }, .outside_writes = 1,
	    .class = WATCH_IS_EXTERNAL },

	{ "a shell waits, its pipeline reads and holds", { CHILD(0, WATCH_CHILD, NONE, 1, 0, 10, 1),
	    { .end = 0, .state = WATCH_BLOCKED, .reads = 1, .writes = NONE, .in = 1, .out = 4, .held = 6, .pid = 11,
		.parent = 10 }, CHILD(0, WATCH_BLOCKED, 4, 4, 0, 12, 10), READER(1, 0, 1) }, .class = WATCH_IS_HELD, .culprit = 2 },
	{ "a shell waits for a child that sleeps", { CHILD(0, WATCH_CHILD, NONE, 1, 0, 10, 1),
	    CHILD(0, WATCH_TIMED, NONE, NONE, NONE, 11, 10), READER(1, 0, 1) }, .class = WATCH_IS_BUSY },
	{ "a shell waits for a child that is not there", { CHILD(0, WATCH_CHILD, NONE, 1, 0, 10, 1), READER(1, 0, 1) },
	    .class = WATCH_IS_EXTERNAL },
	{ "an inner pipe that others write", { READER(0, 4, 0), READER(1, 0, 1) }, .outside_writes = 16,
	    .class = WATCH_IS_EXTERNAL },
	{ "nobody but pumps", { PUMP(0, 0, NONE, 0, 3), PUMP(1, 2, NONE, 2, 1) }, .class = WATCH_IS_EXTERNAL },
};
/* clang-format on */

static void
scene_add_wait(struct watch_snapshot *s, struct watch_thread *t, enum watch_op op, int channel)
{
	if (channel == NONE)
		return;
	s->waits[s->nwaits++] = (struct watch_wait){ op, (unsigned)channel, op == WATCH_READ };
	t->nwaits++;
}

static void
scene_add_hold(struct watch_snapshot *s, unsigned process, int channel, bool is_writer)
{
	if (channel != NONE)
		s->holds[s->nholds++] = (struct watch_hold){ process, (unsigned)channel, is_writer };
}

static void
scene_add_actor(struct watch_snapshot *s, const struct actor *a)
{
	const unsigned i = s->nprocesses++;
	struct watch_process *p = &s->processes[i];
	struct watch_thread *t = &s->threads[s->nthreads++];

	*p = (struct watch_process){ .end = a->end,
		.pid = a->pid != 0 ? a->pid : (pid_t)(100 + i),
		.parent = a->parent != 0 ? a->parent : 1,
		.is_pump = a->is_pump,
		.is_root = !a->is_pump };
	p->held = (struct heldbytes){ .len = a->held, .state = a->is_opaque ? HELDBYTES_UNSEEN : HELDBYTES_SEEN };
	*t = (struct watch_thread){ .process = i, .tid = p->pid, .state = a->state, .first_wait = s->nwaits };
	scene_add_wait(s, t, WATCH_READ, a->reads);
	scene_add_wait(s, t, WATCH_WRITE, a->writes);
	scene_add_hold(s, i, a->in, false);
	scene_add_hold(s, i, a->out, true);
}

static bool
actor_is_there(const struct actor *a)
{
	return a->state != WATCH_BLOCKED || a->reads != 0 || a->writes != 0 || a->in != 0 || a->out != 0;
}

static void
scene_build(const struct scene *c, struct watch_snapshot *s)
{
	*s = (struct watch_snapshot){ .channels = xcalloc(CHANNELS, sizeof(*s->channels)),
		.processes = xcalloc(ACTORS, sizeof(*s->processes)),
		.threads = xcalloc(ACTORS, sizeof(*s->threads)),
		.waits = xcalloc(2 * ACTORS, sizeof(*s->waits)),
		.holds = xcalloc(2 * ACTORS, sizeof(*s->holds)),
		.nchannels = CHANNELS };
	for (unsigned i = 0; i < CHANNELS; i++)
		s->channels[i] = (struct watch_channel){ .filled = c->full >> i & 1 ? 65536 : 0,
			.size = 65536,
			.outside_reads = c->outside_reads >> i & 1,
			.outside_writes = c->outside_writes >> i & 1,
			.is_wire = i < 4 };
	for (unsigned i = 0; i < ACTORS; i++)
		if (actor_is_there(&c->actors[i]))
			scene_add_actor(s, &c->actors[i]);
}

static void
judges_every_scene(void)
{
	for (size_t i = 0; i < sizeof(scenes) / sizeof(*scenes); i++) {
		const struct scene *c = &scenes[i];
		struct watch_snapshot s;
		struct watch_verdict v;
		bool is_right;

		scene_build(c, &s);
		watch_judge(&s, &v);
		is_right = CHECK_INT(v.class, c->class);
		is_right &= CHECK_INT(v.is_partial, c->is_partial);
		if (c->culprit != 0)
			is_right &= CHECK_INT(v.culprit, c->culprit - 1);
		if (!is_right)
			printf("# %s\n", c->name);
		watch_snapshot_fini(&s);
	}
}

static void
tells_stalls_from_proofs(void)
{
	static const char proven[] = "...yyyy.y", stall[] = "...yyyyyy";

	for (unsigned i = 0; i < WATCH_CLASS_N; i++) {
		CHECK_INT(watch_is_proven((enum watch_class)i), proven[i] == 'y');
		CHECK_INT(watch_is_stall((enum watch_class)i), stall[i] == 'y');
	}
}

static void
sees_what_has_run(void)
{
	struct watch_snapshot a, b;

	scene_build(&scenes[0], &a);
	scene_build(&scenes[0], &b);
	CHECK(watch_is_same(&a, &b));
	b.threads[1].switches++;
	CHECK(!watch_is_same(&a, &b));
	b.threads[1].switches--;
	b.threads[0].print++;
	CHECK(!watch_is_same(&a, &b));
	b.threads[0].print--;
	b.channels[2].filled++;
	CHECK(!watch_is_same(&a, &b));
	b.channels[2].filled--;
	b.threads[0].tid++;
	CHECK(!watch_is_same(&a, &b));
	b.threads[0].tid--;
	b.nthreads--;
	CHECK(!watch_is_same(&a, &b));
	watch_snapshot_fini(&a);
	watch_snapshot_fini(&b);
}

static void
finds_the_thread_that_says_most(void)
{
	struct watch_snapshot s;

	for (size_t i = 0; i < sizeof(scenes) / sizeof(*scenes); i++) {
		if (strcmp(scenes[i].name, "a shell waits, its pipeline reads and holds") != 0)
			continue;
		scene_build(&scenes[i], &s);
		CHECK_INT(watch_main_thread(&s, 0), 1);
		CHECK_INT(watch_main_thread(&s, 1), 3);
		CHECK_INT(watch_main_thread(&s, 2), s.nthreads);
		CHECK_INT(watch_waits_on(&s, &s.threads[1], WATCH_READ), 1);
		CHECK_INT(watch_waits_on(&s, &s.threads[1], WATCH_WRITE), s.nchannels);
		CHECK_INT(watch_waits_on(&s, &s.threads[2], WATCH_READ), s.nchannels);
		watch_snapshot_fini(&s);
	}
}

/* Threads of one process: one may wake another, as long as it can move itself. */
static void
spreads_among_threads(void)
{
	struct watch_snapshot s;
	struct watch_verdict v;

	scene_build(&scenes[4], &s); /* two readers, nothing held */
	s.threads = xreallocarray(s.threads, ACTORS + 1, sizeof(*s.threads));
	s.threads[s.nthreads++] = (struct watch_thread){ .process = 0, .state = WATCH_THREAD };
	watch_judge(&s, &v);
	CHECK_INT(v.class, WATCH_IS_SILENT);
	s.threads[s.nthreads - 1].state = WATCH_TIMED;
	watch_judge(&s, &v);
	CHECK_INT(v.class, WATCH_IS_BUSY);
	s.threads[s.nthreads - 1] =
	    (struct watch_thread){ .process = 0, .state = WATCH_BLOCKED, .first_wait = s.nwaits, .nwaits = 1 };
	s.waits[s.nwaits++] = (struct watch_wait){ WATCH_OWN, 0, false };
	watch_judge(&s, &v);
	CHECK_INT(v.class, WATCH_IS_SILENT);
	watch_snapshot_fini(&s);
}

static const struct unit_test tests[] = {
	TEST(judges_every_scene),
	TEST(tells_stalls_from_proofs),
	TEST(sees_what_has_run),
	TEST(finds_the_thread_that_says_most),
	TEST(spreads_among_threads),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
