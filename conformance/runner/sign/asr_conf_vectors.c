/*
 * Signature vectors, published for others and held to by the signers here.
 */

#include "asr_conf_sign_int.h"
#include "asr_conf_embed.h"
#include "asr_conf_json.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>


#define ASR_CONF_VECTORS  "common/vectors/"


static bool asr_conf_vectors_file(FILE *out, const char *name);
static void asr_conf_vector_request(const json_t *v, asr_conf_request_t *rq);
static void asr_conf_vector_how(const char *file, const json_t *v,
    const asr_conf_account_t *a, asr_conf_signing_t *how);
static int64_t asr_conf_vector_time(const char *text);
static bool asr_conf_vector_same(FILE *out, const char *file,
    const json_t *v, const char *member, const char *got);


static const char *const  asr_conf_vectors[] = {
    "tc3", "tc1", "acs3", "rpc1", "bearer"
};


unsigned
asr_conf_vectors_write(const char *dir)
{
    char                   *path;
    FILE                   *f;
    size_t                  i;
    unsigned                n;
    const asr_conf_file_t  *file;

    if (mkdir(dir, 0777) == -1 && errno != EEXIST) {
        asr_conf_die("%s: %s", dir, strerror(errno));
    }

    n = 0;

    for (i = 0; i < asr_conf_nfiles; i++) {
        file = &asr_conf_files[i];

        if (strncmp(file->name, ASR_CONF_VECTORS,
                    sizeof(ASR_CONF_VECTORS) - 1)
            != 0)
        {
            continue;
        }

        path = asr_conf_print("%s/%s", dir,
                              file->name + sizeof(ASR_CONF_VECTORS) - 1);
        f = fopen(path, "wb");

        if (f == NULL || fwrite(file->data, 1, file->len, f) != file->len
            || fclose(f) != 0)
        {
            asr_conf_die("%s: %s", path, strerror(errno));
        }

        free(path);
        n++;
    }

    return n;
}


bool
asr_conf_vectors_hold(FILE *out)
{
    bool    ok;
    size_t  i;

    ok = true;

    for (i = 0; i < sizeof(asr_conf_vectors) / sizeof(char *); i++) {
        ok &= asr_conf_vectors_file(out, asr_conf_vectors[i]);
    }

    return ok;
}


static bool
asr_conf_vectors_file(FILE *out, const char *name)
{
    bool                    ok;
    char                   *path, err[160];
    json_t                 *root, *tests, *v;
    size_t                  i;
    const asr_conf_file_t  *file;

    path = asr_conf_print(ASR_CONF_VECTORS "%s.json", name);
    file = asr_conf_file(path);

    if (file == NULL) {
        fprintf(out, "%s is not there\n", path);
        free(path);

        return false;
    }

    root = asr_conf_json_read((const char *) file->data, file->len, err,
                              sizeof(err));
    if (root == NULL) {
        fprintf(out, "%s: %s\n", path, err);
        free(path);

        return false;
    }

    tests = json_object_get(root, "signingTests");
    ok = json_array_size(tests) > 0;

    json_array_foreach(tests, i, v) {
        ok &= asr_conf_vector_holds(out, name, v);
    }

    json_decref(root);
    free(path);

    return ok;
}


bool
asr_conf_vector_holds(FILE *out, const char *file, const json_t *v)
{
    bool                 ok;
    asr_conf_signed_t    is;
    asr_conf_account_t   a;
    asr_conf_request_t   rq;
    asr_conf_signing_t   how;

    memset(&a, 0, sizeof(asr_conf_account_t));

    /* Each signer takes of these what is its cloud's. */

    a.bearer = (char *) asr_conf_json_str(v, "secretKey", "");
    a.secret_id = (char *) asr_conf_json_str(v, "secretId", "");
    a.secret_key = a.bearer;
    a.token = (char *) asr_conf_json_str(v, "token", NULL);
    a.access_key_id = a.secret_id;
    a.access_key_secret = a.bearer;
    a.security_token = a.token;

    asr_conf_vector_request(v, &rq);
    asr_conf_vector_how(file, v, &a, &how);

    ok = asr_conf_sign(&rq, &how, &is);

    if (!ok) {
        fprintf(out, "%s: %s: not signed\n", file,
                asr_conf_json_str(v, "description", ""));

    } else {
        ok &= asr_conf_vector_same(out, file, v, "expectedCanonicalRequest",
                                   is.canonical);
        ok &= asr_conf_vector_same(out, file, v, "expectedStringToSign",
                                   is.to_sign);

        /* A key is no signature: the header is all there is. */

        if (how.scheme != ASR_CONF_BEARER && how.scheme != ASR_CONF_RAW_KEY) {
            ok &= asr_conf_vector_same(out, file, v, "expectedSignature",
                                       is.signature);
        }

        ok &= asr_conf_vector_same(out, file, v, "expectedAuthorization",
                                   asr_conf_request_get(&rq,
                                                        "Authorization"));
        asr_conf_signed_clean(&is);
    }

    asr_conf_request_clean(&rq);

    return ok;
}


