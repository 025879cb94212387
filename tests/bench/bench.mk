# Included by the Makefile: speed. None of it is part of `make check`.

# Cases (patterns) and rounds: make bench BENCH='relay*' ROUNDS=9
BENCH ?= *
ROUNDS ?= 5
BENCH_JSON ?= $(BUILD)/bench.json

BENCH_C := $(sort $(wildcard tests/bench/load*.c))
BENCH_PROGRAMS := $(addprefix $(BUILD)/tests/bench/,load empty empty-static)

.PHONY: bench bench-build bench-deps

$(BUILD)/tests/bench/load: $(call objects,$(BENCH_C))
	$(LINK) -o $@ $^ $(OWN_LDLIBS) $(LDLIBS)
$(BUILD)/tests/bench/empty: $(BUILD)/tests/bench/empty.o
	$(LINK) -o $@ $^
$(BUILD)/tests/bench/empty-static: $(BUILD)/tests/bench/empty.o
	$(LINK) -static -o $@ $^

-include $(patsubst %.c,$(BUILD)/%.d,$(BENCH_C) tests/bench/empty.c)

bench-build: all $(BENCH_PROGRAMS)

# The peers, from Debian.
bench-deps:
	@sh tests/bench/deps.sh

bench: bench-build
	@python3 tests/bench/bench.py --build $(BUILD) --only '$(BENCH)' --rounds $(ROUNDS) --json $(BENCH_JSON)

