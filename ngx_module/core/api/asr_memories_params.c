/*
 * Document 002 as tables: parameters, rules, codes; and the validation that
 * walks them.  A clause is numbered once and keeps its number.
 */

#include "asr_memories.h"


static const char *const  asr_memories_models[] = {
    ASR_MEMORIES_ENGINE, NULL
};


#define asr_memories_at(member)  offsetof(asr_memories_create_t, member)

enum { ASR_MEMORIES_ROW_ASSET_ID = 0, ASR_MEMORIES_ROW_MODEL };


const asr_param_t  asr_memories_params[] = {

    { .name = ASR_STR("asset_id"), .type = ASR_P_STRING,
      .flags = ASR_P_REQUIRED|ASR_P_NONEMPTY,
      .offset = asr_memories_at(asset_id), .clause = "M-001",
      .words = "the audio: the id that its upload returned" },

    { .name = ASR_STR("model"), .type = ASR_P_STRING,
      .offset = asr_memories_at(model), .set = asr_memories_models,
      .dflt = ASR_MEMORIES_ENGINE, .clause = "M-002",
      .words = "the model to use" },

    { .name = ASR_STR("speaker"), .type = ASR_P_BOOL,
      .offset = asr_memories_at(speaker), .dflt = "false", .clause = "M-003",
      .words = "whether to tell speakers apart; without it the speaker of each "
               "segment is null" },

    { .name = ASR_STR("callback_url"), .type = ASR_P_STRING,
      .flags = ASR_P_EXTENSION|ASR_P_GUESS,
      .offset = asr_memories_at(callback_url), .min = 1,
      .max = ASR_MEMORIES_URL_MAX, .clause = "M-004",
      .words = "where to send the result, instead of the account's webhook; "
               "async only" }
};

const size_t  asr_memories_params_n = asr_nelts(asr_memories_params);


const asr_param_t  asr_memories_sign_params[] = {

    { .name = ASR_STR("original_filename"), .type = ASR_P_STRING,
      .flags = ASR_P_REQUIRED|ASR_P_NONEMPTY,
      .offset = offsetof(asr_memories_sign_t, original_filename),
      .min = 1, .max = ASR_MEMORIES_NAME_MAX, .clause = "M-010",
      .words = "the name of the file to come; the length is a guess" }
};

const size_t  asr_memories_sign_params_n = asr_nelts(asr_memories_sign_params);


/* The multipart form of uploads: see asr_memories_assets.c. */

const asr_param_t  asr_memories_upload_params[] = {

    { .name = ASR_STR("file"), .type = ASR_P_LIFTED,
      .flags = ASR_P_REQUIRED, .clause = "M-011",
      .words = "the file, with its name, once and not empty; other parts are "
               "ignored" }
};

const size_t  asr_memories_upload_params_n
    = asr_nelts(asr_memories_upload_params);


/* By asr_memories_rule_id_t. */

const asr_memories_rule_t  asr_memories_rules[ASR_MEMORIES_RULES] = {

    { "M-020", false, "Authorization: the account's API key; \"Bearer \" may "
                      "precede it (guess)" },
    { "M-021", true,  "an account that is out of means is refused with 402, "
                      "one that may not use the service with 403" },
    { "M-022", true,  "other paths are 404" },
    { "M-023", false, "other methods are 405, Allow names the right ones "
                      "(guess)" },
    { "M-024", false, "uploads: 1 request a second for an account; what goes "
                      "to a signed URL counts when the URL is made (guess)" },
    { "M-025", false, "transcriptions: 1 request a second for an account" },
    { "M-026", false, "Content-Type is application/json, of uploads "
                      "multipart/form-data with a boundary; none is taken as "
                      "JSON (guess)" },
    { "M-027", true,  "a JSON body has at most 24 KB" },
    { "M-028", true,  "the body is one JSON object, valid UTF-8, no member "
                      "twice, no NUL, nested at most 32 deep; unknown members "
                      "are accepted" },
    { "M-029", false, "an async request requires a webhook: the account's, or "
                      "callback_url (guess)" },
    { "M-030", true,  "callback_url is an http or https URL" },
    { "M-031", false, "the asset exists, belongs to the account and is "
                      "uploaded" },
    { "M-032", true,  "the task exists and belongs to the account" },
    { "M-033", true,  "a full queue refuses tasks" },
    { "M-034", true,  "so many sync requests may wait at once, more are "
                      "refused" },
    { "M-035", true,  "a sync request whose task is not done in time gets 504 "
                      "and the task's id; the task goes on" },
    { "M-036", true,  "audio that cannot be transcribed is the request's "
                      "fault: 400 of the sync call" },
    { "M-040", true,  "the multipart body is complete and well formed" },
    { "M-041", true,  "a file has at most 3 GB" },
    { "M-042", true,  "a file name has at most 255 bytes" },
    { "M-043", true,  "a signed URL holds for its asset, until it expires; it "
                      "needs no key" },
    { "M-044", true,  "an asset is uploaded once" },
    { "M-045", true,  "a signed URL can be made only where the Host is known" }
};


