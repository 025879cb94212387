/* What signals are for: the endpoints that read them, and --on-signal NAME=ACTION. */
#include "cli/on_signal.h"

#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "base/signame.h"
#include "endpoint/retry.h"
#include "endpoint/signal.h"

static const char on_signal_names[][12] = { "", "stats", "drain", "forward", "restart" };
_Static_assert(sizeof(on_signal_names) / sizeof(*on_signal_names) == ON_SIGNAL_N, "a name for every action");

static int
on_signal_find_action(const char *name, size_t len)
{
	for (int a = ON_SIGNAL_NOTHING + 1; a < ON_SIGNAL_N; a++)
		if (name_is(on_signal_names[a], name, len))
			return a;
	return ON_SIGNAL_NOTHING;
}

static int
on_signal_store(struct on_signal *s, const char *value, struct diag *d)
{
	const size_t len = strcspn(value, "=");
	const int signo = signame_number(value, len),
		  action = value[len] == '=' ? on_signal_find_action(value + len + 1, strlen(value + len + 1)) :
					       ON_SIGNAL_NOTHING;

	if (signo == 0) {
		char *quoted = diag_quote(value, len);

		diag_set(d, 0, "no signal has the name %s", quoted);
		free(quoted);
		return diag_hint(d, "'kill -l' lists them: --on-signal USR2=stats");
	}
	if (signame_against(signo) != NULL)
		return diag_set(d, 0, "signal %.*s cannot be had: %s", (int)len, value, signame_against(signo));
	if (sigismember(&s->messages, signo) == 1) {
		diag_set(d, 0, "signal %.*s is read by an endpoint", (int)len, value);
		return diag_hint(d, "one signal can be either a message or an order");
	}
	if (action == ON_SIGNAL_NOTHING) {
		diag_set(d, value[len] == '=' ? len + 1 : len,
		    "what to do on that signal is stats, drain, forward or restart");
		return diag_hint(d, "for example --on-signal %.*s=stats", (int)len, value);
	}
	s->of[signo] = (unsigned char)action;
	return 0;
}

/* Of two readers of one signal each would have some. */
static int
on_signal_read(struct on_signal *s, const struct endpoint_spec *spec, struct diag *d)
{
	sigset_t own;

	sigemptyset(&own);
	signal_add_read(spec, &own);
	for (int signo = 1; signo < NSIG; signo++) {
		char name[SIGNAME_MAX];

		if (sigismember(&own, signo) != 1)
			continue;
		if (sigismember(&s->messages, signo) == 1) {
			diag_set(d, 0, "two addresses read signal %s", signame_format(name, signo));
			return diag_hint(d, "one of them can have it; --tee gives what it reads to several");
		}
		sigaddset(&s->messages, signo);
	}
	return 0;
}

/* There must be something that comes back. */
static int
on_signal_check_restart(const struct wire_spec *w, struct diag *d)
{
	if (w->server != -1) {
		diag_set(d, 0, "what to do on that signal cannot be restart where every client has a wire of its own");
		return diag_hint(d, "it is for the ends of one wire: 'share' instead of 'each'");
	}
	for (unsigned i = 0; i < w->nends; i++)
		if (restart_opts_of(w->ends[i].in)->restart != RESTART_NO ||
		    restart_opts_of(w->ends[i].out)->restart != RESTART_NO)
			return 0;
	diag_set(d, 0, "what to do on that signal cannot be restart: no end has 'restart'");
	return diag_hint(d, "for example exec:PROGRAM,restart");
}

bool
on_signal_has(const struct on_signal *s, enum on_signal_action action)
{
	for (int signo = 1; signo < NSIG; signo++)
		if (s->of[signo] == action)
			return true;
	return false;
}

int
on_signal_parse(struct on_signal *s, const struct opt_list *values, const struct wire_spec *w, struct diag *d,
    const char **bad)
{
	*s = (struct on_signal){ 0 };
	*bad = NULL;
	sigemptyset(&s->messages);
	for (unsigned i = 0; i < w->nends; i++)
		if (on_signal_read(s, w->ends[i].in, d) == -1)
			return -1;
	for (size_t i = 0; i < values->len; i++)
		if (on_signal_store(s, values->items[i], d) == -1) {
			*bad = values->items[i];
			return -1;
		}
	return on_signal_has(s, ON_SIGNAL_RESTART) ? on_signal_check_restart(w, d) : 0;
}

void
on_signal_block(const struct on_signal *s)
{
	sigprocmask(SIG_BLOCK, &s->messages, NULL);
}
