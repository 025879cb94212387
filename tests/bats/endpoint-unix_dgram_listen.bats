#!/usr/bin/env bats
# unix-dgram-listen, unix-recvfrom and their abstract forms: sessions by the peer's name and user.

load helpers

setup_test() {
	need python3
}

with_python() { timeout 120 python3 "$BATS_TEST_DIRNAME/unixpeer.py" "$@"; }

# serve ARGUMENT...: a server that has told that it listens.
serve() {
	start server "$IPCWIRE" -d --drain=100ms "$@"
	wait_for_line server.err 'listening'
}

@test "each: a session for every name, messages whole, empty ones too; the file is the owner's" {
	serve unix-dgram-listen:sock,each socketpair,type=seqpacket
	[ "$(stat -c %a sock)" = 600 ]
	with_python "
		all = [peer(f'c{i}', 'sock') for i in range(20)] + [peer(f'\0iw-{os.getpid()}-{i}', 'sock') for i in range(20)]
		for m in b'one', b'', b'two\nlines':
		    for s in all: s.send(m)
		    for s in all: assert s.recv(1 << 18) == m
		for s in all: assert ask(s, b'x' * 100000) == b'x' * 100000
	"
	[ "$(grep -c 'started: peer' server.err)" = 40 ]
	kill "$server_pid"
	wait_for_exit "$server_pid"
	[ ! -e sock ]
}

@test "a program for every name, in every scheme; its environment names name and user" {
	for scheme in loop fork; do
		serve unix-dgram-listen:sock,each,scheme=$scheme -- sh -c 'while read -r x; do echo "$x $IPCWIRE_PEER $UNIXREMOTEEUID $PROTO"; done'
		with_python "
			all = [peer(f'c{i}', 'sock') for i in range(8)]
			for m in b'one', b'two':
			    for s in all: s.send(m + b'\n')
			    for i, s in enumerate(all): assert s.recv(100) == b'%s c%d %d IPC\n' % (m, i, os.geteuid())
			for i in range(8): os.unlink(f'c{i}')
		"
		kill "$server_pid"
		wait_for_exit "$server_pid"
	done
}

@test "senders without a name share a session and cannot be answered, which is told" {
	serve unix-dgram-listen:sock,each -- sed -u 's/^/got /'
	with_python "
		for i in range(3): peer(None, 'sock').send(b'hello\n')
		until(lambda: 'bytes is lost: its client has no address to answer to' in open('server.err').read())
	"
	[ "$(grep -c 'started: peer unnamed' server.err)" = 1 ]
}

@test "recvfrom,each: every datagram a session, answered to its sender" {
	serve unix-recvfrom:sock,each -- sh -c 'read -r line; echo "$line is answered"; cat; echo twice'
	with_python "
		s = peer('c', 'sock')
		for i in range(3):
		    s.send(b'question %d\n' % i)
		    got = b''
		    while not got.endswith(b'twice\n'): got += s.recv(100)
		    assert got == b'question %d is answered\ntwice\n' % i, got
	"
	[ "$(grep -c 'started: peer c' server.err)" = 3 ]
}

@test "share and hub: one program for all, answers to the asker; all hear all" {
	serve unix-dgram-listen:sock,share=turns,lines=1 -- sed -u 's/^/got /'
	with_python "
		all = [peer(f'c{i}', 'sock') for i in range(5)]
		for i, s in enumerate(all): s.send(b'%d\n' % i)
		for i, s in enumerate(all): assert s.recv(100) == b'got %d\n' % i
	"
	kill "$server_pid"
	wait_for_exit "$server_pid"
	serve --hub unix-dgram-listen:sock null
	with_python "
		all = [peer(f'h{i}', 'sock') for i in range(5)]
		for s in all: s.send(b'hello')
		for n, s in enumerate(all):
		    for _ in range(len(all) - 1 - n): assert s.recv(100) == b'hello'
	"
}

@test "a session that does not keep up holds its senders, and loses nothing" {
	serve unix-dgram-listen:sock,each exec:'sh -c "read x <go; cat"'
	mkfifo go
	with_python "
		s = peer('c', 'sock')
		got = bytearray()
		def read():
		    while len(got) < 8 * 20000: got.extend(s.recv(1 << 18))
		t = threading.Thread(target=read); t.start()
		w = threading.Thread(target=lambda: [s.send(b'%07d\n' % i) for i in range(20000)]); w.start()
		open('go', 'w').write('x\n')
		w.join(); t.join()
		assert bytes(got) == b''.join(b'%07d\n' % i for i in range(20000))
	"
}

@test "answers wait for a client that does not read, connected or not, and none is lost" {
	serve unix-dgram-listen:sock,each exec:'sh -c "read x; exec seq 100000 120000"'
	with_python "
		for name, to in ('connected', 'sock'), ('free', None):
		    s = peer(name, to)
		    s.sendto(b'go\n', 'sock') if to is None else s.send(b'go\n')
		    got = bytearray(s.recv(1 << 18))
		    time.sleep(0.2)
		    while len(got) < 7 * 20001: got.extend(s.recv(1 << 18))
		    assert bytes(got) == b''.join(b'%d\n' % i for i in range(100000, 120001))
	"
}

