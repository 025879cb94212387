/* Which functions carry out which verb: all but those of the parser alone, and `when`, which its case carries out. */
#include "dialogue/verb_run.h"

static const struct verb_run verb_runs[VERB_N] = {
	[VERB_OPEN] = { run_open, run_open_look },
	[VERB_SEND] = { run_send, run_send_look },
	[VERB_SEND_RAW] = { run_send, run_send_look },
	[VERB_SEND_ENV] = { run_send_secret, run_send_secret_look },
	[VERB_SEND_FILE] = { run_send_file, run_send_file_look },
	[VERB_SEND_FD] = { run_send_secret, run_send_secret_look },
	[VERB_KEY] = { run_key, run_send_look },
	[VERB_EXPECT] = { run_expect, run_expect_look },
	[VERB_EXPECT_EOF] = { run_expect_eof, run_expect_eof_look },
	[VERB_ON] = { run_on, NULL },
	[VERB_CASE] = { run_expect, run_expect_look },
	[VERB_REPEAT] = { run_repeat, NULL },
	[VERB_LEAVE] = { run_leave, NULL },
	[VERB_CAPTURE] = { run_capture, NULL },
	[VERB_QUIET] = { run_quiet, run_quiet_look },
	[VERB_AWAIT_READ] = { run_await_read, run_await_read_look },
	[VERB_AWAIT_NOECHO] = { run_await_noecho, run_await_noecho_look },
	[VERB_EOF] = { run_eof, NULL },
	[VERB_CLOSE_IN] = { run_close_in, NULL },
	[VERB_SIGNAL] = { run_signal, NULL },
	[VERB_SIZE] = { run_size, NULL },
	[VERB_INTERACT] = { run_interact, run_interact_look },
	[VERB_PRINT] = { run_print, NULL },
	[VERB_LOG] = { run_log, NULL },
	[VERB_RECORD] = { run_record, NULL },
	[VERB_FAIL] = { run_fail, NULL },
	[VERB_EXIT] = { run_exit, NULL },
};

const struct verb_run *
verb_run_of(const struct verb *v)
{
	return &verb_runs[verb_id(v)];
}
