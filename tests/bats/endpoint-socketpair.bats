#!/usr/bin/env bats
# socketpair: an echo that can keep messages apart.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "socketpair: 3 MiB come back" {
	random_file in 3M
	iw - socketpair <in >out
	same in out
}

@test "socketpair: packets and datagrams stay apart, empty ones too, and their end is told" {
	printf 'one\n\ntwo\n\n' >in
	for type in seqpacket datagram; do
		iw -,frame=line socketpair,type=$type <in >out
		same in out
	done
	seq 20000 >in
	iw -,frame=line socketpair,type=datagram <in >out
	same in out
}

@test "socketpair: bad words are refused" {
	wire 2 - socketpair,type=raw
	wire 2 - socketpair,type=datagram,frame=line
	grep -q 'frame= on a socketpair which keeps messages apart itself' err
}
