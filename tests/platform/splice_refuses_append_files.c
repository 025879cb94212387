/* Why EINVAL before the first byte means: go on with the buffered path. */
#include "platform.h"

#include <sys/ioctl.h>
#include <sys/sendfile.h>

FACT("splice and sendfile to an O_APPEND file give EINVAL and move nothing");

static void
check(void)
{
	int out = open(scratch("a"), O_WRONLY | O_CREAT | O_APPEND, 0600);
	int in = open(scratch("b"), O_RDWR | O_CREAT, 0600);
	int fds[2], queued;

	EXPECT(pipe(fds) == 0 && write(fds[1], "abc", 3) == 3 && write(in, "def", 3) == 3);
	EXPECT_ERROR(splice(fds[0], NULL, out, NULL, 3, SPLICE_F_NONBLOCK), EINVAL);
	EXPECT(ioctl(fds[0], FIONREAD, &queued) == 0 && queued == 3);
	EXPECT(lseek(in, 0, SEEK_SET) == 0);
	EXPECT_ERROR(sendfile(out, in, NULL, 3), EINVAL);
	EXPECT(lseek(in, 0, SEEK_CUR) == 0 && lseek(out, 0, SEEK_END) == 0);
}
