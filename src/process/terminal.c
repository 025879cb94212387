/*
 * The user's terminal.
 *
 *   taken      somebody wants it with other modes (terminal_take ... terminal_give_back)
 *   changed    it has them (the record says so): only while we are in the foreground
 *
 * Ways out: an ordinary end gives it back; so do handlers for those signals that would end us at once, which are there only while
 * it is taken (SIGTERM and the like come through the loop, and lead to an ordinary end); SIGKILL and what else nobody can handle
 * is left to the guard. SIGTSTP gives it back for as long as we are stopped, SIGCONT takes it again, with the modes that it is
 * found with then. What is reached from a handler is in the record, and static.
 */
#include "process/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/crlines.h"
#include "base/io.h"
#include "base/log.h"
#include "process/spawn.h"
#include "process/terminal_guard.h"
#include "process/terminal_record.h"

/* Those that end a process when nobody asks for them, and that the loop need not have. */
static const int terminal_fatal[] = { SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGUSR1,
	SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGSTKFLT, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO, SIGPWR,
	SIGSYS };
#define TERMINAL_FATAL_N (sizeof(terminal_fatal) / sizeof(*terminal_fatal))
#define TERMINAL_STACK (16u * 1024) /* of the handlers: the other one may be what has run out */

static struct {
	int fd;
	struct terminal_record *record; /* NULL: it is not taken */
	struct terminal_guard guard;
	void (*change)(struct termios *, const void *);
	const void *arg;
	struct terminal_follower *followers;
	struct screen_modes screen;
	bool has_handler[TERMINAL_FATAL_N];
} terminal;
static char terminal_stack[TERMINAL_STACK];

/* The way out by a signal. */

static void
terminal_crashed(int signo)
{
	const struct sigaction act = { .sa_handler = SIG_DFL };

	if (terminal.record != NULL)
		terminal_record_restore(terminal.record, terminal.fd, false);
	sigaction(signo, &act, NULL);
	raise(signo); /* comes when this returns */
}

