/*
 * Cases out of the tables of signatures.
 *
 * Each asks for something that is not there, so that the right answer to a
 * right signature is known, costs nothing, and is none of a wrong one's.
 */

#include "asr_conf_sign_rows.h"

#include <stdlib.h>


typedef struct {
    const char  *api;
    const char  *op;
    const char  *set;
    const char  *code;                   /* of who may ask */
} asr_conf_wrong_op_t;


static void asr_conf_wrong_case(asr_conf_cases_t *c, const asr_conf_doc_t *d,
    const asr_conf_wrong_op_t *op, const asr_conf_wrong_t *row);
static bool asr_conf_wrong_of(const char *api, asr_conf_scheme_t scheme);
static json_t *asr_conf_wrong_step(const asr_conf_wrong_op_t *op,
    const asr_conf_wrong_t *row, const char *code);
static json_t *asr_conf_wrong_codes(const char *codes);


/*
 * Characters that encodings differ in are in a parameter that ICE does not
 * know, and therefore ignores.
 */

static const asr_conf_wrong_op_t  asr_conf_wrong_ops[] = {
    { "tencent", "DescribeTaskStatus", "{\"TaskId\":9007199254740991}",
      "FailedOperation.NoSuchTask" },

    { "u2", "create", "{\"file_id\":1,\"model\":\"none\"}", "100001" },

    { "memories", "metadata", "{\"asset_id\":\"re_000000000000000000\"}",
      "0001" },

    { "ice", "GetSmartHandleJob",
      "{\"Note\":\"a b*c~(d)/\\u00e9\","
      "\"JobId\":\"0123456789abcdef0123456789abcdef\"}",
      "ResourceNotFound" }
};


void
asr_conf_wrong_cases(asr_conf_cases_t *c, const asr_conf_doc_t *d)
{
    size_t                      i;
    const asr_conf_wrong_t     *row;
    const asr_conf_wrong_op_t  *op;

    for (i = 0; i < ASR_CONF_COUNT(asr_conf_wrong_ops); i++) {
        if (strcmp(asr_conf_wrong_ops[i].api, d->api) == 0) {
            break;
        }
    }

    if (i == ASR_CONF_COUNT(asr_conf_wrong_ops)) {
        return;
    }

    op = &asr_conf_wrong_ops[i];

    for (i = 0; (row = asr_conf_wrong_nth(i)) != NULL; i++) {
        asr_conf_wrong_case(c, d, op, row);
    }

    for (i = 0; (row = asr_conf_oddity_nth(i)) != NULL; i++) {
        asr_conf_wrong_case(c, d, op, row);
    }
}


static void
asr_conf_wrong_case(asr_conf_cases_t *c, const asr_conf_doc_t *d,
    const asr_conf_wrong_op_t *op, const asr_conf_wrong_t *row)
{
    bool               odd;
    json_t            *steps;
    asr_conf_case_t    one;
    const char        *scheme;

    if (!asr_conf_wrong_of(d->api, row->scheme)) {
        return;
    }

    odd = row->code[0] == '\0';
    steps = json_array();
    scheme = asr_conf_scheme_name(row->scheme);

    if (strcmp(row->name, "nonce-replayed") == 0) {
        json_array_append_new(steps, asr_conf_wrong_step(op, row, op->code));
    }

    json_array_append_new(steps, asr_conf_wrong_step(op, row,
                                                     odd ? op->code
                                                         : row->code));

    memset(&one, 0, sizeof(asr_conf_case_t));

    one.id = asr_conf_print("%s/signature/%s/%s", d->api, scheme, row->name);
    one.doc = d;
    one.op = asr_conf_copy(op->op);
    one.kind = "signature";
    one.name = asr_conf_print("%s: %s", odd ? "Taken" : "Refused",
                              row->words);
    one.clause = row->clause;
    one.clauses = json_pack("[s]", row->clause);
    one.level = (asr_conf_level_t) row->level;
    one.steps = steps;

    asr_conf_cases_add(c, &one);
}


static bool
asr_conf_wrong_of(const char *api, asr_conf_scheme_t scheme)
{
    switch (scheme) {

    case ASR_CONF_BEARER:
        return strcmp(api, "u2") == 0;

    case ASR_CONF_RAW_KEY:
        return strcmp(api, "memories") == 0;

    case ASR_CONF_ACS3:
    case ASR_CONF_RPC1:
        return strcmp(api, "ice") == 0;

    default:
        return strcmp(api, "tencent") == 0;
    }
}


static json_t *
asr_conf_wrong_step(const asr_conf_wrong_op_t *op,
    const asr_conf_wrong_t *row, const char *code)
{
    json_t      *sign, *request, *expect;
    const char  *via;

    static const char *const  vias[] = {
        [ASR_CONF_BEARER] = "bearer",
        [ASR_CONF_RAW_KEY] = "raw-key",
        [ASR_CONF_TC3] = "tc3-post",
        [ASR_CONF_TC1_SHA1] = "tc1sha1-post",
        [ASR_CONF_TC1_SHA256] = "tc1-post",
        [ASR_CONF_ACS3] = "acs3-post",
        [ASR_CONF_RPC1] = "rpc-get"
    };

    via = row->via != NULL ? row->via : vias[row->scheme];
    sign = json_object();

    if (strcmp(row->name, "nonce-replayed") == 0) {
        json_object_set_new(sign, "nonce", json_string("same"));

    } else if (row->edits != NULL) {
        json_object_set_new(sign, "wrong", json_string(row->name));
    }

    request = json_object();

    json_object_set_new(request, "op", json_string(op->op));
    json_object_set_new(request, "via", json_string(via));
    json_object_set_new(request, "set",
                        json_loads(op->set, 0, NULL));
    json_object_set_new(request, "sign", sign);

    expect = json_object();
    json_object_set_new(expect, "code", asr_conf_wrong_codes(code));

    /* of no scheme that is known it may be v1's, which has XML */

    if (row->scheme == ASR_CONF_ACS3 && strstr(code, "MissingAccessKeyId")) {
        json_object_set_new(expect, "headers",
                            json_pack("{s:{s:s}}", "Content-Type", "pattern",
                                      "^(application/json|text/xml)"));
    }

    return json_pack("{s:o, s:o}", "request", request, "expect", expect);
}


/* "A|B" as an array, one code as it is. */

static json_t *
asr_conf_wrong_codes(const char *codes)
{
    size_t       n;
    json_t      *list;
    const char  *p;

    if (strchr(codes, '|') == NULL) {
        return json_string(codes);
    }

    list = json_array();

    for (p = codes; *p != '\0'; p += n + (p[n] == '|')) {
        n = strcspn(p, "|");
        json_array_append_new(list, json_stringn(p, n));
    }

    return list;
}
