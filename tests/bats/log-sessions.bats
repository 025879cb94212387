#!/usr/bin/env bats
# The lines of the log about the start and end of sessions: who, how much, how long, why.

load helpers

# A server whose log is "log", in JSON, at info; $address is the client's way to it.
serve() {
	need jq
	free_port
	address=tcp:127.0.0.1:$port
	start server "$IPCWIRE" -d --log-format=json --log-file=log tcp-listen:127.0.0.1:"$port",each "$@"
	wait_for_port "$port"
}

# ended N: until N sessions have their last line; $end is that of the N-th.
ended() {
	until_true "$DEADLINE" has_ended "$1" || {
		cat log
		return 1
	}
	end=$(jq -c --argjson n "$1" 'select(.event == "end" and .session == $n)' log)
}
has_ended() {
	[ "$(jq -s --argjson n "$1" 'map(select(.event == "end" and .session == $n)) | length' log 2>/dev/null)" = 1 ]
}

# is FILTER: true of the last session that was waited for.
is() {
	jq -e "$1" >/dev/null <<<"$end" || {
		echo "$1: $end"
		return 1
	}
}

@test "start and end of a session, relayed" {
	serve exec:cat,via=pipe
	[ "$(printf hello | "$IPCWIRE" - "$address")" = hello ]
	ended 1
	is '.reason == "client ended" and .status == 0 and .forward == 5 and .backward == 5'
	is '.duration > 0 and .duration < 60'
	is '.local == "127.0.0.1:'"$port"'" and (.peer | startswith("127.0.0.1:")) and .peer != .local'
	jq -e -s --argjson last "$end" 'map(select(.event == "start" and .session == 1)) | length == 1 and .[0].peer == $last.peer and .[0].local == $last.local' log
	[ "$(jq -r 'select(.event == "start" and .session == 1) | .endpoint' log)" = "tcp-listen:127.0.0.1:$port,each" ]
}

@test "direct: the bytes that TCP counted, the end of a stream not being one" {
	serve exec:cat
	[ "$(printf hello | "$IPCWIRE" - "$address")" = hello ]
	ended 1
	is '.forward == 5 and .backward == 5 and .status == 0'
	head -c 3000000 /dev/zero | "$IPCWIRE" - "$address" | cat >out
	[ "$(stat -c %s out)" = 3000000 ]
	ended 2
	is '.forward == 3000000 and .backward == 3000000'
}

@test "direct on a UNIX socket: nobody knows the bytes" {
	need jq
	start server "$IPCWIRE" -d --log-format=json --log-file=log unix-listen:sock,each exec:cat
	wait_for_socket sock
	[ "$(printf hello | "$IPCWIRE" - unix:sock)" = hello ]
	ended 1
	is 'has("forward") and .forward == null and .backward == null'
	start text "$IPCWIRE" -d --log-file=log.text unix-listen:sock2,each exec:cat
	wait_for_socket sock2
	[ "$(printf hello | "$IPCWIRE" - unix:sock2)" = hello ]
	wait_for_line log.text '\[s1\] unix-listen:sock2,each: ended after [0-9]+\.[0-9]{3} s: .*; bytes forward -, backward -'
}

@test "reasons: the program's exit, its signal, and both" {
	printf 'exit 3\n' >three
	printf 'kill -TERM $$\n' >signal
	printf 'cat >/dev/null; exit 4\n' >four
	serve system:'read -r script; exec sh "$script"',via=pipe
	# Kept open until the other side ends.
	for script in three signal; do
		mkfifo "$script.in"
		START_INPUT=$script.in start "$script" "$IPCWIRE" - "$address"
		exec 5>"$script.in"
		echo "$script" >&5
		if [ "$script" = three ]; then ended 1; else ended 2; fi
		exec 5>&-
	done
	is '.reason == "program ended by signal 15 (Terminated)" and .status == 143'
	ended 1
	is '.reason == "program exited 3" and .status == 3'
	echo four | "$IPCWIRE" - "$address"
	ended 3
	is '.reason == "client ended, program exited 4" and .status == 4'
}

@test "reasons: reset, idle, the server's end, an end that could not be opened" {
	need python3
	serve exec:cat,via=pipe --idle=1m
	timeout 20 python3 -c '
import socket, struct, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(b"abc")
assert s.recv(3) == b"abc"
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
s.close()' "$port"
	ended 1
	is '.reason == "client: reset by peer" and .forward == 3 and .backward == 3'
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	rm log

	serve exec:cat,via=pipe --idle=300ms
	mkfifo in
	START_INPUT=in start client "$IPCWIRE" - "$address"
	exec 5>in
	ended 1
	is '.reason == "nothing moved within the time of --idle" and .status == 124'
	exec 5>&-
	wait_for_exit "$client_pid"
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	rm log

	serve exec:cat,via=pipe --drain=0.1
	START_INPUT=in start client "$IPCWIRE" - "$address"
	exec 5>in
	wait_for_line log '"event":"start"'
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	exec 5>&-
	ended 1
	is '.reason == "the server ends"'
	rm log

	serve unix:nobody
	timeout 20 "$IPCWIRE" null "$address" || true
	ended 1
	is '.reason == "unix:nobody could not be opened" and .status == 1'
}

@test "the only wire: one start, one end" {
	need jq
	printf hello | "$IPCWIRE" -d --log-format=json --log-file=log - pipe >out
	[ "$(jq -r .event log | grep -c start)" = 1 ]
	end=$(jq -c 'select(.event == "end")' log)
	is '.session == 0 and .forward == 5 and .backward == 5 and .reason == "-: end of input" and .status == 0'
	is '(has("peer") or has("local")) | not'
	printf hello | "$IPCWIRE" -d - pipe 2>err >out
	grep -qE '^ipcwire: ended after [0-9]+\.[0-9]{3} s: -: end of input; bytes forward 5, backward 5$' err
}

@test "a thousand sessions: a line for the start and one for the end of each" {
	serve pipe
	timeout 60 python3 -c '
import socket, sys
for i in range(1000):
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as s:
        s.sendall(b"x")
        s.shutdown(socket.SHUT_WR)
        assert s.recv(10) == b"x"' "$port"
	have_ended() { [ "$(grep -c '"event":"end"' log)" = 1000 ]; } # not in the order of their beginning
	until_true "$DEADLINE" have_ended
	[ "$(grep -c '"event":"start"' log)" = 1000 ]
	[ "$(jq -s 'map(select(.event == "end") | .forward) | add' log)" = 1000 ]
}
