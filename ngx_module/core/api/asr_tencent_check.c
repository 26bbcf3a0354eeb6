/*
 * Parameters against their tables and rules.  Order of refusals: unknown
 * names, missing ones, wrong types, values, then rules between parameters.
 */

#include "asr_tencent.h"

#include <stdio.h>


/*
 * 30 characters, or 10 Chinese ones: a character of three or more bytes in
 * UTF-8 counts as three.
 */

static size_t
asr_tencent_term_cost(asr_str_t term)
{
    size_t         i, cost;
    unsigned char  c;

    cost = 0;

    for (i = 0; i < term.len; i++) {
        c = (unsigned char) term.data[i];

        if ((c & 0xc0) != 0x80) {
            cost += (c >= 0xe0) ? 3 : 1;
        }
    }

    return cost;
}


static asr_str_t
asr_tencent_trim(asr_str_t s)
{
    while (s.len != 0 && s.data[0] == ' ') {
        s.data++;
        s.len--;
    }

    while (s.len != 0 && s.data[s.len - 1] == ' ') {
        s.len--;
    }

    return s;
}


/* "term|weight"; the document's samples have a blank after the comma. */

static asr_tencent_hot_t
asr_tencent_hotword(asr_str_t item)
{
    size_t     i;
    int64_t    weight;
    asr_str_t  term, text;

    item = asr_tencent_trim(item);

    for (i = item.len; i != 0 && item.data[i - 1] != '|'; i--) { /* void */ }

    if (i == 0) {
        return ASR_TENCENT_HOT_FORM;
    }

    term = asr_tencent_trim((asr_str_t) { i - 1, item.data });
    text = asr_tencent_trim((asr_str_t) { item.len - i, item.data + i });

    if (term.len == 0 || memchr(term.data, '|', term.len) != NULL
        || text.len == 0)
    {
        return ASR_TENCENT_HOT_FORM;
    }

    if (asr_tencent_term_cost(term) > 30) {
        return ASR_TENCENT_HOT_LENGTH;
    }

    if (asr_str_int(text, &weight) != ASR_OK
        || weight < 1 || (weight > 11 && weight != 100))
    {
        return ASR_TENCENT_HOT_WEIGHT;
    }

    return ASR_TENCENT_HOT_FINE;
}


static asr_tencent_hot_t
asr_tencent_hotwords(asr_str_t list)
{
    size_t              n;
    asr_str_t           item;
    const char         *p, *end, *comma;
    asr_tencent_hot_t   rc;

    if (list.len == 0) {
        return ASR_TENCENT_HOT_FINE;
    }

    p = list.data;
    end = list.data + list.len;

    for (n = 1; ; n++) {

        if (n > 128) {
            return ASR_TENCENT_HOT_COUNT;
        }

        comma = memchr(p, ',', (size_t) (end - p));
        item.data = p;
        item.len = (size_t) ((comma != NULL ? comma : end) - p);

        rc = asr_tencent_hotword(item);
        if (rc != ASR_TENCENT_HOT_FINE || comma == NULL) {
            return rc;
        }

        p = comma + 1;
    }
}


static asr_step_t
asr_tencent_rules_check(asr_call_t *call, const asr_tencent_state_t *st)
{
    size_t                     i;
    const asr_tencent_rule_t  *r;

    for (i = 0; i < asr_tencent_rules_n; i++) {
        r = &asr_tencent_rules[i];

        if (r->broken != NULL && r->broken(call->core, st)) {
            call->clause = r->clause;

            return asr_tencent_refuse(call, r->error, asr_cstr(r->param),
                                      (r->error == ASR_TE_ENGINE)
                                      ? st->create.engine
                                      : asr_cstr(r->why != NULL ? r->why
                                                                : ""));
        }
    }

    return ASR_STEP_BODY;
}


static asr_step_t
asr_tencent_roles_type(asr_call_t *call, const char *name,
    const char *expected)
{
    call->clause = "T-028";

    return asr_tencent_refuse(call, ASR_TE_TYPE, asr_cstr(name),
                              asr_cstr(expected));
}


static bool
asr_tencent_role_member(asr_str_t name)
{
    return asr_str_eq(name, asr_str("RoleAudioUrl"))
           || asr_str_eq(name, asr_str("RoleName"));
}


