/*
 * Texts that sound files carry.  The files are the fuzz target's: one of each
 * kind of tag.
 */

#include "unit.h"

#include <fcntl.h>

#include "asr_mock_embedded.h"


#define FILES  "tests/fuzz/regression/mock_embedded/"


typedef struct {
    const char  *name;
    const char  *text;           /* NULL: none */
} embedded_case_t;

static const embedded_case_t  cases[] = {
    { "wav-before", "hello" },
    { "wav-after", "hello" },
    { "wav-stream", NULL },
    { "wav-info-cut", "x" },
    { "id3-22", "old" },
    { "id3-23", "h\xc3\xa9llo \xf0\x9f\x98\x80" },
    { "id3-23-extended", "x" },
    { "id3-24-sync", "\xc3\xbf""b" },
    { "id3-lone-surrogate", "\xef\xbf\xbd""a" },
    { "id3-huge", NULL },
    { "id3-then-flac", "flac" },
    { "id3v1", "latin \xc3\xa9" },
    { "flac", "flac" },
    { "flac-count", NULL },
    { "ogg-pages", "over pages" },
    { "ogg-vorbis", "v" },
    { "ogg-speex", "s" },
    { "ogg-loop", NULL },
    { "empty", NULL },
};


static asr_arena_t  arena;


static int
setup(void **state)
{
    asr_arena_init(&arena, 1 << 20);

    return 0;
}


static int
teardown(void **state)
{
    asr_arena_free(&arena);

    return 0;
}


static asr_err_t
find(const void *p, size_t n, asr_str_t *text)
{
    asr_str_t          s;
    asr_mock_reader_t  r;

    s = (asr_str_t) { n, p };
    r = asr_mock_reader_mem(&s);

    return asr_mock_embedded(&r, &arena, text);
}


static void
test_files(void **state)
{
    int                 fd;
    char                name[128];
    size_t              i;
    asr_err_t           rc;
    asr_str_t           text;
    asr_mock_reader_t   r;

    for (i = 0; i < asr_nelts(cases); i++) {
        (void) snprintf(name, sizeof(name), FILES "%s", cases[i].name);
        fd = open(name, O_RDONLY|O_CLOEXEC);
        assert_true(fd >= 0);

        r = asr_mock_reader_fd(&fd);
        rc = asr_mock_embedded(&r, &arena, &text);
        close(fd);

        if (rc != (cases[i].text != NULL ? ASR_OK : ASR_NOTFOUND)
            || (rc == ASR_OK && !asr_str_eq(text, asr_cstr(cases[i].text))))
        {
            fail_msg("%s: %d, \"%.*s\"", cases[i].name, rc, asr_fmt(text));
        }

        if (rc == ASR_OK) {
            assert_int_equal(text.data[text.len], '\0');
        }
    }
}


/* Every file cut at every byte, up against a page that cannot be read. */

static void
test_cut(void **state)
{
    int         fd;
    char        name[128], bytes[8192], *p;
    size_t      i, n;
    ssize_t     len;
    asr_err_t   rc;
    asr_str_t   text;

    for (i = 0; i < asr_nelts(cases); i++) {
        (void) snprintf(name, sizeof(name), FILES "%s", cases[i].name);
        fd = open(name, O_RDONLY|O_CLOEXEC);
        len = read(fd, bytes, sizeof(bytes));
        assert_in_range(len, 0, sizeof(bytes) - 1);
        close(fd);

        for (n = 0; n < (size_t) len; n++) {
            p = unit_guard(bytes, n);
            rc = find(p, n, &text);
            unit_unguard(p, n);

            assert_true(rc == ASR_OK || rc == ASR_NOTFOUND);
            assert_true(rc == ASR_NOTFOUND || cases[i].text != NULL);
            assert_true(rc == ASR_NOTFOUND
                        || text.len <= strlen(cases[i].text) + 1);
        }
    }
}


/* A WAV file with that comment; the caller frees it. */

static unsigned char *
with_comment(const char *comment, size_t len, size_t *n)
{
    unsigned  i;
    unsigned char  *p;

    *n = 12 + 8 + 4 + 8 + len;
    p = calloc(1, *n);
    assert_non_null(p);

    memcpy(p, "RIFF....WAVELIST....INFOICMT....", 32);

    for (i = 0; i < 4; i++) {
        p[16 + i] = (unsigned char) ((len + 12) >> (8 * i));
        p[28 + i] = (unsigned char) (len >> (8 * i));
    }

    memcpy(p + 32, comment, len);

    return p;
}


static void
test_texts(void **state)
{
    size_t          i, n;
    asr_err_t       rc;
    asr_str_t       text;
    unsigned char  *p;

    static const embedded_case_t  texts[] = {
        { "asr: hello", "hello" },
        { "ASR:hello", "hello" },
        { "asr: \t two  blanks within \r\n", "two  blanks within" },
        { "asr: one\ntwo", "one\ntwo" },
        { "asr:", NULL },
        { "asr:   ", NULL },
        { "asr", NULL },
        { "as", NULL },
        { " asr: hello", NULL },
        { "a comment", NULL },
        { "asr: caf\xe9", "caf\xc3\xa9" },
        { "asr: caf\xc3\xa9", "caf\xc3\xa9" },
    };

    for (i = 0; i < asr_nelts(texts); i++) {
        p = with_comment(texts[i].name, strlen(texts[i].name), &n);
        rc = find(p, n, &text);
        free(p);

        if (rc != (texts[i].text != NULL ? ASR_OK : ASR_NOTFOUND)
            || (rc == ASR_OK && !asr_str_eq(text, asr_cstr(texts[i].text))))
        {
            fail_msg("\"%s\": %d, \"%.*s\"", texts[i].name, rc,
                     asr_fmt(text));
        }
    }
}


/* Three bytes a character: the ceiling falls into one. */

static void
test_ceilings(void **state)
{
    char            comment[40000];
    size_t          i, n;
    asr_str_t       text;
    asr_arena_t     tight;
    unsigned char  *p;

    memcpy(comment, "asr: ", 5);

    for (i = 5; i + 3 <= sizeof(comment); i += 3) {
        memcpy(comment + i, "\xe2\x82\xac", 3);
    }

    p = with_comment(comment, i, &n);
    assert_int_equal(find(p, n, &text), ASR_OK);
    assert_int_equal(text.len, ASR_MOCK_EMBEDDED_MAX
                               - ASR_MOCK_EMBEDDED_MAX % 3);
    assert_true(asr_utf8_valid(text));

    tight = arena;
    asr_arena_init(&arena, 1024);
    assert_int_equal(find(p, n, &text), ASR_NOMEM);
    asr_arena_free(&arena);
    arena = tight;
    free(p);
}


static ssize_t
broken(void *ctx, uint64_t off, void *p, size_t n)
{
    return -1;
}


static void
test_unread(void **state)
{
    asr_str_t          text;
    asr_mock_reader_t  r = { broken, NULL, 0 };

    assert_int_equal(asr_mock_embedded(&r, &arena, &text), ASR_IO);
    assert_int_equal(text.len, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_unread),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
