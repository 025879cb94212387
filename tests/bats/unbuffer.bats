#!/usr/bin/env bats
# buffer= and how= of programs: their output comes while they still run. The programs are in tests/programs; they
# wait for us (at a FIFO, or for their input), so nothing here depends on time. Always three lines at least: the C
# library of musl lets the first one through and holds back the others.

load helpers

setup_file() {
	local programs
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	programs=$ROOT/tests/programs
	cd "$BATS_FILE_TMPDIR" || return 1
	gcc -o gen "$programs/gen.c"
	gcc -DOWN_BUFFER -o gen-own "$programs/gen.c"
	gcc -DSETBUF -o gen-setbuf "$programs/gen.c"
	gcc -static -o gen-static "$programs/gen.c"
	gcc -static-pie -o gen-static-pie "$programs/gen.c"
	gcc -no-pie -o gen-no-pie "$programs/gen.c"
	gcc -fsanitize=address -o gen-asan "$programs/gen.c"
	gcc -o prompt "$programs/prompt.c"
	gcc -DUSE_READ -o prompt-read "$programs/prompt.c"
	gcc -static -o prompt-static "$programs/prompt.c"
	if command -v g++ >/dev/null; then
		g++ -o gen-cxx "$programs/gen.cc"
		g++ -DNOSYNC -o gen-cxx-nosync "$programs/gen.cc"
	fi
	if command -v gfortran >/dev/null; then gfortran -o gen-fortran "$programs/gen.f90"; fi
	if command -v musl-gcc >/dev/null; then
		musl-gcc -o gen-musl "$programs/gen.c"
		musl-gcc -DOWN_BUFFER -o gen-musl-own "$programs/gen.c"
		musl-gcc -static -o gen-musl-static "$programs/gen.c"
		musl-gcc -o prompt-musl "$programs/prompt.c"
		musl-gcc -DUSE_READ -o prompt-musl-read "$programs/prompt.c"
	fi
}

setup_test() {
	P=$ROOT/tests/programs
	B=$BATS_FILE_TMPDIR
	mkfifo gate
}

# early [OPTION...] -- PROGRAM...: the third line is there while the program waits at the gate; then the fourth comes,
# and its exit status is 7.
early() {
	start gen "$IPCWIRE" "$@"
	wait_for_line gen.out '^L3$'
	is_over "$pid" && return 1
	timeout 10 sh -c 'echo open >gate'
	wait_for_exit "$pid"
	[ "$status" = 7 ]
	printf 'L1\nL2\nL3\nL4\n' | cmp - gen.out
}

# late ...: the same, but nothing has come when the program is at the gate.
late() {
	start gen "$IPCWIRE" "$@"
	exec 8>gate
	[ ! -s gen.out ]
	echo open >&8
	exec 8>&-
	wait_for_exit "$pid"
	printf 'L1\nL2\nL3\nL4\n' | cmp - gen.out
}

# filter LINES PROGRAM...: of LINES lines of input, three have come out while the input is still open.
filter() {
	local n=$1
	shift
	mkfifo in
	START_INPUT=in start filter "$IPCWIRE" -B line -- "$@"
	exec 9>in
	seq "$n" >&9
	wait_for_line filter.out '^3$'
	is_over "$pid" && return 1
	echo last >&9
	exec 9>&-
	wait_for_exit "$pid"
	[ "$status" = 0 ]
	{ seq "$n"; echo last; } | cmp - filter.out
}

# ask [OPTION...] -- PROGRAM...: each of three prompts comes before its answer is given.
ask() {
	mkfifo in
	START_INPUT=in start ask "$IPCWIRE" "$@"
	exec 9>in
	for i in 1 2 3; do
		wait_for_line ask.out "name $i\\? \$"
		echo "answer$i" >&9
	done
	exec 9>&-
	wait_for_exit "$pid"
	[ "$status" = 7 ]
	printf 'name 1? name 2? name 3? answer1 answer2 answer3\n' | cmp - ask.out
}

# ---- by preload: generators --------------------------------------------------------------------------

