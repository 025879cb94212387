#!/usr/bin/env bats
# Every fault point: a call that fails gives a message and a status, or costs one client and not the server.

load helpers

setup_test() {
	[ -x "$IPCWIRE_FAULTS" ] || skip "needs $IPCWIRE_FAULTS (make faults)"
}

# fault POINT:ERRNO[:...] STATUS ARGUMENT...: fails there, says so, and the point was reached.
fault() {
	local what=$1 want=$2 rc=0
	shift 2
	IPCWIRE_FAULT=$what timeout --kill-after=5 20 "$IPCWIRE_FAULTS" "$@" >out 2>err || rc=$?
	cat err
	grep -qE "^fault: ${what%%:*} hit [1-9][0-9]* times" err || return 1
	[ "$rc" = "$want" ] || {
		echo "status $rc instead of $want: $what $*" >&2
		return 1
	}
	[ "$want" = 0 ] || grep -q '^ipcwire: ' err
}
EIO=5 ENOMEM=12 EMFILE=24 EINVAL=22 ENOSPC=28 ECONNREFUSED=111 EAGAIN=11 EADDRINUSE=98

@test "daemon.fork: said where it was started" {
	fault daemon.fork:$EAGAIN 1 --daemon --log-file=log -u text:x null
	grep -q "cannot go into the background" err
}
@test "io.read" { fault io.read:$EIO 1 -u file:/etc/hostname create:made; }
@test "io.write" { echo x | fault io.write:$ENOSPC 1 -u - create:made; }
@test "output.write: the copy ends, the wire goes on" {
	fault output.write:$ENOSPC 1 -r copied -u text:hello create:made
	[ "$(cat made)" = hello ]
	grep -q 'copied: the copy of the traffic ends after 0 bytes' err
}
@test "io.splice: copied instead, nothing is lost" {
	random_file want 3M
	mkfifo in.fifo out.fifo
	cat want >in.fifo 3>&- &
	cat out.fifo >got 3>&- &
	reader=$!
	fault io.splice:$EINVAL 0 -u fifo:in.fifo fifo:out.fifo
	wait "$reader"
	same want got
}
# inner POINT:ERRNO ADDRESS ADDRESS: the faulty program with a socket as stdin and stdout (a left end that takes
# nothing would leave stdout as it is); messages in inner.err.
inner() {
	rm -f inner.err inner.rc
	printf '%s\n' "IPCWIRE_FAULT=$1 timeout 10 '$IPCWIRE_FAULTS' $2 $3 2>inner.err; echo \$? >inner.rc" >inner.sh
	timeout 20 "$IPCWIRE" 'text:hello!!null' exec:'sh inner.sh',via=socketpair >out
	cat inner.err
	grep -qE "^fault: ${1%%:*} hit [1-9]" inner.err
	[ "$(cat inner.rc)" = 1 ]
}
@test "io.send: an inherited socket" {
	inner io.send:32 text:abc -
	grep -q '3 bytes did not arrive' inner.err
}
@test "io.recv: an inherited socket" {
	inner io.recv:$EIO - exec:cat,via=pipe
	grep -q '^ipcwire: ' inner.err
}
@test "io.splice: a failure that has nothing to do with either end loses nothing" {
	random_file want 3M
	mkfifo in.fifo
	cat want >in.fifo 3>&- &
	fault io.splice:$ENOMEM:2 0 -u fifo:in.fifo create:got
	same want got
}
@test "io.close: a file that could not be written back" {
	fault io.close:$EIO 1 -u text:hello create:made
	grep -q '^ipcwire: create:made: .*Input/output error' err
}
@test "io.open" { fault io.open:$EIO 1 -u file:/etc/hostname -; }
@test "io.pipe" { fault io.pipe:$EMFILE 1 - exec:cat,via=pipe </dev/null; }
@test "io.socketpair" { fault io.socketpair:$EMFILE 1 - exec:cat,via=socketpair </dev/null; }
@test "spawn.fork" { fault spawn.fork:$EAGAIN 1 - exec:cat </dev/null; }
@test "child.pidfd" { fault child.pidfd:$EMFILE 1 - exec:cat </dev/null; }
@test "blocking.thread" { fault blocking.thread:$EAGAIN 1 tcp:localhost:1 text:x; }
@test "resolve" { fault resolve:$EIO 1 tcp:localhost:1 text:x; }
@test "connect, TCP" { fault connect:$ECONNREFUSED 1 tcp:127.0.0.1:1 text:x; }
@test "connect, UNIX" { fault connect:$ECONNREFUSED 1 unix:nowhere text:x; }
@test "loop.want" { fault loop.want:$ENOMEM 1 - exec:cat,via=pipe </dev/null; }
@test "listen.bind, UNIX" { fault listen.bind:$EADDRINUSE 1 unix-listen:sock text:x; }
@test "listen.bind, TCP" {
	free_port
	fault listen.bind:$EADDRINUSE:1:0 1 "tcp-listen:$port" text:x
}
# sleeps_over_file PID NAME: it has read a part of that file, and does nothing: what it has read must go first.
sleeps_over_file() {
	local fd
	for fd in /proc/"$1"/fd/*; do
		[ "$(readlink "$fd")" = "$PWD/$2" ] || continue
		grep -q '^pos:.*[1-9]' "/proc/$1/fdinfo/${fd##*/}" && is_asleep "$1"
		return
	done
	return 1
}
@test "spool.write: a full disk holds the source back, nothing is lost" {
	random_file want 4M
	mkfifo go
	start held env IPCWIRE_FAULT=spool.write:$ENOSPC:1:0 "$IPCWIRE_FAULTS" -u file:want \
		exec:'sh -c "read x <go; cat >got"',via=pipe,queue=disk
	until_true "$DEADLINE" sleeps_over_file "$held_pid" want
	echo >go
	wait_for_exit "$held_pid"
	[ "$status" = 0 ]
	cat held.err
	grep -qE '^fault: spool.write hit [1-9]' held.err
	same want got
}
# survive POINT:ERRNO: a server loses one client to it at most, and serves the next.
survive() {
	free_port
	IPCWIRE_FAULT=$1 start server "$IPCWIRE_FAULTS" "tcp-listen:$port,each" "${2:-exec:cat,via=pipe}"
	wait_for_port "$port"
	until_true "$DEADLINE" served
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	cat server.err
	grep -qE "^fault: ${1%%:*} hit [1-9][0-9]* times" server.err
}
served() {
	[ "$(echo hello | timeout 5 nc -N 127.0.0.1 "$port")" = hello ]
}

