/*
 * The headers of an executable: loader, libraries, notes. The file is foreign, so nothing in it is believed: every offset
 * is read with pread(2), which fails where there is nothing, and every length has a bound.
 */
#include "process/program_elf.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define ELF_PHDRS_MAX 64
#define ELF_DYNAMIC_MAX 512
#define ELF_SECTIONS_MAX 256
#define ELF_STRINGS_MAX (4u << 20)
#define ELF_SCAN_MAX (16u << 20)

struct elf_file {
	int fd;
	ElfW(Ehdr) header;
	ElfW(Phdr) segments[ELF_PHDRS_MAX];
	unsigned nsegments;
	char *strings; /* of its dynamic symbols */
	size_t strings_len;
};

struct elf_mark {
	char text[16];
	unsigned mark;
};

/* Beginnings of names of libraries that it needs. */
static const struct elf_mark elf_libraries[] = {
	{ "libasan.", MARK_SANITIZER },
	{ "libtsan.", MARK_SANITIZER },
	{ "libclang_rt.", MARK_SANITIZER },
	{ "libstdc++.", MARK_CXX },
	{ "libc++.", MARK_CXX },
	{ "libgfortran.", MARK_FORTRAN },
	{ "libpython", MARK_PYTHON },
	{ "libperl.", MARK_PERL },
	{ "libruby", MARK_RUBY },
	{ "libjvm.", MARK_JAVA },
	{ "libjli.", MARK_JAVA },
	{ "libgo.", MARK_GO },
};

/* Dynamic symbols. */
static const struct elf_mark elf_symbols[] = {
	{ "__asan_init", MARK_SANITIZER },
	{ "__tsan_init", MARK_SANITIZER },
	{ "__msan_init", MARK_SANITIZER },
};

extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden"))); /* our own */

static bool
elf_get(const struct elf_file *f, uint64_t at, void *to, size_t len)
{
	return at <= INT64_MAX && pread(f->fd, to, len, (off_t)at) == (ssize_t)len;
}

/* As much of it as there is, with a zero byte behind. */
static size_t
elf_get_text(const struct elf_file *f, uint64_t at, char *to, size_t size)
{
	ssize_t len = at <= INT64_MAX ? pread(f->fd, to, size - 1, (off_t)at) : 0;

	len = len < 0 ? 0 : len;
	to[len] = '\0';
	return (size_t)len;
}

static bool
elf_is_native(const ElfW(Ehdr) * h)
{
	return h->e_ident[EI_CLASS] == __ehdr_start.e_ident[EI_CLASS] &&
	    h->e_ident[EI_DATA] == __ehdr_start.e_ident[EI_DATA] && h->e_machine == __ehdr_start.e_machine;
}

static const ElfW(Phdr) * elf_segment(const struct elf_file *f, uint32_t type)
{
	for (unsigned i = 0; i < f->nsegments; i++)
		if (f->segments[i].p_type == type)
			return &f->segments[i];
	return NULL;
}

/* Where in the file that address of the running program comes from; 0: nowhere. */
static uint64_t
elf_offset_of(const struct elf_file *f, uint64_t address)
{
	for (unsigned i = 0; i < f->nsegments; i++) {
		const ElfW(Phdr) *p = &f->segments[i];

		if (p->p_type == PT_LOAD && address >= p->p_vaddr && address - p->p_vaddr < p->p_filesz)
			return address - p->p_vaddr + p->p_offset;
	}
	return 0;
}

static void
elf_look_at_loader(const struct elf_file *f, struct program_elf *elf)
{
	const ElfW(Phdr) *p = elf_segment(f, PT_INTERP);
	char path[256];

	elf->is_static = p == NULL;
	if (p == NULL)
		return;
	elf_get_text(f, p->p_offset, path, sizeof(path));
	if (strstr(path, "/ld-musl") != NULL)
		elf->libc = LIBC_MUSL;
	else if (strstr(path, "/ld-linux") != NULL || strstr(path, "/ld64.so") != NULL ||
	    strstr(path, "/ld.so") != NULL)
		elf->libc = LIBC_GLIBC;
}

static unsigned
elf_mark_of_library(const char *name)
{
	for (size_t i = 0; i < sizeof(elf_libraries) / sizeof(*elf_libraries); i++)
		if (strncmp(name, elf_libraries[i].text, strlen(elf_libraries[i].text)) == 0)
			return elf_libraries[i].mark;
	return 0;
}

static unsigned
elf_marks_of_symbols(const struct elf_file *f)
{
	unsigned marks = 0;

	for (size_t i = 0; i < sizeof(elf_symbols) / sizeof(*elf_symbols); i++)
		if (memmem(f->strings, f->strings_len, elf_symbols[i].text, strlen(elf_symbols[i].text) + 1) != NULL)
			marks |= elf_symbols[i].mark;
	return marks;
}

static void
elf_read_strings(struct elf_file *f, const ElfW(Dyn) * dynamic, size_t n)
{
	uint64_t at = 0, len = 0;

	for (size_t i = 0; i < n && dynamic[i].d_tag != DT_NULL; i++) {
		if (dynamic[i].d_tag == DT_STRTAB)
			at = elf_offset_of(f, dynamic[i].d_un.d_ptr);
		else if (dynamic[i].d_tag == DT_STRSZ)
			len = dynamic[i].d_un.d_val;
	}
	if (at == 0 || len == 0 || len > ELF_STRINGS_MAX)
		return;
	f->strings = xmalloc((size_t)len + 1);
	f->strings_len = elf_get_text(f, at, f->strings, (size_t)len + 1);
}

