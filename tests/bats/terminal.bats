#!/usr/bin/env bats
# The user's terminal: raw, escape=, and the size of programs' terminals; terminal-restored has the ways out.

load helpers
bats_require_minimum_version 1.5.0
load terminals

setup_test() { terminal=; }
teardown_test() { close_terminal; }

@test "the escape key ends the wire, after what was typed before it" {
	open_terminal bare
	run_in_terminal "$IPCWIRE" -,raw,escape=^] create:got
	wait_until_raw
	type_text $'a\x03\x1a\rb\x1dc'
	wait_until_over 0
	is_restored
	printf 'a\003\032\rb' | cmp - got
}

@test "the escape key ends a wire whose other end goes on" {
	open_terminal bare
	run_in_terminal "$IPCWIRE" -,raw,escape=^x system:'trap "" HUP; echo ready; exec sleep 1000',kill-after=0.1
	wait_until_raw
	wait_until_shown '^ready'
	type_text $'\x18'
	wait_until_over
	is_restored
}

# With readbytes=1 nobody reads what is typed next, until the shell does.
@test "fact 25: what was typed ahead is there after the end" {
	open_terminal bare
	mkfifo go
	run_in_terminal "$IPCWIRE" -,raw,readbytes=1 system:'head -c 1 >first; read line <go'
	wait_until_raw
	type_text $'xecho ahead >file\n'
	until_true "$DEADLINE" test -s first
	echo x >go
	wait_until_over 0
	is_restored
	until_true "$DEADLINE" test -s file
}

@test "fact 26: without a terminal the escape key is a byte like all others" {
	printf 'a\035b' | "$IPCWIRE" -,raw,escape=^] pipe >out 2>err
	printf 'a\035b' | cmp - out
	[ ! -s err ]
}

@test "fact 27: modes stay as they are when standard input is no terminal, and its end travels" {
	open_terminal bare
	run_in_terminal sh -c 'echo abc | "$IPCWIRE" -d -,raw,escape=^] exec:cat'
	wait_until_over 0
	is_restored
	wait_until_shown '^abc'
	wait_until_shown 'no terminal to read from'
}

@test "fact 27: </dev/null does not spin" {
	mkfifo go
	start idle "$IPCWIRE" -,raw,escape=^] system:'read line <go; echo over'
	until_true "$DEADLINE" is_asleep "$idle_pid"
	used=$(ticks)
	until_true "$DEADLINE" is_asleep "$idle_pid"
	[ "$(($(ticks) - used))" -le 1 ]
	echo x >go
	wait_for_exit "$idle_pid"
	[ "$(cat idle.out)" = over ]
}
ticks() { awk '{ print $14 + $15 }' "/proc/$idle_pid/stat"; }

@test "fact 28: a job in the background does not touch the terminal" {
	open_terminal bare
	mkfifo go
	type_text $'"$IPCWIRE" -,raw,escape=^] system:"read line <go; echo end >ended" & echo $! >pid\r'
	until_true "$DEADLINE" test -s pid
	pid=$(<pid)
	until_true "$DEADLINE" is_asleep "$pid"
	is_restored
	echo x >go
	until_true "$DEADLINE" test -s ended
	until_true "$DEADLINE" is_over "$pid"
	is_restored
}

@test "messages begin in the first column while the terminal is raw" {
	open_terminal bare
	run_in_terminal "$IPCWIRE" -v -,raw,escape=^] pipe
	wait_until_raw
	type_text x
	wait_until_shown x
	type_text $'\x1d'
	wait_until_over 0
	grep -qa $'\r' screen
	[ "$(head -n -1 screen | grep -avc $'\r')" = 0 ]
}

has_modes() {
	local modes mode
	modes=$(stty -F "$tty" -a)
	for mode; do [[ $modes == *"$mode"* ]] || return 1; done
}

@test "single modes of the terminal, and only those" {
	open_terminal bare
	run_in_terminal "$IPCWIRE" -,echo=0,intr=^x system:'echo ready; read line; echo "got $line"'
	until_true "$DEADLINE" has_modes ' -echo ' ' icanon ' 'intr = ^X;'
	wait_until_shown '^ready'
	type_text $'secret\r'
	wait_until_over 0
	is_restored
	wait_until_shown 'got secret'
	[ "$(grep -ac '^secret' screen)" = 0 ]
}

