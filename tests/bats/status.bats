#!/usr/bin/env bats
# --status-socket: what clients of all kinds get, and that none of them holds the run up.

load helpers

# serve ARGUMENT...: a run in the background with its status at the socket "st".
serve() {
	start server "$IPCWIRE" --drain 1s --status-socket=st "$@"
	wait_for_socket st
	ask $'text\n' >begun # this socket is there before the ends are; who answers has begun
}

drained() {
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ "$status" = 0 ]
}

# ask WORD: once more if we were so slow that it took us for one who has nothing to say.
ask() {
	until_true "$DEADLINE" ask_once "$1" || return
	cat answered
}
ask_once() {
	printf %s "$1" | timeout 20 "$IPCWIRE" - unix:st >answered
}
# ask_json FILTER: true of the object.
ask_json() {
	need jq
	ask $'json\n' | jq -e "$1" >/dev/null
}
# becomes FILTER: in the end it is true.
becomes() {
	until_true "$DEADLINE" ask_json "$1" || {
		ask $'json\n'
		return 1
	}
}

client_stays() { # NAME: connects to "sock", and stays until descriptor 7 is closed
	mkfifo in
	exec 7<>in
	nc -NU sock <in >"$1.out" 2>/dev/null 3>&- 7>&- &
	PIDS+=($!)
}

@test "who sends nothing gets the table: nc, socat, ipcwire, python" {
	need nc socat python3
	serve unix-listen:sock,each exec:cat
	client_stays one
	becomes '.totals.sessions == 1'
	run timeout 20 nc -U st </dev/null
	[[ ${lines[0]} == 'ipcwire: 1 sessions now, 1 since the start' ]]
	[[ ${lines[1]} == SESSION*STATE*LEFT*RIGHT*WAITING*MISSED*AGE*IDLE*PLAN ]]
	[[ ${lines[2]} == s1\ *running*unnamed*exec:cat*direct/direct ]]
	run timeout 20 socat - UNIX:st </dev/null
	[[ ${lines[0]} == 'ipcwire: 1 sessions now'* ]]
	# These do not even say that they have nothing to say.
	run timeout 20 "$IPCWIRE" -U stdout unix:st
	[[ ${lines[0]} == 'ipcwire: 1 sessions now'* ]]
	run timeout 20 python3 -c '
import socket
s = socket.socket(socket.AF_UNIX)
s.connect("st")
print(s.makefile().read())'
	[[ ${lines[0]} == 'ipcwire: 1 sessions now'* ]]
	exec 7>&-
	drained
}

@test "SIGUSR1 prints the same" {
	serve unix-listen:sock,share exec:cat
	client_stays one
	becomes '.totals.sessions == 1'
	kill -USR1 "$server_pid"
	wait_for_line server.err '^s1 '
	same <(ask $'text\n' | head -n 4 | sed 's/  [0-9].*/ /; s/  */ /g') <(head -n 4 server.err | sed 's/  [0-9].*/ /; s/  */ /g')
	exec 7>&-
}

@test "json: one object, whose keys are those of the list" {
	need jq
	serve unix-listen:sock,each,idle=1h exec:cat
	client_stays one
	echo hello >&7
	wait_for_line one.out hello
	becomes '.sessions[0].state == "running"'
	ask $'json\n' >object
	[ "$(wc -l <object)" = 1 ]
	jq -e 'keys_unsorted == ["version", "pid", "seconds", "totals", "sessions"]' object
	[ "$(jq .pid object)" = "$server_pid" ]
	jq -e '.sessions | length == 1 and .[0].session == 1 and .[0].left == "unnamed" and .[0].right == "exec:cat"' object
	jq -e '.sessions[0].forward | .plan == "splice" and .bytes == 6 and .delivered == 6 and .waiting == 0' object
	jq -e '.sessions[0].backward.bytes == 6 and .sessions[0].missed_bytes == 0' object
	jq -e '.seconds >= .sessions[0].age_seconds and .sessions[0].age_seconds >= .sessions[0].idle_seconds' object
	jq -e '.totals | .sessions == 1 and .sessions_total == 1 and .bytes_total == { forward: 6, backward: 6 } and .children == 1' object
	same <(jq -r '.sessions[0] | keys_unsorted[]' object) <("$IPCWIRE" --list=all | awk -F '\t' '$1 == "session-key" { print $2 }')
	same <(jq -r '.totals | keys_unsorted[]' object) <("$IPCWIRE" --list=all | awk -F '\t' '$1 == "metric" { print $2 }')
	exec 7>&-
	becomes '.totals.sessions == 0 and .totals.bytes_total.forward == 6 and (.sessions | length) == 0'
	drained
}

