/* Document 002: uploads, signed URLs, metadata, download, delete. */

#include "memories_unit.h"

#include <dirent.h>

#include "base/asr_clock.h"


#define FILE_NAMED(name)                                                      \
    MEM_B "Content-Disposition: form-data; name=\"file\"; filename=\"" name   \
    "\"\r\nContent-Type: audio/wav\r\n\r\n"

#define OTHER(name, value)                                                    \
    MEM_B "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"         \
    value "\r\n"

#define RIFF  "RIFF\r\n--\0\r\n------formdata-012\r\nWAVE"

static const char  good[] = FILE_NAMED("a b.c.wav") RIFF "\r\n" MEM_E;

static volatile int64_t  shift;


static int
spool_files(const char *folder)
{
    int             n;
    DIR            *d;
    char            path[128];
    struct dirent  *e;

    snprintf(path, sizeof(path), "%s/spool/%s", mem_world.dir, folder);
    d = opendir(path);
    assert_non_null(d);
    n = 0;

    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] != '.') {
            n++;
        }
    }

    closedir(d);

    return n;
}


static void
asset_call(mem_reply_t *r, const char *method, const char *id,
    const char *what, const char *key)
{
    char  path[256];

    snprintf(path, sizeof(path), MEM_BASE "/%s%s", id, what);
    mem_send(r, method, path, key, NULL, NULL, 0, 0);
}


static void
no_asset(const char *method, const char *id, const char *what,
    const char *key)
{
    mem_reply_t  r;

    asset_call(&r, method, id, what, key);
    mem_refused(&r, 400, "0001", "M-031", "\"Asset not found\"");
    mem_free(&r);
}


/* The one resource of a metadata reply. */

static const asr_json_t *
metadata(mem_reply_t *r, const char *id, const char *key)
{
    const asr_json_t  *list;

    asset_call(r, "GET", id, "/metadata", key);
    mem_fine(r);
    assert_int_equal(mem_data(r)->n, 2);
    assert_int_equal(asr_json_get_int(mem_data(r), "total", 0), 1);
    list = asr_json_get(mem_data(r), asr_str("resource"));
    assert_int_equal(list->n, 1);
    assert_int_equal(list->child->n, 7);
    mem_str_is(mem_member(list->child, "asset_id"), id);

    return list->child;
}


static void
test_upload(void **state)
{
    char               id[64], last[64], text[64];
    size_t             i;
    int64_t            ms, now;
    asr_str_t          created;
    mem_reply_t        r;
    const asr_json_t  *f;

    last[0] = '\0';

    for (i = 0; i <= sizeof(good) - 1; i = (i < 8) ? i + 1 : i * 2) {
        mem_send(&r, "POST", MEM_UPLOAD, MEM_KEY, MEM_FORM, good,
                 sizeof(good) - 1, i);
        mem_fine(&r);
        mem_copy(&r, "asset_id", id, ASR_MEMORIES_ASSET_LEN);
        assert_memory_equal(id, "re_1", 4);
        assert_string_not_equal(id, last);
        memcpy(last, id, sizeof(last));
        assert_string_equal(r.r.action, "upload");
        assert_true(r.r.arena_used <= ASR_CALL_MEMORY);
        mem_free(&r);
    }

    mem_send(&r, "POST", MEM_UPLOAD, MEM_KEY, MEM_FORM, good,
             sizeof(good) - 1, 0);
    mem_copy(&r, "asset_id", id, ASR_MEMORIES_ASSET_LEN);
    snprintf(text, sizeof(text), "%s", id);
    assert_non_null(strstr(r.r.body, "{\"code\":\"0000\",\"msg\":\"success\","
                           "\"data\":{\"asset_id\":\"re_1"));
    assert_non_null(strstr(r.r.body, "\"success\":true,\"failed\":false}"));
    mem_free(&r);

    assert_int_equal(spool_files("incoming"), 0);

    f = metadata(&r, text, MEM_KEY);
    mem_str_is(mem_member(f, "original_filename"), "a b.c");
    mem_str_is(mem_member(f, "extension"), "wav");
    mem_str_is(mem_member(f, "upload_status"), "SUCCESS");
    snprintf(id, sizeof(id), "%d", (int) sizeof(RIFF) - 1);
    mem_str_is(mem_member(f, "file_size"), id);
    created = mem_member(f, "create_time");
    assert_true(asr_str_eq(created, mem_member(f, "modify_time")));
    now = asr_clock_ms();
    assert_int_equal(asr_str_int(created, &ms), ASR_OK);
    assert_in_range(ms, now - 60000, now);
    mem_free(&r);

    /* what came in goes out, to the byte */

    asset_call(&r, "GET", text, "/download", MEM_KEY);
    assert_int_equal(r.r.status, 200);
    assert_string_equal(r.r.content_type, "audio/wav");
    assert_int_equal(r.r.body_len, sizeof(RIFF) - 1);
    assert_memory_equal(r.r.body, RIFF, sizeof(RIFF) - 1);
    assert_string_equal(api_response_header(&r.r, "Content-Disposition"),
                        "attachment; filename=\"a b.c.wav\"; "
                        "filename*=UTF-8''a%20b.c.wav");
    mem_free(&r);
}


