/*
 * See asr_subtitles.h.  A sentence is cut into cues where it is too long:
 * behind a mark or before a pause if one is in its second half, else where it
 * is full.  Cues are ordered by their start, as WebVTT wants it; those of two
 * channels may overlap.
 */

#include <stdlib.h>

#include "asr_subtitles.h"


#define ASR_CUE_PAUSE   250      /* ms worth a cut */
#define ASR_CUE_PREFIX  32


typedef struct {
    const asr_sentence_t  *sentence;
    size_t                 first;        /* words */
    size_t                 n;
    size_t                 second;       /* where the second line begins */
    int32_t                start_ms;
    int32_t                end_ms;
} asr_cue_t;

typedef struct {
    asr_subtitles_t        kind;
    bool                   channels;     /* are speakers */
    asr_cue_t             *cues;
    size_t                 ncues;
} asr_cues_t;


/* Of 1000; 0: not acceptable.  "0.5", "1", "0.333"; the rest is 1. */

static int
asr_accept_weight(asr_str_t params)
{
    int        q, unit;
    size_t     i;
    asr_str_t  p;

    while (params.data != NULL) {
        p = asr_str_trim(asr_str_cut(&params, ';'));

        if (p.len < 3 || (p.data[0] | 0x20) != 'q' || p.data[1] != '='
            || p.data[2] != '0')
        {
            continue;
        }

        q = 0;
        unit = 100;

        for (i = 4; i < p.len && p.data[3] == '.' && unit != 0; i++) {
            if (p.data[i] < '0' || p.data[i] > '9') {
                break;
            }

            q += (p.data[i] - '0') * unit;
            unit /= 10;
        }

        return q;
    }

    return 1000;
}


asr_subtitles_t
asr_subtitles_wanted(asr_str_t accept)
{
    int              q, best, json, any;
    asr_str_t        item, type;
    asr_subtitles_t  kind, wanted;

    wanted = ASR_SUBTITLES_NONE;
    best = 0;
    json = -1;                   /* not named */
    any = 0;

    while (accept.data != NULL) {
        item = asr_str_cut(&accept, ',');
        type = asr_str_trim(asr_str_cut(&item, ';'));
        q = asr_accept_weight(item);

        kind = asr_str_caseeq(type, asr_str("text/vtt")) ? ASR_SUBTITLES_VTT
               : asr_str_caseeq(type, asr_str("text/srt"))
                 || asr_str_caseeq(type, asr_str("application/x-subrip"))
               ? ASR_SUBTITLES_SRT : ASR_SUBTITLES_NONE;

        if (kind != ASR_SUBTITLES_NONE) {
            if (q > best) {
                wanted = kind;
                best = q;
            }

        } else if (asr_str_caseeq(type, asr_str("application/json"))) {
            json = q;

        } else if ((asr_str_eq(type, asr_str("*/*"))
                    || asr_str_caseeq(type, asr_str("application/*")))
                   && q > any)
        {
            any = q;
        }
    }

    /* who names both alike is a client of the API, used to JSON */

    if (json >= 0 ? best <= json : best < any) {
        return ASR_SUBTITLES_NONE;
    }

    return wanted;
}


/* "Speaker 1", counted from one as people do; empty: nobody is told apart. */

static asr_str_t
asr_cue_speaker(const asr_cues_t *c, const asr_sentence_t *s,
    char buf[ASR_CUE_PREFIX])
{
    int32_t    n;
    asr_buf_t  b;

    n = c->channels ? s->channel : s->speaker;

    if (n < 0) {
        return asr_str("");
    }

    asr_buf_init_in(&b, buf, ASR_CUE_PREFIX, ASR_CUE_PREFIX);
    asr_buf_append(&b, "Speaker ", 8);
    asr_buf_int(&b, (int64_t) n + 1);

    return asr_buf_str(&b);
}


/* Characters of a first line that are not words': "Speaker 1: " */

static size_t
asr_cue_indent(const asr_cues_t *c, const asr_sentence_t *s)
{
    char       buf[ASR_CUE_PREFIX];
    asr_str_t  name;

    if (c->kind == ASR_SUBTITLES_VTT) {
        return 0;                /* a tag, it is not shown */
    }

    name = asr_cue_speaker(c, s, buf);

    return name.len != 0 ? name.len + 2 : 0;
}


