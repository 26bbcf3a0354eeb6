/* How a case counts in the end. */

#include "asr_conf_report_int.h"


static const char *const  asr_conf_verdict_names[ASR_CONF_VERDICTS] = {
    "passed", "failed", "skipped", "known failing", "known failing, but holds",
    "differs"
};


/* A status that no document has fails no case of one. */

asr_conf_level_t
asr_conf_failed_level(const asr_conf_case_t *c, const asr_conf_result_t *r)
{
    return r->level > c->level ? r->level : c->level;
}


/*
 * What is known to fail is looked at first: it has to be taken off the list
 * when it holds, whatever its level.
 */

asr_conf_verdict_t
asr_conf_verdict(const asr_conf_report_t *rep, size_t i)
{
    const asr_conf_result_t  *r;

    r = &rep->results[i];

    switch (r->status) {

    case ASR_CONF_PASS:
        return r->known ? ASR_CONF_FIXED : ASR_CONF_PASSED;

    case ASR_CONF_FAIL:
        if (r->known) {
            return ASR_CONF_KNOWN;
        }

        if (asr_conf_failed_level(&rep->cases->all[rep->chosen[i]], r)
            > rep->level)
        {
            return ASR_CONF_DIFFERS;
        }

        return ASR_CONF_FAILED;

    default:
        return ASR_CONF_SKIPPED;
    }
}


void
asr_conf_count(const asr_conf_report_t *rep, asr_conf_counts_t *counts)
{
    size_t  i;

    memset(counts, 0, sizeof(*counts));

    for (i = 0; i < rep->n; i++) {
        counts->of[asr_conf_verdict(rep, i)]++;
    }
}


size_t
asr_conf_counts_passed(const asr_conf_counts_t *c)
{
    return c->of[ASR_CONF_PASSED] + c->of[ASR_CONF_KNOWN]
           + c->of[ASR_CONF_DIFFERS];
}


size_t
asr_conf_counts_failed(const asr_conf_counts_t *c)
{
    return c->of[ASR_CONF_FAILED] + c->of[ASR_CONF_FIXED];
}


const char *
asr_conf_verdict_name(asr_conf_verdict_t v)
{
    return asr_conf_verdict_names[v];
}
