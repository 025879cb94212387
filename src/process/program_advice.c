/* What is known of programs, in tables. */
#include "process/program_advice.h"

#include <string.h>

struct program_known {
	char name[12]; /* of the program, or the beginning of it up to a star */
	unsigned mark; /* the same by its file, or 0 */
	char language[12];
	bool writes_at_once;
};

/* clang-format off */
static const struct program_known program_languages[] = {
	{ "", MARK_GO, "Go", true },
	{ "", MARK_RUST, "Rust", true },
	{ "java*", MARK_JAVA, "Java", true },
	{ "node*", 0, "Node.js", true },
	{ "deno", 0, "Deno", true },
	{ "php*", 0, "PHP", true },
	{ "tclsh*", 0, "Tcl", true },
	{ "expect", 0, "Tcl", true },
	{ "bash", 0, "shell", true },
	{ "dash", 0, "shell", true },
	{ "sh", 0, "shell", true },
	{ "zsh*", 0, "shell", true },
	{ "python*", MARK_PYTHON, "Python", false },
	{ "pypy*", 0, "Python", false },
	{ "perl*", MARK_PERL, "Perl", false },
	{ "ruby*", MARK_RUBY, "Ruby", false },
	{ "lua*", 0, "Lua", false },
	{ "", MARK_FORTRAN, "Fortran", false },
	{ "", MARK_CXX, "C++", false },
};

/* What remains to be done in any case. */
static const struct {
	unsigned mark; /* of the language */
	char advice[112];
} program_remains[] = {
	{ MARK_GO, "fmt.Print writes at once; a bufio.Writer keeps its bytes until the program calls Flush" },
	{ MARK_RUST, "println! writes whole lines at once; a BufWriter, and print! without a newline, need flush() in the program" },
	{ MARK_JAVA, "System.out.println writes at once; a PrintWriter or BufferedWriter needs autoflush or flush() in the program" },
};

/* Programs that stay as they are whatever one does from outside. */
static const struct {
	char name[12];
	unsigned mark; /* only with this mark; 0: always */
	char program[12]; /* only where the file has this name; "": always */
	char advice[96];
} program_hopeless[] = {
	{ "mawk", 0, "", "mawk keeps its input back as well: mawk -W interactive, or how=pty-full" },
	{ "sort", 0, "", "sort must read all of its input before it can write a line" },
	{ "tac", 0, "", "tac must read all of its input before it can write a line" },
	{ "shuf", 0, "", "shuf must read all of its input before it can write a line" },
	{ "sed", 0, "busybox", "sed of busybox answers one line late: it looks ahead for the last one; sed -u of GNU does not" },
	{ "cut", MARK_RUST, "", "this cut (uutils) has a buffer of its own; that of GNU does what it is told" },
	{ "head", MARK_RUST, "", "this head (uutils) has a buffer of its own; that of GNU does what it is told" },
	{ "tr", MARK_RUST, "", "this tr (uutils) has a buffer of its own; that of GNU does what it is told" },
	{ "uniq", MARK_RUST, "", "this uniq (uutils) has a buffer of its own; that of GNU does what it is told" },
	{ "sudo", 0, "", "sudo gives its program an environment of its own: sudo ipcwire -B line -- PROGRAM" },
	{ "doas", 0, "", "doas gives its program an environment of its own: doas ipcwire -B line -- PROGRAM" },
	{ "su", 0, "", "what su starts may have another environment: ipcwire's option su=USER instead" },
	{ "setpriv", 0, "", "setpriv --reset-env takes our environment away: setpriv ... ipcwire -B line -- PROGRAM" },
	{ "ssh", 0, "", "the program runs on another machine: ssh -tt, or ipcwire -B line -- PROGRAM over there" },
	{ "docker", 0, "", "the program runs in a container: docker run -t, or ipcwire -B line -- PROGRAM inside" },
	{ "podman", 0, "", "the program runs in a container: podman run -t, or ipcwire -B line -- PROGRAM inside" },
	{ "kubectl", 0, "", "the program runs in a container: kubectl exec -t, or ipcwire -B line -- PROGRAM inside" },
};

/* What programs have for it themselves, where the preload object and the environment do not reach them. */
static const struct {
	char name[12], advice[56];
} program_options[] = {
	{ "gawk", "fflush() after each print does it in the program" },
	{ "curl", "curl -N does it" },
	{ "grep", "grep --line-buffered does it" },
	{ "egrep", "grep -E --line-buffered does it" },
	{ "fgrep", "grep -F --line-buffered does it" },
	{ "rg", "rg --line-buffered does it" },
	{ "jq", "jq --unbuffered does it" },
	{ "perl*", "$| = 1 does it in the program" },
	{ "python*", "python3 -u does it" },
	{ "ruby*", "$stdout.sync = true does it in the program" },
	{ "sed", "sed -u does it" },
	{ "tcpdump", "tcpdump -l does it" },
	{ "tshark", "tshark -l does it" },
	{ "busctl", "busctl monitor writes at once to a terminal: how=pty" },
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static bool
program_is(const char *pattern, const char *name)
{
	const size_t len = strcspn(pattern, "*");

	if (name == NULL || len == 0)
		return false;
	return pattern[len] == '*' ? strncmp(name, pattern, len) == 0 : strcmp(name, pattern) == 0;
}

static const char *
program_file_name(const struct program_info *info)
{
	const char *slash = info->file != NULL ? strrchr(info->file, '/') : NULL;

	return slash != NULL ? slash + 1 : NULL;
}

/* By how it is called, or by what that turned out to be: awk is mawk, a script is its interpreter. */
static bool
program_is_any(const char *pattern, const struct program_info *info)
{
	return program_is(pattern, info->name) || program_is(pattern, program_file_name(info));
}

static const struct program_known *
program_known(const struct program_info *info)
{
	for (size_t i = 0; i < COUNT(program_languages); i++) {
		const struct program_known *k = &program_languages[i];

		if ((info->elf.marks & k->mark) || program_is(k->name, program_file_name(info)))
			return k;
	}
	return NULL;
}

const char *
program_language(const struct program_info *info)
{
	const struct program_known *k = program_known(info);

	return k != NULL ? k->language : NULL;
}

bool
program_writes_at_once(const struct program_info *info)
{
	const struct program_known *k = program_known(info);

	return k != NULL && k->writes_at_once;
}

const char *
program_advice(const struct program_info *info, bool is_reached)
{
	const struct program_known *k = program_known(info);
	const char *file = program_file_name(info);

	for (size_t i = 0; i < COUNT(program_hopeless); i++)
		if (program_is_any(program_hopeless[i].name, info) &&
		    (program_hopeless[i].mark == 0 || (info->elf.marks & program_hopeless[i].mark)) &&
		    (*program_hopeless[i].program == '\0' ||
			(file != NULL && strcmp(file, program_hopeless[i].program) == 0)))
			return program_hopeless[i].advice;
	for (size_t i = 0; i < COUNT(program_options) && !is_reached; i++)
		if (program_is_any(program_options[i].name, info))
			return program_options[i].advice;
	for (size_t i = 0; i < COUNT(program_remains); i++)
		if (k != NULL && k->mark == program_remains[i].mark)
			return program_remains[i].advice;
	return NULL;
}
