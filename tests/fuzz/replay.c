/*
 * Replays a corpus through a fuzz target without a fuzzer: every file of the directories and files
 * named, and every short beginning of each, so that `make check` needs no special compiler.
 */
#include <dirent.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PREFIX_MAX 256

/* An exact copy on the heap for each run, so that a sanitizer sees a read past its end. */
static void
replay_bytes(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (copy == NULL)
		err(1, "malloc");
	if (size > 0)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void
replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0, n;

	if (f == NULL)
		err(1, "%s", path);
	do {
		data = realloc(data, size + 65536);
		if (data == NULL)
			err(1, "realloc");
		n = fread(data + size, 1, 65536, f);
		size += n;
	} while (n > 0);
	if (ferror(f))
		err(1, "%s", path);
	fclose(f);
	replay_bytes(data, size);
	for (size_t i = 0; i < size && i < PREFIX_MAX; i++)
		replay_bytes(data, i);
	free(data);
}

static unsigned
replay_path(const char *path)
{
	struct dirent **names;
	struct stat st;
	unsigned files = 0;
	int n;

	if (stat(path, &st) == -1)
		err(1, "%s", path);
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path);
		return 1;
	}
	n = scandir(path, &names, NULL, alphasort);
	if (n == -1)
		err(1, "%s", path);
	for (int i = 0; i < n; i++) {
		char *file;

		if (names[i]->d_name[0] != '.') {
			if (asprintf(&file, "%s/%s", path, names[i]->d_name) == -1)
				err(1, "asprintf");
			files += replay_path(file);
			free(file);
		}
		free(names[i]);
	}
	free(names);
	return files;
}

int
main(int argc, char *argv[])
{
	unsigned files = 0;

	for (int i = 1; i < argc; i++)
		files += replay_path(argv[i]);
	replay_bytes(NULL, 0);
	printf("%s 1 - %u files replayed\n1..1\n", files > 0 ? "ok" : "not ok", files);
	return files == 0;
}
