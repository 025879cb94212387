/* The grammar of addresses over a small vocabulary, with the offset of everything found. */
#include "base/addr.h"

#include <stdlib.h>
#include <strings.h>

#include "base/nearest.h"
#include "unit.h"

static const struct addr_form forms[] = {
	{ .name = "stdio", .syntax = "stdio" },
	{ .name = "fd", .syntax = "fd:N", .args_min = 1, .args_max = 1 },
	{ .name = "tcp", .syntax = "tcp:HOST:PORT", .args_min = 2, .args_max = 2 },
	{ .name = "unix", .syntax = "unix:PATH", .args_min = 1, .args_max = 1, .flags = ADDR_COLONS },
	{ .name = "gopen", .syntax = "gopen:PATH", .args_min = 1, .args_max = 1, .flags = ADDR_COLONS },
	{ .name = "exec", .syntax = "exec:COMMAND", .args_max = 1, .flags = ADDR_COLONS | ADDR_COMMAND },
	{ .name = "text", .syntax = "text:TEXT", .args_min = 1, .args_max = 1, .flags = ADDR_COLONS | ADDR_COMMAND },
	{ .name = "ssh",
	    .syntax = "ssh:HOST:COMMAND",
	    .args_min = 2,
	    .args_max = 2,
	    .flags = ADDR_COLONS | ADDR_COMMAND },
};

#define NFORMS (sizeof(forms) / sizeof(forms[0]))

static bool
find(const char *name, size_t len, struct addr_form *form)
{
	/* An alias is resolved here. */
	if (len == 4 && strncasecmp(name, "tcp4", len) == 0)
		len = 3;
	for (size_t i = 0; i < NFORMS; i++)
		if (strlen(forms[i].name) == len && strncasecmp(forms[i].name, name, len) == 0) {
			*form = forms[i];
			return true;
		}
	return false;
}

static bool
is_regex(const struct addr_form *form, const char *option, size_t len)
{
	return strcmp(form->name, "stdio") == 0 && len == 5 && strncasecmp(option, "match", 5) == 0;
}

static const char *
find_nearest(const char *name, size_t len)
{
	struct nearest n;

	nearest_init(&n, name, len);
	for (size_t i = 0; i < NFORMS; i++)
		nearest_feed(&n, forms[i].name);
	return nearest_name(&n);
}

static const struct addr_vocab vocab = { .find = find, .is_regex = is_regex, .nearest = find_nearest };

/* "kind(param)(param){name=value@pos}{name}": everything that was found, with the offsets of all of it. */
static void
show(const struct addr *a, char *buf, size_t size)
{
	snprintf(buf, size, "%s@%zu", a->form.name, a->pos);
	for (size_t i = 0; i < a->nparams; i++) {
		size_t n = strlen(buf);

		CHECK_INT(strlen(a->params[i].value), a->params[i].len);
		snprintf(buf + n, size - n, "(%s)@%zu", a->params[i].value, a->params[i].pos);
	}
	for (size_t i = 0; i < a->noptions; i++) {
		const struct addr_option *o = &a->options[i];
		size_t n = strlen(buf);

		if (o->value == NULL)
			snprintf(buf + n, size - n, "{%s}@%zu", o->name, o->pos);
		else
			snprintf(buf + n, size - n, "{%s=%s}@%zu@%zu", o->name, o->value, o->pos, o->value_pos);
	}
}

static void
check_both(const char *arg, const char *want_in, const char *want_out)
{
	struct diag d = { 0 };
	struct addr *in, *out;
	char got[512];

	if (!CHECK_INT(addr_parse(arg, &vocab, &in, &out, &d), 0)) {
		printf("# %s: %zu: %s\n", arg, d.pos, d.text);
		diag_fini(&d);
		return;
	}
	show(in, got, sizeof(got));
	CHECK_STR(got, want_in);
	CHECK(strncmp(in->text, arg, strlen(in->text)) == 0);
	CHECK((out != NULL) == (want_out != NULL));
	if (out != NULL && want_out != NULL) {
		show(out, got, sizeof(got));
		CHECK_STR(got, want_out);
		CHECK_STR(out->text, arg + out->pos);
		CHECK_INT(strlen(in->text) + 2, out->pos);
	} else {
		CHECK_STR(in->text, arg);
	}
	addr_free(in);
	addr_free(out);
}

