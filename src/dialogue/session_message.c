/* What a session and those who ask it say to each other; the contract is in session_message.h. */
#include "dialogue/session_message.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/mem.h"

static uint32_t
message_length(const char *bytes)
{
	uint32_t n;

	memcpy(&n, bytes, sizeof(n));
	return be32toh(n);
}

/* Returns false when they do not fit. */
static bool
message_parse_fields(struct session_message *m, const char *at, size_t len)
{
	while (len > 0) {
		uint32_t n;

		if (len < 4 || (n = message_length(at)) > len - 4 || m->nfields == SESSION_FIELDS_MAX)
			return false;
		m->fields = xreallocarray(m->fields, m->nfields + 1, sizeof(*m->fields));
		m->fields[m->nfields++] = (struct session_field){ at + 4, n };
		at += 4 + n;
		len -= 4 + n;
	}
	return true;
}

int64_t
session_message_parse(struct session_message *m, const char *bytes, size_t len)
{
	uint32_t n;

	*m = (struct session_message){ .type = SESSION_ASK };
	if (len < 4)
		return 0;
	n = message_length(bytes);
	if (n < 1 || n > SESSION_MESSAGE_MAX)
		return -1;
	if (len - 4 < n)
		return 0;
	m->type = (enum session_type)bytes[4];
	if (message_parse_fields(m, bytes + 5, n - 1))
		return 4 + (int64_t)n;
	session_message_fini(m);
	return -1;
}

void
session_message_fini(struct session_message *m)
{
	free(m->fields);
	m->fields = NULL;
	m->nfields = 0;
}

bool
session_field_number(const struct session_message *m, size_t field, int64_t *value)
{
	char digits[24], *end;

	if (field >= m->nfields || m->fields[field].len == 0 || m->fields[field].len >= sizeof(digits))
		return false;
	memcpy(digits, m->fields[field].bytes, m->fields[field].len);
	digits[m->fields[field].len] = '\0';
	errno = 0;
	*value = strtoll(digits, &end, 10);
	return errno == 0 && *end == '\0';
}

/* ---- made ---- */

void
session_out_raw(struct session_out *o, const char *bytes, size_t len)
{
	if (o->size - o->len < len) {
		o->size = MAX(2 * o->size, o->len + len + 256);
		o->bytes = xreallocarray(o->bytes, o->size, 1);
	}
	if (len > 0)
		memcpy(o->bytes + o->len, bytes, len);
	o->len += len;
}

static void
out_length(struct session_out *o, size_t len)
{
	const uint32_t n = htobe32((uint32_t)len);

	session_out_raw(o, (const char *)&n, sizeof(n));
}

void
session_out_begin(struct session_out *o, enum session_type type)
{
	const char byte = (char)type;

	o->begun = o->len;
	out_length(o, 0);
	session_out_raw(o, &byte, 1);
}

void
session_out_field(struct session_out *o, const char *bytes, size_t len)
{
	out_length(o, len);
	session_out_raw(o, bytes, len);
}

void
session_out_number(struct session_out *o, int64_t value)
{
	char digits[24];
	const int len = snprintf(digits, sizeof(digits), "%" PRId64, value);

	session_out_field(o, digits, (size_t)len);
}

void
session_out_end(struct session_out *o)
{
	const uint32_t n = htobe32((uint32_t)(o->len - o->begun - 4));

	memcpy(o->bytes + o->begun, &n, sizeof(n));
}

void
session_out_taken(struct session_out *o, size_t len)
{
	o->len -= len;
	if (o->len > 0)
		memmove(o->bytes, o->bytes + len, o->len);
}

void
session_out_fini(struct session_out *o)
{
	free(o->bytes);
	*o = (struct session_out){ 0 };
}
