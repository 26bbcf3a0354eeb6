/* ICE: each row and each rule of the parameters. */

#include "ice_client.h"


static const char *
filled(size_t n, const char *piece)
{
    size_t       i, len;
    static char  text[16384];

    len = strlen(piece);
    n -= n % len;

    for (i = 0; i < n; i++) {
        text[i] = piece[i % len];
    }

    text[n] = '\0';

    return text;
}


static void
submit(const char *name, const char *value, const char *code,
    const char *word)
{
    int          status;
    i_pair_t     p[3];
    i_request_t  q;

    memset(&q, 0, sizeof(q));
    memset(p, 0, sizeof(p));
    p[0].name = "InputFile";
    p[0].value = I_FILE;

    if (strcmp(name, "InputFile") == 0) {
        p[0].value = value;

    } else {
        p[1].name = name;
        p[1].value = value;
    }

    status = (code == NULL) ? 200
             : strcmp(code, "ResourceNotFound") == 0 ? 404 : 400;

    q.pairs = p;
    check(&q, status, code, word);
    q.v1 = true;
    q.where = I_FORM;
    check(&q, status, code, word);
}


#define MISSING  "MissingParameter"
#define INVALID  "InvalidParameter"


static void
test_required(void **state)
{
    size_t       i;
    i_request_t  q;

    static const char *const  actions[] = {
        "SubmitASRJob", "GetSmartHandleJob", "GetSmartTaskResult",
        "DeleteSmartJob"
    };

    memset(&q, 0, sizeof(q));

    for (i = 0; i < asr_nelts(actions); i++) {
        q.action = actions[i];
        q.raw = NULL;
        check(&q, 400, MISSING, i == 0 ? "InputFile" : "JobId");
    }

    submit("InputFile", "", MISSING, "InputFile");
}


/* Lengths are of bytes: 128 of them, 43 characters of three. */

static void
test_lengths(void **state)
{
    submit("Title", filled(128, "t"), NULL, NULL);
    submit("Title", filled(129, "t"), INVALID, "Title");
    submit("Title", filled(126, "\xe5\x90\x8d"), NULL, NULL);
    submit("Title", filled(129, "\xe5\x90\x8d"), INVALID, "128 bytes");
    submit("Title", "\xff", INVALID, "UTF-8");
    submit("Description", filled(128, "\xc3\xa9"), NULL, NULL);
    submit("Description", filled(130, "\xc3\xa9"), INVALID, "Description");
    submit("Description", "\xed\xa0\x80", INVALID, "UTF-8");
    submit("InputFile", filled(2050, "ab"), INVALID, "InputFile");
}


static void
test_user_data(void **state)
{
    char  text[8192];

    submit("UserData", "{ \"user\": \"data\", \"env\": \"prod\" }", NULL,
           NULL);
    submit("UserData", "[1,2]", NULL, NULL);
    submit("UserData", "\"text\"", NULL, NULL);
    submit("UserData", "{", INVALID, "UserData");
    submit("UserData", "text", INVALID, "must be JSON");
    submit("UserData", "{\"a\":1} ", NULL, NULL);
    submit("UserData", "{\"a\":1}x", INVALID, "UserData");

    snprintf(text, sizeof(text), "\"%s\"", filled(4094, "u"));
    submit("UserData", text, NULL, NULL);
    snprintf(text, sizeof(text), "\"%s\"", filled(4095, "u"));
    submit("UserData", text, INVALID, "4096 bytes");
    submit("UserData", filled(200, "["), INVALID, "UserData");
}


static void
test_times(void **state)
{
    size_t  i;

    static const char *const  good[] = {
        "00:00:00.001", "00:00:10", "01:02:03.5", "99:59:59.999", "10",
        "99999", "0.5", "1:2:3", "3723.25"
    };

    static const char *const  bad[] = {
        "x", "-1", "00:00", "00:00:60", "00:60:00", "100:00:00", "00:00:00.",
        "00:00:00.1234", "1.", ".5", " 1", "1 ", "100000", "00:00:10s",
        "00:00:00:00", ":00:00", "00::00", "1e3", "00:00:000"
    };

    for (i = 0; i < asr_nelts(good); i++) {
        submit("StartTime", good[i], NULL, NULL);
        submit("Duration", good[i], NULL, NULL);
    }

    for (i = 0; i < asr_nelts(bad); i++) {
        submit("StartTime", bad[i], INVALID, "StartTime");
        submit("Duration", bad[i], INVALID, "Duration");
    }

    submit("StartTime", "00:00:00", NULL, NULL);
    submit("StartTime", "", NULL, NULL);
    submit("Duration", "00:00:00", INVALID, "more than 0");
    submit("Duration", "0.000", INVALID, "more than 0");
}


