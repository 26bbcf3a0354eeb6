/* What a case's steps may say: all that would be passed over is a fault. */

#include "asr_conf_cases_int.h"

#include <stdlib.h>

#include "asr_conf_api.h"
#include "asr_conf_check.h"
#include "asr_conf_judge.h"
#include "asr_conf_json.h"
#include "asr_conf_value.h"


#define TIMES_MAX  1000                  /* of one request */


static const char *const    request_members[] = {
    "op", "account", "set", "unset", "body", "headers", "method", "path",
    "query", "chunked", "via", "sign", "file", NULL
};

static const char *const    sign_members[] = {
    "wrong", "service", "action", "version", "region", "offset", "nonce",
    "format", "headers", "unsigned_payload", NULL
};


bool
asr_conf_is_one_of(const char *name, const char *const *names)
{
    for ( ; *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }

    return false;
}


/* The members of `o` are some of those; what else there is, is a fault. */

void
asr_conf_members_only(const asr_conf_group_t *g, const char *id,
    const json_t *o, const char *what, const char *const *names,
    const char *const *more)
{
    json_t      *v;
    const char  *name;

    if (o != NULL && !json_is_object(o)) {
        asr_conf_fault(g->faults, g->file, id, "\"%s\" is no object", what);
        return;
    }

    json_object_foreach((json_t *) o, name, v) {
        if (!asr_conf_is_one_of(name, names)
            && (more == NULL || !asr_conf_is_one_of(name, more)))
        {
            asr_conf_fault(g->faults, g->file, id, "%s has no \"%s\"", what,
                           name);
        }
    }
}


static void
values_right(const asr_conf_group_t *g, const char *id, const json_t *v)
{
    char  *why;

    why = v == NULL ? NULL : asr_conf_value_fault(v);

    if (why != NULL) {
        asr_conf_fault(g->faults, g->file, id, "%s", why);
        free(why);
    }
}


static void
expect_right(const asr_conf_group_t *g, const char *id, const json_t *expect)
{
    char    *why;
    size_t   i;
    json_t  *code, *one, *schema;

    why = asr_conf_expect_fault(expect);

    if (why != NULL) {
        asr_conf_fault(g->faults, g->file, id, "%s", why);
        free(why);
        return;
    }

    code = json_object_get(expect, "code");

    for (i = 0; ; i++) {
        one = json_is_array(code) ? json_array_get(code, i)
              : i == 0 ? code : NULL;

        if (one == NULL) {
            break;
        }

        if (!json_is_string(one)) {
            asr_conf_fault(g->faults, g->file, id, "\"code\" is no text");

        } else if (json_string_length(one) != 0
                   && asr_conf_code_row(g->doc, json_string_value(one))
                      == NULL)
        {
            asr_conf_fault(g->faults, g->file, id, "no code \"%s\"",
                           json_string_value(one));
        }
    }

    schema = json_object_get(expect, "schema");

    if (json_is_string(schema)
        && asr_conf_doc_schema(g->doc, json_string_value(schema)) == NULL)
    {
        asr_conf_fault(g->faults, g->file, id, "no schema \"%s\"",
                       json_string_value(schema));
    }

    values_right(g, id, expect);
}


static void
checks_right(const asr_conf_group_t *g, const char *id, const json_t *checks)
{
    size_t       i;
    json_t      *one;
    const char  *name;

    json_array_foreach(checks, i, one) {
        name = json_is_string(one) ? json_string_value(one)
                                   : asr_conf_json_str(one, "name", "");

        if (!asr_conf_check_known(name)) {
            asr_conf_fault(g->faults, g->file, id, "no check \"%s\"", name);
        }
    }
}


static void
request_right(const asr_conf_group_t *g, const char *id, const json_t *request)
{
    const char  *op, *via;

    asr_conf_members_only(g, id, request, "request", request_members, NULL);
    asr_conf_members_only(g, id, json_object_get(request, "sign"), "sign",
                          sign_members, NULL);

    op = asr_conf_json_str(request, "op", "");

    if (asr_conf_op(g->doc, op) == NULL) {
        asr_conf_fault(g->faults, g->file, id, "no operation \"%s\"", op);
    }

    via = asr_conf_json_str(request, "via", NULL);

    if (via != NULL
        && !asr_conf_api_via_known(asr_conf_api(g->doc->api), via))
    {
        asr_conf_fault(g->faults, g->file, id, "no via \"%s\"", via);
    }

    values_right(g, id, request);
}


