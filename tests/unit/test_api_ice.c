/* ICE: transports, signatures, time and nonces, envelopes, routing. */

#include "ice_client.h"

#include "base/asr_clock.h"


static void
test_transports(void **state)
{
    char           body[512];
    size_t         i;
    unsigned       before;
    i_request_t    q;

    static const i_pair_t  file[] = { { "InputFile", I_FILE },
                                      { "Title", "a*(b)! c+d~\xe5\x90\x8d" },
                                      { "Unknown", "ignored" },
                                      { NULL, NULL } };
    static const char *const  methods[] = { "POST", "GET" };

    before = i_used;

    for (i = 0; i < 2; i++) {
        memset(&q, 0, sizeof(q));
        q.pairs = file;
        q.method = methods[i];
        check(&q, 200, NULL, NULL);

        q.bare = true;
        check(&q, 200, NULL, NULL);

        q.v1 = true;
        check(&q, 200, NULL, NULL);

        q.bare = false;
        q.where = I_SPLIT;
        q.method = "POST";
        check(&q, 200, NULL, NULL);

        q.where = I_FORM;
        check(&q, 200, NULL, NULL);

        for (q.piece = 1; q.piece < 9; q.piece += 3) {
            q.chunked = !q.chunked;
            check(&q, 200, NULL, NULL);
        }
    }

    assert_int_equal(i_used - before, 16);

    /* ACS3: a form body, a JSON body, and the fields in both places */

    memset(&q, 0, sizeof(q));
    q.content_type = "application/x-www-form-urlencoded; charset=utf-8";
    q.body = "InputFile=oss%3A%2F%2Fexample-bucket%2Fa.wav&Title=t";
    check(&q, 200, NULL, NULL);

    q.content_type = "application/json";
    q.body = "{\"InputFile\":\"" I_FILE "\",\"Title\":1,\"Description\":true,"
             "\"UserData\":null,\"StartTime\":1.5}";

    for (q.piece = 0; q.piece < 12; q.piece++) {
        check(&q, 200, NULL, NULL);
    }

    q.pairs = file;
    check(&q, 200, NULL, NULL);

    q.content_type = "Application/JSON;charset=utf-8";
    snprintf(body, sizeof(body), "{}");
    q.body = body;
    check(&q, 200, NULL, NULL);
}


static void
test_bodies_refused(void **state)
{
    char         *big;
    size_t        i;
    i_request_t   q;

    static const struct {
        const char  *type;
        const char  *body;
        int          status;
        const char  *code;
    } rows[] = {
        { "application/json", "{", 400, "InvalidParameter.Format" },
        { "application/json", "[]", 400, "InvalidParameter.Format" },
        { "application/json", "{\"a\":1,\"a\":2}", 400,
          "InvalidParameter.Format" },
        { "application/json", "{\"a\":\"\\u0000\"}", 400,
          "InvalidParameter.Format" },
        { "application/json", "{\"EditingConfig\":{}}", 400,
          "InvalidParameter" },
        { "application/json", "{\"EditingConfig\":[]}", 400,
          "InvalidParameter" },
        { "text/plain", "x", 400, "InvalidParameter.Format" },
        { "", "x", 400, "InvalidParameter.Format" },
        { "application/x-www-form-urlencoded", "a=%zz", 400,
          "InvalidParameter.Format" },
        { "application/x-www-form-urlencoded", "a=%", 400,
          "InvalidParameter.Format" },
        { "application/x-www-form-urlencoded", "InputFile=b", 400,
          "InvalidParameter" },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        memset(&q, 0, sizeof(q));
        q.pairs = i_good;
        q.content_type = rows[i].type;
        q.body = rows[i].body;
        check(&q, rows[i].status, rows[i].code, NULL);
    }

    /* v1 signs no JSON */

    memset(&q, 0, sizeof(q));
    q.v1 = true;
    q.content_type = "application/json";
    q.body = "{\"InputFile\":\"" I_FILE "\"}";
    check(&q, 400, "InvalidParameter.Format", "not signed");

    big = malloc(ASR_ICE_BODY_MAX + 2);
    memset(big, ' ', ASR_ICE_BODY_MAX + 1);
    big[ASR_ICE_BODY_MAX + 1] = '\0';

    memset(&q, 0, sizeof(q));
    q.body = big;
    q.content_type = "application/json";
    check(&q, 413, "InvalidParameter", "larger");
    q.chunked = true;
    q.piece = 1000;
    check(&q, 413, "InvalidParameter", "larger");

    memset(big, 'a', ASR_ICE_BODY_MAX + 1);
    memset(&q, 0, sizeof(q));
    q.raw = big;
    check(&q, 414, "InvalidParameter", "longer");

    /* many pairs, deep in the arena: refused, never more memory */

    for (i = 0; i < 7000; i++) {
        big[2 * i] = 'a';
        big[2 * i + 1] = '&';
    }

    big[14000] = '\0';
    check(&q, 413, "InvalidParameter", NULL);

    q.raw = "a=%q";
    check(&q, 400, "InvalidParameter.Format", "percent");

    free(big);
}


