# fish completion of ipcwire. Generated from completions/ipcwire.fish.in and the tables in the program: make gen.

# The sets of options that a kind takes in an address.
function __ipcwire_sets
	switch $argv[1]
		case stdio stdin fd
			printf '%s\n' common fdpass terminal termios
		case stdout stderr
			printf '%s\n' common fdpass
		case file open create creat gopen
			printf '%s\n' of-file common opening termios retry restart
		case pipe echo fifo
			printf '%s\n' of-pipe common opening retry restart
		case socketpair
			printf '%s\n' of-socketpair common socket
		case pty
			printf '%s\n' of-pty common pty termios retry restart
		case tty serial
			printf '%s\n' of-tty common terminal termios retry restart
		case exec system shell
			printf '%s\n' of-exec common limits restart pty termios
		case tcp tcp-connect tcp4 tcp4-connect tcp6 tcp6-connect
			printf '%s\n' common tcp socket opening retry restart proxying
		case tcp-listen tcp-l tcp4-listen tcp4-l tcp6-listen tcp6-l
			printf '%s\n' common listen tcp socket retry restart limits proxied
		case udp udp-connect udp4 udp4-connect udp6 udp6-connect udp-send udp-sendto udp-datagram udp-dgram udp-recv
			printf '%s\n' common udp socket opening retry
		case udp-listen udp-l udp4-listen udp4-l udp6-listen udp6-l udp-recvfrom udp4-recvfrom
			printf '%s\n' common listen udp socket retry limits
		case unix unix-connect unix-client local abstract abstract-connect abstract-client
			printf '%s\n' common socket opening retry restart fdpass proxying
		case unix-seqpacket seqpacket unix-seqpacket-connect abstract-seqpacket abstract-seqpacket-connect
			printf '%s\n' common socket opening retry restart
		case unix-dgram unix-datagram abstract-dgram abstract-datagram
			printf '%s\n' common socket own-name opening retry restart
		case unix-listen unix-l
			printf '%s\n' common listen bound socket retry restart limits proxied fdpass
		case abstract-listen abstract-l
			printf '%s\n' common listen socket retry restart limits proxied fdpass
		case unix-seqpacket-listen unix-seqpacket-l seqpacket-listen unix-dgram-listen unix-dgram-l unix-datagram-listen unix-recvfrom
			printf '%s\n' common listen bound socket retry restart limits
		case abstract-seqpacket-listen abstract-seqpacket-l abstract-dgram-listen abstract-dgram-l abstract-datagram-listen abstract-recvfrom
			printf '%s\n' common listen socket retry restart limits
		case unix-sendto abstract-sendto
			printf '%s\n' common socket own-name retry
		case unix-recv
			printf '%s\n' common bound socket retry
		case abstract-recv
			printf '%s\n' common socket retry
		case fd-listen accept-fd
			printf '%s\n' common listen tcp socket limits proxied
		case signal signals
			printf '%s\n' of-signal common
		case shm shared-memory mmap
			printf '%s\n' of-shm common opening
		case cast
			printf '%s\n' of-cast common
		case queue
			printf '%s\n' of-queue common jobs
		case mq posixmq
			printf '%s\n' of-mq common
		case null zero text stall
			printf '%s\n' common
	end
end

# What the parameters of a kind are.
function __ipcwire_params
	switch $argv[1]
		case fd
			printf '%s\n' 'N'
		case file open create creat gopen pipe echo fifo unix unix-connect unix-client local unix-seqpacket seqpacket unix-seqpacket-connect unix-dgram unix-datagram unix-listen unix-l unix-seqpacket-listen unix-seqpacket-l seqpacket-listen unix-dgram-listen unix-dgram-l unix-datagram-listen unix-recvfrom unix-sendto unix-recv queue
			printf '%s\n' 'PATH'
		case tty serial
			printf '%s\n' 'DEVICE'
		case exec system shell
			printf '%s\n' 'COMMAND'
		case tcp tcp-connect tcp4 tcp4-connect tcp6 tcp6-connect udp udp-connect udp4 udp4-connect udp6 udp6-connect udp-send udp-sendto
			printf '%s\n' 'HOST' 'PORT'
		case tcp-listen tcp-l tcp4-listen tcp4-l tcp6-listen tcp6-l udp-recv udp-listen udp-l udp4-listen udp4-l udp6-listen udp6-l udp-recvfrom udp4-recvfrom
			printf '%s\n' 'HOST|PORT' 'PORT'
		case udp-datagram udp-dgram
			printf '%s\n' 'ADDRESS' 'PORT'
		case abstract abstract-connect abstract-client abstract-seqpacket abstract-seqpacket-connect abstract-dgram abstract-datagram abstract-listen abstract-l abstract-seqpacket-listen abstract-seqpacket-l abstract-dgram-listen abstract-dgram-l abstract-datagram-listen abstract-recvfrom abstract-sendto abstract-recv
			printf '%s\n' 'NAME'
		case fd-listen accept-fd
			printf '%s\n' 'N|NAME'
		case signal signals
			printf '%s\n' 'NAME+NAME...'
		case shm shared-memory mq posixmq
			printf '%s\n' '/NAME'
		case mmap cast
			printf '%s\n' 'FILE'
		case text
			printf '%s\n' 'STRING'
	end
end

