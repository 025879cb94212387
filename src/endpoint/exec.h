#ifndef IPCWIRE_EXEC_H
#define IPCWIRE_EXEC_H

#include "endpoint/endpoint.h"

/* Programs as endpoints: what the wire and the server must know of them. */

enum exec_via { EXEC_VIA_AUTO, EXEC_VIA_DIRECT, EXEC_VIA_PIPE, EXEC_VIA_SOCKETPAIR, EXEC_VIA_PTY, EXEC_VIA_N };

enum exec_pty { EXEC_PTY_NO, EXEC_PTY_YES, EXEC_PTY_OUT, EXEC_PTY_N };

#define EXEC_AFTER_WAIT OPT_TIME_WORD(0) /* after-exit=wait: for all who hold its terminal */

struct exec_opts {
	char *chdir, *path, *stderr_to, *term;
	char *stdin_from, *stdout_to; /* addresses, or NULL */
	bool clearenv, login, setsid;
	struct opt_list env;
	struct opt_id su;
	int fdin, fdout, how, nice, pty, umask, via;
	int pool; /* copies started beforehand */
	int64_t after_exit, eof_grace, kill_after;
	bool has_told; /* no option: that a terminal had to do was said, once for all clients */
};

/* Where the program is. Returns 0 with the file (the caller frees it), or -errno (told) with the exit status. */
int exec_find(const struct endpoint_spec *, const struct log_who *, char **file, int *status);

#endif
