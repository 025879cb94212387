#ifndef IPCWIRE_DIALOGUE_H
#define IPCWIRE_DIALOGUE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/diag.h"
#include "dialogue/step.h"
#include "endpoint/endpoint.h"
#include "wire/wire_spec.h"

/* Runs a program of steps over the ends that it opens, in the loop. */
struct dialogue;
struct peer;

#define DIALOGUE_TIMEOUT LOOP_SEC(30)
#define DIALOGUE_SETTLE LOOP_MS(50)

/* Exit statuses of its own. */
enum { DIALOGUE_FAILED = 1, DIALOGUE_USAGE = 2, DIALOGUE_ENDED = 123, DIALOGUE_LATE = 124 };

struct dialogue_setup {
	const struct wire_opts *opts; /* of all wires */
	int64_t timeout;              /* of verbs that wait; ns; 0: DIALOGUE_TIMEOUT; VERB_NO_TIMEOUT */
	text_lookup lookup;           /* variables that the face knows (arguments), or NULL */
	void *lookup_arg;
	char *const *against; /* recordings: the n-th one is what the n-th `open` opens; borrowed */
	size_t nagainst;      /* 0: what is opened is the real thing */
	bool is_left;         /* for those who see the traffic: what ends that are opened say is forward */
	bool has_person; /* of ends that are there from the beginning: somebody will be in front of them (interact) */
	bool relays;     /* after the last step the first two ends go on as an ordinary wire */
};

/* The setup is copied, but for what it points to. */
struct dialogue *dialogue_new(const struct dialogue_setup *);
/* After done, or before the start. NULL is fine. */
void dialogue_free(struct dialogue *);

/*
 * Before the start: an end that is there from the beginning. The first one is what steps without a name talk to; a further one (is_outlet)
 * gets what it says. The specs become the dialogue's. Returns 0, or -1 with the refusal.
 */
int dialogue_add(struct dialogue *, const char *name, struct endpoint_spec *in, struct endpoint_spec *out,
    bool is_outlet, struct diag *);
/*
 * Opens the ends and runs the program, which is borrowed. done is called once; is_pipe_ended: the reader of standard output went away.
 */
void dialogue_start(struct dialogue *, struct endpoint_env *, const struct program *,
    void (*done)(struct dialogue *, int status, bool is_pipe_ended, void *arg), void *arg);
/* A signal, or the run's time: programs get the ladder, done follows. The second time nobody is waited for but programs. */
void dialogue_stop(struct dialogue *, int status, const char *reason);
/* What it does at this moment, in lines for a person. The caller frees it. */
char *dialogue_describe(const struct dialogue *);
/* The plan of a dialogue that was not started: its ends, and what will be done. */
void dialogue_explain(const struct dialogue *, const struct program *, FILE *);

#endif
