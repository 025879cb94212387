#!/usr/bin/env bats
# scheme= of listeners with each: a process for every client.

load helpers
load schemes

# Tells first who its parent is, then whatever it is told.
ECHO='sh -c "echo \$PPID; exec cat"'

@test "fork: 200 clients at once, a process for each, nothing left" {
	serve scheme=fork exec:"$ECHO"
	clients "$port" 1
	before=$(fds "$server_pid")
	clients "$port" 200 >parents
	[ "$(sort -u parents | grep -c '^[0-9]')" = 200 ]
	until_true 20 no_children "$server_pid"
	until_true "$DEADLINE" has_fds "$server_pid" "$before"
	[ "$(grep -cE '\] .*: started: peer' server.err)" = 201 ]
	[ "$(grep -cE '\] .*: ended after .*; bytes forward [1-9]' server.err)" = 201 ]
	[ "$(grep -oE '\[s[0-9]+\] tcp-listen.*: started: peer' server.err | cut -d ' ' -f 1 | sort -u | wc -l)" = 201 ]
	end_server
}

@test "fork: UNIX, abstract and passed listening sockets" {
	start server "$IPCWIRE" unix-listen:s,each,scheme=fork exec:"$ECHO"
	wait_for_socket s
	clients s 20 >parents
	[ "$(sort -u parents | grep -c '^[0-9]')" = 20 ]
	end_server
	[ ! -e s ]
	start server "$IPCWIRE" "abstract-listen:schemes-$$,each,scheme=fork" exec:"$ECHO"
	wait_for_socket "@schemes-$$"
	clients "@schemes-$$" 20 >parents
	[ "$(sort -u parents | grep -c '^[0-9]')" = 20 ]
	end_server
	free_port
	start server python3 -c '
import os, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
os.dup2(s.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])' "$port" "$IPCWIRE" fd-listen,each,scheme=fork exec:"$ECHO"
	wait_for_port "$port"
	clients "$port" 20 >parents
	[ "$(sort -u parents | grep -c '^[0-9]')" = 20 ]
	end_server
}

