/*
 * Signature v1.  The signatures were made by this, not by our code (arguments:
 * sha1 or sha256, and the text of the vector):
 *
 *   printf %s "$2" | openssl dgst -$1 -binary \
 *       -hmac made-up-secret-of-the-tests-0001 | base64
 */

#include "unit.h"

#include "auth/asr_tencent_v1.h"
#include "base/asr_crypto.h"


#define SECRET  "made-up-secret-of-the-tests-0001"
#define HOST    "asr.example.com"
#define COMMON  "Nonce=4711&SecretId=AKIDmadeup&ChannelNum=1&"                \
                "Action=CreateRecTask&Version=2019-06-14&Timestamp=1795437296"


typedef struct {
    const char  *label;
    const char  *method;
    const char  *host;
    const char  *fields;         /* in any order, encoded, no Signature */
    const char  *sign;
} vector_t;


static const vector_t  vectors[] = {
    /*
     * GETasr.example.com/?Action=CreateRecTask&ChannelNum=1&Nonce=4711
     * &SecretId=AKIDmadeup&Timestamp=1795437296&Version=2019-06-14
     */
    { "no method is HmacSHA1", "GET", HOST, COMMON,
      "HE+pos+x0vHL2x8sidv+7WUUVAA=" },

    /* ...&SignatureMethod=HmacSHA1&Timestamp=... */
    { "HmacSHA1 by name", "GET", HOST, "SignatureMethod=HmacSHA1&" COMMON,
      "16ZHrm6zj/QcJZEaTzEs47N/A+w=" },

    /* POSTasr.example.com/?...&SignatureMethod=HmacSHA256&Timestamp=... */
    { "HmacSHA256", "POST", HOST, COMMON "&SignatureMethod=HmacSHA256",
      "OxET3uC4wO+59zd+UKZTwwTJCQuuzk2wqTzST8iEFtc=" },

    /* POST127.0.0.1:8080/?... */
    { "with the port", "POST", "127.0.0.1:8080",
      COMMON "&SignatureMethod=HmacSHA256",
      "d8jUUIvJjMAufY7qPcLKvacqoGYepNemVUjQLqsDi4M=" },

    /* POST127.0.0.1/?... */
    { "without the port", "POST", "127.0.0.1:8080",
      COMMON "&SignatureMethod=HmacSHA256",
      "FuZbrZPS2tzk9M1woWfk1gF+v1GBltNW+ysN2oMHVeY=" },

    /* GETh/?A=1&A.0=2&A.1=3&A.10=4&A.2=5&AB=6&B=7&Z=8&a=9 */
    { "order of the names' bytes", "GET", "h",
      "a=9&Z=8&B=7&AB=6&A.2=5&A.10=4&A.1=3&A.0=2&A=1",
      "AkAWQeB5JeDXpVCAd+ne7LIVEI8=" },

    /* GETh/?Empty=&Url=http://x.example/a b?c=d&e=%41+&<U+540D>=<U+503C> */
    { "values as they are before encoding", "GET", "h",
      "%E5%90%8D=%e5%80%bc&Empty=&"
      "Url=http%3A%2F%2Fx.example%2Fa+b%3Fc%3Dd%26e%3D%2541%2B",
      "j6Izi8eBCLGSIVbhh9NE0Iw6PVQ=" },

    /* GETh/?A=2&A=1&B=0 */
    { "a name met twice keeps its order", "GET", "h", "A=2&B=0&A=1",
      "TpRTUP0jx4/tWCTnsd4SZzg3nhQ=" },

    /* GETh/?A_b=1&B=2&C__d_=3 */
    { "underscores", "GET", "h", "C__d_=3&B=2&A_b=1",
      "nT6tqvPFrgap2OFJ9y3GkfGCz9Q=" },
    { "underscores, without the port", "GET", "h:81", "C__d_=3&B=2&A_b=1",
      "nT6tqvPFrgap2OFJ9y3GkfGCz9Q=" },

    /* GETh/?A.b=1&B=2&C..d.=3 */
    { "underscores as dots", "GET", "h", "C__d_=3&B=2&A_b=1",
      "Eq///Zggq61j6X+yfZ9o6ZAh7jE=" },
    { "underscores as dots, without the port", "GET", "h:81",
      "C__d_=3&B=2&A_b=1", "Eq///Zggq61j6X+yfZ9o6ZAh7jE=" },

    /* GETh:81/?A.b=1&B=2&C..d.=3 */
    { "underscores as dots, with the port", "GET", "h:81",
      "C__d_=3&B=2&A_b=1", "kcah+XmVPbyJyQZW3KfkeHHzmCw=" },

    /* GETh/? */
    { "nothing but the signature", "GET", "h", "",
      "EbNIF9tuSo5i+/gEBlU7Z/oZx+o=" }
};


