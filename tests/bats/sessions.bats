# Sessions: an end kept open in the background, asked by commands of their own.
load helpers

setup_test() { export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR; }
teardown_test() {
	local name
	for name in $("$IPCWIRE" session list | awk '{ print $1 }'); do "$IPCWIRE" session stop "$name"; done
}

# ask STATUS ARGUMENT...: as `wire`, with nothing to read.
ask() { wire "$@" </dev/null; }

@test "start, send, expect, capture, status, wait" {
	ask 0 session start -n calc exec:'bc -q'
	ask 0 send calc '6*7'
	ask 0 expect calc 41 42
	[ "$(cat out)" = 2 ]
	ask 0 send calc 'print "port ", 80, "\n"'
	ask 0 expect calc '/port (?<port>\d+)/'
	[ "$(cat out)" = 1 ]
	for group in 1 port match 0; do
		ask 0 capture calc "$group"
		[[ $(cat out) == *80 ]]
	done
	ask 0 capture calc before
	ask 1 capture calc nothing
	ask 0 session list
	[[ $(cat out) == calc\ *exec:bc\ -q ]]
	ask 0 status calc
	grep -q '^state: ' out
	grep -q '^pid: [1-9]' out
	ask 124 wait -t 0.1 calc
	ask 0 send calc quit
	ask 0 wait calc
	ask 0 session list
	[ ! -s out ]
	[ ! -e ipcwire/calc ]
}

@test "--case: the status is 10 and the number of the pattern; 124 time, 123 end of input" {
	ask 0 session start -n s system:'read x; echo "got $x"; read y; exit 3'
	ask 0 send s hello
	ask 12 expect --case s nothing 'got hello'
	ask 0 send s -n bye
	ask 124 expect s -t 0.1 --case never
	[[ $(cat err) == 'ipcwire: s: "never" did not come within '* ]]
	grep -q 'received from' err
	ask 0 session ask s close-in
	ask 123 expect s --case never
	ask 3 wait s
}

# slow_session CALLS: session s, each of whose calls takes half a second.
slow_session() {
	start slow strace -qq -f -o /dev/null -e trace="$1" -e inject="$1:delay_enter=250000:delay_exit=250000" \
		"$IPCWIRE" session start -n s system:'exit 7'
	wait_for_socket ipcwire/s
}

@test "who has heard of the end may start a session of that name at once" {
	need strace
	no_leak_check
	for calls in sendmsg,sendto,write,writev unlink,unlinkat; do
		slow_session "$calls"
		ask 7 wait s
		ask 0 session list
		[ ! -s out ]
		ask 0 session start -n s exec:cat
		wait_for_exit "$slow_pid"
		ask 0 session list
		[[ $(cat out) == s\ *exec:cat ]]
		ask 0 session stop s
		slow_session "$calls"
		ask 0 session stop s
		ask 0 session start -n s exec:cat
		wait_for_exit "$slow_pid"
		ask 0 session stop s
	done
}

@test "the session reads when nobody asks" {
	ask 0 session start -n s system:'seq 1000000; echo done; read x'
	ask 0 expect s -t 15s /^done/
	ask 0 status s
	grep -q '^received: 6888901$' out
	ask 0 session stop s
}

@test "programs in the words behind --, standard error with the rest, and nothing of ours is held" {
	local said
	said=$("$IPCWIRE" session start -n s -- sh -c 'echo out; echo err >&2; cat' 2>&1)
	[ -z "$said" ]
	ask 0 expect s err
	ask 0 capture s before
	[ "$(cat out)" = "$(printf 'out\n\n')" ]
	ask 0 session stop s
}

@test "a program that cannot be run is no session" {
	ask 127 session start -n s exec:no-such-program
	[[ $(cat err) == *no-such-program* ]]
	ask 0 session list
	[ ! -s out ]
}

@test "the status is there after the end, for as long as --keep says" {
	ask 0 session start -n s system:'exit 7'
	until_true "$DEADLINE" ended s
	ask 7 wait s
	ask 0 session start -n s --keep 0.1 system:'exit 7'
	until_true "$DEADLINE" test ! -e ipcwire/s
}
ended() { "$IPCWIRE" status "$1" | grep -q '^state: ended, status 7'; }

@test "several clients: what one has matched is used for all, and each goes on with what follows" {
	ask 0 session start -n s exec:cat
	start first "$IPCWIRE" expect s -t 60s 'b' 'c'
	until_true "$DEADLINE" waiting 1
	until_true "$DEADLINE" is_asleep "$first_pid" # it has asked
	start second "$IPCWIRE" expect s -t 60s 'b' 'd'
	until_true "$DEADLINE" waiting 2
	until_true "$DEADLINE" is_asleep "$second_pid"
	ask 0 send s 'a b'
	wait_for_exit "$first_pid"
	[ "$status $(cat first.out)" = '0 1' ]
	if is_over "$second_pid"; then false; fi
	ask 0 send s 'b'
	wait_for_exit "$second_pid"
	[ "$status $(cat second.out)" = '0 1' ]
}
# So many expects are with the session: as many connections as that, and one for the question.
waiting() { [ "$(ss -xH state connected src "*$XDG_RUNTIME_DIR/ipcwire/s" | wc -l)" -ge "$1" ]; }