# The options of a set; '=' at the end: with a value.
function __ipcwire_options
	switch $argv[1]
		case common
			printf '%s\t%s\n' 'buffer=' 'how its output travels; a program\'s own stdio too'
			printf '%s\t%s\n' 'cr' 'its lines end in CR; ours in LF'
			printf '%s\t%s\n' 'crlf' 'its lines end in CR LF; ours in LF'
			printf '%s\t%s\n' 'flush=' 'longest wait of what buffer=line or full holds back'
			printf '%s\t%s\n' 'frame=' 'how messages stand in its bytes'
			printf '%s\t%s\n' 'frame-max=' 'longest message of frame='
			printf '%s\t%s\n' 'from' 'where ends meet, its lines begin with its name'
			printf '%s\t%s\n' 'queue=' 'most bytes that may wait for this endpoint'
			printf '%s\t%s\n' 'readbytes=' 'take so many bytes from it for all of its input'
			printf '%s\t%s\n' 'slow=' 'if it is too slow: wait, drop what it misses, close it'
			printf '%s\t%s\n' 'to-self' 'in a hub, it hears itself too'
		case fdpass
			printf '%s\t%s\n' 'fdpass' 'hand the other end\'s descriptor over, or take one'
		case terminal
			printf '%s\t%s\n' 'escape=' 'at a terminal, the key that ends the wire: ^]'
		case termios
			printf '%s\t%s\n' 'raw' 'nothing is echoed, changed or acted upon: cfmakeraw(3)'
			printf '%s\t%s\n' 'sane' 'the modes that a person expects'
			printf '%s\t%s\n' 'baud=' 'speed in bits a second; also written b115200'
			printf '%s\t%s\n' 'ispeed=' 'the speed of input alone'
			printf '%s\t%s\n' 'ospeed=' 'the speed of output alone'
			printf '%s\t%s\n' 'csize=' 'bits of a character; also written cs8'
			printf '%s\t%s\n' 'parity=' 'parity bit that is sent and expected'
			printf '%s\t%s\n' 'flow=' 'who is stopped, and how: RTS/CTS, or XON and XOFF'
			printf '%s\t%s\n' 'brkint' 'a break is an interrupt'
			printf '%s\t%s\n' 'clocal' 'modem lines are not looked at'
			printf '%s\t%s\n' 'cread' 'input is received'
			printf '%s\t%s\n' 'crtscts' 'flow control by the lines RTS and CTS'
			printf '%s\t%s\n' 'cstopb' 'two stop bits, not one'
			printf '%s\t%s\n' 'echo' 'what is typed is shown'
			printf '%s\t%s\n' 'echoctl' 'control characters are shown as ^C'
			printf '%s\t%s\n' 'echoe' 'erasing takes the character from the screen'
			printf '%s\t%s\n' 'echok' 'a newline is shown behind a killed line'
			printf '%s\t%s\n' 'echoke' 'a killed line is taken from the screen'
			printf '%s\t%s\n' 'echonl' 'a newline is shown without echo, too'
			printf '%s\t%s\n' 'echoprt' 'what is erased is printed'
			printf '%s\t%s\n' 'hupcl' 'the modem lines go down with the last close'
			printf '%s\t%s\n' 'icanon' 'input comes in lines that can be edited'
			printf '%s\t%s\n' 'icrnl' 'a CR that is typed is an LF'
			printf '%s\t%s\n' 'iexten' 'extensions: lnext, werase, rprnt'
			printf '%s\t%s\n' 'ignbrk' 'a break is ignored'
			printf '%s\t%s\n' 'igncr' 'a CR that is typed is thrown away'
			printf '%s\t%s\n' 'ignpar' 'bytes with a wrong parity are thrown away'
			printf '%s\t%s\n' 'imaxbel' 'a bell when a line is full'
			printf '%s\t%s\n' 'inlcr' 'an LF that is typed is a CR'
			printf '%s\t%s\n' 'inpck' 'the parity of input is checked'
			printf '%s\t%s\n' 'isig' 'intr, quit and susp are signals'
			printf '%s\t%s\n' 'istrip' 'the eighth bit of input is taken off'
			printf '%s\t%s\n' 'iuclc' 'upper case becomes lower case on input'
			printf '%s\t%s\n' 'iutf8' 'erasing takes whole UTF-8 characters'
			printf '%s\t%s\n' 'ixany' 'any character starts output again'
			printf '%s\t%s\n' 'ixoff' 'we stop and start who sends, by characters'
			printf '%s\t%s\n' 'ixon' 'the stop and start characters stop and start output'
			printf '%s\t%s\n' 'noflsh' 'intr and quit do not throw away what was typed'
			printf '%s\t%s\n' 'ocrnl' 'a CR that is written becomes an LF'
			printf '%s\t%s\n' 'ofdel' 'the character that fills is DEL, not NUL'
			printf '%s\t%s\n' 'ofill' 'delays are made by characters'
			printf '%s\t%s\n' 'olcuc' 'lower case becomes upper case on output'
			printf '%s\t%s\n' 'onlcr' 'an LF that is written becomes CR LF'
			printf '%s\t%s\n' 'onlret' 'an LF goes to the first column, too'
			printf '%s\t%s\n' 'onocr' 'no CR in the first column'
			printf '%s\t%s\n' 'opost' 'output is processed at all'
			printf '%s\t%s\n' 'parenb' 'a parity bit is sent and expected'
			printf '%s\t%s\n' 'parmrk' 'errors of parity are marked in the input'
			printf '%s\t%s\n' 'parodd' 'odd parity, not even'
			printf '%s\t%s\n' 'pendin' 'what was typed is shown again at the next read'
			printf '%s\t%s\n' 'tostop' 'output of jobs in the background stops them'
			printf '%s\t%s\n' 'xcase' 'upper case is written with a backslash'
			printf '%s\t%s\n' 'xtabs' 'tabs become spaces on output'
			printf '%s\t%s\n' 'discard=' 'character that throws output away'
			printf '%s\t%s\n' 'eof=' 'character that ends the input'
			printf '%s\t%s\n' 'eol=' 'another character that ends a line'
			printf '%s\t%s\n' 'eol2=' 'one more character that ends a line'
			printf '%s\t%s\n' 'erase=' 'character that erases the one before it'
			printf '%s\t%s\n' 'intr=' 'character that sends SIGINT'
			printf '%s\t%s\n' 'kill=' 'character that erases the line'
			printf '%s\t%s\n' 'lnext=' 'character that takes the next one as it is'
			printf '%s\t%s\n' 'min=' 'fewest bytes that a read without lines waits for'
			printf '%s\t%s\n' 'quit=' 'character that sends SIGQUIT'
			printf '%s\t%s\n' 'rprnt=' 'character that shows the line again'
			printf '%s\t%s\n' 'start=' 'character that starts output again'
			printf '%s\t%s\n' 'stop=' 'character that stops output'
			printf '%s\t%s\n' 'susp=' 'character that sends SIGTSTP'
			printf '%s\t%s\n' 'time=' 'tenths of a second that a read without lines waits'
			printf '%s\t%s\n' 'werase=' 'character that erases the word before it'
		case opening
			printf '%s\t%s\n' 'connect-timeout=' 'give up opening after this time'
		case retry
			printf '%s\t%s\n' 'forever' 'try to open it until that works'
			printf '%s\t%s\n' 'retry' 'try to open it so many times more'
		case restart
			printf '%s\t%s\n' 'delay=' 'before it is opened again; doubled for each further try'
			printf '%s\t%s\n' 'interval=' 'between tries, always the same; instead of delay'
			printf '%s\t%s\n' 'jitter=' 'up to so much is added to each delay, at random'
			printf '%s\t%s\n' 'max-delay=' 'longest delay between tries'
			printf '%s\t%s\n' 'restart' 'open it anew when it has ended, or only when it failed'
			printf '%s\t%s\n' 'resume' 'restart=: what did not arrive is sent again'
		case socket
			printf '%s\t%s\n' 'priority=' 'priority of what is sent (SO_PRIORITY)'
			printf '%s\t%s\n' 'sndbuf=' 'send buffer of the socket'
			printf '%s\t%s\n' 'rcvbuf=' 'receive buffer of the socket'
			printf '%s\t%s\n' 'so-linger=' 'SO_LINGER; 0 resets on close'
		case pty
			printf '%s\t%s\n' 'at-end=' 'at the end of its input: the character for it, or nothing'
			printf '%s\t%s\n' 'long-lines=' 'lines above 4095 bytes, which the kernel would cut'
			printf '%s\t%s\n' 'size=' 'its size; by default that of our terminal, or 80x24'
		case limits
			printf '%s\t%s\n' 'rlimit-as=' 'bytes of address space of the process'
			printf '%s\t%s\n' 'rlimit-core=' 'bytes of a core dump'
			printf '%s\t%s\n' 'rlimit-cpu=' 'seconds of CPU time, then SIGXCPU'
			printf '%s\t%s\n' 'rlimit-data=' 'bytes of data and heap'
			printf '%s\t%s\n' 'rlimit-fsize=' 'bytes of a file that it writes'
			printf '%s\t%s\n' 'rlimit-memlock=' 'bytes of memory that it locks'
			printf '%s\t%s\n' 'rlimit-nofile=' 'open descriptors of the process'
			printf '%s\t%s\n' 'rlimit-nproc=' 'processes and threads of its user'
			printf '%s\t%s\n' 'rlimit-stack=' 'bytes of its stack'
		case tcp
			printf '%s\t%s\n' 'bind=' 'local address, numeric'
			printf '%s\t%s\n' 'bindtodevice=' 'use only this interface'
			printf '%s\t%s\n' 'congestion=' 'congestion control (TCP_CONGESTION)'
			printf '%s\t%s\n' 'cork' 'send full segments only (TCP_CORK)'
			printf '%s\t%s\n' 'defer-accept=' 'a listener waits for the client\'s first data'
			printf '%s\t%s\n' 'freebind' 'the local address may be missing still (IP_FREEBIND)'
			printf '%s\t%s\n' 'keepalive' 'probe a silent peer (SO_KEEPALIVE)'
			printf '%s\t%s\n' 'keepcnt=' 'with keepalive: probes without an answer until the end'
			printf '%s\t%s\n' 'keepidle=' 'with keepalive: silence before the first probe'
			printf '%s\t%s\n' 'keepintvl=' 'with keepalive: time between probes'
			printf '%s\t%s\n' 'linger2=' 'wait for the peer\'s end after ours (TCP_LINGER2)'
			printf '%s\t%s\n' 'maxseg=' 'largest segment in bytes (TCP_MAXSEG)'
			printf '%s\t%s\n' 'nodelay' 'send small pieces at once (TCP_NODELAY)'
			printf '%s\t%s\n' 'reuseaddr' 'a listener may start again at once (SO_REUSEADDR)'
			printf '%s\t%s\n' 'reuseport' 'several listeners may share the port'
			printf '%s\t%s\n' 'syncnt=' 'attempts of the kernel to connect (TCP_SYNCNT)'
			printf '%s\t%s\n' 'tos=' 'type of service or traffic class'
			printf '%s\t%s\n' 'ttl=' 'time to live or hop limit'
			printf '%s\t%s\n' 'window-clamp=' 'largest receive window in bytes'
		case proxying
			printf '%s\t%s\n' 'proxy' 'begin with a PROXY protocol header about our client'
		case listen
			printf '%s\t%s\n' 'accept-timeout=' 'give up when no client has come by then'
			printf '%s\t%s\n' 'allow=' 'only these clients: networks, hosts, users, groups'
			printf '%s\t%s\n' 'backlog=' 'clients that may wait to be accepted'
			printf '%s\t%s\n' 'close=' 'share: the other end is closed when nobody is there'
			printf '%s\t%s\n' 'deny=' 'none of these clients, whatever allow= says'
			printf '%s\t%s\n' 'each' 'a new session for every client'
			printf '%s\t%s\n' 'first-byte=' 'end a client that has sent nothing by then'
			printf '%s\t%s\n' 'idle=' 'end a client when nothing has moved for so long'
			printf '%s\t%s\n' 'lines=' 'share=turns: an answer has so many lines'
			printf '%s\t%s\n' 'max=' 'clients at a time; for others see over='
			printf '%s\t%s\n' 'max-per-ip=' 'clients at a time of one address or user; more are refused'
			printf '%s\t%s\n' 'open=' 'share: when the other end is opened'
			printf '%s\t%s\n' 'over=' 'clients above a limit wait in the backlog, or are refused'
			printf '%s\t%s\n' 'prompt=' 'share=turns: an answer ends with what this matches'
			printf '%s\t%s\n' 'quiet=' 'share=turns: an answer ends when nothing came for so long'
			printf '%s\t%s\n' 'rate=' 'new clients in a time; for others see over='
			printf '%s\t%s\n' 'reply' 'each message of a client is a run of the program'
			printf '%s\t%s\n' 'rules=' 'rules for clients in a file, read anew when it changes'
			printf '%s\t%s\n' 'scheme=' 'with each: one loop, a process each, or N loops in threads'
			printf '%s\t%s\n' 'share' 'all clients on one other end: who may write to it'
			printf '%s\t%s\n' 'timeout=' 'end a client after so long, whatever it does'
		case proxied
			printf '%s\t%s\n' 'proxy' 'each connection begins with a PROXY protocol header'
			printf '%s\t%s\n' 'proxy-from=' 'the proxies, as with allow=; default: this machine'
			printf '%s\t%s\n' 'proxy-timeout=' 'time for the PROXY protocol header to come'
		case udp
			printf '%s\t%s\n' 'bind=' 'local address, numeric'
			printf '%s\t%s\n' 'bindtodevice=' 'use only this interface'
			printf '%s\t%s\n' 'broadcast' 'a broadcast address may be sent to (SO_BROADCAST)'
			printf '%s\t%s\n' 'freebind' 'the local address may be missing still (IP_FREEBIND)'
			printf '%s\t%s\n' 'join=' 'multicast groups to receive from'
			printf '%s\t%s\n' 'multicast-if=' 'multicast goes out there'
			printf '%s\t%s\n' 'multicast-loop' 'this machine hears its own multicast'
			printf '%s\t%s\n' 'multicast-ttl=' 'hops of multicast; the system\'s is 1'
			printf '%s\t%s\n' 'reuseaddr' 'others may bind the address too, as multicast has it'
			printf '%s\t%s\n' 'reuseport' 'processes of one user share the port'
			printf '%s\t%s\n' 'tos=' 'type of service or traffic class'
			printf '%s\t%s\n' 'ttl=' 'time to live or hop limit'
		case own-name
			printf '%s\t%s\n' 'bind=' 'our own path or abstract name, that answers go to'
		case bound
			printf '%s\t%s\n' 'group=' 'group of the socket file'
			printf '%s\t%s\n' 'mode=' 'permissions of the socket file'
			printf '%s\t%s\n' 'unlink-close' 'remove the socket file at the end'
			printf '%s\t%s\n' 'unlink-early' 'take the place of a socket even if it is served'
			printf '%s\t%s\n' 'user=' 'owner of the socket file'
		case jobs
			printf '%s\t%s\n' 'jobs=' 'messages worked on at a time, with ack=exit and reply'
			printf '%s\t%s\n' 'reply' 'who asks is answered by one run, whatever its status'
		case of-file
			printf '%s\t%s\n' 'append' 'write at the end'
			printf '%s\t%s\n' 'create' 'make the file if it is missing'
			printf '%s\t%s\n' 'excl' 'with create: it must not be there yet'
			printf '%s\t%s\n' 'group=' 'group of a file that is opened'
			printf '%s\t%s\n' 'mode=' 'permissions of a file that is made, less the umask'
			printf '%s\t%s\n' 'nofollow' 'refuse a symbolic link'
			printf '%s\t%s\n' 'rdonly' 'only read it'
			printf '%s\t%s\n' 'rdwr' 'read and write it, whatever its place on the wire'
			printf '%s\t%s\n' 'seek=' 'begin at this offset'
			printf '%s\t%s\n' 'trunc' 'empty it first'
			printf '%s\t%s\n' 'unlink-close' 'remove it at the end'
			printf '%s\t%s\n' 'user=' 'owner of a file that is opened'
			printf '%s\t%s\n' 'wronly' 'only write it'
		case of-pipe
			printf '%s\t%s\n' 'group=' 'group of a FIFO that is made'
			printf '%s\t%s\n' 'keep' 'do not end when the last writer or reader leaves'
			printf '%s\t%s\n' 'mode=' 'permissions of a FIFO that is made'
			printf '%s\t%s\n' 'unlink-close' 'remove at the end the FIFO that was made'
			printf '%s\t%s\n' 'user=' 'owner of a FIFO that is made'
		case of-socketpair
			printf '%s\t%s\n' 'type=' 'whether messages stay apart, and their end is told'
		case of-pty
			printf '%s\t%s\n' 'group=' 'group of the device'
			printf '%s\t%s\n' 'hold' 'it stays when the other side leaves, who may come again'
			printf '%s\t%s\n' 'link=' 'symbolic link to the device, removed at the end'
			printf '%s\t%s\n' 'mode=' 'permissions of the device'
			printf '%s\t%s\n' 'unlink-early' 'link= may take the place of any symbolic link'
			printf '%s\t%s\n' 'user=' 'owner of the device'
			printf '%s\t%s\n' 'wait-slave' 'wait until somebody opens the device'
		case of-tty
			printf '%s\t%s\n' 'dtr' 'the modem line DTR is raised, or with no lowered'
			printf '%s\t%s\n' 'exclusive' 'nobody else can open it meanwhile, but root'
			printf '%s\t%s\n' 'lock' 'a lock file in /run/lock, or DIR; auto: if that is possible'
			printf '%s\t%s\n' 'low-latency' 'what is received is passed on at once'
			printf '%s\t%s\n' 'rts' 'the modem line RTS is raised, or with no lowered'
		case of-exec
			printf '%s\t%s\n' 'after-exit=' 'how long others may hold its terminal after its end'
			printf '%s\t%s\n' 'chdir=' 'directory the program starts in'
			printf '%s\t%s\n' 'clearenv' 'an empty environment, but for env='
			printf '%s\t%s\n' 'env=' 'sets a variable; may be repeated'
			printf '%s\t%s\n' 'eof-grace=' 'ends the program so long after its end of input'
			printf '%s\t%s\n' 'fdin=' 'descriptor the program reads from'
			printf '%s\t%s\n' 'fdout=' 'descriptor the program writes to'
			printf '%s\t%s\n' 'how=' 'by what means buffer= reaches the program itself'
			printf '%s\t%s\n' 'kill-after=' 'time between HUP, TERM and KILL'
			printf '%s\t%s\n' 'login' 'argv[0] begins with a dash, as for a login shell'
			printf '%s\t%s\n' 'nice=' 'added to our niceness'
			printf '%s\t%s\n' 'path=' 'where the program is looked for, and its PATH'
			printf '%s\t%s\n' 'pool=' 'with each on the listener: so many are started beforehand'
			printf '%s\t%s\n' 'pty' 'a terminal of its own, as for a person; out: only stdout'
			printf '%s\t%s\n' 'setsid' 'a session of its own'
			printf '%s\t%s\n' 'stderr' 'where standard error goes'
			printf '%s\t%s\n' 'stdin=' 'what it reads from; no other address then'
			printf '%s\t%s\n' 'stdout=' 'what it writes to; no other address then'
			printf '%s\t%s\n' 'su=' 'become this user, with its groups'
			printf '%s\t%s\n' 'term=' 'TERM at a terminal of its own; by default ours, or dumb'
			printf '%s\t%s\n' 'umask=' 'umask of the program'
			printf '%s\t%s\n' 'via=' 'how the program is attached to the wire'
		case of-signal
			printf '%s\t%s\n' 'count=' 'its input ends after so many signals'
			printf '%s\t%s\n' 'pid=' 'send to this process what lines say'
			printf '%s\t%s\n' 'pidfile=' 'send to the process whose number is in this file'
		case of-shm
			printf '%s\t%s\n' 'as=' 'its whole content, or a stream from one ipcwire to another'
			printf '%s\t%s\n' 'in-place' 'write into what is there, not a new one in its place'
			printf '%s\t%s\n' 'mode=' 'permissions of what is made, less the umask'
			printf '%s\t%s\n' 'size=' 'bytes of the memory, or of the ring'
		case of-cast
			printf '%s\t%s\n' 'idle-limit=' 'no pause is longer; the recording may say so itself'
			printf '%s\t%s\n' 'speed=' 'how many times as fast as it was recorded'
		case of-queue
			printf '%s\t%s\n' 'ack=' 'what a message is done with; auto: exit for a program'
			printf '%s\t%s\n' 'attempts=' 'a message that failed so often goes to dead/'
			printf '%s\t%s\n' 'delay=' 'time before a message that failed is tried again'
			printf '%s\t%s\n' 'full=' 'what a writer does when limit= is reached'
			printf '%s\t%s\n' 'limit=' 'messages that may wait before nothing more is written'
			printf '%s\t%s\n' 'mode=' 'permissions of its messages, and of directories made'
			printf '%s\t%s\n' 'whole' 'messages are not lines: all of the input is one'
			printf '%s\t%s\n' 'sync=' 'before it is queued, wait for the disk'
			printf '%s\t%s\n' 'until=' 'when reading ends'
		case of-mq
			printf '%s\t%s\n' 'create' 'make the queue if it is missing; a writer does anyway'
			printf '%s\t%s\n' 'maxmsg=' 'messages that a queue that is made can hold'
			printf '%s\t%s\n' 'mode=' 'permissions of a queue that is made'
			printf '%s\t%s\n' 'msgsize=' 'longest message of a queue that is made'
			printf '%s\t%s\n' 'prio=' 'priority of what is written; higher ones are read first'
			printf '%s\t%s\n' 'unlink-close' 'remove the queue at the end'
			printf '%s\t%s\n' 'unlink-early' 'remove the queue first, with what is in it'
			printf '%s\t%s\n' 'until=' 'when reading ends'
		case command-run
			printf '%s\t%s\n' 'against=' 'a recording instead of what open names; the next for the next'
			printf '%s\t%s\n' 'dry-run' 'check the script, print the plan, open nothing'
		case command-replay
			printf '%s\t%s\n' 'as-script' 'print a script for run that does the same'
			printf '%s\t%s\n' 'idle-limit=' 'no pause is longer; the recording may say so itself'
			printf '%s\t%s\n' 'speed=' 'how many times as fast as it was recorded'
		case command-session
			printf '%s\t%s\n' 'keep=' 'start: after its end it can still be asked for so long'
			printf '%s\t%s\n' 'name=' 'start: what the session is called'
		case command-send
		case command-expect
			printf '%s\t%s\n' 'case' 'the status is 10 and the number of the pattern'
		case command-capture
		case command-status
		case command-interact
		case command-wait
			printf '%s\t%s\n' 'limit=' 'wait no longer (status 124)'
	end
