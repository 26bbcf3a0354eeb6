/*
 * The checks, by name.
 */

#include <ctype.h>
#include <stdlib.h>

#include "asr_conf_check.h"
#include "asr_conf_json.h"


#define ASR_CONF_CHECK_WORD   0.05       /* s: times are rounded by vendors */
#define ASR_CONF_CHECK_FILE   0.1        /* s: padding of encoders */
#define ASR_CONF_CHECK_SHOWN  400        /* bytes of a text */


typedef struct {
    const json_t                  *arg;
    const asr_conf_transcript_t   *t;
    const asr_conf_transcript_t   *other;
    const asr_conf_audio_t        *audio;
    char                         **expected;
    char                         **got;
} asr_conf_check_t;


typedef bool (*asr_conf_check_pt)(const asr_conf_check_t *c);


static bool asr_conf_check_word_times(const asr_conf_check_t *c);
static bool asr_conf_check_segment_times(const asr_conf_check_t *c);
static bool asr_conf_check_beside(const asr_conf_check_t *c, size_t i);
static bool asr_conf_check_segments(const asr_conf_check_t *c);
static bool asr_conf_check_words_text(const asr_conf_check_t *c);
static bool asr_conf_check_sentences_join(const asr_conf_check_t *c);
static bool asr_conf_check_duration(const asr_conf_check_t *c);
static bool asr_conf_check_silence(const asr_conf_check_t *c);
static bool asr_conf_check_has_words(const asr_conf_check_t *c);
static bool asr_conf_check_no_words(const asr_conf_check_t *c);
static bool asr_conf_check_channels(const asr_conf_check_t *c);
static bool asr_conf_check_speakers(const asr_conf_check_t *c);
static bool asr_conf_check_same_text(const asr_conf_check_t *c);
static bool asr_conf_check_wer(const asr_conf_check_t *c);
static bool asr_conf_check_within(const asr_conf_check_t *c);
static bool asr_conf_check_length(const asr_conf_check_t *c);
static double asr_conf_check_end(const asr_conf_check_t *c);
static double asr_conf_check_arg(const asr_conf_check_t *c, const char *name,
    double dflt);
static char *asr_conf_check_plain(const char *s, bool marks);
static bool asr_conf_check_equal(const asr_conf_check_t *c, const char *want,
    const char *have, bool marks);
static char *asr_conf_check_quote(const char *before, const char *s);
static bool asr_conf_check_says(const asr_conf_check_t *c, char *expected,
    char *got);


static const struct {
    const char         *name;
    asr_conf_check_pt   run;
} asr_conf_check_table[] = {
    { "word-times", asr_conf_check_word_times },
    { "segment-times", asr_conf_check_segment_times },
    { "segments", asr_conf_check_segments },
    { "words-text", asr_conf_check_words_text },
    { "words-join", asr_conf_check_words_text },
    { "sentences-join", asr_conf_check_sentences_join },
    { "duration", asr_conf_check_duration },
    { "silence", asr_conf_check_silence },
    { "has-words", asr_conf_check_has_words },
    { "no-words", asr_conf_check_no_words },
    { "channels", asr_conf_check_channels },
    { "speakers", asr_conf_check_speakers },
    { "same-text", asr_conf_check_same_text },
    { "wer", asr_conf_check_wer },
    { "within", asr_conf_check_within },
    { "segment-length", asr_conf_check_length },
    { NULL, NULL }
};


bool
asr_conf_check_known(const char *name)
{
    size_t  i;

    for (i = 0; asr_conf_check_table[i].name != NULL; i++) {
        if (strcmp(asr_conf_check_table[i].name, name) == 0) {
            return true;
        }
    }

    return false;
}


bool
asr_conf_check(const char *name, const json_t *arg,
    const asr_conf_transcript_t *t, const asr_conf_transcript_t *other,
    const asr_conf_audio_t *audio, char **expected, char **got)
{
    size_t            i;
    asr_conf_check_t  c;

    c.arg = arg;
    c.t = t;
    c.other = other;
    c.audio = audio;
    c.expected = expected;
    c.got = got;

    *expected = NULL;
    *got = NULL;

    for (i = 0; asr_conf_check_table[i].name != NULL; i++) {
        if (strcmp(asr_conf_check_table[i].name, name) == 0) {
            return asr_conf_check_table[i].run(&c);
        }
    }

    asr_conf_die("no check is named \"%s\"", name);
}


