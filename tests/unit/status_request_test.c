/* Requests at the status socket: words, HTTP, and what is neither. */
#include "serve/status_request.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static struct status_request
parsed(const char *text, bool is_end)
{
	struct status_request r;

	CHECK(status_request_parse(text, strlen(text), is_end, &r));
	return r;
}

static bool
is_complete(const char *text, bool is_end)
{
	struct status_request r;

	return status_request_parse(text, strlen(text), is_end, &r);
}

static void
check_word(const char *text, bool is_end, int code, enum status_form form)
{
	const struct status_request r = parsed(text, is_end);

	if (!CHECK(!r.is_http && r.code == code && (code != 200 || r.form == form)))
		printf("# the request is '%s'\n", text);
}

static void
check_http(const char *line, int code, enum status_form form)
{
	char text[256];
	struct status_request r;

	snprintf(text, sizeof(text), "%s HTTP/1.1\r\nHost: x\r\n\r\n", line);
	r = parsed(text, false);
	if (!CHECK(r.is_http && r.code == code && (code != 200 || r.form == form)))
		printf("# the request is '%s'\n", line);
}

static void
knows_words(void)
{
	check_word("", true, 200, STATUS_TEXT);
	check_word("\n", false, 200, STATUS_TEXT);
	check_word("text\n", false, 200, STATUS_TEXT);
	check_word("json\n", false, 200, STATUS_JSON);
	check_word("JSON\r\nand more\n", false, 200, STATUS_JSON);
	check_word("json", true, 200, STATUS_JSON);
	check_word("metrics\n", false, 200, STATUS_METRICS);
	check_word("prometheus\n", false, 200, STATUS_METRICS);
	check_word("jso\n", false, 400, STATUS_TEXT);
	check_word("jsonx\n", false, 400, STATUS_TEXT);
	check_word("GET json HTTP/1.0\n", false, 400, STATUS_TEXT);
}

static void
waits_for_the_rest(void)
{
	CHECK(!is_complete("", false));
	CHECK(!is_complete("jso", false));
	CHECK(is_complete("jso", true));
	CHECK(!is_complete("GET /json HTTP/1.1\r\n", false));
	CHECK(!is_complete("GET /json HTTP/1.1\r\nHost: x\r\n", false));
	CHECK(is_complete("GET /json HTTP/1.1\r\nHost: x\r\n\r\n", false));
	CHECK(is_complete("GET /json HTTP/1.1\nHost: x\n\n", false));
	CHECK(is_complete("GET /json HTTP/1.1\r\nHost: x\r\n", true));
	CHECK(is_complete("GET /json\r\n", false)); /* HTTP/0.9 has no head */
}

static void
knows_http(void)
{
	check_http("GET /", 200, STATUS_TEXT);
	check_http("GET /json", 200, STATUS_JSON);
	check_http("GET /metrics", 200, STATUS_METRICS);
	check_http("GET /metrics?name=x", 200, STATUS_METRICS);
	check_http("GET /metrics/", 404, STATUS_TEXT);
	check_http("GET /Metrics", 404, STATUS_TEXT);
	check_http("POST /metrics", 405, STATUS_TEXT);
	CHECK(parsed("HEAD /json HTTP/1.0\r\n\r\n", false).is_head);
	CHECK(!parsed("GET /json HTTP/1.0\r\n\r\n", false).is_head);
}

static void
makes_heads(void)
{
	struct status_request r = { .form = STATUS_METRICS, .is_http = true, .code = 200 };
	char *head = status_request_head(&r, 12);

	CHECK_STR(head,
	    "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
	    "Content-Length: 12\r\nConnection: close\r\n\r\n");
	free(head);
	r.code = 405;
	head = status_request_head(&r, 1);
	CHECK(strstr(head, "405 Method Not Allowed\r\n") != NULL && strstr(head, "\r\nAllow: GET, HEAD\r\n") != NULL);
	free(head);
}

static const struct unit_test tests[] = {
	TEST(knows_words),
	TEST(waits_for_the_rest),
	TEST(knows_http),
	TEST(makes_heads),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
