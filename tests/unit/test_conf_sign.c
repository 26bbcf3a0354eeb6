/*
 * The signers hold the published vectors; each wrong kind is made, and is
 * another request than the right one.
 */

#include "unit.h"

#include "asr_conf_embed.h"
#include "asr_conf_json.h"
#include "asr_conf_schema.h"
#include "asr_conf_sign_rows.h"


#define NOW  1795662000                  /* 2026-11-26T03:00:00Z */


static const asr_conf_account_t  account = {
    .name = "main",
    .bearer = "test-sign",
    .secret_id = "test-sign",
    .secret_key = "test-secret",
    .access_key_id = "test-sign",
    .access_key_secret = "test-secret"
};

static const char *const  files[] = {
    "tc3", "tc1", "acs3", "rpc1", "bearer"
};

static const char  parameters[] =
    "Note=a%20b%2Ac~%28d%29%2F%C3%A9&JobId=0123456789abcdef";


static const char *
said(FILE *f, char **text)
{
    fclose(f);

    return *text;
}


/* All of a request that is sent, as one text. */

static char *
flat(const asr_conf_request_t *rq)
{
    size_t          i;
    asr_conf_buf_t  b;

    asr_conf_buf_init(&b, 64 << 10);
    asr_conf_buf_fmt(&b, "%s %s?%s\n", rq->method, rq->path,
                     rq->query != NULL ? rq->query : "");

    for (i = 0; i < rq->nheaders; i++) {
        asr_conf_buf_fmt(&b, "%s: %s\n", rq->headers[i].name,
                         rq->headers[i].value);
    }

    if (rq->body != NULL) {
        asr_conf_buf_add(&b, rq->body, rq->body_len);
    }

    return b.data;
}


/* A request of the scheme by the row's way, signed; NULL: it cannot be. */

static char *
made(const asr_conf_wrong_t *row, const char *wrong, asr_conf_signed_t *is)
{
    bool                 ok;
    char                *text;
    const char          *via;
    asr_conf_request_t   rq;
    asr_conf_signing_t   how;

    via = row->via != NULL ? row->via : "-post";

    memset(&how, 0, sizeof(how));
    how.scheme = row->scheme;
    how.account = &account;
    how.time = NOW;
    how.nonce = 7;
    how.wrong = wrong;

    asr_conf_request_init(&rq, strstr(via, "-get") != NULL ? "GET" : "POST",
                          "http://127.0.0.1:8080", "/");

    if (strstr(via, "sha1") != NULL) {
        how.scheme = ASR_CONF_TC1_SHA1;
    }

    switch (row->scheme) {

    case ASR_CONF_BEARER:
    case ASR_CONF_RAW_KEY:
        break;

    case ASR_CONF_TC3:
    case ASR_CONF_TC1_SHA256:
        how.action = "DescribeTaskStatus";
        how.version = "2019-06-14";

        if (strstr(via, "-get") != NULL) {
            rq.query = asr_conf_copy("TaskId=1");

        } else if (row->scheme == ASR_CONF_TC3) {
            asr_conf_request_body(&rq, "{\"TaskId\":1}", 12);

        } else {
            asr_conf_request_body(&rq, "TaskId=1", 8);
            how.in_body = true;
        }

        break;

    default:
        how.action = "GetSmartHandleJob";
        how.version = "2020-11-09";
        how.format = row->scheme == ASR_CONF_RPC1 ? "JSON" : NULL;
        how.in_body = strcmp(via, "rpc-form") == 0;

        if (strstr(via, "-form") != NULL || strstr(via, "-split") != NULL) {
            asr_conf_request_body(&rq, parameters, strlen(parameters));
            asr_conf_request_header(&rq, "Content-Type",
                                    "application/x-www-form-urlencoded");
        } else {
            rq.query = asr_conf_copy(parameters);
        }
    }

    ok = asr_conf_sign(&rq, &how, is);
    text = ok ? flat(&rq) : NULL;

    asr_conf_request_clean(&rq);

    return text;
}


