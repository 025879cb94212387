/* A word that we come to have loses its row here: tests/unit/foreign_test.c asks for it. */
#include "endpoint/foreign.h"

#include <stdbool.h>
#include <string.h>

#include "base/name.h"
#include "base/nearest.h"
#include "endpoint/registry.h"

/* Of more words than stand in one row. */
#define NOT_THAT_FAMILY "that family is not built yet; --list=kinds shows what is"
#define MESSAGE_QUEUE "a message queue is mq:/NAME: as the left end it is read, as the right one written"
#define ALLOW_AND_DENY "allow= and deny= of a listener say who may come in: allow=10.0.0.0/8"
#define MAX_PER_IP "max-per-ip= of a listener bounds the clients of one address or user"

/* clang-format off */
const struct foreign foreign_table[] = {
	/* socat's address words, and what people write for them */
	{ FOREIGN_KIND, "openssl ssl tls openssl-connect ssl-connect tls-connect",
	  "TLS is not built yet; exec:'openssl s_client -quiet -connect HOST:PORT' does it" },
	{ FOREIGN_KIND, "openssl-listen ssl-listen ssl-l tls-listen",
	  "TLS is not built yet; put stunnel(8) in front of tcp-listen:PORT" },
	{ FOREIGN_KIND, "ptmx openpty", "a new pseudo-terminal is pty; a program in one of its own exec:COMMAND,pty" },
	{ FOREIGN_KIND, "readline", "line editing is rlwrap's: rlwrap ipcwire - ADDRESS" },
	{ FOREIGN_KIND, "socks socks4 socks4a socks5", "proxies are not built yet; exec:'nc -X 5 -x PROXY:PORT HOST PORT' does it" },
	{ FOREIGN_KIND, "proxy proxy-connect http-proxy", "proxies are not built yet; exec:'nc -X connect -x PROXY:PORT HOST PORT' does it" },
	{ FOREIGN_KIND, "http https ws wss", "only the connection is made: tcp:HOST:PORT; curl(1) speaks HTTP" },
	{ FOREIGN_KIND, "ssh", "exec:'ssh HOST COMMAND' runs it" },
	{ FOREIGN_KIND, "help man", "ipcwire --help [WORD] tells of a kind, an option or a verb; a file is ./NAME" },
	{ FOREIGN_KIND, "version", "ipcwire --version tells it; a file is ./NAME" },
	{ FOREIGN_KIND, "vsock vsock-connect vsock-listen sctp sctp-connect sctp-listen", NOT_THAT_FAMILY },
	{ FOREIGN_KIND, "dccp tun interface ip rawip ip-sendto", NOT_THAT_FAMILY },
	{ FOREIGN_KIND, "posixmq-read posixmq-receive posixmq-recv posixmq-send", MESSAGE_QUEUE },
	{ FOREIGN_KIND, "posixmq-write posixmq-bidirectional posixmq-bi", MESSAGE_QUEUE },
	{ FOREIGN_KIND, "listen server", "a listener is tcp-listen:PORT or unix-listen:PATH" },
	{ FOREIGN_KIND, "connect client socket", "a connection is tcp:HOST:PORT or unix:PATH" },
	{ FOREIGN_KIND, "cmd command program run-program", "a program is exec:COMMAND, or stands after --" },
	{ FOREIGN_KIND, "cat bc zsh perl ruby node sqlite3 python python3",
	  "a program is exec:COMMAND, or stands after --; a file is ./NAME" },
	{ FOREIGN_KIND, "sh bash", "a command line for the shell is system:'COMMAND' (sh) or shell:'COMMAND' (yours)" },
	{ FOREIGN_KIND, "localhost", "a connection is tcp:localhost:PORT" },
	{ FOREIGN_KIND, "string echo-text", "a text is text:STRING" },

	/* options of addresses */
	{ FOREIGN_OPTION, "ctty tiocsctty openpty ptmx", "pty gives the program a terminal of its own, which is its controlling one" },
	{ FOREIGN_OPTION, "port sourceport sp lport", "the port stands in the address: tcp:HOST:PORT; the local one in bind=HOST:PORT" },
	{ FOREIGN_OPTION, "host address", "the host stands in the address: tcp:HOST:PORT, tcp-listen:HOST:PORT" },
	{ FOREIGN_OPTION, "tcpwrap tcpwrappers libwrap wrap allow-table deny-table", ALLOW_AND_DENY },
	{ FOREIGN_OPTION, "hosts-allow hosts-deny only-from only_from no-access no_access", ALLOW_AND_DENY },
	{ FOREIGN_OPTION, "per-source per_source max-per-source", MAX_PER_IP },
	{ FOREIGN_OPTION, "max-per-client max-per-host maxconnip", MAX_PER_IP },
	{ FOREIGN_OPTION, "instances maxconn max-connections max-clients", "max= of a listener bounds its clients; over= says what becomes of others" },
	{ FOREIGN_OPTION, "cps max-rate rate-limit", "rate= of a listener bounds how fast clients come: rate=10/1s" },
	{ FOREIGN_OPTION, "ignoreeof ignore-eof", "a FIFO that outlives its writers has the option keep; tail -f follows a file" },
	{ FOREIGN_OPTION, "pipes", "via=pipe attaches the program by pipes" },
	{ FOREIGN_OPTION, "nofork", "via=direct gives the program the other end's descriptor" },
	{ FOREIGN_OPTION, "null-eof shut-null shut-none shut-down shut-close end-close",
	  "an end of input is passed on by itself; --end says when the wire ends" },
	{ FOREIGN_OPTION, "cool-write", "a reader that goes away is no error here" },
	{ FOREIGN_OPTION, "nonblock o-nonblock ndelay", "nothing here blocks the rest" },
	{ FOREIGN_OPTION, "cloexec", "descriptors never leak into programs here" },
	{ FOREIGN_OPTION, "waitlock", "flock(1) does it: flock FILE ipcwire ADDRESS ADDRESS" },

	{ FOREIGN_OPTION, "cert certificate key cafile verify commonname", "TLS is not built yet" },
	{ FOREIGN_OPTION, "ipv6only pf ipv4 ipv6", "the families have kinds of their own: tcp4, tcp6, tcp4-listen, tcp6-listen" },
	{ FOREIGN_OPTION, "unbuffer unbuffered", "buffer=none has a program's output at once, buffer=line by lines" },
	{ FOREIGN_OPTION, "once", "a listener serves one client unless it has the option each" },
	{ FOREIGN_OPTION, "reuse", "reuseaddr is on; reuseport shares the port with others" },

	/* general options of nc, ncat, socat, stdbuf, tcpserver, netcat-traditional */
	{ FOREIGN_GENERAL, "l listen", "a listener is an address: ipcwire tcp-listen:PORT" },
	{ FOREIGN_GENERAL, "k keep-open", "a listener that serves many has the option each: tcp-listen:PORT,each" },
	{ FOREIGN_GENERAL, "e c exec sh-exec", "a program is an address, exec:COMMAND or system:COMMAND, or stands after --" },
	{ FOREIGN_GENERAL, "p port source-port", "a port stands in the address: tcp:HOST:PORT, tcp-listen:PORT" },
	{ FOREIGN_GENERAL, "s source", "our own address is an option: tcp:HOST:PORT,bind=ADDRESS" },
	{ FOREIGN_GENERAL, "4", "IPv4 is a kind of address: tcp4:HOST:PORT" },
	{ FOREIGN_GENERAL, "6", "IPv6 is a kind of address: tcp6:HOST:PORT" },
	{ FOREIGN_GENERAL, "unixsock", "a UNIX socket is an address: unix:PATH, unix-listen:PATH" },
	{ FOREIGN_GENERAL, "udp", "UDP is a kind of address: udp:HOST:PORT, udp-listen:PORT" },
	{ FOREIGN_GENERAL, "ssl tls", "TLS is not built yet; exec:'openssl s_client -quiet -connect HOST:PORT' does it" },
	{ FOREIGN_GENERAL, "z", "whether a server is there: ipcwire -d null tcp:HOST:PORT tells, and its exit status" },
	{ FOREIGN_GENERAL, "n nodns", "a numeric address is not looked up: tcp:127.0.0.1:PORT" },
	{ FOREIGN_GENERAL, "F", "a descriptor is handed over by an option: ipcwire tcp:HOST:PORT stdout,fdpass" },
	{ FOREIGN_GENERAL, "N shutdown", "an end of input is passed on by itself" },
	{ FOREIGN_GENERAL, "w wait", "tcp:HOST:PORT,connect-timeout=TIME bounds connecting, --idle=TIME silence" },
	{ FOREIGN_GENERAL, "i", "an address is an argument, not an option; -i of stdbuf is not needed here" },
	{ FOREIGN_GENERAL, "o output", "a copy of what flows: -r FILE from the left, -R FILE from the right" },
	{ FOREIGN_GENERAL, "X proxy proxy-type", "proxies are not built yet; exec:'nc -X 5 -x PROXY:PORT HOST PORT' does it" },
	{ FOREIGN_GENERAL, "C crlf", "crlf is an option of an address: tcp:HOST:PORT,crlf" },
	{ FOREIGN_GENERAL, "g", "what socat -g checks is always checked" },
	{ FOREIGN_GENERAL, "D L W lf ly lm ls lu lp lh", "messages go to standard error or to --log-file; -d tells more" },
	{ FOREIGN_GENERAL, "keep fork each", "each is an option of a listener: tcp-listen:PORT,each" },
	{ FOREIGN_GENERAL, "max-conns m", "max= is an option of a listener: tcp-listen:PORT,each,max=N" },
	{ FOREIGN_GENERAL, "allow allowfile deny denyfile", "allow= and deny= are options of a listener: tcp-listen:PORT,each,allow=10.0.0.0/8" },
	{ FOREIGN_GENERAL, "send-only recv-only", "-u moves bytes only from left to right, -U only from right to left" },
	{ FOREIGN_GENERAL, "hex-dump", "-x shows the bytes in hex" },
	{ FOREIGN_GENERAL, "unbuffered line-buffered", "-B none or -B line, or buffer= on one address" },
	{ FOREIGN_GENERAL, "sandbox", "it is not built yet" },

	/* verbs: reserved for dialogues */
	{ FOREIGN_VERB, "session", "to keep a program for later commands" },
	{ FOREIGN_VERB, "send", "to send to a session" },
	{ FOREIGN_VERB, "expect", "to wait for what a session says" },
	{ FOREIGN_VERB, "capture", "to take what a session says" },
	{ FOREIGN_VERB, "interact", "to hand a session to a person" },
	{ FOREIGN_VERB, "record", "to write a dialogue down" },

	/* verbs of scripts: expect, chat, sh */
	{ FOREIGN_STEP, "spawn", "it is written open exec,pty -- PROGRAM" },
	{ FOREIGN_STEP, "sleep after wait-for", "await-read waits until the program reads, quiet TIME until it is silent" },
	{ FOREIGN_STEP, "send_user puts echo printf", "it is written print TEXT" },
	{ FOREIGN_STEP, "exp_continue", "put case into repeat; leave ends it" },
	{ FOREIGN_STEP, "expect_before expect_after expect_background abort", "it is written on PATTERN do VERB" },
	{ FOREIGN_STEP, "timeout", "it is written set timeout TIME" },
	{ FOREIGN_STEP, "log_user", "it is written log on or log off" },
	{ FOREIGN_STEP, "log_file", "it is written log FILE" },
	{ FOREIGN_STEP, "say", "it is written print TEXT or send TEXT" },
	{ FOREIGN_STEP, "close", "it is written close-in, or eof" },
	{ FOREIGN_STEP, "wait", "it is written expect-eof" },
	{ FOREIGN_STEP, "while for loop", "it is written repeat, or repeat N" },
	{ FOREIGN_STEP, "break", "it is written leave" },
	{ FOREIGN_STEP, "done fi esac }", "it is written end" },
	{ FOREIGN_STEP, "if switch", "case waits for one of several patterns; conditions are for the shell" },
	{ FOREIGN_STEP, "proc source", "a longer program is for the shell, with ipcwire session" },
	{ FOREIGN_STEP, "stty", "it is an option of the address: pty,echo=no" },
	{ FOREIGN_N, "", "" },
};
/* clang-format on */

