/*
 * JSON in (yajl, into a small tree in an arena) and out (yajl_gen, into an
 * asr_buf).  Input is hostile: depth has a ceiling, the number of nodes that
 * of the arena (64 bytes a node); duplicate keys, NUL characters, invalid
 * UTF-8, lone surrogates and trailing text are refused.  Large strings never
 * come here: see asr_scan.h.
 */

#ifndef ASR_JSON_H
#define ASR_JSON_H

#include "asr_arena.h"
#include "asr_buf.h"


#define ASR_JSON_MAX_DEPTH   32


typedef enum {
    ASR_JSON_NULL = 0,
    ASR_JSON_BOOL,
    ASR_JSON_INT,            /* fits int64_t, written without '.', 'e' */
    ASR_JSON_NUMBER,         /* any other number */
    ASR_JSON_STRING,
    ASR_JSON_ARRAY,
    ASR_JSON_OBJECT
} asr_json_type_t;

typedef struct asr_json_s  asr_json_t;

struct asr_json_s {
    asr_json_type_t   type;
    asr_str_t         key;       /* member name, when inside an object */
    asr_json_t       *next;      /* next sibling, in the order of the text */
    asr_json_t       *child;     /* first element of an array or object */
    size_t            n;         /* elements of an array or object */
    union {
        bool          boolean;
        int64_t       integer;
        double        number;    /* NUMBER only; finite: at most DBL_MAX */
        asr_str_t     string;    /* unescaped UTF-8, a NUL after it */
    } u;
};

typedef enum {
    ASR_JSON_FINE = 0,
    ASR_JSON_SYNTAX,
    ASR_JSON_UTF8,               /* or half of a surrogate pair */
    ASR_JSON_NUL,                /* a \u0000 or a raw NUL */
    ASR_JSON_DEPTH,
    ASR_JSON_DUPLICATE,          /* a member named twice */
    ASR_JSON_SIZE                /* the arena's ceiling, or no memory */
} asr_json_fault_t;

typedef struct {
    asr_json_fault_t  fault;
    asr_str_t         key;       /* the member, for DUPLICATE and NUL; may be
                                    empty; in the arena */
} asr_json_error_t;


/*
 * Parses the whole text.  NULL on error, *err says why.  An empty text is
 * SYNTAX.  The tree and its strings live in the arena; text is not kept.
 */
asr_json_t *asr_json_parse(asr_arena_t *a, asr_str_t text,
    asr_json_error_t *err);

/* Member of an object, NULL when absent or obj is not an object (or NULL). */
asr_json_t *asr_json_get(const asr_json_t *obj, asr_str_t name);

/*
 * Convenience for trusted records: the default (for strings: data is NULL)
 * when absent or of other type.  get_number takes INT as well.
 */
asr_str_t asr_json_get_str(const asr_json_t *obj, const char *name);
int64_t asr_json_get_int(const asr_json_t *obj, const char *name, int64_t dflt);
double asr_json_get_number(const asr_json_t *obj, const char *name, double d);
bool asr_json_get_bool(const asr_json_t *obj, const char *name, bool dflt);

/* "object", "string", ... for messages. */
const char *asr_json_type_name(asr_json_type_t type);


/*
 * Writer.  Compact output.  Errors (no memory, the buffer's ceiling, a value
 * where a key belongs, nesting over 127) collect in the buffer's failed flag
 * and in the return of asr_json_out_end.  Strings must be UTF-8; an invalid
 * byte is written as U+FFFD.  '/' is not escaped.
 */

typedef struct {
    asr_buf_t  *buf;
    void       *gen;             /* malloc'ed */
} asr_json_out_t;


/* After a failure all calls below are harmless. */
asr_err_t asr_json_out_begin(asr_json_out_t *o, asr_buf_t *buf);
void asr_jo_object(asr_json_out_t *o);           /* { */
void asr_jo_object_end(asr_json_out_t *o);
void asr_jo_array(asr_json_out_t *o);            /* [ */
void asr_jo_array_end(asr_json_out_t *o);
void asr_jo_key(asr_json_out_t *o, const char *key);
void asr_jo_str(asr_json_out_t *o, asr_str_t v);
void asr_jo_int(asr_json_out_t *o, int64_t v);

/*
 * Fixed decimals, 0 to 17, as "%.*f": 2.38 is 2.380 with 3 and 2 with 0.  An
 * infinity or NaN is written as null.
 */
void asr_jo_fixed(asr_json_out_t *o, double v, int decimals);
void asr_jo_bool(asr_json_out_t *o, bool v);
void asr_jo_null(asr_json_out_t *o);

/* Must be called to free gen; ASR_NOMEM when anything failed. */
asr_err_t asr_json_out_end(asr_json_out_t *o);


#endif /* ASR_JSON_H */
