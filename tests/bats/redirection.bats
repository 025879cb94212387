#!/usr/bin/env bats
# A program that knows nothing of sockets, with its standard streams on one: as client, as listener; and each on another endpoint.

load helpers

setup_test() {
	free_port
	random_file data 300k
}

# peer HOW SENDS: a plain socket program on $port, HOW is connect or accept; sends that file, if one is named, and ends its
# output; what comes is in peer.out. Waits for a listener by asking the kernel, not by connecting.
peer() {
	start peer timeout 60 python3 -c '
import shutil, socket, sys, threading

how, port, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if how == "accept":
    s = socket.create_server(("127.0.0.1", port)).accept()[0]
else:
    s = socket.create_connection(("127.0.0.1", port))


def send():
    if name:
        with open(name, "rb") as f:
            s.sendfile(f)
    s.shutdown(socket.SHUT_WR)


t = threading.Thread(target=send)
t.start()
shutil.copyfileobj(s.makefile("rb"), sys.stdout.buffer)
t.join()
' "$1" "$port" "$2"
}

# through HOW SENDS STATUS ARGUMENT...: ipcwire with those words, HOW its side of the connection.
through() {
	local how=$1 sends=$2 want=$3
	shift 3
	if [ "$how" = client ]; then
		peer accept "$sends"
		wait_for_port "$port"
		start wire timeout 60 "$IPCWIRE" "$@"
	else
		start wire timeout 60 "$IPCWIRE" "$@"
		wait_for_port "$port"
		peer connect "$sends"
	fi
	wait_for_exit "$wire_pid"
	[ "$status" = "$want" ]
	wait_for_exit "$peer_pid"
	[ "$status" = 0 ]
	[ ! -s wire.err ]
}

@test "standard output of a program on a socket, as client" {
	through client '' 3 -u exec:"sh -c 'cat data; exit 3'" "tcp:localhost:$port"
	same data peer.out
}

@test "standard output of a program on a socket, as listener" {
	through listener '' 3 -u exec:"sh -c 'cat data; exit 3'" "tcp-listen:$port"
	same data peer.out
}

@test "standard input of a program from a socket, as client" {
	through client data 3 -u "tcp:localhost:$port" -- sh -c 'cat >got; exit 3'
	same data got
}

@test "standard input of a program from a socket, as listener" {
	through listener data 3 -u "tcp-listen:$port" -- sh -c 'cat >got; exit 3'
	same data got
}

@test "both on a socket, as client" {
	tr '[:lower:]' '[:upper:]' <data >want
	through client data 3 "tcp:localhost:$port" -- sh -c 'tr a-z A-Z; exit 3'
	same want peer.out
}

@test "both on a socket, as listener" {
	tr '[:lower:]' '[:upper:]' <data >want
	through listener data 3 "tcp-listen:$port" -- sh -c 'tr a-z A-Z; exit 3'
	same want peer.out
}

@test "one stream on a socket leaves the program the other one of ours" {
	through client data 0 -u "tcp:localhost:$port" -- cat
	same data wire.out
	free_port
	START_INPUT=data through client '' 0 -u exec:cat "tcp:localhost:$port"
	same data peer.out
}

@test "two programs, one at each end of a connection: both statuses are told" {
	start left timeout 60 "$IPCWIRE" -u exec:"sh -c 'cat data; exit 4'" "tcp-listen:$port"
	wait_for_port "$port"
	wire 5 -u "tcp:localhost:$port" -- sh -c 'cat >got; exit 5'
	wait_for_exit "$left_pid"
	[ "$status" = 4 ]
	same data got
}

@test "stdin= and stdout=: each stream on an endpoint of its own" {
	tr '[:lower:]' '[:upper:]' <data >want
	wire 0 exec:'tr a-z A-Z',stdin=./data,stdout=create:got
	same want got
	wire 3 exec,stdin=./data,stdout=create:got2 -- sh -c 'tr a-z A-Z; exit 3'
	same want got2
}

