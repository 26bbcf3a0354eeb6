/* A verdict for each check, where it holds and where it does not. */

#include "conf_engine.h"

#include "asr_conf_judge.h"


#define JSON_TYPE  "application/json"


typedef struct {
    const char  *op;
    const char  *expect;                 /* NULL: none */
    int          status;                 /* 0: no reply */
    const char  *type;                   /* NULL: none */
    const char  *body;
    const char  *check;                  /* NULL: all hold */
    const char  *expected;
    const char  *got;
} row_t;


#define OK_BODY    "{\"task_id\":\"t\",\"base_resp\":{\"status_code\":0,"     \
                   "\"status_msg\":\"success\"}}"
#define ERROR_BODY "{\"base_resp\":{\"status_code\":100001,"                  \
                   "\"status_msg\":\"bad\"}}"


static void
judge(const row_t *row, asr_conf_verdict_text_t *v)
{
    bool                held;
    char               *body;
    json_t             *saved, *expect;
    asr_conf_reply_t    reply;
    asr_conf_header_t   headers[2];
    asr_conf_judging_t  j;

    memset(&j, 0, sizeof(j));
    memset(v, 0, sizeof(*v));
    memset(&reply, 0, sizeof(reply));

    saved = conf_json("{\"task\": \"t\"}");
    expect = row->expect == NULL ? NULL : conf_json(row->expect);
    body = asr_conf_copy(row->body);

    headers[0].name = (char *) "X-Test";
    headers[0].value = (char *) "one, two";
    headers[1].name = (char *) "Content-Type";
    headers[1].value = (char *) row->type;

    reply.status = row->status;
    reply.headers = headers;
    reply.nheaders = row->type == NULL ? 1 : 2;
    reply.body = body;
    reply.body_len = strlen(body);
    (void) snprintf(reply.error, sizeof(reply.error), "refused");

    j.doc = asr_conf_doc("u2");
    j.op = asr_conf_op(j.doc, row->op);
    j.expect = expect;
    j.saved = saved;
    j.reply = &reply;

    held = asr_conf_judge(&j, v);
    assert_int_equal(held, v->check == NULL);

    asr_conf_judging_clean(&j);
    json_decref(saved);
    json_decref(expect);
    free(body);
}


