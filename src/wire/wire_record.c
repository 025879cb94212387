/* Recording a wire that runs already. */
#include "wire/wire_record.h"

#include "wire/tap_cast.h"
#include "wire/wire_pumps.h"

void
wire_record(struct wire *w, struct tap_cast *c)
{
	tap_cast_join(c, w, &w->taps);
	for (unsigned i = 0; i < w->nways; i++)
		if (w->ways[i].path.mode == PLAN_COPY)
			w->ways[i].pump.taps = wire_way_taps(w, &w->ways[i]);
}
