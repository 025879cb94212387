# bash completion of ipcwire. Generated from completions/ipcwire.bash.in and the tables in the program: make gen.
# shellcheck shell=bash

# The sets of options that a kind takes in an address.
_ipcwire_sets()
{
	case $1 in
	stdio | stdin | fd) echo 'common fdpass terminal termios' ;;
	stdout | stderr) echo 'common fdpass' ;;
	file | open | create | creat | gopen) echo 'of-file common opening termios retry restart' ;;
	pipe | echo | fifo) echo 'of-pipe common opening retry restart' ;;
	socketpair) echo 'of-socketpair common socket' ;;
	pty) echo 'of-pty common pty termios retry restart' ;;
	tty | serial) echo 'of-tty common terminal termios retry restart' ;;
	exec | system | shell) echo 'of-exec common limits restart pty termios' ;;
	tcp | tcp-connect | tcp4 | tcp4-connect | tcp6 | tcp6-connect) echo 'common tcp socket opening retry restart proxying' ;;
	tcp-listen | tcp-l | tcp4-listen | tcp4-l | tcp6-listen | tcp6-l) echo 'common listen tcp socket retry restart limits proxied' ;;
	udp | udp-connect | udp4 | udp4-connect | udp6 | udp6-connect | udp-send | udp-sendto | udp-datagram | udp-dgram | udp-recv) echo 'common udp socket opening retry' ;;
	udp-listen | udp-l | udp4-listen | udp4-l | udp6-listen | udp6-l | udp-recvfrom | udp4-recvfrom) echo 'common listen udp socket retry limits' ;;
	unix | unix-connect | unix-client | local | abstract | abstract-connect | abstract-client) echo 'common socket opening retry restart fdpass proxying' ;;
	unix-seqpacket | seqpacket | unix-seqpacket-connect | abstract-seqpacket | abstract-seqpacket-connect) echo 'common socket opening retry restart' ;;
	unix-dgram | unix-datagram | abstract-dgram | abstract-datagram) echo 'common socket own-name opening retry restart' ;;
	unix-listen | unix-l) echo 'common listen bound socket retry restart limits proxied fdpass' ;;
	abstract-listen | abstract-l) echo 'common listen socket retry restart limits proxied fdpass' ;;
	unix-seqpacket-listen | unix-seqpacket-l | seqpacket-listen | unix-dgram-listen | unix-dgram-l | unix-datagram-listen | unix-recvfrom) echo 'common listen bound socket retry restart limits' ;;
	abstract-seqpacket-listen | abstract-seqpacket-l | abstract-dgram-listen | abstract-dgram-l | abstract-datagram-listen | abstract-recvfrom) echo 'common listen socket retry restart limits' ;;
	unix-sendto | abstract-sendto) echo 'common socket own-name retry' ;;
	unix-recv) echo 'common bound socket retry' ;;
	abstract-recv) echo 'common socket retry' ;;
	fd-listen | accept-fd) echo 'common listen tcp socket limits proxied' ;;
	signal | signals) echo 'of-signal common' ;;
	shm | shared-memory | mmap) echo 'of-shm common opening' ;;
	cast) echo 'of-cast common' ;;
	queue) echo 'of-queue common jobs' ;;
	mq | posixmq) echo 'of-mq common' ;;
	null | zero | text | stall) echo 'common' ;;
	esac
}