static void
test_checks(void **state)
{
    size_t                   i;
    asr_conf_verdict_text_t  v;

    static const row_t  rows[] = {
        { "create", NULL, 200, JSON_TYPE, OK_BODY, NULL, NULL, NULL },
        { "create", NULL, 200, JSON_TYPE "; charset=utf-8", OK_BODY, NULL,
          NULL, NULL },
        { "create", "{\"code\": \"100001\"}", 400, JSON_TYPE, ERROR_BODY, NULL,
          NULL, NULL },
        { "create", "{\"code\": [\"100501\", \"100001\"]}", 400, JSON_TYPE,
          ERROR_BODY, NULL, NULL, NULL },
        { "create", "{\"outcome\": \"error\"}", 400, JSON_TYPE, ERROR_BODY,
          NULL, NULL, NULL },
        { "create", "{\"outcome\": \"any\"}", 200, JSON_TYPE, OK_BODY, NULL,
          NULL, NULL },
        { "create", "{\"outcome\": \"any\"}", 400, JSON_TYPE, ERROR_BODY,
          NULL, NULL, NULL },
        { "create", "{\"code\": [\"\", \"100001\"]}", 200, JSON_TYPE, OK_BODY,
          NULL, NULL, NULL },
        { "create", "{\"code\": \"\"}", 200, JSON_TYPE, OK_BODY, NULL, NULL,
          NULL },
        { "create", "{\"http\": [400, 413]}", 400, JSON_TYPE, ERROR_BODY, NULL,
          NULL, NULL },
        { "create", "{\"headers\": {\"x-test\": {\"contains\": \"two\"},"
                    " \"X-None\": {\"absent\": true}},"
                    " \"json\": {\"/task_id\": {\"same\": \"task\"}}}",
          200, JSON_TYPE, OK_BODY, NULL, NULL, NULL },
        { "read", NULL, 200, "audio/wav", "any bytes", NULL, NULL, NULL },
        { "read", "{\"code\": \"100001\"}", 400, JSON_TYPE, ERROR_BODY, NULL,
          NULL, NULL },

        { "create", NULL, 0, NULL, "", "transport", "a whole HTTP reply",
          "refused" },
        { "create", NULL, 200, JSON_TYPE, "", "json", "a body that is JSON",
          "HTTP 200 with no body" },
        { "create", NULL, 502, "text/html", "<html>", "json",
          "a body that is JSON", NULL },
        { "create", NULL, 200, JSON_TYPE, "{\"task_id\":\"t\"}", "envelope",
          NULL, "{\"task_id\":\"t\"}" },
        { "create", NULL, 200, JSON_TYPE, "[1]", "envelope", NULL, "[1]" },
        { "create", NULL, 400, JSON_TYPE, ERROR_BODY, "outcome", "success",
          "100001 (HTTP 400): bad" },
        { "create", "{\"code\": \"100001\"}", 200, JSON_TYPE, OK_BODY,
          "outcome", "100001", "success (HTTP 200)" },
        { "create", "{\"outcome\": \"error\"}", 200, JSON_TYPE, OK_BODY,
          "outcome", "an error", "success (HTTP 200)" },
        { "create", "{\"http\": 400}", 200, JSON_TYPE, OK_BODY, "outcome",
          "an error", "success (HTTP 200)" },
        { "create", "{\"code\": \"100501\"}", 400, JSON_TYPE, ERROR_BODY,
          "code", "100501", "100001 (HTTP 400): bad" },
        { "create", "{\"outcome\": \"error\"}", 400, JSON_TYPE,
          "{\"base_resp\":{\"status_code\":5,\"status_msg\":\"\"}}",
          "known-code", "a code that the document has", "5 (HTTP 400): " },
        { "create", "{\"code\": \"100001\"}", 200, JSON_TYPE, ERROR_BODY,
          "http", "400 with 100001", "200" },
        { "create", "{\"code\": \"100001\", \"http\": 413}", 400, JSON_TYPE,
          ERROR_BODY, "http", "413", "400" },
        { "create", NULL, 201, JSON_TYPE, OK_BODY, "http", "200", "201" },
        { "create", NULL, 200, "text/plain", OK_BODY, "content-type",
          JSON_TYPE, "text/plain" },
        { "create", NULL, 200, NULL, OK_BODY, "content-type", JSON_TYPE,
          "no Content-Type" },
        { "create", NULL, 200, JSON_TYPE "p", OK_BODY, "content-type",
          JSON_TYPE, JSON_TYPE "p" },
        { "create", "{\"headers\": {\"X-Test\": \"one\"}}", 200, JSON_TYPE,
          OK_BODY, "header X-Test", "\"one\"", "\"one, two\"" },
        { "create", "{\"headers\": {\"Allow\": \"POST\"}}", 200, JSON_TYPE,
          OK_BODY, "header Allow", "\"POST\"", "no such header" },
        { "create", NULL, 200, JSON_TYPE,
          "{\"task_id\":1,\"base_resp\":{\"status_code\":0,"
          "\"status_msg\":\"\"}}", "schema", NULL, NULL },
        { "create", "{\"schema\": false}", 200, JSON_TYPE,
          "{\"task_id\":1,\"base_resp\":{\"status_code\":0,"
          "\"status_msg\":\"\"}}", NULL, NULL, NULL },
        { "create", "{\"schema\": \"task\"}", 200, JSON_TYPE, OK_BODY,
          "schema", NULL, NULL },
        { "create", "{\"json\": {\"/task_id\": \"u\"}}", 200, JSON_TYPE,
          OK_BODY, "json /task_id", "\"u\"", "\"t\"" },
        { "create", "{\"json\": {\"/none\": {\"type\": \"string\"}}}", 200,
          JSON_TYPE, OK_BODY, "json /none", "type string", "nothing there" },
        { "read", "{\"bytes\": \"tiny.wav\"}", 200, "audio/wav", "other",
          "bytes", NULL, "other bytes, 5 of them" },
        { "read", NULL, 404, "audio/wav", "any bytes", "json",
          "a body that is JSON", NULL }
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        judge(&rows[i], &v);

        if (rows[i].check == NULL) {
            if (v.check != NULL) {
                fail_msg("row %zu: %s: %s, %s", i, v.check, v.expected, v.got);
            }

            continue;
        }

        if (v.check == NULL) {
            fail_msg("row %zu holds", i);
        }

        assert_string_equal(v.check, rows[i].check);

        if (rows[i].expected != NULL) {
            assert_string_equal(v.expected, rows[i].expected);
        }

        if (rows[i].got != NULL) {
            assert_string_equal(v.got, rows[i].got);
        }

        asr_conf_verdict_text_clean(&v);
    }
}


