/* Start-up order and exit status, nothing else. */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fault.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/explain.h"
#include "cli/help.h"
#include "cli/list.h"
#include "cli/page.h"
#include "cli/run.h"
#include "cli/talk.h"
#include "endpoint/inherited.h"
#include "net/listen_fds.h"
#include "process/spawn.h"
#include "wire/pump.h"

static int
main_usage(struct diag *d, const char *input)
{
	char *text = diag_render(d, "ipcwire", input, page_of(stderr).columns);

	fputs(text, stderr);
	free(text);
	diag_fini(d);
	return 2;
}

static int
main_help(const char *topic)
{
	const char *near;
	char *quoted;

	if (help_print(topic, &near) == 0)
		return 0;
	quoted = diag_quote(topic, strlen(topic));
	fprintf(stderr, "ipcwire: --help: no kind, option or topic has to do with %s\n", quoted);
	if (near != NULL)
		fprintf(stderr, "  did you mean '%s'?\n", near);
	else
		fprintf(stderr, "  --help lists the kinds and options\n");
	free(quoted);
	return 2;
}

/* Output that could not be written is a failure like any other. */
static int
main_flush(int status)
{
	const struct log_who who = { .name = "standard output" };

	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	log_errno(LOG_ERROR, &who, errno, "cannot write");
	return 1;
}

static void
main_end_by_signal(int signo)
{
	struct sigaction act = { .sa_handler = SIG_DFL };
	sigset_t set;

	sigaction(signo, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, signo);
	raise(signo);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static int
main_run(struct config *config)
{
	struct run_result result = config->dialogue != NULL ? talk_run(config) : run_config(config);

	fault_report();
	if (result.signo != 0)
		main_end_by_signal(result.signo);
	return result.status;
}

static int
main_act(struct config *config)
{
	static const char lists[][12] = { "", "kinds", "options", "all" };

	switch (config->action) {
	case CONFIG_HELP:
		return main_flush(main_help(config->general.help));
	case CONFIG_VERSION:
		printf("ipcwire %s\n", IPCWIRE_VERSION);
		return main_flush(0);
	case CONFIG_LIST:
		list_print(lists[config->general.list]);
		return main_flush(0);
	case CONFIG_EXPLAIN:
		if (config->dialogue != NULL) {
			talk_explain(config);
			return main_flush(0);
		}
		(config->general.explain == 2 ? explain_dot : explain_text)(&config->spec);
		return main_flush(0);
	case CONFIG_CHECK:
		return 0;
	case CONFIG_RUN:
		break;
	}
	return main_run(config);
}

static int
main_command(const struct command *c, char **argv)
{
	struct command_call call;
	int status = command_do(c, &call, argv), signo = call.signo;

	if (status == COMMAND_REFUSED)
		status = main_usage(&call.diag, call.input);
	else
		status = main_flush(status);
	if (call.errors != NULL)
		fputs(call.errors, stderr);
	command_fini(&call);
	fault_report();
	if (signo != 0)
		main_end_by_signal(signo);
	pump_trim_memory();
	return status;
}

int
main(int argc, char **argv)
{
	const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;
	struct config config;
	struct diag d = { 0 };
	const char *input;
	int error, status;

	spawn_remember_signals();
	listen_fds_take();
	error = inherited_guard_stdio();
	if (error != 0)
		err(1, "cannot open /dev/null for a closed standard descriptor");
	if (command != NULL)
		return main_command(command, argv + 2);
	if (config_parse(&config, argc, argv, &d, &input) == -1) {
		status = main_usage(&d, input);
		config_fini(&config);
		return status;
	}
	config_set_log(&config);
	status = main_act(&config);
	config_fini(&config);
	pump_trim_memory();
	return status;
}
