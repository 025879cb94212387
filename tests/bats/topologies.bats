#!/usr/bin/env bats
# More than two ends: chain, tee, merge, hub.

load helpers

@test "chain: each end's output is the next one's input" {
	wire 0 --chain text:'b\na\nc\n' exec:sort exec:'tr a-z A-Z' stdout
	[ "$(cat out)" = $'A\nB\nC' ]
}

@test "chain: programs are joined as in a shell, ours at both sides" {
	random_file in 8M
	wire 0 --chain exec:cat exec:cat exec:cat <in
	same in out
}

@test "chain: the status is the last program's, --status says otherwise" {
	wire 4 --chain exec:'sh -c "exit 3"' exec:'sh -c "cat; exit 4"'
	wire 3 --status=first --chain exec:'sh -c "exit 3"' exec:'sh -c "cat; exit 4"'
}

@test "chain: two programs on one socket, and its server waits for the end of its input" {
	free_port
	start server "$IPCWIRE" "tcp-listen:127.0.0.1:$port" system:'sort -r'
	wait_for_port "$port"
	wire 0 --chain exec:'seq 3' "tcp:127.0.0.1:$port" exec:'sed s/^/line-/' stdout
	printf 'line-3\nline-2\nline-1\n' | cmp - out
}

@test "chain: bytes are the same through sockets and files" {
	random_file in 4M
	free_port
	start server "$IPCWIRE" -u "tcp-listen:$port" create:got
	wait_for_port "$port"
	wire 0 --chain file:in exec:cat "tcp:127.0.0.1:$port"
	wait_for_exit "$server_pid"
	same in got
}

@test "tee: all others get everything" {
	random_file in 4M
	wire 0 --tee file:in create:a create:b exec:'sh -c "sha256sum >c"' stdout
	same in a
	same in b
	same in out
	[ "$(cat c)" = "$(sum_of in)" ]
}

@test "tee: a slow sink is waited for, a fast one is not held back beyond the queue" {
	random_file in 4M
	mkfifo slow
	start tee "$IPCWIRE" --tee file:in create:fast fifo:slow,queue=disk
	exec 7<>slow
	until_true "$DEADLINE" cmp -s in fast
	cat <slow >got 7>&- 3>&- &
	cat_pid=$!
	wait_for_exit "$tee_pid"
	exec 7>&-
	wait "$cat_pid"
	[ "$status" = 0 ]
	same in got
}

@test "tee: a sink that fails is told, counted and makes the status 1; the others get all" {
	random_file in 4M
	wire 1 --tee file:in create:a file:/dev/full create:b
	same in a
	same in b
	grep -q '/dev/full: .* bytes did not arrive: No space left' err
	[ "$(grep -c . err)" = 1 ]
}

@test "tee: a program that has had enough is no failure" {
	random_file in 4M
	wire 0 --tee file:in exec:'head -c 1' create:a
	same in a
}

@test "merge: whole lines of all, in each one's order" {
	wire 0 --merge exec:'seq 1 20000' exec:'seq 100001 120000' exec:'seq 200001 220000' -
	grep -v '^[12]....[0-9]$' out >a
	grep '^1.....$' out >b
	grep '^2.....$' out >c
	seq 1 20000 | cmp - a
	seq 100001 120000 | cmp - b
	seq 200001 220000 | cmp - c
}

@test "merge: an unfinished last line goes out as it is" {
	wire 0 --merge text:one text:two -
	[ "$(cat out)" = onetwo ] || [ "$(cat out)" = twoone ]
}

@test "merge: a line longer than the queue passes, with a note" {
	head -c 300000 /dev/zero | tr '\0' x >long
	wire 0 -d --merge file:long text:'short\n' -
	[ "$(wc -c <out)" = 300006 ]
	grep -q 'passes in pieces' err
}

@test "hub: every end hears the others and not itself" {
	mkfifo a.in b.in c.in
	start hub "$IPCWIRE" --hub 'fifo:a.in!!create:a.out' 'fifo:b.in!!create:b.out' 'fifo:c.in!!create:c.out'
	exec 7>a.in 8>b.in 9>c.in
	echo from a >&7
	wait_for_line b.out 'from a'
	wait_for_line c.out 'from a'
	echo from b >&8
	wait_for_line a.out 'from b'
	wait_for_line c.out 'from b'
	[ "$(cat a.out)" = 'from b' ]
	[ "$(cat b.out)" = 'from a' ]
	exec 7>&- 8>&- 9>&-
	wait_for_exit "$hub_pid"
	[ "$status" = 0 ]
}

@test "hub: lines from all arrive whole and in order at all others" {
	for i in 1 2 3; do
		seq -f "$i %.0f" 20000 >in.$i
		ends+=("file:in.$i!!create:out.$i")
	done
	wire 0 --hub "${ends[@]}"
	cat in.2 in.3 | sort | cmp - <(sort out.1)
	cat in.1 in.3 | sort | cmp - <(sort out.2)
	grep '^1 ' out.3 | cmp - in.1
	grep '^2 ' out.3 | cmp - in.2
}

@test "wrong topologies are refused before anything is opened" {
	wire 2 --chain -
	grep -q 'at least 2' err
	wire 2 --tee --hub - null
	grep -q -- '--tee and --hub at the same time' err
	wire 2 - null null
	grep -q -- '--chain, --tee, --merge and --hub take more' err
	wire 2 -u --tee - null null
	wire 2 --tee stdout null
	grep -q 'stdout cannot be read' err
	wire 2 --chain - text:x stdout
	grep -q 'text:x cannot be written' err
	wire 2 --hub tcp-listen:7000,each -
	grep -q "'each' with --hub" err
}
