#!/usr/bin/env bats
# Scripts of dialogues: ipcwire run.

load helpers
bats_require_minimum_version 1.5.0

# script LINE...: the lines are x.ipc
script() {
	printf '%s\n' "$@" >x.ipc
}

@test "what is sent, waited for and captured, and what the program says is shown" {
	script 'open -- sh -c "read n; echo hello \$n, 17 times; read m; echo bye \$m"' \
		'send bob' \
		'expect /(?<greeting>hello (\w+)), (\d+)/' \
		'capture times 3' \
		'print "<$greeting> <$2> <$times>"' \
		'send again $1' \
		'expect "bye again hello bob"'
	wire 0 run x.ipc
	[ "$(cat out)" = $'hello bob, 17 times\n<hello bob> <bob> <17>\nbye again hello bob' ]
	[ ! -s err ]
}

@test "arguments have names, and defaults; the environment is asked last" {
	script 'args A B=two C=three' 'open null' 'print $A/$B/${C}/$D'
	D=env B=none wire 0 run x.ipc 'o n e' 2
	[ "$(cat out)" = 'o n e/2/three/env' ]
}

@test "a value is checked like what is written" {
	script 'args N' 'open null' 'exit $N'
	wire 7 run x.ipc 7
	wire 2 run x.ipc 300
	[ "$(head -n 1 err)" = "ipcwire: x.ipc:3:6: exit \$N: the number of 'exit' must be 0 to 255" ]
	wire 2 run x.ipc seven
}

@test "a value in an address is a value, whatever is in it" {
	local value=$'a, b:\'"$(x)\\ \n;c'
	script 'args V' 'open exec:"printf %s $V"' 'expect-eof'
	wire 0 run x.ipc "$value"
	[ "$(cat out)" = "$value" ]
	script 'args V' "open shell:\"printf %s '\$V'\"" 'expect-eof'
	wire 0 run x.ipc "$value"
	[ "$(cat out)" = "$value" ]
	script 'args V' 'open -- printf "%s|" $V "x$V"' 'expect-eof'
	wire 0 run x.ipc "$value"
	[ "$(cat out)" = "$value|x$value|" ]
	script 'args V' 'open $V' 'expect-eof'
	wire 0 run x.ipc 'text:hello\n'
	[ "$(cat out)" = hello ]
}

@test "a value in a regular expression is exact text" {
	script 'args V' 'open text:"a+b [x]\n"' 'expect /^${V} (.*)$/' 'print "<$1>"'
	wire 0 run x.ipc 'a+b'
	[ "$(tail -n 1 out)" = '<[x]>' ]
	script 'args V' 'open text:"/a/ a\n"' 'expect "$V"' 'print "<$before>"'
	wire 0 run x.ipc /a/
	[ "$(tail -n 1 out)" = '<>' ]
}

@test "case: the lines of what came first are done, with -eof and -timeout among them" {
	script 'args SAYS' 'open exec:"printf %s $SAYS"' 'case' \
		'	when beta do exit 12' \
		'	when alpha /gam+a/' \
		'		print "one of two: $match"' \
		'		exit 11' \
		'	when -eof do exit 13' \
		'end' 'exit 14'
	wire 11 run x.ipc 'alpha beta'
	grep -q 'one of two: alpha' out
	wire 11 run x.ipc 'gammma'
	wire 12 run x.ipc 'x beta alpha'
	wire 13 run x.ipc nothing
	script 'open stall' 'case -t 50ms' 'when x do exit 1' 'when -timeout do exit 15' 'end'
	wire 15 run x.ipc
	[ ! -s err ]
}

@test "without such labels the end of input and of time end the script, and are explained" {
	script 'open text:abc' 'case' '	when x do exit 1' 'end'
	wire 123 run x.ipc
	grep -q '^ipcwire: x.ipc:2:1: ' err
	grep -q abc err
	script 'open stall' 'expect -t 50ms never'
	wire 124 run x.ipc
	grep -q '^ipcwire: x.ipc:2:1: ' err
}

@test "repeat: so many times, until leave, and failed when it never left" {
	script 'open pipe' 'repeat 3' '	send x' '	expect x' 'end' 'send y' 'expect y' 'eof'
	wire 0 run x.ipc
	[ "$(cat out)" = $'x\nx\nx\ny' ]
	script 'open text:"a a a b a"' 'repeat' '	case' '		when a do print seen' '		when b do leave' '	end' 'end' 'print left'
	wire 0 run x.ipc
	[ "$(grep -c seen out)" = 3 ]
	grep -q left out
	script 'open text:"a a a b"' 'repeat 2' '	case' '		when a' '		when b do leave' '	end' 'end' 'print left'
	wire 1 run x.ipc
	grep -q '^ipcwire: x.ipc:2:1: ' err
	run ! grep -q left out
}

