/* How well documented a case is: no better than the codes it wants. */

#include "asr_conf_doc_int.h"

#include "asr_conf_judge.h"
#include "asr_conf_json.h"


/* Of several codes any will do, so the best documented counts. */

static asr_conf_level_t
level_of(const asr_conf_doc_t *d, const json_t *code)
{
    size_t                  i;
    json_t                 *one;
    asr_conf_level_t        level, best;
    const asr_conf_code_t  *row;

    if (json_is_array(code)) {
        best = ASR_CONF_OBSERVED;

        json_array_foreach((json_t *) code, i, one) {
            level = level_of(d, one);
            best = level < best ? level : best;
        }

        return best;
    }

    if (!json_is_string(code) || json_string_length(code) == 0) {
        return ASR_CONF_MUST;
    }

    row = asr_conf_code_row(d, json_string_value(code));

    return row == NULL ? ASR_CONF_OBSERVED : row->level;
}


static void
cap(asr_conf_case_t *c, const json_t *expect)
{
    asr_conf_level_t  level;

    level = level_of(c->doc, json_object_get(expect, "code"));

    if (level > c->level) {
        c->level = level;
    }
}


void
asr_conf_cases_cap(asr_conf_cases_t *c)
{
    size_t   i, k;
    json_t  *step;

    for (i = 0; i < c->n; i++) {
        json_array_foreach(c->all[i].steps, k, step) {
            cap(&c->all[i], json_object_get(step, "expect"));
            cap(&c->all[i], json_object_get(json_object_get(step, "poll"),
                                            "expect"));
        }
    }
}
