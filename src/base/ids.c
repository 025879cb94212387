/* Users and groups by name; apart from opt.c because it reads files. */
#include "base/ids.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stddef.h>

int
ids_user(const char *name, uint32_t *uid, uint32_t *gid)
{
	const struct passwd *pw = getpwnam(name);

	if (pw == NULL)
		return -ENOENT;
	*uid = pw->pw_uid;
	if (gid != NULL)
		*gid = pw->pw_gid;
	return 0;
}

int
ids_group(const char *name, uint32_t *gid)
{
	const struct group *gr = getgrnam(name);

	if (gr == NULL)
		return -ENOENT;
	*gid = gr->gr_gid;
	return 0;
}
