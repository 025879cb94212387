#ifndef IPCWIRE_ADMISSION_RULES_H
#define IPCWIRE_ADMISSION_RULES_H

#include "endpoint/endpoint.h"
#include "net/access_hosts.h"
#include "net/access_rules.h"

/*
 * The file of rules= and what is in force of it. It is looked at when a client comes, and read anew when it has changed; what
 * cannot be read then, or is wrong, is told once, and the rules stay as they were. That holds, too, until hosts in it are found.
 */
struct admission_rules;

/* For check hooks: reads the file and says what is wrong with it. Returns 0, or -1 with the refusal, whose place is 0. */
int admission_rules_check(const char *path, const struct access_vocab *, struct diag *);
/* Reads the file; the vocabulary is copied. Returns NULL when that fails (told). Hosts in it are not looked up yet. */
struct admission_rules *admission_rules_new(struct endpoint *listener, const char *path, const struct access_vocab *);
/* The rules in force, until the next look. */
struct access_rules *admission_rules_now(struct admission_rules *);
/* Looks whether the file has changed. */
void admission_rules_look(struct admission_rules *);
const char *admission_rules_path(const struct admission_rules *);
void admission_rules_free(struct admission_rules *); /* NULL is fine */

#endif
