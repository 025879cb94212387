/* The limit of open descriptors; see nofile.h. */
#include "process/nofile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "base/log.h"

static struct {
	bool is_raised;
	struct rlimit original;
} nofile;

void
nofile_raise(void)
{
	struct rlimit raised;

	if (nofile.is_raised || getrlimit(RLIMIT_NOFILE, &raised) == -1 || raised.rlim_cur == raised.rlim_max)
		return;
	nofile.original = raised;
	raised.rlim_cur = raised.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &raised) == -1)
		log_errno(LOG_INFO, NULL, errno, "cannot raise the limit of open descriptors to %" PRIuMAX,
		    (uintmax_t)raised.rlim_max);
	else
		nofile.is_raised = true;
}

void
nofile_restore(void)
{
	if (nofile.is_raised)
		setrlimit(RLIMIT_NOFILE, &nofile.original);
}
