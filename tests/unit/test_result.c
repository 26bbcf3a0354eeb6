/*
 * Results: written, read back, joined; and every way a stored text can be
 * wrong.
 */

#include "unit.h"

#include "speech/asr_result.h"


static asr_word_t  words[] = {
    { ASR_STR("hello"), 100, 480, 0.9876f, ASR_STR("") },
    { ASR_STR("\"w\\rld\" \xc3\xa9"), 480, 900, 1.0f, ASR_STR(".\"") },
    { ASR_STR(""), 900, 900, 0.0f, ASR_STR("") },
};


static asr_sentence_t
sentence(int32_t start, int32_t channel, size_t n)
{
    asr_sentence_t  s;

    memset(&s, 0, sizeof(s));
    s.text = asr_str("hello \"w\\rld\" \xc3\xa9");
    s.start_ms = start;
    s.end_ms = start + 800;
    s.channel = channel;
    s.speaker = -1;
    s.confidence = 0.5f;
    s.energy_db = 61.3f;
    s.words = words;
    s.nwords = n;

    return s;
}


static asr_str_t
write_sentence(asr_buf_t *b, const asr_sentence_t *s)
{
    asr_json_out_t  o;

    asr_buf_init(b, 65536);
    assert_int_equal(asr_json_out_begin(&o, b), ASR_OK);
    assert_int_equal(asr_sentence_write(&o, s), ASR_OK);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);

    return asr_buf_str(b);
}


static void
same_sentence(const asr_sentence_t *a, const asr_sentence_t *b)
{
    size_t  i;

    assert_true(asr_str_eq(a->text, b->text));
    assert_int_equal(a->start_ms, b->start_ms);
    assert_int_equal(a->end_ms, b->end_ms);
    assert_int_equal(a->channel, b->channel);
    assert_int_equal(a->speaker, b->speaker);
    assert_true(a->confidence - b->confidence < 0.0001f
                && b->confidence - a->confidence < 0.0001f);
    assert_true(a->energy_db - b->energy_db < 0.06f
                && b->energy_db - a->energy_db < 0.06f);
    assert_int_equal(a->nwords, b->nwords);

    for (i = 0; i < a->nwords; i++) {
        assert_true(asr_str_eq(a->words[i].text, b->words[i].text));
        assert_true(asr_str_eq(a->words[i].tail, b->words[i].tail));
        assert_int_equal(a->words[i].start_ms, b->words[i].start_ms);
        assert_int_equal(a->words[i].end_ms, b->words[i].end_ms);
        assert_true(a->words[i].confidence - b->words[i].confidence < 0.0001f
                    && b->words[i].confidence - a->words[i].confidence
                       < 0.0001f);
    }
}


static void
test_sentence(void **state)
{
    size_t          i;
    asr_buf_t       b;
    asr_arena_t     a;
    asr_sentence_t  s, t;

    for (i = 0; i <= 3; i++) {
        s = sentence(100, 1, i);
        asr_arena_init(&a, 1 << 20);
        assert_int_equal(asr_sentence_read(&a, write_sentence(&b, &s), &t),
                         ASR_OK);
        asr_buf_free(&b);        /* nothing read points there */
        same_sentence(&s, &t);
        asr_arena_free(&a);
    }

    /* the form is what other versions and machines read */

    s = sentence(100, 0, 1);
    s.text = asr_str("hello");
    (void) write_sentence(&b, &s);
    assert_int_equal(b.len, strlen("{\"t\":\"hello\",\"s\":100,\"e\":900,"
                                   "\"c\":0,\"p\":-1,\"f\":0.5000,"
                                   "\"d\":61.3,\"w\":[[\"hello\",100,480,"
                                   "0.9876]]}"));
    assert_memory_equal(b.data, "{\"t\":\"hello\",\"s\":100,\"e\":900,"
                        "\"c\":0,\"p\":-1,\"f\":0.5000,\"d\":61.3,"
                        "\"w\":[[\"hello\",100,480,0.9876]]}", b.len);
    asr_buf_free(&b);

    /* what is no share of one is written as one that is */

    s.confidence = 7.0f;
    words[0].confidence = -1.0f;
    asr_arena_init(&a, 1 << 20);
    assert_int_equal(asr_sentence_read(&a, write_sentence(&b, &s), &t),
                     ASR_OK);
    assert_true(t.confidence > 0.999f && t.confidence < 1.001f);
    assert_true(t.words[0].confidence < 0.001f);
    asr_arena_free(&a);
    asr_buf_free(&b);
    words[0].confidence = 0.9876f;
}