static bool
asr_conf_check_word_times(const asr_conf_check_t *c)
{
    char                        is[80];
    size_t                      i, k;
    double                      end, last;
    const asr_conf_word_t      *w;
    const asr_conf_segment_t   *s;

    if (!c->t->has_words) {
        return asr_conf_check_says(c, asr_conf_copy("words with times"),
                                   asr_conf_copy("no words"));
    }

    end = asr_conf_check_end(c);

    for (i = 0; i < c->t->nsegments; i++) {
        s = &c->t->segments[i];
        last = s->start;

        for (k = 0; k < s->nwords; k++) {
            w = &s->words[k];

            if (w->start >= last - ASR_CONF_CHECK_WORD
                && w->start <= w->end
                && w->start >= 0
                && w->end <= s->end + ASR_CONF_CHECK_WORD
                && w->end <= end)
            {
                last = w->end > last ? w->end : last;
                continue;
            }

            snprintf(is, sizeof(is), "%.3f to %.3f s, ", w->start, w->end);

            return asr_conf_check_says(c,
                asr_conf_print("word %zu of segment %zu between %.3f and "
                               "%.3f s", k, i, last,
                               s->end < end ? s->end : end),
                asr_conf_check_quote(is, w->text));
        }
    }

    return true;
}


static bool
asr_conf_check_segment_times(const asr_conf_check_t *c)
{
    size_t                      i;
    double                      end;
    const asr_conf_segment_t   *s;

    end = asr_conf_check_end(c);

    for (i = 0; i < c->t->nsegments; i++) {
        s = &c->t->segments[i];

        if (s->start < 0 || s->start > s->end || s->end > end) {
            return asr_conf_check_says(c,
                asr_conf_print("segment %zu between 0 and %.3f s", i, end),
                asr_conf_print("%.3f to %.3f s", s->start, s->end));
        }

        if (!asr_conf_check_beside(c, i)) {
            return false;
        }
    }

    return true;
}


/* The ones before it: rising by start; one voice is in one place at a time. */

static bool
asr_conf_check_beside(const asr_conf_check_t *c, size_t i)
{
    bool                        same;
    const asr_conf_segment_t   *s, *p;

    if (i == 0) {
        return true;
    }

    s = &c->t->segments[i];
    p = s - 1;

    if (p->channel != s->channel) {
        return true;
    }

    same = p->speaker == NULL ? s->speaker == NULL
           : s->speaker != NULL && strcmp(p->speaker, s->speaker) == 0;

    if (s->start >= (same ? p->end : p->start) - ASR_CONF_CHECK_WORD) {
        return true;
    }

    return asr_conf_check_says(c,
        asr_conf_print("segment %zu from %.3f s on", i,
                       same ? p->end : p->start),
        asr_conf_print("%.3f s", s->start));
}


static bool
asr_conf_check_segments(const asr_conf_check_t *c)
{
    size_t  i;
    char   *text;
    bool    empty;

    if (c->t->nsegments == 0) {
        return asr_conf_check_says(c, asr_conf_copy("segments"),
                                   asr_conf_copy("none"));
    }

    for (i = 0; i < c->t->nsegments; i++) {
        text = asr_conf_check_plain(c->t->segments[i].text, true);
        empty = text[0] == '\0';
        free(text);

        if (empty) {
            return asr_conf_check_says(c, asr_conf_copy("a text in each "
                                                        "segment"),
                                       asr_conf_print("none in segment %zu",
                                                      i));
        }
    }

    return asr_conf_check_segment_times(c);
}


static bool
asr_conf_check_words_text(const asr_conf_check_t *c)
{
    size_t                      i, k;
    bool                        same;
    asr_conf_buf_t              b;
    const asr_conf_segment_t   *s;

    if (!c->t->has_words) {
        return asr_conf_check_says(c, asr_conf_copy("words"),
                                   asr_conf_copy("none"));
    }

    for (i = 0; i < c->t->nsegments; i++) {
        s = &c->t->segments[i];
        asr_conf_buf_init(&b, ASR_CONF_JSON_MAX);
        asr_conf_buf_str(&b, "");

        for (k = 0; k < s->nwords; k++) {
            asr_conf_buf_str(&b, s->words[k].text);
            asr_conf_buf_str(&b, " ");
        }

        same = asr_conf_check_equal(c, s->text, b.data, false)
               && (s->slice == NULL
                   || asr_conf_check_equal(c, s->slice, b.data, false));
        asr_conf_buf_free(&b);

        if (!same) {
            return false;
        }

        if (s->told_words >= 0 && s->told_words != (json_int_t) s->nwords) {
            return asr_conf_check_says(c,
                asr_conf_print("%zu words told of segment %zu", s->nwords, i),
                asr_conf_print("%" JSON_INTEGER_FORMAT, s->told_words));
        }
    }

    return true;
}


static bool
asr_conf_check_sentences_join(const asr_conf_check_t *c)
{
    bool   same;
    char  *text;

    if (c->t->text == NULL) {
        return true;
    }

    text = asr_conf_transcript_text(c->t);
    same = asr_conf_check_equal(c, c->t->text, text, true);
    free(text);

    return same;
}


