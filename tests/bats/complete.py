"""Completes command lines in a real interactive shell on a terminal: complete.py bash|zsh SCRIPT <LINES

Types each line and a TAB, and prints what the line has become. The shell writes it to a FIFO when it is given Ctrl-G, so
that nothing has to be read from the screen.
"""
import os
import pty
import select
import sys

BASH = r"""
set +o histexpand; PS1=''; bind 'set bell-style none'; bind 'set page-completions off'; bind 'set completion-query-items 0'
complete_show() { printf '%s\n' "$READLINE_LINE" >answer; READLINE_LINE='' READLINE_POINT=0; }
bind -x '"\C-g": complete_show'
. '@SCRIPT@'
printf 'ready\n' >answer
"""
ZSH = r"""
PS1='' RPS1='' LISTMAX=10000; unsetopt beep promptsp banghist; setopt nolistambiguous noautomenu
fpath=('@DIR@' $fpath); autoload -Uz compinit; compinit -u -D
complete_show() { print -r -- "$BUFFER" >answer; BUFFER= }
zle -N complete_show; bindkey '^G' complete_show
print ready >answer
"""
SHELLS = {
    'bash': (['bash', '--norc', '--noprofile', '-i'], BASH),
    'zsh': (['zsh', '-f', '-i'], ZSH),
}
DEADLINE = 30


def wait_for_answer(fifo, fd):
    """Reads the terminal away until a line comes through the FIFO."""
    line = b''
    while not line.endswith(b'\n'):
        ready, _, _ = select.select([fifo, fd], [], [], DEADLINE)
        if not ready:
            sys.exit('complete.py: the shell does not answer')
        if fd in ready:
            os.read(fd, 65536)
        if fifo in ready:
            line += os.read(fifo, 65536)
    return line.decode()[:-1]


def main():
    argv, setup = SHELLS[sys.argv[1]]
    setup = setup.replace('@SCRIPT@', sys.argv[2]).replace('@DIR@', os.path.dirname(sys.argv[2]))
    os.mkfifo('answer')
    fifo = os.open('answer', os.O_RDWR)
    with open('setup', 'w') as f:
        f.write(setup)
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(argv[0], argv)
    os.write(fd, b'. ./setup\n')
    wait_for_answer(fifo, fd)
    for line in sys.stdin:
        os.write(fd, line.rstrip('\n').encode() + b'\t\x07')
        print(wait_for_answer(fifo, fd))
    os.write(fd, b'exit\n')
    os.close(fd)
    os.waitpid(pid, 0)


main()
