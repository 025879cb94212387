/* Which means is chosen for what, what the environment becomes, and that broken files are no programs. */
#include "process/unbuffer.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/program_advice.h"
#include "process/program_info.h"
#include "unit.h"

static char name[] = "prog", file[] = "/bin/prog";

static const struct program_info glibc = { .name = name, .file = file, .elf = { .bits = 64, .libc = LIBC_GLIBC } };

struct row {
	const char *what;
	struct program_info info;
	enum unbuffer_how how;
	bool is_reached, is_second_best;
	const char *reason; /* part of it */
};

#define ELF(...)                                                              \
	{                                                                     \
		.name = name, .file = file, .elf = {.bits = 64, __VA_ARGS__ } \
	}

static const struct row rows[] = {
	{ "glibc", ELF(.libc = LIBC_GLIBC), UNBUFFER_PRELOAD, true, false, "glibc" },
	{ "musl", ELF(.libc = LIBC_MUSL), UNBUFFER_PRELOAD, true, false, "musl" },
	{ "static", ELF(.is_static = true), UNBUFFER_PTY, false, true, "statically" },
	{ "unknown loader", ELF(.libc = LIBC_UNKNOWN), UNBUFFER_PTY, false, true, "loader" },
	{ "sanitizer", ELF(.libc = LIBC_GLIBC, .marks = MARK_SANITIZER), UNBUFFER_PTY, false, true, "sanitizer" },
	{ "foreign", ELF(.is_foreign = true), UNBUFFER_PTY, false, true, "another machine" },
	{ "static Go", ELF(.is_static = true, .marks = MARK_GO), UNBUFFER_PRELOAD, false, false, "by itself" },
	{ "static Rust", ELF(.is_static = true, .marks = MARK_RUST), UNBUFFER_PRELOAD, false, false, "by itself" },
	{ "set-uid", { .name = name, .file = file, .is_secure = true, .elf = { .libc = LIBC_GLIBC } }, UNBUFFER_PTY,
	    false, true, "set-uid" },
	{ "not there", { .name = name, .error = -ENOENT }, UNBUFFER_PRELOAD, false, false, "no such program" },
};

static void
auto_takes_the_mildest_that_works(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct unbuffer_wish wish = { .how = UNBUFFER_AUTO };
		const struct unbuffer u = unbuffer_decide(&wish, &rows[i].info);

		if (!CHECK_INT(u.how, rows[i].how) | !CHECK_INT(u.is_reached, rows[i].is_reached) |
		    !CHECK_INT(u.is_second_best, rows[i].is_second_best) |
		    !CHECK(strstr(u.reason, rows[i].reason) != NULL))
			printf("# in row %s: %s\n", rows[i].what, u.reason);
	}
}

static void
what_was_asked_for_is_done(void)
{
	for (int how = UNBUFFER_PRELOAD; how < UNBUFFER_N; how++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
			const struct unbuffer_wish wish = { .how = (enum unbuffer_how)how };
			const struct unbuffer u = unbuffer_decide(&wish, &rows[i].info);

			CHECK_INT(u.how, how);
			CHECK(!u.is_second_best);
			CHECK_INT(u.is_reached, how == UNBUFFER_PRELOAD && rows[i].is_reached);
		}
}

static void
without_an_object_or_a_terminal(void)
{
	struct unbuffer_wish wish = { .no_object = "not installed" };
	struct unbuffer u = unbuffer_decide(&wish, &glibc);

	CHECK_INT(u.how, UNBUFFER_PTY);
	CHECK_STR(u.reason, "not installed");
	wish.no_pty = "via=";
	u = unbuffer_decide(&wish, &glibc);
	CHECK_INT(u.how, UNBUFFER_NONE);
	CHECK_STR(u.reason, "via=");
}

static const char *
value_of(char *const *env, const char *variable)
{
	const size_t len = strlen(variable);

	for (; *env != NULL; env++)
		if (strncmp(*env, variable, len) == 0 && (*env)[len] == '=')
			return *env + len + 1;
	return NULL;
}

static char **
environment(enum unbuffer_how how, const char *a, const char *b, const struct unbuffer_material *m)
{
	const struct unbuffer u = { .how = how };
	char **env = xcalloc(UNBUFFER_VARIABLES_MAX + 3, sizeof(*env));
	size_t n = 0;

	if (a != NULL)
		env[n++] = xstrdup(a);
	if (b != NULL)
		env[n++] = xstrdup(b);
	unbuffer_environment(&u, m, env, &n);
	CHECK(n <= UNBUFFER_VARIABLES_MAX + 2 && env[n] == NULL);
	return env;
}