static bool
asr_conf_check_duration(const asr_conf_check_t *c)
{
    double  d, most;

    if (c->audio == NULL) {
        return asr_conf_check_says(c, asr_conf_copy("a recording that is "
                                                    "known"),
                                   asr_conf_copy("none in the case"));
    }

    d = c->t->duration - c->audio->duration;
    most = ASR_CONF_CHECK_FILE + 1e-6;

    if (c->t->duration >= 0 && d <= most && d >= -most) {
        return true;
    }

    return asr_conf_check_says(c,
        asr_conf_print("%.3f s, 0.1 more or less", c->audio->duration),
        c->t->duration < 0 ? asr_conf_copy("no duration")
                           : asr_conf_print("%.3f s", c->t->duration));
}


static bool
asr_conf_check_silence(const asr_conf_check_t *c)
{
    bool   empty;
    char  *all, *text;

    all = asr_conf_transcript_text(c->t);
    text = asr_conf_check_plain(all, true);
    free(all);

    if (text[0] == '\0' && c->t->text != NULL) {
        free(text);
        text = asr_conf_check_plain(c->t->text, true);
    }

    empty = text[0] == '\0';

    if (!empty) {
        (void) asr_conf_check_says(c, asr_conf_copy("no words"),
                                   asr_conf_check_quote("", text));
    }

    free(text);

    return empty;
}


static bool
asr_conf_check_has_words(const asr_conf_check_t *c)
{
    size_t  i;

    for (i = 0; i < c->t->nsegments && c->t->segments[i].nwords != 0; i++) {
        /* void */
    }

    if (i != 0 && i == c->t->nsegments) {
        return true;
    }

    return asr_conf_check_says(c, asr_conf_copy("words in each segment"),
        c->t->nsegments == 0 ? asr_conf_copy("no segment")
                             : asr_conf_print("none in segment %zu", i));
}


static bool
asr_conf_check_no_words(const asr_conf_check_t *c)
{
    if (!c->t->has_words) {
        return true;
    }

    return asr_conf_check_says(c, asr_conf_copy("segments without words"),
                               asr_conf_copy("words"));
}


static bool
asr_conf_check_channels(const asr_conf_check_t *c)
{
    int     n, channels;
    size_t  i;

    channels = c->audio == NULL ? 2 : c->audio->channels;

    if (c->t->nsegments == 0) {
        return asr_conf_check_says(c, asr_conf_copy("segments of channels"),
                                   asr_conf_copy("no segment"));
    }

    for (i = 0; i < c->t->nsegments; i++) {
        n = c->t->segments[i].channel;

        if (n >= 0 && n < channels) {
            continue;
        }

        return asr_conf_check_says(c,
            asr_conf_print("one of %d channels in segment %zu", channels, i),
            n < 0 ? asr_conf_copy("none")
                  : asr_conf_print("channel %d, counted from 1", n + 1));
    }

    return true;
}


static bool
asr_conf_check_speakers(const asr_conf_check_t *c)
{
    double       min, max;
    size_t       i, k, n;
    const char  *who;

    min = asr_conf_check_arg(c, "min", 1);
    max = asr_conf_check_arg(c, "max", 10);
    n = 0;

    for (i = 0; i < c->t->nsegments; i++) {
        who = c->t->segments[i].speaker;

        if (who == NULL) {
            return asr_conf_check_says(c, asr_conf_copy("a speaker in each "
                                                        "segment"),
                                       asr_conf_print("none in segment %zu",
                                                      i));
        }

        for (k = 0; k < i && strcmp(c->t->segments[k].speaker, who) != 0; k++)
        {
            /* void */
        }

        n += k == i;

        if ((double) n > max) {
            break;                       /* each further one costs a search */
        }
    }

    if ((double) n >= min && (double) n <= max) {
        return true;
    }

    return asr_conf_check_says(c,
        asr_conf_print("%.0f to %.0f speakers", min, max),
        asr_conf_print("%zu%s", n, (double) n > max ? " or more" : ""));
}


static bool
asr_conf_check_same_text(const asr_conf_check_t *c)
{
    bool   same;
    char  *want, *have;

    if (c->other == NULL) {
        return asr_conf_check_says(c, asr_conf_copy("a transcript kept"),
                                   asr_conf_copy("none in the case"));
    }

    want = asr_conf_transcript_text(c->other);
    have = asr_conf_transcript_text(c->t);
    same = asr_conf_check_equal(c, want, have, true);
    free(want);
    free(have);

    return same;
}


