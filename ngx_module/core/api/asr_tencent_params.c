/*
 * The parameters of document 001 and of DescribeTaskStatus: one row each, and
 * the rules between them.  Rows marked as extensions are sent by the vendor's
 * newer SDKs; any other name is refused.  "T-..." are the clauses, the same
 * in code, replies, log, README and tests.
 */

#include "asr_tencent.h"


#define T_OFF(field)  offsetof(asr_tencent_create_t, field)

#define T_OFFERED     "16k_zh_large", "16k_multi_lang", "16k_zh-PY", "16k_ms", \
                      "16k_id", "16k_th"


/* Document 001's list, its text's, and those of SDKs past and present. */

static const char *const  asr_tencent_engines[] = {
    T_OFFERED,
    "8k_zh", "16k_zh", "16k_en", "16k_zh_dialect",
    "16k_zh_en_2.0", "16k_zh_en_meeting", "8k_zh_large", "16k_zh_en",
    "16k_en_large", "8k_en", "16k_yue", "16k_zh-TW", "16k_ja", "16k_ko",
    "16k_vi", "16k_fil", "16k_pt", "16k_tr", "16k_ar", "16k_es", "16k_hi",
    "16k_fr", "16k_zh_medical", "16k_de",
    "16k_ca", "16k_zh_video", "16k_zh_edu", "16k_en_edu", "16k_wuu-SH",
    "8k_0", "16k_0", "8k_6",
    "16k_zh_court", "16k_en_game", "8k_zh_finance",
    NULL
};

/* T-031 */

static const char *const  asr_tencent_diarizing[] = {
    "8k_zh", "16k_zh", "16k_ms", "16k_en", "16k_id", "16k_zh_large",
    "16k_zh_dialect", NULL
};

/* T-033 */

static const char *const  asr_tencent_semantic[] = {
    "8k_zh", "16k_zh", NULL
};

static const int64_t  asr_tencent_0_1[] = { 2, 0, 1 };
static const int64_t  asr_tencent_1_2[] = { 2, 1, 2 };
static const int64_t  asr_tencent_0_1_2[] = { 3, 0, 1, 2 };
static const int64_t  asr_tencent_0_1_3[] = { 3, 0, 1, 3 };


