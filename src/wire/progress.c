/*
 * When to draw. The first movement after a rest sets a timer; while there is more each time it expires, it is set anew. When
 * nothing moved in between, it is set once more for a second after the last movement, to show that the rate is none, and
 * then rests.
 *
 * The cursor stays in the first column of the line: when a terminal gets narrower and breaks the line, everything that belongs to
 * it is at or below the cursor, where it can be erased.
 */
#include "wire/progress.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/charset.h"
#include "base/human.h"
#include "base/log.h"

#define PROGRESS_LINE_EVERY LOOP_MS(100)
#define PROGRESS_JSON_EVERY LOOP_SEC(1)
#define PROGRESS_WINDOW LOOP_SEC(3) /* the rate is that of so long */
#define PROGRESS_REST LOOP_SEC(1)
#define PROGRESS_COLUMNS 80 /* where the terminal does not say */

static int
progress_columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : PROGRESS_COLUMNS;
}

static void
progress_sample(struct progress *p, const struct progress_view *v)
{
	struct progress_sample *s;

	p->at = (p->at + 1) % PROGRESS_SAMPLES;
	s = &p->samples[p->at];
	s->when = loop_now(p->loop);
	for (unsigned i = 0; i < 2; i++)
		s->bytes[i] = v->flows[i].bytes;
	if (p->nsamples < PROGRESS_SAMPLES)
		p->nsamples++;
}

/* The oldest sample within the window; the one before the newest in any case. */
static const struct progress_sample *
progress_oldest(const struct progress *p)
{
	const struct progress_sample *newest = &p->samples[p->at], *s = newest;

	for (unsigned back = 1; back < p->nsamples; back++) {
		const struct progress_sample *older = &p->samples[(p->at + PROGRESS_SAMPLES - back) % PROGRESS_SAMPLES];

		if (back > 1 && newest->when - older->when > PROGRESS_WINDOW)
			break;
		s = older;
	}
	return s;
}

static void
progress_look(struct progress *p, struct progress_view *v)
{
	*v = (struct progress_view){ .elapsed = loop_now(p->loop) - p->started };
	p->look(p->arg, v);
}

static void
progress_get_rates(const struct progress *p, struct progress_view *v)
{
	const struct progress_sample *oldest = progress_oldest(p), *newest = &p->samples[p->at];
	const bool rests = loop_now(p->loop) - p->moved >= PROGRESS_REST;

	for (unsigned i = 0; i < 2; i++) {
		struct progress_flow *f = &v->flows[i];

		f->average = human_per_second(f->bytes, v->elapsed);
		f->rate =
		    rests ? 0 : human_per_second(newest->bytes[i] - oldest->bytes[i], newest->when - oldest->when);
	}
}

static void
progress_show(struct progress *p, struct progress_view *v)
{
	char line[PROGRESS_LINE_MAX];
	size_t len;

	if (p->is_json) {
		len = progress_format_json(line, v);
		console_write(p->console, line, len, true);
	} else if (p->is_shown) {
		progress_format_line(line, v, progress_columns(), p->is_utf8);
		console_set_status(p->console, line);
	}
}

static void
progress_draw(struct progress *p)
{
	struct progress_view v;

	progress_look(p, &v);
	progress_sample(p, &v);
	progress_get_rates(p, &v);
	p->drawn = loop_now(p->loop);
	progress_show(p, &v);
}

static uint64_t
progress_interval(const struct progress *p)
{
	return p->is_json ? PROGRESS_JSON_EVERY : PROGRESS_LINE_EVERY;
}

static void
progress_expired(struct loop_timer *t)
{
	struct progress *p = t->arg;
	const uint64_t now = loop_now(p->loop);

	if (!p->has_moved && now < p->moved + PROGRESS_REST) {
		loop_timer_set(p->loop, &p->timer, p->moved + PROGRESS_REST);
		return;
	}
	progress_draw(p);
	if (p->has_moved)
		loop_timer_set(p->loop, &p->timer, now + progress_interval(p));
	p->has_moved = false;
}

void
progress_moved(struct progress *p)
{
	const uint64_t now = loop_now(p->loop);
	const bool rested = now - p->moved >= PROGRESS_REST;

	p->moved = now;
	p->has_moved = true;
	if (!p->is_json && !p->is_shown)
		return;
	if (loop_timer_is_set(&p->timer)) {
		/* It may stand at the end of the rest. */
		if (p->timer.when > now + progress_interval(p))
			loop_timer_set(p->loop, &p->timer, now + progress_interval(p));
		return;
	}
	if (rested)
		p->nsamples = p->nsamples > 0 ? 1 : 0;
	if (rested && p->nsamples > 0)
		p->samples[p->at].when = now;
	loop_timer_set(p->loop, &p->timer, now + (p->is_json ? PROGRESS_JSON_EVERY : PROGRESS_LINE_EVERY));
}

static void
progress_resized(int signo, void *arg)
{
	struct progress *p = arg;
	struct progress_view v;

	(void)signo;
	if (p->drawn == 0)
		return;
	progress_look(p, &v);
	progress_get_rates(p, &v);
	progress_show(p, &v);
}

static void
progress_around_log(bool is_before, void *arg)
{
	struct progress *p = arg;

	if (is_before)
		console_hide_status(p->console);
	else
		console_show_status(p->console);
}

int
progress_start(struct progress *p, struct loop *loop, struct console *console, bool is_json,
    void (*look)(void *, struct progress_view *), void *arg)
{
	*p = (struct progress){ .loop = loop, .console = console, .look = look, .arg = arg, .is_json = is_json };
	p->is_shown = !is_json && isatty(STDERR_FILENO);
	p->is_utf8 = charset_is_utf8();
	p->started = p->moved = loop_now(loop);
	p->samples[0] = (struct progress_sample){ .when = p->started };
	p->nsamples = 1;
	loop_timer_init(&p->timer, progress_expired, p);
	if (!p->is_shown)
		return 0;
	log_set_hook(progress_around_log, p);
	return loop_signal(loop, SIGWINCH, progress_resized, p);
}

void
progress_stop(struct progress *p)
{
	struct progress_view v;
	char line[PROGRESS_LINE_MAX];
	size_t len;

	loop_timer_stop(p->loop, &p->timer);
	log_set_hook(NULL, NULL);
	progress_look(p, &v);
	progress_sample(p, &v);
	progress_get_rates(p, &v);
	v.is_final = true;
	console_set_status(p->console, NULL);
	if (p->is_json)
		progress_show(p, &v);
	else if (p->is_shown && console_is_foreground()) {
		len = progress_format_line(line, &v, progress_columns(), p->is_utf8);
		line[len++] = '\n';
		console_write(p->console, line, len, true);
	}
}
