/* Every option type: what it accepts, what it refuses and in which words. */
#include "base/opt.h"

#include <limits.h>
#include <stdlib.h>

#include "unit.h"

struct values {
	bool flag;
	int port, level, mode, end, depth;
	uint64_t block, queue, large;
	int64_t idle, wait, grace;
	struct opt_sized sized;
	struct opt_limit limit;
	struct opt_rate rate;
	double factor;
	struct opt_id user, group;
	char *name, *match, *peer;
	struct opt_list allow, texts;
	int toggle, key, speed, eol, eol2;
};

static const struct opt_desc table[] = {
	OPT(struct values, flag, OPT_BOOL, .name = "flag"),
	OPT(struct values, port, OPT_INT, .name = "port", .min = 1, .max = 65535, .def = "80"),
	OPT(struct values, level, OPT_INT, .name = "level", .min = -5),
	OPT(struct values, depth, OPT_INT, .name = "depth", .words = "never", .bare = "7"),
	OPT(struct values, mode, OPT_MODE, .name = "mode"),
	OPT(struct values, end, OPT_ENUM, .name = "end", .words = "both\0first\0left\0right", .def = "left"),
	OPT(struct values, sized, OPT_SIZED, .name = "sized", .words = "asis\0line\0full", .min = 2, .max = 1 << 20,
	    .def = "line"),
	OPT(struct values, limit, OPT_LIMIT, .name = "limit"),
	OPT(struct values, rate, OPT_RATE, .name = "rate"),
	OPT(struct values, factor, OPT_FACTOR, .name = "factor", .words = "max"),
	OPT(struct values, block, OPT_SIZE, .name = "block", .min = 1, .max = 1 << 30, .def = "64k"),
	OPT(struct values, queue, OPT_SIZE, .name = "queue", .words = "disk\0tape"),
	OPT(struct values, large, OPT_SIZE, .name = "large"),
	OPT(struct values, idle, OPT_TIME, .name = "idle", .min = 1000000, .max = 3600000000000, .def = "0.5"),
	OPT(struct values, wait, OPT_TIME, .name = "wait", .words = "never"),
	OPT(struct values, grace, OPT_TIME, .name = "grace", .min = 1),
	OPT(struct values, user, OPT_USER, .name = "user"),
	OPT(struct values, group, OPT_GROUP, .name = "group"),
	OPT(struct values, name, OPT_STRING, .name = "name", .aliases = "nick\0title", .def = "anon"),
	OPT(struct values, match, OPT_REGEX, .name = "match"),
	OPT(struct values, peer, OPT_ADDR, .name = "peer", .value = "PEER"),
	OPT(struct values, allow, OPT_LIST, .name = "allow", .def = "all+none"),
	OPT(struct values, texts, OPT_TEXTS, .name = "texts"),
	OPT(struct values, toggle, OPT_SWITCH, .name = "toggle"),
	OPT(struct values, key, OPT_CHAR, .name = "key"),
	OPT(struct values, speed, OPT_INT, .name = "speed", .digits = "s", .min = 1),
	OPT(struct values, eol, OPT_INT, .name = "eol", .digits = "eol"),
	OPT(struct values, eol2, OPT_INT, .name = "eol2"),
	OPT_END,
};

static int
store(struct values *v, const char *name, const char *value, struct diag *d)
{
	const struct opt_desc *desc = opt_find(table, name, strlen(name));

	return CHECK(desc != NULL) ? opt_store(desc, v, value, d) : -1;
}

static bool
accepts(struct values *v, const char *name, const char *value)
{
	struct diag d = { 0 };

	if (store(v, name, value, &d) == 0)
		return true;
	printf("# %s=%s: %s\n", name, value != NULL ? value : "(none)", d.text);
	diag_fini(&d);
	return false;
}

/* A refusal has that place and text, and changes nothing. */
static void
check_fails(const char *name, const char *value, size_t pos, const char *text)
{
	struct diag d = { 0 };
	struct values v = { 0 };
	const void *now = &v;
	unsigned char before[sizeof(v)];

	opt_defaults(table, &v);
	memcpy(before, now, sizeof(v));
	CHECK_INT(store(&v, name, value, &d), -1);
	CHECK(memcmp(before, now, sizeof(v)) == 0);
	CHECK_STR(d.text, text);
	CHECK_INT(d.pos, pos);
	diag_fini(&d);
	opt_fini(table, &v);
}

