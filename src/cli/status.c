/* The table of exit statuses. */
#include "cli/status.h"

const struct status_desc status_table[] = {
	{ "0", "all went well; a server was ended properly" },
	{ "1", "an endpoint failed, or bytes were lost" },
	{ "2", "the command line was refused, nothing was opened" },
	{ "123", "in a dialogue: the end of input came before what was waited for" },
	{ "124", "a time limit of the run passed" },
	{ "126", "a program could not be run" },
	{ "127", "a program was not found" },
	{ "128+n", "the program on the wire was ended by signal n" },
	{ "other", "the exit status of the program on the wire" },
	{ "", "" },
};
