#!/usr/bin/env bats
# udp-listen, udp-recvfrom: sessions by the peer's address.

load helpers

# For IPv4: a listener on localhost is bound to ::1 first, and then to 127.0.0.1.
is_bound_udp() {
	grep -qi ":$(printf %04x "$1") " /proc/net/udp
}

# serve ARGUMENT...: a server on UDP port $port.
serve() {
	start server "$IPCWIRE" --drain=100ms "$@"
	until_true "$DEADLINE" is_bound_udp "$port"
}

# clients PYTHON: clients() gives so many connected sockets.
clients() {
	timeout 60 python3 -c '
import os, random, socket, struct, sys, textwrap

port = int(sys.argv[2])


def client(address="127.0.0.1"):
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    s.connect((address, port))
    s.settimeout(20)
    return s


def ask(s, message):
    s.send(message)
    return s.recv(1 << 17)


exec(textwrap.dedent(sys.argv[1]))
' "$1" "$port"
}

setup_test() {
	free_port
}

@test "udp-listen,each: a session for every peer, IPv4 and IPv6, empty datagrams too" {
	serve "udp-listen:$port,each" pipe
	clients "
		all = [client('::1' if i % 2 else '127.0.0.1') for i in range(50)]
		for round in range(5):
		    for i, s in enumerate(all): s.send(b'%d of %d' % (round, i))
		    for i, s in enumerate(all): assert s.recv(100) == b'%d of %d' % (round, i)
	"
}

@test "udp-listen,each: a program for every peer, in every scheme" {
	for scheme in loop fork; do
		serve "udp-listen:$port,each,scheme=$scheme" -- sed -u 's/^/got /'
		clients "
			all = [client() for i in range(8)]
			for round in b'one\n', b'two\n':
			    for s in all: s.send(round)
			    for s in all: assert s.recv(100) == b'got ' + round
		"
		kill "$server_pid"
		wait_for_exit "$server_pid"
	done
}

@test "udp-listen,each: a peer that says nothing any more is forgotten after idle=" {
	serve -d "udp-listen:$port,each,idle=200ms" pipe
	clients "
		s = client()
		assert ask(s, b'one') == b'one'
		import time
		end = time.monotonic() + 20
		while 'nothing moved within the time of idle' not in open('server.err').read():
		    assert time.monotonic() < end
		    time.sleep(0.02)
		assert ask(s, b'two') == b'two'
	"
	grep -q '\[s2\].*started' server.err
}

@test "udp-listen: one peer, then done; what others send goes nowhere" {
	serve -d -,frame=line "udp-listen:$port,readbytes=17"
	clients "
		import time
		a, b = client(), client()
		a.send(b'from a')
		b.send(b'from b')
		end = time.monotonic() + 20
		while ' is refused: ' not in open('server.err').read():
		    assert time.monotonic() < end
		    time.sleep(0.02)
		a.send(b'more from a')
	"
	wait_for_exit "$server_pid"
	[ "$(cat server.out)" = "$(printf 'from a\nmore from a')" ]
	grep -q 'a datagram of 127.0.0.1:[0-9]* is refused: no more clients are taken now' server.err
}

@test "udp-recvfrom,each: every datagram a session, answered to its sender" {
	serve "udp-recvfrom:$port,each" -- sh -c 'read -r line; echo "$line is answered"; echo twice'
	clients "
		s = client()
		for i in range(3):
		    got = b''
		    s.send(b'question %d\n' % i)
		    while not got.endswith(b'twice\n'): got += s.recv(100)
		    assert got == b'question %d is answered\ntwice\n' % i, got
	"
}

@test "udp-listen,share: one program for all, its answers to the asker" {
	serve "udp-listen:$port,share=turns,lines=1" -- sed -u 's/^/got /'
	clients "
		all = [client() for i in range(5)]
		for i, s in enumerate(all): s.send(b'%d\n' % i)
		for i, s in enumerate(all): assert s.recv(100) == b'got %d\n' % i
	"
}