static void
check_hint(const char *name, const char *value, const char *hint)
{
	struct diag d = { 0 };
	struct values v = { 0 };

	CHECK_INT(store(&v, name, value, &d), -1);
	CHECK_STR(d.hint, hint);
	diag_fini(&d);
	opt_fini(table, &v);
}

static void
sets_defaults(void)
{
	struct values v = { 0 };

	opt_defaults(table, &v);
	CHECK(!v.flag);
	CHECK_INT(v.port, 80);
	CHECK_INT(v.mode, -1);
	CHECK_INT(v.end, 2);
	CHECK_INT(v.block, 65536);
	CHECK_INT(v.sized.word, 1);
	CHECK_INT(v.sized.size, 0);
	CHECK_INT(v.idle, 500000000);
	CHECK(!v.user.is_set);
	CHECK_STR(v.name, "anon");
	CHECK_STR(v.match, NULL);
	CHECK_INT(v.allow.len, 2);
	CHECK_INT(v.texts.len, 0);
	opt_fini(table, &v);
	CHECK(v.name == NULL && v.allow.items == NULL && v.allow.len == 0);
	opt_fini(table, &v);
}

static void
finds_names(void)
{
	CHECK(opt_find(table, "PORTS", 4) == &table[1]);
	CHECK(opt_find(table, "por", 3) == NULL);
	CHECK(opt_find(table, "ports", 5) == NULL);
	CHECK(opt_find(table, "Title", 5) == opt_find(table, "name", 4));
	CHECK(opt_find(table, "", 0) == NULL);
}

static void
reads_bool(void)
{
	static const char *const yes[] = { "yes", "on", "true", "1", "YES", NULL };
	static const char *const no[] = { "no", "off", "false", "0", "Off", NULL };
	struct values v = { 0 };

	for (size_t i = 0; yes[i] != NULL; i++) {
		v.flag = false;
		CHECK(accepts(&v, "flag", yes[i]) && v.flag);
		CHECK(accepts(&v, "flag", no[i]) && !v.flag);
	}
	CHECK(accepts(&v, "flag", NULL) && v.flag);
	check_fails("flag", "maybe", 0, "'maybe' is neither yes nor no");
	check_fails("flag", "", 0, "'' is neither yes nor no");
}

static void
reads_regex(void)
{
	struct values v = { 0 };

	CHECK(accepts(&v, "match", "^(a|b)+> $"));
	check_fails("match", "(", 0, "no regular expression: Unmatched ( or \\(");
	check_fails("match", "[a", 0, "no regular expression: Unmatched [, [^, [:, [., or [=");
	CHECK_STR(v.match, "^(a|b)+> $");
	free(v.match);
}

static void
reads_int(void)
{
	struct values v = { 0 };

	CHECK(accepts(&v, "port", "1") && v.port == 1);
	CHECK(accepts(&v, "port", "0065535") && v.port == 65535);
	CHECK(accepts(&v, "level", "-5") && v.level == -5);
	CHECK(accepts(&v, "level", "2147483647") && v.level == INT_MAX);
	CHECK(accepts(&v, "depth", "never") && v.depth == OPT_INT_WORD(0));
	CHECK(accepts(&v, "depth", "2147483646") && v.depth == INT_MAX - 1);
	CHECK(accepts(&v, "depth", NULL) && v.depth == 7);
	check_fails("port", "0", 0, "port must be 1 to 65535");
	check_fails("port", "65536", 0, "port must be 1 to 65535");
	check_fails("port", "99999999999999999999", 0, "port must be 1 to 65535");
	check_fails("port", "12x", 2, "'x' after the number");
	check_fails("port", "-1", 0, "'-1' is not a number");
	check_fails("port", "+1", 0, "'+1' is not a number");
	check_fails("port", " 1", 0, "' 1' is not a number");
	check_fails("port", "", 0, "'' is not a number");
	check_fails("port", NULL, 0, "port needs a value: N");
	check_fails("level", "-6", 0, "level must be -5 to 2147483647");
	check_fails("level", "-", 0, "'-' is not a number");
	check_fails("depth", "2147483647", 0, "depth must be 0 to 2147483646");
}

