#!/usr/bin/env bats
# Calls: --call sends one message and gets one back; a listener with `reply` runs its program for each.

load helpers

setup_test() {
	free_port
}

# serve ARGUMENT...: ipcwire, listening on $port.
serve() {
	start server "$IPCWIRE" -d "$@"
	wait_for_line server.err 'listening'
}

# client PYTHON: with `s`, a connection to $port, and send(bytes), receive() for frames of len4; receive() is None at the end.
client() {
	timeout 60 python3 -c '
import socket, struct, sys, textwrap

s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
f = s.makefile("rb")


def send(data):
    s.sendall(struct.pack(">I", len(data)) + data)


def receive():
    head = f.read(4)
    if len(head) < 4:
        return None
    return f.read(struct.unpack(">I", head)[0])


exec(textwrap.dedent(sys.argv[2]))
' "$port" "$1"
}

# python_server: socketserver on $port, which answers frames of len4: "drop" by closing, "cut" by half a frame, "wait" never,
# "raw" and no length by everything it gets.
python_server() {
	start python timeout 60 python3 -c '
import socketserver, struct, sys

class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        if sys.argv[2] == "raw":
            self.wfile.write(b"got " + self.rfile.read())
            return
        while len(head := self.rfile.read(4)) == 4:
            data = self.rfile.read(struct.unpack(">I", head)[0])
            if data == b"drop":
                return
            if data == b"wait":
                self.rfile.read()
                return
            reply = data if data[:1].isdigit() else data.upper()
            self.wfile.write((struct.pack(">I", len(reply)) + reply)[: 6 if data == b"cut" else None])
            if data == b"cut":
                return

socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer.daemon_threads = True
socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
' "$port" "$1"
	wait_for_port "$port"
}

# call STATUS WANTED REQUEST ARGUMENT...: the reply and the status must be those. Both are formats of printf.
# shellcheck disable=SC2059
call() {
	local want=$1 reply=$2 request=$3
	shift 3
	printf "$request" | wire "$want" "$@"
	printf "$reply" | same - out
}

@test "--call: a frame to a Python server, and its frame back" {
	python_server frames
	call 0 'HELLO\n' 'hello\n' --call "tcp:localhost:$port,frame=len4"
	call 0 '' '' --call "tcp:localhost:$port,frame=len4"
	random_file data 900k
	printf 9 | cat - data >request
	"$IPCWIRE" --call "tcp:localhost:$port,frame=len4" <request >got
	same request got
}

@test "--call: a stream without frames, up to its end" {
	python_server raw
	call 0 'got hello' 'hello' --call "tcp:localhost:$port"
}

@test "--call: no reply, half a reply, none in time" {
	python_server frames
	call 1 '' drop --call "tcp:localhost:$port,frame=len4"
	grep -q 'closed without a reply' err
	call 1 '' cut --call "tcp:localhost:$port,frame=len4"
	grep -q 'no whole reply: the input ends within it' err
	call 124 '' wait --call --timeout 0.2 "tcp:localhost:$port,frame=len4"
	grep -q 'no reply within --timeout' err
	call 1 '' 'longer than that' --call "tcp:localhost:$port,frame=len4,frame-max=8"
	grep -q 'no whole reply: it is longer than frame-max=' err
	free_port
	call 1 '' hello --call "tcp:localhost:$port"
	grep -q 'Connection refused' err
}

@test "--call=status: the status in the reply becomes ours" {
	python_server frames
	call 7 'seven' '7 seven' --call=status "tcp:localhost:$port,frame=len4"
	call 0 '' '0 ' --call=status "tcp:localhost:$port,frame=len4"
	call 1 '' 'none' --call=status "tcp:localhost:$port,frame=len4"
	grep -q 'the reply does not begin with a status' err
	call 1 '' '256 x' --call=status "tcp:localhost:$port,frame=len4"
	call 1 '' '7' --call=status "tcp:localhost:$port,frame=len4"
}

@test "--call: the reader of the reply went away" {
	python_server frames
	head -c 900k /dev/zero | { "$IPCWIRE" --call "tcp:localhost:$port,frame=len4" || echo "$?" >status; } | true
	[ "$(cat status)" = 141 ]
}

