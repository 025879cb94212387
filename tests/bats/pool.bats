#!/usr/bin/env bats
# pool=N: copies of the program that are started before their clients come.

load helpers

setup_test() {
	need python3 nc
}

# serve ADDRESS...: a server on $port.
serve() {
	free_port
	start server "$IPCWIRE" -d "tcp-listen:$port,each" "$@"
	wait_for_port "$port"
}
children() {
	tr ' ' '\n' <"/proc/$1/task/$1/children" | grep . | sort -n || true
}
# That many processes are there, and they are what they were started for.
has_copies() {
	local pid n=0
	for pid in $(children "$1"); do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = cat ] || return 1
		n=$((n + 1))
	done
	[ "$n" = "$2" ]
}
lacks_child() {
	! children "$server_pid" | grep -qx "$1"
}
ask() {
	printf '%s\n' "$1" | timeout 20 nc -N 127.0.0.1 "$port"
}
end_server() {
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
	no_survivors
}
# shellcheck disable=SC2016 # the program's own
COPY='sh -c "echo \$\$; exec cat"'

@test "copies are ready before clients come, the oldest is given first, and others take their place" {
	serve exec:"$COPY",pool=3
	until_true "$DEADLINE" has_copies "$server_pid" 3
	oldest=$(grep -oE 'started, process [0-9]+' server.err | head -n 1 | cut -d ' ' -f 3)
	[ "$(ask hello)" = "$oldest"$'\nhello' ]
	grep -q "\[s1\] exec:.*: from the pool, process $oldest" server.err
	until_true "$DEADLINE" has_copies "$server_pid" 3
	[ "$(grep -c 'started, process' server.err)" = 4 ]
	end_server
}

@test "60 clients at once and a pool of 4: all are served, 4 copies are left" {
	serve exec:"$COPY",pool=4
	cat >crowd.py <<-'END'
		import socket, sys, threading
		pids, bad = [], []
		def one(i):
		    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30) as s:
		        s.settimeout(30)
		        s.sendall(b"%d " % i * 3000)
		        s.shutdown(socket.SHUT_WR)
		        pid, _, rest = s.makefile("rb").read().partition(b"\n")
		    pids.append(pid)
		    if rest != b"%d " % i * 3000:
		        bad.append(i)
		threads = [threading.Thread(target=one, args=(i,)) for i in range(60)]
		for t in threads: t.start()
		for t in threads: t.join()
		print(len(set(pids)), len(bad))
	END
	[ "$(timeout 60 python3 crowd.py "$port")" = '60 0' ]
	until_true "$DEADLINE" has_copies "$server_pid" 4
	end_server
}

@test "a copy that dies before its client comes is replaced, and no client gets it" {
	serve exec:"$COPY",pool=2
	until_true "$DEADLINE" has_copies "$server_pid" 2
	read -r -d '' one two < <(children "$server_pid") || true
	kill -KILL "$one" "$two"
	until_true "$DEADLINE" is_over "$one"
	until_true "$DEADLINE" is_over "$two"
	[[ $(ask hello) =~ ^[0-9]+.hello$ ]]
	wait_for_line server.err 'a copy in the pool ended before a client came, exit status 137'
	until_true "$DEADLINE" lacks_child "$one"
	until_true "$DEADLINE" lacks_child "$two"
	until_true "$DEADLINE" has_copies "$server_pid" 2
	end_server
}

@test "a program that ends at once is not started over and over" {
	begin=$(now_ms)
	serve exec:'sh -c "echo x >>started; exit 3"',pool=2
	wait_for_file started
	until_true "$DEADLINE" eval '[ "$(wc -l <started)" -ge 4 ]'
	# Two at once, and then one each second.
	(($(now_ms) - begin >= 900))
	(($(wc -l <started) <= 2 + ($(now_ms) - begin) / 900 + 1))
	end_server
}

@test "one way only, and a program that buffers" {
	serve -u exec:'cat',pool=2 >/dev/null
	until_true "$DEADLINE" has_copies "$server_pid" 2
	ask 'to standard output'
	wait_for_line server.out '^to standard output$'
	end_server
	serve -U exec:"$COPY",pool=1
	[[ $(timeout 20 nc -d 127.0.0.1 "$port") =~ ^[0-9]+$ ]]
	end_server
	serve exec:"python3 -c 'import sys
for line in sys.stdin: print(line.upper(), end=\"\")'",pool=1,buffer=line
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	echo abc >&8
	read -r -t 20 line <&8
	[ "$line" = ABC ]
	exec 8>&-
	end_server
}

@test "max=1 and a pool: one after the other" {
	free_port
	start server "$IPCWIRE" "tcp-listen:$port,each,max=1" exec:"$COPY",pool=2
	wait_for_port "$port"
	exec 7<>"/dev/tcp/127.0.0.1/$port" 8<>"/dev/tcp/127.0.0.1/$port"
	read -r -t "$DEADLINE" one <&7
	rc=0
	read -r -t 0.3 two <&8 || rc=$?
	((rc > 128))
	exec 7>&-
	read -r -t "$DEADLINE" two <&8
	[ "$one" != "$two" ]
	exec 8>&-
	end_server
}

@test "copies die with a server that is killed, and those that ignore HUP and TERM at its end" {
	serve exec:"$COPY",pool=3
	until_true "$DEADLINE" has_copies "$server_pid" 3
	kill -KILL "$server_pid"
	wait_for_exit "$server_pid"
	until_true "$DEADLINE" no_survivors
	serve exec:'sh -c "trap \"\" HUP TERM; echo up >>up; exec sleep 100"',pool=2,kill-after=100ms
	until_true "$DEADLINE" eval '[ "$(wc -l <up)" = 2 ]'
	end_server
}
