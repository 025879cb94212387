/* Prompts: which ask for a secret, and which do not. */
#include "dialogue/prompt.h"

#include "unit.h"

static const struct {
	const char *text;
	bool is_secret;
} prompts[] = {
	{ "Password: ", true },
	{ "Last login: never\r\nbob@host's password: ", true },
	{ "Enter passphrase for key '/home/bob/.ssh/id_ed25519': ", true },
	{ "[sudo] password for bob: ", true },
	{ "Enter PIN for token:", true },
	{ "(current) UNIX password: ", true },
	{ "\033[1mPassword:\033[0m ", true },
	{ "Contrase\303\261a: ", true },
	{ "Mot de passe : ", true },
	{ "Passwort: ", true },
	{ "Verification code: ", true },
	{ "\345\257\206\347\240\201\357\274\232", true },
	{ "", false },
	{ "Password", false },
	{ "Password: \n", false },
	{ "the password was changed\r\n$ ", false },
	{ "login: ", false },
	{ "Continue shopping? ", false },
	{ "Spinning: ", false },
	{ "Password: \r\nyour name: ", false },
};

static void
tells_secrets_from_others(void)
{
	for (size_t i = 0; i < sizeof(prompts) / sizeof(*prompts); i++)
		if (!CHECK_INT(prompt_is_secret(prompts[i].text, strlen(prompts[i].text)), prompts[i].is_secret))
			printf("# %s\n", prompts[i].text);
}

static void
looks_at_the_end_of_a_long_line(void)
{
	char line[1000];

	memset(line, 'x', sizeof(line));
	memcpy(line + sizeof(line) - 10, "password: ", 10);
	CHECK(prompt_is_secret(line, sizeof(line)));
	memset(line + sizeof(line) - 300, 'x', 300);
	CHECK(!prompt_is_secret(line, sizeof(line)));
}

static const struct unit_test tests[] = {
	TEST(tells_secrets_from_others),
	TEST(looks_at_the_end_of_a_long_line),
};

int
main(void)
{
	return UNIT_MAIN(tests);
}
