/*
 * Requests held to the tables: parameters, their combinations, those nobody
 * knows, the body's form, and whether they were taken.
 */

#include <stdlib.h>

#include "asr_conf_client_int.h"


bool
asr_conf_client_polls(const asr_conf_doc_t *d, const asr_conf_op_t *op)
{
    size_t       i;
    const char  *name;

    for (i = 0; i < d->nops; i++) {
        name = asr_conf_json_str(json_object_get(d->ops[i].row, "poll"), "op",
                                 "");

        if (strcmp(name, op->name) == 0) {
            return true;
        }
    }

    return false;
}


static void
asr_conf_rules_say(asr_conf_judged_t *j, const asr_conf_seen_t *s,
    asr_conf_case_t *c, const char *what, asr_conf_status_t status,
    const char *expected, const char *got)
{
    char  *id;

    id = asr_conf_print("client/%s/%s/%s", s->doc->api, s->op->name, what);
    c->id = id;
    c->doc = s->doc;
    c->op = s->op->name;

    if (c->clause == NULL) {
        c->clause = s->op->clause;
    }

    asr_conf_judge_client(j, c, status, s, expected, got);
    free(id);
}


/* A file of a form, which no type of a row is: it has a name. */

static bool
asr_conf_rules_file(const asr_conf_seen_t *s, const asr_conf_param_t *p,
    const json_t *v, char **expected)
{
    if (strcmp(s->op->form, "multipart") != 0
        || strcmp(p->name, asr_conf_json_str(json_object_get(s->op->row,
                                             "file"), "field", "file")) != 0)
    {
        return asr_conf_client_value(p->row, v, s->text, expected);
    }

    if (json_object_get(v, "filename") != NULL) {
        return true;
    }

    *expected = asr_conf_copy("a file, with its name");

    return false;
}


static void
asr_conf_rules_param(asr_conf_judged_t *j, const asr_conf_seen_t *s,
    const asr_conf_param_t *p)
{
    char              *expected, *got, *name;
    asr_conf_case_t    c;
    const json_t      *v;

    v = json_object_get(s->params, p->name);
    name = asr_conf_print("%s is sent as its row says", p->name);
    memset(&c, 0, sizeof(c));
    c.name = name;
    c.param = p->name;
    c.clause = p->clause;
    c.level = p->level;

    if (v == NULL) {

        if (asr_conf_json_bool(p->row, "required", false)) {
            asr_conf_rules_say(j, s, &c, p->name, ASR_CONF_FAIL,
                               "it is required", "it is not there");

        } else {
            asr_conf_rules_say(j, s, &c, p->name, ASR_CONF_SKIP, NULL,
                               "the client never sent it");
        }

    } else if (asr_conf_rules_file(s, p, v, &expected)) {
        asr_conf_rules_say(j, s, &c, p->name, ASR_CONF_PASS, NULL, NULL);

    } else {
        got = asr_conf_json_text(v, 200);
        asr_conf_rules_say(j, s, &c, p->name, ASR_CONF_FAIL, expected, got);
        free(got);
        free(expected);
    }

    free(name);
}


/* Whether all that a forbidden combination names is there. */

static bool
asr_conf_rules_meets(const json_t *when, const asr_conf_seen_t *s)
{
    bool           found;
    char          *text;
    size_t         i;
    const char    *name, *value;
    const json_t  *values, *one, *v;

    json_object_foreach((json_t *) when, name, values) {
        v = json_object_get(s->params, name);
        found = false;

        json_array_foreach(values, i, one) {

            if (v != NULL && json_equal(v, one)) {
                found = true;
            }

            if (s->text && json_is_string(v)) {
                text = asr_conf_json_text(one, 200);
                value = json_is_string(one) ? json_string_value(one) : text;
                found = found || strcmp(value, json_string_value(v)) == 0;
                free(text);
            }
        }

        if (!found) {
            return false;
        }
    }

    return json_object_size(when) != 0;
}


static void
asr_conf_rules_combined(asr_conf_judged_t *j, const asr_conf_seen_t *s)
{
    char              *got, what[32];
    size_t             i;
    const json_t      *rule;
    asr_conf_case_t    c;

    json_array_foreach(json_object_get(s->op->row, "rules"), i, rule) {
        memset(&c, 0, sizeof(c));
        c.name = asr_conf_json_str(rule, "name", "a forbidden combination");
        c.clause = asr_conf_json_str(rule, "clause", NULL);
        (void) asr_conf_level_read(asr_conf_json_str(rule, "level", "must"),
                                   &c.level);
        snprintf(what, sizeof(what), "rules/%zu", i + 1);

        if (!asr_conf_rules_meets(json_object_get(rule, "when"), s)) {
            asr_conf_rules_say(j, s, &c, what, ASR_CONF_PASS, NULL, NULL);
            continue;
        }

        got = asr_conf_json_text(s->params, 400);
        asr_conf_rules_say(j, s, &c, what, ASR_CONF_FAIL,
                           "none of what the document forbids together", got);
        free(got);
    }
}


