/* zero: endless zero bytes to read, swallows what is written. For tests and measurements. */
#include <fcntl.h>

#include "base/io.h"
#include "endpoint/endpoint.h"

static int
zero_open(struct endpoint *ep)
{
	int fd = io_open("/dev/zero", O_RDWR, 0);

	if (fd < 0)
		return endpoint_fail(ep, -fd, "cannot open /dev/zero");
	endpoint_set_fd(ep, ep->roles, fd);
	return 0;
}

const struct endpoint_kind endpoint_zero = {
	.name = "zero",
	.syntax = "zero",
	.example = "zero",
	.help = "endless zero bytes, swallows what is written",
	.flags = KIND_READ | KIND_WRITE,
	.class = CLASS_DEVICE,
	.open = zero_open,
};
