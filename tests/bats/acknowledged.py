"""In a network of its own (unshare -n): the peer has acknowledged all bytes, but cannot acknowledge the end."""
import fcntl
import signal
import socket
import struct
import subprocess
import sys

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def loopback(up):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        name, flags = struct.unpack("16sH14x", fcntl.ioctl(s, SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0)))
        flags = flags | IFF_UP if up else flags & ~IFF_UP
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sH14x", name, flags))


def main(ipcwire):
    loopback(True)
    listener = socket.create_server(("127.0.0.1", 0))
    command = [ipcwire, "-", "tcp:127.0.0.1:%d" % listener.getsockname()[1]]
    p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peer, _ = listener.accept()
    peer.settimeout(30)
    p.stdin.write(b"hello\n")
    p.stdin.flush()
    got = peer.recv(100)
    peer.sendall(b"so it is acknowledged\n")
    if p.poll() is not None or got != b"hello\n":
        return "no connection: %r" % got
    loopback(False)
    p.send_signal(signal.SIGTERM)
    said = p.communicate(timeout=30)[1]
    return said.decode() or "ok"


print(main(sys.argv[1]))
