# For the tests of schemes: `load schemes`, after helpers.

setup_test() {
	need python3
}

# serve OPTIONS ADDRESS...: a server on $port.
serve() {
	free_port
	start server "$IPCWIRE" -d "tcp-listen:$port,each,$1" "${@:2}"
	wait_for_port "$port"
}
clients() {
	timeout 150 python3 "$BATS_TEST_DIRNAME/scheme_clients.py" "$@"
}
no_children() {
	[ -z "$(cat "/proc/$1/task/$1/children")" ]
}
# The processes that the server has started, one a line.
children() {
	tr ' ' '\n' <"/proc/$1/task/$1/children" | grep . || true
}
has_children() {
	[ "$(children "$1" | wc -l)" = "$2" ]
}
fds() {
	find "/proc/$1/fd" -mindepth 1 | wc -l
}
has_fds() {
	[ "$(fds "$1")" -le "$2" ]
}
end_server() {
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}
