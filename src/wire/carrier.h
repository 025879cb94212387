#ifndef IPCWIRE_CARRIER_H
#define IPCWIRE_CARRIER_H

#include <stdbool.h>
#include <stddef.h>

/* Pipes in which the kernel carries bytes from one socket to another: see pump_carry.c. Each thread has its own few. */

struct carrier {
	int in, out;     /* non-blocking; written to, read from */
	size_t held;     /* bytes in it: who borrows it keeps this true */
	bool is_refused; /* what is in it cannot be moved on, only read; the same */
	bool is_wide;    /* has taken one of the budget (wide_pipe.h) */
};

/* NULL: all are lent, or there can be none now. It is empty. */
struct carrier *carrier_borrow(void);
/* With bytes in it, it is closed, and they are gone. */
void carrier_give_back(struct carrier *);
/* The thread keeps none that nobody uses. */
void carrier_trim(void);

#endif
