#!/usr/bin/env bats
# zero: endless zero bytes, swallows what is written.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "zero bytes, as many as somebody takes" {
	iw -u zero 'exec:head -c 3000000' >out </dev/null
	head -c 3000000 /dev/zero >want
	same want out
}

@test "a reader that ends by itself is no error" {
	iw -u zero - </dev/null 2>err | head -c 10 >out
	[ "$(stat -c %s out)" = 10 ]
	[ ! -s err ]
}

@test "it swallows what is written" {
	iw -u text:abc zero 2>err >out </dev/null
	[ ! -s err ] && [ ! -s out ]
}

@test "it never ends: only a time limit does" {
	rc=0
	iw -u --timeout=300ms zero null 2>err </dev/null || rc=$?
	[ "$rc" = 124 ]
}
