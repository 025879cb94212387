#!/usr/bin/env bats
# tcp, tcp4, tcp6: connecting.

bats_require_minimum_version 1.5.0
load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

# An echo server on $port, at the address.
serve() {
	free_port
	start server "$IPCWIRE" tcp-listen:"$1:$port",each pipe
	wait_for_port "$port"
}

@test "a name, an IPv4 and an IPv6 address lead to the server" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port",each pipe
	wait_for_port "$port"
	for address in tcp:localhost tcp4:localhost tcp:127.0.0.1 TCP-connect:127.0.0.1; do
		printf 'by %s' "$address" | iw - "$address:$port" >out
		[ "$(cat out)" = "by $address" ]
	done
	[ -e /proc/net/if_inet6 ] || skip 'optional: no IPv6'
	printf six | iw - "tcp6:[::1]:$port" >out
	[ "$(cat out)" = six ]
}

@test "3 MiB both ways at once" {
	serve 127.0.0.1
	random_file in 3M
	iw - tcp:127.0.0.1:"$port" <in >out
	same in out
}

@test "the answer that comes after half-close is not lost" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port" exec:"sh -c 'wc -c; sleep 1; echo late'"
	wait_for_port "$port"
	head -c 1000 /dev/zero | iw - tcp:127.0.0.1:"$port" >out
	grep -qx 1000 out
	grep -qx late out
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

@test "bind= is the address the server sees" {
	free_port
	start server "$IPCWIRE" tcp-listen:"$port" exec:printenv,stderr=merge
	wait_for_port "$port"
	other=$port
	free_port
	iw -U - tcp:127.0.0.1:"$other",bind=127.0.0.2:"$port" </dev/null >out
	grep -qx IPCWIRE_PEERADDR=127.0.0.2 out
	grep -qx "IPCWIRE_PEERPORT=$port" out
}

@test "options of the socket reach the kernel" {
	need strace
	no_leak_check
	serve 127.0.0.1
	strace -f -qq -e trace=setsockopt -o trace timeout 20 "$IPCWIRE" -u text:x \
		tcp:127.0.0.1:"$port",keepalive,ttl=5,tos=16,sndbuf=20000,rcvbuf=30000,so-linger=7,congestion=reno </dev/null
	cat trace
	grep -q 'TCP_CONGESTION, .* = 0' trace
	grep -q 'SO_KEEPALIVE, \[1\]' trace
	grep -q 'IP_TTL, \[5\]' trace
	grep -q 'IP_TOS, \[16\]' trace
	grep -q 'SO_SNDBUF, \[20000\]' trace
	grep -q 'SO_RCVBUF, \[30000\]' trace
	grep -q 'SO_LINGER, {l_onoff=1, l_linger=7}' trace
	grep -q 'TCP_NODELAY, \[1\]' trace
}

@test "a congestion control that the system does not have is an error" {
	free_port
	run -1 iw -u text:x tcp:127.0.0.1:"$port",congestion=no-such
	[[ $output == *"tcp:127.0.0.1:$port,congestion=no-such: cannot set option congestion: "* ]]
	run -1 iw -u "tcp-listen:$port,congestion=no-such" -
	[[ $output == *"cannot set option congestion: "* ]]
}

@test "a system that paces all that is sent does not slow down what stays on this machine" {
	need ss
	[[ $(</proc/sys/net/ipv4/tcp_congestion_control) == bbr* ]] || skip 'optional: only where the default is BBR'
	free_port
	start server "$IPCWIRE" "tcp-listen:$port" stall
	wait_for_port "$port"
	start client "$IPCWIRE" -u stall "tcp:127.0.0.1:$port"
	# The kernel has a connection before the server has it.
	until_true "$DEADLINE" are_unpaced
	[ "$(ss -tinH "sport = $port or dport = $port" | grep -cw bbr)" = 0 ]
}
are_unpaced() { [ "$(ss -tinH state established "sport = $port or dport = $port" | grep -cw reno)" = 2 ]; }

@test "options of the socket that socat has, by its words" {
	need strace
	no_leak_check
	serve 127.0.0.1
	opts=so-keepalive,tcp-keepidle=11,keepintvl=12,tcp-keepcnt=3,cork,linger2=13,mss=1200,syncnt=4,window-clamp=50000
	strace -f -qq -e trace=setsockopt -o trace timeout 20 "$IPCWIRE" -u text:x \
		tcp:127.0.0.1:"$port",$opts,freebind,so-priority=5,defer-accept=2 </dev/null
	cat trace
	for set in 'SO_KEEPALIVE, \[1\]' 'TCP_KEEPIDLE, \[11\]' 'TCP_KEEPINTVL, \[12\]' 'TCP_KEEPCNT, \[3\]' \
		'TCP_CORK, \[1\]' 'TCP_LINGER2, \[13\]' 'TCP_MAXSEG, \[1200\]' 'TCP_SYNCNT, \[4\]' \
		'TCP_WINDOW_CLAMP, \[50000\]' 'IP_FREEBIND, \[1\]' 'SO_PRIORITY, \[5\]' 'TCP_DEFER_ACCEPT, \[2\]'; do
		grep -q "$set.* = 0" trace
	done
}

@test "nodelay=no leaves Nagle's algorithm on" {
	need strace
	no_leak_check
	serve 127.0.0.1
	strace -f -qq -e trace=setsockopt -o trace timeout 20 "$IPCWIRE" -u text:x tcp:127.0.0.1:"$port",nodelay=no </dev/null
	run grep -c 'TCP_NODELAY, \[1\]' trace
	[ "$output" = 0 ]
}

@test "tcp4 refuses an IPv6 address" {
	rc=0
	iw "tcp4:[::1]:9" null 2>err </dev/null || rc=$?
	cat err
	[ "$rc" = 1 ]
	grep -q '^ipcwire: tcp4:\[::1\]:9: ' err
}
