/*
 * Three lines, then it waits until somebody writes to the FIFO "gate", then a fourth, and exit status 7.
 * OWN_BUFFER: with a buffer of its own choice. HANDMADE: behind the back of stdio.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
wait_at_gate(void)
{
	char byte;
	int fd = open("gate", O_RDONLY);

	if (fd == -1 || read(fd, &byte, 1) == -1)
		_exit(99);
	close(fd);
}

int
main(void)
{
#ifdef OWN_BUFFER
	static char buffer[65536];

	if (setvbuf(stdout, buffer, _IOFBF, sizeof(buffer)) != 0)
		return 98;
#endif
#ifdef SETBUF
	static char buffer[BUFSIZ];

	setbuf(stdout, buffer);
#endif
	for (int i = 1; i <= 3; i++)
		printf("L%d\n", i);
	wait_at_gate();
	printf("L4\n");
	return 7;
}
