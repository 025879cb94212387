/*
 * send, send-raw, key, eof, close-in: what an end is given.
 *
 * Nothing is lost, however slowly it is taken; a program that sends without end is held up here (SEND_MOST). Enter is what the key of
 * that name sends: CR to a terminal, which makes of it what its program wants, LF to everything else.
 */
#include "dialogue/verb_run.h"

#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "dialogue/escapes.h"
#include "dialogue/failure.h"
#include "dialogue/keys.h"
#include "dialogue/sending.h"

enum run_result
sending_put(struct dialogue *d, const struct step *s, const struct peer *p, const char *bytes, size_t len,
    bool is_secret)
{
	const bool is_taken =
	    channel_is_writable(p->channel) && (is_secret ? channel_send_secret : channel_send)(p->channel, bytes, len);

	if (is_taken)
		return RUN_DONE;
	failure_tell_sending(d, s, p);
	return dialogue_end(d, DIALOGUE_ENDED);
}

const char *
sending_enter(const struct peer *p)
{
	return p->is_terminal ? "\r" : "\n";
}

/* Waits while too much is on its way. */
static enum run_result
send_wait(struct dialogue *d, const struct step *s, const struct peer *p)
{
	if (channel_unsent(p->channel) < SEND_MOST)
		return RUN_DONE;
	wait_begin(d, s);
	return RUN_WAITS;
}

enum run_result
run_send_look(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	const struct peer *p = dialogue_peer(d, s);

	if (p == NULL)
		return RUN_OVER;
	if (channel_unsent(p->channel) < SEND_MOST || channel_is_closed(p->channel))
		return RUN_DONE;
	if (reason != RUN_BECAUSE_LATE)
		return RUN_WAITS;
	failure_tell(d, FAILURE_LATE);
	return dialogue_end(d, DIALOGUE_LATE);
}

/* What is to be sent, without Enter; NULL: told. */
static char *
send_text(struct dialogue *d, const struct step *s, size_t *len)
{
	struct diag diag = { 0 };
	const char *missing;
	char *text = step_join(s, 0, dialogue_lookup, d, len, &missing);

	if (text == NULL) {
		dialogue_refuse(d, s, DIALOGUE_FAILED, "the variable '%s' has no value", missing);
		return NULL;
	}
	if (s->opts.has_escapes && escapes_carry_out(&text, len, &diag) != 0) {
		dialogue_refuse(d, s, DIALOGUE_USAGE, "%s", diag.text);
		free(text);
		text = NULL;
	}
	diag_fini(&diag);
	return text;
}

enum run_result
run_send(struct dialogue *d, const struct step *s)
{
	const struct peer *p = dialogue_peer(d, s);
	const bool with_enter = verb_id(s->verb) == VERB_SEND && !s->opts.no_enter;
	enum run_result result;
	size_t len;
	char *text = p != NULL ? send_text(d, s, &len) : NULL;

	if (text == NULL)
		return RUN_OVER;
	result = sending_put(d, s, p, text, len, false);
	if (result == RUN_DONE && with_enter)
		result = sending_put(d, s, p, sending_enter(p), 1, false);
	free(text);
	return result == RUN_DONE ? send_wait(d, s, p) : result;
}

static enum run_result
send_key(struct dialogue *d, const struct step *s, const struct peer *p, const char *name)
{
	char bytes[KEYS_MAX];
	size_t n = keys_bytes(name, bytes);

	if (n == 0)
		return dialogue_refuse(d, s, DIALOGUE_USAGE, "there is no key '%s'", name);
	if (n == 1 && bytes[0] == '\r')
		bytes[0] = *sending_enter(p);
	return sending_put(d, s, p, bytes, n, false);
}

enum run_result
run_key(struct dialogue *d, const struct step *s)
{
	const struct peer *p = dialogue_peer(d, s);
	enum run_result result = p != NULL ? RUN_DONE : RUN_OVER;

	for (size_t i = 0; i < s->nargs && result == RUN_DONE; i++) {
		size_t len;
		char *name = dialogue_text(d, s, &s->args[i], &len);

		result = name != NULL ? send_key(d, s, p, name) : RUN_OVER;
		free(name);
	}
	return result == RUN_DONE ? send_wait(d, s, p) : result;
}

/* On a terminal the key for it, which its modes name; elsewhere there is no other end than that of all input. */
enum run_result
run_eof(struct dialogue *d, const struct step *s)
{
	const struct peer *p = dialogue_peer(d, s);
	struct termios t;
	char key;

	if (p == NULL)
		return RUN_OVER;
	if (peer_tty(p) == -1)
		return run_close_in(d, s);
	key = tcgetattr(peer_tty(p), &t) == 0 && t.c_cc[VEOF] != _POSIX_VDISABLE ? (char)t.c_cc[VEOF] : '\004';
	return sending_put(d, s, p, &key, 1, false);
}

enum run_result
run_close_in(struct dialogue *d, const struct step *s)
{
	const struct peer *p = dialogue_peer(d, s);

	if (p == NULL)
		return RUN_OVER;
	channel_close_input(p->channel);
	return RUN_DONE;
}
