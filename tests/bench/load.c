/* load MODE OPTION... [COMMAND...]: makes load for the bench (bench.py), measures it, and prints the figures as one line of JSON. */
#include "load.h"

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	int (*run)(const struct load *);
} modes[] = {
	{ "bulk", load_bulk },       /* -t -r -n -c: bytes from clients through the relay to us */
	{ "echo", load_echo },       /* -r -n: bytes to a program behind the relay, and back */
	{ "turns", load_turns },     /* -t -r -n -c -i -b: round trips through the relay */
	{ "connect", load_connect }, /* -t -r -n -c: connections with one request each */
	{ "spawn", load_spawn },     /* -r|-u -n -c: connections until their end */
	{ "hold", load_hold },       /* -t -r -c: connections that stay until our input ends */
	{ "write", load_write },     /* -n: to stdout */
	{ "read", load_read },       /* -n: from stdin */
	{ "splice", load_splice },   /* from stdin to stdout, as fast as the kernel can */
	{ "pipe", load_pipe },       /* -n COMMAND...: write | COMMAND | read */
	{ "run", load_run },         /* COMMAND...: once */
	{ "start", load_start },     /* -n COMMAND...: so many times */
	{ "lines", load_lines },     /* -n: text, to stdout */
	{ "pty", load_pty },         /* COMMAND...: its output on a terminal, read by nobody else */
};

static void
load_options(struct load *l, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+t:r:u:n:c:i:b:v")) != -1)
		switch (c) {
		case 't':
			l->target = atoi(optarg);
			break;
		case 'r':
			l->relay = atoi(optarg);
			break;
		case 'u':
			l->path = optarg;
			break;
		case 'n':
			l->n = strtoull(optarg, NULL, 10);
			break;
		case 'c':
			l->connections = (unsigned)atoi(optarg);
			break;
		case 'i':
			l->idle = (unsigned)atoi(optarg);
			break;
		case 'b':
			l->block = strtoul(optarg, NULL, 10);
			break;
		case 'v':
			l->is_checked = true;
			break;
		default:
			exit(2);
		}
	if (l->connections == 0 || l->block == 0 || l->block > LOAD_BLOCK)
		errx(2, "-c and -b are at least 1, -b at most %u", LOAD_BLOCK);
	l->command = argv + optind;
}

int
main(int argc, char **argv)
{
	struct load l = { .n = 1, .connections = 1, .block = 128 * 1024 };

	if (argc < 2)
		errx(2, "usage: load MODE [OPTION...] [COMMAND...]");
	load_options(&l, argc - 1, argv + 1);
	signal(SIGPIPE, SIG_IGN);
	pattern_init();
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			return modes[i].run(&l);
	errx(2, "no mode '%s'", argv[1]);
}
