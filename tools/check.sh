#!/bin/sh
# Installs what is missing (Debian packages), builds, and runs the whole test suite.
# STRICT=1: lint first, warnings are errors, what the program costs, the suite a second time under AddressSanitizer and
# UndefinedBehaviorSanitizer, and a skipped test is a failure. The last line adds everything up.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=tools/packages.sh
. tools/packages.sh

test_packages='
bats bats
bc bc
busybox busybox
curl curl
fish fish
g++ g++
gawk gawk
gdb gdb
gfortran gfortran
haproxy haproxy
iproute2 ss
jq jq
lua5.4 lua5.4
mandoc mandoc
mawk mawk
musl-tools musl-gcc
netcat-openbsd nc.openbsd
nodejs node
openssl openssl
perl perl
php-cli php
procps ps
python3 python3
ruby ruby
socat socat
sqlite3 sqlite3
strace strace
tcl tclsh
tmux tmux
valgrind valgrind
zsh zsh
'
lint_packages='
clang clang
clang-format clang-format
clang-tidy clang-tidy
cppcheck cppcheck
shellcheck shellcheck
'

STRICT=${STRICT:-0}
unset PYTHONUNBUFFERED
LC_ALL=C.UTF-8
export STRICT LC_ALL

packages=$build_packages$test_packages
[ "$STRICT" != 1 ] || packages=$packages$lint_packages
install_missing "$packages"

work=$(mktemp -d "${TMPDIR:-/tmp}/ipcwire-check-sh.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
status=0

# One part: LABEL MAKE-ARGUMENT... A part that cannot count for itself (it did not build) is one failure.
part() {
	label=$1
	shift
	echo "== $label: make $*"
	if LABEL=$label COUNTS=$work/$label make --no-print-directory "$@"; then
		rc=0
	else
		rc=$?
		status=1
	fi
	[ -s "$work/$label" ] || echo "0 $((rc != 0)) 0" >"$work/$label"
}

# The compiler's output matters only when it fails.
build() {
	echo "== build: make $*"
	make --no-print-directory -j"$(nproc)" "$@" >"$work/build.log" 2>&1 || {
		cat "$work/build.log"
		echo "0 1 0" >"$work/build"
		status=1
		return 0
	}
	grep 'warning:' "$work/build.log" || true
}

if [ "$STRICT" = 1 ]; then
	part lint lint
	build WERROR=1 check-build
	part suite WERROR=1 check
	part counts WERROR=1 bench-counts
	# No WERROR here: with sanitizers gcc sees faults that are none.
	build BUILD=build-asan SANITIZE=1 check-build
	part sanitized asan
else
	build check-build
	part suite check
fi

rm -f "$work/build.log"
cat "$work"/* | awk -v status="$status" '
{ passed += $1; failed += $2; skipped += $3 }
END {
	if (status != 0 && failed == 0)
		failed = 1
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0
}'
