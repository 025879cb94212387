#!/usr/bin/env bats
# Calls over a work queue: the request is a message, the answer a file in reply/ that the asker fetches.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

# serve ARGUMENT...: ipcwire, reading the queue q.
serve() {
	start server "$IPCWIRE" -d "$@"
	wait_for_line server.err 'waiting for messages'
}

# nothing_left: no message, no answer, nothing half written.
nothing_left() { [ -z "$(find q -type f)" ]; }

@test "--call of a queue: one run answers, with its status if that is asked for" {
	serve queue:q,reply=status -- sh -c 'LC_ALL=C tr a-z A-Z; exit 3'
	[ "$(echo hello | iw --call queue:q)" = '3 HELLO' ]
	echo hello | wire 3 --call=status queue:q
	[ "$(cat out)" = HELLO ]
	head -c 300000 /dev/urandom >in
	wire 3 --call=status queue:q <in
	LC_ALL=C tr '[:lower:]' '[:upper:]' <in | same - out
	: | wire 3 --call=status queue:q
	[ ! -s out ]
	until_true 20 nothing_left
	grep -q 'program exited 3' server.err
	[ "$(grep -c ': started:' server.err)" = 4 ]
}

@test "--call of a queue: ack=reply answers when the run succeeds; a request that fails too often is told" {
	serve queue:q,ack=reply,attempts=2,delay=0.05 -- sh -c 'read -r x; [ "$x" != bad ] && [ "$IPCWIRE_MSG_ATTEMPT$x" != 1late ] && echo "$x"'
	[ "$(echo good | iw --call queue:q)" = good ]
	[ "$(echo late | iw --call queue:q)" = late ]
	echo bad | wire 1 --call queue:q
	grep -q 'no whole reply: the request is in dead/ after too many attempts' err
	echo good | wire 1 --call=status queue:q
	grep -q 'the listener has to say reply=status' err
	[ "$(find q -type f | wc -l)" = 1 ]
}

@test "--call of a queue: nobody reads it, nobody answers, nobody in time" {
	echo x >request # which is there before the time begins
	wire 124 --call --timeout 1 queue:q <request
	grep -q 'nobody reads the queue at this moment: the request waits' err
	grep -q 'no reply within --timeout: nobody reads the queue' err
	nothing_left
	serve queue:q -- cat
	echo x | wire 1 --call queue:q
	grep -q "the request was taken and done without an answer; its reader has to say 'reply'" err
	kill "$server_pid"
	wait_for_exit "$server_pid"
	serve queue:q,reply -- sh -c 'until [ -e go ]; do sleep 0.02; done; cat'
	wire 124 --call --timeout 3 queue:q <request # time enough for the reader to take it
	grep -q 'no reply within --timeout: a reader has taken the request and not answered it yet' err
	[ "$(grep -c 'nobody reads' err)" = 0 ]
	touch go
	wait_for_line server.err 'who asked is gone: the answer is thrown away'
	until_true 20 nothing_left
}

@test "--call of a queue: a request whose asker was killed is not run" {
	START_INPUT=/dev/null start asker "$IPCWIRE" --call queue:q
	until_true 20 eval '[ -n "$(find q/new -type f 2>/dev/null)" ]'
	kill -KILL "$asker_pid"
	wait_for_exit "$asker_pid"
	wire 0 -d queue:q,reply,until=empty -- touch ran
	[ ! -e ran ]
	grep -q 'who asked is gone, it is removed' err
	nothing_left
}

@test "--call of a queue: an asker that waits is answered by whoever comes, and by the next one when a reader is killed" {
	START_INPUT=/dev/null start asker "$IPCWIRE" -q --call queue:q
	until_true 20 eval '[ -n "$(find q/new -type f 2>/dev/null)" ]'
	until_true 20 is_at_rest "$asker_pid"
	serve queue:q,reply -- sh -c 'echo >started; exec sleep 1000'
	until_true 20 eval '[ -e started ]'
	kill -KILL "$server_pid"
	wait_for_exit "$server_pid"
	wire 0 queue:q,reply,until=empty -- echo again
	wait_for_exit "$asker_pid"
	[ "$status" = 0 ]
	[ "$(cat asker.out)" = again ]
	nothing_left
}

@test "--call of a queue: many askers, readers that are killed: everybody gets his own answer" {
	local n=${IPCWIRE_TEST_CALLS:-40}
	# Each reader lives a little longer than the one before: on a busy machine the first ones do not even begin.
	start readers timeout 60 sh -c 'i=0; while [ ! -e over ]; do
			i=$((i + 1))
			"$1" -q queue:q,reply,jobs=4,attempts=none -- sh -c "tr a-z A-Z" & sleep $((i / 10)).$((i % 10)); kill -KILL $!; wait
		done; "$1" -q queue:q,reply,until=empty -- cat' sh "$IPCWIRE"
	for i in 1 2 3 4; do
		start "asker$i" timeout 60 sh -c 'for i in $(seq "$2"); do
				echo "call $3 $i" | "$1" -q --call queue:q || exit 1; done' sh "$IPCWIRE" "$((n / 4))" "$i"
	done
	for i in 1 2 3 4; do
		local pid=asker${i}_pid
		wait_for_exit "${!pid}" 60
		[ "$status" = 0 ]
		seq "$((n / 4))" | sed "s/^/CALL $i /" | cmp - "asker$i.out"
	done
	touch over
	wait_for_exit "$readers_pid"
	find q/new q/work q/dead q/reply -type f >&2
	[ -z "$(find q/new q/work q/dead q/reply -type f)" ] # in tmp/ there may be an answer whose writer was killed
}

@test "--call of a queue: a limit, frames, a reply that is too long" {
	serve queue:q,reply -- cat
	[ "$(echo x | iw --call queue:q,limit=1)" = x ]
	[ "$(printf 'one\ntwo\n' | iw --call -,frame=line queue:q)" = one ]
	echo 123456789 | wire 1 --call queue:q,frame-max=4
	grep -q 'no whole reply: it is longer than frame-max=' err
	until_true 20 nothing_left
}

@test "--call of a queue: what makes no sense is a usage error" {
	wire 2 --call queue:q,jobs=2
	grep -qF "queue:q,jobs=2: jobs= with --call" err
	grep -q 'it is for the side that takes requests: queue:PATH,reply -- PROGRAM' err
	wire 2 queue:q,reply,ack=exit -- cat
	grep -q "'reply' with an ack= that is not reply" err
	[ ! -e q ]
}
