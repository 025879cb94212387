#!/usr/bin/env bats
# proxy=require: listeners behind a proxy, which says by a header whose connection each is.

load helpers

V1='PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n'
V1_OTHER='PROXY TCP4 192.0.2.9 192.0.2.2 56324 443\r\n'
V2_SIGNATURE='\r\n\r\n\0\r\nQUIT\n'
V2=$V2_SIGNATURE'\x21\x11\0\x13\xc0\0\x02\x01\xc0\0\x02\x02\xdc\x04\x01\xbb\xee\0\x04test'

setup_test() {
	need python3
}

# say ADDRESS PART...: a client that sends the parts one after the other, then its end; what comes back is in `said`.
say() {
	timeout 20 python3 "$ROOT/tests/bats/proxy.py" say "$@" >said
}

# serve ARGUMENT...: ipcwire with a listener on port $port, PORT in the arguments, in the background.
serve() {
	free_port
	start server "$IPCWIRE" "${@//PORT/$port}"
	wait_for_port "$port"
}

# A web server that says who asks.
write_web() {
	cat >web <<-'EOF'
		#!/bin/sh
		read -r request
		printf 'HTTP/1.0 200 OK\r\n\r\n%s %s' "$TCPREMOTEIP" "$TCPLOCALPORT"
	EOF
	chmod +x web
}

# lives: the server still serves.
lives() {
	say "$port" "${V1}again"
	[ "$(cat said)" = again ]
}

@test "the client of the header is in the log, in the environment, and its bytes are all there" {
	serve -d tcp4-listen:PORT,each,proxy=require exec:'sh -c "env; cat"'
	for header in "$V1" "$V2"; do
		say "$port" "${header}hello\\n\\0\\r\\nend"
		grep -qx TCPREMOTEIP=192.0.2.1 said
		grep -qx TCPREMOTEPORT=56324 said
		grep -qx TCPLOCALIP=192.0.2.2 said
		grep -qx TCPLOCALPORT=443 said
		grep -qx IPCWIRE_PEER=192.0.2.1:56324 said
		grep -qx PROTO=TCP said
		tail -n 2 said | cmp - <(printf 'hello\n\0\r\nend' | tail -n 2)
	done
	are_logged() { [ "$(grep -c '192\.0\.2\.1:56324' server.err)" -ge 4 ]; }
	until_true "$DEADLINE" are_logged
	grep -q '192\.0\.2\.2:443' server.err
}

@test "direct, splice and copy, in one packet and in pieces: never a byte too many or too few" {
	local end=(exec:cat tcp4:127.0.0.1:BACK exec:cat pipe)
	local extra=(-q -q -v -q)
	free_port
	back=$port
	start back "$IPCWIRE" tcp4-listen:"$back",each pipe
	wait_for_port "$back"
	for i in 0 1 2 3; do
		serve "${extra[i]}" tcp4-listen:PORT,each,proxy "${end[i]//BACK/$back}"
		for header in "$V1" "$V2"; do
			say "$port" "${header}abc"
			[ "$(cat said)" = abc ]
			for cut in 1 11 12 15 16 20; do
				CUT=$cut say "$port" "$header" abc
				[ "$(cat said)" = abc ]
			done
			say "$port" "${header}PROXY TCP4 1.1.1.1 2.2.2.2 3 4\\r\\n"
			[ "$(cat said)" = $'PROXY TCP4 1.1.1.1 2.2.2.2 3 4\r' ]
			say "$port" "$header"
			[ ! -s said ]
		done
		say "$port" P R O X Y ' TCP4 192.0.2.1 ' '192.0.2.2 1 2' '\r' '\nx' y
		[ "$(cat said)" = xy ]
		kill "$server_pid"
		wait_for_exit "$server_pid"
	done
}