/* What both kinds of signature have in common. */

static void
test_who(void **state)
{
    size_t       i;
    i_request_t  q;

    for (i = 0; i < 2; i++) {
        memset(&q, 0, sizeof(q));
        q.v1 = (i == 1);
        q.pairs = i_good;

        q.id = "LTAInobody";
        check(&q, 404, "InvalidAccessKeyId.NotFound", "not found");
        q.id = "LTAIoff";
        check(&q, 400, "InvalidAccessKeyId.Inactive", NULL);
        q.id = "LTAIiso";
        check(&q, 403, "OperationDenied.Suspended", NULL);
        q.id = "LTAIpoor";
        check(&q, 403, "OperationDenied.Suspended", NULL);
        q.id = "LTAIfree";
        check(&q, 403, "OperationDenied.Suspended", NULL);
        q.id = "LTAInew";
        check(&q, 403, "OperationDenied", NULL);
        q.id = "LTAItemp";
        check(&q, 400, "MissingSecurityToken", NULL);
        q.token = "tok-2";
        check(&q, 400, "InvalidSecurityToken.MismatchWithAccessKey", NULL);
        q.token = "tok-1";
        check(&q, 200, NULL, NULL);
        q.id = I_ID;
        check(&q, 400, "InvalidSecurityToken.MismatchWithAccessKey", NULL);
        q.token = NULL;

        q.bad_signature = true;
        check(&q, 400, "SignatureDoesNotMatch", NULL);
        q.bad_signature = false;
        q.secret = "another";
        check(&q, 400, "SignatureDoesNotMatch", NULL);
        q.secret = NULL;

        q.version = "2019-01-01";
        check(&q, 400, "InvalidVersion", NULL);
        q.version = "";
        check(&q, 400, "MissingVersion", "Version is mandatory");
        q.version = NULL;
        q.action = "SubmitASRjob";
        check(&q, 404, "InvalidAction.NotFound", NULL);
        q.action = "";
        check(&q, 400, "MissingAction", NULL);
        q.action = NULL;
        q.method = "PUT";
        check(&q, 400, "UnsupportedHTTPMethod", NULL);
        q.method = NULL;

        /* what is left of results can be had by who paid */

        q.action = "ListSmartJobs";
        q.id = "LTAIpoor";
        check(&q, 200, NULL, NULL);
        q.id = "LTAIiso";
        check(&q, 403, "OperationDenied.Suspended", NULL);
    }
}