static void
upload_is(const char *body, size_t len, const char *clause, const char *says)
{
    size_t       i;
    mem_reply_t  r;

    static const size_t  pieces[] = { 0, 1, 7 };

    print_message("%s\n", says);

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        mem_send(&r, "POST", MEM_UPLOAD, MEM_KEY, MEM_FORM, body, len,
                 pieces[i]);
        mem_refused(&r, 400, "0001", clause, says);
        mem_free(&r);
    }
}


#define UPLOAD(lit, clause, says)                                             \
    upload_is(lit, sizeof(lit) - 1, clause, says)


static void
test_upload_refused(void **state)
{
    int           n;
    char          body[8192];
    size_t        i;
    mem_reply_t   r;

    static const char *const  types[] = {
        NULL, "", "multipart/form-data", "multipart/form-data; boundary=",
        "application/json", "multipart/mixed; boundary=x"
    };

    static const char  odd[] =
        OTHER("unique_id", "7") FILE_NAMED("C:\\\\x\\\\..") "data\r\n"
        OTHER("tags", "") MEM_E "epilogue";

    UPLOAD("", "M-040", "malformed or incomplete");
    UPLOAD("x", "M-040", "malformed or incomplete");
    UPLOAD(MEM_E, "M-011", "file is required");
    UPLOAD(OTHER("x", "y") MEM_E, "M-011", "file is required");
    UPLOAD(FILE_NAMED("a") "data", "M-040", "malformed or incomplete");
    UPLOAD(FILE_NAMED("a") "\r\n" MEM_E, "M-011", "file is empty");
    UPLOAD(FILE_NAMED("") "data\r\n" MEM_E, "M-011",
           "file must have a filename");
    UPLOAD(OTHER("file", "data") MEM_E, "M-011", "file must have a filename");
    UPLOAD(FILE_NAMED("a") "data\r\n" FILE_NAMED("b") "data\r\n" MEM_E,
           "M-011", "file is given more than once");

    n = snprintf(body, sizeof(body), MEM_B "Content-Disposition: form-data; "
                 "name=\"file\"; filename=\"%0256d\"\r\n\r\ndata\r\n" MEM_E,
                 0);
    upload_is(body, (size_t) n, "M-042", "longer than 255 bytes");

    n = snprintf(body, sizeof(body), MEM_B "X: %05000d\r\n\r\nx\r\n" MEM_E,
                 0);
    upload_is(body, (size_t) n, "M-040", "too large headers");

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        mem_send(&r, "POST", MEM_UPLOAD, MEM_KEY, types[i], good,
                 sizeof(good) - 1, 0);
        mem_refused(&r, 415, "0415", "M-026", NULL);
        assert_int_equal(r.r.fed, 0);
        mem_free(&r);
    }

    assert_int_equal(spool_files("incoming"), 0);
    assert_int_equal(spool_files("audio"), 0);

    /* other parts are none of ours; names of files are made harmless */

    mem_send(&r, "POST", MEM_UPLOAD, MEM_KEY, MEM_FORM, odd, sizeof(odd) - 1,
             3);
    mem_fine(&r);
    mem_free(&r);
}


