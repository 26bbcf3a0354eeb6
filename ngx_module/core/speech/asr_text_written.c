/*
 * T-006: what one would write where somebody spoke: without fillers, without
 * what was said twice, and in words that are written.  A false start that is
 * said again, "I want I want to", is such a repetition.  Nothing else is
 * rephrased.
 */

#include "asr_text_int.h"


#define ASR_REPEAT_WORDS  4


static const struct {
    asr_str_t  spoken;
    asr_str_t  written;
} asr_written_words[] = {
    { ASR_STR("gonna"),   ASR_STR("going to") },
    { ASR_STR("wanna"),   ASR_STR("want to") },
    { ASR_STR("gotta"),   ASR_STR("got to") },
    { ASR_STR("kinda"),   ASR_STR("kind of") },
    { ASR_STR("sorta"),   ASR_STR("sort of") },
    { ASR_STR("lemme"),   ASR_STR("let me") },
    { ASR_STR("gimme"),   ASR_STR("give me") },
    { ASR_STR("dunno"),   ASR_STR("don't know") },
    { ASR_STR("'cause"),  ASR_STR("because") },
    { ASR_STR("'em"),     ASR_STR("them") },
    { ASR_STR("yeah"),    ASR_STR("yes") },
    { ASR_STR("yep"),     ASR_STR("yes") },
    { ASR_STR("nope"),    ASR_STR("no") },
};


static asr_str_t
asr_written_word(asr_str_t word)
{
    size_t  i;

    for (i = 0; i < asr_nelts(asr_written_words); i++) {
        if (asr_str_caseeq(word, asr_written_words[i].spoken)) {
            return asr_written_words[i].written;
        }
    }

    return word;
}


/*
 * How many words from v[i] on are said again at once.  Digits, letters and
 * what is meant twice ("had had", "five five") are not; nor is what a sentence
 * ends between.
 */

static size_t
asr_written_repeated(const asr_token_t *v, size_t i, size_t n)
{
    size_t  k, len;

    for (len = ASR_REPEAT_WORDS; len != 0; len--) {

        for (k = 0; k < len && i + len + k < n; k++) {
            if (v[i + k].end || !asr_str_caseeq(v[i + k].text,
                                                v[i + len + k].text))
            {
                break;
            }
        }

        if (k == len && !(v[i].bits & ASR_W_TWICE)
            && (v[i].bits != 0 || v[i].text.len > 1)
            && !(v[i].text.data[0] >= '0' && v[i].text.data[0] <= '9'))
        {
            return len;
        }
    }

    return 0;
}


/* Without fillers; *to has room for n. */

static size_t
asr_written_plain(const asr_token_t *v, size_t n, asr_token_t *to)
{
    asr_tokens_t  t;

    memcpy(to, v, n * sizeof(asr_token_t));
    t.v = to;
    t.n = n;
    asr_text_modal(&t, ASR_FILTER_ALL);

    return t.n;
}


asr_err_t
asr_text_written(const asr_token_t *v, size_t n, asr_arena_t *a,
    const asr_ask_t *ask, asr_str_t *out)
{
    char         *p;
    bool          start;
    size_t        i, len, skip;
    asr_str_t     word, tail;
    asr_token_t  *w;

    *out = asr_str("");
    w = asr_arena_alloc(a, n * sizeof(asr_token_t));

    if (w == NULL) {
        return ASR_NOMEM;
    }

    n = asr_written_plain(v, n, w);

    for (i = 0, len = 0; i < n; i++) {
        len += w[i].text.len + 16;
    }

    if (n == 0) {
        return ASR_OK;
    }

    p = asr_arena_alloc(a, len);
    if (p == NULL) {
        return ASR_NOMEM;
    }

    out->data = p;
    start = true;

    for (i = 0; i < n; i++) {
        skip = asr_written_repeated(w, i, n);

        if (skip != 0) {
            i += skip - 1;
            continue;
        }

        if (out->len != 0) {
            p[out->len++] = ' ';
        }

        word = asr_written_word(w[i].text);
        tail = asr_text_tail(&w[i]);

        memcpy(p + out->len, word.data, word.len);

        if (start && p[out->len] >= 'a' && p[out->len] <= 'z') {
            p[out->len] = (char) (p[out->len] - 'a' + 'A');
        }

        out->len += word.len;
        memcpy(p + out->len, tail.data, tail.len);
        out->len += tail.len;
        start = w[i].end;
    }

    return ASR_OK;
}
