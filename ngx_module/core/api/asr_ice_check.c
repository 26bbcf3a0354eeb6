/* Parameters against their tables and rules. */

#include "asr_ice.h"


#define ASR_ICE_TEXT_MAX    128              /* I-012, I-013: bytes */
#define ASR_ICE_DATA_MAX    4096             /* I-011 */
#define ASR_ICE_JSON_ARENA  (1024 * 1024)    /* of a parameter's tree */


static asr_step_t
asr_ice_bad(asr_call_t *call, asr_str_t name, const char *clause,
    const char *why)
{
    call->clause = clause;

    return asr_ice_refuse(call, ASR_IE_PARAM, name, asr_cstr(why));
}


static asr_step_t
asr_ice_params_check(asr_call_t *call, const asr_param_t *table, size_t n,
    void *out)
{
    asr_ice_state_t    *st;
    asr_param_error_t   err;

    st = call->state;

    if (asr_params_form(table, n, &st->form, NULL, true, &call->arena, out,
                        NULL, &err)
        == ASR_OK)
    {
        return ASR_STEP_BODY;
    }

    if (err.param != NULL) {
        call->clause = err.param->clause;
    }

    switch (err.fault) {

    case ASR_PF_MISSING:
        return asr_ice_refuse(call, ASR_IE_PARAM_MISSING, err.name,
                              asr_str_null());

    case ASR_PF_NOMEM:
        return asr_ice_fail(call, ASR_IE_SIZE);

    default:
        return asr_ice_refuse(call, ASR_IE_PARAM, asr_ice_clip(err.name),
                              asr_cstr(err.why));
    }
}


/* Digits up to a maximal number of them; none: false. */

static bool
asr_ice_digits(asr_str_t *s, size_t most, int64_t *v)
{
    size_t  n;

    *v = 0;

    for (n = 0; n < s->len && s->data[n] >= '0' && s->data[n] <= '9'; n++) {
        if (n == most) {
            return false;
        }

        *v = *v * 10 + (s->data[n] - '0');
    }

    s->data += n;
    s->len -= n;

    return n != 0;
}


static bool
asr_ice_skip(asr_str_t *s, char c)
{
    if (s->len == 0 || s->data[0] != c) {
        return false;
    }

    s->data++;
    s->len--;

    return true;
}


/* I-014: "01:02:03", "01:02:03.5", "3723", "3723.5" */

static bool
asr_ice_time(asr_str_t s, int64_t *ms)
{
    size_t   left;
    int64_t  v, part, fraction;

    if (!asr_ice_digits(&s, 5, &v)) {
        return false;
    }

    if (s.len != 0 && s.data[0] == ':') {

        if (v > 99 || !asr_ice_skip(&s, ':') || !asr_ice_digits(&s, 2, &part)
            || part > 59)
        {
            return false;
        }

        v = v * 60 + part;

        if (!asr_ice_skip(&s, ':') || !asr_ice_digits(&s, 2, &part)
            || part > 59)
        {
            return false;
        }

        v = v * 60 + part;
    }

    fraction = 0;

    if (asr_ice_skip(&s, '.')) {
        left = s.len;

        if (!asr_ice_digits(&s, 3, &fraction)) {
            return false;
        }

        for (left -= s.len; left < 3; left++) {
            fraction *= 10;
        }
    }

    *ms = v * 1000 + fraction;

    return s.len == 0;
}


static asr_step_t
asr_ice_times(asr_call_t *call, asr_ice_state_t *st)
{
    if (st->submit.start_time.len != 0
        && !asr_ice_time(st->submit.start_time, &st->start_ms))
    {
        return asr_ice_bad(call, asr_str("StartTime"), "I-014",
                           "must be hh:mm:ss[.SSS] or seconds");
    }

    if (st->submit.duration.len != 0
        && (!asr_ice_time(st->submit.duration, &st->duration_ms)
            || st->duration_ms == 0))
    {
        return asr_ice_bad(call, asr_str("Duration"), "I-015",
                           "must be hh:mm:ss[.SSS] or seconds, more than 0");
    }

    return ASR_STEP_BODY;
}


