/* Whatever stands in /proc: no text makes a parser read beyond it, or walk without an end. */
#include "process/procfs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
walk(const char *text, size_t len)
{
	struct procfs_inet inet;
	struct procfs_map map;
	uint32_t events;
	pid_t pid;
	int fd;

	for (const char *p = text; (p = procfs_next_pid(p, &pid)) != NULL;)
		assert(p > text && p <= text + len && pid > 0);
	for (const char *p = text; (p = procfs_next_epoll(p, &fd, &events)) != NULL;)
		assert(p > text && p <= text + len && fd >= 0);
	for (const char *p = text; (p = procfs_next_map(p, &map)) != NULL;)
		assert(p > text && p <= text + len && map.path + map.path_len <= text + len);
	for (const char *p = text; (p = procfs_next_inet(p, &inet)) != NULL;)
		assert(p > text && p <= text + len && inet.local.port <= 65535);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = size > 0 ? xstrndup((const char *)data, size) : xstrdup("");
	struct procfs_syscall call;
	struct procfs_stat stat;
	uint64_t n;
	int flags;

	if (procfs_parse_stat(text, &stat))
		assert(stat.pid >= 0 && stat.parent >= 0 && memchr(stat.name, '\0', sizeof(stat.name)) != NULL);
	if (procfs_parse_syscall(text, &call))
		assert(call.number >= -1);
	procfs_parse_switches(text, &n);
	if (procfs_parse_flags(text, &flags))
		assert(flags >= 0);
	procfs_is_armed(text);
	procfs_parse_written(text, &n);
	assert(procfs_parse_link(text).kind < PROCFS_KIND_N);
	walk(text, strlen(text));
	free(text);
	return 0;
}
