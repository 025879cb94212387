#!/usr/bin/env bats
# Who may come in, and what becomes of the others: allow=, deny=, over=.

load helpers

setup_test() {
	need python3
}

# client FROM WHERE TEXT: what became of it, in one word or more.
client() {
	timeout 30 python3 "$BATS_TEST_DIRNAME/access.py" "$@"
}
# as UID[:GROUPS] FROM WHERE TEXT: the same by a process of another user.
as() {
	local uid=${1%%:*} groups=--clear-groups
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	[[ $1 != *:* ]] || groups=--groups=${1#*:}
	shift
	chmod 755 . # what is above it is not searched for relative paths
	timeout 30 setpriv --reuid="$uid" --regid="$uid" "$groups" /usr/bin/env python3 - "$@" <"$BATS_TEST_DIRNAME/access.py"
}
# serve LISTENER-OPTIONS OTHER...: a server on $port.
serve() {
	free_port
	start server "$IPCWIRE" -d "tcp-listen:$port,$1" "${@:2}"
	wait_for_port "$port"
}
# hold NAME FROM WHERE: a client that stays, its pid in $NAME_pid.
hold() {
	start "$1" python3 "$BATS_TEST_DIRNAME/access.py" "$2" "$3" HOLD
	wait_for_line "$1.out" '^in$'
}
leave() {
	kill "$1"
	wait_for_exit "$1"
}
fds() {
	find "/proc/$1/fd" -mindepth 1 | wc -l
}
has_fds() {
	[ "$(fds "$1")" -le "$2" ]
}
is_answered() {
	[ "$(client "$@")" = "got $3" ]
}

@test "allow=: networks, lists, repeated; all others see an end, and no reset" {
	serve each,allow=127.0.0.2+127.1.0.0/16,allow=127.2.0.0:255.255.0.0 pipe
	for from in 127.0.0.2 127.1.2.3 127.2.9.9; do
		[ "$(client $from "$port" hello)" = 'got hello' ]
	done
	for from in 127.0.0.1 127.0.0.3 127.3.0.1; do
		[ "$(client $from "$port" hello)" = eof ]
	done
	wait_for_line server.err 'refused 127\.0\.0\.1:[0-9]+: not among those of allow=$'
}

@test "deny= beats allow=, and alone keeps only its own out" {
	serve each,allow=127.0.0.0/8,deny=127.0.0.2 pipe
	[ "$(client 127.0.0.3 "$port" hello)" = 'got hello' ]
	[ "$(client 127.0.0.2 "$port" hello)" = eof ]
	wait_for_line server.err 'refused 127\.0\.0\.2:[0-9]+: among those of deny=$'
	serve each,deny=127.0.0.2 pipe
	[ "$(client 127.0.0.3 "$port" hello)" = 'got hello' ]
	[ "$(client 127.0.0.2 "$port" hello)" = eof ]
}

@test "allow=HOST is looked up when the listener opens; range= is socat's word" {
	serve each,range=localhost pipe
	[ "$(client 127.0.0.1 "$port" hello)" = 'got hello' ]
	[ "$(client 127.0.0.2 "$port" hello)" = eof ]
	rc=0
	free_port
	timeout 30 "$IPCWIRE" "tcp-listen:$port,each,allow=no-such-host.invalid" pipe 2>err || rc=$?
	[ "$rc" = 1 ]
	grep -q 'allow=no-such-host.invalid: cannot look up no-such-host.invalid, of allow=, deny= or rules=: ' err
}

@test "an IPv4 client of a socket for both families is one of IPv4, and IPv6 has its own networks" {
	free_port
	cat >passed.py <<-'END'
		import os, socket, sys
		s = socket.socket(socket.AF_INET6)
		s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
		s.bind(("::", int(sys.argv[1])))
		s.listen()
		if s.fileno() == 3:
		    os.set_inheritable(3, True)
		else:
		    os.dup2(s.fileno(), 3)
		os.execv(sys.argv[2], sys.argv[2:])
	END
	start server python3 passed.py "$port" "$IPCWIRE" -d fd-listen:3,each,allow=127.0.0.2+::1 pipe
	wait_for_port "$port"
	[ "$(client 127.0.0.2 "$port" hello)" = 'got hello' ]
	[ "$(client 127.0.0.1 "$port" hello)" = eof ]
	[ "$(client - "::1:$port" hello)" = 'got hello' ]
}

@test "fd-listen: what its sockets are decides what may be in the lists" {
	free_port
	cat >passed.py <<-'END'
		import os, socket, sys
		s = socket.socket()
		s.bind(("127.0.0.1", 0))
		s.listen()
		if s.fileno() == 3:
		    os.set_inheritable(3, True)
		else:
		    os.dup2(s.fileno(), 3)
		os.execv(sys.argv[1], sys.argv[1:])
	END
	rc=0
	timeout 20 python3 passed.py "$IPCWIRE" fd-listen:3,each,allow=uid:0 pipe 2>err || rc=$?
	[ "$rc" = 1 ]
	[ "$(cat err)" = "ipcwire: fd-listen:3,each,allow=uid:0: 'uid:0' is nobody here: clients have addresses, not users" ]
}

@test "UNIX sockets: users, groups, supplementary groups" {
	start server "$IPCWIRE" -d "unix-listen:sock,each,mode=0666,allow=$(id -un)+uid:65534+gid:4242,deny=gid:4243" pipe
	wait_for_socket sock
	[ "$(client - ./sock hello)" = 'got hello' ]
	[ "$(as 65534 - ./sock hello)" = 'got hello' ]
	[ "$(as 65533 - ./sock hello)" = eof ]
	[ "$(as 65533:4242 - ./sock hello)" = 'got hello' ]
	[ "$(as 65533:4242,4243 - ./sock hello)" = eof ]
	[ "$(as 4242 - ./sock hello)" = 'got hello' ]
	wait_for_line server.err 'refused uid 65533: not among those of allow=$'
}

@test "abstract sockets: only our user, unless allow= says who" {
	name=ipcwire-test-$$-$RANDOM
	start server "$IPCWIRE" -d "abstract-listen:$name,each" pipe
	wait_for_socket "@$name"
	[ "$(client - "@$name" hello)" = 'got hello' ]
	[ "$(as 65534 - "@$name" hello)" = eof ]
	wait_for_line server.err 'refused uid 65534: another user than ours \(allow= lets others in\)$'
	start other "$IPCWIRE" -d "abstract-listen:$name-2,each,allow=uid:65534" pipe
	wait_for_socket "@$name-2"
	[ "$(as 65534 - "@$name-2" hello)" = 'got hello' ]
	[ "$(client - "@$name-2" hello)" = eof ]
	start third "$IPCWIRE" -d "abstract-listen:$name-3,each,deny=uid:$(id -u)" pipe
	wait_for_socket "@$name-3"
	[ "$(as 65534 - "@$name-3" hello)" = eof ]
	[ "$(client - "@$name-3" hello)" = eof ]
	start fourth "$IPCWIRE" -d "abstract-listen:$name-4,each,allow=all,deny=uid:65533" pipe
	wait_for_socket "@$name-4"
	[ "$(as 65534 - "@$name-4" hello)" = 'got hello' ]
	[ "$(as 65533 - "@$name-4" hello)" = eof ]
}

@test "a listener for one client waits on when it has refused another" {
	serve allow=127.0.0.2 pipe
	[ "$(client 127.0.0.1 "$port" hello)" = eof ]
	[ "$(client 127.0.0.2 "$port" hello)" = 'got hello' ]
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "share and topologies choose their clients as well" {
	free_port
	start server "$IPCWIRE" -d "tcp-listen:$port,share,allow=127.0.0.2" exec:cat
	wait_for_port "$port"
	[ "$(client 127.0.0.1 "$port" hello)" = eof ]
	hold member 127.0.0.2 "$port"
	free_port
	start hub "$IPCWIRE" -d --hub "tcp-listen:$port,to-self,allow=127.0.0.2"
	wait_for_port "$port"
	[ "$(client 127.0.0.1 "$port" hello)" = eof ]
	wait_for_line hub.err 'refused 127\.0\.0\.1:'
	kill -USR1 "$hub_pid"
	wait_for_line hub.err "^tcp-listen:$port,to-self,allow=127\.0\.0\.2: 0 clients since the start, 1 refused \(allow 1\)$"
	hold another 127.0.0.2 "$port"
}

@test "2,000 refused clients leave no descriptor, and two lines or so in the log" {
	serve each,allow=127.0.0.2 pipe
	before=$(fds "$server_pid")
	timeout 60 python3 - "$port" <<-'END'
		import socket, sys
		for i in range(2000):
		    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
		    s.sendall(b"GET / HTTP/1.0\r\n\r\n")
		    assert s.recv(10) == b""
		    s.close()
	END
	until_true 10 has_fds "$server_pid" "$before"
	[ "$(client 127.0.0.2 "$port" hello)" = 'got hello' ]
	kill -USR1 "$server_pid"
	wait_for_line server.err 'sessions now, 1 since the start, 2000 refused \(allow 2000\)$'
	(($(grep -c 'refused 127' server.err) < 60))
}

@test "every way of refusing leaves no descriptor" {
	echo 'deny all' >rules
	for how in deny=all rules=rules max=1,over=refuse max-per-ip=1 rate=1/24h,over=refuse; do
		serve "each,$how" pipe
		[[ $how != *=1* ]] || hold first - "$port" # it takes the only place
		before=$(fds "$server_pid")
		timeout 60 python3 - "$port" <<-'END'
			import socket, sys
			for i in range(300):
			    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
			    if i % 2:
			        s.sendall(b"GET / HTTP/1.0\r\n\r\n")
			    assert s.recv(10) == b""
			    s.close()
		END
		until_true 10 has_fds "$server_pid" "$before"
		rm -f first.out
	done
}

@test "refused clients that never go away are closed all the same" {
	serve each,allow=127.0.0.2 pipe
	before=$(fds "$server_pid")
	timeout 60 python3 - "$port" <<-'END'
		import socket, sys
		all = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20) for _ in range(200)]
		for s in all:
		    assert s.recv(10) == b""
		print("seen", flush=True)
	END
	until_true 10 has_fds "$server_pid" "$before"
	[ "$(client 127.0.0.2 "$port" hello)" = 'got hello' ]
}

