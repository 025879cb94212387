#!/usr/bin/env bats
# signal: signals as lines, read and sent; --on-signal.

load helpers

# source ADDRESS [ARGUMENT...]: reads signals into source.out; returns when it does.
source_of() {
	start source "$IPCWIRE" "$@" stdout
	until_true "$DEADLINE" has_signalfds "$source_pid" "${SIGNALFDS:-2}"
}
# One is the run's own.
has_signalfds() {
	[ "$(readlink /proc/"$1"/fd/* 2>/dev/null | grep -c signalfd)" = "$2" ]
}

@test "a line for each signal: name, sender, and the value of sigqueue" {
	source_of signal:USR1+RTMIN+3+WINCH,count=3
	kill -WINCH "$source_pid"
	wait_for_line source.out '^WINCH '
	python3 -c 'import os, sys; os.kill(int(sys.argv[1]), 10); print(os.getpid())' "$source_pid" >sender
	wait_for_line source.out "^USR1 pid=$(cat sender) uid=$(id -u)\$"
	wire 0 -u text:'rtmin+3 value=-7\n' signal,pid="$source_pid"
	wait_for_exit "$source_pid"
	[ "$status" = 0 ]
	[ "$(wc -l <source.out)" = 3 ]
	sed -n 3p source.out | grep -qE "^RTMIN\+3 pid=[0-9]+ uid=$(id -u) value=-7\$"
	[ ! -s source.err ]
}

@test "queued signals keep all and their order" {
	source_of signal:RTMIN+1,count=5000
	seq 5000 | sed 's/^/RTMIN+1 value=/' >lines
	timeout 20 "$IPCWIRE" -u - signal:RTMIN+1,pid="$source_pid" <lines
	wait_for_exit "$source_pid"
	[ "$status" = 0 ]
	sed 's/ pid.*value=/ value=/' source.out | cmp - lines
}

@test "TERM, INT, HUP and USR1 are messages when an endpoint reads them" {
	SIGNALFDS=1 source_of signal:TERM+INT+HUP+USR1,count=5
	for signal in TERM TERM INT HUP USR1; do
		before=$(wc -l <source.out)
		kill -"$signal" "$source_pid"
		until_true "$DEADLINE" eval '[ "$(wc -l <source.out)" -gt '"$before"' ]'
	done
	wait_for_exit "$source_pid"
	[ "$status" = 0 ]
	[ "$(cut -d ' ' -f 1 source.out | tr '\n' ' ')" = 'TERM TERM INT HUP USR1 ' ]
	[ ! -s source.err ]
}

@test "what comes before the source is open is not lost" {
	mkfifo fifo
	# The wire cannot begin before the FIFO has a reader; the signal is sent long before.
	start source "$IPCWIRE" signal:USR1,count=1 fifo:fifo
	# It has the signal blocked before it makes the run's own descriptor; a shell blocks all of them for a moment when it forks.
	until_true "$DEADLINE" eval 'readlink /proc/"$source_pid"/fd/* 2>/dev/null | grep -q signalfd'
	grep -q '^SigBlk:.*[2367abef]..$' /proc/"$source_pid"/status
	kill -USR1 "$source_pid"
	timeout 20 cat fifo >got
	wait_for_exit "$source_pid"
	[ "$status" = 0 ]
	grep -q '^USR1 pid=' got
}

@test "a program has the signals as it always had" {
	wire 0 -U - system:'grep ^SigBlk: /proc/self/status; exit 0'
	cp out plain
	wire 0 --merge signal:USR1,count=1 system:'kill -USR1 $PPID; grep ^SigBlk: /proc/self/status' -
	grep -q '^USR1 pid=' out
	grep ^SigBlk: out | cmp - plain
}

@test "lines of a source may be fed to a sink" {
	source_of signal:CONT+RTMIN,count=2
	printf 'RTMIN pid=4711 uid=4294967295 value=3\r\n\n  CONT' >lines
	timeout 20 "$IPCWIRE" -u - signal,pid="$source_pid" <lines
	wait_for_exit "$source_pid"
	grep -q '^RTMIN pid=.* value=3$' source.out
	grep -q '^CONT ' source.out
}

@test "a pidfile is read again for each line" {
	source_of signal:USR1,count=1
	first=$source_pid
	cp source.out first.out
	start second "$IPCWIRE" signal:USR2,count=1 stdout
	until_true "$DEADLINE" has_signalfds "$second_pid" 2
	mkfifo fifo
	echo "$first" >pid
	start sink "$IPCWIRE" -u fifo:fifo signal,pidfile=pid
	exec 7>fifo
	echo USR1 >&7
	wait_for_exit "$first"
	[ "$status" = 0 ]
	echo "$second_pid" >pid
	echo USR2 >&7
	wait_for_exit "$second_pid"
	[ "$status" = 0 ]
	exec 7>&-
	wait_for_exit "$sink_pid"
	[ "$status" = 0 ]
}

