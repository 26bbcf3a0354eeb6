/*
 * Why a request was refused, and what else about it is wrong, dubious or
 * worth to know: the rule the module refused by; all other breaches of the
 * parameter tables (the module stops at the first); the transport.
 *
 *     asr_mock_diagnosis.c        the order of findings, the header
 *     asr_mock_clause.c           clauses: their words, what they expect
 *     asr_mock_hints.c            what to do about them
 *     asr_mock_look.c             findings in the making, values, names
 *     asr_mock_look_params.c      parameter tables over JSON and pairs
 *     asr_mock_look_json.c        where and how JSON text is broken
 *     asr_mock_look_text.c        hotwords, base64
 *     asr_mock_look_http.c        paths, methods, headers
 *     asr_mock_look_tencent.c     each document's own
 *     asr_mock_look_u2.c
 *     asr_mock_look_memories.c
 *     asr_mock_look_ice.c
 *
 * Severity is error where a document forbids something, whether the module
 * refused it or (lenient) let it pass; what the module's own check accepts is
 * at most a warning.  Limits are warnings; what the server or the account's
 * set-up is to blame for is a note.
 *
 * All may be called in any thread: nothing is kept.
 */

#ifndef ASR_MOCK_DIAGNOSIS_H
#define ASR_MOCK_DIAGNOSIS_H

#include "core/api/asr_params.h"
#include "asr_mock.h"
#include "asr_mock_rules.h"


#define ASR_MOCK_FINDINGS_MAX   24   /* of one request; more are left out */
#define ASR_MOCK_GOT_MAX        120  /* characters of a value as sent */
#define ASR_MOCK_DIAGNOSIS_MAX  512  /* bytes of the header's value */


/*
 * The findings of the exchange, most telling first; none: *n is 0.  Strings
 * are static, the arena's or the exchange's.  Needs about 16 KB and twice the
 * body's length of memory; ASR_NOMEM when the arena has less: *out and *n are
 * what was found till then, and good.
 */
asr_err_t asr_mock_diagnose(asr_arena_t *a, const asr_mock_exchange_t *x,
    asr_mock_finding_t **out, size_t *n);

/*
 * A clause of the API's tables: the parameter it is about (NULL: none), its
 * words, whether it is a guess.  false: no table has it.
 */
bool asr_mock_clause(asr_str_t api, asr_str_t clause, const char **param,
    const char **words, bool *guess);

/* What a row takes: "an integer, 1 or 2"; data NULL: no memory. */
asr_str_t asr_mock_expected(asr_arena_t *a, const asr_param_t *row);

/*
 * "T-005 /ChannelNum got 3, expected an integer, 1 or 2 (17)": printable
 * ASCII, at most ASR_MOCK_DIAGNOSIS_MAX bytes and n, no NUL after it; returns
 * their number.  entry 0: without the number.
 */
size_t asr_mock_diagnosis_header(char *out, size_t n,
    const asr_mock_finding_t *f, uint64_t entry);


#endif /* ASR_MOCK_DIAGNOSIS_H */
