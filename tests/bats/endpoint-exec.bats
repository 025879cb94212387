#!/usr/bin/env bats
# exec:, system:, shell:, and -- PROGRAM, with their options.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "exec: splits words as a shell does, and is no shell" {
	iw -U - exec:"printf '<%s>' 'a b' \\\$HOME \"c d\"" >out
	[ "$(cat out)" = '<a b><$HOME><c d>' ]
}

@test "system: is sh, shell: is \$SHELL, exec takes its words after --" {
	[ "$(iw -U - system:'echo $((1+1)) | tr 2 3')" = 3 ]
	[ "$(SHELL=/bin/bash iw -U - shell:'echo $BASH_VERSION')" = "$(bash -c 'echo $BASH_VERSION')" ]
	[ "$(iw -U - exec,env=A=b -- sh -c 'echo "$A, $1"' sh 'x  y')" = 'b, x  y' ]
}

@test "env, clearenv, path" {
	[ "$(OLD=1 iw -U - exec:env,clearenv,env=A=1,env=B=2)" = $'A=1\nB=2' ]
	mkdir bin
	printf '#!/bin/sh\necho mine "$PATH"\n' >bin/prog
	chmod +x bin/prog
	[ "$(iw -U - exec:prog,path="$PWD/bin")" = "mine $PWD/bin" ]
}

@test "chdir, umask, nice, login" {
	mkdir sub
	[ "$(iw -U - exec:pwd,chdir=sub)" = "$PWD/sub" ]
	iw -U - 'exec:touch made,umask=077'
	[ "$(stat -c %a made)" = 600 ]
	[ "$(iw -U - exec:nice,nice=5)" = $(($(nice) + 5)) ]
	iw -U - exec,login -- cat /proc/self/cmdline | tr '\0' ' ' >out
	[ "$(cat out)" = '-cat /proc/self/cmdline ' ]
}

@test "stderr: inherited, merged, thrown away, to a file" {
	both='exec:sh -c "echo out; echo err >&2"'
	iw -U - "$both" >out 2>err
	[ "$(cat out)/$(cat err)" = out/err ]
	iw -U - "$both,stderr=merge" >out 2>err
	[ "$(sort out)" = $'err\nout' ]
	[ ! -s err ]
	iw -U - "$both,stderr=null" >out 2>err
	[ "$(cat out)/$(cat err)" = out/ ]
	iw -U - "$both,stderr=./log" >out 2>err
	[ "$(cat out)/$(cat err)/$(cat log)" = out//err ]
}

@test "via: pipe, socketpair and direct all carry the same bytes both ways" {
	random_file in 1M
	for via in auto pipe socketpair; do
		iw - exec:cat,via=$via <in >out
		same in out
	done
	printf abc | iw - exec:'tr a b',via=direct >out
	[ "$(cat out)" = bbc ]
}

@test "via=socketpair between two programs: a socket of theirs, nothing for us to move" {
	random_file in 1M
	iw -u exec:'cat in',via=socketpair exec:'sh -c "readlink /proc/self/fd/0 >kind; cat >out"'
	same in out
	grep -q '^socket:' kind
	"$IPCWIRE" --explain -u exec:cat exec:cat,via=socketpair | grep -q 'direct'
	# Both directions share one, and each is answered by the other.
	iw exec:'sh -c "echo ping; read answer; echo $answer >got"',via=socketpair exec:'sed -u s/ping/pong/'
	[ "$(cat got)" = pong ]
}

@test "fdin and fdout: the program talks on other descriptors" {
	printf ping | iw - exec,fdin=3,fdout=4 -- sh -c 'tr a-z A-Z <&3 >&4' >out
	[ "$(cat out)" = PING ]
}

@test "setsid gives it a session of its own; su another user" {
	iw -U - exec,setsid -- sh -c 'cut -d " " -f 1,6 /proc/$$/stat' >out
	read -r pid sid <out
	[ "$pid" = "$sid" ]
	[ "$(id -u)" = 0 ] || skip 'optional: needs root'
	[ "$(iw -U - exec:'id -un',su=nobody)" = nobody ]
}

@test "its exit status becomes ours, 128+n for a signal" {
	rc=0
	iw exec:'sh -c "exit 3"' null </dev/null || rc=$?
	[ "$rc" = 3 ]
	rc=0
	iw null -- sh -c 'kill -9 $$' </dev/null || rc=$?
	[ "$rc" = 137 ]
}

@test "kill-after: a program that ignores signals is ended in time" {
	begin=$(now_ms)
	rc=0
	iw --timeout=200ms stall exec,kill-after=100ms -- sh -c 'trap "" HUP TERM; exec sleep 100' 2>err || rc=$?
	[ "$rc" = 124 ]
	(($(now_ms) - begin < 15000)) # or it is iw that ends it
	no_survivors
}

@test "a program that is slow after its end of input is waited for" {
	printf abc | iw - exec:"sh -c 'cat >/dev/null; sleep 1; echo done'" >out
	[ "$(cat out)" = 'done' ]
}

@test "it gets descriptors 0, 1, 2 only, default signals, and dies with ipcwire" {
	iw -U - exec:'ls /proc/self/fd' 7</dev/null 9</dev/null >out
	[ "$(grep -cxE '[0-3]' out)" = "$(wc -l <out)" ]
	mask=$(iw -U - exec:'grep SigIgn /proc/self/status' | cut -f 2)
	((0x$mask >> 12 & 1)) && return 1 # SIGPIPE
	mask=$(iw -U - exec:'grep SigBlk /proc/self/status' | cut -f 2)
	((0x$mask == 0))
	start parent "$IPCWIRE" stall exec:'sleep 100'
	until_true 10 has_child "$parent_pid"
	kill -KILL "$parent_pid"
	until_true 10 no_survivors
}
has_child() { grep -qs . /proc/"$1"/task/"$1"/children && grep -qs '^sleep' /proc/"$(cut -d ' ' -f 1 /proc/"$1"/task/"$1"/children)"/comm; }

@test "rlimit-*: the limits of the program, soft and hard" {
	iw -U - exec:"sh -c 'ulimit -n; ulimit -Hn; ulimit -c'",rlimit-nofile=32:64,rlimit-core=0 >out
	[ "$(tr '\n' ' ' <out)" = '32 64 0 ' ]
	iw -U - exec:"bash -c 'ulimit -f'",rlimit-fsize=1M >out
	[ "$(cat out)" = 1024 ] # KiB
	iw -U - exec:"bash -c 'ulimit -s'",rlimit-stack=4M >out
	[ "$(cat out)" = 4096 ]
}

@test "rlimit-cpu: the program that takes more is ended, and its status says how" {
	rc=0
	timeout 90 "$IPCWIRE" --timeout=60 -U - exec:"sh -c 'while :; do :; done'",rlimit-cpu=1:2 2>err || rc=$?
	[ "$rc" = 152 ] # 128 + SIGXCPU
}

@test "rlimit-*: what is not allowed is told and starts nothing" {
	[ "$(id -u)" = 0 ] && command -v setpriv >/dev/null || skip 'needs root and setpriv'
	rc=0
	chmod 777 .
	setpriv --reuid=65534 --regid=65534 --clear-groups bash -c 'ulimit -n 100 && exec "$@"' sh \
		"$IPCWIRE" -U - exec:'touch started',rlimit-nofile=200 2>err || rc=$?
	[ "$rc" = 1 ]
	grep -q 'cannot set its limits (rlimit-...): Operation not permitted' err
	[ ! -e started ]
}
