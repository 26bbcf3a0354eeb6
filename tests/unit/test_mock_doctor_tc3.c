/*
 * The signature doctor on TC3-HMAC-SHA256: a small signer that is right when
 * it is told nothing, and wrong in one place by each row.
 */

#include "doctor_unit.h"

#include "auth/asr_tc3.h"


#define ID    "AKIDdoctor"
#define HOST  "127.0.0.1:8080"
#define TYPE  "application/json"
#define EMPTY     "e3b0c44298fc1c149afbf4c8996fb924"                          \
                  "27ae41e4649b934ca495991b7852b855"

/* SHA-256 of the text UNSIGNED-PAYLOAD */

#define UNSIGNED  "438d4109ef0d676b8c2c7ed13cdfcb41"                          \
                  "8e494d53b843d4634ce3b1085f07bb96"

#define BODY  "{\"EngineModelType\": \"16k_zh\",\"ChannelNum\":1,"            \
              "\"Url\":\"http://a.example/b?c=1&d=<2>\",\"Name\":\"\xe5\x90"  \
              "\x8d\"}"


/* NULL: as it should be. */

typedef struct {
    const char  *label;
    const char  *want;           /* NULL: nothing to say */
    bool         not_made;       /* named without the signature made again */

    /* what is signed */
    const char  *method;
    const char  *uri;
    const char  *query;
    const char  *headers;        /* the lines, without the empty one */
    const char  *gap;            /* "\n" */
    const char  *line;           /* SignedHeaders and its newline */
    const char  *hash;
    const char  *algorithm;      /* with its newline */
    const char  *stamp;
    const char  *scope;          /* with its newline */
    const char  *prefix;
    const char  *secret;
    const char  *date;
    const char  *service;
    const char  *end;            /* of the key: "tc3_request"; "": no step */
    enum { PLAIN = 0, DIRECT, HEX, SWAPPED, TURNED } chain;
    enum { HASHED = 0, UPPER, UNHASHED, CANONICAL, LITERAL, CRLF, NEWLINE,
           BREAK } text;
    bool         sha1;
    enum { LOWER = 0, CAPITALS, BASE64, BASE64_HEX, QUOTED } form;

    /* what is sent */
    const char  *send_method;
    const char  *send_host;
    const char  *send_type;
    const char  *send_body;
    const char  *send_args;
    const char  *send_stamp;
    const char  *send_date;
    const char  *send_service;
    const char  *send_names;
    const char  *send_token;
    const char  *send_payload;   /* X-TC-Content-SHA256 */
    const char  *credential;
    const char  *authorization;  /* a format of credential, names, signature */
    const char  *code;
    int64_t      skew;           /* of the client's clock */
    bool         no_key;
    bool         cut;            /* the body is not kept */
    bool         world;          /* the key is its own secret */
    bool         leak;           /* the secret in a header that is signed */
} row_t;


static const char *
or(const char *s, const char *dflt)
{
    return s != NULL ? s : dflt;
}


/* Line breaks as two characters, or as CR and LF. */

static void
breaks(char *s, size_t size, const char *as)
{
    char    copy[8192];
    size_t  i, n;

    snprintf(copy, sizeof(copy), "%s", s);

    for (i = 0, n = 0; copy[i] != '\0' && n + 3 < size; i++) {
        if (copy[i] == '\n') {
            s[n++] = as[0];
            s[n++] = as[1];

        } else {
            s[n++] = copy[i];
        }
    }

    s[n] = '\0';
}


static size_t
derive(const row_t *t, const char *date, const char *service,
    unsigned char *key)
{
    char           hex[65], message[65];
    size_t         i, n;
    const char    *steps[3];
    unsigned char  mac[32];

    snprintf((char *) key, 256, "%s%s",
             or(t->prefix, t->chain == DIRECT ? "" : "TC3"),
             or(t->secret, D_SECRET));
    n = strlen((char *) key);

    if (t->chain == DIRECT) {
        return n;
    }

    steps[0] = t->chain == TURNED ? service : date;
    steps[1] = t->chain == TURNED ? date : service;
    steps[2] = or(t->end, "tc3_request");

    for (i = 0; i < 3; i++) {
        if (steps[i][0] == '\0' && i == 2) {
            break;
        }

        if (t->chain == SWAPPED) {

            /* bytes do: none of them is a NUL, or the row is another one's */

            snprintf(message, sizeof(message), "%s", steps[i]);
            HMAC(EVP_sha256(), message, (int) strlen(message), key, n, mac,
                 NULL);
            n = 32;

        } else {
            n = d_hmac(t->sha1, key, n, steps[i], mac);
        }

        if (t->chain == HEX) {
            d_hex(mac, n, hex);
            n *= 2;
            memcpy(key, hex, n);

        } else {
            memcpy(key, mac, n);
        }
    }

    return n;
}


