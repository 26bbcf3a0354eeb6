/* Placeholders and short forms of values. */

#include "conf_json.h"

#include "asr_conf_value.h"


static asr_conf_account_t  account;
static json_t             *saved;
static unsigned            uploads;


static json_t *
fixture(void *data, const char *kind, const char *name, char **why)
{
    assert_ptr_equal(data, &uploads);

    if (strcmp(name, "text.wav") == 0) {
        *why = asr_conf_copy("no upload today");
        return NULL;
    }

    uploads++;

    return strcmp(kind, "file") == 0 ? json_integer(17) : json_string("re_1");
}


static void
scope(asr_conf_scope_t *s)
{
    memset(s, 0, sizeof(*s));

    s->account = &account;
    s->server = "http://127.0.0.1:9";
    s->callback = "0123456789abcdef";
    s->saved = saved;
    s->time = 1000;
    s->fixture = fixture;
    s->data = &uploads;

    memcpy(s->unique, "00000000000000aa", 17);
}


static void
test_values(void **state)
{
    size_t            i;
    char             *text;
    json_t           *v, *out;
    asr_conf_scope_t  s;

    static const char *const  rows[][2] = {
        { "\"plain $ { text }\"", "\"plain $ { text }\"" },
        { "\"${time}\"", "1000" },
        { "\"${time-600}\"", "400" },
        { "\"${time+1}s\"", "\"1001s\"" },
        { "\"${unique}\"", "\"00000000000000aa\"" },
        { "\"a${unique}b${time}\"", "\"a00000000000000aab1000\"" },
        { "\"${callback}\"",
          "\"http://127.0.0.1:9/callback/0123456789abcdef\"" },
        { "\"${server}/status/404\"", "\"http://127.0.0.1:9/status/404\"" },
        { "\"${account.app_id}\"", "1400000001" },
        { "\"${account.bearer}\"", "\"sk-x\"" },
        { "\"${audio.tiny.wav.url}\"",
          "\"http://127.0.0.1:9/audio/tiny.wav\"" },
        { "\"${media.tiny.wav}\"", "\"http://127.0.0.1:9/audio/tiny.wav\"" },
        { "\"${file.tiny.wav}\"", "17" },
        { "\"${asset.tiny.wav}\"", "\"re_1\"" },
        { "\"${saved.task}\"", "{\"a\":[1]}" },
        { "\"x${saved.n}\"", "\"x5\"" },
        { "\"${saved.n\"", "\"${saved.n\"" },
        { "{\"$repeat\": [\"ab\", 3]}", "\"ababab\"" },
        { "{\"$repeat\": [\"\xe5\xad\x97\", 2]}", "\"\xe5\xad\x97"
                                                  "\xe5\xad\x97\"" },
        { "{\"$repeat\": [\"x\", 0]}", "\"\"" },
        { "{\"$items\": [{\"n\": \"${saved.n}\"}, 2]}",
          "[{\"n\":5},{\"n\":5}]" },
        { "{\"$json\": {\"n\": \"${saved.n}\"}}", "\"{\\\"n\\\":5}\"" },
        { "{\"$json\": 1, \"b\": 2}", "{\"$json\":1,\"b\":2}" },
        { "[null, true, 1.5, {\"a\": \"${time}\"}]",
          "[null,true,1.5,{\"a\":1000}]" }
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        scope(&s);

        v = conf_json(rows[i][0]);
        out = asr_conf_value(&s, v);

        if (out == NULL) {
            fail_msg("%s: %s", rows[i][0], s.why);
        }

        text = asr_conf_json_text(out, 4096);
        assert_string_equal(text, rows[i][1]);

        free(text);
        json_decref(out);
        json_decref(v);
    }

    assert_int_equal(uploads, 2);
}


