#!/usr/bin/env bats
# --progress on real terminals (tmux), and where there is none.

load helpers

setup_test() {
	export TMUX_TMPDIR=$BATS_TEST_TMPDIR
	unset TMUX
	mkfifo in
}

teardown_test() {
	tmux kill-server 2>/dev/null || true
}

# terminal COLUMNS SCRIPT: runs the script (bash) on a terminal of that width, which stays afterwards.
terminal() {
	need tmux
	printf 'echo before\n%s\necho "after $?"\nexec sleep 60\n' "$2" >script
	env LC_ALL="${TERMINAL_LOCALE:-C.UTF-8}" tmux -u -f /dev/null new-session -d -x "$1" -y 24 "exec bash $PWD/script" 3>&-
}

screen() {
	tmux capture-pane -p
}

shows() {
	screen | grep -qE -e "$1"
}

wait_for_screen() {
	until_true "${2:-$DEADLINE}" shows "$1" || {
		echo "the screen does not show '$1':" >&2
		screen >&2
		return 1
	}
}

feed() {
	head -c "$1" /dev/zero >&7
}

relay() {
	echo "'$IPCWIRE' --progress $* -u '$PWD/in' create:out"
}

@test "a terminal of 80 columns: bytes, rates, time, bar, percentage, remaining time" {
	terminal 80 "$(relay --size 1000)"
	exec 7>in
	feed 500
	wait_for_screen '^   500B \[ +[0-9.]+[KM]?i?B/s\] \[avg +[0-9.]+[KM]?i?B/s\] 0:0[0-9]:[0-9][0-9] \[█+[▏▎▍▌▋▊▉]? +\]  50% ETA [0-9:-]+$'
	feed 500
	exec 7>&-
	wait_for_screen '^after 0$'
	screen | grep -A 1 -E '^ 1000B|^0.98KiB \[.*\] 0:0[0-9]:[0-9][0-9] \[█+\] 100%$' | grep -qx 'after 0'
	[ "$(screen | grep -c 'B/s')" = 1 ]
	[ "$(screen | grep -c before)" = 1 ]
}

@test "40 columns are enough for the most needed" {
	terminal 40 "$(relay --size 1000)"
	exec 7>in
	feed 500
	wait_for_screen '^   500B \[ .*B/s\]  50% ETA [0-9:-]+$'
	exec 7>&-
	wait_for_screen '^after 0$'
	[ "$(screen | grep -c 'B/s')" = 1 ]
}

@test "200 columns are filled by the bar" {
	terminal 200 "$(relay --size 1000)"
	exec 7>in
	feed 500
	wait_for_screen '^   500B .{100,} 50% ETA [0-9:-]+$'
	exec 7>&-
	wait_for_screen '^after 0$'
}

@test "the C locale gets ASCII only" {
	TERMINAL_LOCALE=C terminal 80 "LC_ALL=C $(relay --size 1000)"
	exec 7>in
	feed 500
	wait_for_screen '^   500B .* \[=+> +\]  50% '
	exec 7>&-
	wait_for_screen '^after 0$'
	[ -z "$(screen | tr -d '\0-\177')" ]
}

@test "a terminal that changes its width keeps one line" {
	terminal 80 "$(relay --size 1000)"
	exec 7>in
	feed 500
	wait_for_screen ' 50% '
	tmux resize-window -x 40
	wait_for_screen '^   500B \[ .*B/s\]  50% ETA [0-9:-]+$'
	[ "$(screen | grep -c '500B')" = 1 ]
	[ "$(screen | grep -c '%\|ETA\|█')" = 1 ]
	tmux resize-window -x 200
	wait_for_screen '^   500B .{100,} 50% ETA '
	[ "$(screen | grep -c '500B')" = 1 ]
	feed 100
	wait_for_screen ' 60% '
	exec 7>&-
	wait_for_screen '^after 0$'
	[ "$(screen | grep -c '%')" = 1 ]
}

@test "both directions have their marks" {
	terminal 80 "'$IPCWIRE' --progress '$PWD/in!!create:out' exec:cat,via=pipe"
	exec 7>in
	feed 500
	wait_for_screen '^→    500B \[ .*B/s\] ←    500B \[ .*B/s\] 0:00:'
	exec 7>&-
	wait_for_screen '^after 0$'
}

