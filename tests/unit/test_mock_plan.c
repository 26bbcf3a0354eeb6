/*
 * Plans, scenarios and clocks: what is read comes out again, what is wrong is
 * named and changes nothing, and each task gets the course it is meant to.
 */

#include "unit.h"

#include "asr_mock_plan.h"


static asr_mock_world_t  *w;
static asr_arena_t        arena;
static char               err[256];


static int
setup(void **state)
{
    static bool  done;

    if (!done) {
        done = true;
        assert_int_equal(asr_mock_worlds_init(1, "http://127.0.0.1:1"),
                         ASR_OK);
        asr_mock_plan_init();
    }

    asr_arena_init(&arena, 1 << 20);
    w = asr_mock_world(asr_str("test-a"));

    return 0;
}


static int
teardown(void **state)
{
    while (asr_mock_world_first() != NULL) {
        asr_mock_world_delete(asr_mock_world_first());
    }

    asr_mock_worlds_reap();
    asr_arena_free(&arena);

    return 0;
}


static const asr_json_t *
tree(const char *text)
{
    asr_json_t        *v;
    asr_json_error_t   e;

    v = asr_json_parse(&arena, asr_cstr(text), &e);
    assert_non_null(v);

    return v;
}


static void
plan(const char *text, bool patch)
{
    err[0] = '\0';

    if (asr_mock_plan_set(w, tree(text), patch, err, sizeof(err)) != ASR_OK) {
        print_message("%s: %s\n", text, err);
        fail();
    }
}


static const asr_json_t *
written(void)
{
    asr_buf_t          b;
    asr_json_out_t     o;
    const asr_json_t  *v;

    asr_buf_init(&b, 1 << 20);
    assert_int_equal(asr_json_out_begin(&o, &b), ASR_OK);
    asr_mock_plan_write(w, &o);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);

    assert_int_equal(asr_buf_append(&b, "", 1), ASR_OK);
    v = tree(b.data);
    asr_buf_free(&b);

    return v;
}


static asr_mock_course_t
course(const char *url, const char *filename, uint32_t call)
{
    asr_mock_what_t    what;
    asr_mock_course_t  c;

    memset(&what, 0, sizeof(what));
    what.api = asr_str("u2");
    what.url = asr_cstr(url);
    what.filename = asr_cstr(filename);
    what.call = call;

    assert_int_equal(asr_mock_course(w, &what, &c), ASR_OK);

    return c;
}


static void
text_is(asr_mock_course_t c, const char *text)
{
    if (text == NULL) {
        assert_null(c.text);

    } else {
        assert_non_null(c.text);
        assert_string_equal(c.text, text);
    }

    asr_mock_course_free(&c);
}


static void
test_default(void **state)
{
    asr_mock_course_t  c;

    c = course("", "", 1);
    assert_int_equal(c.progress, ASR_MOCK_POLLS);
    assert_int_equal(c.n, 1);
    assert_int_equal(c.end, ASR_MOCK_SUCCEEDS);
    assert_null(c.text);
    asr_mock_course_free(&c);
}


static void
test_course(void **state)
{
    asr_mock_course_t  c;
    const asr_json_t  *v;

    plan("{\"progress\":{\"seconds\":2.5},\"end\":{\"fail\":\"format\"},"
         "\"text\":\"a b\",\"wer\":0.25,\"callback\":{\"delay_ms\":50},"
         "\"seed\":9,\"strict\":false}", false);

    c = course("", "", 1);
    assert_int_equal(c.progress, ASR_MOCK_SECONDS);
    assert_int_equal(c.n, 2500);
    assert_int_equal(c.end, ASR_MOCK_FAILS);
    assert_string_equal(c.code, "format");
    assert_true(c.wer == 0.25);
    assert_int_equal(c.callback_delay_ms, 50);
    text_is(c, "a b");
    assert_true(w->seed == 9);
    assert_true(w->lenient);

    v = written();
    assert_int_equal(asr_json_get_int(v, "seed", 0), 9);
    assert_false(asr_json_get_bool(v, "strict", true));
    assert_true(asr_str_eq(asr_json_get_str(v, "text"), asr_str("a b")));

    /* a patch leaves the rest; null takes away */

    plan("{\"end\":\"never\"}", true);
    c = course("", "", 1);
    assert_int_equal(c.end, ASR_MOCK_NEVER);
    assert_int_equal(c.n, 2500);
    text_is(c, "a b");

    plan("{\"text\":null,\"progress\":\"told\"}", true);
    c = course("", "", 1);
    assert_int_equal(c.progress, ASR_MOCK_TOLD);
    text_is(c, NULL);

    /* a plan that is put is all there is */

    plan("{\"progress\":\"once\"}", false);
    c = course("", "", 1);
    assert_int_equal(c.progress, ASR_MOCK_ONCE);
    assert_int_equal(c.end, ASR_MOCK_SUCCEEDS);
    asr_mock_course_free(&c);
}


