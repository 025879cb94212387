/*
 * Directed tests of the queue, and a long walk of random operations against the model.
 * queue_test [SEED]
 */
#include "base/queue.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue_model.h"
#include "unit.h"

#define OPERATIONS 1000000

static uint32_t seed = 20240229;
static unsigned char block[3 * QUEUE_LARGE];

/* Takes len bytes for reader r, which must be the stream from off on. */
static bool
takes_bytes(struct queue *q, unsigned r, uint64_t off, uint64_t len)
{
	struct iovec iov[2];
	int n;

	for (size_t got; len > 0 && (n = queue_data(q, r, iov)) > 0; off += got, len -= got) {
		got = model_areas(off, iov, n, len, true);
		queue_consume(q, r, got);
	}
	return len == 0;
}

/* The same with all that is pending. */
static bool
takes_stream(struct queue *q, unsigned r, uint64_t off)
{
	return takes_bytes(q, r, off, queue_pending(q, r)) && queue_pending(q, r) == 0;
}

static void
idle_queue_owns_no_memory(void)
{
	struct queue q;
	struct iovec iov[2];

	queue_init(&q, QUEUE_SMALL, 1);
	CHECK(sizeof(q) + sizeof(*q.readers) <= 144);
	CHECK_INT(queue_data(&q, 0, iov), 0);
	CHECK_INT(queue_space(&q, iov), 1);
	CHECK_INT(queue_memory_used(), QUEUE_SMALL);
	CHECK_INT(queue_commit(&q, 0), 0);
	CHECK_INT(queue_memory_used(), 0);
	CHECK_INT(queue_put(&q, "ab", 2), 2);
	queue_consume(&q, 0, 1);
	CHECK_INT(queue_memory_used(), QUEUE_SMALL);
	queue_consume(&q, 0, 1);
	CHECK_INT(queue_memory_used(), 0);
	queue_fini(&q);
}

static void
full_queue_wraps_in_two_areas(void)
{
	struct queue q;
	struct iovec iov[2];

	queue_init(&q, QUEUE_SMALL, 1);
	CHECK_INT(queue_put(&q, block, sizeof(block)), QUEUE_SMALL);
	CHECK(queue_is_full(&q));
	CHECK_INT(queue_space(&q, iov), 0);
	CHECK_INT(queue_put(&q, block, 1), 0);
	queue_consume(&q, 0, 100);
	CHECK_INT(queue_room(&q), 100);
	CHECK_INT(queue_space(&q, iov), 1);
	CHECK_INT(iov[0].iov_len, 100);
	CHECK_INT(queue_commit(&q, 40), 0);
	CHECK_INT(queue_data(&q, 0, iov), 2);
	CHECK_INT(iov[0].iov_len, QUEUE_SMALL - 100);
	CHECK_INT(iov[1].iov_len, 40);
	queue_consume(&q, 0, QUEUE_SMALL - 60);
	CHECK_INT(queue_space(&q, iov), 1);
	CHECK_INT(iov[0].iov_len, QUEUE_SMALL);
	queue_commit(&q, 0);
	queue_fini(&q);
}

static void
odd_limits_are_exact(void)
{
	struct queue q;

	queue_init(&q, 5000, 1);
	CHECK_INT(queue_put(&q, block, 10000), 5000);
	CHECK_INT(queue_memory_used(), 8192);
	queue_set_limit(&q, 100);
	CHECK(queue_is_full(&q));
	queue_consume(&q, 0, 4950);
	CHECK_INT(queue_room(&q), 50);
	queue_fini(&q);
	CHECK_INT(queue_memory_used(), 0);
}

static void
growing_moves_held_data(void)
{
	struct queue q;

	queue_init(&q, QUEUE_SMALL, 2);
	queue_put(&q, block, QUEUE_SMALL);
	queue_consume(&q, 0, 1000);
	queue_consume(&q, 1, 2000);
	queue_put(&q, block + QUEUE_SMALL, 1000);
	queue_set_limit(&q, QUEUE_LARGE);
	CHECK(!queue_is_full(&q));
	CHECK_INT(queue_put(&q, block + QUEUE_SMALL + 1000, QUEUE_LARGE), QUEUE_LARGE - QUEUE_SMALL);
	CHECK_INT(queue_memory_used(), QUEUE_LARGE);
	CHECK(queue_is_full(&q));
	CHECK(takes_stream(&q, 0, 1000));
	CHECK(takes_stream(&q, 1, 2000));
	CHECK_INT(queue_memory_used(), 0);
	queue_fini(&q);
}

