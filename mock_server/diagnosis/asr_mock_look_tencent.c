/*
 * Tencent Cloud: CreateRecTask and DescribeTaskStatus.  Rules between
 * parameters are the module's own predicates.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE            /* memmem */
#endif

#include "asr_mock_look.h"
#include "core/api/asr_tencent.h"


/* What document 001 names. */

static const asr_str_t  asr_mock_tencent_engines[] = {
    ASR_STR("16k_zh_large"), ASR_STR("16k_multi_lang"), ASR_STR("16k_zh-PY"),
    ASR_STR("16k_ms"), ASR_STR("16k_id"), ASR_STR("16k_th"), ASR_STR("8k_zh"),
    ASR_STR("16k_zh"), ASR_STR("16k_en"), ASR_STR("16k_zh_dialect")
};

/* Other calls of the service. */

static const asr_str_t  asr_mock_tencent_others[] = {
    ASR_STR("SentenceRecognition"), ASR_STR("CreateAsyncRecognitionTask"),
    ASR_STR("CloseAsyncRecognitionTask"), ASR_STR("CreateAsrVocab"),
    ASR_STR("DescribeAsyncRecognitionTasks"), ASR_STR("GetAsrVocab"),
    ASR_STR("GetAsrVocabList"), ASR_STR("CreateCustomization"),
    ASR_STR("VoicePrintEnroll"), ASR_STR("GetUsageByDate")
};


/* A name of all v1 requests, or "SpeakerRoles.0.RoleName". */

static bool
asr_mock_tencent_skip(asr_str_t name)
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

    member = (asr_str_t) { name.len - i - 1, name.data + i + 1 };

    return asr_str_eq(member, asr_str("RoleAudioUrl"))
           || asr_str_eq(member, asr_str("RoleName"));
}


static bool
asr_mock_tencent_skip_json(asr_str_t name)
{
    return asr_str_eq(name, asr_str("SpeakerRoles"));
}


static void
asr_mock_tencent_action(asr_mock_look_t *l)
{
    size_t                i;
    asr_str_t             action;
    const char           *best;
    asr_mock_finding_t   *f;

    static const char *const  ours[] = {
        "CreateRecTask", "DescribeTaskStatus"
    };

    if (!asr_str_eq(l->x->clause, asr_str("T-001"))) {
        return;
    }

    action = asr_mock_header(l->x, "X-TC-Action");
    f = asr_mock_look_clause(l, ASR_MOCK_ERROR, l->x->clause);
    f->pointer = asr_str("header:X-TC-Action");

    if (action.data == NULL) {
        action = asr_mock_look_pair(l, asr_str("Action"));

        if (action.data != NULL) {
            f->pointer = asr_str("?Action");
        }
    }

    f->got = (action.len != 0) ? asr_mock_look_clip(l, action, 64)
                               : asr_str("(not sent)");

    for (i = 0, best = NULL; i < asr_nelts(ours) && action.len != 0; i++) {
        if (asr_mock_look_near(action, asr_cstr(ours[i]))) {
            best = ours[i];
        }
    }

    if (best != NULL) {
        f->hint = asr_mock_look_text(l, "Did you mean %s?", best);
    }

    for (i = 0; i < asr_nelts(asr_mock_tencent_others); i++) {
        if (asr_str_eq(action, asr_mock_tencent_others[i])) {
            f->hint = asr_str("Another call of the service, which is not "
                              "served here.");
        }
    }
}


/* The two engines that have all there is. */

static bool
asr_mock_tencent_full(asr_str_t engine)
{
    return asr_str_eq(engine, asr_str("8k_zh"))
           || asr_str_eq(engine, asr_str("16k_zh"));
}


/*
 * Data of a request that was refused: of what was accepted it is known to be
 * good.  Sets what the module's predicates want to know.
 */

static void
asr_mock_tencent_data(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    asr_tencent_state_t *st)
{
    uint64_t            size;
    asr_str_t           text;
    const asr_json_t   *v;
    const asr_param_t  *row;

    st->data = ASR_TENCENT_DATA_FINE;
    st->data_size = 1;
    row = asr_mock_look_param(t, "Data");
    st->data_found = (row != NULL);

    if (row == NULL || l->x->code.len == 0) {
        st->create.data_len = -1;
        return;
    }

    v = asr_json_get(l->json, row->name);
    text = (v != NULL && v->type == ASR_JSON_STRING)
           ? v->u.string : asr_mock_look_pair(l, row->name);
    size = 0;

    if (asr_mock_look_decode(l, text, &size)) {
        st->data_size = size;

    } else {
        st->data = ASR_TENCENT_DATA_BASE64;
    }
}


