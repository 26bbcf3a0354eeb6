/*
 * The search: bases (what the module takes), then one way at a time, then two.
 * The list's order is that of likelihood: a pair's turn comes with its less
 * likely half.  What cannot be of this request is not tried in pairs.
 */

#include "asr_mock_doctor_int.h"
#include "core/base/asr_b64.h"


#define ASR_MOCK_DRAFT_MAX  (1024 * 1024)


typedef enum {
    ASR_MOCK_NO = 0,
    ASR_MOCK_YES,
    ASR_MOCK_NOT_APPLIED,
    ASR_MOCK_SPENT
} asr_mock_answer_t;


static bool asr_mock_is_likely(const asr_mock_way_t *w);
static void asr_mock_likely_first(asr_mock_way_t **live, size_t n);
static asr_mock_answer_t asr_mock_try(asr_mock_case_t *c,
    const asr_mock_way_t *one, const asr_mock_way_t *two);
static asr_mock_answer_t asr_mock_sign(asr_mock_case_t *c,
    const asr_mock_recipe_t *r, unsigned char *mac);
static void asr_mock_found(asr_mock_case_t *c, const asr_mock_recipe_t *base,
    const asr_mock_recipe_t *r, const asr_mock_way_t *one,
    const asr_mock_way_t *two);
static void asr_mock_name_way(asr_mock_case_t *c, const asr_mock_way_t *w);
static void asr_mock_ours(asr_mock_case_t *c, const asr_mock_recipe_t *r);
static void asr_mock_differ(asr_mock_case_t *c);
static asr_str_t asr_mock_cut_text(asr_str_t *s, asr_str_t at);


void
asr_mock_way(asr_mock_case_t *c, unsigned knob, unsigned code,
    asr_mock_m_t m, asr_str_t text)
{
    asr_mock_way_t  *w;

    if (c->nways == ASR_MOCK_WAYS_MAX) {
        return;
    }

    w = &c->ways[c->nways++];

    w->knob = (uint8_t) knob;
    w->code = (uint8_t) code;
    w->mistake = (uint16_t) m;
    w->text = text;
}


void
asr_mock_base(asr_mock_case_t *c, unsigned knob, unsigned code,
    asr_str_t text)
{
    size_t           i, n;
    asr_mock_way_t  *w;

    n = c->nbases;
    w = asr_arena_zalloc(c->work, sizeof(asr_mock_way_t));

    if (w == NULL || n * 2 > ASR_MOCK_BASES_MAX) {
        return;
    }

    w->knob = (uint8_t) knob;
    w->code = (uint8_t) code;
    w->text = text;

    for (i = 0; i < n; i++) {
        c->bases[n + i] = c->bases[i];
        c->bases[n + i].knob[knob] = w;
        c->nbases++;
    }
}


void
asr_mock_put(asr_buf_t *b, asr_str_t s)
{
    (void) asr_buf_append(b, s.data, s.len);
}


/* With each line break made two characters, or CR and LF. */

static void
asr_mock_put_breaks(asr_buf_t *b, asr_str_t s, const char *as)
{
    asr_str_t  line;

    while (s.data != NULL) {
        line = asr_str_cut(&s, '\n');
        asr_mock_put(b, line);

        if (s.data != NULL) {
            asr_mock_put(b, asr_cstr(as));
        }
    }
}