@test "C, dynamic, glibc: position independent and not" {
	early -B line -- "$B/gen"
	[ ! -s gen.err ]
	early -B line -- "$B/gen-no-pie"
	early -B none -- "$B/gen"
}

@test "C with a buffer of its own: setvbuf, setbuf" {
	early -B line -- "$B/gen-own"
	early -B none -- "$B/gen-own"
	early -B line -- "$B/gen-setbuf"
}

@test "C, dynamic, musl: the third line, too" {
	need musl-gcc
	early -B line -- "$B/gen-musl"
	early -B line -- "$B/gen-musl-own"
	early -B none -- "$B/gen-musl"
}

@test "C++, in step with stdio or not" {
	need g++
	early -B line -- "$B/gen-cxx"
	early -B line -- "$B/gen-cxx-nosync"
}

@test "Fortran" {
	need gfortran
	early -B line -- "$B/gen-fortran"
}

@test "Python, Perl, Ruby: by their variables" {
	need python3 perl ruby
	early -B line -- python3 "$P/gen.py"
	early -B line -- perl "$P/gen.pl"
	early -B line -- ruby "$P/gen.rb"
	early exec,buffer=line,how=env -- perl "$P/gen.pl"
}

@test "Node.js, Lua, Tcl, PHP, shells, awk" {
	need node lua5.4 tclsh php bash dash mawk gawk
	early -B line -- node "$P/gen.js"
	early -B line -- lua5.4 "$P/gen.lua"
	early -B line -- tclsh "$P/gen.tcl"
	early -B line -- php "$P/gen.php"
	early -B line -- bash "$P/gen.sh"
	early -B line -- dash "$P/gen.sh"
	early -B line -- gawk -f "$P/gen.awk"
	early -B line -- mawk -f "$P/gen.awk"
}

@test "Java" {
	need_heavy java
	early -B line -- java "$P/gen.java"
}

@test "Rust" {
	need_heavy rustc
	rustc -o gen-rust "$P/gen.rs"
	early -B line -- ./gen-rust
}

@test "Go: it is static, and needs nothing" {
	need_heavy go
	go build -o gen-go "$P/gen.go"
	early -B line -- ./gen-go
	[ ! -s gen.err ]
}

@test "without buffer= nothing is done to a program" {
	run env -i PATH="$PATH" "$IPCWIRE" -U - exec:env
	[[ $output != *PRELOAD* && $output != *PYTHON* ]]
	late -- "$B/gen"
	late -B line exec:"$B/gen",how=none
	late exec:"$B/gen",buffer=full
}

# ---- by preload: filters and dialogues ---------------------------------------------------------------

@test "filters: sed grep tr cut jq cat tee head gawk, each line at once" {
	need jq gawk
	for f in 'sed s/x/y/' 'grep .' 'tr x y' 'cut -b 1-' 'cat' 'tee copy' 'gawk 1'; do
		rm -f in copy
		# shellcheck disable=SC2086 # words
		filter 3 $f
	done
}

@test "filters: jq, head, uniq, and those in Python and Perl" {
	need jq python3 perl
	mkfifo in
	START_INPUT=in start jq "$IPCWIRE" -B line -- jq -c .
	exec 9>in
	seq 3 >&9
	wait_for_line jq.out '^3$'
	exec 9>&-
	wait_for_exit "$pid"
	rm in
	filter 4 uniq # it says a line when another one comes
	rm in
	filter 3 head -n 5
	rm in
	filter 3 python3 -c 'import sys
for line in sys.stdin: print(line, end="")'
	rm in
	filter 3 perl -ne 'print'
}

@test "prompts without a newline: C, Python, Lua" {
	need python3 lua5.4
	ask -B line -- "$B/prompt"
	rm in
	ask -B line -- python3 "$P/prompt.py"
	rm in
	ask -B line -- lua5.4 "$P/prompt.lua"
}

@test "prompts of programs that do not read by stdio" {
	ask -B line -- "$B/prompt-read"
	rm in
	ask -B none -- "$B/prompt-read"
}

@test "prompts of programs with musl: by buffer=none, or by read(2)" {
	need musl-gcc
	ask -B none -- "$B/prompt-musl"
	rm in
	ask -B line -- "$B/prompt-musl-read"
}

