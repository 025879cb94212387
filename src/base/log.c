/*
 * The log. A message becomes a record, the record a line (log_format), the line goes to a sink (log_sink): standard error,
 * or the file of --log-file, and then errors to both. Before that, what repeats itself is held back (log_repeat): the
 * errors of sessions, and warnings; never an error of the only wire or of the program, which may be the reason of the exit
 * status, nor a session's own start and end, nor what a program says.
 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/charset.h"
#include "base/hint.h"
#include "base/log_format.h"
#include "base/log_repeat.h"
#include "base/log_sink.h"
#include "base/loop.h"
#include "base/mem.h"

#define LOG_TEXT_MAX 4096 /* a longer text is cut */
#define LOG_PATIENCE 1000 /* ms for a blocked reader at the end */
#define LOG_FILE_MODE 0600

static struct {
	pthread_mutex_t lock; /* for all but the level and the format, which stay as they are */
	enum log_level level;
	enum log_format format;
	const char *path; /* of the file, or NULL */
	int file_fd;
	struct log_sink console, file;
	bool is_ready; /* the sinks are set up */
	bool has_no_console;
	struct log_repeat repeat;
	uint64_t repeats; /* held back since the start */
	struct loop *loop;
	struct loop_timer timer; /* runs only while something is held back */
	void (*hook)(bool is_before, void *arg);
	void *hook_arg;
	void (*ask)(void *); /* has log_tend called by the thread of the loop */
	void *ask_arg;
	bool is_asked;
} lg = { .lock = PTHREAD_MUTEX_INITIALIZER, .level = LOG_WARN, .file_fd = -1 };

static _Thread_local bool log_is_elsewhere; /* this thread is not that of the loop */

/* A record that is held back: what may be gone when it is told. */
struct log_held {
	enum log_level level;
	unsigned long session;
	int error;
	const char *hint;
	char *endpoint, *text;
};

void
log_set_level(enum log_level level)
{
	lg.level = level;
}

enum log_level
log_get_level(void)
{
	return lg.level;
}

bool
log_is_on(enum log_level level)
{
	return level <= lg.level;
}

void
log_set_format(enum log_format format)
{
	lg.format = format;
}

bool
log_has_file(void)
{
	return lg.path != NULL;
}

void
log_set_hook(void (*hook)(bool is_before, void *arg), void *arg)
{
	lg.hook = hook;
	lg.hook_arg = arg;
}

/* ---- writing ---- */

/* What concerns the loop is left to its thread. */
static bool
log_defers(void)
{
	if (!log_is_elsewhere)
		return false;
	if (!lg.is_asked && lg.ask != NULL)
		lg.ask(lg.ask_arg);
	lg.is_asked = true;
	return true;
}

static void
log_prepare(void)
{
	if (lg.is_ready)
		return;
	lg.console = lg.file = (struct log_sink){ .lock = &lg.lock, .defer = log_defers };
	log_sink_init(&lg.console, STDERR_FILENO);
	log_sink_init(&lg.file, -1);
	lg.is_ready = true;
}

static void
log_put(struct log_sink *sink, const struct log_record *r)
{
	const bool is_file = sink == &lg.file;
	char line[LOG_LINE_MAX + 1];
	size_t len;

	if (!is_file && lg.has_no_console)
		return;
	if (lg.format == LOG_JSON && (is_file || lg.path == NULL))
		len = log_format_json(line, r);
	else
		len = log_format_text(line, r, is_file, charset_is_utf8());
	if (!is_file && lg.hook != NULL)
		lg.hook(true, lg.hook_arg);
	log_sink_write(sink, line, len, r->level == LOG_ERROR);
	if (!is_file && lg.hook != NULL)
		lg.hook(false, lg.hook_arg);
}

static void
log_stamp(struct log_record *r)
{
	clock_gettime(CLOCK_REALTIME, &r->time);
	r->pid = (long)getpid();
}

