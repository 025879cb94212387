#!/usr/bin/env python3
"""Counts what the machine's mood does not change: instructions of ipcwire itself, and system calls of it and its programs.

Compares them with limits, and, given another binary, with that one's. The last line says how many were kept."""
import argparse
import os
import subprocess
import sys
import tempfile

from process import LIMIT, Failed, Server, free_port

# What is done, and by how much the counts of a server that has done nothing are to be reduced and divided. {load}, {prog}: as
# in peers.py. Of a session, its end is waited for before the server is ended.
SERVED = {
    "turn": ("tcp-listen:127.0.0.1:{r},each tcp:127.0.0.1:{t}", "turns -t {t} -r {r} -n 400 -b 64", 400),
    "connection": ("tcp-listen:127.0.0.1:{r},each tcp:127.0.0.1:{t}", "connect -t {t} -r {r} -n 200 -c 1", 200),
    "spawn": ("tcp-listen:127.0.0.1:{r},each exec:{prog}", "spawn -r {r} -n 100 -c 1", 100),
    "relay-mib": ("tcp-listen:127.0.0.1:{r},each tcp:127.0.0.1:{t}", "bulk -t {t} -r {r} -n 67108864", 64),
}
PIPED = {"pipe-mib": ("-u stdin stdout", 64 * 1024 * 1024, 64)}


class Counter:
    """A tool that counts, and how it is read."""

    def __init__(self, directory):
        self.file = os.path.join(directory, type(self).__name__)


class Instructions(Counter):
    """Of the process itself, not of those it starts; callgrind, so the C library's and the linker's belong to it."""
    unit, is_within = "instructions", False

    def words(self):
        return ["valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=" + self.file]

    def total(self):
        with open(self.file) as f:
            return next(int(line.split()[1]) for line in f if line.startswith(("summary:", "totals:")))


class Calls(Counter):
    """Of the process and of all that it starts."""
    unit, is_within = "calls", True

    def words(self):
        return ["strace", "-f", "-qq", "-c", "-o", self.file]

    def total(self):
        with open(self.file) as f:
            return int(next(line.split() for line in f if line.rstrip().endswith(" total"))[3])


def run(words, **more):
    done = subprocess.run(words, capture_output=True, text=True, timeout=4 * LIMIT, **more)
    if done.returncode != 0:
        raise Failed("%s: %s" % (" ".join(words[:6]), done.stderr.strip()[-200:]))


def count_start(counter, binary):
    run(counter.words() + [binary, "null", "null"], stdin=subprocess.DEVNULL)
    return counter.total()


def count_served(counter, binary, build, line, load):
    """load None: a server that nobody comes to."""
    values = {"r": free_port(), "t": free_port(), "prog": build + "/empty-static"}
    server = Server([binary] + line.format(**values).split(), values["r"], wrapper=counter.words(), is_within=counter.is_within)
    try:
        if load is not None:
            run([build + "/load"] + load.format(**values).split(), stdin=subprocess.DEVNULL)
    finally:
        server.stop()
    return counter.total()


def count_piped(counter, binary, build, line, nbytes):
    run([build + "/load", "pipe", "-n", str(nbytes)] + counter.words() + [binary] + line.split())
    return counter.total()


def count_all(binary, build, directory):
    """name -> count"""
    counts = {}
    for counter in (Calls(directory), Instructions(directory)):
        start = counts["start." + counter.unit] = count_start(counter, binary)
        idle = {}
        for name, (line, load, n) in SERVED.items():
            kind = line.split()[1].split(":")[0]
            if kind not in idle:
                idle[kind] = count_served(counter, binary, build, line, None)
            counts["%s.%s" % (name, counter.unit)] = (count_served(counter, binary, build, line, load) - idle[kind]) / n
        for name, (line, nbytes, n) in PIPED.items():
            counts["%s.%s" % (name, counter.unit)] = (count_piped(counter, binary, build, line, nbytes) - start) / n
    return counts


def read_limits(path):
    with open(path) as f:
        rows = [line.split() for line in f if line.strip() and not line.startswith("#")]
    return {name: float(limit) for name, limit in rows}


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--build", required=True, help="where ipcwire and the load generator are")
    p.add_argument("--limits", required=True, help="file of lines NAME LIMIT")
    p.add_argument("--previous", help="another ipcwire to compare with")
    args = p.parse_args()
    build = os.path.abspath(args.build)
    label, tally = os.environ.get("LABEL"), os.environ.get("COUNTS")
    for name in set(os.environ) - {"PATH", "TMPDIR"}:  # programs are given it, which counts
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="ipcwire-quick.") as directory:
        counts = count_all(build + "/ipcwire", build + "/tests/bench", directory)
        before = count_all(os.path.abspath(args.previous), build + "/tests/bench", directory) if args.previous else {}
    limits, failed = read_limits(args.limits), 0
    print("%-26s %12s %12s %s" % ("", "count", "limit", "%12s" % "previous" if before else ""))
    for name, count in counts.items():
        is_above = name not in limits or count > limits[name]
        failed += is_above
        was = "%12.1f %+6.1f %%" % (before[name], 100 * (count / before[name] - 1)) if name in before else ""
        print(("%-26s %12.1f %12.1f %s%s" % (name, count, limits.get(name, 0), was, "  above its limit" if is_above else "")).rstrip())
    failed += len(set(limits) - set(counts))
    for name in sorted(set(limits) - set(counts)):
        print("%s: there is a limit, but no such count" % name)
    if tally:
        with open(tally, "w") as f:
            f.write("%d %d 0\n" % (len(counts) - failed, failed))
    print("%s%d passed, %d failed, 0 skipped" % (label + ": " if label else "", len(counts) - failed, failed))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
