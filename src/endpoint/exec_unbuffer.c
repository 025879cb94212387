/*
 * What is done to a program so that its output comes in time, and whether it worked.
 *
 * The decision is made when the wire is planned (a terminal must be relayed), once for each start, because the program's file
 * may be another one by then. Whether the preload object ran is known from its report; a report is looked for half a second
 * after the start, and again later where the machine is slow, or when the program ends.
 */
#include "endpoint/exec_unbuffer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "endpoint/exec.h"
#include "endpoint/exec_state.h"
#include "process/preload_find.h"
#include "process/preload_report.h"
#include "process/program.h"
#include "process/program_advice.h"

#define REPORT_FIRST LOOP_MS(500)
#define REPORT_LOOKS 3 /* after 0.5, 1.5 and 3.5 seconds */

static bool
exec_unbuffer_is_pty(int how)
{
	return how == UNBUFFER_PTY || how == UNBUFFER_PTY_FULL;
}

/* A terminal that was asked for by name, for more than its effect on buffers; UNBUFFER_AUTO: none. */
static enum unbuffer_how
exec_unbuffer_pty_of(const struct exec_opts *o)
{
	if (o->via == EXEC_VIA_PTY || o->pty == EXEC_PTY_YES)
		return UNBUFFER_PTY_FULL;
	return o->pty == EXEC_PTY_OUT ? UNBUFFER_PTY : UNBUFFER_AUTO;
}

int
exec_unbuffer_check(const struct endpoint_spec *spec, struct diag *d)
{
	const struct exec_opts *o = spec->opts;

	if (exec_unbuffer_is_pty(o->how) && o->via != EXEC_VIA_AUTO && o->via != EXEC_VIA_PTY) {
		diag_set(d, 0, "how=%s and via= exclude each other", unbuffer_how_name((enum unbuffer_how)o->how));
		return diag_hint(d, "leave out via=: a pseudo-terminal is a way to attach a program, too");
	}
	if (exec_unbuffer_pty_of(o) != UNBUFFER_AUTO && o->how != UNBUFFER_AUTO &&
	    (int)exec_unbuffer_pty_of(o) != o->how) {
		diag_set(d, 0, "%s and how=%s exclude each other", o->pty != EXEC_PTY_NO ? "pty" : "via=pty",
		    unbuffer_how_name((enum unbuffer_how)o->how));
		return diag_hint(d, "at a terminal a program is line-buffered by itself");
	}
	return 0;
}

/* ---- the decision ---- */

static bool
exec_unbuffer_is_asked(const struct endpoint_spec *spec)
{
	const struct exec_opts *o = spec->opts;
	const struct buffer_opts b = endpoint_buffer(spec);

	if (exec_unbuffer_pty_of(o) != UNBUFFER_AUTO || exec_unbuffer_is_pty(o->how))
		return true;
	if (o->how == UNBUFFER_NONE)
		return false;
	if (b.mode == BUFFER_LINE || b.mode == BUFFER_NONE)
		return true;
	return o->how != UNBUFFER_AUTO && b.mode == BUFFER_ASIS && !b.is_written;
}

static const char *
exec_unbuffer_no_object(char **dir)
{
	switch (preload_find(dir)) {
	case 0:
		return NULL;
	case -EINVAL:
		return "the path of " PRELOAD_OBJECT " has a colon or a blank, at which the loader would split it";
	default:
		return PRELOAD_OBJECT " is not installed";
	}
}

bool
exec_unbuffer_decide(const struct endpoint_spec *spec, struct unbuffer *u)
{
	const struct exec_opts *o = spec->opts;
	struct unbuffer_wish wish = { .how = (enum unbuffer_how)o->how };
	struct program_info info;
	char *dir, *file;

	if (!exec_unbuffer_is_asked(spec))
		return false;
	if (exec_unbuffer_pty_of(o) != UNBUFFER_AUTO)
		wish.how = exec_unbuffer_pty_of(o);
	wish.is_unbuffered = endpoint_buffer(spec).mode == BUFFER_NONE;
	wish.no_pty = o->via != EXEC_VIA_AUTO ? "via= stands against a pseudo-terminal" : NULL;
	wish.no_object = exec_unbuffer_no_object(&dir);
	program_find(spec->argv[0], o->path, &file);
	program_inspect(&info, spec->argv[0], file != NULL ? file : spec->argv[0], o->chdir, o->path);
	*u = unbuffer_decide(&wish, &info);
	if (exec_unbuffer_pty_of(o) != UNBUFFER_AUTO)
		u->reason = o->pty != EXEC_PTY_NO ? "as pty says" : "as via= says";
	program_info_fini(&info);
	free(file);
	free(dir);
	return true;
}

