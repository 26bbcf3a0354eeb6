/*
 * Subtitles: who gets them, how they look, and that they can be read back.
 */

#include "text_unit.h"

#include "api/asr_subtitles.h"


static void
test_accept(void **state)
{
    char       *p;
    size_t      i, n;
    asr_str_t   s;

    static const struct {
        const char       *accept;
        asr_subtitles_t   kind;
    } cases[] = {
        { "", ASR_SUBTITLES_NONE },
        { "*/*", ASR_SUBTITLES_NONE },
        { "application/json", ASR_SUBTITLES_NONE },
        { "text/*", ASR_SUBTITLES_NONE },
        { "text/html, text/plain;q=0.5", ASR_SUBTITLES_NONE },
        { "text/vtt", ASR_SUBTITLES_VTT },
        { "Text/VTT;charset=utf-8", ASR_SUBTITLES_VTT },
        { "text/srt", ASR_SUBTITLES_SRT },
        { "application/x-subrip", ASR_SUBTITLES_SRT },
        { "text/vtt, */*", ASR_SUBTITLES_VTT },
        { "*/* , text/vtt", ASR_SUBTITLES_VTT },
        { "*/*, text/vtt;q=0.5", ASR_SUBTITLES_NONE },
        { "*/*;q=0.1, text/vtt;q=0.5", ASR_SUBTITLES_VTT },
        { "application/*;q=0.6, text/vtt;q=0.5", ASR_SUBTITLES_NONE },
        { "application/json, text/vtt", ASR_SUBTITLES_NONE },
        { "application/json;q=0.9, text/vtt", ASR_SUBTITLES_VTT },
        { "application/json;q=0, */*, text/vtt;q=0.5", ASR_SUBTITLES_VTT },
        { "text/vtt;q=0", ASR_SUBTITLES_NONE },
        { "text/vtt;q=0.000", ASR_SUBTITLES_NONE },
        { "text/vtt; q=0.001", ASR_SUBTITLES_VTT },
        { "text/vtt;q=0.3, text/srt;Q=0.4", ASR_SUBTITLES_SRT },
        { "text/srt, text/vtt", ASR_SUBTITLES_SRT },
        { "text/vtt, text/srt", ASR_SUBTITLES_VTT },
        { "text/vttx, xtext/vtt", ASR_SUBTITLES_NONE },
        { ",;,;q=,q=0", ASR_SUBTITLES_NONE },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        s = asr_cstr(cases[i].accept);
        p = unit_guard(s.data, s.len);

        if (asr_subtitles_wanted((asr_str_t) { s.len, p }) != cases[i].kind) {
            fail_msg("\"%s\"", cases[i].accept);
        }

        unit_unguard(p, s.len);

        /* cut anywhere it is read no further */

        for (n = 0; n < s.len; n++) {
            p = unit_guard(s.data, n);
            (void) asr_subtitles_wanted((asr_str_t) { n, p });
            unit_unguard(p, n);
        }
    }

    assert_int_equal(asr_subtitles_wanted(asr_str_null()), ASR_SUBTITLES_NONE);
}


static void
subtitles_are(const asr_result_t *r, asr_subtitles_t kind, const char *want)
{
    asr_buf_t  b;

    asr_buf_init(&b, 1 << 20);
    assert_int_equal(asr_subtitles_write(&b, &text_arena, r, kind), ASR_OK);

    if (!asr_str_eq(asr_buf_str(&b), asr_cstr(want))) {
        fail_msg("%.*s\n-- not --\n%s", asr_fmt(asr_buf_str(&b)), want);
    }

    asr_buf_free(&b);
}