static char      lifted_text[4001];
static unsigned  lifted_calls;


static asr_err_t
drop(void *ctx, const char *p, size_t n)
{
    return ASR_OK;
}


/* In pieces of odd sizes, as it would come from a file. */

static asr_err_t
lifted(void *ctx)
{
    size_t  i, n, len;

    lifted_calls++;
    len = strlen(lifted_text);

    for (i = 0, n = 1; i < len; i += n, n = n * 3 + 1) {
        n = n < len - i ? n : len - i;
        asr_hmac_update(lifted_text + i, n);
    }

    return *(asr_err_t *) ctx;
}


static bool
verify_key(const char *secret, const char *method, const char *host,
    const char *text, size_t ceiling, const char *lift, asr_err_t rc)
{
    bool         ok;
    asr_key_t    key;
    asr_str_t    name;
    asr_form_t   form;
    asr_arena_t  arena, sort;

    name = lift != NULL ? asr_cstr(lift) : asr_str_null();

    asr_arena_init(&arena, 65536);
    asr_arena_init(&sort, ceiling);

    asr_form_init(&form, &arena, name, drop, NULL, 4096);
    assert_int_equal(asr_form_feed(&form, text, strlen(text)), ASR_OK);
    assert_int_equal(asr_form_end(&form), ASR_OK);

    memset(&key, 0, sizeof(asr_key_t));
    key.secret = asr_cstr(secret);

    ok = asr_tencent_v1_verify(&key, asr_cstr(method), asr_cstr(host), &form,
                               &sort, name, lifted, &rc);
    asr_form_free(&form);
    asr_arena_free(&sort);
    asr_arena_free(&arena);

    return ok;
}


static bool
verify(const char *method, const char *host, const char *text)
{
    return verify_key(SECRET, method, host, text, 65536, NULL, ASR_OK);
}


/* fields&Signature=sign, the signature encoded. */

static void
join(char *out, size_t size, const char *fields, const char *sign)
{
    size_t  n;

    n = (size_t) snprintf(out, size, "%s&Signature=", fields);

    for ( /* void */ ; *sign != '\0'; sign++) {
        assert_true(n + 4 < size);

        if (*sign == '+' || *sign == '/' || *sign == '=') {
            n += (size_t) snprintf(out + n, size - n, "%%%02X",
                                   (unsigned) *sign);
        } else {
            out[n++] = *sign;
        }
    }

    out[n] = '\0';
}


static void
test_vectors(void **state)
{
    char             text[1024];
    size_t           i;
    const vector_t  *v;

    for (i = 0; i < asr_nelts(vectors); i++) {
        v = &vectors[i];

        join(text, sizeof(text), v->fields, v->sign);

        if (!verify(v->method, v->host, text)) {
            fail_msg("does not hold: %s", v->label);
        }

        if (verify_key(SECRET "x", v->method, v->host, text, 65536, NULL,
                       ASR_OK))
        {
            fail_msg("holds with another secret: %s", v->label);
        }

        assert_false(verify("PUT", v->host, text));
        assert_false(verify(v->method, "i", text));
    }
}


/* Where the signature stands among the fields does not matter. */

static void
test_signature_first(void **state)
{
    assert_true(verify("GET", HOST,
                       "Signature=HE%2Bpos%2Bx0vHL2x8sidv%2B7WUUVAA%3D&"
                       COMMON));
}


static void
test_one_byte(void **state)
{
    char         text[1024], changed[1024];
    size_t       i, k, n;
    const char  *fields;

    static const size_t  which[] = { 0, 2 };

    for (k = 0; k < asr_nelts(which); k++) {
        fields = vectors[which[k]].fields;
        n = strlen(fields);

        for (i = 0; i < n; i++) {
            memcpy(changed, fields, n + 1);
            changed[i] = changed[i] == '1' ? '2' : '1';

            join(text, sizeof(text), changed, vectors[which[k]].sign);

            if (verify(vectors[which[k]].method, HOST, text)) {
                fail_msg("vector %zu byte %zu", k, i);
            }
        }

        n = strlen(vectors[which[k]].sign);

        for (i = 0; i < n; i++) {
            memcpy(changed, vectors[which[k]].sign, n + 1);
            changed[i] = changed[i] == 'A' ? 'B' : 'A';

            join(text, sizeof(text), fields, changed);
            assert_false(verify(vectors[which[k]].method, HOST, text));
        }
    }
}


