/* What the modes of the load generator share: see load.h. */
#include "load.h"

#define EVENTS 256

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * LOAD_ALIGN times a prime: no block of anybody's falls in step with it, what is sent begins at a line of the cache, as
 * in a program with one buffer, and it is small enough to stay in the cache.
 */
#define PATTERN_PERIOD 65344u
#define PATTERN_EDGE 64u

static _Alignas(LOAD_ALIGN) unsigned char pattern[PATTERN_PERIOD + LOAD_BLOCK];

void
pattern_init(void)
{
	uint64_t x = 88172645463325252u;

	for (size_t i = 0; i < PATTERN_PERIOD; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		pattern[i] = (unsigned char)(x >> 32);
	}
	for (size_t i = PATTERN_PERIOD; i < sizeof(pattern); i++)
		pattern[i] = pattern[i - PATTERN_PERIOD];
}

const unsigned char *
pattern_at(uint64_t position)
{
	return pattern + position % PATTERN_PERIOD;
}

void
pattern_compare(const struct load *l, uint64_t position, const unsigned char *buf, size_t len)
{
	const unsigned char *is = pattern_at(position);
	const size_t edge = len < PATTERN_EDGE ? len : PATTERN_EDGE;

	if (memcmp(buf, is, l->is_checked ? len : edge) != 0 || memcmp(buf + len - edge, is + len - edge, edge) != 0)
		errx(1, "wrong bytes near position %llu", (unsigned long long)position);
}

void *
block_new(void)
{
	void *block = aligned_alloc(LOAD_ALIGN, LOAD_BLOCK);

	if (block == NULL)
		err(1, "no memory");
	return block;
}

uint64_t
clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_un un;
};

static socklen_t
net_address(const struct load *l, int port, union address *a)
{
	memset(a, 0, sizeof(*a));
	if (l->path != NULL) {
		a->un.sun_family = AF_UNIX;
		snprintf(a->un.sun_path, sizeof(a->un.sun_path), "%s", l->path);
		return sizeof(a->un);
	}
	a->in.sin_family = AF_INET;
	a->in.sin_port = htons((uint16_t)port);
	a->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sizeof(a->in);
}

int
net_listen(const struct load *l)
{
	union address a;
	const socklen_t len = net_address(l, l->target, &a);
	const int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd == -1 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, &a.any, len) == -1 || listen(fd, 4096) == -1)
		err(1, "cannot listen on port %d", l->target);
	return fd;
}

int
net_connect(const struct load *l)
{
	union address a;
	const socklen_t len = net_address(l, l->relay, &a);
	const int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd == -1 || connect(fd, &a.any, len) == -1)
		err(1, "cannot connect to the relay (port %d)", l->relay);
	if (l->path == NULL && setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == -1)
		err(1, "TCP_NODELAY");
	return fd;
}

void
net_serve(const struct load *l, int answer, void (*ready)(const struct load *, int set, int fd, void *arg), void *arg)
{
	const int listener = net_listen(l), set = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event events[EVENTS], e = { .events = EPOLLIN, .data.fd = listener };

	if (epoll_ctl(set, EPOLL_CTL_ADD, listener, &e) == -1)
		err(1, "epoll_ctl");
	full_write(answer, "l", 1);
	for (;;) {
		const int n = epoll_wait(set, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			if (events[i].data.fd != listener) {
				ready(l, set, events[i].data.fd, arg);
				continue;
			}
			e.data.fd = accept(listener, NULL, NULL);
			if (e.data.fd == -1 || epoll_ctl(set, EPOLL_CTL_ADD, e.data.fd, &e) == -1)
				err(1, "accept");
		}
	}
}

void
net_set_nonblock(int fd)
{
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == -1)
		err(1, "O_NONBLOCK");
}

void
full_write(int fd, const void *buf, size_t len)
{
	const char *at = buf;

	while (len > 0) {
		const ssize_t n = write(fd, at, len);

		if (n == -1)
			err(1, "cannot write");
		at += n;
		len -= (size_t)n;
	}
}

void
full_read(int fd, void *buf, size_t len)
{
	char *at = buf;

	while (len > 0) {
		const ssize_t n = read(fd, at, len);

		if (n == -1)
			err(1, "cannot read");
		if (n == 0)
			errx(1, "the end came %zu bytes too early", len);
		at += n;
		len -= (size_t)n;
	}
}

int
start_helper(const struct load *l, void (*what)(const struct load *, int))
{
	int fds[2];
	pid_t pid;

	if (pipe(fds) == -1 || (pid = fork()) == -1)
		err(1, "cannot start a helper");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(fds[0]);
		what(l, fds[1]);
		exit(0);
	}
	close(fds[1]);
	return fds[0];
}

void
need_files(unsigned n)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		err(1, "RLIMIT_NOFILE");
	if (limit.rlim_cur >= n)
		return;
	limit.rlim_cur = n;
	if (limit.rlim_max < n)
		limit.rlim_max = n;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		err(1, "cannot have %u files open", n);
}

uint64_t
process_cpu_ns(pid_t pid)
{
	unsigned long long ns = 0;
	char path[64];
	siginfo_t info;
	FILE *f;

	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
		err(1, "waitid");
	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	f = fopen(path, "r");
	if (f == NULL || fscanf(f, "%llu", &ns) != 1)
		errx(1, "cannot read %s", path);
	fclose(f);
	return ns;
}

void
process_wait(pid_t pid, const char *what)
{
	int status;

	if (waitpid(pid, &status, 0) == -1)
		err(1, "waitpid");
	if (status != 0)
		errx(1, "%s ended with status %#x", what, (unsigned)status);
}
