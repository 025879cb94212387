/*
 * The names in new/ are read once and kept up to date by inotify(7). In work/ one event counts: the closing of a descriptor for
 * writing, which only the death of a worker's process brings about there (jobs_dir.c). It comes a moment before the lock on
 * the file goes (__fput in fs/file_table.c), so the look at work/ is repeated, ever later, for about a second.
 */
#include "endpoint/jobs_watch.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "endpoint/jobs_lock.h"
#include "endpoint/jobs_sweep.h"

#define WATCH_NEW (IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR)
#define WATCH_WORK (IN_CLOSE_WRITE | IN_EXCL_UNLINK | IN_ONLYDIR)
#define WATCH_LOOKS 10 /* 1 ms, 2 ms, ... 512 ms */
#define WATCH_PATIENCE LOOP_SEC(1)

/* ---- messages of the dead ---- */

static void
watch_recovered(const struct job_name *name, enum jobs_recovered what, void *arg)
{
	struct jobs_watch *w = arg;
	char id[JOB_NAME_SIZE];

	w->buried += what == JOBS_BURIED;
	job_name_id(name, id);
	if (what == JOBS_BURIED)
		log_msg(LOG_ERROR, w->who, "message %s: its worker died, and attempt %u was the last: moved to dead/",
		    id, name->attempts);
	else
		log_msg(LOG_INFO, w->who, "message %s: its worker died, it is back in the queue", id);
}

/* Returns true when somebody works on messages. */
static bool
watch_recover(struct jobs_watch *w)
{
	struct jobs_recovery r = { .attempts = w->attempts, .found = watch_recovered, .arg = w };
	int error = jobs_recover(w->dir, &r);

	if (error != 0)
		log_errno(LOG_WARN, w->who, -error, "cannot look for messages whose worker died");
	return r.held > 0;
}

static void
watch_orphans_expired(struct loop_timer *t)
{
	struct jobs_watch *w = t->arg;

	if (watch_recover(w) && ++w->looks < WATCH_LOOKS)
		loop_timer_set(w->loop, t, loop_now(w->loop) + (LOOP_MS(1) << w->looks));
}

static void
watch_worker_died(struct jobs_watch *w)
{
	w->looks = 0;
	loop_timer_set(w->loop, &w->orphans, loop_now(w->loop) + LOOP_MS(1));
}

/* ---- what waits ---- */

static bool
watch_name(struct jobs_watch *w, const char *text, struct job_name *name)
{
	if (job_name_parse(text, name))
		return true;
	if (!w->has_told_foreign)
		log_msg(LOG_WARN, w->who, "new/%s is no message, and stays where it is", text);
	w->has_told_foreign = true;
	return false;
}

static void
watch_found(const char *text, void *arg)
{
	struct jobs_watch *w = arg;
	struct job_name name;

	if (watch_name(w, text, &name))
		job_list_append(&w->list, &name);
}

static int
watch_scan(struct jobs_watch *w)
{
	int error;

	job_list_clear(&w->list);
	error = jobs_dir_list(w->dir, JOBS_NEW, watch_found, w);
	job_list_sort(&w->list);
	return error;
}

static void
watch_event(struct jobs_watch *w, const struct inotify_event *e)
{
	struct job_name name;

	if (e->mask & IN_Q_OVERFLOW) {
		watch_scan(w);
		if (w->work_wd != -1)
			watch_worker_died(w);
	} else if (e->mask & IN_IGNORED)
		w->is_broken = true;
	else if (e->wd == w->work_wd)
		watch_worker_died(w);
	else if (e->len > 0 && e->name[0] != '.' && (e->mask & (IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE))) {
		if (e->mask & IN_MOVED_TO) {
			if (watch_name(w, e->name, &name))
				job_list_add(&w->list, &name);
		} else if (job_name_parse(e->name, &name))
			job_list_remove(&w->list, &name);
	}
}

/* Takes in all that has happened. */
static void
watch_read(struct jobs_watch *w)
{
	_Alignas(struct inotify_event) char buf[16384];
	ssize_t n;

	while ((n = read(w->source.fd, buf, sizeof(buf))) > 0)
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *e = (const struct inotify_event *)(const void *)(buf + at);

			watch_event(w, e);
			at += (ssize_t)(sizeof(*e) + e->len);
		}
	if (n == -1 && errno != EAGAIN && errno != EINTR)
		log_errno(LOG_WARN, w->who, errno, "cannot read what has changed in the queue");
}

static void
watch_ready(struct loop_source *s, uint32_t events)
{
	struct jobs_watch *w = s->arg;

	(void)events;
	watch_read(w);
	w->changed(w->arg);
}

static void
watch_due(struct loop_timer *t)
{
	struct jobs_watch *w = t->arg;

	w->changed(w->arg);
}

size_t
jobs_watch_len(const struct jobs_watch *w)
{
	return job_list_len(&w->list);
}

size_t
jobs_watch_count(struct jobs_watch *w)
{
	watch_read(w);
	return job_list_len(&w->list);
}

