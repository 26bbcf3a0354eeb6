/*
 * Document 000 as tables: parameters, rules, codes; and the validation that
 * walks them.  A clause is numbered once and keeps its number.
 */

#include "asr_u2.h"


#define ASR_U2_TOKEN_MAX  1024           /* of a query string's names, values */

/* FFmpeg's highest; the document names no bound */
#define ASR_U2_RATE_MAX   768000


static const char *const  asr_u2_models[] = { ASR_U2_ENGINE, NULL };

static const char *const  asr_u2_formats[] = {
    "mp3", "opus", "wav", "amr", "m4a", "ogg", NULL
};

static const char *const  asr_u2_purposes[] = { ASR_U2_PURPOSE, NULL };

static const int64_t  asr_u2_channels[] = { 2, 1, 2 };


#define asr_u2_at(member)  offsetof(asr_u2_create_t, member)
#define asr_u2_arg(member) offsetof(asr_u2_args_t, member)


const asr_param_t  asr_u2_params[] = {

    { .name = ASR_STR("file_id"), .type = ASR_P_INT,
      .flags = ASR_P_NUMSTR, .offset = asr_u2_at(file_id),
      .min = 1, .max = 0, .clause = "U-001",
      .words = "audio file id from the upload, required unless file_url is "
               "given; a decimal string is taken too (guess)" },

    { .name = ASR_STR("model"), .type = ASR_P_STRING,
      .flags = ASR_P_REQUIRED, .offset = asr_u2_at(model),
      .set = asr_u2_models, .clause = "U-002",
      .words = "model code" },

    { .name = ASR_STR("format"), .type = ASR_P_STRING,
      .flags = ASR_P_REQUIRED, .offset = asr_u2_at(format),
      .set = asr_u2_formats, .clause = "U-003",
      .words = "audio file type" },

    { .name = ASR_STR("sample_rate"), .type = ASR_P_INT,
      .offset = asr_u2_at(sample_rate),
      .min = 1, .max = ASR_U2_RATE_MAX, .clause = "U-004",
      .words = "audio sample rate, default 16000; any other must be the "
               "file's own; bounds and rule are a guess" },

    { .name = ASR_STR("enable_itn"), .type = ASR_P_BOOL,
      .offset = asr_u2_at(enable_itn), .dflt = "true", .clause = "U-005",
      .words = "whether to write numbers as digits" },

    { .name = ASR_STR("channel"), .type = ASR_P_INT,
      .offset = asr_u2_at(channel), .iset = asr_u2_channels, .dflt = "1",
      .clause = "U-006",
      .words = "audio channels, 1 (mono) or 2 (stereo); with 2 the file must "
               "have two, with 1 they are mixed (guess)" },

    { .name = ASR_STR("enable_speaker"), .type = ASR_P_BOOL,
      .offset = asr_u2_at(enable_speaker), .dflt = "false",
      .clause = "U-007",
      .words = "whether to separate speakers; valid when channel is mono, "
               "else without effect" },

    { .name = ASR_STR("speaker_num"), .type = ASR_P_INT,
      .offset = asr_u2_at(speaker_num), .clause = "U-008",
      .words = "number of speakers, valid only with enable_speaker; default "
               "automatic" },

    { .name = ASR_STR("word_info"), .type = ASR_P_BOOL,
      .offset = asr_u2_at(word_info), .dflt = "false", .clause = "U-009",
      .words = "whether to return word timestamps" },

    { .name = ASR_STR("context"), .type = ASR_P_STRING,
      .offset = asr_u2_at(context), .min = 0, .max = 500, .clause = "U-010",
      .words = "context for the model" },

    { .name = ASR_STR("hotwords"), .type = ASR_P_STRINGS,
      .offset = asr_u2_at(hotwords), .min = 0, .max = 200, .item_max = 5,
      .clause = "U-011",
      .words = "list of hot words" },

    { .name = ASR_STR("file_url"), .type = ASR_P_STRING,
      .flags = ASR_P_EXTENSION|ASR_P_GUESS, .offset = asr_u2_at(file_url),
      .min = 1, .max = 2048, .clause = "U-012",
      .words = "http or https address of the audio, instead of file_id" },

    { .name = ASR_STR("speaker_ids"), .type = ASR_P_STRINGS,
      .flags = ASR_P_EXTENSION|ASR_P_GUESS|ASR_P_IGNORED,
      .clause = "U-013",
      .words = "registered voices" },

    { .name = ASR_STR("language"), .type = ASR_P_STRING,
      .flags = ASR_P_EXTENSION|ASR_P_GUESS|ASR_P_IGNORED,
      .clause = "U-014",
      .words = "language of the audio" },

    { .name = ASR_STR("enable_auto_lang"), .type = ASR_P_BOOL,
      .flags = ASR_P_EXTENSION|ASR_P_GUESS|ASR_P_IGNORED, .dflt = "false",
      .clause = "U-015",
      .words = "whether to detect the language" }
};

