#!/usr/bin/env bats
# fd-listen: listening sockets that were passed to us.

load helpers
bats_require_minimum_version 1.5.0

setup_test() {
	need python3
	# activate NAMES ADDRESS... -- COMMAND...: opens the sockets, passes them as a service manager does.
	cat >activate.py <<-'END'
		import fcntl, os, socket, sys
		names, rest = sys.argv[1], sys.argv[2:]
		at = rest.index("--")
		socks = []
		for a in rest[:at]:
		    if a[0] in "/@":
		        s = socket.socket(socket.AF_UNIX)
		        s.bind("\0" + a[1:] if a[0] == "@" else a)
		    else:
		        s = socket.socket(socket.AF_INET6 if a[0] == "[" else socket.AF_INET)
		        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		        s.bind((a.rsplit(":", 1)[0].strip("[]"), int(a.rsplit(":", 1)[1])))
		    s.listen(64)
		    socks.append(s)
		high = [fcntl.fcntl(s.fileno(), fcntl.F_DUPFD, 40) for s in socks]
		for i, fd in enumerate(high):
		    os.dup2(fd, 3 + i)
		for fd in high:
		    os.close(fd)
		os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(socks)))
		if names:
		    os.environ["LISTEN_FDNAMES"] = names
		os.closerange(3 + len(socks), 40)
		os.execvp(rest[at + 1], rest[at + 1:])
	END
}
activate() {
	start server python3 activate.py "$@"
}
get() {
	"$IPCWIRE" -u "$1" -
}

@test "sockets of one name, TCP and UNIX, are served together" {
	free_port
	activate web:web "127.0.0.1:$port" "$PWD/s" -- "$IPCWIRE" fd-listen:web,each text:hello
	wait_for_port "$port"
	[ "$(get "tcp:127.0.0.1:$port")" = hello ]
	wait_for_socket "$PWD/s"
	[ "$(get "unix:$PWD/s")" = hello ]
}

@test "names and numbers choose among several" {
	free_port
	one=$port
	free_port
	activate web:admin "127.0.0.1:$one" "127.0.0.1:$port" -- "$IPCWIRE" fd-listen:admin,each text:admin
	wait_for_port "$port"
	[ "$(get "tcp:127.0.0.1:$port")" = admin ]
	kill "$server_pid"
	wait_for_exit "$server_pid"
	activate web:admin "127.0.0.1:$one" "127.0.0.1:$port" -- "$IPCWIRE" fd-listen:3,each text:three
	wait_for_port "$one"
	[ "$(get "tcp:127.0.0.1:$one")" = three ]
}

@test "a program learns of its client, and of no passed socket" {
	free_port
	activate web "127.0.0.1:$port" -- "$IPCWIRE" fd-listen,each -- sh -c 'env; ls -l /proc/self/fd'
	wait_for_port "$port"
	run get "tcp:127.0.0.1:$port"
	[[ $output == *TCPREMOTEIP=127.0.0.1* ]]
	[[ $output == *TCPLOCALPORT=$port* ]]
	[[ $output != *LISTEN_* ]]
	[ "$(grep -c 'socket:' <<<"$output")" = 2 ]
}

@test "an IPv4 client of a socket for both families has an IPv4 address" {
	free_port
	activate web "[::]:$port" -- "$IPCWIRE" -d fd-listen,each -- env
	wait_for_port "$port"
	run get "tcp4:127.0.0.1:$port"
	[[ $output == *TCPREMOTEIP=127.0.0.1$'\n'* ]]
	[[ $output == *TCPLOCALIP=127.0.0.1$'\n'* ]]
	wait_for_line server.err 'peer 127.0.0.1:'
}

