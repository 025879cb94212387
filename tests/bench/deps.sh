#!/bin/sh
# Installs what `make bench` compares with, and measures with.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tools/packages.sh
. tools/packages.sh

install_missing "$build_packages"'
expect expect
haproxy haproxy
libnginx-mod-stream /usr/lib/nginx/modules/ngx_stream_module.so
linux-perf perf
ncat ncat
netcat-openbsd nc.openbsd
nginx nginx
pv pv
python3 python3
s6 s6-ipcserver
socat socat
strace strace
ucspi-tcp-ipv6 tcpserver
valgrind valgrind
'
