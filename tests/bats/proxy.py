"""Peers of the PROXY protocol tests.

serve ADDRESS COUNT   accepts connections, prints what each sent before its end as a Python literal, answers "ok"
say ADDRESS PART...   connects, sends the parts (Python escapes) one by one, and prints what comes back; $CUT: the first in
                      two, $BIND: the path it binds

ADDRESS is a port of 127.0.0.1, or the path of a UNIX socket (@NAME: abstract).
"""

import errno
import os
import socket
import sys
import time


def make(address):
    if address.isdigit():
        return socket.socket(), ("127.0.0.1", int(address))
    return socket.socket(socket.AF_UNIX), address.replace("@", "\0", 1) if address[0] == "@" else address


def read_all(s):
    data = b""
    try:
        while part := s.recv(65536):
            data += part
    except ConnectionResetError:
        data += b"<reset>"
    return data


def serve(address, count):
    listener, where = make(address)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(where)
    listener.listen()
    for _ in range(int(count)):
        s, _ = listener.accept()
        print(read_all(s), flush=True)
        s.sendall(b"ok\n")
        s.close()


def say(address, *parts):
    s, where = make(address)
    s.settimeout(20)
    if os.environ.get("BIND"):
        s.bind(os.environ["BIND"])
    s.connect(where)
    if address.isdigit():
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    parts = [part.encode().decode("unicode_escape").encode("latin-1") for part in parts]
    cut = int(os.environ.get("CUT", "0"))
    if cut:
        parts[:1] = [parts[0][:cut], parts[0][cut:]]
    try:
        for i, part in enumerate(parts):
            if i > 0:
                time.sleep(0.02)  # not to wait for anything: only so that the parts do not always come together
            s.sendall(part)
        s.shutdown(socket.SHUT_WR)
    except OSError as e:  # refused by now
        if e.errno not in (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN):
            raise
    sys.stdout.write(read_all(s).decode("latin-1"))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
