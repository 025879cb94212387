#ifndef IPCWIRE_FDPASS_H
#define IPCWIRE_FDPASS_H

/* Descriptors as messages on UNIX sockets (SCM_RIGHTS, unix(7)). Nothing here blocks. */

/* Sends the descriptor with one byte. Returns 0 or -errno; -ENOTSOCK, -EINVAL: that is no UNIX socket. */
int fdpass_send(int socket, int fd);
/* What was sent: 1 it waits for the peer, 0 the peer has it, or -errno: the peer has gone without it. */
int fdpass_is_waiting(int socket);
/*
 * Takes one, close-on-exec; others that come with it are closed and counted. Returns it, -EAGAIN, -ENODATA (the end of the
 * connection), -ENOMSG (bytes came, and no descriptor) or another -errno.
 */
int fdpass_receive(int socket, unsigned *others);

#endif
