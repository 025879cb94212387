/* --help: the overview, and the way from a topic to its page. */
#include "cli/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/help_option.h"
#include "cli/help_search.h"
#include "cli/help_verb.h"
#include "cli/page.h"
#include "cli/status.h"
#include "endpoint/registry.h"

struct help_line_desc {
	char line[64], text[48];
};

static const struct help_line_desc help_usage[] = {
	{ "ipcwire [option...] ADDRESS", "standard input and output with ADDRESS" },
	{ "ipcwire [option...] ADDRESS ADDRESS", "a wire between two ends" },
	{ "ipcwire [option...] [ADDRESS] -- PROGRAM [ARG...]", "the second end is a program" },
	{ "ipcwire --chain|--tee|--merge|--hub [option...] ADDRESS...", "more than two ends" },
	{ "", "" },
};

static const struct help_line_desc help_grammar[] = {
	{ "KIND[:PARAMETER]...[,OPTION[=VALUE]]...", "what it is, where it is, how it behaves" },
	{ "A!!B", "read from A, write to B" },
	{ "", "" },
};

static const struct help_line_desc help_examples[] = {
	{ "ipcwire tcp:localhost:80", "talk to a server" },
	{ "ipcwire unix-listen:/tmp/calc.sock,each exec:'bc -q'", "a program for every client" },
	{ "ipcwire -u file:backup.tar tcp:localhost:7000", "send a file" },
	{ "ipcwire --explain tcp-listen:7000,each -- cat", "show the plan, run nothing" },
	{ "", "" },
};

static void
help_lines(const struct page *p, const char *title, const struct help_line_desc *l)
{
	size_t longest = 0;

	for (const struct help_line_desc *i = l; *i->line != '\0'; i++)
		if (strlen(i->line) > longest)
			longest = strlen(i->line);
	page_title(p, title);
	for (; *l->line != '\0'; l++)
		page_entry(p, 2, p->columns > longest + 32 || p->columns == 0 ? longest : 0, l->line, l->text);
}

static size_t
help_count_kinds(void)
{
	size_t n = 0;

	while (registry_kinds[n] != NULL)
		n++;
	return n;
}

static size_t
help_longest_syntax(void)
{
	size_t longest = 0;

	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++)
		if (strlen((*k)->syntax) > longest)
			longest = strlen((*k)->syntax);
	return longest;
}

/* "a TCP connection (also tcp4, tcp6)": the rest of the family are named only. */
static char *
help_family_line(size_t first, size_t end)
{
	char *line = xasprintf("%s%s", registry_kinds[first]->help, first + 1 < end ? " (also" : ""), *longer;

	for (size_t i = first + 1; i < end; i++) {
		longer = xasprintf("%s %s%s", line, registry_kinds[i]->name, i + 1 < end ? "," : ")");
		free(line);
		line = longer;
	}
	return line;
}

static void
help_families(const struct page *p)
{
	const size_t n = help_count_kinds(), left = page_left(p, help_longest_syntax());

	for (size_t first = 0, end; first < n; first = end) {
		char *line;

		for (end = first + 1; end < n && strcmp(registry_family(end), registry_family(first)) == 0;)
			end++;
		line = help_family_line(first, end);
		page_entry(p, 2, left, registry_kinds[first]->syntax, line);
		free(line);
	}
}

static void
help_kinds(const struct page *p)
{
	const size_t left = page_left(p, help_longest_syntax());

	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++)
		page_entry(p, 2, left, (*k)->syntax, (*k)->help);
}

static size_t
help_longest_general(void)
{
	size_t longest = 0;

	for (const struct opt_desc *d = config_opts_table; *d->name != '\0'; d++) {
		char *form = help_form_general(d);

		if (strlen(form) > longest)
			longest = strlen(form);
		free(form);
	}
	return longest;
}

/* False: no option is in that section. */
static bool
help_section(const struct page *p, int section)
{
	const size_t left = page_left(p, help_longest_general());
	bool is_titled = false;

	for (const struct opt_desc *d = config_opts_table; *d->name != '\0'; d++) {
		char *form, *line;

		if (d->section != section)
			continue;
		if (!is_titled) {
			line = xasprintf("Options: %s", config_sections[section].help);
			page_title(p, line);
			free(line);
			is_titled = true;
		}
		form = help_form_general(d);
		line = help_line(d);
		page_entry(p, 2, left, form, line);
		free(form);
		free(line);
	}
	return is_titled;
}

