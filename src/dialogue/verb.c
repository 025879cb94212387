/* The table of verbs. A verb's flags are tables over one struct, so that a step has one place for what it was told. */
#include "dialogue/verb.h"

#include <string.h>

#include "base/name.h"
#include "base/nearest.h"

/* clang-format off */
#define FLAG_TIMEOUT OPT(struct verb_opts, timeout, OPT_TIME, .name = "timeout", .letter = 't', .min = 1, .words = "none", \
	.help = "how long to wait")
#define FLAG_FROM OPT(struct verb_opts, from, OPT_LIST, .name = "from", .value = "NAME[+NAME]...", .help = "from which of several ends")
#define FLAG_SETTLE OPT(struct verb_opts, settle, OPT_TIME, .name = "settle", .min = 1, \
	.help = "so much quiet decides a pattern that could still grow")
#define FLAG_CLEAN OPT(struct verb_opts, clean, OPT_ENUM, .name = "clean", .words = "auto\0no\0yes", .def = "auto", .bare = "yes", \
	.value = "auto|no|yes", .help = "match without the terminal's control sequences")
#define FLAG_EXACT OPT(struct verb_opts, is_exact, OPT_BOOL, .name = "exact", .letter = 'x', .help = "slashes make no regular expression")
#define FLAG_NO_ENTER OPT(struct verb_opts, no_enter, OPT_BOOL, .name = "no-enter", .letter = 'n', .help = "without Enter behind it")
#define FLAG_ESCAPES OPT(struct verb_opts, has_escapes, OPT_BOOL, .name = "escapes", .letter = 'e', .help = "C escapes in the text: \\r \\t \\x1b")
#define FLAG_SECRET OPT(struct verb_opts, is_secret, OPT_BOOL, .name = "secret", .help = "mask it in logs and recordings")
#define FLAG_NOECHO OPT(struct verb_opts, noecho, OPT_ENUM, .name = "noecho", .words = "auto\0no\0yes", .def = "auto", .bare = "yes", \
	.value = "auto|no|yes", .help = "wait until the terminal does not echo")
#define FLAG_ON_EOF OPT(struct verb_opts, on_eof, OPT_BOOL, .name = "eof", .help = "when the end of input comes")
#define FLAG_ON_TIMEOUT OPT(struct verb_opts, on_timeout, OPT_BOOL, .name = "timeout", .help = "when time is up")
#define FLAG_ESCAPE OPT(struct verb_opts, escape, OPT_CHAR, .name = "escape", .value = "KEY", .help = "the key by which one leaves; without it, ^]")

const struct opt_desc verb_all_opts[] = { FLAG_TIMEOUT, FLAG_FROM, FLAG_SETTLE, FLAG_CLEAN, FLAG_EXACT, FLAG_NO_ENTER, FLAG_ESCAPES,
	FLAG_SECRET, FLAG_NOECHO, FLAG_ON_EOF, FLAG_ON_TIMEOUT, FLAG_ESCAPE, OPT_END };
static const struct opt_desc wait_flags[] = { FLAG_TIMEOUT, OPT_END };
static const struct opt_desc wait_from_flags[] = { FLAG_TIMEOUT, FLAG_FROM, OPT_END };
static const struct opt_desc expect_flags[] = { FLAG_TIMEOUT, FLAG_FROM, FLAG_SETTLE, FLAG_CLEAN, FLAG_EXACT, OPT_END };
static const struct opt_desc case_flags[] = { FLAG_TIMEOUT, FLAG_FROM, FLAG_SETTLE, FLAG_CLEAN, OPT_END };
static const struct opt_desc on_flags[] = { FLAG_FROM, FLAG_EXACT, OPT_END };
static const struct opt_desc when_flags[] = { FLAG_EXACT, FLAG_ON_EOF, FLAG_ON_TIMEOUT, OPT_END };
static const struct opt_desc send_flags[] = { FLAG_NO_ENTER, FLAG_ESCAPES, OPT_END };
static const struct opt_desc send_raw_flags[] = { FLAG_ESCAPES, OPT_END };
static const struct opt_desc send_secret_flags[] = { FLAG_NO_ENTER, FLAG_NOECHO, FLAG_TIMEOUT, OPT_END };
static const struct opt_desc send_file_flags[] = { FLAG_NO_ENTER, FLAG_SECRET, FLAG_NOECHO, FLAG_TIMEOUT, OPT_END };
static const struct opt_desc interact_flags[] = { FLAG_ESCAPE, FLAG_EXACT, FLAG_CLEAN, OPT_END };

