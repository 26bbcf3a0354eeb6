/*
 * Plans: read and kept.  asr_mock_course.c chooses from them.
 */

#include "asr_mock_errors.h"
#include "asr_mock_plan_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>


#define ASR_MOCK_POLLS_MAX    1000000
#define ASR_MOCK_SECONDS_MAX  (366.0 * 24 * 60 * 60)
#define ASR_MOCK_DELAY_MAX    (24 * 60 * 60 * 1000)
#define ASR_MOCK_CODE_MAX     128
#define ASR_MOCK_ACCOUNT_MAX  (16 * 1024)


typedef struct {
    char    *err;
    size_t   errlen;
} asr_mock_why_t;


static asr_err_t asr_mock_fail(const asr_mock_why_t *y, const char *fmt,
    const char *what);
static void asr_mock_plan_free(asr_mock_plan_t *p);
static void asr_mock_plan_drop(asr_mock_world_t *w);


void
asr_mock_plan_init(void)
{
    asr_mock_on_delete(asr_mock_plan_drop);
}


static asr_err_t
asr_mock_fail(const asr_mock_why_t *y, const char *fmt, const char *what)
{
    snprintf(y->err, y->errlen, fmt, what);

    return ASR_INVALID;
}


/* A string of at most max bytes, malloc'ed in place of *out; null: none. */

static asr_err_t
asr_mock_plan_str(const asr_json_t *v, size_t max, char **out,
    const asr_mock_why_t *y, const char *name)
{
    char  *s;

    if (v->type == ASR_JSON_NULL) {
        free(*out);
        *out = NULL;
        return ASR_OK;
    }

    if (v->type != ASR_JSON_STRING) {
        return asr_mock_fail(y, "\"%s\" must be a string", name);
    }

    if (v->u.string.len > max) {
        return asr_mock_fail(y, "\"%s\" is too long", name);
    }

    s = strndup(v->u.string.data, v->u.string.len);
    if (s == NULL) {
        return ASR_NOMEM;
    }

    free(*out);
    *out = s;

    return ASR_OK;
}


static double
asr_mock_plan_number(const asr_json_t *v)
{
    return v->type == ASR_JSON_INT ? (double) v->u.integer
           : v->type == ASR_JSON_NUMBER ? v->u.number : NAN;
}


static asr_err_t
asr_mock_plan_progress(const asr_json_t *v, asr_mock_course_t *c,
    const asr_mock_why_t *y)
{
    double  n;

    if (v->type == ASR_JSON_STRING
        && asr_str_eq(v->u.string, asr_str("once")))
    {
        c->progress = ASR_MOCK_ONCE;
        c->n = 0;
        return ASR_OK;
    }

    if (v->type == ASR_JSON_STRING
        && asr_str_eq(v->u.string, asr_str("told")))
    {
        c->progress = ASR_MOCK_TOLD;
        c->n = 0;
        return ASR_OK;
    }

    if (v->type == ASR_JSON_OBJECT && v->n == 1) {
        n = asr_mock_plan_number(v->child);

        if (asr_str_eq(v->child->key, asr_str("polls"))
            && n >= 0 && n <= ASR_MOCK_POLLS_MAX && n == floor(n))
        {
            c->progress = ASR_MOCK_POLLS;
            c->n = (int64_t) n;
            return ASR_OK;
        }

        if (asr_str_eq(v->child->key, asr_str("seconds"))
            && n >= 0 && n <= ASR_MOCK_SECONDS_MAX)
        {
            c->progress = ASR_MOCK_SECONDS;
            c->n = (int64_t) (n * 1000 + 0.5);
            return ASR_OK;
        }
    }

    return asr_mock_fail(y, "\"%s\" must be {\"polls\": n}, {\"seconds\": s}, "
                         "\"once\" or \"told\"", "progress");
}


static asr_err_t
asr_mock_plan_end(const asr_json_t *v, asr_mock_course_t *c,
    const asr_mock_why_t *y)
{
    asr_json_t  *fail;

    fail = asr_json_get(v, asr_str("fail"));

    if (fail != NULL && v->n == 1 && fail->type == ASR_JSON_STRING) {
        if (!asr_mock_code_known(fail->u.string, true)) {
            return asr_mock_fail(y, "no API has a task fail with its \"%s\": "
                                 "see /_mock/codes", "fail");
        }

        c->end = ASR_MOCK_FAILS;
        return asr_mock_plan_str(fail, ASR_MOCK_CODE_MAX, &c->code, y, "fail");
    }

    if (v->type == ASR_JSON_STRING
        && asr_str_eq(v->u.string, asr_str("success")))
    {
        c->end = ASR_MOCK_SUCCEEDS;
        return ASR_OK;
    }

    if (v->type == ASR_JSON_STRING
        && asr_str_eq(v->u.string, asr_str("never")))
    {
        c->end = ASR_MOCK_NEVER;
        return ASR_OK;
    }

    return asr_mock_fail(y, "\"%s\" must be \"success\", \"never\" or "
                         "{\"fail\": \"CODE\"}", "end");
}


