# What pseudo-terminals do to data and programs, each known to have been got wrong: a test for each, by number. What is the
# kernel's behaviour alone is in tests/platform/pty_*.c.
load helpers

: "${PTY_ROUNDS:=5}"

@test "fact 1: all that was written before the end arrives, and the end is no error" {
	for ((i = 0; i < PTY_ROUNDS; i++)); do
		wire 0 -u exec:'head -c 3000 /dev/zero',pty -
		[ "$(stat -c %s out)" = 3000 ]
		wire 0 -u exec:'head -c 100000 /dev/zero',pty=out -
		[ "$(stat -c %s out)" = 100000 ]
	done
}

@test "fact 2: a program that closes its terminal and opens it again has no false end" {
	wire 0 -u exec:'sh -c "exec </dev/null >/dev/null 2>&1; sleep 0.2; echo late >/dev/tty"',pty,onlcr=no -
	[ "$(cat out)" = late ]
}

@test "fact 3: that the terminal is held does not keep the end from coming with the program's" {
	wire 3 -u exec:'sh -c "exec >/dev/null 2>&1 </dev/null; exit 3"',pty -
	[ ! -s out ]
}

@test "fact 4: what holds the terminal after the program's end is waited for, or as long as after-exit= says" {
	local program='sh -c "trap : HUP; (trap \"\" HUP; : >ready; until [ -e go ]; do sleep 0.02; done; echo late) &
		until [ -e ready ]; do sleep 0.02; done; echo now; exit 4"'
	start all "$IPCWIRE" -u exec:"$program",pty,onlcr=no create:all
	until_true "$DEADLINE" grep -qs now all
	: >go
	wait_for_exit "$all_pid"
	[ "$status" = 4 ]
	[ "$(cat all)" = $'now\nlate' ]
	rm go ready
	wire 4 -d -u exec:"$program",pty,onlcr=no,after-exit=50ms -
	[ "$(cat out)" = now ]
	grep -q 'its terminal is held by what it started, which is not waited for' err
	: >go
}

@test "fact 5: the end of the session's leader is a hang-up for the foreground, no end of the line" {
	cat >leader.sh <<-'END'
		leader=$$
		(trap '' HUP; : >ready; while kill -0 $leader; do sleep 0.02; done 2>/dev/null; echo late) &
		until [ -e ready ]; do sleep 0.02; done
		echo now
	END
	wire 0 -u exec:'sh leader.sh',pty,onlcr=no -
	[ "$(cat out)" = $'now\nlate' ]
}

@test "fact 6: the last output and the exit status both arrive" {
	for ((i = 0; i < PTY_ROUNDS; i++)); do
		wire 7 -u exec:'sh -c "seq 500; exit 7"',pty,onlcr=no -
		[ "$(tail -n 1 out)" = 500 ]
		[ "$(wc -l <out)" = 500 ]
	done
}

@test "fact 7: modes hold from the first byte" {
	for ((i = 0; i < PTY_ROUNDS; i++)); do
		wire 0 -u exec:'echo hi',pty,raw -
		[ "$(od -An -tx1 out)" = ' 68 69 0a' ]
	done
}

@test "fact 8: a terminal makes CR LF of a newline by default, a way for data does not, whatever the program is" {
	wire 0 -u exec:'echo hi',pty -
	[ "$(od -An -tx1 out)" = ' 68 69 0d 0a' ]
	for how in via=pty pty=out buffer=line,how=pty; do
		wire 0 -u exec:"sh -c 'echo hi'",$how -
		[ "$(od -An -tx1 out)" = ' 68 69 0a' ]
	done
}

@test "fact 9: echo comes even before the program reads; none with echo=no, nor as a way for data" {
	printf 'early\n' >in
	wire 0 --chain file:in exec:'sh -c "cat >/dev/null"',pty,onlcr=no create:shown
	[ "$(cat shown)" = early ]
	for how in pty,echo=no via=pty; do
		wire 0 --chain file:in exec:'sh -c "cat >/dev/null"',$how create:shown
		[ ! -s shown ]
	done
}

# text N: a line of N bytes and its newline.
text() {
	head -c "$1" /dev/zero | tr '\0' x
	echo
}