/* A row of verbs has the number of its flags: with a pointer the whole table would be written to at every start. */
enum verb_flags {
	NO_FLAGS,
	WAIT_FLAGS,
	WAIT_FROM_FLAGS,
	EXPECT_FLAGS,
	CASE_FLAGS,
	ON_FLAGS,
	WHEN_FLAGS,
	SEND_FLAGS,
	SEND_RAW_FLAGS,
	SEND_SECRET_FLAGS,
	SEND_FILE_FLAGS,
	INTERACT_FLAGS,
};
static const struct opt_desc *const verb_flag_tables[] = {
	[NO_FLAGS] = NULL,
	[WAIT_FLAGS] = wait_flags,
	[WAIT_FROM_FLAGS] = wait_from_flags,
	[EXPECT_FLAGS] = expect_flags,
	[CASE_FLAGS] = case_flags,
	[ON_FLAGS] = on_flags,
	[WHEN_FLAGS] = when_flags,
	[SEND_FLAGS] = send_flags,
	[SEND_RAW_FLAGS] = send_raw_flags,
	[SEND_SECRET_FLAGS] = send_secret_flags,
	[SEND_FILE_FLAGS] = send_file_flags,
	[INTERACT_FLAGS] = interact_flags,
};

#define ALL (VERB_OPTION | VERB_SESSION | VERB_TALKS)
const struct verb verbs[VERB_N] = {
	[VERB_OPEN] = { .name = "open", .syntax = "[NAME:] open ADDRESS [-- PROGRAM [ARG]...]", .example = "open exec,pty -- bc -q",
	    .help = "open an end: a program, a socket, a terminal", .args_max = 1, .first = VERB_ARG_ADDRESS,
	    .flags = VERB_TALKS | VERB_WAITS | VERB_WORDS, .opts = WAIT_FLAGS },
	[VERB_SEND] = { .name = "send", .syntax = "send [TEXT]...", .example = "send yes", .help = "send a text, and Enter",
	    .args_max = VERB_MANY, .option_args = 1, .flags = ALL, .opts = SEND_FLAGS },
	[VERB_SEND_RAW] = { .name = "send-raw", .syntax = "send-raw TEXT...", .example = "send-raw q", .help = "send a text without Enter",
	    .args_min = 1, .args_max = VERB_MANY, .option_args = 1, .flags = ALL, .opts = SEND_RAW_FLAGS },
	[VERB_SEND_ENV] = { .name = "send-env", .syntax = "send-env VARIABLE", .example = "send-env PASSWORD",
	    .help = "send a secret from the environment, and Enter", .args_min = 1, .args_max = 1, .option_args = 1, .first = VERB_ARG_ENV,
	    .flags = ALL | VERB_WAITS, .opts = SEND_SECRET_FLAGS },
	[VERB_SEND_FILE] = { .name = "send-file", .syntax = "send-file FILE", .example = "send-file answers.txt",
	    .help = "send what is in a file, and Enter if it does not end so", .args_min = 1, .args_max = 1, .option_args = 1,
	    .first = VERB_ARG_FILE, .flags = ALL | VERB_WAITS, .opts = SEND_FILE_FLAGS },
	[VERB_SEND_FD] = { .name = "send-fd", .syntax = "send-fd N", .example = "send-fd 3",
	    .help = "send a secret, the first line of a descriptor, and Enter", .args_min = 1, .args_max = 1, .option_args = 1,
	    .first = VERB_ARG_NUMBER, .max = 65535, .flags = ALL | VERB_WAITS, .opts = SEND_SECRET_FLAGS },
	[VERB_KEY] = { .name = "key", .syntax = "key KEY...", .example = "key Up Up Enter", .help = "press keys: Enter, Up, F1, ^C, M-x",
	    .args_min = 1, .args_max = VERB_MANY, .option_args = 1, .first = VERB_ARG_KEY, .rest = VERB_ARG_KEY,
	    .flags = ALL },
	[VERB_EXPECT] = { .name = "expect", .syntax = "expect PATTERN...", .example = "expect -t 5s /assword: $/",
	    .help = "wait for one of the patterns; the leftmost match counts", .args_min = 1, .args_max = VERB_MANY, .option_args = 1,
	    .first = VERB_ARG_PATTERN, .rest = VERB_ARG_PATTERN, .flags = ALL | VERB_WAITS, .opts = EXPECT_FLAGS },
	[VERB_EXPECT_EOF] = { .name = "expect-eof", .syntax = "expect-eof", .example = "expect-eof -t 1m", .help = "wait for the end of input",
	    .flags = ALL | VERB_WAITS, .opts = WAIT_FROM_FLAGS },
	[VERB_ON] = { .name = "on", .syntax = "on PATTERN... do VERB...", .example = "on --More-- do send-raw ' '",
	    .help = "whenever a pattern comes while waiting, do this", .args_min = 1, .args_max = VERB_MANY, .option_args = 2,
	    .first = VERB_ARG_PATTERN, .rest = VERB_ARG_PATTERN, .flags = VERB_OPTION | VERB_TALKS | VERB_DO, .opts = ON_FLAGS },
	[VERB_CASE] = { .name = "case", .syntax = "case", .example = "case -t 10s", .help = "wait for what one of its labels (when) says",
	    .flags = VERB_TALKS | VERB_WAITS | VERB_BLOCK, .opts = CASE_FLAGS },
	[VERB_WHEN] = { .name = "when", .syntax = "when PATTERN... [do VERB...]", .example = "when yes/no do send yes",
	    .help = "a label of case: patterns, -eof or -timeout, and what to do", .args_max = VERB_MANY, .first = VERB_ARG_PATTERN,
	    .rest = VERB_ARG_PATTERN, .flags = VERB_TALKS | VERB_DO, .opts = WHEN_FLAGS },
	[VERB_REPEAT] = { .name = "repeat", .syntax = "repeat [N]", .example = "repeat 3", .help = "do the lines up to end N times, or until leave",
	    .args_max = 1, .first = VERB_ARG_NUMBER, .min = 1, .max = 1000000000, .flags = VERB_BLOCK },
	[VERB_LEAVE] = { .name = "leave", .syntax = "leave", .example = "leave", .help = "go on behind the innermost repeat" },
	[VERB_END] = { .name = "end", .syntax = "end", .example = "end", .help = "the end of case, repeat, and of when and on with lines",
	    .flags = VERB_PARSER },
	[VERB_CAPTURE] = { .name = "capture", .syntax = "capture VARIABLE [GROUP]", .example = "capture port 1",
	    .help = "keep a group of the last match under a name", .args_min = 1, .args_max = 2, .option_args = 2,
	    .first = VERB_ARG_VARIABLE, .rest = VERB_ARG_GROUP, .flags = VERB_OPTION },
	[VERB_QUIET] = { .name = "quiet", .also = "await-quiet", .syntax = "quiet TIME", .example = "quiet 200ms", .help = "wait until nothing has come for so long",
	    .args_min = 1, .args_max = 1, .option_args = 1, .first = VERB_ARG_TIME, .flags = ALL | VERB_WAITS, .opts = WAIT_FROM_FLAGS },
	[VERB_AWAIT_READ] = { .name = "await-read", .syntax = "await-read", .example = "await-read",
	    .help = "wait until the program itself waits for input", .flags = ALL | VERB_WAITS, .opts = WAIT_FLAGS },
	[VERB_AWAIT_NOECHO] = { .name = "await-noecho", .syntax = "await-noecho", .example = "await-noecho",
	    .help = "wait until the terminal does not echo what is typed", .flags = ALL | VERB_WAITS, .opts = WAIT_FLAGS },
	[VERB_EOF] = { .name = "eof", .syntax = "eof", .example = "eof", .help = "send the end of input (on a terminal its key)",
	    .flags = ALL },
	[VERB_CLOSE_IN] = { .name = "close-in", .syntax = "close-in", .example = "close-in", .help = "close what is sent to, for good",
	    .flags = ALL },
	[VERB_SIGNAL] = { .name = "signal", .syntax = "signal NAME", .example = "signal INT", .help = "send a signal to the program",
	    .args_min = 1, .args_max = 1, .option_args = 1, .first = VERB_ARG_SIGNAL, .flags = ALL },
	[VERB_SIZE] = { .name = "size", .also = "resize", .syntax = "size COLSxROWS", .example = "size 80x24", .help = "give the terminal that size",
	    .args_min = 1, .args_max = 1, .option_args = 1, .first = VERB_ARG_SIZE, .flags = ALL },
	[VERB_INTERACT] = { .name = "interact", .syntax = "interact [PATTERN]...", .example = "interact -escape ^x",
	    .help = "hand over to a person, until a key or a pattern", .args_max = VERB_MANY, .first = VERB_ARG_PATTERN,
	    .rest = VERB_ARG_PATTERN, .flags = ALL | VERB_WAITS, .opts = INTERACT_FLAGS },
	[VERB_PRINT] = { .name = "print", .syntax = "print [TEXT]...", .example = "print port $1", .help = "write a line to standard output",
	    .args_max = VERB_MANY, .option_args = 1, .flags = VERB_OPTION },
	[VERB_LOG] = { .name = "log", .syntax = "log on|off|FILE", .example = "log off",
	    .help = "show what the ends say, do not, or append it to a file", .args_min = 1, .args_max = 1, .option_args = 1,
	    .first = VERB_ARG_OUTPUT, .flags = VERB_OPTION | VERB_SESSION },
	[VERB_RECORD] = { .name = "record", .syntax = "record FILE|off", .example = "record login.cast",
	    .help = "record from here on, in asciicast format", .args_min = 1, .args_max = 1, .first = VERB_ARG_OUTPUT,
	    .flags = VERB_SESSION | VERB_TALKS },
	[VERB_ARGS] = { .name = "args", .syntax = "args [NAME[=DEFAULT]]...", .example = "args HOST PORT=22",
	    .help = "what the arguments of the script are called", .args_max = VERB_MANY, .flags = VERB_PARSER },
	[VERB_SET] = { .name = "set", .syntax = "set FLAG VALUE", .example = "set timeout 1m",
	    .help = "the flag of all lines from here on that have none", .args_min = 2, .args_max = 2, .flags = VERB_PARSER },
	[VERB_FAIL] = { .name = "fail", .syntax = "fail [TEXT]...", .example = "fail wrong password", .help = "end with status 1 and this message",
	    .args_max = VERB_MANY, .option_args = 1, .flags = VERB_OPTION },
	[VERB_EXIT] = { .name = "exit", .syntax = "exit [N]", .example = "exit 3", .help = "end with this status (0)", .args_max = 1,
	    .option_args = 1, .first = VERB_ARG_NUMBER, .max = 255, .flags = VERB_OPTION },
};
/* clang-format on */

