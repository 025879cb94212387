# quick.py PORT PID COUNT: one client after the other, each served by a program; nothing of them may be left, at no time.
import os
import re
import socket
import sys
import time

port, pid, count = (int(w) for w in sys.argv[1:4])


def zombies():
    found = 0
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        for child in f.read().split():
            try:
                with open(f"/proc/{child}/stat") as stat:
                    found += stat.read().rsplit(")", 1)[1].split()[0] == "Z"
            except (FileNotFoundError, ProcessLookupError):
                pass
    return found


def private_kib():
    with open(f"/proc/{pid}/smaps_rollup") as f:
        found = dict(re.findall(r"^(\w+):\s+(\d+) kB", f.read(), re.M))
    return int(found["Private_Clean"]) + int(found["Private_Dirty"])


def one():
    s = socket.create_connection(("127.0.0.1", port), 20)
    s.settimeout(20)
    s.shutdown(socket.SHUT_WR)
    got = b""
    while piece := s.recv(100):
        got += piece
    s.close()
    if got != b"answer\n":
        sys.exit(f"answer {got!r}")


def settled(most=1000000):
    end = time.monotonic() + 20
    while True:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            left = f.read().split()
        fds = len(os.listdir(f"/proc/{pid}/fd"))
        if not left and (fds <= most or time.monotonic() > end):
            return fds
        if time.monotonic() > end:
            sys.exit(f"processes {left} are left")
        time.sleep(0.01)


def zombies_of(clients):
    most = 0
    for i in range(clients):
        one()
        if i % 10 == 0:
            most = max(most, zombies())
    return most


# What is kept for the next ones depends on how many overlapped, so it may grow now and then; a leak grows each time.
ROUNDS, KIB = 4, 256

zombies_of(50)
fds, memory, most = settled(), private_kib(), 0
for _ in range(ROUNDS):
    most = max(most, zombies_of(count))
    after, before, memory = settled(fds), memory, private_kib()
    print(f"{most} ended and not reaped yet, descriptors {fds} and {after}, {memory - before} KiB", file=sys.stderr)
    # One that has ended this moment may still be on its way out: never the heap of them that an unreaped child leaves.
    if most > 4:
        sys.exit("zombies")
    if after > fds:
        sys.exit("descriptors are left of them")
    if memory - before <= KIB or "SANITIZED" in os.environ:
        print("ok")
        sys.exit()
sys.exit("memory is left of them")
