#ifndef IPCWIRE_OPT_H
#define IPCWIRE_OPT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

/*
 * Typed options by table. An option is one entry: name, type, where its value is stored, limits,
 * default, help. The entry macros check the field's type at compile time.
 */

enum opt_type {
	OPT_BOOL,   /* bool           yes|no|on|off|true|false|1|0; no value: yes */
	OPT_INT,    /* int            decimal, min..max */
	OPT_SIZE,   /* uint64_t       bytes: 4096, 64k, 1M, 2G (powers of 1024), min..max */
	OPT_TIME,   /* int64_t        nanoseconds: 500us, 20ms, 0.5, 2s, 3m, 1h, min..max (also nanoseconds) */
	OPT_MODE,   /* int            octal, 0..max, or 0..07777 */
	OPT_USER,   /* struct opt_id  name or number */
	OPT_GROUP,  /* struct opt_id  name or number */
	OPT_ENUM,   /* int            index of the word in words */
	OPT_SIZED,  /* struct opt_sized  the same, and behind the last word there may be a size: full:64k, min..max */
	OPT_LIMIT,  /* struct opt_limit  SIZE or unlimited, and behind a colon another one: 64:1k */
	OPT_STRING, /* char *         owned */
	OPT_REGEX,  /* char *         source of a regular expression; the grammar took off its slashes */
	OPT_ADDR,   /* char *         text of an address */
	OPT_LIST,   /* struct opt_list  words joined by '+', or the option repeated */
	OPT_RATE,   /* struct opt_rate  so many in a time: 10, 100/1m; a bare number is by the second */
	OPT_FACTOR, /* double         above 0: 2, 0.5; max 0: no limit; special words are 0 */
	OPT_TEXTS,  /* struct opt_list  any text, the option repeated; '+' is an ordinary character */
	OPT_SWITCH, /* int            as OPT_BOOL, and it can be told whether it was written: enum opt_switch */
	OPT_CHAR, /* int            a byte: ^C, ^?, a character that is no digit, a number, or undef: OPT_CHAR_NONE; unset: -1 */
	OPT_TYPE_N
};

struct opt_list {
	char **items; /* owned */
	size_t len;
	bool is_default; /* the next one that is given replaces it */
};

struct opt_sized {
	int word;      /* index in words */
	uint64_t size; /* 0: none was given */
};

enum opt_switch { OPT_UNSAID, OPT_NO, OPT_YES };

#define OPT_CHAR_NONE 256

#define OPT_UNLIMITED UINT64_MAX

struct opt_limit {
	bool is_set;
	uint64_t soft, hard; /* OPT_UNLIMITED: none; the same when only one was given */
};

struct opt_rate {
	uint64_t n; /* 0: none was given */
	int64_t ns;
};

struct opt_id {
	bool is_set;
	uint32_t id;
	char *name; /* as written; owned */
};

struct opt_desc {
	/*
	 * There are hundreds, so nothing in them is a pointer: the dynamic linker would write to every page of them at every
	 * start. A text that does not fit is refused by the compiler, or by the unit tests where only its end is missing.
	 */
	int64_t min, max; /* OPT_INT, OPT_SIZE, OPT_SIZED, OPT_TIME; max 0: no limit */
	uint16_t offset;
	enum opt_type type : 8;
	char letter;           /* general options: the short form, or 0 */
	unsigned char section; /* general options: index of the help's section that they stand in */
	bool may_be_bare;      /* written without a value it has that of bare, though that is empty */
	char digits[4];        /* a name that goes before the value without '=': "b" in b9600 for baud=9600; or "" */
	char name[18];         /* lower case */
	char aliases[48];      /* other names: see wordlist.h */
	char words[40]; /* OPT_ENUM, OPT_SIZED: the words; of numbers: special words (OPT_SIZE_WORD); wordlist.h */
	char def[12];   /* default as it would be written; "": unset (0, false, -1 for MODE, NULL, empty) */
	char bare[12]; /* the value that the option has when written without one; "": it needs a value (OPT_BOOL: "yes" by itself) */
	char value[36]; /* what the value is called in help: "SIZE", "TIME", "N|disk"; "": by type */
	char help[64];  /* at most 60 characters, no full stop */
};

