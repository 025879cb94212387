# Loaded by every bats file: `load helpers`. What waits has a deadline (seconds) and polls every 20 ms;
# nothing here or in a test sleeps in the hope that something has happened by then.
#
# A file that needs a setup or teardown of its own defines setup_test / teardown_test.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
: "${IPCWIRE:=$ROOT/build/ipcwire}"
: "${IPCWIRE_FAULTS:=$ROOT/build-faults/ipcwire}"
: "${DEADLINE:=20}"
export ROOT IPCWIRE IPCWIRE_FAULTS
unset PYTHONUNBUFFERED

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	PIDS=()
	# Everything that a test starts carries this, however far it goes from us.
	export IPCWIRE_TEST_MARK=$BATS_TEST_TMPDIR
	if declare -F setup_test >/dev/null; then setup_test; fi
}

teardown() {
	local rc=0
	if declare -F teardown_test >/dev/null; then teardown_test || rc=1; fi
	stop_all || rc=1
	return "$rc"
}

# ---- time --------------------------------------------------------------------------------------------

now_ms() {
	local t=${EPOCHREALTIME/[.,]/}
	echo "$((t / 1000))"
}

# until_true SECONDS COMMAND...: repeats the command until it is true; false at the deadline.
until_true() {
	local end=$(($(now_ms) + $1 * 1000))
	shift
	until "$@"; do
		(($(now_ms) < end)) || return 1
		sleep 0.02
	done
}

# ---- background --------------------------------------------------------------------------------------

# start NAME COMMAND...: runs it in the background, output in NAME.out and NAME.err, its pid in $NAME_pid and
# $pid. Input is /dev/null, or the file or FIFO that $START_INPUT names.
start() {
	local name=$1
	shift
	# What one of the same name has said before is gone at once, not only when the new one has begun.
	: >"$BATS_TEST_TMPDIR/$name.out"
	: >"$BATS_TEST_TMPDIR/$name.err"
	# A command in the background of a script has SIGINT ignored; env gives it back.
	env --default-signal=INT,QUIT "$@" <"${START_INPUT:-/dev/null}" >"$BATS_TEST_TMPDIR/$name.out" \
		2>"$BATS_TEST_TMPDIR/$name.err" 3>&- &
	pid=$!
	PIDS+=("$pid")
	printf -v "${name//-/_}_pid" %s "$pid"
}

# wire STATUS ARGUMENT...: ipcwire, bounded; output in out and err; the status must be that.
wire() {
	local want=$1 rc=0
	shift
	timeout --kill-after=5 20 "$IPCWIRE" "$@" >out 2>err || rc=$?
	[ "$rc" = "$want" ] || {
		echo "status $rc instead of $want: $*" >&2
		cat err >&2
		return 1
	}
}

# wait_for_exit PID [DEADLINE]: sets $status to the exit status. Fails at the deadline, with $status unset.
wait_for_exit() {
	unset status
	if ! until_true "${2:-$DEADLINE}" is_over "$1"; then
		echo "process $1 still runs: $(tr '\0' ' ' <"/proc/$1/cmdline")" >&2
		return 1
	fi
	status=0
	wait "$1" || status=$?
	forget "$1"
}

# True when it has ended, reaped by us or not.
is_over() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	stat=${stat##*) }
	[[ $stat == Z* || $stat == X* ]]
}

# is_asleep PID: all its threads wait for something.
is_asleep() {
	! cut -d ' ' -f 3 /proc/"$1"/task/*/stat 2>/dev/null | grep -qv S
}

# No timer runs in the process: its loop waits without a limit.
has_no_timer() {
	local call
	read -r -a call <"/proc/$1/syscall"
	[[ ${call[4]:-} =~ ^0xf*$ && ${#call[4]} -ge 10 ]]
}

# is_at_rest PID: it has done all that it can, and waits without a limit.
is_at_rest() {
	is_asleep "$1" && has_no_timer "$1"
}

forget() {
	local p kept=()
	for p in "${PIDS[@]}"; do
		[[ $p == "$1" ]] || kept+=("$p")
	done
	PIDS=("${kept[@]}")
}

# Processes that the test started, directly or not, and that still run.
survivors() {
	local p found=1
	while read -r p; do
		p=${p#/proc/}
		p=${p%/environ}
		# The functions of this file run in subshells, which look like what they were forked from.
		[[ $p != "$$" && $p != "$BASHPID" ]] || continue
		is_over "$p" || {
			printf '%s %s\n' "$p" "$(tr '\0' ' ' 2>/dev/null <"/proc/$p/cmdline")"
			found=0
		}
	done < <(grep -lsz "^IPCWIRE_TEST_MARK=$BATS_TEST_TMPDIR\$" /proc/[0-9]*/environ)
	return "$found"
}
no_survivors() {
	! survivors >/dev/null
}

# True when the shell that a job begins as has become its program: a SIGTERM to that shell would be lost.
has_begun() {
	! cmp -s /proc/"$1"/cmdline /proc/$$/cmdline
}

