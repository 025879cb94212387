#!/bin/sh
# Runs the fuzzers named (as `make fuzz` built them) for FUZZ_TIME seconds each. What they find new is
# kept in $BUILD/corpus/NAME; an input that breaks something is saved in $BUILD and ends the run.
set -eu
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build-fuzz}

for target in "$@"; do
	name=${target%_fuzz}
	mkdir -p "$BUILD/corpus/$name"
	set -- -max_total_time="${FUZZ_TIME:-30}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$BUILD/$name-" "$BUILD/corpus/$name"
	[ ! -d "tests/fuzz/corpus/$name" ] || set -- "$@" "tests/fuzz/corpus/$name"
	[ ! -f "tests/fuzz/$name.dict" ] || set -- -dict="tests/fuzz/$name.dict" "$@"
	echo "fuzz: $name for ${FUZZ_TIME:-30} s"
	log=$BUILD/$name.log
	if ! "$BUILD/tests/fuzz/$target" "$@" >"$log" 2>&1; then
		tail -n 60 "$log"
		echo "fuzz: $name failed; the input is $BUILD/$name-*" >&2
		exit 1
	fi
	grep -E 'stat::(number_of_executed_units|new_units_added)' "$log" || true
done
