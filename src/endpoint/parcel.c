/* Messages in memory: see parcel.h. For calls and their replies, which are answered as a whole. */
#include "endpoint/parcel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "endpoint/message.h"

#define PARCEL_STEP 4096

static int
parcel_reserve(struct parcel *p, size_t room)
{
	size_t size = MAX(p->size, PARCEL_STEP);
	unsigned char *bytes;

	while (size - p->len <= room) /* and a byte more: see parcel.h */
		size *= 2;
	if (size == p->size)
		return 0;
	bytes = realloc(p->bytes, size);
	if (bytes == NULL)
		return -ENOMEM;
	p->bytes = bytes;
	p->size = size;
	return 0;
}

int
parcel_add(struct parcel *p, const void *bytes, size_t len)
{
	if (parcel_reserve(p, len) != 0)
		return -ENOMEM;
	if (len > 0)
		memcpy(p->bytes + p->len, bytes, len);
	p->len += len;
	return 0;
}

bool
parcel_is_all(const struct endpoint *ep, enum endpoint_role role)
{
	return !endpoint_keeps_messages(ep, role) && ep->spec->common.frame == FRAME_RAW;
}

/* Reading. */

static int
parcel_found(struct parcel *p, size_t before, size_t len, size_t after)
{
	p->at = before;
	p->message = len;
	p->whole = before + len + after;
	return PARCEL_WHOLE;
}

static int
parcel_find_frame(struct parcel *p, const struct endpoint *ep)
{
	const struct common_opts *o = &ep->spec->common;
	const struct iovec iov = { p->bytes, p->len };
	struct frame f;
	int found;
	size_t cr;

	if (p->len == 0)
		return PARCEL_WAITS;
	found = frame_find((enum frame_mode)o->frame, &iov, 1, p->is_over, o->frame_max, &p->scanned, &f);
	if (found == 0)
		return p->is_over ? -EBADMSG : PARCEL_WAITS;
	if (found < 0)
		return found;
	cr = o->frame == FRAME_LINE && endpoint_line_ends(ep->spec) == CRLF_CRLF && f.len > 0 &&
		p->bytes[f.len - 1] == '\r' ?
	    1 :
	    0;
	return parcel_found(p, f.head_len, f.len - cr, f.tail_len + cr);
}

static int
parcel_find(struct parcel *p, const struct endpoint *ep)
{
	if (endpoint_keeps_messages(ep, ROLE_READ))
		return p->has_message ? parcel_found(p, 0, p->len, 0) : PARCEL_WAITS;
	if (!parcel_is_all(ep, ROLE_READ))
		return parcel_find_frame(p, ep);
	if (p->len > ep->spec->common.frame_max)
		return -EMSGSIZE;
	return p->is_over && !p->is_spent ? parcel_found(p, 0, p->len, 0) : PARCEL_WAITS;
}

/* One reading. Returns 0 or -errno. */
static int
parcel_fill(struct parcel *p, struct endpoint *ep)
{
	const bool keeps = endpoint_keeps_messages(ep, ROLE_READ);
	ssize_t room = keeps ? endpoint_message_room(ep) : PARCEL_STEP;
	struct iovec iov;
	struct chunk c;
	int error;

	if (room < 0)
		return (int)room;
	error = parcel_reserve(p, (size_t)room);
	if (error != 0)
		return error;
	iov = (struct iovec){ p->bytes + p->len, p->size - p->len - 1 };
	error = endpoint_receive(ep, &iov, 1, &c);
	if (error != 0)
		return error;
	p->len += c.len;
	p->is_over = c.is_end;
	p->has_message = keeps && !c.is_end;
	return keeps && (c.is_truncated || c.len > ep->spec->common.frame_max) ? -EMSGSIZE : 0;
}

int
parcel_read(struct parcel *p, struct endpoint *ep)
{
	for (;;) {
		const int found = parcel_find(p, ep);
		int error;

		if (found != PARCEL_WAITS)
			return found;
		if (p->is_over)
			return PARCEL_END;
		error = parcel_fill(p, ep);
		if (error != 0)
			return error == -EAGAIN ? PARCEL_WAITS : error;
	}
}

void
parcel_taken(struct parcel *p)
{
	p->len -= p->whole;
	if (p->len > 0)
		memmove(p->bytes, p->bytes + p->whole, p->len);
	p->scanned = p->at = p->message = p->whole = 0;
	p->has_message = false;
	p->is_spent = p->is_over;
}

/* Writing. */

static size_t
parcel_join(struct parcel *p, const struct iovec *iov, int niov)
{
	for (int i = 0; i < niov; i++)
		if (parcel_add(p, iov[i].iov_base, iov[i].iov_len) != 0)
			return 0;
	return 1;
}

int
parcel_pack(struct parcel *p, const struct endpoint *ep, const struct iovec *iov, int niov)
{
	const enum frame_mode mode = (enum frame_mode)ep->spec->common.frame;
	struct parcel body = { 0 };
	struct iovec all;
	struct frame f;
	int error = 0;

	p->len = p->written = 0;
	if (!parcel_join(&body, iov, niov))
		error = -ENOMEM;
	if (error == 0 && mode == FRAME_LINE && body.len > 0 && body.bytes[body.len - 1] == '\n')
		body.len--;
	all = (struct iovec){ body.bytes, body.len };
	if (error == 0 && !endpoint_keeps_messages(ep, ROLE_WRITE))
		error = frame_make(mode, &all, 1, body.len, &f);
	else
		f = (struct frame){ 0 };
	if (error == 0 && mode == FRAME_LINE && endpoint_line_ends(ep->spec) == CRLF_CRLF && f.tail_len > 0) {
		memcpy(f.tail, "\r\n", 2);
		f.tail_len = 2;
	}
	if (error == 0 && !parcel_join(p, (struct iovec[]){ { f.head, f.head_len }, all, { f.tail, f.tail_len } }, 3))
		error = -ENOMEM;
	free(body.bytes);
	return error;
}

static int
parcel_send(struct parcel *p, struct endpoint *ep)
{
	struct iovec iov = { p->bytes, p->len };
	const int error = endpoint_send(ep, &iov, 1);

	p->written = p->len;
	return error == -EAGAIN ? PARCEL_WAITS : error != 0 ? error : PARCEL_WHOLE;
}

int
parcel_write(struct parcel *p, struct endpoint *ep)
{
	if (endpoint_keeps_messages(ep, ROLE_WRITE))
		return parcel_send(p, ep);
	while (p->written < p->len) {
		struct iovec iov = { p->bytes + p->written, p->len - p->written };
		const ssize_t n = endpoint_write(ep, &iov, 1);

		if (n < 0)
			return n == -EAGAIN ? PARCEL_WAITS : (int)n;
		p->written += (size_t)n;
	}
	return PARCEL_WHOLE;
}

const char *
parcel_problem(int error)
{
	switch (error) {
	case -EMSGSIZE:
		return "it is longer than frame-max= or its frame allows";
	case -EBADMSG:
		return "the input ends within it";
	case -EILSEQ:
		return "the byte that ends a frame is in it; frame=len4 takes it";
	default:
		return strerror(-error);
	}
}

void
parcel_fini(struct parcel *p)
{
	free(p->bytes);
	*p = (struct parcel){ 0 };
}
