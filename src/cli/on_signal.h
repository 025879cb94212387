#ifndef IPCWIRE_ON_SIGNAL_H
#define IPCWIRE_ON_SIGNAL_H

#include <signal.h>

#include "base/diag.h"
#include "base/opt.h"
#include "wire/wire_spec.h"

/* What signals are for in a run: messages of an endpoint, what --on-signal says, or what the run does with them by itself. */

enum on_signal_action {
	ON_SIGNAL_NOTHING,
	ON_SIGNAL_STATS,
	ON_SIGNAL_DRAIN,
	ON_SIGNAL_FORWARD,
	ON_SIGNAL_RESTART,
	ON_SIGNAL_N
};

struct on_signal {
	sigset_t messages;      /* an endpoint reads them */
	unsigned char of[NSIG]; /* enum on_signal_action: what --on-signal says */
};

/* From the values of --on-signal and the addresses. Returns 0; or -1 with the refusal, *bad: the value it is about or NULL. */
int on_signal_parse(struct on_signal *, const struct opt_list *, const struct wire_spec *, struct diag *,
    const char **bad);
bool on_signal_has(const struct on_signal *, enum on_signal_action);
/* Nobody shall have one before there is somebody to read it: blocks them, for the endpoints to read. */
void on_signal_block(const struct on_signal *);

#endif
