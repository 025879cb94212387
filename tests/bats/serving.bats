#!/usr/bin/env bats
# The table of listeners and schemes: clients by nc, socat and Python's socket module, far ends by all classes of Python's
# socketserver, and a program. A new kind of listener is a word of LISTENERS, a new scheme is found by itself.

load helpers

LISTENERS='tcp-listen unix-listen'

setup_test() {
	need python3 nc socat
}
serving() {
	for listener in $LISTENERS; do
		[ "$(timeout 60 python3 "$BATS_TEST_DIRNAME/serving.py" "$IPCWIRE" "$listener" "$1")" = ok ] || {
			echo "$listener with $1" >&2
			return 1
		}
	done
}

@test "one client, and the end: every client to every server" {
	serving once
}

@test "one at a time: every client to every server" {
	serving each,max=1
}

@test "scheme=: every client to every server" {
	words=$("$IPCWIRE" --help=scheme | sed -n '1s/^scheme=//p')
	[ -n "$words" ]
	for word in ${words//|/ }; do
		serving "each,scheme=${word/"[:N]"/:4}"
	done
}
