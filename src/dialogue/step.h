#ifndef IPCWIRE_STEP_H
#define IPCWIRE_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/diag.h"
#include "dialogue/text.h"
#include "dialogue/verb.h"

/*
 * A step is a verb with its flags and arguments; a program is a list of steps, some of which have programs of their own (on, case, when,
 * repeat). The command line, a script and a request to a session all become the same.
 *
 * Blocks: `on PATTERN...` and `when PATTERN...` have the steps to be done as body. The body of `case` is `when` steps and nothing else: it waits
 * for the patterns of all of them, and does the body of one. `when` without patterns has on_eof or on_timeout. `repeat N` does its body N
 * times (without N: for ever); `leave` goes on behind the innermost `repeat`. A `repeat` that has a `leave` (has_leave) and runs out without it
 * has failed, as what waits and runs out of time has.
 */

struct pattern;

/* Where a step was written. */
struct step_place {
	char *file;      /* NULL: on the command line */
	unsigned line;   /* from 1; on the command line: the how-manieth option it is */
	unsigned column; /* of the verb, from 1 */
};

struct step_arg {
	struct text text;
	size_t pos; /* in the step's source: for messages */
	enum verb_arg kind;
	bool is_raw;    /* it stands in the source as it is: a place in it is one there */
	bool is_text;   /* a pattern that variables have made: exact text, whatever it looks like */
	bool is_regex;  /* a pattern written bare between slashes: what variables in it stand for is exact text */
	int64_t number; /* literal NUMBER, TIME (nanoseconds), SIGNAL; of SIZE columns * 65536 + rows */
	struct pattern *pattern; /* for who runs it, see step_compile.h; NULL: not compiled, or made of variables */
};

struct program {
	struct step *steps;
	size_t nsteps;
};

struct step {
	const struct verb *verb;
	struct step_place place;
	char *source; /* as it was written, for people; on the command line put together again */
	char *target; /* the name before the verb, or NULL: the endpoint without a name, or the only one */
	struct verb_opts opts;
	struct step_arg *args;
	size_t nargs;
	struct step_arg *words; /* after "--"; nwords 0: none */
	size_t nwords;
	struct program body;
	bool has_leave; /* repeat */
};

/* An empty step of that verb, with the defaults of its flags. */
void step_init(struct step *, const struct verb *);
void step_fini(struct step *);
/* Moves the step (which is as after step_fini then) to the end of the program. Returns its new place, good until the next call. */
struct step *program_add(struct program *, struct step *);
void program_fini(struct program *);

/*
 * The step that words mean: flags, then arguments. Every word is taken as it is, but ${NAME} in it is a variable if has_variables.
 * Returns 0; or -1 with the refusal, whose position is in words[*bad] (*bad is the number of words when the place is behind the last).
 * The step can, and must, be freed in both cases. What is no matter of a single step (blocks, names of endpoints) is not checked.
 */
int step_parse_words(struct step *, const struct verb *, char *const *words, size_t nwords, bool has_variables,
    struct diag *, size_t *bad);
/*
 * The same for an option of the command line: "NAME[,FLAG[=VALUE]]..." (without the hyphens) and its verb's option_args words. name_bad: the
 * refusal's position is in the name.
 */
int step_parse_option(struct step *, const char *name, char *const *words, bool *name_bad, struct diag *, size_t *bad);
/* The verb of an option of the command line: what is before the first comma; NULL: it is none. */
const struct verb *step_option_verb(const char *name);

/* Is a word before the arguments a flag? A hyphen and a letter are; two hyphens only before the name of one: "--More--" is a text. */
bool step_is_flag(const struct verb *, const char *word);
/* The flag that a word is ("-t", "-t5s", "-from=a", "--from") and in *value what of it is its value, or NULL. NULL: the verb has no such flag. */
const struct opt_desc *step_flag_of(const struct verb *, const char *word, const char **value);
/* For parsers: a flag, and a further argument, of a step; and what can be said once all are there. As above; positions are in the value. */
int step_set_flag(struct step *, const struct opt_desc *, const char *value, struct diag *);
int step_add_arg(struct step *, struct text *, bool is_regex, size_t pos, struct diag *);
int step_check(const struct step *, struct diag *);
/* What a literal argument of that kind means, checked; as step_add_arg does for texts that are literal. For texts that became known later. */
int step_check_value(enum verb_arg, const char *value, int64_t *number, struct diag *);
/* Is the number one that the verb can have? */
int step_check_number(const struct verb *, int64_t, struct diag *);

/* The one text that the arguments of a verb that takes any number of words of text are, from number `first` on. As text_expand. */
char *step_join(const struct step *, size_t first, text_lookup, void *arg, size_t *len, const char **missing);
/* How long the step waits, in nanoseconds or VERB_NO_TIMEOUT, where verbs that do not say it themselves wait by_default. */
int64_t step_limit(const struct step *, int64_t by_default);
/* For people: "  (at most 5 s)"; nothing for a verb that does not wait. */
void step_put_limit(const struct step *, int64_t by_default, FILE *);
/* "login.ipc:12:3", or of a step of the command line "--expect". The caller frees it. */
char *step_place_show(const struct step *);

#endif
