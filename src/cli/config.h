#ifndef IPCWIRE_CONFIG_H
#define IPCWIRE_CONFIG_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/opt.h"
#include "cli/call.h"
#include "cli/on_signal.h"
#include "cli/rerun.h"
#include "cli/service.h"
#include "dialogue/step.h"
#include "wire/wire_spec.h"

/* The command line: general options by table, addresses, the words after "--". */

struct dialogue;

enum config_action { CONFIG_RUN, CONFIG_CHECK, CONFIG_EXPLAIN, CONFIG_LIST, CONFIG_HELP, CONFIG_VERSION };

struct config_general { /* what the table stores */
	struct wire_opts wire;
	struct service_opts service;
	bool check, version, verbose, quiet, no_watch;
	bool topology[TOPOLOGY_N];
	int explain, list, log_format;
	int call; /* enum call_mode */
	struct rerun_opts rerun;
	int64_t expect_timeout;
	bool no_expect_timeout;
	char *help, *log_file, *watch, *status_socket;
	struct opt_list on_signal;
};

struct config {
	struct config_general general;
	enum config_action action;
	int verbosity; /* -d counts up, -q down */
	struct wire_spec spec;
	struct on_signal signals;
	struct program steps;      /* of a dialogue */
	struct dialogue *dialogue; /* made of them, which has the ends of spec; NULL: an ordinary run */
};

extern const struct opt_desc config_opts_table[];

/* The sections that the general options are shown in (opt_desc.section), in the order of the help. */
enum config_section {
	SECTION_NONE,
	SECTION_SHAPE,
	SECTION_WIRE,
	SECTION_BYTES,
	SECTION_TRAFFIC,
	SECTION_DIALOGUE,
	SECTION_LOG,
	SECTION_SERVICE,
	SECTION_ASK,
	SECTION_N
};

struct config_section_desc {
	char name[12], help[48]; /* the name is a topic of --help */
};

extern const struct config_section_desc config_sections[SECTION_N];

/* For those who parse their own: the defaults; one general option with its value, as opt_store; what the options say of the log. */
void config_init(struct config *);
int config_store_general(struct config *, const struct opt_desc *, const char *value, struct diag *);
void config_set_log(const struct config *);
/* How long verbs wait that do not say it themselves: nanoseconds, or VERB_NO_TIMEOUT. */
int64_t config_verb_timeout(const struct config_general *);
/* The same for addresses, with which the config is complete. As config_parse. */
int config_add(struct config *, char **addresses, size_t n, struct diag *, const char **input);
/*
 * Parses a whole command line. Returns 0; or -1 with the refusal and, in *input, the argument that it points into (NULL: none).
 */
int config_parse(struct config *, int argc, char **argv, struct diag *, const char **input);
void config_fini(struct config *);

#endif
