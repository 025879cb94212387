#!/usr/bin/env bats
# A recording as the peer of a script, and a script made from a recording.

load helpers

setup_test() {
	cat >login.sh <<-'END'
		printf 'login: '; read -r u; stty -echo; printf 'Password: '; read -r p; stty echo; echo
		[ "$p" = sesame ] || { echo denied; exit 1; }
		while :; do
			printf '\033[1m%s>\033[0m ' "$u"; read -r c || exit 0
			case $c in quit) echo bye; exit 0 ;; *) echo "you said $c" ;; esac
		done
	END
	export SECRET=sesame
}
record() {
	wire 0 exec:'sh login.sh',pty --record a.cast --expect login: --send bob --expect assword: --send-env SECRET \
		--expect 'bob>' --send "it's me" --expect 'said' --expect '>' --send quit --expect-eof
}

@test "a recording becomes a script, which does the same with the recording and with the program" {
	record
	cp out said
	wire 0 replay --as-script a.cast
	cp out made.ipc
	grep -v '^#' made.ipc >got
	cat >want <<-'END'
		open 'exec:sh login.sh,pty'
		expect 'login:'
		send 'bob'
		expect 'Password:'
		send-env SECRET
		expect 'bob>'
		send $'it\'s me'
		expect 'bob>'
		send 'quit'
		expect-eof
	END
	diff want got
	wire 0 run --dry-run made.ipc
	wire 0 run --against a.cast made.ipc
	same said out
	SECRET='something else' wire 0 run --against a.cast made.ipc
	wire 0 run made.ipc
	same said out
}

@test "what a script does otherwise than the recording is an error" {
	record
	printf '%s\n' 'open nowhere:1' 'expect login:' 'send alice' 'expect assword:' >x.ipc
	sed -i 's/nowhere:1/tcp:localhost:1/' x.ipc
	rc=0
	timeout 20 "$IPCWIRE" run --against a.cast x.ipc >out 2>err || rc=$?
	[ "$rc" != 0 ]
	grep -q "line 3 of the recording has the input 'bob.015', and 'alice.012' came" err
	grep -q 'assword:' err
	printf '%s\n' 'open null' 'b: open null' >two.ipc
	wire 2 run --against a.cast two.ipc
	grep -q 'there is no recording for it: --against was given 1 time' err
}

# What asciinema records: each key, its echo, keys that take back, colours.
typed() {
	cat >typed.cast <<-'END'
		{"version": 2, "width": 80, "height": 24, "command": "sh -c 'cat'", "env": {"TERM": "xterm"}}
		[0.1, "o", "\u001b[32m$ \u001b[0m"]
		[0.2, "i", "l"]
		[0.2, "o", "l"]
		[0.3, "i", "x"]
		[0.3, "o", "x"]
		[0.4, "i", "\u007f"]
		[0.4, "o", "\b \b"]
		[0.5, "i", "s"]
		[0.5, "o", "s"]
		[0.6, "i", "\r"]
		[0.6, "o", "\r\na $ b\r\n\u001b[32m$ \u001b[0m"]
		[0.7, "m", "now the menu"]
		[0.8, "i", "\u001b[A"]
		[0.9, "o", "menu: \u001b[7mone\u001b[0m two"]
		[1.0, "i", "\u0003"]
		[1.1, "o", "^C\r\nEnter PIN: "]
		[1.2, "i", "1234\r"]
		[1.3, "o", "\r\nok\r\n"]
		[1.4, "x", "7"]
	END
}

@test "keys that were typed become lines; keys of the screen have their names" {
	typed
	wire 0 replay --as-script typed.cast
	grep -v '^#!\|made from' out >got
	cat >want <<-'END'
		open exec,pty -- sh -c $'sh -c \'cat\''
		expect '$'
		send 'ls'
		# now the menu
		expect /\$\s*$/
		key Up
		expect -clean 'menu: one two'
		key ^C
		expect 'Enter PIN:'
		send-env SECRET
		# it ended with status 7
		expect-eof
	END
	diff want got
}

@test "a damaged recording is told, and what came before is there" {
	record
	head -n 5 a.cast >cut.cast
	echo '[oops' >>cut.cast
	wire 1 replay --as-script cut.cast
	[ "$(cat err)" = 'ipcwire: cut.cast: line 6, byte 2: a number is missing' ]
	grep -q "^expect 'login:'" out
	wire 1 replay --as-script missing.cast
	grep -q '^ipcwire: missing.cast: cannot open it' err
}
