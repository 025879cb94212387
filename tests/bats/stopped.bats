#!/usr/bin/env bats
# A run that is stopped, with a TCP peer that takes nothing: it ends, and says what did not arrive.

load helpers

# A server that accepts one connection and never reads from it: $port.
deaf_server() {
	cat >deaf.py <<-'EOF'
		import signal, socket, sys
		s = socket.socket()
		s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
		s.bind(("127.0.0.1", 0))
		s.listen()
		print(s.getsockname()[1], flush=True)
		c, _ = s.accept()
		print("accepted", flush=True)
		signal.pause()
	EOF
	need python3
	start deaf python3 deaf.py
	wait_for_line deaf.out '^[0-9]+$'
	port=$(head -n 1 deaf.out)
}

# start_to_deaf OPTION...: a wire to it that has more than it can send.
start_to_deaf() {
	start relay "$IPCWIRE" -u "$@" zero tcp:127.0.0.1:"$port",sndbuf=16k
	wait_for_line deaf.out accepted
}

lost() {
	grep -qE '^ipcwire: tcp:127\.0\.0\.1:[0-9]+,sndbuf=16k: [0-9]+ bytes did not arrive' relay.err
}

@test "SIGTERM and SIGINT end it although the peer reads nothing" {
	local signal
	for signal in TERM INT; do
		deaf_server
		start_to_deaf
		until_true "$DEADLINE" is_asleep "$relay_pid"
		kill -"$signal" "$relay_pid"
		wait_for_exit "$relay_pid" 10
		[ "$status" = $((128 + $(kill -l "$signal"))) ]
		lost
		kill "$deaf_pid"
	done
}

@test "--timeout and --idle end it although the peer reads nothing" {
	local limit
	for limit in --timeout --idle; do
		deaf_server
		start_to_deaf "$limit=1s"
		wait_for_exit "$relay_pid" 10
		[ "$status" = 124 ]
		grep -q -e "$limit" relay.err
		lost
		kill "$deaf_pid"
	done
}

# All that there was is in the kernel's hands, and only the acknowledgement is waited for.
start_finished() {
	head -c 64k /dev/zero >data
	start relay "$IPCWIRE" -u "$@" ./data tcp:127.0.0.1:"$port"
	wait_for_line deaf.out accepted
}

@test "--idle counts while only the acknowledgement is waited for" {
	deaf_server
	start_finished --idle=1s
	wait_for_exit "$relay_pid" 10
	[ "$status" = 124 ]
	grep -qE '[0-9]+ bytes did not arrive' relay.err
}

@test "signals while only the acknowledgement is waited for" {
	deaf_server
	start_finished
	until_true "$DEADLINE" is_asleep "$relay_pid"
	kill -TERM "$relay_pid"
	kill -TERM "$relay_pid"
	wait_for_exit "$relay_pid" 10
	[ "$status" = 143 ]
	grep -qE '[0-9]+ bytes did not arrive' relay.err
}
