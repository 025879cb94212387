#!/usr/bin/env bats
# cast:FILE, a recording as the peer: it says what it has, and wants to be sent what was sent then.

load helpers

has_bytes() { [ "$(stat -c %s "$1")" = "$2" ]; }

setup_test() {
	cat >login.cast <<-'END'
		{"version": 3, "term": {"cols": 80, "rows": 24}}
		[0.1, "o", "login: "]
		[9.0, "i", "bob\r"]
		[0.1, "o", "\r\nPassword: "]
		# a comment
		[0.1, "i", "***\r"]
		[0.1, "m", "in"]
		[0.1, "o", "\r\nWelcome\r\n"]
		[0.1, "x", "0"]
	END
	printf 'login: \r\nPassword: \r\nWelcome\r\n' >said
}

@test "it says what was said, when what was sent then has come" {
	wire 0 cast:login.cast text:'bob\nany secret\n!!create:got'
	same said got
}

@test "how lines end, and in what pieces they come, makes no difference" {
	wire 0 cast:login.cast exec:'sh -c "printf b; printf o; printf \"b\r\"; printf xyz; printf \"\n\"; cat >got"'
	same said got
}

@test "nothing is said before its time" {
	mkfifo in
	START_INPUT=in start cast "$IPCWIRE" cast:login.cast -
	exec 7>in
	until_true "$DEADLINE" has_bytes cast.out 7
	printf 'bob\n' >&7
	until_true "$DEADLINE" has_bytes cast.out 19
	printf 'secret\n' >&7
	exec 7>&-
	wait_for_exit "$cast_pid"
	[ "$status" = 0 ]
	same said cast.out
}

@test "other input is an error that names the line, what was recorded and what came" {
	wire 1 cast:login.cast text:'bobby\n!!create:got'
	[ "$(cat err)" = "ipcwire: cast:login.cast: 3 bytes did not arrive: line 3 of the recording has the input 'bob\\015', and after 3 bytes of that 'by\\012' came" ]
	[ "$(cat got)" = 'login: ' ]
	wire 1 cast:login.cast text:'x!!create:got'
	[ "$(cat err)" = "ipcwire: cast:login.cast: 1 bytes did not arrive: line 3 of the recording has the input 'bob\\015', and 'x' came" ]
}

@test "an input that ends too early is an error" {
	wire 1 cast:login.cast text:'bob\n!!create:got'
	[ "$(cat err)" = "ipcwire: cast:login.cast: cannot read after 19 bytes: line 6 of the recording has the input '***\\015', but the input ended before" ]
}

@test "input beyond the recording is not wanted" {
	wire 0 cast:login.cast text:'bob\nsecret\nmore\n!!create:got'
	same said got
}

@test "on a one-way wire only that direction is looked at" {
	wire 0 -u cast:login.cast create:got
	same said got
	wire 0 -u text:'bob\nsecret\n' cast:login.cast
	wire 1 -u text:'bob' cast:login.cast
	grep -q "line 3 of the recording has the input 'bob.015', but the input ended before" err
}

@test "a damaged recording is an error with line, place and reason; what came before has been said" {
	head -n 4 login.cast | head -c -5 >cut.cast
	wire 1 -u cast:cut.cast create:got
	[ "$(cat err)" = "ipcwire: cast:cut.cast: cannot read after 7 bytes: line 4 of the recording, byte 25: the string has no end" ]
	echo hello >no.cast
	wire 1 -u cast:no.cast create:got
	[ "$(cat err)" = 'ipcwire: cast:no.cast: line 1: this is no recording: its first line is no object of JSON' ]
	: >empty.cast
	wire 1 -u cast:empty.cast create:got
	[ "$(cat err)" = 'ipcwire: cast:empty.cast: line 1: the file is empty' ]
	echo '{"version": 1, "width": 80, "stdout": []}' >one.cast
	wire 1 -u cast:one.cast create:got
	[ "$(cat err)" = 'ipcwire: cast:one.cast: line 1: a recording of version 1 (versions 2 and 3 of asciicast can be read)' ]
	wire 1 -u cast:missing.cast create:got
	grep -q '^ipcwire: cast:missing.cast: cannot open it: No such file' err
	wire 1 -u cast:/dev/null create:got
	grep -q 'no regular file' err
}

@test "a recording of many megabytes goes through" {
	need python3
	python3 - >big.cast <<-'END'
		print('{"version": 2, "width": 80, "height": 24}')
		for i in range(20000):
		    print('[%d.5, "o", "%s\\r\\n"]' % (i, ('%06d' % i) * 20))
	END
	wire 0 -u cast:big.cast exec:'md5sum'
	python3 -c "[print(('%06d' % i) * 20, end='\r\n') for i in range(20000)]" | md5sum >want
	same want out
}

@test "each client of a listener has the recording from its beginning" {
	start listener "$IPCWIRE" unix-listen:sock,each cast:login.cast
	wait_for_socket sock
	for i in 1 2 3; do
		wire 0 text:'bob\nx\n!!create:got' unix:sock
		same said got
	done
}
