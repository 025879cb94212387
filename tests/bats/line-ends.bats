#!/usr/bin/env bats
# crlf, cr and readbytes=: what is done to the bytes themselves.

load helpers

holds() {
	printf %b "$2" | cmp -s - "$1"
}

@test "crlf: CR LF from there becomes LF, LF to there becomes CR LF" {
	printf 'a\r\nb\rc\n\r\r\n\r' >in
	"$IPCWIRE" -u file:in,crlf create:out
	printf 'a\nb\rc\n\r\n\r' | same - out
	printf 'a\nb\r\nc\r\n\n' >in
	"$IPCWIRE" -u file:in create:out,crlf
	printf 'a\r\nb\r\nc\r\n\r\n' | same - out
	"$IPCWIRE" -u file:out,crnl create:again,crlf
	same out again
}

@test "cr: CR from there becomes LF, LF to there becomes CR" {
	printf 'a\rb\r\r' >in
	"$IPCWIRE" -u file:in,cr create:out
	printf 'a\nb\n\n' | same - out
	"$IPCWIRE" -u file:out create:again,cr
	same in again
}

@test "crlf: a CR waits for what follows it" {
	mkfifo in
	start relay "$IPCWIRE" -u fifo:in,crlf stdout
	exec 8>in
	printf 'a\r' >&8
	until_true "$DEADLINE" holds relay.out 'a'
	printf '\nb\r' >&8
	until_true "$DEADLINE" holds relay.out 'a\nb'
	printf 'c\r' >&8
	until_true "$DEADLINE" holds relay.out 'a\nb\rc'
	exec 8>&-
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
	holds relay.out 'a\nb\rc\r'
}

@test "crlf: both ways, for a server that insists on it" {
	cat >server.py <<-'END'
		import socket
		s = socket.socket(socket.AF_UNIX)
		s.bind('s')
		s.listen(1)
		c, _ = s.accept()
		c.settimeout(20)
		c.sendall(b'220 hello\r\n')
		f = c.makefile('rb')
		assert f.readline() == b'HELO me\r\n'
		c.sendall(b'250 hello me\r\n')
		assert f.readline() == b'QUIT\r\n'
		c.sendall(b'221 bye\r\n')
		assert f.read() == b''
		print('content')
	END
	start server python3 server.py
	wait_for_socket s
	run bash -c 'printf "HELO me\nQUIT\n" | "$1" - unix:s,crlf | cat -A' - "$IPCWIRE"
	[ "$output" = $'220 hello$\n250 hello me$\n221 bye$' ]
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	holds server.out 'content\n'
}

@test "line ends are the same however the stream is divided" {
	local options
	python3 -c 'import random; r = random.Random(1)
open("in", "wb").write(bytes(r.choice(b"ab\r\n\r\n") for _ in range(200000)))
text = open("in", "rb").read()
open("want-in", "wb").write(text.replace(b"\r\n", b"\n"))
import re
open("want-out", "wb").write(re.sub(rb"(?<!\r)\n", b"\r\n", text))'
	for options in '' '--block=1' '--block=7' '-B full:1000' '-B line'; do
		# shellcheck disable=SC2086 # several words
		"$IPCWIRE" $options -u file:in,crlf create:out
		same want-in out
		# shellcheck disable=SC2086 # several words
		"$IPCWIRE" $options -u file:in create:out,crlf
		same want-out out
	done
	for options in 1 2 3 1000 disk; do
		"$IPCWIRE" -u file:in,crlf "create:out,queue=$options"
		same want-in out
		cat <in | "$IPCWIRE" -u - "stdout,crlf,queue=$options" | cat >out
		same want-out out
	done
}

@test "crlf in a merge and towards several sinks" {
	printf 'a1\r\na2\r\n' >a
	printf 'b1\nb2\n' >b
	"$IPCWIRE" --merge file:a,crlf file:b create:out,crlf
	sort out | tr -d '\r' >got
	printf 'a1\na2\nb1\nb2\n' | same - got
	[ "$(grep -c $'\r$' out)" = 4 ]
	"$IPCWIRE" --tee file:a,crlf create:unix create:dos,crlf create:mac,cr
	printf 'a1\na2\n' | same - unix
	same a dos
	printf 'a1\ra2\r' | same - mac
}

@test "cr and crlf at the same time are refused, and both are copied" {
	run "$IPCWIRE" null,cr,crlf null
	[ "$status" = 2 ]
	[[ $output == *'cr and crlf at the same time'* ]]
	run "$IPCWIRE" --explain -u fifo:a,crlf fifo:b
	[[ $output == *copy*'crlf converts line ends'* ]]
	run "$IPCWIRE" --explain -u exec:cat fifo:b,cr
	[[ $output == *copy*'cr converts line ends'* ]]
}

@test "readbytes: the input ends after so many bytes" {
	run bash -c '"$1" -u zero,readbytes=100k - | wc -c' - "$IPCWIRE"
	[ "$output" = 102400 ]
	mkfifo in
	start relay "$IPCWIRE" -u fifo:in,readbytes=5 stdout
	exec 8>in
	printf abcdefgh >&8
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
	holds relay.out abcde
	exec 8>&-
	printf 'abc\r' >short
	"$IPCWIRE" -u file:short,readbytes=4,crlf create:out
	same short out
	"$IPCWIRE" -u file:short,readbytes=100 create:out
	same short out
	run "$IPCWIRE" -u null,readbytes=0 null
	[ "$status" = 2 ]
	run "$IPCWIRE" --explain -u exec:cat,readbytes=1 fifo:b
	[[ $output == *copy*'readbytes= counts the bytes'* ]]
}

@test "readbytes: a program of which no more is read does not keep the wire up" {
	run bash -c '"$1" -u exec:yes,readbytes=4 -' - "$IPCWIRE"
	[ "$status" = 0 ]
	[ "$output" = $'y\ny' ]
}
