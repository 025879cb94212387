/* From the options that are verbs to a dialogue, and its run. */
#include "cli/talk.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/config.h"
#include "cli/explain_label.h"
#include "cli/stage.h"
#include "dialogue/dialogue.h"
#include "dialogue/interact.h"
#include "dialogue/pattern.h"
#include "process/child.h"
#include "wire/traffic.h"

struct talk {
	const struct config *config;
	struct stage stage;
	struct dialogue *dialogue;
	struct loop_timer timeout;
	struct run_result result;
	unsigned stops;
	bool is_done;
};

/* Reading. */

static const struct verb *
talk_verb(const char *name)
{
	char *bare = xstrndup(name, strcspn(name, ",="));
	const struct verb *v = step_option_verb(bare);

	free(bare);
	return v;
}

bool
talk_is_option(const char *name)
{
	return talk_verb(name) != NULL;
}

static char *
talk_value_name(const struct verb *v)
{
	if (v->option_args == 0)
		return xstrdup("-");
	if (v->flags & VERB_DO)
		return xasprintf("%s VERB", verb_arg_name(v->first));
	return v->option_args == 1 ? xstrdup(verb_arg_name(v->first)) :
				     xasprintf("%s %s", verb_arg_name(v->first), verb_arg_name(v->rest));
}

/* What an option was given: its name, with flags, and the words behind it. */
struct talk_option {
	char *name; /* "expect,t=5s", owned */
	char *words[2];
	const char *arg; /* as written, and the place of the name in it */
	size_t at;
};

/* "expect=PATTERN" is "expect PATTERN"; in "expect,t=5s" the equals sign is its flag's. Returns the words taken of the others. */
static int
talk_split(struct talk_option *o, const char *name, unsigned nargs, int nwords, char *const *words)
{
	const size_t len = strcspn(name, ",=");
	unsigned n = 0;
	int used = 0;

	o->name = name[len] == '=' ? xstrndup(name, len) : xstrdup(name);
	if (name[len] == '=')
		o->words[n++] = (char *)(uintptr_t)(name + len + 1);
	while (n < nargs && used < nwords)
		o->words[n++] = words[used++];
	return n == nargs ? used : -1;
}

static int
talk_missing(const struct verb *v, const char *arg, struct diag *d)
{
	char *value = talk_value_name(v);

	diag_set(d, strlen(arg), "option --%s needs %s", verb_option_name(v), value);
	free(value);
	return diag_hint(d, "--help=%s tells more", verb_option_name(v));
}

static int
talk_parse(struct program *program, const struct verb *v, const struct talk_option *o, struct diag *d,
    const char **input)
{
	struct step step;
	bool is_name_bad = true;
	size_t bad = 0;

	if (step_parse_option(&step, o->name, o->words, &is_name_bad, d, &bad) == 0) {
		step.place.line = (unsigned)program->nsteps + 1;
		program_add(program, &step);
		return 0;
	}
	if (is_name_bad)
		diag_shift(d, o->at);
	else
		*input = bad < v->option_args ? o->words[bad] : NULL;
	step_fini(&step);
	return -1;
}

int
talk_add(struct program *program, const char *name, const char *arg, int nwords, char *const *words, int *used,
    struct diag *d, const char **input)
{
	const struct verb *v = talk_verb(name);
	struct talk_option o = { .arg = arg, .at = (size_t)(name - arg) };
	int result;

	*input = arg;
	*used = talk_split(&o, name, v->option_args, nwords, words);
	result = *used == -1 ? talk_missing(v, arg, d) : talk_parse(program, v, &o, d, input);
	free(o.name);
	return result;
}

/* Checking. */