/* A member of a course; ASR_NOTFOUND: it is none. */

static asr_err_t
asr_mock_plan_member(const asr_json_t *m, asr_mock_course_t *c,
    const asr_mock_why_t *y)
{
    double  n;

    if (asr_str_eq(m->key, asr_str("progress"))) {
        return asr_mock_plan_progress(m, c, y);
    }

    if (asr_str_eq(m->key, asr_str("end"))) {
        return asr_mock_plan_end(m, c, y);
    }

    if (asr_str_eq(m->key, asr_str("text"))) {
        return asr_mock_plan_str(m, ASR_MOCK_TEXT_MAX, &c->text, y, "text");
    }

    if (asr_str_eq(m->key, asr_str("wer"))) {
        n = asr_mock_plan_number(m);

        if (!(n >= 0 && n <= 1)) {
            return asr_mock_fail(y, "\"%s\" must be from 0 to 1", "wer");
        }

        c->wer = n;
        return ASR_OK;
    }

    if (asr_str_eq(m->key, asr_str("callback"))) {
        if (m->type != ASR_JSON_OBJECT || m->n > 1
            || (m->n == 1
                && (!asr_str_eq(m->child->key, asr_str("delay_ms"))
                    || m->child->type != ASR_JSON_INT
                    || m->child->u.integer < 0
                    || m->child->u.integer > ASR_MOCK_DELAY_MAX)))
        {
            return asr_mock_fail(y, "\"%s\" must be {\"delay_ms\": n}",
                                 "callback");
        }

        c->callback_delay_ms = m->n == 1 ? m->child->u.integer : 0;
        return ASR_OK;
    }

    return ASR_NOTFOUND;
}


static asr_err_t
asr_mock_plan_unknown(const asr_json_t *m, const asr_mock_why_t *y)
{
    char  name[64];

    snprintf(name, sizeof(name), "%.*s", asr_fmt(m->key));

    return asr_mock_fail(y, "there is no \"%s\" here", name);
}


