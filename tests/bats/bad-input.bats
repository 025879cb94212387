#!/usr/bin/env bats
# Bad input, and what it gets: one message that names the endpoint, the right exit status, nothing left behind.

load helpers

# refused STATUS PATTERN ARG...: ipcwire ends with this status, and says one thing that matches the extended
# regular expression. Standard input is /dev/null, or the file that $INPUT names; what it writes is in "out".
refused() {
	local want=$1 pattern=$2 got=0
	shift 2
	timeout 20 "${RUNNER[@]}" "$IPCWIRE" "$@" <"${INPUT:-/dev/null}" >out 2>err || got=$?
	one_message "$want" "$pattern" "$got" "$*"
}

one_message() {
	local want=$1 pattern=$2 got=$3 what=$4
	if [[ $got == "$want" && $(grep -c '^ipcwire: ' err) == 1 ]] && grep -qE -e "$pattern" err; then
		return 0
	fi
	echo "$what: status $got, expected $want, and one message like '$pattern', not:"
	cat err
	return 1
}

# Nothing in this directory but what the test put there, and out and err.
only() {
	local want
	want=$(printf '%s\n' "$@" out err | LC_ALL=C sort)
	[ "$(find . -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort)" = "$want" ] || {
		ls -la
		return 1
	}
}

limited() {
	local n=$1
	shift
	RUNNER=(bash -c 'ulimit -n "$0"; exec "$@"' "$n")
	refused "$@"
}

setup_test() {
	RUNNER=()
}

@test "unknown kind: the nearest is named" {
	refused 2 "^ipcwire: nul: unknown kind 'nul'" nul null
	grep -q "did you mean 'null'" err
	refused 2 '^ipcwire: tpc:localhost:80: unknown kind' null tpc:localhost:80
	grep -q "did you mean 'tcp'" err
	only
}

@test "unknown option: of an endpoint, of the program" {
	refused 2 "^ipcwire: file:x,apend: unknown option 'apend' of file" file:x,apend null
	grep -q "append" err
	refused 2 "^ipcwire: create:new,mod=600: unknown option 'mod'" -u null create:new,mod=600
	refused 2 "unknown option.*--nosuch|--nosuch" --nosuch null null
	only
}

@test "missing and surplus parameters" {
	refused 2 '^ipcwire: tcp:localhost: missing parameter' tcp:localhost null
	refused 2 '^ipcwire: file: missing parameter' file null
	refused 2 '^ipcwire: fd: missing parameter' fd null
	refused 2 "^ipcwire: null:x: surplus parameter 'x'" null:x null
	refused 2 "^ipcwire: tcp:a:1:c: surplus parameter 'c'" tcp:a:1:c null
	refused 2 '^ipcwire: .*no address'
	refused 2 '^ipcwire: zero: a third address' null null zero
	only
}

@test "a value out of range, no number, no known word" {
	refused 2 '^ipcwire: tcp-listen:7000,backlog=0: backlog must be' tcp-listen:7000,backlog=0 null
	refused 2 '^ipcwire: tcp-listen:7000,each,max=many: ' tcp-listen:7000,each,max=many null
	refused 2 '^ipcwire: fd:70000: descriptor must be' fd:70000 null
	refused 2 "^ipcwire: fd:x: 'x' is not a number" fd:x null
	refused 2 '^ipcwire: exec:cat,via=road: ' exec:cat,via=road null
	refused 2 '^ipcwire: exec:cat,nice=99999999999999999999: ' exec:cat,nice=99999999999999999999 null
	refused 2 '^ipcwire: fifo:p,mode=999: ' fifo:p,mode=999 null
	refused 2 '^ipcwire: fifo:p,user=no-such-user: ' fifo:p,user=no-such-user null
	refused 2 '^ipcwire: fifo:p,connect-timeout=soon: ' fifo:p,connect-timeout=soon null
	refused 2 'idle' --idle=soon null null
	refused 2 'file:f,seek=9223372036854775808: seek must be' -u file:f,seek=9223372036854775808 null
	refused 2 'exec:true,umask=1000: umask must be 0 to 777 ' exec:true,umask=1000 null
	refused 2 'exec:true,env=NAME: env= needs NAME=VALUE' exec:true,env=NAME null
	refused 2 'system:true,env==x: env= needs NAME=VALUE' system:true,env==x null
	only
}

