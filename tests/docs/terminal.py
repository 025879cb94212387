"""A terminal with an interactive bash in it, as a reader has one who tries the examples."""
import ctypes
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

# The prompt is found by this byte; between two of it stands the status of the last command.
MARK = '\x1d'
PROMPT = re.compile(MARK + r'(\d+)' + MARK)
COLOURS = re.compile(r'\x1b\[[0-9;]*m')
# What bash says about jobs: numbers of processes, and their ends.
NOTICE = re.compile(r'^\[\d+\][-+ ]*(\d+|(Done|Exit|Terminated|Killed|Hangup|Interrupt|Running|Stopped|Broken)\b.*)$')


class TooLate(Exception):
    pass


def state_of(task):
    """Name and state of a thread, as stat(5) of proc has them."""
    with open(f'{task}/stat') as lines:
        stat = lines.read()
    return stat[stat.index('(') + 1:stat.rindex(')')], stat[stat.rindex(')') + 2]


def descendants(pid):
    """The processes below it; those that it has lost do not count."""
    found, new = [], [str(pid)]
    while new:
        try:
            with open(f'/proc/{new[0]}/task/{new[0]}/children') as children:
                new += children.read().split()
        except OSError:
            pass
        found.append(new.pop(0))
    return found[1:]


def adopt_strays():
    """What has lost its parent, as servers do whom a shell has started that is over, is found below this process."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)     # PR_SET_CHILD_SUBREAPER


class Terminal:
    shells = set()      # of all terminals

    def __init__(self, directory, environment):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self.become_bash(directory, environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', 30, 120, 0, 0))
        os.set_blocking(self.fd, False)
        self.shells.add(self.pid)
        self.text, self.busy, self.status = '', True, 0
        self.wait(lambda: not self.busy, 20)
        self.text = ''

    @staticmethod
    def become_bash(directory, environment):
        try:
            os.chdir(directory)
            # What Python ignores a reader's shell does not, and it has no descriptors of ours.
            for number in (signal.SIGPIPE, signal.SIGXFSZ):
                signal.signal(number, signal.SIG_DFL)
            os.closerange(3, 256)
            mode = termios.tcgetattr(0)
            mode[1] &= ~termios.OPOST
            mode[3] &= ~termios.ECHO
            termios.tcsetattr(0, termios.TCSANOW, mode)
            bash = ['bash', '--norc', '--noprofile', '--noediting', '-i']
            os.execvpe('bash', bash, dict(environment, PS1=f'{MARK}$?{MARK}', PS2='', HISTFILE=''))
        finally:
            os._exit(127)

    def read(self, seconds):
        """Takes in what is shown within that time, or at once when there is something."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return
        try:
            data = os.read(self.fd, 65536)
        except BlockingIOError:
            return
        except OSError:
            data = b''
        if not data:
            raise TooLate('the terminal is gone')
        self.text += data.decode('utf-8', 'backslashreplace')
        prompts = PROMPT.findall(self.text)
        if prompts:
            self.busy, self.status = False, int(prompts[-1])
            self.text = PROMPT.sub('', self.text)

    def take_rest(self):
        """All that has been shown: who looks for the end of a process may see that before what it has said."""
        for _ in range(100):
            if not select.select([self.fd], [], [], 0)[0]:
                return
            self.read(0)

    def wait(self, condition, seconds):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            self.read(0.02)
        return True

    def type(self, text):
        self.busy = True
        os.write(self.fd, (text + '\n').encode())

    def press(self, key):
        os.write(self.fd, bytes([ord(key) - 64]))

    def shown(self):
        """What the last command has shown, without what bash and the terminal add."""
        lines = COLOURS.sub('', self.text.replace('\r', '')).split('\n')
        return [line for line in lines if not NOTICE.match(line)]

    def is_at_rest(self):
        """Whether all processes of this terminal, but bash itself, and all others of the block wait for something."""
        found, below = False, set(descendants(self.pid))
        for pid in descendants(os.getpid()):
            if int(pid) in self.shells:
                continue
            try:
                states = [state_of(f'/proc/{pid}/task/{task}') for task in os.listdir(f'/proc/{pid}/task')]
            except OSError:
                return False
            if all(state in 'ZX' for _, state in states):
                continue
            found = found or pid in below
            if any(state not in 'ST' for _, state in states):
                return False
            # It has forked, and what it is to become has not begun yet; or it waits for a child of its own.
            if states[0][0] == 'bash' and not descendants(int(pid)):
                return False
        return found or not self.busy

    def settle(self, seconds):
        """Until the last command has ended, or has nothing to do for the moment."""
        calm, end = 0, time.monotonic() + seconds
        while calm < 8 and time.monotonic() < end:
            self.read(0.01)
            calm = calm + 1 if self.is_at_rest() else 0

    def close(self):
        os.close(self.fd)
        try:
            os.kill(self.pid, 1)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        self.shells.remove(self.pid)
