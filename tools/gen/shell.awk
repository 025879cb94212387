# What the three completions share: words and choices, and the options of kinds as sets.
#
# A set is a table of options: a group's, or the own one of a kind or family. sets_of[KIND] names them; options of one
# set are offered for all kinds that have it.

function plain(line) { print line }

function replaced(s, from, to,    i, r) {
	while ((i = index(s, from)) > 0) {
		r = r substr(s, 1, i - 1) to
		s = substr(s, i + length(from))
	}
	return r s
}

function words_of(list) {
	gsub(/,/, " ", list)
	return list
}
function names_of(k) { return kind_also[k] == "" ? k : k " " words_of(kind_also[k]) }

# A kind that is written with a parameter is offered with its colon.
function kind_word(k, w) { return kind_syntax[k] ~ /:/ ? w ":" : w }

function append(list, word) { return list == "" ? word : list " " word }

function joined(list, separator,    n, i, a, r) {
	n = split(list, a, " ")
	for (i = 1; i <= n; i++)
		r = r (i > 1 ? separator : "") a[i]
	return r
}

# The choices of a value: its words, and @file, @dir, @user, @group, @interface, @kind, @topic for what must be found out.
function choices(o,    v, n, i, a, r, w) {
	v = value[o]
	if (type[o] == "bool")
		return v == "" ? "" : "yes no"
	if (type[o] == "user" || type[o] == "group")
		return "@" type[o]
	gsub(/^\[|\]$/, "", v)
	n = split(v, a, "[|,]")
	for (i = 1; i <= n; i++) {
		w = a[i]
		sub(/\[.*/, "", w)
		if (w ~ /^(FILE|PATH)$/)
			w = "@file"
		else if (w ~ /^(DIR|USER|GROUP|INTERFACE|KIND|TOPIC)$/)
			w = "@" tolower(w)
		if (w ~ /^[@a-z][a-z0-9-]*$/ && (" " r " ") !~ (" " w " "))
			r = append(r, w)
	}
	return r
}
function needs_value(o) { return value[o] != "" && value[o] !~ /^\[/ && type[o] != "bool" }
function option_word(o) { return name[o] (needs_value(o) ? "=" : "") }

# What --help knows.
function topics(    i, r) {
	r = "kinds options status"
	for (i = 1; i <= nsections; i++)
		r = append(r, sections[i])
	for (i = 1; i <= nkinds; i++)
		r = append(r, kinds[i])
	for (i = 1; i <= count[""]; i++)
		r = append(r, name["" SUBSEP i])
	return ncommands > 0 ? append(append(r, "commands"), all_commands()) : r
}
# The options of a command are the set "command-NAME" besides the general ones that it takes.
function all_commands(    i, r) {
	for (i = 1; i <= ncommands; i++)
		r = append(r, commands[i])
	return r
}
function command_words(c,    n, i, a, r) {
	for (i = 1; i <= count["command " c]; i++)
		r = append(r, "--" option_word("command " c SUBSEP i))
	n = split(command_general[c], a, " ")
	for (i = 1; i <= n; i++)
		r = append(r, "--" option_word(general_of(a[i])))
	return r
}
function general_of(word,    i) {
	for (i = 1; i <= count[""]; i++)
		if (name["" SUBSEP i] == word)
			return "" SUBSEP i
	fatal("no general option " word)
}
function all_kinds(    i, r) {
	for (i = 1; i <= nkinds; i++)
		r = append(r, kinds[i])
	return r
}
function all_kind_words(use_aliases,    i, j, n, a, r) {
	for (i = 1; i <= nkinds; i++) {
		if (!use_aliases)
			r = append(r, kind_word(kinds[i], kinds[i]))
		n = use_aliases ? split(words_of(kind_also[kinds[i]]), a, " ") : 0
		for (j = 1; j <= n; j++)
			r = append(r, kind_word(kinds[i], a[j]))
	}
	return r
}

# What the parameters of a kind are: "HOST PORT"; one that may be left out before another is joined to it: "HOST|PORT PORT".
function params_of(k,    s) {
	s = kind_syntax[k]
	if (!sub(/^[^:]*:/, "", s))
		return ""
	gsub(/\]$/, "", s)
	if (match(s, /^\[[A-Z]+:\]/))
		s = substr(s, 2, RLENGTH - 3) "|" substr(s, RLENGTH + 1) ":" substr(s, RLENGTH + 1)
	gsub(/[][]/, "", s)
	gsub(/:/, " ", s)
	return s
}

# Fills sets, set_owner, sets_of.
function gather(    i, j, k, s, own) {
	for (i = 1; i <= ngroups; i++)
		add_set(groups[i], "group " groups[i])
	for (i = 1; i <= nkinds; i++) {
		k = kinds[i]
		s = signature("kind " k)
		if (s != "") {
			if (!(s in own))
				add_set(own[s] = "of-" k, "kind " k)
			sets_of[k] = own[s]
		}
		for (j = 1; j <= nkind_groups[k]; j++)
			sets_of[k] = append(sets_of[k], kind_group[k, j])
	}
	for (i = 1; i <= ncommands; i++)
		add_set("command-" commands[i], "command " commands[i])
}
function add_set(set, owner) {
	sets[++nsets] = set
	set_owner[set] = owner
}

# Kinds with the same answer to a question are one case: bodies[i] is the answer, patterns[i] the names.
function group_kinds_by(question,    i, k, answer, seen) {
	ncases = 0
	for (i = 1; i <= nkinds; i++) {
		k = kinds[i]
		answer = question == "sets" ? sets_of[k] : params_of(k)
		if (answer == "")
			continue
		if (!(answer in seen)) {
			seen[answer] = ++ncases
			bodies[ncases] = answer
			patterns[ncases] = ""
		}
		patterns[seen[answer]] = append(patterns[seen[answer]], names_of(k))
	}
}

# Options with choices, as cases: "--end -e" and "SET,OPTION"; bodies[i] are the choices. Yes and no go without saying:
# set_bools[SET] names the options that take them.
function group_values(    i, j, o, c, n) {
	ncases = 0
	for (i = 1; i <= count[""]; i++) {
		o = "" SUBSEP i
		c = choices(o)
		if (value[o] != "" && c != "")
			add_case(general_names(o), c)
	}
	for (i = 1; i <= nsets; i++)
		for (j = 1; j <= count[set_owner[sets[i]]]; j++) {
			o = set_owner[sets[i]] SUBSEP j
			c = choices(o)
			if (c != "")
				add_case(set_names(sets[i], o), c)
		}
}
function add_case(names, body,    i) {
	for (i = 1; i <= ncases; i++)
		if (bodies[i] == body) {
			patterns[i] = append(patterns[i], names)
			return
		}
	bodies[++ncases] = body
	patterns[ncases] = names
}
function general_names(o,    n, i, a, r) {
	r = "--" name[o]
	n = split(words_of(also[o]), a, " ")
	for (i = 1; i <= n; i++)
		r = r " --" a[i]
	return letter[o] == "" ? r : r " -" letter[o]
}
function set_names(set, o,    n, i, a, r) {
	r = set "," name[o]
	n = split(words_of(also[o]), a, " ")
	for (i = 1; i <= n; i++)
		r = r " " set "," a[i]
	return r
}
