/* Blocked system calls: what each waits for, with and without a time limit. */
#include "process/waitcall.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "unit.h"

#define FOREVER ((uint64_t)UINT32_MAX) /* (int)-1, as the kernel shows it */

static const struct {
	const char *what;
	struct procfs_syscall call;
	enum waitcall_kind kind;
	int fd;
} calls[] = {
	{ "running", { .is_running = true }, WAITCALL_RUNNING, -1 },
	{ "not in a call", { .number = -1 }, WAITCALL_RUNNING, -1 },
	{ "read", { .number = SYS_read, .args = { 7 } }, WAITCALL_READ, 7 },
	{ "recvfrom", { .number = SYS_recvfrom, .args = { 4 } }, WAITCALL_READ, 4 },
	{ "recvmmsg", { .number = SYS_recvmmsg, .args = { 4, 1, 1, 0, 0 } }, WAITCALL_READ, 4 },
	{ "recvmmsg with a limit", { .number = SYS_recvmmsg, .args = { 4, 1, 1, 0, 0x7ff0 } }, WAITCALL_TIMED, 4 },
	{ "writev", { .number = SYS_writev, .args = { 1 } }, WAITCALL_WRITE, 1 },
	{ "ppoll", { .number = SYS_ppoll, .args = { 0x7ff0, 1, 0 } }, WAITCALL_POLL, 0x7ff0 },
	{ "ppoll with a limit", { .number = SYS_ppoll, .args = { 0x7ff0, 1, 0x7ee0 } }, WAITCALL_TIMED, 0x7ff0 },
	{ "pselect", { .number = SYS_pselect6, .args = { 5, 0x10, 0, 0, 0 } }, WAITCALL_SELECT, 5 },
	{ "pselect with a limit", { .number = SYS_pselect6, .args = { 5, 0x10, 0, 0, 0x20 } }, WAITCALL_TIMED, 5 },
	{ "epoll", { .number = SYS_epoll_pwait, .args = { 3, 0x10, 64, FOREVER } }, WAITCALL_EPOLL, 3 },
	{ "epoll with a limit", { .number = SYS_epoll_pwait, .args = { 3, 0x10, 64, 1000 } }, WAITCALL_TIMED, 3 },
	{ "epoll that looks only", { .number = SYS_epoll_pwait, .args = { 3, 0x10, 64, 0 } }, WAITCALL_TIMED, 3 },
	{ "futex", { .number = SYS_futex, .args = { 0x10, FUTEX_WAIT_PRIVATE, 2, 0 } }, WAITCALL_THREAD, 0x10 },
	{ "futex with a limit", { .number = SYS_futex, .args = { 0x10, FUTEX_WAIT_PRIVATE, 2, 0x20 } }, WAITCALL_TIMED,
	    0x10 },
	{ "futex shared with others", { .number = SYS_futex, .args = { 0x10, FUTEX_WAIT, 2, 0 } }, WAITCALL_OUTSIDE,
	    0x10 },
	{ "sigsuspend", { .number = SYS_rt_sigsuspend }, WAITCALL_SIGNAL, 0 },
	{ "nanosleep", { .number = SYS_nanosleep }, WAITCALL_TIMED, 0 },
	{ "accept", { .number = SYS_accept4, .args = { 3 } }, WAITCALL_OUTSIDE, 3 },
	{ "a call that is not in the table", { .number = SYS_getpid }, WAITCALL_UNKNOWN, -1 },
};

static void
knows_every_kind(void)
{
	struct waitcall w;

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		waitcall_decode(&calls[i].call, &w);
		if (!CHECK_INT(w.kind, calls[i].kind) || !CHECK_INT(w.fd, calls[i].fd))
			printf("# %s\n", calls[i].what);
	}
}

static void
knows_what_ends_before_the_limit(void)
{
	const struct procfs_syscall poll = { .number = SYS_ppoll, .args = { 0x7ff0, 3, 0x7ee0 } },
				    epoll = { .number = SYS_epoll_pwait, .args = { 3, 0x10, 64, 1000 } },
				    sleep = { .number = SYS_nanosleep };
	struct waitcall w;

	waitcall_decode(&poll, &w);
	CHECK_INT(w.within, WAITCALL_POLL);
	CHECK_INT(w.sets[0], 0x7ff0);
	CHECK_INT(w.count, 3);
	waitcall_decode(&epoll, &w);
	CHECK_INT(w.within, WAITCALL_EPOLL);
	waitcall_decode(&sleep, &w);
	CHECK_INT(w.within, WAITCALL_TIMED);
}

static void
knows_which_child(void)
{
	struct procfs_syscall any = { .number = SYS_wait4, .args = { FOREVER } },
			      one = { .number = SYS_wait4, .args = { 4711 } },
			      id = { .number = SYS_waitid, .args = { P_PID, 4711 } },
			      group = { .number = SYS_waitid, .args = { P_PGID, 4711 } };
	const struct procfs_syscall *const waits[] = { &any, &one, &id, &group };
	const pid_t pids[] = { 0, 4711, 4711, 0 };
	struct waitcall w;

	for (size_t i = 0; i < 4; i++) {
		waitcall_decode(waits[i], &w);
		CHECK_INT(w.kind, WAITCALL_CHILD);
		CHECK_INT(w.pid, pids[i]);
	}
}

static void
finds_the_sets(void)
{
	const struct procfs_syscall poll = { .number = SYS_ppoll, .args = { 0x7ff0, 3, 0 } },
				    select = { .number = SYS_pselect6, .args = { 9, 0x10, 0, 0x30, 0 } };
	struct waitcall w;

	waitcall_decode(&poll, &w);
	CHECK(w.sets[0] == 0x7ff0 && w.count == 3);
	waitcall_decode(&select, &w);
	CHECK(w.count == 9 && w.sets[0] == 0x10 && w.sets[1] == 0 && w.sets[2] == 0x30);
}

static const struct unit_test tests[] = {
	TEST(knows_every_kind),
	TEST(knows_what_ends_before_the_limit),
	TEST(knows_which_child),
	TEST(finds_the_sets),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