static void
slowest_live_reader_holds_memory(void)
{
	struct queue q;

	queue_init(&q, 4096, 3);
	queue_put(&q, block, 4096);
	CHECK(takes_stream(&q, 0, 0));
	queue_consume(&q, 1, 96);
	CHECK_INT(queue_len(&q), 4096);
	CHECK_INT(queue_pending(&q, 0), 0);
	CHECK_INT(queue_drop_reader(&q, 2), 4096);
	CHECK_INT(queue_pending(&q, 2), 0);
	CHECK_INT(queue_len(&q), 4000);
	CHECK_INT(queue_drop_reader(&q, 1), 4000);
	CHECK_INT(queue_memory_used(), 0);
	CHECK_INT(queue_drop_reader(&q, 0), 0);
	CHECK_INT(queue_put(&q, block, 100), 100);
	CHECK_INT(queue_len(&q), 0);
	CHECK_INT(queue_memory_used(), 0);
	queue_fini(&q);
}

static void
empty_messages_are_messages(void)
{
	struct queue q;
	size_t n;

	queue_init(&q, 4096, 1);
	CHECK(!queue_message(&q, 0, &n));
	queue_mark(&q);
	queue_put(&q, block, 10);
	CHECK(queue_message(&q, 0, &n) && n == 0);
	queue_consume_message(&q, 0);
	CHECK(!queue_message(&q, 0, &n));
	queue_mark(&q);
	queue_mark(&q);
	CHECK(queue_message(&q, 0, &n) && n == 10);
	queue_consume(&q, 0, 4);
	CHECK(queue_message(&q, 0, &n) && n == 6);
	queue_consume(&q, 0, 6);
	CHECK(queue_message(&q, 0, &n) && n == 0);
	CHECK_INT(queue_len(&q), 0);
	queue_consume_message(&q, 0);
	CHECK(!queue_message(&q, 0, &n));
	queue_fini(&q);
}

static void
messages_go_in_whole_or_not_at_all(void)
{
	struct iovec iov[3] = { { block, 2000 }, { block, 0 }, { block + 2000, 1500 } };
	struct queue q;
	size_t n;

	queue_init(&q, 4096, 1);
	CHECK_INT(queue_put_message(&q, iov, 3500, 5), 1);
	CHECK_INT(queue_put_message(&q, iov, 3500, 6), 0);
	CHECK_INT(queue_put_message(&q, iov, 0, 7), 1);
	CHECK(queue_message(&q, 0, &n) && n == 3500 && queue_message_tag(&q, 0) == 5);
	CHECK(queue_data(&q, 0, iov) == 1 && iov[0].iov_len == 3500 && memcmp(iov[0].iov_base, block, 3500) == 0);
	queue_consume_message(&q, 0);
	CHECK(queue_message(&q, 0, &n) && n == 0 && queue_message_tag(&q, 0) == 7);
	queue_consume_message(&q, 0);
	iov[0] = (struct iovec){ block, 10000 };
	CHECK_INT(queue_put_message(&q, iov, 10000, 8), 1); /* longer than the limit, which gives way */
	CHECK(queue_message(&q, 0, &n) && n == 10000);
	CHECK_INT(queue_put_message(&q, iov, 10000, 9), 0);
	queue_fini(&q);
}

/* Who comes later hears only what is said from then on; the place of one who left is taken again. */
static void
later_readers_begin_at_the_end(void)
{
	struct queue q;
	size_t n;

	queue_init(&q, 4096, 0);
	queue_add_reader(&q, 0);
	queue_put(&q, block, 100);
	queue_mark_tagged(&q, 7);
	queue_add_reader(&q, 1);
	CHECK_INT(queue_pending(&q, 1), 0);
	CHECK(!queue_message(&q, 1, &n));
	queue_put(&q, block, 20);
	queue_mark_tagged(&q, 9);
	CHECK(queue_message(&q, 0, &n) && n == 100);
	CHECK_INT(queue_message_tag(&q, 0), 7);
	CHECK(queue_message(&q, 1, &n) && n == 20);
	CHECK_INT(queue_message_tag(&q, 1), 9);
	queue_drop_reader(&q, 0);
	queue_add_reader(&q, 0);
	CHECK_INT(queue_pending(&q, 0), 0);
	queue_consume_message(&q, 1);
	CHECK_INT(queue_memory_used(), 0);
	queue_fini(&q);
}

