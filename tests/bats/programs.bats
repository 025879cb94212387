#!/usr/bin/env bats
# Real programs behind listeners and on wires: what they hear and say, how they start and how they end.

load helpers

# over_both INPUT PATTERN COMMAND...: the program behind each on TCP and on a UNIX socket; nc asks.
over_both() {
	local input=$1 pattern=$2
	shift 2
	free_port
	rm -f sock
	start tcp "$IPCWIRE" "tcp-listen:$port,each" exec,stderr=merge -- "$@"
	start unix "$IPCWIRE" unix-listen:sock,each exec,stderr=merge -- "$@"
	wait_for_port "$port"
	wait_for_socket sock
	printf %b "$input" | timeout 60 nc -N 127.0.0.1 "$port" >tcp.got
	printf %b "$input" | timeout 60 socat -t 60 - UNIX-CONNECT:sock >unix.got
	grep -qE -e "$pattern" tcp.got
	grep -qE -e "$pattern" unix.got
}

@test "gdb -i=mi" {
	need gdb nc socat
	over_both '1-gdb-version\n2-gdb-exit\n' '^2\^exit' gdb -nx -i=mi
}

@test "python3 -i" {
	need python3 nc socat
	over_both 'print(6*7)\n' '42' python3 -i
}

@test "bc -q" {
	need bc nc socat
	over_both '6*7\n' '^42$' bc -q
}

@test "sqlite3" {
	need sqlite3 nc socat
	over_both 'select 6*7;\n' '^42$' sqlite3
}

@test "tclsh" {
	need tclsh nc socat
	over_both 'puts [expr 6*7]\n' '^42.?$' tclsh
}

@test "curl reads from a shell one-liner" {
	need curl
	free_port
	start server "$IPCWIRE" "tcp-listen:$port,each" \
		exec -- sh -c 'read -r l; printf "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"'
	wait_for_port "$port"
	[ "$(timeout 60 curl -sS "http://127.0.0.1:$port/")" = hello ]
}

@test "the program's status is ours" {
	wire 0 - -- true </dev/null
	wire 7 - -- sh -c 'exit 7' </dev/null
	wire 137 - -- sh -c 'kill -KILL $$' </dev/null
	wire 143 - -- sh -c 'kill -TERM $$' </dev/null
	wire 127 - -- ./missing </dev/null
	grep -q '^ipcwire: ' err
	touch plain
	wire 126 - -- ./plain </dev/null
	grep -q '^ipcwire: ' err
}

@test "--status first, last and worst" {
	wire 3 exec:'sh -c "exit 5"' exec:'sh -c "cat >/dev/null; exit 3"'
	wire 5 --status first exec:'sh -c "exit 5"' exec:'sh -c "cat >/dev/null; exit 3"'
	wire 5 --status worst exec:'sh -c "exit 5"' exec:'sh -c "cat >/dev/null; exit 3"'
}

@test "SIGPIPE because the reader ended is 0" {
	wire 0 --status worst exec:'cat /dev/zero' exec:'head -c 10'
	wire 0 --status first -u exec:'yes' exec:'head -n 1'
}

@test "INT, TERM and KILL leave no child" {
	for signal in INT TERM KILL; do
		mkfifo "$signal.hold"
		start relay "$IPCWIRE" stall exec:"sh -c 'echo \$\$ >$signal.pid; exec cat $signal.hold'"
		wait_for_line "$signal.pid" .
		kill -"$signal" "$relay_pid"
		wait_for_exit "$relay_pid"
		[ "$status" = $((128 + $(kill -l "$signal"))) ]
		until_true 10 is_over "$(cat "$signal.pid")"
	done
}

@test "stderr=merge, null, FILE, log and inherit" {
	wire 0 -U - exec:'sh -c "echo oops >&2"',stderr=merge </dev/null
	[ "$(cat out)" = oops ]
	wire 0 -U - exec:'sh -c "echo oops >&2"',stderr=null </dev/null
	[ ! -s out ] && [ ! -s err ]
	wire 0 -U - exec:'sh -c "echo oops >&2"',stderr=./file </dev/null
	[ "$(cat file)" = oops ]
	[ ! -s err ]
	wire 0 -U - exec:'sh -c "printf \"a\\033b\\n\" >&2"',stderr=log </dev/null
	grep -q '^ipcwire: .*a.*b' err
	run grep -q "$(printf '\033')" err
	[ "$status" = 1 ]
	wire 0 -U - exec:'sh -c "echo oops >&2"' </dev/null
	[ "$(cat err)" = oops ]
}

@test "env, clearenv, chdir, umask, nice, login" {
	mkdir place
	wire 0 -U -,queue=64k exec:env,clearenv,env=A=1,env=B=2 </dev/null
	[ "$(grep -c . out)" = 2 ]
	grep -qx A=1 out
	grep -qx B=2 out
	wire 0 -U - exec:pwd,chdir=place </dev/null
	[ "$(cat out)" = "$PWD/place" ]
	wire 0 -U - exec:'sh -c umask',umask=0027 </dev/null
	[ "$(cat out)" = 0027 ]
	wire 0 -U - exec:nice,nice=5 </dev/null
	[ "$(cat out)" = $(($(nice) + 5)) ]
	wire 0 -U - exec:'sh -c "echo $0"',login </dev/null
	wire 0 -U - exec:'cat /proc/self/cmdline',login </dev/null
	[ "$(head -c 4 out)" = -cat ]
}

@test "fdin and fdout" {
	echo hello | wire 0 - exec:'sh -c "cat <&3 >&4"',fdin=3,fdout=4
	[ "$(cat out)" = hello ]
}

@test "the child has descriptors 0 1 2, no blocked or ignored signals" {
	need python3
	cat >clean.py <<-'END'
		import os, signal, sys
		signal.pthread_sigmask(signal.SIG_SETMASK, [])
		signal.signal(signal.SIGHUP, signal.SIG_DFL)
		os.execv(sys.argv[1], sys.argv[1:])
	END
	for via in direct pipe socketpair; do
		wire 0 -U - exec:'sh -c "ls /proc/$$/fd; :"',via=$via </dev/null 9</dev/null
		[ "$(grep -cE '^[0-9]+$' out)" = 3 ]
		# The child gets back the mask that we were started with; shells may leave one behind when they fork.
		timeout 10 python3 clean.py "$IPCWIRE" -U - exec:'grep -E "^Sig(Blk|Ign)" /proc/self/status',via=$via \
			</dev/null >out
		cat out
		[ "$(grep -cE '^Sig(Blk|Ign):.0+$' out)" = 2 ]
	done
}

# in_terminal COMMAND: the shell's command with a terminal as its input and output; its status is ours.
in_terminal() {
	timeout 20 script -qec "$1" /dev/null </dev/null >out
}

@test "a program that ends itself by a signal is told so, also at a terminal" {
	local i rc
	for ((i = 0; i < 30; i++)); do
		rc=0
		in_terminal "'$IPCWIRE' -- sh -c 'kill -TERM \$\$'" || rc=$?
		[ "$rc" = 143 ]
	done
}

@test "a program that closes its output is waited for, also at a terminal" {
	local rc=0
	in_terminal "'$IPCWIRE' -- sh -c 'echo said; exec >&-; sleep 0.3; exit 3'" || rc=$?
	[ "$rc" = 3 ]
	grep -q said out
}
