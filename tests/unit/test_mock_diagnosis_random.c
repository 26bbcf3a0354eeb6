/*
 * The diagnosis beside the module's own check, over made-up requests: what
 * the module accepts has no error; what it refuses has the refusal's clause
 * first, and an error also when nobody told the clause.  And: no input breaks
 * it, or the header's value.
 */

#include "mock_look_unit.h"
#include "core/api/asr_ice.h"
#include "core/api/asr_memories.h"
#include "core/api/asr_tencent.h"
#include "core/api/asr_u2.h"


#define ROUNDS  4000
#define BODY    8192


typedef struct {
    asr_mock_random_t  r;
    asr_buf_t          body;
} made_t;


static uint64_t
pick(made_t *m, uint64_t n)
{
    return asr_mock_below(&m->r, n);
}


static const char *const  values[] = {
    "1", "0", "2", "3", "5", "6", "40", "41", "100", "-1", "1.5", "1e3",
    "9223372036854775807", "9223372036854775808", "true", "false", "null",
    "\"\"", "\"1\"", "\"true\"", "\"abc\"", "\"http://x/\"", "\"ftp://x/\"",
    "\"https://u:p@x/\"", "\"http://x/ y\"", "\"http://\xc3\xa9/\"",
    "\"http://x/\xc3\xa9\"", "\"AAAA\"",
    "\"AAA\"", "\"AA\\nAA\"", "[]", "{}", "[\"a\"]", "[\"abcdef\",\"b\"]",
    "[1]", "[{}]", "[{\"RoleName\":\"a\"}]", "[{\"RoleName\":1}]",
    "[{\"Foo\":1}]", "\"a|1\"", "\"a|1, b|100\"", "\"a|12\"", "\"a\"",
    "\"|1\"", "\"a|b|1\"", "\"a|1,\"", "\"{}\"", "\"[]\"", "\"00:00:10\"",
    "\"10.5\"", "\"0\"", "\"1:2\"", "\"99:59:59.999\"", "\"100:00:00\"",
    "\"{\\\"SentenceMaxLength\\\":9}\"", "\"{\\\"SentenceMaxLength\\\":3}\"",
    "\"{\\\"HotwordLibraryIdList\\\":[]}\"",
    "\"{\\\"EnableSemanticSentenceDetection\\\":1}\"",
    "\"abcdefghijabcdefghijabcdefghijk|1\"",
    "\"\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8"
    "\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad|1\""
};


/* Texts with a form of their own, at its edges. */

static const struct {
    const char  *name;
    const char  *values[6];
} texts[] = {
    { "HotwordList", { "a|1", "a|11, b|100", "a|12", "a|0", "a|1,b",
                       "abcdefghijabcdefghijabcdefghijk|1" } },
    { "StartTime", { "00:00:00", "99:59:59.999", "100:00:00", "00:60:00",
                     "99999", "1.0000" } },
    { "Duration", { "00:00:01", "0.001", "0", "00:00:60", "100000", "1:2" } },
    { "EditingConfig", { "{}", "{\\\"SentenceMaxLength\\\":4}",
                         "{\\\"SentenceMaxLength\\\":3}",
                         "{\\\"SentenceMaxLength\\\":51}",
                         "{\\\"HotwordLibraryIdList\\\":1}",
                         "{\\\"EnableSemanticSentenceDetection\\\":1}" } },
    { "UserData", { "{}", "[]", "1", "x", "{\\\"a\\\":1}", "" } }
};


