# Included by the Makefile: speed. None of it is part of `make check`.

# Cases (patterns) and rounds: make bench BENCH='relay*' ROUNDS=9
BENCH ?= *
ROUNDS ?= 5
BENCH_JSON ?= $(BUILD)/bench.json

BENCH_C := $(sort $(wildcard tests/bench/load*.c))
BENCH_PROGRAMS := $(addprefix $(BUILD)/tests/bench/,load empty empty-static)

.PHONY: bench bench-build bench-deps bench-counts bench-quick bench-previous bench-doc

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


# Instructions and system calls, which no other load on the machine changes; CI checks them.
bench-counts: bench-build
	@python3 tests/bench/quick.py --build $(BUILD) --limits tests/bench/limits

# The same beside the binary of another commit.
PREVIOUS ?= HEAD^
PREVIOUS_TREE = $(BUILD)-previous/$(shell git rev-parse --short '$(PREVIOUS)')

bench-previous:
	@test -d $(PREVIOUS_TREE) || { mkdir -p $(PREVIOUS_TREE) && git archive '$(PREVIOUS)' | tar -xf - -C $(PREVIOUS_TREE); }
	@$(MAKE) -s -C $(PREVIOUS_TREE) BUILD=build all
bench-quick: bench-build bench-previous
	@python3 tests/bench/quick.py --build $(BUILD) --limits tests/bench/limits --previous $(PREVIOUS_TREE)/build/ipcwire

# Figures and chart of doc/performance.md, from the last run of bench over all cases.
bench-doc:
	@python3 tests/bench/doc.py $(BENCH_JSON) doc
