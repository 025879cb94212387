/* Blocking system calls by table: where their descriptor and their time limit stand among the arguments. */
#include "process/waitcall.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/compat.h"

enum limit_kind {
	LIMIT_NONE,
	LIMIT_POINTER, /* NULL: none */
	LIMIT_MS,      /* negative: none */
};

struct waitcall_row {
	long number;
	char name[20];
	enum waitcall_kind kind;
	unsigned char fd, limit; /* argument numbers */
	enum limit_kind limit_kind;
};

/* clang-format off */
#define NO_LIMIT 0, LIMIT_NONE
static const struct waitcall_row waitcall_rows[] = {
	{ SYS_read,                  "read",            WAITCALL_READ,    0, NO_LIMIT },
	{ SYS_readv,                 "readv",           WAITCALL_READ,    0, NO_LIMIT },
	{ SYS_preadv2,               "preadv2",         WAITCALL_READ,    0, NO_LIMIT },
	{ SYS_recvfrom,              "recvfrom",        WAITCALL_READ,    0, NO_LIMIT },
	{ SYS_recvmsg,               "recvmsg",         WAITCALL_READ,    0, NO_LIMIT },
	{ SYS_recvmmsg,              "recvmmsg",        WAITCALL_READ,    0, 4, LIMIT_POINTER },
	{ SYS_write,                 "write",           WAITCALL_WRITE,   0, NO_LIMIT },
	{ SYS_writev,                "writev",          WAITCALL_WRITE,   0, NO_LIMIT },
	{ SYS_pwritev2,              "pwritev2",        WAITCALL_WRITE,   0, NO_LIMIT },
	{ SYS_sendto,                "sendto",          WAITCALL_WRITE,   0, NO_LIMIT },
	{ SYS_sendmsg,               "sendmsg",         WAITCALL_WRITE,   0, NO_LIMIT },
	{ SYS_sendmmsg,              "sendmmsg",        WAITCALL_WRITE,   0, NO_LIMIT },
	{ SYS_sendfile,              "sendfile",        WAITCALL_WRITE,   0, NO_LIMIT },
	{ SYS_vmsplice,              "vmsplice",        WAITCALL_WRITE,   0, NO_LIMIT },
	{ COMPAT_SYS_poll,           "poll",            WAITCALL_POLL,    0, 2, LIMIT_MS },
	{ SYS_ppoll,                 "ppoll",           WAITCALL_POLL,    0, 2, LIMIT_POINTER },
	{ COMPAT_SYS_select,         "select",          WAITCALL_SELECT,  0, 4, LIMIT_POINTER },
	{ SYS_pselect6,              "pselect",         WAITCALL_SELECT,  0, 4, LIMIT_POINTER },
	{ COMPAT_SYS_epoll_wait,     "epoll_wait",      WAITCALL_EPOLL,   0, 3, LIMIT_MS },
	{ SYS_epoll_pwait,           "epoll_pwait",     WAITCALL_EPOLL,   0, 3, LIMIT_MS },
	{ COMPAT_SYS_epoll_pwait2,   "epoll_pwait2",    WAITCALL_EPOLL,   0, 3, LIMIT_POINTER },
	{ SYS_wait4,                 "wait4",           WAITCALL_CHILD,   0, NO_LIMIT },
	{ SYS_waitid,                "waitid",          WAITCALL_CHILD,   0, NO_LIMIT },
	{ SYS_futex,                 "futex",           WAITCALL_THREAD,  0, 3, LIMIT_POINTER },
	{ COMPAT_SYS_pause,          "pause",           WAITCALL_SIGNAL,  0, NO_LIMIT },
	{ SYS_rt_sigsuspend,         "sigsuspend",      WAITCALL_SIGNAL,  0, NO_LIMIT },
	{ SYS_rt_sigtimedwait,       "sigwait",         WAITCALL_SIGNAL,  0, 2, LIMIT_POINTER },
	{ SYS_nanosleep,             "nanosleep",       WAITCALL_TIMED,   0, NO_LIMIT },
	{ SYS_clock_nanosleep,       "clock_nanosleep", WAITCALL_TIMED,   0, NO_LIMIT },
	{ SYS_restart_syscall,       "restart_syscall", WAITCALL_TIMED,   0, NO_LIMIT },
	{ SYS_accept,                "accept",          WAITCALL_OUTSIDE, 0, NO_LIMIT },
	{ SYS_accept4,               "accept",          WAITCALL_OUTSIDE, 0, NO_LIMIT },
	{ SYS_connect,               "connect",         WAITCALL_OUTSIDE, 0, NO_LIMIT },
	{ SYS_flock,                 "flock",           WAITCALL_OUTSIDE, 0, NO_LIMIT },
	{ SYS_fcntl,                 "fcntl",           WAITCALL_OUTSIDE, 0, NO_LIMIT },
};
/* clang-format on */

