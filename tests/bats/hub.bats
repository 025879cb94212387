#!/usr/bin/env bats
# A hub of very many clients, and one with a client that does not read.

load helpers

setup_test() {
	need python3
	if is_sanitized; then export SANITIZED=1; fi # its memory is another matter
}
# serve OPTIONS: a hub of clients on $port, its pid in $server_pid.
serve() {
	free_port
	start server "$IPCWIRE" --drain 1s --hub "tcp-listen:$port$1"
	wait_for_port "$port"
}
stop() {
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	cat server.err
	[ "$status" = 0 ]
}
hub() {
	timeout 120 python3 "$BATS_TEST_DIRNAME/hub.py" "$@"
}

@test "200 clients: what one says the 199 others hear once, whole and in order" {
	serve ,slow=wait
	[ "$(hub everybody "$port" 200 5)" = ok ]
	stop
	[ ! -s server.err ]
}

@test "a client that never reads is dropped or closed: the others hear everything, in bounded memory" {
	for how in drop close; do
		serve ",slow=$how"
		hub lazy "$port" "$server_pid" "$how" 48
		stop
		grep -q "too slow, .*(slow=$how)" server.err
	done
}

@test "slow=wait: a client that does not read holds the others up, and nobody loses anything" {
	serve ,slow=wait
	hub lazy "$port" "$server_pid" wait 24
	stop
	[ ! -s server.err ]
}

@test "queue=disk: a client that reads later holds nobody up and loses nothing" {
	serve ,slow=wait,queue=disk
	hub lazy "$port" "$server_pid" disk 48
	stop
	[ ! -s server.err ]
}
