/* What a service manager passes on: read once at the start of the program, fixed from then on. */
#include "net/listen_fds.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define LISTEN_FDS_START 3
#define LISTEN_FDS_MAX 1024
#define LISTEN_FDS_UNNAMED "unknown" /* what the manager itself calls them */

static size_t listen_fds_count;
static char *listen_fds_text; /* LISTEN_FDNAMES: joined by colons; NULL: there was none */

static long
listen_fds_number(const char *variable, long max)
{
	const char *text = getenv(variable), *error = NULL;
	const long long n = text != NULL ? strtonum(text, 0, max, &error) : 0;

	return error == NULL ? (long)n : 0;
}

/* One look at the environment, which may be long, instead of several. */
static bool
listen_fds_are_named(void)
{
	for (char **e = environ; e != NULL && *e != NULL; e++)
		if (strncmp(*e, "LISTEN_", strlen("LISTEN_")) == 0)
			return true;
	return false;
}

void
listen_fds_take(void)
{
	static const char variables[][16] = { "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID" };
	const char *names;

	if (!listen_fds_are_named())
		return;
	names = getenv("LISTEN_FDNAMES");
	if (listen_fds_number("LISTEN_PID", INT32_MAX) == (long)getpid()) {
		listen_fds_count = (size_t)listen_fds_number("LISTEN_FDS", LISTEN_FDS_MAX);
		listen_fds_text = names != NULL && listen_fds_count > 0 ? xstrdup(names) : NULL;
	}
	/* One that is not open is told by who uses it. */
	for (size_t i = 0; i < listen_fds_count; i++)
		fcntl(LISTEN_FDS_START + (int)i, F_SETFD, FD_CLOEXEC);
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		unsetenv(variables[i]);
}

/* The name of descriptor i, which ends at a colon or at the end of the text. */
static const char *
listen_fds_name(size_t i, size_t *len)
{
	const char *p = listen_fds_text;

	for (; p != NULL && i > 0; i--) {
		p = strchr(p, ':');
		p = p != NULL ? p + 1 : NULL;
	}
	if (p == NULL || *p == '\0')
		p = LISTEN_FDS_UNNAMED;
	*len = strcspn(p, ":");
	return p;
}

size_t
listen_fds_find(const char *name, int *fds, size_t max)
{
	size_t n = 0, len;

	for (size_t i = 0; i < listen_fds_count; i++) {
		const char *own = listen_fds_name(i, &len);

		if (name != NULL && (strlen(name) != len || memcmp(name, own, len) != 0))
			continue;
		if (n < max)
			fds[n] = LISTEN_FDS_START + (int)i;
		n++;
	}
	return n;
}

char *
listen_fds_names(void)
{
	char *all = xstrdup("");
	size_t len;

	for (size_t i = 0; i < listen_fds_count; i++) {
		const char *own = listen_fds_name(i, &len);
		char *longer = xasprintf("%s%s%.*s", all, *all != '\0' ? ", " : "", (int)len, own);

		free(all);
		all = longer;
	}
	return all;
}
