#!/usr/bin/env bats
# Datagrams over UDP and UNIX sockets through every scheme to every sort of server.

load helpers

setup_test() {
	need python3
}

rows() {
	for listener in udp-listen unix-dgram-listen; do
		find . -type s -delete
		timeout 100 python3 "$BATS_TEST_DIRNAME/unixpeer.py" "
			import atexit
			ONE, SCHEME, LISTENER = 'idle=5s', '$1', '$listener'
			class Handler(socketserver.BaseRequestHandler):
			    def handle(self):
			        data, s = self.request
			        s.sendto(b'<' + data + b'>', self.client_address)

			def variant(mixin, base):
			    return type(mixin.__name__ + base.__name__, (mixin, base), dict(daemon_threads=True, max_packet_size=65536))

			class One: pass
			mixins = One, socketserver.ThreadingMixIn, socketserver.ForkingMixIn
			servers = [variant(m, b) for b in (socketserver.UDPServer, socketserver.UnixDatagramServer) for m in mixins]

			def far(server, i):
			    is_unix = issubclass(server, socketserver.UnixDatagramServer)
			    s = server(f'far{i}' if is_unix else ('127.0.0.1', 0), Handler)
			    pid = os.fork()
			    if pid == 0: s.serve_forever(poll_interval=0.1)
			    atexit.register(os.kill, pid, 9)
			    s.socket.close()
			    return f'unix-dgram:far{i}' if is_unix else 'udp:127.0.0.1:%d' % s.server_address[1]

			def near(i):
			    if LISTENER != 'udp-listen': return f'near{i}', f'near{i}'
			    with socket.socket(socket.AF_INET, DGRAM) as s:
			        s.bind(('127.0.0.1', 0))
			        return s.getsockname(), '127.0.0.1:%d' % s.getsockname()[1]

			def client(address, name):
			    if isinstance(address, str): return peer(name, address)
			    s = socket.socket(socket.AF_INET, DGRAM); s.settimeout(20); s.connect(address)
			    return s

			ending = []
			for i, server in enumerate(servers):
			    words = far(server, i)
			    address, text = near(i)
			    ready, told = os.pipe()
			    r = subprocess.Popen([os.environ['IPCWIRE'], '--drain=200ms', '--ready-fd', str(told), f'{LISTENER}:{text},{SCHEME}', words], pass_fds=[told])
			    os.close(told)
			    assert os.read(ready, 1) == b'\n'
			    clients = [client(address, f'c{i}-{n}') for n in range(1 if SCHEME == ONE else 5)]
			    for m in b'one', b'x' * 8000, b'':
			        for n, c in enumerate(clients): c.send(b'%d ' % n + m)
			        for n, c in enumerate(clients):
			            got = c.recv(1 << 17)
			            assert got == b'<%d ' % n + m + b'>', (server.__name__, len(got))
			    if SCHEME != ONE:
			        r.terminate()
			    ending.append((server, r))
			for server, r in ending:
			    assert r.wait(20) in (0, 124, -15), (server.__name__, r.returncode)
		"
	done
}

@test "one client, then done" { rows idle=5s; }
@test "each, in one loop" { rows each; }
@test "each, a process for each client" { rows each,scheme=fork; }
@test "each, in threads" { rows each,scheme=threads:2; }