static void
asr_conf_rules_unknown(asr_conf_judged_t *j, const asr_conf_seen_t *s)
{
    char             *got;
    size_t            i;
    const char       *name;
    const json_t     *v;
    asr_conf_case_t   c;

    memset(&c, 0, sizeof(c));
    c.name = "only parameters the document knows";

    /* a server that takes what it does not know takes it without effect */
    c.level = strcmp(asr_conf_json_str(json_object_get(s->op->row, "refusals"),
                                       "unknown", "ok"), "ok") == 0
                  ? ASR_CONF_SHOULD : ASR_CONF_MUST;

    json_object_foreach((json_t *) s->params, name, v) {

        for (i = 0; i < s->op->nparams; i++) {
            if (strcmp(s->op->params[i].name, name) == 0) {
                break;
            }
        }

        if (i == s->op->nparams) {
            got = asr_conf_print("\"%.80s\"", name);
            asr_conf_rules_say(j, s, &c, "unknown", ASR_CONF_FAIL,
                               "a parameter of the operation", got);
            free(got);
            return;
        }
    }

    asr_conf_rules_say(j, s, &c, "unknown", ASR_CONF_PASS, NULL, NULL);
}


/* What neither the scenario nor a limit explains. */

static void
asr_conf_rules_answered(asr_conf_judged_t *j, const asr_conf_seen_t *s)
{
    char             *got;
    size_t            i;
    const char       *words;
    asr_conf_case_t   c;

    if (s->fault != NULL || s->reply.status == 0) {
        return;
    }

    memset(&c, 0, sizeof(c));
    c.name = "requests are taken";
    c.level = ASR_CONF_MUST;

    if (s->code != NULL && s->code[0] == '\0') {
        asr_conf_rules_say(j, s, &c, "answered", ASR_CONF_PASS, NULL, NULL);
        return;
    }

    words = "";

    for (i = 0; s->code != NULL && i < s->doc->ncodes; i++) {
        if (strcmp(s->doc->codes[i].code, s->code) == 0) {
            words = s->doc->codes[i].words;
            c.clause = s->doc->codes[i].clause;
        }
    }

    got = asr_conf_print("HTTP %d, %s%s%s", s->reply.status,
                         s->code != NULL ? s->code : "no code of the API",
                         *words ? ": " : "", words);
    asr_conf_rules_say(j, s, &c, "answered", ASR_CONF_FAIL, "success", got);
    free(got);
}


static void
asr_conf_rules_request(asr_conf_judged_t *j, const asr_conf_seen_t *s)
{
    size_t            i;
    asr_conf_case_t   c;

    memset(&c, 0, sizeof(c));
    c.name = "a body that can be read";
    c.level = ASR_CONF_MUST;

    if (s->body_fault != NULL) {
        asr_conf_rules_say(j, s, &c, "body", ASR_CONF_FAIL,
                           "one JSON object, form or multipart",
                           s->body_fault);
        return;
    }

    asr_conf_rules_say(j, s, &c, "body", ASR_CONF_PASS, NULL, NULL);

    for (i = 0; i < s->op->nparams; i++) {
        asr_conf_rules_param(j, s, &s->op->params[i]);
    }

    asr_conf_rules_combined(j, s);
    asr_conf_rules_unknown(j, s);
    asr_conf_rules_answered(j, s);
}


static void
asr_conf_rules_lost(asr_conf_judged_t *j, const asr_conf_seen_t *s)
{
    char             *got, *id;
    asr_conf_case_t   c;

    memset(&c, 0, sizeof(c));
    c.doc = s->doc != NULL ? s->doc : asr_conf_doc("tencent");
    id = asr_conf_print("client/%s/requests", s->doc ? c.doc->api : "none");
    c.id = id;
    c.op = "";
    c.name = "each request is for an operation of the document";
    c.clause = c.doc->ops[0].clause;
    c.level = ASR_CONF_MUST;

    got = asr_conf_print("%s %.200s", s->request.method, s->request.path);
    asr_conf_judge_client(j, &c, ASR_CONF_FAIL, s,
                          "an operation of one of the documents", got);
    free(got);
    free(id);
}


void
asr_conf_client_rules(asr_conf_judged_t *j, const asr_conf_seen_t *seen,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {

        if (seen[i].op == NULL) {
            asr_conf_rules_lost(j, &seen[i]);

        } else {
            asr_conf_rules_request(j, &seen[i]);
        }
    }
}
