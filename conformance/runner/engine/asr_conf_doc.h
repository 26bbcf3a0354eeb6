/*
 * The documents as data: conformance/<api>/document.json and its schemas,
 * read once at start and never changed.  README.md has their form.
 */

#ifndef ASR_CONF_DOC_H
#define ASR_CONF_DOC_H


#include "asr_conf.h"
#include "asr_conf_schema.h"


typedef enum {
    ASR_CONF_MUST = 0,                   /* the document says so */
    ASR_CONF_SHOULD,                     /* it recommends, or implies it */
    ASR_CONF_OBSERVED                    /* it is silent: a guess */
} asr_conf_level_t;


typedef struct {
    const char                *id;       /* "T-017" */
    const char                *words;
    asr_conf_level_t           level;
    const char                *why_not;  /* no case can reach it; else NULL */
} asr_conf_clause_t;


typedef struct {
    const char                *code;     /* "InvalidParameter", "100001" */
    const char                *clause;
    const char                *words;
    int                        http;     /* the status it comes with; 0 any */
    asr_conf_level_t           level;
    asr_conf_level_t           http_level;   /* of the status */
    const char                *why_not;
    bool                       limit;    /* too many requests */
} asr_conf_code_t;


typedef struct {
    const char                *name;
    const char                *clause;
    asr_conf_level_t           level;
    const json_t              *row;      /* the whole row, for the generator */
} asr_conf_param_t;


typedef struct {
    const char                *name;     /* "CreateRecTask" */
    const char                *clause;
    const char                *method;
    const char                *path;     /* with {task_id} */
    const char                *form;     /* "json", "query", "rpc", "multipart",
                                            "path" */
    const char                *creates;  /* "task", "file" or NULL */
    const char                *bucket;   /* of its limit, or NULL */
    const json_t              *row;
    const asr_conf_param_t    *params;
    size_t                     nparams;
    const asr_conf_schema_t   *ok;       /* of a success; NULL: none */
    const asr_conf_schema_t   *error;
} asr_conf_op_t;


typedef struct {
    const char                *api;      /* "tencent" */
    const char                *title;
    const char                *source;
    const char                *date;     /* of the source, "2024-12-12" */
    const json_t              *root;
    const asr_conf_op_t       *ops;
    size_t                     nops;
    const asr_conf_clause_t   *clauses;
    size_t                     nclauses;
    const asr_conf_code_t     *codes;
    size_t                     ncodes;
} asr_conf_doc_t;


#define ASR_CONF_NDOCS  4

/* tencent, u2, memories, ice. */

extern asr_conf_doc_t  asr_conf_docs[ASR_CONF_NDOCS];


/*
 * Reads all four and says every fault of our own data before it ends the
 * program; after it they are constant.
 */

void asr_conf_docs_load(void);

const asr_conf_doc_t *asr_conf_doc(const char *api);
const asr_conf_op_t *asr_conf_op(const asr_conf_doc_t *d, const char *name);
const asr_conf_clause_t *asr_conf_clause(const asr_conf_doc_t *d,
    const char *id);

/* A schema of the document by its file's name, "task" for schemas/task.json */

const asr_conf_schema_t *asr_conf_doc_schema(const asr_conf_doc_t *d,
    const char *name);

const char *asr_conf_level_name(asr_conf_level_t level);

/* False: there is no level of that name. */

bool asr_conf_level_read(const char *name, asr_conf_level_t *out);


#endif /* ASR_CONF_DOC_H */