static void
test_sizes(void **state)
{
    json_t            *v, *out, *size;
    asr_conf_scope_t   s;

    (void) state;

    scope(&s);

    v = conf_json("[\"${audio.tiny.wav.size}\", \"${audio.tiny.wav.base64}\"]");
    out = asr_conf_value(&s, v);

    assert_non_null(out);
    assert_string_equal(s.audio, "tiny.wav");

    size = json_array_get(out, 0);
    assert_true(json_integer_value(size) > 44);
    assert_int_equal(json_string_length(json_array_get(out, 1)),
                     (json_integer_value(size) + 2) / 3 * 4);

    json_decref(out);
    json_decref(v);
}


static void
test_missing(void **state)
{
    bool              skip;
    size_t            i;
    json_t           *v;
    asr_conf_scope_t  s;

    static const struct {
        const char  *text;
        const char  *why;
        bool         skip;
        bool         alone;              /* without a server */
    } rows[] = {
        { "\"${saved.none}\"", "no step saved \"none\"", false, false },
        { "\"${nothing}\"", "no placeholder ${nothing}", false, false },
        { "\"${time*2}\"", "no \"time*2\"", false, false },
        { "\"${file.none.wav}\"", "no recording \"none.wav\"", false, false },
        { "\"${file.text.wav}\"", "no upload today", false, false },
        { "\"${audio.none.wav.size}\"", "no recording \"none.wav\"", false,
          false },
        { "\"${audio.tiny.wav.color}\"", "no \"audio.tiny.wav.color\"", false,
          false },
        { "\"${account.webhook}\"", "the account has no webhook", true,
          false },
        { "\"${callback}\"", "it needs the suite's server", true, true },
        { "\"${audio.tiny.wav.url}\"", "it needs the suite's server", true,
          true },
        { "[1, {\"a\": \"${server}\"}]", "it needs the suite's server", true,
          true },
        { "{\"$repeat\": [\"x\"]}", "$repeat is no [text, count]", false,
          false },
        { "{\"$repeat\": [\"x\", -1]}", "$repeat is no [text, count]", false,
          false },
        { "{\"$repeat\": [\"xxxxxxxxxxxxxxxxxxxxxxxxxx\", 12000000]}",
          "$repeat is too long", false, false },
        { "{\"$items\": [1, 100001]}", "$items is no [value, count]", false,
          false },
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        scope(&s);

        if (rows[i].alone) {
            s.server = NULL;
        }

        v = conf_json(rows[i].text);
        assert_null(asr_conf_value(&s, v));
        assert_string_equal(s.why, rows[i].why);

        skip = s.skip;
        assert_int_equal(skip, rows[i].skip);

        free(s.why);
        json_decref(v);
    }
}


/* What only a run knows is no fault of the data; a misspelling is. */

static void
test_faults(void **state)
{
    size_t   i;
    char    *why;
    json_t  *v;

    static const char *const  rows[][2] = {
        { "{\"a\": [\"${saved.x}\", \"${server}\", \"${file.tiny.wav}\"]}",
          NULL },
        { "{\"a\": {\"b\": \"${sevrer}\"}, \"c\": 1}",
          "no placeholder ${sevrer}" },
        { "[{\"$items\": [1]}]", "$items is no [value, count]" },
        { "{\"$json\": {\"a\": \"${tmie}\"}}", "no placeholder ${tmie}" },
        { "\"${audio.nothing.wav.base64}\"", "no recording \"nothing.wav\"" }
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        v = conf_json(rows[i][0]);
        why = asr_conf_value_fault(v);

        if (rows[i][1] == NULL) {
            assert_null(why);

        } else {
            assert_non_null(why);
            assert_string_equal(why, rows[i][1]);
        }

        free(why);
        json_decref(v);
    }
}


static int
setup(void **state)
{
    (void) state;

    account.name = (char *) "main";
    account.bearer = (char *) "sk-x";
    account.app_id = 1400000001;

    saved = conf_json("{\"task\": {\"a\": [1]}, \"n\": 5}");

    return 0;
}


static int
teardown(void **state)
{
    (void) state;

    json_decref(saved);

    return 0;
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_faults)
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
