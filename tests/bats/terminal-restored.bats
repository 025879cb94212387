#!/usr/bin/env bats
# The user's terminal is given back on every way out.

load helpers
load terminals

setup_test() { terminal=; }
teardown_test() { close_terminal; }

raw_echo() { run_in_terminal "$IPCWIRE" "$@" -,raw,escape=^] pipe && wait_until_raw; }

# killed SIGNAL STATUS: the status is the shell's for that.
killed() {
	raw_echo
	kill -s "$1" "$pid"
	wait_until_over "$2"
	is_restored
}
killed_by() {
	open_terminal bare
	killed "$@"
	until_true "$DEADLINE" no_guard
}
no_guard() { ! guards >/dev/null; }
has_guard() { [ "$(guards | wc -l)" = 1 ]; }

@test "fact 24: the terminal is given back after SIGTERM" { killed_by TERM 143; }
@test "fact 24: the terminal is given back after SIGHUP" { killed_by HUP 129; }
@test "fact 24: the terminal is given back after SIGINT" { killed_by INT 130; }
@test "fact 24: the terminal is given back after SIGQUIT" { killed_by QUIT 131; }
@test "fact 24: the terminal is given back after SIGSEGV" { killed_by SEGV 139; }
@test "fact 24: the terminal is given back after other signals that end a process" {
	open_terminal bare
	for way in ABRT:134 BUS:135 ALRM:142 USR2:140; do
		killed "${way%:*}" "${way#*:}"
	done
	until_true "$DEADLINE" no_guard
}

@test "fact 24: after SIGKILL a guard gives the terminal back, and ends" {
	open_terminal bare
	raw_echo
	until_true "$DEADLINE" has_guard
	kill -s KILL "$pid"
	wait_until_over 137
	wait_until_restored
	until_true "$DEADLINE" no_guard
}

@test "fact 24: a guard leaves the terminal to who has set other modes" {
	open_terminal bare
	raw_echo
	type_text x
	wait_until_shown '^x' # it has noted by now which modes are its own
	stty -F "$tty" -icanon echo
	before=$(stty -F "$tty" -g)
	kill -s KILL "$pid"
	wait_until_over 137
	until_true "$DEADLINE" no_guard
	is_restored
}

@test "fact 24: a guard holds the terminal and nothing else, in a group of its own" {
	open_terminal bare
	mkfifo fifo
	raw_echo -r copy
	until_true "$DEADLINE" has_guard
	guard=$(guards)
	readlink /proc/"$guard"/fd/* | sed 's/:\[.*//; s/^pipe.*/pipe/' | sort >fds
	cat fds
	diff - fds <<<"$tty"$'\n'pipe
	[ "$(ps -o pgid= -p "$guard" | tr -d ' ')" = "$guard" ]
	[ "$(cat /proc/"$guard"/comm)" = 'ipcwire: guard' ]
	kill -s INT "$guard"
	kill -s TERM "$guard"
	kill -s HUP "$guard"
	type_text $'\x1d'
	wait_until_over 0
	no_guard
}

# TIOCGEXCL (ioctl_tty(2)).
is_exclusive() {
	[ "$(python3 -c 'import fcntl; print(fcntl.ioctl(0, 0x80045440, bytes(4))[0])' <&8)" = "$1" ]
}

is_raw_at_8() { stty -a <&8 | grep -q -- ' -icanon'; }

@test "a terminal that was had exclusively is everybody's again when one leaves it, read alone or both ways" {
	need python3
	open_terminal bare
	exec 8<>"$tty" # it cannot be opened meanwhile, but by root
	for how in -u -q; do
		run_in_terminal "$IPCWIRE" $how tty:/dev/tty,raw,exclusive,escape=^] null
		until_true "$DEADLINE" is_exclusive 1
		until_true "$DEADLINE" is_raw_at_8
		type_text $'\x1d'
		wait_until_over 0
		is_exclusive 0
		is_restored
	done
	exec 8>&-
}

@test "the terminal is given back at the end of the other end" {
	open_terminal bare
	mkfifo go
	run_in_terminal "$IPCWIRE" -,raw system:'read line <go; echo said; exit 3'
	wait_until_raw
	echo x >go
	wait_until_over 3
	is_restored
	wait_until_shown said
}

@test "the terminal is given back when an error ends the wire" {
	open_terminal bare
	mkfifo go
	run_in_terminal "$IPCWIRE" --timeout 2 -,raw system:'read line <go'
	wait_until_raw
	wait_until_over 124
	is_restored
	wait_until_shown 'the run took longer'
}

@test "the terminal is not touched by what could not be opened" {
	open_terminal bare
	run_in_terminal "$IPCWIRE" -,raw,escape=^] unix:nobody-is-there
	wait_until_over 1
	is_restored
}

@test "the terminal is given back when standard output has no reader any more" {
	open_terminal bare
	run_in_terminal sh -c '"$IPCWIRE" -,raw pipe | head -c 3'
	wait_until_raw
	type_text abc
	wait_until_shown abc
	type_text d
	wait_until_over
	is_restored
}

suspended() {
	raw_echo
	"$@"
	wait_until_over 148
	is_restored
	rm over
	stty -F "$tty" -echo
	before=$(stty -F "$tty" -g)
	type_text $'fg; echo $? >over\r'
	wait_until_raw
	type_text typed
	wait_until_shown typed
	type_text $'\x1d'
	wait_until_over 0
	is_restored
}
tstp() { kill -s TSTP "$pid"; }

@test "fact 24: stopped from outside: the terminal is given back, and taken again to go on" {
	open_terminal bare
	suspended tstp
}

@test "fact 24: continued in the background it leaves the terminal alone until it is in front" {
	open_terminal bare
	raw_echo
	tstp
	wait_until_over 148
	rm over
	type_text $'bg; echo $? >over\r'
	wait_until_over 0
	is_restored
	rm over
	type_text $'fg; echo $? >over\r'
	wait_until_raw
	type_text $'\x1d'
	wait_until_over 0
	is_restored
}

@test "fact 24: all ways out under tmux" {
	open_terminal tmux
	for way in TERM:143 HUP:129 INT:130 QUIT:131 SEGV:139 ABRT:134 BUS:135; do
		killed "${way%:*}" "${way#*:}"
	done
	suspended tstp
	raw_echo
	kill -s KILL "$pid"
	wait_until_over 137
	wait_until_restored
	raw_echo
	type_text $'\x1d'
	wait_until_over 0
	is_restored
}

@test "tty:/dev/tty is the user's terminal, too" {
	open_terminal bare
	for way in TERM:143 SEGV:139 KILL:137; do
		run_in_terminal sh -c 'exec "$IPCWIRE" tty:/dev/tty,escape=^] pipe </dev/null'
		wait_until_raw
		kill -s "${way%:*}" "$pid"
		wait_until_over "${way#*:}"
		wait_until_restored
	done
	run_in_terminal sh -c '"$IPCWIRE" tty:/dev/tty,escape=^] pipe </dev/null'
	wait_until_raw
	type_text shown
	wait_until_shown shown
	type_text $'\x1d'
	wait_until_over 0
	is_restored
}