static void
sign(const row_t *t, const char *stamp, char *out)
{
    char           canonical[8192], text[9000], hash[65], date[16], type[128];
    char           host[128], scope[256];
    size_t         n, i;
    const char    *service, *body;
    unsigned char  key[256], mac[32];

    service = or(t->send_service, "asr");
    body = or(t->send_body, BODY);

    d_date(strtoll(stamp, NULL, 10), "%Y-%m-%d", date, sizeof(date));
    snprintf(type, sizeof(type), "%s", or(t->send_type, TYPE));
    snprintf(host, sizeof(host), "%s", or(t->send_host, HOST));

    n = (size_t) snprintf(canonical, sizeof(canonical), "%s\n%s\n%s\n",
                          or(t->method, or(t->send_method, "POST")),
                          or(t->uri, "/"), or(t->query, or(t->send_args, "")));

    if (t->headers != NULL) {
        n += (size_t) snprintf(canonical + n, sizeof(canonical) - n, "%s",
                               t->headers);
    } else {
        n += (size_t) snprintf(canonical + n, sizeof(canonical) - n,
                               "content-type:%s\nhost:%s\n", type, host);
    }

    n += (size_t) snprintf(canonical + n, sizeof(canonical) - n, "%s%s%s",
                           or(t->gap, "\n"), or(t->line,
                                                "content-type;host\n"),
                           t->hash != NULL ? t->hash
                           : d_sha256(t->send_method != NULL ? "" : body));

    if (t->text == BREAK) {
        snprintf(canonical + n, sizeof(canonical) - n, "\n");
    }

    snprintf(text, sizeof(text), "%s", canonical);

    if (t->text == LITERAL || t->text == CRLF) {
        breaks(canonical, sizeof(canonical), t->text == CRLF ? "\r\n"
                                                             : "\\n");
    }

    snprintf(hash, sizeof(hash), "%s", d_sha256(canonical));

    for (i = 0; i < 64 && t->text == UPPER; i++) {
        hash[i] = (char) toupper((unsigned char) hash[i]);
    }

    snprintf(scope, sizeof(scope), "%s/%s/tc3_request\n",
             or(t->date, or(t->send_date, date)), or(t->service, service));

    if (t->text != CANONICAL) {
        snprintf(text, sizeof(text), "%s%s\n%s%s%s",
                 or(t->algorithm, "TC3-HMAC-SHA256\n"),
                 or(t->stamp, stamp), or(t->scope, scope),
                 t->text == UNHASHED ? canonical : hash,
                 t->text == NEWLINE ? "\n" : "");
    }

    if (t->text == LITERAL || t->text == CRLF) {
        breaks(text, sizeof(text), t->text == CRLF ? "\r\n" : "\\n");
    }

    n = derive(t, or(t->date, or(t->send_date, date)),
               or(t->service, service), key);
    n = d_hmac(t->sha1, key, n, text, mac);
    d_hex(mac, n, out);

    switch (t->form) {

    case CAPITALS:

        for (i = 0; out[i] != '\0'; i++) {
            out[i] = (char) toupper((unsigned char) out[i]);
        }

        break;

    case BASE64:
        d_base64(mac, n, out);
        break;

    case BASE64_HEX:
        snprintf(text, sizeof(text), "%s", out);
        d_base64((unsigned char *) text, strlen(text), out);
        break;

    case QUOTED:
        memmove(out + 1, out, strlen(out) + 1);
        out[0] = '\'';
        snprintf(out + strlen(out), 2, "'");
        break;

    default:
        break;
    }
}


static bool
accepted(const d_request_t *q, const asr_key_t *key, bool get)
{
    asr_tc3_t          t;
    unsigned char      hash[32];
    asr_tc3_request_t  r;

    if (asr_tc3_parse(asr_mock_header(&q->x, "authorization"), &t)
        != ASR_OK)
    {
        return false;
    }

    memcpy(hash, q->x.body_sha256, 32);

    if (get) {
        SHA256((const unsigned char *) "", 0, hash);

    } else if (asr_mock_header(&q->x, "x-tc-content-sha256").len != 0) {
        SHA256((const unsigned char *) "UNSIGNED-PAYLOAD", 16, hash);
    }

    r.method = q->x.method;
    r.query = q->x.args;
    r.timestamp = asr_mock_header(&q->x, "x-tc-timestamp");
    r.header = d_find;
    r.header_ctx = q;
    r.payload_sha256 = hash;

    return asr_tc3_verify(&t, key, &r);
}