@test "what a forked child has inherited unwritten is not written twice" {
	cat >fork.c <<-'END'
		#include <stdio.h>
		#include <sys/wait.h>
		#include <unistd.h>
		int main(void)
		{
			char byte;
			printf("once");
			if (fork() == 0) {
				read(0, &byte, 1);
				_exit(0);
			}
			wait(NULL);
			printf("\n");
			return 7;
		}
	END
	gcc -o fork fork.c
	run timeout 20 "$IPCWIRE" -B line -- ./fork </dev/null
	[ "$status" = 7 ]
	[ "$output" = once ]
}

@test "what the program starts has it too: a pipeline in a shell" {
	rm -f in
	mkfifo in
	START_INPUT=in start pipeline "$IPCWIRE" -B line system:'tr a b | cut -b 1- | sed s/b/c/'
	exec 9>in
	printf 'a1\na2\na3\n' >&9
	wait_for_line pipeline.out '^c3$'
	echo a4 >&9
	exec 9>&-
	wait_for_exit "$pid"
	[ "$status" = 0 ]
	printf 'c1\nc2\nc3\nc4\n' | cmp - pipeline.out
}

@test "two programs that ask each other" {
	cat >answer.py <<-'END'
		import sys
		for i in (1, 2, 3):
		    asked = ""
		    while not asked.endswith("? "):
		        asked += sys.stdin.read(1)
		    print(f"answer{i}")
		print(sys.stdin.readline(), end="", file=sys.stderr)
	END
	run timeout 20 "$IPCWIRE" -B line --status first exec:"$B/prompt" exec:'python3 answer.py'
	[ "$status" = 7 ]
	[ "$output" = 'answer1 answer2 answer3' ]
}

@test "programs started for clients: every one of them" {
	free_port
	start server "$IPCWIRE" -B line tcp-listen:"$port",each exec:"$B/prompt"
	wait_for_port "$port"
	for client in 1 2; do
		rm -f in
		mkfifo in
		START_INPUT=in start client "$IPCWIRE" - tcp:localhost:"$port"
		exec 9>in
		for i in 1 2 3; do
			wait_for_line client.out "name $i\\? \$"
			echo "$client$i" >&9
		done
		exec 9>&-
		wait_for_exit "$client_pid"
		[[ $(cat client.out) == *"${client}1 ${client}2 ${client}3" ]]
	done
}

# ---- nothing else changes ----------------------------------------------------------------------------

@test "the bytes are the same: 256 values, long lines, many lines, no last newline" {
	bytes() { gawk -b 'BEGIN { for (i = 0; i < 256; i++) printf "%c", i; print "" }'; }
	need gawk
	bytes >values
	head -c 6000 /dev/zero | tr '\0' x >long
	seq -f '%099.0f' 20000 >many
	for mode in line none; do
		for how in auto pty env none; do
			for f in values long many; do
				timeout 60 "$IPCWIRE" - exec:'tr x x',buffer=$mode,how=$how <$f >out
				same $f out
			done
			[ "$(printf abc | timeout 20 "$IPCWIRE" - exec:'wc -c',buffer=$mode,how=$how)" = 3 ]
		done
	done
}

@test "exit status, signals and stderr are the program's" {
	for how in auto pty pty-full env; do
		run timeout 20 "$IPCWIRE" -U - exec:'sh -c "exit 7"',buffer=line,how=$how
		[ "$status" = 7 ]
		run timeout 20 "$IPCWIRE" -U - exec:'sh -c "kill -TERM \$\$"',buffer=line,how=$how
		[ "$status" = 143 ]
		timeout 20 "$IPCWIRE" -U - exec:'sh -c "echo out; echo err >&2"',buffer=line,how=$how >out 2>err
		[ "$(cat out)/$(cat err)" = out/err ]
	done
}

