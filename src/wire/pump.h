#ifndef IPCWIRE_PUMP_H
#define IPCWIRE_PUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/crlf.h"
#include "base/lines.h"
#include "base/queue.h"
#include "endpoint/endpoint.h"
#include "wire/plan.h"
#include "wire/pump_tag.h"
#include "wire/sent.h"
#include "wire/tap.h"

enum pump_slow { PUMP_SLOW_WAIT, PUMP_SLOW_DROP, PUMP_SLOW_CLOSE, PUMP_SLOW_N };

/* Who may speak where several sources meet, and who hears it. */
struct pump_rules {
	/* False: not now. */
	bool (*may_speak)(void *arg, uint32_t id);
	/* The tag of the next message; *len: at most so many of its bytes, to be made smaller where it ends before. */
	uint32_t (*hears)(void *arg, uint32_t id, const struct iovec *, int niov, size_t *len);
	/* It has gone on. */
	void (*has_spoken)(void *arg, uint32_t id, size_t len);
};

/* Bytes from some sources to some sinks, through one bounded queue, or by splice from one to one. */

/* What of a source is one message, in a pump that keeps them apart. */
enum pump_unit {
	PUMP_BYTES,    /* whole lines, or what is there */
	PUMP_FRAMES,   /* a frame (base/frame.h) */
	PUMP_MESSAGES, /* what one receiving gave (endpoint/message.h) */
};

struct pump_source {
	struct endpoint *ep; /* NULL: the place is free */
	uint32_t id;         /* of its end */
	unsigned from;       /* its position on the wire, for the taps */
	uint64_t in;         /* bytes read */
	uint64_t moved_at;   /* the last of them: when, by loop_now; 0: none yet */
	bool is_over;        /* its end of input was seen, or it failed */
	bool has_ended;      /* ... and it was its own end, to be passed on */
	bool comes_back;     /* its end is not the end: it is opened again (restart=) */
	bool is_away;        /* ... and that is where it is now */
	bool has_long_line;  /* one that the room did not suffice for */
	bool was_told;       /* the reason of its error is in the log */
	bool is_mute;        /* what it says goes nowhere */
	bool is_in_line;     /* what it said last does not end a line */
	bool is_wide;        /* its pipe, see wide_pipe.h */
	int error;           /* positive errno; 0 */
	int used_error;      /* ... which splice(2) was told, and reading will not be: the end comes instead; 0 */
	enum pump_unit unit;
	uint64_t left;      /* bytes of readbytes= still to be read */
	struct crlf text;   /* its line ends */
	struct lines lines; /* how much of that may go on */
	size_t scanned;     /* PUMP_FRAMES: bytes at the beginning of held in which no frame ends */
	uint64_t cut;       /* PUMP_MESSAGES: those that came shortened */
	/* Where several sources meet: */
	struct queue *held; /* what may not go on yet, or found no room in the queue; else NULL */
	uint64_t moved;     /* stream offset up to which it has gone to the queue */
	char *prefix;       /* stands before each of its lines; owned; or NULL */
};

struct pump_sink {
	struct endpoint *ep; /* NULL: the place is free */
	uint32_t id;         /* of its end */
	enum pump_slow slow;
	struct crlf text;    /* its line ends */
	uint64_t out;        /* bytes that the next hop has taken */
	uint64_t moved_at;   /* the last of them: when, by loop_now; 0: none yet */
	uint64_t left;       /* bytes it had not taken when it ended */
	bool is_blocked;     /* the last write could not take all */
	bool is_over;        /* takes no more: its end was passed on, or it failed */
	bool keeps_messages; /* takes each whole, by one writing */
	bool comes_back;     /* its end is not the end: it is opened again (restart=) */
	bool is_away;        /* ... and that is where it is now: what is for it waits */
	bool resumes;        /* what did not arrive is written again then (resume=) */
	bool was_slow;       /* slow=close ended it */
	bool is_stuck;       /* it was too late, and has not taken everything since */
	bool is_wide;        /* its pipe, see wide_pipe.h */
	int error;           /* why it failed, positive errno; 0 */
	int used_error;      /* ... which splice(2) was told, and writing will not be: EPIPE comes instead; 0 */
	size_t framed;       /* frame=: bytes of the frame at hand that it has taken */
	uint64_t refused;    /* messages that it could not be given, and their bytes */
	uint64_t refused_bytes;
	struct sent sent;     /* what it would write again */
	uint64_t slow_due;    /* until when it is waited for; 0: it holds nobody back */
	uint64_t slow_target; /* what out must be by then */
	uint64_t missed;      /* bytes it did not get for being slow */
	size_t inside;        /* bytes of a message that it has had only a part of */
	unsigned char *rest;  /* those, when the others were dropped */
	size_t rest_len, rest_at;
};