@test "json: names of any bytes" {
	need jq
	local name=$'a"\\\t\xff\xc3\xa9'
	printf x >"$name"
	serve stall "file:'$name'"
	becomes '.sessions[0].right | contains("\"") and contains("\\") and contains("\t") and contains("\u00ff") and contains("\u00e9")'
}

@test "ends that are started again are counted, the first time is not" {
	serve stall exec:'sh -c "exit 1"',restart=always,delay=20ms
	becomes '.totals.restarts_total > 2'
	kill -INT "$server_pid"
	wait_for_exit "$server_pid"
	serve unix-listen:sock,share,open=first exec:cat
	client_stays one
	echo hello >&7
	wait_for_line one.out hello
	becomes '.totals.restarts_total == 0'
	exec 7>&-
}

@test "metrics: strictly in the format of Prometheus, by word and by HTTP" {
	need python3 curl
	serve unix-listen:sock,each exec:cat,via=pipe
	[ "$(echo hello | nc -NU sock)" = hello ]
	becomes '.totals.sessions == 0 and .totals.sessions_total == 1'
	ask $'metrics\n' | python3 "$BATS_TEST_DIRNAME/prometheus.py" >samples
	grep -qx 'ipcwire_sessions_total 1' samples
	grep -qx 'ipcwire_sessions 0' samples
	grep -qx 'ipcwire_bytes_total{direction="forward"} 6' samples
	grep -qx 'ipcwire_bytes_total{direction="backward"} 6' samples
	ask $'prometheus\n' | python3 "$BATS_TEST_DIRNAME/prometheus.py" >/dev/null
	curl -sSf --max-time 20 --unix-socket st http://localhost/metrics -D answer | python3 "$BATS_TEST_DIRNAME/prometheus.py" >/dev/null
	tr -d "\r" <answer >head.unix
	grep -qx 'HTTP/1.0 200 OK' head.unix
	grep -qx 'Content-Type: text/plain; version=0.0.4; charset=utf-8' head.unix
	drained
}

