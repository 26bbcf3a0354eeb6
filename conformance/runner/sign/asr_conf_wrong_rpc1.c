/*
 * What clients do wrong with Alibaba's RPC signature 1.0.  Where the document
 * names no code for a mistake there is more than one.
 */

#include "asr_conf_sign_rows.h"


const asr_conf_wrong_t  asr_conf_wrong_rpc1[] = {
    ASR_CONF_ROW(RPC1, "stale",
        "signed forty minutes ago",
        "InvalidTimeStamp.Expired", "I-053", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = -2400))),

    ASR_CONF_ROW(RPC1, "future",
        "signed forty minutes ahead",
        "InvalidTimeStamp.Expired", "I-053", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = 2400))),

    ASR_CONF_ROW(RPC1, "local-time",
        "the time is that of Shanghai, called UTC",
        "InvalidTimeStamp.Expired", "I-053", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TIME, SET, .n = 28800))),

    ASR_CONF_ROW(RPC1, "no-zone",
        "Timestamp lacks its Z",
        "InvalidTimeStamp.Format", "I-053", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(STAMP, CUT, .n = 1))),

    ASR_CONF_ROW(RPC1, "date-seconds",
        "Timestamp is seconds since 1970",
        "InvalidTimeStamp.Format", "I-053", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(STAMP, SET, .a = "1795651200"))),

    ASR_CONF_ROW(RPC1, "no-timestamp",
        "there is no Timestamp",
        "MissingTimestamp|MissingTimeStamp", "I-053", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "Timestamp"))),

    ASR_CONF_ROW(RPC1, "no-nonce",
        "there is no SignatureNonce",
        "MissingSignatureNonce", "I-054", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "SignatureNonce"))),

    ASR_CONF_ROW(RPC1, "no-id",
        "there is no AccessKeyId",
        "MissingAccessKeyId", "I-051", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "AccessKeyId"))),

    ASR_CONF_ROW(RPC1, "no-signature",
        "there is no Signature",
        "MissingSignature|IncompleteSignature", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_PARAM, SET, .a = "Signature"))),

    ASR_CONF_ROW(RPC1, "no-method",
        "there is no SignatureMethod",
        "MissingSignatureMethod|IncompleteSignature", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "SignatureMethod"))),

    ASR_CONF_ROW(RPC1, "no-version",
        "there is no SignatureVersion",
        "MissingSignatureVersion|IncompleteSignature", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PARAM, SET, .a = "SignatureVersion"))),

    ASR_CONF_ROW(RPC1, "method-unknown",
        "SignatureMethod is one that there is not",
        "InvalidSignatureMethod|"
        "InvalidParameter.SignatureMethod|"
        "IncompleteSignature",
        "I-055", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(PARAM, SET, .a = "SignatureMethod",
                .b = "HMAC-MD5"))),

    ASR_CONF_ROW(RPC1, "version-unknown",
        "SignatureVersion is 2.0",
        "InvalidSignatureVersion|IncompleteSignature", "I-055", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(PARAM, SET, .a = "SignatureVersion", .b = "2.0"))),

    ASR_CONF_ROW(RPC1, "nonce-replayed",
        "the nonce of the request before was used again",
        "SignatureNonceUsed", "I-054", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "replay"))),

    ASR_CONF_ROW(RPC1, "wrong-secret",
        "another secret was used",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, SET, .a = "this-is-not-the-secret"))),

    ASR_CONF_ROW(RPC1, "secret-newline",
        "the secret was used with a line break at its end",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "\n"))),

    ASR_CONF_ROW(RPC1, "secret-blank",
        "the secret was used with a blank at its end",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = " "))),

    ASR_CONF_ROW(RPC1, "secret-quoted",
        "the secret was used with its quotes",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, PRE, .a = "\""),
            ASR_CONF_EDIT(SECRET, ADD, .a = "\""))),

    ASR_CONF_ROW(RPC1, "no-ampersand",
        "the key was made without & after the secret",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(KEY, CUT, .n = 1))),

    ASR_CONF_ROW(RPC1, "unknown-id",
        "nobody has this AccessKeyId",
        "InvalidAccessKeyId.NotFound", "I-051", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(ID, SET, .a = "LTAInobodyhasthisone0000"))),

    ASR_CONF_ROW(RPC1, "id-empty",
        "the AccessKeyId is empty",
        "InvalidAccessKeyId.NotFound|MissingAccessKeyId", "I-051", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(ID, SET, .a = ""))),

    ASR_CONF_ROW(RPC1, "empty-signature",
        "the signature is empty",
        "SignatureDoesNotMatch|IncompleteSignature|MissingSignature",
        "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SIGNATURE, SET, .a = ""))),

    ASR_CONF_ROW(RPC1, "truncated",
        "the signature lacks its last characters",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SIGNATURE, CUT, .n = 4))),

    ASR_CONF_ROW(RPC1, "no-padding",
        "the signature lacks its =",
        "SignatureDoesNotMatch", "I-055", SHOULD, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SIGNATURE, CUT, .n = 1))),

    ASR_CONF_ROW(RPC1, "hex",
        "the signature is in hexadecimal",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "hex"))),

    ASR_CONF_ROW(RPC1, "base64-of-hex",
        "the signature is the Base64 of hex digits",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "base64-of-hex"))),

    ASR_CONF_ROW(RPC1, "lower-case",
        "the signature is in lower case",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(SIGNATURE, LOWER))),

    ASR_CONF_ROW(RPC1, "signature-encoded",
        "the signature was encoded twice",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(SIGNATURE, PCT))),

    ASR_CONF_ROW(RPC1, "other-digest",
        "HMAC-SHA256 was used for HMAC-SHA1",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "other-digest"))),

    ASR_CONF_ROW(RPC1, "unsorted",
        "the parameters were signed unsorted",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "unsorted"))),

    ASR_CONF_ROW(RPC1, "not-encoded",
        "names and values were signed without encoding them first",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "not-encoded"))),

    ASR_CONF_ROW(RPC1, "encoded-once",
        "what was signed was encoded once, not twice",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "encoded-once"))),

    ASR_CONF_ROW(RPC1, "plus",
        "blanks were signed as +",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(QUERY, SUB, .a = "%20", .b = "+"))),

    ASR_CONF_ROW(RPC1, "star",
        "* was signed bare",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(QUERY, SUB, .a = "%2A", .b = "*"))),

    ASR_CONF_ROW(RPC1, "tilde",
        "~ was signed as %7E",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(QUERY, SUB, .a = "~", .b = "%7E"))),

    ASR_CONF_ROW(RPC1, "hex-lower",
        "the parameters were encoded with small hex digits",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(QUERY, SUB, .a = "%2A", .b = "%2a"))),

    ASR_CONF_ROW(RPC1, "signature-signed",
        "an empty Signature was signed with the others",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "signature-signed"))),

    ASR_CONF_ROW(RPC1, "method-other",
        "another method was signed than was sent",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(METHOD, SET, .a = "PUT"))),

    ASR_CONF_ROW(RPC1, "method-lower",
        "the method was signed in lower case",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(METHOD, LOWER))),

    ASR_CONF_ROW(RPC1, "path-bare",
        "the path was signed as /, not as %2F",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(PATH, SET, .a = "/"))),

    ASR_CONF_ROW(RPC1, "path-left-out",
        "the path was not signed",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TO_SIGN, SUB, .a = "&%2F&", .b = "&"))),

    ASR_CONF_ROW(RPC1, "host-signed",
        "the host was signed, as another cloud has it",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(TO_SIGN, PRE, .a = "127.0.0.1"))),

    ASR_CONF_ROW(RPC1, "query-changed",
        "the query was changed after signing",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_QUERY, ADD, .a = "&Added=1"))),

    ASR_CONF_ROW(RPC1, "body-changed",
        "the form was changed after signing",
        "SignatureDoesNotMatch", "I-055", MUST, "rpc-form",
        ASR_CONF_MADE(ASR_CONF_EDIT(SENT_BODY, ADD, .a = "&Added=1"))),

    ASR_CONF_ROW(RPC1, "form-left-out",
        "the form was not signed",
        "SignatureDoesNotMatch", "I-055", MUST, "rpc-split",
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "form-left-out"))),

    ASR_CONF_ROW(RPC1, "query-left-out",
        "the query was not signed",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "query-left-out"))),

    ASR_CONF_ROW(RPC1, "nonce-changed",
        "the nonce was changed after signing",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SENT_PARAM, SET, .a = "SignatureNonce", .b = "0"))),

    ASR_CONF_ROW(RPC1, "action-changed",
        "the Action was changed after signing",
        "SignatureDoesNotMatch", "I-055", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SENT_PARAM, SET, .a = "Action",
                .b = "SubmitASRJob"))),

    ASR_CONF_ROW(RPC1, "token-unasked",
        "a token was sent with a permanent key",
        "InvalidSecurityToken.MismatchWithAccessKey|"
        "InvalidSecurityToken.Malformed|"
        "InvalidSecurityToken.Expired",
        "I-052", OBSERVED, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(TOKEN, SET, .a = "this-key-has-no-token")))
};

const size_t  asr_conf_wrong_nrpc1 = ASR_CONF_COUNT(asr_conf_wrong_rpc1);
