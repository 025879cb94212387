#!/usr/bin/env python3
"""Measures ipcwire beside its peers: every case, all peers in turn, several rounds; prints a table and writes JSON.

Ratios are what counts: they are taken within a round, so what the machine does besides hits all peers alike."""
import argparse
import fnmatch
import json
import os
import platform
import signal
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import cases
import peers
from process import Failed, counts_calls

HERE = os.path.dirname(os.path.abspath(__file__))


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--build", required=True, help="where ipcwire and the load generator are")
    p.add_argument("--only", default="*", help="cases (patterns, separated by blanks)")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--json", help="file for the figures")
    return p.parse_args()


class Bench:
    """Where things are."""

    def __init__(self, build, directory):
        self.dir = directory
        # As installed, like the peers: what the linker wrote piece by piece lies in the page cache in small ones, and starts 5 % slower.
        self.ipcwire = shutil.copy(os.path.join(build, "ipcwire"), directory)
        self.empty = shutil.copy(os.path.join(build, "tests/bench/empty"), directory)
        self.load = os.path.join(build, "tests/bench/load")
        self.prog = os.path.join(build, "tests/bench/empty-static")


def attempt(errors, peer, what):
    """What a peer comes to; once it has failed, it is out."""
    if peer in errors:
        return None
    try:
        return what()
    except (Failed, subprocess.TimeoutExpired, OSError) as e:
        errors[peer] = str(e)
        return None


def measure(bench, case, rounds, with_counts):
    """Returns peer -> results of the rounds, peer -> counts, peer -> why it is out."""
    results, counts, errors = {p: [] for p in case.peers}, {}, {}
    for peer in case.peers:
        lacks = peers.missing(case.work, peer)
        if lacks:
            errors[peer] = "%s is not installed" % lacks
        attempt(errors, peer, lambda: case.check(bench, peer))
        if with_counts and case.count_bytes and peers.WORK[case.work][peer]:
            counts[peer] = attempt(errors, peer, lambda: case.run(bench, peer, counts=True)) or {}
    for i in range(min(rounds, case.most_rounds or rounds)):
        for peer in case.peers[i % len(case.peers):] + case.peers[:i % len(case.peers)]:
            result = attempt(errors, peer, lambda: case.run(bench, peer))
            if result is not None:
                results[peer].append(result)
    return results, counts, errors


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def summary(case, peer, results, counts, errors):
    """One peer's part of the JSON."""
    out = {"name": peer}
    if peer in errors:
        out["error"] = errors[peer]
        return out
    mine = results[peer]
    out.update(spread([r["value"] for r in mine]), values=[r["value"] for r in mine])
    for key in ("cpu_per_gb", "switches_per_mib", "wakeups"):
        if all(key in r for r in mine):
            out[key] = statistics.median(r[key] for r in mine)
    out.update(counts.get(peer, {}))
    ours = results["ipcwire"]
    if peer != "ipcwire" and "ipcwire" not in errors:
        out["ratio"] = spread([a["value"] / b["value"] for a, b in zip(ours, mine) if b["value"] != 0] or [0])
        if peer in case.goals:
            out["goal"] = case.goals[peer]
            out["reached"] = (out["ratio"]["median"] >= out["goal"]) == case.more_is_better or out["ratio"]["median"] == out["goal"]
        if peer in case.cpu_goals and "cpu_per_gb" in out:
            cpu = statistics.median(a["cpu_per_gb"] / b["cpu_per_gb"] for a, b in zip(ours, mine))
            out["cpu"] = {"ratio": cpu, "goal": case.cpu_goals[peer], "reached": cpu <= case.cpu_goals[peer]}
    return out


def cpu_goals(case):
    """What was wanted of the processor's time, a sentence each."""
    return ["CPU time of ipcwire / that of %s: %.2f, wanted at most %.2f: %s"
            % (p["name"], p["cpu"]["ratio"], p["cpu"]["goal"], "yes" if p["cpu"]["reached"] else "no")
            for p in case["peers"] if "cpu" in p]


