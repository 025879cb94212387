"""Both peers of a relayed TCP connection, for carried.bats: python3 carried.py CASE SERVER_PORT RELAY_PORT prints ok.

The relay listens on RELAY_PORT and connects to SERVER_PORT.
"""
import fcntl
import hashlib
import os
import signal
import socket
import struct
import sys
import termios
import threading
import time

BLOCK = os.urandom(1 << 20)
LIMIT = 30


def take_all(s, total):
    """A hash of what comes until the end, and how much it is."""
    h, n = hashlib.sha256(), 0
    while data := s.recv(1 << 20):
        h.update(data)
        n += len(data)
    assert n == total, "%d bytes came instead of %d" % (n, total)
    return h.hexdigest()


def give(s, blocks, urgent_after=None, sent=None):
    """sent: gets an element for each block that has gone."""
    h = hashlib.sha256()
    for i in range(blocks):
        s.sendall(BLOCK)
        if sent is not None:
            sent.append(i)
        h.update(BLOCK)
        if i == urgent_after:
            s.send(b"!", socket.MSG_OOB)
    s.shutdown(socket.SHUT_WR)
    return h.hexdigest()


def wait_until_stuck(sent):
    """Until blocks have gone, and none goes any more."""
    end, before = time.monotonic() + LIMIT, 0
    while before == 0 or before != len(sent):
        assert time.monotonic() < end, "it does not get stuck"
        before = len(sent)
        time.sleep(0.2)


def take(s, n):
    """MSG_WAITALL does not wait where there is a time limit."""
    got = b""
    while len(got) < n:
        piece = s.recv(n - len(got))
        assert piece, "the end after %d bytes" % len(got)
        got += piece
    return got


def pair(server, relay):
    with socket.create_server(("127.0.0.1", server)) as listener:
        client = socket.create_connection(("127.0.0.1", relay), LIMIT)
        listener.settimeout(LIMIT)
        peer = listener.accept()[0]
    peer.settimeout(LIMIT)
    return client, peer


def in_thread(function, *args):
    result = []
    t = threading.Thread(target=lambda: result.append(function(*args)))
    t.start()
    return lambda: (t.join(), result[0])[1]


def both_ways(client, peer):
    forth, back = in_thread(give, client, 24), in_thread(give, peer, 24)
    there, here = in_thread(take_all, peer, 24 << 20), in_thread(take_all, client, 24 << 20)
    assert forth() == there() and back() == here(), "other bytes came"


def urgent(client, peer):
    """Its byte stands outside of the stream (tcp(7)); what is behind it must come, although nothing follows."""
    forth = in_thread(give, client, 8, 3)
    assert take_all(peer, 8 << 20) == forth(), "other bytes came"


def send_end(s):
    s.shutdown(socket.SHUT_WR)


def send_reset(s):
    """When everything has arrived: a reset drops what is on its way."""
    end = time.monotonic() + LIMIT
    while struct.unpack("i", fcntl.ioctl(s, termios.TIOCOUTQ, b"\0" * 4))[0] > 0:
        assert time.monotonic() < end, "it does not arrive"
        time.sleep(0.02)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def leave_unseen(client, before, behind, leave):
    """All of it is there when the relay ($RELAY) looks: the end must not be taken to be where the urgent byte stands."""
    relay = int(os.environ["RELAY"])
    os.kill(relay, signal.SIGSTOP)
    client.sendall(before)
    client.send(b"!", socket.MSG_OOB)
    client.sendall(behind)
    leave(client)
    os.kill(relay, signal.SIGCONT)


def to_a_pipe_by_end(_, relay):
    with socket.create_connection(("127.0.0.1", relay), LIMIT) as client:
        leave_unseen(client, b"before", b"behind", send_end)
        client.recv(1)


def to_a_pipe_by_reset(_, relay):
    leave_unseen(socket.create_connection(("127.0.0.1", relay), LIMIT), b"before", b"behind", send_reset)


def urgent_before_reset(client, peer):
    urgent_at_the_end(client, peer, send_reset)


def urgent_at_the_end(client, peer, leave=send_end):
    client.sendall(BLOCK)
    want, got = hashlib.sha256(BLOCK), hashlib.sha256()
    got.update(take(peer, len(BLOCK)))
    leave_unseen(client, BLOCK[:50000], BLOCK[:50000], leave)
    want.update(BLOCK[:50000] * 2)
    while data := peer.recv(1 << 20):
        got.update(data)
    assert got.digest() == want.digest(), "other bytes came"


def one(client, peer):
    forth = in_thread(give, client, 1)
    assert take_all(peer, 1 << 20) == forth(), "other bytes came"


def stalled(client, peer):
    """The server takes nothing before nobody can send any more; the relay then holds what it has."""
    want, sent = hashlib.sha256(), 0
    client.settimeout(1)
    try:
        while True:
            n = client.send(BLOCK)
            want.update(BLOCK[:n])
            sent += n
    except TimeoutError:
        pass
    client.shutdown(socket.SHUT_WR)
    assert take_all(peer, sent) == want.hexdigest(), "other bytes came"


def unbounded(client, peer):
    """queue=disk: the client is rid of everything before the server takes anything."""
    forth = give(client, 48)
    assert take_all(peer, 48 << 20) == forth, "other bytes came"


def slow(client, peer):
    """slow=close: the relay gives the server up, and its log ($LOG) tells that."""
    client.settimeout(0.2)
    end = time.monotonic() + LIMIT
    while "too slow" not in open(os.environ["LOG"]).read():
        assert time.monotonic() < end, "it is not given up"
        try:
            client.sendall(BLOCK)
        except TimeoutError:
            pass
        except ConnectionError:
            return


def reset(client, peer):
    """The server leaves in the middle, by a reset; the relay has to say what that cost."""
    client.settimeout(2)
    try:
        while True:
            client.send(BLOCK)
    except TimeoutError:
        pass
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        try:
            if client.recv(1) == b"":
                return
        except ConnectionResetError:
            return
        except TimeoutError:
            pass
    raise AssertionError("the relay has not passed the end on")


def many(server, relay):
    """40 clients at once: more than there are pipes."""
    threads = []
    with socket.create_server(("127.0.0.1", server), backlog=64) as listener:
        for i in range(40):
            client = socket.create_connection(("127.0.0.1", relay), LIMIT)
            peer = listener.accept()[0]
            threads.append((in_thread(give, client, 4), in_thread(take_all, peer, 4 << 20)))
    for forth, there in threads:
        assert forth() == there(), "other bytes came"


def crowd(server, relay):
    """All wait at first, each with a pipe; then all go on at once."""
    sent = []
    with socket.create_server(("127.0.0.1", server), backlog=64) as listener:
        pairs = []
        for _ in range(12):
            client = socket.create_connection(("127.0.0.1", relay), LIMIT)
            pairs.append((in_thread(give, client, 16, None, sent), listener.accept()[0]))
    wait_until_stuck(sent)
    for forth, there in [(forth, in_thread(take_all, peer, 16 << 20)) for forth, peer in pairs]:
        assert forth() == there(), "other bytes came"


def main():
    case, server, relay = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if case in ("many", "crowd", "to_a_pipe_by_end", "to_a_pipe_by_reset"):
        globals()[case](server, relay)
    else:
        globals()[case](*pair(server, relay))
    print("ok")


main()
