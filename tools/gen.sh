#!/bin/sh
# gen.sh BINARY DIR: makes the manual and the completions below DIR from the tables that BINARY prints.
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

# Nothing is replaced by half a file.
make_file() {
	file=$1
	shift
	"$AWK" -f tools/gen.awk "$@" >"$list.new"
	cat "$list.new" >"$dir/$file"
}
make_file doc/ipcwire.1 -v out=man "$list" doc/ipcwire.1.in
make_file completions/ipcwire.bash -v out=bash "$list"
make_file completions/_ipcwire -v out=zsh "$list"
make_file completions/ipcwire.fish -v out=fish "$list"
