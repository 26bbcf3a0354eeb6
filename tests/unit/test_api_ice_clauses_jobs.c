/*
 * The clauses of document 003's parameters, each by its number: a value that
 * is refused under it, or what the parameter does.
 */

#include "ice_client.h"


#define SUBMIT   "SubmitASRJob"
#define GET      "GetSmartHandleJob"
#define LIST     "ListSmartJobs"
#define DELETE   "DeleteSmartJob"

#define INVALID  "InvalidParameter"
#define MISSING  "MissingParameter"
#define ABSENT   "ResourceNotFound"
#define OSS      "oss://example-bucket/"


/* What a creation wrote into its task. */

static char  i_params[65536];


static bool
params_hook(asr_op_t *op)
{
    if (op->type == ASR_OP_TASK_CREATE) {
        api_copy(i_params, sizeof(i_params), op->task.params);
    }

    return i_store_hook(op);
}


/* One parameter, beside what the action requires. */

static void
param(const char *action, const char *name, const char *value,
    const char *code, const char *clause)
{
    size_t       n;
    i_pair_t     p[3];
    i_request_t  q;

    memset(&q, 0, sizeof(q));
    memset(p, 0, sizeof(p));
    n = 0;

    if (strcmp(action, SUBMIT) == 0 && strcmp(name, "InputFile") != 0) {
        p[n++] = i_good[0];
    }

    p[n].name = name;
    p[n].value = value;
    q.action = action;
    q.pairs = p;

    print_message("%s = %.60s\n", name, value);
    i_check_clause(&q, code, clause);
}


static bool
stored(const char *member)
{
    return strstr(i_params, member) != NULL;
}


/* A job of this key; its id. */

static void
job_of(const char *id, const i_pair_t *pairs, char job[33])
{
    asr_json_t      *root;
    asr_arena_t      arena;
    i_request_t      q;
    api_response_t   r;

    memset(&q, 0, sizeof(q));
    q.id = id;
    q.pairs = pairs;
    i_send(&world, &q, &r);
    assert_int_equal(r.status, 200);
    root = i_reply(&r, &arena);
    api_copy(job, 33, asr_json_get_str(root, "JobId"));
    asr_arena_free(&arena);
    api_response_free(&r);
}


static void
get_job(const char *job, const char *id, api_response_t *r)
{
    i_pair_t     p[2];
    i_request_t  q;

    memset(&q, 0, sizeof(q));
    memset(p, 0, sizeof(p));
    p[0] = (i_pair_t) { "JobId", job };
    q.action = GET;
    q.id = id;
    q.pairs = p;
    i_send(&world, &q, r);
}


static bool
there(const char *job, const char *id)
{
    int             status;
    api_response_t  r;

    get_job(job, id, &r);
    status = r.status;
    api_response_free(&r);

    return status == 200;
}


/* Each row of the tables: a value it must refuse, under its own clause. */

