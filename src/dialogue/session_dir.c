/* Where sessions are; the contract is in session_dir.h. */
#include "dialogue/session_dir.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/unixpath.h"

#define SESSION_BACKLOG 64

/* Nobody else may have a hand in it. */
static int
dir_check(const char *path)
{
	const struct log_who who = { .name = path };
	struct stat st;

	if (lstat(path, &st) == -1)
		return -errno;
	if (!S_ISDIR(st.st_mode)) {
		log_msg(LOG_ERROR, &who, "sessions are kept in this directory, and it is none");
		return -ENOTDIR;
	}
	if (st.st_uid != geteuid()) {
		log_msg(LOG_ERROR, &who,
		    "this directory of sessions belongs to another user (uid %u), not to us (uid %u)",
		    (unsigned)st.st_uid, (unsigned)geteuid());
		return -EPERM;
	}
	if ((st.st_mode & 077) != 0) {
		log_msg(LOG_ERROR, &who, "others may use this directory of sessions (mode %03o, 700 is needed)",
		    (unsigned)st.st_mode & 0777);
		return -EPERM;
	}
	return 0;
}

int
session_dir(bool make, char **path)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	struct log_who who = { 0 };
	int error;

	*path = run != NULL && *run == '/' ? xasprintf("%s/ipcwire", run) :
					     xasprintf("/tmp/ipcwire-%u", (unsigned)geteuid());
	who.name = *path;
	if (make && mkdir(*path, 0700) == -1 && errno != EEXIST) {
		error = -errno;
		log_errno(LOG_ERROR, &who, errno, "cannot make the directory of sessions");
	} else
		error = dir_check(*path);
	if (error == 0)
		return 0;
	free(*path);
	*path = NULL;
	return error;
}

bool
session_is_name(const char *name)
{
	if (*name == '\0' || *name == '.' || *name == '-')
		return false;
	for (; *name != '\0'; name++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *name) == NULL)
			return false;
	return true;
}

/* The socket of that name. */
static int
dir_socket(const char *name, bool make, char **path)
{
	char *dir;
	int error = session_dir(make, &dir);

	*path = NULL;
	if (error != 0)
		return error;
	*path = xasprintf("%s/%s", dir, name);
	free(dir);
	return 0;
}

static int
dir_bind(const char *path, const struct log_who *who, struct stat *bound)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error;

	if (fd == -1) {
		error = -errno;
		log_errno(LOG_ERROR, who, errno, "cannot make a socket");
		return error;
	}
	error = unixpath_bind(fd, path, false, bound);
	if (error == -EADDRINUSE)
		log_msg(LOG_ERROR, who, "there is a session of that name; 'ipcwire session stop' ends it");
	else if (error != 0)
		log_errno(LOG_ERROR, who, -error, "cannot make the socket of the session");
	else if (listen(fd, SESSION_BACKLOG) == -1) {
		error = -errno;
		log_errno(LOG_ERROR, who, errno, "cannot listen");
	}
	if (error != 0)
		io_close(&fd);
	return error != 0 ? error : fd;
}

int
session_dir_listen(const char *name, char **path, struct stat *bound)
{
	const struct log_who who = { .name = name };
	int fd = dir_socket(name, true, path);

	if (fd == 0)
		fd = dir_bind(*path, &who, bound);
	if (fd < 0) {
		free(*path);
		*path = NULL;
	}
	return fd;
}

bool
session_is_ours(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 && (cred.uid == geteuid() || cred.uid == 0);
}

/* Why there is nobody to ask. */
static void
dir_refused(const struct log_who *who, int error)
{
	if (error == -ENOENT)
		log_msg(LOG_ERROR, who, "there is no such session; 'ipcwire session list' shows those that there are");
	else if (error == -ECONNREFUSED)
		log_msg(LOG_ERROR, who,
		    "the session is dead, only its socket is left; 'ipcwire session stop' removes it");
	else
		log_errno(LOG_ERROR, who, -error, "cannot ask the session");
}

static int
dir_connect(const char *path)
{
	struct sockaddr_un address;
	socklen_t len = unixpath_address(&address, path, false);
	int fd, error;

	if (len == 0)
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -errno;
	error = connect(fd, (struct sockaddr *)&address, len) == -1 ? -errno : session_is_ours(fd) ? 0 : -EPERM;
	if (error != 0)
		io_close(&fd);
	return error != 0 ? error : fd;
}

int
session_dir_connect(const char *name, bool is_quiet)
{
	const struct log_who who = { .name = name };
	char *path;
	int fd = dir_socket(name, false, &path);

	if (fd == 0)
		fd = dir_connect(path);
	else if (fd != -ENOENT)
		return fd; /* told */
	if (fd < 0 && !is_quiet)
		dir_refused(&who, fd);
	free(path);
	return fd;
}

int
session_dir_remove(const char *name)
{
	const struct log_who who = { .name = name };
	char *path;
	int error = dir_socket(name, false, &path);

	if (error != 0)
		return error;
	error = unlink(path) == -1 ? -errno : 0;
	if (error != 0)
		log_errno(LOG_ERROR, &who, -error, "cannot remove the socket of a session");
	free(path);
	return error;
}

static int
dir_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
session_dir_list(size_t *n)
{
	char *path, **names = NULL;
	struct dirent *e;
	DIR *dir;

	*n = 0;
	if (session_dir(false, &path) != 0)
		return NULL;
	dir = opendir(path);
	free(path);
	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (session_is_name(e->d_name)) {
			names = xreallocarray(names, *n + 1, sizeof(*names));
			names[(*n)++] = xstrdup(e->d_name);
		}
	if (dir != NULL)
		closedir(dir);
	if (*n > 0)
		qsort(names, *n, sizeof(*names), dir_compare);
	return names;
}