static void
check(const char *arg, const char *want)
{
	check_both(arg, want, NULL);
}

static void
check_fails(const char *arg, size_t pos, const char *text, const char *hint)
{
	struct diag d = { 0 };
	struct addr *in, *out;

	if (!CHECK_INT(addr_parse(arg, &vocab, &in, &out, &d), -1)) {
		printf("# %s\n", arg);
		addr_free(in);
		addr_free(out);
		return;
	}
	CHECK(in == NULL && out == NULL);
	CHECK_STR(d.text, text);
	if (!CHECK_INT(d.pos, pos))
		printf("# %s: %s\n", arg, d.text);
	if (hint != NULL)
		CHECK_STR(d.hint, hint);
	diag_fini(&d);
}

static void
knows_kinds(void)
{
	check("tcp:host:80", "tcp@0(host)@4(80)@9");
	check("TCP:host:80", "tcp@0(host)@4(80)@9");
	check("Tcp4:host:80", "tcp@0(host)@5(80)@10");
	check("stdio", "stdio@0");
	check("exec", "exec@0");
	check("exec,pty", "exec@0{pty}@5");
}

static void
knows_shorthands(void)
{
	check("-", "stdio@0");
	check("-,nonblock", "stdio@0{nonblock}@2");
	check("3", "fd@0(3)@0");
	check("3,nonblock", "fd@0(3)@0{nonblock}@2");
	check("/tmp/x", "gopen@0(/tmp/x)@0");
	check("./x", "gopen@0(./x)@0");
	check("a/b:c:d,append", "gopen@0(a/b:c:d)@0{append}@8");
	check("/a\\,b", "gopen@0(/a,b)@0");
	check("'/a:b,c!!d'", "gopen@0(/a:b,c!!d)@0");
}

static void
says_what_is_no_address(void)
{
	check_fails("", 0, "an address is missing", NULL);
	check_fails(",pty", 0, "the kind of the address is missing", NULL);
	check_fails(":80", 0, "the kind of the address is missing", NULL);
	check_fails("tpc:host:80", 0, "unknown kind 'tpc'", "did you mean 'tcp'?");
	check_fails("banana", 0, "unknown kind 'banana'",
	    "a file in this directory is written ./NAME, a program exec:NAME; --help lists the kinds");
	check_fails("10", 0, "unknown kind '10'",
	    "a port is written tcp:localhost:10 or tcp-listen:10, a descriptor fd:10");
	check_fails("x:/tmp/y", 0, "unknown kind 'x'", NULL);
	check_fails("-x", 0, "unknown kind '-x'", NULL);
}

static void
counts_parameters(void)
{
	check_fails("tcp", 3, "missing parameter", "it is written tcp:HOST:PORT, an IPv6 address in [brackets]");
	check_fails("tcp,x", 3, "missing parameter", "it is written tcp:HOST:PORT, an IPv6 address in [brackets]");
	check_fails("tcp:host", 8, "missing parameter", "it is written tcp:HOST:PORT, an IPv6 address in [brackets]");
	check_fails("tcp:a:b:c,x", 8, "surplus parameter 'c'",
	    "it is written tcp:HOST:PORT, an IPv6 address in [brackets]");
	check_fails("3:x", 2, "surplus parameter 'x'", NULL);
	check_fails("-:x", 2, "surplus parameter 'x'", NULL);
	check("tcp::80", "tcp@0()@4(80)@5");
	check("tcp:host:", "tcp@0(host)@4()@9");
	check_fails("unix:", 5, "empty parameter", "it is written unix:PATH");
	check_fails("unix:'',x", 5, "empty parameter", "it is written unix:PATH");
	check_fails("exec:,pty", 5, "empty parameter", "it is written exec:COMMAND");
	check_fails("ssh:host:", 9, "empty parameter", "it is written ssh:HOST:COMMAND, an IPv6 address in [brackets]");
	check("text:", "text@0()@5");
	check("text:''", "text@0('')@5");
}

