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

# rest ARGUMENT...: a wire that has done all that it can, and waits without a limit.
rest() {
	start relay "$IPCWIRE" "$@"
	until_true "$DEADLINE" is_at_rest "$relay_pid"
}

end_relay() {
	kill -TERM "$relay_pid"
	wait_for_exit "$relay_pid"
	[ "$status" = 143 ]
}

@test "what waited for it is counted as lost" {
	rest -u text:abc stall
	end_relay
	grep -q '^ipcwire: stall: 3 bytes did not arrive' relay.err
}

@test "queue= bounds what is read for it" {
	rest -u zero stall,queue=1k
	end_relay
	grep -q '^ipcwire: stall,queue=1k: 1024 bytes did not arrive' relay.err
}

@test "the other direction goes on" {
	start relay "$IPCWIRE" 'stall!!stdout' exec:'echo alive'
	wait_for_line relay.out '^alive$'
	[ "$(cat relay.out)" = alive ]
}

@test "it does not burn the processor" {
	rest stall stall
	before=$(cut -d ' ' -f 14,15 /proc/"$relay_pid"/stat)
	run timeout 1 tail -f /dev/null
	[ "$(cut -d ' ' -f 14,15 /proc/"$relay_pid"/stat)" = "$before" ]
	end_relay
}
