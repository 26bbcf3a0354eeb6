/*
 * Manners of a client: each rule provoked, and its neighbour not; what is
 * remembered stays within its ceiling.
 */

#include "unit.h"
#include "core/task/asr_store.h"
#include "asr_mock_manners.h"


#define RUNNING  ASR_TASK_RECOGNISING


/* The world's own file is not needed here. */

static void  (*deleted)(asr_mock_world_t *w);

void
asr_mock_on_delete(void (*handler)(asr_mock_world_t *w))
{
    deleted = handler;
}


typedef struct {
    asr_mock_world_t     w;
    asr_mock_exchange_t  x;
    asr_arena_t          a;
    asr_header_t         headers[4];
    asr_header_t         reply[1];
    asr_mock_finding_t  *found;
    size_t               n;
} client_t;


static int
setup(void **state)
{
    client_t  *c;

    c = calloc(1, sizeof(*c));
    asr_arena_init(&c->a, 1024 * 1024);
    c->x.headers = c->headers;
    c->x.reply_headers = c->reply;
    c->x.at_ms = 1000000;
    *state = c;
    asr_mock_manners_init();

    return c == NULL;
}


static int
teardown(void **state)
{
    client_t  *c = *state;

    deleted(&c->w);
    assert_null(c->w.manners);
    deleted(&c->w);
    asr_arena_free(&c->a);
    free(c);

    return 0;
}


static void
request(client_t *c, const char *api, const char *operation, int64_t task)
{
    c->x.api = asr_cstr(api);
    c->x.operation = asr_cstr(operation);
    c->x.method = asr_str("POST");
    c->x.task_id = task;
    c->x.status = 200;
    c->x.code = asr_str_null();
    c->x.args = asr_str_null();
    c->x.body = asr_str_null();
    c->x.body_bytes = 0;
    c->x.reply = asr_str_null();
    c->x.nheaders = 0;
    c->x.nreply_headers = 0;
}


static void
body(client_t *c, const char *text)
{
    c->x.body = asr_cstr(text);
    c->x.body_bytes = strlen(text);
    asr_sha256(text, strlen(text), c->x.body_sha256);
}


static void
see(client_t *c, int64_t after_ms, int state)
{
    c->x.at_ms += after_ms;
    assert_int_equal(asr_mock_manners_see(&c->w, &c->a, &c->x, state,
                                          &c->found, &c->n), ASR_OK);
}


static void
none(const client_t *c)
{
    if (c->n != 0) {
        fail_msg("%.*s: %.*s", asr_fmt(c->found[0].rule),
                 asr_fmt(c->found[0].got));
    }
}


static void
told(const client_t *c, const char *rule, const char *got)
{
    if (c->n == 0) {
        fail_msg("no %s", rule);
    }

    if (!asr_str_eq(c->found[0].rule, asr_cstr(rule))
        || (got != NULL && !asr_str_eq(c->found[0].got, asr_cstr(got))))
    {
        fail_msg("%.*s \"%.*s\", not %s \"%s\"", asr_fmt(c->found[0].rule),
                 asr_fmt(c->found[0].got), rule, got != NULL ? got : "");
    }

    assert_int_equal(c->n, 1);
    assert_true(c->found[0].severity != ASR_MOCK_ERROR);
    assert_true(c->found[0].words.len != 0 && c->found[0].hint.len != 0);
}


static void
poll(client_t *c, const char *api, const char *operation, int64_t task,
    int64_t after_ms, int state)
{
    request(c, api, operation, task);
    c->x.method = asr_str("GET");
    see(c, after_ms, state);
}


