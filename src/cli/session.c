/* The commands about sessions: ends that are kept open in the background. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/run.h"
#include "cli/session_ask.h"
#include "cli/session_start.h"
#include "dialogue/session_dir.h"
#include "dialogue/verb.h"

#define SESSION_ESCAPE 0x1du /* ^] */

struct session_opts {
	char *name;
	int64_t keep;
};

/* clang-format off */
static const struct opt_desc session_opts_table[] = {
	OPT(struct session_opts, keep, OPT_TIME, .name = "keep", .letter = 'k', .min = 1, .def = "1h",
	    .help = "start: after its end it can still be asked for so long"),
	OPT(struct session_opts, name, OPT_STRING, .name = "name", .letter = 'n', .value = "NAME",
	    .help = "start: what the session is called"),
	OPT_END,
};
/* clang-format on */

/* ---- session ---- */

#define SESSION_START "session start -n NAME [ADDRESS] [-- PROGRAM [ARG]...]"
#define SESSION_STOP "session stop NAME..."
#define SESSION_ASK "session ask NAME VERB [ARG]..."

static int
session_refuse(struct command_call *call, const char *input, const char *what, const char *syntax)
{
	call->input = input;
	diag_set(&call->diag, 0, "%s", what);
	diag_hint(&call->diag, "it is written: ipcwire %s", syntax);
	return COMMAND_REFUSED;
}

/* The options behind "start". Returns the words behind them, or NULL (refused). */
static char **
session_start_options(struct command_call *call)
{
	char **at = call->words + 1;

	for (; *at != NULL && (*at)[0] == '-' && (*at)[1] != '\0' && strcmp(*at, "--") != 0; at++) {
		const char *arg = *at, *name = arg + (arg[1] == '-' ? 2 : 1), *value;
		const size_t len = arg[1] == '-' ? strcspn(name, "=") : 1;
		const struct opt_desc *d = NULL;

		for (const struct opt_desc *o = session_opts_table; *o->name != '\0' && d == NULL; o++)
			if (arg[1] == '-' ? opt_find(o, name, len) == o : o->letter == *name)
				d = o;
		if (d == NULL) {
			session_refuse(call, arg, "no option of session start", SESSION_START);
			return NULL;
		}
		value = name[len] == '\0' ? *++at : name + len + (name[len] == '=');
		if (value == NULL || opt_store(d, call->opts, value, &call->diag) == -1) {
			if (value == NULL)
				session_refuse(call, arg, "it needs a value", SESSION_START);
			else
				call->input = value;
			return NULL;
		}
	}
	return at;
}

static int
session_start_it(struct command_call *call)
{
	const struct session_opts *o = call->opts;
	char **words = session_start_options(call);

	if (words == NULL)
		return COMMAND_REFUSED;
	if (o->name == NULL)
		return session_refuse(call, NULL, "session start: what is it called? -n NAME", SESSION_START);
	if (!session_is_name(o->name))
		return session_refuse(call, o->name, "no name of a session: letters, digits, '.', '_' and '-'",
		    SESSION_START);
	return session_start_command(call, o->name, o->keep, words);
}

static int
session_list(struct command_call *call)
{
	size_t n;
	char **names = session_dir_list(&n);

	for (size_t i = 0; i < n; i++) {
		struct session_asker a = { .call = call, .name = names[i], .attached_fd = -1 };
		struct session_out o = { 0 };

		a.fd = session_dir_connect(names[i], true);
		if (a.fd >= 0) {
			session_asker_begin(&o, "status", 0);
			session_out_number(&o, 1);
			session_out_end(&o);
			session_asker_ask(&a, &o);
		} else
			printf("%-16s %-7s %-20s\n", names[i], "-", "dead");
		session_out_fini(&o);
		session_asker_close(&a);
		free(names[i]);
	}
	free(names);
	return 0;
}

/* A dead one's socket is removed. */
static int
session_stop_one(struct command_call *call, const char *name)
{
	struct session_asker a;
	int fd = session_is_name(name) ? session_dir_connect(name, true) : -1, status;

	if (fd == -ECONNREFUSED)
		return session_dir_remove(name) == 0 ? 0 : 1;
	if (fd >= 0)
		io_close(&fd);
	session_asker_init(&a, name, call);
	status = session_asker_open(&a) == 0 ? session_asker_ask_for(&a, "stop", 0) : 1;
	session_asker_close(&a);
	return status;
}

