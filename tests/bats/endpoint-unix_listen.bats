#!/usr/bin/env bats
# unix-listen: and abstract-listen:

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }
is_mode() { [ "$(stat -c %a "$2")" = "$1" ]; }

@test "the socket file is for the owner alone, and goes with the listener" {
	umask 0
	start server "$IPCWIRE" unix-listen:sock pipe
	umask 022
	wait_for_socket sock
	is_mode 600 sock
	printf hello | iw - unix:sock >out
	[ "$(cat out)" = hello ]
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	[ ! -e sock ]
}

@test "mode=, and unlink-close=no leaves the file" {
	umask 077
	start server "$IPCWIRE" unix-listen:sock,mode=0666,unlink-close=no pipe
	wait_for_socket sock
	is_mode 666 sock
	printf hello | iw - unix:sock >out
	wait_for_exit "$server_pid"
	[ -S sock ]
}

@test "user= and group=" {
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	start server "$IPCWIRE" unix-listen:sock,each,user=nobody,group=1 pipe
	wait_for_socket sock
	[ "$(stat -c %U:%g sock)" = nobody:1 ]
}

@test "unlink-early takes the place; the first owner does not remove its successor's file" {
	start one "$IPCWIRE" unix-listen:sock,each text:one
	wait_for_socket sock
	start two "$IPCWIRE" unix-listen:sock,each,unlink-early text:two
	until_true 10 is_answer two
	kill "$one_pid"
	wait_for_exit "$one_pid"
	[ -S sock ]
	is_answer two
	kill "$two_pid"
	wait_for_exit "$two_pid"
	[ ! -e sock ]
}
is_answer() { [ "$(iw -U - unix:sock </dev/null)" = "$1" ]; }

@test "each: many clients one after the other and at once; SIGTERM ends the server" {
	start server "$IPCWIRE" unix-listen:sock,each exec:cat
	wait_for_socket sock
	for i in 1 2 3 4 5 6 7 8; do
		start "c$i" "$IPCWIRE" -T 15 text:"client $i" unix:sock
	done
	# text: cannot take the answer, so ask again in a way that can.
	for i in 1 2 3; do
		[ "$(printf 'again %s' $i | iw - unix:sock)" = "again $i" ]
	done
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ ! -e sock ]
}

@test "abstract-listen: leaves nothing in the file system, and turns other users away" {
	name=ipcwire-test-$$-$RANDOM
	start server "$IPCWIRE" -d abstract-listen:"$name",each pipe
	wait_for_line server.err listening
	[ "$(printf x | iw - abstract:"$name")" = x ]
	[ -z "$(find . -type s)" ]
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	need python3
	timeout 20 setpriv --reuid=65534 --regid=65534 --clear-groups /usr/bin/env python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(10)
s.connect("\0" + sys.argv[1])
try:
    s.sendall(b"x")
    got = s.recv(10)
except OSError:
    got = b""
print("got", got)' "$name" >out 2>&1 || {
		cat out
		skip 'optional: another user cannot run python3'
	}
	[ "$(cat out)" = "got b''" ]
	wait_for_line server.err 'refused uid 65534: another user'
}

@test "accept-timeout: nobody came, nothing is left" {
	rc=0
	iw unix-listen:sock,accept-timeout=200ms pipe 2>err </dev/null || rc=$?
	[ "$rc" = 124 ]
	grep -q '^ipcwire: unix-listen:sock,accept-timeout=200ms: ' err
	[ ! -e sock ]
}

@test "the program is told about its client" {
	start server "$IPCWIRE" unix-listen:sock exec:printenv
	wait_for_socket sock
	iw -U - unix:sock </dev/null >out
	grep -qx PROTO=IPC out
	grep -qx "IPCREMOTEEUID=$(id -u)" out
	grep -qE '^IPCLOCALPATH=.*sock$' out
}

@test "the program is told the client's process, path and session" {
	need python3
	start server "$IPCWIRE" unix-listen:sock,each exec:printenv
	wait_for_socket sock
	cat >ask.py <<'PY'
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
if len(sys.argv) > 1:
    s.bind(sys.argv[1].encode().decode("unicode_escape"))
s.connect("sock")
s.shutdown(socket.SHUT_WR)
print("ASKER=%d" % os.getpid())
while data := s.recv(65536):
    sys.stdout.write(data.decode())
PY
	timeout 20 python3 ask.py >one
	grep -qx "IPCWIRE_PEERPID=$(sed -n 's/^ASKER=//p' one)" one
	grep -qx IPCWIRE_SESSION=1 one
	[ "$(grep -c '^IPCREMOTEPATH=' one)" = 0 ]
	timeout 20 python3 ask.py 'cli\nFORGED=1' >two
	grep -qx IPCWIRE_SESSION=2 two
	grep -q '^IPCREMOTEPATH=cli..*FORGED=1$' two
	[ "$(grep -c '^FORGED' two)" = 0 ]
}

@test "unix-listen: a directory that somebody else has locked" {
	need flock
	mkdir d
	mkfifo hold
	start holder flock d sh -c 'echo locked; read -r _ <hold'
	wait_for_line holder.out locked
	start server "$IPCWIRE" unix-listen:d/sock pipe
	wait_for_socket d/sock
	[ "$(printf still | timeout 20 "$IPCWIRE" - unix:d/sock)" = still ]
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	[ ! -e d/sock ]
	echo >hold
	wait_for_exit "$holder_pid"
}
