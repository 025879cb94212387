/* The texts of /proc, as proc(5) and the kernel's Documentation/filesystems/proc.rst describe them. */
#include "process/procfs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A number that must be there. Returns what follows it, or NULL. */
static const char *
procfs_number(const char *text, int base, uint64_t *value)
{
	char *end;

	if (text == NULL)
		return NULL;
	text += strspn(text, " \t");
	if (*text == '-' || *text == '+')
		return NULL;
	*value = strtoull(text, &end, base);
	return end == text ? NULL : end;
}

/* What follows "KEY" at the beginning of a line, or NULL. */
static const char *
procfs_key(const char *text, const char *key)
{
	size_t len = strlen(key);

	while (text != NULL && strncmp(text, key, len) != 0) {
		text = strchr(text, '\n');
		if (text != NULL)
			text++;
	}
	return text != NULL ? text + len : NULL;
}

static const char *
procfs_next_line(const char *text)
{
	const char *end = strchr(text, '\n');

	return end != NULL ? end + 1 : text + strlen(text);
}

/* UNIX98_PTY_SLAVE_MAJOR of the kernel; a device number is written as new_encode_dev() makes it. */
#define PROCFS_PTS_MAJOR 136

/* The name stands in parentheses and may hold anything, parentheses too: the last one ends it. */
bool
procfs_parse_stat(const char *text, struct procfs_stat *s)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')'), *rest;
	uint64_t pid, parent, skipped, terminal = 0;
	size_t len;

	if (open == NULL || close == NULL || close < open || procfs_number(text, 10, &pid) == NULL)
		return false;
	if (close[1] != ' ' || close[2] == '\0' || close[3] != ' ')
		return false;
	rest = procfs_number(close + 3, 10, &parent);
	if (rest == NULL || pid > INT32_MAX || parent > INT32_MAX)
		return false;
	*s = (struct procfs_stat){ .pid = (pid_t)pid, .parent = (pid_t)parent, .state = close[2], .terminal = -1 };
	/* Process group and session stand before it. */
	for (int i = 0; i < 2 && rest != NULL; i++)
		rest = procfs_number(rest, 10, &skipped);
	if (rest != NULL && procfs_number(rest, 10, &terminal) != NULL && (terminal >> 8 & 0xfff) == PROCFS_PTS_MAJOR)
		s->terminal = (int64_t)((terminal & 0xff) | (terminal >> 12 & 0xfff00));
	len = (size_t)(close - open - 1);
	memcpy(s->name, open + 1, len < sizeof(s->name) ? len : sizeof(s->name) - 1);
	return true;
}

/* "running", "-1 SP PC", or "NUMBER ARG ARG ARG ARG ARG ARG SP PC" with the arguments in hexadecimal. */
bool
procfs_parse_syscall(const char *text, struct procfs_syscall *s)
{
	uint64_t number;

	*s = (struct procfs_syscall){ .number = -1 };
	if (strncmp(text, "running", 7) == 0) {
		s->is_running = true;
		return true;
	}
	if (strncmp(text, "-1 ", 3) == 0)
		return true;
	text = procfs_number(text, 10, &number);
	if (text == NULL || number > INT32_MAX)
		return false;
	s->number = (long)number;
	for (int i = 0; i < 6; i++)
		text = procfs_number(text, 16, &s->args[i]);
	return text != NULL;
}

bool
procfs_parse_switches(const char *text, uint64_t *count)
{
	uint64_t own, forced;

	if (procfs_number(procfs_key(text, "voluntary_ctxt_switches:"), 10, &own) == NULL ||
	    procfs_number(procfs_key(text, "nonvoluntary_ctxt_switches:"), 10, &forced) == NULL)
		return false;
	*count = own + forced;
	return true;
}

bool
procfs_parse_flags(const char *text, int *flags)
{
	uint64_t value;

	if (procfs_number(procfs_key(text, "flags:"), 8, &value) == NULL)
		return false;
	*flags = (int)(value & INT32_MAX);
	return true;
}

bool
procfs_is_armed(const char *text)
{
	const char *p = procfs_key(text, "it_value: (");
	uint64_t sec, ns;

	p = procfs_number(p, 10, &sec);
	if (p == NULL || *p != ',' || procfs_number(p + 1, 10, &ns) == NULL)
		return true; /* not to be read: it may go off */
	return sec != 0 || ns != 0;
}

bool
procfs_parse_written(const char *text, uint64_t *nbytes)
{
	return procfs_number(procfs_key(text, "wchar:"), 10, nbytes) != NULL;
}

static bool
procfs_parse_id(const char *target, const char *before, char after, uint64_t *id)
{
	size_t len = strlen(before);
	const char *end;

	if (strncmp(target, before, len) != 0)
		return false;
	end = procfs_number(target + len, 10, id);
	return end != NULL && *end == after && (after == '\0' || end[1] == '\0');
}

