/*
 * rules=FILE. Whether the file has changed its inode, size and times say. A file that was changed within the last few
 * milliseconds before it was read may change once more without another time, so it is read again then.
 */
#include "endpoint/admission_rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

#define RULES_MAX (1024 * 1024)
#define RULES_TICK INT64_C(50000000) /* ns: more than the clock of a file system takes for a step */

/* ---- reading ---- */

static int
rules_check_file(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return S_ISDIR(st->st_mode) ? -EISDIR : -EINVAL;
	return st->st_size > RULES_MAX ? -EFBIG : 0;
}

struct rules_text {
	char *text; /* owned */
	size_t len;
	struct stat st;
};

/* A FIFO is not waited for; a file that grows meanwhile has changed when it is looked at next. Returns 0 or -errno. */
static int
rules_read(const char *path, struct rules_text *t)
{
	int fd = io_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0), error;
	ssize_t n = 1;

	*t = (struct rules_text){ 0 };
	if (fd < 0)
		return fd;
	error = fstat(fd, &t->st) == -1 ? -errno : rules_check_file(&t->st);
	if (error == 0)
		t->text = xmalloc((size_t)t->st.st_size + 1);
	while (error == 0 && n > 0 && t->len < (size_t)t->st.st_size) {
		struct iovec iov = { t->text + t->len, (size_t)t->st.st_size - t->len };

		n = io_readv(fd, &iov, 1);
		if (n < 0)
			error = (int)n;
		else
			t->len += (size_t)n;
	}
	io_close(&fd);
	return error;
}

/* Returns 0, -errno, or -EBADMSG with the fault. */
static int
rules_parse(const struct rules_text *t, const struct access_vocab *vocab, struct access_rules *rules,
    struct access_rules_fault *fault)
{
	return access_rules_parse(t->text, t->len, vocab, rules, fault) == -1 ? -EBADMSG : 0;
}

int
admission_rules_check(const char *path, const struct access_vocab *vocab, struct diag *d)
{
	struct access_rules rules = { 0 };
	struct access_rules_fault fault = { 0 };
	struct rules_text t;
	int error = rules_read(path, &t);

	if (error == 0)
		error = rules_parse(&t, vocab, &rules, &fault);
	if (error == -EBADMSG) {
		diag_set(d, 0, "%s:%u:%zu: %s", path, fault.line, fault.diag.pos + 1, fault.diag.text);
		if (fault.diag.hint != NULL)
			diag_hint(d, "%s", fault.diag.hint);
	} else if (error != 0)
		diag_set(d, 0, "cannot read the rules in %s: %s", path, strerror(-error));
	diag_fini(&fault.diag);
	access_rules_fini(&rules);
	free(t.text);
	return error != 0 ? -1 : 0;
}

struct admission_rules {
	struct endpoint *listener;
	char *path;
	struct access_vocab vocab;
	struct access_rules now, next; /* next: its hosts are being looked up */
	struct access_hosts *hosts;
	struct rules_text seen; /* what was read last, right or wrong */
	int error;              /* of reading it */
	bool is_fresh;          /* it had just been changed then */
};

/* ---- in force ---- */

static void
rules_tell(const struct admission_rules *r, int error, const struct access_rules_fault *fault, const char *then)
{
	const struct log_who *who = &r->listener->who;

	if (error == -EBADMSG)
		log_msg(LOG_ERROR, who, "%s:%u:%zu: %s%s", r->path, fault->line, fault->diag.pos + 1, fault->diag.text,
		    then);
	else
		log_msg(LOG_ERROR, who, "cannot read the rules in %s: %s%s", r->path, strerror(-error), then);
}

static void
rules_warn_of_writers(const struct admission_rules *r)
{
	if (r->seen.st.st_mode & S_IWOTH)
		log_msg(LOG_WARN, &r->listener->who, "everybody can write to %s, and so let themselves in (chmod o-w)",
		    r->path);
}

