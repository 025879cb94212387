/* An abstract name has no file mode, so this is all the access control there is. */
#include "platform.h"

#include <sys/un.h>

FACT("SO_PEERCRED of an abstract socket gives uid and pid of who called connect, even if it is gone");

static void
check(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(sa_family_t), credlen = sizeof(struct ucred);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd, status;
	uid_t uid = getuid() == 0 ? NOBODYS_UID : getuid();
	struct ucred cred;
	pid_t pid;

	EXPECT(bind(listener, (struct sockaddr *)&sun, len) == 0 && listen(listener, 1) == 0); /* autobind */
	len = sizeof(sun);
	EXPECT(getsockname(listener, (struct sockaddr *)&sun, &len) == 0 && sun.sun_path[0] == '\0');
	if ((pid = fork()) == 0) {
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		EXPECT(getuid() != 0 || setuid(uid) == 0);
		_exit(connect(fd, (struct sockaddr *)&sun, len) != 0);
	}
	EXPECT(waitpid(pid, &status, 0) == pid && status == 0);
	EXPECT((fd = accept(listener, NULL, NULL)) >= 0);
	EXPECT(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &credlen) == 0);
	EXPECT(cred.uid == uid && cred.pid == pid);
}
