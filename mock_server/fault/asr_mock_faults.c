/*
 * The rules of a world: a list in the order they came, each with an arena for
 * its strings.  What a request is given is a copy, so that a rule may go while
 * the request is under way.
 */

#include "asr_mock_faults.h"
#include "core/api/asr_api.h"

#include <stdio.h>
#include <stdlib.h>


/* operation, text of the fault, a reason why not */

#define ASR_MOCK_RULE_MEMORY  2048


typedef struct asr_mock_rule_s  asr_mock_rule_t;

struct asr_mock_rule_s {
    asr_arena_t        arena;
    asr_str_t          operation;
    asr_mock_fault_t   fault;
    double             probability;      /* more than 0, at most 1 */
    int64_t            times;            /* 0: for ever */
    int64_t            skip;
    int64_t            skipped;
    int64_t            used;
    asr_mock_rule_t   *next;
};

typedef struct {
    asr_mock_rule_t   *first;
    asr_mock_rule_t  **last;
    unsigned           n;
    uint32_t           id;               /* of the newest */
} asr_mock_rules_t;


static void asr_mock_faults_free(asr_mock_world_t *w);
static bool asr_mock_rule_spent(const asr_mock_rule_t *r);


void
asr_mock_faults_init(void)
{
    asr_mock_on_delete(asr_mock_faults_free);
}


static void
asr_mock_rule_free(asr_mock_rule_t *r)
{
    asr_arena_free(&r->arena);
    free(r);
}


static void
asr_mock_rules_free(asr_mock_rule_t *r)
{
    asr_mock_rule_t  *next;

    for ( /* void */ ; r != NULL; r = next) {
        next = r->next;
        asr_mock_rule_free(r);
    }
}


static void
asr_mock_faults_free(asr_mock_world_t *w)
{
    asr_mock_faults_clear(w);
    free(w->faults);
    w->faults = NULL;
}


static asr_mock_rules_t *
asr_mock_rules(asr_mock_world_t *w)
{
    asr_mock_rules_t  *l;

    if (w->faults == NULL) {
        l = calloc(1, sizeof(asr_mock_rules_t));

        if (l != NULL) {
            l->last = &l->first;
            w->faults = l;
        }
    }

    return w->faults;
}


void
asr_mock_faults_clear(asr_mock_world_t *w)
{
    asr_mock_rules_t  *l;

    l = w->faults;

    if (l != NULL) {
        asr_mock_rules_free(l->first);
        l->first = NULL;
        l->last = &l->first;
        l->n = 0;
    }
}


/* Out of the list; *p is the rule. */

static void
asr_mock_rule_remove(asr_mock_rules_t *l, asr_mock_rule_t **p)
{
    asr_mock_rule_t  *r;

    r = *p;
    *p = r->next;

    if (l->last == &r->next) {
        l->last = p;
    }

    l->n--;
    asr_mock_rule_free(r);
}


bool
asr_mock_faults_delete(asr_mock_world_t *w, uint32_t id)
{
    asr_mock_rule_t  **p;
    asr_mock_rules_t  *l;

    l = w->faults;

    if (l == NULL) {
        return false;
    }

    for (p = &l->first; *p != NULL; p = &(*p)->next) {
        if ((*p)->fault.id == id) {
            asr_mock_rule_remove(l, p);
            return true;
        }
    }

    return false;
}


static bool
asr_mock_rule_spent(const asr_mock_rule_t *r)
{
    return r->times != 0 && r->used >= r->times;
}


/* Makes room for so many; the oldest that are used up go first. */

static bool
asr_mock_rules_room(asr_mock_rules_t *l, unsigned n)
{
    unsigned           spent;
    asr_mock_rule_t   *r, **p;

    for (r = l->first, spent = 0; r != NULL; r = r->next) {
        spent += asr_mock_rule_spent(r);
    }

    if (n > ASR_MOCK_FAULTS_MAX || l->n - spent + n > ASR_MOCK_FAULTS_MAX) {
        return false;
    }

    p = &l->first;

    while (l->n + n > ASR_MOCK_FAULTS_MAX) {

        if (asr_mock_rule_spent(*p)) {
            asr_mock_rule_remove(l, p);

        } else {
            p = &(*p)->next;
        }
    }

    return true;
}


/* '*' stands for any number of characters. */

static bool
asr_mock_glob(asr_str_t pattern, asr_str_t s)
{
    size_t  i, k, star, mark;
    bool    back;

    for (i = 0, k = 0, star = 0, mark = 0, back = false; k < s.len; ) {

        if (i < pattern.len && pattern.data[i] == '*') {
            back = true;
            star = ++i;
            mark = k;

        } else if (i < pattern.len && pattern.data[i] == s.data[k]) {
            i++;
            k++;

        } else if (back) {
            i = star;
            k = ++mark;

        } else {
            return false;
        }
    }

    while (i < pattern.len && pattern.data[i] == '*') {
        i++;
    }

    return i == pattern.len;
}


