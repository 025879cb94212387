#ifndef IPCWIRE_WIRE_TERMINAL_H
#define IPCWIRE_WIRE_TERMINAL_H

#include "wire/wire_spec.h"

/*
 * A person's terminal in front of a program at a terminal of its own is raw unless its modes were written: else both would echo,
 * edit lines, and act on Ctrl-C.
 */
void wire_terminal_prepare(struct wire_spec *);

#endif