/* T-028: an array of objects, which the tables know nothing of. */

static asr_step_t
asr_tencent_roles_json(asr_call_t *call, const asr_json_t *roles)
{
    char               name[160];
    size_t             i;
    const asr_json_t  *item, *v;

    if (roles == NULL || roles->type == ASR_JSON_NULL) {
        return ASR_STEP_BODY;
    }

    if (roles->type != ASR_JSON_ARRAY) {
        return asr_tencent_roles_type(call, "SpeakerRoles", "array");
    }

    for (i = 0, item = roles->child; item != NULL; item = item->next, i++) {

        if (item->type != ASR_JSON_OBJECT) {
            snprintf(name, sizeof(name), "SpeakerRoles.%zu", i);
            return asr_tencent_roles_type(call, name, "object");
        }

        for (v = item->child; v != NULL; v = v->next) {
            snprintf(name, sizeof(name), "SpeakerRoles.%zu.%.*s", i,
                     asr_fmt(asr_tencent_clip(v->key)));

            if (!asr_tencent_role_member(v->key)) {
                return asr_tencent_refuse(call, ASR_TE_UNKNOWN,
                                          asr_cstr(name), asr_str_null());
            }

            if (v->type != ASR_JSON_STRING && v->type != ASR_JSON_NULL) {
                return asr_tencent_roles_type(call, name, "string");
            }
        }
    }

    return ASR_STEP_BODY;
}


/* Takes the member out of the object, so that the table does not see it. */

static const asr_json_t *
asr_tencent_detach(asr_json_t *object, asr_str_t name)
{
    asr_json_t  *v, **link;

    for (link = &object->child; *link != NULL; link = &(*link)->next) {
        v = *link;

        if (asr_str_eq(v->key, name)) {
            *link = v->next;
            object->n--;
            return v;
        }
    }

    return NULL;
}


/* "SpeakerRoles.0.RoleName", or a name of all v1 requests. */

static bool
asr_tencent_create_skip(asr_str_t name)
{
    size_t     i;
    asr_str_t  member;

    static const asr_str_t  roles = ASR_STR("SpeakerRoles.");

    if (name.len <= roles.len
        || memcmp(name.data, roles.data, roles.len) != 0)
    {
        return asr_tencent_common(name);
    }

    for (i = roles.len; i < name.len; i++) {
        if (name.data[i] < '0' || name.data[i] > '9') {
            break;
        }
    }

    if (i == roles.len || i == name.len || name.data[i] != '.') {
        return false;
    }

    member.data = name.data + i + 1;
    member.len = name.len - i - 1;

    return asr_tencent_role_member(member);
}


static asr_step_t
asr_tencent_params_error(asr_call_t *call, const asr_param_error_t *err)
{
    asr_str_t            name;
    asr_tencent_error_t  e;

    name = asr_tencent_clip(err->name);

    if (err->param != NULL) {
        call->clause = err->param->clause;
    }

    switch (err->fault) {

    case ASR_PF_MISSING:
        return asr_tencent_refuse(call, ASR_TE_MISSING, name, asr_str_null());

    case ASR_PF_UNKNOWN:
        return asr_tencent_refuse(call, ASR_TE_UNKNOWN, name, asr_str_null());

    case ASR_PF_TYPE:
        return asr_tencent_refuse(call, ASR_TE_TYPE, name,
                                  asr_cstr(err->expected));

    case ASR_PF_VALUE:
        e = (call->action_index == ASR_TENCENT_CREATE)
            ? ASR_TE_VALUE : ASR_TE_VALUE_DESCRIBE;

        return asr_tencent_refuse(call, e, name, asr_cstr(err->why));

    default:
        return asr_tencent_fail(call, ASR_TE_PARAMS_SIZE);
    }
}


/*
 * The service tells of missing and mistyped parameters before any value is
 * looked at; the tables stop at the first fault of any kind.  So a value's
 * fault is told only if the rows without their ranges find nothing.
 */