@test "udp-listen in a hub: every datagram reaches the others whole" {
	serve --hub "udp-listen:$port" null
	clients "
		all = [client() for i in range(10)]
		for s in all: s.send(b'hello')
		seen = 0
		for n, s in enumerate(all):
		    s.settimeout(20)
		    for _ in range(len(all) - 1 - n): assert s.recv(100) == b'hello'
		all[0].send(b'x' * 20000)
		for s in all[1:]:
		    while len(s.recv(1 << 16)) != 20000: pass
	"
}

@test "udp-listen: max= refuses further peers, allow= those outside" {
	serve -d "udp-listen:$port,each,max=1" pipe
	clients "
		a, b = client(), client()
		assert ask(a, b'one') == b'one'
		b.send(b'two')
		assert ask(a, b'three') == b'three'
		b.settimeout(0.2)
		try: b.recv(10); raise SystemExit('answered')
		except TimeoutError: pass
	"
	kill "$server_pid"
	wait_for_exit "$server_pid"
	serve -d "udp-listen:*:$port,each,allow=127.0.0.2" pipe
	clients "
		s = client('127.0.0.1')
		s.send(b'x')
		t = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		t.bind(('127.0.0.2', 0)); t.connect(('127.0.0.3', port)); t.settimeout(20)
		assert ask(t, b'mine') == b'mine' and t.getpeername()[0] == '127.0.0.3'
	"
	until_true "$DEADLINE" grep -q '127.0.0.1:[0-9]*.*refused\|refused.*127.0.0.1' server.err
}

@test "udp-listen: the program's environment names the client" {
	serve "udp-listen:$port,each" -- sh -c 'read -r x; echo "$IPCWIRE_PEERADDR $IPCWIRE_PEERPORT $IPCWIRE_SOCKPORT"'
	clients "
		s = client()
		assert ask(s, b'who\n') == b'127.0.0.1 %d %d\n' % (s.getsockname()[1], port)
	"
}

@test "udp-listen: PROTO is UDP, and the variables of TCP are not there" {
	serve "udp-listen:$port,each" -- sh -c 'read -r x; echo "$PROTO ${TCPREMOTEIP-none} ${TCPLOCALPORT-none}"'
	TCPREMOTEIP=forged clients "assert ask(client(), b'who\\n') == b'UDP none none\\n'"
}

@test "udp-listen: no descriptor stays of sessions that have ended" {
	serve "udp-listen:$port,each,idle=50ms" pipe
	clients "
		import time
		count = lambda: len(os.listdir('/proc/$server_pid/fd'))
		before = count()
		for round in range(4):
		    for s in [client() for i in range(50)]: assert ask(s, b'x') == b'x'
		end = time.monotonic() + 20
		while count() > before:
		    assert time.monotonic() < end, (before, count())
		    time.sleep(0.02)
	"
}

@test "udp-listen: bad words are refused before anything is opened" {
	wire 2 "udp-listen:$port,frame=line" null
	grep -q 'frame= on udp-listen, which keeps messages apart itself' err
	wire 2 "udp-listen:0" null
	wire 1 "udp-listen:192.0.2.1:$port" null
	grep -q "cannot listen on 192.0.2.1:$port: Cannot assign requested address" err
}

@test "udp-listen,each: what a session said at its end goes out, also when its peer speaks then" {
	serve "udp-listen:$port,each" 'exec:seq 150,frame=line'
	clients "
		import time
		s, got, sessions, end = client(), 0, 0, time.monotonic() + 20
		s.settimeout(0.1)
		while sessions < 30 or got < 150 * sessions:
		    assert time.monotonic() < end, (got, sessions)
		    if sessions < 30: s.send(b'more')
		    try: n = int(s.recv(100))
		    except TimeoutError: continue
		    got, sessions = got + 1, sessions + (n == 1)
	"
}