# The options of a set; '=' at the end: with a value.
_ipcwire_options()
{
	case $1 in
	common) echo 'buffer= cr crlf flush= frame= frame-max= from queue= readbytes= slow= to-self' ;;
	fdpass) echo 'fdpass' ;;
	terminal) echo 'escape=' ;;
	termios) echo 'raw sane baud= ispeed= ospeed= csize= parity= flow= brkint clocal cread crtscts cstopb echo echoctl echoe echok echoke echonl echoprt hupcl icanon icrnl iexten ignbrk igncr ignpar imaxbel inlcr inpck isig istrip iuclc iutf8 ixany ixoff ixon noflsh ocrnl ofdel ofill olcuc onlcr onlret onocr opost parenb parmrk parodd pendin tostop xcase xtabs discard= eof= eol= eol2= erase= intr= kill= lnext= min= quit= rprnt= start= stop= susp= time= werase=' ;;
	opening) echo 'connect-timeout=' ;;
	retry) echo 'forever retry' ;;
	restart) echo 'delay= interval= jitter= max-delay= restart resume' ;;
	socket) echo 'priority= sndbuf= rcvbuf= so-linger=' ;;
	pty) echo 'at-end= long-lines= size=' ;;
	limits) echo 'rlimit-as= rlimit-core= rlimit-cpu= rlimit-data= rlimit-fsize= rlimit-memlock= rlimit-nofile= rlimit-nproc= rlimit-stack=' ;;
	tcp) echo 'bind= bindtodevice= congestion= cork defer-accept= freebind keepalive keepcnt= keepidle= keepintvl= linger2= maxseg= nodelay reuseaddr reuseport syncnt= tos= ttl= window-clamp=' ;;
	proxying) echo 'proxy' ;;
	listen) echo 'accept-timeout= allow= backlog= close= deny= each first-byte= idle= lines= max= max-per-ip= open= over= prompt= quiet= rate= reply rules= scheme= share timeout=' ;;
	proxied) echo 'proxy proxy-from= proxy-timeout=' ;;
	udp) echo 'bind= bindtodevice= broadcast freebind join= multicast-if= multicast-loop multicast-ttl= reuseaddr reuseport tos= ttl=' ;;
	own-name) echo 'bind=' ;;
	bound) echo 'group= mode= unlink-close unlink-early user=' ;;
	jobs) echo 'jobs= reply' ;;
	of-file) echo 'append create excl group= mode= nofollow rdonly rdwr seek= trunc unlink-close user= wronly' ;;
	of-pipe) echo 'group= keep mode= unlink-close user=' ;;
	of-socketpair) echo 'type=' ;;
	of-pty) echo 'group= hold link= mode= unlink-early user= wait-slave' ;;
	of-tty) echo 'dtr exclusive lock low-latency rts' ;;
	of-exec) echo 'after-exit= chdir= clearenv env= eof-grace= fdin= fdout= how= kill-after= login nice= path= pool= pty setsid stderr stdin= stdout= su= term= umask= via=' ;;
	of-signal) echo 'count= pid= pidfile=' ;;
	of-shm) echo 'as= in-place mode= size=' ;;
	of-cast) echo 'idle-limit= speed=' ;;
	of-queue) echo 'ack= attempts= delay= full= limit= mode= whole sync= until=' ;;
	of-mq) echo 'create maxmsg= mode= msgsize= prio= unlink-close unlink-early until=' ;;
	command-run) echo 'against= dry-run' ;;
	command-replay) echo 'as-script idle-limit= speed=' ;;
	command-session) echo 'keep= name=' ;;
	command-expect) echo 'case' ;;
	command-wait) echo 'limit=' ;;
	esac
}

# Their other names.
_ipcwire_aliases()
{
	case $1 in
	common) echo 'crnl' ;;
	termios) echo 'rawer cfmakeraw ctlecho crterase crtkill prterase hup tandem tab3 vdiscard= veof= veol= veol2= verase= vintr= vkill= vlnext= vmin= vquit= vreprint= vstart= vstop= vsusp= vtime= vwerase=' ;;
	opening) echo 'open-timeout=' ;;
	socket) echo 'so-priority= so-sndbuf= so-rcvbuf= linger=' ;;
	pty) echo 'winsize=' ;;
	tcp) echo 'so-bindtodevice= interface= if= tcp-congestion= tcp-cork tcp-defer-accept= ip-freebind ipfreebind so-keepalive tcp-keepcnt= tcp-keepidle= tcp-keepintvl= tcp-linger2= mss= tcp-maxseg= tcp-nodelay so-reuseaddr so-reuseport tcp-syncnt= ip-tos= ip-ttl= tcp-window-clamp=' ;;
	listen) echo 'listen-timeout= range= fork max-children= maxchildren=' ;;
	udp) echo 'so-bindtodevice= interface= if= so-broadcast ip-freebind ipfreebind ip-add-membership= ipv6-join-group= membership= ip-multicast-if= ip-multicast-loop mcloop ip-multicast-ttl= so-reuseaddr so-reuseport ip-tos= ip-ttl=' ;;
	bound) echo 'gid= perm= unlink uid= owner=' ;;
	jobs) echo 'max=' ;;
	of-file) echo 'o-append creat o-creat o-create o-excl gid= perm= o-nofollow o-rdonly o-rdwr seek-set= lseek= o-trunc uid= owner= o-wronly' ;;
	of-pipe) echo 'gid= perm= uid= owner=' ;;
	of-socketpair) echo 'socktype=' ;;
	of-pty) echo 'gid= symbolic-link= perm= uid= owner= pty-wait-slave waitslave' ;;
	of-tty) echo 'excl tiocexcl lockfile' ;;
	of-exec) echo 'cd= dash sid substuser=' ;;
	of-shm) echo 'perm=' ;;
	of-queue) echo 'perm=' ;;
	of-mq) echo 'creat o-creat o-create mq-maxmsg= posixmq-maxmsg= perm= mq-msgsize= posixmq-msgsize= mq-prio= posixmq-priority= unlink' ;;
	esac
}

