/* replay: a recording on standard output, in its time. It is a wire from cast:FILE. Or as a script. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cast.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/run.h"
#include "dialogue/cast_script.h"
#include "endpoint/cast_opts.h"

struct replay_opts {
	bool as_script;
	double speed;
	int64_t idle_limit;
};

/* clang-format off */
static const struct opt_desc replay_opts_table[] = {
	OPT(struct replay_opts, as_script, OPT_BOOL, .name = "as-script", .help = "print a script for run that does the same"),
	OPT(struct replay_opts, idle_limit, OPT_TIME, .name = "idle-limit", .letter = 'i',
	    .help = "no pause is longer; the recording may say so itself"),
	OPT(struct replay_opts, speed, OPT_FACTOR, .name = "speed", .letter = 's', .words = "max",
	    .def = "1", .help = "how many times as fast as it was recorded"),
	OPT_END,
};
/* clang-format on */

static int
replay_play(struct command_call *call, const struct replay_opts *o)
{
	char out[] = "-", *addresses[2] = { cast_address(call->words[0]), out };
	struct run_result result = { .status = COMMAND_REFUSED };
	struct cast_opts *opts;

	call->config.general.wire.forward = true;
	if (config_add(&call->config, addresses, 2, &call->diag, &call->input) == 0) {
		opts = call->config.spec.ends[0].in->opts;
		opts->speed = o->speed;
		opts->idle_limit = o->idle_limit;
		result = run_config(&call->config);
	}
	call->signo = result.signo;
	free(addresses[0]);
	return result.status;
}

/* One line of the file. Returns 1, 0 at its end, or -1 with the refusal. */
static int
replay_read(FILE *f, char **line, size_t *room, struct cast_reader *r, struct cast_event *e, struct diag *d)
{
	ssize_t n = getline(line, room, f);

	if (n == -1)
		return ferror(f) ? diag_set(d, 0, "%s", strerror(errno)) : 0;
	if (n > 0 && (*line)[n - 1] == '\n')
		n--;
	e->code = '\0';
	return cast_read(r, *line, (size_t)n, e, d) == -1 ? -1 : 1;
}

/* Returns 0; or 1 (told): what was understood up to there has been printed. */
static int
replay_convert(FILE *f, const char *path)
{
	const struct log_who who = { .name = path };
	struct cast_script *script = cast_script_new(stdout, path);
	struct cast_reader r = { .at = 0 };
	struct cast_event e = { 0 };
	struct diag d = { 0 };
	unsigned long nlines = 0;
	char *line = NULL;
	size_t room = 0;
	int result;

	for (; (result = replay_read(f, &line, &room, &r, &e, &d)) == 1; nlines++)
		if (e.code != '\0')
			cast_script_event(script, &r.header, &e);
	if (result == 0 && !r.has_header)
		result = diag_set(&d, 0, "the file is empty");
	if (result == -1)
		log_msg(LOG_ERROR, &who, "line %lu, byte %zu: %s", nlines + 1, d.pos + 1, d.text);
	cast_script_end(script, &r.header);
	cast_reader_fini(&r);
	diag_fini(&d);
	free(line);
	return result == -1;
}

static int
replay_as_script(const char *path)
{
	const struct log_who who = { .name = path };
	FILE *f = fopen(path, "re");
	int status;

	if (f == NULL) {
		log_errno(LOG_ERROR, &who, errno, "cannot open it");
		return 1;
	}
	status = replay_convert(f, path);
	fclose(f);
	return status;
}

static int
replay_main(struct command_call *call)
{
	const struct replay_opts *o = call->opts;

	return o->as_script ? replay_as_script(call->words[0]) : replay_play(call, o);
}

const struct command command_replay = {
	.name = "replay",
	.syntax = "replay [option...] FILE",
	.example = "replay --idle-limit=2s session.cast",
	.help = "play a recording (asciicast) on standard output",
	.opts = replay_opts_table,
	.opts_size = sizeof(struct replay_opts),
	.general = (const char *const[]){ "stats", "timeout", NULL },
	.words_min = 1,
	.words_max = 1,
	.missing = "which recording?",
	.main = replay_main,
};