@test "a large payload behind the header arrives whole" {
	serve tcp4-listen:PORT,each,proxy exec:'sha256sum'
	head -c 5000000 /dev/urandom >payload
	{ printf '%b' "$V1" && cat payload; } >in
	wire 0 - tcp4:127.0.0.1:"$port" <in
	[ "$(cut -d ' ' -f 1 out)" = "$(sha256sum <payload | cut -d ' ' -f 1)" ]
}

@test "with threads the header is read before a client is given to one of them" {
	serve tcp4-listen:PORT,each,proxy,scheme=threads:2 exec:'sh -c "echo $TCPREMOTEIP; cat"'
	for _ in 1 2 3; do
		say "$port" 'PROXY TCP4 192.0.2.1 ' '192.0.2.2 1 2\r\n' abc
		[ "$(cat said)" = $'192.0.2.1\nabc' ]
	done
}

@test "LOCAL and UNKNOWN: the connection is its own client" {
	serve tcp4-listen:PORT,each,proxy exec:printenv
	for header in 'PROXY UNKNOWN\r\n' "$V2_SIGNATURE"'\x20\0\0\0' "$V2_SIGNATURE"'\x20\x11\0\x03abc'; do
		say "$port" "$header"
		grep -qx TCPREMOTEIP=127.0.0.1 said
		grep -qx TCPLOCALPORT="$port" said
	done
}

@test "what is no header, or a bad one, is refused, and the next client is served" {
	serve tcp4-listen:PORT,each,proxy exec:cat
	local bad=('GET / HTTP/1.0\r\n\r\n' 'PROXY TCP4 1.1.1.1 2.2.2.2 3\r\n' 'PROXY TCP4 1.1.1' '' "$V2_SIGNATURE"'\x31\0\0\0'
		"$V2_SIGNATURE"'\x21\x11\xff\xff' "$V2_SIGNATURE"'\x21\x11\0\x0c\xc0'
		"$V2_SIGNATURE"'\x21\x11\0\x13\xc0\0\x02\x01\xc0\0\x02\x02\xdc\x04\x01\xbb\x03\0\x04abcd')
	for part in "${bad[@]}"; do
		say "$port" "$part"
		[ "$(cat said)" = '' ] || [ "$(cat said)" = '<reset>' ]
		lives
	done
	say "$port" "$(printf 'PROXY %0200d' 0)"
	lives
	wait_for_line server.err 'refused 127\.0\.0\.1:[0-9]*: no PROXY protocol header'
	kill -USR1 "$server_pid"
	wait_for_line server.err '9 since the start, 9 refused \(proxy 9\)'
}

@test "a header that does not come in time is not waited for" {
	serve tcp4-listen:PORT,each,proxy,proxy-timeout=300ms exec:cat
	exec 4<>/dev/tcp/127.0.0.1/"$port"
	printf 'PROXY TC' >&4
	wait_for_line server.err 'refused 127\.0\.0\.1:[0-9]*: no PROXY protocol header within the time limit \(proxy-timeout\)'
	[ "$(timeout 10 cat <&4)" = '' ]
	exec 4>&-
	until_true "$DEADLINE" lives # a client may take too long for that limit
}

@test "a client that waits with its header neither spins nor keeps others waiting" {
	serve tcp4-listen:PORT,each,proxy,proxy-timeout=1m exec:cat
	exec 4<>/dev/tcp/127.0.0.1/"$port"
	printf 'PROXY TC' >&4
	lives
	until_true 10 is_asleep "$server_pid"
	lives
	printf 'P4 192.0.2.1 192.0.2.2 1 2\r\nlate\n' >&4
	read -r -t "$DEADLINE" line <&4
	[ "$line" = late ]
	exec 4>&-
}

@test "who is no proxy of ours is refused, whatever he says" {
	serve tcp4-listen:PORT,each,proxy,proxy-from=192.0.2.0/24+10.0.0.1 exec:cat
	say "$port" "${V1}hello"
	[ "$(tr -d '\n' <said)" = '' ] || [ "$(cat said)" = '<reset>' ]
	wait_for_line server.err 'refused 127\.0\.0\.1:[0-9]*: none of the proxies of proxy-from='
	kill "$server_pid"
	wait_for_exit "$server_pid"
	serve tcp4-listen:PORT,each,proxy,proxy-from=10.0.0.1+127.0.0.1 exec:cat
	lives
}