static bool
waitcall_has_limit(const struct waitcall_row *row, const struct procfs_syscall *s)
{
	switch (row->limit_kind) {
	case LIMIT_POINTER:
		return s->args[row->limit] != 0;
	case LIMIT_MS:
		return (int)(uint32_t)s->args[row->limit] >= 0;
	case LIMIT_NONE:
		break;
	}
	return false;
}

/* A futex that is not private may be another process's to wake. */
static enum waitcall_kind
waitcall_futex(uint64_t op)
{
	const uint64_t command = op & FUTEX_CMD_MASK;
	const bool waits = command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET || command == FUTEX_LOCK_PI;

	return waits && (op & FUTEX_PRIVATE_FLAG) ? WAITCALL_THREAD : WAITCALL_OUTSIDE;
}

/* wait4(PID, ...) and waitid(P_PID, PID, ...) name one child, all others any of them. */
static pid_t
waitcall_pid(const struct procfs_syscall *s)
{
	if (s->number == SYS_waitid)
		return s->args[0] == P_PID ? (pid_t)(uint32_t)s->args[1] : 0;
	return (int)(uint32_t)s->args[0] > 0 ? (pid_t)(uint32_t)s->args[0] : 0;
}

static void
waitcall_fill(const struct procfs_syscall *s, struct waitcall *w)
{
	w->fd = (int)(uint32_t)s->args[0];
	switch (w->within) {
	case WAITCALL_POLL:
		w->sets[0] = s->args[0];
		w->count = s->args[1];
		break;
	case WAITCALL_SELECT:
		w->count = s->args[0];
		for (int i = 0; i < 3; i++)
			w->sets[i] = s->args[1 + i];
		break;
	case WAITCALL_CHILD:
		w->pid = waitcall_pid(s);
		break;
	case WAITCALL_THREAD:
		if (w->kind == WAITCALL_THREAD)
			w->kind = waitcall_futex(s->args[1]);
		break;
	case WAITCALL_READ:
	case WAITCALL_WRITE:
	case WAITCALL_EPOLL:
	case WAITCALL_SIGNAL:
	case WAITCALL_TIMED:
	case WAITCALL_OUTSIDE:
	case WAITCALL_UNKNOWN:
	case WAITCALL_RUNNING:
	case WAITCALL_N:
		break;
	}
}

void
waitcall_decode(const struct procfs_syscall *s, struct waitcall *w)
{
	*w = (struct waitcall){ .kind = WAITCALL_UNKNOWN, .within = WAITCALL_UNKNOWN, .fd = -1 };
	if (s->is_running || s->number == -1) {
		w->kind = WAITCALL_RUNNING;
		return;
	}
	for (size_t i = 0; i < sizeof(waitcall_rows) / sizeof(*waitcall_rows); i++) {
		const struct waitcall_row *row = &waitcall_rows[i];

		if (row->number != s->number)
			continue;
		w->name = row->name;
		w->within = row->kind;
		w->kind = waitcall_has_limit(row, s) ? WAITCALL_TIMED : row->kind;
		waitcall_fill(s, w);
		return;
	}
}
