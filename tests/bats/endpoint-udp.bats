#!/usr/bin/env bats
# udp, udp-send, udp-datagram, udp-recv: one socket, each message a datagram.

load helpers

# with_python PYTHON: near is a socket on a free port of 127.0.0.1, relay() starts a wire.
with_python() {
	timeout 60 python3 -c '
import os, socket, struct, subprocess, sys, textwrap, threading

near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
near.bind(("127.0.0.1", 0))
near.settimeout(20)
port = near.getsockname()[1]


def relay(*args):
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return subprocess.Popen([os.environ["IPCWIRE"], *args], **pipes)


def frame(*messages):
    return b"".join(struct.pack(">I", len(m)) + m for m in messages)


exec(textwrap.dedent(sys.argv[1]))
' "$@"
}

@test "udp: datagrams both ways, whole, empty ones too; the wire ends a second after its input" {
	with_python "
		sent = [b'one', b'', b'two\nlines', b'x' * 60000]
		want = frame(*[m[::-1] for m in sent])
		def answer():
		    for message in sent:
		        got, peer = near.recvfrom(1 << 17)
		        assert got == message
		        near.sendto(got[::-1], peer)
		r = relay('-,frame=len4', f'udp:127.0.0.1:{port}')
		r.stdin.write(frame(*sent)); r.stdin.flush()
		answer()
		assert r.stdout.read(len(want)) == want
		r.stdin.close()
		assert r.stdout.read() == b''
		assert r.wait(20) == 0, r.stderr.read()
		# A second would be short for the answers to what came right before the end.
		r = relay('-t', '20', '-,frame=len4', f'udp:127.0.0.1:{port}')
		r.stdin.write(frame(*sent)); r.stdin.close()
		answer()
		assert r.stdout.read(len(want)) == want
		r.terminate(); r.wait(20)
	"
}

@test "udp: 10,000 datagrams of random lengths, one at a time, none merged, cut or reordered" {
	with_python "
		import random
		r = relay('-,frame=len4', f'udp:127.0.0.1:{port}')
		def serve():
		    while True:
		        got, peer = near.recvfrom(1 << 17)
		        near.sendto(got, peer)
		        if got == b'end': return
		t = threading.Thread(target=serve); t.start()
		def back():
		    head = r.stdout.read(4)
		    return r.stdout.read(struct.unpack('>I', head)[0])
		for i in range(10000):
		    message = os.urandom(random.choice([0, 1, 10, 1000, random.randrange(9000)]))
		    r.stdin.write(frame(message)); r.stdin.flush()
		    assert back() == message
		r.stdin.write(frame(b'end')); r.stdin.flush()
		assert back() == b'end'
		t.join()
		r.stdin.close()
		assert r.wait(20) == 0, r.stderr.read()
	"
}

@test "udp: a datagram longer than UDP takes is lost by name, the others arrive" {
	with_python "
		r = relay('-u', '-,frame=len4', f'udp:127.0.0.1:{port}')
		out, err = r.communicate(frame(b'a', b'x' * 65508, b'b'), timeout=20)
		assert near.recv(10) == b'a' and near.recv(10) == b'b'
		assert r.returncode == 1
		assert b'a message of 65508 bytes is lost: it is too long for the peer, and messages are never cut' in err, err
	"
}

@test "udp: nobody there is an error with a hint; udp-send does not care" {
	free_port
	echo hello | wire 1 - "udp:127.0.0.1:$port"
	grep -q "udp:127.0.0.1:$port: cannot read after 0 bytes: Connection refused (nobody takes datagrams there: 'ss -lun' shows who does here)" err
	echo hello | wire 1 -u - "udp:127.0.0.1:$port"
	grep -q "udp:127.0.0.1:$port: cannot write after 6 bytes: Connection refused" err
	echo hello | wire 0 -u - "udp-send:127.0.0.1:$port"
	[ ! -s err ]
}

