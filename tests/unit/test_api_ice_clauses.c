/*
 * The clauses of document 003 and of its companions that are no parameter's:
 * who asks and how, limits, failures of our own parts.  Each refusal must name
 * its clause to the log, or people search in the wrong place.
 */

#include "ice_client.h"

#include "base/asr_clock.h"


#define LIST     "ListSmartJobs"

#define INVALID  "InvalidParameter"
#define FORMAT   "InvalidParameter.Format"

#define I_NOW    INT64_C(1700000000)     /* "2023-11-14T22:13:20Z" */


static void
test_names(void **state)
{
    int          v1;
    size_t       i;
    i_request_t  q;

    static const char *const  actions[] = {
        "Nope", "submitASRJob", "SubmitASRJobs"
    };

    static const char *const  versions[] = {
        "2020-11-10", "20201109"
    };

    for (v1 = 0; v1 < 2; v1++) {
        memset(&q, 0, sizeof(q));
        q.v1 = (v1 == 1);
        q.pairs = i_good;
        i_check_clause(&q, NULL, "");

        q.action = "";
        i_check_clause(&q, "MissingAction", "I-001");

        for (i = 0; i < asr_nelts(actions); i++) {
            q.action = actions[i];
            i_check_clause(&q, "InvalidAction.NotFound", "I-001");
        }

        q.action = LIST;
        i_check_clause(&q, NULL, "");
        q.action = NULL;

        q.version = "";
        i_check_clause(&q, "MissingVersion", "I-002");

        for (i = 0; i < asr_nelts(versions); i++) {
            q.version = versions[i];
            i_check_clause(&q, "InvalidVersion", "I-002");
        }

        q.version = NULL;

        q.method = "PUT";
        i_check_clause(&q, "UnsupportedHTTPMethod", "I-003");
        q.method = "HEAD";
        i_check_clause(&q, "UnsupportedHTTPMethod", "I-003");
        q.method = "GET";
        i_check_clause(&q, NULL, "");
        q.method = NULL;

        q.raw = "&a=%q";
        i_check_clause(&q, FORMAT, "I-003");
    }
}


static void
test_bodies(void **state)
{
    size_t       i;
    i_request_t  q;

    static const struct {
        const char  *type;
        const char  *body;
        const char  *code;
        const char  *clause;
    } rows[] = {
        { "application/json", "{\"InputFile\":\"" I_FILE "\"}", NULL, "" },
        { "application/x-www-form-urlencoded",
          "InputFile=oss%3A%2F%2Fexample-bucket%2Fa.wav", NULL, "" },
        { "application/json", "[]", FORMAT, "I-003" },
        { "application/json", "{", FORMAT, "I-003" },
        { "application/x-www-form-urlencoded", "a=%", FORMAT, "I-003" },
        { "text/plain", "x", FORMAT, "I-003" },
        { "", "x", FORMAT, "I-003" },
        { "application/json", "{\"EditingConfig\":{}}", INVALID, "I-062" },
        { "application/json", "{\"Title\":[\"t\"]}", INVALID, "I-062" },
        { "application/json",
          "{\"InputFile\":\"" I_FILE "\",\"Title\":1,\"UserData\":true}",
          NULL, "" },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        memset(&q, 0, sizeof(q));
        q.content_type = rows[i].type;
        q.body = rows[i].body;
        i_check_clause(&q, rows[i].code, rows[i].clause);
    }

    memset(&q, 0, sizeof(q));
    q.v1 = true;
    q.content_type = "application/json";
    q.body = rows[0].body;
    i_check_clause(&q, FORMAT, "I-061");
    q.content_type = "text/plain";
    i_check_clause(&q, FORMAT, "I-003");

    /* the edge is the body's last byte that is read */

    memset(&q, 0, sizeof(q));
    q.content_type = "application/json";
    q.body = i_repeated(' ', 16384);
    i_check_clause(&q, FORMAT, "I-003");
    q.body = i_repeated(' ', 16385);
    i_check_clause(&q, INVALID, "I-070");
    q.chunked = true;
    q.piece = 1000;
    i_check_clause(&q, INVALID, "I-070");

    memset(&q, 0, sizeof(q));
    q.raw = i_repeated('a', 16385);
    i_check_clause(&q, INVALID, "I-070");
}


