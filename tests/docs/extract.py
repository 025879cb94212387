"""Takes the examples out of the documents.

An example is a fenced block ```console in Markdown, or a run of .Dl lines in the manual's source. In a console block

    $ COMMAND         is typed at a prompt; MORE or "> MORE" goes on with it after a backslash or in a here-document
    name$ COMMAND     is typed in another terminal, the one of that name
    ^C, ^D            alone on a line, or at a prompt, are those keys
    name> TEXT        is typed in that terminal into the program that runs there
    OUTPUT            all other lines are what the terminal then shows; ... stands for anything

The lines of the manual have no prompt, and their output is not shown. Comments above a block (<!-- WORD: ... -->, or
.\\" WORD: ... in the manual) speak to this program:

    setup: COMMANDS   run before it, in the same directory
    check: REASON     not run, its command lines only go through ipcwire --check
    skip: REASON      no example of ipcwire at all
    need: TOOL...     skipped where one of these is missing; STRICT=1 makes that a failure

Every fenced block must be one or the other, and there are no indented ones: what is not covered is an error.
In tables, what stands in the column headed "ipcwire" goes through ipcwire --check.
"""
import re
from dataclasses import dataclass, field

COMMENT = re.compile(r'<!--\s*(setup|check|skip|need):\s*(.*?)\s*-->', re.S)
ROFF_COMMENT = re.compile(r'^\.\\"\s*(setup|check|skip|need):\s*(.*?)\s*$')
FENCE = re.compile(r'^( *)(```+)\s*(\S*)\s*$')
PROMPT = re.compile(r'^([a-z]*)\$ (.*)$')
TYPED = re.compile(r'^([a-z]+)> (.*)$')


@dataclass
class Step:
    terminal: str
    command: str = None     # typed at the prompt, or
    key: str = None         # 'C' or 'D', or
    text: str = None        # typed into what runs there
    wanted: list = field(default_factory=list)


@dataclass
class Block:
    where: str              # FILE:LINE
    steps: list
    notes: dict             # setup, check, skip, need
    shows_output: bool = True


@dataclass
class Row:
    where: str
    line: str


class NotCovered(Exception):
    pass


def steps_of(lines, where):
    steps = []
    for line in lines:
        prompt, typed = PROMPT.match(line), TYPED.match(line)
        if steps and is_open(steps[-1]):
            steps[-1].command += '\n' + line.removeprefix('> ')
        elif prompt and prompt[2] in ('^C', '^D'):
            steps.append(Step(prompt[1], key=prompt[2][1]))
        elif prompt:
            steps.append(Step(prompt[1], prompt[2]))
        elif typed and any(step.terminal == typed[1] for step in steps):
            steps.append(Step(typed[1], text=typed[2]))
        elif not steps:
            raise NotCovered(f'{where}: a console block begins with a prompt, "$ "')
        elif line in ('^C', '^D'):
            steps.append(Step(steps[-1].terminal, key=line[1]))
        else:
            steps[-1].wanted.append(line)
    return steps


def is_open(step):
    """Whether the shell waits for more of the command: a here-document, or a backslash at its end."""
    if step.command is None or step.wanted:
        return False
    words = re.findall(r"<<-?\s*'?\"?(\w+)", step.command)
    return step.command.endswith('\\') or any(word not in step.command.split('\n')[1:] for word in words)


def notes_of(text):
    return {word: value for word, value in COMMENT.findall(text)}


def table_cells(line):
    cells = re.split(r'(?<!\\)\|', line.strip().strip('|'))
    return [cell.strip().replace('\\|', '|') for cell in cells]


def markdown(path, name):
    """Blocks and rows of one file, in order."""
    blocks, rows = [], []
    lines = open(path, encoding='utf-8').read().split('\n')
    above, column, i = '', None, 0
    while i < len(lines):
        where = f'{name}:{i + 1}'
        fence = FENCE.match(lines[i])
        if fence:
            indent, ticks, kind = fence.groups()
            end = next((j for j in range(i + 1, len(lines)) if lines[j].strip() == ticks), None)
            if end is None:
                raise NotCovered(f'{where}: the block has no end')
            notes = notes_of(above)
            body = [line[len(indent):] if line.startswith(indent) else line for line in lines[i + 1:end]]
            if 'skip' not in notes:
                if kind != 'console':
                    raise NotCovered(f'{where}: a block "{kind}" is not run; make it a console block, or say <!-- skip: WHY -->')
                blocks.append(Block(where, steps_of(body, where), notes))
            above, i = '', end + 1
            continue
        if lines[i].startswith('    ') and above.strip() == '' and i > 0 and lines[i - 1] == '':
            if not in_list(lines, i):
                raise NotCovered(f'{where}: an indented block is not run; make it a console block')
        if lines[i].startswith('|'):
            cells = table_cells(lines[i])
            if i + 1 < len(lines) and re.match(r'^\|[-| :]+\|$', lines[i + 1]):
                column = cells.index('ipcwire') if 'ipcwire' in cells else None
            elif column is not None and not re.match(r'^\|[-| :]+\|$', lines[i]):
                for code in re.findall(r'(?<!`)(`+)(.+?)\1(?!`)', cells[column]):
                    if code[1].strip().startswith('ipcwire'):
                        rows.append(Row(where, code[1].strip()))
        # A comment counts for the block below it, with nothing but blank lines between.
        if lines[i].strip().startswith('<!--'):
            above = ''
            while True:
                above += lines[i] + '\n'
                if '-->' in lines[i] or i + 1 == len(lines):
                    break
                i += 1
            j = i + 1
            while j < len(lines) and (lines[j] == '' or lines[j].strip().startswith('<!--')):
                above += lines[j] + '\n'
                j += 1
            i = j
            continue
        if lines[i] != '':
            above = ''
        i += 1
    return blocks, rows


def in_list(lines, i):
    """Whether an indented line goes on a list item above it."""
    for line in reversed(lines[:i]):
        if re.match(r'^ *([-*]|\d+\.) ', line):
            return True
        if line and not line.startswith(' '):
            return False
    return False


def manual(path, name):
    blocks, lines, notes, start = [], [], {}, 0
    source = open(path, encoding='utf-8').read().split('\n')
    for number, line in enumerate(source + ['.end'], 1):
        comment = ROFF_COMMENT.match(line)
        if line.startswith('.Dl '):
            start = start or number
            lines.append(re.sub(r'\\-', '-', line[4:]).replace('\\(aq', "'").replace('\\e', '\\').replace('\\&', ''))
            continue
        if lines:
            if 'skip' not in notes:
                steps = [Step('', text) for text in lines]
                blocks.append(Block(f'{name}:{start}', steps, notes, shows_output=False))
            lines, notes, start = [], {}, 0
        if comment:
            notes[comment[1]] = comment[2]
    return blocks, []


def examples(path, name):
    return (manual if path.endswith('.in') or path.endswith('.1') else markdown)(path, name)
