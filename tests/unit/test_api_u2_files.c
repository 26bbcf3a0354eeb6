/* Document 000: files and the query of tasks. */

#include "u2_unit.h"

#include <dirent.h>
#include <time.h>


#define TYPE  "multipart/form-data; boundary=----CodexBoundary0123"
#define B     "------CodexBoundary0123\r\n"
#define E     "------CodexBoundary0123--\r\n"

#define PURPOSE                                                               \
    B "Content-Disposition: form-data; name=\"purpose\"\r\n\r\n"              \
    "a2t_async_input\r\n"

#define FILE_NAMED(name)                                                      \
    B "Content-Disposition: form-data; name=\"file\"; filename=\"" name       \
    "\"\r\nContent-Type: audio/wav\r\n\r\n"

#define RIFF  "RIFF\r\n--\0\r\n------CodexBoundary012\r\nWAVE"


static void
upload(u2_reply_t *r, const char *body, size_t len, size_t piece)
{
    u2_send(r, "POST", "/v1/files/upload", NULL, U2_KEY, TYPE, body, len,
            piece);
}


static const asr_json_t *
file_of(const u2_reply_t *r)
{
    const asr_json_t  *f;

    f = asr_json_get(r->json, asr_str("file"));
    assert_non_null(f);
    assert_int_equal(f->n, 5);

    return f;
}


static void
str_is(asr_str_t s, const char *text)
{
    assert_int_equal(s.len, strlen(text));
    assert_memory_equal(s.data, text, s.len);
}


/* The id of a file uploaded with this name. */

static int64_t
put(const char *name)
{
    char        body[1024];
    int         n;
    int64_t     id;
    u2_reply_t  r;

    n = snprintf(body, sizeof(body), PURPOSE
                 B "Content-Disposition: form-data; name=\"file\"; "
                 "filename=\"%s\"\r\nContent-Type: audio/ogg\r\n\r\n"
                 "OggS\r\n" E, name);
    assert_in_range(n, 1, sizeof(body) - 1);

    upload(&r, body, (size_t) n, 0);
    u2_fine(&r);
    id = asr_json_get_int(file_of(&r), "file_id", 0);
    assert_true(id > 0);
    u2_free(&r);

    return id;
}


static int
spool_files(const char *folder)
{
    int             n;
    DIR            *d;
    char            path[128];
    struct dirent  *e;

    snprintf(path, sizeof(path), "%s/spool/%s", u2_world.dir, folder);
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
test_upload(void **state)
{
    size_t             i, k;
    int64_t            id, last, now;
    char               text[32];
    u2_reply_t         r;
    const asr_json_t  *f;

    static const char  first[] = PURPOSE FILE_NAMED("a b.wav") RIFF "\r\n" E;
    static const char  second[] =
        FILE_NAMED("a b.wav") RIFF "\r\n"
        B "Content-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n"
        PURPOSE E "epilogue";

    static const size_t  pieces[] = { 0, 1, 7, 4096 };

    last = 0;

    for (k = 0; k < 2; k++) {
        for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
            upload(&r, k ? second : first,
                   k ? sizeof(second) - 1 : sizeof(first) - 1, pieces[i]);
            u2_fine(&r);

            f = file_of(&r);
            id = asr_json_get_int(f, "file_id", 0);
            assert_true(id > last && id < ((int64_t) 1 << 53));
            last = id;
            now = (int64_t) time(NULL);
            assert_int_equal(asr_json_get_int(f, "bytes", 0),
                             sizeof(RIFF) - 1);
            assert_in_range(asr_json_get_int(f, "created_at", 0), now - 5,
                            now);
            str_is(asr_json_get_str(f, "filename"), "a b.wav");
            str_is(asr_json_get_str(f, "purpose"), "a2t_async_input");
            assert_string_equal(r.r.action, "upload");
            assert_true(r.r.arena_used <= ASR_CALL_MEMORY);
            u2_free(&r);
        }
    }

    assert_int_equal(spool_files("incoming"), 0);
    assert_int_equal(spool_files("audio"), 8);

    /* what came in goes out, to the byte */

    snprintf(text, sizeof(text), "file_id=%lld", (long long) last);
    u2_get(&r, "/v1/files/retrieve_content", text);
    assert_int_equal(r.r.status, 200);
    assert_string_equal(r.r.content_type, "audio/wav");
    assert_int_equal(r.r.body_len, sizeof(RIFF) - 1);
    assert_memory_equal(r.r.body, RIFF, sizeof(RIFF) - 1);
    assert_string_equal(api_response_header(&r.r, "Content-Disposition"),
                        "attachment; filename=\"a b.wav\"; "
                        "filename*=UTF-8''a%20b.wav");
    u2_free(&r);
}