@test "--call: request and reply are files, or frames themselves" {
	python_server frames
	printf hello >request
	wire 0 --call 'file:request!!create:got' "tcp:localhost:$port,frame=len4"
	printf HELLO | same - got
	printf '\0\2hi' | wire 0 --call -,frame=len2 "tcp:localhost:$port,frame=len4"
	printf '\0\2HI' | same - out
}

@test "reply: a Python client, many requests on a connection, each a run" {
	serve "tcp-listen:$port,reply,frame=len4" -- sh -c 'echo "$$ $IPCWIRE_SESSION"; cat'
	client '
	seen = set()
	for text in [b"one", b"", b"three" * 20000]:
	    send(text)
	    first, rest = receive().split(b"\n", 1)
	    assert rest == text and first.endswith(b" 1"), (first, rest[:20])
	    seen.add(first)
	assert len(seen) == 3
	send(b"a"); send(b"b")      # two at once: in their order
	assert receive().endswith(b"a") and receive().endswith(b"b")
	s.shutdown(socket.SHUT_WR)
	assert receive() is None
	'
}

@test "reply: whole streams, lines, zero bytes" {
	serve "tcp-listen:$port,reply" -- tr a-z A-Z
	call 0 'ONE\nTWO\n' 'one\ntwo\n' --call "tcp:localhost:$port"
	free_port
	serve "tcp-listen:$port,reply,frame=line" -- sh -c 'read -r x && echo "got $x"'
	call 0 'got one\n' 'one\n' --call "tcp:localhost:$port,frame=line"
	printf 'one\ntwo\n' | wire 0 "tcp:localhost:$port"
	printf 'got one\ngot two\n' | same - out
	free_port
	serve "tcp-listen:$port,reply,frame=nul" -- cat
	call 0 'one\ntwo' 'one\ntwo' --call "tcp:localhost:$port,frame=nul"
}

@test "reply and --call over UNIX sockets and datagrams" {
	serve unix-listen:sock,reply=status,frame=len2 -- sh -c 'tr a-z A-Z; exit 5'
	call 5 HELLO hello --call=status unix:sock,frame=len2
	start udp "$IPCWIRE" -d "udp-listen:127.0.0.1:$port,reply=status" -- sh -c 'tr a-z A-Z; exit 6'
	wait_for_line udp.err listening
	call 6 HELLO hello --call=status "udp:127.0.0.1:$port"
	timeout 20 python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", int(sys.argv[1])))
for text in b"one", b"two", b"":
    s.send(text)
    assert s.recv(100) == b"6 " + text.upper()
' "$port"
	start packets "$IPCWIRE" -d unix-seqpacket-listen:packets,reply -- tr a-z A-Z
	wait_for_line packets.err listening
	call 0 HELLO hello --call unix-seqpacket:packets
}

@test "reply: the status of a run is in the log, and with reply=status in front" {
	serve "tcp-listen:$port,reply=status,frame=len4" -- sh -c 'cat; read x; kill -TERM $$'
	client '
	send(b"hello")
	assert receive() == b"143 hello"
	'
	wait_for_line server.err 'ended after .*program ended by signal 15'
}

@test "reply: callers at the same time get their own replies" {
	serve "tcp-listen:$port,reply,frame=len4" -- cat
	client '
	others = [socket.create_connection(s.getpeername()) for i in range(20)]
	for i, o in enumerate(others):
	    o.sendall(b"\0\0\0\2%02d" % i)
	for i, o in reversed(list(enumerate(others))):
	    assert o.makefile("rb").read(6) == b"\0\0\0\2%02d" % i
	'
}

@test "reply: a request that is not whole, or too long, gets none, and the server lives" {
	serve "tcp-listen:$port,reply,frame=len4,frame-max=100" -- cat
	client '
	s.sendall(b"\0\0\0\5half")
	s.shutdown(socket.SHUT_WR)
	assert receive() is None
	'
	wait_for_line server.err 'no whole request: the input ends within it'
	client '
	s.sendall(b"\0\0\1\0")
	assert receive() is None
	'
	wait_for_line server.err 'no whole request: it is longer than frame-max='
	call 0 hello hello --call "tcp:localhost:$port,frame=len4"
}

