/* The plan: every pair of classes, then every rule and the order in which the rules are asked. */
#include "wire/plan.h"

#include "unit.h"

static const struct plan_wishes no_wishes;

static struct plan_side side(enum endpoint_class class)
{
	return (struct plan_side){ .class = class, .is_there = true, .is_program = class == CLASS_PROGRAM };
}

static bool
check_path(struct plan_path got, enum plan_mode mode, const char *reason)
{
	bool is_mode = CHECK_STR(plan_mode_name(got.mode), plan_mode_name(mode));

	return CHECK_STR(got.reason, reason) && is_mode;
}

/* clang-format off */
/* s: splice, c: copy, m: copy (no descriptor), t: copy (terminal), p: copy (messages), d: direct. */
static const struct {
	enum endpoint_class source;
	const char *modes; /* by sink: memory, file, pipe, socket, terminal, device, program, packets */
} pairs[] = {
	{ CLASS_NONE,    "mmmmtmmp" },
	{ CLASS_FILE,    "mcsctcdp" },
	{ CLASS_PIPE,    "mssstsdp" },
	{ CLASS_SOCKET,  "mcsotcdp" },
	{ CLASS_TTY,     "mttttttp" },
	{ CLASS_DEVICE,  "mccctcdp" },
	{ CLASS_PROGRAM, "mdddtddp" },
	{ CLASS_PACKET,  "pppppppp" },
};
static const struct {
	char letter;
	enum plan_mode mode;
	const char *reason;
} letters[] = {
	{ 's', PLAN_SPLICE, "one end is a pipe" },
	{ 'c', PLAN_COPY,   "neither end is a pipe" },
	{ 'o', PLAN_COPY,   "two sockets; TCP to TCP is spliced once it is bulk" },
	{ 'm', PLAN_COPY,   "one end has no descriptor" },
	{ 't', PLAN_COPY,   "one end is a terminal" },
	{ 'p', PLAN_COPY,   "messages keep their boundaries" },
	{ 'd', PLAN_DIRECT, "descriptor handed over; nothing to copy" },
};
/* clang-format on */

static void
check_pair(enum endpoint_class from, enum endpoint_class to, char letter)
{
	const struct plan_side source = side(from), sink = side(to);
	const struct plan_path got = plan_path(&source, &sink, &no_wishes);

	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if (letters[i].letter == letter && !check_path(got, letters[i].mode, letters[i].reason))
			printf("# from %s to %s\n", endpoint_class_name(from), endpoint_class_name(to));
}

static void
knows_every_pair_of_classes(void)
{
	CHECK_INT(sizeof(pairs) / sizeof(*pairs), CLASS_N);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		CHECK_INT(pairs[i].source, i);
		CHECK_INT(strlen(pairs[i].modes), CLASS_N);
		for (unsigned to = 0; to < CLASS_N; to++)
			check_pair(pairs[i].source, (enum endpoint_class)to, pairs[i].modes[to]);
	}
}

/* A program that is relayed is a pipe for the plan. */
static void
knows_relayed_programs(void)
{
	for (unsigned other = 0; other < CLASS_N; other++) {
		struct plan_side program = side(CLASS_PROGRAM), pipe = side(CLASS_PIPE);
		const struct plan_side end = side((enum endpoint_class)other);
		struct plan_path want;

		if (end.is_program)
			continue;
		program.wants_relay = true;
		want = plan_path(&end, &pipe, &no_wishes);
		check_path(plan_path(&end, &program, &no_wishes), want.mode, want.reason);
		want = plan_path(&pipe, &end, &no_wishes);
		check_path(plan_path(&program, &end, &no_wishes), want.mode, want.reason);
	}
}

/* clang-format off */
#define PIPE_SIDE { .class = CLASS_PIPE, .is_there = true }
#define FILE_SIDE { .class = CLASS_FILE, .is_there = true }
#define SOCKET_SIDE { .class = CLASS_SOCKET, .is_there = true }
#define PROGRAM_SIDE { .class = CLASS_PROGRAM, .is_there = true, .is_program = true }

