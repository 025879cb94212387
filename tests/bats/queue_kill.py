#!/usr/bin/env python3
"""queue_kill.py IPCWIRE N [SECONDS]: N jobs for 8 workers that are killed all the time, and now and then their ipcwire.

Every job must be done at least once, none may be lost, and only jobs that were being worked on at a kill may be done twice. The
workers note in one file, each line in one write, when they begin and when they are done."""
import os, random, signal, subprocess, sys, time

ipcwire, count, limit = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 600
random.seed(6)
WORKER = (r'read job; echo "begin $job $$ $IPCWIRE_MSG_ID" >>log; sleep 0.0$(($$ % 3)); '
          r'echo "end $job $$ $IPCWIRE_MSG_ID" >>log')


def start():
    return subprocess.Popen([ipcwire, "queue:q,jobs=8,attempts=none,delay=20ms", "--", "sh", "-c", WORKER],
                            stdin=subprocess.DEVNULL, stderr=open("err", "ab"))


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return [int(p) for p in f.read().split()]
    except OSError:
        return []


def done():
    with open("log") as f:
        return sum(line.startswith("end") for line in f)


def empty():
    return not os.listdir("q/new") and not os.listdir("q/work")


# A message that goes back from work/ to new/ between the two looks would be seen in neither.
def all_done():
    if not empty():
        return False
    hold()
    try:
        return empty()
    finally:
        server.send_signal(signal.SIGCONT)


def hold():
    server.send_signal(signal.SIGSTOP)
    os.waitpid(server.pid, os.WUNTRACED)


with subprocess.Popen([ipcwire, "-", "queue:q"], stdin=subprocess.PIPE) as producer:
    producer.stdin.write("".join(f"{i}\n" for i in range(count)).encode())
    producer.stdin.close()
assert producer.returncode == 0, "the producer failed"
open("log", "w").close()
# What was being worked on at a kill: by the worker's process, or by the message that was in work/ when its ipcwire was killed.
server, killed, held, kills, restarts, began = start(), set(), [], 0, 0, time.monotonic()
before = 0
while not all_done() and time.monotonic() - began < limit:
    time.sleep(0.05)
    if done() == before:
        continue  # where beginning takes longer than we would let them live, nothing would ever be done
    before = done()
    if random.random() < 0.05:
        hold()  # so that what is in work/ is what it has
        held += [name.split(",")[0] for name in os.listdir("q/work")]
        server.kill()
        server.wait()
        restarts += 1
        server = start()
        continue
    victims = children(server.pid)
    if victims:
        victim = random.choice(victims)
        try:
            os.kill(victim, signal.SIGKILL)
            killed.add(victim)
            kills += 1
        except ProcessLookupError:
            pass
took = time.monotonic() - began
server.terminate()
status = server.wait()

begun, ended = {}, {}
with open("log") as f:
    for line in f:
        what, job, pid, message = line.split()
        (begun if what == "begin" else ended).setdefault(int(job), []).append((int(pid), message))
lost = [j for j in range(count) if j not in ended]
# A second run is right only if an earlier one was cut short.
wrong = [j for j, runs in begun.items() if len(runs) - 1 > sum(p in killed for p, _ in runs) + held.count(runs[0][1])]
twice = sum(len(p) > 1 for p in ended.values())
dead = len(os.listdir("q/dead"))
print(f"{count} jobs, {kills} workers and {restarts} ipcwires killed, {took:.1f} s, {sum(map(len, begun.values()))} runs, "
      f"{twice} done twice; lost {len(lost)}, repeated without a kill {len(wrong)}, dead {dead}, status {status}")
sys.exit(bool(lost or wrong or dead or not empty() or status not in (0, -15)))
