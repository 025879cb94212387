#!/usr/bin/env bats
# --help: everything by its name, at the width of the terminal.

load helpers

# on_terminal COLUMNS COMMAND...: what it prints on a terminal of that width, in "shown"; escapes are left in.
on_terminal() {
	local columns=$1
	shift
	need python3
	python3 "$ROOT/tests/bats/terminal.py" "$columns" "$@" >shown
}
has_no_escape() {
	[ "$(grep -c $'\033' "$1")" = 0 ]
}
narrower_than() {
	awk -v most="$1" '{ gsub(/\033\[[0-9;]*m/, "") } length($0) > most { print; bad = 1 } END { exit bad }' shown
}

@test "--help fits terminals of 40, 80 and 200 columns" {
	local columns topic
	for columns in 40 80 200; do
		for topic in '' =tcp-listen =exec =each =options =kinds =status; do
			on_terminal "$columns" "$IPCWIRE" "--help$topic"
			[ -s shown ]
			narrower_than "$columns"
		done
	done
}

@test "--help is two screens on a usual terminal" {
	on_terminal 100 "$IPCWIRE" --help
	# Two screens were 110 lines; commands (seven of them for sessions) and dialogues have theirs.
	(($(wc -l <shown) <= 135))
}

@test "colours: on a terminal, never with NO_COLOR or TERM=dumb, never in a pipe" {
	on_terminal 80 env -u NO_COLOR TERM=xterm "$IPCWIRE" --help
	grep -q $'\033' shown
	on_terminal 80 env NO_COLOR=1 TERM=xterm "$IPCWIRE" --help
	has_no_escape shown
	on_terminal 80 env -u NO_COLOR TERM=dumb "$IPCWIRE" --help
	has_no_escape shown
	TERM=xterm "$IPCWIRE" --help 2>&1 | cat >out
	has_no_escape out
}

@test "in a pipe an entry is a line" {
	[ "$("$IPCWIRE" --help=tcp-listen | grep -c '^  backlog=N|system .*default system)$')" = 1 ]
}

@test "every kind has a page, by every name, whose example parses" {
	local kind aliases example alias
	while IFS=$'\t' read -r _ kind aliases _; do
		"$IPCWIRE" --help="$kind" >page
		example=$(sed -n 's/^  example  ipcwire //p' page)
		[ -n "$example" ]
		eval "'$IPCWIRE' --check $example"
		[ "$aliases" != - ] || continue
		for alias in ${aliases//,/ }; do
			# `open` is an option, too, and `signal` a verb, whose pages follow.
			"$IPCWIRE" --help="$alias" >other
			cmp -n "$(stat -c %s page other | sort -n | head -n 1)" other page
		done
	done < <("$IPCWIRE" --list=kinds)
}

@test "every option has a page with type and default" {
	local what name
	while IFS=$'\t' read -r what name _; do
		"$IPCWIRE" --help="$name" >page
		grep -q '^  type ' page
		grep -q '^  default ' page
	done < <("$IPCWIRE" --list=all | awk -F '\t' -v OFS='\t' '$1 == "option" { print $1, $2 }
		$1 ~ /^(kind|group)-option$/ { print $1, $3 }')
}

@test "the page of an address option names its kinds" {
	"$IPCWIRE" --help=each >page
	grep -q '^  also *fork$' page
	grep -q '^  kinds *tcp-listen, .*unix-listen' page
	"$IPCWIRE" --help=fork | cmp - page
	"$IPCWIRE" --help=queue | grep -q '^  kinds *all$'
}

@test "an option is found with and without its dashes, and as an argument of its own" {
	"$IPCWIRE" --help=end-wait >page
	"$IPCWIRE" --help=--end-wait | cmp - page
	"$IPCWIRE" --help=-t | cmp - page
	"$IPCWIRE" --help end-wait | cmp - page
}

@test "a word that is no name finds what has to do with it" {
	"$IPCWIRE" --help=loopback >page
	grep -q '^  tcp-listen:' page
	"$IPCWIRE" --help=PORT | grep -q '^  tcp:HOST:PORT'
}

@test "a misspelt topic is a usage error with the nearest name" {
	run "$IPCWIRE" --help=tpc-listen
	[ "$status" = 2 ]
	[[ ${lines[0]} == *"'tpc-listen'"* ]]
	[[ ${lines[1]} == *"did you mean 'tcp-listen'?"* ]]
	run "$IPCWIRE" --help=xyzzyxyzzy
	[ "$status" = 2 ]
	[[ ${lines[1]} == *"--help lists"* ]]
}

@test "the examples of --help parse" {
	local n=0 line
	touch backup.tar
	while read -r line; do
		eval "'$IPCWIRE' --check ${line#ipcwire }"
		n=$((n + 1))
	done < <("$IPCWIRE" --help | sed -n '/^Examples/,$ s/^  \(ipcwire .*[^ ]\)   *[a-z].*/\1/p')
	[ "$n" -ge 4 ]
}

@test "every general option is in a section of the help" {
	"$IPCWIRE" --help >page
	[ "$(grep -c '^Options: everything else' page)" = 0 ]
	while IFS=$'\t' read -r _ name _; do
		grep -q -e "--$name\>" page
	done < <("$IPCWIRE" --list=options)
}