# Ends what `start` started; fails if anything that came from it is still there afterwards.
stop_all() {
	local p rc=0
	for p in "${PIDS[@]}"; do
		until_true 15 has_begun "$p" || true
		kill -TERM "$p" 2>/dev/null || true
	done
	for p in "${PIDS[@]}"; do
		until_true 15 is_over "$p" || {
			echo "teardown: process $p ignored SIGTERM: $(tr '\0' ' ' <"/proc/$p/cmdline")" >&2
			kill -KILL "$p" 2>/dev/null
			rc=1
		}
		wait "$p" 2>/dev/null || true
	done
	PIDS=()
	if ! until_true 15 no_survivors; then
		echo 'teardown: still running:' >&2
		survivors >&2
		survivors | while read -r p _; do kill -KILL "$p" 2>/dev/null || true; done
		rc=1
	fi
	return "$rc"
}

# ---- what a test waits for ---------------------------------------------------------------------------

# wait_for_line FILE PATTERN [DEADLINE]: until a line of the file matches (extended regular expression).
wait_for_line() {
	until_true "${3:-$DEADLINE}" grep -qsE -e "$2" "$1" || {
		echo "no line like '$2' in $1:" >&2
		[[ ! -e $1 ]] || tail -n 20 "$1" >&2
		return 1
	}
}

# Nobody is disturbed by a connection: the kernel's tables tell. The local addresses that listen on PORT.
listening_on() {
	local port
	printf -v port %04X "$1"
	sed -nE "s/^ *[0-9]+: ([0-9A-F]+):$port [0-9A-F:]+ 0A .*/\\1/p" /proc/net/tcp /proc/net/tcp6 2>/dev/null
}
is_listening() {
	listening_on "$1" | grep -q .
}
# Who listens at ::1 may not yet do so at 127.0.0.1, which comes second, and which clients try.
is_listening_beyond_ipv6() {
	listening_on "$1" | grep -vqx '0\{25\}1000000'
}
wait_for_port() {
	until_true "${2:-$DEADLINE}" is_listening_beyond_ipv6 "$1" || {
		echo "nobody listens on port $1" >&2
		return 1
	}
}

# wait_for_socket PATH [DEADLINE]: until somebody listens there; @NAME is an abstract one.
wait_for_socket() {
	until_true "${2:-$DEADLINE}" is_unix_listening "$1" || {
		echo "nobody listens on $1" >&2
		return 1
	}
}
# A path is found by the inode of its file where ss(8) tells it: the kernel's table has paths as they were given, and another
# test has a "sock", too.
is_unix_listening() {
	local inode
	if [[ $1 != @* ]]; then
		inode=$(stat -c %i "$1" 2>/dev/null) || return 1
		! command -v ss >/dev/null || {
			ss -xlHe | grep -qE " LISTEN .* ino:$inode( |\$)" # it also shows what is only bound
			return
		}
	fi
	awk -v path="$1" '$4 == "00010000" && substr($0, index($0, $7) + length($7) + 1) == path { found = 1 }
		END { exit !found }' /proc/net/unix
}

wait_for_file() {
	until_true "${2:-$DEADLINE}" test -e "$1"
}

# ---- material ----------------------------------------------------------------------------------------

# free_port: a TCP port in $port that is free and that no other test of this run is given. Below the
# kernel's own range, so that no outgoing connection takes it in between.
free_port() {
	local dir=${RESULTS:-${BATS_RUN_TMPDIR}}/ports i
	mkdir -p "$dir"
	for ((i = 0; i < 2000; i++)); do
		port=$((10000 + (RANDOM * 32768 + RANDOM) % 20000))
		mkdir "$dir/$port" 2>/dev/null || continue
		is_taken "$port" || return 0
	done
	echo 'no free port' >&2
	return 1
}
is_taken() {
	local hex
	printf -v hex %04X "$1"
	grep -qs -E "^ *[0-9]+: [0-9A-F]+:$hex " /proc/net/tcp /proc/net/tcp6
}

# random_file PATH SIZE: SIZE bytes (or with k, M, G) that look random.
random_file() {
	head -c "$2" /dev/zero | openssl enc -aes-128-ctr -nosalt -pass "pass:$RANDOM$RANDOM" -md sha256 2>/dev/null >"$1"
}

sum_of() {
	sha256sum <"$1"
}

# same FILE FILE: equal, or says how they differ.
same() {
	cmp "$1" "$2" || {
		ls -l "$1" "$2" >&2
		return 1
	}
}

# ---- conditions --------------------------------------------------------------------------------------

# need TOOL...: skips the test when one is missing; in CI that is a failure.
need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "needs $tool"
	done
}

# need_heavy TOOL...: for those that tools/check.sh does not install; never a failure.
need_heavy() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "optional: needs $tool"
	done
}

is_sanitized() {
	grep -qa AddressSanitizer "$IPCWIRE" # its symbols are also names that the program looks for
}

# For tests whose tool cannot work on a sanitized binary (valgrind), or that measure.
need_plain_build() {
	! is_sanitized || skip 'optional: not with sanitizers'
}

# Leaks cannot be looked for in a traced process: before strace and gdb.
no_leak_check() {
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
}