static void
test_lists(void **state)
{
    double     wer;
    asr_str_t  text;

    asr_mock_course_t  c;

    plan("{\"text\":\"rest\","
         "\"tasks\":[{\"text\":\"one\"},{\"end\":\"never\"}],"
         "\"fixtures\":["
         "{\"when\":{\"url\":\"http://h/*.mp3\"},\"text\":\"mp3\"},"
         "{\"when\":{\"filename\":\"?.wav\",\"call\":7},\"text\":\"seven\"},"
         "{\"when\":{\"sha256\":\"ABCD\"},\"text\":\"sum\",\"wer\":0.5},"
         "{\"when\":{\"api\":\"ice\"},\"text\":\"ice\"}]}", false);

    text_is(course("http://h/a/b.mp3", "", 1), "mp3");
    text_is(course("", "", 2), "one");

    c = course("", "", 3);
    assert_int_equal(c.end, ASR_MOCK_NEVER);
    text_is(c, "rest");

    text_is(course("", "", 4), "rest");
    text_is(course("", "a.wav", 7), "seven");
    text_is(course("", "a.wav", 8), "rest");

    /* by what is in it, once that is known */

    c = course("", "", 9);
    asr_mock_course_fixture(w, asr_str("u2"), asr_str("abcd"), &c, &text,
                            &wer);
    assert_true(asr_str_eq(text, asr_str("sum")));
    assert_true(wer == 0.5);
    asr_mock_course_fixture(w, asr_str("u2"), asr_str("abce"), &c, &text,
                            &wer);
    assert_true(asr_str_eq(text, asr_str("rest")));
    asr_mock_course_free(&c);
}


static void
test_magic(void **state)
{
    asr_mock_course_t  c;

    c = course("http://h/_mock/audio/fail-too_short.wav", "", 1);
    assert_int_equal(c.end, ASR_MOCK_FAILS);
    assert_string_equal(c.code, "too_short");
    asr_mock_course_free(&c);

    c = course("", "never.mp3", 1);
    assert_int_equal(c.end, ASR_MOCK_NEVER);
    asr_mock_course_free(&c);

    c = course("", "slow-30s.wav", 1);
    assert_int_equal(c.progress, ASR_MOCK_SECONDS);
    assert_int_equal(c.n, 30000);
    asr_mock_course_free(&c);

    text_is(course("", "say-hello-world.wav", 1), "hello world");
    text_is(course("", "hello-world.wav", 1), NULL);

    w->fail_next = strdup("corrupt");
    c = course("", "", 1);
    assert_string_equal(c.code, "corrupt");
    asr_mock_course_free(&c);
    assert_null(w->fail_next);
}


static void
test_account(void **state)
{
    asr_rate_t  rate, none;

    memset(&none, 0, sizeof(none));

    plan("{\"account\":{\"status\":\"no_amount\",\"app_id\":7,\"limits\":"
         "{\"tencent.CreateRecTask\":\"2r/s\"}}}", false);

    assert_int_equal(w->account.status, ASR_ACCOUNT_NO_AMOUNT);
    assert_int_equal(w->account.app_id, 7);
    rate = asr_account_rate(&w->account, asr_str("tencent.CreateRecTask"),
                            none);
    assert_int_equal(rate.count, 2);
    assert_true(w->account.webhook.len != 0);

    plan("{}", false);
    assert_int_equal(w->account.status, ASR_ACCOUNT_ACTIVE);
    assert_int_equal(asr_account_rate(&w->account,
                         asr_str("tencent.CreateRecTask"), none).count, 0);
}


static void
test_wrong(void **state)
{
    size_t  i;

    static const struct {
        const char  *text;
        const char  *why;
    }  cases[] = {
        { "[]", "a plan must be an object" },
        { "{\"progres\":1}", "there is no \"progres\" here" },
        { "{\"progress\":1}", "\"progress\" must be" },
        { "{\"progress\":{\"polls\":-1}}", "\"progress\" must be" },
        { "{\"progress\":{\"polls\":1.5}}", "\"progress\" must be" },
        { "{\"progress\":{\"seconds\":1e99}}", "\"progress\" must be" },
        { "{\"end\":\"soon\"}", "\"end\" must be" },
        { "{\"end\":{\"fail\":1}}", "\"end\" must be" },
        { "{\"end\":{\"fail\":\"nonsense\"}}", "no API has a task fail" },
        { "{\"end\":{\"fail\":\"\"}}", "no API has a task fail" },
        { "{\"wer\":2}", "\"wer\" must be from 0 to 1" },
        { "{\"text\":1}", "\"text\" must be a string" },
        { "{\"seed\":\"x\"}", "there is no \"seed\" here" },
        { "{\"tasks\":{}}", "tasks and fixtures must be lists" },
        { "{\"tasks\":[{\"when\":{\"call\":1}}]}", "\"when\" is for fixtures" },
        { "{\"fixtures\":[{\"when\":{\"what\":1}}]}", "no \"what\" here" },
        { "{\"account\":{\"status\":\"odd\"}}", "status" },
        { "{\"account\":{\"name\":\"x\"}}", "its key" },
        { "{\"callback\":{\"delay_ms\":-1}}", "\"callback\" must be" }
    };

    plan("{\"text\":\"kept\"}", false);

    for (i = 0; i < asr_nelts(cases); i++) {
        print_message("%s\n", cases[i].text);
        assert_int_equal(asr_mock_plan_set(w, tree(cases[i].text), true, err,
                                           sizeof(err)), ASR_INVALID);
        assert_non_null(strstr(err, cases[i].why));
        text_is(course("", "", 1), "kept");
    }
}