@test "ports 0 and 65536" {
	for port in 0 65536 99999999999; do
		refused 2 "^ipcwire: tcp:localhost:$port: port must be 1 to 65535" tcp:localhost:$port null
		refused 2 "^ipcwire: tcp-listen:$port: port must be 1 to 65535" tcp-listen:$port null
	done
	only
}

@test "UNIX path too long" {
	long=$(printf %0108d 0)
	for kind in unix unix-listen abstract abstract-listen; do
		refused 2 "^ipcwire: $kind:0000.*107 bytes, this one 108" $kind:"$long" null
	done
	only
}

@test "nothing is opened when the second address is wrong" {
	printf 'precious' >f
	refused 2 'unknown kind' -u nul create:f
	refused 2 'unknown kind' create:new nul
	refused 2 'unknown kind' unix-listen:sock nul
	[ "$(cat f)" = precious ]
	only f
}

@test "missing file: the remedy is named" {
	refused 1 '^ipcwire: file:nope: no such file; create:nope' -u file:nope null
	refused 1 '^ipcwire: file:no/dir/f: no such file' -u text:x file:no/dir/f
	refused 1 '^ipcwire: create:no/f: ' -u text:x create:no/f
	refused 1 '^ipcwire: \./nope: no such file' -u ./nope null
	refused 1 '^ipcwire: fifo:no/f: ' -u fifo:no/f null
	refused 1 '^ipcwire: unix:nope: .*No such file' unix:nope null
	refused 1 '^ipcwire: unix-listen:no/sock: ' unix-listen:no/sock null
	only
}

@test "a directory" {
	mkdir d
	refused 1 '^ipcwire: file:d: .*(Is a directory)' -u file:d null
	refused 1 '^ipcwire: create:d: .*(Is a directory)' -u text:x create:d
	refused 1 '^ipcwire: \./d: .*(Is a directory)' -u text:x ./d
	refused 1 '^ipcwire: fifo:d: ' -u fifo:d null
	refused 1 '^ipcwire: unix-listen:d: ' unix-listen:d null
	refused 126 "^ipcwire: exec:./d: .*(Permission denied|Is a directory|not executable)" null exec:./d
	[ -d d ]
	only d
}

# As somebody who is not root: relative paths, for the way here may be closed to others.
as_nobody() {
	if [ "$(id -u)" != 0 ]; then
		"$@"
	else
		setpriv --reuid=65534 --regid=65534 --clear-groups env LSAN_OPTIONS=detect_leaks=0 "$@"
	fi
}

@test "no permission" {
	need setpriv
	if [ "$(id -u)" = 0 ]; then
		chmod 755 .
		cp "$IPCWIRE" ./program
		IPCWIRE=./program
		as_nobody ./program null null || skip 'optional: another user cannot run the program here'
	else
		cp "$IPCWIRE" program
	fi
	echo secret >f
	mkdir d
	mkfifo p
	chmod 0 f d p
	for spec in file:f ./f fifo:p create:f; do
		rc=0
		if [ $spec = create:f ]; then
			as_nobody timeout 20 "$IPCWIRE" -u text:x "$spec" >out 2>err </dev/null || rc=$?
		else
			as_nobody timeout 20 "$IPCWIRE" -u "$spec" null >out 2>err </dev/null || rc=$?
		fi
		one_message 1 "^ipcwire: $spec: .*Permission denied" "$rc" "$spec"
	done
	for spec in unix:d/s unix-listen:d/s; do
		rc=0
		as_nobody timeout 20 "$IPCWIRE" "$spec" null >out 2>err </dev/null || rc=$?
		one_message 1 "^ipcwire: $spec: .*Permission denied" "$rc" "$spec"
	done
	chmod 700 f d p
	[ "$(cat f)" = secret ]
	only f d p program
}

@test "FIFO without a peer, with a time limit" {
	refused 124 '^ipcwire: fifo:p,connect-timeout=200ms: no writer' -u fifo:p,connect-timeout=200ms null
	refused 124 '^ipcwire: fifo:p,connect-timeout=200ms: no reader' -u text:x fifo:p,connect-timeout=200ms
	only
	mkfifo p
	refused 124 '^ipcwire: file:p,connect-timeout=200ms: ' -u file:p,connect-timeout=200ms null
	[ -p p ]
	only p
}

