/*
 * What clients do wrong with keys sent as they are.  Where the document
 * names no code for a mistake there is more than one.
 */

#include "asr_conf_sign_rows.h"


const asr_conf_wrong_t  asr_conf_wrong_key[] = {
    ASR_CONF_ROW(BEARER, "none",
        "there is no Authorization header",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SET, .a = NULL))),

    ASR_CONF_ROW(BEARER, "empty",
        "the Authorization header is empty",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SET, .a = ""))),

    ASR_CONF_ROW(BEARER, "scheme-alone",
        "Authorization is Bearer without a key",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SET, .a = "Bearer"))),

    ASR_CONF_ROW(BEARER, "no-scheme",
        "Authorization is the key without Bearer",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SUB, .a = "Bearer ", .b = ""))),

    ASR_CONF_ROW(BEARER, "basic",
        "the key was sent as the password of Basic",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "basic"))),

    ASR_CONF_ROW(BEARER, "token-scheme",
        "Authorization begins with Token",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = "Bearer ", .b = "Token "))),

    ASR_CONF_ROW(BEARER, "digest-scheme",
        "Authorization begins with Digest, which is as long as Bearer",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(AUTH, SUB, .a = "Bearer ", .b = "Digest "))),

    ASR_CONF_ROW(BEARER, "scheme-twice",
        "Authorization begins with Bearer twice",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, PRE, .a = "Bearer "))),

    ASR_CONF_ROW(BEARER, "unknown-key",
        "nobody has this key",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, SET,
                .a = "nobody-has-this-key-0000000000000000"))),

    ASR_CONF_ROW(BEARER, "upper-case",
        "the key is in capitals",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(SECRET, UPPER))),

    ASR_CONF_ROW(BEARER, "suffix",
        "there is something behind the key",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "$"))),

    ASR_CONF_ROW(BEARER, "prefix",
        "there is something before the key",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, PRE, .a = "$"))),

    ASR_CONF_ROW(BEARER, "quoted",
        "the key is in quotes",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, PRE, .a = "\""),
            ASR_CONF_EDIT(SECRET, ADD, .a = "\""))),

    ASR_CONF_ROW(BEARER, "brackets",
        "the key is in the angle brackets of the document",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, PRE, .a = "<"),
            ASR_CONF_EDIT(SECRET, ADD, .a = ">"))),

    ASR_CONF_ROW(BEARER, "not-filled-in",
        "the place of the key was never filled in",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, SET, .a = "${API_KEY}"))),

    ASR_CONF_ROW(BEARER, "null",
        "the key is the word null",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, SET, .a = "null"))),

    ASR_CONF_ROW(BEARER, "undefined",
        "the key is the word undefined",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, SET, .a = "undefined"))),

    ASR_CONF_ROW(BEARER, "list",
        "there is a second key behind a comma",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, ADD, .a = ", Bearer other"))),

    ASR_CONF_ROW(BEARER, "encoded",
        "the key was percent-encoded",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "%3D"))),

    ASR_CONF_ROW(BEARER, "base64",
        "the key was sent with Base64 padding",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "="))),

    ASR_CONF_ROW(BEARER, "in-query",
        "the key is in the query",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "in-query"))),

    ASR_CONF_ROW(BEARER, "x-api-key",
        "the key is in X-Api-Key",
        "100101|100102|100103", "U-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "x-api-key"))),

    ASR_CONF_ROW(RAW_KEY, "none",
        "there is no Authorization header",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SET, .a = NULL))),

    ASR_CONF_ROW(RAW_KEY, "empty",
        "the Authorization header is empty",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SET, .a = ""))),

    ASR_CONF_ROW(RAW_KEY, "scheme-alone",
        "Authorization is Bearer without a key",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, SET, .a = "Bearer"))),

    ASR_CONF_ROW(RAW_KEY, "basic",
        "the key was sent as the password of Basic",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "basic"))),

    ASR_CONF_ROW(RAW_KEY, "token-scheme",
        "Authorization begins with Token",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, PRE, .a = "Token "))),

    ASR_CONF_ROW(RAW_KEY, "scheme-twice",
        "Authorization begins with Bearer twice",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, PRE, .a = "Bearer Bearer "))),

    ASR_CONF_ROW(RAW_KEY, "unknown-key",
        "nobody has this key",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, SET,
                .a = "nobody-has-this-key-0000000000000000"))),

    ASR_CONF_ROW(RAW_KEY, "upper-case",
        "the key is in capitals",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_PLAIN(SECRET, UPPER))),

    ASR_CONF_ROW(RAW_KEY, "suffix",
        "there is something behind the key",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "$"))),

    ASR_CONF_ROW(RAW_KEY, "prefix",
        "there is something before the key",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, PRE, .a = "$"))),

    ASR_CONF_ROW(RAW_KEY, "quoted",
        "the key is in quotes",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, PRE, .a = "\""),
            ASR_CONF_EDIT(SECRET, ADD, .a = "\""))),

    ASR_CONF_ROW(RAW_KEY, "brackets",
        "the key is in the angle brackets of the document",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(
            ASR_CONF_EDIT(SECRET, PRE, .a = "<"),
            ASR_CONF_EDIT(SECRET, ADD, .a = ">"))),

    ASR_CONF_ROW(RAW_KEY, "not-filled-in",
        "the place of the key was never filled in",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, SET, .a = "${API_KEY}"))),

    ASR_CONF_ROW(RAW_KEY, "null",
        "the key is the word null",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, SET, .a = "null"))),

    ASR_CONF_ROW(RAW_KEY, "undefined",
        "the key is the word undefined",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, SET, .a = "undefined"))),

    ASR_CONF_ROW(RAW_KEY, "list",
        "there is a second key behind a comma",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(AUTH, ADD, .a = ", other"))),

    ASR_CONF_ROW(RAW_KEY, "encoded",
        "the key was percent-encoded",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "%3D"))),

    ASR_CONF_ROW(RAW_KEY, "base64",
        "the key was sent with Base64 padding",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(SECRET, ADD, .a = "="))),

    ASR_CONF_ROW(RAW_KEY, "in-query",
        "the key is in the query",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "in-query"))),

    ASR_CONF_ROW(RAW_KEY, "x-api-key",
        "the key is in X-Api-Key",
        "0401|401", "M-020", MUST, NULL,
        ASR_CONF_MADE(ASR_CONF_EDIT(WAY, SET, .a = "x-api-key")))
};

const size_t  asr_conf_wrong_nkey = ASR_CONF_COUNT(asr_conf_wrong_key);
