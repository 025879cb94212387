#ifndef IPCWIRE_PUMP_TAG_H
#define IPCWIRE_PUMP_TAG_H

#include <stdbool.h>
#include <stdint.h>

/* Who a message in a queue is for: the tag of its mark. Ends are known by numbers from 1 that are never used again. */

#define PUMP_TAG_ALL 0u

static inline uint32_t
pump_tag_but(uint32_t id)
{
	return id << 2 | 1;
}

static inline uint32_t
pump_tag_only(uint32_t id)
{
	return id << 2 | 2;
}

static inline bool
pump_tag_is_for(uint32_t tag, uint32_t id)
{
	if (tag == PUMP_TAG_ALL)
		return true;
	return (tag >> 2 == (id & UINT32_MAX >> 2)) == ((tag & 2) != 0);
}

#endif
