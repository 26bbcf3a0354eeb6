/*
 * Alibaba Cloud ICE: RPC, whose parameters come in the query, in a form, in a
 * JSON object, or in several of them.  A JSON body's members are made pairs,
 * as the module does.
 */

#include "asr_mock_look.h"
#include "core/api/asr_ice.h"


#define ASR_MOCK_ICE_TEXT     128
#define ASR_MOCK_ICE_DATA     4096
#define ASR_MOCK_ICE_SIBLING  512


/* Names that all calls have. */

static bool
asr_mock_ice_common(asr_str_t name)
{
    size_t  i;

    static const asr_str_t  names[] = {
        ASR_STR("Action"), ASR_STR("Version"), ASR_STR("Format"),
        ASR_STR("AccessKeyId"), ASR_STR("Signature"),
        ASR_STR("SignatureMethod"), ASR_STR("SignatureVersion"),
        ASR_STR("SignatureNonce"), ASR_STR("SignatureType"),
        ASR_STR("Timestamp"), ASR_STR("SecurityToken"), ASR_STR("RegionId"),
        ASR_STR("AcceptLanguage")
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_str_eq(names[i], name)) {
            return true;
        }
    }

    return false;
}


static void
asr_mock_ice_action(asr_mock_look_t *l)
{
    size_t               i;
    asr_str_t            action;
    const char          *best;
    asr_mock_finding_t  *f;

    static const char *const  ours[] = {
        "SubmitASRJob", "GetSmartHandleJob", "ListSmartJobs", "DeleteSmartJob"
    };

    static const asr_str_t  alias = ASR_STR("GetSmartTaskResult");

    action = asr_mock_header(l->x, "x-acs-action");

    if (action.data == NULL || asr_mock_header(l->x, "Authorization").len == 0)
    {
        action = asr_mock_look_pair(l, asr_str("Action"));
    }

    if (asr_str_eq(action, alias)) {
        f = asr_mock_look_clause(l, ASR_MOCK_NOTE, asr_str("I-001"));
        f->hint = asr_str("The document calls it so; the call that the "
                          "vendor serves is GetSmartHandleJob.");

    } else if (asr_str_eq(l->x->clause, asr_str("I-001"))) {
        f = asr_mock_look_clause(l, ASR_MOCK_ERROR, l->x->clause);

        for (i = 0, best = NULL; i < asr_nelts(ours) && action.len != 0; i++) {
            if (asr_mock_look_near(action, asr_cstr(ours[i]))) {
                best = ours[i];
            }
        }

        if (best != NULL) {
            f->hint = asr_mock_look_text(l, "Did you mean %s?", best);
        }

    } else {
        return;
    }

    f->pointer = (asr_mock_look_pair(l, asr_str("Action")).data != NULL)
                 ? asr_str("?Action") : asr_str("header:x-acs-action");
    f->got = (action.len != 0) ? asr_mock_look_clip(l, action, 64)
                               : asr_str("(not sent)");
}


/* In a name of all calls, one letter off is a signature that cannot hold. */

static void
asr_mock_ice_misspelled(asr_mock_look_t *l)
{
    size_t               i;
    const asr_pair_t    *pair;
    asr_mock_finding_t  *f;

    static const asr_str_t  names[] = {
        ASR_STR("AccessKeyId"), ASR_STR("SignatureNonce"),
        ASR_STR("SignatureMethod"), ASR_STR("SignatureVersion"),
        ASR_STR("Timestamp"), ASR_STR("SecurityToken"), ASR_STR("Signature"),
        ASR_STR("Version"), ASR_STR("Action")
    };

    if (l->x->code.len == 0) {
        return;
    }

    for (pair = l->form.pairs; pair != NULL; pair = pair->next) {

        for (i = 0; i < asr_nelts(names); i++) {

            if (asr_mock_ice_common(pair->name)
                || !asr_mock_look_near(pair->name, names[i]))
            {
                continue;
            }

            f = asr_mock_look_rule(l, ASR_MOCK_D_NAME);
            f->pointer = asr_mock_look_at(l, '?', pair->name, -1);
            f->expected = names[i];
            f->got = asr_mock_look_clip(l, pair->name, 40);
            f->hint = asr_mock_look_text(l, "Did you mean %.*s?",
                                         asr_fmt(names[i]));
            break;
        }
    }
}


