#ifndef IPCWIRE_DIALOGUE_STATE_H
#define IPCWIRE_DIALOGUE_STATE_H

#include "base/loop.h"
#include "dialogue/captures.h"
#include "dialogue/dialogue.h"
#include "dialogue/peer.h"
#include "wire/tap_record.h"

/* The body of struct dialogue, for its files only: dialogue.c (running), dialogue_wait.c (waiting), verb_run*.c (verbs). */

/* What a verb that began, or looked again, has to say. */
enum run_result {
	RUN_DONE,  /* the next step */
	RUN_WAITS, /* for what its wait says */
	RUN_OVER,  /* nothing more: it has failed, or ended the dialogue */
};

/* Why a step that waits is looked at. */
enum run_reason {
	RUN_BECAUSE_DATA,   /* of an end, or its end, or it has opened or closed */
	RUN_BECAUSE_LATE,   /* its time limit */
	RUN_BECAUSE_TIMER,  /* its own timer */
	RUN_BECAUSE_SIGNAL, /* something else that it asked for */
};

/* One of the patterns of the wait at hand. */
struct watched {
	const struct pattern *pattern;
	struct pattern *own;       /* made for this wait, of a text with variables; or NULL */
	const struct step *label;  /* of a case; or NULL */
	struct reaction *reaction; /* or NULL: it is the step's own */
	const struct peer *only;   /* where it is looked for; NULL: where the step looks */
};

/* on: standing, once it was come by. */
struct reaction {
	const struct step *step;
	struct peer *peer;
	bool is_running; /* its body: it is not looked for meanwhile */
	struct reaction *next;
};

/* A step that waits. */
struct wait {
	const struct step *step;
	uint64_t since, due; /* due LOOP_NEVER_DUE: no limit */
	uint64_t patience;   /* for verbs that look again and again: until the next look */
	bool is_ending; /* the end of input came, and with it what it waited for cannot come: its program's end is awaited */
	int stage;      /* of the verb */
};
#define LOOP_NEVER_DUE UINT64_MAX

/* Steps being done. */
struct dialogue_frame {
	const struct program *program;
	size_t at;                 /* the next one */
	const struct step *owner;  /* repeat; NULL: none */
	int64_t left;              /* repeat: times still to come after this one; -1: no end */
	struct reaction *reaction; /* whose body it is; or NULL */
	struct wait resumes;       /* ... and what it has interrupted */
};

struct variable {
	char *name, *value;
	size_t len;
	struct variable *next;
};

enum dialogue_state {
	DIALOGUE_OPENING, /* the ends that are there from the beginning */
	DIALOGUE_RUNS,
	DIALOGUE_RELAYS, /* the last step is done: what is left flows */
	DIALOGUE_CLOSES, /* everything is being ended */
	DIALOGUE_DONE,
};

struct person;

struct dialogue {
	struct dialogue_setup setup;
	struct endpoint_env *env; /* NULL before the start */
	void (*done)(struct dialogue *, int, bool, void *);
	void *arg;
	enum dialogue_state state;
	struct peer *peers, *current, *outlet;
	struct dialogue_frame *frames;
	size_t nframes;
	struct wait wait; /* step NULL: nothing waits */
	struct watched *watched;
	size_t nwatched;
	struct reaction *reactions;
	struct person *person; /* who types at the moment (interact.c); or NULL */
	bool has_person;       /* somebody will */
	struct captures captures;
	unsigned which; /* of the last match: the how-manieth pattern, from 1 */
	struct variable *variables;
	struct tap_record log; /* log FILE */
	char *log_path;
	bool is_silent; /* log off */
	bool has_log;
	struct loop_timer late, settle, again;
	struct loop_task go, end;
	bool is_running, wants_view, is_pipe_ended, is_stopped;
	int status;
	bool has_status; /* it is not that of the programs */
	int file;        /* that is being sent; -1 */
	char file_last;  /* its last byte so far */
	unsigned open;   /* channels that are not closed */
	size_t nagainst; /* of the recordings, so many have been opened */
};

/* dialogue.c */

/* The end that the step talks to; NULL: there is none (told, the dialogue ends). */
struct peer *dialogue_peer(struct dialogue *, const struct step *);
struct peer *dialogue_find_peer(const struct dialogue *, const char *name);
/* A new end, being opened. Returns NULL when it was refused (told). */
struct peer *dialogue_open_peer(struct dialogue *, const struct step *, struct endpoint_spec *in,
    struct endpoint_spec *out);
/* Steps to be done next. */
struct dialogue_frame *dialogue_enter(struct dialogue *, const struct program *);
/* A channel that is no end of the dialogue has closed. */
void dialogue_closed(struct dialogue *);
/* The innermost repeat is over, with all within it. */
void dialogue_leave_repeat(struct dialogue *);
/* The dialogue ends with this status; what it drives gets the ladder. Returns RUN_OVER. */
enum run_result dialogue_end(struct dialogue *, int status);
/* Something may have changed for the step that waits. */
void dialogue_wake(struct dialogue *, enum run_reason);
const char *dialogue_lookup(const char *name, size_t *len, void *arg);
void dialogue_set(struct dialogue *, const char *name, const char *value, size_t len);
/* What an argument is now, NUL-terminated (in an expression variables are exact text); NULL: a variable has no value (told). The caller frees it. */
char *dialogue_text(struct dialogue *, const struct step *, const struct step_arg *, size_t *len);
/* What the first argument means now: see `number` in struct step_arg. Returns 0; or -1 (told). */
int dialogue_number(struct dialogue *, const struct step *, int64_t *number);
/* The step cannot be done: tells why, naming it. Returns RUN_OVER. */
enum run_result dialogue_refuse(struct dialogue *, const struct step *, int status, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
uint64_t dialogue_now(const struct dialogue *);

/* dialogue_wait.c */

/* The step waits from now on, as long as its -t or the default says. */
void wait_begin(struct dialogue *, const struct step *);
/* ... and looks for its patterns, those of its labels, and the standing reactions. Returns 0; or -1 (told): the dialogue has ended. */
int wait_start(struct dialogue *, const struct step *);
/* What was to be looked for is not any more. */
void wait_end(struct dialogue *);
/* An interrupted one goes on. */
void wait_resume(struct dialogue *, const struct wait *);
/*
 * Looks for the patterns in all that came; a reaction is entered. is_final: what could still grow counts as it is. Returns the pattern that
 * was found of the step's own (its bytes are taken, the captures are set); NULL: none. *is_over: the dialogue has ended, or does a reaction.
 */
const struct watched *wait_match(struct dialogue *, bool is_final, bool *is_over);
/* The same for what one end has just said. */
bool wait_is_for(const struct dialogue *, const struct step *, const struct peer *);
/* All ends that it waits for have ended. */
bool wait_has_ended(const struct dialogue *);
/* So long after now it is looked at again, because of RUN_BECAUSE_TIMER. */
void wait_again(struct dialogue *, uint64_t after);

#endif
