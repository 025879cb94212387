/*
 * The plan: direct, splice or copy.
 *
 * First the rules that forbid something, in order, then a table of pairs of classes. What the table says was measured on
 * two cores: splice wins where one end is a pipe. Between two sockets a copy is quicker as long as little comes at once; bulk
 * between TCP connections then goes through a pipe of ours (pump_carry.c).
 */
#include "wire/plan.h"

#include <stddef.h>

/* clang-format off */
enum plan_pair { SPLICE, COPY, SOCKETS, MEMORY, TERMINAL, PACKETS, PAIR_N };

static const struct plan_path plan_paths[PAIR_N] = {
	[SPLICE]   = { PLAN_SPLICE, "one end is a pipe" },
	[COPY]     = { PLAN_COPY, "neither end is a pipe" },
	[SOCKETS]  = { PLAN_COPY, "two sockets; TCP to TCP is spliced once it is bulk" },
	[MEMORY]   = { PLAN_COPY, "one end has no descriptor" },
	[TERMINAL] = { PLAN_COPY, "one end is a terminal" },
	[PACKETS]  = { PLAN_COPY, "messages keep their boundaries" },
};

static const unsigned char plan_table[CLASS_N][CLASS_N] = {
	/* source: */    /* NONE   FILE      PIPE      SOCKET    TTY       DEVICE    PROGRAM  PACKET */
	[CLASS_NONE]    = { MEMORY, MEMORY,   MEMORY,   MEMORY,   TERMINAL, MEMORY,   MEMORY, PACKETS },
	[CLASS_FILE]    = { MEMORY, COPY,     SPLICE,   COPY,     TERMINAL, COPY,     SPLICE, PACKETS },
	[CLASS_PIPE]    = { MEMORY, SPLICE,   SPLICE,   SPLICE,   TERMINAL, SPLICE,   SPLICE, PACKETS },
	[CLASS_SOCKET]  = { MEMORY, COPY,     SPLICE,   SOCKETS,  TERMINAL, COPY,     SPLICE, PACKETS },
	[CLASS_TTY]     = { MEMORY, TERMINAL, TERMINAL, TERMINAL, TERMINAL, TERMINAL, TERMINAL, PACKETS },
	[CLASS_DEVICE]  = { MEMORY, COPY,     COPY,     COPY,     TERMINAL, COPY,     COPY,   PACKETS },
	[CLASS_PROGRAM] = { MEMORY, SPLICE,   SPLICE,   SPLICE,   TERMINAL, SPLICE,   SPLICE, PACKETS },
	[CLASS_PACKET]  = { PACKETS, PACKETS, PACKETS,  PACKETS,  PACKETS,  PACKETS,  PACKETS, PACKETS },
};
/* clang-format on */

const char *
plan_mode_name(enum plan_mode mode)
{
	static const char names[][12] = { "none", "direct", "splice", "copy", "discard" };
	_Static_assert(sizeof(names) / sizeof(*names) == PLAN_MODE_N, "a name for every mode");

	return names[mode];
}

/* Why the descriptor of one end cannot be handed to a program at the other; NULL: it can. */
static const char *
plan_against_direct(const struct plan_side *source, const struct plan_side *sink)
{
	if (!source->is_program && !sink->is_program)
		return "no end is a program";
	if (source->wants_relay || sink->wants_relay ||
	    ((source->wants_pair || sink->wants_pair) && !(source->is_program && sink->is_program)))
		return "via=, eof-grace= or pool= asks for a relay";
	if (source->class == CLASS_TTY || sink->class == CLASS_TTY)
		return "one end is a terminal";
	if (source->has_hook || sink->has_hook || source->class == CLASS_NONE || sink->class == CLASS_NONE)
		return "one end has no descriptor";
	if (source->class == CLASS_PACKET || sink->class == CLASS_PACKET)
		return "messages keep their boundaries";
	return NULL;
}

static const char *
plan_against_splice(const struct plan_side *source, const struct plan_side *sink)
{
	if (sink->has_append)
		return "the file is appended to";
	if (source->has_hook || sink->has_hook)
		return "one end has no descriptor";
	if (source->is_inherited || sink->is_inherited) {
		if (source->class != CLASS_PIPE || sink->class != CLASS_PIPE)
			return "an inherited descriptor is never made non-blocking";
	}
	return NULL;
}

static struct plan_path
plan_discard(const struct plan_side *source)
{
	if (source->is_there && source->must_be_read)
		return (struct plan_path){ PLAN_DISCARD, "the other end takes nothing" };
	return (struct plan_path){ PLAN_NONE, "the other end takes nothing" };
}

struct plan_path
plan_path(const struct plan_side *source, const struct plan_side *sink, const struct plan_wishes *w)
{
	const struct plan_path *pair;
	const char *against;
	bool is_counted; /* direct, were it not for that */

	if (!source->is_there)
		return (struct plan_path){ PLAN_NONE, "nothing comes from there" };
	if (!sink->is_there)
		return plan_discard(source);
	if (w->has_many_ends)
		return (struct plan_path){ PLAN_COPY, "more than two ends" };
	if (w->sees_bytes != NULL)
		return (struct plan_path){ PLAN_COPY, w->sees_bytes };
	if (source->sees_bytes != NULL && !source->yields)
		return (struct plan_path){ PLAN_COPY, source->sees_bytes };
	if (sink->sees_bytes != NULL)
		return (struct plan_path){ PLAN_COPY, sink->sees_bytes };
	if (sink->has_disk_queue)
		return (struct plan_path){ PLAN_COPY, "queue= is ours to keep" };
	against = plan_against_direct(source, sink);
	is_counted = against == NULL && w->counts_bytes != NULL;
	if (against == NULL && !is_counted)
		return (struct plan_path){ PLAN_DIRECT, "descriptor handed over; nothing to copy" };
	if (source->sees_bytes != NULL)
		return (struct plan_path){ PLAN_COPY, source->sees_bytes };
	pair = &plan_paths[plan_table[source->class][sink->class]];
	if (pair->mode == PLAN_COPY)
		return *pair;
	against = plan_against_splice(source, sink);
	if (against != NULL)
		return (struct plan_path){ PLAN_COPY, against };
	if (is_counted)
		return (struct plan_path){ PLAN_SPLICE, w->counts_bytes };
	return *pair;
}
