/* Whatever stands in a queue's directory: what is taken for a message's name or first line is written back the same. */
#include "base/job_head.h"
#include "base/job_name.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_name(const char *text)
{
	struct job_name n, again;
	char written[JOB_NAME_SIZE];

	if (!job_name_parse(text, &n))
		return;
	job_name_format(&n, written);
	assert(strcmp(text, written) == 0);
	assert(job_name_parse(written, &again) && job_name_compare(&n, &again) == 0);
}

static void
check_head(const char *data, size_t size)
{
	struct job_head h, again;
	char line[JOB_HEAD_SIZE];
	size_t len;

	if (job_head_parse(data, size, &h) != NULL)
		return;
	assert(h.size <= size && h.size <= JOB_HEAD_SIZE && data[h.size - 1] == '\n');
	len = job_head_format(&h, line);
	assert(len < JOB_HEAD_SIZE && job_head_parse(line, len, &again) == NULL && again.size == len);
	assert(h.has_asker == again.has_asker && h.has_status == again.has_status && h.status == again.status);
	assert(h.length == again.length && h.crc == again.crc && strcmp(h.reply, again.reply) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = size > 0 ? xstrndup((const char *)data, size) : xstrdup("");
	void *copy = xmalloc(size > 0 ? size : 1); /* of its own size, so that reading beyond it is seen */

	check_name(text);
	if (size > 0)
		memcpy(copy, data, size);
	check_head(copy, size);
	free(copy);
	free(text);
	return 0;
}