static int64_t
rules_ns(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/* Takes a look. Returns false when there is the same as before, text or error. */
static bool
rules_load(struct admission_rules *r)
{
	const int before = r->error;
	struct rules_text t;
	struct timespec now;
	bool is_same;

	r->error = rules_read(r->path, &t);
	if (r->error != 0) {
		free(t.text);
		return r->error != before;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	r->is_fresh = rules_ns(&now) - rules_ns(&t.st.st_ctim) < RULES_TICK;
	is_same =
	    before == 0 && r->seen.text != NULL && r->seen.len == t.len && memcmp(r->seen.text, t.text, t.len) == 0;
	free(r->seen.text);
	r->seen = t;
	return !is_same;
}

/* Of what was read; what is wrong is told, and what follows from it. Returns 0 or -1. */
static int
rules_take(const struct admission_rules *r, struct access_rules *rules, const char *then)
{
	struct access_rules_fault fault = { 0 };
	const int error = r->error != 0 ? r->error : rules_parse(&r->seen, &r->vocab, rules, &fault);

	if (error != 0)
		rules_tell(r, error, &fault, then);
	else
		rules_warn_of_writers(r);
	diag_fini(&fault.diag);
	return error != 0 ? -1 : 0;
}

struct admission_rules *
admission_rules_new(struct endpoint *listener, const char *path, const struct access_vocab *vocab)
{
	struct admission_rules *r = xcalloc(1, sizeof(*r));

	r->listener = listener;
	r->path = xstrdup(path);
	r->vocab = *vocab;
	rules_load(r);
	if (rules_take(r, &r->now, "") == 0)
		return r;
	admission_rules_free(r);
	return NULL;
}

struct access_rules *
admission_rules_now(struct admission_rules *r)
{
	return &r->now;
}

const char *
admission_rules_path(const struct admission_rules *r)
{
	return r->path;
}

/* ---- changes ---- */

static bool
rules_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	    rules_ns(&a->st_mtim) == rules_ns(&b->st_mtim) && rules_ns(&a->st_ctim) == rules_ns(&b->st_ctim);
}

static bool
rules_has_changed(const struct admission_rules *r)
{
	struct stat st;

	if (stat(r->path, &st) == -1)
		return r->error != -errno;
	return r->error != 0 || r->is_fresh || !rules_is_same(&st, &r->seen.st);
}

static void
rules_change(struct admission_rules *r)
{
	access_rules_fini(&r->now);
	r->now = r->next;
	r->next = (struct access_rules){ 0 };
	log_msg(LOG_INFO, &r->listener->who, "%zu rules are in force, read anew from %s", r->now.len, r->path);
}

static void
rules_hosts_found(const char *host, const char *reason, void *arg)
{
	struct admission_rules *r = arg;

	r->hosts = NULL;
	if (host == NULL) {
		rules_change(r);
		return;
	}
	log_msg(LOG_ERROR, &r->listener->who, "cannot look up %s in %s: %s; the former rules stay in force", host,
	    r->path, reason);
	access_rules_fini(&r->next);
}

static void
rules_look_up(struct admission_rules *r)
{
	struct access_list **lists = xreallocarray(NULL, r->next.len + 1, sizeof(*lists));
	struct access_hosts *h;

	for (size_t i = 0; i < r->next.len; i++)
		lists[i] = &r->next.items[i].who;
	h = access_hosts_start(r->listener->env->blocking, lists, r->next.len, rules_hosts_found, r);
	if (h != NULL)
		r->hosts = h;
	free(lists);
}

static void
rules_forget_next(struct admission_rules *r)
{
	access_hosts_cancel(r->hosts);
	r->hosts = NULL;
	access_rules_fini(&r->next);
}

void
admission_rules_look(struct admission_rules *r)
{
	struct access_rules next = { 0 };

	if (!rules_has_changed(r) || !rules_load(r))
		return;
	rules_forget_next(r);
	if (rules_take(r, &next, "; the former rules stay in force") == -1)
		return;
	r->next = next;
	rules_look_up(r);
}

void
admission_rules_free(struct admission_rules *r)
{
	if (r == NULL)
		return;
	rules_forget_next(r);
	access_rules_fini(&r->now);
	free(r->seen.text);
	free(r->path);
	free(r);
}
