/*
 * Texts of Tencent's parameters that have a form of their own: lists of
 * hotwords and base64.  The module only says that they are wrong; here they
 * are judged a second time, to say which term and which character it is.
 */

#include "asr_mock_look.h"
#include "core/base/asr_b64.h"


static size_t
asr_mock_hot_cost(asr_str_t term)
{
    size_t         i, cost;
    unsigned char  c;

    for (i = 0, cost = 0; i < term.len; i++) {
        c = (unsigned char) term.data[i];

        if ((c & 0xc0) != 0x80) {
            cost += (c >= 0xe0) ? 3 : 1;
        }
    }

    return cost;
}


/* Blanks alone: what the module takes away around a term. */

static asr_str_t
asr_mock_hot_trim(asr_str_t s)
{
    while (s.len != 0 && s.data[0] == ' ') {
        s.data++;
        s.len--;
    }

    while (s.len != 0 && s.data[s.len - 1] == ' ') {
        s.len--;
    }

    return s;
}


/* The clause that a term breaks; NULL: none. */

static const char *
asr_mock_hot_term(asr_str_t item, int64_t *weight)
{
    asr_str_t  term, text;

    text = asr_mock_hot_trim(item);
    term = asr_mock_hot_trim(asr_str_cut(&text, '|'));
    text = asr_mock_hot_trim(text);

    if (term.len == 0 || text.len == 0
        || memchr(text.data, '|', text.len) != NULL)
    {
        return "T-037";
    }

    if (asr_mock_hot_cost(term) > 30) {
        return "T-038";
    }

    if (asr_str_int(text, weight) != ASR_OK
        || *weight < 1 || (*weight > 11 && *weight != 100))
    {
        return "T-039";
    }

    return NULL;
}


void
asr_mock_look_hotwords(asr_mock_look_t *l, const asr_param_t *row,
    asr_str_t list, bool full)
{
    bool                 replaces;
    size_t               n;
    int64_t              weight;
    asr_str_t            item;
    const char          *clause;
    asr_mock_finding_t  *f;

    replaces = false;

    for (n = 1; list.data != NULL && list.len + n > 1; n++) {
        item = asr_str_cut(&list, ',');
        clause = (n > 128) ? "T-036" : asr_mock_hot_term(item, &weight);

        if (clause == NULL) {
            replaces |= (weight == 100);
            continue;
        }

        f = asr_mock_look_clause(l, ASR_MOCK_ERROR, asr_cstr(clause));
        f->pointer = asr_mock_look_at(l, asr_mock_look_kind(l, row->name),
                                      row->name, -1);
        item = asr_mock_look_clip(l, item, 80);
        f->got = (n > 128)
                 ? asr_str("more than 128 terms")
                 : asr_mock_look_text(l, "\"%.*s\" (term %zu)", asr_fmt(item),
                                      n);
        return;
    }

    if (replaces && !full) {
        asr_mock_look_sent_row(l, ASR_MOCK_WARNING, row, "The weight 100 is "
                               "supported for 8k_zh and 16k_zh only.");
    }
}


/* What is usually done to base64 that makes it no base64. */

const char *
asr_mock_look_base64(asr_str_t s, bool form)
{
    size_t  i;

    if (s.len > 5 && memcmp(s.data, "data:", 5) == 0) {
        return "This is a data: URL; send what comes after its comma.";
    }

    for (i = 0; i < s.len; i++) {

        switch (s.data[i]) {

        case '\n':
        case '\r':
            return "It has line breaks, as MIME encoders make them: encode "
                   "in one line (base64 -w0).";

        case '-':
        case '_':
            return "This is the alphabet of URLs: use + and / instead of - "
                   "and _.";

        case ' ':
            return form ? "A + was sent as it is, which is a blank in a form: "
                          "send %2B."
                        : "It has blanks.";

        case '=':
            if (i + 2 < s.len) {
                return "Padding stands at the end only: parts were joined "
                       "that had been encoded one by one.";
            }
        }
    }

    return (s.len % 4 != 0)
           ? "The = at its end are missing, or the text was cut."
           : "A character is none of base64.";
}


bool
asr_mock_look_decode(asr_mock_look_t *l, asr_str_t text, uint64_t *size)
{
    size_t          len;
    asr_b64_t       b;
    unsigned char  *out;

    out = asr_arena_alloc(l->arena, text.len / 4 * 3 + 3);

    if (out == NULL) {
        l->nomem = true;
        return true;
    }

    asr_b64_init(&b);

    if (asr_b64_feed(&b, text.data, text.len, out, &len) != ASR_OK
        || asr_b64_end(&b) != ASR_OK)
    {
        return false;
    }

    *size = len;

    return true;
}
