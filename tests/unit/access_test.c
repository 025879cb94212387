/* Patterns of clients: what is one, whom it means, and what is said of what is none. */
#include "net/access.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "unit.h"

static int
find_user(const char *name, uint32_t *uid)
{
	*uid = 33;
	return strcmp(name, "www") == 0 ? 0 : -1;
}

static int
find_group(const char *name, uint32_t *gid)
{
	*gid = 50;
	return strcmp(name, "staff") == 0 ? 0 : -1;
}

static const struct access_vocab net = { ACCESS_NET, false, find_user, find_group },
				 local = { ACCESS_LOCAL, false, find_user, find_group },
				 anywhere = { ACCESS_ANYWHERE, false, find_user, find_group },
				 mixed = { ACCESS_NET, true, find_user, find_group };

static struct access_client
client_at(const char *address)
{
	struct sockaddr_storage ss = { 0 };
	struct access_client c = { 0 };

	if (inet_pton(AF_INET, address, &((struct sockaddr_in *)&ss)->sin_addr) == 1)
		ss.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, address, &((struct sockaddr_in6 *)&ss)->sin6_addr) == 1)
		ss.ss_family = AF_INET6;
	access_client_set_address(&c, &ss);
	return c;
}

static bool
matches(const struct access_vocab *vocab, const char *pattern, const struct access_client *c)
{
	struct access_list l = { 0 };
	struct diag d = { 0 };
	bool has;

	if (access_list_add(&l, pattern, vocab, &d) == -1) {
		printf("# %s: %s\n", pattern, d.text);
		CHECK(!"the pattern is accepted");
		diag_fini(&d);
		return false;
	}
	has = access_list_has(&l, c);
	access_list_fini(&l);
	return has;
}

