#!/usr/bin/env bats
# Coming back: restart=, resume=, and a shared end that follows its clients (open=, close=).
# run: early

load helpers
bats_require_minimum_version 1.5.0

PEER=$BATS_TEST_DIRNAME/restarting_peer.py

# lines N: numbered lines of different lengths.
lines() {
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "line %d %s\n", i, substr("abcdefghijklmnopqrstuvwxyz", 1 + i % 26) }'
}

# client N PORT: a connection on descriptor N, kept by this shell.
client() {
	eval "exec $1<>/dev/tcp/127.0.0.1/$2"
}
# ask N TEXT: says it and prints the answer, one line.
ask() {
	local answer
	echo "$2" >&"$1"
	read -r -t "$DEADLINE" -u "$1" answer || return 1
	echo "$answer"
}

# A service for shared ends: a line for each line, and it says in `runs` that it ran.
service() {
	cat >service.sh <<-'EOF'
		echo start >>runs
		while IFS= read -r line; do
			[ "$line" != die ] || exit 7
			echo "to $line"
		done
		echo end >>runs
	EOF
}

@test "resume: a TCP peer that ends again and again gets everything, once and in order" {
	need python3
	free_port
	random_file sent 40M
	start peer python3 "$PEER" tcp "$port" got drain 2000000
	wait_for_port "$port"
	run -0 timeout 60 "$IPCWIRE" -q file:sent "tcp:127.0.0.1:$port,restart,resume,interval=10ms"
	until_true 20 cmp -s sent got
	[ -s got.1 ]
}

@test "resume: the same where the peer's side is not read (-u)" {
	need python3
	free_port
	random_file sent 20M
	start peer python3 "$PEER" tcp "$port" got drain 2000000
	wait_for_port "$port"
	run -0 timeout 60 "$IPCWIRE" -q -u file:sent "tcp:127.0.0.1:$port,restart,resume,interval=10ms"
	until_true 20 cmp -s sent got
}

@test "resume: a UNIX peer that ends again and again gets everything, once and in order" {
	need python3
	random_file sent 20M
	start peer python3 "$PEER" unix sock got drain 1000000
	wait_for_socket "$PWD/sock"
	run -0 timeout 60 "$IPCWIRE" -q file:sent unix:sock,restart,resume,interval=10ms
	until_true 20 cmp -s sent got
}

@test "resume: a TCP peer that is killed while it waits gets everything, once and in order" {
	need python3
	free_port
	start peer python3 "$PEER" tcp "$port" got kill
	wait_for_port "$port"
	mkfifo in
	START_INPUT=in start wire "$IPCWIRE" - "tcp:127.0.0.1:$port,restart,resume,interval=10ms"
	exec 5>in
	for i in 1 2 3 4 5 6 7 8; do
		echo "line $i" >&5
		until_true "$DEADLINE" grep -q "line $i" got
		# It is killed while the wire cannot know, and the next line goes to a connection that nobody has any more.
		kill -STOP "$wire_pid"
		kill -KILL "$(cat got.pid)"
		wait_for_port "$port"
		((i % 2)) || kill -CONT "$wire_pid"
		echo "next $i" >&5
		kill -CONT "$wire_pid"
		until_true "$DEADLINE" grep -q "next $i" got
	done
	exec 5>&-
	wait_for_exit "$wire_pid"
	[ "$status" = 0 ]
	wait_for_exit "$peer_pid"
	[ "$(cat got)" = "$(for i in 1 2 3 4 5 6 7 8; do echo "line $i"; echo "next $i"; done)" ]
}

@test "without resume what did not arrive is counted, status 1, and the new connection gets what is new" {
	need python3
	free_port
	random_file sent 30M
	start peer python3 "$PEER" tcp "$port" got reset 100000
	wait_for_port "$port"
	run --separate-stderr -1 timeout 60 "$IPCWIRE" file:sent "tcp:127.0.0.1:$port,restart,interval=10ms"
	wait_for_exit "$peer_pid"
	local lost
	lost=$(sed -n 's/.*: \([0-9]*\) bytes did not arrive (resume=yes keeps them.*/\1/p' <<<"$stderr")
	[ "$lost" -gt 0 ]
	# What the new connection got is the end of what was sent.
	tail -c "$(stat -c %s got.1)" sent >end
	same got.1 end
}

