/*
 * The table "one cause, four vendors": its cells, what is marked, what a
 * column without the thing says, and what a hostile reply cannot do to it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "asr_conf_json.h"
#include "asr_conf_report.h"


#define CASES  12


typedef struct {
    asr_conf_cases_t    cases;
    asr_conf_case_t     all[CASES];
    size_t              chosen[CASES];
    asr_conf_result_t   results[CASES];
    asr_conf_options_t  options;
    asr_conf_report_t   rep;
    json_t             *steps[CASES];
} world_t;


static void
begin(world_t *w)
{
    size_t  i;

    static const char *const  apis[] = { "tencent", "u2", "memories", "ice" };

    memset(w, 0, sizeof(*w));

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        asr_conf_docs[i].api = apis[i];
        asr_conf_docs[i].title = apis[i];
    }

    w->cases.all = w->all;
    w->rep.options = &w->options;
    w->rep.cases = &w->cases;
    w->rep.chosen = w->chosen;
    w->rep.results = w->results;
    w->rep.level = ASR_CONF_OBSERVED;
}


static asr_conf_result_t *
add(world_t *w, const char *cause, unsigned doc, const char *steps,
    asr_conf_status_t status)
{
    char    err[200];
    size_t  i;

    i = w->rep.n++;
    w->cases.n = w->rep.n;

    w->steps[i] = asr_conf_json_read(steps, strlen(steps), err, sizeof(err));
    assert_non_null(w->steps[i]);

    w->chosen[i] = i;
    w->all[i].id = "x";
    w->all[i].cause = cause;
    w->all[i].doc = &asr_conf_docs[doc];
    w->all[i].steps = w->steps[i];
    w->all[i].level = ASR_CONF_MUST;
    w->results[i].status = status;

    return &w->results[i];
}


static char *
printed(world_t *w)
{
    char    *text;
    FILE    *f;
    size_t   i, n;

    f = open_memstream(&text, &n);
    assert_non_null(f);

    asr_conf_cause_table(f, &w->rep);
    assert_int_equal(fclose(f), 0);

    for (i = 0; i < w->rep.n; i++) {
        json_decref(w->steps[i]);
    }

    return text;
}


#define CODE(c)  "[{\"expect\": {\"code\": " c "}}]"


static void
test_nothing(void **state)
{
    char     *text;
    world_t   w;

    (void) state;

    begin(&w);
    add(&w, NULL, 0, CODE("\"A\""), ASR_CONF_PASS);
    text = printed(&w);
    assert_string_equal(text, "");
    free(text);
}


static void
test_cells(void **state)
{
    char               *text;
    world_t             w;
    asr_conf_result_t  *r;

    (void) state;

    begin(&w);

    add(&w, "bad-key", 0, CODE("\"NotFound\""), ASR_CONF_PASS);
    r = add(&w, "bad-key", 1, CODE("[\"100101\", \"100103\"]"),
            ASR_CONF_PASS);
    r->code = (char *) "100103";

    r = add(&w, "bad-key", 3, CODE("\"Missing\""), ASR_CONF_FAIL);
    r->got = (char *) "success (HTTP 200)";

    add(&w, "skewed-clock", 0, CODE("\"Expired\""), ASR_CONF_PASS);
    add(&w, "skewed-clock", 3, CODE("\"\""), ASR_CONF_PASS);

    add(&w, "url-404", 3, "[{\"poll\": {\"until\": \"failed\", \"expect\": "
        "{\"json\": {\"/State\": \"Failed\", \"/ErrorCode\": \"Gone\"}}}}]",
        ASR_CONF_SKIP);

    text = printed(&w);

    assert_string_equal(text,
        "One cause, three vendors\n"
        "cause         tencent   u2      ice\n"
        "bad-key       NotFound  100103  ✗ Missing\n"
        "  got                           success (HTTP 200)\n"
        "skewed-clock  Expired   -       taken\n"
        "url-404                         skipped: Gone\n"
        "- skewed-clock, u2: a bearer key has no time\n"
        "\n");

    free(text);
}


/* The reply's own text goes to a terminal: no line of it, no escape. */

static void
test_hostile(void **state)
{
    char               *text;
    world_t             w;
    asr_conf_result_t  *r;

    (void) state;

    begin(&w);

    r = add(&w, "bad-key", 2, CODE("\"0401\""), ASR_CONF_FAIL);
    r->got = (char *) "\033[2J\nbad-key  0401 \xff";

    text = printed(&w);

    assert_null(strchr(text, '\033'));
    assert_null(strchr(text, '\xff'));
    assert_null(strstr(text, "\nbad-key  0401 "));
    assert_non_null(strstr(text, "✗ 0401"));

    free(text);
}


static void
test_speech(void **state)
{
    char     *text;
    world_t   w;

    static const char  steps[] = "[{\"poll\": {\"until\": \"done\"}}]";

    (void) state;

    begin(&w);

    add(&w, "same-words", 0, steps, ASR_CONF_PASS)->text =
        (char *) "Hello, my world";
    add(&w, "same-words", 1, steps, ASR_CONF_PASS)->text =
        (char *) "hello my world";
    add(&w, "same-words", 3, steps, ASR_CONF_PASS)->text =
        (char *) "hello my word";

    text = printed(&w);

    assert_non_null(strstr(text, "same-words  done     done  done\n"));
    assert_non_null(strstr(text, "\n  u2        hello my world\n"));
    assert_non_null(strstr(text, "any two differ in 33 at most\n"));

    free(text);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_speech)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
