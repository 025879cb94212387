#!/usr/bin/env bats
# tcp-listen, tcp4-listen, tcp6-listen.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "one connection, then done, and the port is free again" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port" pipe
	wait_for_port "$port"
	printf hello | iw - tcp:127.0.0.1:"$port" >out
	[ "$(cat out)" = hello ]
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	is_listening "$port" && return 1
	start server "$IPCWIRE" tcp-listen:"$port" pipe
	wait_for_port "$port"
}

@test "loopback only, unless a host or * is written" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each pipe
	wait_for_port "$port"
	listening_on "$port" >got
	grep -qx 0100007F got
	[ "$(grep -cxE '0+' got)" = 0 ]
	free_port
	start all "$IPCWIRE" tcp4-listen:'*':"$port",each pipe
	wait_for_port "$port"
	[ "$(listening_on "$port")" = 00000000 ]
	free_port
	start one "$IPCWIRE" tcp-listen:127.0.0.3:"$port",each pipe
	wait_for_port "$port"
	[ "$(listening_on "$port")" = 0300007F ]
}

@test "tcp6-listen is for IPv6 alone" {
	[ -e /proc/net/if_inet6 ] || skip 'optional: no IPv6'
	free_port
	start server "$IPCWIRE" tcp6-listen:"$port",each pipe
	until_true "$DEADLINE" is_listening "$port"
	[ "$(listening_on "$port")" = 00000000000000000000000001000000 ]
	printf six | iw - "tcp6:[::1]:$port" >out
	[ "$(cat out)" = six ]
}

@test "each: clients at the same time do not wait for one another" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each exec:cat
	wait_for_port "$port"
	mkfifo hold
	START_INPUT=hold start slow "$IPCWIRE" - tcp:127.0.0.1:"$port"
	exec 4>hold
	echo first >&4
	wait_for_line slow.out first
	printf second | iw - tcp:127.0.0.1:"$port" >out 4>&-
	[ "$(cat out)" = second ]
	exec 4>&-
	wait_for_exit "$slow_pid"
	[ "$status" = 0 ]
	kill "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 143 ] || [ "$status" = 0 ]
}

@test "max: who is too many waits for a place" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each,max=1 -- sh -c 'echo begin >>log; cat; echo end >>log'
	wait_for_port "$port"
	mkfifo hold
	START_INPUT=hold start one "$IPCWIRE" - tcp:127.0.0.1:"$port"
	exec 4>hold
	echo first >&4
	wait_for_line one.out first
	start two "$IPCWIRE" text:second tcp:127.0.0.1:"$port" 4>&-
	until_true 10 is_asleep "$two_pid"
	exec 4>&-
	wait_for_exit "$one_pid"
	[ "$status" = 0 ]
	wait_for_exit "$two_pid"
	[ "$status" = 0 ]
	until_true 10 grep -qz 'begin.end.begin.end' log
	[ "$(tr '\n' ' ' <log)" = 'begin end begin end ' ]
}

@test "accept-timeout: nobody came" {
	free_port
	rc=0
	iw tcp-listen:"$port",accept-timeout=200ms pipe 2>err </dev/null || rc=$?
	cat err
	[ "$rc" = 124 ]
	[ "$(grep -c "^ipcwire: tcp-listen:$port" err)" = 1 ]
}

@test "the program is told who called" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each exec:printenv
	wait_for_port "$port"
	iw -U - tcp:127.0.0.1:"$port" </dev/null >out
	grep -qx PROTO=TCP out
	grep -qx TCPREMOTEIP=127.0.0.1 out
	grep -qx "TCPLOCALPORT=$port" out
	grep -qx "IPCWIRE_SOCKPORT=$port" out
	grep -qE '^IPCWIRE_PEERPORT=[0-9]+$' out
}

@test "reuseport: two listeners share the port" {
	free_port
	start one "$IPCWIRE" tcp4-listen:"$port",each,reuseport pipe
	wait_for_port "$port"
	start two "$IPCWIRE" tcp4-listen:"$port",each,reuseport pipe
	until_true 10 is_twice
	printf hello | iw - tcp:127.0.0.1:"$port" >out
	[ "$(cat out)" = hello ]
}
is_twice() { [ "$(listening_on "$port" | wc -l)" = 2 ]; }
