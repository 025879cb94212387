/* Patterns of clients: parsing and matching. Addresses are compared as bytes, so that a pattern costs no text. */
#include "net/access.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/inetaddr.h"

#define V4_BITS 32u
#define V6_BITS 128u

/* ---- clients ---- */

/* ::ffff:10.0.0.1 is 10.0.0.1 (RFC 4291, 2.5.5.2). */
static sa_family_t
access_unmap(unsigned char addr[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (memcmp(addr, mapped, sizeof(mapped)) != 0)
		return AF_INET6;
	memmove(addr, addr + 12, 4);
	memset(addr + 4, 0, 12);
	return AF_INET;
}

static sa_family_t
access_take_address(unsigned char addr[16], const struct sockaddr *sa)
{
	memset(addr, 0, 16);
	if (sa->sa_family == AF_INET) {
		memcpy(addr, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4);
		return AF_INET;
	}
	if (sa->sa_family != AF_INET6)
		return sa->sa_family;
	memcpy(addr, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 16);
	return access_unmap(addr);
}

void
access_client_set_address(struct access_client *c, const struct sockaddr_storage *ss)
{
	c->family = access_take_address(c->addr, (const struct sockaddr *)ss);
}

/* ---- parsing ---- */

struct access_word {
	const char *text; /* all of it, for messages */
	const struct access_vocab *vocab;
	struct diag *diag;
};

static int
access_refuse(const struct access_word *w, size_t pos, const char *what)
{
	char *quoted = diag_quote(w->text, strlen(w->text));

	diag_set(w->diag, pos, "%s is %s", quoted, what);
	free(quoted);
	return -1;
}

static bool
access_is_number(const char *s)
{
	return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

/* At most 10 digits count; -1: too large. */
static int64_t
access_number(const char *s)
{
	return strlen(s) > 10 ? -1 : (int64_t)strtoll(s, NULL, 10);
}

static int
access_parse_id(const struct access_word *w, const char *name, bool is_user, struct access_who *out)
{
	const int64_t n = access_is_number(name) ? access_number(name) : 0;
	char *quoted;

	out->kind = is_user ? ACCESS_UID : ACCESS_GID;
	if (access_is_number(name)) {
		if (n < 0 || n >= UINT32_MAX)
			return access_refuse(w, (size_t)(name - w->text), is_user ? "no uid" : "no gid");
		out->id = (uint32_t)n;
		return 0;
	}
	if (*name != '\0' && (is_user ? w->vocab->user : w->vocab->group)(name, &out->id) == 0)
		return 0;
	quoted = diag_quote(name, strlen(name));
	diag_set(w->diag, (size_t)(name - w->text), "there is no %s %s", is_user ? "user" : "group", quoted);
	free(quoted);
	return diag_hint(w->diag, "'getent %s' lists them; a number is taken as it is", is_user ? "passwd" : "group");
}

static int
access_parse_prefix(const struct access_word *w, const char *bits, unsigned most, struct access_who *out)
{
	const int64_t n = access_is_number(bits) ? access_number(bits) : -1;

	if (n < 0 || n > (int64_t)most)
		return diag_set(w->diag, (size_t)(bits - w->text), "the bits of a network must be 0 to %u here", most);
	out->prefix = (unsigned)n;
	return 0;
}

/* 255.255.0.0: ones, then zeros. */
static int
access_parse_mask(const struct access_word *w, const char *mask, struct access_who *out)
{
	struct in_addr in;
	uint32_t bits;

	if (inet_pton(AF_INET, mask, &in) != 1)
		return access_refuse(w, (size_t)(mask - w->text), "no address and mask");
	bits = ~ntohl(in.s_addr);
	if ((bits & (bits + 1)) != 0)
		return access_refuse(w, (size_t)(mask - w->text), "no mask of ones followed by zeros");
	for (out->prefix = V4_BITS; bits != 0; bits >>= 1)
		out->prefix--;
	return 0;
}

/* A pattern of mapped addresses alone is one of IPv4. */
static void
access_unmap_network(struct access_who *out)
{
	if (out->prefix < V6_BITS - V4_BITS || access_unmap(out->addr) == AF_INET6)
		return;
	out->family = AF_INET;
	out->prefix -= V6_BITS - V4_BITS;
}

/* The bits behind the prefix do not count, whatever was written. */
static void
access_cut_network(struct access_who *out)
{
	for (unsigned i = 0; i < 16; i++)
		if (i * 8 + 8 > out->prefix)
			out->addr[i] &= (unsigned char)(i * 8 >= out->prefix ? 0 : 0xff << (8 - (out->prefix - i * 8)));
}

/* The host part without brackets into buf. Returns what stands behind it, or NULL: it is no address. */
static const char *
access_cut_host(const char *text, char *buf, size_t size)
{
	const bool has_bracket = *text == '[';
	const char *start = text + has_bracket, *end;
	size_t len;

	if (has_bracket)
		end = strchr(start, ']');
	else if (strchr(text, ':') != strrchr(text, ':')) /* IPv6 */
		end = text + strcspn(text, "/");
	else
		end = text + strcspn(text, "/:");
	len = end != NULL ? (size_t)(end - start) : 0;
	if (end == NULL || len >= size)
		return NULL;
	memcpy(buf, start, len);
	buf[len] = '\0';
	return end + has_bracket;
}

/* Returns 1: it is a network; 0: no address; -1: refused. */
static int
access_parse_network(const struct access_word *w, struct access_who *out)
{
	char host[INET6_ADDRSTRLEN + 1];
	const char *rest = access_cut_host(w->text, host, sizeof(host));
	unsigned most;

	if (rest == NULL)
		return 0;
	if (*w->text != '[' && inet_pton(AF_INET, host, out->addr) == 1)
		out->family = AF_INET;
	else if (inet_pton(AF_INET6, host, out->addr) == 1)
		out->family = AF_INET6;
	else
		return 0;
	most = out->family == AF_INET ? V4_BITS : V6_BITS;
	out->kind = ACCESS_NETWORK;
	out->prefix = most;
	if (*rest == '/') {
		if (access_parse_prefix(w, rest + 1, most, out) == -1)
			return -1;
	} else if (*rest == ':' && out->family == AF_INET) {
		if (access_parse_mask(w, rest + 1, out) == -1)
			return -1;
	} else if (*rest != '\0')
		return access_refuse(w, (size_t)(rest - w->text), "no address");
	if (out->family == AF_INET6)
		access_unmap_network(out);
	access_cut_network(out);
	return 1;
}

static int
access_parse_word(const struct access_word *w, struct access_who *out)
{
	const char *odd = w->text + strspn(w->text, "0123456789.");

	if (w->vocab->place == ACCESS_LOCAL && strpbrk(w->text, "/:[]") == NULL)
		return access_parse_id(w, w->text, true, out);
	if (strpbrk(w->text, "/:[]%") != NULL || (*odd == '\0' && w->vocab->place == ACCESS_NET)) {
		access_refuse(w, 0, "no address");
		return diag_hint(w->diag, "a network is written 10.0.0.0/8 or 2001:db8::/32");
	}
	out->kind = ACCESS_HOST;
	out->host = xstrdup(w->text);
	return 0;
}

static int
access_check_place(const struct access_word *w, const struct access_who *who)
{
	const bool is_local = who->kind == ACCESS_UID || who->kind == ACCESS_GID;
	const bool is_net = who->kind == ACCESS_NETWORK;

	if (w->vocab->is_mixed || w->vocab->place == ACCESS_ANYWHERE)
		return 0;
	if (is_local && w->vocab->place == ACCESS_NET) {
		access_refuse(w, 0, "nobody here: clients have addresses, not users");
		return diag_hint(w->diag, "users are known on UNIX sockets: unix-listen:PATH");
	}
	if (is_net && w->vocab->place == ACCESS_LOCAL) {
		access_refuse(w, 0, "nobody here: clients are users, and have no address");
		return diag_hint(w->diag, "a user is written uid:NAME, a group gid:NAME");
	}
	return 0;
}

static int
access_parse(const struct access_word *w, struct access_who *out)
{
	static const struct {
		char prefix[8];
		bool is_user;
	} ids[] = { { "uid:", true }, { "user:", true }, { "gid:", false }, { "group:", false } };
	int found;

	if (strcmp(w->text, "all") == 0 || strcmp(w->text, "*") == 0) {
		out->kind = ACCESS_ALL;
		return 0;
	}
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (strncmp(w->text, ids[i].prefix, strlen(ids[i].prefix)) == 0)
			return access_parse_id(w, w->text + strlen(ids[i].prefix), ids[i].is_user, out);
	found = access_parse_network(w, out);
	return found != 0 ? (found > 0 ? 0 : -1) : access_parse_word(w, out);
}

static void
access_list_push(struct access_list *l, const struct access_who *who)
{
	l->items = xreallocarray(l->items, l->len + 1, sizeof(*l->items));
	l->items[l->len++] = *who;
}

int
access_list_add(struct access_list *l, const char *text, const struct access_vocab *vocab, struct diag *d)
{
	const struct access_word w = { text, vocab, d };
	struct access_who who = { 0 };

	if (access_parse(&w, &who) == -1 || access_check_place(&w, &who) == -1) {
		free(who.host);
		return -1;
	}
	access_list_push(l, &who);
	return 0;
}

void
access_list_add_address(struct access_list *l, const struct sockaddr *sa)
{
	struct access_who who = { .kind = ACCESS_NETWORK };

	who.family = access_take_address(who.addr, sa);
	who.prefix = who.family == AF_INET ? V4_BITS : V6_BITS;
	if (inetaddr_is_family(who.family))
		access_list_push(l, &who);
}

/* ---- matching ---- */

static bool
access_is_in_network(const struct access_who *who, const struct access_client *c)
{
	const unsigned whole = who->prefix / 8, rest = who->prefix % 8;

	if (c->family != who->family || memcmp(who->addr, c->addr, whole) != 0)
		return false;
	return rest == 0 || ((who->addr[whole] ^ c->addr[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
}

static bool
access_is_in_group(uint32_t gid, const struct access_client *c)
{
	if (c->gid == gid)
		return true;
	for (size_t i = 0; i < c->ngroups; i++)
		if (c->groups[i] == gid)
			return true;
	return false;
}

static bool
access_is(const struct access_who *who, const struct access_client *c)
{
	switch (who->kind) {
	case ACCESS_ALL:
		return true;
	case ACCESS_NETWORK:
		return access_is_in_network(who, c);
	case ACCESS_UID:
		return c->has_user && c->uid == who->id;
	case ACCESS_GID:
		return c->has_user && access_is_in_group(who->id, c);
	case ACCESS_HOST:
		return false;
	}
	return false;
}

bool
access_list_has(const struct access_list *l, const struct access_client *c)
{
	for (size_t i = 0; i < l->len; i++)
		if (access_is(&l->items[i], c))
			return true;
	return false;
}

static bool
access_list_has_kind(const struct access_list *l, enum access_kind kind)
{
	for (size_t i = 0; i < l->len; i++)
		if (l->items[i].kind == kind)
			return true;
	return false;
}

bool
access_list_needs_groups(const struct access_list *l)
{
	return access_list_has_kind(l, ACCESS_GID);
}

bool
access_list_has_hosts(const struct access_list *l)
{
	return access_list_has_kind(l, ACCESS_HOST);
}

void
access_list_fini(struct access_list *l)
{
	for (size_t i = 0; i < l->len; i++)
		free(l->items[i].host);
	free(l->items);
	*l = (struct access_list){ 0 };
}
