/* The table of commands, and their command lines: options by table, those of the command before the general ones it takes. */
#include "cli/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "cli/help_option.h"

#define COMMAND(name) extern const struct command command_##name;
#include "cli/commands.def"
#undef COMMAND

const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "cli/commands.def"
#undef COMMAND
	NULL,
};

static const char *const command_common[] = { "help", "debug", "quiet", "log-file", "log-format", NULL };

const struct command *
command_find(const char *name)
{
	for (const struct command *const *c = commands; name != NULL && *c != NULL; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

static bool
command_has_word(const char *const *words, const char *word)
{
	for (; words != NULL && *words != NULL; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

bool
command_takes(const struct command *c, const struct opt_desc *general)
{
	return command_has_word(command_common, general->name) || command_has_word(c->general, general->name);
}

static int
command_refuse(struct command_call *call, const char *input)
{
	call->input = input;
	return COMMAND_REFUSED;
}

/* An option of a command line; general: it is one of those. */
struct command_option {
	const struct opt_desc *desc;
	bool is_general;
};

static bool
command_is_letter(const struct opt_desc *d, char letter)
{
	return d->letter != 0 && d->letter == letter;
}

/* By its name of len bytes or, with len 0, by its letter. desc is NULL when there is none. */
static struct command_option
command_find_option(const struct command *c, const char *name, size_t len)
{
	for (const struct opt_desc *d = c->opts; d != NULL && *d->name != '\0'; d++)
		if (len > 0 ? opt_find(d, name, len) == d : command_is_letter(d, *name))
			return (struct command_option){ d, false };
	for (const struct opt_desc *d = config_opts_table; *d->name != '\0'; d++)
		if (command_takes(c, d) && (len > 0 ? opt_find(d, name, len) == d : command_is_letter(d, *name)))
			return (struct command_option){ d, true };
	return (struct command_option){ NULL, false };
}

static int
command_unknown(struct command_call *call, const char *arg, const char *name, size_t len)
{
	const struct command *c = call->command;
	struct nearest n;
	char *quoted = diag_quote(name, len);

	nearest_init(&n, name, len);
	for (const struct opt_desc *d = c->opts; d != NULL && *d->name != '\0'; d++)
		nearest_feed(&n, d->name);
	for (const struct opt_desc *d = config_opts_table; *d->name != '\0'; d++)
		if (command_takes(c, d))
			nearest_feed(&n, d->name);
	diag_set(&call->diag, (size_t)(name - arg), "unknown option %s of %s", quoted, c->name);
	free(quoted);
	if (nearest_name(&n) != NULL)
		diag_hint(&call->diag, "did you mean '--%s'?", nearest_name(&n));
	else
		diag_hint(&call->diag, "--help=%s lists them", c->name);
	return command_refuse(call, arg);
}

static int
command_store(struct command_call *call, struct command_option o, const char *value, const char *input, size_t at)
{
	const int result = o.is_general ? config_store_general(&call->config, o.desc, value, &call->diag) :
					  opt_store(o.desc, call->opts, value, &call->diag);

	if (result == 0)
		return 0;
	diag_shift(&call->diag, at);
	return command_refuse(call, input);
}

/* The value is the next word. */
static int
command_next_value(struct command_call *call, struct command_option o, char ***at)
{
	const char *arg = **at;
	char *value;

	if (*++*at != NULL)
		return command_store(call, o, **at, **at, 0);
	value = opt_value_name(o.desc);
	diag_set(&call->diag, strlen(arg), "option --%s needs a value", o.desc->name);
	diag_hint(&call->diag, "it is written --%s=%s", o.desc->name, value);
	free(value);
	return command_refuse(call, arg);
}

static int
command_long(struct command_call *call, char ***at)
{
	const char *arg = **at, *name = arg + 2;
	const size_t len = strcspn(name, "=");
	const struct command_option o = command_find_option(call->command, name, len);

	if (o.desc == NULL || len == 0)
		return command_unknown(call, arg, name, len);
	if (name[len] == '=')
		return command_store(call, o, name + len + 1, arg, (size_t)(name + len + 1 - arg));
	return opt_bare(o.desc) == NULL ? command_next_value(call, o, at) : command_store(call, o, NULL, arg, 2);
}

/* "-nq", "-t5", "-t 5" */
static int
command_short(struct command_call *call, char ***at)
{
	const char *arg = **at;

	for (const char *p = arg + 1; *p != '\0'; p++) {
		const struct command_option o = command_find_option(call->command, p, 0);
		const size_t pos = (size_t)(p - arg);

		if (o.desc == NULL)
			return command_unknown(call, arg, p, 1);
		if (opt_bare(o.desc) == NULL)
			return p[1] != '\0' ? command_store(call, o, p + 1, arg, pos + 1) :
					      command_next_value(call, o, at);
		if (command_store(call, o, NULL, arg, pos) == COMMAND_REFUSED)
			return COMMAND_REFUSED;
	}
	return 0;
}

/* Up to "--", and where the rest is somebody else's, up to the first word. */
static int
command_parse(struct command_call *call, char **argv)
{
	bool is_rest = false;

	for (; *argv != NULL; argv++) {
		char *arg = *argv;
		int result = 0;

		if (!is_rest && strcmp(arg, "--") == 0) {
			is_rest = true;
			continue;
		}
		if (is_rest || arg[0] != '-' || arg[1] == '\0') {
			call->words[call->nwords++] = arg;
			is_rest |= call->command->ends_options;
		} else
			result = arg[1] == '-' ? command_long(call, &argv) : command_short(call, &argv);
		if (result == COMMAND_REFUSED)
			return COMMAND_REFUSED;
	}
	return 0;
}

static int
command_check_words(struct command_call *call)
{
	const struct command *c = call->command;

	if (call->nwords < c->words_min) {
		diag_set(&call->diag, 0, "%s: %s", c->name, c->missing);
		diag_hint(&call->diag, "for example: ipcwire %s", c->example);
		return command_refuse(call, NULL);
	}
	if (c->words_max == COMMAND_WORDS_ANY || call->nwords <= c->words_max)
		return 0;
	diag_set(&call->diag, 0, "more than %s takes", c->name);
	diag_hint(&call->diag, "it is written: ipcwire %s", c->syntax);
	return command_refuse(call, call->words[c->words_max]);
}

int
command_do(const struct command *c, struct command_call *call, char **argv)
{
	size_t n = 0;

	while (argv[n] != NULL)
		n++;
	*call = (struct command_call){ .command = c, .words = xcalloc(n + 1, sizeof(*call->words)) };
	config_init(&call->config);
	if (c->opts != NULL) {
		call->opts = xcalloc(1, c->opts_size);
		opt_defaults(c->opts, call->opts);
	}
	if (command_parse(call, argv) == COMMAND_REFUSED)
		return COMMAND_REFUSED;
	if (call->config.general.help != NULL) {
		const struct page page = page_of(stdout);

		help_command(&page, c);
		return 0;
	}
	config_set_log(&call->config);
	return command_check_words(call) == COMMAND_REFUSED ? COMMAND_REFUSED : c->main(call);
}

void
command_fini(struct command_call *call)
{
	if (call->opts != NULL)
		opt_fini(call->command->opts, call->opts);
	free(call->opts);
	free(call->words);
	free(call->errors);
	diag_fini(&call->diag);
	config_fini(&call->config);
}