static int
talk_check_pattern(const struct step *s, const struct step_arg *a, struct diag *d, const char **input)
{
	size_t len;
	const char *text = a->kind == VERB_ARG_PATTERN ? text_literal(&a->text, &len) : NULL;
	struct pattern *p;

	if (text == NULL)
		return 0;
	p = pattern_new(text, len, s->opts.is_exact ? PATTERN_EXACT : PATTERN_AS_WRITTEN, d);
	*input = text;
	pattern_free(p);
	return p != NULL ? 0 : -1;
}

static int
talk_check_patterns(const struct program *p, struct diag *d, const char **input)
{
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct step *s = &p->steps[i];

		for (size_t j = 0; j < s->nargs; j++)
			if (talk_check_pattern(s, &s->args[j], d, input) == -1)
				return -1;
		if (talk_check_patterns(&s->body, d, input) == -1)
			return -1;
	}
	return 0;
}

/* What is for wires that go on by themselves. Returns the first such option, or NULL. */
static const char *
talk_find_misplaced(const struct config_general *g)
{
	const struct {
		bool is_given;
		const char *name;
	} options[] = {
		{ g->call != CALL_NO, "call" },
		{ g->service.daemon, "daemon" },
		{ g->on_signal.len > 0, "on-signal" },
		{ g->service.pidfile != NULL, "pidfile" },
		{ g->service.ready_fd != 0, "ready-fd" },
		{ g->status_socket != NULL, "status-socket" },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (options[i].is_given)
			return options[i].name;
	return NULL;
}

static int
talk_check_shape(const struct config *c, struct diag *d)
{
	const struct wire_spec *w = &c->spec;
	const char *misplaced = talk_find_misplaced(&c->general);

	if (w->topology != TOPOLOGY_PAIR) {
		diag_set(d, 0, "--%s in a dialogue", topology_name(w->topology));
		return diag_hint(d,
		    "a dialogue drives the first address, and what that says goes on to the second one");
	}
	if (w->nends == 0) {
		diag_set(d, 0, "nobody to talk to");
		return diag_hint(d, "for example: ipcwire exec:bc --send 6*7 --expect 42");
	}
	if (misplaced != NULL) {
		diag_set(d, 0, "--%s in a dialogue", misplaced);
		return diag_hint(d, "it is for wires and servers that go on by themselves");
	}
	if (w->opts.forward || w->opts.backward)
		return diag_set(d, 0, "one direction in a dialogue");
	return 0;
}

/* Where what is said goes when no second address says it. */
static int
talk_add_stdout(struct dialogue *dialogue, struct diag *d)
{
	struct endpoint_spec *in, *out;

	if (endpoint_spec_parse("stdout", &in, &out, d) == -1)
		return -1;
	return dialogue_add(dialogue, NULL, in, out, true, d);
}

/* The end becomes the dialogue's. */
static int
talk_add_end(struct dialogue *dialogue, struct wire_spec *w, unsigned end, struct diag *d, const char **input)
{
	struct endpoint_spec *in = w->ends[end].in, *out = w->ends[end].out;
	char *name = xstrdup(in->addr->text);
	int result;

	w->ends[end] = (struct wire_end_spec){ 0 };
	result = dialogue_add(dialogue, NULL, in, out, end > 0, d);
	if (result == -1)
		*input = NULL;
	free(name);
	return result;
}

int
talk_prepare(struct config *c, struct diag *d, const char **input)
{
	const bool has_second = c->spec.nends > 1;
	const struct dialogue_setup setup = { .opts = &c->spec.opts,
		.timeout = config_verb_timeout(&c->general),
		.is_left = has_second,
		.has_person = interact_is_in(&c->steps),
		.relays = has_second };
	int result;

	*input = NULL;
	if (talk_check_shape(c, d) == -1 || talk_check_patterns(&c->steps, d, input) == -1)
		return -1;
	*input = NULL;
	c->dialogue = dialogue_new(&setup);
	result = talk_add_end(c->dialogue, &c->spec, 0, d, input);
	if (result == 0)
		result =
		    has_second ? talk_add_end(c->dialogue, &c->spec, 1, d, input) : talk_add_stdout(c->dialogue, d);
	return result;
}

void
talk_explain(const struct config *c)
{
	dialogue_explain(c->dialogue, &c->steps, stdout);
}

/* Running. */

static void
talk_check_done(void *arg)
{
	const struct talk *t = arg;

	if (t->is_done && t->stage.env.lingering == 0)
		loop_stop(t->stage.env.loop);
}

static void
talk_done(struct dialogue *d, int status, bool is_pipe_ended, void *arg)
{
	struct talk *t = arg;

	(void)d;
	if (t->result.status == 0)
		t->result.status = status;
	if (is_pipe_ended && t->result.signo == 0)
		t->result.signo = SIGPIPE;
	t->is_done = true;
	loop_timer_stop(t->stage.env.loop, &t->timeout);
	talk_check_done(t);
}

static void
talk_is_late(struct loop_timer *timer)
{
	struct talk *t = timer->arg;

	dialogue_stop(t->dialogue, 124, "the run took longer than --timeout");
}

static void
talk_stop_signal(int signo, void *arg)
{
	struct talk *t = arg;

	if (t->is_done) {
		loop_stop(t->stage.env.loop);
		return;
	}
	t->result.signo = signo;
	child_table_signal(t->stage.env.children, ++t->stops > 1 ? SIGKILL : signo);
	dialogue_stop(t->dialogue, 0, NULL);
}

static void
talk_log_signal(int signo, void *arg)
{
	(void)signo;
	(void)arg;
	log_reopen_file();
}

static void
talk_print_signal(int signo, void *arg)
{
	struct talk *t = arg;
	char *text = dialogue_describe(t->dialogue);

	(void)signo;
	console_write(&t->stage.console, text, strlen(text), true);
	free(text);
}

static bool
talk_is_signal_taken(int signo, void *arg)
{
	const struct talk *t = arg;

	return sigismember(&t->config->signals.messages, signo) == 1;
}

static void
talk_begin(void *arg)
{
	struct talk *t = arg;
	struct endpoint_env *env = &t->stage.env;
	const int64_t limit = t->config->spec.opts.timeout;

	env->lingered = talk_check_done;
	env->lingered_arg = t;
	env->runs_programs = true;
	env->has_own_groups = !stage_is_in_foreground();
	if (limit > 0)
		loop_timer_set(env->loop, &t->timeout, loop_now(env->loop) + (uint64_t)limit);
	dialogue_start(t->dialogue, env, &t->config->steps, talk_done, t);
}

static int
talk_set_up(struct talk *t)
{
	const struct stage_signals uses = { talk_stop_signal, talk_log_signal, talk_print_signal, talk_is_signal_taken,
		t };
	struct stage *s = &t->stage;
	int error = stage_signals(s, &uses);

	if (error != 0) {
		log_errno(LOG_ERROR, NULL, -error, "the event loop failed");
		return error;
	}
	loop_timer_init(&t->timeout, talk_is_late, t);
	return traffic_open(&s->env.traffic, &t->config->spec, s->env.loop, &s->console);
}

struct run_result
talk_run(struct config *c)
{
	struct talk t = { .config = c, .dialogue = c->dialogue };

	on_signal_block(&c->signals);
	if (c->general.log_file != NULL && log_open_file(c->general.log_file) != 0)
		return (struct run_result){ .status = 1 };
	if (stage_open(&t.stage) != 0)
		return (struct run_result){ .status = 1 };
	if (talk_set_up(&t) != 0 || stage_run(&t.stage, talk_begin, &t) != 0)
		t.result.status = 1;
	loop_timer_stop(t.stage.env.loop, &t.timeout);
	if (stage_end(&t.stage) != 0 && t.result.status == 0)
		t.result.status = 1;
	dialogue_free(c->dialogue);
	c->dialogue = NULL;
	stage_close(&t.stage);
	return t.result;
}