# What the value of an option can be: SET,OPTION of an address, --OPTION or -LETTER of the command line.
_ipcwire_values()
{
	case $1 in
	--buffer | -B | common,buffer) echo 'asis none line full' ;;
	--call | listen,reply | jobs,reply) echo 'yes status' ;;
	--end) echo 'both first left right' ;;
	--explain) echo 'text dot' ;;
	--help | -h) echo '@topic' ;;
	--list) echo 'kinds options all' ;;
	--log-file | --pidfile | --raw-backward | -R | --raw-forward | -r | --record | --status-socket | --send-file | listen,rules | of-pty,link | of-pty,symbolic-link | of-signal,pidfile | command-run,against) echo '@file' ;;
	--log-format | --stats) echo 'text json' ;;
	--progress) echo 'line json' ;;
	--restart) echo 'always failure' ;;
	--restart-limit | listen,max | listen,max-children | listen,maxchildren | listen,max-per-ip | of-queue,attempts | of-queue,limit) echo 'none' ;;
	--status) echo 'last first worst' ;;
	--watch) echo 'fail' ;;
	--log) echo '@file on off' ;;
	common,cr | common,crlf | common,crnl | common,from | common,to-self | termios,raw | termios,rawer | termios,cfmakeraw | termios,sane | termios,brkint | termios,clocal | termios,cread | termios,crtscts | termios,cstopb | termios,echo | termios,echoctl | termios,ctlecho | termios,echoe | termios,crterase | termios,echok | termios,echoke | termios,crtkill | termios,echonl | termios,echoprt | termios,prterase | termios,hupcl | termios,hup | termios,icanon | termios,icrnl | termios,iexten | termios,ignbrk | termios,igncr | termios,ignpar | termios,imaxbel | termios,inlcr | termios,inpck | termios,isig | termios,istrip | termios,iuclc | termios,iutf8 | termios,ixany | termios,ixoff | termios,tandem | termios,ixon | termios,noflsh | termios,ocrnl | termios,ofdel | termios,ofill | termios,olcuc | termios,onlcr | termios,onlret | termios,onocr | termios,opost | termios,parenb | termios,parmrk | termios,parodd | termios,pendin | termios,tostop | termios,xcase | termios,xtabs | termios,tab3 | retry,forever | restart,resume | tcp,cork | tcp,tcp-cork | tcp,freebind | tcp,ip-freebind | tcp,ipfreebind | tcp,keepalive | tcp,so-keepalive | tcp,nodelay | tcp,tcp-nodelay | tcp,reuseaddr | tcp,so-reuseaddr | tcp,reuseport | tcp,so-reuseport | listen,each | listen,fork | udp,broadcast | udp,so-broadcast | udp,freebind | udp,ip-freebind | udp,ipfreebind | udp,multicast-loop | udp,ip-multicast-loop | udp,mcloop | udp,reuseaddr | udp,so-reuseaddr | udp,reuseport | udp,so-reuseport | bound,unlink-close | bound,unlink-early | bound,unlink | of-file,append | of-file,o-append | of-file,create | of-file,creat | of-file,o-creat | of-file,o-create | of-file,excl | of-file,o-excl | of-file,nofollow | of-file,o-nofollow | of-file,rdonly | of-file,o-rdonly | of-file,rdwr | of-file,o-rdwr | of-file,trunc | of-file,o-trunc | of-file,unlink-close | of-file,wronly | of-file,o-wronly | of-pipe,keep | of-pipe,unlink-close | of-pty,hold | of-pty,unlink-early | of-pty,wait-slave | of-pty,pty-wait-slave | of-pty,waitslave | of-tty,dtr | of-tty,exclusive | of-tty,excl | of-tty,tiocexcl | of-tty,low-latency | of-tty,rts | of-exec,clearenv | of-exec,login | of-exec,dash | of-exec,setsid | of-exec,sid | of-shm,in-place | of-queue,whole | of-mq,create | of-mq,creat | of-mq,o-creat | of-mq,o-create | of-mq,unlink-close | of-mq,unlink-early | of-mq,unlink) echo 'yes no' ;;
	common,flush) echo 'never auto' ;;
	common,frame) echo 'raw line nul len2 len4' ;;
	common,queue) echo 'disk' ;;
	common,slow) echo 'auto wait drop close' ;;
	fdpass,fdpass) echo 'send take' ;;
	termios,parity) echo 'asis none even odd mark space' ;;
	termios,flow) echo 'asis none hard soft' ;;
	retry,retry) echo 'forever' ;;
	restart,restart) echo 'no always failure' ;;
	socket,priority | socket,so-priority | socket,so-linger | socket,linger | tcp,defer-accept | tcp,tcp-defer-accept | tcp,keepcnt | tcp,tcp-keepcnt | tcp,keepidle | tcp,tcp-keepidle | tcp,keepintvl | tcp,tcp-keepintvl | tcp,linger2 | tcp,tcp-linger2 | tcp,maxseg | tcp,mss | tcp,tcp-maxseg | tcp,syncnt | tcp,tcp-syncnt | tcp,tos | tcp,ip-tos | tcp,ttl | tcp,ip-ttl | tcp,window-clamp | tcp,tcp-window-clamp | listen,backlog | udp,multicast-ttl | udp,ip-multicast-ttl | udp,tos | udp,ip-tos | udp,ttl | udp,ip-ttl) echo 'system' ;;
	pty,at-end) echo 'auto eof none' ;;
	pty,long-lines) echo 'auto refuse pieces' ;;
	limits,rlimit-as | limits,rlimit-core | limits,rlimit-cpu | limits,rlimit-data | limits,rlimit-fsize | limits,rlimit-memlock | limits,rlimit-nofile | limits,rlimit-nproc | limits,rlimit-stack) echo 'unlimited' ;;
	tcp,bindtodevice | tcp,so-bindtodevice | tcp,interface | tcp,if | udp,bindtodevice | udp,so-bindtodevice | udp,interface | udp,if | udp,multicast-if | udp,ip-multicast-if) echo '@interface' ;;
	proxying,proxy) echo 'send send-v2' ;;
	listen,close) echo 'never last' ;;
	listen,open) echo 'start first' ;;
	listen,over) echo 'wait refuse' ;;
	listen,scheme) echo 'loop fork threads' ;;
	listen,share) echo 'merge turns first' ;;
	proxied,proxy) echo 'require' ;;
	udp,join | udp,ip-add-membership | udp,ipv6-join-group | udp,membership | bound,group | bound,gid | of-file,group | of-file,gid | of-pipe,group | of-pipe,gid | of-pty,group | of-pty,gid) echo '@group' ;;
	bound,user | bound,uid | bound,owner | of-file,user | of-file,uid | of-file,owner | of-pipe,user | of-pipe,uid | of-pipe,owner | of-pty,user | of-pty,uid | of-pty,owner | of-exec,su | of-exec,substuser) echo '@user' ;;
	of-socketpair,type | of-socketpair,socktype) echo 'stream seqpacket datagram' ;;
	of-tty,lock | of-tty,lockfile) echo 'auto yes no @dir' ;;
	of-exec,after-exit) echo 'wait' ;;
	of-exec,chdir | of-exec,cd) echo '@dir' ;;
	of-exec,how) echo 'auto preload pty pty-full env none' ;;
	of-exec,pty) echo 'no yes out' ;;
	of-exec,stderr) echo 'inherit log merge null @file' ;;
	of-exec,via) echo 'auto direct pipe socketpair pty' ;;
	of-shm,as) echo 'snapshot ring' ;;
	of-cast,speed | command-replay,speed) echo 'max' ;;
	of-queue,ack) echo 'auto exit reply delivered' ;;
	of-queue,full) echo 'wait error' ;;
	of-queue,sync) echo 'none data full' ;;
	of-queue,until | of-mq,until) echo 'never empty' ;;
	esac
}

