/*
 * What clients do wrong with Tencent's v1.  Where the document
 * names no code for a mistake there is more than one.
 */

#include "asr_conf_sign_rows.h"


const asr_conf_wrong_t  asr_conf_wrong_tc1[] = {
    ASR_CONF_ROW(TC1_SHA256, "stale",
        "signed ten minutes ago",
        "AuthFailure.SignatureExpire", "T-061", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = -600))),

    ASR_CONF_ROW(TC1_SHA256, "future",
        "signed ten minutes ahead",
        "AuthFailure.SignatureExpire", "T-061", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = 600))),

    ASR_CONF_ROW(TC1_SHA256, "milliseconds",
        "the timestamp is in milliseconds",
        "AuthFailure.SignatureExpire", "T-061", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(STAMP, ADD, .a = "000"))),

    ASR_CONF_ROW(TC1_SHA256, "no-timestamp",
        "there is no Timestamp",
        "MissingParameter", "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "Timestamp"))),

    ASR_CONF_ROW(TC1_SHA256, "iso-timestamp",
        "Timestamp is a date, not seconds",
        "InvalidParameter|InvalidParameterValue|AuthFailure.SignatureExpire",
        "T-061", OBSERVED, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(STAMP, SET, .a = "2026-11-26T00:00:00Z"))),

    ASR_CONF_ROW(TC1_SHA256, "no-nonce",
        "there is no Nonce",
        "MissingParameter", "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "Nonce"))),

    ASR_CONF_ROW(TC1_SHA256, "no-id",
        "there is no SecretId",
        "MissingParameter", "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "SecretId"))),

    ASR_CONF_ROW(TC1_SHA256, "no-signature",
        "there is no Signature",
        "MissingParameter|AuthFailure.InvalidAuthorization",
        "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_PARAM, SET, .a = "Signature"))),

    ASR_CONF_ROW(TC1_SHA256, "wrong-secret",
        "another secret was used",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, SET, .a = "this-is-not-the-secret"))),

    ASR_CONF_ROW(TC1_SHA256, "secret-newline",
        "the secret was used with a line break at its end",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "\n"))),

    ASR_CONF_ROW(TC1_SHA256, "secret-blank",
        "the secret was used with a blank at its end",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = " "))),

    ASR_CONF_ROW(TC1_SHA256, "secret-quoted",
        "the secret was used with its quotes",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, PRE, .a = "\""),
            ASR_CONF_EDIT(SECRET, ADD, .a = "\""))),

    ASR_CONF_ROW(TC1_SHA256, "secret-ampersand",
        "the secret was used with & after it, as another cloud has it",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "&"))),

    ASR_CONF_ROW(TC1_SHA256, "unknown-id",
        "nobody has this SecretId",
        "AuthFailure.SecretIdNotFound", "T-062", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(ID, SET,
                .a = "AKIDnobodyhasthisone000000000000000"))),

    ASR_CONF_ROW(TC1_SHA256, "id-null",
        "the SecretId is the word null",
        "AuthFailure.SecretIdNotFound", "T-062", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(ID, SET, .a = "null"))),

    ASR_CONF_ROW(TC1_SHA256, "empty-signature",
        "the signature is empty",
        "AuthFailure.SignatureFailure|MissingParameter", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SIGNATURE, SET, .a = ""))),

    ASR_CONF_ROW(TC1_SHA256, "truncated",
        "the signature lacks its last characters",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SIGNATURE, CUT, .n = 4))),

    ASR_CONF_ROW(TC1_SHA256, "no-padding",
        "the signature lacks its =",
        "AuthFailure.SignatureFailure", "T-064", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SIGNATURE, CUT, .n = 1))),

    ASR_CONF_ROW(TC1_SHA256, "hex",
        "the signature is in hexadecimal",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "hex"))),

    ASR_CONF_ROW(TC1_SHA256, "base64-of-hex",
        "the signature is the Base64 of hex digits",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "base64-of-hex"))),

    ASR_CONF_ROW(TC1_SHA256, "lower-case",
        "the signature is in lower case",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(SIGNATURE, LOWER))),

    ASR_CONF_ROW(TC1_SHA256, "signature-encoded",
        "the signature was encoded twice",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(SIGNATURE, PCT))),

    ASR_CONF_ROW(TC1_SHA256, "other-digest",
        "the digest is not the one that SignatureMethod says",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "other-digest"))),

    ASR_CONF_ROW(TC1_SHA256, "method-changed",
        "SignatureMethod was changed after signing",
        "AuthFailure.SignatureFailure|"
        "InvalidParameter|"
        "InvalidParameterValue|"
        "AuthFailure.InvalidAuthorization",
        "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SENT_PARAM, SET, .a = "SignatureMethod",
                .b = "HmacMD5"))),

    ASR_CONF_ROW(TC1_SHA256, "method-absent",
        "HmacSHA256 was used without saying so",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "SignatureMethod"))),

    ASR_CONF_ROW(TC1_SHA256, "encoded",
        "the values were encoded before signing",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(PARAM, SET, .a = "RequestClient",
                .b = "a client/1.0 (é*)"),
            ASR_CONF_EDIT(WAY, SET, .a = "encoded"))),

    ASR_CONF_ROW(TC1_SHA256, "unsorted",
        "the parameters were signed unsorted",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "unsorted"))),

    ASR_CONF_ROW(TC1_SHA256, "case-order",
        "the parameters were signed with Action after the others",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(QUERY, SET,
                .a = "Nonce=1&Action=DescribeTaskStatus"))),

    ASR_CONF_ROW(TC1_SHA256, "signature-signed",
        "an empty Signature was signed with the others",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "signature-signed"))),

    ASR_CONF_ROW(TC1_SHA256, "host-other",
        "another host was signed than was called",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HOST, SET, .a = "cvm.tencentcloudapi.com"))),

    ASR_CONF_ROW(TC1_SHA256, "host-empty",
        "no host was signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(HOST, SET, .a = ""))),

    ASR_CONF_ROW(TC1_SHA256, "host-scheme",
        "the host was signed with http:// before it",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(HOST, PRE, .a = "http://"))),

    ASR_CONF_ROW(TC1_SHA256, "method-other",
        "another method was signed than was sent",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(METHOD, SET, .a = "GET"))),

    ASR_CONF_ROW(TC1_SHA256, "method-lower",
        "the method was signed in lower case",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(METHOD, LOWER))),

    ASR_CONF_ROW(TC1_SHA256, "path-old",
        "the path of version 2 of the cloud's APIs was signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PATH, SET, .a = "/v2/index.php"))),

    ASR_CONF_ROW(TC1_SHA256, "path-empty",
        "no path was signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PATH, SET, .a = ""))),

    ASR_CONF_ROW(TC1_SHA256, "no-question-mark",
        "the ? before the parameters was not signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TO_SIGN, SUB, .a = "/?", .b = "/"))),

    ASR_CONF_ROW(TC1_SHA256, "line-breaks",
        "the parts were signed with line breaks between them",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TO_SIGN, SUB, .a = "/?", .b = "\n/\n"))),

    ASR_CONF_ROW(TC1_SHA256, "query-changed",
        "the query was changed after signing",
        "AuthFailure.SignatureFailure", "T-064", MUST, "tc1-get",
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_QUERY, ADD, .a = "&Added=1"))),

    ASR_CONF_ROW(TC1_SHA256, "body-changed",
        "the form was changed after signing",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_BODY, ADD, .a = "&Added=1"))),

    ASR_CONF_ROW(TC1_SHA256, "own-left-out",
        "the parameters of the action were not signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "form-left-out"))),

    ASR_CONF_ROW(TC1_SHA256, "nonce-changed",
        "the Nonce was changed after signing",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_PARAM, SET, .a = "Nonce", .b = "1"))),

    ASR_CONF_ROW(TC1_SHA256, "action-changed",
        "the Action was changed after signing",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SENT_PARAM, SET, .a = "Action",
                .b = "CreateRecTask"))),

    ASR_CONF_ROW(TC1_SHA256, "token-unasked",
        "a token was sent with a permanent key",
        "AuthFailure.TokenFailure", "T-063", OBSERVED, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(TOKEN, SET, .a = "this-key-has-no-token")))
};

const size_t  asr_conf_wrong_ntc1 = ASR_CONF_COUNT(asr_conf_wrong_tc1);
