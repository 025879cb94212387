/* Loading of PCRE2; the contract is in pcre.h. */
#include "dialogue/pcre.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define PCRE_LIBRARY "libpcre2-8.so.0"

/*
 * The pattern is the user's, the text is somebody else's. A million steps back from one place take some 10 ms; the stack of the
 * compiled code and the heap of the interpreter are what they need for a match as long as the window.
 */
#define PCRE_MATCH_LIMIT 2000000u
#define PCRE_DEPTH_LIMIT PCRE_MATCH_LIMIT
#define PCRE_HEAP_LIMIT_KIB (64u << 10)
#define PCRE_STACK_FIRST (32u << 10)
#define PCRE_STACK_MOST (8u << 20)

struct pcre_symbol {
	char name[40];
	size_t offset;
};

static const struct pcre_symbol symbols[] = {
#define F(name) { "pcre2_" #name "_8", offsetof(struct pcre, name) },
	PCRE_FUNCTIONS(F)
#undef F
};

static int
pcre_find(void *library, struct pcre *p, struct diag *diag)
{
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		void *found = dlsym(library, symbols[i].name);

		if (found == NULL)
			return diag_set(diag, 0, "this %s has no %s", PCRE_LIBRARY, symbols[i].name);
		memcpy((char *)p + symbols[i].offset, &found, sizeof(found));
	}
	return 0;
}

static void *
pcre_malloc(size_t size, void *arg)
{
	(void)arg;
	return xmalloc(size);
}

static void
pcre_free(void *memory, void *arg)
{
	(void)arg;
	free(memory);
}

static void
pcre_make_contexts(struct pcre *p)
{
	p->general_context = p->general_context_create(pcre_malloc, pcre_free, NULL);
	p->compile_context = p->compile_context_create(p->general_context);
	p->match_context = p->match_context_create(p->general_context);
	p->set_newline(p->compile_context, PCRE2_NEWLINE_ANYCRLF);
	p->set_match_limit(p->match_context, PCRE_MATCH_LIMIT);
	p->set_depth_limit(p->match_context, PCRE_DEPTH_LIMIT);
	p->set_heap_limit(p->match_context, PCRE_HEAP_LIMIT_KIB);
	p->jit_stack_assign(p->match_context, NULL,
	    p->jit_stack_create(PCRE_STACK_FIRST, PCRE_STACK_MOST, p->general_context));
}

const struct pcre *
pcre_load(struct diag *diag)
{
	static struct pcre loaded;
	static bool is_loaded;
	void *library;

	if (is_loaded)
		return &loaded;
	library = dlopen(PCRE_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL) {
		diag_set(diag, 0, "regular expressions need PCRE2: %s", dlerror());
		diag_hint(diag, "install it (Debian: libpcre2-8-0), or expect exact text");
		return NULL;
	}
	if (pcre_find(library, &loaded, diag) < 0) {
		dlclose(library);
		return NULL;
	}
	pcre_make_contexts(&loaded);
	is_loaded = true;
	return &loaded;
}