static void
test_editing_config(void **state)
{
    size_t  i;

    static const struct {
        const char  *text;
        const char  *word;           /* NULL: good */
    } rows[] = {
        { "", NULL },
        { "{}", NULL },
        { "{\"HotwordLibraryIdList\":\"26\"}", NULL },
        { "{\"HotwordLibraryIdList\":null}", NULL },
        { "{\"SentenceMaxLength\":4}", NULL },
        { "{\"SentenceMaxLength\":50}", NULL },
        { "{\"SentenceMaxLength\":null}", NULL },
        { "{\"EnableSemanticSentenceDetection\":true}", NULL },
        { "{\"Nonsense\":{\"a\":[1]}}", NULL },
        { "[]", "EditingConfig" },
        { "1", "EditingConfig" },
        { "{", "EditingConfig" },
        { "x", "must be a JSON object" },
        { "{\"HotwordLibraryIdList\":[\"26\"]}", "HotwordLibraryIdList" },
        { "{\"HotwordLibraryIdList\":1}", "must be a string" },
        { "{\"SentenceMaxLength\":3}", "input: 3, value range: 4-50" },
        { "{\"SentenceMaxLength\":51}", "input: 51, value range: 4-50" },
        { "{\"SentenceMaxLength\":-9223372036854775808}", "input: -922" },
        { "{\"SentenceMaxLength\":\"9\"}", "must be an integer" },
        { "{\"SentenceMaxLength\":9.5}", "must be an integer" },
        { "{\"EnableSemanticSentenceDetection\":1}", "must be a boolean" },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        submit("EditingConfig", rows[i].text,
               rows[i].word != NULL ? INVALID : NULL, rows[i].word);
    }
}


