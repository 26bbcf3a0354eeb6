/* Names of raw sound: of files and in URLs; what a task makes of them. */

#include "unit.h"

#include "task/asr_raw.h"


typedef void (*raw_pt)(asr_task_t *t, asr_str_t name);

typedef struct {
    const char  *name;
    bool         raw;
} raw_case_t;


/* rate: of the engine, when the name is one. */

static void
raw_is(raw_pt raw, const char *engine, const raw_case_t *c, int rate)
{
    asr_task_t  t;

    memset(&t, 0, sizeof(t));
    t.engine = asr_cstr(engine);
    raw(&t, asr_cstr(c->name));

    if (!asr_str_eq(t.format, c->raw ? asr_str("pcm") : asr_str_null())
        || t.sample_rate != (c->raw ? rate : 0))
    {
        fail_msg("%s: \"%.*s\" %d", c->name, asr_fmt(t.format),
                 t.sample_rate);
    }
}


static void
test_names(void **state)
{
    size_t  i;

    static const raw_case_t  cases[] = {
        { "a.pcm", true }, { "A.PCM", true }, { "a.b.pCm", true },
        { ".pcm", true }, { "folder/a?b.pcm", true }, { "", false },
        { "pcm", false }, { "apcm", false }, { "cm", false },
        { "a.pcm.wav", false }, { "a.pcm ", false }, { "a.pcm/", false },
        { "a.pcmx", false }, { "a.raw", false }, { "a.wav", false },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        raw_is(asr_raw_name, "16k_en", &cases[i], 16000);
    }
}


static void
test_urls(void **state)
{
    size_t  i;

    static const raw_case_t  cases[] = {
        { "http://h/a.pcm", true }, { "https://h:8443/x/A.PCM", true },
        { "http://h/a.pcm?sign=x/y.wav&z", true },
        { "http://h/a.pcm#t=1", true }, { "http://h/a.pcm?", true },
        { "http://h/a.pcm#?", true }, { "http://h/a#b.pcm", false },
        { "http://h/a?b=/c.pcm", false }, { "http://h?/a/b.pcm", false },
        { "http://h.pcm", false }, { "http://h.pcm?a/b/c", false },
        { "http://h.pcm/", false }, { "http://h.pcm/a.wav", false },
        { "http://h/a.pcm/", false }, { "http://h/a%2Epcm", false },
        { "http://", false }, { "", false },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        raw_is(asr_raw_url, "16k_en", &cases[i], 16000);
    }
}


static void
test_engines(void **state)
{
    size_t  i;

    static const raw_case_t  name = { "http://h/a.pcm", true };

    static const struct {
        const char  *engine;
        int          rate;
    } cases[] = {
        { "8k_en", 8000 }, { "8k_zh_large", 8000 }, { "16k_en", 16000 },
        { "16k_8k_", 16000 }, { "8k", 16000 }, { "ice", 16000 },
        { "", 16000 },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        raw_is(asr_raw_name, cases[i].engine, &name, cases[i].rate);
        raw_is(asr_raw_url, cases[i].engine, &name, cases[i].rate);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_engines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
