/* Values of options that are numbers: plain ones, sizes, times, modes, limits, rates and factors, and sizes behind words. */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/name.h"
#include "base/opt_value.h"
#include "base/wordlist.h"

#define FACTOR_MAX 1e6

bool
opt_parse_digits(const char **p, uint64_t *n)
{
	const char *start = *p;
	bool fits = true;

	for (*n = 0; opt_is_digit(**p); ++*p)
		fits = fits && !__builtin_mul_overflow(*n, 10u, n) &&
		    !__builtin_add_overflow(*n, (uint64_t)(**p - '0'), n);
	return fits && *p > start;
}

struct unit {
	uint64_t factor;
	char name[3]; /* "": the end of the table */
	char rest[3]; /* there: what a number is in that no unit divides */
};

/* From the largest, so that a limit is shown in the first one that divides it. */
static const struct unit time_units[] = {
	{ .name = "h", .factor = UINT64_C(3600000000000) },
	{ .name = "m", .factor = UINT64_C(60000000000) },
	{ .name = "s", .factor = UINT64_C(1000000000) },
	{ .name = "ms", .factor = UINT64_C(1000000) },
	{ .name = "us", .factor = UINT64_C(1000) },
	{ .rest = "ns" },
};

static const struct unit size_units[] = {
	{ .name = "T", .factor = UINT64_C(1) << 40 },
	{ .name = "G", .factor = UINT64_C(1) << 30 },
	{ .name = "M", .factor = UINT64_C(1) << 20 },
	{ .name = "K", .factor = UINT64_C(1) << 10 },
	{ .name = "k", .factor = UINT64_C(1) << 10 },
	{ .rest = "" },
};

/* The factor of the unit that the text is, 0 when it is none. */
static uint64_t
find_unit(const struct unit *units, const char *text)
{
	for (; *units->name != '\0'; units++)
		if (strcmp(units->name, text) == 0)
			return units->factor;
	return 0;
}

/* A limit as it would be written; units NULL: a plain number. The caller frees it. */
static char *
limit_name(const struct unit *units, int64_t limit)
{
	if (units == NULL || limit == 0)
		return xasprintf("%" PRId64, limit);
	for (; *units->name != '\0'; units++)
		if (limit % (int64_t)units->factor == 0)
			return xasprintf("%" PRId64 "%s", limit / (int64_t)units->factor, units->name);
	return xasprintf("%" PRId64 "%s", limit, units->rest);
}

/* "1 to 65535", "at least 1" */
static char *
range_name(const struct opt_desc *desc, const struct unit *units)
{
	char *low = limit_name(units, desc->min), *high = limit_name(units, desc->max), *range;

	range = desc->max == 0 ? xasprintf("at least %s", low) : xasprintf("%s to %s", low, high);
	free(low);
	free(high);
	return range;
}

/* "backlog must be 1 to 65535" */
static int
refuse_range(const struct opt_desc *desc, const struct unit *units, struct diag *diag)
{
	char *range = range_name(desc, units);

	diag_set(diag, 0, "%s must be %s", desc->name, range);
	free(range);
	return -1;
}

char *
opt_limits_name(const struct opt_desc *desc)
{
	static const struct unit
	    *const units[OPT_TYPE_N] = { [OPT_SIZE] = size_units, [OPT_SIZED] = size_units, [OPT_TIME] = time_units };

	if ((desc->min == 0 && desc->max == 0) || (desc->type != OPT_INT && units[desc->type] == NULL))
		return NULL;
	return range_name(desc, units[desc->type]);
}

/* Reads digits, behind a '-' where that is allowed; what fits into no int64_t becomes INT64_MAX. */
static int
parse_int(const struct opt_desc *desc, const char *value, int64_t *number, struct diag *diag)
{
	static const char example[] = "a number is written in decimal digits";
	bool is_negative = *value == '-' && desc->min < 0;
	const char *p = value + is_negative;
	uint64_t n;
	bool fits;

	if (!opt_is_digit(*p)) {
		opt_refuse(value, "not a number", diag);
		return opt_hint_example(desc, example, diag);
	}
	fits = opt_parse_digits(&p, &n) && n < INT64_MAX;
	if (*p != '\0') {
		opt_refuse_rest(value, p, "number", diag);
		return opt_hint_example(desc, example, diag);
	}
	*number = !fits ? INT64_MAX : is_negative ? -(int64_t)n : (int64_t)n;
	return 0;
}

