/*
 * Parameter tables.  One row a parameter of a document: name, type, range or
 * set, default, the clause it comes from and the clause's words.  Validation,
 * the README's tables and the mock's explanations come from the same rows.
 */

#ifndef ASR_PARAMS_H
#define ASR_PARAMS_H

#include "../base/asr_form.h"
#include "../base/asr_json.h"


typedef enum {
    ASR_P_INT = 0,               /* value: int64_t */
    ASR_P_BOOL,                  /* value: bool */
    ASR_P_STRING,                /* value: asr_str_t */
    ASR_P_STRINGS,               /* value: asr_strs_t */
    ASR_P_LIFTED                 /* a string lifted out of the stream; only its
                                    presence and type are checked here */
} asr_param_type_t;

enum {
    ASR_P_REQUIRED   = 0x01,
    ASR_P_IGNORED    = 0x02,     /* type checked, value unused: "This service
                                    is not available" */
    ASR_P_NUMSTR     = 0x04,     /* an INT that may come as a decimal string */
    ASR_P_GUESS      = 0x08,     /* the rule is ours: the document is silent */
    ASR_P_NONEMPTY   = 0x10,
    ASR_P_EXTENSION  = 0x20      /* not in the document: sent by real clients */
};

typedef struct {
    asr_str_t  *v;
    size_t      n;
} asr_strs_t;

typedef struct {
    asr_str_t          name;
    asr_param_type_t   type;
    unsigned           flags;
    size_t             offset;       /* of the value in the API's struct */
    int64_t            min;          /* INT: least; STRING: least code points;
                                        STRINGS: least items */
    int64_t            max;          /* likewise; 0 and min 0: no bound; under
                                        min: no upper bound */
    int64_t            item_max;     /* STRINGS: code points of each; 0: any */
    const char *const *set;          /* STRING: the values allowed, NULL ends */
    const int64_t     *iset;         /* INT: the values, iset[0] is the count */
    const char        *dflt;         /* text of the default, NULL: none */
    const char        *clause;       /* "U-007" */
    const char        *words;        /* what the clause says, in short */
} asr_param_t;

typedef enum {
    ASR_PF_NONE = 0,
    ASR_PF_MISSING,
    ASR_PF_TYPE,
    ASR_PF_VALUE,
    ASR_PF_UNKNOWN,
    ASR_PF_NOMEM
} asr_param_fault_t;

typedef struct {
    asr_param_fault_t   fault;
    const asr_param_t  *param;       /* NULL for UNKNOWN, and TYPE of "body" */
    asr_str_t           name;        /* the parameter's, as sent for UNKNOWN,
                                        items "A.0"; "body": not an object */
    const char         *expected;    /* "integer", "string", ... for TYPE */
    const char         *why;         /* a phrase for people, to follow the
                                        name: "must be 1 to 2" */
} asr_param_error_t;


/*
 * Checks in the table's order: first unknown names (unless accepted), then per
 * row missing, type, value.  Fills `out` (zeroed by the caller; defaults are
 * set here).  JSON null counts as absent.  present: bit i set when row i was
 * sent (at most 64 rows); may be NULL.  Strings point into the input.
 */
asr_err_t asr_params_json(const asr_param_t *table, size_t n,
    const asr_json_t *object, bool unknown_ok, asr_arena_t *arena, void *out,
    uint64_t *present, asr_param_error_t *err);

/*
 * The same for text pairs (query, form): integers and booleans are parsed
 * from text, arrays come as "Name.0", "Name.1".  Names that `skip` returns
 * true for (common parameters) are passed over.
 */
asr_err_t asr_params_form(const asr_param_t *table, size_t n,
    const asr_form_t *form, bool (*skip)(asr_str_t name), bool unknown_ok,
    asr_arena_t *arena, void *out, uint64_t *present, asr_param_error_t *err);

/*
 * Of this thread, from now on: what is unknown is passed over, and what is
 * faulty counts as not sent where it need not be.  For who tries clients out.
 */
void asr_params_lax(bool on);

/* Rows as a Markdown table, for the README. */
void asr_params_markdown(const asr_param_t *table, size_t n, asr_buf_t *out);


#endif /* ASR_PARAMS_H */
