/*
 * common/audio/index.json, read once.
 */

#include <pthread.h>

#include "asr_conf_check.h"
#include "asr_conf_embed.h"
#include "asr_conf_json.h"


#define ASR_CONF_AUDIO_INDEX  "common/audio/index.json"


static pthread_once_t     asr_conf_audio_once = PTHREAD_ONCE_INIT;
static json_t            *asr_conf_audio_index;      /* has the strings */
static asr_conf_audio_t  *asr_conf_audio_all;


static void
asr_conf_audio_load(void)
{
    char                    err[160];
    json_t                 *all, *one;
    size_t                  i;
    asr_conf_audio_t       *a;
    const asr_conf_file_t  *f;

    f = asr_conf_file(ASR_CONF_AUDIO_INDEX);
    if (f == NULL) {
        asr_conf_die("%s is missing", ASR_CONF_AUDIO_INDEX);
    }

    all = asr_conf_json_read((const char *) f->data, f->len, err,
                             sizeof(err));
    if (all == NULL) {
        asr_conf_die("%s: %s", ASR_CONF_AUDIO_INDEX, err);
    }

    asr_conf_audio_index = all;
    asr_conf_audio_all = asr_conf_alloc(json_array_size(all)
                                        * sizeof(asr_conf_audio_t));

    json_array_foreach(all, i, one) {
        a = &asr_conf_audio_all[i];
        a->name = asr_conf_json_str(one, "name", NULL);
        a->duration = json_number_value(json_object_get(one, "duration"));
        a->channels = (int) asr_conf_json_int(one, "channels", 1);
        a->reference = asr_conf_json_str(one, "reference", "");

        if (a->name == NULL) {
            asr_conf_die("%s: a recording without a name",
                         ASR_CONF_AUDIO_INDEX);
        }
    }
}


const asr_conf_audio_t *
asr_conf_audio(const char *name)
{
    size_t  i;

    (void) pthread_once(&asr_conf_audio_once, asr_conf_audio_load);

    for (i = 0; i < json_array_size(asr_conf_audio_index); i++) {
        if (strcmp(asr_conf_audio_all[i].name, name) == 0) {
            return &asr_conf_audio_all[i];
        }
    }

    return NULL;
}
