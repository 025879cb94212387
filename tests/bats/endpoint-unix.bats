#!/usr/bin/env bats
# unix: and abstract:, connecting.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "unix: 3 MiB there and back" {
	start server "$IPCWIRE" unix-listen:sock,each pipe
	wait_for_socket sock
	random_file in 3M
	iw - unix:sock <in >out
	same in out
}

@test "abstract: 3 MiB there and back" {
	name=ipcwire-test-$$-$RANDOM
	start server "$IPCWIRE" -d abstract-listen:"$name",each pipe
	wait_for_line server.err listening
	random_file in 3M
	iw - abstract:"$name" <in >out
	same in out
}

@test "known words: unix-connect, unix-client, local, abstract-connect" {
	name=ipcwire-test-$$-$RANDOM
	start server "$IPCWIRE" unix-listen:sock,each pipe
	start other "$IPCWIRE" -d abstract-listen:"$name",each pipe
	wait_for_socket sock
	wait_for_line other.err listening
	for address in UNIX-CONNECT:sock unix-client:sock local:sock abstract-connect:"$name" abstract-client:"$name"; do
		printf 'by %s' "$address" | iw - "$address" >out
		[ "$(cat out)" = "by $address" ]
	done
}

@test "half-close: the answer after the end of input arrives" {
	start server "$IPCWIRE" unix-listen:sock exec:'wc -c'
	wait_for_socket sock
	head -c 12345 /dev/zero | iw - unix:sock >out
	[ "$(cat out)" = 12345 ]
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "a path with colons and the longest path" {
	start server "$IPCWIRE" unix-listen:a:b:c,each pipe
	wait_for_socket a:b:c
	printf x | iw - unix:a:b:c >out
	[ "$(cat out)" = x ]
	long=$(printf %0107d 0)
	start other "$IPCWIRE" unix-listen:"$long" pipe
	wait_for_socket "$long"
	printf y | iw - unix:"$long" >out
	[ "$(cat out)" = y ]
}

@test "socket options reach the kernel" {
	need strace
	no_leak_check
	start server "$IPCWIRE" unix-listen:sock,each pipe
	wait_for_socket sock
	strace -f -qq -e trace=setsockopt -o trace timeout 20 "$IPCWIRE" -u text:x unix:sock,sndbuf=20000,rcvbuf=30000 </dev/null
	grep -q 'SO_SNDBUF, \[20000\]' trace
	grep -q 'SO_RCVBUF, \[30000\]' trace
}

@test "connect-timeout: a listener that never accepts, with a full backlog" {
	need python3
	start server python3 -c '
import socket, time
s = socket.socket(socket.AF_UNIX)
s.bind("sock")
s.listen(0)
held = []
for i in range(9):
    c = socket.socket(socket.AF_UNIX)
    c.setblocking(False)
    try:
        c.connect("sock")
    except BlockingIOError:
        break
    held.append(c)
print("full", flush=True)
time.sleep(1000)'
	wait_for_line server.out full
	rc=0
	iw -u text:x unix:sock,connect-timeout=200ms 2>err </dev/null || rc=$?
	cat err
	[ "$rc" = 124 ]
	grep -q '^ipcwire: unix:sock,connect-timeout=200ms: ' err
}
