"""A shell on a pseudo-terminal: terminal_hold.py TTY KEYS SCREEN COMMAND...; the terminal's name goes to the file TTY, what comes
through the FIFO KEYS is typed, what the terminal shows goes to the file SCREEN."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios

pid, master = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
    with open(sys.argv[1] + '.new', 'w') as f:
        f.write(os.ttyname(0) + '\n')
    os.rename(sys.argv[1] + '.new', sys.argv[1])
    os.execvp(sys.argv[4], sys.argv[4:])
keys = os.open(sys.argv[2], os.O_RDWR)
screen = os.open(sys.argv[3], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
while True:
    for fd in select.select([master, keys], [], [])[0]:
        try:
            some = os.read(fd, 65536)
        except OSError:
            some = b''
        if not some:
            os.waitpid(pid, 0)
            sys.exit(0)
        os.write(screen if fd == master else master, some)
