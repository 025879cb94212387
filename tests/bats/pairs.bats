#!/usr/bin/env bats
# Every pair of kinds that can meet, both directions at once, and peers that are slow, late or in no hurry.

load helpers

setup_test() {
	need python3
}

# pairs ARGUMENT...: pairs.py, bounded.
pairs() {
	timeout --kill-after=5 300 python3 "$ROOT/tests/bats/pairs.py" "$@"
}

# every_kind_with LEFT: it on the left, every kind on the right.
every_kind_with() {
	pairs pairs "$1" 0 1 4095 65536
}

@test "stdin and stdout with every kind" {
	every_kind_with stdio
}

@test "files with every kind" {
	every_kind_with file
}

@test "a pair of FIFOs with every kind" {
	every_kind_with fifo
}

@test "exec,via=direct with every kind" {
	every_kind_with exec-direct
}

@test "exec,via=pipe with every kind" {
	every_kind_with exec-pipe
}

@test "exec,via=socketpair with every kind" {
	every_kind_with exec-socketpair
}

@test "tcp with every kind" {
	every_kind_with tcp
}

@test "tcp-listen with every kind" {
	every_kind_with tcp-listen
}

@test "unix with every kind" {
	every_kind_with unix
}

@test "unix-listen with every kind" {
	every_kind_with unix-listen
}

@test "16 MiB each way" {
	pairs plain 16777216 stdio/tcp stdio/unix-listen stdio/exec-direct stdio/exec-pipe stdio/exec-socketpair \
		fifo/tcp-listen file/tcp file/exec-direct exec-pipe/exec-pipe exec-direct/exec-direct \
		tcp-listen/tcp tcp-listen/exec-direct tcp-listen/exec-pipe unix-listen/unix unix/tcp fifo/exec-socketpair
}

@test "a slow reader gets all" {
	pairs slow 4000000 stdio/tcp file/tcp stdio/exec-pipe fifo/exec-direct tcp-listen/unix tcp-listen/exec-socketpair \
		file/fifo unix/stdio
}

@test "a reader that comes late gets all" {
	pairs late 3000000 stdio/tcp file/tcp stdio/exec-pipe stdio/exec-direct tcp-listen/unix unix-listen/tcp \
		file/fifo tcp/exec-socketpair
}

@test "a reply two seconds after the half-close arrives" {
	pairs reply 300000 stdio/tcp file/tcp stdio/exec-pipe stdio/exec-direct stdio/exec-socketpair tcp-listen/unix \
		unix-listen/tcp fifo/exec-direct file/fifo tcp-listen/exec-direct tcp-listen/exec-pipe
}

@test "a source that pauses half-way is waited for" {
	pairs pause 500000 stdio/tcp file/unix tcp-listen/exec-pipe tcp-listen/exec-direct fifo/exec-socketpair unix-listen/tcp \
		tcp/fifo tcp/stdio
}

@test "a program that ends half-way: what it wrote arrives, its status is ours" {
	random_file want 3M
	for via in direct pipe socketpair; do
		rc=0
		timeout 20 "$IPCWIRE" -u "exec:sh -c 'cat want; exit 7',via=$via" create:got || rc=$?
		[ "$rc" = 7 ]
		same want got
	done
}

@test "a program that is killed half-way: what it wrote arrives, 128+n" {
	random_file want 3M
	for via in direct pipe socketpair; do
		rc=0
		timeout 20 "$IPCWIRE" -u "exec:sh -c 'cat want; kill -KILL \$\$',via=$via" - </dev/null >got || rc=$?
		[ "$rc" = 137 ]
		same want got
	done
}

@test "a TCP peer that resets half-way is an error, and no wait" {
	cat >reset.py <<-'END'
		import socket, struct
		l = socket.socket()
		l.bind(("127.0.0.1", 0))
		l.listen(1)
		print(l.getsockname()[1], flush=True)
		s, _ = l.accept()
		s.recv(1000)
		s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		s.close()
	END
	start peer python3 reset.py
	wait_for_line peer.out .
	rc=0
	timeout 20 "$IPCWIRE" zero "tcp:127.0.0.1:$(cat peer.out)" >out 2>err || rc=$?
	cat err
	[ "$rc" = 1 ]
	grep -q '^ipcwire: tcp:127.0.0.1' err
	grep -qE '[0-9]+ bytes' err
	wait_for_exit "$peer_pid"
}
