# The manual: doc/ipcwire.1 from doc/ipcwire.1.in.

# The template's own comments are about it, not about the page.
function plain(line) {
	if (line !~ /^\.\\"/ || line ~ /Copyright/)
		print line
}
function gather() {}
function marker(which) {
	if (which == "options")
		man_general()
	else if (which == "commands")
		man_commands()
	else if (which == "verbs")
		man_verbs()
	else if (which == "verb-flags")
		man_verb_flags()
	else if (which == "kinds")
		man_kinds()
	else if (which == "kind-options")
		man_kind_options()
	else if (which == "groups")
		man_groups()
	else if (which == "log-keys")
		man_log_keys()
	else if (which == "client-variables")
		man_client_variables()
	else if (which == "session-keys")
		man_session_keys()
	else if (which == "metrics")
		man_metrics()
	else if (which == "statuses")
		man_statuses()
	else
		fatal("unknown marker: " which)
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

# In sections, as --help has them; "other" is the last one.
function man_general(    i) {
	for (i = 2; i <= nsections; i++)
		man_section(sections[i])
	man_section(sections[1])
}

function man_option(o,    item) {
	item = ".It "
	if (letter[o] != "") {
		item = item "Fl " letter[o]
		if (man_assign(o) != "" && value[o] !~ /^\[/)
			item = item " " man_syntax(value[o])
		item = item " , "
	}
	print item "Fl Fl " man_arg(name[o]) man_assign(o)
	man_help(o)
	if (also[o] != "")
		man_also(also[o])
}

function man_commands(    i, j, c, n, a) {
	for (i = 1; i <= ncommands; i++) {
		c = commands[i]
		print ".Ss " c
		print ".Dl ipcwire " man_text(command_syntax[c])
		print man_text(man_upper_first(command_help[c])) "."
		print "Example:\n.Dl ipcwire " man_text(command_example[c])
		if (count["command " c] > 0)
			print ".Bl -tag -width Ds"
		for (j = 1; j <= count["command " c]; j++)
			man_option("command " c SUBSEP j)
		if (count["command " c] > 0)
			print ".El"
		print "General options:"
		n = split(command_general[c], a, " ")
		for (j = 1; j <= n; j++)
			print ".Fl Fl " man_arg(a[j]) (j < n ? " ," : " .")
	}
}
function man_verbs(    i, v, j) {
	print ".Bl -tag -width Ds"
	for (i = 1; i <= nverbs; i++) {
		v = verbs[i]
		print ".It Xo\n" man_verb_syntax(verb_syntax[v]) "\n.Xc"
		print man_text(man_upper_first(verb_help[v])) "."
		if (verb_option[v] != "" && verb_option[v] != v)
			print "As an option it is\n.Fl Fl " man_arg(verb_option[v]) " ."
		print "Example:\n.Ql " man_words(verb_example[v]) " ."
		if (count["verb " v] > 0)
			print "Flags:"
		for (j = 1; j <= count["verb " v]; j++)
			print ".Fl " man_arg(name["verb " v SUBSEP j]) (j < count["verb " v] ? " ," : " .")
	}
	print ".El"
}
# All in one argument: no word of it is a delimiter.
function man_words(s) {
	s = man_arg(s)
	return s ~ /^"/ ? s : "\"" s "\""
}
# Each flag once, with the letter that it may be written by.
function man_verb_flags(    i, j, o, seen) {
	print ".Bl -tag -width Ds -compact"
	for (i = 1; i <= nverbs; i++)
		for (j = 1; j <= count["verb " verbs[i]]; j++) {
			o = "verb " verbs[i] SUBSEP j
			if (seen[name[o], type[o]]++)
				continue
			print ".It " (letter[o] != "" ? "Fl " letter[o] " , " : "") "Fl " man_arg(name[o]) \
			    (value[o] == "" ? "" : value[o] ~ /^\[/ ? man_assign(o) : " " man_syntax(value[o]))
			print man_text(man_upper_first(help[o])) "."
		}
	print ".El"
}
# "capture VARIABLE [GROUP]": capitals are the user's, letters are typed, the rest is grammar.
function man_verb_syntax(s,    r, n, i, word, part, macro, joins) {
	n = split(s, word, " ")
	for (i = 1; i <= n; i++)
		for (joins = 0; word[i] != ""; joins = 1) {
			macro = match(word[i], /^[A-Z]+/) ? "Ar" : match(word[i], /^[a-z][a-z-]*/) ? "Cm" : "No"
			if (macro == "No")
				match(word[i], /^[^A-Za-z]+/)
			part = substr(word[i], 1, RLENGTH)
			word[i] = substr(word[i], RLENGTH + 1)
			gsub(/-/, "\\-", part)
			r = r (joins ? " Ns " : r == "" ? "" : " ") macro " " (macro == "No" ? "\"\\&" part "\\&\"" : part)
		}
	return "." r
}

function man_section(which,    i, o, is_begun) {
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		if (section[o] != which)
			continue
		if (!is_begun)
			print ".Ss " man_text(man_upper_first(section_help[which])) "\n.Bl -tag -width Ds"
		is_begun = 1
		man_option(o)
	}
	if (is_begun)
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

function man_log_keys(    i) {
	print ".Bl -tag -width Ds -compact"
	for (i = 1; i <= nlog_keys; i++) {
		print ".It Cm " man_arg(log_key[i]) " Pq " man_arg(log_type[i])
		print man_text(man_upper_first(log_help[i])) "."
	}
	print ".El"
}

function man_client_variables(    i, where) {
	where["tcp"] = "TCP: "
	where["unix"] = "UNIX sockets: "
	where["message"] = "Messages of a queue: "
	where[""] = "Never set: "
	print ".Bl -tag -width Ds -compact"
	for (i = 1; i <= nclient_variables; i++) {
		print ".It Ev " man_arg(client_variable[i])
		if (client_families[i] in where)
			print where[client_families[i]] man_text(client_help[i]) "."
		else
			print man_text(man_upper_first(client_help[i])) "."
	}
	print ".El"
}

function man_session_keys(    i) {
	print ".Bl -tag -width Ds -compact"
	for (i = 1; i <= nsession_keys; i++) {
		print ".It Cm " man_arg(session_key[i]) " Pq " session_type[i]
		print man_text(man_upper_first(session_help[i])) "."
	}
	print ".El"
}

function man_metrics(    i) {
	print ".Bl -tag -width Ds -compact"
	for (i = 1; i <= nmetrics; i++) {
		print ".It Cm ipcwire_" man_arg(metric[i]) (metric_label[i] != "" ? " Pq by " metric_label[i] : "")
		print man_text(man_upper_first(metric_help[i])) "."
	}
	print ".El"
}

function man_statuses(    i) {
	print ".Bl -tag -width Ds"
	for (i = 1; i <= nstatuses; i++) {
		print ".It " man_arg(status_code[i])
		print man_text(man_upper_first(status_text[i])) "."
	}
	print ".El"
}