bool
asr_mock_put_text(asr_mock_draft_t *d, const asr_mock_recipe_t *r,
    asr_str_t algorithm, asr_str_t middle)
{
    char           hex[2 * ASR_SHA256_LEN];
    size_t         i;
    unsigned       line, form;
    asr_buf_t      again;
    asr_str_t      canonical;
    unsigned char  digest[ASR_SHA256_LEN];

    line = asr_mock_code(r, ASR_MOCK_K_LINE);
    form = r->knob[ASR_MOCK_K_LINE] != NULL
           ? (unsigned) r->knob[ASR_MOCK_K_LINE]->text.len : 0;

    if (line == ASR_MOCK_LINE_NEWLINE && form == 1) {
        asr_mock_put(&d->canonical, asr_str("\n"));
    }

    canonical = asr_buf_str(&d->canonical);
    asr_buf_init(&again, ASR_MOCK_DRAFT_MAX);

    if (line == ASR_MOCK_LINE_LITERAL || line == ASR_MOCK_LINE_CRLF) {
        asr_mock_put_breaks(&again, canonical,
                            line == ASR_MOCK_LINE_CRLF ? "\r\n" : "\\n");
        canonical = asr_buf_str(&again);
    }

    asr_sha256(canonical.data, canonical.len, digest);
    asr_hex(digest, sizeof(digest), hex);
    asr_buf_free(&again);

    for (i = 0; i < sizeof(hex) && line == ASR_MOCK_LINE_UPPER; i++) {
        hex[i] = (char) (hex[i] >= 'a' ? hex[i] & ~0x20 : hex[i]);
    }

    if (line == ASR_MOCK_LINE_CANONICAL) {
        if (form == 1) {
            asr_mock_put(&d->text, asr_buf_str(&d->canonical));
        } else {
            asr_mock_put(&d->text, (asr_str_t) { sizeof(hex), hex });
        }

        return !d->text.failed;
    }

    if (line != ASR_MOCK_LINE_ALGORITHM) {
        asr_mock_put(&d->text, algorithm);
        asr_mock_put(&d->text, asr_str("\n"));
    }

    asr_mock_put(&d->text, middle);

    if (line == ASR_MOCK_LINE_UNHASHED) {
        asr_mock_put(&d->text, asr_buf_str(&d->canonical));
    } else {
        asr_mock_put(&d->text, (asr_str_t) { sizeof(hex), hex });
    }

    if (line == ASR_MOCK_LINE_NEWLINE && form == 0) {
        asr_mock_put(&d->text, asr_str("\n"));
    }

    if (line == ASR_MOCK_LINE_LITERAL || line == ASR_MOCK_LINE_CRLF) {
        asr_mock_put_breaks(&again, asr_buf_str(&d->text),
                            line == ASR_MOCK_LINE_CRLF ? "\r\n" : "\\n");
        d->text.len = 0;
        asr_mock_put(&d->text, asr_buf_str(&again));
        asr_buf_free(&again);
    }

    return !d->canonical.failed && !d->text.failed;
}


void
asr_mock_line_ways(asr_mock_case_t *c)
{
    size_t  i;

    /* a text of one byte is the second kind of a code */

    static const asr_mock_way_t  ways[] = {
        { ASR_MOCK_K_LINE, ASR_MOCK_LINE_NEWLINE, ASR_MOCK_M_TEXT_NEWLINE,
          ASR_STR("") },
        { ASR_MOCK_K_LINE, ASR_MOCK_LINE_NEWLINE, ASR_MOCK_M_TEXT_NEWLINE,
          ASR_STR("c") },
        { ASR_MOCK_K_LINE, ASR_MOCK_LINE_UNHASHED, ASR_MOCK_M_TEXT_UNHASHED,
          ASR_STR("") },
        { ASR_MOCK_K_LINE, ASR_MOCK_LINE_ALGORITHM,
          ASR_MOCK_M_TEXT_ALGORITHM, ASR_STR("") },
        { ASR_MOCK_K_LINE, ASR_MOCK_LINE_UPPER, ASR_MOCK_M_TEXT_UPPER,
          ASR_STR("") },
        { ASR_MOCK_K_LINE, ASR_MOCK_LINE_LITERAL, ASR_MOCK_M_TEXT_LITERAL,
          ASR_STR("") },
        { ASR_MOCK_K_LINE, ASR_MOCK_LINE_CRLF, ASR_MOCK_M_TEXT_CRLF,
          ASR_STR("") },
        { ASR_MOCK_K_LINE, ASR_MOCK_LINE_CANONICAL,
          ASR_MOCK_M_TEXT_CANONICAL, ASR_STR("c") },
        { ASR_MOCK_K_LINE, ASR_MOCK_LINE_CANONICAL,
          ASR_MOCK_M_TEXT_CANONICAL, ASR_STR("") }
    };

    for (i = 0; i < asr_nelts(ways); i++) {
        asr_mock_way(c, ways[i].knob, ways[i].code,
                     (asr_mock_m_t) ways[i].mistake, ways[i].text);
    }
}