static void
test_vectors(void **state)
{
    char    *text;
    FILE    *f;
    size_t   n;

    (void) state;

    f = open_memstream(&text, &n);

    if (!asr_conf_vectors_hold(f)) {
        fail_msg("%s", said(f, &text));
    }

    assert_string_equal(said(f, &text), "");
    free(text);
}


static json_t *
embedded(const char *name)
{
    char                    err[160];
    json_t                 *root;
    const asr_conf_file_t  *file;

    file = asr_conf_file(name);
    assert_non_null(file);

    root = asr_conf_json_read((const char *) file->data, file->len, err,
                              sizeof(err));
    assert_non_null(root);

    return root;
}


/* One digit of what is expected changed, and it holds no more. */

static void
test_vectors_told(void **state)
{
    char        *text, *copy, path[64];
    FILE        *f;
    json_t      *root, *tests, *v;
    size_t       i, k, m, n;
    const char  *was;

    static const char *const  members[] = {
        "expectedCanonicalRequest", "expectedStringToSign",
        "expectedSignature", "expectedAuthorization"
    };

    (void) state;

    for (k = 0; k < 5; k++) {
        snprintf(path, sizeof(path), "common/vectors/%s.json", files[k]);
        root = embedded(path);

        tests = json_object_get(root, "signingTests");
        assert_true(json_array_size(tests) >= (k < 4 ? 12 : 5));

        json_array_foreach(tests, i, v) {

            for (m = 0; m < 4; m++) {
                was = asr_conf_json_str(v, members[m], NULL);

                if (was == NULL) {
                    continue;
                }

                copy = asr_conf_copy(was);
                copy[strlen(copy) / 2] ^= 1;
                text = asr_conf_copy(was);
                json_object_set_new(v, members[m], json_string(copy));
                free(copy);

                f = open_memstream(&copy, &n);
                assert_false(asr_conf_vector_holds(f, files[k], v));
                assert_non_null(strstr(said(f, &copy), members[m]));
                free(copy);

                json_object_set_new(v, members[m], json_string(text));
                free(text);
            }
        }

        json_decref(root);
    }
}


static void
test_vectors_schema(void **state)
{
    char                err[256], path[64];
    json_t             *root, *text;
    size_t              k;
    asr_conf_schema_t  *schema;

    (void) state;

    text = embedded("common/vectors/schema.json");
    schema = asr_conf_schema_new(text, err, sizeof(err));

    if (schema == NULL) {
        fail_msg("%s", err);
    }

    for (k = 0; k < 5; k++) {
        snprintf(path, sizeof(path), "common/vectors/%s.json", files[k]);
        root = embedded(path);

        if (!asr_conf_schema_holds(schema, root, err, sizeof(err))) {
            fail_msg("%s: %s", path, err);
        }

        json_object_set_new(json_array_get(json_object_get(root,
                                                           "signingTests"),
                                           1), "unknown", json_string("x"));
        assert_false(asr_conf_schema_holds(schema, root, err, sizeof(err)));
        json_decref(root);
    }

    asr_conf_schema_free(schema);
    json_decref(text);
}


static void
test_vectors_written(void **state)
{
    char                    dir[] = "/tmp/asr-vectors-XXXXXX", path[64];
    char                    bytes[4096];
    FILE                   *f;
    size_t                  k, n, sum;
    const asr_conf_file_t  *file;

    (void) state;

    assert_non_null(mkdtemp(dir));
    assert_int_equal(asr_conf_vectors_write(dir), 6);

    for (k = 0; k < 6; k++) {
        snprintf(path, sizeof(path), "common/vectors/%s.json",
                 k < 5 ? files[k] : "schema");
        file = asr_conf_file(path);
        assert_non_null(file);

        snprintf(path, sizeof(path), "%s/%s.json", dir,
                 k < 5 ? files[k] : "schema");
        f = fopen(path, "rb");
        assert_non_null(f);

        for (sum = 0; (n = fread(bytes, 1, sizeof(bytes), f)) > 0;
             sum += n)
        {
            assert_true(sum + n <= file->len);
            assert_memory_equal(bytes, file->data + sum, n);
        }

        assert_int_equal(sum, file->len);
        fclose(f);
        unlink(path);
    }

    assert_int_equal(rmdir(dir), 0);
}


