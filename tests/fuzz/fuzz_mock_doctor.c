/*
 * Fuzzes the signature doctor: the first byte picks API and code, the rest is
 * Authorization, query, body, type and time, parted by bytes of value 1.  It
 * must stay within its budget and never show the secret.
 */

#include "fuzz.h"

#include "asr_mock_doctor.h"


#define FUZZ_SECRET  "kEpt+Quiet/7f~seCret=="


static asr_str_t fuzz_part(asr_str_t *s);
static void fuzz_secret(const asr_mock_doctor_t *d);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t               i;
    asr_str_t            s;
    asr_arena_t          arena;
    asr_header_t         headers[8];
    asr_mock_doctor_t    d;
    asr_mock_exchange_t  x;

    static const asr_account_t  account = { .name = ASR_STR("doctor") };
    static const asr_key_t      key = { &account, ASR_STR("AKIDdoctor"),
                                        ASR_STR(FUZZ_SECRET), { 0, NULL },
                                        0 };
    static const asr_str_t      apis[] = {
        ASR_STR("tencent"), ASR_STR("ice"), ASR_STR("u2"), ASR_STR("memories")
    };
    static const asr_str_t      names[] = {
        ASR_STR("Authorization"), ASR_STR("Content-Type"),
        ASR_STR("X-TC-Timestamp"), ASR_STR("x-acs-date"),
        ASR_STR("x-acs-content-sha256"), ASR_STR("Host"),
        ASR_STR("X-TC-Action")
    };

    if (size == 0 || asr_crypto_init() != ASR_OK) {
        return 0;
    }

    memset(&x, 0, sizeof(asr_mock_exchange_t));
    s = (asr_str_t) { size - 1, (const char *) data + 1 };

    x.api = apis[data[0] & 3];
    x.method = (data[0] & 4) != 0 ? asr_str("GET") : asr_str("POST");
    x.path = asr_str("/");
    x.target = asr_str("/");
    x.status = 401;
    x.code = (data[0] & 8) != 0
             ? asr_str("AuthFailure.InvalidAuthorization")
             : asr_str("SignatureDoesNotMatch");
    x.args = fuzz_part(&s);
    x.body = fuzz_part(&s);
    x.body_bytes = x.body.len;
    asr_sha256(x.body.data, x.body.len, x.body_sha256);

    for (i = 0; i < sizeof(names) / sizeof(names[0]) && s.data != NULL; i++) {
        headers[i].name = names[i];
        headers[i].value = fuzz_part(&s);
    }

    x.headers = headers;
    x.nheaders = i;

    asr_arena_init(&arena, 1024 * 1024);

    if (asr_mock_doctor(&arena, &x, (data[0] & 16) != 0 ? NULL : &key,
                        INT64_C(1795437296000), &d))
    {
        fuzz_check(d.tried <= ASR_MOCK_DOCTOR_TRIES);
        fuzz_check(asr_mock_mistake(d.mistake) != NULL);

        if ((data[0] & 16) == 0) {
            fuzz_secret(&d);
        }
    }

    asr_arena_free(&arena);

    return 0;
}


/* Memory of its own, as long as the process: a run is one small input. */

static asr_str_t
fuzz_part(asr_str_t *s)
{
    asr_str_t    part;

    static char  text[16][4096];
    static int   turn;

    if (s->data == NULL) {
        return asr_str_null();
    }

    part = asr_str_cut(s, 1);
    part.len = part.len < sizeof(text[0]) ? part.len : sizeof(text[0]);
    turn = (turn + 1) % 16;

    if (part.len != 0) {
        memcpy(text[turn], part.data, part.len);
    }

    return (asr_str_t) { part.len, text[turn] };
}


static void
fuzz_secret(const asr_mock_doctor_t *d)
{
    size_t  i, k;

    static const asr_str_t  secret = ASR_STR(FUZZ_SECRET);

    const asr_str_t  texts[] = {
        d->title, d->got, d->expected, d->canonical_ours,
        d->canonical_theirs, d->string_to_sign_ours,
        d->string_to_sign_theirs, d->signature_got, d->signature_expected
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        for (k = 0; k + secret.len <= texts[i].len; k++) {
            fuzz_check(memcmp(texts[i].data + k, secret.data, secret.len)
                       != 0);
        }
    }
}
