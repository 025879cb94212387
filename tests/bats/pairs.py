#!/usr/bin/env python3
"""Drives one wire between two kinds of ends, with data in both directions at once, and compares.

    pairs.py pairs  LEFT SIZE...            LEFT with every other kind, each size; abstract ones only if LEFT is one
    pairs.py one    LEFT RIGHT SIZE         one pair
    pairs.py MODE   SIZE LEFT/RIGHT...      slow, late, reply, pause: the right end behaves so

Runs some cases at a time, each with a limit of its own, in $PWD. IPCWIRE names the program.
A case that fails prints what was wrong, and the command; the exit status is then 1.
"""
import concurrent.futures
import errno
import hashlib
import os
import random
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
import time

LIMIT = 60  # seconds, for one that hangs
IPCWIRE = os.environ["IPCWIRE"]
HERE = os.getcwd()

# The program on a wire: writes IN to its stdout and its stdin to OUT, at the same time.
PEER = r"""
import os, socket, stat, sys, threading, time
mode = sys.argv[3]
def end_of_output():
    if stat.S_ISSOCK(os.fstat(1).st_mode):
        s = socket.socket(fileno=os.dup(1))
        try:
            s.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        s.close()
    os.close(1)
def send():
    with open(sys.argv[1], "rb") as f:
        data = memoryview(f.read())
    half = len(data) // 2 if mode == "pause" else -1
    n = 0
    while n < len(data):
        n += os.write(1, data[n:half if n < half else len(data)])
        if n == half:
            time.sleep(0.4)
    end_of_output()
def receive():
    if mode == "late":
        time.sleep(0.7)
    with open(sys.argv[2], "wb") as f:
        while True:
            piece = os.read(0, 1 << 16)
            if not piece:
                return
            f.write(piece)
            if mode == "slow":
                time.sleep(0.005)
if mode == "reply":
    receive()
    time.sleep(2)
    send()
else:
    t = threading.Thread(target=send)
    t.start()
    receive()
    t.join()
"""


def take_port():
    names = os.path.join(os.environ.get("RESULTS") or os.environ.get("BATS_RUN_TMPDIR") or HERE, "ports")
    os.makedirs(names, exist_ok=True)
    while True:
        port = random.randrange(10000, 30000)
        try:
            os.mkdir(os.path.join(names, str(port)))
        except FileExistsError:
            continue
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


class End:
    """One end: `data` goes into the wire, `got` is what came out; an address for the program."""

    def __init__(self, kind, data, mode, folder):
        self.kind, self.data, self.mode, self.folder = kind, data, mode, folder
        self.got = None
        self.error = None
        self.stdin = self.stdout = subprocess.DEVNULL
        self.prepare()

    def path(self, name):
        return os.path.join(self.folder, name)

    def prepare(self):
        pass

    def started(self, process):
        """The program runs: connect, feed, collect. In a thread of its own."""

    def finished(self):
        """The program has ended."""

    # What descriptors need.
    def send(self, fd, end):
        half = len(self.data) // 2 if self.mode == "pause" else -1
        view, n = memoryview(self.data), 0
        while n < len(view):
            n += os.write(fd, view[n : half if n < half else len(view)])
            if n == half:
                time.sleep(0.4)
        end()

    def receive(self, fd):
        if self.mode == "late":
            time.sleep(0.7)
        pieces = []
        while True:
            piece = os.read(fd, 1 << 16)
            if not piece:
                break
            pieces.append(piece)
            if self.mode == "slow":
                time.sleep(0.005)
        self.got = b"".join(pieces)

    def talk(self, rfd, wfd, end):
        if self.mode == "reply":
            self.receive(rfd)
            time.sleep(2)
            self.send(wfd, end)
            return
        t = threading.Thread(target=self.guard, args=(self.send, wfd, end))
        t.start()
        self.receive(rfd)
        t.join()

    def guard(self, function, *args):
        try:
            function(*args)
        except Exception as e:  # the case reports it
            self.error = e

    def run(self, process):
        self.guard(self.started, process)
        if self.error is not None:
            process.kill()


class Stdio(End):
    address = "-"

    def prepare(self):
        self.stdin = self.stdout = subprocess.PIPE

    def started(self, process):
        self.talk(process.stdout.fileno(), process.stdin.fileno(), process.stdin.close)


class Files(End):
    def prepare(self):
        with open(self.path("in"), "wb") as f:
            f.write(self.data)
        self.address = "file:%s!!create:%s" % (self.path("in"), self.path("out"))

    def finished(self):
        with open(self.path("out"), "rb") as f:
            self.got = f.read()


class Fifo(End):
    def prepare(self):
        os.mkfifo(self.path("in"))
        os.mkfifo(self.path("out"))
        self.address = "fifo:%s!!fifo:%s" % (self.path("in"), self.path("out"))

    def started(self, process):
        opened = []
        t = threading.Thread(target=lambda: opened.append(os.open(self.path("in"), os.O_WRONLY)))
        t.start()
        rfd = os.open(self.path("out"), os.O_RDONLY)
        t.join()
        wfd = opened[0]
        self.talk(rfd, wfd, lambda: os.close(wfd))
        os.close(rfd)


