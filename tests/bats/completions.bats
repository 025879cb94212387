#!/usr/bin/env bats
# Completion in the real shells: bash and zsh on a terminal, fish by its own command. And no drift: what the three offer is what
# the tables have.

load helpers

setup_test() {
	export HOME=$PWD
	touch some-file 'a file'
	mkdir subdir
}

# Typed, and what becomes of it with one TAB. A trailing blank that a shell adds is not looked at.
cases() {
	cat <<-'END'
		ipcwire unix-lis|ipcwire unix-listen:
		ipcwire tcp-listen:7000,ea|ipcwire tcp-listen:7000,each
		ipcwire tcp-listen:7000,backl|ipcwire tcp-listen:7000,backlog=
		ipcwire TCP-LISTEN:7000,ea|ipcwire TCP-LISTEN:7000,each
		ipcwire tcp-listen:7000,maxch|ipcwire tcp-listen:7000,maxchildren=
		ipcwire tcp-conn|ipcwire tcp-connect:
		ipcwire --end fi|ipcwire --end first
		ipcwire --end=fi|ipcwire --end=first
		ipcwire --help=unix-lis|ipcwire --help=unix-listen
		ipcwire file:some-f|ipcwire file:some-file
		ipcwire file:sub|ipcwire file:subdir/
		ipcwire -u file:some-f|ipcwire -u file:some-file
		ipcwire ./some-f|ipcwire ./some-file
		ipcwire exec,chdir=sub|ipcwire exec,chdir=subdir/
		ipcwire exec,stderr=mer|ipcwire exec,stderr=merge
		ipcwire tcp:localh|ipcwire tcp:localhost:
		ipcwire tcp:h:1,keepalive=y|ipcwire tcp:h:1,keepalive=yes
		ipcwire fifo:x!!unix-l|ipcwire fifo:x!!unix-listen:
		ipcwire -,buff|ipcwire -,buffer=
		ipcwire - exec:mkfif|ipcwire - exec:mkfifo
		ipcwire -- mkfif|ipcwire -- mkfifo
		ipcwire -- cat some-f|ipcwire -- cat some-file
		ipcwire file:x,user=nobod|ipcwire file:x,user=nobody
		ipcwire repla|ipcwire replay
		ipcwire replay some-f|ipcwire replay some-file
	END
	[[ ! -r /etc/services ]] || echo 'ipcwire tcp:[::1]:gophe|ipcwire tcp:[::1]:gopher'
	# fish adds no '=', zsh takes the bracket for a pattern.
	[[ $1 == fish ]] || printf '%s\n' "ipcwire 'fifo:x!!unix-l|ipcwire 'fifo:x!!unix-listen:" \
		'ipcwire file:a\ f|ipcwire file:a\ file' 'ipcwire --timeo|ipcwire --timeout=' 'ipcwire replay --spee|ipcwire replay --speed='
	[[ $1 == zsh ]] || echo 'ipcwire tcp:[::|ipcwire tcp:[::1]:'
}

# judge SHELL: "got" has what became of the lines, one for one.
judge() {
	sed "s/[ ']*\$//" got >trimmed
	cases "$1" | cut -d '|' -f 2- >want
	[ "$(wc -l <want)" -ge 25 ]
	diff want trimmed
}

@test "bash completes on a terminal" {
	need python3
	cases bash | cut -d '|' -f 1 | python3 "$ROOT/tests/bats/complete.py" bash "$ROOT/completions/ipcwire.bash" >got
	judge bash
}

@test "zsh completes on a terminal" {
	need python3 zsh
	cases zsh | cut -d '|' -f 1 | python3 "$ROOT/tests/bats/complete.py" zsh "$ROOT/completions/_ipcwire" >got
	judge zsh
}

# It gives the candidates for the last word, and has no error to tell.
@test "fish completes" {
	need fish
	cases fish | cut -d '|' -f 1 >lines
	fish --no-config -c 'source $argv[1]
		while read -l line
			set -l candidates (complete -C $line | string replace -r "\t.*" "")
			echo (string replace -r "[^ ]*\$" "" -- $line)$candidates[1]
		end <lines' "$ROOT/completions/ipcwire.fish" >got 2>err
	[ ! -s err ]
	judge fish
}

@test "bash keeps to its dividers: without a colon among them the whole word is replaced" {
	bash -c '. "$1"; COMP_LINE="ipcwire tcp-listen:7000,ea" COMP_POINT=26 COMP_WORDS=(ipcwire tcp-listen:7000,ea) COMP_CWORD=1
		COMP_WORDBREAKS=" "; _ipcwire; printf "%s\n" "${COMPREPLY[@]}"' bash "$ROOT/completions/ipcwire.bash" >got
	[ "$(cat got)" = tcp-listen:7000,each ]
}

# ---- drift -------------------------------------------------------------------------------------------

# What the tables have: "KIND OPTION" with all names of both, and "--OPTION" and "-LETTER" of the command line.
tables() {
	"$IPCWIRE" --list=all | awk -F '\t' '
	function all(name, also) { return also == "-" ? name : name "," also }
	$1 == "option" { print "--" $2; if ($3 != "-") print "-" $3 }
	$1 == "verb" && $4 != "-" { print "--" $4 }
	$1 == "kind" { kind[$2] = all($2, $3) }
	$1 == "kind-option" { own[$2] = own[$2] " " all($3, $4) }
	$1 == "group-option" { shared[$2] = shared[$2] " " all($3, $4) }
	$1 == "kind-group" { own[$2] = own[$2] " @" $3 }
	END {
		for (k in kind) {
			nk = split(kind[k], names, ",")
			no = split(own[k], o, " ")
			for (i = 1; i <= no; i++) {
				list = o[i] ~ /^@/ ? shared[substr(o[i], 2)] : o[i]
				n = split(list, one, /[ ,]+/)
				for (j = 1; j <= n; j++)
					for (m = 1; m <= nk; m++)
						if (one[j] != "")
							print names[m] " " one[j]
			}
		}
	}' | LC_ALL=C sort -u
}

