/* When what an end has said is all for now. */
#include "dialogue/settle.h"

#include <sys/param.h>

#include "dialogue/probing.h"

#define SETTLE_LOOK LOOP_MS(2) /* then after twice the time, and so on */
#define SETTLE_LOOK_MAX LOOP_MS(50)

bool
settle_is_over(struct peer *p, uint64_t now, uint64_t settle)
{
	const char *why;

	if (channel_has_ended(p->channel) || now >= p->heard_at + settle)
		return true;
	if (p->looked != p->heard) {
		p->looked = p->heard;
		p->look_at = p->heard_at + SETTLE_LOOK;
		p->has_read = false;
	}
	if (p->has_read || now < p->look_at)
		return p->has_read;
	p->has_read = probing_reads(p, &why) == PROBING_READS;
	p->look_at = now + MIN(now - p->heard_at, SETTLE_LOOK_MAX);
	return p->has_read;
}

uint64_t
settle_due(const struct peer *p, uint64_t settle)
{
	return MIN(p->heard_at + settle, p->look_at);
}
