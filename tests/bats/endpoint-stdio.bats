#!/usr/bin/env bats
# stdio, stdin, stdout, stderr: the descriptors everybody has.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "- reads standard input and writes standard output, byte for byte" {
	random_file in 300k
	iw - pipe <in >out
	same in out
}

@test "one address is wired to standard input and output" {
	printf 'one\ntwo\n' | iw exec:'tr a-z A-Z' >out
	[ "$(cat out)" = $'ONE\nTWO' ]
}

@test "stdin and stdout by name" {
	random_file in 70000
	iw stdin stdout <in >out
	same in out
}

@test "stderr is written to, and nothing else is" {
	iw text:'to stderr\n' stderr >out 2>err </dev/null
	[ "$(cat err)" = 'to stderr' ]
	[ ! -s out ]
}

@test "stdin cannot be written: the other end's output has nowhere to go" {
	rc=0
	iw -u text:abc stdin </dev/null >out 2>err || rc=$?
	cat err
	[ "$rc" != 0 ]
	grep -q '^ipcwire: .*stdin' err
	[ ! -s out ]
}

@test "kind names are understood in any case" {
	printf 'abc' | iw STDIN StdOut >out
	[ "$(cat out)" = abc ]
}

@test "standard output that appends keeps what is there" {
	printf 'old\n' >log
	iw -u text:'new\n' - >>log </dev/null
	[ "$(cat log)" = $'old\nnew' ]
}

@test "O_NONBLOCK is not set on what we were given" {
	need python3
	start relay python3 -c '
import os, subprocess, sys, fcntl
r, w = os.pipe()
p = subprocess.Popen([sys.argv[1], "-u", "-", "null"], stdin=r)
os.write(w, b"x")
import select
while select.select([r], [], [], 0)[0]: pass
bad = fcntl.fcntl(r, fcntl.F_GETFL) & os.O_NONBLOCK
os.close(w)
p.wait(20)
sys.exit(1 if bad else p.returncode)' "$IPCWIRE"
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
}
