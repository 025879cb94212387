"""A client that says what became of it: access.py FROM WHERE TEXT, where WHERE is a port, HOST:PORT, a path, or @NAME.

Prints "got ANSWER" when something came, "eof" after an orderly end, "reset" after a reset. TEXT is sent first, and the end of
input passed on. With HOLD as TEXT it says "in" once HOLD has come back, and stays until its input ends.
"""
import signal
import socket
import sys


def connect(source, where):
    if where.startswith("@") or "/" in where:
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(20)
        s.connect("\0" + where[1:] if where.startswith("@") else where)
        return s
    host, _, port = where.rpartition(":")
    return socket.create_connection((host or "127.0.0.1", int(port)), 20, (source, 0) if source != "-" else None)


def talk(s, text):
    s.sendall(text)
    if text != b"HOLD\n":
        s.shutdown(socket.SHUT_WR)
    got = b""
    while got != b"HOLD\n":
        part = s.recv(65536)
        if not part:
            return got
        got += part
    return got


try:
    s = connect(sys.argv[1], sys.argv[2])
    text = sys.argv[3].encode()
    got = talk(s, b"HOLD\n" if text == b"HOLD" else text)
    if got == b"HOLD\n":
        print("in", flush=True)
        signal.pause()
    else:
        print("got " + got.decode() if got else "eof")
except (ConnectionResetError, BrokenPipeError):
    print("reset")