@test "FIFO without a peer, without a time limit: waits, can be ended, takes its FIFO along" {
	start relay "$IPCWIRE" -u fifo:p null
	wait_for_file p
	until_true 10 is_asleep "$relay_pid"
	is_over "$relay_pid" && return 1
	kill -TERM "$relay_pid"
	wait_for_exit "$relay_pid"
	[ "$status" = 143 ]
	[ ! -e p ]
	refused 124 '^ipcwire: .*--timeout' --timeout=200ms -u fifo:p null
	[ ! -e p ]
}

@test "host not found" {
	refused 1 "^ipcwire: tcp:no.such.host.invalid:80: cannot find 'no.such.host.invalid'" tcp:no.such.host.invalid:80 null
	refused 1 '^ipcwire: tcp4:\[::1\]:80: ' "tcp4:[::1]:80" null
}

@test "connection refused" {
	free_port
	refused 1 "^ipcwire: tcp:127.0.0.1:$port: cannot connect to 127.0.0.1:$port: Connection refused" tcp:127.0.0.1:"$port" null
	refused 1 "^ipcwire: tcp:localhost:$port: .*Connection refused" tcp:localhost:"$port" null
	refused 1 '^ipcwire: abstract:ipcwire-nobody-here: .*nobody listens' abstract:ipcwire-nobody-here null
	only
}

@test "port in use" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each pipe
	wait_for_port "$port"
	refused 1 "^ipcwire: tcp-listen:$port: .*port is in use" tcp-listen:"$port" null
	[ "$(printf still | timeout 20 "$IPCWIRE" - tcp:127.0.0.1:"$port")" = still ]
}

@test "socket in use: its owner is not disturbed" {
	start server "$IPCWIRE" unix-listen:sock pipe
	wait_for_socket sock
	refused 1 '^ipcwire: unix-listen:sock: .*another program serves' unix-listen:sock null
	# It takes one connection only, so the probe was none.
	[ "$(printf still | timeout 20 "$IPCWIRE" - unix:sock)" = still ]
	wait_for_exit "$server_pid"
	name=ipcwire-test-$$-$RANDOM
	start other "$IPCWIRE" -d abstract-listen:"$name",each pipe
	wait_for_line other.err listening
	refused 1 "^ipcwire: abstract-listen:$name: .*another program serves" abstract-listen:"$name" null
}

@test "stale socket: refused as an address, replaced by a listener" {
	start server "$IPCWIRE" unix-listen:sock,each pipe
	wait_for_socket sock
	kill -KILL "$server_pid"
	wait_for_exit "$server_pid"
	[ -S sock ]
	refused 1 '^ipcwire: unix:sock: .*nobody listens' unix:sock null
	start server "$IPCWIRE" unix-listen:sock pipe
	wait_for_socket sock
	[ "$(printf new | timeout 20 "$IPCWIRE" - unix:sock)" = new ]
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	[ ! -e sock ]
}

@test "not a socket: never removed" {
	printf precious >f
	refused 1 '^ipcwire: unix:f: ' unix:f null
	refused 1 '^ipcwire: unix-listen:f: .*no socket' unix-listen:f null
	refused 1 '^ipcwire: unix-listen:f,unlink-early: .*no socket' unix-listen:f,unlink-early null
	refused 1 '^ipcwire: fifo:f: .*no FIFO' -u fifo:f null
	[ "$(cat f)" = precious ]
	ln -s f link
	refused 1 '^ipcwire: unix-listen:link: ' unix-listen:link null
	[ -L link ]
	only f link
}

@test "a socket of the wrong type" {
	need python3
	start server python3 -c '
import socket, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("alive")
print("bound", flush=True)
time.sleep(1000)'
	wait_for_line server.out bound
	refused 1 '^ipcwire: unix-seqpacket:alive: cannot connect: .*type' unix-seqpacket:alive null
}

