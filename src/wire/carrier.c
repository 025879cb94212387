/* The pipes of a thread that are lent to pumps: see carrier.h. pipe(7) on their size, and what a user may have of it. */
#include "wire/carrier.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/io.h"
#include "wire/wide_pipe.h"

#define CARRIERS_MAX 8          /* of a thread */
#define CARRIER_LEAST 65536     /* bytes of a pipe that is worth it: a user with too many gets smaller ones */
#define CARRIER_FILES_LEAST 256 /* who may have fewer open has none to spare */

static _Thread_local struct {
	struct carrier *idle; /* one at most */
	unsigned n;           /* lent or idle */
} carriers;

static void
carrier_close(struct carrier *c)
{
	io_close(&c->in);
	io_close(&c->out);
	wide_pipe_leave(&c->is_wide);
	free(c);
	carriers.n -= carriers.n > 0; /* 0: that of a thread that is no more */
}

/* Descriptors are for sessions first. */
static bool
carrier_leaves_room(int fd)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= CARRIER_FILES_LEAST &&
	    (rlim_t)fd < limit.rlim_cur / 2;
}

static struct carrier *
carrier_open(void)
{
	struct carrier *c;
	int fds[2];

	if (carriers.n == CARRIERS_MAX || io_pipe(fds, O_NONBLOCK) != 0)
		return NULL;
	c = carrier_leaves_room(fds[1]) ? malloc(sizeof(*c)) : NULL;
	if (c == NULL) {
		io_close(&fds[0]);
		io_close(&fds[1]);
		return NULL;
	}
	*c = (struct carrier){ .in = fds[1], .out = fds[0] };
	carriers.n++;
	c->is_wide = wide_pipe_make(c->in);
	if (c->is_wide || fcntl(c->in, F_GETPIPE_SZ) >= CARRIER_LEAST)
		return c;
	carrier_close(c);
	return NULL;
}

struct carrier *
carrier_borrow(void)
{
	struct carrier *c = carriers.idle;

	carriers.idle = NULL;
	return c != NULL ? c : carrier_open();
}

void
carrier_give_back(struct carrier *c)
{
	if (carriers.idle != NULL || c->held > 0) {
		carrier_close(c);
		return;
	}
	c->is_refused = false;
	carriers.idle = c;
}

void
carrier_trim(void)
{
	if (carriers.idle != NULL)
		carrier_close(carriers.idle);
	carriers.idle = NULL;
}
