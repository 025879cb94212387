#!/usr/bin/env bats
# proxy=send: connections that begin with a PROXY protocol header about our client.

load helpers

# backend COUNT: a server that prints what it gets, on port $back.
backend() {
	need python3
	free_port
	back=$port
	start back python3 "$ROOT/tests/bats/proxy.py" serve "$back" "$1"
	wait_for_port "$back"
}

@test "each: the header of every client, and what it sends after it" {
	backend 2
	free_port
	start front "$IPCWIRE" tcp4-listen:"$port",each tcp4:127.0.0.1:"$back",proxy=send
	wait_for_port "$port"
	for n in 1 2; do
		printf 'hello %s\n' "$n" >in
		timeout 20 "$IPCWIRE" -d - tcp4:127.0.0.1:"$port" <in >out 2>err
		grep -qx ok out
	done
	wait_for_exit "$back_pid"
	[ "$(grep -cE "^b'PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 [0-9]+ $port\\\\r\\\\nhello [12]\\\\n'\$" back.out)" = 2 ]
}

@test "send-v2: TCP and UNIX clients, and one of both families" {
	backend 3
	free_port
	start front "$IPCWIRE" tcp4-listen:"$port",each tcp4:127.0.0.1:"$back",proxy=send-v2
	wait_for_port "$port"
	wire 0 - tcp4:127.0.0.1:"$port" <<<one
	start unix "$IPCWIRE" unix-listen:sock,each tcp4:127.0.0.1:"$back",proxy=send-v2
	wait_for_socket sock
	wire 0 - unix:sock <<<two
	hex=$(printf '%04x' "$port")
	start both "$IPCWIRE" unix-listen:other,each tcp4:127.0.0.1:"$back",proxy=send
	wait_for_socket other
	wire 0 - unix:other <<<three
	wait_for_exit "$back_pid"
	python3 - "$hex" back.out <<'PY'
import ast, sys
port = bytes.fromhex(sys.argv[1])
one, two, three = (ast.literal_eval(line) for line in open(sys.argv[2]))
sig = b"\r\n\r\n\0\r\nQUIT\n"
assert one[:24] == sig + b"\x21\x11\x00\x0c" + bytes([127, 0, 0, 1]) * 2, one
assert one[26:] == port + b"one\n", one
assert two == sig + b"\x21\x31\x00\xd8" + bytes(108) + b"sock".ljust(108, b"\0") + b"two\n", two
assert three == b"PROXY UNKNOWN\r\nthree\n", three
PY
}

@test "without a client of its own a connection says so" {
	backend 4
	wire 0 - tcp4:127.0.0.1:"$back",proxy <<<a
	wire 0 - tcp4:127.0.0.1:"$back",proxy=send-v2 <<<b
	wire 0 text:c tcp4:127.0.0.1:"$back",proxy=send
	start shared "$IPCWIRE" -d unix-listen:sock,share tcp4:127.0.0.1:"$back",proxy=send
	wait_for_socket sock
	wire 0 -u text:d unix:sock
	wait_for_line shared.err joined
	kill "$shared_pid"
	wait_for_exit "$back_pid"
	[ "$(sed -n 1p back.out)" = 'b'\''PROXY UNKNOWN\r\na\n'\' ]
	[ "$(sed -n 2p back.out)" = 'b'\''\r\n\r\n\x00\r\nQUIT\n \x00\x00\x00b\n'\' ]
	[ "$(sed -n 3p back.out)" = 'b'\''PROXY UNKNOWN\r\nc'\' ]
	[[ $(sed -n 4p back.out) == 'b'\''PROXY UNKNOWN\r\n'* ]]
}

@test "a socket that inetd hands over is a client" {
	backend 1
	free_port
	start inetd "$IPCWIRE" tcp4-listen:"$port" "exec:$IPCWIRE - tcp4\:127.0.0.1\:$back\,proxy=send"
	wait_for_port "$port"
	wire 0 - tcp4:127.0.0.1:"$port" <<<hello
	grep -qx ok out
	wait_for_exit "$back_pid"
	grep -qE "^b'PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 [0-9]+ $port\\\\r\\\\nhello\\\\n'\$" back.out
}

@test "a program that gets the connection itself finds it after the header" {
	backend 1
	wire 0 exec:'echo direct' tcp4:127.0.0.1:"$back",proxy=send
	wait_for_exit "$back_pid"
	[ "$(cat back.out)" = 'b'\''PROXY UNKNOWN\r\ndirect\n'\' ]
	"$IPCWIRE" --explain exec:'echo direct' tcp4:127.0.0.1:"$back",proxy=send | grep -q direct
}

@test "a UNIX connection sends the header too" {
	need python3
	start back python3 "$ROOT/tests/bats/proxy.py" serve back.sock 1
	wait_for_socket back.sock
	free_port
	start front "$IPCWIRE" tcp4-listen:"$port",each unix:back.sock,proxy=send
	wait_for_port "$port"
	wire 0 - tcp4:127.0.0.1:"$port" <<<hello
	wait_for_exit "$back_pid"
	grep -qE "^b'PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 [0-9]+ $port\\\\r\\\\nhello\\\\n'\$" back.out
}

@test "haproxy takes both versions, and says who our client is" {
	need haproxy
	backend 2
	free_port
	front=$port
	cat >haproxy.cfg <<-EOF
		defaults
			mode tcp
			timeout client 10s
			timeout server 10s
			timeout connect 5s
		frontend in
			bind 127.0.0.1:$front accept-proxy
			default_backend out
		backend out
			server one 127.0.0.1:$back send-proxy
	EOF
	start haproxy haproxy -db -f haproxy.cfg
	wait_for_port "$front"
	for word in send send-v2; do
		free_port
		start "$word" "$IPCWIRE" tcp4-listen:"$port",each tcp4:127.0.0.1:"$front",proxy="$word"
		wait_for_port "$port"
		wire 0 - tcp4:127.0.0.1:"$port" <<<"$word"
		grep -qx ok out
		grep -qE "^b'PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 [0-9]+ $port\\\\r\\\\n$word\\\\n'\$" back.out
	done
}
