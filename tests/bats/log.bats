#!/usr/bin/env bats
# The log: levels, the file, JSON lines, repetition, and readers that do not read.

load helpers

# The keys that the program documents, one a line.
keys() {
	"$IPCWIRE" --list=all | awk -F '\t' '$1 == "log-key" { print $2 }'
}

# valid_json FILE: every line is one object that has documented keys only, of the documented types.
valid_json() {
	[ -s "$1" ] && [ "$(jq -s length "$1")" = "$(grep -c '' "$1")" ] || return 1
	"$IPCWIRE" --list=all | awk -F '\t' '$1 == "log-key" { print $2 "\t" $3 }' >schema
	jq -e -s --rawfile schema schema '
		($schema | split("\n") | map(select(. != "") | split("\t") | {(.[0]): .[1]}) | add) as $types |
		all(.[]; to_entries | all(.[];
			($types[.key] // "unknown") as $type | (.value | type) as $is |
			if $type == "string" then $is == "string"
			elif $type == "integer" then $is == "number" and (.value | floor) == .value
			elif $type == "number" then $is == "number"
			elif $type == "integer or null" then $is == "number" or $is == "null"
			else false end)) and
		all(.[]; has("time") and has("level") and has("event") and has("pid") and has("session") and
			has("repeated") and has("message"))' "$1" >/dev/null || {
		cat "$1"
		return 1
	}
}

@test "levels: warnings by default, -q errors only, -d info, -dd debug" {
	printf 'echo oops >&2\n' >script
	"$IPCWIRE" -u exec:'sh script',stderr=log null 2>err
	[ "$(cat err)" = "ipcwire: exec:sh script,stderr=log: stderr: oops" ]
	"$IPCWIRE" -q -u exec:'sh script',stderr=log null 2>err
	[ ! -s err ]
	"$IPCWIRE" -d -u text:x null 2>err
	[ "$(grep -c copy err)" = 0 ]
	"$IPCWIRE" -d -d -u text:x null 2>err
	grep -q 'copy' err
	"$IPCWIRE" -ddq -d -q -qq -u text:x null 2>err
	[ ! -s err ]
	rc=0
	"$IPCWIRE" -qqqqqq -u file:nope null 2>err || rc=$?
	[ "$rc" = 1 ]
	grep -q 'no such file' err
}

@test "log file: made for its owner alone, appended to, with time stamps" {
	umask 0
	"$IPCWIRE" -dd --log-file=log -u text:x null 2>err
	[ ! -s err ]
	[ "$(stat -c %a log)" = 600 ]
	grep -qE '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z debug ipcwire\[[0-9]+\]: text:x: ' log
	count=$(grep -c '' log)
	"$IPCWIRE" -dd --log-file=log -u text:x null
	[ "$(grep -c '' log)" = $((2 * count)) ]
	chmod 644 log
	"$IPCWIRE" -dd --log-file=log -u text:x null
	[ "$(stat -c %a log)" = 644 ]
}

@test "log file: errors are told on standard error too, nothing else is" {
	rc=0
	"$IPCWIRE" -dd --log-file=log -u file:nope null 2>err || rc=$?
	[ "$rc" = 1 ]
	[ "$(cat err)" = 'ipcwire: file:nope: no such file; create:nope would make it' ]
	grep -q ' error ipcwire\[[0-9]*\]: file:nope: no such file' log
}

@test "log file: one that cannot be opened is an error, and nothing runs" {
	mkdir dir
	for file in dir no/log /dev/full/log; do
		rc=0
		"$IPCWIRE" --log-file="$file" -u text:x create:made 2>err || rc=$?
		[ "$rc" = 1 ]
		grep -q "^ipcwire: $file: cannot open the log file: " err
		[ ! -e made ]
	done
	# Nor is one made by those that run nothing.
	"$IPCWIRE" --log-file=log --check null null
	"$IPCWIRE" --log-file=log --explain null null >out
	[ ! -e log ]
}

@test "log file: a full disk costs no byte of the wire, and standard error is told" {
	printf abc | "$IPCWIRE" -dd --log-file=/dev/full - create:out 2>err
	[ "$(cat out)" = abc ]
	grep -q 'create:out' err
	grep -q 'lines of the log were lost: No space left on device' err
}

