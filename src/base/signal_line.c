/* Signals as lines of text, written and read. */
#include "base/signal_line.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/signame.h"

struct signal_word {
	const char *start;
	size_t len;
};

size_t
signal_line_format(char buf[SIGNAL_LINE_MAX], const struct signal_message *m)
{
	char name[SIGNAME_MAX];
	int n = snprintf(buf, SIGNAL_LINE_MAX, "%s", signame_format(name, m->signo));

	if (m->has_sender)
		n += snprintf(buf + n, SIGNAL_LINE_MAX - (size_t)n, " pid=%u uid=%u", m->pid, m->uid);
	if (m->has_value)
		n += snprintf(buf + n, SIGNAL_LINE_MAX - (size_t)n, " value=%d", m->value);
	buf[n++] = '\n';
	return (size_t)n;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word from *at on; len 0: there is none. */
static struct signal_word
signal_line_word(const char *line, size_t len, size_t *at)
{
	struct signal_word w;

	while (*at < len && is_blank(line[*at]))
		++*at;
	w = (struct signal_word){ .start = line + *at };
	while (*at < len && !is_blank(line[*at]))
		++*at;
	w.len = (size_t)(line + *at - w.start);
	return w;
}

static bool
signal_line_number(const char *s, size_t len, long long min, long long max, long long *value)
{
	const bool is_negative = len > 0 && *s == '-';
	long long n = 0;

	if (is_negative || (len > 0 && *s == '+')) {
		s++;
		len--;
	}
	if (len == 0 || len > 10)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		n = 10 * n + (s[i] - '0');
	}
	*value = is_negative ? -n : n;
	return *value >= min && *value <= max;
}

static int
signal_line_refuse(struct diag *d, size_t pos, const char *what, struct signal_word w)
{
	char *quoted = diag_quote(w.start, w.len);

	diag_set(d, pos, "%s %s", what, quoted);
	free(quoted);
	return -1;
}

static int
signal_line_field(struct signal_word w, struct signal_message *m)
{
	long long n;

	if (w.len > 4 && memcmp(w.start, "pid=", 4) == 0 && signal_line_number(w.start + 4, w.len - 4, 0, INT_MAX, &n))
		m->pid = (uint32_t)n;
	else if (w.len > 4 && memcmp(w.start, "uid=", 4) == 0 &&
	    signal_line_number(w.start + 4, w.len - 4, 0, UINT32_MAX, &n))
		m->uid = (uint32_t)n;
	else if (w.len > 6 && memcmp(w.start, "value=", 6) == 0 &&
	    signal_line_number(w.start + 6, w.len - 6, INT_MIN, INT_MAX, &n)) {
		m->has_value = true;
		m->value = (int)n;
		return 0;
	} else
		return -1;
	m->has_sender = true;
	return 0;
}

int
signal_line_parse(const char *line, size_t len, struct signal_message *m, struct diag *d)
{
	size_t at = 0;
	struct signal_word w = signal_line_word(line, len, &at);

	*m = (struct signal_message){ 0 };
	if (w.len == 0)
		return 0;
	m->signo = signame_number(w.start, w.len);
	if (m->signo == 0)
		return signal_line_refuse(d, (size_t)(w.start - line), "no signal has the name", w);
	for (w = signal_line_word(line, len, &at); w.len > 0; w = signal_line_word(line, len, &at))
		if (signal_line_field(w, m) == -1)
			return signal_line_refuse(d, (size_t)(w.start - line),
			    "neither pid=, uid= nor value= with a number:", w);
	return 1;
}
