#!/bin/sh
# lint.sh [PART...]: style and static checks; without PART all of them. `lint.sh list` names them.
# CC, LINT_FLAGS (how the sources are compiled) and BUILD come from the Makefile.
# A part whose tool is missing is skipped, with STRICT=1 it fails.
set -u
cd "$(dirname "$0")/.." || exit 1

CC=${CC:-cc}
LINT_FLAGS=${LINT_FLAGS:--std=c11 -Isrc -D_GNU_SOURCE}
JOBS=${JOBS:-$(nproc)}
PARTS='format tidy cppcheck shell man headers strings layers lengths kinds names messages'

# Files that exist, one a line, sorted.
files() {
	for f in "$@"; do
		[ ! -f "$f" ] || printf '%s\n' "$f"
	done | LC_ALL=C sort
}
c_files() {
	files src/*.c src/*/*.[ch] src/*/*/*.c tests/unit/*.[ch] tests/platform/*.[ch] tests/fuzz/*.[ch] tests/bench/*.[ch]
}
c_sources() {
	files src/*.c src/*/*.c src/*/*/*.c tests/unit/*.c tests/platform/*.c tests/fuzz/*.c tests/bench/*.c
}
text_files() {
	find .ci .clang-format .clang-tidy .editorconfig .gitignore CONTRIBUTING.md LICENSE Makefile NEWS.md README.md VERSION \
		completions doc src tests tools -type f ! -path 'tests/fuzz/corpus/*' ! -name '*~' 2>/dev/null | LC_ALL=C sort
}
# Lines on stdin are complaints: shows them, and is false when there are any.
none() {
	! grep .
}

lint_format() {
	c_files | xargs clang-format --dry-run -Werror 2>&1 | grep -E '^[^ ]+: error' | none
}

lint_tidy() {
	# shellcheck disable=SC2086 # flags are words
	c_sources | xargs -n 4 -P "$JOBS" sh -c 'clang-tidy --quiet "$@" -- $LINT_FLAGS' sh 2>"$scratch"/tidy && return 0
	grep -v 'warnings\{0,1\} generated' "$scratch"/tidy
	return 1
}

lint_cppcheck() {
	# legacyUninitvar: takes an array whose address goes into an iovec for one that is read.
	# What the sources are compiled with, less what cppcheck does not know; system headers are not read.
	cppcheck --quiet --std=c11 -j "$JOBS" --enable=warning,portability,performance --error-exitcode=1 \
		--inline-suppr --suppress=legacyUninitvar --suppress=missingInclude --suppress=missingIncludeSystem \
		--template='{file}:{line}: {severity}: {message} [{id}]' \
		-Isrc -Itests/unit -D_GNU_SOURCE -DIPCWIRE_VERSION='"0"' src tests/unit tests/platform tests/fuzz tests/bench
}

lint_shell() {
	# SC2016: programs of awk are in single quotes on purpose. In bats files addresses have brackets (SC2102), and
	# backslashes before the closing quote (SC1003).
	files tools/*.sh tests/*.sh tests/fuzz/*.sh tests/bench/*.sh | xargs shellcheck -x -s sh -e SC2016 &&
		shellcheck -x .ci/run &&
		files tests/bats/*.bats tests/bats/*.bash | xargs shellcheck -x -s bash -e SC1003,SC1091,SC2016,SC2030,SC2031,SC2034,SC2102,SC2154
}

# Whether the manuals referred to are installed here is no fault of the page.
lint_man() {
	mandoc -Tlint doc/ipcwire.1 2>&1 | grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' | none
}

lint_headers() {
	bad=0
	for h in $(files src/*/*.h); do
		# shellcheck disable=SC2086 # flags are words
		echo "#include \"${h#src/}\"" | eval "$CC" "$(quoted_flags)" -Werror -x c -fsyntax-only - || bad=1
	done
	return "$bad"
}
# LINT_FLAGS for eval: the double quotes in a macro's value stay.
quoted_flags() {
	printf '%s' "$LINT_FLAGS" | sed "s/[^ ][^ ]*/'&'/g"
}

# Strings stand in the rows of tables, which need no relocation then. C takes one that leaves no room for its zero byte; of all
# warnings of gcc only that about C++ tells.
lint_strings() {
	said=$(eval "$CC" "$(quoted_flags)" -Wc++-compat -fsyntax-only "$(files src/*.c src/*/*.c | tr '\n' ' ')" 2>&1) || {
		printf '%s\n' "$said" | grep error
		return 1
	}
	printf '%s\n' "$said" | grep 'initializer-string for array' | none
}

