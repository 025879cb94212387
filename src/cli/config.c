/*
 * From argv to what was asked for. Options may stand anywhere before "--"; all of them are rows of one table, whose
 * stored values are looked at once everything has been read.
 */
#include "cli/config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/addr.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "cli/command.h"
#include "cli/redirect.h"
#include "cli/talk.h"
#include "dialogue/dialogue.h"
#include "endpoint/foreign.h"
#include "endpoint/registry.h"
#include "serve/status_socket.h"
#include "wire/tap_cast.h"
#include "wire/watch_option.h"

/* clang-format off */
const struct opt_desc config_opts_table[] = {
	OPT(struct config_general, wire.block, OPT_SIZE, .name = "block", .section = SECTION_BYTES, .letter = 'b', .min = 1, .max = 1 << 30,
	    .help = "most bytes of one read"),
	OPT(struct config_general, wire.buffer, OPT_SIZED, .name = "buffer", .section = SECTION_BYTES, .letter = 'B', .min = 1, .max = 1 << 30,
	    .words = BUFFER_MODE_WORDS, .def = "asis", .help = "how output travels without a buffer= of its own"),
	OPT(struct config_general, call, OPT_ENUM, .name = "call", .section = SECTION_SHAPE, .words = CALL_MODE_WORDS, .def = "no", .bare = "yes",
	    .value = "yes|status", .help = "send one message, print the reply to it"),
	OPT(struct config_general, topology[TOPOLOGY_CHAIN], OPT_BOOL, .name = "chain", .section = SECTION_SHAPE,
	    .help = "each end's output is the next one's input"),
	OPT(struct config_general, check, OPT_BOOL, .name = "check", .section = SECTION_ASK, .help = "parse and plan, run nothing, say nothing"),
	OPT(struct config_general, service.daemon, OPT_BOOL, .name = "daemon", .section = SECTION_SERVICE,
	    .help = "go on in the background once all listeners are up"),
	OPT(struct config_general, verbose, OPT_BOOL, .name = "debug", .section = SECTION_LOG, .letter = 'd', .help = "more messages; may be repeated"),
	OPT(struct config_general, wire.drain, OPT_TIME, .name = "drain", .section = SECTION_WIRE, .def = "10s",
	    .help = "how long an ending server waits for sessions"),
	OPT(struct config_general, wire.end, OPT_ENUM, .name = "end", .section = SECTION_WIRE, .words = "both\0first\0left\0right", .def = "both",
	    .help = "which direction's end is the end of the wire"),
	OPT(struct config_general, wire.end_wait, OPT_TIME, .name = "end-wait", .section = SECTION_WIRE, .letter = 't',
	    .help = "after one direction's end wait at most so long"),
	OPT(struct config_general, explain, OPT_ENUM, .name = "explain", .section = SECTION_ASK, .words = "no\0text\0dot", .def = "no", .bare = "text",
	    .value = "text|dot", .help = "print the plan, run nothing"),
	OPT(struct config_general, wire.forward, OPT_BOOL, .name = "forward", .section = SECTION_SHAPE, .letter = 'u', .help = "only from left to right"),
	OPT(struct config_general, expect_timeout, OPT_TIME, .name = "expect-timeout", .section = SECTION_DIALOGUE, .min = 1, .def = "30s",
	    .help = "how long a verb waits that does not say it itself"),
	OPT(struct config_general, wire.backward, OPT_BOOL, .name = "backward", .section = SECTION_SHAPE, .letter = 'U', .help = "only from right to left"),
	OPT(struct config_general, help, OPT_STRING, .name = "help", .section = SECTION_ASK, .letter = 'h', .may_be_bare = true, .value = "TOPIC",
	    .help = "this help, or that of a kind, an option, a word"),
	OPT(struct config_general, wire.show_hex, OPT_BOOL, .name = "hex", .section = SECTION_TRAFFIC, .letter = 'x',
	    .help = "show the traffic on standard error, in hexadecimal"),
	OPT(struct config_general, topology[TOPOLOGY_HUB], OPT_BOOL, .name = "hub", .section = SECTION_SHAPE,
	    .help = "every end hears all the others"),
	OPT(struct config_general, wire.idle, OPT_TIME, .name = "idle", .section = SECTION_WIRE, .letter = 'T', .help = "end when nothing has moved for so long"),
	OPT(struct config_general, list, OPT_ENUM, .name = "list", .section = SECTION_ASK, .words = "no\0kinds\0options\0all", .def = "no",
	    .bare = "all", .value = "kinds|options|all", .help = "print all names, for programs"),
	OPT(struct config_general, log_file, OPT_STRING, .name = "log-file", .section = SECTION_LOG, .value = "FILE",
	    .help = "append messages to this file, with time stamps"),
	OPT(struct config_general, log_format, OPT_ENUM, .name = "log-format", .section = SECTION_LOG, .words = "text\0json",
	    .def = "text", .help = "form of the messages: for people, or JSON lines"),
	OPT(struct config_general, topology[TOPOLOGY_MERGE], OPT_BOOL, .name = "merge", .section = SECTION_SHAPE,
	    .help = "all outputs go to the last end"),
	OPT(struct config_general, on_signal, OPT_TEXTS, .name = "on-signal", .section = SECTION_SERVICE, .value = "NAME=ACTION",
	    .help = "on that signal: stats, drain, forward, restart; may be repeated"),
	OPT(struct config_general, service.pidfile, OPT_STRING, .name = "pidfile", .section = SECTION_SERVICE, .value = "FILE",
	    .help = "hold this file, with our pid in it; only one can"),
	OPT(struct config_general, wire.progress, OPT_ENUM, .name = "progress", .section = SECTION_TRAFFIC, .words = "no\0line\0json",
	    .def = "no", .bare = "line", .value = "line|json", .help = "show on a terminal how far it is"),
	OPT(struct config_general, quiet, OPT_BOOL, .name = "quiet", .section = SECTION_LOG, .letter = 'q', .help = "fewer messages; errors stay"),
	OPT(struct config_general, wire.raw_backward, OPT_STRING, .name = "raw-backward", .section = SECTION_TRAFFIC, .letter = 'R',
	    .value = "FILE", .help = "append what flows from right to left to this file"),
	OPT(struct config_general, wire.raw_forward, OPT_STRING, .name = "raw-forward", .section = SECTION_TRAFFIC, .letter = 'r',
	    .value = "FILE", .help = "append what flows from left to right to this file"),
	OPT(struct config_general, wire.record, OPT_STRING, .name = "record", .section = SECTION_TRAFFIC, .value = "FILE",
	    .help = "write down what flows, and when (asciicast)"),
	OPT(struct config_general, service.ready_fd, OPT_INT, .name = "ready-fd", .section = SECTION_SERVICE, .min = 3, .max = 65535,
	    .value = "N", .help = "write a newline there once all is up"),
	OPT(struct config_general, rerun.when, OPT_ENUM, .name = "restart", .section = SECTION_SERVICE, .words = RERUN_WHEN_WORDS, .def = "no", .bare = "always",
	    .value = "always|failure", .help = "begin a wire that has ended, or failed, anew"),
	OPT(struct config_general, rerun.delay, OPT_TIME, .name = "restart-delay", .section = SECTION_SERVICE, .min = 1000000, .max = INT64_C(60000000000), .def = "1s",
	    .help = "pause before that, longer each time, up to 1m"),
	OPT(struct config_general, rerun.limit, OPT_INT, .name = "restart-limit", .section = SECTION_SERVICE, .min = 1, .max = 1000000, .words = "none", .def = "none",
	    .value = "N|none", .help = "so many times at most"),
	OPT(struct config_general, wire.size, OPT_SIZE, .name = "size", .section = SECTION_TRAFFIC, .min = 1,
	    .help = "how many bytes will flow, for --progress"),
	OPT(struct config_general, no_expect_timeout, OPT_BOOL, .name = "no-timeout", .section = SECTION_DIALOGUE,
	    .help = "verbs wait as long as it takes"),
	OPT(struct config_general, no_watch, OPT_BOOL, .name = "no-watch", .section = SECTION_WIRE,
	    .help = "a wire that stands still is not looked at"),
	OPT(struct config_general, wire.stats, OPT_ENUM, .name = "stats", .section = SECTION_TRAFFIC, .words = "no\0text\0json",
	    .def = "no", .bare = "text", .value = "text|json", .help = "at the end tell what was moved, and what it cost"),
	OPT(struct config_general, wire.status, OPT_ENUM, .name = "status", .section = SECTION_WIRE, .words = "last\0first\0worst", .def = "last",
	    .help = "which program's exit status becomes ours"),
	OPT(struct config_general, status_socket, OPT_STRING, .name = "status-socket", .section = SECTION_SERVICE, .value = "FILE",
	    .help = "answer at this UNIX socket with sessions and counts"),
	OPT(struct config_general, topology[TOPOLOGY_TEE], OPT_BOOL, .name = "tee", .section = SECTION_SHAPE,
	    .help = "the first end's output goes to all the others"),
	OPT(struct config_general, wire.timeout, OPT_TIME, .name = "timeout", .section = SECTION_WIRE, .help = "end the whole run after so long"),
	OPT(struct config_general, wire.show_text, OPT_BOOL, .name = "verbose", .section = SECTION_TRAFFIC, .letter = 'v',
	    .help = "show the traffic on standard error, as text"),
	OPT(struct config_general, watch, OPT_STRING, .name = "watch", .section = SECTION_WIRE, .value = "TIME|fail|TIME,fail",
	    .help = "after so long (2 s) tell why a wire is still, or fail"),
	OPT(struct config_general, version, OPT_BOOL, .name = "version", .section = SECTION_ASK, .letter = 'V', .help = "print the version"),
	OPT_END,
};
/* clang-format on */

