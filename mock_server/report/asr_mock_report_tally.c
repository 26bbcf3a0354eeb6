/*
 * Counting.  Lists are short, since clients do the same things again and
 * again: what was counted last is looked for first.
 */

#include "asr_mock_journal.h"
#include "asr_mock_report.h"

#include <stdlib.h>


#define ASR_MOCK_TALLY_TEXT  300     /* of a text that is kept */
#define ASR_MOCK_TALLY_NAME  128
#define ASR_MOCK_TALLY_READ  (2 * 1024 * 1024)

#define ASR_MOCK_GROUP_TEXTS  9

#define ASR_MOCK_TALLY_RESERVE  (4 * 1024 * 1024)


static void *asr_mock_tally_alloc(const asr_mock_tally_t *t, size_t n);
static void asr_mock_tally_release(void *p);
static uint64_t asr_mock_tally_hash(uint64_t h, asr_str_t s);
static asr_str_t asr_mock_tally_copy(char **p, asr_str_t s, size_t max);
static uint64_t asr_mock_group_hash(const asr_mock_group_t *g);
static asr_mock_group_t *asr_mock_group_find(const asr_mock_tally_t *t,
    const asr_mock_group_t *like);
static asr_mock_group_t *asr_mock_group_add(asr_mock_tally_t *t,
    const asr_mock_group_t *like);
static void asr_mock_group_of(asr_mock_group_t *g, const asr_mock_exchange_t *x,
    const asr_mock_finding_t *f);
static void asr_mock_tally_findings(asr_mock_tally_t *t,
    const asr_mock_exchange_t *x);
static asr_mock_calls_t *asr_mock_calls(asr_mock_tally_t *t, bool codes,
    asr_str_t api, asr_str_t name);
static void asr_mock_calls_merge(asr_mock_tally_t *to, bool codes,
    const asr_mock_calls_t *from);
static void asr_mock_group_merge(asr_mock_tally_t *to,
    const asr_mock_group_t *from);
static size_t asr_mock_group_texts(asr_mock_group_t *g, asr_str_t **texts);


static size_t  asr_mock_tally_bytes;


/*
 * With its size before it, so that freeing it can be counted.  When what is
 * counted may not grow any more, there is still room for new worlds (t is NULL)
 * and for a report of all.
 */

static void *
asr_mock_tally_alloc(const asr_mock_tally_t *t, size_t n)
{
    size_t  *p, max;

    n += 2 * sizeof(size_t);
    max = ASR_MOCK_TALLY_MEMORY;

    if (t == NULL) {
        max += ASR_MOCK_TALLY_RESERVE;

    } else if (t->limit == ASR_MOCK_TALLY_TOTAL) {
        max += 2 * ASR_MOCK_TALLY_RESERVE;
    }

    if (asr_mock_tally_bytes + n > max) {
        return NULL;
    }

    p = calloc(1, n);
    if (p == NULL) {
        return NULL;
    }

    p[0] = n;
    asr_mock_tally_bytes += n;

    return p + 2;
}


static void
asr_mock_tally_release(void *p)
{
    size_t  *n;

    n = (size_t *) p - 2;
    asr_mock_tally_bytes -= n[0];
    free(n);
}


static uint64_t
asr_mock_tally_hash(uint64_t h, asr_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        h = (h ^ (unsigned char) s.data[i]) * UINT64_C(1099511628211);
    }

    return (h ^ 0xff) * UINT64_C(1099511628211);
}


static asr_str_t
asr_mock_tally_copy(char **p, asr_str_t s, size_t max)
{
    asr_str_t  copy;

    if (s.len > max) {
        s.len = max;
        s.len = asr_utf8_prefix(s);
    }

    copy.data = *p;
    copy.len = s.len;

    if (s.len != 0) {
        memcpy(*p, s.data, s.len);
        *p += s.len;
    }

    return copy;
}


asr_mock_tally_t *
asr_mock_tally_new(asr_str_t world)
{
    char              *p;
    asr_mock_tally_t  *t;

    t = asr_mock_tally_alloc(NULL, sizeof(asr_mock_tally_t)
                                   + ASR_MOCK_TALLY_NAME);
    if (t == NULL) {
        return NULL;
    }

    p = (char *) (t + 1);
    t->world = asr_mock_tally_copy(&p, world, ASR_MOCK_TALLY_NAME);
    t->limit = ASR_MOCK_TALLY_GROUPS;

    return t;
}


void
asr_mock_tally_free(asr_mock_tally_t *t)
{
    unsigned           i;
    asr_mock_calls_t  *c;
    asr_mock_group_t  *g;

    if (t == NULL) {
        return;
    }

    while ((g = t->groups) != NULL) {
        t->groups = g->next;
        asr_mock_tally_release(g);
    }

    for (i = 0; i < 2; i++) {
        while ((c = i == 0 ? t->operations : t->codes) != NULL) {
            if (i == 0) {
                t->operations = c->next;

            } else {
                t->codes = c->next;
            }

            asr_mock_tally_release(c);
        }
    }

    asr_mock_tally_release(t);
}


