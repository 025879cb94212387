#!/usr/bin/env bats
# Time limits of one client of a listener: idle=, timeout=, first-byte=. They end the client, never the server.
# A limit within which a program has to begin, or a client to speak, is a second or more.

load helpers

# serve OPTIONS ARGUMENT...: a server on the socket "sock" in the background, at info.
serve() {
	local options=$1
	shift
	start server "$IPCWIRE" -d --drain 1s "unix-listen:sock,$options" "$@"
	wait_for_socket sock
}

# client PYTHON: s is a connection to the server. It ends by itself or by a deadline.
client() {
	need python3
	timeout 30 python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(20)
s.connect("sock")
def rest():
    got = b""
    while True:
        n = s.recv(65536)
        if not n:
            return got
        got += n
exec(sys.argv[1])' "$1"
}

drained() {
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "idle: a silent client is told the end, its program ends, the next one is served" {
	serve each,idle=2s exec:cat
	[ "$(client 's.send(b"hello\n"); print(rest())')" = "b'hello\\n'" ]
	wait_for_line server.err '\[s1\] .* ended after [0-9.]+ s: nothing moved within the time of idle; bytes forward 6, backward 6'
	[ "$(client 's.send(b"next\n"); s.shutdown(socket.SHUT_WR); print(rest())')" = "b'next\\n'" ]
	wait_for_line server.err '\[s2\] .* ended after [0-9.]+ s: client '
	drained
}

@test "idle: a byte either way counts, however long the session is" {
	serve each,idle=2s 'exec:sh -c "for i in 1 2 3 4 5 6 7 8; do sleep 0.3; echo \$i; done"'
	[ "$(client 'print(rest())')" = "b'1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n'" ]
	wait_for_line server.err 'ended after'
	run ! grep 'time of idle' server.err
	drained
}

@test "idle: a client that does not read is ended, too, and what did not arrive is told" {
	serve each,idle=2s exec,via=socketpair -- head -c 3000000 /dev/zero
	client 'import time
deadline = time.monotonic() + 20
while "time of idle" not in open("server.err").read() and time.monotonic() < deadline: time.sleep(0.02)' &
	PIDS+=($!)
	wait_for_line server.err '\[s1\] .* nothing moved within the time of idle'
	wait_for_line server.err '\[s1\] .* bytes did not arrive'
	drained
}

@test "timeout: a session ends after its time, whatever it does, a stubborn program by the ladder" {
	serve each,timeout=2s exec,kill-after=100ms -- sh -c 'trap "" HUP TERM; while :; do echo tick; sleep 0.05; done'
	[[ $(client 'print(rest())') == "b'tick\\n"* ]]
	wait_for_line server.err '\[s1\] .* ended after [0-9.]+ s: the time of timeout is over'
	until_true "$DEADLINE" has_no_child "$server_pid"
	drained
}
has_no_child() {
	[ -z "$(cat "/proc/$1/task/$1/children")" ]
}

@test "first-byte: only those who send nothing are ended" {
	serve each,first-byte=1s exec:cat
	[ "$(client 'print(rest())')" = "b''" ]
	wait_for_line server.err '\[s1\] .*: the client sent nothing within the time of first-byte; bytes forward 0, backward 0'
	[ "$(client 's.send(b"a"); s.recv(1); import select; print(select.select([s], [], [], 1.5)[0]); s.send(b"b"); print(s.recv(1))')" = $'[]\nb\'b\'' ]
	drained
}

@test "first-byte: a client that says it has nothing to send gets its answer" {
	serve each,first-byte=1s 'exec:sh -c "sleep 1.5; echo late"'
	[ "$(client 's.shutdown(socket.SHUT_WR); print(rest())')" = "b'late\\n'" ]
	drained
}

@test "share: a limit ends one client, the shared end and the others stay" {
	serve share,idle=2s exec:cat
	# 0 talks all the time, and 1 and 2 hear it; 3 comes when nobody talks.
	run client 'import time
c = [s] + [socket.socket(socket.AF_UNIX) for i in range(2)]
for o in c[1:]:
    o.settimeout(20)
    o.connect("sock")
deadline = time.monotonic() + 20
while "[s3]" not in open("server.err").read():
    assert time.monotonic() < deadline
    time.sleep(0.02)
for i in range(25):
    s.send(b"x\n")
    for o in c:
        assert o.recv(2) == b"x\n"
    time.sleep(0.1)
print("all there")
for o in c:
    assert o.recv(1) == b""
print("all ended")'
	[ "$output" = $'all there\nall ended' ]
	[ "$(grep -c 'was ended after .*, 0 not delivered: nothing moved within the time of idle$' server.err)" = 3 ]
	[ "$(client 's.send(b"again\n"); print(s.recv(6))')" = "b'again\\n'" ]
	[ "$(grep -c 'exec:cat: started' server.err)" = 1 ]
	drained
}

@test "hub: first-byte and timeout of members" {
	start server "$IPCWIRE" -d --drain 1s --hub unix-listen:sock,first-byte=1s,timeout=2s
	wait_for_socket sock
	[ "$(client 'print(rest())')" = "b''" ]
	wait_for_line server.err '\[s1\] .* was ended after .*: the client sent nothing within the time of first-byte$'
	[ "$(client 's.send(b"x\n"); print(rest())')" = "b''" ]
	wait_for_line server.err '\[s2\] .* was ended after .*, 2 bytes from it, .*: the time of timeout is over$'
	drained
}

@test "tcp: the limits hold there, too" {
	need nc
	free_port
	start server "$IPCWIRE" -d --drain 1s "tcp-listen:$port,each,idle=2s" exec:cat
	wait_for_port "$port"
	[ "$(timeout 20 nc 127.0.0.1 "$port" < <(echo hi; exec tail -f /dev/null --pid=$$))" = hi ]
	wait_for_line server.err '\[s1\] .*: nothing moved within the time of idle'
	drained
}

@test "without each or share the client is the run: its limit has status 124" {
	start server "$IPCWIRE" unix-listen:sock,idle=2s exec:cat
	wait_for_socket sock
	[ "$(client 's.send(b"x"); print(rest())')" = "b'x'" ]
	wait_for_exit "$server_pid"
	[ "$status" = 124 ]
	grep -qx 'ipcwire: nothing moved within the time of idle' server.err
}

@test "explain: idle and first-byte must see the bytes, timeout need not" {
	"$IPCWIRE" --explain unix-listen:sock,each,idle=1 exec:cat | grep -q 'splice.*(idle= watches the bytes)'
	"$IPCWIRE" --explain unix-listen:sock,each,first-byte=1 exec:cat | grep -q 'splice.*(first-byte= watches the bytes)'
	"$IPCWIRE" --explain unix-listen:sock,each,timeout=1 exec:cat | grep -q direct
}

@test "no timer runs for clients without limits" {
	serve each exec:cat
	exec 7<> <(:)
	nc -U sock <&7 >/dev/null &
	PIDS+=($!)
	wait_for_line server.err '\[s1\] .* started'
	until_true "$DEADLINE" has_no_timer "$server_pid"
	exec 7>&-
}