static void
asr_mock_ice_bytes(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const char *name, asr_str_t value, size_t most)
{
    const asr_param_t       *row;
    asr_mock_finding_t      *f;
    const asr_mock_hint_t   *h;

    row = (value.len > most) ? asr_mock_look_param(t, name) : NULL;

    if (row != NULL) {
        f = asr_mock_look_sent_row(l, ASR_MOCK_ERROR, row, NULL);
        h = asr_mock_hint(&asr_mock_tables_ice, f->rule);
        f->expected = asr_mock_look_text(l, "at most %zu bytes", most);
        f->got = asr_mock_look_text(l, "%zu bytes, %zu characters", value.len,
                                    asr_utf8_length(value));
        f->hint = asr_cstr(h != NULL ? h->hint : NULL);
    }
}


/* A parameter that holds JSON; NULL: it does not, and that was told. */

static const asr_json_t *
asr_mock_ice_json_text(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const char *name, asr_str_t text, bool object)
{
    asr_json_t              *root;
    asr_json_error_t         err;
    const asr_param_t       *row;
    asr_mock_finding_t      *f;

    row = (text.len != 0) ? asr_mock_look_param(t, name) : NULL;

    if (row == NULL) {
        return NULL;
    }

    root = asr_json_parse(l->arena, text, &err);

    if (root != NULL && (root->type == ASR_JSON_OBJECT || !object)) {
        return root;
    }

    if (root == NULL && err.fault == ASR_JSON_SIZE) {
        l->nomem = true;
        return NULL;
    }

    f = asr_mock_look_sent_row(l, ASR_MOCK_ERROR, row,
                               "It is a string that holds JSON: serialise "
                               "the object, names in double quotes.");
    f->expected = object ? asr_str("a JSON object, as text")
                         : asr_str("JSON, as text");

    return NULL;
}


/* Digits, 1 to so many; -1: none, or more. */

static int64_t
asr_mock_ice_digits(asr_str_t *s, size_t most)
{
    size_t   n;
    int64_t  v;

    for (n = 0, v = 0; n < s->len && s->data[n] >= '0' && s->data[n] <= '9';
         n++)
    {
        if (n == most) {
            return -1;
        }

        v = v * 10 + (s->data[n] - '0');
    }

    s->data += n;
    s->len -= n;

    return (n != 0) ? v : -1;
}


/* "01:02:03[.5]", "3723[.5]": milliseconds, but for what is below; -1 */

static int64_t
asr_mock_ice_time(asr_str_t s)
{
    size_t   i;
    int64_t  v, part, fraction;

    v = asr_mock_ice_digits(&s, 5);

    if (v >= 0 && s.len != 0 && s.data[0] == ':') {

        if (v > 99) {
            return -1;
        }

        for (i = 0; i < 2; i++) {

            if (s.len == 0 || s.data[0] != ':') {
                return -1;
            }

            s.data++;
            s.len--;
            part = asr_mock_ice_digits(&s, 2);

            if (part < 0 || part > 59) {
                return -1;
            }

            v = v * 60 + part;
        }
    }

    fraction = 0;

    if (v >= 0 && s.len != 0 && s.data[0] == '.') {
        s.data++;
        s.len--;
        fraction = asr_mock_ice_digits(&s, 3);
    }

    return (v < 0 || fraction < 0 || s.len != 0) ? -1 : v * 1000 + fraction;
}


static void
asr_mock_ice_times(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const asr_ice_submit_t *c)
{
    const asr_param_t   *row;
    asr_mock_finding_t  *f;

    row = (c->start_time.len != 0 && asr_mock_ice_time(c->start_time) < 0)
          ? asr_mock_look_param(t, "StartTime") : NULL;

    if (row != NULL) {
        f = asr_mock_look_sent_row(l, ASR_MOCK_ERROR, row,
                                   "Write 00:01:30, or 90.");
        f->expected = asr_str("hh:mm:ss[.SSS], or seconds");
    }

    row = (c->duration.len != 0 && asr_mock_ice_time(c->duration) <= 0)
          ? asr_mock_look_param(t, "Duration") : NULL;

    if (row != NULL) {
        f = asr_mock_look_sent_row(l, ASR_MOCK_ERROR, row,
                                   "Write 00:01:30, or 90; leave it out for: "
                                   "to the end.");
        f->expected = asr_str("hh:mm:ss[.SSS], or seconds; more than 0");
    }
}


