/*
 * stdout of glibc is an object at a fixed place in libc.so.6. If the process has the same file mapped as we have, it is
 * as far from the beginning of that mapping as ours is. What is there is checked before it is believed: descriptor 1, the
 * pointers in order, the size sane, the same twice. The layout (stable since glibc 2.1) is tried out on a stream of our
 * own before it is used the first time; a libc where it does not hold, a static ipcwire or one on musl sees nothing.
 */
#include "process/heldbytes.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process/procfs.h"
#include "process/procread.h"

/* struct _IO_FILE as words of the size of a pointer. */
enum file_word {
	FILE_WRITE_BASE = 4,
	FILE_WRITE_PTR = 5,
	FILE_BUF_BASE = 7,
	FILE_BUF_END = 8,
	FILE_DESCRIPTOR = 14, /* an int */
	FILE_MODE = 24,       /* an int: above 0, wide characters, which are kept elsewhere */
	FILE_WORDS = 25
};

#define FILE_BUFFER_MAX (64u << 20)

struct file_image {
	uintptr_t words[FILE_WORDS];
};

struct libc_place {
	bool is_known;
	uint64_t device, inode;
	uint64_t stdout_offset; /* from the beginning of the mapping of the file */
};

static int
file_int(const struct file_image *f, enum file_word which)
{
	int value;

	memcpy(&value, &f->words[which], sizeof(value));
	return value;
}

static bool
file_is_sane(const struct file_image *f)
{
	const uintptr_t *w = f->words;

	if (w[FILE_WRITE_PTR] == w[FILE_WRITE_BASE])
		return true; /* nothing is held, whatever else */
	return w[FILE_BUF_BASE] <= w[FILE_WRITE_BASE] && w[FILE_WRITE_BASE] <= w[FILE_WRITE_PTR] &&
	    w[FILE_WRITE_PTR] <= w[FILE_BUF_END] && w[FILE_BUF_END] - w[FILE_BUF_BASE] <= FILE_BUFFER_MAX;
}

/* A stream of ours, with a buffer and five bytes in it, must look as we think. */
static bool
layout_is_as_expected(void)
{
	static _Thread_local char buffer[256]; /* below 128 glibc writes at once */
	FILE *f = fopen("/dev/null", "we");
	struct file_image image;
	bool is_right;

	if (f == NULL)
		return false;
	setvbuf(f, buffer, _IOFBF, sizeof(buffer));
	fputs("probe", f);
	memcpy(&image, f, sizeof(image));
	is_right = file_int(&image, FILE_DESCRIPTOR) == fileno(f) && file_int(&image, FILE_MODE) == -1 &&
	    file_is_sane(&image) && image.words[FILE_WRITE_BASE] == (uintptr_t)buffer &&
	    image.words[FILE_WRITE_PTR] == (uintptr_t)buffer + 5 &&
	    image.words[FILE_BUF_END] == (uintptr_t)buffer + sizeof(buffer);
	fclose(f);
	return is_right;
}

static bool
libc_has_file_at(const char *maps, uint64_t address, struct procfs_map *found)
{
	for (const char *p = maps; (p = procfs_next_map(p, found)) != NULL;)
		if (found->start <= address && address < found->end)
			return found->inode != 0;
	return false;
}

/* Where the mapping of that file begins; 0: it is not mapped. */
static uint64_t
libc_base(const char *maps, uint64_t device, uint64_t inode)
{
	struct procfs_map m;

	for (const char *p = maps; (p = procfs_next_map(p, &m)) != NULL;)
		if (m.device == device && m.inode == inode && m.offset == 0)
			return m.start;
	return 0;
}

static void
libc_find_ours(struct libc_place *l)
{
	char *maps = procread_long_text(getpid(), "maps");
	struct procfs_map m;
	uint64_t base;

	if (maps == NULL || !layout_is_as_expected() || !libc_has_file_at(maps, (uintptr_t)stdout, &m))
		goto out;
	base = libc_base(maps, m.device, m.inode);
	if (base == 0 || base > (uintptr_t)stdout || memmem(m.path, m.path_len, "libc", 4) == NULL)
		goto out;
	*l = (struct libc_place){ true, m.device, m.inode, (uintptr_t)stdout - base };
out:
	free(maps);
}

static const struct libc_place *
libc_ours(void)
{
	static _Thread_local struct libc_place place; /* fixed for the life of the program */
	static _Thread_local bool has_looked;

	if (!has_looked)
		libc_find_ours(&place);
	has_looked = true;
	return &place;
}

/* Programs that keep their output in buffers of their own, by a file that they have mapped. */
static const char *
runtime_of(const char *maps)
{
	static const struct {
		char part[12], name[8];
	} runtimes[] = { { "/python", "Python" }, { "/libpython", "Python" }, { "/perl", "Perl" },
		{ "/libperl", "Perl" }, { "/ruby", "Ruby" }, { "/libruby", "Ruby" }, { "/mawk", "mawk" },
		{ "/libjvm", "Java" } };
	struct procfs_map m;

	for (const char *p = maps; (p = procfs_next_map(p, &m)) != NULL;)
		for (size_t i = 0; i < sizeof(runtimes) / sizeof(*runtimes); i++) {
			const char *at = memmem(m.path, m.path_len, runtimes[i].part, strlen(runtimes[i].part));

			/* in the last part of the path only */
			if (at != NULL && memchr(at + 1, '/', (size_t)(m.path + m.path_len - at - 1)) == NULL)
				return runtimes[i].name;
		}
	return NULL;
}

static void
held_unseen(struct heldbytes *h, const char *why)
{
	h->state = HELDBYTES_UNSEEN;
	h->why = why;
	h->len = 0;
}

static void
held_read(pid_t pid, uint64_t address, struct heldbytes *h)
{
	struct file_image first, again;
	size_t shown;

	if (procread_memory(pid, address, &first, sizeof(first)) != 0) {
		held_unseen(h, "its memory may not be read");
		return;
	}
	if (file_int(&first, FILE_DESCRIPTOR) != 1 || file_int(&first, FILE_MODE) > 0 || !file_is_sane(&first)) {
		held_unseen(h, "its stdout is not what it was at its start");
		return;
	}
	h->len = first.words[FILE_WRITE_PTR] - first.words[FILE_WRITE_BASE];
	shown = h->len < sizeof(h->shown) ? h->len : sizeof(h->shown);
	if ((shown > 0 && procread_memory(pid, first.words[FILE_WRITE_BASE], h->shown, shown) != 0) ||
	    procread_memory(pid, address, &again, sizeof(again)) != 0 || memcmp(&first, &again, sizeof(first)) != 0)
		held_unseen(h, "its stdout changes");
}

void
heldbytes_look(pid_t pid, struct heldbytes *h)
{
	const struct libc_place *ours = libc_ours();
	char *maps = procread_long_text(pid, "maps");
	uint64_t base;

	*h = (struct heldbytes){ .state = HELDBYTES_SEEN };
	if (maps == NULL) {
		held_unseen(h, "its memory may not be looked at");
		return;
	}
	h->runtime = runtime_of(maps);
	base = ours->is_known ? libc_base(maps, ours->device, ours->inode) : 0;
	if (!ours->is_known)
		held_unseen(h, "no C library here whose layout is known");
	else if (base == 0)
		held_unseen(h, "it does not use the C library that we use");
	else
		held_read(pid, base + ours->stdout_offset, h);
	free(maps);
}