static void
help_sections(const struct page *p)
{
	for (int i = SECTION_NONE + 1; i < SECTION_N; i++) {
		help_section(p, i);
		if (i == SECTION_DIALOGUE)
			page_entry(p, 2, page_left(p, help_longest_general()), "    --expect, --send, ...",
			    "verbs, done in their order; --help=verbs lists them");
	}
	help_section(p, SECTION_NONE);
}

static void
help_status(const struct page *p)
{
	for (const struct status_desc *s = status_table; *s->meaning != '\0'; s++)
		page_entry(p, 2, 6, s->code, s->meaning);
}

/* One line each; their options have pages of their own. */
static void
help_commands(const struct page *p)
{
	size_t longest = 0;

	if (commands[0] == NULL)
		return;
	page_title(p, "Commands");
	for (const struct command *const *c = commands; *c != NULL; c++)
		if (strlen((*c)->syntax) > longest)
			longest = strlen((*c)->syntax);
	for (const struct command *const *c = commands; *c != NULL; c++)
		page_entry(p, 2, page_left(p, longest), (*c)->syntax, (*c)->help);
}

static void
help_all(const struct page *p)
{
	page_wrap(p, PAGE_TITLE, 0, 0, "ipcwire wires any endpoint to any other");
	help_lines(p, "Usage", help_usage);
	help_commands(p);
	help_lines(p, "Addresses", help_grammar);
	fputc('\n', p->out);
	help_families(p);
	help_sections(p);
	help_lines(p, "Examples", help_examples);
	fputc('\n', p->out);
	page_wrap(p, PAGE_PLAIN, 0, 0,
	    "--help=NAME tells more of a kind or option, --help=WORD finds what has to do with it; --help=kinds, --help=options and "
	    "--help=status are lists. The manual is ipcwire(1).");
}

static const struct {
	const char *name;
	void (*print)(const struct page *);
} help_lists[] = {
	{ "kinds", help_kinds },
	{ "options", help_sections },
	{ "commands", help_commands },
	{ "verbs", help_verbs },
	{ "status", help_status },
	{ "all", help_all },
};

static bool
help_is_list(const struct page *p, const char *topic)
{
	for (size_t i = 0; i < sizeof(help_lists) / sizeof(*help_lists); i++)
		if (strcmp(topic, help_lists[i].name) == 0) {
			help_lists[i].print(p);
			return true;
		}
	for (int i = SECTION_NONE + 1; i < SECTION_N; i++)
		if (strcmp(topic, config_sections[i].name) == 0)
			return help_section(p, i);
	return false;
}

/* "--end-wait", "-t", "end-wait", "t" */
static const struct opt_desc *
help_find_general(const char *topic)
{
	const struct opt_desc *d;

	topic += strspn(topic, "-");
	if (topic[0] != '\0' && topic[1] == '\0')
		for (d = config_opts_table; *d->name != '\0'; d++)
			if (d->letter == topic[0])
				return d;
	return opt_find(config_opts_table, topic, strlen(topic));
}

static bool
help_is_name(const struct page *p, const char *topic)
{
	const struct endpoint_kind *k = registry_find(topic, strcspn(topic, ":,"));
	const struct opt_desc *d = help_find_general(topic);
	const struct command *c = command_find(topic);
	const struct verb *v = verb_find(topic + strspn(topic, "-"), strlen(topic + strspn(topic, "-")));
	bool is_found = k != NULL || d != NULL || c != NULL || v != NULL;

	if (c != NULL)
		help_command(p, c);
	if (k != NULL)
		help_kind(p, k);
	if (v != NULL)
		help_verb(p, v);
	if (d != NULL) {
		char *form = help_form_general(d);

		help_option(p, d, form, NULL);
		free(form);
	}
	if (help_address_options(p, topic + strspn(topic, ",")))
		is_found = true;
	return is_found;
}

int
help_print(const char *topic, const char **near)
{
	const struct page page = page_of(stdout);

	*near = NULL;
	if (*topic == '\0') {
		help_all(&page);
		return 0;
	}
	if (help_is_name(&page, topic) || help_is_list(&page, topic) || help_search(&page, topic))
		return 0;
	*near = help_nearest(topic);
	return -1;
}
