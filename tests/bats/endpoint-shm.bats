#!/usr/bin/env bats
# shm: and mmap:, as a whole and as a ring.

load helpers

setup_test() {
	shm=/ipcwire-test-$$-$RANDOM
	object=/dev/shm$shm
}
teardown_test() {
	rm -f "$object" "$object".py
}

iw() { timeout --kill-after=5 30 "$IPCWIRE" "$@" </dev/null; }

# ---- as a whole ----------------------------------------------------------------------------------------

@test "a snapshot there and back, in shared memory and in a file" {
	random_file in 3M
	for address in shm:"$shm" shm:"${shm#/}" mmap:map; do
		iw -u file:in "$address"
		iw -u "$address" create:out
		same in out
	done
	same in "$object"
	[ "$(stat -c %a "$object")" = 600 ]
	iw -u text:x shm:"$shm",mode=0640
	[ "$(stat -c %a "$object")" = 640 ]
}

@test "two-way: read on the left, written on the right" {
	wire 0 text:hello shm:"$shm"
	wire 0 shm:"$shm" stdout
	[ "$(cat out)" = hello ]
}

@test "nobody sees half of a snapshot, and a wire that was ended leaves the old one" {
	iw -u text:old shm:"$shm"
	mkfifo fifo
	start writer "$IPCWIRE" -u fifo:fifo shm:"$shm"
	exec 7>fifo
	echo new >&7
	until_true "$DEADLINE" eval 'ls -l /proc/"$writer_pid"/fd | grep -q /dev/shm'
	[ "$(cat "$object")" = old ]
	exec 7>&-
	wait_for_exit "$writer_pid"
	[ "$(cat "$object")" = new ]
	start writer "$IPCWIRE" -u fifo:fifo shm:"$shm"
	exec 7>fifo
	echo newer >&7
	until_true "$DEADLINE" eval 'ls -l /proc/"$writer_pid"/fd | grep -q /dev/shm'
	kill "$writer_pid"
	wait_for_exit "$writer_pid"
	exec 7>&-
	[ "$(cat "$object")" = new ]
	[ "$(find /dev/shm -name "*${shm#/}*" | wc -l)" = 1 ]
}

@test "size: padded with zeros; what is larger is an error and changes nothing" {
	iw -u text:abc shm:"$shm",size=10
	printf 'abc\0\0\0\0\0\0\0' | cmp - "$object"
	wire 1 -u text:'more than ten' shm:"$shm",size=10
	grep -qx "ipcwire: shm:$shm,size=10: cannot write after 13 bytes: 13 bytes are more than size=10; it is as it was" err
	printf 'abc\0\0\0\0\0\0\0' | cmp - "$object"
}

@test "in-place: programs that have it mapped see it" {
	need python3
	head -c 20 /dev/zero | tr '\0' . >"$object"
	cat >mapper.py <<-END
		import mmap, os, sys
		fd = os.open(sys.argv[1], os.O_RDWR)
		m = mmap.mmap(fd, 20)
		print("mapped", flush=True)
		sys.stdin.readline()
		print(bytes(m).decode(), flush=True)
	END
	mkfifo fifo
	START_INPUT=fifo start mapper python3 mapper.py "$object"
	exec 7>fifo
	wait_for_line mapper.out mapped
	iw -u text:hello shm:"$shm",in-place
	echo >&7
	wait_for_line mapper.out '^hello\.{15}$'
	exec 7>&-
	wire 1 -u text:'far too long for this one' shm:"$shm",in-place,size=20
	grep -q 'more than size=20 bytes' err
	[ "$(stat -c %s "$object")" = 20 ]
}

@test "shared memory of Python's: read and written" {
	need python3
	cat >maker.py <<-END
		import sys
		from multiprocessing import shared_memory
		s = shared_memory.SharedMemory(name=sys.argv[1], create=True, size=5)
		s.buf[:] = b"hello"
		print("made", flush=True)
		sys.stdin.readline()
		print(bytes(s.buf[:5]).decode(), flush=True)
		s.close()
		s.unlink()
	END
	mkfifo fifo
	START_INPUT=fifo start maker python3 maker.py "${shm#/}"
	exec 7>fifo
	wait_for_line maker.out made
	wire 0 -u shm:"$shm" stdout
	[ "$(cat out)" = hello ]
	iw -u text:HELLO shm:"$shm",in-place
	echo >&7
	wait_for_line maker.out HELLO
	exec 7>&-
	wait_for_exit "$maker_pid"
}

@test "what is no snapshot" {
	wire 1 -u shm:"$shm" stdout
	grep -qx "ipcwire: shm:$shm: there is no such shared memory ($object)" err
	wire 2 -u shm:/a/b stdout
	grep -q 'a name of shared memory is /NAME' err
	wire 2 -u shm:.. stdout
	wire 1 -u mmap:. stdout
	wire 2 --check shm:"$shm",as=ring,size=5000 null
	grep -q 'the size of a ring is a power of two from 4k to 1G' err
	grep -q 'for example size=8k' err
	wire 1 --chain text:x shm:"$shm" null
	grep -q 'read or written, not both' err
}

# Ends with the status of `wire ARGUMENT...`, which has a server at $port for its input; the server sends five bytes, and resets the
# connection once wire has the shared memory open: a reset that came earlier would be an error of the connecting.
wire_of_a_reset() {
	need python3
	free_port
	mkfifo reset
	START_INPUT=reset start resetter python3 -c '
import socket, struct, sys
s = socket.socket()
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
c, _ = s.accept()
c.sendall(b"hello")
sys.stdin.readline()
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
c.close()' "$port"
	exec 7>reset
	wait_for_port "$port"
	start reading "$IPCWIRE" -u tcp:127.0.0.1:"$port" "$@"
	until_true "$DEADLINE" eval 'ls -l /proc/"$reading_pid"/fd | grep -q /dev/shm'
	echo >&7
	exec 7>&-
	rm reset
	wait_for_exit "$reading_pid"
}

@test "an input that fails is not taken for the whole" {
	iw -u text:old shm:"$shm"
	wire_of_a_reset shm:"$shm"
	[ "$status" = 1 ]
	[ -s reading.err ]
	[ "$(cat "$object")" = old ]
	rm "$object"
	start reader "$IPCWIRE" -d -u shm:"$shm",as=ring create:got
	wait_for_line reader.err 'waiting for a writer'
	wire_of_a_reset shm:"$shm",as=ring
	[ "$status" = 1 ]
	[ -s reading.err ]
	wait_for_exit "$reader_pid"
	[ "$status" = 1 ]
	grep -q 'the writer ended before it had said that this was all' reader.err
}

# ---- as a ring -----------------------------------------------------------------------------------------

# waits_in_ring NAME: the process that was started as NAME waits for the other side. It was started with -d.
waits_in_ring() {
	wait_for_line "$1.err" 'waiting for a (reader|writer)'
}

@test "a stream through a ring, whoever comes first, of every size" {
	random_file in 5M
	for address in shm:"$shm",as=ring mmap:ring,as=ring,size=4k shm:"$shm",as=ring,size=64k; do
		start writer "$IPCWIRE" -d -u file:in "$address"
		waits_in_ring writer
		iw -u "$address" create:out
		wait_for_exit "$writer_pid"
		[ "$status" = 0 ]
		same in out
		start reader "$IPCWIRE" -d -u "$address" create:out
		waits_in_ring reader
		iw -u file:in "$address"
		wait_for_exit "$reader_pid"
		[ "$status" = 0 ]
		same in out
		[ ! -e "$object" ]
		[ ! -e ring ]
	done
}

@test "both at the same moment, again and again" {
	for i in $(seq 30); do
		start writer "$IPCWIRE" -u text:"round $i" shm:"$shm",as=ring
		start reader "$IPCWIRE" -u shm:"$shm",as=ring stdout
		wait_for_exit "$writer_pid"
		[ "$status" = 0 ]
		wait_for_exit "$reader_pid"
		[ "$status" = 0 ]
		[ "$(cat reader.out)" = "round $i" ]
		[ ! -s reader.err ]
	done
	[ ! -e "$object" ]
}

@test "a dialogue: one ring for each direction, line by line" {
	start server "$IPCWIRE" -d "shm:$shm,as=ring!!shm:$shm.py,as=ring" exec:'tr a-z A-Z,buffer=line'
	mkfifo fifo
	START_INPUT=fifo start client "$IPCWIRE" - "shm:$shm.py,as=ring!!shm:$shm,as=ring"
	exec 7>fifo
	echo hello >&7
	wait_for_line client.out '^HELLO$'
	echo again >&7
	wait_for_line client.out '^AGAIN$'
	exec 7>&-
	wait_for_exit "$client_pid"
	[ "$status" = 0 ]
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "who waits sleeps" {
	start reader "$IPCWIRE" -d --no-watch -u shm:"$shm",as=ring create:out
	waits_in_ring reader
	mkfifo fifo
	start writer "$IPCWIRE" --no-watch -u fifo:fifo shm:"$shm",as=ring
	exec 7>fifo
	echo hello >&7
	wait_for_line out hello
	for pid in "$reader_pid" "$writer_pid"; do
		until_true "$DEADLINE" is_asleep "$pid"
		until_true "$DEADLINE" has_no_timer "$pid"
	done
	exec 7>&-
	wait_for_exit "$reader_pid"
	[ "$status" = 0 ]
}

@test "a reader that has enough is no error, and a slow one loses nothing" {
	start reader "$IPCWIRE" -u shm:"$shm",as=ring,readbytes=3 stdout
	iw -u text:abcdef shm:"$shm",as=ring 2>err
	wait_for_exit "$reader_pid"
	[ "$status" = 0 ]
	[ "$(cat reader.out)" = abc ]
	[ ! -s err ]
	random_file in 3M
	start reader "$IPCWIRE" -u shm:"$shm",as=ring system:'sleep 0.3; cat >out'
	iw -u file:in shm:"$shm",as=ring
	wait_for_exit "$reader_pid"
	same in out
}

@test "the writer is killed: the reader has what was written, and an error" {
	mkfifo fifo
	for first in writer reader; do
		rm -f out # the reader may open it later than it says that it waits
		case $first in
		writer)
			start writer "$IPCWIRE" -d -u fifo:fifo shm:"$shm",as=ring
			exec 7>fifo
			waits_in_ring writer
			start reader "$IPCWIRE" -u shm:"$shm",as=ring create:out
			;;
		reader)
			start reader "$IPCWIRE" -d -u shm:"$shm",as=ring create:out
			waits_in_ring reader
			start writer "$IPCWIRE" -u fifo:fifo shm:"$shm",as=ring
			exec 7>fifo
			;;
		esac
		echo hello >&7
		wait_for_line out hello
		kill -KILL "$writer_pid"
		wait_for_exit "$reader_pid"
		exec 7>&-
		[ "$status" = 1 ]
		grep -q 'as=ring: cannot read after 6 bytes: the writer ended before it had said that this was all' reader.err
		[ "$(grep -c 'cannot read' reader.err)" = 1 ]
		[ ! -e "$object" ]
	done
}

@test "the reader is killed: the writer says what was lost" {
	start reader "$IPCWIRE" -d -u shm:"$shm",as=ring stall
	waits_in_ring reader
	start writer "$IPCWIRE" -u zero shm:"$shm",as=ring
	until_true "$DEADLINE" eval 'is_asleep "$writer_pid" && grep -q "reader is there\|writer is there" reader.err'
	kill -KILL "$reader_pid"
	wait_for_exit "$writer_pid"
	[ "$status" = 1 ]
	grep -qE '^ipcwire: .*as=ring: ([0-9]+ bytes did not arrive|cannot write after [0-9]+ bytes): the reader has died$' writer.err
	[ "$(wc -l <writer.err)" = 1 ]
	[ ! -e "$object" ]
}

@test "a kill at any time: never a hang, never wrong bytes, never silence" {
	random_file in 4M
	for i in $(seq 24); do
		rm -f out
		start writer "$IPCWIRE" -b 4k -u file:in shm:"$shm",as=ring,size=16k
		start reader "$IPCWIRE" -b 1k -u shm:"$shm",as=ring create:out
		victim=writer other=reader
		((i % 2)) || victim=reader other=writer
		victim_pid=${victim}_pid other_pid=${other}_pid
		# Up to 12 ms of busy waiting: nothing that a test could wait for says "any time".
		timeout "$DEADLINE" python3 -c "import time; t = time.monotonic() + $((i % 12)) / 1000
while time.monotonic() < t: pass"
		kill -KILL "${!victim_pid}" 2>/dev/null || true
		wait_for_exit "${!victim_pid}"
		killed=$status
		kill -0 "${!other_pid}" 2>/dev/null || true
		# Who waits for somebody who has died before he came waits on: that is no death of the other side.
		if ! until_true 2 is_over "${!other_pid}"; then
			iw -q -u text:x shm:"$shm",as=ring 2>/dev/null || iw -q -u shm:"$shm",as=ring null 2>/dev/null || true
		fi
		wait_for_exit "${!other_pid}"
		[ "$status" -le 1 ]
		if [ "$killed" = 0 ]; then
			[ "$status" = 0 ]
		fi
		if [ -s out ] && [ "$victim" = writer ] && [ "$(head -c 1 out)" != x ]; then
			cmp -n "$(stat -c %s out)" in out
			[ "$status" = 1 ] || same in out
		fi
		rm -f "$object"
	done
}

@test "what a dead maker left is replaced" {
	start writer "$IPCWIRE" -d -u text:x shm:"$shm",as=ring
	waits_in_ring writer
	kill -KILL "$writer_pid"
	wait_for_exit "$writer_pid"
	[ -e "$object" ]
	start reader "$IPCWIRE" -d -u shm:"$shm",as=ring stdout
	waits_in_ring reader
	grep -q 'replacing a ring whose maker has died' reader.err
	iw -u text:hello shm:"$shm",as=ring
	wait_for_exit "$reader_pid"
	[ "$(cat reader.out)" = hello ]
}

@test "rings that cannot be joined" {
	start writer "$IPCWIRE" -d -u zero shm:"$shm",as=ring
	waits_in_ring writer
	wire 1 -u zero shm:"$shm",as=ring
	grep -q 'cannot join the ring: its other side is a writer, too' err
	wire 1 -u shm:"$shm",as=ring,size=64k null
	grep -q 'cannot join the ring: it has 1048576 bytes, not size=65536' err
	wire 1 -u shm:"$shm" null
	grep -q "it is a ring of ipcwire's: as=ring is missing" err
	wire 1 -u text:x shm:"$shm"
	grep -q "it is a ring of ipcwire's: as=ring is missing" err
	printf '\2' | dd of="$object" bs=1 seek=8 conv=notrunc status=none
	wire 1 -u shm:"$shm",as=ring null
	grep -q 'cannot join the ring: it is a ring of another version of ipcwire' err
	printf '\1' | dd of="$object" bs=1 seek=8 conv=notrunc status=none
	truncate -s +4096 "$object"
	wire 1 -u shm:"$shm",as=ring null
	grep -q 'it is damaged: its size is not what its header says' err
	truncate -s -4096 "$object"
	start reader "$IPCWIRE" -d -u shm:"$shm",as=ring stall
	wait_for_line reader.err 'writer is there'
	wire 1 -u shm:"$shm",as=ring null
	grep -q 'cannot join the ring: a reader and a writer have it already' err
	echo other >file
	wire 1 -u mmap:file,as=ring null
	grep -q "something stands there that is no ring of ipcwire's, and stays untouched" err
	[ "$(cat file)" = other ]
}

@test "nobody comes" {
	wire 124 -u shm:"$shm",as=ring,connect-timeout=100ms null
	grep -q 'no writer came within the time limit (connect-timeout)' err
	[ ! -e "$object" ]
}

# poke OFFSET VALUE: a 64-bit number in the header of the ring.
poke() {
	python3 -c 'import struct, sys
f = open(sys.argv[1], "r+b"); f.seek(int(sys.argv[2])); f.write(struct.pack("<Q", int(sys.argv[3])))' "$object" "$1" "$2"
}

@test "an index that cannot be is an error, and nothing beyond the ring is touched" {
	need python3
	mkfifo fifo
	for lie in 18446744073709551615 1048579 1; do
		rm -f out # the reader may open it later than it says that it waits
		start reader "$IPCWIRE" -d -u shm:"$shm",as=ring create:out
		waits_in_ring reader
		start writer "$IPCWIRE" -u fifo:fifo shm:"$shm",as=ring
		exec 7>fifo
		printf hi >&7
		until_true "$DEADLINE" eval '[ "$(cat out 2>/dev/null)" = hi ]'
		poke 128 "$lie" # head, which the writer has at 2
		kill -KILL "$writer_pid"
		wait_for_exit "$reader_pid"
		exec 7>&-
		[ "$status" = 1 ]
		grep -q "cannot read after 2 bytes: the writer's place in the ring cannot be: damaged, or no ipcwire" reader.err
	done
	start reader "$IPCWIRE" -d -u shm:"$shm",as=ring stall
	waits_in_ring reader
	start writer "$IPCWIRE" -u zero shm:"$shm",as=ring
	until_true "$DEADLINE" eval 'is_asleep "$writer_pid" && grep -q "writer is there" reader.err'
	poke 192 18446744073709551615
	kill -KILL "$reader_pid"
	wait_for_exit "$writer_pid"
	[ "$status" = 1 ]
	grep -q "the reader's place in the ring cannot be: damaged, or no ipcwire" writer.err
}

@test "memory that is cut short is an error, not the end by a signal" {
	mkfifo fifo
	start reader "$IPCWIRE" -d -u shm:"$shm",as=ring create:out
	waits_in_ring reader
	start writer "$IPCWIRE" -u fifo:fifo shm:"$shm",as=ring
	exec 7>fifo
	echo hello >&7
	wait_for_line out hello
	truncate -s 0 "$object"
	echo more >&7
	exec 7>&-
	wait_for_exit "$writer_pid"
	[ "$status" = 1 ]
	grep -q 'another process has cut the memory short' writer.err
	wait_for_exit "$reader_pid"
	[ "$status" = 1 ]
	grep -q 'another process has cut the memory short\|the writer ended before' reader.err
}
