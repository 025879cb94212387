/*
 * Records of text on standard error. A record whose beginning found room is waited for within the patience of the output;
 * after that its rest and what follows is counted, until there is room again, and then the number is told first.
 */
#include "base/console.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crlines.h"
#include "base/mem.h"

/* The cursor stands at the beginning of the status line, which may have been broken into several. */
#define CONSOLE_CLEAR_REST "\033[J"
#define CONSOLE_CLEAR "\r" CONSOLE_CLEAR_REST

void
console_init(struct console *c)
{
	*c = (struct console){ 0 };
	output_init(&c->output, STDERR_FILENO);
}

static bool
console_put_bytes(struct console *c, const char *text, size_t len)
{
	int error;
	size_t done;

	if (c->is_failed || len == 0)
		return !c->is_failed;
	done = output_write(&c->output, text, len, &error);
	if (done > 0)
		c->is_torn = text[done - 1] != '\n';
	if (done == len)
		return true;
	c->is_failed = !c->output.is_stalled;
	c->lost += len - done;
	return false;
}

static bool
console_put(struct console *c, const char *text, size_t len)
{
	char *copy;
	bool is_done;

	if (!crlines_are_needed())
		return console_put_bytes(c, text, len);
	copy = crlines_make(text, &len);
	is_done = console_put_bytes(c, copy, len);
	free(copy);
	return is_done;
}

/* A status line that does not go in is no loss: there will be another. */
static bool
console_put_status(struct console *c, const char *text)
{
	const uint64_t lost = c->lost;
	const bool is_done = console_put(c, text, strlen(text));

	c->lost = lost;
	c->is_torn = false;
	return is_done;
}

/* A job in the background leaves the terminal alone. One that is not ours knows no jobs of ours. */
bool
console_is_foreground(void)
{
	const pid_t group = tcgetpgrp(STDERR_FILENO);

	return group == -1 || group == getpgrp();
}

void
console_hide_status(struct console *c)
{
	if (c->status == NULL || !c->is_shown)
		return;
	c->is_shown = false;
	if (console_is_foreground())
		console_put_status(c, CONSOLE_CLEAR);
}

void
console_show_status(struct console *c)
{
	char *text;

	if (c->status == NULL || c->is_shown || !console_is_foreground())
		return;
	text = xasprintf("\r%s" CONSOLE_CLEAR_REST "\r", c->status);
	c->is_shown = console_put_status(c, text);
	free(text);
}

void
console_set_status(struct console *c, const char *line)
{
	if (line == NULL)
		console_hide_status(c);
	free(c->status);
	c->status = line != NULL ? xstrdup(line) : NULL;
	c->is_shown = false;
	console_show_status(c);
}

/* True when there is nothing untold any more. */
static bool
console_tell_lost(struct console *c)
{
	char text[128];
	uint64_t lost = c->lost, records = c->records;
	int n;

	if (c->records == 0)
		return true;
	if (c->is_failed || !output_has_room(&c->output))
		return false;
	n = snprintf(text, sizeof(text),
	    "%sipcwire: %" PRIu64 " records (%" PRIu64 " bytes of text) are missing here: nobody read standard error\n",
	    c->is_torn ? "\n" : "", records, lost);
	c->lost = c->records = 0;
	if (console_put(c, text, (size_t)n))
		return true;
	c->lost = lost;
	c->records = records;
	return false;
}

void
console_write(struct console *c, const char *text, size_t len, bool is_end)
{
	if (!c->is_within) {
		if (c->lock != NULL)
			pthread_mutex_lock(c->lock);
		console_hide_status(c);
		c->is_within = true;
		c->is_skipping = c->records > 0 && !console_tell_lost(c);
	}
	if (c->is_skipping)
		c->lost += len;
	else
		c->is_skipping = !console_put(c, text, len);
	if (!is_end)
		return;
	c->is_within = false;
	c->records += c->is_skipping ? 1 : 0;
	console_show_status(c);
	if (c->lock != NULL)
		pthread_mutex_unlock(c->lock);
}

void
console_fini(struct console *c)
{
	console_tell_lost(c);
	console_set_status(c, NULL);
	output_fini(&c->output);
}