const struct config_section_desc config_sections[SECTION_N] = {
	[SECTION_NONE] = { "other", "everything else" },
	[SECTION_SHAPE] = { "shape", "what hears what" },
	[SECTION_WIRE] = { "wire", "when the wire ends, and with what status" },
	[SECTION_BYTES] = { "bytes", "how the bytes travel" },
	[SECTION_TRAFFIC] = { "traffic", "to see what flows" },
	[SECTION_DIALOGUE] = { "dialogue", "to talk to a program, a terminal, a peer" },
	[SECTION_LOG] = { "log", "messages" },
	[SECTION_SERVICE] = { "service", "to run unattended" },
	[SECTION_ASK] = { "ask", "to ask instead of to run" },
};

struct config_reader {
	struct config *config;
	int argc, at;
	char **argv;
	char **addresses;
	size_t naddresses;
	const struct opt_desc *last_flag; /* the option without a value just before; for the hint about digits */
	struct diag *diag;
	const char **input;
};

static int
config_refuse(struct config_reader *r, const char *input)
{
	*r->input = input;
	return -1;
}

static const struct opt_desc *
config_find_letter(char letter)
{
	for (const struct opt_desc *d = config_opts_table; *d->name != '\0'; d++)
		if (d->letter == letter)
			return d;
	return NULL;
}