@test "on: whenever it comes while something waits, it is done, and the waiting goes on" {
	script 'open -- sh -c "for i in 1 2 3; do echo --More--; read x; echo got:\$x; done; echo end"' \
		'on --More-- do send y' 'expect end'
	wire 0 run x.ipc
	[ "$(grep -c got:y out)" = 3 ]
	script 'open text:"one lost two"' 'on lost do fail the connection is lost' 'expect two'
	wire 1 run x.ipc
	grep -q 'the connection is lost' err
	script 'open -- sh -c "echo q; read x; echo got:\$x; echo end"' 'on q do' '	print asked' '	send 5' 'end' 'expect end'
	wire 0 run x.ipc
	grep -q asked out
	grep -q got:5 out
}

@test "several ends are talked to by name, and waited for together" {
	start echo "$IPCWIRE" unix-listen:s pipe
	wait_for_socket s
	script 'a: open -- sh -c "read x; echo a says \$x"' 'b: open unix:s' \
		'b: send one' 'b: expect /o(n)e/' 'a: send "to $1"' 'expect -from a+b /says (.*)/' 'print "<$1>"'
	wire 0 run x.ipc
	grep -q '<to n>' out
}

@test "names: an end without one is talked to by verbs without one, wherever another was opened last" {
	script 'open -- sed -u s/^/A/' 'b: open -- sed -u s/^/B/' 'send x' 'expect Ax' 'b: send y' 'b: expect By' 'expect -from b -t 50ms A'
	wire 124 run x.ipc
	grep -q '^ipcwire: x.ipc:7:1: ' err
}

@test "flags set for all lines that follow" {
	script 'open stall' 'set timeout 60ms' 'expect never'
	wire 124 run x.ipc
	script 'set timeout none' 'open text:x' 'expect -t 20s x'
	wire 0 run x.ipc
}

@test "log off, log FILE, log on" {
	script 'open -- sh -c "echo one; read x; echo two; read x; echo three"' 'log off' 'expect one' 'log on' 'send' 'expect two' \
		'log file.log' 'send' 'expect three'
	wire 0 run x.ipc
	[ "$(cat out)" = $'two\nthree' ]
	grep -q three file.log
	run ! grep -q one file.log
}

@test "record: from a line on, in a file of its own for each end, secrets masked, up to off" {
	script 'a: open -- sh -c "read x; echo got \$x; read x; echo got \$x; read x; echo got \$x"' 'b: open pipe' \
		'a: send before' 'a: expect before' 'a: record a.cast' 'b: record b.cast' \
		'a: send-env PW' 'a: expect sesame' 'b: send hello' 'b: expect hello' 'a: record off' \
		'a: send after' 'a: expect after' 'a: eof' 'b: eof'
	PW=open-sesame wire 0 run x.ipc
	grep -q '"version": *3' a.cast
	[ "$(grep -c '"i"' a.cast)" = 1 ]
	[ "$(grep -c '"o"' a.cast)" = 1 ]
	run ! grep -qE 'before|after|sesame' a.cast
	grep -q '"i", *"hello' b.cast
	grep -q '"o", *"hello' b.cast
	script 'open pipe' 'record /none/x.cast' 'send x'
	wire 1 run x.ipc
	grep -q '/none/x.cast: cannot open it for a recording' err
}

@test "fail and exit give the status, and the last program does otherwise" {
	script 'open -- sh -c "exit 7"' 'expect-eof'
	wire 7 run x.ipc
	script 'open null' 'exit 9'
	wire 9 run x.ipc
	script 'open null' 'fail went wrong: really'
	wire 1 run x.ipc
	grep -q 'went wrong: really' err
}

@test "a script is a program: #!, with arguments, and from standard input" {
	script "#!/usr/bin/env -S $IPCWIRE run" 'args X' 'open text:$X' 'expect-eof'
	chmod +x x.ipc
	[ "$(./x.ipc hello)" = hello ]
	script "#!$IPCWIRE run" 'args X' 'open text:$X' 'expect-eof'
	chmod +x x.ipc
	[ "$(./x.ipc -q)" = -q ]
	[ "$("$IPCWIRE" run - <x.ipc again)" = again ]
	printf 'open null\nbogus\n' >y.ipc
	rc=0
	"$IPCWIRE" run - <y.ipc 2>err || rc=$?
	[ "$rc" = 2 ]
	grep -q '^ipcwire: stdin:2:1: ' err
}

@test "--dry-run and --explain show how long verbs will wait; a person has no limit" {
	script 'open exec:cat,pty' 'expect a' 'expect -t 5s b' 'interact'
	wire 0 run --dry-run --expect-timeout=4s x.ipc
	cat >want <<-'END'
		x.ipc
		    1  open exec:cat,pty  (at most 4 s)
		    2  expect a  (at most 4 s)
		    3  expect -t 5s b  (at most 5 s)
		    4  interact  (no time limit)
	END
	same want out
	wire 0 run --dry-run --no-timeout x.ipc
	grep -q 'expect a  (no time limit)$' out
	wire 0 --explain --expect-timeout=4s exec:cat,pty --expect a --interact
	grep -q '1. expect a  (at most 4 s)$' out
	grep -q '2. interact  (no time limit)$' out
}

