#ifndef IPCWIRE_ACCESS_RULES_H
#define IPCWIRE_ACCESS_RULES_H

#include "net/access.h"

/*
 * Rules for clients as a text, a rule a line; the first one that means the client decides. Pure.
 *
 *	allow WHO [VARIABLE=VALUE...]
 *	deny WHO
 *
 * WHO is one pattern, or several joined by '+'. Values are quoted as in a shell. A word that begins with '#' begins a comment.
 */

struct access_rule {
	bool is_allow;
	unsigned line; /* from 1 */
	struct access_list who;
	char **env; /* "VARIABLE=VALUE"..., NULL-terminated; or NULL */
};

struct access_rules {
	struct access_rule *items;
	size_t len;
};

/* Where a text is wrong. */
struct access_rules_fault {
	unsigned line;    /* from 1 */
	struct diag diag; /* the place is that in the line */
};

/* Returns 0, or -1 with the fault, whose diag the caller frees; the rules are empty then. */
int access_rules_parse(const char *text, size_t len, const struct access_vocab *, struct access_rules *,
    struct access_rules_fault *);
/* The rule that decides, or NULL. */
const struct access_rule *access_rules_find(const struct access_rules *, const struct access_client *);
bool access_rules_need_groups(const struct access_rules *);
bool access_rules_have_hosts(const struct access_rules *);
void access_rules_fini(struct access_rules *);

#endif
