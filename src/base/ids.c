/* Users and groups by name; apart from opt.c because it reads files. */
#include "base/ids.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"

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

struct passwd *
ids_entry(uint32_t uid)
{
	struct passwd *pw, *found = NULL;
	size_t size = 1024;
	int error;

	do { /* the texts stand behind the entry */
		size *= 2;
		pw = xmalloc(sizeof(*pw) + size);
		error = getpwuid_r(uid, pw, (char *)(pw + 1), size, &found);
		if (found == NULL)
			free(pw);
	} while (error == ERANGE);
	return found;
}

void
ids_entry_free(struct passwd *pw)
{
	free(pw);
}
