# ipcwire: GNU make. Everything set with ?= below, and CC, CPPFLAGS, CFLAGS, LDFLAGS, LDLIBS, may be
# given in the environment or on the command line; what the project itself needs is kept apart and
# always added. `make help` lists the targets.

# What the sanitizers watch is compiled with less effort: that takes a third less time.
CFLAGS ?= $(if $(filter 0,$(SANITIZE)),-O2,-O1) -g
INSTALL ?= install
PKG_CONFIG ?= pkg-config
AWK ?= awk
FUZZ_CC ?= clang
FUZZ_TIME ?= 30

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
# What goes into children is in its subdirectory ipcwire.
LIBDIR ?= $(PREFIX)/lib
MANDIR ?= $(PREFIX)/share/man
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
FISHCOMPDIR ?= $(PREFIX)/share/fish/vendor_completions.d
DOCDIR ?= $(PREFIX)/share/doc/ipcwire

# Where to build. Variants stand beside it: build-faults, build-asan, build-fuzz.
BUILD ?= build
# static: libbsd's archive if there is one; shared: -lbsd (for packagers).
LIBBSD ?= static
# 1: warnings are errors.
WERROR ?= 0
# 1: with AddressSanitizer and UndefinedBehaviorSanitizer; fuzzer: libFuzzer too; thread: ThreadSanitizer instead.
SANITIZE ?= 0
# 1: with the fault points that tests choose by environment.
FAULTS ?= 0

VERSION := $(file < VERSION)

# ---- flags -------------------------------------------------------------------------------------------

# Asked for once, and only if something is compiled or linked.
LIBBSD_CFLAGS = $(eval LIBBSD_CFLAGS := $$(shell $(PKG_CONFIG) --cflags libbsd-overlay))$(LIBBSD_CFLAGS)
LIBBSD_LIBS = $(eval LIBBSD_LIBS := $$(call libbsd_libs,$$(shell $(CC) -print-file-name=libbsd.a)))$(LIBBSD_LIBS)
# A compiler that does not have the archive answers with the bare name.
libbsd_libs = $(if $(filter static/,$(LIBBSD)/$(filter-out /%,$(1))),$(1),$(shell $(PKG_CONFIG) --libs libbsd-overlay))

WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2 \
	-Wundef -Wvla -Wcast-qual
# libbsd wants to be told which of two strnvis(3) is meant.
BSD_CPPFLAGS = $(LIBBSD_CFLAGS) -DLIBBSD_OPENBSD_VIS
OWN_CPPFLAGS = -Isrc -D_GNU_SOURCE -DIPCWIRE_VERSION='"$(VERSION)"' -DIPCWIRE_LIBDIR='"$(LIBDIR)"' $(BSD_CPPFLAGS)
OWN_CFLAGS = -std=c11 -pthread $(WARNINGS)
# One mapping less, and the pages that it would take: a short start counts.
OWN_LDFLAGS = -pthread -Wl,-z,noseparate-code
# dlopen(3) is in libc nowadays, and this library then empty.
OWN_LDLIBS = $(LIBBSD_LIBS) -ldl

ifeq ($(WERROR),1)
OWN_CFLAGS += -Werror
endif
ifeq ($(FAULTS),1)
OWN_CPPFLAGS += -DFAULTS
endif
ifneq ($(filter 1 fuzzer,$(SANITIZE)),)
SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=all
OWN_CFLAGS += $(SANITIZERS) -fno-omit-frame-pointer
# gcc's shared libraries, being two, do not obey log_path in UBSAN_OPTIONS; clang has one, a static one.
OWN_LDFLAGS += $(SANITIZERS) $(if $(findstring clang,$(shell $(CC) --version)),,-static-libasan -static-libubsan)
endif
ifeq ($(SANITIZE),thread)
OWN_CFLAGS += -fsanitize=thread -fno-omit-frame-pointer
endif
ifeq ($(SANITIZE),fuzzer)
OWN_CFLAGS += -fsanitize=fuzzer-no-link
endif

