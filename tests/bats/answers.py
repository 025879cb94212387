"""answers.py WHERE COUNT: clients of a server whose program answers like seq COUNT before it has read everything.

WHERE: a port or a path. Each sends 1 MiB, of which the program reads a line or nothing, in one of these ways, and must get the
whole answer and then the end of it, never a reset. An answer of more than 64 KiB may wait for its client to read; then only
those who do are tried.
"""
import socket
import sys
import threading

where, count = sys.argv[1], int(sys.argv[2])
WANTED = b"".join(b"%d\n" % i for i in range(1, count + 1))
SENT = b"a line\n" + b"x" * (1 << 20)


def connect():
    if where.isdigit():
        s = socket.create_connection(("127.0.0.1", int(where)), 20)
    else:
        s = socket.socket(socket.AF_UNIX)
        s.connect(where)
    s.settimeout(20)
    return s


def everything(s):
    """All that comes until the end."""
    got = b""
    while piece := s.recv(65536):
        got += piece
    return got


def send(s, whole):
    try:
        s.sendall(whole)
    except BrokenPipeError:
        pass


def sends_then_reads(s):
    s.sendall(SENT)
    return everything(s)


def half_closes(s):
    s.sendall(SENT)
    s.shutdown(socket.SHUT_WR)
    return everything(s)


def sends_meanwhile(s):
    sender = threading.Thread(target=send, args=(s, SENT))
    sender.start()
    got = everything(s)
    sender.join()
    return got


def goes_on_sending(s):
    """A line for every piece of the answer, as long as there is one."""
    got = b""
    s.sendall(b"first\n")
    while piece := s.recv(4096):
        got += piece
        s.sendall(b"and more\n" * 100)
    return got


failed = 0
ways = [sends_meanwhile]
if len(WANTED) < 65536:
    ways += [sends_then_reads, half_closes, goes_on_sending]
for way in ways:
    try:
        with connect() as s:
            got = way(s)
        what = None if got == WANTED else f"{len(got)} bytes of {len(WANTED)}"
    except OSError as e:
        what = repr(e)
    if what:
        print(f"{way.__name__}: {what}", file=sys.stderr)
        failed = 1
sys.exit(failed)
