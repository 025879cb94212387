#ifndef IPCWIRE_VERB_RUN_H
#define IPCWIRE_VERB_RUN_H

#include "dialogue/dialogue_state.h"

/* What the verbs do, a row for each. */
struct verb_run {
	enum run_result (*begin)(struct dialogue *, const struct step *);
	/* Of one that waits: may it go on? NULL: it never waits. */
	enum run_result (*look)(struct dialogue *, const struct step *, enum run_reason);
};

const struct verb_run *verb_run_of(const struct verb *);

/* verb_run_wait.c */
enum run_result run_expect(struct dialogue *, const struct step *);
enum run_result run_expect_look(struct dialogue *, const struct step *, enum run_reason);
enum run_result run_expect_eof(struct dialogue *, const struct step *);
enum run_result run_expect_eof_look(struct dialogue *, const struct step *, enum run_reason);
enum run_result run_on(struct dialogue *, const struct step *);
enum run_result run_quiet(struct dialogue *, const struct step *);
enum run_result run_quiet_look(struct dialogue *, const struct step *, enum run_reason);

/* verb_run_probe.c */
enum run_result run_await_noecho(struct dialogue *, const struct step *);
enum run_result run_await_noecho_look(struct dialogue *, const struct step *, enum run_reason);
enum run_result run_await_read(struct dialogue *, const struct step *);
enum run_result run_await_read_look(struct dialogue *, const struct step *, enum run_reason);

/* verb_run_send.c */
enum run_result run_send(struct dialogue *, const struct step *);
enum run_result run_key(struct dialogue *, const struct step *);
enum run_result run_send_look(struct dialogue *, const struct step *, enum run_reason);
enum run_result run_eof(struct dialogue *, const struct step *);
enum run_result run_close_in(struct dialogue *, const struct step *);

/* verb_run_secret.c */
enum run_result run_send_secret(struct dialogue *, const struct step *);
enum run_result run_send_secret_look(struct dialogue *, const struct step *, enum run_reason);
enum run_result run_send_file(struct dialogue *, const struct step *);
enum run_result run_send_file_look(struct dialogue *, const struct step *, enum run_reason);

/* verb_run_flow.c */
enum run_result run_repeat(struct dialogue *, const struct step *);
enum run_result run_leave(struct dialogue *, const struct step *);
enum run_result run_capture(struct dialogue *, const struct step *);
enum run_result run_print(struct dialogue *, const struct step *);
enum run_result run_fail(struct dialogue *, const struct step *);
enum run_result run_exit(struct dialogue *, const struct step *);

/* interact.c */
enum run_result run_interact(struct dialogue *, const struct step *);
enum run_result run_interact_look(struct dialogue *, const struct step *, enum run_reason);

/* verb_run_end.c */
enum run_result run_open(struct dialogue *, const struct step *);
enum run_result run_open_look(struct dialogue *, const struct step *, enum run_reason);
enum run_result run_signal(struct dialogue *, const struct step *);
enum run_result run_size(struct dialogue *, const struct step *);
enum run_result run_log(struct dialogue *, const struct step *);
enum run_result run_record(struct dialogue *, const struct step *);

#endif