static void
value(made_t *m, const asr_param_t *p)
{
    int64_t  i;
    size_t   n;

    /* mostly what the row takes, so that later rows are come to */

    if (pick(m, 100) < 94) {

        if (asr_str_eq(p->name, asr_str("Data"))) {
            asr_buf_printf(&m->body, "\"AAAA\"");
            return;
        }

        for (n = 0; n < asr_nelts(texts); n++) {

            if (asr_str_eq(p->name, asr_cstr(texts[n].name))) {
                asr_buf_printf(&m->body, "\"%s\"",
                               texts[n].values[pick(m, 6)]);
                return;
            }
        }

        if (asr_str_eq(p->name, asr_str("EngineModelType")) && pick(m, 2)) {
            asr_buf_printf(&m->body, "\"16k_zh\"");
            return;
        }

        if (asr_str_eq(p->name, asr_str("ChannelNum")) && pick(m, 3)) {
            asr_buf_printf(&m->body, "1");
            return;
        }

        if (asr_str_eq(p->name, asr_str("file_id"))) {
            asr_buf_printf(&m->body, "12");
            return;
        }

        if (p->set != NULL) {
            for (n = 0; p->set[n] != NULL; n++) { /* void */ }

            asr_buf_printf(&m->body, "\"%s\"", p->set[pick(m, n)]);
            return;
        }

        if (p->iset != NULL) {
            i = 1 + (int64_t) pick(m, (uint64_t) p->iset[0]);
            asr_buf_int(&m->body, p->iset[i]);
            return;
        }

        if (p->type == ASR_P_INT) {
            asr_buf_int(&m->body, (int64_t) pick(m, 7));
            return;
        }

        if (p->type == ASR_P_BOOL) {
            asr_buf_printf(&m->body, "%s", pick(m, 2) ? "true" : "false");
            return;
        }

        if (p->type == ASR_P_STRINGS) {
            asr_buf_printf(&m->body, "[\"a\",\"b\"]");
            return;
        }

        if (pick(m, 2) == 0) {
            asr_buf_printf(&m->body, "\"https://example.com/a\"");
            return;
        }
    }

    asr_buf_printf(&m->body, "%s", values[pick(m, asr_nelts(values))]);
}


/* An object of the table's members, often all of those that are required. */

static asr_str_t
object(made_t *m, const asr_param_t *rows, size_t n)
{
    bool    first;
    size_t  i;

    static const char *const  odd[] = {
        "\"foo\":1", "\"channelnum\":1", "\"SpeakerRoles\":[{}]",
        "\"SpeakerRoles\":[{\"RoleName\":1}]", "\"SpeakerRoles\":7",
        "\"SpeakerRoles\":[{\"Role\":null}]", "\"modle\":\"x\"",
        "\"\":null", "\"a/~\\\"\":[]"
    };

    m->body.len = 0;
    first = true;
    asr_buf_append(&m->body, "{", 1);

    for (i = 0; i < n; i++) {

        if (pick(m, 100) >= ((rows[i].flags & ASR_P_REQUIRED) ? 97u
                             : (i == 0) ? 90u
                             : asr_str_eq(rows[i].name, asr_str("Url"))
                             ? 70u : 12u))
        {
            continue;
        }

        asr_buf_printf(&m->body, "%s\"%.*s\":", first ? "" : ",",
                       asr_fmt(rows[i].name));
        value(m, &rows[i]);
        first = false;
    }

    if (pick(m, 10) == 0) {
        asr_buf_printf(&m->body, "%s%s", first ? "" : ",",
                       odd[pick(m, asr_nelts(odd))]);
    }

    asr_buf_append(&m->body, "}", 1);

    return asr_buf_str(&m->body);
}


static asr_str_t
no_header(const void *ctx, asr_str_t name)
{
    return asr_str_null();
}


/* The module's own judgement of a JSON body; true: accepted. */

typedef bool (*judge_pt)(asr_call_t *call, asr_json_t *root);


/* What asr_tencent_sink would have made of Data. */

static void
set_data(asr_tencent_state_t *st, asr_str_t text)
{
    size_t         n;
    asr_b64_t      b;
    unsigned char  out[512];

    asr_b64_init(&b);
    n = 0;

    if (asr_b64_feed(&b, text.data, text.len, out, &n) != ASR_OK
        || asr_b64_end(&b) != ASR_OK)
    {
        st->data = ASR_TENCENT_DATA_BASE64;
    }

    st->data_size = n;
}


static bool
judge_tencent(asr_call_t *call, asr_json_t *root)
{
    asr_str_t             data;
    asr_tencent_state_t  *st;

    st = call->state = asr_arena_zalloc(&call->arena, sizeof(*st));
    st->guard = true;
    st->create.data_len = -1;
    st->json = root;
    call->action_index = ASR_TENCENT_CREATE;

    data = asr_json_get_str(root, "Data");
    st->data_found = (data.data != NULL);

    if (data.data != NULL) {
        set_data(st, data);
    }

    return asr_tencent_create_check(call) == ASR_STEP_BODY;
}


