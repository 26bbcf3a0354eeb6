/*
 * Why a request is refused or dubious: Tencent's parameters, the clauses of
 * all documents, the header.
 */

#include "mock_look_unit.h"
#include "core/api/asr_ice.h"
#include "core/api/asr_memories.h"
#include "core/api/asr_tencent.h"
#include "core/api/asr_u2.h"


#define FINE  "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1," \
              "\"ResTextFormat\":3,\"SourceType\":0," \
              "\"Url\":\"http://127.0.0.1/a.wav\""


static void
create(look_t *k, const char *body, const char *code, const char *clause)
{
    look_init(k, "tencent", "CreateRecTask");
    look_body(k, body);

    if (code != NULL) {
        look_refused(k, code, clause);
    }

    look_run(k);
}


static void
test_fine(void **state)
{
    look_t  k;

    create(&k, "{" FINE "}", NULL, NULL);
    look_none(&k);
    look_free(&k);

    create(&k, "{" FINE ",\"SpeakerDiarization\":1,\"SpeakerNumber\":2,"
               "\"CallbackUrl\":\"http://localhost:3000/cb\","
               "\"HotwordId\":\"\",\"EmotionRecognition\":0,\"Extra\":null,"
               "\"HotwordList\":\"Tencent Cloud|10, ASR|11\"}", NULL, NULL);
    look_none(&k);
    look_free(&k);
}


static void
test_refused(void **state)
{
    look_t                     k;
    const asr_mock_finding_t  *f;

    create(&k, "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":3,"
               "\"ResTextFormat\":\"3\",\"SourceType\":0,\"Url\":\"http://"
               "127.0.0.1/a.wav\",\"SpeakerNumber\":99}",
           "InvalidParameterValue", "T-005");
    look_is(&k, 0, ASR_MOCK_ERROR, "T-005", "/ChannelNum", "3", NULL);
    look_text("words", k.found[0].words,
              "Number of recognition channels. 1: mono. 2: stereo.");
    look_text("expected", k.found[0].expected, "an integer, 1 or 2, required");

    /* those that the module did not come to */

    f = look_find(&k, "T-006");
    assert_non_null(f);
    look_text("got", f->got, "\"3\"");
    assert_true(look_has(f->hint, "without quotes"));
    assert_int_equal(f->severity, ASR_MOCK_ERROR);

    f = look_find(&k, "T-013");
    assert_non_null(f);
    look_text("got", f->got, "99");
    look_text("expected", f->expected, "an integer, 0 to 10");
    assert_int_equal(k.n, 3);
    look_free(&k);

    /* what follows from a missing one is not told */

    create(&k, "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
               "\"ResTextFormat\":3}", "MissingParameter", "T-007");
    look_is(&k, 0, ASR_MOCK_ERROR, "T-007", "/SourceType", "(not sent)",
            "Add it.");
    assert_int_equal(k.n, 1);
    look_free(&k);
}


static void
test_names(void **state)
{
    look_t  k;

    create(&k, "{\"engineModelType\":\"16k_en\",\"ChannelNum\":1,"
               "\"ResTextFormat\":0,\"SourceType\":0,\"Url\":\"http://"
               "127.0.0.1/a\",\"ChanelNum\":1,\"foo/b~r\":[1]}",
           "UnknownParameter", "T-077");
    look_is(&k, 0, ASR_MOCK_ERROR, "T-077", "/engineModelType", "\"16k_en\"",
            "Did you mean EngineModelType?  Names are case-sensitive.");
    look_is(&k, 1, ASR_MOCK_ERROR, "T-004", "/EngineModelType", "(not sent)",
            "There is a \"engineModelType\": did you mean EngineModelType?");
    look_is(&k, 2, ASR_MOCK_ERROR, "T-077", "/ChanelNum", "1",
            "Did you mean ChannelNum?");
    look_is(&k, 3, ASR_MOCK_ERROR, "T-077", "/foo~1b~0r", "an array of 1",
            "Leave it out");
    look_free(&k);

    create(&k, "{\"EngineModelType\":\"16k_EN\",\"ChannelNum\":null,"
               "\"ResTextFormat\":1.5,\"SourceType\":true,\"Url\":7}",
           "InvalidParameter", "T-005");
    look_is(&k, 0, ASR_MOCK_ERROR, "T-005", "/ChannelNum", "null",
            "null counts as not sent");
    look_is(&k, 1, ASR_MOCK_ERROR, "T-004", "/EngineModelType", "\"16k_EN\"",
            "Did you mean \"16k_en\"?  Values are case-sensitive.");
    look_is(&k, 2, ASR_MOCK_ERROR, "T-006", "/ResTextFormat", "1.5",
            "no point");
    look_is(&k, 3, ASR_MOCK_ERROR, "T-007", "/SourceType", "true", NULL);
    look_is(&k, 4, ASR_MOCK_ERROR, "T-010", "/Url", "7", "in quotes");
    look_free(&k);
}


