#ifndef IPCWIRE_WIRE_PUMPS_H
#define IPCWIRE_WIRE_PUMPS_H

#include "wire/wire_state.h"

/* The pumps of a wire: what its spec asks of them, and which ends they join. */

/* Makes the ends of a way ready to be relayed: programs, or all others. Returns 0 or -errno (told). */
int wire_make_relayed(const struct wire *, const struct wire_way *, bool is_program);
/* Starts the pump of a way that goes through us, with all its ends. Returns 0 or -errno (told). */
int wire_start_pump(struct wire *, struct wire_way *);
/* NULL when nobody looks at what this way carries: then taps cost nothing. */
const struct tap_list *wire_way_taps(struct wire *, const struct wire_way *);
/* One more end joins the pumps of its ways. */
void wire_join(struct wire_end *);
/* It leaves them; what waited for it is dropped. */
void wire_leave(struct wire_end *);

#endif
