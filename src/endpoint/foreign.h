#ifndef IPCWIRE_FOREIGN_H
#define IPCWIRE_FOREIGN_H

#include <stddef.h>

/* Words of other tools (socat, nc, ncat, stdbuf, tcpserver, expect) that we do not have, and what to write instead. */

enum foreign_place {
	FOREIGN_KIND,    /* the kind of an address */
	FOREIGN_OPTION,  /* an option of an address */
	FOREIGN_GENERAL, /* a general option: a letter, or the name after "--" */
	FOREIGN_VERB,    /* a reserved word that begins a command line */
	FOREIGN_STEP,    /* a verb of a script */
	FOREIGN_N
};

struct foreign {
	enum foreign_place place;
	char words[64]; /* separated by blanks; letters count as they are, all else in any case */
	char hint[96];  /* one line; of a verb: what it is for */
};

extern const struct foreign foreign_table[]; /* ends with no words */

/* What to write instead of that word (len bytes), or NULL. */
const char *foreign_hint(enum foreign_place, const char *word, size_t len);
/*
 * The word of that place that a misspelt one of four letters or more was meant to be, if it is nearer than any kind is, or NULL.
 * Only for places whose rows have one word each.
 */
const char *foreign_nearest(enum foreign_place, const char *word);

#endif
