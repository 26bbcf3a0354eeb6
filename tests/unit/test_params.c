/* Parameter tables: every type, flag and fault, over JSON and text pairs. */

#include "unit.h"

#include "api/asr_params.h"


typedef struct {
    int64_t     count;
    int64_t     pick;
    bool        flag;
    bool        on;
    asr_str_t   text;
    asr_str_t   mode;
    asr_strs_t  list;
    int64_t     spare;
    int64_t     least;
} values_t;

typedef struct {
    asr_arena_t        arena;
    values_t           v;
    uint64_t           present;
    asr_param_error_t  err;
    asr_form_t         form;
} fixture_t;


static const char *const  modes[] = { "slow", "fast", NULL };
static const int64_t  picks[] = { 3, 1, 2, 4 };

#define AT(m)  offsetof(values_t, m)

static const asr_param_t  table[] = {
    { .name = ASR_STR("count"), .type = ASR_P_INT,
      .flags = ASR_P_REQUIRED|ASR_P_NUMSTR, .offset = AT(count),
      .min = 1, .max = 10, .clause = "X-001", .words = "how many" },
    { .name = ASR_STR("pick"), .type = ASR_P_INT, .offset = AT(pick),
      .iset = picks, .dflt = "2", .clause = "X-002", .words = "which" },
    { .name = ASR_STR("flag"), .type = ASR_P_BOOL, .offset = AT(flag),
      .clause = "X-003", .words = "flag" },
    { .name = ASR_STR("on"), .type = ASR_P_BOOL, .offset = AT(on),
      .dflt = "true", .clause = "X-004", .words = "on" },
    { .name = ASR_STR("text"), .type = ASR_P_STRING, .flags = ASR_P_NONEMPTY,
      .offset = AT(text), .min = 0, .max = 4, .clause = "X-005",
      .words = "text" },
    { .name = ASR_STR("mode"), .type = ASR_P_STRING, .offset = AT(mode),
      .set = modes, .dflt = "slow", .clause = "X-006", .words = "mode" },
    { .name = ASR_STR("list"), .type = ASR_P_STRINGS, .flags = ASR_P_GUESS,
      .offset = AT(list), .min = 1, .max = 3, .item_max = 2,
      .clause = "X-007", .words = "list" },
    { .name = ASR_STR("spare"), .type = ASR_P_INT, .flags = ASR_P_IGNORED,
      .offset = AT(spare), .min = 1, .max = 2, .dflt = "7",
      .clause = "X-008", .words = "spare" },
    { .name = ASR_STR("lifted"), .type = ASR_P_LIFTED, .clause = "X-009",
      .words = "lifted" },
    { .name = ASR_STR("least"), .type = ASR_P_INT, .offset = AT(least),
      .min = 5, .max = 0, .clause = "X-010", .words = "least" },
    { .name = ASR_STR("many"), .type = ASR_P_STRINGS,
      .flags = ASR_P_IGNORED|ASR_P_EXTENSION, .max = 1, .item_max = 1,
      .clause = "X-011", .words = "many" }
};


static void
start(fixture_t *f)
{
    memset(f, 0, sizeof(*f));
    asr_arena_init(&f->arena, 64 * 1024);
}


static asr_err_t
json(fixture_t *f, const char *text, bool unknown_ok)
{
    asr_json_t        *o;
    asr_json_error_t   e;

    start(f);
    o = asr_json_parse(&f->arena, asr_cstr(text), &e);
    assert_non_null(o);

    return asr_params_json(table, asr_nelts(table), o, unknown_ok, &f->arena,
                           &f->v, &f->present, &f->err);
}


static bool
common(asr_str_t name)
{
    return asr_str_eq(name, asr_str("Common"));
}


static asr_err_t
form(fixture_t *f, const char *text, bool unknown_ok)
{
    start(f);
    asr_form_init(&f->form, &f->arena, asr_str_null(), NULL, NULL, 1024);
    assert_int_equal(asr_form_feed(&f->form, text, strlen(text)), ASR_OK);
    assert_int_equal(asr_form_end(&f->form), ASR_OK);
    asr_form_free(&f->form);

    return asr_params_form(table, asr_nelts(table), &f->form, common,
                           unknown_ok, &f->arena, &f->v, &f->present,
                           &f->err);
}


static void
str_is(asr_str_t s, const char *text)
{
    assert_int_equal(s.len, strlen(text));
    assert_memory_equal(s.data, text, s.len);
}


typedef asr_err_t (*run_pt)(fixture_t *f, const char *text, bool unknown_ok);

/* clause NULL: no row */

