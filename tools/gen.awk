# Makes the lists of the manual and the completions from what `ipcwire --list=all` prints.
#
#   awk -f gen.awk -v out=man LIST doc/ipcwire.1.in     the template, its marker lines replaced
#   awk -f gen.awk -v out=bash|zsh|fish LIST
#
# LIST has one entry a line, its fields separated by one TAB each, "-" for an empty one:
#
#   option        NAME LETTER VALUE TYPE DEFAULT HELP               a general option
#   kind          NAME ALIASES SYNTAX EXAMPLE FLAGS HELP
#   kind-option   KIND NAME ALIASES VALUE TYPE DEFAULT HELP         an option of that kind alone
#   group         GROUP HELP
#   group-option  GROUP NAME ALIASES VALUE TYPE DEFAULT HELP        an option that kinds share
#   kind-group    KIND GROUP                                        the kind has that group
#   status        CODE MEANING                                      an exit status
#
# ALIASES and FLAGS are separated by commas. VALUE is what the value is called: SIZE, TIME, FILE, DIR, ...;
# words to choose from are both|first|left; a value that may be left out is in brackets: [text|json]; "-":
# the option takes none. An option of TYPE bool is a yes/no one that may stand alone. A kind with the
# flag "path" takes a file name as its parameter. Order is kept.
#
# Marker lines of the template:  .\" @options@  .\" @kinds@  .\" @kind-options@  .\" @groups@  .\" @statuses@

BEGIN {
	FS = "\t"
	if (out !~ /^(man|bash|zsh|fish)$/)
		fatal("-v out= must be man, bash, zsh or fish")
}

FNR == 1 { nfile++ }
nfile == 1 { read_entry(); next }
out == "man" { man_line($0) }

END {
	if (failed)
		exit 1
	if (nkinds == 0 || noptions == 0)
		fatal("no kinds or no options in the list")
	if (out == "bash")
		bash_all()
	else if (out == "zsh")
		zsh_all()
	else if (out == "fish")
		fish_all()
}

function fatal(text) {
	print "gen.awk: " text > "/dev/stderr"
	failed = 1
	exit 1
}

# ---- reading -----------------------------------------------------------------------------------------

function want(n) {
	if (NF != n)
		fatal("line " FNR ": " $1 " has " NF " fields instead of " n)
}
function field(i) { return $i == "-" ? "" : $i }

# The general options and those of a kind or group are kept in the same arrays, under an owner:
# "" for the general ones, "kind NAME", "group NAME". first is the field that holds the name.
function read_option(owner, first,    o) {
	count[owner]++
	o = owner SUBSEP count[owner]
	name[o] = $first
	also[o] = field(first + 1)
	value[o] = field(first + 2)
	type[o] = $(first + 3)
	def[o] = field(first + 4)
	help[o] = $(first + 5)
}

function read_entry() {
	if ($1 == "option") {
		want(7)
		noptions++
		read_option("", 2)
	} else if ($1 == "kind") {
		want(7)
		kinds[++nkinds] = $2
		kind_also[$2] = field(3)
		kind_syntax[$2] = $4
		kind_example[$2] = field(5)
		kind_flags[$2] = "," field(6) ","
		kind_help[$2] = $7
	} else if ($1 == "kind-option") {
		want(8)
		read_option("kind " $2, 3)
	} else if ($1 == "group") {
		want(3)
		groups[++ngroups] = $2
		group_help[$2] = $3
	} else if ($1 == "group-option") {
		want(8)
		read_option("group " $2, 3)
	} else if ($1 == "kind-group") {
		want(3)
		kind_group[$2, ++nkind_groups[$2]] = $3
		group_kinds[$3] = group_kinds[$3] (group_kinds[$3] == "" ? "" : " ") $2
	} else if ($1 == "status") {
		want(3)
		status_code[++nstatuses] = $2
		status_text[nstatuses] = $3
	} else
		fatal("line " FNR ": what is '" $1 "'?")
}

# ---- manual ------------------------------------------------------------------------------------------

