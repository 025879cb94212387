/* Empty messages are no end, cut ones can be told, and a refusal ends nothing. */
#include "platform.h"

FACT("UDP: an empty datagram reads as 0, MSG_TRUNC tells the true length, a refusal is told once by error");

static void
check(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int server = socket(AF_INET, SOCK_DGRAM, 0), client = socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t len = sizeof(sin);
	char buf[4];

	EXPECT(bind(server, (struct sockaddr *)&sin, sizeof(sin)) == 0);
	EXPECT(getsockname(server, (struct sockaddr *)&sin, &len) == 0);
	EXPECT(connect(client, (struct sockaddr *)&sin, sizeof(sin)) == 0);
	EXPECT(send(client, "", 0, 0) == 0 && send(client, "abcdefgh", 8, 0) == 8 && send(client, "x", 1, 0) == 1);
	EXPECT(events(server, POLLIN, DEADLINE_MS) == POLLIN && recv(server, buf, sizeof(buf), 0) == 0);
	EXPECT(recv(server, buf, sizeof(buf), MSG_TRUNC) == 8 && memcmp(buf, "abcd", 4) == 0);
	EXPECT(recv(server, buf, sizeof(buf), 0) == 1);
	close(server);
	EXPECT(send(client, "x", 1, 0) == 1);
	EXPECT((events(client, POLLIN, DEADLINE_MS) & POLLERR) != 0);
	EXPECT_ERROR(recv(client, buf, sizeof(buf), MSG_DONTWAIT), ECONNREFUSED);
	EXPECT_ERROR(recv(client, buf, sizeof(buf), MSG_DONTWAIT), EAGAIN);
	EXPECT((events(client, POLLIN, 0) & (POLLERR | POLLHUP)) == 0);
}
