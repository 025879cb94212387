/*
 * Who may come in. A connection that is refused is ended as any other is: what its peer has sent is read first, so that it sees
 * an end of input and no reset; but only so many at a time, for they cost descriptors.
 */
#include "endpoint/admission.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/ids.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/rate.h"
#include "endpoint/admission_rules.h"
#include "endpoint/linger.h"
#include "endpoint/proxy_in.h"
#include "endpoint/socket_groups.h"
#include "net/access_hosts.h"
#include "net/peername.h"

#define ADMISSION_LINGERING 64 /* refused connections that are ended gently at a time */

struct admission {
	struct endpoint *listener;
	pthread_mutex_t lock; /* threads that accept ask the same one */
	struct access_list deny, allow;
	struct admission_rules *rules;  /* or NULL */
	const struct access_rule *rule; /* of these, what decided on the newest client; or NULL */
	bool is_own_user_only;
	unsigned max_per_ip;     /* with peers */
	struct peercount *peers; /* NULL: not counted */
	struct rate rate;
	struct admission_counts counts;
	struct loop_timer begin; /* of the look-up */
	struct access_hosts *hosts;
	void (*ready)(struct endpoint *, int);
};

static const struct {
	char name[16]; /* the option */
	char text[56];
} reasons[] = {
	[ADMISSION_WELCOME] = { "", "" },
	[ADMISSION_DENY] = { "deny", "among those of deny=" },
	[ADMISSION_ALLOW] = { "allow", "not among those of allow=" },
	[ADMISSION_RULES] = { "rules", "" },
	[ADMISSION_USER] = { "user", "another user than ours (allow= lets others in)" },
	[ADMISSION_MAX] = { "max", "as many clients as max= allows" },
	[ADMISSION_MAX_PER_IP] = { "max-per-ip", "as many clients from there as max-per-ip= allows" },
	[ADMISSION_RATE] = { "rate", "more new clients than rate= allows" },
	[ADMISSION_PROXY_FROM] = { "proxy-from", "none of the proxies of proxy-from=" },
	[ADMISSION_PROXY_HEADER] = { "proxy", "no PROXY protocol header" },
};
_Static_assert(sizeof(reasons) / sizeof(*reasons) == ADMISSION_REASONS, "a text for every reason");

/* What a refusal counts as in the run. */
static const enum total totals[] = {
	[ADMISSION_DENY] = TOTAL_REFUSED_DENY,
	[ADMISSION_ALLOW] = TOTAL_REFUSED_ALLOW,
	[ADMISSION_USER] = TOTAL_REFUSED_USER,
	[ADMISSION_RULES] = TOTAL_REFUSED_RULES,
	[ADMISSION_MAX] = TOTAL_REFUSED_MAX,
	[ADMISSION_MAX_PER_IP] = TOTAL_REFUSED_MAX_PER_IP,
	[ADMISSION_RATE] = TOTAL_REFUSED_RATE,
	[ADMISSION_PROXY_FROM] = TOTAL_REFUSED_PROXY_FROM,
	[ADMISSION_PROXY_HEADER] = TOTAL_REFUSED_PROXY,
};
_Static_assert(sizeof(totals) / sizeof(*totals) == ADMISSION_REASONS, "a count for every reason");

const char *
admission_reason_name(enum admission_reason r)
{
	return reasons[r].name;
}

/* ---- what the options say ---- */

static int
admission_user(const char *name, uint32_t *uid)
{
	return ids_user(name, uid, NULL);
}

/* Where the i-th item of that list stands in the argument. */
static size_t
admission_item_pos(const struct endpoint_spec *spec, const struct opt_group *g, const char *option, size_t i)
{
	const struct opt_desc *want = opt_find(g->opts, option, strlen(option));

	for (size_t n = 0; n < spec->addr->noptions; n++) {
		const struct addr_option *o = &spec->addr->options[n];

		if (opt_find(g->opts, o->name, strlen(o->name)) != want || o->value == NULL)
			continue;
		for (const char *p = o->value;; p++, i--) {
			if (i == 0)
				return o->value_pos + (size_t)(p - o->value);
			p += strcspn(p, "+");
			if (*p == '\0')
				break;
		}
		i--;
	}
	return 0;
}