static void
variables_of_languages_stay_when_set(void)
{
	const struct unbuffer_material m = { .object_dir = "/lib/x", .variable = "IPCWIRE_PRELOAD=line" };
	char **env = environment(UNBUFFER_PRELOAD, "PYTHONUNBUFFERED=", "LD_PRELOAD=/a.so", &m);

	CHECK_STR(value_of(env, "PYTHONUNBUFFERED"), "");
	CHECK_STR(value_of(env, "LD_PRELOAD"), "/a.so:/lib/x/ipcwire-preload.so");
	CHECK_STR(value_of(env, "IPCWIRE_PRELOAD"), "line");
	CHECK_STR(value_of(env, "RUBYOPT"), "-r/lib/x/ipcwire_flush.rb");
	CHECK_STR(value_of(env, "PERL5OPT"), "-I/lib/x -Mipcwire_flush");
	CHECK(value_of(env, "TERM") == NULL);
	free_strings(env);
	env = environment(UNBUFFER_PRELOAD, "LD_PRELOAD=/lib/x/ipcwire-preload.so", "IPCWIRE_PRELOAD=none", &m);
	CHECK_STR(value_of(env, "LD_PRELOAD"), "/lib/x/ipcwire-preload.so");
	CHECK_STR(value_of(env, "IPCWIRE_PRELOAD"), "line");
	free_strings(env);
	env = environment(UNBUFFER_PRELOAD, "LD_PRELOAD=", NULL, &m);
	CHECK_STR(value_of(env, "LD_PRELOAD"), "/lib/x/ipcwire-preload.so");
	free_strings(env);
}

static void
variables_of_terminals(void)
{
	char written[] = "PAGER=more", *list[] = { written };
	const struct unbuffer_material m = { .written = list, .nwritten = 1 };
	char **env = environment(UNBUFFER_PTY, "TERM=xterm", "PAGER=more", &m);

	CHECK_STR(value_of(env, "TERM"), "dumb");
	CHECK_STR(value_of(env, "PAGER"), "more");
	CHECK_STR(value_of(env, "GIT_PAGER"), "cat");
	CHECK(value_of(env, "LD_PRELOAD") == NULL && value_of(env, "PYTHONUNBUFFERED") == NULL);
	free_strings(env);
	env = environment(UNBUFFER_ENV, NULL, NULL, &m);
	CHECK_STR(value_of(env, "PYTHONUNBUFFERED"), "1");
	CHECK(value_of(env, "RUBYOPT") == NULL); /* without a directory nothing can be named */
	free_strings(env);
}

static void
advice_by_name_and_language(void)
{
	char grep[] = "grep", mawk[] = "mawk", awk[] = "awk", mawk_file[] = "/usr/bin/mawk";
	struct program_info info = { .name = grep, .elf = { .libc = LIBC_GLIBC } };

	CHECK(program_advice(&info, true) == NULL);
	CHECK(strstr(program_advice(&info, false), "--line-buffered") != NULL);
	info.name = mawk;
	CHECK(strstr(program_advice(&info, true), "-W interactive") != NULL);
	info = (struct program_info){ .name = awk, .file = mawk_file };
	CHECK(strstr(program_advice(&info, true), "-W interactive") != NULL);
	info = (struct program_info){ .name = name, .file = file, .elf = { .marks = MARK_GO } };
	CHECK_STR(program_language(&info), "Go");
	CHECK(program_writes_at_once(&info) && strstr(program_advice(&info, true), "bufio") != NULL);
}

/* A file that lies about itself must not do more than be refused. */
static void
broken_files_are_refused(void)
{
	struct program_elf elf;
	unsigned char bytes[4096];
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), fd = memfd_create("elf", MFD_CLOEXEC);
	ssize_t len = pread(self, bytes, sizeof(bytes), 0);

	CHECK_INT(program_elf_read(self, &elf), 0);
	CHECK(!elf.is_foreign && elf.bits == (int)sizeof(void *) * 8);
	srand(1);
	for (unsigned round = 0; round < 3000; round++) {
		unsigned char bad[4096];

		memcpy(bad, bytes, sizeof(bad));
		for (int i = 0; i < 8; i++)
			bad[SELFMAG + rand() % 2000] = (unsigned char)rand();
		if (ftruncate(fd, rand() % len) == -1 || pwrite(fd, bad, (size_t)(rand() % len), 0) == -1)
			break;
		program_elf_read(fd, &elf);
	}
	CHECK_INT(ftruncate(fd, 0), 0);
	CHECK_INT(program_elf_read(fd, &elf), -ENOEXEC);
	close(fd);
	close(self);
}

static const struct unit_test tests[] = {
	TEST(auto_takes_the_mildest_that_works),
	TEST(what_was_asked_for_is_done),
	TEST(without_an_object_or_a_terminal),
	TEST(variables_of_languages_stay_when_set),
	TEST(variables_of_terminals),
	TEST(advice_by_name_and_language),
	TEST(broken_files_are_refused),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
