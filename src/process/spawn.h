#ifndef IPCWIRE_SPAWN_H
#define IPCWIRE_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct limits;

/* One descriptor of the child: `from` of ours becomes `to` of its. */
struct spawn_fd {
	int from, to;
};

#define SPAWN_FDS_MAX 5

struct spawn {
	const char *file; /* what execve(2) gets */
	char **argv;      /* NULL-terminated */
	char *argv0;      /* its first word in place of that of argv; or NULL */
	char *const *envp;
	struct spawn_fd fds[SPAWN_FDS_MAX]; /* the child gets these and no others */
	size_t nfds;
	const struct limits *limits; /* or NULL */
	const char *dir;             /* chdir, or NULL */
	int umask;                   /* -1: ours */
	int nice;                    /* added to ours */
	bool is_session;             /* setsid(2) */
	bool has_tty;      /* the terminal that becomes its first descriptor becomes its controlling one, too */
	bool is_own_group; /* a process group of its own */
	const char *user;  /* become this user, or NULL; with uid, gid and the groups of that user */
	uint32_t uid, gid;
};

enum spawn_stage { SPAWN_FORK, SPAWN_SETUP, SPAWN_LIMITS, SPAWN_CHDIR, SPAWN_USER, SPAWN_EXEC, SPAWN_STAGE_N };

/* To be called once at the start of the program, before signals are blocked: what children get back. */
void spawn_remember_signals(void);
/* Handlers have been set, or taken away, since: children do not get them. */
void spawn_forget_signals(void);
/*
 * Starts a program. Returns its pid; or -errno with *stage telling what failed (nothing is left behind then).
 * A child never outlives this process: it gets SIGKILL when the process dies (prctl(2), PR_SET_PDEATHSIG, which
 * follows the calling thread: only the main thread may call this). Signals are the defaults in the child, its
 * mask is the one we were started with.
 */
pid_t spawn_start(const struct spawn *, enum spawn_stage *stage);
/*
 * For a thread that is not the main one: from now on its spawn_start asks there, where the main thread is made to call it.
 * NULL: it does it itself.
 */
typedef pid_t spawn_ask_fn(const struct spawn *, enum spawn_stage *, void *arg);
void spawn_set_ask(spawn_ask_fn *ask, void *arg);
/* "chdir", "start", ... what was tried at that stage. */
const char *spawn_stage_name(enum spawn_stage);

#endif
