/*
 * Raw sound is known by ".pcm" alone (guess: no document has the name or the
 * format).  ".raw" is as common for cameras' pictures and for samples of other
 * sizes; noise taken for speech would be worse than a refusal.
 */

#include "asr_raw.h"

#include <string.h>


#define ASR_RAW_RATE         16000
#define ASR_RAW_RATE_NARROW  8000        /* of telephones */


void
asr_raw_name(asr_task_t *t, asr_str_t name)
{
    bool       narrow;
    asr_str_t  end;

    static const asr_str_t  dot = ASR_STR("." ASR_RAW_FORMAT);
    static const asr_str_t  phone = ASR_STR("8k_");

    if (name.len < dot.len) {
        return;
    }

    end = (asr_str_t) { dot.len, name.data + name.len - dot.len };

    if (!asr_str_caseeq(end, dot)) {
        return;
    }

    narrow = t->engine.len >= phone.len
             && memcmp(t->engine.data, phone.data, phone.len) == 0;

    t->format = asr_str(ASR_RAW_FORMAT);
    t->sample_rate = narrow ? ASR_RAW_RATE_NARROW : ASR_RAW_RATE;
}


void
asr_raw_url(asr_task_t *t, asr_str_t url)
{
    size_t  n, slashes;

    for (n = 0, slashes = 0; n < url.len; n++) {

        if (url.data[n] == '?' || url.data[n] == '#') {
            break;
        }

        slashes += (url.data[n] == '/');
    }

    /* "https://host.pcm" has no path */

    if (slashes > 2) {
        asr_raw_name(t, (asr_str_t) { n, url.data });
    }
}