static void
asr_conf_vector_request(const json_t *v, asr_conf_request_t *rq)
{
    char        *base, *path;
    json_t      *value;
    const char  *url, *at, *query, *name, *body;

    url = asr_conf_json_str(v, "url", "");

    at = strstr(url, "://");
    at = at != NULL ? at + 3 : url;
    at += strcspn(at, "/");
    query = strchr(at, '?');

    base = asr_conf_copy_n(url, (size_t) (at - url));
    path = query != NULL ? asr_conf_copy_n(at, (size_t) (query - at))
                         : asr_conf_copy(at);

    asr_conf_request_init(rq, asr_conf_json_str(v, "method", "POST"), base,
                          path);
    free(base);
    free(path);

    if (query != NULL) {
        rq->query = asr_conf_copy(query + 1);
    }

    json_object_foreach(json_object_get(v, "headers"), name, value) {
        asr_conf_request_header(rq, name, json_string_value(value));
    }

    body = asr_conf_json_str(v, "body", NULL);
    if (body != NULL) {
        asr_conf_request_body(rq, body, strlen(body));
    }
}


static void
asr_conf_vector_how(const char *file, const json_t *v,
    const asr_conf_account_t *a, asr_conf_signing_t *how)
{
    const char  *digest;

    memset(how, 0, sizeof(asr_conf_signing_t));

    digest = asr_conf_json_str(v, "signatureMethod", NULL);

    if (strcmp(file, "tc3") == 0) {
        how->scheme = ASR_CONF_TC3;

    } else if (strcmp(file, "acs3") == 0) {
        how->scheme = ASR_CONF_ACS3;

    } else if (strcmp(file, "rpc1") == 0) {
        how->scheme = ASR_CONF_RPC1;

    } else if (strcmp(file, "tc1") == 0) {
        how->scheme = digest != NULL && strcmp(digest, "HmacSHA256") == 0
                      ? ASR_CONF_TC1_SHA256 : ASR_CONF_TC1_SHA1;

        /* The default is right without being said. */

        how->wrong = digest == NULL ? "sha1-unsaid" : NULL;

    } else {
        how->scheme = strncmp(asr_conf_json_str(v, "expectedAuthorization",
                                                ""), "Bearer ", 7) == 0
                      ? ASR_CONF_BEARER : ASR_CONF_RAW_KEY;
    }

    how->account = a;
    how->action = asr_conf_json_str(v, "action", NULL);
    how->version = asr_conf_json_str(v, "version", NULL);
    how->region = asr_conf_json_str(v, "region", NULL);
    how->format = asr_conf_json_str(v, "format", NULL);
    how->service = asr_conf_json_str(v, "service", NULL);
    how->headers = asr_conf_json_str(v, "signedHeaders", NULL);
    how->nonce_text = asr_conf_json_str(v, "nonce", NULL);
    how->time = asr_conf_vector_time(asr_conf_json_str(v, "time", NULL));
    how->unsigned_payload = asr_conf_json_bool(v, "unsignedPayload", false);
    how->in_body = json_object_get(v, "body") != NULL
                   && json_object_get(v, "paramsIn") == NULL;
}


static int64_t
asr_conf_vector_time(const char *text)
{
    struct tm    tm;
    const char  *end;

    if (text == NULL) {
        return 0;
    }

    memset(&tm, 0, sizeof(struct tm));
    end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

    if (end == NULL || *end != '\0') {
        asr_conf_die("a vector's time is none: %s", text);
    }

    return (int64_t) timegm(&tm);
}


static bool
asr_conf_vector_same(FILE *out, const char *file, const json_t *v,
    const char *member, const char *got)
{
    const char  *expected;

    /* What a scheme does not have, its vectors have not either. */

    expected = asr_conf_json_str(v, member, NULL);

    if (expected == NULL ? got == NULL
                         : got != NULL && strcmp(got, expected) == 0)
    {
        return true;
    }

    fprintf(out, "%s: %s: %s\nexpected %s\ngot      %s\n", file,
            asr_conf_json_str(v, "description", ""), member,
            expected != NULL ? expected : "(none)",
            got != NULL ? got : "(none)");

    return false;
}
