/*
 * The terminal of a person as an endpoint.
 *
 * It is taken when the wire begins to run, so that until then the keyboard's signals work as ever, and given back when that is
 * over, before anything is told about it. The key by which one leaves is the end of input, and of the wire: what was typed before
 * it goes out. It gives the terminal back at once: who waits for a wire that cannot get rid of that can interrupt it.
 */
#include "endpoint/user_terminal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <termios.h>

#include "base/io.h"
#include "process/terminal.h"

/* clang-format off */
static const struct opt_desc terminal_opts_table[] = {
	OPT(struct terminal_opts, escape, OPT_CHAR, .name = "escape", .value = "KEY",
	    .help = "at a terminal, the key that ends the wire: ^]"),
	OPT_END,
};
/* clang-format on */

const struct opt_group terminal_group = {
	.name = "terminal",
	.help = "what may be a person's terminal",
	.opts = terminal_opts_table,
	.size = sizeof(struct terminal_opts),
};

static int
user_terminal_key(const struct endpoint *ep)
{
	const struct terminal_opts *o = endpoint_spec_group(ep->spec, &terminal_group);

	return o->escape == OPT_CHAR_NONE ? -1 : o->escape;
}

static void
user_terminal_change(struct termios *modes, const void *arg)
{
	termios_opts_apply(arg, modes);
}

static void
user_terminal_give_back(struct user_terminal *t)
{
	if (t->is_taken)
		terminal_give_back();
	t->is_taken = false;
}

/*
 * How much was typed while the terminal still had lines. There the key for the end of input is no byte of what is read, but keeps
 * its place in the kernel's buffer as NUL, which is what a raw terminal would give us.
 */
static void
user_terminal_note_ahead(struct user_terminal *t, int fd, const struct termios *before)
{
	struct termios now;
	int n;

	t->eof_key = before->c_cc[VEOF];
	if ((before->c_lflag & ICANON) != 0 && tcgetattr(fd, &now) == 0 && (now.c_lflag & ICANON) == 0 &&
	    ioctl(fd, FIONREAD, &n) == 0 && n > 0)
		t->ahead = (size_t)n;
}

static void
user_terminal_restore_ends(struct user_terminal *t, const struct iovec *iov, size_t len)
{
	for (; t->ahead > 0 && len > 0; iov++) {
		unsigned char *bytes = iov->iov_base;
		const size_t n = MIN(MIN(iov->iov_len, len), t->ahead);

		for (size_t i = 0; i < n; i++)
			if (bytes[i] == '\0')
				bytes[i] = t->eof_key;
		t->ahead -= n;
		len -= n;
	}
}

void
user_terminal_attend(struct endpoint *ep, bool is_running)
{
	struct user_terminal *t = ep->state;
	struct termios before;
	int error;

	if (!is_running)
		user_terminal_give_back(t);
	if (!is_running || termios_opts_first(t->modes) == NULL || ep->rfd == -1)
		return;
	if (tcgetattr(ep->rfd, &before) == -1)
		before = (struct termios){ 0 };
	error = terminal_take(endpoint_loop(ep), ep->rfd, user_terminal_change, t->modes);
	if (error != 0)
		log_errno(LOG_WARN, &ep->who, -error, "the terminal keeps its modes");
	t->is_taken = error == 0;
	if (t->is_taken)
		user_terminal_note_ahead(t, ep->rfd, &before);
}

/* There is no descriptor behind it any more, so that the end of input is always there to be read. */
static void
user_terminal_leave(struct endpoint *ep)
{
	struct user_terminal *t = ep->state;
	int rfd = ep->rfd;

	log_msg(LOG_INFO, &ep->who, "left by the escape key");
	t->has_left = ep->ends_wire = true;
	user_terminal_give_back(t);
	loop_source_stop(endpoint_loop(ep), &ep->rsource);
	loop_source_stop(endpoint_loop(ep), &ep->wsource);
	endpoint_set_fds(ep, -1, ep->wfd);
	if (rfd == ep->wfd)
		return;
	if (ep->io->unread != NULL)
		ep->io->unread(ep);
	if (rfd > 2)
		io_close(&rfd);
}

ssize_t
user_terminal_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct user_terminal *t = ep->state;
	const int key = user_terminal_key(ep);
	const char *at = NULL;
	ssize_t n;

	if (t->has_left)
		return 0;
	if (t->is_taken && !terminal_is_changed())
		terminal_look();
	n = endpoint_read_fd(ep, iov, key == -1 ? niov : 1);
	if (n > 0)
		user_terminal_restore_ends(t, iov, (size_t)n);
	if (n > 0 && key != -1)
		at = memchr(iov->iov_base, key, (size_t)n);
	if (at == NULL)
		return n;
	user_terminal_leave(ep);
	return at - (const char *)iov->iov_base;
}

ssize_t
user_terminal_write(struct endpoint *ep, struct iovec *iov, int niov)
{
	const ssize_t n = endpoint_write_fd(ep, iov, niov);
	size_t left = n > 0 ? (size_t)n : 0;

	for (int i = 0; i < niov && left > 0; i++) {
		const size_t len = left < iov[i].iov_len ? left : iov[i].iov_len;

		terminal_shows(iov[i].iov_base, len);
		left -= len;
	}
	return n;
}

static const struct endpoint_io user_terminal_output = { .write = user_terminal_write };
static const struct endpoint_io user_terminal_pipe = { .read = user_terminal_read, .attend = user_terminal_attend };
static const struct endpoint_io user_terminal_io = {
	.read = user_terminal_read,
	.write = user_terminal_write,
	.attend = user_terminal_attend,
};

void
user_terminal_open(struct endpoint *ep)
{
	struct user_terminal *t = ep->state;
	const char *mode;

	t->modes = endpoint_spec_group(ep->spec, &termios_group);
	mode = termios_opts_first(t->modes);
	if (mode == NULL && user_terminal_key(ep) == -1)
		return;
	if (ep->rclass == CLASS_TTY)
		ep->io = ep->wclass == CLASS_TTY ? &user_terminal_io : &user_terminal_pipe;
	else
		log_msg(LOG_INFO, &ep->who, "is no terminal to read from: %s has nothing to do",
		    mode != NULL ? mode : "escape=");
}

void
user_terminal_open_output(struct endpoint *ep)
{
	if (ep->wclass == CLASS_TTY)
		ep->io = &user_terminal_output;
}

void
user_terminal_close(struct endpoint *ep)
{
	user_terminal_give_back(ep->state);
}
