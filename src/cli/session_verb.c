/* Verbs for a session: what is said on the command line is read here, what is to be done is asked for. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/session_ask.h"
#include "dialogue/escapes.h"
#include "dialogue/keys.h"
#include "dialogue/pattern.h"
#include "dialogue/step.h"

#define VERB_PIECE 65536
#define VERB_LINE_MAX 65536

struct session_verb {
	enum verb_id id;
	int (*ask)(struct session_asker *, const struct step *);
};

static int64_t
verb_limit(const struct session_asker *a, const struct step *s)
{
	const int64_t limit = step_limit(s, config_verb_timeout(&a->call->config.general));

	return limit == VERB_NO_TIMEOUT ? 0 : limit;
}

static int
verb_fail(const struct session_asker *a, int error, const char *what)
{
	const struct log_who who = { .name = a->name };

	if (error != 0)
		log_errno(LOG_ERROR, &who, error, "%s", what);
	else
		log_msg(LOG_ERROR, &who, "%s", what);
	return 1;
}

static const char *
verb_text(const struct step *s, size_t arg, size_t *len)
{
	return text_literal(&s->args[arg].text, len);
}

/* ---- sending ---- */

struct verb_sent {
	bool is_secret, has_enter;
	int64_t limit;
};

static int
verb_put(struct session_asker *a, const struct verb_sent *how, const char *bytes, size_t len)
{
	struct session_out o = { 0 };
	int status = 0;
	size_t done = 0, part;

	do {
		part = len - done < VERB_PIECE ? len - done : VERB_PIECE;
		session_asker_begin(&o, "send", how->limit);
		session_out_number(&o, how->is_secret);
		session_out_number(&o, how->has_enter && done + part == len);
		session_out_field(&o, bytes + done, part);
		session_out_end(&o);
		status = session_asker_ask(a, &o);
		done += part;
	} while (status == 0 && done < len);
	if (how->is_secret)
		explicit_bzero(o.bytes, o.size);
	session_out_fini(&o);
	return status;
}

static int
verb_send(struct session_asker *a, const struct step *s)
{
	const struct verb_sent how = { .has_enter = verb_id(s->verb) == VERB_SEND && !s->opts.no_enter,
		.limit = verb_limit(a, s) };
	const char *missing;
	size_t len;
	char *text = step_join(s, 0, NULL, NULL, &len, &missing);
	int status;

	if (text == NULL)
		return verb_fail(a, 0, "a text without a value");
	if (s->opts.has_escapes && escapes_carry_out(&text, &len, &a->call->diag) != 0)
		status = COMMAND_REFUSED;
	else
		status = verb_put(a, &how, text, len);
	free(text);
	return status;
}

/* Before a secret goes out it must be asked for, if it looks so. */
static int
verb_await_ready(struct session_asker *a, const struct step *s)
{
	struct session_out o = { 0 };
	int status;

	if (s->opts.noecho == VERB_NOECHO_NO)
		return 0;
	session_asker_begin(&o, "ready", verb_limit(a, s));
	session_out_number(&o, s->opts.noecho == VERB_NOECHO_YES);
	session_out_end(&o);
	status = session_asker_ask(a, &o);
	session_out_fini(&o);
	return status;
}

static int
verb_send_secret(struct session_asker *a, const struct step *s, const char *bytes, size_t len)
{
	const struct verb_sent how = { true, !s->opts.no_enter, verb_limit(a, s) };
	int status = verb_await_ready(a, s);

	return status == 0 ? verb_put(a, &how, bytes, len) : status;
}

static int
verb_send_env(struct session_asker *a, const struct step *s)
{
	const char *value = getenv(verb_text(s, 0, NULL));

	if (value == NULL)
		return verb_fail(a, 0, "there is no such variable in the environment");
	return verb_send_secret(a, s, value, strlen(value));
}

/* One line, byte by byte: what follows is for others. */
static int
verb_send_fd(struct session_asker *a, const struct step *s)
{
	char *line = xmalloc(VERB_LINE_MAX);
	size_t len = 0;
	ssize_t n = 1;
	int status;

	while (len < VERB_LINE_MAX) {
		struct iovec iov = { line + len, 1 };

		n = io_readv((int)s->args[0].number, &iov, 1);
		if (n <= 0 || line[len] == '\n')
			break;
		len++;
	}
	if (n < 0 || (n == 0 && len == 0))
		status = verb_fail(a, n < 0 ? (int)-n : 0,
		    n < 0 ? "cannot read from that descriptor" : "that descriptor is at its end");
	else
		status = verb_send_secret(a, s, line, len);
	explicit_bzero(line, VERB_LINE_MAX);
	free(line);
	return status;
}

static int
verb_send_file(struct session_asker *a, const struct step *s)
{
	const char *path = verb_text(s, 0, NULL);
	struct verb_sent how = { .is_secret = s->opts.is_secret, .limit = verb_limit(a, s) };
	char *piece = xmalloc(VERB_PIECE), last = '\n';
	int fd = open(path, O_RDONLY | O_CLOEXEC), status = fd == -1 ? verb_fail(a, errno, "cannot open the file") : 0;

	if (status == 0 && how.is_secret)
		status = verb_await_ready(a, s);
	while (status == 0) {
		struct iovec iov = { piece, VERB_PIECE };
		const ssize_t n = io_readv(fd, &iov, 1);

		if (n < 0)
			status = verb_fail(a, (int)-n, "cannot read the file");
		if (n <= 0)
			break;
		last = piece[n - 1];
		status = verb_put(a, &how, piece, (size_t)n);
	}
	how.has_enter = true;
	if (status == 0 && last != '\n' && !s->opts.no_enter)
		status = verb_put(a, &how, "", 0);
	if (fd != -1)
		io_close(&fd);
	explicit_bzero(piece, VERB_PIECE);
	free(piece);
	return status;
}

