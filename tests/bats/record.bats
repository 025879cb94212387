#!/usr/bin/env bats
# --record: what flowed on a wire, and when, as a recording of a terminal session.

load helpers

# cast FILE: its events without their times: "o TEXT" with JSON's escapes; the whole file is checked on the way.
cast() {
	need python3
	python3 - "$1" <<-'END'
		import json, sys
		lines = open(sys.argv[1], encoding='utf-8').read().split('\n')
		assert lines.pop() == '', 'the last line is whole'
		head = json.loads(lines[0])
		assert head['version'] == 3 and head['term']['cols'] > 0 and head['term']['rows'] > 0 and head['timestamp'] > 0
		for line in lines[1:]:
		    if line.startswith('#'):
		        continue
		    time, code, data = json.loads(line)
		    assert 0 <= time < 60 and code in 'oimrx'
		    print(code, json.dumps(data))
	END
}
# events FILE LINE...: the same, and nothing else.
events() {
	local file=$1
	shift
	cast "$file" >got
	printf '%s\n' "$@" >want
	diff want got
}

@test "what the right end says is output, what it is sent is input; then its exit status" {
	printf '1+1\n' >in
	"$IPCWIRE" --record=a.cast - exec:'sh -c "read x; echo 2; exit 3"' <in >out || rc=$?
	[ "$rc" = 3 ]
	[ "$(cat out)" = 2 ]
	events a.cast 'i "1+1\n"' 'o "2\n"' 'x "3"'
	[ "$(stat -c %a a.cast)" = 600 ]
	grep -q '"command": "exec:sh -c ' a.cast
}

@test "the left end is driven where the right one is a person's, or only it is read" {
	printf 'x\n' >in
	"$IPCWIRE" --record=a.cast exec:'sh -c "read x; echo got \$x"' - <in >out
	events a.cast 'i "x\n"' 'o "got x\n"' 'x "0"'
	wire 0 -u text:abc null --record b.cast
	events b.cast 'o "abc"'
	wire 0 -U null text:abc --record c.cast
	events c.cast 'o "abc"'
}

@test "with more than two ends all is output" {
	wire 0 --merge text:'a\n' text:'b\n' create:out --record a.cast
	cast a.cast | sort >got
	printf '%s\n' 'o "a\n"' 'o "b\n"' | diff - got
}

@test "any bytes are played back as they were" {
	head -c 300000 /dev/urandom >bytes
	printf '\303\277\377\0\342\202' >>bytes
	wire 0 -u file:bytes null --record a.cast
	python3 -c 'import json, sys; [json.loads(l) for l in open(sys.argv[1], encoding="utf-8") if l[0] != "#"]' a.cast
	wire 0 replay --speed=max a.cast
	same bytes out
}

@test "the size of a terminal is in the header, and its changes are events" {
	wire 0 --record=a.cast text:'!!create:out' \
		exec:'sh -c "stty size; until grep -q version a.cast; do sleep 0.02; done; stty cols 100 rows 40; stty size"',pty,size=90x30
	grep -q '^{"version": 3, "term": {"cols": 90, "rows": 30' a.cast
	cast a.cast >got
	grep -qx 'r "100x40"' got
	grep -qx 'x "0"' got
}

@test "secrets that a dialogue sends are masked" {
	PW=sesame wire 0 exec:"sh -c 'printf name:; read x; echo [\$x]'",pty --record a.cast --expect name: --send-env PW --expect ] --expect-eof
	grep -q 'sesame' out
	[ "$(grep -c sesame a.cast)" = 0 ]
	cast a.cast >got
	grep -qx 'i "\*\*\*\\r"' got
	grep -q 'o .*\[\*\*\*\]' got
}

@test "nothing is overwritten" {
	echo old >a.cast
	wire 1 --record a.cast -u text:abc create:out
	[ "$(cat err)" = 'ipcwire: a.cast: it has something in it, and a recording overwrites nothing; remove it, or take another name' ]
	[ "$(cat a.cast)" = old ]
	[ ! -e out ] || [ ! -s out ]
	: >empty.cast
	wire 0 --record empty.cast -u text:abc create:out
	events empty.cast 'o "abc"'
	wire 1 --record no/such/dir -u text:abc create:out
	grep -q '^ipcwire: no/such/dir: cannot open it for a recording: No such file' err
	wire 2 --record= -u text:abc create:out
	grep -q 'the name of the file is empty' err
}

@test "a full disk ends the recording, is told once, and not the wire" {
	head -c 1000000 /dev/zero | tr '\0' a >bytes
	wire 1 --record /dev/full -u file:bytes create:out
	same bytes out
	[ "$(grep -c 'the recording ends here: No space left' err)" = 1 ]
	[ "$(wc -l <err)" = 1 ]
}

@test "a FIFO shows it as it happens" {
	need python3
	mkfifo live in
	exec 8<>live # somebody reads it, from the beginning
	START_INPUT=live start reader cat
	START_INPUT=in start wire "$IPCWIRE" --record live - exec:cat
	exec 7>in
	echo one >&7
	wait_for_line reader.out '.*"o", "one'
	exec 7>&-
	wait_for_exit "$wire_pid"
	[ "$status" = 0 ]
	wait_for_line reader.out '.*"x", "0"'
	exec 8>&-
}

@test "a recording that is cut off by SIGKILL has all that was said before" {
	START_INPUT=/dev/null start wire "$IPCWIRE" -u --record a.cast exec:'sh -c "echo said; exec sleep 100"' stdout
	wait_for_line wire.out said
	until_true 20 grep -q said a.cast
	kill -KILL "$wire_pid"
	wait_for_exit "$wire_pid"
	events a.cast 'o "said\n"'
}

@test "each session of a server has its own file" {
	wire 2 --record a.cast unix-listen:sock,each exec:cat
	grep -q -- '--record=session-%s.cast' err
	for scheme in loop fork threads:2; do
		start server "$IPCWIRE" --record "$scheme-%s.cast" "unix-listen:sock,each,scheme=$scheme" exec:cat
		wait_for_socket sock
		for i in 1 2; do
			printf 'hello %s\n' "$i" >in
			"$IPCWIRE" - unix:sock <in >out
			same in out
		done
		kill "$server_pid"
		wait_for_exit "$server_pid"
		[ "$status" = 0 ]
		cat "$scheme"-1.cast "$scheme"-2.cast >all
		grep -q '"o", "hello 1' all
		grep -q '"o", "hello 2' all
		grep -q '"x", "0"' all
	done
}

@test "the plan says why the bytes are copied" {
	wire 0 --explain --record a.cast -u file:/dev/null exec:cat
	grep -q 'record writes down the bytes' out
	[ ! -e a.cast ]
}
