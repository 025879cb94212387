#!/usr/bin/env bats
# --stats at the end, and SIGUSR1 in between: what was moved, how, and at what cost.

load helpers

stats() {
	timeout --kill-after=5 20 "$IPCWIRE" "$@" 2>err
}

# The JSON line in FILE (default err) through a filter of jq that must be true.
json_says() {
	grep '^{' "${2:-err}" | jq -e "$1" >/dev/null || {
		cat "${2:-err}" >&2
		return 1
	}
}

@test "--stats tells people bytes, reads, rate, plan, calls and time" {
	random_file want 1M
	stats --stats -u file:want create:got
	same want got
	grep -qE '^ipcwire: [0-9.]+ s, ended: .' err
	grep -qE '^  forward  1048576 bytes \(1\.00MiB\) in [0-9]+ reads, .*/s, copy \(.*\), [0-9.]+ system calls per MiB$' err
	grep -qE '^  backward none \(' err
	grep -qE '^  cpu      [0-9.]+ s user, [0-9.]+ s system; programs ' err
	[ "$(grep -c . err)" = 4 ]
}

# That a few bytes in no time have no rate is held by the unit test; here they may have taken some.
@test "--stats of a few bytes: one byte and one read" {
	stats --stats -u text:x create:got
	grep -qE '^  forward  1 byte in 1 read, ([0-9.]+B/s, )?copy \(.*\), [0-9]+ system calls?$' err
}

@test "--stats=json is one object with exact counts" {
	need jq
	random_file want 3M
	stats --stats=json - exec:cat,via=pipe <want >got
	same want got
	[ "$(grep -c . err)" = 1 ]
	json_says '.forward.bytes == 3145728 and .forward.delivered == 3145728'
	json_says '.backward.bytes == 3145728 and .backward.delivered == 3145728'
	json_says '.forward.messages > 0 and .forward.calls >= .forward.messages and .forward.calls_per_mib > 0'
	json_says '.seconds > 0 and .sessions == 1'
	json_says '.programs_user_seconds + .programs_system_seconds >= 0'
}

@test "--stats tells why it ended, in characters that do no harm" {
	need jq
	printf x >"$(printf 'a"\\\033b')"
	stats --stats=json -u "file:$(printf 'a"\\\\\033b')" null || true
	cat err >&2
	json_says '.end | contains("end of input")'
	stats --stats -u file:/etc/hostname null
	grep -q '^ipcwire: .* s, ended: file:/etc/hostname: end of input$' err
}

@test "--stats=json: every key is in the manual" {
	need jq
	local key
	stats --stats=json text:x null
	for key in $(grep '^{' err | jq -r '[paths | .[-1]] | unique | .[]'); do
		grep -q "^\.It Cm ${key}\$" "$ROOT/doc/ipcwire.1" || {
			echo "$key is not in the manual" >&2
			return 1
		}
	done
}

@test "--stats: what a reader did not want is not delivered" {
	need jq
	stats --stats=json -u zero exec:'head -c 1000000' >out
	json_says '.forward.bytes >= .forward.delivered and .forward.delivered >= 1000000'
}

@test "a splice stays one, however often its ends become ready between two looks at them" {
	need jq
	for ((i = 0; i < ${SPLICE_RUNS:-4}; i++)); do
		head -c 100M /dev/zero | "$IPCWIRE" -u --stats=json - - 2>err | tail -c 1 >last
		json_says '.forward.plan == "splice" and .forward.bytes == 104857600'
	done
}

@test "--stats counts calls: splice makes fewer than it moves pages" {
	need jq
	random_file want 8M
	stats --stats=json -u file:want exec:'sh -c "cat >got"'
	same want got
	json_says '.forward.plan == "splice" and .forward.plan_reason == "--stats counts the bytes" and .forward.bytes == 8388608'
	json_says '.forward.calls_per_mib < 256'
}

