/*
 * The variables that tell a program who its client is: ours, and those of the UCSPI families (ucspi-tcp, ucspi-ipc,
 * ucspi-unix), so that their programs run as they are. One table: what is set, what is removed from an environment that
 * we were started with ourselves (it would speak of another client), and the list of the manual.
 */
#include "endpoint/client_env.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/mem.h"
#include "net/inetaddr.h"
#include "net/peername.h"

/* Values; false: there is none. */

static bool
client_is_inet(const struct client_facts *f)
{
	const sa_family_t family = f->own.ss_family != AF_UNSPEC ? f->own.ss_family : f->peer.ss_family;

	return inetaddr_is_family(family);
}

static unsigned
client_family(const struct client_facts *f)
{
	return !client_is_inet(f) ? CLIENT_UNIX : f->is_datagram ? CLIENT_UDP : CLIENT_TCP;
}

static bool
client_part(const struct sockaddr_storage *ss, socklen_t len, bool is_port, char *text)
{
	char host[PEERNAME_MAX], port[16];

	if (!peername_split(ss, len, host, port))
		return false;
	snprintf(text, PEERNAME_MAX, "%s", is_port ? port : host);
	return true;
}

/* The path of a UNIX socket, escaped; false when it has no name. */
static bool
client_path(const struct sockaddr_storage *ss, socklen_t len, char *text)
{
	if (ss->ss_family != AF_UNIX || len <= offsetof(struct sockaddr_un, sun_path))
		return false;
	peername_format(ss, len, text);
	return true;
}

static bool
client_number(unsigned long n, char *text)
{
	snprintf(text, PEERNAME_MAX, "%lu", n);
	return true;
}

static bool
client_peer(const struct client_facts *f, char *text)
{
	peername_format(&f->peer, f->peer_len, text);
	return true;
}

static bool
client_peer_ip(const struct client_facts *f, char *text)
{
	return client_part(&f->peer, f->peer_len, false, text);
}

static bool
client_peer_port(const struct client_facts *f, char *text)
{
	return client_part(&f->peer, f->peer_len, true, text);
}

static bool
client_peer_path(const struct client_facts *f, char *text)
{
	return client_path(&f->peer, f->peer_len, text);
}

static bool
client_peer_addr(const struct client_facts *f, char *text)
{
	return client_peer_ip(f, text) || client_peer_path(f, text);
}

static bool
client_own_ip(const struct client_facts *f, char *text)
{
	return client_part(&f->own, f->own_len, false, text);
}

static bool
client_own_port(const struct client_facts *f, char *text)
{
	return client_part(&f->own, f->own_len, true, text);
}

static bool
client_own_path(const struct client_facts *f, char *text)
{
	return client_path(&f->own, f->own_len, text);
}

static bool
client_own_addr(const struct client_facts *f, char *text)
{
	return client_own_ip(f, text) || client_own_path(f, text);
}

static bool
client_uid(const struct client_facts *f, char *text)
{
	return f->has_cred && client_number(f->cred.uid, text);
}

static bool
client_gid(const struct client_facts *f, char *text)
{
	return f->has_cred && client_number(f->cred.gid, text);
}

static bool
client_pid(const struct client_facts *f, char *text)
{
	return f->has_cred && client_number((unsigned long)f->cred.pid, text);
}

static bool
client_session(const struct client_facts *f, char *text)
{
	return f->session != 0 && client_number(f->session, text);
}

static bool
client_number_of_clients(const struct client_facts *f, char *text)
{
	return f->nclients != 0 && client_number(f->nclients, text);
}

static bool
client_proto(const struct client_facts *f, char *text)
{
	snprintf(text, PEERNAME_MAX, "%s", !client_is_inet(f) ? "IPC" : f->is_datagram ? "UDP" : "TCP");
	return true;
}

static bool
client_message(const struct client_facts *f, char *text)
{
	snprintf(text, PEERNAME_MAX, "%s", f->message);
	return true;
}

static bool
client_attempt(const struct client_facts *f, char *text)
{
	return client_number(f->attempt, text);
}

static bool
client_length(const struct client_facts *f, char *text)
{
	return client_number(f->length, text);
}

#define NET (CLIENT_TCP | CLIENT_UDP)
#define ALL (NET | CLIENT_UNIX)

