/*
 * What the doctor can name.  The order of the rows is the README's; a title
 * says what the client did, a fix what to do.
 */

#include "asr_mock_doctor_int.h"


#define ASR_MOCK_M_ROW(m, id, scheme, title, fix)                             \
    [ASR_MOCK_M_##m - 1] = { ASR_STR(id), ASR_STR(scheme), ASR_STR(title),    \
                             ASR_STR(fix) }

#define ASR_MOCK_TC3    "TC3-HMAC-SHA256"
#define ASR_MOCK_ACS3   "ACS3-HMAC-SHA256"
#define ASR_MOCK_BOTH   ASR_MOCK_TC3 ", " ASR_MOCK_ACS3
#define ASR_MOCK_V1S    "Tencent v1, RPC v1"
#define ASR_MOCK_ACSS   ASR_MOCK_ACS3 ", RPC v1"
#define ASR_MOCK_PARAM  "Tencent v1, " ASR_MOCK_ACSS
#define ASR_MOCK_KEYS   "Bearer, raw key"


const asr_mock_mistake_t  asr_mock_mistakes[] = {
    ASR_MOCK_M_ROW(SECRET_NEWLINE, "S-secret-newline", "any",
        "the secret was used with a line break at its end",
        "Trim the secret when it is read from a file or the environment."),

    ASR_MOCK_M_ROW(SECRET_BLANK, "S-secret-blank", "any",
        "the secret was used with a blank before or after it",
        "Trim the secret when it is read."),

    ASR_MOCK_M_ROW(SECRET_QUOTED, "S-secret-quoted", "any",
        "the secret was used with quotes around it",
        "Take the quotes away: a .env file or a YAML value kept them."),

    ASR_MOCK_M_ROW(SECRET_ID, "S-secret-id", "any",
        "the key's id was used as its secret",
        "Sign with the secret, not with the id."),

    ASR_MOCK_M_ROW(SECRET_EMPTY, "S-secret-empty", "any",
        "an empty secret was used",
        "Set the secret: the variable it is read from is empty."),

    ASR_MOCK_M_ROW(SECRET_UNSET, "S-secret-unset", "any",
        "a word such as \"undefined\" was used as the secret",
        "Set the secret: the variable it is read from is not there."),

    ASR_MOCK_M_ROW(SECRET_CASE, "S-secret-case", "any",
        "the secret was used in capitals or in lower case",
        "Use the secret as it is."),

    ASR_MOCK_M_ROW(SECRET_BASE64, "S-secret-base64", "any",
        "the secret was used Base64-decoded or -encoded",
        "Use the secret's text as it is."),

    ASR_MOCK_M_ROW(SECRET_ENCODED, "S-secret-encoded", "any",
        "the secret was used URL-encoded",
        "Use the secret's text as it is."),

    ASR_MOCK_M_ROW(SECRET_CUT, "S-secret-cut", "any",
        "the secret was used without its first or last character",
        "Copy the whole secret."),

    ASR_MOCK_M_ROW(SECRET_AMPERSAND, "S-secret-ampersand", "any",
        "the secret was used with \"&\" after it",
        "Only Alibaba Cloud's RPC signature puts \"&\" after the secret."),

    ASR_MOCK_M_ROW(HEX_UPPER, "S-hex-upper", "any",
        "the signature is in capital hex digits",
        "Write the digest in lower case."),

    ASR_MOCK_M_ROW(BASE64, "S-base64", "any",
        "the signature is in Base64",
        "Write the digest in hexadecimal, lower case."),

    ASR_MOCK_M_ROW(HEX, "S-hex", "any",
        "the signature is in hexadecimal",
        "Write the digest's bytes in Base64."),

    ASR_MOCK_M_ROW(BASE64_HEX, "S-base64-hex", "any",
        "the signature is the Base64 of hex digits",
        "Encode the digest's bytes, not their hex text: ask the HMAC for "
        "raw output."),

    ASR_MOCK_M_ROW(BASE64_URL, "S-base64-url", "any",
        "the signature is in the URL alphabet of Base64, or without its "
        "\"=\"",
        "Use the standard alphabet, \"+\" and \"/\", with padding; then "
        "URL-encode it."),

    ASR_MOCK_M_ROW(SIGN_PLUS, "S-signature-plus", ASR_MOCK_V1S,
        "the signature's \"+\" came as a blank: it was not URL-encoded",
        "URL-encode Signature when it is put into the query or the form."),

    ASR_MOCK_M_ROW(SIGN_ENCODED, "S-signature-encoded", "any",
        "the signature was URL-encoded twice",
        "Encode it once: the HTTP library does it already."),

    ASR_MOCK_M_ROW(SIGN_QUOTED, "S-signature-quoted", "any",
        "the signature has quotes around it",
        "Send it bare."),

    ASR_MOCK_M_ROW(SIGN_METHOD, "S-signature-method", ASR_MOCK_V1S,
        "SignatureMethod names an algorithm that the scheme does not have",
        "Say HmacSHA256 or HmacSHA1 (Tencent v1), HMAC-SHA1 (RPC v1)."),

    ASR_MOCK_M_ROW(SHA1, "S-sha1", "any",
        "HMAC-SHA1 was used where HMAC-SHA256 is wanted",
        "Use SHA-256, or for Tencent v1 say SignatureMethod=HmacSHA1."),

    ASR_MOCK_M_ROW(SHA256, "S-sha256", ASR_MOCK_V1S,
        "HMAC-SHA256 was used where HMAC-SHA1 is wanted",
        "Use SHA-1, or for Tencent v1 say SignatureMethod=HmacSHA256."),

    ASR_MOCK_M_ROW(AUTH_MISSING, "S-auth-missing", "any",
        "there is no Authorization header",
        "Send it; a proxy or a redirect may have dropped it."),

    ASR_MOCK_M_ROW(AUTH_SCHEME, "S-auth-scheme", "any",
        "the Authorization header is of another scheme",
        "Begin it with the name of the scheme."),

    ASR_MOCK_M_ROW(AUTH_FORM, "S-auth-form", "any",
        "the Authorization header is malformed",
        "Write it as the documents do: scheme, blank, Credential, "
        "SignedHeaders, Signature, parted by commas."),

    ASR_MOCK_M_ROW(SIGNED_SEPARATOR, "S-signed-separator", ASR_MOCK_BOTH,
        "the names in SignedHeaders are not parted by \";\"",
        "Part them by \";\", without blanks."),

    ASR_MOCK_M_ROW(SIGNED_UPPER, "S-signed-upper", ASR_MOCK_BOTH,
        "a name in SignedHeaders has capital letters",
        "Write the names in lower case, in the header and in what is "
        "signed."),

    ASR_MOCK_M_ROW(SIGNED_ORDER, "S-signed-order", ASR_MOCK_BOTH,
        "the names in SignedHeaders are not sorted, or one is there twice",
        "Sort them by their bytes, in the header and in what is signed."),

    ASR_MOCK_M_ROW(SIGNED_HOST, "S-signed-host", ASR_MOCK_BOTH,
        "SignedHeaders lacks host",
        "Sign host."),

    ASR_MOCK_M_ROW(SIGNED_ABSENT, "S-signed-absent", ASR_MOCK_BOTH,
        "SignedHeaders names a header that the request does not have",
        "Send the header, or do not sign it; the HTTP library may have "
        "dropped it."),

    ASR_MOCK_M_ROW(SIGN_FORM, "S-signature-form", "any",
        "the signature is not of the length of a digest",
        "Send the whole digest, in the scheme's encoding."),

    ASR_MOCK_M_ROW(ID_UNKNOWN, "S-id-unknown", "any",
        "the key's id is not known here",
        "Use an id of the form test-<anything>, such as test-ci, which is "
        "its own secret; or one of the accounts file."),

    ASR_MOCK_M_ROW(ID_KIND, "S-id-kind", "any",
        "the key's id is another cloud's",
        "Use the key of the cloud that is called."),

    ASR_MOCK_M_ROW(ID_UNSET, "S-id-unset", "any",
        "the key's id was never filled in",
        "Set it: the variable or place-holder it is read from is empty."),

    ASR_MOCK_M_ROW(TOKEN, "S-token", "any",
        "the token does not belong to the key",
        "Send a temporary key's own token, and none with a permanent key."),

    ASR_MOCK_M_ROW(CLOCK, "S-clock", "any",
        "the client's clock is wrong, or the request came late",
        "Set the clock (NTP), and sign right before sending."),

    ASR_MOCK_M_ROW(CLOCK_ZONE, "S-clock-zone", "any",
        "local time was sent as if it were UTC",
        "Take Unix time, or format the time in UTC."),

    ASR_MOCK_M_ROW(TIME_MS, "S-timestamp-ms", "any",
        "the timestamp is in milliseconds",
        "Divide it by 1000 and round down."),

    ASR_MOCK_M_ROW(TIME_FORM, "S-timestamp-form", "any",
        "the timestamp is not of the form that is wanted",
        "TC3 and Tencent v1: seconds since 1970, digits only. ACS3 and "
        "RPC v1: 2026-11-26T01:02:03Z, in UTC."),

    ASR_MOCK_M_ROW(METHOD, "S-method", "any",
        "another method was signed than was sent",
        "Sign the method that is sent; a library may turn GET with a body "
        "into POST."),

    ASR_MOCK_M_ROW(METHOD_CASE, "S-method-case", "any",
        "the method was signed in lower case",
        "Write it in capitals."),

    ASR_MOCK_M_ROW(PATH, "S-path", "any",
        "another path was signed",
        "Sign \"/\" (TC3, Tencent v1, RPC v1), or the path as it is sent "
        "(ACS3), without the query."),

    ASR_MOCK_M_ROW(HOST_PORT, "S-host-port", "any",
        "the host was signed with a port that was not sent, or without "
        "one where it was",
        "Sign the Host header as it is sent."),

    ASR_MOCK_M_ROW(HOST_VENDOR, "S-host-vendor", "any",
        "the vendor's host was signed, but the request went to another",
        "Set the endpoint in the client, so that the host signed is the "
        "host called."),

    ASR_MOCK_M_ROW(HOST_SCHEME, "S-host-scheme", "any",
        "the host was signed with \"http://\" before or \"/\" after it",
        "Sign host and port alone."),

    ASR_MOCK_M_ROW(HOST_LOCAL, "S-host-local", "any",
        "localhost was signed for 127.0.0.1, or the reverse",
        "Sign the Host header as it is sent."),

    ASR_MOCK_M_ROW(HOST_MISSING, "S-host-missing", "any",
        "an empty host was signed",
        "Sign the Host header as it is sent."),

    ASR_MOCK_M_ROW(TYPE_SIGNED, "S-charset-signed", ASR_MOCK_BOTH,
        "content-type was signed with a charset that was not sent",
        "Sign content-type exactly as it is sent."),

    ASR_MOCK_M_ROW(TYPE_SENT, "S-charset-sent", ASR_MOCK_BOTH,
        "content-type was sent with a charset that was not signed",
        "Sign content-type exactly as it is sent: the HTTP library added "
        "the charset."),

    ASR_MOCK_M_ROW(TYPE_FORM, "S-type-form", ASR_MOCK_BOTH,
        "content-type was signed in another spelling than was sent",
        "Sign content-type exactly as it is sent, blanks and capitals "
        "included."),

    ASR_MOCK_M_ROW(TYPE_OTHER, "S-type-other", ASR_MOCK_BOTH,
        "another content-type was signed than was sent",
        "Sign content-type exactly as it is sent."),

    ASR_MOCK_M_ROW(HEADER_BLANK, "S-header-blank", ASR_MOCK_BOTH,
        "a blank was signed between \":\" and the header's value",
        "Write name:value, the value trimmed."),

    ASR_MOCK_M_ROW(HEADER_NAMES, "S-header-names", ASR_MOCK_BOTH,
        "the names of the headers were signed with capital letters",
        "Sign the names in lower case."),

    ASR_MOCK_M_ROW(HEADER_NEWLINE, "S-header-newline", ASR_MOCK_BOTH,
        "the line break after the last canonical header was left out",
        "Each header ends with a line break, and another one follows the "
        "last: an empty line."),

    ASR_MOCK_M_ROW(HEADER_EXTRA, "S-header-extra", ASR_MOCK_BOTH,
        "there is one empty line too many after the canonical headers",
        "One empty line stands between the headers and SignedHeaders."),

    ASR_MOCK_M_ROW(HEADER_ORDER, "S-header-order", ASR_MOCK_BOTH,
        "the canonical headers are in another order than SignedHeaders",
        "Sort both by name."),

    ASR_MOCK_M_ROW(HEADER_CASE, "S-header-case", ASR_MOCK_ACS3,
        "the values of the headers were signed in lower case",
        "Sign the values as they are sent, trimmed."),

    ASR_MOCK_M_ROW(HEADER_MIXED, "S-header-mixed", ASR_MOCK_TC3,
        "some header values were signed in lower case, others as they "
        "were sent",
        "Sign all values in lower case, or all as they are sent."),

    ASR_MOCK_M_ROW(HEADER_LEFT, "S-header-left", ASR_MOCK_BOTH,
        "SignedHeaders names a header whose line was not signed",
        "Sign a line for each name in SignedHeaders."),

    ASR_MOCK_M_ROW(SIGNED_LINE, "S-signed-line", ASR_MOCK_BOTH,
        "the line of SignedHeaders in what is signed is missing, or not "
        "parted by \";\"",
        "The canonical request has SignedHeaders as in the header, "
        "between the headers and the hash."),

    ASR_MOCK_M_ROW(BODY_NEWLINE, "S-body-newline", ASR_MOCK_BOTH,
        "the body was hashed with a line break at its end that was not "
        "sent",
        "Hash the bytes that are sent: echo adds a line break, printf %s "
        "does not."),

    ASR_MOCK_M_ROW(BODY_NO_NEWLINE, "S-body-no-newline", ASR_MOCK_BOTH,
        "the body was sent with blanks or line breaks at its ends that "
        "were not hashed",
        "Hash the bytes that are sent; curl --data-binary keeps line "
        "breaks."),

    ASR_MOCK_M_ROW(BODY_CRLF, "S-body-crlf", ASR_MOCK_BOTH,
        "the body was hashed with other line breaks than were sent",
        "Hash the bytes that are sent; something turned LF into CRLF or "
        "back."),

    ASR_MOCK_M_ROW(BODY_EMPTY, "S-body-empty", ASR_MOCK_BOTH,
        "an empty body was hashed, but there is one",
        "Hash the body that is sent."),

    ASR_MOCK_M_ROW(BODY_COMPACT, "S-body-compact", ASR_MOCK_BOTH,
        "the body was hashed as compact JSON, but sent with blanks",
        "Make the text once: hash it and send the same bytes."),

    ASR_MOCK_M_ROW(BODY_SPACES, "S-body-spaces", ASR_MOCK_BOTH,
        "the body was hashed as JSON with blanks after \",\" and \":\", "
        "but sent otherwise",
        "Make the text once: hash it and send the same bytes (json.dumps "
        "adds blanks, requests' json= has its own form)."),

    ASR_MOCK_M_ROW(BODY_INDENTED, "S-body-indented", ASR_MOCK_BOTH,
        "the body was hashed as indented JSON, but sent otherwise",
        "Make the text once: hash it and send the same bytes."),

    ASR_MOCK_M_ROW(BODY_SORTED, "S-body-sorted", ASR_MOCK_BOTH,
        "the body was hashed with its members sorted, but sent in another "
        "order",
        "Make the text once: hash it and send the same bytes."),

    ASR_MOCK_M_ROW(BODY_ASCII, "S-body-ascii", ASR_MOCK_BOTH,
        "the body was hashed with \\u escapes, but sent as UTF-8",
        "Make the text once: hash it and send the same bytes."),

    ASR_MOCK_M_ROW(BODY_UTF8, "S-body-utf8", ASR_MOCK_BOTH,
        "the body was hashed as UTF-8, but sent with \\u escapes",
        "Make the text once: hash it and send the same bytes."),

    ASR_MOCK_M_ROW(BODY_SLASHES, "S-body-slashes", ASR_MOCK_BOTH,
        "the body was hashed with other escapes of \"/\" than were sent",
        "Make the text once: PHP's json_encode writes \"\\/\" unless told "
        "JSON_UNESCAPED_SLASHES."),

    ASR_MOCK_M_ROW(BODY_HTML, "S-body-html", ASR_MOCK_BOTH,
        "the body was hashed with other escapes of \"<\", \">\" and \"&\" "
        "than were sent",
        "Make the text once: Go's json.Marshal escapes them."),

    ASR_MOCK_M_ROW(BODY_TWICE, "S-body-twice", ASR_MOCK_BOTH,
        "the body was hashed as a JSON string of itself",
        "Serialise it once."),

    ASR_MOCK_M_ROW(BODY_OBJECT, "S-body-object", ASR_MOCK_BOTH,
        "\"{}\" or \"null\" was hashed, but something else was sent",
        "Hash the body that is sent."),

    ASR_MOCK_M_ROW(BODY_BOM, "S-body-bom", ASR_MOCK_BOTH,
        "the body was hashed with or without a byte order mark that was "
        "not, or was, sent",
        "Write UTF-8 without a mark."),

    ASR_MOCK_M_ROW(BODY_UNHASHED, "S-body-unhashed", ASR_MOCK_BOTH,
        "the body itself stands where its hash belongs",
        "The last line is the body's SHA-256 in lower-case hex."),

    ASR_MOCK_M_ROW(BODY_UPPER, "S-body-upper", ASR_MOCK_BOTH,
        "the body's hash is in capital hex digits",
        "Write it in lower case."),

    ASR_MOCK_M_ROW(BODY_BASE64, "S-body-base64", ASR_MOCK_BOTH,
        "the body's hash is in Base64",
        "Write it in lower-case hex."),

    ASR_MOCK_M_ROW(BODY_UNSIGNED, "S-body-unsigned", ASR_MOCK_BOTH,
        "UNSIGNED-PAYLOAD was signed for the body",
        "TC3 takes the SHA-256 of that text, with the header "
        "X-TC-Content-SHA256: UNSIGNED-PAYLOAD; ACS3 wants the body's "
        "hash."),

    ASR_MOCK_M_ROW(BODY_QUERY, "S-body-query", ASR_MOCK_BOTH,
        "the query was hashed as if it were the body",
        "The query has a line of its own; the hash is of the body, which "
        "a GET does not have."),

    ASR_MOCK_M_ROW(TEXT_ALGORITHM, "S-text-algorithm", ASR_MOCK_BOTH,
        "the string to sign lacks its first line, the name of the "
        "algorithm",
        "Begin it with the scheme's name and a line break."),

    ASR_MOCK_M_ROW(TEXT_UPPER, "S-text-upper", ASR_MOCK_BOTH,
        "the hash of the canonical request is in capital hex digits",
        "Write it in lower case."),

    ASR_MOCK_M_ROW(TEXT_UNHASHED, "S-text-unhashed", ASR_MOCK_BOTH,
        "the canonical request itself stands in the string to sign",
        "Put its SHA-256 there, in lower-case hex."),

    ASR_MOCK_M_ROW(TEXT_NEWLINE, "S-text-newline", ASR_MOCK_BOTH,
        "the string to sign or the canonical request ends with a line "
        "break",
        "Nothing follows the hash in the last line."),

    ASR_MOCK_M_ROW(TEXT_LITERAL, "S-text-literal", ASR_MOCK_BOTH,
        "line breaks were signed as a backslash and an n",
        "Use real line breaks: single quotes keep \\n as two characters "
        "in shell and PHP."),

    ASR_MOCK_M_ROW(TEXT_CRLF, "S-text-crlf", ASR_MOCK_BOTH,
        "line breaks were signed as CR and LF",
        "Use LF alone."),

    ASR_MOCK_M_ROW(TEXT_CANONICAL, "S-text-canonical", ASR_MOCK_BOTH,
        "the canonical request or its hash was signed, without a string "
        "to sign",
        "Sign the string to sign, which holds the hash of the canonical "
        "request."),

    ASR_MOCK_M_ROW(QUERY_MISSING, "S-query-missing", ASR_MOCK_BOTH,
        "the query was left out of what is signed",
        "The third line is the query."),

    ASR_MOCK_M_ROW(CREDENTIAL, "S-credential", ASR_MOCK_TC3,
        "Credential is not SecretId/date/service/tc3_request",
        "Write Credential=<SecretId>/<yyyy-mm-dd>/asr/tc3_request."),

    ASR_MOCK_M_ROW(SIGNED_TYPE, "S-signed-type", ASR_MOCK_TC3,
        "SignedHeaders lacks content-type",
        "Sign content-type and host at least."),

    ASR_MOCK_M_ROW(DATE_LOCAL, "S-date-local", ASR_MOCK_TC3,
        "the date in Credential is a local one, not the timestamp's in UTC",
        "Make the date of X-TC-Timestamp, in UTC."),

    ASR_MOCK_M_ROW(DATE_STALE, "S-date-stale", ASR_MOCK_TC3,
        "the date in Credential is not that of the timestamp",
        "Make both of one reading of the clock; a signing key kept over "
        "midnight has yesterday's."),

    ASR_MOCK_M_ROW(DATE_SIGNED, "S-date-signed", ASR_MOCK_TC3,
        "another date was signed than Credential has",
        "Use one date, the timestamp's in UTC, in Credential, in the "
        "string to sign and in the key."),

    ASR_MOCK_M_ROW(DATE_FORM, "S-date-form", ASR_MOCK_TC3,
        "the date is not written 2026-11-26",
        "Write it yyyy-mm-dd, with hyphens and zeros."),

    ASR_MOCK_M_ROW(TIME_TWICE, "S-timestamp-twice",
        ASR_MOCK_TC3 ", Tencent v1",
        "another timestamp was signed than was sent, a few seconds off",
        "Read the clock once for header and signature."),

    ASR_MOCK_M_ROW(TIME_ISO, "S-timestamp-iso", ASR_MOCK_TC3,
        "the timestamp was signed as a date and time",
        "The second line is X-TC-Timestamp as it is sent."),

    ASR_MOCK_M_ROW(SERVICE, "S-service", ASR_MOCK_TC3,
        "another service was signed than Credential has",
        "Use one service, asr, in Credential, in the string to sign and "
        "in the key."),

    ASR_MOCK_M_ROW(SERVICE_ASR, "S-service-asr", ASR_MOCK_TC3,
        "the service in Credential is not asr",
        "Write asr: some SDKs take it from the endpoint's name."),

    ASR_MOCK_M_ROW(SCOPE, "S-scope", ASR_MOCK_TC3,
        "the scope in the string to sign is not date/service/tc3_request",
        "Its third line is the scope without the SecretId, with all of "
        "its three parts."),

    ASR_MOCK_M_ROW(TC3_PREFIX, "S-tc3-prefix", ASR_MOCK_TC3,
        "the secret was used without \"TC3\" before it",
        "The first key is \"TC3\" and the secret."),

    ASR_MOCK_M_ROW(TC3_DIRECT, "S-tc3-direct", ASR_MOCK_TC3,
        "the string to sign was signed with the secret itself, as in "
        "signature v1",
        "Derive the key: date, service, tc3_request."),

    ASR_MOCK_M_ROW(TC3_TERMINATOR, "S-tc3-terminator", ASR_MOCK_TC3,
        "a step of the key's derivation was left out",
        "The key takes three steps: date, service, tc3_request."),

    ASR_MOCK_M_ROW(TC3_HEX, "S-tc3-hex", ASR_MOCK_TC3,
        "hex text was used as the key of the next HMAC",
        "Keep the digests of the derivation as bytes; only the last is "
        "written in hex."),

    ASR_MOCK_M_ROW(TC3_SWAPPED, "S-tc3-swapped", ASR_MOCK_TC3,
        "key and message of an HMAC were exchanged",
        "The secret is the first key, the date the first message."),

    ASR_MOCK_M_ROW(TC3_ORDER, "S-tc3-order", ASR_MOCK_TC3,
        "the steps of the key's derivation are in another order",
        "Date first, then service, then tc3_request."),

    ASR_MOCK_M_ROW(TC3_AWS, "S-tc3-aws", ASR_MOCK_TC3,
        "the key was derived as AWS does, with AWS4 or aws4_request",
        "TC3 has \"TC3\" before the secret and ends with tc3_request."),

    ASR_MOCK_M_ROW(ACTION_SIGNED, "S-action-signed", ASR_MOCK_TC3,
        "x-tc-action was signed, but SignedHeaders does not name it",
        "Name it in SignedHeaders, in the header too."),

    ASR_MOCK_M_ROW(ACTION_UNSIGNED, "S-action-unsigned", ASR_MOCK_TC3,
        "SignedHeaders names x-tc-action, but it was not signed",
        "Sign its line, the value in lower case, or do not name it."),

    ASR_MOCK_M_ROW(QUERY_SORTED, "S-query-sorted", ASR_MOCK_TC3,
        "the query was signed sorted or encoded anew, not as it was sent",
        "Sign the text after \"?\" as it is sent."),

    ASR_MOCK_M_ROW(V1_ENCODED, "S-v1-encoded", "Tencent v1",
        "the values were signed URL-encoded",
        "Sign the values as they are, and encode them only when they are "
        "sent."),

    ASR_MOCK_M_ROW(V1_SLASH, "S-v1-slash", "Tencent v1",
        "something other than \"/?\" stands between host and parameters",
        "Sign method, host, \"/?\" and the parameters, with nothing "
        "between them."),

    ASR_MOCK_M_ROW(V1_TC3, "S-v1-tc3", "Tencent v1",
        "the key has \"TC3\" before the secret",
        "Signature v1 takes the secret itself."),

    ASR_MOCK_M_ROW(ACS_SHA_HEADER, "S-acs3-sha-header", ASR_MOCK_ACS3,
        "x-acs-content-sha256 is not the SHA-256 of the body",
        "Hash the bytes that are sent, and write the hash in lower-case "
        "hex."),

    ASR_MOCK_M_ROW(ACS_SHA_MISSING, "S-acs3-sha-missing", ASR_MOCK_ACS3,
        "x-acs-content-sha256 was signed, but not sent",
        "Send it: it is the hash of the body."),

    ASR_MOCK_M_ROW(ACS_UNSIGNED, "S-acs3-unsigned", ASR_MOCK_ACS3,
        "an x-acs-* header is not signed",
        "Name each x-acs-* header in SignedHeaders, and sign its line."),

    ASR_MOCK_M_ROW(ACS_DATE, "S-acs3-date", ASR_MOCK_ACS3,
        "the string to sign has a line with the date in it",
        "ACS3's has two lines: the algorithm and the hash."),

    ASR_MOCK_M_ROW(QUERY_RAW, "S-query-raw", ASR_MOCK_ACS3,
        "the query was signed decoded, or as it was sent",
        "Sort the parameters, and encode names and values by RFC 3986."),

    ASR_MOCK_M_ROW(NONCE, "S-nonce", ASR_MOCK_ACSS,
        "the nonce was used before",
        "Take a new nonce for each request, for a repeated one too."),

    ASR_MOCK_M_ROW(RPC_AMPERSAND, "S-rpc-ampersand", "RPC v1",
        "the secret was used without \"&\" after it",
        "The key is the secret and \"&\"."),

    ASR_MOCK_M_ROW(RPC_SLASH, "S-rpc-slash", "RPC v1",
        "the path was not signed as %2F",
        "Sign method, \"&%2F&\" and the encoded parameters."),

    ASR_MOCK_M_ROW(RPC_ONCE, "S-rpc-once", "RPC v1",
        "the parameters were encoded once, not twice",
        "Encode names and values, join them, and encode all of that again."),

    ASR_MOCK_M_ROW(RPC_RAW, "S-rpc-raw", "RPC v1",
        "the values were not encoded before they were joined",
        "Encode each name and value first, then the whole again."),

    ASR_MOCK_M_ROW(RPC_THRICE, "S-rpc-thrice", "RPC v1",
        "the parameters were encoded once too often",
        "Encode names and values, join them, and encode all of that once "
        "more."),

    ASR_MOCK_M_ROW(RPC_TIMESTAMP, "S-rpc-timestamp", "RPC v1",
        "the colons of Timestamp were not encoded twice",
        "They are %253A in the string to sign."),

    ASR_MOCK_M_ROW(PARAM_PLACE, "S-param-place", "RPC v1",
        "only the parameters of the query, or only those of the body, "
        "were signed",
        "Sign the parameters of both together."),

    ASR_MOCK_M_ROW(PARAM_ORDER, "S-param-order", ASR_MOCK_PARAM,
        "the parameters were signed unsorted",
        "Sort them by the bytes of their names."),

    ASR_MOCK_M_ROW(PARAM_NOCASE, "S-param-nocase", ASR_MOCK_PARAM,
        "the parameters were sorted without regard to case",
        "Sort by bytes: capitals come first."),

    ASR_MOCK_M_ROW(PARAM_EMPTY, "S-param-empty", ASR_MOCK_PARAM,
        "parameters with an empty value were left out",
        "Sign them as name=, or do not send them."),

    ASR_MOCK_M_ROW(PARAM_TWICE, "S-param-twice", ASR_MOCK_PARAM,
        "the parameters were URL-encoded twice when they were sent",
        "Encode them once: the HTTP library does it already."),

    ASR_MOCK_M_ROW(PARAM_UNSIGNED, "S-param-unsigned", ASR_MOCK_PARAM,
        "a parameter was sent that was not signed",
        "Add all parameters before signing; only Signature comes after."),

    ASR_MOCK_M_ROW(PARAM_SIGNATURE, "S-param-signature", ASR_MOCK_V1S,
        "an empty Signature parameter was signed",
        "Leave Signature out of what is signed."),

    ASR_MOCK_M_ROW(PCT_PLUS, "S-encode-plus", ASR_MOCK_ACSS,
        "a blank was signed as \"+\"",
        "Encode it as %20."),

    ASR_MOCK_M_ROW(PCT_TILDE, "S-encode-tilde", ASR_MOCK_ACSS,
        "\"~\" was signed as %7E",
        "Leave \"~\" as it is."),

    ASR_MOCK_M_ROW(PCT_STAR, "S-encode-star", ASR_MOCK_ACSS,
        "\"*\" was not encoded",
        "Encode it as %2A."),

    ASR_MOCK_M_ROW(PCT_MARKS, "S-encode-marks", ASR_MOCK_ACSS,
        "one of ! ' ( ) * was not encoded",
        "Encode them: encodeURIComponent leaves them."),

    ASR_MOCK_M_ROW(PCT_SLASH, "S-encode-slash", ASR_MOCK_ACSS,
        "\"/\" was not encoded",
        "Encode it as %2F: Python's quote wants safe=''."),

    ASR_MOCK_M_ROW(PCT_LOWER, "S-encode-lower", ASR_MOCK_ACSS,
        "the hex digits of %XX are in lower case",
        "Write them in capitals."),

    ASR_MOCK_M_ROW(PCT_FORM, "S-encode-form", ASR_MOCK_ACSS,
        "the form's encoding was signed: \"+\" for a blank, \"*\" left, "
        "\"~\" encoded",
        "Encode by RFC 3986: replace \"+\" by %20, \"*\" by %2A, %7E by "
        "\"~\"."),

    ASR_MOCK_M_ROW(BEARER_MISSING, "S-bearer-missing", ASR_MOCK_KEYS,
        "there is no Authorization header",
        "Send the API key in Authorization."),

    ASR_MOCK_M_ROW(BEARER_PREFIX, "S-bearer-prefix", "Bearer",
        "the key was sent without \"Bearer \"",
        "Send Authorization: Bearer <key>."),

    ASR_MOCK_M_ROW(BEARER_SCHEME, "S-bearer-scheme", ASR_MOCK_KEYS,
        "the Authorization header is of another scheme",
        "Send Authorization: Bearer <key>."),

    ASR_MOCK_M_ROW(BEARER_SIGNED, "S-bearer-signed", ASR_MOCK_KEYS,
        "a signature of another cloud was sent where an API key belongs",
        "Send the request to the cloud it was signed for, or send the API "
        "key."),

    ASR_MOCK_M_ROW(BEARER_TWICE, "S-bearer-twice", ASR_MOCK_KEYS,
        "\"Bearer\" was sent twice",
        "Give the library the bare key: it adds the scheme."),

    ASR_MOCK_M_ROW(BEARER_COLON, "S-bearer-colon", ASR_MOCK_KEYS,
        "something stands between \"Bearer\" and the key",
        "One blank stands between them, no \":\" or \"=\"."),

    ASR_MOCK_M_ROW(BEARER_BLANK, "S-bearer-blank", ASR_MOCK_KEYS,
        "the key has a blank or a line break in it",
        "Trim the key when it is read."),

    ASR_MOCK_M_ROW(BEARER_QUOTED, "S-bearer-quoted", ASR_MOCK_KEYS,
        "the key has quotes or brackets around it",
        "Send it bare."),

    ASR_MOCK_M_ROW(BEARER_ASCII, "S-bearer-ascii", ASR_MOCK_KEYS,
        "the key has characters beyond ASCII in it",
        "Copy it again: an invisible character came along."),

    ASR_MOCK_M_ROW(BEARER_UNSET, "S-bearer-unset", ASR_MOCK_KEYS,
        "the key was never filled in",
        "Set it: the variable or place-holder it is read from is empty."),

    ASR_MOCK_M_ROW(BEARER_ELSEWHERE, "S-bearer-elsewhere", ASR_MOCK_KEYS,
        "the key was sent in another place than Authorization",
        "Send it in the Authorization header."),

    ASR_MOCK_M_ROW(BEARER_UNKNOWN, "S-bearer-unknown", ASR_MOCK_KEYS,
        "the key is not known here",
        "Use a key of the form test-<anything>, such as test-ci; or one "
        "of the accounts file."),

    ASR_MOCK_M_ROW(UNKNOWN, "S-unknown", "any",
        "no known mistake gives the signature that was sent",
        "Compare what you signed with ours, line by line; then look at "
        "the secret.")
};

const size_t  asr_mock_mistakes_n = asr_nelts(asr_mock_mistakes);

_Static_assert(asr_nelts(asr_mock_mistakes) == ASR_MOCK_M_N - 1,
               "a mistake has no row");


const asr_mock_mistake_t *
asr_mock_mistake(asr_str_t id)
{
    size_t  i;

    for (i = 0; i < asr_mock_mistakes_n; i++) {
        if (asr_str_eq(asr_mock_mistakes[i].id, id)) {
            return &asr_mock_mistakes[i];
        }
    }

    return NULL;
}
