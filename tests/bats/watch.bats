#!/usr/bin/env bats
# The watch: which wires stand still for ever, and who is to blame; and those that only wait.
# run: early

load helpers

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	cat >ask.c <<-'END'
		#include <stdio.h>
		int main(void)
		{
			char name[99];
			for (int i = 1; i <= 3; i++) {
				printf("L%d name? ", i);
				if (!fgets(name, sizeof(name), stdin))
					return 1;
			}
			return 0;
		}
	END
	cat >answer.c <<-'END'
		#include <stdio.h>
		int main(void)
		{
			int c;
			while ((c = getchar()) != EOF)
				if (c == '?') {
					puts("bob");
					fflush(stdout);
				}
			return 0;
		}
	END
	# Says what it is given, flushed, then reads until the end.
	cat >say.py <<-'END'
		import sys
		sys.stdout.write(sys.argv[1])
		sys.stdout.flush()
		sys.stdin.read()
	END
	cc -o ask ask.c
	cc -o answer answer.c
	cc -static -o ask-static ask.c
	cp "$(command -v cat)" setuid-cat
	chmod u+s setuid-cat
	chmod o+rx "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/file "$BATS_FILE_TMPDIR"
}

setup_test() {
	export PATH=$BATS_FILE_TMPDIR:$PATH
	chmod o+rwx . && chmod o+rx ..
}

# Everyone there is to be: ourselves, and an ordinary user if we can become one.
everyone() {
	echo self
	[ "$(id -u)" != 0 ] || echo nobody
}

# become NAME: what is started with "${AS[@]}" runs as that user.
become() {
	AS=(env)
	[ "$1" = self ] || AS=(setpriv --reuid=65534 --regid=65534 --clear-groups)
}

# end_wire: ends what `start wire` started, whatever state its programs are in.
end_wire() {
	kill -TERM "$wire_pid" 2>/dev/null || true # it may have ended with its peer
	wait_for_exit "$wire_pid"
}

# stalls PATTERN ARGUMENT...: the watch says so, to everyone.
stalls() {
	local pattern=$1 as
	shift
	while read -r as; do
		become "$as"
		start wire "${AS[@]}" "$IPCWIRE" --watch=0.3 "$@"
		wait_for_line wire.err "^ipcwire: stall: .*$pattern"
		end_wire
		[ "$(grep -c stall: wire.err)" = 1 ]
	done < <(everyone)
}

# waits CLASS ARGUMENT...: it has looked twice if need be, and says nothing.
waits() {
	local class=$1 as
	shift
	while read -r as; do
		become "$as"
		start wire "${AS[@]}" "$IPCWIRE" -d -d --watch=0.2 "$@"
		wait_for_line wire.err "^ipcwire: watch: $class"
		[ "$class" != busy ] || until_true 20 has_looked_twice
		end_wire
		no_stall wire.err
	done < <(everyone)
}
no_stall() {
	run grep stall: "$1"
	[ "$status" = 1 ]
}
has_looked_twice() {
	[ "$(grep -c '^ipcwire: watch: busy' wire.err)" -ge 2 ]
}

# ---- deadlocks ----

@test "a prompt in a stdio buffer: the culprit, and the bytes" {
	stalls 'exec:ask \(pid [0-9]+\) is blocked reading its input, which is empty, and holds 9 unflushed bytes "L1 name\? " in its stdio buffer; exec:answer is blocked reading too\. Nothing can move unless a signal or timer wakes one of them\..* Likely remedy: exec:ask,buffer=line$' \
		exec:ask exec:answer
	stalls 'exec:ask \(pid [0-9]+\) .* holds 9 unflushed bytes' exec:answer exec:ask
}

@test "the same through pipes and through a socket pair" {
	stalls 'holds 9 unflushed bytes "L1 name\? ".* after 0 bytes from exec:ask,via=pipe and 0 bytes from exec:answer' \
		exec:ask,via=pipe exec:answer
	stalls 'exec:ask,via=socketpair \(pid [0-9]+\) .*holds 9 unflushed bytes "L1 name\? "' exec:ask,via=socketpair exec:answer
}

@test "words after --" {
	stalls 'Likely remedy: exec,buffer=line -- ask one two$' exec:answer -- ask one two
}

