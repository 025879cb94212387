#!/usr/bin/env bats
# null: nothing to read, swallows what is written.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "nothing comes from it, and the end at once" {
	iw -u null - </dev/null >out
	[ ! -s out ]
}

@test "it takes everything" {
	random_file in 5M
	iw -u - null <in 2>err
	[ ! -s err ]
	head -c 5M /dev/zero | iw -u - null
}

@test "null null ends" {
	iw null null
}

@test "as a program's input it is the end of input" {
	[ "$(iw 'null!!stdout' exec:'wc -c' </dev/null)" = 0 ]
}

@test "it can be opened for every client" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each null
	wait_for_port "$port"
	for _ in 1 2 3; do
		printf xyz | iw - tcp:127.0.0.1:"$port" >out
		[ ! -s out ]
	done
}
