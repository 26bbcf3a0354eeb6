/* The other documents' requests, and what is wrong with their transport. */

#include "mock_look_unit.h"


typedef struct {
    asr_mock_severity_t  severity;
    const char          *rule;
    const char          *pointer;
    const char          *body;
    const char          *fine;
} look_row_t;


static void
rows_are(const char *api, const char *operation, const look_row_t *rows,
    size_t n)
{
    look_t  k;
    size_t  i;

    for (i = 0; i < n; i++) {
        print_message("%s %s\n", rows[i].rule, rows[i].body);
        look_init(&k, api, operation);

        if (strcmp(api, "ice") == 0) {
            k.x.args = asr_cstr(rows[i].body);

        } else {
            look_body(&k, rows[i].body);
        }

        if (rows[i].severity == ASR_MOCK_ERROR) {
            look_refused(&k, "code", rows[i].rule);
        }

        look_run(&k);

        if (k.n != 1) {
            look_print(&k);
        }

        assert_int_equal(k.n, 1);
        look_is(&k, 0, rows[i].severity, rows[i].rule, rows[i].pointer, NULL,
                NULL);
        assert_true(k.found[0].hint.len != 0);
        look_free(&k);

        look_init(&k, api, operation);

        if (strcmp(api, "ice") == 0) {
            k.x.args = asr_cstr(rows[i].fine);

        } else {
            look_body(&k, rows[i].fine);
        }

        look_run(&k);
        look_none(&k);
        look_free(&k);
    }
}


#define U2  "\"model\":\"u2-asr\",\"format\":\"wav\""

static void
test_u2(void **state)
{
    static const look_row_t  rows[] = {
        { ASR_MOCK_WARNING, "U-008", "/speaker_num",
          "{\"file_id\":1," U2 ",\"speaker_num\":2}",
          "{\"file_id\":1," U2 ",\"speaker_num\":2,\"enable_speaker\":true}" },
        { ASR_MOCK_WARNING, "U-007", "/enable_speaker",
          "{\"file_id\":1," U2 ",\"enable_speaker\":true,\"channel\":2}",
          "{\"file_id\":1," U2 ",\"enable_speaker\":true,\"channel\":1}" },
        { ASR_MOCK_WARNING, "U-012", "/file_url",
          "{\"file_url\":\"https://x/a.wav\"," U2 "}",
          "{\"file_id\":1," U2 ",\"file_url\":null}" },
        { ASR_MOCK_WARNING, "U-015", "/enable_auto_lang",
          "{\"file_id\":1," U2 ",\"enable_auto_lang\":true}",
          "{\"file_id\":1," U2 "}" },
        { ASR_MOCK_WARNING, "D-number", "/file_id",
          "{\"file_id\":\"12\"," U2 "}", "{\"file_id\":12," U2 "}" },
        { ASR_MOCK_WARNING, "D-name", "/enable_ITN",
          "{\"file_id\":1," U2 ",\"enable_ITN\":false}",
          "{\"file_id\":1," U2 ",\"enable_itn\":false}" },
        { ASR_MOCK_WARNING, "D-name", "/wordInfo",
          "{\"file_id\":1," U2 ",\"wordInfo\":true}",
          "{\"file_id\":1," U2 ",\"word_info\":true}" },
        { ASR_MOCK_NOTE, "D-unknown", "/webhook",
          "{\"file_id\":1," U2 ",\"webhook\":\"http://x\"}",
          "{\"file_id\":1," U2 "}" },
        { ASR_MOCK_ERROR, "U-028", "/file_id", "{" U2 "}",
          "{\"file_id\":1," U2 "}" },
        { ASR_MOCK_ERROR, "U-031", "/speaker_num",
          "{\"file_id\":1," U2 ",\"speaker_num\":0,\"enable_speaker\":true}",
          "{\"file_id\":1," U2 ",\"speaker_num\":1,\"enable_speaker\":true}" },
        { ASR_MOCK_ERROR, "U-003", "/format",
          "{\"file_id\":1,\"model\":\"u2-asr\",\"format\":\"flac\"}",
          "{\"file_id\":1,\"model\":\"u2-asr\",\"format\":\"amr\"}" },
        { ASR_MOCK_ERROR, "U-011", "/hotwords/1",
          "{\"file_id\":1," U2 ",\"hotwords\":[\"a\",\"abcdef\"]}",
          "{\"file_id\":1," U2 ",\"hotwords\":[\"a\",\"abcde\"]}" },
        { ASR_MOCK_ERROR, "U-010", "/context",
          "{\"file_id\":1," U2 ",\"context\":[]}",
          "{\"file_id\":1," U2 ",\"context\":\"\"}" },
        { ASR_MOCK_ERROR, "U-005", "/enable_itn",
          "{\"file_id\":1," U2 ",\"enable_itn\":\"true\"}",
          "{\"file_id\":1," U2 ",\"enable_itn\":true}" },
        /* what was not found is told by the clause alone */
        { ASR_MOCK_ERROR, "U-032", "/file_id", "{\"file_id\":1," U2 "}",
          "{\"file_id\":1," U2 "}" }
    };

    look_t  k;

    rows_are("u2", "create", rows, asr_nelts(rows));

    look_init(&k, "u2", "create");
    look_body(&k, "{\"file_id\":1,\"file_url\":\"ftp://x/\"," U2 "}");
    look_refused(&k, "100001", "U-029");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "U-029", "/file_url", "both", NULL);
    assert_non_null(look_find(&k, "U-030"));
    look_free(&k);

    look_init(&k, "u2", "create");
    look_body(&k, "{\"file_id\":1," U2 "}");
    look_header(&k, "Content-Type", NULL);
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_WARNING, "U-025", "header:Content-Type",
            "(not sent)", NULL);
    look_header(&k, "Content-Type", "text/plain");
    look_refused(&k, "100001", "U-025");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "U-025", "header:Content-Type",
            "text/plain", NULL);
    look_free(&k);
}