static void
test_times(void **state)
{
    char         text[32];
    size_t       i, k;
    i_request_t  q;

    static const int64_t  off[] = { -3600, -910, -890, 890, 910, 7200 };
    static const bool     good[] = { false, false, true, true, false, false };
    static const char *const  bad[] = {
        "2023-10-26 10:22:32", "yesterday", "2023-13-26T10:22:32Z",
        "1698315752"
    };

    for (i = 0; i < 2; i++) {
        memset(&q, 0, sizeof(q));
        q.v1 = (i == 1);
        q.pairs = i_good;
        q.date = text;

        for (k = 0; k < asr_nelts(off); k++) {
            i_now(text, sizeof(text), off[k]);

            if (good[k]) {
                check(&q, 200, NULL, NULL);

                /* kept for as long as a replay would pass */

                assert_true(i_until > asr_clock_ms() + 899000);
                assert_true(off[k] < 0
                            || i_until > asr_clock_ms() + 1780000);

            } else {
                check(&q, 400, "InvalidTimeStamp.Expired", NULL);
            }
        }

        for (k = 0; k < asr_nelts(bad); k++) {
            q.date = bad[k];
            check(&q, 400, "InvalidTimeStamp.Format", NULL);
        }

        q.date = "";
        check(&q, 400, "MissingTimestamp", NULL);
    }
}


static void
test_nonces(void **state)
{
    char         long_one[ASR_ICE_NONCE_MAX + 2];
    size_t       i;
    unsigned     used;
    i_request_t  q;

    for (i = 0; i < 2; i++) {
        memset(&q, 0, sizeof(q));
        q.v1 = (i == 1);
        q.pairs = i_good;
        q.nonce = i == 1 ? "again-1" : "again-0";

        /* only what is signed uses a nonce up */

        q.bad_signature = true;
        check(&q, 400, "SignatureDoesNotMatch", NULL);
        q.bad_signature = false;
        check(&q, 200, NULL, NULL);
        check(&q, 400, "SignatureNonceUsed", NULL);

        /* a key's own */
        q.id = "LTAIother";
        check(&q, 200, NULL, NULL);
        check(&q, 400, "SignatureNonceUsed", NULL);
        q.id = NULL;

        q.nonce = "";
        check(&q, 400, "MissingSignatureNonce", NULL);

        memset(long_one, 'n', sizeof(long_one));
        long_one[sizeof(long_one) - 1] = '\0';
        q.nonce = long_one;
        used = i_used;
        check(&q, 400, "InvalidSignatureNonce", NULL);
        assert_int_equal(i_used, used);
        long_one[sizeof(long_one) - 2] = '\0';
        long_one[0] = (char) ('0' + i);
        check(&q, 200, NULL, NULL);

        q.nonce = NULL;
        i_full = true;
        check(&q, 400, "Throttling", NULL);
        i_full = false;

        /* a nonce of one kind of signature is one of the other, too */

        q.nonce = i == 1 ? "again-0" : "again-2";
        check(&q, i == 1 ? 400 : 200,
              i == 1 ? "SignatureNonceUsed" : NULL, NULL);
    }
}


static void
test_acs3(void **state)
{
    i_request_t  q;

    memset(&q, 0, sizeof(q));
    q.pairs = i_good;

    q.authorization = "ACS3-HMAC-SHA256";
    check(&q, 400, "IncompleteSignature", "expected");
    q.authorization = "ACS3-RSA-SHA256 Credential=a";
    check(&q, 400, "InvalidSignatureMethod", NULL);
    q.authorization = NULL;

    q.id = "";
    check(&q, 400, "MissingAccessKeyId", NULL);
    q.id = NULL;

    q.unsigned_name = "host";
    check(&q, 400, "IncompleteSignature", "expected");
    q.unsigned_name = "x-acs-action";
    check(&q, 400, "IncompleteSignature", "x-acs-action is not signed");
    q.unsigned_name = "x-acs-version";
    check(&q, 400, "IncompleteSignature", "x-acs-version");
    q.unsigned_name = "x-acs-date";
    check(&q, 400, "IncompleteSignature", "x-acs-date");
    q.unsigned_name = "x-acs-signature-nonce";
    check(&q, 400, "IncompleteSignature", "nonce");
    q.unsigned_name = "x-acs-content-sha256";
    check(&q, 400, "IncompleteSignature", "sha256");
    q.unsigned_name = "x-acs-credentials-provider";
    check(&q, 200, NULL, NULL);
    q.unsigned_name = "x-acs-security-token";
    q.id = "LTAItemp";
    q.token = "tok-1";
    check(&q, 400, "IncompleteSignature", "token");
    q.unsigned_name = NULL;
    q.token = NULL;
    q.id = NULL;

    q.sha256 = "";
    check(&q, 200, NULL, NULL);
    q.sha256 = "UNSIGNED-PAYLOAD";
    check(&q, 400, "SignatureDoesNotMatch", NULL);
    q.sha256 = NULL;

    q.host = "127.0.0.1:8080";
    check(&q, 200, NULL, NULL);
    q.sign_host = "127.0.0.1";
    check(&q, 200, NULL, NULL);
    q.sign_host = "127.0.0.1:80";
    check(&q, 400, "SignatureDoesNotMatch", NULL);
    q.host = NULL;
    q.sign_host = NULL;

    /* what follows the signed query */

    q.raw = "&Title=t";
    check(&q, 400, "SignatureDoesNotMatch", NULL);
}