@test "a pipe stays a pipe, and the program has descriptors 0, 1 and 2" {
	[ "$(timeout 20 "$IPCWIRE" -B line -- sh -c 'test -t 1 || echo pipe' </dev/null)" = pipe ]
	[ "$(timeout 20 "$IPCWIRE" -B line -- ls /proc/self/fd </dev/null | tr '\n' ' ')" = '0 1 2 3 ' ] # 3 is what ls reads
	[ "$(timeout 20 "$IPCWIRE" -U - exec:'ls -1 /proc/self/fd',how=pty-full | tr '\n' ' ')" = '0 1 2 3 ' ]
}

@test "an LD_PRELOAD that was there stays, and so do the user's variables" {
	need gcc
	printf '#include <stdio.h>\n__attribute__((constructor)) static void f(void) { fputs("other\\n", stderr); }\n' >other.c
	gcc -shared -fPIC -o other.so other.c
	LD_PRELOAD=$PWD/other.so early -B line -- "$B/gen"
	grep -q other gen.err
	run env LD_PRELOAD=/nowhere/a.so PYTHONUNBUFFERED= RUBYOPT=-W0 "$IPCWIRE" -B line -- env </dev/null
	[[ $output == *"LD_PRELOAD=/nowhere/a.so:/"*"/ipcwire-preload.so"* ]]
	[[ $output == *$'\nPYTHONUNBUFFERED=\n'* ]]
	[[ $output == *$'\nRUBYOPT=-W0\n'* ]]
	[[ $output == *PERL5OPT=* ]]
	run "$IPCWIRE" exec:env,buffer=line,env=PERL5OPT=,env=PYTHONUNBUFFERED=0 </dev/null
	[[ $output == *$'\nPERL5OPT=\n'* || $output == PERL5OPT=$'\n'* ]]
	[[ $output == *PYTHONUNBUFFERED=0* ]]
}

@test "a path that the loader would split is refused, with the reason" {
	mkdir 'a b'
	cp "$IPCWIRE" "$(dirname "$IPCWIRE")"/ipcwire-preload.so "$(dirname "$IPCWIRE")"/ipcwire_flush.* 'a b'
	run 'a b/ipcwire' -B line --explain - exec:cat
	[[ $output == *"colon or a blank"* ]]
	IPCWIRE=$PWD/'a b/ipcwire' early -B line -- "$B/gen"
	grep -q 'colon or a blank' gen.err
}

@test "installed, it finds its object beside its own directory" {
	mkdir -p usr/bin usr/lib/ipcwire
	cp "$IPCWIRE" usr/bin
	cp "$(dirname "$IPCWIRE")"/ipcwire-preload.so "$(dirname "$IPCWIRE")"/ipcwire_flush.* usr/lib/ipcwire
	IPCWIRE=$PWD/usr/bin/ipcwire early -B line -- "$B/gen"
	IPCWIRE=$PWD/usr/bin/ipcwire early -B line -- ruby "$P/gen.rb"
	IPCWIRE=$PWD/usr/bin/ipcwire early -B line -- perl "$P/gen.pl"
	run usr/bin/ipcwire -B line -- env </dev/null
	[[ $output == *"LD_PRELOAD=$PWD/usr/lib/ipcwire/ipcwire-preload.so"* ]]
}

@test "a pipe that was handed over is not watched, which would make every line dearer" {
	need strace
	no_leak_check
	seq 3 | strace -o trace -e trace=epoll_ctl "$IPCWIRE" -B line -- cat | cat >out
	[ "$(cat out)" = $'1\n2\n3' ]
	grep -q EPOLL_CTL_ADD trace
	run grep -E 'EPOLL_CTL_ADD, [01],' trace
	[ "$status" = 1 ]
}

# ---- by terminal -------------------------------------------------------------------------------------

@test "static programs: a pseudo-terminal, which is said once" {
	early -B line -- "$B/gen-static"
	[ "$(grep -c 'pseudo-terminal.*statically linked' gen.err)" = 1 ]
	early -B line -- "$B/gen-static-pie"
	early exec,how=pty -- "$B/gen-static"
	[ ! -s gen.err ]
	need musl-gcc
	early -B line -- "$B/gen-musl-static"
}