static struct access_vocab
admission_vocab(enum access_place place, bool is_mixed)
{
	return (struct access_vocab){ place, is_mixed, admission_user, ids_group };
}

int
admission_parse(const struct endpoint_spec *spec, const struct opt_group *g, const char *option,
    const struct opt_list *items, enum access_place place, struct access_list *l, struct diag *d)
{
	const struct access_vocab vocab = admission_vocab(place, false);

	for (size_t i = 0; i < items->len; i++)
		if (access_list_add(l, items->items[i], &vocab, d) == -1)
			return diag_shift(d, admission_item_pos(spec, g, option, i));
	return 0;
}

/* Behind a proxy clients come from anywhere, whatever the proxy comes by. */
static enum access_place
admission_clients_place(const struct endpoint_spec *spec, enum access_place place)
{
	return proxy_in_is_required(spec) ? ACCESS_ANYWHERE : place;
}

/* What rules are for is not known as long as the sockets are not (ACCESS_ANYWHERE): a name may be a host or a user. */
static int
admission_check_rules(const struct endpoint_spec *spec, const char *path, enum access_place place, struct diag *d)
{
	const struct access_vocab vocab = admission_vocab(place, true);

	if (admission_rules_check(path, &vocab, d) == 0)
		return 0;
	return diag_shift(d, admission_item_pos(spec, &listen_group, "rules", 0));
}

int
admission_check(const struct endpoint_spec *spec, enum access_place place, struct diag *d)
{
	const struct listen_opts *o = endpoint_spec_group(spec, &listen_group);
	struct access_list l = { 0 };
	int result = proxy_in_check(spec, place, d);

	place = admission_clients_place(spec, place);
	if (result == 0)
		result = admission_parse(spec, &listen_group, "deny", &o->deny, place, &l, d);
	if (result == 0)
		result = admission_parse(spec, &listen_group, "allow", &o->allow, place, &l, d);
	access_list_fini(&l);
	return result == 0 && o->rules != NULL ? admission_check_rules(spec, o->rules, place, d) : result;
}

/* ---- opening ---- */

static enum access_place
admission_place(const struct acceptor *a)
{
	unsigned nlocal = 0;

	for (unsigned i = 0; i < acceptor_len(a); i++) {
		struct sockaddr_storage ss = { 0 };
		socklen_t len = sizeof(ss);

		nlocal += getsockname(acceptor_fd(a, i), (struct sockaddr *)&ss, &len) == 0 && ss.ss_family == AF_UNIX;
	}
	return nlocal == 0 ? ACCESS_NET : nlocal == acceptor_len(a) ? ACCESS_LOCAL : ACCESS_ANYWHERE;
}

static bool
admission_is_abstract(const struct acceptor *a)
{
	for (unsigned i = 0; i < acceptor_len(a); i++) {
		struct sockaddr_un sun = { 0 };
		socklen_t len = sizeof(sun);

		if (getsockname(acceptor_fd(a, i), (struct sockaddr *)&sun, &len) == 0 && sun.sun_family == AF_UNIX &&
		    len > offsetof(struct sockaddr_un, sun_path) && sun.sun_path[0] == '\0')
			return true;
	}
	return false;
}

static int
admission_read(struct admission *a, enum access_place place)
{
	const struct endpoint_spec *spec = a->listener->spec;
	const struct listen_opts *o = endpoint_spec_group(spec, &listen_group);
	const struct access_vocab vocab = admission_vocab(place, true);
	struct diag d = { 0 };
	int result = admission_parse(spec, &listen_group, "deny", &o->deny, place, &a->deny, &d);

	if (result == 0)
		result = admission_parse(spec, &listen_group, "allow", &o->allow, place, &a->allow, &d);
	if (result != 0) {
		log_msg(LOG_ERROR, &a->listener->who, "%s", d.text); /* fd-listen: what it is was not known before */
		diag_fini(&d);
		return -EINVAL;
	}
	if (o->rules == NULL)
		return 0;
	a->rules = admission_rules_new(a->listener, o->rules, &vocab);
	return a->rules != NULL ? 0 : -EINVAL;
}