static void
test_result(void **state)
{
    size_t          i;
    asr_buf_t       b;
    asr_arena_t     a;
    asr_result_t    r, q;
    asr_sentence_t  s[3];

    memset(&r, 0, sizeof(r));
    r.audio_ms = 18000000;
    r.channels = 2;
    r.sentences = s;

    for (i = 0; i <= 3; i++) {
        if (i != 0) {
            s[i - 1] = sentence((int32_t) i * 1000, i & 1, i);
        }

        r.nsentences = i;
        asr_buf_init(&b, 65536);
        asr_arena_init(&a, 1 << 20);
        assert_int_equal(asr_result_write(&b, &r), ASR_OK);
        assert_int_equal(asr_result_read(&a, asr_buf_str(&b), &q), ASR_OK);
        assert_int_equal(q.audio_ms, r.audio_ms);
        assert_int_equal(q.channels, 2);
        assert_int_equal(q.nsentences, i);

        if (i != 0) {
            same_sentence(&s[i - 1], &q.sentences[i - 1]);
        }

        asr_arena_free(&a);
        asr_buf_free(&b);
    }

    /* over the ceiling */

    asr_buf_init(&b, 64);
    assert_int_equal(asr_result_write(&b, &r), ASR_NOMEM);
    asr_buf_free(&b);
}


static void
test_invalid(void **state)
{
    size_t          i;
    asr_arena_t     a;
    asr_result_t    r;
    asr_sentence_t  s;

    static const char *const  sentences[] = {
        "", "{", "null", "[]", "{}",
        "{\"s\":1,\"e\":2,\"c\":0,\"p\":-1,\"f\":0.5,\"d\":1.0,\"w\":[]}",
        "{\"t\":1,\"s\":1,\"e\":2,\"c\":0,\"p\":-1,\"f\":0.5,\"d\":1.0,"
        "\"w\":[]}",
        "{\"t\":\"\",\"s\":3,\"e\":2,\"c\":0,\"p\":-1,\"f\":0.5,\"d\":1.0,"
        "\"w\":[]}",
        "{\"t\":\"\",\"s\":-1,\"e\":2,\"c\":0,\"p\":-1,\"f\":0.5,\"d\":1.0,"
        "\"w\":[]}",
        "{\"t\":\"\",\"s\":1,\"e\":2147483648,\"c\":0,\"p\":-1,\"f\":0.5,"
        "\"d\":1.0,\"w\":[]}",
        "{\"t\":\"\",\"s\":1,\"e\":2,\"c\":2,\"p\":-1,\"f\":0.5,\"d\":1.0,"
        "\"w\":[]}",
        "{\"t\":\"\",\"s\":1,\"e\":2,\"c\":0,\"p\":-2,\"f\":0.5,\"d\":1.0,"
        "\"w\":[]}",
        "{\"t\":\"\",\"s\":1,\"e\":2,\"c\":0,\"p\":-1,\"f\":1.5,\"d\":1.0,"
        "\"w\":[]}",
        "{\"t\":\"\",\"s\":1,\"e\":2,\"c\":0,\"p\":-1,\"f\":\"1\",\"d\":1.0,"
        "\"w\":[]}",
        "{\"t\":\"\",\"s\":1,\"e\":2,\"c\":0,\"p\":-1,\"f\":0.5,\"d\":1.0,"
        "\"w\":{}}",
        "{\"t\":\"\",\"s\":1,\"e\":2,\"c\":0,\"p\":-1,\"f\":0.5,\"d\":1.0,"
        "\"w\":[1]}",
        "{\"t\":\"\",\"s\":1,\"e\":2,\"c\":0,\"p\":-1,\"f\":0.5,\"d\":1.0,"
        "\"w\":[[\"a\",1,2]]}",
        "{\"t\":\"\",\"s\":1,\"e\":2,\"c\":0,\"p\":-1,\"f\":0.5,\"d\":1.0,"
        "\"w\":[[\"a\",2,1,0.5]]}",
        "{\"t\":\"\",\"s\":1,\"e\":2,\"c\":0,\"p\":-1,\"f\":0.5,\"d\":1.0,"
        "\"w\":[[\"a\",1,2,0.5,1]]}",
    };

    static const char *const  results[] = {
        "", "[]", "{\"channels\":1,\"sentences\":[]}",
        "{\"ms\":-1,\"channels\":1,\"sentences\":[]}",
        "{\"ms\":1.5,\"channels\":1,\"sentences\":[]}",
        "{\"ms\":1,\"channels\":0,\"sentences\":[]}",
        "{\"ms\":1,\"channels\":3,\"sentences\":[]}",
        "{\"ms\":1,\"channels\":1}",
        "{\"ms\":1,\"channels\":1,\"sentences\":[{}]}",
        "{\"ms\":1,\"channels\":1,\"sentences\":[]} x",
    };

    for (i = 0; i < asr_nelts(sentences); i++) {
        asr_arena_init(&a, 1 << 20);
        assert_int_equal(asr_sentence_read(&a, asr_cstr(sentences[i]), &s),
                         ASR_INVALID);
        asr_arena_free(&a);
    }

    for (i = 0; i < asr_nelts(results); i++) {
        asr_arena_init(&a, 1 << 20);
        assert_int_equal(asr_result_read(&a, asr_cstr(results[i]), &r),
                         ASR_INVALID);
        asr_arena_free(&a);
    }
}


/* What only some sentences have. */

