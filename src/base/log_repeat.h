#ifndef IPCWIRE_LOG_REPEAT_H
#define IPCWIRE_LOG_REPEAT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Messages of one class come at most once a second: the first at once; what follows within the second is counted, and the
 * last of it told when the second is over. A class is a hash that the caller makes. Pure: the caller has the clock.
 */

#define LOG_REPEAT_CLASSES 16
#define LOG_REPEAT_SPAN UINT64_C(1000000000)
#define LOG_REPEAT_NEVER UINT64_MAX

struct log_repeat_class {
	uint64_t hash;
	uint64_t until;     /* end of its second; 0: the slot is free */
	unsigned long held; /* messages not told yet */
	void *last;         /* the last of them; the caller's, who frees it when it is told */
};

struct log_repeat {
	struct log_repeat_class classes[LOG_REPEAT_CLASSES];
};

/* True: tell it now. False: it is to be held with log_repeat_hold. */
bool log_repeat_passes(struct log_repeat *, uint64_t hash, uint64_t now);
/* Keeps the last message of a class that did not pass. Returns the one it replaces, or NULL. */
void *log_repeat_hold(struct log_repeat *, uint64_t hash, void *message);
/* The next held message whose second is over (now: LOG_REPEAT_NEVER for all), and how many it stands for; or NULL. */
void *log_repeat_take(struct log_repeat *, uint64_t now, unsigned long *count);
/* When something held is to be told next, or LOG_REPEAT_NEVER. */
uint64_t log_repeat_due(const struct log_repeat *);
uint64_t log_repeat_hash(uint64_t hash, const void *bytes, unsigned long len);
/* The same for texts that differ in their numbers alone. */
uint64_t log_repeat_hash_text(uint64_t hash, const char *text, unsigned long len);
#define LOG_REPEAT_HASH UINT64_C(0xcbf29ce484222325) /* what a hash begins with */

#endif
