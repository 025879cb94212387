#!/usr/bin/env bats
# Running unattended: --pidfile, --daemon, --ready-fd, and what a service manager is told.

load helpers
bats_require_minimum_version 1.5.0

setup_test() {
	need python3
	# A service manager's socket: prints each datagram on a line, newlines as spaces.
	cat >manager.py <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		name = sys.argv[1]
		s.bind("\0" + name[1:] if name[0] == "@" else name)
		print("bound", flush=True)
		while True:
		    print(s.recv(4096).decode().replace("\n", " "), flush=True)
	END
}

teardown_test() {
	local p
	for p in *.pid; do
		[ ! -s "$p" ] || kill -TERM "$(cat "$p")" 2>/dev/null || true
	done
	until_true 10 no_daemons
}
no_daemons() {
	local p
	for p in *.pid; do
		[ ! -s "$p" ] || is_over "$(cat "$p")" || return 1
	done
}
manage() {
	start manager python3 manager.py "$1"
	wait_for_line manager.out bound
}
get() {
	"$IPCWIRE" -u "tcp:127.0.0.1:$1" -
}

# ---- pidfile -----------------------------------------------------------------------------------------

@test "the pidfile holds our pid while we run and is gone afterwards" {
	free_port
	start one "$IPCWIRE" --pidfile=a.pid "tcp-listen:$port,each" text:hello
	wait_for_port "$port"
	[ "$(cat a.pid)" = "$one_pid" ]
	kill "$one_pid"
	wait_for_exit "$one_pid"
	[ "$status" = 0 ]
	[ ! -e a.pid ]
}

@test "a second instance is one error with the first one's pid, and opens nothing" {
	free_port
	start one "$IPCWIRE" --pidfile=a.pid "tcp-listen:$port,each" text:hello
	wait_for_port "$port"
	free_port
	run --separate-stderr "$IPCWIRE" --pidfile=a.pid "tcp-listen:$port,each" create:touched
	[ "$status" = 1 ]
	[ "$stderr" = "ipcwire: a.pid: another instance runs already (pid $one_pid)" ]
	[ ! -e touched ]
	[ "$(cat a.pid)" = "$one_pid" ]
}

@test "a pidfile that was left behind is taken over" {
	free_port
	start one "$IPCWIRE" --pidfile=a.pid "tcp-listen:$port,each" text:hello
	wait_for_port "$port"
	kill -KILL "$one_pid"
	wait_for_exit "$one_pid"
	[ "$(cat a.pid)" = "$one_pid" ]
	start two "$IPCWIRE" --pidfile=a.pid "tcp-listen:$port,each" text:hello
	wait_for_port "$port"
	[ "$(cat a.pid)" = "$two_pid" ]
}

@test "a program does not hold its server's pidfile" {
	free_port
	start one "$IPCWIRE" --pidfile=a.pid "tcp-listen:$port,each" -- ls -l /proc/self/fd
	wait_for_port "$port"
	run get "$port"
	[ "$status" = 0 ]
	[[ $output == *socket* ]]
	[[ $output != *a.pid* ]]
}

@test "a pidfile that cannot be made is an error that names it" {
	run --separate-stderr "$IPCWIRE" --pidfile=no/where.pid null null
	[ "$status" = 1 ]
	[[ $stderr == "ipcwire: no/where.pid: cannot make the pidfile: No such file or directory"* ]]
}

# ---- daemon ------------------------------------------------------------------------------------------

@test "--daemon returns once clients are served, and leaves no descriptor of ours behind" {
	free_port
	# The command substitution ends when nobody holds its pipe any more.
	out=$("$IPCWIRE" --daemon --pidfile=a.pid --log-file=log "tcp-listen:$port,each" text:hello 2>&1 3>&-)
	[ -z "$out" ]
	[ "$(get "$port")" = hello ]
	for fd in 0 1 2; do
		[ "$(readlink "/proc/$(cat a.pid)/fd/$fd")" = /dev/null ]
	done
	[ "$(ps -o sid= -p "$(cat a.pid)" | tr -d ' ')" = "$(cat a.pid)" ]
	kill "$(cat a.pid)"
	until_true 10 test ! -e a.pid
}

