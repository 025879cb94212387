# The completion for zsh: completions/_ipcwire from completions/_ipcwire.in.

function quoted(s) { return "'" replaced(s, "'", "'\\''") "'" }
# In a description "name:text" the name's own colons are escaped.
function colon(s) { return replaced(s, ":", "\\:") }
function bracket(s) { return colon(replaced(replaced(s, "[", "\\["), "]", "\\]")) }

function marker(which) {
	if (which == "sets" || which == "params")
		print_cases(which)
	else if (which == "options")
		print_options()
	else if (which == "values")
		print_values()
	else if (which == "kinds")
		print_kinds()
	else if (which == "commands")
		print_commands()
	else if (which == "command-words") {
		if (ncommands > 0)
			print "\t" joined(all_commands(), "|") ") return 0 ;;"
	} else if (which == "command-names")
		print_command_names()
	else if (which == "topics")
		print "\tcompadd -- " topics()
	else if (which == "general")
		print_general()
	else
		fatal("unknown marker: " which)
}

function print_cases(which,    i) {
	group_kinds_by(which)
	for (i = 1; i <= ncases; i++)
		print "\t" joined(patterns[i], "|") ") reply=(" (which == "params" ? quoted_words(bodies[i]) : bodies[i]) ") ;;"
}
function quoted_words(list,    n, i, a, r) {
	n = split(list, a, " ")
	for (i = 1; i <= n; i++)
		r = append(r, quoted(a[i]))
	return r
}

function print_options(    i, j, o, n, a, s) {
	for (i = 1; i <= nsets; i++) {
		print "\t" sets[i] ")\n\t\tnames+=("
		for (j = 1; j <= count[set_owner[sets[i]]]; j++) {
			o = set_owner[sets[i]] SUBSEP j
			print "\t\t\t" quoted(option_word(o) ":" help[o])
		}
		print "\t\t)"
		s = ""
		for (j = 1; j <= count[set_owner[sets[i]]]; j++) {
			o = set_owner[sets[i]] SUBSEP j
			s = append(s, also_words(o))
		}
		if (s != "")
			print "\t\tothers+=(" s ")"
		print "\t\t;;"
	}
}
function also_words(o,    n, i, a, r) {
	n = split(words_of(also[o]), a, " ")
	for (i = 1; i <= n; i++)
		r = append(r, a[i] (needs_value(o) ? "=" : ""))
	return r
}

function action(c,    n, i, a, words, r) {
	n = split(c, a, " ")
	for (i = 1; i <= n; i++)
		if (a[i] == "@file")
			r = r "_files; "
		else if (a[i] == "@dir")
			r = r "_files -/; "
		else if (a[i] == "@user")
			r = r "_users; "
		else if (a[i] == "@group")
			r = r "_groups; "
		else if (a[i] == "@interface")
			r = r "_net_interfaces; "
		else if (a[i] == "@kind")
			r = r "_ipcwire_kinds; "
		else if (a[i] == "@topic")
			r = r "_ipcwire_topics; "
		else
			words = append(words, a[i])
	if (words != "")
		r = r "compadd -- " words "; "
	sub(/; $/, "", r)
	return r
}

function print_values(    i) {
	group_values()
	for (i = 1; i <= ncases; i++)
		print "\t" joined(patterns[i], "|") ") " action(bodies[i]) " ;;"
}

function print_kinds(    i) {
	print "\tkinds=("
	for (i = 1; i <= nkinds; i++)
		print "\t\t" quoted(colon(kind_word(kinds[i], kinds[i])) ":" kind_help[kinds[i]])
	print "\t)\n\tothers=(" all_kind_words(1) ")"
}

function print_commands(    i, j, n, a) {
	for (i = 1; i <= ncommands; i++) {
		print "\t" commands[i] ")\n\t\t_arguments -s \\"
		for (j = 1; j <= count["command " commands[i]]; j++)
			print_option("command " commands[i] SUBSEP j, "command-" commands[i] "," name["command " commands[i] SUBSEP j])
		n = split(command_general[commands[i]], a, " ")
		for (j = 1; j <= n; j++)
			print_option(general_of(a[j]), "--" a[j])
		print "\t\t\t'*:file:_files'\n\t\t;;"
	}
}

function print_command_names(    i) {
	print "\tnames=("
	for (i = 1; i <= ncommands; i++)
		print "\t\t" quoted(commands[i] ":" command_help[commands[i]])
	print "\t)"
}

function print_general(    i) {
	for (i = 1; i <= count[""]; i++)
		print_option("" SUBSEP i, "--" name["" SUBSEP i])
}

# One specification of _arguments for each form; its choices are those of that value.
function print_option(o, choice,    spec, v, act, a, n, j) {
	spec = "[" bracket(help[o]) "]"
	v = value[o]
	gsub(/[][]/, "", v)
	act = ":" colon(v) ":" (choices(o) == "" ? " " : "_ipcwire_values " choice)
	n = split("--" name[o] (letter[o] == "" ? "" : " -" letter[o]), a, " ")
	for (j = 1; j <= n; j++)
		if (value[o] == "" || (value[o] ~ /^\[/ && j == 2))
			print "\t\t" quoted("*" a[j] spec) " \\"
		else
			print "\t\t" quoted("*" a[j] (value[o] ~ /^\[/ ? "=-" : j == 2 ? "+" : "=") spec \
			    (value[o] ~ /^\[/ ? ":" : "") act) " \\"
}