static void
terminal_handle_fatal(void)
{
	const stack_t stack = { .ss_sp = terminal_stack, .ss_size = sizeof(terminal_stack) };
	struct sigaction act = { .sa_handler = terminal_crashed, .sa_flags = SA_ONSTACK }, now;

	sigaltstack(&stack, NULL);
	sigfillset(&act.sa_mask);
	for (size_t i = 0; i < TERMINAL_FATAL_N; i++) {
		const int signo = terminal_fatal[i];

		if (sigaction(signo, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
			terminal.has_handler[i] = sigaction(signo, &act, NULL) == 0;
	}
	spawn_forget_signals();
}

static void
terminal_leave_fatal(void)
{
	const struct sigaction act = { .sa_handler = SIG_DFL };
	const stack_t none = { .ss_flags = SS_DISABLE };

	for (size_t i = 0; i < TERMINAL_FATAL_N; i++) {
		if (terminal.has_handler[i])
			sigaction(terminal_fatal[i], &act, NULL);
		terminal.has_handler[i] = false;
	}
	sigaltstack(&none, NULL);
	spawn_forget_signals();
}

/* The screen. */

/* A handler may come at any time: it finds nothing rather than half of it. */
static void
terminal_note_screen(void)
{
	struct terminal_record *r = terminal.record;
	char text[SCREEN_TEXT_MAX];
	const size_t len = screen_modes_text(&terminal.screen, false, text);

	r->undo_len = 0;
	memcpy(r->undo, text, len);
	r->undo_len = len;
}

void
terminal_shows(const char *bytes, size_t len)
{
	if (terminal.record != NULL && screen_modes_put(&terminal.screen, bytes, len))
		terminal_note_screen();
}

/* After a stop: programs find the screen as they have left it, but empty. */
static void
terminal_show_anew(void)
{
	char text[SCREEN_TEXT_MAX];
	const size_t len = screen_modes_text(&terminal.screen, true, text);

	if (len > 0 && write(terminal.fd, text, len) == -1)
		log_errno(LOG_INFO, NULL, errno, "cannot set the screen anew");
}

/* Modes. */

static int
terminal_change(void)
{
	struct terminal_record *r = terminal.record;
	struct termios modes;
	int error;

	if (r == NULL || r->is_changed || !terminal_is_foreground(terminal.fd))
		return 0;
	if (tcgetattr(terminal.fd, &modes) == -1)
		return -errno;
	r->found = modes;
	terminal.change(&modes, terminal.arg);
	error = terminal_record_change(r, terminal.fd, &modes);
	if (error == 0)
		terminal_show_anew();
	crlines_set(error == 0 && !(modes.c_oflag & OPOST) && isatty(STDERR_FILENO));
	return error;
}

static void
terminal_restore(void)
{
	if (terminal.record == NULL)
		return;
	terminal_record_restore(terminal.record, terminal.fd, false);
	crlines_set(false);
}

void
terminal_look(void)
{
	const int error = terminal_change();

	if (error != 0)
		log_errno(LOG_INFO, NULL, -error, "cannot set the modes of the terminal");
}

bool
terminal_is_changed(void)
{
	return terminal.record != NULL && terminal.record->is_changed;
}

/* Sizes. */

bool
terminal_size(struct winsize *size)
{
	for (int fd = 0; fd <= 2; fd++)
		if (ioctl(fd, TIOCGWINSZ, size) == 0 && size->ws_row != 0 && size->ws_col != 0)
			return true;
	return false;
}

static void
terminal_set_sizes(const struct winsize *size)
{
	for (const struct terminal_follower *f = terminal.followers; f != NULL; f = f->next)
		if (*f->fd != -1)
			ioctl(*f->fd, TIOCSWINSZ, size);
}

/* The kernel tells those at a terminal only if its size changes by this; who has to draw its screen anew does so then. */
static void
terminal_pass_size(bool is_anew)
{
	struct winsize size, other;

	if (!terminal_size(&size))
		return;
	other = size;
	other.ws_col++;
	if (is_anew)
		terminal_set_sizes(&other);
	terminal_set_sizes(&size);
}

/* Signals. */

static void
terminal_resized(int signo, void *arg)
{
	(void)signo;
	(void)arg;
	terminal_pass_size(false);
}

static void
terminal_continued(int signo, void *arg)
{
	(void)signo;
	(void)arg;
	const bool was_changed = terminal_is_changed();

	terminal_look();
	terminal_pass_size(!was_changed && terminal_is_changed() && terminal.screen.on != 0);
}

/* Stopped as if we did not know the signal: where nobody could continue us (an orphaned process group) the kernel drops it. */
static void
terminal_stopped(int signo, void *arg)
{
	sigset_t set;

	terminal_restore();
	sigemptyset(&set);
	sigaddset(&set, signo);
	raise(signo);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	terminal_continued(SIGCONT, arg);
}

/* Whoever else has a use for one of them keeps it. */
static int
terminal_signals(struct loop *loop)
{
	static const struct {
		int signo;
		void (*received)(int, void *);
	} rows[] = { { SIGWINCH, terminal_resized }, { SIGCONT, terminal_continued }, { SIGTSTP, terminal_stopped } };
	int error = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && error == 0; i++)
		if (!loop_has_signal(loop, rows[i].signo))
			error = loop_signal(loop, rows[i].signo, rows[i].received, NULL);
	return error;
}

/* Taking and giving back. */

static int
terminal_set_up(struct loop *loop)
{
	int error = terminal_guard_start(&terminal.guard, terminal.record, terminal.fd);

	if (error == 0)
		error = terminal_signals(loop);
	if (error != 0)
		return error;
	terminal_handle_fatal();
	return terminal_change();
}

/* To be written, too, and without waiting for a terminal that is stopped; if that cannot be, as it is. */
static int
terminal_open(int fd)
{
	const int own = io_reopen(fd, O_RDWR | O_NONBLOCK);

	return own >= 0 ? own : io_dup(fd);
}

int
terminal_take(struct loop *loop, int fd, void (*change)(struct termios *, const void *), const void *arg)
{
	int error;

	if (terminal.record != NULL)
		return -EBUSY;
	terminal.fd = terminal_open(fd);
	if (terminal.fd < 0)
		return terminal.fd;
	terminal.record = terminal_record_map();
	if (terminal.record == NULL) {
		error = -errno;
		io_close(&terminal.fd);
		return error;
	}
	terminal.screen = (struct screen_modes){ 0 };
	terminal.change = change;
	terminal.arg = arg;
	error = terminal_set_up(loop);
	if (error != 0)
		terminal_give_back();
	return error;
}

void
terminal_give_back(void)
{
	struct terminal_record *r = terminal.record;

	if (r == NULL)
		return;
	terminal_restore();
	terminal_leave_fatal();
	terminal.record = NULL;
	terminal_guard_stop(&terminal.guard);
	terminal_record_unmap(r);
	io_close(&terminal.fd);
}

int
terminal_follow(struct loop *loop, struct terminal_follower *f, const int *fd)
{
	int error = terminal_signals(loop);

	if (error != 0)
		return error;
	*f = (struct terminal_follower){ .fd = fd, .next = terminal.followers, .prev = &terminal.followers };
	if (f->next != NULL)
		f->next->prev = &f->next;
	terminal.followers = f;
	return 0;
}

void
terminal_unfollow(struct terminal_follower *f)
{
	if (f->prev == NULL)
		return;
	*f->prev = f->next;
	if (f->next != NULL)
		f->next->prev = f->prev;
	f->prev = NULL;
}