static void
test_polls(void **state)
{
    client_t  *c = *state;

    request(c, "u2", "create", 7);
    body(c, "{\"file_id\":1}");
    see(c, 0, -1);
    none(c);

    poll(c, "u2", "query", 7, 5, RUNNING);
    none(c);                     /* the first may come at once */
    poll(c, "u2", "query", 7, 1000, RUNNING);
    none(c);
    poll(c, "u2", "query", 8, 1, RUNNING);
    none(c);                     /* of another task */
    poll(c, "u2", "query", 7, 998, RUNNING);
    told(c, "M-poll", "999 ms after the poll before");
    assert_true(c->found[0].guess);
    poll(c, "u2", "query", 7, 1, RUNNING);
    none(c);                     /* once a task */

    poll(c, "u2", "query", 7, 1000, ASR_TASK_SUCCEEDED);
    none(c);
    poll(c, "u2", "query", 7, 1, ASR_TASK_SUCCEEDED);
    none(c);
    poll(c, "u2", "query", 7, 1, ASR_TASK_SUCCEEDED);
    told(c, "M-poll-end", NULL);
    poll(c, "u2", "query", 7, 1, ASR_TASK_SUCCEEDED);
    none(c);

    poll(c, "ice", "GetSmartHandleJob", 9, 1, RUNNING);
    poll(c, "ice", "GetSmartHandleJob", 9, -500, RUNNING);
    none(c);                     /* the clock was set back */
    atomic_store(&c->w.clock.frozen_ms, 5);
    poll(c, "ice", "GetSmartHandleJob", 9, 0, RUNNING);
    none(c);                     /* or stands still */
    atomic_store(&c->w.clock.frozen_ms, 0);
    poll(c, "ice", "GetSmartHandleJob", 9, 0, RUNNING);
    told(c, "M-poll", NULL);

    poll(c, "tencent", "DescribeTaskStatus", 10, 1, ASR_TASK_FAILED);
    poll(c, "tencent", "DescribeTaskStatus", 10, 5000, ASR_TASK_FAILED);
    none(c);
    poll(c, "tencent", "DescribeTaskStatus", 10, 5000, ASR_TASK_FAILED);
    told(c, "M-poll-end", NULL);
}


static void
test_extension(void **state)
{
    client_t  *c = *state;

    poll(c, "memories", "task", 1, 0, RUNNING);
    told(c, "M-extension", NULL);
    poll(c, "memories", "task", 1, 1000, RUNNING);
    none(c);
    poll(c, "memories", "task", 1, 10, RUNNING);
    told(c, "M-poll", NULL);
    assert_false(c->found[0].guess);
}


static void
limited(client_t *c, const char *code, int64_t after_ms)
{
    request(c, "u2", "create", 0);
    body(c, "{\"file_id\":1}");
    c->x.code = asr_cstr(code);
    c->x.status = 429;
    see(c, after_ms, -1);
}


static void
test_backoff(void **state)
{
    client_t  *c = *state;

    limited(c, "100501", 0);
    none(c);
    limited(c, "100501", 999);
    told(c, "M-backoff", "create again after 999 ms");
    limited(c, "100501", 10);
    told(c, "M-backoff", "create again after 10 ms, 2 times limited in a row");

    /* another operation; later; after what passed */

    poll(c, "u2", "query", 3, 1, RUNNING);
    none(c);
    request(c, "u2", "create", 5);
    body(c, "{\"file_id\":2}");
    see(c, 1000, -1);
    none(c);
    request(c, "u2", "create", 6);
    body(c, "{\"file_id\":3}");
    see(c, 1, -1);
    none(c);

    /* as long as the reply says */

    request(c, "u2", "create", 0);
    body(c, "{\"file_id\":4}");
    c->x.code = asr_str("100501");
    c->x.status = 429;
    c->reply[0].name = asr_str("retry-after");
    c->reply[0].value = asr_str("30");
    c->x.nreply_headers = 1;
    see(c, 1000, -1);
    none(c);
    request(c, "u2", "create", 7);
    body(c, "{\"file_id\":5}");
    see(c, 29999, -1);
    told(c, "M-backoff", "create again after 29999 ms");
    assert_true(asr_str_eq(c->found[0].expected,
                           asr_str("after 30000 ms or more")));

    request(c, "ice", "SubmitASRJob", 0);
    c->x.code = asr_str("Throttling.User");
    c->x.status = 400;
    c->reply[0].name = asr_str("x-acs-retry-after");
    c->reply[0].value = asr_str("250");
    c->x.nreply_headers = 1;
    see(c, 0, -1);
    request(c, "ice", "SubmitASRJob", 8);
    see(c, 250, -1);
    none(c);

    request(c, "tencent", "CreateRecTask", 0);
    c->x.code = asr_str("RequestLimitExceeded.UinLimitExceeded");
    see(c, 0, -1);
    atomic_store(&c->w.clock.frozen_ms, 5);
    request(c, "tencent", "CreateRecTask", 9);
    body(c, "{}");
    see(c, 0, -1);
    none(c);
    atomic_store(&c->w.clock.frozen_ms, 0);
}


