/* Document 002: transcriptions and their assets. */

#include "asr_mock_look.h"
#include "core/api/asr_memories.h"


static void
asr_mock_memories_create(asr_mock_look_t *l, bool sync)
{
    asr_str_t               url;
    asr_mock_finding_t     *f;
    asr_mock_look_table_t   t;
    asr_memories_create_t   c;

    memset(&c, 0, sizeof(c));
    memset(&t, 0, sizeof(t));
    t.rows = asr_memories_params;
    t.n = asr_memories_params_n - sync;
    t.out = &c;

    asr_mock_look_params(l, &t);

    url = (asr_mock_look_param(&t, "callback_url") != NULL)
          ? c.callback_url : asr_str_null();

    if (url.len != 0 && !asr_mock_look_url(url, true)) {
        f = asr_mock_look_clause(l, ASR_MOCK_ERROR, asr_str("M-030"));
        f->pointer = asr_str("/callback_url");
        f->got = asr_mock_look_clip(l, url, ASR_MOCK_GOT_MAX);

    } else if (asr_mock_look_plain(url)) {
        f = asr_mock_look_rule(l, ASR_MOCK_D_CALLBACK);
        f->pointer = asr_str("/callback_url");
        f->got = asr_mock_look_clip(l, url, ASR_MOCK_GOT_MAX);
        f->expected = asr_str("an https URL");
    }
}


static void
asr_mock_memories_sign(asr_mock_look_t *l)
{
    asr_memories_sign_t    sign;
    asr_mock_look_table_t  t;

    memset(&sign, 0, sizeof(sign));
    memset(&t, 0, sizeof(t));
    t.rows = asr_memories_sign_params;
    t.n = asr_memories_sign_params_n;
    t.out = &sign;

    asr_mock_look_params(l, &t);
}


static void
asr_mock_memories_look(asr_mock_look_t *l)
{
    bool                 async, sync, sign;
    asr_str_t            key;
    asr_mock_finding_t  *f;

    static const asr_str_t  bearer = ASR_STR("Bearer ");

    async = asr_str_eq(l->x->operation, asr_str("async-generate-audio"));
    sync = asr_str_eq(l->x->operation, asr_str("sync-generate-audio"));
    sign = asr_str_eq(l->x->operation, asr_str("signed-url"));

    key = asr_mock_header(l->x, "Authorization");

    if (key.len > bearer.len
        && asr_str_caseeq((asr_str_t) { bearer.len, key.data }, bearer))
    {
        f = asr_mock_look_rule(l, ASR_MOCK_D_BEARER);
        f->pointer = asr_str("header:Authorization");
        f->got = asr_str("Bearer ***");
        f->expected = asr_str("the API key alone");
    }

    if (!async && !sync && !sign) {
        return;
    }

    if (l->media.len == 0 && l->x->body_bytes != 0) {
        f = asr_mock_look_clause(l, ASR_MOCK_WARNING, asr_str("M-026"));
        f->pointer = asr_str("header:Content-Type");
        f->got = asr_str("(not sent)");
    }

    if (!asr_mock_look_body(l)) {
        return;
    }

    if (sign) {
        asr_mock_memories_sign(l);

    } else {
        asr_mock_memories_create(l, sync);
    }
}


static const asr_param_t *
asr_mock_memories_row(size_t i)
{
    const asr_mock_rows_t  all[] = {
        { asr_memories_params, asr_memories_params_n },
        { asr_memories_sign_params, asr_memories_sign_params_n },
        { asr_memories_upload_params, asr_memories_upload_params_n }
    };

    return asr_mock_rows_at(all, asr_nelts(all), i);
}


static bool
asr_mock_memories_rule(size_t i, const char **clause, const char **param,
    const char **words, bool *guess)
{
    if (i >= ASR_MEMORIES_RULES) {
        return false;
    }

    *clause = asr_memories_rules[i].clause;
    *param = NULL;
    *words = asr_memories_rules[i].words;
    *guess = asr_memories_rules[i].guess;

    return true;
}


const asr_mock_tables_t  asr_mock_tables_memories = {
    ASR_STR("memories"),
    asr_mock_hints_memories,
    asr_mock_memories_look,
    asr_mock_memories_row,
    asr_mock_memories_rule,
    "M-028"
};