# A program at a terminal of its own, which writes the terminal's name to ctty, and to sizes its size whenever it is told of one.
at_terminal() {
	local program='trap "stty size >>sizes" WINCH; tty >ctty; stty size >>sizes; while :; do sleep 1000 & wait; done'
	run_in_terminal "$IPCWIRE" -,raw,escape=^] system:"$program,$1"
	wait_until_raw
	until_true "$DEADLINE" grep -qs '^24 80$' sizes
}
resized() { [[ $(tail -n 1 sizes) == "$1" ]]; }

@test "fact 20: a program at a terminal has the size of ours, and is told when it changes" {
	open_terminal bare
	at_terminal pty
	stty -F "$tty" cols 100 rows 30
	until_true "$DEADLINE" resized '30 100'
	kill -s TSTP "$pid"
	wait_until_over 148
	stty -F "$tty" cols 90
	type_text $'fg; echo $? >over\r'
	until_true "$DEADLINE" resized '30 90'
	type_text $'\x1d'
	until_true "$DEADLINE" is_over "$pid"
}

@test "fact 20: under tmux the size follows, too" {
	open_terminal tmux
	at_terminal pty
	tmux resize-window -x 70 -y 20
	until_true "$DEADLINE" resized '20 70'
	type_text $'\x1d'
	until_true "$DEADLINE" is_over "$pid"
}

@test "fact 20: the size of a terminal for output only follows; one with size= keeps it" {
	open_terminal bare
	run_in_terminal "$IPCWIRE" --chain -,raw,escape=^] exec:'sh -c "stty size <&1; while read x; do stty size <&1; done"',pty=out \
		exec:'sh -c "cat >first"',size=77x33,pty
	wait_until_raw
	until_true "$DEADLINE" grep -qs '24 80' first
	stty -F "$tty" cols 101
	resize_shows() { type_text $'\n' && grep -q '24 101' first; }
	until_true "$DEADLINE" resize_shows
	type_text $'\x1d'
	wait_until_over
}

@test "fact 20: size= is kept when ours changes" {
	open_terminal bare
	mkfifo go
	run_in_terminal "$IPCWIRE" -,raw,escape=^] system:'while read x; do echo "size $(stty size)."; done',size=77x33,pty,echo=0
	wait_until_raw
	stty -F "$tty" cols 101
	type_text $'\n'
	wait_until_shown 'size 33 77\.'
	type_text $'\x1d'
	wait_until_over
}

runs_sleep() { pgrep -x sleep | sed "s|.*|/proc/&/environ|" | xargs grep -qsz "^IPCWIRE_TEST_MARK=$BATS_TEST_TMPDIR\$"; }

@test "a shell at the other end of a socket works as if it were here" {
	start server "$IPCWIRE" unix-listen:sock,each exec:'bash --norc --noprofile -i',pty
	wait_for_socket sock
	open_terminal bare
	run_in_terminal "$IPCWIRE" -,raw,escape=^] unix:sock
	wait_until_raw
	type_text $'echo $((6*7))\r'
	wait_until_shown $'(^|\r)42'
	type_text $'sleep 1000; echo "ended $((100 + $?))"\r'
	until_true "$DEADLINE" runs_sleep
	type_text $'\x03'
	type_text $'echo "went $((40 + 2))"\r'
	wait_until_shown 'went 42'
	type_text $'\x1d'
	wait_until_over 0
	is_restored
}

@test "keys by their names, and what is none" {
	for key in ^] ^x 0x1d 29 '~' undef ^[ '^\'; do
		"$IPCWIRE" --check "-,escape=$key" null
	done
	for key in '' ^1 abc 0x123 256; do
		rc=0
		"$IPCWIRE" --check "-,escape=$key" null 2>err || rc=$?
		cat err
		[ "$rc" = 2 ]
	done
}

@test "the end of input that was typed before the terminal became raw is one" {
	cat >ahead.py <<-'END'
		import os, pty, select, sys
		pid, master = pty.fork()
		if pid == 0:
		    select.select([0], [], [])  # the line is there, and the key behind it
		    os.execvp(sys.argv[1], sys.argv[1:])
		os.write(master, b'abc\n\x04')
		said = b''
		while True:
		    try:
		        piece = os.read(master, 1000)
		    except OSError:
		        break
		    if not piece:
		        break
		    said += piece
		print(said.count(b'abc\r\n'))
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
	run -0 timeout 20 python3 ahead.py "$IPCWIRE" - exec:cat,pty,echo=no
	[ "$output" = 2 ]
}
