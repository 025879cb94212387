#!/usr/bin/env bats
# unix-recv and abstract-recv: datagrams from everybody who may send them.

load helpers

setup_test() { need python3; }

with_python() { timeout 120 python3 "$BATS_TEST_DIRNAME/unixpeer.py" "$@"; }

@test "datagrams of many senders, named or not, whole, empty ones too" {
	with_python "
		r = relay('-d', 'unix-recv:sock', '-,frame=len4')
		until(lambda: os.path.exists('sock'))
		assert os.stat('sock').st_mode & 0o777 == 0o600
		sent = [b'one', b'', b'two\nlines', b'x' * 100000]
		for i, m in enumerate(sent): peer(f's{i}' if i % 2 else None, 'sock').send(m)
		want = frame(*sent)
		assert r.stdout.read(len(want)) == want
		r.terminate(); r.wait(20)
		assert not os.path.exists('sock')
	"
}

@test "20,000 datagrams to a slow reader: its senders wait, nothing is lost" {
	with_python "
		r = relay('unix-recv:sock', '-,frame=line')
		until(lambda: os.path.exists('sock'))
		s = peer(None, 'sock')
		w = threading.Thread(target=lambda: [s.send(b'%d' % i) for i in range(20000)]); w.start()
		for i in range(20000): assert r.stdout.readline() == b'%d\n' % i
		w.join(); r.terminate(); r.wait(20)
	"
}

@test "abstract-recv: what other users send is refused" {
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	name=ipcwire-test-$$-$RANDOM
	start server "$IPCWIRE" -d abstract-recv:"$name" -,frame=line
	wait_for_line server.err receiving
	with_python "
		if os.fork() == 0:
		    os.setuid(65534)
		    peer(None, '\0$name').send(b'theirs')
		    os._exit(0)
		os.wait()
		peer(None, '\0$name').send(b'ours')
	"
	wait_for_line server.out ours
	[ "$(cat server.out)" = ours ]
	grep -q 'a datagram of uid 65534 is refused: another user than ours' server.err
}

@test "descriptors that come with datagrams are not kept" {
	with_python "
		r = relay('-U', '-', 'unix-recv:sock')
		until(lambda: os.path.exists('sock'))
		peer(None, 'sock').send(b'first\n')
		assert r.stdout.readline() == b'first\n'
		assert give_descriptors(r, 'sock') <= 0
		r.terminate(); r.wait(20)
	"
}
