/* null: nothing to read, swallows what is written. Also the template for new kinds: doc/adding-an-endpoint.md. */
#include <fcntl.h>

#include "base/io.h"
#include "endpoint/endpoint.h"

static enum endpoint_class
null_predict(const struct endpoint_spec *spec, enum endpoint_role role)
{
	(void)spec;
	(void)role;
	return CLASS_DEVICE;
}

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
	.predict = null_predict,
	.open = null_open,
};
