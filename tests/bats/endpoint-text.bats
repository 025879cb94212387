#!/usr/bin/env bats
# text: gives its parameter, then ends.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@" </dev/null; }

@test "gives its parameter, then ends" {
	iw text:hello stdout >out
	printf hello | cmp - out
}

@test "C escapes, also NUL" {
	iw -u text:'a\n\tb\x41\101\0z\\.' - >out
	printf 'a\n\tbAA\0z\\.' | cmp - out
}

@test "colons as they are, a comma in quotes or with a backslash" {
	iw -u text:a:b:c - >out
	[ "$(cat out)" = a:b:c ]
	iw -u text:"'x,y z'" - >out
	[ "$(cat out)" = 'x,y z' ]
}

@test "64 KiB" {
	head -c 65536 /dev/zero | tr '\0' q >want
	iw -u text:"$(cat want)" - >out
	same want out
}

@test "an empty text is the end of input" {
	[ "$(iw 'text:!!stdout' exec:'wc -c')" = 0 ]
}

@test "it cannot be written to" {
	rc=0
	iw -u null text:abc 2>err || rc=$?
	cat err
	[ "$rc" = 2 ]
	grep -q '^ipcwire: .*text:abc' err
}

@test "every client gets it" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each text:'welcome\n'
	wait_for_port "$port"
	for _ in 1 2 3; do
		[ "$(iw -U - tcp:127.0.0.1:"$port")" = welcome ]
	done
}
