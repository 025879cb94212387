#!/usr/bin/env bats
# scheme=threads:N of listeners with each: several loops that accept in parallel. Also run under ThreadSanitizer (make tsan).

load helpers
load schemes

# Tells first which process it is, then whatever it is told.
ECHO='sh -c "echo \$\$; exec cat"'

tasks() {
	find "/proc/$1/task" -mindepth 1 -maxdepth 1 | wc -l
}
# Threads that have done something since: all but the first have waited for events more than once.
busy_tasks() {
	awk '/^voluntary_ctxt_switches/ && $2 > 20 { n++ } END { print n + 0 }' /proc/"$1"/task/*/status
}

@test "200 clients at once, programs for all, several threads serve them, nothing is left" {
	serve scheme=threads:4 exec:"$ECHO"
	wait_for_line server.err 'served by 4 threads' # it listens before that
	[ "$(tasks "$server_pid")" -ge 5 ]
	clients "$port" 4
	before=$(fds "$server_pid")
	for _ in 1 2; do
		clients "$port" 200 >pids
		[ "$(sort -u pids | grep -c '^[0-9]')" = 200 ]
	done
	[ "$(busy_tasks "$server_pid")" -ge 3 ]
	until_true 20 no_children "$server_pid"
	until_true 10 has_fds "$server_pid" "$((before + 4))"
	until_true 10 eval '[ "$(grep -cE "\] .*: ended after .*; bytes forward [1-9]" server.err)" = 404 ]'
	[ "$(grep -oE '\[s[0-9]+\] tcp-listen.*: started: peer' server.err | cut -d ' ' -f 1 | sort -u | wc -l)" = 404 ]
	end_server
}

@test "without a program: echo, and upper case by a threading server behind it" {
	free_port
	upper=$port
	start upper python3 -c '
import socketserver, sys
class Upper(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"upper\n")
        for line in self.rfile:
            self.wfile.write(line.upper())
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128
Server(("127.0.0.1", int(sys.argv[1])), Upper).serve_forever()' "$upper"
	wait_for_port "$upper"
	serve scheme=threads:3 "tcp:localhost:$upper"
	clients "$port" 100 >firsts
	[ "$(grep -cx upper firsts)" = 100 ]
	end_server
	serve scheme=threads:3 pipe
	printf 'hello\n' | timeout 10 nc -N 127.0.0.1 "$port" >out
	[ "$(cat out)" = hello ]
	end_server
}

@test "UNIX, abstract and passed listening sockets" {
	start server "$IPCWIRE" unix-listen:s,each,scheme=threads exec:"$ECHO"
	wait_for_socket s
	clients s 40 >pids
	[ "$(sort -u pids | grep -c '^[0-9]')" = 40 ]
	end_server
	[ ! -e s ]
	start server "$IPCWIRE" "abstract-listen:threads-$$,each,scheme=threads:2" exec:"$ECHO"
	wait_for_socket "@threads-$$"
	clients "@threads-$$" 40 >pids
	[ "$(sort -u pids | grep -c '^[0-9]')" = 40 ]
	end_server
	free_port
	start server python3 -c '
import os, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
os.dup2(s.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])' "$port" "$IPCWIRE" fd-listen,each,scheme=threads:2 exec:"$ECHO"
	wait_for_port "$port"
	clients "$port" 40 >pids
	[ "$(sort -u pids | grep -c '^[0-9]')" = 40 ]
	end_server
}

@test "max= holds for all threads together, and who waits is served" {
	serve scheme=threads:4,max=3 exec:"$ECHO"
	clients "$port" 60 >pids
	[ "$(sort -u pids | grep -c '^[0-9]')" = 60 ]
	exec 5<>"/dev/tcp/127.0.0.1/$port" 6<>"/dev/tcp/127.0.0.1/$port" 7<>"/dev/tcp/127.0.0.1/$port" \
		8<>"/dev/tcp/127.0.0.1/$port"
	for fd in 5 6 7; do read -r -t 10 line <&$fd; done
	rc=0
	read -r -t 0.3 line <&8 || rc=$?
	((rc > 128))
	exec 6>&-
	read -r -t 10 line <&8
	exec 5>&- 7>&- 8>&-
	end_server
}

# The place of who has gone is free a little later.
is_served() {
	read -r -t 10 line <"/dev/tcp/127.0.0.1/$port"
}

@test "max= with over=refuse, rate= and max-per-ip= in all threads together" {
	serve scheme=threads:4,max=2,over=refuse exec:"$ECHO"
	exec 5<>"/dev/tcp/127.0.0.1/$port" 6<>"/dev/tcp/127.0.0.1/$port"
	read -r -t 10 line <&5
	read -r -t 10 line <&6
	exec 7<>"/dev/tcp/127.0.0.1/$port"
	rc=0
	read -r -t 10 line <&7 || rc=$?
	[ "$rc" = 1 ]
	exec 5>&- 6>&- 7>&-
	until_true "$DEADLINE" is_served
	end_server
	serve scheme=threads:4,max-per-ip=2,over=refuse exec:"$ECHO"
	exec 5<>"/dev/tcp/127.0.0.1/$port" 6<>"/dev/tcp/127.0.0.1/$port"
	read -r -t 10 line <&5
	read -r -t 10 line <&6
	exec 7<>"/dev/tcp/127.0.0.1/$port"
	rc=0
	read -r -t 10 line <&7 || rc=$?
	[ "$rc" = 1 ]
	exec 5>&- 6>&- 7>&-
	end_server
	serve scheme=threads:4,rate=20/1s exec:"$ECHO"
	begin=$(now_ms)
	clients "$port" 40 >pids
	(($(now_ms) - begin >= 800))
	[ "$(sort -u pids | grep -c '^[0-9]')" = 40 ]
	end_server
}

@test "TERM lets the sessions of all threads go on, a second one ends them, and nobody is left" {
	serve scheme=threads:3 exec:"$ECHO"
	exec 6<>"/dev/tcp/127.0.0.1/$port" 7<>"/dev/tcp/127.0.0.1/$port" 8<>"/dev/tcp/127.0.0.1/$port"
	for fd in 6 7 8; do read -r -t 10 line <&$fd; done
	kill -TERM "$server_pid"
	until_true 10 eval '! is_listening "$port"'
	for fd in 6 7 8; do
		echo two >&$fd
		read -r -t 10 line <&$fd
		[ "$line" = two ]
	done
	exec 6>&-
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid" 10
	[ "$status" = 0 ]
	exec 7>&- 8>&-
	no_survivors
}

@test "INT ends all at once, KILL leaves no program" {
	serve scheme=threads:2 exec:"$ECHO"
	exec 7<>"/dev/tcp/127.0.0.1/$port" 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t 10 line <&7
	read -r -t 10 line <&8
	kill -INT "$server_pid"
	wait_for_exit "$server_pid" 10
	[ "$status" = 130 ]
	exec 7>&- 8>&-
	no_survivors
	serve scheme=threads:2 exec:"$ECHO"
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t 10 line <&8
	kill -KILL "$server_pid"
	wait_for_exit "$server_pid"
	until_true 10 no_survivors
	exec 8>&-
}

@test "--drain ends sessions that go on" {
	free_port
	start server "$IPCWIRE" -d --drain=300ms "tcp-listen:$port,each,scheme=threads:2" exec:"$ECHO"
	wait_for_port "$port"
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t 10 line <&8
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	grep -q 'the server ends' server.err
	exec 8>&-
}

@test "USR1 under load lists the sessions of all threads, --stats adds them up, the dump stays whole" {
	free_port
	start server "$IPCWIRE" --stats=json -v -r copied "tcp-listen:$port,each,scheme=threads:3" exec:"$ECHO"
	wait_for_port "$port"
	exec 6<>"/dev/tcp/127.0.0.1/$port" 7<>"/dev/tcp/127.0.0.1/$port" 8<>"/dev/tcp/127.0.0.1/$port"
	for fd in 6 7 8; do
		read -r -t 10 line <&$fd
		echo "hello $fd" >&$fd
		read -r -t 10 line <&$fd
	done
	clients "$port" 20 >/dev/null &
	crowd=$!
	for _ in {1..20}; do kill -USR1 "$server_pid"; done
	wait "$crowd"
	has_told() { kill -USR1 "$server_pid" && grep -q '^ipcwire: 3 sessions now, 23 since the start' server.err; }
	until_true "$DEADLINE" has_told # the last ones of the crowd may still be ending
	for s in s1 s2 s3; do wait_for_line server.err "^$s +running +127.0.0.1:"; done
	exec 6>&- 7>&- 8>&-
	end_server
	grep -q '"sessions":23,' server.err
	[ "$(grep -c '^hello [678]$' copied)" = 3 ]
	size=$(stat -c %s copied)
	grep -q "\"forward\":{\"bytes\":$size," server.err
}

@test "messages of many threads are whole lines, and a reader that is slow loses no session" {
	free_port
	mkfifo messages
	exec 9<>messages
	START_INPUT=/dev/null start server sh -c 'exec "$@" 2>messages' sh \
		"$IPCWIRE" -d "tcp-listen:$port,each,scheme=threads:4" exec:"$ECHO"
	wait_for_port "$port"
	clients "$port" 150 >/dev/null
	timeout 20 cat <&9 >messages.read &
	reader=$!
	until_true 20 eval '[ "$(grep -c "ended after" messages.read)" = 150 ]'
	grep -v '^ipcwire: ' messages.read && return 1
	kill "$reader"
	end_server
	exec 9>&-
}

@test "a program that is not there costs each client, not the server; users, buffers and log files work in threads" {
	mkdir bin
	printf '#!/bin/sh\necho "$$"; exec cat\n' >bin/prog
	chmod +x bin/prog
	free_port
	start server "$IPCWIRE" --log-file=log "tcp-listen:$port,each,scheme=threads:2" exec:prog,path="$PWD/bin:$PATH",su=root,login
	wait_for_port "$port"
	clients "$port" 20 >pids
	[ "$(sort -u pids | grep -c '^[0-9]')" = 20 ]
	mv bin/prog bin/gone
	clients "$port" 5 >/dev/null 2>&1 && return 1
	wait_for_line log "program 'prog' not found"
	mv log old
	kill -HUP "$server_pid"
	wait_for_file log
	mv bin/gone bin/prog
	clients "$port" 20 >pids
	end_server
}

@test "as process 1 of a container: programs of the threads are followed, strangers are reaped" {
	unshare --user --map-root-user --pid --fork true 2>/dev/null || skip 'optional: no namespaces'
	free_port
	start server unshare --user --map-root-user --pid --fork --kill-child=TERM \
		"$IPCWIRE" -d "tcp-listen:$port,each,scheme=threads:3" exec:'sh -c "(sleep 0.05 &) ; echo \$\$; exec cat"'
	wait_for_port "$port"
	clients "$port" 100 >/dev/null
	until_true 10 eval '[ "$(grep -c "ended after" server.err)" = 100 ]'
	grep 'lost track' server.err && return 1
	inner=$(children "$server_pid")
	until_true 10 no_children "$inner"
	kill -TERM "$inner"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "threads that cannot be started are an error" {
	[ -x "$IPCWIRE_FAULTS" ] || skip "needs $IPCWIRE_FAULTS (make faults)"
	free_port
	rc=0
	IPCWIRE_FAULT=serve.thread:11:2 timeout 20 "$IPCWIRE_FAULTS" "tcp-listen:$port,each,scheme=threads:3" pipe 2>err || rc=$?
	[ "$rc" = 1 ]
	grep -q 'cannot start 3 threads: Resource temporarily unavailable' err
	grep -q '^fault: serve.thread hit' err
}

no_thread_has_a_timer() {
	local task
	for task in /proc/"$server_pid"/task/*; do
		has_no_timer "${task#/proc/}" || return 1
	done
}
switches() {
	cat /proc/"$server_pid"/task/*/status | awk '/^voluntary_ctxt/ { n += $2 } END { print n }'
}

