/* The texts of /proc, as they were recorded from a kernel, and what is not such a text. */
#include "process/procfs.h"

#include "unit.h"

static void
reads_stat_with_any_name(void)
{
	struct procfs_stat s;

	CHECK(procfs_parse_stat("4711 (a) S (b) c) T 4710 4710 12 34816 4710 4194304 103 0", &s));
	CHECK_INT(s.pid, 4711);
	CHECK_INT(s.parent, 4710);
	CHECK_INT(s.state, 'T');
	CHECK_INT(s.terminal, 0);
	CHECK_STR(s.name, "a) S (b) c");
	CHECK(procfs_parse_stat("1 (a name that is much longer than any the kernel gives) S 0 1", &s));
	CHECK_INT(strlen(s.name), sizeof(s.name) - 1);
	CHECK_INT(s.terminal, -1);
	CHECK(procfs_parse_stat("9 (sh) S 1 9 9 34817 9", &s) && s.terminal == 1);
	CHECK(procfs_parse_stat("9 (sh) S 1 9 9 1083647 9", &s) && s.terminal == 511);
	CHECK(procfs_parse_stat("9 (sh) S 1 9 9 1025 9", &s) && s.terminal == -1); /* tty1 */
	CHECK(!procfs_parse_stat("", &s));
	CHECK(!procfs_parse_stat("1 (x S 2", &s));
	CHECK(!procfs_parse_stat("1 (x) ", &s));
	CHECK(!procfs_parse_stat("x (x) S 2", &s));
	CHECK(!procfs_parse_stat("1 )x( S 2", &s));
}

static void
reads_syscall(void)
{
	struct procfs_syscall s;

	CHECK(procfs_parse_syscall("running\n", &s) && s.is_running);
	CHECK(procfs_parse_syscall("-1 0x7ffcc90ef048 0x7f67681d72ad\n", &s) && !s.is_running);
	CHECK_INT(s.number, -1);
	CHECK(procfs_parse_syscall(
	    "0 0x3 0x7f676805d000 0x20000 0x7f67680eeb60 0xffffffffffffffff 0x0 0x7ffcc90ef048 0x7f67681d72ad\n", &s));
	CHECK_INT(s.number, 0);
	CHECK_INT(s.args[0], 3);
	CHECK_INT(s.args[2], 0x20000);
	CHECK(s.args[4] == UINT64_MAX);
	CHECK(!procfs_parse_syscall("", &s));
	CHECK(!procfs_parse_syscall("0 0x3 0x4\n", &s));
	CHECK(!procfs_parse_syscall("-7 0x3\n", &s));
}

static void
reads_counters(void)
{
	uint64_t n;
	int flags;

	CHECK(procfs_parse_switches("Name:\tcat\nx\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t30\n",
	    &n));
	CHECK_INT(n, 42);
	CHECK(!procfs_parse_switches("nonvoluntary_ctxt_switches:\t30\n", &n));
	CHECK(procfs_parse_flags("pos:\t0\nflags:\t0100001\nmnt_id:\t16\n", &flags));
	CHECK_INT(flags, 0100001);
	CHECK(!procfs_parse_flags("pos:\t0\n", &flags));
	CHECK(procfs_parse_written("rchar: 5000\nwchar: 9\nsyscr: 8\n", &n));
	CHECK_INT(n, 9);
	CHECK(!procfs_parse_written("rchar: 5000\n", &n));
}

static void
knows_when_a_timer_is_set(void)
{
	CHECK(!procfs_is_armed("clockid: 1\nticks: 0\nit_value: (0, 0)\nit_interval: (0, 0)\n"));
	CHECK(procfs_is_armed("clockid: 1\nit_value: (0, 99)\nit_interval: (0, 0)\n"));
	CHECK(procfs_is_armed("clockid: 1\nit_value: (7, 0)\n"));
	CHECK(procfs_is_armed("what is that\n"));
}

static void
reads_links(void)
{
	static const struct {
		const char *target;
		enum procfs_kind kind;
		uint64_t id;
	} links[] = {
		{ "pipe:[67404]", PROCFS_PIPE, 67404 },
		{ "socket:[1]", PROCFS_SOCKET, 1 },
		{ "/dev/pts/12", PROCFS_PTS, 12 },
		{ "/dev/tty", PROCFS_TTY, 0 },
		{ "/dev/ptmx", PROCFS_OTHER, 0 },
		{ "anon_inode:[eventpoll]", PROCFS_EPOLL, 0 },
		{ "anon_inode:[eventfd]", PROCFS_EVENTFD, 0 },
		{ "anon_inode:[signalfd]", PROCFS_SIGNALFD, 0 },
		{ "anon_inode:[timerfd]", PROCFS_TIMERFD, 0 },
		{ "anon_inode:[pidfd]", PROCFS_OTHER, 0 },
		{ "/tmp/pipe:[3]", PROCFS_OTHER, 0 },
		{ "pipe:[3", PROCFS_OTHER, 0 },
		{ "pipe:[3]x", PROCFS_OTHER, 0 },
		{ "pipe:[]", PROCFS_OTHER, 0 },
		{ "/dev/pts/ptmx", PROCFS_OTHER, 0 },
		{ "/dev/pts/3 (deleted)", PROCFS_OTHER, 0 },
		{ "", PROCFS_OTHER, 0 },
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		const struct procfs_link link = procfs_parse_link(links[i].target);

		if (!CHECK_INT(link.kind, links[i].kind) || !CHECK_INT(link.id, links[i].id))
			printf("# %s\n", links[i].target);
	}
}