static void
networks_have_their_addresses(void)
{
	static const struct {
		const char *pattern, *in, *out;
	} rows[] = {
		{ "10.0.0.0/8", "10.255.0.1", "11.0.0.1" },
		{ "10.0.0.0:255.0.0.0", "10.255.0.1", "11.0.0.1" },
		{ "10.1.2.3/8", "10.0.0.0", "9.255.255.255" },
		{ "192.168.4.0/22", "192.168.7.255", "192.168.8.0" },
		{ "127.0.0.1", "127.0.0.1", "127.0.0.2" },
		{ "127.0.0.1/31", "127.0.0.0", "127.0.0.2" },
		{ "0.0.0.0/0", "255.255.255.255", "::1" },
		{ "0.0.0.0:0.0.0.0", "1.2.3.4", "2001:db8::1" },
		{ "1.2.3.4:255.255.255.255", "1.2.3.4", "1.2.3.5" },
		{ "2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1" },
		{ "[2001:db8::]/33", "2001:db8:7fff::1", "2001:db8:8000::1" },
		{ "::1", "::1", "::2" },
		{ "[::1]", "::1", "127.0.0.1" },
		{ "::/0", "::1", "127.0.0.1" },
		{ "::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0" },
		{ "::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2" },
		{ "10.0.0.1", "::ffff:10.0.0.1", "::10.0.0.1" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct access_client in = client_at(rows[i].in), out = client_at(rows[i].out);

		if (!CHECK(matches(&net, rows[i].pattern, &in)) || !CHECK(!matches(&net, rows[i].pattern, &out)))
			printf("# the pattern is %s\n", rows[i].pattern);
	}
}

static void
users_and_groups(void)
{
	static const uint32_t groups[] = { 7, 50 };
	const struct access_client www = { .family = AF_UNIX, .has_user = true, .uid = 33, .gid = 33 },
				   other = { .family = AF_UNIX, .has_user = true, .uid = 1, .gid = 50 },
				   member = { AF_UNIX, { 0 }, true, 2, 2, groups, 2 }, nobody = { .family = AF_UNIX };
	static const char *const www_patterns[] = { "www", "uid:www", "user:www", "33", "uid:33", "gid:33", "all",
		"*" };

	for (size_t i = 0; i < sizeof(www_patterns) / sizeof(*www_patterns); i++)
		if (!CHECK(matches(&local, www_patterns[i], &www)))
			printf("# the pattern is %s\n", www_patterns[i]);
	CHECK(!matches(&local, "www", &other));
	CHECK(matches(&local, "gid:staff", &other));
	CHECK(matches(&local, "group:staff", &member));
	CHECK(matches(&local, "gid:7", &member));
	CHECK(!matches(&local, "gid:50", &www));
	CHECK(!matches(&local, "uid:0", &nobody));
	CHECK(!matches(&local, "gid:0", &nobody));
	CHECK(matches(&local, "all", &nobody));
}

static void
patterns_of_other_places_match_nobody(void)
{
	const struct access_client www = { .family = AF_UNIX, .has_user = true, .uid = 33 };
	const struct access_client here = client_at("127.0.0.1");

	CHECK(!matches(&mixed, "127.0.0.1", &www));
	CHECK(!matches(&mixed, "0.0.0.0/0", &www));
	CHECK(!matches(&mixed, "uid:0", &here));
	CHECK(!matches(&anywhere, "gid:0", &here));
	CHECK(matches(&mixed, "all", &here));
}

static void
hosts_are_looked_up_later(void)
{
	struct access_list l = { 0 };
	struct diag d = { 0 };
	struct sockaddr_in sin = { .sin_family = AF_INET };
	const struct access_client c = client_at("10.0.0.7");

	CHECK_INT(access_list_add(&l, "gateway.example", &net, &d), 0);
	CHECK(access_list_has_hosts(&l) && !access_list_needs_groups(&l));
	CHECK(!access_list_has(&l, &c));
	inet_pton(AF_INET, "10.0.0.7", &sin.sin_addr);
	access_list_add_address(&l, (struct sockaddr *)&sin);
	CHECK(access_list_has(&l, &c));
	access_list_fini(&l);
	CHECK_INT(access_list_add(&l, "gid:staff", &local, &d), 0);
	CHECK(!access_list_has_hosts(&l) && access_list_needs_groups(&l));
	access_list_fini(&l);
}

static void
refusals_have_their_place(void)
{
	static const struct {
		const struct access_vocab *vocab;
		const char *pattern;
		size_t pos;
		const char *text;
	} rows[] = {
		{ &net, "10.0.0.0/33", 9, "the bits of a network must be 0 to 32 here" },
		{ &net, "::/129", 3, "the bits of a network must be 0 to 128 here" },
		{ &net, "10.0.0.0/", 9, "the bits of a network must be 0 to 32 here" },
		{ &net, "10.0.0.0/99999999999999999999", 9, "the bits of a network must be 0 to 32 here" },
		{ &net, "10.0.0.0/8x", 9, "the bits of a network must be 0 to 32 here" },
		{ &net, "10.0.0.0:255.0.255.0", 9, "'10.0.0.0:255.0.255.0' is no mask of ones followed by zeros" },
		{ &net, "10.0.0.0:x", 9, "'10.0.0.0:x' is no address and mask" },
		{ &net, "10.0.0", 0, "'10.0.0' is no address" },
		{ &net, "10.", 0, "'10.' is no address" },
		{ &net, "300.1.1.1", 0, "'300.1.1.1' is no address" },
		{ &net, "host/8", 0, "'host/8' is no address" },
		{ &net, "[::1", 0, "'[::1' is no address" },
		{ &net, "[::1]x", 5, "'[::1]x' is no address" },
		{ &net, "[10.0.0.1]", 0, "'[10.0.0.1]' is no address" },
		{ &net, "fe80::1%eth0", 0, "'fe80::1%eth0' is no address" },
		{ &net, "uid:www", 0, "'uid:www' is nobody here: clients have addresses, not users" },
		{ &local, "10.0.0.0/8", 0, "'10.0.0.0/8' is nobody here: clients are users, and have no address" },
		{ &local, "uid:nemo", 4, "there is no user 'nemo'" },
		{ &local, "gid:nemo", 4, "there is no group 'nemo'" },
		{ &local, "nemo", 0, "there is no user 'nemo'" },
		{ &local, "uid:", 4, "there is no user ''" },
		{ &local, "uid:4294967295", 4, "'uid:4294967295' is no uid" },
		{ &local, "gid:99999999999", 4, "'gid:99999999999' is no gid" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct access_list l = { 0 };
		struct diag d = { 0 };

		if (!CHECK_INT(access_list_add(&l, rows[i].pattern, rows[i].vocab, &d), -1) ||
		    !CHECK_STR(d.text, rows[i].text) || !CHECK_INT(d.pos, rows[i].pos))
			printf("# the pattern is %s\n", rows[i].pattern);
		CHECK_INT(l.len, 0);
		diag_fini(&d);
		access_list_fini(&l);
	}
}

static const struct unit_test tests[] = {
	TEST(networks_have_their_addresses),
	TEST(users_and_groups),
	TEST(patterns_of_other_places_match_nobody),
	TEST(hosts_are_looked_up_later),
	TEST(refusals_have_their_place),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
