/*
 * Parameters of a query or form: read, sorted, written.
 */

#include "asr_conf_sign_int.h"

#include <stdlib.h>
#include <strings.h>


static char *asr_conf_pairs_decode(const char *p, size_t n);


void
asr_conf_pairs_read(asr_conf_pairs_t *l, const char *text, size_t n)
{
    char        *name, *value;
    const char  *p, *eq, *end, *last;

    if (text == NULL) {
        return;
    }

    last = text + n;

    for (p = text; p < last; p = end + 1) {

        end = memchr(p, '&', (size_t) (last - p));
        if (end == NULL) {
            end = last;
        }

        if (end == p) {
            continue;
        }

        eq = memchr(p, '=', (size_t) (end - p));

        name = asr_conf_pairs_decode(p, (size_t) ((eq ? eq : end) - p));
        value = eq != NULL
                ? asr_conf_pairs_decode(eq + 1, (size_t) (end - eq - 1))
                : asr_conf_copy("");

        asr_conf_pairs_add(l, name, value);

        free(name);
        free(value);
    }
}


static char *
asr_conf_pairs_decode(const char *p, size_t n)
{
    int     hi, lo;
    char   *s, *out;
    size_t  i;

    s = asr_conf_alloc(n + 1);
    out = s;

    for (i = 0; i < n; i++) {

        if (p[i] == '+') {
            *out++ = ' ';
            continue;
        }

        if (p[i] == '%' && i + 2 < n) {
            hi = asr_conf_hex_digit(p[i + 1]);
            lo = asr_conf_hex_digit(p[i + 2]);

            if (hi >= 0 && lo >= 0) {
                *out++ = (char) (hi * 16 + lo);
                i += 2;
                continue;
            }
        }

        *out++ = p[i];
    }

    *out = '\0';

    return s;
}


void
asr_conf_pairs_add(asr_conf_pairs_t *l, const char *name, const char *value)
{
    l->all = asr_conf_grow(l->all, l->n + 1, sizeof(asr_conf_pair_t));

    l->all[l->n].name = asr_conf_copy(name);
    l->all[l->n].value = asr_conf_copy(value);
    l->n++;
}


/*
 * By the bytes of the names.  Of one name the order stays: the documents say
 * nothing of that, and it is what a sort by name makes of it.
 */

void
asr_conf_pairs_sort(asr_conf_pairs_t *l)
{
    size_t           i, k;
    asr_conf_pair_t  p;

    for (i = 1; i < l->n; i++) {
        p = l->all[i];

        for (k = i; k > 0 && strcmp(l->all[k - 1].name, p.name) > 0; k--) {
            l->all[k] = l->all[k - 1];
        }

        l->all[k] = p;
    }
}


void
asr_conf_pairs_unsort(asr_conf_pairs_t *l)
{
    size_t           i;
    asr_conf_pair_t  p;

    for (i = 1; i < l->n; i++) {
        if (strcmp(l->all[i - 1].name, l->all[i].name) > 0) {
            return;
        }
    }

    for (i = 0; i < l->n / 2; i++) {
        p = l->all[i];
        l->all[i] = l->all[l->n - 1 - i];
        l->all[l->n - 1 - i] = p;
    }
}


void
asr_conf_pairs_clean(asr_conf_pairs_t *l)
{
    size_t  i;

    for (i = 0; i < l->n; i++) {
        free(l->all[i].name);
        free(l->all[i].value);
    }

    free(l->all);
    memset(l, 0, sizeof(asr_conf_pairs_t));
}


char *
asr_conf_pairs_text(const asr_conf_pairs_t *l, bool encoded)
{
    size_t                  i;
    asr_conf_buf_t          b;
    const asr_conf_pair_t  *p;

    asr_conf_buf_init(&b, 4 * (size_t) ASR_CONF_JSON_MAX);

    for (i = 0; i < l->n; i++) {
        p = &l->all[i];

        if (i > 0) {
            asr_conf_buf_str(&b, "&");
        }

        if (encoded) {
            asr_conf_buf_pct(&b, p->name, strlen(p->name));
            asr_conf_buf_str(&b, "=");
            asr_conf_buf_pct(&b, p->value, strlen(p->value));

        } else {
            asr_conf_buf_str(&b, p->name);
            asr_conf_buf_str(&b, "=");
            asr_conf_buf_str(&b, p->value);
        }
    }

    return b.data != NULL ? b.data : asr_conf_copy("");
}


bool
asr_conf_is_form(const asr_conf_request_t *rq)
{
    const char  *type;

    type = asr_conf_request_get(rq, "Content-Type");

    return type != NULL
           && strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0;
}