static void
create(client_t *c, const char *text, int64_t task, int64_t after_ms)
{
    request(c, "u2", "create", task);
    body(c, text);
    see(c, after_ms, -1);
}


static void
test_resubmit(void **state)
{
    client_t  *c = *state;

    create(c, "{\"file_id\":1}", 1, 0);
    create(c, "{\"file_id\":2}", 2, 0);
    none(c);
    create(c, "{\"file_id\":1}", 3, 60000);
    told(c, "M-resubmit", "the same as task 1");

    poll(c, "u2", "query", 2, 0, ASR_TASK_SUCCEEDED);
    create(c, "{\"file_id\":2}", 4, 0);
    none(c);                     /* the first has ended */
    create(c, "{\"file_id\":2}", 5, 0);
    told(c, "M-resubmit", "the same as task 4");

    /* again and again: told ever less often */

    create(c, "{\"file_id\":2}", 50, 0);
    told(c, "M-resubmit", "the same as task 5, for the 3. time");
    create(c, "{\"file_id\":2}", 51, 0);
    told(c, "M-resubmit", "the same as task 50, for the 4. time");
    create(c, "{\"file_id\":2}", 52, 0);
    told(c, "M-resubmit", "the same as task 51, for the 5. time");
    create(c, "{\"file_id\":2}", 53, 0);
    none(c);

    /* what only signs a request makes no other recording of it */

    request(c, "ice", "SubmitASRJob", 6);
    c->x.args = asr_str("InputFile=a&SignatureNonce=1&Timestamp=1&Signature=1");
    see(c, 0, -1);
    none(c);
    request(c, "ice", "SubmitASRJob", 7);
    c->x.args = asr_str("Timestamp=2&SignatureNonce=2&InputFile=a&Signature=2");
    see(c, 5000, -1);
    told(c, "M-resubmit", "the same as task 6");
    request(c, "ice", "SubmitASRJob", 8);
    c->x.args = asr_str("Timestamp=3&SignatureNonce=3&InputFile=b&Signature=3");
    see(c, 0, -1);
    none(c);

    /* called back: it has ended */

    request(c, "tencent", "CreateRecTask", 9);
    body(c, "{\"Url\":\"a\",\"CallbackUrl\":\"b\"}");
    see(c, 0, -1);
    none(c);
    asr_mock_manners_delivered(&c->w, 9);
    asr_mock_manners_delivered(&c->w, 12345);
    request(c, "tencent", "CreateRecTask", 10);
    body(c, "{\"Url\":\"a\",\"CallbackUrl\":\"b\"}");
    see(c, 0, -1);
    none(c);
}