static void
test_format(void **state)
{
    size_t           i;
    i_request_t      q;
    api_response_t   r;

    static const struct {
        bool         v1;
        const char  *format;
        const char  *accept;
        bool         xml;
    } rows[] = {
        { false, NULL, NULL, false },
        { false, "XML", "application/json", true },
        { false, NULL, "text/xml", true },
        { true, "", NULL, true },
        { true, "JSON", NULL, false },
        { true, "", "application/json", false },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        memset(&q, 0, sizeof(q));
        q.v1 = rows[i].v1;
        q.format = rows[i].format;
        q.accept = rows[i].accept;
        q.pairs = i_good;
        i_send(&world, &q, &r);
        i_holds("I-004", r.status == 200 && (r.body[0] == '<') == rows[i].xml
                       && strncmp(r.content_type,
                                  rows[i].xml ? "text/xml"
                                              : "application/json", 8) == 0);
        api_response_free(&r);
    }
}


static void
test_acs3(void **state)
{
    size_t       i;
    i_request_t  q;

    static const char *const  names[] = {
        "host", "x-acs-action", "x-acs-version", "x-acs-date",
        "x-acs-signature-nonce", "x-acs-content-sha256",
        "x-acs-security-token"
    };

    memset(&q, 0, sizeof(q));
    q.pairs = i_good;

    q.authorization = "ACS3-HMAC-SHA256";
    i_check_clause(&q, "IncompleteSignature", "I-050");
    q.authorization = "ACS3-RSA-SHA256 Credential=a";
    i_check_clause(&q, "InvalidSignatureMethod", "I-050");
    q.authorization = NULL;

    q.id = "LTAItemp";
    q.token = "tok-1";
    i_check_clause(&q, NULL, "");

    for (i = 0; i < asr_nelts(names); i++) {
        q.unsigned_name = names[i];
        i_check_clause(&q, "IncompleteSignature", "I-050");
    }

    q.unsigned_name = NULL;
    q.id = NULL;
    q.token = NULL;

    /* What a body is read as is signed with it. */

    q.body = "Title=t";
    q.content_type = "application/x-www-form-urlencoded";
    i_check_clause(&q, NULL, "");
    q.unsigned_name = "content-type";
    i_check_clause(&q, "IncompleteSignature", "I-050");
    q.unsigned_name = NULL;
    q.content_type = NULL;
    q.body = NULL;

    q.bad_signature = true;
    i_check_clause(&q, "SignatureDoesNotMatch", "I-050");
    q.bad_signature = false;
    q.secret = "another";
    i_check_clause(&q, "SignatureDoesNotMatch", "I-050");
    q.secret = NULL;
    q.raw = "&Title=t";
    i_check_clause(&q, "SignatureDoesNotMatch", "I-050");
}


static void
test_v1(void **state)
{
    i_request_t  q;

    memset(&q, 0, sizeof(q));
    q.v1 = true;
    q.pairs = i_good;

    q.signature = "";
    i_check_clause(&q, "MissingSignature", "I-055");
    q.signature = "AAAA";
    i_check_clause(&q, "SignatureDoesNotMatch", "I-055");
    q.signature = NULL;
    q.secret = "another";
    i_check_clause(&q, "SignatureDoesNotMatch", "I-055");
    q.secret = NULL;
    q.raw = "&Title=t";
    i_check_clause(&q, "SignatureDoesNotMatch", "I-055");
    q.raw = NULL;

    q.algorithm = "";
    i_check_clause(&q, "MissingSignatureMethod", "I-055");
    q.algorithm = "HMAC-SHA256";
    i_check_clause(&q, "InvalidSignatureMethod", "I-055");
    q.algorithm = NULL;
    q.sign_version = "";
    i_check_clause(&q, "MissingSignatureVersion", "I-055");
    q.sign_version = "2.0";
    i_check_clause(&q, "InvalidSignatureVersion", "I-055");
    q.sign_version = NULL;

    q.where = I_FORM;
    i_check_clause(&q, NULL, "");
    q.bad_signature = true;
    i_check_clause(&q, "SignatureDoesNotMatch", "I-055");
}


