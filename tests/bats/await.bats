# await-read, await-noecho, and prompts that are decided because input is waited for: what a program really does, not a pause.
# AWAIT_RUNS says how often each dialogue is held.
load helpers

runs=${AWAIT_RUNS:-2}

talk() { wire "$@" </dev/null; }

# Throws away what has come too early, then reads: what was sent before it waits for input is lost.
setup_file() {
	cat >"$BATS_FILE_TMPDIR/late.py" <<-'END'
	import os, random, select, sys, termios, time
	time.sleep(random.random() / 8)
	if os.isatty(0):
	    termios.tcflush(0, termios.TCIFLUSH)
	else:
	    while select.select([0], [], [], 0)[0] and os.read(0, 1):
	        pass
	if "select" in sys.argv:
	    select.select([0], [], [], 9)
	source = open("/dev/tty") if "tty" in sys.argv else sys.stdin
	print("got " + source.readline(), end="")
	END
	export late=$BATS_FILE_TMPDIR/late.py
}

@test "await-read at a terminal, a pipe, a pair of sockets" {
	need python3
	for ((i = 0; i < runs; i++)); do
		for address in exec:"python3 $late",pty exec:"python3 $late" exec:"python3 $late",via=socketpair; do
			talk 0 "$address" --await-read --send hello --expect,t=9s 'got hello'
		done
	done
}

@test "await-read sees programs that the program has started, /dev/tty, and waits with a limit" {
	need python3
	talk 0 system:"python3 $late; exit 0",pty --await-read --send hello --expect,t=9s 'got hello'
	talk 0 system:"python3 $late tty </dev/null; exit 0",pty --await-read --send hello --expect,t=9s 'got hello'
	talk 0 exec:"python3 $late select",pty --await-read --send hello --expect,t=9s 'got hello'
}

@test "await-read of a program that waits for something else first, in a call that is no read" {
	mkfifo box
	start talk "$IPCWIRE" exec:'sh -c "echo here; read x <box; read y; echo got \$y"',pty --expect here --await-read --send hello \
		--expect 'got hello'
	wait_for_line talk.out here
	program=$(pgrep -P "$talk_pid")
	until_true "$DEADLINE" is_asleep "$program" # it opens the FIFO
	timeout 20 sh -c 'echo x >box'
	wait_for_exit "$talk_pid"
	cat talk.err
	[ "$status" = 0 ]
}

@test "await-read after each question" {
	need bc
	talk 0 exec:'bc -q',pty --await-read --send 1+1 --await-read --send 2+2 --await-read --send 'print "en","d\n"' --expect end
	[ "$(grep -c '^[24]' out)" = 2 ]
}

@test "await-read of the process behind a local socket" {
	need python3
	start server "$IPCWIRE" unix-listen:sock exec:"python3 $late",via=direct
	wait_for_socket sock
	talk 0 unix:sock --await-read --send hello --expect,t=9s 'got hello'
	wait_for_exit "$pid"
}

@test "await-read: a program that never reads, one that ends, and what cannot be seen" {
	talk 124 exec:'sleep 60' --await-read,t=0.2
	[[ $(cat err) == *'--await-read'* ]]
	talk 123 system:'exit 0' --await-read
	talk 1 pipe --await-read
	[ "$(cat err)" = 'ipcwire: --await-read: it cannot be seen whether pipe waits for input: it is no program that was started here' ]
}

@test "await-noecho" {
	need python3
	talk 0 exec:"python3 -c 'import getpass, time; time.sleep(.1); print(\"it is\", getpass.getpass())'",pty,echo --await-noecho \
		--send secret --expect,t=9s 'it is secret'
	[[ $(cat out) != *secret*secret* ]]
	talk 1 exec:cat --await-noecho
}

# With this settle time the limit would be over, if it were not seen that the shell waits for input.
@test "a prompt that could grow is decided when input is waited for" {
	for ((i = 0; i < runs; i++)); do
		PS1='at your service $ ' talk 0 exec:'bash --norc',pty --expect,settle=60s,t=20s '/[$#] ?$/' --send 'echo $((6*7))' \
			--expect,settle=60s,t=20s '/42\s+at your service [$#] ?$/' --send exit
	done
}