/* Each of these is one finding; its neighbour of the next row is none. */

static void
test_dubious(void **state)
{
    look_t  k;
    size_t  i;

    static const struct {
        asr_mock_severity_t  severity;
        const char          *rule;
        const char          *pointer;
        const char          *body;
        const char          *fine;
    } rows[] = {
        { ASR_MOCK_WARNING, "T-013", "/SpeakerNumber",
          "{" FINE ",\"SpeakerNumber\":2}",
          "{" FINE ",\"SpeakerNumber\":0}" },
        { ASR_MOCK_WARNING, "T-008", "/Data",
          "{" FINE ",\"Data\":\"AAAA\"}",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":3,\"SourceType\":1,\"Data\":\"AAAA\",\"DataLen\":3}" },
        { ASR_MOCK_NOTE, "T-009", "/DataLen",
          "{" FINE ",\"DataLen\":3}",
          "{" FINE ",\"DataLen\":0}" },
        { ASR_MOCK_WARNING, "T-010", "/Url",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":3,\"SourceType\":1,\"Data\":\"AAAA\",\"Url\":\"http://x/\"}",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":3,\"SourceType\":1,\"Data\":\"AAAA\",\"Url\":\"\"}" },
        { ASR_MOCK_WARNING, "T-014", "/HotwordId",
          "{" FINE ",\"HotwordId\":\"abc\"}",
          "{" FINE ",\"HotwordId\":\"\"}" },
        { ASR_MOCK_WARNING, "T-016", "/EmotionRecognition",
          "{" FINE ",\"EmotionRecognition\":1}",
          "{" FINE ",\"EmotionRecognition\":0}" },
        { ASR_MOCK_WARNING, "T-023", "/Extra",
          "{" FINE ",\"Extra\":\"x\"}",
          "{" FINE ",\"Extra\":\"\"}" },
        { ASR_MOCK_WARNING, "T-026", "/ReinforceHotword",
          "{" FINE ",\"ReinforceHotword\":1}",
          "{" FINE ",\"ReinforceHotword\":null}" },
        { ASR_MOCK_WARNING, "T-028", "/SpeakerRoles",
          "{" FINE ",\"SpeakerRoles\":[{\"RoleName\":\"a\"}]}",
          "{" FINE "}" },
        { ASR_MOCK_WARNING, "T-019", "/FilterDirty",
          "{" FINE ",\"FilterDirty\":1}",
          "{" FINE ",\"FilterDirty\":0}" },
        { ASR_MOCK_WARNING, "T-018", "/ConvertNumMode",
          "{" FINE ",\"ConvertNumMode\":3}",
          "{" FINE ",\"ConvertNumMode\":1}" },
        { ASR_MOCK_WARNING, "T-024", "/HotwordList",
          "{" FINE ",\"HotwordList\":\"a|100\"}",
          "{" FINE ",\"HotwordList\":\"a|11\"}" },
        { ASR_MOCK_NOTE, "D-callback-http", "/CallbackUrl",
          "{" FINE ",\"CallbackUrl\":\"http://example.com/cb\"}",
          "{" FINE ",\"CallbackUrl\":\"https://example.com/cb\"}" },
        { ASR_MOCK_NOTE, "D-callback-http", "/CallbackUrl",
          "{" FINE ",\"CallbackUrl\":\"http://example.com/cb\"}",
          "{" FINE ",\"CallbackUrl\":\"http://192.168.7.7:9000/cb\"}" },
        { ASR_MOCK_NOTE, "D-tencent-engine", "/EngineModelType",
          "{\"EngineModelType\":\"16k_yue\",\"ChannelNum\":1,"
          "\"ResTextFormat\":0,\"SourceType\":0,\"Url\":\"http://x/\"}",
          "{\"EngineModelType\":\"16k_zh_dialect\",\"ChannelNum\":1,"
          "\"ResTextFormat\":0,\"SourceType\":0,\"Url\":\"http://x/\"}" },
        { ASR_MOCK_NOTE, "T-006", "/ResTextFormat",
          "{\"EngineModelType\":\"16k_zh\",\"ChannelNum\":1,"
          "\"ResTextFormat\":5,\"SourceType\":0,\"Url\":\"http://x/\"}",
          "{\"EngineModelType\":\"16k_zh\",\"ChannelNum\":1,"
          "\"ResTextFormat\":3,\"SourceType\":0,\"Url\":\"http://x/\","
          "\"SentenceMaxLength\":6,\"FilterDirty\":2}" }
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        create(&k, rows[i].body, NULL, NULL);

        if (k.n != 1) {
            print_message("%s\n", rows[i].body);
            look_print(&k);
        }

        assert_int_equal(k.n, 1);
        look_is(&k, 0, rows[i].severity, rows[i].rule, rows[i].pointer, NULL,
                NULL);
        look_free(&k);

        create(&k, rows[i].fine, NULL, NULL);
        look_none(&k);
        look_free(&k);
    }
}


