/* Layout of help and pictures: wrapping, two columns, colours only where they are seen. */
#include "cli/page.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/charset.h"

#define PAGE_COLUMNS_MIN 20 /* narrower is taken for this wide */
#define PAGE_TEXT_MIN 24    /* a text with less room beside its name stands below it */
#define PAGE_LEFT_MAX 36    /* columns of the names where nothing limits the line */

static bool
page_wants_colour(int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fd) && (no == NULL || *no == '\0') && term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

static size_t
page_terminal_columns(int fd)
{
	struct winsize size;

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		return 80;
	return size.ws_col < PAGE_COLUMNS_MIN ? PAGE_COLUMNS_MIN : size.ws_col;
}

struct page
page_of(FILE *out)
{
	return (struct page){
		.out = out,
		.columns = page_terminal_columns(fileno(out)),
		.has_utf8 = charset_is_utf8(),
		.has_colour = page_wants_colour(fileno(out)),
	};
}

size_t
page_width(const char *text)
{
	mbstate_t state = { 0 };
	size_t width = 0, n;
	wchar_t wc;

	for (; *text != '\0'; text += n) {
		int columns;

		n = mbrtowc(&wc, text, strlen(text), &state);
		if (n == (size_t)-1 || n == (size_t)-2) {
			memset(&state, 0, sizeof(state));
			n = 1;
			columns = 1;
		} else
			columns = wcwidth(wc);
		width += columns < 0 ? 1 : (size_t)columns;
	}
	return width;
}

static const char *
page_style_code(enum page_style style)
{
	/* Bold and dim suit dark and light grounds. */
	static const char codes[][8] = { "", "\033[1m", "\033[1m", "\033[2m" };
	_Static_assert(sizeof(codes) / sizeof(*codes) == PAGE_STYLE_N, "a code for every style");

	return codes[style];
}

static void
page_put_len(const struct page *p, enum page_style style, const char *text, size_t len)
{
	const bool is_styled = p->has_colour && style != PAGE_PLAIN && len > 0;

	fprintf(p->out, "%s%.*s%s", is_styled ? page_style_code(style) : "", (int)len, text,
	    is_styled ? "\033[0m" : "");
}

void
page_put(const struct page *p, enum page_style style, const char *text)
{
	page_put_len(p, style, text, strlen(text));
}

void
page_spaces(const struct page *p, size_t n)
{
	fprintf(p->out, "%*s", (int)n, "");
}

/* The length of the text up to the next place where a line may end: at a blank, or behind a bar. */
static size_t
page_next_break(const char *text, size_t len)
{
	len += strspn(text + len, " ");
	len += strcspn(text + len, " |");
	return text[len] == '|' ? len + 1 : len;
}

/* The bytes of text that go on this line: as much as fits; a word that is wider than the line is cut. */
static size_t
page_line_len(const char *text, size_t room)
{
	size_t fits = 0, len = page_next_break(text, 0);

	/* Helps are ASCII, where a byte is a column. */
	while (len <= room && len > fits) {
		fits = len;
		len = page_next_break(text, len);
	}
	return fits > 0 ? fits : room;
}

void
page_wrap(const struct page *p, enum page_style style, size_t at, size_t indent, const char *text)
{
	while (*text != '\0') {
		size_t room = p->columns > at + 1 ? p->columns - at : 1;
		size_t len = p->columns == 0 ? strlen(text) : page_line_len(text, room);

		page_put_len(p, style, text, len);
		fputc('\n', p->out);
		text += len;
		text += strspn(text, " ");
		if (*text != '\0')
			page_spaces(p, indent);
		at = indent;
	}
}

void
page_title(const struct page *p, const char *title)
{
	fputc('\n', p->out);
	page_wrap(p, PAGE_TITLE, 0, 0, title);
}

size_t
page_left(const struct page *p, size_t longest)
{
	size_t most = p->columns == 0 ? PAGE_LEFT_MAX : p->columns * 2 / 5;

	if (most > PAGE_LEFT_MAX)
		most = PAGE_LEFT_MAX;
	return longest < most ? longest : most;
}

void
page_entry(const struct page *p, size_t indent, size_t left, const char *name, const char *text)
{
	const size_t width = page_width(name), at = indent + left + 2;
	const bool has_room = p->columns == 0 || p->columns >= at + PAGE_TEXT_MIN;
	const size_t below = has_room ? at : indent + 4;

	page_spaces(p, indent);
	if (*text != '\0' && has_room && (p->columns == 0 || width <= left)) {
		page_put(p, PAGE_NAME, name);
		page_spaces(p, (width < left ? left - width : 0) + 2);
		page_wrap(p, PAGE_PLAIN, at, at, text);
		return;
	}
	page_wrap(p, PAGE_NAME, indent, indent + 4, name + strspn(name, " "));
	if (*text == '\0')
		return;
	page_spaces(p, below);
	page_wrap(p, PAGE_PLAIN, below, below, text);
}
