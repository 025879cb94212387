/* What is known of programs, in tables. */
#include "process/program_advice.h"

#include <string.h>

struct program_known {
	const char *name; /* of the program, or the beginning of it up to a star */
	unsigned mark;    /* the same by its file, or 0 */
	const char *language;
	bool writes_at_once;
	const char *advice; /* what remains to be done in any case, or NULL */
};

/* clang-format off */
static const struct program_known program_languages[] = {
	{ "", MARK_GO, "Go", true,
	  "fmt.Print writes at once; a bufio.Writer keeps its bytes until the program calls Flush" },
	{ "", MARK_RUST, "Rust", true,
	  "println! writes whole lines at once; a BufWriter, and print! without a newline, need flush() in the program" },
	{ "java*", MARK_JAVA, "Java", true,
	  "System.out.println writes at once; a PrintWriter or BufferedWriter needs autoflush or flush() in the program" },
	{ "node*", 0, "Node.js", true, NULL },
	{ "deno", 0, "Deno", true, NULL },
	{ "php*", 0, "PHP", true, NULL },
	{ "tclsh*", 0, "Tcl", true, NULL },
	{ "expect", 0, "Tcl", true, NULL },
	{ "bash", 0, "shell", true, NULL },
	{ "dash", 0, "shell", true, NULL },
	{ "sh", 0, "shell", true, NULL },
	{ "zsh*", 0, "shell", true, NULL },
	{ "python*", MARK_PYTHON, "Python", false, NULL },
	{ "pypy*", 0, "Python", false, NULL },
	{ "perl*", MARK_PERL, "Perl", false, NULL },
	{ "ruby*", MARK_RUBY, "Ruby", false, NULL },
	{ "lua*", 0, "Lua", false, NULL },
	{ "", MARK_FORTRAN, "Fortran", false, NULL },
	{ "", MARK_CXX, "C++", false, NULL },
};

/* Programs that stay as they are whatever one does from outside. */
static const struct {
	const char *name;
	unsigned mark; /* only with this mark; 0: always */
	const char *program; /* only where the file has this name; NULL: always */
	const char *advice;
} program_hopeless[] = {
	{ "mawk", 0, NULL, "mawk keeps its input back as well: mawk -W interactive, or how=pty-full" },
	{ "sort", 0, NULL, "sort must read all of its input before it can write a line" },
	{ "tac", 0, NULL, "tac must read all of its input before it can write a line" },
	{ "shuf", 0, NULL, "shuf must read all of its input before it can write a line" },
	{ "sed", 0, "busybox", "sed of busybox answers one line late: it looks ahead for the last one; sed -u of GNU does not" },
	{ "cut", MARK_RUST, NULL, "this cut (uutils) has a buffer of its own; that of GNU does what it is told" },
	{ "head", MARK_RUST, NULL, "this head (uutils) has a buffer of its own; that of GNU does what it is told" },
	{ "tr", MARK_RUST, NULL, "this tr (uutils) has a buffer of its own; that of GNU does what it is told" },
	{ "uniq", MARK_RUST, NULL, "this uniq (uutils) has a buffer of its own; that of GNU does what it is told" },
	{ "sudo", 0, NULL, "sudo gives its program an environment of its own: sudo ipcwire -B line -- PROGRAM" },
	{ "doas", 0, NULL, "doas gives its program an environment of its own: doas ipcwire -B line -- PROGRAM" },
	{ "su", 0, NULL, "what su starts may have another environment: ipcwire's option su=USER instead" },
	{ "setpriv", 0, NULL, "setpriv --reset-env takes our environment away: setpriv ... ipcwire -B line -- PROGRAM" },
	{ "ssh", 0, NULL, "the program runs on another machine: ssh -tt, or ipcwire -B line -- PROGRAM over there" },
	{ "docker", 0, NULL, "the program runs in a container: docker run -t, or ipcwire -B line -- PROGRAM inside" },
	{ "podman", 0, NULL, "the program runs in a container: podman run -t, or ipcwire -B line -- PROGRAM inside" },
	{ "kubectl", 0, NULL, "the program runs in a container: kubectl exec -t, or ipcwire -B line -- PROGRAM inside" },
};

/* What programs have for it themselves, where the preload object and the environment do not reach them. */
static const struct {
	const char *name, *advice;
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
		    (program_hopeless[i].program == NULL ||
			(file != NULL && strcmp(file, program_hopeless[i].program) == 0)))
			return program_hopeless[i].advice;
	for (size_t i = 0; i < COUNT(program_options) && !is_reached; i++)
		if (program_is_any(program_options[i].name, info))
			return program_options[i].advice;
	return k != NULL ? k->advice : NULL;
}