void
asr_mock_tally_add(asr_mock_tally_t *t, const asr_mock_exchange_t *x)
{
    asr_mock_calls_t    *c;
    asr_mock_verdict_t   verdict;

    verdict = asr_mock_verdict(x);

    if (t->requests++ == 0) {
        t->first_ms = x->at_ms;
    }

    t->last_ms = x->at_ms;
    t->verdicts[verdict]++;

    if (x->operation.len != 0) {
        c = asr_mock_calls(t, false, x->api, x->operation);

        if (c != NULL) {
            c->count++;
            c->refused += x->code.len != 0 ? 1 : 0;
            c->faulted += x->fault.len != 0 ? 1 : 0;
        }
    }

    if (x->code.len != 0) {
        c = asr_mock_calls(t, true, x->api, x->code);

        if (c != NULL) {
            c->count++;
            c->faulted += x->fault.len != 0 ? 1 : 0;
        }
    }

    if (x->nfindings != 0) {
        asr_mock_tally_findings(t, x);
    }
}


/* What has the same 64 bits of hash is taken for the same. */

static asr_mock_calls_t *
asr_mock_calls(asr_mock_tally_t *t, bool codes, asr_str_t api, asr_str_t name)
{
    char              *p;
    size_t            *n;
    uint64_t           hash;
    asr_mock_calls_t  *c, **at, **list;

    list = codes ? &t->codes : &t->operations;
    n = codes ? &t->ncodes : &t->noperations;
    hash = asr_mock_tally_hash(asr_mock_tally_hash(
                               UINT64_C(14695981039346656037), api), name);

    for (at = list; *at != NULL; at = &c->next) {
        c = *at;

        if (c->hash == hash) {
            *at = c->next;
            c->next = *list;
            *list = c;
            return c;
        }
    }

    if (*n == ASR_MOCK_TALLY_LISTED) {
        return NULL;
    }

    c = asr_mock_tally_alloc(t, sizeof(asr_mock_calls_t)
                                + 2 * ASR_MOCK_TALLY_NAME);
    if (c == NULL) {
        return NULL;
    }

    p = (char *) (c + 1);
    c->api = asr_mock_tally_copy(&p, api, ASR_MOCK_TALLY_NAME);
    c->name = asr_mock_tally_copy(&p, name, ASR_MOCK_TALLY_NAME);
    c->hash = hash;
    c->next = *list;
    *list = c;
    (*n)++;

    return c;
}


static void
asr_mock_group_of(asr_mock_group_t *g, const asr_mock_exchange_t *x,
    const asr_mock_finding_t *f)
{
    memset(g, 0, sizeof(asr_mock_group_t));

    g->severity = f->severity;
    g->guess = f->guess;
    g->rule = f->rule;
    g->pointer = f->pointer;
    g->api = x->api;
    g->operation = x->operation;
    g->count = 1;
    g->first = x->id;
    g->last = x->id;
    g->hash = asr_mock_group_hash(g);
}


static uint64_t
asr_mock_group_hash(const asr_mock_group_t *g)
{
    uint64_t  h;

    h = UINT64_C(14695981039346656037) + (uint64_t) g->severity;
    h = asr_mock_tally_hash(h, g->rule);
    h = asr_mock_tally_hash(h, g->pointer);
    h = asr_mock_tally_hash(h, g->api);

    return asr_mock_tally_hash(h, g->operation);
}


static asr_mock_group_t *
asr_mock_group_find(const asr_mock_tally_t *t, const asr_mock_group_t *like)
{
    asr_mock_group_t  *g;

    for (g = t->groups; g != NULL; g = g->next) {
        if (g->hash == like->hash) {
            return g;
        }
    }

    return NULL;
}


static size_t
asr_mock_group_texts(asr_mock_group_t *g, asr_str_t **texts)
{
    texts[0] = &g->rule;
    texts[1] = &g->pointer;
    texts[2] = &g->api;
    texts[3] = &g->operation;
    texts[4] = &g->world;
    texts[5] = &g->words;
    texts[6] = &g->got;
    texts[7] = &g->expected;
    texts[8] = &g->hint;

    return ASR_MOCK_GROUP_TEXTS;
}


/* A copy at the list's end; NULL: there is no room for it. */

