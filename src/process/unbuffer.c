/* The mildest means that works, by rules in order; and the variables that carry it out. */
#include "process/unbuffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/wordlist.h"
#include "process/preload_find.h"
#include "process/program_advice.h"

const char *
unbuffer_how_name(enum unbuffer_how how)
{
	return wordlist_at(UNBUFFER_HOW_WORDS, how);
}

const char *
unbuffer_against_preload(const struct program_info *info)
{
	if (info->error != 0)
		return info->error == -ENOENT ? "there is no such program" :
		    info->error == -EACCES    ? "its file cannot be read" :
						"its file is none of a program";
	if (info->is_secure)
		return "set-uid, set-gid or with capabilities: the loader takes nothing from us";
	if (info->elf.is_foreign)
		return info->elf.bits == 32 ? "a program for another machine, 32 bits" :
					      "a program for another machine, 64 bits";
	if (info->elf.marks & MARK_SANITIZER)
		return "built with a sanitizer, which must be the first in the program";
	if (info->elf.is_static)
		return "statically linked";
	if (info->elf.libc == LIBC_UNKNOWN)
		return "an unknown dynamic loader";
	return NULL;
}

static const char *
unbuffer_reason_preload(const struct program_info *info)
{
	if (info->is_script)
		return "a script; its interpreter is dynamically linked";
	return info->elf.libc == LIBC_MUSL ? "dynamically linked, musl" : "dynamically linked, glibc";
}

/* What somebody asked for by name is done, whatever comes of it. */
static void
unbuffer_as_told(struct unbuffer *u, const struct unbuffer_wish *w, const char *against)
{
	u->how = w->how;
	u->reason = "as how= says";
	if (w->how != UNBUFFER_PRELOAD)
		return;
	u->is_reached = against == NULL;
	if (against != NULL)
		u->reason = against;
}

static void
unbuffer_choose(struct unbuffer *u, const struct unbuffer_wish *w, const struct program_info *info, const char *against)
{
	u->how = UNBUFFER_PRELOAD;
	u->is_reached = against == NULL;
	u->reason = against == NULL ? unbuffer_reason_preload(info) : against;
	if (against == NULL || info->error != 0)
		return;
	if (program_writes_at_once(info)) {
		u->reason = "writes at once by itself; the rest is for what it starts";
		return;
	}
	u->how = w->no_pty == NULL ? UNBUFFER_PTY : UNBUFFER_NONE;
	u->is_second_best = w->no_pty == NULL;
	if (w->no_pty != NULL)
		u->reason = w->no_pty;
}

struct unbuffer
unbuffer_decide(const struct unbuffer_wish *w, const struct program_info *info)
{
	struct unbuffer u = { .is_unbuffered = w->is_unbuffered };
	const char *against = w->no_object != NULL ? w->no_object : unbuffer_against_preload(info);

	if (w->how == UNBUFFER_AUTO)
		unbuffer_choose(&u, w, info, against);
	else
		unbuffer_as_told(&u, w, against);
	if (u.how != UNBUFFER_PTY_FULL)
		u.advice = program_advice(info, u.is_reached || u.how == UNBUFFER_PTY);
	return u;
}

/* ---- variables ---- */

static const struct {
	unsigned how;  /* 1 << enum unbuffer_how, joined */
	char item[40]; /* "%s": the directory of the object */
} unbuffer_variables[] = {
#define LANGUAGES (1u << UNBUFFER_PRELOAD | 1u << UNBUFFER_ENV)
#define TERMINAL (1u << UNBUFFER_PTY | 1u << UNBUFFER_PTY_FULL)
	{ LANGUAGES, "PYTHONUNBUFFERED=1" },
	{ LANGUAGES, "RUBYOPT=-r%s/" PRELOAD_RUBY },
	{ LANGUAGES, "PERL5OPT=-I%s -M" PRELOAD_PERL },
	{ LANGUAGES, "GFORTRAN_UNBUFFERED_PRECONNECTED=y" },
	{ TERMINAL, "TERM=dumb" },
	{ TERMINAL, "NO_COLOR=1" },
	{ TERMINAL, "PAGER=cat" },
	{ TERMINAL, "GIT_PAGER=cat" },
};

static char *
unbuffer_find(char *const *env, size_t n, const char *item)
{
	const size_t len = strcspn(item, "=") + 1;

	for (size_t i = 0; i < n; i++)
		if (strncmp(env[i], item, len) == 0)
			return env[i];
	return NULL;
}

/* Appends to a list that is there already. */
static void
unbuffer_append(char **env, size_t *n, const char *name, const char *value, const char *separator)
{
	char *name_is = xasprintf("%s=", name), *old = unbuffer_find(env, *n, name_is);

	if (old == NULL)
		env[(*n)++] = xasprintf("%s%s", name_is, value);
	else if (strstr(old + strlen(name_is), value) == NULL) {
		for (size_t i = 0; i < *n; i++)
			if (env[i] == old)
				env[i] = xasprintf("%s%s%s", old, old[strlen(name_is)] != '\0' ? separator : "", value);
		free(old);
	}
	free(name_is);
}

/* One variable; in `item` the directory stands at "%s". */
static void
unbuffer_set(char **env, size_t *n, const char *item, const char *dir)
{
	const char *hole = strstr(item, "%s");
	char *old = unbuffer_find(env, *n, item), *made;

	if (hole != NULL && dir == NULL)
		return;
	made = hole == NULL ? xstrdup(item) : xasprintf("%.*s%s%s", (int)(hole - item), item, dir, hole + 2);
	for (size_t i = 0; i < *n && old != NULL; i++)
		if (env[i] == old)
			env[i] = made;
	if (old == NULL)
		env[(*n)++] = made;
	free(old);
}

static void
unbuffer_preload(char **env, size_t *n, const char *dir, const char *variable)
{
	char *object = xasprintf("%s/" PRELOAD_OBJECT, dir);

	unbuffer_append(env, n, "LD_PRELOAD", object, ":");
	/* A gcc-built program that is started further down would refuse to run behind us; we do nothing in it. */
	unbuffer_append(env, n, "ASAN_OPTIONS", "verify_asan_link_order=0", ":");
	unbuffer_set(env, n, variable, NULL);
	free(object);
}

void
unbuffer_environment(const struct unbuffer *u, const struct unbuffer_material *m, char **env, size_t *n)
{
	const bool is_terminal = u->how == UNBUFFER_PTY || u->how == UNBUFFER_PTY_FULL;

	for (size_t i = 0; i < sizeof(unbuffer_variables) / sizeof(*unbuffer_variables); i++) {
		const char *item = unbuffer_variables[i].item;

		if ((unbuffer_variables[i].how & 1u << u->how) == 0)
			continue;
		if (unbuffer_find(is_terminal ? m->written : env, is_terminal ? m->nwritten : *n, item) == NULL)
			unbuffer_set(env, n, item, m->object_dir);
	}
	if (u->how == UNBUFFER_PRELOAD && m->object_dir != NULL)
		unbuffer_preload(env, n, m->object_dir, m->variable);
}
