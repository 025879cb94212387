/* From the text of an address to a spec: kind, options in their structs, checked by the kind. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "endpoint/endpoint.h"
#include "endpoint/foreign.h"
#include "endpoint/registry.h"
#include "endpoint/retry.h"

static void *
spec_opts_of(struct endpoint_spec *s, int group)
{
	if (group == -2)
		return &s->common;
	return group == -1 ? s->opts : s->groups[group];
}

static struct endpoint_spec *
spec_new(const struct endpoint_kind *k)
{
	struct endpoint_spec *s = xcalloc(1, sizeof(*s));

	s->kind = k;
	s->opts = xcalloc(1, k->opts_size);
	if (k->opts != NULL)
		opt_defaults(k->opts, s->opts);
	for (int i = 0; k->groups != NULL && k->groups[i] != NULL; i++) {
		s->groups[i] = xcalloc(1, k->groups[i]->size);
		opt_defaults(k->groups[i]->opts, s->groups[i]);
	}
	opt_defaults(registry_common.opts, &s->common);
	return s;
}

static int
spec_unknown_option(const struct endpoint_kind *k, const struct addr_option *o, struct diag *d)
{
	const char *near = registry_nearest_option(k, o->name, strlen(o->name));
	const char *foreign = foreign_hint(FOREIGN_OPTION, o->name, strlen(o->name));
	char *quoted = diag_quote(o->name, strlen(o->name));

	diag_set(d, o->pos, "unknown option %s of %s", quoted, k->name);
	free(quoted);
	if (foreign != NULL)
		return diag_hint(d, "%s", foreign);
	if (near != NULL)
		return diag_hint(d, "did you mean '%s'?", near);
	if ((k->flags & KIND_COMMAND) && !(k->flags & KIND_CHILD))
		return diag_hint(d, "a comma in a text is written '\\,', or the text stands in quotes: %s:'\"a, b\"'",
		    k->name);
	if (k->flags & KIND_COMMAND)
		return diag_hint(d, "a comma in a command is written '\\,' or in quotes, or give the command after --");
	return diag_hint(d, "--help=%s lists its options; a comma in a value is written '\\,'", k->name);
}

/* An option may have its value in its name: b9600. */
static int
spec_store(const struct opt_desc *desc, void *base, const struct addr_option *o, struct diag *d)
{
	const char *digits = opt_name_digits(desc, o->name);

	if (digits != NULL && o->value != NULL) {
		diag_set(d, o->value_pos, "%s has its value in its name", o->name);
		return diag_hint(d, "it is %s, or %s=%s", o->name, desc->name, digits);
	}
	if (opt_store(desc, base, digits != NULL ? digits : o->value, d) == 0)
		return 0;
	return diag_shift(d, digits == NULL && o->value != NULL ? o->value_pos : o->pos);
}

static int
spec_options(struct endpoint_spec *s, struct diag *d)
{
	for (size_t i = 0; i < s->addr->noptions; i++) {
		const struct addr_option *o = &s->addr->options[i];
		int group;
		const struct opt_desc *desc = registry_find_option(s->kind, o->name, strlen(o->name), &group);

		if (desc == NULL)
			return spec_unknown_option(s->kind, o, d);
		if (spec_store(desc, spec_opts_of(s, group), o, d) == -1)
			return -1;
	}
	return 0;
}

/* What no kind needs to be asked about. */
static int
spec_check(const struct endpoint_spec *s, struct diag *d)
{
	if (s->common.frame != FRAME_RAW && (s->kind->flags & KIND_PACKET)) {
		diag_set(d, 0, "frame= on %s, which keeps messages apart itself", s->kind->name);
		return diag_hint(d, "frame= belongs to the end that carries a byte stream");
	}
	if ((s->common.cr || s->common.crlf) && s->common.frame > FRAME_LINE) {
		diag_set(d, 0, "line ends with frame=%s, which has no lines",
		    frame_mode_name((enum frame_mode)s->common.frame));
		return diag_hint(d, "crlf and cr go with frame=line");
	}
	if (!s->common.cr || !s->common.crlf)
		return 0;
	diag_set(d, 0, "cr and crlf at the same time");
	return diag_hint(d, "cr: its lines end in CR; crlf: in CR LF");
}

static struct endpoint_spec *
spec_from_addr(struct addr *a, struct diag *d)
{
	struct endpoint_spec *s = spec_new(a->form.kind);

	s->addr = a;
	s->has_buffer = endpoint_spec_has(s, "buffer");
	if (spec_options(s, d) == 0 && spec_check(s, d) == 0 && retry_check(s, d) == 0 &&
	    (s->kind->check == NULL || s->kind->check(s, d) == 0))
		return s;
	endpoint_spec_free(s);
	return NULL;
}