@test "stdin= alone: standard output is ours, and the other way round" {
	wire 0 exec:cat,stdin=./data
	same data out
	wire 0 exec:cat,stdout=create:got <data
	same data got
	[ ! -s out ]
}

@test "stdin= a connection that we make, stdout= one that we wait for" {
	tr '[:lower:]' '[:upper:]' <data >want
	peer accept data
	wait_for_port "$port"
	local from=$port
	free_port
	start wire timeout 60 "$IPCWIRE" exec:'tr a-z A-Z',stdin=tcp:localhost:"$from",stdout=tcp-listen:"$port"
	wait_for_port "$port"
	python3 -c 'import shutil, socket, sys
shutil.copyfileobj(socket.create_connection(("127.0.0.1", int(sys.argv[1]))).makefile("rb"), sys.stdout.buffer)' "$port" >got
	same want got
	wait_for_exit "$wire_pid"
	[ "$status" = 0 ]
	[ ! -s wire.err ]
}

@test "stdin= and stdout= with options of their own, and through a relay" {
	printf 'a\nb\n' >in
	wire 0 exec:cat,via=pipe,stdin=./in,stdout="'create:got,crlf'"
	printf 'a\r\nb\r\n' | same - got
}

@test "stdin= and stdout= in --explain" {
	wire 0 --explain exec:'tr a-z A-Z',stdin=tcp-listen:7000,stdout=create:got
	grep -q '^tcp-listen:7000 .*direct.* exec:tr' out
	grep -q '^create:got .*direct.* exec:tr' out
	[ ! -e got ]
}

# refused TEXT ARGUMENT...: a usage error that says this.
refused() {
	local text=$1
	shift
	wire 2 "$@"
	grep -qF -e "$text" err
}

@test "standard error on an endpoint: by a FIFO" {
	mkfifo err-fifo
	start errors "$IPCWIRE" -u fifo:err-fifo create:got
	wire 3 exec:"sh -c 'echo out; echo bad >&2; exit 3'",stderr=err-fifo,stdin=null
	echo out | same - out
	wait_for_exit "$errors_pid"
	[ "$status" = 0 ]
	echo bad | same - got
}

@test "stdin= and stdout= that make no sense are usage errors" {
	refused 'stdin= or stdout= beside another address' - exec:cat,stdin=./data
	refused 'stdin= or stdout= beside another address' exec:cat,stdin=./data -- cat
	refused 'stdin= or stdout= beside another address' --chain exec:cat,stdin=./data exec:cat
	refused 'stdin= or stdout= beside another address' 'exec:cat,stdin=./data!!null'
	refused 'stdin= is one address, not two' exec:cat,stdin="'./a!!./b'"
	refused "unknown kind 'data'" exec:cat,stdin=data
	refused 'a program as stdout=' exec:cat,stdout=exec:cat
	refused "a listener with 'each' cannot be half of A!!B" exec:cat,stdin="'tcp-listen:$port,each'"
	refused 'stdin needs a value' exec:cat,stdin
	refused 'nothing can flow between standard error of exec:cat,stderr=stdin and stdin' exec:cat,stderr=stdin
	refused 'stderr=exec:cat is a program' exec:cat,stderr=exec:cat
	refused 'stderr= is one address, not two' exec:cat,stderr="'file:a!!file:b'"
	refused "unknown option 'x' of tcp" exec:cat,stderr="'tcp:localhost:1,x'"
	refused 'stderr=fd:3 cannot be opened anew for each client' "tcp-listen:$port,each" exec:cat,stderr=fd:3
	refused 'stderr=create:x with pool=' "tcp-listen:$port,each" exec:cat,stderr=create:x,pool=1
	refused 'with many clients' exec:cat,stderr="'tcp-listen:$port,share'"
}

# The text that these programs write to their standard error.
complaints() { seq 2000; }

