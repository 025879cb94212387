"""The peers: how each of them is told to do a piece of work. {r} is the port to listen on, {t} the one to connect to, {u} a
UNIX socket to listen on, {prog} a program that ends at once, {load} the load generator, {dir} a directory for files."""
import shlex
import shutil

HAPROXY = """global
  nbthread 1
  maxconn 4000
defaults
  mode tcp
  option splice-auto
  timeout connect 10s
  timeout client 1m
  timeout server 1m
listen bench
  bind 127.0.0.1:{r} backlog 4096
  server target 127.0.0.1:{t}
"""
NGINX = """load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off;
master_process off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {dir}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 8192; }}
stream {{
  server {{
    listen 127.0.0.1:{r} backlog=4096;
    proxy_pass 127.0.0.1:{t};
    proxy_half_close on;
  }}
}}
"""
HAPROXY_RUN = "haproxy -db -f {dir}/haproxy.cfg"
NGINX_RUN = "nginx -e stderr -p {dir} -c {dir}/nginx.conf"
RELAY = "{ipcwire} tcp-listen:127.0.0.1:{r},each tcp:127.0.0.1:{t}"
ALONE = "ipcwire, 1 connection"
SOCAT_LISTEN = "TCP4-LISTEN:{r},fork,reuseaddr,bind=127.0.0.1,backlog=4096"

# work -> peer -> command line; a peer whose value is None does without a relay.
WORK = {
    "relay": {
        "direct": None,
        "ipcwire": RELAY,
        "socat": "socat " + SOCAT_LISTEN + " TCP4:127.0.0.1:{t}",
        "socat -b 65536": "socat -b 65536 " + SOCAT_LISTEN + " TCP4:127.0.0.1:{t}",
        "socat -b 1048576": "socat -b 1048576 " + SOCAT_LISTEN + " TCP4:127.0.0.1:{t}",
        "haproxy": HAPROXY_RUN,
        "nginx": NGINX_RUN,
    },
    "relay-many": {
        "direct": None,
        "ipcwire": RELAY,
        ALONE: RELAY,
        "haproxy": HAPROXY_RUN,
        "nginx": NGINX_RUN,
    },
    "echo": {
        "ipcwire": "{ipcwire} tcp-listen:127.0.0.1:{r},each exec:cat",
        "tcpserver": "tcpserver -HRl0 -b 4096 127.0.0.1 {r} cat",
        "socat": "socat " + SOCAT_LISTEN + " EXEC:cat",
        "socat nofork": "socat " + SOCAT_LISTEN + " EXEC:cat,nofork",
        "ncat": "ncat -k -l 127.0.0.1 {r} -e /bin/cat",
    },
    "spawn": {
        "ipcwire": "{ipcwire} tcp-listen:127.0.0.1:{r},each exec:{prog}",
        "tcpserver": "tcpserver -HRl0 -b 4096 -c 1000 127.0.0.1 {r} {prog}",
        "socat": "socat " + SOCAT_LISTEN + " EXEC:{prog}",
        "socat nofork": "socat " + SOCAT_LISTEN + " EXEC:{prog},nofork",
        "ncat": "ncat -k -l 127.0.0.1 {r} -e {prog}",
    },
    "spawn-unix": {
        "ipcwire": "{ipcwire} unix-listen:{u},each exec:{prog}",
        "s6-ipcserver": "s6-ipcserver -c 1000 -C 1000 {u} {prog}",
        "socat nofork": "socat UNIX-LISTEN:{u},fork,backlog=4096 EXEC:{prog},nofork",
    },
    "pipe": {
        "shell pipe": None,
        "splice": "{load} splice",
        "ipcwire": "{ipcwire} -u stdin stdout",
        "cat": "cat",
        "pv": "pv -q",
        "socat": "socat -u - -",
        "socat -b 1048576": "socat -u -b 1048576 - -",
    },
    "programs": {
        "shell pipe": None,
        "ipcwire": "{ipcwire} -u 'exec:{write}' 'exec:{read}'",
        "socat": "socat -u 'EXEC:{write}' 'EXEC:{read}'",
    },
    "programs-socketpair": {
        "shell pipe": None,
        "ipcwire": "{ipcwire} -u 'exec:{write},via=socketpair' 'exec:{read}'",
    },
    "dialogue": {
        "terminal": "{lines}",
        "ipcwire": "{ipcwire} exec:'{lines}',pty --expect-timeout=60 --expect 'that was all' --expect-eof",
        "expect": "expect -c 'log_user 0; set timeout 60; spawn -noecho {lines}; "
                  "expect {{ \"that was all\" {{}} default {{ exit 1 }} }}; expect eof'",
    },
    "start": {
        "empty program": "{empty}",
        "ipcwire": "{ipcwire} null null",
        "socat": "socat -u /dev/null /dev/null",
        "nc": "nc -h",
    },
}


def command(work, peer, **values):
    """The words of the command line; None: no relay. Configuration files are written."""
    line = WORK[work][peer]
    if peer in ("haproxy", "nginx"):
        text, name = {"haproxy": (HAPROXY, "haproxy.cfg"), "nginx": (NGINX, "nginx.conf")}[peer]
        with open("%s/%s" % (values["dir"], name), "w") as f:
            f.write(text.format(**values))
    return shlex.split(line.format(**values)) if line is not None else None


def missing(work, peer):
    """The name of the program that would be needed and is not there; None: it is there."""
    line = WORK[work][peer]
    if line is None or line.startswith("{"):
        return None
    program = line.split()[0]
    return None if shutil.which(program) else program
