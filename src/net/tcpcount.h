#ifndef IPCWIRE_TCPCOUNT_H
#define IPCWIRE_TCPCOUNT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Bytes that a TCP connection has received and sent so far, by the kernel's own count. False: it is none, or cannot
 * tell. is_reset: the peer was seen to have reset it, which the kernel no longer says of a closed one.
 */
bool tcp_count(int fd, bool is_reset, uint64_t *received, uint64_t *sent);

#endif
