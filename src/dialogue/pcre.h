#ifndef IPCWIRE_PCRE_H
#define IPCWIRE_PCRE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/diag.h"

/*
 * PCRE2, loaded when it is first asked for, so that nothing is linked and who has no use for it does not pay for it. The functions have
 * the names and types of the library, without pcre2_.
 */
/* clang-format off */
#define PCRE_FUNCTIONS(F)                                                                                  \
	F(code_free) F(compile) F(compile_context_create) F(general_context_create) F(get_error_message)     \
	F(get_ovector_pointer) F(get_startchar) F(jit_compile) F(jit_stack_assign) F(jit_stack_create)       \
	F(match) F(match_context_create) F(match_data_create_from_pattern) F(match_data_free)                \
	F(pattern_info) F(set_depth_limit) F(set_heap_limit) F(set_match_limit) F(set_newline)
/* clang-format on */

struct pcre {
#define F(name) __typeof__(pcre2_##name) *name;
	PCRE_FUNCTIONS(F)
#undef F
	pcre2_general_context *general_context; /* memory that cannot fail */
	pcre2_compile_context *compile_context; /* line ends: CR, LF, CR LF */
	pcre2_match_context *match_context;     /* with limits */
};

/* NULL: it is not there, why is in the diag. Loaded once, kept to the end; for the main thread. */
const struct pcre *pcre_load(struct diag *);

#endif
