# The completion for bash: completions/ipcwire.bash from completions/ipcwire.bash.in.

function quoted(s) { return "'" replaced(s, "'", "'\\''") "'" }

function marker(which,    i) {
	if (which == "sets" || which == "params") {
		group_kinds_by(which)
		print_cases()
	} else if (which == "values") {
		group_values()
		print_cases()
	} else if (which == "options")
		print_options(0)
	else if (which == "aliases")
		print_options(1)
	else if (which == "takes-value")
		print_takes_value()
	else if (which == "commands")
		print_commands()
	else if (which == "words")
		print_words()
	else
		fatal("unknown marker: " which)
}

function print_cases(    i) {
	for (i = 1; i <= ncases; i++)
		print "\t" joined(patterns[i], " | ") ") echo " quoted(bodies[i]) " ;;"
}

function print_options(use_aliases,    i, j, o, r) {
	for (i = 1; i <= nsets; i++) {
		r = ""
		for (j = 1; j <= count[set_owner[sets[i]]]; j++) {
			o = set_owner[sets[i]] SUBSEP j
			r = append(r, use_aliases ? alias_words(o) : option_word(o))
		}
		gsub(/ +/, " ", r)
		gsub(/^ | $/, "", r)
		if (r != "")
			print "\t" sets[i] ") echo " quoted(r) " ;;"
	}
}
function alias_words(o,    n, i, a, r) {
	n = split(words_of(also[o]), a, " ")
	for (i = 1; i <= n; i++)
		r = append(r, a[i] (needs_value(o) ? "=" : ""))
	return r
}

function print_takes_value(    i, o, r) {
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		if (needs_value(o))
			r = append(r, general_names(o))
	}
	print "\t" joined(r, " | ") ") return 0 ;;"
}

function print_commands(    i) {
	for (i = 1; i <= ncommands; i++)
		print "\t" commands[i] ") echo " quoted(command_words(commands[i])) " ;;"
}

function print_words(    i, o, letters, longs) {
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		if (letter[o] != "")
			letters = append(letters, "-" letter[o])
		longs = append(longs, "--" option_word(o))
	}
	print "_ipcwire_kinds=" quoted(all_kind_words(0))
	print "_ipcwire_kind_aliases=" quoted(all_kind_words(1))
	print "_ipcwire_general=" quoted(letters " " longs)
	print "_ipcwire_commands=" quoted(all_commands())
	print "_ipcwire_topics=" quoted(topics())
}
