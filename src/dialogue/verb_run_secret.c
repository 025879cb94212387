/*
 * send-env, send-fd, send-file: what is sent is not in the script, and (but for send-file without -secret) nobody is to see it.
 *
 * Before a secret the terminal must have stopped to echo it. A program that asks for one switches its terminal over, and may throw away
 * what was typed before that (TCSAFLUSH, tcsetattr(3)); the prompt may come earlier. So where the prompt looks like one for a secret
 * two things are waited for: that nothing is echoed, and, where that can be seen, that the program reads.
 *
 *   stage 0   echo
 *   stage 1   reading, no longer than SECRET_PATIENCE: some programs wait in a way that cannot be told from work
 *   stage 2   a file goes out in pieces
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "dialogue/failure.h"
#include "dialogue/probing.h"
#include "dialogue/prompt.h"
#include "dialogue/sending.h"
#include "dialogue/verb_run.h"

#define SECRET_PATIENCE LOOP_MS(500)
#define SECRET_LINE_MAX 65536
#define FILE_PIECE 65536

/* What is sent. */

static enum run_result
secret_put(struct dialogue *d, const struct step *s, const struct peer *p, const char *bytes, size_t len)
{
	enum run_result result = sending_put(d, s, p, bytes, len, true);

	if (result == RUN_DONE && !s->opts.no_enter)
		result = sending_put(d, s, p, sending_enter(p), 1, false);
	return result;
}

static enum run_result
secret_from_environment(struct dialogue *d, const struct step *s, const struct peer *p)
{
	size_t len;
	char *name = dialogue_text(d, s, &s->args[0], &len);
	const char *value = name != NULL ? getenv(name) : NULL;
	enum run_result result = RUN_OVER;

	if (name != NULL && value == NULL)
		dialogue_refuse(d, s, DIALOGUE_FAILED, "there is no variable '%s' in the environment", name);
	if (value != NULL)
		result = secret_put(d, s, p, value, strlen(value));
	free(name);
	return result;
}

/* The next line of a descriptor, byte by byte: what follows is for others. Returns its length, or -errno; -ENODATA: there is none. */
static ssize_t
secret_read_line(const struct dialogue *d, int fd, char *line)
{
	size_t n = 0;

	while (n < SECRET_LINE_MAX) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };
		struct iovec iov = { line + n, 1 };
		const uint64_t now = loop_clock();
		const int left = d->wait.due == LOOP_NEVER_DUE ? -1 : (int)((d->wait.due - now) / LOOP_MS(1));
		ssize_t got;

		if (d->wait.due != LOOP_NEVER_DUE && now >= d->wait.due)
			return -ETIMEDOUT;
		if (poll(&pfd, 1, left) == -1 && errno != EINTR)
			return -errno;
		if (pfd.revents == 0)
			continue;
		got = io_readv(fd, &iov, 1);
		if (got < 0 && got != -EAGAIN)
			return got;
		if (got == 0)
			return n > 0 ? (ssize_t)n : -ENODATA;
		if (got > 0 && line[n] == '\n')
			return (ssize_t)n;
		n += got > 0;
	}
	return -EMSGSIZE;
}

static enum run_result
secret_from_descriptor(struct dialogue *d, const struct step *s, const struct peer *p)
{
	size_t len;
	char *text = dialogue_text(d, s, &s->args[0], &len), *line;
	enum run_result result;
	ssize_t n;

	if (text == NULL)
		return RUN_OVER;
	line = xmalloc(SECRET_LINE_MAX);
	n = secret_read_line(d, atoi(text), line);
	if (n == -ENODATA)
		result = dialogue_refuse(d, s, DIALOGUE_FAILED, "descriptor %s is at its end", text);
	else if (n < 0)
		result = dialogue_refuse(d, s, DIALOGUE_FAILED, "cannot read a line from descriptor %s: %s", text,
		    strerror((int)-n));
	else
		result = secret_put(d, s, p, line, (size_t)n);
	explicit_bzero(line, SECRET_LINE_MAX);
	free(line);
	free(text);
	return result;
}

/* Whether it may go out. */