@test "fact 10: no line is cut: 4095 bytes are taken, one more is refused, or goes in pieces" {
	(text 4095 && text 10) >in
	wire 0 --chain file:in exec:'cat',pty,echo=no,onlcr=no create:got
	same in got
	(text 10 && text 4096 && text 20) >in
	wire 1 --chain file:in exec:'cat',pty,echo=no,onlcr=no create:got
	grep -q 'did not arrive: a line of more than 4095 bytes cannot be typed at a terminal that edits lines' err
	[ "$(cat got)" = xxxxxxxxxx ]
	(text 10 && text 6000 && text 20000 && text 20) >in
	for how in pty,echo=no,onlcr=no,long-lines=pieces pty,raw,at-end=eof via=pty; do
		wire 0 --chain file:in exec:"head -c $(stat -c %s in)",$how create:got
		same in got
	done
}

@test "fact 10: of a line that grows too long bit by bit nothing is read, and what follows is not taken for its end" {
	mkfifo feed
	start typed "$IPCWIRE" --chain fifo:feed exec:'cat',pty,echo=no,onlcr=no create:got
	exec 7>feed
	printf 'good\n' >&7
	until_true "$DEADLINE" grep -qs good got
	text 3000 | tr -d '\n' >first
	text 3000 >second
	cat first >&7
	cat second >&7 || :
	exec 7>&-
	wait_for_exit "$typed_pid"
	[ "$status" = 1 ]
	[ "$(cat got)" = good ]
}

@test "fact 11: the end of input, with the terminal's own character for it, once or twice" {
	for text in '' abc $'abc\n' $'a\nb'; do
		for how in pty pty,eof=^X via=pty; do
			printf %s "$text" >in
			wire 5 --chain file:in exec:"sh -c 'cat; exit 5'",$how,echo=no,onlcr=no create:got
			same in got
		done
	done
	# A program that reads on behind the end finds a terminal that lives.
	printf 'one\n' >in
	wire 0 --chain file:in exec:"sh -c 'cat; stty -a >/dev/null && echo lives'",pty,echo=no,onlcr=no create:got
	[ "$(cat got)" = $'one\nlives' ]
}

@test "fact 11: the end of input stays, as that of a pipe does: who reads on behind it is told again" {
	need python3
	for how in pty via=pty; do
		wire 0 -u text:x exec:"sh -c 'cat; cat; cat; echo over'",$how,echo=no,onlcr=no
		[ "$(cat out)" = xover ]
	done
	# However late: no time limit is behind it.
	wire 0 -u text: exec:"sh -c 'sleep 1.5; cat; sleep 1.5; cat; echo over'",pty,onlcr=no
	[ "$(cat out)" = over ]
	# Not without limit: one that takes no end for an answer hears it 16 times.
	cat >deaf.py <<-'END'
		import os
		n = 0
		while n < 16:
		    n += os.read(0, 9) == b""
		print("heard", n, flush=True)
		os.read(0, 9)
	END
	start deaf "$IPCWIRE" -u text: exec:'python3 deaf.py',pty,onlcr=no
	wait_for_line deaf.out '^heard 16$'
}

# The program waits until the end is there, changes its modes, and only then reads.
@test "fact 11: the end of input outlives a change of modes, whichever way, and one that flushes" {
	need python3
	cat >modes.py <<-'END'
		import os, select, sys, termios
		first, how, second = sys.argv[1:]
		def mode(name, when):
		    t = termios.tcgetattr(0)
		    t[3] = t[3] | termios.ICANON if name == "lines" else t[3] & ~termios.ICANON
		    termios.tcsetattr(0, when, t)
		mode(first, termios.TCSADRAIN)
		print("ready", flush=True)
		os.read(3, 1)
		select.select([0], [], [])
		mode(second, getattr(termios, how))
		said = b""
		while True:
		    c = os.read(0, 1)
		    if c == (b"" if second == "lines" else b"\x04"):
		        break
		    said += c
		print("end", flush=True)
	END
	mkfifo go
	for modes in "lines TCSADRAIN raw" "lines TCSAFLUSH raw" "lines TCSAFLUSH lines" "raw TCSADRAIN lines"; do
		start one "$IPCWIRE" --chain file:/dev/null exec:"sh -c 'exec python3 modes.py $modes 3<go'",pty,echo=no,onlcr=no stdout
		exec 7>go
		wait_for_line one.out ready
		echo >&7
		exec 7>&-
		wait_for_exit "$one_pid"
		[ "$status" = 0 ]
		grep -qx end one.out
	done
}

