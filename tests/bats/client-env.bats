#!/usr/bin/env bats
# What a program learns of its client: one table, and all of it is tried here.

load helpers

# The names of the table that are set for a family (tcp, unix, or - for never).
variables() {
	"$IPCWIRE" --list=all | awk -F '\t' -v f="$1" '$1 == "client-variable" && index("," $3 ",", "," f ",") { print $2 }'
}
all_variables() {
	"$IPCWIRE" --list=all | awk -F '\t' '$1 == "client-variable" { print $2 }'
}

# forged COMMAND...: runs it with every variable of the table set to a lie.
forged() {
	local lies=() name
	for name in $(all_variables); do
		lies+=("$name=forged")
	done
	"${FORGED_START[@]}" env "${lies[@]}" "$@"
}

# told FILE FAMILY [NOT...]: all variables of the family are there, with values that print, and no others.
told() {
	local file=$1 family=$2 name
	shift 2
	all_variables | while read -r name; do
		if variables "$family" | grep -qx "$name" && [[ " $* " != *" $name "* ]]; then
			grep -qE "^$name=[[:graph:]]+$" "$file" || { echo "missing: $name" >&2; return 1; }
		else
			! grep -q "^$name=" "$file" || { echo "there is: $name" >&2; return 1; }
		fi
	done
}

# counts_as N: the next client hears so.
counts_as() {
	timeout 20 "$IPCWIRE" - tcp4:127.0.0.1:"$port" </dev/null >out
	grep -qx "$1" out
}

@test "TCP: every variable of the table that can be set is, and no lie gets through" {
	free_port
	FORGED_START=(start server)
	forged "$IPCWIRE" tcp4-listen:"$port",each exec:env
	wait_for_port "$port"
	wire 0 -U - tcp4:127.0.0.1:"$port"
	told out tcp
	[ "$(grep -c forged out)" = 0 ]
	[ "$(sed -n 's/^IPCWIRE_PEER=//p' out)" = "127.0.0.1:$(sed -n 's/^TCPREMOTEPORT=//p' out)" ]
}

@test "UNIX: every variable of the table that can be set is, and no lie gets through" {
	need python3
	FORGED_START=(start server)
	forged "$IPCWIRE" unix-listen:sock,each exec:env
	wait_for_socket sock
	wire 0 -U - unix:sock
	told out unix IPCWIRE_PEERADDR IPCREMOTEPATH UNIXREMOTEPATH
	grep -qx IPCWIRE_PEER=unnamed out
	timeout 20 python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind("\0na me\n\x1b[1mFORGED=1" + sys.argv[1])
s.connect("sock")
s.shutdown(socket.SHUT_WR)
while data := s.recv(65536):
    sys.stdout.write(data.decode())' "$$" >out
	grep -v ' me' out >graphs
	told graphs unix IPCWIRE_PEER IPCWIRE_PEERADDR IPCREMOTEPATH UNIXREMOTEPATH
	[ "$(grep -c '^FORGED' out)" = 0 ]
	for name in IPCWIRE_PEER IPCWIRE_PEERADDR IPCREMOTEPATH UNIXREMOTEPATH; do
		LC_ALL=C grep -qE "^$name=@na [ -~]*012[ -~]*FORGED=1$$\$" out
	done
}

@test "one client, and the only one: the same variables, but no session" {
	free_port
	FORGED_START=(start server)
	forged "$IPCWIRE" tcp4-listen:"$port" exec:env
	wait_for_port "$port"
	wire 0 -U - tcp4:127.0.0.1:"$port"
	told out tcp IPCWIRE_SESSION
}

@test "how many clients there are of an address, and of a user" {
	need python3
	free_port
	start server "$IPCWIRE" tcp4-listen:"$port",each exec:'sh -c "echo $TCPCONNNUM; read -r rest"'
	wait_for_port "$port"
	start far "$IPCWIRE" -u tcp4:127.0.0.1:"$port",bind=127.0.0.2 create:far
	wait_for_line far 1
	for n in 1 2 3; do
		start "c$n" "$IPCWIRE" -u tcp4:127.0.0.1:"$port" create:"c$n"
		wait_for_line "c$n" "^$n\$"
	done
	kill "$c2_pid" "$c3_pid"
	until_true 10 counts_as 2
	start fork "$IPCWIRE" unix-listen:sock,each,scheme=fork exec:'sh -c "echo $IPCCONNNUM; read -r rest"'
	wait_for_socket sock
	for n in 1 2; do
		start "u$n" "$IPCWIRE" -u unix:sock create:"u$n"
		wait_for_line "u$n" "^$n\$"
	done
}

@test "one program for all clients is told of none of them" {
	FORGED_START=(start server)
	forged "$IPCWIRE" unix-listen:sock,share 'exec:env,stderr=null'
	wait_for_socket sock
	wire 0 -U - unix:sock
	[ "$(grep -c forged out)" = 0 ]
}

@test "without a listener the variables are those of whoever started us; env= has the last word" {
	FORGED_START=()
	forged "$IPCWIRE" -U - exec:env >out
	[ "$(grep -c =forged out)" = "$(all_variables | wc -l)" ]
	FORGED_START=(start server)
	forged "$IPCWIRE" unix-listen:sock,each exec:env,env=PROTO=mine
	wait_for_socket sock
	wire 0 -U - unix:sock
	grep -qx PROTO=mine out
}

@test "the manual has the list" {
	for name in $(all_variables); do
		grep -qx ".It Ev $name" "$ROOT/doc/ipcwire.1"
	done
	[ "$(all_variables | wc -l)" -ge 20 ]
}
