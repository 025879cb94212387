/* Text on a terminal: a program that writes it, and what the terminal alone takes. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "load.h"

#define LINE 64
#define LAST "that was all\n"

/* Lines of 64 characters, about -n bytes of them, and a last one that says so. */
int
load_lines(const struct load *l)
{
	char block[LINE * 64];

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = i % LINE == LINE - 1 ? '\n' : (char)('a' + (i + i / LINE) % 26);
	for (uint64_t left = l->n; left > 0;) {
		const size_t len = left < sizeof(block) ? (size_t)left : sizeof(block);

		full_write(STDOUT_FILENO, block, len);
		left -= len;
	}
	full_write(STDOUT_FILENO, LAST, strlen(LAST));
	return 0;
}

/* COMMAND on a terminal; its output is read, and that is all. */
int
load_pty(const struct load *l)
{
	posix_spawn_file_actions_t actions;
	const uint64_t begin = clock_ns();
	const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char buf[65536], last[sizeof(LAST)] = "";
	pid_t pid;
	ssize_t n;

	if (master == -1 || grantpt(master) == -1 || unlockpt(master) == -1)
		err(1, "cannot make a terminal");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, ptsname(master), O_RDWR | O_NOCTTY, 0);
	errno = posix_spawnp(&pid, l->command[0], &actions, NULL, l->command, environ);
	if (errno != 0)
		err(1, "cannot run %s", l->command[0]);
	while ((n = read(master, buf, sizeof(buf))) > 0) {
		const size_t keep = (size_t)n < strlen(LAST) + 1 ? (size_t)n : strlen(LAST) + 1;

		memcpy(last, buf + n - keep, keep);
	}
	if (n == -1 && errno != EIO)
		err(1, "cannot read from the terminal");
	process_wait(pid, l->command[0]);
	if (memcmp(last, "that was all\r\n", strlen(LAST) + 1) != 0)
		errx(1, "the last line did not come");
	printf("{\"seconds\": %.6f, \"bytes\": %llu, \"cpu\": 0}\n", (double)(clock_ns() - begin) / 1e9,
	    (unsigned long long)l->n);
	return 0;
}
