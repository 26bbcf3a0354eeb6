/* Document 000: creation of tasks, and the calls about files. */

#include "asr_mock_look.h"
#include "core/api/asr_u2.h"


static bool
asr_mock_u2_is_json(const asr_mock_look_t *l)
{
    return asr_str_eq(l->x->operation, asr_str("create"))
           || asr_str_eq(l->x->operation, asr_str("delete"));
}


static void
asr_mock_u2_rules(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const asr_u2_create_t *c)
{
    bool                 id, url;
    asr_mock_finding_t  *f;

    id = (asr_mock_look_param(t, "file_id") != NULL);
    url = (asr_mock_look_param(t, "file_url") != NULL);

    /* a bad one was told already, and may have been meant */

    if (!id && !url && c->file_id == 0 && c->file_url.len == 0
        && (t->bad & 1) == 0
        && asr_json_get_str(l->json, "file_url").data == NULL)
    {
        f = asr_mock_look_clause(l, ASR_MOCK_ERROR, asr_str("U-028"));
        f->pointer = asr_str("/file_id");
        f->got = asr_mock_look_json_got(l, asr_json_get(l->json,
                                                        asr_str("file_id")));
    }

    if (id && url) {
        f = asr_mock_look_clause(l, ASR_MOCK_ERROR, asr_str("U-029"));
        f->pointer = asr_str("/file_url");
        f->got = asr_str("both");
    }

    if (url && !asr_mock_look_url(c->file_url, false)) {
        f = asr_mock_look_clause(l, ASR_MOCK_ERROR, asr_str("U-030"));
        f->pointer = asr_str("/file_url");
        f->got = asr_mock_look_clip(l, c->file_url, ASR_MOCK_GOT_MAX);
    }

    if (c->enable_speaker && c->channel == 1 && c->speaker_num < 1
        && asr_mock_look_param(t, "speaker_num") != NULL)
    {
        f = asr_mock_look_clause(l, ASR_MOCK_ERROR, asr_str("U-031"));
        f->pointer = asr_str("/speaker_num");
        f->got = asr_mock_look_text(l, "%lld", (long long) c->speaker_num);
    }
}


static void
asr_mock_u2_dubious(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const asr_u2_create_t *c)
{
    const asr_param_t  *row;

    row = (!c->enable_speaker && c->speaker_num != 0)
          ? asr_mock_look_param(t, "speaker_num") : NULL;

    if (row != NULL) {
        asr_mock_look_sent_row(l, ASR_MOCK_WARNING, row,
                               "It has no effect: enable_speaker is not "
                               "true.");
    }

    row = (c->enable_speaker && c->channel == 2)
          ? asr_mock_look_param(t, "enable_speaker") : NULL;

    if (row != NULL) {
        asr_mock_look_sent_row(l, ASR_MOCK_WARNING, row,
                               "It has no effect: channel is 2.");
    }
}


static void
asr_mock_u2_create(asr_mock_look_t *l)
{
    asr_u2_create_t        c;
    asr_mock_look_table_t  t;

    memset(&c, 0, sizeof(c));
    memset(&t, 0, sizeof(t));
    t.rows = asr_u2_params;
    t.n = asr_u2_params_n;
    t.out = &c;

    asr_mock_look_params(l, &t);
    asr_mock_u2_rules(l, &t, &c);
    asr_mock_u2_dubious(l, &t, &c);
}


static void
asr_mock_u2_table(asr_mock_look_t *l, const asr_param_t *rows, size_t n)
{
    asr_u2_args_t          args;
    asr_mock_look_table_t  t;

    memset(&args, 0, sizeof(args));
    memset(&t, 0, sizeof(t));
    t.rows = rows;
    t.n = n;
    t.out = &args;

    asr_mock_look_params(l, &t);
}


/* The id is in the query, then. */

static bool
asr_mock_u2_no_id(asr_str_t path)
{
    static const asr_str_t  tail = ASR_STR("/tasks");

    return path.len >= tail.len
           && memcmp(path.data + path.len - tail.len, tail.data, tail.len)
              == 0;
}


static void
asr_mock_u2_look(asr_mock_look_t *l)
{
    asr_str_t            op;
    asr_mock_finding_t  *f;

    op = l->x->operation;

    if (asr_mock_u2_is_json(l)) {

        if (l->media.len == 0 && l->x->body_bytes != 0) {
            f = asr_mock_look_clause(l, ASR_MOCK_WARNING, asr_str("U-025"));
            f->pointer = asr_str("header:Content-Type");
            f->got = asr_str("(not sent)");
        }

        if (!asr_mock_look_body(l)) {
            return;
        }

        if (asr_str_eq(op, asr_str("create"))) {
            asr_mock_u2_create(l);

        } else {
            asr_mock_u2_table(l, asr_u2_delete_params,
                              asr_u2_delete_params_n);
        }

    } else if (asr_str_eq(op, asr_str("retrieve"))
               || asr_str_eq(op, asr_str("content")))
    {
        asr_mock_u2_table(l, asr_u2_retrieve_params,
                          asr_u2_retrieve_params_n);

    } else if (asr_str_eq(op, asr_str("list"))) {
        asr_mock_u2_table(l, asr_u2_list_params, asr_u2_list_params_n);

    } else if (asr_str_eq(op, asr_str("query"))
               && asr_mock_u2_no_id(l->x->path))
    {
        asr_mock_u2_table(l, asr_u2_query_params, asr_u2_query_params_n);
    }
}


static const asr_param_t *
asr_mock_u2_row(size_t i)
{
    const asr_mock_rows_t  all[] = {
        { asr_u2_params, asr_u2_params_n },
        { asr_u2_delete_params, asr_u2_delete_params_n },
        { asr_u2_upload_params, asr_u2_upload_params_n },
        { asr_u2_retrieve_params, asr_u2_retrieve_params_n },
        { asr_u2_list_params, asr_u2_list_params_n },
        { asr_u2_query_params, asr_u2_query_params_n }
    };

    return asr_mock_rows_at(all, asr_nelts(all), i);
}


static bool
asr_mock_u2_rule(size_t i, const char **clause, const char **param,
    const char **words, bool *guess)
{
    if (i >= ASR_U2_RULES) {
        return false;
    }

    *clause = asr_u2_rules[i].clause;
    *param = NULL;
    *words = asr_u2_rules[i].words;
    *guess = asr_u2_rules[i].guess;

    return true;
}


const asr_mock_tables_t  asr_mock_tables_u2 = {
    ASR_STR("u2"),
    asr_mock_hints_u2,
    asr_mock_u2_look,
    asr_mock_u2_row,
    asr_mock_u2_rule,
    "U-027"
};