struct pump_setup {
	enum plan_mode mode;
	bool is_bus;          /* several sources may meet: whole lines, each at once */
	bool has_messages;    /* a bus whose messages are not for everybody, or may be dropped, or stay apart */
	size_t message_most;  /* bytes without frames go on as messages of at most so many; 0: as they are */
	bool more_sources;    /* may come: it does not end with those it has */
	bool more_sinks;      /* may come: it is not over when the last one has gone */
	bool waits_for_sinks; /* nothing is read while nobody takes it */
	bool waits_for_first; /* ... before somebody was there */
	const struct pump_rules *rules; /* or NULL: everybody speaks and hears */
	void *rules_arg;
	uint64_t queue_limit; /* 0: adapts; QUEUE_DISK */
	size_t block;         /* bytes of one read; 0: as much as there is room */
};

struct pump {
	struct pump_setup setup;
	enum plan_mode mode;
	struct pump_source *sources;
	struct pump_sink *sinks;
	unsigned nsources, nsinks, turn;
	int owner;          /* bus: the source whose line has gone in part; no other one's bytes before its end; -1 */
	uint64_t owner_due; /* ... or before that time, when nothing came of it any more */
	struct queue queue;
	bool is_there; /* false: no way here, or a direct one */
	bool had_sink;
	bool has_begun, has_grown, has_fixed_size;
	uint64_t in;                 /* bytes read from all sources */
	uint64_t messages;           /* reads that gave something */
	uint64_t calls;              /* of read, write, splice */
	const struct tap_list *taps; /* that see what is read, borrowed; or NULL */
	bool out_of_memory;          /* no queue memory now: try again later */
	bool waits_for_sink;         /* splice: the sink is full, not the source empty */
	struct carrier *carrier;     /* a pipe with bytes for the sink in it, before those of the queue; or NULL */
	uint64_t carry_from;         /* what in is when such a pipe is used next; UINT64_MAX: never */
	bool carry_was_dry;          /* nothing came the last time */
};

/* Returns 0 or -errno (queue=disk: no temporary file). */
int pump_init(struct pump *, const struct pump_setup *);
void pump_fini(struct pump *);
/* Gives back to the system what the thread keeps for pumps to come: idle rings and pipes. */
void pump_trim_memory(void);
/* Returns its number, that of a place that was free if there is one. */
unsigned pump_add_source(struct pump *, struct endpoint *, uint32_t id, unsigned from);
/* How its bytes travel; before the first one. By default asis. */
void pump_set_lines(struct pump *, unsigned source, const struct buffer_opts *);
/* id: that of its end, by which messages know it. */
unsigned pump_add_sink(struct pump *, struct endpoint *, uint32_t id, enum pump_slow);
/* No more sources and sinks come than those it has. */
void pump_close_doors(struct pump *);
/* The place is free again; what only it needed is dropped. */
void pump_remove_source(struct pump *, unsigned source);
void pump_remove_sink(struct pump *, unsigned sink);

/* Moves what can be moved now. These return true when anything has moved or changed. */
bool pump_run(struct pump *);
/* That source may have something. */
bool pump_run_source(struct pump *, unsigned source);
/* That sink may take something. */
bool pump_run_sink(struct pump *, unsigned sink);

/* From one source to one sink, both of which go on, and nothing is held back or waited for but what comes next. */
bool pump_is_flowing(const struct pump *);
/* When something that is held back may go; LINES_NEVER. */
uint64_t pump_due(const struct pump *);
/* Lets go what is due by then (LINES_NEVER: all that is held), and moves what can be moved. */
bool pump_expire(struct pump *, uint64_t now);

/* No more is read from any source; what is queued still goes out, and the end is passed on. */
void pump_end_sources(struct pump *);
/* The sink takes no more (error 0: it ended by itself). */
void pump_end_sink(struct pump *, unsigned sink, int error);
/* Nothing is moved any more and nothing is left to be moved. */
bool pump_is_over(const struct pump *);
/* All sources are at their end. */
bool pump_is_at_end(const struct pump *);
/* What the loop shall wait for. */
bool pump_wants_source(const struct pump *, unsigned source);
bool pump_wants_sink(const struct pump *, unsigned sink);
/* Bytes read that the sink has not taken, or had not taken when it ended. */
uint64_t pump_pending(const struct pump *, unsigned sink);
/* The largest of these. */
uint64_t pump_pending_most(const struct pump *);

/* pump_in.c. One read of a source, on its way to the queue. Returns false when there is no point in reading again now. */
bool pump_fill(struct pump *, struct pump_source *);
/* One read into a queue, counted. Returns true when another one makes sense now. */
bool pump_read(struct pump *, struct pump_source *, struct queue *);
/* A queue of the source has no room for another read, which takes so many bytes at least. */
bool pump_is_full(const struct pump_source *, const struct queue *);
size_t pump_least(const struct pump_source *);
/* Says once that what should stay together passes in pieces. */
void pump_tell_long(struct pump_source *, const struct queue *);
/* Widens what is a pipe, within the budget of the process, until it leaves. */
void pump_widen_pipes(struct pump *);

