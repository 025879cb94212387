#ifndef IPCWIRE_HELP_OPTION_H
#define IPCWIRE_HELP_OPTION_H

#include "base/opt.h"
#include "cli/page.h"
#include "endpoint/endpoint.h"

/* What the tables say of options and kinds, as text. The callers free strings. */

/* "-t, --end-wait=TIME" of a general option, "backlog=N|system" of an address. */
char *help_form_general(const struct opt_desc *);
char *help_form_address(const struct opt_desc *);
/* The help, and in brackets the type, limits, default and aliases, as far as the form does not say them. */
char *help_line(const struct opt_desc *);

/* One option in full; where: the kinds that have it, or NULL for a general one. */
void help_option(const struct page *, const struct opt_desc *, const char *form, const char *where);
/* A kind with all its options. */
void help_kind(const struct page *, const struct endpoint_kind *);
struct command;
/* A command with its own options and the general ones that it takes. */
void help_command(const struct page *, const struct command *);
/* "tcp-connect, tcp4", without the "-" that stands for standard input and output; "": none. */
char *help_names(const char *names);

#endif
