# Dialogues on the command line: verbs as options, what is told when they fail, secrets, two addresses.
bats_require_minimum_version 1.5.0
load helpers

# talk STATUS ARGUMENT...: as `wire`, with nothing to read.
talk() { wire "$@" </dev/null; }

@test "verbs drive the first address, whose output goes on to standard output" {
	talk 0 exec:'bc -q' --send '6*7' --expect 42 --send '2^64' --expect 18446744073709551616
	[ "$(cat out)" = $'42\n18446744073709551616' ]
	[ ! -s err ]
}

@test "after the last verb it gets the end of its input, goes on to its end, and its status is ours" {
	talk 5 system:'read x; echo "got $x"; cat; echo bye; exit 5' --send hello --expect hello
	[ "$(cat out)" = $'got hello\nbye' ]
	talk 143 system:'echo there; cat; kill -TERM $$' --expect there
}

@test "patterns: exact text, expressions, captures, the leftmost of them" {
	talk 0 system:'echo "port=80 a.b"' --expect 'a.b'
	talk 123 system:'echo "port=80 axb"' --expect 'a.b'
	talk 0 system:'echo "port=8080 host=x"' --expect '/port=(?<port>\d+)/' --print 'it is ${port}, ${1}' --capture p port --print '${p}'
	[ "$(cat out)" = $'port=8080 host=x\nit is 8080, 8080\n8080' ]
	talk 0 system:'echo /etc' --expect,exact /etc
	talk 0 system:'echo ABC' --expect '/abc/i'
}

@test "an expression is not cut short by the end of a chunk" {
	talk 0 system:'printf C=1; sleep 0.02; printf 234; sleep 0.02; echo 5' --expect,settle=5s '/C=(\d+)/' --print '${1}'
	[[ $(cat out) == *12345 ]]
}

@test "one that could grow is decided when nothing comes" {
	talk 0 system:'printf "login: "; read x; echo "$x in"' --expect '/login: ?/' --send bob --expect 'bob in'
}