/* What was lost is told as soon as there is room again. */
static void
log_tell_lost(struct log_sink *sink, bool is_last)
{
	struct log_record r = { .level = LOG_WARN };
	char text[96];
	const int error = sink->error;
	const unsigned long lost = sink->lost;

	if (sink->lost == 0 || sink->len > 0)
		return;
	snprintf(text, sizeof(text), "%lu lines of the log were lost%s", lost, error == 0 ? ": nobody read them" : "");
	r.text = text;
	r.text_len = strlen(text);
	r.error = error != 0 ? strerror(error) : NULL;
	log_stamp(&r);
	sink->lost = 0;
	sink->error = 0;
	log_put(sink, &r);
	if (sink->lost == 0)
		return;
	sink->lost = lost;
	if (is_last && sink == &lg.file)
		log_put(&lg.console, &r);
}

static void
log_emit(struct log_record *r)
{
	struct log_sink *sink = lg.path != NULL ? &lg.file : &lg.console;

	log_prepare();
	log_stamp(r);
	log_tell_lost(sink, false);
	log_put(sink, r);
	if (sink == &lg.file && (r->level == LOG_ERROR || lg.file.error != 0))
		log_put(&lg.console, r);
}

/* ---- repetition ---- */

static void
log_free_held(struct log_held *h)
{
	if (h == NULL)
		return;
	free(h->endpoint);
	free(h->text);
	free(h);
}

static void
log_tell_held(uint64_t now)
{
	unsigned long count;
	struct log_held *h;

	while ((h = log_repeat_take(&lg.repeat, now, &count)) != NULL) {
		struct log_record r = { .level = h->level,
			.session = h->session,
			.endpoint = h->endpoint,
			.text = h->text,
			.text_len = strlen(h->text),
			.error = h->error != 0 ? strerror(h->error) : NULL,
			.hint = h->hint,
			.repeated = count };

		log_emit(&r);
		log_free_held(h);
	}
}

static void
log_set_timer(void)
{
	const uint64_t due = log_repeat_due(&lg.repeat);

	if (lg.loop != NULL && due != LOG_REPEAT_NEVER && !loop_timer_is_set(&lg.timer) && !log_defers())
		loop_timer_set(lg.loop, &lg.timer, due);
}

static void
log_timer_expired(struct loop_timer *t)
{
	(void)t;
	pthread_mutex_lock(&lg.lock);
	log_tell_held(loop_clock());
	log_set_timer();
	pthread_mutex_unlock(&lg.lock);
}

static bool
log_may_be_held(const struct log_record *r)
{
	return r->level == LOG_WARN || (r->level == LOG_ERROR && r->session != 0);
}

/* The class of a message: where it is written in the code, its words, the endpoint and the cause; not its numbers and session. */
static uint64_t
log_class_of(const struct log_record *r, const struct log_who *who, const char *fmt, int error)
{
	uint64_t hash = log_repeat_hash(LOG_REPEAT_HASH, &error, sizeof(error));

	hash = log_repeat_hash(hash, &fmt, sizeof(fmt));
	if (r->endpoint != NULL)
		hash = log_repeat_hash(hash, r->endpoint, strlen(r->endpoint));
	if (who != NULL && who->class != 0)
		return log_repeat_hash(hash, &who->class, sizeof(who->class));
	/* A text that is somebody else's is its own class; of ours two that name different things are told both. */
	if (strcmp(fmt, "%s") == 0)
		return log_repeat_hash(hash, r->text, r->text_len);
	return log_repeat_hash_text(hash, r->text, r->text_len);
}

static void
log_hold(const struct log_record *r, uint64_t hash, int error)
{
	struct log_held *h = xcalloc(1, sizeof(*h));

	*h = (struct log_held){ .level = r->level, .session = r->session, .error = error, .hint = r->hint };
	h->endpoint = r->endpoint != NULL ? xstrdup(r->endpoint) : NULL;
	h->text = xstrndup(r->text, r->text_len);
	lg.repeats++;
	log_free_held(log_repeat_hold(&lg.repeat, hash, h));
	log_set_timer();
}

