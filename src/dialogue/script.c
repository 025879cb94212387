/*
 * Scripts: lines and blocks. A line is read by script_step.c, which adds its step to the program that is open: that of the script, or of the
 * innermost block. A block's step is made when it begins and added where it belongs when it ends; `when` ends at the next one, or with its
 * `case`. A line that is refused is an error, and reading goes on with the next one, in the blocks that the refused one would have opened.
 */
#include "dialogue/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dialogue/script_state.h"

/* ---- errors ---- */

void
script_place(const struct script_parser *p, size_t pos, struct step_place *place)
{
	size_t i = p->nbreaks;

	while (i > 1 && p->breaks[i - 1].at > pos)
		i--;
	place->file = xstrdup(p->script->name);
	place->line = p->breaks[i - 1].line;
	place->column = (unsigned)(pos - p->breaks[i - 1].at) + 1;
}

static struct script_error *
add_error(struct script *s, struct diag *d)
{
	struct script_error *e;

	if (s->nerrors == SCRIPT_ERRORS) {
		diag_fini(d);
		return NULL;
	}
	s->errors = xreallocarray(s->errors, s->nerrors + 1, sizeof(*s->errors));
	e = &s->errors[s->nerrors++];
	*e = (struct script_error){ .diag = *d };
	*d = (struct diag){ 0 };
	return e;
}

void
script_add_error(struct script_parser *p)
{
	const size_t indent = strspn(p->line, " \t");
	struct script_error *e = add_error(p->script, &p->diag);

	if (e == NULL)
		return;
	script_place(p, e->diag.pos, &e->place);
	e->line = xstrdup(p->line + indent);
	e->diag.pos -= e->diag.pos < indent ? e->diag.pos : indent;
}

void
script_refuse(struct script *s, const struct step *step, struct diag *d, size_t pos)
{
	struct script_error *e = add_error(s, d);

	if (e == NULL)
		return;
	e->place = step->place;
	e->place.file = xstrdup(step->place.file);
	e->place.column += (unsigned)pos;
	e->line = xstrdup(step->source);
	e->diag.pos = pos;
}

void
script_refuse_line(struct script *s, const struct step_place *place, const char *line, struct diag *d)
{
	struct script_error *e = add_error(s, d);

	if (e == NULL)
		return;
	e->place = *place;
	e->place.file = xstrdup(place->file);
	e->line = xstrdup(line);
}

char *
script_error_show(const struct script_error *e, size_t columns)
{
	char *prefix = xasprintf("ipcwire: %s:%u:%u", e->place.file, e->place.line, e->place.column);
	char *text = diag_render(&e->diag, prefix, e->line, columns);

	free(prefix);
	return text;
}