static void
test_golden(void **state)
{
    asr_ask_t     ask;
    asr_result_t  r;

    asr_arena_init(&text_arena, 1 << 26);
    asr_ask_init(&ask);
    ask.numbers = ASR_NUMBERS_WORDS;

    r = text_heard("we saw the red houses and the blue one ~300 which they "
                   "had built there ~900 do you <b> & ]]> "
                   "\xc3\xa9t\xc3\xa9 ~3700000 yes");
    assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r), ASR_OK);

    subtitles_are(&r, ASR_SUBTITLES_SRT,
        "1\n00:00:00,000 --> 00:00:03,100\n"
        "We saw the red houses and the blue\n"
        "one, which they had built there.\n\n"
        "2\n00:00:04,000 --> 00:00:05,200\n"
        "Do you <b> & ]]> \xc3\xa9t\xc3\xa9?\n\n"
        "3\n01:01:45,200 --> 01:01:45,400\n"
        "Yes.\n\n");

    subtitles_are(&r, ASR_SUBTITLES_VTT,
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:03.100\n"
        "We saw the red houses and the blue\n"
        "one, which they had built there.\n\n"
        "00:00:04.000 --> 00:00:05.200\n"
        "Do you &lt;b&gt; &amp; ]]&gt; \xc3\xa9t\xc3\xa9?\n\n"
        "01:01:45.200 --> 01:01:45.400\n"
        "Yes.\n\n");

    /* speakers, channels: by name, in the order of time */

    r = text_heard("@0 we left @4 they stayed there");
    assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r), ASR_OK);
    subtitles_are(&r, ASR_SUBTITLES_SRT,
        "1\n00:00:00,000 --> 00:00:00,400\nSpeaker 1: We left.\n\n"
        "2\n00:00:00,400 --> 00:00:01,000\nSpeaker 5: They stayed there.\n\n");
    subtitles_are(&r, ASR_SUBTITLES_VTT,
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:00.400\n<v Speaker 1>We left.\n\n"
        "00:00:00.400 --> 00:00:01.000\n<v Speaker 5>They stayed there.\n\n");

    r = text_heard("/0 we left /1 yes");
    assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r), ASR_OK);
    subtitles_are(&r, ASR_SUBTITLES_VTT,
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:00.400\n<v Speaker 1>We left.\n\n"
        "00:00:00.400 --> 00:00:00.600\n<v Speaker 2>Yes.\n\n");

    r.nsentences = 0;
    subtitles_are(&r, ASR_SUBTITLES_SRT, "");
    subtitles_are(&r, ASR_SUBTITLES_VTT, "WEBVTT\n\n");

    asr_arena_free(&text_arena);
}


static int32_t
cue_time(const char *p, char point)
{
    int  h, m, s, ms;

    assert_int_equal(sscanf(p, "%2d:%2d:%2d%*c%3d", &h, &m, &s, &ms), 4);
    assert_int_equal(p[8], point);

    return ((h * 60 + m) * 60 + s) * 1000 + ms;
}


/* Reads SRT or VTT; the words, one blank after each, to words. */

static void
parse_back(asr_str_t s, asr_subtitles_t kind, asr_buf_t *words)
{
    int32_t    from, to, last;
    unsigned   cue, lines;
    asr_str_t  line, word;

    last = 0;

    if (kind == ASR_SUBTITLES_VTT) {
        line = asr_str_cut(&s, '\n');
        assert_true(asr_str_eq(line, asr_str("WEBVTT")));
        assert_int_equal(asr_str_cut(&s, '\n').len, 0);
    }

    for (cue = 1; s.len != 0; cue++) {

        if (kind == ASR_SUBTITLES_SRT) {
            line = asr_str_cut(&s, '\n');
            assert_int_equal(strtol(line.data, NULL, 10), cue);
        }

        line = asr_str_cut(&s, '\n');
        assert_int_equal(line.len, 29);
        from = cue_time(line.data, kind == ASR_SUBTITLES_VTT ? '.' : ',');
        assert_memory_equal(line.data + 12, " --> ", 5);
        to = cue_time(line.data + 17, kind == ASR_SUBTITLES_VTT ? '.' : ',');
        assert_true(from < to && to - from <= ASR_SUBTITLES_CUE);
        assert_true(from >= last);
        last = from;

        for (lines = 0; ; lines++) {
            line = asr_str_cut(&s, '\n');

            if (line.len == 0) {
                break;
            }

            assert_true(asr_utf8_length(line) <= ASR_SUBTITLES_LINE
                        || memchr(line.data, ' ', line.len) == NULL);

            while (line.data != NULL) {
                word = asr_str_cut(&line, ' ');
                asr_buf_append(words, word.data, word.len);
                asr_buf_append(words, " ", 1);
            }
        }

        assert_true(lines == 1 || lines == 2);
    }
}


