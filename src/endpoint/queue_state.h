#ifndef IPCWIRE_QUEUE_STATE_H
#define IPCWIRE_QUEUE_STATE_H

#include "endpoint/jobs_watch.h"
#include "endpoint/jobs_write.h"
#include "endpoint/socket_groups.h"

/* The private state of a work queue's endpoint, for the files queue*.c alone. */

enum queue_ack { QUEUE_ACK_AUTO, QUEUE_ACK_EXIT, QUEUE_ACK_REPLY, QUEUE_ACK_DELIVERED, QUEUE_ACK_N };
enum queue_full { QUEUE_FULL_WAIT, QUEUE_FULL_ERROR };
enum queue_until { QUEUE_UNTIL_NEVER, QUEUE_UNTIL_EMPTY };

#define QUEUE_NO_LIMIT OPT_INT_WORD(0)

struct queue_opts {
	int ack;      /* enum queue_ack */
	int attempts; /* QUEUE_NO_LIMIT */
	int64_t delay;
	int full;  /* enum queue_full */
	int limit; /* QUEUE_NO_LIMIT */
	int mode;
	bool whole;
	int sync;  /* enum jobs_sync */
	int until; /* enum queue_until */
};

#define QUEUE_CLAIMS 64 /* messages that a stream may have that are not delivered yet */

/* What the sessions of a queue and its listener have in common; the last one frees it. */
struct queue_hand {
	unsigned refs;
	unsigned claimed;          /* messages that sessions have */
	bool has_failed;           /* one of them went to dead/ */
	struct endpoint *listener; /* NULL: it is gone */
};

/* One of them as a stream gives it. */
struct queue_given {
	struct jobs_claim claim;
	uint64_t end; /* bytes of the stream, when it is through */
};

struct queue_state {
	struct listener listener; /* first: listener_of */
	struct jobs_dir *dir;
	struct jobs_watch watch;
	bool is_watching;
	int gate; /* an eventfd that says whether we can be read or written; the endpoint's */
	bool gate_reads;

	/* queue_serve.c */
	struct queue_hand *hand;
	struct loop_task look;
	bool is_paused, is_finished;
	struct jobs_claim claim; /* the listener: the newest, until a session takes it; a session: its own */

	/* queue_source.c */
	struct queue_given *given; /* a ring of QUEUE_CLAIMS */
	unsigned first, ngiven;
	uint64_t at, total; /* bytes of the newest one, and of all, that were given */
	bool is_begun;      /* the newest one has not been given to its end */
	bool has_ended;

	/* queue_call.c */
	struct queue_call *call; /* or NULL */

	/* queue_sink.c */
	struct jobs_writer writer;
	struct loop_timer again;
	bool has_failed; /* which its wire tells */
};

/* queue.c: opens the directory, and watches it if that is asked for. Returns 0 or -errno (told). */
int queue_open_dir(struct endpoint *, bool watches, bool takes);
/* A descriptor that can be polled for a side of the endpoint; it is open at first. Returns 0 or -errno (told). */
int queue_make_gate(struct endpoint *, unsigned roles);
void queue_open_gate(struct queue_state *, bool is_open);
/* A message that was tried and failed: back to the queue, or to dead/ (true). */
bool queue_fail(struct endpoint *, struct jobs_claim *);
/* One that was not tried, or not to its end, and is to be had again. */
void queue_give_back(struct endpoint *, struct jobs_claim *, bool waits);
void queue_done(struct endpoint *, struct jobs_claim *);

/* queue_serve.c: each message a session */
int queue_serve_open(struct endpoint *);
int queue_accept(struct endpoint *, struct endpoint *out);
void queue_serve_close(struct endpoint *);
/* queue_source.c: one message after the other, as a stream */
int queue_source_open(struct endpoint *);
void queue_source_close(struct endpoint *);
void queue_taken(struct endpoint *, uint64_t nbytes);
int queue_source_receive(struct endpoint *, struct iovec *, int niov, struct chunk *);
/* queue_sink.c: messages that are put in */
int queue_sink_open(struct endpoint *);
void queue_sink_close(struct endpoint *);
/* A whole message. like: NULL, or what its first line says (jobs_write.h). Returns 0, -EAGAIN or another -errno. */
int queue_sink_put(struct endpoint *, const struct job_head *like, struct iovec *, int niov);
/* A session's answer, if one is wanted, where the asker looks for it. Returns 0 or -errno (told). */
int queue_sink_reply(struct endpoint *, int status);
/* queue_call.c: a request, and the answer */
int queue_call_open(struct endpoint *);
void queue_call_close(struct endpoint *);
int queue_call_send(struct endpoint *, struct iovec *, int niov);
int queue_call_receive(struct endpoint *, struct iovec *, struct chunk *);

#endif
