/*
 * The diagnosis of one exchange: all looks are taken, then the finding that
 * tells why it was refused is found among theirs, or made of the clause, and
 * put first.
 */

#include "asr_mock_look.h"

#include <stdio.h>


/* A credential that is never shown. */

static bool
asr_mock_refusal_secret(asr_str_t name)
{
    size_t  i;

    static const asr_str_t  names[] = {
        ASR_STR("Signature"), ASR_STR("Token"), ASR_STR("SecurityToken")
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_str_eq(names[i], name)) {
            return true;
        }
    }

    return false;
}


/* Where the parameter is: in the body, among the pairs, or nowhere. */

static void
asr_mock_refusal_param(asr_mock_look_t *l, asr_mock_finding_t *f,
    asr_str_t name)
{
    asr_str_t          s;
    const asr_json_t  *v;

    f->pointer = asr_mock_look_at(l, asr_mock_look_kind(l, name), name, -1);

    if (asr_mock_refusal_secret(name)) {
        s = asr_mock_look_pair(l, name);
        f->got = (s.data != NULL) ? asr_str("***") : asr_str("(not sent)");
        return;
    }

    if (l->json != NULL) {
        v = asr_json_get(l->json, name);
        f->got = asr_mock_look_json_got(l, v);
        return;
    }

    s = asr_mock_look_pair(l, name);
    f->got = (s.data != NULL) ? asr_mock_look_clip(l, s, ASR_MOCK_GOT_MAX)
                              : asr_str("(not sent)");
}


static void
asr_mock_refusal_where(asr_mock_look_t *l, asr_mock_finding_t *f,
    const asr_mock_hint_t *h, const char *param)
{
    asr_str_t  s;

    if (h != NULL && h->header != NULL) {
        s = asr_mock_header(l->x, h->header);

        if (s.data != NULL || h->pair == NULL
            || asr_mock_look_pair(l, asr_cstr(h->pair)).data == NULL)
        {
            f->pointer = asr_mock_look_text(l, "header:%s", h->header);
            f->got = asr_mock_look_header_got(l, h->header);
            return;
        }
    }

    if (h != NULL && h->pair != NULL) {
        asr_mock_refusal_param(l, f, asr_cstr(h->pair));

    } else if (param != NULL && l->x->body_bytes <= ASR_MOCK_BODY_MAX) {
        asr_mock_refusal_param(l, f, asr_cstr(param));

    } else if (param != NULL) {
        f->pointer = asr_mock_look_at(l, '/', asr_cstr(param), -1);
    }
}


static const asr_param_t *
asr_mock_refusal_row(asr_str_t api, asr_str_t clause)
{
    size_t                    i;
    const asr_param_t        *row;
    const asr_mock_tables_t  *t;

    t = asr_mock_tables(api);

    for (i = 0; t != NULL && (row = t->row(i)) != NULL; i++) {
        if (asr_str_eq(asr_cstr(row->clause), clause)) {
            return row;
        }
    }

    return NULL;
}


/* The refusal's finding, when no look has made one. */

static void
asr_mock_refusal(asr_mock_look_t *l)
{
    bool                        guess;
    const char                 *param, *words;
    const asr_param_t          *row;
    asr_mock_finding_t         *f;
    const asr_mock_hint_t      *h;
    const asr_mock_exchange_t  *x;

    x = l->x;

    if (x->clause.len == 0) {
        f = asr_mock_look_rule(l, ASR_MOCK_D_REFUSED);
        f->severity = (x->status >= 500) ? ASR_MOCK_NOTE : ASR_MOCK_ERROR;
        f->got = asr_mock_look_clip(l, x->code, 64);
        f->hint = (x->why.len != 0) ? asr_mock_look_clip(l, x->why, 160)
                                    : f->hint;
        return;
    }

    h = asr_mock_hint(asr_mock_tables(x->api), x->clause);
    f = asr_mock_look_clause(l, ASR_MOCK_ERROR, x->clause);

    if (h != NULL && h->blame != ASR_MOCK_CLIENT) {
        f->severity = (h->blame == ASR_MOCK_LIMIT) ? ASR_MOCK_WARNING
                                                   : ASR_MOCK_NOTE;
    }

    param = NULL;
    (void) asr_mock_clause(x->api, x->clause, &param, &words, &guess);
    asr_mock_refusal_where(l, f, h, param);

    row = asr_mock_refusal_row(x->api, x->clause);

    if (f->expected.len == 0 && row != NULL) {
        f->expected = asr_mock_expected(l->arena, row);
    }

    if (f->hint.len == 0 && x->why.len != 0) {
        f->hint = asr_mock_look_clip(l, x->why, 160);
    }
}


static void
asr_mock_look_first(asr_mock_look_t *l, size_t i)
{
    asr_mock_finding_t  f;

    f = l->list[i];
    memmove(l->list + 1, l->list, i * sizeof(f));
    l->list[0] = f;
}


/* Is it what the module's clause about the form of bodies means? */