static void
asr_mock_tencent_broken(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const asr_tencent_state_t *st, const asr_tencent_rule_t *r)
{
    asr_str_t             text;
    const asr_json_t     *v;
    const asr_param_t    *row;
    asr_mock_finding_t   *f;

    row = asr_mock_look_param(t, r->param);
    f = asr_mock_look_clause(l, ASR_MOCK_ERROR, asr_cstr(r->clause));
    f->pointer = asr_mock_look_at(l, asr_mock_look_kind(l,
                                                        asr_cstr(r->param)),
                                  asr_cstr(r->param), -1);
    v = (row != NULL) ? asr_json_get(l->json, row->name) : NULL;
    text = (row != NULL && l->json == NULL) ? asr_mock_look_pair(l, row->name)
                                            : asr_str_null();
    f->got = (text.data != NULL) ? asr_mock_look_clip(l, text,
                                                      ASR_MOCK_GOT_MAX)
                                 : asr_mock_look_json_got(l, v);

    if (asr_str_eq(f->rule, asr_str("T-042"))) {
        f->hint = asr_cstr(asr_mock_look_base64(
                               v != NULL ? v->u.string : text,
                               l->json == NULL));

    } else if (asr_str_eq(f->rule, asr_str("T-044"))) {
        f->expected = asr_mock_look_text(l, "%llu",
                                         (unsigned long long) st->data_size);
    }
}


static void
asr_mock_tencent_rules(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const asr_tencent_create_t *c)
{
    size_t                     i, k;
    asr_tencent_state_t        st;
    const asr_tencent_rule_t  *r;

    static const asr_core_t  core;

    /* the first four rows decide how the others are read */

    if (t->bad & 0x0f) {
        return;
    }

    memset(&st, 0, sizeof(st));
    st.guard = true;
    st.create = *c;
    asr_mock_tencent_data(l, t, &st);

    for (i = 0; i < asr_tencent_rules_n; i++) {
        r = &asr_tencent_rules[i];

        if (r->broken == NULL || !r->broken(&core, &st)) {
            continue;
        }

        for (k = 0; k < t->n; k++) {
            if (asr_str_eq(t->rows[k].name, asr_cstr(r->param))) {
                break;
            }
        }

        /* T-046 says of an absent Url what T-041 said already */

        if ((k < t->n && ((t->bad >> k) & 1))
            || (c->url.len == 0 && strcmp(r->clause, "T-046") == 0))
        {
            continue;
        }

        asr_mock_tencent_broken(l, t, &st, r);
    }
}


/* Mandarin: "zh" in the engine's name. */

static bool
asr_mock_tencent_mandarin(asr_str_t engine)
{
    return engine.len > 2 && memmem(engine.data, engine.len, "zh", 2) != NULL;
}


static void
asr_mock_tencent_mandarins(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const asr_tencent_create_t *c)
{
    size_t              i;
    const asr_param_t  *row;

    const struct {
        const char  *name;
        int64_t      value;
        int64_t      off;
    } only[] = {
        { "ConvertNumMode", c->convert_num_mode, 1 },
        { "FilterDirty", c->filter_dirty, 0 },
        { "FilterPunc", c->filter_punc, 0 },
        { "FilterModal", c->filter_modal, 0 },
        { "SentenceMaxLength", c->sentence_max_length, 0 }
    };

    if (asr_mock_tencent_mandarin(c->engine)) {
        return;
    }

    for (i = 0; i < asr_nelts(only); i++) {
        row = (only[i].value != only[i].off && only[i].value != 0)
              ? asr_mock_look_param(t, only[i].name) : NULL;

        if (row != NULL) {
            asr_mock_look_sent_row(l, ASR_MOCK_WARNING, row,
                                   "Supported for engines of Mandarin only.");
        }
    }
}


/* Accepted, but not as the document would have it. */

