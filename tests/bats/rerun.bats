#!/usr/bin/env bats
# --restart: a wire that has ended is begun anew, with pauses and limits.

load helpers

# The program counts its runs in the file n.
fails_until() { printf "sh -c 'echo run >>n; [ \$(wc -l <n) -ge %s ]'" "$1"; }

@test "--restart=failure: until it ends well; each time is told, and the pause is doubled" {
	wire 0 --restart=failure --restart-delay 1ms -u exec:"$(fails_until 3)" null
	[ "$(wc -l <n)" = 3 ]
	[ "$(grep -c '^ipcwire: the wire has ended (status 1), it begins anew in ' err)" = 2 ]
	# A run that takes longer than the pause would begin with the first pause again.
	start wire "$IPCWIRE" --restart=failure --restart-delay 3s -u exec:false null
	wait_for_line wire.err '^ipcwire: the wire has ended \(status 1\), it begins anew in 3\.0s$'
	wait_for_line wire.err '^ipcwire: the wire has ended \(status 1\), it begins anew in 6\.0s$'
}

@test "--restart: whatever the status, --restart-limit times; the last status is ours" {
	wire 0 --restart --restart-delay 1ms --restart-limit 2 -u exec:"sh -c 'echo run >>n'" null
	[ "$(wc -l <n)" = 3 ]
	[ ! -s err ]
	wire 4 --restart --restart-delay 1ms --restart-limit 2 -u exec:"sh -c 'echo run >>n; exit 4'" null
	[ "$(wc -l <n)" = 6 ]
}

@test "--restart: an end that cannot be opened counts as a failure; a listener is opened again for the next client" {
	free_port
	start client "$IPCWIRE" --restart=failure --restart-delay 20ms -u "tcp:127.0.0.1:$port" create:got
	wait_for_line client.err 'the wire has ended \(status 1\), it begins anew in 20ms'
	start server "$IPCWIRE" --restart --restart-delay 10ms -u text:hello "tcp-listen:$port"
	wait_for_exit "$client_pid"
	[ "$status" = 0 ]
	[ "$(cat got)" = hello ]
	wait_for_port "$port"
	[ "$(timeout 20 "$IPCWIRE" -u "tcp:127.0.0.1:$port" -)" = hello ]
	kill "$server_pid"
	wait_for_exit "$server_pid" && [ "$status" = 143 ]
}

@test "--restart: a signal ends it, also during a pause; so does --timeout" {
	start waits "$IPCWIRE" --restart --restart-delay 1m -u exec:false null
	wait_for_line waits.err 'begins anew in'
	kill -INT "$waits_pid"
	wait_for_exit "$waits_pid"
	[ "$status" = 130 ]
	start runs "$IPCWIRE" -d --restart -u exec:'sleep 1000' null
	wait_for_line runs.err 'started, process'
	kill -TERM "$runs_pid"
	wait_for_exit "$runs_pid"
	[ "$status" = 143 ]
	wire 124 -q --timeout 0.2 --restart --restart-delay 1m -u exec:false null
}

@test "--restart: what cannot be opened twice, and servers, are usage errors" {
	wire 2 --restart - null
	grep -q -e '--restart, and - cannot be opened anew' err
	wire 2 --restart tcp-listen:7000,each pipe
	grep -q -e '--restart with a server, which goes on by itself' err
}
