#ifndef IPCWIRE_ADMISSION_H
#define IPCWIRE_ADMISSION_H

#include "endpoint/endpoint.h"
#include "net/acceptor.h"
#include "net/access.h"
#include "net/peercount.h"

/*
 * Whom a listener lets in: deny=, allow=, rules=, who may use an abstract socket, max-per-ip=, rate=. All of it must agree; who is
 * refused by one of them does not count for the next ones.
 */
struct admission;

enum admission_reason {
	ADMISSION_WELCOME,
	ADMISSION_DENY,
	ADMISSION_ALLOW,
	ADMISSION_RULES,
	ADMISSION_USER, /* an abstract socket, and another user */
	ADMISSION_MAX,
	ADMISSION_MAX_PER_IP,
	ADMISSION_RATE,
	ADMISSION_PROXY_FROM,   /* no proxy of ours */
	ADMISSION_PROXY_HEADER, /* no header, or a bad one */
	ADMISSION_REASONS
};

/* Per listener, since it was opened. */
struct admission_counts {
	uint64_t accepted;
	uint64_t refused[ADMISSION_REASONS]; /* by reason */
};

/* For check hooks: the refusal of what the options of a listener say of its clients. Returns 0 or -1. */
int admission_check(const struct endpoint_spec *, enum access_place, struct diag *);
/*
 * For listening kinds, once their sockets are there: makes listener_of(ep)->admission. Returns 0; 1, when hosts are to be looked
 * up, and ready(ep, 0 or -errno) follows; or -errno. Failures have been told.
 */
int admission_open(struct endpoint *, void (*ready)(struct endpoint *, int result));
/* NULL is fine. */
void admission_free(struct admission *);
/*
 * Judges a client, whatever way its address was found out. `is_full`: there are as many as max= allows, and over= says that
 * it is to be refused. With max-per-ip= it is counted in *counted, which is to be given back (net/peercount) when it is gone.
 */
enum admission_reason admission_judge(struct admission *, const struct access_client *, bool is_full,
    struct peercount_entry **counted);
/* Judges a connection, and sets what it is counted in, and what its rule has for its program. False: it was refused, told, counted and closed. */
bool admission_takes(struct endpoint *listener, struct acceptor_peer *);
/* Adds what the rule that let a client in says (from; NULL: nothing) to what its programs learn. */
void admission_add_variables(struct endpoint *client, char *const *from);
/* When the next client may come if it waits for rate=; 0: now. */
uint64_t admission_next(struct admission *);
/* Tells, counts and closes; why: in place of the reason's own text, or NULL. */
void admission_refuse(struct endpoint *listener, enum admission_reason, const struct acceptor_peer *, const char *why);
/* Who it is, as far as the kernel or a proxy says; with groups, which the caller frees (NULL: there are none). */
uint32_t *admission_identify(const struct acceptor_peer *, bool with_groups, struct access_client *);
/* Adds a list option of a group in the spec to an access list. Returns 0, or -1 with the diag, at its place in the address. */
int admission_parse(const struct endpoint_spec *, const struct opt_group *, const char *option, const struct opt_list *,
    enum access_place, struct access_list *, struct diag *);
const struct admission_counts *admission_counts(const struct admission *);
/* The option that a refusal is due to: "deny", "allow", ... */
const char *admission_reason_name(enum admission_reason);
/* ", 3 refused (deny 2, max 1)", or "". NULL is fine. The caller frees it. */
char *admission_summary(const struct admission *);

#endif