@test "over=refuse: who is above max= sees an end at once, and the place is free again" {
	serve each,max=2,over=refuse pipe
	hold a - "$port"
	hold b - "$port"
	[ "$(client - "$port" hello)" = eof ]
	wait_for_line server.err 'refused 127\.0\.0\.1:[0-9]+: as many clients as max= allows$'
	leave "$a_pid"
	until_true 10 is_answered - "$port" hello
}

@test "over=refuse among the members of a hub" {
	start server "$IPCWIRE" -d --hub unix-listen:sock,to-self,max=1,over=refuse
	wait_for_socket sock
	hold a - ./sock
	[ "$(client - ./sock x)" = eof ]
	wait_for_line server.err 'refused uid [0-9]+: as many clients as max= allows$'
	leave "$a_pid"
	wait_for_line server.err ' left after '
	hold b - ./sock
}

@test "max-per-ip=: by address, and the place is free again when one of them has gone" {
	for scheme in loop fork; do
		serve "each,scheme=$scheme,max-per-ip=2" exec:cat
		hold "a_$scheme" - "$port"
		local a=$pid
		hold "b_$scheme" - "$port"
		[ "$(client - "$port" hello)" = eof ]
		[ "$(client 127.0.0.2 "$port" hello)" = 'got hello' ]
		wait_for_line server.err 'refused 127\.0\.0\.1:[0-9]+: as many clients from there as max-per-ip= allows$'
		leave "$a"
		until_true 10 is_answered - "$port" hello
	done
}