/* The gigabytes are said, and must not be sent for the test. */

static void
test_upload_large(void **state)
{
    asr_http_t            http;
    asr_call_t            call;
    asr_memories_t       *m;
    static api_header_t   headers[] = {
        { "authorization", MEM_KEY }, { "content-type", MEM_FORM },
        { NULL, NULL }
    };
    static api_request_t  q = {
        "POST", MEM_UPLOAD, NULL, headers, NULL, 0, 0, true
    };

    api_http(&http, &q);
    asr_call_init(&call, &mem_world.core, &asr_api_memories, &http);
    assert_int_equal(asr_api_memories.begin(&call), ASR_STEP_BODY);
    assert_int_equal(asr_api_memories.body(&call, FILE_NAMED("a") "12345678",
                                           sizeof(FILE_NAMED("a") "12345678")
                                           - 1), ASR_STEP_BODY);
    m = call.state;
    m->upload->spool.size = ASR_MEMORIES_FILE_MAX - 4;
    assert_int_equal(asr_api_memories.body(&call, "1234\r\n", 4),
                     ASR_STEP_BODY);
    m->upload->spool.size = ASR_MEMORIES_FILE_MAX - 4;
    assert_int_equal(asr_api_memories.body(&call, "1234567890", 10),
                     ASR_STEP_REPLY);
    assert_int_equal(call.reply.status, 413);
    assert_string_equal(call.clause, "M-041");
    asr_call_free(&call);
    assert_int_equal(spool_files("incoming"), 0);
}


/* Asks for a signed URL; its path and the asset. */

static void
sign(const char *key, char path[1024], char id[64])
{
    asr_str_t     url;
    mem_reply_t   r;
    const char   *body, *host;

    body = "{\"original_filename\":\"dir/talk.mp3\"}";
    mem_send(&r, "POST", MEM_SIGN, key, MEM_JSON, body, strlen(body), 1);
    mem_fine(&r);
    mem_copy(&r, "asset_id", id, ASR_MEMORIES_ASSET_LEN);
    assert_int_equal(asr_json_get_int(mem_data(&r), "expires_in", 0), 93600);
    assert_int_equal(mem_data(&r)->n, 3);

    url = mem_member(mem_data(&r), "signed_url");
    host = "http://asr.example:8080";
    assert_true(url.len > strlen(host) && url.len < 1024);
    assert_memory_equal(url.data, host, strlen(host));
    snprintf(path, 1024, "%.*s", (int) (url.len - strlen(host)),
             url.data + strlen(host));
    assert_memory_equal(path, MEM_UPLOAD "/signed/",
                        strlen(MEM_UPLOAD "/signed/"));
    assert_null(strstr(path, "sk-"));
    mem_free(&r);
}


static void
fill(mem_reply_t *r, const char *path, const char *key)
{
    mem_send(r, "POST", path, key, MEM_FORM, good, sizeof(good) - 1, 11);
}


