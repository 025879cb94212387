#!/usr/bin/env bats
# Wrong scripts, each with all that is said about it, to the letter. Nothing is opened: the status is 2.
#
# The table is below: lines of a script with a bar before them, and then the messages.

load helpers

# Each script of the table, and what it says, is one array entry.
setup_test() {
	local line state=message
	SCRIPTS=() MESSAGES=()
	while IFS= read -r line; do
		if [[ $line == '|'* ]]; then
			[[ $state == script ]] || { SCRIPTS+=('') MESSAGES+=('') state=script; }
			SCRIPTS[-1]+=${line#|}$'\n'
		elif ((${#MESSAGES[@]} > 0)); then
			MESSAGES[-1]+=$line$'\n'
			state=message
		fi
	done < <(table)
}

@test "each wrong script gets its messages, to the letter, and status 2" {
	local i rc bad=0
	((${#SCRIPTS[@]} >= 30))
	for i in "${!SCRIPTS[@]}"; do
		printf %s "${SCRIPTS[i]}" >x.ipc
		rc=0
		timeout 20 "$IPCWIRE" run --dry-run x.ipc >out 2>err </dev/null || rc=$?
		printf %s "${MESSAGES[i]}" >want
		if [[ $rc != 2 || -s out ]] || ! cmp -s want err; then
			printf '%sstatus %s\n' "${SCRIPTS[i]}" "$rc"
			diff want err || true
			bad=1
		fi
	done
	[ "$bad" = 0 ]
}

@test "what is no matter of files is said without --dry-run, too, and nothing is opened" {
	printf 'open create:made\nsend x\nexpect /(/\n' >x.ipc
	wire 2 run x.ipc
	[ ! -e made ]
	grep -q '^ipcwire: x.ipc:3:10: ' err
}

@test "all mistakes of a script are told at once, in the order of its lines, at most 20" {
	{
		echo 'open null'
		yes 'bogus' | head -n 30
	} >x.ipc
	wire 2 run x.ipc
	[ "$(grep -c '^ipcwire: ' err)" = 20 ]
	[ "$(grep -o '^ipcwire: x.ipc:[0-9]*' err | sort -t: -k3n)" = "$(grep -o '^ipcwire: x.ipc:[0-9]*' err)" ]
}

@test "a script that is not there, is no file, or is called wrongly" {
	wire 2 run none.ipc
	[ "$(cat err)" = 'ipcwire: none.ipc: cannot open the script: No such file or directory' ]
	mkdir dir
	wire 2 run dir
	[ "$(cat err)" = 'ipcwire: dir: cannot read the script: Is a directory (name a file in it)' ]
	printf 'args HOST PORT=22\nopen null\n' >x.ipc
	wire 2 run x.ipc
	[ "$(cat err)" = $'ipcwire: x.ipc needs the argument HOST\n  it is called: ipcwire run x.ipc HOST [PORT]' ]
	wire 2 run x.ipc a b c
	[ "$(cat err)" = $'ipcwire: x.ipc takes no further argument, as \'c\' would be\n  it is called: ipcwire run x.ipc HOST [PORT]' ]
	echo 'open null' >x.ipc
	wire 2 run x.ipc a
	[ "$(cat err)" = $'ipcwire: x.ipc takes no arguments, \'a\' is one\n  a first line \'args NAME...\' gives them names' ]
	wire 2 run
	grep -q 'no script' err
}

table() {
	cat <<'END'
|expectt foo
ipcwire: x.ipc:1:1: expectt foo: unknown verb 'expectt'
                    ^
  did you mean 'expect'?
|open null
|frobnicate
ipcwire: x.ipc:2:1: frobnicate: unknown verb 'frobnicate'
                    ^
  ipcwire --help=verbs lists them
|spawn bc
ipcwire: x.ipc:1:1: spawn bc: unknown verb 'spawn'
                    ^
  it is written open exec,pty -- PROGRAM
|open null
|sleep 1
ipcwire: x.ipc:2:1: sleep 1: unknown verb 'sleep'
                    ^
  await-read waits until the program reads, quiet TIME until it is silent
|send x
ipcwire: x.ipc:1:1: send x: nothing is open yet
                    ^
  first: open ADDRESS, or open -- PROGRAM ARG...
|open
ipcwire: x.ipc:1:5: open: 'open' without an address
                    ~~~~^
  it is written [NAME:] open ADDRESS [-- PROGRAM [ARG]...]
|open nul
ipcwire: x.ipc:1:6: open nul: unknown kind 'nul'
                    ~~~~~^
  did you mean 'null'?
|open tcp:localhost
ipcwire: x.ipc:1:19: open tcp:localhost: missing parameter
                     ~~~~~~~~~~~~~~~~~~^
  it is written tcp:HOST:PORT, an IPv6 address in [brackets]
|open -- nosuchprogram
ipcwire: x.ipc:1:9: open -- nosuchprogram: no program that could be run: No such file or directory
                    ~~~~~~~~^
|open null -- cat
ipcwire: x.ipc:1:6: open null -- cat: words of a program for an address that runs none
                    ~~~~~^
  those behind -- are for exec: open exec,pty -- PROGRAM ARG...
|open null
|expect
ipcwire: x.ipc:2:7: expect: PATTERN is missing after 'expect'
                    ~~~~~~^
  it is written expect PATTERN...
|open null
|expect ''
ipcwire: x.ipc:2:8: expect '': an empty pattern
                    ~~~~~~~^
  that would be found at once; quiet waits until nothing comes any more
|open null
|expect -q x
ipcwire: x.ipc:2:8: expect -q x: 'expect' has no flag '-q'
                    ~~~~~~~^
  what begins with a hyphen and is no flag follows '--'
|open null
|expect -t x y
ipcwire: x.ipc:2:11: expect -t x y: 'x' is not a time
                     ~~~~~~~~~~^
  a time is written 500us, 20ms, 0.5, 2s, 3m or 1h; here TIME|none
|open null
|expect -t
ipcwire: x.ipc:2:10: expect -t: TIME|none is missing after the flag
                     ~~~~~~~~~^
|open null
|expect /a(b/
ipcwire: x.ipc:2:12: expect /a(b/: no regular expression: missing closing parenthesis
                     ~~~~~~~~~~~^
|open null
|expect x /a[/i
ipcwire: x.ipc:2:13: expect x /a[/i: no regular expression: missing terminating ] for character class
                     ~~~~~~~~~~~~^
|open null
|expect /a
ipcwire: x.ipc:2:8: expect /a: the regular expression is not closed
                    ~~~~~~~^
  it is written /.../, a slash in it '\/'; after -x slashes are only text
|open null
|send 'x
ipcwire: x.ipc:2:6: send 'x: the single quote is not closed
                    ~~~~~^
  it ends in the line that it begins in
|open null
|send "x
ipcwire: x.ipc:2:6: send "x: the double quote is not closed
                    ~~~~~^
  it ends in the line that it begins in
|open null
|send `date`
ipcwire: x.ipc:2:6: send `date`: a backquote runs nothing here
                    ~~~~~^
  the character itself stands in single quotes; open and ${NAME} may be what is meant
|open null
|send $(date) ${x
ipcwire: x.ipc:2:6: send $(date) ${x: '$(' runs nothing here
                    ~~~~~^
  the character itself stands in single quotes; open and ${NAME} may be what is meant
|open null
|send $1
ipcwire: x.ipc:2:6: send $1: nothing has been matched yet that ${1} could be of
                    ~~~~~^
  it is a group of the last match; args NAME... gives the arguments of the script names
|open null
|send $SURELY_NOT_SET
ipcwire: x.ipc:2:6: send $SURELY_NOT_SET: nothing gives 'SURELY_NOT_SET' a value
                    ~~~~~^
  it is no argument, no capture, and not in the environment
|open null
|when x do send y
ipcwire: x.ipc:2:1: when x do send y: 'when' without 'case'
                    ^
  it is a label of case, which begins with a line 'case'
|open null
|case
|	send y
|end
ipcwire: x.ipc:3:2: send y: 'send' before the first label
                    ^
  what case waits for begins with 'when': when PATTERN do send
|open null
|case
|	when do send y
|	when -eof do nothing
|end
ipcwire: x.ipc:3:9: when do send y: 'when' without a pattern
                    ~~~~~~~^
  it is written when PATTERN... [do VERB...]; -eof and -timeout stand for themselves
ipcwire: x.ipc:4:15: when -eof do nothing: unknown verb 'nothing'
                     ~~~~~~~~~~~~~^
  ipcwire --help=verbs lists them
|open null
|case
|end
ipcwire: x.ipc:2:1: case: nothing is in 'case'
                    ^
|open null
|repeat 3
|	expect x
ipcwire: x.ipc:2:1: repeat 3: 'repeat' without 'end'
                    ^
|open null
|repeat
|	send x
|end
ipcwire: x.ipc:2:1: repeat: this would never end
                    ^
  repeat N ends after so many times; what waits, leave, exit and fail can end it
|open null
|repeat 0
|	send x
|end
ipcwire: x.ipc:2:8: repeat 0: the number of 'repeat' must be 1 to 1000000000
                    ~~~~~~~^
|end
ipcwire: x.ipc:1:1: end: nothing is open that could end here
                    ^
  case, repeat and 'on ... do' have an end
|open null
|leave
ipcwire: x.ipc:2:1: leave: 'leave' without 'repeat'
                    ^
|open null
|on x
ipcwire: x.ipc:2:5: on x: 'do' is missing
                    ~~~~^
  it is written on PATTERN... do VERB...
|open null
|on x do repeat 3
ipcwire: x.ipc:2:9: on x do repeat 3: 'repeat' cannot follow 'do'
                    ~~~~~~~~^
  it begins a line; 'do' at the end of a line is followed by lines up to 'end'
|a: open null
|b: open null
|send x
ipcwire: x.ipc:3:1: send x: for which end?
                    ^
  all have names: 'a: send'
|a: open null
|bb: open null
|c: send x
|expect -from a+cc x
ipcwire: x.ipc:3:1: c: send x: no end is called 'c'
                    ^
  'c: open ADDRESS' gives one this name
ipcwire: x.ipc:4:1: expect -from a+cc x: no end is called 'cc'
                    ^
  'cc: open ADDRESS' gives one this name
|open null
|open null
ipcwire: x.ipc:2:1: open null: a second end without a name
                    ^
  NAME: open ..., and then NAME: send ...
|open null
|key Entre
ipcwire: x.ipc:2:5: key Entre: 'Entre' is no key
                    ~~~~^
  did you mean 'Enter'?
|open null
|signal INTT
ipcwire: x.ipc:2:8: signal INTT: 'INTT' is no signal
                    ~~~~~~~^
  names are INT, TERM, HUP, USR1, ...; or a number
|open null
|size 80
ipcwire: x.ipc:2:6: size 80: '80' is no size of a terminal
                    ~~~~~^
  columns and rows: 80x24
|open null
|exit 300
ipcwire: x.ipc:2:6: exit 300: the number of 'exit' must be 0 to 255
                    ~~~~~^
|open null
|capture 1x
ipcwire: x.ipc:2:9: capture 1x: '1x' is no name of a variable
                    ~~~~~~~~^
  letters, digits and underscores, the first one no digit
|open null
|print: send x
|print send -n x
ipcwire: x.ipc:2:1: print: send x: no end is called 'print'
                    ^
  'print: open ADDRESS' gives one this name
|open null
|a b: send x
ipcwire: x.ipc:2:1: a b: send x: unknown verb 'a'
                    ^
  ipcwire --help=verbs lists them
|set timeot 3
|set timeout
|set clean maybe
ipcwire: x.ipc:1:5: set timeot 3: no flag that can be set
                    ~~~~^
  these can: timeout, settle, clean, noecho
ipcwire: x.ipc:2:12: set timeout: something is missing after 'set'
                     ~~~~~~~~~~~^
  it is written set FLAG VALUE: set timeout 1m
ipcwire: x.ipc:3:11: set clean maybe: 'maybe' is none of auto, no, yes
                     ~~~~~~~~~~^
|open null
|args HOST
ipcwire: x.ipc:2:1: args HOST: 'args' is once, and before all other lines
                    ^
|args A=1 B
ipcwire: x.ipc:1:10: args A=1 B: an argument that must be given, behind one that may be left out
                     ~~~~~~~~~^
|args 1A
ipcwire: x.ipc:1:6: args 1A: no name of an argument
                    ~~~~~^
  letters, digits and underscores, and '=DEFAULT' behind it if it may be left out
|open null
|send-env SURELY_NOT_SET
|send-file not-there
|send-fd 99
|log /not/there/log
ipcwire: x.ipc:2:10: send-env SURELY_NOT_SET: no such variable in the environment
                     ~~~~~~~~~^
ipcwire: x.ipc:3:11: send-file not-there: cannot read it: No such file or directory
                     ~~~~~~~~~~^
ipcwire: x.ipc:4:9: send-fd 99: no such descriptor is open
                    ~~~~~~~~^
ipcwire: x.ipc:5:5: log /not/there/log: cannot write it: No such file or directory
                    ~~~~^
|open tcp-listen:7000,eech
ipcwire: x.ipc:1:22: open tcp-listen:7000,eech: unknown option 'eech' of tcp-listen
                     ~~~~~~~~~~~~~~~~~~~~~^
  did you mean 'each'?
END
}