/*
 * A member that is known: NULL when it is fine, else its finding.  i is its
 * place in the list of asr_mock_ice_editing.
 */

static asr_mock_finding_t *
asr_mock_ice_known(asr_mock_look_t *l, size_t i, const asr_json_t *v)
{
    bool                 bad;
    asr_mock_finding_t  *f;

    static const asr_str_t  clauses[] = {
        ASR_STR("I-017"), ASR_STR("I-018"), ASR_STR("I-019")
    };

    if (v->type == ASR_JSON_NULL) {
        return NULL;
    }

    bad = (i == 0) ? v->type != ASR_JSON_STRING
          : (i == 1) ? v->type != ASR_JSON_INT || v->u.integer < 4
                       || v->u.integer > 50
          : v->type != ASR_JSON_BOOL;

    if (bad) {
        return asr_mock_look_clause(l, ASR_MOCK_ERROR, clauses[i]);
    }

    if (i == 0) {
        return (v->u.string.len != 0
                && memchr(v->u.string.data, ',', v->u.string.len) != NULL)
               ? asr_mock_look_clause(l, ASR_MOCK_WARNING, clauses[i]) : NULL;
    }

    f = asr_mock_look_clause(l, ASR_MOCK_WARNING, clauses[i]);
    f->hint = (i == 1) ? asr_str("It works here; it is not in the document.")
                       : asr_str("It is taken here without effect; it is not "
                                 "in the document.");

    return f;
}


static void
asr_mock_ice_editing(asr_mock_look_t *l, const asr_json_t *root)
{
    bool                 near;
    size_t               i;
    asr_str_t            key;
    const asr_json_t    *v;
    asr_mock_finding_t  *f;

    static const asr_str_t  known[] = {
        ASR_STR("HotwordLibraryIdList"), ASR_STR("SentenceMaxLength"),
        ASR_STR("EnableSemanticSentenceDetection")
    };

    for (v = (root != NULL) ? root->child : NULL; v != NULL; v = v->next) {

        for (i = 0; i < asr_nelts(known); i++) {
            if (asr_str_eq(v->key, known[i])) {
                break;
            }
        }

        if (i < asr_nelts(known)) {
            f = asr_mock_ice_known(l, i, v);

            if (f == NULL) {
                continue;
            }

        } else {

            for (i = 0, near = false; i < asr_nelts(known) && !near; i++) {
                near = asr_mock_look_near(v->key, known[i]);
            }

            f = asr_mock_look_rule(l, near ? ASR_MOCK_D_NAME
                                           : ASR_MOCK_D_UNKNOWN);

            if (near) {
                f->expected = known[i - 1];
                f->hint = asr_mock_look_text(l, "Did you mean %.*s?",
                                             asr_fmt(known[i - 1]));
            }
        }

        key = asr_mock_look_clip(l, v->key, 40);
        f->pointer = asr_mock_look_text(l, "?EditingConfig/%.*s",
                                        asr_fmt(key));
        f->got = asr_mock_look_json_got(l, v);
    }
}


/* Neither a bucket's URL nor this machine's, where tests have theirs. */

static bool
asr_mock_ice_other_url(asr_str_t url)
{
    asr_str_t  host;

    static const asr_str_t  oss = ASR_STR(".aliyuncs.com");

    if (!asr_mock_look_url(url, false)) {
        return false;
    }

    (void) asr_str_cut(&url, '/');
    (void) asr_str_cut(&url, '/');
    host = asr_str_cut(&url, '/');

    return !asr_mock_look_local(host)
           && (host.len < oss.len
               || memcmp(host.data + host.len - oss.len, oss.data, oss.len)
                  != 0);
}


