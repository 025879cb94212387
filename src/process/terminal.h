#ifndef IPCWIRE_TERMINAL_H
#define IPCWIRE_TERMINAL_H

#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "base/loop.h"

/*
 * The terminal of the person who runs us. Its modes are changed as long as it is taken, and it is given back on every way out. There is
 * one for the process, because that is what signals are for.
 */

/*
 * Takes it: change(modes, arg) makes those that it shall have from those that it has. In the background that waits until we are in the
 * foreground. fd is not used afterwards; arg must stay. Returns 0 or -errno; -EBUSY: one is taken already.
 */
int terminal_take(struct loop *, int fd, void (*change)(struct termios *, const void *), const void *arg);
/* Gives it back; after that it can be taken anew. */
void terminal_give_back(void);
/* Whether it has our modes at this moment. */
bool terminal_is_changed(void);
/* We may be in the foreground again, without having been told. */
void terminal_look(void);

/* These bytes went to it: what they switch on at the screen is taken back with the modes. */
void terminal_shows(const char *bytes, size_t len);

/* The size of the terminal that we are at. Returns false if there is none, or it has none. */
bool terminal_size(struct winsize *);

/* A terminal that has the size of ours, and follows its changes. Embedded. */
struct terminal_follower {
	const int *fd; /* of a side of a pseudo-terminal; -1: it is closed by now */
	struct terminal_follower *next, **prev;
};
/* Returns 0 or -errno. */
int terminal_follow(struct loop *, struct terminal_follower *, const int *fd);
/* One that never followed is fine, if it is zero. */
void terminal_unfollow(struct terminal_follower *);

#endif