@test "buffer=line: the line that was not finished is sent again whole" {
	need python3
	free_port
	lines 60000 >sent
	start peer python3 "$PEER" tcp "$port" got drain 200000 # at most eight connections, each with a digit
	wait_for_port "$port"
	run -0 timeout 60 "$IPCWIRE" -q file:sent,buffer=line "tcp:127.0.0.1:$port,restart,resume,interval=10ms"
	until_true 20 grep -qs "$(tail -n 1 sent)" got
	# Every connection begins with a line, and whole lines are there once.
	find . -name 'got.*' -empty -delete
	for f in got.?; do
		[[ $(head -n 1 "$f") == line\ * ]]
	done
	for f in got.?; do
		[ -z "$(tail -c 1 "$f")" ] || sed -i '$d' "$f"
		cat "$f"
	done >whole
	same sent whole
}

@test "resume: a program that ends gets in its next run what it had not read" {
	seq 1 1000000 >sent
	run -0 timeout 60 "$IPCWIRE" -q --chain file:sent 'exec:head -c 500000,restart,resume,interval=1ms' create:got
	same sent got
}

@test "without resume what a program had not read is lost, counted, status 1" {
	seq 1 1000000 >sent
	run --separate-stderr -1 timeout 60 "$IPCWIRE" --chain file:sent 'exec:head -c 500000,restart,interval=1ms' create:got
	[[ $stderr == *'bytes did not arrive (resume=yes keeps them for the next time)'* ]]
}

@test "the status is that of the last run" {
	cat >five.sh <<-'EOF'
		n=0
		while [ $n -lt 5 ] && IFS= read -r l; do echo "$l"; n=$((n + 1)); done
		[ $n = 5 ] && exit 3
		exit 4
	EOF
	seq 1 22 >sent
	run --separate-stderr -4 timeout 20 "$IPCWIRE" --chain file:sent 'exec:sh five.sh,restart,resume,interval=10ms' -
	[ "$output" = "$(seq 1 22)" ]
	[[ $stderr == *"exec:sh five.sh,restart,resume,interval=10ms: ended (status 3); starts again in 10ms"* ]]
}

@test "restart=failure: a program that ends well has ended, one that fails starts again" {
	cat >third.sh <<-'EOF'
		echo run
		echo run >>runs
		[ "$(wc -l <runs)" -lt 3 ] && exit 1
		exit 0
	EOF
	run --separate-stderr -0 timeout 20 "$IPCWIRE" -u 'exec:sh third.sh,restart=failure,interval=10ms' -
	[ "$output" = $'run\nrun\nrun' ]
	[ "$(grep -c 'ended (status 1); starts again in 10ms' <<<"$stderr")" -ge 1 ]
}

@test "restart=failure: a connection that ends in good order has ended" {
	need python3
	free_port
	start server "$IPCWIRE" -u text:hello "tcp-listen:$port"
	wait_for_port "$port"
	run -0 timeout 20 "$IPCWIRE" -u "tcp:127.0.0.1:$port,restart=failure" -
	[ "$output" = hello ]
}

@test "restart=always: the end of what is read is not passed on" {
	free_port
	start server "$IPCWIRE" "tcp-listen:$port,each" text:one
	wait_for_port "$port"
	start wire "$IPCWIRE" -u "tcp:127.0.0.1:$port,restart,interval=20ms" -
	until_true 20 eval '[[ $(cat wire.out) == oneoneone* ]]'
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
	[ "$status" = 143 ]
}

@test "the delay grows while it ends at once, and a signal in between ends all at once" {
	start wire "$IPCWIRE" -d -u "exec:true,restart,delay=1500ms,max-delay=1700ms" - # who is up for longer begins with the first delay again
	until_true 20 eval '[ "$(grep -c "starts again in" wire.err)" -ge 3 ]'
	[ "$(sed -n 's/.*starts again in //p' wire.err | head -n 3 | paste -sd' ')" = '1.5s 1.7s 1.7s' ]
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
	[ "$status" = 143 ]
	start wire "$IPCWIRE" -u "exec:false,restart,delay=1h,max-delay=2h" -
	wait_for_line wire.err 'starts again in 1h'
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
	[ "$status" = 143 ]
}

