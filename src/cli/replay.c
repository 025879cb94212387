/* replay: a recording on standard output, in its time. It is a wire from cast:FILE. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/run.h"
#include "endpoint/cast_opts.h"

struct replay_opts {
	double speed;
	int64_t idle_limit;
};

/* clang-format off */
static const struct opt_desc replay_opts_table[] = {
	OPT(struct replay_opts, idle_limit, OPT_TIME, .name = "idle-limit", .letter = 'i',
	    .help = "no pause is longer; the recording may say so itself"),
	OPT(struct replay_opts, speed, OPT_FACTOR, .name = "speed", .letter = 's', .words = (const char *const[]){ "max", NULL },
	    .def = "1", .help = "how many times as fast as it was recorded"),
	OPT_END,
};
/* clang-format on */

/* The path as a parameter of an address: what the grammar might take for its own is escaped. The caller frees it. */
static char *
replay_quote_path(const char *path)
{
	char *quoted = xcalloc(strlen(path) * 2 + 1, 1), *to = quoted;

	for (; *path != '\0'; path++) {
		if (strchr("\\,!'\"()[]{}", *path) != NULL)
			*to++ = '\\';
		*to++ = *path;
	}
	return quoted;
}

static int
replay_play(struct command_call *call, const struct replay_opts *o)
{
	char out[] = "-", *quoted = replay_quote_path(call->words[0]);
	char *addresses[2] = { xasprintf("cast:%s", quoted), out };
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
	free(quoted);
	return result.status;
}

static int
replay_main(struct command_call *call)
{
	return replay_play(call, call->opts);
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
