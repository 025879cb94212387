# signals.py PID MIB: sends so many bytes through the server's port and back, while signals come to the server.
import hashlib
import os
import random
import signal
import socket
import sys
import threading
import time

pid, port, mib = (int(w) for w in sys.argv[1:4])
ENOUGH = 20
BLOCK = random.Random(7).randbytes(1 << 20)
done = threading.Event()
sent = [0]


# As fast as 1 kHz, and no faster: on a busy machine there may be fewer, but the last block waits for some.
def shoot():
    while not done.is_set():
        for signo in (signal.SIGUSR1, signal.SIGCHLD):
            os.kill(pid, signo)
            sent[0] += 1
        time.sleep(0.001)


def talk(client, total, out):
    for i in range(total):
        while i == total - 1 and sent[0] < ENOUGH and not done.is_set():
            time.sleep(0.001)
        client.sendall(BLOCK[i:] + BLOCK[:i])
    client.shutdown(socket.SHUT_WR)
    out.append(total)


client = socket.create_connection(("127.0.0.1", port), 20)
client.settimeout(60)
shooter = threading.Thread(target=shoot)
shooter.start()
told = []
talker = threading.Thread(target=talk, args=(client, mib, told))
talker.start()
want, got, count = hashlib.sha256(), hashlib.sha256(), 0
for i in range(mib):
    want.update(BLOCK[i:] + BLOCK[:i])
try:
    while True:
        piece = client.recv(1 << 20)
        if not piece:
            break
        got.update(piece)
        count += len(piece)
finally:
    done.set()
talker.join()
shooter.join()
print(f"{sent[0]} signals", file=sys.stderr)
if count != mib << 20 or got.digest() != want.digest():
    sys.exit(f"{count} bytes came back of {mib << 20}, or others")
if sent[0] < ENOUGH:
    sys.exit("hardly any signals")
print("ok")
