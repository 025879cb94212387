#ifndef IPCWIRE_ENDPOINT_H
#define IPCWIRE_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/addr.h"
#include "base/blocking.h"
#include "base/crlf.h"
#include "base/diag.h"
#include "base/frame.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/opt.h"
#include "base/totals.h"
#include "endpoint/ready.h"
#include "process/child.h"

/*
 * Endpoints: what can stand at the end of a wire. A kind is a const table (struct endpoint_kind), an address that was
 * parsed for it a struct endpoint_spec (made once), an open one a struct endpoint (one for every session).
 */

struct endpoint;
struct traffic;
struct retry;
struct peercount_entry;
struct proxy_header;
struct endpoint_spec;

enum endpoint_role {
	ROLE_READ = 1 << 0,  /* the wire reads from it */
	ROLE_WRITE = 1 << 1, /* the wire writes to it */
};

/* What a descriptor is, as far as the plan cares. */
enum endpoint_class {
	CLASS_NONE,    /* no descriptor: the kind's hooks do it all */
	CLASS_FILE,    /* regular file, block device */
	CLASS_PIPE,    /* pipe, FIFO */
	CLASS_SOCKET,  /* stream socket */
	CLASS_TTY,     /* terminal */
	CLASS_DEVICE,  /* other character device */
	CLASS_PROGRAM, /* a program that is not started yet */
	CLASS_PACKET,  /* keeps message boundaries */
	CLASS_N
};

enum endpoint_kind_flag {
	KIND_READ = 1 << 0,
	KIND_WRITE = 1 << 1,
	KIND_LISTEN = 1 << 2,    /* can accept many clients (`each`) */
	KIND_CHILD = 1 << 3,     /* runs a program */
	KIND_PACKET = 1 << 4,    /* always keeps message boundaries, so that a frame has no place there */
	KIND_ONCE = 1 << 5,      /* cannot be opened a second time (inherited descriptors) */
	KIND_PATH = 1 << 6,      /* its parameter is a path */
	KIND_ONE_WAY = 1 << 7,   /* left end: only read, right end: only written, unless an option says more */
	KIND_COLONS = 1 << 8,    /* the last parameter takes colons */
	KIND_MESSAGES = 1 << 10, /* gives messages that must be acknowledged (enum endpoint_ack) */
	KIND_COMMAND = 1 << 9,   /* the parameter is a command or text: its quotes are not the grammar's */
};

/* What one receiving gave (message.h). A message of no bytes is not the end. */
struct chunk {
	size_t len;
	bool is_end;       /* the end of input; nothing came */
	bool ends_message; /* a message ends with these bytes */
	bool is_truncated; /* ... and it had more than there was room for */
};

struct opt_group {
	const char *name, *help;
	const struct opt_desc *opts;
	size_t size;
	bool is_long; /* the help of a kind only names its options */
};

#define ENDPOINT_GROUPS_MAX 9

struct endpoint_kind {
	const char *name;
	char aliases[48];    /* other names: see wordlist.h */
	const char *syntax;  /* "tcp:HOST:PORT" */
	const char *example; /* an address that parses */
	const char *help;    /* one line of at most 60 characters */
	unsigned args_min, args_max, flags;
	enum endpoint_class class;             /* of its descriptor, before it is open */
	const struct opt_desc *opts;           /* own options, in a struct of opts_size; or NULL */
	const struct opt_group *const *groups; /* shared ones, NULL-terminated; or NULL */
	size_t opts_size, state_size;
	/* All hooks but open may be NULL. */
	int (*check)(struct endpoint_spec *, struct diag *);                              /* 0 or -1 with the refusal */
	enum endpoint_class (*predict)(const struct endpoint_spec *, enum endpoint_role); /* NULL: class, always */
	int (*open)(struct endpoint *); /* 0 ready, 1 in progress (endpoint_opened follows), -errno (told) */
	/* A listener: hands its newest connection to out, whose state is NULL, and whose close hook runs only if this makes one. */
	int (*accept)(struct endpoint *, struct endpoint *out);
	ssize_t (*read)(struct endpoint *, struct iovec *, int);  /* NULL: the descriptor; 0 is end of input */
	ssize_t (*write)(struct endpoint *, struct iovec *, int); /* NULL: the descriptor */
	/* The same for messages, in place of recvmsg(2) and sendmsg(2): see message.h for the contract. */
	int (*receive)(struct endpoint *, struct iovec *, int, struct chunk *);
	int (*send)(struct endpoint *, struct iovec *, int);
	int (*shutdown)(struct endpoint *); /* end of our writing; NULL: shutdown(2) or close of wfd */
	void (
	    *taken)(struct endpoint *, uint64_t nbytes); /* so many of the bytes read have gone on to the other ends */
	void (*close)(struct endpoint
		*); /* of one that was opened: exactly once, in any state; descriptors are closed afterwards */
};