@test "allow= and deny= are about the client behind the proxy" {
	serve tcp4-listen:PORT,each,proxy,allow=192.0.2.0/24,deny=192.0.2.9 exec:cat
	lives
	say "$port" "${V1_OTHER}hello"
	[ "$(tr -d '\n' <said)" = '' ] || [ "$(cat said)" = '<reset>' ]
	wait_for_line server.err 'refused 192\.0\.2\.9:56324: among those of deny='
	say "$port" 'PROXY UNKNOWN\r\nhello'
	[ "$(tr -d '\n' <said)" = '' ] || [ "$(cat said)" = '<reset>' ]
	wait_for_line server.err 'refused 127\.0\.0\.1:[0-9]*: not among those of allow='
	lives
}

@test "a UNIX listener: clients of TCP and of UNIX sockets, allow= by address" {
	start server "$IPCWIRE" unix-listen:sock,each,proxy,allow=192.0.2.1+uid:0 exec:'sh -c "env; cat"'
	wait_for_socket sock
	say sock "${V1}hello"
	grep -qx TCPREMOTEIP=192.0.2.1 said
	[ "$(grep -c '^IPCREMOTE' said)" = 0 ]
	grep -qx hello said
	say sock "${V1_OTHER}hello"
	[ "$(tr -d '\n' <said)" = '' ] || [ "$(cat said)" = '<reset>' ]
	kill "$server_pid"
	wait_for_exit "$server_pid"
	start front "$IPCWIRE" abstract-listen:front-$$,each unix:sock,proxy=send-v2
	start back "$IPCWIRE" unix-listen:sock,each,proxy exec:printenv
	wait_for_socket @front-$$
	wait_for_socket sock
	BIND='client' say "@front-$$" ''
	grep -qx IPCREMOTEPATH=client said
	grep -qx "IPCLOCALPATH=@front-$$" said
	[ "$(grep -c IPCREMOTEEUID said)" = 0 ]
}