@test "--timeout ends a wire whose end is away" {
	run --separate-stderr -124 timeout 20 "$IPCWIRE" --timeout 0.3 -u 'exec:false,restart,delay=1h,max-delay=2h' -
}

@test "retry= bounds the attempts of a coming back" {
	free_port
	start server "$IPCWIRE" -u text:x "tcp-listen:$port"
	wait_for_port "$port"
	run --separate-stderr -1 timeout 20 "$IPCWIRE" -u "tcp:127.0.0.1:$port,restart,retry=3,interval=10ms" -
	[ "$output" = x ]
	[[ $stderr == *'Connection refused'* ]]
}

@test "nothing is tried again when the first opening fails" {
	free_port
	run --separate-stderr -1 timeout 20 "$IPCWIRE" -u "tcp:127.0.0.1:$port,restart" -
	[[ $stderr == *'Connection refused'* ]]
}

@test "an idle wire whose connection is there has no timer" {
	free_port
	start server "$IPCWIRE" "tcp-listen:$port" stall
	wait_for_port "$port"
	mkfifo in
	START_INPUT=in start wire "$IPCWIRE" - "tcp:127.0.0.1:$port,restart,resume"
	exec 5>in
	echo hello >&5
	wait_for_exit_of_timer() { has_no_timer "$wire_pid"; }
	until_true "$DEADLINE" wait_for_exit_of_timer
	exec 5>&-
	kill "$server_pid" "$wire_pid"
	wait_for_exit "$wire_pid"
	wait_for_exit "$server_pid"
}

@test "a FIFO that we made stays while it is opened again, and is removed at the end" {
	start wire "$IPCWIRE" -d -u fifo:in,restart,interval=10ms -
	until_true "$DEADLINE" test -p in
	local inode
	# What is written before the old descriptor is closed is lost with that.
	is_open_again() { [ "$(grep -c 'waiting for a writer' wire.err)" = "$1" ]; }
	inode=$(stat -c %i in)
	for i in 1 2 3; do
		until_true "$DEADLINE" is_open_again "$i"
		echo "$i" >in
		until_true "$DEADLINE" grep -q "$i" wire.out
		[ "$(stat -c %i in)" = "$inode" ]
	done
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
	[ ! -e in ]
	[ "$(cat wire.out)" = $'1\n2\n3' ]
}

@test "a listener for one client takes the next when that has left" {
	free_port
	start wire "$IPCWIRE" -u "tcp-listen:$port,restart" -
	for i in 1 2 3; do
		wait_for_port "$port"
		"$IPCWIRE" -u text:"$i" "tcp:127.0.0.1:$port"
		until_true "$DEADLINE" grep -q "$i" wire.out
	done
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
	[ "$(cat wire.out)" = 123 ]
}

@test "names are resolved anew: the socket at a path may be another one" {
	start one "$IPCWIRE" -u text:one unix-listen:sock
	wait_for_socket "$PWD/sock"
	start wire "$IPCWIRE" -u unix:sock,restart,interval=20ms -
	wait_for_exit "$one_pid"
	until_true "$DEADLINE" grep -q one wire.out
	start two "$IPCWIRE" -u text:two unix-listen:sock
	until_true "$DEADLINE" grep -q two wire.out
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
	[ "$(cat wire.out)" = onetwo ]
}

@test "members of a hub stay while one end comes back" {
	local hub server
	free_port
	hub=$port
	free_port
	server=$port
	start one "$IPCWIRE" "tcp-listen:$server,each" pipe
	wait_for_port "$server"
	start hub "$IPCWIRE" -d --hub "tcp-listen:$hub" "tcp:127.0.0.1:$server,restart,interval=20ms"
	wait_for_port "$hub"
	client 5 "$hub"
	client 6 "$hub"
	wait_for_line hub.err '\[s1\].*joined'
	wait_for_line hub.err '\[s2\].*joined'
	[ "$(ask 5 hello)" = hello ]
	read -r -t "$DEADLINE" -u 6 line && [ "$line" = hello ]
	read -r -t "$DEADLINE" -u 6 line && [ "$line" = hello ]
	kill "$one_pid"
	wait_for_exit "$one_pid"
	wait_for_line hub.err 'is opened again'
	start two "$IPCWIRE" "tcp-listen:$server,each" pipe
	wait_for_port "$server"
	echo again >&5
	read -r -t "$DEADLINE" -u 6 line && [ "$line" = again ]
	read -r -t "$DEADLINE" -u 5 line && [ "$line" = again ]
	exec 5>&- 6>&-
}

