#!/usr/bin/env bats
# Tests of what the program does not do yet as it should. Each goes to its endpoint's file once it passes.

load helpers

iw() { timeout 20 "$IPCWIRE" "$@"; }

@test "eof-grace: a program that does not go after its end of input is ended" {
	rc=0
	timeout 6 "$IPCWIRE" text:x exec:'sleep 100',eof-grace=100ms </dev/null || rc=$?
	[ "$rc" = 0 ]
	no_survivors
}

@test "abstract-listen: the whole name is the socket's, the last letter too" {
	name=ipcwire-test-$$-$RANDOM
	start server "$IPCWIRE" abstract-listen:"$name",each pipe
	wait_for_socket "@$name" 3
}

@test "abstract: names that differ in the last letter are two" {
	name=ipcwire-test-$$-$RANDOM
	start a "$IPCWIRE" -d abstract-listen:"${name}a",each text:a
	start b "$IPCWIRE" -d abstract-listen:"${name}b",each text:b
	wait_for_line a.err listening
	wait_for_line b.err listening 3
	[ "$(iw -U - abstract:"${name}a" </dev/null)" = a ]
	[ "$(iw -U - abstract:"${name}b" </dev/null)" = b ]
}

@test "abstract: meets socat, both ways" {
	need socat
	name=ipcwire-test-$$-$RANDOM
	start server socat abstract-listen:"$name" EXEC:cat
	wait_for_socket "@$name"
	[ "$(printf x | iw - abstract:"$name")" = x ]
	start other "$IPCWIRE" -d abstract-listen:"$name-2",each pipe
	wait_for_line other.err listening
	[ "$(printf y | timeout 20 socat - abstract-connect:"$name-2")" = y ]
}