@test "a grandchild in a pipeline holds a line" {
	need python3
	stalls 'cut \(pid [0-9]+\) of exec:sh .* and holds 6 unflushed bytes "hello\\n" in its stdio buffer.*python3' \
		exec:"sh -c 'cut -b 1-9 | tr a b'" -- python3 "$BATS_FILE_TMPDIR/say.py" 'hello
'
}

@test "lua holds a prompt" {
	need lua
	stalls 'holds 9 unflushed bytes "L1 name\? "' exec:cat -- lua -e 'io.write("L1 name? ") io.read()'
}

@test "a static program is suspected, not accused" {
	stalls 'Probably exec:ask-static \(pid [0-9]+\) holds its output in a buffer that cannot be seen .*Likely remedy: exec:ask-static,buffer=line' \
		exec:ask-static exec:answer
}

@test "two Python programs are suspected" {
	need python3
	stalls 'Probably .*Python' exec:cat -- python3 -c 'print("name?"); import sys; sys.stdin.readline()'
}

@test "two writers fill both pipes" {
	need python3
	stalls 'exec:yes \(pid [0-9]+\) is blocked writing its output, which is full \(([0-9]+) of \1 bytes\); exec:yes is blocked writing too.*Likely remedy: exec:yes,queue=disk' \
		exec:yes exec:yes
	stalls 'is blocked writing its output, which is full \(65536 of 65536 bytes\).*after [0-9]+ bytes from exec:yes,via=pipe' \
		exec:yes,via=pipe exec:yes
	stalls 'writing too.*queue=disk' exec:yes -- python3 -c 'while True: print("y" * 100)'
}

@test "nobody speaks first" {
	stalls 'None holds output back: nobody speaks first\.$' exec:cat exec:cat
	stalls 'nobody speaks first' exec:cat,via=pipe exec:cat
	stalls 'nobody speaks first' exec:cat pipe
}

@test "an event loop that waits for its input" {
	need node
	stalls 'exec:node .* is blocked in epoll_p?wait on its input, which is empty' exec:cat -- node -e 'process.stdin.on("data", () => {})'
}

@test "a stopped program" {
	stalls "exec:sh .* \(pid ([0-9]+)\) is stopped by a signal; exec:cat .*Likely remedy: kill -CONT \1$" \
		exec:"sh -c 'kill -STOP \$\$'" exec:cat
}

@test "one writes, the other waits for a signal" {
	need python3
	stalls 'exec:yes \(pid [0-9]+\) is blocked writing its output, which is full .*; exec:python3 .* waits for a signal' \
		exec:yes -- python3 -c 'import signal; signal.pause()'
}

@test "a FIFO nobody opens" {
	stalls 'fifo:in: nobody has opened the FIFO for writing .*fifo:in,open-timeout=TIME$' fifo:in exec:cat
	stalls 'fifo:out: nobody has opened the FIFO for reading' exec:yes fifo:out
}

# peer PORT|unix CODE: a program with that TCP port, or the UNIX socket `s`; CODE talks to the connection c.
peer() {
	start peer "${AS[@]}" "$(PATH=/usr/bin:/bin command -v python3 || command -v python3)" -u -c "
import os, socket, sys, time
s = socket.socket(socket.AF_UNIX) if sys.argv[1] == 'unix' else socket.socket()
s.bind('s' if sys.argv[1] == 'unix' else ('127.0.0.1', int(sys.argv[1])))
s.listen()
if sys.argv[1] == 'unix': os.chmod('s', 0o777)
print('ready')
c = s.accept()[0]
s.close()
$2" "$1"
	wait_for_line peer.out ready || {
		cat peer.err
		return 1
	}
}
end_peer() {
	kill -TERM "$peer_pid" 2>/dev/null || true # it may have ended with its connection
	wait_for_exit "$peer_pid"
	rm -f s
}

@test "a socket's peer that does not read" {
	need python3
	while read -r as; do
		become "$as"
		peer unix 'while True: c.sendall(b"x" * 1000)'
		stalls_as 'exec:cat \(pid [0-9]+\) is blocked writing .*python3 \(pid [0-9]+\) behind unix:s is blocked writing too' unix:s exec:cat
		free_port
		peer "$port" 'while True: c.sendall(b"x" * 1000)'
		stalls_as 'exec:cat .* writing .*python3 \(pid [0-9]+\) behind tcp:127.0.0.1:[0-9]+ is blocked writing too' \
			"tcp:127.0.0.1:$port" exec:cat
	done < <(everyone)
}