/* Of an API, or of any when there is none in the pattern. */

static bool
asr_mock_operation_fits(asr_str_t pattern, asr_str_t api, asr_str_t operation)
{
    int   n;
    char  full[ASR_MOCK_OPERATION_MAX];

    if (memchr(pattern.data, '.', pattern.len) == NULL) {
        return asr_mock_glob(pattern, operation);
    }

    n = snprintf(full, sizeof(full), "%.*s.%.*s", asr_fmt(api),
                 asr_fmt(operation));

    return n > 0 && (size_t) n < sizeof(full)
           && asr_mock_glob(pattern, (asr_str_t) { (size_t) n, full });
}


/* A rule that can never fit is a slip of the pen. */

static bool
asr_mock_operation_known(asr_str_t pattern)
{
    size_t             i, k;
    const asr_api_t   *api;

    for (i = 0; asr_apis[i] != NULL; i++) {
        api = asr_apis[i];

        for (k = 0; api->actions[k] != NULL; k++) {
            if (asr_mock_operation_fits(pattern, asr_cstr(api->name),
                                        asr_cstr(api->actions[k])))
            {
                return true;
            }
        }
    }

    return false;
}


/* The numbers of a rule; NULL: all are right. */

static const char *
asr_mock_rule_number(asr_mock_rule_t *r, const asr_json_t *v)
{
    double    p;
    int64_t  *n;

    if (asr_str_eq(v->key, asr_str("probability"))) {

        if (v->type != ASR_JSON_INT && v->type != ASR_JSON_NUMBER) {
            return "probability must be a number";
        }

        p = (v->type == ASR_JSON_INT) ? (double) v->u.integer : v->u.number;

        if (!(p > 0) || p > 1) {
            return "probability must be more than 0 and at most 1";
        }

        r->probability = p;

        return NULL;
    }

    if (asr_str_eq(v->key, asr_str("times"))) {
        n = &r->times;

    } else if (asr_str_eq(v->key, asr_str("skip"))) {
        n = &r->skip;

    } else {
        return "a rule has operation, fault, times, probability and skip";
    }

    if (v->type != ASR_JSON_INT || v->u.integer < 0) {
        return "times and skip must be integers from 0";
    }

    *n = v->u.integer;

    return NULL;
}


static const char *
asr_mock_rule_member(asr_mock_rule_t *r, const asr_json_t *v)
{
    const char  *why;

    if (asr_str_eq(v->key, asr_str("operation"))) {

        if (v->type != ASR_JSON_STRING || v->u.string.len == 0
            || v->u.string.len >= ASR_MOCK_OPERATION_MAX
            || !asr_mock_operation_known(v->u.string))
        {
            return "operation must be one, as tencent.CreateRecTask, u2.* or "
                   "create";
        }

        r->operation = asr_arena_str(&r->arena, v->u.string);

        return (r->operation.data == NULL) ? "out of memory" : NULL;
    }

    if (asr_str_eq(v->key, asr_str("fault"))) {

        if (v->type != ASR_JSON_STRING) {
            return "fault must be a string";
        }

        return (asr_mock_fault_parse(&r->arena, v->u.string, &r->fault, &why)
                == ASR_NOMEM)
               ? "out of memory" : why;
    }

    /* as the list has them: it may be sent back as it is */

    if (asr_str_eq(v->key, asr_str("id"))
        || asr_str_eq(v->key, asr_str("used"))
        || asr_str_eq(v->key, asr_str("skipped")))
    {
        return NULL;
    }

    return asr_mock_rule_number(r, v);
}


/* NULL: err says why. */

static asr_mock_rule_t *
asr_mock_rule_make(const asr_json_t *v, char *err, size_t size)
{
    const char        *why;
    asr_json_t        *m;
    asr_mock_rule_t   *r;

    if (v->type != ASR_JSON_OBJECT) {
        snprintf(err, size, "a rule must be an object");
        return NULL;
    }

    r = calloc(1, sizeof(asr_mock_rule_t));

    if (r == NULL) {
        snprintf(err, size, "out of memory");
        return NULL;
    }

    asr_arena_init(&r->arena, ASR_MOCK_RULE_MEMORY);
    r->operation = asr_str("*");
    r->probability = 1;
    why = NULL;

    for (m = v->child; m != NULL && why == NULL; m = m->next) {
        why = asr_mock_rule_member(r, m);
    }

    if (why == NULL && r->fault.spec.len == 0) {
        why = "fault is missing";
    }

    if (why != NULL) {
        snprintf(err, size, "%s", why);
        asr_mock_rule_free(r);
        return NULL;
    }

    return r;
}


