#!/usr/bin/env bats
# All messages of the sources: that they are found, that they have their form, and that what has not is seen.

load helpers

messages() {
	(cd "$ROOT" && awk "$@" -f tools/messages.awk src/*.c src/*/*.c)
}

@test "every message of the code has its form" {
	messages >all
	[ "$(grep -c '' all)" -ge 200 ]
	# One of each sort, so that the search is known to find them.
	for sort in log_msg log_errno endpoint_fail diag_set diag_hint refuse; do
		cut -f 2 all | grep -qx "$sort"
	done
	messages -v check=1 >wrong
	[ ! -s wrong ] || {
		cat wrong
		return 1
	}
}

@test "what has not the form is seen" {
	cat >bad.c <<'END'
/* log_msg(LOG_ERROR, who, "Comments are passed over."); */
log_msg(LOG_ERROR, who, "ends with a full stop.");
log_msg(LOG_ERROR, who, "Begins with a capital");
log_msg(LOG_ERROR, who, "has a\n newline");
endpoint_fail(ep, errno, "cannot %s", is_in ? "one" : "two()");
log_msg(LOG_ERROR, who, "epoll_ctl refused it");
log_msg(LOG_ERROR, who, "errno %d", errno);
diag_set(d, 0, "two  blanks");
diag_hint(d, "unable to "
	"do it");
log_msg(LOG_ERROR, who, "in " "two parts %" PRIu64 " bytes.", n);
log_msg(LOG_ERROR, who, "caf\303\251 is fine", '"', '\'');
log_msg(LOG_ERROR, who, "this one is fine: %s", other("This is not ours to look at. "));
END
	awk -v check=1 -f "$ROOT/tools/messages.awk" bad.c >wrong
	cut -d : -f 2 wrong >lines
	[ "$(tr '\n' ' ' <lines)" = '2 3 4 5 6 7 8 9 11 ' ] || {
		cat wrong
		return 1
	}
}

@test "each hint of the table belongs to something that is tried" {
	messages | awk -F '\t' '$2 ~ /^(log_errno|endpoint_fail)$/ { print $4 }' >tried
	(cd "$ROOT" && sed -n 's/.*"\([^"]*\)",.*/\1/p' src/process/spawn.c) >>tried
	sed -n 's/^\t{ E[A-Z0-9]*, "\([^"]*\)",.*/\1/p' "$ROOT/src/base/hint.c" | LC_ALL=C sort -u >prefixes
	[ "$(grep -c '' prefixes)" -ge 5 ]
	while IFS= read -r prefix; do
		awk -v prefix="$prefix" 'index($0, prefix) == 1 { found = 1 } END { exit !found }' tried || {
			echo "nothing that fails begins with '$prefix'"
			return 1
		}
	done <prefixes
}

@test "an error of the system brings what helps" {
	free_port
	timeout 20 "$IPCWIRE" null tcp:127.0.0.1:"$port" 2>err || true
	[ "$(cat err)" = "ipcwire: tcp:127.0.0.1:$port: cannot connect to 127.0.0.1:$port: Connection refused (is a server listening there? 'ss -ltn' shows who listens here)" ]
	timeout 20 "$IPCWIRE" -u text:abc file:/dev/full 2>err || true
	grep -qx "ipcwire: file:/dev/full: 3 bytes did not arrive: No space left on device (the file system is full: .*)" err
	start server "$IPCWIRE" tcp-listen:127.0.0.1:"$port",each pipe
	wait_for_port "$port"
	timeout 20 "$IPCWIRE" tcp-listen:127.0.0.1:"$port" null 2>err || true
	grep -qx "ipcwire: .*: cannot listen on 127.0.0.1:$port: Address already in use (the port is in use, or was a minute ago by a program without SO_REUSEADDR: 'ss -tanp' shows it)" err
	printf 'exit 0\n' >prog
	chmod +x prog
	timeout 20 "$IPCWIRE" null exec:prog 2>err || true
	grep -qx "ipcwire: exec:prog: program 'prog' not found in PATH (the one in this directory is written with ./)" err
	timeout 20 "$IPCWIRE" --version 2>err >/dev/full || rc=$?
	[ "$rc" = 1 ]
	grep -qx 'ipcwire: standard output: cannot write: No space left on device (.*)' err
}