@test "a socket's peer waits for what a program holds" {
	need python3
	while read -r as; do
		become "$as"
		for via in direct pipe; do
			peer unix 'c.recv(1)'
			stalls_as 'exec:ask,via=[a-z]* .* and holds 9 unflushed bytes "L1 name\? ".*python3 \(pid [0-9]+\) behind unix:s is blocked reading too' \
				unix:s exec:ask,via=$via
		done
	done < <(everyone)
}

# stalls_as PATTERN ARGUMENT...: the same beside a peer, as whoever we are.
stalls_as() {
	local pattern=$1
	shift
	start wire "${AS[@]}" "$IPCWIRE" --watch=0.3 "$@"
	wait_for_line wire.err "^ipcwire: stall: .*$pattern"
	end_peer
	end_wire
}

@test "in a session of a server" {
	start wire "$IPCWIRE" --watch=0.3 unix-listen:s,each exec:ask
	wait_for_socket s
	need python3
	start client python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.connect("s"); s.recv(1)'
	wait_for_line wire.err '^ipcwire: \[s1\] stall: exec:ask .*holds 9 unflushed'
	end_wire
}

# ---- what follows ----

@test "--watch=fail ends the run with 124, on what is proven only" {
	run timeout 20 "$IPCWIRE" --watch=0.2s,fail exec:ask exec:answer
	[ "$status" = 124 ]
	[[ $output == *'holds 9 unflushed'* && $output == *'--watch=fail'* ]]
	run timeout 20 "$IPCWIRE" --watch fail,0.2 fifo:in exec:cat
	[ "$status" = 124 ]
	start wire "$IPCWIRE" --watch=0.2,fail exec:ask-static exec:answer
	wait_for_line wire.err Probably
	until_true 20 has_no_timer "$wire_pid"
	end_wire
}

@test "--no-watch, and what is not a time" {
	start wire "$IPCWIRE" --no-watch exec:ask exec:answer
	until_true 20 has_no_timer "$wire_pid"
	end_wire
	[ ! -s wire.err ]
	run "$IPCWIRE" --watch=soon exec:ask exec:answer
	[ "$status" = 2 ]
	[[ $output == *'--no-watch turns it off'* ]]
}

@test "a stall is told once, and again when bytes have moved in between" {
	need python3
	cat >signalled.py <<-'END'
		import os, signal, sys
		signal.signal(signal.SIGUSR1, lambda *_: os.write(1, b"x\n"))
		open("pid", "w").write(str(os.getpid()))
		while os.read(0, 100):
		    pass
	END
	start wire "$IPCWIRE" --watch=0.2 exec:cat,via=pipe -- python3 signalled.py
	wait_for_line wire.err stall:
	until_true 20 has_no_timer "$wire_pid"
	kill -USR1 "$(cat pid)"
	until_true 20 has_told_twice
	end_wire
}
has_told_twice() {
	[ "$(grep -c stall: wire.err)" = 2 ]
}

@test "a long text is cut and escaped" {
	need lua
	stalls 'holds 300 unflushed bytes "\\"x\\033xxxxx.*x"\.\.\. in its stdio buffer' \
		exec:cat -- lua -e 'io.write("\"x\27" .. string.rep("x", 297)) io.read()'
}

# ---- no deadlocks ----

@test "a person at a prompt" {
	need python3
	cat >person.py <<-'END'
		import os, pty, sys
		pid, fd = pty.fork()
		if pid == 0:
		    os.dup2(os.open("person.err", os.O_WRONLY | os.O_CREAT, 0o666), 2)
		    os.execvp(sys.argv[1], sys.argv[1:])
		while os.read(fd, 100):
		    pass
	END
	for program in ask cat; do
		rm -f person.err
		start person python3 person.py "$IPCWIRE" -d -d --watch=0.2 - exec:$program
		wait_for_line person.err 'watch: waits for somebody outside'
		kill -TERM "$person_pid"
		wait_for_exit "$person_pid"
		no_stall person.err
	done
}

