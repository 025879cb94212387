/* Sizes, rates and times as people read them. */
#include "base/human.h"

#include <inttypes.h>
#include <stdio.h>

#define NS UINT64_C(1000000000)
#define ETA_MAX (UINT64_C(100) * 24 * 3600 * NS) /* beyond that nobody can tell */

static void
human_number(char buf[HUMAN_MAX], double n, const char *tail)
{
	static const char units[][8] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	size_t unit = 0;

	while (n >= 999.5 && unit + 1 < sizeof(units) / sizeof(*units)) {
		n /= 1024;
		unit++;
	}
	snprintf(buf, HUMAN_MAX, "%.*f%s%s", unit == 0 || n >= 99.95 ? 0 : n >= 9.995 ? 1 : 2, n, units[unit], tail);
}

char *
human_size(char buf[HUMAN_MAX], uint64_t nbytes)
{
	human_number(buf, (double)nbytes, "");
	return buf;
}

char *
human_rate(char buf[HUMAN_MAX], double per_second)
{
	human_number(buf, per_second, "/s");
	return buf;
}

char *
human_clock(char buf[HUMAN_MAX], uint64_t ns)
{
	const uint64_t s = ns / NS;

	if (s >= 24 * 3600)
		snprintf(buf, HUMAN_MAX, "%" PRIu64 ":%02u:%02u:%02u", s / 86400, (unsigned)(s / 3600 % 24),
		    (unsigned)(s / 60 % 60), (unsigned)(s % 60));
	else
		snprintf(buf, HUMAN_MAX, "%u:%02u:%02u", (unsigned)(s / 3600), (unsigned)(s / 60 % 60),
		    (unsigned)(s % 60));
	return buf;
}

char *
human_age(char buf[HUMAN_MAX], uint64_t ns)
{
	const uint64_t s = ns / NS;

	if (ns < NS)
		snprintf(buf, HUMAN_MAX, "%ums", (unsigned)(ns / 1000000));
	else if (s < 60)
		snprintf(buf, HUMAN_MAX, "%u.%us", (unsigned)s, (unsigned)(ns % NS / (NS / 10)));
	else if (s < 3600)
		snprintf(buf, HUMAN_MAX, "%um%02us", (unsigned)(s / 60), (unsigned)(s % 60));
	else if (s < 86400)
		snprintf(buf, HUMAN_MAX, "%uh%02um", (unsigned)(s / 3600), (unsigned)(s / 60 % 60));
	else
		snprintf(buf, HUMAN_MAX, "%" PRIu64 "d%02uh", s / 86400, (unsigned)(s / 3600 % 24));
	return buf;
}

double
human_per_second(uint64_t nbytes, uint64_t ns)
{
	return ns > 0 ? (double)nbytes * (double)NS / (double)ns : 0;
}

uint64_t
human_eta(uint64_t done, uint64_t size, double per_second)
{
	double ns;

	if (done >= size)
		return done == size ? 0 : UINT64_MAX;
	if (per_second < 1e-3)
		return UINT64_MAX;
	ns = (double)(size - done) / per_second * (double)NS;
	return ns < (double)ETA_MAX ? (uint64_t)ns : UINT64_MAX;
}
