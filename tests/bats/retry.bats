#!/usr/bin/env bats
# Opening again what could not be opened: retry, delay, max-delay, interval, jitter, forever.

load helpers
bats_require_minimum_version 1.5.0

# The delays that were told, as they stand there.
delays() {
	sed -n 's/.*trying again in \([^ ]*\) .*/\1/p' "$1" | paste -sd' '
}

@test "retry=N tries N times more, ever slower, and the last failure is the error" {
	free_port
	run --separate-stderr "$IPCWIRE" -d text:x "tcp:127.0.0.1:$port,retry=4,delay=10ms,max-delay=40ms"
	[ "$status" = 1 ]
	echo "$stderr" >log
	[ "$(delays log)" = '10ms 20ms 40ms 40ms' ]
	[ "$(grep -c 'Connection refused' log)" = 5 ]
	grep -q '(1 of 4)' log
}

@test "of the failures only the first and the last are told without -d" {
	free_port
	run --separate-stderr "$IPCWIRE" --log-format=json text:x "tcp:127.0.0.1:$port,retry=4,delay=10ms"
	[ "$status" = 1 ]
	[ "$(grep -o '"level":"[a-z]*"' <<<"$stderr" | paste -sd' ')" = '"level":"warn" "level":"error"' ]
}

@test "interval stays the same, and jitter adds at most what it says" {
	free_port
	run --separate-stderr "$IPCWIRE" -d text:x "tcp:127.0.0.1:$port,retry=3,interval=20ms"
	[ "$status" = 1 ]
	[ "$(delays <(echo "$stderr"))" = '20ms 20ms 20ms' ]
	run --separate-stderr "$IPCWIRE" -d text:x "tcp:127.0.0.1:$port,retry=20,interval=10ms,jitter=10ms"
	[ "$status" = 1 ]
	[ "$(delays <(echo "$stderr") | tr ' ' '\n' | grep -c '^1[0-9]ms$')" = 20 ]
	[ "$(delays <(echo "$stderr") | tr ' ' '\n' | sort -u | wc -l)" -gt 1 ]
}

@test "a TCP server that comes later is reached, and nothing is lost" {
	need python3
	free_port
	random_file sent 300000
	start client "$IPCWIRE" -u file:sent "tcp:localhost:$port,retry,interval=20ms"
	wait_for_line client.err 'Connection refused'
	start server "$IPCWIRE" -u "tcp-listen:$port" create:got
	wait_for_exit "$client_pid"
	[ "$status" = 0 ]
	wait_for_exit "$server_pid"
	same sent got
	# The one warning stays the only message.
	[ "$(wc -l <client.err)" = 1 ]
}

@test "UNIX sockets, abstract ones and files that come later" {
	local name="ipcwire-test-$$-$BATS_TEST_NUMBER"
	start a "$IPCWIRE" -u "unix:$PWD/s,forever,interval=20ms" -
	start b "$IPCWIRE" -u "abstract:$name,forever,interval=20ms" -
	start c "$IPCWIRE" -u "file:$PWD/f,forever,interval=20ms" -
	wait_for_line a.err 'cannot connect'
	wait_for_line b.err 'cannot connect'
	wait_for_line c.err 'no such file'
	start sa "$IPCWIRE" "unix-listen:$PWD/s" text:one
	start sb "$IPCWIRE" "abstract-listen:$name" text:two
	echo three >f.new
	mv f.new f
	for p in "$a_pid" "$b_pid" "$c_pid"; do
		wait_for_exit "$p"
		[ "$status" = 0 ]
	done
	[ "$(cat a.out b.out c.out)" = "onetwothree" ]
}

@test "a listener takes its port when the one before has gone" {
	free_port
	start one "$IPCWIRE" "tcp-listen:$port,each" text:one
	wait_for_port "$port"
	start two "$IPCWIRE" "tcp-listen:$port,each,retry,interval=20ms" text:two
	wait_for_line two.err 'Address already in use'
	kill "$one_pid"
	wait_for_exit "$one_pid"
	until_true 20 eval '[ "$("$IPCWIRE" -q -u "tcp:127.0.0.1:$port" - 2>/dev/null)" = two ]'
	kill "$two_pid"
	wait_for_exit "$two_pid"
	[ "$status" = 0 ]
}

