/* Help by topic: address options by name, everything by a word in it, misspelt names by their nearest. */
#include "cli/help_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/wordlist.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/help_option.h"
#include "cli/help_verb.h"
#include "endpoint/registry.h"

static bool
search_has_table(const struct endpoint_kind *k, const struct opt_desc *table)
{
	const struct opt_group *group;
	const struct opt_desc *t;

	for (unsigned i = 0; (t = registry_table(k, i, &group)) != NULL; i++)
		if (t == table)
			return true;
	return false;
}

/* True for the first kind that has the table: there its options are shown. */
static bool
search_is_first(const struct endpoint_kind *const *k, const struct opt_desc *table)
{
	for (const struct endpoint_kind *const *before = registry_kinds; before != k; before++)
		if (search_has_table(*before, table))
			return false;
	return true;
}

static char *
search_kinds_with(const struct opt_desc *table)
{
	char *joined = xstrdup("");

	if (table == registry_common.opts) {
		free(joined);
		return xstrdup("all");
	}
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		char *longer;

		if (!search_has_table(*k, table))
			continue;
		longer = xasprintf("%s%s%s", joined, *joined != '\0' ? ", " : "", (*k)->name);
		free(joined);
		joined = longer;
	}
	return joined;
}

/* "every TCP socket" for a shared table, else the kinds. */
static char *
search_where(const struct opt_desc *table)
{
	const struct opt_group *group;
	const struct opt_desc *t;

	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++)
		for (unsigned i = 0; (t = registry_table(*k, i, &group)) != NULL; i++)
			if (t == table && group != NULL)
				return xstrdup(group->help);
	return search_kinds_with(table);
}

/* Calls for every table of address options once; tells whether any call was true. */
static bool
search_tables(bool (*see)(const struct page *, const struct opt_desc *table, const char *word), const struct page *p,
    const char *word)
{
	const struct opt_group *group;
	const struct opt_desc *table;
	bool is_found = false;

	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++)
		for (unsigned i = 0; (table = registry_table(*k, i, &group)) != NULL; i++)
			if (search_is_first(k, table) && see(p, table, word))
				is_found = true;
	return is_found;
}

static bool
search_by_name(const struct page *p, const struct opt_desc *table, const char *name)
{
	const struct opt_desc *d = opt_find(table, name, strlen(name));
	char *form, *where;

	if (d == NULL)
		return false;
	form = help_form_address(d);
	where = search_kinds_with(table);
	help_option(p, d, form, where);
	free(form);
	free(where);
	return true;
}

bool
help_address_options(const struct page *p, const char *name)
{
	return search_tables(search_by_name, p, name);
}

static bool
search_has_word(const char *names, const char *word)
{
	for (; *names != '\0'; names = wordlist_next(names))
		if (strcasestr(names, word) != NULL)
			return true;
	return false;
}

static bool
search_option_has(const struct opt_desc *d, const char *word)
{
	return strcasestr(d->name, word) != NULL || strcasestr(d->help, word) != NULL ||
	    search_has_word(d->aliases, word) || search_has_word(d->words, word);
}

static bool
search_table_has(const struct page *p, const struct opt_desc *d, const char *word)
{
	const struct opt_desc *table = d;
	bool is_found = false;

	for (; *d->name != '\0'; d++) {
		char *form, *where, *line;

		if (!search_option_has(d, word))
			continue;
		form = help_form_address(d);
		where = search_where(table);
		line = xasprintf("%s (option: %s)", d->help, where);
		page_entry(p, 2, page_left(p, 28), form, line);
		free(form);
		free(where);
		free(line);
		is_found = true;
	}
	return is_found;
}

static bool
search_general(const struct page *p, const char *word)
{
	bool is_found = false;

	for (const struct opt_desc *d = config_opts_table; *d->name != '\0'; d++) {
		char *form;

		if (!search_option_has(d, word))
			continue;
		form = help_form_general(d);
		page_entry(p, 2, page_left(p, 28), form + strspn(form, " "), d->help);
		free(form);
		is_found = true;
	}
	return is_found;
}

static bool
search_command_options(const struct page *p, const struct command *c, const char *word)
{
	bool is_found = false;

	for (const struct opt_desc *d = c->opts; d != NULL && *d->name != '\0'; d++) {
		char *form, *line;

		if (!search_option_has(d, word))
			continue;
		form = help_form_general(d);
		line = xasprintf("%s (option of the command %s)", d->help, c->name);
		page_entry(p, 2, page_left(p, 28), form + strspn(form, " "), line);
		free(form);
		free(line);
		is_found = true;
	}
	return is_found;
}

static bool
search_commands(const struct page *p, const char *word)
{
	bool is_found = false;

	for (const struct command *const *c = commands; *c != NULL; c++) {
		if (strcasestr((*c)->name, word) != NULL || strcasestr((*c)->help, word) != NULL) {
			page_entry(p, 2, page_left(p, 28), (*c)->syntax, (*c)->help);
			is_found = true;
		}
		if (search_command_options(p, *c, word))
			is_found = true;
	}
	return is_found;
}

bool
help_search(const struct page *p, const char *word)
{
	bool is_found = search_commands(p, word) | help_search_verbs(p, word);

	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++)
		if (strcasestr((*k)->name, word) != NULL || strcasestr((*k)->syntax, word) != NULL ||
		    strcasestr((*k)->help, word) != NULL || search_has_word((*k)->aliases, word)) {
			page_entry(p, 2, page_left(p, 28), (*k)->syntax, (*k)->help);
			is_found = true;
		}
	if (search_general(p, word))
		is_found = true;
	if (search_tables(search_table_has, p, word))
		is_found = true;
	return is_found;
}

static void
search_feed(struct nearest *n, const struct opt_desc *d)
{
	for (; *d->name != '\0'; d++) {
		nearest_feed(n, d->name);
		nearest_feed_words(n, d->words);
		nearest_feed_words(n, d->aliases);
	}
}

const char *
help_nearest(const char *word)
{
	const struct opt_group *group;
	const struct opt_desc *table;
	struct nearest n;

	nearest_init(&n, word, strlen(word));
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		nearest_feed(&n, (*k)->name);
		nearest_feed_words(&n, (*k)->aliases);
		for (unsigned i = 0; (table = registry_table(*k, i, &group)) != NULL; i++)
			search_feed(&n, table);
	}
	search_feed(&n, config_opts_table);
	for (const struct command *const *c = commands; *c != NULL; c++)
		nearest_feed(&n, (*c)->name);
	for (size_t i = 0; i < VERB_N; i++)
		nearest_feed(&n, verbs[i].name);
	for (int i = SECTION_NONE + 1; i < SECTION_N; i++)
		nearest_feed(&n, config_sections[i].name);
	return nearest_name(&n);
}
