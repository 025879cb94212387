#!/usr/bin/env bats
# fdpass: descriptors as messages, with Python and nc as the other side.

load helpers

setup_test() {
	cat >app.py <<-END
		# A server that gets its clients by descriptor: app.py PATH COUNT
		import array, os, socket, sys
		s = socket.socket(socket.AF_UNIX)
		s.bind(sys.argv[1])
		s.listen(64)
		for i in range(int(sys.argv[2])):
		    c, _ = s.accept()
		    data, fds, _, _ = socket.recv_fds(c, 16, 4)
		    assert data == b"\\0" and len(fds) == 1, (data, fds)
		    client = socket.socket(fileno=fds[0])
		    assert client.getblocking()
		    client.sendall(b"app: " + client.recv(100))
		    client.close()
		    c.close()
		print("served", flush=True)
	END
	cat >give.py <<-END
		# give.py PATH COUNT: sends COUNT times one end of a pair, and talks over the other one
		import os, socket, sys
		c = socket.socket(socket.AF_UNIX)
		c.connect(sys.argv[1])
		pairs = [socket.socketpair() for i in range(int(sys.argv[2]))]
		socket.send_fds(c, [b"x"], [b.fileno() for a, b in pairs])
		for a, b in pairs:
		    b.close()
		a = pairs[0][0]
		a.sendall(b"hello")
		a.shutdown(socket.SHUT_WR)
		got = b""
		while True:
		    data = a.recv(100)
		    if not data:
		        break
		    got += data
		print(got.decode(), flush=True)
	END
}

@test "each client of a listener is handed to a program" {
	need python3
	start app python3 app.py app.sock 20
	wait_for_socket app.sock
	free_port
	start server "$IPCWIRE" -d tcp-listen:"$port",each unix:app.sock,fdpass
	wait_for_port "$port"
	for i in $(seq 20); do
		[ "$(timeout 20 "$IPCWIRE" - tcp:127.0.0.1:"$port" <<<"client $i")" = "app: client $i" ]
	done
	wait_for_line app.out served
	wait_for_line server.err 'ended after .*: the descriptor was handed over;'
}

@test "a descriptor is taken from who connects, and from who is connected to" {
	need python3
	start taker "$IPCWIRE" -d unix-listen:sock,fdpass=take exec:'tr a-z A-Z'
	wait_for_socket sock
	[ "$(timeout 20 python3 give.py sock 1)" = HELLO ]
	wait_for_exit "$taker_pid"
	[ "$status" = 0 ]
	grep -q 'took a descriptor (socket)' taker.err
	start taker "$IPCWIRE" unix-listen:sock,each,fdpass=take exec:cat
	wait_for_socket sock
	for _ in 1 2 3; do
		[ "$(timeout 20 python3 give.py sock 1)" = hello ]
	done
}

@test "handed on from one ipcwire to another" {
	start back "$IPCWIRE" unix-listen:sock,each,fdpass=take exec:'wc -c'
	wait_for_socket sock
	free_port
	start front "$IPCWIRE" tcp-listen:"$port",each unix:sock,fdpass
	wait_for_port "$port"
	for n in 0 1 1000000; do
		head -c "$n" /dev/zero | timeout 20 "$IPCWIRE" - tcp:127.0.0.1:"$port" >out
		[ "$(cat out)" = "$n" ]
	done
}

@test "a file, a FIFO and our own standard input" {
	start taker "$IPCWIRE" -u unix-listen:sock,each,fdpass=take create:got
	wait_for_socket sock
	echo from a file >file
	wire 0 -u file:file unix:sock,fdpass
	wait_for_line got 'from a file'
	echo from stdin | timeout 20 "$IPCWIRE" -u - unix:sock,fdpass
	wait_for_line got 'from stdin'
}

@test "for ssh's ProxyUseFdpass: the connection goes out over standard output" {
	need python3
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each pipe
	wait_for_port "$port"
	timeout 20 python3 -c '
import socket, subprocess, sys
a, b = socket.socketpair()
p = subprocess.Popen(sys.argv[1:], stdin=b, stdout=b)
b.close()
data, fds, _, _ = socket.recv_fds(a, 1, 1)
assert p.wait() == 0
s = socket.socket(fileno=fds[0])
s.sendall(b"over the connection itself")
s.shutdown(socket.SHUT_WR)
print(s.recv(100).decode())' "$IPCWIRE" tcp:127.0.0.1:"$port" stdout,fdpass >out
	[ "$(cat out)" = 'over the connection itself' ]
}

@test "from nc -F" {
	nc -h 2>&1 | grep -q -- -F || skip 'optional: this nc has no -F'
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each pipe
	wait_for_port "$port"
	start taker "$IPCWIRE" -d 'unix-listen:sock,fdpass=take' exec:'sh -c "echo hello; read x; echo got $x >&2"'
	wait_for_socket sock
	timeout 20 python3 -c '
import socket, subprocess, sys
c = socket.socket(socket.AF_UNIX)
c.connect("sock")
sys.exit(subprocess.call(["nc", "-F", "127.0.0.1", sys.argv[1]], stdin=c, stdout=c))' "$port"
	wait_for_exit "$taker_pid"
	grep -q 'got hello' taker.err
}

