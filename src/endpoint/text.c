/* text: gives its parameter, then the end of input. */
#include <string.h>

#include "base/words.h"
#include "endpoint/endpoint.h"

struct text_state {
	size_t given;
};

static int
text_check(struct endpoint_spec *spec, struct diag *d)
{
	if (words_unescape(endpoint_spec_param(spec, 0), &spec->text, &spec->text_len, d) == -1)
		return diag_shift(d, spec->addr->params[0].pos);
	return 0;
}

static int
text_open(struct endpoint *ep)
{
	(void)ep;
	return 0;
}

static ssize_t
text_read(struct endpoint *ep, struct iovec *iov, int niov)
{
	struct text_state *st = ep->state;
	size_t n = ep->spec->text_len - st->given;

	(void)niov;
	if (n > iov[0].iov_len)
		n = iov[0].iov_len;
	memcpy(iov[0].iov_base, ep->spec->text + st->given, n);
	st->given += n;
	return (ssize_t)n;
}

const struct endpoint_kind endpoint_text = {
	.name = "text",
	.syntax = "text:STRING",
	.example = "text:'hello\\n'",
	.help = "gives STRING (C escapes are understood), then ends",
	.args_min = 1,
	.args_max = 1,
	.flags = KIND_READ | KIND_COMMAND,
	.state_size = sizeof(struct text_state),
	.check = text_check,
	.open = text_open,
	.read = text_read,
};