@test "input from outside" {
	mkfifo in
	chmod 666 in
	exec 7<>in
	START_INPUT=in waits 'waits for somebody outside' - exec:ask,via=pipe
	START_INPUT=in waits 'waits for somebody outside' - exec:cat
	exec 7>&-
}

@test "a program that sleeps, and one whose grandchild sleeps" {
	waits busy exec:'sleep 60' exec:cat
	waits busy exec:"sh -c 'sleep 60; :'" exec:cat
	waits busy exec:"sh -c 'sleep 60 & wait'" exec:cat,via=pipe
}

@test "a program that computes" {
	waits busy exec:'sh -c "while :; do :; done"' exec:answer
}

@test "a slow peer" {
	need python3
	while read -r as; do
		become "$as"
		peer unix 'c.recv(1); time.sleep(60)'
		start wire "${AS[@]}" "$IPCWIRE" -d -d --watch=0.2 unix:s exec:yes
		until_true 20 has_looked_twice
		end_peer
		end_wire
		no_stall wire.err
	done < <(everyone)
}

@test "tail -f" {
	: >log
	chmod 666 log
	waits 'waits for somebody outside' exec:'tail -f log' exec:cat
}

@test "a server without clients has no timer, an idle session has none when it was looked at" {
	need python3
	start wire "$IPCWIRE" -d -d --watch=0.2 unix-listen:s,each exec:cat,via=pipe
	wait_for_socket s
	until_true 20 has_no_timer "$wire_pid"
	start client python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.connect("s"); s.recv(1)'
	wait_for_line wire.err 'watch: waits for somebody outside'
	until_true 20 has_no_timer "$wire_pid"
	end_wire
	no_stall wire.err
}

@test "node with a timer, threads with time limits" {
	need node python3
	waits busy exec:cat -- node -e 'process.stdin.on("data", () => {}); setTimeout(() => {}, 100000)'
	waits busy exec:cat -- python3 -c 'import threading, sys
threading.Thread(target=threading.Event().wait, args=(60,), daemon=True).start()
sys.stdin.readline()'
}

@test "java" {
	need_heavy java javac
	cat >R.java <<-'END'
		public class R { public static void main(String[] a) throws Exception { System.in.read(); } }
	END
	javac R.java
	waits busy exec:cat -- java -cp "$PWD" R
}

@test "accept(2), poll(2) with a limit, an alarm by timer_create(2)" {
	need python3
	waits 'waits for somebody outside' exec:cat -- python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); s.accept()'
	waits busy exec:cat -- python3 -c 'import select; p = select.poll(); p.register(0); p.poll(60000)'
	waits busy exec:cat -- python3 -c 'import socket; s = socket.socketpair(); s[0].settimeout(60); s[0].recv(1)'
}

@test "somebody else has the other side of the pipe" {
	need python3
	cat >daemon.py <<-'END'
		import os, sys, time
		if os.fork() == 0:
		    os.setsid()
		    pid = os.fork()
		    if pid == 0:
		        time.sleep(60)
		    else:
		        open("pid", "w").write(str(pid))
		    os._exit(0)
		os.wait()
		sys.stdin.read()
	END
	start wire "$IPCWIRE" -d -d --watch=0.2 exec:cat -- python3 daemon.py
	wait_for_line wire.err 'watch: waits for somebody outside'
	kill -KILL "$(cat pid)"
	end_wire
	no_stall wire.err
}

@test "a set-uid program cannot be seen, and nothing is guessed" {
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	start wire setpriv --reuid=65534 --regid=65534 --clear-groups "$IPCWIRE" -d -d --watch=0.2 exec:setuid-cat exec:cat
	wait_for_line wire.err '^ipcwire: watch: cannot see what exec:setuid-cat \(pid [0-9]+\) waits for: permission denied'
	end_wire
	no_stall wire.err
}

# ---- on request ----

@test "SIGUSR1 tells what a wire waits for" {
	mkfifo in
	exec 7<>in
	START_INPUT=in start wire "$IPCWIRE" - exec:ask,via=pipe
	until_true 20 is_asleep "$wire_pid"
	until_true 20 tells_on_request
	end_wire
	exec 7>&-
}
tells_on_request() {
	kill -USR1 "$wire_pid"
	grep -q 'exec:ask,via=pipe (pid [0-9]*) is blocked reading its input, which is empty, and holds 9 unflushed bytes' wire.err
}
