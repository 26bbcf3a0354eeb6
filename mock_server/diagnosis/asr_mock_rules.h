/*
 * Rules of the mock's own, beside the clauses of the documents: "D-..." of one
 * request (asr_mock_diagnosis.h), "M-..." of a client over time
 * (asr_mock_manners.h).  One row each, for findings, README and page.
 */

#ifndef ASR_MOCK_RULES_H
#define ASR_MOCK_RULES_H

#include "asr_mock.h"


typedef enum {
    ASR_MOCK_D_REFUSED = 0,
    ASR_MOCK_D_PATH,
    ASR_MOCK_D_METHOD,
    ASR_MOCK_D_TYPE,
    ASR_MOCK_D_GET_BODY,
    ASR_MOCK_D_LENGTH,
    ASR_MOCK_D_HOST,
    ASR_MOCK_D_PLAIN,
    ASR_MOCK_D_TWICE,
    ASR_MOCK_D_NAME,
    ASR_MOCK_D_UNKNOWN,
    ASR_MOCK_D_NUMBER,
    ASR_MOCK_D_CALLBACK,
    ASR_MOCK_D_BEARER,
    ASR_MOCK_D_TENCENT_V1,
    ASR_MOCK_D_TENCENT_REGION,
    ASR_MOCK_D_TENCENT_ENGINE,
    ASR_MOCK_D_ICE_DATA,
    ASR_MOCK_D_FORM_PERCENT,
    ASR_MOCK_D_JSON_EMPTY,
    ASR_MOCK_D_JSON_FORM,
    ASR_MOCK_D_JSON_BOM,
    ASR_MOCK_D_JSON_ENCODING,
    ASR_MOCK_D_JSON_UTF8,
    ASR_MOCK_D_JSON_NUL,
    ASR_MOCK_D_JSON_COMMA,
    ASR_MOCK_D_JSON_QUOTES,
    ASR_MOCK_D_JSON_NAME,
    ASR_MOCK_D_JSON_LITERAL,
    ASR_MOCK_D_JSON_COMMENT,
    ASR_MOCK_D_JSON_CONTROL,
    ASR_MOCK_D_JSON_ESCAPE,
    ASR_MOCK_D_JSON_NUMBER,
    ASR_MOCK_D_JSON_CUT,
    ASR_MOCK_D_JSON_AFTER,
    ASR_MOCK_D_JSON_DEPTH,
    ASR_MOCK_D_JSON_DUPLICATE,
    ASR_MOCK_D_JSON_OBJECT,
    ASR_MOCK_D_JSON_SYNTAX,
    ASR_MOCK_M_POLL,
    ASR_MOCK_M_END,
    ASR_MOCK_M_BACKOFF,
    ASR_MOCK_M_RESUBMIT,
    ASR_MOCK_M_NONCE,
    ASR_MOCK_M_REPLAY,
    ASR_MOCK_M_RETRY,
    ASR_MOCK_M_REFUSED,
    ASR_MOCK_M_EXTENSION,
    ASR_MOCK_M_UNUSED,
    ASR_MOCK_M_KEPT,
    ASR_MOCK_M_UNFETCHED,
    ASR_MOCK_M_UNFINISHED,
    ASR_MOCK_M_CODES,
    ASR_MOCK_RULES
} asr_mock_rule_id_t;

typedef struct {
    const char           *id;            /* "D-path" */
    asr_mock_severity_t   severity;
    bool                  guess;         /* the figure in it is ours */
    const char           *words;
    const char           *hint;
} asr_mock_rule_t;

extern const asr_mock_rule_t  asr_mock_rules[ASR_MOCK_RULES];


#endif /* ASR_MOCK_RULES_H */