/* clang-format off */
#define VARIABLES(V) \
	V("IPCWIRE_PEER", ALL, client_peer, "the client, as the log names it") \
	V("IPCWIRE_PEERADDR", ALL, client_peer_addr, "its IP address; on a UNIX socket the path it has bound, if any") \
	V("IPCWIRE_PEERPORT", NET, client_peer_port, "its port") \
	V("IPCWIRE_PEERPID", CLIENT_UNIX, client_pid, "its process") \
	V("IPCWIRE_SOCKADDR", ALL, client_own_addr, "the IP address or path it has connected to") \
	V("IPCWIRE_SOCKPORT", NET, client_own_port, "the port it has connected to") \
	V("IPCWIRE_SESSION", ALL | CLIENT_MESSAGE, client_session, "the number that the log gives the session, with each") \
	V("IPCWIRE_MSG_ID", CLIENT_MESSAGE, client_message, "what it is known by; the same in every attempt") \
	V("IPCWIRE_MSG_ATTEMPT", CLIENT_MESSAGE, client_attempt, "the attempt that this is, from 1") \
	V("IPCWIRE_MSG_LENGTH", CLIENT_MESSAGE, client_length, "its bytes") \
	V("PROTO", ALL, client_proto, "TCP, UDP, or IPC on a UNIX socket") \
	V("TCPREMOTEIP", CLIENT_TCP, client_peer_ip, "as IPCWIRE_PEERADDR") \
	V("TCPREMOTEPORT", CLIENT_TCP, client_peer_port, "as IPCWIRE_PEERPORT") \
	V("TCPREMOTEHOST", 0, NULL, "names of clients are not looked up") \
	V("TCPREMOTEINFO", 0, NULL, "users of TCP clients are not asked for") \
	V("TCPLOCALIP", CLIENT_TCP, client_own_ip, "as IPCWIRE_SOCKADDR") \
	V("TCPLOCALPORT", CLIENT_TCP, client_own_port, "as IPCWIRE_SOCKPORT") \
	V("TCPCONNNUM", CLIENT_TCP, client_number_of_clients, "clients of its address when it came, itself included") \
	V("TCPLOCALHOST", 0, NULL, "our own name is not looked up") \
	V("IPCREMOTEPATH", CLIENT_UNIX, client_peer_path, "the path the client has bound, if any") \
	V("IPCREMOTEEUID", CLIENT_UNIX, client_uid, "its user") \
	V("IPCREMOTEEGID", CLIENT_UNIX, client_gid, "its group") \
	V("IPCCONNNUM", CLIENT_UNIX, client_number_of_clients, "clients of its user when it came, itself included") \
	V("IPCLOCALPATH", CLIENT_UNIX, client_own_path, "as IPCWIRE_SOCKADDR") \
	V("UNIXREMOTEPATH", CLIENT_UNIX, client_peer_path, "as IPCREMOTEPATH") \
	V("UNIXREMOTEEUID", CLIENT_UNIX, client_uid, "as IPCREMOTEEUID") \
	V("UNIXREMOTEEGID", CLIENT_UNIX, client_gid, "as IPCREMOTEEGID") \
	V("UNIXREMOTEPID", CLIENT_UNIX, client_pid, "as IPCWIRE_PEERPID") \
	V("UNIXLOCALPATH", CLIENT_UNIX, client_own_path, "as IPCWIRE_SOCKADDR")
/* clang-format on */

/* Two tables: with their functions the strings would be written to at every start. */
#define VARIABLE_ROW(name, families, value, help) { name, families, help },
const struct client_variable client_variables[] = { VARIABLES(VARIABLE_ROW){ .name = "" } };
#define VARIABLE_VALUE(name, families, value, help) value,
static bool (*const client_values[])(const struct client_facts *, char *text) = { VARIABLES(VARIABLE_VALUE) };

#define CLIENT_VARIABLES (sizeof(client_values) / sizeof(*client_values))

const char *
client_families_name(unsigned families)
{
	static const char names[][24] = { "-", "tcp", "udp", "tcp,udp", "unix", "tcp,unix", "udp,unix", "tcp,udp,unix",
		"message", "tcp,message", "udp,message", "tcp,udp,message", "unix,message", "tcp,unix,message",
		"udp,unix,message", "tcp,udp,unix,message" };
	_Static_assert(sizeof(names) / sizeof(*names) == CLIENT_FAMILIES, "a name for every set of families");

	return names[families];
}

static char *
client_item(const char *name, const char *value)
{
	const size_t len = strlen(name), size = strlen(value) + 1;
	char *item = xmalloc(len + 1 + size);

	memcpy(item, name, len);
	item[len] = '=';
	memcpy(item + len + 1, value, size);
	return item;
}

char **
client_env_make(const struct client_facts *f)
{
	const unsigned family = f->message != NULL ? CLIENT_MESSAGE : client_family(f);
	char **items = xcalloc(CLIENT_VARIABLES + 1, sizeof(*items)), text[PEERNAME_MAX];
	size_t n = 0;

	for (size_t i = 0; i < CLIENT_VARIABLES; i++)
		if ((client_variables[i].families & family) && client_values[i](f, text))
			items[n++] = client_item(client_variables[i].name, text);
	return items;
}

bool
client_env_has(const char *item)
{
	const size_t len = strcspn(item, "=");

	for (const struct client_variable *v = client_variables; *v->name != '\0'; v++)
		if (v->name[0] == item[0] && strlen(v->name) == len && memcmp(v->name, item, len) == 0)
			return true;
	return false;
}
