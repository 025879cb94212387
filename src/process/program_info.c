/* From a file to the program that runs in the end, and what that is. */
#include "process/program_info.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "process/program.h"

#define PROGRAM_SCRIPTS_MAX 5 /* as deep as the kernel follows them, and one more for env */
#define PROGRAM_LINE 256      /* what the kernel reads of a first line */

static const char *
program_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Set-id bits and capabilities count where the file system lets them. */
static bool
program_is_secure(const char *file, const struct stat *st)
{
	struct statvfs fs;

	if (statvfs(file, &fs) == 0 && (fs.f_flag & ST_NOSUID))
		return false;
	if ((st->st_mode & S_ISUID) || (st->st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
		return true;
	return getxattr(file, "security.capability", NULL, 0) > 0;
}

/* The program that env runs: behind its options and assignments. */
static char *
program_of_env(char *rest, const char *search)
{
	char *save = NULL, *file = NULL;

	for (char *word = strtok_r(rest, " \t", &save); word != NULL; word = strtok_r(NULL, " \t", &save)) {
		if (word[0] == '-' || strchr(word, '=') != NULL)
			continue;
		program_find(word, search, &file);
		return file;
	}
	return NULL;
}

/* The interpreter in a "#!" line, which is changed. NULL: there is none. The caller frees it. */
static char *
program_of_line(char *line, const char *search)
{
	char *interpreter = line + 2 + strspn(line + 2, " \t"), *rest;

	interpreter[strcspn(interpreter, "\r\n")] = '\0';
	rest = interpreter + strcspn(interpreter, " \t");
	if (*rest != '\0')
		*rest++ = '\0';
	if (strcmp(program_base(interpreter), "env") == 0)
		return program_of_env(rest, search);
	return *interpreter != '\0' ? xstrdup(interpreter) : NULL;
}

static int
program_look_inside(struct program_info *info, int fd, const char *search, char **next)
{
	char line[PROGRAM_LINE + 1];
	ssize_t len = pread(fd, line, PROGRAM_LINE, 0);
	struct stat st;

	if (len == -1 || fstat(fd, &st) == -1)
		return -errno;
	line[len] = '\0';
	if (line[0] == '#' && line[1] == '!') {
		info->is_script = true; /* the kernel ignores its set-id bits */
		*next = program_of_line(line, search);
		return *next != NULL ? 0 : -ENOENT;
	}
	info->is_secure = program_is_secure(info->file, &st);
	return program_elf_read(fd, &info->elf);
}

/* O_NONBLOCK and the test: a FIFO would keep us waiting, a device might do something. */
static int
program_open(const char *file)
{
	struct stat st;
	int fd = io_open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd >= 0 && (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))) {
		io_close(&fd);
		return -ENOEXEC;
	}
	return fd;
}

static int
program_follow(struct program_info *info, char *file, const char *search)
{
	for (unsigned depth = 0; depth <= PROGRAM_SCRIPTS_MAX; depth++) {
		char *real = realpath(file, NULL), *next = NULL;
		int fd, error;

		free(file);
		if (real == NULL)
			return -errno;
		free(info->file);
		info->file = xstrdup(real);
		free(real);
		fd = program_open(info->file);
		if (fd < 0)
			return fd;
		error = program_look_inside(info, fd, search, &next);
		io_close(&fd);
		if (error != 0 || next == NULL)
			return error;
		file = next;
	}
	free(file);
	return -ELOOP;
}

void
program_inspect(struct program_info *info, const char *name, const char *file, const char *dir, const char *search)
{
	char *path = dir != NULL && file[0] != '/' ? xasprintf("%s/%s", dir, file) : xstrdup(file);

	*info = (struct program_info){ .name = xstrdup(program_base(name)) };
	info->error = program_follow(info, path, search);
}

void
program_info_fini(struct program_info *info)
{
	free(info->name);
	free(info->file);
	*info = (struct program_info){ 0 };
}