const size_t  asr_u2_params_n = asr_nelts(asr_u2_params);


const asr_param_t  asr_u2_delete_params[] = {

    { .name = ASR_STR("file_id"), .type = ASR_P_INT,
      .flags = ASR_P_REQUIRED|ASR_P_NUMSTR|ASR_P_GUESS,
      .offset = asr_u2_arg(file_id), .min = 1, .max = 0, .clause = "U-050",
      .words = "the file to delete" },

    { .name = ASR_STR("purpose"), .type = ASR_P_STRING,
      .flags = ASR_P_GUESS, .offset = asr_u2_arg(purpose), .clause = "U-051",
      .words = "when given, the file must have it" }
};

const size_t  asr_u2_delete_params_n = asr_nelts(asr_u2_delete_params);


/* The multipart form of the upload: see asr_u2_files.c. */

const asr_param_t  asr_u2_upload_params[] = {

    { .name = ASR_STR("purpose"), .type = ASR_P_STRING,
      .flags = ASR_P_REQUIRED|ASR_P_GUESS, .set = asr_u2_purposes,
      .clause = "U-040",
      .words = "what the file is for" },

    { .name = ASR_STR("file"), .type = ASR_P_LIFTED,
      .flags = ASR_P_REQUIRED|ASR_P_GUESS, .clause = "U-041",
      .words = "the file, with its name, once and not empty" }
};

const size_t  asr_u2_upload_params_n = asr_nelts(asr_u2_upload_params);


const asr_param_t  asr_u2_retrieve_params[] = {

    { .name = ASR_STR("file_id"), .type = ASR_P_INT,
      .flags = ASR_P_REQUIRED|ASR_P_GUESS, .offset = asr_u2_arg(file_id),
      .min = 1, .max = 0, .clause = "U-052",
      .words = "the file" },

    { .name = ASR_STR("purpose"), .type = ASR_P_STRING,
      .flags = ASR_P_GUESS, .offset = asr_u2_arg(purpose), .clause = "U-053",
      .words = "when given, the file must have it" }
};

const size_t  asr_u2_retrieve_params_n = asr_nelts(asr_u2_retrieve_params);


const asr_param_t  asr_u2_list_params[] = {

    { .name = ASR_STR("purpose"), .type = ASR_P_STRING,
      .flags = ASR_P_GUESS, .offset = asr_u2_arg(purpose), .clause = "U-054",
      .words = "list the files with this purpose only" }
};

const size_t  asr_u2_list_params_n = asr_nelts(asr_u2_list_params);


const asr_param_t  asr_u2_query_params[] = {

    { .name = ASR_STR("task_id"), .type = ASR_P_STRING,
      .flags = ASR_P_REQUIRED|ASR_P_NONEMPTY|ASR_P_GUESS,
      .offset = asr_u2_arg(task_id), .clause = "U-060",
      .words = "the task, when its id is not in the path" }
};

const size_t  asr_u2_query_params_n = asr_nelts(asr_u2_query_params);


/* By asr_u2_rule_id_t. */

const asr_u2_rule_t  asr_u2_rules[ASR_U2_RULES] = {

    { "U-020", false, "Authorization: Bearer and the account's API key" },
    { "U-021", true,  "an account that may not use the service is refused as "
                      "one without a key" },
    { "U-022", true,  "other paths are 404" },
    { "U-023", true,  "other methods are 405, Allow names the right ones" },
    { "U-024", false, "the interface has a limit of requests a minute; 20 for "
                      "the creation of tasks (guess), refused ones count not" },
    { "U-025", false, "Content-Type is application/json; none is taken as "
                      "that (guess)" },
    { "U-026", true,  "a JSON body has at most 24 KB" },
    { "U-027", false, "the body is one JSON object, valid UTF-8, no member "
                      "twice, no NUL, nested at most 32 deep (guess); unknown "
                      "members are accepted" },
    { "U-028", false, "one of file_id and file_url must be given" },
    { "U-029", true,  "file_id and file_url exclude each other" },
    { "U-030", true,  "file_url is an http or https URL without a user "
                      "name" },
    { "U-031", true,  "with enable_speaker and one channel, speaker_num is "
                      "at least 1" },
    { "U-032", true,  "the file must exist, belong to the account and have "
                      "purpose " ASR_U2_PURPOSE },
    { "U-033", true,  "the task must exist and belong to the account" },
    { "U-034", true,  "a full queue refuses tasks" },
    { "U-042", true,  "an upload is multipart/form-data" },
    { "U-043", false, "a file has at most 1 GB" },
    { "U-044", true,  "a file name has at most 255 bytes" }
};


