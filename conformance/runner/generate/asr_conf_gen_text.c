/* Names of values, for ids and sentences, and long texts. */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"

#include <stdlib.h>


#define SLUG_MAX     40
#define WORDS_MAX    60
#define LITERAL_MAX  64                  /* longer ones are repeated */
#define PATTERN_MAX  64
#define PLAIN_MAX    4096                /* what no pattern fits */


char *
asr_conf_gen_hash8(const char *s)
{
    uint64_t  h;

    h = 14695981039346656037u;           /* FNV-1a, folded */

    for ( /* void */ ; *s != '\0'; s++) {
        h = (h ^ (uint8_t) *s) * 1099511628211u;
    }

    return asr_conf_print("%08x", (unsigned) ((h ^ (h >> 32)) & 0xffffffff));
}


static bool
slug_plain(const char *s)
{
    size_t  n;

    n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                  "0123456789-_.+");

    return n > 0 && n <= SLUG_MAX && s[n] == '\0';
}


char *
asr_conf_gen_slug(const json_t *v)
{
    char  *text, *hash;

    if (json_is_string(v)) {
        if (json_string_length(v) == 0) {
            return asr_conf_copy("empty");
        }

        if (slug_plain(json_string_value(v))) {
            return asr_conf_copy(json_string_value(v));
        }

        return asr_conf_gen_hash8(json_string_value(v));
    }

    text = asr_conf_json_text(v, ASR_CONF_JSON_MAX);

    if (slug_plain(text)) {
        return text;
    }

    hash = asr_conf_gen_hash8(text);
    free(text);

    return hash;
}


char *
asr_conf_gen_slug_of(const char *before, const json_t *v)
{
    char  *slug, *all;

    slug = asr_conf_gen_slug(v);
    all = asr_conf_print("%s-%s", before, slug);
    free(slug);

    return all;
}


char *
asr_conf_gen_words(const json_t *v)
{
    return v == NULL ? asr_conf_copy("nothing")
                     : asr_conf_json_text(v, WORDS_MAX);
}


static const char *
wide(unsigned width)
{
    switch (width) {

    case 1:
        return "a";

    case 2:
        return "\xC3\xA9";               /* e acute */

    case 3:
        return "\xE5\xAD\x97";           /* a Chinese character */

    default:
        return "\xF0\x9F\x8E\xA4";       /* a microphone */
    }
}


static json_t *
repeat(const char *head, const char *pattern, size_t times)
{
    size_t           i;
    json_t          *v;
    asr_conf_buf_t   b;

    if (*head == '\0' && times * strlen(pattern) > LITERAL_MAX) {
        return json_pack("{s:[s,I]}", "$repeat", pattern, (json_int_t) times);
    }

    asr_conf_buf_init(&b, 2 * PLAIN_MAX);
    asr_conf_buf_str(&b, head);

    for (i = 0; i < times; i++) {
        asr_conf_buf_str(&b, pattern);
    }

    v = b.cut ? NULL : json_string(b.data == NULL ? "" : b.data);
    asr_conf_buf_free(&b);

    return v;
}


json_t *
asr_conf_gen_long(const char *head, size_t n, unsigned width, bool bytes)
{
    char    *pattern, *start;
    size_t   k, unit;
    json_t  *v;

    if (n < strlen(head)) {
        return NULL;
    }

    n -= strlen(head);                   /* which is ASCII */

    if (!bytes) {
        return repeat(head, wide(width), n);
    }

    for (k = 0; k <= PATTERN_MAX; k++) {
        unit = k + width;

        if (n % unit != 0) {
            continue;
        }

        pattern = asr_conf_print("%.*s%s", (int) k,
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            wide(width));
        v = repeat(head, pattern, n / unit);
        free(pattern);

        return v;
    }

    if (n > PLAIN_MAX) {
        return NULL;
    }

    start = asr_conf_print("%s%.*s", head, (int) (n % width), "aaa");
    v = repeat(start, wide(width), n / width);
    free(start);

    return v;
}
