/*
 * Document 001's tables: every row missing, of a wrong type, too low, too
 * high, and right, in JSON and as text; and the rules between rows.
 */

#include "tencent_client.h"


/* A good create with some members set or, when value is NULL, left out. */

typedef struct {
    const char  *name;
    const char  *value;              /* JSON */
} t_member_t;

#define T_MEMBERS  6

static const t_member_t  t_good[] = {
    { "EngineModelType", "\"16k_en\"" },
    { "ChannelNum", "1" },
    { "ResTextFormat", "0" },
    { "SourceType", "1" },
    { "Data", "\"AAECAw==\"" },
};


static size_t
members(const t_member_t *m, t_member_t *out)
{
    size_t  i, k, n;
    bool    replaced;

    for (i = 0, n = 0; i < asr_nelts(t_good); i++) {

        for (k = 0, replaced = false; k < T_MEMBERS && m[k].name; k++) {
            replaced = replaced || strcmp(m[k].name, t_good[i].name) == 0;
        }

        if (!replaced) {
            out[n++] = t_good[i];
        }
    }

    for (k = 0; k < T_MEMBERS && m[k].name != NULL; k++) {
        if (m[k].value != NULL) {
            out[n++] = m[k];
        }
    }

    return n;
}


static void
check_json(const t_member_t *m, const char *code, const char *word,
    const char *clause)
{
    char            body[32768];
    size_t          i, n, len;
    t_member_t      all[16];
    api_response_t  r;

    n = members(m, all);
    len = 0;

    for (i = 0; i < n; i++) {
        len += (size_t) snprintf(body + len, sizeof(body) - len, "%s\"%s\":%s",
                                 i ? "," : "{", all[i].name, all[i].value);
    }

    snprintf(body + len, sizeof(body) - len, "%s}", n ? "" : "{");
    t_send(&world, &(t_request_t) { .body = body }, &r);

    if (clause != NULL && strcmp(r.clause, clause) != 0) {
        fail_msg("%s: clause %s, not %s", r.body, r.clause, clause);
    }

    t_expect(&r, code, word);
}


/* The same as text: strings without their quotes. */

static void
check_text(const t_member_t *m, const char *code, const char *word,
    const char *clause)
{
    char            text[16][16384];
    size_t          i, n, len;
    t_pair_t        pairs[17];
    t_member_t      all[16];
    api_response_t  r;

    n = members(m, all);

    for (i = 0; i < n; i++) {
        len = strlen(all[i].value);
        assert_true(len < sizeof(text[i]));

        if (all[i].value[0] == '"') {
            memcpy(text[i], all[i].value + 1, len - 2);
            text[i][len - 2] = '\0';

        } else {
            memcpy(text[i], all[i].value, len + 1);
        }

        pairs[i] = (t_pair_t) { all[i].name, text[i] };
    }

    pairs[n].name = NULL;
    t_send_v1(&world, &(t_v1_t) { .pairs = pairs }, &r);

    if (clause != NULL && strcmp(r.clause, clause) != 0) {
        fail_msg("%s: clause %s, not %s", r.body, r.clause, clause);
    }

    t_expect(&r, code, word);
}