@test "a server survives them" {
	need nc
	for point in listen.accept:$EMFILE sockopt:$EINVAL:3 spawn.fork:$EAGAIN io.pipe:$EMFILE child.pidfd:$EMFILE \
		io.read:$EIO io.splice:$EIO io.nonblock:$EINVAL; do
		echo "== $point"
		survive "$point"
	done
}

@test "a server survives every error of accept, and serves who waits" {
	need nc
	for error in EMFILE ENFILE ENOBUFS ENOMEM ECONNABORTED EPROTO; do
		number=$(python3 -c "import errno; print(errno.$error)")
		echo "== $error"
		survive "listen.accept:$number:1:2"
	done
}

@test "a server survives when the other end cannot be opened, for what is short" {
	need nc
	free_port
	far=$port
	start far "$IPCWIRE" "tcp-listen:$far,each" pipe
	wait_for_port "$far"
	for point in connect:$ENOMEM connect:$EMFILE loop.want:$ENOMEM:4 loop.want:$ENOMEM:5 loop.want:$ENOMEM:7; do
		echo "== $point"
		survive "$point" "tcp:127.0.0.1:$far"
	done
}

@test "while accept fails the server rests, and says so once a second at most" {
	free_port
	start_ms=$(now_ms)
	IPCWIRE_FAULT=listen.accept:$EMFILE:1:20 start server "$IPCWIRE_FAULTS" "tcp-listen:$port,each" pipe
	wait_for_port "$port"
	[ "$(echo hello | timeout 20 nc -N 127.0.0.1 "$port")" = hello ]
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	seconds=$((($(now_ms) - start_ms) / 1000 + 1))
	told=$(grep -c 'cannot accept connections' server.err)
	((told >= 1 && told <= seconds))
}
