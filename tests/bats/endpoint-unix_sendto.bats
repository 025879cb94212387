#!/usr/bin/env bats
# unix-sendto and abstract-sendto: datagrams to whoever has the name just now.

load helpers

setup_test() { need python3; }

with_python() { timeout 120 python3 "$BATS_TEST_DIRNAME/unixpeer.py" "$@"; }

@test "datagrams there and answers back, whole, empty ones too" {
	with_python "
		for name, address in ('sock', 'unix-sendto:sock'), (f'\0iw-{os.getpid()}', f'abstract-sendto:iw-{os.getpid()}'):
		    s = peer(name)
		    r = relay('-,frame=len4', address)
		    sent = [b'one', b'', b'two\nlines', b'x' * 100000]
		    r.stdin.write(frame(*sent)); r.stdin.flush()
		    for m in sent:
		        got, who = s.recvfrom(1 << 18)
		        assert got == m
		        s.sendto(got[::-1], who)
		    want = frame(*[m[::-1] for m in sent])
		    assert r.stdout.read(len(want)) == want
		    r.stdin.close()
		    assert r.stdout.read() == b''
		    assert r.wait(20) == 0, r.stderr.read()
	"
}

@test "a receiver that comes late, goes and comes back: what nobody can take is lost by name, the rest arrives" {
	with_python "
		r = relay('-u', '-,frame=line', 'unix-sendto:sock')
		def say(text): r.stdin.write(text + b'\n'); r.stdin.flush()
		def told(n): until(lambda: len(errors) >= n)
		errors = []
		threading.Thread(target=lambda: errors.extend(r.stderr), daemon=True).start()
		say(b'early'); told(1)
		assert b'a message of 5 bytes is lost: nobody receives at sock now' in errors[0]
		s = peer('sock')
		say(b'first'); assert s.recv(100) == b'first'
		s.close(); os.unlink('sock')
		s = peer('sock')
		say(b'second'); assert s.recv(100) == b'second'
		r.stdin.close()
		assert r.wait(20) == 1
	"
}

@test "20,000 messages to a slow receiver: it makes the sender wait, none is lost or reordered" {
	with_python "
		s = peer('sock')
		r = relay('-u', '-,frame=len4', 'unix-sendto:sock')
		w = threading.Thread(target=lambda: (r.stdin.write(frame(*[b'%d' % i for i in range(20000)])), r.stdin.close())); w.start()
		for i in range(20000):
		    assert s.recv(100) == b'%d' % i
		    if i % 1000 == 0: time.sleep(0.01)
		assert r.wait(20) == 0
	"
}

@test "bind= is the name that the receiver sees; only that peer is heard" {
	with_python "
		s = peer('sock')
		r = relay('-,frame=line', 'unix-sendto:sock,bind=me')
		r.stdin.write(b'ask\n'); r.stdin.flush()
		assert s.recvfrom(100) == (b'ask', 'me')
		try: peer(None).sendto(b'forged', 'me'); raise SystemExit('taken')
		except PermissionError: pass
		s.sendto(b'answer', 'me')
		r.stdin.close()
		assert r.stdout.read() == b'answer\n'
		assert r.wait(20) == 0 and not os.path.exists('me')
	"
}

@test "a socket of another type is an error at once" {
	start server "$IPCWIRE" unix-listen:sock pipe
	wait_for_socket sock
	wire 1 -u text:x unix-sendto:sock
	grep -q 'cannot send: it is no datagram socket' err
}