static void
test_retry(void **state)
{
    client_t  *c = *state;

    request(c, "u2", "create", 0);
    body(c, "{\"file_id\":1}");
    c->x.status = 503;
    see(c, 0, -1);
    none(c);
    create(c, "{\"file_id\":1}", 1, 999);
    told(c, "M-retry", "the same create, 999 ms after the failure");
    create(c, "{\"file_id\":9}", 2, 1);
    none(c);

    /* a reset: nothing came, though a task was made */

    request(c, "u2", "create", 3);
    body(c, "{\"file_id\":3}");
    c->x.status = 0;
    see(c, 0, -1);
    none(c);
    create(c, "{\"file_id\":3}", 4, 1000);
    none(c);

    request(c, "tencent", "CreateRecTask", 0);
    body(c, "{\"Url\":\"x\"}");
    c->x.code = asr_str("InternalError.FailAccessDatabase");
    see(c, 0, -1);
    request(c, "tencent", "CreateRecTask", 5);
    body(c, "{\"Url\":\"x\"}");
    see(c, 0, -1);
    told(c, "M-retry", NULL);
}


static void
test_refused(void **state)
{
    int        i;
    client_t  *c = *state;

    for (i = 0; i < 2; i++) {
        request(c, "u2", "create", 0);
        body(c, "{\"file_id\":0}");
        c->x.code = asr_str("100001");
        c->x.status = 400;
        see(c, 5000, -1);

        if (i == 0) {
            none(c);
        }
    }

    told(c, "M-refused", "the same create again, refused with 100001 again");

    request(c, "u2", "create", 0);
    body(c, "{\"file_id\":-1}");
    c->x.code = asr_str("100001");
    c->x.status = 400;
    see(c, 0, -1);
    none(c);                     /* another body */
    request(c, "u2", "create", 0);
    body(c, "{\"file_id\":-1}");
    c->x.code = asr_str("100002");
    c->x.status = 400;
    see(c, 0, -1);
    none(c);                     /* for another reason */
}


static void
test_signatures(void **state)
{
    client_t  *c = *state;

    static const char  one[] = "TC3-HMAC-SHA256 Credential=a, SignedHeaders=b,"
        " Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789"
        "abcdef";
    static const char  two[] = "TC3-HMAC-SHA256 Credential=a, SignedHeaders=b,"
        " Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789"
        "abcde0";

    poll(c, "tencent", "DescribeTaskStatus", 1, 0, RUNNING);
    c->headers[0].name = asr_str("authorization");
    c->headers[0].value = asr_str(one);
    c->x.nheaders = 1;
    see(c, 5000, RUNNING);
    none(c);
    see(c, 999, RUNNING);
    told(c, "M-poll", NULL);     /* within a second it is the same one */
    see(c, 1, RUNNING);
    told(c, "M-replay", "the signature of 1000 ms before");
    c->headers[0].value = asr_str(two);
    see(c, 1000, RUNNING);
    none(c);

    /* the world's clock was moved, the client's was not */

    atomic_store(&c->w.clock.offset_ms, 36000000);
    see(c, 36000000, RUNNING);
    none(c);
    atomic_store(&c->w.clock.offset_ms, 0);
    c->x.at_ms -= 36000000;

    request(c, "tencent", "CreateRecTask", 2);
    c->x.args = asr_str("Action=CreateRecTask&Signature=abc%3D&Nonce=5");
    see(c, 5000, -1);
    none(c);
    c->x.task_id = 0;
    see(c, 2000, -1);
    told(c, "M-replay", NULL);

    request(c, "ice", "ListSmartJobs", 0);
    c->headers[0].name = asr_str("x-acs-signature-nonce");
    c->headers[0].value = asr_str("n1");
    c->x.nheaders = 1;
    see(c, 0, -1);
    none(c);
    see(c, 40, -1);
    told(c, "M-nonce", "n1, used 40 ms before");
    c->headers[0].value = asr_str("n2");
    see(c, 0, -1);
    none(c);

    request(c, "ice", "ListSmartJobs", 0);
    c->x.args = asr_str("SignatureNonce=n1&Action=ListSmartJobs");
    see(c, 0, -1);
    told(c, "M-nonce", NULL);
}


static void
end(client_t *c)
{
    assert_int_equal(asr_mock_manners_end(&c->w, &c->a, &c->found, &c->n),
                     ASR_OK);
}