int
config_store_general(struct config *c, const struct opt_desc *d, const char *value, struct diag *diag)
{
	if (strcmp(d->name, "debug") == 0)
		c->verbosity++;
	if (strcmp(d->name, "quiet") == 0)
		c->verbosity--;
	return opt_store(d, &c->general, value, diag);
}

static int
config_store(struct config_reader *r, const struct opt_desc *d, const char *value, const char *input, size_t at)
{
	r->last_flag = value == NULL ? d : NULL;
	if (config_store_general(r->config, d, value, r->diag) == 0)
		return 0;
	diag_shift(r->diag, at);
	return config_refuse(r, input);
}

static bool
is_option_of_addresses(const char *name, size_t len)
{
	int group;

	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++)
		if (registry_find_option(*k, name, len, &group) != NULL)
			return true;
	return false;
}

static int
config_unknown(struct config_reader *r, const char *arg, const char *name, size_t len)
{
	struct nearest n;
	const char *foreign = foreign_hint(FOREIGN_GENERAL, name, len);
	char *quoted = diag_quote(name, len);

	nearest_init(&n, name, len);
	for (const struct opt_desc *d = config_opts_table; *d->name != '\0'; d++)
		nearest_feed(&n, d->name);
	diag_set(r->diag, (size_t)(name - arg), "unknown option %s", quoted);
	free(quoted);
	if (isdigit((unsigned char)*name) && foreign == NULL)
		diag_hint(r->diag, "descriptor %c is written fd:%c", *name, *name);
	else if (foreign != NULL)
		diag_hint(r->diag, "%s", foreign);
	else if (is_option_of_addresses(name, len))
		diag_hint(r->diag, "'%.*s' is an option of addresses: KIND:...,%.*s", (int)len, name, (int)len, name);
	else if (nearest_name(&n) != NULL)
		diag_hint(r->diag, "did you mean '--%s'?", nearest_name(&n));
	else
		diag_hint(r->diag,
		    "--help lists the options; those of a program follow --, or stand in quotes with it");
	return config_refuse(r, arg);
}