static const char verb_arg_names[VERB_ARG_N][16] = {
	[VERB_ARG_TEXT] = "TEXT",
	[VERB_ARG_PATTERN] = "PATTERN",
	[VERB_ARG_ADDRESS] = "ADDRESS",
	[VERB_ARG_VARIABLE] = "VARIABLE",
	[VERB_ARG_GROUP] = "GROUP",
	[VERB_ARG_ENV] = "VARIABLE",
	[VERB_ARG_FILE] = "FILE",
	[VERB_ARG_OUTPUT] = "FILE|on|off",
	[VERB_ARG_NUMBER] = "N",
	[VERB_ARG_TIME] = "TIME",
	[VERB_ARG_KEY] = "KEY",
	[VERB_ARG_SIGNAL] = "SIGNAL",
	[VERB_ARG_SIZE] = "COLSxROWS",
};

const char *
verb_arg_name(enum verb_arg arg)
{
	return verb_arg_names[arg];
}

const struct verb *
verb_find(const char *name, size_t len)
{
	for (size_t i = 0; i < VERB_N; i++)
		if (name_is(verbs[i].name, name, len) || (*verbs[i].also != '\0' && name_is(verbs[i].also, name, len)))
			return &verbs[i];
	return NULL;
}

const char *
verb_option_name(const struct verb *v)
{
	if ((v->flags & VERB_OPTION) == 0)
		return NULL;
	return *v->also != '\0' ? v->also : v->name;
}

const char *
verb_nearest(const char *name, size_t len)
{
	struct nearest n;

	nearest_init(&n, name, len);
	for (size_t i = 0; i < VERB_N; i++)
		nearest_feed(&n, verbs[i].name);
	return nearest_name(&n);
}

const struct opt_desc *
verb_opts(const struct verb *v)
{
	return verb_flag_tables[v->opts];
}

const struct opt_desc *
verb_find_flag(const struct verb *v, const char *name, size_t len)
{
	const struct opt_desc *opts = verb_opts(v);

	if (opts == NULL)
		return NULL;
	for (const struct opt_desc *d = opts; len == 1 && *d->name != '\0'; d++)
		if (d->letter == *name)
			return d;
	return opt_find(opts, name, len);
}

enum verb_id
verb_id(const struct verb *v)
{
	return (enum verb_id)(v - verbs);
}
