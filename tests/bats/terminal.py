"""What a command prints on a terminal of COLUMNS: terminal.py COLUMNS COMMAND...; escapes are left in, CR is taken out."""
import fcntl
import os
import pty
import struct
import sys
import termios

pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
out = b''
while True:
    try:
        some = os.read(fd, 65536)
    except OSError:
        break
    if not some:
        break
    out += some
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.buffer.write(out.replace(b'\r\n', b'\n'))
sys.exit(status)
