# Dialogues with programs that were not made for it: each several times, at once one after the other, without a pause in any of them.
# DIALOGUE_TIMES is how often.
bats_require_minimum_version 1.5.0
load helpers

# repeatedly STATUS ARGUMENT...: as `wire`, so often.
repeatedly() {
	local i
	for ((i = 0; i < ${DIALOGUE_TIMES:-3}; i++)); do
		wire "$@" </dev/null || {
			echo "the $((i + 1)). time" >&2
			return 1
		}
	done
}

@test "a program that asks for a password, and throws away what was typed before" {
	cat >ask.py <<-'END'
		import getpass, sys
		for n in range(2):
		    if getpass.getpass('Password %d: ' % n) != 'sesame':
		        sys.exit('wrong')
		print('welcome')
	END
	PW=sesame repeatedly 0 -v exec:'python3 ask.py',pty --expect assword --send-env PW --expect assword --send-env PW \
		--expect welcome --expect-eof
	run ! grep sesame out err
	PW=other repeatedly 1 exec:'python3 ask.py',pty --expect assword --send-env PW --expect wrong
}

@test "passwords at a terminal that echoes: it is waited until that has ended" {
	cat >late.py <<-'END'
		import getpass, sys, time, termios
		sys.stdout.write('Password: ')
		sys.stdout.flush()
		time.sleep(0.05)
		new = termios.tcgetattr(0)
		new[3] &= ~termios.ECHO
		termios.tcsetattr(0, termios.TCSAFLUSH, new)
		print(input() == 'sesame')
	END
	PW=sesame repeatedly 0 exec:'python3 late.py',pty,echo --expect assword: --send-env PW --expect True
	run ! grep sesame out
	# Without echo from the beginning that cannot be seen; that the program reads can.
	PW=sesame repeatedly 0 exec:'python3 late.py',pty --expect assword: --send-env PW --expect True
}

@test "bc" {
	need bc
	repeatedly 0 exec:'bc -q',pty --send '6*7' --expect 42 --send '2^100' --expect 1267650600228229401496703205376 --send quit --expect-eof
	repeatedly 0 exec:'bc -q' --send 'scale=5' --send '1/3' --expect .33333
}

@test "sqlite3" {
	need sqlite3
	repeatedly 0 exec:sqlite3,pty --expect 'sqlite> ' --send 'create table t(x);' --expect 'sqlite> ' \
		--send 'insert into t values(6*7); select * from t;' --expect 42 --expect 'sqlite> ' --send .quit --expect-eof
}

@test "python3" {
	repeatedly 3 exec:'python3 -q -E',pty --expect '>>> ' --send 'x = 6 * 7' --expect '>>> ' --send 'print("x is", x)' \
		--expect 'x is 42' --expect '>>> ' --send 'raise SystemExit(3)' --expect-eof
}

@test "gdb" {
	need gdb
	repeatedly 0 exec:'gdb -q -nx',pty --expect '(gdb) ' --send 'print 6*7' --expect '$1 = 42' --expect '(gdb) ' \
		--send 'print $1 + 1' --expect '$2 = 43' --expect '(gdb) ' --send quit --expect-eof
}

@test "bash with bracketed paste, a coloured prompt and line editing" {
	printf '%s\n' 'PS1="\[\e[1;32m\]\u@here\[\e[0m\]:\[\e[34m\]\w\[\e[0m\]\$ "' 'bind "set enable-bracketed-paste on"' >rc
	repeatedly 5 exec:'bash --noprofile --rcfile rc -i',pty,term=xterm-256color --expect '/here:.*[$#] $/' \
		--send 'echo $((6*7)) is it' --expect '42 is it' --expect '/here:.*[$#] $/' --send 'cd /' --expect '/here:/[$#] $/' \
		--send 'exit 5' --expect-eof
}

