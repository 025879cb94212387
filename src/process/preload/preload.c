/*
 * ipcwire-preload.so: what goes into a child to change its own stdio, by LD_PRELOAD.
 *
 * It is linked with nothing (no DT_NEEDED) and asks weakly for a few names that glibc and musl have in common, so that it loads
 * with either and into programs that have neither. Before main it makes stdout line-buffered (or unbuffered), and
 * stdin line-buffered, upon which glibc flushes stdout before it waits for input. Then it keeps the program from
 * undoing that: its own full buffering of stdout, and sync_with_stdio(false) of the C++ library, are refused. What it has
 * printed also goes out before it waits in read(2) for its stdin, as it does when it reads by stdio.
 *
 * It never says that something is a terminal, and leaves alone a stdout that is one, or /dev/null, or closed. It reports, in
 * a record (process/preload_record.h), that it ran.
 */
#include "process/preload_record.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>

#define EXPORT __attribute__((visibility("default")))
#define WEAK __attribute__((weak))

/* Values of <stdio.h> and <dlfcn.h> that are the same in both libraries; the headers would bring their own declarations. */
#define FULL 0 /* _IOFBF */
#define LINE 1 /* _IOLBF */
#define NONE 2 /* _IONBF */
#define NEXT ((void *)-1L)

struct file; /* FILE */
typedef int setvbuf_fn(struct file *, char *, int, size_t);
typedef bool sync_fn(bool);
typedef long read_fn(int, void *, size_t);

extern struct file *stdin WEAK;
extern struct file *stdout WEAK;
extern char **__environ WEAK;
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
int *__errno_location(void) WEAK;
long syscall(long, ...) WEAK;
void *dlsym(void *, const char *) WEAK;
const char *gnu_get_libc_version(void) WEAK;
setvbuf_fn _IO_setvbuf WEAK; /* glibc's own name for it */
read_fn __read WEAK;         /* and for this one */
size_t __fpending(struct file *) WEAK;
int fflush(struct file *) WEAK;
int ftrylockfile(struct file *) WEAK;
void funlockfile(struct file *) WEAK;
void __asan_init(void) WEAK;
void __tsan_init(void) WEAK;
void __msan_init(void) WEAK;

EXPORT setvbuf_fn setvbuf;
EXPORT void setbuf(struct file *, char *);
EXPORT void setbuffer(struct file *, char *, size_t);
EXPORT void setlinebuf(struct file *);
EXPORT read_fn read;
EXPORT sync_fn _ZNSt8ios_base15sync_with_stdioEb;

static int preload_mode = FULL; /* of stdout: FULL leaves it alone */
static struct file *preload_stdout;
static long preload_pid;
static read_fn *preload_read;

/* ---- what we stand in front of ---- */

static setvbuf_fn *
preload_real_setvbuf(void)
{
	if (_IO_setvbuf != NULL)
		return _IO_setvbuf;
	return dlsym != NULL ? (setvbuf_fn *)dlsym(NEXT, "setvbuf") : NULL;
}

int
setvbuf(struct file *f, char *buf, int mode, size_t size)
{
	setvbuf_fn *real = preload_real_setvbuf();

	if (real == NULL)
		return -1;
	if (preload_mode == FULL || f != preload_stdout || mode >= preload_mode)
		return real(f, buf, mode, size);
	return preload_mode == NONE ? real(f, NULL, NONE, 0) : real(f, buf, LINE, size);
}

static void
preload_setbuffer(struct file *f, char *buf, size_t size)
{
	setvbuf(f, buf, buf != NULL ? FULL : NONE, buf != NULL ? size : 0);
}

void
setbuf(struct file *f, char *buf)
{
	preload_setbuffer(f, buf, gnu_get_libc_version != NULL ? 8192 : 1024); /* BUFSIZ */
}

void
setbuffer(struct file *f, char *buf, size_t size)
{
	preload_setbuffer(f, buf, size);
}

void
setlinebuf(struct file *f)
{
	setvbuf(f, NULL, LINE, 0);
}

/* std::ios_base::sync_with_stdio(bool), static; it returns what was set before. */
bool
_ZNSt8ios_base15sync_with_stdioEb(bool on)
{
	sync_fn *real = NULL;

	if (preload_mode == FULL && dlsym != NULL)
		real = (sync_fn *)dlsym(NEXT, "_ZNSt8ios_base15sync_with_stdioEb");
	return real != NULL ? real(on) : true;
}

/*
 * A prompt must not wait for its answer. Not in a forked child, which has a copy of what its parent will write; and not while
 * another thread is at it.
 */
static void
preload_flush(void)
{
	if (__fpending(preload_stdout) == 0 || syscall(SYS_getpid) != preload_pid || ftrylockfile(preload_stdout) != 0)
		return;
	fflush(preload_stdout);
	funlockfile(preload_stdout);
}

static read_fn *
preload_real_read(void)
{
	if (preload_read == NULL && dlsym != NULL)
		preload_read = (read_fn *)dlsym(NEXT, "read");
	return preload_read != NULL ? preload_read : __read;
}