end

# Their other names.
function __ipcwire_aliases
	switch $argv[1]
		case common
			printf '%s\n' crnl
		case termios
			printf '%s\n' rawer cfmakeraw ctlecho crterase crtkill prterase hup tandem tab3 vdiscard= veof= veol= veol2= verase= vintr= vkill= vlnext= vmin= vquit= vreprint= vstart= vstop= vsusp= vtime= vwerase=
		case opening
			printf '%s\n' open-timeout=
		case socket
			printf '%s\n' so-priority= so-sndbuf= so-rcvbuf= linger=
		case pty
			printf '%s\n' winsize=
		case tcp
			printf '%s\n' so-bindtodevice= interface= if= tcp-congestion= tcp-cork tcp-defer-accept= ip-freebind ipfreebind so-keepalive tcp-keepcnt= tcp-keepidle= tcp-keepintvl= tcp-linger2= mss= tcp-maxseg= tcp-nodelay so-reuseaddr so-reuseport tcp-syncnt= ip-tos= ip-ttl= tcp-window-clamp=
		case listen
			printf '%s\n' listen-timeout= range= fork max-children= maxchildren=
		case udp
			printf '%s\n' so-bindtodevice= interface= if= so-broadcast ip-freebind ipfreebind ip-add-membership= ipv6-join-group= membership= ip-multicast-if= ip-multicast-loop mcloop ip-multicast-ttl= so-reuseaddr so-reuseport ip-tos= ip-ttl=
		case bound
			printf '%s\n' gid= perm= unlink uid= owner=
		case jobs
			printf '%s\n' max=
		case of-file
			printf '%s\n' o-append creat o-creat o-create o-excl gid= perm= o-nofollow o-rdonly o-rdwr seek-set= lseek= o-trunc uid= owner= o-wronly
		case of-pipe
			printf '%s\n' gid= perm= uid= owner=
		case of-socketpair
			printf '%s\n' socktype=
		case of-pty
			printf '%s\n' gid= symbolic-link= perm= uid= owner= pty-wait-slave waitslave
		case of-tty
			printf '%s\n' excl tiocexcl lockfile
		case of-exec
			printf '%s\n' cd= dash sid substuser=
		case of-shm
			printf '%s\n' perm=
		case of-queue
			printf '%s\n' perm=
		case of-mq
			printf '%s\n' creat o-creat o-create mq-maxmsg= posixmq-maxmsg= perm= mq-msgsize= posixmq-msgsize= mq-prio= posixmq-priority= unlink
	end
