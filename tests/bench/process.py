"""Peers as processes: started, waited for until they listen, looked at, ended, and what they have used."""
import os
import signal
import socket
import subprocess
import tempfile
import time

LIMIT = 30  # seconds that anything may take


class Failed(Exception):
    """A peer that did not do what was asked of it."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def listens(port, path):
    """Nobody is disturbed by being asked: the kernel's tables say it."""
    if path is not None:
        with open("/proc/net/unix") as f:
            return any(line.rstrip().endswith(" " + path) for line in f)
    wanted = ":%04X" % port
    with open("/proc/net/tcp") as f:
        return any(fields[1].endswith(wanted) and fields[3] == "0A" for fields in map(str.split, f))


def tree(pid):
    """The process and all that came of it."""
    pids = [pid]
    for p in pids:
        try:
            for task in os.listdir("/proc/%d/task" % p):
                with open("/proc/%d/task/%s/children" % (p, task)) as f:
                    pids += map(int, f.read().split())
        except OSError:
            pass
    return pids


def field_sum(pids, file, names):
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/%s" % (pid, file)) as f:
                total += sum(int(line.split()[1]) for line in f if line.split(":")[0] in names)
        except OSError:
            pass
    return total


def private_kib(pids):
    return field_sum(pids, "smaps_rollup", ("Private_Clean", "Private_Dirty"))


def switches(pids):
    return field_sum(pids, "status", ("voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"))


class Server:
    """A peer that listens. With counts=True every system call of it and its children is counted. Below a wrapper (words that
    stand before the command), is_within says that the peer is a child of that."""

    def __init__(self, argv, port=None, path=None, counts=False, wrapper=(), is_within=False):
        self.errors = tempfile.TemporaryFile()
        self.report = tempfile.NamedTemporaryFile("r") if counts else None
        self.is_within = is_within or counts
        if counts:
            wrapper = ["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "-o", self.report.name, "--"]
        argv = list(wrapper) + argv
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=self.errors, start_new_session=True)
        until = time.monotonic() + LIMIT
        while not listens(port, path):
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise Failed("does not listen: " + self.said())
            time.sleep(0.005)

    def said(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace").strip()[-200:]

    def stop(self):
        """Ends it, and returns the CPU seconds and context switches of it and of what it has waited for."""
        if self.process.returncode is not None:
            return 0, 0
        children = tree(self.process.pid)
        for pid in children[1:] if self.is_within else children[:1]:
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        until = time.monotonic() + 3
        while True:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid != 0:
                break
            if time.monotonic() > until:
                os.kill(self.process.pid, signal.SIGKILL)
            time.sleep(0.005)
        self.process.returncode = status
        for pid in children[1:]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return usage.ru_utime + usage.ru_stime, usage.ru_nvcsw + usage.ru_nivcsw

    def calls(self):
        """After stop(), with counts: the number of system calls."""
        for line in self.report:
            if "sys_enter" in line:
                return int(line.split(",")[0])
        raise Failed("perf has counted nothing")


def counts_calls():
    """Whether perf can count system calls here."""
    try:
        done = subprocess.run(["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "true"],
                              capture_output=True, text=True)
        return done.returncode == 0 and done.stderr.split(",")[0].isdigit()
    except OSError:
        return False
