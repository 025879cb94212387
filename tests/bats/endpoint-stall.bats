#!/usr/bin/env bats
# stall: never readable, never at its end, never writable.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "nothing moves: --idle ends the run" {
	rc=0
	iw --idle=200ms stall stall 2>err >out </dev/null || rc=$?
	[ "$rc" = 124 ]
	[ ! -s out ]
	[ "$(wc -l <err)" = 1 ]
}

@test "what waited for it is counted as lost" {
	rc=0
	iw -u --timeout=200ms text:abc stall 2>err </dev/null || rc=$?
	[ "$rc" = 124 ]
	grep -q '^ipcwire: stall: 3 bytes did not arrive' err
}

@test "queue= bounds what is read for it" {
	rc=0
	iw -u --timeout=500ms zero stall,queue=1k 2>err </dev/null || rc=$?
	cat err
	[ "$rc" = 124 ]
	grep -q '^ipcwire: stall,queue=1k: 1024 bytes did not arrive' err
}

@test "the other direction goes on" {
	rc=0
	iw --timeout=500ms 'stall!!stdout' exec:'echo alive' 2>err >out </dev/null || rc=$?
	[ "$(cat out)" = alive ]
}

@test "it does not burn the processor" {
	start relay "$IPCWIRE" stall stall
	until_true 10 is_asleep "$relay_pid"
	before=$(cut -d ' ' -f 14,15 /proc/"$relay_pid"/stat)
	run timeout 1 tail -f /dev/null
	[ "$(cut -d ' ' -f 14,15 /proc/"$relay_pid"/stat)" = "$before" ]
	kill -TERM "$relay_pid"
	wait_for_exit "$relay_pid"
	[ "$status" = 143 ]
}