int
opt_store_int(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	struct opt_desc shown = *desc;
	int word = opt_find_word(desc->words, value);
	int64_t max = INT_MAX - (int64_t)wordlist_count(desc->words), number = 0;

	if (word >= 0) {
		*(int *)field = OPT_INT_WORD(word);
		return 0;
	}
	if (parse_int(desc, value, &number, diag) == -1)
		return -1;
	if (desc->max == 0 || desc->max > max)
		shown.max = max;
	if (desc->min < INT_MIN)
		shown.min = INT_MIN;
	if (number < shown.min || number > shown.max)
		return refuse_range(&shown, NULL, diag);
	*(int *)field = (int)number;
	return 0;
}

static const char size_example[] = "a size is written 4096, 64k, 1M, 2G or 1T";
static const char time_example[] = "a time is written 500us, 20ms, 0.5, 2s, 3m or 1h";

/* desc may be NULL; it serves the hint. */
static int
parse_size(const struct opt_desc *desc, const char *value, uint64_t *size, struct diag *diag)
{
	const char *p = value;
	uint64_t n, factor = 1;
	bool fits;

	if (!opt_is_digit(*p)) {
		opt_refuse(value, "not a size", diag);
		return opt_hint_example(desc, size_example, diag);
	}
	fits = opt_parse_digits(&p, &n);
	if (*p != '\0')
		factor = find_unit(size_units, p);
	if (factor == 0) {
		opt_refuse_rest(value, p, "size", diag);
		return opt_hint_example(desc, size_example, diag);
	}
	if (!fits || __builtin_mul_overflow(n, factor, &n))
		return diag_set(diag, 0, "the size is too large");
	*size = n;
	return 0;
}

/*
 * The nanoseconds of the digits after a decimal point, rounded down. Taken from the last digit to the
 * first the result is exact however many there are: floor((floor(x) + n) / 10) is floor((x + n) / 10).
 */
static uint64_t
fraction_ns(const char *digits, size_t n, uint64_t factor)
{
	uint64_t ns = 0;

	while (n-- > 0)
		ns = (ns + (uint64_t)(digits[n] - '0') * factor) / 10;
	return ns;
}

/* desc may be NULL; it serves the hint. */
static int
parse_time(const struct opt_desc *desc, const char *value, int64_t *ns, struct diag *diag)
{
	const char *p = value, *fraction = NULL;
	size_t nfraction = 0;
	uint64_t n, factor;
	int64_t time;
	bool fits;

	if (!opt_is_digit(*p)) {
		opt_refuse(value, "not a time", diag);
		return opt_hint_example(desc, time_example, diag);
	}
	fits = opt_parse_digits(&p, &n);
	if (*p == '.' && opt_is_digit(p[1])) {
		fraction = p + 1;
		nfraction = strspn(fraction, "0123456789");
		p = fraction + nfraction;
	}
	factor = find_unit(time_units, *p != '\0' ? p : "s");
	if (factor == 0) {
		opt_refuse_rest(value, p, "time", diag);
		return opt_hint_example(desc, time_example, diag);
	}
	if (!fits || __builtin_mul_overflow(n, factor, &time) ||
	    __builtin_add_overflow(time, fraction_ns(fraction, nfraction, factor), &time))
		return diag_set(diag, 0, "the time is too long");
	*ns = time;
	return 0;
}

int
opt_parse_time(const char *value, int64_t *ns, struct diag *diag)
{
	return parse_time(NULL, value, ns, diag);
}

int
opt_parse_size(const char *value, uint64_t *size, struct diag *diag)
{
	return parse_size(NULL, value, size, diag);
}

int
opt_store_size(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	int word = opt_find_word(desc->words, value);
	uint64_t max = UINT64_MAX - wordlist_count(desc->words), size = 0;

	if (word >= 0)
		size = OPT_SIZE_WORD((uint64_t)word);
	else if (parse_size(desc, value, &size, diag) == -1)
		return -1;
	else if (size > max)
		return diag_set(diag, 0, "the size is too large");
	else if (size < (uint64_t)desc->min || (desc->max != 0 && size > (uint64_t)desc->max))
		return refuse_range(desc, size_units, diag);
	*(uint64_t *)field = size;
	return 0;
}

int
opt_store_time(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	int word = opt_find_word(desc->words, value);
	int64_t max = INT64_MAX - (int64_t)wordlist_count(desc->words), ns = 0;

	if (word >= 0)
		ns = OPT_TIME_WORD(word);
	else if (parse_time(desc, value, &ns, diag) == -1)
		return -1;
	else if (ns > max)
		return diag_set(diag, 0, "the time is too long");
	else if (ns < desc->min || (desc->max != 0 && ns > desc->max))
		return refuse_range(desc, time_units, diag);
	*(int64_t *)field = ns;
	return 0;
}