function man_line(line) {
	if (line !~ /^\.\\" @[a-z-]+@$/) {
		# The template's own comments are about it, not about the page.
		if (line !~ /^\.\\"/ || line ~ /Copyright/)
			print line
		return
	}
	if (line ~ /@options@/)
		man_general()
	else if (line ~ /@kinds@/)
		man_kinds()
	else if (line ~ /@kind-options@/)
		man_kind_options()
	else if (line ~ /@groups@/)
		man_groups()
	else if (line ~ /@statuses@/)
		man_statuses()
	else
		fatal("unknown marker: " line)
}

# Text on a line of its own: backslashes, a dot or quote that begins it.
function man_text(s) {
	gsub(/\\/, "\\e", s)
	if (s ~ /^[.']/)
		s = "\\&" s
	return s
}
# One argument of a macro: no delimiter and no macro by itself.
function man_arg(s) {
	gsub(/\\/, "\\e", s)
	gsub(/"/, "\\(dq", s)
	gsub(/-/, "\\-", s)
	if (s ~ /^[][().,:;?!|]$/ || s ~ /^[A-Z][a-z]$/)
		s = "\\&" s
	return s ~ / / ? "\"" s "\"" : s
}
function man_upper_first(s) { return toupper(substr(s, 1, 1)) substr(s, 2) }

# "tcp:HOST:PORT" as macro arguments: capitals are the user's, all else is typed as it is.
function man_syntax(s,    r, part, macro, colon, bar) {
	while (s != "") {
		macro = match(s, /^[A-Z][A-Z0-9_]*/) ? "Ar" : "Cm"
		if (macro == "Cm")
			match(s, /^[^A-Z]+/)
		part = substr(s, 1, RLENGTH)
		s = substr(s, RLENGTH + 1)
		colon = sub(/:$/, "", part)
		bar = sub(/\|$/, "", part)
		gsub(/^ +| +$/, "", part)
		if (part != "")
			r = r (r == "" ? "" : " Ns ") macro " " man_arg(part)
		if (colon)
			r = r " :"
		if (bar)
			r = r " Ns \\(ba"
	}
	return r
}

# What follows the name of an option: "= VALUE", in brackets when it may be left out.
function man_assign(o,    v) {
	v = value[o]
	if (v == "" || type[o] == "bool")
		return ""
	if (v ~ /^\[.*\]$/)
		return " Ns Op = Ns " man_syntax(substr(v, 2, length(v) - 2))
	return " Ns = Ns " man_syntax(v)
}

function man_help(o) {
	print man_text(man_upper_first(help[o])) "."
	if (def[o] != "" && def[o] != "no")
		print "Default:\n.Ql " man_arg(def[o]) " ."
}

function man_general(    i, o, item) {
	print ".Bl -tag -width Ds"
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		item = ".It "
		if (also[o] != "") {
			item = item "Fl " also[o]
			if (man_assign(o) != "" && value[o] !~ /^\[/)
				item = item " " man_syntax(value[o])
			item = item " , "
		}
		print item "Fl Fl " man_arg(name[o]) man_assign(o)
		man_help(o)
	}
	print ".El"
}

function man_kinds(    i, j, k) {
	print ".Bl -tag -width Ds"
	for (i = 1; i <= nkinds; i++) {
		k = kinds[i]
		print ".It " man_syntax(kind_syntax[k])
		print man_text(man_upper_first(kind_help[k])) "."
		if (kind_also[k] != "")
			man_also(kind_also[k])
		if (kind_example[k] != "")
			print "Example:\n.Ql " man_arg(kind_example[k]) " ."
		if (nkind_groups[k] > 0) {
			print "Option groups:"
			for (j = 1; j <= nkind_groups[k]; j++)
				print ".Em " man_arg(kind_group[k, j]) (j < nkind_groups[k] ? " ," : " .")
		}
	}
	print ".El"
}

function man_also(list,    n, i, a) {
	n = split(list, a, ",")
	print "Also:"
	for (i = 1; i <= n; i++)
		print ".Cm " man_arg(a[i]) (i < n ? " ," : " .")
}

function man_option_list(owner,    i, o) {
	print ".Bl -tag -width Ds -compact"
	for (i = 1; i <= count[owner]; i++) {
		o = owner SUBSEP i
		print ".It Cm " man_arg(name[o]) man_assign(o)
		man_help(o)
		if (also[o] != "")
			man_also(also[o])
	}
	print ".El"
}

# Two owners with the same signature have the same options.
function signature(owner,    i, o, s) {
	for (i = 1; i <= count[owner]; i++) {
		o = owner SUBSEP i
		s = s "\n" name[o] "\t" also[o] "\t" value[o] "\t" type[o] "\t" def[o] "\t" help[o]
	}
	return s
}

# Kinds of one family share their table: they are listed together.
function man_kind_options(    i, j, k, s, title, done) {
	for (i = 1; i <= nkinds; i++) {
		k = kinds[i]
		s = signature("kind " k)
		if (s == "" || s in done)
			continue
		done[s] = 1
		title = k
		for (j = i + 1; j <= nkinds; j++)
			if (signature("kind " kinds[j]) == s)
				title = title ", " kinds[j]
		print ".Ss Options of " man_text(title)
		man_option_list("kind " k)
	}
}

function man_groups(    i, n, j, a) {
	for (i = 1; i <= ngroups; i++) {
		print ".Ss Options of the group \\(dq" man_text(groups[i]) "\\(dq"
		print man_text(man_upper_first(group_help[groups[i]])) "."
		print "It belongs to"
		n = split(group_kinds[groups[i]], a, " ")
		for (j = 1; j <= n; j++)
			print ".Cm " man_arg(a[j]) (j < n ? " ," : " .")
		man_option_list("group " groups[i])
	}
}

function man_statuses(    i) {
	print ".Bl -tag -width Ds"
	for (i = 1; i <= nstatuses; i++) {
		print ".It " man_arg(status_code[i])
		print man_text(man_upper_first(status_text[i])) "."
	}
	print ".El"
}

# ---- what the three completions share ------------------------------------------------------------------

function replaced(s, from, to,    i, r) {
	while ((i = index(s, from)) > 0) {
		r = r substr(s, 1, i - 1) to
		s = substr(s, i + length(from))
	}
	return r s
}

# A word for the shells, in single quotes; fish takes backslashes inside them.
function quoted(s) {
	if (out == "fish")
		return "'" replaced(replaced(s, "\\", "\\\\"), "'", "\\'") "'"
	return "'" replaced(s, "'", "'\\''") "'"
}

function names_of(k,    n) {
	n = kind_also[k]
	gsub(/,/, " ", n)
	return n == "" ? k : k " " n
}

# A kind that is written with a parameter is offered with its colon.
function kind_word(k, w) { return kind_syntax[k] ~ /:/ ? w ":" : w }

# The choices of a value: its words; @file, @dir, @user, @group, @bool for what the shell must find out.
function choices(o,    v, n, i, a, r) {
	v = value[o]
	gsub(/^\[|\]$/, "", v)
	if (v == "KIND")
		return joined_kinds()
	if (type[o] == "bool")
		return "yes no"
	if (type[o] == "user")
		return "@user"
	if (type[o] == "group")
		return "@group"
	if (v ~ /(^|=)(FILE|PATH)$/)
		return "@file"
	if (v ~ /(^|=)DIR$/)
		return "@dir"
	n = split(v, a, "[|,]")
	for (i = 1; i <= n; i++) {
		sub(/\[.*/, "", a[i])
		if (a[i] ~ /^[a-z][a-z0-9-]*$/ && (" " r " ") !~ (" " a[i] " "))
			r = r (r == "" ? "" : " ") a[i]
	}
	return r
}
function joined_kinds(    i, r) {
	for (i = 1; i <= nkinds; i++)
		r = r (i > 1 ? " " : "") kinds[i]
	return r
}
function needs_value(o) { return value[o] != "" && value[o] !~ /^\[/ && type[o] != "bool" }

# Calls emit_option for the kind's own options and those of its groups.
function each_option(k,    i, j, g) {
	for (i = 1; i <= count["kind " k]; i++)
		emit_option(k, "kind " k SUBSEP i)
	for (j = 1; j <= nkind_groups[k]; j++) {
		g = "group " kind_group[k, j]
		for (i = 1; i <= count[g]; i++)
			emit_option(k, g SUBSEP i)
	}
}

# Gathers for a kind: its options as the shell wants them, and the choices of their values.
function emit_option(k, o,    word, c, n, a, i) {
	word = name[o] (needs_value(o) ? "=" : "")
	if (out == "bash")
		line = line (line == "" ? "" : " ") word
	else if (out == "zsh")
		line = line "\n\t\t\t" quoted(zsh_colon(name[o]) (needs_value(o) ? "=" : "") ":" help[o])
	else
		line = line "\n\t\t\tprintf '%s\\t%s\\n' " quoted(word) " " quoted(help[o])
	c = choices(o)
	if (c == "")
		return
	n = split(name[o] (also[o] == "" ? "" : "," also[o]), a, ",")
	for (i = 1; i <= n; i++)
		if (!((a[i], c) in value_kinds)) {
			value_order[++nvalues] = a[i] SUBSEP c
			value_kinds[a[i], c] = names_of(k)
		} else
			value_kinds[a[i], c] = value_kinds[a[i], c] " " names_of(k)
}

# Fills options_of[kind], value_order and value_kinds.
function gather(    i) {
	for (i = 1; i <= nkinds; i++) {
		line = ""
		each_option(kinds[i])
		options_of[kinds[i]] = line
	}
}

function joined(list, separator, before, after,    n, i, a, r) {
	n = split(list, a, " ")
	for (i = 1; i <= n; i++)
		r = r (i > 1 ? separator : "") before a[i] after
	return r
}

# A case pattern for the kinds that know an option with these choices: all the names, "KIND,OPTION".
function value_pattern(i, separator,    part) {
	split(value_order[i], part, SUBSEP)
	return joined(value_kinds[value_order[i]], separator, "", "," part[1])
}
function value_choices(i,    part) {
	split(value_order[i], part, SUBSEP)
	return part[2]
}
function path_kinds(    i, r) {
	for (i = 1; i <= nkinds; i++)
		if (kind_flags[kinds[i]] ~ /,path,/)
			r = r (r == "" ? "" : " ") names_of(kinds[i])
	return r == "" ? "/" : r
}
function command_kinds(    i, r) {
	for (i = 1; i <= nkinds; i++)
		if (kind_flags[kinds[i]] ~ /,child,/)
			r = r (r == "" ? "" : " ") names_of(kinds[i])
	return r == "" ? "/" : r
}
function header(comment) {
	print comment " of ipcwire. Generated by tools/gen.awk: make gen."
}

# ---- bash --------------------------------------------------------------------------------------------

function bash_all(    i, j, n, a, o, words, long) {
	gather()
	header("# bash completion")
	print ""
	print "# The options that a kind takes in an address; '=' at the end: with a value."
	print "_ipcwire_options()\n{\n\tcase $1 in"
	for (i = 1; i <= nkinds; i++)
		if (options_of[kinds[i]] != "")
			print "\t" joined(names_of(kinds[i]), " | ", "", "") ") echo " quoted(options_of[kinds[i]]) " ;;"
	print "\tesac\n}\n"
	print "# What the value of an option (KIND,OPTION; general ones: --OPTION) can be."
	print "_ipcwire_values()\n{\n\tcase $1 in"
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		if (value[o] != "" && choices(o) != "")
			print "\t--" name[o] (also[o] == "" ? "" : " | -" also[o]) ") echo " quoted(choices(o)) " ;;"
	}
	for (i = 1; i <= nvalues; i++)
		print "\t" value_pattern(i, " | ") ") echo " quoted(value_choices(i)) " ;;"
	print "\tesac\n}\n"
	print "# General options whose value may be the next word."
	words = ""
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		if (needs_value(o))
			words = words (words == "" ? "" : " | ") "--" name[o] (also[o] == "" ? "" : " | -" also[o])
	}
	print "_ipcwire_takes_value()\n{\n\tcase $1 in\n\t" (words == "" ? "''" : words) ") return 0 ;;\n\tesac\n\treturn 1\n}\n"
	print "_ipcwire_takes_path()\n{\n\tcase $1 in\n\t" joined(path_kinds(), " | ", "", "") ") return 0 ;;\n\tesac\n\treturn 1\n}\n"
	print "_ipcwire_takes_command()\n{\n\tcase $1 in\n\t" joined(command_kinds(), " | ", "", "") ") return 0 ;;\n\tesac\n\treturn 1\n}\n"
	words = ""
	for (i = 1; i <= nkinds; i++) {
		n = split(names_of(kinds[i]), a, " ")
		for (j = 1; j <= n; j++)
			words = words (words == "" ? "" : " ") kind_word(kinds[i], a[j])
	}
	print "_ipcwire_kinds=" quoted(words)
	words = ""
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		if (also[o] != "")
			words = words " -" also[o]
		long = long " --" name[o] (needs_value(o) ? "=" : "")
	}
	print "_ipcwire_general=" quoted(substr(words long, 2))
	print ""
	bash_code()
}

function bash_code() {
	print "# Completes the choices $1 of a value that begins with $2; $3 stands before it in the word.\n" \
"_ipcwire_reply_values()\n" \
"{\n" \
"	local made\n" \
"	case $1 in\n" \
"	@file) made=$(compgen -f -- \"$2\") ;;\n" \
"	@dir) made=$(compgen -d -- \"$2\") ;;\n" \
"	@user) made=$(compgen -u -- \"$2\") ;;\n" \
"	@group) made=$(compgen -g -- \"$2\") ;;\n" \
"	*) made=$(compgen -W \"$1\" -- \"$2\") ;;\n" \
"	esac\n" \
"	_ipcwire_reply \"$3\" \"$made\"\n" \
"}\n" \
"\n" \
"# Adds the lines of $2, each with $1 before it.\n" \
"_ipcwire_reply()\n" \
"{\n" \
"	local one\n" \
"	[[ -n $2 ]] || return 0\n" \
"	while IFS= read -r one; do\n" \
"		COMPREPLY+=(\"$1$one\")\n" \
"	done <<<\"$2\"\n" \
"}\n" \
"\n" \
"_ipcwire_address()\n" \
"{\n" \
"	local word=$1 before='' kind last values\n" \
"	if [[ $word == *'!!'* ]]; then\n" \
"		before=${word%'!!'*}'!!'\n" \
"		word=${word##*'!!'}\n" \
"	fi\n" \
"	kind=${word%%[:,]*}\n" \
"	kind=${kind,,}\n" \
"	if [[ $word == *,* ]]; then\n" \
"		last=${word##*,}\n" \
"		before+=${word%,*},\n" \
"		if [[ $last == *=* ]]; then\n" \
"			values=$(_ipcwire_values \"$kind,${last%%=*}\")\n" \
"			_ipcwire_reply_values \"$values\" \"${last#*=}\" \"$before${last%%=*}=\"\n" \
"		else\n" \
"			_ipcwire_reply \"$before\" \"$(compgen -W \"$(_ipcwire_options \"$kind\")\" -- \"$last\")\"\n" \
"		fi\n" \
"	elif [[ $word == *:* ]]; then\n" \
"		if _ipcwire_takes_path \"$kind\"; then\n" \
"			_ipcwire_reply \"$before${word%%:*}:\" \"$(compgen -f -- \"${word#*:}\")\"\n" \
"		elif _ipcwire_takes_command \"$kind\"; then\n" \
"			_ipcwire_reply \"$before${word%%:*}:\" \"$(compgen -c -- \"${word#*:}\")\"\n" \
"		fi\n" \
"	else\n" \
"		[[ $word == */* ]] || _ipcwire_reply \"$before\" \"$(compgen -W \"$_ipcwire_kinds\" -- \"$kind\")\"\n" \
"		[[ $word != */* ]] || _ipcwire_reply \"$before\" \"$(compgen -f -- \"$word\")\"\n" \
"	fi\n" \
"}\n" \
"\n" \
"_ipcwire()\n" \
"{\n" \
"	# bash splits words at ':' and '=' too; here a word is what blanks separate.\n" \
"	local line=${COMP_LINE:0:COMP_POINT} word previous cut i\n" \
"	local -a words\n" \
"	COMPREPLY=()\n" \
"	read -ra words <<<\"$line\"\n" \
"	[[ $line == *[[:blank:]] ]] && words+=('')\n" \
"	word=${words[${#words[@]} - 1]}\n" \
"	previous=${words[${#words[@]} - 2]}\n" \
"	for ((i = 1; i < ${#words[@]} - 1; i++)); do\n" \
"		if [[ ${words[i]} == -- ]]; then\n" \
"			# The program, then its arguments.\n" \
"			compopt -o default 2>/dev/null\n" \
"			((i < ${#words[@]} - 2)) || _ipcwire_reply '' \"$(compgen -c -- \"$word\")\"\n" \
"			return 0\n" \
"		fi\n" \
"	done\n" \
"	if [[ $word == --*=* ]]; then\n" \
"		_ipcwire_reply_values \"$(_ipcwire_values \"${word%%=*}\")\" \"${word#*=}\" \"${word%%=*}=\"\n" \
"	elif _ipcwire_takes_value \"$previous\"; then\n" \
"		_ipcwire_reply_values \"$(_ipcwire_values \"$previous\")\" \"$word\" ''\n" \
"	elif [[ $word == -* && $word != -,* && $word != '-!!'* ]]; then\n" \
"		_ipcwire_reply '' \"$(compgen -W \"$_ipcwire_general\" -- \"$word\")\"\n" \
"	else\n" \
"		_ipcwire_address \"$word\"\n" \
"	fi\n" \
"	# No blank after what goes on.\n" \
"	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *[:=/] ]] || compopt -o nospace 2>/dev/null\n" \
"	if [[ ${#COMPREPLY[@]} == 1 && -d ${COMPREPLY[0]##*[:=!]} ]]; then\n" \
"		COMPREPLY[0]+=/\n" \
"		compopt -o nospace 2>/dev/null\n" \
"	fi\n" \
"	# Only what follows the last ':' or '=' of the word is replaced.\n" \
"	cut=${word%\"${word##*[:=]}\"}\n" \
"	[[ $COMP_WORDBREAKS == *[:=]* ]] && COMPREPLY=(\"${COMPREPLY[@]#\"$cut\"}\")\n" \
"	return 0\n" \
"}\n" \
"complete -F _ipcwire ipcwire"
}

# ---- zsh ---------------------------------------------------------------------------------------------

# In a description "name:text" the name's own colons are escaped.
function zsh_colon(s) { return replaced(s, ":", "\\:") }
function zsh_bracket(s) { return zsh_colon(replaced(replaced(s, "[", "\\["), "]", "\\]")) }

function zsh_action(o,    c) {
	c = choices(o)
	if (c == "@file")
		return "_files"
	if (c == "@dir")
		return "_files -/"
	return c == "" ? " " : "(" c ")"
}

function zsh_all(    i, j, n, a, o, spec, v) {
	gather()
	print "#compdef ipcwire"
	header("# zsh completion")
	print ""
	print "_ipcwire_options() {\n\tlocal -a names\n\tcase $1 in"
	for (i = 1; i <= nkinds; i++)
		if (options_of[kinds[i]] != "")
			print "\t" joined(names_of(kinds[i]), "|", "", "") ")\n\t\tnames=(" options_of[kinds[i]] "\n\t\t)\n\t\t;;"
	print "\tesac\n\t_describe -t address-options option names -S ''\n}\n"
	print "_ipcwire_values() {\n\tcase $1 in"
	for (i = 1; i <= nvalues; i++) {
		v = value_choices(i)
		print "\t" value_pattern(i, "|") ")\n\t\t" \
		    (v == "@file" ? "_files" : v == "@dir" ? "_files -/" : v == "@user" ? "_users" : \
		    v == "@group" ? "_groups" : "compadd " v) "\n\t\t;;"
	}
	print "\tesac\n}\n"
	print "_ipcwire_kinds() {\n\tlocal -a kinds\n\tkinds=("
	for (i = 1; i <= nkinds; i++) {
		n = split(names_of(kinds[i]), a, " ")
		for (j = 1; j <= n; j++)
			print "\t\t" quoted(zsh_colon(kind_word(kinds[i], a[j])) ":" kind_help[kinds[i]])
	}
	print "\t)\n\t_describe -t kinds kind kinds -S ''\n}\n"
	print "_ipcwire_address() {\n" \
"	local kind\n" \
"	compset -P '*!!'\n" \
"	kind=${(L)${PREFIX%%[:,]*}}\n" \
"	if compset -P '*,'; then\n" \
"		local option=${PREFIX%%=*}\n" \
"		if compset -P '*='; then\n" \
"			_ipcwire_values $kind,$option\n" \
"		else\n" \
"			_ipcwire_options $kind\n" \
"		fi\n" \
"	elif compset -P '*:'; then\n" \
"		case $kind in\n" \
"		" joined(path_kinds(), "|", "", "") ") _files ;;\n" \
"		" joined(command_kinds(), "|", "", "") ") _command_names -e ;;\n" \
"		esac\n" \
"	elif [[ $PREFIX == */* ]]; then\n" \
"		_files\n" \
"	else\n" \
"		_ipcwire_kinds\n" \
"	fi\n" \
"}\n"
	print "_ipcwire() {\n\tlocal end=$words[(i)--]\n\tif ((end < CURRENT)); then\n" \
"		shift $end words\n\t\t((CURRENT -= end))\n\t\t_normal\n\t\treturn\n\tfi"
	print "\t_arguments -s \\"
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		spec = "[" zsh_bracket(help[o]) "]"
		v = value[o]
		gsub(/[][]/, "", v)
		if (value[o] ~ /^\[/) {
			print "\t\t" quoted("*--" name[o] "=-" spec "::" zsh_colon(v) ":" zsh_action(o)) " \\"
			if (also[o] != "")
				print "\t\t" quoted("*-" also[o] spec) " \\"
		} else if (needs_value(o)) {
			print "\t\t" quoted("*--" name[o] "=" spec ":" zsh_colon(v) ":" zsh_action(o)) " \\"
			if (also[o] != "")
				print "\t\t" quoted("*-" also[o] "+" spec ":" zsh_colon(v) ":" zsh_action(o)) " \\"
		} else {
			print "\t\t" quoted("*--" name[o] spec) " \\"
			if (also[o] != "")
				print "\t\t" quoted("*-" also[o] spec) " \\"
		}
	}
	print "\t\t'*:address:_ipcwire_address'\n}\n\n_ipcwire \"$@\""
}

# ---- fish --------------------------------------------------------------------------------------------

function fish_action(o,    c) {
	c = choices(o)
	if (c == "@file")
		return " -r -F"
	if (c == "@dir")
		return " -x -a '(__fish_complete_directories (commandline -ct))'"
	return (value[o] ~ /^\[/ ? " -f" : " -x") (c == "" ? "" : " -a " quoted(c))
}

function fish_all(    i, j, n, a, o, v, any) {
	gather()
	header("# fish completion")
	print ""
	print "function __ipcwire_options\n\tswitch $argv[1]"
	for (i = 1; i <= nkinds; i++)
		if (options_of[kinds[i]] != "")
			print "\t\tcase " names_of(kinds[i]) options_of[kinds[i]]
	print "\tend\nend\n"
	print "function __ipcwire_values\n\tswitch $argv[1]"
	for (i = 1; i <= nvalues; i++) {
		v = value_choices(i)
		print "\t\tcase " value_pattern(i, " ") "\n\t\t\t" \
		    (v == "@file" ? "__fish_complete_path $argv[2]" : v == "@dir" ? "__fish_complete_directories $argv[2]" : \
		    v == "@user" ? "__fish_complete_users" : v == "@group" ? "__fish_complete_groups" : \
		    "printf '%s\\n' " v)
	}
	print "\tend\nend\n"
	print "function __ipcwire_kinds"
	for (i = 1; i <= nkinds; i++) {
		n = split(names_of(kinds[i]), a, " ")
		for (j = 1; j <= n; j++)
			print "\tprintf '%s\\t%s\\n' " quoted(kind_word(kinds[i], a[j])) " " quoted(kind_help[kinds[i]])
	}
	print "end\n"
	print "# A candidate is the whole word: what stands before is put back.\n" \
"function __ipcwire_prefix\n" \
"	while read -l line\n" \
"		printf '%s%s\\n' \"$argv[1]\" $line\n" \
"	end\n" \
"end\n" \
"\n" \
"function __ipcwire_address\n" \
"	set -l word (commandline -ct)\n" \
"	set -l before ''\n" \
"	if string match -q '*!!*' -- $word\n" \
"		set before (string replace -r '!![^!]*$' '!!' -- $word)\n" \
"		set word (string replace -r '^.*!!' '' -- $word)\n" \
"	end\n" \
"	set -l kind (string lower -- (string replace -r '[:,].*' '' -- $word))\n" \
"	if string match -q '*,*' -- $word\n" \
"		set -l last (string replace -r '^.*,' '' -- $word)\n" \
"		set before $before(string replace -r ',[^,]*$' ',' -- $word)\n" \
"		if string match -q '*=*' -- $last\n" \
"			set -l option (string replace -r '=.*' '' -- $last)\n" \
"			set -l start (string replace -r '^[^=]*=' '' -- $last)\n" \
"			__ipcwire_values $kind,$option $start | __ipcwire_prefix $before$option=\n" \
"		else\n" \
"			__ipcwire_options $kind | __ipcwire_prefix $before\n" \
"		end\n" \
"	else if string match -q '*:*' -- $word\n" \
"		set -l rest (string replace -r '^[^:]*:' '' -- $word)\n" \
"		set before $before(string replace -r ':.*' ':' -- $word)\n" \
"		switch $kind\n" \
"			case " path_kinds() "\n" \
"				__fish_complete_path $rest | __ipcwire_prefix $before\n" \
"			case " command_kinds() "\n" \
"				complete -C $rest | __ipcwire_prefix $before\n" \
"		end\n" \
"	else if string match -q '*/*' -- $word\n" \
"		__fish_complete_path $word | __ipcwire_prefix $before\n" \
"	else\n" \
"		__ipcwire_kinds | __ipcwire_prefix $before\n" \
"	end\n" \
"end\n" \
"\n" \
"function __ipcwire_in_program\n" \
"	contains -- -- (commandline -opc)\n" \
"end\n" \
"\n" \
"function __ipcwire_program\n" \
"	set -l words (commandline -opc)\n" \
"	set -l end (contains -i -- -- $words)\n" \
"	set words (string escape -- $words[(math $end + 1)..-1]) (commandline -ct)\n" \
"	complete -C (string join ' ' -- $words)\n" \
"end\n"
	print "complete -c ipcwire -f -n 'not __ipcwire_in_program' -a '(__ipcwire_address)'"
	print "complete -c ipcwire -f -n __ipcwire_in_program -a '(__ipcwire_program)'"
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		any = "complete -c ipcwire -n 'not __ipcwire_in_program'" (also[o] == "" ? "" : " -s " quoted(also[o])) " -l " name[o]
		print any (value[o] != "" && type[o] != "bool" ? fish_action(o) : " -f") " -d " quoted(help[o])
	}
}
