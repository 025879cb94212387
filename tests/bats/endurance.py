# Many clients at a time, and what they cost the server: endurance.py COMMAND PID-OF-SERVER ...
import os
import re
import resource
import select
import socket
import sys
import time

DEADLINE = time.monotonic() + float(os.environ.get("DEADLINE", "20")) * 2
LIMIT = resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def until(what, condition):
    while not condition():
        if time.monotonic() > DEADLINE:
            sys.exit("not in time: " + what)
        time.sleep(0.02)


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat") as f:
        words = f.read().rsplit(")", 1)[1].split()
    return int(words[11]) + int(words[12])


def switches(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", f.read(), re.M)[1])


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def private_kib(pid):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        found = dict(re.findall(r"^(\w+):\s+(\d+) kB", f.read(), re.M))
    return int(found["Private_Clean"]) + int(found["Private_Dirty"])


# Its loop waits without a time limit, so nothing but an event wakes it.
def sleeps(pid):
    with open(f"/proc/{pid}/syscall") as f:
        words = f.read().split()
    return len(words) > 4 and words[4] in ("0xffffffff", "0xffffffffffffffff")


def receive(s, n):
    got = b""
    while len(got) < n:
        piece = s.recv(n - len(got))
        if not piece:
            sys.exit(f"an end after {len(got)} bytes")
        got += piece
    return got


def relayed(listener, port):
    client = socket.create_connection(("127.0.0.1", port), 20)
    far, _ = listener.accept()
    for a, b in ((client, far), (far, client)):
        a.sendall(b"x" * 3000)
        receive(b, 3000)
    return client, far


# idle PID PORT FAR: what an idle relayed connection costs.
def idle(pid, port, far):
    listener = socket.create_server(("127.0.0.1", far), backlog=1024)
    few = [relayed(listener, port) for _ in range(20)]
    until("the server sleeps", lambda: sleeps(pid))
    memory, fds = private_kib(pid), descriptors(pid)
    count = min(5000, (LIMIT - 100) // 2)
    many = [relayed(listener, port) for _ in range(count)]
    until("the server sleeps", lambda: sleeps(pid))
    before = switches(pid), cpu_ticks(pid)
    each = (private_kib(pid) - memory) / count
    print(f"{count} idle connections: {each:.2f} KiB each, {(descriptors(pid) - fds) / count} descriptors each")
    if each > 4:
        sys.exit("an idle connection costs more than 4 KiB")
    if descriptors(pid) - fds > 2 * count:
        sys.exit("an idle connection has more than two descriptors")
    if (switches(pid), cpu_ticks(pid)) != before:
        sys.exit("an idle server wakes up")
    for client, other in few + many:
        client.close()
        other.close()
    until("the descriptors are given back", lambda: descriptors(pid) <= fds - 2 * len(few))
    until("the memory is given back", lambda: private_kib(pid) < memory + each * count / 4)


# limit PID PORT COUNT LOG: at the limit of descriptors the others wait, quietly, and all are served.
def limit(pid, port, count, log):
    waiting, served, ended = {}, {}, 0
    for i in range(count):
        s = socket.create_connection(("127.0.0.1", port), 20)
        s.sendall(b"%d\n" % i)
        waiting[s] = i

    def serve():
        ready, _, _ = select.select(list(waiting), [], [], 0.05)
        for s in ready:
            want = b"%d\n" % waiting[s]
            if receive(s, len(want)) != want:
                sys.exit("a wrong answer")
            served[s] = waiting.pop(s)

    def is_told():
        serve()
        with open(log) as f:
            return "next clients wait" in f.read()

    # Programs that begin and answer wake it.
    def rests():
        serve()
        before = switches(pid), cpu_ticks(pid)
        return not select.select(list(waiting), [], [], 1)[0] and (switches(pid), cpu_ticks(pid)) == before

    until("the limit is reached", is_told)
    until("the server sleeps", lambda: (serve(), sleeps(pid))[1])
    until("the server rests at the limit", rests)
    others = len(waiting)
    print(f"{len(served)} served, {others} wait")
    if not others:
        sys.exit("nobody had to wait")
    while waiting or served:
        if time.monotonic() > DEADLINE:
            sys.exit(f"{len(waiting)} clients are not served")
        for s in served:
            s.close()
            ended += 1
        served.clear()
        serve()
    if ended != count:
        sys.exit("not all were served")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (LIMIT, LIMIT))
    words = [int(w) if w.isdigit() else w for w in sys.argv[2:]]
    {"idle": idle, "limit": limit}[sys.argv[1]](*words)
