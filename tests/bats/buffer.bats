#!/usr/bin/env bats
# buffer= and flush= on what we relay: what goes on when, in how many writes, and that nothing is lost for it.

load helpers

# relay ADDRESS ...: ipcwire in the background, from the FIFO in (descriptor 8) to the file relay.out.
relay() {
	mkfifo in
	rm -f raw
	start relay "$IPCWIRE" -d -r raw -u "fifo:in,$1" "${@:2}" stdout
	exec 8>in
}

# has_read N: the relay has read that many bytes so far. It keeps a copy of them.
has_read() {
	[ "$(cat raw raw-others 2>/dev/null | wc -c)" = "$1" ]
}

# holds FILE TEXT: it is exactly that.
holds() {
	printf %b "$2" | cmp -s - "$1"
}

@test "line: whole lines go on at once, the rest of the line with its end" {
	relay buffer=line,flush=never
	printf 'one\ntw' >&8
	wait_for_line relay.out one
	holds relay.out 'one\n'
	printf 'o' >&8
	until_true "$DEADLINE" has_read 7
	holds relay.out 'one\n'
	printf '\nthree\n\nfo' >&8
	until_true "$DEADLINE" holds relay.out 'one\ntwo\nthree\n\n'
	exec 8>&-
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
	holds relay.out 'one\ntwo\nthree\n\nfo'
}

@test "line: an unfinished line goes on after 50 ms, or after flush=TIME" {
	relay buffer=line
	printf 'name? ' >&8
	until_true "$DEADLINE" holds relay.out 'name? '
	printf 'again? ' >&8
	until_true "$DEADLINE" holds relay.out 'name? again? '
	exec 8>&-
	wait_for_exit "$relay_pid"
	rm in
	relay buffer=line,flush=1ms
	printf 'name? ' >&8
	until_true "$DEADLINE" holds relay.out 'name? '
	exec 8>&-
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
}

@test "full: nothing before SIZE bytes or the end of input" {
	relay buffer=full:10
	printf '1234\n' >&8
	until_true "$DEADLINE" has_read 5
	holds relay.out ''
	printf '6789\n' >&8
	until_true "$DEADLINE" holds relay.out '1234\n6789\n'
	printf 'rest' >&8
	until_true "$DEADLINE" has_read 14
	holds relay.out '1234\n6789\n'
	exec 8>&-
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
	holds relay.out '1234\n6789\nrest'
}

@test "full: what was collected goes on after flush=TIME without news" {
	relay buffer=full,flush=20ms
	printf 'abc' >&8
	until_true "$DEADLINE" holds relay.out 'abc'
	exec 8>&-
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
}

@test "full: SIZE may be larger than a queue otherwise is" {
	head -c 3000000 /dev/zero | tr '\0' x >want
	relay buffer=full:3M
	cat want >&8
	until_true "$DEADLINE" has_read 3000000
	holds relay.out ''
	exec 8>&-
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
	same want relay.out
	run grep -c pieces relay.err
	[ "$output" = 0 ]
}

@test "none and asis go on at once" {
	local mode
	for mode in none asis; do
		relay buffer=$mode,flush=never
		printf 'abc' >&8
		until_true "$DEADLINE" holds relay.out abc
		exec 8>&-
		wait_for_exit "$relay_pid"
		[ "$status" = 0 ]
		rm in
	done
}

@test "an endless line passes in pieces, in bounded memory, with one note" {
	need_plain_build
	head -c 100M /dev/zero | openssl enc -aes-128-ctr -nosalt -pass pass:x -md sha256 2>/dev/null | tr '\n' x >want
	for mode in line,flush=never full:64M,queue=64k; do
		mkfifo in
		{ (ulimit -v 60000 && exec "$IPCWIRE" -d -u "fifo:in,buffer=${mode%,queue*}" "stdout,queue=64k") 2>err | cmp - want; } 3>&- &
		cat want >in
		wait $!
		[ "$(grep -c 'passes in pieces' err)" = 1 ]
		rm in
	done
}

@test "a line longer than the first queue stays whole while the queue can grow" {
	relay buffer=line,flush=never
	head -c 500000 /dev/zero | tr '\0' x >&8
	until_true "$DEADLINE" has_read 500000
	holds relay.out ''
	printf '\n' >&8
	until_true "$DEADLINE" test -s relay.out
	exec 8>&-
	wait_for_exit "$relay_pid"
	[ "$(wc -c <relay.out)" = 500001 ]
	run grep -c pieces relay.err
	[ "$output" = 0 ]
}

@test "all bytes arrive in order, whatever the mode" {
	local mode
	random_file want 3M
	for mode in asis none line line,flush=never line,flush=0 full full:1 full:1000 full:1M,flush=1ms full:2M; do
		"$IPCWIRE" -u "file:want,buffer=$mode" create:got
		same want got
		cat <want | "$IPCWIRE" -u "-,buffer=$mode" - | cat >got
		same want got
		cat <want | "$IPCWIRE" -u --block=1000 "-,buffer=$mode" stdout,queue=3000 | cat >got
		same want got
		cat <want | "$IPCWIRE" -u "-,buffer=$mode" stdout,queue=disk | cat >got
		same want got
	done
}