static void
test_v1(void **state)
{
    i_request_t  q;

    memset(&q, 0, sizeof(q));
    q.v1 = true;
    q.pairs = i_good;

    q.id = "";
    check(&q, 400, "MissingAccessKeyId", NULL);
    q.id = NULL;
    q.signature = "";
    check(&q, 400, "MissingSignature", NULL);
    q.signature = "AAAA";
    check(&q, 400, "SignatureDoesNotMatch", NULL);
    q.signature = NULL;
    q.algorithm = "";
    check(&q, 400, "MissingSignatureMethod", NULL);
    q.algorithm = "HMAC-SHA256";
    check(&q, 400, "InvalidSignatureMethod", NULL);
    q.algorithm = "hmac-sha1";
    check(&q, 200, NULL, NULL);
    q.algorithm = NULL;
    q.sign_version = "";
    check(&q, 400, "MissingSignatureVersion", NULL);
    q.sign_version = "2.0";
    check(&q, 400, "InvalidSignatureVersion", NULL);
    q.sign_version = NULL;
    q.raw = "&Title=t";
    check(&q, 400, "SignatureDoesNotMatch", NULL);
}


/* JSON or XML (I-004), and what an XML reply looks like. */

static void
test_formats(void **state)
{
    size_t          i;
    i_request_t     q;
    api_response_t  r;

    static const struct {
        bool         v1;
        const char  *format;
        const char  *accept;
        bool         xml;
    } rows[] = {
        { false, NULL, NULL, false },
        { false, "XML", NULL, true },
        { false, "xml", "application/json", true },
        { false, "JSON", "text/xml", false },
        { false, NULL, "application/xml", true },
        { false, NULL, "application/json, text/xml", false },
        { false, NULL, "*/*", false },
        { true, "", NULL, true },
        { true, "XML", "application/json", true },
        { true, "json", NULL, false },
        { true, "", "application/json", false },
        { true, "", "text/xml", true },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        memset(&q, 0, sizeof(q));
        q.v1 = rows[i].v1;
        q.format = rows[i].format;
        q.accept = rows[i].accept;
        q.pairs = i_good;
        i_send(&world, &q, &r);
        assert_int_equal(r.status, 200);
        assert_string_equal(r.content_type,
                            rows[i].xml ? "text/xml;charset=utf-8"
                                        : "application/json;charset=utf-8");
        assert_int_equal(r.body[0], rows[i].xml ? '<' : '{');
        api_response_free(&r);

        q.bad_signature = true;
        i_send(&world, &q, &r);
        assert_int_equal(r.status, 400);
        assert_int_equal(r.body[0], rows[i].xml ? '<' : '{');

        if (rows[i].xml) {
            assert_non_null(strstr(r.body, "<Error><RequestId>"));
            assert_non_null(strstr(r.body, "<HostId>" I_HOST "</HostId>"));
            assert_non_null(strstr(r.body, "<Code>SignatureDoesNotMatch"
                                   "</Code><Message>"));
            assert_non_null(strstr(r.body, "</Message></Error>\n"));
        }

        api_response_free(&r);
    }

    memset(&q, 0, sizeof(q));
    q.format = "XML";
    q.pairs = i_good;
    i_send(&world, &q, &r);
    assert_non_null(strstr(r.body, "<?xml version=\"1.0\" encoding=\"UTF-8\""
                           "?>\n<SubmitASRJobResponse><RequestId>"));
    assert_non_null(strstr(r.body, "</JobId><State>Created</State>"
                           "</SubmitASRJobResponse>\n"));
    api_response_free(&r);

    /* hostile text inside */

    q.host = "<&>\"\x01";
    q.bad_signature = true;
    i_send(&world, &q, &r);
    assert_non_null(strstr(r.body,
                           "<HostId>&lt;&amp;&gt;\"\xef\xbf\xbd</HostId>"));
    api_response_free(&r);
}