@test "--dry-run shows the plan, and touches nothing" {
	script 'args H P=22' 'set timeout 1m' 'open create:made' 'b: open exec,pty -- cat $H' 'case -t 5s' \
		'	when yes/no do send yes' '	when -eof' '		exit 3' 'end' 'b: send-file x.ipc'
	wire 0 run --dry-run x.ipc host
	[ ! -e made ]
	cat >want <<-'END'
		x.ipc H='host' P='22'
		    3  open create:made  (at most 60 s)
		    4  b: open exec,pty -- cat $H  (at most 60 s)
		    5  case -t 5s  (at most 5 s)
		    6    when yes/no do send yes
		    7    when -eof
		    8      exit 3
		   10  b: send-file x.ipc  (at most 60 s)
	END
	diff want out
}

@test "general options are taken: time for the whole run, a copy of the traffic" {
	script 'open stall' 'expect -t none x'
	wire 124 run --timeout 0.1 x.ipc
	grep -q 'timeout' err
	script 'open text:abc' 'expect-eof'
	wire 0 run -r copy x.ipc
	[ "$(cat copy)" = abc ]
	wire 0 run -v x.ipc
	grep -q abc err
}

@test "on the command line a reaction is a pattern and a line" {
	wire 0 exec:'sh -c "for i in 1 2; do echo --More--; read x; echo got:\$x; done; echo end"' --on --More-- 'send y' --expect end
	[ "$(grep -c got:y out)" = 2 ]
	wire 1 text:'a lost b' --on '/l(o)st/' 'fail with $1' --expect b
	[ "$(cat err)" = 'ipcwire: --fail: with o' ]
	wire 2 text:x --on x 'fial'
	grep -q "did you mean 'fail'" err
	wire 2 text:x --on x leave
}

@test "the lines that the documents give for those of expect, pexpect and chat begin with verbs" {
	"$IPCWIRE" --list=all | awk -F '\t' '$1 == "verb" { print $2 }' >verbs
	awk -F ' *[|] *' '/^\| / { ours = $3 == "ipcwire script" || ours && $3 != "ipcwire" && !/^\| [a-z]* \| ipcwire/; if (ours && $3 !~ /^(ipcwire script|-)/) print $3 }' \
		"$ROOT/doc/coming-from.md" | grep -o '`[^`]*`' | tr -d '`' | sed 's/^[a-z]: //' | grep -v '^[$]' | awk '{ print $1 }' | grep -v '^ipcwire' >used
	[ "$(wc -l <used)" -gt 30 ]
	grep -vxFf verbs used >unknown || true
	[ ! -s unknown ]
}

@test "the example of each verb is done, or refused before anything is opened" {
	local verb example args rc n=0
	echo answer >answers.txt
	while IFS=$'\t' read -r verb example; do
		case $verb in open | args) script 'set timeout 100ms' ;; *) script 'open pipe' 'set timeout 100ms' ;; esac
		[ "$verb" != args ] || : >x.ipc
		case $verb in
		case) printf '%s\n\twhen x\nend\n' "$example" >>x.ipc ;;
		when) printf 'case\n%s\nend\n' "$example" >>x.ipc ;;
		repeat | end) printf 'repeat 3\nprint x\nend\n' >>x.ipc ;;
		leave) printf 'repeat\nleave\nend\n' >>x.ipc ;;
		capture) printf 'on x do %s\n' "$example" >>x.ipc ;;
		print) printf 'eof\nexpect-eof\nprint x\n' >>x.ipc ;;
		*) echo "$example" >>x.ipc ;;
		esac
		args=() rc=0
		[ "$verb" != args ] || args=(HOST)
		PASSWORD=x timeout 20 "$IPCWIRE" run x.ipc "${args[@]}" 3<answers.txt >out 2>err </dev/null || rc=$?
		((rc < 126)) || { cat x.ipc err && false; }
		((rc != 2)) || { cat x.ipc err && false; }
		((n += 1))
	done < <("$IPCWIRE" --list=all | awk -F '\t' '$1 == "verb" { sub(/ -t [0-9a-z]+/, "", $8); print $2 "\t" $8 }')
	((n > 25))
}

@test "a reaction whose pattern has no value, or would always be there, is refused" {
	script 'open -- cat' 'on "$later" do print x' 'send hello' 'expect hello' 'capture later 0'
	wire 1 run x.ipc
	[ "$(cat err)" = "ipcwire: x.ipc:2:1: on: the variable 'later' has no value" ]
	script 'open -- cat' 'on /x*/ do print hi' 'expect never'
	wire 2 run x.ipc
	grep -q '^ipcwire: x.ipc:2:4: .*may match nothing at all' err
	wire 2 exec:cat --on '/x*/' 'print hi' --expect never
	grep -q '^ipcwire: --on: .*may match nothing at all' err
}

@test "expect -clean: also where there is no terminal" {
	script "open -- printf '\\033[31mred\\033[0m text\\n'" 'expect -clean "red text"'
	wire 0 run x.ipc
}