static void
test_rows(void **state)
{
    size_t  i;

    static const struct {
        const char  *action;
        const char  *name;
        const char  *value;
        const char  *code;
        const char  *clause;
    } rows[] = {
        { SUBMIT, "InputFile", "", MISSING, "I-010" },
        { SUBMIT, "InputFile", "\xff", INVALID, "I-010" },
        { SUBMIT, "UserData", "{", INVALID, "I-011" },
        { SUBMIT, "UserData", "text", INVALID, "I-011" },
        { SUBMIT, "UserData", "\xff", INVALID, "I-011" },
        { SUBMIT, "Title", "\xff", INVALID, "I-012" },
        { SUBMIT, "Description", "\xff", INVALID, "I-013" },
        { SUBMIT, "StartTime", "x", INVALID, "I-014" },
        { SUBMIT, "StartTime", "00:60:00", INVALID, "I-014" },
        { SUBMIT, "StartTime", "\xff", INVALID, "I-014" },
        { SUBMIT, "Duration", "x", INVALID, "I-015" },
        { SUBMIT, "Duration", "00:00:00", INVALID, "I-015" },
        { SUBMIT, "Duration", "\xff", INVALID, "I-015" },
        { SUBMIT, "EditingConfig", "[]", INVALID, "I-016" },
        { SUBMIT, "EditingConfig", "x", INVALID, "I-016" },
        { SUBMIT, "EditingConfig", "{\"a\":{\"b\":[1]}}", NULL, "" },
        { SUBMIT, "EditingConfig", "{\"HotwordLibraryIdList\":1}", INVALID,
          "I-017" },
        { SUBMIT, "EditingConfig", "{\"HotwordLibraryIdList\":[\"1\"]}",
          INVALID, "I-017" },
        { SUBMIT, "EditingConfig", "{\"SentenceMaxLength\":3}", INVALID,
          "I-018" },
        { SUBMIT, "EditingConfig", "{\"SentenceMaxLength\":51}", INVALID,
          "I-018" },
        { SUBMIT, "EditingConfig", "{\"SentenceMaxLength\":\"9\"}", INVALID,
          "I-018" },
        { SUBMIT, "EditingConfig",
          "{\"EnableSemanticSentenceDetection\":1}", INVALID, "I-019" },

        { GET, "JobId", "", MISSING, "I-030" },
        { GET, "JobId", "\xff", INVALID, "I-030" },
        { GET, "JobId", "nonsense", ABSENT, "I-030" },
        { GET, "Job", "nonsense", MISSING, "I-030" },

        { LIST, "JobState", "created", INVALID, "I-040" },
        { LIST, "JobState", "\xff", INVALID, "I-040" },
        { LIST, "JobType", "\xff", INVALID, "I-041" },
        { LIST, "PageNo", "x", INVALID, "I-042" },
        { LIST, "PageNo", "0", INVALID, "I-042" },
        { LIST, "PageNo", "1000001", INVALID, "I-042" },
        { LIST, "NextToken", "nonsense", INVALID, "I-042" },
        { LIST, "NextToken", "\xff", INVALID, "I-042" },
        { LIST, "PageSize", "1.5", INVALID, "I-043" },
        { LIST, "PageSize", "0", INVALID, "I-043" },
        { LIST, "PageSize", "101", INVALID, "I-043" },
        { LIST, "MaxResults", "x", INVALID, "I-043" },
        { LIST, "MaxResults", "0", INVALID, "I-043" },
        { LIST, "MaxResults", "101", INVALID, "I-043" },
        { LIST, "SortBy", "Title", INVALID, "I-044" },
        { LIST, "SortBy", "creationtime:asc", INVALID, "I-044" },

        { DELETE, "JobId", "", MISSING, "I-045" },
        { DELETE, "JobId", "\xff", INVALID, "I-045" },
        { DELETE, "Job", "nonsense", MISSING, "I-045" },
        { DELETE, "JobId", "nonsense", ABSENT, "I-030" },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        param(rows[i].action, rows[i].name, rows[i].value, rows[i].code,
              rows[i].clause);
    }

    param(SUBMIT, "UserData", i_repeated('1', 4096), NULL, "");
    param(SUBMIT, "UserData", i_repeated('1', 4097), INVALID, "I-011");
    param(SUBMIT, "Title", i_repeated('t', 128), NULL, "");
    param(SUBMIT, "Title", i_repeated('t', 129), INVALID, "I-012");
    param(SUBMIT, "Description", i_repeated('d', 128), NULL, "");
    param(SUBMIT, "Description", i_repeated('d', 129), INVALID, "I-013");
}


