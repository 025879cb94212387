#!/bin/sh
# Installs what is missing (Debian packages), builds, and shows ipcwire's main job: a program of the
# command line, bc, answers every client of a UNIX socket.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=tools/packages.sh
. tools/packages.sh

unset PYTHONUNBUFFERED
install_missing "$build_packages"'
bc bc
netcat-openbsd nc.openbsd
'
echo 'Building ...'
log=$(mktemp "${TMPDIR:-/tmp}/ipcwire-build.XXXXXX")
make --no-print-directory -j"$(nproc)" >"$log" 2>&1 || {
	cat "$log" >&2
	rm -f "$log"
	exit 1
}
rm -f "$log"

dir=$(mktemp -d "${TMPDIR:-/tmp}/ipcwire-demo.XXXXXX")
sock=$dir/demo.sock
server=
clean_up() {
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo
echo 'A server: every client of this socket gets a bc of its own.'
echo "\$ ipcwire unix-listen:$sock,each exec:'bc -q' &"
build/ipcwire "unix-listen:$sock,each" "exec:bc -q" &
server=$!

tries=0
until [ -S "$sock" ]; do
	tries=$((tries + 1))
	if [ "$tries" -gt 250 ] || ! kill -0 "$server" 2>/dev/null; then
		echo 'demo: the server did not start' >&2
		exit 1
	fi
	sleep 0.02
done

wrong=0
# One client: INPUT WANTED. printf's escapes are wanted in INPUT.
ask() {
	echo
	printf "%s\n" "\$ printf '$1\\n' | nc -N -U $sock"
	answer=$(printf '%b\n' "$1" | timeout 20 nc.openbsd -N -U "$sock") || wrong=1
	printf '%s\n' "$answer"
	if [ "$answer" != "$2" ]; then
		echo "demo: expected $2" >&2
		wrong=1
	fi
}

ask '6 * 7' 42
ask '2 ^ 100' 1267650600228229401496703205376
ask 'scale = 30; sqrt(2)' 1.414213562373095048801688724209
ask 'x = 12\nx * x\nx ^ 3' "$(printf '144\n1728')"

echo
if ! kill -0 "$server" 2>/dev/null; then
	echo 'demo: the server has died' >&2
	exit 1
fi
[ "$wrong" = 0 ] || exit 1
echo "That works. Next, try:  build/ipcwire tcp-listen:7000,each exec:'sqlite3 my.db'   and   nc -N localhost 7000"