# What the parameters of a kind are.
_ipcwire_params()
{
	case $1 in
	fd) echo 'N' ;;
	file | open | create | creat | gopen | pipe | echo | fifo | unix | unix-connect | unix-client | local | unix-seqpacket | seqpacket | unix-seqpacket-connect | unix-dgram | unix-datagram | unix-listen | unix-l | unix-seqpacket-listen | unix-seqpacket-l | seqpacket-listen | unix-dgram-listen | unix-dgram-l | unix-datagram-listen | unix-recvfrom | unix-sendto | unix-recv | queue) echo 'PATH' ;;
	tty | serial) echo 'DEVICE' ;;
	exec | system | shell) echo 'COMMAND' ;;
	tcp | tcp-connect | tcp4 | tcp4-connect | tcp6 | tcp6-connect | udp | udp-connect | udp4 | udp4-connect | udp6 | udp6-connect | udp-send | udp-sendto) echo 'HOST PORT' ;;
	tcp-listen | tcp-l | tcp4-listen | tcp4-l | tcp6-listen | tcp6-l | udp-recv | udp-listen | udp-l | udp4-listen | udp4-l | udp6-listen | udp6-l | udp-recvfrom | udp4-recvfrom) echo 'HOST|PORT PORT' ;;
	udp-datagram | udp-dgram) echo 'ADDRESS PORT' ;;
	abstract | abstract-connect | abstract-client | abstract-seqpacket | abstract-seqpacket-connect | abstract-dgram | abstract-datagram | abstract-listen | abstract-l | abstract-seqpacket-listen | abstract-seqpacket-l | abstract-dgram-listen | abstract-dgram-l | abstract-datagram-listen | abstract-recvfrom | abstract-sendto | abstract-recv) echo 'NAME' ;;
	fd-listen | accept-fd) echo 'N|NAME' ;;
	signal | signals) echo 'NAME+NAME...' ;;
	shm | shared-memory | mq | posixmq) echo '/NAME' ;;
	mmap | cast) echo 'FILE' ;;
	text) echo 'STRING' ;;
	esac
}