@test "said once for all clients" {
	free_port
	start server "$IPCWIRE" -B line tcp-listen:"$port",each exec:"$B/gen-static"
	wait_for_port "$port"
	for client in 1 2; do
		start client "$IPCWIRE" - tcp:localhost:"$port"
		wait_for_line client.out '^L3$'
		timeout 10 sh -c 'echo open >gate'
		wait_for_exit "$client_pid"
	done
	[ "$(grep -c pseudo-terminal server.err)" = 1 ]
}

@test "sanitizer-built: never preloaded, not even further down" {
	early -B line -- "$B/gen-asan"
	grep -q 'sanitizer' gen.err
	late -B line -- sh -c "$B/gen-asan; exit 7"
}

@test "set-uid, set-gid and capabilities: never preloaded" {
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	for mode in 4755 2755; do
		install -m "$mode" "$B/gen" secure
		early -B line -- ./secure
		grep -q 'set-uid' gen.err
	done
	run "$IPCWIRE" -B line --explain - ./secure
	run "$IPCWIRE" -B line --explain - exec:./secure
	[[ $output == *"pseudo-terminal"*"set-uid"* ]]
}

@test "pty: size, quiet variables, raw output, stdin still a pipe" {
	run timeout 20 "$IPCWIRE" -U - exec:'stty -F /dev/stdout size',how=pty
	[ "$output" = '24 80' ]
	run env TERM=xterm PAGER=less timeout 20 "$IPCWIRE" -U - exec:'sh -c "echo \$TERM \$NO_COLOR \$PAGER \$GIT_PAGER"',how=pty
	[ "$output" = 'dumb 1 cat cat' ]
	run timeout 20 "$IPCWIRE" -U - exec:'sh -c "echo \$TERM \$PAGER"',how=pty,env=TERM=vt100,env=PAGER=more
	[ "$output" = 'vt100 more' ]
	[ "$(timeout 20 "$IPCWIRE" - exec:'sh -c "test -t 0 || test -t 1 && echo yes"',how=pty </dev/null)" = yes ]
}

@test "pty: the last output of a program is not lost, whatever its exit status" {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		run timeout 20 "$IPCWIRE" -U - exec:'sh -c "seq 3000; exit 7"',how=pty
		[ "$status" = 7 ]
		[ "${#lines[@]}" = 3000 ]
	done
}

@test "pty: a program whose reader is gone is told so" {
	run timeout 20 bash -c '"$IPCWIRE" -U - exec:yes,how=pty | head -n 1'
	[ "$output" = y ]
	run timeout 20 bash -c '"$IPCWIRE" -U - exec:yes,how=pty-full | head -n 1'
	[ "$output" = y ]
}

@test "pty-full: prompts of static programs, and mawk, which hoards its input" {
	ask exec,how=pty-full -- "$B/prompt-static"
	need mawk
	rm in
	mkfifo in
	START_INPUT=in start mawk "$IPCWIRE" exec,how=pty-full -- mawk '{ print "<" $0 ">" }'
	exec 9>in
	seq 3 >&9
	wait_for_line mawk.out '^<3>$'
	exec 9>&-
	wait_for_exit "$pid"
	[ "$status" = 0 ]
	[ "$(cat mawk.out)" = $'<1>\n<2>\n<3>' ]
}

@test "pty-full: all bytes as they are, lines of any length, and the end of input" {
	need gawk
	gawk -b 'BEGIN { for (i = 0; i < 256; i++) printf "%c", i; print "" }' >values
	head -c 6000 /dev/zero | tr '\0' x >long
	{ head -c 4095 /dev/zero | tr '\0' y; echo; head -c 2048 /dev/zero | tr '\0' z; echo; head -c 2048 /dev/zero; } >edges
	seq -f '%099.0f' 20000 >many
	random_file random 300k
	: >empty
	for f in values long edges many random empty; do
		timeout 60 "$IPCWIRE" - exec:cat,how=pty-full <$f >out
		same $f out
	done
	[ "$(printf abc | timeout 20 "$IPCWIRE" - exec:'wc -c',how=pty-full)" = 3 ]
	[ "$(printf 'abc\n' | timeout 20 "$IPCWIRE" - exec:'wc -c',via=pty)" = 4 ]
}