static bool
asr_mock_look_is_refusal(const asr_mock_look_t *l, asr_mock_finding_t *f)
{
    bool                      guess;
    asr_str_t                 id;
    const char               *param, *words;
    const asr_mock_tables_t  *t;

    static const asr_str_t  json = ASR_STR("D-json-");
    static const asr_str_t  form = ASR_STR("D-form-");

    if (asr_str_eq(f->rule, l->x->clause)) {
        return true;
    }

    t = asr_mock_tables(l->x->api);
    id = f->rule;

    if (t == NULL || id.len < json.len
        || (memcmp(id.data, json.data, json.len) != 0
            && memcmp(id.data, form.data, form.len) != 0))
    {
        return false;
    }

    /* a member given twice is refused by that member's own clause */

    if (asr_str_eq(l->x->clause, asr_cstr(t->json))
        || f->pointer.len != 0
        || (t->json == NULL && asr_str_eq(l->x->clause, asr_str("I-003"))))
    {
        if (asr_mock_clause(l->x->api, l->x->clause, &param, &words, &guess)) {
            f->words = asr_cstr(words);
            f->guess = guess;
        }

        f->rule = l->x->clause;

        return true;
    }

    return false;
}


/* The telling ones first, else in the order they were found. */

static void
asr_mock_look_order(asr_mock_look_t *l, size_t from)
{
    size_t               i, k;
    asr_mock_finding_t   f;

    for (i = from + 1; i < l->n; i++) {
        f = l->list[i];

        for (k = i; k > from && l->list[k - 1].severity < f.severity; k--) {
            l->list[k] = l->list[k - 1];
        }

        l->list[k] = f;
    }
}


static void
asr_mock_look_refused(asr_mock_look_t *l)
{
    size_t                   i, n;
    const asr_mock_hint_t   *h;

    n = l->n;

    for (i = 0; i < n; i++) {
        if (l->x->clause.len != 0 && asr_mock_look_is_refusal(l, &l->list[i]))
        {
            break;
        }
    }

    if (i == n) {

        if (n == ASR_MOCK_FINDINGS_MAX) {
            l->n = --i;          /* room for the one that counts */
        }

        asr_mock_refusal(l);

    } else {
        h = asr_mock_hint(asr_mock_tables(l->x->api), l->x->clause);

        if (h == NULL || h->blame == ASR_MOCK_CLIENT) {
            l->list[i].severity = ASR_MOCK_ERROR;
        }
    }

    if (l->n != 0 && i < l->n) {
        asr_mock_look_first(l, i);
    }

    asr_mock_look_order(l, 1);

    /* what was meant for another path says little by its own rules */

    for (i = 1; i < l->n; i++) {
        if (asr_str_eq(l->list[i].rule, asr_str("D-path"))) {
            asr_mock_look_first(l, i);
        }
    }
}


asr_err_t
asr_mock_diagnose(asr_arena_t *a, const asr_mock_exchange_t *x,
    asr_mock_finding_t **out, size_t *n)
{
    asr_mock_look_t           l;
    const asr_mock_tables_t  *t;

    memset(&l, 0, sizeof(l));
    l.arena = a;
    l.x = x;

    asr_mock_look_pairs(&l);
    asr_mock_look_http(&l);

    t = asr_mock_tables(x->api);

    if (t != NULL) {
        t->look(&l);
    }

    /* what a fault did is not the client's doing */

    if (x->code.len != 0 && x->fault.len == 0) {
        asr_mock_look_refused(&l);

    } else {
        asr_mock_look_order(&l, 0);
    }

    *out = l.list;
    *n = l.n;

    return l.nomem ? ASR_NOMEM : ASR_OK;
}


/* Printable ASCII; a character of several bytes becomes one '?'. */

static size_t
asr_mock_header_add(char *out, size_t len, size_t size, asr_str_t s)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < s.len && len < size; i++) {
        c = (unsigned char) s.data[i];

        if (c >= 0x20 && c < 0x7f) {
            out[len++] = (char) c;

        } else if (c < 0x20 || c == 0x7f) {
            out[len++] = ' ';

        } else if (c >= 0xc0) {
            out[len++] = '?';
        }
    }

    return len;
}


size_t
asr_mock_diagnosis_header(char *out, size_t n, const asr_mock_finding_t *f,
    uint64_t entry)
{
    int     m;
    char    id[32];
    size_t  len, room;

    if (n > ASR_MOCK_DIAGNOSIS_MAX) {
        n = ASR_MOCK_DIAGNOSIS_MAX;
    }

    m = (entry != 0) ? snprintf(id, sizeof(id), " (%llu)",
                                (unsigned long long) entry) : 0;

    if (m < 0 || (size_t) m > n) {
        m = 0;
    }

    room = n - (size_t) m;
    len = asr_mock_header_add(out, 0, room, f->rule);

    if (f->pointer.len != 0) {
        len = asr_mock_header_add(out, len, room, asr_str(" "));
        len = asr_mock_header_add(out, len, room, f->pointer);
    }

    if (f->got.len != 0) {
        len = asr_mock_header_add(out, len, room, asr_str(" got "));
        len = asr_mock_header_add(out, len, room, f->got);
    }

    if (f->expected.len != 0) {
        len = asr_mock_header_add(out, len, room, f->got.len != 0
                                  ? asr_str(", expected ")
                                  : asr_str(" expected "));
        len = asr_mock_header_add(out, len, room, f->expected);

    } else if (f->got.len == 0) {
        len = asr_mock_header_add(out, len, room, asr_str(" "));
        len = asr_mock_header_add(out, len, room, f->words);
    }

    memcpy(out + len, id, (size_t) m);

    return len + (size_t) m;
}