static const struct {
    const char  *name;
    const char  *value;
    const char  *code;
    const char  *clause;
} t_rows[] = {
    { "EngineModelType", NULL, MISSING, "T-004" },
    { "EngineModelType", "null", MISSING, "T-004" },
    { "EngineModelType", "16000", TYPE, "T-004" },
    { "EngineModelType", "\"\"", VALUE, "T-004" },
    { "EngineModelType", "\"16k_EN\"", VALUE, "T-004" },
    { "EngineModelType", "\"16k_en \"", VALUE, "T-004" },
    { "EngineModelType", "\"16k_zh_large\"", VALUE, "T-045" },
    { "EngineModelType", "\"16k_de\"", VALUE, "T-045" },
    { "EngineModelType", "\"16k_zh\"", NULL, NULL },

    { "ChannelNum", NULL, MISSING, "T-005" },
    { "ChannelNum", "\"1\"", TYPE, "T-005" },
    { "ChannelNum", "1.0", TYPE, "T-005" },
    { "ChannelNum", "true", TYPE, "T-005" },
    { "ChannelNum", "99999999999999999999", TYPE, "T-005" },
    { "ChannelNum", "0", VALUE, "T-005" },
    { "ChannelNum", "3", VALUE, "T-005" },
    { "ChannelNum", "-1", VALUE, "T-005" },

    { "ResTextFormat", NULL, MISSING, "T-006" },
    { "ResTextFormat", "[]", TYPE, "T-006" },
    { "ResTextFormat", "-1", VALUE, "T-006" },
    { "ResTextFormat", "6", VALUE, "T-006" },
    { "ResTextFormat", "1", NULL, NULL },
    { "ResTextFormat", "2", NULL, NULL },
    { "ResTextFormat", "3", NULL, NULL },

    { "SourceType", NULL, MISSING, "T-007" },
    { "SourceType", "{}", TYPE, "T-007" },
    { "SourceType", "-1", VALUE, "T-007" },
    { "SourceType", "2", VALUE, "T-007" },

    { "Data", NULL, MISSING, "T-040" },
    { "Data", "null", MISSING, "T-040" },
    { "Data", "1", TYPE, "T-008" },
    { "Data", "[\"AAAA\"]", TYPE, "T-008" },
    { "Data", "\"\"", VALUE, "T-048" },
    { "Data", "\"AAA\"", VALUE, "T-042" },
    { "Data", "\"AAECAw\"", VALUE, "T-042" },
    { "Data", "\"AA=A\"", VALUE, "T-042" },
    { "Data", "\"AAE CAw==\"", VALUE, "T-042" },
    { "Data", "\"AAECAx==\"", VALUE, "T-042" },
    { "Data", "\"AAEC_-==\"", VALUE, "T-042" },
    { "Data", "\"AAAA\\nAAAA\"", VALUE, "T-042" },
    { "Data", "\"\\u0041AAA\"", NULL, NULL },

    { "DataLen", "\"4\"", TYPE, "T-009" },
    { "DataLen", "-1", VALUE, "T-009" },
    { "DataLen", "3", VALUE, "T-044" },
    { "DataLen", "0", VALUE, "T-044" },
    { "DataLen", "8", VALUE, "T-044" },
    { "DataLen", "4", NULL, NULL },
    { "DataLen", "null", NULL, NULL },

    { "Url", "1", TYPE, "T-010" },
    { "Url", "\"\"", NULL, NULL },
    { "Url", "\"anything\"", NULL, NULL },

    { "CallbackUrl", "false", TYPE, "T-011" },
    { "CallbackUrl", "\"\"", NULL, NULL },
    { "CallbackUrl", "\"ftp://a.example/\"", VALUE, "T-047" },
    { "CallbackUrl", "\"http://\"", VALUE, "T-047" },
    { "CallbackUrl", "\"http:///path\"", VALUE, "T-047" },
    { "CallbackUrl", "\"https://a b/\"", VALUE, "T-047" },
    { "CallbackUrl", "\"https://a.example/cb?id=1&x=y\"", NULL, NULL },
    { "CallbackUrl", "\"HTTP://a.example\"", NULL, NULL },

    { "SpeakerDiarization", "\"1\"", TYPE, "T-012" },
    { "SpeakerDiarization", "-1", VALUE, "T-012" },
    { "SpeakerDiarization", "2", VALUE, "T-012" },
    { "SpeakerDiarization", "3", VALUE, "T-012" },
    { "SpeakerDiarization", "0", NULL, NULL },
    { "SpeakerDiarization", "1", NULL, NULL },

    { "SpeakerNumber", "\"2\"", TYPE, "T-013" },
    { "SpeakerNumber", "-1", VALUE, "T-013" },
    { "SpeakerNumber", "11", VALUE, "T-013" },
    { "SpeakerNumber", "10", NULL, NULL },
    { "SpeakerNumber", "0", NULL, NULL },

    { "HotwordId", "1", TYPE, "T-014" },
    { "HotwordId", "\"x\"", NULL, NULL },
    { "CustomizationId", "1", TYPE, "T-015" },
    { "CustomizationId", "\"x\"", NULL, NULL },
    { "EmotionRecognition", "\"1\"", TYPE, "T-016" },
    { "EmotionRecognition", "2", NULL, NULL },

    { "EmotionalEnergy", "\"1\"", TYPE, "T-017" },
    { "EmotionalEnergy", "-1", VALUE, "T-017" },
    { "EmotionalEnergy", "2", VALUE, "T-017" },
    { "EmotionalEnergy", "1", NULL, NULL },

    { "ConvertNumMode", "\"1\"", TYPE, "T-018" },
    { "ConvertNumMode", "-1", VALUE, "T-018" },
    { "ConvertNumMode", "2", VALUE, "T-018" },
    { "ConvertNumMode", "4", VALUE, "T-018" },
    { "ConvertNumMode", "0", NULL, NULL },
    { "ConvertNumMode", "1", NULL, NULL },
    { "ConvertNumMode", "3", NULL, NULL },

    { "FilterDirty", "\"1\"", TYPE, "T-019" },
    { "FilterDirty", "-1", VALUE, "T-019" },
    { "FilterDirty", "3", VALUE, "T-019" },
    { "FilterDirty", "2", NULL, NULL },
    { "FilterPunc", "\"1\"", TYPE, "T-020" },
    { "FilterPunc", "-1", VALUE, "T-020" },
    { "FilterPunc", "3", VALUE, "T-020" },
    { "FilterPunc", "2", NULL, NULL },
    { "FilterModal", "\"1\"", TYPE, "T-021" },
    { "FilterModal", "-1", VALUE, "T-021" },
    { "FilterModal", "3", VALUE, "T-021" },
    { "FilterModal", "2", NULL, NULL },

    { "SentenceMaxLength", "\"6\"", TYPE, "T-022" },
    { "SentenceMaxLength", "-1", VALUE, "T-022" },
    { "SentenceMaxLength", "41", VALUE, "T-022" },
    { "SentenceMaxLength", "1", VALUE, "T-034" },
    { "SentenceMaxLength", "5", VALUE, "T-034" },
    { "SentenceMaxLength", "6", VALUE, "T-035" },
    { "SentenceMaxLength", "0", NULL, NULL },

    { "Extra", "1", TYPE, "T-023" },
    { "Extra", "\"{\\\"Domain\\\":1}\"", NULL, NULL },

    { "HotwordList", "[]", TYPE, "T-024" },
    { "HotwordList", "\"\"", NULL, NULL },

    { "ReinforceHotword", "\"1\"", TYPE, "T-026" },
    { "ReinforceHotword", "1", NULL, NULL },
    { "ReplaceTextId", "1", TYPE, "T-027" },
    { "ReplaceTextId", "\"x\"", NULL, NULL },

    { "engineModelType", "\"16k_en\"", UNKNOWN, "T-077" },
    { "$schema", "1", UNKNOWN, "T-077" },
    { "Action", "\"CreateRecTask\"", UNKNOWN, "T-077" },
};


