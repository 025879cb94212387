/*
 * Typed options by table. Each type is one row of `types`: its name, what its value is called, an
 * example for the hint, and the function that parses a value and stores it. Such a function parses
 * first and stores last, so that a refused value changes nothing.
 */
#include "base/opt.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/nearest.h"

#define FACTOR_MAX 1e6

typedef int (*opt_store_fn)(const struct opt_desc *, void *field, const char *value, struct diag *);

/* Not isdigit(3), which brings in the locale's tables at every start. */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- refusals ---- */

/* What a value of that type looks like, and the special words of the option. */
static int
hint_example(const struct opt_desc *desc, const char *example, struct diag *diag)
{
	char *name;

	if (desc == NULL || desc->words == NULL)
		return diag_hint(diag, "%s", example);
	name = opt_value_name(desc);
	diag_hint(diag, "%s; here %s", example, name);
	free(name);
	return -1;
}

/* "'foo' is not a size" */
static int
refuse(const char *value, const char *what, struct diag *diag)
{
	char *quoted = diag_quote(value, strlen(value));

	diag_set(diag, 0, "%s is %s", quoted, what);
	free(quoted);
	return -1;
}

/* "'x' after the size" */
static int
refuse_rest(const char *value, const char *rest, const char *what, struct diag *diag)
{
	char *quoted = diag_quote(rest, strlen(rest));

	diag_set(diag, (size_t)(rest - value), "%s after the %s", quoted, what);
	free(quoted);
	return -1;
}

/* Appends the words to an owned text: the first behind one separator, the others behind another. */
static char *
join_words(char *text, const char *first, const char *const *words, const char *next)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
		char *longer = xasprintf("%s%s%s", text, i == 0 ? first : next, words[i]);

		free(text);
		text = longer;
	}
	return text;
}

/* The index of a word in a list, any case, or -1. */
static int
find_word(const char *const *words, const char *value)
{
	const size_t len = strlen(value);

	for (int i = 0; words != NULL && words[i] != NULL; i++)
		if (name_is(words[i], value, len))
			return i;
	return -1;
}

static size_t
count_words(const char *const *words)
{
	size_t n = 0;

	while (words != NULL && words[n] != NULL)
		n++;
	return n;
}

/* ---- numbers ---- */

/* Reads decimal digits. False: there is none, or the number is too large (*p is then behind it). */
static bool
parse_digits(const char **p, uint64_t *n)
{
	const char *start = *p;
	bool fits = true;

	for (*n = 0; is_digit(**p); ++*p)
		fits = fits && !__builtin_mul_overflow(*n, 10u, n) &&
		    !__builtin_add_overflow(*n, (uint64_t)(**p - '0'), n);
	return fits && *p > start;
}

struct unit {
	const char *name; /* NULL: the end of the table */
	uint64_t factor;
	const char *rest; /* there: what a number is in that no unit divides */
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
	for (; units->name != NULL; units++)
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
	for (; units->name != NULL; units++)
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

	if (!is_digit(*p)) {
		refuse(value, "not a number", diag);
		return hint_example(desc, example, diag);
	}
	fits = parse_digits(&p, &n) && n < INT64_MAX;
	if (*p != '\0') {
		refuse_rest(value, p, "number", diag);
		return hint_example(desc, example, diag);
	}
	*number = !fits ? INT64_MAX : is_negative ? -(int64_t)n : (int64_t)n;
	return 0;
}