@test "missing program: 127" {
	refused 127 "^ipcwire: exec:no-such-program: program 'no-such-program' not found in PATH" null exec:no-such-program
	refused 127 "^ipcwire: exec:./nope: cannot run './nope'" null exec:./nope
	refused 127 "^ipcwire: .*no-such-program" null -- no-such-program arg
	printf '#!/no/such/interpreter\n' >script
	chmod +x script
	refused 127 '^ipcwire: exec:./script: .*interpreter' null exec:./script
	refused 1 '^ipcwire: exec:true,chdir=nope: .*nope' null exec:true,chdir=nope
	only script
}

@test "not executable: 126" {
	printf '#!/bin/sh\n' >script
	refused 126 "^ipcwire: exec:./script: cannot run './script': Permission denied" null exec:./script
	refused 126 "^ipcwire: exec:script,path=$PWD: .*not executable" null "exec:script,path=$PWD"
	printf 'echo no hash-bang\n' >bare
	chmod +x bare
	refused 126 '^ipcwire: exec:./bare: .*#!' null exec:./bare
	only script bare
}

@test "a missing program leaves nothing else behind" {
	# Programs come last, so there must be a client first.
	start server "$IPCWIRE" unix-listen:sock exec:no-such-program
	wait_for_socket sock
	timeout 20 "$IPCWIRE" -U - unix:sock </dev/null >out 2>/dev/null || true
	wait_for_exit "$server_pid"
	mv server.err err
	one_message 127 '^ipcwire: exec:no-such-program: ' "$status" server
	rm server.out
	only
}

@test "a program that dies at once: its status, and what it did not take is no success" {
	random_file in 1M
	INPUT=in refused_quietly 3 - exec:'sh -c "exit 3"'
	refused_quietly 137 null -- sh -c 'kill -9 $$'
	# One that takes nothing and says all is well took what it wanted.
	INPUT=in refused_quietly 0 - exec:true
	only in
}
# refused_quietly STATUS ARG...: the program itself tells what is wrong, we have nothing to add.
refused_quietly() {
	local want=$1 got=0
	shift
	timeout 20 "$IPCWIRE" "$@" <"${INPUT:-/dev/null}" >out 2>err || got=$?
	[[ $got == "$want" && ! -s err ]] || {
		echo "$*: status $got, expected $want and silence:"
		cat err
		return 1
	}
}

@test "full disk: the number of bytes that did not arrive" {
	refused 1 '^ipcwire: file:/dev/full: 3 bytes did not arrive: No space left on device' -u text:abc file:/dev/full
	refused 1 '^ipcwire: /dev/full: [1-9][0-9]* bytes did not arrive: No space left' -u zero /dev/full
	printf abcd >in
	rc=0
	timeout 20 "$IPCWIRE" -u - stdout <in >/dev/full 2>err || rc=$?
	: >out
	one_message 1 '^ipcwire: stdout: .*No space left on device' "$rc" 'stdout is /dev/full'
	only in
}

@test "a file size limit: the number of bytes that did not arrive" {
	RUNNER=(bash -c 'ulimit -f 4; trap "" XFSZ; exec "$@"' x)
	head -c 10000 /dev/zero >in
	refused 1 '^ipcwire: create:f: 5904 bytes did not arrive: File too large' -u file:in create:f
	[ "$(stat -c %s f)" = 4096 ]
	only in f
}

@test "a file size limit: what comes from a FIFO is not lost silently" {
	RUNNER=(bash -c 'ulimit -f 100; trap "" XFSZ; exec "$@"' x)
	mkfifo p
	head -c 300000 /dev/zero >p 3>&- 2>/dev/null &
	refused 1 '^ipcwire: create:f: [1-9][0-9]* bytes did not arrive: File too large' -u fifo:p create:f
	[ "$(stat -c %s f)" = 102400 ]
	only p f
}

@test "closed standard input, output, error at start" {
	rc=0
	timeout 20 "$IPCWIRE" -u - null <&- >out 2>err || rc=$?
	one_message 1 '^ipcwire: -: standard input is closed' "$rc" 'no stdin'
	rc=0
	timeout 20 "$IPCWIRE" -u text:x - >&- 2>err </dev/null || rc=$?
	one_message 1 '^ipcwire: -: standard output is closed' "$rc" 'no stdout'
	rc=0
	timeout 20 "$IPCWIRE" -u text:x stderr 2>&- >out </dev/null || rc=$?
	[ "$rc" = 1 ]
	# What is opened must not become descriptor 0, 1 or 2, where a message would go into it.
	printf precious >f
	rc=0
	timeout 20 "$IPCWIRE" -u file:f file:nope <&- >&- 2>&- || rc=$?
	[ "$rc" = 1 ]
	[ "$(cat f)" = precious ]
	timeout 20 "$IPCWIRE" -u file:f create:g <&- >&- 2>&-
	[ "$(cat g)" = precious ]
	rm err
	: >err
	only f g
}