static void
test_limits(void **state)
{
    i_request_t     q;
    api_response_t  r;

    memset(&q, 0, sizeof(q));
    q.pairs = i_good;
    world.limit_asked = 0;
    check(&q, 200, NULL, NULL);
    assert_int_equal(world.limit_asked, 1);
    assert_string_equal(world.limit_action, "ice.SubmitASRJob");
    assert_int_equal(world.limit_rate.count, 100);
    assert_int_equal(world.limit_rate.window_ms, 1000);

    q.id = "LTAIslow";
    world.limit_left = 0;
    world.limit_retry_ms = 1234;
    i_send(&world, &q, &r);
    assert_string_equal(api_response_header(&r, "x-acs-retry-after"), "1234");
    assert_int_equal(r.limit_status, ASR_LIMIT_REJECTED);
    i_expect(&r, 400, "Throttling.User", "flow control");
    assert_int_equal(world.limit_rate.count, 3);
    assert_int_equal(world.limit_rate.window_ms, 60000);

    world.limit_refusal = ASR_LIMIT_ERROR;
    check(&q, 503, "ServiceUnavailable", NULL);
    world.limit_refusal = ASR_LIMIT_REJECTED;

    /* off; the alias counts as what it is */

    q.action = "GetSmartTaskResult";
    world.limit_asked = 0;
    check(&q, 400, "MissingParameter", "JobId");
    assert_int_equal(world.limit_asked, 0);
    world.limit_left = -1;
    q.id = NULL;
    check(&q, 400, "MissingParameter", "JobId");
    assert_string_equal(world.limit_action, "ice.GetSmartHandleJob");
}


static void
test_http_errors(void **state)
{
    size_t          i;
    asr_http_t      http;
    asr_call_t      call;
    api_response_t  r;

    static const struct {
        int          status;
        int          answer;
        const char  *code;
    } rows[] = {
        { 400, 400, "InvalidParameter.Format" },
        { 404, 404, "InvalidAction.NotFound" },
        { 405, 400, "UnsupportedHTTPMethod" },
        { 408, 408, "InvalidParameter" },
        { 413, 413, "InvalidParameter" },
        { 414, 414, "InvalidParameter" },
        { 415, 415, "InvalidParameter.Format" },
        { 429, 429, "Throttling" },
        { 500, 500, "InternalError" },
        { 502, 503, "ServiceUnavailable" },
        { 503, 503, "ServiceUnavailable" },
        { 504, 503, "ServiceUnavailable" },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        memset(&http, 0, sizeof(http));
        memset(&r, 0, sizeof(r));
        http.header = api_header_get;
        asr_call_init(&call, &world.core, &asr_api_ice, &http);
        asr_api_ice.http_error(&call, rows[i].status);
        api_take(&call, &r);
        asr_call_free(&call);
        i_expect(&r, rows[i].answer, rows[i].code, NULL);
    }

    memset(&http, 0, sizeof(http));
    memset(&r, 0, sizeof(r));
    http.header = api_header_get;
    asr_call_init(&call, &world.core, &asr_api_ice, &http);
    http.args = asr_str("a=1&Format=xml");
    asr_api_ice.http_error(&call, 414);
    api_take(&call, &r);
    asr_call_free(&call);
    assert_string_equal(r.content_type, "text/xml;charset=utf-8");
    api_response_free(&r);
}