@test "drift: bash offers what the tables have, and nothing else" {
	tables >want
	bash -c '. "$1"
		for kind in $_ipcwire_kinds $_ipcwire_kind_aliases; do
			for set in $(_ipcwire_sets "${kind%:}"); do
				for option in $(_ipcwire_options "$set") $(_ipcwire_aliases "$set"); do
					echo "${kind%:} ${option%=}"
				done
			done
		done
		for option in $_ipcwire_general; do echo "${option%=}"; done' bash "$ROOT/completions/ipcwire.bash" |
		LC_ALL=C sort -u >got
	diff want got
}

@test "drift: zsh offers what the tables have, and nothing else" {
	need zsh
	tables >want
	zsh -f -c 'words=(ipcwire) CURRENT=1
		_arguments() { print -rl -- ${${${@:#-s}#\*}%%[\[=+]*} | grep "^-" }
		source $1
		_describe() { kinds_seen=($kinds $others) }
		_ipcwire_kinds
		for kind in ${${kinds_seen%%:*}:#}; do
			[[ $kind != *\\ ]] || kind=${kind%\\}
			_ipcwire_sets $kind
			for set in $reply; do
				names=() others=()
				_ipcwire_options $set
				for option in ${names%%:*} $others; do print -r -- "$kind ${option%=}"; done
			done
		done' zsh "$ROOT/completions/_ipcwire" | LC_ALL=C sort -u >got
	diff want got
}

@test "drift: fish offers what the tables have, and nothing else" {
	need fish
	tables >want
	fish --no-config -c 'source $argv[1]
		for kind in (__ipcwire_kinds | string replace -r "[:\t].*" "") (__ipcwire_kind_aliases | string replace -r ":.*" "")
			for set in (__ipcwire_sets $kind)
				for option in (__ipcwire_options $set | string replace -r "\t.*" "") (__ipcwire_aliases $set)
					echo $kind (string replace = "" -- $option)
				end
			end
		end
		complete -c ipcwire | string match -r -g -- " -l (\S+).*__ipcwire_in_wire" | string replace -r "^" -- --
		complete -c ipcwire | string match -r -g -- " -s (\S+).*__ipcwire_in_wire" | string replace -r "^" -- -
		' "$ROOT/completions/ipcwire.fish" 2>err | LC_ALL=C sort -u >got
	[ ! -s err ]
	diff want got
}

@test "drift: all three offer the commands with their options, and nothing else" {
	need zsh fish
	"$IPCWIRE" --list=all | awk -F '\t' '$1 ~ /^command-(option|general)$/ { print $2 " --" $3 }' | LC_ALL=C sort -u >want
	[ -s want ]
	bash -c '. "$1"; for c in $_ipcwire_commands; do for o in $(_ipcwire_command_options "$c"); do echo "$c ${o%=}"; done; done' \
		bash "$ROOT/completions/ipcwire.bash" | LC_ALL=C sort -u >bash.got
	diff want bash.got
	zsh -f -c 'words=(ipcwire) CURRENT=1
		_arguments() { for o in ${(M)${${${@:#-s}#\*}%%[\[=+]*}:#--*}; do print -r -- $command $o; done }
		source $1
		_describe() { for command in ${names%%:*}; do _ipcwire_command $command; done }
		_ipcwire_command_names' zsh "$ROOT/completions/_ipcwire" | grep '^[a-z]' | LC_ALL=C sort -u >zsh.got
	diff want zsh.got
	fish --no-config -c 'source $argv[1]
		for c in (__ipcwire_commands)
			complete -c ipcwire | string match -r -g -- " -l (\S+).*__ipcwire_in_command $c" | string replace -r "^" -- "$c --"
		end' "$ROOT/completions/ipcwire.fish" | LC_ALL=C sort -u >fish.got
	diff want fish.got
}

@test "drift: the manual has what the tables have, and nothing else" {
	"$IPCWIRE" --list=all | awk -F '\t' '$1 == "option" { print "--" $2 }
		$1 ~ /^(kind|group)-option$/ { print $3 }' | LC_ALL=C sort -u >want
	sed -e 's/\\-/-/g' "$ROOT/doc/ipcwire.1" | awk '
		/^\.Sh/ { in_general = $2 == "OPTIONS" && NF == 2; in_kinds = $0 ~ /OPTIONS OF ADDRESSES/ }
		in_general && sub(/^\.It.*Fl Fl /, "") { print "--" $1 }
		in_kinds && sub(/^\.It Cm /, "") { print $1 }' | LC_ALL=C sort -u >got
	diff want got
	"$IPCWIRE" --list=kinds | cut -f 2 | while read -r kind; do
		grep -qE "^\.It Cm ${kind//-/\\\\-}(\\[|[: ]|\$)" "$ROOT/doc/ipcwire.1" || [ "$kind" = stdio ]
	done
}

@test "drift: the parser knows every option of the tables" {
	local kind option n=0
	tables >all
	while read -r kind option; do
		[[ $kind != -* ]] || continue
		run "$IPCWIRE" --check "$kind:1:2,$option" null
		[[ $output != *"unknown option"* ]] || {
			echo "$kind,$option: $output"
			return 1
		}
		n=$((n + 1))
	done < <(shuf -n 150 all)
	[ "$n" -gt 50 ]
	run "$IPCWIRE" --check null,no-such-option null
	[[ $output == *"unknown option"* ]]
}
