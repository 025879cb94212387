#!/usr/bin/env bats
# What the general options promise about one wire.

load helpers

@test "--end=first: the end of one direction is the end of the wire" {
	wire 0 --end=first - stall </dev/null
}

@test "--end=left and --end=right" {
	wire 0 --end=left text:hello exec:cat
	wire 0 --end=right stall exec:true
}

@test "--end-wait bounds the wait for the other direction" {
	local begin
	begin=$(now_ms)
	wire 0 --end-wait 300ms - stall </dev/null
	(($(now_ms) - begin < 15000))
}

@test "--idle: 124 and a message" {
	wire 124 --idle 200ms stall exec:cat
	grep -q '^ipcwire: ' err
}

@test "--timeout: 124 and a message" {
	wire 124 --timeout 200ms zero null
	grep -q '^ipcwire: ' err
}

@test "queue=disk holds what a late reader has not taken" {
	random_file want 8M
	mkfifo out.fifo
	start relay "$IPCWIRE" -u exec:'sh -c "cat want; touch written"',via=pipe fifo:out.fifo,queue=disk
	exec 7<>out.fifo
	wait_for_file written
	cat <out.fifo >got 3>&- 7>&- &
	cat_pid=$!
	wait_for_exit "$relay_pid"
	exec 7>&-
	wait "$cat_pid"
	[ "$status" = 0 ]
	same want got
}

@test "queue=SIZE holds the writer back" {
	mkfifo out.fifo
	start relay "$IPCWIRE" -u exec:'sh -c "head -c 8000000 /dev/zero; touch written"',via=pipe fifo:out.fifo,queue=64k
	exec 7<>out.fifo
	until_true 10 is_asleep "$relay_pid"
	[ ! -e written ]
	cat <out.fifo >got 3>&- 7>&- &
	cat_pid=$!
	wait_for_exit "$relay_pid"
	exec 7>&-
	wait "$cat_pid"
	[ "$status" = 0 ]
	[ "$(stat -c %s got)" = 8000000 ]
}

@test "--explain prints the plan and runs nothing" {
	wire 0 --explain - exec:'touch ran'
	grep -q 'direct' out
	[ ! -e ran ]
	wire 0 --explain=dot - exec:'touch ran'
	grep -q '^digraph' out
	[ ! -e ran ]
	wire 0 --explain create:made tcp:localhost:1
	[ ! -e made ]
}

@test "--check is silent, and runs nothing" {
	wire 0 --check - exec:'touch ran'
	[ ! -s out ]
	[ ! -s err ]
	[ ! -e ran ]
	wire 2 --check - nonsense:x
	[ -s err ]
}

@test "-u and -U move one direction only" {
	wire 0 -u text:left exec:'sh -c "cat >got; echo right"'
	[ "$(cat got)" = left ]
	wire 0 -U - exec:'echo right' </dev/null
	[ "$(cat out)" = right ]
}

@test "-b: blocks of any size give the same bytes" {
	random_file want 300k
	for block in 1 7 4096 1M; do
		wire 0 -u -b "$block" file:want exec:'cat',via=pipe
		size=$(stat -c %s want)
		[ "$block" = 1 ] && size=20000
		head -c "$size" want >input
		wire 0 -b "$block" file:input!!create:got exec:cat,via=pipe
		same input got
	done
	wire 2 -b 0 - null
}