static void
test_u2_query(void **state)
{
    look_t  k;

    look_init(&k, "u2", "retrieve");
    k.x.method = asr_str("GET");
    k.x.path = asr_str("/v1/files/retrieve");
    look_header(&k, "Content-Type", NULL);
    k.x.args = asr_str("file_id=1x&fileid=2");
    look_refused(&k, "100001", "U-052");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "U-052", "?file_id", "1x", NULL);
    look_is(&k, 1, ASR_MOCK_WARNING, "D-name", "?fileid", "2", NULL);
    k.x.args = asr_str("file_id=1");
    look_refused(&k, "", "");
    look_run(&k);
    look_none(&k);
    look_free(&k);

    look_init(&k, "u2", "query");
    k.x.method = asr_str("GET");
    k.x.path = asr_str("/v1/audio/asr/tasks/12");
    look_run(&k);
    look_none(&k);
    k.x.path = asr_str("/v1/audio/asr/tasks");
    look_refused(&k, "100001", "U-060");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "U-060", "?task_id", "(not sent)", NULL);
    look_free(&k);
}


static void
test_memories(void **state)
{
    static const look_row_t  rows[] = {
        { ASR_MOCK_WARNING, "M-004", "/callback_url",
          "{\"asset_id\":\"re_1\",\"callback_url\":\"https://x.org/\"}",
          "{\"asset_id\":\"re_1\",\"speaker\":true}" },
        { ASR_MOCK_ERROR, "M-001", "/asset_id",
          "{\"asset_id\":\"\"}", "{\"asset_id\":\"re_1\"}" },
        { ASR_MOCK_ERROR, "M-002", "/model",
          "{\"asset_id\":\"re_1\",\"model\":\"whisper\"}",
          "{\"asset_id\":\"re_1\",\"model\":\"whisper-1\"}" },
        { ASR_MOCK_ERROR, "M-003", "/speaker",
          "{\"asset_id\":\"re_1\",\"speaker\":1}",
          "{\"asset_id\":\"re_1\",\"speaker\":false}" },
        { ASR_MOCK_WARNING, "D-name", "/asset-id",
          "{\"asset_id\":\"re_1\",\"asset-id\":\"re_1\"}",
          "{\"asset_id\":\"re_1\"}" },
        { ASR_MOCK_ERROR, "M-029", "/callback_url",
          "{\"asset_id\":\"re_1\"}", "{\"asset_id\":\"re_1\"}" }
    };

    look_t  k;

    rows_are("memories", "async-generate-audio", rows, asr_nelts(rows));

    look_init(&k, "memories", "sync-generate-audio");
    look_body(&k, "{\"asset_id\":\"re_1\",\"callback_url\":\"http://x.org\"}");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_NOTE, "D-unknown", "/callback_url", NULL, NULL);
    assert_int_equal(k.n, 1);
    look_free(&k);

    look_init(&k, "memories", "async-generate-audio");
    look_body(&k, "{\"asset_id\":\"re_1\"}");
    look_header(&k, "Authorization", "Bearer test-secret-key");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_WARNING, "D-bearer", "header:Authorization",
            "Bearer ***", NULL);

    look_header(&k, "Authorization", "test-secret-key");
    look_refused(&k, "0401", "M-020");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "M-020", "header:Authorization",
            "15 characters without a known scheme", NULL);
    look_free(&k);

    look_init(&k, "memories", "async-generate-audio");
    look_body(&k, "{\"asset_id\":\"re_1\",\"callback_url\":"
                  "\"http://x.org/\"}");
    look_run(&k);
    look_is(&k, 1, ASR_MOCK_NOTE, "D-callback-http", "/callback_url", NULL,
            NULL);
    look_free(&k);

    look_init(&k, "memories", "signed-url");
    look_body(&k, "{}");
    look_refused(&k, "0001", "M-010");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "M-010", "/original_filename", NULL, NULL);
    look_free(&k);
}