/* Who was told the code alone is not held to its status. */

static void
test_status_level(void **state)
{
    size_t                   i;
    asr_conf_verdict_text_t  v;

    static const struct {
        row_t             row;
        asr_conf_level_t  level;
    }  rows[] = {
        { { "create", "{\"code\": \"100501\"}", 200, JSON_TYPE,
            "{\"base_resp\":{\"status_code\":100501,"
            "\"status_msg\":\"\"}}", "http", "429 with 100501", "200" },
          ASR_CONF_OBSERVED },
        { { "create", "{\"code\": \"100501\", \"http\": 429}", 200, JSON_TYPE,
            "{\"base_resp\":{\"status_code\":100501,"
            "\"status_msg\":\"\"}}", "http", "429", "200" },
          ASR_CONF_OBSERVED },
        { { "create", "{\"code\": \"100001\"}", 200, JSON_TYPE, ERROR_BODY,
            "http", "400 with 100001", "200" }, ASR_CONF_MUST },
        { { "create", NULL, 201, JSON_TYPE, OK_BODY, "http", "200", "201" },
          ASR_CONF_MUST },
        { { "create", "{\"code\": \"100001\"}", 429, JSON_TYPE,
            "{\"base_resp\":{\"status_code\":100501,"
            "\"status_msg\":\"\"}}", "code", NULL, NULL }, ASR_CONF_MUST },
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        judge(&rows[i].row, &v);

        assert_non_null(v.check);
        assert_string_equal(v.check, rows[i].row.check);
        assert_int_equal(v.level, rows[i].level);

        asr_conf_verdict_text_clean(&v);
    }
}


/* A code whose row has no status may come with any. */

static void
test_any_status(void **state)
{
    unsigned                 i;
    row_t                    row;
    asr_conf_verdict_text_t  v;

    static const int  statuses[] = { 200, 400, 404 };

    (void) state;

    memset(&row, 0, sizeof(row));

    row.op = "create";
    row.expect = "{\"code\": \"100002\"}";
    row.type = JSON_TYPE;
    row.body = "{\"base_resp\":{\"status_code\":100002,\"status_msg\":\"\"}}";

    for (i = 0; i < 3; i++) {
        row.status = statuses[i];

        judge(&row, &v);
        assert_null(v.check);
    }
}


