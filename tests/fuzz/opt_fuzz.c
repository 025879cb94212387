/* The first byte chooses an option, the rest is its value; what is refused changes nothing. */
#include "base/opt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct values {
	bool flag;
	int port, level, mode, end;
	uint64_t block, queue;
	int64_t idle, wait;
	struct opt_id user;
	struct opt_sized sized;
	struct opt_limit limit;
	struct opt_rate rate;
	double factor;
	char *name;
	struct opt_list allow, texts;
};

#define WORDS "both\0first\0left\0right"
static const struct opt_desc table[] = {
	OPT(struct values, flag, OPT_BOOL, .name = "flag"),
	OPT(struct values, port, OPT_INT, .name = "port", .min = 1, .max = 65535),
	OPT(struct values, level, OPT_INT, .name = "level", .min = INT64_MIN, .words = WORDS),
	OPT(struct values, mode, OPT_MODE, .name = "mode"),
	OPT(struct values, end, OPT_ENUM, .name = "end", .words = WORDS),
	OPT(struct values, block, OPT_SIZE, .name = "block", .min = 1, .max = INT64_MAX, .def = "64k"),
	OPT(struct values, queue, OPT_SIZE, .name = "queue", .words = WORDS),
	OPT(struct values, idle, OPT_TIME, .name = "idle", .min = 1000000, .max = INT64_MAX),
	OPT(struct values, wait, OPT_TIME, .name = "wait", .words = WORDS),
	OPT(struct values, user, OPT_USER, .name = "user"),
	OPT(struct values, name, OPT_STRING, .name = "name", .def = "x"),
	OPT(struct values, allow, OPT_LIST, .name = "allow", .def = "a+b"),
	OPT(struct values, texts, OPT_TEXTS, .name = "texts"),
	OPT(struct values, sized, OPT_SIZED, .name = "sized", .words = WORDS, .min = 1, .max = INT64_MAX),
	OPT(struct values, limit, OPT_LIMIT, .name = "limit"),
	OPT(struct values, rate, OPT_RATE, .name = "rate"),
	OPT(struct values, factor, OPT_FACTOR, .name = "factor"),
	OPT_END,
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct opt_desc *desc = &table[size > 0 ? data[0] % (sizeof(table) / sizeof(table[0]) - 1) : 0];
	char *value = size > 1 ? xstrndup((const char *)data + 1, size - 1) : NULL;
	struct values v = { 0 };
	const void *now = &v;
	unsigned char before[sizeof(v)];
	struct diag d = { 0 };

	opt_defaults(table, &v);
	memcpy(before, now, sizeof(v));
	if (opt_store(desc, &v, value, &d) == -1) {
		assert(memcmp(before, now, sizeof(v)) == 0 && d.text != NULL);
		assert(d.pos <= (value != NULL ? strlen(value) : 0) && strlen(d.text) < 512);
	} else {
		opt_store(desc, &v, value, &d);
		assert(d.text == NULL);
	}
	opt_fini(table, &v);
	diag_fini(&d);
	free(value);
	return 0;
}
