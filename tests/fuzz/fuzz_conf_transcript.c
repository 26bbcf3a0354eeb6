/*
 * Results of endpoints: any JSON is a transcript of some API or none, every
 * check of one ends, and a transcript is like itself.
 */

#include "fuzz.h"

#include "asr_conf_check.h"
#include "asr_conf_json.h"


static void
check_all(const asr_conf_transcript_t *t)
{
    bool     ok;
    char    *expected, *got;
    size_t   i;

    static const asr_conf_audio_t  audio = { "x.wav", 3, 2, "a b c" };

    static const char *const  names[] = {
        "word-times", "segment-times", "segments", "words-text",
        "sentences-join", "duration", "silence", "has-words", "no-words",
        "channels", "speakers", "wer", "within", "segment-length", "same-text"
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ok = asr_conf_check(names[i], NULL, t, t, &audio, &expected, &got);

        fuzz_check(ok == (expected == NULL) && ok == (got == NULL));
        fuzz_check(ok || strcmp(names[i], "same-text") != 0);
        fuzz_check(ok || strcmp(names[i], "wer") != 0);

        free(expected);
        free(got);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                    err[160];
    json_t                 *v;
    size_t                  i;
    asr_conf_transcript_t   t;

    static const char *const  apis[] = { "tencent", "u2", "memories", "ice" };

    v = asr_conf_json_read((const char *) data, size, err, sizeof(err));

    for (i = 0; v != NULL && i < 4; i++) {
        if (asr_conf_transcript_read(apis[i], v, &t)) {
            check_all(&t);
            asr_conf_transcript_clean(&t);
        }
    }

    json_decref(v);

    return 0;
}