end

function __ipcwire_kinds
	printf '%s\t%s\n' 'stdio' 'standard input and standard output'
	printf '%s\t%s\n' 'stdin' 'standard input'
	printf '%s\t%s\n' 'stdout' 'standard output'
	printf '%s\t%s\n' 'stderr' 'standard error'
	printf '%s\t%s\n' 'fd:' 'descriptor N, inherited from who started the program'
	printf '%s\t%s\n' 'file:' 'a file or device that is there'
	printf '%s\t%s\n' 'create:' 'a file that is made, or emptied, and written'
	printf '%s\t%s\n' 'gopen:' 'a path: appended to or made; a socket is connected to'
	printf '%s\t%s\n' 'pipe:' 'a pipe: what is written comes back; with PATH as fifo'
	printf '%s\t%s\n' 'socketpair' 'a pair of sockets: what is written comes back'
	printf '%s\t%s\n' 'fifo:' 'one side of a named pipe, made if missing'
	printf '%s\t%s\n' 'pty' 'a new pseudo-terminal for somebody else to open'
	printf '%s\t%s\n' 'tty:' 'a serial line or other terminal that is there'
	printf '%s\t%s\n' 'exec:' 'a program, no shell; or its words follow --'
	printf '%s\t%s\n' 'system:' 'a command line for sh'
	printf '%s\t%s\n' 'shell:' 'a command line for your shell, or the shell itself'
	printf '%s\t%s\n' 'tcp:' 'a TCP connection'
	printf '%s\t%s\n' 'tcp4:' 'a TCP connection over IPv4'
	printf '%s\t%s\n' 'tcp6:' 'a TCP connection over IPv6'
	printf '%s\t%s\n' 'tcp-listen:' 'TCP clients, on loopback; HOST * is every interface'
	printf '%s\t%s\n' 'tcp4-listen:' 'TCP clients over IPv4, on loopback'
	printf '%s\t%s\n' 'tcp6-listen:' 'TCP clients over IPv6, on loopback'
	printf '%s\t%s\n' 'udp:' 'datagrams to and from one peer'
	printf '%s\t%s\n' 'udp4:' 'datagrams to and from one peer over IPv4'
	printf '%s\t%s\n' 'udp6:' 'datagrams to and from one peer over IPv6'
	printf '%s\t%s\n' 'udp-send:' 'datagrams to one peer, whether it is there or not'
	printf '%s\t%s\n' 'udp-datagram:' 'datagrams to one address, broadcast too, from all'
	printf '%s\t%s\n' 'udp-recv:' 'datagrams from everybody, on loopback; * is all'
	printf '%s\t%s\n' 'udp-listen:' 'UDP clients by their addresses, on loopback; * is all'
	printf '%s\t%s\n' 'udp4-listen:' 'UDP clients over IPv4, on loopback'
	printf '%s\t%s\n' 'udp6-listen:' 'UDP clients over IPv6, on loopback'
	printf '%s\t%s\n' 'udp-recvfrom:' 'one datagram, and any number of answers to it'
	printf '%s\t%s\n' 'unix:' 'a connection to a UNIX socket of any type'
	printf '%s\t%s\n' 'abstract:' 'a connection to an abstract UNIX socket of any type'
	printf '%s\t%s\n' 'unix-seqpacket:' 'a connection of packets to a UNIX socket'
	printf '%s\t%s\n' 'abstract-seqpacket:' 'a connection of packets to an abstract UNIX socket'
	printf '%s\t%s\n' 'unix-dgram:' 'datagrams to and from one UNIX socket'
	printf '%s\t%s\n' 'abstract-dgram:' 'datagrams to and from one abstract UNIX socket'
	printf '%s\t%s\n' 'unix-listen:' 'clients of a UNIX stream socket that is made'
	printf '%s\t%s\n' 'abstract-listen:' 'clients of an abstract UNIX stream socket'
	printf '%s\t%s\n' 'unix-seqpacket-listen:' 'clients of a UNIX socket with packets that is made'
	printf '%s\t%s\n' 'abstract-seqpacket-listen:' 'clients of an abstract UNIX socket with packets'
	printf '%s\t%s\n' 'unix-dgram-listen:' 'senders of UNIX datagrams, by their names'
	printf '%s\t%s\n' 'abstract-dgram-listen:' 'senders to an abstract datagram socket, by their names'
	printf '%s\t%s\n' 'unix-recvfrom:' 'one UNIX datagram, and any number of answers to it'
	printf '%s\t%s\n' 'abstract-recvfrom:' 'the same of an abstract datagram socket'
	printf '%s\t%s\n' 'unix-sendto:' 'datagrams to whoever has a UNIX socket'
	printf '%s\t%s\n' 'abstract-sendto:' 'datagrams to whoever has that abstract name just now'
	printf '%s\t%s\n' 'unix-recv:' 'datagrams from everybody to a UNIX socket'
	printf '%s\t%s\n' 'abstract-recv:' 'datagrams that come to an abstract UNIX socket'
	printf '%s\t%s\n' 'fd-listen:' 'clients of listening sockets that were passed to us'
	printf '%s\t%s\n' 'signal:' 'signals as lines: read, or (pid=, pidfile=) sent'
	printf '%s\t%s\n' 'shm:' 'POSIX shared memory: its content, or a ring'
	printf '%s\t%s\n' 'mmap:' 'a file that programs map: its content, or a ring'
	printf '%s\t%s\n' 'cast:' 'a recording: says what it has, waits for what it was sent'
	printf '%s\t%s\n' 'queue:' 'a work queue: a directory of messages, each for one reader'
	printf '%s\t%s\n' 'mq:' 'a POSIX message queue of the kernel'
	printf '%s\t%s\n' 'null' 'nothing to read, swallows what is written'
	printf '%s\t%s\n' 'zero' 'endless zero bytes, swallows what is written'
	printf '%s\t%s\n' 'text:' 'gives STRING (C escapes are understood), then ends'
	printf '%s\t%s\n' 'stall' 'never readable, never at its end, never writable'