@test "what goes wrong before a daemon is ready is told where it was started, with its status" {
	free_port
	start one "$IPCWIRE" "tcp-listen:$port,each" text:hello
	wait_for_port "$port"
	run --separate-stderr "$IPCWIRE" --daemon --pidfile=a.pid --log-file=log "tcp-listen:$port,each" text:hello
	[ "$status" = 1 ]
	[[ $stderr == *"cannot listen on"*"Address already in use"* ]]
	grep -q 'Address already in use' log
	[ ! -e a.pid ]
	run --separate-stderr "$IPCWIRE" --daemon --log-file=log "tcp-listen:$port,each" -- not-here
	[ "$status" = 127 ]
	[[ $stderr == *"not-here"* ]]
}

@test "a daemon's messages go to the log file alone, after it is ready" {
	free_port
	"$IPCWIRE" -d --daemon --pidfile=a.pid --log-file=log "tcp-listen:$port,each" \
		-- sh -c 'echo complaint >&2' 2>err 3>&-
	get "$port"
	wait_for_line log complaint
	[ ! -s err ]
	grep -q 'listening on' log
}

@test "SIGUSR1 writes a daemon's sessions to its log" {
	free_port
	"$IPCWIRE" --daemon --drain=0.1 --pidfile=a.pid --log-file=log "tcp-listen:$port,each" stall 3>&-
	start client "$IPCWIRE" stall "tcp:127.0.0.1:$port"
	until_true 10 eval 'kill -USR1 "$(cat a.pid)"; grep -q "127.0.0.1:.*stall" log'
	kill "$client_pid"
	wait_for_exit "$client_pid"
}

@test "a daemon whose starter was ended before it was ready ends, too" {
	free_port
	start one "$IPCWIRE" "tcp-listen:$port,each" text:one
	wait_for_port "$port"
	start waiting "$IPCWIRE" --daemon --pidfile=a.pid --log-file=log "tcp-listen:$port,each,retry,interval=20ms" text:two
	wait_for_line log 'Address already in use'
	kill -INT "$waiting_pid"
	wait_for_exit "$waiting_pid"
	[ "$status" = 130 ]
	kill "$one_pid"
	wait_for_exit "$one_pid"
	wait_for_line log 'cannot tell who started this daemon'
	until_true 10 test ! -e a.pid
	run ! is_listening "$port"
}

@test "--daemon wants a log file, and no standard streams" {
	free_port
	run "$IPCWIRE" --daemon "tcp-listen:$port,each" text:x
	[ "$status" = 2 ]
	[[ $output == *"--daemon without --log-file"* ]]
	run "$IPCWIRE" --daemon --log-file=log "tcp-listen:$port"
	[ "$status" = 2 ]
	[[ $output == *"no standard input and output"* ]]
	run "$IPCWIRE" --daemon --log-file=log -v "tcp-listen:$port,each" text:x
	[ "$status" = 2 ]
	[ ! -e log ]
}

@test "a wire without listeners goes into the background once it runs" {
	mkfifo in
	exec 7<>in
	"$IPCWIRE" --daemon --pidfile=a.pid --log-file=log -u fifo:in create:out 3>&- 7>&-
	echo through >&7
	wait_for_line out through
	exec 7>&-
	until_true 10 test ! -e a.pid
}

@test "a single-shot listener is in the background before its client has come" {
	free_port
	"$IPCWIRE" --daemon --pidfile=a.pid --log-file=log "tcp-listen:$port" text:once 3>&-
	[ "$(get "$port")" = once ]
	until_true 10 test ! -e a.pid
}

# ---- ready-fd ----------------------------------------------------------------------------------------

@test "--ready-fd gets one newline when the listeners are up, and is closed then" {
	free_port
	mkfifo ready
	start one bash -c 'exec "$@" 5>ready' - "$IPCWIRE" --ready-fd=5 "tcp-listen:$port,each" text:hello
	# cat ends when the descriptor is closed, while the server runs on.
	[ "$(timeout 20 cat ready | od -An -tx1 | tr -d ' \n')" = 0a ]
	[ "$(get "$port")" = hello ]
	run ! is_over "$one_pid"
}

@test "a hub is ready when all of its listeners are" {
	free_port
	mkfifo ready
	start one bash -c 'exec "$@" 5>ready' - "$IPCWIRE" --ready-fd=5 --hub "tcp-listen:$port" "unix-listen:$PWD/s"
	[ "$(timeout 20 cat ready | od -An -tx1 | tr -d ' \n')" = 0a ]
	is_listening "$port"
	is_unix_listening "$PWD/s"
}

@test "--ready-fd says nothing when a listener does not come up" {
	free_port
	start one "$IPCWIRE" "tcp-listen:$port,each" text:hello
	wait_for_port "$port"
	run bash -c '"$@" 5>ready 2>/dev/null' - "$IPCWIRE" --ready-fd=5 "tcp-listen:$port,each" text:hello
	[ "$status" = 1 ]
	[ ! -s ready ]
}

