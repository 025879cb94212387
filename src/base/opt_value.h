#ifndef IPCWIRE_OPT_VALUE_H
#define IPCWIRE_OPT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/opt.h"

/*
 * For opt.c and the files of its types, nobody else. A function that stores parses first and stores last, so that a refused
 * value changes nothing. All as opt_store: 0, or -1 with the refusal in the diag.
 */

typedef int opt_store_fn(const struct opt_desc *, void *field, const char *value, struct diag *);

/* opt_number.c */
opt_store_fn opt_store_int, opt_store_size, opt_store_time, opt_store_mode, opt_store_limit, opt_store_rate,
    opt_store_factor, opt_store_sized;
/* Reads decimal digits. False: there is none, or the number is too large (*p is then behind it). */
bool opt_parse_digits(const char **p, uint64_t *n);

/* opt_word.c */
opt_store_fn opt_store_bool, opt_store_switch, opt_store_char, opt_store_enum, opt_store_string, opt_store_regex,
    opt_store_id, opt_store_list, opt_store_text;
void opt_list_fini(struct opt_list *);

/* opt_value.c: what refusals say; these return -1. "'foo' is not a size" */
int opt_refuse(const char *value, const char *what, struct diag *);
/* "'x' after the size" */
int opt_refuse_rest(const char *value, const char *rest, const char *what, struct diag *);
/* None of the option's words; with the nearest of them, if one is near. */
int opt_refuse_word(const struct opt_desc *, const char *value, struct diag *);
/* What a value of that type looks like, and the special words of the option. */
int opt_hint_example(const struct opt_desc *, const char *example, struct diag *);
/* The index of the value among the words of a list (wordlist.h), any case, or -1. */
int opt_find_word(const char *words, const char *value);

/* Not isdigit(3), which brings in the locale's tables at every start. */
static inline bool
opt_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

#endif
