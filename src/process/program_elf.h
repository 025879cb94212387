#ifndef IPCWIRE_PROGRAM_ELF_H
#define IPCWIRE_PROGRAM_ELF_H

#include <stdbool.h>

/* What an executable file says of itself, read from its headers; nothing is run. */

enum program_libc { LIBC_UNKNOWN, LIBC_GLIBC, LIBC_MUSL, LIBC_N };

/* What it was made with, as far as its libraries, notes and symbols tell. */
enum program_mark {
	MARK_SANITIZER = 1 << 0,
	MARK_GO = 1 << 1,
	MARK_RUST = 1 << 2,
	MARK_CXX = 1 << 3,
	MARK_FORTRAN = 1 << 4,
	MARK_PYTHON = 1 << 5,
	MARK_PERL = 1 << 6,
	MARK_RUBY = 1 << 7,
	MARK_JAVA = 1 << 8,
};

struct program_elf {
	bool is_foreign; /* for another machine or word size than ours; nothing more is known then */
	bool is_static;  /* no dynamic loader, static-pie included */
	int bits;        /* 32, 64 */
	enum program_libc libc;
	unsigned marks;
};

/* Returns 0; -ENOEXEC: no ELF file, or a broken one; -errno: it cannot be read. */
int program_elf_read(int fd, struct program_elf *);

#endif
