/* repeat, leave, capture, print, fail, exit: verbs that talk to nobody. */
#include "dialogue/verb_run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/output.h"

enum run_result
run_repeat(struct dialogue *d, const struct step *s)
{
	int64_t times = -1;
	struct dialogue_frame *f;

	if (s->nargs > 0 && dialogue_number(d, s, &times) == -1)
		return RUN_OVER;
	if (times == 0)
		return RUN_DONE;
	f = dialogue_enter(d, &s->body);
	f->owner = s;
	f->left = times == -1 ? -1 : times - 1;
	return RUN_DONE;
}

enum run_result
run_leave(struct dialogue *d, const struct step *s)
{
	(void)s;
	dialogue_leave_repeat(d);
	return RUN_DONE;
}

/* Without a group: the first one of the pattern, or else the whole match. */
static const struct capture *
flow_group(const struct dialogue *d, const char *name)
{
	const struct capture *c;

	if (name != NULL)
		return captures_find(&d->captures, name, strlen(name));
	c = captures_find(&d->captures, "1", 1);
	return c != NULL ? c : captures_find(&d->captures, "0", 1);
}

/* What has come after the last match and was not used yet. */
static void
flow_capture_after(struct dialogue *d, const char *variable)
{
	const struct window *w = d->current != NULL ? peer_window(d->current) : NULL;

	if (w == NULL || window_begin(w) == window_end(w))
		dialogue_set(d, variable, "", 0);
	else
		dialogue_set(d, variable, window_at(w, window_begin(w)), (size_t)(window_end(w) - window_begin(w)));
}

static enum run_result
flow_capture(struct dialogue *d, const struct step *s, const char *variable, const char *group)
{
	const struct capture *c;

	if (group != NULL && strcmp(group, "after") == 0) {
		flow_capture_after(d, variable);
		return RUN_DONE;
	}
	c = flow_group(d, group);
	if (c == NULL)
		return dialogue_refuse(d, s, DIALOGUE_FAILED, "the last match has no group '%s'",
		    group != NULL ? group : "match");
	dialogue_set(d, variable, c->text != NULL ? c->text : "", c->text != NULL ? c->len : 0);
	return RUN_DONE;
}

enum run_result
run_capture(struct dialogue *d, const struct step *s)
{
	size_t len;
	char *variable = dialogue_text(d, s, &s->args[0], &len), *group = NULL;
	enum run_result result = RUN_OVER;

	if (variable != NULL && s->nargs > 1)
		group = dialogue_text(d, s, &s->args[1], &len);
	if (variable != NULL && (s->nargs < 2 || group != NULL))
		result = flow_capture(d, s, variable, group);
	free(variable);
	free(group);
	return result;
}

static char *
flow_join(struct dialogue *d, const struct step *s, size_t *len)
{
	const char *missing;
	char *text = step_join(s, 0, dialogue_lookup, d, len, &missing);

	if (text == NULL)
		dialogue_refuse(d, s, DIALOGUE_FAILED, "the variable '%s' has no value", missing);
	return text;
}

/* In its place among what ends say, if that goes to standard output, too. */
enum run_result
run_print(struct dialogue *d, const struct step *s)
{
	struct output out;
	size_t len;
	int error = 0;
	char *text = flow_join(d, s, &len);

	if (text == NULL)
		return RUN_OVER;
	text[len] = '\n';
	if (d->outlet != NULL && !d->setup.relays) {
		channel_send(d->outlet->channel, text, len + 1);
	} else {
		output_init(&out, STDOUT_FILENO);
		output_write(&out, text, len + 1, &error);
		output_fini(&out);
	}
	free(text);
	return error != 0 ? dialogue_refuse(d, s, DIALOGUE_FAILED, "cannot write to standard output") : RUN_DONE;
}

enum run_result
run_fail(struct dialogue *d, const struct step *s)
{
	size_t len;
	char *text = flow_join(d, s, &len), *place = step_place_show(s);

	if (text != NULL)
		log_msg(LOG_ERROR, NULL, "%s: %s", place, len > 0 ? text : "failed");
	free(place);
	free(text);
	return dialogue_end(d, DIALOGUE_FAILED);
}

enum run_result
run_exit(struct dialogue *d, const struct step *s)
{
	int64_t status = 0;

	if (s->nargs > 0 && dialogue_number(d, s, &status) == -1)
		return RUN_OVER;
	return dialogue_end(d, (int)(status & 0xff));
}
