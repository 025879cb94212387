/*
 * From a recording to a script. Keys are collected into lines as long as what is said meanwhile is their echo: then a person was typing. Before a
 * line goes out, the last line that was said is waited for, if anything was.
 */
#include "dialogue/cast_script.h"

#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"
#include "base/secret.h"
#include "dialogue/keys.h"
#include "dialogue/prompt.h"
#include "dialogue/view.h"

#define SAID_KEPT 8192 /* of what was said since something was sent */
#define PROMPT_MOST 60 /* bytes of a prompt that are waited for */
#define NAMES_MOST 16

struct buffer {
	char *bytes;
	size_t len, room;
};

struct cast_script {
	FILE *f;
	const char *name;
	bool has_head, ends_by_itself;
	struct buffer said;        /* since something was sent last, as it came; its end */
	struct buffer typed;       /* and not sent yet: a line that has no end */
	size_t echoed;             /* so much of typed has come back */
	char *prompts[NAMES_MOST]; /* that secrets were asked for with: the name goes by the place */
	size_t nprompts;
};

static void
buffer_add(struct buffer *b, const char *bytes, size_t len)
{
	if (b->len + len + 1 > b->room) {
		b->room = 2 * (b->len + len + 1);
		b->bytes = xreallocarray(b->bytes, b->room, 1);
	}
	if (len > 0)
		memcpy(b->bytes + b->len, bytes, len);
	b->len += len;
	b->bytes[b->len] = '\0';
}

static void
buffer_drop(struct buffer *b, size_t n)
{
	memmove(b->bytes, b->bytes + n, b->len - n);
	b->len -= n;
	b->bytes[b->len] = '\0';
}

/* ---- words of a script ---- */

static bool
word_is_plain(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7f || bytes[i] == '\'')
			return false;
	return true;
}