@test "a daemon is ready once its listener has got its port" {
	free_port
	start one "$IPCWIRE" "tcp-listen:$port,each" text:one
	wait_for_port "$port"
	mkfifo ready
	start two bash -c 'exec "$@" 5>ready' - "$IPCWIRE" --ready-fd=5 "tcp-listen:$port,each,retry,interval=20ms" text:two
	exec 6<ready
	wait_for_line two.err 'Address already in use'
	kill "$one_pid"
	wait_for_exit "$one_pid"
	[ "$(timeout 20 cat <&6 | od -An -tx1 | tr -d ' \n')" = 0a ]
	exec 6<&-
	[ "$("$IPCWIRE" -u "tcp:127.0.0.1:$port" -)" = two ]
}

@test "each session of a server waits for the other end by itself" {
	local other
	free_port
	other=$port
	free_port
	start relay "$IPCWIRE" "tcp-listen:$port,each" "tcp:127.0.0.1:$other,retry,interval=20ms"
	wait_for_port "$port"
	start a "$IPCWIRE" -u "tcp:127.0.0.1:$port" -
	start b "$IPCWIRE" -u "tcp:127.0.0.1:$port" -
	wait_for_line relay.err 'Connection refused'
	start server "$IPCWIRE" "tcp-listen:$other,each" text:there
	for p in "$a_pid" "$b_pid"; do
		wait_for_exit "$p"
		[ "$status" = 0 ]
	done
	[ "$(cat a.out b.out)" = therethere ]
}

@test "accept-timeout is no failed opening: it is not tried again" {
	free_port
	run --separate-stderr "$IPCWIRE" "tcp-listen:$port,accept-timeout=50ms,retry,interval=10ms" null
	[ "$status" = 124 ]
	[[ $stderr == *"no client came within the time limit"* ]]
	[[ $stderr != *$'\n'* ]]
}

@test "connect-timeout bounds each attempt, and the last one's status is ours" {
	need python3
	# A backlog that is full: further connections are not answered.
	cat >full.py <<-'END'
		import socket
		s = socket.socket(socket.AF_UNIX)
		s.bind("full")
		s.listen(0)
		c = [socket.socket(socket.AF_UNIX) for _ in range(2)]
		for one in c:
		    one.setblocking(False)
		    try:
		        one.connect("full")
		    except BlockingIOError:
		        pass
		print("full", flush=True)
		import threading
		threading.Event().wait(60)
	END
	start full python3 full.py
	wait_for_line full.out full
	run --separate-stderr "$IPCWIRE" -d text:x "unix:$PWD/full,connect-timeout=50ms,retry=2,interval=10ms"
	[ "$status" = 124 ]
	[ "$(grep -c 'within the time limit (connect-timeout)' <<<"$stderr")" = 3 ]
}

@test "--timeout and a signal end the waiting" {
	free_port
	run --separate-stderr timeout 20 "$IPCWIRE" --timeout=100ms text:x "tcp:127.0.0.1:$port,forever"
	[ "$status" = 124 ]
	[[ $stderr == *"longer than --timeout"* ]]
	start one "$IPCWIRE" text:x "tcp:127.0.0.1:$port,forever,interval=1h"
	wait_for_line one.err 'Connection refused'
	kill "$one_pid"
	wait_for_exit "$one_pid"
	[ "$status" = 143 ]
}

@test "between two attempts nothing is open and nothing runs" {
	free_port
	start one "$IPCWIRE" --no-watch -u "tcp:127.0.0.1:$port,forever,interval=1h" null
	wait_for_line one.err 'Connection refused'
	until_true 10 is_asleep "$one_pid"
	run readlink "/proc/$one_pid/fd/"*
	[[ $output == */dev/null* && $output != *socket:* ]]
}

@test "without retry no attempt is repeated and no timer runs" {
	free_port
	run --separate-stderr "$IPCWIRE" -d -d text:x "tcp:127.0.0.1:$port"
	[ "$status" = 1 ]
	[ "$(grep -c 'Connection refused' <<<"$stderr")" = 1 ]
	[[ $stderr != *"trying again"* ]]
	start one "$IPCWIRE" "tcp-listen:$port,each,retry" null
	wait_for_port "$port"
	until_true 10 has_no_timer "$one_pid"
}

@test "values that make no sense are refused" {
	run "$IPCWIRE" text:x tcp:localhost:1,retry=often
	[ "$status" = 2 ]
	run "$IPCWIRE" text:x tcp:localhost:1,retry,delay=0
	[ "$status" = 2 ]
	run "$IPCWIRE" text:x text:y,retry
	[ "$status" = 2 ]
}