/* I-004: what a client that expects JSON stumbles over. */

static void
asr_mock_ice_format(asr_mock_look_t *l)
{
    asr_mock_finding_t  *f;

    static const asr_str_t  xml = ASR_STR("text/xml");

    if (l->x->reply_type.len < xml.len
        || memcmp(l->x->reply_type.data, xml.data, xml.len) != 0
        || asr_mock_look_pair(l, asr_str("Format")).len != 0)
    {
        return;
    }

    f = asr_mock_look_clause(l, ASR_MOCK_NOTE, asr_str("I-004"));
    f->pointer = asr_str("?Format");
    f->got = asr_str("(not sent)");
    f->expected = asr_str("JSON or XML");
    f->hint = asr_str("The reply is XML, then; send Format=JSON for JSON.");
}


static void
asr_mock_ice_submit(asr_mock_look_t *l)
{
    asr_str_t              notify;
    asr_ice_submit_t       c;
    const asr_json_t      *data, *editing;
    const asr_param_t     *row;
    asr_mock_finding_t    *f;
    asr_mock_look_table_t  t;

    memset(&c, 0, sizeof(c));
    memset(&t, 0, sizeof(t));
    t.rows = asr_ice_submit_params;
    t.n = ASR_ICE_SUBMIT_PARAMS;
    t.out = &c;
    t.skip = asr_mock_ice_common;

    asr_mock_look_params(l, &t);

    row = asr_mock_look_param(&t, "InputFile");

    if (row != NULL && c.input_file.len == 0) {
        asr_mock_look_sent_row(l, ASR_MOCK_ERROR, row,
                               "Send an OSS URL, or the id of a medium.");
    }

    if (row != NULL && asr_mock_ice_other_url(c.input_file)) {
        f = asr_mock_look_clause(l, ASR_MOCK_NOTE, asr_str("I-023"));
        f->pointer = asr_mock_look_at(l, asr_mock_look_kind(l, row->name),
                                      row->name, -1);
        f->got = asr_mock_look_clip(l, c.input_file, ASR_MOCK_GOT_MAX);
        f->expected = asr_str("an OSS URL, or a media id");
        f->hint = asr_str("It works here; it is not in the document.");
    }

    asr_mock_ice_bytes(l, &t, "Title", c.title, ASR_MOCK_ICE_TEXT);
    asr_mock_ice_bytes(l, &t, "Description", c.description,
                       ASR_MOCK_ICE_TEXT);
    asr_mock_ice_bytes(l, &t, "UserData", c.user_data, ASR_MOCK_ICE_DATA);

    data = asr_mock_ice_json_text(l, &t, "UserData", c.user_data, false);
    editing = asr_mock_ice_json_text(l, &t, "EditingConfig", c.editing_config,
                                     true);
    asr_mock_ice_editing(l, editing);
    asr_mock_ice_times(l, &t, &c);

    if (c.user_data.len > ASR_MOCK_ICE_SIBLING
        && c.user_data.len <= ASR_MOCK_ICE_DATA)
    {
        f = asr_mock_look_rule(l, ASR_MOCK_D_ICE_DATA);
        f->pointer = asr_str("?UserData");
        f->got = asr_mock_look_text(l, "%zu bytes", c.user_data.len);
        f->expected = asr_str("at most 512 bytes");
    }

    notify = asr_json_get_str(data, "NotifyAddress");

    if (asr_mock_look_plain(notify)) {
        f = asr_mock_look_rule(l, ASR_MOCK_D_CALLBACK);
        f->pointer = asr_str("?UserData/NotifyAddress");
        f->got = asr_mock_look_clip(l, notify, ASR_MOCK_GOT_MAX);
        f->expected = asr_str("an https URL");
    }
}


static void
asr_mock_ice_table(asr_mock_look_t *l, const asr_param_t *rows, size_t n,
    void *out)
{
    asr_mock_look_table_t  t;

    memset(&t, 0, sizeof(t));
    t.rows = rows;
    t.n = n;
    t.out = out;
    t.skip = asr_mock_ice_common;

    asr_mock_look_params(l, &t);
}


/* A member as a pair; what stands in the query already is left there. */

