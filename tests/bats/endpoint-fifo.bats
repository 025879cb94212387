#!/usr/bin/env bats
# fifo:PATH and its options.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "a FIFO is made for the owner alone, read to its end, and removed" {
	start reader "$IPCWIRE" -u fifo:p -
	wait_for_file p
	[ -p p ]
	[ "$(stat -c %a p)" = 600 ]
	random_file in 500k
	timeout 20 dd if=in of=p bs=64k status=none
	wait_for_exit "$reader_pid"
	[ "$status" = 0 ]
	same in reader.out
	[ ! -e p ]
}

@test "a FIFO that was there stays, and is written" {
	mkfifo p
	start reader cat p
	iw -u text:hello fifo:p
	wait_for_exit "$reader_pid"
	[ "$(cat reader.out)" = hello ]
	[ -p p ]
}

@test "mode= of a FIFO that is made, whatever the umask; unlink-close=no leaves it" {
	(umask 077 && start reader "$IPCWIRE" -u fifo:p,mode=0622,unlink-close=no -; echo "$pid" >pid)
	PIDS+=("$(cat pid)")
	wait_for_file p
	until_true 10 is_mode 622 p
	timeout 20 sh -c 'printf x >p'
	until_true 20 is_over "$(cat pid)"
	[ -p p ]
	[ "$(cat reader.out)" = x ]
}
is_mode() { [ "$(stat -c %a "$2")" = "$1" ]; }

@test "keep: the end of one writer is not the end" {
	start reader "$IPCWIRE" -u fifo:p,keep -
	wait_for_file p
	timeout 20 sh -c 'echo one >p'
	wait_for_line reader.out '^one$'
	timeout 20 sh -c 'echo two >p'
	wait_for_line reader.out '^two$'
	is_over "$reader_pid" && return 1
	kill "$reader_pid"
	wait_for_exit "$reader_pid"
	[ "$status" = 143 ]
	[ ! -e p ]
}

@test "a pair: requests come from one FIFO, answers go to another" {
	start server "$IPCWIRE" 'fifo:req!!fifo:ans' exec:'tr a-z A-Z'
	wait_for_file req
	wait_for_file ans
	start asker timeout 20 sh -c 'cat ans >got'
	timeout 20 sh -c 'printf question >req'
	wait_for_exit "$asker_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	[ "$(cat got)" = QUESTION ]
}

@test "SIGTERM while nobody has opened the other side: it ends, and takes its FIFO along" {
	start reader "$IPCWIRE" -u fifo:p -
	wait_for_file p
	kill -TERM "$reader_pid"
	wait_for_exit "$reader_pid"
	[ "$status" = 143 ]
	[ ! -e p ]
}

@test "user= and group= of a FIFO that is made" {
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	start reader "$IPCWIRE" -u fifo:p,user=nobody,group=1 -
	wait_for_file p
	until_true 10 is_owned p
	timeout 20 sh -c ': >p'
	wait_for_exit "$reader_pid"
	[ "$status" = 0 ]
}
is_owned() { [ "$(stat -c %U:%g "$1")" = nobody:1 ]; }