@test "http: table, object, HEAD, and what there is not" {
	need curl jq
	serve unix-listen:sock,each exec:cat
	[[ $(curl -sSf --max-time 20 --unix-socket st http://localhost/) == 'ipcwire: 0 sessions now'* ]]
	curl -sSf --max-time 20 --unix-socket st http://localhost/json | jq -e '.sessions == []'
	[ "$(curl -sSf --max-time 20 --unix-socket st http://localhost/json -o /dev/null -w '%{content_type}')" = application/json ]
	curl -sSfI --max-time 20 --unix-socket st http://localhost/metrics | grep -q '^HTTP/1.0 200'
	[ "$(curl -s --max-time 20 --unix-socket st http://localhost/nope -o body -w '%{http_code}')" = 404 ]
	grep -q 'GET /metrics' body
	[ "$(curl -s --max-time 20 --unix-socket st -X DELETE http://localhost/ -o body -w '%{http_code}')" = 405 ]
	[ "$(ask $'nonsense\n')" = 'what there is: text, json, metrics; nothing means text' ]
	drained
}

@test "members of a hub and of a share: who, what waits, what was missed" {
	need python3
	serve --hub unix-listen:sock,slow=drop,queue=64k
	timeout 60 python3 -c '
import json, socket, time
def connect(path):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(path)
    return s
def status():
    while True: # who says nothing for a second gets the table
        try:
            s = connect("st")
            s.send(b"json\n")
            return json.load(s.makefile())
        except (ValueError, ConnectionError):
            pass
speaker, deaf = connect("sock"), connect("sock")
deadline = time.monotonic() + 20
def until(test):
    while True:
        st = status()
        if test(st):
            return st
        assert time.monotonic() < deadline, st
        time.sleep(0.02)
until(lambda s: s["totals"]["sessions"] == 2)
line = b"x" * 999 + b"\n"
st = None
for i in range(2000):
    speaker.sendall(line)
st = until(lambda s: s["totals"]["missed_bytes_total"] > 0 and s["totals"]["bytes_total"]["forward"] == 2000000)
members = {m["session"]: m for m in st["sessions"] if m["state"] == "member"}
assert members[1]["forward"]["bytes"] == 2000000 and members[1]["backward"]["bytes"] == 0, members
assert members[2]["forward"]["bytes"] == 0, members
assert members[2]["missed_bytes"] == st["totals"]["missed_bytes_total"], members
assert members[2]["backward"]["bytes"] + members[2]["backward"]["waiting"] + members[2]["missed_bytes"] == 2000000, members
deaf.close()
until(lambda s: s["totals"]["sessions"] == 1)
assert status()["totals"]["sessions_total"] == 2'
	drained
}

@test "limits that ended clients, and bytes that were lost, are counted" {
	need python3
	serve unix-listen:sock,each,first-byte=2s exec,via=socketpair -- head -c 3000000 /dev/zero
	timeout 30 python3 -c '
import socket
s = socket.socket(socket.AF_UNIX)
s.settimeout(20)
s.connect("sock")
s.recv(10)
import time, json
def totals():
    while True: # who says nothing for a second gets the table
        try:
            c = socket.socket(socket.AF_UNIX)
            c.connect("st")
            c.send(b"json\n")
            return json.load(c.makefile())["totals"]
        except (ValueError, ConnectionError):
            pass
deadline = time.monotonic() + 20
while totals()["lost_bytes_total"] == 0:
    assert time.monotonic() < deadline, totals()
    time.sleep(0.02)
assert totals()["sessions_limited_total"]["first-byte"] == 1, totals()
assert totals()["sessions_failed_total"] == 1, totals()'
	drained
}

@test "clients that do not read, do not ask or do not end hold nobody up, and are closed" {
	need python3
	serve unix-listen:sock,each exec:cat
	timeout 60 python3 -c '
import socket
def connect(path, data=b""):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(path)
    s.send(data) if data else None
    return s
# More than are served at once, each stuck in another way.
stuck = [connect("st", b"GET /js") for i in range(12)]
# The run itself goes on.
c = connect("sock", b"hello\n")
assert c.recv(6) == b"hello\n"
# Those who wait are answered in the end, and those who are stuck are closed without an answer.
late = connect("st", b"json\n")
assert late.makefile().read().startswith("{")
assert [s.recv(1) for s in stuck] == [b""] * 12'
	drained
}

@test "an answer larger than a socket buffer comes whole, slowly read, and the loop goes on meanwhile" {
	need python3
	ulimit -n 4096
	serve --drain 0 unix-listen:sock,each stall
	timeout 60 python3 -c '
import json, resource, socket, time
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
def connect(path):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(path)
    return s
clients = [connect("sock") for i in range(1000)]
def until(n):
    while True:
        s = connect("st")
        s.send(b"json\n")
        if json.load(s.makefile())["totals"]["sessions"] == n:
            return
until(1000)
slow = connect("st")
slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
slow.send(b"json\n")
answer = slow.recv(1000)
# Others are answered meanwhile, and it takes longer than who takes nothing may.
other = connect("st")
other.send(b"GET /nothing HTTP/1.0\r\n\r\n")
assert other.makefile().read().startswith("HTTP/1.0 404 ")
end = time.monotonic() + 6
while time.monotonic() < end:
    answer += slow.recv(512)
    time.sleep(0.1)
answer += slow.makefile("rb").read()
assert len(json.loads(answer)["sessions"]) == 1000'
	kill -INT "$server_pid"
	wait_for_exit "$server_pid"
}

@test "a reader as fast as it can costs no byte and no client" {
	need python3
	serve unix-listen:sock,share,slow=wait exec:cat
	timeout 60 python3 -c '
import socket, threading
over = threading.Event()
asked = [0]
def reader():
    while not over.is_set():
        s = socket.socket(socket.AF_UNIX)
        s.connect("st")
        s.send(b"text\n")
        assert s.makefile().read().startswith("ipcwire: ")
        asked[0] += 1
t = threading.Thread(target=reader)
t.start()
c = socket.socket(socket.AF_UNIX)
c.settimeout(20)
c.connect("sock")
data = b"0123456789abcde\n" * 65536
def send():
    for i in range(20):
        c.sendall(data)
w = threading.Thread(target=send)
w.start()
got = 0
while got < 20 * len(data):
    n = len(c.recv(1 << 20))
    assert n
    got += n
w.join()
over.set()
t.join()
assert asked[0] > 0'
}

@test "the file: for its owner alone, stale ones are replaced, served and foreign ones are not" {
	serve unix-listen:sock,each exec:cat
	[ "$(stat -c %a st)" = 600 ]
	wire 1 --status-socket=st -u text:x stdout
	grep -qx 'ipcwire: st: cannot listen: another program serves this socket' err
	[ ! -s out ]
	[[ $(ask $'text\n') == 'ipcwire: 0 sessions now'* ]]
	kill -KILL "$server_pid"
	wait_for_exit "$server_pid"
	[ -S st ]
	wire 0 --status-socket=st -u text:x stdout
	[ ! -e st ]
	echo precious >file
	wire 1 --status-socket=file -u text:x stdout
	grep -q 'file: cannot listen: something stands there that is no socket' err
	[ "$(cat file)" = precious ]
	wire 1 --status-socket=nowhere/st -u text:x stdout
	grep -q 'nowhere/st: cannot listen: No such file or directory' err
	wire 2 --status-socket="$(printf '%0200d' 0)" -u text:x stdout
	grep -q 'longer than 107 bytes' err
}

@test "only our own file is removed at the end" {
	serve unix-listen:sock,each exec:cat
	mv st elsewhere
	echo mine >st
	drained
	[ "$(cat st)" = mine ]
	rm elsewhere
}

@test "programs do not inherit it" {
	serve unix-listen:sock,each 'exec:ls /proc/self/fd'
	# 3 is the directory that ls reads.
	[ "$(nc -NU sock </dev/null | tr '\n' ' ')" = '0 1 2 3 ' ]
	drained
}

@test "a run of one wire has a status, too, and needs no status to end" {
	start server "$IPCWIRE" --status-socket=st -u stall null
	wait_for_socket st
	run timeout 20 nc -U st </dev/null
	[[ ${lines[0]} == SESSION* ]]
	[[ ${lines[1]} == -\ *running*stall*null* ]]
	becomes '.sessions[0].session == null and .totals.sessions == 1'
	kill -TERM "$server_pid"
	wait_for_exit "$server_pid"
	[ ! -e st ]
}

@test "nothing wakes up while nobody asks" {
	serve unix-listen:sock,each exec:cat
	ask $'text\n' >/dev/null
	until_true "$DEADLINE" has_no_timer "$server_pid"
	drained
}

@test "clients that were refused are counted by the option" {
	need jq nc
	free_port
	serve "tcp-listen:$port,each,deny=127.0.0.1" exec:cat
	timeout 20 nc -N 127.0.0.1 "$port" </dev/null
	becomes '.totals.clients_refused_total | .deny == 1 and add == 1'
	[[ $(ask $'text\n') == 'ipcwire: 0 sessions now, 0 since the start, 1 refused (deny 1)'* ]]
	drained
}
