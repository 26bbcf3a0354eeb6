/* Texts met before: requests and ids, each of which may stand once. */

#include "asr_conf_generate_int.h"

#include <stdlib.h>


struct asr_conf_seen_s {
    char    **slot;                      /* a power of two, half full */
    size_t    size;
    size_t    n;
};


asr_conf_seen_t *
asr_conf_seen_new(void)
{
    asr_conf_seen_t  *s;

    s = asr_conf_alloc(sizeof(*s));
    s->size = 1024;
    s->slot = asr_conf_alloc(s->size * sizeof(char *));

    return s;
}


static uint64_t
seen_hash(const char *text)
{
    uint64_t  h;

    h = 14695981039346656037u;           /* FNV-1a */

    for ( /* void */ ; *text != '\0'; text++) {
        h = (h ^ (uint8_t) *text) * 1099511628211u;
    }

    return h ^ (h >> 32);
}


/* Where the text stands, or would. */

static char **
seen_find(const asr_conf_seen_t *s, const char *text)
{
    size_t  i;

    i = (size_t) seen_hash(text) & (s->size - 1);

    while (s->slot[i] != NULL && strcmp(s->slot[i], text) != 0) {
        i = (i + 1) & (s->size - 1);
    }

    return &s->slot[i];
}


static void
seen_double(asr_conf_seen_t *s)
{
    char    **old;
    size_t    i, size;

    old = s->slot;
    size = s->size;

    s->size = size * 2;
    s->slot = asr_conf_alloc(s->size * sizeof(char *));

    for (i = 0; i < size; i++) {
        if (old[i] != NULL) {
            *seen_find(s, old[i]) = old[i];
        }
    }

    free(old);
}


bool
asr_conf_seen_add(asr_conf_seen_t *s, const char *text)
{
    char  **slot;

    slot = seen_find(s, text);

    if (*slot != NULL) {
        return false;
    }

    *slot = asr_conf_copy(text);

    if (++s->n > s->size / 2) {
        seen_double(s);
    }

    return true;
}


void
asr_conf_seen_free(asr_conf_seen_t *s)
{
    size_t  i;

    for (i = 0; i < s->size; i++) {
        free(s->slot[i]);
    }

    free(s->slot);
    free(s);
}