static void
fault_is(run_pt run, const char *text, asr_param_fault_t fault,
    const char *name, const char *clause, const char *why)
{
    fixture_t  f;

    print_message("%s\n", text);
    assert_int_equal(run(&f, text, false), ASR_INVALID);
    assert_int_equal(f.err.fault, fault);
    str_is(f.err.name, name);
    assert_string_equal(f.err.why, why);

    if (clause == NULL) {
        assert_null(f.err.param);

    } else {
        assert_string_equal(f.err.param->clause, clause);
    }

    asr_arena_free(&f.arena);
}


static void
fine(run_pt run, const char *text)
{
    fixture_t  f;

    print_message("%s\n", text);
    assert_int_equal(run(&f, text, false), ASR_OK);
    assert_int_equal(f.err.fault, ASR_PF_NONE);
    asr_arena_free(&f.arena);
}


static void
test_json_values(void **state)
{
    fixture_t  f;

    assert_int_equal(json(&f, "{\"list\":[\"a\",\"\xe4\xbd\xa0\xe5\xa5\xbd\"],"
                              "\"text\":\"\xf0\x9f\x98\x80\\u00e9bc\","
                              "\"mode\":\"fast\",\"flag\":true,\"on\":false,"
                              "\"pick\":4,\"count\":10,\"spare\":99,"
                              "\"lifted\":\"\",\"least\":5}", false),
                     ASR_OK);
    assert_int_equal(f.v.count, 10);
    assert_int_equal(f.v.pick, 4);
    assert_true(f.v.flag);
    assert_false(f.v.on);
    str_is(f.v.text, "\xf0\x9f\x98\x80\xc3\xa9" "bc");
    str_is(f.v.mode, "fast");
    assert_int_equal(f.v.list.n, 2);
    str_is(f.v.list.v[0], "a");
    str_is(f.v.list.v[1], "\xe4\xbd\xa0\xe5\xa5\xbd");
    assert_int_equal(f.v.spare, 0);
    assert_int_equal(f.v.least, 5);
    assert_int_equal(f.present, 0x3ff);
    asr_arena_free(&f.arena);

    assert_int_equal(json(&f, "{\"count\":\"7\",\"flag\":null,\"pick\":null}",
                          false),
                     ASR_OK);
    assert_int_equal(f.v.count, 7);
    assert_int_equal(f.v.pick, 2);
    assert_false(f.v.flag);
    assert_true(f.v.on);
    str_is(f.v.mode, "slow");
    assert_int_equal(f.v.text.len, 0);
    assert_int_equal(f.v.list.n, 0);
    assert_int_equal(f.v.spare, 0);
    assert_int_equal(f.present, 1);
    asr_arena_free(&f.arena);
}