static asr_step_t
asr_ice_user_data(asr_call_t *call, asr_ice_state_t *st)
{
    size_t             i;
    asr_str_t          s;
    asr_json_t        *root;
    asr_arena_t        arena;
    asr_step_t         step;
    asr_json_error_t   err;

    static const asr_str_t  schemes[] = {
        ASR_STR("http://"), ASR_STR("https://")
    };

    s = st->submit.user_data;

    if (s.len == 0) {
        return ASR_STEP_BODY;
    }

    if (s.len > ASR_ICE_DATA_MAX) {
        return asr_ice_bad(call, asr_str("UserData"), "I-011",
                           "must be at most 4096 bytes");
    }

    asr_arena_init(&arena, ASR_ICE_JSON_ARENA);
    root = asr_json_parse(&arena, s, &err);
    step = ASR_STEP_BODY;

    if (root == NULL) {
        step = asr_ice_bad(call, asr_str("UserData"), "I-011",
                           "must be JSON");
    }

    /* I-090; a name of a message queue is another way, which is not here */

    s = asr_json_get_str(root, "NotifyAddress");

    for (i = 0; i < asr_nelts(schemes); i++) {
        if (s.len > schemes[i].len && s.len <= ASR_ICE_INPUT_MAX
            && memcmp(s.data, schemes[i].data, schemes[i].len) == 0)
        {
            st->notify = asr_arena_str(&call->arena, s);
        }
    }

    asr_arena_free(&arena);

    return step;
}


static asr_step_t
asr_ice_editing_members(asr_call_t *call, asr_ice_state_t *st,
    const asr_json_t *root)
{
    asr_str_t          value;
    const asr_json_t  *v;

    v = asr_json_get(root, asr_str("HotwordLibraryIdList"));

    if (v != NULL && v->type != ASR_JSON_NULL && v->type != ASR_JSON_STRING) {
        return asr_ice_bad(call, asr_str("EditingConfig.HotwordLibraryIdList"),
                           "I-017", "must be a string");
    }

    if (v != NULL && v->type == ASR_JSON_STRING && v->u.string.len != 0
        && call->core->libraries != NULL && !call->guard
        && asr_libraries_find(call->core->libraries, ASR_LIBRARY_HOTWORDS,
                              v->u.string, st->key->account->name)
           == NULL)
    {
        return asr_ice_bad(call, asr_str("EditingConfig.HotwordLibraryIdList"),
                           "I-025", "is no such library");
    }

    v = asr_json_get(root, asr_str("EnableSemanticSentenceDetection"));

    if (v != NULL && v->type != ASR_JSON_NULL && v->type != ASR_JSON_BOOL) {
        return asr_ice_bad(call,
                   asr_str("EditingConfig.EnableSemanticSentenceDetection"),
                   "I-019", "must be a boolean");
    }

    v = asr_json_get(root, asr_str("SentenceMaxLength"));

    if (v == NULL || v->type == ASR_JSON_NULL) {
        return ASR_STEP_BODY;
    }

    if (v->type != ASR_JSON_INT) {
        return asr_ice_bad(call, asr_str("EditingConfig.SentenceMaxLength"),
                           "I-018", "must be an integer");
    }

    if (v->u.integer < 4 || v->u.integer > 50) {
        value = asr_arena_printf(&call->arena, "%lld",
                                 (long long) v->u.integer);

        return asr_ice_refuse(call, ASR_IE_SENTENCE, value, asr_str_null());
    }

    st->sentence_max = v->u.integer;

    return ASR_STEP_BODY;
}


static asr_step_t
asr_ice_editing_config(asr_call_t *call, asr_ice_state_t *st)
{
    asr_json_t        *root;
    asr_arena_t        arena;
    asr_step_t         step;
    asr_json_error_t   err;

    if (st->submit.editing_config.len == 0) {
        return ASR_STEP_BODY;
    }

    asr_arena_init(&arena, ASR_ICE_JSON_ARENA);
    root = asr_json_parse(&arena, st->submit.editing_config, &err);

    if (root == NULL || root->type != ASR_JSON_OBJECT) {
        step = asr_ice_bad(call, asr_str("EditingConfig"), "I-016",
                           "must be a JSON object");

    } else {
        step = asr_ice_editing_members(call, st, root);
    }

    asr_arena_free(&arena);

    return step;
}


asr_step_t
asr_ice_submit_check(asr_call_t *call)
{
    asr_step_t        step;
    asr_ice_state_t  *st;

    st = call->state;

    step = asr_ice_params_check(call, asr_ice_submit_params,
                                ASR_ICE_SUBMIT_PARAMS, &st->submit);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    if (st->submit.input_file.len == 0) {
        call->clause = "I-010";
        return asr_ice_refuse(call, ASR_IE_PARAM_MISSING,
                              asr_str("InputFile"), asr_str_null());
    }

    if (st->submit.title.len > ASR_ICE_TEXT_MAX) {
        return asr_ice_bad(call, asr_str("Title"), "I-012",
                           "must be at most 128 bytes");
    }

    if (st->submit.description.len > ASR_ICE_TEXT_MAX) {
        return asr_ice_bad(call, asr_str("Description"), "I-013",
                           "must be at most 128 bytes");
    }

    step = asr_ice_user_data(call, st);

    if (step == ASR_STEP_BODY) {
        step = asr_ice_times(call, st);
    }

    return (step == ASR_STEP_BODY) ? asr_ice_editing_config(call, st) : step;
}


