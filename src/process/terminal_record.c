/* Modes of a terminal, noted and given back. */
#include "process/terminal_record.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct terminal_record *
terminal_record_map(void)
{
	void *page =
	    mmap(NULL, sizeof(struct terminal_record), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? NULL : page;
}

void
terminal_record_unmap(struct terminal_record *r)
{
	if (r != NULL)
		munmap(r, sizeof(*r));
}

bool
terminal_is_foreground(int fd)
{
	const pid_t group = tcgetpgrp(fd);

	return group == -1 || group == getpgrp();
}

/* The speed is left out: it is a member of its own in some C libraries, and none of ours. */
static bool
record_is_same(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
	    a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}

/* In the background what changes a terminal stops us, unless the signal is blocked. */
static void
record_hold_ttou(sigset_t *old)
{
	sigset_t ttou;

	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, old);
}

/* At once, not when all output is out, which it may never be; and what was typed ahead stays. */
static int
record_set(int fd, const struct termios *modes)
{
	sigset_t old;
	int error;

	record_hold_ttou(&old);
	do {
		error = tcsetattr(fd, TCSANOW, modes) == -1 ? errno : 0;
	} while (error == EINTR);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return -error;
}

int
terminal_record_change(struct terminal_record *r, int fd, const struct termios *modes)
{
	int error;

	r->ours = *modes;
	r->is_changed = true;
	error = record_set(fd, modes);
	/* The terminal may not have taken all of it. */
	if (error == 0 && tcgetattr(fd, &r->ours) == -1)
		error = -errno;
	if (error != 0)
		r->is_changed = false;
	return error;
}

static void
record_write(int fd, const char *text, size_t len)
{
	sigset_t old;

	record_hold_ttou(&old);
	while (len > 0) {
		const ssize_t n = write(fd, text, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		text += n;
		len -= (size_t)n;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
}

void
terminal_record_restore(struct terminal_record *r, int fd, bool is_careful)
{
	const int saved = errno;
	struct termios now;

	if (!r->is_changed)
		return;
	r->is_changed = false;
	if (tcgetattr(fd, &now) == -1)
		return;
	if ((is_careful || !terminal_is_foreground(fd)) && !record_is_same(&now, &r->ours))
		return;
	if (r->undo_len > 0)
		record_write(fd, r->undo, r->undo_len);
	record_set(fd, &r->found);
	errno = saved;
}