void
asr_mock_search(asr_mock_case_t *c)
{
    size_t             i, j, nlive;
    asr_mock_way_t    *w, *live[ASR_MOCK_WAYS_MAX];
    asr_mock_answer_t  answer;

    if (c->key == NULL || c->key->secret.len == 0
        || c->key->secret.len > ASR_ACCOUNTS_SECRET_MAX)
    {
        return;
    }

    c->draft = asr_arena_zalloc(c->work, sizeof(asr_mock_draft_t));
    if (c->draft == NULL) {
        return;
    }

    asr_buf_init(&c->draft->canonical, ASR_MOCK_DRAFT_MAX);
    asr_buf_init(&c->draft->text, ASR_MOCK_DRAFT_MAX);

    answer = c->mac_len != 0 && !c->brief ? asr_mock_try(c, NULL, NULL)
                                          : ASR_MOCK_SPENT;
    nlive = 0;

    for (i = 0; i < c->nways && answer < ASR_MOCK_YES; i++) {
        w = &c->ways[i];
        answer = asr_mock_try(c, w, NULL);

        if (answer == ASR_MOCK_NO) {
            live[nlive++] = w;
        }

        answer = answer == ASR_MOCK_NOT_APPLIED ? ASR_MOCK_NO : answer;
    }

    asr_mock_likely_first(live, nlive);

    for (j = 1; j < nlive && answer < ASR_MOCK_YES; j++) {
        for (i = 0; i < j && answer < ASR_MOCK_YES; i++) {
            if (live[i]->knob == live[j]->knob) {
                continue;
            }

            answer = asr_mock_try(c, live[i], live[j]);
            answer = answer == ASR_MOCK_NOT_APPLIED ? ASR_MOCK_NO : answer;
        }
    }

    if (answer != ASR_MOCK_YES) {
        if (c->out->mistake.len == 0) {
            asr_mock_name_only(c, ASR_MOCK_M_UNKNOWN);
        }

        asr_mock_ours(c, &c->bases[0]);
        asr_mock_differ(c);
    }

    asr_secret_wipe(c->draft->key, sizeof(c->draft->key));
    asr_buf_free(&c->draft->canonical);
    asr_buf_free(&c->draft->text);
}


/*
 * Pairs are too many for all of them: those of what is met most come first,
 * the rest while the budget lasts.
 */

static bool
asr_mock_is_likely(const asr_mock_way_t *w)
{
    switch (w->mistake) {

    case ASR_MOCK_M_SECRET_NEWLINE:
    case ASR_MOCK_M_SECRET_BLANK:
    case ASR_MOCK_M_SECRET_QUOTED:
    case ASR_MOCK_M_METHOD:
    case ASR_MOCK_M_HOST_VENDOR:
    case ASR_MOCK_M_HOST_LOCAL:
    case ASR_MOCK_M_HOST_SCHEME:
    case ASR_MOCK_M_TYPE_SIGNED:
    case ASR_MOCK_M_TYPE_SENT:
    case ASR_MOCK_M_HEADER_ORDER:
    case ASR_MOCK_M_HEADER_NEWLINE:
    case ASR_MOCK_M_BODY_NEWLINE:
    case ASR_MOCK_M_BODY_NO_NEWLINE:
    case ASR_MOCK_M_BODY_EMPTY:
    case ASR_MOCK_M_BODY_COMPACT:
    case ASR_MOCK_M_BODY_SPACES:
    case ASR_MOCK_M_BODY_SORTED:
    case ASR_MOCK_M_BODY_ASCII:
    case ASR_MOCK_M_BODY_SLASHES:
    case ASR_MOCK_M_TEXT_NEWLINE:
    case ASR_MOCK_M_DATE_SIGNED:
    case ASR_MOCK_M_TC3_PREFIX:
    case ASR_MOCK_M_TC3_DIRECT:
    case ASR_MOCK_M_TC3_HEX:
    case ASR_MOCK_M_TC3_TERMINATOR:
    case ASR_MOCK_M_V1_ENCODED:
    case ASR_MOCK_M_V1_SLASH:
    case ASR_MOCK_M_QUERY_RAW:
    case ASR_MOCK_M_RPC_AMPERSAND:
    case ASR_MOCK_M_RPC_SLASH:
    case ASR_MOCK_M_RPC_ONCE:
    case ASR_MOCK_M_PARAM_ORDER:
    case ASR_MOCK_M_PARAM_NOCASE:
    case ASR_MOCK_M_PARAM_EMPTY:
    case ASR_MOCK_M_PARAM_SIGNATURE:
    case ASR_MOCK_M_PCT_PLUS:
    case ASR_MOCK_M_PCT_FORM:
    case ASR_MOCK_M_PCT_MARKS:
        return true;

    case ASR_MOCK_M_SERVICE:
        return w->code == 0 && w->text.len == 3;

    default:
        return false;
    }
}


