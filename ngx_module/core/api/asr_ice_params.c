/*
 * The parameters of document 003 and of its companions: one row each, and the
 * rules beside them.  Names that are not here are ignored: older SDKs send
 * some.  "I-..." are the clauses, the same in code, replies, log, README and
 * tests.
 */

#include "asr_ice.h"


#define I_SUBMIT(field)  offsetof(asr_ice_submit_t, field)
#define I_LIST(field)    offsetof(asr_ice_list_t, field)


static const char *const  asr_ice_states[] = {
    "Created", "Executing", "Finished", "Failed", NULL
};

static const char *const  asr_ice_orders[] = {
    "CreationTime:Desc", "CreationTime:Asc", NULL
};


const asr_param_t  asr_ice_submit_params[ASR_ICE_SUBMIT_PARAMS] = {

    { .name = ASR_STR("InputFile"), .type = ASR_P_STRING,
      .flags = ASR_P_REQUIRED|ASR_P_GUESS, .offset = I_SUBMIT(input_file),
      .clause = "I-010",
      .words = "The input: an OSS URL or a media ID from the media library." },

    { .name = ASR_STR("UserData"), .type = ASR_P_STRING,
      .offset = I_SUBMIT(user_data),
      .clause = "I-011", .words = "User-defined settings in JSON format." },

    { .name = ASR_STR("Title"), .type = ASR_P_STRING,
      .offset = I_SUBMIT(title),
      .clause = "I-012", .words = "The job title, at most 128 bytes." },

    { .name = ASR_STR("Description"), .type = ASR_P_STRING,
      .offset = I_SUBMIT(description),
      .clause = "I-013", .words = "The job description, at most 128 bytes." },

    { .name = ASR_STR("StartTime"), .type = ASR_P_STRING,
      .offset = I_SUBMIT(start_time),
      .clause = "I-014",
      .words = "The start time of the segment to be transcribed." },

    { .name = ASR_STR("Duration"), .type = ASR_P_STRING,
      .offset = I_SUBMIT(duration),
      .clause = "I-015",
      .words = "The duration of the segment to transcribe." },

    { .name = ASR_STR("EditingConfig"), .type = ASR_P_STRING,
      .offset = I_SUBMIT(editing_config),
      .clause = "I-016",
      .words = "The configuration for speech-to-text conversion, JSON." },
};


const asr_param_t  asr_ice_get_params[1] = {

    { .name = ASR_STR("JobId"), .type = ASR_P_STRING,
      .flags = ASR_P_REQUIRED, .offset = offsetof(asr_ice_job_t, job_id),
      .clause = "I-030", .words = "The ID of the intelligent job." },
};


const asr_param_t  asr_ice_list_params[ASR_ICE_LIST_PARAMS] = {

    { .name = ASR_STR("JobState"), .type = ASR_P_STRING,
      .offset = I_LIST(job_state), .set = asr_ice_states,
      .clause = "I-040", .words = "The state of the jobs." },

    { .name = ASR_STR("JobType"), .type = ASR_P_STRING,
      .offset = I_LIST(job_type),
      .clause = "I-041", .words = "The type of the jobs; all here are ASR." },

    { .name = ASR_STR("PageNo"), .type = ASR_P_INT,
      .offset = I_LIST(page_no), .min = 1, .max = 1000000, .dflt = "1",
      .clause = "I-042", .words = "The page number." },

    { .name = ASR_STR("PageSize"), .type = ASR_P_INT,
      .offset = I_LIST(page_size), .min = 1, .max = ASR_TASK_LIST_MAX,
      .dflt = "10",
      .clause = "I-043", .words = "Jobs on a page, 1 to 100." },

    { .name = ASR_STR("MaxResults"), .type = ASR_P_INT,
      .offset = I_LIST(max_results), .min = 1, .max = ASR_TASK_LIST_MAX,
      .clause = "I-043",
      .words = "Jobs of one reply; goes before PageSize." },

    { .name = ASR_STR("NextToken"), .type = ASR_P_STRING,
      .offset = I_LIST(next_token),
      .clause = "I-042",
      .words = "Where the last reply ended; goes before PageNo." },

    { .name = ASR_STR("SortBy"), .type = ASR_P_STRING,
      .offset = I_LIST(sort_by), .set = asr_ice_orders,
      .dflt = "CreationTime:Desc",
      .clause = "I-044", .words = "The order of the jobs." },
};


const asr_param_t  asr_ice_delete_params[1] = {

    { .name = ASR_STR("JobId"), .type = ASR_P_STRING,
      .flags = ASR_P_REQUIRED, .offset = offsetof(asr_ice_job_t, job_id),
      .clause = "I-045", .words = "IDs of jobs, separated by commas." },
};