static void
test_keys(void **state)
{
    int          v1;
    size_t       i;
    i_request_t  q;

    static const struct {
        const char  *id;
        const char  *token;
        const char  *code;
        const char  *clause;
    } rows[] = {
        { I_ID, NULL, NULL, "" },
        { "", NULL, "MissingAccessKeyId", "I-051" },
        { "LTAInobody", NULL, "InvalidAccessKeyId.NotFound", "I-051" },
        { "LTAIoff", NULL, "InvalidAccessKeyId.Inactive", "I-051" },
        { "LTAItemp", "tok-1", NULL, "" },
        { "LTAItemp", NULL, "MissingSecurityToken", "I-052" },
        { "LTAItemp", "tok-2", "InvalidSecurityToken.MismatchWithAccessKey",
          "I-052" },
        { I_ID, "tok-1", "InvalidSecurityToken.MismatchWithAccessKey",
          "I-052" },
        { "LTAIiso", NULL, "OperationDenied.Suspended", "I-056" },
        { "LTAIpoor", NULL, "OperationDenied.Suspended", "I-056" },
        { "LTAIfree", NULL, "OperationDenied.Suspended", "I-056" },
        { "LTAInew", NULL, "OperationDenied", "I-056" },
    };

    for (v1 = 0; v1 < 2; v1++) {

        for (i = 0; i < asr_nelts(rows); i++) {
            memset(&q, 0, sizeof(q));
            q.v1 = (v1 == 1);
            q.pairs = i_good;
            q.id = rows[i].id;
            q.token = rows[i].token;
            i_check_clause(&q, rows[i].code, rows[i].clause);
        }

        /* who is out of means still gets what was paid for */

        memset(&q, 0, sizeof(q));
        q.v1 = (v1 == 1);
        q.action = LIST;
        q.id = "LTAIpoor";
        i_check_clause(&q, NULL, "");
        q.id = "LTAIiso";
        i_check_clause(&q, "OperationDenied.Suspended", "I-056");
        q.id = "LTAInew";
        i_check_clause(&q, "OperationDenied", "I-056");
    }
}


static void
test_times(void **state)
{
    int                v1;
    bool               late;
    char               date[32];
    size_t             i;
    time_t             t;
    struct tm          tm;
    i_request_t        q;
    volatile int64_t   shift;

    static const int  skews[] = { -86400, -901, -900, 0, 900, 901, 86400 };

    for (v1 = 0; v1 < 2; v1++) {
        memset(&q, 0, sizeof(q));
        q.v1 = (v1 == 1);
        q.pairs = i_good;
        q.date = date;

        for (i = 0; i < asr_nelts(skews); i++) {
            late = (skews[i] < -900 || skews[i] > 900);
            t = (time_t) (I_NOW + skews[i]);
            gmtime_r(&t, &tm);
            strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);

            /* to a full second's beginning: the edges are exact */

            shift = 0;
            asr_clock_shift(NULL);
            shift = I_NOW * 1000 - asr_clock_ms();
            asr_clock_shift(&shift);

            i_check_clause(&q, late ? "InvalidTimeStamp.Expired" : NULL,
                         late ? "I-053" : "");
        }

        asr_clock_shift(NULL);

        q.date = "2023-10-26 10:22:32";
        i_check_clause(&q, "InvalidTimeStamp.Format", "I-053");
        q.date = "";
        i_check_clause(&q, "MissingTimestamp", "I-053");
    }
}


