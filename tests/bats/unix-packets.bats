#!/usr/bin/env bats
# unix-seqpacket, unix-dgram, their abstract forms, and unix: that finds out what a socket is.

load helpers

setup_test() {
	need python3
}

# with_python PYTHON: peers made by peer(TYPE), wires started by relay(), and messages in frames of len4.
with_python() {
	timeout 120 python3 -c '
import os, random, socket, struct, subprocess, sys, textwrap, threading

DGRAM, PACKET, STREAM = socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_STREAM


def peer(kind, name="sock"):
    s = socket.socket(socket.AF_UNIX, kind)
    s.settimeout(60)
    s.bind(name)
    if kind != DGRAM: s.listen(5)
    return s


def relay(*args):
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return subprocess.Popen([os.environ["IPCWIRE"], *args], **pipes)


def frame(*messages):
    return b"".join(struct.pack(">I", len(m)) + m for m in messages)


exec(textwrap.dedent(sys.argv[1]))
' "$@"
}

@test "unix-seqpacket: packets both ways, whole, empty ones too, and both ends of input" {
	with_python "
		for name, address in ('sock', 'unix-seqpacket:sock'), (f'\0iw-{os.getpid()}', f'abstract-seqpacket:iw-{os.getpid()}'):
		    s = peer(PACKET, name)
		    r = relay('-,frame=len4', address)
		    c, _ = s.accept(); c.settimeout(60)
		    sent = [b'one', b'', b'two\nlines', b'x' * 100000, b'']
		    r.stdin.write(frame(*sent)); r.stdin.close()
		    for m in sent:
		        assert c.recv(1 << 18) == m
		        c.send(m[::-1])
		    assert c.recv(10) == b'' # the end
		    c.close()
		    assert r.stdout.read() == frame(*[m[::-1] for m in sent])
		    assert r.wait(20) == 0, r.stderr.read()
	"
}

@test "unix-seqpacket-listen: empty packets, answers and the end, for many clients" {
	name=ipcwire-test-$$-$RANDOM
	start server "$IPCWIRE" -d unix-seqpacket-listen:sock,each socketpair,type=seqpacket
	start other "$IPCWIRE" -d abstract-seqpacket-listen:"$name",each socketpair,type=seqpacket
	wait_for_line server.err listening
	wait_for_line other.err listening
	[ "$(stat -c %a sock)" = 600 ]
	with_python "
		for name in 'sock', '\0$name':
		    all = []
		    for i in range(20):
		        s = socket.socket(socket.AF_UNIX, PACKET); s.connect(name); s.settimeout(60); all.append(s)
		    for m in b'one', b'', b'x' * 50000, b'', b'end':
		        for s in all: s.send(m)
		        for s in all: assert s.recv(1 << 17) == m
		    for s in all: s.shutdown(socket.SHUT_WR)
		    for s in all: assert s.recv(10) == b''
	"
	kill "$server_pid"
	wait_for_exit "$server_pid"
	[ ! -e sock ]
}

@test "unix-seqpacket-listen: a client that goes away has its program ended" {
	start server "$IPCWIRE" unix-seqpacket-listen:sock -- sh -c 'trap "echo gone >hup; exit" HUP; echo up; while :; do read -r x || sleep 0.1; done'
	wait_for_socket sock
	with_python "
		s = socket.socket(socket.AF_UNIX, PACKET); s.connect('sock'); s.settimeout(60)
		assert s.recv(10) == b'up\n'
	"
	wait_for_exit "$server_pid"
	[ "$(cat hup)" = gone ]
}

@test "unix-dgram: binds itself, so it is answered; bind= has a file that goes with it" {
	with_python "
		s = peer(DGRAM)
		for option in '', ',bind=me':
		    r = relay('-,frame=len4', 'unix-dgram:sock' + option)
		    sent = [b'one', b'', b'two\nlines', b'x' * 100000]
		    r.stdin.write(frame(*sent)); r.stdin.flush()
		    for m in sent:
		        got, who = s.recvfrom(1 << 18)
		        assert got == m and (who == 'me') == (option != ''), who
		        s.sendto(got[::-1], who)
		    if option: assert os.stat('me').st_mode & 0o777 == 0o600
		    r.stdin.close()
		    assert r.stdout.read() == frame(*[m[::-1] for m in sent])
		    assert r.wait(20) == 0, r.stderr.read()
		    assert not os.path.exists('me')
	"
}