static void
upload_is(const char *body, size_t len, const char *clause, const char *says)
{
    size_t      i;
    u2_reply_t  r;

    static const size_t  pieces[] = { 0, 1, 7 };

    print_message("%s\n", says);

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        upload(&r, body, len, pieces[i]);
        u2_refused(&r, 400, "100001", clause, says);
        u2_free(&r);
    }
}


#define UPLOAD(lit, clause, says)                                             \
    upload_is(lit, sizeof(lit) - 1, clause, says)


static void
test_upload_refused(void **state)
{
    size_t       i;
    char         body[8192];
    int          n;
    u2_reply_t   r;

    static const char *const  types[] = {
        NULL, "", "multipart/form-data", "multipart/form-data; boundary=",
        "application/json", "multipart/mixed; boundary=x"
    };

    UPLOAD("", "U-042", "malformed or incomplete");
    UPLOAD("x", "U-042", "malformed or incomplete");
    UPLOAD(E, "U-040", "purpose is required");
    UPLOAD(PURPOSE, "U-042", "malformed or incomplete");
    UPLOAD(PURPOSE FILE_NAMED("a") "data", "U-042",
           "malformed or incomplete");
    UPLOAD(PURPOSE E, "U-041", "file is required");
    UPLOAD(FILE_NAMED("a") "data\r\n" E, "U-040", "purpose is required");
    UPLOAD(PURPOSE FILE_NAMED("a") "\r\n" E, "U-041", "file is empty");
    UPLOAD(PURPOSE FILE_NAMED("") "data\r\n" E, "U-041",
           "file must have a filename");
    UPLOAD(PURPOSE B "Content-Disposition: form-data; name=\"file\"\r\n\r\n"
           "data\r\n" E, "U-041", "file must have a filename");
    UPLOAD(PURPOSE PURPOSE FILE_NAMED("a") "data\r\n" E, "U-040",
           "purpose is given more than once");
    UPLOAD(PURPOSE FILE_NAMED("a") "data\r\n" FILE_NAMED("b") "data\r\n" E,
           "U-041", "file is given more than once");
    UPLOAD(B "Content-Disposition: form-data; name=\"purpose\"\r\n\r\n"
           "voice_clone\r\n" FILE_NAMED("a") "data\r\n" E, "U-040",
           "purpose must be a2t_async_input");
    UPLOAD(B "Content-Disposition: form-data; name=\"purpose\"\r\n\r\n"
           "a2t_async_input_and_more\r\n" FILE_NAMED("a") "data\r\n" E,
           "U-040", "purpose must be a2t_async_input");
    UPLOAD(B "Content-Disposition: form-data; name=\"purpose\"\r\n\r\n"
           "\r\n" FILE_NAMED("a") "data\r\n" E, "U-040",
           "purpose must be a2t_async_input");

    /* a wrong purpose ends it before the file is read */

    n = snprintf(body, sizeof(body), "%s%s%04000d", B
                 "Content-Disposition: form-data; name=\"purpose\"\r\n\r\n"
                 "voice_clone\r\n", FILE_NAMED("a"), 0);
    upload(&r, body, (size_t) n, 100);
    u2_refused(&r, 400, "100001", "U-040", NULL);
    assert_true(r.r.early);
    assert_true(r.r.fed < 300);
    u2_free(&r);

    n = snprintf(body, sizeof(body), "%s"
                 B "Content-Disposition: form-data; name=\"file\"; "
                 "filename=\"%0256d\"\r\n\r\ndata\r\n" E, PURPOSE, 0);
    upload(&r, body, (size_t) n, 0);
    u2_refused(&r, 400, "100001", "U-044", "longer than 255 bytes");
    u2_free(&r);

    n = snprintf(body, sizeof(body), "%s" B "X: %05000d\r\n\r\nx\r\n" E,
                 PURPOSE, 0);
    upload(&r, body, (size_t) n, 0);
    u2_refused(&r, 400, "100001", "U-042", "too large headers");
    u2_free(&r);

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        u2_send(&r, "POST", "/v1/files/upload", NULL, U2_KEY, types[i],
                "--x", 3, 0);
        u2_refused(&r, 400, "100001", "U-042", "multipart/form-data");
        assert_int_equal(r.r.fed, 0);
        u2_free(&r);
    }

    assert_int_equal(spool_files("incoming"), 0);
    assert_int_equal(spool_files("audio"), 0);
    assert_int_equal(u2_world.counters.internal[0], 0);
}