@test "fact 12: all bytes come through a way for data, and a raw terminal" {
	python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)) * 8 + b"\n")' >in
	for how in via=pty pty,raw,at-end=none; do
		wire 0 --chain file:in exec:"head -c 2049",$how create:got
		same in got
	done
	# ... and act at a terminal for a person.
	mkfifo keys
	start typed "$IPCWIRE" --chain fifo:keys exec:'sh -c "trap \"echo INT; exit\" INT; echo ready; read x; echo no"',pty create:int
	exec 7>keys
	until_true "$DEADLINE" grep -qs ready int
	printf 'interrupted\003\n' >&7
	exec 7>&-
	wait_for_exit "$typed_pid"
	[ "$status" = 0 ]
	grep -q INT int
	run ! grep -q no int
}

@test "fact 13: what is typed before a program asks is kept if it does not flush, even if it is slow" {
	printf 'secret\n' >in
	wire 0 --chain file:in exec:'sh -c "sleep 0.2; read x; echo got \$x"',pty,echo=no,onlcr=no create:got
	[ "$(cat got)" = 'got secret' ]
}

@test "fact 14: both ways are full at once without a deadlock, and nothing is lost" {
	seq "${PTY_LINES:-40000}" >in
	for how in pty,echo=no,onlcr=no via=pty; do
		wire 0 --chain file:in exec:cat,$how create:got
		same in got
	done
	# A program that reads only when it has written much.
	wire 0 --chain file:in exec:'sh -c "head -c 100000 /dev/zero; cat"',via=pty create:got
	[ "$(stat -c %s got)" = $((100000 + $(stat -c %s in))) ]
}

@test "fact 14: with echo nothing of the input is lost either" {
	seq 20000 >in
	wire 0 --chain file:in exec:"sh -c 'cat >got'",pty null
	same in got
}

@test "fact 15: what waits in a terminal is not counted by what the kernel says at one moment" {
	seq 3000 >in
	start line "$IPCWIRE" -u file:in pty,link=line
	wait_for_file line
	# A reader that is slow, and reads little at a time; 14 KB are more than the kernel tells of.
	timeout 20 python3 - <<-'END'
		import os, time
		fd = os.open('line', os.O_RDONLY | os.O_NOCTTY)
		got, want = b'', os.stat('in').st_size
		while len(got) < want:
		    got += os.read(fd, 997)
		    time.sleep(0.002)
		assert got == open('in', 'rb').read()
	END
	wait_for_exit "$line_pid" && [ "$status" = 0 ]
}

@test "fact 16: a stop character in the data stops nothing" {
	printf 'a\023b\nc\n' >in
	wire 0 --chain file:in exec:'cat',pty,echo=no,onlcr=no create:got
	[ "$(tail -n 1 got)" = c ]
	wire 0 --chain file:in exec:'cat',via=pty create:got
	same in got
}

