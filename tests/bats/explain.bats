#!/usr/bin/env bats
# --explain: pictures of every topology, in the character set and the width of who looks; --explain=dot is what dot(1) reads.

load helpers

setup_test() {
	export LC_ALL=C.UTF-8
}

# drawn ARG... <<PICTURE: --explain prints exactly that.
drawn() {
	cat >want
	"$IPCWIRE" --explain "$@" >got
	diff want got
}

# A check of our own where graphviz is missing: statements, names, strings, attributes.
check_dot() {
	need python3
	python3 - "$1" <<-'END'
		import re, sys
		text = open(sys.argv[1], encoding='utf-8').read()
		string = r'"(?:[^"\\\n]|\\.)*"'
		attributes = r'\[\w+=(?:%s|[\w.]+)(?:, \w+=(?:%s|[\w.]+))*\]' % (string, string)
		statement = r'(?:rankdir=LR|node %s|\w+=(?:%s|\w+)|\w+ %s|\w+ -> \w+ %s);' % (attributes, string, attributes, attributes)
		lines = [line.strip() for line in text.splitlines()]
		assert lines[0] == 'digraph ipcwire {' and lines[-1] == '}', text
		depth = 1
		for line in lines[1:]:
		    if re.fullmatch(r'subgraph cluster_\w+ \{', line):
		        depth += 1
		    elif line == '}':
		        depth -= 1
		    else:
		        assert depth > 0 and re.fullmatch(statement, line), line
		assert depth == 0
		nodes = set(re.findall(r'^\s*(\w+) \[', text, re.M))
		edges = re.findall(r'^\s*(\w+) -> (\w+) ', text, re.M)
		assert all(a in nodes and b in nodes for a, b in edges), edges
		print(len(edges))
	END
	! command -v dot >/dev/null || dot -Tsvg "$1" >svg
}

# dot_edges N ARG...: valid, with so many edges.
dot_edges() {
	local n=$1
	shift
	"$IPCWIRE" --explain=dot "$@" >graph
	[ "$(check_dot graph)" = "$n" ]
}

@test "a wire" {
	drawn exec:cat exec:'sort -n' <<-'END'
		exec:cat ══direct══▶ exec:sort -n    (descriptor handed over; nothing to copy)
		exec:cat ◀══direct══ exec:sort -n    (descriptor handed over; nothing to copy)
	END
	dot_edges 2 exec:cat exec:'sort -n'
}

@test "one way, both letters" {
	drawn -u exec:cat create:out <<-'END'
		exec:cat ══direct══▶ create:out    (descriptor handed over; nothing to copy)
	END
	drawn -U create:out exec:cat <<-'END'
		create:out ◀══direct══ exec:cat    (descriptor handed over; nothing to copy)
	END
	dot_edges 1 -u exec:cat create:out
	[ ! -e out ]
}

@test "halves: each direction shows its own" {
	drawn 'fifo:in!!fifo:out' exec:cat <<-'END'
		fifo:in  ══direct══▶ exec:cat    (descriptor handed over; nothing to copy)
		fifo:out ◀══direct══ exec:cat    (descriptor handed over; nothing to copy)
	END
	dot_edges 2 'fifo:in!!fifo:out' exec:cat
	[ ! -e in ]
}

@test "sessions of a listener" {
	drawn tcp-listen:7000,each -- cat <<-'END'
		tcp-listen:7000,each ──each──▶ session
		  client ══direct══▶ exec:cat    (descriptor handed over; nothing to copy)
		  client ◀══direct══ exec:cat    (descriptor handed over; nothing to copy)
	END
	dot_edges 3 tcp-listen:7000,each -- cat
}

@test "a chain" {
	drawn --chain text:x exec:cat exec:sort create:out <<-'END'
		text:x    ──copy────▶ exec:cat      (one end has no descriptor)
		exec:cat  ══direct══▶ exec:sort     (descriptor handed over; nothing to copy)
		exec:sort ══direct══▶ create:out    (descriptor handed over; nothing to copy)
	END
	dot_edges 3 --chain text:x exec:cat exec:sort create:out
}

@test "one to many" {
	drawn --tee text:x create:one create:two create:three <<-'END'
		text:x ──copy──┬▶ create:one      (more than two ends)
		               ├▶ create:two
		               └▶ create:three
	END
	dot_edges 3 --tee text:x create:one create:two create:three
}

@test "many to one" {
	drawn --merge text:x exec:date create:out <<-'END'
		text:x    ─┬──copy──▶ create:out    (more than two ends)
		exec:date ─┘
	END
	dot_edges 2 --merge text:x exec:date create:out
}

@test "all among themselves" {
	drawn --hub tcp:h:1 exec:cat exec:./b <<-'END'
		tcp:h:1  ◀─▶┬──copy──    (more than two ends)
		exec:cat ◀─▶┤
		exec:./b ◀─▶┘
	END
	dot_edges 3 --hub tcp:h:1 exec:cat exec:./b
}

@test "plain ASCII where the locale is not UTF-8" {
	export LC_ALL=C
	drawn --tee text:x create:one create:tw$'\303\266' <<-'END'
		text:x --copy--+> create:one           (more than two ends)
		               +> create:tw\303\266
	END
	LC_ALL=C "$IPCWIRE" --explain tcp-listen:7000,each -- cat >got
	[ "$(LC_ALL=C grep -c '[^ -~]' got)" = 0 ]
}

@test "names that would break the graph or the terminal do not" {
	dot_edges 1 -u text:x $'create:a\\";\\\\b\033c\n\303\266'
	[ "$(grep -c $'\033' graph)" = 0 ]
	"$IPCWIRE" --explain -u text:x $'create:a\033c\n' >got
	[ "$(wc -l <got)" = 1 ]
	[ "$(grep -c $'\033' got)" = 0 ]
}

@test "it fits terminals of 40, 80 and 200 columns, in both character sets" {
	need python3
	local columns locale args long=unix-listen:/run/user/1000/a-rather/long/path/to/some.sock
	for columns in 40 80 200; do
		for locale in C C.UTF-8; do
			for args in "$long,each exec:./a-program-with-a-long-name" "--tee text:x $long create:out" "--hub $long exec:cat" \
				"-B line - exec:cat"; do
				# shellcheck disable=SC2086 # words
				python3 "$ROOT/tests/bats/terminal.py" "$columns" env TERM=dumb LC_ALL="$locale" "$IPCWIRE" \
					--explain $args >shown
				[ -s shown ]
				python3 -c 'import sys; assert max(len(l.rstrip()) for l in open("shown", encoding="utf-8")) <= int(sys.argv[1])' \
					"$columns"
			done
		done
	done
}

@test "colours on a terminal only, and never with NO_COLOR or TERM=dumb" {
	need python3
	python3 "$ROOT/tests/bats/terminal.py" 80 env -u NO_COLOR TERM=xterm "$IPCWIRE" --explain null exec:cat >shown
	grep -q $'\033' shown
	for how in NO_COLOR=1 TERM=dumb; do
		python3 "$ROOT/tests/bats/terminal.py" 80 env TERM=xterm "$how" "$IPCWIRE" --explain null exec:cat >shown
		[ "$(grep -c $'\033' shown)" = 0 ]
	done
	TERM=xterm "$IPCWIRE" --explain null exec:cat 2>&1 | cat >shown
	[ "$(grep -c $'\033' shown)" = 0 ]
}
