#!/usr/bin/env bats
# What once went wrong: each test failed before its bug was mended.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "eof-grace: a program that does not go after its end of input is ended" {
	rc=0
	timeout 20 "$IPCWIRE" text:x exec:'sleep 100',eof-grace=100ms </dev/null || rc=$?
	[ "$rc" = 0 ]
	no_survivors
}

@test "abstract-listen: the whole name is the socket's, the last letter too" {
	name=ipcwire-test-$$-$RANDOM
	start server "$IPCWIRE" abstract-listen:"$name",each pipe
	wait_for_socket "@$name"
}

@test "abstract: names that differ in the last letter are two" {
	name=ipcwire-test-$$-$RANDOM
	start a "$IPCWIRE" -d abstract-listen:"${name}a",each text:a
	start b "$IPCWIRE" -d abstract-listen:"${name}b",each text:b
	wait_for_line a.err listening
	wait_for_line b.err listening
	[ "$(iw -U - abstract:"${name}a" </dev/null)" = a ]
	[ "$(iw -U - abstract:"${name}b" </dev/null)" = b ]
}

@test "abstract: meets socat, both ways" {
	need socat
	name=ipcwire-test-$$-$RANDOM
	start server socat -t 20 abstract-listen:"$name" EXEC:cat
	wait_for_socket "@$name"
	[ "$(printf x | iw - abstract:"$name")" = x ]
	start other "$IPCWIRE" -d abstract-listen:"$name-2",each pipe
	wait_for_line other.err listening
	[ "$(printf y | timeout 20 socat -t 20 - abstract-connect:"$name-2")" = y ]
}

@test "broken pipe: the end by SIGPIPE, every time, when our standard output is gone" {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		{
			rc=0
			yes | timeout 20 "$IPCWIRE" -u - stdout 2>err || rc=$?
			echo "$rc" >>rc
		} | head -n 1 >out
		[ "$(cat out)" = y ]
		[ ! -s err ]
	done
	sort rc | uniq -c
	[ "$(sort -u rc)" = 141 ]
}

@test "an abstract name keeps its last character" {
	need python3
	start server "$IPCWIRE" abstract-listen:ipcwire-abc exec:cat
	until_true "$DEADLINE" grep -q '@ipcwire-ab' /proc/net/unix
	grep -o '@ipcwire-ab.*' /proc/net/unix
	grep -q '@ipcwire-abc$' /proc/net/unix
}

@test "a message about an error, and the status 0: io.nonblock" {
	[ -x "$IPCWIRE_FAULTS" ] || skip "needs $IPCWIRE_FAULTS"
	rc=0
	IPCWIRE_FAULT=io.nonblock:22 timeout 20 "$IPCWIRE_FAULTS" text:x exec:cat,via=pipe >out 2>err || rc=$?
	cat err
	grep -q 'cannot make it non-blocking' err
	[ "$rc" = 1 ]
}

# sleeps_after PID BYTES: it has read so many (proc(5)), and does nothing.
sleeps_after() {
	[ "$(awk '/^rchar:/ { print $2 }' "/proc/$1/io")" -gt "$2" ] && is_asleep "$1"
}
@test "a queue on disk that cannot be read is an error, and no hang: spool.read" {
	[ -x "$IPCWIRE_FAULTS" ] || skip "needs $IPCWIRE_FAULTS"
	random_file want 4M
	mkfifo go # the program reads when what it gets is on disk, but for a pipe of it
	start spooled env IPCWIRE_FAULT=spool.read:5 "$IPCWIRE_FAULTS" -u file:want \
		exec:'sh -c "read x <go; cat >/dev/null"',via=pipe,queue=disk
	until_true "$DEADLINE" sleeps_after "$spooled_pid" 800000
	echo >go
	wait_for_exit "$spooled_pid"
	cat spooled.err
	[ "$status" = 1 ]
	grep -q '^fault: spool.read hit [1-9]' spooled.err
}

@test "abstract sockets and a foreign peer: every kind" {
	need python3
	timeout 300 python3 "$ROOT/tests/bats/pairs.py" plain 65536 stdio/abstract abstract-listen/exec-pipe
	for left in abstract abstract-listen; do
		timeout 300 python3 "$ROOT/tests/bats/pairs.py" pairs "$left" 0 1 4095 65536
	done
}

@test "input that a reset cuts off is no end of input" {
	need python3
	cat >reset.py <<-'END'
		import socket, struct
		l = socket.socket()
		l.bind(("127.0.0.1", 0))
		l.listen(1)
		print(l.getsockname()[1], flush=True)
		s, _ = l.accept()
		s.sendall(b"half")
		s.recv(1)
		s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		s.close()
	END
	start peer python3 reset.py
	wait_for_line peer.out .
	rc=0
	echo go | timeout 20 "$IPCWIRE" - "tcp:127.0.0.1:$(cat peer.out)" >out 2>err || rc=$?
	cat out err
	[ "$rc" = 1 ]
	[ -s err ]
	wait_for_exit "$peer_pid"
}

@test "a TCP peer that reads late, and all arrives: status 0" {
	need python3
	for mode in late slow; do
		timeout 300 python3 "$ROOT/tests/bats/pairs.py" "$mode" 4000000 stdio/tcp file/tcp unix-listen/tcp
	done
	timeout 300 python3 "$ROOT/tests/bats/pairs.py" plain 16777216 tcp-listen/exec-pipe
}


@test "a reset is one, whatever way the bytes go" {
	need python3
	cat >reset.py <<-'END'
		import socket, struct, sys
		s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
		s.sendall(b"abc")
		n = 0
		while n < 3:
		    n += len(s.recv(3))
		s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		s.close()
	END
	for other in pipe exec:cat,via=pipe exec:cat,via=socketpair; do
		free_port
		start server "$IPCWIRE" "tcp-listen:$port" "$other"
		wait_for_port "$port"
		timeout 60 python3 reset.py "$port"
		wait_for_exit "$server_pid"
		[ "$status" = 1 ]
		[ "$(cat server.err)" = "ipcwire: tcp-listen:$port: cannot read after 3 bytes: Connection reset by peer" ]
	done
}

@test "via=socketpair: a program that nobody can read any more is not left hanging" {
	rc=0
	timeout 20 "$IPCWIRE" -U create:/dev/full exec:yes,via=socketpair 2>err </dev/null || rc=$?
	[ "$rc" = 1 ]
	[ "$(grep -c '^ipcwire: create:/dev/full: [1-9][0-9]* bytes did not arrive' err)" = 1 ]
}

@test "a run that shows no text does not look up the characters of the locale" {
	need strace
	no_leak_check
	LC_ALL=C.UTF-8 timeout 20 strace -qq -e trace=open,openat -o trace "$IPCWIRE" null null </dev/null
	grep -q /dev/null trace
	run grep -c locale trace
	[ "$output" = 0 ]
	LC_ALL=C.UTF-8 run timeout 20 "$IPCWIRE" null $'n\u00fcll' </dev/null
	[[ $output == *$'n\u00fcll'* ]]
}

@test "an end that the peer has not acknowledged is no byte that did not arrive" {
	need python3 unshare
	unshare --user --map-root-user --net true 2>/dev/null || skip 'optional: no namespaces'
	[ "$(unshare --user --map-root-user --net python3 "$BATS_TEST_DIRNAME/acknowledged.py" "$IPCWIRE")" = ok ]
}
