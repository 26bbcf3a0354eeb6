/* What the files of the error codes share. */

#ifndef ASR_MOCK_ERRORS_INT_H
#define ASR_MOCK_ERRORS_INT_H

#include "asr_mock_errors.h"
#include "core/api/asr_params.h"


/* A row as the files of the APIs have it; code is name up to the slash. */

typedef struct {
    const char  *name;
    int          row;            /* as in asr_mock_code_t */
    const char  *text;           /* row -1: the message */
    int          status;         /* row -1 */
    bool         guess;          /* no page of the vendor's names the code */
} asr_mock_error_t;

/* The rest of a row that the API's own table has. */

#define ASR_MOCK_OWN   NULL, 0, false
#define ASR_MOCK_OURS  NULL, 0, true


/* Adds a row; strings are copied, all but api and clause. */
void asr_mock_code_add(const asr_mock_code_t *c);

/* With "{0}" and "{1}" of the text replaced; in memory that stays. */
const char *asr_mock_code_text(const char *text, const char *a,
    const char *b);

/* The first parameter that is required, or the first one; NULL: none. */
const asr_param_t *asr_mock_required(const asr_param_t *table, size_t n);

/* "too_short"; of each cause but ASR_CAUSE_NONE. */
const char *asr_mock_cause_name(asr_cause_t cause);

/* Is the named code one that says the rate limit was hit? */
bool asr_mock_is_limit(asr_str_t code);


/* Adds the API's rows. */
void asr_mock_tencent_codes(void);
void asr_mock_u2_codes(void);
void asr_mock_memories_codes(void);
void asr_mock_ice_codes(void);

/* Makes the reply. */
void asr_mock_tencent_error(asr_call_t *call, const asr_mock_code_t *c);
void asr_mock_u2_error(asr_call_t *call, const asr_mock_code_t *c);
void asr_mock_memories_error(asr_call_t *call, const asr_mock_code_t *c);
void asr_mock_ice_error(asr_call_t *call, const asr_mock_code_t *c);


#endif /* ASR_MOCK_ERRORS_INT_H */