static void
run(const row_t *t)
{
    char         auth[1024], signature[256], date[16], credential[256];
    char         stamp[32];
    asr_key_t    key;
    d_request_t  q;

    memset(&q, 0, sizeof(q));
    key = d_key(ID);

    snprintf(stamp, sizeof(stamp), "%lld", (long long) (D_NOW + t->skew));
    sign(t, stamp, signature);

    d_date(D_NOW + t->skew, "%Y-%m-%d", date, sizeof(date));
    snprintf(credential, sizeof(credential), ID "/%s/%s/tc3_request",
             or(t->send_date, date), or(t->send_service, "asr"));

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(auth, sizeof(auth),
             or(t->authorization, "TC3-HMAC-SHA256 Credential=%s, "
                "SignedHeaders=%s, Signature=%s"),
             or(t->credential, credential),
             or(t->send_names, "content-type;host"), signature);
#pragma GCC diagnostic pop

    q.x.api = asr_str("tencent");
    q.x.operation = asr_str("CreateRecTask");
    q.x.method = asr_cstr(or(t->send_method, "POST"));
    q.x.path = asr_str("/");
    q.x.target = asr_str("/");
    q.x.args = asr_cstr(or(t->send_args, ""));
    q.x.status = 200;
    q.x.code = asr_cstr(or(t->code, "AuthFailure.SignatureFailure"));
    q.x.at_ms = D_NOW * 1000;
    d_body(&q, t->send_method != NULL ? "" : or(t->send_body, BODY));

    d_header(&q, "Host", or(t->send_host, HOST));
    d_header(&q, "Content-Type", or(t->send_type, TYPE));
    d_header(&q, "X-TC-Action", "CreateRecTask");
    d_header(&q, "X-TC-Version", "2019-06-14");
    d_header(&q, "X-TC-Timestamp", or(t->send_stamp, stamp));
    d_header(&q, "X-TC-Token", t->send_token);
    d_header(&q, "X-TC-Content-SHA256", t->send_payload);
    d_header(&q, "X-Leak", t->leak ? D_SECRET : NULL);
    d_header(&q, "Authorization", auth);

    /* what the module judges apart from the signature is told by the code */

    if (t->code == NULL
        && accepted(&q, &key, t->send_method != NULL) != (t->want == NULL))
    {
        d_fail(t->label, "the module", t->want == NULL ? "refuses it"
                                                       : "takes it");
    }

    if (t->cut) {
        q.x.body = asr_str_null();
    }

    if (t->world) {
        key.secret = key.id;
    }

    d_expect(&q, t->no_key ? NULL : &key, t->label, t->want, !t->not_made);
}


static const row_t  right[] = {
    { .label = "right" },
    { .label = "right, the host without the port",
      .headers = "content-type:" TYPE "\nhost:127.0.0.1\n" },
    { .label = "right, another service in all places", .send_service = "127" },
    { .label = "right, values in lower case", .send_type = "Application/JSON",
      .headers = "content-type:application/json\nhost:" HOST "\n" },
    { .label = "right, the body is not signed",
      .send_payload = "UNSIGNED-PAYLOAD",
      .hash = UNSIGNED },
    { .label = "right, a GET", .send_method = "GET", .send_args = "b=2&a=1" },
};

