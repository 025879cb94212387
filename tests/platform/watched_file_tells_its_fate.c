/* Who asked over a work queue watches his own message (src/endpoint/queue_call.c). */
#include "platform.h"

#include <sys/inotify.h>

FACT("a watch on an open file tells of renames, closes of writers, and the loss of its last name");

static uint32_t
told(int notes)
{
	struct inotify_event e;
	uint32_t mask = 0;

	EXPECT(events(notes, POLLIN, DEADLINE_MS) & POLLIN);
	while (read(notes, &e, sizeof(e)) == (ssize_t)sizeof(e))
		mask |= e.mask;
	return mask;
}

static void
check(void)
{
	char path[64];
	int fd = -1, writer, notes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	EXPECT(notes >= 0 && (fd = open(scratch("a"), O_RDWR | O_CREAT, 0600)) >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	EXPECT(inotify_add_watch(notes, path, IN_MOVE_SELF | IN_ATTRIB | IN_CLOSE_WRITE) >= 0);
	EXPECT(rename(scratch("a"), scratch("b")) == 0);
	EXPECT(told(notes) & IN_MOVE_SELF);
	EXPECT((writer = open(scratch("b"), O_WRONLY)) >= 0);
	close(writer);
	EXPECT(told(notes) & IN_CLOSE_WRITE);
	EXPECT(unlink(scratch("b")) == 0);
	EXPECT(told(notes) & IN_ATTRIB);
}
