/* Asks three times, without a newline, and says what it heard at the end. USE_READ: it does not read by stdio. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
hear(char *line, size_t size)
{
#ifdef USE_READ
	ssize_t n = read(0, line, size - 1);

	if (n <= 0)
		return 0;
	line[n] = '\0';
#else
	if (fgets(line, (int)size, stdin) == NULL)
		return 0;
#endif
	line[strcspn(line, "\n")] = '\0';
	return 1;
}

int
main(void)
{
	char heard[3][100];

	for (int i = 0; i < 3; i++) {
		printf("name %d? ", i + 1);
		if (!hear(heard[i], sizeof(heard[i])))
			return 99;
	}
	printf("%s %s %s\n", heard[0], heard[1], heard[2]);
	return 7;
}