static bool
judge_u2(asr_call_t *call, asr_json_t *root)
{
    asr_u2_t         *u;
    asr_u2_create_t   c;

    u = asr_u2_state(call);
    u->parsed = true;
    u->json = root;

    return asr_u2_check_create(call, u, &c);
}


static bool
judge_memories(asr_call_t *call, asr_json_t *root)
{
    asr_memories_t         *m;
    asr_memories_create_t   c;
    static asr_account_t    account;

    m = asr_memories_state(call);
    m->action = ASR_MEMORIES_ASYNC;
    m->account = &account;
    account.webhook = asr_str("https://x/");
    m->parsed = true;
    m->json = root;

    return asr_memories_check_create(call, m, &c);
}


static bool
judge_ice(asr_call_t *call, asr_json_t *root)
{
    asr_pair_t        *pair, **last;
    const asr_json_t  *v;
    asr_ice_state_t   *st;

    st = call->state = asr_arena_zalloc(&call->arena, sizeof(*st));
    last = &st->form.pairs;

    for (v = root->child; v != NULL; v = v->next) {

        if (v->type == ASR_JSON_NULL) {
            continue;
        }

        pair = asr_arena_zalloc(&call->arena, sizeof(*pair));
        pair->name = v->key;

        switch (v->type) {

        case ASR_JSON_STRING:
            pair->value = v->u.string;
            break;

        case ASR_JSON_INT:
            pair->value = asr_arena_printf(&call->arena, "%lld",
                                           (long long) v->u.integer);
            break;

        case ASR_JSON_NUMBER:
            pair->value = asr_arena_printf(&call->arena, "%.17g",
                                           v->u.number);
            break;

        case ASR_JSON_BOOL:
            pair->value = v->u.boolean ? asr_str("true") : asr_str("false");
            break;

        default:
            call->clause = "I-062";
            return false;
        }

        *last = pair;
        last = &pair->next;
    }

    return asr_ice_submit_check(call) == ASR_STEP_BODY;
}


static void
header_is_clean(const look_t *k)
{
    char    buf[ASR_MOCK_DIAGNOSIS_MAX];
    size_t  i, n, f;

    for (f = 0; f < k->n; f++) {
        n = asr_mock_diagnosis_header(buf, sizeof(buf), &k->found[f], f + 1);
        assert_true(n > 4 && n <= sizeof(buf));

        for (i = 0; i < n; i++) {
            if (buf[i] < 0x20 || buf[i] >= 0x7f) {
                fail_msg("byte %zu of the header is %d", i, buf[i]);
            }
        }
    }
}


static size_t
errors(const look_t *k)
{
    size_t  i, n;

    for (i = 0, n = 0; i < k->n; i++) {
        n += (k->found[i].severity == ASR_MOCK_ERROR);
    }

    return n;
}


/* The object's members as a query; arrays as "Name.0", and some oddities. */