static void
elf_look_at_libraries(struct elf_file *f, struct program_elf *elf)
{
	const ElfW(Phdr) *p = elf_segment(f, PT_DYNAMIC);
	ElfW(Dyn) dynamic[ELF_DYNAMIC_MAX];
	size_t n = p != NULL ? (size_t)p->p_filesz / sizeof(*dynamic) : 0;

	if (n > ELF_DYNAMIC_MAX)
		n = ELF_DYNAMIC_MAX;
	if (n == 0 || !elf_get(f, p->p_offset, dynamic, n * sizeof(*dynamic)))
		return;
	elf_read_strings(f, dynamic, n);
	if (f->strings == NULL)
		return;
	for (size_t i = 0; i < n && dynamic[i].d_tag != DT_NULL; i++)
		if (dynamic[i].d_tag == DT_NEEDED && dynamic[i].d_un.d_val < f->strings_len)
			elf->marks |= elf_mark_of_library(f->strings + dynamic[i].d_un.d_val);
	elf->marks |= elf_marks_of_symbols(f);
}

/* Go leaves a note of its own. */
static void
elf_look_at_notes(const struct elf_file *f, struct program_elf *elf)
{
	static const char go[] = { 'G', 'o', 0, 0 };
	char notes[2048];

	for (unsigned i = 0; i < f->nsegments; i++)
		if (f->segments[i].p_type == PT_NOTE) {
			size_t len = elf_get_text(f, f->segments[i].p_offset, notes, sizeof(notes));

			if (memmem(notes, len, go, sizeof(go)) != NULL)
				elf->marks |= MARK_GO;
		}
}

/* What compiled it stands in .comment, where that was not stripped. */
static void
elf_look_at_comment(const struct elf_file *f, struct program_elf *elf)
{
	ElfW(Shdr) sections[ELF_SECTIONS_MAX];
	const unsigned n = f->header.e_shnum, names = f->header.e_shstrndx;
	char text[4096];

	if (n == 0 || n > ELF_SECTIONS_MAX || names >= n || f->header.e_shentsize != sizeof(*sections) ||
	    !elf_get(f, f->header.e_shoff, sections, n * sizeof(*sections)))
		return;
	for (unsigned i = 0; i < n; i++) {
		elf_get_text(f, (uint64_t)sections[names].sh_offset + sections[i].sh_name, text, sizeof(".comment"));
		if (strcmp(text, ".comment") != 0)
			continue;
		if (memmem(text, elf_get_text(f, sections[i].sh_offset, text, sizeof(text)), "rustc", 5) != NULL)
			elf->marks |= MARK_RUST;
		return;
	}
}

/* The paths of Rust's library in its panic messages survive stripping. Only for programs whose choice depends on it. */
static void
elf_scan_for_rust(const struct elf_file *f, struct program_elf *elf)
{
	static const char trace[] = "/rustc/";
	const size_t size = 256 * 1024;
	char *text = xmalloc(size);

	for (uint64_t at = 0; at < ELF_SCAN_MAX; at += size - sizeof(trace)) {
		size_t len = elf_get_text(f, at, text, size);

		if (memmem(text, len, trace, sizeof(trace) - 1) != NULL) {
			elf->marks |= MARK_RUST;
			break;
		}
		if (len < size - 1)
			break;
	}
	free(text);
}

static int
elf_read_header(struct elf_file *f, struct program_elf *elf)
{
	ElfW(Ehdr) *h = &f->header;
	ssize_t got = pread(f->fd, h, sizeof(*h), 0);

	if (got == -1)
		return -errno;
	if (got < (ssize_t)sizeof(Elf32_Ehdr) || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0)
		return -ENOEXEC;
	elf->bits = h->e_ident[EI_CLASS] == ELFCLASS32 ? 32 : 64;
	elf->is_foreign = !elf_is_native(h);
	if (elf->is_foreign)
		return 0;
	f->nsegments = h->e_phnum < ELF_PHDRS_MAX ? h->e_phnum : ELF_PHDRS_MAX;
	if (h->e_phentsize != sizeof(*f->segments) ||
	    !elf_get(f, h->e_phoff, f->segments, f->nsegments * sizeof(*f->segments)))
		return -ENOEXEC;
	return 0;
}

int
program_elf_read(int fd, struct program_elf *elf)
{
	struct elf_file f = { .fd = fd };
	int error;

	*elf = (struct program_elf){ 0 };
	error = elf_read_header(&f, elf);
	if (error != 0 || elf->is_foreign)
		return error;
	elf_look_at_loader(&f, elf);
	elf_look_at_libraries(&f, elf);
	elf_look_at_notes(&f, elf);
	elf_look_at_comment(&f, elf);
	if (elf->is_static && !(elf->marks & (MARK_GO | MARK_RUST)))
		elf_scan_for_rust(&f, elf);
	free(f.strings);
	return 0;
}