static void
log_tell(struct log_record *r, const struct log_who *who, const char *fmt, int error)
{
	const uint64_t now = loop_clock();
	const uint64_t hash = log_class_of(r, who, fmt, error);

	pthread_mutex_lock(&lg.lock);
	if (log_repeat_due(&lg.repeat) <= now)
		log_tell_held(now);
	if (!log_may_be_held(r) || log_repeat_passes(&lg.repeat, hash, now))
		log_emit(r);
	else
		log_hold(r, hash, error);
	pthread_mutex_unlock(&lg.lock);
}

static void
log_tell_at_once(struct log_record *r)
{
	pthread_mutex_lock(&lg.lock);
	log_emit(r);
	pthread_mutex_unlock(&lg.lock);
}

/* ---- what others call ---- */

uint64_t
log_repeats(void)
{
	return lg.repeats;
}

void
log_verrno(enum log_level level, const struct log_who *who, int error, const char *fmt, va_list ap)
{
	struct log_record r = { 0 };
	const int saved = errno;
	char text[LOG_TEXT_MAX];
	int len;

	if (who != NULL && (int)level < who->quietest)
		level = (enum log_level)who->quietest;
	if (!log_is_on(level))
		return;
	r.level = level;
	len = vsnprintf(text, sizeof(text), fmt, ap);
	if (len < 0)
		return;
	r.text = text;
	r.text_len = (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1;
	r.session = who != NULL ? who->session : 0;
	r.endpoint = who != NULL ? who->name : NULL;
	r.error = error != 0 ? strerror(error) : NULL;
	r.hint = error != 0 ? hint_find(error, text) : NULL;
	log_tell(&r, who, fmt, error);
	errno = saved;
}

void
log_msg(enum log_level level, const struct log_who *who, const char *fmt, ...)
{
	va_list ap;

	if (!log_is_on(level)) /* here already: what is not told costs no large frame */
		return;
	va_start(ap, fmt);
	log_verrno(level, who, 0, fmt, ap);
	va_end(ap);
}

void
log_errno(enum log_level level, const struct log_who *who, int error, const char *fmt, ...)
{
	va_list ap;

	if (!log_is_on(level))
		return;
	va_start(ap, fmt);
	log_verrno(level, who, error, fmt, ap);
	va_end(ap);
}

void
log_lines(enum log_level level, const char *text)
{
	for (const char *p = text; *p != '\0'; p += strspn(p, "\n")) {
		const int len = (int)strcspn(p, "\n");

		log_msg(level, NULL, "%.*s", len, p);
		p += len;
	}
}

static void
log_session(const struct log_who *who, enum log_event event, const struct log_session *about)
{
	struct log_record r = { .level = LOG_INFO, .event = event, .about = about };
	char text[1024];

	if (!log_is_on(LOG_INFO))
		return;
	log_format_session(text, sizeof(text), event, about);
	r.session = who->session;
	r.endpoint = who->name;
	r.text = text;
	r.text_len = strlen(text);
	log_tell_at_once(&r);
}

void
log_session_start(const struct log_who *who, const struct log_session *about)
{
	log_session(who, LOG_EVENT_START, about);
}

void
log_session_end(const struct log_who *who, const struct log_session *about)
{
	log_session(who, LOG_EVENT_END, about);
}

void
log_stderr(const struct log_who *who, const char *line, size_t len)
{
	struct log_record r = { .level = LOG_WARN, .event = LOG_EVENT_STDERR };
	char text[LOG_TEXT_MAX];
	const size_t head = sizeof("stderr: ") - 1;

	if (!log_is_on(LOG_WARN))
		return;
	if (len > sizeof(text) - head)
		len = sizeof(text) - head;
	memcpy(text, "stderr: ", head);
	memcpy(text + head, line, len);
	r.session = who->session;
	r.endpoint = who->name;
	r.text = text;
	r.text_len = head + len;
	log_tell_at_once(&r);
}

/* ---- file ---- */

static int
log_open_fd(const char *path)
{
	int fd;

	do
		fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, LOG_FILE_MODE);
	while (fd == -1 && errno == EINTR);
	return fd == -1 ? -errno : fd;
}