/* Over 1 GB: as announced, and as counted. */

static void
test_upload_too_large(void **state)
{
    u2_reply_t   r;
    asr_http_t   http;
    asr_call_t   call;
    asr_u2_t    *u;

    static const char  head[] = PURPOSE FILE_NAMED("a") "data";

    static const api_header_t  headers[] = {
        { "authorization", U2_KEY }, { "content-type", TYPE }, { NULL, NULL }
    };

    memset(&r, 0, sizeof(r));
    api_http(&http, &(api_request_t) {
        .method = "POST", .path = "/v1/files/upload", .headers = headers,
        .chunked = true });
    asr_call_init(&call, &u2_world.core, &asr_api_u2, &http);
    assert_int_equal(asr_api_u2.begin(&call), ASR_STEP_BODY);
    assert_true(call.body_max > ASR_U2_FILE_MAX);
    assert_true(call.body_max < ASR_U2_FILE_MAX + (1 << 20));

    assert_int_equal(asr_api_u2.body(&call, head, sizeof(head) - 1),
                     ASR_STEP_BODY);
    assert_int_equal(asr_api_u2.body(&call, "0123456789", 10),
                     ASR_STEP_BODY);

    /* as if a gigabyte had come */

    u = call.state;
    u->upload->spool.size = ASR_U2_FILE_MAX - 10;
    assert_int_equal(asr_api_u2.body(&call, "0123456789", 10),
                     ASR_STEP_BODY);
    assert_int_equal(asr_api_u2.body(&call, "0123456789\r\nabcdefghijklmnop"
                                            "qrstuvwxyz0123456789", 48),
                     ASR_STEP_REPLY);
    api_take(&call, &r.r);
    asr_call_free(&call);
    u2_check(&r);
    u2_refused(&r, 413, "100001", "U-043", "larger than 1 GB");
    u2_free(&r);

    http.content_length = (int64_t) ASR_U2_FILE_MAX + (1 << 20);
    memset(&r, 0, sizeof(r));
    asr_call_init(&call, &u2_world.core, &asr_api_u2, &http);
    assert_int_equal(asr_api_u2.begin(&call), ASR_STEP_BODY);
    assert_int_equal(api_feed(&call, &(api_request_t) { .body = "" }, &r.r),
                     ASR_STEP_REPLY);
    api_take(&call, &r.r);
    asr_call_free(&call);
    u2_check(&r);
    u2_refused(&r, 413, "100001", "U-043", "too large");
    u2_free(&r);

    assert_int_equal(spool_files("incoming"), 0);
}


static void
test_filenames(void **state)
{
    size_t       i;
    char         text[64];
    int64_t      id;
    u2_reply_t   r;

    static const struct {
        const char  *sent;
        const char  *kept;
        const char  *disposition;
    } t[] = {
        { "a.wav", "a.wav", "filename=\"a.wav\"; filename*=UTF-8''a.wav" },
        { "/etc/passwd", "passwd",
          "filename=\"passwd\"; filename*=UTF-8''passwd" },
        { "C:\\music\\a.wav", "a.wav",
          "filename=\"a.wav\"; filename*=UTF-8''a.wav" },
        { "..", "audio", "filename=\"audio\"; filename*=UTF-8''audio" },
        { "x/", "audio", "filename=\"audio\"; filename*=UTF-8''audio" },
        { "a\tb", "a_b", "filename=\"a_b\"; filename*=UTF-8''a_b" },
        { "\xe4\xbd\xa0.mp3", "\xe4\xbd\xa0.mp3",
          "filename=\"___.mp3\"; filename*=UTF-8''%E4%BD%A0.mp3" },
        { "\xc4\xe3.mp3", "__.mp3",
          "filename=\"__.mp3\"; filename*=UTF-8''__.mp3" },
        { "a;b%c'd.wav", "a;b%c'd.wav",
          "filename=\"a_b_c_d.wav\"; filename*=UTF-8''a%3Bb%25c%27d.wav" }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        print_message("%s\n", t[i].sent);
        id = put(t[i].sent);

        snprintf(text, sizeof(text), "file_id=%lld", (long long) id);
        u2_get(&r, "/v1/files/retrieve", text);
        u2_fine(&r);
        str_is(asr_json_get_str(file_of(&r), "filename"), t[i].kept);
        u2_free(&r);

        u2_get(&r, "/v1/files/retrieve_content", text);
        assert_int_equal(r.r.status, 200);
        assert_string_equal(api_response_header(&r.r, "Content-Disposition")
                            + strlen("attachment; "), t[i].disposition);
        assert_string_equal(r.r.body, "OggS");
        u2_free(&r);
    }
}


