/*
 * The judgement of one row, shared by the validation of JSON and of text
 * pairs.  Internal to asr_params*.c.
 */

#ifndef ASR_PARAMS_CHECK_H
#define ASR_PARAMS_CHECK_H

#include "asr_params.h"


/* Fills err; ASR_INVALID, or ASR_NOMEM for ASR_PF_NOMEM. */
asr_err_t asr_params_fail(asr_param_error_t *err, asr_param_fault_t fault,
    const asr_param_t *p, asr_str_t name, const char *expected,
    const char *why);
asr_err_t asr_params_nomem(asr_param_error_t *err, const asr_param_t *p);
asr_err_t asr_params_type_error(const asr_param_t *p, asr_param_error_t *err);
asr_err_t asr_params_range_error(const asr_param_t *p, const char *unit,
    asr_arena_t *arena, asr_param_error_t *err);
asr_err_t asr_params_unknown(asr_str_t name, asr_param_error_t *err);

/* Are unknown parameters let by?  rc of a row, which may be let by as well. */
bool asr_params_is_lax(void);
asr_err_t asr_params_forgive(const asr_param_t *p, asr_err_t rc, void *out,
    asr_param_error_t *err);

bool asr_params_outside(const asr_param_t *p, int64_t v);
asr_err_t asr_params_text_int(const asr_param_t *p, asr_str_t s, int64_t *v,
    asr_param_error_t *err);
asr_err_t asr_params_check_int(const asr_param_t *p, int64_t v,
    asr_arena_t *arena, asr_param_error_t *err);
asr_err_t asr_params_check_string(const asr_param_t *p, asr_str_t v,
    asr_arena_t *arena, asr_param_error_t *err);
asr_err_t asr_params_check_item(const asr_param_t *p, asr_str_t v,
    size_t index, asr_arena_t *arena, asr_param_error_t *err);

/* The row's value into out; what to do when it was not sent. */
void asr_params_store(const asr_param_t *p, void *out, const void *v,
    size_t size);
asr_err_t asr_params_absent(const asr_param_t *p, void *out,
    asr_param_error_t *err);


#endif /* ASR_PARAMS_CHECK_H */