static void
admission_looked_up(const char *host, const char *reason, void *arg)
{
	struct admission *a = arg;

	a->hosts = NULL;
	if (host != NULL)
		log_msg(LOG_ERROR, &a->listener->who, "cannot look up %s, of allow=, deny= or rules=: %s", host,
		    reason);
	a->ready(a->listener, host != NULL ? -ENOENT : 0);
}

static void
admission_look_up(struct loop_timer *t)
{
	struct admission *a = t->arg;
	struct access_rules none = { 0 }, *rules = a->rules != NULL ? admission_rules_now(a->rules) : &none;
	struct access_list **lists = xreallocarray(NULL, rules->len + 2, sizeof(*lists));
	struct access_hosts *h;
	size_t n = 0;

	lists[n++] = &a->deny;
	lists[n++] = &a->allow;
	for (size_t i = 0; i < rules->len; i++)
		lists[n++] = &rules->items[i].who;
	h = access_hosts_start(a->listener->env->blocking, lists, n, admission_looked_up, a);
	if (h != NULL)
		a->hosts = h;
	free(lists);
}

static bool
admission_has_hosts(const struct admission *a)
{
	return access_list_has_hosts(&a->deny) || access_list_has_hosts(&a->allow) ||
	    (a->rules != NULL && access_rules_have_hosts(admission_rules_now(a->rules)));
}

static void
admission_set_limits(struct admission *a)
{
	const struct listen_opts *o = endpoint_spec_group(a->listener->spec, &listen_group);

	if (o->rate.n > 0)
		rate_init(&a->rate, o->rate.n, (uint64_t)o->rate.ns);
	if (o->max_per_ip == OPT_INT_WORD(0) && !a->listener->env->runs_programs) /* they are told of it */
		return;
	a->max_per_ip = o->max_per_ip == OPT_INT_WORD(0) ? UINT_MAX : (unsigned)o->max_per_ip;
	a->peers = peercount_new();
}

int
admission_open(struct endpoint *ep, void (*ready)(struct endpoint *, int))
{
	struct listener *l = listener_of(ep);
	struct admission *a = xcalloc(1, sizeof(*a));
	const enum access_place place = admission_place(l->acceptor);
	const bool is_abstract = admission_is_abstract(l->acceptor);

	l->admission = a;
	pthread_mutex_init(&a->lock, NULL);
	a->listener = ep;
	a->ready = ready;
	loop_timer_init(&a->begin, admission_look_up, a);
	if (proxy_in_open(ep, place, is_abstract, &l->proxies) != 0 ||
	    admission_read(a, admission_clients_place(ep->spec, place)) != 0)
		return -EINVAL;
	a->is_own_user_only = a->allow.len == 0 && a->rules == NULL && is_abstract && l->proxies == NULL;
	admission_set_limits(a);
	if (!admission_has_hosts(a))
		return 0;
	loop_timer_set(endpoint_loop(ep), &a->begin, loop_now(endpoint_loop(ep)));
	return 1;
}