/* Entry macros: OPT(struct tcp_opts, keepalive, OPT_BOOL, .name = "keepalive", .help = "...") */
/* clang-format off */
#define OPT_FIELD_OK(s, f, t)                                                                                   \
	_Generic(&((s *)0)->f,                                                                                  \
	    bool *: (t) == OPT_BOOL,                                                                            \
	    int *: (t) == OPT_INT || (t) == OPT_MODE || (t) == OPT_ENUM || (t) == OPT_SWITCH || (t) == OPT_CHAR,    \
	    uint64_t *: (t) == OPT_SIZE,                                                                        \
	    int64_t *: (t) == OPT_TIME,                                                                         \
	    double *: (t) == OPT_FACTOR,                                                                         \
	    struct opt_sized *: (t) == OPT_SIZED,                                                               \
	    struct opt_rate *: (t) == OPT_RATE,                                                                 \
	    struct opt_limit *: (t) == OPT_LIMIT,                                                               \
	    struct opt_id *: (t) == OPT_USER || (t) == OPT_GROUP,                                               \
	    char **: (t) == OPT_STRING || (t) == OPT_REGEX || (t) == OPT_ADDR,                                  \
	    struct opt_list *: (t) == OPT_LIST || (t) == OPT_TEXTS)
#define OPT(s, f, t, ...)                                                                                       \
	{ .offset = offsetof(s, f) + 0 * sizeof(struct { int w : OPT_FIELD_OK(s, f, t) ? 1 : -1; }),            \
		.type = (t), __VA_ARGS__ }
#define OPT_END { .name = "" }
/* clang-format on */

/* The i-th special word of an OPT_SIZE, OPT_TIME or OPT_INT option is stored as the largest value less i. */
#define OPT_SIZE_WORD(i) (UINT64_MAX - (i))
#define OPT_TIME_WORD(i) (INT64_MAX - (i))
#define OPT_INT_WORD(i) (INT_MAX - (i))

/* Writes the defaults of a table (ends with OPT_END) into its zeroed struct. A default that does not parse is a bug: assert. */
void opt_defaults(const struct opt_desc *table, void *base);
/* Frees what opt_defaults and opt_store allocated, and zeroes those fields. */
void opt_fini(const struct opt_desc *table, void *base);
/*
 * Parses a value (NULL: none was given) and stores it; lists grow (the first one given replaces the
 * default), all else is replaced. Returns 0; or -1 with the refusal in the diag, position relative to the value, nothing changed.
 */
int opt_store(const struct opt_desc *, void *base, const char *value, struct diag *);
/* The value in a name like b9600; NULL: that is not how the option was written. */
const char *opt_name_digits(const struct opt_desc *, const char *name);
/* The entry of that name or alias (any case; len bytes), or with its value in the name, or NULL. */
const struct opt_desc *opt_find(const struct opt_desc *table, const char *name, size_t len);
/* The value that it has when written without one, or NULL: it needs one. */
const char *opt_bare(const struct opt_desc *);
/* Without a value it means yes. */
bool opt_is_bool(const struct opt_desc *);
/* What the value is called: "SIZE", "yes|no", "both|first|left|right". The caller frees it. */
char *opt_value_name(const struct opt_desc *);
/* "bool", "integer", "size", "time", "mode", "user", "group", "word", "sized", "text", "regex", "address", "list", "rate", "factor", "texts",
 * "bool", "character" */
const char *opt_type_name(enum opt_type);
/* How the values of a type are written, for help: "bytes; k, M, G, T are powers of 1024". NULL: the name says it all. */
const char *opt_type_unit(enum opt_type);
/* "1 to 65535", "at least 1", or NULL: there are no limits. The caller frees it. */
char *opt_limits_name(const struct opt_desc *);

/* Scalars for others to use; as opt_store. Times in nanoseconds. */
int opt_parse_time(const char *, int64_t *ns, struct diag *);
int opt_parse_size(const char *, uint64_t *size, struct diag *);

#endif