static bool
is_word(enum foreign_place place, const char *known, size_t known_len, const char *word, size_t len)
{
	if (known_len != len)
		return false;
	if (place == FOREIGN_GENERAL && len == 1)
		return *known == *word;
	for (size_t i = 0; i < len; i++)
		if (name_lower(known[i]) != name_lower(word[i]))
			return false;
	return true;
}

const char *
foreign_hint(enum foreign_place place, const char *word, size_t len)
{
	for (const struct foreign *f = foreign_table; *f->words != '\0'; f++) {
		for (const char *p = f->place == place ? f->words : NULL, *next; p != NULL; p = next) {
			const char *end = strchr(p, ' ');

			if (is_word(place, p, end != NULL ? (size_t)(end - p) : strlen(p), word, len))
				return f->hint;
			next = end != NULL ? end + 1 : NULL;
		}
	}
	return NULL;
}

const char *
foreign_nearest(enum foreign_place place, const char *word)
{
	struct nearest n;

	if (strlen(word) < 4)
		return NULL;
	nearest_init(&n, word, strlen(word));
	for (const struct endpoint_kind *const *k = registry_kinds; *k != NULL; k++)
		nearest_feed(&n, (*k)->name);
	for (const struct foreign *f = foreign_table; *f->words != '\0'; f++)
		if (f->place == place)
			nearest_feed(&n, f->words);
	return nearest_name(&n) != NULL && foreign_hint(place, nearest_name(&n), strlen(nearest_name(&n))) != NULL ?
	    nearest_name(&n) :
	    NULL;
}
