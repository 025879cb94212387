#!/usr/bin/env bats
# mq:/NAME: POSIX message queues.

load helpers

setup_test() {
	q=/ipcwire-test.$$.$BATS_TEST_NUMBER
	"$IPCWIRE" -u null mq:"$q" 2>refused || skip "optional: no message queues here: $(cat refused)"
	remove
}
teardown_test() {
	remove
}
remove() {
	"$IPCWIRE" -u mq:"$q",until=empty,unlink-close null 2>/dev/null || true
}

iw() { timeout 20 "$IPCWIRE" "$@"; }

# Another program's idea of a message queue: peer.py send|receive NAME, a message a line.
peer() {
	timeout 20 python3 -c '
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def checked(n):
    if n < 0:
        sys.exit(os.strerror(ctypes.get_errno()))
    return n
name = sys.argv[2].encode()
if sys.argv[1] == "send":
    q = checked(libc.mq_open(name, os.O_WRONLY))
    for line in sys.stdin:
        line = line.rstrip("\n").encode()
        checked(libc.mq_send(q, line, ctypes.c_size_t(len(line)), 0))
else:
    q = checked(libc.mq_open(name, os.O_RDONLY | os.O_NONBLOCK))
    buf = ctypes.create_string_buffer(8192)
    while (n := libc.mq_receive(q, buf, ctypes.c_size_t(8192), None)) >= 0:
        print(buf.raw[:n].decode(), flush=True)' "$@"
}

@test "messages of any length keep their boundaries, and a full queue makes the writer wait" {
	need python3
	python3 -c '
import random, sys
random.seed(4)
for i in range(500):
    n = random.choice([0, 1, random.randrange(8192), 8192])
    sys.stdout.buffer.write(n.to_bytes(4, "big") + random.randbytes(n))' >in
	START_INPUT=in start writer "$IPCWIRE" -,frame=len4 mq:"$q"
	until_true 20 is_at_rest "$writer_pid"
	start reader "$IPCWIRE" -u mq:"$q" -,frame=len4
	wait_for_exit "$writer_pid"
	[ "$status" = 0 ]
	until_true 20 cmp -s in reader.out
	until_true 20 is_at_rest "$reader_pid"
}

@test "what has a higher prio= is read first" {
	iw -u text:low mq:"$q"
	iw -u text:high mq:"$q",prio=9
	iw -u text:middle mq:"$q",prio=3
	[ "$(iw -u mq:"$q",until=empty -,frame=line)" = $'high\nmiddle\nlow' ]
}

@test "until=empty ends reading, however many there are; unlink-close removes the queue" {
	for n in 1 10; do
		seq "$n" | iw -,frame=line mq:"$q"
		[ "$(iw -u mq:"$q",until=empty -,frame=line | wc -l)" = "$n" ]
	done
	wire 0 -u mq:"$q",until=empty,unlink-close -
	wire 1 -u mq:"$q" -
	grep -q "there is no such message queue; 'create' would make it" err
	START_INPUT=/dev/null start reader "$IPCWIRE" -u mq:"$q",create -
	until_true 20 eval 'is_asleep "$reader_pid"'
	until_true 20 iw -u text:hello mq:"$q",create=no
	wait_for_line reader.out '^hello$'
}

@test "another program's messages are read, and ours by another program" {
	need python3
	iw -u null mq:"$q",create
	printf 'one\n\ntwo\n' | peer send "$q"
	[ "$(iw -u mq:"$q",until=empty -,frame=line)" = $'one\n\ntwo' ]
	printf 'three\nfour\n' | iw -,frame=line mq:"$q"
	[ "$(peer receive "$q")" = $'three\nfour' ]
}

@test "a message that is too long is lost by name, the others go on" {
	printf 'abc\nabcd\nxyz\n' >in
	rc=0
	iw -u ./in,frame=line mq:"$q",msgsize=3 2>err || rc=$?
	[ "$rc" = 1 ]
	grep -q 'a message is longer than msgsize=3, which is settled when the queue is made' err
	grep -q '1 message with 4 bytes did not arrive' err
	[ "$(iw -u mq:"$q",until=empty -,frame=line)" = $'abc\nxyz' ]
}

@test "a queue that was made before keeps its sizes, which is said" {
	iw -u text:a mq:"$q",maxmsg=4,msgsize=100
	wire 0 -u text:b mq:"$q",maxmsg=5,msgsize=200
	grep -q 'the queue was made before, with maxmsg=4' err
	grep -q 'the queue was made before, with msgsize=100' err
	wire 0 -u text:c mq:"$q",unlink-early,maxmsg=5
	[ ! -s err ]
	[ "$(iw -u mq:"$q",until=empty -)" = c ]
}

@test "mode= whatever the umask" {
	need python3
	(umask 077 && iw -u text:a mq:"$q",mode=0640)
	[ "$(timeout 20 python3 -c '
import ctypes, os, sys
print(oct(os.fstat(ctypes.CDLL(None).mq_open(sys.argv[1].encode(), os.O_RDONLY)).st_mode & 0o777))' "$q")" = 0o640 ]
}

@test "the limits of the system are named" {
	wire 1 -u text:a mq:"$q",msgsize=16M
	grep -q 'cannot make the message queue: Invalid argument (sysctl fs.mqueue.msg_max and msgsize_max limit' err
	need prlimit
	rc=0
	prlimit --msgqueue=1000 "$IPCWIRE" -u text:a mq:"$q" 2>err || rc=$?
	[ "$rc" = 1 ]
	grep -q "cannot make the message queue: Too many open files ('ulimit -q' limits" err
}

@test "what is no name of a message queue is refused" {
	for name in jobs / /a/b /. /..; do
		wire 2 -u text:a mq:"$name"
		grep -q 'the name of a message queue is a slash, and what follows it has none' err
	done
	wire 2 -u text:a posixmq-send:/a
	grep -q 'a message queue is mq:/NAME' err
}
