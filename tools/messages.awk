# Lists the messages that the sources hold: awk -f messages.awk FILE...
#
# One line for each string in a call of a function that tells something: FILE:LINE, TAB, the function, TAB, which string of the
# call it is (1 is the message, others are pieces of it), TAB, the string as it is written. With -v check=1 only those that do
# not have the form of a message are printed, with what is wrong in front: what was tried, in lower case, no full stop; no
# newline but the log's own, no number of an errno, no name of a C function.

BEGIN {
	tells = "^(log_msg|log_errno|log_verrno|log_stderr|endpoint_fail|endpoint_explain|close_tell|diag_set|diag_hint|wire_note_reason|wire_stop|server_stop" \
		"|refuse|refuse_rest|refuse_piece|unbalanced|err|errx|warn|warnx)$"
	# A message may begin with one of these.
	names = "^(FIFO|UNIX|IPv[46]|TLS|UDP|TCP|HTTP|SIG[A-Z0-9]+|PATH|TMPDIR)"
	functions = "(^|[^a-z_])(accept4|epoll[a-z_0-9]*|eventfd|signalfd|timerfd[a-z_]*|fcntl|ioctl|[gs]etsockopt|getaddrinfo|dup[23]?" \
		"|pipe2|posix_[a-z]+|execv[a-z]*|vfork|waitpid|strerror|[mc]alloc|sigaction|getsockname|getpeername)([^a-z_(]|$)"
}

FNR == 1 { finish() }
{ text = text $0 "\n" }
END { finish() }

function finish() {
	if (text != "")
		scan(text, file)
	text = ""
	file = FILENAME
}

# Walks through one file; what is in comments and outside of the calls is passed over.
function scan(s, f,    i, n, c, line, word, depth, call, count, start, piece, near) {
	n = length(s)
	line = 1
	for (i = 1; i <= n; i++) {
		c = substr(s, i, 1)
		if (c == "\n")
			line++
		else if (c == "/" && substr(s, i + 1, 1) == "*") {
			for (i += 2; i <= n && substr(s, i, 2) != "*/"; i++)
				line += substr(s, i, 1) == "\n"
			i++
		} else if (c == "'") {
			i += substr(s, i + 1, 1) == "\\" ? 2 : 1
			while (substr(s, ++i, 1) != "'" && i <= n)
				;
		} else if (c == "\"") {
			for (start = ++i; substr(s, i, 1) != "\""; i++)
				if (substr(s, i, 1) == "\\")
					i++
			piece = substr(s, start, i - start)
			if (depth > 0 && near)
				held = held piece
			else if (depth > 0) {
				flush(f, call, count)
				held = piece
				held_line = line
				count++
			}
			near = 1
			continue
		} else if (c ~ /[A-Za-z_]/) {
			match(substr(s, i, 64), /^[A-Za-z_0-9]+/)
			word = substr(s, i, RLENGTH)
			i += RLENGTH - 1
			# Names of conversions (PRIu64) stand between the parts of one string.
			if (word !~ /^PRI/)
				near = 0
			continue
		} else if (c == "(") {
			if (depth > 0)
				depth++
			else if (word ~ tells) {
				depth = 1
				call = word
				count = 0
			}
			near = 0
		} else if (c == ")" && depth > 0) {
			if (--depth == 0)
				flush(f, call, count)
			near = 0
		} else if (c !~ /[ \t]/)
			near = 0
		if (c !~ /[ \t\n]/)
			word = ""
	}
}

function flush(f, call, count,    wrong) {
	if (held != "") {
		if (!check)
			print f ":" held_line "\t" call "\t" count "\t" held
		else if ((wrong = fault_of(held, call, count)) != "")
			print f ":" held_line ": " wrong ": \"" held "\""
	}
	held = ""
}

function fault_of(s, call, count) {
	if (s ~ /[^ -~]/)
		return "not printable ASCII"
	if (s ~ /\\[nrt]/)
		return "one line, and no tabs"
	if (s ~ /[a-z_0-9]\(\)/ || s ~ functions)
		return "the name of a C function"
	if (s ~ /errno|error (code|number)|[Ee]rror:? ?%[0-9l]*[du]|%m/)
		return "the number of an error"
	if (s ~ /[^ ]  +[^ ]/)
		return "two blanks"
	if (count > 1)
		return ""
	if (s ~ /[Ff]ailed to|[Uu]nable to|[Cc]ould not (open|read|write|connect)|[Cc]an't/ && call != "wire_note_reason")
		return "the word is 'cannot'"
	if (s ~ /^[A-Z]/ && s !~ names)
		return "begins in lower case"
	if (s ~ /[.!: ]$/ && s !~ /\.\.\.$/ && s !~ /%s[.!: ]$/)
		return "ends without a full stop, colon or blank"
	return ""
}