static int
session_stop_it(struct command_call *call)
{
	int status = 0;

	if (call->nwords < 2)
		return session_refuse(call, NULL, "session stop: which one?", SESSION_STOP);
	for (int i = 1; i < call->nwords; i++)
		if (session_stop_one(call, call->words[i]) != 0)
			status = 1;
	return status;
}

static int session_ask(struct command_call *);

static const struct {
	const char *name;
	int (*run)(struct command_call *);
} session_words[] = {
	{ "start", session_start_it },
	{ "list", session_list },
	{ "stop", session_stop_it },
	{ "ask", session_ask },
};

static int
session_main(struct command_call *call)
{
	for (size_t i = 0; i < sizeof(session_words) / sizeof(session_words[0]); i++)
		if (strcmp(session_words[i].name, call->words[0]) == 0)
			return session_words[i].run(call);
	return session_refuse(call, call->words[0], "neither start, list, stop nor ask", call->command->syntax);
}

/* ---- asking ---- */

/* The person and the session are the two ends of an ordinary wire. */
static int
session_interact(struct session_asker *a)
{
	struct config *c = &a->call->config;
	char *addresses[2], *key;
	struct run_result result = { .status = COMMAND_REFUSED };

	key = a->escape == OPT_CHAR_NONE ? xstrdup("undef") :
					   xasprintf("0x%x", a->escape == -1 ? SESSION_ESCAPE : (unsigned)a->escape);
	addresses[0] = xasprintf("-,raw,escape=%s", key);
	addresses[1] = xasprintf("fd:%d", a->attached_fd);
	free(key);
	if (config_add(c, addresses, 2, &a->call->diag, &a->call->input) == 0)
		result = run_config(c);
	a->fd = -1; /* the wire had it */
	a->call->signo = result.signo;
	free(addresses[0]);
	free(addresses[1]);
	return result.status;
}

static int
session_ask_verb(struct command_call *call, const char *name, const char *verb, char *const *words, bool is_case)
{
	const struct verb *v = verb_find(verb, strlen(verb));
	struct session_asker a;
	int status;

	if (v == NULL)
		return session_refuse(call, verb, "no such verb", SESSION_ASK);
	session_asker_init(&a, name, call);
	a.is_case = is_case;
	status = session_asker_verb(&a, v, words);
	if (status == 0 && a.attached_fd != -1)
		status = session_interact(&a);
	session_asker_close(&a);
	return status;
}

static int
session_ask(struct command_call *call)
{
	if (call->nwords < 3)
		return session_refuse(call, NULL, "session ask: whom, and for what?", SESSION_ASK);
	return session_ask_verb(call, call->words[1], call->words[2], call->words + 3, false);
}

/* send, expect, interact: the command is the verb. */
static int
session_verb_main(struct command_call *call)
{
	return session_ask_verb(call, call->words[0], call->command->name, call->words + 1, false);
}

struct expect_opts {
	bool is_case;
};

/* clang-format off */
static const struct opt_desc expect_opts_table[] = {
	OPT(struct expect_opts, is_case, OPT_BOOL, .name = "case", .letter = 'c',
	    .help = "the status is 10 and the number of the pattern"),
	OPT_END,
};
/* clang-format on */

/* --case may stand behind the name, too, and among the flags there: takes the word out. */
static bool
expect_take_case(char **words)
{
	for (; *words != NULL && strcmp(*words, "--") != 0; words++)
		if (strcmp(*words, "--case") == 0) {
			for (; *words != NULL; words++)
				words[0] = words[1];
			return true;
		}
	return false;
}

static int
expect_main(struct command_call *call)
{
	const struct expect_opts *o = call->opts;
	char **words = call->words + 1;
	const bool is_case = expect_take_case(words) || o->is_case;

	return session_ask_verb(call, call->words[0], "expect", words, is_case);
}

