/*
 * Requests that look wrong and are not: what stock SDKs send, and what the
 * documents leave to the client.
 */

#include "asr_conf_sign_rows.h"


const asr_conf_wrong_t  asr_conf_oddity[] = {
    ASR_CONF_ROW(TC3, "almost-stale",
        "signed four minutes ago",
        "", "T-061", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = -240))),

    ASR_CONF_ROW(TC3, "almost-future",
        "signed four minutes ahead",
        "", "T-061", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = 240))),

    ASR_CONF_ROW(TC3, "host-no-port",
        "the host was signed without its port, as Node's SDK does",
        "", "T-064", OBSERVED, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(HOST, NO_PORT))),

    ASR_CONF_ROW(TC3, "service-of-host",
        "the service is the first part of the host, as Node's SDK has it",
        "", "T-060", OBSERVED, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SERVICE, SET, .a = "127"))),

    ASR_CONF_ROW(TC3, "action-signed",
        "the action is signed too, as samples of the document do",
        "", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(LIST, SET, .a = "content-type;host;x-tc-action"))),

    ASR_CONF_ROW(TC3, "all-signed",
        "all headers of the cloud's are signed",
        "", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(LIST, SET,
                .a = "content-type;host;x-tc-actio"
                     "n;x-tc-timestamp;x-tc-version"))),

    ASR_CONF_ROW(TC3, "action-as-sent",
        "the signed action is in capitals as it was sent",
        "", "T-064", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(LIST, SET, .a = "content-type;host;x-tc-action"),
            ASR_CONF_EDIT(WAY, SET, .a = "as-sent"))),

    ASR_CONF_ROW(TC3, "charset",
        "content-type has a charset, sent and signed",
        "", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "Content-Type",
                .b = "application/json; charset=utf-8"))),

    ASR_CONF_ROW(TC3, "charset-as-sent",
        "a charset in capitals, sent and signed so",
        "", "T-064", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "Content-Type",
                .b = "application/json; charset=UTF-8"),
            ASR_CONF_EDIT(WAY, SET, .a = "as-sent"))),

    ASR_CONF_ROW(TC3, "charset-lowered",
        "a charset in capitals, signed in lower case",
        "", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "Content-Type",
                .b = "application/json; charset=UTF-8"))),

    ASR_CONF_ROW(TC3, "region-null",
        "X-TC-Region is the word null, as an SDK without a region sends it",
        "", "T-003", OBSERVED, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "X-TC-Region", .b = "null"))),

    ASR_CONF_ROW(TC3, "language",
        "with X-TC-Language, not signed",
        "", "T-064", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "X-TC-Language", .b = "zh-CN"))),

    ASR_CONF_ROW(TC3, "request-client",
        "with the headers SDKs add, not signed",
        "", "T-064", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "X-TC-RequestClient",
                .b = "SDK_NODEJS_4.1.220"),
            ASR_CONF_EDIT(HEADER, SET, .a = "X-TC-TraceId",
                .b = "6f2a1c5e-3b0d-4a86-9a7e-0d9c5b1e2f34"))),

    ASR_CONF_ROW(TC3, "no-blanks",
        "Authorization has no blanks after its commas",
        "", "T-060", OBSERVED, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = ", S", .b = ",S"),
            ASR_CONF_EDIT(AUTH, SUB, .a = ", S", .b = ",S"))),

    ASR_CONF_ROW(TC3, "unsigned-payload",
        "the hash is that of UNSIGNED-PAYLOAD, as an SDK's option has it",
        "", "T-064", OBSERVED, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "X-TC-Content-SHA256",
                .b = "UNSIGNED-PAYLOAD"),
            ASR_CONF_EDIT(HASH, SET,
                .a = "438d4109ef0d676b8c2c7ed13cdfcb41"
                     "8e494d53b843d4634ce3b1085f07bb96"))),

    ASR_CONF_ROW(TC3, "get",
        "a GET with its parameters in the query",
        "", "T-064", MUST, "tc3-get",
        NULL),

    ASR_CONF_ROW(TC1_SHA256, "almost-stale",
        "signed four minutes ago",
        "", "T-061", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = -240))),

    ASR_CONF_ROW(TC1_SHA256, "almost-future",
        "signed four minutes ahead",
        "", "T-061", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = 240))),

    ASR_CONF_ROW(TC1_SHA256, "get",
        "a GET with its parameters in the query",
        "", "T-064", MUST, "tc1-get",
        NULL),

    ASR_CONF_ROW(TC1_SHA256, "sha1",
        "HmacSHA1, and SignatureMethod says so",
        "", "T-064", MUST, "tc1sha1-post",
        NULL),

    ASR_CONF_ROW(TC1_SHA256, "sha1-unsaid",
        "HmacSHA1 without SignatureMethod, which is the default",
        "", "T-064", MUST, "tc1sha1-post",
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "SignatureMethod"))),

    ASR_CONF_ROW(TC1_SHA256, "language",
        "with the Language and RequestClient of SDKs, signed too",
        "", "T-064", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(PARAM, SET, .a = "RequestClient",
                .b = "SDK_NODEJS_INTL_EN3.0.1335"),
            ASR_CONF_EDIT(PARAM, SET, .a = "Language", .b = "en-US"))),

    ASR_CONF_ROW(TC1_SHA256, "region-empty",
        "with an empty Region",
        "", "T-003", OBSERVED, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "Region", .b = ""))),

    ASR_CONF_ROW(TC1_SHA256, "trace-id",
        "with the header X-TC-TraceId, which SDKs add",
        "", "T-064", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "X-TC-TraceId",
                .b = "6f2a1c5e-3b0d-4a86-9a7e-0d9c5b1e2f34"))),

    ASR_CONF_ROW(TC1_SHA256, "charset",
        "content-type has a charset",
        "", "T-064", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "Content-Type",
                .b = "application/x-www-form-urlencoded; charset=utf-8"))),

    ASR_CONF_ROW(ACS3, "almost-stale",
        "signed fourteen minutes ago",
        "", "I-053", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = -840))),

    ASR_CONF_ROW(ACS3, "almost-future",
        "signed fourteen minutes ahead",
        "", "I-053", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = 840))),

    ASR_CONF_ROW(ACS3, "credentials-provider",
        "with x-acs-credentials-provider signed, as SDKs have it",
        "", "I-050", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "x-acs-credentials-provider",
                .b = "static_ak"))),

    ASR_CONF_ROW(ACS3, "retry-headers",
        "with the headers of an SDK that tries again, signed",
        "", "I-050", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "x-acs-retry-attempts", .b = "1"),
            ASR_CONF_EDIT(HEADER, SET, .a = "x-acs-retry-delay", .b = "100"))),

    ASR_CONF_ROW(ACS3, "star-bare",
        "* is sent bare and signed encoded, as SDKs do",
        "", "I-050", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_QUERY, SUB, .a = "%2A", .b = "*"))),

    ASR_CONF_ROW(ACS3, "parentheses-bare",
        "( and ) are sent bare and signed encoded, as SDKs do",
        "", "I-050", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SENT_QUERY, SUB, .a = "%28", .b = "("),
            ASR_CONF_EDIT(SENT_QUERY, SUB, .a = "%29", .b = ")"))),

    ASR_CONF_ROW(ACS3, "hex-lower-sent",
        "the query is sent with small hex digits",
        "", "I-050", OBSERVED, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_QUERY, SUB, .a = "%2A", .b = "%2a"))),

    ASR_CONF_ROW(ACS3, "nonce-uuid",
        "the nonce is a UUID",
        "", "I-054", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(NONCE, PRE, .a = "6f2a1c5e-3b0d-4a86-9a7e-"))),

    ASR_CONF_ROW(ACS3, "blanks",
        "Authorization has blanks after its commas",
        "", "I-050", OBSERVED, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = ",S", .b = ", S"),
            ASR_CONF_EDIT(AUTH, SUB, .a = ",S", .b = ", S"))),

    ASR_CONF_ROW(ACS3, "get",
        "a GET with its parameters in the query",
        "", "I-050", MUST, "acs3-get",
        NULL),

    ASR_CONF_ROW(ACS3, "form",
        "a POST with its parameters in a form",
        "", "I-050", MUST, "acs3-form",
        NULL),

    ASR_CONF_ROW(ACS3, "charset",
        "a form whose content-type has a charset, signed so",
        "", "I-050", OBSERVED, "acs3-form",
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "Content-Type",
                .b = "application/x-www-form-urlencoded; charset=utf-8"))),

    ASR_CONF_ROW(RPC1, "almost-stale",
        "signed fourteen minutes ago",
        "", "I-053", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = -840))),

    ASR_CONF_ROW(RPC1, "almost-future",
        "signed fourteen minutes ahead",
        "", "I-053", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = 840))),

    ASR_CONF_ROW(RPC1, "format-lower",
        "Format is json in lower case",
        "", "I-004", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "Format", .b = "json"))),

    ASR_CONF_ROW(RPC1, "acs-headers",
        "with x-acs-action and x-acs-version beside it, as an SDK has it",
        "", "I-055", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "x-acs-action",
                .b = "GetSmartHandleJob"),
            ASR_CONF_EDIT(HEADER, SET, .a = "x-acs-version",
                .b = "2020-11-09"))),

    ASR_CONF_ROW(RPC1, "star-bare",
        "* is sent bare and signed encoded, as SDKs do",
        "", "I-055", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_QUERY, SUB, .a = "%2A", .b = "*"))),

    ASR_CONF_ROW(RPC1, "plus-sent",
        "a blank is sent as + and signed as %20",
        "", "I-055", OBSERVED, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_QUERY, SUB, .a = "%20", .b = "+"))),

    ASR_CONF_ROW(RPC1, "nonce-uuid",
        "the nonce is a UUID",
        "", "I-054", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(NONCE, PRE, .a = "6f2a1c5e-3b0d-4a86-9a7e-"))),

    ASR_CONF_ROW(RPC1, "region-id",
        "with RegionId, which SDKs add",
        "", "I-055", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(PARAM, SET, .a = "RegionId", .b = "cn-shanghai"))),

    ASR_CONF_ROW(RPC1, "post",
        "a POST with all in its query",
        "", "I-055", MUST, "rpc-post",
        NULL),

    ASR_CONF_ROW(RPC1, "form",
        "a POST with all in its form",
        "", "I-055", MUST, "rpc-form",
        NULL),

    ASR_CONF_ROW(RPC1, "split",
        "a POST with its parameters in query and form",
        "", "I-055", MUST, "rpc-split",
        NULL),

    ASR_CONF_ROW(BEARER, "scheme-lower",
        "the scheme is bearer in lower case",
        "", "U-020", OBSERVED, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SUB, .a = "Bearer", .b = "bearer"))),

    ASR_CONF_ROW(BEARER, "scheme-upper",
        "the scheme is BEARER in capitals",
        "", "U-020", OBSERVED, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SUB, .a = "Bearer", .b = "BEARER"))),

    ASR_CONF_ROW(RAW_KEY, "with-bearer",
        "the key is sent with Bearer before it",
        "", "M-020", OBSERVED, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, PRE, .a = "Bearer ")))
};

const size_t  asr_conf_oddity_n = ASR_CONF_COUNT(asr_conf_oddity);