static void
test_matchers(void **state)
{
    bool     held;
    char    *expected;
    size_t   i;
    json_t  *want, *got, *saved;

    static const struct {
        const char  *want;
        const char  *got;                /* NULL: not there */
        const char  *expected;           /* NULL: it holds */
    } rows[] = {
        { "1", "1.0", NULL },
        { "1", "1.5", "1" },
        { "\"1\"", "1", "\"1\"" },
        { "null", "null", NULL },
        { "null", NULL, "null" },
        { "{\"a\": 1}", "{\"a\": 1}", NULL },
        { "{}", "{}", NULL },
        { "{\"type\": \"integer\"}", "1", NULL },
        { "{\"type\": \"integer\"}", "1.5", "type integer" },
        { "{\"type\": \"number\"}", "1.5", NULL },
        { "{\"type\": \"boolean\"}", "1", "type boolean" },
        { "{\"type\": [\"string\", \"null\"]}", "null", NULL },
        { "{\"type\": [\"string\", \"null\"]}", "1",
          "a type of [\"string\",\"null\"]" },
        { "{\"min\": 1, \"max\": 2}", "2", NULL },
        { "{\"min\": 1, \"max\": 2}", "2.1", "at most 2" },
        { "{\"min\": 1, \"max\": 2}", "0", "at least 1" },
        { "{\"min\": 1}", "\"1\"", "at least 1" },
        { "{\"in\": [1, \"a\"]}", "\"a\"", NULL },
        { "{\"in\": [1, \"a\"]}", "2", "one of [1,\"a\"]" },
        { "{\"absent\": true}", NULL, NULL },
        { "{\"absent\": true}", "null", "nothing there" },
        { "{\"absent\": false}", NULL, "something there" },
        { "{\"contains\": \"b\"}", "\"abc\"", NULL },
        { "{\"contains\": \"d\"}", "\"abc\"", "something with \"d\"" },
        { "{\"contains\": 2}", "[1, 2]", NULL },
        { "{\"same\": \"task\"}", "\"t\"", NULL },
        { "{\"same\": \"task\"}", "\"u\"", "the same as before, \"t\"" },
        { "{\"same\": \"none\"}", "\"t\"", "what a step saved as \"none\"" },
        { "{\"not\": 1}", "2", NULL },
        { "{\"not\": 1}", NULL, "not 1" },
        { "{\"not\": 1}", "1", "not 1" },
        { "{\"not\": {\"same\": \"task\"}}", "\"t\"",
          "not {\"same\":\"task\"}" },
        { "{\"length\": 2}", "\"\xe5\xad\x97x\"", NULL },
        { "{\"length\": 3}", "[1, 2]", "a length of 3" },
        { "{\"length\": {\"max\": 1}}", "[1, 2]", "a length of at most 1" },
        { "{\"length\": 1}", "1", "a length of 1" },
        { "{\"pattern\": \"^[0-9a-f]{4}$\"}", "\"00ff\"", NULL },
        { "{\"pattern\": \"^[0-9a-f]{4}$\"}", "\"00fg\"",
          "a text like ^[0-9a-f]{4}$" },
        { "{\"pattern\": \"^1\"}", "1", "a text like ^1" },
        { "{\"has\": {\"/a\": 1, \"/b\": {\"min\": 2}}}",
          "[{\"a\": 1, \"b\": 1}, {\"a\": 1, \"b\": 2}]", NULL },
        { "{\"has\": {\"/a\": 1, \"/b\": 3}}",
          "[{\"a\": 1, \"b\": 1}, {\"a\": 2, \"b\": 3}]",
          "an item with {\"/a\":1,\"/b\":3}" }
    };

    (void) state;

    saved = conf_json("{\"task\": \"t\"}");

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        want = conf_json(rows[i].want);
        got = rows[i].got == NULL ? NULL : conf_json(rows[i].got);

        expected = NULL;
        held = asr_conf_match(want, got, saved, &expected);

        if (held != (rows[i].expected == NULL)) {
            fail_msg("%s, %s: %s", rows[i].want, rows[i].got,
                     held ? "holds" : expected);
        }

        if (!held) {
            assert_string_equal(expected, rows[i].expected);
        }

        free(expected);
        json_decref(want);
        json_decref(got);
    }

    json_decref(saved);
}


static void
test_expect_faults(void **state)
{
    char    *why;
    size_t   i;
    json_t  *v;

    static const char *const  rows[] = {
        "1", "{\"ocde\": \"1\"}", "{\"outcome\": \"fine\"}",
        "{\"json\": {\"a\": 1}}", "{\"json\": {\"/a\": {\"pattern\": \"[\"}}}",
        "{\"json\": {\"/a\": {\"min\": \"1\"}}}",
        "{\"headers\": {\"A\": {\"absent\": 1}}}"
    };

    (void) state;

    assert_null(asr_conf_expect_fault(NULL));

    v = conf_json("{\"outcome\": \"any\", \"json\": {\"/a\": {\"min\": 1}}}");
    assert_null(asr_conf_expect_fault(v));
    json_decref(v);

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        v = conf_json(rows[i]);
        why = asr_conf_expect_fault(v);

        if (why == NULL) {
            fail_msg("%s", rows[i]);
        }

        free(why);
        json_decref(v);
    }
}


/* XML of an endpoint: what it is as JSON, and what is refused. */

