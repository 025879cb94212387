/* Pipes, programs that are joined, and programs that start and end. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load.h"

int
load_write(const struct load *l)
{
	for (uint64_t at = 0; at < l->n;) {
		const uint64_t left = l->n - at;
		const ssize_t n = write(STDOUT_FILENO, pattern_at(at), left < l->block ? (size_t)left : l->block);

		if (n == -1)
			err(1, "the writer cannot write");
		at += (uint64_t)n;
	}
	return 0;
}

int
load_read(const struct load *l)
{
	unsigned char *buf = block_new();
	uint64_t at = 0;
	ssize_t n;

	while ((n = read(STDIN_FILENO, buf, l->block)) > 0) {
		pattern_compare(l, at, buf, (size_t)n);
		at += (uint64_t)n;
	}
	free(buf);
	if (n == -1)
		err(1, "the reader cannot read");
	if (at != l->n)
		errx(1, "%llu bytes arrived of %llu", (unsigned long long)at, (unsigned long long)l->n);
	return 0;
}

int
load_splice(const struct load *l)
{
	ssize_t n;

	(void)l;
	fcntl(STDIN_FILENO, F_SETPIPE_SZ, LOAD_BLOCK);
	fcntl(STDOUT_FILENO, F_SETPIPE_SZ, LOAD_BLOCK);
	while ((n = splice(STDIN_FILENO, NULL, STDOUT_FILENO, NULL, LOAD_BLOCK, SPLICE_F_MOVE)) > 0)
		;
	if (n == -1)
		err(1, "splice");
	return 0;
}

static pid_t
pipe_start(int in, int out, char **command)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int error;

	posix_spawn_file_actions_init(&actions);
	if (in != STDIN_FILENO)
		posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	if (out != STDOUT_FILENO)
		posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	error = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
	errno = error;
	if (error != 0)
		err(1, "cannot run %s", command[0]);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* One of ourselves. */
static pid_t
pipe_start_mode(const struct load *l, int in, int out, const char *mode)
{
	char self[] = "/proc/self/exe", name[16], n[32], block[32], v[] = "-v";
	char *command[] = { self, name, n, block, l->is_checked ? v : NULL, NULL };

	snprintf(name, sizeof(name), "%s", mode);
	snprintf(n, sizeof(n), "-n%llu", (unsigned long long)l->n);
	snprintf(block, sizeof(block), "-b%zu", l->block);
	return pipe_start(in, out, command);
}

static void
pipe_make(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC) == -1)
		err(1, "pipe");
}

/* Pipes as a shell makes them, the relay or (without command) nothing between them. */
int
load_pipe(const struct load *l)
{
	const bool has_relay = l->command[0] != NULL;
	int first[2], second[2];
	pid_t writer, relay = -1, reader;
	uint64_t begin, cpu = 0;

	pipe_make(first);
	if (has_relay)
		pipe_make(second);
	begin = clock_ns();
	if (has_relay)
		relay = pipe_start(first[0], second[1], l->command);
	reader = pipe_start_mode(l, has_relay ? second[0] : first[0], STDOUT_FILENO, "read");
	writer = pipe_start_mode(l, STDIN_FILENO, first[1], "write");
	close(first[0]);
	close(first[1]);
	if (has_relay) {
		close(second[0]);
		close(second[1]);
		cpu = process_cpu_ns(relay);
		process_wait(relay, l->command[0]);
	}
	process_wait(writer, "the writer");
	process_wait(reader, "the reader");
	printf("{\"seconds\": %.6f, \"bytes\": %llu, \"cpu\": %.6f}\n", (double)(clock_ns() - begin) / 1e9,
	    (unsigned long long)l->n, (double)cpu / 1e9);
	return 0;
}

/* Once, what it says going nowhere; its own CPU time, without that of what it started. */
int
load_run(const struct load *l)
{
	const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	const uint64_t begin = clock_ns();
	const pid_t pid = pipe_start(STDIN_FILENO, null, l->command);
	const uint64_t cpu = process_cpu_ns(pid);

	process_wait(pid, l->command[0]);
	printf("{\"seconds\": %.6f, \"bytes\": %llu, \"cpu\": %.6f}\n", (double)(clock_ns() - begin) / 1e9,
	    (unsigned long long)l->n, (double)cpu / 1e9);
	return 0;
}

int
load_start(const struct load *l)
{
	const uint64_t begin = clock_ns();

	for (uint64_t i = 0; i < l->n; i++)
		process_wait(pipe_start(STDIN_FILENO, STDERR_FILENO, l->command), l->command[0]);
	printf("{\"seconds\": %.6f, \"starts\": %llu}\n", (double)(clock_ns() - begin) / 1e9, (unsigned long long)l->n);
	return 0;
}