static asr_err_t
asr_mock_plan_when(const asr_json_t *v, asr_mock_fixture_t *f,
    const asr_mock_why_t *y)
{
    asr_err_t    rc;
    asr_json_t  *m;

    if (v->type != ASR_JSON_OBJECT) {
        return asr_mock_fail(y, "\"%s\" must be an object", "when");
    }

    for (m = v->child; m != NULL; m = m->next) {

        if (asr_str_eq(m->key, asr_str("sha256"))) {
            rc = asr_mock_plan_str(m, 64, &f->sha256, y, "sha256");

        } else if (asr_str_eq(m->key, asr_str("url"))) {
            rc = asr_mock_plan_str(m, ASR_MOCK_WHEN_MAX, &f->url, y, "url");

        } else if (asr_str_eq(m->key, asr_str("filename"))) {
            rc = asr_mock_plan_str(m, ASR_MOCK_WHEN_MAX, &f->filename, y,
                                   "filename");

        } else if (asr_str_eq(m->key, asr_str("api"))) {
            rc = asr_mock_plan_str(m, 16, &f->api, y, "api");

        } else if (asr_str_eq(m->key, asr_str("call"))
                   && m->type == ASR_JSON_INT && m->u.integer > 0)
        {
            f->call = m->u.integer;
            rc = ASR_OK;

        } else {
            rc = asr_mock_plan_unknown(m, y);
        }

        if (rc != ASR_OK) {
            return rc;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_mock_plan_fixture(const asr_json_t *v, const asr_mock_course_t *dflt,
    asr_mock_fixture_t *f, const asr_mock_why_t *y)
{
    asr_err_t    rc;
    asr_json_t  *m;

    if (v->type != ASR_JSON_OBJECT) {
        return asr_mock_fail(y, "%s must be objects", "tasks and fixtures");
    }

    rc = asr_mock_course_copy(&f->course, dflt);

    for (m = v->child; m != NULL && rc == ASR_OK; m = m->next) {

        if (asr_str_eq(m->key, asr_str("when"))) {
            rc = asr_mock_plan_when(m, f, y);
            continue;
        }

        rc = asr_mock_plan_member(m, &f->course, y);

        if (rc == ASR_NOTFOUND) {
            rc = asr_mock_plan_unknown(m, y);
        }
    }

    return rc;
}


static void
asr_mock_fixtures_free(asr_mock_fixture_t *f, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        free(f[i].sha256);
        free(f[i].url);
        free(f[i].filename);
        free(f[i].api);
        asr_mock_course_free(&f[i].course);
    }

    free(f);
}


static asr_err_t
asr_mock_plan_fixtures(const asr_json_t *v, const asr_mock_course_t *dflt,
    asr_mock_fixture_t **out, size_t *n, const asr_mock_why_t *y)
{
    size_t               i;
    asr_err_t            rc;
    asr_json_t          *m;
    asr_mock_fixture_t  *f;

    if (v->type != ASR_JSON_ARRAY || v->n > ASR_MOCK_PLAN_LIST) {
        return asr_mock_fail(y, "%s must be lists of at most 1000",
                             "tasks and fixtures");
    }

    f = calloc(v->n + 1, sizeof(asr_mock_fixture_t));
    if (f == NULL) {
        return ASR_NOMEM;
    }

    rc = ASR_OK;

    for (i = 0, m = v->child; m != NULL && rc == ASR_OK; m = m->next) {
        rc = asr_mock_plan_fixture(m, dflt, &f[i++], y);
    }

    if (rc != ASR_OK) {
        asr_mock_fixtures_free(f, v->n);
        return rc;
    }

    *out = f;
    *n = v->n;

    return ASR_OK;
}


static asr_err_t
asr_mock_plan_tasks(const asr_json_t *v, asr_mock_plan_t *p,
    const asr_mock_why_t *y)
{
    size_t               i, n;
    asr_err_t            rc;
    asr_mock_fixture_t  *f;

    rc = asr_mock_plan_fixtures(v, &p->dflt, &f, &n, y);
    if (rc != ASR_OK) {
        return rc;
    }

    for (i = 0; i < p->ntasks; i++) {
        asr_mock_course_free(&p->tasks[i]);
    }

    free(p->tasks);
    p->ntasks = 0;
    p->used = 0;

    p->tasks = calloc(n + 1, sizeof(asr_mock_course_t));

    for (i = 0; i < n && p->tasks != NULL; i++) {

        if (f[i].sha256 != NULL || f[i].url != NULL || f[i].filename != NULL
            || f[i].api != NULL || f[i].call != 0)
        {
            rc = asr_mock_fail(y, "\"when\" is for %s", "fixtures");
            break;
        }

        p->tasks[i] = f[i].course;
        f[i].course.code = NULL;
        f[i].course.text = NULL;
        p->ntasks++;
    }

    asr_mock_fixtures_free(f, n);

    return p->tasks == NULL ? ASR_NOMEM : rc;
}


/* The account's members go the way of an accounts file. */

static asr_err_t
asr_mock_plan_account(asr_mock_world_t *w, const asr_json_t *v,
    asr_mock_plan_t *p, const asr_mock_why_t *y)
{
    char             reason[256];
    asr_buf_t        text;
    asr_json_t      *m;
    asr_json_out_t   o;
    asr_accounts_t  *a;

    if (v->type != ASR_JSON_OBJECT) {
        return asr_mock_fail(y, "\"%s\" must be an object", "account");
    }

    if (!w->own) {
        return asr_mock_fail(y, "the account \"%s\" is of the accounts file",
                             w->key);
    }

    asr_buf_init(&text, ASR_MOCK_ACCOUNT_MAX);

    if (asr_json_out_begin(&o, &text) != ASR_OK) {
        asr_buf_free(&text);
        return ASR_NOMEM;
    }

    asr_jo_object(&o);
    asr_jo_key(&o, "accounts");
    asr_jo_array(&o);
    asr_jo_object(&o);

    for (m = v->child; m != NULL; m = m->next) {

        if (asr_str_eq(m->key, asr_str("name"))
            || asr_str_eq(m->key, asr_str("keys")))
        {
            (void) asr_json_out_end(&o);
            asr_buf_free(&text);
            return asr_mock_fail(y, "the %s of a world is its key", "account");
        }

        asr_jo_str(&o, m->key);
        asr_mock_tree_write(&o, m);
    }

    asr_jo_key(&o, "name");
    asr_jo_str(&o, asr_cstr(w->key));
    asr_jo_key(&o, "keys");
    asr_jo_array(&o);
    asr_jo_object(&o);
    asr_jo_key(&o, "bearer");
    asr_jo_str(&o, asr_cstr(w->key));
    asr_jo_object_end(&o);
    asr_jo_array_end(&o);
    asr_jo_object_end(&o);
    asr_jo_array_end(&o);
    asr_jo_object_end(&o);

    if (asr_json_out_end(&o) != ASR_OK) {
        asr_buf_free(&text);
        return asr_mock_fail(y, "the %s is too large", "account");
    }

    a = asr_accounts_parse(asr_buf_str(&text), reason, sizeof(reason));
    asr_buf_free(&text);

    if (a == NULL) {
        return asr_mock_fail(y, "%s", reason);
    }

    if (p->accounts != NULL) {
        asr_accounts_free(p->accounts);
    }

    p->accounts = a;

    return ASR_OK;
}


/* What is neither the course's nor a list. */

static asr_err_t
asr_mock_plan_other(asr_mock_world_t *w, const asr_json_t *m,
    asr_mock_plan_t *p, const asr_mock_why_t *y)
{
    if (asr_str_eq(m->key, asr_str("seed")) && m->type == ASR_JSON_INT) {
        return ASR_OK;
    }

    if (asr_str_eq(m->key, asr_str("strict")) && m->type == ASR_JSON_BOOL) {
        return ASR_OK;
    }

    if (asr_str_eq(m->key, asr_str("account"))) {
        return asr_mock_plan_account(w, m, p, y);
    }

    return asr_mock_plan_unknown(m, y);
}


static asr_err_t
asr_mock_plan_read(asr_mock_world_t *w, const asr_json_t *v,
    asr_mock_plan_t *p, const asr_mock_why_t *y)
{
    asr_err_t    rc;
    asr_json_t  *m;

    if (v->type != ASR_JSON_OBJECT) {
        return asr_mock_fail(y, "%s must be an object", "a plan");
    }

    /* the course first: tasks and fixtures begin with it */

    for (m = v->child; m != NULL; m = m->next) {
        rc = asr_mock_plan_member(m, &p->dflt, y);

        if (rc != ASR_OK && rc != ASR_NOTFOUND) {
            return rc;
        }
    }

    for (m = v->child; m != NULL; m = m->next) {

        if (asr_str_eq(m->key, asr_str("tasks"))) {
            rc = asr_mock_plan_tasks(m, p, y);

        } else if (asr_str_eq(m->key, asr_str("fixtures"))) {
            asr_mock_fixtures_free(p->fixtures, p->nfixtures);
            p->fixtures = NULL;
            p->nfixtures = 0;
            rc = asr_mock_plan_fixtures(m, &p->dflt, &p->fixtures,
                                        &p->nfixtures, y);

        } else if (asr_str_eq(m->key, asr_str("progress"))
                   || asr_str_eq(m->key, asr_str("end"))
                   || asr_str_eq(m->key, asr_str("text"))
                   || asr_str_eq(m->key, asr_str("wer"))
                   || asr_str_eq(m->key, asr_str("callback")))
        {
            rc = ASR_OK;

        } else {
            rc = asr_mock_plan_other(w, m, p, y);
        }

        if (rc != ASR_OK) {
            return rc;
        }
    }

    return ASR_OK;
}


static void
asr_mock_plan_free(asr_mock_plan_t *p)
{
    size_t  i;

    for (i = 0; i < p->ntasks; i++) {
        asr_mock_course_free(&p->tasks[i]);
    }

    free(p->tasks);
    asr_mock_fixtures_free(p->fixtures, p->nfixtures);
    asr_mock_course_free(&p->dflt);
    asr_buf_free(&p->text);

    if (p->accounts != NULL) {
        asr_accounts_free(p->accounts);
    }

    free(p);
}


static void
asr_mock_plan_drop(asr_mock_world_t *w)
{
    if (w->plan != NULL) {
        asr_mock_plan_free(w->plan);
        w->plan = NULL;

        /* as it was made; what it pointed at is gone */

        w->account.status = ASR_ACCOUNT_ACTIVE;
        w->account.app_id = ASR_MOCK_APP_ID;
        w->account.limits = NULL;
        w->account.nlimits = 0;
        w->account.webhook = asr_cstr(w->webhook);
        w->account.webhook_key = asr_str_null();
    }
}


/* The members of v, and those of the old plan that v does not name. */

static asr_err_t
asr_mock_plan_merge(const asr_json_t *old, const asr_json_t *v,
    asr_buf_t *out)
{
    asr_json_t      *m;
    asr_json_out_t   o;

    if (asr_json_out_begin(&o, out) != ASR_OK) {
        return ASR_NOMEM;
    }

    asr_jo_object(&o);

    for (m = old != NULL ? old->child : NULL; m != NULL; m = m->next) {
        if (asr_json_get(v, m->key) == NULL) {
            asr_jo_str(&o, m->key);
            asr_mock_tree_write(&o, m);
        }
    }

    for (m = v->child; m != NULL; m = m->next) {
        if (m->type != ASR_JSON_NULL) {
            asr_jo_str(&o, m->key);
            asr_mock_tree_write(&o, m);
        }
    }

    asr_jo_object_end(&o);

    return asr_json_out_end(&o);
}


/* A plan out of its text; NULL: err says why. */

static asr_mock_plan_t *
asr_mock_plan_make(asr_mock_world_t *w, const asr_json_t *old,
    const asr_json_t *v, asr_arena_t *a, const asr_json_t **tree,
    const asr_mock_why_t *y)
{
    asr_mock_plan_t   *p;
    asr_json_error_t   error;

    p = calloc(1, sizeof(asr_mock_plan_t));
    if (p == NULL) {
        return NULL;
    }

    asr_buf_init(&p->text, ASR_MOCK_PLAN_MAX);

    if (asr_mock_plan_merge(old, v, &p->text) == ASR_OK
        && asr_mock_course_copy(&p->dflt, &asr_mock_default) == ASR_OK)
    {
        *tree = asr_json_parse(a, asr_buf_str(&p->text), &error);

        if (*tree != NULL && asr_mock_plan_read(w, *tree, p, y) == ASR_OK) {
            return p;
        }
    }

    asr_mock_plan_free(p);

    return NULL;
}


static void
asr_mock_plan_use(asr_mock_world_t *w, asr_mock_plan_t *p,
    const asr_json_t *tree)
{
    int64_t               seed;
    const asr_account_t  *account;

    asr_mock_plan_drop(w);
    w->plan = p;

    seed = asr_json_get_int(tree, "seed", (int64_t) w->seed);

    if ((uint64_t) seed != w->seed) {
        asr_mock_world_reseed(w, (uint64_t) seed);
    }

    w->lenient = !asr_json_get_bool(tree, "strict", !w->lenient);

    if (p->accounts == NULL) {
        return;
    }

    account = asr_accounts_named(p->accounts, asr_cstr(w->key));

    w->account.status = account->status;
    w->account.limits = account->limits;
    w->account.nlimits = account->nlimits;

    if (account->app_id != 0) {
        w->account.app_id = account->app_id;
    }

    if (account->webhook.len != 0) {
        w->account.webhook = account->webhook;
        w->account.webhook_key = account->webhook_key;
    }
}


asr_err_t
asr_mock_plan_set(asr_mock_world_t *w, const asr_json_t *v, bool patch,
    char *err, size_t errlen)
{
    asr_arena_t         a;
    asr_mock_why_t      y;
    asr_mock_plan_t    *p;
    const asr_json_t   *tree, *old;
    asr_json_error_t    error;

    y.err = err;
    y.errlen = errlen;

    if (v == NULL || v->type != ASR_JSON_OBJECT) {
        return asr_mock_fail(&y, "%s must be an object", "a plan");
    }

    snprintf(err, errlen, "the plan is too large");
    asr_arena_init(&a, ASR_MOCK_PLAN_ARENA);

    p = w->plan;
    old = NULL;

    if (patch && p != NULL) {
        old = asr_json_parse(&a, asr_buf_str(&p->text), &error);
    }

    p = asr_mock_plan_make(w, old, v, &a, &tree, &y);

    if (p != NULL) {
        asr_mock_plan_use(w, p, tree);
    }

    asr_arena_free(&a);

    return p != NULL ? ASR_OK : ASR_INVALID;
}


asr_err_t
asr_mock_plan_default(const asr_json_t *v, char *err, size_t errlen)
{
    asr_err_t           rc;
    asr_json_t         *m;
    asr_mock_why_t      y;
    asr_mock_course_t   c;

    y.err = err;
    y.errlen = errlen;

    if (v->type != ASR_JSON_OBJECT) {
        return asr_mock_fail(&y, "\"%s\" must be an object", "defaults");
    }

    rc = asr_mock_course_copy(&c, &asr_mock_default);

    for (m = v->child; m != NULL && rc == ASR_OK; m = m->next) {
        rc = asr_mock_plan_member(m, &c, &y);

        if (rc == ASR_NOTFOUND) {
            rc = asr_mock_plan_unknown(m, &y);
        }
    }

    if (rc == ASR_OK) {
        asr_mock_course_free(&asr_mock_default);
        asr_mock_default = c;

    } else {
        asr_mock_course_free(&c);
    }

    return rc;
}