static void
asr_mock_likely_first(asr_mock_way_t **live, size_t n)
{
    size_t           i, k, rest;
    asr_mock_way_t  *others[ASR_MOCK_WAYS_MAX];

    for (i = 0, k = 0, rest = 0; i < n; i++) {
        if (asr_mock_is_likely(live[i])) {
            live[k++] = live[i];
        } else {
            others[rest++] = live[i];
        }
    }

    if (rest != 0) {
        memcpy(live + k, others, rest * sizeof(asr_mock_way_t *));
    }
}


static asr_mock_answer_t
asr_mock_try(asr_mock_case_t *c, const asr_mock_way_t *one,
    const asr_mock_way_t *two)
{
    size_t              i;
    asr_mock_answer_t   answer, all;
    unsigned char       mac[ASR_SHA256_LEN] = { 0 };
    asr_mock_recipe_t   r;

    all = ASR_MOCK_NOT_APPLIED;

    for (i = 0; i < c->nbases; i++) {
        r = c->bases[i];

        /* the knob of a base, turned otherwise, is as in the base before */

        if ((one != NULL && r.knob[one->knob] != NULL)
            || (two != NULL && r.knob[two->knob] != NULL))
        {
            continue;
        }

        if (one != NULL) {
            r.knob[one->knob] = one;
        }

        if (two != NULL) {
            r.knob[two->knob] = two;
        }

        if (c->out->tried >= ASR_MOCK_DOCTOR_TRIES
            || c->bytes >= ASR_MOCK_DOCTOR_BYTES)
        {
            return ASR_MOCK_SPENT;
        }

        answer = asr_mock_sign(c, &r, mac);

        if (answer == ASR_MOCK_NOT_APPLIED) {
            continue;
        }

        if (answer == ASR_MOCK_YES) {
            asr_mock_found(c, &c->bases[i], &r, one, two);
            return ASR_MOCK_YES;
        }

        if (one == NULL) {
            memcpy(c->base_mac[i], mac, sizeof(mac));

        } else if (memcmp(c->base_mac[i], mac, sizeof(mac)) == 0) {

            /* nothing in this request is changed by it */

            continue;
        }

        all = ASR_MOCK_NO;
    }

    return all;
}


static asr_mock_answer_t
asr_mock_sign(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    unsigned char *mac)
{
    size_t             len;
    asr_mock_draft_t  *d;

    d = c->draft;
    d->canonical.len = 0;
    d->canonical.failed = false;
    d->text.len = 0;
    d->text.failed = false;
    d->key_len = 0;

    if (!c->build(c, r, d) || d->canonical.failed || d->text.failed) {
        return ASR_MOCK_NOT_APPLIED;
    }

    c->out->tried++;
    c->bytes += d->canonical.len + d->text.len;

    /* a digest of SHA-1's length can be of nothing else */

    len = c->mac_len != 0 ? c->mac_len : ASR_SHA256_LEN;

    if (asr_hmac_begin(len == ASR_SHA1_LEN, d->key, d->key_len) != ASR_OK) {
        return ASR_MOCK_NOT_APPLIED;
    }

    asr_hmac_update(d->text.data, d->text.len);

    return asr_hmac_final(mac) == len && c->mac_len == len
           && memcmp(mac, c->mac, len) == 0 ? ASR_MOCK_YES : ASR_MOCK_NO;
}


static void
asr_mock_found(asr_mock_case_t *c, const asr_mock_recipe_t *base,
    const asr_mock_recipe_t *r, const asr_mock_way_t *one,
    const asr_mock_way_t *two)
{
    c->out->reproduced = true;
    c->out->canonical_theirs = asr_arena_str(c->arena,
                                             asr_buf_str(&c->draft->canonical));
    c->out->string_to_sign_theirs = asr_arena_str(c->arena,
                                                  asr_buf_str(&c->draft->text));

    asr_mock_name_way(c, one);
    asr_mock_name_way(c, two);

    asr_mock_ours(c, base);
    asr_mock_differ(c);
}