static void
clock_is(const char *text, int64_t now, bool frozen)
{
    int64_t  have;

    if (asr_mock_clock_set(w, tree(text), err, sizeof(err)) != ASR_OK) {
        print_message("%s: %s\n", text, err);
        fail();
    }

    have = asr_clock_of(&w->clock);
    assert_true(have >= now && have < now + 60000);
    assert_int_equal(w->clock.frozen_ms != 0, frozen);
}


static void
test_clock(void **state)
{
    char       text[25];
    size_t     i;
    int64_t    t;

    static const char *const  wrong[] = {
        "[]", "{\"sets\":1}", "{\"set\":\"tomorrow\"}", "{\"set\":0}",
        "{\"set\":\"2026-13-01T00:00:00Z\"}", "{\"advance\":\"5\"}",
        "{\"advance\":-1}", "{\"advance\":\"5 parsecs\"}", "{\"freeze\":1}",
        "{\"set\":\"2026-11-26T00:00:00+02:00\"}"
    };

    t = INT64_C(1795651200000);          /* 2026-11-26T00:00:00Z */

    clock_is("{\"freeze\":true,\"set\":\"2026-11-26T00:00:00Z\"}", t, true);
    assert_int_equal(asr_clock_of(&w->clock), t);
    clock_is("{\"advance\":\"5m\"}", t + 300000, true);
    assert_int_equal(asr_clock_of(&w->clock), t + 300000);
    clock_is("{\"advance\":1500}", t + 301500, true);
    clock_is("{\"advance\":\"36h\"}", t + 301500 + 36 * 3600000, true);
    clock_is("{\"set\":1000000000000,\"advance\":\"1s\"}", 1000000001000,
             true);
    clock_is("{\"freeze\":false}", 1000000001000, false);

    for (i = 0; i < asr_nelts(wrong); i++) {
        print_message("%s\n", wrong[i]);
        assert_int_equal(asr_mock_clock_set(w, tree(wrong[i]), err,
                                            sizeof(err)), ASR_INVALID);
        assert_true(w->clock.frozen_ms == 0);
    }

    asr_mock_time_text(t + 123, text);
    assert_string_equal(text, "2026-11-26T00:00:00.123Z");
    assert_int_equal(asr_mock_time_parse(asr_cstr(text), &t), ASR_OK);
    assert_true(t == INT64_C(1795651200123));
}


static asr_err_t
part(asr_mock_world_t *world, const asr_json_t *v, char *e, size_t n)
{
    world->calls++;

    return ASR_OK;
}


static void
test_scenario(void **state)
{
    asr_mock_world_t  *b;

    assert_int_equal(asr_mock_scenario(asr_str(
        "{\"worlds\":{\"test-b\":{\"plan\":{\"text\":\"b\"},\"faults\":[],"
        "\"clock\":{}}},\"defaults\":{\"text\":\"every\"}}"), part, part, err,
        sizeof(err)), ASR_OK);

    b = asr_mock_world_find(asr_str("test-b"));
    assert_non_null(b);
    assert_int_equal(b->calls, 2);

    text_is(course("", "", 1), "every");
    w = b;
    text_is(course("", "", 1), "b");

    assert_int_equal(asr_mock_scenario(asr_str("{\"world\":{}}"), part, part,
                                       err, sizeof(err)), ASR_INVALID);
    assert_int_equal(asr_mock_scenario(asr_str("{\"worlds\":{\"test-c\":"
                                               "{\"plan\":{\"wer\":7}}}}"),
                                       part, part, err, sizeof(err)),
                     ASR_INVALID);
    assert_non_null(strstr(err, "wer"));
    assert_int_equal(asr_mock_scenario(asr_str("nonsense"), part, part, err,
                                       sizeof(err)), ASR_INVALID);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_default, setup, teardown),
        cmocka_unit_test_setup_teardown(test_course, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(test_magic, setup, teardown),
        cmocka_unit_test_setup_teardown(test_account, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong, setup, teardown),
        cmocka_unit_test_setup_teardown(test_clock, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scenario, setup, teardown)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
