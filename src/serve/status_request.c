/*
 * The first line says it all. A line that begins as one of HTTP does ("GET /metrics HTTP/1.1") belongs to a head, which ends
 * with an empty line; nothing in it matters.
 */
#include "serve/status_request.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

const struct status_form_desc status_forms[STATUS_FORM_N] = {
	[STATUS_TEXT] = { "text", "", "/", "text/plain; charset=utf-8" },
	[STATUS_JSON] = { "json", "json", "/json", "application/json" },
	[STATUS_METRICS] = { "metrics", "prometheus", "/metrics", "text/plain; version=0.0.4; charset=utf-8" },
};

struct span {
	const char *at;
	size_t len;
};

static bool
span_is(struct span s, const char *word)
{
	return strlen(word) == s.len && strncasecmp(s.at, word, s.len) == 0;
}

/* The first line, without its end. */
static bool
request_line(const char *text, size_t len, bool is_end, struct span *line)
{
	const char *newline = memchr(text, '\n', len);

	if (newline == NULL && !is_end)
		return false;
	*line = (struct span){ text, newline != NULL ? (size_t)(newline - text) : len };
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

static struct span
request_word(struct span *line)
{
	const char *space = memchr(line->at, ' ', line->len);
	const struct span word = { line->at, space != NULL ? (size_t)(space - line->at) : line->len };

	line->at += word.len;
	line->len -= word.len;
	if (space != NULL) {
		line->at++;
		line->len--;
	}
	return word;
}

static bool
request_is_http(struct span line, struct span *method, struct span *target, struct span *version)
{
	*method = request_word(&line);
	*target = request_word(&line);
	*version = line;
	return target->len > 0 && target->at[0] == '/';
}

static bool
request_has_head(const char *text, size_t len)
{
	return memmem(text, len, "\n\r\n", 3) != NULL || memmem(text, len, "\n\n", 2) != NULL;
}

static void
request_find_target(struct status_request *r, struct span target)
{
	const char *query = memchr(target.at, '?', target.len);

	if (query != NULL)
		target.len = (size_t)(query - target.at);
	r->code = 404;
	for (int i = 0; i < STATUS_FORM_N; i++)
		if (strlen(status_forms[i].target) == target.len &&
		    memcmp(status_forms[i].target, target.at, target.len) == 0) {
			r->form = (enum status_form)i;
			r->code = 200;
		}
}

static void
request_find_word(struct status_request *r, struct span line)
{
	r->code = 400;
	for (int i = 0; i < STATUS_FORM_N; i++)
		if (span_is(line, status_forms[i].word) || span_is(line, status_forms[i].other)) {
			r->form = (enum status_form)i;
			r->code = 200;
		}
}

bool
status_request_parse(const char *text, size_t len, bool is_end, struct status_request *r)
{
	struct span line, method, target, version;

	*r = (struct status_request){ .form = STATUS_TEXT };
	if (!request_line(text, len, is_end, &line))
		return false;
	r->is_http = request_is_http(line, &method, &target, &version);
	if (!r->is_http) {
		request_find_word(r, line);
		return true;
	}
	if (version.len > 0 && !is_end && !request_has_head(text, len))
		return false;
	r->is_head = span_is(method, "HEAD");
	if (r->is_head || span_is(method, "GET"))
		request_find_target(r, target);
	else
		r->code = 405;
	return true;
}

static const char *
request_phrase(int code)
{
	return code == 200 ? "OK" : code == 404 ? "Not Found" : code == 405 ? "Method Not Allowed" : "Bad Request";
}

char *
status_request_head(const struct status_request *r, size_t len)
{
	return xasprintf("HTTP/1.0 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%sConnection: close\r\n\r\n",
	    r->code, request_phrase(r->code), status_forms[r->code == 200 ? r->form : STATUS_TEXT].type, len,
	    r->code == 405 ? "Allow: GET, HEAD\r\n" : "");
}

const char *
status_request_error(const struct status_request *r)
{
	return r->is_http ? "what there is: GET /, GET /json, GET /metrics\n" :
			    "what there is: text, json, metrics; nothing means text\n";
}
