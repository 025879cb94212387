/* A list under a lock, and an eventfd that wakes the loop whose it is. */
#include "base/mailbox.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

struct mail {
	void (*run)(void *);
	void *arg;
	struct mail *next;
};

static struct mail *
mailbox_take(struct mailbox *m)
{
	struct mail *list;

	pthread_mutex_lock(&m->lock);
	list = m->first;
	m->first = NULL;
	m->tail = &m->first;
	pthread_mutex_unlock(&m->lock);
	return list;
}

static void
mailbox_ready(struct loop_source *s, uint32_t events)
{
	struct mailbox *m = s->arg;
	struct mail *next;
	uint64_t count;

	(void)events;
	if (read(m->fd, &count, sizeof(count)) == -1)
		return;
	for (struct mail *mail = mailbox_take(m); mail != NULL; mail = next) {
		next = mail->next;
		mail->run(mail->arg);
		free(mail);
	}
}

int
mailbox_init(struct mailbox *m, struct loop *loop)
{
	int error;

	*m = (struct mailbox){ .loop = loop, .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
	if (m->fd == -1)
		return -errno;
	m->tail = &m->first;
	pthread_mutex_init(&m->lock, NULL);
	loop_source_init(&m->source, m->fd, mailbox_ready, m);
	error = loop_source_want(loop, &m->source, EPOLLIN);
	if (error != 0)
		mailbox_fini(m);
	return error;
}

void
mailbox_fini(struct mailbox *m)
{
	struct mail *next;

	if (m->loop == NULL)
		return;
	loop_source_stop(m->loop, &m->source);
	for (struct mail *mail = mailbox_take(m); mail != NULL; mail = next) {
		next = mail->next;
		free(mail);
	}
	io_close(&m->fd);
	pthread_mutex_destroy(&m->lock);
	m->loop = NULL;
}

void
mailbox_post(struct mailbox *m, void (*run)(void *), void *arg)
{
	struct mail *mail = xcalloc(1, sizeof(*mail));
	const uint64_t one = 1;

	*mail = (struct mail){ .run = run, .arg = arg };
	pthread_mutex_lock(&m->lock);
	*m->tail = mail;
	m->tail = &mail->next;
	pthread_mutex_unlock(&m->lock);
	/* It fails only when there is a count of 2^64 - 2 already: the loop is awake then. */
	while (write(m->fd, &one, sizeof(one)) == -1 && errno == EINTR)
		;
}