static void
test_signed(void **state)
{
    size_t             k;
    char               path[1024], id[64];
    mem_reply_t        r;
    const asr_json_t  *f;

    static const char  *keys[] = { "sk-demo", "sk-demo-2", "sk-other" };

    for (k = 0; k < 3; k++) {
        sign(keys[k], path, id);

        f = metadata(&r, id, keys[k]);
        mem_str_is(mem_member(f, "upload_status"), "WAITING");
        mem_str_is(mem_member(f, "file_size"), "0");
        mem_str_is(mem_member(f, "original_filename"), "talk");
        mem_str_is(mem_member(f, "extension"), "mp3");
        mem_free(&r);

        /* nothing to work with yet */

        no_asset("GET", id, "/download", keys[k]);
        mem_send(&r, "POST", MEM_SYNC, keys[k], MEM_JSON, mem_body(id, ""),
                 strlen(mem_body(id, "")), 0);
        mem_refused(&r, 400, "0001", "M-031", "Asset not found");
        mem_free(&r);

        /* a broken upload spoils nothing */

        mem_send(&r, "POST", path, NULL, MEM_FORM, good, sizeof(good) - 9, 0);
        mem_refused(&r, 400, "0001", "M-040", NULL);
        mem_free(&r);
        mem_send(&r, "POST", path, NULL, MEM_JSON, "{}", 2, 0);
        mem_refused(&r, 415, "0415", "M-026", NULL);
        mem_free(&r);

        /* no key, or anything in its place */

        fill(&r, path, k == 0 ? NULL : "nonsense");
        mem_fine(&r);
        mem_str_is(mem_member(mem_data(&r), "asset_id"), id);
        assert_string_equal(r.r.account, k == 2 ? "other \xc3\xa9" : "demo");
        assert_string_equal(r.r.action, "signed-upload");
        mem_free(&r);

        fill(&r, path, NULL);
        mem_refused(&r, 409, "0409", "M-044", "uploaded already");
        mem_free(&r);

        f = metadata(&r, id, keys[k]);
        mem_str_is(mem_member(f, "upload_status"), "SUCCESS");
        mem_str_is(mem_member(f, "original_filename"), "talk");
        mem_free(&r);

        asset_call(&r, "GET", id, "/download", keys[k]);
        assert_int_equal(r.r.body_len, sizeof(RIFF) - 1);
        assert_string_equal(r.r.content_type, "audio/wav");
        mem_free(&r);

        asset_call(&r, "DELETE", id, "", keys[k]);
        mem_fine(&r);
        assert_int_equal(mem_data(&r)->type, ASR_JSON_NULL);
        mem_free(&r);

        fill(&r, path, NULL);
        mem_refused(&r, 400, "0001", "M-031", "Asset not found");
        mem_free(&r);
    }

    assert_int_equal(spool_files("incoming"), 0);

    /* one that waits can be deleted, too */

    sign("sk-demo", path, id);
    asset_call(&r, "DELETE", id, "", "sk-demo");
    mem_fine(&r);
    mem_free(&r);
}


/* Any change of any byte, an expired one, one of an account that is gone. */

static void
test_signed_forged(void **state)
{
    char         path[1024], other[1024], bad[1024], id[64];
    char        *token;
    size_t       i, start;
    mem_reply_t  r;

    static const char *const  tokens[] = {
        "x", "-", "--", "---", "9999999999", "9999999999-", "9999999999--",
        "9999999999-64656d6f-", "-64656d6f-", "99999999999999999999-6-0"
    };

    sign("sk-demo", path, id);
    sign("sk-demo", other, id);

    start = strlen(MEM_UPLOAD "/signed/");

    for (i = start; path[i] != '\0'; i++) {
        if (path[i] == '/') {
            continue;
        }

        memcpy(bad, path, sizeof(bad));
        bad[i] = (bad[i] == '0') ? '1' : '0';
        fill(&r, bad, MEM_KEY);
        mem_refused(&r, 401, "0401", "M-043", "Unauthorized");
        assert_int_equal(r.r.fed, 0);
        mem_free(&r);

        /* cut short, one longer */

        memcpy(bad, path, sizeof(bad));
        bad[i] = '\0';
        fill(&r, bad, MEM_KEY);
        assert_true(r.r.status == 401 || r.r.status == 404);
        mem_free(&r);
    }

    snprintf(bad, sizeof(bad), "%.1000s0", path);
    fill(&r, bad, NULL);
    mem_refused(&r, 401, "0401", "M-043", NULL);
    mem_free(&r);

    for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        snprintf(bad, sizeof(bad), MEM_UPLOAD "/signed/%s/%s", id, tokens[i]);
        fill(&r, bad, NULL);
        mem_refused(&r, 401, "0401", "M-043", NULL);
        mem_free(&r);
    }

    /* the token of another asset */

    memcpy(bad, path, sizeof(bad));
    token = strrchr(other, '/');
    snprintf(strrchr(bad, '/'), 512, "%.500s", token);
    fill(&r, bad, NULL);
    mem_refused(&r, 401, "0401", "M-043", NULL);
    mem_free(&r);

    /* time passes: good to the last second */

    shift = 0;
    asr_clock_shift(&shift);
    shift = (int64_t) 93590 * 1000;
    fill(&r, path, NULL);
    mem_fine(&r);
    mem_free(&r);

    shift = (int64_t) 93601 * 1000;
    fill(&r, other, NULL);
    mem_refused(&r, 401, "0401", "M-043", NULL);
    mem_free(&r);
    asr_clock_shift(NULL);
}