@test "fact 17: a session, a controlling terminal, clean signals, no descriptors but three" {
	wire 0 -u exec:'sh -c "ls /proc/self/fd | wc -l; grep -E \"^Sig(Ign|Blk)\" /proc/self/status; ps -o stat= -p \$\$; tty </dev/tty"',pty,onlcr=no -
	[ "$(sed -n 1p out)" = 4 ] # and the one that ls has itself
	[ "$(grep -c '^Sig[A-Za-z]*:	0000000000000000$' out)" = 2 ]
	grep -q '^[A-Z]*s[a-z]*+$' out
	[ "$(tail -n 1 out)" = /dev/tty ] || [[ $(tail -n 1 out) == /dev/pts/* ]]
}

@test "fact 18: a program whose reader is gone hears of it: SIGHUP, both ways and for its output alone" {
	for how in pty pty=out; do
		rm -f heard
		"$IPCWIRE" -u exec:"sh -c 'trap \": >heard; exit\" HUP; echo one; while :; do sleep 0.02; done'",$how,kill-after=20s - | head -n 1 >out
		[ "$(tr -d '\r' <out)" = one ]
		wait_for_file heard
	done
}

@test "fact 19: when we are killed the program goes with us" {
	start wired "$IPCWIRE" -u exec:'sh -c "echo \$\$; while :; do sleep 1; done"',pty,onlcr=no create:pid
	until_true "$DEADLINE" grep -qs . pid
	kill -KILL "$wired_pid"
	wait_for_exit "$wired_pid"
	until_true "$DEADLINE" is_over "$(cat pid)"
}

@test "fact 20: the size is there before the program, for output alone as well" {
	for how in pty pty=out via=pty; do
		wire 0 -u exec:"sh -c 'stty size <&1 || stty size'",$how,size=132x43 -
		[ "$(tr -d '\r' <out)" = '43 132' ]
	done
}

@test "fact 21: packet mode is off: nothing is put before the data, not even after a flush" {
	need python3
	wire 0 -u exec:'python3 -c "import termios, sys; termios.tcflush(1, termios.TCIOFLUSH); termios.tcflow(1, termios.TCOON); sys.stdout.write(\"x\")"',pty -
	[ "$(od -An -tx1 out)" = ' 78' ]
}

# In a mount namespace of its own.
apart() {
	unshare -m true 2>/dev/null || skip 'optional: needs root and mount namespaces'
	unshare -m sh -c "$@"
}

@test "fact 22: no pseudo-terminals left is an error that says so" {
	# shellcheck disable=SC2016
	run apart 'mount -t devpts -o newinstance,ptmxmode=0666,max=1 devpts /dev/pts &&
		"$IPCWIRE" --chain exec:cat,pty exec:cat,pty null </dev/null'
	[ "$status" = 1 ]
	[[ $output == *'cannot make a pseudo-terminal for the program: No space left on device (all pseudo-terminals are taken: '* ]]
	[ "${#lines[@]}" = 1 ]
}

@test "fact 22: no child has the other side of a terminal" {
	wire 0 --chain exec:'sh -c "ls -l /proc/self/fd"',pty,onlcr=no create:fds1
	run ! grep -q ptmx fds1
	wire 0 --chain text:x exec:cat,pty exec:'sh -c "ls -l /proc/self/fd; cat"',pty create:fds
	run ! grep -q ptmx fds
}

@test "fact 23: the slave is opened without its path" {
	# shellcheck disable=SC2016
	run apart 'mkdir own && mount -t devpts -o newinstance,ptmxmode=0666 devpts own && mount -t tmpfs tmpfs /dev &&
		ln -s "$PWD/own/ptmx" /dev/ptmx && mknod /dev/null c 1 3 &&
		"$IPCWIRE" -u exec:"sh -c \"test -t 0 && echo terminal; test -e /dev/pts || echo no path\"",pty,onlcr=no -'
	[ "$status" = 0 ]
	[ "$output" = $'terminal\nno path' ]
}

@test "fact 29: who reads from a terminal for output alone finds the end, and asks at ours" {
	wire 0 -u exec:'sh -c "cat <&1; cat <&1; echo done"',pty=out -
	[ "$(cat out)" = "done" ]
}

@test "fact 30: standard error is decided for each program" {
	local program='sh -c "echo out; echo err >&2"'
	wire 0 -u exec:"$program",pty,onlcr=no -
	[ "$(cat out)" = $'out\nerr' ]
	[ ! -s err ]
	wire 0 -u exec:"$program",pty,onlcr=no,stderr=inherit -
	[ "$(cat out)" = out ]
	[ "$(cat err)" = err ]
	wire 0 -u exec:"$program",pty,onlcr=no,stderr=null -
	[ "$(cat out)" = out ]
	[ ! -s err ]
	wire 0 -u exec:"$program",pty,onlcr=no,stderr=log -
	grep -q '^ipcwire: exec:.*: err$' err
	wire 0 -u exec:"$program",pty,onlcr=no,stderr=./file -
	[ "$(cat file)" = err ]
	wire 0 -u exec:"$program",via=pty -
	[ "$(cat out)" = out ] && [ "$(cat err)" = err ]
}
