#!/usr/bin/env bats
# What clients and their programs leave behind, and what signals do to a transfer.

load helpers

setup_test() {
	need python3
	if is_sanitized; then export SANITIZED=1; fi # its memory is another matter
	cat >reset.py <<-'END'
		import socket, struct, sys
		s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
		s.recv(5)
		s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		s.close()
	END
	# bulk.sh N: bulk; the Nth time it says in the end how wide its pipe is.
	cat >bulk.py <<-'END'
		import fcntl, sys
		sys.stdout.buffer.write(bytes(3 << 20))
		sys.stdout.flush()
		print("wide", fcntl.fcntl(1, 1032), file=sys.stderr)  # F_GETPIPE_SZ
	END
	cat >bulk.sh <<-'END'
		echo >>runs
		if [ "$(wc -l <runs)" = "$1" ]; then exec python3 bulk.py; fi
		exec head -c 3145728 /dev/zero
	END
}
# serve ADDRESS...: a server on $port, its pid in $server_pid.
serve() {
	free_port
	start server "$IPCWIRE" "tcp-listen:$port,each" "$@"
	wait_for_port "$port"
}
stop() {
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}
no_children() {
	[ -z "$(cat "/proc/$1/task/$1/children")" ]
}

@test "1,000 quick clients with a program each: no zombie, no descriptor, no memory is left" {
	for how in direct pipe; do
		serve "exec:echo answer,via=$how"
		[ "$(timeout 90 python3 "$BATS_TEST_DIRNAME/quick.py" "$port" "$server_pid" 500)" = ok ]
		stop
	done
}

@test "bulk of the twentieth client is as fast as that of the first: wide pipes are given back" {
	serve exec:'sh bulk.sh 20',via=pipe
	for ((i = 1; i <= 20; i++)); do
		wire 0 -u tcp:127.0.0.1:"$port" null
	done
	wait_for_line server.err ' wide 1048576$'
	stop
}

@test "a program that is started again has a wide pipe again" {
	start bulk "$IPCWIRE" -q -u exec:'sh bulk.sh 3',via=pipe,restart=always,delay=1ms null
	wait_for_line bulk.err '^wide 1048576$'
	kill -TERM "$bulk_pid"
	wait_for_exit "$bulk_pid"
}

@test "programs get descriptors 0, 1 and 2 alone, however they are attached" {
	cat >ls.py <<-'END'
		import os
		fds = []
		for fd in range(256):
		    try:
		        os.fstat(fd)
		        fds.append(fd)
		    except OSError:
		        pass
		print(*fds)
	END
	for options in via=direct via=pipe via=socketpair via=pty buffer=line,how=preload stderr=merge stderr=null setsid; do
		serve "exec:python3 ls.py,$options"
		# others are there whose descriptors might go into the wrong program
		exec 7<>"/dev/tcp/127.0.0.1/$port" 8<>"/dev/tcp/127.0.0.1/$port"
		exec 9<>"/dev/tcp/127.0.0.1/$port"
		[ "$(tr -d '\r' <&9)" = '0 1 2' ] || {
			echo "with $options" >&2
			return 1
		}
		exec 7>&- 8>&- 9>&-
		stop
	done
}

@test "a client is gone: its program goes, and the processes that this one has started" {
	for options in via=direct via=pipe via=socketpair via=pty; do
		serve "exec:sh -c 'sleep 1000 & sleep 1000 & echo ready; trap \"\" HUP; sleep 1000',kill-after=100ms,$options"
		python3 reset.py "$port"
		until_true 10 no_children "$server_pid"
		until_true 10 no_sleepers
		stop
	done
}
no_sleepers() {
	if survivors | grep -q '^[0-9]* sleep 1000'; then return 1; fi
}

@test "a client is gone and its program ends at once: nothing that it has started stays" {
	for options in via=direct via=pipe via=socketpair; do
		serve "exec:sh -c 'sleep 1000 >/dev/null & echo ready; cat',$options"
		for _ in 1 2 3; do python3 reset.py "$port"; done
		until_true 10 no_children "$server_pid"
		until_true 10 no_sleepers
		stop
	done
}

@test "signals in a thousand a second change nothing" {
	serve pipe
	[ "$(timeout 90 python3 "$BATS_TEST_DIRNAME/signals.py" "$server_pid" "$port" 128)" = ok ]
	stop
	serve exec:cat,via=pipe
	[ "$(timeout 90 python3 "$BATS_TEST_DIRNAME/signals.py" "$server_pid" "$port" 64)" = ok ]
	stop
}
