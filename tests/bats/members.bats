#!/usr/bin/env bats
# Listeners whose clients are ends of one wire: in hub, tee, merge and chain, and with share=.

load helpers

# serve ARGUMENT...: a server in the background, listening on $port.
serve() {
	start server "$IPCWIRE" "$@"
}

members() {
	need python3
	python3 "$BATS_TEST_DIRNAME/members.py" "$@"
}

# drained: the server ends by SIGTERM, with status 0.
drained() {
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

# two_clients: descriptors 7 and 8 are clients, by FIFOs; what they hear is in one.out and two.out.
clients() {
	local name
	for name in "$@"; do
		mkfifo "$name.in"
		nc 127.0.0.1 "$port" <"$name.in" >"$name.out" 3>&- &
		PIDS+=($!)
	done
}

@test "hub: a line from any client reaches the others once, whole, in order" {
	free_port
	serve --drain 1s --hub "tcp-listen:$port"
	wait_for_port "$port"
	[ "$(members hub "$port" 20 200)" = ok ]
	drained
}

@test "hub: standard input takes part where - is written, and from names the sender" {
	free_port
	mkfifo in
	exec 9<>in
	START_INPUT=in serve --drain 1s --hub - "tcp-listen:$port,from"
	wait_for_port "$port"
	clients one
	exec 7>one.in
	echo hello >&7
	wait_for_line server.out '^127\.0\.0\.1:[0-9]+: hello$'
	echo back >&9
	wait_for_line one.out '^back$'
	exec 7>&- 9>&-
	drained
}

@test "hub: to-self hears itself" {
	free_port
	serve --drain 1s --hub "tcp-listen:$port,to-self"
	wait_for_port "$port"
	clients one
	exec 7>one.in
	echo echo >&7
	wait_for_line one.out '^echo$'
	exec 7>&-
	drained
}

@test "hub: a member that never reads is dropped from, the others get everything" {
	free_port
	serve --drain 1s --hub "tcp-listen:$port,slow=drop"
	wait_for_port "$port"
	[ "$(members slow "$port" drop)" = ok ]
	drained
	grep -q 'too slow, missed [0-9]* bytes' server.err
}

@test "hub: by default a member that never reads is closed" {
	free_port
	serve --drain 1s --hub "tcp-listen:$port"
	wait_for_port "$port"
	[ "$(members slow "$port" close)" = ok ]
	drained
	grep -q 'too slow, closed with [0-9]* bytes' server.err
}

@test "share: one program, everybody writes to it and everybody hears it" {
	free_port
	serve --drain 1s "tcp-listen:$port,share" exec:cat
	wait_for_port "$port"
	clients one two
	exec 7>one.in 8>two.in
	echo from one >&7
	wait_for_line one.out '^from one$'
	echo from two >&8
	wait_for_line one.out '^from two$'
	wait_for_line two.out '^from two$'
	exec 7>&- 8>&-
	drained
}

@test "share=turns: every answer to its asker, by number of lines" {
	need bc
	serve --drain 1s "unix-listen:$BATS_TEST_TMPDIR/s,share=turns,lines=1" exec:'bc -q'
	wait_for_socket "$BATS_TEST_TMPDIR/s"
	[ "$(members turns "$BATS_TEST_TMPDIR/s" 5 200)" = ok ]
	drained
}

@test "share=turns: a client that has asked all gets its answers, and the end" {
	need bc
	serve --drain 1s "unix-listen:$BATS_TEST_TMPDIR/s,share=turns,lines=1" exec:'bc -q'
	wait_for_socket "$BATS_TEST_TMPDIR/s"
	[ "$(printf '1 + 1\n2 + 2\n' | timeout 20 "$IPCWIRE" "unix:$BATS_TEST_TMPDIR/s")" = $'2\n4' ]
	[ "$(printf '3 + 3\n' | timeout 20 nc -N -U "$BATS_TEST_TMPDIR/s")" = 6 ]
	drained
}

@test "share=turns: by quiet, when the answer's length is not known" {
	need bc
	serve --drain 1s "unix-listen:$BATS_TEST_TMPDIR/s,share=turns,quiet=2s" exec:'bc -q'
	wait_for_socket "$BATS_TEST_TMPDIR/s"
	[ "$(members turns "$BATS_TEST_TMPDIR/s" 2 2)" = ok ]
	drained
}

@test "share=turns: by a prompt" {
	cat >ask <<-'END'
		printf '> '
		while read -r n; do
			i=1
			while [ "$i" -le "$n" ]; do echo "$n $i"; i=$((i + 1)); done
			printf '> '
		done
	END
	serve --drain 1s "unix-listen:$BATS_TEST_TMPDIR/s,share=turns,prompt=/^> \$/" exec:'sh ask'
	wait_for_socket "$BATS_TEST_TMPDIR/s"
	[ "$(members prompted "$BATS_TEST_TMPDIR/s")" = ok ]
	drained
}

@test "share=turns: every answer to its asker alone, while the shared end is closed and opened anew" {
	local end
	for end in exec:cat exec:cat,restart=always,delay=10ms; do
		serve --drain 1s "unix-listen:$BATS_TEST_TMPDIR/s,share=turns,lines=1,close=last" "$end"
		wait_for_socket "$BATS_TEST_TMPDIR/s"
		[ "$(members again "$BATS_TEST_TMPDIR/s" 20)" = ok ]
		drained
	done
}

@test "share=turns: how an answer ends is said there only, and by an expression that is one" {
	local word
	for word in lines=1 'prompt=/> $/' quiet=1s; do
		run --separate-stderr -2 "$IPCWIRE" --check "unix-listen:s,share,$word" pipe
		[[ $stderr == *"${word%%=*}= without 'share=turns'"* ]]
		run --separate-stderr -2 "$IPCWIRE" --check --hub "unix-listen:s,$word"
		[[ $stderr == *"${word%%=*}= without 'share=turns'"* ]]
		"$IPCWIRE" --check "unix-listen:s,share=turns,$word" pipe
	done
	run --separate-stderr -2 "$IPCWIRE" --check 'unix-listen:s,share=turns,prompt=/(/' pipe
	[[ $stderr == *'no regular expression: '*'regex(7)'* ]]
}

# all_is_read: nothing waits in the server's connections.
all_is_read() {
	local hex
	printf -v hex %04X "$port"
	! grep -qE "^ *[0-9]+: [0-9A-F]+:$hex [0-9A-F:]+ 01 [0-9A-F]+:0*[1-9A-F]" /proc/net/tcp
}

@test "share=first: only the first may write, then the next" {
	free_port
	serve -d --drain 1s "tcp-listen:$port,share=first" create:got
	wait_for_port "$port"
	clients one
	exec 7>one.in
	echo one >&7
	wait_for_line got '^one$'
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	wait_for_line server.err '\[s2\].*joined'
	echo unheard >&8
	until_true "$DEADLINE" all_is_read
	echo one again >&7
	wait_for_line got '^one again$'
	kill "${PIDS[1]}"
	exec 7>&-
	wait_for_line server.err '\[s2\].*may write now'
	echo two >&8
	wait_for_line got '^two$'
	[ "$(cat got)" = $'one\none again\ntwo' ]
	exec 8>&-
	drained
}

@test "share: the end of the shared program is the end for all" {
	free_port
	serve "tcp-listen:$port,share" exec:'sh -c "read x; echo bye; exit 3"'
	wait_for_port "$port"
	clients one two
	exec 7>one.in 8>two.in
	echo go >&7
	wait_for_line one.out '^bye$'
	wait_for_exit "$server_pid"
	[ "$status" = 3 ]
	exec 7>&- 8>&-
}

@test "tee: clients of a listener get what comes after they came; nothing is read before" {
	free_port
	seq 1000 >in
	serve --drain 1s --tee file:in "tcp-listen:$port"
	wait_for_port "$port"
	nc -d 127.0.0.1 "$port" >out 3>&-
	cmp in out
}

@test "merge: lines of all clients go to one file" {
	free_port
	serve --drain 5s --merge "tcp-listen:$port" create:got
	wait_for_port "$port"
	for i in 1 2 3 4; do
		seq -f "$i %.0f" 5000 | nc -N 127.0.0.1 "$port" 3>&- &
		jobs+=($!)
	done
	wait "${jobs[@]}"
	drained
	for i in 1 2 3 4; do
		grep "^$i " got | cmp - <(seq -f "$i %.0f" 5000)
	done
	[ "$(wc -l <got)" = 20000 ]
}

@test "SIGUSR1 prints the members" {
	free_port
	serve -d --drain 1s --hub "tcp-listen:$port"
	wait_for_port "$port"
	clients one two
	exec 7>one.in 8>two.in
	wait_for_line server.err '\[s1\].*joined'
	wait_for_line server.err '\[s2\].*joined'
	echo hello >&7
	wait_for_line two.out '^hello$'
	kill -USR1 "$server_pid"
	wait_for_line server.err 's1 .*127\.0\.0\.1:[0-9]+'
	wait_for_line server.err 's2 .*127\.0\.0\.1:[0-9]+'
	exec 7>&- 8>&-
	drained
}

@test "max= holds further members back until one leaves" {
	serve -d --drain 1s --hub "unix-listen:$BATS_TEST_TMPDIR/s,max=1"
	wait_for_socket "$BATS_TEST_TMPDIR/s"
	for name in one two; do
		mkfifo "$name.in"
		nc -U "$BATS_TEST_TMPDIR/s" <"$name.in" 3>&- &
		PIDS+=($!)
		exec {fd}>"$name.in"
		[ "$name" = two ] || wait_for_line server.err '\[s1\].*joined'
	done
	[ "$(grep -c joined server.err)" = 1 ]
	kill "${PIDS[1]}"
	wait_for_line server.err '\[s2\].*joined'
	kill "${PIDS[2]}"
	drained
}

@test "3,000 members that come and go leave no descriptor behind" {
	free_port
	serve --drain 1s --hub "tcp-listen:$port"
	wait_for_port "$port"
	before=$(find /proc/"$server_pid"/fd -mindepth 1 | wc -l)
	python3 - "$port" <<-'END'
		import socket, sys
		for i in range(3000):
		    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		    s.sendall(b"x\n")
		    s.close()
	END
	same_number() { [ "$(find /proc/"$server_pid"/fd -mindepth 1 | wc -l)" -le "$((before + 1))" ]; }
	until_true "$DEADLINE" same_number
	drained
}

@test "each and share exclude each other, and share has no place in a hub" {
	run "$IPCWIRE" tcp-listen:7000,each,share exec:cat
	[ "$status" = 2 ]
	[[ $output == *"'each' and 'share' at the same time"* ]]
	run "$IPCWIRE" --hub tcp-listen:7000,share -
	[ "$status" = 2 ]
	[[ $output == *"'share' with --hub"* ]]
}