@test "--stats allows no direct wiring, and says so" {
	run "$IPCWIRE" --explain exec:cat exec:cat
	[[ $output == *direct* ]]
	run "$IPCWIRE" --explain --stats exec:cat exec:cat
	[[ $output != *direct* && $output == *'--stats counts the bytes'* ]]
}

@test "--stats of a server are totals of all sessions" {
	need jq
	local i
	start server "$IPCWIRE" --stats=json unix-listen:s.sock,each exec:cat
	wait_for_socket s.sock
	for i in 1 2 3; do
		[ "$(echo "line $i" | stats - unix:s.sock)" = "line $i" ]
	done
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	json_says '.sessions == 3 and .forward.bytes == 21 and .backward.bytes == 21' server.err
}

# ask PID FILE PATTERN: signals until the file has such a line; each signal is one table.
ask() {
	kill -USR1 "$1"
	wait_for_line "$2" "$3"
}

@test "SIGUSR1 on a wire: a table of one row, and the wire goes on" {
	mkfifo in
	START_INPUT=in start relay "$IPCWIRE" - create:out
	exec 7>in
	printf 12345 >&7
	until_true 20 eval '[ "$(cat out)" = 12345 ]'
	ask "$relay_pid" relay.err '^- +running +- +create:out +5 +- +0 +0 +[0-9.]+m?s +[0-9.]+m?s +copy/none$'
	grep -qE '^SESSION +STATE +LEFT +RIGHT +FORWARD +BACKWARD +WAITING +MISSED +AGE +IDLE +PLAN$' relay.err
	printf 67 >&7
	exec 7>&-
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
	[ "$(cat out)" = 1234567 ]
}

@test "SIGUSR1 on a server: a row for each session, columns aligned" {
	start server "$IPCWIRE" unix-listen:s.sock,each exec:cat,via=pipe
	wait_for_socket s.sock
	start one "$IPCWIRE" -d stall unix:s.sock
	wait_for_line one.err 'connected'
	mkfifo in
	START_INPUT=in start two "$IPCWIRE" - unix:s.sock
	exec 7>in
	printf hello >&7
	wait_for_line two.out hello
	ask "$server_pid" server.err '^s[12] +running .* exec:cat,via=pipe +5 +5 '
	grep -q '^ipcwire: 2 sessions now, 2 since the start$' server.err
	grep -qE '^s[12] +running .* exec:cat,via=pipe +0 +0 ' server.err
	# The plan column begins at one place in all lines.
	[ "$(grep -oE '^(SESSION|s[12]) .* ' server.err | awk '{ print length($0) }' | sort -u | grep -c .)" = 1 ]
	exec 7>&-
}

@test "SIGUSR1: the kernel counts what a program moves over a TCP connection of its own" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each exec:cat
	wait_for_port "$port"
	mkfifo in
	START_INPUT=in start client "$IPCWIRE" - tcp:127.0.0.1:"$port"
	exec 7>in
	printf hello >&7
	wait_for_line client.out hello
	ask "$server_pid" server.err '^s1 +running +127.0.0.1:[0-9]+ +exec:cat +5 +5 +0 +0 +[0-9.]+m?s +- +direct/direct$'
	exec 7>&-
	wait_for_exit "$client_pid"
}

@test "SIGUSR1: what nobody counts is a dash" {
	start relay "$IPCWIRE" unix-listen:s.sock exec:cat
	wait_for_socket s.sock
	mkfifo in
	START_INPUT=in start client "$IPCWIRE" - unix:s.sock
	exec 7>in
	printf hello >&7
	wait_for_line client.out hello
	ask "$relay_pid" relay.err 'exec:cat +- +- +0 +0 +[0-9.]+m?s +- +direct/direct$'
	exec 7>&-
	wait_for_exit "$client_pid"
}

@test "SIGUSR1: an address cannot bring controls to the terminal" {
	start relay "$IPCWIRE" -u stall "create:$(printf 'a\033xb')"
	wait_for_file "$(printf 'a\033xb')"
	ask "$relay_pid" relay.err 'create:a\\033xb'
	if grep -q "$(printf '\033')" relay.err; then false; fi
}
