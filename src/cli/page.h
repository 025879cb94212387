#ifndef IPCWIRE_PAGE_H
#define IPCWIRE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Text for people, laid out for where it is shown: its width, its character set, whether it has colours. */

struct page {
	FILE *out;
	size_t columns; /* 0: no terminal; every entry is one line, for grep */
	bool has_utf8, has_colour;
};

enum page_style { PAGE_PLAIN, PAGE_TITLE, PAGE_NAME, PAGE_FAINT, PAGE_STYLE_N };

/* Asks terminal, locale and environment (NO_COLOR, TERM). */
struct page page_of(FILE *);

/* Columns that a text takes; what cannot be shown counts as one. */
size_t page_width(const char *);
/* Prints in a style; the same text without colours. */
void page_put(const struct page *, enum page_style, const char *);
void page_spaces(const struct page *, size_t n);
/* Prints words up to the end of the line; continuation lines are indented. `at` is the column that we are at. */
void page_wrap(const struct page *, enum page_style, size_t at, size_t indent, const char *text);
/* A title on a line of its own, an empty line before it. */
void page_title(const struct page *, const char *);
/*
 * An entry of a list: a name, padded to `left` columns behind the indent, and its text beside it, or below where there is no
 * room.
 */
void page_entry(const struct page *, size_t indent, size_t left, const char *name, const char *text);
/* The width of a name column for names of at most `longest` columns. */
size_t page_left(const struct page *, size_t longest);

#endif
