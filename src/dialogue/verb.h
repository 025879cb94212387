#ifndef IPCWIRE_VERB_H
#define IPCWIRE_VERB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"

/*
 * The verbs of dialogues, one table for the three faces: --NAME on the command line, a line of a script, a request to a session.
 * A verb has flags ("-t 5s", "-from A+B") before its arguments.
 */

enum verb_id {
	VERB_OPEN,
	VERB_SEND,
	VERB_SEND_RAW,
	VERB_SEND_ENV,
	VERB_SEND_FILE,
	VERB_SEND_FD,
	VERB_KEY,
	VERB_EXPECT,
	VERB_EXPECT_EOF,
	VERB_ON,
	VERB_CASE,
	VERB_WHEN,
	VERB_REPEAT,
	VERB_LEAVE,
	VERB_END,
	VERB_CAPTURE,
	VERB_QUIET,
	VERB_AWAIT_READ,
	VERB_AWAIT_NOECHO,
	VERB_EOF,
	VERB_CLOSE_IN,
	VERB_SIGNAL,
	VERB_SIZE,
	VERB_INTERACT,
	VERB_PRINT,
	VERB_LOG,
	VERB_RECORD,
	VERB_ARGS,
	VERB_SET,
	VERB_FAIL,
	VERB_EXIT,
	VERB_N
};

/* What an argument is: how it is checked before anything runs, and what the completions offer. */
enum verb_arg {
	VERB_ARG_TEXT,
	VERB_ARG_PATTERN, /* "/RE/FLAGS", or exact text */
	VERB_ARG_ADDRESS,
	VERB_ARG_VARIABLE, /* the name of one, to be set: letters, digits, underscores */
	VERB_ARG_GROUP,    /* 0, 1, ...; match, before, after; a name */
	VERB_ARG_ENV,      /* the name of a variable of the environment */
	VERB_ARG_FILE,     /* to be read */
	VERB_ARG_OUTPUT,   /* a file to be written, or on, or off */
	VERB_ARG_NUMBER,
	VERB_ARG_TIME,
	VERB_ARG_KEY,
	VERB_ARG_SIGNAL,
	VERB_ARG_SIZE, /* COLSxROWS */
	VERB_ARG_N
};

#define VERB_OPTION 0x001  /* --NAME (or --ALSO) of the command line, with option_args words */
#define VERB_SESSION 0x002 /* a session can be asked for it */
#define VERB_WAITS 0x004   /* has a time limit, and the step is not done at once */
#define VERB_BLOCK 0x008   /* lines up to "end" belong to it */
#define VERB_DO 0x010      /* "do VERB..." in the same line, or a block */
#define VERB_WORDS 0x020   /* the words of a program may follow "--" */
#define VERB_PARSER 0x040  /* the parser of scripts deals with it; it is never a step (end, args, set) */
#define VERB_TALKS 0x080   /* is for an endpoint: "NAME: VERB ..." */

/* What the flags of a step say. Not all verbs have all. */
struct verb_opts {
	int64_t timeout;      /* nanoseconds; 0: none was given; VERB_NO_TIMEOUT */
	struct opt_list from; /* names of endpoints; none: that of the step */
	int64_t settle;       /* nanoseconds of quiet that decide a pattern which could still grow; 0: none was given */
	int clean;            /* enum verb_clean */
	bool is_exact;        /* no pattern is a regular expression */
	bool no_enter;        /* send: what is given and nothing behind it (always with send-raw) */
	bool has_escapes;     /* send: C escapes in the text */
	bool is_secret;       /* send-file: masked as what comes from send-env and send-fd always is */
	int noecho;      /* send-env, send-fd, send-file: wait until the terminal does not echo, enum verb_noecho */
	bool on_eof;     /* when: the end of input */
	bool on_timeout; /* when: the time limit */
	int escape;      /* interact: the key by which one leaves; -1: none was given; OPT_CHAR_NONE */
};

#define VERB_NO_TIMEOUT OPT_TIME_WORD(0)

enum verb_clean { VERB_CLEAN_AUTO, VERB_CLEAN_NO, VERB_CLEAN_YES };
enum verb_noecho { VERB_NOECHO_AUTO, VERB_NOECHO_NO, VERB_NOECHO_YES };

struct verb {
	char name[16], syntax[48];   /* "expect", "expect PATTERN..." */
	char also[16];               /* another name, and that of the option where --NAME is a general one; or "" */
	char example[32], help[64];  /* a line that parses; at most 60 characters, no full stop */
	unsigned args_min, args_max; /* VERB_MANY */
	unsigned option_args;        /* --NAME takes so many words */
	enum verb_arg first, rest;   /* of the first argument, and of those behind it */
	unsigned flags;
	unsigned opts;    /* which flags it has: verb_opts */
	int64_t min, max; /* of a number; max 0: no limit */
};

#define VERB_MANY 1000

extern const struct verb verbs[VERB_N];
/* All flags that there are, for defaults and to free what a struct verb_opts holds. */
extern const struct opt_desc verb_all_opts[];

/* By name or other name, in any case; NULL: no such verb. */
const struct verb *verb_find(const char *name, size_t len);
/* What the option is called: the other name if there is one. NULL: the verb is none. */
const char *verb_option_name(const struct verb *);
/* Its flags, over struct verb_opts; NULL: it has none. */
const struct opt_desc *verb_opts(const struct verb *);
/* The verb that a misspelt one was meant to be, or NULL. */
const char *verb_nearest(const char *name, size_t len);
/* The flag of that name ("t", "timeout", "from") of the verb, or NULL. */
const struct opt_desc *verb_find_flag(const struct verb *, const char *name, size_t len);
/* "PATTERN", "FILE|on|off", ...: what an argument of that kind is called. */
const char *verb_arg_name(enum verb_arg);
/* Its place in the table. */
enum verb_id verb_id(const struct verb *);

#endif