/* pump_out.c. Writes what there is to all sinks, and its end; true when anything moved. */
bool pump_flush(struct pump *);
/* Bytes at the end of the queue that may not go on yet. On a bus such bytes are in no queue of the sinks. */
uint64_t pump_held(const struct pump *);
/* The sink has got all that was for it; and nothing of that is to be repeated. */
bool pump_sink_has_all(const struct pump *, unsigned sink);
bool pump_has_taken_all(const struct pump *, unsigned sink);
/* All that came of the source, or of all of them, has gone on to the queue. */
bool pump_source_is_drained(const struct pump *, const struct pump_source *);
bool pump_is_drained(const struct pump *);
/* Of what a sink was still owed when the others were dropped. */
void pump_rest_taken(struct pump_sink *, size_t taken);
/* The first len bytes of the areas; returns the number of areas. */
int pump_trim(struct iovec iov[2], int n, uint64_t len);

/* pump_away.c: ends that are opened again. The source has ended, the sink has failed: false when that is final. */
bool pump_source_leaves(struct pump_source *, int error);
bool pump_sink_leaves(struct pump_sink *, int error);
/* They are there again, or are not coming back: then that end is the end, and counts as what it was. */
void pump_source_returns(struct pump *, unsigned source);
void pump_sink_returns(struct pump *, unsigned sink);
void pump_source_stays_away(struct pump *, unsigned source);
void pump_sink_stays_away(struct pump *, unsigned sink);
/*
 * The sink is away, and so many bytes that it was given have not arrived. Returns how many are lost, if it does not resume also of
 * what waits for it now, unless that is kept.
 */
uint64_t pump_sink_recovers(struct pump *, unsigned sink, uint64_t missing, bool keeps_waiting);
/* endpoint_write, remembered where it may have to be repeated. */
ssize_t pump_put(struct pump *, struct pump_sink *, struct iovec *, int niov);
/* Writes again what did not arrive. Returns false while something of it is left. */
bool pump_resend(struct pump *, struct pump_sink *);

/* pump_bus.c: several sources. Reads once; returns false when there is no point in reading again now. */
bool pump_bus_fill(struct pump *, struct pump_source *);
/* Moves whole lines of the sources to the queue, in turn; true when anything moved. */
bool pump_bus_move(struct pump *);
/* When the other sources need not wait any longer for the end of a line; LINES_NEVER. */
uint64_t pump_bus_due(const struct pump *);
/* Bytes read that are not in the queue yet, but for those of one end (0: of all). */
uint64_t pump_bus_held(const struct pump *, uint32_t but);

/* pump_messages.c: moves the next message of a source that keeps them apart; true when anything moved. */
bool pump_message_move(struct pump *, struct pump_source *);
/* A message of it waits for room. */
bool pump_message_waits(const struct pump_source *);
/* Gives a sink that keeps messages, or frames them, what is there; true when anything moved. */
bool pump_message_flush(struct pump *, unsigned sink);
bool pump_message_is_whole(const struct pump_sink *);
/* The bytes still owed of a frame that has gone in part; to be freed by the caller; NULL: there is none. */
unsigned char *pump_message_rest(struct pump *, unsigned sink, size_t *len);

/* pump_slow.c: the queue is full; does with slow sinks as they are to be dealt with. Returns true when there is more room now. */
bool pump_relieve(struct pump *);
/* When a sink that holds the others back is waited for no longer; LINES_NEVER. Then that is over, whatever came of it. */
uint64_t pump_slow_due(const struct pump *);
void pump_slow_expire(struct pump *, uint64_t now);

/* pump_splice.c: the same for PLAN_SPLICE; falls back to PLAN_COPY where the kernel refuses. */
bool pump_splice_run(struct pump *);
/* pump_carry.c: bulk between TCP connections. From now on, if they are such, and nobody sees the bytes. */
void pump_carry_begin(struct pump *);
/* The next bytes may go so. */
bool pump_carries_now(const struct pump *);
/* Bytes moved in from the source, -EAGAIN, or PUMP_READ_INSTEAD, at its end and its error too. Nothing is carried before. */
ssize_t pump_carry_in(struct pump *);
#define PUMP_READ_INSTEAD (-4096) /* no errno */
/* Moves on to the sink what is carried, if anything is. Returns true when anything has moved or changed. */
bool pump_carry_flush(struct pump *);
/* What was refused goes to the queue when that is empty. Returns true when there is something in it now. */
bool pump_carry_puts_back(struct pump *);
/* Bytes that are in the pipe. */
uint64_t pump_carried(const struct pump *);
/* They are given up. */
void pump_carry_end(struct pump *);

#endif
