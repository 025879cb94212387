/* Hosts in lists of patterns. A host has as many patterns as it has addresses. */
#include "net/access_hosts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "net/resolve.h"

struct access_hosts {
	struct blocking *blocking;
	struct access_list **lists;
	size_t nlists;
	size_t list, item; /* what is looked up */
	struct resolve *resolve;
	bool is_asking, is_answered; /* within resolve_start, which may answer at once */
	const char *bad_host;        /* it has no address; NULL: all have */
	char *reason;
	void (*done)(const char *, const char *, void *);
	void *arg;
};

static void
access_hosts_free(struct access_hosts *h)
{
	free(h->lists);
	free(h->reason);
	free(h);
}

static void
access_hosts_finish(struct access_hosts *h)
{
	h->done(h->bad_host, h->reason, h->arg);
	access_hosts_free(h);
}

/* The next pattern that is a host, or NULL. */
static struct access_who *
access_hosts_next(struct access_hosts *h)
{
	for (; h->list < h->nlists; h->list++, h->item = 0)
		for (; h->item < h->lists[h->list]->len; h->item++)
			if (h->lists[h->list]->items[h->item].kind == ACCESS_HOST)
				return &h->lists[h->list]->items[h->item];
	return NULL;
}

static bool access_hosts_go_on(struct access_hosts *);

/* The host's pattern stays, for messages, and matches nobody. */
static void
access_hosts_found(struct addrinfo *list, const char *reason, void *arg)
{
	struct access_hosts *h = arg;
	struct access_list *l = h->lists[h->list];

	h->resolve = NULL;
	h->is_answered = true;
	if (list == NULL) {
		h->bad_host = l->items[h->item].host;
		h->reason = xstrdup(reason);
	}
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next)
		access_list_add_address(l, ai->ai_addr);
	if (list != NULL)
		freeaddrinfo(list);
	h->item++;
	if (!h->is_asking && access_hosts_go_on(h))
		access_hosts_finish(h);
}

/* Asks for one after the other. True: it is over. False: an answer is outstanding. */
static bool
access_hosts_go_on(struct access_hosts *h)
{
	const struct access_who *who;

	while (h->bad_host == NULL && (who = access_hosts_next(h)) != NULL) {
		struct resolve *r;

		h->is_answered = false;
		h->is_asking = true;
		r = resolve_start(h->blocking, &(struct resolve_request){ .host = who->host, .family = AF_UNSPEC },
		    access_hosts_found, h);
		h->is_asking = false;
		if (!h->is_answered) {
			h->resolve = r;
			return false;
		}
	}
	return true;
}

struct access_hosts *
access_hosts_start(struct blocking *b, struct access_list *const *lists, size_t nlists,
    void (*done)(const char *, const char *, void *), void *arg)
{
	struct access_hosts *h = xcalloc(1, sizeof(*h));

	h->blocking = b;
	h->lists = xreallocarray(NULL, nlists > 0 ? nlists : 1, sizeof(struct access_list *));
	for (size_t i = 0; i < nlists; i++)
		h->lists[i] = lists[i];
	h->nlists = nlists;
	h->done = done;
	h->arg = arg;
	if (!access_hosts_go_on(h))
		return h;
	access_hosts_finish(h);
	return NULL;
}

void
access_hosts_cancel(struct access_hosts *h)
{
	if (h == NULL)
		return;
	resolve_cancel(h->resolve);
	access_hosts_free(h);
}
