/*
 * What the four APIs call a result, read into one form.
 *
 * The values are an endpoint's: of a member that has not the type its API gives
 * it nothing is taken, and the transcript is none.
 */

#include <math.h>
#include <stdlib.h>

#include "asr_conf_check.h"
#include "asr_conf_json.h"


#define ASR_CONF_SEGMENTS  20000u
#define ASR_CONF_WORDS     200000u
#define ASR_CONF_SECONDS   1e7           /* of any time */


/* What an API names in a segment and its words; NULL: has it not. */

typedef struct {
    const char  *start, *end, *text, *speaker, *channel;
    const char  *words, *word, *word_start, *word_end, *slice, *count;
    double       unit;                   /* of a time, in seconds */
    int          first;                  /* channel */
    bool         relative;               /* words to their segment's start */
} asr_conf_names_t;


static bool asr_conf_read_tencent(const json_t *r, asr_conf_transcript_t *t);
static bool asr_conf_read_lines(const char *p, bool segments,
    asr_conf_transcript_t *t);
static bool asr_conf_read_line(const char *p, size_t n,
    asr_conf_segment_t *s);
static bool asr_conf_read_clock(const char **p, double *v);
static bool asr_conf_read_u2(const json_t *r, asr_conf_transcript_t *t);
static bool asr_conf_read_memories(const json_t *r,
    asr_conf_transcript_t *t);
static bool asr_conf_read_ice(const json_t *r, asr_conf_transcript_t *t);
static bool asr_conf_read_segments(const json_t *all,
    const asr_conf_names_t *names, asr_conf_transcript_t *t);
static bool asr_conf_read_segment(const json_t *o,
    const asr_conf_names_t *names, asr_conf_segment_t *s, size_t *room);
static bool asr_conf_read_words(const json_t *all,
    const asr_conf_names_t *names, asr_conf_segment_t *s);
static bool asr_conf_read_time(const json_t *v, double unit, double *out);
static const char *asr_conf_read_text(const json_t *v);
static json_t *asr_conf_read_json(const json_t *v);


static const asr_conf_names_t  asr_conf_tencent_names = {
    .start = "StartMs", .end = "EndMs", .text = "FinalSentence",
    .speaker = "SpeakerId", .channel = "SpeakerId",
    .words = "Words", .word = "Word", .word_start = "OffsetStartMs",
    .word_end = "OffsetEndMs", .slice = "SliceSentence",
    .count = "WordsNum", .unit = 0.001, .relative = true
};

static const asr_conf_names_t  asr_conf_u2_names = {
    .start = "start", .end = "end", .text = "text", .speaker = "speaker",
    .channel = "channel", .words = "words", .word = "text",
    .word_start = "start", .word_end = "end", .unit = 0.001, .first = 1
};

static const asr_conf_names_t  asr_conf_memories_names = {
    .start = "start_time", .end = "end_time", .text = "text",
    .speaker = "speaker", .unit = 1
};

static const asr_conf_names_t  asr_conf_ice_names = {
    .start = "from", .end = "to", .text = "content", .unit = 1
};


bool
asr_conf_transcript_read(const char *api, const json_t *reply,
    asr_conf_transcript_t *out)
{
    bool  ok;

    memset(out, 0, sizeof(asr_conf_transcript_t));
    out->duration = -1;

    ok = strcmp(api, "tencent") == 0 ? asr_conf_read_tencent(reply, out)
         : strcmp(api, "u2") == 0 ? asr_conf_read_u2(reply, out)
         : strcmp(api, "memories") == 0 ? asr_conf_read_memories(reply, out)
         : strcmp(api, "ice") == 0 ? asr_conf_read_ice(reply, out)
         : false;

    if (!ok) {
        asr_conf_transcript_clean(out);
    }

    return ok;
}


void
asr_conf_transcript_clean(asr_conf_transcript_t *t)
{
    size_t               i, k;
    asr_conf_segment_t  *s;

    for (i = 0; i < t->nsegments; i++) {
        s = &t->segments[i];

        for (k = 0; k < s->nwords; k++) {
            free((char *) s->words[k].text);
        }

        free(s->words);
        free((char *) s->text);
        free((char *) s->slice);
        free((char *) s->speaker);
    }

    free(t->segments);
    free((char *) t->text);
    free((char *) t->error);

    memset(t, 0, sizeof(asr_conf_transcript_t));
}