int
endpoint_spec_parse(const char *arg, struct endpoint_spec **in, struct endpoint_spec **out, struct diag *d)
{
	struct addr *first, *second;

	*in = *out = NULL;
	if (addr_parse(arg, &registry_vocab, &first, &second, d) == -1)
		return -1;
	*in = spec_from_addr(first, d);
	if (*in == NULL) {
		addr_free(second);
		return -1;
	}
	if (second == NULL)
		return 0;
	*out = spec_from_addr(second, d);
	if (*out != NULL)
		return 0;
	endpoint_spec_free(*in);
	*in = NULL;
	return -1;
}

static char *
spec_join_words(char *const *argv)
{
	char *text = xstrdup("exec:");

	for (size_t i = 0; argv[i] != NULL; i++) {
		char *longer = xasprintf("%s%s%s", text, i > 0 ? " " : "", argv[i]);

		free(text);
		text = longer;
	}
	return text;
}

void
endpoint_spec_give(struct endpoint_spec *s, char *const *argv)
{
	free_strings(s->argv);
	s->argv = xdup_strings(argv);
	s->is_given = true;
	free(s->addr->text);
	s->addr->text = spec_join_words(argv);
}

struct endpoint_spec *
endpoint_spec_exec(char *const *argv)
{
	struct endpoint_spec *s, *none;
	struct diag d = { 0 };

	if (endpoint_spec_parse("exec", &s, &none, &d) == -1)
		abort();
	endpoint_spec_give(s, argv);
	return s;
}

struct endpoint_spec *
endpoint_spec_made(const struct endpoint_kind *k, const char *name)
{
	struct endpoint_spec *s = spec_new(k);

	s->addr = xcalloc(1, sizeof(*s->addr));
	s->addr->form = (struct addr_form){ .name = k->name, .syntax = k->syntax, .kind = k };
	s->addr->text = xstrdup(name);
	return s;
}

void
endpoint_spec_free(struct endpoint_spec *s)
{
	if (s == NULL)
		return;
	if (s->kind->opts != NULL)
		opt_fini(s->kind->opts, s->opts);
	free(s->opts);
	for (int i = 0; s->kind->groups != NULL && s->kind->groups[i] != NULL; i++) {
		opt_fini(s->kind->groups[i]->opts, s->groups[i]);
		free(s->groups[i]);
	}
	opt_fini(registry_common.opts, &s->common);
	free_strings(s->argv);
	endpoint_spec_free(s->errors);
	free(s->text);
	addr_free(s->addr);
	free(s);
}

void *
endpoint_spec_group(const struct endpoint_spec *s, const struct opt_group *g)
{
	for (int i = 0; s->kind->groups != NULL && s->kind->groups[i] != NULL; i++)
		if (s->kind->groups[i] == g)
			return s->groups[i];
	return NULL;
}

const char *
endpoint_spec_param(const struct endpoint_spec *s, size_t i)
{
	return i < s->addr->nparams ? s->addr->params[i].value : "";
}

enum endpoint_class
endpoint_spec_class(const struct endpoint_spec *s, enum endpoint_role role)
{
	return s->kind->predict != NULL ? s->kind->predict(s, role) : s->kind->class;
}

size_t
endpoint_spec_place(const struct endpoint_spec *s, const char *option)
{
	int group;
	const struct opt_desc *want = registry_find_option(s->kind, option, strlen(option), &group);
	size_t place = 0;

	for (size_t i = 0; i < s->addr->noptions; i++) {
		const char *name = s->addr->options[i].name;

		if (registry_find_option(s->kind, name, strlen(name), &group) == want)
			place = s->addr->options[i].value_pos;
	}
	return place;
}

bool
endpoint_spec_has(const struct endpoint_spec *s, const char *option)
{
	const struct opt_desc *want;
	int group;

	if (s->addr->noptions == 0)
		return false;
	want = registry_find_option(s->kind, option, strlen(option), &group);
	for (size_t i = 0; i < s->addr->noptions; i++) {
		const char *name = s->addr->options[i].name;

		if (registry_find_option(s->kind, name, strlen(name), &group) == want)
			return true;
	}
	return false;
}

void
endpoint_spec_set_buffer(struct endpoint_spec *s, const struct opt_sized *buffer)
{
	if (!s->has_buffer)
		s->common.buffer = *buffer;
}

struct buffer_opts
endpoint_buffer(const struct endpoint_spec *s)
{
	const struct opt_sized *buffer = &s->common.buffer;

	return (struct buffer_opts){
		.mode = (enum buffer_mode)buffer->word,
		.size = buffer->size != 0 ? buffer->size : BUFFER_SIZE_DEFAULT,
		.flush = s->common.flush,
		.is_written = s->has_buffer,
	};
}

enum crlf_mode
endpoint_line_ends(const struct endpoint_spec *s)
{
	return s->common.crlf ? CRLF_CRLF : s->common.cr ? CRLF_CR : CRLF_OFF;
}
