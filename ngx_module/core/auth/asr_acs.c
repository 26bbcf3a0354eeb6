/*
 * Shared by asr_acs3.c and asr_rpc_v1.c.  Nothing is ever assembled in
 * memory: what is signed goes piece by piece into the hash, since a request's
 * text triples when encoded and again when encoded twice.
 */

#include "asr_acs.h"
#include "../base/asr_clock.h"

#include <stdlib.h>


typedef struct {
    const asr_pair_t  *pair;
    size_t             order;        /* as sent, for names met twice */
} asr_acs_item_t;


void
asr_acs_begin(asr_acs_out_t *out, asr_sha256_t *sha)
{
    out->sha = sha;
    out->n = 0;
}


void
asr_acs_flush(asr_acs_out_t *out)
{
    if (out->n == 0) {
        return;
    }

    if (out->sha != NULL) {
        asr_sha256_update(out->sha, out->buf, out->n);

    } else {
        asr_hmac_update(out->buf, out->n);
    }

    out->n = 0;
}


void
asr_acs_put(asr_acs_out_t *out, asr_str_t s)
{
    size_t  n;

    while (s.len != 0) {
        if (out->n == sizeof(out->buf)) {
            asr_acs_flush(out);
        }

        n = sizeof(out->buf) - out->n;
        n = n < s.len ? n : s.len;

        memcpy(out->buf + out->n, s.data, n);

        out->n += n;
        s.data += n;
        s.len -= n;
    }
}


static bool
asr_acs_plain(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
           || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'
           || c == '~';
}


void
asr_acs_pct(asr_acs_out_t *out, asr_str_t s, bool twice, char keep)
{
    char           code[5];
    size_t         i, n;
    unsigned char  c;

    static const char  hex[] = "0123456789ABCDEF";

    for (i = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];

        if (asr_acs_plain(s.data[i])
            || (keep != '\0' && s.data[i] == keep))
        {
            asr_acs_put(out, (asr_str_t) { 1, s.data + i });
            continue;
        }

        n = 0;
        code[n++] = '%';

        if (twice) {
            code[n++] = '2';
            code[n++] = '5';
        }

        code[n++] = hex[c >> 4];
        code[n++] = hex[c & 15];

        asr_acs_put(out, (asr_str_t) { n, code });
    }
}


static int
asr_acs_compare(const void *one, const void *two)
{
    int                    rc;
    size_t                 n;
    asr_str_t              a, b;
    const asr_acs_item_t  *x, *y;

    x = one;
    y = two;
    a = x->pair->name;
    b = y->pair->name;
    n = a.len < b.len ? a.len : b.len;

    rc = n != 0 ? memcmp(a.data, b.data, n) : 0;
    if (rc != 0) {
        return rc;
    }

    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }

    return x->order < y->order ? -1 : x->order > y->order;
}


const asr_pair_t **
asr_acs_sort(const asr_pair_t *pairs, size_t n, asr_str_t skip,
    asr_arena_t *arena, size_t *got)
{
    size_t              i, k;
    asr_acs_item_t     *items;
    const asr_pair_t   *p, **sorted;

    *got = 0;

    if (n > SIZE_MAX / sizeof(asr_acs_item_t) - 1) {
        return NULL;
    }

    items = asr_arena_alloc(arena, (n + 1) * sizeof(asr_acs_item_t));
    if (items == NULL) {
        return NULL;
    }

    for (p = pairs, i = 0, k = 0; p != NULL && i < n; p = p->next, i++) {
        if (skip.len != 0 && asr_str_eq(p->name, skip)) {
            continue;
        }

        items[k].pair = p;
        items[k].order = k;
        k++;
    }

    if (k != 0) {
        qsort(items, k, sizeof(asr_acs_item_t), asr_acs_compare);
    }

    /* in place: a pointer is no larger than the item it replaces */

    sorted = (const asr_pair_t **) (void *) items;

    for (i = 0; i < k; i++) {
        p = items[i].pair;
        sorted[i] = p;
    }

    *got = k;

    return sorted;
}


void
asr_acs_query(asr_acs_out_t *out, const asr_pair_t **pairs, size_t n,
    bool twice)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (i != 0) {
            asr_acs_put(out, twice ? asr_str("%26") : asr_str("&"));
        }

        asr_acs_pct(out, pairs[i]->name, twice, '\0');
        asr_acs_put(out, twice ? asr_str("%3D") : asr_str("="));
        asr_acs_pct(out, pairs[i]->value, twice, '\0');
    }
}


/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar. */

static int64_t
asr_acs_days(int64_t y, int64_t m, int64_t d)
{
    int64_t  era, of_era, of_year;

    y -= m <= 2;
    era = (y >= 0 ? y : y - 399) / 400;
    of_era = y - era * 400;
    of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
           - 719468;
}


asr_err_t
asr_acs_time(asr_str_t s, int64_t *seconds)
{
    size_t  i, k;
    int64_t v[6], last;

    static const char  form[] = "0000-00-00T00:00:00Z";
    static const char  days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
                                  31 };

    if (s.len != ASR_ACS_TIME_LEN) {
        return ASR_INVALID;
    }

    memset(v, 0, sizeof(v));

    for (i = 0, k = 0; i < s.len; i++) {

        if (form[i] != '0') {
            if (s.data[i] != form[i]) {
                return ASR_INVALID;
            }

            k++;
            continue;
        }

        if (s.data[i] < '0' || s.data[i] > '9') {
            return ASR_INVALID;
        }

        v[k] = v[k] * 10 + (s.data[i] - '0');
    }

    if (v[1] < 1 || v[1] > 12 || v[3] > 23 || v[4] > 59 || v[5] > 59) {
        return ASR_INVALID;
    }

    last = days[v[1] - 1];

    if (v[1] == 2 && v[0] % 4 == 0 && (v[0] % 100 != 0 || v[0] % 400 == 0)) {
        last++;
    }

    if (v[2] < 1 || v[2] > last) {
        return ASR_INVALID;
    }

    *seconds = asr_acs_days(v[0], v[1], v[2]) * 86400 + v[3] * 3600
               + v[4] * 60 + v[5];

    return ASR_OK;
}


void
asr_acs_time_text(int64_t seconds, char out[ASR_ACS_TIME_LEN])
{
    char     date[11];
    size_t   i;
    int64_t  day, part[3];

    asr_clock_utc_date(seconds, date);

    day = seconds % 86400;
    day += day < 0 ? 86400 : 0;

    part[0] = day / 3600;
    part[1] = day / 60 % 60;
    part[2] = day % 60;

    memcpy(out, date, 10);
    out[10] = 'T';

    for (i = 0; i < 3; i++) {
        out[11 + 3 * i] = (char) ('0' + part[i] / 10);
        out[12 + 3 * i] = (char) ('0' + part[i] % 10);
        out[13 + 3 * i] = i < 2 ? ':' : 'Z';
    }
}