@test "tee: the others are held, not lost, while one sink comes back" {
	need python3
	free_port
	random_file sent 10M
	start peer python3 "$PEER" tcp "$port" got drain 1000000
	wait_for_port "$port"
	run -0 timeout 60 "$IPCWIRE" -q --tee file:sent create:copy "tcp:127.0.0.1:$port,restart,resume,interval=10ms"
	until_true 20 cmp -s sent got
	same sent copy
}

@test "merge: lines stay whole when a source comes back" {
	cat >source.sh <<-'EOF'
		echo "$1 one"
		echo "$1 two"
	EOF
	start wire "$IPCWIRE" --merge 'exec:sh source.sh a,restart,interval=10ms' 'exec:sh source.sh b,restart,interval=15ms' -
	until_true 20 eval '[ "$(wc -l <wire.out)" -gt 40 ]'
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
	! grep -vE '^[ab] (one|two)$' wire.out || return 1
}

@test "share: a program that ends starts again, and the clients stay" {
	service
	free_port
	start wire "$IPCWIRE" "tcp-listen:$port,share" 'exec:sh service.sh,restart,interval=20ms'
	wait_for_port "$port"
	client 5 "$port"
	[ "$(ask 5 a)" = 'to a' ]
	echo die >&5
	wait_for_line wire.err 'ended \(status 7\); starts again in 20ms'
	[ "$(ask 5 b)" = 'to b' ]
	exec 5>&-
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
	[ "$status" = 0 ]
	[ "$(cat runs)" = $'start\nstart\nend' ]
}

@test "share=turns: who gets no answer is told of, and the others get theirs" {
	service
	free_port
	start wire "$IPCWIRE" "tcp-listen:$port,share=turns,lines=1" 'exec:sh service.sh,restart,interval=20ms'
	wait_for_port "$port"
	client 5 "$port"
	client 6 "$port"
	[ "$(ask 6 x)" = 'to x' ]
	echo die >&5
	wait_for_line wire.err '\[s[0-9]+\].*what it asked gets no answer'
	[ "$(ask 6 y)" = 'to y' ]
	[ "$(ask 5 z)" = 'to z' ]
	exec 5>&- 6>&-
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
}

@test "share: open=first and close=last: the shared end is there when somebody is" {
	service
	free_port
	start wire "$IPCWIRE" "tcp-listen:$port,share,open=first,close=last" 'exec:sh service.sh'
	wait_for_port "$port"
	[ ! -e runs ]
	client 5 "$port"
	[ "$(ask 5 a)" = 'to a' ]
	client 6 "$port"
	[ "$(ask 6 b)" = 'to b' ]
	[ "$(cat runs)" = start ]
	exec 5>&-
	echo c >&6
	exec 6>&-
	wait_for_line runs end
	# A client that only has nothing more to say gets its answer, and the end.
	[ "$(printf 'x\ny\n' | timeout 10 "$IPCWIRE" - "tcp:127.0.0.1:$port")" = $'to x\nto y' ]
	until_true "$DEADLINE" eval '[ "$(cat runs)" = "$(printf "start\nend\nstart\nend")" ]'
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
	[ "$status" = 0 ]
}

@test "share: close=last gives the ladder to a program that does not end" {
	cat >deaf.sh <<-'EOF'
		trap '' HUP
		echo start >>runs
		echo hello
		exec sleep 1000
	EOF
	free_port
	start wire "$IPCWIRE" "tcp-listen:$port,share,close=last" 'exec:sh deaf.sh,kill-after=50ms'
	wait_for_port "$port"
	for n in 1 2; do
		until_true "$DEADLINE" eval '[ "$(wc -l <runs)" = $n ]' || [ "$n" = 2 ]
		client 5 "$port"
		read -r -t "$DEADLINE" -u 5 line
		[ "$line" = hello ]
		exec 5>&-
	done
	kill "$wire_pid"
	wait_for_exit "$wire_pid"
	[ "$status" = 0 ]
}

