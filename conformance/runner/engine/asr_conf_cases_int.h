/* Reading cases: what its files share. */

#ifndef ASR_CONF_CASES_INT_H
#define ASR_CONF_CASES_INT_H


#include "asr_conf_doc_int.h"


/* A file's group while its cases are read. */

typedef struct {
    asr_conf_cases_t       *cases;
    asr_conf_faults_t      *faults;
    const asr_conf_doc_t   *doc;
    const char             *file;
    const char             *group;
    const char             *op;
    const json_t           *clause;
} asr_conf_group_t;


/* Whether a list that ends with NULL has the name. */

bool asr_conf_is_one_of(const char *name, const char *const *names);

/* The members of `o` are some of those; what else there is, is a fault. */

void asr_conf_members_only(const asr_conf_group_t *g, const char *id,
    const json_t *o, const char *what, const char *const *names,
    const char *const *more);

/* A step whose request names its operation, but for its own members. */

void asr_conf_step_right(const asr_conf_group_t *g, const char *id,
    const json_t *step);


#endif /* ASR_CONF_CASES_INT_H */