/* By asr_memories_code_id_t. */

const asr_memories_code_t  asr_memories_codes[ASR_MEMORIES_CODES] = {

    { ASR_STR("0000"), 200, true,  false, "success" },
    { ASR_STR("0001"), 400, false, false, "Invalid parameters" },
    { ASR_STR("0001"), 400, true,  false,
      "asset_id cannot be null or empty" },
    { ASR_STR("0001"), 400, true,  false,
      "An async request requires at least one webhook." },
    { ASR_STR("0001"), 400, true,  false, "Request has exceeded the limit." },
    { ASR_STR("0001"), 400, true,  false, "Asset not found" },
    { ASR_STR("0001"), 400, true,  true,  "Task not found" },
    { ASR_STR("0001"), 400, false, true,  "Transcription failed" },
    { ASR_STR("0401"), 401, true,  false, "Unauthorized" },
    { ASR_STR("0402"), 402, true,  false, "Insufficient balance" },
    { ASR_STR("0403"), 403, true,  false, "Forbidden" },
    { ASR_STR("0404"), 404, true,  true,  "Not found" },
    { ASR_STR("0405"), 405, true,  false, "Method not allowed" },
    { ASR_STR("0408"), 408, true,  true,  "Request timeout" },
    { ASR_STR("0409"), 409, true,  true,  "Asset is uploaded already" },
    { ASR_STR("0413"), 413, true,  true,  "Request entity too large" },
    { ASR_STR("0415"), 415, true,  false, "Unsupported media type" },
    { ASR_STR("0429"), 429, true,  false, "Rate limit exceeded" },
    { ASR_STR("0500"), 500, false, false, "Internal error" },
    { ASR_STR("0503"), 503, false, true,  "Service unavailable" },
    { ASR_STR("0504"), 504, false, true,  "Not done in time" }
};


/* By asr_cause_t. */

const asr_memories_cause_t  asr_memories_causes[ASR_CAUSE_FILE_GONE + 1] = {

    { false, "the task failed" },
    { false, "internal error" },
    { true,  "the audio is not in a format that can be read" },
    { true,  "the audio is damaged" },
    { true,  "the audio is shorter than 1 second" },
    { true,  "the audio is longer than 5 hours" },
    { true,  "the audio's channels are not those declared" },
    { true,  "the audio's sample rate is not the one declared" },
    { true,  "the audio could not be fetched" },
    { false, "there is no model for this audio" },
    { false, "recognition failed" },
    { true,  "the asset was deleted" }
};


/* The vendor has texts of its own for two parameters. */

static bool
asr_memories_param_error(asr_call_t *call, const asr_param_error_t *e)
{
    asr_str_t                why;
    const char              *clause;
    asr_memories_code_id_t   id;

    if (e->fault == ASR_PF_NOMEM) {
        asr_memories_rule(call, ASR_MEMORIES_TOO_LARGE, ASR_MEMORIES_R_SIZE,
                          "the body is too large");
        return false;
    }

    id = ASR_MEMORIES_PARAM;

    if (e->param == &asr_memories_params[ASR_MEMORIES_ROW_ASSET_ID]
        && (e->fault == ASR_PF_MISSING || e->fault == ASR_PF_VALUE))
    {
        id = ASR_MEMORIES_NO_ASSET_ID;

    } else if (e->param == &asr_memories_params[ASR_MEMORIES_ROW_MODEL]
               && e->fault == ASR_PF_VALUE)
    {
        id = ASR_MEMORIES_BAD_MODEL;
    }

    why = asr_arena_printf(&call->arena, "%.*s %s", asr_fmt(e->name), e->why);
    clause = (e->param != NULL)
             ? e->param->clause
             : asr_memories_rules[ASR_MEMORIES_R_JSON].clause;

    asr_memories_error(call, id, clause,
                       (why.data != NULL) ? why.data : e->why);

    return false;
}


/* A member's name is shown only when it is the table's: it may go to a log. */