@test "allow= and deny= by user, as the kernel tells it with every datagram" {
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	chmod 755 .
	serve unix-dgram-listen:sock,each,mode=0666,allow=65534 pipe
	with_python "
		peer('mine', 'sock').send(b'x')
		until(lambda: 'refused uid 0: not among those of allow=' in open('server.err').read())
		os.setuid(65534)
		s = peer(f'\0iw-{os.getpid()}', 'sock')
		assert ask(s, b'hello') == b'hello'
	"
	wire 2 unix-dgram-listen:other,each,allow=gid:0 pipe
	grep -q 'allow=gid:0: of who sends datagrams only the user is known for certain' err
}

@test "abstract-dgram-listen: other users are turned away" {
	name=ipcwire-test-$$-$RANDOM
	serve abstract-dgram-listen:"$name",each pipe
	with_python "assert ask(peer(f'\0iw-{os.getpid()}', '\0$name'), b'hello') == b'hello'"
	[ -z "$(find . -type s)" ]
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	with_python "
		os.setuid(65534)
		peer(f'\0iw-{os.getpid()}', '\0$name').send(b'x')
	"
	wait_for_line server.err 'refused uid 65534: another user than ours'
}

@test "the file: a stale one is replaced, a served one is not, what is no socket stays" {
	with_python "peer('sock')"
	serve unix-dgram-listen:sock,each pipe
	wire 1 unix-dgram-listen:sock pipe
	grep -q 'cannot listen: another program serves this socket' err
	wire 1 unix-seqpacket-listen:sock pipe
	touch there
	wire 1 unix-dgram-listen:there pipe
	grep -q 'something stands there that is no socket, and stays untouched' err
	with_python "assert ask(peer('c', 'sock'), b'hello') == b'hello'"
}

@test "no descriptor stays of sessions that have ended" {
	serve unix-dgram-listen:sock,each,idle=50ms pipe
	with_python "
		count = lambda: len(os.listdir('/proc/$server_pid/fd'))
		before = count()
		for i in range(50):
		    s = peer(f'\0iw-{os.getpid()}-{i}', 'sock')
		    assert ask(s, b'x') == b'x'
		until(lambda: count() <= before)
	"
}

@test "descriptors that come with datagrams are not kept" {
	with_python "
		r = relay('-U', '-', 'unix-dgram-listen:sock')
		until(lambda: os.path.exists('sock'))
		peer(None, 'sock').send(b'first\n')
		assert r.stdout.readline() == b'first\n'
		assert give_descriptors(r, 'sock') <= 0
		r.terminate(); r.wait(20)
	"
}

@test "no descriptors for a new client: UNIX datagrams wait, those of UDP are lost and counted" {
	[ -x "$IPCWIRE_FAULTS" ] || skip "needs $IPCWIRE_FAULTS (make faults)"
	IPCWIRE_FAULT=datagrams.pair:24:1:2 start server "$IPCWIRE_FAULTS" -d unix-dgram-listen:sock,each pipe
	wait_for_line server.err 'listening'
	with_python "assert ask(peer('c', 'sock'), b'hello') == b'hello'"
	grep -q 'cannot take a client now: it waits: Too many open files' server.err
	free_port
	IPCWIRE_FAULT=datagrams.pair:24:1:2 start lossy "$IPCWIRE_FAULTS" -d "udp-listen:127.0.0.1:$port,each" pipe
	wait_for_line lossy.err 'listening'
	with_python "
		s = socket.socket(socket.AF_INET, DGRAM); s.settimeout(20); s.connect(('127.0.0.1', $port))
		for m in b'1', b'2', b'3': s.send(m)
		assert s.recv(100) == b'3'
	"
	wait_for_line lossy.err 'is lost: cannot take a client \(2 in all\): Too many open files'
}

@test "socat and nc ask; socat answers, and hears" {
	need socat
	serve unix-dgram-listen:sock,each -- sed -u 's/^/got /'
	echo hello >hello
	START_INPUT=hello start sends socat -t 20 - UNIX-SENDTO:sock,bind=mine
	START_INPUT=hello start asks socat -t 20 - UNIX-CLIENT:sock,type=2,bind=mine2
	wait_for_line sends.out '^got hello$'
	wait_for_line asks.out '^got hello$'
	kill "$sends_pid" "$asks_pid"
	if nc -h 2>&1 | grep -q OpenBSD; then
		[ "$(echo hello | timeout 20 nc -uU -W 1 sock)" = 'got hello' ]
	fi
	start answers timeout 60 socat -T 30 UNIX-RECVFROM:far,fork SYSTEM:'read x; echo heard $x'
	until_true 20 eval '[ -S far ]'
	[ "$(echo one | timeout 20 "$IPCWIRE" --call - unix-dgram:far)" = 'heard one' ]
	[ "$(echo two | timeout 20 "$IPCWIRE" --call - unix-dgram:far)" = 'heard two' ]
	start hears timeout 60 socat -u UNIX-RECV:ear CREATE:heard
	until_true 20 eval '[ -S ear ]'
	seq 100 | wire 0 -u -,frame=line unix-sendto:ear
	until_true 20 eval '[ "$(tr -d "\n" <heard)" = "$(seq 100 | tr -d "\n")" ]'
	start mouth "$IPCWIRE" -u unix-recv:mouth create:said
	until_true 20 eval '[ -S mouth ]'
	seq 100 | timeout 20 socat -u -b 5 - UNIX-SENDTO:mouth
	until_true 20 eval '[ "$(cat said)" = "$(seq 100)" ]'
}
