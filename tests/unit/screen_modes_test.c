/* What is on at a screen, however its sequences are cut; and that taking back and setting anew are each other's reverse. */
#include "base/screen_modes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void
check(const char *shown, const char *undo, const char *anew)
{
	struct screen_modes s = { 0 };
	char text[SCREEN_TEXT_MAX] = "";

	screen_modes_put(&s, shown, strlen(shown));
	text[screen_modes_text(&s, false, text)] = '\0';
	CHECK_STR(text, undo);
	text[screen_modes_text(&s, true, text)] = '\0';
	CHECK_STR(text, anew);
}

static void
knows_what_is_on(void)
{
	check("", "", "");
	check("plain\033[1;31mred\033[0m\033]0;title\007", "", "");
	check("\033[?1049h", "\033[?1049l", "\033[?1049h");
	check("\033[?1049h\033[?25l\033=", "\033[?25h\033[?1049l\033>", "\033[?1049h\033[?25l\033=");
	check("\033[?1000;1006;2004h", "\033[?1000l\033[?1006l\033[?2004l", "\033[?2004h\033[?1006h\033[?1000h");
	check("\033[?1000;1006h\033[?1006l", "\033[?1000l", "\033[?1000h");
	check("\033[?1049h\033[?1049l\033[?25l\033[?25h", "", "");
	check("\033[?1049h\033c", "", "");
	check("\033[?1049", "", "");
	check("\033[1049h\033[ ?1049h\033[?1049$p", "", "");
	check("\033\033[?25l", "\033[?25h", "\033[?25l");
	check("\033[?7l", "\033[?7h", "\033[?7l");
	check("\033[?1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;1049h", "\033[?1l", "\033[?1h");
	check("\033[?99999999999999991049h", "", "");
}

static void
does_not_mind_how_it_is_cut(void)
{
	static const char shown[] = "a\033[?1049;2004hb\033[?25l\033=c\033[?2004l\033[5;5H";
	struct screen_modes whole = { 0 }, cut = { 0 };

	CHECK(screen_modes_put(&whole, shown, sizeof(shown) - 1));
	for (size_t i = 0; i < sizeof(shown) - 1; i++)
		screen_modes_put(&cut, &shown[i], 1);
	CHECK(whole.on == cut.on && whole.on != 0);
}

static void
setting_anew_is_seen_as_that(void)
{
	char bytes[200], text[SCREEN_TEXT_MAX];

	srand(7);
	for (int round = 0; round < 2000; round++) {
		static const char alphabet[] = "\033\033\033[[[???;;0124579hhllc=>$ @";
		struct screen_modes s = { 0 }, again = { 0 };
		size_t len;

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
		len = (size_t)snprintf(bytes, sizeof(bytes), "\033[?%dh", round % 3 == 0 ? 1049 : 25);
		bytes[len] = 'x';
		screen_modes_put(&s, bytes, sizeof(bytes));
		len = screen_modes_text(&s, true, text);
		CHECK(len < SCREEN_TEXT_MAX);
		screen_modes_put(&again, text, len);
		CHECK(again.on == s.on);
		len = screen_modes_text(&s, false, text);
		screen_modes_put(&again, text, len);
		CHECK(again.on == 0);
	}
}

static const struct unit_test tests[] = {
	TEST(knows_what_is_on),
	TEST(does_not_mind_how_it_is_cut),
	TEST(setting_anew_is_seen_as_that),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