/* Rules between parameters: in the body that breaks two of them, both. */

static void
test_rules(void **state)
{
    look_t  k;
    size_t  i;

    static const struct {
        const char  *clause;
        const char  *pointer;
        const char  *body;
        const char  *got;
        const char  *hint;
    } rows[] = {
        { "T-030", "/ChannelNum",
          "{\"EngineModelType\":\"16k_zh\",\"ChannelNum\":2,\"ResTextFormat\""
          ":0,\"SourceType\":0,\"Url\":\"http://x/\"}", "2", "8k" },
        { "T-031", "/SpeakerDiarization",
          "{\"EngineModelType\":\"16k_th\",\"ChannelNum\":1,\"ResTextFormat\""
          ":0,\"SourceType\":0,\"Url\":\"http://x/\","
          "\"SpeakerDiarization\":1}", "1", NULL },
        { "T-032", "/SpeakerDiarization",
          "{\"EngineModelType\":\"8k_zh\",\"ChannelNum\":2,\"ResTextFormat\""
          ":0,\"SourceType\":0,\"Url\":\"http://x/\","
          "\"SpeakerDiarization\":1}", "1", NULL },
        { "T-033", "/ResTextFormat",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":5,\"SourceType\":0,\"Url\":\"http://x/\"}", "5", NULL },
        { "T-034", "/SentenceMaxLength",
          "{\"EngineModelType\":\"16k_zh\",\"ChannelNum\":1,\"ResTextFormat\""
          ":3,\"SourceType\":0,\"Url\":\"http://x/\","
          "\"SentenceMaxLength\":5}", "5", NULL },
        { "T-035", "/SentenceMaxLength",
          "{\"EngineModelType\":\"16k_zh\",\"ChannelNum\":1,\"ResTextFormat\""
          ":0,\"SourceType\":0,\"Url\":\"http://x/\","
          "\"SentenceMaxLength\":6}", "6", NULL },
        { "T-036", "/HotwordList", NULL, "more than 128 terms", NULL },
        { "T-037", "/HotwordList",
          "{" FINE ",\"HotwordList\":\"a|1,b\"}", "\"b\" (term 2)", NULL },
        { "T-038", "/HotwordList",
          "{" FINE ",\"HotwordList\":\"a|1,"
          "abcdefghijabcdefghijabcdefghijk|1\"}",
          "\"abcdefghijabcdefghijabcdefghijk|1\" (term 2)", NULL },
        { "T-039", "/HotwordList",
          "{" FINE ",\"HotwordList\":\"a|12\"}", "\"a|12\" (term 1)", NULL },
        { "T-040", "/Data",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":0,\"SourceType\":1,\"Data\":null}", "(not sent)", NULL },
        { "T-041", "/Url",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":0,\"SourceType\":0}", "(not sent)", NULL },
        { "T-042", "/Data",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":0,\"SourceType\":1,\"Data\":\"AAAA\\nAAAA\"}", NULL,
          "line breaks" },
        { "T-042", "/Data",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":0,\"SourceType\":1,\"Data\":\"AA_-\"}", NULL, "alphabet of URLs" },
        { "T-042", "/Data",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":0,\"SourceType\":1,\"Data\":\"data:audio/wav;base64,AAAA\"}", NULL,
          "data: URL" },
        { "T-042", "/Data",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":0,\"SourceType\":1,\"Data\":\"AAAAA\"}", NULL, "missing" },
        { "T-044", "/DataLen",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":0,\"SourceType\":1,\"Data\":\"AAAA\",\"DataLen\":4}", "4",
          "not of its base64" },
        { "T-046", "/Url",
          "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\""
          ":0,\"SourceType\":0,\"Url\":\"ftp://u:pw@x/a?token=t1&n=2\"}",
          "\"ftp://***@x/a?token=***&n=2\"", NULL },
        { "T-047", "/CallbackUrl",
          "{" FINE ",\"CallbackUrl\":\"http://user:pass@x/\"}",
          "\"http://***@x/\"", NULL }
    };

    char  many[2048] = "{" FINE ",\"HotwordList\":\"a|1";

    for (i = 0; i < 128; i++) {
        memcpy(many + strlen(many), ",a|1", 5);
    }

    memcpy(many + strlen(many), "\"}", 3);

    for (i = 0; i < asr_nelts(rows); i++) {
        create(&k, rows[i].body != NULL ? rows[i].body : many,
               "InvalidParameterValue", rows[i].clause);
        print_message("%s\n", rows[i].clause);
        look_is(&k, 0, ASR_MOCK_ERROR, rows[i].clause, rows[i].pointer,
                rows[i].got, rows[i].hint);

        if (k.n != 1) {
            look_print(&k);
        }

        assert_int_equal(k.n, 1);
        look_free(&k);
    }

    create(&k, "{\"EngineModelType\":\"16k_th\",\"ChannelNum\":2,"
               "\"ResTextFormat\":4,\"SourceType\":0,"
               "\"SpeakerDiarization\":1}", "InvalidParameterValue", "T-031");
    look_is(&k, 0, ASR_MOCK_ERROR, "T-031", NULL, NULL, NULL);
    assert_non_null(look_find(&k, "T-030"));
    assert_non_null(look_find(&k, "T-032"));
    assert_non_null(look_find(&k, "T-033"));
    assert_non_null(look_find(&k, "T-041"));
    look_free(&k);
}


