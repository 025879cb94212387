/* /proc of other processes. Everything may be refused (another user, set-uid, Yama, no /proc): every caller looks. */
#include "process/procread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

#define PROCREAD_MAX (4u << 20)

static void
procread_path(pid_t pid, const char *name, char *path, size_t size)
{
	if (pid == 0)
		snprintf(path, size, "/proc/%s", name);
	else
		snprintf(path, size, "/proc/%d/%s", (int)pid, name);
}

static int
procread_open(pid_t pid, const char *name)
{
	char path[64];

	procread_path(pid, name, path, sizeof(path));
	return io_open(path, O_RDONLY, 0);
}

/* Until its end or the buffer is full. */
static ssize_t
procread_fill(int fd, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		struct iovec iov = { buf + len, size - len };
		ssize_t n = io_readv(fd, &iov, 1);

		if (n < 0)
			return n;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

ssize_t
procread_text(pid_t pid, const char *name, char *buf, size_t size)
{
	int fd = procread_open(pid, name);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = procread_fill(fd, buf, size);
	io_close(&fd);
	if (n == (ssize_t)size)
		return -EFBIG;
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

char *
procread_long_text(pid_t pid, const char *name)
{
	for (size_t size = 32768; size <= PROCREAD_MAX; size *= 4) {
		char *text = xmalloc(size);
		ssize_t n = procread_text(pid, name, text, size);

		if (n >= 0)
			return text;
		free(text);
		errno = (int)-n;
		if (n != -EFBIG)
			break;
	}
	return NULL;
}

DIR *
procread_dir(pid_t pid, const char *name)
{
	char path[64];

	procread_path(pid, name, path, sizeof(path));
	return opendir(path);
}

int
procread_next_number(DIR *dir)
{
	const struct dirent *e;

	while ((e = readdir(dir)) != NULL) {
		char *end;
		long n = strtol(e->d_name, &end, 10);

		if (e->d_name[0] >= '0' && e->d_name[0] <= '9' && *end == '\0' && n <= INT32_MAX)
			return (int)n;
	}
	return -1;
}

/* /dev/tty is another name for each process. */
static void
procread_terminal(pid_t pid, struct procfs_link *link)
{
	char text[1024];
	struct procfs_stat stat;

	if (procread_text(pid, "stat", text, sizeof(text)) >= 0 && procfs_parse_stat(text, &stat) &&
	    stat.terminal != -1)
		*link = (struct procfs_link){ PROCFS_PTS, (uint64_t)stat.terminal };
}

int
procread_fd(pid_t pid, int fd, struct procfs_link *link, int *flags)
{
	char path[64], text[4096];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
	n = readlink(path, text, 256);
	if (n == -1)
		return -errno;
	text[n] = '\0';
	*link = procfs_parse_link(text);
	*flags = 0;
	if (link->kind == PROCFS_TTY && strcmp(text, "/dev/tty") == 0)
		procread_terminal(pid, link);
	if (link->kind != PROCFS_PIPE)
		return 0;
	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	n = procread_text(pid, path, text, sizeof(text));
	if (n < 0)
		return (int)n;
	return procfs_parse_flags(text, flags) ? 0 : -EPROTO;
}

int
procread_memory(pid_t pid, uint64_t address, void *to, size_t len)
{
	struct iovec local = { to, len }, remote = { (void *)(uintptr_t)address, len };
	ssize_t n = process_vm_readv(pid, &local, 1, &remote, 1, 0);

	if (n == -1)
		return -errno;
	return (size_t)n == len ? 0 : -EFAULT;
}

/* Class and machine in the ELF header, elf(5). */
int
procread_is_like_us(pid_t pid)
{
	char own[20], other[20];
	int fds[2] = { io_open("/proc/self/exe", O_RDONLY, 0), procread_open(pid, "exe") }, like = -EIO;

	if (fds[0] >= 0 && fds[1] >= 0 && procread_fill(fds[0], own, sizeof(own)) == (ssize_t)sizeof(own) &&
	    procread_fill(fds[1], other, sizeof(other)) == (ssize_t)sizeof(other))
		like = memcmp(own, other, 6) == 0 && memcmp(own + 18, other + 18, 2) == 0;
	else if (fds[1] < 0)
		like = fds[1];
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			io_close(&fds[i]);
	return like;
}
