"""Clients of one wire: hub, share and slow members. Each function is one scene; main prints "ok" or what went wrong."""
import os
import select
import socket
import sys
import threading
import time

DEADLINE = 30


def connect(port):
    s = socket.create_connection(("127.0.0.1", port), DEADLINE)
    s.settimeout(DEADLINE)
    return s


def until(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("no " + what)
        time.sleep(0.01)


def everybody_is_in(clients):
    """Each says a word until all others have heard it: only then it is known who is a member."""
    files = [c.makefile("rw", newline="\n") for c in clients]
    for i, f in enumerate(files):
        f.write(f"hello {i}\n")
        f.flush()
    return files


def hub(port, n, lines):
    """A line from any reaches the others once, whole, in order."""
    n, lines = int(n), int(lines)
    clients = [connect(port) for _ in range(n)]
    probe = clients[0].makefile("rwb", buffering=0)
    seen = set()
    for c in clients[1:]:  # the first hears each of the others, so they are members
        c.sendall(b"in\n")
    count = 0
    while count < n - 1:
        count += probe.readline() == b"in\n"
    got = [[] for _ in range(n)]

    def read(i):
        f = clients[i].makefile("r", newline="\n")
        want = lines * (n - 1)
        while len(got[i]) < want:
            line = f.readline()
            if not line:
                return
            if line != "in\n":
                got[i].append(line)

    def write(i):
        for k in range(lines):
            clients[i].sendall(f"{i} {k}\n".encode())

    threads = [threading.Thread(target=t, args=(i,)) for i in range(n) for t in (read, write)]
    [t.start() for t in threads]
    [t.join(2 * DEADLINE) for t in threads]
    for i in range(n):
        for j in range(n):
            mine = [l for l in got[i] if l.startswith(f"{j} ")]
            want = [] if i == j else [f"{j} {k}\n" for k in range(lines)]
            if mine != want:
                return f"client {i} has {len(mine)} lines of {j}"
    del seen
    return "ok"


def share(port, n, lines):
    """One program that repeats what it hears: everybody hears every line of everybody, once, whole, in order."""
    clients = [connect(port) for _ in range(n)]
    files = [c.makefile("r", newline="\n") for c in clients]
    for i, c in enumerate(clients):  # who has heard a line of its own is a member
        c.sendall(f"in {i}\n".encode())
        while files[i].readline() != f"in {i}\n":
            pass
    bad = []

    def read(i):
        got = []
        while len(got) < n * lines:
            line = files[i].readline()
            if not line:
                break
            if not line.startswith("in "):
                got.append(line)
        for j in range(n):
            if [l for l in got if l.startswith(f"{j} ")] != [f"{j} {k}\n" for k in range(lines)]:
                bad.append(f"client {i}: the lines of {j} among {len(got)}")

    def write(i):
        for k in range(lines):
            clients[i].sendall(f"{i} {k}\n".encode())

    threads = [threading.Thread(target=t, args=(i,)) for i in range(n) for t in (read, write)]
    [t.start() for t in threads]
    [t.join(2 * DEADLINE) for t in threads]
    return bad[0] if bad else "ok"


def turns(path, n, requests):
    """Every answer to its asker: expressions to a calculator."""
    bad = []

    def client(k):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(DEADLINE)
        s.connect(path)
        f = s.makefile("rw", newline="\n")
        for i in range(int(requests)):
            f.write(f"{k} * 1000 + {i}\n")
            f.flush()
            got = f.readline()
            if got != f"{k * 1000 + i}\n":
                bad.append(f"client {k}, request {i}: {got!r}")
                return

    threads = [threading.Thread(target=client, args=(k,)) for k in range(int(n))]
    [t.start() for t in threads]
    [t.join(2 * DEADLINE) for t in threads]
    return bad[0] if bad else "ok"


def again(path, rounds):
    """Clients that come while the shared end is being closed: every answer to its asker alone."""
    for r in range(int(rounds)):
        clients = [socket.socket(socket.AF_UNIX) for _ in range(3)]
        for i, s in enumerate(clients):
            s.settimeout(DEADLINE)
            s.connect(path)
            s.sendall(f"{r} {i}\n".encode())
        for s in clients:
            s.shutdown(socket.SHUT_WR)
        for i, s in enumerate(clients):
            got = s.makefile("r").read()
            if got != f"{r} {i}\n":
                return f"round {r}, client {i}: {got!r}"
        for s in clients:
            s.close()
    return "ok"


def prompted(path):
    """Answers of several lines end with a prompt, which is the asker's."""
    a, b = (socket.socket(socket.AF_UNIX) for _ in range(2))
    for s in (a, b):
        s.settimeout(DEADLINE)
        s.connect(path)
    a.sendall(b"3\n")
    got = b""
    while got.count(b"> ") < 1 or not got.endswith(b"> ") or b"3 3\n" not in got:
        got += a.recv(4096)
    b.sendall(b"2\n")
    other = b""
    while b"2 2\n> " not in other:
        other += b.recv(4096)
    if b"3 1" in other or b"2 1" in got:
        return f"mixed: {got!r} {other!r}"
    return "ok"


def slow(port, policy):
    """One member never reads; the others get everything."""
    lazy, fast, speaker = connect(port), connect(port), connect(port)
    f = fast.makefile("rb")
    for s in (lazy, fast):  # the speaker hears them, so they are members
        s.sendall(b"in\n")
    heard = b""
    while heard.count(b"in\n") < 2:
        heard += speaker.recv(100)
    line = b"x" * 999 + b"\n"
    total, batch = 40000, 200
    f.readline()  # what the lazy one said
    for at in range(0, total, batch):  # never so much that the fast one could be too slow when we are stopped
        speaker.sendall(line * batch)
        for count in range(at, at + batch):
            got = f.readline()
            if got != line:
                return f"line {count}: {got[:20]!r} of {len(got)}"
    rest = b""
    lazy.settimeout(DEADLINE)
    if policy == "drop":  # what it gets is whole lines
        speaker.sendall(b"last\n")
        while not rest.endswith(b"last\n"):
            rest += lazy.recv(1 << 20)
        lines = rest.replace(b"in\n", b"").split(b"\n")
        if any(l not in (b"x" * 999, b"last", b"") for l in lines):
            return "a torn line"
        if len(lines) > total:
            return "nothing was dropped"
    else:
        while True:
            got = lazy.recv(1 << 20)
            if not got:
                break
            rest += got
        if len(rest) >= total * 1000:
            return "it was not closed"
    return "ok"


if __name__ == "__main__":
    result = globals()[sys.argv[1]](*(int(a) if a.isdigit() else a for a in sys.argv[2:]))
    print(result)
    sys.exit(result != "ok")
