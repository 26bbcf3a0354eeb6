/*
 * Whether a reply is as expected: what a step says, and what is checked of
 * every reply.  In this order, the first that fails is told:
 *
 *   transport     there is a whole reply
 *   json          its body is JSON (or XML where the vendor has it)
 *   envelope      it has the vendor's envelope
 *   outcome       success or error
 *   code          the code expected
 *   known-code    a code the document has
 *   http          the status the step says, else the code's, else 200
 *   content-type  application/json; XML where the step names a type
 *   header NAME   those of the step
 *   bytes         the body is that recording
 *   schema        the operation's schema of a success or an error
 *   json /PTR     members the step names
 */

#ifndef ASR_CONF_JUDGE_H
#define ASR_CONF_JUDGE_H


#include "asr_conf_api.h"


typedef struct {
    char                      *check;    /* NULL: all hold */
    char                      *expected;
    char                      *got;
    asr_conf_level_t           level;    /* of what does not hold, where it
                                            is less than the case's */
} asr_conf_verdict_text_t;


typedef struct {
    const asr_conf_doc_t      *doc;
    const asr_conf_op_t       *op;
    const json_t              *expect;   /* expanded; NULL: a success */
    const json_t              *saved;
    const asr_conf_reply_t    *reply;

    json_t                    *body;     /* out, owned; NULL: none was read */
    asr_conf_envelope_t        envelope; /* out, owned */
} asr_conf_judging_t;


/* Fills body and envelope in any case; false: v says what. */

bool asr_conf_judge(asr_conf_judging_t *j, asr_conf_verdict_text_t *v);
void asr_conf_judging_clean(asr_conf_judging_t *j);
void asr_conf_verdict_text_clean(asr_conf_verdict_text_t *v);

/* Sets all three; always false. */

bool asr_conf_verdict_set(asr_conf_verdict_text_t *v, char *check,
    char *expected, char *got);

/*
 * One value against what is wanted: a literal, or an object of matchers
 * (type, min, max, in, absent, contains, same, not, length, pattern, has).
 * got NULL: not there, which is "absent" and nothing else, no "not" either.
 * False: *expected says what was wanted, to be freed.
 */

bool asr_conf_match(const json_t *want, const json_t *got,
    const json_t *saved, char **expected);

/* Members {"/pointer": want}. */

bool asr_conf_match_members(const json_t *members, const json_t *body,
    const json_t *saved, const char *check, asr_conf_verdict_text_t *v);

/* NULL: the document has no such code. */

const asr_conf_code_t *asr_conf_code_row(const asr_conf_doc_t *d,
    const char *code);

/* Faults of an expectation's own form; NULL: none.  To be freed. */

char *asr_conf_expect_fault(const json_t *expect);


#endif /* ASR_CONF_JUDGE_H */
