#!/usr/bin/env bats
# The course: every chapter in both languages with the same examples, and every example runs.
# run: early

load helpers

CHAPTERS=14

setup_test() {
	COURSE=$ROOT/doc/course
	export TMPDIR=$BATS_TEST_TMPDIR
}

chapters() {
	(cd "$COURSE/$1" && printf '%s\n' *.md)
}

# examples_of FILE: its examples, what is said above them to those who run them, and the lines of tables.
examples_of() {
	awk '/^```/ { inside = !inside; print; next } inside || /^<!--/ || /^\|.*`/' "$1"
}

# links_of FILE: where it links to.
links_of() {
	grep -o '](\([^)]*\))' "$1" | tr -d '])('
}

# run_examples FILE...: as a reader of these chapters would.
run_examples() {
	need python3
	local rc=0
	# Most of what they do is to wait.
	JOBS=8 timeout --kill-after=10 300 "$ROOT/tests/docs/run-examples" "$@" >report 2>&1 || rc=$?
	grep -v '^ok' report || true
	[ "$rc" = 0 ] || return 1
	if grep -q '# skip' report; then skip "$(sed -n 's/^ok [0-9]* \(.*\) # skip \(.*\)/\1: \2/p' report | head -n 1)"; fi
}

@test "both languages have the same chapters, and all of them" {
	diff <(chapters en) <(chapters es)
	[ "$(chapters en | wc -l)" = "$CHAPTERS" ]
	chapters en | awk '{ if ($0 !~ sprintf("^%02d-[a-z-]+\\.md$", NR)) exit 1 }'
}

@test "both languages have the same examples, in the same order" {
	local name
	for name in $(chapters en); do
		diff <(examples_of "$COURSE/en/$name") <(examples_of "$COURSE/es/$name")
		[ "$(grep -c '^## ' "$COURSE/en/$name")" = "$(grep -c '^## ' "$COURSE/es/$name")" ]
	done
}

@test "each chapter shows a line of ipcwire, and its plan" {
	local name
	for name in $(chapters en); do
		examples_of "$COURSE/en/$name" | grep -q '^[a-z]*\$ .*ipcwire.*--explain'
		examples_of "$COURSE/en/$name" | grep -v -- --explain | grep -q '^[a-z]*\$ .*ipcwire'
	done
}

@test "the index has every chapter, and every link leads to a file" {
	local name language file link
	for name in $(chapters en); do
		grep -qF "(en/$name)" "$COURSE/README.md"
		grep -qF "(es/$name)" "$COURSE/README.md"
	done
	for file in "$COURSE"/README.md "$COURSE"/e[ns]/*.md; do
		for link in $(links_of "$file"); do
			[ -f "$(dirname "$file")/$link" ] || { echo "$file: $link"; return 1; }
		done
	done
}

@test "an example that differs is found" {
	sed 's/| wc -l$/| wc/' "$COURSE/es/01-anonymous-pipes.md" >other.md
	run diff <(examples_of "$COURSE/en/01-anonymous-pipes.md") <(examples_of other.md)
	[ "$status" = 1 ]
}

@test "pipes, and their buffers" {
	run_examples "$COURSE"/en/0[1-4]-*
}

@test "sockets, and servers" {
	run_examples "$COURSE"/en/0[5-9]-*
}

@test "classes, redirection, queues, memory and calls" {
	run_examples "$COURSE"/en/1?-*
}