asr_err_t
asr_mock_faults_add_json(asr_mock_world_t *w, const asr_json_t *v, char *err,
    size_t size)
{
    unsigned            n;
    const asr_json_t   *rules, *one;
    asr_mock_rule_t    *first, **last;
    asr_mock_rules_t   *l;

    l = asr_mock_rules(w);

    if (l == NULL) {
        snprintf(err, size, "out of memory");
        return ASR_NOMEM;
    }

    rules = asr_json_get(v, asr_str("faults"));

    if (rules == NULL && v->type == ASR_JSON_ARRAY) {
        rules = v;
    }

    if (rules != NULL && rules->type != ASR_JSON_ARRAY) {
        snprintf(err, size, "faults must be an array");
        return ASR_INVALID;
    }

    one = (rules != NULL) ? rules->child : v;
    first = NULL;
    last = &first;

    for (n = 0; one != NULL; one = (rules != NULL) ? one->next : NULL) {
        *last = asr_mock_rule_make(one, err, size);

        if (*last == NULL) {
            asr_mock_rules_free(first);
            return ASR_INVALID;
        }

        last = &(*last)->next;

        if (++n > ASR_MOCK_FAULTS_MAX) {
            break;
        }
    }

    if (!asr_mock_rules_room(l, n)) {
        asr_mock_rules_free(first);
        snprintf(err, size, "a world has at most %d faults",
                 ASR_MOCK_FAULTS_MAX);
        return ASR_TOOBIG;
    }

    if (first != NULL) {
        *l->last = first;
        l->last = last;
        l->n += n;
    }

    for ( /* void */ ; first != NULL; first = first->next) {
        first->fault.id = ++l->id;
    }

    return ASR_OK;
}


void
asr_mock_faults_write(const asr_mock_world_t *w, asr_json_out_t *o)
{
    const asr_mock_rule_t   *r;
    const asr_mock_rules_t  *l;

    l = w->faults;

    asr_jo_object(o);
    asr_jo_key(o, "faults");
    asr_jo_array(o);

    for (r = (l != NULL) ? l->first : NULL; r != NULL; r = r->next) {
        asr_jo_object(o);
        asr_jo_key(o, "id");
        asr_jo_int(o, r->fault.id);
        asr_jo_key(o, "operation");
        asr_jo_str(o, r->operation);
        asr_jo_key(o, "fault");
        asr_jo_str(o, r->fault.spec);
        asr_jo_key(o, "times");
        asr_jo_int(o, r->times);
        asr_jo_key(o, "probability");
        asr_jo_fixed(o, r->probability, 6);
        asr_jo_key(o, "skip");
        asr_jo_int(o, r->skip);
        asr_jo_key(o, "skipped");
        asr_jo_int(o, r->skipped);
        asr_jo_key(o, "used");
        asr_jo_int(o, r->used);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
    asr_jo_object_end(o);
}


static bool
asr_mock_fault_copy(asr_str_t *s, asr_arena_t *a)
{
    if (s->len == 0) {
        return true;
    }

    *s = asr_arena_str(a, *s);

    return s->data != NULL;
}


const asr_mock_fault_t *
asr_mock_fault_take(asr_mock_world_t *w, asr_str_t api, asr_str_t operation,
    asr_arena_t *a)
{
    asr_mock_rule_t   *r;
    asr_mock_rules_t  *l;
    asr_mock_fault_t  *f;

    l = w->faults;

    for (r = (l != NULL) ? l->first : NULL; r != NULL; r = r->next) {

        if (asr_mock_rule_spent(r)
            || !asr_mock_operation_fits(r->operation, api, operation))
        {
            continue;
        }

        if (r->skipped < r->skip) {
            r->skipped++;
            continue;
        }

        /* a number is drawn only where chance decides */

        if (r->probability < 1
            && asr_mock_unit(&w->random) >= r->probability)
        {
            continue;
        }

        f = asr_arena_alloc(a, sizeof(asr_mock_fault_t));
        if (f == NULL) {
            return NULL;
        }

        *f = r->fault;

        if (!asr_mock_fault_copy(&f->spec, a)
            || !asr_mock_fault_copy(&f->code, a)
            || !asr_mock_fault_copy(&f->task_code, a)
            || !asr_mock_fault_copy(&f->type, a))
        {
            return NULL;
        }

        r->used++;

        return f;
    }

    return NULL;
}