static void
test_extras(void **state)
{
    asr_buf_t       b;
    asr_arena_t     a;
    asr_sentence_t  s, t;

    static asr_str_t          said[] = { ASR_STR("cloud"), ASR_STR("x\"y") };
    static asr_keyword_hit_t  hits[] = {
        { ASR_STR("lib-1"), ASR_STR("names"), said, 2 },
        { ASR_STR("lib-2"), ASR_STR(""), NULL, 0 },
    };

    s = sentence(100, 0, 2);
    s.written = asr_str("Hello \"w\\rld\".");
    s.hits = hits;
    s.nhits = 2;

    asr_arena_init(&a, 1 << 20);
    assert_int_equal(asr_sentence_read(&a, write_sentence(&b, &s), &t),
                     ASR_OK);
    asr_buf_free(&b);
    same_sentence(&s, &t);

    assert_true(asr_str_eq(t.written, s.written));
    assert_int_equal(t.nhits, 2);
    assert_true(asr_str_eq(t.hits[0].id, hits[0].id));
    assert_true(asr_str_eq(t.hits[0].name, hits[0].name));
    assert_int_equal(t.hits[0].nwords, 2);
    assert_true(asr_str_eq(t.hits[0].words[0], said[0]));
    assert_true(asr_str_eq(t.hits[0].words[1], said[1]));
    assert_true(asr_str_eq(t.hits[1].id, hits[1].id));
    assert_int_equal(t.hits[1].nwords, 0);
    asr_arena_free(&a);
}


static void
test_join(void **state)
{
    size_t          i;
    asr_buf_t       b[6];
    asr_str_t       parts[6];
    asr_arena_t     a;
    asr_result_t    r;
    asr_sentence_t  s;

    static const struct {
        int32_t  start;
        int32_t  channel;
        size_t   words;
    } in[] = {
        { 5000, 0, 2 }, { 1000, 1, 1 }, { 2000, 0, 0 }, { 1000, 0, 3 },
        { 9000, 1, 1 }, { 0, 0, 0 },
    };

    static const size_t  order[] = { 3, 1, 0, 4 };

    for (i = 0; i < 6; i++) {
        s = sentence(in[i].start, in[i].channel, in[i].words);
        parts[i] = write_sentence(&b[i], &s);
    }

    asr_arena_init(&a, 1 << 20);
    assert_int_equal(asr_result_join(&a, parts, 6, 12345, 2, &r), ASR_OK);
    assert_int_equal(asr_result_words(&r), 7);
    assert_int_equal(r.audio_ms, 12345);
    assert_int_equal(r.channels, 2);
    assert_int_equal(r.nsentences, 4);

    for (i = 0; i < 4; i++) {
        assert_int_equal(r.sentences[i].start_ms, in[order[i]].start);
        assert_int_equal(r.sentences[i].channel, in[order[i]].channel);
        assert_int_equal(r.sentences[i].nwords, in[order[i]].words);
    }

    asr_arena_free(&a);

    /* none at all is a result */

    asr_arena_init(&a, 1 << 20);
    assert_int_equal(asr_result_join(&a, NULL, 0, 1000, 1, &r), ASR_OK);
    assert_int_equal(asr_result_words(&r), 0);
    assert_int_equal(r.nsentences, 0);

    /* a broken part, an arena too small */

    parts[1] = asr_str("{}");
    assert_int_equal(asr_result_join(&a, parts, 6, 1, 1, &r), ASR_INVALID);
    asr_arena_free(&a);

    asr_arena_init(&a, 256);
    assert_int_equal(asr_result_join(&a, parts, 1, 1, 1, &r), ASR_NOMEM);
    asr_arena_free(&a);

    for (i = 0; i < 6; i++) {
        asr_buf_free(&b[i]);
    }
}


/* Five hours of talk fit the ceilings that the runner works with. */

static void
test_large(void **state)
{
    size_t          i;
    asr_buf_t       b, out;
    asr_str_t      *parts;
    asr_arena_t     a;
    asr_word_t      many[40];
    asr_result_t    r;
    asr_sentence_t  s;

    for (i = 0; i < asr_nelts(many); i++) {
        many[i] = words[0];
    }

    s = sentence(17000000, 0, 0);
    s.words = many;
    s.nwords = asr_nelts(many);
    (void) write_sentence(&b, &s);

    parts = malloc(2000 * sizeof(asr_str_t));
    assert_non_null(parts);

    for (i = 0; i < 2000; i++) {
        parts[i] = asr_buf_str(&b);
    }

    asr_arena_init(&a, 256 * 1024 * 1024);
    assert_int_equal(asr_result_join(&a, parts, 2000, 18000000, 1, &r),
                     ASR_OK);
    assert_int_equal(asr_result_words(&r), 80000);

    asr_buf_init(&out, ASR_RESULT_MAX);
    assert_int_equal(asr_result_write(&out, &r), ASR_OK);
    asr_arena_free(&a);

    asr_arena_init(&a, 256 * 1024 * 1024);
    assert_int_equal(asr_result_read(&a, asr_buf_str(&out), &r), ASR_OK);
    assert_int_equal(r.nsentences, 2000);
    asr_arena_free(&a);

    asr_buf_free(&out);
    asr_buf_free(&b);
    free(parts);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_sentence),
        cmocka_unit_test(test_result),
        cmocka_unit_test(test_invalid),
        cmocka_unit_test(test_extras),
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
