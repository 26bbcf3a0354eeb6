/*
 * In how many pieces a part's content comes: one for each input, whatever
 * looks like the beginning of a delimiter in it.
 */

#include "unit.h"

#include "base/asr_multipart.h"


#define TEST_HEAD  "--edge\r\n"                                              \
                   "Content-Disposition: form-data; name=\"f\"\r\n\r\n"
#define TEST_TAIL  "\r\n--edge--"


typedef struct {
    unsigned  pieces;
    unsigned  ends;
    size_t    len;
    char      data[4096];
} test_part_t;


static asr_err_t
test_begin(void *ctx, const asr_part_t *part)
{
    (void) ctx;
    (void) part;

    return ASR_OK;
}


static asr_err_t
test_data(void *ctx, const char *p, size_t n)
{
    test_part_t *part = ctx;

    assert_true(n > 0 && n <= sizeof(part->data) - part->len);

    memcpy(part->data + part->len, p, n);
    part->len += n;
    part->pieces++;

    return ASR_OK;
}


static asr_err_t
test_end(void *ctx)
{
    test_part_t *part = ctx;

    part->ends++;

    return ASR_OK;
}


static const asr_multipart_handler_t  test_handler = {
    test_begin, test_data, test_end
};


/* content repeated, in two inputs cut at cut. */

static void
test_feed(const char *content, unsigned times, size_t cut)
{
    size_t            n, len;
    unsigned          i;
    static char       body[4096];
    test_part_t       part;
    asr_multipart_t  *m;

    memset(&part, 0, sizeof(part));

    len = sizeof(TEST_HEAD) - 1;
    memcpy(body, TEST_HEAD, len);
    n = strlen(content);

    for (i = 0; i < times; i++) {
        memcpy(body + len, content, n);
        len += n;
    }

    memcpy(body + len, TEST_TAIL, sizeof(TEST_TAIL) - 1);
    len += sizeof(TEST_TAIL) - 1;

    assert_true(cut <= len);

    m = asr_multipart_create(asr_str("edge"), &test_handler, &part);
    assert_non_null(m);

    assert_int_equal(asr_multipart_feed(m, body, cut), ASR_OK);
    assert_int_equal(asr_multipart_feed(m, body + cut, len - cut), ASR_OK);
    assert_int_equal(asr_multipart_end(m), ASR_OK);

    assert_int_equal(part.ends, 1);
    assert_int_equal(part.len, n * times);
    assert_memory_equal(part.data, body + sizeof(TEST_HEAD) - 1, part.len);

    /* of each input one, and the bytes held back between them */

    assert_true(part.pieces <= 3);

    asr_multipart_free(m);
}


static void
test_pieces(void **state)
{
    size_t    cut, len;
    unsigned  i;

    static const char  *contents[] = {
        "\r\n", "\r", "\r\n--", "\r\n--edg", "\r\r\n--ed", "x\r\n-"
    };

    (void) state;

    for (i = 0; i < asr_nelts(contents); i++) {
        len = sizeof(TEST_HEAD) + sizeof(TEST_TAIL) - 2
              + 100 * strlen(contents[i]);

        for (cut = 0; cut <= len; cut++) {
            test_feed(contents[i], 100, cut);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_pieces)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