# The options of a command.
_ipcwire_command_options()
{
	case $1 in
	run) echo '--against= --dry-run --debug --expect-timeout= --help --hex --log-file= --log-format= --quiet --raw-backward= --raw-forward= --record= --no-timeout --no-watch --timeout= --verbose --watch=' ;;
	replay) echo '--as-script --idle-limit= --speed= --debug --help --log-file= --log-format= --quiet --stats --timeout=' ;;
	session) echo '--keep= --name= --debug --expect-timeout= --help --log-file= --log-format= --quiet --no-timeout' ;;
	send) echo '--debug --expect-timeout= --help --log-file= --log-format= --quiet --no-timeout' ;;
	expect) echo '--case --debug --expect-timeout= --help --log-file= --log-format= --quiet --no-timeout' ;;
	capture) echo '--debug --help --log-file= --log-format= --quiet' ;;
	status) echo '--debug --help --log-file= --log-format= --quiet' ;;
	interact) echo '--debug --help --log-file= --log-format= --quiet' ;;
	wait) echo '--limit= --debug --help --log-file= --log-format= --quiet' ;;
	esac
}

# General options whose value may be the next word.
_ipcwire_takes_value()
{
	case $1 in
	--block | -b | --buffer | -B | --drain | --end | --end-wait | -t | --expect-timeout | --idle | -T | --log-file | --log-format | --on-signal | --pidfile | --raw-backward | -R | --raw-forward | -r | --record | --ready-fd | --restart-delay | --restart-limit | --size | --status | --status-socket | --timeout | --watch | --send | --send-raw | --send-env | --send-file | --send-fd | --key | --expect | --on | --capture | --await-quiet | --signal | --resize | --print | --log | --fail | --exit) return 0 ;;
	esac
	return 1
}

