/* What the spool of a queue lives on. */
#include "platform.h"

#include <sys/resource.h>
#include <sys/stat.h>

FACT("O_TMPFILE has no name, a punched hole frees its blocks, past RLIMIT_FSIZE EFBIG if SIGXFSZ is ignored");

static void
check(void)
{
	static char block[65536];
	struct rlimit rl;
	const char *dir = getenv("TMPDIR");
	struct stat before, after;
	int fd = open(dir != NULL ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR))
		SKIP("no O_TMPFILE on this file system");
	EXPECT(fd >= 0 && fstat(fd, &before) == 0 && before.st_nlink == 0 && (before.st_mode & 077) == 0);
	memset(block, 'x', sizeof(block));
	for (off_t at = 0; at < 4 << 20; at += (off_t)sizeof(block))
		EXPECT(pwrite(fd, block, sizeof(block), at) == sizeof(block));
	EXPECT(fsync(fd) == 0 && fstat(fd, &before) == 0);
	if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 3 << 20) == -1)
		SKIP("no holes on this file system");
	EXPECT(fstat(fd, &after) == 0 && after.st_size == before.st_size);
	EXPECT((before.st_blocks - after.st_blocks) * 512 >= 3 << 20);
	signal(SIGXFSZ, SIG_IGN);
	EXPECT(getrlimit(RLIMIT_FSIZE, &rl) == 0);
	rl.rlim_cur = 4 << 20;
	EXPECT(setrlimit(RLIMIT_FSIZE, &rl) == 0);
	EXPECT(pwrite(fd, block, sizeof(block), (4 << 20) - 100) == 100); /* a part first */
	EXPECT_ERROR(pwrite(fd, block, sizeof(block), 4 << 20), EFBIG);
}
