#ifndef IPCWIRE_TAP_DUMP_H
#define IPCWIRE_TAP_DUMP_H

#include "base/console.h"
#include "wire/dump_format.h"
#include "wire/tap.h"

/* -v and -x: the traffic on standard error. The tap's arg is a struct tap_dump. */
struct tap_dump {
	struct console *console;
	enum dump_form form;
	bool is_utf8;
};

extern const struct tap_ops tap_dump_ops;

#endif
