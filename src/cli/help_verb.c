/* Help for the verbs of dialogues. */
#include "cli/help_verb.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/help_option.h"

void
help_verbs(const struct page *p)
{
	page_title(p, "Verbs of dialogues: lines of a script, options --VERB, requests to a session");
	for (size_t i = 0; i < VERB_N; i++)
		page_entry(p, 2, page_left(p, 28), verbs[i].syntax, verbs[i].help);
}

/* "-t TIME|none", "-from NAME[+NAME]...", "-x": as it is written in a script. */
static char *
verb_flag_form(const struct opt_desc *d)
{
	char *value = opt_value_name(d), *form;

	if (d->type == OPT_BOOL)
		form = d->letter != 0 ? xasprintf("-%c, -%s", d->letter, d->name) : xasprintf("-%s", d->name);
	else if (opt_bare(d) != NULL)
		form = xasprintf("-%s[=%s]", d->name, value);
	else if (d->letter != 0)
		form = xasprintf("-%c, -%s %s", d->letter, d->name, value);
	else
		form = xasprintf("-%s %s", d->name, value);
	free(value);
	return form;
}

/* What of the three faces it can be used in besides scripts. */
static char *
verb_faces(const struct verb *v)
{
	const char *option = verb_option_name(v);
	char *text;

	if (option == NULL && !(v->flags & VERB_SESSION))
		return xstrdup("in scripts");
	text = option != NULL ?
	    xasprintf("in scripts, as --%s%s%s%s", option, v->option_args > 0 ? " " : "",
		v->option_args > 0 ? verb_arg_name(v->first) : "", (v->flags & VERB_DO) ? " 'VERB...'" : "") :
	    xstrdup("in scripts");
	if (v->flags & VERB_SESSION) {
		char *longer = xasprintf("%s, to a session", text);

		free(text);
		text = longer;
	}
	return text;
}

void
help_verb(const struct page *p, const struct verb *v)
{
	char *faces = verb_faces(v);

	page_wrap(p, PAGE_NAME, 0, 4, v->syntax);
	page_spaces(p, 2);
	page_wrap(p, PAGE_PLAIN, 2, 2, v->help);
	page_entry(p, 2, 9, "used", faces);
	page_entry(p, 2, 9, "example", v->example);
	free(faces);
	if (verb_opts(v) == NULL)
		return;
	page_title(p, "Flags, before its arguments");
	for (const struct opt_desc *d = verb_opts(v); *d->name != '\0'; d++) {
		char *form = verb_flag_form(d), *line = help_line(d);

		page_entry(p, 2, page_left(p, 28), form, line);
		free(form);
		free(line);
	}
}

bool
help_search_verbs(const struct page *p, const char *word)
{
	bool is_found = false;

	for (size_t i = 0; i < VERB_N; i++) {
		const struct verb *v = &verbs[i];
		char *line;

		if (strcasestr(v->name, word) == NULL && strcasestr(v->help, word) == NULL)
			continue;
		line = xasprintf("%s (verb of dialogues)", v->help);
		page_entry(p, 2, page_left(p, 28), v->syntax, line);
		free(line);
		is_found = true;
	}
	return is_found;
}
