/*
 * A case: steps that are sent and what is to come back, whether a person
 * wrote it or a generator.  README.md has the form of steps.
 */

#ifndef ASR_CONF_CASE_H
#define ASR_CONF_CASE_H


#include "asr_conf_doc.h"


typedef struct {
    const char             *id;          /* "tencent/CreateRecTask/Url/3" */
    const asr_conf_doc_t   *doc;
    const char             *op;          /* the operation it is about */
    const char             *param;       /* or NULL */
    const char             *value;       /* which the generator tried, NULL */
    const char             *kind;        /* "hand", "boundary", "enum",
                                            "optional", "negative", "type",
                                            "pairwise", "cause",
                                            "signature" */
    const char             *name;        /* a sentence */
    const char             *clause;      /* the first of clauses */
    const json_t           *clauses;     /* array of ids */
    asr_conf_level_t        level;
    const json_t           *steps;       /* array, expanded: no short form */
    const char             *cause;       /* of the cause table, or NULL */
    unsigned                creates;     /* tasks a right endpoint makes */
} asr_conf_case_t;


typedef struct {
    asr_conf_case_t        *all;         /* sorted: documents in their order,
                                            then as written and generated */
    size_t                  n;
    char *const            *prefixes;    /* no other cases need be made */
    size_t                  nprefixes;   /* 0: all */
} asr_conf_cases_t;


/*
 * All cases of all documents: hand-written ones from <api>/cases, then
 * generated ones, then causes.  Ends the program on a fault in the data: an
 * unknown clause, an id twice, a step the engine does not know.
 *
 * With prefixes, which have to stay, those that they select and as many more
 * as cost little: to generate all takes most of a short run's time.
 */

void asr_conf_cases_load(asr_conf_cases_t *c, char *const *prefixes,
    size_t nprefixes);

/* To be called by generators; strings and steps become the list's. */

void asr_conf_cases_add(asr_conf_cases_t *c, const asr_conf_case_t *one);

/* A whole path part must match: "u2/create" is no prefix of "u2/created". */

bool asr_conf_case_selected(const asr_conf_case_t *c, char *const *prefixes,
    size_t n);

/* Whether the list is to have cases at or below that path, "u2/create". */

bool asr_conf_cases_want(const asr_conf_cases_t *c, const char *path);


#endif /* ASR_CONF_CASE_H */