static void
test_rows(void **state)
{
    char    word[64];
    size_t  i;

    for (i = 0; i < asr_nelts(t_rows); i++) {
        const t_member_t  m[T_MEMBERS] = { { t_rows[i].name,
                                             t_rows[i].value } };

        snprintf(word, sizeof(word), "`%s`", t_rows[i].name);
        check_json(m, t_rows[i].code, t_rows[i].code ? word : NULL,
                   t_rows[i].clause);

        /*
         * As text: there is one type, so what is no string, number or list
         * of them has no counterpart, and bad Data cannot be verified.
         */

        if (t_rows[i].value != NULL
            && (strchr("[{tfn", t_rows[i].value[0]) != NULL
                || strchr(t_rows[i].value, '\\') != NULL
                || strcmp(t_rows[i].name, "Data") == 0))
        {
            continue;
        }

        if (t_rows[i].code != NULL && strcmp(t_rows[i].code, TYPE) == 0) {
            continue;
        }

        if (strcmp(t_rows[i].name, "Action") == 0) {
            continue;
        }

        check_text(m, t_rows[i].code, t_rows[i].code ? word : NULL,
                   t_rows[i].clause);
    }
}


/* What is of the wrong type as text. */

static void
test_text_types(void **state)
{
    static const char *const  ints[] = {
        "ChannelNum", "ResTextFormat", "SourceType", "DataLen",
        "SpeakerDiarization", "SpeakerNumber", "EmotionRecognition",
        "EmotionalEnergy", "ConvertNumMode", "FilterDirty", "FilterPunc",
        "FilterModal", "SentenceMaxLength", "ReinforceHotword"
    };

    static const char *const  wrong[] = { "\"x\"", "\"1.0\"", "\" 1\"",
                                          "\"+1\"", "\"\"" };

    for (size_t i = 0; i < asr_nelts(ints); i++) {
        for (size_t k = 0; k < asr_nelts(wrong); k++) {
            check_text((t_member_t[T_MEMBERS]) { { ints[i], wrong[k] } },
                       TYPE, "`integer`", NULL);
        }
    }

    /* a name given twice */

    check_text((t_member_t[T_MEMBERS]) { { "FilterPunc", "0" },
                                         { "FilterPunc", "0" } },
               VALUE, "`FilterPunc`", "T-020");
    check_text((t_member_t[T_MEMBERS]) { { "Url", "\"\xff\"" } }, VALUE,
               "UTF-8", "T-010");
}


