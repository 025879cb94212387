/* SIGBUS is the process's: the list of what is guarded is the one global here. Handlers run only while this thread copies. */
#include "base/cutguard.h"

#include <signal.h>
#include <sys/mman.h>

static struct cutguard *cutguard_first;

/* A fault that is nobody's happens again, and then has its usual end. */
static void
cutguard_fault(int signo, siginfo_t *info, void *context)
{
	const char *at = info->si_addr;
	struct cutguard *g;

	(void)context;
	for (g = cutguard_first; g != NULL; g = g->next)
		if (at >= (const char *)g->memory && at < (const char *)g->memory + g->len)
			break;
	if (g == NULL || g->is_cut ||
	    mmap(g->memory, g->len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
		MAP_FAILED)
		signal(signo, SIG_DFL);
	else
		g->is_cut = true;
}

void
cutguard_init(struct cutguard *g, void *memory, size_t len)
{
	struct sigaction act = { .sa_sigaction = cutguard_fault, .sa_flags = SA_SIGINFO };

	*g = (struct cutguard){ .memory = memory, .len = len, .next = cutguard_first };
	cutguard_first = g;
	sigaction(SIGBUS, &act, NULL);
}

void
cutguard_fini(struct cutguard *g)
{
	for (struct cutguard **p = &cutguard_first; *p != NULL; p = &(*p)->next)
		if (*p == g) {
			*p = g->next;
			break;
		}
}