@test "an idle server with threads does not wake up" {
	! nm "$IPCWIRE" | grep -q __tsan_init || skip 'optional: ThreadSanitizer has a thread of its own'
	serve scheme=threads:3 exec:"$ECHO"
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t 10 line <&8
	until_true 10 is_asleep "$server_pid"
	until_true "$DEADLINE" no_thread_has_a_timer # the watch looks once, after 2 s
	before=$(switches)
	timeout 2 tail -f /dev/null || true
	[ "$(switches)" = "$before" ]
	((before > 0))
	exec 8>&-
	end_server
}

@test "datagrams go to one thread after the other: max= holds, and their sessions are drained" {
	need python3
	free_port
	start server "$IPCWIRE" -d --drain=30s "udp-listen:127.0.0.1:$port,each,scheme=threads:3,max=3" exec:'sh -c "while read -r x; do echo \$\$ \$x; done"'
	wait_for_line server.err 'served by 3 threads'
	timeout 30 python3 -c '
import os, signal, socket, sys
def client():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(10); s.connect(("127.0.0.1", int(sys.argv[1])))
    return s
clients = [client() for _ in range(3)]
for n in range(100):
    for s in clients: s.send(b"%d\n" % n)
    answers = [s.recv(100).split() for s in clients]
    assert all(a[1] == b"%d" % n for a in answers) and len({a[0] for a in answers}) == 3, answers
one = client()
one.send(b"x\n")
one.settimeout(0.2)
try: sys.exit("answered: %r" % one.recv(100))
except TimeoutError: pass
os.kill(int(sys.argv[2]), signal.SIGTERM)
for s in clients:
    s.send(b"last\n")
    assert s.recv(100).split()[1] == b"last"
' "$port" "$server_pid" &
	wait_for_line server.err 'is refused: no more clients are taken now'
	wait $!
	kill -TERM "$server_pid" # a second one ends them
	wait_for_exit "$server_pid" && [ "$status" = 0 ]
}
