#ifndef IPCWIRE_HUMAN_H
#define IPCWIRE_HUMAN_H

#include <stddef.h>
#include <stdint.h>

/* Numbers for people. Pure. All write at most HUMAN_MAX bytes with the terminating null, and give back the buffer. */

#define HUMAN_MAX 32

/* "0B", "999B", "1.21GiB": three digits, factors of 1024. */
char *human_size(char buf[HUMAN_MAX], uint64_t nbytes);
/* The same per second: "256MiB/s". */
char *human_rate(char buf[HUMAN_MAX], double per_second);
/* Nanoseconds: "0:00:05", "1:02:03:04" with days. */
char *human_clock(char buf[HUMAN_MAX], uint64_t ns);
/* The same in as few characters as say something: "350ms", "4.2s", "5m02s", "3h07m", "12d04h". */
char *human_age(char buf[HUMAN_MAX], uint64_t ns);

/* Bytes per second over a time in nanoseconds; 0 if there was none. */
double human_per_second(uint64_t nbytes, uint64_t ns);
/* Nanoseconds until `size` is reached at that rate; UINT64_MAX when nobody can tell. */
uint64_t human_eta(uint64_t done, uint64_t size, double per_second);

#endif