/* KIND_MESSAGES: what a message is done with. */
enum endpoint_ack {
	ENDPOINT_ACK_AUTO,    /* a session for a program, else the stream */
	ENDPOINT_ACK_SESSION, /* the end of a session of its own */
	ENDPOINT_ACK_STREAM,  /* with its last byte */
};

/* What came of an endpoint's wire: the exit status that it counts as, or one of these. */
#define ENDPOINT_STOPPED (-1) /* it was ended from outside */
#define ENDPOINT_UNTRIED (-2) /* it never ran */

/* What becomes of an end that is too slow for the others. */
enum endpoint_slow { ENDPOINT_SLOW_AUTO, ENDPOINT_SLOW_WAIT, ENDPOINT_SLOW_DROP, ENDPOINT_SLOW_CLOSE, ENDPOINT_SLOW_N };

/* Options of every kind. */
struct common_opts {
	uint64_t queue;          /* bytes that may wait for this endpoint; QUEUE_DISK: no bound */
	struct opt_sized buffer; /* enum buffer_mode */
	bool crlf, cr;           /* its line ends are CR LF, or CR */
	int slow;                /* enum endpoint_slow */
	bool from, to_self;      /* its lines begin with its name; it hears itself */
	int frame;               /* enum frame_mode: how messages stand in its bytes */
	uint64_t frame_max;      /* bytes of one */
	uint64_t readbytes;      /* its input ends after so many; 0: where it ends */
	int64_t flush;           /* ns; BUFFER_FLUSH_NEVER, BUFFER_FLUSH_AUTO */
};
#define QUEUE_DISK OPT_SIZE_WORD(0)

#define BUFFER_SIZE_DEFAULT (64u * 1024)
#define BUFFER_FLUSH_NEVER OPT_TIME_WORD(0)
#define BUFFER_FLUSH_AUTO OPT_TIME_WORD(1) /* line on a wire with two ends: 50 ms; else never */

/* How what comes from an endpoint travels: buffer= and flush=, or what -B says for all. */
struct buffer_opts {
	enum buffer_mode mode;
	uint64_t size;   /* BUFFER_FULL: bytes to collect */
	int64_t flush;   /* as in struct common_opts */
	bool is_written; /* in the address; else it is -B's or the default */
};

/* An address made ready: kind found, options parsed, nothing opened. */
struct endpoint_spec {
	const struct endpoint_kind *kind;
	struct addr *addr;
	void *opts;
	void *groups[ENDPOINT_GROUPS_MAX];
	struct common_opts common;
	char **argv;                  /* a program's words, when they are known before it starts */
	struct endpoint_spec *errors; /* a program's: where its standard error goes; or NULL; set by check */
	char *text;                   /* a text's bytes */
	size_t text_len;
	unsigned roles;        /* that the wire has for it; set by wire_spec */
	bool is_given;         /* the words after -- are its argv */
	bool has_buffer;       /* buffer= is among its options; asked for by every wire */
	unsigned cannot;       /* roles of the kind that its options rule out; set by check */
	bool is_once;          /* KIND_ONCE, because of its options; set by check */
	enum endpoint_ack ack; /* KIND_MESSAGES, set by its check hook */
	bool is_two_way;       /* KIND_ONE_WAY: not this one; set by check */
	bool serves_messages;  /* KIND_MESSAGES: each has a session; set by wire_spec */
	bool is_called;        /* KIND_MESSAGES: a request goes there, and its answer comes back; set by --call */
	bool keeps_messages;   /* KIND_MESSAGES: the other ends do, too, or frame them; set by wire_spec */
};

/* What all endpoints of a process share. */
struct endpoint_env {
	struct loop *loop;
	struct blocking *blocking;
	struct child_table *children;
	unsigned lingering;       /* connections that are being ended (linger.h) */
	void (*lingered)(void *); /* the last of them has ended; may be NULL */
	void *lingered_arg;
	struct totals *totals;           /* what the run counts; NULL: nobody asks */
	struct traffic *traffic;         /* what is to be seen of what flows, or NULL */
	struct preload_reports *reports; /* of preloaded programs; NULL: there were none yet */
	struct ready ready;              /* who is to be told when everything is up */
	bool has_own_groups;             /* children get process groups of their own */
	bool runs_programs;              /* on some wire: they are told of their clients */
	bool is_server; /* each client has a session: children's stderr is logged, their stdin is not ours */
};