static void
test_lists(void **state)
{
    check_json((t_member_t[T_MEMBERS]) { { "KeyWordLibIdList",
        "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\"]" } },
        NULL, NULL, NULL);
    check_json((t_member_t[T_MEMBERS]) { { "KeyWordLibIdList", "[]" } },
        NULL, NULL, NULL);
    check_json((t_member_t[T_MEMBERS]) { { "KeyWordLibIdList",
        "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\","
        "\"11\"]" } }, VALUE, "`KeyWordLibIdList`", "T-025");
    check_json((t_member_t[T_MEMBERS]) { { "KeyWordLibIdList", "\"1\"" } },
        TYPE, "`KeyWordLibIdList`", "T-025");
    check_json((t_member_t[T_MEMBERS]) { { "KeyWordLibIdList",
        "[\"a\",1]" } }, TYPE, "`KeyWordLibIdList.1`", "T-025");

    check_text((t_member_t[T_MEMBERS]) { { "KeyWordLibIdList.0", "\"a\"" },
        { "KeyWordLibIdList.1", "\"b\"" } }, NULL, NULL, NULL);
    check_text((t_member_t[T_MEMBERS]) { { "KeyWordLibIdList.1", "\"a\"" } },
        VALUE, "KeyWordLibIdList.1", "T-025");
    check_text((t_member_t[T_MEMBERS]) { { "KeyWordLibIdList", "\"a\"" } },
        UNKNOWN, "`KeyWordLibIdList`", NULL);
    check_text((t_member_t[T_MEMBERS]) { { "KeyWordLibIdList.x", "\"a\"" } },
        UNKNOWN, "`KeyWordLibIdList.x`", NULL);

    check_json((t_member_t[T_MEMBERS]) { { "SpeakerRoles",
        "[{\"RoleAudioUrl\":\"http://a/b\",\"RoleName\":\"x\"}]" } },
        NULL, NULL, NULL);
    check_json((t_member_t[T_MEMBERS]) { { "SpeakerRoles", "null" } },
        NULL, NULL, NULL);
    check_json((t_member_t[T_MEMBERS]) { { "SpeakerRoles", "{}" } },
        TYPE, "`SpeakerRoles`", "T-028");
    check_json((t_member_t[T_MEMBERS]) { { "SpeakerRoles", "[1]" } },
        TYPE, "`SpeakerRoles.0`", "T-028");
    check_json((t_member_t[T_MEMBERS]) { { "SpeakerRoles",
        "[{},{\"RoleName\":1}]" } }, TYPE, "`SpeakerRoles.1.RoleName`",
        "T-028");
    check_json((t_member_t[T_MEMBERS]) { { "SpeakerRoles",
        "[{\"Role\":\"x\"}]" } }, UNKNOWN, "`SpeakerRoles.0.Role`", NULL);

    check_text((t_member_t[T_MEMBERS]) {
        { "SpeakerRoles.0.RoleName", "\"x\"" },
        { "SpeakerRoles.0.RoleAudioUrl", "\"x\"" } }, NULL, NULL, NULL);
    check_text((t_member_t[T_MEMBERS]) { { "SpeakerRoles.0.Role",
        "\"x\"" } }, UNKNOWN, "`SpeakerRoles.0.Role`", NULL);
    check_text((t_member_t[T_MEMBERS]) { { "SpeakerRoles.0", "\"x\"" } },
        UNKNOWN, "`SpeakerRoles.0`", NULL);
    check_text((t_member_t[T_MEMBERS]) { { "SpeakerRoles..RoleName",
        "\"x\"" } }, UNKNOWN, NULL, NULL);
}