end

# Their other names.
function __ipcwire_kind_aliases
	printf '%s\n' open: creat: echo: serial: tcp-connect: tcp4-connect: tcp6-connect: tcp-l: tcp4-l: tcp6-l: udp-connect: udp4-connect: udp6-connect: udp-sendto: udp-dgram: udp-l: udp4-l: udp6-l: udp4-recvfrom: unix-connect: unix-client: local: abstract-connect: abstract-client: seqpacket: unix-seqpacket-connect: abstract-seqpacket-connect: unix-datagram: abstract-datagram: unix-l: abstract-l: unix-seqpacket-l: seqpacket-listen: abstract-seqpacket-l: unix-dgram-l: unix-datagram-listen: abstract-dgram-l: abstract-datagram-listen: accept-fd: signals: shared-memory: posixmq:
end

function __ipcwire_topics
	printf '%s\n' kinds options status other shape wire bytes traffic dialogue log service ask stdio stdin stdout stderr fd file create gopen pipe socketpair fifo pty tty exec system shell tcp tcp4 tcp6 tcp-listen tcp4-listen tcp6-listen udp udp4 udp6 udp-send udp-datagram udp-recv udp-listen udp4-listen udp6-listen udp-recvfrom unix abstract unix-seqpacket abstract-seqpacket unix-dgram abstract-dgram unix-listen abstract-listen unix-seqpacket-listen abstract-seqpacket-listen unix-dgram-listen abstract-dgram-listen unix-recvfrom abstract-recvfrom unix-sendto abstract-sendto unix-recv abstract-recv fd-listen signal shm mmap cast queue mq null zero text stall block buffer call chain check daemon debug drain end end-wait explain forward expect-timeout backward help hex hub idle list log-file log-format merge on-signal pidfile progress quiet raw-backward raw-forward record ready-fd restart restart-delay restart-limit size no-timeout no-watch stats status status-socket tee timeout verbose watch version send send-raw send-env send-file send-fd key expect expect-eof on capture await-quiet await-read await-noecho eof close-in signal resize interact print log fail exit commands run replay session send expect capture status interact wait
end

function __ipcwire_files
	__fish_complete_path $argv[1]
end
function __ipcwire_dirs
	__fish_complete_directories $argv[1]
end
function __ipcwire_users
	__fish_complete_users
end
function __ipcwire_groups
	__fish_complete_groups
end
function __ipcwire_interfaces
	command ls /sys/class/net 2>/dev/null
end
function __ipcwire_hosts
	printf '%s\n' localhost 127.0.0.1 '[::1]'
	__fish_print_hostnames 2>/dev/null
end
function __ipcwire_services
	test -r /etc/services
	and string match -r '^[a-zA-Z0-9-]+(?=\s+[0-9]+/tcp)' </etc/services
end

# What the value of an option can be: SET,OPTION of an address, --OPTION of the command line; begun as $argv[2].
function __ipcwire_values
	switch $argv[1]
		case --buffer -B common,buffer
			printf '%s\n' asis none line full
		case --call listen,reply jobs,reply
			printf '%s\n' yes status
		case --end
			printf '%s\n' both first left right
		case --explain
			printf '%s\n' text dot
		case --help -h
			__ipcwire_topics $argv[2]
		case --list
			printf '%s\n' kinds options all
		case --log-file --pidfile --raw-backward -R --raw-forward -r --record --status-socket --send-file listen,rules of-pty,link of-pty,symbolic-link of-signal,pidfile command-run,against
			__ipcwire_files $argv[2]
		case --log-format --stats
			printf '%s\n' text json
		case --progress
			printf '%s\n' line json
		case --restart
			printf '%s\n' always failure
		case --restart-limit listen,max listen,max-children listen,maxchildren listen,max-per-ip of-queue,attempts of-queue,limit
			printf '%s\n' none
		case --status
			printf '%s\n' last first worst
		case --watch
			printf '%s\n' fail
		case --log
			__ipcwire_files $argv[2]
			printf '%s\n' on off
		case common,cr common,crlf common,crnl common,from common,to-self termios,raw termios,rawer termios,cfmakeraw termios,sane termios,brkint termios,clocal termios,cread termios,crtscts termios,cstopb termios,echo termios,echoctl termios,ctlecho termios,echoe termios,crterase termios,echok termios,echoke termios,crtkill termios,echonl termios,echoprt termios,prterase termios,hupcl termios,hup termios,icanon termios,icrnl termios,iexten termios,ignbrk termios,igncr termios,ignpar termios,imaxbel termios,inlcr termios,inpck termios,isig termios,istrip termios,iuclc termios,iutf8 termios,ixany termios,ixoff termios,tandem termios,ixon termios,noflsh termios,ocrnl termios,ofdel termios,ofill termios,olcuc termios,onlcr termios,onlret termios,onocr termios,opost termios,parenb termios,parmrk termios,parodd termios,pendin termios,tostop termios,xcase termios,xtabs termios,tab3 retry,forever restart,resume tcp,cork tcp,tcp-cork tcp,freebind tcp,ip-freebind tcp,ipfreebind tcp,keepalive tcp,so-keepalive tcp,nodelay tcp,tcp-nodelay tcp,reuseaddr tcp,so-reuseaddr tcp,reuseport tcp,so-reuseport listen,each listen,fork udp,broadcast udp,so-broadcast udp,freebind udp,ip-freebind udp,ipfreebind udp,multicast-loop udp,ip-multicast-loop udp,mcloop udp,reuseaddr udp,so-reuseaddr udp,reuseport udp,so-reuseport bound,unlink-close bound,unlink-early bound,unlink of-file,append of-file,o-append of-file,create of-file,creat of-file,o-creat of-file,o-create of-file,excl of-file,o-excl of-file,nofollow of-file,o-nofollow of-file,rdonly of-file,o-rdonly of-file,rdwr of-file,o-rdwr of-file,trunc of-file,o-trunc of-file,unlink-close of-file,wronly of-file,o-wronly of-pipe,keep of-pipe,unlink-close of-pty,hold of-pty,unlink-early of-pty,wait-slave of-pty,pty-wait-slave of-pty,waitslave of-tty,dtr of-tty,exclusive of-tty,excl of-tty,tiocexcl of-tty,low-latency of-tty,rts of-exec,clearenv of-exec,login of-exec,dash of-exec,setsid of-exec,sid of-shm,in-place of-queue,whole of-mq,create of-mq,creat of-mq,o-creat of-mq,o-create of-mq,unlink-close of-mq,unlink-early of-mq,unlink
			printf '%s\n' yes no
		case common,flush
			printf '%s\n' never auto
		case common,frame
			printf '%s\n' raw line nul len2 len4
		case common,queue
			printf '%s\n' disk
		case common,slow
			printf '%s\n' auto wait drop close
		case fdpass,fdpass
			printf '%s\n' send take
		case termios,parity
			printf '%s\n' asis none even odd mark space
		case termios,flow
			printf '%s\n' asis none hard soft
		case retry,retry
			printf '%s\n' forever
		case restart,restart
			printf '%s\n' no always failure
		case socket,priority socket,so-priority socket,so-linger socket,linger tcp,defer-accept tcp,tcp-defer-accept tcp,keepcnt tcp,tcp-keepcnt tcp,keepidle tcp,tcp-keepidle tcp,keepintvl tcp,tcp-keepintvl tcp,linger2 tcp,tcp-linger2 tcp,maxseg tcp,mss tcp,tcp-maxseg tcp,syncnt tcp,tcp-syncnt tcp,tos tcp,ip-tos tcp,ttl tcp,ip-ttl tcp,window-clamp tcp,tcp-window-clamp listen,backlog udp,multicast-ttl udp,ip-multicast-ttl udp,tos udp,ip-tos udp,ttl udp,ip-ttl
			printf '%s\n' system
		case pty,at-end
			printf '%s\n' auto eof none
		case pty,long-lines
			printf '%s\n' auto refuse pieces
		case limits,rlimit-as limits,rlimit-core limits,rlimit-cpu limits,rlimit-data limits,rlimit-fsize limits,rlimit-memlock limits,rlimit-nofile limits,rlimit-nproc limits,rlimit-stack
			printf '%s\n' unlimited
		case tcp,bindtodevice tcp,so-bindtodevice tcp,interface tcp,if udp,bindtodevice udp,so-bindtodevice udp,interface udp,if udp,multicast-if udp,ip-multicast-if
			__ipcwire_interfaces $argv[2]
		case proxying,proxy
			printf '%s\n' send send-v2
		case listen,close
			printf '%s\n' never last
		case listen,open
			printf '%s\n' start first
		case listen,over
			printf '%s\n' wait refuse
		case listen,scheme
			printf '%s\n' loop fork threads
		case listen,share
			printf '%s\n' merge turns first
		case proxied,proxy
			printf '%s\n' require
		case udp,join udp,ip-add-membership udp,ipv6-join-group udp,membership bound,group bound,gid of-file,group of-file,gid of-pipe,group of-pipe,gid of-pty,group of-pty,gid
			__ipcwire_groups $argv[2]
		case bound,user bound,uid bound,owner of-file,user of-file,uid of-file,owner of-pipe,user of-pipe,uid of-pipe,owner of-pty,user of-pty,uid of-pty,owner of-exec,su of-exec,substuser
			__ipcwire_users $argv[2]
		case of-socketpair,type of-socketpair,socktype
			printf '%s\n' stream seqpacket datagram
		case of-tty,lock of-tty,lockfile
			__ipcwire_dirs $argv[2]
			printf '%s\n' auto yes no
		case of-exec,after-exit
			printf '%s\n' wait
		case of-exec,chdir of-exec,cd
			__ipcwire_dirs $argv[2]
		case of-exec,how
			printf '%s\n' auto preload pty pty-full env none
		case of-exec,pty
			printf '%s\n' no yes out
		case of-exec,stderr
			__ipcwire_files $argv[2]
			printf '%s\n' inherit log merge null
		case of-exec,via
			printf '%s\n' auto direct pipe socketpair pty
		case of-shm,as
			printf '%s\n' snapshot ring
		case of-cast,speed command-replay,speed
			printf '%s\n' max
		case of-queue,ack
			printf '%s\n' auto exit reply delivered
		case of-queue,full
			printf '%s\n' wait error
		case of-queue,sync
			printf '%s\n' none data full
		case of-queue,until of-mq,until
			printf '%s\n' never empty
	end