static size_t
asr_cue_width(const asr_word_t *w)
{
    return asr_utf8_length(w->text) + asr_utf8_length(w->tail);
}


/* How many words from first on fit into a cue, one at least. */

static size_t
asr_cue_fit(const asr_cues_t *c, const asr_sentence_t *s, size_t first)
{
    size_t  i, line, width;

    line = 1;
    width = asr_cue_indent(c, s) + asr_cue_width(&s->words[first]);

    for (i = first + 1; i < s->nwords; i++) {
        if (s->words[i].end_ms - s->words[first].start_ms
            > ASR_SUBTITLES_CUE)
        {
            break;
        }

        width += 1 + asr_cue_width(&s->words[i]);

        if (width <= ASR_SUBTITLES_LINE) {
            continue;
        }

        if (line == 2) {
            break;
        }

        line = 2;
        width = asr_cue_width(&s->words[i]);
    }

    return i - first;
}


/* Of n words that fit, how many there are to a good place to cut. */

static size_t
asr_cue_cut(const asr_sentence_t *s, size_t first, size_t n)
{
    size_t             i, best;
    int32_t            score, most;
    const asr_word_t  *w;

    best = n;
    most = 0;

    for (i = n / 2 > 1 ? n / 2 : 1; i <= n; i++) {
        w = &s->words[first + i - 1];
        score = w->tail.len != 0 ? 2000 : 0;

        if (w[1].start_ms - w->end_ms >= ASR_CUE_PAUSE) {
            score += w[1].start_ms - w->end_ms < 1000
                     ? w[1].start_ms - w->end_ms : 1000;
        }

        if (score != 0 && score >= most) {
            most = score;
            best = i;
        }
    }

    return best;
}


/* The second line begins where both are about as long. */

static size_t
asr_cue_lines(const asr_cues_t *c, const asr_sentence_t *s, size_t first,
    size_t n)
{
    size_t  i, best, total, left, right, longer, least;

    total = asr_cue_indent(c, s);

    for (i = first; i < first + n; i++) {
        total += asr_cue_width(&s->words[i]) + (i != first ? 1 : 0);
    }

    if (total <= ASR_SUBTITLES_LINE) {
        return first + n;
    }

    best = first + n;
    least = SIZE_MAX;
    left = asr_cue_indent(c, s);

    for (i = first; i + 1 < first + n; i++) {
        left += asr_cue_width(&s->words[i]) + (i != first ? 1 : 0);
        right = total - left - 1;
        longer = left > right ? left : right;

        if (longer < least) {
            least = longer;
            best = i + 1;
        }
    }

    return best;
}


static void
asr_cues_sentence(asr_cues_t *c, const asr_sentence_t *s)
{
    size_t             first, n;
    asr_cue_t         *cue;
    const asr_word_t  *last;

    for (first = 0; first < s->nwords; first += n) {
        n = asr_cue_fit(c, s, first);

        if (first + n < s->nwords) {
            n = asr_cue_cut(s, first, n);
        }

        last = &s->words[first + n - 1];
        cue = &c->cues[c->ncues++];

        cue->sentence = s;
        cue->first = first;
        cue->n = n;
        cue->second = asr_cue_lines(c, s, first, n);
        cue->start_ms = s->words[first].start_ms;
        cue->end_ms = last->end_ms;

        if (cue->end_ms > cue->start_ms + ASR_SUBTITLES_CUE) {
            cue->end_ms = cue->start_ms + ASR_SUBTITLES_CUE;
        }

        if (cue->end_ms <= cue->start_ms) {
            cue->end_ms = cue->start_ms + 1;
        }
    }
}


static int
asr_cue_compare(const void *one, const void *two)
{
    const asr_cue_t  *a = one;
    const asr_cue_t  *b = two;

    if (a->start_ms != b->start_ms) {
        return a->start_ms < b->start_ms ? -1 : 1;
    }

    if (a->sentence != b->sentence) {
        return a->sentence < b->sentence ? -1 : 1;
    }

    return a->first < b->first ? -1 : a->first > b->first;
}