static int
store_int(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	struct opt_desc shown = *desc;
	int word = find_word(desc->words, value);
	int64_t max = INT_MAX - (int64_t)count_words(desc->words), number = 0;

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

	if (!is_digit(*p)) {
		refuse(value, "not a size", diag);
		return hint_example(desc, size_example, diag);
	}
	fits = parse_digits(&p, &n);
	if (*p != '\0')
		factor = find_unit(size_units, p);
	if (factor == 0) {
		refuse_rest(value, p, "size", diag);
		return hint_example(desc, size_example, diag);
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

	if (!is_digit(*p)) {
		refuse(value, "not a time", diag);
		return hint_example(desc, time_example, diag);
	}
	fits = parse_digits(&p, &n);
	if (*p == '.' && is_digit(p[1])) {
		fraction = p + 1;
		nfraction = strspn(fraction, "0123456789");
		p = fraction + nfraction;
	}
	factor = find_unit(time_units, *p != '\0' ? p : "s");
	if (factor == 0) {
		refuse_rest(value, p, "time", diag);
		return hint_example(desc, time_example, diag);
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

static int
store_size(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	int word = find_word(desc->words, value);
	uint64_t max = UINT64_MAX - count_words(desc->words), size = 0;

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

static int
store_time(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	int word = find_word(desc->words, value);
	int64_t max = INT64_MAX - (int64_t)count_words(desc->words), ns = 0;

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

static int
store_mode(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const unsigned long max = desc->max != 0 ? (unsigned long)desc->max : 07777;
	size_t len = strspn(value, "01234567");
	unsigned long mode;

	if (len == 0 || value[len] != '\0') {
		if (len == 0)
			refuse(value, "not a mode", diag);
		else
			refuse_rest(value, value + len, "mode", diag);
		return diag_hint(diag, "a mode is written in octal digits, like 0600 or 644");
	}
	/* Saturates, which is out of range as well. */
	mode = strtoul(value, NULL, 8);
	if (mode > max)
		return diag_set(diag, 0, "%s must be 0 to %lo (octal)", desc->name, max);
	*(int *)field = (int)mode;
	return 0;
}

/* ---- words and texts ---- */

/* 1, 0, or -1 with the refusal. */
static int
parse_bool(const char *value, struct diag *diag)
{
	/* No and yes by turns. */
	static const char *const words[] = { "no", "yes", "off", "on", "false", "true", "0", "1", NULL };
	int word = find_word(words, value);

	if (word != -1)
		return word % 2;
	refuse(value, "neither yes nor no", diag);
	return diag_hint(diag, "it is written yes, on, true or 1, or no, off, false or 0");
}

static int
store_bool(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const int yes = parse_bool(value, diag);

	(void)desc;
	if (yes == -1)
		return -1;
	*(bool *)field = yes == 1;
	return 0;
}

static int
store_switch(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const int yes = parse_bool(value, diag);

	(void)desc;
	if (yes == -1)
		return -1;
	*(int *)field = yes == 1 ? OPT_YES : OPT_NO;
	return 0;
}

/* "^C" and "^?", as stty(1) has them. */
static int
control_char(char c)
{
	if (c == '?')
		return 127;
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	return c >= '@' && c <= '_' ? c - '@' : -1;
}

static int
parse_char(const char *value)
{
	const size_t len = strlen(value);
	char *end;
	unsigned long n;

	if (strcmp(value, "undef") == 0 || strcmp(value, "^-") == 0)
		return OPT_CHAR_NONE;
	if (len == 1 && !is_digit(*value))
		return (unsigned char)*value;
	if (len == 2 && *value == '^')
		return control_char(value[1]);
	if (!is_digit(*value) || len > 4)
		return -1;
	n = strtoul(value, &end, *value == '0' && (value[1] == 'x' || value[1] == 'X') ? 16 : 10);
	return *end == '\0' && n <= 255 ? (int)n : -1;
}

static int
store_char(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const int c = parse_char(value);

	(void)desc;
	if (c == -1) {
		refuse(value, "no character", diag);
		return diag_hint(diag, "it is written ^C, ^?, 0x1d or 29, as itself unless it is a digit, or undef");
	}
	*(int *)field = c;
	return 0;
}

/* "'lin' is none of asis, none, line" */
static int
refuse_word(const struct opt_desc *desc, const char *value, struct diag *diag)
{
	char *words = join_words(xstrdup("none of"), " ", desc->words, ", ");
	struct nearest nearest;

	refuse(value, words, diag);
	free(words);
	nearest_init(&nearest, value, strlen(value));
	for (size_t i = 0; desc->words[i] != NULL; i++)
		nearest_feed(&nearest, desc->words[i]);
	if (nearest_name(&nearest) != NULL)
		diag_hint(diag, "did you mean '%s'?", nearest_name(&nearest));
	return -1;
}

static int
store_enum(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	int word = find_word(desc->words, value);

	if (word == -1)
		return refuse_word(desc, value, diag);
	*(int *)field = word;
	return 0;
}

/* The size behind the colon of "full:64k". */
static int
parse_sized(const struct opt_desc *desc, int word, const char *colon, uint64_t *size, struct diag *diag)
{
	struct opt_desc shown = *desc;

	if (desc->words[word + 1] != NULL)
		return diag_set(diag, 0, "'%s' takes no size", desc->words[word]);
	if (parse_size(NULL, colon + 1, size, diag) == -1)
		return diag_shift(diag, 1);
	if (*size >= (uint64_t)desc->min && (desc->max == 0 || *size <= (uint64_t)desc->max))
		return 0;
	shown.name = "the size";
	refuse_range(&shown, size_units, diag);
	return diag_shift(diag, 1);
}

static int
store_sized(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const char *colon = strchr(value, ':');
	size_t len = colon != NULL ? (size_t)(colon - value) : strlen(value);
	char *name = xstrndup(value, len);
	int word = find_word(desc->words, name), result = 0;
	uint64_t size = 0;

	if (word == -1)
		result = refuse_word(desc, name, diag);
	else if (value[len] == ':' && parse_sized(desc, word, value + len, &size, diag) == -1)
		result = diag_shift(diag, len);
	free(name);
	if (result == 0)
		*(struct opt_sized *)field = (struct opt_sized){ .word = word, .size = size };
	return result;
}

/* ---- limits ---- */

static const char limit_none[] = "unlimited";

static int
parse_limit(const char *text, uint64_t *limit, struct diag *diag)
{
	if (name_is(limit_none, text, strlen(text))) {
		*limit = OPT_UNLIMITED;
		return 0;
	}
	if (!is_digit(*text)) {
		refuse(text, "no limit", diag);
		return diag_hint(diag, "a limit is a number, a size like 64k, or %s", limit_none);
	}
	return parse_size(NULL, text, limit, diag);
}

static int
store_limit(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
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

static int
store_string(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	char **string = field, *old = *string;

	(void)desc, (void)diag;
	*string = xstrdup(value);
	free(old);
	return 0;
}

/* Tried as it will be used, so that one that does not mean anything is not found out by the first client. */
static int
store_regex(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	char why[128];
	regex_t regex;
	int error = regcomp(&regex, value, REG_EXTENDED | REG_NEWLINE);

	if (error == 0) {
		regfree(&regex);
		return store_string(desc, field, value, diag);
	}
	regerror(error, &regex, why, sizeof(why));
	diag_set(diag, 0, "no regular expression: %s", why);
	return diag_hint(diag, "it is a POSIX extended one, regex(7); a plain '(' is written '\\('");
}

/* Users and groups: a number is not looked up, so a container without names can be served as well. */
static int
store_id(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const char *what = desc->type == OPT_USER ? "user" : "group", *p = value;
	struct opt_id *id = field;
	uint64_t n = 0;
	uint32_t found = 0;
	int r;

	if (*value != '\0' && value[strspn(value, "0123456789")] == '\0') {
		/* The largest one is no id: the system takes it for "leave as it is". */
		if (!parse_digits(&p, &n) || n >= UINT32_MAX)
			return diag_set(diag, 0, "%s must be a name or 0 to %" PRIu32, desc->name, UINT32_MAX - 1);
		found = (uint32_t)n;
	} else {
		r = desc->type == OPT_USER ? ids_user(value, &found, NULL) : ids_group(value, &found);
		if (r < 0) {
			char *quoted = diag_quote(value, strlen(value));

			diag_set(diag, 0, "there is no %s %s", what, quoted);
			free(quoted);
			return diag_hint(diag, "'getent %s' lists them; a number is taken as it is",
			    desc->type == OPT_USER ? "passwd" : "group");
		}
	}
	free(id->name);
	*id = (struct opt_id){ .is_set = true, .id = found, .name = xstrdup(value) };
	return 0;
}

/* The limits of both are far from what overflows when they are multiplied. */
static int
store_rate(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const char *p = value;
	struct opt_rate rate = { .ns = 1000000000 };

	(void)desc;
	if (!parse_digits(&p, &rate.n) || p == value || rate.n == 0 || rate.n > 1000000 || (*p != '\0' && *p != '/')) {
		refuse(value, "not a rate", diag);
		return diag_hint(diag, "a rate is written 10 (a second), 100/1m, 1/500ms; at most 1000000 in a time");
	}
	if (*p == '/' && parse_time(NULL, p + 1, &rate.ns, diag) == -1)
		return diag_shift(diag, (size_t)(p + 1 - value));
	if (rate.ns < 1000 || rate.ns > 86400 * INT64_C(1000000000))
		return diag_set(diag, (size_t)(p + 1 - value), "the time of a rate must be 1us to 24h");
	*(struct opt_rate *)field = rate;
	return 0;
}

static void
list_fini(struct opt_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct opt_list){ 0 };
}

/* Makes room for n more items; what was there goes first when it was only the default. */
static void
list_grow(struct opt_list *list, size_t n)
{
	if (list->is_default)
		list_fini(list);
	list->items = xreallocarray(list->items, list->len + n, sizeof(*list->items));
}

static int
store_list(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	struct opt_list *list = field;
	size_t n = 0, len;
	const char *p = value;

	for (;; p++, n++) {
		len = strcspn(p, "+");
		if (len == 0) {
			diag_set(diag, (size_t)(p - value), "an item of %s is empty", desc->name);
			return diag_hint(diag, "several items are written ONE+TWO");
		}
		p += len;
		if (*p == '\0')
			break;
	}
	list_grow(list, n + 1);
	for (p = value;; p += len + 1) {
		len = strcspn(p, "+");
		list->items[list->len++] = xstrndup(p, len);
		if (p[len] == '\0')
			return 0;
	}
}

static int
store_text(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	struct opt_list *list = field;

	(void)desc, (void)diag;
	list_grow(list, 1);
	list->items[list->len++] = xstrdup(value);
	return 0;
}

/* Digits, and behind a point some more. */
static int
store_factor(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	double factor = 0, digit = 1;
	const char *p = value;

	if (find_word(desc->words, value) >= 0) {
		*(double *)field = 0;
		return 0;
	}
	for (; is_digit(*p); p++)
		factor = factor * 10 + (*p - '0');
	for (p += *p == '.' && p > value; is_digit(*p); p++)
		factor += (*p - '0') * (digit /= 10);
	if (p == value || *p != '\0' || factor <= 0 || factor > FACTOR_MAX) {
		refuse(value, "not a factor", diag);
		return hint_example(desc, "a factor is a number above 0: 2 or 0.5", diag);
	}
	*(double *)field = factor;
	return 0;
}

/* ---- the types ---- */

static const struct {
	const char *name, *value;
	opt_store_fn store;
} types[] = {
	[OPT_BOOL] = { "bool", "yes|no", store_bool },
	[OPT_INT] = { "integer", "N", store_int },
	[OPT_SIZE] = { "size", "SIZE", store_size },
	[OPT_TIME] = { "time", "TIME", store_time },
	[OPT_MODE] = { "mode", "MODE", store_mode },
	[OPT_USER] = { "user", "USER", store_id },
	[OPT_GROUP] = { "group", "GROUP", store_id },
	[OPT_ENUM] = { "word", "", store_enum },
	[OPT_SIZED] = { "sized", "", store_sized },
	[OPT_LIMIT] = { "limit", "SIZE|unlimited[:HARD]", store_limit },
	[OPT_STRING] = { "text", "TEXT", store_string },
	[OPT_REGEX] = { "regex", "/REGEX/", store_regex },
	[OPT_ADDR] = { "address", "ADDRESS", store_string },
	[OPT_LIST] = { "list", "WORD[+WORD...]", store_list },
	[OPT_RATE] = { "rate", "N[/TIME]", store_rate },
	[OPT_FACTOR] = { "factor", "N", store_factor },
	[OPT_TEXTS] = { "texts", "TEXT", store_text },
	[OPT_SWITCH] = { "bool", "yes|no", store_switch },
	[OPT_CHAR] = { "character", "CHAR", store_char },
};

_Static_assert(sizeof(types) / sizeof(types[0]) == OPT_TYPE_N, "every type has a row");

static void *
field_of(const struct opt_desc *desc, void *base)
{
	return (char *)base + desc->offset;
}

const char *
opt_type_name(enum opt_type type)
{
	return types[type].name;
}

const char *
opt_type_unit(enum opt_type type)
{
	static const char *const units[OPT_TYPE_N] = {
		[OPT_SIZED] = "a size, in bytes, may follow the last word",
		[OPT_LIMIT] = "k, M, G and T multiply by powers of 1024",
		[OPT_SIZE] = "bytes; k, M, G and T multiply by powers of 1024",
		[OPT_TIME] = "seconds; or 500us, 20ms, 2s, 3m, 1h",
		[OPT_FACTOR] = "a number above 0, such as 2 or 0.5",
		[OPT_MODE] = "octal, as for chmod",
		[OPT_USER] = "name or number",
		[OPT_GROUP] = "name or number",
		[OPT_REGEX] = "between slashes",
		[OPT_ADDR] = "an address, as on the command line",
		[OPT_LIST] = "joined by '+', or the option is repeated",
		[OPT_RATE] = "so many in each TIME; without one, in each second",
		[OPT_TEXTS] = "the option may be repeated",
		[OPT_CHAR] = "^C, ^?, 0x1d, 29, a character that is no digit, or undef",
	};

	return units[type];
}

char *
opt_value_name(const struct opt_desc *desc)
{
	static const char *const size[] = { "[:SIZE]", NULL };
	const char *name = types[desc->type].value;
	char *words;

	if (desc->value != NULL)
		return xstrdup(desc->value);
	words = join_words(xstrdup(name), *name != '\0' ? "|" : "", desc->words, "|");
	return desc->type == OPT_SIZED ? join_words(words, "", size, "") : words;
}

static int
refuse_missing(const struct opt_desc *desc, struct diag *diag)
{
	char *name = opt_value_name(desc);

	diag_set(diag, 0, "%s needs a value: %s", desc->name, name);
	free(name);
	return -1;
}

bool
opt_is_bool(const struct opt_desc *desc)
{
	return desc->type == OPT_BOOL || desc->type == OPT_SWITCH;
}

int
opt_store(const struct opt_desc *desc, void *base, const char *value, struct diag *diag)
{
	if (value == NULL)
		value = desc->bare != NULL ? desc->bare : opt_is_bool(desc) ? "yes" : NULL;
	if (value == NULL)
		return refuse_missing(desc, diag);
	return types[desc->type].store(desc, field_of(desc, base), value, diag);
}

void
opt_defaults(const struct opt_desc *table, void *base)
{
	struct diag diag = { 0 };

	for (; table->name != NULL; table++) {
		void *field = field_of(table, base);

		if (table->def == NULL) {
			if (table->type == OPT_MODE || table->type == OPT_CHAR)
				*(int *)field = -1;
			continue;
		}
		if (opt_store(table, base, table->def, &diag) == -1)
			assert(!"the default of an option is refused");
		if (table->type == OPT_LIST || table->type == OPT_TEXTS)
			((struct opt_list *)field)->is_default = true;
	}
	diag_fini(&diag);
}

void
opt_fini(const struct opt_desc *table, void *base)
{
	for (; table->name != NULL; table++) {
		void *field = field_of(table, base);

		if (table->type == OPT_LIST || table->type == OPT_TEXTS) {
			list_fini(field);
		} else if (table->type == OPT_USER || table->type == OPT_GROUP) {
			free(((struct opt_id *)field)->name);
			*(struct opt_id *)field = (struct opt_id){ 0 };
		} else if (types[table->type].store == store_string || types[table->type].store == store_regex) {
			free(*(char **)field);
			*(char **)field = NULL;
		}
	}
}

/* "b" and digits. */
static bool
has_digits(const struct opt_desc *desc, const char *name, size_t len)
{
	const size_t n = desc->digits != NULL ? strlen(desc->digits) : len;

	if (n >= len || !name_is(desc->digits, name, n))
		return false;
	for (size_t i = n; i < len; i++)
		if (!is_digit(name[i]))
			return false;
	return true;
}

const char *
opt_name_digits(const struct opt_desc *desc, const char *name)
{
	return has_digits(desc, name, strlen(name)) ? name + strlen(desc->digits) : NULL;
}

const struct opt_desc *
opt_find(const struct opt_desc *table, const char *name, size_t len)
{
	const struct opt_desc *with_digits = NULL;

	for (; table->name != NULL; table++) {
		if (name_is(table->name, name, len))
			return table;
		for (size_t i = 0; table->aliases != NULL && table->aliases[i] != NULL; i++)
			if (name_is(table->aliases[i], name, len))
				return table;
		if (has_digits(table, name, len))
			with_digits = table;
	}
	return with_digits;
}
