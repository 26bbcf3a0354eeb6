/*
 * Hashes and HMAC against published vectors (FIPS 180-4, RFC 2202, RFC 4231),
 * random bytes over threads and forks.
 */

#include "unit.h"

#include "base/asr_crypto.h"

#include <pthread.h>
#include <sys/wait.h>


static void
check_hex(const unsigned char *p, size_t n, const char *want)
{
    char  hex[129];

    assert_true(n <= 64);
    asr_hex(p, n, hex);
    hex[n * 2] = '\0';
    assert_string_equal(hex, want);
}


static void
test_sha256(void **state)
{
    size_t          i, a;
    asr_sha256_t   *c;
    unsigned char   out[ASR_SHA256_LEN];

    static const struct {
        asr_str_t    text;
        const char  *want;
    } cases[] = {
        { ASR_STR(""), "e3b0c44298fc1c149afbf4c8996fb924"
                       "27ae41e4649b934ca495991b7852b855" },
        { ASR_STR("abc"), "ba7816bf8f01cfea414140de5dae2223"
                          "b00361a396177a9cb410ff61f20015ad" },
        { ASR_STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        asr_sha256(cases[i].text.data, cases[i].text.len, out);
        check_hex(out, sizeof(out), cases[i].want);

        for (a = 0; a <= cases[i].text.len; a++) {
            c = asr_sha256_begin();
            assert_non_null(c);
            asr_sha256_update(c, cases[i].text.data, a);
            asr_sha256_update(c, cases[i].text.data + a,
                              cases[i].text.len - a);
            asr_sha256_final(c, out);
            asr_sha256_release(c);

            check_hex(out, sizeof(out), cases[i].want);
        }
    }

    asr_sha256_release(NULL);
}


/* Many at once, in any order, some given back unfinished. */

static void
test_sha256_many(void **state)
{
    size_t          i;
    asr_sha256_t   *c[200];
    unsigned char   out[ASR_SHA256_LEN], want[ASR_SHA256_LEN];

    for (i = 0; i < asr_nelts(c); i++) {
        c[i] = asr_sha256_begin();
        assert_non_null(c[i]);
        asr_sha256_update(c[i], &i, sizeof(i));
    }

    for (i = 0; i < asr_nelts(c); i++) {
        if (i % 3 != 0) {
            asr_sha256_final(c[i], out);
            asr_sha256(&i, sizeof(i), want);
            assert_memory_equal(out, want, sizeof(out));
        }

        asr_sha256_release(c[i]);
    }

    c[0] = asr_sha256_begin();
    assert_non_null(c[0]);
    asr_sha256_final(c[0], out);
    asr_sha256_release(c[0]);
    asr_sha256(NULL, 0, want);
    assert_memory_equal(out, want, sizeof(out));
}


static const unsigned char  key_0b[20] = {
    11, 11, 11, 11, 11, 11, 11, 11, 11, 11,
    11, 11, 11, 11, 11, 11, 11, 11, 11, 11
};

static unsigned char  key_aa[131];


typedef struct {
    bool         sha1;
    const void  *key;
    size_t       key_len;
    asr_str_t    text;
    const char  *want;
} hmac_case_t;


static const hmac_case_t  hmac_cases[] = {
    { false, key_0b, 20, ASR_STR("Hi There"),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
    { false, "Jefe", 4, ASR_STR("what do ya want for nothing?"),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
    { false, key_aa, 131,
      ASR_STR("Test Using Larger Than Block-Size Key - Hash Key First"),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
    { false, "", 0, ASR_STR(""),
      "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad" },
    { false, NULL, 0, ASR_STR(""),
      "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad" },
    { false, "key", 3, ASR_STR("The quick brown fox jumps over the lazy dog"),
      "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8" },
    { false, "kez", 3, ASR_STR("The quick brown fox jumps over the lazy dog"),
      "59a86e58bf663a3aaabea43b0aab15506f816b1ddae60d97a6a093ebeaf3b95c" },
    { true, key_0b, 20, ASR_STR("Hi There"),
      "b617318655057264e28bc0b6fb378c8ef146be00" },
    { true, "Jefe", 4, ASR_STR("what do ya want for nothing?"),
      "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
    { true, "", 0, ASR_STR(""),
      "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d" }
};


static void
check_hmac(const hmac_case_t *c)
{
    size_t         n, a;
    unsigned char  out[ASR_SHA256_LEN];

    if (!c->sha1) {
        asr_hmac_sha256(c->key, c->key_len, c->text.data, c->text.len, out);
        check_hex(out, sizeof(out), c->want);
    }

    for (a = 0; a <= c->text.len; a++) {
        assert_int_equal(asr_hmac_begin(c->sha1, c->key, c->key_len), ASR_OK);
        asr_hmac_update(c->text.data, a);
        asr_hmac_update(c->text.data + a, c->text.len - a);

        n = asr_hmac_final(out);
        assert_int_equal(n, c->sha1 ? ASR_SHA1_LEN : ASR_SHA256_LEN);
        check_hex(out, n, c->want);
    }
}


static void
test_hmac(void **state)
{
    size_t         i, k;
    unsigned char  out[ASR_SHA256_LEN];

    memset(key_aa, 0xaa, sizeof(key_aa));

    /* each after each: the remembered key must never be the wrong one */

    for (i = 0; i < asr_nelts(hmac_cases); i++) {
        for (k = 0; k < asr_nelts(hmac_cases); k++) {
            check_hmac(&hmac_cases[i]);
            check_hmac(&hmac_cases[k]);
        }
    }

    /* not begun, or ended by another */

    assert_int_equal(asr_hmac_final(out), 0);
    asr_hmac_update("x", 1);

    assert_int_equal(asr_hmac_begin(false, "k", 1), ASR_OK);
    asr_hmac_update("x", 1);
    asr_hmac_sha256("k", 1, "y", 1, out);
    asr_hmac_update("z", 1);
    assert_int_equal(asr_hmac_final(out), 0);

    check_hmac(&hmac_cases[1]);
}


/* Without contexts nothing verifies, least of all an empty signature. */

static void
test_not_initialised(void **state)
{
    unsigned char  one[ASR_SHA256_LEN], two[ASR_SHA256_LEN];

    asr_crypto_cleanup();
    asr_crypto_cleanup();

    memset(one, 0, sizeof(one));
    memset(two, 0, sizeof(two));
    asr_sha256("a", 1, one);
    asr_sha256("a", 1, two);
    assert_memory_not_equal(one, two, sizeof(one));

    asr_hmac_sha256("k", 1, "a", 1, one);
    asr_hmac_sha256("k", 1, "a", 1, two);
    assert_memory_not_equal(one, two, sizeof(one));

    assert_int_equal(asr_hmac_begin(true, "k", 1), ASR_NOMEM);
    assert_int_equal(asr_hmac_final(one), 0);

    assert_int_equal(asr_crypto_init(), ASR_OK);
    assert_int_equal(asr_crypto_init(), ASR_OK);
    check_hmac(&hmac_cases[0]);
}


static void
test_equal(void **state)
{
    assert_true(asr_equal_ct("abc", "abc", 3));
    assert_false(asr_equal_ct("abc", "abd", 3));
    assert_true(asr_equal_ct("abc", "abd", 2));
    assert_true(asr_equal_ct("a", "b", 0));
}


static void
test_random(void **state)
{
    size_t         n, i, k;
    unsigned char  seen[300], buf[300], *g;

    /* every byte of every length is written, and none beside */

    for (n = 0; n < sizeof(buf); n++) {
        memset(seen, 0, sizeof(seen));

        for (k = 0; k < 8; k++) {
            memset(buf, 0, sizeof(buf));
            g = (unsigned char *) unit_guard(buf, n);
            asr_random(g, n);

            for (i = 0; i < n; i++) {
                seen[i] |= g[i];
            }

            unit_unguard((char *) g, n);
        }

        for (i = 0; i < n; i++) {
            assert_int_not_equal(seen[i], 0);
        }
    }
}


#define IDS  4000

typedef struct {
    char  id[IDS][ASR_UUID_LEN];
} ids_t;


static void *
make_ids(void *arg)
{
    int     i;
    ids_t  *ids = arg;

    for (i = 0; i < IDS; i++) {
        asr_uuid4(ids->id[i]);
    }

    return NULL;
}


static int
compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, ASR_UUID_LEN);
}


static void
check_ids(ids_t *ids, size_t n)
{
    size_t       i, k;
    const char  *id;

    qsort(ids, n * IDS, ASR_UUID_LEN, compare_ids);

    for (i = 0; i < n * IDS; i++) {
        id = ids->id[0] + i * ASR_UUID_LEN;

        for (k = 0; k < ASR_UUID_LEN; k++) {
            if (k == 8 || k == 13 || k == 18 || k == 23) {
                assert_int_equal(id[k], '-');

            } else {
                assert_non_null(memchr("0123456789abcdef", id[k], 16));
            }
        }

        assert_int_equal(id[14], '4');
        assert_non_null(memchr("89ab", id[19], 4));

        if (i != 0) {
            assert_memory_not_equal(id, id - ASR_UUID_LEN, ASR_UUID_LEN);
        }
    }
}


static void
test_uuid_threads(void **state)
{
    int         i;
    ids_t      *ids;
    pthread_t   threads[4];

    ids = calloc(4, sizeof(ids_t));
    assert_non_null(ids);

    for (i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, make_ids, &ids[i]),
                         0);
    }

    for (i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }

    check_ids(ids, 4);
    free(ids);
}


/* Children start with what is left in the parent's buffer, and not use it. */

static void
test_uuid_forks(void **state)
{
    int     i, status;
    char    id[ASR_UUID_LEN];
    ids_t  *ids;
    pid_t   pids[3];

    ids = mmap(NULL, 4 * sizeof(ids_t), PROT_READ|PROT_WRITE,
               MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(ids, MAP_FAILED);

    asr_uuid4(id);

    for (i = 0; i < 3; i++) {
        pids[i] = fork();

        if (pids[i] == 0) {
            make_ids(&ids[i]);
            _exit(0);
        }

        assert_true(pids[i] > 0);
    }

    make_ids(&ids[3]);

    for (i = 0; i < 3; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }

    check_ids(ids, 4);
    munmap(ids, 4 * sizeof(ids_t));
}


static int
setup(void **state)
{
    return asr_crypto_init() == ASR_OK ? 0 : -1;
}


static int
teardown(void **state)
{
    asr_crypto_cleanup();
    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_sha256_many),
        cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_not_initialised),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_uuid_threads),
        cmocka_unit_test(test_uuid_forks)
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
