"""restarting_peer.py KIND ADDRESS OUT HOW [BYTES]: a server that ends and begins anew, until a client has said all.

It takes one connection at a time (tcp: ADDRESS is a port, unix: a path), closes its listening socket meanwhile, and appends what
it reads to OUT. HOW is what it does after BYTES of each connection:
  drain  says that it takes no more, and reads what was still under way
  reset  once: closes without having read everything; the second connection is read to its end
  kill   nothing: it is a process of its own, in OUT.pid, for somebody else to kill
What each connection began with is in OUT.N.
"""
import os
import socket
import sys

kind, address, out, how = sys.argv[1:5]
amount = int(sys.argv[5]) if len(sys.argv) > 5 else 0


def listen():
    if kind == "tcp":
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", int(address)))
    else:
        if os.path.exists(address):
            os.unlink(address)
        s = socket.socket(socket.AF_UNIX)
        s.bind(address)
    s.listen(1)
    return s


def read(c, files, most):
    """Reads at least so much, or all. True at the end of input."""
    done = 0
    while most is None or done < most:
        data = c.recv(65536)
        if not data:
            return True
        done += len(data)
        for f in files:
            f.write(data)
    return False


def serve(n):
    """One connection. True if the client has said all."""
    with open(out, "ab", 0) as f, open(f"{out}.{n}", "wb", 0) as own:
        listener = listen()
        c, _ = listener.accept()
        listener.close()
        if how == "kill" or (how == "reset" and n > 0):
            return read(c, [f, own], None)
        if read(c, [f, own], amount):
            return True
        if how == "drain":
            c.shutdown(socket.SHUT_WR)
            read(c, [f, own], None)
        c.close()
    return False


def serve_apart(n):
    pid = os.fork()
    if pid == 0:
        with open(out + ".pid.new", "w") as f:
            print(os.getpid(), file=f)
        os.rename(out + ".pid.new", out + ".pid")
        os._exit(0 if serve(n) else 1)
    return os.waitpid(pid, 0)[1] == 0


open(out, "wb").close()
n = 0
while not (serve_apart(n) if how == "kill" else serve(n)):
    n += 1
