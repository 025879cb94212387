/* Diagnostics as a person sees them, to the byte. */
#include "base/diag.h"

#include <locale.h>
#include <stdlib.h>

#include "unit.h"

static void
check_render(size_t pos, const char *input, const char *text, const char *hint, const char *want)
{
	struct diag d = { 0 };
	char *got;

	CHECK_INT(diag_set(&d, pos, "%s", text), -1);
	if (hint != NULL)
		CHECK_INT(diag_hint(&d, "%s", hint), -1);
	got = diag_render(&d, "ipcwire", input, 0);
	CHECK_STR(got, want);
	free(got);
	diag_fini(&d);
}

static void
check_quote(const char *s, const char *want)
{
	char *got = diag_quote(s, strlen(s));

	CHECK_STR(got, want);
	free(got);
}

static void
renders_the_design_sample(void)
{
	check_render(12, "exec:awk -F, {print $2}", "unknown option '{print $2}' of exec",
	    "a comma in a command is written '\\,' or in quotes, or give the command after --",
	    "ipcwire: exec:awk -F, {print $2}: unknown option '{print $2}' of exec\n"
	    "         ~~~~~~~~~~~~^\n"
	    "  a comma in a command is written '\\,' or in quotes, or give the command after --\n");
}

static void
renders_the_edges(void)
{
	check_render(0, "abc", "no", NULL, "ipcwire: abc: no\n         ^\n");
	check_render(3, "abc", "no", NULL, "ipcwire: abc: no\n         ~~~^\n");
	check_render(99, "abc", "no", NULL, "ipcwire: abc: no\n         ~~~^\n");
	check_render(0, "", "no", NULL, "ipcwire: '': no\n         ^\n");
}

static void
escapes_what_does_not_print(void)
{
	check_render(3, "a\n\033b", "no", NULL, "ipcwire: a\\012\\033b: no\n         ~~~~~~~~~^\n");
	check_render(1, "a\xff", "no", NULL, "ipcwire: a\\377: no\n         ~^\n");
	check_quote("a\tb\\", "'a\\011b\\'");
}

/* Columns, not bytes: a two-byte letter is one, a wide character two, a combining accent none. */
static void
counts_columns(void)
{
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
		printf("# no UTF-8 locale here\n");
		return;
	}
	check_render(3, "\u00e9x", "no", NULL, "ipcwire: \u00e9x: no\n         ~~^\n");
	check_render(3, "\u65e5x", "no", NULL, "ipcwire: \u65e5x: no\n         ~~^\n");
	check_render(3, "e\u0301x", "no", NULL, "ipcwire: e\u0301x: no\n         ~^\n");
	check_render(1, "\u00e9x", "no", NULL, "ipcwire: \u00e9x: no\n         ^\n");
	check_render(1, "\xc3", "no", NULL, "ipcwire: \\303: no\n         ~~~~^\n");
	check_quote("0123456789012345678901234567890123456789", "'0123456789012345678901234567890123456789'");
	check_quote("012345678901234567890123456789012345678\u00e9", "'012345678901234567890123456789012345678\u00e9'");
	check_quote("012345678901234567890123456789012345678\u00e9xyz",
	    "'012345678901234567890123456789012345678\u00e9...'");
	setlocale(LC_CTYPE, "C");
	check_quote("\u00e9", "'\\303\\251'");
}

static void
shows_the_surroundings_of_a_place_far_away(void)
{
	static char input[200 * 1024];
	struct diag d = { 0 };
	char *got, *line, *caret;

	memset(input, 'a', sizeof(input) - 1);
	input[100000] = 'X';
	diag_set(&d, 100000, "no");
	got = diag_render(&d, "p", input, 0);
	line = strchr(got, '\n') + 1;
	caret = strchr(line, '^');
	CHECK(strlen(got) < 300);
	CHECK(strncmp(got, "p: ...a", 7) == 0);
	CHECK(strstr(got, "a...: no\n") != NULL);
	CHECK_INT(caret - line, strchr(got, 'X') - got);
	CHECK(strncmp(line, "   ~~~", 6) == 0);
	free(got);
	diag_fini(&d);
}

static void
a_refusal_replaces_the_one_before(void)
{
	struct diag d = { 0 };

	diag_set(&d, 3, "first");
	diag_hint(&d, "help %d", 1);
	CHECK_STR(d.hint, "help 1");
	diag_set(&d, 4, "second after %s", d.text);
	CHECK_STR(d.text, "second after first");
	CHECK_STR(d.hint, NULL);
	CHECK_INT(diag_shift(&d, 10), -1);
	CHECK_INT(d.pos, 14);
	diag_hint(&d, "one");
	diag_hint(&d, "not %s but two", d.hint);
	CHECK_STR(d.hint, "not one but two");
	diag_fini(&d);
	CHECK_STR(d.text, NULL);
	diag_fini(&d);
}

static void
bears_no_input_and_foreign_texts(void)
{
	struct diag d = { 0 };
	char *text;

	diag_set(&d, 3, "bad \033[2Jthing\nipcwire: forged");
	diag_hint(&d, "a\rb");
	text = diag_render(&d, "ipcwire", NULL, 0);
	CHECK_STR(text, "ipcwire: bad \\033[2Jthing\\012ipcwire: forged\n  a\\015b\n");
	free(text);
	diag_fini(&d);
}

static void
fits_narrow_terminals(void)
{
	struct diag d = { 0 };
	char *got;

	diag_set(&d, 16, "unknown option 'eech' of tcp-listen");
	diag_hint(&d, "did you mean 'each'? a hint that is longer than that");
	got = diag_render(&d, "ipcwire", "tcp-listen:7000,eech", 40);
	CHECK_STR(got,
	    "ipcwire: tcp-listen:7000,eech:\n"
	    "         ~~~~~~~~~~~~~~~~^\n"
	    "  unknown option 'eech' of tcp-listen\n"
	    "  did you mean 'each'? a hint that is\n"
	    "  longer than that\n");
	free(got);
	got = diag_render(&d, "ipcwire", "tcp-listen:7000,eech", 80);
	CHECK_STR(got,
	    "ipcwire: tcp-listen:7000,eech: unknown option 'eech' of tcp-listen\n"
	    "         ~~~~~~~~~~~~~~~~^\n"
	    "  did you mean 'each'? a hint that is longer than that\n");
	free(got);
	d.pos = 40;
	got = diag_render(&d, "ipcwire", "unix-listen:/a/long/path/that/has/no/end,eech", 40);
	CHECK_STR(got,
	    "ipcwire: .../has/no/end,eech:\n"
	    "         ~~~~~~~~~~~~~~^\n"
	    "  unknown option 'eech' of tcp-listen\n"
	    "  did you mean 'each'? a hint that is\n"
	    "  longer than that\n");
	free(got);
	diag_fini(&d);
}

static const struct unit_test tests[] = {
	TEST(bears_no_input_and_foreign_texts),
	TEST(renders_the_design_sample),
	TEST(renders_the_edges),
	TEST(escapes_what_does_not_print),
	TEST(counts_columns),
	TEST(shows_the_surroundings_of_a_place_far_away),
	TEST(a_refusal_replaces_the_one_before),
	TEST(fits_narrow_terminals),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
