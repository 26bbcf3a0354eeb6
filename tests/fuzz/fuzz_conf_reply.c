/*
 * A reply as an endpoint gives it: a line with a number that says what was
 * asked and expected, the status, headers, an empty line, the body.  Judged,
 * read as a transcript and checked; whatever is said of it can be printed.
 */

#include "fuzz.h"

#include "asr_conf_api.h"
#include "asr_conf_check.h"
#include "asr_conf_http.h"
#include "asr_conf_json.h"
#include "asr_conf_judge.h"
#include "asr_conf_report_int.h"


static const char *const  expected[] = {
    "{}",
    "{\"code\":\"\"}",
    "{\"code\":[\"InvalidParameter\",\"100001\",\"0001\"],\"http\":[400,200]}",
    "{\"outcome\":\"any\",\"http\":404,\"headers\":{\"Allow\":\"POST\","
    "\"Content-Type\":{\"contains\":\"json\"},\"X\":{\"absent\":true}}}",
    "{\"outcome\":\"any\",\"schema\":false,\"json\":{\"/Response/RequestId\":"
    "{\"pattern\":\"^[0-9a-f-]{36}$\"},\"/a/0\":{\"min\":1,\"max\":2}}}",
    "{\"outcome\":\"any\",\"schema\":false,\"json\":{\"/status\":{\"in\":"
    "[\"Success\",1]},\"/results\":{\"length\":3,\"type\":\"array\"}}}",
    "{\"outcome\":\"any\",\"schema\":false,\"json\":{\"\":{\"has\":\"x\"},"
    "\"/b\":{\"same\":\"id\"},\"/c\":{\"not\":\"\"}}}",
    "{\"bytes\":\"tiny.wav\",\"outcome\":\"any\"}"
};

static const char *const  checks[] = {
    "word-times", "segment-times", "segments", "words-text", "words-join",
    "sentences-join", "duration", "silence", "has-words", "no-words",
    "channels", "speakers", "same-text", "wer", "within", "segment-length"
};

static const char *const  args[] = {
    "{}", "{\"min\":1,\"max\":2}", "{\"from\":0.5,\"to\":2}", "{\"max\":0.3}"
};

#define COUNT(t)  (sizeof(t) / sizeof((t)[0]))

static json_t  *expects[COUNT(expected)], *arguments[COUNT(args)], *saved;


static void
start(void)
{
    size_t  i;

    for (i = 0; i < COUNT(expected); i++) {
        expects[i] = json_loads(expected[i], 0, NULL);
        fuzz_check(expects[i] != NULL);
    }

    for (i = 0; i < COUNT(args); i++) {
        arguments[i] = json_loads(args[i], 0, NULL);
        fuzz_check(arguments[i] != NULL);
    }

    saved = json_pack("{s:s}", "id", "12");
    asr_conf_docs_load();
}


/* One line of printable UTF-8. */

static void
check_shown(const char *s)
{
    char                 *text;
    json_t               *v;
    const unsigned char  *p;

    text = asr_conf_text(s, ASR_CONF_TEXT_LINE);

    for (p = (const unsigned char *) text; *p != '\0'; p++) {
        fuzz_check(*p >= 0x20 && *p != 0x7f);
        fuzz_check(*p != 0xc2 || p[1] >= 0xa0);
    }

    v = json_string(text);
    fuzz_check(v != NULL);

    json_decref(v);
    free(text);
}


static void
check_transcript(const asr_conf_doc_t *d, const json_t *body)
{
    bool                     held;
    char                    *want, *got, *text;
    size_t                   i;
    const asr_conf_audio_t  *audio;
    asr_conf_transcript_t    t;

    if (!asr_conf_transcript_read(d->api, body, &t)) {
        return;
    }

    audio = asr_conf_audio("speech.wav");
    fuzz_check(audio != NULL);

    for (i = 0; i < COUNT(checks) * COUNT(args); i++) {
        want = NULL;
        got = NULL;
        held = asr_conf_check(checks[i / COUNT(args)],
                              arguments[i % COUNT(args)], &t, &t, audio,
                              &want, &got);

        fuzz_check(held || (want != NULL && got != NULL));
        fuzz_check(!held || (want == NULL && got == NULL));

        if (!held) {
            check_shown(want);
            check_shown(got);
        }

        free(want);
        free(got);
    }

    text = asr_conf_transcript_text(&t);
    fuzz_check(asr_conf_wer(text, text) == 0);
    free(text);

    asr_conf_transcript_clean(&t);
}


static void
judge(unsigned n, const asr_conf_reply_t *r)
{
    bool                      held;
    asr_conf_judging_t        j;
    const asr_conf_doc_t     *d;
    asr_conf_verdict_text_t   v;

    memset(&j, 0, sizeof(j));
    memset(&v, 0, sizeof(v));

    d = &asr_conf_docs[n % ASR_CONF_NDOCS];
    n /= ASR_CONF_NDOCS;

    j.doc = d;
    j.expect = expects[n % COUNT(expected)];
    j.op = &d->ops[n / COUNT(expected) % d->nops];
    j.saved = saved;
    j.reply = r;

    held = asr_conf_judge(&j, &v);

    fuzz_check(held == (v.check == NULL));

    if (held) {
        fuzz_check(j.envelope.code != NULL);

    } else {
        fuzz_check(v.expected != NULL && v.got != NULL);
        check_shown(v.check);
        check_shown(v.expected);
        check_shown(v.got);
    }

    if (j.body != NULL) {
        (void) asr_conf_api(d->api)->state(j.body);
        check_transcript(d, j.body);
    }

    asr_conf_verdict_text_clean(&v);
    asr_conf_judging_clean(&j);
}


/* The next line without its end. */

static char *
line_of(const uint8_t **p, const uint8_t *end)
{
    size_t          n;
    char           *s;
    const uint8_t  *stop;

    stop = memchr(*p, '\n', (size_t) (end - *p));
    n = (size_t) ((stop == NULL ? end : stop) - *p);

    s = asr_conf_copy_n((const char *) *p, n);
    *p += n + (stop != NULL);

    return s;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char              *line, *colon;
    unsigned           what;
    const uint8_t     *end;
    asr_conf_reply_t   r;

    if (saved == NULL) {
        start();
    }

    memset(&r, 0, sizeof(r));
    end = data + size;

    line = line_of(&data, end);
    what = (unsigned) strtoul(line, NULL, 10);
    free(line);

    line = line_of(&data, end);
    r.status = (int) (strtoul(line, NULL, 10) % 1000);
    free(line);

    r.headers = asr_conf_alloc(64 * sizeof(*r.headers));

    while (data < end) {
        line = line_of(&data, end);
        colon = strchr(line, ':');

        if (colon == NULL || r.nheaders == 64) {
            free(line);
            break;
        }

        *colon++ = '\0';
        colon += strspn(colon, " ");
        r.headers[r.nheaders].name = asr_conf_copy(line);
        r.headers[r.nheaders++].value = asr_conf_copy(colon);
        free(line);
    }

    r.body = asr_conf_copy_n((const char *) data, (size_t) (end - data));
    r.body_len = (size_t) (end - data);

    judge(what, &r);
    asr_conf_reply_clean(&r);

    return 0;
}
