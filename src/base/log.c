/* Messages for the user: one line each, escaped, written at once so that lines of several processes do not mix. */
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <vis.h>

#define LOG_TEXT_MAX 4096 /* a longer text is cut */

static enum log_level log_level = LOG_WARN;

void
log_set_level(enum log_level level)
{
	log_level = level;
}

enum log_level
log_get_level(void)
{
	return log_level;
}

bool
log_is_on(enum log_level level)
{
	return level <= log_level;
}

/* A full or closed stderr has nobody left who could be told. */
static void
log_write(const char *line, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, line, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		line += n;
		len -= (size_t)n;
	}
}

static void
log_line(const struct log_who *who, const char *text, const char *tail)
{
	char plain[LOG_TEXT_MAX + 256], line[4 * sizeof(plain) + 2];
	int n = 0, visible;

	n = snprintf(plain, sizeof(plain), "ipcwire: ");
	if (who != NULL && who->session != 0)
		n += snprintf(plain + n, sizeof(plain) - (size_t)n, "[s%lu] ", who->session);
	if (who != NULL && who->name != NULL)
		n += snprintf(plain + n, sizeof(plain) - (size_t)n, "%.200s%s: ", who->name,
		    strnlen(who->name, 201) > 200 ? "..." : "");
	snprintf(plain + n, sizeof(plain) - (size_t)n, "%s%s", text, tail);
	visible = strvis(line, plain, VIS_OCTAL | VIS_NL | VIS_TAB | VIS_NOSLASH | VIS_NOLOCALE);
	if (visible < 0)
		return;
	line[visible] = '\n';
	log_write(line, (size_t)visible + 1);
}

static void
log_format(const struct log_who *who, const char *tail, const char *fmt, va_list ap)
{
	char text[LOG_TEXT_MAX];
	int saved = errno, len;

	len = vsnprintf(text, sizeof(text), fmt, ap);
	if (len >= (int)sizeof(text))
		memcpy(text + sizeof(text) - 4, "...", 4);
	if (len >= 0)
		log_line(who, text, tail);
	errno = saved;
}

void
log_msg(enum log_level level, const struct log_who *who, const char *fmt, ...)
{
	va_list ap;

	if (!log_is_on(level))
		return;
	va_start(ap, fmt);
	log_format(who, "", fmt, ap);
	va_end(ap);
}

void
log_errno(enum log_level level, const struct log_who *who, int error, const char *fmt, ...)
{
	char tail[128];
	va_list ap;

	if (!log_is_on(level))
		return;
	snprintf(tail, sizeof(tail), ": %s", strerror(error));
	va_start(ap, fmt);
	log_format(who, tail, fmt, ap);
	va_end(ap);
}
