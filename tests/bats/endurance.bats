#!/usr/bin/env bats
# Servers with very many clients, and at the end of what the system gives them.

load helpers

setup_test() {
	need python3
}
endurance() {
	timeout 90 python3 "$BATS_TEST_DIRNAME/endurance.py" "$@"
}
# serve LIMIT ADDRESS...: a server on $port with that limit of descriptors (soft:hard), its pid in $server_pid.
serve() {
	local limits=$1
	shift
	free_port
	start server bash -c "ulimit -Sn ${limits%:*} && ulimit -Hn ${limits#*:} && exec \"\$@\"" bash \
		"$IPCWIRE" "tcp-listen:$port,each" "$@"
	wait_for_port "$port"
}
stop() {
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "an idle relayed connection costs 4 KiB at most, two descriptors and no wake-up" {
	need_plain_build
	hard=$(ulimit -Hn)
	((hard >= 1000)) || skip 'needs 1,000 descriptors'
	free_port
	far=$port
	serve "$((hard < 1024 ? hard : 1024)):$hard" "tcp:127.0.0.1:$far" # the soft limit is no obstacle
	endurance idle "$server_pid" "$port" "$far"
	stop
	[ ! -s server.err ]
}

@test "limit of 256 descriptors: the next clients wait, nothing spins, all are served" {
	free_port
	far=$port
	start echo "$IPCWIRE" "tcp-listen:$far,each" pipe
	wait_for_port "$far"
	for other in "tcp:127.0.0.1:$far" exec:cat exec:cat,via=pipe; do
		serve 256:256 "$other"
		endurance limit "$server_pid" "$port" 200 server.err
		stop
		[ "$(grep -vc 'next clients wait' server.err)" = 0 ]
	done
}

@test "programs have the limit of descriptors that we were started with" {
	need nc
	hard=$(ulimit -Hn)
	((hard > 200)) || skip 'needs a hard limit above 200'
	serve "200:$hard" exec:"bash -c 'ulimit -Sn; ulimit -Hn'"
	[ "$(nc -N 127.0.0.1 "$port" </dev/null | tr '\n' ' ')" = "200 $hard " ]
	stop
}
