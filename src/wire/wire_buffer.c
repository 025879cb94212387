/*
 * A program is made to write its lines itself, by which they come as they are written; a relay between two ends would
 * only delay what its stdio lets go early, such as a prompt. So there we hold lines back for others, and for a program
 * only where several sources meet. Blocks of a size are always ours to collect.
 */
#include "wire/wire_buffer.h"

#include "endpoint/exec.h"
#include "process/unbuffer.h"

#define BUFFER_FLUSH_LINE INT64_C(50000000) /* ns */

/* The program is made to write lines; not with how=none. */
static bool
buffer_is_its_own(const struct endpoint_spec *s)
{
	return (s->kind->flags & KIND_CHILD) && ((const struct exec_opts *)s->opts)->how != UNBUFFER_NONE;
}

struct buffer_opts
wire_buffer_of(const struct endpoint_spec *s, bool meets)
{
	struct buffer_opts o = endpoint_buffer(s);

	if (meets && o.mode == BUFFER_ASIS && !o.is_written)
		o.mode = BUFFER_LINE;
	else if (!meets && o.mode == BUFFER_LINE && buffer_is_its_own(s))
		o.mode = BUFFER_ASIS;
	if (o.flush == BUFFER_FLUSH_AUTO)
		o.flush = o.mode == BUFFER_LINE && !meets ? BUFFER_FLUSH_LINE : BUFFER_FLUSH_NEVER;
	return o;
}

/* What -B says for all does not stand against handing a descriptor over: then the other program sees what was written. */
void
wire_buffer_plan(struct plan_side *side, const struct endpoint_spec *s, enum endpoint_role role)
{
	static const char *const reasons[BUFFER_MODE_N] = {
		[BUFFER_LINE] = "buffer=line holds unfinished lines",
		[BUFFER_FULL] = "buffer=full collects bytes",
	};
	const struct buffer_opts o = wire_buffer_of(s, false);

	if (s->common.frame != FRAME_RAW)
		side->sees_bytes = "frame= keeps messages apart";
	else if (endpoint_line_ends(s) != CRLF_OFF)
		side->sees_bytes = s->common.crlf ? "crlf converts line ends" : "cr converts line ends";
	else if (role == ROLE_READ && s->common.readbytes != 0)
		side->sees_bytes = "readbytes= counts the bytes";
	else if (role == ROLE_READ) {
		side->sees_bytes = reasons[o.mode];
		side->yields = o.mode == BUFFER_LINE && !o.is_written;
	}
}