@test "udp: what others send is not heard; udp-datagram hears everybody" {
	with_python "
		other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		for kind, heard in ('udp', [b'from near']), ('udp-send', [b'from near']), ('udp-datagram', [b'from other', b'from near']):
		    r = relay('-,frame=len4', f'{kind}:127.0.0.1:{port}')
		    r.stdin.write(frame(b'hello')); r.stdin.flush()
		    got, peer = near.recvfrom(100)
		    other.sendto(b'from other', peer)
		    near.sendto(b'from near', peer)
		    expected = frame(*heard)
		    assert r.stdout.read(len(expected)) == expected, kind
		    r.stdin.close()
		    assert r.stdout.read() == b'' and r.wait(20) == 0, kind
	"
}

@test "udp: bind= sets our own address and port" {
	with_python "
		free = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); free.bind(('127.0.0.2', 0))
		own = free.getsockname(); free.close()
		r = relay('-u', '-', f'udp:127.0.0.1:{port},bind=127.0.0.2:{own[1]}')
		r.communicate(b'hello', timeout=20)
		assert near.recvfrom(10) == (b'hello', own)
	"
}

@test "udp-recv: everybody's datagrams, in both families with *" {
	with_python "
		near.close()
		r = relay('-U', '-,frame=line', f'udp-recv:*:{port}')
		import time
		listening = lambda: any(f':{port:04X} ' in line for line in open('/proc/net/udp6'))
		end = time.monotonic() + 20
		while not listening():
		    assert time.monotonic() < end
		    time.sleep(0.02)
		for family, address in (socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1'), (socket.AF_INET, '127.0.0.5'):
		    socket.socket(family, socket.SOCK_DGRAM).sendto(address.encode(), (address, port))
		    assert r.stdout.readline().decode().strip() == address
		r.terminate()
	"
}

@test "udp-datagram: multicast on an interface, broadcast when asked for" {
	with_python "
		group, every = '239.255.77.7', '127.255.255.255'
		r = relay('-u', '-', f'udp-datagram:{group}:{port},multicast-if=lo,multicast-ttl=0')
		listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		listener.bind((group, port)); listener.settimeout(20)
		listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton('127.0.0.1'))
		r.communicate(b'to all', timeout=20)
		assert listener.recv(100) == b'to all'
		b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		b.bind((every, port)); b.settimeout(20)
		r = relay('-u', '-', f'udp-datagram:{every}:{port}')
		out, err = r.communicate(b'x', timeout=20)
		assert r.returncode == 1 and b'127.255.255.255' in err and b'is a broadcast address; add the option broadcast' in err, err
		r = relay('-u', '-', f'udp-datagram:{every}:{port},broadcast')
		out, err = r.communicate(b'to all', timeout=20)
		assert r.returncode == 0 and b.recv(100) == b'to all', err
	"
}

@test "udp-recv: a multicast group that is joined, an unknown interface is an error" {
	free_port
	start recv "$IPCWIRE" -d -U -,frame=line "udp-recv:*:$port,join=239.255.77.8%lo"
	wait_for_line recv.err ': receiving on' # it is bound before it joins
	printf hello | wire 0 -u - "udp-datagram:239.255.77.8:$port,multicast-if=lo"
	until_true "$DEADLINE" grep -q hello recv.out
	free_port
	wire 1 -U - "udp4-listen:$port,join=239.255.77.8%nowhere0"
	grep -q 'cannot join the group 239.255.77.8%nowhere0: No such device' err
	wire 1 -u null "udp-datagram:239.255.77.8:$port,multicast-if=nowhere0"
	grep -q "cannot set option multicast-if: No such device ('ip link' shows the interfaces)\$" err
}

@test "udp: what the kernel drops is counted" {
	with_python "
		r = relay('-U', 'stall', f'udp:127.0.0.1:{port},rcvbuf=4096,bind=127.0.0.1')
		r.kill()
		r = relay('-,frame=len4', f'udp:127.0.0.1:{port},rcvbuf=4096')
		r.stdin.write(frame(b'hello')); r.stdin.flush()
		got, peer = near.recvfrom(100)
		os.kill(r.pid, 19)
		for i in range(1000): near.sendto(b'x' * 1000, peer)
		os.kill(r.pid, 18)
		near.sendto(b'last', peer)
		import time
		while b'last' not in r.stdout.read1(1 << 16): near.sendto(b'last', peer)
		r.stdin.close()
		err = r.stderr.read()
		assert b'datagrams: its buffer was full (rcvbuf=)' in err, err
	"
}