static void
later_readers_read_the_spool_too(void)
{
	struct queue q;
	struct iovec iov[2];

	queue_init(&q, 4096, 1);
	CHECK_INT(queue_set_spool(&q, "/tmp"), 0);
	CHECK_INT(queue_put(&q, block, 4096), 4096);
	CHECK_INT(queue_put(&q, block, 4096), 4096);
	queue_add_reader(&q, 1);
	CHECK_INT(queue_pending(&q, 1), 0);
	CHECK_INT(queue_put(&q, block, 1000), 1000);
	CHECK_INT(queue_pending(&q, 1), 1000);
	CHECK_INT(queue_data(&q, 1, iov), 1);
	CHECK(iov[0].iov_len == 1000 && memcmp(iov[0].iov_base, block, 1000) == 0);
	queue_fini(&q);
}

static void
marks_bound_the_queue(void)
{
	struct queue q;
	unsigned n = 0;

	queue_init(&q, 4096, 2);
	queue_ignore_marks(&q, 1);
	for (; !queue_is_full(&q); n++)
		queue_mark(&q);
	CHECK_INT(n, 4096 / 8);
	CHECK_INT(queue_put(&q, "x", 1), 0);
	queue_consume_message(&q, 0);
	CHECK(!queue_is_full(&q));
	queue_drop_reader(&q, 0);
	CHECK_INT(q.marks.len, 0);
	queue_fini(&q);
}

static void
message_needs_room_for_all_of_it(void)
{
	struct queue q;
	struct iovec iov[2];

	queue_init(&q, 4096, 1);
	queue_put(&q, block, 4000);
	CHECK_INT(queue_space_min(&q, 97, iov), 0);
	CHECK_INT(queue_space_min(&q, 96, iov), 1);
	CHECK_INT(queue_commit(&q, 0), 0);
	CHECK_INT(queue_space_min(&q, 9000, iov), 0);
	CHECK_INT(queue_room(&q), 5000);
	queue_consume(&q, 0, 4000);
	CHECK_INT(queue_space_min(&q, 9000, iov), 1);
	CHECK_INT(iov[0].iov_len, 9000);
	queue_commit(&q, 0);
	queue_fini(&q);
}

static void
cap_refuses_and_a_small_ring_does(void)
{
	struct queue q[3];

	for (int i = 0; i < 3; i++)
		queue_init(&q[i], QUEUE_LARGE, 1);
	queue_set_memory_max(QUEUE_LARGE + QUEUE_SMALL);
	CHECK_INT(queue_put(&q[0], block, QUEUE_LARGE), QUEUE_LARGE);
	CHECK_INT(queue_put(&q[1], block, QUEUE_LARGE), QUEUE_SMALL);
	CHECK(queue_is_full(&q[1]) || queue_put(&q[1], block, 1) == 0);
	CHECK(queue_is_full(&q[1]));
	CHECK_INT(queue_put(&q[2], block, 1), -ENOMEM);
	CHECK(!queue_is_full(&q[2]));
	CHECK(takes_stream(&q[0], 0, 0));
	CHECK_INT(queue_put(&q[2], block, 1), 1);
	CHECK(takes_stream(&q[1], 0, 0));
	for (int i = 0; i < 3; i++)
		queue_fini(&q[i]);
	queue_set_memory_max(64u * 1024 * 1024);
	CHECK_INT(queue_memory_used(), 0);
}

static void
refused_growth_counts_as_full(void)
{
	struct queue q;

	queue_init(&q, 4096, 1);
	queue_set_memory_max(QUEUE_SMALL);
	queue_put(&q, block, 4096);
	queue_set_limit(&q, QUEUE_SMALL);
	CHECK(!queue_is_full(&q));
	CHECK_INT(queue_put(&q, block, 1), 0);
	CHECK(queue_is_full(&q));
	CHECK(takes_stream(&q, 0, 0));
	CHECK_INT(queue_put(&q, block, QUEUE_LARGE), QUEUE_SMALL);
	queue_fini(&q);
	queue_set_memory_max(64u * 1024 * 1024);
}

/* Disk blocks of the one unlinked file this process has open, or -1. */
static intmax_t
spool_disk_use(void)
{
	struct stat st;

	for (int fd = 3; fd < 64; fd++)
		if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 0)
			return (fcntl(fd, F_GETFD) & FD_CLOEXEC) ? st.st_blocks * 512 : -2;
	return -1;
}

static void
put_much(struct queue *q, uint64_t off, unsigned nblocks)
{
	for (; nblocks > 0; nblocks--, off += sizeof(block)) {
		model_memory(off, block, sizeof(block), false);
		CHECK_INT(queue_put(q, block, sizeof(block)), sizeof(block));
		CHECK(!queue_is_full(q));
	}
	model_memory(0, block, sizeof(block), false);
}