static void
asr_mock_tencent_dubious(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const asr_tencent_create_t *c)
{
    size_t               i;
    const asr_param_t   *row;
    asr_mock_finding_t  *f;

    row = (c->speaker_number != 0 && c->speaker_diarization != 1)
          ? asr_mock_look_param(t, "SpeakerNumber") : NULL;

    if (row != NULL) {
        asr_mock_look_sent_row(l, ASR_MOCK_WARNING, row, (c->channel_num == 2)
            ? "With two channels each is a speaker: leave it out."
            : "It takes no effect: SpeakerDiarization is not 1.");
    }

    row = (c->source_type == 0) ? asr_mock_look_param(t, "Data") : NULL;

    if (row != NULL) {
        asr_mock_look_sent_row(l, ASR_MOCK_WARNING, row,
                               "SourceType is 0: Data is not used, Url is.");
    }

    row = (c->source_type == 0 && c->data_len > 0)
          ? asr_mock_look_param(t, "DataLen") : NULL;

    if (row != NULL) {
        asr_mock_look_sent_row(l, ASR_MOCK_NOTE, row,
                               "SourceType is 0: it is not used.");
    }

    row = (c->source_type == 1 && c->url.len != 0)
          ? asr_mock_look_param(t, "Url") : NULL;

    if (row != NULL) {
        asr_mock_look_sent_row(l, ASR_MOCK_WARNING, row,
                               "SourceType is 1: Url is not used, Data is.");
    }

    row = (c->res_text_format >= 4 && asr_mock_tencent_full(c->engine))
          ? asr_mock_look_param(t, "ResTextFormat") : NULL;

    if (row != NULL) {
        asr_mock_look_sent_row(l, ASR_MOCK_NOTE, row,
                               "4 and 5 are billed extra.");
    }

    row = asr_mock_look_plain(c->callback_url)
          ? asr_mock_look_param(t, "CallbackUrl") : NULL;

    if (row != NULL) {
        f = asr_mock_look_rule(l, ASR_MOCK_D_CALLBACK);
        f->pointer = asr_mock_look_at(l, asr_mock_look_kind(l, row->name),
                                      row->name, -1);
        f->got = asr_mock_look_clip(l, c->callback_url, ASR_MOCK_GOT_MAX);
        f->expected = asr_str("an https URL");
    }

    row = asr_mock_look_param(t, "EngineModelType");

    for (i = 0; i < asr_nelts(asr_mock_tencent_engines); i++) {
        if (asr_str_eq(asr_mock_tencent_engines[i], c->engine)) {
            row = NULL;
        }
    }

    if (row != NULL) {
        f = asr_mock_look_rule(l, ASR_MOCK_D_TENCENT_ENGINE);
        f->pointer = asr_mock_look_at(l, asr_mock_look_kind(l, row->name),
                                      row->name, -1);
        f->got = asr_mock_look_clip(l, c->engine, 40);
    }

    asr_mock_tencent_mandarins(l, t, c);
}


/* T-028: an array of objects, which no row describes. */

static void
asr_mock_tencent_roles(asr_mock_look_t *l)
{
    bool                 name;
    size_t               i;
    asr_str_t            at;
    const asr_json_t    *roles, *item, *v;
    asr_mock_finding_t  *f;

    roles = asr_json_get(l->json, asr_str("SpeakerRoles"));

    if (roles == NULL || roles->type == ASR_JSON_NULL) {
        return;
    }

    at = asr_str("/SpeakerRoles");
    v = (roles->type != ASR_JSON_ARRAY) ? roles : NULL;
    name = true;

    for (i = 0, item = (v == NULL) ? roles->child : NULL; item != NULL;
         item = item->next, i++)
    {
        at = asr_mock_look_text(l, "/SpeakerRoles/%zu", i);
        v = (item->type != ASR_JSON_OBJECT) ? item : item->child;

        for ( /* void */ ; v != NULL && v != item; v = v->next) {
            name = asr_str_eq(v->key, asr_str("RoleAudioUrl"))
                   || asr_str_eq(v->key, asr_str("RoleName"));

            if (!name || (v->type != ASR_JSON_STRING
                          && v->type != ASR_JSON_NULL))
            {
                break;
            }
        }

        if (v != NULL) {
            break;
        }
    }

    f = asr_mock_look_clause(l, v != NULL ? ASR_MOCK_ERROR : ASR_MOCK_WARNING,
                             name ? asr_str("T-028") : asr_str("T-077"));
    f->pointer = at;
    f->got = asr_mock_look_json_got(l, v != NULL ? v : roles);

    if (v == NULL) {
        f->pointer = asr_str("/SpeakerRoles");
        f->hint = asr_str("It is taken here without effect; it is not in the "
                          "document.");
    }
}