class Program(Files):
    def prepare(self):
        with open(self.path("in"), "wb") as f:
            f.write(self.data)
        words = [sys.executable, "-I", "-S", os.path.join(HERE, "peer.py"), self.path("in"), self.path("out"), self.mode]
        self.address = "exec:%s,via=%s" % (shlex.join(words), self.kind.partition("-")[2])


class Socket(End):
    def prepare(self):
        self.listener = None
        family, _, listens = self.kind.partition("-")
        if family == "tcp":
            port = take_port()
            self.place = ("127.0.0.1", port)
            self.family = socket.AF_INET
            where = "%d" % port if listens else "127.0.0.1:%d" % port
        else:
            self.family = socket.AF_UNIX
            name = "ipcwire-%d-%s" % (os.getpid(), os.path.basename(self.folder)) if family == "abstract" else self.path("s")
            self.place = "\0" + name if family == "abstract" else name
            where = name
        self.address = "%s:%s" % (self.kind, where)
        if not listens:
            self.listener = socket.socket(self.family)
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.bind(self.place)
            self.listener.listen(1)
            self.listener.settimeout(LIMIT)

    def connect(self):
        end = time.monotonic() + LIMIT
        while True:
            s = socket.socket(self.family)
            try:
                s.connect(self.place)
                return s
            except OSError as e:
                s.close()
                if e.errno not in (errno.ECONNREFUSED, errno.ENOENT) or time.monotonic() > end:
                    raise
                time.sleep(0.005)

    def started(self, process):
        if self.listener is None:
            s = self.connect()
        else:
            s = self.listener.accept()[0]
            s.setblocking(True)
            self.listener.close()
        self.talk(s.fileno(), s.fileno(), lambda: s.shutdown(socket.SHUT_WR))
        s.close()


KINDS = {
    "stdio": Stdio,
    "file": Files,
    "fifo": Fifo,
    "exec-direct": Program,
    "exec-pipe": Program,
    "exec-socketpair": Program,
    "tcp": Socket,
    "tcp-listen": Socket,
    "unix": Socket,
    "unix-listen": Socket,
    "abstract": Socket,
    "abstract-listen": Socket,
}


def compare(what, want, got):
    if got is None:
        return "%s: nothing was collected" % what
    if hashlib.sha256(want).digest() == hashlib.sha256(got).digest():
        return None
    at = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))
    return "%s: %d bytes instead of %d, the first difference at %d" % (what, len(got), len(want), at)


def run_case(left, right, size, mode="plain"):
    folder = tempfile.mkdtemp(dir=HERE)
    ends = []
    for name, kind, how in (("l", left, "plain"), ("r", right, mode)):
        os.mkdir(os.path.join(folder, name))
        data = os.urandom(size)
        ends.append(KINDS[kind](kind, data, how, tempfile.mkdtemp(dir=os.path.join(folder, name))))
    command = [IPCWIRE, ends[0].address, ends[1].address]
    std = next((e for e in ends if e.kind == "stdio"), ends[0])
    bad = []
    with open(os.path.join(folder, "err"), "w+b") as err:
        p = subprocess.Popen(command, stdin=std.stdin, stdout=std.stdout, stderr=err, bufsize=0)
        threads = [threading.Thread(target=e.run, args=(p,), daemon=True) for e in ends]
        for t in threads:
            t.start()
        try:
            status = p.wait(LIMIT)
        except subprocess.TimeoutExpired:
            bad.append("no end after %d s" % LIMIT)
            p.kill()
            status = p.wait()
        for t in threads:
            t.join(LIMIT)
            if t.is_alive():
                bad.append("a peer still waits")
        err.seek(0)
        said = err.read().decode(errors="replace")
    if p.stdout:
        p.stdout.close()
    for e in ends:
        e.guard(e.finished)
        if e.error is not None:
            bad.append("%s: %r" % (e.kind, e.error))
    bad.append(compare("left to right", ends[0].data, ends[1].got))
    bad.append(compare("right to left", ends[1].data, ends[0].got))
    if status != 0:
        bad.append("exit status %d" % status)
    if said:
        bad.append("said: " + said.strip())
    bad = [b for b in bad if b]
    if not bad:
        subprocess.run(["rm", "-rf", folder], check=True)
        return None
    return "%s %s size %d %s: %s\n  %s" % (left, right, size, mode, "; ".join(bad), shlex.join(command))


def main(args):
    with open("peer.py", "w") as f:
        f.write(PEER)
    mode, cases = args[0], []
    if mode == "pairs":
        abstract = args[1].startswith("abstract")
        for size in args[2:]:
            cases += [
                (args[1], right, int(size))
                for right in KINDS
                if not args[1] == right == "stdio" and (abstract or not right.startswith("abstract"))
            ]
    elif mode == "one":
        cases = [(args[1], args[2], int(args[3]))]
    else:
        cases = [(*pair.split("/"), int(args[1]), mode) for pair in args[2:]]
        if mode == "plain":
            cases = [case[:3] for case in cases]
    with concurrent.futures.ThreadPoolExecutor(2 if mode in ("pairs", "plain", "slow") else 8) as pool:
        bad = [b for b in pool.map(lambda case: run_case(*case), cases) if b]
    for b in bad:
        print(b)
    print("%d cases, %d failed" % (len(cases), len(bad)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
