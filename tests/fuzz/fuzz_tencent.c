/*
 * Fuzzes a whole call of document 001: a body in pieces through a request
 * that is signed whatever the body is (UNSIGNED-PAYLOAD, a clock that stands
 * still), a form, a query, or a stored result on its way out.  The first byte
 * picks which, the second the size of a piece.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "api/asr_api.h"
#include "base/asr_clock.h"
#include "base/asr_json.h"


#define FUZZ_NOW     1700000000
#define FUZZ_DATE    "2023-11-14"
#define FUZZ_SECRET  "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
#define FUZZ_TYPE    "application/json"


enum { FUZZ_CREATE = 0, FUZZ_DESCRIBE, FUZZ_RESULT, FUZZ_FORM, FUZZ_QUERY,
       FUZZ_N };

typedef struct {
    const char  *name;
    const char  *value;
} fuzz_header_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_start(void);
static void fuzz_sign(char *out, size_t size);
static asr_str_t fuzz_get(const void *ctx, asr_str_t name);
static void fuzz_call(unsigned mode, size_t piece, asr_str_t text);
static void fuzz_stored(asr_call_t *call, unsigned mode, asr_str_t text);
static void fuzz_reply(const asr_call_t *call);
static void fuzz_check(bool holds);


static asr_core_t        fuzz_core;
static volatile int64_t  fuzz_shift;
static char              fuzz_authorization[512];


/* In place of the real one: there is a model for everything. */

int
asr_models_engine(const asr_models_t *m, asr_str_t engine)
{
    return 0;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz_core.accounts == NULL) {
        fuzz_start();
    }

    if (size < 2) {
        return 0;
    }

    /* the clock stands: what it moved since the last input is taken back */

    fuzz_shift = 0;
    asr_clock_shift(NULL);
    fuzz_shift = FUZZ_NOW * 1000LL - asr_clock_ms();
    asr_clock_shift(&fuzz_shift);

    fuzz_call(data[0] % FUZZ_N, data[1] + 1u,
              (asr_str_t) { size - 2, (const char *) data + 2 });

    return 0;
}


static void
fuzz_start(void)
{
    int   fd;
    char  dir[] = "/tmp/asr_fuzz_XXXXXX", path[64], err[256];

    static const char  accounts[] =
        "{\"accounts\":[{\"name\":\"demo\",\"keys\":[{\"secret_id\":\"AKID\","
        "\"secret_key\":\"" FUZZ_SECRET "\"}]}]}";

    fuzz_check(asr_crypto_init() == ASR_OK && mkdtemp(dir) != NULL);

    snprintf(path, sizeof(path), "%s/accounts.json", dir);
    fd = open(path, O_WRONLY|O_CREAT, 0600);
    fuzz_check(fd != -1 && write(fd, accounts, sizeof(accounts) - 1)
                           == (ssize_t) sizeof(accounts) - 1);
    close(fd);

    fuzz_core.accounts = asr_accounts_load(path, err, sizeof(err));
    fuzz_check(fuzz_core.accounts != NULL);
    unlink(path);

    snprintf(path, sizeof(path), "%s/spool", dir);
    fuzz_check(asr_spool_prepare(path, (unsigned) -1, (unsigned) -1, err,
                                 sizeof(err)) == ASR_OK);
    fuzz_core.spool = asr_spool_open(path, 0);
    fuzz_check(fuzz_core.spool != NULL);

    fuzz_core.models = (const asr_models_t *) &fuzz_core;
    fuzz_core.task_ttl_ms = 86400000;

    fuzz_sign(fuzz_authorization, sizeof(fuzz_authorization));
}


static void
fuzz_hex(const unsigned char *p, char *out)
{
    size_t  i;

    for (i = 0; i < 32; i++) {
        snprintf(out + 2 * i, 3, "%02x", p[i]);
    }
}


static void
fuzz_sign(char *out, size_t size)
{
    char           canon[512], text[512], hex[65];
    unsigned       n;
    unsigned char  a[32], b[32];

    EVP_Digest("UNSIGNED-PAYLOAD", 16, a, &n, EVP_sha256(), NULL);
    fuzz_hex(a, hex);
    snprintf(canon, sizeof(canon), "POST\n/\n\ncontent-type:" FUZZ_TYPE
             "\nhost:h\n\ncontent-type;host\n%s", hex);
    EVP_Digest(canon, strlen(canon), a, &n, EVP_sha256(), NULL);
    fuzz_hex(a, hex);
    snprintf(text, sizeof(text), "TC3-HMAC-SHA256\n%d\n" FUZZ_DATE
             "/asr/tc3_request\n%s", FUZZ_NOW, hex);

    HMAC(EVP_sha256(), "TC3" FUZZ_SECRET, (int) strlen("TC3" FUZZ_SECRET),
         (const unsigned char *) FUZZ_DATE, strlen(FUZZ_DATE), a, &n);
    HMAC(EVP_sha256(), a, 32, (const unsigned char *) "asr", 3, b, &n);
    HMAC(EVP_sha256(), b, 32, (const unsigned char *) "tc3_request", 11, a,
         &n);
    HMAC(EVP_sha256(), a, 32, (unsigned char *) text, strlen(text), b, &n);
    fuzz_hex(b, hex);

    snprintf(out, size, "TC3-HMAC-SHA256 Credential=AKID/" FUZZ_DATE
             "/asr/tc3_request, SignedHeaders=content-type;host, "
             "Signature=%s", hex);
}


