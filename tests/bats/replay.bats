#!/usr/bin/env bats
# ipcwire replay: a recording on standard output, in its time.

load helpers

setup_test() {
	cat >demo.cast <<-'END'
		{"version": 3, "term": {"cols": 80, "rows": 24}}
		[0.1, "o", "one\r\n"]
		[0.2, "i", "typed\r"]
		[0.1, "o", "two\u001b[0m\r\n"]
		[30, "o", "three\r\n"]
		[0, "x", "3"]
	END
	printf 'one\r\ntwo\033[0m\r\nthree\r\n' >said
}

replay() { wire 0 replay "$@"; }

@test "what was said, at once with --speed=max" {
	replay --speed=max demo.cast
	same said out
	replay -s max -- demo.cast
	same said out
}

# Later than so many milliseconds: the pauses are there. Not in less than a deadline: machines may be busy.
takes_at_least() {
	local begun least=$1
	begun=$(now_ms)
	shift
	replay "$@"
	(($(now_ms) - begun >= least))
}

@test "the pauses are those of the recording, cut by --idle-limit and divided by --speed" {
	takes_at_least 600 demo.cast --idle-limit=200ms
	same said out
	takes_at_least 300 --idle-limit=200ms --speed=2 demo.cast
	same said out
}

@test "the recording's own idle limit counts" {
	sed '1s/"version"/"idle_time_limit": 0.1, "version"/' demo.cast >limit.cast
	replay limit.cast
	same said out
}

@test "a reader that ends ends it, and quickly" {
	{
		echo '{"version": 3}'
		yes '[0.001, "o", "0123456789012345678901234567890123456789"]' | head -n 20000
	} >big.cast
	rc=0
	bash -o pipefail -c '"$1" replay --speed=max big.cast 2>err | head -c 5 >out' bash "$IPCWIRE" || rc=$?
	[ "$rc" = 141 ]
	[ "$(cat out)" = 01234 ]
	[ ! -s err ]
}

@test "SIGINT ends it" {
	start replay "$IPCWIRE" replay demo.cast
	wait_for_line replay.out one
	kill -INT "$replay_pid"
	wait_for_exit "$replay_pid"
	[ "$status" = 130 ]
}

@test "any file name" {
	cp demo.cast "a,b 'c!!d:(.cast"
	replay --speed=max "a,b 'c!!d:(.cast"
	same said out
	cp demo.cast -- -x
	replay --speed=max -- -x
	same said out
}

@test "wrong lines: what is wrong, and what helps" {
	wire 2 replay
	[ "$(cat err)" = "$(printf '%s\n' 'ipcwire: replay: which recording?' '  for example: ipcwire replay --idle-limit=2s session.cast')" ]
	wire 2 replay a b
	grep -q '^ipcwire: b: more than replay takes' err
	wire 2 replay --sped=2 a
	grep -q "unknown option 'sped' of replay" err
	grep -q "did you mean '--speed'" err
	wire 2 replay --speed=0 a
	grep -q "'0' is not a factor" err
	wire 2 replay a --speed
	grep -q 'option --speed needs a value' err
	wire 1 replay missing.cast
	[ "$(cat err)" = 'ipcwire: cast:missing.cast: cannot open it: No such file or directory' ]
}

@test "help of the command" {
	wire 0 replay --help
	cp out own
	wire 0 --help=replay
	head -c "$(stat -c %s own)" out | cmp - own
	grep -q -- '--idle-limit=TIME' own
	wire 0 --help
	grep -q '^  replay .*FILE  *play a recording' out
}