char *
asr_conf_transcript_text(const asr_conf_transcript_t *t)
{
    size_t           i;
    asr_conf_buf_t   b;

    asr_conf_buf_init(&b, ASR_CONF_JSON_MAX);
    asr_conf_buf_str(&b, "");

    for (i = 0; i < t->nsegments; i++) {
        asr_conf_buf_str(&b, i == 0 ? "" : " ");
        asr_conf_buf_str(&b, t->segments[i].text);
    }

    return b.data;
}


/* DescribeTaskStatus, or a callback's form with text for all values. */

static bool
asr_conf_read_tencent(const json_t *r, asr_conf_transcript_t *t)
{
    bool           ok;
    char          *end;
    json_t        *own;
    const char    *s;
    const json_t  *data, *lines, *detail;

    data = json_object_get(json_object_get(r, "Response"), "Data");
    own = NULL;

    if (data != NULL) {
        t->done = json_integer_value(json_object_get(data, "Status")) == 2;
        t->failed = json_integer_value(json_object_get(data, "Status")) == 3;
        t->error = asr_conf_read_text(json_object_get(data, "ErrorMsg"));
        lines = json_object_get(data, "Result");
        detail = json_object_get(data, "ResultDetail");

        if (json_is_number(json_object_get(data, "AudioDuration"))
            && !asr_conf_read_time(json_object_get(data, "AudioDuration"), 1,
                                   &t->duration))
        {
            return false;
        }

    } else {
        s = json_string_value(json_object_get(r, "code"));
        if (s == NULL) {
            return false;
        }

        t->done = strcmp(s, "0") == 0;
        t->failed = !t->done;
        t->error = asr_conf_read_text(json_object_get(r, "message"));
        lines = json_object_get(r, "text");
        own = asr_conf_read_json(json_object_get(r, "resultDetail"));
        detail = own;

        s = json_string_value(json_object_get(r, "audioTime"));
        if (s != NULL && s[0] != '\0') {
            t->duration = strtod(s, &end);

            if (*end != '\0' || !isfinite(t->duration)) {
                json_decref(own);
                return false;
            }
        }
    }

    ok = detail == NULL || json_is_null(detail)
         || asr_conf_read_segments(detail, &asr_conf_tencent_names, t);

    if (ok && json_is_string(lines)) {
        ok = asr_conf_read_lines(json_string_value(lines), t->nsegments == 0,
                                 t);
    }

    json_decref(own);

    return ok;
}


/* "[m:s.mmm,m:s.mmm]  text\n", with two channels or speakers a third number. */

static bool
asr_conf_read_lines(const char *p, bool segments, asr_conf_transcript_t *t)
{
    size_t               n, room;
    asr_conf_buf_t       text;
    asr_conf_segment_t   s;

    asr_conf_buf_init(&text, ASR_CONF_JSON_MAX);
    asr_conf_buf_str(&text, "");
    room = 0;

    for ( /* void */ ; *p != '\0'; p += n + (p[n] == '\n')) {
        n = strcspn(p, "\n");

        if (n == 0) {
            continue;
        }

        if (!asr_conf_read_line(p, n, &s)
            || (segments && t->nsegments == ASR_CONF_SEGMENTS))
        {
            asr_conf_buf_free(&text);
            return false;
        }

        asr_conf_buf_str(&text, text.len == 0 ? "" : " ");
        asr_conf_buf_add(&text, s.text, n - (size_t) (s.text - p));

        if (!segments) {
            continue;
        }

        if (t->nsegments == room) {
            room = room == 0 ? 16 : room * 2;
            t->segments = asr_conf_grow(t->segments, room, sizeof(s));
        }

        s.text = asr_conf_copy_n(s.text, n - (size_t) (s.text - p));
        s.speaker = s.channel < 0 ? NULL : asr_conf_print("%d", s.channel);
        t->segments[t->nsegments++] = s;
    }

    t->text = text.data;

    return true;
}


/* s->text is in the line. */

