/*
 * ACS3-HMAC-SHA256.  The header x-acs-content-sha256 tells what the client
 * hashed, so that a body that was changed on its way needs no search.
 */

#include "asr_mock_doctor_int.h"


static bool asr_mock_acs3_read(asr_mock_case_t *c);
static void asr_mock_acs3_unsigned(asr_mock_case_t *c);
static void asr_mock_acs3_digest(asr_mock_case_t *c);
static void asr_mock_acs3_ways(asr_mock_case_t *c);
static bool asr_mock_acs3_build(asr_mock_case_t *c,
    const asr_mock_recipe_t *r, asr_mock_draft_t *d);


bool
asr_mock_doctor_acs3(asr_mock_case_t *c)
{
    asr_str_t  token;

    c->out->scheme = asr_str("ACS3-HMAC-SHA256");
    c->out->pointer = asr_str("header:Authorization");

    if (asr_str_eq(c->x->code, asr_str("SignatureNonceUsed"))) {
        asr_mock_name(c, ASR_MOCK_M_NONCE, asr_str_null(),
                      asr_mock_header(c->x, "x-acs-signature-nonce"),
                      asr_str("one that was not used before"));
        c->out->pointer = asr_str("header:x-acs-signature-nonce");
        return true;
    }

    if (!asr_mock_acs3_read(c)) {
        return true;
    }

    if (c->key == NULL) {
        asr_mock_name_id(c);
        return true;
    }

    token = asr_mock_header(c->x, "x-acs-security-token");

    asr_mock_name_token(c, token, "header:x-acs-security-token");

    asr_mock_name_acs_time(c, asr_mock_header(c->x, "x-acs-date"));

    if (c->auth.signed_headers.len != 0) {
        asr_mock_acs3_unsigned(c);
    }

    if (c->auth.signature.len == 0 || !asr_mock_pairs(c, true, false)) {
        return true;
    }

    asr_mock_signature(c, true, ASR_SHA256_LEN);
    asr_mock_acs3_ways(c);
    asr_mock_acs3_digest(c);
    c->build = asr_mock_acs3_build;
    asr_mock_search(c);

    return true;
}


static bool
asr_mock_acs3_read(asr_mock_case_t *c)
{
    asr_str_t  header;

    static const asr_str_t  form = ASR_STR("ACS3-HMAC-SHA256 Credential=...,"
                                           "SignedHeaders=...,"
                                           "Signature=...");

    header = asr_str_trim(asr_mock_header(c->x, "authorization"));

    if (header.len == 0) {
        asr_mock_name(c, ASR_MOCK_M_AUTH_MISSING, asr_str_null(),
                      asr_str("no header"), form);
        return false;
    }

    asr_mock_auth_parse(c, header);
    c->signature = c->auth.signature;
    c->secret_id = c->auth.credential;

    if (!asr_str_eq(c->auth.scheme, c->out->scheme)) {
        asr_mock_name(c, ASR_MOCK_M_AUTH_SCHEME, asr_str_null(),
                      asr_mock_shown_scheme(c->auth.scheme), c->out->scheme);
    }

    if (c->auth.fault.len != 0) {
        asr_mock_name(c, ASR_MOCK_M_AUTH_FORM, c->auth.fault, c->auth.fault,
                      form);
    }

    if (c->auth.credential.len == 0 && c->auth.signature.len == 0) {
        return false;
    }

    if (c->auth.signed_headers.len != 0) {
        asr_mock_name_signed(c, false);
    }

    return true;
}


/* Those that the module wants signed. */

static void
asr_mock_acs3_unsigned(asr_mock_case_t *c)
{
    size_t  i, k;

    static const char *const  names[] = {
        "x-acs-action", "x-acs-version", "x-acs-date",
        "x-acs-signature-nonce", "x-acs-content-sha256",
        "x-acs-security-token", "x-acs-accesskey-id"
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_mock_header(c->x, names[i]).data == NULL) {
            continue;
        }

        for (k = 0; k < c->nnames
             && !asr_str_eq(c->names[k], asr_cstr(names[i])); k++)
        {
            /* void */
        }

        if (k == c->nnames) {
            asr_mock_name(c, ASR_MOCK_M_ACS_UNSIGNED, asr_cstr(names[i]),
                          c->auth.signed_headers,
                          asr_arena_printf(c->arena, "%s among them",
                                           names[i]));
            return;
        }
    }
}


static void
asr_mock_acs3_digest(asr_mock_case_t *c)
{
    char          hex[2 * ASR_SHA256_LEN];
    asr_str_t     sent, right;
    asr_mock_m_t  m;

    sent = asr_str_trim(asr_mock_header(c->x, "x-acs-content-sha256"));
    asr_hex(c->x->body_sha256, ASR_SHA256_LEN, hex);
    right = (asr_str_t) { sizeof(hex), hex };

    if (sent.data == NULL || asr_str_eq(sent, right)) {
        return;
    }

    m = asr_mock_body_of(c, sent);
    right = asr_arena_str(c->arena, right);

    asr_mock_name(c, m != ASR_MOCK_M_NONE ? m : ASR_MOCK_M_ACS_SHA_HEADER,
                  asr_str_null(), sent, right);
    asr_mock_name_only(c, ASR_MOCK_M_ACS_SHA_HEADER);

    if (m == ASR_MOCK_M_NONE) {
        asr_mock_way(c, ASR_MOCK_K_BODY, 0, ASR_MOCK_M_ACS_SHA_HEADER, sent);
    }
}


