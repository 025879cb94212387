#!/usr/bin/env bats
# The house itself: what is built, installed, shipped and generated.

load helpers

# make, on the tree as it is, with what was built; it must not build anything.
make_root() {
	make --no-print-directory -C "$ROOT" BUILD="${IPCWIRE%/*}" "$@"
}

@test "--version is VERSION" {
	run "$IPCWIRE" --version
	[ "$status" = 0 ]
	[[ ${lines[0]} == *"$(cat "$ROOT/VERSION")"* ]]
}

@test "the program links libc and nothing else" {
	ldd "$IPCWIRE" | awk '{ print $1 }' >libraries
	if is_sanitized; then
		grep -vE '^lib(asan|ubsan|m|gcc_s|stdc\+\+|dl|rt|pthread)\.so' libraries >rest
		mv rest libraries
	fi
	cat libraries
	run grep -vE '^(linux-vdso|linux-gate|libc\.|/lib.*/ld-|ld-linux|/lib/ld-)' libraries
	[ "$status" = 1 ]
}

@test "the generated files are fresh" {
	sh "$ROOT/tools/gen.sh" "$IPCWIRE" "$PWD"
	for file in doc/ipcwire.1 completions/ipcwire.bash completions/_ipcwire completions/ipcwire.fish; do
		cmp "$file" "$ROOT/$file" || {
			echo "$file is stale: run make gen"
			return 1
		}
	done
}

@test "mawk and gawk generate the same" {
	need mawk gawk
	AWK=mawk sh "$ROOT/tools/gen.sh" "$IPCWIRE" "$PWD/mawk"
	AWK=gawk sh "$ROOT/tools/gen.sh" "$IPCWIRE" "$PWD/gawk"
	diff -r mawk gawk
}

@test "make install DESTDIR, and uninstall takes all of it away" {
	make_root install DESTDIR="$PWD/stage" PREFIX=/usr
	(cd stage && find . -type f ! -path './usr/share/doc/*' | LC_ALL=C sort) >got
	cat >want <<-'END'
		./usr/bin/ipcwire
		./usr/lib/ipcwire/ipcwire-preload.so
		./usr/lib/ipcwire/ipcwire_flush.pm
		./usr/lib/ipcwire/ipcwire_flush.rb
		./usr/share/bash-completion/completions/ipcwire
		./usr/share/fish/vendor_completions.d/ipcwire.fish
		./usr/share/man/man1/ipcwire.1
		./usr/share/zsh/site-functions/_ipcwire
	END
	diff want got
	[ -f stage/usr/share/doc/ipcwire/README.md ]
	[ -f stage/usr/share/doc/ipcwire/course/es/01-anonymous-pipes.md ]
	[ "$(stat -c %a stage/usr/bin/ipcwire)" = 755 ]
	[ "$(stage/usr/bin/ipcwire --version)" = "$("$IPCWIRE" --version)" ]
	make_root uninstall DESTDIR="$PWD/stage" PREFIX=/usr
	run find stage ! -type d
	[ -z "$output" ]
}

@test "make install puts every directory where it is told" {
	make_root install DESTDIR="$PWD/stage" BINDIR=/a MANDIR=/b BASHCOMPDIR=/c ZSHCOMPDIR=/d FISHCOMPDIR=/e DOCDIR=/f \
		LIBDIR=/g
	[ -f stage/g/ipcwire/ipcwire-preload.so ]
	[ -f stage/a/ipcwire ] && [ -f stage/b/man1/ipcwire.1 ] && [ -f stage/c/ipcwire ]
	[ -f stage/d/_ipcwire ] && [ -f stage/e/ipcwire.fish ] && [ -f stage/f/README.md ]
	[ ! -e stage/usr ]
}

@test "make install never builds" {
	make_root dist DISTDIR="$PWD"
	tar -xzf ipcwire-*.tar.gz
	rm ipcwire-*.tar.gz
	run make -C ipcwire-* install DESTDIR="$PWD/stage"
	[ "$status" != 0 ]
	[[ $output == *"run make first"* ]]
	[ ! -e stage ]
}

@test "builds in two directories give the same bytes" {
	local dir
	for dir in one two; do
		make_root dist DISTDIR="$PWD"
		mkdir "$dir"
		tar -xzf ipcwire-*.tar.gz -C "$dir" --strip-components=1
		make -s -C "$dir" BUILD=build CFLAGS="-O2 -g -ffile-prefix-map=$PWD/$dir=." build/ipcwire-preload.so build/src/main.o \
			build/src/base/diag.o
	done
	for file in ipcwire-preload.so src/main.o src/base/diag.o; do
		same "one/build/$file" "two/build/$file"
	done
}

@test "make dist: the same bytes twice, complete, and clean after distclean" {
	export SOURCE_DATE_EPOCH=1700000000
	make_root dist DISTDIR="$PWD" 2>complaints
	[ ! -s complaints ] || ! cat complaints
	mkdir tree
	tar -xzf ipcwire-*.tar.gz -C tree
	cd tree/ipcwire-* || return 1
	find . | LC_ALL=C sort >../shipped
	for file in Makefile LICENSE VERSION doc/ipcwire.1 completions/_ipcwire tests/run.sh tools/demo.sh .ci/run; do
		[ -f "$file" ]
	done
	touch src/main.c
	make dist
	cmp ../../ipcwire-*.tar.gz ipcwire-*.tar.gz
	make clean
	make distclean
	find . | LC_ALL=C sort | diff ../shipped -
}

@test "the manual is clean" {
	need mandoc
	sh "$ROOT/tools/lint.sh" man
}

@test "the manual's tables for those who come from other tools: the right side parses" {
	local n=0 line
	touch in
	while IFS= read -r line; do
		eval "'$IPCWIRE' --check ${line#ipcwire }" || {
			echo "$line"
			return 1
		}
		n=$((n + 1))
	done < <(sed -n '/^\.Sh COMING FROM/,/^\.Sh SEE ALSO/ { s/\\-/-/g; s/^\.Ql \(ipcwire .*\)/\1/p; }' "$ROOT/doc/ipcwire.1")
	[ "$n" -ge 15 ]
}

@test "the preload object needs no library, and asks only for what every C library has" {
	object=$(dirname "$IPCWIRE")/ipcwire-preload.so
	run readelf -d "$object"
	[[ $output != *NEEDED* ]]
	# Weak names only: a program without one of them is not stopped by the loader.
	run nm -D --undefined-only "$object"
	[ "$status" = 0 ]
	[ "$(grep -vc ' w ' <<<"$output")" = 0 ]
	nm -D --defined-only "$object" | cut -d ' ' -f 3 | LC_ALL=C sort >got
	printf '%s\n' _ZNSt8ios_base15sync_with_stdioEb read setbuf setbuffer setlinebuf setvbuf >want
	diff want got
}