static int
config_next_value(struct config_reader *r, const struct opt_desc *d, const char *arg)
{
	if (r->at + 1 >= r->argc) {
		char *value = opt_value_name(d);

		diag_set(r->diag, strlen(arg), "option --%s needs a value", d->name);
		diag_hint(r->diag, "it is written --%s=%s", d->name, value);
		free(value);
		return config_refuse(r, arg);
	}
	r->at++;
	return config_store(r, d, r->argv[r->at], r->argv[r->at], 0);
}

/* A verb of a dialogue: it takes words of its own. */
static int
config_step(struct config_reader *r, const char *arg, const char *name)
{
	int used = 0;

	r->last_flag = NULL;
	if (talk_add(&r->config->steps, name, arg, r->argc - r->at - 1, r->argv + r->at + 1, &used, r->diag,
		r->input) == -1)
		return -1;
	r->at += used;
	return 0;
}

static int
config_long(struct config_reader *r, const char *arg)
{
	const char *name = arg + 2, *equals = strchr(name, '=');
	size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
	const struct opt_desc *d = opt_find(config_opts_table, name, len);

	if (d == NULL && talk_is_option(name))
		return config_step(r, arg, name);
	if (d == NULL)
		return config_unknown(r, arg, name, len);
	if (equals != NULL)
		return config_store(r, d, equals + 1, arg, (size_t)(equals + 1 - arg));
	if (opt_bare(d) == NULL)
		return config_next_value(r, d, arg);
	return config_store(r, d, NULL, arg, 2);
}

/* "-uv", "-t5", "-t 5": letters in one word, the first that takes a value has the rest of it. */
static int
config_short(struct config_reader *r, const char *arg)
{
	for (const char *p = arg + 1; *p != '\0'; p++) {
		const struct opt_desc *d = config_find_letter(*p);

		if (d == NULL)
			return config_unknown(r, arg, p, 1);
		if (opt_bare(d) == NULL)
			return p[1] != '\0' ? config_store(r, d, p + 1, arg, (size_t)(p + 1 - arg)) :
					      config_next_value(r, d, arg);
		if (config_store(r, d, NULL, arg, (size_t)(p - arg)) == -1)
			return -1;
	}
	return 0;
}

static int
config_address(struct config_reader *r, char *arg)
{
	const bool is_digit = arg[0] >= '0' && arg[0] <= '9' && arg[1] == '\0';

	if (is_digit && r->last_flag != NULL) {
		diag_set(r->diag, 0, "'%s' right after --%s, which takes no value", arg, r->last_flag->name);
		diag_hint(r->diag, "descriptor %s is written fd:%s", arg, arg);
		return config_refuse(r, arg);
	}
	r->last_flag = NULL;
	r->addresses = xreallocarray(r->addresses, r->naddresses + 1, sizeof(*r->addresses));
	r->addresses[r->naddresses++] = arg;
	return 0;
}

/* Reserved words, which no kind has. */
static int
config_verb(struct config_reader *r, const char *arg)
{
	diag_set(r->diag, 0, "'%s' (%s) is a word of dialogues, and no address", arg,
	    foreign_hint(FOREIGN_VERB, arg, strlen(arg)));
	return config_refuse(r, NULL);
}