/* A question whose one argument is a text. */
static int
session_ask_about(struct command_call *call, const char *what, const char *text)
{
	struct session_asker a;
	struct session_out o = { 0 };
	int status = 1;

	session_asker_init(&a, call->words[0], call);
	if (session_asker_open(&a) == 0) {
		session_asker_begin(&o, what, 0);
		if (text != NULL)
			session_out_field(&o, text, strlen(text));
		session_out_end(&o);
		status = session_asker_ask(&a, &o);
	}
	session_out_fini(&o);
	session_asker_close(&a);
	return status;
}

static int
capture_main(struct command_call *call)
{
	return session_ask_about(call, "capture", call->nwords > 1 ? call->words[1] : "0");
}

static int
status_main(struct command_call *call)
{
	return session_ask_about(call, "status", NULL);
}

struct wait_opts {
	int64_t limit;
};

/* clang-format off */
static const struct opt_desc wait_opts_table[] = {
	OPT(struct wait_opts, limit, OPT_TIME, .name = "limit", .letter = 't', .min = 1, .help = "wait no longer (status 124)"),
	OPT_END,
};
/* clang-format on */

static int
wait_main(struct command_call *call)
{
	const struct wait_opts *o = call->opts;
	struct session_asker a;
	int status;

	session_asker_init(&a, call->words[0], call);
	status = session_asker_open(&a) == 0 ? session_asker_ask_for(&a, "wait", o->limit) : 1;
	session_asker_close(&a);
	return status;
}

/* ---- the tables ---- */

static const char *const session_general[] = { "expect-timeout", "no-timeout", NULL };

const struct command command_session = {
	.name = "session",
	.syntax = "session start|list|stop|ask [ARG]...",
	.example = "session start -n calc exec:bc",
	.help = "ends kept open in the background, to be talked to",
	.opts = session_opts_table,
	.opts_size = sizeof(struct session_opts),
	.general = session_general,
	.words_min = 1,
	.words_max = COMMAND_WORDS_ANY,
	.missing = "start, list, stop or ask?",
	.ends_options = true,
	.main = session_main,
};

const struct command command_send = {
	.name = "send",
	.syntax = "send NAME [FLAG]... [TEXT]...",
	.example = "send calc 6*7",
	.help = "send a text, and Enter, to a session",
	.general = session_general,
	.words_min = 1,
	.words_max = COMMAND_WORDS_ANY,
	.missing = "to which session?",
	.ends_options = true,
	.main = session_verb_main,
};

const struct command command_expect = {
	.name = "expect",
	.syntax = "expect NAME [FLAG]... PATTERN...",
	.example = "expect calc -t 5s 42 error",
	.help = "wait until a session says it; print which pattern",
	.opts = expect_opts_table,
	.opts_size = sizeof(struct expect_opts),
	.general = session_general,
	.words_min = 1,
	.words_max = COMMAND_WORDS_ANY,
	.missing = "from which session?",
	.ends_options = true,
	.main = expect_main,
};

const struct command command_capture = {
	.name = "capture",
	.syntax = "capture NAME [GROUP]",
	.example = "capture calc 1",
	.help = "print a group of the last match in a session",
	.words_min = 1,
	.words_max = 2,
	.missing = "of which session?",
	.main = capture_main,
};

const struct command command_status = {
	.name = "status",
	.syntax = "status NAME",
	.example = "status calc",
	.help = "print what a session does",
	.words_min = 1,
	.words_max = 1,
	.missing = "of which session?",
	.main = status_main,
};

const struct command command_interact = {
	.name = "interact",
	.syntax = "interact NAME [-escape KEY]",
	.example = "interact calc",
	.help = "attach to a session in person; ^] detaches",
	.words_min = 1,
	.words_max = COMMAND_WORDS_ANY,
	.missing = "with which session?",
	.ends_options = true,
	.main = session_verb_main,
};

const struct command command_wait = {
	.name = "wait",
	.syntax = "wait [-t TIME] NAME",
	.example = "wait -t 1m calc",
	.help = "wait for a session's end; the status is its program's",
	.opts = wait_opts_table,
	.opts_size = sizeof(struct wait_opts),
	.words_min = 1,
	.words_max = 1,
	.missing = "for which session?",
	.main = wait_main,
};
