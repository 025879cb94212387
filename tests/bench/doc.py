#!/usr/bin/env python3
"""doc.py FILE.json DIRECTORY: writes the figures between the marks in DIRECTORY/performance.md, and DIRECTORY/performance.svg."""
import json
import re
import sys

import chart
from bench import cpu_goals, number

BEGIN, END = "<!-- figures: make bench-doc -->\n", "<!-- end of figures -->\n"


def cell(peer, key):
    return number(peer[key]) if key in peer else ""


def why(peer):
    """Its error in a line, without the places of this machine."""
    return re.sub(r"'/[^']*/", "'", peer["error"].splitlines()[-1]).rstrip(".")


def ratio(peer):
    if "ratio" not in peer:
        return ""
    return "%s (%s to %s)" % tuple(number(peer["ratio"][k]) for k in ("median", "min", "max"))


def goal(case, peer):
    if "goal" not in peer:
        return ""
    return "%s %s: %s" % ("at least" if case["more_is_better"] else "at most", number(peer["goal"]), "yes" if peer["reached"] else "**no**")


COLUMNS = [
    ("", lambda c, p: p["name"]),
    ("{unit}", lambda c, p: "%s (%s to %s)" % tuple(number(p[k]) for k in ("median", "min", "max"))),
    ("ipcwire / it", lambda c, p: ratio(p)),
    ("wanted", goal),
    ("CPU s/GB", lambda c, p: cell(p, "cpu_per_gb")),
    ("calls/MiB", lambda c, p: cell(p, "calls_per_mib")),
    ("switches/MiB", lambda c, p: cell(p, "switches_per_mib")),
    ("wake-ups/s", lambda c, p: cell(p, "wakeups")),
]


def table(case):
    peers = [p for p in case["peers"] if "median" in p]
    columns = [(title, of) for title, of in COLUMNS if any(of(case, p) for p in peers)]
    rows = [[title.format(unit=case["unit"]) for title, _ in columns], ["---"] + ["---:"] * (len(columns) - 1)]
    rows += [[of(case, p) for _, of in columns] for p in peers]
    lines = ["### %s%s" % (case["title"][0].upper(), case["title"][1:]), ""]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    lines += ["", *(line + "." for line in cpu_goals(case)), *("%s failed: %s." % (p["name"], why(p)) for p in case["peers"]
                    if "error" in p and "not installed" not in p["error"])]
    return "\n".join(lines).rstrip() + "\n\n"


def head(report):
    m = report["machine"]
    versions = "; ".join(v for v in m["versions"].values() if v)
    return "%s, %d cores, Linux %s, %s; load before: %.1f; median of %d rounds, lowest and highest in parentheses.\n%s.\n\n" % (
        m["cpu"], m["cores"], m["kernel"], m["date"], m["load_before"], report["rounds"], versions)


def main():
    path, directory = sys.argv[1:]
    with open(path) as f:
        report = json.load(f)
    cases = report["cases"]
    with open(directory + "/performance.md") as f:
        before, rest = f.read().split(BEGIN)
    text = before + BEGIN + "\n" + head(report) + "".join(map(table, cases)) + END + rest.split(END)[1]
    with open(directory + "/performance.md", "w") as f:
        f.write(text)
    with open(directory + "/performance.svg", "w") as f:
        f.write(chart.draw(cases))


if __name__ == "__main__":
    main()