end

# A candidate is the whole word: what stands before is put back.
function __ipcwire_prefix
	while read -l line
		printf '%s%s\n' "$argv[1]" $line
	end
end

function __ipcwire_general_value
	set -l word (commandline -ct)
	if string match -q -- '--*=*' $word
		set word (string replace -r '^[^=]*=' '' -- $word)
	end
	__ipcwire_values $argv[1] $word
end

# Those lines of its input that begin with $argv[1]; false: none does.
function __ipcwire_beginning
	set -l pattern '^'(string escape --style=regex -- "$argv[1]")
	set -l found 1
	while read -l line
		string match -q -r -i -- $pattern $line
		and set found 0
		and printf '%s\n' $line
	end
	return $found
end

function __ipcwire_option
	set -l sets (__ipcwire_sets $argv[1])
	for set in $sets
		__ipcwire_options $set
	end | __ipcwire_beginning "$argv[2]"
	and return
	# Other names only where the usual ones do not fit.
	for set in $sets
		__ipcwire_aliases $set
	end
end

function __ipcwire_option_value
	for set in (__ipcwire_sets $argv[1])
		__ipcwire_values $set,$argv[2] $argv[3]
	end
end

function __ipcwire_param
	set -l before $argv[2]
	set -l rest $argv[3]
	set -l params (__ipcwire_params $argv[1])
	while test (count $params) -gt 1
		set -l one (string match -r '^(?:\[[^]]*\]|[^[:]*):' -- $rest)
		or break
		set before $before$one
		set rest (string replace -r '^(?:\[[^]]*\]|[^[:]*):' '' -- $rest)
		set -e params[1]
	end
	switch "$params[1]"
		case '*PATH*' '*FILE*' '*DEV*'
			__fish_complete_path $rest | __ipcwire_prefix $before
		case COMMAND
			complete -C $rest | __ipcwire_prefix $before
	end
	if string match -q -r '(^|\|)HOST($|\|)' -- "$params[1]"
		__ipcwire_hosts | string replace -r '$' (test (count $params) -gt 1; and echo :; or echo '') | __ipcwire_prefix $before
	end
	if string match -q -r '(^|\|)PORT($|\|)' -- "$params[1]"
		__ipcwire_services | __ipcwire_prefix $before
	end
end

function __ipcwire_address
	set -l word (commandline -ct)
	set -l before ''
	if string match -q '*!!*' -- $word
		set before (string replace -r '!![^!]*$' '!!' -- $word)
		set word (string replace -r '^.*!!' '' -- $word)
	end
	set -l kind (string lower -- (string replace -r '[:,].*' '' -- $word))
	test "$kind" = -
	and set kind stdio
	if string match -q '*,*' -- $word
		set -l last (string replace -r '^.*,' '' -- $word)
		set before $before(string replace -r ',[^,]*$' ',' -- $word)
		if string match -q '*=*' -- $last
			set -l option (string replace -r '=.*' '' -- $last)
			set -l start (string replace -r '^[^=]*=' '' -- $last)
			__ipcwire_option_value $kind $option "$start" | __ipcwire_prefix $before$option=
		else
			__ipcwire_option $kind "$last" | __ipcwire_prefix $before
		end
	else if string match -q '*:*' -- $word
		__ipcwire_param $kind $before(string replace -r ':.*' ':' -- $word) (string replace -r '^[^:]*:' '' -- $word)
	else if string match -q '*/*' -- $word
		__fish_complete_path $word | __ipcwire_prefix $before
	else
		begin
			__ipcwire_kinds | __ipcwire_beginning "$word"
			or __ipcwire_kind_aliases
		end | __ipcwire_prefix $before
	end
end

# What follows -- is a program and its arguments: another command line.
function __ipcwire_in_program
	contains -- -- (commandline -opc)
end

function __ipcwire_program
	set -l words (commandline -opc)
	set -l end (contains -i -- -- $words)
	set words (string escape -- $words[(math $end + 1)..-1]) (commandline -ct)
	complete -C (string join ' ' -- $words)
end

function __ipcwire_commands
	printf '%s\n' run replay session send expect capture status interact wait
end

# The words before the one that is written: none, or a command.
function __ipcwire_is_first
	test (count (commandline -opc)) -le 1
end
function __ipcwire_in_command
	set -l words (commandline -opc)
	test "$words[2]" = $argv[1]
end
function __ipcwire_in_any_command
	set -l words (commandline -opc)
	test (count $words) -gt 1
	and contains -- $words[2] (__ipcwire_commands)
end
function __ipcwire_in_wire
	not __ipcwire_in_program
	and not __ipcwire_in_any_command
end