@test "max-per-ip=: by user on UNIX sockets, in a hub and with share" {
	chmod 755 .
	for what in '--hub unix-listen:sock,to-self' 'unix-listen:sock,share pipe'; do
		# shellcheck disable=SC2086 # words
		set -- ${what/sock,/sock,mode=0666,max-per-ip=1,}
		start server "$IPCWIRE" -d --drain 100ms "$@"
		wait_for_socket sock
		hold a - ./sock
		[ "$(client - ./sock x)" = eof ]
		start other setpriv --reuid=65534 --clear-groups /usr/bin/env python3 -c "$(cat "$BATS_TEST_DIRNAME/access.py")" - ./sock HOLD
		wait_for_line other.out '^in$'
		leave "$a_pid"
		wait_for_line server.err ' left after '
		hold b - ./sock
		kill "$server_pid"
		wait_for_exit "$server_pid"
		rm -f a.out b.out other.out
	done
}

@test "rate=, over=refuse: a burst, then refusals; who is refused takes nothing from it" {
	serve each,rate=3/24h,over=refuse,deny=127.0.0.2 pipe
	for _ in 1 2 3 4 5; do [ "$(client 127.0.0.2 "$port" x)" = eof ]; done
	for _ in 1 2 3; do [ "$(client - "$port" hello)" = 'got hello' ]; done
	[ "$(client - "$port" hello)" = eof ]
	wait_for_line server.err 'refused 127\.0\.0\.1:[0-9]+: more new clients than rate= allows$'
	kill -USR1 "$server_pid"
	wait_for_line server.err ', 6 refused \(deny 5, rate 1\)$'
}