_ipcwire_kinds='stdio stdin stdout stderr fd: file: create: gopen: pipe: socketpair fifo: pty tty: exec: system: shell: tcp: tcp4: tcp6: tcp-listen: tcp4-listen: tcp6-listen: udp: udp4: udp6: udp-send: udp-datagram: udp-recv: udp-listen: udp4-listen: udp6-listen: udp-recvfrom: unix: abstract: unix-seqpacket: abstract-seqpacket: unix-dgram: abstract-dgram: unix-listen: abstract-listen: unix-seqpacket-listen: abstract-seqpacket-listen: unix-dgram-listen: abstract-dgram-listen: unix-recvfrom: abstract-recvfrom: unix-sendto: abstract-sendto: unix-recv: abstract-recv: fd-listen: signal: shm: mmap: cast: queue: mq: null zero text: stall'
_ipcwire_kind_aliases='open: creat: echo: serial: tcp-connect: tcp4-connect: tcp6-connect: tcp-l: tcp4-l: tcp6-l: udp-connect: udp4-connect: udp6-connect: udp-sendto: udp-dgram: udp-l: udp4-l: udp6-l: udp4-recvfrom: unix-connect: unix-client: local: abstract-connect: abstract-client: seqpacket: unix-seqpacket-connect: abstract-seqpacket-connect: unix-datagram: abstract-datagram: unix-l: abstract-l: unix-seqpacket-l: seqpacket-listen: abstract-seqpacket-l: unix-dgram-l: unix-datagram-listen: abstract-dgram-l: abstract-datagram-listen: accept-fd: signals: shared-memory: posixmq:'
_ipcwire_general='-b -B -d -t -u -U -h -x -T -q -R -r -v -V --block= --buffer= --call --chain --check --daemon --debug --drain= --end= --end-wait= --explain --forward --expect-timeout= --backward --help --hex --hub --idle= --list --log-file= --log-format= --merge --on-signal= --pidfile= --progress --quiet --raw-backward= --raw-forward= --record= --ready-fd= --restart --restart-delay= --restart-limit= --size= --no-timeout --no-watch --stats --status= --status-socket= --tee --timeout= --verbose --watch= --version --send= --send-raw= --send-env= --send-file= --send-fd= --key= --expect= --expect-eof --on= --capture= --await-quiet= --await-read --await-noecho --eof --close-in --signal= --resize= --interact --print= --log= --fail= --exit='
_ipcwire_commands='run replay session send expect capture status interact wait'
_ipcwire_topics='kinds options status other shape wire bytes traffic dialogue log service ask stdio stdin stdout stderr fd file create gopen pipe socketpair fifo pty tty exec system shell tcp tcp4 tcp6 tcp-listen tcp4-listen tcp6-listen udp udp4 udp6 udp-send udp-datagram udp-recv udp-listen udp4-listen udp6-listen udp-recvfrom unix abstract unix-seqpacket abstract-seqpacket unix-dgram abstract-dgram unix-listen abstract-listen unix-seqpacket-listen abstract-seqpacket-listen unix-dgram-listen abstract-dgram-listen unix-recvfrom abstract-recvfrom unix-sendto abstract-sendto unix-recv abstract-recv fd-listen signal shm mmap cast queue mq null zero text stall block buffer call chain check daemon debug drain end end-wait explain forward expect-timeout backward help hex hub idle list log-file log-format merge on-signal pidfile progress quiet raw-backward raw-forward record ready-fd restart restart-delay restart-limit size no-timeout no-watch stats status status-socket tee timeout verbose watch version send send-raw send-env send-file send-fd key expect expect-eof on capture await-quiet await-read await-noecho eof close-in signal resize interact print log fail exit commands run replay session send expect capture status interact wait'

# Adds the lines of $2, each with $1 before it.
_ipcwire_reply()
{
	local one
	[[ -n $2 ]] || return 0
	while IFS= read -r one; do
		COMPREPLY+=("$1$one")
	done <<<"$2"
}

# Those of the words $3 that begin with $2, or if there are none, of the words $4; $1 stands before them.
_ipcwire_reply_words()
{
	local made
	made=$(compgen -W "$3" -- "$2")
	[[ -n $made ]] || made=$(compgen -W "$4" -- "$2")
	_ipcwire_reply "$1" "$made"
}

