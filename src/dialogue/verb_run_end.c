/* open, signal, size, log, record: verbs about the ends themselves. */
#include "dialogue/verb_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/mem.h"
#include "dialogue/failure.h"
#include "endpoint/cast_opts.h"

/* The address of `open`; without one its words alone are it. Returns 0; or -1 (told). */
static int
open_parse(struct dialogue *d, const struct step *s, struct endpoint_spec **in, struct endpoint_spec **out)
{
	struct diag diag = { 0 };
	const char *missing = NULL;
	char *address =
	    s->nargs > 0 ? text_expand_address(&s->args[0].text, dialogue_lookup, d, &missing) : xstrdup("exec");
	int result;

	if (address == NULL) {
		dialogue_refuse(d, s, DIALOGUE_FAILED, "the variable '%s' has no value", missing);
		return -1;
	}
	result = endpoint_spec_parse(address, in, out, &diag);
	if (result == -1)
		dialogue_refuse(d, s, DIALOGUE_USAGE, "%s: %s%s%s", address, diag.text, diag.hint != NULL ? "; " : "",
		    diag.hint != NULL ? diag.hint : "");
	diag_fini(&diag);
	free(address);
	return result;
}

static int
open_give_words(struct dialogue *d, const struct step *s, struct endpoint_spec *spec)
{
	char **words = xcalloc(s->nwords + 1, sizeof(*words));
	size_t len, n = 0;

	while (n < s->nwords && (words[n] = dialogue_text(d, s, &s->words[n], &len)) != NULL)
		n++;
	if (n == s->nwords)
		endpoint_spec_give(spec, words);
	free_strings(words);
	return n == s->nwords ? 0 : -1;
}

/* Its turn of the recordings, in place of what it names. Returns 0; or -1 (told). */
static int
open_recording(struct dialogue *d, const struct step *s, struct endpoint_spec **in, struct endpoint_spec **out)
{
	struct diag diag = { 0 };
	char *address;
	int result;

	if (d->nagainst == d->setup.nagainst) {
		dialogue_refuse(d, s, DIALOGUE_USAGE, "there is no recording for it: --against was given %zu time%s",
		    d->setup.nagainst, d->setup.nagainst == 1 ? "" : "s");
		return -1;
	}
	address = cast_address(d->setup.against[d->nagainst++]);
	result = endpoint_spec_parse(address, in, out, &diag);
	if (result == -1)
		dialogue_refuse(d, s, DIALOGUE_USAGE, "%s: %s", address, diag.text);
	diag_fini(&diag);
	free(address);
	return result;
}

enum run_result
run_open(struct dialogue *d, const struct step *s)
{
	struct endpoint_spec *in = NULL, *out = NULL;
	const bool is_recording = d->setup.nagainst > 0;

	if ((is_recording ? open_recording : open_parse)(d, s, &in, &out) == -1)
		return RUN_OVER;
	if (!is_recording && s->nwords > 0 && open_give_words(d, s, in) == -1) {
		endpoint_spec_free(in);
		endpoint_spec_free(out);
		return RUN_OVER;
	}
	wait_begin(d, s);
	if (dialogue_open_peer(d, s, in, out) == NULL)
		return RUN_OVER;
	return run_open_look(d, s, RUN_BECAUSE_DATA);
}

enum run_result
run_open_look(struct dialogue *d, const struct step *s, enum run_reason reason)
{
	const struct peer *p = s->target != NULL ? dialogue_find_peer(d, s->target) : d->current;

	if (channel_is_open(p->channel))
		return RUN_DONE;
	if (channel_is_closed(p->channel)) /* told by the wire */
		return dialogue_end(d, channel_status(p->channel) != 0 ? channel_status(p->channel) : DIALOGUE_FAILED);
	if (reason != RUN_BECAUSE_LATE)
		return RUN_WAITS;
	failure_tell(d, FAILURE_LATE);
	return dialogue_end(d, DIALOGUE_LATE);
}

enum run_result
run_signal(struct dialogue *d, const struct step *s)
{
	struct peer *p = dialogue_peer(d, s);
	const struct endpoint *ep;
	int64_t signo;

	if (p == NULL || dialogue_number(d, s, &signo) == -1)
		return RUN_OVER;
	if (d->setup.nagainst > 0)
		return RUN_DONE;
	if (!(channel_spec(p->channel)->kind->flags & KIND_CHILD))
		return dialogue_refuse(d, s, DIALOGUE_FAILED, "%s is no program", peer_name(p));
	ep = channel_endpoint(p->channel, ROLE_READ);
	if (ep == NULL || ep->child == NULL || ep->child->has_ended)
		return dialogue_refuse(d, s, DIALOGUE_FAILED, "%s has ended", peer_name(p));
	child_signal(ep->child, (int)signo);
	return RUN_DONE;
}

enum run_result
run_size(struct dialogue *d, const struct step *s)
{
	struct peer *p = dialogue_peer(d, s);
	struct winsize size = { 0 };
	int64_t value;
	int fd;

	if (p == NULL || dialogue_number(d, s, &value) == -1)
		return RUN_OVER;
	fd = peer_tty(p);
	if (d->setup.nagainst > 0)
		return RUN_DONE;
	if (fd == -1)
		return dialogue_refuse(d, s, DIALOGUE_FAILED, "%s is no terminal", peer_name(p));
	size.ws_col = (unsigned short)(value >> 16);
	size.ws_row = (unsigned short)(value & 0xffff);
	if (ioctl(fd, TIOCSWINSZ, &size) == -1)
		return dialogue_refuse(d, s, DIALOGUE_FAILED, "%s: cannot set the size: %s", peer_name(p),
		    strerror(errno));
	return RUN_DONE;
}

static enum run_result
log_to_file(struct dialogue *d, const struct step *s, char *path)
{
	int error;

	if (d->has_log)
		tap_record_close(&d->log);
	d->has_log = false;
	free(d->log_path);
	d->log_path = path;
	error = tap_record_open(&d->log, path);
	if (error != 0)
		return dialogue_end(d, DIALOGUE_FAILED); /* told */
	(void)s;
	d->has_log = true;
	return RUN_DONE;
}

enum run_result
run_log(struct dialogue *d, const struct step *s)
{
	size_t len;
	char *word = dialogue_text(d, s, &s->args[0], &len);
	const bool is_on = word != NULL && strcmp(word, "on") == 0, is_off = word != NULL && strcmp(word, "off") == 0;

	if (word == NULL)
		return RUN_OVER;
	if (!is_on && !is_off)
		return log_to_file(d, s, word);
	d->is_silent = is_off;
	free(word);
	return RUN_DONE;
}

enum run_result
run_record(struct dialogue *d, const struct step *s)
{
	struct peer *p = dialogue_peer(d, s);
	char *word = p != NULL ? dialogue_text(d, s, &s->args[0], NULL) : NULL;
	int error;

	if (word == NULL)
		return RUN_OVER;
	if (channel_is_closed(p->channel)) {
		free(word);
		return dialogue_refuse(d, s, DIALOGUE_FAILED, "%s has ended", peer_name(p));
	}
	error = strcmp(word, "off") == 0 ? channel_record_end(p->channel) : channel_record(p->channel, word);
	free(word);
	return error == 0 ? RUN_DONE : dialogue_end(d, DIALOGUE_FAILED); /* told */
}
