#!/usr/bin/env bats
# rules=FILE: rules for clients, read anew when the file changes.

load helpers

setup_test() {
	need python3
}

# client FROM WHERE TEXT: what became of it.
client() {
	timeout 30 python3 "$BATS_TEST_DIRNAME/access.py" "$@"
}
# says FROM ANSWER: the server on $port gives that to a client from there.
says() {
	[ "$(client "$1" "$port" x)" = "$2" ]
}
serve() {
	free_port
	start server "$IPCWIRE" -d "tcp-listen:$port,rules=rules,$1" "${@:2}"
	wait_for_port "$port"
}
rules() {
	printf '%s\n' "$@" >rules
}

@test "the first rule that means the client decides; whom none means is refused" {
	rules '# who may' '' 'allow 127.0.0.2' 'deny 127.0.0.0/30' 'allow 127.1.0.0/16+127.0.0.9'
	serve each pipe
	says 127.0.0.2 'got x'
	says 127.0.0.3 eof
	says 127.1.2.3 'got x'
	says 127.0.0.9 'got x'
	wait_for_line server.err 'refused 127\.0\.0\.3:[0-9]+: denied by rules:4$'
	says 127.0.0.8 eof
	wait_for_line server.err 'refused 127\.0\.0\.8:[0-9]+: no rule in rules means it( \(repeated 1 times?\))?$'
	kill -USR1 "$server_pid"
	wait_for_line server.err ', 2 refused \(rules 2\)$'
}

@test "variables of a rule are in the environment of the client's program, in every way of serving" {
	rules 'allow 127.0.0.1 ROLE=admin GREETING="hello  world" TCPREMOTEHOST=me' 'allow all ROLE=guest'
	for way in each each,scheme=fork each,scheme=threads:2; do
		serve "$way" system:'echo "$ROLE/$GREETING/$TCPREMOTEHOST/$TCPREMOTEIP"'
		says 127.0.0.1 "got admin/hello  world/me/127.0.0.1"
		says 127.0.0.2 "got guest///127.0.0.2"
	done
	serve accept-timeout=20 system:'echo "$ROLE"'
	says 127.0.0.2 'got guest'
	wait_for_exit "$server_pid"
}

@test "a changed file counts for the next client: written over, replaced, for a host too" {
	rules 'allow all V=1'
	serve each system:'echo "$V"'
	says 127.0.0.1 'got 1'
	rules 'allow all V=2'
	says 127.0.0.1 'got 2'
	for v in 3 4 5 6 7 8 9; do # within one tick of the file system's clock, and of the same size
		rules "allow all V=$v"
		says 127.0.0.1 "got $v"
	done
	echo 'deny all' >new
	mv new rules
	says 127.0.0.1 eof
	rules 'allow localhost V=host'
	until_true 10 says 127.0.0.1 'got host'
	says 127.0.0.2 eof
}

@test "a broken or missing file leaves the former rules in force, told once" {
	rules 'allow 127.0.0.1'
	serve each pipe
	says 127.0.0.1 'got x'
	rules 'allow 127.0.0.0/8' 'deny 10.0.0.0/33'
	says 127.0.0.1 'got x'
	says 127.0.0.2 eof
	says 127.0.0.1 'got x'
	[ "$(grep -c 'rules:2:15: the bits of a network must be 0 to 32 here; the former rules stay in force$' server.err)" = 1 ]
	rm rules
	says 127.0.0.1 'got x'
	says 127.0.0.1 'got x'
	[ "$(grep -c 'cannot read the rules in rules: No such file or directory; the former rules stay in force$' server.err)" = 1 ]
	rules 'allow no-such-host.invalid'
	says 127.0.0.1 'got x'
	wait_for_line server.err 'cannot look up no-such-host.invalid in rules: .*; the former rules stay in force$'
	says 127.0.0.1 'got x'
	rules 'allow 127.0.0.2'
	says 127.0.0.1 eof
	says 127.0.0.2 'got x'
}

@test "a file that is wrong, missing or no file at the start: status 2, with the place in it" {
	rules 'allow all' 'deny 10.0.0.0/33'
	wire 2 tcp-listen:7000,each,rules=rules pipe
	[ "$(cat err)" = 'ipcwire: tcp-listen:7000,each,rules=rules: rules:2:15: the bits of a network must be 0 to 32 here
         ~~~~~~~~~~~~~~~~~~~~~~~~~~~^' ]
	rules 'permit all'
	wire 2 --check tcp-listen:7000,each,rules=rules pipe
	grep -q "^  a rule is 'allow WHO \[VARIABLE=VALUE...\]' or 'deny WHO'$" err
	wire 2 unix-listen:s,rules=missing pipe
	grep -q 'cannot read the rules in missing: No such file or directory$' err
	mkfifo pipe
	for file in pipe .; do
		wire 2 unix-listen:s,rules=$file pipe
		grep -q "cannot read the rules in $file: " err
	done
	rules 'allow no-such-host.invalid'
	free_port
	wire 1 "tcp-listen:$port,each,rules=rules" pipe
	grep -q 'cannot look up no-such-host.invalid, of allow=, deny= or rules=: ' err
}

@test "users and groups; a plain word is a user here; rules let others into an abstract socket" {
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	rules 'deny 10.0.0.0/8' "allow $(id -un) WHO=me" 'allow gid:4242 WHO=group' 'allow uid:65534 WHO=nobody'
	as() {
		timeout 30 setpriv --reuid="$1" --regid="$1" --groups="$2" /usr/bin/env python3 - "${@:3}" <"$BATS_TEST_DIRNAME/access.py"
	}
	name=ipcwire-rules-$$-$RANDOM
	start server "$IPCWIRE" -d "abstract-listen:$name,each,rules=rules" system:'echo "$WHO"'
	wait_for_socket "@$name"
	[ "$(client - "@$name" x)" = 'got me' ]
	[ "$(as 65533 4242 - "@$name" x)" = 'got group' ]
	[ "$(as 65534 1 - "@$name" x)" = 'got nobody' ]
	[ "$(as 65533 1 - "@$name" x)" = eof ]
}

@test "rules together with allow=, deny=, share: all of it must agree" {
	rules 'allow 127.0.0.0/30'
	serve share,allow=127.0.0.2+127.0.0.3+127.0.0.9,deny=127.0.0.3 exec:cat
	start a python3 "$BATS_TEST_DIRNAME/access.py" 127.0.0.2 "$port" HOLD
	wait_for_line a.out '^in$'
	says 127.0.0.1 eof
	says 127.0.0.3 eof
	says 127.0.0.9 eof
	kill -USR1 "$server_pid"
	wait_for_line server.err 'refused 127\.0\.0\.9:[0-9]+: no rule in rules means it$'
}

@test "a file that everybody can write to is warned of" {
	rules 'allow all'
	chmod 666 rules
	serve each pipe
	wait_for_line server.err 'everybody can write to rules, and so let themselves in \(chmod o-w\)$'
}

@test "an idle server does not look at the file" {
	rules 'allow all'
	serve each pipe
	says 127.0.0.1 'got x'
	until_true 10 is_at_rest "$server_pid"
}
