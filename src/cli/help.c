/* --help, --help=KIND, --help=OPTION: from the tables. */
#include "cli/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config.h"
#include "cli/status.h"
#include "endpoint/registry.h"

static const char help_usage[] = "Usage: ipcwire [option...] ADDRESS\n"
				 "       ipcwire [option...] ADDRESS ADDRESS\n"
				 "       ipcwire [option...] [ADDRESS] -- PROGRAM [ARG...]\n"
				 "Wires any endpoint to any other.\n";

static void
help_general(const struct opt_desc *d)
{
	char *value = opt_value_name(d), head[64];
	const char *open = d->bare != NULL ? "[=" : "=", *close = d->bare != NULL ? "]" : "";

	if (d->type == OPT_BOOL)
		snprintf(head, sizeof(head), "--%s", d->name);
	else
		snprintf(head, sizeof(head), "--%s%s%s%s", d->name, open, value, close);
	printf("  %c%c%c %-32s %s\n", d->letter != 0 ? '-' : ' ', d->letter != 0 ? d->letter : ' ',
	    d->letter != 0 ? ',' : ' ', head, d->help);
	free(value);
}

static void
help_table(const struct opt_desc *d)
{
	for (; d != NULL && d->name != NULL; d++) {
		char *value = opt_value_name(d), head[80];

		snprintf(head, sizeof(head), "%s%s%s", d->name, d->type == OPT_BOOL ? "" : "=",
		    d->type == OPT_BOOL ? "" : value);
		printf("  ,%-34s %s", head, d->help);
		if (d->def != NULL && *d->def != '\0')
			printf(" (%s)", d->def);
		printf("\n");
		free(value);
	}
}

static void
help_kind(const struct endpoint_kind *k)
{
	printf("%s: %s\n", k->syntax, k->help);
	if (k->aliases != NULL) {
		printf("also called:");
		for (const char *const *a = k->aliases; *a != NULL; a++)
			printf(" %s", *a);
		printf("\n");
	}
	printf("for example: ipcwire - %s\n", k->example);
	if (k->opts != NULL) {
		printf("options:\n");
		help_table(k->opts);
	}
	for (int i = 0; k->groups != NULL && k->groups[i] != NULL; i++) {
		printf("%s:\n", k->groups[i]->help);
		help_table(k->groups[i]->opts);
	}
	printf("%s:\n", registry_common.help);
	help_table(registry_common.opts);
}

static void
help_all(void)
{
	printf("%s\nAddresses: KIND[:PARAMETER]...[,OPTION[=VALUE]]..., or A!!B to read from A and write to B\n",
	    help_usage);
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++)
		printf("  %-28s %s\n", (*k)->syntax, (*k)->help);
	printf("\nOptions:\n");
	for (const struct opt_desc *d = config_opts_table; d->name != NULL; d++)
		help_general(d);
	printf("\nExit status:\n");
	for (const struct status_desc *s = status_table; s->meaning != NULL; s++)
		printf("  %-6s %s\n", s->code, s->meaning);
	printf("\n--help=KIND shows the options of a kind. The manual is ipcwire(1).\n");
}

int
help_print(const char *topic)
{
	const struct endpoint_kind *k;
	const struct opt_desc *d;

	if (*topic == '\0') {
		help_all();
		return 0;
	}
	k = registry_find(topic, strlen(topic));
	d = opt_find(config_opts_table, topic, strlen(topic));
	if (k != NULL)
		help_kind(k);
	if (d != NULL)
		help_general(d);
	return k != NULL || d != NULL ? 0 : -1;
}
