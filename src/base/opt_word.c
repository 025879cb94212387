/* Values of options that are words or texts: yes and no, characters, words of a list, texts, expressions, users, lists. */
#include <inttypes.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "base/mem.h"
#include "base/opt_value.h"

/* 1, 0, or -1 with the refusal. */
static int
parse_bool(const char *value, struct diag *diag)
{
	/* No and yes by turns. */
	static const char words[] = "no\0yes\0off\0on\0false\0true\0"
				    "0\0"
				    "1\0";
	int word = opt_find_word(words, value);

	if (word != -1)
		return word % 2;
	opt_refuse(value, "neither yes nor no", diag);
	return diag_hint(diag, "it is written yes, on, true or 1, or no, off, false or 0");
}

int
opt_store_bool(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const int yes = parse_bool(value, diag);

	(void)desc;
	if (yes == -1)
		return -1;
	*(bool *)field = yes == 1;
	return 0;
}

int
opt_store_switch(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
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
	if (len == 1 && !opt_is_digit(*value))
		return (unsigned char)*value;
	if (len == 2 && *value == '^')
		return control_char(value[1]);
	if (!opt_is_digit(*value) || len > 4)
		return -1;
	n = strtoul(value, &end, *value == '0' && (value[1] == 'x' || value[1] == 'X') ? 16 : 10);
	return *end == '\0' && n <= 255 ? (int)n : -1;
}

int
opt_store_char(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const int c = parse_char(value);

	(void)desc;
	if (c == -1) {
		opt_refuse(value, "no character", diag);
		return diag_hint(diag, "it is written ^C, ^?, 0x1d or 29, as itself unless it is a digit, or undef");
	}
	*(int *)field = c;
	return 0;
}

int
opt_store_enum(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	int word = opt_find_word(desc->words, value);

	if (word == -1)
		return opt_refuse_word(desc, value, diag);
	*(int *)field = word;
	return 0;
}

void
opt_list_fini(struct opt_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct opt_list){ 0 };
}

int
opt_store_string(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	char **string = field, *old = *string;

	(void)desc, (void)diag;
	*string = xstrdup(value);
	free(old);
	return 0;
}

/* Tried as it will be used, so that one that does not mean anything is not found out by the first client. */
int
opt_store_regex(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	char why[128];
	regex_t regex;
	int error = regcomp(&regex, value, REG_EXTENDED | REG_NEWLINE);

	if (error == 0) {
		regfree(&regex);
		return opt_store_string(desc, field, value, diag);
	}
	regerror(error, &regex, why, sizeof(why));
	diag_set(diag, 0, "no regular expression: %s", why);
	return diag_hint(diag, "it is a POSIX extended one, regex(7); a plain '(' is written '\\('");
}

/* Users and groups: a number is not looked up, so a container without names can be served as well. */
int
opt_store_id(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	const char *what = desc->type == OPT_USER ? "user" : "group", *p = value;
	struct opt_id *id = field;
	uint64_t n = 0;
	uint32_t found = 0;
	int r;

	if (*value != '\0' && value[strspn(value, "0123456789")] == '\0') {
		/* The largest one is no id: the system takes it for "leave as it is". */
		if (!opt_parse_digits(&p, &n) || n >= UINT32_MAX)
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

/* Makes room for n more items; what was there goes first when it was only the default. */
static void
list_grow(struct opt_list *list, size_t n)
{
	if (list->is_default)
		opt_list_fini(list);
	list->items = xreallocarray(list->items, list->len + n, sizeof(*list->items));
}

int
opt_store_list(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
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

int
opt_store_text(const struct opt_desc *desc, void *field, const char *value, struct diag *diag)
{
	struct opt_list *list = field;

	(void)desc, (void)diag;
	list_grow(list, 1);
	list->items[list->len++] = xstrdup(value);
	return 0;
}
