/* Clients by address: what is one address, and that all comes back; at random against an array. */
#include "net/peercount.h"

#include <stdlib.h>

#include "unit.h"

static struct access_client
v4(unsigned char last)
{
	return (struct access_client){ .family = AF_INET, .addr = { 10, 0, 0, last } };
}

static struct access_client
v6(unsigned char network, unsigned char host)
{
	return (struct access_client){ .family = AF_INET6, .addr = { [0] = 0x20, [7] = network, [15] = host } };
}

static struct access_client
user(uint32_t uid)
{
	return (struct access_client){ .family = AF_UNIX, .has_user = true, .uid = uid };
}

static void
counts_by_address_network_and_user(void)
{
	const struct access_client clients[] = { v4(1), v4(2), v6(1, 1), v6(2, 1), user(0), user(10),
		{ .family = AF_UNIX } };
	const size_t n = sizeof(clients) / sizeof(*clients);
	struct peercount_entry *in[2][7];
	struct access_client neighbour = v6(1, 9);
	struct peercount *p = peercount_new();

	for (size_t i = 0; i < n; i++) {
		in[0][i] = peercount_enter(p, &clients[i], 2);
		CHECK_INT(peercount_clients(in[0][i]), 1);
		in[1][i] = peercount_enter(p, &clients[i], 2);
		CHECK_INT(peercount_clients(in[0][i]), 2);
		CHECK(in[0][i] != NULL && in[1][i] != NULL);
	}
	for (size_t i = 0; i < n; i++)
		CHECK(peercount_enter(p, &clients[i], 2) == NULL);
	CHECK(peercount_enter(p, &neighbour, 2) == NULL); /* the same /64 */
	peercount_leave(in[0][2]);
	CHECK_INT(peercount_clients(in[1][2]), 1);
	in[0][2] = peercount_enter(p, &neighbour, 2);
	CHECK(in[0][2] != NULL);
	peercount_free(p); /* clients may outlive it */
	for (size_t i = 0; i < n; i++) {
		peercount_leave(in[0][i]);
		peercount_leave(in[1][i]);
	}
	peercount_leave(NULL);
	CHECK_INT(peercount_clients(NULL), 0);
	peercount_free(NULL);
}

#define HOSTS 40
#define MOST 5

static void
agrees_with_an_array_at_random(void)
{
	struct peercount *p = peercount_new();
	struct peercount_entry *in[HOSTS][MOST];
	unsigned n[HOSTS] = { 0 };

	srand(1);
	for (int i = 0; i < 200000; i++) {
		const unsigned host = (unsigned)rand() % HOSTS;
		const struct access_client c = v4((unsigned char)host);

		if (rand() % 2 == 0) {
			struct peercount_entry *e = peercount_enter(p, &c, MOST);

			CHECK((e != NULL) == (n[host] < MOST));
			if (e != NULL)
				in[host][n[host]++] = e;
		} else if (n[host] > 0)
			peercount_leave(in[host][--n[host]]);
	}
	peercount_free(p);
	for (unsigned host = 0; host < HOSTS; host++)
		while (n[host] > 0)
			peercount_leave(in[host][--n[host]]);
}

static const struct unit_test tests[] = {
	TEST(counts_by_address_network_and_user),
	TEST(agrees_with_an_array_at_random),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
