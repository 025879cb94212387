#!/usr/bin/env bats
# -v, -x, -r, -R: what flows, shown and copied.

load helpers

# The head of a record: MARK LENGTH FROM TO.
head_of() {
	printf '^%s [0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8}\\.[0-9]{6}  length=%s from=%s to=%s' "$@"
}

dump() {
	timeout --kill-after=5 20 "$IPCWIRE" "$@" 2>err
}

@test "-v shows both directions, with time, length and offsets" {
	printf 'hello\n' | dump -v - exec:'tr a-z A-Z' >out
	grep -qE "$(head_of '>' 6 0 5)\$" err
	grep -qE "$(head_of '<' 6 0 5)\$" err
	grep -qx hello err
	grep -qx HELLO err
	[ "$(cat out)" = HELLO ]
}

@test "-v: offsets go on from chunk to chunk" {
	mkfifo in
	START_INPUT=in start relay "$IPCWIRE" -v -u - create:copy
	exec 7>in
	echo one >&7
	wait_for_line relay.err '^one$'
	echo three >&7
	wait_for_line relay.err '^three$'
	exec 7>&-
	wait_for_exit "$relay_pid"
	grep -qE "$(head_of '>' 4 0 3)\$" relay.err
	grep -qE "$(head_of '>' 6 4 9)\$" relay.err
	grep -qE '^> .*  end at=10$' relay.err
}

@test "-v: controls are escaped, a missing newline is marked" {
	printf 'a\033[31m\r\\\tb' | dump -u -v - null
	grep -qxF "$(printf 'a\\033[31m\\r\\\\\tb\\')" err
	if grep -q "$(printf '\033')" err; then false; fi
}

@test "-v: UTF-8 passes where the locale has it" {
	printf '\303\251\n' | LC_ALL=C.UTF-8 dump -u -v - null
	grep -qx "$(printf '\303\251')" err
	printf '\303\251\n' | LC_ALL=C dump -u -v - null
	grep -qxF '\303\251' err
}

@test "-x is one line of hexadecimal digits" {
	printf 'a\n\0' | dump -u -x - null
	grep -qx ' 61 0a 00' err
}

@test "-vx has rows of sixteen, and both letters combine with others" {
	printf 'ab\n0123456789abcdefg' | dump -uvx - null
	grep -qxF ' 61 62 0a                                         ab.' err
	grep -qxF ' 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef' err
	grep -qxF ' 67                                               g' err
	grep -qx -- -- err
}

@test "every byte of a long transfer is in the dump" {
	random_file want 3M
	dump -u -x file:want create:copy
	same want copy
	grep '^ ' err | tr -d ' \n' | tr a-f A-F | basenc --base16 -d >seen
	same want seen
}

@test "a server's records carry the session" {
	start server "$IPCWIRE" -v unix-listen:s.sock,each exec:cat
	wait_for_socket s.sock
	[ "$(echo first | dump - unix:s.sock)" = first ]
	[ "$(echo second | dump - unix:s.sock)" = second ]
	wait_for_line server.err '^> .*length=7 from=0 to=6  \[s2\]$'
	grep -qE '^> .*length=6 from=0 to=5  \[s1\]$' server.err
	grep -qE '^< .*length=6 from=0 to=5  \[s1\]$' server.err
}

@test "with more than two ends the head says which" {
	dump -v --merge exec:'echo one' exec:'echo two' create:out
	grep -qE "$(head_of '>' 4 0 3)  \\[end 1\\]\$" err
	grep -qE "$(head_of '>' 4 0 3)  \\[end 2\\]\$" err
	grep -qx one err
	grep -qx two err
}

@test "-r and -R with more than two ends: what the first says, and what the others say" {
	dump -r first -R others --merge exec:'echo one' exec:'echo two' exec:'echo three' create:out
	[ "$(cat first)" = one ]
	[ "$(sort others | tr '\n' ' ')" = 'three two ' ]
}

@test "the plan says who sees the bytes, and -r sees one direction only" {
	run "$IPCWIRE" --explain -v exec:cat exec:cat
	[[ $output == *'--verbose shows the bytes'* ]]
	run "$IPCWIRE" --explain -x exec:cat exec:cat
	[[ $output == *'--hex shows the bytes'* ]]
	run "$IPCWIRE" --explain -r copy exec:cat exec:cat
	[[ $output == *'--raw-forward copies the bytes'* && $output == *direct* ]]
	[ ! -e copy ]
}

@test "-r and -R append each direction to a file for the owner alone" {
	printf before >right
	printf 'question\n' | dump -r left -R right - exec:'tr a-z A-Z' >out
	[ "$(cat left)" = question ]
	[ "$(cat right)" = beforeQUESTION ]
	[ "$(stat -c %a left)" = 600 ]
}

@test "-r is complete for a long transfer in both directions" {
	random_file want 5M
	dump -r left -R right - exec:cat <want >out
	same want out
	same want left
	same want right
}

@test "-r: all sessions of a server append whole chunks" {
	local i
	start server "$IPCWIRE" -r copy unix-listen:s.sock,each null
	wait_for_socket s.sock
	for i in 1 2 3 4 5 6 7 8; do
		yes "line of client $i" | head -n 1000 | "$IPCWIRE" -u - unix:s.sock 3>&- &
	done
	until_true 20 eval '[ "$(cat copy | wc -c)" = 136000 ]'
	# Chunks may end within a line, but nothing is lost or doubled.
	for i in 1 2 3 4 5 6 7 8; do
		[ "$(tr -cd "$i" <copy | wc -c)" = 1000 ]
	done
}

@test "-r: a file that cannot be opened is an error before anything runs" {
	local rc=0
	dump -r missing/copy - exec:'touch ran' </dev/null || rc=$?
	[ "$rc" = 1 ]
	grep -q '^ipcwire: missing/copy: ' err
	[ ! -e ran ]
}

@test "-r: a copy that cannot be written is told once, the wire goes on, the status is 1" {
	local rc=0
	random_file want 1M
	dump -r /dev/full -u file:want create:got || rc=$?
	[ "$rc" = 1 ]
	same want got
	[ "$(grep -c '/dev/full: the copy of the traffic ends after 0 bytes: No space left on device' err)" = 1 ]
	[ "$(grep -c . err)" = 1 ]
}

@test "a reader of the dump that stops does not stop the wire, and the loss is told" {
	random_file want 1M
	mkfifo shown
	exec 7<>shown
	timeout 20 "$IPCWIRE" -x -u file:want create:got 2>shown 7>&- 3>&- &
	relay_pid=$!
	wait_for_exit "$relay_pid"
	[ "$status" = 0 ]
	same want got
	exec 7>&-
}

@test "what a reader of the dump missed is told when it reads again" {
	mkfifo in shown
	exec 7<>shown
	START_INPUT=in start relay sh -c 'exec "$0" -x -u - create:got 2>shown 7>&-' "$IPCWIRE"
	exec 8>in
	head -c 200000 /dev/zero >&8 # more text than the pipe takes
	until_true 20 eval '[ "$(wc -c <got)" = 200000 ]'
	cat <&7 >seen 2>/dev/null 7>&- 8>&- 3>&- &
	cat_pid=$!
	PIDS+=("$cat_pid")
	until_true 20 eval 'printf x >&8; grep -qa "records (.* bytes of text) are missing here: nobody read standard error" seen'
	exec 8>&- 7>&-
	wait_for_exit "$relay_pid"
}

@test "a closed standard error does not stop the wire" {
	printf 'hello\n' | timeout 20 "$IPCWIRE" -v - exec:cat 2>&- >out
	[ "$(cat out)" = hello ]
}
