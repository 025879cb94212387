#!/usr/bin/env bats
# file:, create:, gopen: and a bare path, with their options.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@" </dev/null; }

@test "create: makes a file, file: reads it, byte for byte" {
	random_file in 1M
	iw -u file:in create:out
	same in out
}

@test "create: empties what is there, and obeys mode and umask" {
	printf 'a long old text' >out
	iw -u text:new create:out
	[ "$(cat out)" = new ]
	(umask 027 && iw -u text:x create:made,mode=0666)
	[ "$(stat -c %a made)" = 640 ]
}

@test "file: overwrites in place, trunc empties first, append adds" {
	printf abcdef >f
	iw -u text:XY file:f
	[ "$(cat f)" = XYcdef ]
	iw -u text:++ file:f,append
	[ "$(cat f)" = XYcdef++ ]
	iw -u text:new file:f,trunc
	[ "$(cat f)" = new ]
}

@test "file: with create makes it, and with excl insists on that" {
	iw -u text:one file:f,create
	[ "$(cat f)" = one ]
	rc=0
	iw -u text:two file:f,create,excl 2>err || rc=$?
	[ "$rc" = 1 ]
	grep -q '^ipcwire: file:f,create,excl: .*File exists' err
	[ "$(cat f)" = one ]
}

@test "seek begins at an offset, reading and writing" {
	printf 0123456789 >f
	iw -u file:f,seek=4 create:out
	[ "$(cat out)" = 456789 ]
	iw -u text:ab file:f,seek=2
	[ "$(cat f)" = 01ab456789 ]
}

@test "a bare path and gopen: append, and make what is missing" {
	iw -u text:one ./log
	iw -u text:two gopen:log
	[ "$(cat log)" = onetwo ]
	iw -u text:new gopen:log,trunc
	[ "$(cat log)" = new ]
}

@test "unlink-close removes it at the end, nofollow refuses a link" {
	printf text >f
	iw -u file:f,unlink-close create:out
	[ "$(cat out)" = text ]
	[ ! -e f ]
	ln -s out link
	rc=0
	iw -u file:link,nofollow null 2>err || rc=$?
	[ "$rc" = 1 ]
	grep -q '^ipcwire: file:link,nofollow: ' err
}

@test "a path may have colons, quotes protect a comma; gopen: connects to a socket" {
	printf colons >a:b:c
	iw -u file:a:b:c create:"'x,y'"
	[ "$(cat x,y)" = colons ]
	start server "$IPCWIRE" unix-listen:sock pipe
	wait_for_socket sock
	printf hello >q
	iw 'file:q!!create:answer' gopen:sock
	[ "$(cat answer)" = hello ]
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}
