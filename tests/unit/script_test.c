/* Scripts: what they mean, shown as a tree, and what is said of wrong ones. */
#include "dialogue/script.h"

#include <stdlib.h>

#include "unit.h"

static void
put_steps(FILE *f, const struct program *p, int depth)
{
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct step *s = &p->steps[i];

		fprintf(f, "%*s%s%s%s", depth * 2, "", s->target != NULL ? s->target : "",
		    s->target != NULL ? ": " : "", s->verb->name);
		for (size_t j = 0; j < s->nargs; j++) {
			char *text = text_show(&s->args[j].text);

			fprintf(f, s->args[j].is_regex ? " ~%s" : " <%s>", text);
			free(text);
		}
		for (size_t j = 0; j < s->nwords; j++) {
			char *text = text_show(&s->words[j].text);

			fprintf(f, " [%s]", text);
			free(text);
		}
		fputs(s->has_leave ? " leave\n" : "\n", f);
		put_steps(f, &s->body, depth + 1);
	}
}

static char *
parse(const char *text)
{
	struct script s;
	char *shown, *error;
	size_t size;
	FILE *f = open_memstream(&shown, &size);

	if (script_parse(&s, "f", text, strlen(text)) == 0)
		put_steps(f, &s.program, 0);
	for (size_t i = 0; i < s.nerrors; i++) {
		error = script_error_show(&s.errors[i], 0);
		fputs(error, f);
		free(error);
	}
	for (size_t i = 0; i < s.nenv; i++)
		fprintf(f, "env %s\n", s.env[i].name);
	script_fini(&s);
	fclose(f);
	return shown;
}

static void
check_all(const char *const (*tests)[2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *shown = parse(tests[i][0]);

		if (!CHECK_STR(shown, tests[i][1]))
			printf("# %s\n", tests[i][0]);
		free(shown);
	}
}
#define CHECK_ALL(tests) check_all(tests, sizeof(tests) / sizeof(*(tests)))

#define O "open null\n"
#define OS "open <null>\n"

static void
words_are_quoted_as_in_sh(void)
{
	static const char *const tests[][2] = {
		{ O "send 'a b' \"c d\" e\\ f", OS "send <a b> <c d> <e f>\n" },
		{ O "send a'b'\"c\"d", OS "send <abcd>\n" },
		{ O "send '' \"\"", OS "send <> <>\n" },
		{ O "send \"a\\\"b\\$c\\x\"", OS "send <a\"b$c\\x>\n" },
		{ O "send $'a\\tb\\'\"c\\x41'", OS "send <a\tb'\"cA>\n" },
		{ O "send a#b # c 'd", OS "send <a#b>\n" },
		{ O "  # nothing\n\n\t\nsend x\r\n", OS "send <x>\n" },
		{ O "send one \\\n two", OS "send <one> <two>\n" },
		{ O "send on\\\ne", OS "send <one>\n" },
		{ "#!/usr/bin/env -S ipcwire run\n" O, OS },
		{ "\357\273\277" O, OS },
		{ O "send $ $/ a$ '$x' \\$x", OS "send <$> <$/> <a$> <$x> <$x>\n" },
		{ "", "" },
	};

	CHECK_ALL(tests);
}

static void
variables_are_captures_or_arguments(void)
{
	static const char *const tests[][2] = {
		{ "args HOST PORT=22\nopen tcp:$HOST:${PORT}", "open <tcp:${HOST}:${PORT}>\n" },
		{ O "expect x\nsend $1$12 ${2}x $match", OS "expect <x>\nsend <${1}${1}2> <${2}x> <${match}>\n" },
		{ O "expect x\ncapture port 1\nsend \"port $port\"",
		    OS "expect <x>\ncapture <port> <1>\nsend <port ${port}>\n" },
		{ O "expect /(?<a>x)(?P<b>y)(?'c'z)(?<=q)/\nsend $a$b$c",
		    OS "expect ~/(?<a>x)(?P<b>y)(?'c'z)(?<=q)/\nsend <${a}${b}${c}>\n" },
		{ O "send $HOME", OS "send <${HOME}>\nenv HOME\n" },
		{ O "repeat 2\nsend $late\ncapture late 0\nend",
		    OS "repeat <2>\n  send <${late}>\n  capture <late> <0>\n" },
		{ O "send $1",
		    "ipcwire: f:2:6: send $1: nothing has been matched yet that ${1} could be of\n"
		    "                ~~~~~^\n"
		    "  it is a group of the last match; args NAME... gives the arguments of the script names\n" },
	};

	CHECK_ALL(tests);
}

