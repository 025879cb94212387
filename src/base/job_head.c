#include "base/job_head.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define JOB_HEAD_MAGIC "ipcwire-message "
#define JOB_HEAD_VERSION "1"

size_t
job_head_format(const struct job_head *h, char line[JOB_HEAD_SIZE])
{
	const bool has_reply = h->reply[0] != '\0';
	char status[sizeof(" status=") + 3] = "";

	if (h->has_status)
		snprintf(status, sizeof(status), " status=%03u", h->status & 255);
	return (size_t)snprintf(line, JOB_HEAD_SIZE,
	    JOB_HEAD_MAGIC JOB_HEAD_VERSION " length=%020" PRIu64 " crc32c=%08" PRIx32 "%s%s%s%s\n", h->length, h->crc,
	    has_reply ? " reply=" : "", h->reply, h->has_asker ? " asker=waits" : "", status);
}

bool
job_head_is_reply(const char *name, size_t len)
{
	if (len == 0 || len >= JOB_REPLY_SIZE || name[0] == '.')
		return false;
	for (size_t i = 0; i < len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", name[i]) == NULL ||
		    name[i] == '\0')
			return false;
	return true;
}

static int
job_head_digit(char c, unsigned base)
{
	const char *digits = "0123456789abcdef", *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL && at - digits < (int)base ? (int)(at - digits) : -1;
}

/* Exactly n digits. */
static bool
job_head_number(const char *text, size_t len, size_t n, unsigned base, uint64_t *value)
{
	*value = 0;
	if (len != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const int digit = job_head_digit(text[i], base);

		if (digit == -1 || *value > (UINT64_MAX - (unsigned)digit) / base)
			return false;
		*value = *value * base + (unsigned)digit;
	}
	return true;
}

static bool
job_head_is(const char *word, size_t len, const char *name, const char **value, size_t *value_len)
{
	const size_t n = strlen(name);

	if (len < n || memcmp(word, name, n) != 0)
		return false;
	*value = word + n;
	*value_len = len - n;
	return true;
}

/* One NAME=VALUE. False: it cannot be. */
static bool
job_head_word(struct job_head *h, const char *word, size_t len, unsigned *seen)
{
	const char *value;
	size_t n;
	uint64_t number;

	if (job_head_is(word, len, "length=", &value, &n)) {
		*seen |= 1;
		return job_head_number(value, n, 20, 10, &h->length);
	}
	if (job_head_is(word, len, "crc32c=", &value, &n)) {
		*seen |= 2;
		if (!job_head_number(value, n, 8, 16, &number))
			return false;
		h->crc = (uint32_t)number;
		return true;
	}
	if (job_head_is(word, len, "reply=", &value, &n)) {
		if (!job_head_is_reply(value, n))
			return false;
		memcpy(h->reply, value, n);
		h->reply[n] = '\0';
	}
	if (job_head_is(word, len, "status=", &value, &n)) {
		if (!job_head_number(value, n, 3, 10, &number) || number > 255)
			return false;
		h->has_status = true;
		h->status = (unsigned)number;
	}
	h->has_asker |= job_head_is(word, len, "asker=waits", &value, &n) && n == 0;
	return true;
}

static const char *
job_head_words(struct job_head *h, const char *p, const char *end)
{
	unsigned seen = 0;

	while (p < end) {
		const char *space = memchr(p, ' ', (size_t)(end - p)), *stop = space != NULL ? space : end;

		if (!job_head_word(h, p, (size_t)(stop - p), &seen))
			return "its first line is damaged";
		p = stop < end ? stop + 1 : end;
	}
	return seen == 3 ? NULL : "its first line is damaged";
}

const char *
job_head_parse(const char *data, size_t len, struct job_head *h)
{
	const size_t magic = strlen(JOB_HEAD_MAGIC), version = strlen(JOB_HEAD_VERSION " ");
	const char *end = len > 0 ? memchr(data, '\n', len < JOB_HEAD_SIZE ? len : JOB_HEAD_SIZE) : NULL;

	*h = (struct job_head){ 0 };
	if (len == 0)
		return "it is empty";
	if (memcmp(data, JOB_HEAD_MAGIC, len < magic ? len : magic) != 0)
		return "it is no message of a queue";
	if (end == NULL)
		return len < JOB_HEAD_SIZE ? "it ends within its first line" : "its first line is damaged";
	if ((size_t)(end - data) < magic + version || memcmp(data + magic, JOB_HEAD_VERSION " ", version) != 0)
		return "a newer version of ipcwire wrote it";
	h->size = (size_t)(end - data) + 1;
	return job_head_words(h, data + magic + version, end);
}