/* Which of two clouds is meant, whichever is asked first. */

static void
test_routing(void **state)
{
    size_t         i;
    asr_http_t     http;
    api_header_t   h[3];
    api_request_t  r;

    enum { ICE, TENCENT, NEITHER };

    static const struct {
        const char  *method;
        const char  *args;
        const char  *name;
        const char  *value;
        int          whose;
    } rows[] = {
        { "POST", "", "authorization", "ACS3-HMAC-SHA256 x", ICE },
        { "POST", "", "authorization", "ACS3-RSA-SHA256 x", ICE },
        { "POST", "", "x-acs-action", "SubmitASRJob", ICE },
        { "POST", "", "x-acs-version", "2020-11-09", ICE },
        { "POST", "", "x-acs-date", "", ICE },
        { "POST", "", "x-acs-signature-nonce", "x", ICE },
        { "POST", "", "x-sdk-client", "Node.js(v20), pop-core", ICE },
        { "POST", "", "user-agent", "AlibabaCloud (linux) Core/1", ICE },
        { "GET", "Action=X&AccessKeyId=1&Signature=2", "a", "b", ICE },
        { "GET", "Signature=2&SignatureNonce=1", "a", "b", ICE },
        { "GET", "Action=GetSmartHandleJob", "a", "b", ICE },
        { "GET", "Action=GetSmartTaskResult", "a", "b", ICE },
        { "GET", "Action=ListSmartJobs", "a", "b", ICE },
        { "GET", "Action=DeleteSmartJob", "a", "b", ICE },
        { "GET", "Action=SubmitASRJob", "a", "b", ICE },
        { "GET", "Version=2020-11-09", "a", "b", ICE },
        { "POST", "", "authorization", "TC3-HMAC-SHA256 x", TENCENT },
        { "POST", "", "x-tc-action", "CreateRecTask", TENCENT },
        { "POST", "AccessKeyId=1", "x-tc-action", "CreateRecTask", TENCENT },
        { "GET", "Action=CreateRecTask&Signature=1", "a", "b", TENCENT },
        { "GET", "xAccessKeyId=1&Signature=2", "a", "b", TENCENT },
        { "POST", "", "content-type", "application/x-www-form-urlencoded",
          TENCENT },
        { "GET", "", "a", "b", NEITHER },
        { "POST", "", "content-type", "application/json", NEITHER },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        h[0].name = "host";
        h[0].value = "h";
        h[1].name = rows[i].name;
        h[1].value = rows[i].value;
        h[2].name = NULL;
        memset(&r, 0, sizeof(r));
        r.method = rows[i].method;
        r.path = "/";
        r.args = rows[i].args;
        r.headers = h;
        api_http(&http, &r);

        if (asr_api_ice.claims(&http) != (rows[i].whose == ICE)
            || asr_api_tencent.claims(&http) != (rows[i].whose == TENCENT))
        {
            fail_msg("%s %s: %s", rows[i].args, rows[i].name, rows[i].value);
        }
    }
}


static void
test_counters(void **state)
{
    i_request_t          q;
    asr_api_counters_t  *c;

    c = &world.counters;
    memset(c, 0, sizeof(*c));
    memset(&q, 0, sizeof(q));
    q.pairs = i_good;
    check(&q, 200, NULL, NULL);
    q.bad_signature = true;
    check(&q, 400, "SignatureDoesNotMatch", NULL);

    assert_int_equal(c->requests[asr_api_ice.index][ASR_ICE_SUBMIT], 2);
    assert_int_equal(c->refused[asr_api_ice.index][ASR_ICE_SUBMIT], 1);
    assert_int_equal(c->created[asr_api_ice.index], 1);
    assert_int_equal(c->auth_failed[asr_api_ice.index], 1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_transports),
        cmocka_unit_test(test_bodies_refused),
        cmocka_unit_test(test_who),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_nonces),
        cmocka_unit_test(test_acs3),
        cmocka_unit_test(test_v1),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_http_errors),
        cmocka_unit_test(test_routing),
        cmocka_unit_test(test_counters),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
