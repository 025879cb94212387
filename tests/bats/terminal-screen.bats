#!/usr/bin/env bats
# What programs have switched on at the screen is taken back with the modes of the terminal.

load helpers
load terminals

setup_test() { terminal=; }
teardown_test() { close_terminal; }

raw_echo() { run_in_terminal "$IPCWIRE" -,raw,escape=^] pipe && wait_until_raw; }

# drawing: a program that has taken the screen, as editors do; it draws whenever it is told a size.
drawing() {
	: >screen
	run_in_terminal "$IPCWIRE" -,raw,escape=^] system:'trap "echo drawn" WINCH; printf "\033[?1049h\033[?25l"; echo drawn; while :; do sleep 1000 & wait; done',pty
	wait_until_raw
	wait_until_shown $'\e\\[\\?25ldrawn'
}
HIDDEN=$'\e\\[\\?25h\e\\[\\?1049l'

@test "fact 25: the screen is given back, too, whatever programs have left on" {
	open_terminal bare
	for way in TERM:143 SEGV:139 KILL:137; do
		drawing
		kill -s "${way%:*}" "$pid"
		wait_until_over "${way#*:}"
		wait_until_restored
		wait_until_shown "$HIDDEN"
	done
	drawing
	type_text $'\x1d'
	wait_until_over
	wait_until_shown "$HIDDEN"
	: >screen
	raw_echo
	type_text $'\x1d'
	wait_until_over 0
	[ "$(grep -ac 1049 screen)" = 0 ]
}

@test "fact 25: while it is stopped the screen is as it was, then the program draws anew" {
	open_terminal bare
	drawing
	kill -s TSTP "$pid"
	wait_until_over 148
	wait_until_shown "$HIDDEN"
	rm over
	: >screen
	type_text $'fg; echo $? >over\r'
	wait_until_raw
	wait_until_shown $'\e\\[\\?1049h\e\\[\\?25l'
	wait_until_shown drawn
	type_text $'\x1d'
	wait_until_over
	is_restored
}
