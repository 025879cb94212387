#ifndef IPCWIRE_PLATFORM_H
#define IPCWIRE_PLATFORM_H

/*
 * One program, one fact about the kernel that the relay relies on. The file gives FACT("...") and check(); main is
 * here. Prints "ok - FACT", "not ok - FACT" (status 1) or "skip - REASON" (status 77).
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_MS 20000 /* for what must happen */
#define QUIET_MS 50       /* for what must not */
#define NOBODYS_UID 61234

#define FACT(text) static const char platform_fact[] = text
#define EXPECT(cond) platform_expect((cond), #cond, __FILE__, __LINE__)
/* The call fails with that error. */
#define EXPECT_ERROR(call, error) EXPECT((call) == -1 && errno == (error))
/* The condition comes true before the deadline. */
#define EVENTUALLY(cond)                                            \
	do {                                                        \
		for (int ms = 0; !(cond) && ms < DEADLINE_MS; ms++) \
			poll(NULL, 0, 1);                           \
		EXPECT(cond);                                       \
	} while (0)
#define SKIP(...) (printf("skip - " __VA_ARGS__), putchar('\n'), exit(77))

static const char platform_fact[];
static void check(void);

static inline void
platform_expect(bool ok, const char *what, const char *file, int line)
{
	int error = errno;

	if (ok)
		return;
	printf("# %s:%d: %s (errno: %s)\nnot ok - %s\n", file, line, what, strerror(error), platform_fact);
	fflush(stdout);
	_exit(1);
}

/* What poll says about fd, waiting a bounded time; 0: nothing. */
static inline short
events(int fd, short wanted, int timeout_ms)
{
	struct pollfd pfd = { .fd = fd, .events = wanted };

	EXPECT(poll(&pfd, 1, timeout_ms) >= 0);
	return pfd.revents;
}

static inline void
set_nonblock(int fd)
{
	EXPECT(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0);
}

/* A listening TCP socket on the loopback address, which goes to *sin. */
static inline int
tcp_listener(struct sockaddr_in *sin)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(*sin);

	*sin = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	EXPECT(fd >= 0 && bind(fd, (struct sockaddr *)sin, sizeof(*sin)) == 0 && listen(fd, 8) == 0);
	EXPECT(getsockname(fd, (struct sockaddr *)sin, &len) == 0);
	return fd;
}

/* fds[0] connected to fds[1]. */
static inline void
tcp_pair(int fds[2])
{
	struct sockaddr_in sin;
	int listener = tcp_listener(&sin);

	fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	EXPECT(connect(fds[0], (struct sockaddr *)&sin, sizeof(sin)) == 0);
	EXPECT((fds[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0);
	close(listener);
}

/* Writes to a non-blocking fd until it takes no more. Returns the bytes taken. */
static inline size_t
fill(int fd)
{
	static const char zeros[65536];
	size_t total = 0;
	ssize_t n;

	while ((n = write(fd, zeros, sizeof(zeros))) > 0)
		total += (size_t)n;
	EXPECT(n == -1 && errno == EAGAIN);
	return total;
}

/* Reads fd until it ends or nothing comes for quiet_ms. *end: 0 at end of input, ETIMEDOUT, or the errno. */
static inline size_t
drain(int fd, int quiet_ms, int *end)
{
	static char bytes[65536];
	size_t total = 0;
	ssize_t n = 0;

	for (*end = ETIMEDOUT; events(fd, POLLIN, quiet_ms) != 0; total += (size_t)n) {
		if ((n = read(fd, bytes, sizeof(bytes))) <= 0) {
			*end = n == 0 ? 0 : errno;
			break;
		}
	}
	return total;
}

static char platform_dir[52];

static inline void
platform_clean(void)
{
	static const char *const names[] = { "a", "b" };
	char path[54];

	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", platform_dir, names[i]);
		unlink(path);
	}
	rmdir(platform_dir);
}

/* The path of file "a" or "b" (not yet made) in a directory that main removes. */
static inline const char *
scratch(const char *name)
{
	static char paths[2][54]; /* short enough for a socket */
	char *path = paths[name[0] == 'b'];
	const char *tmp = getenv("TMPDIR");

	if (platform_dir[0] == '\0') {
		if (tmp == NULL || strlen(tmp) > sizeof(platform_dir) - sizeof("/ipcwire-XXXXXX"))
			tmp = "/tmp";
		snprintf(platform_dir, sizeof(platform_dir), "%s/ipcwire-XXXXXX", tmp);
		EXPECT(mkdtemp(platform_dir) != NULL);
	}
	snprintf(path, sizeof(paths[0]), "%s/%s", platform_dir, name);
	return path;
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	alarm(120);
	check();
	if (platform_dir[0] != '\0')
		platform_clean();
	printf("ok - %s\n", platform_fact);
	return 0;
}

#endif
