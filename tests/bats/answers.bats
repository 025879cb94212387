#!/usr/bin/env bats
# A program for each client never loses its answer to a reset, whatever its client has sent that it does not read.
# run: early

load helpers

setup_test() {
	need python3
}

# answers LISTENER SCHEME PROGRAM: clients of that server get all of an answer that fits into buffers, and of one that does not.
answers() {
	local count where
	for count in 12000 200000; do
		start server "$IPCWIRE" "$1,each$2" "${3//COUNT/$count}"
		case $1 in
		tcp-*) wait_for_port "$port" && where=$port ;;
		*) wait_for_socket sock && where=sock ;;
		esac
		timeout 90 python3 "$BATS_TEST_DIRNAME/answers.py" "$where" "$count" || {
			echo "$1,each$2 ${3//COUNT/$count}" >&2
			return 1
		}
		kill -TERM "$server_pid"
		wait_for_exit "$server_pid"
		[ "$status" = 0 ]
	done
}
# every_program SCHEME OPTIONS...: a program that reads nothing and one that reads a line, with each of these options.
every_program() {
	local options
	free_port
	for options in "${@:2}"; do
		answers "tcp-listen:$port" "$1" "exec:seq COUNT$options"
		answers unix-listen:sock "$1" "exec:seq COUNT$options"
		answers "tcp-listen:$port" "$1" "exec:sh -c 'read line; exec seq COUNT'$options"
		answers unix-listen:sock "$1" "exec:sh -c 'read line; exec seq COUNT'$options"
	done
}

@test "one loop: the whole answer, and no reset" {
	every_program '' '' ,via=direct ,via=pipe ,via=socketpair
}

@test "a process per client: the whole answer, and no reset" {
	every_program ,scheme=fork '' ,via=direct ,via=pipe ,via=socketpair
}

@test "several threads: the whole answer, and no reset" {
	every_program ,scheme=threads:2 '' ,via=direct ,via=pipe ,via=socketpair
}

@test "copies started beforehand: the whole answer, and no reset" {
	every_program '' ,pool=2
}
