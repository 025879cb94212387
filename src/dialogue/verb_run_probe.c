/*
 * await-noecho, await-read: verbs that wait for what no event tells. The kernel has none for the modes of a terminal, nor for another
 * process that begins to wait, so it is looked at again and again: at once when something was said, which is what mostly comes with
 * it, and else after a millisecond, and then less and less often.
 */
#include <sys/param.h>
#include <termios.h>

#include "dialogue/failure.h"
#include "dialogue/probing.h"
#include "dialogue/verb_run.h"
#include "wire/watch_reads.h"

#define PROBE_FIRST LOOP_MS(1)
#define PROBE_LAST LOOP_MS(50)

void
probing_again(struct dialogue *d, enum run_reason reason)
{
	struct wait *w = &d->wait;

	w->patience = reason == RUN_BECAUSE_TIMER ? MIN(2 * w->patience, PROBE_LAST) : PROBE_FIRST;
	if (reason != RUN_BECAUSE_TIMER && loop_timer_is_set(&d->again))
		return;
	wait_again(d, w->patience);
}

bool
probing_has_echo(const struct peer *p)
{
	struct termios t;
	const int fd = peer_tty(p);

	return fd != -1 && tcgetattr(fd, &t) == 0 && (t.c_lflag & ECHO) != 0;
}

enum probing
probing_reads(const struct peer *p, const char **why)
{
	static const enum probing results[] = { [WATCH_READING] = PROBING_READS,
		[WATCH_NOT_READING] = PROBING_DOES_NOT,
		[WATCH_READING_UNSEEN] = PROBING_UNSEEN };
	const struct channel *c = p->channel;

	*why = NULL;
	if (!channel_is_open(c) || channel_unsent(c) > 0)
		return PROBING_DOES_NOT;
	return results[watch_reads(channel_endpoint(c, ROLE_READ), channel_endpoint(c, ROLE_WRITE), why)];
}

enum run_result
probing_failed(struct dialogue *d, const struct peer *p, enum run_reason reason)
{
	if (channel_has_ended(p->channel)) {
		failure_tell(d, FAILURE_ENDED);
		return dialogue_end(d, DIALOGUE_ENDED);
	}
	if (reason == RUN_BECAUSE_LATE) {
		failure_tell(d, FAILURE_LATE);
		return dialogue_end(d, DIALOGUE_LATE);
	}
	probing_again(d, reason);
	return RUN_WAITS;
}

enum run_result
run_await_noecho(struct dialogue *d, const struct step *s)
{
	const struct peer *p = dialogue_peer(d, s);

	if (p == NULL)
		return RUN_OVER;
	if (d->setup.nagainst > 0) /* a recording waits by itself */
		return RUN_DONE;
	if (peer_tty(p) == -1 && !channel_has_ended(p->channel))
		return dialogue_refuse(d, s, DIALOGUE_FAILED, "%s is no terminal, and nothing echoes there",
		    peer_name(p));
	if (wait_start(d, s) == -1)
		return RUN_OVER;
	return run_await_noecho_look(d, s, RUN_BECAUSE_DATA);
}

enum run_result
run_await_noecho_look(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	const struct peer *p = dialogue_peer(d, s);
	bool is_over;

	if (p == NULL)
		return RUN_OVER;
	wait_match(d, false, &is_over);
	if (is_over)
		return RUN_OVER;
	if (peer_tty(p) != -1 && !probing_has_echo(p))
		return RUN_DONE;
	return probing_failed(d, p, reason);
}

enum run_result
run_await_read(struct dialogue *d, const struct step *s)
{
	const struct peer *p = dialogue_peer(d, s);

	if (p == NULL)
		return RUN_OVER;
	if (d->setup.nagainst > 0) /* a recording waits by itself */
		return RUN_DONE;
	if (wait_start(d, s) == -1)
		return RUN_OVER;
	return run_await_read_look(d, s, RUN_BECAUSE_DATA);
}

enum run_result
run_await_read_look(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	const struct peer *p = dialogue_peer(d, s);
	const char *why;
	bool is_over;

	if (p == NULL)
		return RUN_OVER;
	wait_match(d, false, &is_over);
	if (is_over)
		return RUN_OVER;
	switch (probing_reads(p, &why)) {
	case PROBING_READS:
		return RUN_DONE;
	case PROBING_UNSEEN:
		return dialogue_refuse(d, s, DIALOGUE_FAILED, "it cannot be seen whether %s waits for input: %s",
		    peer_name(p), why);
	case PROBING_DOES_NOT:
		break;
	}
	return probing_failed(d, p, reason);
}