/* What no body tells: headers, limits, the set-up, faults. */

static void
test_elsewhere(void **state)
{
    look_t  k;

    look_init(&k, "tencent", "CreateRecTask");
    look_body(&k, "{" FINE "}");
    look_header(&k, "X-TC-Version", NULL);
    look_refused(&k, "MissingParameter", "T-002");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "T-002", "header:X-TC-Version",
            "(not sent)", NULL);
    look_text("expected", k.found[0].expected, "2019-06-14");
    assert_int_equal(k.n, 1);
    look_free(&k);

    look_init(&k, "tencent", "CreateRecTask");
    look_body(&k, "{" FINE "}");
    look_refused(&k, "AuthFailure.SignatureFailure", "T-064");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "T-064", "header:Authorization", NULL,
            "doctor");
    assert_true(look_has(k.found[0].got, "Signature=***"));
    assert_false(look_has(k.found[0].got, "00ff"));
    look_free(&k);

    look_init(&k, "tencent", "CreateRecTask");
    look_body(&k, "{" FINE "}");
    look_refused(&k, "RequestLimitExceeded.UinLimitExceeded", "T-072");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_WARNING, "T-072", NULL, NULL, NULL);
    look_free(&k);

    look_init(&k, "tencent", "CreateRecTask");
    look_body(&k, "{" FINE "}");
    look_refused(&k, "FailedOperation.UserHasNoAmount", "T-067");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_NOTE, "T-067", NULL, NULL, NULL);
    k.x.fault = asr_str("FailedOperation.UserHasNoAmount");
    look_run(&k);
    look_none(&k);
    look_free(&k);

    look_init(&k, "tencent", "CreateRecTask");
    look_body(&k, "{" FINE "}");
    look_header(&k, "X-TC-Token", "s3cr3t");
    look_refused(&k, "AuthFailure.TokenFailure", "T-063");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "T-063", "header:X-TC-Token", "***", NULL);
    look_free(&k);

    /* an action that is nearly one, one that is another's */

    look_init(&k, "tencent", "other");
    look_body(&k, "{" FINE "}");
    look_header(&k, "X-TC-Action", "CreateRecTasks");
    look_refused(&k, "InvalidAction", "T-001");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "T-001", "header:X-TC-Action",
            "CreateRecTasks", "Did you mean CreateRecTask?");
    look_header(&k, "X-TC-Action", "SentenceRecognition");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "T-001", NULL, NULL, "not served here");
    look_free(&k);

    look_init(&k, "tencent", "CreateRecTask");
    look_body(&k, "{" FINE "}");
    look_header(&k, "X-TC-Region", "null");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_NOTE, "D-tencent-region", NULL, "null", NULL);
    look_header(&k, "X-TC-Region", "ap-shanghai");
    look_run(&k);
    look_none(&k);
    look_free(&k);

    /* a clause no table has, no clause, a body that was cut */

    look_init(&k, "tencent", "CreateRecTask");
    k.x.body_bytes = 4 * 1024 * 1024;
    look_refused(&k, "InvalidParameterValue", "T-042");
    k.x.why = asr_str("Data is not base64");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "T-042", "/Data", "", NULL);
    assert_int_equal(k.n, 1);
    look_refused(&k, "Odd", "");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "D-refused", NULL, "Odd",
            "Data is not base64");
    look_free(&k);
}