static void
asr_cue_time(asr_buf_t *out, int32_t ms, asr_subtitles_t kind)
{
    asr_buf_printf(out, "%02d:%02d:%02d%c%03d", (int) (ms / 3600000),
                   (int) (ms / 60000 % 60), (int) (ms / 1000 % 60),
                   kind == ASR_SUBTITLES_VTT ? '.' : ',',
                   (int) (ms % 1000));
}


/* A cue's text has no line of its own, and in WebVTT no tags. */

static void
asr_cue_text(asr_buf_t *out, asr_str_t s, asr_subtitles_t kind)
{
    size_t       i;
    const char  *as;

    for (i = 0; i < s.len; i++) {
        as = NULL;

        if (kind == ASR_SUBTITLES_VTT) {
            as = s.data[i] == '&' ? "&amp;" : s.data[i] == '<' ? "&lt;"
                 : s.data[i] == '>' ? "&gt;" : NULL;
        }

        if ((unsigned char) s.data[i] < ' ') {
            as = " ";
        }

        if (as != NULL) {
            asr_buf_append(out, as, strlen(as));

        } else {
            asr_buf_append(out, s.data + i, 1);
        }
    }
}


static void
asr_cue_write(asr_buf_t *out, const asr_cues_t *c, size_t index)
{
    char               buf[ASR_CUE_PREFIX];
    size_t             i;
    asr_str_t          name;
    const asr_cue_t   *cue;
    const asr_word_t  *w;

    cue = &c->cues[index];

    if (c->kind == ASR_SUBTITLES_SRT) {
        asr_buf_printf(out, "%zu\n", index + 1);
    }

    asr_cue_time(out, cue->start_ms, c->kind);
    asr_buf_append(out, " --> ", 5);
    asr_cue_time(out, cue->end_ms, c->kind);
    asr_buf_append(out, "\n", 1);

    name = asr_cue_speaker(c, cue->sentence, buf);

    if (name.len != 0) {
        asr_buf_printf(out, c->kind == ASR_SUBTITLES_VTT ? "<v %.*s>"
                                                         : "%.*s: ",
                       asr_fmt(name));
    }

    for (i = cue->first; i < cue->first + cue->n; i++) {
        if (i != cue->first) {
            asr_buf_append(out, i == cue->second ? "\n" : " ", 1);
        }

        w = &cue->sentence->words[i];
        asr_cue_text(out, w->text, c->kind);
        asr_cue_text(out, w->tail, c->kind);
    }

    asr_buf_append(out, "\n\n", 2);
}


asr_err_t
asr_subtitles_write(asr_buf_t *out, asr_arena_t *a, const asr_result_t *r,
    asr_subtitles_t kind)
{
    size_t      i;
    asr_cues_t  c;

    c.kind = kind;
    c.channels = r->channels > 1;
    c.ncues = 0;
    c.cues = asr_arena_alloc(a, (asr_result_words(r) + 1) * sizeof(asr_cue_t));

    if (c.cues == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < r->nsentences; i++) {
        asr_cues_sentence(&c, &r->sentences[i]);
    }

    qsort(c.cues, c.ncues, sizeof(asr_cue_t), asr_cue_compare);

    if (kind == ASR_SUBTITLES_VTT) {
        asr_buf_append(out, "WEBVTT\n\n", 8);
    }

    for (i = 0; i < c.ncues; i++) {
        asr_cue_write(out, &c, i);
    }

    return out->failed ? ASR_NOMEM : ASR_OK;
}


asr_err_t
asr_subtitles_reply(asr_call_t *call, asr_arena_t *a, const asr_result_t *r)
{
    asr_str_t        accept;
    asr_subtitles_t  kind;

    if (call->http == NULL || call->http->header == NULL) {
        return ASR_NOTFOUND;
    }

    accept = call->http->header(call->http->ctx, asr_str("accept"));
    kind = asr_subtitles_wanted(accept);

    if (kind == ASR_SUBTITLES_NONE) {
        return ASR_NOTFOUND;
    }

    call->reply.content_type = kind == ASR_SUBTITLES_VTT
                               ? asr_str("text/vtt; charset=utf-8")
                               : asr_str("application/x-subrip; "
                                         "charset=utf-8");

    return asr_subtitles_write(&call->reply.body, a, r, kind);
}