@test "both directions, each by its own end" {
	cat >talk.py <<-'END'
		import socket
		def client(path):
		    s = socket.socket(socket.AF_UNIX)
		    s.settimeout(20)
		    s.connect(path)
		    return s
		def expect(s, want):
		    got = b''
		    while len(got) < len(want):
		        got += s.recv(len(want) - len(got))
		    assert got == want, (got, want)
		a, b = client('a'), client('b')
		a.sendall(b'one\ntw')
		expect(b, b'one\n')
		b.sendall(b'12345678')
		a.sendall(b'o\n')
		expect(b, b'two\n')
		b.sendall(b'90')
		expect(a, b'1234567890')
		a.sendall(b'rest')
		a.shutdown(socket.SHUT_WR)
		expect(b, b'rest')
		assert b.recv(1) == b''
		b.sendall(b'end')
		b.close()
		expect(a, b'end')
		assert a.recv(1) == b''
	END
	start relay "$IPCWIRE" unix-listen:a,buffer=line,flush=never unix-listen:b,buffer=full:10
	wait_for_socket a
	wait_for_socket b
	python3 talk.py
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
}

@test "each client has lines of its own" {
	start relay "$IPCWIRE" unix-listen:s,each,buffer=line,flush=never exec:cat,via=pipe
	wait_for_socket s
	cat >talk.py <<-'END'
		import socket
		def client():
		    s = socket.socket(socket.AF_UNIX)
		    s.settimeout(20)
		    s.connect('s')
		    return s
		a, b = client(), client()
		a.sendall(b'a1\na')
		assert a.recv(100) == b'a1\n'
		b.sendall(b'b1\nb')
		assert b.recv(100) == b'b1\n'
		a.sendall(b'2\n')
		assert a.recv(100) == b'a2\n'
		for s in a, b:
		    s.shutdown(socket.SHUT_WR)
		assert b.recv(100) == b'b'
		assert a.recv(100) == b''
		assert b.recv(100) == b''
	END
	python3 talk.py
}

@test "what comes while a write is pending shares the next one" {
	need strace
	no_leak_check
	local mode i full waiting
	for mode in asis line,flush=never; do
		rm -f in out raw
		mkfifo in out
		start relay strace -D -y -o calls -e trace=write,writev "$IPCWIRE" -r raw -u "fifo:in,buffer=$mode" fifo:out
		exec 8>in 9<>out
		# The pipe takes 64 KiB; the rest waits.
		{ head -c 65599 /dev/zero | tr '\0' x; echo; } >&8
		until_true "$DEADLINE" has_read 65600
		until_true "$DEADLINE" is_asleep "$relay_pid"
		full=$(count_writes)
		for ((i = 1; i <= 20; i++)); do
			echo "line $((10 + i)) " >&8
			until_true "$DEADLINE" has_read $((65600 + 9 * i))
		done
		until_true "$DEADLINE" is_asleep "$relay_pid"
		waiting=$(count_writes)
		head -c 65780 <&9 >got
		exec 8>&- 9>&-
		wait_for_exit "$relay_pid"
		[ "$(tail -n 20 got | head -n 1)" = 'line 11 ' ]
		cat calls
		# What found it full is not tried again for each line; then everything goes at once.
		((waiting - full <= 1))
		(($(count_writes) - waiting <= 2))
	done
}
count_writes() {
	grep -cE '^writev?\([0-9]+<[^>]*/out>' calls
}

@test "nothing wakes up while nothing is held back" {
	need strace
	no_leak_check
	mkfifo in
	start relay strace -D -o calls -e trace=epoll_wait,epoll_pwait,epoll_pwait2,read "$IPCWIRE" --no-watch -d -u fifo:in,buffer=line stdout
	exec 8>in
	printf 'one\n' >&8
	wait_for_line relay.out one
	printf 'two\n' >&8
	wait_for_line relay.out two
	# No wait has a time limit.
	run grep -E 'epoll_p?wait2?\(.*, [0-9]+, ([1-9][0-9]*|\{)' calls
	[ "$status" = 1 ]
	exec 8>&-
	wait_for_exit "$relay_pid"
}

@test "held bytes are delivered when a time limit ends the run" {
	mkfifo in
	exec 8<>in
	printf 'abc' >&8 # that is there when the time begins
	start relay "$IPCWIRE" -u fifo:in,buffer=full --idle 100ms stdout
	wait_for_exit "$relay_pid"
	[ "$status" = 124 ]
	holds relay.out abc
	exec 8>&-
}

@test "held bytes are delivered when --end ends the wire" {
	start relay "$IPCWIRE" --end right unix-listen:a,buffer=full unix-listen:b
	wait_for_socket a
	wait_for_socket b
	cat >talk.py <<-'END'
		import socket, sys, subprocess
		a, b = (socket.socket(socket.AF_UNIX) for _ in range(2))
		for s, path in (a, 'a'), (b, 'b'):
		    s.settimeout(20)
		    s.connect(path)
		a.sendall(b'held')
		b.sendall(b'x')
		assert a.recv(1) == b'x'
		b.shutdown(socket.SHUT_WR)
		got = b''
		while len(got) < 4:
		    more = b.recv(4)
		    assert more, got
		    got += more
	END
	python3 talk.py
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
}

