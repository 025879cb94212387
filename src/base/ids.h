#ifndef IPCWIRE_IDS_H
#define IPCWIRE_IDS_H

#include <stdint.h>

/* The ids of a user or group by name, from the system's databases. Return 0 or -ENOENT; gid may be NULL. */
int ids_user(const char *name, uint32_t *uid, uint32_t *gid);
int ids_group(const char *name, uint32_t *gid);

/* A user's entry, from any thread. The caller frees it with ids_entry_free. NULL: there is none. */
struct passwd;
struct passwd *ids_entry(uint32_t uid);
void ids_entry_free(struct passwd *);

#endif
