# Checks what comes on standard input against the text format of Prometheus, version 0.0.4, strictly; prints its samples.
import re
import sys

NAME = r'[a-zA-Z_:][a-zA-Z0-9_:]*'
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(r'(%s)(?:\{(%s(?:,%s)*)\})? (\S+)' % (NAME, LABEL, LABEL))

text = sys.stdin.buffer.read().decode('utf-8')
assert text.endswith('\n'), 'the last line has no end'
helps, types, seen, current = {}, {}, set(), None
for line in text[:-1].split('\n'):
    if line.startswith('# HELP '):
        name, help_text = line[7:].split(' ', 1)
        assert re.fullmatch(NAME, name) and help_text and name not in helps, line
        assert name.startswith('ipcwire_'), line
        helps[name] = help_text
        current = name
    elif line.startswith('# TYPE '):
        name, kind = line[7:].split(' ')
        assert name == current and name not in types and kind in ('counter', 'gauge'), line
        assert kind == ('counter' if name.endswith('_total') else 'gauge'), line
        types[name] = kind
    else:
        m = SAMPLE.fullmatch(line)
        assert m, line
        assert m[1] == current and m[1] in types, 'samples of one name stand together: ' + line
        assert (m[1], m[2]) not in seen, 'twice: ' + line
        seen.add((m[1], m[2]))
        assert float(m[3]) >= 0, line
        print(line)
assert set(helps) == set(types) == {n for n, _ in seen}
