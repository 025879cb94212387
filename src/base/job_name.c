#include "base/job_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define JOB_NAME_SECOND UINT64_C(1000000000) /* ten digits of seconds: ls(1) has them in order, too */

void
job_name_id(const struct job_name *n, char text[JOB_NAME_SIZE])
{
	snprintf(text, JOB_NAME_SIZE, "%010" PRIu64 ".%09" PRIu64 "-%" PRIu32 "-%" PRIu32, n->time / JOB_NAME_SECOND,
	    n->time % JOB_NAME_SECOND, n->pid, n->serial);
}

void
job_name_format(const struct job_name *n, char text[JOB_NAME_SIZE])
{
	size_t len;

	job_name_id(n, text);
	len = strlen(text);
	len += (size_t)snprintf(text + len, JOB_NAME_SIZE - len, ",%" PRIu32, n->attempts);
	if (n->due != 0)
		snprintf(text + len, JOB_NAME_SIZE - len, ",%010" PRIu64 ".%09" PRIu64, n->due / JOB_NAME_SECOND,
		    n->due % JOB_NAME_SECOND);
}

/* Digits, as many as `exactly` unless that is 0, with no needless zero at the front then; followed by `end`. */
static bool
job_name_number(const char **text, unsigned exactly, char end, uint64_t max, uint64_t *value)
{
	const char *p = *text;
	uint64_t n = 0;
	unsigned digits = 0;

	for (; *p >= '0' && *p <= '9'; p++, digits++) {
		n = n * 10 + (uint64_t)(*p - '0');
		if (digits == 10)
			return false;
	}
	if (digits == 0 || (exactly != 0 && digits != exactly) || n > max || *p != end)
		return false;
	if (exactly == 0 && digits > 1 && **text == '0')
		return false;
	*value = n;
	*text = end != '\0' ? p + 1 : p;
	return true;
}

static bool
job_name_time(const char **text, char end, uint64_t *ns)
{
	uint64_t seconds, rest;

	if (!job_name_number(text, 10, '.', UINT64_C(9999999999), &seconds) ||
	    !job_name_number(text, 9, end, JOB_NAME_SECOND - 1, &rest))
		return false;
	*ns = seconds * JOB_NAME_SECOND + rest;
	return true;
}

bool
job_name_parse(const char *text, struct job_name *n)
{
	const bool has_due = strchr(text, ',') != strrchr(text, ',');
	uint64_t pid, serial, attempts;

	*n = (struct job_name){ 0 };
	if (!job_name_time(&text, '-', &n->time) || !job_name_number(&text, 0, '-', UINT32_MAX, &pid) ||
	    !job_name_number(&text, 0, ',', UINT32_MAX, &serial) ||
	    !job_name_number(&text, 0, has_due ? ',' : '\0', UINT32_MAX, &attempts))
		return false;
	if (has_due && (!job_name_time(&text, '\0', &n->due) || n->due == 0))
		return false;
	n->pid = (uint32_t)pid;
	n->serial = (uint32_t)serial;
	n->attempts = (uint32_t)attempts;
	return true;
}

uint64_t
job_name_place(const struct job_name *n)
{
	return n->due != 0 ? n->due : n->time;
}

#define JOB_NAME_ORDER(a, b)                       \
	do {                                       \
		if ((a) != (b))                    \
			return (a) < (b) ? -1 : 1; \
	} while (0)

int
job_name_compare(const struct job_name *a, const struct job_name *b)
{
	JOB_NAME_ORDER(job_name_place(a), job_name_place(b));
	JOB_NAME_ORDER(a->time, b->time);
	JOB_NAME_ORDER(a->pid, b->pid);
	JOB_NAME_ORDER(a->serial, b->serial);
	JOB_NAME_ORDER(a->attempts, b->attempts);
	JOB_NAME_ORDER(a->due, b->due);
	return 0;
}