static void
test_xml(void **state)
{
    char    *text, err[200], deep[2048];
    size_t   i;
    json_t  *v;

    static const char *const  good[][2] = {
        { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
          "<Error><Code>A</Code><Message>a &lt; b</Message></Error>",
          "{\"Code\":\"A\",\"Message\":\"a < b\"}" },
        { "<R><A>1</A><A>2</A><A>3</A><B/><C><D>x</D></C></R>",
          "{\"A\":[\"1\",\"2\",\"3\"],\"B\":\"\",\"C\":{\"D\":\"x\"}}" },
        { "<R/>", "\"\"" }
    };

    static const char *const  bad[] = {
        "", "<R>", "<R></S>", "<R/><R/>", "no",
        "<!DOCTYPE r [<!ENTITY a \"b\">]><R>&a;</R>"
    };

    (void) state;

    for (i = 0; i < 3; i++) {
        v = asr_conf_xml_read(good[i][0], strlen(good[i][0]), err,
                              sizeof(err));
        assert_non_null(v);

        text = asr_conf_json_text(v, 4096);
        assert_string_equal(text, good[i][1]);

        free(text);
        json_decref(v);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        err[0] = '\0';
        assert_null(asr_conf_xml_read(bad[i], strlen(bad[i]), err,
                                      sizeof(err)));
        assert_true(err[0] != '\0');
    }

    for (i = 0; i < 300; i++) {
        memcpy(deep + 3 * i, "<a>", 3);
    }

    assert_null(asr_conf_xml_read(deep, 3 * i, err, sizeof(err)));
    assert_non_null(strstr(err, "too deep"));
}


/* XML would pass with neither type nor schema where nobody asked for it. */

static void
test_xml_unasked(void **state)
{
    bool                     held;
    size_t                   i;
    json_t                  *expect;
    conf_said_t              said;
    asr_conf_reply_t         reply;
    asr_conf_faults_t        f;
    asr_conf_header_t        header;
    asr_conf_judging_t       j;
    asr_conf_verdict_text_t  v;

    static const char  doc[] =
        "{\"api\": \"ice\", \"title\": \"t\", \"source\": \"s\","
        " \"date\": \"d\", \"operations\": [{\"name\": \"list\","
        " \"form\": \"query\", \"reply\": {\"ok\": \"list\"}}]}";
    static const char  body[] =
        "<listResponse><RequestId>1</RequestId></listResponse>";

    static const struct {
        const char  *expect;
        const char  *type;
        const char  *check;
    } rows[] = {
        { "{}", "text/xml;charset=utf-8", "content-type" },
        { "{\"headers\": {\"X-Test\": {\"absent\": true}}}", "text/xml",
          "content-type" },
        { "{\"headers\": {\"Content-Type\": \"text/xml\"}}", "text/xml",
          NULL },
        { "{\"headers\": {\"Content-Type\": \"text/xml\"}}",
          "application/xml", "header Content-Type" }
    };

    (void) state;

    conf_document();
    conf_file("ice/document.json", doc);
    conf_file("ice/schemas/list.json",
              "{\"type\": \"object\", \"required\": [\"Total\"]}");

    conf_faults(&f, &said);
    asr_conf_docs_load_from(conf_files, conf_nfiles, &f);
    (void) fclose(f.out);

    if (f.n != 0) {
        fail_msg("%s", said.text);
    }

    free(said.text);

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        memset(&j, 0, sizeof(j));
        memset(&v, 0, sizeof(v));
        memset(&reply, 0, sizeof(reply));

        header.name = (char *) "content-type";
        header.value = (char *) rows[i].type;
        reply.status = 200;
        reply.headers = &header;
        reply.nheaders = 1;
        reply.body = (char *) body;
        reply.body_len = sizeof(body) - 1;

        expect = conf_json(rows[i].expect);
        j.doc = asr_conf_doc("ice");
        j.op = asr_conf_op(j.doc, "list");
        j.expect = expect;
        j.reply = &reply;

        held = asr_conf_judge(&j, &v);

        if (held != (rows[i].check == NULL)
            || (!held && strcmp(v.check, rows[i].check) != 0))
        {
            fail_msg("%s, %s: %s", rows[i].expect, rows[i].type,
                     held ? "holds" : v.check);
        }

        asr_conf_verdict_text_clean(&v);
        asr_conf_judging_clean(&j);
        json_decref(expect);
    }
}


static int
setup(void **state)
{
    (void) state;

    conf_docs();

    return 0;
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_checks),
        cmocka_unit_test(test_status_level),
        cmocka_unit_test(test_any_status),
        cmocka_unit_test(test_matchers),
        cmocka_unit_test(test_expect_faults),
        cmocka_unit_test(test_xml),
        cmocka_unit_test(test_xml_unasked)
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
