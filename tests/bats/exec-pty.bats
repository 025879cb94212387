# Programs at terminals of their own: pty, pty=out, their options.
load helpers

@test "pty: its own session, controlling terminal and process group, on all three descriptors" {
	wire 0 -u exec:'sh -c "tty; tty <&2; ps -o pid=,sid=,pgid=,tpgid= -p \$\$; : </dev/tty && echo controlling"',pty,onlcr=no -
	[[ $(sed -n 1p out) == /dev/pts/* ]]
	[ "$(sed -n 1p out)" = "$(sed -n 2p out)" ]
	read -r pid sid pgid tpgid < <(sed -n 3p out)
	[ "$pid" = "$sid" ]
	[ "$pid" = "$pgid" ]
	[ "$pid" = "$tpgid" ]
	[ "$(sed -n 4p out)" = controlling ]
}

@test "pty: modes of a person by default, changed by their names before the program starts" {
	wire 0 -u exec:'stty -a',pty -
	grep -qw icanon out
	grep -qw echo out
	grep -qw isig out
	grep -qw onlcr out
	grep -qw -e -ixon out
	wire 0 -u exec:'stty -a',pty,echo=no,onlcr=no,intr=^X,b9600,iutf8,min=3 -
	grep -qw -e -echo out
	grep -qw -e -onlcr out
	grep -q 'intr = ^X' out
	grep -q 'speed 9600' out
	grep -qw iutf8 out
	run ! grep -q $'\r' out
	wire 0 -u exec:'stty -a',pty,raw,opost,onlcr -
	grep -qw -e -icanon out && grep -qw -e -isig out && grep -qw opost out && grep -q $'\r' out
}

@test "pty: size and TERM" {
	wire 0 -u exec:'sh -c "stty size; echo $TERM"',pty,onlcr=no,size=100x30,term=vt220 -
	[ "$(cat out)" = $'30 100\nvt220' ]
	TERM=xterm-kitty wire 0 -u exec:'sh -c "stty size; echo $TERM"',pty,onlcr=no -
	[ "$(cat out)" = $'24 80\nxterm-kitty' ]
	(unset TERM && wire 0 -u exec:'sh -c "echo $TERM"',pty,onlcr=no -)
	[ "$(cat out)" = dumb ]
	wire 0 -u exec:'sh -c "echo $TERM"',pty,onlcr=no,term=a,env=TERM=b -
	[ "$(cat out)" = b ]
}

@test "pty: standard error is the terminal, unless stderr= says otherwise" {
	wire 0 -u exec:'sh -c "echo one >&2; echo two"',pty,onlcr=no -
	[ "$(cat out)" = $'one\ntwo' ]
	[ ! -s err ]
	wire 0 -u exec:'sh -c "echo one >&2; echo two"',pty,onlcr=no,stderr=inherit -
	[ "$(cat out)" = two ] && [ "$(cat err)" = one ]
}

@test "pty: end of input in the middle of a line, at its beginning, and of nothing" {
	for text in abc $'abc\n' ''; do
		wire 7 "text:$text" exec:"sh -c 'cat >$PWD/got; exit 7'",pty
		[ "$(cat got; echo x)" = "${text}x" ]
	done
}

@test "pty,raw: no end of input, which is said; at-end=eof sends the character, a program that went raw gets it" {
	start raw "$IPCWIRE" text:ab exec:"sh -c 'head -c 2 >got; : >read; read x; :'",pty,raw
	wait_for_file read
	wait_for_line raw.err 'the end of the input cannot be told at a raw terminal'
	wire 0 --chain text:ab exec:"head -c 3",pty,raw,at-end=eof create:got2
	[ "$(od -An -tx1 got2)" = ' 61 62 04' ]
	wire 0 --chain exec:"sh -c 'until [ -e went ]; do sleep 0.02; done'" \
		exec:"sh -c 'stty raw -echo; : >went; head -c 1'",pty create:got3
	[ "$(od -An -tx1 got3)" = ' 04' ]
}

@test "pty=out: only stdout, without processing; no session" {
	wire 0 -u exec:'sh -c "tty; tty <&1 >&2; echo x; ps -o sid= -p \$\$"',pty=out -
	grep -q 'not a tty' out
	grep -q /dev/pts/ err
	run ! grep -q $'\r' out
	[ "$(tail -n 1 out | tr -d ' ')" = "$(ps -o sid= -p $$ | tr -d ' ')" ]
}

@test "pty in --explain and in the log" {
	run "$IPCWIRE" --explain - exec:cat,pty
	[ "$status" = 0 ]
	[[ $output == *terminal* ]]
	wire 0 -d text:x exec:cat,pty
	grep -q 'started, process' err
}

@test "pty: in front of a person's terminal nothing is shown twice, and keys act on the program" {
	cat >person.py <<-'END'
		import os, pty, sys
		# Types what is expected after what: PROGRAM WAIT KEYS [WAIT KEYS]...
		pid, fd = pty.fork()
		if pid == 0:
		    os.execv(os.environ['IPCWIRE'], ['ipcwire', '-', 'exec,pty', '--', 'sh', '-c', sys.argv[1]])
		out = b''
		for wait, keys in zip(sys.argv[2::2], sys.argv[3::2]):
		    while wait.encode() not in out:
		        out += os.read(fd, 4096)
		    os.write(fd, keys.encode().decode('unicode_escape').encode())
		try:
		    while True:
		        out += os.read(fd, 4096)
		except OSError:
		    pass
		print(out)
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
	run timeout 20 python3 person.py 'echo go; exec cat' go 'abc\n\004'
	[ "$status" = 0 ]
	[ "$output" = "b'go\r\nabc\r\nabc\r\n'" ]
	run timeout 20 python3 person.py 'trap "echo INT; exit 3" INT; echo go; while :; do sleep 0.02; done' go '\003'
	[ "$status" = 3 ]
	[ "$output" = "b'go\r\n^CINT\r\n'" ]
}