static void
test_ice(void **state)
{
    static char  long_title[600], long_data[1200];

    const look_row_t  rows[] = {
        { ASR_MOCK_ERROR, "I-010", "?InputFile", "Title=a",
          "InputFile=oss://b.oss-cn-shanghai.aliyuncs.com/a.wav" },
        { ASR_MOCK_ERROR, "I-010", "?InputFile", "InputFile=",
          "InputFile=abc&Title=" },
        { ASR_MOCK_ERROR, "I-012", "?Title", long_title,
          "InputFile=a&Title=ok" },
        { ASR_MOCK_ERROR, "I-011", "?UserData", "InputFile=a&UserData=x",
          "InputFile=a&UserData=%7B%7D" },
        { ASR_MOCK_ERROR, "I-016", "?EditingConfig",
          "InputFile=a&EditingConfig=[]", "InputFile=a&EditingConfig=%7B%7D" },
        { ASR_MOCK_WARNING, "I-018", "?EditingConfig/SentenceMaxLength",
          "InputFile=a&EditingConfig={\"SentenceMaxLength\":9}",
          "InputFile=a&EditingConfig={\"SentenceMaxLength\":null}" },
        { ASR_MOCK_WARNING, "I-019",
          "?EditingConfig/EnableSemanticSentenceDetection",
          "InputFile=a&EditingConfig="
          "{\"EnableSemanticSentenceDetection\":true}",
          "InputFile=a&EditingConfig={}" },
        { ASR_MOCK_WARNING, "I-017", "?EditingConfig/HotwordLibraryIdList",
          "InputFile=a&EditingConfig={\"HotwordLibraryIdList\":\"a,b\"}",
          "InputFile=a&EditingConfig={\"HotwordLibraryIdList\":\"a\"}" },
        { ASR_MOCK_WARNING, "D-name", "?EditingConfig/HotwordLibraryIdsList",
          "InputFile=a&EditingConfig={\"HotwordLibraryIdsList\":\"a\"}",
          "InputFile=a&EditingConfig={}" },
        { ASR_MOCK_NOTE, "D-unknown", "?EditingConfig/Language",
          "InputFile=a&EditingConfig={\"Language\":\"en\"}",
          "InputFile=a&EditingConfig={}" },
        { ASR_MOCK_NOTE, "D-callback-http", "?UserData/NotifyAddress",
          "InputFile=a&UserData={\"NotifyAddress\":\"http://x.org/\"}",
          "InputFile=a&UserData={\"NotifyAddress\":\"http://127.0.0.1/\"}" },
        { ASR_MOCK_NOTE, "D-ice-data", "?UserData", long_data,
          "InputFile=a&UserData={\"a\":\"b\"}" },
        { ASR_MOCK_NOTE, "D-unknown", "?WithAiResult",
          "InputFile=a&WithAiResult=1", "InputFile=a&RegionId=cn-shanghai" },
        { ASR_MOCK_NOTE, "I-023", "?InputFile",
          "InputFile=https://example.com/a.wav",
          "InputFile=https://b.oss-cn-shanghai.aliyuncs.com/a.wav" },
        { ASR_MOCK_NOTE, "I-023", "?InputFile",
          "InputFile=https://example.com/a.wav",
          "InputFile=http://127.0.0.1:8080/_mock/audio/tone.wav" },
        { ASR_MOCK_ERROR, "I-003", "",
          "InputFile=a&Title=100%", "InputFile=a&Title=100%25" },
        { ASR_MOCK_WARNING, "D-name", "?title",
          "InputFile=a&title=x", "InputFile=a&Title=x" }
    };

    look_t  k;

    memset(long_title, 'x', sizeof(long_title) - 1);
    memcpy(long_title, "InputFile=a&Title=", 18);
    memset(long_data, 'x', sizeof(long_data) - 1);
    memcpy(long_data, "InputFile=a&UserData=\"", 22);
    long_data[sizeof(long_data) - 2] = '"';

    rows_are("ice", "SubmitASRJob", rows, asr_nelts(rows));

    look_init(&k, "ice", "SubmitASRJob");
    k.x.args = asr_str("Title=a");
    look_header(&k, "Content-Type", "application/json");
    look_body(&k, "{\"InputFile\":\"a\",\"Title\":\"b\",\"UserData\":{},"
                  "\"Description\":1}");
    look_refused(&k, "InvalidParameter", "I-062");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "I-062", "/UserData", "an object of 0",
            "serialise");
    look_is(&k, 1, ASR_MOCK_NOTE, "D-twice", "/Title", NULL, NULL);
    assert_int_equal(k.n, 2);
    look_free(&k);

    look_init(&k, "ice", "ListSmartJobs");
    k.x.args = asr_str("PageSize=0&SortBy=CreationTime:desc&JobState=Done");
    look_refused(&k, "InvalidParameter", "I-040");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "I-040", "?JobState", "Done", NULL);
    assert_non_null(look_find(&k, "I-043"));
    assert_true(look_has(look_find(&k, "I-044")->hint, "Desc"));
    look_free(&k);

    look_init(&k, "ice", "SubmitASRJob");
    k.x.args = asr_str("InputFile=a");
    k.x.reply_type = asr_str("text/xml;charset=utf-8");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_NOTE, "I-004", "?Format", NULL, "Format=JSON");
    k.x.args = asr_str("InputFile=a&Format=XML");
    look_run(&k);
    look_none(&k);
    look_free(&k);

    look_init(&k, "ice", "other");
    look_header(&k, "x-acs-action", "SubmitAsrJob");
    look_refused(&k, "InvalidAction.NotFound", "I-001");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "I-001", "header:x-acs-action",
            "SubmitAsrJob", "Did you mean SubmitASRJob?");
    look_free(&k);

    look_init(&k, "ice", "GetSmartHandleJob");
    look_header(&k, "x-acs-action", "GetSmartTaskResult");
    k.x.args = asr_str("JobId=a");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_NOTE, "I-001", NULL, "GetSmartTaskResult", NULL);
    look_free(&k);

    look_init(&k, "ice", "SubmitASRJob");
    look_header(&k, "Authorization", NULL);
    k.x.args = asr_str("InputFile=a&AccessKeyID=test-a&Action=SubmitASRJob");
    look_refused(&k, "MissingAccessKeyId", "I-051");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "I-051", NULL, "(not sent)", NULL);
    assert_true(look_has(look_find(&k, "D-name")->hint, "AccessKeyId"));
    look_free(&k);
}


