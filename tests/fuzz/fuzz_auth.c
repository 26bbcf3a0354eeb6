/*
 * Fuzzes what reads the client's and the operator's texts: the Authorization
 * header as TC3 and as bearer, and the accounts file.  The first byte picks.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/asr_accounts.h"
#include "auth/asr_bearer.h"
#include "auth/asr_tc3.h"
#include "base/asr_crypto.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_tc3(asr_str_t text);
static asr_str_t fuzz_header(const void *ctx, asr_str_t name);
static void fuzz_bearer(asr_str_t text);
static void fuzz_accounts(asr_str_t text);
static void fuzz_within(asr_str_t part, asr_str_t whole);
static void fuzz_check(bool holds);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    asr_str_t  text;

    if (asr_crypto_init() != ASR_OK || size == 0) {
        return 0;
    }

    text.data = (const char *) data + 1;
    text.len = size - 1;

    switch (data[0] % 3) {

    case 0:
        fuzz_tc3(text);
        break;

    case 1:
        fuzz_bearer(text);
        break;

    default:
        fuzz_accounts(text);
        break;
    }

    return 0;
}


/* What was taken has the form; and nobody signs by accident. */

static void
fuzz_tc3(asr_str_t text)
{
    asr_key_t          key;
    asr_tc3_t          t;
    asr_tc3_request_t  r;

    static const unsigned char  digest[ASR_SHA256_LEN];

    if (asr_tc3_parse(text, &t) != ASR_OK) {
        return;
    }

    fuzz_check(asr_tc3_claims(text));
    fuzz_check(t.date.len == 10 && t.service.len != 0);
    fuzz_check(t.signature.len == 64);

    fuzz_within(t.secret_id, text);
    fuzz_within(t.date, text);
    fuzz_within(t.service, text);
    fuzz_within(t.signed_headers, text);
    fuzz_within(t.signature, text);

    memset(&key, 0, sizeof(asr_key_t));
    key.secret = asr_str("made-up");

    r.method = asr_str("POST");
    r.query = text;
    r.timestamp = asr_str("1795437296");
    r.header = fuzz_header;
    r.header_ctx = &text;
    r.payload_sha256 = digest;

    fuzz_check(!asr_tc3_verify(&t, &key, &r));
}


/* Any header is there, with the text itself as its value. */

static asr_str_t
fuzz_header(const void *ctx, asr_str_t name)
{
    return *(const asr_str_t *) ctx;
}


static void
fuzz_bearer(asr_str_t text)
{
    asr_str_t  key;

    if (asr_bearer_key(text, &key) == ASR_OK) {
        fuzz_check(key.len != 0);
        fuzz_check(memchr(key.data, ' ', key.len) == NULL);
        fuzz_within(key, text);
    }
}


static void
fuzz_accounts(asr_str_t text)
{
    char             err[256];
    asr_accounts_t  *a;

    err[0] = '\0';
    a = asr_accounts_parse(text, err, sizeof(err));

    if (a == NULL) {
        fuzz_check(err[0] != '\0' && strchr(err, '\n') == NULL);
        return;
    }

    fuzz_check(asr_accounts_n(a) < text.len);
    fuzz_check(asr_accounts_bearer(a, text) == NULL);
    fuzz_check(asr_accounts_secret_id(a, text) == NULL);
    fuzz_check(asr_accounts_access_key_id(a, text) == NULL);

    asr_accounts_free(a);
}


static void
fuzz_within(asr_str_t part, asr_str_t whole)
{
    fuzz_check(part.data >= whole.data
               && part.data + part.len <= whole.data + whole.len);
}


static void
fuzz_check(bool holds)
{
    if (!holds) {
        abort();
    }
}