@test "the time limit is fatal, and the failure says what came and what the program does" {
	talk 124 exec:cat --send hello --expect hello --await-read --expect,t=0.2 goodbye
	[ "$(cat out)" = hello ]
	[ "$(sed 's/pid [0-9]*/pid N/; s/within [0-9.]* s/within N s/' err)" = 'ipcwire: --expect: "goodbye" did not come within N s
ipcwire:   received from exec:cat: "hello\n"
ipcwire:   exec:cat (pid N) is blocked reading its input, which is empty' ]
	talk 124 --expect-timeout 0.2 exec:cat --expect x
	[[ $(cat err) == *'nothing was received from exec:cat'* ]]
}

@test "the end of input instead of a match is fatal, and the failure says how the program has ended" {
	talk 123 system:'echo hi; exit 3' --expect assword:
	[ "$(sed 's/after [0-9.]* s/after N s/' err)" = "ipcwire: --expect: the end of input came, after N s
ipcwire:   waited for: \"assword:\"
ipcwire:   received from system:echo hi; exit 3: \"hi\\n\"
ipcwire:   system:echo hi; exit 3 has exited with status 3" ]
}

@test "only the last 200 bytes are shown, escaped" {
	talk 123 system:'seq 1000; printf "\033[31m\001\377é\t"' --expect nope
	grep -q 'received last, of 3[0-9]* bytes from' err
	grep -qF '999\n1000\n\033[31m\001\377' err
	[ "$(grep -c '\\n101\\n' err)" = 0 ]
}

@test "--no-timeout waits, --timeout ends the run" {
	talk 124 --no-timeout --timeout 0.3 exec:cat --expect never
	[ "$(cat err)" = 'ipcwire: the run took longer than --timeout' ]
}

@test "secrets: from environment, descriptor, file; masked wherever the traffic is seen" {
	printf 'from-file' >secret
	PW=hunter22 talk 124 -v -r forward -R backward --record all.cast exec:cat --send name --send-env PW --send-fd 7 --send-file,secret secret \
		--expect from-file --expect,t=0.1 nothing 7<<<from-descriptor
	[ "$(cat out)" = $'name\nhunter22\nfrom-descriptor\nfrom-file' ]
	[ "$(cat forward)" = $'name\n***\n***\n***' ]
	run ! grep -E 'hunter22|from-descriptor|from-file' err forward backward all.cast
	grep -qF '***' all.cast
	grep -qF 'received from exec:cat: "name\n***\n***\n***' err
}

@test "send-env without that variable, send-file without that file" {
	talk 1 exec:cat --send-env NO_SUCH_VARIABLE
	[ "$(cat err)" = "ipcwire: --send-env: there is no variable 'NO_SUCH_VARIABLE' in the environment" ]
	talk 1 exec:cat --send-file missing
	[[ $(cat err) == 'ipcwire: --send-file: cannot open missing: No such file'* ]]
}

@test "a file of any size goes out while what comes back is looked at" {
	random_file big 2M
	base64 -w 76 big >lines
	echo the-end >>lines
	talk 0 exec:cat --send-file lines --expect the-end
	same out lines
}

@test "with a second address both go on as a wire after the last verb" {
	random_file big 2M
	wire 0 exec:cat - --send begin --expect begin <big
	{ echo begin; cat big; } >wanted
	same out wanted
}

@test "the second address is not read before, and gets all that the first one says" {
	printf 'rest\n' | wire 3 system:'echo hi; read a; read b; echo "$a $b"; exit 3' - --expect hi --send first
	[ "$(cat out)" = $'hi\nfirst rest' ]
}

@test "a slow reader loses nothing" {
	mkfifo slow
	start slow-reader sh -c 'exec 4<slow; read -r line <&4; echo "$line"; until [ -e go ]; do sleep 0.02; done; cat <&4 | sha256sum'
	start talk "$IPCWIRE" system:'echo first; head -c 3000000 /dev/zero; echo end' file:slow --expect first --expect end
	wait_for_line slow-reader.out first
	touch go
	wait_for_exit "$talk_pid"
	[ "$status" = 0 ]
	wait_for_exit "$slow_reader_pid"
	[ "$(sed -n '2s/ .*//p' slow-reader.out)" = "$({ head -c 3000000 /dev/zero; echo end; } | sha256sum | cut -d ' ' -f 1)" ]
}

@test "standard output that nobody reads any more ends it quietly" {
	local rc
	{ rc=$( { "$IPCWIRE" exec:yes --expect y 2>err; echo $? >&3; } 3>&1 1>&4 | cat); } 4> >(head -n 1 >/dev/null)
	[ "$rc" = 141 ]
	[ ! -s err ]
}

@test "any endpoint can be talked to" {
	free_port
	start server "$IPCWIRE" "tcp-listen:$port,each" system:'echo "220 hello"; read a; echo "250 $a"'
	wait_for_port "$port"
	talk 0 "tcp:127.0.0.1:$port" --expect '/^220 .*\n/' --send 'HELO x' --expect '250 HELO x' --expect-eof
	[ "$(cat out)" = $'220 hello\n250 HELO x' ]
	start other "$IPCWIRE" unix-listen:sock,each exec:cat
	wait_for_socket sock
	talk 0 unix:sock --send hi --expect hi
}

@test "a listener can: who comes is talked to" {
	start talk "$IPCWIRE" unix-listen:sock --expect 'who is there' --send me
	wait_for_socket sock
	wire 0 - unix:sock < <(printf 'who is there\n')
	[ "$(cat out)" = me ]
	wait_for_exit "$talk_pid"
	[ "$status" = 0 ]
}

@test "quiet, signal, keys, no Enter, escapes" {
	talk 0 system:'trap "echo usr1; exit 0" USR1; echo a; while :; do read x || sleep 0.02; done' \
		--expect a --await-quiet 0.1 --signal USR1 --expect usr1
	talk 0 exec:'od -An -tx1' --send-raw a --send,n b --key Tab --send,e 'x\ty\x41'
	[ "$(tr -d ' \n' <out)" = 6162097809 ] || [ "$(tr -d ' \n' <out)" = 616209780979410a ]
}

@test "what was not there when it was waited for" {
	talk 1 exec:cat --print '${1}'
	[[ $(cat err) == "ipcwire: --print: the variable '1' has no value" ]]
	talk 1 exec:cat --capture x 7
	talk 1 null --signal TERM
	[[ $(cat err) == *'null is no program'* ]]
	talk 4 exec:cat --exit 4
	talk 1 exec:cat --fail 'the reason'
	[ "$(cat err)" = 'ipcwire: --fail: the reason' ]
}

@test "an end that cannot be opened has told why, and its status counts" {
	talk 127 exec:/no/such/program --send x
	[ "$(wc -l <err)" = 1 ]
	free_port
	talk 1 "tcp:127.0.0.1:$port" --send x
}

@test "refused before anything is opened" {
	talk 2 exec:cat --expect '/a(b/'
	[[ $(cat err) == 'ipcwire: /a(b/: '*'missing closing parenthesis'* ]]
	talk 2 exec:cat --expect
	[[ $(cat err) == *'option --expect needs PATTERN'* ]]
	talk 2 exec:cat --expect,zz=1 a
	talk 2 --expect a
	[[ $(cat err) == *'nobody to talk to'* ]]
	talk 2 --tee exec:cat - - --expect a
	talk 2 tcp-listen:7000,each --expect a
	talk 2 exec:cat --send-fd x
	talk 2 --daemon exec:cat --expect a
	[[ $(cat err) == *'--daemon in a dialogue'* ]]
	[ ! -s out ]
}

@test "--explain tells the plan, --check is silent" {
	"$IPCWIRE" --explain exec:cat --send a --expect,t=5s b >out
	[ "$(cat out)" = 'exec:cat is driven; what it says goes on to stdout
  1. send a
  2. expect b  (at most 5 s)
  then it gets the end of its input, and goes on until it has ended' ]
	talk 0 --check exec:/no/such/program --send a
	[ ! -s out ]
	talk 2 --check exec:cat --expect '/(/'
}

@test "an expression that goes out of control is given up" {
	talk 1 system:'printf "%0.sa" $(seq 5000); echo; sleep 5' --expect '/(a+)+b(?!x)\1{3}$/'
	[[ $(cat err) == 'ipcwire: --expect: '*'too many ways'* ]]
}

@test "NUL and what is no UTF-8 do no harm" {
	talk 0 system:'printf "a\000b\377\376c\303\n"; read x; echo "$x"' --expect '/b.*c/s' --send on --expect on
	talk 0 system:'printf "\303"; sleep 0.02; printf "\251t\303\251\n"' --expect 'été'
}

@test "a signal ends it, and what it drives" {
	start talk "$IPCWIRE" system:'trap "" HUP; echo up; sleep 60' --expect up --expect never
	wait_for_line talk.out up
	kill -INT "$talk_pid"
	wait_for_exit "$talk_pid"
	[ "$status" = 130 ]
}

@test "a program that asks when it likes is never answered too early" {
	local i
	for ((i = 0; i < ${DIALOGUE_TIMES:-3}; i++)); do
		talk 0 exec:'python3 -u -c "
import random, time
for i in range(3):
    time.sleep(random.random() * 0.1)
    assert input(\"%d? \" % i) == \"answer %d\" % i
print(\"fine\")"' --expect '0? ' --send 'answer 0' --expect '1? ' --send 'answer 1' --expect '2? ' --send 'answer 2' --expect fine
	done
}

@test "a person in front of the second address is not waited for once the program has ended" {
	cat >person.py <<-'END'
		import os, pty, sys
		pid, terminal = pty.fork()
		if pid == 0:
		    os.execv(sys.argv[1], sys.argv[1:])
		seen = b''
		while True:
		    try:
		        piece = os.read(terminal, 1000)
		    except OSError:
		        piece = b''
		    if not piece:
		        break
		    seen += piece
		    if b'ready' in piece:
		        os.write(terminal, b'typed\n')
		print(seen.decode().replace('\r', ''))
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
	start person python3 person.py "$IPCWIRE" system:'echo hi; read a; echo ready; read b; echo "$a $b"; exit 3' - \
		--expect hi --send first
	wait_for_exit "$person_pid"
	[ "$status" = 3 ]
	grep -qx 'first typed' person.out
}

@test "log FILE has what was said, without the secrets that come back" {
	PW=hunter22 talk 0 exec:cat --log said --send-env PW --send on --expect on
	[ "$(cat said)" = $'***\non' ]
	[ "$(cat out)" = $'hunter22\non' ]
	talk 0 exec:cat --log off --send a --expect a --log on --send b --expect b
	[ "$(cat out)" = b ]
}

@test "datagrams: what is sent is one message, Enter included" {
	free_port
	start echo "$IPCWIRE" "udp-listen:$port,each" exec:cat
	until_true 10 grep -q "$(printf ':%04X ' "$port")" /proc/net/udp
	talk 0 -v "udp:127.0.0.1:$port" --send hello --expect hello
	grep -q '^> .*length=6 from=0 to=5' err
}

@test "SIGUSR1 tells which verb waits" {
	start talk "$IPCWIRE" system:'echo up; cat' --expect up --expect never
	wait_for_line talk.out up
	kill -USR1 "$talk_pid"
	wait_for_line talk.err '^--expect: expect never, since [0-9.]+ s$'
}