static const row_t  rows[] = {
    { "secret and newline", "S-secret-newline", .secret = D_SECRET "\n" },
    { "secret and CRLF", "S-secret-newline", .secret = D_SECRET "\r\n" },
    { "secret and blank", "S-secret-blank", .secret = D_SECRET " " },
    { "blank and secret", "S-secret-blank", .secret = " " D_SECRET },
    { "quoted secret", "S-secret-quoted", .secret = "\"" D_SECRET "\"" },
    { "id as secret", "S-secret-id", .secret = ID },
    { "no secret", "S-secret-empty", .secret = "" },
    { "undefined", "S-secret-unset", .secret = "undefined" },
    { "lower-case secret", "S-secret-case",
      .secret = "kept+quiet/7f~secret==" },
    { "encoded secret", "S-secret-encoded",
      .secret = "kEpt%2BQuiet%2F7f~seCret%3D%3D" },
    { "secret in base64", "S-secret-base64",
      .secret = "a0VwdCtRdWlldC83Zn5zZUNyZXQ9PQ==" },
    { "a byte of the secret lost", "S-secret-cut",
      .secret = "kEpt+Quiet/7f~seCret=" },
    { "secret and ampersand", "S-secret-ampersand",
      .secret = D_SECRET "&" },

    { "no TC3", "S-tc3-prefix", .prefix = "" },
    { "no derived key", "S-tc3-direct", .chain = DIRECT },
    { "no last step", "S-tc3-terminator", .end = "" },
    { "hex keys", "S-tc3-hex", .chain = HEX },
    { "key and message swapped", "S-tc3-swapped", .chain = SWAPPED },
    { "service first", "S-tc3-order", .chain = TURNED },
    { "AWS's prefix and end", "S-tc3-aws", .prefix = "AWS4",
      .end = "aws4_request" },
    { "AWS's prefix", "S-tc3-aws", .prefix = "AWS4" },

    { "capital hex", "S-hex-upper", .form = CAPITALS },
    { "base64", "S-base64", .form = BASE64 },
    { "base64 of hex", "S-base64-hex", .form = BASE64_HEX },
    { "SHA-1", "S-sha1", .sha1 = true },
    { "SHA-1 in base64", "S-base64 S-sha1", .sha1 = true, .form = BASE64 },

    { "tomorrow signed", "S-date-signed", .date = "2026-11-24" },
    { "yesterday signed", "S-date-signed", .date = "2026-11-22" },
    { "tomorrow in the scope", "S-date-signed",
      .scope = "2026-11-24/asr/tc3_request\n" },
    { "compact date signed", "S-date-form", .date = "20261123" },
    { "local date east", "S-date-local", .send_date = "2026-11-24" },
    { "date of last week", "S-date-stale", .send_date = "2026-11-16" },
    { "compact date sent", "S-date-form", .send_date = "20261123" },
    { "local date signed with a bad secret", "S-date-local S-secret-newline",
      .send_date = "2026-11-24", .secret = D_SECRET "\n" },

    { "two seconds before", "S-timestamp-twice", .stamp = "1795437294" },
    { "milliseconds signed", "S-timestamp-ms", .stamp = "1795437296000" },
    { "ISO date signed", "S-timestamp-iso", .stamp = "2026-11-23T12:34:56Z" },
    { "AWS's date signed", "S-timestamp-iso", .stamp = "20261123T123456Z" },
    { "scope without its end", "S-scope", .scope = "2026-11-23/asr\n" },
    { "no scope", "S-scope", .scope = "" },
    { "scope with the id", "S-scope",
      .scope = ID "/2026-11-23/asr/tc3_request\n" },
    { "cvm signed", "S-service", .service = "cvm" },
    { "127 signed", "S-service", .service = "127" },

    { "GET signed", "S-method", .method = "GET" },
    { "lower-case method", "S-method-case", .method = "post" },
    { "no path", "S-path", .uri = "" },
    { "another port", "S-host-port", .send_host = "mock.test",
      .headers = "content-type:" TYPE "\nhost:mock.test:443\n" },
    { "the vendor's host", "S-host-vendor", .headers =
      "content-type:" TYPE "\nhost:asr.tencentcloudapi.com\n" },
    { "the example's host", "S-host-vendor", .headers =
      "content-type:" TYPE "\nhost:cvm.tencentcloudapi.com\n" },
    { "host with a scheme", "S-host-scheme",
      .headers = "content-type:" TYPE "\nhost:http://" HOST "\n" },
    { "localhost", "S-host-local",
      .headers = "content-type:" TYPE "\nhost:localhost:8080\n" },
    { "no host", "S-host-missing",
      .headers = "content-type:" TYPE "\nhost:\n" },

    { "charset signed", "S-charset-signed", .headers =
      "content-type:" TYPE "; charset=utf-8\nhost:" HOST "\n" },
    { "charset sent", "S-charset-sent", .send_type = TYPE ";charset=UTF-8",
      .headers = "content-type:" TYPE "\nhost:" HOST "\n" },
    { "charset with a blank", "S-type-form",
      .send_type = TYPE ";charset=utf-8", .headers =
      "content-type:" TYPE "; charset=utf-8\nhost:" HOST "\n" },
    { "form type signed", "S-type-other", .headers =
      "content-type:application/x-www-form-urlencoded\nhost:" HOST "\n" },

    { "blank after the colon", "S-header-blank",
      .headers = "content-type: " TYPE "\nhost: " HOST "\n" },
    { "capital names signed", "S-header-names",
      .headers = "Content-Type:" TYPE "\nHost:" HOST "\n" },
    { "no empty line", "S-header-newline", .gap = "" },
    { "two empty lines", "S-header-extra", .gap = "\n\n" },
    { "host first", "S-header-order",
      .headers = "host:" HOST "\ncontent-type:" TYPE "\n" },
    { "no list of names", "S-signed-line", .line = "" },
    { "commas in the list signed", "S-signed-line",
      .line = "content-type,host\n" },
    { "action signed", "S-action-signed", .headers =
      "content-type:" TYPE "\nhost:" HOST "\nx-tc-action:CreateRecTask\n" },
    { "action signed and listed", "S-action-signed", .headers =
      "content-type:" TYPE "\nhost:" HOST "\nx-tc-action:createrectask\n",
      .line = "content-type;host;x-tc-action\n" },
    { "action listed, not signed", "S-action-unsigned",
      .send_names = "content-type;host;x-tc-action",
      .line = "content-type;host;x-tc-action\n" },

    { "action in lower case, the charset not", "S-header-mixed",
      .send_type = TYPE "; charset=UTF-8",
      .send_names = "content-type;host;x-tc-action",
      .line = "content-type;host;x-tc-action\n", .headers =
      "content-type:" TYPE "; charset=UTF-8\nhost:" HOST
      "\nx-tc-action:createrectask\n" },
    { "charset in lower case, the action not", "S-header-mixed",
      .send_type = TYPE "; charset=GBK",
      .send_names = "content-type;host;x-tc-action",
      .line = "content-type;host;x-tc-action\n", .headers =
      "content-type:" TYPE "; charset=gbk\nhost:" HOST
      "\nx-tc-action:CreateRecTask\n" },

    { "no algorithm", "S-text-algorithm", .algorithm = "" },
    { "capital hash", "S-text-upper", .text = UPPER },
    { "canonical request unhashed", "S-text-unhashed", .text = UNHASHED },
    { "canonical request signed", "S-text-canonical", .text = CANONICAL },
    { "backslash n", "S-text-literal", .text = LITERAL },
    { "CRLF", "S-text-crlf", .text = CRLF },
    { "newline at the end", "S-text-newline", .text = NEWLINE },
    { "newline after the canonical request", "S-text-newline",
      .text = BREAK },

    { "query left out", "S-query-missing", .send_method = "GET",
      .send_args = "b=2&a=1", .query = "" },
    { "query sorted", "S-query-sorted", .send_method = "GET",
      .send_args = "b=2&a=1", .query = "a=1&b=2" },
    { "query hashed", "S-body-query", .send_method = "GET",
      .send_args = "b=2&a=1",
      .hash = "3eb1fe7b5e75ae8f7f2a9a0ea6a7f79b0a2dd9a6bd8e7c3d" },

    { "AWS's unsigned body", "S-body-unsigned", .hash = "UNSIGNED-PAYLOAD",
      .send_payload = "UNSIGNED-PAYLOAD" },

    { "two mistakes", "S-secret-newline S-charset-signed",
      .secret = D_SECRET "\n", .headers =
      "content-type:" TYPE "; charset=utf-8\nhost:" HOST "\n" },
    { "two more, without the port", "S-tc3-prefix S-header-newline",
      .prefix = "", .gap = "",
      .headers = "content-type:" TYPE "\nhost:127.0.0.1\n" },

    { "charset signed, a long body", "S-charset-signed", .cut = true,
      .headers = "content-type:" TYPE "; charset=utf-8\nhost:" HOST "\n" },
    { "an empty body hashed, a long one sent", "S-body-empty", .cut = true,
      .hash = EMPTY },

    { "no such signature", "S-unknown", .not_made = true,
      .secret = "another" },
    { "header names in capitals", "S-signed-upper",
      .send_names = "Content-Type;Host", .line = "Content-Type;Host\n" },
    { "names unsorted", "S-signed-order", .send_names = "host;content-type",
      .line = "host;content-type\n",
      .headers = "host:" HOST "\ncontent-type:" TYPE "\n" },
    { "no host in the names", "S-signed-host",
      .send_names = "content-type", .line = "content-type\n",
      .headers = "content-type:" TYPE "\n" },
    { "no type in the names", "S-signed-type", .send_names = "host",
      .line = "host\n", .headers = "host:" HOST "\n" },
    { "names parted by commas", "S-signed-separator",
      .send_names = "content-type,host", .line = "content-type,host\n" },
    { "a name that was not sent", "S-signed-absent",
      .send_names = "content-type;host;x-tc-nothing",
      .line = "content-type;host;x-tc-nothing\n",
      .headers = "content-type:" TYPE "\nhost:" HOST "\nx-tc-nothing:\n" },
    { "the secret is among what is signed", "S-charset-signed",
      .send_names = "content-type;host;x-leak", .leak = true,
      .line = "content-type;host;x-leak\n",
      .headers = "content-type:" TYPE "; charset=utf-8\nhost:" HOST "\n"
                 "x-leak:" D_SECRET "\n" },
};