static void
test_refused(void **state)
{
    size_t  i;

    static const char  *const texts[] = {
        "",
        COMMON,
        COMMON "&Signature=",
        COMMON "&Signature=HE%2Bpos%2Bx0vHL2x8sidv%2B7WUUVAA",
        COMMON "&Signature=HE%2Bpos%2Bx0vHL2x8sidv%2B7WUUVAA%3D%3D",
        COMMON "&Signature=HE+pos+x0vHL2x8sidv+7WUUVAA=",
        COMMON "&signature=HE%2Bpos%2Bx0vHL2x8sidv%2B7WUUVAA%3D",
        COMMON "&Signature=HE%2Bpos%2Bx0vHL2x8sidv%2B7WUUVAA%3D"
               "&Signature=HE%2Bpos%2Bx0vHL2x8sidv%2B7WUUVAA%3D",
        COMMON "&Signature=HE%2Bpos%2Bx0vHL2x8sidv%2B7WUUVAA%3D&Signature=",
        COMMON "&Signature=HE%2Bpos%2Bx0vHL2x8sidv%2B7WUUVAA%3D&X=",
        COMMON "&Signature=HE%2Bpos%2Bx0vHL2x8sidv%2B7WUUVAA%3D"
               "&SignatureMethod=",

        /* HmacSHA1 of the text, the field that is wrong in it, too */
        COMMON "&SignatureMethod=HmacMD5"
               "&Signature=ZoPT2wkOVaELSaOrqDxVB7NSUZU%3D",
        COMMON "&SignatureMethod=hmacsha1"
               "&Signature=v3cAJYbtBY959foRLGLkIrK8LgU%3D",
        COMMON "&SignatureMethod=HmacSHA1&SignatureMethod=HmacSHA1"
               "&Signature=W80zzwC2pGXMYoPaPug7sy7oqs0%3D",
        COMMON "&SignatureMethod="
               "&Signature=uUJW6qKlIIMA3gxTH158G1EyQN0%3D"
    };

    for (i = 0; i < asr_nelts(texts); i++) {
        if (verify("GET", HOST, texts[i])) {
            fail_msg("holds: %s", texts[i]);
        }
    }
}


/*
 * POSTh/?Action=X&Data=<1000 times QUJD>[&SignatureMethod=HmacSHA256]&Url=
 * The host is "h:80", so that the second attempt is the one that holds.
 */

static void
test_lifted(void **state)
{
    char    fields[4200], text[4400];
    size_t  i;

    for (i = 0; i < 1000; i++) {
        memcpy(lifted_text + 4 * i, "QUJD", 4);
    }

    lifted_text[4000] = '\0';

    for (i = 0; i < 2; i++) {
        (void) snprintf(fields, sizeof(fields), "Url=&Data=%s&%sAction=X",
                        lifted_text,
                        i == 0 ? "SignatureMethod=HmacSHA256&" : "");
        join(text, sizeof(text), fields,
             i == 0 ? "0Vb9QSGJBAtmBNy6H+XQRXOvng6vfJuu9bHnzhdcNbw="
                    : "Kl7QzgSUM4/86j4Cu2ySTgLJhvk=");

        lifted_calls = 0;
        assert_true(verify_key(SECRET, "POST", "h", text, 65536, "Data",
                               ASR_OK));
        assert_int_equal(lifted_calls, 1);

        assert_true(verify_key(SECRET, "POST", "h:80", text, 65536, "Data",
                               ASR_OK));
        assert_int_equal(lifted_calls, 3);

        /* the sink's error fails it, though the bytes were right */

        assert_false(verify_key(SECRET, "POST", "h", text, 65536, "Data",
                                ASR_IO));

        lifted_text[3999]++;
        assert_false(verify_key(SECRET, "POST", "h", text, 65536, "Data",
                                ASR_OK));
        lifted_text[3999]--;
    }
}


static void
test_ceiling(void **state)
{
    char  text[1024];

    join(text, sizeof(text), vectors[0].fields, vectors[0].sign);

    assert_true(verify_key(SECRET, "GET", HOST, text, 4096, NULL, ASR_OK));
    assert_false(verify_key(SECRET, "GET", HOST, text, 64, NULL, ASR_OK));
    assert_false(verify_key("", "GET", HOST, text, 4096, NULL, ASR_OK));
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
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_signature_first),
        cmocka_unit_test(test_one_byte),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_lifted),
        cmocka_unit_test(test_ceiling)
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
