/* Any argument is an address, with all its places inside it, or a refusal that can be shown. */
#include "base/addr.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static bool
find(const char *name, size_t len, struct addr_form *form)
{
	static const struct addr_form forms[] = {
		{ "stdio", "stdio", 0, 0, 0, NULL },
		{ "fd", "fd:N", 1, 1, 0, NULL },
		{ "tcp", "tcp:HOST:PORT", 2, 2, 0, NULL },
		{ "gopen", "gopen:PATH", 1, 1, ADDR_COLONS, NULL },
		{ "exec", "exec:COMMAND", 0, 1, ADDR_COLONS | ADDR_COMMAND, NULL },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		*form = forms[i];
		if (strlen(form->name) == len && memcmp(form->name, name, len) == 0)
			return true;
	}
	return false;
}

static bool
is_regex(const struct addr_form *form, const char *option, size_t len)
{
	return form->args_max == 0 && len == 1 && *option == 'm';
}

static const char *
nearest(const char *name, size_t len)
{
	return len > 1 && *name == 't' ? "tcp" : NULL;
}

static void
check(const struct addr *a, const char *arg)
{
	size_t len = strlen(a->text), end = a->pos + len;

	assert(end <= strlen(arg) && memcmp(arg + a->pos, a->text, len) == 0);
	assert(a->nparams >= a->form.args_min && a->nparams <= a->form.args_max);
	for (size_t i = 0; i < a->nparams; i++) {
		const struct addr_param *p = &a->params[i];

		assert(p->pos >= a->pos && p->pos + p->len <= end && strlen(p->value) == p->len);
	}
	for (size_t i = 0; i < a->noptions; i++) {
		const struct addr_option *o = &a->options[i];

		assert(o->pos > a->pos && o->pos <= o->value_pos && o->value_pos <= end && *o->name != '\0');
		assert(o->value == NULL || o->value_pos + strlen(o->value) <= end);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct addr_vocab vocab = { .find = find, .is_regex = is_regex, .nearest = nearest };
	char *arg = size > 0 ? xstrndup((const char *)data, size) : xstrdup("");
	struct addr *in, *out;
	struct diag d = { 0 };

	if (addr_parse(arg, &vocab, &in, &out, &d) == 0) {
		check(in, arg);
		if (out != NULL)
			check(out, arg);
		addr_free(in);
		addr_free(out);
	} else {
		assert(in == NULL && out == NULL && d.text != NULL && d.pos <= strlen(arg));
		free(diag_render(&d, "fuzz", arg, size % 100));
	}
	diag_fini(&d);
	free(arg);
	return 0;
}