static void
test_back(void **state)
{
    char             line[65536];
    size_t           i, k, n;
    uint32_t         seed;
    asr_ask_t        ask;
    asr_buf_t        b, words, said;
    asr_result_t     r;

    static const char *const  some[] = {
        "we", "saw", "the", "houses", "~40", "~200", "~400", "~900", "and",
        "extraordinarily", "antidisestablishmentarianism-and-what-it-means-to",
        "~2500", "blue", "\xc3\xa9t\xc3\xa9", "of", "i'm",
    };

    for (i = 0; i < 300; i++) {
        seed = (uint32_t) i * 2654435761u;
        line[0] = '\0';

        for (k = 0, n = 0; k < 150; k++) {
            seed = seed * 1664525u + 1013904223u;
            n += (size_t) snprintf(line + n, sizeof(line) - n, "%s ",
                                   some[(seed >> 10) % asr_nelts(some)]);
        }

        asr_arena_init(&text_arena, 1 << 26);
        asr_ask_init(&ask);
        ask.numbers = ASR_NUMBERS_WORDS;
        ask.split = i % 2 ? ASR_SPLIT_MEANING : ASR_SPLIT_SENTENCE;
        r = text_heard(line);
        assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r), ASR_OK);

        asr_buf_init(&said, 1 << 20);

        for (k = 0; k < r.nsentences; k++) {
            asr_buf_append(&said, r.sentences[k].text.data,
                           r.sentences[k].text.len);
            asr_buf_append(&said, " ", 1);
        }

        for (k = ASR_SUBTITLES_SRT; k <= ASR_SUBTITLES_VTT; k++) {
            asr_buf_init(&b, 1 << 20);
            asr_buf_init(&words, 1 << 20);
            assert_int_equal(asr_subtitles_write(&b, &text_arena, &r,
                                                 (asr_subtitles_t) k),
                             ASR_OK);
            parse_back(asr_buf_str(&b), (asr_subtitles_t) k, &words);
            assert_true(asr_str_eq(asr_buf_str(&words), asr_buf_str(&said)));
            asr_buf_free(&words);
            asr_buf_free(&b);
        }

        asr_buf_free(&said);
        asr_arena_free(&text_arena);
    }
}


/* A word of ten seconds, one of no length, cues of two channels at once. */

static void
test_odd(void **state)
{
    asr_buf_t       words, b;
    asr_word_t      w[2];
    asr_result_t    r;
    asr_sentence_t  s[2];

    memset(w, 0, sizeof(w));
    memset(s, 0, sizeof(s));
    memset(&r, 0, sizeof(r));
    w[0].text = asr_str("long\nand");
    w[0].end_ms = 10000;
    w[1].text = asr_str("short");
    w[1].start_ms = w[1].end_ms = 10000;
    s[0].words = w;
    s[0].nwords = 2;
    s[0].speaker = s[1].speaker = -1;
    s[1] = s[0];
    s[1].channel = 1;
    r.channels = 2;
    r.sentences = s;
    r.nsentences = 2;

    asr_arena_init(&text_arena, 1 << 20);
    asr_buf_init(&words, 1 << 20);
    asr_buf_init(&b, 1 << 20);
    assert_int_equal(asr_subtitles_write(&b, &text_arena, &r,
                                         ASR_SUBTITLES_SRT), ASR_OK);
    parse_back(asr_buf_str(&b), ASR_SUBTITLES_SRT, &words);
    assert_true(asr_str_eq(asr_buf_str(&words), asr_str(
        "Speaker 1: long and Speaker 2: long and Speaker 1: short "
        "Speaker 2: short ")));
    asr_buf_free(&b);
    asr_buf_free(&words);

    asr_buf_init(&b, 100);
    assert_int_equal(asr_subtitles_write(&b, &text_arena, &r,
                                         ASR_SUBTITLES_SRT), ASR_NOMEM);
    asr_buf_free(&b);
    asr_arena_free(&text_arena);

    asr_arena_init(&text_arena, 64);
    asr_buf_init(&b, 1 << 20);
    assert_int_equal(asr_subtitles_write(&b, &text_arena, &r,
                                         ASR_SUBTITLES_SRT), ASR_NOMEM);
    asr_buf_free(&b);
    asr_arena_free(&text_arena);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_accept),
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_back),
        cmocka_unit_test(test_odd),
    };

    return cmocka_run_group_tests(tests, text_setup, text_teardown);
}