long
read(int fd, void *buf, size_t size)
{
	read_fn *real = preload_real_read();

	if (fd == 0 && preload_mode == LINE && preload_pid != 0)
		preload_flush();
	return real != NULL ? real(fd, buf, size) : syscall(SYS_read, fd, buf, size);
}

/* ---- what we were told ---- */

/* The value of our variable, or NULL. musl gives constructors no arguments; in glibc __environ may not be set yet. */
static const char *
preload_wish(char **envp)
{
	char **env = gnu_get_libc_version != NULL ? envp : &__environ != NULL ? __environ : NULL;

	for (; env != NULL && *env != NULL; env++) {
		const char *name = PRELOAD_VARIABLE "=", *e = *env;

		while (*name != '\0' && *name == *e)
			name++, e++;
		if (*name == '\0')
			return e;
	}
	return NULL;
}

/* "...:N" up to a colon or the end. */
static const char *
preload_number(const char *s, uint64_t *n)
{
	for (*n = 0; *s >= '0' && *s <= '9'; s++)
		*n = *n * 10 + (uint64_t)(*s - '0');
	return *s == ':' ? s + 1 : s;
}

/* ---- what stdout is ---- */

static uint32_t
preload_look_at_stdout(void)
{
	uint64_t termios[32]; /* more than any struct termios of the kernel */
	struct statx st;

	if (syscall(SYS_ioctl, 1, TCGETS, termios) == 0)
		return PRELOAD_TTY;
	if (syscall(SYS_fcntl, 1, F_GETFD) == -1)
		return PRELOAD_CLOSED;
	if (syscall(SYS_statx, 1, "", AT_EMPTY_PATH, STATX_TYPE, &st) == 0 && (st.stx_mode & 0170000) == 0020000 &&
	    st.stx_rdev_major == 1 && st.stx_rdev_minor == 3)
		return PRELOAD_NULL;
	return 0;
}

static uint32_t
preload_change_stdout(bool is_unbuffered)
{
	setvbuf_fn *real = preload_real_setvbuf();
	uint32_t against;

	if (&stdout == NULL || stdout == NULL || real == NULL)
		return PRELOAD_NO_STDIO;
	if (__asan_init != NULL || __tsan_init != NULL || __msan_init != NULL)
		return PRELOAD_SANITIZER;
	if ((against = preload_look_at_stdout()) != 0)
		return against;
	preload_stdout = stdout;
	preload_mode = is_unbuffered ? NONE : LINE;
	real(stdout, NULL, preload_mode, 0);
	if (&stdin != NULL && stdin != NULL)
		real(stdin, NULL, LINE, 0);
	preload_real_read();
	if (__fpending != NULL && fflush != NULL && ftrylockfile != NULL && funlockfile != NULL)
		preload_pid = syscall(SYS_getpid);
	return PRELOAD_DONE;
}

/* ---- the report ---- */

static bool
preload_is_that_file(const char *path, const char *identity)
{
	uint64_t major, minor, inode;
	struct statx st;

	identity = preload_number(identity, &major);
	identity = preload_number(identity, &minor);
	preload_number(identity, &inode);
	return syscall(SYS_statx, AT_FDCWD, path, 0, STATX_INO, &st) == 0 && st.stx_ino == inode &&
	    st.stx_dev_major == major && st.stx_dev_minor == minor;
}

/* `where` is "/proc/PID/fd/N:MAJOR:MINOR:INODE". */
static void
preload_report(const char *where, uint32_t flags)
{
	struct preload_record r = { .flags = flags, .base = (uintptr_t)__ehdr_start };
	char path[64];
	size_t len = 0;
	long fd;

	for (; where[len] != ':' && where[len] != '\0'; len++) {
		if (len == sizeof(path) - 1)
			return;
		path[len] = where[len];
	}
	path[len] = '\0';
	if (where[len] != ':' || !preload_is_that_file(path, where + len + 1))
		return;
	fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return;
	r.pid = (uint32_t)syscall(SYS_getpid);
	r.out = &stdout != NULL ? (uintptr_t)stdout : 0;
	if (syscall(SYS_lseek, fd, (long)(r.pid % PRELOAD_SLOTS * sizeof(r)), SEEK_SET) >= 0)
		syscall(SYS_write, fd, &r, sizeof(r));
	syscall(SYS_close, fd);
}

__attribute__((constructor)) static void
preload_start(int argc, char **argv, char **envp)
{
	const char *wish = preload_wish(envp);
	uint32_t flags = gnu_get_libc_version != NULL ? PRELOAD_GLIBC : PRELOAD_MUSL;
	int saved;

	(void)argc;
	(void)argv;
	if (wish == NULL || syscall == NULL || __errno_location == NULL)
		return;
	saved = *__errno_location();
	flags |= preload_change_stdout(wish[0] == 'n');
	while (*wish != ':' && *wish != '\0')
		wish++;
	if (*wish == ':')
		preload_report(wish + 1, flags);
	*__errno_location() = saved;
}