/* One program of a shell's command line: it has what the shell was given. */
static bool
exec_unbuffer_inherited(const struct endpoint_spec *spec, const char *word, struct unbuffer *u)
{
	const struct exec_opts *o = spec->opts;
	const struct unbuffer_wish wish = { .how = UNBUFFER_PRELOAD };
	struct program_info info;
	char *file;

	if (program_find(word, o->path, &file) != 0)
		return false;
	program_inspect(&info, word, file, o->chdir, o->path);
	free(file);
	*u = unbuffer_decide(&wish, &info);
	if (info.error == 0 && !u->is_reached && program_writes_at_once(&info))
		*u = (struct unbuffer){ .how = UNBUFFER_NONE, .advice = u->advice };
	program_info_fini(&info);
	return info.error == 0;
}

void
exec_unbuffer_shell(const struct endpoint_spec *spec, void (*tell)(const char *, const struct unbuffer *, void *),
    void *arg)
{
	const char *s = endpoint_spec_param(spec, 0);
	struct unbuffer shell, u;

	if (spec->argv == NULL || strcmp(spec->kind->name, "exec") == 0 || !exec_unbuffer_decide(spec, &shell) ||
	    shell.how != UNBUFFER_PRELOAD)
		return;
	for (bool is_first = true; *s != '\0';) {
		const size_t gap = strspn(s, " \t\n|&;()"), len = strcspn(s + gap, " \t\n|&;()<>\"'");
		char *word = xstrndup(s + gap, len);

		is_first = is_first || strcspn(s, "\n|&;(") < gap;
		s += gap + len + (gap + len == 0);
		if (is_first && len > 0 && strchr(word, '=') == NULL) {
			is_first = false;
			if (exec_unbuffer_inherited(spec, word, &u))
				tell(word, &u, arg);
		}
		free(word);
	}
}

const struct unbuffer *
exec_unbuffer_of(struct endpoint *ep)
{
	struct exec_state *st = endpoint_state(ep);

	if (!st->is_decided && !exec_unbuffer_decide(ep->spec, &st->unbuffer))
		st->unbuffer.how = UNBUFFER_NONE;
	st->is_decided = true;
	return st->unbuffer.how != UNBUFFER_NONE ? &st->unbuffer : NULL;
}

bool
exec_unbuffer_has_pty(const struct endpoint_spec *spec, struct endpoint *ep, bool is_input)
{
	struct unbuffer u = { .how = UNBUFFER_NONE };

	if (!exec_unbuffer_is_asked(spec))
		return false;
	if (ep == NULL)
		exec_unbuffer_decide(spec, &u);
	else if (exec_unbuffer_of(ep) != NULL)
		u = *exec_unbuffer_of(ep);
	return is_input ? u.how == UNBUFFER_PTY_FULL : exec_unbuffer_is_pty((int)u.how);
}

/* ---- the environment ---- */

/* One table of reports for the whole process, made when the first program needs it. */
static struct preload_reports *
exec_unbuffer_reports(struct endpoint *ep)
{
	if (ep->env->reports == NULL && (ep->env->reports = preload_reports_new()) == NULL)
		log_errno(LOG_DEBUG, &ep->who, errno, "no memory file for reports of the preload object");
	return ep->env->reports;
}

void
exec_unbuffer_environment(struct endpoint *ep, char **env, size_t *n)
{
	const struct exec_opts *o = ep->spec->opts;
	const struct unbuffer *u = exec_unbuffer_of(ep);
	struct unbuffer_material m = { .written = o->env.items, .nwritten = o->env.len };
	char *dir = NULL, *variable = NULL;

	if (u == NULL || exec_unbuffer_pty_of(o) != UNBUFFER_AUTO)
		return;
	if (exec_unbuffer_no_object(&dir) == NULL)
		m.object_dir = dir;
	if (u->how == UNBUFFER_PRELOAD && m.object_dir != NULL)
		m.variable = variable = preload_variable(exec_unbuffer_reports(ep), u->is_unbuffered);
	unbuffer_environment(u, &m, env, n);
	free(variable);
	free(dir);
}

/* ---- what came of it ---- */

static const struct {
	unsigned flag;
	char text[52];
} exec_reports[] = {
	{ PRELOAD_TTY, "its stdout is a terminal, which is left alone" },
	{ PRELOAD_CLOSED, "its stdout is closed" },
	{ PRELOAD_NULL, "its stdout is /dev/null, which is left alone" },
	{ PRELOAD_SANITIZER, "it is built with a sanitizer and left alone" },
	{ PRELOAD_NO_STDIO, "it has no stdio of a C library" },
};

