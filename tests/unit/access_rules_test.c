/* Rules for clients: what the first rule that means a client says, and where a text is wrong. */
#include "net/access_rules.h"

#include "unit.h"

static int
find_id(const char *name, uint32_t *id)
{
	*id = 7;
	return strcmp(name, "seven") == 0 ? 0 : -1;
}

static const struct access_vocab net = { ACCESS_NET, true, find_id, find_id },
				 local = { ACCESS_LOCAL, true, find_id, find_id };

static struct access_client
v4(unsigned char a, unsigned char d)
{
	return (struct access_client){ .family = AF_INET, .addr = { a, 0, 0, d } };
}

/* The line of the rule that decides, negative if it denies; 0: none. */
static int
line_for(const struct access_rules *rules, const struct access_client *c)
{
	const struct access_rule *r = access_rules_find(rules, c);

	return r == NULL ? 0 : r->is_allow ? (int)r->line : -(int)r->line;
}

static bool
parse(const char *text, const struct access_vocab *vocab, struct access_rules *rules)
{
	struct access_rules_fault fault;

	if (CHECK_INT(access_rules_parse(text, strlen(text), vocab, rules, &fault), 0))
		return true;
	printf("# %u:%zu: %s\n", fault.line, fault.diag.pos, fault.diag.text);
	diag_fini(&fault.diag);
	return false;
}

static void
the_first_rule_decides(void)
{
	static const char text[] = "# who may\n"
				   "\n"
				   "  allow 10.0.0.1   # one of them\r\n"
				   "deny\t10.0.0.0/8+uid:seven\n"
				   "allow 127.0.0.0/8+10.0.0.2 A=1\n"
				   "deny 127.0.0.1\n"
				   "allow gid:seven";
	const struct access_client one = v4(10, 1), two = v4(10, 2), here = v4(127, 1), far = v4(192, 1);
	const struct access_client seven = { .family = AF_UNIX, .has_user = true, .uid = 7, .gid = 7 },
				   group = { .family = AF_UNIX, .has_user = true, .uid = 8, .gid = 7 };
	struct access_rules rules;

	if (!parse(text, &net, &rules))
		return;
	CHECK_INT(rules.len, 5);
	CHECK_INT(line_for(&rules, &one), 3);
	CHECK_INT(line_for(&rules, &two), -4);
	CHECK_INT(line_for(&rules, &here), 5);
	CHECK_INT(line_for(&rules, &far), 0);
	CHECK_INT(line_for(&rules, &seven), -4);
	CHECK_INT(line_for(&rules, &group), 7);
	CHECK(access_rules_need_groups(&rules) && !access_rules_have_hosts(&rules));
	access_rules_fini(&rules);
	CHECK(parse("", &net, &rules) && rules.len == 0);
	CHECK(parse("\n#allow all", &net, &rules) && rules.len == 0);
	CHECK_INT(line_for(&rules, &here), 0);
}

static void
variables_are_quoted_as_in_a_shell(void)
{
	struct access_rules rules;

	if (!parse("allow all A= B='x  #y' C=\"don't\" D=a\\ b E_1=e=f # no more\nallow all", &net, &rules))
		return;
	CHECK(rules.items[1].env == NULL);
	CHECK_STR(rules.items[0].env[0], "A=");
	CHECK_STR(rules.items[0].env[1], "B=x  #y");
	CHECK_STR(rules.items[0].env[2], "C=don't");
	CHECK_STR(rules.items[0].env[3], "D=a b");
	CHECK_STR(rules.items[0].env[4], "E_1=e=f");
	CHECK(rules.items[0].env[5] == NULL);
	access_rules_fini(&rules);
}

static void
plain_words_are_hosts_or_users(void)
{
	const struct access_client seven = { .family = AF_UNIX, .has_user = true, .uid = 7 };
	struct access_rules rules;

	if (parse("allow seven", &net, &rules))
		CHECK(access_rules_have_hosts(&rules) && line_for(&rules, &seven) == 0);
	access_rules_fini(&rules);
	if (parse("allow seven", &local, &rules))
		CHECK(!access_rules_have_hosts(&rules) && line_for(&rules, &seven) == 1);
	access_rules_fini(&rules);
}

static void
faults_have_their_place(void)
{
	static const struct {
		const char *text;
		unsigned line;
		size_t pos;
		const char *what;
	} rows[] = {
		{ "allow all\n\npermit all\n", 3, 0, "'permit' is neither allow nor deny" },
		{ "127.:allow", 1, 0, "'127.:allow' is neither allow nor deny" },
		{ "  Allow all", 1, 2, "'Allow' is neither allow nor deny" },
		{ "allow", 1, 5, "whom to allow is missing" },
		{ "deny   # all", 1, 7, "whom to deny is missing" },
		{ "allow  10.0.0.0/33", 1, 16, "the bits of a network must be 0 to 32 here" },
		{ "allow ::1+10.0.0.0/33", 1, 19, "the bits of a network must be 0 to 32 here" },
		{ "allow ::1+", 1, 10, "an item of '+' is empty" },
		{ "allow ''", 1, 6, "an item of '+' is empty" },
		{ "deny all A=b", 1, 9, "'A=b' is too much: deny takes no variables" },
		{ "allow all A", 1, 10, "'A' is no VARIABLE=VALUE" },
		{ "allow all 1A=b", 1, 10, "'1A=b' is no VARIABLE=VALUE" },
		{ "allow all =b", 1, 10, "'=b' is no VARIABLE=VALUE" },
		{ "allow all A-B=b", 1, 10, "'A-B=b' is no VARIABLE=VALUE" },
		{ "allow uid:eight", 1, 10, "there is no user 'eight'" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct access_rules rules;
		struct access_rules_fault fault;

		if (!CHECK_INT(access_rules_parse(rows[i].text, strlen(rows[i].text), &net, &rules, &fault), -1) ||
		    !CHECK_STR(fault.diag.text, rows[i].what) || !CHECK_INT(fault.line, rows[i].line) ||
		    !CHECK_INT(fault.diag.pos, rows[i].pos))
			printf("# the text is %s\n", rows[i].text);
		CHECK(rules.items == NULL && rules.len == 0);
		diag_fini(&fault.diag);
	}
}

static void
quotes_and_zero_bytes(void)
{
	static const char zero[] = "allow all\nallow a\0b";
	struct access_rules rules;
	struct access_rules_fault fault;

	CHECK_INT(access_rules_parse("allow all A='b", 14, &net, &rules, &fault), -1);
	CHECK(fault.line == 1 && fault.diag.pos >= 10 && fault.diag.pos <= 14);
	diag_fini(&fault.diag);
	CHECK_INT(access_rules_parse(zero, sizeof(zero) - 1, &net, &rules, &fault), -1);
	CHECK_STR(fault.diag.text, "a zero byte is no text");
	CHECK(fault.line == 2 && fault.diag.pos == 7);
	diag_fini(&fault.diag);
}

static const struct unit_test tests[] = {
	TEST(the_first_rule_decides),
	TEST(variables_are_quoted_as_in_a_shell),
	TEST(plain_words_are_hosts_or_users),
	TEST(faults_have_their_place),
	TEST(quotes_and_zero_bytes),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
