/* Rules for clients: a refusal has its place in its line; what is accepted keeps its lines in order, and finds a rule for all. */
#include "net/access_rules.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Names that begin with a letter of the first half of the alphabet are there. */
static int
find_id(const char *name, uint32_t *id)
{
	*id = (uint32_t)*name;
	return *name >= 'a' && *name <= 'm' ? 0 : -1;
}

static size_t
line_length(const char *text, size_t size, unsigned line)
{
	const char *end;

	for (; line > 1; line--) {
		end = memchr(text, '\n', size);
		assert(end != NULL);
		size -= (size_t)(end + 1 - text);
		text = end + 1;
	}
	end = memchr(text, '\n', size);
	return end != NULL ? (size_t)(end - text) : size;
}

static void
check_found(const struct access_rules *rules)
{
	const struct access_client clients[] = { { .family = AF_INET, .addr = { 10, 0, 0, 1 } },
		{ .family = AF_INET6, .addr = { 0x20 } },
		{ .family = AF_UNIX, .has_user = true, .uid = 'a', .gid = 'b' } };
	const struct access_rule *found;

	for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++) {
		found = access_rules_find(rules, &clients[i]);
		assert(found == NULL || access_list_has(&found->who, &clients[i]));
		for (const struct access_rule *r = rules->items; r != NULL && r < found; r++)
			assert(!access_list_has(&r->who, &clients[i]));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct access_vocab vocab = { size > 0 ? (enum access_place)(data[0] % 3) : ACCESS_NET,
		size > 0 && data[0] % 2, find_id, find_id };
	const char *text = size > 0 ? (const char *)data + 1 : "";
	const size_t len = size > 0 ? size - 1 : 0;
	struct access_rules rules;
	struct access_rules_fault fault;

	if (access_rules_parse(text, len, &vocab, &rules, &fault) == -1)
		assert(rules.items == NULL && fault.diag.text != NULL &&
		    fault.diag.pos <= line_length(text, len, fault.line));
	for (size_t i = 0; i < rules.len; i++) {
		assert(rules.items != NULL && rules.items[i].who.len > 0 &&
		    (i == 0 || rules.items[i].line > rules.items[i - 1].line));
		assert(rules.items[i].is_allow || rules.items[i].env == NULL);
	}
	check_found(&rules);
	access_rules_fini(&rules);
	diag_fini(&fault.diag);
	return 0;
}