static void
check_row(const asr_conf_wrong_t *row, bool odd)
{
    char               *right, *other;
    asr_conf_signed_t   is;

    assert_true((row->code[0] == '\0') == odd);

    right = made(row, NULL, &is);
    assert_non_null(right);
    asr_conf_signed_clean(&is);

    if (row->edits == NULL) {
        assert_true(odd);
        free(right);
        return;
    }

    other = made(row, row->name, &is);

    if (other == NULL) {
        fail_msg("%s/%s cannot be made", asr_conf_scheme_name(row->scheme),
                 row->name);
    }

    /* Only the second of two that are the same is wrong. */

    if (strcmp(row->name, "nonce-replayed") == 0) {
        assert_string_equal(other, right);

    } else {
        assert_string_not_equal(other, right);
    }

    asr_conf_signed_clean(&is);
    free(right);
    free(other);
}


static void
test_rows(void **state)
{
    size_t                   i, k, counts[ASR_CONF_RPC1 + 1];
    const asr_conf_wrong_t  *row, *one;

    (void) state;

    memset(counts, 0, sizeof(counts));

    for (i = 0; (row = asr_conf_wrong_nth(i)) != NULL; i++) {
        check_row(row, false);
        counts[row->scheme]++;

        for (k = 0; k < i; k++) {
            one = asr_conf_wrong_nth(k);
            assert_false(one->scheme == row->scheme
                         && strcmp(one->name, row->name) == 0);
        }
    }

    assert_true(counts[ASR_CONF_TC3] >= 20);
    assert_true(counts[ASR_CONF_TC1_SHA256] >= 20);
    assert_true(counts[ASR_CONF_ACS3] >= 20);
    assert_true(counts[ASR_CONF_RPC1] >= 20);
    assert_true(counts[ASR_CONF_BEARER] >= 10);
    assert_true(counts[ASR_CONF_RAW_KEY] >= 10);

    for (i = 0; (row = asr_conf_oddity_nth(i)) != NULL; i++) {
        check_row(row, true);
        assert_ptr_equal(asr_conf_wrong(row->scheme, row->name), row);
    }
}


/* A mistake that the request leaves no room for is said, not left out. */

static void
test_nothing_to_do(void **state)
{
    asr_conf_signed_t   is;
    asr_conf_wrong_t    row;

    (void) state;

    memset(&row, 0, sizeof(row));

    row.scheme = ASR_CONF_TC3;
    row.via = "tc3-get";
    assert_null(made(&row, "body-changed", &is));
    assert_null(made(&row, "no-such-kind", &is));

    row.via = "tc3-post";
    assert_null(made(&row, "query-left-out", &is));

    row.scheme = ASR_CONF_ACS3;
    row.via = "acs3-form";
    assert_null(made(&row, "query-star", &is));

    row.scheme = ASR_CONF_RPC1;
    row.via = "rpc-get";
    assert_null(made(&row, "body-changed", &is));
    assert_null(is.signature);
}