static void
log_use_fd(int fd)
{
	log_sink_fini(&lg.file, LOG_PATIENCE);
	if (lg.file_fd != -1)
		close(lg.file_fd);
	lg.file_fd = fd;
	log_sink_init(&lg.file, fd);
	log_sink_attach(&lg.file, lg.loop);
}

int
log_open_file(const char *path)
{
	const struct log_who who = { .name = path };
	int fd = log_open_fd(path);

	if (fd < 0) {
		log_errno(LOG_ERROR, &who, -fd, "cannot open the log file");
		return fd;
	}
	log_prepare();
	lg.path = path;
	log_use_fd(fd);
	return 0;
}

void
log_reopen_file(void)
{
	const struct log_who who = { .name = lg.path };
	int fd;

	if (lg.path == NULL)
		return;
	fd = log_open_fd(lg.path);
	if (fd < 0) {
		log_errno(LOG_ERROR, &who, -fd, "cannot open the log file again, the old one goes on");
		return;
	}
	pthread_mutex_lock(&lg.lock);
	log_tell_held(LOG_REPEAT_NEVER);
	log_use_fd(fd);
	pthread_mutex_unlock(&lg.lock);
	log_msg(LOG_INFO, &who, "log file opened again");
}

void
log_leave_console(void)
{
	log_prepare();
	log_tell_held(LOG_REPEAT_NEVER);
	log_sink_fini(&lg.console, LOG_PATIENCE);
	log_sink_init(&lg.console, -1);
	lg.has_no_console = true;
}

/* ---- start and stop ---- */

void
log_start(struct loop *loop)
{
	log_prepare();
	lg.loop = loop;
	loop_timer_init(&lg.timer, log_timer_expired, NULL);
	log_sink_attach(&lg.console, loop);
	log_sink_attach(&lg.file, loop);
	log_set_timer();
}

int
log_file_fd(void)
{
	return lg.file_fd;
}

void
log_share(void (*ask)(void *), void *arg)
{
	lg.ask = ask;
	lg.ask_arg = arg;
}

void
log_enter_thread(void)
{
	log_is_elsewhere = true;
}

void
log_tend(void)
{
	pthread_mutex_lock(&lg.lock);
	lg.is_asked = false;
	log_set_timer();
	log_sink_tend(&lg.console);
	log_sink_tend(&lg.file);
	pthread_mutex_unlock(&lg.lock);
}

void
log_forked(void)
{
	log_prepare();
	lg.loop = NULL;
	lg.repeat = (struct log_repeat){ 0 };
	log_set_hook(NULL, NULL);
	log_sink_init(&lg.console, lg.console.given);
	log_sink_init(&lg.file, lg.file_fd);
}

/* What was lost is told behind what was kept, which may have to wait for a reader. */
static void
log_end_sink(struct log_sink *sink, bool is_used)
{
	const bool is_read = log_sink_drain(sink, LOG_PATIENCE);

	if (is_used)
		log_tell_lost(sink, true);
	log_sink_fini(sink, is_read ? LOG_PATIENCE : 0);
}

void
log_stop(void)
{
	log_prepare();
	log_tell_held(LOG_REPEAT_NEVER);
	if (lg.loop != NULL)
		loop_timer_stop(lg.loop, &lg.timer);
	lg.loop = NULL;
	log_end_sink(&lg.file, lg.path != NULL);
	log_end_sink(&lg.console, true);
	if (lg.file_fd != -1)
		close(lg.file_fd);
	lg.file_fd = -1;
	lg.path = NULL;
}