static void
test_json_faults(void **state)
{
    fixture_t  f;

    fault_is(json, "{}", ASR_PF_MISSING, "count", "X-001", "is required");
    fault_is(json, "{\"count\":null}", ASR_PF_MISSING, "count", "X-001",
             "is required");
    fault_is(json, "[1]", ASR_PF_TYPE, "body", NULL,
             "must be a JSON object");
    fault_is(json, "{\"count\":1,\"Count\":1}", ASR_PF_UNKNOWN, "Count", NULL,
             "is not a parameter of this interface");

    fault_is(json, "{\"count\":0}", ASR_PF_VALUE, "count", "X-001",
             "must be 1 to 10");
    fault_is(json, "{\"count\":11}", ASR_PF_VALUE, "count", "X-001",
             "must be 1 to 10");
    fault_is(json, "{\"count\":\"11\"}", ASR_PF_VALUE, "count", "X-001",
             "must be 1 to 10");
    fault_is(json, "{\"count\":\"99999999999999999999\"}", ASR_PF_VALUE,
             "count", "X-001", "is out of range");
    fault_is(json, "{\"count\":\"1x\"}", ASR_PF_TYPE, "count", "X-001",
             "must be an integer");
    fault_is(json, "{\"count\":\"\"}", ASR_PF_TYPE, "count", "X-001",
             "must be an integer");
    fault_is(json, "{\"count\":1.5}", ASR_PF_TYPE, "count", "X-001",
             "must be an integer");
    fault_is(json, "{\"count\":true}", ASR_PF_TYPE, "count", "X-001",
             "must be an integer");
    fault_is(json, "{\"count\":{}}", ASR_PF_TYPE, "count", "X-001",
             "must be an integer");
    fault_is(json, "{\"count\":1,\"pick\":\"1\"}", ASR_PF_TYPE, "pick",
             "X-002", "must be an integer");
    fault_is(json, "{\"count\":1,\"pick\":3}", ASR_PF_VALUE, "pick", "X-002",
             "must be one of 1, 2, 4");
    fault_is(json, "{\"count\":1,\"flag\":1}", ASR_PF_TYPE, "flag", "X-003",
             "must be a boolean");
    fault_is(json, "{\"count\":1,\"text\":\"\"}", ASR_PF_VALUE, "text",
             "X-005", "must not be empty");
    fault_is(json, "{\"count\":1,\"text\":\"abcde\"}", ASR_PF_VALUE, "text",
             "X-005", "must be at most 4 characters");
    fault_is(json, "{\"count\":1,\"text\":3}", ASR_PF_TYPE, "text", "X-005",
             "must be a string");
    fault_is(json, "{\"count\":1,\"mode\":\"Fast\"}", ASR_PF_VALUE, "mode",
             "X-006", "must be one of slow, fast");
    fault_is(json, "{\"count\":1,\"mode\":\"\"}", ASR_PF_VALUE, "mode",
             "X-006", "must be one of slow, fast");
    fault_is(json, "{\"count\":1,\"list\":[]}", ASR_PF_VALUE, "list",
             "X-007", "must be 1 to 3 items");
    fault_is(json, "{\"count\":1,\"list\":[\"\",\"\",\"\",\"\"]}",
             ASR_PF_VALUE, "list", "X-007", "must be 1 to 3 items");
    fault_is(json, "{\"count\":1,\"list\":\"a\"}", ASR_PF_TYPE, "list",
             "X-007", "must be an array of strings");
    fault_is(json, "{\"count\":1,\"list\":[\"a\",2]}", ASR_PF_TYPE, "list.1",
             "X-007", "must be a string");
    fault_is(json, "{\"count\":1,\"list\":[\"a\",\"bb\",\"ccc\"]}",
             ASR_PF_VALUE, "list.2", "X-007",
             "must be at most 2 characters");
    fault_is(json, "{\"count\":1,\"spare\":\"1\"}", ASR_PF_TYPE, "spare",
             "X-008", "must be an integer");
    fault_is(json, "{\"count\":1,\"lifted\":1}", ASR_PF_TYPE, "lifted",
             "X-009", "must be a string");
    fault_is(json, "{\"count\":1,\"least\":4}", ASR_PF_VALUE, "least",
             "X-010", "must be at least 5");
    fault_is(json, "{\"count\":1,\"many\":[[]]}", ASR_PF_TYPE, "many.0",
             "X-011", "must be a string");

    fine(json, "{\"count\":1,\"least\":9223372036854775807}");
    fine(json, "{\"count\":1,\"many\":[\"abc\",\"def\"]}");
    fine(json, "{\"count\":1,\"many\":[]}");

    /* the table's order decides, not the text's */

    fault_is(json, "{\"mode\":1,\"pick\":9,\"count\":99}", ASR_PF_VALUE,
             "count", "X-001", "must be 1 to 10");

    assert_int_equal(json(&f, "{\"count\":1,\"x\":{\"y\":[1]}}", true),
                     ASR_OK);
    asr_arena_free(&f.arena);
}


static void
test_json_nomem(void **state)
{
    fixture_t          f;
    asr_json_t        *o;
    asr_arena_t        none;
    asr_json_error_t   e;

    start(&f);
    asr_arena_init(&none, 0);
    o = asr_json_parse(&f.arena,
                       asr_str("{\"count\":1,\"list\":[\"a\"]}"), &e);
    assert_non_null(o);

    assert_int_equal(asr_params_json(table, asr_nelts(table), o, false,
                                     &none, &f.v, NULL, &f.err),
                     ASR_NOMEM);
    assert_int_equal(f.err.fault, ASR_PF_NOMEM);

    /* reasons that need memory have a spare without */

    o = asr_json_parse(&f.arena, asr_str("{\"count\":0}"), &e);
    assert_int_equal(asr_params_json(table, asr_nelts(table), o, false,
                                     &none, &f.v, NULL, &f.err),
                     ASR_INVALID);
    assert_string_equal(f.err.why, "is out of range");

    o = asr_json_parse(&f.arena, asr_str("{\"count\":1,\"pick\":0}"), &e);
    assert_int_equal(asr_params_json(table, asr_nelts(table), o, false,
                                     &none, &f.v, NULL, &f.err),
                     ASR_INVALID);
    assert_string_equal(f.err.why, "is not allowed");

    assert_int_equal(asr_params_json(table, asr_nelts(table), NULL, false,
                                     &none, &f.v, NULL, &f.err),
                     ASR_INVALID);
    assert_int_equal(f.err.fault, ASR_PF_TYPE);

    asr_arena_free(&none);
    asr_arena_free(&f.arena);
}