static void
test_end(void **state)
{
    client_t  *c = *state;

    end(c);
    none(c);

    create(c, "{\"file_id\":1}", 11, 0);
    create(c, "{\"file_id\":2}", 12, 0);
    create(c, "{\"file_id\":3}", 13, 0);
    end(c);
    told(c, "M-unfetched", "3 of 3 tasks: 11, 12, 13");

    poll(c, "u2", "query", 11, 0, ASR_TASK_SUCCEEDED);
    asr_mock_manners_delivered(&c->w, 12);
    poll(c, "u2", "query", 13, 0, RUNNING);
    end(c);
    told(c, "M-unfinished", "1 of 3 tasks: 13");
    poll(c, "u2", "query", 13, 5000, ASR_TASK_FAILED);
    end(c);
    none(c);

    /* called back, waited for, never known */

    request(c, "memories", "async-generate-audio", 14);
    body(c, "{\"asset_id\":\"re_1\"}");
    see(c, 0, -1);
    request(c, "memories", "sync-generate-audio", 15);
    body(c, "{\"asset_id\":\"re_2\"}");
    see(c, 5000, -1);
    request(c, "ice", "SubmitASRJob", 16);
    c->x.args = asr_str("InputFile=a&UserData=%7B%22NotifyAddress%22%3A1%7D");
    see(c, 0, -1);
    request(c, "u2", "create", 17);
    c->x.status = 0;
    body(c, "{\"file_id\":7}");
    see(c, 0, -1);
    end(c);
    none(c);
}


static void
upload(client_t *c, const char *api, const char *operation, const char *reply)
{
    request(c, api, operation, 0);
    c->x.reply = asr_cstr(reply);
    see(c, 1000, -1);
    none(c);
}


static void
test_files(void **state)
{
    client_t  *c = *state;

    upload(c, "u2", "upload", "{\"file\":{\"file_id\":101,\"bytes\":1}}");
    upload(c, "u2", "upload", "{\"file\":{\"file_id\": 102}}");
    upload(c, "memories", "signed-url", "{\"data\":{\"asset_id\":\"re_9\","
           "\"signed_url\":\"x\"}}");
    end(c);
    assert_int_equal(c->n, 2);
    assert_true(asr_str_eq(c->found[0].rule, asr_str("M-unused")));
    assert_true(asr_str_eq(c->found[0].got, asr_str("3 of 3 uploads")));
    assert_true(asr_str_eq(c->found[1].rule, asr_str("M-kept")));

    create(c, "{\"model\":\"u2-asr\",\"file_id\" : \"101\"}", 1, 0);
    poll(c, "u2", "query", 1, 0, ASR_TASK_SUCCEEDED);
    request(c, "memories", "sync-generate-audio", 2);
    body(c, "{\"asset_id\":\"re_9\"}");
    see(c, 0, -1);
    end(c);
    assert_int_equal(c->n, 2);
    assert_true(asr_str_eq(c->found[0].got, asr_str("1 of 3 uploads")));
    assert_true(asr_str_eq(c->found[1].got, asr_str("3 of 3 uploads")));

    request(c, "u2", "delete", 0);
    body(c, "{\"file_id\":102}");
    see(c, 0, -1);
    request(c, "memories", "delete", 0);
    c->x.path = asr_str("/serve/api/v2/re_9");
    see(c, 0, -1);
    end(c);
    told(c, "M-kept", "1 of 3 uploads");

    /* refused: it is there still */

    request(c, "u2", "delete", 0);
    body(c, "{\"file_id\":101}");
    c->x.code = asr_str("100501");
    c->x.status = 429;
    see(c, 0, -1);
    end(c);
    told(c, "M-kept", "1 of 3 uploads");
    request(c, "u2", "delete", 0);
    body(c, "{\"file_id\":101}");
    see(c, 5000, -1);
    end(c);
    none(c);
}


