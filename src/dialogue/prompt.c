/* Prompts for secrets: a table of words, in an unfinished last line that ends like a question. */
#include "dialogue/prompt.h"

#include <string.h>
#include <strings.h>
#include <sys/param.h>

#define PROMPT_MAX 200

/* Without their first letters where these may be capital ones beyond ASCII, or are often cut off in patterns of old. */
static const char prompt_words[][20] = { "password", "passwd", "passphrase", "passcode", "pass phrase", "secret",
	"contrase", "passwort", "kennwort", "mot de passe", "senha", "parola", "wachtwoord", "has\305\202o", "heslo",
	"token", "otp", "verification code", "\320\260\321\200\320\276\320\273\321\214", "\345\257\206\347\240\201",
	"\343\203\221\343\202\271\343\203\257\343\203\274\343\203\211" };

/* A short one only as a word of its own. */
static bool
prompt_has_pin(const char *line)
{
	for (const char *p = line; (p = strcasestr(p, "pin")) != NULL; p++) {
		const bool begins = p == line || strchr(" \t(['\"", p[-1]) != NULL,
			   ends = strchr(" :?)]'\"", p[3]) != NULL;

		if (begins && ends)
			return true;
	}
	return false;
}

static bool
prompt_has_word(const char *line)
{
	for (size_t i = 0; i < sizeof(prompt_words) / sizeof(*prompt_words); i++)
		if (strcasestr(line, prompt_words[i]) != NULL)
			return true;
	return prompt_has_pin(line);
}

/* Without escape sequences, which may stand behind the question. */
static size_t
prompt_clean(char *to, const char *bytes, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < PROMPT_MAX; i++) {
		if (bytes[i] == '\033' && i + 1 < len && bytes[i + 1] == '[')
			for (i += 2; i < len && (bytes[i] < 0x40 || bytes[i] > 0x7e); i++)
				;
		else if (bytes[i] != '\0' && bytes[i] != '\r')
			to[n++] = bytes[i];
	}
	return n;
}

bool
prompt_is_secret(const char *bytes, size_t len)
{
	char line[PROMPT_MAX + 1];
	const char *newline = memrchr(bytes, '\n', len);
	size_t n;

	if (newline != NULL) {
		len -= (size_t)(newline + 1 - bytes);
		bytes = newline + 1;
	}
	if (len > PROMPT_MAX) {
		bytes += len - PROMPT_MAX;
		len = PROMPT_MAX;
	}
	n = prompt_clean(line, bytes, len);
	while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t'))
		n--;
	line[n] = '\0';
	return n > 0 &&
	    (strchr(":?>", line[n - 1]) != NULL || (n > 2 && memcmp(line + n - 3, "\357\274\232", 3) == 0)) &&
	    prompt_has_word(line);
}
