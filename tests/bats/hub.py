# Clients of a hub: hub.py COMMAND PORT ...
import os
import re
import resource
import select
import socket
import sys
import time

DEADLINE = time.monotonic() + float(os.environ.get("DEADLINE", "20")) * 3
BLOCK = 1 << 20
LINE = 1024


def connect(port):
    s = socket.create_connection(("127.0.0.1", port), 20)
    s.setblocking(False)
    return s


def check_time(what):
    if time.monotonic() > DEADLINE:
        sys.exit("not in time: " + what)


# All are members when each has heard the one that came last.
def members(port, n):
    clients = [connect(port) for _ in range(n)]
    clients[-1].sendall(b"here\n")
    for s in clients[:-1]:
        heard = b""
        while heard != b"here\n":
            check_time("a member")
            select.select([s], [], [], 1)
            try:
                heard += s.recv(5 - len(heard))
            except BlockingIOError:
                pass
    return clients


def resident_kib(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"^VmHWM:\s+(\d+)", f.read(), re.M)[1])


def is_asleep(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rsplit(")", 1)[1].split()[0] == "S"


def put(s, data):
    try:
        return s.send(data)
    except BlockingIOError:
        return 0


def get(s):
    try:
        return s.recv(BLOCK)
    except BlockingIOError:
        return None


# everybody PORT N LINES: all speak; each hears each line of the others once, whole and in order.
def everybody(port, n, lines):
    clients = members(port, n)
    say = [b"".join(b"%d %d %s\n" % (i, k, b"." * (k * 7 % 50)) for k in range(lines)) for i in range(n)]
    told = {i: say[i].split(b"\n")[:-1] for i in range(n)}
    heard = [b""] * n
    want = [sum(map(len, say)) - len(say[i]) for i in range(n)]
    poll = select.poll()
    number = {}
    for i, s in enumerate(clients):
        number[s.fileno()] = i
        poll.register(s, select.POLLIN | select.POLLOUT)
    missing = n
    while missing:
        check_time(f"{missing} clients have not heard everything")
        for fd, events in poll.poll(1000):
            i = number[fd]
            s = clients[i]
            if events & select.POLLOUT:
                say[i] = say[i][put(s, say[i]) :]
                if not say[i]:
                    poll.modify(s, select.POLLIN)
            if events & select.POLLIN:
                data = get(s) or b""
                if not data:
                    sys.exit(f"client {i} was closed")
                heard[i] += data
                missing -= len(heard[i]) == want[i]
    for i in range(n):
        spoken = {}
        for line in heard[i].split(b"\n")[:-1]:
            spoken.setdefault(int(line.split(b" ", 1)[0]), []).append(line)
        if spoken != {k: v for k, v in told.items() if k != i}:
            sys.exit(f"client {i} has not heard exactly what the others said")
    print("ok")


# The stream that the speaker sends: lines of LINE bytes that begin with their number.
def piece(at, size):
    first, last = at // LINE, (at + size + LINE - 1) // LINE
    text = b"".join(b"%015d%s\n" % (k, b"." * (LINE - 16)) for k in range(first, last))
    return text[at - first * LINE : at - first * LINE + size]


def check_piece(data, at):
    if data != piece(at, len(data)):
        sys.exit(f"other bytes than were said, about {at}")


def whole_lines(data):
    last = -1
    for line in data.split(b"\n")[:-1]:
        k = int(line[:15])
        if line + b"\n" != piece(k * LINE, LINE) or k <= last:
            sys.exit("a line that is not whole or not in order")
        last = k
    return last


# The others take what the speaker says as it comes; the lazy one takes nothing. Returns when all was said and heard, or when
# the lazy one is waited for.
def talk(pid, speaker, others, total):
    said, heard = 0, [0] * len(others)
    data = b""
    while said < total or min(heard) < total:
        check_time("the others do not hear everything")
        if not data:
            data = piece(said, min(BLOCK // 4, total - said))
        # No further ahead than that, so that none of the others is ever slow, however loaded the machine is.
        may_speak = said < total and said - min(heard) < BLOCK // 4
        ready, room, _ = select.select(others, [speaker] if may_speak else [], [], 1)
        if not ready and not room and is_asleep(pid):
            return said, data
        if room:
            n = put(speaker, data)
            said, data = said + n, data[n:]
        for s in ready:
            i = others.index(s)
            got = get(s)
            if got == b"":
                sys.exit("one of the others was closed")
            check_piece(got, heard[i])
            heard[i] += len(got)
    return said, b""


# lazy PORT PID HOW MIB: one member does not read while the others hear so much.
def lazy(port, pid, how, mib):
    total = mib * BLOCK
    clients = members(port, 5)
    sleeper, others, speaker = clients[0], clients[1:4], clients[4]
    before = resident_kib(pid)
    start = time.monotonic()
    said, _ = talk(pid, speaker, others, total)
    took = time.monotonic() - start
    grown = resident_kib(pid) - before
    print(f"{how}: {said / BLOCK / took:.0f} MiB/s to three, {grown} KiB more", file=sys.stderr)
    if how != "wait" and said < total:
        sys.exit("the lazy one holds up the others")
    if grown > 24 * 1024 and "SANITIZED" not in os.environ:
        sys.exit(f"{grown} KiB more memory")
    if how == "wait" and said == total:
        sys.exit("the lazy one is not waited for")
    taken, last = 0, -1
    if how in ("wait", "disk"):
        finish(said, total, taken, sleeper, others, speaker)
    elif how == "close":
        rest = drain(sleeper, lambda data: False)
        if len(rest) >= total:
            sys.exit("it was not closed")
    else:
        speaker.sendall(piece(total, LINE))
        rest = drain(sleeper, lambda data: data.endswith(piece(total, LINE)))
        if len(rest) >= total:
            sys.exit("nothing was dropped")
        last = whole_lines(rest)
        if last != total // LINE:
            sys.exit("it does not hear what comes later")
    print("ok")


def drain(s, is_all):
    data = b""
    while not is_all(data):
        check_time("the lazy one hears no more")
        select.select([s], [], [], 1)
        got = get(s)
        if got == b"":
            break
        data += got or b""
    return data


# Everybody reads now, and nobody has lost anything.
def finish(said, total, taken, sleeper, others, speaker):
    everyone = [sleeper] + others
    data = b""
    while taken < total:
        check_time(f"the lazy one has only {taken} bytes")
        if not data and said < total:
            data = piece(said, min(BLOCK // 4, total - said))
        ready, room, _ = select.select(everyone, [speaker] if data else [], [], 1)
        if room:
            n = put(speaker, data)
            said, data = said + n, data[n:]
        for s in ready:
            got = get(s)
            if got == b"":
                sys.exit("a member was closed")
            if s is sleeper:
                check_piece(got, taken)
                taken += len(got)


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    {"everybody": everybody, "lazy": lazy}[sys.argv[1]](*(int(w) if w.isdigit() else w for w in sys.argv[2:]))