/* '...', or $'...' with escapes. */
static void
put_word(FILE *f, const char *bytes, size_t len)
{
	if (word_is_plain(bytes, len)) {
		fprintf(f, "'%.*s'", (int)len, bytes);
		return;
	}
	fputs("$'", f);
	for (size_t i = 0; i < len; i++) {
		const unsigned char c = (unsigned char)bytes[i];

		if (c == '\'' || c == '\\')
			fprintf(f, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(f, "\\x%02x", c);
		else
			fputc(c, f);
	}
	fputc('\'', f);
}

/* A comment is one line. */
static void
put_comment(FILE *f, const char *what, const char *bytes, size_t len)
{
	fprintf(f, "# %s", what);
	for (size_t i = 0; i < len; i++)
		fputc((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7f ? ' ' : bytes[i], f);
	fputc('\n', f);
}

/* ---- the head ---- */

static bool
is_address(const char *command)
{
	const size_t len = strspn(command, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return len > 0 && command[len] == ':';
}

/* A recording of ours has the address; others have a command line of the shell, or nothing. */
static void
put_head(struct cast_script *s, const struct cast_header *h)
{
	if (s->has_head)
		return;
	s->has_head = true;
	fputs("#!/usr/bin/env -S ipcwire run\n", s->f);
	put_comment(s->f, "made from ", s->name, strlen(s->name));
	if (h->command == NULL) {
		fputs("args ADDRESS\nopen $ADDRESS\n", s->f);
	} else if (is_address(h->command)) {
		s->ends_by_itself = strstr(h->command, "pty") != NULL;
		fputs("open ", s->f);
		put_word(s->f, h->command, strlen(h->command));
		fputc('\n', s->f);
	} else {
		s->ends_by_itself = true;
		fputs("open exec,pty -- sh -c ", s->f);
		put_word(s->f, h->command, strlen(h->command));
		fputc('\n', s->f);
	}
}

/* ---- prompts ---- */

/* The last line that has something in it, without blanks around it. */
static size_t
last_line(const char *text, size_t len, const char **line)
{
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL && text[len - 1] != '\0')
		len--;
	*line = text + len;
	while (*line > text && (*line)[-1] != '\n' && (*line)[-1] != '\r')
		(*line)--;
	while (*line < text + len && (**line == ' ' || **line == '\t'))
		(*line)++;
	return (size_t)(text + len - *line);
}

/* Cut in front, at a character and if possible at a word. */
static size_t
shorten(const char **line, size_t len)
{
	if (len <= PROMPT_MOST)
		return len;
	*line += len - PROMPT_MOST;
	len = PROMPT_MOST;
	while (len > 0 && ((unsigned char)**line & 0xc0) == 0x80) {
		++*line;
		len--;
	}
	return len;
}

/* Where a prompt stood before already, it is the one at the end that is meant. */
static void
put_expect_at_end(FILE *f, bool is_clean, const char *line, size_t len)
{
	fprintf(f, "expect%s /", is_clean ? " -clean" : "");
	for (size_t i = 0; i < len; i++) {
		if (strchr("\\/^$.[]|()?*+{}#-", line[i]) != NULL)
			fputc('\\', f);
		fputc(line[i], f);
	}
	fputs("\\s*$/\n", f);
}

static void
put_expect(struct cast_script *s, const char *text, size_t len)
{
	const char *line, *first;
	size_t n = last_line(text, len, &line);
	bool is_clean;

	n = shorten(&line, n);
	if (n == 0 || !word_is_plain(line, n)) {
		if (n > 0)
			fputs("quiet 200ms\n", s->f);
		return;
	}
	is_clean = memmem(s->said.bytes, s->said.len, line, n) == NULL;
	first = memmem(text, len, line, n);
	if (first != NULL && first < line) {
		put_expect_at_end(s->f, is_clean, line, n);
		return;
	}
	/* What begins with a slash is no expression. */
	fprintf(s->f, "expect%s%s ", is_clean ? " -clean" : "", *line == '/' ? " -x" : "");
	put_word(s->f, line, n);
	fputc('\n', s->f);
}

/* What was said as the clean view has it, which the caller frees. */
static char *
clean_said(const struct cast_script *s, size_t *len)
{
	struct window w;
	struct view v;
	char *text;

	view_init(&v);
	window_init(&w, 2 * SAID_KEPT);
	view_put(&v, &w, s->said.bytes, s->said.len);
	view_end(&v, &w);
	*len = (size_t)(window_end(&w) - window_begin(&w));
	text = xcalloc(*len + 1, 1);
	if (*len > 0)
		memcpy(text, window_at(&w, window_begin(&w)), *len);
	window_fini(&w);
	view_fini(&v);
	return text;
}

/* Waits for what was said, if anything was. Returns its end, which the caller frees, for who asks what was asked for. */
static char *
put_wait(struct cast_script *s)
{
	size_t len;
	char *text;

	if (s->said.len == 0)
		return xstrdup("");
	text = clean_said(s, &len);
	put_expect(s, text, len);
	s->said.len = 0;
	return text;
}

/* ---- what was sent ---- */

/* One name for one prompt: who is asked twice for the same gives the same. */
static void
put_send_env(struct cast_script *s, const char *prompt)
{
	const char *line;
	const size_t len = last_line(prompt, strlen(prompt), &line);
	char *key = xstrndup(line, len);
	size_t i = 0;

	while (i < s->nprompts && strcmp(s->prompts[i], key) != 0)
		i++;
	if (i == s->nprompts && i < NAMES_MOST)
		s->prompts[s->nprompts++] = key;
	else
		free(key);
	if (i == 0)
		fputs("send-env SECRET\n", s->f);
	else
		fprintf(s->f, "send-env SECRET%zu\n", i + 1);
}

/* The longest key that these bytes begin with. Returns its length, or 0. */
static size_t
find_key(const char *bytes, size_t len, const char **name)
{
	size_t longest = 0;
	const char *key;

	for (size_t i = 0; (key = keys_name(i)) != NULL; i++) {
		char sent[KEYS_MAX];
		const size_t n = keys_bytes(key, sent);

		if (n > longest && n <= len && memcmp(bytes, sent, n) == 0) {
			longest = n;
			*name = key;
		}
	}
	return longest;
}

/* Printing characters as they are, keys by their names. */
static void
put_raw(struct cast_script *s, const char *bytes, size_t len)
{
	while (len > 0) {
		const char *key = NULL;
		size_t n = 0;

		while (n < len && (unsigned char)bytes[n] >= 0x20 && bytes[n] != 0x7f)
			n++;
		if (n > 0) {
			fputs("send-raw ", s->f);
			put_word(s->f, bytes, n);
			fputc('\n', s->f);
		} else if ((n = find_key(bytes, len, &key)) > 0) {
			fprintf(s->f, "key %s\n", key);
		} else if (*bytes > 0 && *bytes < 0x20) {
			fprintf(s->f, "key ^%c\n", *bytes + '@');
			n = 1;
		} else {
			fprintf(s->f, "send-raw -e '\\x%02x'\n", (unsigned)(unsigned char)*bytes);
			n = 1;
		}
		bytes += n;
		len -= n;
	}
}

/* A line with its Enter, of len bytes without it. */
static void
put_line(struct cast_script *s, const char *bytes, size_t len)
{
	char *prompt = put_wait(s);

	if (memmem(bytes, len, SECRET_MASK, strlen(SECRET_MASK)) != NULL ||
	    (len > 0 && prompt_is_secret(prompt, strlen(prompt))))
		put_send_env(s, prompt);
	else if (word_is_plain(bytes, len) || memchr(bytes, '\'', len) != NULL) {
		fputs(len > 0 ? "send " : "send", s->f);
		if (len > 0)
			put_word(s->f, bytes, len);
		fputc('\n', s->f);
	} else {
		put_raw(s, bytes, len);
		fputs("key Enter\n", s->f);
	}
	free(prompt);
}

static void
flush_lines(struct cast_script *s)
{
	struct buffer *t = &s->typed;
	size_t n;

	while (t->len > 0 && (n = strcspn(t->bytes, "\r\n")) < t->len) {
		const bool is_crlf = t->bytes[n] == '\r' && n + 1 < t->len && t->bytes[n + 1] == '\n';

		if (t->bytes[n] == '\0')
			break;
		put_line(s, t->bytes, n);
		buffer_drop(t, n + 1 + is_crlf);
		s->echoed = 0;
	}
}

/* What has no Enter. */
static void
flush_rest(struct cast_script *s)
{
	if (s->typed.len == 0)
		return;
	free(put_wait(s));
	put_raw(s, s->typed.bytes, s->typed.len);
	s->typed.len = 0;
	s->echoed = 0;
}

static void
add_input(struct cast_script *s, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const bool is_erase = bytes[i] == 0x7f || bytes[i] == '\b';

		if (is_erase && s->typed.len > 0) {
			while (s->typed.len > 0 && ((unsigned char)s->typed.bytes[--s->typed.len] & 0xc0) == 0x80)
				;
			s->typed.bytes[s->typed.len] = '\0';
			s->echoed = MIN(s->echoed, s->typed.len);
		} else
			buffer_add(&s->typed, &bytes[i], 1);
	}
	flush_lines(s);
}

/* While somebody types, what comes back is what was typed, or the taking back of it. */
static bool
is_echo(struct cast_script *s, const char *bytes, size_t len)
{
	if (s->typed.len == 0)
		return false;
	if (len <= s->typed.len - s->echoed && memcmp(s->typed.bytes + s->echoed, bytes, len) == 0) {
		s->echoed += len;
		return true;
	}
	return len > 0 && len == strspn(bytes, "\b \a*\x1b[K") && strlen(bytes) == len;
}

static void
add_output(struct cast_script *s, const char *bytes, size_t len)
{
	if (is_echo(s, bytes, len))
		return;
	flush_rest(s);
	buffer_add(&s->said, bytes, len);
	if (s->said.len > 2 * SAID_KEPT)
		buffer_drop(&s->said, s->said.len - SAID_KEPT);
}

/* ---- all of it ---- */

struct cast_script *
cast_script_new(FILE *f, const char *name)
{
	struct cast_script *s = xcalloc(1, sizeof(*s));

	s->f = f;
	s->name = name;
	return s;
}

void
cast_script_event(struct cast_script *s, const struct cast_header *h, const struct cast_event *e)
{
	put_head(s, h);
	if (e->code == CAST_INPUT)
		add_input(s, e->data, e->len);
	else if (e->code == CAST_OUTPUT)
		add_output(s, e->data, e->len);
	else if (e->code == CAST_MARKER && e->len > 0)
		put_comment(s->f, "", e->data, e->len);
	else if (e->code == CAST_EXIT && strcmp(e->data, "0") != 0)
		put_comment(s->f, "it ended with status ", e->data, e->len);
}

void
cast_script_end(struct cast_script *s, const struct cast_header *h)
{
	put_head(s, h);
	flush_rest(s);
	fputs(s->ends_by_itself ? "expect-eof\n" : "close-in\nexpect-eof\n", s->f);
	for (size_t i = 0; i < s->nprompts; i++)
		free(s->prompts[i]);
	free(s->said.bytes);
	free(s->typed.bytes);
	free(s);
}