static void
asr_mock_ice_add(asr_mock_look_t *l, const asr_json_t *v)
{
    asr_str_t             text;
    asr_pair_t           *pair, **last;
    asr_mock_finding_t   *f;

    switch (v->type) {

    case ASR_JSON_STRING:
        text = v->u.string;
        break;

    case ASR_JSON_INT:
    case ASR_JSON_NUMBER:
    case ASR_JSON_BOOL:
        text = asr_mock_look_json_got(l, v);
        break;

    case ASR_JSON_NULL:
        return;

    default:
        f = asr_mock_look_clause(l, ASR_MOCK_ERROR, asr_str("I-062"));
        f->pointer = asr_mock_look_at(l, '/', v->key, -1);
        f->got = asr_mock_look_json_got(l, v);
        return;
    }

    if (asr_form_get(&l->form, v->key) != NULL) {
        f = asr_mock_look_rule(l, ASR_MOCK_D_TWICE);
        f->pointer = asr_mock_look_at(l, '/', v->key, -1);
        return;
    }

    pair = asr_arena_zalloc(l->arena, sizeof(asr_pair_t));

    if (pair == NULL) {
        l->nomem = true;
        return;
    }

    pair->name = v->key;
    pair->value = text;

    for (last = &l->form.pairs; *last != NULL; last = &(*last)->next) {
        /* void */
    }

    *last = pair;
    l->form.n++;
}


static void
asr_mock_ice_look(asr_mock_look_t *l)
{
    size_t             i;
    const asr_json_t  *v;

    union {
        asr_ice_job_t   job;
        asr_ice_list_t  list;
    } out;

    const struct {
        const char         *operation;
        const asr_param_t  *rows;
        size_t              n;
    } tables[] = {
        { "GetSmartHandleJob", asr_ice_get_params, 1 },
        { "ListSmartJobs", asr_ice_list_params, ASR_ICE_LIST_PARAMS },
        { "DeleteSmartJob", asr_ice_delete_params, 1 }
    };

    if (l->x->body_bytes != 0
        && asr_str_caseeq(l->media, asr_str("application/json"))
        && !asr_str_eq(l->x->method, asr_str("GET")))
    {
        if (!asr_mock_look_body(l)) {
            return;
        }

        l->merged = l->json;
        l->json = NULL;

        for (v = l->merged->child; v != NULL; v = v->next) {
            asr_mock_ice_add(l, v);
        }
    }

    asr_mock_ice_action(l);
    asr_mock_ice_misspelled(l);
    asr_mock_ice_format(l);

    if (asr_str_eq(l->x->operation, asr_str("SubmitASRJob"))) {
        asr_mock_ice_submit(l);
        return;
    }

    for (i = 0; i < asr_nelts(tables); i++) {
        if (asr_str_eq(l->x->operation, asr_cstr(tables[i].operation))) {
            memset(&out, 0, sizeof(out));
            asr_mock_ice_table(l, tables[i].rows, tables[i].n, &out);
        }
    }
}


static const asr_param_t *
asr_mock_ice_row(size_t i)
{
    static const asr_mock_rows_t  all[] = {
        { asr_ice_submit_params, ASR_ICE_SUBMIT_PARAMS },
        { asr_ice_get_params, 1 },
        { asr_ice_list_params, ASR_ICE_LIST_PARAMS },
        { asr_ice_delete_params, 1 }
    };

    return asr_mock_rows_at(all, asr_nelts(all), i);
}


static bool
asr_mock_ice_rule(size_t i, const char **clause, const char **param,
    const char **words, bool *guess)
{
    if (i >= asr_ice_rules_n) {
        return false;
    }

    *clause = asr_ice_rules[i].clause;
    *param = asr_ice_rules[i].param;
    *words = asr_ice_rules[i].words;
    *guess = (asr_ice_rules[i].flags & ASR_P_GUESS) != 0;

    return true;
}


const asr_mock_tables_t  asr_mock_tables_ice = {
    ASR_STR("ice"),
    asr_mock_hints_ice,
    asr_mock_ice_look,
    asr_mock_ice_row,
    asr_mock_ice_rule,
    NULL
};