@test "share: open=first with a connection, which comes back for the next client" {
	local server
	free_port
	server=$port
	free_port
	start wire "$IPCWIRE" -d "tcp-listen:$port,share,open=first,close=last" "tcp:127.0.0.1:$server,interval=20ms"
	wait_for_port "$port"
	start server "$IPCWIRE" "tcp-listen:$server,each" pipe
	wait_for_port "$server"
	for n in 1 2; do
		client 5 "$port"
		[ "$(ask 5 "$n")" = "$n" ]
		exec 5>&-
		until_true "$DEADLINE" eval '[ "$(grep -c "is closed: the last client" wire.err)" = $n ]'
	done
	[ "$(grep -c 'is opened: a client has come' wire.err)" = 2 ]
}

@test "--on-signal NAME=restart: a program and a connection begin anew, and lose nothing" {
	free_port
	for end in exec:"sh -c 'echo begins; while read line; do echo \"\$line\"; done; echo ends'",restart=failure,interval=10ms \
		"tcp:127.0.0.1:$port,restart=failure,interval=10ms"; do
		if [[ $end == tcp:* ]]; then
			start server "$IPCWIRE" "tcp-listen:$port,each" exec:"sh -c 'echo begins; while read line; do echo \"\$line\"; done; echo ends'"
			wait_for_port "$port"
		fi
		rm -f in out && mkfifo in
		start wire "$IPCWIRE" --on-signal USR2=restart 'fifo:in!!create:out' "$end"
		exec 7>in
		echo one >&7
		wait_for_line out '^one$'
		kill -USR2 "$wire_pid"
		wait_for_line out '^ends$'
		echo two >&7
		wait_for_line out '^two$'
		exec 7>&-
		wait_for_exit "$wire_pid"
		[ "$status" = 0 ]
		[ "$(tr '\n' ' ' <out)" = 'begins one ends begins two ends ' ]
	done
}

@test "--on-signal NAME=restart: a program that does not go gets its signals" {
	mkfifo in
	start wire "$IPCWIRE" -d --on-signal USR2=restart 'fifo:in!!create:out' \
		exec:"sh -c 'read line; echo \"\$line\"; exec sleep 1000'",restart,interval=10ms,kill-after=100ms
	exec 7>in
	echo one >&7
	wait_for_line out '^one$'
	kill -USR2 "$wire_pid"
	wait_for_line wire.err 'begin anew'
	echo two >&7
	wait_for_line out '^two$'
	kill -TERM "$wire_pid"
	wait_for_exit "$wire_pid"
	exec 7>&-
}

@test "what makes no sense is refused" {
	free_port
	run --separate-stderr -2 "$IPCWIRE" "tcp-listen:$port,each,restart" pipe
	[[ $stderr == *"'restart' on a listener that takes many clients"* ]]
	run --separate-stderr -2 "$IPCWIRE" - "tcp:localhost:$port,resume"
	[[ $stderr == *"'resume' without 'restart'"* ]]
	run --separate-stderr -2 "$IPCWIRE" "tcp-listen:$port,share=turns,lines=1" "tcp:localhost:$port,restart,resume"
	[[ $stderr == *"'resume' with share=turns"* ]]
	run --separate-stderr -2 "$IPCWIRE" --on-signal USR2=restart - exec:cat
	[[ $stderr == *"no end has 'restart'"* ]]
	run --separate-stderr -2 "$IPCWIRE" --on-signal USR2=restart "tcp-listen:$port,each" exec:cat,restart
	[[ $stderr == *'every client has a wire of its own'* ]]
	run --separate-stderr -2 "$IPCWIRE" "tcp-listen:$port,open=first" pipe
	[[ $stderr == *"'open' and 'close' without 'share'"* ]]
	run --separate-stderr -2 "$IPCWIRE" "tcp-listen:$port,share,close=last" -
	[[ $stderr == *'cannot be opened anew for the next client'* ]]
}