static void
asr_mock_tencent_create(asr_mock_look_t *l, bool json)
{
    const asr_param_t     *row;
    asr_tencent_create_t   c;
    asr_mock_look_table_t  t;

    memset(&c, 0, sizeof(c));
    memset(&t, 0, sizeof(t));
    c.data_len = -1;
    t.rows = asr_tencent_create_params;
    t.n = ASR_TENCENT_CREATE_PARAMS;
    t.out = &c;
    t.strict = true;
    t.unknown = "T-077";
    t.skip = json ? asr_mock_tencent_skip_json : asr_mock_tencent_skip;

    asr_mock_look_params(l, &t);

    row = asr_mock_look_param(&t, "HotwordList");

    if (row != NULL) {
        asr_mock_look_hotwords(l, row, c.hotword_list,
                               asr_mock_tencent_full(c.engine));
    }

    asr_mock_tencent_rules(l, &t, &c);
    asr_mock_tencent_dubious(l, &t, &c);

    asr_mock_tencent_roles(l);
}


static void
asr_mock_tencent_describe(asr_mock_look_t *l, bool json)
{
    asr_mock_look_table_t   t;
    asr_tencent_describe_t  d;

    memset(&d, 0, sizeof(d));
    memset(&t, 0, sizeof(t));
    t.rows = asr_tencent_describe_params;
    t.n = 1;
    t.out = &d;
    t.strict = true;
    t.unknown = "T-077";
    t.skip = json ? NULL : asr_tencent_common;

    asr_mock_look_params(l, &t);
}


static void
asr_mock_tencent_look(asr_mock_look_t *l)
{
    bool                 tc3, json;
    asr_str_t            region;
    asr_mock_finding_t  *f;

    static const asr_str_t  scheme = ASR_STR("TC3-");

    region = asr_mock_header(l->x, "Authorization");
    tc3 = asr_mock_header(l->x, "X-TC-Action").data != NULL
          || (region.len > scheme.len
              && memcmp(region.data, scheme.data, scheme.len) == 0);
    json = asr_str_eq(l->x->method, asr_str("POST"))
           && (tc3 || !asr_str_caseeq(l->media,
                           asr_str("application/x-www-form-urlencoded")));

    asr_mock_tencent_action(l);

    if (!json || asr_mock_look_body(l)) {

        if (asr_str_eq(l->x->operation, asr_str("CreateRecTask"))) {
            asr_mock_tencent_create(l, json);

        } else if (asr_str_eq(l->x->operation, asr_str("DescribeTaskStatus")))
        {
            asr_mock_tencent_describe(l, json);
        }
    }

    if (!tc3 && asr_form_get(&l->form, asr_str("Signature")) != NULL) {
        f = asr_mock_look_rule(l, ASR_MOCK_D_TENCENT_V1);
        f->pointer = asr_str("?SignatureMethod");
        f->got = asr_mock_look_clip(l, asr_mock_look_pair(l,
                     asr_str("SignatureMethod")), 40);
        f->expected = asr_str("TC3-HMAC-SHA256");
    }

    region = asr_mock_header(l->x, "X-TC-Region");

    if (region.data != NULL
        && (region.len == 0 || asr_str_eq(region, asr_str("null"))
            || asr_str_eq(region, asr_str("undefined"))))
    {
        f = asr_mock_look_rule(l, ASR_MOCK_D_TENCENT_REGION);
        f->pointer = asr_str("header:X-TC-Region");
        f->got = asr_mock_look_clip(l, region, 40);
        f->expected = asr_str("a region, or no header");
    }
}


static const asr_param_t *
asr_mock_tencent_row(size_t i)
{
    return (i < ASR_TENCENT_CREATE_PARAMS) ? &asr_tencent_create_params[i]
           : (i == ASR_TENCENT_CREATE_PARAMS) ? &asr_tencent_describe_params[0]
           : NULL;
}


static bool
asr_mock_tencent_rule(size_t i, const char **clause, const char **param,
    const char **words, bool *guess)
{
    if (i >= asr_tencent_rules_n) {
        return false;
    }

    *clause = asr_tencent_rules[i].clause;
    *param = asr_tencent_rules[i].param;
    *words = asr_tencent_rules[i].words;
    *guess = (asr_tencent_rules[i].flags & ASR_P_GUESS) != 0;

    return true;
}


const asr_mock_tables_t  asr_mock_tables_tencent = {
    ASR_STR("tencent"),
    asr_mock_hints_tencent,
    asr_mock_tencent_look,
    asr_mock_tencent_row,
    asr_mock_tencent_rule,
    "T-078"
};
