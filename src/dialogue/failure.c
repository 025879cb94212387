/*
 * A failure is told in a few lines, each a message: the place with what was waited for and how long, what was received last, and what
 * the program does as far as the kernel tells.
 */
#include "dialogue/failure.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/charset.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/visible.h"
#include "dialogue/dialogue_state.h"

/* Foreign text, with its ends of lines as \r and \n, between quotes. The caller frees it. */
static char *
failure_quote(const char *bytes, size_t len)
{
	char *quoted = xmalloc(4 * len + 3), *to = quoted;
	size_t taken;

	*to++ = '"';
	for (size_t i = 0; i < len;) {
		const char *const name = bytes[i] == '\n' ? "\\n" :
		    bytes[i] == '\r'                      ? "\\r" :
		    bytes[i] == '\t'                      ? "\\t" :
							    NULL;

		if (name != NULL) {
			memcpy(to, name, 2);
			to += 2;
			i++;
			continue;
		}
		const size_t n = visible_char(bytes + i, len - i, charset_is_utf8());

		to += visible_put(to, 4 * len + 3 - (size_t)(to - quoted), bytes + i, n > 0 ? n : 1, charset_is_utf8(),
		    &taken);
		i += n > 0 ? n : 1;
	}
	memcpy(to, "\"", 2);
	return quoted;
}

static char *
failure_tail(const struct peer *p)
{
	const struct iovec iov[2] = { { (void *)(uintptr_t)p->tail, p->tail_len }, { NULL, 0 } };
	size_t len = p->tail_len;
	char *hidden = secrets_hide(channel_secrets(p->channel), iov, p->tail_len, &len);
	char *quoted = failure_quote(hidden != NULL ? hidden : p->tail, hidden != NULL ? len : p->tail_len);

	free(hidden);
	return quoted;
}

static void
failure_add(char **list, const char *separator, const char *more)
{
	char *longer = *list == NULL ? xstrdup(more) : xasprintf("%s%s%s", *list, separator, more);

	free(*list);
	*list = longer;
}

/* "assword:, /[$#] $/": the step's own patterns, not those of reactions. */
static char *
failure_patterns(const struct dialogue *d)
{
	char *list = NULL;

	for (size_t i = 0; i < d->nwatched; i++) {
		const char *text = pattern_text(d->watched[i].pattern);
		char *quoted;

		if (d->watched[i].reaction != NULL)
			continue;
		quoted = pattern_is_regex(d->watched[i].pattern) ? xstrdup(text) : failure_quote(text, strlen(text));
		failure_add(&list, ", ", quoted);
		free(quoted);
	}
	return list;
}

/* What a program does now, or how it has ended. */
static char *
failure_doing(const struct peer *p)
{
	const bool is_program = (channel_spec(p->channel)->kind->flags & KIND_CHILD) != 0;
	char *waits = channel_describe(p->channel), *text;
	const int status = channel_program_status(p->channel);

	if (is_program && status >= 0)
		text = status > 128 ? xasprintf("%s was ended by signal %d", peer_name(p), status - 128) :
				      xasprintf("%s has exited with status %d", peer_name(p), status);
	else if (*waits != '\0')
		text = xstrdup(waits);
	else if (channel_has_ended(p->channel))
		text = xasprintf("%s has ended", peer_name(p));
	else
		text = NULL;
	free(waits);
	return text;
}

static void failure_say(void (*say)(const char *, void *), void *arg, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
failure_say(void (*say)(const char *, void *), void *arg, const char *fmt, ...)
{
	va_list ap;
	char *line;

	va_start(ap, fmt);
	line = xvasprintf(fmt, ap);
	va_end(ap);
	say(line, arg);
	free(line);
}

void
failure_say_peer(const struct peer *p, void (*say)(const char *, void *), void *arg)
{
	char *doing = failure_doing(p), *tail = failure_tail(p);
	const uint64_t lost = p->raw.lost;

	if (p->heard == 0)
		failure_say(say, arg, "  nothing was received from %s", peer_name(p));
	else if (p->heard <= sizeof(p->tail))
		failure_say(say, arg, "  received from %s: %s", peer_name(p), tail);
	else
		failure_say(say, arg, "  received last, of %" PRIu64 " bytes from %s: %s", p->heard, peer_name(p),
		    tail);
	if (lost > 0)
		failure_say(say, arg, "  %" PRIu64 " bytes were discarded before, because no step had used them", lost);
	if (doing != NULL)
		failure_say(say, arg, "  %s", doing);
	free(doing);
	free(tail);
}

static void
failure_log(const char *line, void *arg)
{
	(void)arg;
	log_msg(LOG_ERROR, NULL, "%s", line);
}

static void
failure_tell_peers(const struct dialogue *d)
{
	for (const struct peer *p = d->peers; p != NULL; p = p->next)
		if (wait_is_for(d, d->wait.step, p))
			failure_say_peer(p, failure_log, NULL);
}

void
failure_tell(struct dialogue *d, enum failure why)
{
	const struct step *s = d->wait.step;
	char *place = step_place_show(s), *patterns = failure_patterns(d);
	const double waited = (double)(dialogue_now(d) - d->wait.since) / 1e9;
	const char *verb = s->place.file != NULL ? s->verb->name : "", *colon = s->place.file != NULL ? ": " : "";

	if (why == FAILURE_LATE)
		log_msg(LOG_ERROR, NULL, "%s: %s%s%s%swithin %.2f s", place, verb, colon,
		    patterns != NULL ? patterns : "what it waits for",
		    patterns != NULL ? " did not come " : " did not happen ", waited);
	else
		log_msg(LOG_ERROR, NULL, "%s: %s%s%s came, after %.2f s", place, verb, colon,
		    patterns != NULL ? "the end of input" : "the end", waited);
	if (why == FAILURE_ENDED && patterns != NULL)
		log_msg(LOG_ERROR, NULL, "  waited for: %s", patterns);
	failure_tell_peers(d);
	free(place);
	free(patterns);
}

void
failure_tell_matcher(struct dialogue *d, const struct peer *p, const char *why)
{
	char *place = step_place_show(d->wait.step);

	log_msg(LOG_ERROR, NULL, "%s: %s", place, why);
	failure_say_peer(p, failure_log, NULL);
	free(place);
}

void
failure_tell_sending(struct dialogue *d, const struct step *s, const struct peer *p)
{
	char *place = step_place_show(s);

	(void)d;
	log_msg(LOG_ERROR, NULL, "%s: nothing can be sent to %s any more", place, peer_name(p));
	failure_say_peer(p, failure_log, NULL);
	free(place);
}
