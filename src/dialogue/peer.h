#ifndef IPCWIRE_PEER_H
#define IPCWIRE_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "dialogue/channel.h"
#include "dialogue/matcher.h"
#include "dialogue/view.h"
#include "dialogue/window.h"

/* An end that a dialogue has opened: its channel, and what it has said that no step has used yet. */

struct dialogue;
struct session;

#define PEER_TAIL 200 /* bytes that a failure shows */

struct peer {
	struct dialogue *dialogue; /* whose it is, or NULL: */
	struct session *session;
	char *name; /* NULL: it has none */
	struct channel *channel;
	bool is_outlet; /* it is not driven: gets what others say */
	bool is_terminal;
	struct window raw;
	struct window clean; /* without control sequences; filled only with has_view */
	struct view view;
	bool has_view;
	uint64_t heard, heard_at; /* bytes in all; the last of them: when */
	uint64_t looked;          /* when so many had come it was seen whether it reads; UINT64_MAX: never */
	uint64_t look_at;         /* ... it did not, and is looked at again then */
	bool has_read;            /* ... it did */
	char tail[PEER_TAIL];     /* the last of them */
	size_t tail_len;
	struct matcher *matcher; /* of the wait at hand; NULL: nothing is looked for here */
	const struct pattern **patterns;
	bool is_clean; /* it looks at the clean view */
	struct peer *next;
};

/* Without a dialogue its terminal is left as it is. The channel's owner is the peer. Returns NULL with the refusal. */
struct peer *peer_new(struct dialogue *, const char *name, struct endpoint_spec *in, struct endpoint_spec *out,
    const struct channel_setup *, struct diag *);
void peer_free(struct peer *);
/* It is open: what it is can be seen now. */
void peer_opened(struct peer *);
/* It said that. */
void peer_put(struct peer *, const char *bytes, size_t len);
void peer_end(struct peer *);
/* The window that the wait at hand looks at. */
struct window *peer_window(struct peer *);
/* What is before this place of that window has been used, there and in the other one. */
void peer_take(struct peer *, uint64_t offset);
/* The descriptor of its terminal; -1: it has none. */
int peer_tty(const struct peer *);
/* By which messages know it. */
const char *peer_name(const struct peer *);

#endif