static asr_str_t
query(made_t *m, asr_arena_t *a, const asr_json_t *root)
{
    size_t             i;
    asr_buf_t          b;
    asr_str_t          s;
    const asr_json_t  *v, *item;

    static const char *const  odd[] = {
        "ChannelNum=1", "SpeakerRoles.0.RoleName=a", "SpeakerRoles.x=1",
        "SpeakerRoles.0.Foo=1", "SpeakerRoles=1", "KeyWordLibIdList.x=1",
        "KeyWordLibIdList.01=1", "KeyWordLibIdList.7=1",
        "KeyWordLibIdList=1", "Region=a", "Url=%ff", "Foo=1"
    };

    asr_buf_init(&b, BODY);
    asr_buf_printf(&b, "Action=CreateRecTask&Version=2019-06-14");

    for (v = root->child; v != NULL; v = v->next) {

        item = (v->type == ASR_JSON_ARRAY) ? v->child : v;

        for (i = 0; item != NULL; item = item->next, i++) {
            asr_buf_printf(&b, "&%.*s", asr_fmt(v->key));

            if (v->type == ASR_JSON_ARRAY) {
                asr_buf_printf(&b, ".%zu", i);
            }

            asr_buf_printf(&b, "=");
            s = item->type == ASR_JSON_STRING ? item->u.string
                : item->type == ASR_JSON_INT
                ? asr_arena_printf(a, "%lld", (long long) item->u.integer)
                : item->type == ASR_JSON_BOOL
                ? (item->u.boolean ? asr_str("true") : asr_str("false"))
                : asr_str("x");

            for (size_t k = 0; k < s.len; k++) {
                asr_buf_printf(&b, "%%%02x", (unsigned char) s.data[k]);
            }

            if (v->type != ASR_JSON_ARRAY) {
                break;
            }
        }
    }

    if (pick(m, 4) == 0) {
        asr_buf_printf(&b, "&%s", odd[pick(m, asr_nelts(odd))]);
    }

    s = asr_arena_str(a, asr_buf_str(&b));
    asr_buf_free(&b);

    return s;
}


static asr_err_t
sink(void *ctx, const char *p, size_t n)
{
    return asr_buf_append(ctx, p, n);
}


/* Version 1: the same parameters as pairs. */

static void
test_pairs(void **state)
{
    size_t                i;
    made_t                m;
    bool                  fine;
    look_t                k;
    unsigned              seen[2] = { 0, 0 };
    asr_buf_t             data;
    asr_str_t             text;
    asr_call_t            call;
    asr_core_t            core;
    asr_http_t            http;
    asr_arena_t           a;
    asr_json_error_t      err;
    asr_tencent_state_t  *st;

    memset(&core, 0, sizeof(core));
    memset(&http, 0, sizeof(http));
    http.header = no_header;
    http.method = asr_str("GET");
    asr_buf_init(&m.body, BODY);
    asr_mock_seed(&m.r, 11);

    for (i = 0; i < ROUNDS; i++) {
        asr_arena_init(&a, 1024 * 1024);
        text = object(&m, asr_tencent_create_params,
                      ASR_TENCENT_CREATE_PARAMS);
        text = query(&m, &a, asr_json_parse(&a, text, &err));

        asr_call_init(&call, &core, &asr_api_tencent, &http);
        call.arena.ceiling = 1024 * 1024;
        st = call.state = asr_arena_zalloc(&call.arena, sizeof(*st));
        st->guard = true;
        st->create.data_len = -1;
        call.action_index = ASR_TENCENT_CREATE;
        asr_buf_init(&data, BODY);
        asr_form_init(&st->form, &call.arena, asr_str("Data"), sink, &data,
                      BODY);
        assert_int_equal(asr_form_feed(&st->form, text.data, text.len),
                         ASR_OK);
        assert_int_equal(asr_form_end(&st->form), ASR_OK);
        asr_form_free(&st->form);
        st->data_found = st->form.found;
        set_data(st, asr_buf_str(&data));
        fine = (asr_tencent_create_check(&call) == ASR_STEP_BODY);
        seen[fine]++;

        look_init(&k, "tencent", "CreateRecTask");
        look_header(&k, "X-TC-Action", NULL);
        look_header(&k, "Authorization", NULL);
        k.x.method = asr_str("GET");
        k.x.args = text;
        k.x.code = fine ? asr_str_null() : asr_str("code");
        k.x.clause = fine ? asr_str_null() : asr_cstr(call.clause);
        look_run(&k);
        header_is_clean(&k);

        if (fine ? errors(&k) != 0
                 : !asr_str_eq(k.found[0].rule, asr_cstr(call.clause)))
        {
            look_print(&k);
            fail_msg("%.*s: %s", asr_fmt(text), call.clause);
        }

        k.x.code = asr_str_null();
        k.x.clause = asr_str_null();
        look_run(&k);

        if (!fine && errors(&k) == 0 && strcmp(call.clause, "T-042") != 0
            && strcmp(call.clause, "T-044") != 0
            && strcmp(call.clause, "T-048") != 0)
        {
            fail_msg("%.*s: not seen without %s", asr_fmt(text), call.clause);
        }

        look_free(&k);
        asr_buf_free(&data);
        asr_buf_free(&call.reply.body);
        asr_arena_free(&call.arena);
        asr_arena_free(&a);
    }

    print_message("%u accepted, %u refused\n", seen[1], seen[0]);
    assert_true(seen[0] > ROUNDS / 20 && seen[1] > ROUNDS / 100);
    asr_buf_free(&m.body);
}