static asr_str_t
fuzz_get(const void *ctx, asr_str_t name)
{
    const fuzz_header_t  *h;

    for (h = ctx; h->name != NULL; h++) {
        if (asr_str_eq(asr_cstr(h->name), name)) {
            return asr_cstr(h->value);
        }
    }

    return asr_str_null();
}


static void
fuzz_call(unsigned mode, size_t piece, asr_str_t text)
{
    char        *copy;
    size_t       n, off;
    asr_str_t    body;
    asr_call_t   call;
    asr_http_t   http;
    asr_step_t   step;

    const fuzz_header_t  tc3[] = {
        { "host", "h" },
        { "content-type", FUZZ_TYPE },
        { "x-tc-action", (mode == FUZZ_CREATE) ? "CreateRecTask"
                                               : "DescribeTaskStatus" },
        { "x-tc-version", "2019-06-14" },
        { "x-tc-timestamp", "1700000000" },
        { "x-tc-content-sha256", "UNSIGNED-PAYLOAD" },
        { "authorization", fuzz_authorization },
        { NULL, NULL }
    };

    static const fuzz_header_t  form[] = {
        { "host", "h" },
        { "content-type", "application/x-www-form-urlencoded" },
        { NULL, NULL }
    };

    body = (mode == FUZZ_RESULT) ? asr_str("{\"TaskId\":1}")
           : (mode == FUZZ_QUERY) ? asr_str_null() : text;

    memset(&http, 0, sizeof(http));
    http.method = (mode == FUZZ_QUERY) ? asr_str("GET") : asr_str("POST");
    http.path = asr_str("/");
    http.args = (mode == FUZZ_QUERY) ? text : asr_str_null();
    http.header = fuzz_get;
    http.ctx = (mode < FUZZ_FORM) ? tc3 : form;
    http.host = asr_str("h");
    http.content_type = fuzz_get(http.ctx, asr_str("content-type"));
    http.authorization = fuzz_get(http.ctx, asr_str("authorization"));
    http.content_length = (int64_t) body.len;

    asr_call_init(&call, &fuzz_core, &asr_api_tencent, &http);
    step = asr_api_tencent.begin(&call);

    for (off = 0; off < body.len && step == ASR_STEP_BODY; off += n) {
        n = (body.len - off < piece) ? body.len - off : piece;

        /* of its own, so that reading past it is seen */

        copy = malloc(n);
        fuzz_check(copy != NULL);
        memcpy(copy, body.data + off, n);
        call.body_read += n;
        step = asr_api_tencent.body(&call, copy, n);
        free(copy);
    }

    if (step == ASR_STEP_BODY) {
        step = asr_api_tencent.end(&call);
    }

    fuzz_check(call.arena.used <= call.arena.ceiling);

    if (step == ASR_STEP_STORE) {
        fuzz_check(mode < FUZZ_FORM);
        fuzz_stored(&call, mode, text);
    }

    fuzz_reply(&call);
    asr_call_free(&call);
}


/* The store's part: a task came to be, or is found. */

static void
fuzz_stored(asr_call_t *call, unsigned mode, asr_str_t text)
{
    asr_op_t          *op;
    asr_arena_t        arena;
    asr_json_error_t   err;

    op = &call->op;
    op->rc = ASR_OK;

    if (mode == FUZZ_CREATE) {
        fuzz_check(op->type == ASR_OP_TASK_CREATE);
        fuzz_check(op->task.channels == 1 || op->task.channels == 2);
        fuzz_check(op->spool_file->size > 0
                   && op->spool_file->size <= 5 * 1024 * 1024);

        asr_arena_init(&arena, 1 << 20);
        fuzz_check(asr_json_parse(&arena, op->task.params, &err) != NULL);
        asr_arena_free(&arena);
        op->task.id = 1;

        /* not kept by any store: the file goes with the call */

        (void) asr_api_tencent.stored(call);
        asr_spool_end(op->spool_file, false);
        asr_spool_begin(fuzz_core.spool, op->spool_file);
        return;
    }

    fuzz_check(op->type == ASR_OP_TASK_GET);

    op->task.state = (mode == FUZZ_RESULT) ? ASR_TASK_SUCCEEDED
                                           : ASR_TASK_CREATED;
    op->task.result = text;
    op->task.params = asr_str("{\"ResTextFormat\":5,\"EmotionalEnergy\":1,"
                              "\"SpeakerDiarization\":1}");
    (void) asr_api_tencent.stored(call);
}


/* Always HTTP 200, one JSON object with a Response in it. */

static void
fuzz_reply(const asr_call_t *call)
{
    asr_json_t        *root;
    asr_arena_t        arena;
    asr_json_error_t   err;

    fuzz_check(call->reply.status == 200);
    fuzz_check(asr_str_eq(call->reply.content_type,
                          asr_str("application/json")));

    asr_arena_init(&arena, 1 << 28);
    root = asr_json_parse(&arena, asr_buf_str(&call->reply.body), &err);
    fuzz_check(root != NULL);
    fuzz_check(asr_json_get_str(asr_json_get(root, asr_str("Response")),
                                "RequestId").len == ASR_UUID_LEN);
    asr_arena_free(&arena);
}


static void
fuzz_check(bool holds)
{
    if (!holds) {
        abort();
    }
}
