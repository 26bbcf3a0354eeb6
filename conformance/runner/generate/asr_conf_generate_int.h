/*
 * What the strategies share: one file each, all of them made of tries.
 *
 * A try is a valid request with one thing changed.  The frame builds the
 * request (base, "with", "value_with", then the change), leaves it out when
 * it would break a rule as well or was made before, takes from the row what
 * must come back, and adds the case.  A refusal of which the data do not say
 * the code makes no case but a gap.
 *
 * A generator is used by one thread.
 */

#ifndef ASR_CONF_GENERATE_INT_H
#define ASR_CONF_GENERATE_INT_H


#include "asr_conf_generate.h"


#define ASR_CONF_GEN_VIAS  16

#define ASR_CONF_SAME      ((json_t *) 1)    /* asr_conf_try_t.value */


/* One way to send, of those an operation names. */

typedef struct {
    const char              *name;       /* NULL: the first of the API */
    bool                     text;       /* values go as text, untyped */
    bool                     query;      /* in the line of the request */
} asr_conf_via_t;


typedef struct asr_conf_seen_s  asr_conf_seen_t;


typedef struct {
    asr_conf_cases_t        *cases;
    const asr_conf_doc_t    *doc;
    const asr_conf_op_t     *op;
    const asr_conf_param_t  *param;      /* NULL: of the whole operation */
    const json_t            *row;        /* of param; NULL with it */
    const asr_conf_via_t    *via;

    asr_conf_via_t           vias[ASR_CONF_GEN_VIAS];  /* one of a kind */
    size_t                   nvias;

    asr_conf_seen_t         *requests;   /* of the document */
    asr_conf_seen_t         *ids;
} asr_conf_gen_t;


/*
 * One change.  `refusal` names what is wrong with it ("range", "length", ..):
 * the code is the row's or the operation's of that name.  `also`: the change
 * is wrong in two ways at once, either code will do.
 */

typedef struct {
    const char              *kind;       /* "boundary", .. */
    const char              *slug;       /* copied; ASCII */
    const char              *words;      /* "of 501 characters"; NULL: by
                                            the value */
    const char              *name;       /* a whole sentence instead */
    json_t                  *value;      /* taken; NULL: absent;
                                            ASR_CONF_SAME: left as it is */
    json_t                  *set;        /* borrowed, over all others */
    json_t                  *unset;      /* borrowed, array of names */
    json_t                  *base;       /* borrowed, set before; NULL */
    const char              *body;       /* borrowed, raw; NULL */
    const char              *refusal;    /* NULL: must be taken */
    const char              *also;
    const json_t            *code;       /* wins over refusal */
    const char              *level;      /* member of the row with the level */
    const json_t            *from;       /* has "clause", "level" of its own */
    asr_conf_level_t         least;      /* no document says more of it */
    bool                     ruled;      /* breaks a rule on purpose */
} asr_conf_try_t;


/* False: it was made before, breaks a rule or leaves a gap. */

bool asr_conf_gen_try(asr_conf_gen_t *g, asr_conf_try_t *t);

/* typed: the operation takes JSON unless the way to send says otherwise. */

asr_conf_via_t asr_conf_gen_via(const char *name, bool typed);
void asr_conf_gen_gap(const asr_conf_gen_t *g, const char *kind,
    const char *what);

/* The strategies, for g->param over g->via. */

void asr_conf_gen_boundary(asr_conf_gen_t *g);
void asr_conf_gen_enum(asr_conf_gen_t *g);
void asr_conf_gen_optional(asr_conf_gen_t *g);
void asr_conf_gen_negative(asr_conf_gen_t *g);
void asr_conf_gen_type(asr_conf_gen_t *g);

/* And for the operation as a whole; pairwise over all vias at once. */

void asr_conf_gen_optional_op(asr_conf_gen_t *g);
void asr_conf_gen_negative_op(asr_conf_gen_t *g);
void asr_conf_gen_pairwise(asr_conf_gen_t *g);


/* asr_conf_gen_request.c: what is sent. */

/*
 * The request's parameters with a value of one of them; "with" and
 * "value_with" of it merged.  New.
 */

json_t *asr_conf_gen_params(const asr_conf_op_t *op,
    const asr_conf_param_t *p, const json_t *value, const json_t *before);

/*
 * o.name = v, or its removal (v NULL); of a dotted name the member inside,
 * in the text of JSON where the outer parameter is one.
 */

void asr_conf_gen_put(const asr_conf_op_t *op, json_t *o, const char *name,
    const json_t *v);
json_t *asr_conf_gen_at(const json_t *o, const char *name);

/* Does it break a rule of the operation?  The rule, or NULL. */

const json_t *asr_conf_gen_broken(const asr_conf_op_t *op,
    const json_t *params);

/* "set" and "unset" that make params of the operation's base. */

json_t *asr_conf_gen_request(const asr_conf_gen_t *g, const json_t *params);


/* asr_conf_gen_level.c: how well documented it is. */

asr_conf_level_t asr_conf_gen_level(const json_t *o, const char *name,
    asr_conf_level_t dflt);

/* Of a value that must be taken. */

asr_conf_level_t asr_conf_gen_level_value(const asr_conf_param_t *p,
    const json_t *v);

/*
 * Of a whole request that must be taken: no better than level, nor than each
 * parameter in it.
 */

asr_conf_level_t asr_conf_gen_level_sent(const asr_conf_gen_t *g,
    const json_t *params, asr_conf_level_t level);


/* Of rows. */

const char *asr_conf_gen_declared(const asr_conf_gen_t *g);
bool asr_conf_gen_skips(const json_t *row, const char *kind);
bool asr_conf_gen_required(const json_t *row);

/* A value that must be taken; new; NULL: the data do not say one. */

json_t *asr_conf_gen_good(const asr_conf_op_t *op,
    const asr_conf_param_t *p);

/* Is it one that the suite fills in when it sends, "${...}"? */

bool asr_conf_gen_filled(const json_t *v);
bool asr_conf_gen_url(const json_t *v);

/* A code for that kind of refusal: text, array or object; NULL: none. */

const json_t *asr_conf_gen_code(const asr_conf_gen_t *g, const char *kind);

/* Is v one of an array's? */

bool asr_conf_gen_in(const json_t *array, const json_t *v);


/* asr_conf_gen_text.c: readable and deterministic names; to be freed. */

char *asr_conf_gen_hash8(const char *s);
char *asr_conf_gen_slug(const json_t *v);
char *asr_conf_gen_slug_of(const char *before, const json_t *v);
char *asr_conf_gen_words(const json_t *v);

/* "$repeat" of a pattern that has `n` of the unit, of characters of `width`
 * bytes; NULL: cannot be said in a few bytes. */

json_t *asr_conf_gen_long(const char *head, size_t n, unsigned width,
    bool bytes);


/* asr_conf_gen_seen.c: texts met before. */

asr_conf_seen_t *asr_conf_seen_new(void);
bool asr_conf_seen_add(asr_conf_seen_t *s, const char *text);   /* new? */
void asr_conf_seen_free(asr_conf_seen_t *s);


#endif /* ASR_CONF_GENERATE_INT_H */
