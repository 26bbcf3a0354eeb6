/*
 * All kinds of wrong and unusual signatures together.
 */

#include "asr_conf_sign_rows.h"


typedef struct {
    const asr_conf_wrong_t  *row;
    const size_t            *n;
} asr_conf_wrong_table_t;


static const asr_conf_wrong_table_t  asr_conf_wrong_tables[] = {
    { asr_conf_wrong_tc3, &asr_conf_wrong_ntc3 },
    { asr_conf_wrong_tc1, &asr_conf_wrong_ntc1 },
    { asr_conf_wrong_acs3, &asr_conf_wrong_nacs3 },
    { asr_conf_wrong_rpc1, &asr_conf_wrong_nrpc1 },
    { asr_conf_wrong_key, &asr_conf_wrong_nkey }
};


const asr_conf_wrong_t *
asr_conf_wrong_nth(size_t i)
{
    size_t                         t;
    const asr_conf_wrong_table_t  *table;

    for (t = 0; t < ASR_CONF_COUNT(asr_conf_wrong_tables); t++) {
        table = &asr_conf_wrong_tables[t];

        if (i < *table->n) {
            return &table->row[i];
        }

        i -= *table->n;
    }

    return NULL;
}


const asr_conf_wrong_t *
asr_conf_oddity_nth(size_t i)
{
    return i < asr_conf_oddity_n ? &asr_conf_oddity[i] : NULL;
}


const asr_conf_wrong_t *
asr_conf_wrong(asr_conf_scheme_t scheme, const char *name)
{
    size_t                   i;
    const asr_conf_wrong_t  *row;

    if (scheme == ASR_CONF_TC1_SHA1) {
        scheme = ASR_CONF_TC1_SHA256;
    }

    for (i = 0; (row = asr_conf_wrong_nth(i)) != NULL; i++) {
        if (row->scheme == scheme && strcmp(row->name, name) == 0) {
            return row;
        }
    }

    for (i = 0; (row = asr_conf_oddity_nth(i)) != NULL; i++) {
        if (row->scheme == scheme && strcmp(row->name, name) == 0) {
            return row;
        }
    }

    return NULL;
}