static void
test_local_date(void **state)
{
    char                    *text;
    size_t                   i;
    asr_conf_signed_t        is;
    asr_conf_signing_t       how;
    asr_conf_request_t       rq;

    (void) state;

    for (i = 0; i < 24; i++) {
        memset(&how, 0, sizeof(how));
        how.scheme = ASR_CONF_TC3;
        how.account = &account;
        how.time = NOW + 3600 * (int64_t) i;
        how.wrong = "local-date";

        asr_conf_request_init(&rq, "POST", "http://127.0.0.1:8080", "/");
        assert_true(asr_conf_sign(&rq, &how, &is));

        text = asr_conf_utc(how.time, "%Y-%m-%d");
        assert_null(strstr(is.to_sign, text));
        free(text);

        asr_conf_signed_clean(&is);
        asr_conf_request_clean(&rq);
    }
}


/* An upload has bytes of any value: it is hashed and sent whole. */

static void
test_bytes(void **state)
{
    char                 *hash;
    asr_conf_signed_t     is;
    asr_conf_signing_t    how;
    asr_conf_request_t    rq;

    (void) state;

    memset(&how, 0, sizeof(how));
    how.scheme = ASR_CONF_ACS3;
    how.account = &account;
    how.time = NOW;

    asr_conf_request_init(&rq, "POST", "http://127.0.0.1:8080", "/");
    asr_conf_request_body(&rq, "a\0b", 3);
    assert_true(asr_conf_sign(&rq, &how, &is));

    hash = asr_conf_digest_hex(ASR_CONF_SHA256, "a\0b", 3);
    assert_non_null(strstr(is.canonical, hash));
    assert_string_equal(asr_conf_request_get(&rq, "x-acs-content-sha256"),
                        hash);
    assert_int_equal(rq.body_len, 3);
    free(hash);

    asr_conf_signed_clean(&is);
    asr_conf_request_clean(&rq);
}


/* What would be the engine's: cases are collected here. */

#define CASES  400

static asr_conf_case_t   cases[CASES];
static size_t            ncases;


void
asr_conf_cases_add(asr_conf_cases_t *c, const asr_conf_case_t *one)
{
    (void) c;

    assert_true(ncases < CASES);
    cases[ncases++] = *one;
}


static void
test_cases(void **state)
{
    json_t                  *step;
    size_t                   i, k, n;
    asr_conf_doc_t           doc;
    const asr_conf_wrong_t  *row;

    static const char *const  apis[] = { "u2", "tencent", "memories", "ice" };

    (void) state;

    for (n = 0; asr_conf_wrong_nth(n) != NULL; n++) { /* void */ }
    for (i = 0; asr_conf_oddity_nth(i) != NULL; i++) { /* void */ }

    for (k = 0; k < 4; k++) {
        memset(&doc, 0, sizeof(doc));
        doc.api = apis[k];
        asr_conf_wrong_cases(NULL, &doc);
    }

    assert_int_equal(ncases, n + i);

    for (i = 0; i < ncases; i++) {
        for (k = 0; k < i; k++) {
            assert_string_not_equal(cases[i].id, cases[k].id);
        }

        step = json_array_get(cases[i].steps,
                              json_array_size(cases[i].steps) - 1);

        assert_non_null(asr_conf_json_at(step, "/request/op"));
        assert_non_null(asr_conf_json_at(step, "/expect/code"));
        assert_int_equal(json_array_size(cases[i].clauses), 1);
    }

    for (i = 0; strcmp(cases[i].id, "ice/signature/rpc1/nonce-replayed") != 0;
         i++)
    {
        assert_true(i + 1 < ncases);
    }

    assert_int_equal(json_array_size(cases[i].steps), 2);

    row = asr_conf_wrong(ASR_CONF_RPC1, "nonce-replayed");
    assert_string_equal(json_string_value(
                            asr_conf_json_at(cases[i].steps,
                                             "/1/expect/code")), row->code);
    assert_string_equal(json_string_value(
                            asr_conf_json_at(cases[i].steps,
                                             "/0/expect/code")),
                        "ResourceNotFound");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_vectors_told),
        cmocka_unit_test(test_vectors_schema),
        cmocka_unit_test(test_vectors_written),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_nothing_to_do),
        cmocka_unit_test(test_local_date),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_cases)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
