#ifndef IPCWIRE_WIRE_CLOSE_H
#define IPCWIRE_WIRE_CLOSE_H

#include "wire/wire_state.h"

/* The end of a wire: nothing is freed before what was accepted is delivered, counted or reported. */

void wire_close_init(struct wire *);
/* Begins the closing; the wire's state is WIRE_CLOSING. */
void wire_close_start(struct wire *);
/* Something happened at that end. */
void wire_close_event(struct wire_end *);
/* Finishes when nothing is left to wait for. */
void wire_close_check(struct wire *);
/* A socket's peer has not acknowledged everything yet, and is waited for. */
bool wire_close_is_delivering(const struct wire *);
/* No peer is waited for any more; what did not arrive is reported. */
void wire_close_give_up(struct wire *);
/* Nor the one at that end. */
void wire_close_give_up_end(struct wire_end *);

#endif
