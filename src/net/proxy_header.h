#ifndef IPCWIRE_PROXY_HEADER_H
#define IPCWIRE_PROXY_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/*
 * The header of the PROXY protocol, versions 1 (a line of text) and 2 (binary), that a proxy sends before the first byte of a
 * connection: whose connection it is. Pure.
 */

#define PROXY_HEADER_MAX 4096    /* a longer one is refused; addresses take 232 bytes at most */
#define PROXY_HEADER_OUT_MAX 232 /* the longest that is written */

enum proxy_version { PROXY_V1 = 1, PROXY_V2 = 2 };

/* The addresses of the connection to the proxy: peer its client's, own the one that the client has connected to. */
struct proxy_header {
	bool has_addresses; /* false: the proxy speaks for itself (LOCAL), or does not know (UNKNOWN) */
	struct sockaddr_storage peer, own;
	socklen_t peer_len, own_len;
};

/*
 * How many of the first len bytes of a connection belong to the header: all of them while *is_whole stays false; never a byte
 * behind it. 0, with *why: this is no header.
 */
size_t proxy_header_extent(const unsigned char *, size_t len, bool *is_whole, const char **why);
/* A whole header. Returns 0, or -1 with *why. */
int proxy_header_parse(const unsigned char *, size_t len, struct proxy_header *, const char **why);
/* Writes one into out, of PROXY_HEADER_OUT_MAX bytes, and returns its length. What a version cannot say becomes UNKNOWN or LOCAL. */
size_t proxy_header_write(enum proxy_version, const struct proxy_header *, unsigned char *out);

#endif