static void
test_twice(void **state)
{
    size_t       i;
    i_pair_t     p[4];
    i_request_t  q;

    static const struct {
        const char  *action;
        const char  *name;
        const char  *value;
        const char  *clause;
    } rows[] = {
        { SUBMIT, "InputFile", I_FILE, "I-010" },
        { SUBMIT, "UserData", "{}", "I-011" },
        { SUBMIT, "Title", "t", "I-012" },
        { SUBMIT, "Description", "d", "I-013" },
        { SUBMIT, "StartTime", "1", "I-014" },
        { SUBMIT, "Duration", "1", "I-015" },
        { SUBMIT, "EditingConfig", "{}", "I-016" },
        { GET, "JobId", "1", "I-030" },
        { LIST, "JobState", "Created", "I-040" },
        { LIST, "JobType", "ASR", "I-041" },
        { LIST, "PageNo", "1", "I-042" },
        { LIST, "NextToken", "1", "I-042" },
        { LIST, "PageSize", "1", "I-043" },
        { LIST, "MaxResults", "1", "I-043" },
        { LIST, "SortBy", "CreationTime:Asc", "I-044" },
        { DELETE, "JobId", "1", "I-045" },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        memset(&q, 0, sizeof(q));
        memset(p, 0, sizeof(p));
        p[0] = (i_pair_t) { rows[i].name, rows[i].value };
        p[1] = p[0];
        p[2] = (i == 0 || strcmp(rows[i].action, SUBMIT) != 0)
               ? (i_pair_t) { NULL, NULL } : i_good[0];
        q.action = rows[i].action;
        q.pairs = p;
        i_check_clause(&q, INVALID, rows[i].clause);
    }
}


/* What of a submission outlives it. */

static void
test_kept(void **state)
{
    char            job[33];
    api_response_t  r;

    static const i_pair_t  whole[] = {
        { "InputFile", I_FILE },
        { "UserData", "{\"k\":7}" },
        { "Title", "name" },
        { "Description", "words" },
        { "StartTime", "00:01:02.5" },
        { "Duration", "10.25" },
        { "EditingConfig", "{\"SentenceMaxLength\":12}" },
        { NULL, NULL }
    };

    job_of(NULL, whole, job);
    i_holds("I-014", stored("\"window_start_ms\":62500"));
    i_holds("I-015", stored("\"window_ms\":10250"));
    i_holds("I-018", stored("\"sentence_max\":12"));

    get_job(job, NULL, &r);
    i_holds("I-010", strstr(r.body, "\"InputFile\":\"" I_FILE "\"") != NULL);
    i_holds("I-011", strstr(r.body, "\"UserData\":\"{\\\"k\\\":7}\"") != NULL);
    i_holds("I-012", strstr(r.body, "\"Title\":\"name\"") != NULL);
    i_holds("I-013", strstr(r.body, "\"Description\":\"words\"") != NULL);
    api_response_free(&r);

    job_of(NULL, i_good, job);
    i_holds("I-015", !stored("window_ms"));
    get_job(job, NULL, &r);
    i_holds("I-012", strstr(r.body, "\"Title\":\"default_title_20") != NULL);
    api_response_free(&r);
}


static void
test_input(void **state)
{
    size_t  i;
    char    path[256];

    static const struct {
        const char  *value;
        const char  *code;
        const char  *clause;
    } rows[] = {
        { I_FILE, NULL, "" },
        { "oss://example-bucket.oss-cn-shanghai.aliyuncs.com/a.wav", NULL,
          "" },
        { "https://example-bucket.oss-cn-shanghai.aliyuncs.com/a.wav", NULL,
          "" },
        { "oss://", INVALID, "I-020" },
        { "oss:///a.wav", INVALID, "I-020" },
        { "oss://nobody/a.wav", ABSENT, "I-020" },
        { OSS "../accounts.json", INVALID, "I-021" },
        { OSS "./a.wav", INVALID, "I-021" },
        { OSS "/a.wav", INVALID, "I-021" },
        { OSS, INVALID, "I-021" },
        { OSS "none", ABSENT, "I-021" },
        { OSS "media", ABSENT, "I-021" },
        { OSS "link", ABSENT, "I-021" },
        { "https://example-bucket.oss-x.aliyuncs.com/%2e%2e/a", INVALID,
          "I-021" },
        { "https://example-bucket.oss-x.aliyuncs.com/%zz", INVALID,
          "I-021" },
        { "clip-1_b", NULL, "" },
        { "clip-2_b", ABSENT, "I-022" },
        { "clip.wav", INVALID, "I-022" },
        { "ftp://host/x", INVALID, "I-022" },
        { "http:///x", INVALID, "I-023" },
        { "https://user@host/x", INVALID, "I-023" },
        { "http://ho st/x", INVALID, "I-023" },
        { OSS "empty.wav", INVALID, "I-024" },
        { OSS "huge.wav", INVALID, "I-024" },
    };

    i_write("clip-1_b", "media", 5);
    i_write("empty.wav", "", 0);
    i_write("huge.wav", "x", 1);
    snprintf(path, sizeof(path), "%s/huge.wav", i_root);
    assert_int_equal(truncate(path, (INT64_C(1) << 30) + 1), 0);
    snprintf(path, sizeof(path), "%s/link", i_root);
    assert_int_equal(symlink("a.wav", path), 0);

    for (i = 0; i < asr_nelts(rows); i++) {
        param(SUBMIT, "InputFile", rows[i].value, rows[i].code,
              rows[i].clause);
    }

    param(SUBMIT, "InputFile", i_repeated('k', 2049), INVALID, "I-020");
    param(SUBMIT, "InputFile", i_repeated('k', 129), INVALID, "I-022");
    param(SUBMIT, "InputFile", i_repeated('k', 128), ABSENT, "I-022");

    i_url[0] = '\0';
    param(SUBMIT, "InputFile", "http://host/x?y=1", NULL, "");
    i_holds("I-023", strcmp(i_url, "http://host/x?y=1") == 0);

    world.core.noss = 2;
    param(SUBMIT, "InputFile", "clip-1_b", ABSENT, "I-022");
    world.core.noss = 3;
}