static void
test_rules(void **state)
{
    size_t  i;

    static const struct {
        t_member_t   m[T_MEMBERS];
        const char  *code;
        const char  *word;
        const char  *clause;
    } cases[] = {
        { { { "ChannelNum", "2" } }, VALUE, "`ChannelNum`", "T-030" },
        { { { "ChannelNum", "2" }, { "EngineModelType", "\"8k_zh\"" } },
          NULL, NULL, NULL },

        { { { "SpeakerDiarization", "1" },
            { "EngineModelType", "\"16k_th\"" } },
          VALUE, "`SpeakerDiarization`", "T-031" },
        { { { "SpeakerDiarization", "1" }, { "ChannelNum", "2" },
            { "EngineModelType", "\"8k_zh\"" } },
          VALUE, "`SpeakerDiarization`", "T-032" },
        { { { "SpeakerDiarization", "1" }, { "SpeakerNumber", "2" },
            { "EngineModelType", "\"8k_zh\"" } }, NULL, NULL, NULL },

        { { { "ResTextFormat", "4" } }, VALUE, "`ResTextFormat`", "T-033" },
        { { { "ResTextFormat", "5" } }, VALUE, "`ResTextFormat`", "T-033" },
        { { { "ResTextFormat", "4" }, { "EngineModelType", "\"8k_zh\"" } },
          NULL, NULL, NULL },
        { { { "ResTextFormat", "5" }, { "EngineModelType", "\"16k_zh\"" } },
          NULL, NULL, NULL },

        { { { "SentenceMaxLength", "6" }, { "ResTextFormat", "3" } },
          NULL, NULL, NULL },
        { { { "SentenceMaxLength", "40" }, { "ResTextFormat", "3" } },
          NULL, NULL, NULL },
        { { { "SentenceMaxLength", "40" }, { "ResTextFormat", "2" } },
          VALUE, "`SentenceMaxLength`", "T-035" },

        /* SourceType 0: Data says nothing then */

        { { { "SourceType", "0" }, { "Data", NULL } },
          MISSING, "`Url`", "T-041" },
        { { { "SourceType", "0" }, { "Url", "\"\"" } },
          MISSING, "`Url`", "T-041" },
        { { { "SourceType", "0" }, { "Url", "\"file:///etc/passwd\"" } },
          VALUE, "`Url`", "T-046" },
        { { { "SourceType", "0" }, { "Url", "\"http://a\\tb/\"" } },
          VALUE, "`Url`", "T-046" },
        { { { "SourceType", "0" }, { "Url", "\"http://a/b.wav\"" },
            { "ChannelNum", "2" } }, VALUE, "`ChannelNum`", "T-030" },
        { { { "SourceType", "0" }, { "Url", "\"http://a/b.wav\"" },
            { "EngineModelType", "\"16k_fr\"" } }, VALUE, "`16k_fr`",
          "T-045" },
        { { { "SourceType", "0" }, { "Url", "\"http://a/b.wav\"" },
            { "Data", NULL } },
          NULL, NULL, NULL },
        { { { "SourceType", "0" }, { "Url", "\"https://a/b.wav?x=1\"" },
            { "Data", "\"\"" }, { "DataLen", "0" } },
          NULL, NULL, NULL },
        { { { "SourceType", "0" }, { "Url", "\"https://a/b.wav\"" },
            { "Data", "\"not base64\"" } },
          NULL, NULL, NULL },
        { { { "SourceType", "0" }, { "Url", "\"https://me@a/b.wav\"" } },
          "FailedOperation.ErrorDownFile", "user name", "T-049" },
        { { { "SourceType", "0" }, { "Url", "\"http://a:b@c\"" } },
          "FailedOperation.ErrorDownFile", NULL, "T-049" },
        { { { "SourceType", "0" }, { "Url", "\"https://a/b@c?d@e#f@g\"" } },
          NULL, NULL, NULL },
        { { { "SourceType", "0" }, { "Url", "\"https://a?b@c\"" } },
          NULL, NULL, NULL },
        { { { "CallbackUrl", "\"https://me@a/\"" } },
          VALUE, "`CallbackUrl`", "T-047" },
        { { { "CallbackUrl", "\"https://a/me@b\"" } }, NULL, NULL, NULL },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        check_json(cases[i].m, cases[i].code, cases[i].word,
                   cases[i].clause);
    }
}


