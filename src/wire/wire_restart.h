#ifndef IPCWIRE_WIRE_RESTART_H
#define IPCWIRE_WIRE_RESTART_H

#include "wire/wire_state.h"

/* Ends that are opened again when they have ended (restart=), and the shared end of a door that is not always open. */

/* For the plan: why what comes from such an end and goes to it must pass through us; NULL: it does not come back. */
const char *wire_restart_sees(const struct endpoint_spec *);
/* 0, or -1 with the refusal of restart= where nothing ends that could be opened again. */
int wire_restart_check(const struct wire_spec *, struct diag *);
/* open=first: not opened with the other ends. */
bool wire_restart_is_late(const struct wire_spec *, unsigned end);

/* All ends have joined. */
void wire_restart_join(struct wire *);
/* Sees to ends that have ended, or are needed or not needed any more. True: an end was final, so the pumps have to run. */
bool wire_restart_review(struct wire *);
/* An end is not there now, or it is not known yet whether it has got everything: the wire has not ended. */
bool wire_restart_is_pending(const struct wire *);
/* An end is not there. */
bool wire_restart_is_away(const struct wire *);
/* The shared end is closed as long as nobody needs it. */
bool wire_restart_is_resting(const struct wire *);
/* An endpoint of a running wire is open again, or will not be. */
void wire_restart_opened(struct endpoint *, int result);
/* Ends that come back are ended as by close=last and opened anew, restart=failure or not. */
void wire_restart_order(struct wire *);
/* The wire ends: nothing is opened any more. */
void wire_restart_stop(struct wire *);
void wire_restart_free(struct wire *);

#endif
