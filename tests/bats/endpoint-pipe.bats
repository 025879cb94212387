#!/usr/bin/env bats
# pipe: what is written comes back; pipe:PATH is a FIFO.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "what is written comes back, more than a pipe holds" {
	random_file in 3M
	iw - pipe <in >out
	same in out
}

@test "nothing written is nothing read, and the end comes" {
	iw - pipe </dev/null >out
	[ ! -s out ]
}

@test "echo is another name" {
	printf abc | iw - echo >out
	[ "$(cat out)" = abc ]
}

@test "a pipe serves every client on its own" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each pipe
	wait_for_port "$port"
	for i in 1 2 3; do
		printf 'client %s' $i | iw - tcp:127.0.0.1:"$port" >out.$i
		[ "$(cat out.$i)" = "client $i" ]
	done
}

@test "pipe:PATH is a FIFO that is made and removed" {
	start reader "$IPCWIRE" -u pipe:p -
	wait_for_file p
	[ -p p ]
	printf through >p
	wait_for_exit "$reader_pid"
	[ "$status" = 0 ]
	[ "$(cat reader.out)" = through ]
	[ ! -e p ]
}