static void
test_input_files(void **state)
{
    size_t  i;
    char    text[4096];

    static const struct {
        const char  *text;
        const char  *code;
        const char  *word;
    } rows[] = {
        /* where it is looked for */
        { I_FILE, NULL, NULL },
        { "oss://example-bucket.oss-cn-shanghai.aliyuncs.com/a.wav", NULL,
          NULL },
        { "oss://example-bucket.oss-cn-shanghai-internal.aliyuncs.com/a.wav",
          NULL, NULL },
        { "http://example-bucket.oss-cn-shanghai.aliyuncs.com/a.wav", NULL,
          NULL },
        { "https://example-bucket.oss-cn-shanghai.aliyuncs.com/%61.wav?x=1",
          NULL, NULL },
        { "https://example-bucket.oss-cn-shanghai.aliyuncs.com/a.wav#f", NULL,
          NULL },
        { "20b48fb04483915d4f2cd8ac", NULL, NULL },
        { "20b4-8fb0_4483", "ResourceNotFound", "no such object" },

        { "oss://example-bucket/none.wav", "ResourceNotFound",
          "no such object" },
        { "oss://example-bucket/media", "ResourceNotFound", "not a file" },
        { "oss://example-bucket/fifo", "ResourceNotFound", "not a file" },
        { "oss://example-bucket/empty.wav", INVALID, "1 byte to 1 GB" },
        { "oss://example-bucket/huge.wav", INVALID, "1 byte to 1 GB" },
        { "oss://nobody/a.wav", "ResourceNotFound", "asr_oss" },
        { "oss://nobody.oss-cn-beijing.aliyuncs.com/a.wav",
          "ResourceNotFound", "asr_oss" },
        { "oss://example-bucketx/a.wav", "ResourceNotFound", "asr_oss" },
        { "oss://example-bucket.oss-cn-shanghai.aliyuncs.com.evil/a.wav",
          "ResourceNotFound", "asr_oss" },

        /* out of the folder */
        { "oss://example-bucket/../accounts.json", INVALID, "not one" },
        { "oss://example-bucket/media/../../accounts.json", INVALID,
          "not one" },
        { "oss://example-bucket/..", INVALID, "not one" },
        { "oss://example-bucket//etc/passwd", INVALID, "not one" },
        { "oss://example-bucket/./a.wav", INVALID, "not one" },
        { "oss://example-bucket/a.wav/", INVALID, "not one" },
        { "oss://example-bucket/", INVALID, "not one" },
        { "oss://example-bucket", INVALID, "not one" },
        { "oss://example-bucket/a\n.wav", INVALID, "not one" },
        { "oss://example-bucket/link", "ResourceNotFound", "no such" },
        { "oss://example-bucket/folder/accounts.json", "ResourceNotFound",
          "no such" },
        { "https://example-bucket.oss-cn-shanghai.aliyuncs.com/"
          "%2e%2e/accounts.json", INVALID, "not one" },
        { "https://example-bucket.oss-cn-shanghai.aliyuncs.com/a%2", INVALID,
          "percent" },
        { "https://example-bucket.oss-cn-shanghai.aliyuncs.com/a%zz", INVALID,
          "percent" },
        { "https://example-bucket.oss-cn-shanghai.aliyuncs.com/a%00", INVALID,
          "not one" },
        { "https://example-bucket.oss-cn-shanghai.aliyuncs.com", INVALID,
          "not one" },

        /* neither */
        { "oss://", INVALID, "bucket" },
        { "oss:///a.wav", INVALID, "bucket" },
        { "http://", INVALID, "host" },
        { "http:///x", INVALID, "host" },
        { "http://:80/x", INVALID, "host" },
        { "http://user@host/x", INVALID, "host" },
        { "http://ho st/x", INVALID, "host" },
        { "http://h%20/x", INVALID, "host" },
        { "ftp://host/x", INVALID, "media id" },
        { "file:///etc/passwd", INVALID, "media id" },
        { "/etc/passwd", INVALID, "media id" },
        { "..", INVALID, "media id" },
        { "a.wav", INVALID, "media id" },
        { "OSS://example-bucket/a.wav", INVALID, "media id" },
    };

    i_write("20b48fb04483915d4f2cd8ac", "media", 5);
    i_write("empty.wav", "", 0);
    i_write("huge.wav", "x", 1);
    snprintf(text, sizeof(text), "%s/huge.wav", i_root);
    assert_int_equal(truncate(text, INT64_C(1073741825)), 0);
    snprintf(text, sizeof(text), "%s/fifo", i_root);
    assert_int_equal(mkfifo(text, 0600), 0);
    snprintf(text, sizeof(text), "%s/link", i_root);
    assert_int_equal(symlink("a.wav", text), 0);
    snprintf(text, sizeof(text), "%s/folder", i_root);
    assert_int_equal(symlink("..", text), 0);

    for (i = 0; i < asr_nelts(rows); i++) {
        submit("InputFile", rows[i].text, rows[i].code, rows[i].word);
    }

    snprintf(text, sizeof(text), "oss://example-bucket/%s",
             filled(1023, "k"));
    submit("InputFile", text, "ResourceNotFound", NULL);
    snprintf(text, sizeof(text), "oss://example-bucket/%s",
             filled(1024, "k"));
    submit("InputFile", text, INVALID, "not one");
    submit("InputFile", filled(129, "k"), INVALID, "media id");
    submit("InputFile", filled(2049, "k"), INVALID, "2048 bytes");

    /* nobody says where media are */

    world.core.noss = 2;
    submit("InputFile", "20b48fb04483915d4f2cd8ac", "ResourceNotFound",
           "asr_media");
    world.core.noss = 3;
}


static void
test_urls(void **state)
{
    size_t  i;

    static const struct {
        const char  *text;
        const char  *url;
    } rows[] = {
        { "http://h/x.wav", "http://h/x.wav" },
        { "https://h:8443/a/b?c=d&e=%20f#g",
          "https://h:8443/a/b?c=d&e=%20f#g" },
        { "http://[::1]/x", "http://[::1]/x" },
        { "http://h/a b\xe5\x90\x8d\"<>", "http://h/a%20b%E5%90%8D%22%3C%3E" },
        { "http://h/a\r\nX: y", "http://h/a%0D%0AX:%20y" },
        { "https://bucket.oss-cn-beijing.aliyuncs.com/o.mp4",
          "https://bucket.oss-cn-beijing.aliyuncs.com/o.mp4" },
        { "oss://far/a b/c+d%?.wav",
          "https://minio.example/far/a%20b/c%2Bd%25%3F.wav" },
        { "https://far.oss-cn-beijing.aliyuncs.com/a%20b?x",
          "https://minio.example/far/a%20b" },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        i_url[0] = '\0';
        submit("InputFile", rows[i].text, NULL, NULL);
        assert_string_equal(i_url, rows[i].url);
    }
}


