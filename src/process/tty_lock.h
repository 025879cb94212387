#ifndef IPCWIRE_TTY_LOCK_H
#define IPCWIRE_TTY_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

/* Lock files of serial lines as all programs for modems have them (UUCP): DIR/LCK..NAME with the number of a process. */

#define TTY_LOCK_DIR "/run/lock"

/* The path for a device; the caller frees it. A link to a device stands for that. */
char *tty_lock_path(const char *dir, const char *device);
/*
 * Makes it. A file of a process that is gone is replaced. Returns 0 or -errno; -EBUSY: *owner has the device, 0 when the file does
 * not say who.
 */
int tty_lock_take(const char *path, pid_t *owner);
/* Removes our own. */
void tty_lock_release(const char *path);

#endif