# A folder is a layer; a file includes only its own folder and lower ones.
lint_layers() {
	files src/*.c src/*/*.[ch] src/*/*.def | xargs awk '
	BEGIN {
		level["base"] = 1
		level["net"] = level["process"] = 2
		level["endpoint"] = 3
		level["wire"] = 4
		level["serve"] = level["dialogue"] = 5
		level["cli"] = 6
	}
	FNR == 1 {
		n = split(FILENAME, part, "/")
		mine = n == 2 ? "" : part[2]
		if (n > 2 && !(mine in level))
			print FILENAME ": the folder has no layer in tools/lint.sh"
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, quoted, "\"")
		n = split(quoted[2], part, "/")
		where = FILENAME ":" FNR ": \"" quoted[2] "\": "
		if (n != 2)
			print where "name it as \"folder/file.h\""
		else if (!(part[1] in level))
			print where "no such layer"
		else if (mine != "" && part[1] != mine && level[part[1]] >= level[mine])
			print where mine " must not know of " part[1]
	}' | none
}

# Functions begin and end with a brace in the first column.
lint_lengths() {
	files src/*.c src/*/*.c | xargs awk '
	FNR == 1 { open = 0 }
	/^[a-z_].*\(/ { name = $0; sub(/\(.*/, "", name) }
	/^{/ { open = FNR }
	/^}/ && open {
		n = FNR - open - 1
		if (n > 100)
			print FILENAME ":" open ": error: " name "() has " n " lines, 100 are the most"
		else if (n > 60)
			print FILENAME ":" open ": warning: " name "() has " n " lines, more than 60" > "/dev/stderr"
		open = 0
	}
	FILENAME == "src/base/loop.c" && FNR == 451 { print FILENAME ": error: 450 lines are the most" }' | none
}

# Messages have their form, and go through the log: see tools/messages.awk.
lint_messages() {
	{
		files src/*.c src/*/*.c | xargs awk -v check=1 -f tools/messages.awk
		files src/*/*.c | grep -v src/base/fault.c | xargs grep -nE 'fprintf\(stderr|perror\(|fputs\(.*, stderr\)'
	} | none
}

# Each kind is one line in kinds.def, KIND(file, name), and each file of kinds has its tests.
lint_kinds() {
	{
		[ -f src/endpoint/kinds.def ] || echo 'src/endpoint/kinds.def is missing'
		grep -hE '^KIND\(' src/endpoint/kinds.def | sed 's/^KIND(\([^,]*\), *\([^)]*\)).*/\1 \2/' |
			while read -r file name; do
				[ -f "src/endpoint/$file.c" ] || echo "kinds.def: KIND($file, $name): no src/endpoint/$file.c"
				[ -f "tests/bats/endpoint-$file.bats" ] ||
					echo "kinds.def: KIND($file, $name): no tests/bats/endpoint-$file.bats"
			done
		for f in $(files src/endpoint/*.c); do
			file=$(basename "$f" .c)
			defined=$(grep -cE '^const struct endpoint_kind [a-z0-9_]+ = ' "$f")
			listed=$(grep -cE "^KIND\\($file," src/endpoint/kinds.def)
			[ "$defined" = "$listed" ] || echo "$f defines $defined kinds, kinds.def lists $listed of it"
		done
	} | LC_ALL=C sort -u | none
}

lint_names() {
	{
		text_files | xargs grep -nE '[[:blank:]]+$'
		text_files | xargs grep -nwE 'XX[X]|FIXM[E]|HAC[K]'
		text_files | xargs grep -nw 'TOD[O]' | grep -v 'TOD[O]([a-z]*):'
		for h in $(files src/*/*.h tests/*/*.h); do
			guard=IPCWIRE_$(basename "$h" .h | tr 'a-z-' 'A-Z_')_H
			[ "$(sed -n '/./{p;q;}' "$h")" = "#ifndef $guard" ] || echo "$h: the guard, in its first line, is $guard"
		done
		for f in $(files src/*/*.c); do
			[ -f "${f%.c}.h" ] || continue
			own=${f#src/}
			[ "$(sed -n 's/^#include //p' "$f" | head -n 1)" = "\"${own%.c}.h\"" ] || echo "$f: its own header comes first"
		done
		find src doc tests tools completions -name '*[A-Z ]*' ! -name README.md ! -path 'tests/fuzz/corpus/*' | sed 's/$/: a name in lower case, no blank/'
	} | none
}

tool_of() {
	case $1 in
	format) echo clang-format ;;
	tidy) echo clang-tidy ;;
	cppcheck) echo cppcheck ;;
	shell) echo shellcheck ;;
	man) echo mandoc ;;
	*) echo awk ;;
	esac
}

if [ "${1:-}" = list ]; then
	echo "$PARTS"
	exit 0
fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/ipcwire-lint.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
export LINT_FLAGS

passed=0 failed=0 skipped=0
# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $PARTS
for part; do
	case " $PARTS " in
	*" $part "*) ;;
	*)
		echo "lint: no part '$part'; there are: $PARTS" >&2
		exit 2
		;;
	esac
	tool=$(tool_of "$part")
	if ! command -v "$tool" >/dev/null 2>&1; then
		printf 'lint-%-10s skipped: no %s\n' "$part" "$tool"
		if [ "${STRICT:-0}" = 1 ]; then failed=$((failed + 1)); else skipped=$((skipped + 1)); fi
	elif "lint_$part" >"$scratch/out" 2>&1; then
		printf 'lint-%-10s ok\n' "$part"
		sed 's/^/    /' "$scratch/out"
		passed=$((passed + 1))
	else
		printf 'lint-%-10s FAILED\n' "$part"
		sed 's/^/    /' "$scratch/out"
		failed=$((failed + 1))
	fi
done
[ -z "${COUNTS:-}" ] || echo "$passed $failed $skipped" >"$COUNTS"
echo "${LABEL:+$LABEL: }$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
