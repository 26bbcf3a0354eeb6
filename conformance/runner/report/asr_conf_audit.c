/* Faults of the suite itself: what the documents have and no case names. */

#include "asr_conf_report_int.h"

#include <stdlib.h>

#include "asr_conf_generate.h"
#include "asr_conf_reach.h"


static unsigned asr_conf_audit_param(FILE *out, const asr_conf_doc_t *d,
    const asr_conf_op_t *op, const asr_conf_reached_param_t *p);
static unsigned asr_conf_audit_doc(FILE *out, const asr_conf_cases_t *cases,
    const asr_conf_doc_t *d);
static unsigned asr_conf_audit_gaps(FILE *out);


static unsigned
asr_conf_audit_param(FILE *out, const asr_conf_doc_t *d,
    const asr_conf_op_t *op, const asr_conf_reached_param_t *p)
{
    char      *text;
    size_t     i;
    unsigned   n;

    n = 0;

    if (p->cases == 0 && p->set == 0) {
        fprintf(out, "audit: %s/%s/%s (%s): no case sets the parameter\n",
                d->api, op->name, p->param->name, p->param->clause);
        n++;
    }

    for (i = 0; i < p->nvalues; i++) {
        if (!p->tried[i]) {
            text = asr_conf_value_text(json_array_get(p->values, i));
            fprintf(out, "audit: %s/%s/%s (%s): no case tries the value %s\n",
                    d->api, op->name, p->param->name, p->param->clause, text);
            free(text);
            n++;
        }
    }

    return n;
}


static unsigned
asr_conf_audit_doc(FILE *out, const asr_conf_cases_t *cases,
    const asr_conf_doc_t *d)
{
    size_t                          i, k;
    unsigned                        n;
    asr_conf_reach_t                r;
    const asr_conf_reached_op_t    *op;

    n = 0;
    asr_conf_reach(&r, d, cases, NULL);

    for (i = 0; i < d->nops; i++) {
        op = &r.ops[i];

        if (op->cases == 0) {
            fprintf(out, "audit: %s/%s (%s): no case calls the operation\n",
                    d->api, op->op->name, op->op->clause);
            n++;
        }

        for (k = 0; k < op->op->nparams; k++) {
            n += asr_conf_audit_param(out, d, op->op, &op->params[k]);
        }
    }

    for (i = 0; i < d->nclauses; i++) {
        if (r.clauses[i] == 0 && d->clauses[i].why_not == NULL) {
            fprintf(out, "audit: %s: no case names the clause %s: %s\n",
                    d->api, d->clauses[i].id, d->clauses[i].words);
            n++;
        }
    }

    for (i = 0; i < d->ncodes; i++) {
        if (r.codes[i] == 0 && d->codes[i].why_not == NULL) {
            fprintf(out, "audit: %s: no case names the code %s (%s)\n",
                    d->api, d->codes[i].code, d->codes[i].clause);
            n++;
        }
    }

    asr_conf_reach_free(&r);

    return n;
}


static unsigned
asr_conf_audit_gaps(FILE *out)
{
    size_t               i, n;
    const char *const   *ids;

    n = asr_conf_generate_gaps(&ids);

    for (i = 0; i < n; i++) {
        fprintf(out, "audit: %s: nothing could be generated\n", ids[i]);
    }

    return (unsigned) n;
}


unsigned
asr_conf_audit(FILE *out, const asr_conf_cases_t *cases)
{
    size_t    i;
    unsigned  n;

    n = 0;

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        if (asr_conf_docs[i].api != NULL) {
            n += asr_conf_audit_doc(out, cases, &asr_conf_docs[i]);
        }
    }

    return n + asr_conf_audit_gaps(out);
}