static void
reads_size(void)
{
	struct values v = { 0 };
	uint64_t size;

	CHECK(accepts(&v, "large", "0") && v.large == 0);
	CHECK(accepts(&v, "large", "4k") && v.large == 4096);
	CHECK(accepts(&v, "large", "4K") && v.large == 4096);
	CHECK(accepts(&v, "large", "1M") && v.large == 1 << 20);
	CHECK(accepts(&v, "large", "2G") && v.large == UINT64_C(2) << 30);
	CHECK(accepts(&v, "large", "1T") && v.large == UINT64_C(1) << 40);
	CHECK(accepts(&v, "large", "18446744073709551615") && v.large == UINT64_MAX);
	CHECK(accepts(&v, "queue", "tape") && v.queue == OPT_SIZE_WORD(1));
	CHECK_INT(opt_parse_size("3k", &size, &(struct diag){ 0 }), 0);
	CHECK_INT(size, 3072);
	check_fails("large", "18446744073709551616", 0, "the size is too large");
	check_fails("large", "16777216T", 0, "the size is too large");
	check_fails("queue", "18446744073709551614", 0, "the size is too large");
	check_fails("block", "0", 0, "block must be 1 to 1G");
	check_fails("block", "2G", 0, "block must be 1 to 1G");
	check_fails("block", "64kB", 2, "'kB' after the size");
	check_fails("block", "k", 0, "'k' is not a size");
	check_fails("queue", NULL, 0, "queue needs a value: SIZE|disk|tape");
	check_hint("block", "x", "a size is written 4096, 64k, 1M, 2G or 1T");
	check_hint("queue", "dsk", "a size is written 4096, 64k, 1M, 2G or 1T; here SIZE|disk|tape");
}

static void
reads_time(void)
{
	struct values v = { 0 };
	int64_t ns;

	CHECK(accepts(&v, "wait", "500us") && v.wait == 500000);
	CHECK(accepts(&v, "wait", "20ms") && v.wait == 20000000);
	CHECK(accepts(&v, "wait", "0.5") && v.wait == 500000000);
	CHECK(accepts(&v, "wait", "2s") && v.wait == INT64_C(2000000000));
	CHECK(accepts(&v, "wait", "3m") && v.wait == INT64_C(180000000000));
	CHECK(accepts(&v, "wait", "1h") && v.wait == INT64_C(3600000000000));
	CHECK(accepts(&v, "wait", "1.5h") && v.wait == INT64_C(5400000000000));
	CHECK(accepts(&v, "wait", "0.000000001") && v.wait == 1);
	CHECK(accepts(&v, "wait", "0.9999999999999999999999999999") && v.wait == 999999999);
	CHECK(accepts(&v, "wait", "0.333333333333h") && v.wait == INT64_C(1199999999998));
	CHECK(accepts(&v, "wait", "9223372036.8547758") && v.wait == INT64_C(9223372036854775800));
	CHECK(accepts(&v, "wait", "Never") && v.wait == OPT_TIME_WORD(0));
	CHECK_INT(opt_parse_time("2ms", &ns, &(struct diag){ 0 }), 0);
	CHECK_INT(ns, 2000000);
	check_fails("wait", "9223372036.854775807", 0, "the time is too long");
	check_fails("wait", "9223372036.854775808", 0, "the time is too long");
	check_fails("wait", "2562048h", 0, "the time is too long");
	check_fails("wait", "99999999999999999999", 0, "the time is too long");
	check_fails("wait", "-1", 0, "'-1' is not a time");
	check_fails("wait", ".5", 0, "'.5' is not a time");
	check_fails("wait", "5.", 1, "'.' after the time");
	check_fails("wait", "5.5.5", 3, "'.5' after the time");
	check_fails("wait", "5 s", 1, "' s' after the time");
	check_fails("wait", "5d", 1, "'d' after the time");
	check_fails("idle", "0", 0, "idle must be 1ms to 1h");
	check_fails("idle", "61m", 0, "idle must be 1ms to 1h");
	check_fails("grace", "0", 0, "grace must be at least 1ns");
	check_hint("idle", "soon", "a time is written 500us, 20ms, 0.5, 2s, 3m or 1h");
}

static void
reads_mode(void)
{
	struct values v = { 0 };

	CHECK(accepts(&v, "mode", "0600") && v.mode == 0600);
	CHECK(accepts(&v, "mode", "644") && v.mode == 0644);
	CHECK(accepts(&v, "mode", "7777") && v.mode == 07777);
	CHECK(accepts(&v, "mode", "0") && v.mode == 0);
	check_fails("mode", "10000", 0, "mode must be 0 to 7777 (octal)");
	check_fails("mode", "7777777777777777777777777777", 0, "mode must be 0 to 7777 (octal)");
	check_fails("mode", "689", 1, "'89' after the mode");
	check_fails("mode", "rw", 0, "'rw' is not a mode");
	check_fails("mode", "", 0, "'' is not a mode");
}