static asr_mock_group_t *
asr_mock_group_add(asr_mock_tally_t *t, const asr_mock_group_t *like)
{
    char              *p;
    size_t             i, n, size;
    asr_str_t         *texts[ASR_MOCK_GROUP_TEXTS];
    asr_mock_group_t  *g, **last, copy;

    if (t->ngroups == t->limit) {
        return NULL;
    }

    copy = *like;
    n = asr_mock_group_texts(&copy, texts);
    size = sizeof(asr_mock_group_t);

    for (i = 0; i < n; i++) {
        size += texts[i]->len < ASR_MOCK_TALLY_TEXT ? texts[i]->len
                                                    : ASR_MOCK_TALLY_TEXT;
    }

    g = asr_mock_tally_alloc(t, size);
    if (g == NULL) {
        return NULL;
    }

    *g = copy;
    g->next = NULL;
    n = asr_mock_group_texts(g, texts);
    p = (char *) (g + 1);

    for (i = 0; i < n; i++) {
        *texts[i] = asr_mock_tally_copy(&p, *texts[i], ASR_MOCK_TALLY_TEXT);
    }

    for (last = &t->groups; *last != NULL; last = &(*last)->next) {
        /* void */
    }

    *last = g;
    t->ngroups++;

    return g;
}


static void
asr_mock_tally_findings(asr_mock_tally_t *t, const asr_mock_exchange_t *x)
{
    bool                        there, read;
    size_t                      i;
    asr_arena_t                 arena;
    asr_mock_group_t            like, *g;
    asr_mock_exchange_t         kept;
    const asr_mock_finding_t   *f;

    asr_arena_init(&arena, ASR_MOCK_TALLY_READ);
    read = false;
    there = false;

    for (i = 0; i < x->nfindings; i++) {
        f = &x->findings[i];
        t->severities[f->severity]++;

        asr_mock_group_of(&like, x, f);
        g = asr_mock_group_find(t, &like);

        if (g != NULL) {
            g->count++;
            g->last = x->id;
            continue;
        }

        if (!read) {
            read = true;
            there = x->id != 0 && asr_mock_journal_get(x->id, &arena, &kept);
        }

        like.world = t->world;
        like.words = f->words;

        if (x->id == 0) {
            like.got = f->got;
            like.expected = f->expected;
            like.hint = f->hint;

        } else if (there && i < kept.nfindings) {
            like.words = kept.findings[i].words;
            like.got = kept.findings[i].got;
            like.expected = kept.findings[i].expected;
            like.hint = kept.findings[i].hint;
        }

        if (asr_mock_group_add(t, &like) == NULL) {
            t->more++;
        }
    }

    asr_arena_free(&arena);
}


void
asr_mock_tally_open(asr_mock_tally_t *t, const asr_mock_finding_t *findings,
    size_t n)
{
    asr_mock_exchange_t  x;

    memset(&x, 0, sizeof(x));
    x.world = t->world;
    x.findings = findings;
    x.nfindings = n;

    asr_mock_tally_findings(t, &x);
}


static void
asr_mock_calls_merge(asr_mock_tally_t *to, bool codes,
    const asr_mock_calls_t *from)
{
    asr_mock_calls_t  *c;

    for ( /* void */ ; from != NULL; from = from->next) {
        c = asr_mock_calls(to, codes, from->api, from->name);

        if (c != NULL) {
            c->count += from->count;
            c->refused += from->refused;
            c->faulted += from->faulted;
        }
    }
}


/* The texts are those of the earlier one. */

static void
asr_mock_group_merge(asr_mock_tally_t *to, const asr_mock_group_t *from)
{
    asr_mock_group_t  *g, **at, both;

    g = asr_mock_group_find(to, from);

    if (g == NULL) {
        if (asr_mock_group_add(to, from) == NULL) {
            to->more += from->count;
        }

        return;
    }

    g->count += from->count;
    g->last = from->last > g->last ? from->last : g->last;

    if (from->first >= g->first) {
        return;
    }

    both = *from;
    both.count = g->count;
    both.last = g->last;

    for (at = &to->groups; *at != g; at = &(*at)->next) {
        /* void */
    }

    *at = g->next;
    to->ngroups--;

    if (asr_mock_group_add(to, &both) != NULL) {
        asr_mock_tally_release(g);
        return;
    }

    g->next = *at;
    *at = g;
    to->ngroups++;
}


void
asr_mock_tally_merge(asr_mock_tally_t *to, const asr_mock_tally_t *from)
{
    unsigned                 i;
    const asr_mock_group_t  *f;

    if (from->requests != 0) {
        if (to->requests == 0 || from->first_ms < to->first_ms) {
            to->first_ms = from->first_ms;
        }

        if (to->requests == 0 || from->last_ms > to->last_ms) {
            to->last_ms = from->last_ms;
        }
    }

    to->requests += from->requests;
    to->tasks += from->tasks;
    to->unfetched += from->unfetched;
    to->more += from->more;

    for (i = 0; i < asr_nelts(to->verdicts); i++) {
        to->verdicts[i] += from->verdicts[i];
    }

    for (i = 0; i < asr_nelts(to->severities); i++) {
        to->severities[i] += from->severities[i];
    }

    asr_mock_calls_merge(to, false, from->operations);
    asr_mock_calls_merge(to, true, from->codes);

    for (f = from->groups; f != NULL; f = f->next) {
        asr_mock_group_merge(to, f);
    }
}