@test "abstract-dgram: with bind=, a name; answers by whoever else are not heard" {
	with_python "
		name = f'iw-{os.getpid()}'
		s = peer(DGRAM, '\0' + name)
		r = relay('-,frame=line', f'abstract-dgram:{name},bind={name}-me')
		r.stdin.write(b'ask\n'); r.stdin.flush()
		got, who = s.recvfrom(100)
		assert got == b'ask' and who == f'\0{name}-me'.encode(), who
		stranger = socket.socket(socket.AF_UNIX, DGRAM)
		try: stranger.sendto(b'forged', who); raise SystemExit('heard')
		except PermissionError: pass
		s.sendto(b'answer', who)
		r.stdin.close()
		assert r.stdout.read() == b'answer\n'
		assert r.wait(20) == 0
	"
}

@test "unix: and abstract: find out stream, seqpacket and datagram; a bare path, too" {
	with_python "
		for kind in STREAM, PACKET, DGRAM:
		    for name, address in ('sock', 'unix:sock'), ('sock', './sock'), (f'\0iw-{os.getpid()}', f'abstract:iw-{os.getpid()}'):
		        s = peer(kind, name)
		        r = relay('-', address)
		        r.stdin.write(b'hello'); r.stdin.flush()
		        c = s if kind == DGRAM else s.accept()[0]
		        got, who = c.recvfrom(100)
		        assert got == b'hello'
		        c.sendto(b'answer', who) if kind == DGRAM else c.send(b'answer')
		        r.stdin.close() # who answers by datagrams has 1 s from here on
		        c.close()
		        assert r.stdout.read() == b'answer'
		        assert r.wait(20) == 0, r.stderr.read()
		        s.close()
		        if name == 'sock': os.unlink(name)
	"
}

@test "unix: what is for streams does not take another type" {
	with_python "
		s = peer(DGRAM)
		for option in 'frame=line', 'proxy=send':
		    r = relay('-', 'unix:sock,' + option)
		    out, err = r.communicate(b'', timeout=20)
		    assert r.returncode == 1 and b'it is no stream socket' in err, err
		r = relay('-', 'unix-seqpacket:sock')
		out, err = r.communicate(b'', timeout=20)
		assert r.returncode == 1 and b'it is no seqpacket socket' in err, err
	"
}

@test "20,000 messages of random lengths to a slow reader: none lost, merged, cut or reordered" {
	with_python "
		import time
		def message(g, i):
		    length = g.choice([0, 1, 7, 100, 1000, g.randrange(9000)])
		    return (struct.pack('>I', i) * (length // 4 + 1))[:length]
		for kind, address in (DGRAM, 'unix-dgram:sock'), (PACKET, 'unix-seqpacket:sock'):
		    s = peer(kind)
		    r = relay('-u', '-,frame=len4', address)
		    def write():
		        g = random.Random(7)
		        for i in range(20000): r.stdin.write(frame(message(g, i)))
		        r.stdin.close()
		    t = threading.Thread(target=write); t.start()
		    c = s if kind == DGRAM else s.accept()[0]
		    g = random.Random(7)
		    for i in range(20000):
		        assert c.recv(1 << 17) == message(g, i), i
		        if i % 1000 == 0: time.sleep(0.01)
		    t.join()
		    assert r.wait(20) == 0, r.stderr.read()
		    s.close(); os.unlink('sock')
	"
}

@test "a message longer than the peer takes is lost by name, the others arrive" {
	with_python "
		for kind, address in (DGRAM, 'unix-dgram:sock'), (PACKET, 'unix-seqpacket:sock'):
		    s = peer(kind)
		    r = relay('-u', '-,frame=len4,frame-max=8M', address + ',sndbuf=20000')
		    r.stdin.write(frame(b'a', b'x' * 4000000, b'b')); r.stdin.close()
		    c = s if kind == DGRAM else s.accept()[0]
		    assert c.recv(10) == b'a' and c.recv(10) == b'b'
		    err = r.stderr.read()
		    assert r.wait(20) == 1
		    assert b'a message of 4000000 bytes is lost: it is too long for the peer, and messages are never cut' in err, err
		    s.close(); os.unlink('sock')
	"
}

@test "bad words are refused before anything is opened" {
	wire 2 -,frame=line "unix-dgram:sock,bind=$(printf %0109d 0)"
	grep -q "bind=: the name of a UNIX socket has 1 to 107 bytes, this one 109" err
	wire 2 - unix-seqpacket:sock,frame=line
	grep -q 'frame= on unix-seqpacket, which keeps messages apart itself' err
	touch there
	start server python3 -c '
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("sock")
print(s.recv(10), flush=True)'
	wait_for_file sock
	wire 1 - unix-dgram:sock,bind=there
	grep -q 'cannot use bind=there: something stands there that is no socket, and stays untouched' err
	wire 1 - unix-dgram:nothing
	grep -q 'cannot connect: No such file or directory' err
	[ -e there ]
}