const asr_param_t  asr_tencent_create_params[ASR_TENCENT_CREATE_PARAMS] = {

    { .name = ASR_STR("EngineModelType"), .type = ASR_P_STRING,
      .flags = ASR_P_REQUIRED, .offset = T_OFF(engine),
      .set = asr_tencent_engines,
      .clause = "T-004", .words = "Engine model type." },

    { .name = ASR_STR("ChannelNum"), .type = ASR_P_INT,
      .flags = ASR_P_REQUIRED, .offset = T_OFF(channel_num),
      .iset = asr_tencent_1_2,
      .clause = "T-005",
      .words = "Number of recognition channels. 1: mono. 2: stereo." },

    { .name = ASR_STR("ResTextFormat"), .type = ASR_P_INT,
      .flags = ASR_P_REQUIRED, .offset = T_OFF(res_text_format),
      .min = 0, .max = 5,
      .clause = "T-006",
      .words = "Format of the returned recognition result, 0 to 5." },

    { .name = ASR_STR("SourceType"), .type = ASR_P_INT,
      .flags = ASR_P_REQUIRED, .offset = T_OFF(source_type),
      .iset = asr_tencent_0_1,
      .clause = "T-007",
      .words = "Audio source. 0: audio URL. 1: local audio file." },

    { .name = ASR_STR("Data"), .type = ASR_P_LIFTED,
      .clause = "T-008",
      .words = "Audio file Base64 code. The audio data size cannot exceed "
               "5 MB." },

    { .name = ASR_STR("DataLen"), .type = ASR_P_INT, .offset = T_OFF(data_len),
      .min = 0, .max = -1,
      .clause = "T-009", .words = "Data length (before Base64 encoding)." },

    { .name = ASR_STR("Url"), .type = ASR_P_STRING, .offset = T_OFF(url),
      .clause = "T-010",
      .words = "Audio URL. Total duration up to 5 hours, file size up to "
               "1 GB." },

    { .name = ASR_STR("CallbackUrl"), .type = ASR_P_STRING,
      .offset = T_OFF(callback_url),
      .clause = "T-011",
      .words = "User-defined service URL for receiving recognition "
               "results." },

    { .name = ASR_STR("SpeakerDiarization"), .type = ASR_P_INT,
      .offset = T_OFF(speaker_diarization), .iset = asr_tencent_0_1,
      .dflt = "0",
      .clause = "T-012",
      .words = "Whether to enable speaker separation. 0: disable. "
               "1: enable." },

    { .name = ASR_STR("SpeakerNumber"), .type = ASR_P_INT,
      .offset = T_OFF(speaker_number), .min = 0, .max = 10, .dflt = "0",
      .clause = "T-013",
      .words = "Number of speakers to be separated, 0 to 10. 0: automatic. "
               "No effect without SpeakerDiarization." },

    { .name = ASR_STR("HotwordId"), .type = ASR_P_STRING,
      .flags = ASR_P_IGNORED,
      .clause = "T-014", .words = "This service is not available." },

    { .name = ASR_STR("CustomizationId"), .type = ASR_P_STRING,
      .flags = ASR_P_IGNORED,
      .clause = "T-015", .words = "This service is not available." },

    { .name = ASR_STR("EmotionRecognition"), .type = ASR_P_INT,
      .flags = ASR_P_IGNORED,
      .clause = "T-016", .words = "This service is not available." },

    { .name = ASR_STR("EmotionalEnergy"), .type = ASR_P_INT,
      .offset = T_OFF(emotional_energy), .iset = asr_tencent_0_1,
      .dflt = "0",
      .clause = "T-017",
      .words = "Emotional energy value: sound volume in dB by 10, 1 to 10. "
               "0: disable. 1: enable." },

    { .name = ASR_STR("ConvertNumMode"), .type = ASR_P_INT,
      .offset = T_OFF(convert_num_mode), .iset = asr_tencent_0_1_3,
      .dflt = "1",
      .clause = "T-018",
      .words = "Intelligent conversion into Arabic numerals (Mandarin "
               "engines). 0: do not convert. 1: convert based on the "
               "scenario. 3: math-related letters." },

    { .name = ASR_STR("FilterDirty"), .type = ASR_P_INT,
      .offset = T_OFF(filter_dirty), .iset = asr_tencent_0_1_2,
      .dflt = "0",
      .clause = "T-019",
      .words = "Dirty word filtering (Mandarin engines). 0: do not filter. "
               "1: filter out. 2: replace with *." },

    { .name = ASR_STR("FilterPunc"), .type = ASR_P_INT,
      .offset = T_OFF(filter_punc), .iset = asr_tencent_0_1_2,
      .dflt = "0",
      .clause = "T-020",
      .words = "Punctuation filtering (Mandarin engines). 0: do not filter. "
               "1: sentence-ending punctuation. 2: all punctuation." },

    { .name = ASR_STR("FilterModal"), .type = ASR_P_INT,
      .offset = T_OFF(filter_modal), .iset = asr_tencent_0_1_2,
      .dflt = "0",
      .clause = "T-021",
      .words = "Modal particle filtering (Mandarin engines). 0: do not "
               "filter. 1: specified ones. 2: all." },

    { .name = ASR_STR("SentenceMaxLength"), .type = ASR_P_INT,
      .offset = T_OFF(sentence_max_length), .min = 0, .max = 40,
      .dflt = "0",
      .clause = "T-022",
      .words = "The maximum number of characters per line, 6 to 40. "
               "0: disable." },

    { .name = ASR_STR("Extra"), .type = ASR_P_STRING, .flags = ASR_P_IGNORED,
      .clause = "T-023",
      .words = "Additional parameter. (This parameter is meaningless. Ignore "
               "it.)" },

    { .name = ASR_STR("HotwordList"), .type = ASR_P_STRING,
      .offset = T_OFF(hotword_list),
      .clause = "T-024",
      .words = "Temporary term list: \"term|weight\", separated by commas." },

    { .name = ASR_STR("KeyWordLibIdList"), .type = ASR_P_STRINGS,
      .offset = T_OFF(keyword_libs), .min = 0, .max = 10,
      .clause = "T-025",
      .words = "List of keyword IDs for recognition, up to 10." },

    { .name = ASR_STR("ReinforceHotword"), .type = ASR_P_INT,
      .flags = ASR_P_IGNORED|ASR_P_EXTENSION,
      .clause = "T-026", .words = "Deprecated; in all SDKs." },

    { .name = ASR_STR("ReplaceTextId"), .type = ASR_P_STRING,
      .flags = ASR_P_IGNORED|ASR_P_EXTENSION,
      .clause = "T-027", .words = "Replacement list; in newer SDKs." },
};

