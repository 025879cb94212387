#!/usr/bin/env bats
# Bulk between two TCP connections goes through a pipe, without being copied; nothing is lost or held back by that.

bats_require_minimum_version 1.5.0
load helpers

setup_test() {
	need python3
	more='' and=''
}

# relay PROGRAM ARGUMENT...: a relay from $port to $there; $more, $and: options of its listener, and of the other end.
relay() {
	free_port
	there=$port
	free_port
	start relay "$@" "tcp-listen:$port,each$more" "tcp:127.0.0.1:$there$and"
	wait_for_port "$port"
}
peers() { timeout 60 python3 "$BATS_TEST_DIRNAME/carried.py" "$1" "$there" "$port"; }
stop() {
	kill -TERM "$relay_pid"
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
}
splices() { grep -cE 'splice\(.*\) = [1-9]' calls; }

@test "both ways at once, most of it by splice" {
	need strace bc
	no_leak_check
	relay strace -D -f -o calls -e trace=splice,recvfrom "$IPCWIRE"
	[ "$(peers both_ways)" = ok ]
	(($(splices) >= 10))
	carried=$(sed -n 's/.*splice([0-9]*, NULL, [0-9]*, NULL, 1048576,.* = \([1-9][0-9]*\)$/\1/p' calls | paste -sd+ | bc)
	((carried >= 24 << 20))
}

@test "with -r every byte is seen, so it is copied" {
	need strace
	no_leak_check
	relay strace -D -f -o calls -e trace=splice "$IPCWIRE" -r copied
	[ "$(peers urgent)" = ok ]
	run ! splices
	[ "$(stat -c %s copied)" = $((8 << 20)) ]
}

@test "urgent data does not stop it" {
	relay "$IPCWIRE"
	[ "$(peers urgent)" = ok ]
	until_true "$DEADLINE" is_asleep "$relay_pid"
	stop
}

@test "urgent data just before the end" {
	relay "$IPCWIRE"
	[ "$(RELAY=$relay_pid peers urgent_at_the_end)" = ok ]
	stop
}

@test "urgent data just before a reset" {
	relay "$IPCWIRE"
	[ "$(RELAY=$relay_pid peers urgent_before_reset)" = ok ]
	wait_for_line relay.err 'cannot read after 1148576 bytes: Connection reset by peer'
	stop
}

# to_a_pipe HOW STATUS: a peer that sends a byte of urgent data between others, and leaves by an end or a reset.
to_a_pipe() {
	free_port
	mkfifo "$1.fifo"
	start reader timeout 60 cat "$1.fifo"
	start relay "$IPCWIRE" -u "tcp-listen:$port" "fifo:$1.fifo"
	wait_for_port "$port"
	there=0 # nobody
	[ "$(RELAY=$relay_pid peers "to_a_pipe_by_$1")" = ok ]
	wait_for_exit "$reader_pid"
	[ "$(cat reader.out)" = beforebehind ]
	wait_for_exit "$relay_pid"
	[ "$status" = "$2" ]
}

@test "urgent data just before the end, on the way to a pipe" {
	to_a_pipe end 0
	to_a_pipe reset 1
	grep -q 'cannot read after 12 bytes: Connection reset by peer' relay.err
}

@test "a server that takes nothing for a while gets all of it" {
	relay "$IPCWIRE"
	[ "$(peers stalled)" = ok ]
	stop
}

@test "a reset of the server costs what was on its way, and that is said" {
	relay "$IPCWIRE"
	[ "$(peers reset)" = ok ]
	until_true "$DEADLINE" grep -qE 'tcp:127.0.0.1:[0-9]*: .*[1-9][0-9]* bytes did not arrive' relay.err
}

@test "more clients than pipes" {
	relay "$IPCWIRE"
	before=$(files)
	[ "$(peers many)" = ok ]
	until_true "$DEADLINE" has_one_pipe
	stop
}
files() { find "/proc/$relay_pid/fd" -mindepth 1 | wc -l; }
has_one_pipe() { (($(files) <= before + 2)); } # that is kept