@test "a client that dies while it waits disturbs nobody" {
	ask 0 session start -n s exec:cat
	start victim "$IPCWIRE" expect s 'never'
	until_true "$DEADLINE" waiting 1
	kill -KILL "$victim_pid"
	wait_for_exit "$victim_pid"
	ask 0 send s hello
	ask 0 expect s -t 15s hello
	until_true "$DEADLINE" waiting_none
}
waiting_none() { ! waiting 1; }

@test "verbs of dialogues: keys, signals, size, quiet, await-read, await-noecho" {
	need python3
	ask 0 session start -n s exec:'python3 -q -c "import getpass, signal; signal.signal(2, lambda *a: print(\"interrupted\")); print(getpass.getpass()); input(); input()"',pty
	ask 0 session ask s await-noecho
	PW=hunter22 ask 0 session ask s send-env PW
	ask 0 expect s -t 15s hunter22
	ask 0 session ask s await-read
	ask 0 session ask s signal INT
	ask 0 expect s -t 15s interrupted
	ask 0 session ask s size 100x30
	ask 0 session ask s key Enter
	ask 0 session ask s quiet 0.1
	ask 2 session ask s key NoSuchKey
	ask 2 session ask s fly
	ask 2 session ask s print x
}

@test "secrets: from environment, descriptor and file, and masked in what is told" {
	ask 0 session start -n s exec:cat
	PW=hunter22 ask 0 session ask s send-env PW
	echo from-file >secret
	ask 0 session ask s send-fd 7 7<<<from-descriptor
	ask 0 session ask s send-file -secret secret
	ask 0 expect s from-file
	ask 124 expect s -t 0.1 --case never
	[ "$(grep -cE 'hunter22|from-descriptor|from-file' err)" = 0 ]
	ask 1 session ask s send-env NO_SUCH_VARIABLE
}

@test "attach and detach in person" {
	ask 0 session start -n s exec:'bash --norc',pty
	PS1='ready $ ' ask 0 exec:"$IPCWIRE interact s",pty --expect '/[$#] $/' --send 'x=in$((41+1))side; echo $x' --expect in42side --key ^]
	ask 0 send s 'echo again=$x'
	ask 0 expect s -t 15s /^again=in42side/
	start one "$IPCWIRE" exec:"$IPCWIRE interact s",pty --expect,t=60s both --key ^]
	start other "$IPCWIRE" exec:"$IPCWIRE interact s",pty --expect,t=60s both --key ^]
	wait_for_line one.out '[$#] $'
	wait_for_line other.out '[$#] $'
	ask 0 send s 'echo bo""th'
	wait_for_exit "$one_pid"
	[ "$status" = 0 ]
	wait_for_exit "$other_pid"
	[ "$status" = 0 ]
	ask 1 interact s
	[[ $(cat err) == *'no terminal'* ]]
}

@test "refused: a name in use, no such session, one that is dead, no name" {
	ask 0 session start -n s exec:cat
	ask 1 session start -n s exec:cat
	[ "$(cat err)" = "ipcwire: s: there is a session of that name; 'ipcwire session stop' ends it" ]
	ask 1 send t hello
	[ "$(cat err)" = "ipcwire: t: there is no such session; 'ipcwire session list' shows those that there are" ]
	pid=$("$IPCWIRE" status s | sed -n 's/^pid: //p')
	kill -KILL "$(awk '{ print $4 }' "/proc/$pid/stat")"
	until_true "$DEADLINE" dead
	ask 1 send s hello
	[ "$(cat err)" = "ipcwire: s: the session is dead, only its socket is left; 'ipcwire session stop' removes it" ]
	ask 0 session stop s
	ask 0 session list
	[ ! -s out ]
	ask 1 send ../s hello
	ask 2 session start -n 'a b' exec:cat
	ask 2 session start exec:cat
	ask 2 session start -n s
	ask 2 session
	ask 2 expect s
}
dead() { "$IPCWIRE" session list | grep -q dead; }

@test "a dead session's name can be used again" {
	ask 0 session start -n s exec:cat
	kill -KILL "$(awk '{ print $4 }' "/proc/$("$IPCWIRE" status s | sed -n 's/^pid: //p')/stat")"
	until_true "$DEADLINE" dead
	ask 0 session start -n s exec:cat
	ask 0 send s hello
	ask 0 expect s hello
}

@test "a directory of another user, or open to others, is not used" {
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	mkdir -m 700 ipcwire
	chown 65534 ipcwire
	ask 1 session start -n s exec:cat
	[[ $(cat err) == *'belongs to another user (uid 65534), not to us (uid 0)'* ]]
	ask 1 send s hello
	chown 0 ipcwire
	chmod 750 ipcwire
	ask 1 session start -n s exec:cat
	[[ $(cat err) == *'others may use this directory'* ]]
	chmod 700 ipcwire
}

@test "sockets and directory are for the owner alone" {
	ask 0 session start -n s exec:cat
	[ "$(stat -c %a ipcwire) $(stat -c %a ipcwire/s)" = '700 600' ]
}

@test "a wrong pattern is shown at its place, before anything is asked" {
	ask 0 session start -n s exec:cat
	ask 2 expect s '/a(b/'
	grep -q 'missing closing parenthesis' err
}

@test "an expression that tries too many ways is given up, the session goes on" {
	ask 0 session start -n s exec:cat
	ask 0 send s "$(printf 'a%.0s' {1..2000})!"
	ask 1 expect s -t 15s '/^(a+)+(b|c)\1$/'
	[[ $(cat err) == 'ipcwire: s: the expression tries too many ways'* ]]
	ask 0 expect s 'a!'
}
