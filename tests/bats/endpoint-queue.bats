#!/usr/bin/env bats
# queue:PATH: a directory of messages, each for one reader.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

# put LINE...: each a message of the queue q.
put() { printf '%s\n' "$@" | iw queue:q; }

# in_queue PLACE N: so many messages are there.
in_queue() { [ "$(find "q/$1" -type f | wc -l)" = "$2" ]; }

# The parts that every worker of these tests is made of.
NOTE='read -r job; echo "$job $IPCWIRE_MSG_ATTEMPT" >>log;'

@test "lines go in and come out as messages, in order, from any writer" {
	put one '' two
	in_queue new 3
	printf 'three' | iw queue:q
	iw -u queue:q,until=empty - >out
	printf 'one\n\ntwo\nthree\n' | cmp - out
	in_queue new 0
	in_queue work 0
	[ "$(stat -c %a q)" = 700 ]
}

@test "messages of other kinds, and framed ones, are messages here, and come out as such" {
	need python3
	python3 -c '
import random, sys
random.seed(5)
for i in range(300):
    n = random.choice([0, 1, random.randrange(5000), 200000 if i % 50 == 0 else 7])
    sys.stdout.buffer.write(n.to_bytes(4, "big") + random.randbytes(n))' >in
	iw -u ./in,frame=len4 queue:q
	in_queue new 300
	iw -u queue:q,until=empty queue:other
	in_queue new 0
	in_queue work 0
	iw -u queue:other,until=empty -,frame=len4 >out
	same in out
	[ -z "$(find other -type f)" ]
	printf 'a\n\nb' | iw -,frame=line queue:q
	[ "$(iw -u queue:q,until=empty -,frame=nul | tr '\0' +)" = a++b+ ]
}

