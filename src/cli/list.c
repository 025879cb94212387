/* --list: all tables as stable lines; manual and completions are made from them. */
#include "cli/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_format.h"
#include "base/wordlist.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/status.h"
#include "dialogue/verb.h"
#include "endpoint/client_env.h"
#include "endpoint/registry.h"
#include "serve/metrics.h"
#include "serve/snapshot.h"

static void
list_joined(const char *words)
{
	if (*words == '\0')
		printf("-");
	for (const char *w = words; *w != '\0'; w = wordlist_next(w))
		printf("%s%s", w == words ? "" : ",", w);
}

/* VALUE: its name, in brackets when it may be left out but for a bool, whose type says so; "-" for a switch of the command line. */
static void
list_value(const struct opt_desc *d, bool is_general)
{
	char *value = opt_value_name(d);

	if (is_general && d->type == OPT_BOOL)
		printf("\t-");
	else
		printf(opt_bare(d) != NULL && !opt_is_bool(d) ? "\t[%s]" : "\t%s", value);
	printf("\t%s\t%s", opt_type_name(d->type), *d->def != '\0' ? d->def : "-");
	free(value);
}

static void
list_option(const struct opt_desc *d)
{
	printf("option\t%s\t%c\t", d->name, d->letter != 0 ? d->letter : '-');
	list_joined(d->aliases);
	list_value(d, true);
	printf("\t%s\t%s\n", config_sections[d->section].name, d->help);
}

static void
list_table(const char *what, const char *owner, const struct opt_desc *d)
{
	for (; d != NULL && *d->name != '\0'; d++) {
		printf("%s\t%s\t%s\t", what, owner, d->name);
		list_joined(d->aliases);
		list_value(d, false);
		printf("\t%s\n", d->help);
	}
}

static void
list_flags(unsigned flags)
{
	static const struct {
		unsigned flag;
		char name[8];
	} names[] = { { KIND_READ, "read" }, { KIND_WRITE, "write" }, { KIND_LISTEN, "listen" },
		{ KIND_CHILD, "child" }, { KIND_PATH, "path" }, { KIND_ONCE, "once" } };
	const char *comma = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!(flags & names[i].flag))
			continue;
		printf("%s%s", comma, names[i].name);
		comma = ",";
	}
}

static void
list_kind(const struct endpoint_kind *k)
{
	printf("kind\t%s\t", k->name);
	list_joined(k->aliases);
	printf("\t%s\t%s\t", k->syntax, k->example);
	list_flags(k->flags);
	printf("\t%s\n", k->help);
}

static void
list_groups(void)
{
	const struct opt_group *seen[32];
	size_t n = 0;

	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		for (int i = 0; (*k)->groups != NULL && (*k)->groups[i] != NULL; i++) {
			size_t j = 0;

			while (j < n && seen[j] != (*k)->groups[i])
				j++;
			if (j == n && n < 32)
				seen[n++] = (*k)->groups[i];
		}
	}
	printf("group\t%s\t%s\n", registry_common.name, registry_common.help);
	list_table("group-option", registry_common.name, registry_common.opts);
	for (size_t j = 0; j < n; j++) {
		printf("group\t%s\t%s\n", seen[j]->name, seen[j]->help);
		list_table("group-option", seen[j]->name, seen[j]->opts);
	}
}

static void
list_kinds_options(void)
{
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++) {
		list_table("kind-option", (*k)->name, (*k)->opts);
		printf("kind-group\t%s\t%s\n", (*k)->name, registry_common.name);
		for (int i = 0; (*k)->groups != NULL && (*k)->groups[i] != NULL; i++)
			printf("kind-group\t%s\t%s\n", (*k)->name, (*k)->groups[i]->name);
	}
}

/* Its own options, and the general ones that it takes as they stand in their table. */
static void
list_command_option(const struct command *c, const struct opt_desc *d)
{
	printf("command-option\t%s\t%s\t%c\t", c->name, d->name, d->letter != 0 ? d->letter : '-');
	list_joined(d->aliases);
	list_value(d, true);
	printf("\t%s\n", d->help);
}

static void
list_commands(void)
{
	for (const struct command *const *c = commands; *c != NULL; c++) {
		printf("command\t%s\t%s\t%s\t%s\n", (*c)->name, (*c)->syntax, (*c)->example, (*c)->help);
		for (const struct opt_desc *d = (*c)->opts; d != NULL && *d->name != '\0'; d++)
			list_command_option(*c, d);
		for (const struct opt_desc *d = config_opts_table; *d->name != '\0'; d++)
			if (command_takes(*c, d))
				printf("command-general\t%s\t%s\n", (*c)->name, d->name);
	}
}

static void
list_verb(const struct verb *v)
{
	const char *option = verb_option_name(v);

	printf("verb\t%s\t%s\t%s\t%s\tscript%s%s\t%s\t%s\t%s\n", v->name, *v->also != '\0' ? v->also : "-",
	    option != NULL ? option : "-", option != NULL && v->option_args > 0 ? verb_arg_name(v->first) : "-",
	    option != NULL ? ",option" : "", (v->flags & VERB_SESSION) ? ",session" : "", v->syntax, v->example,
	    v->help);
	for (const struct opt_desc *d = verb_opts(v); d != NULL && *d->name != '\0'; d++) {
		printf("verb-flag\t%s\t%s\t%c\t-", v->name, d->name, d->letter != 0 ? d->letter : '-');
		list_value(d, true);
		printf("\t%s\n", d->help);
	}
}

void
list_print(const char *which)
{
	const bool is_all = strcmp(which, "all") == 0;

	if (is_all || strcmp(which, "options") == 0)
		for (const struct opt_desc *d = config_opts_table; *d->name != '\0'; d++)
			list_option(d);
	if (is_all || strcmp(which, "kinds") == 0)
		for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++)
			list_kind(*k);
	if (!is_all)
		return;
	list_commands();
	for (size_t i = 0; i < VERB_N; i++)
		list_verb(&verbs[i]);
	for (int i = 0; i < SECTION_N; i++)
		printf("section\t%s\t%s\n", config_sections[i].name, config_sections[i].help);
	list_groups();
	list_kinds_options();
	for (const struct log_key *k = log_keys; *k->name != '\0'; k++)
		printf("log-key\t%s\t%s\t%s\n", k->name, k->type, k->help);
	for (const struct client_variable *v = client_variables; *v->name != '\0'; v++)
		printf("client-variable\t%s\t%s\t%s\n", v->name, client_families_name(v->families), v->help);
	for (const struct snapshot_key *k = snapshot_keys; k->name != NULL; k++)
		printf("session-key\t%s\t%s\t%s\n", k->name, k->type, k->help);
	for (const struct metric *m = metrics; *m->name != '\0'; m++)
		if (*m->help != '\0')
			printf("metric\t%s\t%s\t%s\t%s\n", m->name, metric_type_name(m->type),
			    *m->label != '\0' ? m->label : "-", m->help);
	for (const struct status_desc *s = status_table; *s->meaning != '\0'; s++)
		printf("status\t%s\t%s\n", s->code, s->meaning);
}
