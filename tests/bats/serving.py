# serving.py IPCWIRE LISTENER SCHEME: clients of all sorts, through a server with that scheme, to servers of all sorts.
import os
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

IPCWIRE, LISTENER, SCHEME = sys.argv[1:4]
DEADLINE = float(os.environ.get("DEADLINE", "20"))
PIDS = []
DIR = tempfile.mkdtemp(dir=".")
FAR = ["TCPServer", "ThreadingTCPServer", "ForkingTCPServer", "UnixStreamServer", "ThreadingUnixStreamServer",
       "ForkingUnixStreamServer"]


# Answers only after the end of the request, so that an end that is not passed on leaves everybody waiting.
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        request = self.rfile.read()
        self.wfile.write(b"<" + request + b">")


class ForkingUnixStreamServer(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """socketserver has it only since Python 3.12."""


def far_start(name):
    server_class = globals().get(name) or getattr(socketserver, name)
    if "Unix" in name:
        address = os.path.join(DIR, name)
        server, words = server_class(address, Handler), "unix:" + address
    else:
        server = server_class(("127.0.0.1", 0), Handler)
        words = f"tcp:127.0.0.1:{server.server_address[1]}"
    server.daemon_threads = True
    server.request_queue_size = 64
    # A process of its own, for one with threads should not fork.
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(100)
        server.serve_forever(poll_interval=0.1)
    server.socket.close()
    PIDS.append(pid)
    return words


class Near:
    """What clients connect to: a row for each kind of listener."""

    def __init__(self, kind):
        self.is_unix = kind.startswith("unix")
        if self.is_unix:
            self.path = os.path.join(DIR, f"near{time.monotonic_ns()}")
            self.address, self.words = self.path, f"{kind}:{self.path}"
            self.nc, self.socat = ["nc", "-NU", self.path], f"UNIX-CONNECT:{self.path}"
        else:
            with socket.create_server(("127.0.0.1", 0)) as s:
                self.address = s.getsockname()
            port = self.address[1]
            self.words = f"{kind}:127.0.0.1:{port}"
            self.nc, self.socat = ["nc", "-N", "127.0.0.1", str(port)], f"TCP:127.0.0.1:{port}"

    def connect(self):
        s = socket.socket(socket.AF_UNIX if self.is_unix else socket.AF_INET)
        s.settimeout(DEADLINE)
        s.connect(self.address)
        return s


def by_socket(near, request):
    with near.connect() as s:
        s.sendall(request)
        s.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := s.recv(1 << 16):
            answer += piece
    return answer


def by_program(words, request):
    return subprocess.run(words, input=request, stdout=subprocess.PIPE, timeout=DEADLINE, check=False).stdout


def by_nc(near, request):
    return by_program(near.nc, request)


def by_socat(near, request):
    return by_program(["socat", "-t", "20", "-", near.socat], request)


def check(name, how, near, i):
    request = b"%d " % i * 3000
    answer = how(near, request)
    if answer != b"<" + request + b">":
        raise SystemExit(f"{name}, {how.__name__}: {len(answer)} bytes of {len(request) + 2}")


def at_once(name, near, n):
    failed = []

    def one(i):
        try:
            check(name, by_socket, near, i)
        except (SystemExit, OSError) as e:
            failed.append(e)

    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failed:
        sys.exit(f"{name}: {len(failed)} of {n} clients, the first: {failed[0]}")


# The far end with its ipcwire, until its listener is up.
def serve(far, scheme):
    near = Near(LISTENER)
    ready, told = os.pipe()
    words = [IPCWIRE, "--ready-fd", str(told), near.words + (f",{scheme}" if scheme else ""), far]
    server = subprocess.Popen(words, pass_fds=[told], stdin=subprocess.DEVNULL)
    os.close(told)
    if os.read(ready, 1) != b"\n":
        sys.exit("it does not listen")
    os.close(ready)
    return near, server


def end(name, server, is_server):
    if is_server:
        server.terminate()
    if server.wait(DEADLINE) != 0:
        sys.exit(f"{name}: exit status {server.returncode}")


def row(name, far):
    programs = [how for how, tool in ((by_nc, "nc"), (by_socat, "socat")) if shutil.which(tool)]
    if SCHEME == "once":
        for how in [by_socket] + (programs if name == FAR[0] else []):
            near, server = serve(far, "")
            check(name, how, near, 1)
            end(name, server, False)
        return
    near, server = serve(far, SCHEME)
    at_once(name, near, 5)
    for how in programs if name in (FAR[0], FAR[3]) else []:
        check(name, how, near, 7)
    end(name, server, True)


try:
    rows = {name: far_start(name) for name in FAR}
    rows["pipe, a program"] = "system:printf '<'; cat; printf '>'"
    for row_name, row_far in rows.items():
        row(row_name, row_far)
    print("ok")
finally:
    for far_pid in PIDS:
        os.kill(far_pid, signal.SIGKILL)
        os.waitpid(far_pid, 0)
    shutil.rmtree(DIR)
