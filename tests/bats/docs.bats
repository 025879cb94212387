#!/usr/bin/env bats
# Every example of the documents is run as a reader would run it, and shows what the document says.
# run: early

load helpers

setup_test() {
	need python3
	export TMPDIR=$BATS_TEST_TMPDIR
}

# examples [FILE...]: what tests/docs/run-examples says about them; what it skips is a skip of ours.
examples() {
	local rc=0
	timeout --kill-after=10 600 "$ROOT/tests/docs/run-examples" "$@" >report 2>&1 || rc=$?
	grep -v '^ok' report || true
	[ "$rc" = 0 ] || return 1
	if grep -q '# skip' report; then skip "$(sed -n 's/^ok [0-9]* \(.*\) # skip \(.*\)/\1: \2/p' report | head -n 1)"; fi
}

# document NAME: a document of that text, for the runner itself.
document() {
	cat >"$1"
	examples "$PWD/$1"
}

@test "README" {
	examples README.md
}

@test "the tutorial" {
	examples doc/tutorial.md
}

@test "the cookbook" {
	examples doc/cookbook.md
}

@test "the tables of those who come from other tools" {
	examples doc/coming-from.md
}

@test "the other documents" {
	examples doc/adding-an-endpoint.md doc/architecture.md
}

@test "the manual" {
	examples doc/ipcwire.1.in
}

@test "no document has a block that is not covered, and 85 of 100 examples run" {
	examples --count
}

@test "an example that shows something else is found" {
	document good.md <<-'END'
		```console
		$ printf 'one\ntwo\nthree\n' | ipcwire -u - -
		one
		...
		thr...
		$ false
		$ echo $?
		1
		```
	END
	run document bad.md <<-'END'
		```console
		$ echo one | ipcwire -u - -
		two
		```
	END
	[ "$status" != 0 ]
	[[ $output == *"# shown:  one"* ]]
}

@test "an example that shows more, fails or does not end is found" {
	run document more.md <<-'END'
		```console
		$ echo one | ipcwire -u - -
		```
	END
	[ "$status" != 0 ]
	run document fails.md <<-'END'
		```console
		$ false
		```
	END
	[ "$status" != 0 ]
	export DEADLINE=1
	run document endless.md <<-'END'
		```console
		$ ipcwire stall stall
		```
	END
	[ "$status" != 0 ]
	[[ $output == *"does not end"* ]]
}

@test "two terminals, a job in the background, and keys" {
	document terminals.md <<-'END'
		```console
		here$ ipcwire -u tcp-listen:7000 -
		hello
		there$ echo hello | ipcwire -u - tcp:localhost:7000
		here$ ipcwire -u unix-listen:/tmp/sock - &
		there$ echo again | ipcwire -u - unix:/tmp/sock
		here$ echo and more
		again
		and more
		here$ ipcwire stall stall
		^C
		here$ cat
		^D
		```
	END
}

@test "a block that nobody runs is found" {
	run document sh.md <<-'END'
		```sh
		ipcwire null null
		```
	END
	[ "$status" != 0 ]
	[[ $output == *"is not run"* ]]
	run document indented.md <<-'END'
		Some text:

		    ipcwire null null
	END
	[ "$status" != 0 ]
	document skipped.md <<-'END'
		<!-- skip: no example -->
		```c
		int x;
		```
	END
}

@test "what is checked only, and the lines of tables, go through --check" {
	document table.md <<-'END'
		| nc | ipcwire |
		|---|---|
		| `nc -l 7000` | `ipcwire tcp-listen:7000` |
	END
	run document wrong.md <<-'END'
		| nc | ipcwire |
		|---|---|
		| `nc -l 7000` | `ipcwire tcp-lisent:7000 \| cat` |
	END
	[ "$status" != 0 ]
	[[ $output == *"tcp-lisent"* ]]
}
