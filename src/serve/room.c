/* How many descriptors there are left for sessions; see room.h. */
#include "serve/room.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/resource.h>

#include "base/io.h"

#define ROOM_CONNECTION 5 /* the client's, two attempts that race (RFC 8305), the resolver's */
#define ROOM_PROGRAM \
	13 /* the client's, pipes for three streams and for the answer of exec, pidfd, the preload's report */
#define ROOM_PLENTY 64 /* sessions */
#define ROOM_LOOK 256  /* descriptors that are looked for at most */

void
room_init(struct room *r, const struct wire_spec *spec)
{
	struct rlimit rl;

	r->limit = ULONG_MAX;
	if (getrlimit(RLIMIT_NOFILE, &rl) == 0 && rl.rlim_cur != RLIM_INFINITY)
		r->limit = rl.rlim_cur;
	r->needed = wire_spec_has_programs(spec) ? ROOM_PROGRAM : ROOM_CONNECTION;
}

/* Nobody counts those that are open, so it is tried whether so many more can be. */
static bool
room_can_take(unsigned long n)
{
	int fds[ROOM_LOOK];
	unsigned long got = 0;

	n = n < ROOM_LOOK ? n : ROOM_LOOK;
	while (got < n && (fds[got] = fcntl(0, F_DUPFD_CLOEXEC, 0)) != -1)
		got++;
	for (unsigned long i = 0; i < got; i++)
		io_close(&fds[i]);
	return got == n;
}

bool
room_is_left(const struct room *r, unsigned long running, unsigned long opening)
{
	return (running + ROOM_PLENTY) * r->needed < r->limit || room_can_take((opening + 1) * r->needed);
}