static void
test_v1(void **state)
{
    look_t  k;

    look_init(&k, "tencent", "CreateRecTask");
    look_header(&k, "X-TC-Action", NULL);
    look_header(&k, "Authorization", NULL);
    look_header(&k, "Content-Type", "application/x-www-form-urlencoded");
    look_body(&k, "Action=CreateRecTask&Version=2019-06-14&Nonce=1&Timestamp=1"
                  "&SecretId=test-a&Signature=abc&EngineModelType=16k_en"
                  "&ChannelNum=x&ResTextFormat=0&SourceType=1&Data=AA+A"
                  "&KeyWordLibIdList.0=a&Chanel=1");
    look_refused(&k, "UnknownParameter", "T-077");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "T-077", "?Chanel", "1", NULL);
    look_is(&k, 1, ASR_MOCK_ERROR, "T-005", "?ChannelNum", "x", NULL);
    look_is(&k, 2, ASR_MOCK_NOTE, "D-tencent-v1", NULL, NULL, NULL);
    assert_int_equal(k.n, 3);

    look_body(&k, "Action=CreateRecTask&Version=2019-06-14&Nonce=1&Timestamp=1"
                  "&SecretId=test-a&Signature=s3cr3t&EngineModelType=16k_en"
                  "&ChannelNum=1&ResTextFormat=0&SourceType=1&Data=AA+A");
    look_refused(&k, "InvalidParameterValue", "T-042");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "T-042", "?Data", "AA A", "%2B");

    /* what cannot be read is not said to be missing */

    look_body(&k, "Action=CreateRecTask&EngineModelType=16k_en&Url=%zz&a=b");
    look_refused(&k, "InvalidParameter", "T-078");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "T-078", "", "%zz&a=b", "%25");
    assert_int_equal(k.n, 1);

    look_body(&k, "Action=CreateRecTask&Version=2019-06-14&Signature=s3cr3t");
    look_refused(&k, "AuthFailure.SignatureFailure", "T-064");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "T-064", "?Signature", "***", NULL);
    look_free(&k);
}


/* More than are kept: the one that counts is among them, and first. */

