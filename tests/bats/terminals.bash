# For files about the user's terminal: a shell without line editing (it leaves the modes alone) on a bare pseudo-terminal, or in tmux.
#
#   open_terminal bare|tmux   sets $tty; before: its modes
#   type_text TEXT            as it is
#   run_in_terminal WORD...   types a command line that writes its pid to the file pid, and its exit status to over

need_terminal() {
	need dash
	if [[ $1 == tmux ]]; then need tmux; else need python3; fi
}

open_terminal() {
	terminal=$1
	need_terminal "$1"
	# A signal that a test sends is no finding: the sanitizers leave these to the program.
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0:handle_sigbus=0:handle_abort=0
	if [[ $terminal == tmux ]]; then
		export TMUX_TMPDIR=$BATS_TEST_TMPDIR
		env -u TMUX tmux -f /dev/null new-session -d -x 80 -y 24 dash 3>&-
		tty=$(tmux display-message -p '#{pane_tty}')
	else
		mkfifo keys
		start terminal python3 "$ROOT/tests/bats/terminal_hold.py" name keys screen dash
		until_true "$DEADLINE" test -s name
		tty=$(<name)
		exec 4<>keys
	fi
	until_true "$DEADLINE" shows '^[#$] ?'
	before=$(stty -F "$tty" -g)
}

# For teardown_test.
close_terminal() {
	if [[ ${terminal:-} == tmux ]]; then
		tmux kill-server
	fi
}

type_text() {
	if [[ $terminal == tmux ]]; then
		tmux send-keys -l -- "$1"
	else
		printf %s "$1" >&4
	fi
}

# True when the terminal shows a line like that.
shows() {
	if [[ $terminal == tmux ]]; then
		tmux capture-pane -p | grep -qE -e "$1"
	else
		grep -qsaE -e "$1" screen
	fi
}
wait_until_shown() {
	until_true "$DEADLINE" shows "$1"
}

run_in_terminal() {
	local line
	rm -f pid over
	printf -v line ' %q' "$@"
	# Without a trap dash leaves the rest of the line when its child ends by SIGINT.
	type_text "trap : INT; sh -c 'echo \$\$ >pid; exec \"\$@\"' sh$line; echo \$? >over"$'\r'
	until_true "$DEADLINE" test -s pid
	pid=$(<pid)
}

# The guards in the session of the terminal's shell: their pids.
guards() { pgrep -f -x 'ipcwire: terminal guard *' --terminal "${tty#/dev/}"; }
is_raw() { stty -F "$tty" -a | grep -q -- ' -icanon'; }
is_restored() { [[ $(stty -F "$tty" -g) == "$before" ]]; }
wait_until_raw() { until_true "$DEADLINE" is_raw; }
wait_until_restored() {
	until_true "$DEADLINE" is_restored || {
		echo "modes $(stty -F "$tty" -g) instead of $before" >&2
		return 1
	}
}
# wait_until_over [STATUS]
wait_until_over() {
	until_true "$DEADLINE" test -s over
	[[ -z ${1:-} || $(<over) == "$1" ]] || {
		echo "status $(<over) instead of $1" >&2
		return 1
	}
}
