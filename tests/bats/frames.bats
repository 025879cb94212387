#!/usr/bin/env bats
# Messages: what keeps their boundaries, and how they stand in byte streams (frame=).

load helpers

# with_socket TYPE PYTHON: a socket pair of that type, `near` there and descriptor 9 for the wires that relay() starts.
with_socket() {
	timeout 60 python3 -c '
import os, random, socket, subprocess, sys, textwrap, threading

near, far = socket.socketpair(socket.AF_UNIX, getattr(socket, "SOCK_" + sys.argv[1]))
os.dup2(far.fileno(), 9)


def relay(*args):
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return subprocess.Popen([os.environ["IPCWIRE"], *args], pass_fds=[9], **pipes)


exec(textwrap.dedent(sys.argv[2]))
' "$@"
}

@test "frame=: one form becomes another, empty messages too" {
	printf 'one\n\nthree' | wire 0 -u -,frame=line -,frame=nul
	printf 'one\0\0three\0' | same - out
	mv out one
	wire 0 -u file:one,frame=nul create:two,frame=len2
	printf '\0\3one\0\0\0\5three' | same - two
	wire 0 -u file:two,frame=len2 create:four,frame=len4
	printf '\0\0\0\3one\0\0\0\0\0\0\0\5three' | same - four
	wire 0 -u file:four,frame=len4 stdout,frame=line,crlf
	printf 'one\r\n\r\nthree\r\n' | same - out
	mv out five
	wire 0 -u file:five,frame=line,crlf stdout
	printf onethree | same - out
}

@test "frame=: a program between frames, both ways" {
	printf 'one\ntwo words\n' >in
	wire 0 -,frame=line exec:cat,frame=nul <in
	same in out
}

@test "frame=: a long message grows the queue, one beyond frame-max= ends the wire" {
	head -c 900000 /dev/urandom | base64 -w 0 | head -c 1000000 >long
	echo >>long
	wire 0 -u file:long,frame=line create:framed,frame=len4
	wire 0 -u file:framed,frame=len4 create:back,frame=line
	same long back
	(printf 'short\n' && cat long) >both
	wire 1 -u file:both,frame=line,frame-max=1000 stdout,frame=line
	[ "$(cat out)" = short ]
	grep -q 'bytes without the end of a frame are more than frame-max=1000 allows$' err
	wire 1 -u file:framed,frame=len4,frame-max=999999 stdout
	grep -q 'a frame of 1000000 bytes is longer than frame-max=999999 allows; or the peer does not send len4$' err
}

@test "frame=: an input that ends within a frame is an error, what came before it arrives" {
	printf '\0\3one\0\4th' | wire 1 -u -,frame=len2 -,frame=line
	[ "$(cat out)" = one ]
	grep -qx 'ipcwire: -,frame=len2: the input ends within a frame: 2 of its 4 bytes have come' err
	printf '\0\3one\0' | wire 1 -u -,frame=len2 -,frame=line
	grep -qx 'ipcwire: -,frame=len2: the input ends within the length of a frame' err
}

@test "frame=: a message without a frame is lost by name, the others arrive" {
	printf 'a\nb\0fine\0' | wire 1 -u -,frame=nul -,frame=line
	[ "$(cat out)" = fine ]
	grep -q 'a message of 3 bytes is lost: it has a newline in it, which would end its frame; frame=len4 takes it$' err
	grep -q '1 message with 3 bytes did not arrive$' err
	(head -c 70000 /dev/zero | tr '\0' x && echo && echo fine) >in
	wire 1 -u file:in,frame=line stdout,frame=len2
	printf '\0\4fine' | same - out
	grep -q 'its length does not fit in the 2 bytes of frame=len2; frame=len4 takes it$' err
}

@test "packets: each arrives whole, empty ones too, and their end" {
	with_socket SEQPACKET "
		for message in b'one', b'two\nlines', b'x' * 100000: near.send(message)
		near.shutdown(socket.SHUT_WR)
		r = relay('-u', 'fd:9', '-,frame=len4')
		out, err = r.communicate(timeout=20)
		assert out == b'\0\0\0\3one\0\0\0\x09two\nlines\0\1\x86\xa0' + b'x' * 100000, out[:40]
		assert r.returncode == 0 and not err, err
	"
}

@test "packets: a frame is one packet, cut or joined nowhere" {
	with_socket DGRAM "
		sizes = [random.choice([0, 1, 2, 500, 8191, 8192, 8193, 30000, 65537]) for _ in range(2000)]
		r = relay('-u', '-,frame=len4', 'fd:9')
		def feed():
		    for n in sizes: r.stdin.write(n.to_bytes(4, 'big') + os.urandom(1) * n)
		    r.stdin.close()
		t = threading.Thread(target=feed); t.start()
		near.settimeout(20)
		got = [len(near.recv(1 << 20)) for _ in sizes]
		t.join()
		assert got == sizes
		assert r.wait(20) == 0
	"
}

@test "packets: both ways through a program with frames" {
	with_socket SEQPACKET "
		r = relay('fd:9', 'exec:cat,frame=len2')
		near.settimeout(20)
		for message in b'one', b'', b'two\nlines', os.urandom(60000):
		    near.send(message if message else b' ')
		    assert near.recv(1 << 20) == (message or b' ')
		near.shutdown(socket.SHUT_WR)
		assert r.wait(20) == 0, r.stderr.read()
	"
}

@test "packets: bytes without frames become packets of at most 8192 bytes, or of --block" {
	with_socket DGRAM "
		r = relay('-u', '-', 'fd:9')
		r.communicate(b'a' * 20000, timeout=20)
		near.setblocking(False)
		got = []
		while sum(got) < 20000: got.append(len(near.recv(1 << 20)))
		assert max(got) <= 8192 and sum(got) == 20000, got
		r = relay('-u', '-b', '100', '-', 'fd:9')
		r.communicate(b'a' * 1000, timeout=20)
		got = [len(near.recv(1 << 20)) for _ in range(10)]
		assert got == [100] * 10, got
	"
}

@test "packets: one too long for the peer is lost by name, the others go on, status 1" {
	with_socket SEQPACKET "
		far.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
		r = relay('-u', '-,frame=len4', 'fd:9')
		out, err = r.communicate(b'\0\0\0\3one' + b'\0\1\0\0' + b'x' * 65536 + b'\0\0\0\3two', timeout=20)
		assert r.returncode == 1
		assert b'fd:9: a message of 65536 bytes is lost: it is too long for the peer, and messages are never cut\n' in err, err
		assert near.recv(1 << 20) == b'one' and near.recv(1 << 20) == b'two'
	"
}

@test "packets: merge keeps each one apart, a hub gives each to the others" {
	printf 'a1\0a2\0' >a
	printf 'b1\0b2\0' >b
	wire 0 --merge file:a,frame=nul file:b,frame=nul,from stdout,frame=line
	sort out | tr '\n' ' ' >sorted
	[ "$(cat sorted)" = 'a1 a2 file:b,frame=nul,from: b1 file:b,frame=nul,from: b2 ' ]
	wire 0 --tee file:a,frame=nul create:one,frame=len2 create:two,frame=line
	printf '\0\2a1\0\2a2' | same - one
	printf 'a1\na2\n' | same - two
}