static void
test_codes(void **state)
{
    size_t               i;
    asr_str_t            many[40];
    client_t            *c = *state;
    asr_mock_finding_t   f;

    for (i = 0; i < asr_nelts(many); i++) {
        many[i] = asr_str("FailedOperation.ErrorDownFile");
    }

    asr_mock_manners_codes(&c->a, asr_str("tencent"), many, 2, &f);
    assert_true(asr_str_eq(f.got, asr_str("2 never met: "
                "FailedOperation.ErrorDownFile, "
                "FailedOperation.ErrorDownFile")));
    assert_int_equal(f.severity, ASR_MOCK_NOTE);
    asr_mock_manners_codes(&c->a, asr_str("tencent"), many, 40, &f);
    assert_memory_equal(f.got.data + f.got.len - 5, ", ...", 5);
    assert_true(f.got.len < 500);
}


/* More tasks and files than are remembered: of the latest all is known. */

static void
test_ceiling(void **state)
{
    int        i;
    char       text[64], reply[64];
    size_t     few, most;
    client_t  *c = *state;

    create(c, "{\"file_id\":1}", 1, 0);
    few = asr_mock_manners_size(&c->w);
    assert_true(few < 4096);
    most = 0;

    for (i = 2; i <= 12000; i++) {
        snprintf(text, sizeof(text), "{\"file_id\":%d}", i);
        create(c, text, i, 0);
        none(c);

        if (i % 2 == 0) {
            poll(c, "u2", "query", i, 0, ASR_TASK_SUCCEEDED);
        }

        snprintf(reply, sizeof(reply), "{\"file_id\":%d}", i + 50000);
        upload(c, "u2", "upload", reply);

        c->headers[0].name = asr_str("x-acs-signature-nonce");
        c->headers[0].value = asr_cstr(text);
        request(c, "ice", "ListSmartJobs", 0);
        c->x.nheaders = 1;
        see(c, 0, -1);
        none(c);

        if (asr_mock_manners_size(&c->w) > most) {
            most = asr_mock_manners_size(&c->w);
        }

        asr_arena_free(&c->a);
    }

    print_message("%zu bytes\n", most);
    assert_true(most <= ASR_MOCK_MANNERS_BYTES);

    create(c, "{\"file_id\":12000}", 20000, 0);
    none(c);                     /* that one has ended */
    create(c, "{\"file_id\":11999}", 20001, 0);
    told(c, "M-resubmit", "the same as task 11999");
    create(c, "{\"file_id\":10001}", 20002, 0);
    none(c);                     /* not remembered */

    end(c);
    assert_true(asr_str_eq(c->found[0].rule, asr_str("M-unfetched")));
    assert_memory_equal(c->found[0].got.data, "6003 of 12003 tasks", 19);
    assert_true(asr_str_eq(c->found[1].rule, asr_str("M-unused")));
    assert_true(asr_str_eq(c->found[1].got, asr_str("256 of 11999 uploads")));

    /* the one that was asked for stays */

    create(c, "{\"file_id\":777777}", 30000, 0);

    for (i = 0; i < 3000; i++) {
        poll(c, "u2", "query", 40000 + i, 0, RUNNING);
        poll(c, "u2", "query", 30000, 1000, RUNNING);
        none(c);
        asr_arena_free(&c->a);
    }

    create(c, "{\"file_id\":777777}", 30001, 0);
    told(c, "M-resubmit", "the same as task 30000");
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_polls, setup, teardown),
        cmocka_unit_test_setup_teardown(test_extension, setup, teardown),
        cmocka_unit_test_setup_teardown(test_backoff, setup, teardown),
        cmocka_unit_test_setup_teardown(test_resubmit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_retry, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_signatures, setup, teardown),
        cmocka_unit_test_setup_teardown(test_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ceiling, setup, teardown)
    };

    if (asr_crypto_init() != ASR_OK) {
        return 1;
    }

    return cmocka_run_group_tests(tests, NULL, NULL);
}