/* {"NAME": "/pointer" or "header:NAME"} */

static void
save_right(const asr_conf_group_t *g, const char *id, const json_t *save)
{
    json_t      *v;
    const char  *name, *where;

    if (save != NULL && !json_is_object(save)) {
        asr_conf_fault(g->faults, g->file, id, "\"save\" is no object");
        return;
    }

    json_object_foreach((json_t *) save, name, v) {
        where = json_is_string(v) ? json_string_value(v) : "?";

        if (where[0] != '\0' && where[0] != '/'
            && strncmp(where, "header:", 7) != 0)
        {
            asr_conf_fault(g->faults, g->file, id,
                           "\"%s\" is saved from no pointer or header", name);
        }
    }
}


static void
poll_right(const asr_conf_group_t *g, const char *id, const json_t *poll,
    const json_t *request)
{
    const char           *name;
    const asr_conf_op_t  *op;

    static const char *const  members[] = {
        "op", "set", "until", "expect", "save", "account", "via", NULL
    };

    static const char *const  ends[] = { "done", "failed", "ended", NULL };

    op = asr_conf_op(g->doc, asr_conf_json_str(request, "op", ""));

    if (poll == NULL || op == NULL) {
        return;
    }

    if (json_is_object(poll)) {
        asr_conf_members_only(g, id, poll, "poll", members, NULL);
        expect_right(g, id, json_object_get(poll, "expect"));
        values_right(g, id, json_object_get(poll, "set"));
        save_right(g, id, json_object_get(poll, "save"));

        if (!asr_conf_is_one_of(asr_conf_json_str(poll, "until", "done"),
                                ends))
        {
            asr_conf_fault(g->faults, g->file, id,
                           "\"until\" is none of done, failed, ended");
        }
    }

    name = asr_conf_json_str(json_object_get(op->row, "poll"), "op", NULL);
    name = asr_conf_json_str(poll, "op", name);

    if (name == NULL || asr_conf_op(g->doc, name) == NULL) {
        asr_conf_fault(g->faults, g->file, id,
                       "\"poll\": nothing is known to ask with");
    }
}


/* Of a delivery these alone are looked at. */

static void
callback_right(const asr_conf_group_t *g, const char *id,
    const json_t *callback)
{
    json_t  *expect;

    static const char *const  members[] = {
        "expect", "check", "count", "signed", NULL
    };

    static const char *const  expects[] = {
        "form", "json", "headers", "schema", NULL
    };

    if (callback == NULL || json_is_false(callback)) {
        return;
    }

    expect = json_object_get(callback, "expect");

    asr_conf_members_only(g, id, callback, "callback", members, NULL);
    asr_conf_members_only(g, id, expect, "callback's expect", expects, NULL);

    expect_right(g, id, expect);
    checks_right(g, id, json_object_get(callback, "check"));
}


/* The request too many has to be told from the others. */

static void
limit_right(const asr_conf_group_t *g, const char *id, const json_t *step)
{
    json_t  *limit;

    static const char *const  members[] = { "bucket", NULL };

    limit = json_object_get(step, "limit");

    if (limit == NULL) {
        return;
    }

    asr_conf_members_only(g, id, limit, "limit", members, NULL);

    if (json_object_get(json_object_get(step, "expect"), "code") == NULL) {
        asr_conf_fault(g->faults, g->file, id,
                       "\"limit\" without the code of a refusal");
    }
}


void
asr_conf_step_right(const asr_conf_group_t *g, const char *id,
    const json_t *step)
{
    json_t  *request, *times;

    request = json_object_get(step, "request");
    times = json_object_get(step, "times");

    if (request != NULL) {
        request_right(g, id, request);
    }

    expect_right(g, id, json_object_get(step, "expect"));
    checks_right(g, id, json_object_get(step, "check"));
    poll_right(g, id, json_object_get(step, "poll"), request);

    callback_right(g, id, json_object_get(step, "callback"));
    save_right(g, id, json_object_get(step, "save"));
    limit_right(g, id, step);

    if (times != NULL && (!json_is_integer(times)
                          || json_integer_value(times) < 1
                          || json_integer_value(times) > TIMES_MAX))
    {
        asr_conf_fault(g->faults, g->file, id, "\"times\" is not 1 to %d",
                       TIMES_MAX);
    }
}
