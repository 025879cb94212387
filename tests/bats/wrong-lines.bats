#!/usr/bin/env bats
# Wrong command lines, each with all that is said about it, which must be enough to mend it. Nothing is opened: the status is 2.
#
# The table is below: "$ ipcwire ARG..." as it is typed in a shell, and then the message to the letter.

load helpers

# Each command line of the table, and what it says, is one array entry.
setup_test() {
	local line
	LINES_TRIED=() MESSAGES=()
	while IFS= read -r line; do
		if [[ $line == '$ ipcwire '* ]]; then
			LINES_TRIED+=("${line#'$ ipcwire '}")
			MESSAGES+=('')
		elif ((${#MESSAGES[@]} > 0)); then
			MESSAGES[-1]+=$line$'\n'
		fi
	done < <(table)
}

@test "each wrong line gets its message, to the letter, and status 2" {
	local i rc bad=0
	((${#LINES_TRIED[@]} >= 30))
	for i in "${!LINES_TRIED[@]}"; do
		rc=0
		eval "timeout 20 \"\$IPCWIRE\" ${LINES_TRIED[i]}" >out 2>err </dev/null || rc=$?
		printf %s "${MESSAGES[i]}" >want
		if [[ $rc != 2 || -s out ]] || ! cmp -s want err; then
			echo "ipcwire ${LINES_TRIED[i]}: status $rc"
			diff want err || true
			bad=1
		fi
	done
	rm -f out err want
	[ "$bad" = 0 ]
	[ -z "$(ls)" ]
}

@test "each message has one line of text, a caret under the place, and at most one hint" {
	local message
	for message in "${MESSAGES[@]}"; do
		printf %s "$message" | awk '
			NR == 1 { bad = !/^ipcwire: ./ || /[. ]$/ }
			NR == 2 && /^         ~*\^$/ { next }
			NR > 1 { hints++; if (!/^  [^ ]/ || /[. ]$/) bad = 1 }
			END { exit bad || hints > 1 }' || {
			echo "$message"
			return 1
		}
	done
}

# Not for the eyes of a shell: the delimiter is in quotes.
table() {
	cat <<'END'
$ ipcwire tcp-listen:7000,each,proxy-from=10.0.0.0/8 exec:cat
ipcwire: tcp-listen:7000,each,proxy-from=10.0.0.0/8: proxy-from without proxy=require
         ~~~~~~~~~~~~~~~~~~~~~^
  it is about the headers that proxies send; proxy=require asks for those
$ ipcwire tcp-listen:7000,proxy-timeout=2s exec:cat
ipcwire: tcp-listen:7000,proxy-timeout=2s: proxy-timeout without proxy=require
         ~~~~~~~~~~~~~~~~^
  it is about the headers that proxies send; proxy=require asks for those
$ ipcwire tcp-listen:7000,proxy,proxy-from=proxy.example exec:cat
ipcwire: tcp-listen:7000,proxy,proxy-from=proxy.example: a host name in proxy-from
         ~~~~~~~~~~~~~~~~~~~~~~^
  proxies are addresses: proxy-from=192.0.2.1+2001:db8::/32
$ ipcwire tcp-listen:7000,each,proxy,proxy-from=10.0.0.0/99 exec:cat
ipcwire: tcp-listen:7000,each,proxy,proxy-from=10.0.0.0/99: the bits of a network must be 0 to 32 here
         ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^
$ ipcwire tcp-listen:7000,proxy=send exec:cat
ipcwire: tcp-listen:7000,proxy=send: 'send' is none of no, require
         ~~~~~~~~~~~~~~~~~~~~~~^
$ ipcwire - tcp:localhost:80,proxy=require
ipcwire: tcp:localhost:80,proxy=require: 'require' is none of no, send, send-v2
         ~~~~~~~~~~~~~~~~~~~~~~~^
$ ipcwire tcp-listen:7000,scheme=fork exec:cat
ipcwire: tcp-listen:7000,scheme=fork: scheme= without 'each'
  it says how every client gets a session of its own, which is what 'each' asks for
$ ipcwire tcp-listen:7000,share,scheme=fork exec:cat
ipcwire: tcp-listen:7000,share,scheme=fork: scheme= without 'each'
  it says how every client gets a session of its own, which is what 'each' asks for
$ ipcwire tcp-listen:7000,each,rlimit-nofile=64 exec:cat
ipcwire: tcp-listen:7000,each,rlimit-nofile=64: rlimit-nofile= without 'scheme=fork'
  with that each client has a process to be limited; for its program write exec:COMMAND,rlimit-nofile=
$ ipcwire tcp-listen:7000 exec:cat,pool=2
ipcwire: exec:cat,pool=2: pool= without a listener that says 'each'
  copies are kept ready for clients: tcp-listen:PORT,each
$ ipcwire tcp-listen:7000,each,scheme=fork exec:cat,pool=2
ipcwire: exec:cat,pool=2: pool= with a scheme= that is not loop
  copies wait in the one loop of a server
$ ipcwire tcp-listen:7000,each,over=refuse exec:cat
ipcwire: tcp-listen:7000,each,over=refuse: over=refuse without a limit
  max= is how many clients there may be at a time, rate= how many may come
$ ipcwire tcp:localhost:1,retry,interval=1s,delay=2s
ipcwire: tcp:localhost:1,retry,interval=1s,delay=2s: interval= and delay= at the same time
         ^
  interval: always the same time between tries; delay: twice as long after each
$ ipcwire tcp:localhost:1,retry,delay=2s,max-delay=1s
ipcwire: tcp:localhost:1,retry,delay=2s,max-delay=1s: delay= is longer than max-delay=
         ^
  the first pause is delay=, and none gets longer than max-delay=
$ ipcwire tcp:localhost:1,jitter=1s
ipcwire: tcp:localhost:1,jitter=1s: jitter= without retry= or restart=
         ^
  it is added to the pauses between tries
$ ipcwire --progress tcp-listen:7000,each,scheme=threads:2 exec:cat
ipcwire: --progress with 'scheme=threads'
  --stats tells at the end what all threads have moved
$ ipcwire tcp-listen:7000,each exec:cat,pool=2,via=direct
ipcwire: exec:cat,pool=2,via=direct: pool= with via=direct
  a copy that waits cannot have the descriptor of a client that is not there yet
$ ipcwire nul null
ipcwire: nul: unknown kind 'nul'
         ^
  did you mean 'null'?
$ ipcwire help
ipcwire: help: unknown kind 'help'
         ^
  ipcwire --help [WORD] tells of a kind, an option or a verb; a file is ./NAME
$ ipcwire version:x
ipcwire: version:x: unknown kind 'version'
         ^
  ipcwire --version tells it; a file is ./NAME
$ ipcwire bc -
ipcwire: bc: unknown kind 'bc'
         ^
  a program is exec:COMMAND, or stands after --; a file is ./NAME
$ ipcwire tpc:localhost:80 -
ipcwire: tpc:localhost:80: unknown kind 'tpc'
         ^
  did you mean 'tcp'?
$ ipcwire tcp:localhost -
ipcwire: tcp:localhost: missing parameter
         ~~~~~~~~~~~~~^
  it is written tcp:HOST:PORT, an IPv6 address in [brackets]
$ ipcwire tcp::80 -
ipcwire: tcp::80: empty host
         ~~~~^
  for example tcp:localhost:80
$ ipcwire tcp:localhost:eighty -
ipcwire: tcp:localhost:eighty: unknown port 'eighty'
         ~~~~~~~~~~~~~~^
  a port is a number from 1 to 65535 or a name of services(5); IPv6 addresses go in [brackets]
$ ipcwire tcp:localhost:80:81 -
ipcwire: tcp:localhost:80:81: surplus parameter '81'
         ~~~~~~~~~~~~~~~~~^
  it is written tcp:HOST:PORT, an IPv6 address in [brackets]
$ ipcwire tcp:::1:80 -
ipcwire: tcp:::1:80: surplus parameter '1'
         ~~~~~~^
  it is written tcp:HOST:PORT, an IPv6 address in [brackets]
$ ipcwire tcp://localhost:80 -
ipcwire: tcp://localhost:80: a host has no slashes
         ~~~~^
  this is no URL: tcp:localhost:80
$ ipcwire http://localhost:80/ -
ipcwire: http://localhost:80/: unknown kind 'http'
         ^
  only the connection is made: tcp:HOST:PORT; curl(1) speaks HTTP
$ ipcwire localhost:80
ipcwire: localhost:80: unknown kind 'localhost'
         ^
  a connection is tcp:localhost:PORT
$ ipcwire example.org 80
ipcwire: example.org: unknown kind 'example.org'
         ^
  a connection is written tcp:HOST:PORT, a file in this directory ./NAME
$ ipcwire 8080
ipcwire: 8080: unknown kind '8080'
         ^
  a port is written tcp:localhost:8080 or tcp-listen:8080, a descriptor fd:8080
$ ipcwire -u3 -
ipcwire: -u3: unknown option '3'
         ~~^
  descriptor 3 is written fd:3
$ ipcwire notes.txt -
ipcwire: notes.txt: unknown kind 'notes.txt'
         ^
  a connection is written tcp:HOST:PORT, a file in this directory ./NAME
$ ipcwire -l 8080
ipcwire: -l: unknown option 'l'
         ~^
  a listener is an address: ipcwire tcp-listen:PORT
$ ipcwire -k -l 7000
ipcwire: -k: unknown option 'k'
         ~^
  a listener that serves many has the option each: tcp-listen:PORT,each
$ ipcwire -e /bin/sh tcp-listen:7000
ipcwire: -e: unknown option 'e'
         ~^
  a program is an address, exec:COMMAND or system:COMMAND, or stands after --
$ ipcwire -p 80 localhost
ipcwire: -p: unknown option 'p'
         ~^
  a port stands in the address: tcp:HOST:PORT, tcp-listen:PORT
$ ipcwire -N - tcp:localhost:80
ipcwire: -N: unknown option 'N'
         ~^
  an end of input is passed on by itself
$ ipcwire --nosuch - null
ipcwire: --nosuch: unknown option 'nosuch'
         ~~^
  --help lists the options; those of a program follow --, or stand in quotes with it
$ ipcwire --idel=3 - null
ipcwire: --idel=3: unknown option 'idel'
         ~~^
  did you mean '--idle'?
$ ipcwire --idle=soon - null
ipcwire: --idle=soon: 'soon' is not a time
         ~~~~~~~^
  a time is written 500us, 20ms, 0.5, 2s, 3m or 1h
$ ipcwire --idle=3x - null
ipcwire: --idle=3x: 'x' after the time
         ~~~~~~~~^
  a time is written 500us, 20ms, 0.5, 2s, 3m or 1h
$ ipcwire --idle
ipcwire: --idle: option --idle needs a value
         ~~~~~~^
  it is written --idle=TIME
$ ipcwire --end=boths - null
ipcwire: --end=boths: 'boths' is none of both, first, left, right
         ~~~~~~^
  did you mean 'both'?
$ ipcwire --each tcp-listen:7000 pipe
ipcwire: --each: unknown option 'each'
         ~~^
  each is an option of a listener: tcp-listen:PORT,each
$ ipcwire --keepalive - tcp:localhost:80
ipcwire: --keepalive: unknown option 'keepalive'
         ~~^
  'keepalive' is an option of addresses: KIND:...,keepalive
$ ipcwire -u -U - null
ipcwire: -u and -U at the same time
  without either, both directions flow
$ ipcwire - null zero
ipcwire: zero: a third address
         ^
  a wire has two ends, --chain, --tee, --merge and --hub take more; a command with spaces is one word in quotes, or follows --
$ ipcwire null zero -- cat
ipcwire: two addresses and a program after --
  the program is an end itself: leave one address out; --chain, --tee, --merge and --hub take more
$ ipcwire --
ipcwire: no program after --
  for example: ipcwire tcp-listen:7000 -- bc -q
$ ipcwire exec
ipcwire: exec needs a command
  exec:'PROGRAM ARG...', or the words after --
$ ipcwire exec: -
ipcwire: exec:: empty parameter
         ~~~~~^
  it is written exec:COMMAND
$ ipcwire 'exec:'\''cat' -
ipcwire: exec:'cat: the single quote is not closed
         ~~~~~^
  the character itself is written '\''
$ ipcwire 'exec:cat\' -
ipcwire: exec:cat\: nothing follows the backslash
         ~~~~~~~~^
  a backslash itself is written '\\'
$ ipcwire - 'exec:awk -F, {print $2}'
ipcwire: exec:awk -F, {print $2}: unknown option '{print $2}' of exec
         ~~~~~~~~~~~~^
  a comma in a command is written '\,' or in quotes, or give the command after --
$ ipcwire text:'a, b' -
ipcwire: text:a, b: unknown option 'b' of text
         ~~~~~~~^
  a comma in a text is written '\,', or the text stands in quotes: text:'"a, b"'
$ ipcwire tcp:a:1,idle=5 -
ipcwire: tcp:a:1,idle=5: unknown option 'idle' of tcp
         ~~~~~~~~^
  --idle=TIME is an option of the run, not of an address
$ ipcwire 'pipe!!tcp:b:1,stats'
ipcwire: pipe!!tcp:b:1,stats: unknown option 'stats' of tcp
         ~~~~~~~~~~~~~~^
  --stats=text|json is an option of the run, not of an address
$ ipcwire exepct -
ipcwire: exepct: unknown kind 'exepct'
         ^
  did you mean 'expect'?
$ ipcwire 'exec:date!!exec:cat' tcp:a:1
ipcwire: exec:date!!exec:cat: a second program at one end
         ~~~~~~~~~~~^
  --chain A ADDRESS B: the program A writes to the address, and B reads what comes from it
$ ipcwire exec:cat,buffer=lines -
ipcwire: exec:cat,buffer=lines: 'lines' is none of asis, none, line, full
         ~~~~~~~~~~~~~~~~^
  did you mean 'line'?
$ ipcwire exec:cat,stdderr=log -
ipcwire: exec:cat,stdderr=log: unknown option 'stdderr' of exec
         ~~~~~~~~~^
  did you mean 'stderr'?
$ ipcwire exec:cat,nice=99 -
ipcwire: exec:cat,nice=99: nice must be -40 to 39
         ~~~~~~~~~~~~~~^
$ ipcwire system -
ipcwire: system: missing parameter
         ~~~~~~^
  it is written system:COMMAND
$ ipcwire tcp-listen:7000,frok pipe
ipcwire: tcp-listen:7000,frok: unknown option 'frok' of tcp-listen
         ~~~~~~~~~~~~~~~~^
  did you mean 'fork'?
$ ipcwire tcp-listen:0 pipe
ipcwire: tcp-listen:0: port must be 1 to 65535
         ~~~~~~~~~~~^
$ ipcwire tcp-listen:localhost:7000,bind=::1 pipe
ipcwire: tcp-listen:localhost:7000,bind=::1: a host and bind= at the same time
         ~~~~~~~~~~~^
  write the local address once
$ ipcwire tcp-listen:7000,each -
ipcwire: - cannot be opened anew for each client
  'share' instead of 'each': one end for all clients; without either the first client gets it
$ ipcwire tcp-listen:7000,each tcp-listen:7001,each
ipcwire: both addresses say 'each'
  one listener serves its clients, the other end is opened for each of them
$ ipcwire tcp-listen:7000,each,max=0 pipe
ipcwire: tcp-listen:7000,each,max=0: max must be 1 to 1000000
         ~~~~~~~~~~~~~~~~~~~~~~~~~^
$ ipcwire unix-listen:s,mode=rwx pipe
ipcwire: unix-listen:s,mode=rwx: 'rwx' is not a mode
         ~~~~~~~~~~~~~~~~~~~^
  a mode is written in octal digits, like 0600 or 644
$ ipcwire unix-listen:s,user=nobody-here pipe
ipcwire: unix-listen:s,user=nobody-here: there is no user 'nobody-here'
         ~~~~~~~~~~~~~~~~~~~^
  'getent passwd' lists them; a number is taken as it is
$ ipcwire file:x,rdonly,wronly -
ipcwire: file:x,rdonly,wronly: only one of rdonly, wronly and rdwr can hold
         ^
$ ipcwire fd:x -
ipcwire: fd:x: 'x' is not a number
         ~~~^
  a number is written in decimal digits
$ ipcwire openssl:localhost:443 -
ipcwire: openssl:localhost:443: unknown kind 'openssl'
         ^
  TLS is not built yet; exec:'openssl s_client -quiet -connect HOST:PORT' does it
$ ipcwire udp:localhost:7000,frame=line -
ipcwire: udp:localhost:7000,frame=line: frame= on udp, which keeps messages apart itself
         ^
  frame= belongs to the end that carries a byte stream
$ ipcwire socks5:proxy:1080 -
ipcwire: socks5:proxy:1080: unknown kind 'socks5'
         ^
  proxies are not built yet; exec:'nc -X 5 -x PROXY:PORT HOST PORT' does it
$ ipcwire capture
ipcwire: capture: of which session?
  for example: ipcwire capture calc 1
$ ipcwire interact
ipcwire: interact: with which session?
  for example: ipcwire interact calc
$ ipcwire stdout stdout
ipcwire: nothing can flow between stdout and stdout
  one of them must be readable and the other writable
$ ipcwire 'file:a!!file:b!!file:c' -
ipcwire: file:a!!file:b!!file:c: a second '!!' in one address
         ~~~~~~~~~~~~~~^
  the character itself is written '\!'
$ ipcwire 'file:(x' -
ipcwire: file:(x: the bracket '(' is not closed
         ~~~~~^
  the character itself is written '\('
$ ipcwire text:a,queue=-1 -
ipcwire: text:a,queue=-1: '-1' is not a size
         ~~~~~~~~~~~~~^
  a size is written 4096, 64k, 1M, 2G or 1T; here SIZE|disk
$ ipcwire -B lien - null
ipcwire: lien: 'lien' is none of asis, none, line, full
         ^
  did you mean 'line'?
$ ipcwire --log-format=xml - null
ipcwire: --log-format=xml: 'xml' is none of text, json
         ~~~~~~~~~~~~~^
$ ipcwire ,each -
ipcwire: ,each: the kind of the address is missing
         ^
  an address is written kind:parameter,option=value, or '-'
$ ipcwire - exec:cat,ctty
ipcwire: exec:cat,ctty: unknown option 'ctty' of exec
         ~~~~~~~~~^
  pty gives the program a terminal of its own, which is its controlling one
$ ipcwire - exec:cat,raw
ipcwire: exec:cat,raw: raw is a mode of a terminal, and there is none
         ^
  pty gives the program one
$ ipcwire - exec:cat,pty,size=80
ipcwire: exec:cat,pty,size=80: '80' is no size of a terminal
         ~~~~~~~~~~~~~~~~~~^
  it is written COLSxROWS, each 1 to 65535: size=80x24
$ ipcwire - exec:cat,pty,via=pipe
ipcwire: exec:cat,pty,via=pipe: pty and this via= exclude each other
         ^
  leave out via=: a pseudo-terminal is a way to attach a program, too
$ ipcwire - exec:cat,pty,b9600=1
ipcwire: exec:cat,pty,b9600=1: b9600 has its value in its name
         ~~~~~~~~~~~~~~~~~~~^
  it is b9600, or baud=9600
$ ipcwire - exec:cat,pty,intr=xx
ipcwire: exec:cat,pty,intr=xx: 'xx' is no character
         ~~~~~~~~~~~~~~~~~~^
  it is written ^C, ^?, 0x1d or 29, as itself unless it is a digit, or undef
END
}
