#!/usr/bin/env bats
# interact: a person in front of what a dialogue drives.

load helpers
load terminals

setup_test() { terminal=; }
teardown_test() { close_terminal; }

# A program that wants a person: what it gets it shows by itself, so that the echo of its terminal is not taken for that.
cat_program() {
	cat >program <<-'END'
		printf 'name: '
		read -r name
		echo "hello $name"
		while read -r line; do
			case $line in
			bye) exit 3 ;;
			ask) printf 'sure? ' && read -r answer && echo "answer <$answer>" ;;
			*) echo "<$line>" ;;
			esac
		done
		echo end
	END
}

@test "--interact: after the dialogue a person goes on, and leaving ends it" {
	cat_program
	open_terminal bare
	run_in_terminal "$IPCWIRE" exec:'sh program',pty --expect name: --send bob --expect 'hello bob' --interact
	wait_until_raw
	type_text $'first\r'
	wait_until_shown '^<first>'
	type_text $'\x1d'
	wait_until_over 0
	is_restored
}

@test "--interact: the program ends, and its status is ours" {
	cat_program
	open_terminal bare
	run_in_terminal "$IPCWIRE" exec:'sh program',pty --expect name: --send bob --interact
	wait_until_raw
	type_text $'bye\r'
	wait_until_over 3
	is_restored
}

@test "--interact: what is typed is shown by the program's terminal, signals of the keyboard are its own" {
	open_terminal bare
	run_in_terminal "$IPCWIRE" exec:'sh -c "trap \"echo interrupted\" INT; echo ready; while :; do read -r x; echo got; done"',pty --expect ready --interact
	wait_until_raw
	type_text abc
	wait_until_shown abc
	type_text $'\x03'
	wait_until_shown '(\^C|^)interrupted'
	type_text $'\x1d'
	wait_until_over 0
}

@test "--interact: another key, and none" {
	cat_program
	open_terminal bare
	run_in_terminal "$IPCWIRE" exec:'sh program',pty --interact,escape=^x
	wait_until_raw
	wait_until_shown '^name:'
	type_text $'a\x1db\r'
	wait_until_shown '^hello a.*b'
	type_text $'\x18'
	wait_until_over 0
	run_in_terminal "$IPCWIRE" exec:'sh program',pty,raw --interact,escape=undef
	wait_until_raw
	type_text $'x\n\x18\x1d\n'
	type_text $'bye\n'
	wait_until_over 3
	is_restored
}

@test "interact in a script: standing reactions go on meanwhile" {
	cat_program
	cat >script <<-'END'
		open exec,pty -- sh program
		on sure? do send yes
		expect name:
		send bob
		interact
	END
	open_terminal bare
	run_in_terminal "$IPCWIRE" run script
	wait_until_raw
	type_text $'ask\r'
	wait_until_shown '^answer <yes>'
	type_text $'again\r'
	wait_until_shown '^<again>'
	type_text $'ask\r\x1d'
	wait_until_over 0
	is_restored
}

@test "interact in a script: by a key or a pattern it gives back to the next step, more than once" {
	cat_program
	cat >script <<-'END'
		open exec,pty -- sh program
		log off
		expect name:
		send bob
		repeat 2
			interact <done>
			send by script
			expect '<by script>'
			print next
		end
		send bye
		expect-eof
	END
	open_terminal bare
	run_in_terminal "$IPCWIRE" run script
	wait_until_raw
	type_text $'first\r'
	wait_until_shown '^<first>'
	type_text $'done\r'
	wait_until_shown '^next'
	wait_until_raw
	type_text $'second\r'
	wait_until_shown '^<second>'
	type_text $'\x1d'
	wait_until_over 3
	is_restored
	[ "$(grep -ac '^next' screen)" = 2 ]
	[ "$(grep -ac '^<by script>' screen)" = 0 ]
}

@test "--interact: the window's size follows, and it can be suspended" {
	open_terminal bare
	run_in_terminal "$IPCWIRE" exec:'sh -c "echo ready; while read -r x; do echo \"size $(stty size)\"; done"',pty --expect ready --interact
	wait_until_raw
	stty -F "$tty" cols 99
	type_text $'\r'
	wait_until_shown 'size 24 99'
	kill -s TSTP "$pid"
	wait_until_over 148
	is_restored
	rm over
	stty -F "$tty" cols 98
	type_text $'fg; echo $? >over\r'
	wait_until_raw
	type_text $'\r'
	wait_until_shown 'size 24 98'
	type_text $'\x1d'
	wait_until_over 0
	is_restored
}

@test "--interact: the terminal is given back after SIGKILL" {
	cat_program
	open_terminal bare
	run_in_terminal "$IPCWIRE" exec:'sh program',pty --interact
	wait_until_raw
	kill -s KILL "$pid"
	wait_until_over 137
	wait_until_restored
}

@test "--interact: a program without a terminal has the lines that ours edits" {
	cat_program
	open_terminal bare
	run_in_terminal "$IPCWIRE" exec:'sh program' --expect name: --interact
	wait_until_shown '^name:'
	until_true "$DEADLINE" eol_is_set
	type_text $'bib\x7f\x7fob\r'
	wait_until_shown '^hello bob'
	type_text $'\x1d'
	wait_until_over 0
	is_restored
}
eol_is_set() { stty -F "$tty" -a | grep -q 'eol = ^]'; }

@test "--interact: without a terminal it is standard input up to its end" {
	cat_program
	printf 'bob\nthere\035\n' | "$IPCWIRE" exec:'sh program' --interact >out
	printf 'name: hello bob\n<there\035>\nend\n' | cmp - out
}

@test "--interact: a second address is refused" {
	wire 2 exec:cat - --interact </dev/null
	grep -q 'second address' err
}