static int
config_late_command(struct config_reader *r, const struct command *c)
{
	diag_set(r->diag, 0, "the command '%s' is not the first word", c->name);
	diag_hint(r->diag, "its options follow it: ipcwire %s", c->syntax);
	return config_refuse(r, NULL);
}

static int
config_read(struct config_reader *r)
{
	for (r->at = 1; r->at < r->argc; r->at++) {
		char *arg = r->argv[r->at];
		int result;

		if (r->naddresses == 0 && command_find(arg) != NULL)
			return config_late_command(r, command_find(arg));
		if (r->naddresses == 0 && foreign_hint(FOREIGN_VERB, arg, strlen(arg)) != NULL)
			return config_verb(r, arg);

		if (strcmp(arg, "--") == 0)
			return 0;
		if (arg[0] != '-' || addr_is_stdio(arg))
			result = config_address(r, arg);
		else
			result = arg[1] == '-' ? config_long(r, arg) : config_short(r, arg);
		if (result == -1)
			return -1;
	}
	return 0;
}

/* An option of the run that was written as one of an address; the place is that of its name. */
static const struct opt_desc *
config_find_misplaced(const struct diag *d, const char *arg)
{
	const char *name = arg + d->pos;
	size_t len = 0;

	if (strncmp(d->text, "unknown option ", strlen("unknown option ")) != 0 || d->pos >= strlen(arg))
		return NULL;
	while (name[len] != '\0' && strchr("=,!", name[len]) == NULL)
		len++;
	return foreign_hint(FOREIGN_OPTION, name, len) == NULL ? opt_find(config_opts_table, name, len) : NULL;
}

/* The command that a first word with one mistake was meant to be, or NULL. */
static const char *
config_nearest_command(const char *arg)
{
	struct nearest n;

	nearest_init(&n, arg, strlen(arg));
	for (const struct command *const *c = commands; *c != NULL; c++)
		nearest_feed(&n, (*c)->name);
	return n.distance <= 1 ? nearest_name(&n) : NULL;
}

/* What the kinds know nothing of when they refuse an address: options of the run, and verbs. */
static void
config_advise(const struct config_reader *r, const char *arg)
{
	const struct opt_desc *d = config_find_misplaced(r->diag, arg);
	const char *verb;

	if (d != NULL) {
		char *value = opt_value_name(d);

		diag_hint(r->diag, "--%s%s%s is an option of the run, not of an address", d->name,
		    d->type == OPT_BOOL ? "" : "=", d->type == OPT_BOOL ? "" : value);
		free(value);
		return;
	}
	if (foreign_hint(FOREIGN_KIND, arg, strcspn(arg, ":,!")) != NULL)
		return;
	verb = r->config->spec.nends == 1 && r->diag->pos == 0 ? foreign_nearest(FOREIGN_VERB, arg) : NULL;
	if (verb == NULL && r->diag->pos == 0 && r->argv[1] == arg)
		verb = config_nearest_command(arg);
	if (verb != NULL)
		diag_hint(r->diag, "did you mean '%s'?", verb);
}

/* An end has one program: its end and its status are the end's. */
static bool
config_has_two_programs(const struct wire_end_spec *e)
{
	return e->out != NULL && (e->in->kind->flags & KIND_CHILD) && (e->out->kind->flags & KIND_CHILD);
}

/* A new end for an address. */
static int
config_end(struct config_reader *r, const char *arg)
{
	struct wire_end_spec *e = wire_spec_add_end(&r->config->spec);

	if (endpoint_spec_parse(arg, &e->in, &e->out, r->diag) == -1) {
		config_advise(r, arg);
		return config_refuse(r, arg);
	}
	if (config_has_two_programs(e)) {
		diag_set(r->diag, strlen(arg) - MIN(strlen(arg), strlen(e->out->addr->text)),
		    "a second program at one end");
		diag_hint(r->diag,
		    "--chain A ADDRESS B: the program A writes to the address, and B reads what comes from it");
		return config_refuse(r, arg);
	}
	if (e->out == NULL)
		e->out = e->in;
	return 0;
}