static void
judged(const char *api, const char *operation, asr_str_t body,
    judge_pt judge, const asr_api_t *with, unsigned seen[2])
{
    bool              fine;
    look_t            k;
    asr_call_t        call;
    asr_core_t        core;
    asr_http_t        http;
    asr_arena_t       a;
    asr_json_t       *root;
    asr_json_error_t  err;

    memset(&core, 0, sizeof(core));
    memset(&http, 0, sizeof(http));
    http.header = no_header;
    http.method = asr_str("POST");
    http.content_type = asr_str("application/json");
    asr_arena_init(&a, 1024 * 1024);
    root = asr_json_parse(&a, body, &err);
    assert_non_null(root);

    asr_call_init(&call, &core, with, &http);
    call.arena.ceiling = 1024 * 1024;
    fine = judge(&call, root);
    seen[fine]++;

    look_init(&k, api, operation);

    if (strcmp(api, "ice") == 0) {
        look_header(&k, "Content-Type", "application/json");
    }

    look_bytes(&k, body.data, body.len);
    k.x.code = fine ? asr_str_null() : asr_str("code");
    k.x.clause = fine ? asr_str_null() : asr_cstr(call.clause);
    look_run(&k);
    header_is_clean(&k);

    if (fine ? errors(&k) != 0
             : (errors(&k) == 0
                || !asr_str_eq(k.found[0].rule, asr_cstr(call.clause))))
    {
        look_print(&k);
        fail_msg("%.*s: %s %s", asr_fmt(body), fine ? "accepted" : "refused",
                 call.clause != NULL ? call.clause : "");
    }

    /* lenient: nobody refused it; Data is then not looked into */

    if (!fine) {
        k.x.code = asr_str_null();
        k.x.clause = asr_str_null();
        look_run(&k);

        if (errors(&k) == 0 && strcmp(call.clause, "T-042") != 0
            && strcmp(call.clause, "T-044") != 0
            && strcmp(call.clause, "T-048") != 0)
        {
            look_print(&k);
            fail_msg("%.*s: not seen without %s", asr_fmt(body), call.clause);
        }
    }

    look_free(&k);
    asr_buf_free(&call.reply.body);

    if (strcmp(api, "tencent") != 0 && strcmp(api, "ice") != 0) {
        with->cleanup(&call);
    }

    asr_arena_free(&call.arena);
    asr_arena_free(&a);
}


static void
test_judged(void **state)
{
    size_t    i, n;
    made_t    m;
    unsigned  seen[4][2];

    const struct {
        const char         *api;
        const char         *operation;
        const asr_param_t  *rows;
        size_t              n;
        judge_pt            judge;
        const asr_api_t    *with;
    } apis[] = {
        { "tencent", "CreateRecTask", asr_tencent_create_params,
          ASR_TENCENT_CREATE_PARAMS, judge_tencent, &asr_api_tencent },
        { "u2", "create", asr_u2_params, asr_u2_params_n, judge_u2,
          &asr_api_u2 },
        { "memories", "async-generate-audio", asr_memories_params,
          asr_memories_params_n, judge_memories, &asr_api_memories },
        { "ice", "SubmitASRJob", asr_ice_submit_params,
          ASR_ICE_SUBMIT_PARAMS, judge_ice, &asr_api_ice }
    };

    memset(seen, 0, sizeof(seen));
    asr_buf_init(&m.body, BODY);

    for (i = 0; i < asr_nelts(apis); i++) {
        asr_mock_seed_str(&m.r, 5, asr_cstr(apis[i].api));

        for (n = 0; n < ROUNDS; n++) {
            judged(apis[i].api, apis[i].operation,
                   object(&m, apis[i].rows, apis[i].n), apis[i].judge,
                   apis[i].with, seen[i]);
        }

        print_message("%s: %u accepted, %u refused\n", apis[i].api, seen[i][1],
                      seen[i][0]);
        assert_true(seen[i][0] > ROUNDS / 20);
        assert_true(seen[i][1] > ROUNDS / 100);
    }

    asr_buf_free(&m.body);
}