asr_step_t
asr_ice_get_check(asr_call_t *call, int64_t *id)
{
    asr_step_t        step;
    asr_ice_state_t  *st;

    st = call->state;

    step = asr_ice_params_check(call, asr_ice_get_params, 1, &st->job);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    if (st->job.job_id.len == 0) {
        call->clause = "I-030";
        return asr_ice_refuse(call, ASR_IE_PARAM_MISSING, asr_str("JobId"),
                              asr_str_null());
    }

    return (asr_ice_job_number(st->job.job_id, id) == ASR_OK)
           ? ASR_STEP_BODY : asr_ice_fail(call, ASR_IE_NO_JOB);
}


asr_step_t
asr_ice_list_check(asr_call_t *call, asr_task_list_t *list)
{
    size_t            i;
    asr_step_t        step;
    asr_ice_list_t   *in;
    asr_ice_state_t  *st;

    static const struct {
        asr_str_t  name;
        unsigned   states;
    } states[] = {
        { ASR_STR("Created"),  1u << ASR_TASK_CREATED },
        { ASR_STR("Executing"),
          1u << ASR_TASK_FETCHING | 1u << ASR_TASK_DECODING
          | 1u << ASR_TASK_RECOGNISING | 1u << ASR_TASK_FINISHING },
        { ASR_STR("Finished"), 1u << ASR_TASK_SUCCEEDED },
        { ASR_STR("Failed"),   1u << ASR_TASK_FAILED }
    };

    st = call->state;
    in = &st->list;

    step = asr_ice_params_check(call, asr_ice_list_params,
                                ASR_ICE_LIST_PARAMS, in);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    for (i = 0; i < asr_nelts(states); i++) {
        if (asr_str_eq(in->job_state, states[i].name)) {
            list->states = states[i].states;
        }
    }

    /* a bit of no state: none */

    if (in->job_type.len != 0 && !asr_str_eq(in->job_type, asr_str("ASR"))) {
        list->states = 1u << 31;
    }

    list->ascending = asr_str_eq(in->sort_by, asr_str("CreationTime:Asc"));
    list->limit = in->max_results != 0 ? in->max_results : in->page_size;

    if (in->next_token.len == 0) {
        list->skip = (in->page_no - 1) * list->limit;
        return ASR_STEP_BODY;
    }

    if (asr_ice_job_number(in->next_token, &list->after) != ASR_OK) {
        return asr_ice_bad(call, asr_str("NextToken"), "I-042",
                           "is not of an earlier reply");
    }

    return ASR_STEP_BODY;
}


asr_step_t
asr_ice_delete_check(asr_call_t *call, int64_t **ids, size_t *n)
{
    asr_str_t         s, id;
    asr_step_t        step;
    const char       *comma;
    asr_ice_state_t  *st;

    st = call->state;

    step = asr_ice_params_check(call, asr_ice_delete_params, 1, &st->job);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    s = st->job.job_id;

    if (s.len == 0) {
        call->clause = "I-045";
        return asr_ice_refuse(call, ASR_IE_PARAM_MISSING, asr_str("JobId"),
                              asr_str_null());
    }

    *ids = asr_arena_alloc(&call->arena, ASR_ICE_IDS_MAX * sizeof(int64_t));
    if (*ids == NULL) {
        return asr_ice_fail(call, ASR_IE_SIZE);
    }

    for (*n = 0; s.data != NULL; (*n)++) {

        if (*n == ASR_ICE_IDS_MAX) {
            return asr_ice_bad(call, asr_str("JobId"), "I-045",
                               "names more than 100 jobs");
        }

        comma = s.len != 0 ? memchr(s.data, ',', s.len) : NULL;
        id = s;

        if (comma != NULL) {
            id.len = (size_t) (comma - s.data);
            s.len -= id.len + 1;
            s.data = comma + 1;

        } else {
            s.data = NULL;
        }

        if (asr_ice_job_number(id, &(*ids)[*n]) != ASR_OK) {
            return asr_ice_fail(call, ASR_IE_NO_JOB);
        }
    }

    return ASR_STEP_BODY;
}