/* Paths and methods that are nearly right. */

static void
test_paths(void **state)
{
    look_t  k;
    size_t  i;

    static const struct {
        const char  *api;
        const char  *method;
        const char  *path;
        const char  *clause;
        const char  *rule;
        const char  *expected;
    } rows[] = {
        { "u2", "POST", "/v1/audio/asr/task", "U-022", "U-022",
          "POST /v1/audio/asr/tasks" },
        { "u2", "GET", "/v1/audio/asr/task", "U-022", "U-022",
          "GET /v1/audio/asr/tasks?task_id=ID" },
        { "", "POST", "/audio/asr/tasks", "", "D-path",
          "POST /v1/audio/asr/tasks" },
        { "ice", "POST", "/v1/audio/asr/create", "I-050", "D-path", NULL },
        { "tencent", "POST", "/v1/audio/ASR/tasks/", "T-001", "D-path",
          "POST /v1/audio/asr/tasks" },
        { "u2", "GET", "/v1/audios/asr/tasks/12", "U-022", "U-022",
          "GET /v1/audio/asr/tasks/TASK_ID" },
        { "u2", "PUT", "/v1/files/upload", "U-023", "U-023",
          "POST /v1/files/upload" },
        { "u2", "DELETE", "/v1/files/delete", "U-023", "U-023",
          "POST /v1/files/delete" },
        { "", "POST", "/v1/file/upload", "", "D-path",
          "POST /v1/files/upload" },
        { "memories", "POST",
          "/serve/api/v2/transcription/async-generate-audio", "M-022",
          "M-022", "POST /serve/api/v2/transcriptions/async-generate-audio" },
        { "", "POST", "/api/v2/transcriptions/async-generate-audio", "",
          "D-path", "POST /serve/api/v2/transcriptions/async-generate-audio" },
        { "memories", "GET", "/serve/api/v2/transcriptions/"
          "async-generate-audio", "M-023", "M-023",
          "POST /serve/api/v2/transcriptions/async-generate-audio" },
        { "memories", "GET", "/serve/api/v2/tasks/abc", "M-022", "M-022",
          "GET /serve/api/v2/task/TASK_ID" },
        { "", "GET", "/nothing/of/ours", "", "D-path", NULL }
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        print_message("%s %s\n", rows[i].method, rows[i].path);
        look_init(&k, "u2", "other");
        k.x.api = asr_cstr(rows[i].api);
        k.x.method = asr_cstr(rows[i].method);
        k.x.path = asr_cstr(rows[i].path);
        k.x.status = 404;
        look_refused(&k, "code", rows[i].clause);
        look_run(&k);
        look_is(&k, 0, ASR_MOCK_ERROR, rows[i].rule, NULL, NULL, NULL);

        if (rows[i].expected != NULL) {
            look_text("expected", k.found[0].expected, rows[i].expected);
        }

        look_free(&k);
    }

    /* RPC of an unknown action: the path is not to blame */

    look_init(&k, "tencent", "other");
    look_body(&k, "{}");
    look_refused(&k, "InvalidAction", "T-001");
    look_run(&k);
    assert_null(look_find(&k, "D-path"));
    look_free(&k);
}


