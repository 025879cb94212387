/* A sendto to a full receiver cannot be waited for; connect the socket, or the loop spins. */
#include "platform.h"

#include <sys/un.h>

FACT("UNIX datagrams: a full receiver gives EAGAIN, and only a connected sender's POLLOUT tells");

static void
check(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(sun);
	int receiver = socket(AF_UNIX, SOCK_DGRAM, 0), sender = socket(AF_UNIX, SOCK_DGRAM, 0), n = 0;
	char c;

	EXPECT(bind(receiver, (struct sockaddr *)&sun, sizeof(sa_family_t)) == 0);
	EXPECT(getsockname(receiver, (struct sockaddr *)&sun, &len) == 0);
	while (sendto(sender, "x", 1, MSG_DONTWAIT, (struct sockaddr *)&sun, len) == 1)
		n++;
	EXPECT(errno == EAGAIN && n > 0);
	EXPECT(events(sender, POLLOUT, 0) == POLLOUT);
	EXPECT(connect(sender, (struct sockaddr *)&sun, len) == 0);
	EXPECT_ERROR(send(sender, "x", 1, MSG_DONTWAIT), EAGAIN);
	EXPECT(events(sender, POLLOUT, 0) == 0);
	while (recv(receiver, &c, 1, MSG_DONTWAIT) == 1)
		continue;
	EXPECT(events(sender, POLLOUT, DEADLINE_MS) == POLLOUT && send(sender, "x", 1, MSG_DONTWAIT) == 1);
}