# What goes into other programs is linked with nothing, and no sanitizer, profiler or guard may ask for more.
PRELOAD_CFLAGS ?= -O2 -g
OWN_PRELOAD_CFLAGS = -std=c11 $(WARNINGS) $(filter -Werror,$(OWN_CFLAGS)) -fPIC -ffreestanding -fno-builtin -fvisibility=hidden \
	-fno-stack-protector -U_FORTIFY_SOURCE
OWN_PRELOAD_LDFLAGS = -shared -nostdlib -Wl,-z,now -Wl,--hash-style=both

COMPILE = $(CC) $(OWN_CPPFLAGS) $(CPPFLAGS) $(OWN_CFLAGS) $(CFLAGS)
LINK = $(CC) $(OWN_CFLAGS) $(CFLAGS) $(OWN_LDFLAGS) $(LDFLAGS)

# ---- files -------------------------------------------------------------------------------------------

SOURCES := $(sort $(wildcard src/*/*.c))
HEADERS := $(sort $(wildcard src/*/*.h))
UNIT := $(sort $(wildcard tests/unit/*_test.c))
PLATFORM := $(sort $(wildcard tests/platform/*.c))
PRELOAD := src/process/preload/preload.c
PRELOAD_FILES := ipcwire_flush.rb ipcwire_flush.pm
FUZZ := $(sort $(wildcard tests/fuzz/*_fuzz.c))
BATS := $(sort $(wildcard tests/bats/*.bats))
COMPLETIONS := completions/ipcwire.bash completions/_ipcwire completions/ipcwire.fish
DOCS := README.md NEWS.md $(sort $(wildcard doc/*.md doc/*.svg))
COURSE := $(sort $(wildcard doc/course/*.md doc/course/*/*.md))

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
UNIT_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(UNIT))
PLATFORM_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(PLATFORM))
REPLAY_PROGRAMS := $(patsubst tests/fuzz/%_fuzz.c,$(BUILD)/tests/fuzz/%_replay,$(FUZZ))
FUZZ_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(FUZZ))
TEST_PROGRAMS := $(UNIT_PROGRAMS) $(PLATFORM_PROGRAMS) $(REPLAY_PROGRAMS)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all check check-build gen format lint asan tsan faults fuzz fuzz-build install uninstall dist clean distclean \
	help FORCE

# ---- build -------------------------------------------------------------------------------------------

# Those of the flags that keep the path of the build out of what is built.
PREFIX_MAPS = $(filter -ffile-prefix-map=% -fdebug-prefix-map=% -fmacro-prefix-map=%,$(CFLAGS))
PRELOAD_BUILT = $(addprefix $(BUILD)/,ipcwire-preload.so $(PRELOAD_FILES))

all: $(BUILD)/ipcwire $(PRELOAD_BUILT)

$(BUILD)/ipcwire-preload.so: $(PRELOAD) src/process/preload_record.h
	@mkdir -p $(@D)
	$(CC) -Isrc -D_GNU_SOURCE $(PRELOAD_CFLAGS) $(PREFIX_MAPS) $(OWN_PRELOAD_CFLAGS) $(OWN_PRELOAD_LDFLAGS) -o $@ $<

$(addprefix $(BUILD)/,$(PRELOAD_FILES)): $(BUILD)/%: src/process/preload/%
	@mkdir -p $(@D)
	cp $< $@

$(BUILD)/ipcwire: $(BUILD)/src/main.o $(BUILD)/libipcwire.a
	$(LINK) -o $@ $^ $(OWN_LDLIBS) $(LDLIBS)

# Everything but main.o: what the program and the tests are linked from.
$(BUILD)/libipcwire.a: $(call objects,$(SOURCES)) $(BUILD)/sources
	rm -f $@
	$(AR) rcs $@ $(filter %.o,$^)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

$(UNIT_PROGRAMS) $(PLATFORM_PROGRAMS): %: %.o $(BUILD)/libipcwire.a
	$(LINK) -o $@ $^ $(OWN_LDLIBS) $(LDLIBS)

$(REPLAY_PROGRAMS): %_replay: %_fuzz.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/libipcwire.a
	$(LINK) -o $@ $^ $(OWN_LDLIBS) $(LDLIBS)

$(FUZZ_PROGRAMS): %: %.o $(BUILD)/libipcwire.a
	$(LINK) -fsanitize=fuzzer -o $@ $^ $(OWN_LDLIBS) $(LDLIBS)