@test "rate=: clients above it wait, and are served one by one" {
	serve each,rate=4/1s pipe
	local begin
	begin=$(now_ms)
	for _ in 1 2 3 4 5 6 7 8; do [ "$(client - "$port" hello)" = 'got hello' ]; done
	(($(now_ms) - begin >= 990)) # the first four at once, four more a quarter of a second apart
	[ "$(grep -c refused server.err)" = 0 ]
}

@test "rate= together with max=: a place that is free does not bring in more than the rate allows" {
	serve each,max=1,rate=1/24h exec:cat
	[ "$(client - "$port" hello)" = 'got hello' ]
	wait_for_line server.err ': ended after '
	start second python3 "$BATS_TEST_DIRNAME/access.py" - "$port" hello
	kill -USR1 "$server_pid"
	wait_for_line server.err '0 sessions now, 1 since the start$'
}

@test "what is no client is told with its place" {
	# refused TEXT PREFIX REST...: status 2, that text, and the caret behind PREFIX.
	refused() {
		local text=$1 prefix=$2 place
		wire 2 "$2$3" pipe
		printf -v place '%*s' ${#prefix} ''
		[ "$(head -n 2 err)" = "ipcwire: $2$3: $text
         ${place// /\~}^" ]
	}
	refused 'the bits of a network must be 0 to 32 here' tcp-listen:7000,each,allow=10.0.0.0/8+10.0.0.0/ 33
	refused "'1.2.3' is no address" tcp-listen:7000,each,allow=127.0.0.1+127.0.0.2,deny= 1.2.3
	refused "'x/y' is no address" tcp-listen:7000,allow=a,allow=b+c,range=d+ x/y,each
	refused "'uid:0' is nobody here: clients have addresses, not users" tcp-listen:7000,allow= uid:0
	refused "'10.0.0.0/8' is nobody here: clients are users, and have no address" unix-listen:s,deny= 10.0.0.0/8
	refused "there is no user 'no-such-user'" abstract-listen:s,allow=root+ no-such-user
	refused "there is no group 'no-such-group'" abstract-listen:s,allow=root+gid: no-such-group
}
