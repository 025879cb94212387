#ifndef IPCWIRE_CHANNEL_H
#define IPCWIRE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/secret.h"
#include "endpoint/endpoint.h"
#include "wire/wire_spec.h"

/*
 * What a dialogue talks to: a wire with two ends, one of them driven, the other one the dialogue itself. All that a wire knows
 * (opening, half-close, restart=, the ladder, exit status, the options that look at the traffic) is the same here.
 */
struct channel;

/* What a channel tells its owner, in the loop. None may free it, but closed; each may be NULL. */
struct channel_ops {
	/* The driven end is open. */
	void (*opened)(struct channel *, void *arg);
	/* It said this, which is gone afterwards. */
	void (*data)(struct channel *, const char *bytes, size_t len, void *arg);
	/* Nothing more comes from it. */
	void (*ended)(struct channel *, void *arg);
	/* What was sent has gone to the wire, as far as channel_unsent knows: there is room for more. */
	void (*drained)(struct channel *, void *arg);
	/* The last call: all is over. The status is that of a wire. */
	void (*closed)(struct channel *, int status, void *arg);
};

/* How the channel is set up; borrowed only for the call of channel_new, but for name. */
struct channel_setup {
	const char *name; /* by which messages know it, the address itself if NULL; borrowed as long as the channel */
	const struct wire_opts *opts; /* general options */
	bool is_left;   /* for those who see the traffic: the driven end stands left, forward is what it says */
	bool is_unseen; /* ... who see none of it: it is another channel's */
	const struct channel_ops *ops;
	void *arg;
};

/*
 * in and out: the driven end, as endpoint_spec_parse gave them (out NULL or the same: one for both); they become the channel's,
 * also when it fails. Returns NULL with a refusal in the diag when that end can be no end of a wire.
 */
struct channel *channel_new(struct endpoint_spec *in, struct endpoint_spec *out, const struct channel_setup *,
    struct diag *);
/* Opens it; closed may come at any time from now on, but not from within. */
void channel_start(struct channel *, struct endpoint_env *);
/* Not before closed, or without channel_start. NULL is fine. */
void channel_free(struct channel *);

/* Goes out as fast as it is taken; nothing of it is lost here. What is sent after the end of input is dropped, and false returned. */
bool channel_send(struct channel *, const char *bytes, size_t len);
/* The same for what no log, copy or failure text may show. */
bool channel_send_secret(struct channel *, const char *bytes, size_t len);
/* The driven end gets the end of its input, after what was sent. */
void channel_close_input(struct channel *);
/* The same, and it is over once that has been passed on, whatever the driven end still has to say. */
void channel_end_with_input(struct channel *);
/* What was sent and has not gone to the wire. */
size_t channel_unsent(const struct channel *);
/* Back-pressure: nothing is told by data any more, and once the wire is full nothing read; until it is resumed. */
void channel_pause(struct channel *);
void channel_resume(struct channel *);
/*
 * What it says and is sent is recorded from now on, instead of in the file before. Returns 0; or -errno (told), also for an end that is not open.
 */
int channel_record(struct channel *, const char *path);
/* No more. Returns 0; or -errno when the last recording, or one before, is not complete (told). */
int channel_record_end(struct channel *);
/* Ends it now: its program gets the ladder. closed follows. */
void channel_stop(struct channel *, int status, const char *reason);
/* After channel_stop: waits for nobody but programs. */
void channel_give_up(struct channel *);

/* For messages: the address, or the name. */
const char *channel_name(const struct channel *);
bool channel_is_open(const struct channel *);
bool channel_has_ended(const struct channel *);       /* its output */
bool channel_is_closed(const struct channel *);       /* all of it */
bool channel_is_writable(const struct channel *);     /* what is sent can go somewhere */
bool channel_has_lost_stdout(const struct channel *); /* closed: the reader of our standard output went away */
int channel_status(const struct channel *);           /* once closed */
/* The driven end, for questions about it (its program, its terminal); NULL: it is not open, or not any more. */
const struct endpoint *channel_endpoint(const struct channel *, enum endpoint_role);
/* What its program, if it has one, waits for at this moment; "" when there is nothing to tell. The caller frees it. */
char *channel_describe(const struct channel *);
/* The exit status of its program once that has ended, 128 + n for signal n; -1: it has none, or that runs. */
int channel_program_status(const struct channel *);
/* What it is that is driven: a program, a terminal... */
const struct endpoint_spec *channel_spec(const struct channel *);
const struct secrets *channel_secrets(const struct channel *);

#endif