/* What is no matter of HMAC; the code is the module's. */

static const row_t  forms[] = {
    { "no key of that id", "S-id-unknown", .not_made = true, .no_key = true,
      .code = "AuthFailure.SecretIdNotFound" },
    { "the other cloud's id", "S-id-kind", .not_made = true, .no_key = true,
      .code = "AuthFailure.SecretIdNotFound",
      .credential = "LTAI4abc/2026-11-23/asr/tc3_request" },
    { "no id", "S-id-unset", .not_made = true, .no_key = true,
      .code = "AuthFailure.SecretIdNotFound",
      .credential = "/2026-11-23/asr/tc3_request" },
    { "a place-holder", "S-id-unset", .not_made = true, .no_key = true,
      .code = "AuthFailure.SecretIdNotFound",
      .credential = "${ID}/2026-11-23/asr/tc3_request" },
    { "a token too many", "S-token", .send_token = D_TOKEN,
      .code = "AuthFailure.TokenFailure" },
    { "half an hour behind, and more", "S-clock", .skew = -2210,
      .code = "AuthFailure.SignatureExpire" },
    { "eight hours ahead", "S-clock-zone", .skew = 8 * 3600 - 3,
      .code = "AuthFailure.SignatureExpire" },
    { "milliseconds sent", "S-timestamp-ms", .send_stamp = "1795437296123",
      .stamp = "1795437296123", .code = "AuthFailure.SignatureExpire" },
    { "a date for a timestamp", "S-timestamp-form",
      .send_stamp = "2026-11-23T12:34:56Z",
      .stamp = "2026-11-23T12:34:56Z", .code = "AuthFailure.Signature..." },
    { "a service that is not asr", "S-service-asr", .send_service = "cvm",
      .code = "AuthFailure.InvalidAuthorization" },
    { "capital hex by an SDK's service", "S-hex-upper",
      .send_service = "127", .form = CAPITALS,
      .code = "AuthFailure.InvalidAuthorization" },
    { "quoted signature", "S-auth-form", .form = QUOTED,
      .code = "AuthFailure.InvalidAuthorization" },
    { "a secret for the id", "S-id-unknown", .not_made = true,
      .no_key = true, .code = "AuthFailure.SecretIdNotFound",
      .credential = "kEptQuiet/2026-11-23/asr/tc3_request" },
    { "the secret for the id", "S-credential S-date-form S-id-unknown",
      .not_made = true,
      .no_key = true, .code = "AuthFailure.SecretIdNotFound",
      .credential = D_SECRET "/2026-11-23/asr/tc3_request" },
    { "a world's key and newline", "S-secret-newline", .world = true,
      .code = "AuthFailure.SignatureFailure", .secret = ID "\n" },
    { "a world's key", "S-charset-signed", .world = true, .secret = ID,
      .code = "AuthFailure.SignatureFailure", .headers =
      "content-type:" TYPE "; charset=utf-8\nhost:" HOST "\n" },
    { "only the id in Credential", "S-credential", .credential = ID,
      .code = "AuthFailure.InvalidAuthorization" },
    { "a region in Credential", "S-credential",
      .credential = ID "/2026-11-23/ap-guangzhou/asr/tc3_request",
      .code = "AuthFailure.InvalidAuthorization" },
    { "AWS's scheme", "S-auth-scheme",
      .authorization = "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, "
                       "Signature=%s",
      .code = "AuthFailure.InvalidAuthorization" },
    { "no commas", "S-auth-form",
      .authorization = "TC3-HMAC-SHA256 Credential=%s SignedHeaders=%s "
                       "Signature=%s",
      .code = "AuthFailure.InvalidAuthorization" },
    { "small letters", "S-auth-form",
      .authorization = "TC3-HMAC-SHA256 credential=%s, signedheaders=%s, "
                       "signature=%s",
      .code = "AuthFailure.InvalidAuthorization" },
    { "no signature", "S-auth-form", .not_made = true,
      .authorization = "TC3-HMAC-SHA256 Credential=%s, SignedHeaders=%s",
      .code = "AuthFailure.InvalidAuthorization" },
    { "Bearer", "S-auth-scheme S-auth-form", .not_made = true,
      .authorization = "Bearer test-a",
      .code = "AuthFailure.InvalidAuthorization" },
    { "nothing", "S-auth-missing", .not_made = true, .authorization = "",
      .code = "AuthFailure.InvalidAuthorization" },
    { "half a signature", "S-signature-form", .not_made = true,
      .authorization = "TC3-HMAC-SHA256 Credential=%s, SignedHeaders=%s, "
                       "Signature=%.20s",
      .code = "AuthFailure.InvalidAuthorization" },
};

