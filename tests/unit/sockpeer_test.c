/* The other ends of sockets on this machine, with the bytes that wait there. */
#include "process/sockpeer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static uint64_t
inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

static void
close_both(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

static void
finds_the_other_end_of_a_pair(void)
{
	struct sockpeer s = { 0 };
	int fds[2], error;

	if (!CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0))
		return;
	CHECK(write(fds[0], "12345", 5) == 5 && write(fds[1], "123", 3) == 3);
	error = sockpeer_find_unix(inode_of(fds[0]), &s);
	if (error == -EPROTONOSUPPORT || error == -EPERM || error == -EACCES) {
		printf("# not here: no sock_diag(7)\n");
		close_both(fds);
		return;
	}
	CHECK_INT(error, 0);
	CHECK_INT(s.inode, inode_of(fds[1]));
	CHECK_INT(s.unread, 5);
	CHECK_INT(s.incoming, 3);
	close(fds[1]);
	CHECK_INT(sockpeer_find_unix(inode_of(fds[0]), &s), -ENOENT);
	close(fds[0]);
	CHECK_INT(sockpeer_find_unix(1, &s), -ENOENT);
}

static bool
tcp_pair(int domain, int fds[2])
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr *sa = domain == AF_INET ? (struct sockaddr *)&four : (struct sockaddr *)&six;
	socklen_t len = domain == AF_INET ? sizeof(four) : sizeof(six);
	int listener = socket(domain, SOCK_STREAM, 0);
	bool is_made;

	fds[0] = socket(domain, SOCK_STREAM, 0);
	is_made = listener != -1 && bind(listener, sa, len) == 0 && listen(listener, 1) == 0 &&
	    getsockname(listener, sa, &len) == 0 && connect(fds[0], sa, len) == 0 &&
	    (fds[1] = accept(listener, NULL, NULL)) != -1;
	close(listener);
	if (!is_made)
		close(fds[0]);
	return is_made;
}

static void
check_tcp(int domain)
{
	struct sockpeer s;
	int fds[2];

	if (!tcp_pair(domain, fds)) {
		printf("# not here: no TCP\n");
		return;
	}
	CHECK(write(fds[0], "12345", 5) == 5);
	CHECK_INT(sockpeer_find_tcp(inode_of(fds[0]), &s), 0);
	CHECK_INT(s.inode, inode_of(fds[1]));
	CHECK_INT(s.unread, 5);
	CHECK_INT(sockpeer_find_tcp(inode_of(fds[1]), &s), 0);
	CHECK_INT(s.inode, inode_of(fds[0]));
	CHECK_INT(s.incoming, 5);
	close_both(fds);
}

static void
finds_the_other_end_of_a_connection(void)
{
	check_tcp(AF_INET);
	check_tcp(AF_INET6);
}

static const struct unit_test tests[] = {
	TEST(finds_the_other_end_of_a_pair),
	TEST(finds_the_other_end_of_a_connection),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