static void
reads_words(void)
{
	struct values v = { 0 };

	CHECK(accepts(&v, "end", "both") && v.end == 0);
	CHECK(accepts(&v, "end", "RIGHT") && v.end == 3);
	check_fails("end", "rihgt", 0, "'rihgt' is none of both, first, left, right");
	check_hint("end", "rihgt", "did you mean 'right'?");
	check_hint("end", "x", NULL);
}

static void
reads_ids(void)
{
	struct values v = { 0 };

	CHECK(accepts(&v, "user", "1234") && v.user.is_set && v.user.id == 1234);
	CHECK_STR(v.user.name, "1234");
	CHECK(accepts(&v, "user", "4294967294") && v.user.id == UINT32_MAX - 1);
	CHECK(accepts(&v, "user", "root") && v.user.id == 0);
	CHECK_STR(v.user.name, "root");
	CHECK(accepts(&v, "group", "root") && v.group.is_set && v.group.id == 0);
	opt_fini(table, &v);
	CHECK(!v.user.is_set && v.user.name == NULL);
	check_fails("user", "4294967295", 0, "user must be a name or 0 to 4294967294");
	check_fails("group", "99999999999999999999", 0, "group must be a name or 0 to 4294967294");
	check_fails("user", "no\nbody", 0, "there is no user 'no\\012body'");
	check_fails("group", "", 0, "there is no group ''");
}

static void
reads_words_with_a_size(void)
{
	struct values v = { 0 };

	CHECK(accepts(&v, "sized", "full:64k") && v.sized.word == 2 && v.sized.size == 65536);
	CHECK(accepts(&v, "sized", "FULL") && v.sized.word == 2 && v.sized.size == 0);
	CHECK(accepts(&v, "sized", "full:2") && v.sized.size == 2);
	CHECK(accepts(&v, "sized", "full:1M") && v.sized.size == 1 << 20);
	CHECK(accepts(&v, "sized", "asis") && v.sized.word == 0 && v.sized.size == 0);
	check_fails("sized", "ful", 0, "'ful' is none of asis, line, full");
	check_fails("sized", "", 0, "'' is none of asis, line, full");
	check_fails("sized", ":64k", 0, "'' is none of asis, line, full");
	check_fails("sized", "line:64k", 4, "'line' takes no size");
	check_fails("sized", "line:", 4, "'line' takes no size");
	check_fails("sized", "full:", 5, "'' is not a size");
	check_fails("sized", "full:x", 5, "'x' is not a size");
	check_fails("sized", "full:64kB", 7, "'kB' after the size");
	check_fails("sized", "full:1", 5, "the size must be 2 to 1M");
	check_fails("sized", "full:2M", 5, "the size must be 2 to 1M");
	check_fails("sized", NULL, 0, "sized needs a value: asis|line|full[:SIZE]");
	check_hint("sized", "ful:64k", "did you mean 'full'?");
	check_hint("sized", "full:x", "a size is written 4096, 64k, 1M, 2G or 1T");
}

static void
reads_limits(void)
{
	struct values v = { 0 };

	CHECK(accepts(&v, "limit", "64") && v.limit.is_set && v.limit.soft == 64 && v.limit.hard == 64);
	CHECK(accepts(&v, "limit", "1k:2M") && v.limit.soft == 1024 && v.limit.hard == 2 << 20);
	CHECK(accepts(&v, "limit", "0") && v.limit.soft == 0 && v.limit.hard == 0);
	CHECK(accepts(&v, "limit", "Unlimited") && v.limit.soft == OPT_UNLIMITED && v.limit.hard == OPT_UNLIMITED);
	CHECK(accepts(&v, "limit", "5:unlimited") && v.limit.soft == 5 && v.limit.hard == OPT_UNLIMITED);
	check_fails("limit", "", 0, "'' is no limit");
	check_fails("limit", "much", 0, "'much' is no limit");
	check_fails("limit", "64:", 3, "'' is no limit");
	check_fails("limit", "64kB", 2, "'kB' after the size");
	check_fails("limit", "64:64kB", 5, "'kB' after the size");
	check_fails("limit", "2:1", 0, "the soft limit is above the hard one");
	check_fails("limit", "unlimited:1", 0, "the soft limit is above the hard one");
	check_fails("limit", NULL, 0, "limit needs a value: SIZE|unlimited[:HARD]");
	check_hint("limit", "all", "a limit is a number, a size like 64k, or unlimited");
}