@test "--ready-fd must be open, and for writing" {
	run "$IPCWIRE" --ready-fd=47 null null
	[ "$status" = 2 ]
	[[ $output == *"--ready-fd=47: this descriptor is not open"* ]]
	run bash -c '"$@" 5</dev/null' - "$IPCWIRE" --ready-fd=5 null null
	[ "$status" = 2 ]
	[[ $output == *"not open for writing"* ]]
	run "$IPCWIRE" --ready-fd=1 null null
	[ "$status" = 2 ]
}

# ---- service manager ---------------------------------------------------------------------------------

@test "a service manager hears READY when clients are served, and STOPPING" {
	free_port
	manage "$PWD/notify.sock"
	start one env NOTIFY_SOCKET="$PWD/notify.sock" "$IPCWIRE" "tcp-listen:$port,each" -- env
	wait_for_line manager.out 'READY=1.*MAINPID='
	run get "$port"
	[[ $output == *TCPREMOTEIP* ]]
	[[ $output != *NOTIFY_SOCKET* ]]
	kill "$one_pid"
	wait_for_exit "$one_pid"
	wait_for_line manager.out STOPPING=1
	[ "$(grep -c READY manager.out)" = 1 ]
	[ "$(grep -c STOPPING manager.out)" = 1 ]
	run ! grep -q WATCHDOG manager.out
}

@test "a service manager is told how many members there are where clients share" {
	manage "$PWD/notify.sock"
	start one env NOTIFY_SOCKET="$PWD/notify.sock" "$IPCWIRE" --drain=0.1 unix-listen:sock,share stall
	wait_for_line manager.out READY=1
	start client "$IPCWIRE" stall unix:sock
	wait_for_line manager.out 'STATUS=1 sessions, 1 since the start'
	start other "$IPCWIRE" stall unix:sock
	wait_for_line manager.out 'STATUS=2 sessions, 2 since the start'
	kill "$other_pid"
	wait_for_line manager.out 'STATUS=1 sessions, 2 since the start'
}

@test "a service manager is told how many sessions there are" {
	free_port
	manage "$PWD/notify.sock"
	start one env NOTIFY_SOCKET="$PWD/notify.sock" "$IPCWIRE" --drain=0.1 "tcp-listen:$port,each" stall
	wait_for_line manager.out READY=1
	start client "$IPCWIRE" stall "tcp:127.0.0.1:$port"
	wait_for_line manager.out 'STATUS=1 sessions, 1 since the start'
	until_true 10 has_no_timer "$one_pid"
	start other "$IPCWIRE" stall "tcp:127.0.0.1:$port"
	wait_for_line manager.out 'STATUS=2 sessions, 2 since the start'
	kill "$client_pid" "$other_pid"
	wait_for_exit "$client_pid"
	wait_for_exit "$other_pid"
}

@test "an abstract NOTIFY_SOCKET, and signs of life only when they are asked for" {
	free_port
	manage "@ipcwire-test-$$-$BATS_TEST_NUMBER"
	start one env NOTIFY_SOCKET="@ipcwire-test-$$-$BATS_TEST_NUMBER" WATCHDOG_USEC=200000 \
		"$IPCWIRE" "tcp-listen:$port,each" -- env
	wait_for_line manager.out READY=1
	until_true 10 eval '[ "$(grep -c WATCHDOG=1 manager.out)" -ge 3 ]'
	run get "$port"
	[[ $output != *WATCHDOG* ]]
	kill "$one_pid"
	wait_for_exit "$one_pid"
}

@test "a watchdog of another process is not ours, and without one no timer runs" {
	free_port
	manage "$PWD/notify.sock"
	start one env NOTIFY_SOCKET="$PWD/notify.sock" WATCHDOG_USEC=200000 WATCHDOG_PID=1 \
		"$IPCWIRE" "tcp-listen:$port,each" text:x
	wait_for_line manager.out READY=1
	until_true 10 has_no_timer "$one_pid"
}

@test "a NOTIFY_SOCKET that nobody reads stops nothing" {
	free_port
	start one env NOTIFY_SOCKET="$PWD/none" "$IPCWIRE" "tcp-listen:$port,each" text:hello
	wait_for_port "$port"
	[ "$(get "$port")" = hello ]
	wait_for_line one.err 'cannot tell the service manager'
}