static void
expressions_are_taken_raw(void)
{
	static const char *const tests[][2] = {
		{ O "expect /a b\\d'\"$/ x", OS "expect ~/a b\\d'\"$/ <x>\n" },
		{ O "expect /a\\/ b/i /c/", OS "expect ~/a\\/ b/i ~/c/\n" },
		{ O "expect /usr/bin/", OS "expect ~/usr/bin/\n" },
		{ O "expect -x /usr/bin", OS "expect </usr/bin>\n" },
		{ O "expect '/a/'", OS "expect </a/>\n" },
		{ "args H\n" O "expect /^${H}\\${1}/", OS "expect ~/^${H}\\${1}/\n" },
		{ O "send /a b", OS "send </a> <b>\n" },
		{ O "expect /a b",
		    "ipcwire: f:2:8: expect /a b: the regular expression is not closed\n"
		    "                ~~~~~~~^\n"
		    "  it is written /.../, a slash in it '\\/'; after -x slashes are only text\n" },
	};

	CHECK_ALL(tests);
}

static void
blocks_are_trees(void)
{
	static const char *const tests[][2] = {
		{ O "case -t 5\n when a b do send c\n when /d/\n  send e\n  send f\n when -eof do exit 3\nend\nsend g",
		    OS
		    "case\n  when <a> <b>\n    send <c>\n  when ~/d/\n    send <e>\n    send <f>\n  when\n    exit <3>\nsend <g>\n" },
		{ O "on a do send b\non c do\n send d\n send e\nend\nexpect f",
		    OS "on <a>\n  send <b>\non <c>\n  send <d>\n  send <e>\nexpect <f>\n" },
		{ O "repeat 3\n case\n  when a do leave\n  when b\n end\nend",
		    OS "repeat <3> leave\n  case\n    when <a>\n      leave\n    when <b>\n" },
		{ O "case\nwhen a do on b do send c\nend", OS "case\n  when <a>\n    on <b>\n      send <c>\n" },
		{ O "case\nwhen a do\nsend b\nend\nsend c", OS "case\n  when <a>\n    send <b>\nsend <c>\n" },
		{ O "repeat\nexpect a\nend", OS "repeat\n  expect <a>\n" },
		{ O "expect do", OS "expect <do>\n" },
		{ O "on 'do' do send x", OS "on <do>\n  send <x>\n" },
	};

	CHECK_ALL(tests);
}

static void
ends_have_names(void)
{
	static const char *const tests[][2] = {
		{ "a: open null\nb: open exec,pty -- cat -v '$x'\na: send x\nexpect -from a+b y",
		    "a: open <null>\nb: open <exec,pty> [cat] [-v] [$x]\na: send <x>\nexpect <y>\n" },
		{ "a: open null\nsend x", "a: open <null>\na: send <x>\n" },
		{ "a: open null\n" O "send x\na: send y", "a: open <null>\n" OS "send <x>\na: send <y>\n" },
		{ "open -- bc -q", "open [bc] [-q]\n" },
	};

	CHECK_ALL(tests);
}

static const struct unit_test tests[] = {
	TEST(words_are_quoted_as_in_sh),
	TEST(variables_are_captures_or_arguments),
	TEST(expressions_are_taken_raw),
	TEST(blocks_are_trees),
	TEST(ends_have_names),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