/* In place of read(2), write(2) and the end of writing, for an endpoint that turned out to need it; each may be NULL. */
struct endpoint_io {
	ssize_t (*read)(struct endpoint *, struct iovec *, int);
	ssize_t (*write)(struct endpoint *, struct iovec *, int);
	int (*shutdown)(struct endpoint *);
	void (*unread)(struct endpoint *);                  /* nobody will read from it any more */
	void (*attend)(struct endpoint *, bool is_running); /* its wire runs from now on, or does not any more */
	/* Bytes of what was written that wait for a reader who may still come; asked when the wire closes. */
	uint64_t (*undelivered)(struct endpoint *);
	/* No descriptor tells when it is ready: this does, and endpoint_recheck says that it may have changed. */
	bool (*is_ready)(struct endpoint *, enum endpoint_role);
};

struct endpoint { /* in an order that leaves few holes: there are two for every connection */
	const struct endpoint_spec *spec;
	const struct endpoint_kind *kind;
	struct endpoint_env *env;
	struct log_who who;
	unsigned roles;
	int rfd, wfd; /* may be the same; -1: none */
	enum endpoint_class rclass, wclass;
	bool polls_read, polls_write; /* a blocking description that is not ours: poll before each call */
	bool is_inherited;            /* the description is shared with others: O_NONBLOCK is never set on it */
	const struct endpoint_io *io; /* of this endpoint, before the kind's; or NULL */
	int inherited_wfd;            /* the descriptor we were given for writing, when wfd is a reopened one; or -1 */
	bool is_accepted;             /* a client's connection */
	size_t message_max;           /* CLASS_PACKET: no message is longer; 0: each is looked at before it is taken */
	size_t send_max; /* the same for what is sent, where the kernel behind it would find out too late */
	bool hangs_up;   /* a hang-up ends both directions */
	bool has_append; /* O_APPEND: splice refuses it */
	bool is_tcp;
	bool is_up; /* a listener: its clients get through */
	bool is_open, is_closed, is_unread;
	bool serves;         /* KIND_LISTEN, set before it is opened: its owner takes all clients, by listener_serve */
	bool is_cut;         /* what was written into it is not complete: its source failed; before its shutdown */
	int outcome;         /* of its wire, once that is over */
	int status;          /* exit status for a failed opening: 1, 126, 127, 124 */
	struct child *child; /* KIND_CHILD, once started */
	int given_in, given_out; /* KIND_CHILD: descriptors to hand over as its stdin and stdout; -1: none */
	int given_err;           /* ... and as its standard error */
	bool gets_nothing_in, gets_nothing_out; /* KIND_CHILD: no wire on that side */
	bool is_for_clients;                    /* KIND_CHILD: there is a listener on its wire */
	char **
	    peer_env; /* what a program may know of its client: "NAME=VALUE"..., owned; NULL: nothing, or there is none */
	char *const *extra_env;          /* KIND_CHILD: the other end's peer_env, borrowed */
	struct peercount_entry *counted; /* a client of a listener with max-per-ip=: in what; or NULL */
	char *peer;                      /* the other side's name for messages, owned; or NULL */
	char *why;                       /* what went wrong, in better words than those of the errno; owned; or NULL */
	bool wants_read, wants_write;    /* with io->is_ready: what the owner waits for */
	bool ends_wire;      /* a person has left there: what came before is the last that the wire carries */
	bool has_taken;      /* fdpass=take: the descriptor has come */
	bool has_shut;       /* a socket: the end of our writing was sent */
	bool has_delivered;  /* ... and has arrived, if anybody has asked since */
	bool is_coming_back; /* closed only to be opened again: names in the file system stay */
	void *owner_of_io;   /* what the functions of io work on */
	bool is_nonblocking; /* as far as known: it need not be asked */
	struct loop_source rsource, wsource;
	void (*opened)(struct endpoint *, int result); /* the owner's */
	void (*ready)(struct endpoint *, uint32_t events, bool is_read_side);
	void (*ended)(struct endpoint *);        /* its program has ended */
	bool (*is_abandoned)(struct endpoint *); /* asked before that: the client of its program is gone; or NULL */
	void *owner;
	void *state;         /* of the kind; NULL until it is opened */
	struct retry *retry; /* NULL: a failed opening is final */
	char *made;          /* a path that we made and remove at the end, owned; or NULL */
	dev_t made_dev;
	ino_t made_ino;
	bool counts_unread; /* KIND_CHILD: after the end of its input, too, we want to know what it has not read of that */
	int unread_fd;      /* by that; -1: none */
	struct proxy_header *proxied; /* a client whose connection a proxy made: its addresses, owned; or NULL */
};

/*
 * Parses one argument into a spec to read from and one to write to (NULL: the same). Returns 0, or -1 with the
 * refusal in the diag. The caller frees them.
 */
