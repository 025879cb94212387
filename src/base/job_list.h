#ifndef IPCWIRE_JOB_LIST_H
#define IPCWIRE_JOB_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/job_name.h"

/* The names in a queue, in order: what a directory holds, kept up to date. Pure. */
struct job_list {
	struct job_name *names;
	size_t first, end, size; /* those from first to end are in it */
};

void job_list_fini(struct job_list *);
/* Empties it. */
void job_list_clear(struct job_list *);
size_t job_list_len(const struct job_list *);
/* The next one, or NULL: there is none. */
const struct job_name *job_list_first(const struct job_list *);
/* True when it was not in it. */
bool job_list_add(struct job_list *, const struct job_name *);
/* True when it was in it. */
bool job_list_remove(struct job_list *, const struct job_name *);
/* For many names at once, in any order: job_list_append them, then job_list_sort. */
void job_list_append(struct job_list *, const struct job_name *);
void job_list_sort(struct job_list *);

#endif