static int
compare_errors(const void *a, const void *b)
{
	const struct step_place *x = &((const struct script_error *)a)->place,
				*y = &((const struct script_error *)b)->place;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

void
script_sort_errors(struct script *s)
{
	if (s->nerrors > 1)
		qsort(s->errors, s->nerrors, sizeof(*s->errors), compare_errors);
}

/* ---- names ---- */

bool
script_is_captured(const struct script *s, const char *name)
{
	for (size_t i = 0; i < s->ncaptured; i++)
		if (strcmp(s->captured[i], name) == 0)
			return true;
	return false;
}

bool
script_has_variable(const struct script *s, const char *name)
{
	for (size_t i = 0; i < s->nargs; i++)
		if (strcmp(s->args[i].name, name) == 0)
			return true;
	return script_is_captured(s, name);
}

void
script_add_variable(struct script *s, const char *name, size_t len)
{
	s->captured = xreallocarray(s->captured, s->ncaptured + 1, sizeof(*s->captured));
	s->captured[s->ncaptured++] = xstrndup(name, len);
}

/* ---- blocks ---- */

struct script_block *
script_top(const struct script_parser *p)
{
	return p->nblocks > 0 ? &p->blocks[p->nblocks - 1] : NULL;
}

struct program *
script_program(struct script_parser *p)
{
	return p->nblocks > 0 ? &script_top(p)->step.body : &p->script->program;
}

void
script_push(struct script_parser *p, struct step *s, bool has_failed)
{
	p->blocks = xreallocarray(p->blocks, p->nblocks + 1, sizeof(*p->blocks));
	p->blocks[p->nblocks++] =
	    (struct script_block){ .step = *s, .has_failed = has_failed, .nerrors = p->script->nerrors };
	memset(s, 0, sizeof(*s));
}

void
script_pop(struct script_parser *p)
{
	struct script_block b = p->blocks[--p->nblocks];

	if (b.has_failed)
		step_fini(&b.step);
	else
		program_add(script_program(p), &b.step);
}

/* What the file's end has cut off. */
static void
close_blocks(struct script_parser *p)
{
	while (p->nblocks > 0) {
		struct script_block *b = script_top(p);

		if (verb_id(b->step.verb) != VERB_WHEN && !b->has_failed) {
			diag_set(&p->diag, 0, "'%s' without 'end'", b->step.verb->name);
			script_refuse(p->script, &b->step, &p->diag, 0);
		}
		script_pop(p);
	}
}

/* ---- lines ---- */

/* Copies the next line, with those that continue it; a backslash in front of the line's end does so. Returns what is behind it. */
static const char *
take_line(struct script_parser *p, const char *text, const char *end, unsigned *line)
{
	size_t len = 0;

	p->nbreaks = 0;
	p->line = NULL;
	for (;;) {
		const char *newline = memchr(text, '\n', (size_t)(end - text)), *stop = newline != NULL ? newline : end;

		p->breaks = xreallocarray(p->breaks, p->nbreaks + 1, sizeof(*p->breaks));
		p->breaks[p->nbreaks++] = (struct script_break){ .at = len, .line = ++*line };
		if (stop > text && stop[-1] == '\r')
			stop--;
		p->line = xreallocarray(p->line, len + (size_t)(stop - text) + 1, 1);
		memcpy(p->line + len, text, (size_t)(stop - text));
		len += (size_t)(stop - text);
		p->line[len] = '\0';
		text = newline != NULL ? newline + 1 : end;
		if (newline == NULL || len == 0 || p->line[len - 1] != '\\' || p->line[strspn(p->line, " \t")] == '#')
			break;
		len--;
	}
	p->line[len] = '\0';
	if (strlen(p->line) < len)
		diag_set(&p->diag, strlen(p->line), "a NUL byte");
	return text;
}

static void
read_line(struct script_parser *p)
{
	p->lex = (struct lex){ .line = p->line };
	if (p->diag.text != NULL || script_read_step(p, NULL, false) == -1)
		script_add_error(p);
}

static void
parser_fini(struct script_parser *p)
{
	for (size_t i = 0; i < p->nsettings; i++)
		free(p->settings[i].value);
	for (size_t i = 0; i < p->nends; i++)
		free(p->ends[i].name);
	free(p->settings);
	free(p->ends);
	free(p->blocks);
	free(p->breaks);
	diag_fini(&p->diag);
}

static void
read_all(struct script_parser *p, const char *text, size_t len)
{
	const char *end = text + len;
	unsigned line = 0;

	if (len >= 3 && memcmp(text, "\357\273\277", 3) == 0)
		text += 3;
	while (text < end) {
		text = take_line(p, text, end, &line);
		read_line(p);
		free(p->line);
	}
	close_blocks(p);
	script_check(p);
	parser_fini(p);
}

int
script_parse(struct script *s, const char *name, const char *text, size_t len)
{
	struct script_parser p = { .script = s };

	*s = (struct script){ .name = xstrdup(name) };
	read_all(&p, text, len);
	if (s->nerrors == 0)
		return 0;
	script_sort_errors(s);
	return -1;
}

int
script_parse_line(struct program *program, const char *line, struct diag *d)
{
	struct script s = { .name = xstrdup("line") };
	struct script_parser p = { .script = &s, .is_fragment = true, .has_match = true };

	read_all(&p, line, strlen(line));
	if (s.nerrors == 0) {
		for (size_t i = 0; i < s.program.nsteps; i++)
			program_add(program, &s.program.steps[i]);
		s.program.nsteps = 0;
		script_fini(&s);
		return 0;
	}
	diag_fini(d);
	*d = s.errors[0].diag;
	s.errors[0].diag = (struct diag){ 0 };
	script_fini(&s);
	return -1;
}

void
script_fini(struct script *s)
{
	for (size_t i = 0; i < s->nargs; i++) {
		free(s->args[i].name);
		free(s->args[i].def);
		free(s->args[i].value);
	}
	for (size_t i = 0; i < s->ncaptured; i++)
		free(s->captured[i]);
	free(s->captured);
	for (size_t i = 0; i < s->nenv; i++) {
		free(s->env[i].name);
		free(s->env[i].place.file);
		free(s->env[i].line);
	}
	for (size_t i = 0; i < s->nerrors; i++) {
		free(s->errors[i].place.file);
		free(s->errors[i].line);
		diag_fini(&s->errors[i].diag);
	}
	free(s->args);
	free(s->env);
	free(s->errors);
	program_fini(&s->program);
	free(s->name);
	*s = (struct script){ 0 };
}

char *
script_usage(const struct script *s)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return xstrdup(s->name);
	fputs(s->name, f);
	for (size_t i = 0; i < s->nargs; i++)
		fprintf(f, s->args[i].def != NULL ? " [%s]" : " %s", s->args[i].name);
	fclose(f);
	return text;
}