# File names that begin with $2; $1 stands before them.
_ipcwire_reply_files()
{
	compopt -o filenames 2>/dev/null
	_ipcwire_reply "$1" "$(compgen -f -- "$2")"
}

# Host names that begin with $1, with $2 behind them.
_ipcwire_hosts()
{
	compgen -A hostname -S "$2" -- "$1"
	compgen -W 'localhost 127.0.0.1 [::1]' -S "$2" -- "$1"
}

_ipcwire_services()
{
	[[ -r /etc/services ]] || return 0
	compgen -W "$(awk '!/^#/ && $2 ~ /\/tcp$/ { print $1 }' /etc/services)" -- "$1"
}

# Completes the choices $3 of a value that begins with $2; $1 stands before it in the word.
_ipcwire_reply_values()
{
	local one
	for one in $3; do
		case $one in
		@file) _ipcwire_reply_files "$1" "$2" ;;
		@dir)
			compopt -o filenames 2>/dev/null
			_ipcwire_reply "$1" "$(compgen -d -- "$2")"
			;;
		@user) _ipcwire_reply "$1" "$(compgen -u -- "$2")" ;;
		@group) _ipcwire_reply "$1" "$(compgen -g -- "$2")" ;;
		@interface) _ipcwire_reply "$1" "$(cd /sys/class/net 2>/dev/null && compgen -f -- "$2")" ;;
		@kind) _ipcwire_reply_words "$1" "$2" "${_ipcwire_kinds//:/}" '' ;;
		@topic) _ipcwire_reply_words "$1" "$2" "$_ipcwire_topics" '' ;;
		*) _ipcwire_reply "$1" "$(compgen -W "$one" -- "$2")" ;;
		esac
	done
}

# The value of option $2 of kind $1, begun as $4; $3 stands before it.
_ipcwire_option_value()
{
	local set values
	for set in $(_ipcwire_sets "$1"); do
		values=$(_ipcwire_values "$set,$2")
		[[ -n $values ]] || continue
		_ipcwire_reply_values "$3" "$4" "$values"
		return
	done
}

# An option of kind $1, begun as $3; $2 stands before it.
_ipcwire_option()
{
	local set names='' aliases=''
	for set in $(_ipcwire_sets "$1"); do
		names+=" $(_ipcwire_options "$set")"
		aliases+=" $(_ipcwire_aliases "$set")"
	done
	_ipcwire_reply_words "$2" "$3" "$names" "$aliases"
}