static void
lets_the_last_parameter_have_colons(void)
{
	check("unix:a:b", "unix@0(a:b)@5");
	check("exec:a:b c", "exec@0(a:b c)@5");
	check("ssh:h:a:b", "ssh@0(h)@4(a:b)@6");
	check("unix::", "unix@0(:)@5");
}

static void
removes_quotes(void)
{
	check("unix:'a,b:c\\'", "unix@0(a,b:c\\)@5");
	check("unix:\"a,\\\"\\\\\\n\"", "unix@0(a,\"\\\\n)@5");
	check("unix:a\\,b\\'\\\\", "unix@0(a,b'\\)@5");
	check("tcp:a\\:b:c", "tcp@0(a:b)@4(c)@9");
	check("unix:a,x='b,c'd", "unix@0(a)@5{x=b,cd}@7@9");
	check("unix:a\\!!b", "unix@0(a!!b)@5");
	check("unix:a!b!", "unix@0(a!b!)@5");
	check("\"tcp\":a:b", "tcp@0(a)@6(b)@8");
}

static void
keeps_brackets(void)
{
	check("tcp:[::1]:7000", "tcp@0([::1])@4(7000)@10");
	check("tcp:[fe80::1%eth0]:7000,x=[a,b]", "tcp@0([fe80::1%eth0])@4(7000)@19{x=[a,b]}@24@26");
	check("unix:(a{b[,]!!})", "unix@0((a{b[,]!!}))@5");
	check("unix:'(',x", "unix@0(()@5{x}@9");
	check("unix:\\(,x", "unix@0(()@5{x}@8");
	check("unix:(')'),x", "unix@0(()))@5{x}@11");
}

static void
leaves_commands_alone(void)
{
	check("exec:awk '{print $1,$2}' \"a\\\"b\" c\\,d,pty",
	    "exec@0(awk '{print $1,$2}' \"a\\\"b\" c\\,d)@5{pty}@37");
	check("exec:awk -F, {print $2}", "exec@0(awk -F)@5{{print $2}}@12");
	check("exec:a,{b=c,d}=e f,", "exec@0(a)@5{{b=c,d}=e f}@7@15");
	check("text:a\\nb,eol=crlf", "text@0(a\\nb)@5{eol=crlf}@10@14");
	check("ssh:'h':'c'", "ssh@0(h)@4('c')@8");
}

static void
reads_options(void)
{
	check("-,a,b=,c=d=e:f,,,G=1,", "stdio@0{a}@2{b=}@4@6{c=d=e:f}@7@9{G=1}@17@19");
	check("-,,", "stdio@0");
	check_fails("-,=x", 2, "the name of an option is missing before '='", NULL);
	check("-, a", "stdio@0{a}@2");
}

static void
takes_regular_expressions_raw(void)
{
	check("-,match=/a,b'(\\/\\\\/", "stdio@0{match=a,b'(\\/\\\\}@2@8");
	check("-,Match=/x/,y", "stdio@0{Match=x}@2@8{y}@12");
	check("-,match=//", "stdio@0{match=}@2@8");
	check("-,match='x,y'", "stdio@0{match=x,y}@2@8");
	check("-,other=/x/y", "stdio@0{other=/x/y}@2@8");
	check_both("-,match=/!!/!!-", "stdio@0{match=!!}@2@8", "stdio@14");
	check_fails("-,match=/x", 8, "the regular expression is not closed", NULL);
	check_fails("-,match=/x\\", 8, "the regular expression is not closed", NULL);
	check_fails("-,match=/x\\/", 8, "the regular expression is not closed", NULL);
	check_fails("-,match=/x/i", 11, "text after the regular expression", NULL);
}

static void
points_to_what_is_unbalanced(void)
{
	check_fails("unix:a'b", 6, "the single quote is not closed", "the character itself is written '\\''");
	check_fails("unix:a,x=\"b", 9, "the double quote is not closed", NULL);
	check_fails("exec:a (b,c", 7, "the bracket '(' is not closed", "the character itself is written '\\('");
	check_fails("exec:a b)", 8, "the bracket ')' was not opened", NULL);
	check_fails("exec:a (b]", 7, "the bracket '(' is not closed", NULL);
	check_fails("exec:{a [b] (c}", 12, "the bracket '(' is not closed", NULL);
	check_fails("exec:a\\", 6, "nothing follows the backslash", NULL);
	check_fails("-,x{", 3, "the bracket '{' is not closed", NULL);
	check_fails("t{cp", 1, "the bracket '{' is not closed", NULL);
}