static bool
asr_conf_read_line(const char *p, size_t n, asr_conf_segment_t *s)
{
    const char  *end;

    end = p + n;
    memset(s, 0, sizeof(asr_conf_segment_t));
    s->channel = -1;
    s->told_words = -1;

    if (*p++ != '[' || !asr_conf_read_clock(&p, &s->start) || *p++ != ','
        || !asr_conf_read_clock(&p, &s->end))
    {
        return false;
    }

    if (*p == ',') {
        n = strspn(++p, "0123456789");

        if (n == 0 || n > 4) {
            return false;
        }

        s->channel = (int) strtol(p, NULL, 10);
        p += n;
    }

    if (*p++ != ']') {
        return false;
    }

    for ( /* void */ ; p < end && *p == ' '; p++) { /* void */ }

    s->text = p;

    return true;
}


static bool
asr_conf_read_clock(const char **p, double *v)
{
    char        *end;
    size_t       m, s;

    m = strspn(*p, "0123456789");

    if (m == 0 || m > 6 || (*p)[m] != ':') {
        return false;
    }

    s = strspn(*p + m + 1, "0123456789.");

    if (s == 0 || s > 8) {
        return false;
    }

    *v = 60 * strtod(*p, NULL) + strtod(*p + m + 1, &end);

    if (end != *p + m + 1 + s) {
        return false;
    }

    *p = end;

    return true;
}


static bool
asr_conf_read_u2(const json_t *r, asr_conf_transcript_t *t)
{
    const char    *s;
    const json_t  *base, *results, *duration;

    s = json_string_value(json_object_get(r, "status"));
    if (s == NULL) {
        return false;
    }

    t->done = strcmp(s, "Success") == 0;
    t->failed = strcmp(s, "Failed") == 0;

    base = json_object_get(r, "base_resp");
    t->error = t->failed
               ? asr_conf_read_text(json_object_get(base, "status_msg"))
               : NULL;

    results = json_object_get(r, "results");
    duration = json_object_get(r, "duration");

    if (duration != NULL
        && !asr_conf_read_time(duration, 0.001, &t->duration))
    {
        return false;
    }

    return results == NULL
           || asr_conf_read_segments(results, &asr_conf_u2_names, t);
}


/* The sync reply, the callback, and the query around what a callback has. */

static bool
asr_conf_read_memories(const json_t *r, asr_conf_transcript_t *t)
{
    unsigned       i;
    const char    *s;
    const json_t  *v, *usage, *all;

    t->error = NULL;

    for (i = 0, v = r, all = NULL; i < 6 && json_is_object(v); i++) {

        s = json_string_value(json_object_get(v, "status"));
        if (s != NULL) {
            t->done = strcmp(s, "completed") == 0;
            t->failed = strcmp(s, "failed") == 0;
        }

        if (json_is_true(json_object_get(v, "success")) && s == NULL) {
            t->done = true;
        }

        if (json_is_false(json_object_get(v, "success"))) {
            t->failed = true;
            t->done = false;
        }

        usage = json_object_get(v, "usage_metadata");
        if (usage != NULL
            && !asr_conf_read_time(json_object_get(usage, "duration"), 1,
                                   &t->duration))
        {
            return false;
        }

        all = json_object_get(v, "items");
        all = json_is_array(all) ? all : json_object_get(v, "data");

        if (json_is_array(all)) {
            break;
        }

        v = json_is_object(json_object_get(v, "result"))
            ? json_object_get(v, "result") : all;
        all = NULL;
    }

    if (all == NULL) {
        t->done = false;
        return t->failed;
    }

    return asr_conf_read_segments(all, &asr_conf_memories_names, t);
}


static bool
asr_conf_read_ice(const json_t *r, asr_conf_transcript_t *t)
{
    bool         ok;
    json_t      *own;
    const char  *s;

    s = json_string_value(json_object_get(r, "State"));
    if (s == NULL) {
        return false;
    }

    t->done = strcmp(s, "Finished") == 0;
    t->failed = strcmp(s, "Failed") == 0;
    t->error = asr_conf_read_text(json_object_get(r, "ErrorMessage"));

    if (!t->done) {
        return true;
    }

    own = asr_conf_read_json(json_object_get(r, "Output"));

    if (own == NULL) {
        own = asr_conf_read_json(json_object_get(json_object_get(r,
                                                                 "JobResult"),
                                                 "AiResult"));
    }

    ok = own != NULL && asr_conf_read_segments(own, &asr_conf_ice_names, t);
    json_decref(own);

    return ok;
}