@test "fork: without a program, echo and upper case by the other end's server" {
	free_port
	upper=$port
	start upper python3 -c '
import socketserver, sys
class Upper(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"upper\n")
        for line in self.rfile:
            self.wfile.write(line.upper())
class Server(socketserver.ForkingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128
    max_children = 128
Server(("127.0.0.1", int(sys.argv[1])), Upper).serve_forever()' "$upper"
	wait_for_port "$upper"
	serve scheme=fork "tcp:127.0.0.1:$upper"
	clients "$port" 60 >firsts
	[ "$(grep -cx upper firsts)" = 60 ]
	end_server
}

@test "fork: a session process that is killed hurts nobody else" {
	serve scheme=fork exec:"$ECHO"
	exec 7<>"/dev/tcp/127.0.0.1/$port" 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t "$DEADLINE" one <&7
	read -r -t "$DEADLINE" two <&8
	[ "$one" != "$two" ]
	kill -KILL "$one"
	rc=0
	read -r -t "$DEADLINE" line <&7 || rc=$?
	[ "$rc" = 1 ] # an end, not a timeout
	echo still >&8
	read -r -t "$DEADLINE" line <&8
	[ "$line" = still ]
	wait_for_line server.err 'the process of the session was killed by signal 9 \(Killed\)'
	wait_for_line server.err 'ended after .*its process was killed'
	clients "$port" 1
	until_true "$DEADLINE" has_children "$server_pid" 1
	exec 7>&- 8>&-
	end_server
}

# Its connection, its loop, its program, the pipes to that, and standard descriptors.
has_clean_fds() {
	find "/proc/$1/fd" -mindepth 1 -printf '%l\n' 2>/dev/null | awk '
		/^socket:/ { sockets++ } /eventpoll/ { polls++ } /pidfd/ { programs++ } /signalfd/ { signals++ }
		END { exit !(sockets == 1 && polls == 1 && programs == 1 && signals == 1 && NR <= 9) }'
}

@test "fork: a session process has its own connection and no other descriptor of the server" {
	serve scheme=fork exec:"sh -c 'echo \$PPID; exec cat'"
	exec 7<>"/dev/tcp/127.0.0.1/$port" 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t "$DEADLINE" one <&7
	read -r -t "$DEADLINE" two <&8
	until_true "$DEADLINE" has_clean_fds "$one"
	until_true "$DEADLINE" has_clean_fds "$two"
	exec 7>&- 8>&-
	end_server
}

@test "fork: rlimit-* bound the process of the session and its program" {
	serve scheme=fork,rlimit-nofile=48,rlimit-core=0:4k exec:"sh -c 'ulimit -n; cat /proc/\$PPID/limits'"
	exec 7<>"/dev/tcp/127.0.0.1/$port"
	timeout 20 cat <&7 >out
	exec 7>&-
	[ "$(head -n 1 out)" = 48 ]
	grep -qE '^Max open files +48 +48 ' out
	grep -qE '^Max core file size +0 +4096 ' out
	grep -qE '^Max open files +48 ' "/proc/$server_pid/limits" && return 1
	end_server
}

@test "fork: max= counts processes" {
	serve scheme=fork,max=3 exec:"sh -c 'echo \$PPID; ls | grep -c ^running >>most; cat'"
	clients "$port" 20 >parents
	[ "$(sort -u parents | grep -c '^[0-9]')" = 20 ]
	exec 5<>"/dev/tcp/127.0.0.1/$port" 6<>"/dev/tcp/127.0.0.1/$port" 7<>"/dev/tcp/127.0.0.1/$port" \
		8<>"/dev/tcp/127.0.0.1/$port"
	for fd in 5 6 7; do read -r -t "$DEADLINE" line <&$fd; done
	until_true "$DEADLINE" has_children "$server_pid" 3
	exec 6>&-
	read -r -t "$DEADLINE" line <&8
	until_true "$DEADLINE" has_children "$server_pid" 3
	exec 5>&- 7>&- 8>&-
	end_server
}

@test "fork: TERM lets the sessions go on, a second one ends them, and nobody is left" {
	serve scheme=fork exec:"$ECHO"
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t "$DEADLINE" one <&8
	kill -TERM "$server_pid"
	until_true "$DEADLINE" eval '! is_listening "$port"'
	echo two >&8
	read -r -t "$DEADLINE" line <&8
	[ "$line" = two ]
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	exec 8>&-
	until_true "$DEADLINE" is_over "$one"
	until_true "$DEADLINE" no_survivors
}

@test "fork: --drain ends sessions that go on, INT ends them at once" {
	free_port
	start server "$IPCWIRE" -d --drain=300ms "tcp-listen:$port,each,scheme=fork" exec:"$ECHO"
	wait_for_port "$port"
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t "$DEADLINE" one <&8
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	grep -q 'the server ends' server.err
	exec 8>&-
	serve scheme=fork exec:"$ECHO"
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t "$DEADLINE" one <&8
	kill -INT "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 130 ]
	exec 8>&-
	until_true "$DEADLINE" no_survivors
}

@test "fork: session processes and their programs die with a server that is killed" {
	serve scheme=fork exec:"$ECHO"
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t "$DEADLINE" one <&8
	kill -KILL "$server_pid"
	wait_for_exit "$server_pid"
	until_true "$DEADLINE" no_survivors
	exec 8>&-
}

@test "fork: a process that cannot be started costs one client, and is told" {
	[ -x "$IPCWIRE_FAULTS" ] || skip "needs $IPCWIRE_FAULTS (make faults)"
	free_port
	IPCWIRE_FAULT=serve.fork:11:2:30 start server "$IPCWIRE_FAULTS" "tcp-listen:$port,each,scheme=fork" exec:"$ECHO"
	wait_for_port "$port"
	clients "$port" 1
	clients "$port" 30 2>err >out && return 1
	grep -qx '30 bad .*' err
	clients "$port" 1
	end_server
	grep -q 'cannot start a process for a client: Resource temporarily unavailable' server.err
	[ "$(grep -c 'cannot start a process' server.err)" -lt 30 ] # one a second, however slow we are
	grep -q '^fault: serve.fork hit 32 times' server.err
}

@test "fork: --stats adds up what the processes moved, the dump and the copy have it all" {
	free_port
	start server "$IPCWIRE" --stats=json -v -r copied "tcp-listen:$port,each,scheme=fork" pipe
	wait_for_port "$port"
	for i in 1 2 3; do
		printf 'hello %s\n' "$i" | timeout 20 nc -N 127.0.0.1 "$port"
	done
	end_server
	grep -q '"sessions":3,' server.err
	grep -q '"forward":{"bytes":24,' server.err
	[ "$(sort copied | tr '\n' ' ')" = 'hello 1 hello 2 hello 3 ' ]
	[ "$(grep -c 'hello [123]' server.err)" -ge 3 ]
}

@test "fork: HUP opens the log file anew in the session processes, too" {
	free_port
	start server "$IPCWIRE" -d --log-file=log "tcp-listen:$port,each,scheme=fork" exec:"$ECHO"
	wait_for_port "$port"
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t "$DEADLINE" one <&8
	mv log old
	kill -HUP "$server_pid"
	wait_for_file log
	until_true "$DEADLINE" eval '[ "$(grep -c "log file opened again" log)" = 2 ]'
	exec 8>&-
	wait_for_line log 'ended after'
	end_server
}

@test "fork: USR1 lists the processes" {
	serve scheme=fork exec:"$ECHO"
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t "$DEADLINE" one <&8
	kill -USR1 "$server_pid"
	wait_for_line server.err "^s1 +process $one +127.0.0.1:"
	kill -USR1 "$one"
	wait_for_line server.err '^ipcwire: s1 +running +127.0.0.1:'
	exec 8>&-
	end_server
}

@test "--explain tells the scheme" {
	"$IPCWIRE" --explain tcp-listen:7000,each,scheme=fork exec:cat >out
	grep -qE 'tcp-listen:7000,each,scheme=fork .*each.* session, a process of its own$' out
	"$IPCWIRE" --explain=dot tcp-listen:7000,each,scheme=fork exec:cat >out
	grep -q 'label="for each client a session, a process of its own"' out
}

@test "fork: what the processes move is counted in the totals of the status socket" {
	free_port
	start server "$IPCWIRE" --status-socket=status "tcp-listen:$port,each,scheme=fork" exec:cat,via=pipe
	wait_for_port "$port"
	printf 'hello\n' | timeout 20 nc -N 127.0.0.1 "$port" >out
	printf 'hello\n' | timeout 20 nc -N 127.0.0.1 "$port" >>out
	until_true "$DEADLINE" no_children "$server_pid"
	printf 'metrics\n' | timeout 20 nc -NU status >metrics
	grep -qE '^ipcwire_bytes[a-z_]*\{direction="forward"\} 12$' metrics
	end_server
}