static struct endpoint_spec *
config_without_words(const struct wire_spec *w)
{
	for (unsigned i = 0; i < w->nends; i++) {
		struct wire_end_spec *e = &w->ends[i];

		if (e->in == e->out && (e->in->kind->flags & KIND_CHILD) && e->in->argv == NULL)
			return e->in;
	}
	return NULL;
}

/* The words after "--" are the program of an exec that has none, or the last end. */
static int
config_words(struct config_reader *r)
{
	char **words = r->at < r->argc ? r->argv + r->at + 1 : NULL;
	struct wire_spec *w = &r->config->spec;
	struct endpoint_spec *waiting = config_without_words(w);
	struct wire_end_spec *e;

	if (words == NULL)
		return 0;
	if (words[0] == NULL) {
		diag_set(r->diag, 0, "no program after --");
		diag_hint(r->diag, "for example: ipcwire tcp-listen:7000 -- bc -q");
		return config_refuse(r, NULL);
	}
	if (waiting != NULL) {
		endpoint_spec_give(waiting, words);
		return 0;
	}
	if (w->topology == TOPOLOGY_PAIR && w->nends == 2) {
		diag_set(r->diag, 0, "two addresses and a program after --");
		diag_hint(r->diag,
		    "the program is an end itself: leave one address out; --chain, --tee, --merge and --hub take more");
		return config_refuse(r, NULL);
	}
	e = wire_spec_add_end(w);
	e->in = e->out = endpoint_spec_exec(words);
	return 0;
}

static int
config_topology(struct config_reader *r)
{
	struct wire_spec *w = &r->config->spec;

	for (int t = 0; t < TOPOLOGY_N; t++) {
		if (!r->config->general.topology[t])
			continue;
		if (w->topology != TOPOLOGY_PAIR) {
			diag_set(r->diag, 0, "--%s and --%s at the same time", topology_name(w->topology),
			    topology_name((enum topology)t));
			return config_refuse(r, NULL);
		}
		w->topology = (enum topology)t;
	}
	if (w->topology != TOPOLOGY_PAIR || r->naddresses < 3)
		return 0;
	diag_set(r->diag, 0, "a third address");
	diag_hint(r->diag,
	    "a wire has two ends, --chain, --tee, --merge and --hub take more; a command with spaces is "
	    "one word in quotes, or follows --");
	return config_refuse(r, r->addresses[2]);
}

/* A wire with one address is between standard input and output and that one. */
static int
config_complete(struct config_reader *r)
{
	struct wire_spec *w = &r->config->spec;
	const char *bad;

	if (w->nends == 0) {
		diag_set(r->diag, 0, "no address");
		diag_hint(r->diag, "for example: ipcwire - tcp:localhost:80; --help tells more");
		return config_refuse(r, NULL);
	}
	if (redirect_check(w, r->diag, &bad) == -1)
		return config_refuse(r, bad);
	if (w->topology == TOPOLOGY_PAIR && w->nends == 1) {
		struct wire_end_spec only = w->ends[0];
		const bool is_redirected = redirect_is_asked(&only);

		if (is_redirected && redirect_make(&only, wire_spec_add_end(w), r->diag) == -1)
			return config_refuse(r, only.in->addr->text);
		if (!is_redirected && config_end(r, "-") == -1)
			return -1;
		w->ends[0] = w->ends[1];
		w->ends[1] = only;
	}
	if (w->nends >= topology_ends_min(w->topology))
		return 0;
	diag_set(r->diag, 0, "--%s with %u address", topology_name(w->topology), w->nends);
	diag_hint(r->diag, "it takes at least %u, and '-' is standard input and output",
	    topology_ends_min(w->topology));
	return config_refuse(r, NULL);
}

static int
config_watch(struct config_reader *r)
{
	const struct config_general *g = &r->config->general;
	struct wire_opts *w = &r->config->spec.opts;

	if (watch_option_parse(g->watch, &w->watch, &w->watch_fails, r->diag) == -1)
		return config_refuse(r, g->watch);
	if (g->no_watch)
		w->watch = 0;
	return 0;
}

