/* The options rlimit-*. Only what is written is set: the rest is as we have it. */
#include "process/limits.h"

#include <errno.h>
#include <stddef.h>
#include <sys/resource.h>

const struct opt_desc limits_table[] = {
#define LIMITS_OPT(field, resource, text) OPT(struct limits, field, OPT_LIMIT, .name = "rlimit-" #field, .help = text),
	LIMITS(LIMITS_OPT)
#undef LIMITS_OPT
	    OPT_END,
};

static const int limits_resources[] = {
#define LIMITS_RESOURCE(field, resource, text) resource,
	LIMITS(LIMITS_RESOURCE)
#undef LIMITS_RESOURCE
};

static const struct opt_limit *
limits_of(const struct limits *l, size_t i)
{
	return (const struct opt_limit *)((const char *)l + limits_table[i].offset);
}

static rlim_t
limits_value(uint64_t limit)
{
	return limit == OPT_UNLIMITED ? RLIM_INFINITY : (rlim_t)limit;
}

int
limits_apply(const struct limits *l, const char **what)
{
	for (size_t i = 0; *limits_table[i].name != '\0'; i++) {
		const struct opt_limit *limit = limits_of(l, i);
		const struct rlimit rl = { .rlim_cur = limits_value(limit->soft),
			.rlim_max = limits_value(limit->hard) };

		if (!limit->is_set || setrlimit(limits_resources[i], &rl) == 0)
			continue;
		*what = limits_table[i].name;
		return -errno;
	}
	return 0;
}

const char *
limits_first(const struct limits *l)
{
	for (size_t i = 0; *limits_table[i].name != '\0'; i++)
		if (limits_of(l, i)->is_set)
			return limits_table[i].name;
	return NULL;
}
