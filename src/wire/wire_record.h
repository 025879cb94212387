#ifndef IPCWIRE_WIRE_RECORD_H
#define IPCWIRE_WIRE_RECORD_H

struct tap_cast;
struct wire;

/* What flows on a wire that runs is recorded from now on; its bytes pass through us (no way of it is direct or spliced). */
void wire_record(struct wire *, struct tap_cast *);

#endif
