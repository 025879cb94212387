/* The command run: a script of a dialogue. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/page.h"
#include "cli/talk.h"
#include "dialogue/dialogue.h"
#include "dialogue/script_bind.h"
#include "wire/watch_option.h"

#define RUN_SIZE_MAX (16u << 20)

struct run_script_opts {
	struct opt_list against;
	bool dry_run;
};

/* clang-format off */
static const struct opt_desc run_script_table[] = {
	OPT(struct run_script_opts, against, OPT_TEXTS, .name = "against", .value = "FILE",
	    .help = "a recording instead of what open names; the next for the next"),
	OPT(struct run_script_opts, dry_run, OPT_BOOL, .name = "dry-run", .letter = 'n', .help = "check the script, print the plan, open nothing"),
	OPT_END,
};
/* clang-format on */

/* All that can be read from a descriptor. Returns 0, or -errno. */
static int
run_read_all(int fd, char **text, size_t *len)
{
	size_t size = 0;

	*text = NULL;
	for (*len = 0;;) {
		ssize_t n;

		if (*len == RUN_SIZE_MAX)
			return -EFBIG;
		if (*len == size)
			*text = xreallocarray(*text, size = 2 * size + 4096, 1);
		n = read(fd, *text + *len, size - *len);
		if (n == 0)
			return 0;
		if (n == -1 && errno != EINTR)
			return -errno;
		*len += n > 0 ? (size_t)n : 0;
	}
}

/* Returns 0; or the exit status (told). */
static int
run_read_script(const char *file, struct script *script)
{
	const bool is_stdin = strcmp(file, "-") == 0;
	const char *name = is_stdin ? "stdin" : file;
	const struct log_who who = { .name = name };
	int fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC), error;
	char *text = NULL;
	size_t len = 0;

	if (fd == -1) {
		log_errno(LOG_ERROR, &who, errno, "cannot open the script");
		return 2;
	}
	error = run_read_all(fd, &text, &len);
	if (!is_stdin)
		io_close(&fd);
	if (error != 0)
		log_errno(LOG_ERROR, &who, -error, "cannot read the script");
	else
		script_parse(script, name, text, len);
	free(text);
	return error != 0 ? 2 : 0;
}

/* All that is wrong with the script, for who prints it. */
static int
run_refuse(struct command_call *call, const struct script *script)
{
	const size_t columns = page_of(stderr).columns;
	size_t size;
	FILE *f = open_memstream(&call->errors, &size);

	for (size_t i = 0; i < script->nerrors && f != NULL; i++) {
		char *text = script_error_show(&script->errors[i], columns);

		fputs(text, f);
		free(text);
	}
	if (f != NULL)
		fclose(f);
	return 2;
}

/* Its ends are opened by the script; what they say goes to standard output. */
static int
run_prepare(struct command_call *call, struct script *script)
{
	struct config *c = &call->config;
	const struct run_script_opts *own = call->opts;
	const struct dialogue_setup setup = { .opts = &c->spec.opts,
		.against = own->against.items,
		.nagainst = own->against.len,
		.timeout = config_verb_timeout(&c->general),
		.is_left = true,
		.lookup = script_value,
		.lookup_arg = script };
	struct endpoint_spec *in, *out;

	c->spec.opts = c->general.wire;
	if (watch_option_parse(c->general.watch, &c->spec.opts.watch, &c->spec.opts.watch_fails, &call->diag) == -1) {
		call->input = c->general.watch;
		return -1;
	}
	if (c->general.no_watch)
		c->spec.opts.watch = 0;
	c->dialogue = dialogue_new(&setup);
	if (endpoint_spec_parse("stdout", &in, &out, &call->diag) == -1)
		return -1;
	return dialogue_add(c->dialogue, NULL, in, out, true, &call->diag);
}

static int
run_script(struct command_call *call, struct script *script)
{
	struct run_result result;

	if (run_prepare(call, script) == -1)
		return COMMAND_REFUSED;
	call->config.steps = script->program;
	script->program = (struct program){ 0 };
	result = talk_run(&call->config);
	call->signo = result.signo;
	return result.status;
}

static int
run_main(struct command_call *call)
{
	const struct run_script_opts *opts = call->opts;
	struct script script = { 0 };
	int status = run_read_script(call->words[0], &script);

	if (status == 0 && script_give(&script, call->words + 1, (size_t)call->nwords - 1, &call->diag) == -1)
		status = script.nerrors > 0 ? run_refuse(call, &script) : COMMAND_REFUSED;
	if (status == 0 && script_bind(&script, opts->dry_run) == -1)
		status = run_refuse(call, &script);
	if (status == 0 && opts->dry_run)
		script_explain(&script, config_verb_timeout(&call->config.general), stdout);
	else if (status == 0)
		status = run_script(call, &script);
	script_fini(&script);
	return status;
}

static const char *const run_general[] = { "expect-timeout", "no-timeout", "hex", "no-watch", "raw-backward",
	"raw-forward", "record", "timeout", "verbose", "watch", NULL };

const struct command command_run = {
	.name = "run",
	.syntax = "run [OPTION...] FILE [ARG...]",
	.example = "run login.ipc host.example",
	.help = "do what a script of a dialogue says",
	.opts = run_script_table,
	.opts_size = sizeof(struct run_script_opts),
	.general = run_general,
	.words_min = 1,
	.words_max = COMMAND_WORDS_ANY,
	.missing = "no script",
	.ends_options = true,
	.main = run_main,
};
