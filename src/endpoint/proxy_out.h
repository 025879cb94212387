#ifndef IPCWIRE_PROXY_OUT_H
#define IPCWIRE_PROXY_OUT_H

#include "endpoint/endpoint.h"

/* Connections that begin with a header of the PROXY protocol (proxy=send): it says for whom they are made. */

extern const struct opt_group proxy_out_group;

/*
 * Sends the header, if the connection's address asks for one. client: the other end of its wire, or NULL; an end that is no client
 * is no other address than ours. To be called before anything else is sent. Returns 0 or -errno (told).
 */
int proxy_out_introduce(struct endpoint *connection, const struct endpoint *client);

#endif