@test "stderr=ADDRESS: a socket, as client and as listener, a file, a queue" {
	complaints >want
	python3_receives() {
		start peer timeout 60 python3 -c 'import shutil, socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1]))).accept()[0]
shutil.copyfileobj(s.makefile("rb"), sys.stdout.buffer)' "$port"
		wait_for_port "$port"
	}
	need python3
	python3_receives
	wire 3 -u exec:"sh -c 'echo out; cat want >&2; exit 3',stderr=tcp:localhost:$port" -
	echo out | same - out
	wait_for_exit "$peer_pid"
	same want peer.out
	start wire timeout 60 "$IPCWIRE" -u exec:"sh -c 'cat want >&2',stderr=tcp-listen:$port" null
	wait_for_port "$port"
	timeout 20 "$IPCWIRE" -u "tcp:localhost:$port" create:got
	wait_for_exit "$wire_pid"
	[ "$status" = 0 ]
	same want got
	wire 0 -u exec:"sh -c 'cat want >&2'",stderr=\'create:file,mode=0640\'  null
	same want file
	[ "$(stat -c %a file)" = 640 ]
	wire 0 exec:"sh -c 'cat >&2; echo last >&2'",stdin=file:want,stdout=null,stderr=queue:q
	[ "$(timeout 20 "$IPCWIRE" -u queue:q,until=empty - | tail -n 1)" = last ]
}

@test "stderr=ADDRESS: nobody takes it: an error before the program is run; its end is the program's to know" {
	wire 1 -u exec:"sh -c 'touch ran',stderr=tcp:localhost:$port" null
	grep -q "tcp:localhost:$port: cannot connect" err
	[ ! -e ran ]
	start deaf "$IPCWIRE" -u "tcp-listen:$port,readbytes=1" null
	wait_for_port "$port"
	run timeout 60 "$IPCWIRE" -u exec:"sh -c 'trap \"\" PIPE; until ! seq 100000 >&2; do :; done; touch told',stderr=tcp:localhost:$port" null
	[ "$status" -le 1 ] # 1: the kernel had more of it than the peer took
	[ -e told ] # the program could not write any more
}

@test "stderr=ADDRESS: each client's program has its own, also with reply and scheme=fork" {
	for options in each each,scheme=fork,max=1 reply; do
		start server "$IPCWIRE" -d "unix-listen:sock,$options" exec:"sh -c 'cat; echo \"for \$IPCWIRE_SESSION\" >&2'",stderr=\'file:log,append\'
		: >log
		wait_for_line server.err 'listening'
		[ "$(echo 1 | timeout 20 "$IPCWIRE" - unix:sock)" = 1 ]
		[ "$(echo 2 | timeout 20 "$IPCWIRE" - unix:sock)" = 2 ]
		until_true 20 eval '[ "$(sort log)" = "$(printf "for 1\nfor 2")" ]'
		[ "$(grep -c ': started: peer' server.err)" = 2 ]
		kill "$server_pid"
		wait_for_exit "$server_pid"
		[ "$status" = 0 ]
	done
}

@test "stderr=ADDRESS: a program that is started again keeps it; one that is ended by a signal does not hold us" {
	wire 0 -u exec:"sh -c 'echo run >&2; [ -e third ] || { [ ! -e second ] || touch third; touch second; exit 1; }'",restart=failure,interval=10ms,stderr=create:got null
	[ "$(grep -c run got)" = 3 ]
	start wire timeout 60 "$IPCWIRE" -u exec:"sh -c 'sleep 1000 & echo going >&2; exec sleep 1000'",stderr=create:going null
	wait_for_line going going
	kill -INT "$wire_pid"
	wait_for_exit "$wire_pid"
	[ "$status" = 130 ]
}

@test "stderr=ADDRESS in --explain" {
	wire 0 --explain -u exec:cat,stderr=create:got null
	grep -q 'standard error goes to create:got by a pipe' out
	[ ! -e got ]
}