@test "a descriptor that does not block is made to, for programs" {
	need python3
	cat >prog.sh <<-'END'
		echo $$
		read -r x
		echo "got $x" >&2
	END
	start taker "$IPCWIRE" unix-listen:sock,fdpass=take exec:'sh prog.sh'
	wait_for_socket sock
	timeout 20 python3 -c '
import socket
c = socket.socket(socket.AF_UNIX)
c.connect("sock")
a, b = socket.socketpair()
b.setblocking(False)
socket.send_fds(c, [b"x"], [b.fileno()])
b.close()
program = int(a.recv(100))
# Until it waits in its read, which a descriptor that does not block would have ended.
while open("/proc/%d/stat" % program).read().split(")")[1].split()[0] != "S":
    pass
a.sendall(b"hello\n")
a.recv(1)'
	wait_for_exit "$taker_pid"
	grep -q 'got hello' taker.err
}

@test "more than one: the others are closed, and that is told" {
	need python3
	start taker "$IPCWIRE" unix-listen:sock,fdpass=take exec:cat
	wait_for_socket sock
	[ "$(timeout 20 python3 give.py sock 5)" = hello ]
	wait_for_exit "$taker_pid"
	[ "$status" = 0 ]
	grep -q 'ipcwire: unix-listen:sock,fdpass=take: 4 more descriptors came with it, and were closed' taker.err
}

@test "what was taken leaks into no program" {
	need python3
	start taker "$IPCWIRE" unix-listen:sock,fdpass=take exec:'sh -c "cat >/dev/null; ls /proc/self/fd"'
	wait_for_socket sock
	timeout 20 python3 give.py sock 3 >out
	# 3 is the folder that ls reads.
	[ "$(tr '\n' ' ' <out)" = '0 1 2 3  ' ] || [ "$(tr -d '\n' <out)" = 0123 ]
}

@test "peers that do not expect it" {
	start taker "$IPCWIRE" unix-listen:sock,fdpass=take null
	wait_for_socket sock
	timeout 20 "$IPCWIRE" -u text:hello unix:sock 2>/dev/null || true
	wait_for_exit "$taker_pid"
	[ "$status" = 1 ]
	grep -qx 'ipcwire: unix-listen:sock,fdpass=take: cannot take a descriptor: it sent bytes and no descriptor (is fdpass=take meant?)' taker.err
	start taker "$IPCWIRE" unix-listen:sock,fdpass=take null
	wait_for_socket sock
	timeout 20 "$IPCWIRE" null unix:sock
	wait_for_exit "$taker_pid"
	[ "$status" = 1 ]
	grep -qx 'ipcwire: unix-listen:sock,fdpass=take: cannot take a descriptor: it closed the connection without sending a descriptor' taker.err
	# One that never reads, and then goes.
	start deaf python3 -c '
import socket
s = socket.socket(socket.AF_UNIX)
s.bind("deaf.sock")
s.listen()
c, _ = s.accept()
while not c.recv(1, socket.MSG_PEEK):
    pass'
	wait_for_socket deaf.sock
	wire 1 -u file:/etc/passwd unix:deaf.sock,fdpass
	grep -qx 'ipcwire: unix:deaf.sock,fdpass: it closed the connection without taking the descriptor' err
}

@test "a peer that takes its time is waited for, or not" {
	need python3
	mkfifo fifo
	START_INPUT=fifo start deaf python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind("sock")
s.listen()
sys.stdin.read()'
	exec 7>fifo
	wait_for_socket sock
	wire 124 -u file:/etc/passwd unix:sock,fdpass,connect-timeout=200ms
	grep -q 'it did not take the descriptor within the time limit (connect-timeout)' err
	exec 7>&-
	start other "$IPCWIRE" unix-listen:other exec:'sleep 1000'
	wait_for_socket other
	wire 124 unix:other,fdpass=take,connect-timeout=200ms null
	grep -q 'no descriptor came within the time limit (connect-timeout)' err
}

@test "lines that make no sense" {
	wire 2 exec:cat unix:sock,fdpass
	grep -q 'a program has no descriptor that could be handed over' err
	wire 2 unix:a,fdpass unix:b,fdpass
	grep -q 'both ends say fdpass=send, so that neither is handed over' err
	wire 2 --tee - null unix:sock,fdpass
	grep -q 'fdpass with --tee: there is no one other end to be handed over' err
	wire 2 tcp-listen:7000,share unix:sock,fdpass
	grep -q "fdpass with 'share'" err
	wire 2 unix-listen:sock,share,fdpass=take exec:cat
	grep -q 'fdpass=take where all clients are ends of one wire' err
	start app "$IPCWIRE" unix-listen:sock,each null
	wait_for_socket sock
	wire 1 text:x unix:sock,fdpass
	grep -q 'ipcwire: text:x: has no descriptor that could be handed over' err
	wire 1 - unix:sock,fdpass </dev/null
	grep -q 'ipcwire: -: has two descriptors, and only one can be handed over (-u or -U choose)' err
	wire 1 -u file:/etc/passwd stdout,fdpass
	grep -q 'ipcwire: stdout,fdpass: cannot hand a descriptor over: it is no UNIX socket' err
	wire 0 --explain tcp-listen:7000,each unix:sock,fdpass
	grep -q 'descriptor handed over; nothing to copy' out
}