static void
test_urls(void **state)
{
    char  url[4096];

    memset(url, 'a', sizeof(url));
    memcpy(url, "\"http://", 8);
    memcpy(url + 2048, "\"", 2);

    check_json((t_member_t[T_MEMBERS]) { { "CallbackUrl", url } }, NULL, NULL,
               NULL);
    memcpy(url + 2048, "a\"", 3);
    check_json((t_member_t[T_MEMBERS]) { { "CallbackUrl", url } }, VALUE,
               "2048", "T-047");
}


static void
test_hotwords(void **state)
{
    size_t  i, k, n;
    char    list[4096];

    static const struct {
        const char  *list;
        const char  *clause;
    } cases[] = {
        { "Tencent Cloud|10, Audio Recognition|5, ASR|11", NULL },
        { "Tencent Cloud|5", NULL },
        { "a|1", NULL },
        { "a|100", NULL },
        { " a | 3 ", NULL },
        { "012345678901234567890123456789|5", NULL },
        { "0123456789012345678901234567890|5", "T-038" },
        { "一二三四五六七八九十|5", NULL },
        { "一二三四五六七八九十一|5", "T-038" },
        { "一二三四五六七八九abc|5", NULL },
        { "一二三四五六七八九abcd|5", "T-038" },
        { "éééééééééé"
          "ééééééééééééééééééee|5", NULL },
        { "a", "T-037" },
        { "a|", "T-037" },
        { "|5", "T-037" },
        { " |5", "T-037" },
        { "a|b|5", "T-037" },
        { "a|5,", "T-037" },
        { ",a|5", "T-037" },
        { "a|5,,b|5", "T-037" },
        { ",", "T-037" },
        { "a|0", "T-039" },
        { "a|12", "T-039" },
        { "a|99", "T-039" },
        { "a|101", "T-039" },
        { "a|-1", "T-039" },
        { "a|5.0", "T-039" },
        { "a|x", "T-039" },
        { "a|99999999999999999999", "T-039" },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        snprintf(list, sizeof(list), "\"%s\"", cases[i].list);
        check_json((t_member_t[T_MEMBERS]) { { "HotwordList", list } },
                   cases[i].clause ? VALUE : NULL,
                   cases[i].clause ? "`HotwordList`" : NULL,
                   cases[i].clause);
        check_text((t_member_t[T_MEMBERS]) { { "HotwordList", list } },
                   cases[i].clause ? VALUE : NULL,
                   cases[i].clause ? "`HotwordList`" : NULL,
                   cases[i].clause);
    }

    for (k = 128; k <= 129; k++) {
        for (i = 0, n = 1; i < k; i++) {
            n += (size_t) snprintf(list + n, sizeof(list) - n, "%sw%zu|5",
                                   i ? "," : "", i);
        }

        list[0] = '"';
        memcpy(list + n, "\"", 2);
        check_json((t_member_t[T_MEMBERS]) { { "HotwordList", list } },
                   (k == 128) ? NULL : VALUE, (k == 128) ? NULL : "128",
                   (k == 128) ? NULL : "T-036");
    }
}


/* Ids are looked up where there are libraries, but not for another server. */