/* By asr_u2_code_id_t. */

const asr_u2_code_t  asr_u2_codes[ASR_U2_CODES] = {

    { ASR_STR("0"),      ASR_STR("0"),      200, false, "success" },
    { ASR_STR("100001"), ASR_STR("100001"), 400, false, "parameter error" },
    { ASR_STR("100001"), ASR_STR("100001"), 405, true,  "parameter error" },
    { ASR_STR("100001"), ASR_STR("100001"), 413, true,  "parameter error" },
    { ASR_STR("100002"), ASR_STR("100002"), 400, true,  "data not found" },
    { ASR_STR("100002"), ASR_STR("100002"), 404, true,  "data not found" },
    { ASR_STR("100101"), ASR_STR("100101"), 401, false,
      "authentication failed" },
    { ASR_STR("100101"), ASR_STR("100102"), 401, false,
      "authentication failed" },
    { ASR_STR("100101"), ASR_STR("100103"), 401, false,
      "authentication failed" },
    { ASR_STR("100101"), ASR_STR("100104"), 401, true,
      "authentication failed" },
    { ASR_STR("100101"), ASR_STR("100105"), 401, true,
      "authentication failed" },
    { ASR_STR("100101"), ASR_STR("100106"), 401, true,
      "authentication failed" },
    { ASR_STR("100501"), ASR_STR("100501"), 429, false,
      "triggered RPM rate limit" },
    { ASR_STR("100999"), ASR_STR("100999"), 503, true,
      "internal system error" },
    { ASR_STR("100999"), ASR_STR("100999"), 500, false,
      "internal system error" }
};


/* By asr_cause_t; the codes are guesses within the vendor's range. */

const asr_u2_cause_t  asr_u2_causes[ASR_CAUSE_FILE_GONE + 1] = {

    { 200099, "the task failed" },
    { 200099, "internal error" },
    { 200001, "the audio is not in a format that can be read" },
    { 200002, "the audio is damaged" },
    { 200003, "the audio is shorter than 1 second" },
    { 200004, "the audio is longer than 5 hours" },
    { 200005, "the audio's channels are not those declared" },
    { 200006, "the audio's sample rate is not the one declared" },
    { 200007, "the audio could not be fetched" },
    { 200008, "there is no model for this audio" },
    { 200009, "recognition failed" },
    { 200010, "the uploaded file was deleted" }
};


static bool
asr_u2_param_error(asr_call_t *call, const asr_param_error_t *e)
{
    asr_str_t    why;
    const char  *clause;

    if (e->fault == ASR_PF_NOMEM) {
        asr_u2_rule(call, ASR_U2_TOO_LARGE, ASR_U2_R_SIZE,
                    "the body is too large");
        return false;
    }

    why = asr_arena_printf(&call->arena, "%.*s %s", asr_fmt(e->name), e->why);
    clause = (e->param != NULL) ? e->param->clause
                                : asr_u2_rules[ASR_U2_R_JSON].clause;

    asr_u2_error(call, ASR_U2_PARAM, clause,
                 (why.data != NULL) ? why.data : e->why);

    return false;
}


/* A member's name is shown only when it is the table's: it may go to a log. */

static bool
asr_u2_json_error(asr_call_t *call, const asr_json_error_t *e,
    const asr_param_t *table, size_t n)
{
    size_t       i;
    asr_str_t    named;
    const char  *why, *clause;

    clause = asr_u2_rules[ASR_U2_R_JSON].clause;
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

    case ASR_JSON_SIZE:
        asr_u2_rule(call, ASR_U2_TOO_LARGE, ASR_U2_R_SIZE,
                    "the body is too large");
        return false;

    default:
        break;
    }

    asr_u2_error(call, ASR_U2_PARAM, clause,
                 (why != NULL) ? why : "the body is not valid JSON");

    return false;
}


