/*
 * What is kept of a request shows no secret: keys, tokens, passwords and
 * cookies are masked, signatures are shown in part, for they can be sent
 * again.  Keys "test-..." are shown: they are their own secrets, which
 * everybody knows.  What is malformed is masked as well as what is not, so
 * nothing here parses: it looks for names and takes what follows them.
 *
 * Secrets met are remembered until asr_mock_redact_begin, so that a reply or
 * a message that repeats one is masked too (asr_mock_redact_echo).
 *
 * With asr_mock_lock held: the memory of it is the process's.
 */

#ifndef ASR_MOCK_REDACT_H
#define ASR_MOCK_REDACT_H

#include "asr_mock.h"


/* Where text goes: what does not fit before end is left out. */

typedef struct {
    char  *pos;
    char  *end;
    bool   cut;                  /* something was left out */
} asr_mock_out_t;

static inline void
asr_mock_out(asr_mock_out_t *o, const char *p, size_t n)
{
    if (n > (size_t) (o->end - o->pos)) {
        n = (size_t) (o->end - o->pos);
        o->cut = true;
    }

    if (n != 0) {
        memcpy(o->pos, p, n);
        o->pos += n;
    }
}


/* Forgets the secrets of the request before. */
void asr_mock_redact_begin(void);

/* The value of that header. */
void asr_mock_redact_header(asr_mock_out_t *o, asr_str_t name,
    asr_str_t value);

/* A path with its query, or a whole URL. */
void asr_mock_redact_target(asr_mock_out_t *o, asr_str_t target);

/* A query string or a form. */
void asr_mock_redact_query(asr_mock_out_t *o, asr_str_t args);

/* Any other text: "Name=value", "Name: value", "<Name>value<", URLs in it. */
void asr_mock_redact_text(asr_mock_out_t *o, asr_str_t text);

/* JSON, well-formed or not; at most ASR_MOCK_BODY_MAX of it. */
void asr_mock_redact_json(asr_mock_out_t *o, asr_str_t text);

/* A body by its look and its Content-Type, which may be empty. */
void asr_mock_redact_body(asr_mock_out_t *o, asr_str_t type, asr_str_t body);

/* The value of the member, field or header of that name, as it is. */
void asr_mock_redact_named(asr_mock_out_t *o, asr_str_t name,
    asr_str_t value);

/* Masks what was met before in the text from start to o->pos. */
void asr_mock_redact_echo(asr_mock_out_t *o, char *start);


/* What a name says of its value; of use to asr_mock_redact_body.c. */

typedef enum {
    ASR_MOCK_PLAIN = 0,
    ASR_MOCK_KEY,                /* of a long one 4 and 2 characters show */
    ASR_MOCK_HIDDEN,
    ASR_MOCK_SIGNATURE           /* its first 8 characters show */
} asr_mock_secrecy_t;

asr_mock_secrecy_t asr_mock_secrecy(asr_str_t name);

/* May there be a secret in a text?  A quick look that errs to the safe side. */
bool asr_mock_may_tell(asr_str_t text);

/* Masks a value of such a name, and remembers it. */
void asr_mock_redact_value(asr_mock_out_t *o, asr_mock_secrecy_t secrecy,
    asr_str_t value);


#endif /* ASR_MOCK_REDACT_H */