struct procfs_link
procfs_parse_link(const char *target)
{
	static const struct {
		char target[24];
		enum procfs_kind kind;
	} fixed[] = { { "anon_inode:[eventpoll]", PROCFS_EPOLL }, { "anon_inode:[eventfd]", PROCFS_EVENTFD },
		{ "anon_inode:[signalfd]", PROCFS_SIGNALFD }, { "anon_inode:[timerfd]", PROCFS_TIMERFD },
		{ "/dev/tty", PROCFS_TTY }, { "/dev/console", PROCFS_TTY } };
	struct procfs_link link = { PROCFS_OTHER, 0 };

	if (procfs_parse_id(target, "pipe:[", ']', &link.id))
		link.kind = PROCFS_PIPE;
	else if (procfs_parse_id(target, "socket:[", ']', &link.id))
		link.kind = PROCFS_SOCKET;
	else if (procfs_parse_id(target, "/dev/pts/", '\0', &link.id))
		link.kind = PROCFS_PTS;
	else
		link.id = 0;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (strcmp(target, fixed[i].target) == 0)
			link.kind = fixed[i].kind;
	return link;
}

const char *
procfs_next_pid(const char *text, pid_t *pid)
{
	uint64_t value;

	text = procfs_number(text, 10, &value);
	if (text == NULL || value == 0 || value > INT32_MAX)
		return NULL;
	*pid = (pid_t)value;
	return text;
}

const char *
procfs_next_epoll(const char *text, int *fd, uint32_t *events)
{
	uint64_t a, b;

	text = procfs_number(procfs_key(text, "tfd:"), 10, &a);
	if (text == NULL)
		return NULL;
	text += strspn(text, " ");
	if (strncmp(text, "events:", 7) != 0)
		return NULL;
	text = procfs_number(text + 7, 16, &b);
	if (text == NULL || a > INT32_MAX)
		return NULL;
	*fd = (int)a;
	*events = (uint32_t)b;
	return procfs_next_line(text);
}

/* "START-END PERM OFFSET MAJOR:MINOR INODE   PATH", all but the inode in hexadecimal. */
const char *
procfs_next_map(const char *text, struct procfs_map *m)
{
	uint64_t major, minor;
	const char *p = procfs_number(text, 16, &m->start);

	if (p == NULL || *p != '-' || (p = procfs_number(p + 1, 16, &m->end)) == NULL || strlen(p) < 6)
		return NULL;
	p = procfs_number(p + 5, 16, &m->offset);
	p = procfs_number(p, 16, &major);
	if (p == NULL || *p != ':')
		return NULL;
	p = procfs_number(p + 1, 16, &minor);
	p = procfs_number(p, 10, &m->inode);
	if (p == NULL)
		return NULL;
	m->device = major << 32 | minor;
	p += strspn(p, " ");
	m->path = p;
	m->path_len = strcspn(p, "\n");
	return procfs_next_line(p);
}

/* An IPv4 address on an IPv6 socket becomes the IPv4 address, as its other end may have it. */
static void
procfs_unmap(char *host)
{
	static const char mapped[] = "0000000000000000FFFF0000";

	if (strlen(host) == 32 && strncmp(host, mapped, sizeof(mapped) - 1) == 0)
		memmove(host, host + sizeof(mapped) - 1, 9);
}

static const char *
procfs_inet_address(const char *text, struct procfs_inet_address *a)
{
	size_t len;
	uint64_t port = 0;

	text += strspn(text, " ");
	len = strcspn(text, ":");
	if (len >= sizeof(a->host) || text[len] != ':')
		return NULL;
	memset(a->host, 0, sizeof(a->host));
	memcpy(a->host, text, len);
	procfs_unmap(a->host);
	text = procfs_number(text + len + 1, 16, &port);
	a->port = (unsigned)(port & 0xffff);
	return text;
}

/* "  SL: LOCAL REMOTE ST TX:RX TR:WHEN RETRANSMITS UID TIMEOUT INODE ..."; the heading has no number. */
static bool
procfs_parse_inet(const char *text, struct procfs_inet *i)
{
	uint64_t skip;
	const char *p = procfs_number(text, 10, &skip);

	if (p == NULL || *p != ':' || (p = procfs_inet_address(p + 1, &i->local)) == NULL ||
	    (p = procfs_inet_address(p, &i->remote)) == NULL)
		return false;
	p = procfs_number(p, 16, &skip);
	p = procfs_number(p, 16, &i->unsent);
	if (p == NULL || *p != ':')
		return false;
	p = procfs_number(p + 1, 16, &i->unread);
	p = procfs_number(p, 16, &skip);
	if (p == NULL || *p != ':')
		return false;
	p = procfs_number(p + 1, 16, &skip);
	p = procfs_number(p, 16, &skip);
	p = procfs_number(p, 10, &skip);
	p = procfs_number(p, 10, &skip);
	return procfs_number(p, 10, &i->inode) != NULL;
}

const char *
procfs_next_inet(const char *text, struct procfs_inet *i)
{
	while (*text != '\0') {
		const char *line = text;

		text = procfs_next_line(text);
		if (procfs_parse_inet(line, i))
			return text;
	}
	return NULL;
}

static bool
procfs_inet_is_same(const struct procfs_inet_address *a, const struct procfs_inet_address *b)
{
	return a->port == b->port && strcmp(a->host, b->host) == 0;
}

bool
procfs_inet_is_pair(const struct procfs_inet *a, const struct procfs_inet *b)
{
	return procfs_inet_is_same(&a->local, &b->remote) && procfs_inet_is_same(&a->remote, &b->local);
}