/* The account is looked at again: it may have changed since. */

static void
test_signed_account(void **state)
{
    char              path[1024], id[64], err[256];
    size_t            i;
    asr_accounts_t   *changed;
    mem_reply_t       r;

    static const struct {
        const char  *accounts;
        int          status;
        const char  *clause;
    } t[] = {
        { "{\"accounts\":[{\"name\":\"demo\",\"app_id\":1,\"keys\":"
          "[{\"bearer\":\"sk-new\"}]}]}", 401, "M-043" },
        { "{\"accounts\":[{\"name\":\"demo\",\"app_id\":1,\"keys\":"
          "[{\"secret_id\":\"a\",\"secret_key\":\"b\"}]}]}", 401, "M-043" },
        { "{\"accounts\":[{\"name\":\"demo2\",\"app_id\":1,\"keys\":"
          "[{\"bearer\":\"sk-demo\"}]}]}", 401, "M-043" },
        { "{\"accounts\":[{\"name\":\"demo\",\"app_id\":1,\"status\":"
          "\"disabled\",\"keys\":[{\"bearer\":\"sk-demo\"}]}]}", 403,
          "M-021" },
        { "{\"accounts\":[{\"name\":\"demo\",\"app_id\":1,\"status\":"
          "\"no_amount\",\"keys\":[{\"bearer\":\"sk-demo\"}]}]}", 402,
          "M-021" },
        { "{\"accounts\":[{\"name\":\"demo\",\"app_id\":1,\"keys\":"
          "[{\"bearer\":\"sk-demo\"},{\"bearer\":\"sk-new\"}]}]}", 200, NULL }
    };

    sign("sk-demo", path, id);

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        changed = asr_accounts_parse(asr_cstr(t[i].accounts), err,
                                     sizeof(err));
        assert_non_null(changed);
        mem_world.core.accounts = changed;
        fill(&r, path, NULL);
        assert_int_equal(r.r.status, t[i].status);
        assert_string_equal(r.r.clause,
                            t[i].clause != NULL ? t[i].clause : "");
        mem_free(&r);
        mem_world.core.accounts = mem_world.accounts;
        asr_accounts_free(changed);
    }
}


/* Where the URL points. */

static void
test_signed_host(void **state)
{
    size_t         i;
    asr_str_t      url;
    mem_reply_t    r;
    api_header_t   headers[] = {
        { "authorization", MEM_KEY }, { NULL, NULL }, { NULL, NULL }
    };
    api_request_t  q;

    static const struct {
        const char  *path;
        const char  *host;
        const char  *fixed;
        const char  *start;              /* NULL: refused */
    } t[] = {
        { MEM_SIGN, "a.example", "", "http://a.example" MEM_UPLOAD },
        { MEM_SIGN, "[::1]:81", "", "http://[::1]:81" MEM_UPLOAD },
        { "/x y/\xc3\xa9%" MEM_SIGN, "a", "",
          "http://a/x%20y/%C3%A9%25" MEM_UPLOAD },
        { MEM_SIGN, "a.example", "https://b.example",
          "https://b.example" MEM_UPLOAD },
        { MEM_SIGN, NULL, "https://b.example",
          "https://b.example" MEM_UPLOAD },
        { MEM_SIGN, NULL, "", NULL }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        memset(&q, 0, sizeof(q));
        q.method = "POST";
        q.path = t[i].path;
        q.headers = headers;
        q.body = "{\"original_filename\":\"a\"}";
        q.body_len = strlen(q.body);
        headers[1].name = (t[i].host != NULL) ? "host" : NULL;
        headers[1].value = t[i].host;
        mem_world.core.public_url = asr_cstr(t[i].fixed);

        api_send(&mem_world, &asr_api_memories, &q, &r.r);
        mem_check(&r);

        if (t[i].start == NULL) {
            mem_refused(&r, 400, "0001", "M-045", "no Host");

        } else {
            mem_fine(&r);
            url = mem_member(mem_data(&r), "signed_url");
            assert_true(url.len > strlen(t[i].start));
            assert_memory_equal(url.data, t[i].start, strlen(t[i].start));
        }

        mem_free(&r);
    }
}


