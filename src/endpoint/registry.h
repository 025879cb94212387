#ifndef IPCWIRE_REGISTRY_H
#define IPCWIRE_REGISTRY_H

#include <stddef.h>

#include "base/addr.h"
#include "endpoint/endpoint.h"

/* All endpoint kinds, in the order of kinds.def; NULL after the last one. */
extern const struct endpoint_kind *const registry_kinds[];
/* The option group that every kind has. */
extern const struct opt_group registry_common;

/* The kind of that name or alias (any case), or NULL. */
const struct endpoint_kind *registry_find(const char *name, size_t len);
/* What the grammar asks. */
extern const struct addr_vocab registry_vocab;
/* The known option of a kind (own, shared, common) that is spelt most like that, or NULL. */
const char *registry_nearest_option(const struct endpoint_kind *, const char *name, size_t len);
/* Finds an option of a kind by name or alias. *group: its group's index, -1: the kind's own, -2: common. */
const struct opt_desc *registry_find_option(const struct endpoint_kind *, const char *name, size_t len, int *group);
/*
 * The i-th table of options that a kind has: its own, those of its groups, the common one. *group: NULL for its own. NULL: there
 * are no more.
 */
const struct opt_desc *registry_table(const struct endpoint_kind *, unsigned i, const struct opt_group **group);
/* The family of the i-th kind: kinds of one family follow each other. */
const char *registry_family(size_t i);

#endif
