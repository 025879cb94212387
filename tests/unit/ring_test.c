/* The ring: a random course against a plain stream, both sides' views, and an other side that lies. */
#include "base/ring.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define SIZE 4096u

static struct ring_header *memory;
static struct ring writer, reader;

static void
begin(uint64_t start)
{
	free(memory);
	memory = aligned_alloc(64, RING_DATA + SIZE);
	memset(memory, 0, RING_DATA + SIZE);
	ring_make(memory, SIZE, true);
	ring_init(&writer, memory, SIZE);
	ring_init(&reader, memory, SIZE);
	writer.own = writer.other = reader.own = reader.other = start;
	atomic_store(&memory->head, start);
	atomic_store(&memory->tail, start);
}

static uint64_t
areas_len(const struct iovec iov[2], int n)
{
	return (n > 0 ? iov[0].iov_len : 0) + (n > 1 ? iov[1].iov_len : 0);
}

static void
rounds_sizes(void)
{
	CHECK_INT(ring_round(0), 4096);
	CHECK_INT(ring_round(4096), 4096);
	CHECK_INT(ring_round(4097), 8192);
	CHECK_INT(ring_round(1 << 20), 1 << 20);
	CHECK(ring_round(UINT64_MAX) == RING_SIZE_MAX);
}

static void
checks_headers(void)
{
	struct ring_header h;

	begin(0);
	h = *memory;
	CHECK(ring_check(&h, RING_DATA + SIZE) == NULL);
	CHECK(ring_check(&h, RING_DATA + SIZE - 1) != NULL);
	CHECK(ring_check(&h, RING_DATA + SIZE + 1) != NULL);
	CHECK(ring_check(&h, 8) != NULL);
	CHECK(ring_check(&h, 0) != NULL);
	h.version++;
	CHECK_STR(ring_check(&h, RING_DATA + SIZE), "it is a ring of another version of ipcwire");
	h = *memory;
	h.magic[3] = 'x';
	CHECK_STR(ring_check(&h, RING_DATA + SIZE), "it is no ring of ipcwire's");
	h = *memory;
	h.size = SIZE + 1;
	CHECK(ring_check(&h, RING_DATA + SIZE + 1) != NULL);
	h.size = UINT64_MAX - RING_DATA + 1;
	CHECK(ring_check(&h, 0) != NULL && ring_check(&h, RING_DATA) != NULL);
	h.size = 0;
	CHECK(ring_check(&h, RING_DATA) != NULL);
	h = *memory;
	h.data = 64;
	CHECK(ring_check(&h, RING_DATA + SIZE) != NULL);
	h = *memory;
	memset(h.name, 'x', sizeof(h.name));
	CHECK(ring_check(&h, RING_DATA + SIZE) != NULL);
}

/* One step of a side: some of what it may do. The bytes count up. */
static uint64_t
write_some(uint64_t next, unsigned most)
{
	struct iovec iov[2];
	int n = ring_room(&writer, iov);
	uint64_t len = areas_len(iov, n);

	CHECK(n >= 0 && len == SIZE - (writer.own - writer.other));
	len = len < most ? len : most;
	for (uint64_t i = 0; i < len; i++)
		*((unsigned char *)(i < iov[0].iov_len ? iov[0].iov_base : iov[1].iov_base) +
		    (i < iov[0].iov_len ? i : i - iov[0].iov_len)) = (unsigned char)((next + i) * 131 >> 3);
	ring_wrote(&writer, len);
	return next + len;
}

static uint64_t
read_some(uint64_t next, unsigned most)
{
	struct iovec iov[2];
	int n = ring_data(&reader, iov);
	uint64_t len = areas_len(iov, n), bad = 0;

	CHECK(n >= 0 && len <= SIZE);
	len = len < most ? len : most;
	for (uint64_t i = 0; i < len; i++)
		bad += *((unsigned char *)(i < iov[0].iov_len ? iov[0].iov_base : iov[1].iov_base) +
			   (i < iov[0].iov_len ? i : i - iov[0].iov_len)) != (unsigned char)((next + i) * 131 >> 3);
	CHECK_INT(bad, 0);
	ring_took(&reader, len);
	return next + len;
}

static void
carries_a_stream_from(uint64_t start)
{
	uint64_t written = 0, taken = 0;

	srand(1);
	begin(start);
	for (int i = 0; i < 20000; i++) {
		if (rand() % 2)
			written = write_some(written, (unsigned)rand() % (SIZE + 10));
		else
			taken = read_some(taken, (unsigned)rand() % (SIZE + 10));
		CHECK(written - taken <= SIZE);
	}
	taken = read_some(taken, SIZE);
	CHECK(written == taken && written > SIZE * 100u);
}

static void
carries_a_stream(void)
{
	carries_a_stream_from(0);
	carries_a_stream_from(UINT64_MAX - SIZE * 100u); /* the indices wrap around */
}

static void
wakes_who_waits(void)
{
	begin(0);
	CHECK(ring_has_room(&writer));
	CHECK(!ring_has_data(&reader));
	CHECK(ring_wrote(&writer, 10));  /* the reader waits for it */
	CHECK(!ring_wrote(&writer, 10)); /* it has been told */
	CHECK(ring_has_data(&reader));
	CHECK(!ring_wrote(&writer, SIZE - 20));
	CHECK(!ring_has_room(&writer));
	CHECK(ring_data(&reader, (struct iovec[2]){ 0 }) == 1);
	CHECK(!ring_took(&reader, SIZE / 2 - 1)); /* not enough to wake for */
	CHECK(ring_took(&reader, 1));
	CHECK(!ring_took(&reader, 1));
	CHECK(ring_has_room(&writer));
	CHECK_INT(atomic_load(&memory->writer_waits), 0);
}

static void
does_not_believe_lies(void)
{
	struct iovec iov[2];
	const uint64_t heads[] = { 99, 100 - 1, 100 + SIZE + 1, UINT64_MAX, 0 }, tails[] = { 0, 99, 201, UINT64_MAX };

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		begin(100);
		atomic_store(&memory->head, heads[i]);
		CHECK_INT(ring_data(&reader, iov), -1);
		CHECK(ring_has_data(&reader)); /* for that to be found */
	}
	begin(100);
	atomic_store(&memory->head, 150);
	CHECK_INT(ring_data(&reader, iov), 1);
	atomic_store(&memory->head, 149); /* back again */
	CHECK_INT(ring_data(&reader, iov), -1);
	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		begin(100);
		ring_wrote(&writer, 100);
		atomic_store(&memory->tail, tails[i]);
		CHECK_INT(ring_room(&writer, iov), -1);
		CHECK(ring_has_room(&writer));
	}
}

static const struct unit_test tests[] = {
	TEST(rounds_sizes),
	TEST(checks_headers),
	TEST(carries_a_stream),
	TEST(wakes_who_waits),
	TEST(does_not_believe_lies),
};

int
main(void)
{
	int bad = UNIT_MAIN(tests);

	free(memory);
	return bad;
}