void
admission_free(struct admission *a)
{
	if (a == NULL)
		return;
	loop_timer_stop(endpoint_loop(a->listener), &a->begin);
	access_hosts_cancel(a->hosts);
	access_list_fini(&a->deny);
	access_list_fini(&a->allow);
	admission_rules_free(a->rules);
	peercount_free(a->peers);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* ---- clients ---- */

static enum admission_reason
admission_ask_lists(struct admission *a, const struct access_client *c)
{
	if (access_list_has(&a->deny, c))
		return ADMISSION_DENY;
	if (a->allow.len > 0 && !access_list_has(&a->allow, c))
		return ADMISSION_ALLOW;
	if (a->is_own_user_only && c->family == AF_UNIX && (!c->has_user || c->uid != geteuid()))
		return ADMISSION_USER;
	if (a->rules == NULL)
		return ADMISSION_WELCOME;
	a->rule = access_rules_find(admission_rules_now(a->rules), c);
	return a->rule != NULL && a->rule->is_allow ? ADMISSION_WELCOME : ADMISSION_RULES;
}

/* The rate comes last: whoever is refused by the others takes nothing from it. */
static enum admission_reason
admission_ask_limits(struct admission *a, const struct access_client *c, bool is_full, struct peercount_entry **counted)
{
	if (is_full)
		return ADMISSION_MAX;
	if (a->peers != NULL) {
		*counted = peercount_enter(a->peers, c, a->max_per_ip);
		if (*counted == NULL)
			return ADMISSION_MAX_PER_IP;
	}
	if (rate_take(&a->rate, loop_clock()))
		return ADMISSION_WELCOME;
	peercount_leave(*counted);
	*counted = NULL;
	return ADMISSION_RATE;
}

static void
admission_count(struct admission *a, enum admission_reason r)
{
	a->counts.refused[r]++;
	totals_add(a->listener->env->totals, totals[r], 1);
}

enum admission_reason
admission_judge(struct admission *a, const struct access_client *c, bool is_full, struct peercount_entry **counted)
{
	enum admission_reason r;

	*counted = NULL;
	pthread_mutex_lock(&a->lock);
	r = admission_ask_lists(a, c);
	if (r == ADMISSION_WELCOME)
		r = admission_ask_limits(a, c, is_full, counted);
	if (r == ADMISSION_WELCOME)
		a->counts.accepted++;
	else
		admission_count(a, r);
	pthread_mutex_unlock(&a->lock);
	return r;
}

void
admission_add_variables(struct endpoint *client, char *const *from)
{
	size_t n = 0, more = 0;

	if (from == NULL || !client->env->runs_programs)
		return;
	while (client->peer_env != NULL && client->peer_env[n] != NULL)
		n++;
	while (from[more] != NULL)
		more++;
	client->peer_env = xreallocarray(client->peer_env, n + more + 1, sizeof(char *));
	for (size_t i = 0; i <= more; i++)
		client->peer_env[n + i] = from[i] != NULL ? xstrdup(from[i]) : NULL;
}

uint64_t
admission_next(struct admission *a)
{
	uint64_t next;

	if (a->rate.interval == 0)
		return 0;
	pthread_mutex_lock(&a->lock);
	next = rate_next(&a->rate, loop_clock());
	pthread_mutex_unlock(&a->lock);
	return next;
}

/* The groups of the process at the other end; the caller frees them. */
static uint32_t *
admission_groups(int fd, size_t *n)
{
	gid_t none, *groups;
	socklen_t len = 0;

	*n = 0;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, &none, &len) == 0 || errno != ERANGE)
		return NULL;
	groups = xmalloc(len);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) == 0)
		*n = len / sizeof(*groups);
	return groups;
}

/* The text of who it is, for messages. */
static void
admission_name(const struct access_client *c, const struct acceptor_peer *peer, char text[PEERNAME_MAX])
{
	if (c->has_user)
		snprintf(text, PEERNAME_MAX, "uid %u", (unsigned)c->uid);
	else
		peername_format(&peer->ss, peer->len, text);
}

static void
admission_turn_away(struct endpoint *listener, int fd)
{
	struct endpoint *client;

	if (listener->env->lingering >= ADMISSION_LINGERING) {
		io_close(&fd);
		return;
	}
	client = endpoint_new(listener->spec, listener->env, ROLE_READ | ROLE_WRITE);
	endpoint_set_fd(client, ROLE_READ | ROLE_WRITE, fd);
	linger(client, true);
}