# Rewritten when their content changes: other flags compile all anew, a file less makes the archive anew.
$(BUILD)/flags: content = $(COMPILE) | $(LINK) $(OWN_LDLIBS) $(LDLIBS)
$(BUILD)/sources: content = $(SOURCES)
$(BUILD)/flags $(BUILD)/sources: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(content))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(content))' >$@

-include $(patsubst %.c,$(BUILD)/%.d,src/main.c $(SOURCES) $(UNIT) $(PLATFORM) $(FUZZ) tests/fuzz/replay.c)

faults:
	$(MAKE) BUILD=$(BUILD)-faults FAULTS=1 all

# ---- generated files ---------------------------------------------------------------------------------

# Manual lists and completions, from the tables in the program. Committed: cross builds cannot run it.
gen: all
	AWK='$(AWK)' sh tools/gen.sh $(BUILD)/ipcwire .

# ---- tests -------------------------------------------------------------------------------------------

check-build: all faults $(TEST_PROGRAMS)

# TESTS='endpoint-tcp*' runs only what matches, by the name of the file without its ending.
check: check-build
	@BUILD='$(BUILD)' TESTS='$(TESTS)' UNIT='$(UNIT_PROGRAMS)' REPLAY='$(REPLAY_PROGRAMS)' \
		PLATFORM='$(PLATFORM_PROGRAMS)' BATS='$(BATS)' sh tests/run.sh

# The suite, unit tests included, under the sanitizers; but not the examples of the documents and what is printed from
# the tables, which say nothing new about the code, nor what another tool checks.
asan:
	$(MAKE) BUILD=$(BUILD)-asan SANITIZE=1 BATS='$(filter-out $(patsubst %,tests/bats/%.bats,docs course valgrind completions help house),$(BATS))' check

# What several threads do, under ThreadSanitizer.
tsan:
	$(MAKE) BUILD=$(BUILD)-tsan CC='$(FUZZ_CC)' SANITIZE=thread TESTS='threads*' check

fuzz-build: $(FUZZ_PROGRAMS)

fuzz:
	$(MAKE) BUILD=$(BUILD)-fuzz CC='$(FUZZ_CC)' SANITIZE=fuzzer fuzz-build
	@BUILD='$(BUILD)-fuzz' FUZZ_TIME='$(FUZZ_TIME)' sh tests/fuzz/run.sh $(basename $(notdir $(FUZZ)))