@test "without each the first client is the only one" {
	free_port
	activate web "127.0.0.1:$port" -- "$IPCWIRE" fd-listen:web text:once
	wait_for_port "$port"
	[ "$(get "tcp:127.0.0.1:$port")" = once ]
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "descriptors that are no listening sockets are told apart" {
	run --separate-stderr "$IPCWIRE" fd-listen:web,each null
	[ "$status" = 1 ]
	[[ $stderr == "ipcwire: fd-listen:web,each: no listening socket was passed to this process"* ]]
	run --separate-stderr bash -c '"$@" 5</dev/null' - "$IPCWIRE" fd-listen:5,each null
	[ "$status" = 1 ]
	[[ $stderr == *"descriptor 5 is no listening socket"*"fd:5"* ]]
	run --separate-stderr "$IPCWIRE" fd-listen:77,each null
	[ "$status" = 1 ]
	[[ $stderr == *"descriptor 77 is not open"* ]]
	run "$IPCWIRE" fd-listen:2,each null
	[ "$status" = 2 ]
	[[ $output == *"they begin at 3"* ]]
}

@test "a name that was not passed is told with those that were" {
	free_port
	run --separate-stderr python3 activate.py web:admin "127.0.0.1:$port" "$PWD/s" -- "$IPCWIRE" fd-listen:wep,each null
	[ "$status" = 1 ]
	[ "$stderr" = "ipcwire: fd-listen:wep,each: no listening socket named 'wep' was passed, only: web, admin" ]
}

@test "variables of another process are not ours" {
	run --separate-stderr env LISTEN_PID=1 LISTEN_FDS=1 "$IPCWIRE" fd-listen,each null
	[ "$status" = 1 ]
	[[ $stderr == *"no listening socket was passed to this process"* ]]
	run env LISTEN_PID=1 LISTEN_FDS=1 "$IPCWIRE" -u -- env
	[[ $output != *LISTEN_* ]]
}

@test "a daemon keeps the sockets that were passed to it" {
	free_port
	python3 activate.py web "127.0.0.1:$port" -- "$IPCWIRE" --daemon --pidfile=a.pid --log-file=log \
		fd-listen:web,each text:hello 3>&-
	[ "$(get "tcp:127.0.0.1:$port")" = hello ]
	kill "$(cat a.pid)"
	until_true 10 test ! -e a.pid
}

# The command line of an example unit, with our program in place of the installed one.
unit_command() {
	sed -n "s|^ExecStart=/usr/bin/ipcwire|$IPCWIRE|p" "$ROOT/doc/systemd/$1"
}

@test "the example units: echo by socket activation" {
	need_heavy systemd-socket-activate
	free_port
	local name
	name=$(sed -n 's/^FileDescriptorName=//p' "$ROOT/doc/systemd/echo.socket")
	# shellcheck disable=SC2046
	start server systemd-socket-activate -l "127.0.0.1:$port" -l "$PWD/s" --fdname="$name:$name" $(unit_command echo.service)
	wait_for_port "$port"
	wait_for_socket "$PWD/s"
	[ "$(printf ping | "$IPCWIRE" - "tcp:127.0.0.1:$port")" = ping ]
	[ "$(printf pong | "$IPCWIRE" - "unix:$PWD/s")" = pong ]
}

@test "the example units: the words of ExecStart= are ours, and systemd knows the rest" {
	local unit words
	for unit in echo.service bridge.service; do
		read -r -a words < <(unit_command "$unit")
		"${words[0]}" --check "${words[@]:1}"
	done
	need_heavy systemd-analyze
	mkdir units
	for unit in echo.service bridge.service echo.socket; do
		sed "s|/usr/bin/ipcwire|$IPCWIRE|" "$ROOT/doc/systemd/$unit" >"units/$unit"
	done
	run systemd-analyze verify --man=no units/*
	echo "$output"
	[ "$status" = 0 ]
	[[ $output != *"$PWD/units/"* ]]
}

@test "options of a connection are for those that are accepted here, too" {
	free_port
	activate '' "127.0.0.1:$port" -- "$IPCWIRE" fd-listen:3,each,congestion=no-such text:x
	wait_for_port "$port"
	printf '' | timeout 10 "$IPCWIRE" - "tcp:127.0.0.1:$port" >out || true
	until_true "$DEADLINE" grep -q 'cannot set option congestion: ' server.err
}