/* The hash of this body in place of that which is sent. */

static const struct {
    const char  *want;
    const char  *hashed;
    const char  *sent;
} bodies[] = {
    { "S-body-newline", "{\"a\":1}\n", "{\"a\":1}" },
    { "S-body-newline", "{\"a\":1}\r\n", "{\"a\":1}" },
    { "S-body-no-newline", "{\"a\":\"b\"} x", "{\"a\":\"b\"} x\n" },
    { "S-body-empty", "", "{\"a\":1}" },
    { "S-body-compact", "{\"b\":[1,2.50,\"x , y\"],\"a\":{}}",
      "{ \"b\" : [1, 2.50, \"x , y\"],\n \"a\": { } }" },
    { "S-body-spaces", "{\"b\": [1, 2], \"a\": null}",
      "{\"b\":[1,2],\"a\":null}" },
    { "S-body-sorted", "{\"a\":{\"c\":1,\"d\":2},\"b\":[{\"x\":1,\"y\":2}]}",
      "{\"b\":[{\"y\":2,\"x\":1}],\"a\":{\"d\":2,\"c\":1}}" },
    { "S-body-sorted", "{\"a\": 1, \"b\": 2}", "{\"b\":2,\"a\":1}" },
    { "S-body-indented", "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}",
      "{\"a\":[1,2],\"b\":{}}" },
    { "S-body-indented", "{\n    \"a\": 1\n}", "{\"a\":1}" },
    { "S-body-ascii", "{\"a\":\"\\u540d\\ud83d\\ude00\"}",
      "{\"a\":\"\xe5\x90\x8d\xf0\x9f\x98\x80\"}" },
    { "S-body-ascii", "{\"a\": \"\\u540d\"}", "{\"a\":\"\xe5\x90\x8d\"}" },
    { "S-body-utf8", "{\"a\":\"\xe5\x90\x8d\xf0\x9f\x98\x80\"}",
      "{\"a\":\"\\u540d\\ud83d\\ude00\"}" },
    { "S-body-slashes", "{\"a\":\"http:\\/\\/x\"}", "{\"a\":\"http://x\"}" },
    { "S-body-slashes", "{\"a\":\"http://x\"}", "{\"a\":\"http:\\/\\/x\"}" },
    { "S-body-html", "{\"a\":\"\\u003cb\\u003e\\u0026\"}",
      "{\"a\":\"<b>&\"}" },
    { "S-body-html", "{\"a\":\"<b>&\"}",
      "{\"a\":\"\\u003cb\\u003e\\u0026\"}" },
    { "S-body-twice", "\"{\\\"a\\\":1}\"", "{\"a\":1}" },
    { "S-body-object", "{}", "{\"a\":1}" },
    { "S-body-object", "null", "{\"a\":1}" },
    { "S-body-bom", "\xef\xbb\xbf{\"a\":1}", "{\"a\":1}" },
    { "S-body-crlf", "[1,\r\n2]x", "[1,\n2]x" },
    { "S-body-crlf", "[1,\n2]x", "[1,\r\n2]x" },
    { "S-body-unsigned", "UNSIGNED-PAYLOAD", "{\"a\":1}" },
};