static void
test_many(void **state)
{
    int     i;
    char    body[1024], *p;
    look_t  k;

    p = body + snprintf(body, sizeof(body), "{\"file_id\":1,\"model\":"
                        "\"u2-asr\",\"format\":\"wav\"");

    for (i = 0; i < 40; i++) {
        p += snprintf(p, (size_t) (body + sizeof(body) - p), ",\"x%d\":1", i);
    }

    *p++ = '}';
    *p = '\0';

    look_init(&k, "u2", "create");
    look_body(&k, body);
    look_run(&k);
    assert_int_equal(k.n, ASR_MOCK_FINDINGS_MAX);
    look_refused(&k, "100002", "U-032");
    look_run(&k);
    assert_int_equal(k.n, ASR_MOCK_FINDINGS_MAX);
    look_is(&k, 0, ASR_MOCK_ERROR, "U-032", "/file_id", "1", NULL);
    look_is(&k, 1, ASR_MOCK_NOTE, "D-unknown", "/x0", NULL, NULL);
    look_free(&k);
}


/* Every clause of every table has its words. */

static void
clause_is(const char *api, const char *clause)
{
    bool         guess;
    const char  *param, *words;

    if (!asr_mock_clause(asr_cstr(api), asr_cstr(clause), &param, &words,
                         &guess)
        || words == NULL || *words == '\0')
    {
        fail_msg("%s %s has no words", api, clause);
    }
}


static void
test_clauses(void **state)
{
    bool         guess;
    size_t       i;
    const char  *param, *words;

#define rows(api, table, n)                                                   \
    for (i = 0; i < (n); i++) {                                               \
        clause_is(api, (table)[i].clause);                                    \
    }

    rows("tencent", asr_tencent_create_params, ASR_TENCENT_CREATE_PARAMS);
    rows("tencent", asr_tencent_describe_params, 1);
    rows("tencent", asr_tencent_rules, asr_tencent_rules_n);
    rows("u2", asr_u2_params, asr_u2_params_n);
    rows("u2", asr_u2_delete_params, asr_u2_delete_params_n);
    rows("u2", asr_u2_upload_params, asr_u2_upload_params_n);
    rows("u2", asr_u2_retrieve_params, asr_u2_retrieve_params_n);
    rows("u2", asr_u2_list_params, asr_u2_list_params_n);
    rows("u2", asr_u2_query_params, asr_u2_query_params_n);
    rows("u2", asr_u2_rules, (size_t) ASR_U2_RULES);
    rows("memories", asr_memories_params, asr_memories_params_n);
    rows("memories", asr_memories_sign_params, asr_memories_sign_params_n);
    rows("memories", asr_memories_upload_params, asr_memories_upload_params_n);
    rows("memories", asr_memories_rules, (size_t) ASR_MEMORIES_RULES);
    rows("ice", asr_ice_submit_params, ASR_ICE_SUBMIT_PARAMS);
    rows("ice", asr_ice_get_params, 1);
    rows("ice", asr_ice_list_params, ASR_ICE_LIST_PARAMS);
    rows("ice", asr_ice_delete_params, 1);
    rows("ice", asr_ice_rules, asr_ice_rules_n);

    for (i = 0; i < ASR_TE_N; i++) {
        if (asr_tencent_errors[i].clause != NULL) {
            clause_is("tencent", asr_tencent_errors[i].clause);
        }
    }

    for (i = 0; i < ASR_IE_N; i++) {
        if (asr_ice_errors[i].clause != NULL) {
            clause_is("ice", asr_ice_errors[i].clause);
        }
    }

    assert_false(asr_mock_clause(asr_str("u2"), asr_str("T-005"), &param,
                                 &words, &guess));
    assert_false(asr_mock_clause(asr_str("none"), asr_str("T-005"), &param,
                                 &words, &guess));
    assert_false(asr_mock_clause(asr_str("u2"), asr_str_null(), &param,
                                 &words, &guess));

    assert_true(asr_mock_clause(asr_str("tencent"), asr_str("T-035"), &param,
                                &words, &guess));
    assert_string_equal(param, "SentenceMaxLength");
    assert_true(guess);
    assert_true(asr_mock_clause(asr_str("u2"), asr_str("U-003"), &param,
                                &words, &guess));
    assert_string_equal(param, "format");
    assert_false(guess);
}


/* Rules of the mock's own: ids once, words and hints. */

