/*
 * A client's requests, read and held to rows.
 */

#include "conf_json.h"

#include "asr_conf_client_int.h"


static void
values_are_held_to_rows(void **state)
{
    char    *expected;
    bool     ok;
    size_t   i;
    json_t  *row, *v;

    static const struct {
        const char  *row, *value, *expected;
        bool         text;
    } cases[] = {
        { "{\"type\": \"integer\", \"min\": 1, \"max\": 3}", "3", NULL,
          false },
        { "{\"type\": \"integer\", \"min\": 1, \"max\": 3}", "4", "1 to 3",
          false },
        { "{\"type\": \"integer\", \"min\": 1}", "0", "at least 1", false },
        { "{\"type\": \"integer\"}", "\"3\"", "an integer", false },
        { "{\"type\": \"integer\"}", "\"3\"", NULL, true },
        { "{\"type\": \"integer\"}", "\" 3\"", "an integer", true },
        { "{\"type\": \"integer\"}", "\"3x\"", "an integer", true },
        { "{\"type\": \"integer\", \"also_text\": true}", "\"3\"", NULL,
          false },
        { "{\"type\": \"integer\"}", "3.0", "an integer", false },
        { "{\"type\": \"boolean\"}", "\"true\"", NULL, true },
        { "{\"type\": \"boolean\"}", "1", "a boolean", false },
        { "{\"type\": \"string\", \"max_length\": 2}", "\"\xe5\xad\x97"
          "\xe5\xad\x97\"", NULL, false },
        { "{\"type\": \"string\", \"max_length\": 2, \"unit\": \"bytes\"}",
          "\"\xe5\xad\x97\"", "at most 2 bytes", false },
        { "{\"type\": \"string\", \"values\": [\"a\", \"b\"]}", "\"c\"",
          "one of [\"a\",\"b\"]", false },
        { "{\"type\": \"array\", \"max_items\": 1}", "[1, 2]",
          "at most 1 items", false },
        { "{\"type\": \"array\", \"items\": {\"type\": \"string\", "
          "\"max_length\": 1}}", "[\"a\", \"bc\"]",
          "item 1: at most 1 characters", false },
        { "{\"type\": \"string\", \"bad\": [{\"value\": \"x\", \"name\": "
          "\"no x\"}]}", "\"x\"", "another value: no x", false },
        { "{\"type\": \"string\"}", "null", NULL, false },
        { "{\"type\": \"string\", \"refusals\": {\"null\": \"100001\"}}",
          "null", "a string", false },
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        row = conf_json(cases[i].row);
        v = conf_json(cases[i].value);
        ok = asr_conf_client_value(row, v, cases[i].text, &expected);

        if (ok != (cases[i].expected == NULL)) {
            fail_msg("%s of %s: %s", cases[i].value, cases[i].row,
                     ok ? "taken" : expected);
        }

        if (!ok) {
            assert_string_equal(expected, cases[i].expected);
            free(expected);
        }

        json_decref(row);
        json_decref(v);
    }
}


static void
pairs(const char *text, const char *want, const char *fault)
{
    char    *why;
    json_t  *got, *v;

    why = NULL;
    got = json_object();
    assert_int_equal(asr_conf_client_pairs(got, text, strlen(text), &why),
                     fault == NULL);

    if (fault != NULL) {
        assert_non_null(strstr(why, fault));

    } else {
        v = conf_json(want);
        assert_true(json_equal(got, v));
        json_decref(v);
    }

    free(why);
    json_decref(got);
}


static void
forms_become_parameters(void **state)
{
    pairs("", "{}", NULL);
    pairs("a=1&b=%20+%2B&c", "{\"a\": \"1\", \"b\": \"  +\", \"c\": \"\"}",
          NULL);
    pairs("L.1=y&L.0=x", "{\"L\": [\"x\", \"y\"]}", NULL);
    pairs("L.1=y", "{\"L\": [null, \"y\"]}", NULL);
    pairs("L.99999=y", "{\"L.99999\": \"y\"}", NULL);
    pairs("a=1&a=2", NULL, "twice");
    pairs("a=%4", NULL, "percent");
    pairs("a=%00", NULL, "percent");
    pairs("a=%ff", NULL, "UTF-8");
}


static void
multipart(const char *type, const char *body, const char *want,
    const char *fault)
{
    json_t           *v;
    asr_conf_seen_t   s;

    memset(&s, 0, sizeof(s));
    asr_conf_request_init(&s.request, "POST", "http://127.0.0.1", "/");
    asr_conf_request_header(&s.request, "Content-Type", type);
    asr_conf_request_body(&s.request, body, strlen(body));
    s.params = json_object();
    asr_conf_client_multipart(&s);

    if (fault != NULL) {
        assert_non_null(s.body_fault);
        assert_non_null(strstr(s.body_fault, fault));

    } else {
        assert_null(s.body_fault);
        v = conf_json(want);
        assert_true(json_equal(s.params, v));
        json_decref(v);
    }

    asr_conf_seen_clean(&s);
}


static void
uploads_become_parameters(void **state)
{
    static const char  type[] = "multipart/form-data; boundary=xx";

    multipart(type,
              "--xx\r\nContent-Disposition: form-data; name=\"purpose\"\r\n"
              "\r\na2t\r\n"
              "--xx\r\nContent-Disposition: form-data; name=\"file\"; "
              "filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF\r\n"
              "--xx--\r\n",
              "{\"purpose\": \"a2t\", \"file\": {\"filename\": \"a.wav\", "
              "\"size\": 4}}", NULL);
    multipart(type, "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n"
              "\r\n\r\n--xx--", "{\"a\": \"\"}", NULL);
    multipart("multipart/form-data", "--xx--", NULL, "boundary");
    multipart(type, "--xx\r\n\r\nno name\r\n--xx--", NULL, "no name");
    multipart(type, "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n"
              "\r\nnever ends", NULL, "does not end");
    multipart(type, "nothing", NULL, "does not end");
    multipart(type, "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n"
              "\r\n1\r\n--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n"
              "\r\n2\r\n--xx--", NULL, "twice");
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_held_to_rows),
        cmocka_unit_test(forms_become_parameters),
        cmocka_unit_test(uploads_become_parameters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
