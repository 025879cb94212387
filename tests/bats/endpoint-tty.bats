# tty: serial lines; one half of a pseudo-terminal is the serial line of these tests.
load helpers

# The far side of the line, which plays back what it gets, or runs a program: line OTHER...
line() {
	start far "$IPCWIRE" pty,link=line,hold "$@"
	wait_for_file line
}

@test "tty: bytes both ways, nothing echoed or changed" {
	line pipe
	python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)) * 100)' >in
	timeout 20 "$IPCWIRE" - tty:line,readbytes=25600 <in >out
	same in out
}

@test "tty: what it prints is captured although nothing is sent" {
	line exec:'echo from the line'
	timeout 20 "$IPCWIRE" -u tty:line,readbytes=14 - </dev/null >out
	[ "$(cat out)" = 'from the line' ]
	start far2 "$IPCWIRE" pty,link=line2 exec:'echo from the line'
	wait_for_file line2
	timeout 20 "$IPCWIRE" tty:line2 - </dev/null >out
	[ "$(cat out)" = 'from the line' ]
}

@test "tty: the modes are raw, or what the options say, while it runs, and those that were found afterwards" {
	line exec:'sleep 60'
	exec 9<>line
	stty -F line sane 19200 intr ^X
	before=$(stty -g -F line)
	start a "$IPCWIRE" -d -u tty:line,b115200 -
	wait_for_line a.err 'is open at 115200 baud'
	stty -a -F line >modes
	grep -q 'speed 115200 baud' modes
	grep -qw -e -icanon modes
	grep -qw -e -echo modes
	grep -qw -e -opost modes
	kill -TERM "$a_pid"
	wait_for_exit "$a_pid"
	[ "$(stty -g -F line)" = "$before" ]
	start b "$IPCWIRE" -d -u tty:line,sane,baud=31250,flow=soft,echo=no,eof=^X,min=0 -
	wait_for_line b.err 'is open at 31250 baud'
	stty -a -F line >modes
	grep -qw icanon modes
	grep -qw ixoff modes
	grep -qw -e -echo modes
	grep -q 'eof = ^X' modes
	kill -TERM "$b_pid"
	wait_for_exit "$b_pid"
	[ "$(stty -g -F line)" = "$before" ]
	exec 9>&-
}

@test "tty: raw=no leaves the modes alone" {
	line exec:'sleep 60'
	exec 9<>line
	stty -F line sane
	start a "$IPCWIRE" -d -u tty:line,raw=no -
	wait_for_line a.err 'is open at'
	stty -a -F line | grep -qw icanon
	exec 9>&-
}

@test "tty: lock= keeps a second one away; a stale file is replaced, a strange one is not" {
	line exec:'sleep 60'
	mkdir locks
	name=$(readlink line)
	file=locks/LCK..${name#/dev/}
	file=locks/$(tr / _ <<<"${file#locks/}")
	start a "$IPCWIRE" -d -u tty:line,lock=./locks -
	wait_for_line a.err 'is open at'
	[ "$(cat "$file")" = "$(printf '%10d' "$a_pid")" ]
	wire 1 -u tty:line,lock=./locks -
	grep -qE 'the device is in use: (process [0-9]+ has it|another program has it \(flock)' err
	kill -TERM "$a_pid"
	wait_for_exit "$a_pid"
	[ ! -e "$file" ]
	# Of a process that is gone.
	sh -c 'exit 0' & gone=$!
	wait "$gone"
	printf '%10d\n' "$gone" >"$file"
	start b "$IPCWIRE" -d -u tty:line,lock=./locks -
	wait_for_line b.err 'is open at'
	[ "$(cat "$file")" = "$(printf '%10d' "$b_pid")" ]
	kill -TERM "$b_pid"
	wait_for_exit "$b_pid"
	# Of one that lives.
	printf '%10d\n' "$$" >"$file"
	wire 1 -u tty:line,lock=./locks -
	grep -q "the device is in use: process $$ has it (./$file)" err
	[ -e "$file" ]
	: >"$file"
	wire 1 -u tty:line,lock=./locks -
	grep -q 'another program has it' err
	wire 1 -u tty:line,lock=./none -
	grep -q 'cannot make the lock file' err
	[ "$(find locks -type f | wc -l)" = 1 ]
}

@test "tty: exclusive keeps everybody else away but root" {
	line exec:'sleep 60'
	start a "$IPCWIRE" -d -u tty:line,exclusive -
	wait_for_line a.err 'is open at'
	[ "$(id -u)" = 0 ] || {
		wire 1 -u tty:line -
		grep -q 'the device is in use' err
		return 0
	}
	chmod 666 "$(readlink line)"
	chmod 755 .
	run setpriv --reuid=65534 --clear-groups --inh-caps=-all bash -c 'exec 9<>"$1"' - "$(readlink line)"
	[[ $output == *busy* ]]
	kill -TERM "$a_pid"
	wait_for_exit "$a_pid"
	setpriv --reuid=65534 --clear-groups --inh-caps=-all bash -c 'exec 9<>"$1"' - "$(readlink line)"
}

@test "tty: a device that is missing, is none, has no modem lines, or no low latency" {
	wire 1 - tty:/dev/no-such-line </dev/null
	grep -q 'tty:/dev/no-such-line: no such device; retry=forever waits until it is there' err
	wire 1 - tty:/dev/null </dev/null
	grep -q 'that is no terminal' err
	echo x >file
	wire 1 - tty:file </dev/null
	grep -q 'that is no terminal (file:file takes files and other devices)' err
	line exec:'sleep 60'
	wire 1 - tty:line,low-latency </dev/null
	grep -q 'has no low-latency' err
	wire 1 - tty:line,dtr=no </dev/null
	grep -q 'cannot set the modem line DTR' err
	wire 2 - tty:line,lock=maybe </dev/null
	grep -q 'lock= is auto, yes, no or a directory' err
	wire 2 - tty:line,cs9 </dev/null
	grep -q 'csize must be 5 to 8' err
}

@test "tty: an adapter that goes and comes back is opened again" {
	mkfifo go
	exec 8<>go
	start near "$IPCWIRE" -d tty:line,retry=forever,restart,delay=20ms,max-delay=50ms exec:'cat -u' </dev/null
	for n in 1 2 3; do
		start far$n "$IPCWIRE" pty,link=line,hold text:"hello $n!!create:got$n"
		until_true 10 grep -qs "hello $n" got$n
		kill -TERM "$pid"
		wait_for_exit "$pid"
	done
	run ! is_over "$near_pid"
	exec 8>&-
}

@test "tty: to a terminal that is only written, or in A!!B" {
	line pipe
	echo hello >in
	timeout 20 "$IPCWIRE" 'file:in!!create:out' tty:line,readbytes=6
	same in out
}

@test "file: a terminal that is a file takes modes, too, and gets back those it had; nothing else does" {
	line pipe
	exec 9<>line
	stty -F line sane
	before=$(stty -g -F line)
	start a "$IPCWIRE" -u file:line,b57600,raw,echo=0 create:got
	until_true 10 eval 'stty -a -F line | grep -q "speed 57600 baud"'
	stty -a -F line | grep -qw -e -icanon
	kill -TERM "$a_pid"
	wait_for_exit "$a_pid"
	[ "$(stty -g -F line)" = "$before" ]
	wire 0 -u text:hello file:line,raw
	[ "$(stty -g -F line)" = "$before" ]
	exec 9>&-
	echo x >file
	wire 1 -u file:file,raw -
	grep -q 'file:file,raw: raw is a mode of terminals, and that is none' err
}