static bool
asr_memories_json_error(asr_call_t *call, const asr_json_error_t *e,
    const asr_param_t *table, size_t n)
{
    size_t       i;
    asr_str_t    named;
    const char  *why, *clause;

    if (e->fault == ASR_JSON_SIZE) {
        asr_memories_rule(call, ASR_MEMORIES_TOO_LARGE, ASR_MEMORIES_R_SIZE,
                          "the body is too large");
        return false;
    }

    clause = asr_memories_rules[ASR_MEMORIES_R_JSON].clause;
    named = asr_str("a member");

    for (i = 0; i < n; i++) {
        if (asr_str_eq(table[i].name, e->key)) {
            named = table[i].name;
            clause = table[i].clause;
            break;
        }
    }

    why = NULL;

    switch (e->fault) {

    case ASR_JSON_UTF8:
        why = "the body is not valid UTF-8";
        break;

    case ASR_JSON_NUL:
        why = asr_arena_printf(&call->arena, "%.*s holds a NUL character",
                               asr_fmt(named)).data;
        break;

    case ASR_JSON_DEPTH:
        why = "the body is nested too deeply";
        break;

    case ASR_JSON_DUPLICATE:
        why = asr_arena_printf(&call->arena, "%.*s is given more than once",
                               asr_fmt(named)).data;
        break;

    default:
        break;
    }

    asr_memories_error(call, ASR_MEMORIES_PARAM, clause,
                       (why != NULL) ? why : "the body is not valid JSON");

    return false;
}


bool
asr_memories_check_json(asr_call_t *call, asr_memories_t *m,
    const asr_param_t *table, size_t n, void *out)
{
    asr_param_error_t  error;

    if (!m->parsed) {
        m->parsed = true;

        if (m->buf.len == 0) {
            asr_memories_rule(call, ASR_MEMORIES_PARAM, ASR_MEMORIES_R_JSON,
                              "the body is empty");
            return false;
        }

        m->json = asr_json_parse(&call->arena, asr_buf_str(&m->buf),
                                 &m->json_error);
        asr_buf_free(&m->buf);
    }

    if (m->json == NULL) {
        return asr_memories_json_error(call, &m->json_error, table, n);
    }

    if (asr_params_json(table, n, m->json, true, &call->arena, out, NULL,
                        &error)
        != ASR_OK)
    {
        return asr_memories_param_error(call, &error);
    }

    return true;
}


/*
 * Scheme and host, no user or password, which would be shown in logs, and
 * nothing that could break out of a request line.
 */

static bool
asr_memories_is_url(asr_str_t url)
{
    bool            host;
    size_t          i, skip;
    unsigned char   ch;

    if (url.len > 7
        && asr_str_caseeq((asr_str_t) { 7, url.data }, asr_str("http://")))
    {
        skip = 7;

    } else if (url.len > 8
               && asr_str_caseeq((asr_str_t) { 8, url.data },
                                 asr_str("https://")))
    {
        skip = 8;

    } else {
        return false;
    }

    host = true;

    for (i = skip; i < url.len; i++) {
        ch = (unsigned char) url.data[i];

        if (ch <= 0x20 || ch >= 0x7f) {
            return false;
        }

        if (ch == '/' || ch == '?' || ch == '#') {
            host = false;
        }

        if (host && ch == '@') {
            return false;
        }
    }

    return strchr("/?#:", url.data[skip]) == NULL;
}


bool
asr_memories_check_create(asr_call_t *call, asr_memories_t *m,
    asr_memories_create_t *c)
{
    size_t  n;

    memset(c, 0, sizeof(*c));

    n = asr_memories_params_n - (m->action == ASR_MEMORIES_SYNC);

    if (!asr_memories_check_json(call, m, asr_memories_params, n, c)) {
        return false;
    }

    if (c->callback_url.len != 0 && !asr_memories_is_url(c->callback_url)) {
        asr_memories_rule(call, ASR_MEMORIES_PARAM,
                          ASR_MEMORIES_R_CALLBACK_URL,
                          "callback_url must be an http or https URL");
        return false;
    }

    if (m->action == ASR_MEMORIES_ASYNC && c->callback_url.len == 0) {
        c->callback_url = m->account->webhook;
    }

    if (m->action == ASR_MEMORIES_ASYNC && c->callback_url.len == 0
        && !call->guard)
    {
        asr_memories_rule(call, ASR_MEMORIES_NO_WEBHOOK,
                          ASR_MEMORIES_R_WEBHOOK,
                          "the account has no webhook and the request no "
                          "callback_url");
        return false;
    }

    return true;
}