static void
test_right(void **state)
{
    size_t  i;

    for (i = 0; i < asr_nelts(right); i++) {
        run(&right[i]);
    }

    d_done();
}


static void
test_rows(void **state)
{
    size_t  i;
    row_t   row;

    for (i = 0; i < asr_nelts(rows); i++) {
        row = rows[i];

        if (strcmp(row.label, "query hashed") == 0) {
            row.hash = d_sha256("b=2&a=1");
        }

        run(&row);
    }

    d_done();
}


static void
test_forms(void **state)
{
    size_t  i;

    for (i = 0; i < asr_nelts(forms); i++) {
        run(&forms[i]);
    }

    d_done();
}


static void
test_bodies(void **state)
{
    char    hash[65];
    row_t   row;
    size_t  i;

    for (i = 0; i < asr_nelts(bodies); i++) {
        memset(&row, 0, sizeof(row));
        snprintf(hash, sizeof(hash), "%s", d_sha256(bodies[i].hashed));

        row.label = bodies[i].hashed;
        row.want = bodies[i].want;
        row.hash = hash;
        row.send_body = bodies[i].sent;

        run(&row);
    }

    d_done();
}


/* The line of the hash is something else. */

static void
test_body_hash(void **state)
{
    char           hash[65];
    row_t          row;
    size_t         i;
    unsigned char  digest[32];

    memset(&row, 0, sizeof(row));
    snprintf(hash, sizeof(hash), "%s", d_sha256(BODY));

    for (i = 0; i < 64; i++) {
        hash[i] = (char) toupper((unsigned char) hash[i]);
    }

    row.label = "capital digits";
    row.want = "S-body-upper";
    row.hash = hash;
    run(&row);

    SHA256((const unsigned char *) BODY, strlen(BODY), digest);
    d_base64(digest, sizeof(digest), hash);

    row.label = "base64";
    row.want = "S-body-base64";
    row.hash = hash;
    run(&row);

    row.label = "the body itself";
    row.want = "S-body-unhashed";
    row.hash = BODY;
    run(&row);

    row.label = "AWS's way";
    row.want = "S-body-unsigned";
    row.hash = "UNSIGNED-PAYLOAD";
    run(&row);

    d_done();
}