/* The secret's knob has no words: its text is one. */

static void
asr_mock_name_way(asr_mock_case_t *c, const asr_mock_way_t *w)
{
    asr_str_t  detail;

    if (w == NULL) {
        return;
    }

    detail = asr_str_null();

    switch (w->knob) {

    case ASR_MOCK_K_DATE:
    case ASR_MOCK_K_SERVICE:
    case ASR_MOCK_K_STAMP:
    case ASR_MOCK_K_METHOD:
    case ASR_MOCK_K_PATH:
    case ASR_MOCK_K_PAIRS:
    case ASR_MOCK_K_TYPE:
    case ASR_MOCK_K_HOST:
    case ASR_MOCK_K_SET:

        if (w->text.len != 0 && w->text.len <= 128) {
            detail = asr_arena_printf(c->arena, "\"%.*s\"",
                                      asr_fmt(w->text));
        }

        break;

    default:
        break;
    }

    asr_mock_name(c, (asr_mock_m_t) w->mistake, detail, c->out->got,
                  c->out->expected);
}


/* What the module expects, with what it takes as the client does it. */

static void
asr_mock_ours(asr_mock_case_t *c, const asr_mock_recipe_t *r)
{
    char                text[2 * ASR_SHA256_LEN];
    size_t              len;
    asr_mock_doctor_t  *out;
    unsigned char       mac[ASR_SHA256_LEN];

    out = c->out;

    /* by the hash that the scheme wants, not by that of what came */

    c->mac_len = c->want_len;
    c->has_signing = false;

    if (asr_mock_sign(c, r, mac) == ASR_MOCK_NOT_APPLIED) {
        return;
    }

    out->tried--;                    /* it was tried before */

    out->canonical_ours = asr_arena_str(c->arena,
                                        asr_buf_str(&c->draft->canonical));
    out->string_to_sign_ours = asr_arena_str(c->arena,
                                             asr_buf_str(&c->draft->text));

    if (c->want_hex) {
        asr_hex(mac, c->mac_len, text);
        len = 2 * c->mac_len;

    } else {
        len = asr_b64_encode(mac, c->mac_len, text);
    }

    out->signature_expected = asr_arena_str(c->arena,
                                            (asr_str_t) { len, text });
}


/* The first line, or parameter, in which the two differ. */

static void
asr_mock_differ(asr_mock_case_t *c)
{
    asr_str_t           ours, theirs, one, two, at;
    asr_mock_doctor_t  *out;

    out = c->out;

    if (out->got.len != 0 || out->expected.len != 0) {
        return;
    }

    ours = out->canonical_ours;
    theirs = out->canonical_theirs;
    at = asr_str("\n");

    if (ours.len == 0 || asr_str_eq(ours, theirs)) {
        ours = out->string_to_sign_ours;
        theirs = out->string_to_sign_theirs;

        if (out->canonical_ours.len == 0) {
            at = asr_str_eq(out->scheme, asr_str("RPC v1"))
                 ? asr_str("%26") : asr_str("&");
        }
    }

    if (!out->reproduced || asr_str_eq(ours, theirs)) {
        out->got = out->signature_got;
        out->expected = out->signature_expected;
        return;
    }

    do {
        one = asr_mock_cut_text(&ours, at);
        two = asr_mock_cut_text(&theirs, at);

    } while (asr_str_eq(one, two)
             && (ours.data != NULL || theirs.data != NULL));

    one.len = one.len < 512 ? one.len : 512;
    two.len = two.len < 512 ? two.len : 512;

    out->expected = one;
    out->got = two;
}


static asr_str_t
asr_mock_cut_text(asr_str_t *s, asr_str_t at)
{
    size_t     i;
    asr_str_t  head;

    for (i = 0; i + at.len <= s->len; i++) {
        if (memcmp(s->data + i, at.data, at.len) == 0) {
            head = (asr_str_t) { i, s->data };
            s->data += i + at.len;
            s->len -= i + at.len;
            return head;
        }
    }

    head = *s;
    *s = asr_str_null();

    return head;
}