static void
test_form_values(void **state)
{
    fixture_t  f;

    assert_int_equal(form(&f, "list.1=b&count=10&pick=4&flag=True&on=0"
                              "&text=%e4%bd%a0&mode=fast&list.0=&spare=5"
                              "&lifted=&least=6&Common=x&many.0=abc", false),
                     ASR_OK);
    assert_int_equal(f.v.count, 10);
    assert_int_equal(f.v.pick, 4);
    assert_true(f.v.flag);
    assert_false(f.v.on);
    str_is(f.v.text, "\xe4\xbd\xa0");
    str_is(f.v.mode, "fast");
    assert_int_equal(f.v.list.n, 2);
    str_is(f.v.list.v[0], "");
    str_is(f.v.list.v[1], "b");
    assert_int_equal(f.v.spare, 0);
    assert_int_equal(f.v.least, 6);
    assert_int_equal(f.present, 0x7ff);
    asr_arena_free(&f.arena);

    assert_int_equal(form(&f, "count=1&flag=1&on=FALSE&unknown=1", true),
                     ASR_OK);
    assert_true(f.v.flag);
    assert_false(f.v.on);
    assert_int_equal(f.v.pick, 2);
    str_is(f.v.mode, "slow");
    assert_int_equal(f.present, 0xd);
    asr_arena_free(&f.arena);
}


static void
test_form_faults(void **state)
{
    fault_is(form, "", ASR_PF_MISSING, "count", "X-001", "is required");
    fault_is(form, "count=1&no=1", ASR_PF_UNKNOWN, "no", NULL,
             "is not a parameter of this interface");
    fault_is(form, "count=1&list=a", ASR_PF_UNKNOWN, "list", NULL,
             "is not a parameter of this interface");
    fault_is(form, "count=1&list.01=a", ASR_PF_UNKNOWN, "list.01", NULL,
             "is not a parameter of this interface");
    fault_is(form, "count=1&list.=a", ASR_PF_UNKNOWN, "list.", NULL,
             "is not a parameter of this interface");
    fault_is(form, "count=1&list.-1=a", ASR_PF_UNKNOWN, "list.-1", NULL,
             "is not a parameter of this interface");
    fault_is(form, "count=1&list.x=a", ASR_PF_UNKNOWN, "list.x", NULL,
             "is not a parameter of this interface");
    fault_is(form, "count=1&count=1", ASR_PF_VALUE, "count", "X-001",
             "is given more than once");
    fault_is(form, "count=", ASR_PF_TYPE, "count", "X-001",
             "must be an integer");
    fault_is(form, "count=1.0", ASR_PF_TYPE, "count", "X-001",
             "must be an integer");
    fault_is(form, "count=0", ASR_PF_VALUE, "count", "X-001",
             "must be 1 to 10");
    fault_is(form, "count=9223372036854775808", ASR_PF_VALUE, "count",
             "X-001", "is out of range");
    fault_is(form, "count=1&flag=yes", ASR_PF_TYPE, "flag", "X-003",
             "must be a boolean");
    fault_is(form, "count=1&text=", ASR_PF_VALUE, "text", "X-005",
             "must not be empty");
    fault_is(form, "count=1&text=%ff", ASR_PF_VALUE, "text", "X-005",
             "must be UTF-8 text without NUL characters");
    fault_is(form, "count=1&text=a%00", ASR_PF_VALUE, "text", "X-005",
             "must be UTF-8 text without NUL characters");
    fault_is(form, "count=1&mode=no", ASR_PF_VALUE, "mode", "X-006",
             "must be one of slow, fast");
    fault_is(form, "count=1&list.0=a&list.2=b", ASR_PF_VALUE, "list.2",
             "X-007", "must be numbered from 0 without gaps or repeats");
    fault_is(form, "count=1&list.0=&list.0=b", ASR_PF_VALUE, "list.0",
             "X-007", "must be numbered from 0 without gaps or repeats");
    fault_is(form, "count=1&list.0=&list.1=&list.2=&list.3=", ASR_PF_VALUE,
             "list", "X-007", "must be 1 to 3 items");
    fault_is(form, "count=1&list.0=abc", ASR_PF_VALUE, "list.0", "X-007",
             "must be at most 2 characters");
    fault_is(form, "count=1&list.0=%c0%80", ASR_PF_VALUE, "list.0", "X-007",
             "must be UTF-8 text without NUL characters");
    fault_is(form, "count=1&spare=x", ASR_PF_TYPE, "spare", "X-008",
             "must be an integer");
    fault_is(form, "count=1&least=4", ASR_PF_VALUE, "least", "X-010",
             "must be at least 5");

    fine(form, "count=1&spare=900");
}


