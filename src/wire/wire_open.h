#ifndef IPCWIRE_WIRE_OPEN_H
#define IPCWIRE_WIRE_OPEN_H

#include "wire/wire_state.h"

/* The beginning of a wire: ends are made and opened, the plan is made, programs are started, pumps filled. */

/* Makes the ends and ways of the spec; client: the accepted end of a server's session, or NULL. */
void wire_open_init(struct wire *, struct endpoint *const *given);
/* Opens everything but programs; goes on to the rest at once or when the last end is open. */
void wire_open_start(struct wire *);
/* All ends are open, and what was to be taken from them has come: the plan, the programs, the pumps. */
void wire_open_all_open(struct wire *);
/* An end's opening is over. */
void wire_open_result(struct wire *, struct endpoint *, int result);
/* Its ends are told that it runs, or does not any more. */
void wire_attend(struct wire *, bool is_running);
void wire_close_joints(struct wire *);
/* A new end at a position, with its ways. */
void wire_end_init(struct wire_end *, struct wire *, unsigned position);
/* Its endpoints are freed already. */
void wire_end_free(struct wire_end *);

#endif