@test "what is written in an address beats -B" {
	run "$IPCWIRE" --explain -B full -u fifo:a,buffer=none fifo:x
	[[ $output == *splice* ]]
	run "$IPCWIRE" --explain -B none -u fifo:a,buffer=full fifo:x
	[[ $output == *'copy'*'buffer=full collects bytes'* ]]
	run "$IPCWIRE" --explain -B line -u fifo:a fifo:x
	[[ $output == *'copy'*'buffer=line holds unfinished lines'* ]]
}

@test "a program that writes lines by itself is still handed the descriptor" {
	for options in '-B line exec:cat exec:cat' '-B line exec:cat' '-u exec:cat,buffer=line fifo:x' '-B none exec:cat'; do
		# shellcheck disable=SC2086 # several words
		run "$IPCWIRE" --explain $options
		[[ $output == *direct* && $output != *[-─]copy* ]]
	done
	run "$IPCWIRE" --explain -u exec:cat,buffer=full fifo:x
	[[ $output == *'copy'*'buffer=full collects bytes'* ]]
	run "$IPCWIRE" --explain -u exec:cat,buffer=line,how=none fifo:x
	[[ $output == *'copy'*'buffer=line holds unfinished lines'* ]]
	run "$IPCWIRE" --explain -u -,buffer=line exec:cat
	[[ $output == *'copy'*'buffer=line holds unfinished lines'* ]]
}

# ---- several sources -----------------------------------------------------------------------------------

# merge OPTIONS OPTIONS ...: from the FIFOs a (descriptor 8) and b (9) to the file relay.out.
merge() {
	mkfifo a b
	start relay "$IPCWIRE" -d -r raw -R raw-others "${@:3}" --merge "fifo:a,$1" "fifo:b,$2" stdout
	exec 8>a 9>b
}

@test "merge: a line waits for its end, and another source's line does not wait for it" {
	merge buffer=line buffer=asis
	printf 'one of a, be' >&8
	until_true "$DEADLINE" has_read 12
	echo 'one of b' >&9
	wait_for_line relay.out 'one of b'
	holds relay.out 'one of b\n'
	echo 'gun' >&8
	wait_for_line relay.out 'one of a, begun'
	exec 8>&- 9>&-
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
	holds relay.out 'one of b\none of a, begun\n'
}

@test "merge: a line that was begun is not interrupted" {
	merge buffer=line,flush=1ms buffer=line
	printf 'beg' >&8
	until_true "$DEADLINE" holds relay.out beg
	printf 'other\n' >&9
	until_true "$DEADLINE" has_read 9
	holds relay.out beg
	echo 'un' >&8
	until_true "$DEADLINE" holds relay.out 'begun\nother\n'
	printf 'last' >&8
	until_true "$DEADLINE" holds relay.out 'begun\nother\nlast'
	printf 'end\n' >&9
	until_true "$DEADLINE" has_read 20
	holds relay.out 'begun\nother\nlast'
	exec 8>&-
	until_true "$DEADLINE" holds relay.out 'begun\nother\nlastend\n'
	exec 9>&-
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
}

@test "merge: a line that stays without end does not keep the others waiting for ever" {
	merge buffer=line,flush=1ms buffer=line
	printf 'name? ' >&8
	until_true "$DEADLINE" holds relay.out 'name? '
	printf 'other\n' >&9
	until_true "$DEADLINE" holds relay.out 'name? other\n'
	wait_for_line relay.err 'its line stays without end'
	exec 8>&- 9>&-
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
}

@test "merge: no line is torn, however long, however slow the sink" {
	cat >lines.py <<-'END'
		import os, random, sys
		name = sys.argv[1]
		r = random.Random(name)
		for i in range(60):
		    n = r.choice((0, 1, 10, 5000, 70000, 200000))
		    line = ('%s %d ' % (name, i) + name * n + '\n').encode()
		    while line:
		        cut = r.choice((1, 100, 4096, 65536))
		        os.write(1, line[:cut])
		        line = line[cut:]
	END
	cat >slow.py <<-'END'
		import os, random, sys
		r = random.Random(1)
		seen = {}
		data = b''
		while True:
		    more = os.read(0, r.choice((1, 100, 4096, 65536)))
		    if not more:
		        break
		    data += more
		for line in data.decode().splitlines():
		    name, i, text = line.split(' ')
		    assert set(text) <= {name}, line[:80]
		    assert int(i) == seen.get(name, 0), line[:80]
		    seen[name] = int(i) + 1
		print(sorted(seen.items()))
	END
	run bash -c '"$1" --merge exec:"python3 lines.py a" exec:"python3 lines.py b" exec:"python3 lines.py c" stdout,queue=8k |
		python3 slow.py' - "$IPCWIRE"
	echo "$output"
	[ "$output" = "[('a', 60), ('b', 60), ('c', 60)]" ]
}
