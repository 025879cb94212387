/* A listener out of descriptors has to pause, or the loop spins. */
#include "platform.h"

#include <sys/resource.h>

FACT("accept with EMFILE leaves the connection waiting and the listener readable");

static void
check(void)
{
	struct sockaddr_in sin;
	int listener = tcp_listener(&sin), client = socket(AF_INET, SOCK_STREAM, 0), fd;
	struct rlimit old, tight;
	char c;

	set_nonblock(listener);
	EXPECT(connect(client, (struct sockaddr *)&sin, sizeof(sin)) == 0);
	EXPECT(getrlimit(RLIMIT_NOFILE, &old) == 0);
	tight = old;
	tight.rlim_cur = (rlim_t)client + 1;
	EXPECT(setrlimit(RLIMIT_NOFILE, &tight) == 0);
	for (int i = 0; i < 3; i++) {
		EXPECT(events(listener, POLLIN, DEADLINE_MS) == POLLIN);
		EXPECT_ERROR(accept(listener, NULL, NULL), EMFILE);
	}
	EXPECT(write(client, "x", 1) == 1); /* the client notices nothing */
	EXPECT(setrlimit(RLIMIT_NOFILE, &old) == 0);
	EXPECT((fd = accept(listener, NULL, NULL)) >= 0);
	EXPECT((fcntl(fd, F_GETFL) & O_NONBLOCK) == 0); /* not inherited from the listener */
	EXPECT(read(fd, &c, 1) == 1);
	EXPECT_ERROR(accept(listener, NULL, NULL), EAGAIN);
}
