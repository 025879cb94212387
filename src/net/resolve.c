/* Name resolution by getaddrinfo(3), which blocks for a name and so runs in a helper thread then. */
#include "net/resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/mem.h"

struct resolve {
	struct blocking_job job;
	const char *host, *service;
	char *copies[2]; /* of them, for the helper thread */
	struct addrinfo hints, *list;
	int error, saved_errno;
	void (*done)(struct addrinfo *, const char *, void *);
	void *arg;
};

static void
resolve_look_up(struct resolve *r)
{
	r->error = getaddrinfo(r->host, r->service, &r->hints, &r->list);
	r->saved_errno = errno;
}

static void
resolve_work(struct blocking_job *job)
{
	resolve_look_up(job->arg);
}

static const char *
resolve_reason(const struct resolve *r)
{
	if (r->error == EAI_SYSTEM)
		return strerror(r->saved_errno);
	if (r->error == EAI_NONAME)
		return "host not found";
	if (r->error == EAI_SERVICE)
		return "unknown port name";
	return gai_strerror(r->error);
}

static void
resolve_tell(struct resolve *r)
{
	if (r->done != NULL && r->error != 0)
		r->done(NULL, resolve_reason(r), r->arg);
	else if (r->done != NULL)
		r->done(r->list, NULL, r->arg);
	else if (r->error == 0)
		freeaddrinfo(r->list);
}

static void
resolve_job_done(struct blocking_job *job)
{
	struct resolve *r = job->arg;

	resolve_tell(r);
	free(r->copies[0]);
	free(r->copies[1]);
	free(r);
}

static bool
resolve_at_once(struct resolve *r, bool only_numeric)
{
	int error = FAULT("resolve");

	if (error != 0) {
		r->error = EAI_SYSTEM;
		r->saved_errno = error;
		return true;
	}
	r->hints.ai_flags |= AI_NUMERICHOST;
	resolve_look_up(r);
	r->hints.ai_flags &= ~AI_NUMERICHOST;
	return r->error == 0 || r->error == EAI_SERVICE || only_numeric;
}

static struct resolve *
resolve_later(const struct resolve *now)
{
	struct resolve *r = xcalloc(1, sizeof(*r));

	*r = *now;
	r->host = r->copies[0] = now->host != NULL ? xstrdup(now->host) : NULL;
	r->service = r->copies[1] = now->service != NULL ? xstrdup(now->service) : NULL;
	r->job = (struct blocking_job){ .work = resolve_work, .done = resolve_job_done, .arg = r };
	return r;
}

struct resolve *
resolve_start(struct blocking *b, const struct resolve_request *q,
    void (*done)(struct addrinfo *, const char *, void *), void *arg)
{
	struct resolve now = { .host = q->host, .service = q->service, .done = done, .arg = arg }, *r;
	int error;

	now.hints = (struct addrinfo){ .ai_family = q->family,
		.ai_socktype = q->is_datagram ? SOCK_DGRAM : SOCK_STREAM,
		.ai_flags = q->is_passive ? AI_PASSIVE : 0 };
	if (resolve_at_once(&now, q->is_numeric || q->host == NULL)) {
		resolve_tell(&now);
		return NULL;
	}
	r = resolve_later(&now);
	error = blocking_submit(b, &r->job);
	if (error == 0)
		return r;
	r->error = EAI_SYSTEM;
	r->saved_errno = -error;
	resolve_job_done(&r->job);
	return NULL;
}

void
resolve_cancel(struct resolve *r)
{
	if (r != NULL)
		r->done = NULL;
}

char *
resolve_bare_host(const char *host)
{
	size_t len = strlen(host);

	if (len >= 2 && host[0] == '[' && host[len - 1] == ']')
		return xstrndup(host + 1, len - 2);
	return xstrdup(host);
}

void
resolve_split(const char *text, char **host, char **port)
{
	const char *end = text[0] == '[' ? strchr(text, ']') : NULL;
	const char *colon = strchr(end != NULL ? end : text, ':');
	size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);
	char *part = xstrndup(text, len);

	*host = len > 0 ? resolve_bare_host(part) : NULL;
	*port = colon != NULL ? xstrdup(colon + 1) : NULL;
	free(part);
}