static void
walks_children_and_epoll_sets(void)
{
	static const char epoll[] = "pos:\t0\nflags:\t02000002\nmnt_id:\t17\nino:\t18\n"
				    "tfd:        5 events:       1c data:                5  pos:0 ino:1074c sdev:f\n"
				    "tfd:        4 events: 80000019 data:                4  pos:0 ino:1074c sdev:f\n";
	const char *p = "12 13 ", *q = epoll;
	uint32_t events;
	pid_t pid;
	int fd;

	CHECK((p = procfs_next_pid(p, &pid)) != NULL && pid == 12);
	CHECK((p = procfs_next_pid(p, &pid)) != NULL && pid == 13);
	CHECK(procfs_next_pid(p, &pid) == NULL);
	CHECK((q = procfs_next_epoll(q, &fd, &events)) != NULL && fd == 5 && events == 0x1c);
	CHECK((q = procfs_next_epoll(q, &fd, &events)) != NULL && fd == 4 && events == 0x80000019);
	CHECK(procfs_next_epoll(q, &fd, &events) == NULL);
	CHECK(procfs_next_epoll("tfd: 5\n", &fd, &events) == NULL);
}

static void
walks_maps(void)
{
	static const char maps[] =
	    "7f3a9eac9000-7f3a9eaef000 r--p 00000000 fe:00 332835                     /usr/lib/libc.so.6\n"
	    "7f3a9ec9c000-7f3a9ec9e000 rw-p 001d3000 fe:00 332835                     /usr/lib/libc.so.6\n"
	    "7ffcc90cf000-7ffcc90f0000 rw-p 00000000 00:00 0                          [stack]\n"
	    "7ffcc91cf000-7ffcc91f0000 rw-p 00000000 00:00 0\n";
	const char *p = maps;
	struct procfs_map m;

	CHECK((p = procfs_next_map(p, &m)) != NULL);
	CHECK(m.start == 0x7f3a9eac9000 && m.end == 0x7f3a9eaef000 && m.offset == 0 && m.inode == 332835);
	CHECK(m.device == (UINT64_C(0xfe) << 32) && m.path_len == strlen("/usr/lib/libc.so.6"));
	CHECK((p = procfs_next_map(p, &m)) != NULL && m.offset == 0x1d3000);
	CHECK((p = procfs_next_map(p, &m)) != NULL && m.inode == 0 && strncmp(m.path, "[stack]", m.path_len) == 0);
	CHECK((p = procfs_next_map(p, &m)) != NULL && m.path_len == 0);
	CHECK(procfs_next_map(p, &m) == NULL);
	CHECK(procfs_next_map("7f3a-7f3b r-", &m) == NULL);
}

static void
finds_both_ends_of_a_connection(void)
{
	static const char table[] =
	    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1575 1 0 100 0 0 10 0\n"
	    "   1: 0100007F:1F90 0100007F:C350 01 00000010:00000020 00:00000000 00000000  1000        0 77 1 0 20 4 30 10 -1\n";
	static const char table6[] =
	    "   0: 0000000000000000FFFF00000100007F:C350 0000000000000000FFFF00000100007F:1F90 01 00000000:00000005 "
	    "00:00000000 00000000  1000        0 78 1 0 20 4 30 10 -1\n";
	struct procfs_inet listener, server, client;
	const char *p = table;

	CHECK((p = procfs_next_inet(p, &listener)) != NULL && listener.inode == 1575);
	CHECK((p = procfs_next_inet(p, &server)) != NULL && server.inode == 77);
	CHECK(server.unsent == 0x10 && server.unread == 0x20 && server.local.port == 8080);
	CHECK(procfs_next_inet(p, &client) == NULL);
	CHECK(procfs_next_inet(table6, &client) != NULL && client.inode == 78 && client.unread == 5);
	CHECK(procfs_inet_is_pair(&server, &client));
	CHECK(!procfs_inet_is_pair(&server, &listener) && !procfs_inet_is_pair(&server, &server));
}

static const struct unit_test tests[] = {
	TEST(reads_stat_with_any_name),
	TEST(reads_syscall),
	TEST(reads_counters),
	TEST(knows_when_a_timer_is_set),
	TEST(reads_links),
	TEST(walks_children_and_epoll_sets),
	TEST(walks_maps),
	TEST(finds_both_ends_of_a_connection),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
