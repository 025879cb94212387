#!/usr/bin/env bats
# Memory errors and leaks where clients come and go: a server, a hub, a shared program, a tee.

load helpers

setup_test() {
	need valgrind python3 nc
	need_plain_build
}
# serve ARGUMENT...: ipcwire under memcheck; ADDRESS:@ becomes a listener on $port.
serve() {
	start server valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
		"$IPCWIRE" --drain 1s "$@"
	wait_for_port "$port" 60
}
stop() {
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid" 60
	cat server.err
	[ "$status" = 0 ]
}

@test "a server with clients that end, and such that are gone" {
	cat >clients.py <<-'END'
		import socket, struct, sys
		for i in range(12):
		    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
		    s.settimeout(60)
		    s.sendall(b"x" * 100000)
		    if i % 3 == 2:
		        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		    else:
		        s.shutdown(socket.SHUT_WR)
		        n = 0
		        while piece := s.recv(65536):
		            n += len(piece)
		        if n != 100000:
		            sys.exit(f"{n} bytes")
		    s.close()
	END
	for other in pipe exec:cat,via=pipe; do
		free_port
		serve "tcp-listen:$port,each" "$other"
		timeout 100 python3 clients.py "$port"
		stop
	done
}

@test "a hub, a shared program and a tee" {
	free_port
	serve --hub "tcp-listen:$port,slow=wait"
	[ "$(DEADLINE=60 timeout 100 python3 "$BATS_TEST_DIRNAME/hub.py" everybody "$port" 10 5)" = ok ]
	stop
	free_port
	mkfifo in
	serve --tee fifo:in null "tcp-listen:$port" create:made
	nc -d 127.0.0.1 "$port" >heard 3>&- &
	PIDS+=($!)
	exec 8<>in
	until_true 60 eval 'echo hello >&8; grep -q "^hello$" heard'
	exec 8>&-
	wait_for_exit "$server_pid" 60
	cat server.err
	[ "$status" = 0 ]
	free_port
	serve "tcp-listen:$port,share" exec:cat
	exec 7<>"/dev/tcp/127.0.0.1/$port"
	echo word >&7
	read -r -t 60 got <&7
	[ "$got" = word ]
	exec 7>&-
	stop
}