static void
test_retrieve(void **state)
{
    size_t      i;
    char        text[128], big[1200];
    int64_t     id, theirs;
    u2_reply_t  r;

    static const char *const  paths[] = {
        "/v1/files/retrieve", "/v1/files/retrieve_content"
    };

    id = put("a.ogg");
    theirs = u2_put_file("other", ASR_U2_PURPOSE);

    for (i = 0; i < 2; i++) {
        u2_get_refused(paths[i], NULL, "100001", "U-052",
                       "file_id is required");
        u2_get_refused(paths[i], "file_id=", "100001", "U-052",
                       "must be an integer");
        u2_get_refused(paths[i], "file_id=x", "100001", "U-052",
                       "must be an integer");
        u2_get_refused(paths[i], "file_id=0", "100001", "U-052",
                       "must be at least 1");
        u2_get_refused(paths[i], "file_id=1&file_id=1", "100001", "U-052",
                       "more than once");
        u2_get_refused(paths[i], "file_id=%4", "100001", "U-052",
                       "query string is malformed");
        u2_get_refused(paths[i], "file_id=1&purpose=%ff", "100001", "U-053",
                       "UTF-8");
        u2_get_refused(paths[i], "file_id=999999", "100002", "U-032",
                       "no such file");
        u2_get_refused(paths[i], "file_id=9223372036854775807", "100002",
                       "U-032", "no such file");

        snprintf(text, sizeof(text), "file_id=%lld", (long long) theirs);
        u2_get_refused(paths[i], text, "100002", "U-032", "no such file");

        snprintf(text, sizeof(text), "file_id=%lld&purpose=voice_clone",
                 (long long) id);
        u2_get_refused(paths[i], text, "100002", "U-032", "no such file");

        snprintf(text, sizeof(text),
                 "purpose=a2t_async_input&file_id=%lld&_=1", (long long) id);
        u2_get(&r, paths[i], text);
        assert_int_equal(r.r.status, 200);
        u2_free(&r);
    }

    snprintf(big, sizeof(big), "file_id=%lld&x=%01100d", (long long) id, 0);
    u2_get_refused(paths[0], big, "100001", "U-052", "too long");
}


/* A file reply that an error replaces does not leak its descriptor. */

static void
test_content_replaced(void **state)
{
    int         fd;
    char        text[64];
    asr_http_t  http;
    asr_call_t  call;
    u2_reply_t  r;

    static const api_header_t  headers[] = {
        { "authorization", U2_KEY }, { NULL, NULL }
    };

    snprintf(text, sizeof(text), "file_id=%lld", (long long) put("a.ogg"));
    memset(&r, 0, sizeof(r));
    api_http(&http, &(api_request_t) {
        .method = "GET", .path = "/v1/files/retrieve_content", .args = text,
        .headers = headers });

    asr_call_init(&call, &u2_world.core, &asr_api_u2, &http);
    assert_int_equal(asr_api_u2.begin(&call), ASR_STEP_BODY);
    assert_int_equal(asr_api_u2.end(&call), ASR_STEP_STORE);
    assert_int_equal(asr_store_call(u2_world.core.store, &call.op), ASR_OK);
    assert_int_equal(asr_api_u2.stored(&call), ASR_STEP_REPLY);

    fd = call.reply.fd;
    assert_int_not_equal(fcntl(fd, F_GETFD), -1);
    asr_api_u2.http_error(&call, 503);
    assert_int_equal(call.reply.fd, -1);
    assert_int_equal(fcntl(fd, F_GETFD), -1);

    api_take(&call, &r.r);
    asr_call_free(&call);
    u2_check(&r);
    u2_refused(&r, 503, "100999", NULL, NULL);
    assert_null(api_response_header(&r.r, "Content-Disposition"));
    u2_free(&r);
}