static void
reads_factors(void)
{
	struct values v = { 0 };

	CHECK(accepts(&v, "factor", "2") && v.factor == 2);
	CHECK(accepts(&v, "factor", "0.5") && v.factor == 0.5);
	CHECK(accepts(&v, "factor", "1.") && v.factor == 1);
	CHECK(accepts(&v, "factor", "max") && v.factor == 0);
	check_fails("factor", "", 0, "'' is not a factor");
	check_fails("factor", "0", 0, "'0' is not a factor");
	check_fails("factor", ".", 0, "'.' is not a factor");
	check_fails("factor", "-1", 0, "'-1' is not a factor");
	check_fails("factor", "2x", 0, "'2x' is not a factor");
	check_fails("factor", "99999999", 0, "'99999999' is not a factor");
	check_hint("factor", "0", "a factor is a number above 0: 2 or 0.5; here N|max");
	check_fails("factor", NULL, 0, "factor needs a value: N|max");
}

static void
reads_rates(void)
{
	struct values v = { 0 };

	CHECK(accepts(&v, "rate", "10") && v.rate.n == 10 && v.rate.ns == 1000000000);
	CHECK(accepts(&v, "rate", "100/1m") && v.rate.n == 100 && v.rate.ns == 60000000000);
	CHECK(accepts(&v, "rate", "1/500ms") && v.rate.n == 1 && v.rate.ns == 500000000);
	CHECK(accepts(&v, "rate", "1000000/24h") && v.rate.n == 1000000);
	check_fails("rate", "", 0, "'' is not a rate");
	check_fails("rate", "0", 0, "'0' is not a rate");
	check_fails("rate", "-1", 0, "'-1' is not a rate");
	check_fails("rate", "1000001", 0, "'1000001' is not a rate");
	check_fails("rate", "99999999999999999999", 0, "'99999999999999999999' is not a rate");
	check_fails("rate", "10/s", 3, "'s' is not a time");
	check_fails("rate", "10/", 3, "'' is not a time");
	check_fails("rate", "10/0", 3, "the time of a rate must be 1us to 24h");
	check_fails("rate", "10/25h", 3, "the time of a rate must be 1us to 24h");
	check_fails("rate", NULL, 0, "rate needs a value: N[/TIME]");
}

static void
reads_texts(void)
{
	struct values v = { 0 };

	opt_defaults(table, &v);
	CHECK(accepts(&v, "nick", "a+b"));
	CHECK_STR(v.name, "a+b");
	CHECK(accepts(&v, "name", ""));
	CHECK_STR(v.name, "");
	CHECK(accepts(&v, "match", "a\\/b"));
	CHECK_STR(v.match, "a\\/b");
	CHECK(accepts(&v, "peer", "tcp:a:1"));
	CHECK(accepts(&v, "texts", "a+b"));
	CHECK(accepts(&v, "texts", ""));
	CHECK_INT(v.texts.len, 2);
	CHECK_STR(v.texts.items[0], "a+b");
	CHECK_STR(v.texts.items[1], "");
	opt_fini(table, &v);
	check_fails("peer", NULL, 0, "peer needs a value: PEER");
}

static void
grows_lists(void)
{
	struct values v = { 0 };

	opt_defaults(table, &v);
	CHECK(accepts(&v, "allow", "x"));
	CHECK_INT(v.allow.len, 1);
	CHECK(accepts(&v, "allow", "10.0.0.0/8+::1"));
	if (CHECK_INT(v.allow.len, 3)) {
		CHECK_STR(v.allow.items[0], "x");
		CHECK_STR(v.allow.items[1], "10.0.0.0/8");
		CHECK_STR(v.allow.items[2], "::1");
	}
	opt_fini(table, &v);
	check_fails("allow", "", 0, "an item of allow is empty");
	check_fails("allow", "+a", 0, "an item of allow is empty");
	check_fails("allow", "a++b", 2, "an item of allow is empty");
	check_fails("allow", "a+", 2, "an item of allow is empty");
}