# The parameters $3 of kind $1; $2 stands before them.
_ipcwire_param()
{
	local before=$2 rest=$3 colon=''
	local -a params
	read -ra params <<<"$(_ipcwire_params "$1")"
	while ((${#params[@]} > 1)) && [[ $rest != '['* && $rest == *:* || $rest == '['*']:'* ]]; do
		local one=${rest%%:*}
		[[ $rest != '['* ]] || one=${rest%%]:*}]
		before+=$one:
		rest=${rest#"$one":}
		params=("${params[@]:1}")
	done
	((${#params[@]} < 2)) || colon=:
	case ${params[0]} in
	*PATH* | *FILE* | *DEV*) _ipcwire_reply_files "$before" "$rest" ;;
	COMMAND) _ipcwire_reply "$before" "$(compgen -c -- "$rest")" ;;
	esac
	case "|${params[0]}|" in *'|HOST|'*) _ipcwire_reply "$before" "$(_ipcwire_hosts "$rest" "$colon")" ;; esac
	case "|${params[0]}|" in *'|PORT|'*) _ipcwire_reply "$before" "$(_ipcwire_services "$rest")" ;; esac
}

_ipcwire_address()
{
	local word=$1 before='' kind last
	if [[ $word == *'!!'* ]]; then
		before=${word%'!!'*}'!!'
		word=${word##*'!!'}
	fi
	kind=${word%%[:,]*}
	kind=${kind,,}
	[[ $kind != - ]] || kind=stdio
	if [[ $word == *,* ]]; then
		last=${word##*,}
		before+=${word%,*},
		if [[ $last == *=* ]]; then
			_ipcwire_option_value "$kind" "${last%%=*}" "$before${last%%=*}=" "${last#*=}"
		else
			_ipcwire_option "$kind" "$before" "$last"
		fi
	elif [[ $word == *:* ]]; then
		_ipcwire_param "$kind" "$before${word%%:*}:" "${word#*:}"
	elif [[ $word == */* || $word == '~'* ]]; then
		_ipcwire_reply_files "$before" "$word"
	else
		_ipcwire_reply_words "$before" "$kind" "$_ipcwire_kinds" "$_ipcwire_kind_aliases"
	fi
}

# Divides the line $1 into the array words, quotes left in; the last one, which may be empty, is being written.
# bash itself divides at ':' and '=' too; here a word is what blanks separate.
_ipcwire_divide()
{
	local line=$1 c quote='' word='' is_word='' i
	for ((i = 0; i < ${#line}; i++)); do
		c=${line:i:1}
		if [[ -n $quote ]]; then
			[[ $c != "$quote" ]] || quote=''
		elif [[ $c == [\'\"] ]]; then
			quote=$c
		elif [[ $c == \\ ]]; then
			c=${line:i:2}
			((i++))
		elif [[ $c == [[:blank:]] ]]; then
			[[ -z $is_word ]] || words+=("$word")
			word='' is_word=''
			continue
		fi
		word+=$c
		is_word=1
	done
	words+=("$word")
}

# Of the command $1: an option and its value, or a file.
_ipcwire_command()
{
	local word=$2 option values
	option=${word%%=*}
	if [[ $word == --*=* ]]; then
		values=$(_ipcwire_values "command-$1,${option#--}")
		[[ -n $values ]] || values=$(_ipcwire_values "$option")
		_ipcwire_reply_values "$option=" "${word#*=}" "$values"
	elif [[ $word == -* ]]; then
		_ipcwire_reply_words '' "$word" "$(_ipcwire_command_options "$1")" ''
	else
		_ipcwire_reply_files '' "$word"
	fi
}

# What follows -- is a program and its arguments: another command line.
_ipcwire_program()
{
	if declare -F _command_offset >/dev/null; then
		_command_offset "$1"
	elif ((COMP_CWORD == $1)); then
		_ipcwire_reply '' "$(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")"
	else
		_ipcwire_reply_files '' "${COMP_WORDS[COMP_CWORD]}"
	fi
}

_ipcwire()
{
	local word previous quote='' cut i
	local -a words=()
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} != -- ]] || { _ipcwire_program $((i + 1)) && return 0; }
	done
	_ipcwire_divide "${COMP_LINE:0:COMP_POINT}"
	word=${words[${#words[@]} - 1]}
	previous=${words[${#words[@]} - 2]}
	# A quote at the beginning is bash's business; one inside the word is too much.
	[[ $word != [\'\"]* ]] || { quote=${word:0:1} && word=${word:1}; }
	[[ $word != *[\'\"]* ]] || return 0
	if ((${#words[@]} > 2)) && [[ " $_ipcwire_commands " == *" ${words[1]} "* ]]; then
		_ipcwire_command "${words[1]}" "$word"
	elif [[ $word == --*=* ]]; then
		_ipcwire_reply_values "${word%%=*}=" "${word#*=}" "$(_ipcwire_values "${word%%=*}")"
	elif _ipcwire_takes_value "$previous"; then
		_ipcwire_reply_values '' "$word" "$(_ipcwire_values "$previous")"
	elif [[ $word == -* && $word != -,* && $word != '-!!'* ]]; then
		_ipcwire_reply_words '' "$word" "$_ipcwire_general" ''
	else
		_ipcwire_address "$word"
		((${#words[@]} > 2)) || _ipcwire_reply_words '' "$word" "$_ipcwire_commands" ''
	fi
	# No blank after what goes on.
	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *[:=] ]] || compopt -o nospace 2>/dev/null
	[[ -z $quote ]] || return 0
	# Only what follows the last of bash's own dividers in the word is replaced.
	cut=${word%"${word##*["${COMP_WORDBREAKS//[^:=]/}"]}"}
	[[ $COMP_WORDBREAKS != *[:=]* ]] || COMPREPLY=("${COMPREPLY[@]#"$cut"}")
	return 0
}
complete -F _ipcwire ipcwire