@test "threads have their own pipes" {
	more=,scheme=threads
	relay "$IPCWIRE"
	[ "$(peers many)" = ok ]
	stop
}

@test "pipes that are given back while others are lent" {
	more=,scheme=threads:2
	relay "$IPCWIRE"
	[ "$(peers crowd)" = ok ]
	stop
}

@test "queue=disk takes all that comes" {
	and=,queue=disk
	relay "$IPCWIRE"
	[ "$(peers unbounded)" = ok ]
	stop
}

@test "slow=close gives up a server that takes nothing" {
	and=,slow=close
	relay "$IPCWIRE"
	[ "$(LOG=relay.err peers slow)" = ok ]
	wait_for_line relay.err 'too slow, closed with [1-9][0-9]* bytes still to come'
}

@test "where descriptors are few they are for sessions" {
	need strace prlimit
	no_leak_check
	relay prlimit --nofile=200:200 strace -D -f -o calls -e trace=splice "$IPCWIRE"
	[ "$(peers both_ways)" = ok ]
	run ! splices
}

# reset_server: a server on $port that accepts one connection and resets it when it gets a line.
reset_server() {
	free_port
	start server python3 -c '
import socket, struct, sys
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    s = listener.accept()[0]
sys.stdin.readline()
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
s.close()' "$port"
	wait_for_port "$port"
}

@test "a connection that is only written to is noticed when it is reset" {
	mkfifo go
	START_INPUT=go
	exec 7<>go
	reset_server
	unset START_INPUT
	start relay "$IPCWIRE" -d -u stall "tcp:127.0.0.1:$port" 7>&-
	wait_for_line relay.err ': started: '
	echo >&7
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
}

@test "the end of a connection that was spliced does not make it a copy" {
	free_port
	mkfifo out.fifo
	start reader timeout 30 cat out.fifo
	start relay "$IPCWIRE" --stats -u "tcp-listen:$port" fifo:out.fifo
	wait_for_port "$port"
	printf hello | timeout 20 "$IPCWIRE" -u - "tcp:127.0.0.1:$port"
	wait_for_exit "$relay_pid"
	grep -q 'splice (one end is a pipe)' relay.err
}

# faulty FAULT: splice fails as it says; still every byte comes.
faulty() {
	[ -x "$IPCWIRE_FAULTS" ] || skip "needs $IPCWIRE_FAULTS (make faults)"
	relay env IPCWIRE_FAULT="$1" "$IPCWIRE_FAULTS"
	[ "$(peers both_ways)" = ok ]
	stop
	grep -qE '^fault: io.splice hit [1-9][0-9]* times' relay.err
}
@test "what the kernel refuses to take is read instead" { faulty io.splice:12:1:3; }
@test "what the kernel refuses to move on is read from the pipe" { faulty io.splice:12:2:1; }
@test "a kernel that refuses all of it" { faulty io.splice:22:1:0; }
@test "a kernel that refuses from the second call on" { faulty io.splice:95:2:0; }
@test "no pipes left" {
	[ -x "$IPCWIRE_FAULTS" ] || skip "needs $IPCWIRE_FAULTS (make faults)"
	relay env IPCWIRE_FAULT=io.pipe:24:1:0 "$IPCWIRE_FAULTS"
	[ "$(peers both_ways)" = ok ]
	stop
	grep -qE '^fault: io.pipe hit [1-9][0-9]* times' relay.err
}

@test "calls that are cut short" {
	need gcc
	need_plain_build
	gcc -shared -fPIC -o short.so "$ROOT/tests/programs/short.c"
	relay env LD_PRELOAD="$PWD/short.so" "$IPCWIRE"
	[ "$(peers one)" = ok ]
	stop
}