static void
tells_whether_a_switch_was_written(void)
{
	struct values v = { 0 };

	opt_defaults(table, &v);
	CHECK_INT(v.toggle, OPT_UNSAID);
	CHECK(accepts(&v, "toggle", NULL) && v.toggle == OPT_YES);
	CHECK(accepts(&v, "toggle", "off") && v.toggle == OPT_NO);
	CHECK(accepts(&v, "toggle", "1") && v.toggle == OPT_YES);
	check_fails("toggle", "2", 0, "'2' is neither yes nor no");
	opt_fini(table, &v);
}

static void
reads_characters(void)
{
	static const struct {
		const char *text;
		int c;
	} want[] = { { "^C", 3 }, { "^c", 3 }, { "^]", 29 }, { "^?", 127 }, { "^@", 0 }, { "x", 'x' }, { "^", '^' },
		{ "4", 4 }, { "0x1d", 29 }, { "255", 255 }, { "undef", OPT_CHAR_NONE }, { "^-", OPT_CHAR_NONE },
		{ "0", 0 } };
	static const char *const bad[] = { "", "xx", "256", "0x100", "^!", "1x", "-1", "^CC" };
	struct values v = { 0 };

	opt_defaults(table, &v);
	CHECK_INT(v.key, -1);
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
		CHECK(accepts(&v, "key", want[i].text) && CHECK_INT(v.key, want[i].c));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct diag d = { 0 };

		CHECK_INT(store(&v, "key", bad[i], &d), -1);
		diag_fini(&d);
	}
	opt_fini(table, &v);
}

static void
finds_values_in_names(void)
{
	const struct opt_desc *speed = opt_find(table, "speed", 5);

	CHECK(opt_find(table, "s9600", 5) == speed && opt_find(table, "S9600", 5) == speed);
	CHECK_STR(opt_name_digits(speed, "s9600"), "9600");
	CHECK(opt_name_digits(speed, "speed") == NULL);
	CHECK(
	    opt_find(table, "s", 1) == NULL && opt_find(table, "s9x", 3) == NULL && opt_find(table, "s-9", 3) == NULL);
	CHECK(opt_find(table, "s9600", 2) == speed); /* only so many bytes count */
	CHECK_STR(opt_find(table, "eol2", 4)->name, "eol2");
	CHECK_STR(opt_find(table, "eol3", 4)->name, "eol");
}

static void
names_values_and_types(void)
{
	static const char *const want[] = { "yes|no", "N", "N", "N|never", "MODE", "both|first|left|right",
		"asis|line|full[:SIZE]", "SIZE|unlimited[:HARD]", "N[/TIME]", "N|max", "SIZE", "SIZE|disk|tape", "SIZE",
		"TIME", "TIME|never", "TIME", "USER", "GROUP", "TEXT", "/REGEX/", "PEER", "WORD[+WORD...]", "TEXT",
		"yes|no", "CHAR", "N", "N", "N" };

	for (size_t i = 0; *table[i].name != '\0'; i++) {
		char *name = opt_value_name(&table[i]);

		CHECK_STR(name, want[i]);
		free(name);
	}
	for (int type = 0; type < OPT_TYPE_N; type++)
		CHECK(opt_type_name((enum opt_type)type) != NULL);
	CHECK_STR(opt_type_name(OPT_TEXTS), "texts");
}

static void
names_limits(void)
{
	static const struct {
		const char *name, *limits;
	} want[] = { { "port", "1 to 65535" }, { "level", "at least -5" }, { "block", "1 to 1G" },
		{ "idle", "1ms to 1h" }, { "grace", "at least 1ns" }, { "peer", NULL } };

	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		char *limits = opt_limits_name(opt_find(table, want[i].name, strlen(want[i].name)));

		CHECK_STR(limits, want[i].limits);
		free(limits);
	}
	CHECK(opt_type_unit(OPT_TIME) != NULL);
	CHECK(opt_type_unit(OPT_BOOL) == NULL);
}

static const struct unit_test tests[] = {
	TEST(sets_defaults),
	TEST(finds_names),
	TEST(reads_bool),
	TEST(reads_regex),
	TEST(reads_int),
	TEST(reads_size),
	TEST(reads_time),
	TEST(reads_mode),
	TEST(reads_words),
	TEST(reads_ids),
	TEST(reads_words_with_a_size),
	TEST(reads_limits),
	TEST(reads_factors),
	TEST(reads_rates),
	TEST(reads_texts),
	TEST(grows_lists),
	TEST(tells_whether_a_switch_was_written),
	TEST(reads_characters),
	TEST(finds_values_in_names),
	TEST(names_values_and_types),
	TEST(names_limits),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