/* Reader 0 runs ahead, 1 takes its time, 2 stays where it is; all twice, so that the file is used again. */
static void
spool_takes_what_the_ring_cannot(void)
{
	const intmax_t all = 20 * sizeof(block), part = 18 * sizeof(block);
	struct queue q;

	queue_init(&q, QUEUE_SMALL, 3);
	CHECK_INT(queue_set_spool(&q, "/nonexistent"), -ENOENT);
	CHECK_INT(queue_set_spool(&q, "/tmp"), 0);
	queue_put(&q, block, 1000);
	for (uint64_t off = 0; off < 2 * (uint64_t)all; off += (uint64_t)all) {
		put_much(&q, off + 1000, 20);
		CHECK(takes_stream(&q, 0, off));
		CHECK(takes_bytes(&q, 1, off, (uint64_t)part));
		CHECK_INT(queue_len(&q), all + 1000);
		CHECK(spool_disk_use() >= all);
		CHECK(takes_bytes(&q, 2, off, (uint64_t)part));
		CHECK(spool_disk_use() <= all - part + 17 * 1024 * 1024);
		CHECK(takes_stream(&q, 1, off + (uint64_t)part));
		CHECK(takes_bytes(&q, 2, off + (uint64_t)part, (uint64_t)(all - part)));
		CHECK(spool_disk_use() > 0);
		CHECK(takes_stream(&q, 2, off + (uint64_t)all));
		CHECK_INT(spool_disk_use(), 0);
		CHECK_INT(queue_memory_used(), 0);
		off += 1000;
		model_memory(off + (uint64_t)all, block, 1000, false);
		queue_put(&q, block, 1000);
	}
	queue_fini(&q);
	CHECK_INT(spool_disk_use(), -1);
	model_memory(0, block, sizeof(block), false);
}

static void
full_disk_loses_nothing(void)
{
	struct queue q;

	queue_init(&q, 4096, 1);
	queue_set_spool(&q, "/tmp");
	model_file_limit(100000);
	CHECK_INT(queue_put(&q, block, 90000), 90000);
	CHECK_INT(queue_put(&q, block + 90000, 30000), -EFBIG);
	CHECK(queue_is_full(&q));
	CHECK_INT(queue_put(&q, block, 1), 0);
	CHECK_INT(queue_len(&q), 120000);
	queue_consume(&q, 0, 50000);
	CHECK(queue_is_full(&q));
	queue_consume(&q, 0, 60000);
	CHECK(!queue_is_full(&q));
	CHECK_INT(queue_put(&q, block + 120000, 80000), 80000);
	model_file_limit(0);
	CHECK(takes_stream(&q, 0, 110000));
	CHECK_INT(queue_memory_used(), 0);
	queue_fini(&q);
}

static uint32_t
next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static void
random_walk_equals_model(void)
{
	struct model m;
	uint64_t nbytes = 0;
	unsigned spooled = 0;

	printf("# seed %u\n", seed);
	for (unsigned done = 0, length; done < OPERATIONS; done += length) {
		uint32_t how = next_random();

		length = 100 + how % 4000;
		model_init(&m, model_limit(how >> 4), (how >> 8) % (MODEL_READERS + 1), (how >> 12) & 1);
		for (unsigned i = 0; i < length; i++) {
			uint32_t op = next_random();

			model_step(&m, op >> 24, (op >> 4) & 0xffff);
			spooled += m.has_spool && queue_len(&m.q) > m.limit;
		}
		nbytes += m.end;
		model_fini(&m);
	}
	printf("# %" PRIu64 " bytes, %u operations with bytes in the spool\n", nbytes, spooled);
	CHECK(spooled > OPERATIONS / 20);
}

static const struct unit_test tests[] = {
	TEST(idle_queue_owns_no_memory),
	TEST(full_queue_wraps_in_two_areas),
	TEST(odd_limits_are_exact),
	TEST(growing_moves_held_data),
	TEST(slowest_live_reader_holds_memory),
	TEST(empty_messages_are_messages),
	TEST(messages_go_in_whole_or_not_at_all),
	TEST(later_readers_begin_at_the_end),
	TEST(later_readers_read_the_spool_too),
	TEST(marks_bound_the_queue),
	TEST(message_needs_room_for_all_of_it),
	TEST(cap_refuses_and_a_small_ring_does),
	TEST(refused_growth_counts_as_full),
	TEST(spool_takes_what_the_ring_cannot),
	TEST(full_disk_loses_nothing),
	TEST(random_walk_equals_model),
};

int
main(int argc, char **argv)
{
	struct model m;
	int status;

	if (argc > 1)
		seed = (uint32_t)strtoul(argv[1], NULL, 10) | 1;
	model_init(&m, 1, 0, false);
	model_fini(&m);
	model_memory(0, block, sizeof(block), false);
	status = UNIT_MAIN(tests);
	queue_trim();
	return status;
}