@test "broken pipe: a reader that ends took what it wanted" {
	{
		rc=0
		yes | timeout 20 "$IPCWIRE" -u - stdout 2>err || rc=$?
		echo "$rc" >rc
	} | head -n 1 >out
	[ "$(cat out)" = y ]
	[ ! -s err ]
	# 141 every time: see bugs.bats.
	[ "$(cat rc)" = 141 ] || [ "$(cat rc)" = 0 ]
	timeout 20 "$IPCWIRE" -u zero exec:'head -c 1' >out 2>err </dev/null
	[ ! -s err ]
	[ "$(stat -c %s out)" = 1 ]
}

@test "reset connection: the number of bytes that did not arrive" {
	need python3
	start server python3 -c '
import socket, struct
s = socket.create_server(("127.0.0.1", 0))
print("port", s.getsockname()[1], flush=True)
c, _ = s.accept()
got = 0
while got < 100000:
    got += len(c.recv(4096))
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
c.close()'
	wait_for_line server.out '^port'
	read -r _ port <server.out
	random_file in 64M
	INPUT=in refused 1 "^ipcwire: tcp:127.0.0.1:$port: [0-9]+ bytes did not arrive: (Connection reset|Broken pipe)" - tcp:127.0.0.1:"$port"
	lost=$(sed -n 's/.*: \([0-9]*\) bytes did not arrive.*/\1/p' err)
	((lost > 0 && lost <= 64 * 1024 * 1024 - 100000))
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "reset while reading: an error, and what came before it is there" {
	need python3
	start server python3 -c '
import socket, struct
s = socket.create_server(("127.0.0.1", 0))
print("port", s.getsockname()[1], flush=True)
c, _ = s.accept()
c.sendall(b"before\n")
assert c.recv(1) == b"k"
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
c.close()'
	wait_for_line server.out '^port'
	read -r _ port <server.out
	mkfifo answer
	START_INPUT=answer start client "$IPCWIRE" - tcp:127.0.0.1:"$port"
	exec 4>answer
	wait_for_line client.out before
	printf k >&4
	wait_for_exit "$server_pid"
	wait_for_exit "$client_pid"
	exec 4>&-
	[ "$status" = 1 ]
	[ "$(grep -c "^ipcwire: tcp:127.0.0.1:$port: .*Connection reset" client.err)" = 1 ]
}

# Which of the descriptors is the one too many depends on the limit: there is a message for each, or it works.
@test "descriptor limit: every limit has its message, or is enough" {
	for n in {7..20}; do
		for via in auto pipe socketpair; do
			rc=0
			timeout 20 bash -c 'ulimit -n "$0"; exec "$@"' "$n" "$IPCWIRE" -u text:hi exec:cat,via=$via \
				>out 2>err 3>&- 4>&- </dev/null || rc=$?
			[ "$rc" = 0 ] || one_message 1 'Too many open files' "$rc" "limit $n, via $via"
			[ "$rc" != 0 ] || [ "$(cat out)" = hi ]
		done
	done
}

@test "descriptor limit: an error, not a hang" {
	limited 8 1 '^ipcwire: exec:cat: .*Too many open files' -u text:abc exec:cat
	only
}

answers() { [ "$(printf alive | timeout 5 "$IPCWIRE" - unix:sock 2>/dev/null)" = alive ]; }

@test "descriptor limit of a server: it waits for descriptors, and serves on" {
	start server bash -c 'ulimit -n 24; exec "$@"' x "$IPCWIRE" unix-listen:sock,each exec:cat
	wait_for_socket sock
	need python3
	timeout 60 python3 -c '
import socket
held = []
for i in range(40):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect("sock")
    held.append(s)'
	wait_for_line server.err 'no descriptors for more than these'
	is_over "$server_pid" && return 1
	until_true 20 answers
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ ! -e sock ]
}