/* A long set is cut, not overrun. */

static void
test_long_set(void **state)
{
    int                i;
    char               names[64][24];
    const char        *set[65];
    asr_str_t          value;
    fixture_t          f;
    asr_param_t        p;
    asr_json_t        *o;
    asr_json_error_t   e;

    for (i = 0; i < 64; i++) {
        snprintf(names[i], sizeof(names[i]), "engine_%d", i);
        set[i] = names[i];
    }

    set[64] = NULL;
    memset(&p, 0, sizeof(p));
    p.name = asr_str("e");
    p.type = ASR_P_STRING;
    p.set = set;

    start(&f);
    o = asr_json_parse(&f.arena, asr_str("{\"e\":\"x\"}"), &e);
    assert_int_equal(asr_params_json(&p, 1, o, false, &f.arena, &value, NULL,
                                     &f.err),
                     ASR_INVALID);
    assert_in_range(strlen(f.err.why), 200, 300);
    assert_string_equal(f.err.why + strlen(f.err.why) - 5, ", ...");

    o = asr_json_parse(&f.arena, asr_str("{\"e\":\"engine_63\"}"), &e);
    assert_int_equal(asr_params_json(&p, 1, o, false, &f.arena, &value, NULL,
                                     &f.err),
                     ASR_OK);
    str_is(value, "engine_63");
    asr_arena_free(&f.arena);
}


static void
test_markdown(void **state)
{
    asr_buf_t  b;

    asr_buf_init(&b, 16384);
    asr_params_markdown(table, asr_nelts(table), &b);
    assert_int_equal(asr_buf_append(&b, "", 1), ASR_OK);

    assert_non_null(strstr(b.data, "| `count` | integer (or decimal string) "
                                   "| yes | 1 to 10 |  | X-001 | how many "
                                   "|\n"));
    assert_non_null(strstr(b.data, "| `pick` | integer | no | 1, 2, 4 | `2` "
                                   "| X-002 |"));
    assert_non_null(strstr(b.data, "| `mode` | string | no | `slow` `fast` | "
                                   "`slow` |"));
    assert_non_null(strstr(b.data, "| `list` | string[] | no | 1 to 3 items, "
                                   "each at most 2 characters |  | X-007 | "
                                   "list (guess) |\n"));
    assert_non_null(strstr(b.data, "| 5 or more |"));
    assert_non_null(strstr(b.data, "(checked, unused) (extension) |\n"));

    asr_buf_free(&b);
}


/* A lax thread: what need not be there and is wrong, is not there. */

static void
lax_is(run_pt run, const char *text)
{
    fixture_t  f;

    print_message("%s\n", text);
    assert_int_equal(run(&f, text, false), ASR_INVALID);
    asr_arena_free(&f.arena);

    asr_params_lax(true);
    assert_int_equal(run(&f, text, false), ASR_OK);
    asr_params_lax(false);

    assert_int_equal(f.v.count, 3);
    assert_int_equal(f.v.pick, 2);
    str_is(f.v.mode, "slow");
    assert_true(f.v.on);
    assert_int_equal(f.v.list.n, 0);
    asr_arena_free(&f.arena);
}


static void
test_lax(void **state)
{
    fixture_t  f;

    lax_is(json, "{\"count\":3,\"what\":1}");
    lax_is(json, "{\"count\":3,\"pick\":9}");
    lax_is(json, "{\"count\":3,\"mode\":\"none\"}");
    lax_is(json, "{\"count\":3,\"on\":\"no\",\"list\":[1]}");
    lax_is(form, "count=3&what=1");
    lax_is(form, "count=3&pick=9&list.0=toolong");

    /* what has to be there is not let by */

    asr_params_lax(true);
    assert_int_equal(json(&f, "{}", false), ASR_INVALID);
    asr_arena_free(&f.arena);
    assert_int_equal(json(&f, "{\"count\":11}", false), ASR_INVALID);
    asr_arena_free(&f.arena);
    assert_int_equal(form(&f, "count=x", false), ASR_INVALID);
    asr_arena_free(&f.arena);
    asr_params_lax(false);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_json_values),
        cmocka_unit_test(test_json_faults),
        cmocka_unit_test(test_json_nomem),
        cmocka_unit_test(test_form_values),
        cmocka_unit_test(test_form_faults),
        cmocka_unit_test(test_lax),
        cmocka_unit_test(test_long_set),
        cmocka_unit_test(test_markdown)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