format:
	clang-format -i $(sort $(wildcard src/*.c src/*/*.[ch] src/*/*/*.[ch] tests/unit/*.[ch] tests/platform/*.[ch] tests/fuzz/*.[ch] tests/bench/*.[ch]))

# lint-format, lint-tidy, lint-cppcheck, ...: one part of it. `make lint-list` names them.
lint:
	@CC='$(CC)' LINT_FLAGS='$(LINT_FLAGS)' BUILD='$(BUILD)' sh tools/lint.sh
lint-%: FORCE
	@CC='$(CC)' LINT_FLAGS='$(LINT_FLAGS)' BUILD='$(BUILD)' sh tools/lint.sh $*
LINT_FLAGS = -std=c11 -Isrc -Itests/unit -D_GNU_SOURCE -DFAULTS -DIPCWIRE_VERSION="$(VERSION)" -DIPCWIRE_LIBDIR="$(LIBDIR)" \
	$(BSD_CPPFLAGS) $(WARNINGS)

include tests/bench/bench.mk

# ---- install: never builds, never strips, writes below DESTDIR only -----------------------------------

install:
	@test -x $(BUILD)/ipcwire || { echo 'install: $(BUILD)/ipcwire is not there: run make first' >&2; exit 1; }
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/ipcwire $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(BASHCOMPDIR) $(DESTDIR)$(ZSHCOMPDIR) \
		$(DESTDIR)$(FISHCOMPDIR) $(DESTDIR)$(DOCDIR)/course/en $(DESTDIR)$(DOCDIR)/course/es
	$(INSTALL) -m 755 $(BUILD)/ipcwire $(DESTDIR)$(BINDIR)/ipcwire
	$(INSTALL) -m 644 $(PRELOAD_BUILT) $(DESTDIR)$(LIBDIR)/ipcwire
	$(INSTALL) -m 644 doc/ipcwire.1 $(DESTDIR)$(MANDIR)/man1/ipcwire.1
	$(INSTALL) -m 644 completions/ipcwire.bash $(DESTDIR)$(BASHCOMPDIR)/ipcwire
	$(INSTALL) -m 644 completions/_ipcwire $(DESTDIR)$(ZSHCOMPDIR)/_ipcwire
	$(INSTALL) -m 644 completions/ipcwire.fish $(DESTDIR)$(FISHCOMPDIR)/ipcwire.fish
	$(INSTALL) -m 644 $(DOCS) $(DESTDIR)$(DOCDIR)
	set -e; for file in $(COURSE:doc/%=%); do $(INSTALL) -m 644 doc/$$file $(DESTDIR)$(DOCDIR)/$$file; done

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/ipcwire $(DESTDIR)$(MANDIR)/man1/ipcwire.1 $(DESTDIR)$(BASHCOMPDIR)/ipcwire \
		$(DESTDIR)$(ZSHCOMPDIR)/_ipcwire $(DESTDIR)$(FISHCOMPDIR)/ipcwire.fish
	rm -f $(addprefix $(DESTDIR)$(LIBDIR)/ipcwire/,$(notdir $(PRELOAD_BUILT)))
	rm -f $(addprefix $(DESTDIR)$(DOCDIR)/,$(notdir $(DOCS)) $(COURSE:doc/%=%))
	-rmdir $(DESTDIR)$(DOCDIR)/course/en $(DESTDIR)$(DOCDIR)/course/es $(DESTDIR)$(DOCDIR)/course
	-rmdir $(DESTDIR)$(DOCDIR) $(DESTDIR)$(LIBDIR)/ipcwire

# ---- distribution ------------------------------------------------------------------------------------

DIST_TOP := .ci .clang-format .clang-tidy .editorconfig .gitignore CONTRIBUTING.md LICENSE Makefile NEWS.md README.md \
	VERSION completions doc src tests tools
DIST = ipcwire-$(VERSION)
# The same tree gives the same bytes when SOURCE_DATE_EPOCH is set; without it, files carry VERSION's date.
DISTDIR ?= .
SOURCE_DATE_EPOCH ?= $(shell date -r VERSION +%s)

dist:
	find $(DIST_TOP) -type f ! -name '*~' ! -name '.*.sw?' | LC_ALL=C sort | \
		tar --create --format=ustar --file=- --no-recursion --files-from=- --owner=root:0 --group=root:0 \
		--mode='u=rwX,go=rX' --mtime=@$(SOURCE_DATE_EPOCH) --transform='s,^,$(DIST)/,' | gzip -9n >$(DISTDIR)/$(DIST).tar.gz

clean:
	rm -rf $(BUILD) $(BUILD)-faults $(BUILD)-asan $(BUILD)-asan-faults $(BUILD)-tsan $(BUILD)-tsan-faults $(BUILD)-fuzz $(BUILD)-previous

distclean: clean
	rm -f ipcwire-*.tar.gz

help:
	@echo 'all          build $(BUILD)/ipcwire (default)'
	@echo 'check        run the tests; TESTS=GLOB only some, STRICT=1 a skip is a failure, JOBS=N at once'
	@echo 'tsan         what several threads do, under ThreadSanitizer'
	@echo 'asan         the same under AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'fuzz         run each fuzzer for FUZZ_TIME=$(FUZZ_TIME) seconds (clang)'
	@echo 'bench        speed beside the peers (bench-deps installs them); BENCH=CASES ROUNDS=N; bench-doc: doc/performance.md of it'
	@echo 'bench-quick  instructions and system calls, with those of PREVIOUS=HEAD^; bench-counts: against their limits only'
	@echo 'lint         style and static checks; lint-NAME one of them, lint-list their names'
	@echo 'format       let clang-format rewrite the sources'
	@echo 'gen          refresh the manual lists and the completions from the program'
	@echo 'install      to DESTDIR, PREFIX, BINDIR, MANDIR, ...; uninstall removes it again'
	@echo 'dist         ipcwire-$(VERSION).tar.gz'
	@echo 'clean        remove what was built; distclean: and the tarballs'
