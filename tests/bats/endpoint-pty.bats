# pty: a new pseudo-terminal whose other side somebody else opens.
load helpers

# Talks once on a terminal: sends a line, prints the one that comes back.
ask() {
	timeout 20 python3 -c '
import os, sys, tty
fd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
os.write(fd, sys.argv[2].encode() + b"\n")
got = b""
while not got.endswith(b"\n"):
    got += os.read(fd, 4096)
sys.stdout.write(got.decode())
' "$1" "$2"
}

@test "pty: a link that goes away at the end, the device's name in the log, for the owner alone" {
	start line "$IPCWIRE" -d pty,link=line exec:'tr a-z A-Z',buffer=line
	wait_for_line line.err "pty,link=line: the device is /dev/pts/[0-9]+, by the link 'line'"
	[[ $(readlink line) == /dev/pts/* ]]
	[ "$(stat -L -c %a line)" = 600 ]
	[ "$(ask line hello)" = HELLO ]
	wait_for_exit "$line_pid"
	[ "$status" = 0 ]
	[ ! -L line ]
}

@test "pty: mode=, user=, group= are the device's" {
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	start line "$IPCWIRE" pty,link=line,mode=664,user=1234,group=2345,hold pipe
	wait_for_file line
	[ "$(stat -L -c '%a %u %g' line)" = '664 1234 2345' ]
}

@test "pty: nothing is echoed or changed, every byte comes through both ways" {
	python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)) * 400)' >in
	start line "$IPCWIRE" pty,link=line,hold pipe
	wait_for_file line
	timeout 20 python3 - <<-'END'
		import os, select
		fd = os.open('line', os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
		data, got, sent = open('in', 'rb').read(), b'', 0
		while len(got) < len(data):
		    r, w, _ = select.select([fd], [fd] if sent < len(data) else [], [])
		    if r: got += os.read(fd, 65536)
		    if w: sent += os.write(fd, data[sent:sent + 4096])
		assert got == data
	END
}

@test "pty: with hold it stays when the other side leaves and comes again; without it that is the end" {
	start line "$IPCWIRE" pty,link=line,hold exec:'tr a-z A-Z',buffer=line
	wait_for_file line
	for word in one two three; do
		[ "$(ask line "$word")" = "${word^^}" ]
	done
	run ! is_over "$line_pid"
	start once "$IPCWIRE" pty,link=once pipe
	wait_for_file once
	[ "$(ask once one)" = one ]
	wait_for_exit "$once_pid" && [ "$status" = 0 ]
}

@test "pty: before anybody opens it there is no end, and what waits for the first reader arrives" {
	START_INPUT=/dev/stdin start line "$IPCWIRE" -u text:'what waits' pty,link=line
	wait_for_file line
	run ! is_over "$line_pid"
	[ "$(timeout 20 head -c 10 line)" = 'what waits' ]
	wait_for_exit "$line_pid" && [ "$status" = 0 ]
}

@test "pty: what nobody has read when the wire is stopped is told as lost" {
	start line "$IPCWIRE" -u text:'0123456789' pty,link=line
	wait_for_file line
	until_true "$DEADLINE" is_asleep "$line_pid" # so it has been written
	kill -TERM "$line_pid"
	wait_for_exit "$line_pid"
	wait_for_line line.err 'pty,link=line: 10 bytes did not arrive'
	[ ! -L line ]
}

@test "pty: wait-slave begins when the device is opened" {
	start line "$IPCWIRE" -d exec:'echo started' pty,link=line,wait-slave
	wait_for_file line
	run ! grep -q 'started, process' line.err
	[ "$(timeout 20 head -n 1 line)" = started ]
	wait_for_exit "$line_pid" && [ "$status" = 0 ]
}

@test "pty: link= replaces a link to a terminal that is gone, and nothing else" {
	ln -s /dev/pts/99999 line
	start line "$IPCWIRE" pty,link=line,hold pipe
	until_true 10 test -c line
	other=$(readlink line)
	wire 1 pty,link=line null
	grep -q "cannot make the link 'line': what stands there is no link to a terminal that is gone, and stays untouched" err
	[ "$(readlink line)" = "$other" ]
	echo precious >file
	wire 1 pty,link=file,unlink-early null
	[ "$(cat file)" = precious ]
	ln -s file elsewhere
	wire 1 pty,link=elsewhere null
	[ "$(cat elsewhere)" = precious ]
	wire 0 text: pty,link=elsewhere,unlink-early
	[ "$(cat file)" = precious ]
	wire 1 pty,link=no/such/dir null
	grep -q "cannot make the link 'no/such/dir'" err
}

@test "pty: a link that somebody else has taken meanwhile stays" {
	start line "$IPCWIRE" pty,link=line,hold pipe
	wait_for_file line
	rm line
	echo other >line
	kill -TERM "$line_pid"
	wait_for_exit "$line_pid"
	[ "$(cat line)" = other ]
}

@test "pty: modes and size by their options, restart= makes a new one under the same link" {
	start line "$IPCWIRE" -d pty,link=line,sane,echo=no,size=66x33,restart,delay=10ms pipe
	wait_for_file line
	stty -a -F line >out
	grep -q 'rows 33; columns 66' out
	grep -qw icanon out
	grep -qw -e -echo out
	# That was an opening and a last close.
	wait_for_line line.err 'is opened again in'
	until_true 10 eval '[ "$(grep -c "the device is" line.err)" = 2 ]'
	test -c line
}

@test "pty: a line of serial kind between two processes, a boot loader that asks" {
	cat >loader.sh <<-'END'
		printf 'U-Boot 2026\r\nHit any key: '
		read -r -n 1 key
		printf '\r\n=> '
		while read -r line; do
			[ "$line" != boot ] || { printf 'booting\r\n'; exit 0; }
			printf '%s?\r\n=> ' "$line"
		done
	END
	start line "$IPCWIRE" pty,link=line exec:'bash loader.sh'
	wait_for_file line
	timeout 20 python3 - >out <<-'END'
		import os
		fd = os.open('line', os.O_RDWR | os.O_NOCTTY)
		def until(text):
		    got = b''
		    while not got.endswith(text):
		        got += os.read(fd, 4096)
		    print(got)
		until(b'key: '); os.write(fd, b'x'); until(b'=> ')
		os.write(fd, b'help\n'); until(b'=> ')
		os.write(fd, b'boot\n'); until(b'booting\r\n')
	END
	grep -q "b'help?.r.n=> '" out
	wait_for_exit "$line_pid" && [ "$status" = 0 ]
}