static bool
asr_conf_check_wer(const asr_conf_check_t *c)
{
    char     most[80], is[32], *want, *have;
    double   max, wer;

    if (c->other == NULL && c->audio == NULL) {
        return asr_conf_check_says(c, asr_conf_copy("a recording that is "
                                                    "known"),
                                   asr_conf_copy("none in the case"));
    }

    want = c->other != NULL ? asr_conf_transcript_text(c->other)
                            : asr_conf_copy(c->audio->reference);
    have = asr_conf_transcript_text(c->t);

    max = asr_conf_check_arg(c, "max", 0.3);
    wer = asr_conf_wer(want, have);

    if (wer > max + 1e-9) {
        snprintf(most, sizeof(most), "%.2f word errors a word or less against ",
                 max);
        snprintf(is, sizeof(is), "%.2f, ", wer);
        (void) asr_conf_check_says(c, asr_conf_check_quote(most, want),
                                   asr_conf_check_quote(is, have));
    }

    free(want);
    free(have);

    return wer <= max + 1e-9;
}


static bool
asr_conf_check_within(const asr_conf_check_t *c)
{
    size_t                      i;
    double                      from, to;
    const asr_conf_segment_t   *s;

    from = asr_conf_check_arg(c, "from", 0);
    to = asr_conf_check_arg(c, "to", 1e9);

    for (i = 0; i < c->t->nsegments; i++) {
        s = &c->t->segments[i];

        if (s->start < from - ASR_CONF_CHECK_WORD
            || s->end > to + ASR_CONF_CHECK_WORD)
        {
            return asr_conf_check_says(c,
                asr_conf_print("segment %zu between %.3f and %.3f s", i, from,
                               to),
                asr_conf_print("%.3f to %.3f s", s->start, s->end));
        }
    }

    return true;
}


/* Characters, not bytes; one long word cannot be cut. */

static bool
asr_conf_check_length(const asr_conf_check_t *c)
{
    char          is[32], *text;
    bool          one;
    double        max;
    size_t        i, n;

    max = asr_conf_check_arg(c, "max", 1e9);

    for (i = 0; i < c->t->nsegments; i++) {
        text = asr_conf_check_plain(c->t->segments[i].text, true);
        one = strchr(text, ' ') == NULL;

        n = asr_conf_characters(text, strlen(text));

        if ((double) n > max && !one) {
            snprintf(is, sizeof(is), "%zu, ", n);
            (void) asr_conf_check_says(c,
                asr_conf_print("%.0f characters or less in segment %zu", max,
                               i),
                asr_conf_check_quote(is, text));
            free(text);
            return false;
        }

        free(text);
    }

    return true;
}


/* Where no time may lie behind. */

static double
asr_conf_check_end(const asr_conf_check_t *c)
{
    return c->audio != NULL && c->audio->duration > 0
           ? c->audio->duration + ASR_CONF_CHECK_FILE : 1e9;
}


static double
asr_conf_check_arg(const asr_conf_check_t *c, const char *name, double dflt)
{
    json_t  *v;

    v = json_object_get(c->arg, name);

    return json_is_number(v) ? json_number_value(v) : dflt;
}


/*
 * One blank for several and none at the ends; without marks also no blanks, no
 * ASCII punctuation and small letters: what words alone have in common.
 */

static char *
asr_conf_check_plain(const char *s, bool marks)
{
    char  *out, *p;

    out = asr_conf_alloc(strlen(s) + 1);
    p = out;

    for ( /* void */ ; *s != '\0'; s++) {

        if ((unsigned char) *s <= ' ') {
            if (marks && p != out && p[-1] != ' ') {
                *p++ = ' ';
            }

        } else if (marks) {
            *p++ = *s;

        } else if ((unsigned char) *s >= 0x80
                   || !ispunct((unsigned char) *s))
        {
            *p++ = (char) tolower((unsigned char) *s);
        }
    }

    if (p != out && p[-1] == ' ') {
        p--;
    }

    *p = '\0';

    return out;
}


static bool
asr_conf_check_equal(const asr_conf_check_t *c, const char *want,
    const char *have, bool marks)
{
    bool   same;
    char  *a, *b;

    a = asr_conf_check_plain(want, marks);
    b = asr_conf_check_plain(have, marks);
    same = strcmp(a, b) == 0;

    if (!same) {
        (void) asr_conf_check_says(c, asr_conf_check_quote("", want),
                                   asr_conf_check_quote("", have));
    }

    free(a);
    free(b);

    return same;
}


/* Cut between characters: reports are UTF-8. */

static char *
asr_conf_check_quote(const char *before, const char *s)
{
    size_t  n;

    n = strlen(s);

    if (n > ASR_CONF_CHECK_SHOWN) {
        n = ASR_CONF_CHECK_SHOWN;

        while (n > 0 && ((unsigned char) s[n] & 0xc0) == 0x80) {
            n--;
        }
    }

    return asr_conf_print("%s\"%.*s%s\"", before, (int) n, s,
                          s[n] == '\0' ? "" : "...");
}


static bool
asr_conf_check_says(const asr_conf_check_t *c, char *expected, char *got)
{
    *c->expected = expected;
    *c->got = got;

    return false;
}