/* A name of raw sound, of a URL and of an object elsewhere. */

static void
test_raw(void **state)
{
    size_t  i;

    static const struct {
        const char  *text;
        const char  *format;
    } rows[] = {
        { "http://h/x.wav", "" },
        { "http://h/x.pcm?a", "pcm" },
        { "http://h/x.wav?.pcm", "" },
        { "oss://far/x.Pcm", "pcm" },
        { "oss://far/x.wav?.pcm", "pcm" },
        { "https://far.oss-cn-beijing.aliyuncs.com/x.wav?.pcm", "" },
        { "https://far.oss-cn-beijing.aliyuncs.com/x%2Epcm", "pcm" },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        submit("InputFile", rows[i].text, NULL, NULL);
        assert_true(asr_str_eq(i_format, asr_cstr(rows[i].format)));
    }
}


static void
test_list(void **state)
{
    size_t       i;
    i_pair_t     p[2];
    i_request_t  q;

    static const struct {
        const char  *name;
        const char  *value;
        const char  *word;           /* NULL: good */
    } rows[] = {
        { "JobState", "Created", NULL },
        { "JobState", "Executing", NULL },
        { "JobState", "Finished", NULL },
        { "JobState", "Failed", NULL },
        { "JobState", "created", "JobState" },
        { "JobType", "ASR", NULL },
        { "JobType", "TextToSpeech", NULL },
        { "PageNo", "1", NULL },
        { "PageNo", "1000000", NULL },
        { "PageNo", "0", "PageNo" },
        { "PageNo", "1000001", "PageNo" },
        { "PageNo", "x", "integer" },
        { "PageSize", "1", NULL },
        { "PageSize", "100", NULL },
        { "PageSize", "0", "PageSize" },
        { "PageSize", "101", "PageSize" },
        { "MaxResults", "100", NULL },
        { "MaxResults", "101", "MaxResults" },
        { "MaxResults", "-1", "MaxResults" },
        { "NextToken", "", NULL },
        { "NextToken", "nonsense", "NextToken" },
        { "NextToken", "00000000000000000000000000000000", "NextToken" },
        { "SortBy", "CreationTime:Asc", NULL },
        { "SortBy", "CreationTime:Desc", NULL },
        { "SortBy", "Title", "SortBy" },
    };

    memset(&q, 0, sizeof(q));
    memset(p, 0, sizeof(p));
    q.action = "ListSmartJobs";
    q.pairs = p;

    for (i = 0; i < asr_nelts(rows); i++) {
        p[0].name = rows[i].name;
        p[0].value = rows[i].value;
        check(&q, rows[i].word != NULL ? 400 : 200,
              rows[i].word != NULL ? INVALID : NULL, rows[i].word);
    }
}


static void
test_twice(void **state)
{
    i_pair_t     p[3];
    i_request_t  q;

    memset(&q, 0, sizeof(q));
    memset(p, 0, sizeof(p));
    p[0] = (i_pair_t) { "InputFile", I_FILE };
    p[1] = (i_pair_t) { "InputFile", "http://h/" };
    q.pairs = p;
    q.v1 = true;
    check(&q, 400, INVALID, "more than once");
}


/* Each row and rule has a clause of its own form, and words. */

static void
test_tables(void **state)
{
    size_t                     i;
    const asr_ice_error_row_t  *e;

    for (i = 0; i < asr_ice_rules_n; i++) {
        assert_memory_equal(asr_ice_rules[i].clause, "I-0", 3);
        assert_true(strlen(asr_ice_rules[i].words) > 10);
    }

    for (i = 0; i < ASR_IE_N; i++) {
        e = &asr_ice_errors[i];
        assert_non_null(e->code);
        assert_non_null(e->text);
        assert_true(e->status >= 400 && e->status < 600);
    }
}


static void
test_no_model(void **state)
{
    i_request_t  q;

    world.models.engines[0] = "other";
    memset(&q, 0, sizeof(q));
    q.pairs = i_good;
    check(&q, 503, "ServiceUnavailable", NULL);
    world.models.engines[0] = ASR_ICE_ENGINE;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_required),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_user_data),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_editing_config),
        cmocka_unit_test(test_input_files),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_raw),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_no_model),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
