/*
 * Base64: vectors of RFC 4648, strictness, every split.
 */

#include "unit.h"

#include "base/asr_b64.h"


/* Feeds in pieces cut at a and b; each output exactly as large as promised. */

static asr_err_t
decode(const char *p, size_t n, size_t a, size_t b, unsigned char *out,
    size_t *len)
{
    char       *g, *room;
    size_t      i, size, got, cuts[4];
    asr_b64_t   d;
    asr_err_t   err;

    cuts[0] = 0;
    cuts[1] = a;
    cuts[2] = b;
    cuts[3] = n;

    asr_b64_init(&d);
    *len = 0;
    err = ASR_OK;

    for (i = 0; i < 3 && err == ASR_OK; i++) {
        size = cuts[i + 1] - cuts[i];
        g = unit_guard(p + cuts[i], size);
        room = malloc(size / 4 * 3 + 3);
        assert_non_null(room);

        err = asr_b64_feed(&d, g, size, (unsigned char *) room, &got);
        assert_true(got <= size / 4 * 3 + 3);
        memcpy(out + *len, room, got);
        *len += got;

        free(room);
        unit_unguard(g, size);
    }

    return err == ASR_OK ? asr_b64_end(&d) : err;
}


static void
test_vectors(void **state)
{
    size_t         i, a, b, len, got;
    char           text[16];
    unsigned char  out[32];

    static const struct {
        asr_str_t  plain;
        asr_str_t  coded;
    } cases[] = {
        { ASR_STR(""), ASR_STR("") },
        { ASR_STR("f"), ASR_STR("Zg==") },
        { ASR_STR("fo"), ASR_STR("Zm8=") },
        { ASR_STR("foo"), ASR_STR("Zm9v") },
        { ASR_STR("foob"), ASR_STR("Zm9vYg==") },
        { ASR_STR("fooba"), ASR_STR("Zm9vYmE=") },
        { ASR_STR("foobar"), ASR_STR("Zm9vYmFy") },
        { ASR_STR("\xfb\xff\xbf\x00\x10\x83"), ASR_STR("+/+/ABCD") },
        { ASR_STR("\xff\xff"), ASR_STR("//8=") }
    };

    for (i = 0; i < asr_nelts(cases); i++) {

        len = asr_b64_encode((const unsigned char *) cases[i].plain.data,
                             cases[i].plain.len, text);
        assert_int_equal(len, cases[i].coded.len);
        assert_memory_equal(text, cases[i].coded.data, len);

        for (a = 0; a <= len; a++) {
            for (b = a; b <= len; b++) {
                assert_int_equal(decode(text, len, a, b, out, &got), ASR_OK);
                assert_int_equal(got, cases[i].plain.len);
                assert_memory_equal(out, cases[i].plain.data, got);
            }
        }
    }
}


static void
test_strict(void **state)
{
    size_t         i, a, b, got;
    unsigned char  out[64];

    static const asr_str_t  bad[] = {
        ASR_STR("Z"), ASR_STR("Zg"), ASR_STR("Zg="), ASR_STR("Zm8"),
        ASR_STR("="), ASR_STR("=="), ASR_STR("===="), ASR_STR("Z==="),
        ASR_STR("Zg==="), ASR_STR("Zg====="), ASR_STR("Zm8=="),
        ASR_STR("Zm9v="), ASR_STR("Zm9v===="), ASR_STR("Zg==Zg=="),
        ASR_STR("Zm8=Zm8="), ASR_STR("Zg==A"), ASR_STR("Zg=A"),
        ASR_STR("Zh=="), ASR_STR("Zv=="), ASR_STR("Zm9="), ASR_STR("Zm+="),
        ASR_STR("Zm9v\n"), ASR_STR("Zm\n9v"), ASR_STR(" Zm9v"),
        ASR_STR("Zm9v\r\nZm9v"), ASR_STR("Zm-_"), ASR_STR("Zm9\0"),
        ASR_STR("Zm9\x80"), ASR_STR("Zm9\xff"), ASR_STR("Zm9vZm9vZm9v*AAA")
    };

    for (i = 0; i < asr_nelts(bad); i++) {
        for (a = 0; a <= bad[i].len; a++) {
            for (b = a; b <= bad[i].len; b++) {
                assert_int_equal(decode(bad[i].data, bad[i].len, a, b, out,
                                        &got), ASR_INVALID);
            }
        }
    }
}


/* Each byte in each place of a quantum. */

static void
test_alphabet(void **state)
{
    int            c, place, good;
    char           text[8];
    size_t         got;
    unsigned char  out[16];

    for (place = 0; place < 4; place++) {
        good = 0;

        for (c = 0; c < 256; c++) {
            memcpy(text, "AAAAAAAA", 8);
            text[place] = (char) c;
            good += decode(text, 8, 0, 8, out, &got) == ASR_OK;
        }

        assert_int_equal(good, 64);
    }
}


static void
test_roundtrip(void **state)
{
    char           *text;
    size_t          n, i, len, got;
    unsigned char   plain[200], out[300];

    for (n = 0; n < sizeof(plain); n++) {
        for (i = 0; i < n; i++) {
            plain[i] = (unsigned char) (i * 167 + n * 31);
        }

        text = malloc((n + 2) / 3 * 4 + 1);
        assert_non_null(text);

        len = asr_b64_encode(plain, n, text);
        assert_int_equal(len, (n + 2) / 3 * 4);

        for (i = 0; i <= len; i++) {
            assert_int_equal(decode(text, len, i, len, out, &got), ASR_OK);
            assert_int_equal(got, n);
            assert_memory_equal(out, plain, n);
        }

        free(text);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_strict),
        cmocka_unit_test(test_alphabet),
        cmocka_unit_test(test_roundtrip)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
