/* Options and kinds in full: type, limits, default, unit, aliases, all from their table entries. */
#include "cli/help_option.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/wordlist.h"
#include "cli/command.h"
#include "endpoint/registry.h"

char *
help_form_address(const struct opt_desc *d)
{
	char *value = opt_value_name(d), *form;
	const bool may_be_bare = opt_bare(d) != NULL;

	form = xasprintf("%s%s=%s%s", d->name, may_be_bare ? "[" : "", value, may_be_bare ? "]" : "");
	free(value);
	return form;
}

char *
help_form_general(const struct opt_desc *d)
{
	char *form = opt_is_bool(d) ? xstrdup(d->name) : help_form_address(d), *dashed;

	dashed = d->letter != 0 ? xasprintf("-%c, --%s", d->letter, form) : xasprintf("    --%s", form);
	free(form);
	return dashed;
}

char *
help_names(const char *names)
{
	char *joined = xstrdup("");

	for (; *names != '\0'; names = wordlist_next(names)) {
		char *longer;

		if (strcmp(names, "-") == 0)
			continue;
		longer = xasprintf("%s%s%s", joined, *joined != '\0' ? ", " : "", names);
		free(joined);
		joined = longer;
	}
	return joined;
}

/* What the form does not say already: words are spelt out there, and a value without a name of its own is called by its type. */
static const char *
help_type(const struct opt_desc *d)
{
	const bool is_named = *d->value != '\0' || d->type == OPT_INT;

	if (opt_is_bool(d) || d->type == OPT_ENUM || d->type == OPT_SIZED || !is_named)
		return NULL;
	return opt_type_name(d->type);
}

static bool
help_has_default(const struct opt_desc *d)
{
	return *d->def != '\0' && strcmp(d->def, "no") != 0;
}

char *
help_line(const struct opt_desc *d)
{
	char *limits = opt_limits_name(d), *aliases = help_names(d->aliases);
	const char *facts[8], *comma = "";
	char *line = xasprintf("%s (", d->help), *longer;
	size_t n = 0;

	if (help_type(d) != NULL)
		facts[n++] = help_type(d), facts[n++] = "";
	if (limits != NULL && d->type == OPT_INT)
		facts[n++] = limits, facts[n++] = "";
	if (help_has_default(d))
		facts[n++] = d->def, facts[n++] = "default ";
	if (*aliases != '\0')
		facts[n++] = aliases, facts[n++] = "also ";
	for (size_t i = 0; i < n; i += 2, comma = ", ") {
		longer = xasprintf("%s%s%s%s", line, comma, facts[i + 1], facts[i]);
		free(line);
		line = longer;
	}
	longer = n > 0 ? xasprintf("%s)", line) : xstrdup(d->help);
	free(line);
	free(limits);
	free(aliases);
	return longer;
}

static void
help_fact(const struct page *p, const char *name, const char *text)
{
	if (text != NULL && *text != '\0')
		page_entry(p, 2, 7, name, text);
}

void
help_option(const struct page *p, const struct opt_desc *d, const char *form, const char *where)
{
	const char *unit = opt_type_unit(d->type);
	char *type = xasprintf("%s%s%s", opt_type_name(d->type), unit != NULL ? ": " : "", unit != NULL ? unit : "");
	char *limits = opt_limits_name(d), *aliases = help_names(d->aliases);

	page_wrap(p, PAGE_NAME, 0, 4, form + strspn(form, " "));
	page_spaces(p, 2);
	page_wrap(p, PAGE_PLAIN, 2, 2, d->help);
	help_fact(p, "type", type);
	help_fact(p, "limits", limits);
	help_fact(p, "default", *d->def != '\0' ? d->def : d->type == OPT_BOOL ? "no" : "none");
	help_fact(p, "also", aliases);
	help_fact(p, "kinds", where);
	free(type);
	free(limits);
	free(aliases);
}

static size_t
help_longest(const struct endpoint_kind *k)
{
	const struct opt_group *group;
	const struct opt_desc *d;
	size_t longest = 0;

	for (unsigned i = 0; (d = registry_table(k, i, &group)) != NULL; i++)
		for (; *d->name != '\0' && !(group != NULL && group->is_long); d++) {
			char *form = help_form_address(d);

			if (strlen(form) > longest)
				longest = strlen(form);
			free(form);
		}
	return longest;
}

static void
help_table(const struct page *p, const struct opt_desc *d, size_t left)
{
	for (; *d->name != '\0'; d++) {
		char *form = help_form_address(d), *line = help_line(d);

		page_entry(p, 2, left, form, line);
		free(form);
		free(line);
	}
}

/* For a long group: the names alone. */
static void
help_names_of(const struct page *p, const struct opt_desc *d)
{
	char *names = xstrdup(""), *longer;

	for (; *d->name != '\0'; d++) {
		longer = xasprintf("%s%s%s", names, *names != '\0' ? ", " : "", d->name);
		free(names);
		names = longer;
	}
	page_spaces(p, 2);
	page_wrap(p, PAGE_PLAIN, 2, 2, names);
	page_spaces(p, 2);
	page_wrap(p, PAGE_PLAIN, 2, 2, "(--help=NAME tells more of one, ipcwire(1) lists them all)");
	free(names);
}

