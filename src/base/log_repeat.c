/* How often a message has been said lately. A class that was silent for a second is forgotten. */
#include "base/log_repeat.h"

#include <stddef.h>

static struct log_repeat_class *
find(struct log_repeat *r, uint64_t hash)
{
	for (size_t i = 0; i < LOG_REPEAT_CLASSES; i++)
		if (r->classes[i].until != 0 && r->classes[i].hash == hash)
			return &r->classes[i];
	return NULL;
}

static bool
is_free(const struct log_repeat_class *c, uint64_t now)
{
	return c->held == 0 && c->until <= now;
}

bool
log_repeat_passes(struct log_repeat *r, uint64_t hash, uint64_t now)
{
	struct log_repeat_class *c = find(r, hash);

	if (c != NULL && !is_free(c, now))
		return false;
	for (size_t i = 0; c == NULL && i < LOG_REPEAT_CLASSES; i++)
		if (is_free(&r->classes[i], now))
			c = &r->classes[i];
	/* Sixteen others within this second: it is told, and not counted. */
	if (c != NULL)
		*c = (struct log_repeat_class){ .hash = hash, .until = now + LOG_REPEAT_SPAN };
	return true;
}

void *
log_repeat_hold(struct log_repeat *r, uint64_t hash, void *message)
{
	struct log_repeat_class *c = find(r, hash);
	void *before;

	if (c == NULL)
		return message;
	before = c->last;
	c->last = message;
	c->held++;
	return before;
}

void *
log_repeat_take(struct log_repeat *r, uint64_t now, unsigned long *count)
{
	for (size_t i = 0; i < LOG_REPEAT_CLASSES; i++) {
		struct log_repeat_class *c = &r->classes[i];
		void *message = c->last;

		if (c->held == 0 || c->until > now)
			continue;
		*count = c->held;
		c->held = 0;
		c->last = NULL;
		/* It has just been told again. */
		c->until = now == LOG_REPEAT_NEVER ? 0 : now + LOG_REPEAT_SPAN;
		return message;
	}
	return NULL;
}

uint64_t
log_repeat_due(const struct log_repeat *r)
{
	uint64_t due = LOG_REPEAT_NEVER;

	for (size_t i = 0; i < LOG_REPEAT_CLASSES; i++)
		if (r->classes[i].held > 0 && r->classes[i].until < due)
			due = r->classes[i].until;
	return due;
}

uint64_t
log_repeat_hash(uint64_t hash, const void *bytes, unsigned long len)
{
	for (const unsigned char *p = bytes; len-- > 0; p++)
		hash = (hash ^ *p) * UINT64_C(0x100000001b3); /* FNV-1a */
	return hash;
}

uint64_t
log_repeat_hash_text(uint64_t hash, const char *text, unsigned long len)
{
	for (const char *p = text; len-- > 0; p++)
		if (*p < '0' || *p > '9')
			hash = log_repeat_hash(hash, p, 1);
	return hash;
}