@test "a message is a file that people can read: one line about it, and itself" {
	put hello
	run cat q/new/*
	[[ ${lines[0]} =~ ^ipcwire-message\ 1\ length=0{19}6\ crc32c=[0-9a-f]{8}$ ]]
	[ "${lines[1]}" = hello ]
	[[ $(ls q/new) =~ ^[0-9]{10}\.[0-9]{9}-[0-9]+-[0-9]+,0$ ]]
	[ "$(stat -c %a q/new/*)" = 600 ]
}

@test "each message is the standard input of a run of the program; status 0 is its end" {
	put a b c
	iw queue:q,until=empty -- sh -c "$NOTE"
	[ "$(cat log)" = $'a 1\nb 1\nc 1' ]
	in_queue new 0
	in_queue work 0
	in_queue dead 0
}

@test "whole: whatever comes is one message, whatever is in it" {
	random_file in 300k
	iw -u ./in queue:q,whole
	in_queue new 1
	iw queue:q,until=empty -- sh -c 'cat >got; [ "$(wc -c <got)" = "$IPCWIRE_MSG_LENGTH" ]'
	same in got
	iw -u null queue:q,whole
	iw -u ./in queue:q,whole
	iw -u queue:q,whole,until=empty - >got
	same in got
}

@test "a failed message comes back after delay=, and after attempts= goes to dead/" {
	put good bad
	wire 1 -d queue:q,until=empty,attempts=3,delay=50ms -- sh -c "$NOTE"' [ "$job" = good ]'
	[ "$(sort log)" = $'bad 1\nbad 2\nbad 3\ngood 1' ]
	in_queue new 0
	in_queue dead 1
	grep -q 'failed in attempt 2, it is back' err
	grep -q 'failed in attempt 3, the last one: moved to dead/' err
	mv q/dead/* q/new/
	wire 0 queue:q,until=empty -- sh -c "$NOTE"
	grep -qx 'bad 4' log
}

@test "others go on while a failed message waits" {
	put bad good
	start reader "$IPCWIRE" queue:q,delay=1h -- sh -c "$NOTE"' [ "$job" = good ]'
	wait_for_line log '^good 1$'
	until_true 20 in_queue work 0
	in_queue new 1
	[ "$(cat log)" = $'bad 1\ngood 1' ]
	[ "$(find q/new -name "*,1,*.*" | wc -l)" = 1 ]
}

@test "the program learns of its message what the table says" {
	put x
	"$IPCWIRE" --list=all | awk -F '\t' '$1 == "client-variable" && $3 ~ /message/ { print $2 }' >names
	[ "$(wc -l <names)" -ge 4 ]
	id=$(ls q/new)
	iw queue:q,until=empty -- env >told
	while read -r name; do
		grep -qE "^$name=[[:graph:]]+$" told
	done <names
	grep -qx "IPCWIRE_MSG_ID=${id%,0}" told
	grep -qx IPCWIRE_MSG_LENGTH=2 told
	[ "$(grep -c ^TCP told)" = 0 ]
}

@test "jobs=N: so many at a time, and no more" {
	mkfifo gate1 gate2 gate3 gate4 gate5
	put 1 2 3 4 5
	: >log
	start reader "$IPCWIRE" queue:q,jobs=3,until=empty -- sh -c "$NOTE"' read -r go <gate$job'
	until_true 20 eval '[ "$(wc -l <log)" = 3 ]'
	in_queue work 3
	until_true 20 eval 'is_asleep "$reader_pid"'
	[ "$(wc -l <log)" = 3 ]
	for i in 1 2 3 4 5; do
		timeout 20 sh -c "echo go >gate$i"
	done
	wait_for_exit "$reader_pid"
	[ "$status" = 0 ]
	[ "$(sort log)" = $'1 1\n2 1\n3 1\n4 1\n5 1' ]
}

@test "a reader without a message is asleep, without a timer, and wakes when one comes" {
	start reader "$IPCWIRE" queue:q -- sh -c "$NOTE"
	until_true 20 eval 'is_at_rest "$reader_pid" && [ -d q/reply ]'
	put x
	wait_for_line log '^x 1$'
	until_true 20 in_queue work 0
	until_true 20 is_at_rest "$reader_pid"
}

@test "many writers and many readers: each message comes out once" {
	for i in 1 2 3; do
		start "reader$i" "$IPCWIRE" -u queue:q -
	done
	for i in 1 2 3 4; do
		seq "$((i * 1000))" "$((i * 1000 + 249))" >"in$i"
		START_INPUT=in$i start "writer$i" "$IPCWIRE" queue:q
	done
	until_true 30 eval '[ "$(cat reader?.out | wc -l)" = 1000 ]'
	until_true 20 in_queue work 0
	cat reader?.out | sort | cmp - <(sort in?)
	# Of one writer each reader has an ascending part.
	for f in reader?.out; do
		for i in 1 2 3 4; do
			grep "^$i" "$f" | sort -c -n
		done
	done
}

@test "a reader that is killed: its message goes to another one at once, with its attempt counted" {
	put x
	start first "$IPCWIRE" queue:q -- sh -c "$NOTE"' exec sleep 60'
	wait_for_line log '^x 1$'
	start second "$IPCWIRE" -d queue:q -- sh -c "$NOTE"
	wait_for_line second.err 'waiting for messages, 0 are there'
	until_true 20 has_no_timer "$second_pid"
	kill -KILL "$first_pid"
	wait_for_line log '^x 2$'
	until_true 20 in_queue work 0
	grep -q 'its worker died, it is back in the queue' second.err
}

@test "a message whose readers die goes to dead/ in the end" {
	put x
	for i in 1 2; do
		start reader "$IPCWIRE" queue:q,attempts=2 -- sh -c "$NOTE"' exec sleep 60'
		wait_for_line log "^x $i\$"
		kill -KILL "$reader_pid"
		wait_for_exit "$reader_pid"
	done
	wire 1 queue:q,attempts=2,until=empty -- sh -c "$NOTE"
	grep -q 'its worker died, and attempt 2 was the last: moved to dead/' err
	in_queue dead 1
	[ "$(wc -l <log)" = 2 ]
}

@test "a reader that is stopped gives its message back, and no attempt is counted" {
	put x
	start reader "$IPCWIRE" --drain=50ms queue:q -- sh -c "$NOTE"' exec sleep 60'
	wait_for_line log '^x 1$'
	kill -TERM "$reader_pid"
	wait_for_exit "$reader_pid"
	in_queue new 1
	[[ $(ls q/new) == *,0 ]]
	wire 0 queue:q,until=empty -- sh -c "$NOTE"
	[ "$(cat log)" = $'x 1\nx 1' ]
}

@test "a program that cannot be started leaves the message as it was" {
	put x
	wire 127 queue:q -- nonesuch
	printf '#!/nonesuch\n' >broken
	chmod +x broken
	start reader "$IPCWIRE" queue:q,delay=1h -- ./broken
	wait_for_line reader.err "cannot run './broken'"
	until_true 20 in_queue work 0
	[[ $(ls q/new) == *,0,* ]]
}

@test "workers and readers are killed all the time: every job is done, none is lost" {
	need python3
	timeout 120 python3 "$BATS_TEST_DIRNAME/queue_kill.py" "$IPCWIRE" 300 100
}

@test "ack=exit with a connection for each message; without a listener they stay" {
	free_port
	put a b
	start reader "$IPCWIRE" queue:q,ack=exit,delay=100ms tcp4:127.0.0.1:"$port"
	wait_for_line reader.err 'cannot connect'
	start server "$IPCWIRE" -u tcp4-listen:127.0.0.1:"$port",share -
	until_true 20 eval 'in_queue new 0 && in_queue work 0'
	until_true 20 eval '[ "$(sort server.out)" = "$(printf "a\nb")" ]'
}

@test "ack=delivered: what was not taken at the other end goes back" {
	mkfifo p
	random_file in 200k
	for i in 1 2 3; do iw -u ./in queue:q,whole; done
	start reader "$IPCWIRE" -u queue:q,whole fifo:p
	exec 7<>p
	until_true 20 eval '[ "$(ls q/work | wc -l)" -ge 1 ]'
	until_true 20 eval 'is_asleep "$reader_pid"'
	in_queue new 3 && return 1
	kill -TERM "$reader_pid"
	wait_for_exit "$reader_pid"
	exec 7>&-
	in_queue new 3
	[ "$(find q/new -name '*,0' | wc -l)" = 3 ]
	iw -u queue:q,whole,until=empty - >got
	cat in in in | cmp - got
}

@test "ack=reply: the output of the program is the answer, under the name that was asked for" {
	printf 'ipcwire-message 1 length=00000000000000000005 crc32c=9a71bb4c reply=me.1\nhello' >m
	iw -u null queue:q,whole # makes the directories
	rm q/new/*
	cp m q/tmp/m
	mv q/tmp/m q/new/1795521070.000000000-1-0,0
	put nobody-asks
	wire 0 queue:q,ack=reply,until=empty -- tr a-z A-Z
	[ "$(ls q/reply)" = me.1 ]
	[ "$(tail -n 1 q/reply/me.1)" = HELLO ]
	in_queue new 0
	in_queue dead 0
}

@test "limit=: a writer waits for room, asleep" {
	seq 10 >in
	START_INPUT=in start writer "$IPCWIRE" queue:q,limit=3
	until_true 20 eval '[ -d q/new ] && in_queue new 3'
	until_true 20 is_at_rest "$writer_pid"
	in_queue new 3
	start reader "$IPCWIRE" -u queue:q -
	wait_for_exit "$writer_pid"
	[ "$status" = 0 ]
	until_true 20 eval '[ "$(cat reader.out)" = "$(cat in)" ]'
}

@test "limit=: several writers together never put in more" {
	for i in 1 2 3 4; do
		seq 100 >"in$i"
		START_INPUT=in$i start "writer$i" "$IPCWIRE" queue:q,limit=5
	done
	until_true 20 eval '[ -d q/new ] && in_queue new 5'
	for ((i = 0; i < 100; i++)); do
		rm "$(find q/new -type f | sort | head -n 1)"
		((i % 5 != 0)) || until_true 20 in_queue new 5
		[ "$(find q/new -type f | wc -l)" -le 5 ]
	done
	start reader "$IPCWIRE" -u queue:q -
	until_true 20 eval '[ "$(wc -l <reader.out)" = 300 ]'
	for i in 1 2 3 4; do
		local -n writer=writer${i}_pid
		wait_for_exit "$writer"
		[ "$status" = 0 ]
	done
}

@test "full=error: what finds no room is an error, and how much it was" {
	wire 1 -u text:'1\n2\n3\n4\n' queue:q,limit=3,full=error
	grep -q '2 bytes did not arrive: No buffer space available (what it goes to is full: limit=' err
	in_queue new 3
	in_queue tmp 0
}

@test "damaged messages go to dead/, each with its reason; foreign files stay" {
	put cut longer changed newer foreign empty good
	set -- q/new/*
	truncate -s -1 "$1"
	echo x >>"$2"
	sed -i s/changed/CHANGED/ "$3"
	sed -i 's/^ipcwire-message 1/ipcwire-message 2/' "$4"
	echo hello >"$5"
	: >"$6"
	echo hello >q/new/README
	wire 1 queue:q,until=empty -- sh -c "$NOTE"
	[ "$(cat log)" = 'good 1' ]
	in_queue dead 6
	in_queue new 1
	for reason in 'it was cut off' 'it is longer than it says' 'its checksum is wrong' 'a newer version of ipcwire wrote it' \
		'it is no message of a queue' 'it is empty'; do
		[ "$(grep -c "is damaged, $reason: moved to dead/" err)" = 1 ]
	done
	[ "$(grep -c 'new/README is no message, and stays where it is' err)" = 1 ]
}

@test "a directory that is something else is left alone" {
	mkdir d
	touch d/x
	wire 1 text:a queue:d
	grep -q 'the directory is no queue: there are other files in it' err
	[ "$(ls d)" = x ]
	wire 1 text:a queue:d/x
	wire 1 text:a queue:nowhere/q
	grep -q 'the directory it is to stand in does not exist' err
}

@test "a queue that is removed ends its reader with an error" {
	start reader "$IPCWIRE" queue:q -- cat
	until_true 20 eval '[ -d q/reply ] && is_at_rest "$reader_pid"'
	rm -r q
	wait_for_exit "$reader_pid"
	[ "$status" = 1 ]
	grep -q 'the directory of the queue was removed' reader.err
}

@test "a full disk: an error, and nothing of the message is in the queue" {
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	mkdir disk
	mount -t tmpfs -o size=256k tmpfs disk 2>/dev/null || skip 'optional: cannot mount'
	random_file in 400k
	rc=0
	iw -u ./in queue:disk/q,whole 2>err || rc=$?
	left=$(find disk -type f | wc -l)
	rc2=0
	printf 'small\n' | iw queue:disk/q || rc2=$?
	got=$(iw -u queue:disk/q,until=empty -) || true
	umount disk
	[ "$rc" = 1 ]
	grep -q 'No space left on device' err
	[ "$left" = 0 ]
	[ "$rc2" = 0 ]
	[ "$got" = small ]
}

@test "sync=: the message is on the disk before it is in the queue" {
	need strace
	no_leak_check
	for sync in none data full; do
		printf 'x\n' | timeout 20 strace -f -e trace=fdatasync,fsync,renameat2 -o "$sync" "$IPCWIRE" queue:q,sync="$sync"
	done
	[ "$(grep -cE '(fdatasync|fsync)\(' none)" = 0 ]
	[ "$(grep -oE '(fdatasync|fsync|renameat2)\(' data | tr -d '\n')" = 'fdatasync(renameat2(' ]
	[ "$(grep -oE '(fdatasync|fsync|renameat2)\(' full | tr -d '\n')" = 'fdatasync(renameat2(fsync(' ]
	in_queue new 3
}

@test "a source that fails leaves no half message behind" {
	need python3
	free_port
	start server timeout 20 python3 -c '
import socket, struct, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c = s.accept()[0]
c.sendall(b"whole\nhal")
c.recv(1)
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))' "$port"
	wait_for_port "$port"
	wire 1 text:x'!!'queue:q tcp4:127.0.0.1:"$port"
	grep -q 'a message that was not complete (3 bytes) was not put in the queue' err
	in_queue new 1
	[ "$(tail -n 1 q/new/*)" = whole ]
}

@test "what cannot be is refused: no end that can be opened for each message, two that serve, half of a pair" {
	wire 2 queue:q,ack=exit -
	grep -q -- '- cannot be opened anew for each message' err
	wire 2 queue:q,ack=exit tcp-listen:1,each
	wire 2 --merge queue:q,ack=exit null null
	wire 2 'queue:q,ack=reply!!null' -- cat
	wire 2 'queue:""' -
	[ ! -e q ]
}

@test "--explain shows a session for each message, and a stream" {
	[ "$(iw --explain queue:q -- wc | head -n 1)" = 'queue:q ──each──▶ session' ] ||
		[ "$(iw --explain queue:q -- wc | head -n 1)" = 'queue:q --each--> session' ]
	iw --explain queue:q - | grep -q copy
	[ ! -e q ]
}

@test "what a writer that died left in tmp/ is removed by the next reader; what is being written is not" {
	mkfifo in
	start writer "$IPCWIRE" -u fifo:in queue:q,whole
	exec 7>in
	head -c 200000 /dev/zero >&7
	# What has bytes is locked, too; its writer makes it before he locks it.
	until_true 20 eval '[ -n "$(find q/tmp -type f -size +0 2>/dev/null)" ]'
	echo half >q/tmp/left
	echo half >q/tmp/fresh
	touch -d '1 hour ago' q/tmp/*
	touch q/tmp/fresh
	wire 0 -d -u queue:q,until=empty -
	grep -q 'tmp/left removed: its writer died before the message was complete' err
	rm q/tmp/fresh
	in_queue tmp 1
	exec 7>&-
	wait_for_exit "$writer_pid"
	[ "$(iw -u queue:q,whole,until=empty - | wc -c)" = 200000 ]
}