const asr_ice_rule_t  asr_ice_rules[] = {

    { "I-001", "Action", "One of the four; GetSmartTaskResult is another "
      "name of GetSmartHandleJob.", 0 },
    { "I-002", "Version", "2020-11-09.", 0 },
    { "I-003", NULL, "GET and POST; parameters in the query, a form, or a "
      "JSON object.", 0 },
    { "I-004", "Format", "JSON or XML; XML when v1 does not say, else what "
      "Accept says, else JSON.", 0 },

    { "I-011", "UserData", "JSON, at most 4096 bytes.", ASR_P_GUESS },
    { "I-012", "Title", "Without one it is default_title_ and the time of "
      "creation.", 0 },
    { "I-014", "StartTime", "hh:mm:ss[.SSS], or seconds; times of the result "
      "are those of the file.", ASR_P_GUESS },
    { "I-015", "Duration", "The same form, more than 0; without one: to the "
      "end.", ASR_P_GUESS },
    { "I-016", "EditingConfig", "A JSON object; what is not known in it is "
      "ignored.", 0 },
    { "I-017", "EditingConfig", "HotwordLibraryIdList: one id, a string.", 0 },
    { "I-025", "EditingConfig", "HotwordLibraryIdList: a library of hotwords "
      "that asr_libraries has for the account; without that directive any is "
      "taken.", ASR_P_GUESS },
    { "I-018", "EditingConfig", "SentenceMaxLength: 4 to 50 characters.",
      ASR_P_EXTENSION },
    { "I-019", "EditingConfig", "EnableSemanticSentenceDetection: a boolean; "
      "true joins what no long pause parts.", ASR_P_EXTENSION },

    { "I-020", "InputFile", "oss://BUCKET.oss-REGION.aliyuncs.com/OBJECT, "
      "oss://BUCKET/OBJECT, and the first with http or https: OBJECT where "
      "asr_oss says BUCKET is.", ASR_P_GUESS },
    { "I-021", "InputFile", "OBJECT is UTF-8 of at most 1023 bytes, without "
      "empty parts, \".\" and \"..\"; what is opened is a plain file below "
      "the folder, reached without links.", ASR_P_GUESS },
    { "I-022", "InputFile", "A media id has letters, digits, - and _, at most "
      "128, and is looked for where asr_media says.", ASR_P_GUESS },
    { "I-023", "InputFile", "Any other http or https URL is fetched.",
      ASR_P_GUESS },
    { "I-024", "InputFile", "A file is of 1 byte to 1 GB.", ASR_P_GUESS },

    { "I-030", "JobId", "A job is seen by the account that made it.", 0 },
    { "I-045", "JobId", "At most 100; all of them are deleted or none.",
      ASR_P_GUESS },

    { "I-050", NULL, "ACS3-HMAC-SHA256: host, content-type and each x-acs- "
      "header that is read here have to be signed.", 0 },
    { "I-051", "AccessKeyId", "Of an account that is not disabled.", 0 },
    { "I-052", "SecurityToken", "That of a temporary key.", 0 },
    { "I-053", "Timestamp", "yyyy-MM-ddTHH:mm:ssZ, within 15 minutes of the "
      "server's clock, both ways.", 0 },
    { "I-054", "SignatureNonce", "Not used with this key within the last 15 "
      "minutes; at most 1024 bytes.", 0 },
    { "I-055", "Signature", "RPC v1: HMAC-SHA1, SignatureVersion 1.0, over "
      "query and form.", 0 },
    { "I-056", NULL, "The account's service is open and paid for; results "
      "can be had without the latter.", ASR_P_GUESS },

    { "I-061", NULL, "A JSON body is read with ACS3 only: v1 does not sign "
      "it.", ASR_P_GUESS },
    { "I-062", NULL, "Values of a JSON body are strings, numbers or "
      "booleans.", ASR_P_GUESS },

    { "I-070", NULL, "Query and body, 16 KB each.", ASR_P_GUESS },
    { "I-071", NULL, "100 calls of an action in a second, unless the account "
      "says otherwise.", ASR_P_GUESS },
    { "I-072", NULL, "An engine " ASR_ICE_ENGINE " is configured, and the "
      "queue has room.", ASR_P_GUESS },

    { "I-080", NULL, "A fault of the server's own is InternalError; the job "
      "was not made.", ASR_P_GUESS },
    { "I-081", NULL, "What HTTP itself or the server's configuration refuses "
      "has a reply of this API, too.", ASR_P_GUESS },

    { "I-090", "UserData", "NotifyAddress, an http or https URL, is told when "
      "the job has ended; without one the account's webhook is.",
      ASR_P_GUESS },
    { "I-091", NULL, "X-ICE-SIGNATURE is the MD5 of URL|X-ICE-TIMESTAMP|"
      "webhook_key.", 0 },
};

const size_t  asr_ice_rules_n = asr_nelts(asr_ice_rules);
