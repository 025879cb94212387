#ifndef IPCWIRE_LOAD_H
#define IPCWIRE_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The load generator: what all its modes share. Whatever goes wrong ends the program (err(3)): a figure of a run that
 * lost or changed a byte must never be seen.
 */

/* What the command line asked for. */
struct load {
	int target;           /* port on 127.0.0.1 that we serve: -t */
	int relay;            /* port that our clients connect to: -r */
	const char *path;     /* or UNIX socket: -u */
	uint64_t n;           /* bytes, round trips, connections, starts: -n */
	unsigned connections; /* at once: -c */
	unsigned idle;        /* and so many more that do nothing: -i */
	size_t block;         /* bytes of one read or write: -b */
	bool is_checked;      /* every byte is compared, not only those at the edges of each read: -v */
	char **command;       /* after the options; NULL-terminated */
};

/* load_bulk.c */
int load_bulk(const struct load *);
int load_echo(const struct load *);
/* load_turns.c */
int load_turns(const struct load *);
/* load_rate.c */
int load_connect(const struct load *);
int load_spawn(const struct load *);
int load_hold(const struct load *);
/* load_pipe.c */
int load_write(const struct load *);
int load_read(const struct load *);
int load_splice(const struct load *);
int load_pipe(const struct load *);
int load_run(const struct load *);
int load_start(const struct load *);
/* load_pty.c */
int load_lines(const struct load *);
int load_pty(const struct load *);

/* load_common.c */

/* The bytes that are sent: random, and at every position of a stream known. len at most LOAD_BLOCK. */
#define LOAD_BLOCK (1024u * 1024)
/* Where the copying of the kernel is at its best; malloc gives large blocks another place. */
#define LOAD_ALIGN 64u
void pattern_init(void);
const unsigned char *pattern_at(uint64_t position);
/* Ends the program unless buf is what stands there. */
void pattern_compare(const struct load *, uint64_t position, const unsigned char *buf, size_t len);

/* LOAD_BLOCK bytes, for free(). */
void *block_new(void);

uint64_t clock_ns(void);
/* The socket of -t, or of -u; a connection to -r or -u. */
int net_listen(const struct load *);
int net_connect(const struct load *);
void net_set_nonblock(int fd);
/*
 * A server on the socket of -t or -u, which says so by a byte to answer: ready is called for every connection that can be read, and
 * may take it out of the set and close it.
 */
_Noreturn void net_serve(const struct load *, int answer,
    void (*ready)(const struct load *, int set, int fd, void *arg), void *arg);
/* All of it, or the end of the program. */
void full_write(int fd, const void *, size_t);
void full_read(int fd, void *, size_t);
/* A process that dies with us and runs what; its answer comes through the descriptor that is returned. */
int start_helper(const struct load *, void (*what)(const struct load *, int answer));
/* Room for so many descriptors. */
void need_files(unsigned n);

/* Nanoseconds of CPU that a process which has ended, and is not waited for yet, has used itself. */
uint64_t process_cpu_ns(pid_t);
/* Waits for it; ends the program unless its status is 0. */
void process_wait(pid_t, const char *what);

#endif