static void
test_nonces(void **state)
{
    int          v1;
    i_request_t  q;

    for (v1 = 0; v1 < 2; v1++) {
        memset(&q, 0, sizeof(q));
        q.v1 = (v1 == 1);
        q.pairs = i_good;

        q.nonce = v1 ? "once-v1" : "once-acs3";
        i_check_clause(&q, NULL, "");
        i_check_clause(&q, "SignatureNonceUsed", "I-054");
        q.id = "LTAIother";
        i_check_clause(&q, NULL, "");
        q.id = NULL;

        q.nonce = "";
        i_check_clause(&q, "MissingSignatureNonce", "I-054");
        q.nonce = i_repeated((char) ('a' + v1), 1024);
        i_check_clause(&q, NULL, "");
        q.nonce = i_repeated((char) ('a' + v1), 1025);
        i_check_clause(&q, "InvalidSignatureNonce", "I-054");

        q.nonce = NULL;
        i_full = true;
        i_check_clause(&q, "Throttling", "I-054");
        i_full = false;
    }
}


static void
test_limits(void **state)
{
    i_request_t  q;

    memset(&q, 0, sizeof(q));
    q.pairs = i_good;
    i_check_clause(&q, NULL, "");
    i_holds("I-071", world.limit_rate.count == 100
                   && world.limit_rate.window_ms == 1000);

    world.limit_left = 0;
    i_check_clause(&q, "Throttling.User", "I-071");
    q.id = "LTAIslow";
    i_check_clause(&q, "Throttling.User", "I-071");
    i_holds("I-071", world.limit_rate.count == 3
                   && world.limit_rate.window_ms == 60000);

    world.limit_refusal = ASR_LIMIT_ERROR;
    i_check_clause(&q, "ServiceUnavailable", "I-071");
    world.limit_refusal = ASR_LIMIT_REJECTED;
    world.limit_left = -1;
}


static bool
full_hook(asr_op_t *op)
{
    op->rc = (op->type == ASR_OP_TASK_CREATE) ? ASR_TOOBIG : ASR_OK;

    return true;
}


static void
test_means(void **state)
{
    i_request_t   q;
    asr_store_t  *store;

    memset(&q, 0, sizeof(q));
    q.pairs = i_good;

    world.models.engines[0] = "other";
    i_check_clause(&q, "ServiceUnavailable", "I-072");
    world.models.engines[0] = ASR_ICE_ENGINE;

    world.store_hook = full_hook;
    i_check_clause(&q, "ServiceUnavailable", "I-072");
    world.store_hook = i_store_hook;

    store = world.core.store;
    world.core.store = NULL;
    i_check_clause(&q, "InternalError", "I-080");
    q.action = LIST;
    i_check_clause(&q, "InternalError", "I-080");
    world.core.store = store;
}


/* Of the server, before or instead of what this API answered. */

static void
test_http_errors(void **state)
{
    size_t          i;
    asr_http_t      http;
    asr_call_t      call;
    api_response_t  r;

    static const struct {
        int          status;
        const char  *clause;
    } rows[] = {
        { 400, "I-081" }, { 404, "I-081" }, { 405, "I-003" },
        { 408, "I-081" }, { 413, "I-070" }, { 414, "I-070" },
        { 415, "I-081" }, { 429, "I-081" }, { 500, "I-080" },
        { 502, "I-081" }, { 503, "I-081" }, { 504, "I-081" },
    };

    for (i = 0; i < 2 * asr_nelts(rows); i++) {
        memset(&http, 0, sizeof(http));
        memset(&r, 0, sizeof(r));
        http.header = api_header_get;
        http.method = asr_str("PUT");
        asr_call_init(&call, &world.core, &asr_api_ice, &http);

        if (i % 2 == 1) {
            assert_int_equal(asr_api_ice.begin(&call), ASR_STEP_REPLY);
            assert_string_equal(call.clause, "I-003");
        }

        asr_api_ice.http_error(&call, rows[i / 2].status);
        api_take(&call, &r);
        asr_call_free(&call);
        assert_string_equal(r.clause, rows[i / 2].clause);
        i_expect(&r, r.status, r.error, NULL);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_acs3),
        cmocka_unit_test(test_v1),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_nonces),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_means),
        cmocka_unit_test(test_http_errors),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
