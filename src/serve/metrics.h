#ifndef IPCWIRE_METRICS_H
#define IPCWIRE_METRICS_H

#include <stdio.h>

#include "serve/snapshot.h"

/* What is counted of a run, under its names. */

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_TYPE_N };

struct metric {
	const char *name;         /* rows of one name follow each other; NULL: end of the table */
	const char *label, *word; /* the label that tells them apart, and its value; or NULL */
	enum metric_type type;
	const char *help; /* of the first row of a name */
	double (*value)(const struct snapshot *, int arg);
	int arg;
};

extern const struct metric metrics[];

const char *metric_type_name(enum metric_type);
/* In the text format of Prometheus, version 0.0.4. The caller frees it. */
char *metrics_text(const struct snapshot *);
/* An object: the names without "ipcwire_"; those that have a label are objects of their words. */
void metrics_put_json(FILE *, const struct snapshot *);

#endif
