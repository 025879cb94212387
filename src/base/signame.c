/* Signals by name, and those that are not to be had. */
#include "base/signame.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/name.h"

/* clang-format off */
static const struct signame {
	char name[8];
	int signo;
	char against[60]; /* "": nothing */
} signame_table[] = {
	{ "HUP", SIGHUP, "" },
	{ "INT", SIGINT, "" },
	{ "QUIT", SIGQUIT, "" },
	{ "ILL", SIGILL, "the system sends it for faults of a program" },
	{ "TRAP", SIGTRAP, "the system sends it for faults of a program" },
	{ "ABRT", SIGABRT, "" },
	{ "BUS", SIGBUS, "the system sends it for faults of a program" },
	{ "FPE", SIGFPE, "the system sends it for faults of a program" },
	{ "KILL", SIGKILL, "no process can keep it from ending it" },
	{ "USR1", SIGUSR1, "" },
	{ "SEGV", SIGSEGV, "the system sends it for faults of a program" },
	{ "USR2", SIGUSR2, "" },
	{ "PIPE", SIGPIPE, "ipcwire's own writes to a reader that has gone raise it" },
	{ "ALRM", SIGALRM, "" },
	{ "TERM", SIGTERM, "" },
#ifdef SIGSTKFLT
	{ "STKFLT", SIGSTKFLT, "" },
#endif
	{ "CHLD", SIGCHLD, "ipcwire hears by it of the end of its programs" },
	{ "CONT", SIGCONT, "" },
	{ "STOP", SIGSTOP, "no process can keep it from stopping it" },
	{ "TSTP", SIGTSTP, "" },
	{ "TTIN", SIGTTIN, "" },
	{ "TTOU", SIGTTOU, "" },
	{ "URG", SIGURG, "ipcwire wakes its own threads with it" },
	{ "XCPU", SIGXCPU, "" },
	{ "XFSZ", SIGXFSZ, "ipcwire's own writes to a file at its limit raise it" },
	{ "VTALRM", SIGVTALRM, "" },
	{ "PROF", SIGPROF, "" },
	{ "WINCH", SIGWINCH, "" },
	{ "IO", SIGIO, "" },
	{ "POLL", SIGIO, "" },
	{ "PWR", SIGPWR, "" },
	{ "SYS", SIGSYS, "the system sends it for faults of a program" },
	{ "", 0, "" },
};
/* clang-format on */

#define SIGNAME_LAST 64 /* of all signals on Linux, but for MIPS */

/* A number of at most two digits; -1: it is none. */
static int
signame_digits(const char *s, size_t len)
{
	int n = 0;

	if (len == 0 || len > 2)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		n = 10 * n + (s[i] - '0');
	}
	return n;
}

/* RTMIN, RTMIN+n, RTMAX-n: what the C library leaves of the real-time signals. */
static int
signame_realtime(const char *s, size_t len)
{
	const int first = SIGRTMIN, last = SIGRTMAX;
	int n = 0, signo;

	if (len < 5 || (!name_is("rtmin", s, 5) && !name_is("rtmax", s, 5)))
		return 0;
	if (len > 5) {
		const bool is_up = s[5] == '+';

		if (is_up == name_is("rtmax", s, 5) || (!is_up && s[5] != '-'))
			return 0;
		n = signame_digits(s + 6, len - 6);
		if (n == -1)
			return 0;
	}
	signo = name_is("rtmin", s, 5) ? first + n : last - n;
	return signo >= first && signo <= last ? signo : 0;
}

int
signame_number(const char *s, size_t len)
{
	const int number = signame_digits(s, len);

	if (number > 0)
		return number <= SIGNAME_LAST ? number : 0;
	if (len > 3 && name_is("sig", s, 3)) {
		s += 3;
		len -= 3;
	}
	for (const struct signame *t = signame_table; *t->name != '\0'; t++)
		if (name_is(t->name, s, len))
			return t->signo;
	return signame_realtime(s, len);
}

const char *
signame_format(char buf[SIGNAME_MAX], int signo)
{
	const int first = SIGRTMIN;

	assert(signo > 0 && signo <= SIGNAME_LAST);
	for (const struct signame *t = signame_table; *t->name != '\0'; t++)
		if (t->signo == signo) {
			snprintf(buf, SIGNAME_MAX, "%s", t->name);
			return buf;
		}
	if (signo == first)
		snprintf(buf, SIGNAME_MAX, "RTMIN");
	else if (signo > first && signo <= SIGRTMAX)
		snprintf(buf, SIGNAME_MAX, "RTMIN+%hhu", (unsigned char)(signo - first));
	else
		snprintf(buf, SIGNAME_MAX, "%d", signo);
	return buf;
}

const char *
signame_against(int signo)
{
	for (const struct signame *t = signame_table; *t->name != '\0'; t++)
		if (t->signo == signo)
			return *t->against != '\0' ? t->against : NULL;
	return signo < SIGRTMIN || signo > SIGRTMAX ? "the C library keeps it for itself" : NULL;
}
