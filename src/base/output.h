#ifndef IPCWIRE_OUTPUT_H
#define IPCWIRE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A descriptor that is written beside the wire: the terminal of a dump, the file of a copy. A slow reader slows us down; one
 * who takes nothing for OUTPUT_PATIENCE is not waited for again until there is room.
 */

#define OUTPUT_PATIENCE_MS 1000

struct output {
	int given;       /* what we were given, never changed; -1: none */
	int fd;          /* what is written to, made with the first write */
	bool is_ready;   /* fd has been made */
	bool is_socket;  /* MSG_DONTWAIT does it */
	bool polls;      /* a shared blocking description: poll(2) before each write of a page */
	bool is_stalled; /* its reader was waited for in vain */
};

void output_init(struct output *, int fd);
/* Closes what was made; the given descriptor stays open. */
void output_fini(struct output *);
/* Writes all of it, or as much as goes in. Returns the number of bytes; if that is less than len, *error is why (-errno). */
size_t output_write(struct output *, const char *text, size_t len, int *error);
/* After a stall: true when there is room again. */
bool output_has_room(const struct output *);

#endif