int
opt_store_mode(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const unsigned long max = desc->max != 0 ? (unsigned long)desc->max : 07777;
	size_t len = strspn(value, "01234567");
	unsigned long mode;

	if (len == 0 || value[len] != '\0') {
		if (len == 0)
			opt_refuse(value, "not a mode", diag);
		else
			opt_refuse_rest(value, value + len, "mode", diag);
		return diag_hint(diag, "a mode is written in octal digits, like 0600 or 644");
	}
	/* Saturates, which is out of range as well. */
	mode = strtoul(value, NULL, 8);
	if (mode > max)
		return diag_set(diag, 0, "%s must be 0 to %lo (octal)", desc->name, max);
	*(int *)field = (int)mode;
	return 0;
}

/* The size behind the colon of "full:64k". */
static int
parse_sized(const struct opt_desc *desc, int word, const char *colon, uint64_t *size, struct diag *diag)
{
	struct opt_desc shown = *desc;

	if (*wordlist_at(desc->words, (size_t)word + 1) != '\0')
		return diag_set(diag, 0, "'%s' takes no size", wordlist_at(desc->words, (size_t)word));
	if (parse_size(NULL, colon + 1, size, diag) == -1)
		return diag_shift(diag, 1);
	if (*size >= (uint64_t)desc->min && (desc->max == 0 || *size <= (uint64_t)desc->max))
		return 0;
	strlcpy(shown.name, "the size", sizeof(shown.name));
	refuse_range(&shown, size_units, diag);
	return diag_shift(diag, 1);
}

int
opt_store_sized(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const char *colon = strchr(value, ':');
	size_t len = colon != NULL ? (size_t)(colon - value) : strlen(value);
	char *name = xstrndup(value, len);
	int word = opt_find_word(desc->words, name), result = 0;
	uint64_t size = 0;

	if (word == -1)
		result = opt_refuse_word(desc, name, diag);
	else if (value[len] == ':' && parse_sized(desc, word, value + len, &size, diag) == -1)
		result = diag_shift(diag, len);
	free(name);
	if (result == 0)
		*(struct opt_sized *)field = (struct opt_sized){ .word = word, .size = size };
	return result;
}

static const char limit_none[] = "unlimited";

static int
parse_limit(const char *text, uint64_t *limit, struct diag *diag)
{
	if (name_is(limit_none, text, strlen(text))) {
		*limit = OPT_UNLIMITED;
		return 0;
	}
	if (!opt_is_digit(*text)) {
		opt_refuse(text, "no limit", diag);
		return diag_hint(diag, "a limit is a number, a size like 64k, or %s", limit_none);
	}
	return parse_size(NULL, text, limit, diag);
}

int
opt_store_limit(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const size_t len = strcspn(value, ":");
	char *first = xstrndup(value, len);
	struct opt_limit limit = { .is_set = true };
	int result = parse_limit(first, &limit.soft, diag);

	(void)desc;
	free(first);
	limit.hard = limit.soft;
	if (result == 0 && value[len] == ':' && parse_limit(value + len + 1, &limit.hard, diag) == -1)
		result = diag_shift(diag, len + 1);
	if (result == 0 && limit.soft > limit.hard)
		result = diag_set(diag, 0, "the soft limit is above the hard one");
	if (result == 0)
		*(struct opt_limit *)field = limit;
	return result;
}

/* The limits of both are far from what overflows when they are multiplied. */
int
opt_store_rate(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const char *p = value;
	struct opt_rate rate = { .ns = 1000000000 };

	(void)desc;
	if (!opt_parse_digits(&p, &rate.n) || p == value || rate.n == 0 || rate.n > 1000000 ||
	    (*p != '\0' && *p != '/')) {
		opt_refuse(value, "not a rate", diag);
		return diag_hint(diag, "a rate is written 10 (a second), 100/1m, 1/500ms; at most 1000000 in a time");
	}
	if (*p == '/' && parse_time(NULL, p + 1, &rate.ns, diag) == -1)
		return diag_shift(diag, (size_t)(p + 1 - value));
	if (rate.ns < 1000 || rate.ns > 86400 * INT64_C(1000000000))
		return diag_set(diag, (size_t)(p + 1 - value), "the time of a rate must be 1us to 24h");
	*(struct opt_rate *)field = rate;
	return 0;
}

/* Digits, and behind a point some more. */
int
opt_store_factor(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	double factor = 0, digit = 1;
	const char *p = value;

	if (opt_find_word(desc->words, value) >= 0) {
		*(double *)field = 0;
		return 0;
	}
	for (; opt_is_digit(*p); p++)
		factor = factor * 10 + (*p - '0');
	for (p += *p == '.' && p > value; opt_is_digit(*p); p++)
		factor += (*p - '0') * (digit /= 10);
	if (p == value || *p != '\0' || factor <= 0 || factor > FACTOR_MAX) {
		opt_refuse(value, "not a factor", diag);
		return opt_hint_example(desc, "a factor is a number above 0: 2 or 0.5", diag);
	}
	*(double *)field = factor;
	return 0;
}