static void
splits_in_two(void)
{
	check_both("-!!-", "stdio@0", "stdio@3");
	check_both("/a:b,x!!tcp:h:1,y=z", "gopen@0(/a:b)@0{x}@5", "tcp@8(h)@12(1)@14{y=z}@16@18");
	check_both("exec:a b!!3", "exec@0(a b)@5", "fd@10(3)@10");
	check_fails("!!-", 0, "an address is missing", NULL);
	check_fails("-!!", 3, "an address is missing", NULL);
	check_fails("-!!,x", 3, "the kind of the address is missing", NULL);
	check_fails("-!!-!!-", 4, "a second '!!' in one address", NULL);
	check_fails("-!!tcp:x", 8, "missing parameter", "it is written tcp:HOST:PORT, an IPv6 address in [brackets]");
}

static void
bears_long_arguments(void)
{
	static char arg[1024 * 1024];
	struct diag d = { 0 };
	struct addr *in, *out;
	size_t half = sizeof(arg) / 2;

	memset(arg, 'a', sizeof(arg) - 1);
	memcpy(arg, "unix:", 5);
	if (CHECK_INT(addr_parse(arg, &vocab, &in, &out, &d), 0))
		CHECK_INT(in->params[0].len, sizeof(arg) - 6);
	addr_free(in);

	memset(arg + 6, '(', half - 6);
	memset(arg + half, ')', half - 6);
	arg[sizeof(arg) - 6] = '\0';
	CHECK_INT(addr_parse(arg, &vocab, &in, &out, &d), 0);
	addr_free(in);
	arg[sizeof(arg) - 7] = '\0';
	CHECK_INT(addr_parse(arg, &vocab, &in, &out, &d), -1);
	CHECK_INT(d.pos, 6);

	for (size_t i = 6; i + 2 < sizeof(arg); i += 2)
		memcpy(arg + i, ",b", 3);
	if (CHECK_INT(addr_parse(arg, &vocab, &in, &out, &d), 0))
		CHECK_INT(in->noptions, (sizeof(arg) - 7) / 2);
	addr_free(in);
	diag_fini(&d);
}

static void
tells_stdio_from_an_option(void)
{
	CHECK(addr_is_stdio("-"));
	CHECK(addr_is_stdio("-,x"));
	CHECK(addr_is_stdio("-!!3"));
	CHECK(!addr_is_stdio("-x"));
	CHECK(!addr_is_stdio("--"));
	CHECK(!addr_is_stdio("-!"));
	CHECK(!addr_is_stdio(""));
	CHECK(!addr_is_stdio("a"));
}

static void
takes_keys_as_they_are(void)
{
	check("-,escape=^],b", "stdio@0{escape=^]}@2@9{b}@12");
	check("-,escape=^[", "stdio@0{escape=^[}@2@9");
	check("-,escape=^\\", "stdio@0{escape=^\\}@2@9");
	check("-,escape=^'", "stdio@0{escape=^'}@2@9");
	check("-,escape=^,b", "stdio@0{escape=^}@2@9{b}@11");
	check("-,escape=^(a)", "stdio@0{escape=^(a)}@2@9");
	check_both("-,escape=^]!!-", "stdio@0{escape=^]}@2@9", "stdio@13");
	check_fails("-,escape=^]x", 10, "the bracket ']' was not opened", "the character itself is written '\\]'");
}

static const struct unit_test tests[] = {
	TEST(knows_kinds),
	TEST(knows_shorthands),
	TEST(says_what_is_no_address),
	TEST(counts_parameters),
	TEST(lets_the_last_parameter_have_colons),
	TEST(removes_quotes),
	TEST(keeps_brackets),
	TEST(leaves_commands_alone),
	TEST(reads_options),
	TEST(takes_regular_expressions_raw),
	TEST(takes_keys_as_they_are),
	TEST(points_to_what_is_unbalanced),
	TEST(splits_in_two),
	TEST(bears_long_arguments),
	TEST(tells_stdio_from_an_option),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