@test "SIGHUP opens the log file anew; one that cannot be opened leaves the old one" {
	start server "$IPCWIRE" -d --log-file=log unix-listen:sock,each pipe
	wait_for_line log listening
	mv log log.1
	kill -HUP "$server_pid"
	wait_for_line log 'opened again'
	[ "$(stat -c %a log)" = 600 ]
	[ "$(printf x | "$IPCWIRE" - unix:sock)" = x ]
	wait_for_line log 'ended after'
	[ "$(grep -c 'ended after' log.1)" = 0 ]
	mv log log.2
	mkdir log
	kill -HUP "$server_pid"
	wait_for_line log.2 ' error .*: log: cannot open the log file again, the old one goes on: Is a directory'
	wait_for_line server.err '^ipcwire: log: cannot open the log file again'
	[ "$(printf y | "$IPCWIRE" - unix:sock)" = y ]
	until_true 10 two_ends log.2
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}
two_ends() {
	[ "$(grep -c 'ended after' "$1")" = 2 ]
}

@test "SIGHUP without a log file ends the run; with one it does not, not even under nohup" {
	start plain "$IPCWIRE" -d unix-listen:a,each pipe
	wait_for_socket a
	kill -HUP "$plain_pid"
	wait_for_exit "$plain_pid"
	start logged nohup "$IPCWIRE" -d --log-file=log unix-listen:b,each pipe
	wait_for_socket b
	mv log old
	kill -HUP "$logged_pid"
	wait_for_file log
	[ "$(printf x | "$IPCWIRE" - unix:b)" = x ]
}

@test "JSON: every line is an object of the documented keys" {
	need jq
	"$IPCWIRE" -ddd --log-format=json --log-file=log -u text:x null
	valid_json log
	"$IPCWIRE" -ddd --log-format=json -u text:x null 2>err
	valid_json err
	free_port
	rc=0
	"$IPCWIRE" --log-format=json null tcp:127.0.0.1:"$port" 2>err || rc=$?
	[ "$rc" = 1 ]
	valid_json err
	[ "$(jq -r '.error' err)" = 'Connection refused' ]
	[ "$(jq -r '.level' err)" = error ]
	jq -e '.hint | contains("is a server listening there")' err
	[ "$(jq -r .message err)" = "cannot connect to 127.0.0.1:$port" ]
}

@test "JSON: foreign bytes stay inside their string" {
	need jq
	printf 'printf "a\\nb\\r\\033[31m\\233\\377\\000z\\"\\\\x\\n" >&2; printf "unfinished" >&2' >script
	"$IPCWIRE" --log-format=json -u exec:'sh script',stderr=log null 2>err
	valid_json err
	[ "$(grep -c '' err)" = 3 ]
	[ "$(jq -r 'select(.message | test("031|033")) | .message' err)" = 'stderr: b\015\033[31m\233\377\000z"\x' ]
	[ "$(jq -r 'select(.message | test("unfinished")) | .event' err)" = stderr ]
	name=$(printf 'x\nipcwire: forged\033c\302\233\377')
	for format in text json; do
		rc=0
		"$IPCWIRE" --log-format=$format -u "file:$name" null 2>err || rc=$?
		[ "$rc" = 1 ]
		[ "$(grep -c '' err)" = 1 ]
		[ "$(LC_ALL=C grep -c '[^ -~]' err)" = 0 ]
	done
	valid_json err
}

@test "a name of a mebibyte makes one line" {
	need jq
	python3 -c 'import sys; sys.stdout.write("file:/" + "n" * 120000)' >name
	for format in text json; do
		rc=0
		"$IPCWIRE" --log-format=$format -u "$(cat name)" null 2>err || rc=$?
		[ "$rc" = 1 ]
		[ "$(grep -c '' err)" = 1 ]
		[ "$(stat -c %s err)" -le 4096 ]
	done
	valid_json err
}