static void
admission_tell(const struct endpoint *listener, enum admission_reason r, const char *name, const char *why)
{
	struct log_who who = listener->who;

	who.class = 1 + (unsigned)r;
	log_msg(LOG_WARN, &who, "refused %s: %s", name, why != NULL ? why : reasons[r].text);
}

uint32_t *
admission_identify(const struct acceptor_peer *peer, bool with_groups, struct access_client *c)
{
	struct ucred cred = peer->cred;
	socklen_t len = sizeof(cred);
	uint32_t *groups;

	access_client_set_address(c, &peer->ss);
	if (c->family != AF_UNIX ||
	    (!peer->has_cred &&
		(peer->proxied.has_addresses || getsockopt(peer->fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1)))
		return NULL;
	c->has_user = true;
	c->uid = cred.uid;
	c->gid = cred.gid;
	if (!with_groups || peer->has_cred)
		return NULL;
	groups = admission_groups(peer->fd, &c->ngroups);
	c->groups = groups;
	return groups;
}

/* Told, and ended. */
static void
admission_send_off(struct endpoint *listener, enum admission_reason r, const struct acceptor_peer *peer,
    const char *why)
{
	struct access_client c = { 0 };
	char name[PEERNAME_MAX];

	admission_identify(peer, false, &c);
	admission_name(&c, peer, name);
	admission_tell(listener, r, name, why);
	admission_turn_away(listener, peer->fd);
}

void
admission_refuse(struct endpoint *listener, enum admission_reason r, const struct acceptor_peer *peer, const char *why)
{
	pthread_mutex_lock(&listener_of(listener)->admission->lock);
	admission_count(listener_of(listener)->admission, r);
	pthread_mutex_unlock(&listener_of(listener)->admission->lock);
	admission_send_off(listener, r, peer, why);
}

static bool
admission_needs_groups(const struct admission *a)
{
	return access_list_needs_groups(&a->deny) || access_list_needs_groups(&a->allow) ||
	    (a->rules != NULL && access_rules_need_groups(admission_rules_now(a->rules)));
}

static char *
admission_explain_rules(const struct admission *a)
{
	const char *path = admission_rules_path(a->rules);

	return a->rule == NULL ? xasprintf("no rule in %s means it", path) :
				 xasprintf("denied by %s:%u", path, a->rule->line);
}

bool
admission_takes(struct endpoint *listener, struct acceptor_peer *peer)
{
	struct listener *l = listener_of(listener);
	struct admission *a = l->admission;
	struct access_client c = { 0 };
	uint32_t *groups;
	enum admission_reason r;
	char *why;

	if (a->rules != NULL)
		admission_rules_look(a->rules);
	groups = admission_identify(peer, admission_needs_groups(a), &c);
	r = admission_judge(a, &c, l->is_full, &peer->counted);
	free(groups);
	peer->nclients = peercount_clients(peer->counted);
	if (r == ADMISSION_WELCOME) {
		peer->variables = a->rule != NULL && a->rule->env != NULL ? xdup_strings(a->rule->env) : NULL;
		return true;
	}
	why = r == ADMISSION_RULES ? admission_explain_rules(a) : NULL;
	admission_send_off(listener, r, peer, why);
	free(why);
	return false;
}

/* ---- counts ---- */

const struct admission_counts *
admission_counts(const struct admission *a)
{
	return &a->counts;
}

char *
admission_summary(const struct admission *a)
{
	char *parts = xstrdup(""), *text;
	uint64_t n = 0;

	for (int r = 0; a != NULL && r < ADMISSION_REASONS; r++) {
		if (a->counts.refused[r] == 0)
			continue;
		text = xasprintf("%s%s%s %" PRIu64, parts, n > 0 ? ", " : "", reasons[r].name, a->counts.refused[r]);
		free(parts);
		parts = text;
		n += a->counts.refused[r];
	}
	text = n > 0 ? xasprintf(", %" PRIu64 " refused (%s)", n, parts) : xstrdup("");
	free(parts);
	return text;
}
