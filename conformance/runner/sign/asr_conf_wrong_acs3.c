/*
 * What clients do wrong with ACS3-HMAC-SHA256.  Where the document
 * names no code for a mistake there is more than one.
 */

#include "asr_conf_sign_rows.h"


const asr_conf_wrong_t  asr_conf_wrong_acs3[] = {
    ASR_CONF_ROW(ACS3, "stale",
        "signed twenty minutes ago",
        "InvalidTimeStamp.Expired", "I-053", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = -1200))),

    ASR_CONF_ROW(ACS3, "future",
        "signed twenty minutes ahead",
        "InvalidTimeStamp.Expired", "I-053", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = 1200))),

    ASR_CONF_ROW(ACS3, "local-time",
        "the time is that of Shanghai, called UTC",
        "InvalidTimeStamp.Expired", "I-053", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = 28800))),

    ASR_CONF_ROW(ACS3, "no-zone",
        "x-acs-date lacks its Z",
        "InvalidTimeStamp.Format", "I-053", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(STAMP, CUT, .n = 1))),

    ASR_CONF_ROW(ACS3, "date-form",
        "x-acs-date is in the form of the Date header",
        "InvalidTimeStamp.Format", "I-053", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(STAMP, SET, .a = "Thu, 26 Nov 2026 00:00:00 GMT"))),

    ASR_CONF_ROW(ACS3, "date-seconds",
        "x-acs-date is seconds since 1970",
        "InvalidTimeStamp.Format", "I-053", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(STAMP, SET, .a = "1795651200"))),

    ASR_CONF_ROW(ACS3, "no-date",
        "there is no x-acs-date",
        "MissingTimestamp|"
        "MissingTimeStamp|"
        "MissingDate|"
        "MissingParameter|"
        "IncompleteSignature",
        "I-053", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SENT_HEADER, SET, .a = "x-acs-date"),
            ASR_CONF_EDIT(LIST, SUB, .a = "x-acs-date;", .b = ""))),

    ASR_CONF_ROW(ACS3, "no-nonce",
        "there is no x-acs-signature-nonce",
        "MissingSignatureNonce|IncompleteSignature", "I-054", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(NONCE, SET, .a = NULL))),

    ASR_CONF_ROW(ACS3, "nonce-replayed",
        "the nonce of the request before was used again",
        "SignatureNonceUsed", "I-054", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "replay"))),

    ASR_CONF_ROW(ACS3, "wrong-secret",
        "another secret was used",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, SET, .a = "this-is-not-the-secret"))),

    ASR_CONF_ROW(ACS3, "secret-newline",
        "the secret was used with a line break at its end",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "\n"))),

    ASR_CONF_ROW(ACS3, "secret-blank",
        "the secret was used with a blank at its end",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = " "))),

    ASR_CONF_ROW(ACS3, "secret-quoted",
        "the secret was used with its quotes",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, PRE, .a = "\""),
            ASR_CONF_EDIT(SECRET, ADD, .a = "\""))),

    ASR_CONF_ROW(ACS3, "secret-ampersand",
        "the secret was used with & after it, as v1 has it",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(KEY, ADD, .a = "&"))),

    ASR_CONF_ROW(ACS3, "unknown-id",
        "nobody has this AccessKeyId",
        "InvalidAccessKeyId.NotFound", "I-051", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(ID, SET, .a = "LTAInobodyhasthisone0000"))),

    ASR_CONF_ROW(ACS3, "id-empty",
        "the AccessKeyId is empty",
        "InvalidAccessKeyId.NotFound|MissingAccessKeyId|IncompleteSignature",
        "I-051", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(ID, SET, .a = ""))),

    ASR_CONF_ROW(ACS3, "empty-signature",
        "the signature is empty",
        "SignatureDoesNotMatch|IncompleteSignature", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SIGNATURE, SET, .a = ""))),

    ASR_CONF_ROW(ACS3, "truncated-hex",
        "the last hex digit is missing",
        "SignatureDoesNotMatch|IncompleteSignature", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SIGNATURE, CUT, .n = 1))),

    ASR_CONF_ROW(ACS3, "upper-case-hex",
        "the signature is in capital hex digits",
        "SignatureDoesNotMatch|IncompleteSignature", "I-050", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(SIGNATURE, UPPER))),

    ASR_CONF_ROW(ACS3, "base64",
        "the signature is in Base64",
        "SignatureDoesNotMatch|IncompleteSignature", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "base64"))),

    ASR_CONF_ROW(ACS3, "sha1",
        "HMAC-SHA1 was used for HMAC-SHA256",
        "SignatureDoesNotMatch|IncompleteSignature", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "sha1"))),

    ASR_CONF_ROW(ACS3, "no-authorization",
        "there is no Authorization header",
        "MissingAccessKeyId|"
        "MissingSignature|"
        "MissingAuthorization|"
        "IncompleteSignature",
        "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SET, .a = NULL))),

    ASR_CONF_ROW(ACS3, "other-scheme",
        "Authorization is in the form of AWS",
        "MissingAccessKeyId|InvalidSignatureMethod|IncompleteSignature",
        "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SUB, .a = "ACS3-", .b = "AWS4-"))),

    ASR_CONF_ROW(ACS3, "digest-unknown",
        "Authorization names a digest that there is not",
        "MissingAccessKeyId|InvalidSignatureMethod|IncompleteSignature",
        "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SUB, .a = "SHA256", .b = "MD5"))),

    ASR_CONF_ROW(ACS3, "no-credential",
        "Authorization has no Credential",
        "MissingAccessKeyId|IncompleteSignature", "I-050", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = " Credential=", .b = " Cred="))),

    ASR_CONF_ROW(ACS3, "no-signed-headers",
        "Authorization has no SignedHeaders",
        "IncompleteSignature", "I-050", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = ",SignedHeaders=",
                .b = ",Signed="))),

    ASR_CONF_ROW(ACS3, "no-signature",
        "Authorization has no Signature",
        "IncompleteSignature|MissingSignature", "I-050", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = ",Signature=", .b = ",Sig="))),

    ASR_CONF_ROW(ACS3, "body-changed",
        "the form was changed after signing",
        "SignatureDoesNotMatch|IncompleteSignature",
        "I-050", MUST, "acs3-form",
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_BODY, ADD, .a = "&Added=1"))),

    ASR_CONF_ROW(ACS3, "body-newline",
        "the body was hashed with a line break that was not sent",
        "SignatureDoesNotMatch", "I-050", MUST, "acs3-form",
        ASR_CONF_MADE(ASR_CONF_EDIT(BODY, ADD, .a = "\n"))),

    ASR_CONF_ROW(ACS3, "body-not-hashed",
        "the hash that was signed is that of an empty body",
        "SignatureDoesNotMatch", "I-050", MUST, "acs3-form",
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HASH, SET,
                .a = "e3b0c44298fc1c149afbf4c8996fb924"
                     "27ae41e4649b934ca495991b7852b855"))),

    ASR_CONF_ROW(ACS3, "hash-sent-other",
        "x-acs-content-sha256 is the hash of another body",
        "SignatureDoesNotMatch|IncompleteSignature",
        "I-050", MUST, "acs3-form",
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HASH_SENT, SET,
                .a = "e3b0c44298fc1c149afbf4c8996fb924"
                     "27ae41e4649b934ca495991b7852b855"))),

    ASR_CONF_ROW(ACS3, "query-changed",
        "the query was changed after signing",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_QUERY, ADD, .a = "&Added=1"))),

    ASR_CONF_ROW(ACS3, "query-unsorted",
        "the query was signed unsorted",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "unsorted"))),

    ASR_CONF_ROW(ACS3, "query-not-encoded",
        "the query was signed decoded",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "not-encoded"))),

    ASR_CONF_ROW(ACS3, "query-encoded-twice",
        "the query was encoded twice before signing",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(QUERY, PCT))),

    ASR_CONF_ROW(ACS3, "query-plus",
        "blanks of the query were signed as +",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(QUERY, SUB, .a = "%20", .b = "+"))),

    ASR_CONF_ROW(ACS3, "query-star",
        "* of the query was signed bare",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(QUERY, SUB, .a = "%2A", .b = "*"))),

    ASR_CONF_ROW(ACS3, "query-tilde",
        "~ of the query was signed as %7E",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(QUERY, SUB, .a = "~", .b = "%7E"))),

    ASR_CONF_ROW(ACS3, "query-hex-lower",
        "the query was encoded with small hex digits",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(QUERY, SUB, .a = "%2A", .b = "%2a"))),

    ASR_CONF_ROW(ACS3, "query-left-out",
        "the query was not signed",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(QUERY, SET, .a = ""))),

    ASR_CONF_ROW(ACS3, "host-not-signed",
        "SignedHeaders lacks host",
        "IncompleteSignature|SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, SUB, .a = "host;", .b = ""))),

    ASR_CONF_ROW(ACS3, "host-other",
        "another host was signed than was called",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(HOST, SET, .a = "ecs.cn-shanghai.aliyuncs.com"))),

    ASR_CONF_ROW(ACS3, "action-not-signed",
        "SignedHeaders lacks x-acs-action",
        "IncompleteSignature|SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(LIST, SUB, .a = "x-acs-action;", .b = ""))),

    ASR_CONF_ROW(ACS3, "date-not-signed",
        "SignedHeaders lacks x-acs-date",
        "IncompleteSignature|SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, SUB, .a = "x-acs-date;", .b = ""))),

    ASR_CONF_ROW(ACS3, "nonce-not-signed",
        "SignedHeaders lacks x-acs-signature-nonce",
        "IncompleteSignature|SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(LIST, SUB, .a = "x-acs-signature-nonce;", .b = ""))),

    ASR_CONF_ROW(ACS3, "type-not-signed",
        "SignedHeaders lacks content-type",
        "IncompleteSignature|SignatureDoesNotMatch",
        "I-050", MUST, "acs3-form",
        ASR_CONF_MADE(
            ASR_CONF_EDIT(LIST, SUB, .a = "content-type;", .b = ""))),

    ASR_CONF_ROW(ACS3, "type-other",
        "content-type was signed with a charset that was not sent",
        "SignatureDoesNotMatch", "I-050", MUST, "acs3-form",
        ASR_CONF_MADE(ASR_CONF_EDIT(TYPE, ADD, .a = "; charset=utf-8"))),

    ASR_CONF_ROW(ACS3, "type-changed",
        "content-type was sent with a charset that was not signed",
        "SignatureDoesNotMatch", "I-050", MUST, "acs3-form",
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SENT_HEADER, SET, .a = "Content-Type",
                .b = "application/x-www-form-urlencoded; charset=utf-8"))),

    ASR_CONF_ROW(ACS3, "action-changed",
        "x-acs-action was changed after signing",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SENT_HEADER, SET, .a = "x-acs-action",
                .b = "SubmitASRJob"))),

    ASR_CONF_ROW(ACS3, "list-unsorted",
        "the signed headers are not in order",
        "IncompleteSignature|SignatureDoesNotMatch", "I-050", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, SWAP, .a = ";"))),

    ASR_CONF_ROW(ACS3, "list-upper",
        "SignedHeaders are in capitals",
        "IncompleteSignature|SignatureDoesNotMatch", "I-050", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(LIST, UPPER))),

    ASR_CONF_ROW(ACS3, "list-comma",
        "SignedHeaders are parted by commas",
        "IncompleteSignature|SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, SUB, .a = ";", .b = ","))),

    ASR_CONF_ROW(ACS3, "list-line-missing",
        "the line of SignedHeaders was not signed",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST_LINE, SET, .a = ""))),

    ASR_CONF_ROW(ACS3, "header-absent",
        "a header was signed that the request lacks",
        "IncompleteSignature|SignatureDoesNotMatch", "I-050", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(LIST, ADD, .a = ";x-acs-zz-absent"))),

    ASR_CONF_ROW(ACS3, "missing-newline",
        "the empty line after the headers was left out",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(BLOCK, CUT, .n = 1))),

    ASR_CONF_ROW(ACS3, "extra-newline",
        "there is an empty line too many after the headers",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(BLOCK, ADD, .a = "\n"))),

    ASR_CONF_ROW(ACS3, "values-lower",
        "the values of the headers were signed in lower case",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "lower-values"))),

    ASR_CONF_ROW(ACS3, "blank-after-colon",
        "a blank was signed after the colon",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(BLOCK, SUB, .a = "host:", .b = "host: "))),

    ASR_CONF_ROW(ACS3, "not-hashed",
        "the canonical request was signed, not its hash",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "canonical-not-hashed"))),

    ASR_CONF_ROW(ACS3, "algorithm-missing",
        "what was signed does not begin with the algorithm",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(TO_SIGN, SUB, .a = "ACS3-HMAC-SHA256\n", .b = ""))),

    ASR_CONF_ROW(ACS3, "method-other",
        "another method was signed than was sent",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(METHOD, SET, .a = "GET"))),

    ASR_CONF_ROW(ACS3, "method-lower",
        "the method was signed in lower case",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(METHOD, LOWER))),

    ASR_CONF_ROW(ACS3, "path-empty",
        "an empty path was signed",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PATH, SET, .a = ""))),

    ASR_CONF_ROW(ACS3, "path-other",
        "another path was signed",
        "SignatureDoesNotMatch", "I-050", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PATH, SET, .a = "/ice"))),

    ASR_CONF_ROW(ACS3, "token-unasked",
        "a token was sent with a permanent key",
        "InvalidSecurityToken.MismatchWithAccessKey|"
        "InvalidSecurityToken.Malformed|"
        "InvalidSecurityToken.Expired",
        "I-052", OBSERVED, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(TOKEN, SET, .a = "this-key-has-no-token")))
};

const size_t  asr_conf_wrong_nacs3 = ASR_CONF_COUNT(asr_conf_wrong_acs3);