@test "many clients that fail alike: a line a second, with a count, and none forgotten" {
	need jq
	free_port
	start server "$IPCWIRE" --log-format=json --log-file=log unix-listen:sock,each tcp:127.0.0.1:"$port"
	wait_for_socket sock
	for ((i = 0; i < 50; i++)); do
		timeout 20 "$IPCWIRE" null unix:sock 2>/dev/null || true
	done
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	valid_json log
	refused=$(jq -s 'map(select(.error == "Connection refused"))' log)
	[ "$(jq 'map(.repeated) | add' <<<"$refused")" = 50 ]
	[ "$(jq 'length' <<<"$refused")" -lt 50 ]
	jq -e '[.[].time | .[0:19]] | group_by(.) | map(length) | max <= 2' <<<"$refused"
}

@test "an error of the only wire is told each time" {
	rc=0
	"$IPCWIRE" -u 'file:nope!!null' null 2>err || rc=$?
	[ "$rc" = 1 ]
	[ "$(grep -c 'no such file' err)" = 1 ]
}

# A pipe that nobody reads, full to the brim.
fill_pipe() {
	python3 -c '
import fcntl, os, sys
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK)
try:
    while True:
        os.write(fd, b"\n" * 4096)
except BlockingIOError:
    pass' "$1"
}

@test "a standard error that nobody reads stops nothing" {
	need python3
	mkfifo stuck
	exec 5<>stuck
	fill_pipe stuck
	head -c 1000000 /dev/zero | tr '\0' '\n' >lines
	printf 'cat lines >&2; echo finished' >script
	timeout 60 "$IPCWIRE" -u exec:'sh script',stderr=log create:out 2>stuck </dev/null
	[ "$(cat out)" = finished ]
	exec 5>&-
}

say_more() {
	echo >&6
	((++more))
	grep -q 'lines of the log were lost' err
}
@test "a reader of standard error that wakes up gets what was kept, and how much was lost" {
	need python3
	mkfifo stuck answer
	exec 5<>stuck
	fill_pipe stuck
	seq 100000 >lines
	printf 'cat lines >&2; echo written; while read -r line; do echo more >&2; done; echo end' >script
	exec 6<>answer
	env --default-signal=PIPE "$IPCWIRE" 'file:answer!!create:out' exec:'sh script',stderr=log,via=pipe 2>stuck 3>&- 5>&- 6>&- &
	pid=$!
	PIDS+=("$pid")
	wait_for_line out written
	cat <stuck >err 3>&- 5>&- 6>&- &
	reader=$!
	PIDS+=("$reader")
	# What was lost is told with the first line that comes when all that was kept is out.
	more=0
	until_true "$DEADLINE" say_more
	exec 5>&- 6>&-
	wait_for_exit "$pid"
	wait_for_exit "$reader"
	grep -q '^end' out
	grep -q 'lines of the log were lost: nobody read them' err
	sed -n 's/.*stderr: \([0-9][0-9]*\)$/\1/p' err >got
	lost=$(sed -n 's/.* \([0-9]*\) lines of the log were lost.*/\1/p' err | awk '{ n += $1 } END { print n + 0 }')
	[ $(($(grep -c '' got) + $(grep -c 'stderr: more$' err) + lost)) = $((100000 + more)) ]
	[ "$lost" -gt 0 ]
	# What is there is whole and in order.
	sort -n -c got
}

@test "a closed standard error kills nothing" {
	mkfifo gone
	cat gone >/dev/null &
	reader=$!
	exec 5>gone
	kill "$reader"
	wait "$reader" || true
	printf abc | "$IPCWIRE" -dd - create:out 2>&5
	exec 5>&-
	[ "$(cat out)" = abc ]
	printf abd | "$IPCWIRE" -dd - create:out 2>&-
	[ "$(cat out)" = abd ]
	printf abe | "$IPCWIRE" -dd - create:out 2>/dev/full
	[ "$(cat out)" = abe ]
}

@test "standard error is never made non-blocking for the others that have it" {
	need python3
	python3 -c '
import fcntl, os, subprocess, sys
for make in ("pipe", "socket"):
    if make == "pipe":
        r, w = os.pipe()
    else:
        import socket
        a, b = socket.socketpair()
        r, w = a.fileno(), b.fileno()
    subprocess.run([sys.argv[1], "-dd", "-u", "text:x", "null"], stderr=w, check=True)
    assert not fcntl.fcntl(w, fcntl.F_GETFL) & os.O_NONBLOCK, make
    assert b"ipcwire: text:x: " in os.read(r, 65536), make' "$IPCWIRE"
}