const asr_param_t  asr_tencent_describe_params[1] = {

    { .name = ASR_STR("TaskId"), .type = ASR_P_INT, .flags = ASR_P_REQUIRED,
      .offset = offsetof(asr_tencent_describe_t, task_id),
      .min = 0, .max = -1,
      .clause = "T-050",
      .words = "Task ID from CreateRecTask, valid for 24 hours." },
};

static bool
asr_tencent_among(const char *const *set, asr_str_t name)
{
    for ( /* void */ ; *set != NULL; set++) {
        if (asr_str_eq(asr_cstr(*set), name)) {
            return true;
        }
    }

    return false;
}


static bool
t_no_data(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.source_type == 1 && st->data_found == 0;
}


static bool
t_no_url(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.source_type == 0 && st->create.url.len == 0;
}


static bool
t_channels(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.channel_num != 1
           && st->create.engine.len > 4
           && memcmp(st->create.engine.data, "16k_", 4) == 0;
}


static bool
t_diarization_engine(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.speaker_diarization == 1
           && !asr_tencent_among(asr_tencent_diarizing, st->create.engine);
}


static bool
t_diarization_channel(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.speaker_diarization == 1 && st->create.channel_num != 1;
}


static bool
t_semantic(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.res_text_format >= 4
           && !asr_tencent_among(asr_tencent_semantic, st->create.engine);
}


static bool
t_line_short(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.sentence_max_length >= 1
           && st->create.sentence_max_length <= 5;
}


static bool
t_line_format(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.sentence_max_length != 0
           && st->create.res_text_format != 3;
}


static bool
t_hot_count(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->hot == ASR_TENCENT_HOT_COUNT;
}


static bool
t_hot_form(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->hot == ASR_TENCENT_HOT_FORM;
}


static bool
t_hot_length(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->hot == ASR_TENCENT_HOT_LENGTH;
}


static bool
t_hot_weight(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->hot == ASR_TENCENT_HOT_WEIGHT;
}


static bool
t_library(const asr_core_t *core, const asr_tencent_state_t *st)
{
    size_t             i;
    const asr_strs_t  *ids;

    ids = &st->create.keyword_libs;

    for (i = 0; core->libraries != NULL && !st->guard && i < ids->n; i++) {
        if (asr_libraries_find(core->libraries, ASR_LIBRARY_KEYWORDS,
                               ids->v[i], st->key->account->name)
            == NULL)
        {
            return true;
        }
    }

    return false;
}


/* http:// or https://, a host, no blank or control character. */

static bool
asr_tencent_url(asr_str_t url)
{
    size_t     i, skip;
    asr_str_t  head;

    static const asr_str_t  schemes[] = {
        ASR_STR("http://"), ASR_STR("https://")
    };

    skip = 0;

    for (i = 0; i < asr_nelts(schemes); i++) {
        head.len = schemes[i].len;
        head.data = url.data;

        if (url.len > head.len && asr_str_caseeq(head, schemes[i])) {
            skip = head.len;
        }
    }

    if (skip == 0 || url.len >= 2048
        || memchr("/?#:", url.data[skip], 4) != NULL)
    {
        return false;
    }

    for (i = 0; i < url.len; i++) {
        if ((unsigned char) url.data[i] <= ' ' || url.data[i] == 0x7f) {
            return false;
        }
    }

    return true;
}


bool
asr_tencent_url_user(asr_str_t url)
{
    size_t       i;
    const char  *p;

    p = memchr(url.data, ':', url.len);

    if (p == NULL) {
        return false;
    }

    for (i = (size_t) (p - url.data) + sizeof("//"); i < url.len; i++) {

        if (url.data[i] == '@') {
            return true;
        }

        if (memchr("/?#", url.data[i], 3) != NULL) {
            break;
        }
    }

    return false;
}


static bool
t_url(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.source_type == 0 && !asr_tencent_url(st->create.url);
}


static bool
t_callback(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.callback_url.len != 0
           && (!asr_tencent_url(st->create.callback_url)
               || asr_tencent_url_user(st->create.callback_url));
}


static bool
t_data_base64(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.source_type == 1
           && st->data == ASR_TENCENT_DATA_BASE64;
}


static bool
t_data_size(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.source_type == 1
           && st->data == ASR_TENCENT_DATA_TOOBIG;
}


static bool
t_data_empty(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.source_type == 1 && st->data == ASR_TENCENT_DATA_FINE
           && st->data_size == 0;
}


