#ifndef IPCWIRE_CLIENT_ENV_H
#define IPCWIRE_CLIENT_ENV_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* What a program learns of its client: variables with fixed names and values that print. */

enum client_family {
	CLIENT_TCP = 1 << 0,
	CLIENT_UDP = 1 << 1,
	CLIENT_UNIX = 1 << 2,
	CLIENT_MESSAGE = 1 << 3,
	CLIENT_FAMILIES = 1 << 4
};

struct client_facts {
	struct sockaddr_storage peer, own;
	socklen_t peer_len, own_len;
	struct ucred cred;
	bool has_cred, is_datagram;
	unsigned long session; /* 0: none */
	unsigned nclients;     /* of its address or user; 0: not known */
	const char *message;   /* what a message of a queue is known by; NULL: it is none */
	unsigned long attempt;
	uint64_t length;
};

struct client_variable {
	char name[24];
	unsigned families; /* that it is set for; 0: never set, but removed from what the program inherits */
	char help[68];
};

/* All of them, ended by an empty name. */
extern const struct client_variable client_variables[];

/* "tcp,udp,unix", or "-". */
const char *client_families_name(unsigned families);
/* "NAME=VALUE"..., ended by NULL, to be freed with free_strings. */
char **client_env_make(const struct client_facts *);
/* True when an item of an environment ("NAME=VALUE") is one of these variables. */
bool client_env_has(const char *item);

#endif