/* Both sides are there, and differ where the client went wrong. */

static void
test_sides(void **state)
{
    static const row_t  row = {
        "charset", "S-charset-signed", .headers =
        "content-type:" TYPE "; charset=utf-8\nhost:" HOST "\n"
    };

    run(&row);

    assert_true(asr_str_eq(d_out.got, asr_str("content-type:" TYPE
                                              "; charset=utf-8")));
    assert_true(asr_str_eq(d_out.expected, asr_str("content-type:" TYPE)));
    assert_true(d_has(d_json, "\"canonical\":{\"ours\":\"POST\\n/\\n\\n"
                              "content-type:application/json\\nhost:" HOST
                              "\\n\\ncontent-type;host\\n"));
    assert_true(d_has(d_json, "\"theirs\":\"POST\\n/\\n\\ncontent-type:"
                              "application/json; charset=utf-8\\n"));
    assert_true(d_has(d_json, "\"theirs\":\"TC3-HMAC-SHA256\\n1795437296\\n"
                              "2026-11-23/asr/tc3_request\\n"));
    assert_true(d_has(d_json, "\"reproduced\":true"));
    assert_int_equal(d_out.signature_got.len, 64);
    assert_int_equal(d_out.signature_expected.len, 64);
}


static void
test_unknown(void **state)
{
    static const row_t  row = {
        "garbage", "S-unknown", .not_made = true, .secret = "another"
    };

    run(&row);

    assert_true(d_out.canonical_ours.len != 0);
    assert_true(d_out.string_to_sign_ours.len != 0);
    assert_int_equal(d_out.canonical_theirs.len, 0);
    assert_int_equal(d_out.string_to_sign_theirs.len, 0);
    assert_true(d_has(d_json, "\"theirs\":null"));
    assert_true(d_out.tried > 200);
    assert_true(d_out.tried <= ASR_MOCK_DOCTOR_TRIES);
}


/* The signature that is expected is the one the module takes. */

static void
test_expected(void **state)
{
    char                 signature[256];
    row_t                row;

    static const row_t   wrong = { "SHA-1", "S-sha1", .sha1 = true };

    memset(&row, 0, sizeof(row));
    run(&wrong);
    sign(&row, "1795437296", signature);

    assert_true(asr_str_eq(d_out.signature_expected, asr_cstr(signature)));
}


static void
test_offset(void **state)
{
    /* 12:34:56 UTC: the next day begins 11 h 25 min 4 s further east */

    static const row_t  row = {
        "east", "S-date-local", .send_date = "2026-11-24"
    };

    static const row_t  behind = {
        "behind", "S-clock", .skew = -2210,
        .code = "AuthFailure.SignatureExpire"
    };

    static const row_t  zone = {
        "zone", "S-clock-zone", .skew = 8 * 3600 - 3,
        .code = "AuthFailure.SignatureExpire"
    };

    run(&row);
    assert_true(d_has(d_json, "as in UTC+11:26 or further east"));
    run(&behind);
    assert_true(d_has(d_json, "(2210 s behind)"));
    run(&zone);
    assert_true(d_has(d_json, "(8 h 0 min ahead)"));

    d_done();
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_body_hash),
        cmocka_unit_test(test_sides),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_expected),
        cmocka_unit_test(test_offset)
    };

    return cmocka_run_group_tests(tests, d_setup, d_teardown);
}