int endpoint_spec_parse(const char *arg, struct endpoint_spec **in, struct endpoint_spec **out, struct diag *);
/* A spec for "-- PROGRAM ARG...": words become the argv of `exec` (borrowed strings are copied). */
struct endpoint_spec *endpoint_spec_exec(char *const *argv);
/* Gives the words after "--" to a spec of exec that has no command. */
void endpoint_spec_give(struct endpoint_spec *, char *const *argv);
/* Of a kind that no address names, and that has no options of its own: they are its owner's to fill in. */
struct endpoint_spec *endpoint_spec_made(const struct endpoint_kind *, const char *name);
void endpoint_spec_free(struct endpoint_spec *);
/* The options of a shared group in a spec; the kind must have the group. */
void *endpoint_spec_group(const struct endpoint_spec *, const struct opt_group *);
/* The text of parameter i, or "" when it is missing. */
const char *endpoint_spec_param(const struct endpoint_spec *, size_t i);
/* The class that its descriptor will have, for the plan. */
enum endpoint_class endpoint_spec_class(const struct endpoint_spec *, enum endpoint_role);
/* Where the value of that option, the last one of it, stands in the address, for refusals of it; 0: it was not written. */
size_t endpoint_spec_place(const struct endpoint_spec *, const char *option);
/* True when that option was written in the address. */
bool endpoint_spec_has(const struct endpoint_spec *, const char *option);
/* The mode of -B for an endpoint whose address does not say one. */
void endpoint_spec_set_buffer(struct endpoint_spec *, const struct opt_sized *);
/* What the ends of its lines are. */
enum crlf_mode endpoint_line_ends(const struct endpoint_spec *);
/* How what comes from it travels, and (a program) how it shall write. */
struct buffer_opts endpoint_buffer(const struct endpoint_spec *);

struct endpoint *endpoint_new(const struct endpoint_spec *, struct endpoint_env *, unsigned roles);
/* Its kind's state, made if it was not needed before; of a program the plan asks before it is opened. */
void *endpoint_state(struct endpoint *);
/* Starts to open. Returns 0 ready, 1 in progress, or -errno (the reason has been told). */
int endpoint_open(struct endpoint *);
/* For kinds: an opening in progress is over, with 0 or -errno (told). */
void endpoint_opened(struct endpoint *, int result);
/* For kinds: sets a descriptor for both directions, or one of them, with its class by fstat(2). */
void endpoint_set_fd(struct endpoint *, unsigned roles, int fd);
void endpoint_set_fds(struct endpoint *, int rfd, int wfd);
/* A stream socket for both directions, non-blocking already: nothing is asked. */
void endpoint_set_stream(struct endpoint *, int fd);

/*
 * Makes one side ready to be relayed (non-blocking; an inherited pipe or terminal gets a description of its own) or to
 * be handed to a program (blocking). Returns 0 or -errno (told).
 */
int endpoint_make_relayed(struct endpoint *, enum endpoint_role);
int endpoint_make_blocking(struct endpoint *, enum endpoint_role);

/* The wire that it is an end of runs from now on, or does not any more. */
void endpoint_attend(struct endpoint *, bool is_running);
ssize_t endpoint_read(struct endpoint *, struct iovec *, int niov);
/* For hooks: the same from and to the descriptor, whatever hooks there are. */
ssize_t endpoint_read_fd(struct endpoint *, struct iovec *, int niov);
ssize_t endpoint_write_fd(struct endpoint *, struct iovec *, int niov);
ssize_t endpoint_write(struct endpoint *, struct iovec *, int niov);
/* The end of our writing; what was written goes out first. Returns 0 or -errno. */
int endpoint_shutdown(struct endpoint *);
/* Nobody will read from it any more: what is written into it from the other side fails there from now on. */
void endpoint_unread(struct endpoint *);
/* Which sides the owner waits for; `watch`: tell of hang-up and error in any case. Returns 0 or -errno. */
int endpoint_want(struct endpoint *, bool readable, bool writable, bool watch);
/* For kinds with io->is_ready: it may be ready now, or not any more. */
void endpoint_recheck(struct endpoint *);
/* For retry: closes what is open; makes a closed one as endpoint_new left it, but for what its owner set. */
void endpoint_release(struct endpoint *);
void endpoint_reset(struct endpoint *);
/* Closes; frees when the loop is done with the current events. NULL is fine. */
void endpoint_free(struct endpoint *);

/* For kinds: we have made what stands at that path. Returns 0 or -errno (told). */
int endpoint_has_made(struct endpoint *, const char *path);
/* Removes that, unless something else has taken its place. */
void endpoint_unmake(struct endpoint *);
/* For kinds: the message about a failed step, with the endpoint's name. Returns -error. */
int endpoint_fail(struct endpoint *, int error, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* For reading and writing hooks: why it failed, told by whoever counts what was lost. Returns -error. */
int endpoint_explain(struct endpoint *, int error, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
enum endpoint_class endpoint_class_of(int fd);
const char *endpoint_class_name(enum endpoint_class);
struct loop *endpoint_loop(const struct endpoint *);

#endif
