/* The kernel does not refuse, so packet kinds must forbid splicing by a flag. */
#include "platform.h"

FACT("splice from a packet socket succeeds, joins messages and cuts what does not fit");

static void
one_type(int type)
{
	int s[2], p[2];
	char buf[16];

	EXPECT(socketpair(AF_UNIX, type, 0, s) == 0 && pipe(p) == 0);
	set_nonblock(p[0]);
	EXPECT(write(s[0], "abc", 3) == 3 && write(s[0], "de", 2) == 2);
	EXPECT(splice(s[1], NULL, p[1], NULL, 100, 0) == 3);
	EXPECT(splice(s[1], NULL, p[1], NULL, 100, 0) == 2);
	EXPECT(read(p[0], buf, sizeof(buf)) == 5 && memcmp(buf, "abcde", 5) == 0);
	EXPECT(write(s[0], "abc", 3) == 3 && write(s[0], "de", 2) == 2);
	EXPECT(splice(s[1], NULL, p[1], NULL, 1, 0) == 1);
	EXPECT(splice(s[1], NULL, p[1], NULL, 100, 0) == 2);
	EXPECT(read(p[0], buf, sizeof(buf)) == 3 && memcmp(buf, "ade", 3) == 0);
}

static void
check(void)
{
	one_type(SOCK_SEQPACKET);
	one_type(SOCK_DGRAM);
}
