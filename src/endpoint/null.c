/* null: nothing to read, swallows what is written. Also the template for new kinds: doc/adding-an-endpoint.md. */
#include <fcntl.h>

#include "base/io.h"
#include "endpoint/endpoint.h"

static int
null_open(struct endpoint *ep)
{
	int fd = io_open("/dev/null", O_RDWR, 0);

	if (fd < 0)
		return endpoint_fail(ep, -fd, "cannot open /dev/null");
	endpoint_set_fd(ep, ep->roles, fd);
	return 0;
}

const struct endpoint_kind endpoint_null = {
	.name = "null",
	.syntax = "null",
	.example = "null",
	.help = "nothing to read, swallows what is written",
	.flags = KIND_READ | KIND_WRITE,
	.class = CLASS_DEVICE,
	.open = null_open,
};
