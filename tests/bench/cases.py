"""The cases: what is measured, by whom it is done, and what we want to reach."""
import json
import os
import subprocess
import tempfile
import time

import peers
from process import LIMIT, Failed, Server, free_port, private_kib, switches, tree

MIB = 1024.0 * 1024


class Case:
    """goals: peer -> at least so many times its figure (or, where less is better, at most so many times).
    cpu_goals: peer -> at most so many times the CPU time that it takes for a byte."""
    work = None
    count_bytes = None  # bytes of the run in which system calls are counted

    def __init__(self, name, title, unit, goals, peers_but=(), rounds=None, more_is_better=True, limit=None, cpu_goals=None, **args):
        self.name, self.title, self.unit, self.goals = name, title, unit, goals
        self.more_is_better, self.limit, self.args, self.cpu_goals = more_is_better, limit, args, cpu_goals or {}
        self.most_rounds = rounds
        self.peers = [p for p in peers.WORK[self.work] if p not in peers_but]

    def load(self, bench, mode, *options):
        done = subprocess.run([bench.load, mode] + [str(o) for o in options], capture_output=True, timeout=LIMIT,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Failed(done.stderr.decode(errors="replace").strip()[-200:] or "load %s: status %d" % (mode, done.returncode))
        return json.loads(done.stdout.rstrip().rsplit(b"\n", 1)[-1])

    def command(self, bench, peer, n=0, checked=False, **values):
        """write and read: two halves of a shell pipe, for peers that start them."""
        rest = " -n %d -b 131072" % n + (" -v" if checked else "")
        return peers.command(self.work, peer, ipcwire=bench.ipcwire, load=bench.load, dir=bench.dir, empty=bench.empty,
                             prog=bench.prog, lines=bench.load + " lines -n 50000000", write=bench.load + " write" + rest, read=bench.load + " read" + rest, **values)

    def check(self, bench, peer):
        """One run in which every byte is compared."""
        self.run(bench, peer, checked=True)


class Served(Case):
    """Work of a peer that listens; t is the port that the load generator serves itself."""

    def serve(self, bench, peer, counts=False):
        port, target, path = free_port(), free_port(), os.path.join(bench.dir, "s%d" % time.monotonic_ns())
        argv = self.command(bench, peer, r=port, t=target, u=path)
        where = ["-u", path] if "unix" in self.work else ["-t", target, "-r", port if argv else target]
        if argv is None:
            return None, where
        return Server(argv, port, path if "unix" in self.work else None, counts), where

    def run(self, bench, peer, checked=False, counts=False):
        server, where = self.serve(bench, peer, counts)
        try:
            result = self.measure(bench, where, peer, checked or counts)
        finally:
            usage = server.stop() if server else (0, 0)
        if checked:
            result = {}
        elif counts:
            result = {"calls_per_mib": server.calls() / (self.count_bytes / MIB)}
        elif "bytes" in result:
            result["cpu_per_gb"] = usage[0] / (result["bytes"] / 1e9)
            result["switches_per_mib"] = usage[1] / (result["bytes"] / MIB)
        return result


class Bulk(Served):
    work, count_bytes = "relay", 256 * 1024 * 1024

    def clients(self, peer):
        return 1

    def measure(self, bench, where, peer, checked):
        n = self.count_bytes if checked else self.args.get("bytes", 1000000000)
        clients = self.clients(peer)
        result = self.load(bench, "bulk", *where, "-n", n - n % clients, "-c", clients, *["-v"] * checked)
        result["value"] = result["bytes"] / 1e9 / result["seconds"]
        return result


class BulkMany(Bulk):
    """Many connections share what one has: the total must not shrink by more than 1.3, nor the cost of a byte grow so."""
    work = "relay-many"

    def clients(self, peer):
        return 1 if peer == peers.ALONE else self.args["clients"]


class Echo(Served):
    work, count_bytes = "echo", 128 * 1024 * 1024

    def measure(self, bench, where, peer, checked):
        n = self.count_bytes if checked else 400000000
        result = self.load(bench, "echo", *where, "-n", n, *["-v"] * checked)
        result["value"] = result["bytes"] / 1e9 / result["seconds"]
        return result


class Turns(Served):
    work = "relay"

    def measure(self, bench, where, peer, checked):
        n = 500 if checked else self.args["turns"]
        result = self.load(bench, "turns", *where, "-n", n, "-c", self.args["clients"], "-i", self.args.get("idle", 0), "-b", 64)
        result["value"] = result[self.args["figure"]]
        return result


class Connect(Served):
    work = "relay"

    def measure(self, bench, where, peer, checked):
        n = 200 if checked else 800 if peer.startswith("socat") else 4000
        result = self.load(bench, "connect", *where, "-n", n, "-c", 16)
        result["value"] = n / result["seconds"]
        return result


class Spawn(Served):
    work = "spawn"

    def measure(self, bench, where, peer, checked):
        n = 50 if checked else 400
        result = self.load(bench, "spawn", *where, "-n", n, "-c", 1)
        result["value"] = n / result["seconds"]
        return result


class SpawnUnix(Spawn):
    work = "spawn-unix"


class Hold(Served):
    """Memory and wake-ups while connections are held; the first one has been there before, so that only theirs is seen."""
    work = "relay"

    def run(self, bench, peer, checked=False, counts=False):
        n = 10 if checked else 100 if peer.startswith("socat") else 1000
        server, where = self.serve(bench, peer)
        try:
            self.hold(bench, where, 1, lambda: None)
            before = private_kib(tree(server.process.pid))
            return self.hold(bench, where, n, lambda: self.look(server, before, n))
        finally:
            server.stop()

    def hold(self, bench, where, n, look):
        with subprocess.Popen([bench.load, "hold"] + [str(w) for w in where] + ["-c", str(n)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as load:
            if not load.stdout.readline():
                raise Failed(load.stderr.read().strip()[-200:])
            result = look()
            load.stdin.close()
            load.wait(LIMIT)
        return result

    def look(self, server, before, n):
        time.sleep(0.3)
        pids = tree(server.process.pid)
        memory, woken = private_kib(pids), switches(pids)
        time.sleep(1)
        return {"value": (memory - before) / n, "wakeups": switches(pids) - woken}


class Pipe(Case):
    """Work of a peer between two pipes, or that starts both programs itself."""
    work, count_bytes, starts_programs = "pipe", 256 * 1024 * 1024, False

    def run(self, bench, peer, checked=False, counts=False):
        n = self.count_bytes if checked or counts else 1000000000
        argv = self.command(bench, peer, n, checked)
        mode = "run" if self.starts_programs and argv else "pipe"
        if counts:
            return self.count(bench, mode, n, argv)
        result = self.load(bench, mode, "-n", n, "-b", 131072, *["-v"] * checked, *(argv or []))
        if checked:
            return {}
        result["value"] = n / 1e9 / result["seconds"]
        if argv:
            result["cpu_per_gb"] = result["cpu"] / (n / 1e9)
        return result

    def count(self, bench, mode, n, argv):
        if mode == "run" or not argv:
            return {}
        with tempfile.NamedTemporaryFile("r") as report:
            self.load(bench, mode, "-n", n, "-b", 131072, "perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "-o",
                      report.name, "--", *argv)
            calls = [line for line in report if "sys_enter" in line]
        return {"calls_per_mib": int(calls[0].split(",")[0]) / (n / MIB)}


class Programs(Pipe):
    work, starts_programs = "programs", True


class Pair(Programs):
    work = "programs-socketpair"


class Dialogue(Case):
    """Waiting for the last line of 50 MB on a terminal: the peer's exit status says that it was seen."""
    work = "dialogue"

    def run(self, bench, peer, checked=False, counts=False):
        if checked:
            return {}
        result = self.load(bench, "pty" if peer == "terminal" else "run", "-n", 50000000, *self.command(bench, peer))
        return {"value": result["seconds"]}


class Start(Case):
    work = "start"

    def run(self, bench, peer, checked=False, counts=False):
        n = 1 if checked else 60 if peer == "socat" else 200
        result = self.load(bench, "start", "-n", n, *self.command(bench, peer))
        result["value"] = n / result["seconds"]
        return result


SHARED = {peers.ALONE: 1 / 1.3, "haproxy": 1.8, "nginx": 1.8}
SLOW = ("socat", "socat -b 65536", "socat -b 1048576")
ALL = [
    Bulk("relay-bulk", "TCP to TCP relay, one connection", "GB/s",
         {"direct": 0.80, "socat": 2.3, "haproxy": 1.8, "nginx": 1.8}, limit="direct", cpu_goals={"socat -b 1048576": 1.0}),
    BulkMany("relay-bulk-10", "the same, 10 connections", "GB/s", SHARED, cpu_goals={peers.ALONE: 1.3}, clients=10, limit="direct"),
    BulkMany("relay-bulk-100", "the same, 100 connections", "GB/s", SHARED, cpu_goals={peers.ALONE: 1.3}, clients=100, limit="direct"),
    BulkMany("relay-bulk-1000", "the same, 1000 connections", "GB/s", SHARED, cpu_goals={peers.ALONE: 1.3}, clients=1000, bytes=4000000000, limit="direct"),
    Turns("relay-turn", "64-byte round trip, median", "us", {"socat": 1.0, "haproxy": 1.0, "nginx": 1.0}, SLOW[1:],
          more_is_better=False, turns=4000, clients=1, figure="p50_us", limit="direct"),
    Turns("relay-turn-p99", "64-byte round trip, 99th percentile", "us", {"socat": 1.0}, SLOW[1:],
          more_is_better=False, turns=4000, clients=1, figure="p99_us", limit="direct"),
    Turns("relay-turns-100", "round trips, 100 connections at once, median", "us", {"socat": 1.0, "haproxy": 1.0, "nginx": 1.0},
          SLOW[1:], more_is_better=False, turns=20000, clients=100, figure="p50_us", limit="direct"),
    Turns("relay-turns-100-p99", "round trips, 100 connections at once, 99th percentile", "us", {"socat": 1.0},
          SLOW[1:], more_is_better=False, turns=20000, clients=100, figure="p99_us", limit="direct"),
    Turns("relay-turn-idle", "round trip beside 1000 idle connections, median", "us", {"haproxy": 1.0, "nginx": 1.0},
          SLOW, more_is_better=False, turns=4000, clients=1, idle=1000, figure="p50_us", limit="direct"),
    Connect("relay-connect", "new relayed connections", "1/s", {"nginx": 1.0, "haproxy": 1.0, "socat": 1.0}, SLOW[1:], limit="direct"),
    Hold("relay-idle", "private memory of an idle relayed connection", "KiB", {"haproxy": 1.0, "nginx": 1.0},
         ("direct",) + SLOW[1:], rounds=2, more_is_better=False),
    Pipe("pipe-bulk", "pipe to pipe", "GB/s", {"splice": 0.9, "shell pipe": 3.0, "cat": 1.0, "pv": 1.0, "socat": 1.0}, limit="splice"),
    Programs("programs-bulk", "program to program", "GB/s", {"shell pipe": 3.5, "socat": 3.5}, limit="shell pipe"),
    Pair("programs-socketpair", "program to program, via=socketpair", "GB/s", {"shell pipe": 9.0}, limit="shell pipe"),
    Echo("echo-bulk", "echo through a program behind TCP", "GB/s", {"tcpserver": 1.0, "socat": 4.0}),
    Spawn("spawn", "programs started for a client", "1/s", {"tcpserver": 1.15, "socat": 1.15, "socat nofork": 1.15, "ncat": 1.15}),
    SpawnUnix("spawn-unix", "the same behind a UNIX socket", "1/s", {"s6-ipcserver": 1.0, "socat nofork": 1.15}),
    Dialogue("dialogue", "waiting for the last line of 50 MB on a terminal", "s", {"expect": 1.0}, rounds=3, more_is_better=False,
             limit="terminal"),
    Start("start", "start and end of the program", "1/s", {"empty program": 0.9, "socat": 3.5, "nc": 1.0}, limit="empty program"),
]