static void
asr_mock_acs3_ways(asr_mock_case_t *c)
{
    size_t  i;

    static const asr_str_t  vendors[] = {
        ASR_STR("ice.cn-shanghai.aliyuncs.com"),
        ASR_STR("ice.cn-hangzhou.aliyuncs.com"),
        ASR_STR("ice.cn-beijing.aliyuncs.com"),
        ASR_STR("ice.cn-shenzhen.aliyuncs.com"),
        ASR_STR("ice.ap-southeast-1.aliyuncs.com"),
        ASR_STR("ice.us-west-1.aliyuncs.com"),
        ASR_STR("ice.aliyuncs.com")
    };

    static const asr_mock_way_t  ways[] = {
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_RAW, ASR_MOCK_M_QUERY_RAW,
          ASR_STR("") },
        { ASR_MOCK_K_PAIRS, ASR_MOCK_PAIRS_BODY, ASR_MOCK_M_QUERY_MISSING,
          ASR_STR("") },
        { ASR_MOCK_K_LINE, ASR_MOCK_LINE_DATE, ASR_MOCK_M_ACS_DATE,
          ASR_STR("") },
        { ASR_MOCK_K_CASE, ASR_MOCK_CASE_LOWER, ASR_MOCK_M_HEADER_CASE,
          ASR_STR("") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_TWICE, ASR_MOCK_M_QUERY_RAW,
          ASR_STR("") }
    };

    asr_mock_host_ways(c, vendors, asr_nelts(vendors));
    asr_mock_secret_ways(c);
    asr_mock_pairs_ways(c, true);
    asr_mock_way(c, ASR_MOCK_K_QUERY, ASR_MOCK_PCT_SENT,
                 ASR_MOCK_M_QUERY_RAW, asr_str_null());

    for (i = 0; i < asr_nelts(ways); i++) {
        asr_mock_way(c, ways[i].knob, ways[i].code,
                     (asr_mock_m_t) ways[i].mistake, ways[i].text);
    }

    asr_mock_body_ways(c);
    asr_mock_type_ways(c);
    asr_mock_header_ways(c);
    asr_mock_line_ways(c);

    asr_mock_way(c, ASR_MOCK_K_METHOD, 0, ASR_MOCK_M_METHOD,
                 asr_str_eq(c->x->method, asr_str("GET")) ? asr_str("POST")
                                                          : asr_str("GET"));
    asr_mock_way(c, ASR_MOCK_K_METHOD, 0, ASR_MOCK_M_METHOD_CASE,
                 asr_mock_lower(c->work, c->x->method));
    asr_mock_way(c, ASR_MOCK_K_PATH, 0, ASR_MOCK_M_PATH, asr_str(""));
    asr_mock_way(c, ASR_MOCK_K_PATH, 0, ASR_MOCK_M_PATH, c->x->target);
    asr_mock_way(c, ASR_MOCK_K_PATH, 0, ASR_MOCK_M_PATH, asr_str("%2F"));
}


/* '/' stays, as the module has it. */

static void
asr_mock_acs3_path(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_buf_t *b)
{
    if (r->knob[ASR_MOCK_K_PATH] != NULL) {
        asr_mock_put(b, r->knob[ASR_MOCK_K_PATH]->text);

    } else if (c->x->path.len == 0) {
        asr_mock_put(b, asr_str("/"));

    } else {
        asr_mock_put_pct(b, c->x->path, ASR_MOCK_PCT_SLASH);
    }
}


static bool
asr_mock_acs3_build(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_mock_draft_t *d)
{
    char       hex[2 * ASR_SHA256_LEN];
    asr_str_t  secret, middle;

    asr_hex(c->x->body_sha256, ASR_SHA256_LEN, hex);

    asr_mock_put(&d->canonical, asr_mock_instead(r, ASR_MOCK_K_METHOD,
                                                 c->x->method));
    asr_mock_put(&d->canonical, asr_str("\n"));
    asr_mock_acs3_path(c, r, &d->canonical);
    asr_mock_put(&d->canonical, asr_str("\n"));
    asr_mock_put_pairs(c, r, &d->canonical, ASR_MOCK_PCT_RIGHT);
    asr_mock_put(&d->canonical, asr_str("\n"));

    if (!asr_mock_put_headers(c, r, &d->canonical)) {
        return false;
    }

    asr_mock_put(&d->canonical,
                 asr_mock_instead(r, ASR_MOCK_K_BODY,
                                  (asr_str_t) { sizeof(hex), hex }));
    middle = asr_str("");

    if (asr_mock_code(r, ASR_MOCK_K_LINE) == ASR_MOCK_LINE_DATE) {
        middle = asr_arena_printf(c->work, "%.*s\n",
                                  asr_fmt(asr_mock_header(c->x,
                                                          "x-acs-date")));
    }

    if (!asr_mock_put_text(d, r, c->out->scheme, middle)) {
        return false;
    }

    secret = asr_mock_instead(r, ASR_MOCK_K_SECRET, c->key->secret);

    if (secret.len > sizeof(d->key)) {
        return false;
    }

    memcpy(d->key, secret.data, secret.len);
    d->key_len = secret.len;

    return true;
}
