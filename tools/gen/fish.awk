# The completion for fish: completions/ipcwire.fish from completions/ipcwire.fish.in.

function quoted(s) { return "'" replaced(replaced(s, "\\", "\\\\"), "'", "\\'") "'" }

function marker(which) {
	if (which == "sets" || which == "params")
		print_cases(which)
	else if (which == "options")
		print_options()
	else if (which == "aliases")
		print_aliases()
	else if (which == "values")
		print_values()
	else if (which == "kinds")
		print_kinds()
	else if (which == "kind-aliases")
		print "\tprintf '%s\\n' " all_kind_words(1)
	else if (which == "commands")
		print_commands()
	else if (which == "command-words") {
		if (ncommands > 0)
			print "\tprintf '%s\\n' " all_commands()
	} else if (which == "topics")
		print "\tprintf '%s\\n' " topics()
	else if (which == "general")
		print_general()
	else
		fatal("unknown marker: " which)
}

function print_cases(which,    i) {
	group_kinds_by(which)
	for (i = 1; i <= ncases; i++)
		print "\t\tcase " patterns[i] "\n\t\t\tprintf '%s\\n' " (which == "params" ? quoted_words(bodies[i]) : bodies[i])
}
function quoted_words(list,    n, i, a, r) {
	n = split(list, a, " ")
	for (i = 1; i <= n; i++)
		r = append(r, quoted(a[i]))
	return r
}

function print_options(    i, j, o) {
	for (i = 1; i <= nsets; i++) {
		print "\t\tcase " sets[i]
		for (j = 1; j <= count[set_owner[sets[i]]]; j++) {
			o = set_owner[sets[i]] SUBSEP j
			print "\t\t\tprintf '%s\\t%s\\n' " quoted(option_word(o)) " " quoted(help[o])
		}
	}
}
function print_aliases(    i, j, k, o, n, a, r) {
	for (i = 1; i <= nsets; i++) {
		r = ""
		for (j = 1; j <= count[set_owner[sets[i]]]; j++) {
			o = set_owner[sets[i]] SUBSEP j
			n = split(words_of(also[o]), a, " ")
			for (k = 1; k <= n; k++)
				r = append(r, a[k] (needs_value(o) ? "=" : ""))
		}
		if (r != "")
			print "\t\tcase " sets[i] "\n\t\t\tprintf '%s\\n' " r
	}
}

function print_values(    i, j, n, a, words, tokens) {
	group_values()
	for (i = 1; i <= ncases; i++) {
		print "\t\tcase " patterns[i]
		n = split(bodies[i], a, " ")
		words = ""
		for (j = 1; j <= n; j++)
			if (a[j] ~ /^@/)
				print "\t\t\t__ipcwire_" substr(a[j], 2) "s $argv[2]"
			else
				words = append(words, a[j])
		if (words != "")
			print "\t\t\tprintf '%s\\n' " words
	}
}

function print_kinds(    i) {
	for (i = 1; i <= nkinds; i++)
		print "\tprintf '%s\\t%s\\n' " quoted(kind_word(kinds[i], kinds[i])) " " quoted(kind_help[kinds[i]])
}

function print_general(    i, o, line, c) {
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		c = choices(o)
		line = "complete -c ipcwire -n __ipcwire_in_wire" (letter[o] == "" ? "" : " -s " letter[o]) " -l " name[o]
		if (value[o] == "")
			line = line " -f"
		else
			line = line (needs_value(o) ? " -x" : " -f") \
			    (c == "" ? "" : " -a '(__ipcwire_general_value --" name[o] ")'")
		print line " -d " quoted(help[o])
	}
}

function print_commands(    i) {
	for (i = 1; i <= ncommands; i++)
		print_command(commands[i])
}
function print_command(c,    j, o, n, a) {
	print "complete -c ipcwire -f -n '__ipcwire_is_first' -a " c " -d " quoted(command_help[c])
	for (j = 1; j <= count["command " c]; j++)
		print_command_option(c, "command " c SUBSEP j, "command-" c ",")
	n = split(command_general[c], a, " ")
	for (j = 1; j <= n; j++)
		print_command_option(c, general_of(a[j]), "--")
}
function print_command_option(c, o, before,    line) {
	line = "complete -c ipcwire -n '__ipcwire_in_command " c "'" (letter[o] == "" ? "" : " -s " letter[o]) " -l " name[o]
	line = line (value[o] == "" ? " -f" : needs_value(o) ? " -x" : " -f")
	if (value[o] != "" && choices(o) != "")
		line = line " -a '(__ipcwire_general_value " before name[o] ")'"
	print line " -d " quoted(help[o])
}
