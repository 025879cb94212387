#!/usr/bin/env bats
# fd:N and a bare digit: a descriptor that was inherited.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "fd:N is read" {
	random_file in 100k
	iw -u fd:7 - 7<in >out
	same in out
}

@test "fd:N is written" {
	iw -u text:hello fd:8 8>out >nothing
	[ "$(cat out)" = hello ]
	[ ! -s nothing ]
}

@test "a bare digit is a descriptor, but not after an option without a value" {
	printf digit >in
	iw 7 stdout --forward 7<in >out
	[ "$(cat out)" = digit ]
	rc=0
	iw -u 7 - 7<in 2>err || rc=$?
	[ "$rc" = 2 ]
	grep -q 'fd:7' err
}

@test "a pair of descriptors: read from one, write to the other" {
	printf question >in
	iw 'fd:7!!fd:8' exec:'tr a-z A-Z' 7<in 8>out </dev/null
	[ "$(cat out)" = QUESTION ]
}

@test "reading begins where the descriptor stands" {
	printf 'first\nsecond\n' >in
	{
		read -r line <&7
		iw -u fd:7 - >out
	} 7<in
	[ "$line" = first ]
	[ "$(cat out)" = second ]
}

@test "the direction must fit the descriptor" {
	echo abc >in
	rc=0
	iw -u text:x fd:7 7<in 2>err || rc=$?
	cat err
	[ "$rc" = 1 ]
	grep -q '^ipcwire: fd:7: .*not open for writing' err
	[ "$(cat in)" = abc ]
}

@test "an inherited descriptor does not leak into a program" {
	echo abc >in
	iw -u fd:7 exec:'ls /proc/self/fd' 7<in 9<in >out
	cat out
	[ "$(grep -cxE '7|9' out)" = 0 ]
	grep -qx 0 out
}