static bool
asr_tencent_relaxed(asr_call_t *call, const asr_tencent_state_t *st,
    asr_param_error_t *err)
{
    size_t                i;
    asr_err_t             rc;
    asr_param_t           rows[ASR_TENCENT_CREATE_PARAMS];
    asr_param_error_t     found;
    asr_tencent_create_t  out;

    memcpy(rows, asr_tencent_create_params, sizeof(rows));
    memset(&out, 0, sizeof(out));

    for (i = 0; i < asr_nelts(rows); i++) {
        rows[i].min = 0;
        rows[i].max = 0;
        rows[i].set = NULL;
        rows[i].iset = NULL;
    }

    if (st->json != NULL) {
        rc = asr_params_json(rows, asr_nelts(rows), st->json, false,
                             &call->arena, &out, NULL, &found);

    } else {
        rc = asr_params_form(rows, asr_nelts(rows), &st->form,
                             asr_tencent_create_skip, false, &call->arena,
                             &out, NULL, &found);
    }

    if (rc == ASR_OK || found.fault == ASR_PF_VALUE) {
        return false;
    }

    /* the row of the table proper: the copy is gone on return */

    if (found.param != NULL) {
        found.param = &asr_tencent_create_params[found.param - rows];
    }

    *err = found;

    return true;
}


asr_step_t
asr_tencent_create_check(asr_call_t *call)
{
    asr_err_t             rc;
    asr_step_t            step;
    const asr_json_t     *roles;
    asr_param_error_t     err;
    asr_tencent_state_t  *st;

    st = call->state;
    roles = NULL;

    if (st->json != NULL) {
        roles = asr_tencent_detach(st->json, asr_str("SpeakerRoles"));
        rc = asr_params_json(asr_tencent_create_params,
                             ASR_TENCENT_CREATE_PARAMS, st->json, false,
                             &call->arena, &st->create, NULL, &err);

    } else {
        rc = asr_params_form(asr_tencent_create_params,
                             ASR_TENCENT_CREATE_PARAMS, &st->form,
                             asr_tencent_create_skip, false, &call->arena,
                             &st->create, NULL, &err);
    }

    if (rc != ASR_OK) {

        if (err.fault == ASR_PF_VALUE) {
            (void) asr_tencent_relaxed(call, st, &err);
        }

        return asr_tencent_params_error(call, &err);
    }

    step = asr_tencent_roles_json(call, roles);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    st->hot = asr_tencent_hotwords(st->create.hotword_list);

    return asr_tencent_rules_check(call, st);
}


/* TaskId is unsigned: over int64_t is no task of ours, but no fault either. */

static bool
asr_tencent_huge_id(const asr_tencent_state_t *st)
{
    size_t             i;
    asr_str_t          s;
    asr_pair_t        *pair;
    const asr_json_t  *v;

    static const asr_str_t  name = ASR_STR("TaskId");
    static const asr_str_t  top = ASR_STR("18446744073709551615");

    if (st->json != NULL) {
        v = asr_json_get(st->json, name);

        return v != NULL && v->type == ASR_JSON_NUMBER
               && v->u.number >= 9223372036854775807.0
               && v->u.number <= 18446744073709551615.0;
    }

    pair = asr_form_get(&st->form, name);
    if (pair == NULL) {
        return false;
    }

    s = pair->value;

    while (s.len > 1 && s.data[0] == '0') {
        s.data++;
        s.len--;
    }

    if (s.len != 19 && s.len != 20) {
        return false;
    }

    for (i = 0; i < s.len; i++) {
        if (s.data[i] < '0' || s.data[i] > '9') {
            return false;
        }
    }

    return s.len < top.len || memcmp(s.data, top.data, top.len) <= 0;
}


asr_step_t
asr_tencent_describe_check(asr_call_t *call)
{
    asr_err_t             rc;
    asr_param_error_t     err;
    asr_tencent_state_t  *st;

    st = call->state;

    if (st->json != NULL) {
        rc = asr_params_json(asr_tencent_describe_params, 1, st->json, false,
                             &call->arena, &st->describe, NULL, &err);

    } else {
        rc = asr_params_form(asr_tencent_describe_params, 1, &st->form,
                             asr_tencent_common, false, &call->arena,
                             &st->describe, NULL, &err);
    }

    if (rc == ASR_OK) {
        return ASR_STEP_BODY;
    }

    if ((err.fault == ASR_PF_TYPE || err.fault == ASR_PF_VALUE)
        && asr_tencent_huge_id(st))
    {
        return asr_tencent_fail(call, ASR_TE_NO_TASK);
    }

    return asr_tencent_params_error(call, &err);
}