bool
asr_u2_check_json(asr_call_t *call, asr_u2_t *u, const asr_param_t *table,
    size_t n, void *out)
{
    asr_param_error_t  error;

    if (call->http->content_type.len != 0
        && !asr_upload_is_type(call->http->content_type,
                               asr_str("application/json")))
    {
        asr_u2_rule(call, ASR_U2_PARAM, ASR_U2_R_CONTENT_TYPE,
                    "Content-Type must be application/json");
        return false;
    }

    if (!u->parsed) {
        u->parsed = true;

        if (u->buf.len == 0) {
            asr_u2_rule(call, ASR_U2_PARAM, ASR_U2_R_JSON,
                        "the body is empty");
            return false;
        }

        u->json = asr_json_parse(&call->arena, asr_buf_str(&u->buf),
                                 &u->json_error);
        asr_buf_free(&u->buf);
    }

    if (u->json == NULL) {
        return asr_u2_json_error(call, &u->json_error, table, n);
    }

    if (asr_params_json(table, n, u->json, true, &call->arena, out, NULL,
                        &error)
        != ASR_OK)
    {
        return asr_u2_param_error(call, &error);
    }

    return true;
}


bool
asr_u2_check_args(asr_call_t *call, const asr_param_t *table, size_t n,
    void *out)
{
    asr_err_t          rc;
    asr_form_t         form;
    asr_param_error_t  error;

    asr_form_init(&form, &call->arena, asr_str_null(), NULL, NULL,
                  ASR_U2_TOKEN_MAX);

    rc = ASR_OK;

    if (call->http->args.len != 0) {
        rc = asr_form_feed(&form, call->http->args.data,
                           call->http->args.len);
    }

    if (rc == ASR_OK) {
        rc = asr_form_end(&form);
    }

    asr_form_free(&form);

    if (rc != ASR_OK) {
        asr_u2_error(call, ASR_U2_PARAM, table[0].clause,
                     (rc == ASR_INVALID) ? "the query string is malformed"
                                         : "the query string is too long");
        return false;
    }

    if (asr_params_form(table, n, &form, NULL, true, &call->arena, out, NULL,
                        &error)
        != ASR_OK)
    {
        return asr_u2_param_error(call, &error);
    }

    return true;
}


/* A scheme we follow, a host, no user name, no blank. */

static bool
asr_u2_url(asr_str_t url)
{
    size_t  i, skip;

    skip = 0;

    if (url.len > 7 && asr_str_caseeq((asr_str_t) { 7, url.data },
                                      asr_str("http://")))
    {
        skip = 7;

    } else if (url.len > 8 && asr_str_caseeq((asr_str_t) { 8, url.data },
                                             asr_str("https://")))
    {
        skip = 8;
    }

    if (skip == 0 || memchr("/?#:", url.data[skip], 4) != NULL) {
        return false;
    }

    for (i = skip; i < url.len && memchr("/?#", url.data[i], 3) == NULL; i++)
    {
        if (url.data[i] == '@') {
            return false;
        }
    }

    for (i = 0; i < url.len; i++) {
        if ((unsigned char) url.data[i] <= ' ' || url.data[i] == 0x7f) {
            return false;
        }
    }

    return true;
}


bool
asr_u2_check_create(asr_call_t *call, asr_u2_t *u, asr_u2_create_t *c)
{
    bool               file_id, file_url;
    const asr_json_t  *num;

    memset(c, 0, sizeof(*c));

    if (!asr_u2_check_json(call, u, asr_u2_params, asr_u2_params_n, c)) {
        return false;
    }

    file_id = (c->file_id != 0);
    file_url = (c->file_url.len != 0);

    if (!file_id && !file_url) {
        asr_u2_rule(call, ASR_U2_PARAM, ASR_U2_R_NO_FILE,
                    "file_id is required");
        return false;
    }

    if (file_id && file_url) {
        asr_u2_rule(call, ASR_U2_PARAM, ASR_U2_R_TWO_FILES,
                    "file_id and file_url exclude each other");
        return false;
    }

    if (file_url && !asr_u2_url(c->file_url)) {
        asr_u2_rule(call, ASR_U2_PARAM, ASR_U2_R_FILE_URL,
                    "file_url must be an http or https URL without a user "
                    "name");
        return false;
    }

    /* separation of speakers is for one channel: else both say nothing */

    if (c->channel != 1) {
        c->enable_speaker = false;
    }

    num = asr_json_get(u->json, asr_str("speaker_num"));

    if (c->enable_speaker && num != NULL && num->type != ASR_JSON_NULL
        && c->speaker_num < 1)
    {
        asr_u2_rule(call, ASR_U2_PARAM, ASR_U2_R_SPEAKER_NUM,
                    "speaker_num must be at least 1");
        return false;
    }

    return true;
}