/* Jobs of a list: how many, the first of them, its token. */

typedef struct {
    size_t  n;
    char    first[33];
    char    token[64];
} listed_t;

#define list(...)  list_of((const i_pair_t[]) { __VA_ARGS__, { NULL, NULL } })

static listed_t
list_of(const i_pair_t *pairs)
{
    listed_t         l;
    asr_json_t      *root, *item;
    asr_arena_t      arena;
    i_request_t      q;
    api_response_t   r;

    memset(&q, 0, sizeof(q));
    memset(&l, 0, sizeof(l));
    q.action = LIST;
    q.id = "LTAIother";
    q.pairs = pairs;
    i_send(&world, &q, &r);
    assert_int_equal(r.status, 200);

    root = i_reply(&r, &arena);
    api_copy(l.token, sizeof(l.token), asr_json_get_str(root, "NextToken"));
    item = asr_json_get(root, asr_str("SmartJobList"))->child;

    if (item != NULL) {
        api_copy(l.first, sizeof(l.first), asr_json_get_str(item, "JobId"));
    }

    for ( /* void */ ; item != NULL; item = item->next) {
        l.n++;
    }

    asr_arena_free(&arena);
    api_response_free(&r);

    return l;
}


static void
test_lists(void **state)
{
    char      jobs[12][33];
    size_t    i;
    listed_t  l;

    for (i = 0; i < 12; i++) {
        job_of("LTAIother", i_good, jobs[i]);
    }

    l = list({ "JobState", "Created" });
    i_holds("I-040", l.n != 0);
    l = list({ "JobState", "Finished" });
    i_holds("I-040", l.n == 0);

    l = list({ "JobType", "ASR" });
    i_holds("I-041", l.n != 0);
    l = list({ "JobType", "TextToSpeech" });
    i_holds("I-041", l.n == 0);

    l = list({ "Unknown", "ignored" });
    i_holds("I-043", l.n == 10);
    i_holds("I-044", strcmp(l.first, jobs[11]) == 0);

    l = list({ "PageNo", "2" });
    i_holds("I-042", l.n == 2 && strcmp(l.first, jobs[1]) == 0);
    l = list({ "PageSize", "5" });
    i_holds("I-043", l.n == 5);
    l = list({ "PageSize", "5" }, { "MaxResults", "3" });
    i_holds("I-043", l.n == 3);
    l = list({ "NextToken", l.token }, { "PageNo", "4" });
    i_holds("I-042", l.n == 9 && strcmp(l.first, jobs[8]) == 0);
    l = list({ "SortBy", "CreationTime:Asc" });
    i_holds("I-044", strcmp(l.first, jobs[0]) == 0);
}


