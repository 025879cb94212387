#!/usr/bin/env bats
# Reads and writes of a few bytes, interrupted ones among them, while signals come all the time: nothing is lost or torn.

load helpers

setup_test() {
	need gcc python3
	need_plain_build
	gcc -shared -fPIC -o short.so "$ROOT/tests/programs/short.c"
	export CUT=$BATS_TEST_TMPDIR/short.so
}

# serve ARGUMENT...: a wire on $port and in the path sock, with calls cut short and under fire.
serve() {
	start server env LD_PRELOAD="$CUT" "$IPCWIRE" "$@"
}
# As fast as 1 kHz, and no faster, until the process has ended; one in fifty makes it tell what it does.
shoot() {
	start shooter python3 -c '
import itertools, os, signal, sys, time
try:
    for i in itertools.count():
        os.kill(int(sys.argv[1]), signal.SIGUSR1 if i % 50 == 0 else signal.SIGCHLD)
        time.sleep(0.001)
except ProcessLookupError:
    pass' "$1"
}
stop() {
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	wait_for_exit "$shooter_pid"
}

@test "what the calls are cut to" {
	need strace
	seq 100 >in
	strace -f -e trace=write,writev,splice -o calls env LD_PRELOAD="$CUT" "$IPCWIRE" -u file:in create:out
	same in out
	(($(grep -cE '(writev?|splice)\(' calls) >= $(stat -c %s in) / 7))
}

@test "tee: everything to all" {
	random_file in 200k
	mkfifo late.fifo
	serve --tee file:in create:a exec:'sh -c "cat >b"',via=pipe exec:'sh -c "cat >c"',via=socketpair fifo:late.fifo
	wait_for_file a
	shoot "$server_pid"
	timeout 60 cat late.fifo >d
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	for copy in a b c d; do same in "$copy"; done
}

@test "merge: whole lines in each one's order" {
	mkfifo go
	serve --merge fifo:go exec:'seq 1 5000' exec:'seq 100001 105000' create:out
	exec 7>go
	wait_for_line out '^1....0$'
	shoot "$server_pid" 7>&-
	seq 200001 203000 >&7
	exec 7>&-
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	grep '^[1-9][0-9]\{0,3\}$' out | cmp - <(seq 5000)
	grep '^1.....$' out | cmp - <(seq 100001 105000)
	grep '^2.....$' out | cmp - <(seq 200001 203000)
}

@test "hub: a line from any reaches the others once, whole, in order" {
	free_port
	serve --hub "tcp-listen:$port"
	wait_for_port "$port"
	shoot "$server_pid"
	[ "$(timeout 90 python3 "$BATS_TEST_DIRNAME/members.py" hub "$port" 4 500)" = ok ]
	stop
}

@test "share=turns: every answer to its asker" {
	need bc
	serve unix-listen:sock,share=turns,lines=1 exec:bc
	wait_for_socket sock
	shoot "$server_pid"
	[ "$(timeout 90 python3 "$BATS_TEST_DIRNAME/members.py" turns sock 5 60)" = ok ]
	stop
}

@test "share: whole lines of all to one program, and what it says to everybody" {
	free_port
	serve "tcp-listen:$port,share" exec:cat
	wait_for_port "$port"
	shoot "$server_pid"
	[ "$(timeout 90 python3 "$BATS_TEST_DIRNAME/members.py" share "$port" 3 400)" = ok ]
	stop
}
