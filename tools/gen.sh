#!/bin/sh
# gen.sh BINARY DIR: makes the manual and the completions below DIR from the tables that BINARY prints and from the
# templates beside the committed results. Each kind of result has its generator in tools/gen.
set -eu
[ $# = 2 ] || { echo 'usage: gen.sh BINARY DIR' >&2; exit 2; }
case $1 in /*) binary=$1 ;; *) binary=$PWD/$1 ;; esac
case $2 in /*) dir=$2 ;; *) dir=$PWD/$2 ;; esac
cd "$(dirname "$0")/.."
AWK=${AWK:-awk}
LC_ALL=C
export LC_ALL

mkdir -p "$dir/doc" "$dir/completions"
list=$(mktemp "${TMPDIR:-/tmp}/ipcwire-list.XXXXXX")
trap 'rm -f "$list" "$list.new"' EXIT
"$binary" --list=all >"$list"

# make_file FILE GENERATOR...: from FILE.in. Nothing is replaced by half a file.
make_file() {
	file=$1
	shift
	set -- -f tools/gen/read.awk "$@"
	"$AWK" "$@" "$list" "$file.in" >"$list.new"
	cat "$list.new" >"$dir/$file"
}
make_file doc/ipcwire.1 -f tools/gen/man.awk
make_file completions/ipcwire.bash -f tools/gen/shell.awk -f tools/gen/bash.awk
make_file completions/_ipcwire -f tools/gen/shell.awk -f tools/gen/zsh.awk
make_file completions/ipcwire.fish -f tools/gen/shell.awk -f tools/gen/fish.awk
