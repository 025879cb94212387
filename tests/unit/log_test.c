/* What is lost of the log is told at the end, behind what was kept. */
#include "base/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit.h"

#define LINES 20000

struct reader {
	int in, go;
	size_t lines;
	unsigned long lost;
};

/* Reads when it is told to, and counts. */
static void *
reader_run(void *arg)
{
	struct reader *r = arg;
	FILE *f = fdopen(r->in, "r");
	char line[512], go;
	const char *at;

	if (f == NULL || read(r->go, &go, 1) != 1)
		return NULL;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strstr(line, "word ") != NULL)
			r->lines++;
		else if ((at = strstr(line, ": ")) != NULL && strstr(line, " lines of the log were lost") != NULL)
			r->lost += strtoul(at + 2, NULL, 10);
	}
	fclose(f);
	return NULL;
}

static void
tells_at_the_end_what_was_lost(void)
{
	int out[2], go[2];
	const int kept = dup(STDERR_FILENO);
	struct reader r = { 0 };
	pthread_t thread;

	if (!CHECK(pipe2(out, O_CLOEXEC) == 0 && pipe2(go, O_CLOEXEC) == 0 && kept != -1))
		return;
	r.in = out[0];
	r.go = go[0];
	if (!CHECK(pthread_create(&thread, NULL, reader_run, &r) == 0))
		return;
	dup2(out[1], STDERR_FILENO);
	close(out[1]);
	for (int i = 0; i < LINES; i++)
		log_msg(LOG_ERROR, NULL, "word %d", i);
	if (write(go[1], "", 1) == 1)
		log_stop();
	dup2(kept, STDERR_FILENO);
	pthread_join(thread, NULL);
	CHECK(r.lost > 0);
	CHECK_INT(r.lines + r.lost, LINES);
	close(go[0]);
	close(go[1]);
	close(kept);
}

static const struct unit_test tests[] = {
	TEST(tells_at_the_end_what_was_lost),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