static void
test_libraries(void **state)
{
    char              err[256];
    t_member_t        known[T_MEMBERS] = { { "KeyWordLibIdList",
                                             "[\"a\"]" } };
    t_member_t        other[T_MEMBERS] = { { "KeyWordLibIdList",
                                             "[\"a\",\"b\"]" } };
    asr_libraries_t  *l;

    check_json(other, NULL, NULL, NULL);

    l = asr_libraries_parse(asr_str(
        "{\"libraries\":[{\"id\":\"a\",\"type\":\"keywords\",\"words\":"
        "[\"w\"]},{\"id\":\"b\",\"type\":\"hotwords\",\"words\":[\"w\"]}"
        "]}"), err, sizeof(err));
    assert_non_null(l);
    world.core.libraries = l;

    check_json(known, NULL, NULL, NULL);
    check_json(other, VALUE, "`KeyWordLibIdList`", "T-029");

    world.core.libraries = NULL;
    asr_libraries_free(l);
}


/* Every engine the document and the SDKs name is known, modelled or not. */

static void
test_engines(void **state)
{
    char               value[64];
    const char *const *set;
    api_world_t        w;

    static const char *const  documented[] = {
        "16k_zh_large", "16k_multi_lang", "16k_zh-PY", "16k_ms", "16k_id",
        "16k_th", "8k_zh", "16k_zh", "16k_en", "16k_zh_dialect"
    };

    set = asr_tencent_create_params[0].set;

    for (size_t i = 0; i < asr_nelts(documented); i++) {
        assert_string_equal(set[i], documented[i]);
    }

    w = world;
    world.models.engines[0] = "*";

    for ( /* void */ ; *set != NULL; set++) {
        snprintf(value, sizeof(value), "\"%s\"", *set);
        check_json((t_member_t[T_MEMBERS]) { { "EngineModelType", value } },
                   NULL, NULL, NULL);
    }

    world.models = w.models;
    world.core.models = NULL;
    check_json((t_member_t[T_MEMBERS]) { { NULL, NULL } }, VALUE, "`16k_en`",
               "T-045");
    world.core.models = &world.models;
}


/* Clauses are unique, and every row and rule says what it is about. */

static void
test_tables(void **state)
{
    size_t       i, k, n;
    asr_buf_t    text;
    const char  *clauses[160];

    n = 0;

    for (i = 0; i < ASR_TENCENT_CREATE_PARAMS; i++) {
        assert_true(asr_tencent_create_params[i].name.len != 0);
        assert_true(strlen(asr_tencent_create_params[i].words) > 10);
        clauses[n++] = asr_tencent_create_params[i].clause;
    }

    clauses[n++] = asr_tencent_describe_params[0].clause;

    for (i = 0; i < asr_tencent_rules_n; i++) {
        assert_true(strlen(asr_tencent_rules[i].words) > 10);
        clauses[n++] = asr_tencent_rules[i].clause;
    }

    for (i = 0; i < n; i++) {
        assert_int_equal(strlen(clauses[i]), 5);
        assert_memory_equal(clauses[i], "T-", 2);

        for (k = 0; k < i; k++) {
            assert_string_not_equal(clauses[i], clauses[k]);
        }
    }

    for (i = 0; i < ASR_TE_N; i++) {
        assert_non_null(asr_tencent_errors[i].code);
        assert_non_null(asr_tencent_errors[i].en);

        for (k = 0; asr_tencent_errors[i].clause != NULL; k++) {
            assert_true(k < n);

            if (strcmp(clauses[k], asr_tencent_errors[i].clause) == 0) {
                break;
            }
        }
    }

    asr_buf_init(&text, 1 << 20);
    asr_params_markdown(asr_tencent_create_params, ASR_TENCENT_CREATE_PARAMS,
                        &text);
    assert_false(text.failed);
    asr_buf_append(&text, "", 1);
    assert_non_null(strstr(text.data, "`KeyWordLibIdList`"));
    asr_buf_free(&text);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_text_types),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_hotwords),
        cmocka_unit_test(test_libraries),
        cmocka_unit_test(test_engines),
        cmocka_unit_test(test_tables),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