static void
test_http(void **state)
{
    look_t  k;

    look_init(&k, "u2", "query");
    k.x.method = asr_str("GET");
    k.x.path = asr_str("/v1/audio/asr/tasks/1");
    look_body(&k, "{}");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_WARNING, "D-get-body", "", "a body of 2 bytes",
            NULL);

    /* it was not even read */

    look_body(&k, NULL);
    look_header(&k, "Content-Length", "7");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_WARNING, "D-get-body", "", "a body of 7 bytes",
            NULL);
    look_header(&k, "Content-Length", "0");
    look_run(&k);
    look_none(&k);
    look_free(&k);

    look_init(&k, "memories", "delete");
    k.x.method = asr_str("DELETE");
    look_header(&k, "Content-Length", "7");
    look_run(&k);
    look_none(&k);
    look_free(&k);

    look_init(&k, "u2", "create");
    look_body(&k, "{\"file_id\":1," U2 "}");
    look_header(&k, "Content-Length", "48");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_WARNING, "D-length", "header:Content-Length",
            "48", NULL);
    look_header(&k, "Content-Length", "45");
    look_run(&k);
    look_none(&k);

    look_header(&k, "Host", "http://127.0.0.1:8080/");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_WARNING, "D-host", "header:Host", NULL, NULL);
    look_header(&k, "Host", "maas-api.unisound.com");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_NOTE, "D-plain-http", "header:Host", NULL, NULL);
    k.x.tls = true;
    look_run(&k);
    look_none(&k);
    look_free(&k);

    look_init(&k, "u2", "upload");
    look_body(&k, "{\"a\":1}");
    look_header(&k, "Content-Type", "multipart/form-data; boundary=x");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_WARNING, "D-type", "header:Content-Type", NULL,
            NULL);
    look_body(&k, "--x\r\n");
    look_run(&k);
    look_none(&k);
    look_free(&k);
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_u2),
        cmocka_unit_test(test_u2_query),
        cmocka_unit_test(test_memories),
        cmocka_unit_test(test_ice),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_http)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
