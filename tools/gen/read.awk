# Reads what `ipcwire --list=all` prints; the first of the two files that the generators are given.
#
# One entry a line, its fields separated by one TAB each, "-" for an empty one:
#
#   option        NAME LETTER ALIASES VALUE TYPE DEFAULT SECTION HELP   a general option
#   section       NAME HELP                                         a section of the general options
#   kind          NAME ALIASES SYNTAX EXAMPLE FLAGS HELP
#   kind-option   KIND NAME ALIASES VALUE TYPE DEFAULT HELP         an option of that kind alone
#   group         GROUP HELP
#   group-option  GROUP NAME ALIASES VALUE TYPE DEFAULT HELP        an option that kinds share
#   kind-group    KIND GROUP                                        the kind has that group
#   command       NAME SYNTAX EXAMPLE HELP                          a first word that is no address
#   command-option COMMAND NAME LETTER ALIASES VALUE TYPE DEFAULT HELP  an option of that command alone
#   command-general COMMAND NAME                                    the command takes that general option
#   verb          NAME ALSO OPTION VALUE FACES SYNTAX EXAMPLE HELP  of dialogues; OPTION of the command line, VALUE what it takes
#   verb-flag     VERB NAME LETTER ALIASES VALUE TYPE DEFAULT HELP
#   log-key       NAME TYPE HELP                                    a key of a JSON line of the log
#   client-variable NAME FAMILIES HELP                              tells a program of its client; FAMILIES tcp, unix, message
#   session-key   NAME TYPE HELP                                    a key of a session in JSON
#   metric        NAME TYPE LABEL HELP                              something that is counted; TYPE counter, gauge
#   status        CODE MEANING                                      an exit status
#
# ALIASES and FLAGS are separated by commas. VALUE is what the value is called: SIZE, TIME, FILE, DIR, ...;
# words to choose from are both|first|left; a value that may be left out is in brackets: [text|json]; "-":
# the option takes none. An option of TYPE bool is a yes/no one that may stand alone. Order is kept.
#
# The second file is a template. A generator defines marker(NAME), which prints what belongs in the place of a line
# that holds a comment with @NAME@ and nothing else, and plain(LINE) for all other lines.

BEGIN { FS = "\t" }
FNR == 1 { nfile++ }
nfile == 1 { read_entry(); next }
FNR == 1 { check_list() }
match($0, /@[a-z-]+@$/) && $0 ~ /^(\.\\"|#) @/ { marker(substr($0, RSTART + 1, RLENGTH - 2)); next }
{ plain($0) }

function fatal(text) {
	print "gen: " text > "/dev/stderr"
	failed = 1
	exit 1
}
function check_list() {
	if (nkinds == 0 || noptions == 0)
		fatal("no kinds or no options in the list")
	gather()
}
function want(n) {
	if (NF != n)
		fatal("line " FNR ": " $1 " has " NF " fields instead of " n)
}
function field(i) { return $i == "-" ? "" : $i }

# The general options and those of a kind or group are kept in the same arrays, under an owner:
# "" for the general ones, "kind NAME", "group NAME", "command NAME". first is the field that holds the name.
function read_option(owner, first,    o) {
	count[owner]++
	o = owner SUBSEP count[owner]
	name[o] = $first
	if (owner == "" || owner ~ /^(command|verb) /)
		letter[o] = field(++first)
	also[o] = field(first + 1)
	value[o] = field(first + 2)
	type[o] = $(first + 3)
	def[o] = field(first + 4)
	if (owner == "")
		section[o] = $(++first + 4)
	help[o] = $(first + 5)
}

# The option of a verb is a general one to the completions; no section shows it.
function read_verb_option(    o) {
	if ($4 == "-")
		return
	count[""]++
	o = "" SUBSEP count[""]
	name[o] = $4
	value[o] = field(5)
	type[o] = value[o] == "" ? "bool" : "text"
	section[o] = "verbs"
	help[o] = $9
}

function read_entry() {
	if ($1 == "option") {
		want(9)
		noptions++
		read_option("", 2)
	} else if ($1 == "section") {
		want(3)
		sections[++nsections] = $2
		section_help[$2] = $3
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
	} else if ($1 == "command") {
		want(5)
		commands[++ncommands] = $2
		command_syntax[$2] = $3
		command_example[$2] = $4
		command_help[$2] = $5
	} else if ($1 == "command-option") {
		want(9)
		read_option("command " $2, 3)
	} else if ($1 == "command-general") {
		want(3)
		command_general[$2] = command_general[$2] (command_general[$2] == "" ? "" : " ") $3
	} else if ($1 == "verb") {
		want(9)
		verbs[++nverbs] = $2
		verb_also[$2] = field(3)
		verb_option[$2] = field(4)
		verb_faces[$2] = $6
		verb_syntax[$2] = $7
		verb_example[$2] = $8
		verb_help[$2] = $9
		read_verb_option()
	} else if ($1 == "verb-flag") {
		want(9)
		read_option("verb " $2, 3)
	} else if ($1 == "log-key") {
		want(4)
		log_key[++nlog_keys] = $2
		log_type[nlog_keys] = $3
		log_help[nlog_keys] = $4
	} else if ($1 == "client-variable") {
		want(4)
		client_variable[++nclient_variables] = $2
		client_families[nclient_variables] = field(3)
		client_help[nclient_variables] = $4
	} else if ($1 == "session-key") {
		want(4)
		session_key[++nsession_keys] = $2
		session_type[nsession_keys] = $3
		session_help[nsession_keys] = $4
	} else if ($1 == "metric") {
		want(5)
		metric[++nmetrics] = $2
		metric_type[nmetrics] = $3
		metric_label[nmetrics] = field(4)
		metric_help[nmetrics] = $5
	} else if ($1 == "status") {
		want(3)
		status_code[++nstatuses] = $2
		status_text[nstatuses] = $3
	} else
		fatal("line " FNR ": what is '" $1 "'?")
}

# Two owners with the same signature have the same options.
function signature(owner,    i, o, s) {
	for (i = 1; i <= count[owner]; i++) {
		o = owner SUBSEP i
		s = s "\n" name[o] "\t" also[o] "\t" value[o] "\t" type[o] "\t" def[o] "\t" help[o]
	}
	return s
}