static void
test_isolation(void **state)
{
    char         id[64], theirs[64];
    size_t       i;
    mem_reply_t  r;

    static const char *const  what[][2] = {
        { "GET", "/metadata" }, { "GET", "/download" }, { "DELETE", "" }
    };

    snprintf(id, sizeof(id), "%s", mem_asset());
    snprintf(theirs, sizeof(theirs), "%s",
             mem_asset_text(mem_put_file_of("demo", "a2t_async_input",
                                            "RIFF")));

    for (i = 0; i < 3; i++) {
        no_asset(what[i][0], id, what[i][1], "sk-other");
        no_asset(what[i][0], theirs, what[i][1], MEM_KEY);
        no_asset(what[i][0], "re_100000000000099999", what[i][1], MEM_KEY);
        no_asset(what[i][0], "re_1", what[i][1], MEM_KEY);
        no_asset(what[i][0], "..", what[i][1], MEM_KEY);
    }

    mem_send(&r, "POST", MEM_ASYNC, "sk-other", MEM_JSON,
             mem_body(id, ",\"callback_url\":\"http://a\""),
             strlen(mem_body(id, ",\"callback_url\":\"http://a\"")), 0);
    mem_refused(&r, 400, "0001", "M-031", "Asset not found");
    mem_free(&r);

    mem_post(&r, MEM_ASYNC, mem_body(theirs, ""));
    mem_refused(&r, 400, "0001", "M-031", "Asset not found");
    mem_free(&r);

    asset_call(&r, "DELETE", id, "", MEM_KEY);
    mem_fine(&r);
    mem_free(&r);

    for (i = 0; i < 3; i++) {
        no_asset(what[i][0], id, what[i][1], MEM_KEY);
    }

    mem_post(&r, MEM_ASYNC, mem_body(id, ""));
    mem_refused(&r, 400, "0001", "M-031", "Asset not found");
    mem_free(&r);
}


/* Names as metadata show them. */

static void
test_names(void **state)
{
    size_t             i;
    char               body[512], id[64];
    mem_reply_t        r;
    const asr_json_t  *f;

    static const struct {
        const char  *sent;
        const char  *name;
        const char  *extension;
    } t[] = {
        { "a.mp3", "a", "mp3" }, { "a", "a", "" }, { "a.", "a", "" },
        { ".wav", ".wav", "" }, { "a.b.c", "a.b", "c" },
        { "/etc/x.y", "x", "y" }, { "..", "audio", "" },
        { "x\\\"y.wav", "x\"y", "wav" }, { "a\\nb.ogg", "a_b", "ogg" },
        { "\xe4\xbd\xa0.m4a", "\xe4\xbd\xa0", "m4a" }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        snprintf(body, sizeof(body), "{\"original_filename\":\"%s\"}",
                 t[i].sent);
        mem_post(&r, MEM_SIGN, body);
        mem_fine(&r);
        mem_copy(&r, "asset_id", id, ASR_MEMORIES_ASSET_LEN);
        mem_free(&r);

        f = metadata(&r, id, MEM_KEY);
        mem_str_is(mem_member(f, "original_filename"), t[i].name);
        mem_str_is(mem_member(f, "extension"), t[i].extension);
        mem_free(&r);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        MEM_TEST(test_upload), MEM_TEST(test_upload_refused),
        MEM_TEST(test_upload_large), MEM_TEST(test_signed),
        MEM_TEST(test_signed_forged), MEM_TEST(test_signed_account),
        MEM_TEST(test_signed_host), MEM_TEST(test_isolation),
        MEM_TEST(test_names)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
