/*
 * What clients do wrong with TC3-HMAC-SHA256.  Where the document
 * names no code for a mistake there is more than one.
 */

#include "asr_conf_sign_rows.h"


const asr_conf_wrong_t  asr_conf_wrong_tc3[] = {
    ASR_CONF_ROW(TC3, "stale",
        "signed ten minutes ago",
        "AuthFailure.SignatureExpire", "T-061", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = -600))),

    ASR_CONF_ROW(TC3, "future",
        "signed ten minutes ahead",
        "AuthFailure.SignatureExpire", "T-061", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = 600))),

    ASR_CONF_ROW(TC3, "milliseconds",
        "the timestamp is in milliseconds",
        "AuthFailure.SignatureExpire", "T-061", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(STAMP, ADD, .a = "000"))),

    ASR_CONF_ROW(TC3, "no-timestamp",
        "there is no X-TC-Timestamp",
        "MissingParameter|AuthFailure.InvalidAuthorization",
        "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_HEADER, SET, .a = "X-TC-Timestamp"))),

    ASR_CONF_ROW(TC3, "iso-timestamp",
        "X-TC-Timestamp is a date, not seconds",
        "InvalidParameter|"
        "InvalidParameterValue|"
        "AuthFailure.SignatureExpire|"
        "AuthFailure.InvalidAuthorization",
        "T-061", OBSERVED, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(STAMP, SET, .a = "2026-11-26T00:00:00Z"))),

    ASR_CONF_ROW(TC3, "local-date",
        "the date of the scope is the local one, not that of UTC",
        "AuthFailure.SignatureFailure|"
        "AuthFailure.InvalidAuthorization|"
        "AuthFailure.SignatureExpire",
        "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(DATE, OTHER_DAY))),

    ASR_CONF_ROW(TC3, "wrong-secret",
        "another secret was used",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, SET, .a = "this-is-not-the-secret"))),

    ASR_CONF_ROW(TC3, "secret-newline",
        "the secret was used with a line break at its end",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "\n"))),

    ASR_CONF_ROW(TC3, "secret-blank",
        "the secret was used with a blank at its end",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = " "))),

    ASR_CONF_ROW(TC3, "secret-quoted",
        "the secret was used with its quotes",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, PRE, .a = "\""),
            ASR_CONF_EDIT(SECRET, ADD, .a = "\""))),

    ASR_CONF_ROW(TC3, "secret-empty",
        "an empty secret was used",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, SET, .a = ""))),

    ASR_CONF_ROW(TC3, "unknown-id",
        "nobody has this SecretId",
        "AuthFailure.SecretIdNotFound", "T-062", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(ID, SET,
                .a = "AKIDnobodyhasthisone000000000000000"))),

    ASR_CONF_ROW(TC3, "id-null",
        "the SecretId is the word null",
        "AuthFailure.SecretIdNotFound", "T-062", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(ID, SET, .a = "null"))),

    ASR_CONF_ROW(TC3, "id-empty",
        "the SecretId is empty",
        "AuthFailure.SecretIdNotFound|AuthFailure.InvalidAuthorization",
        "T-062", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(ID, SET, .a = ""))),

    ASR_CONF_ROW(TC3, "empty-signature",
        "the signature is empty",
        "AuthFailure.SignatureFailure|AuthFailure.InvalidAuthorization",
        "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SIGNATURE, SET, .a = ""))),

    ASR_CONF_ROW(TC3, "truncated-hex",
        "the last hex digit is missing",
        "AuthFailure.SignatureFailure|AuthFailure.InvalidAuthorization",
        "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SIGNATURE, CUT, .n = 1))),

    ASR_CONF_ROW(TC3, "upper-case-hex",
        "the signature is in capital hex digits",
        "AuthFailure.SignatureFailure|AuthFailure.InvalidAuthorization",
        "T-064", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(SIGNATURE, UPPER))),

    ASR_CONF_ROW(TC3, "base64",
        "the signature is in Base64",
        "AuthFailure.SignatureFailure|AuthFailure.InvalidAuthorization",
        "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "base64"))),

    ASR_CONF_ROW(TC3, "sha1",
        "HMAC-SHA1 was used for HMAC-SHA256",
        "AuthFailure.SignatureFailure|AuthFailure.InvalidAuthorization",
        "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "sha1"))),

    ASR_CONF_ROW(TC3, "no-authorization",
        "there is no Authorization header",
        "AuthFailure.InvalidAuthorization|MissingParameter",
        "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SET, .a = NULL))),

    ASR_CONF_ROW(TC3, "other-scheme",
        "Authorization begins with the name of another cloud's scheme",
        "AuthFailure.InvalidAuthorization", "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SUB, .a = "TC3-", .b = "ACS3-"))),

    ASR_CONF_ROW(TC3, "aws-scheme",
        "Authorization is in the form of AWS",
        "AuthFailure.InvalidAuthorization", "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SUB, .a = "TC3-", .b = "AWS4-"))),

    ASR_CONF_ROW(TC3, "bearer",
        "the SecretKey was sent as a bearer token",
        "AuthFailure.InvalidAuthorization", "T-060", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SET, .a = "Bearer this-is-not-the-secret"))),

    ASR_CONF_ROW(TC3, "no-credential",
        "Authorization has no Credential",
        "AuthFailure.InvalidAuthorization", "T-060", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = " Credential=", .b = " Cred="))),

    ASR_CONF_ROW(TC3, "no-signed-headers",
        "Authorization has no SignedHeaders",
        "AuthFailure.InvalidAuthorization", "T-060", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = " SignedHeaders=content-type;host,",
                .b = ""))),

    ASR_CONF_ROW(TC3, "no-signature",
        "Authorization has no Signature",
        "AuthFailure.InvalidAuthorization", "T-060", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = ", Signature=", .b = ", Sig="))),

    ASR_CONF_ROW(TC3, "body-changed",
        "a blank was added to the body after signing",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_BODY, ADD, .a = " "))),

    ASR_CONF_ROW(TC3, "body-newline",
        "the body was hashed with a line break that was not sent",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(BODY, ADD, .a = "\n"))),

    ASR_CONF_ROW(TC3, "body-not-hashed",
        "the hash is that of an empty body",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HASH, SET,
                .a = "e3b0c44298fc1c149afbf4c8996fb924"
                     "27ae41e4649b934ca495991b7852b855"))),

    ASR_CONF_ROW(TC3, "hash-upper",
        "the hash of the body was signed in capital hex digits",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(HASH, UPPER))),

    ASR_CONF_ROW(TC3, "query-changed",
        "the query was changed after signing",
        "AuthFailure.SignatureFailure", "T-064", MUST, "tc3-get",
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_QUERY, ADD, .a = "&Added=1"))),

    ASR_CONF_ROW(TC3, "query-encoded-twice",
        "the query was encoded once more before signing",
        "AuthFailure.SignatureFailure", "T-064", MUST, "tc3-get",
        ASR_CONF_MADE(ASR_CONF_PLAIN(QUERY, PCT))),

    ASR_CONF_ROW(TC3, "query-left-out",
        "the query of a GET was not signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, "tc3-get",
        ASR_CONF_MADE(ASR_CONF_EDIT(QUERY, SET, .a = ""))),

    ASR_CONF_ROW(TC3, "host-not-signed",
        "SignedHeaders lacks host",
        "AuthFailure.InvalidAuthorization|AuthFailure.SignatureFailure",
        "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, SET, .a = "content-type"))),

    ASR_CONF_ROW(TC3, "host-other",
        "another host was signed than was called",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HOST, SET, .a = "cvm.tencentcloudapi.com"))),

    ASR_CONF_ROW(TC3, "host-scheme",
        "the host was signed with http:// before it",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(HOST, PRE, .a = "http://"))),

    ASR_CONF_ROW(TC3, "type-not-signed",
        "SignedHeaders lacks content-type",
        "AuthFailure.InvalidAuthorization|AuthFailure.SignatureFailure",
        "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, SET, .a = "host"))),

    ASR_CONF_ROW(TC3, "type-other",
        "content-type was signed with a charset that was not sent",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TYPE, ADD, .a = "; charset=utf-8"))),

    ASR_CONF_ROW(TC3, "type-changed",
        "content-type was sent with a charset that was not signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SENT_HEADER, SET, .a = "Content-Type",
                .b = "application/json; charset=utf-8"))),

    ASR_CONF_ROW(TC3, "list-unsorted",
        "the signed headers are not in order",
        "AuthFailure.InvalidAuthorization|AuthFailure.SignatureFailure",
        "T-060", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, SWAP, .a = ";"))),

    ASR_CONF_ROW(TC3, "list-upper",
        "SignedHeaders are in capitals",
        "AuthFailure.InvalidAuthorization|AuthFailure.SignatureFailure",
        "T-060", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, SET, .a = "Content-Type;Host"))),

    ASR_CONF_ROW(TC3, "list-comma",
        "SignedHeaders are parted by a comma",
        "AuthFailure.InvalidAuthorization|AuthFailure.SignatureFailure",
        "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, SUB, .a = ";", .b = ","))),

    ASR_CONF_ROW(TC3, "list-line-missing",
        "the line of SignedHeaders was not signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST_LINE, SET, .a = ""))),

    ASR_CONF_ROW(TC3, "header-absent",
        "a header was signed that the request lacks",
        "AuthFailure.InvalidAuthorization|AuthFailure.SignatureFailure",
        "T-060", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, ADD, .a = ";x-tc-absent"))),

    ASR_CONF_ROW(TC3, "header-left-out",
        "SignedHeaders names a header that was not signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(LIST, ADD, .a = ";x-tc-action"),
            ASR_CONF_EDIT(BLOCK, SUB, .a = "x-tc-action:describetaskstatus\n",
                .b = ""))),

    ASR_CONF_ROW(TC3, "missing-newline",
        "the empty line after the headers was left out",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(BLOCK, CUT, .n = 1))),

    ASR_CONF_ROW(TC3, "extra-newline",
        "there is an empty line too many after the headers",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(BLOCK, ADD, .a = "\n"))),

    ASR_CONF_ROW(TC3, "names-upper",
        "header names were signed with capitals",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(BLOCK, SUB, .a = "content-type:",
                .b = "Content-Type:"))),

    ASR_CONF_ROW(TC3, "blank-after-colon",
        "a blank was signed after the colon",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(BLOCK, SUB, .a = "host:", .b = "host: "))),

    ASR_CONF_ROW(TC3, "terminator",
        "the scope ends in aws4_request",
        "AuthFailure.InvalidAuthorization|AuthFailure.SignatureFailure",
        "T-060", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TERMINATOR, SET, .a = "aws4_request"))),

    ASR_CONF_ROW(TC3, "scope-other",
        "the scope that was signed is not that of Credential",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SCOPE, SUB, .a = "/asr/", .b = "/cvm/"))),

    ASR_CONF_ROW(TC3, "scope-no-date",
        "the Credential has no date",
        "AuthFailure.InvalidAuthorization|AuthFailure.SignatureFailure",
        "T-060", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = "/asr/tc3_request",
                .b = "/tc3_request"))),

    ASR_CONF_ROW(TC3, "key-without-tc3",
        "the key was made without TC3 before the secret",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PREFIX, SET, .a = ""))),

    ASR_CONF_ROW(TC3, "key-aws4",
        "the key was made with AWS4 before the secret",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PREFIX, SET, .a = "AWS4"))),

    ASR_CONF_ROW(TC3, "key-hex",
        "the keys in between were used as hex digits",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "hex-key"))),

    ASR_CONF_ROW(TC3, "key-order",
        "the key was made of the service before the date",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "service-first"))),

    ASR_CONF_ROW(TC3, "key-not-derived",
        "the secret itself was the key",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(PREFIX, SET, .a = ""),
            ASR_CONF_EDIT(WAY, SET, .a = "secret-only"))),

    ASR_CONF_ROW(TC3, "not-hashed",
        "the canonical request was signed, not its hash",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "canonical-not-hashed"))),

    ASR_CONF_ROW(TC3, "algorithm-missing",
        "what was signed does not begin with the algorithm",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(TO_SIGN, SUB, .a = "TC3-HMAC-SHA256\n", .b = ""))),

    ASR_CONF_ROW(TC3, "method-other",
        "another method was signed than was sent",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(METHOD, SET, .a = "GET"))),

    ASR_CONF_ROW(TC3, "method-lower",
        "the method was signed in lower case",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(METHOD, LOWER))),

    ASR_CONF_ROW(TC3, "path-empty",
        "an empty path was signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PATH, SET, .a = ""))),

    ASR_CONF_ROW(TC3, "path-other",
        "another path than / was signed",
        "AuthFailure.SignatureFailure", "T-064", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PATH, SET, .a = "/asr"))),

    ASR_CONF_ROW(TC3, "unsigned-payload-text",
        "UNSIGNED-PAYLOAD was signed itself, not its hash",
        "AuthFailure.SignatureFailure", "T-064", SHOULD, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HEADER, SET, .a = "X-TC-Content-SHA256",
                .b = "UNSIGNED-PAYLOAD"),
            ASR_CONF_EDIT(HASH, SET, .a = "UNSIGNED-PAYLOAD"))),

    ASR_CONF_ROW(TC3, "token-unasked",
        "a token was sent with a permanent key",
        "AuthFailure.TokenFailure", "T-063", OBSERVED, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(TOKEN, SET, .a = "this-key-has-no-token")))
};

const size_t  asr_conf_wrong_ntc3 = ASR_CONF_COUNT(asr_conf_wrong_tc3);