static void
test_jobs_of_others(void **state)
{
    char         mine[33], other[33], both[67], many[101 * 33];
    size_t       i;
    i_pair_t     p[2];
    i_request_t  q;

    job_of(NULL, i_good, mine);
    job_of("LTAIother", i_good, other);

    memset(&q, 0, sizeof(q));
    memset(p, 0, sizeof(p));
    p[0] = (i_pair_t) { "JobId", other };
    q.pairs = p;
    q.action = GET;
    i_check_clause(&q, ABSENT, "I-030");
    q.action = DELETE;
    i_check_clause(&q, ABSENT, "I-030");
    i_holds("I-030", there(other, "LTAIother"));

    snprintf(both, sizeof(both), "%s,%s", mine, other);
    p[0].value = both;
    i_check_clause(&q, ABSENT, "I-030");
    i_holds("I-045", there(mine, NULL));

    for (i = 0; i < 101; i++) {
        memcpy(many + 33 * i, mine, 32);
        many[33 * i + 32] = ',';
    }

    many[sizeof(many) - 1] = '\0';
    p[0].value = many;
    i_check_clause(&q, INVALID, "I-045");
    i_holds("I-045", there(mine, NULL));

    many[100 * 33 - 1] = '\0';
    i_check_clause(&q, NULL, "");
    i_holds("I-045", !there(mine, NULL));
}


static asr_str_t
event_of(const i_pair_t *pairs, const char *id, asr_arena_t *arena,
    asr_delivery_t *d)
{
    char        job[33];
    asr_task_t  task;

    job_of(id, pairs, job);
    memset(&task, 0, sizeof(task));
    task.id = 1;
    task.state = ASR_TASK_FAILED;
    task.params = asr_cstr(i_params);

    return asr_api_ice.callback(&task, arena, d) ? d->url : asr_str("");
}


static void
test_events(void **state)
{
    char             text[256], hex[33];
    unsigned         n;
    asr_str_t        url;
    asr_arena_t      arena;
    unsigned char    md[EVP_MAX_MD_SIZE];
    asr_delivery_t   d;

    static const i_pair_t  notify[] = {
        { "InputFile", I_FILE },
        { "UserData", "{\"NotifyAddress\":\"http://n.example/x\"}" },
        { NULL, NULL }
    };

    static const i_pair_t  queue[] = {
        { "InputFile", I_FILE },
        { "UserData", "{\"NotifyAddress\":\"ice-callback-q\"}" },
        { NULL, NULL }
    };

    asr_arena_init(&arena, 1 << 20);

    url = event_of(notify, NULL, &arena, &d);
    i_holds("I-090", asr_str_eq(url, asr_str("http://n.example/x")));
    url = event_of(queue, NULL, &arena, &d);
    i_holds("I-090", asr_str_eq(url, asr_str("https://hook.example/ice")));
    url = event_of(i_good, "LTAIother", &arena, &d);
    i_holds("I-090", url.len == 0);
    url = event_of(i_good, NULL, &arena, &d);
    i_holds("I-090", asr_str_eq(url, asr_str("https://hook.example/ice")));

    i_holds("I-091", d.nheaders == 2
                   && asr_str_eq(d.headers[0].name,
                                 asr_str("X-ICE-TIMESTAMP"))
                   && asr_str_eq(d.headers[1].name,
                                 asr_str("X-ICE-SIGNATURE")));
    snprintf(text, sizeof(text), "https://hook.example/ice|%.*s|Test123",
             asr_fmt(d.headers[0].value));
    assert_int_equal(EVP_Digest(text, strlen(text), md, &n, EVP_md5(), NULL),
                     1);
    i_hex(md, n, hex);
    i_holds("I-091", asr_str_eq(d.headers[1].value, asr_cstr(hex)));

    asr_arena_free(&arena);
}


static int
clauses_setup(void **state)
{
    setup(state);
    world.store_hook = params_hook;

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_input),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_jobs_of_others),
        cmocka_unit_test(test_events),
    };

    return cmocka_run_group_tests(tests, clauses_setup, teardown);
}
