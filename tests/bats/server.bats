#!/usr/bin/env bats
# Listeners with each: many clients, and what is left of them.

load helpers

setup_test() {
	need python3
	cat >clients.py <<-'END'
		import socket, sys, threading
		port, count, mode = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
		bad = []
		def one(i):
		    try:
		        data = (b"%d " % i) * 2000
		        s = socket.create_connection(("127.0.0.1", port), 20)
		        s.settimeout(20)
		        s.sendall(data)
		        s.shutdown(socket.SHUT_WR)
		        got = b""
		        while True:
		            p = s.recv(65536)
		            if not p:
		                break
		            got += p
		        if got != data:
		            bad.append((i, len(got), len(data)))
		    except OSError as e:
		        bad.append((i, e))
		if mode == "parallel":
		    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
		    for t in threads: t.start()
		    for t in threads: t.join()
		else:
		    for i in range(count): one(i)
		print(len(bad), "bad", bad[:3])
		sys.exit(1 if bad else 0)
	END
}

# serve ADDRESS...: the server runs on $port; its pid in $server_pid.
serve() {
	free_port
	start server "$IPCWIRE" "tcp-listen:$port,each${1:+,$1}" "${@:2}"
	wait_for_port "$port"
}
clients() {
	timeout 60 python3 clients.py "$port" "$1" "$2"
}
fds() {
	find "/proc/$1/fd" -mindepth 1 | wc -l
}
has_fds() {
	[ "$(fds "$1")" -le "$2" ]
}
no_children() {
	[ -z "$(cat "/proc/$1/task/$1/children")" ]
}
switches() {
	awk '/^voluntary_ctxt_switches/ { print $2 }' "/proc/$1/status"
}

@test "50 clients at once, an echo by pipe and by program" {
	for other in pipe exec:cat exec:cat,via=pipe; do
		serve '' "$other"
		until_true 10 has_no_timer "$server_pid" # all that it opens for itself is open
		before=$(fds "$server_pid")
		clients 50 parallel
		until_true 10 no_children "$server_pid"
		until_true 10 has_fds "$server_pid" "$((before + 1))"
		kill -TERM "$server_pid"
		wait_for_exit "$server_pid"
		[ "$status" = 0 ] || [ "$status" = 143 ]
	done
}

@test "1,000 clients one after the other leave nothing" {
	serve '' exec:cat
	clients 1 sequential
	until_true 10 no_children "$server_pid"
	before=$(fds "$server_pid")
	clients 1000 sequential
	until_true 10 no_children "$server_pid"
	until_true 10 has_fds "$server_pid" "$before"
}

@test "max=: no more sessions at a time, the others wait and are served" {
	serve max=3 exec:'sh -c "echo x >>started; cat"'
	clients 20 parallel
	[ "$(wc -l <started)" = 20 ]
}

@test "nofile limit 20 with 40 clients: nothing spins, who comes later is served" {
	free_port
	start server bash -c 'ulimit -n 20; exec "$@"' bash "$IPCWIRE" "tcp-listen:$port,each" exec:cat
	wait_for_port "$port"
	clients 40 parallel # those for whom there is no descriptor wait
	until_true 10 no_children "$server_pid"
	clients 1 parallel
	ticks=$(awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$server_pid/stat")
	((ticks < 300))
}

@test "TERM: no new clients, those that are there are served" {
	serve '' exec:cat
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	echo one >&8
	read -r -t 10 line <&8
	[ "$line" = one ]
	kill -TERM "$server_pid"
	until_true 10 eval '! is_listening "$port"'
	echo two >&8
	read -r -t 10 line <&8
	[ "$line" = two ]
	exec 8>&-
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "an idle server does not wake up" {
	serve '' exec:cat
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	echo one >&8
	read -r -t 10 line <&8
	until_true 10 is_asleep "$server_pid"
	until_true 10 has_no_timer "$server_pid" # the watch looks once, after 2 s
	before=$(switches "$server_pid")
	timeout 2 tail -f /dev/null || true
	[ "$(switches "$server_pid")" -le "$before" ]
	exec 8>&-
}

@test "UNIX sockets: stale is replaced, alive is an error, what is no socket stays" {
	python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.bind("stale")'
	start server "$IPCWIRE" unix-listen:stale,each exec:cat
	wait_for_socket stale
	rc=0
	timeout 10 "$IPCWIRE" unix-listen:stale exec:cat 2>err || rc=$?
	[ "$rc" = 1 ]
	grep -q 'stale' err
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ ! -e stale ]
	echo precious >foreign
	rc=0
	timeout 10 "$IPCWIRE" unix-listen:foreign exec:cat 2>err || rc=$?
	[ "$rc" = 1 ]
	[ "$(cat foreign)" = precious ]
}