/* True: it is waited for that nothing is echoed. */
static bool
secret_is_careful(const struct step *s, const struct peer *p)
{
	if (s->opts.noecho == VERB_NOECHO_NO || peer_tty(p) == -1)
		return false;
	return s->opts.noecho == VERB_NOECHO_YES || prompt_is_secret(p->tail, p->tail_len);
}

/* RUN_DONE: now. */
static enum run_result
secret_await(struct dialogue *d, const struct step *s, const struct peer *p, enum run_reason reason)
{
	const char *why;

	if (!secret_is_careful(s, p))
		return RUN_DONE;
	if (probing_has_echo(p))
		return probing_failed(d, p, reason);
	if (d->wait.stage == 0) {
		d->wait.stage = 1;
		d->wait.since = dialogue_now(d);
	}
	if (dialogue_now(d) >= d->wait.since + SECRET_PATIENCE || probing_reads(p, &why) != PROBING_DOES_NOT)
		return RUN_DONE;
	return probing_failed(d, p, reason);
}

enum run_result
run_send_secret(struct dialogue *d, const struct step *s)
{
	if (dialogue_peer(d, s) == NULL)
		return RUN_OVER;
	wait_begin(d, s);
	return run_send_secret_look(d, s, RUN_BECAUSE_DATA);
}

enum run_result
run_send_secret_look(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	const struct peer *p = dialogue_peer(d, s);
	const enum run_result result = p != NULL ? secret_await(d, s, p, reason) : RUN_OVER;

	if (result != RUN_DONE)
		return result;
	return (verb_id(s->verb) == VERB_SEND_ENV ? secret_from_environment : secret_from_descriptor)(d, s, p);
}

/* Files. */

static enum run_result
file_open(struct dialogue *d, const struct step *s)
{
	size_t len;
	char *path = dialogue_text(d, s, &s->args[0], &len);
	int fd;

	if (path == NULL)
		return RUN_OVER;
	fd = io_open(path, O_RDONLY | O_NOCTTY, 0);
	if (fd < 0) {
		dialogue_refuse(d, s, DIALOGUE_FAILED, "cannot open %s: %s", path, strerror(-fd));
		free(path);
		return RUN_OVER;
	}
	free(path);
	d->file = fd;
	d->file_last = '\n';
	return RUN_DONE;
}

static enum run_result
file_end(struct dialogue *d, const struct step *s, const struct peer *p)
{
	io_close(&d->file);
	if (s->opts.no_enter || d->file_last == '\n')
		return RUN_DONE;
	return sending_put(d, s, p, sending_enter(p), 1, false);
}

/* As much of it as may be on its way. */
static enum run_result
file_put(struct dialogue *d, const struct step *s, const struct peer *p)
{
	char piece[FILE_PIECE];
	enum run_result result = RUN_DONE;

	while (result == RUN_DONE && channel_unsent(p->channel) < SEND_MOST) {
		struct iovec iov = { piece, sizeof(piece) };
		const ssize_t n = io_readv(d->file, &iov, 1);

		if (n < 0)
			return dialogue_refuse(d, s, DIALOGUE_FAILED, "cannot read on: %s", strerror((int)-n));
		if (n == 0)
			return file_end(d, s, p);
		d->file_last = piece[n - 1];
		result = sending_put(d, s, p, piece, (size_t)n, s->opts.is_secret);
	}
	return result == RUN_DONE ? RUN_WAITS : result;
}

enum run_result
run_send_file(struct dialogue *d, const struct step *s)
{
	if (dialogue_peer(d, s) == NULL)
		return RUN_OVER;
	wait_begin(d, s);
	return run_send_file_look(d, s, RUN_BECAUSE_DATA);
}

enum run_result
run_send_file_look(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	const struct peer *p = dialogue_peer(d, s);
	enum run_result result = RUN_DONE;

	if (p == NULL)
		return RUN_OVER;
	if (d->wait.stage < 2 && s->opts.is_secret)
		result = secret_await(d, s, p, reason);
	if (result != RUN_DONE)
		return result;
	if (d->wait.stage < 2 && file_open(d, s) == RUN_OVER)
		return RUN_OVER;
	d->wait.stage = 2;
	result = file_put(d, s, p);
	if (result != RUN_WAITS || reason != RUN_BECAUSE_LATE)
		return result;
	failure_tell(d, FAILURE_LATE);
	return dialogue_end(d, DIALOGUE_LATE);
}