static void
exec_unbuffer_tell_report(struct endpoint *ep, const struct preload_record *r)
{
	const int pid = (int)((struct exec_state *)ep->state)->child.pid;

	if (r->flags & PRELOAD_DONE) {
		log_msg(LOG_INFO, &ep->who, "preloaded, process %d: stdout is %s", pid,
		    exec_unbuffer_of(ep)->is_unbuffered ? "unbuffered" : "line-buffered");
		return;
	}
	for (size_t i = 0; i < sizeof(exec_reports) / sizeof(*exec_reports); i++)
		if (r->flags & exec_reports[i].flag)
			log_msg(LOG_INFO, &ep->who, "preloaded, process %d: %s", pid, exec_reports[i].text);
}

/* Why it did not run in the program that the process is by now: it may have executed another one. */
static const char *
exec_unbuffer_why_not(pid_t pid)
{
	struct program_info info;
	const char *why;
	char link[32];

	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	program_inspect(&info, "", link, NULL, NULL);
	why = unbuffer_against_preload(&info);
	program_info_fini(&info);
	return why != NULL ? why : "the loader refused it, or its environment was changed";
}

static void
exec_unbuffer_tell_absence(struct endpoint *ep, bool has_ended)
{
	const pid_t pid = ((struct exec_state *)ep->state)->child.pid;
	const int is_mapped = has_ended ? 0 : preload_is_mapped(pid, 0);

	if (is_mapped > 0)
		log_msg(LOG_INFO, &ep->who, "preloaded, process %d, which could not report", (int)pid);
	else if (is_mapped < 0)
		log_errno(LOG_INFO, &ep->who, -is_mapped, "cannot see whether it was preloaded, process %d", (int)pid);
	else if (has_ended)
		log_msg(LOG_INFO, &ep->who, "process %d ended without a report of the preload object", (int)pid);
	else
		log_msg(LOG_WARN, &ep->who,
		    "buffer= did not reach process %d: the preload object does not run in it (%s); its output may come late",
		    (int)pid, exec_unbuffer_why_not(pid));
}

/* Returns true when there is nothing to wait for any more. */
static bool
exec_unbuffer_look(struct endpoint *ep, bool is_last, bool has_ended)
{
	const struct exec_state *st = ep->state;
	struct preload_record r;

	/* A report of the program that was there before another one took its place says nothing of that. */
	if (preload_report_get(ep->env->reports, st->child.pid, &r) &&
	    (has_ended || preload_is_mapped(st->child.pid, r.base) != 0)) {
		exec_unbuffer_tell_report(ep, &r);
		return true;
	}
	if (is_last)
		exec_unbuffer_tell_absence(ep, has_ended);
	return is_last;
}

static void
exec_unbuffer_expired(struct loop_timer *t)
{
	struct endpoint *ep = t->arg;
	struct exec_state *st = ep->state;

	st->report_looks++;
	if (exec_unbuffer_look(ep, st->report_looks == REPORT_LOOKS, false))
		st->report_looks = REPORT_LOOKS;
	else
		loop_timer_set(endpoint_loop(ep), t, loop_now(endpoint_loop(ep)) + (REPORT_FIRST << st->report_looks));
}

void
exec_unbuffer_started(struct endpoint *ep)
{
	struct exec_state *st = ep->state;
	struct exec_opts *o = ep->spec->opts;
	const struct unbuffer *u = exec_unbuffer_of(ep);

	st->report_looks = REPORT_LOOKS;
	loop_timer_init(&st->report_timer, exec_unbuffer_expired, ep);
	if (u == NULL)
		return;
	if (u->is_second_best && !__atomic_exchange_n(&o->has_told, true, __ATOMIC_RELAXED)) {
		log_msg(LOG_WARN, &ep->who,
		    "its stdout is a pseudo-terminal, so that its output comes in time (%s); "
		    "how=none leaves it alone",
		    u->reason);
	}
	if (u->how == UNBUFFER_PRELOAD && !u->is_reached)
		log_msg(LOG_INFO, &ep->who, "the preload object will not run in it (%s)", u->reason);
	if (u->how != UNBUFFER_PRELOAD || !u->is_reached)
		return;
	st->report_looks = 0;
	loop_timer_set(endpoint_loop(ep), &st->report_timer, loop_now(endpoint_loop(ep)) + REPORT_FIRST);
}

void
exec_unbuffer_ended(struct endpoint *ep)
{
	struct exec_state *st = ep->state;

	loop_timer_stop(endpoint_loop(ep), &st->report_timer);
	if (st->report_looks < REPORT_LOOKS)
		exec_unbuffer_look(ep, true, true);
	st->report_looks = REPORT_LOOKS;
	preload_report_forget(ep->env->reports, st->child.pid);
}

void
exec_unbuffer_close(struct endpoint *ep)
{
	struct exec_state *st = ep->state;

	if (st->report_timer.expired != NULL)
		loop_timer_stop(endpoint_loop(ep), &st->report_timer);
}
