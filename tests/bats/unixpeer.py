"""Peers on UNIX datagram sockets for the tests: exec'ed by them."""
import os
import random
import socket
import socketserver
import struct
import subprocess
import sys
import textwrap
import threading
import time

DGRAM = socket.SOCK_DGRAM


def peer(name, to=None):
    s = socket.socket(socket.AF_UNIX, DGRAM)
    s.settimeout(60)
    if name is not None:
        s.bind(name)
    if to is not None:
        s.connect(to)
    return s


def relay(*args):
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return subprocess.Popen([os.environ["IPCWIRE"], *args], **pipes)


def frame(*messages):
    return b"".join(struct.pack(">I", len(m)) + m for m in messages)


def ask(s, message):
    s.send(message)
    return s.recv(1 << 18)


def until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def give_descriptors(r, name):
    """Sends messages that carry descriptors, which nobody there has asked for, between two without."""
    files = [os.open("/dev/null", os.O_RDONLY) for _ in range(20)]
    s = peer(None, name)
    s.send(b"first\n")
    while b"first" not in r.stdout.readline(): # by then it has opened all of its own
        pass
    before = len(os.listdir(f"/proc/{r.pid}/fd"))
    for _ in range(50):
        socket.send_fds(s, [b"with\n"], files)
    s.send(b"without\n")
    while b"without" not in (r.stdout.readline()):
        pass
    return len(os.listdir(f"/proc/{r.pid}/fd")) - before


exec(textwrap.dedent(sys.argv[1]))