@test "a boot loader on a serial line, which is interrupted in time" {
	cat >loader.py <<-'END'
		import os, select, sys, time, tty
		line, other = os.openpty()
		tty.setraw(other)
		os.symlink(os.ttyname(other), sys.argv[1])
		say = lambda text: os.write(line, text.encode())
		say('\r\nU-Boot 2023.01\r\n\r\nHit any key to stop autoboot:  ')
		for left in range(9, 0, -1):
		    say('\b\b%2d ' % left)
		    if select.select([line], [], [], 2)[0]:
		        break
		else:
		    sys.exit('booted')
		os.read(line, 1)
		text = b''
		while True:
		    say('\r\n=> ')
		    while not text.endswith(b'\r'):
		        byte = os.read(line, 1)
		        text += byte
		        os.write(line, byte)
		    command, text = text.strip(), b''
		    if command == b'version':
		        for piece in ('\r\nU-Boot ', '20', '23.01', ' (Jan 01)'):
		            say(piece)
		            time.sleep(0.002)
		    elif command == b'boot':
		        say('\r\nStarting kernel ...\r\n')
		        os.read(line, 1) # what nobody has read yet is lost when it is closed
		        break
	END
	local i
	for ((i = 0; i < ${DIALOGUE_TIMES:-3}; i++)); do
		rm -f line
		start loader python3 loader.py line
		wait_for_file line
		wire 0 ./line --expect 'stop autoboot' --send-raw ' ' --expect '/^=> $/' --send version \
			--expect '/U-Boot (\S+) \(/' --print 'found ${1}' --expect '=> ' --send boot --expect 'Starting kernel' --send-raw . --expect-eof
		grep -q 'found 2023.01' out
		wait_for_exit "$loader_pid"
		[ "$status" = 0 ]
	done
}

@test "a menu that redraws the screen for every key" {
	cat >menu.py <<-'END'
		import os, sys, termios, tty
		old = termios.tcgetattr(0)
		tty.setraw(0)
		at, items = 0, ['Install', 'Rescue', 'Shell']
		key = b''
		while key not in (b'\r', b'\n'):
		    os.write(1, b'\x1b[2J\x1b[H')
		    for i, item in enumerate(items):
		        mark = '\x1b[7m' if i == at else ''
		        os.write(1, ('\x1b[%d;3H%s%s %s\x1b[0m' % (i + 2, mark, '>' if i == at else ' ', item)).encode())
		    os.write(1, b'\x1b[10;1H')
		    key = os.read(0, 3)
		    if key == b'\x1b[B':
		        at += 1
		termios.tcsetattr(0, termios.TCSAFLUSH, old)
		print('\x1b[2Jchosen: %s' % items[at])
	END
	repeatedly 0 exec:'python3 menu.py',pty,term=xterm --expect '> Install' --key Down --expect '> Rescue' --key Down --expect '> Shell' \
		--key Enter --expect 'chosen: Shell' --expect-eof
}

@test "a program that asks after a while, which is never the same" {
	cat >slow.py <<-'END'
		import random, sys, time
		for i in range(3):
		    time.sleep(random.random() * float(sys.argv[1]))
		    if input('%d? ' % i) != 'answer %d' % i:
		        sys.exit('wrong')
		print('fine')
	END
	repeatedly 0 exec:"python3 -u slow.py ${DIALOGUE_PAUSE:-0.1}",pty --expect '0? ' --send 'answer 0' --expect '1? ' --send 'answer 1' \
		--expect '2? ' --send 'answer 2' --expect fine
}

@test "a child that ends between two steps" {
	repeatedly 123 system:'echo one; exit 3' --expect one --send x --expect two
	grep -q 'has exited with status 3' err
}

@test "a terminal that goes away" {
	cat >gone.py <<-'END'
		import os, sys, tty
		line, other = os.openpty()
		tty.setraw(other)
		os.symlink(os.ttyname(other), 'line')
		os.write(line, b'hello\n')
		os.read(line, 100)
	END
	start gone python3 gone.py
	wait_for_file line
	wire 123 ./line --expect hello --send bye --expect never
	grep -q 'the end of input came' err
	grep -qF 'received from ./line: "hello\n"' err
}