static bool
asr_conf_read_segments(const json_t *all, const asr_conf_names_t *names,
    asr_conf_transcript_t *t)
{
    size_t               i, n, room;
    asr_conf_segment_t  *s;

    n = json_array_size(all);

    if (!json_is_array(all) || n > ASR_CONF_SEGMENTS) {
        return false;
    }

    t->segments = asr_conf_alloc(n * sizeof(asr_conf_segment_t));
    room = ASR_CONF_WORDS;

    for (i = 0; i < n; i++) {
        s = &t->segments[i];
        t->nsegments++;

        if (!asr_conf_read_segment(json_array_get(all, i), names, s, &room)) {
            return false;
        }

        t->has_words |= s->nwords != 0;
    }

    return true;
}


/* What is read of a segment that fails is freed with the transcript. */

static bool
asr_conf_read_segment(const json_t *o, const asr_conf_names_t *names,
    asr_conf_segment_t *s, size_t *room)
{
    json_int_t     n;
    const json_t  *v;

    s->channel = -1;
    s->told_words = -1;
    s->text = asr_conf_read_text(json_object_get(o, names->text));

    if (s->text == NULL
        || !asr_conf_read_time(json_object_get(o, names->start), names->unit,
                               &s->start)
        || !asr_conf_read_time(json_object_get(o, names->end), names->unit,
                               &s->end))
    {
        return false;
    }

    v = names->speaker == NULL ? NULL : json_object_get(o, names->speaker);

    if (json_is_integer(v)) {
        s->speaker = asr_conf_print("%" JSON_INTEGER_FORMAT,
                                    json_integer_value(v));

    } else if (json_is_string(v)) {
        s->speaker = asr_conf_read_text(v);

    } else if (v != NULL && !json_is_null(v)) {
        return false;
    }

    v = names->channel == NULL ? NULL : json_object_get(o, names->channel);

    if (v != NULL && !json_is_null(v)) {
        n = json_integer_value(v);

        if (!json_is_integer(v) || n < names->first || n > 1000) {
            return false;
        }

        s->channel = (int) n - names->first;
    }

    if (names->slice != NULL) {
        s->slice = asr_conf_read_text(json_object_get(o, names->slice));
    }

    v = names->count == NULL ? NULL : json_object_get(o, names->count);

    if (json_is_integer(v)) {
        s->told_words = json_integer_value(v);
    }

    v = names->words == NULL ? NULL : json_object_get(o, names->words);

    if (v == NULL || json_is_null(v)) {
        return true;
    }

    if (!json_is_array(v) || json_array_size(v) > *room) {
        return false;
    }

    *room -= json_array_size(v);

    return asr_conf_read_words(v, names, s);
}


static bool
asr_conf_read_words(const json_t *all, const asr_conf_names_t *names,
    asr_conf_segment_t *s)
{
    size_t            i, n;
    json_t           *o;
    asr_conf_word_t  *w;

    n = json_array_size(all);
    s->words = asr_conf_alloc(n * sizeof(asr_conf_word_t));

    for (i = 0; i < n; i++) {
        o = json_array_get(all, i);
        w = &s->words[i];
        s->nwords++;

        w->text = asr_conf_read_text(json_object_get(o, names->word));

        if (w->text == NULL
            || !asr_conf_read_time(json_object_get(o, names->word_start),
                                   names->unit, &w->start)
            || !asr_conf_read_time(json_object_get(o, names->word_end),
                                   names->unit, &w->end))
        {
            return false;
        }

        if (names->relative) {
            w->start += s->start;
            w->end += s->start;
        }
    }

    return true;
}


/* Negative ones are read too: a check is to name them. */

static bool
asr_conf_read_time(const json_t *v, double unit, double *out)
{
    double  n;

    if (!json_is_number(v)) {
        return false;
    }

    n = json_number_value(v) * unit;

    if (!isfinite(n) || fabs(n) > ASR_CONF_SECONDS) {
        return false;
    }

    *out = n;

    return true;
}


static const char *
asr_conf_read_text(const json_t *v)
{
    return json_is_string(v) ? asr_conf_copy(json_string_value(v)) : NULL;
}


/* JSON in a string; NULL: none. */

static json_t *
asr_conf_read_json(const json_t *v)
{
    char  err[160];

    return json_is_string(v) && json_string_length(v) != 0
           ? asr_conf_json_read(json_string_value(v), json_string_length(v),
                                err, sizeof(err))
           : NULL;
}