@test "many clients of a signal sink" {
	source_of signal:RTMIN,count=40
	start server "$IPCWIRE" unix-listen:sock,each signal:RTMIN,pid="$source_pid"
	wait_for_socket sock
	for i in $(seq 40); do
		wire 0 -u text:"RTMIN value=$i" unix:sock
	done
	wait_for_exit "$source_pid"
	sed 's/.*value=//' source.out | sort -n | cmp - <(seq 40)
}

@test "a process that is gone, at the start and later" {
	sleep 1000 3>&- &
	sleeper=$!
	# TERM would be lost on a shell that is not sleep(1) yet.
	kill -KILL "$sleeper"
	wait "$sleeper" || true
	wire 1 -u text:USR1 signal,pid="$sleeper"
	grep -qx "ipcwire: signal,pid=$sleeper: no process has the number $sleeper" err
	source_of signal:CONT
	mkfifo fifo
	start sink "$IPCWIRE" -u fifo:fifo signal,pid="$source_pid"
	exec 7>fifo
	echo CONT >&7
	wait_for_line source.out '^CONT '
	kill -KILL "$source_pid"
	wait_for_exit "$source_pid"
	echo USR1 >&7
	exec 7>&-
	wait_for_exit "$sink_pid"
	[ "$status" = 1 ]
	grep -qx "ipcwire: signal,pid=$source_pid: 5 bytes did not arrive: the process is gone" sink.err
	echo "$source_pid" >pid
	wire 1 -u text:'USR1\n' signal,pidfile=pid
	grep -qx "ipcwire: signal,pidfile=pid: 5 bytes did not arrive: process $source_pid, which pidfile pid names, is gone" err
}

@test "bad lines: one error, with the line, and what was not sent" {
	source_of signal:WINCH,count=1
	to=signal:WINCH+CONT,pid=$source_pid
	wire 1 -u text:'WINCH\nFOO\nCONT\n' "$to"
	grep -qx "ipcwire: $to: 9 bytes did not arrive: line 2: no signal has the name 'FOO'" err
	wait_for_exit "$source_pid"
	[ "$status" = 0 ]
	sleep 1000 3>&- &
	PIDS+=("$!")
	to=signal:WINCH+CONT,pid=$!
	wire 1 -u text:'KILL\n' "$to"
	grep -qx "ipcwire: $to: 5 bytes did not arrive: line 1: KILL is none of the signals that may be sent here" err
	wire 1 -u text:'CONT value=many\n' "$to"
	grep -q "line 1: neither pid=, uid= nor value= with a number: 'value=many'" err
	head -c 300 /dev/zero | tr '\0' x >long
	wire 1 -u file:long "$to"
	grep -q 'line 1 has more than 255 bytes' err
	echo nonsense >pid
	wire 1 -u text:'CONT\n' signal,pidfile=pid
	grep -q 'did not arrive: pidfile pid holds no process number' err
	wire 1 -u text:'CONT\n' signal,pidfile=none
	grep -q 'did not arrive: cannot open pidfile none: No such file' err
}

@test "two readers of one signal are refused" {
	wire 2 --merge signal:USR1+HUP signal:USR2+USR1 -
	grep -q 'two addresses read signal USR1' err
}

@test "--on-signal: stats, drain and forward" {
	start run "$IPCWIRE" --on-signal USR2=stats --on-signal RTMIN+2=forward --on-signal HUP=drain \
		unix-listen:sock,each system:'trap "echo got it; exit 3" RTMIN+2; echo ready; while :; do sleep 0.02; done'
	wait_for_socket sock
	START_INPUT=/dev/null start client "$IPCWIRE" -U - unix:sock
	wait_for_line client.out ready
	kill -USR2 "$run_pid"
	wait_for_line run.err '^s1 +running'
	kill -HUP "$run_pid"
	until_true "$DEADLINE" eval '! is_unix_listening sock'
	kill -RTMIN+2 "$run_pid"
	wait_for_line client.out 'got it'
	wait_for_exit "$client_pid"
	wait_for_exit "$run_pid"
	[ "$status" = 0 ]
}

@test "--on-signal drain on a wire: its program gets the end of input and ends by itself" {
	mkfifo fifo
	start run "$IPCWIRE" --on-signal RTMIN=drain fifo:fifo system:'cat >got; echo end >>got; exit 5'
	exec 7>fifo
	echo hello >&7
	wait_for_line got hello
	kill -RTMIN "$run_pid"
	wait_for_exit "$run_pid"
	exec 7>&-
	[ "$status" = 5 ]
	[ "$(cat got)" = $'hello\nend' ]
	wire 0 --explain --on-signal RTMIN=drain fifo:fifo exec:cat
	grep -q -- '--on-signal may end the input' out
}
