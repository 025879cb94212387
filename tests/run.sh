#!/bin/sh
# Runs the tests that `make check` built and adds up what they say.
#
# UNIT, REPLAY, PLATFORM and BATS (environment) list the files. Each file is one job; JOBS of them run at
# a time (by default two for each processor: most of what a test does is wait). Bats files that contain the
# line "# run: early" take long and begin first; with "# run: alone" they come last, one after the other.
# A job prints TAP: "ok ...", "not ok ...", and "ok ... # skip REASON"; a program that exits 77 was skipped.
# Only what fails is shown in full. The last line is "N passed, N failed, N skipped".
#
#   TESTS=GLOB   only files whose name (without ending) matches
#   STRICT=1     a skip is a failure, unless its reason begins with "optional:"
#   LABEL=WORD   stands before the last line; COUNTS=FILE is given the three numbers
set -u
cd "$(dirname "$0")/.." || exit 1

BUILD=${BUILD:-build}
STRICT=${STRICT:-0}
TESTS=${TESTS:-*}
[ -n "$TESTS" ] || TESTS='*'

absolute() {
	case $1 in
	/*) printf '%s\n' "$1" ;;
	*) printf '%s\n' "$PWD/$1" ;;
	esac
}

# One job: GROUP PATH. Prints its line, and all about its failures; leaves its counts in $RESULTS.
run_one() {
	group=$1 path=$2
	name=$(basename "$path" .bats)
	base=$RESULTS/$group.$name
	export ASAN_OPTIONS="log_path=$base.sanitizer:exitcode=97:detect_stack_use_after_return=1"
	export UBSAN_OPTIONS="log_path=$base.sanitizer:exitcode=97:print_stacktrace=1"
	export TSAN_OPTIONS="log_path=$base.sanitizer:exitcode=97"
	export LSAN_OPTIONS="print_suppressions=0"
	begin=$(date +%s)
	case $group in
	bats) set -- bats --formatter tap --print-output-on-failure "$path" ;;
	fuzz) set -- "$path" "tests/fuzz/corpus/${name%_replay}" ;;
	*) set -- "$path" ;;
	esac
	timeout --foreground --kill-after=10 "${JOB_LIMIT:-900}" "$@" >"$base.out" 2>&1 </dev/null
	status=$?
	for report in "$base".sanitizer*; do
		[ -e "$report" ] || continue
		printf 'not ok - report of a sanitizer\n'
		sed 's/^/# /' "$report"
	done >"$base.reports"
	seconds=$(($(date +%s) - begin))
	awk -v group="$group" -v name="$name" -v status="$status" -v strict="$STRICT" -v seconds="$seconds" \
		-v counts="$base.counts" -v skips="$base.skips" "$tally" "$base.out" "$base.reports" >"$base.text"
	cat "$base.text"
}

# In TAP of bats the lines about a failure follow it, in that of the C programs they come before.
tally='
function show(line) { shown = shown "    " line "\n" }
function skip(what, why) {
	if (strict == 1 && why !~ /^optional:/) {
		failed++
		show("skipped, and STRICT=1: " what ": " why)
	} else {
		skipped++
		print group " " name ": " what ": " why > skips
	}
}
/^1\.\.[0-9]+/ { planned = substr($1, 4) + 0; next }
/^[0-9]+ passed, [0-9]+ failed/ { next }
/^ok/ {
	seen++
	follows = 0
	before = ""
	if (match($0, /# skip[ (]*/)) {
		what = substr($0, 1, RSTART - 2)
		sub(/^ok [0-9]* *-? */, "", what)
		why = substr($0, RSTART + RLENGTH)
		sub(/\)$/, "", why)
		skip(what, why)
	} else
		passed++
	next
}
/^not ok/ {
	seen++
	failed++
	shown = shown before
	before = ""
	show($0)
	follows = group == "bats" || FILENAME ~ /\.reports$/
	next
}
follows { show($0); next }
{ before = before "    " $0 "\n"; last = $0; sub(/^skip - /, "", last) }
END {
	if (status == 77) {
		if (skipped + failed == 0)
			skip("all", last)
	} else if (status == 124 || status == 137) {
		failed++
		show("no end after " seconds " s")
	} else if (status != 0 && failed == 0) {
		failed++
		shown = shown before
		show("ended with status " status)
	} else if (planned > seen) {
		failed++
		shown = shown before
		show("only " seen " of " planned " tests ran")
	} else if (seen == 0) {
		failed++
		show("ran no test")
	}
	printf "%-8s %-40s %4d passed", group, name, passed
	if (failed)
		printf ", %d failed", failed
	if (skipped)
		printf ", %d skipped", skipped
	printf "  (%d s)\n%s", seconds, shown
	print passed + 0, failed + 0, skipped + 0 > counts
}'

if [ "${1:-}" = --one ]; then
	run_one "$2" "$3"
	exit 0
fi

# A child's environment is part of what the tests check: nothing of the caller's taste in it.
unset PYTHONUNBUFFERED MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES CDPATH ENV BASH_ENV
LC_ALL=C.UTF-8
TZ=UTC
IPCWIRE=$(absolute "${IPCWIRE:-$BUILD/ipcwire}")
IPCWIRE_FAULTS=$(absolute "${IPCWIRE_FAULTS:-$BUILD-faults/ipcwire}")
RESULTS=$(mktemp -d "${TMPDIR:-/tmp}/ipcwire-check.XXXXXX") || exit 1
trap 'rm -rf "$RESULTS"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
export LC_ALL TZ IPCWIRE IPCWIRE_FAULTS RESULTS BUILD STRICT

jobs_of() {
	group=$1
	for path in $2; do
		name=$(basename "$path" .bats)
		# shellcheck disable=SC2254 # TESTS is a pattern
		case $name in
		$TESTS) ;;
		*) continue ;;
		esac
		when=''
		[ "$group" != bats ] || when=$(sed -n 's/^# run: \(early\|alone\)$/\1/p' "$path")
		echo "$group $path" >>"$RESULTS/${when:-jobs}"
	done
}

: >"$RESULTS/early"
: >"$RESULTS/jobs"
: >"$RESULTS/alone"
jobs_of unit "${UNIT:-}"
jobs_of fuzz "${REPLAY:-}"
jobs_of platform "${PLATFORM:-}"
jobs_of bats "${BATS:-}"
cat "$RESULTS/early" "$RESULTS/jobs" | xargs -r -n 2 -P "${JOBS:-$(($(nproc) * 2))}" sh tests/run.sh --one
xargs -r -n 2 sh tests/run.sh --one <"$RESULTS/alone"

njobs=$(cat "$RESULTS/early" "$RESULTS/jobs" "$RESULTS/alone" | wc -l)
if [ "$njobs" -eq 0 ]; then
	echo "no test matches '$TESTS'" >&2
	exit 1
fi
find "$RESULTS" -name '*.skips' -exec sed 's/^/skipped: /' {} +
# A job without counts was killed before it could say anything.
find "$RESULTS" -name '*.counts' -exec cat {} + | awk -v njobs="$njobs" -v label="${LABEL:-}" -v file="${COUNTS:-/dev/null}" '
{ passed += $1; failed += $2; skipped += $3 }
END {
	failed += njobs - NR
	print passed + 0, failed + 0, skipped + 0 > file
	if (label != "")
		printf "%s: ", label
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0
}'
