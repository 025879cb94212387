# scheme_clients.py ADDRESS COUNT: so many at once, each sends 20 KB and a line and reads until the end: what it sent must come
# back; the first line of each answer goes to standard output. ADDRESS: a port, a path, or @NAME.
import os, socket, sys, threading
where, count = sys.argv[1], int(sys.argv[2])
bad, firsts = [], []
def connect():
    if where.isdigit():
        return socket.create_connection(("127.0.0.1", int(where)), 120)
    s = socket.socket(socket.AF_UNIX)
    s.connect("\0" + where[1:] if where[0] == "@" else where)
    return s
def one(i):
    try:
        data = (b"%d " % i) * 5000 + b"\n"
        with connect() as s:
            s.settimeout(120)
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            first, _, got = s.makefile("rb").read().partition(b"\n")
        firsts.append(first.decode())
        if got != data:
            bad.append((i, len(got), len(data)))
    except OSError as e:
        bad.append((i, e))
threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
for t in threads: t.start()
for t in threads: t.join()
print("\n".join(firsts))
print(len(bad), "bad", bad[:3], file=sys.stderr)
sys.exit(1 if bad else 0)