/* Puts off the next look; false: the message may be taken now. */
static bool
watch_is_early(struct jobs_watch *w, const struct job_name *name)
{
	struct timespec ts;
	uint64_t now;

	if (name->due == 0)
		return false;
	clock_gettime(CLOCK_REALTIME, &ts);
	now = (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
	if (name->due <= now)
		return false;
	loop_timer_set(w->loop, &w->due, loop_now(w->loop) + (name->due - now));
	return true;
}

/* A damaged one goes to dead/. Returns 0 when the message is sound, -EAGAIN when it was not, or another -errno (told). */
static int
watch_check(struct jobs_watch *w, struct jobs_claim *c)
{
	int error;
	const char *wrong = jobs_claim_check(c, &error);
	char name[JOB_NAME_SIZE];

	if (wrong == NULL)
		return 0;
	job_name_format(&c->name, name);
	if (error != 0)
		log_errno(LOG_ERROR, w->who, -error, "message %s cannot be read: moved to dead/", name);
	else
		log_msg(LOG_ERROR, w->who, "message %s is damaged, %s: moved to dead/", name, wrong);
	w->buried++;
	error = jobs_claim_bury(w->dir, c);
	if (error == 0)
		return -EAGAIN;
	log_errno(LOG_ERROR, w->who, -error, "cannot move it to dead/");
	return error;
}

/* When it seems that there is none, what has happened up to now is taken in. */
static const struct job_name *
watch_first(struct jobs_watch *w)
{
	if (job_list_len(&w->list) == 0)
		watch_read(w);
	return job_list_first(&w->list);
}

static bool
watch_is_passing(int error)
{
	return error == -EMFILE || error == -ENFILE || error == -ENOMEM;
}

int
jobs_watch_take(struct jobs_watch *w, struct jobs_claim *c)
{
	const struct job_name *first;

	if (w->is_broken) {
		log_msg(LOG_ERROR, w->who, "the directory of the queue was removed");
		return -ENOENT;
	}
	while ((first = watch_first(w)) != NULL && !watch_is_early(w, first)) {
		const struct job_name name = *first;
		int error = jobs_claim(w->dir, &name, c);

		if (watch_is_passing(error)) {
			log_errno(LOG_WARN, w->who, -error, "cannot take a message now");
			loop_timer_set(w->loop, &w->due, loop_now(w->loop) + WATCH_PATIENCE);
			return -EAGAIN;
		}
		job_list_remove(&w->list, &name);
		if (error == -ENOENT || error == -EWOULDBLOCK)
			continue;
		if (error != 0) {
			log_errno(LOG_ERROR, w->who, -error, "cannot take a message");
			return error;
		}
		error = watch_check(w, c);
		if (error != -EAGAIN)
			return error;
	}
	return -EAGAIN;
}

/* ---- start and end ---- */

static int
watch_add(struct jobs_watch *w, const char *path, enum jobs_place place, uint32_t mask, int *wd)
{
	char *dir = xasprintf("%s/%s", path, jobs_place_name(place));

	*wd = inotify_add_watch(w->source.fd, dir, mask);
	free(dir);
	if (*wd != -1)
		return 0;
	log_errno(LOG_ERROR, w->who, errno, "cannot watch the queue");
	return -errno;
}

int
jobs_watch_start(struct jobs_watch *w, const char *path, bool takes)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), error;

	loop_source_init(&w->source, fd, watch_ready, w);
	loop_timer_init(&w->due, watch_due, w);
	loop_timer_init(&w->orphans, watch_orphans_expired, w);
	w->new_wd = w->work_wd = w->served = -1;
	if (fd == -1) {
		log_errno(LOG_ERROR, w->who, errno, "cannot watch the queue");
		return -errno;
	}
	error = watch_add(w, path, JOBS_NEW, WATCH_NEW, &w->new_wd);
	if (error == 0 && takes)
		error = watch_add(w, path, JOBS_WORK, WATCH_WORK, &w->work_wd);
	if (error != 0)
		return error;
	if (takes && (w->served = jobs_lock_serve(w->dir)) < 0)
		log_errno(LOG_WARN, w->who, -w->served, "cannot say that the queue is read");
	if (takes)
		jobs_sweep(w->dir, w->who);
	if (takes && watch_recover(w))
		watch_worker_died(w);
	error = watch_scan(w);
	if (error == 0)
		error = loop_source_want(w->loop, &w->source, EPOLLIN);
	if (error != 0)
		log_errno(LOG_ERROR, w->who, -error, "cannot read the directory of the queue");
	return error;
}

void
jobs_watch_stop(struct jobs_watch *w)
{
	if (w->source.ready == NULL)
		return;
	loop_timer_stop(w->loop, &w->due);
	loop_timer_stop(w->loop, &w->orphans);
	loop_source_stop(w->loop, &w->source);
	io_close(&w->source.fd);
	if (w->served >= 0)
		io_close(&w->served);
	job_list_fini(&w->list);
}