def number(value):
    return "%.0f" % value if value >= 1000 else "%.1f" % value if value >= 10 else "%.2f" % value


def cell(peer, key):
    return number(peer[key]) if key in peer else ""


def show(case):
    print("\n%s: %s [%s, %s is better]" % (case["name"], case["title"], case["unit"], "more" if case["more_is_better"] else "less"))
    print("  %-24s %8s %15s  %5s %13s %-10s %8s %9s %9s %7s" % ("", "median", "min..max", "ratio", "spread", "goal", "CPU s/GB",
                                                              "calls/MiB", "switches", "wakeups"))
    for p in case["peers"]:
        if "error" in p:
            print("  %-24s failed: %s" % (p["name"], p["error"].replace("\n", "; ")))
            continue
        ratio = p.get("ratio")
        goal = "" if "goal" not in p else "%s%.2f %s" % (">=" if case["more_is_better"] else "<=", p["goal"],
                                                         "ok" if p["reached"] else "MISSED")
        print(("  %-24s %8s %15s  %5s %13s %-10s %8s %9s %9s %7s" % (
            p["name"], number(p["median"]), number(p["min"]) + ".." + number(p["max"]),
            number(ratio["median"]) if ratio else "",
            number(ratio["min"]) + ".." + number(ratio["max"]) if ratio else "", goal, cell(p, "cpu_per_gb"), cell(p, "calls_per_mib"),
            cell(p, "switches_per_mib"), cell(p, "wakeups"))).rstrip())
    for line in cpu_goals(case):
        print("  " + line)
    sys.stdout.flush()


def version_of(words):
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=5, stdin=subprocess.DEVNULL)
        return next((line.strip() for line in (done.stdout + done.stderr).splitlines() if any(c.isdigit() for c in line)), "")
    except OSError:
        return ""


def machine(bench):
    with open("/proc/cpuinfo") as f:
        model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), platform.machine())
    with open("/proc/loadavg") as f:
        load = f.read().split()[0]
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release().split("-")[0], "load_before": float(load),
            "date": time.strftime("%Y-%m-%d"),
            "versions": {"ipcwire": version_of([bench.ipcwire, "-V"]), "socat": version_of(["socat", "-V"]),
                         "nginx": version_of(["nginx", "-v"]), "haproxy": version_of(["haproxy", "-v"]),
                         "ncat": version_of(["ncat", "--version"]), "pv": version_of(["pv", "--version"])}}


def main():
    args = arguments()
    chosen = [c for c in cases.ALL if any(fnmatch.fnmatch(c.name, p) for p in args.only.split())]
    if not chosen:
        sys.exit("no case matches '%s'; there are: %s" % (args.only, " ".join(c.name for c in cases.ALL)))
    with_counts = counts_calls()
    if not with_counts:
        print("perf (linux-perf) cannot count system calls here: that column stays empty")
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the peer that runs is ended, too
    with tempfile.TemporaryDirectory(prefix="ipcwire-bench.") as directory:
        bench = Bench(os.path.abspath(args.build), directory)
        report = {"machine": machine(bench), "rounds": args.rounds, "cases": []}
        for case in chosen:
            results, counts, errors = measure(bench, case, args.rounds, with_counts)
            report["cases"].append({"name": case.name, "title": case.title, "unit": case.unit, "limit": case.limit,
                                    "more_is_better": case.more_is_better,
                                    "peers": [summary(case, p, results, counts, errors) for p in case.peers]})
            show(report["cases"][-1])
    if args.json:
        with open(args.json, "w") as f:
            json.dump(report, f, indent=1)
            f.write("\n")
    missed = [c["name"] for c in report["cases"] for p in c["peers"]
              if p.get("reached") is False or p.get("cpu", {}).get("reached") is False]
    print("\n%s" % ("missed: " + " ".join(dict.fromkeys(missed)) if missed else "all goals reached"))


if __name__ == "__main__":
    main()
