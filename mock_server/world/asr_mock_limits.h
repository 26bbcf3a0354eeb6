/*
 * The limits of a world: asr_window.h's windows, on the world's clock, and
 * what can be told of them.
 */

#ifndef ASR_MOCK_LIMITS_H
#define ASR_MOCK_LIMITS_H

#include "core/api/asr_api.h"
#include "asr_mock_world.h"


#define ASR_MOCK_LIMITS_MAX    64        /* windows of a world */
#define ASR_MOCK_LIMITS_BYTES  (16 * 1024 * 1024)    /* of all worlds' */

/* asr_core_t.limit; takes the lock itself. */
asr_limit_status_t asr_mock_limit(void *ctx, const asr_account_t *account,
    asr_str_t action, asr_rate_t rate, uint32_t *retry_ms);

/* Once, before worlds are made. */
void asr_mock_limits_init(void);

/* The windows as they are now: an array of objects.  The lock is held. */
void asr_mock_limits_write(asr_mock_world_t *w, asr_json_out_t *o);

/* As if nothing had been asked yet.  The lock is held. */
void asr_mock_limits_clear(asr_mock_world_t *w);


#endif /* ASR_MOCK_LIMITS_H */