/* Anything at all, and bodies that were fine until bytes were changed. */

static void
test_anything(void **state)
{
    char    *p;
    size_t   i, k, n, from;
    look_t   look;
    made_t   m;

    static const struct {
        const char  *api;
        const char  *operation;
        const char  *clause;
    } ops[] = {
        { "tencent", "CreateRecTask", "T-078" },
        { "tencent", "DescribeTaskStatus", "T-050" },
        { "tencent", "other", "T-001" },
        { "u2", "create", "U-027" },
        { "u2", "delete", "U-050" },
        { "u2", "retrieve", "U-052" },
        { "u2", "other", "U-022" },
        { "memories", "async-generate-audio", "M-028" },
        { "memories", "signed-url", "M-010" },
        { "memories", "other", "M-022" },
        { "ice", "SubmitASRJob", "I-003" },
        { "ice", "ListSmartJobs", "I-040" },
        { "ice", "other", "I-001" },
        { "", "", "" }
    };

    static const char *const  types[] = {
        "application/json", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x", "", ";"
    };

    asr_buf_init(&m.body, BODY);
    asr_mock_seed(&m.r, 7);

    for (i = 0; i < 6000; i++) {
        from = pick(&m, asr_nelts(ops));
        look_init(&look, ops[from].api, ops[from].operation);
        look_header(&look, "Content-Type", types[pick(&m, 5)]);

        if (pick(&m, 3) == 0) {
            m.body.len = 0;

            for (k = 0, n = pick(&m, 200); k < n; k++) {
                asr_buf_append(&m.body, &(char) { (char) pick(&m, 256) }, 1);
            }

        } else {
            object(&m, asr_tencent_create_params, ASR_TENCENT_CREATE_PARAMS);

            for (k = 0, n = pick(&m, 4); k < n; k++) {
                m.body.data[pick(&m, m.body.len)] = (char) pick(&m, 256);
            }
        }

        p = unit_guard(m.body.data, m.body.len);
        look_bytes(&look, p, m.body.len);
        look.x.args = pick(&m, 2) ? look.x.body : asr_str_null();
        look.x.path = pick(&m, 2) ? look.x.body : asr_str("/v1/a");
        look.x.why = look.x.body;

        if (pick(&m, 2)) {
            look_refused(&look, "code", pick(&m, 4) ? ops[from].clause
                                                    : "T-none");
        }

        look_run(&look);
        header_is_clean(&look);
        assert_true(look.x.code.len == 0 || look.n != 0);
        look_free(&look);
        unit_unguard(p, m.body.len);
    }

    asr_buf_free(&m.body);
}


/* However little memory there is, what was found is whole. */

static void
test_memory(void **state)
{
    size_t               n, size;
    asr_err_t            rc;
    asr_arena_t          a;
    look_t               k;
    asr_mock_finding_t  *found;

    look_init(&k, "u2", "create");
    look_body(&k, "{\"file_id\":\"x\",\"modle\":\"u2-asr\",\"format\":\"flac\","
                  "\"hotwords\":[\"abcdefgh\"],\"foo\":1,\"context\":7}");
    look_refused(&k, "100001", "U-001");

    for (rc = ASR_NOMEM, size = 0; rc == ASR_NOMEM; size += 512) {
        asr_arena_init(&a, size);
        rc = asr_mock_diagnose(&a, &k.x, &found, &n);
        assert_true(rc == ASR_OK || rc == ASR_NOMEM);
        assert_true(n == 0 || found[0].rule.len != 0);
        asr_arena_free(&a);
        assert_true(size < 1024 * 1024);
    }

    look_free(&k);
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_judged),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_anything),
        cmocka_unit_test(test_memory)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