@test "reply: a program that cannot start, a reply that is too long: the caller is told, the server lives" {
	printf '#!/bin/sh\ncat\n' >program
	chmod +x program
	serve "tcp-listen:$port,reply,frame-max=1k" -- ./program
	mv program away
	call 1 '' hello --call "tcp:localhost:$port"
	grep -q 'no whole reply' err
	grep -q "cannot run './program'" server.err
	printf '#!/bin/sh\nhead -c 3000 /dev/zero\n' >program
	chmod +x program
	call 1 '' hello --call "tcp:localhost:$port"
	wait_for_line server.err 'the reply is longer than frame-max=1024'
	rm program
	mv away program
	call 0 hello hello --call "tcp:localhost:$port"
}

@test "reply=status: a program that cannot start is status 127" {
	printf '#!/bin/sh\ncat\n' >program
	chmod +x program
	serve unix-listen:sock,reply=status -- ./program
	rm program
	call 127 '' hello --call=status unix:sock
}

@test "reply: a newline within a reply that is a line is refused" {
	serve "tcp-listen:$port,reply,frame=line" -- printf 'one\ntwo\n'
	call 1 '' hello --call "tcp:localhost:$port,frame=line"
	grep -q 'closed without a reply' err
	grep -q 'the reply cannot be sent: the byte that ends a frame is in it' server.err
}

@test "reply: a caller that goes away takes its program with it" {
	serve "tcp-listen:$port,reply,frame=len4" -- sh -c 'exec 3>ran; exec sleep 1000'
	client '
	import os, time
	send(b"hello")
	while not os.path.exists("ran"):
	    time.sleep(0.02)
	s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
	f.close()
	s.close()
	'
	wait_for_line server.err 'the client is gone'
	wait_for_line server.err 'ended after'
}

@test "reply: time limits of clients" {
	serve "tcp-listen:$port,reply,frame=len4,idle=2" -- cat # time enough to send, and for a program to begin
	client '
	send(b"hello")
	assert receive() == b"hello"
	assert receive() is None
	'
	wait_for_line server.err 'ended by idle='
	free_port
	serve "tcp-listen:$port,reply,frame=len4,timeout=0.2" -- sleep 1000
	client '
	send(b"hello")
	assert receive() is None
	'
	wait_for_line server.err 'ended by timeout='
}

@test "reply: SIGTERM lets a run end, and the server ends with 0" {
	serve "tcp-listen:$port,reply,frame=len4" -- sh -c 'touch ran; until [ -e go ]; do sleep 0.02; done; cat'
	start caller "$IPCWIRE" --call text:hello\!\!create:got "tcp:localhost:$port,frame=len4"
	wait_for_file ran
	kill -USR1 "$server_pid"
	wait_for_line server.err '1 session'
	kill -TERM "$server_pid"
	touch go
	wait_for_exit "$caller_pid"
	[ "$status" = 0 ]
	printf hello | same - got
	wait_for_exit "$server_pid" && [ "$status" = 0 ]
}

# refused TEXT ARGUMENT...: a usage error that says this.
refused() {
	local text=$1
	shift
	wire 2 "$@"
	grep -qF -e "$text" err
}

@test "calls that make no sense are usage errors" {
	refused '--call with a program' --call -- cat
	refused '--call with a listener for many clients' --call 'text:x!!null' "tcp-listen:$port,each"
	refused '--call with more than two ends' --call --tee - null null
	refused '--call with one direction' --call -u - "tcp:localhost:$port"
	refused '--call of text:x, which gives no reply or takes no request' --call - text:x
	refused "'reply' without a program at the other end" "tcp-listen:$port,reply" null
	refused "'reply' without a program at the other end" --hub "tcp-listen:$port,reply" exec:cat
	refused "'reply' in one direction" -u "tcp-listen:$port,reply" exec:cat
	refused "'reply' with 'share'" "tcp-listen:$port,reply,share" exec:cat
	refused "'reply' with a scheme= that is not loop" "tcp-listen:$port,reply,scheme=fork" exec:cat
}