@test "messages stand above the line, which is drawn again" {
	terminal 80 "$(relay -r /dev/full)"
	exec 7>in
	feed 500
	wait_for_screen '^   500B '
	copy_ends() { screen | tr -d '\n' | grep -qF 'ipcwire: /dev/full: the copy of the traffic ends after 0 bytes: No space left on device'; }
	until_true "$DEADLINE" copy_ends
	feed 500
	wait_for_screen '^ 1000B|^0.98KiB '
	exec 7>&-
	wait_for_screen '^after 1$'
	[ "$(screen | grep -c 'B/s')" = 1 ]
}

@test "a dump stands above the line" {
	terminal 80 "$(relay -x)"
	exec 7>in
	printf ab >&7
	wait_for_screen '^     2B '
	wait_for_screen '^ 61 62$'
	printf c >&7
	wait_for_screen '^     3B '
	wait_for_screen '^ 63$'
	exec 7>&-
	wait_for_screen '^after 0$'
	[ "$(screen | grep -c 'B/s')" = 1 ]
}

@test "the table of SIGUSR1 stands above the line" {
	terminal 120 "$(relay) & echo \$! >pid; wait; fg 2>/dev/null"
	exec 7>in
	feed 500
	wait_for_screen '^   500B '
	wait_for_line pid .
	kill -USR1 "$(cat pid)"
	wait_for_screen '^- +running '
	wait_for_screen '^   500B '
	exec 7>&-
	wait_for_screen '^after '
}

@test "when nothing moves the rate is none, and then nothing is drawn" {
	terminal 80 "$(relay)"
	exec 7>in
	feed 500
	wait_for_screen '^   500B \[ +0B/s\] '
	exec 7>&-
	wait_for_screen '^after 0$'
}

@test "the size of a file is known" {
	head -c 1000 /dev/zero >input
	terminal 80 "'$IPCWIRE' --progress -u file:input,seek=500 create:out"
	wait_for_screen '^   500B .* 100%$'
	wait_for_screen '^after 0$'
}

@test "an interrupted run leaves the terminal clean" {
	terminal 80 "trap : INT; $(relay --size 1000)"
	exec 7>in
	feed 500
	wait_for_screen ' 50% '
	tmux send-keys C-c
	wait_for_screen '^after '
	[ "$(screen | grep -c ' 50%')" = 1 ]
	exec 7>&-
}

@test "a job in the background draws nothing" {
	terminal 80 "set -m; $(relay) & wait"
	exec 7>in
	feed 500
	until_true 20 eval '[ "$(cat out 2>/dev/null | wc -c)" = 500 ]'
	exec 7>&-
	wait_for_screen '^after 0$'
	[ "$(screen | grep -c 'B/s')" = 0 ]
}

@test "where standard error is no terminal nothing is shown" {
	head -c 100000 /dev/zero | "$IPCWIRE" --progress -u - create:out 2>&1 | cat >shown
	[ ! -s shown ]
	[ "$(wc -c <out)" = 100000 ]
}

@test "--progress=json: a line a second, and a last one" {
	need jq
	START_INPUT=in start relay "$IPCWIRE" --progress=json --size 1000 -u - create:out
	exec 7>in
	feed 500
	wait_for_line relay.err '"final":false.*"bytes":500,'
	feed 500
	exec 7>&-
	wait_for_exit "$relay_pid"
	jq -e . relay.err >/dev/null
	jq -se 'map(select(.forward.bytes == 500))[0] | .final == false and .forward.size == 1000 and .forward.percent == 50' relay.err
	jq -se '.[-1].final == true and .[-1].forward.bytes == 1000 and .[-1].forward.percent == 100 and .[-1].forward.eta_seconds == 0' relay.err
	jq -se '[.[] | select(.final)] | length == 1' relay.err
	jq -se '[.[].seconds] | . == sort' relay.err
}

@test "--progress=json: every key is in the manual" {
	need jq
	local key
	"$IPCWIRE" --progress=json text:x null 2>err
	for key in $(jq -r '[paths | .[-1]] | unique | .[]' err); do
		grep -q "^\.It Cm ${key}\$" "$ROOT/doc/ipcwire.1" || {
			echo "$key is not in the manual" >&2
			return 1
		}
	done
}

@test "--progress allows no direct wiring, and says so" {
	run "$IPCWIRE" --explain --progress exec:cat exec:cat
	[[ $output != *direct* && $output == *'--progress counts the bytes'* ]]
}