complete -c ipcwire -f -n __ipcwire_in_wire -a '(__ipcwire_address)'
complete -c ipcwire -n __ipcwire_in_any_command -F
complete -c ipcwire -f -n __ipcwire_in_program -a '(__ipcwire_program)'
complete -c ipcwire -n __ipcwire_in_wire -s b -l block -x -d 'most bytes of one read'
complete -c ipcwire -n __ipcwire_in_wire -s B -l buffer -x -a '(__ipcwire_general_value --buffer)' -d 'how output travels without a buffer= of its own'
complete -c ipcwire -n __ipcwire_in_wire -l call -f -a '(__ipcwire_general_value --call)' -d 'send one message, print the reply to it'
complete -c ipcwire -n __ipcwire_in_wire -l chain -f -d 'each end\'s output is the next one\'s input'
complete -c ipcwire -n __ipcwire_in_wire -l check -f -d 'parse and plan, run nothing, say nothing'
complete -c ipcwire -n __ipcwire_in_wire -l daemon -f -d 'go on in the background once all listeners are up'
complete -c ipcwire -n __ipcwire_in_wire -s d -l debug -f -d 'more messages; may be repeated'
complete -c ipcwire -n __ipcwire_in_wire -l drain -x -d 'how long an ending server waits for sessions'
complete -c ipcwire -n __ipcwire_in_wire -l end -x -a '(__ipcwire_general_value --end)' -d 'which direction\'s end is the end of the wire'
complete -c ipcwire -n __ipcwire_in_wire -s t -l end-wait -x -d 'after one direction\'s end wait at most so long'
complete -c ipcwire -n __ipcwire_in_wire -l explain -f -a '(__ipcwire_general_value --explain)' -d 'print the plan, run nothing'
complete -c ipcwire -n __ipcwire_in_wire -s u -l forward -f -d 'only from left to right'
complete -c ipcwire -n __ipcwire_in_wire -l expect-timeout -x -d 'how long a verb waits that does not say it itself'
complete -c ipcwire -n __ipcwire_in_wire -s U -l backward -f -d 'only from right to left'
complete -c ipcwire -n __ipcwire_in_wire -s h -l help -f -a '(__ipcwire_general_value --help)' -d 'this help, or that of a kind, an option, a word'
complete -c ipcwire -n __ipcwire_in_wire -s x -l hex -f -d 'show the traffic on standard error, in hexadecimal'
complete -c ipcwire -n __ipcwire_in_wire -l hub -f -d 'every end hears all the others'
complete -c ipcwire -n __ipcwire_in_wire -s T -l idle -x -d 'end when nothing has moved for so long'
complete -c ipcwire -n __ipcwire_in_wire -l list -f -a '(__ipcwire_general_value --list)' -d 'print all names, for programs'
complete -c ipcwire -n __ipcwire_in_wire -l log-file -x -a '(__ipcwire_general_value --log-file)' -d 'append messages to this file, with time stamps'
complete -c ipcwire -n __ipcwire_in_wire -l log-format -x -a '(__ipcwire_general_value --log-format)' -d 'form of the messages: for people, or JSON lines'
complete -c ipcwire -n __ipcwire_in_wire -l merge -f -d 'all outputs go to the last end'
complete -c ipcwire -n __ipcwire_in_wire -l on-signal -x -d 'on that signal: stats, drain, forward, restart; may be repeated'
complete -c ipcwire -n __ipcwire_in_wire -l pidfile -x -a '(__ipcwire_general_value --pidfile)' -d 'hold this file, with our pid in it; only one can'
complete -c ipcwire -n __ipcwire_in_wire -l progress -f -a '(__ipcwire_general_value --progress)' -d 'show on a terminal how far it is'
complete -c ipcwire -n __ipcwire_in_wire -s q -l quiet -f -d 'fewer messages; errors stay'
complete -c ipcwire -n __ipcwire_in_wire -s R -l raw-backward -x -a '(__ipcwire_general_value --raw-backward)' -d 'append what flows from right to left to this file'
complete -c ipcwire -n __ipcwire_in_wire -s r -l raw-forward -x -a '(__ipcwire_general_value --raw-forward)' -d 'append what flows from left to right to this file'
complete -c ipcwire -n __ipcwire_in_wire -l record -x -a '(__ipcwire_general_value --record)' -d 'write down what flows, and when (asciicast)'
complete -c ipcwire -n __ipcwire_in_wire -l ready-fd -x -d 'write a newline there once all is up'
complete -c ipcwire -n __ipcwire_in_wire -l restart -f -a '(__ipcwire_general_value --restart)' -d 'begin a wire that has ended, or failed, anew'
complete -c ipcwire -n __ipcwire_in_wire -l restart-delay -x -d 'pause before that, longer each time, up to 1m'
complete -c ipcwire -n __ipcwire_in_wire -l restart-limit -x -a '(__ipcwire_general_value --restart-limit)' -d 'so many times at most'
complete -c ipcwire -n __ipcwire_in_wire -l size -x -d 'how many bytes will flow, for --progress'
complete -c ipcwire -n __ipcwire_in_wire -l no-timeout -f -d 'verbs wait as long as it takes'
complete -c ipcwire -n __ipcwire_in_wire -l no-watch -f -d 'a wire that stands still is not looked at'
complete -c ipcwire -n __ipcwire_in_wire -l stats -f -a '(__ipcwire_general_value --stats)' -d 'at the end tell what was moved, and what it cost'
complete -c ipcwire -n __ipcwire_in_wire -l status -x -a '(__ipcwire_general_value --status)' -d 'which program\'s exit status becomes ours'
complete -c ipcwire -n __ipcwire_in_wire -l status-socket -x -a '(__ipcwire_general_value --status-socket)' -d 'answer at this UNIX socket with sessions and counts'
complete -c ipcwire -n __ipcwire_in_wire -l tee -f -d 'the first end\'s output goes to all the others'
complete -c ipcwire -n __ipcwire_in_wire -l timeout -x -d 'end the whole run after so long'
complete -c ipcwire -n __ipcwire_in_wire -s v -l verbose -f -d 'show the traffic on standard error, as text'
complete -c ipcwire -n __ipcwire_in_wire -l watch -x -a '(__ipcwire_general_value --watch)' -d 'after so long (2 s) tell why a wire is still, or fail'
complete -c ipcwire -n __ipcwire_in_wire -s V -l version -f -d 'print the version'
complete -c ipcwire -n __ipcwire_in_wire -l send -x -d 'send a text, and Enter'
complete -c ipcwire -n __ipcwire_in_wire -l send-raw -x -d 'send a text without Enter'
complete -c ipcwire -n __ipcwire_in_wire -l send-env -x -d 'send a secret from the environment, and Enter'
complete -c ipcwire -n __ipcwire_in_wire -l send-file -x -a '(__ipcwire_general_value --send-file)' -d 'send what is in a file, and Enter if it does not end so'
complete -c ipcwire -n __ipcwire_in_wire -l send-fd -x -d 'send a secret, the first line of a descriptor, and Enter'
complete -c ipcwire -n __ipcwire_in_wire -l key -x -d 'press keys: Enter, Up, F1, ^C, M-x'
complete -c ipcwire -n __ipcwire_in_wire -l expect -x -d 'wait for one of the patterns; the leftmost match counts'
complete -c ipcwire -n __ipcwire_in_wire -l expect-eof -f -d 'wait for the end of input'
complete -c ipcwire -n __ipcwire_in_wire -l on -x -d 'whenever a pattern comes while waiting, do this'
complete -c ipcwire -n __ipcwire_in_wire -l capture -x -d 'keep a group of the last match under a name'
complete -c ipcwire -n __ipcwire_in_wire -l await-quiet -x -d 'wait until nothing has come for so long'
complete -c ipcwire -n __ipcwire_in_wire -l await-read -f -d 'wait until the program itself waits for input'
complete -c ipcwire -n __ipcwire_in_wire -l await-noecho -f -d 'wait until the terminal does not echo what is typed'
complete -c ipcwire -n __ipcwire_in_wire -l eof -f -d 'send the end of input (on a terminal its key)'
complete -c ipcwire -n __ipcwire_in_wire -l close-in -f -d 'close what is sent to, for good'
complete -c ipcwire -n __ipcwire_in_wire -l signal -x -d 'send a signal to the program'
complete -c ipcwire -n __ipcwire_in_wire -l resize -x -d 'give the terminal that size'
complete -c ipcwire -n __ipcwire_in_wire -l interact -f -d 'hand over to a person, until a key or a pattern'
complete -c ipcwire -n __ipcwire_in_wire -l print -x -d 'write a line to standard output'
complete -c ipcwire -n __ipcwire_in_wire -l log -x -a '(__ipcwire_general_value --log)' -d 'show what the ends say, do not, or append it to a file'
complete -c ipcwire -n __ipcwire_in_wire -l fail -x -d 'end with status 1 and this message'
complete -c ipcwire -n __ipcwire_in_wire -l exit -x -d 'end with this status (0)'
complete -c ipcwire -f -n '__ipcwire_is_first' -a run -d 'do what a script of a dialogue says'
complete -c ipcwire -n '__ipcwire_in_command run' -l against -x -a '(__ipcwire_general_value command-run,against)' -d 'a recording instead of what open names; the next for the next'
complete -c ipcwire -n '__ipcwire_in_command run' -s n -l dry-run -f -d 'check the script, print the plan, open nothing'
complete -c ipcwire -n '__ipcwire_in_command run' -s d -l debug -f -d 'more messages; may be repeated'
complete -c ipcwire -n '__ipcwire_in_command run' -l expect-timeout -x -d 'how long a verb waits that does not say it itself'
complete -c ipcwire -n '__ipcwire_in_command run' -s h -l help -f -a '(__ipcwire_general_value --help)' -d 'this help, or that of a kind, an option, a word'
complete -c ipcwire -n '__ipcwire_in_command run' -s x -l hex -f -d 'show the traffic on standard error, in hexadecimal'
complete -c ipcwire -n '__ipcwire_in_command run' -l log-file -x -a '(__ipcwire_general_value --log-file)' -d 'append messages to this file, with time stamps'
complete -c ipcwire -n '__ipcwire_in_command run' -l log-format -x -a '(__ipcwire_general_value --log-format)' -d 'form of the messages: for people, or JSON lines'
complete -c ipcwire -n '__ipcwire_in_command run' -s q -l quiet -f -d 'fewer messages; errors stay'
complete -c ipcwire -n '__ipcwire_in_command run' -s R -l raw-backward -x -a '(__ipcwire_general_value --raw-backward)' -d 'append what flows from right to left to this file'
complete -c ipcwire -n '__ipcwire_in_command run' -s r -l raw-forward -x -a '(__ipcwire_general_value --raw-forward)' -d 'append what flows from left to right to this file'
complete -c ipcwire -n '__ipcwire_in_command run' -l record -x -a '(__ipcwire_general_value --record)' -d 'write down what flows, and when (asciicast)'
complete -c ipcwire -n '__ipcwire_in_command run' -l no-timeout -f -d 'verbs wait as long as it takes'
complete -c ipcwire -n '__ipcwire_in_command run' -l no-watch -f -d 'a wire that stands still is not looked at'
complete -c ipcwire -n '__ipcwire_in_command run' -l timeout -x -d 'end the whole run after so long'
complete -c ipcwire -n '__ipcwire_in_command run' -s v -l verbose -f -d 'show the traffic on standard error, as text'
complete -c ipcwire -n '__ipcwire_in_command run' -l watch -x -a '(__ipcwire_general_value --watch)' -d 'after so long (2 s) tell why a wire is still, or fail'
complete -c ipcwire -f -n '__ipcwire_is_first' -a replay -d 'play a recording (asciicast) on standard output'
complete -c ipcwire -n '__ipcwire_in_command replay' -l as-script -f -d 'print a script for run that does the same'
complete -c ipcwire -n '__ipcwire_in_command replay' -s i -l idle-limit -x -d 'no pause is longer; the recording may say so itself'
complete -c ipcwire -n '__ipcwire_in_command replay' -s s -l speed -x -a '(__ipcwire_general_value command-replay,speed)' -d 'how many times as fast as it was recorded'
complete -c ipcwire -n '__ipcwire_in_command replay' -s d -l debug -f -d 'more messages; may be repeated'
complete -c ipcwire -n '__ipcwire_in_command replay' -s h -l help -f -a '(__ipcwire_general_value --help)' -d 'this help, or that of a kind, an option, a word'
complete -c ipcwire -n '__ipcwire_in_command replay' -l log-file -x -a '(__ipcwire_general_value --log-file)' -d 'append messages to this file, with time stamps'
complete -c ipcwire -n '__ipcwire_in_command replay' -l log-format -x -a '(__ipcwire_general_value --log-format)' -d 'form of the messages: for people, or JSON lines'
complete -c ipcwire -n '__ipcwire_in_command replay' -s q -l quiet -f -d 'fewer messages; errors stay'
complete -c ipcwire -n '__ipcwire_in_command replay' -l stats -f -a '(__ipcwire_general_value --stats)' -d 'at the end tell what was moved, and what it cost'
complete -c ipcwire -n '__ipcwire_in_command replay' -l timeout -x -d 'end the whole run after so long'
complete -c ipcwire -f -n '__ipcwire_is_first' -a session -d 'ends kept open in the background, to be talked to'
complete -c ipcwire -n '__ipcwire_in_command session' -s k -l keep -x -d 'start: after its end it can still be asked for so long'
complete -c ipcwire -n '__ipcwire_in_command session' -s n -l name -x -d 'start: what the session is called'
complete -c ipcwire -n '__ipcwire_in_command session' -s d -l debug -f -d 'more messages; may be repeated'
complete -c ipcwire -n '__ipcwire_in_command session' -l expect-timeout -x -d 'how long a verb waits that does not say it itself'
complete -c ipcwire -n '__ipcwire_in_command session' -s h -l help -f -a '(__ipcwire_general_value --help)' -d 'this help, or that of a kind, an option, a word'
complete -c ipcwire -n '__ipcwire_in_command session' -l log-file -x -a '(__ipcwire_general_value --log-file)' -d 'append messages to this file, with time stamps'
complete -c ipcwire -n '__ipcwire_in_command session' -l log-format -x -a '(__ipcwire_general_value --log-format)' -d 'form of the messages: for people, or JSON lines'
complete -c ipcwire -n '__ipcwire_in_command session' -s q -l quiet -f -d 'fewer messages; errors stay'
complete -c ipcwire -n '__ipcwire_in_command session' -l no-timeout -f -d 'verbs wait as long as it takes'
complete -c ipcwire -f -n '__ipcwire_is_first' -a send -d 'send a text, and Enter, to a session'
complete -c ipcwire -n '__ipcwire_in_command send' -s d -l debug -f -d 'more messages; may be repeated'
complete -c ipcwire -n '__ipcwire_in_command send' -l expect-timeout -x -d 'how long a verb waits that does not say it itself'
complete -c ipcwire -n '__ipcwire_in_command send' -s h -l help -f -a '(__ipcwire_general_value --help)' -d 'this help, or that of a kind, an option, a word'
complete -c ipcwire -n '__ipcwire_in_command send' -l log-file -x -a '(__ipcwire_general_value --log-file)' -d 'append messages to this file, with time stamps'
complete -c ipcwire -n '__ipcwire_in_command send' -l log-format -x -a '(__ipcwire_general_value --log-format)' -d 'form of the messages: for people, or JSON lines'
complete -c ipcwire -n '__ipcwire_in_command send' -s q -l quiet -f -d 'fewer messages; errors stay'
complete -c ipcwire -n '__ipcwire_in_command send' -l no-timeout -f -d 'verbs wait as long as it takes'
complete -c ipcwire -f -n '__ipcwire_is_first' -a expect -d 'wait until a session says it; print which pattern'
complete -c ipcwire -n '__ipcwire_in_command expect' -s c -l case -f -d 'the status is 10 and the number of the pattern'
complete -c ipcwire -n '__ipcwire_in_command expect' -s d -l debug -f -d 'more messages; may be repeated'
complete -c ipcwire -n '__ipcwire_in_command expect' -l expect-timeout -x -d 'how long a verb waits that does not say it itself'
complete -c ipcwire -n '__ipcwire_in_command expect' -s h -l help -f -a '(__ipcwire_general_value --help)' -d 'this help, or that of a kind, an option, a word'
complete -c ipcwire -n '__ipcwire_in_command expect' -l log-file -x -a '(__ipcwire_general_value --log-file)' -d 'append messages to this file, with time stamps'
complete -c ipcwire -n '__ipcwire_in_command expect' -l log-format -x -a '(__ipcwire_general_value --log-format)' -d 'form of the messages: for people, or JSON lines'
complete -c ipcwire -n '__ipcwire_in_command expect' -s q -l quiet -f -d 'fewer messages; errors stay'
complete -c ipcwire -n '__ipcwire_in_command expect' -l no-timeout -f -d 'verbs wait as long as it takes'
complete -c ipcwire -f -n '__ipcwire_is_first' -a capture -d 'print a group of the last match in a session'
complete -c ipcwire -n '__ipcwire_in_command capture' -s d -l debug -f -d 'more messages; may be repeated'
complete -c ipcwire -n '__ipcwire_in_command capture' -s h -l help -f -a '(__ipcwire_general_value --help)' -d 'this help, or that of a kind, an option, a word'
complete -c ipcwire -n '__ipcwire_in_command capture' -l log-file -x -a '(__ipcwire_general_value --log-file)' -d 'append messages to this file, with time stamps'
complete -c ipcwire -n '__ipcwire_in_command capture' -l log-format -x -a '(__ipcwire_general_value --log-format)' -d 'form of the messages: for people, or JSON lines'
complete -c ipcwire -n '__ipcwire_in_command capture' -s q -l quiet -f -d 'fewer messages; errors stay'
complete -c ipcwire -f -n '__ipcwire_is_first' -a status -d 'print what a session does'
complete -c ipcwire -n '__ipcwire_in_command status' -s d -l debug -f -d 'more messages; may be repeated'
complete -c ipcwire -n '__ipcwire_in_command status' -s h -l help -f -a '(__ipcwire_general_value --help)' -d 'this help, or that of a kind, an option, a word'
complete -c ipcwire -n '__ipcwire_in_command status' -l log-file -x -a '(__ipcwire_general_value --log-file)' -d 'append messages to this file, with time stamps'
complete -c ipcwire -n '__ipcwire_in_command status' -l log-format -x -a '(__ipcwire_general_value --log-format)' -d 'form of the messages: for people, or JSON lines'
complete -c ipcwire -n '__ipcwire_in_command status' -s q -l quiet -f -d 'fewer messages; errors stay'
complete -c ipcwire -f -n '__ipcwire_is_first' -a interact -d 'attach to a session in person; ^] detaches'
complete -c ipcwire -n '__ipcwire_in_command interact' -s d -l debug -f -d 'more messages; may be repeated'
complete -c ipcwire -n '__ipcwire_in_command interact' -s h -l help -f -a '(__ipcwire_general_value --help)' -d 'this help, or that of a kind, an option, a word'
complete -c ipcwire -n '__ipcwire_in_command interact' -l log-file -x -a '(__ipcwire_general_value --log-file)' -d 'append messages to this file, with time stamps'
complete -c ipcwire -n '__ipcwire_in_command interact' -l log-format -x -a '(__ipcwire_general_value --log-format)' -d 'form of the messages: for people, or JSON lines'
complete -c ipcwire -n '__ipcwire_in_command interact' -s q -l quiet -f -d 'fewer messages; errors stay'
complete -c ipcwire -f -n '__ipcwire_is_first' -a wait -d 'wait for a session\'s end; the status is its program\'s'
complete -c ipcwire -n '__ipcwire_in_command wait' -s t -l limit -x -d 'wait no longer (status 124)'
complete -c ipcwire -n '__ipcwire_in_command wait' -s d -l debug -f -d 'more messages; may be repeated'
complete -c ipcwire -n '__ipcwire_in_command wait' -s h -l help -f -a '(__ipcwire_general_value --help)' -d 'this help, or that of a kind, an option, a word'
complete -c ipcwire -n '__ipcwire_in_command wait' -l log-file -x -a '(__ipcwire_general_value --log-file)' -d 'append messages to this file, with time stamps'
complete -c ipcwire -n '__ipcwire_in_command wait' -l log-format -x -a '(__ipcwire_general_value --log-format)' -d 'form of the messages: for people, or JSON lines'
complete -c ipcwire -n '__ipcwire_in_command wait' -s q -l quiet -f -d 'fewer messages; errors stay'