static int
config_signals(struct config_reader *r)
{
	struct config *c = r->config;
	const char *bad;

	if (on_signal_parse(&c->signals, &c->general.on_signal, &c->spec, r->diag, &bad) == -1)
		return config_refuse(r, bad);
	c->spec.opts.can_drain =
	    on_signal_has(&c->signals, ON_SIGNAL_DRAIN) && c->spec.server == -1 && !wire_spec_has_doors(&c->spec);
	return 0;
}

static int
config_ends(struct config_reader *r)
{
	struct wire_spec *w = &r->config->spec;

	if (config_topology(r) == -1)
		return -1;
	for (size_t i = 0; i < r->naddresses; i++)
		if (config_end(r, r->addresses[i]) == -1)
			return -1;
	if (config_words(r) == -1 || (r->config->steps.nsteps == 0 && config_complete(r) == -1))
		return -1;
	w->opts = r->config->general.wire;
	if (config_watch(r) == -1)
		return -1;
	if (w->opts.forward && w->opts.backward) {
		diag_set(r->diag, 0, "-u and -U at the same time");
		diag_hint(r->diag, "without either, both directions flow");
		return config_refuse(r, NULL);
	}
	if (r->config->steps.nsteps > 0)
		return talk_prepare(r->config, r->diag, r->input);
	if (r->config->general.call != CALL_NO)
		call_prepare(w);
	if (wire_spec_prepare(w, r->diag) == -1 || tap_cast_check(w, r->diag) == -1 ||
	    (r->config->general.call != CALL_NO && call_check(w, r->diag) == -1) ||
	    rerun_check(&r->config->general.rerun, w, r->diag) == -1 ||
	    status_socket_check(r->config->general.status_socket, r->diag) == -1 ||
	    service_check(&r->config->general.service, r->config->general.log_file != NULL, w, r->diag) == -1)
		return config_refuse(r, NULL);
	return config_signals(r);
}

static enum config_action
config_action_of(const struct config_general *g)
{
	if (g->help != NULL)
		return CONFIG_HELP;
	if (g->version)
		return CONFIG_VERSION;
	if (g->list != 0)
		return CONFIG_LIST;
	if (g->explain != 0)
		return CONFIG_EXPLAIN;
	return g->check ? CONFIG_CHECK : CONFIG_RUN;
}

static int
config_parse_all(struct config_reader *r)
{
	struct config *c = r->config;

	if (config_read(r) == -1)
		return -1;
	c->action = config_action_of(&c->general);
	/* "--help tcp" is what people type. */
	if (c->action == CONFIG_HELP && *c->general.help == '\0' && r->naddresses > 0) {
		free(c->general.help);
		c->general.help = xstrdup(r->addresses[0]);
	}
	if (c->action == CONFIG_HELP || c->action == CONFIG_VERSION || c->action == CONFIG_LIST)
		return 0;
	return config_ends(r);
}

int
config_add(struct config *c, char **addresses, size_t n, struct diag *d, const char **input)
{
	struct config_reader r = { .config = c, .addresses = addresses, .naddresses = n, .diag = d, .input = input };

	*input = NULL;
	return config_ends(&r);
}

void
config_init(struct config *c)
{
	memset(c, 0, sizeof(*c));
	c->spec.server = -1;
	opt_defaults(config_opts_table, &c->general);
}

void
config_set_log(const struct config *c)
{
	const int level = (int)LOG_WARN + c->verbosity;

	if (c->verbosity != 0)
		log_set_level(level < LOG_ERROR ? LOG_ERROR : level > LOG_TRACE ? LOG_TRACE : (enum log_level)level);
	log_set_format((enum log_format)c->general.log_format);
}

int
config_parse(struct config *c, int argc, char **argv, struct diag *d, const char **input)
{
	struct config_reader r = { .config = c, .argc = argc, .argv = argv, .diag = d, .input = input };
	int result;

	*input = NULL;
	config_init(c);
	result = config_parse_all(&r);
	free(r.addresses);
	return result;
}

void
config_fini(struct config *c)
{
	wire_spec_fini(&c->spec);
	dialogue_free(c->dialogue);
	program_fini(&c->steps);
	opt_fini(config_opts_table, &c->general);
}

int64_t
config_verb_timeout(const struct config_general *g)
{
	return g->no_expect_timeout ? VERB_NO_TIMEOUT : g->expect_timeout;
}