@test "an abstract listener takes headers of our own user's proxies alone" {
	start server "$IPCWIRE" abstract-listen:proxied-$$,each,proxy exec:cat
	wait_for_socket @proxied-$$
	say @proxied-$$ "${V1}hello"
	[ "$(cat said)" = hello ]
	[ "$(id -u)" = 0 ] && command -v setpriv >/dev/null || skip 'optional: needs root and setpriv'
	setpriv --reuid=65534 --clear-groups timeout 20 python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect("\0proxied-" + sys.argv[1])
s.sendall(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nhello")
s.shutdown(socket.SHUT_WR)
print(s.recv(100))' $$ >out 2>&1 || skip 'optional: another user cannot run python3'
	[ "$(cat out)" = "b''" ]
	wait_for_line server.err 'refused uid 65534: none of the proxies of proxy-from='
}

@test "one client: the first with a good header gets the wire" {
	serve tcp4-listen:PORT,proxy,proxy-timeout=1m exec:'sh -c "env; cat"'
	exec 4<>/dev/tcp/127.0.0.1/"$port"
	say "$port" 'GET / HTTP/1.0\r\n\r\n'
	say "$port" "${V1}hello"
	grep -qx TCPREMOTEIP=192.0.2.1 said
	grep -qx hello said
	exec 4>&-
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "share and hub: clients are members under the address of their header" {
	serve -d tcp4-listen:PORT,share,proxy,proxy-timeout=1m exec:cat
	exec 4<>/dev/tcp/127.0.0.1/"$port"
	printf '%b' "${V1}hello\n" >&4
	read -r -t "$DEADLINE" line <&4
	[ "$line" = hello ]
	exec 4>&-
	wait_for_line server.err '192\.0\.2\.1:56324 joined'
	say "$port" 'GET /\r\n'
	exec 4<>/dev/tcp/127.0.0.1/"$port"
	printf '%b' "${V1_OTHER}more\n" >&4
	read -r -t "$DEADLINE" line <&4
	[ "$line" = more ]
	exec 4>&-
	kill "$server_pid"
	wait_for_exit "$server_pid"
	serve -d --hub tcp4-listen:PORT,proxy,proxy-timeout=1m null
	exec 4<>/dev/tcp/127.0.0.1/"$port" 5<>/dev/tcp/127.0.0.1/"$port"
	printf '%b' "$V1" >&4
	wait_for_line server.err '192\.0\.2\.1:56324 joined'
	printf '%b' "${V1_OTHER}hello\n" >&5
	read -r -t "$DEADLINE" line <&4
	[ "$line" = hello ]
	exec 4>&- 5>&-
}

@test "max: whose header is there waits until there is room" {
	serve -d tcp4-listen:PORT,each,proxy,proxy-timeout=1m,max=1 exec:cat
	exec 4<>/dev/tcp/127.0.0.1/"$port" 5<>/dev/tcp/127.0.0.1/"$port" 6<>/dev/tcp/127.0.0.1/"$port"
	printf '%b' "${V1}one\n" >&4
	read -r -t "$DEADLINE" line <&4
	[ "$line" = one ]
	printf '%b' "${V1}two\n" >&5
	printf '%b' "${V1}three\n" >&6
	if read -r -t 0.3 line <&5; then return 1; fi
	exec 4>&-
	read -r -t "$DEADLINE" line <&5
	[ "$line" = two ]
	exec 5>&-
	read -r -t "$DEADLINE" line <&6
	[ "$line" = three ]
	exec 6>&-
}

@test "a process per client: the same" {
	serve tcp4-listen:PORT,each,proxy,scheme=fork exec:'sh -c "env; cat"'
	say "$port" "${V1}hello"
	grep -qx TCPREMOTEIP=192.0.2.1 said
	grep -qx hello said
}

@test "a socket that was passed to us" {
	need systemd-socket-activate
	free_port
	start server systemd-socket-activate -l 127.0.0.1:"$port" "$IPCWIRE" fd-listen,each,proxy exec:'sh -c "env; cat"'
	wait_for_port "$port"
	say "$port" "${V1}hello"
	grep -qx TCPREMOTEIP=192.0.2.1 said
	grep -qx hello said
}

@test "curl as the proxy" {
	need curl
	write_web
	serve tcp4-listen:PORT,each,proxy exec:./web
	curl -sS --haproxy-protocol --interface 127.0.0.3 http://127.0.0.1:"$port"/ >out
	[ "$(cat out)" = "127.0.0.3 $port" ]
}

@test "haproxy as the proxy, with both versions and its checks" {
	need haproxy curl
	write_web
	for word in send-proxy send-proxy-v2 'send-proxy-v2 proxy-v2-options crc32c'; do
		serve tcp4-listen:PORT,each,proxy exec:./web
		back=$port
		free_port
		cat >haproxy.cfg <<-EOF
			defaults
				mode tcp
				timeout client 10s
				timeout server 10s
				timeout connect 5s
			frontend in
				bind 127.0.0.1:$port
				default_backend out
			backend out
				server one 127.0.0.1:$back $word check inter 100ms fall 1000
		EOF
		start haproxy haproxy -db -f haproxy.cfg
		wait_for_port "$port"
		curl -sS --interface 127.0.0.3 http://127.0.0.1:"$port"/ >out
		[ "$(cat out)" = "127.0.0.3 $port" ]
		[ "$(grep -c refused server.err)" = 0 ] # not later: a check is cut off when haproxy ends
		kill "$haproxy_pid" "$server_pid"
		wait_for_exit "$haproxy_pid"
		wait_for_exit "$server_pid"
	done
}
