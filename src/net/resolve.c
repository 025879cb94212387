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
	char *host, *service;
	struct addrinfo hints, *list;
	int error, saved_errno;
	void (*done)(struct addrinfo *, const char *, void *);
	void *arg;
};

static void
resolve_work(struct blocking_job *job)
{
	struct resolve *r = job->arg;

	r->error = getaddrinfo(r->host, r->service, &r->hints, &r->list);
	r->saved_errno = errno;
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
resolve_free(struct resolve *r)
{
	free(r->host);
	free(r->service);
	free(r);
}

static void
resolve_finish(struct resolve *r)
{
	if (r->done != NULL && r->error != 0)
		r->done(NULL, resolve_reason(r), r->arg);
	else if (r->done != NULL)
		r->done(r->list, NULL, r->arg);
	else if (r->error == 0)
		freeaddrinfo(r->list);
	resolve_free(r);
}

static void
resolve_job_done(struct blocking_job *job)
{
	resolve_finish(job->arg);
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
	resolve_work(&r->job);
	r->hints.ai_flags &= ~AI_NUMERICHOST;
	return r->error == 0 || r->error == EAI_SERVICE || only_numeric;
}

struct resolve *
resolve_start(struct blocking *b, const struct resolve_request *q,
    void (*done)(struct addrinfo *, const char *, void *), void *arg)
{
	struct resolve *r = xcalloc(1, sizeof(*r));
	int error;

	r->host = q->host != NULL ? xstrdup(q->host) : NULL;
	r->service = q->service != NULL ? xstrdup(q->service) : NULL;
	r->hints = (struct addrinfo){ .ai_family = q->family,
		.ai_socktype = q->is_datagram ? SOCK_DGRAM : SOCK_STREAM,
		.ai_flags = q->is_passive ? AI_PASSIVE : 0 };
	r->done = done;
	r->arg = arg;
	r->job = (struct blocking_job){ .work = resolve_work, .done = resolve_job_done, .arg = r };
	if (!resolve_at_once(r, q->is_numeric || q->host == NULL)) {
		error = blocking_submit(b, &r->job);
		if (error == 0)
			return r;
		r->error = EAI_SYSTEM;
		r->saved_errno = -error;
	}
	resolve_finish(r);
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