static const struct rule {
	const char *name;
	struct plan_side source, sink;
	struct plan_wishes wishes;
	struct plan_path want;
} rules[] = {
	{ "no source", { .class = CLASS_PIPE }, PIPE_SIDE, { 0 },
	    { PLAN_NONE, "nothing comes from there" } },
	{ "no source beats no sink", { .class = CLASS_SOCKET, .must_be_read = true }, { .class = CLASS_PIPE },
	    { 0 }, { PLAN_NONE, "nothing comes from there" } },
	{ "no sink", PIPE_SIDE, { .class = CLASS_PIPE }, { 0 },
	    { PLAN_NONE, "the other end takes nothing" } },
	{ "no sink, and the source must be read", { .class = CLASS_SOCKET, .is_there = true, .must_be_read = true },
	    { .class = CLASS_PIPE }, { 0 }, { PLAN_DISCARD, "the other end takes nothing" } },
	{ "no sink beats wishes", PIPE_SIDE, { .class = CLASS_PIPE }, { .sees_bytes = "--idle", .has_many_ends = true },
	    { PLAN_NONE, "the other end takes nothing" } },

	{ "many ends beat direct", PIPE_SIDE, PROGRAM_SIDE, { .has_many_ends = true }, { PLAN_COPY, "more than two ends" } },
	{ "many ends beat who sees bytes", PIPE_SIDE, PIPE_SIDE, { .sees_bytes = "--idle", .has_many_ends = true },
	    { PLAN_COPY, "more than two ends" } },
	{ "who sees bytes beats direct", PIPE_SIDE, PROGRAM_SIDE, { .sees_bytes = "--idle" }, { PLAN_COPY, "--idle" } },
	{ "who sees bytes beats splice", PIPE_SIDE, PIPE_SIDE, { .sees_bytes = "--idle" }, { PLAN_COPY, "--idle" } },
	{ "who sees bytes beats a queue", PIPE_SIDE,
	    { .class = CLASS_PIPE, .is_there = true, .has_disk_queue = true }, { .sees_bytes = "--idle" },
	    { PLAN_COPY, "--idle" } },
	{ "a source that is held back beats direct", { .class = CLASS_PIPE, .is_there = true, .sees_bytes = "buffer=" },
	    PROGRAM_SIDE, { 0 }, { PLAN_COPY, "buffer=" } },
	{ "a source that is held back beats splice", { .class = CLASS_PIPE, .is_there = true, .sees_bytes = "buffer=" },
	    PIPE_SIDE, { 0 }, { PLAN_COPY, "buffer=" } },
	{ "a source that is held back if need be is handed over",
	    { .class = CLASS_PIPE, .is_there = true, .sees_bytes = "buffer=", .yields = true }, PROGRAM_SIDE, { 0 },
	    { PLAN_DIRECT, "descriptor handed over; nothing to copy" } },
	{ "a source that is held back if need be beats splice",
	    { .class = CLASS_PIPE, .is_there = true, .sees_bytes = "buffer=", .yields = true }, PIPE_SIDE, { 0 },
	    { PLAN_COPY, "buffer=" } },
	{ "a sink whose bytes are converted beats direct", PROGRAM_SIDE,
	    { .class = CLASS_PIPE, .is_there = true, .sees_bytes = "crlf" }, { 0 }, { PLAN_COPY, "crlf" } },
	{ "who counts bytes beats direct", FILE_SIDE, PROGRAM_SIDE, { .counts_bytes = "--stats" },
	    { PLAN_SPLICE, "--stats" } },
	{ "who counts bytes leaves splice alone", PIPE_SIDE, PIPE_SIDE, { .counts_bytes = "--stats" },
	    { PLAN_SPLICE, "one end is a pipe" } },
	{ "who sees bytes beats who counts them", PIPE_SIDE, PROGRAM_SIDE,
	    { .sees_bytes = "--idle", .counts_bytes = "--stats" }, { PLAN_COPY, "--idle" } },
	{ "the sink's queue beats direct", PIPE_SIDE,
	    { .class = CLASS_PROGRAM, .is_there = true, .is_program = true, .has_disk_queue = true }, { 0 },
	    { PLAN_COPY, "queue= is ours to keep" } },
	{ "the source's queue is for the other direction",
	    { .class = CLASS_PIPE, .is_there = true, .has_disk_queue = true }, PIPE_SIDE, { 0 },
	    { PLAN_SPLICE, "one end is a pipe" } },

	{ "a relay on the left", { .class = CLASS_PROGRAM, .is_there = true, .is_program = true, .wants_relay = true },
	    PROGRAM_SIDE, { 0 }, { PLAN_SPLICE, "one end is a pipe" } },
	{ "a relay on the right", PROGRAM_SIDE,
	    { .class = CLASS_PROGRAM, .is_there = true, .is_program = true, .wants_relay = true }, { 0 },
	    { PLAN_SPLICE, "one end is a pipe" } },
	{ "via=socketpair", FILE_SIDE,
	    { .class = CLASS_SOCKET, .is_there = true, .is_program = true, .wants_pair = true }, { 0 },
	    { PLAN_COPY, "neither end is a pipe" } },
	{ "via=socketpair between programs",
	    { .class = CLASS_SOCKET, .is_there = true, .is_program = true, .wants_pair = true }, PROGRAM_SIDE, { 0 },
	    { PLAN_DIRECT, "descriptor handed over; nothing to copy" } },
	{ "via=socketpair between programs, one of which is relayed",
	    { .class = CLASS_SOCKET, .is_there = true, .is_program = true, .wants_pair = true },
	    { .class = CLASS_PROGRAM, .is_there = true, .is_program = true, .wants_relay = true }, { 0 },
	    { PLAN_SPLICE, "one end is a pipe" } },
	{ "a program and a source with a hook", { .class = CLASS_FILE, .is_there = true, .has_hook = true },
	    PROGRAM_SIDE, { 0 }, { PLAN_COPY, "one end has no descriptor" } },
	{ "a program and a sink with a hook", PROGRAM_SIDE,
	    { .class = CLASS_FILE, .is_there = true, .has_hook = true }, { 0 },
	    { PLAN_COPY, "one end has no descriptor" } },
	{ "a program gets an inherited descriptor", { .class = CLASS_FILE, .is_there = true, .is_inherited = true },
	    PROGRAM_SIDE, { 0 }, { PLAN_DIRECT, "descriptor handed over; nothing to copy" } },
	{ "a program writes to a file that is appended to", PROGRAM_SIDE,
	    { .class = CLASS_FILE, .is_there = true, .has_append = true }, { 0 },
	    { PLAN_DIRECT, "descriptor handed over; nothing to copy" } },

	{ "splice does not append", PIPE_SIDE, { .class = CLASS_FILE, .is_there = true, .has_append = true },
	    { 0 }, { PLAN_COPY, "the file is appended to" } },
	{ "append is about the sink", { .class = CLASS_FILE, .is_there = true, .has_append = true }, PIPE_SIDE,
	    { 0 }, { PLAN_SPLICE, "one end is a pipe" } },
	{ "a copy says its own reason", FILE_SIDE, { .class = CLASS_FILE, .is_there = true, .has_append = true },
	    { 0 }, { PLAN_COPY, "neither end is a pipe" } },
	{ "splice knows no hooks at the source", { .class = CLASS_PIPE, .is_there = true, .has_hook = true },
	    PIPE_SIDE, { 0 }, { PLAN_COPY, "one end has no descriptor" } },
	{ "splice knows no hooks at the sink", PIPE_SIDE, { .class = CLASS_PIPE, .is_there = true, .has_hook = true },
	    { 0 }, { PLAN_COPY, "one end has no descriptor" } },
	{ "inherited pipes are spliced", { .class = CLASS_PIPE, .is_there = true, .is_inherited = true },
	    { .class = CLASS_PIPE, .is_there = true, .is_inherited = true }, { 0 },
	    { PLAN_SPLICE, "one end is a pipe" } },
	{ "an inherited source that is no pipe", { .class = CLASS_SOCKET, .is_there = true, .is_inherited = true },
	    PIPE_SIDE, { 0 }, { PLAN_COPY, "an inherited descriptor is never made non-blocking" } },
	{ "an inherited sink that is no pipe", PIPE_SIDE,
	    { .class = CLASS_FILE, .is_there = true, .is_inherited = true }, { 0 },
	    { PLAN_COPY, "an inherited descriptor is never made non-blocking" } },
	{ "two sockets", SOCKET_SIDE, SOCKET_SIDE, { 0 },
	    { PLAN_COPY, "two sockets; TCP to TCP is spliced once it is bulk" } },
};
/* clang-format on */

static void
knows_every_rule(void)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const struct rule *r = &rules[i];

		if (!check_path(plan_path(&r->source, &r->sink, &r->wishes), r->want.mode, r->want.reason))
			printf("# rule: %s\n", r->name);
	}
}

static void
names_every_mode(void)
{
	CHECK_STR(plan_mode_name(PLAN_NONE), "none");
	CHECK_STR(plan_mode_name(PLAN_DIRECT), "direct");
	CHECK_STR(plan_mode_name(PLAN_SPLICE), "splice");
	CHECK_STR(plan_mode_name(PLAN_COPY), "copy");
	CHECK_STR(plan_mode_name(PLAN_DISCARD), "discard");
}

static const struct unit_test tests[] = {
	TEST(knows_every_pair_of_classes),
	TEST(knows_relayed_programs),
	TEST(knows_every_rule),
	TEST(names_every_mode),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
