/*
 * Values of cases: placeholders and short forms become what is sent.
 *
 *   "${saved.task}"         what a step saved
 *   "${file.tiny.wav}"      an upload's id, and so on: README.md has the list
 *   {"$repeat":["x",500]}   a text, 500 times
 *   {"$items":["x",200]}    an array of 200
 *   {"$json":VALUE}         the value as JSON text
 *
 * A string that is one placeholder and no more becomes the value with its
 * type; else it is put into the text.
 */

#ifndef ASR_CONF_VALUE_H
#define ASR_CONF_VALUE_H


#include "asr_conf_account.h"


#define ASR_CONF_REPEAT_MAX  (12u << 20)         /* bytes of one $repeat */
#define ASR_CONF_ITEMS_MAX   100000


/* The id of an upload; NULL with why, to be freed. New reference. */

typedef json_t *(*asr_conf_fixture_pt)(void *data, const char *kind,
    const char *name, char **why);


typedef struct {
    const asr_conf_account_t  *account;  /* NULL: none */
    const char                *server;   /* its URL; NULL: there is none */
    const char                *callback; /* key of this run of the case */
    const json_t              *saved;    /* object */
    int64_t                    time;
    char                       unique[17];
    asr_conf_fixture_pt        fixture;
    void                      *data;
    const char                *audio;    /* out: recording last named (its
                                            embedded file's own name) */
    bool                       called;   /* out: ${callback} was named */
    bool                       skip;     /* out: why is no failure */
    char                      *why;      /* out: to be freed */
} asr_conf_scope_t;


/* A new reference; NULL: scope->why says what is missing. */

json_t *asr_conf_value(asr_conf_scope_t *s, const json_t *v);


/* Faults of a value that can be seen without a scope; NULL: none.  Freed. */

char *asr_conf_value_fault(const json_t *v);


#endif /* ASR_CONF_VALUE_H */