@test "pty-full is its controlling terminal; via=pty is the same, and leaves its variables alone" {
	for o in how=pty-full via=pty; do
		run timeout 20 "$IPCWIRE" -u exec:"sh -c 'tty; tty </dev/tty; test -t 1 && echo out'",$o -
		[[ ${lines[0]} == /dev/pts/* ]]
		[ "${lines[2]}" = out ]
	done
	TERM=vt52 run timeout 20 "$IPCWIRE" -u exec:"sh -c 'echo \$TERM'",via=pty -
	[ "$output" = vt52 ]
}

@test "a reader so slow that not even the end of input finds room" {
	cat >slow.sh <<-'END'
		read -r _ <gate
		wc -c
	END
	head -c 100000 /dev/zero | tr '\0' '\n' >lines
	START_INPUT=lines start slow "$IPCWIRE" exec,how=pty-full -- sh slow.sh
	timeout 10 sh -c 'echo open >gate'
	wait_for_exit "$pid"
	[ "$(cat slow.out)" = 100000 ]
}

# ---- what is said ------------------------------------------------------------------------------------

@test "the log tells in which process the object ran" {
	early -d -B line -- "$B/gen"
	grep -qE 'preloaded, process [0-9]+: stdout is line-buffered' gen.err
	early -d -B none -- "$B/gen"
	grep -qE 'preloaded, process [0-9]+: stdout is unbuffered' gen.err
	run timeout 20 "$IPCWIRE" -d -u -B line exec:'sh -c "exec cat >/dev/null"' - </dev/null
	[[ $output == *"its stdout is /dev/null, which is left alone"* ]]
}

@test "the log tells that it did not run, and why" {
	# Its own object is in env, and not in the program that takes env's place.
	start gen "$IPCWIRE" -B line -- env LD_PRELOAD= "$B/gen"
	wait_for_line gen.err 'did not reach process [0-9]+: .*environment was changed'
	timeout 10 sh -c 'echo open >gate'
	wait_for_exit "$pid"
	[ "$status" = 7 ]
	start gen "$IPCWIRE" -B line -- env "$B/gen-static"
	wait_for_line gen.err 'did not reach process [0-9]+: .*statically linked'
	timeout 10 sh -c 'echo open >gate'
	wait_for_exit "$pid"
	late -d exec,buffer=line,how=preload -- "$B/gen-static"
	grep -q 'will not run in it (statically linked)' gen.err
}

@test "--explain: the means, the reason, and what else helps" {
	explain() { run "$IPCWIRE" --explain "$@"; echo "$output"; }
	explain -B line - exec:"$B/gen"
	[[ $output == *"line-buffered by preload"*"(dynamically linked, glibc)"* ]]
	explain -B none - exec:"$B/gen-static"
	[[ $output == *"unbuffered by a pseudo-terminal as its stdout"*"(statically linked)"* ]]
	explain -B line - exec:'mawk 1'
	[[ $output == *"mawk -W interactive"* ]]
	explain -B line - exec:'sort'
	[[ $output == *"all of its input"* ]]
	explain - exec:'grep x',buffer=line,how=none
	[[ $output != *buffered* ]]
	explain -B line - system:"tr a b | sort | $B/gen-static"
	[[ $output == *"'sort': sort must read"* && $output == *"gen-static' is not reached: statically linked"* ]]
	explain -B line - exec:nonesuch
	[[ $output == *"no such program"* ]]
	printf '#!/usr/bin/env -S python3 -E\n' >script
	chmod +x script
	explain -B line - exec:./script
	[[ $output == *"a script"* ]]
	explain - exec:cat
	[[ $output != *buffered* ]]
}

@test "how= and via= that exclude each other are refused" {
	for o in how=pty,via=pipe how=pty-full,via=socketpair via=pty,how=preload how=pty,via=pty; do
		run "$IPCWIRE" - exec:cat,$o
		[ "$status" = 2 ]
		[[ $output == *"exclude each other"* ]]
	done
	run "$IPCWIRE" - exec:cat,how=stdbuf
	[ "$status" = 2 ]
}
