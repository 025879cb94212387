#ifndef IPCWIRE_METRICS_H
#define IPCWIRE_METRICS_H

#include <stdio.h>

#include "serve/snapshot.h"

/* What is counted of a run, under its names. */

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_TYPE_N };

enum metric_value {
	METRIC_ONE,
	METRIC_START,
	METRIC_CPU,
	METRIC_RUNNING,
	METRIC_SESSIONS,
	METRIC_TOTAL,
	METRIC_BYTES,
	METRIC_READS,
	METRIC_WAITING,
	METRIC_CHILDREN,
	METRIC_REPEATS,
	METRIC_VALUE_N
};

struct metric {
	char name[24];            /* rows of one name follow each other; "": end of the table */
	char label[12], word[32]; /* the label that tells them apart, and its value; or "" */
	enum metric_type type;
	char help[56]; /* of the first row of a name */
	enum metric_value value;
	int arg; /* of the value */
};

extern const struct metric metrics[];

const char *metric_type_name(enum metric_type);
/* In the text format of Prometheus, version 0.0.4. The caller frees it. */
char *metrics_text(const struct snapshot *);
/* An object: the names without "ipcwire_"; those that have a label are objects of their words. */
void metrics_put_json(FILE *, const struct snapshot *);

#endif
