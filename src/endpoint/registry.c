/* The list of all kinds, made from kinds.def, and look-ups in it. */
#include "endpoint/registry.h"

#include <string.h>

#include "base/name.h"
#include "base/nearest.h"
#include "base/wordlist.h"
#include "endpoint/foreign.h"

#define KIND(file, name) extern const struct endpoint_kind endpoint_##name;
#include "endpoint/kinds.def"
#undef KIND

const struct endpoint_kind *const registry_kinds[] = {
#define KIND(file, name) &endpoint_##name,
#include "endpoint/kinds.def"
#undef KIND
	NULL,
};

/* clang-format off */
static const struct opt_desc common_opts_table[] = {
	OPT(struct common_opts, buffer, OPT_SIZED, .name = "buffer", .min = 1, .max = 1 << 30, .words = BUFFER_MODE_WORDS,
	    .def = "asis", .help = "how its output travels; a program's own stdio too"),
	OPT(struct common_opts, cr, OPT_BOOL, .name = "cr", .help = "its lines end in CR; ours in LF"),
	OPT(struct common_opts, crlf, OPT_BOOL, .name = "crlf", .aliases = "crnl",
	    .help = "its lines end in CR LF; ours in LF"),
	OPT(struct common_opts, flush, OPT_TIME, .name = "flush", .words = "never\0auto",
	    .def = "auto", .help = "longest wait of what buffer=line or full holds back"),
	OPT(struct common_opts, frame, OPT_ENUM, .name = "frame", .words = FRAME_MODE_WORDS, .def = "raw",
	    .help = "how messages stand in its bytes"),
	OPT(struct common_opts, frame_max, OPT_SIZE, .name = "frame-max", .min = 1, .max = 1 << 30, .def = "1M",
	    .help = "longest message of frame="),
	OPT(struct common_opts, from, OPT_BOOL, .name = "from", .help = "where ends meet, its lines begin with its name"),
	OPT(struct common_opts, queue, OPT_SIZE, .name = "queue", .min = 1, .max = 1 << 30,
	    .words = "disk", .value = "SIZE|disk",
	    .help = "most bytes that may wait for this endpoint"),
	OPT(struct common_opts, readbytes, OPT_SIZE, .name = "readbytes", .min = 1,
	    .help = "take so many bytes from it for all of its input"),
	OPT(struct common_opts, slow, OPT_ENUM, .name = "slow", .words = "auto\0wait\0drop\0close",
	    .def = "auto", .help = "if it is too slow: wait, drop what it misses, close it"),
	OPT(struct common_opts, to_self, OPT_BOOL, .name = "to-self", .help = "in a hub, it hears itself too"),
	OPT_END,
};
/* clang-format on */

const struct opt_group registry_common = {
	.name = "common",
	.help = "every kind",
	.opts = common_opts_table,
	.size = sizeof(struct common_opts),
};

static const char registry_families[][20] = {
#define KIND(file, name) #file,
#include "endpoint/kinds.def"
#undef KIND
};

const char *
registry_family(size_t i)
{
	return registry_families[i];
}

const struct opt_desc *
registry_table(const struct endpoint_kind *k, unsigned i, const struct opt_group **group)
{
	*group = NULL;
	if (k->opts != NULL && i-- == 0)
		return k->opts;
	for (int g = 0; k->groups != NULL && k->groups[g] != NULL; g++)
		if (i-- == 0) {
			*group = k->groups[g];
			return k->groups[g]->opts;
		}
	*group = &registry_common;
	return i == 0 ? registry_common.opts : NULL;
}

const struct endpoint_kind *
registry_find(const char *name, size_t len)
{
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++)
		if (name_is((*k)->name, name, len) || wordlist_find((*k)->aliases, name, len) >= 0)
			return *k;
	return NULL;
}

const struct opt_desc *
registry_find_option(const struct endpoint_kind *k, const char *name, size_t len, int *group)
{
	const struct opt_desc *d = k->opts != NULL ? opt_find(k->opts, name, len) : NULL;

	*group = -1;
	if (d != NULL)
		return d;
	for (int i = 0; k->groups != NULL && k->groups[i] != NULL; i++) {
		d = opt_find(k->groups[i]->opts, name, len);
		*group = i;
		if (d != NULL)
			return d;
	}
	*group = -2;
	return opt_find(registry_common.opts, name, len);
}

static void
registry_feed(struct nearest *n, const struct opt_desc *d)
{
	for (; d != NULL && *d->name != '\0'; d++) {
		nearest_feed(n, d->name);
		nearest_feed_words(n, d->aliases);
	}
}

const char *
registry_nearest_option(const struct endpoint_kind *k, const char *name, size_t len)
{
	struct nearest n;

	nearest_init(&n, name, len);
	registry_feed(&n, k->opts);
	for (int i = 0; k->groups != NULL && k->groups[i] != NULL; i++)
		registry_feed(&n, k->groups[i]->opts);
	registry_feed(&n, registry_common.opts);
	return nearest_name(&n);
}

static bool
registry_vocab_find(const char *name, size_t len, struct addr_form *form)
{
	const struct endpoint_kind *k = registry_find(name, len);

	if (k == NULL)
		return false;
	*form = (struct addr_form){ .name = k->name,
		.syntax = k->syntax,
		.args_min = k->args_min,
		.args_max = k->args_max,
		.kind = k };
	if (k->flags & (KIND_PATH | KIND_COLONS))
		form->flags |= ADDR_COLONS;
	if (k->flags & KIND_COMMAND)
		form->flags |= ADDR_COLONS | ADDR_COMMAND;
	return true;
}

static bool
registry_vocab_is_regex(const struct addr_form *form, const char *option, size_t len)
{
	int group;
	const struct opt_desc *d = registry_find_option(form->kind, option, len, &group);

	return d != NULL && d->type == OPT_REGEX;
}

static const char *
registry_vocab_nearest(const char *name, size_t len)
{
	struct nearest n;

	nearest_init(&n, name, len);
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		nearest_feed(&n, (*k)->name);
		nearest_feed_words(&n, (*k)->aliases);
	}
	return nearest_name(&n);
}

static const char *
registry_vocab_foreign(const char *name, size_t len)
{
	return foreign_hint(FOREIGN_KIND, name, len);
}

const struct addr_vocab registry_vocab = {
	.find = registry_vocab_find,
	.is_regex = registry_vocab_is_regex,
	.nearest = registry_vocab_nearest,
	.foreign = registry_vocab_foreign,
};