static void
help_unit(const struct page *p, enum opt_type type)
{
	char *name = opt_value_name(&(struct opt_desc){ .type = type });

	if (opt_type_unit(type) != NULL)
		page_entry(p, 2, 8, *name != '\0' ? name : opt_type_name(type), opt_type_unit(type));
	free(name);
}

/* How values of the types are written that the options of a kind have. */
static void
help_units(const struct page *p, const struct endpoint_kind *k)
{
	const struct opt_group *group;
	const struct opt_desc *d;
	bool is_seen[OPT_TYPE_N] = { false };

	page_title(p, "Values");
	page_entry(p, 2, 8, "yes|no", "the option alone means yes; without it, no, unless a default is given");
	for (unsigned i = 0; (d = registry_table(k, i, &group)) != NULL; i++)
		for (; *d->name != '\0'; d++)
			is_seen[d->type] = true;
	for (int type = 0; type < OPT_TYPE_N; type++)
		if (is_seen[type])
			help_unit(p, (enum opt_type)type);
}

/* A command line with the kind's example, and at its other end what fits any kind of this sort. */
static char *
help_kind_example(const struct endpoint_kind *k)
{
	if (!(k->flags & KIND_READ))
		return xasprintf("ipcwire -u text:hello %s", k->example);
	if (k->flags & KIND_LISTEN)
		return xasprintf("ipcwire %s exec:cat", k->example);
	if (k->flags & KIND_ONCE)
		return xasprintf("ipcwire %s tcp:localhost:80", k->example);
	return xasprintf("ipcwire %s -", k->example);
}

static const char *
help_kind_roles(const struct endpoint_kind *k)
{
	static const char names[][20] = { "", "read", "written", "read and written" };

	return names[(k->flags & KIND_READ ? 1 : 0) + (k->flags & KIND_WRITE ? 2 : 0)];
}

static void
help_kind_head(const struct page *p, const struct endpoint_kind *k)
{
	char *aliases = help_names(k->aliases), *example = help_kind_example(k);

	page_wrap(p, PAGE_NAME, 0, 4, k->syntax);
	page_spaces(p, 2);
	page_wrap(p, PAGE_PLAIN, 2, 2, k->help);
	help_fact(p, "can be", help_kind_roles(k));
	help_fact(p, "also", aliases);
	help_fact(p, "example", example);
	free(aliases);
	free(example);
}

void
help_kind(const struct page *p, const struct endpoint_kind *k)
{
	const size_t left = page_left(p, help_longest(k));
	const struct opt_group *group;
	const struct opt_desc *d;

	help_kind_head(p, k);
	for (unsigned i = 0; (d = registry_table(k, i, &group)) != NULL; i++) {
		char *title = group == NULL ? xasprintf("Options of %s, written %s,NAME=VALUE", k->name, k->name) :
					      xasprintf("Options: %s", group->help);

		page_title(p, title);
		if (group != NULL && group->is_long)
			help_names_of(p, d);
		else
			help_table(p, d, left);
		free(title);
	}
	help_units(p, k);
}

/* ---- commands ---- */

/* The table's options that are wanted: all, or those general ones that the command takes. */
static size_t
help_longest_of(const struct opt_desc *d, const struct command *takes)
{
	size_t longest = 0;

	for (; d != NULL && *d->name != '\0'; d++) {
		char *form = help_form_general(d);

		if ((takes == NULL || command_takes(takes, d)) && strlen(form) > longest)
			longest = strlen(form);
		free(form);
	}
	return longest;
}

static void
help_command_options(const struct page *p, const char *title, const struct opt_desc *d, const struct command *takes)
{
	const size_t left = page_left(p, help_longest_of(d, takes));

	if (d == NULL || *d->name == '\0')
		return;
	page_title(p, title);
	for (; *d->name != '\0'; d++) {
		char *form, *line;

		if (takes != NULL && !command_takes(takes, d))
			continue;
		form = help_form_general(d);
		line = help_line(d);
		page_entry(p, 2, left, form, line);
		free(form);
		free(line);
	}
}

void
help_command(const struct page *p, const struct command *c)
{
	char *example = xasprintf("ipcwire %s", c->example), *syntax = xasprintf("ipcwire %s", c->syntax);
	char *title = xasprintf("Options of %s", c->name);

	page_wrap(p, PAGE_NAME, 0, 4, syntax);
	page_spaces(p, 2);
	page_wrap(p, PAGE_PLAIN, 2, 2, c->help);
	help_fact(p, "example", example);
	help_command_options(p, title, c->opts, NULL);
	help_command_options(p, "General options", config_opts_table, c);
	free(example);
	free(syntax);
	free(title);
}
