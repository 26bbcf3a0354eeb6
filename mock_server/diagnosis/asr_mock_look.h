/*
 * Findings in the making: what the files of the diagnosis share.  See
 * asr_mock_diagnosis.h.
 */

#ifndef ASR_MOCK_LOOK_H
#define ASR_MOCK_LOOK_H

#include "asr_mock_diagnosis.h"


typedef struct {
    asr_arena_t                *arena;
    const asr_mock_exchange_t  *x;
    asr_mock_finding_t         *list;    /* ASR_MOCK_FINDINGS_MAX; NULL: none */
    size_t                      n;
    bool                        nomem;
    asr_mock_finding_t          spare;   /* what no room is for */
    asr_str_t                   media;   /* Content-Type without parameters */
    asr_json_t                 *json;    /* the body, or NULL */
    asr_form_t                  form;    /* query, then form body */
    bool                        broken;  /* ... and could not be read */
    const asr_json_t           *merged;  /* a JSON body that became pairs */
} asr_mock_look_t;


/*
 * What the words of a clause do not say.  Where the fault is depends on the
 * kind of request: a header, or a pair of query and form; NULL: neither, the
 * clause's parameter.
 */

typedef enum {
    ASR_MOCK_CLIENT = 0,         /* the client's fault: an error */
    ASR_MOCK_LIMIT,              /* a warning */
    ASR_MOCK_SERVER              /* the server's or the set-up's: a note */
} asr_mock_blame_t;

typedef struct {
    const char        *clause;
    asr_mock_blame_t   blame;
    const char        *header;
    const char        *pair;
    const char        *expected;
    const char        *hint;
} asr_mock_hint_t;


/* Of an API: its tables and its own looks. */

typedef struct {
    asr_str_t               api;
    const asr_mock_hint_t  *hints;       /* a row without a clause ends */
    void                  (*look)(asr_mock_look_t *l);
    /* the i-th row of a parameter; NULL: there are no more */
    const asr_param_t    *(*row)(size_t i);
    /* the i-th other rule; false: there are no more */
    bool                  (*rule)(size_t i, const char **clause,
                                  const char **param, const char **words,
                                  bool *guess);
    const char             *json;        /* clause of JSON's form; NULL: none */
} asr_mock_tables_t;

extern const asr_mock_tables_t  asr_mock_tables_tencent;
extern const asr_mock_tables_t  asr_mock_tables_u2;
extern const asr_mock_tables_t  asr_mock_tables_memories;
extern const asr_mock_tables_t  asr_mock_tables_ice;

/* asr_mock_hints.c */
extern const asr_mock_hint_t  asr_mock_hints_tencent[];
extern const asr_mock_hint_t  asr_mock_hints_u2[];
extern const asr_mock_hint_t  asr_mock_hints_memories[];
extern const asr_mock_hint_t  asr_mock_hints_ice[];

/* NULL: no such API */
const asr_mock_tables_t *asr_mock_tables(asr_str_t api);

/* The i-th row of several tables, one after the other; NULL: no more. */

typedef struct {
    const asr_param_t  *rows;
    size_t              n;
} asr_mock_rows_t;

const asr_param_t *asr_mock_rows_at(const asr_mock_rows_t *tables, size_t n,
    size_t i);
const asr_mock_hint_t *asr_mock_hint(const asr_mock_tables_t *t,
    asr_str_t clause);


/* asr_mock_look.c */

/* Never NULL; the caller sets what it knows. */
asr_mock_finding_t *asr_mock_look_rule(asr_mock_look_t *l,
    asr_mock_rule_id_t id);
asr_mock_finding_t *asr_mock_look_row(asr_mock_look_t *l,
    asr_mock_severity_t severity, const asr_param_t *row);
asr_mock_finding_t *asr_mock_look_clause(asr_mock_look_t *l,
    asr_mock_severity_t severity, asr_str_t clause);

/* printf into the arena; empty when it is full. */
asr_str_t asr_mock_look_text(asr_mock_look_t *l, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* At most so many characters, URLs without secrets; in the arena. */
asr_str_t asr_mock_look_clip(asr_mock_look_t *l, asr_str_t s, size_t max);
/* The same of a JSON value, as JSON; NULL: "(not sent)". */
asr_str_t asr_mock_look_json_got(asr_mock_look_t *l, const asr_json_t *v);

/* "/name/2" escaped, or with kind '?' "?name.2"; index -1: none. */
asr_str_t asr_mock_look_at(asr_mock_look_t *l, char kind, asr_str_t name,
    int64_t index);

/* Is it (nearly) that name?  0: the same but for case and "_-.". */
#define ASR_MOCK_FAR  1000
unsigned asr_mock_look_distance(asr_str_t a, asr_str_t b);
bool asr_mock_look_near(asr_str_t sent, asr_str_t known);

/* Value of a pair of the query or form; data NULL: none. */
asr_str_t asr_mock_look_pair(const asr_mock_look_t *l, asr_str_t name);

/* "http://" to a host that is not this machine's or a private one. */
bool asr_mock_look_plain(asr_str_t url);
bool asr_mock_look_local(asr_str_t host);

/* http or https, a host without a user name, no blanks; ascii: and nothing
   that is not ASCII. */
bool asr_mock_look_url(asr_str_t url, bool ascii);


/* asr_mock_look_json.c */

/* Parses the body into l->json; false: a finding was made. */
bool asr_mock_look_body(asr_mock_look_t *l);


/* asr_mock_look_params.c */

typedef struct {
    const asr_param_t  *rows;
    size_t              n;
    void               *out;             /* zeroed, or with own defaults */
    bool                strict;          /* unknown names are refused ... */
    const char         *unknown;         /* ... by this clause */
    bool              (*skip)(asr_str_t name);
    uint64_t            present;         /* set: bit i, row i */
    uint64_t            bad;
} asr_mock_look_table_t;

/* Rows against l->json, or against l->form when that is NULL. */
void asr_mock_look_params(asr_mock_look_t *l, asr_mock_look_table_t *t);

/* '/' or '?': where a parameter of that name is, or would be. */
char asr_mock_look_kind(const asr_mock_look_t *l, asr_str_t name);

/* The row of that name when it was sent and is good; else NULL. */
const asr_param_t *asr_mock_look_param(const asr_mock_look_table_t *t,
    const char *name);

/* A finding about a row that is there; with got. */
asr_mock_finding_t *asr_mock_look_sent_row(asr_mock_look_t *l,
    asr_mock_severity_t severity, const asr_param_t *row, const char *hint);


/* asr_mock_look_text.c */

/* T-036 to T-039; full: the engine knows the weight 100. */
void asr_mock_look_hotwords(asr_mock_look_t *l, const asr_param_t *row,
    asr_str_t list, bool full);

/* What makes it no base64; form: it came in one. */
const char *asr_mock_look_base64(asr_str_t s, bool form);

/* Is it base64 as the module takes it?  Of how many bytes. */
bool asr_mock_look_decode(asr_mock_look_t *l, asr_str_t text, uint64_t *size);


/* asr_mock_look_http.c */

/* Query and form body into l->form; always before the rest. */
void asr_mock_look_pairs(asr_mock_look_t *l);
void asr_mock_look_http(asr_mock_look_t *l);

/* Tells where a percent sign keeps the pairs from being read. */
void asr_mock_look_percent(asr_mock_look_t *l);

/* A header's value without secrets, "(not sent)" when there is none. */
asr_str_t asr_mock_look_header_got(asr_mock_look_t *l, const char *name);


#endif /* ASR_MOCK_LOOK_H */
