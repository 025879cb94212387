/*
 * Typed options by table. Each type is one row of `types`: its name, what its value is called, and the function that parses
 * a value and stores it (opt_number.c, opt_word.c).
 */
#include "base/opt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/name.h"
#include "base/opt_value.h"
#include "base/wordlist.h"

static const struct {
	const char *name, *value;
	opt_store_fn *store;
} types[] = {
	[OPT_BOOL] = { "bool", "yes|no", opt_store_bool },
	[OPT_INT] = { "integer", "N", opt_store_int },
	[OPT_SIZE] = { "size", "SIZE", opt_store_size },
	[OPT_TIME] = { "time", "TIME", opt_store_time },
	[OPT_MODE] = { "mode", "MODE", opt_store_mode },
	[OPT_USER] = { "user", "USER", opt_store_id },
	[OPT_GROUP] = { "group", "GROUP", opt_store_id },
	[OPT_ENUM] = { "word", "", opt_store_enum },
	[OPT_SIZED] = { "sized", "", opt_store_sized },
	[OPT_LIMIT] = { "limit", "SIZE|unlimited[:HARD]", opt_store_limit },
	[OPT_STRING] = { "text", "TEXT", opt_store_string },
	[OPT_REGEX] = { "regex", "/REGEX/", opt_store_regex },
	[OPT_ADDR] = { "address", "ADDRESS", opt_store_string },
	[OPT_LIST] = { "list", "WORD[+WORD...]", opt_store_list },
	[OPT_RATE] = { "rate", "N[/TIME]", opt_store_rate },
	[OPT_FACTOR] = { "factor", "N", opt_store_factor },
	[OPT_TEXTS] = { "texts", "TEXT", opt_store_text },
	[OPT_SWITCH] = { "bool", "yes|no", opt_store_switch },
	[OPT_CHAR] = { "character", "CHAR", opt_store_char },
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
	const char *name = types[desc->type].value;
	char *words;

	if (*desc->value != '\0')
		return xstrdup(desc->value);
	words = wordlist_join(xstrdup(name), *name != '\0' ? "|" : "", desc->words, "|");
	return desc->type == OPT_SIZED ? wordlist_join(words, "", "[:SIZE]\0", "") : words;
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

const char *
opt_bare(const struct opt_desc *desc)
{
	if (*desc->bare != '\0' || desc->may_be_bare)
		return desc->bare;
	return opt_is_bool(desc) ? "yes" : NULL;
}

int
opt_store(const struct opt_desc *desc, void *base, const char *value, struct diag *diag)
{
	if (value == NULL)
		value = opt_bare(desc);
	if (value == NULL)
		return refuse_missing(desc, diag);
	return types[desc->type].store(desc, field_of(desc, base), value, diag);
}

void
opt_defaults(const struct opt_desc *table, void *base)
{
	struct diag diag = { 0 };

	for (; *table->name != '\0'; table++) {
		void *field = field_of(table, base);

		if (*table->def == '\0') {
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
	for (; *table->name != '\0'; table++) {
		void *field = field_of(table, base);

		if (table->type == OPT_LIST || table->type == OPT_TEXTS) {
			opt_list_fini(field);
		} else if (table->type == OPT_USER || table->type == OPT_GROUP) {
			free(((struct opt_id *)field)->name);
			*(struct opt_id *)field = (struct opt_id){ 0 };
		} else if (types[table->type].store == opt_store_string ||
		    types[table->type].store == opt_store_regex) {
			free(*(char **)field);
			*(char **)field = NULL;
		}
	}
}

/* "b" and digits. */
static bool
has_digits(const struct opt_desc *desc, const char *name, size_t len)
{
	const size_t n = strlen(desc->digits);

	if (n == 0 || n >= len || !name_is(desc->digits, name, n))
		return false;
	for (size_t i = n; i < len; i++)
		if (!opt_is_digit(name[i]))
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

	for (; *table->name != '\0'; table++) {
		if (name_is(table->name, name, len) || wordlist_find(table->aliases, name, len) >= 0)
			return table;
		if (has_digits(table, name, len))
			with_digits = table;
	}
	return with_digits;
}
