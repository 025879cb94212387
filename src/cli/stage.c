/* Setting up and clearing away what wires run on. */
#include "cli/stage.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/blocking.h"
#include "base/log.h"
#include "net/datagrams.h"
#include "process/child.h"
#include "process/preload_report.h"
#include "process/terminal.h"
#include "wire/traffic.h"

int
stage_open(struct stage *s)
{
	s->env.loop = loop_new();
	if (s->env.loop == NULL) {
		const int error = errno;

		log_errno(LOG_ERROR, NULL, error, "cannot make an event loop");
		return -error;
	}
	console_init(&s->console);
	log_start(s->env.loop);
	s->env.blocking = blocking_new(s->env.loop);
	s->env.children = child_table_new(s->env.loop);
	return 0;
}

static bool
stage_is_free(const struct stage_signals *uses, int signo)
{
	return uses->is_taken == NULL || !uses->is_taken(signo, uses->arg);
}

/* nohup(1) */
static bool
stage_is_ignored(int signo)
{
	struct sigaction now;

	return sigaction(signo, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static bool
stage_is_reaper(void)
{
	int is_subreaper = 0;

	return getpid() == 1 || (prctl(PR_GET_CHILD_SUBREAPER, &is_subreaper) == 0 && is_subreaper);
}

int
stage_signals(struct stage *s, const struct stage_signals *uses)
{
	const bool has_file = log_has_file();
	const struct {
		int signo;
		void (*received)(int, void *);
	} rows[] = {
		{ SIGINT, uses->stop },
		{ SIGTERM, uses->stop },
		{ SIGHUP, has_file ? uses->reopened : uses->stop },
		{ SIGUSR1, uses->print },
	};
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	int error = 0;

	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && error == 0; i++) {
		if (rows[i].signo == SIGHUP && !has_file && stage_is_ignored(SIGHUP))
			continue;
		if (rows[i].received != NULL && stage_is_free(uses, rows[i].signo))
			error = loop_signal(s->env.loop, rows[i].signo, rows[i].received, uses->arg);
	}
	if (error == 0 && stage_is_reaper())
		error = child_table_adopt_strangers(s->env.children);
	return error;
}

/* A loop that failed before its first turn still carries out what was put off. */
static void
stage_begin(struct loop_task *t)
{
	struct stage *s = t->arg;

	if (!s->has_failed)
		s->begin(s->arg);
}

int
stage_run(struct stage *s, void (*begin)(void *), void *arg)
{
	int error;

	s->begin = begin;
	s->arg = arg;
	loop_task_init(&s->first, stage_begin, s);
	loop_defer(s->env.loop, &s->first);
	error = loop_run(s->env.loop);
	if (error == 0)
		return 0;
	log_errno(LOG_ERROR, NULL, -error, "the event loop failed");
	s->has_failed = true;
	return error;
}

int
stage_end(struct stage *s)
{
	int error;

	if (s->env.loop == NULL)
		return 0;
	datagrams_end();
	loop_run_rest(s->env.loop);
	error = traffic_close(s->env.traffic);
	s->env.traffic = NULL;
	console_fini(&s->console);
	return error;
}

void
stage_close(struct stage *s)
{
	terminal_give_back();
	log_stop();
	if (s->env.loop == NULL)
		return;
	child_table_free(s->env.children);
	preload_reports_free(s->env.reports);
	blocking_free(s->env.blocking);
	loop_free(s->env.loop);
	s->env.loop = NULL;
}

bool
stage_is_in_foreground(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (isatty(fd) && tcgetpgrp(fd) == getpgrp())
			return true;
	return false;
}