static int
verb_key(struct session_asker *a, const struct step *s)
{
	const struct verb_sent how = { .limit = verb_limit(a, s) };
	char bytes[KEYS_MAX];
	int status = 0;

	for (size_t i = 0; status == 0 && i < s->nargs; i++)
		status = verb_put(a, &how, bytes, keys_bytes(verb_text(s, i, NULL), bytes));
	return status;
}

/* ---- waiting ---- */

/* Each is compiled here as well, so that it is refused with its place. */
static int
verb_add_pattern(struct session_asker *a, const struct step *s, size_t i, struct session_out *o)
{
	size_t len;
	const char *text = verb_text(s, i, &len);
	struct pattern *p =
	    pattern_new(text, len, s->opts.is_exact ? PATTERN_EXACT : PATTERN_AS_WRITTEN, &a->call->diag);

	if (p == NULL)
		return COMMAND_REFUSED;
	session_out_field(o, pattern_is_regex(p) ? "r" : "x", 1);
	session_out_field(o, text, len);
	pattern_free(p);
	return 0;
}

static int
verb_expect(struct session_asker *a, const struct step *s)
{
	struct session_out o = { 0 };
	int status = 0;

	session_asker_begin(&o, "expect", verb_limit(a, s));
	session_out_number(&o, s->opts.settle);
	session_out_number(&o, s->opts.clean);
	session_out_number(&o, a->is_case);
	for (size_t i = 0; status == 0 && i < s->nargs; i++) {
		status = verb_add_pattern(a, s, i, &o);
		if (status != 0)
			a->call->input = a->args[i];
	}
	session_out_end(&o);
	if (status == 0)
		status = session_asker_ask(a, &o);
	session_out_fini(&o);
	return status;
}

static int
verb_await(struct session_asker *a, const struct step *s)
{
	return session_asker_ask_for(a, s->verb->name, verb_limit(a, s));
}

static int
verb_now(struct session_asker *a, const struct step *s)
{
	return session_asker_ask_for(a, s->verb->name, 0);
}

/* The number that its argument is. */
static int
verb_number(struct session_asker *a, const struct step *s)
{
	struct session_out o = { 0 };
	int status;

	session_asker_begin(&o, s->verb->name, s->verb->flags & VERB_WAITS ? verb_limit(a, s) : 0);
	session_out_number(&o, s->args[0].number);
	session_out_end(&o);
	status = session_asker_ask(a, &o);
	session_out_fini(&o);
	return status;
}

static int
verb_interact(struct session_asker *a, const struct step *s)
{
	struct session_out o = { 0 };
	struct winsize size = { 0 };
	int status;

	if (s->nargs > 0)
		return verb_fail(a, 0, "patterns end interact in scripts; from a session one detaches");
	if (!isatty(STDIN_FILENO))
		return verb_fail(a, 0, "standard input is no terminal: there is nobody to interact");
	ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
	a->escape = s->opts.escape;
	session_asker_begin(&o, "interact", 0);
	session_out_number(&o, (int64_t)size.ws_col << 16 | size.ws_row);
	session_out_end(&o);
	status = session_asker_ask(a, &o);
	session_out_fini(&o);
	return status;
}

static const struct session_verb session_verbs[] = {
	{ VERB_SEND, verb_send },
	{ VERB_SEND_RAW, verb_send },
	{ VERB_SEND_ENV, verb_send_env },
	{ VERB_SEND_FD, verb_send_fd },
	{ VERB_SEND_FILE, verb_send_file },
	{ VERB_KEY, verb_key },
	{ VERB_EXPECT, verb_expect },
	{ VERB_EXPECT_EOF, verb_await },
	{ VERB_QUIET, verb_number },
	{ VERB_AWAIT_READ, verb_await },
	{ VERB_AWAIT_NOECHO, verb_await },
	{ VERB_EOF, verb_now },
	{ VERB_CLOSE_IN, verb_now },
	{ VERB_SIGNAL, verb_number },
	{ VERB_SIZE, verb_number },
	{ VERB_INTERACT, verb_interact },
};

static const struct session_verb *
verb_find_row(const struct verb *v)
{
	for (size_t i = 0; i < sizeof(session_verbs) / sizeof(session_verbs[0]); i++)
		if (session_verbs[i].id == verb_id(v))
			return &session_verbs[i];
	return NULL;
}

int
session_asker_verb(struct session_asker *a, const struct verb *v, char *const *words)
{
	const struct session_verb *row;
	struct step step;
	size_t n = 0, bad = 0;
	int status = COMMAND_REFUSED;

	while (words[n] != NULL)
		n++;
	if (step_parse_words(&step, v, words, n, false, &a->call->diag, &bad) == -1)
		a->call->input = bad < n ? words[bad] : NULL;
	else if ((row = verb_find_row(v)) == NULL)
		diag_set(&a->call->diag, 0, "%s is not for a session", v->name);
	else {
		a->args = words + (n - step.nargs);
		status = session_asker_open(a) == 0 ? row->ask(a, &step) : 1;
	}
	step_fini(&step);
	return status;
}