static void
test_delete(void **state)
{
    char        body[128], text[64];
    int64_t     id, theirs;
    u2_reply_t  r;

    theirs = u2_put_file("other", ASR_U2_PURPOSE);
    id = put("a.ogg");
    assert_int_equal(spool_files("audio"), 2);

    u2_post(&r, "/v1/files/delete", "{}");
    u2_refused(&r, 400, "100001", "U-050", "file_id is required");
    u2_free(&r);

    u2_post(&r, "/v1/files/delete", "{\"file_id\":true}");
    u2_refused(&r, 400, "100001", "U-050", "must be an integer");
    u2_free(&r);

    u2_post(&r, "/v1/files/delete", "{\"file_id\":0}");
    u2_refused(&r, 400, "100001", "U-050", "must be at least 1");
    u2_free(&r);

    u2_post(&r, "/v1/files/delete", "{\"file_id\":1,\"purpose\":1}");
    u2_refused(&r, 400, "100001", "U-051", "must be a string");
    u2_free(&r);

    u2_send(&r, "POST", "/v1/files/delete", NULL, U2_KEY, "text/plain", "{}",
            2, 0);
    u2_refused(&r, 400, "100001", "U-025", "Content-Type");
    u2_free(&r);

    snprintf(body, sizeof(body), "{\"file_id\":%lld}", (long long) theirs);
    u2_post(&r, "/v1/files/delete", body);
    u2_refused(&r, 400, "100002", "U-032", "no such file");
    u2_free(&r);

    snprintf(body, sizeof(body), "{\"file_id\":%lld,"
             "\"purpose\":\"voice_clone\"}", (long long) id);
    u2_post(&r, "/v1/files/delete", body);
    u2_refused(&r, 400, "100002", "U-032", "no such file");
    u2_free(&r);

    snprintf(body, sizeof(body), "{\"file_id\":\"%lld\","
             "\"purpose\":\"a2t_async_input\"}", (long long) id);
    u2_send(&r, "POST", "/v1/files/delete", NULL, U2_KEY, U2_JSON, body,
            strlen(body), 1);
    u2_fine(&r);
    assert_int_equal(asr_json_get_int(r.json, "file_id", 0), id);
    assert_int_equal(r.json->n, 2);
    u2_free(&r);

    u2_post(&r, "/v1/files/delete", body);
    u2_refused(&r, 400, "100002", "U-032", "no such file");
    u2_free(&r);

    snprintf(text, sizeof(text), "file_id=%lld", (long long) id);
    u2_get_refused("/v1/files/retrieve_content", text, "100002", "U-032", NULL);
}


static void
test_list(void **state)
{
    int                 i;
    char                name[32];
    int64_t             ids[20];
    u2_reply_t          r;
    const asr_json_t   *files, *f;

    u2_put_file("other", ASR_U2_PURPOSE);
    u2_get(&r, "/v1/files", NULL);
    u2_fine(&r);
    files = asr_json_get(r.json, asr_str("files"));
    assert_int_equal(files->type, ASR_JSON_ARRAY);
    assert_int_equal(files->n, 0);
    u2_free(&r);

    for (i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "%d.ogg", i);
        ids[i] = put(name);
    }

    u2_put_file("demo", "memories");

    u2_get(&r, "/v1/files/list", "purpose=a2t_async_input");
    u2_fine(&r);
    files = asr_json_get(r.json, asr_str("files"));
    assert_int_equal(files->n, 20);

    for (f = files->child, i = 0; f != NULL; f = f->next) {
        assert_int_equal(f->n, 5);
        assert_int_equal(asr_json_get_int(f, "bytes", 0), 4);

        /* newest first: of one millisecond in any order */
        i += (asr_json_get_int(f, "file_id", 0) == ids[19]);
    }

    assert_int_equal(i, 1);
    u2_free(&r);

    /* what another API has is not of these */

    u2_get(&r, "/v1/files", NULL);
    u2_fine(&r);
    assert_int_equal(asr_json_get(r.json, asr_str("files"))->n, 20);
    u2_free(&r);

    u2_get(&r, "/v1/files", "purpose=memories");
    u2_fine(&r);
    assert_int_equal(asr_json_get(r.json, asr_str("files"))->n, 0);
    u2_free(&r);

    u2_get(&r, "/v1/files", "purpose=nothing");
    u2_fine(&r);
    assert_int_equal(asr_json_get(r.json, asr_str("files"))->n, 0);
    u2_free(&r);

    u2_get_refused("/v1/files", "purpose=%zz", "100001", "U-054", "malformed");
}


int
main(void)
{
#define T(f)  cmocka_unit_test_setup_teardown(f, u2_setup, u2_teardown)

    const struct CMUnitTest  tests[] = {
        T(test_upload),
        T(test_upload_refused),
        T(test_upload_too_large),
        T(test_filenames),
        T(test_retrieve),
        T(test_content_replaced),
        T(test_delete),
        T(test_list)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
