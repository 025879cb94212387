/*
 * Datagrams come through one socket, which one loop makes connections of (net/datagrams.h); a proxy's header has to be read before
 * it is known who a client is; and rules are read anew when their file changes. All that stays in the loop of the main thread. Whom it
 * has let in goes to a thread by its mailbox, and is accepted there as from any other listener.
 */
#include "serve/threads_deal.h"

#include <stdlib.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/proxy_in.h"
#include "endpoint/socket_groups.h"
#include "net/peercount.h"
#include "serve/threads_state.h"

struct deal {
	struct thread *thread;
	struct acceptor_peer client;
};

bool
threads_deal_is_needed(const struct endpoint_spec *s)
{
	return (s->kind->flags & KIND_PACKET) || proxy_in_is_required(s) || listener_opts(s)->rules != NULL;
}

/* In its thread. One that drains takes nobody any more. */
static void
deal_take(void *arg)
{
	struct deal *d = arg;
	struct server *part = d->thread->part;

	if (part->listener != NULL) {
		*listener_newest(part->listener) = d->client;
		part->scheme->admit(part);
	} else {
		io_close(&d->client.fd);
		peercount_leave(d->client.counted);
		free_strings(d->client.variables);
		threads_leave(d->thread);
	}
	free(d);
}

static void
deal_accepted(struct endpoint *listener, void *arg)
{
	struct threads *all = arg;
	struct acceptor_peer *newest = listener_newest(listener);
	struct deal *d = xcalloc(1, sizeof(*d));
	bool is_full;

	d->client = *newest;
	newest->fd = -1;
	newest->counted = NULL;
	newest->variables = NULL;
	d->thread = &all->list[all->next++ % all->n];
	pthread_mutex_lock(&all->door);
	all->inside++;
	is_full = all->inside >= all->max || !room_is_left(&all->server->room, all->inside, 0);
	all->is_full = is_full;
	pthread_mutex_unlock(&all->door);
	mailbox_post(&d->thread->mailbox, deal_take, d);
	if (is_full)
		listener_pause(listener, true);
}

static void
deal_go_on(void *arg)
{
	struct threads *all = arg;

	if (all->server->listener != NULL && !all->server->is_draining)
		listener_pause(all->server->listener, false);
}

int
threads_deal_start(struct threads *all)
{
	return listener_serve(all->server->listener, deal_accepted, all);
}

void
threads_deal_stop(struct threads *all)
{
	if (all->deals && all->server->listener != NULL && all->nrunning > 0)
		listener_pause(all->server->listener, true);
}

void
threads_deal_wake(struct threads *all)
{
	if (all->is_full)
		mailbox_post(&all->mailbox, deal_go_on, all);
	all->is_full = false;
}
