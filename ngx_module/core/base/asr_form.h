/*
 * application/x-www-form-urlencoded, streamed: bodies and query strings.
 * Names and values are decoded ('+' is a blank, %XX a byte).  The value of
 * one named field may be lifted to a sink, as in asr_scan.h; then its pair
 * has an empty value.  Empty fields ("a=1&&b=2") are skipped.  What a value
 * holds (UTF-8, NUL) is the caller's to check.
 */

#ifndef ASR_FORM_H
#define ASR_FORM_H

#include "asr_arena.h"
#include "asr_scan.h"


typedef struct asr_pair_s  asr_pair_t;

struct asr_pair_s {
    asr_str_t    name;
    asr_str_t    value;
    asr_pair_t  *next;
};

typedef struct {
    asr_arena_t  *arena;         /* pairs live here; its ceiling is ours */
    asr_str_t     lift;          /* the field to lift; empty: none */
    asr_sink_pt   sink;
    void         *ctx;
    asr_pair_t   *pairs;         /* in the order sent */
    size_t        n;
    uint64_t      lifted;
    unsigned      found;         /* times the lifted name was met */
    bool          no_equals;     /* a field without '=' was met */

    /* private */
    asr_pair_t  **last;
    asr_buf_t     token;
    asr_str_t     name;
    int           state;
    int           hex;
    bool          lifting;
} asr_form_t;


/* token_max: the most bytes of one name or value. */
void asr_form_init(asr_form_t *f, asr_arena_t *arena, asr_str_t lift,
    asr_sink_pt sink, void *ctx, size_t token_max);

/*
 * ASR_OK, ASR_INVALID (bad %XX), ASR_TOOBIG (token_max), ASR_NOMEM (the arena)
 * or the sink's error.  After an error it must not be fed again.
 */
asr_err_t asr_form_feed(asr_form_t *f, const char *p, size_t n);
asr_err_t asr_form_end(asr_form_t *f);
void asr_form_free(asr_form_t *f);       /* the token buffer; may be repeated */

/* First pair of that name, or NULL. */
asr_pair_t *asr_form_get(const asr_form_t *f, asr_str_t name);


#endif /* ASR_FORM_H */