static bool
t_data_len(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return st->create.source_type == 1 && st->data == ASR_TENCENT_DATA_FINE
           && st->create.data_len != -1
           && (uint64_t) st->create.data_len != st->data_size;
}


static bool
t_model(const asr_core_t *core, const asr_tencent_state_t *st)
{
    return !st->guard
           && (core->models == NULL
               || asr_models_engine(core->models, st->create.engine) < 0);
}


const asr_tencent_rule_t  asr_tencent_rules[] = {

    { "T-001", "Action", "CreateRecTask or DescribeTaskStatus.", 0,
      ASR_TE_NO_ACTION, NULL, NULL },

    { "T-002", "Version", "The value used for this API: 2019-06-14.", 0,
      ASR_TE_NO_VERSION, NULL, NULL },

    { "T-003", "Region", "This parameter is not required; any value passes.",
      0, ASR_TE_N, NULL, NULL },

    { "T-028", "SpeakerRoles",
      "Array of {RoleAudioUrl, RoleName}, in newer SDKs (checked, unused).",
      ASR_P_EXTENSION, ASR_TE_TYPE, NULL, NULL },

    { "T-040", "Data", "This parameter is required if SourceType is set to "
      "1.", 0, ASR_TE_MISSING, NULL, t_no_data },

    { "T-041", "Url", "This parameter is required if SourceType is set to 0.",
      0, ASR_TE_MISSING, NULL, t_no_url },

    { "T-030", "ChannelNum", "16k engines: only support mono.", 0,
      ASR_TE_VALUE, "16k engines take 1 only", t_channels },

    { "T-031", "SpeakerDiarization", "1 is supported only for 8k_zh, 16k_zh, "
      "16k_ms, 16k_en, 16k_id, 16k_zh_large and 16k_zh_dialect.", 0,
      ASR_TE_VALUE, "this engine does not separate speakers",
      t_diarization_engine },

    { "T-032", "SpeakerDiarization", "1: ChannelNum should be set to 1.", 0,
      ASR_TE_VALUE, "1 needs ChannelNum 1", t_diarization_channel },

    { "T-033", "ResTextFormat", "4 and 5 are supported only for 8k_zh and "
      "16k_zh.", 0,
      ASR_TE_VALUE, "4 and 5 need the engine 8k_zh or 16k_zh", t_semantic },

    { "T-034", "SentenceMaxLength", "Value range: [6,40], or 0.", 0,
      ASR_TE_VALUE, "must be 0, or 6 to 40", t_line_short },

    { "T-035", "SentenceMaxLength", "To enable this feature, ResTextFormat "
      "should be set to 3.", ASR_P_GUESS,
      ASR_TE_VALUE, "needs ResTextFormat 3", t_line_format },

    { "T-036", "HotwordList", "The list can contain up to 128 terms.", 0,
      ASR_TE_VALUE, "more than 128 terms", t_hot_count },

    { "T-037", "HotwordList", "The format is \"term|weight\"; terms are "
      "separated by commas.", 0,
      ASR_TE_VALUE, "each term must be \"term|weight\"", t_hot_form },

    { "T-038", "HotwordList", "A term has no more than 30 characters (or 10 "
      "Chinese characters).", 0,
      ASR_TE_VALUE, "a term is longer than 30 characters (10 Chinese ones)",
      t_hot_length },

    { "T-039", "HotwordList", "The weight can be in the range of [1-11] or "
      "100.", 0,
      ASR_TE_VALUE, "a weight must be 1 to 11, or 100", t_hot_weight },

    { "T-029", "KeyWordLibIdList", "Each is a library of keywords that "
      "asr_libraries has for the account; without that directive any is "
      "taken.", ASR_P_GUESS,
      ASR_TE_VALUE, "there is no such library", t_library },

    { "T-046", "Url", "Http or https, shorter than 2048 bytes.", ASR_P_GUESS,
      ASR_TE_VALUE, "must be an http or https URL of less than 2048 bytes",
      t_url },

    { "T-047", "CallbackUrl", "Http or https, shorter than 2048 bytes, "
      "without a user name.", ASR_P_GUESS,
      ASR_TE_VALUE, "must be an http or https URL of less than 2048 bytes, "
      "without a user name", t_callback },

    { "T-049", "Url", "A URL with a user name is not fetched.", ASR_P_GUESS,
      ASR_TE_DOWN_FILE, NULL, NULL },

    { "T-042", "Data", "Base64 code: padded, without line breaks.",
      ASR_P_GUESS,
      ASR_TE_VALUE, "is not base64 (padded, without line breaks)",
      t_data_base64 },

    { "T-043", "Data", "The audio data size cannot exceed 5 MB (5242880 bytes "
      "pass).", ASR_P_GUESS,
      ASR_TE_VALUE, "the audio is larger than 5 MB", t_data_size },

    { "T-048", "Data", "Not empty when SourceType is 1.", ASR_P_GUESS,
      ASR_TE_VALUE, "must not be empty", t_data_empty },

    { "T-044", "DataLen", "Equals the length of the decoded Data.",
      ASR_P_GUESS,
      ASR_TE_VALUE, "is not the length of the decoded Data", t_data_len },

    { "T-045", "EngineModelType", "The engine has a model on this server.",
      ASR_P_GUESS, ASR_TE_ENGINE, NULL, t_model },

    { "T-060", NULL, "TC3 or v1 signature of the documented form.", 0,
      ASR_TE_AUTH_HEADER, NULL, NULL },
    { "T-061", NULL, "Timestamp within 5 minutes of the server's.", 0,
      ASR_TE_EXPIRE, NULL, NULL },
    { "T-062", NULL, "The SecretId is known.", 0,
      ASR_TE_SECRET_ID, NULL, NULL },
    { "T-063", NULL, "The token is the temporary key's.", 0,
      ASR_TE_TOKEN, NULL, NULL },
    { "T-064", NULL, "The signature holds.", 0,
      ASR_TE_SIGNATURE, NULL, NULL },
    { "T-065", NULL, "Authentication error: the account is disabled.",
      ASR_P_GUESS, ASR_TE_DISABLED_CREATE, NULL, NULL },
    { "T-066", NULL, "Services are stopped due to overdue payments.", 0,
      ASR_TE_ISOLATED, NULL, NULL },
    { "T-067", NULL, "The resource package is used up (create only).", 0,
      ASR_TE_NO_AMOUNT, NULL, NULL },
    { "T-068", NULL, "The free resource package is used up.", 0,
      ASR_TE_NO_FREE_AMOUNT, NULL, NULL },
    { "T-069", NULL, "The service is not enabled (create only).", 0,
      ASR_TE_NOT_REGISTERED, NULL, NULL },
    { "T-070", NULL, "Only GET and POST.", 0, ASR_TE_PROTOCOL, NULL, NULL },
    { "T-071", NULL, "TC3 POST: JSON; v1 POST: form.", ASR_P_GUESS,
      ASR_TE_CONTENT_TYPE, NULL, NULL },
    { "T-072", NULL, "CreateRecTask: 20 requests per second.", 0,
      ASR_TE_LIMIT, NULL, NULL },
    { "T-073", NULL, "DescribeTaskStatus: 50 requests per second.", 0,
      ASR_TE_LIMIT, NULL, NULL },
    { "T-074", NULL, "TC3 POST: 10 MB.", 0, ASR_TE_SIZE, NULL, NULL },
    { "T-075", NULL, "v1 POST: 1 MB.", 0, ASR_TE_SIGNATURE_SIZE, NULL, NULL },
    { "T-076", NULL, "GET: 32 KB.", 0, ASR_TE_SIZE, NULL, NULL },
    { "T-077", NULL, "Unknown parameters are refused.", 0,
      ASR_TE_UNKNOWN, NULL, NULL },
    { "T-078", NULL, "JSON object, or name=value pairs; UTF-8.", 0,
      ASR_TE_BODY, NULL, NULL },
    { "T-079", NULL, "All parameters but Data: 24 KB.", ASR_P_GUESS,
      ASR_TE_PARAMS_SIZE, NULL, NULL },
    { "T-080", NULL, "Incorrect task ID: another's, expired or none.", 0,
      ASR_TE_NO_TASK, NULL, NULL },
    { "T-081", NULL, "Store or spool failed.", 0,
      ASR_TE_DATABASE, NULL, NULL },
    { "T-082", NULL, "The rate limiter failed.", 0,
      ASR_TE_REDIS, NULL, NULL },
    { "T-083", NULL, "Internal error.", 0, ASR_TE_INTERNAL, NULL, NULL },
    { "T-084", NULL, "Too many unfinished tasks.", ASR_P_GUESS,
      ASR_TE_UNAVAILABLE, NULL, NULL },
    { "T-085", NULL, "Errors of HTTP itself, in the envelope.", ASR_P_GUESS,
      ASR_TE_HTTP, NULL, NULL },
};

const size_t  asr_tencent_rules_n = asr_nelts(asr_tencent_rules);