static void
test_own_rules(void **state)
{
    size_t  i, k;

    for (i = 0; i < ASR_MOCK_RULES; i++) {
        assert_non_null(asr_mock_rules[i].id);
        assert_true(strlen(asr_mock_rules[i].words) > 10);
        assert_true(strlen(asr_mock_rules[i].hint) > 5);
        assert_int_equal(asr_mock_rules[i].id[1], '-');
        assert_true(asr_mock_rules[i].severity != ASR_MOCK_ERROR
                    || asr_mock_rules[i].id[0] == 'D');

        for (k = 0; k < i; k++) {
            assert_string_not_equal(asr_mock_rules[i].id,
                                    asr_mock_rules[k].id);
        }
    }
}


static void
expected_is(const asr_param_t *row, const char *want)
{
    asr_arena_t  a;

    asr_arena_init(&a, 4096);
    look_text("expected", asr_mock_expected(&a, row), want);
    asr_arena_free(&a);
}


static void
test_expected(void **state)
{
    expected_is(&asr_tencent_create_params[1],
                "an integer, 1 or 2, required");
    expected_is(&asr_tencent_create_params[2],
                "an integer, 0 to 5, required");
    expected_is(&asr_tencent_create_params[5], "an integer, 0 or more");
    expected_is(&asr_tencent_create_params[14], "an integer, 0, 1 or 3");
    expected_is(&asr_tencent_create_params[21],
                "an array of strings, at most 10 strings");
    expected_is(&asr_u2_params[0], "an integer (or its digits as a string), "
                "1 or more");
    expected_is(&asr_u2_params[1], "a string, \"u2-asr\", required");
    expected_is(&asr_u2_params[4], "true or false");
    expected_is(&asr_u2_params[9], "a string, at most 500 characters");
    expected_is(&asr_u2_params[10], "an array of strings, at most 200 "
                "strings, each at most 5 characters");
    expected_is(&asr_memories_params[0], "a string, not empty, required");
}


static void
test_header(void **state)
{
    char                buf[ASR_MOCK_DIAGNOSIS_MAX], many[2000];
    size_t              n;
    asr_mock_finding_t  f;

    memset(&f, 0, sizeof(f));
    f.rule = asr_str("T-012");
    f.pointer = asr_str("/ChannelNum");
    f.got = asr_str("3");
    f.expected = asr_str("1 to 2");
    n = asr_mock_diagnosis_header(buf, sizeof(buf), &f, 17);
    look_text("header", (asr_str_t) { n, buf },
              "T-012 /ChannelNum got 3, expected 1 to 2 (17)");

    n = asr_mock_diagnosis_header(buf, sizeof(buf), &f, 0);
    look_text("header", (asr_str_t) { n, buf },
              "T-012 /ChannelNum got 3, expected 1 to 2");

    f.got = asr_str("\"\r\nSet-Cookie: x\x7f\xc3\xa9\xe4\xb8\xad\"");
    n = asr_mock_diagnosis_header(buf, sizeof(buf), &f, 17);
    look_text("header", (asr_str_t) { n, buf }, "T-012 /ChannelNum got \"  "
              "Set-Cookie: x ??\", expected 1 to 2 (17)");

    memset(many, 'x', sizeof(many));
    f.got = (asr_str_t) { sizeof(many), many };
    n = asr_mock_diagnosis_header(buf, sizeof(buf), &f, UINT64_MAX);
    assert_int_equal(n, ASR_MOCK_DIAGNOSIS_MAX);
    assert_memory_equal(buf + n - 23, " (18446744073709551615)", 23);

    n = asr_mock_diagnosis_header(buf, 8, &f, 17);
    assert_int_equal(n, 8);

    f.got = asr_str_null();
    f.expected = asr_str_null();
    f.words = asr_str("Only GET and POST.");
    f.pointer = asr_str_null();
    n = asr_mock_diagnosis_header(buf, sizeof(buf), &f, 1);
    look_text("header", (asr_str_t) { n, buf },
              "T-012 Only GET and POST. (1)");
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_fine),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_dubious),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_elsewhere),
        cmocka_unit_test(test_v1),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_clauses),
        cmocka_unit_test(test_own_rules),
        cmocka_unit_test(test_expected),
        cmocka_unit_test(test_header)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
