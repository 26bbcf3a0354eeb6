/*
 * The limits of a world.
 */

#include "asr_mock_limits.h"
#include "core/base/asr_window.h"

#include <stdlib.h>


typedef struct asr_mock_ledger_s  asr_mock_ledger_t;

struct asr_mock_ledger_s {
    asr_mock_ledger_t  *next;
    size_t              size;
    uint64_t            rejected;
    uint32_t            retry_ms;        /* told with the last refusal */
    int64_t             retry_at;        /* when that was; monotonic */
    char                action[ASR_ACCOUNTS_ACTION_MAX + 1];
    asr_window_t        window;          /* and its ring */
};


static size_t  asr_mock_limits_used;


static asr_mock_ledger_t *asr_mock_ledger(asr_mock_world_t *w,
    asr_str_t action, asr_rate_t rate, int64_t now);
static asr_mock_ledger_t *asr_mock_ledger_make(asr_mock_world_t *w,
    asr_str_t action, asr_rate_t rate, int64_t now);
static void asr_mock_ledger_remove(asr_mock_ledger_t **p);
static int64_t asr_mock_limits_now(const asr_mock_world_t *w);


void
asr_mock_limits_init(void)
{
    asr_mock_on_delete(asr_mock_limits_clear);
}


static int64_t
asr_mock_limits_now(const asr_mock_world_t *w)
{
    return asr_clock_of(&w->clock) - w->clock.base_ms;
}


asr_limit_status_t
asr_mock_limit(void *ctx, const asr_account_t *account, asr_str_t action,
    asr_rate_t rate, uint32_t *retry_ms)
{
    int64_t              now;
    asr_mock_world_t    *w;
    asr_mock_ledger_t   *l;
    asr_limit_status_t   status;

    *retry_ms = 0;

    if (rate.count == 0) {
        return ASR_LIMIT_NONE;
    }

    asr_mock_lock();

    w = asr_mock_world_of(account);

    /* deleted while the request was under way */

    if (w == NULL) {
        asr_mock_unlock();
        return ASR_LIMIT_NONE;
    }

    now = asr_mock_limits_now(w);
    l = asr_mock_ledger(w, action, rate, now);
    status = ASR_LIMIT_ERROR;

    if (l != NULL) {
        status = ASR_LIMIT_PASSED;

        if (!asr_window_admit(&l->window, now, retry_ms)) {
            status = ASR_LIMIT_REJECTED;
            l->rejected++;
            l->retry_ms = *retry_ms;
            l->retry_at = now;
        }
    }

    asr_mock_unlock();

    return status;
}


static asr_mock_ledger_t *
asr_mock_ledger(asr_mock_world_t *w, asr_str_t action, asr_rate_t rate,
    int64_t now)
{
    size_t              n;
    asr_mock_ledger_t  *l, **p;

    n = 0;

    for (p = (asr_mock_ledger_t **) (void *) &w->limits;
         *p != NULL;
         p = &(*p)->next)
    {
        l = *p;
        n++;

        if (!asr_str_eq(asr_cstr(l->action), action)) {
            continue;
        }

        if (l->window.limit == rate.count
            && l->window.window_ms == rate.window_ms)
        {
            return l;
        }

        /* the plan was changed */

        asr_mock_ledger_remove(p);
        n--;
        break;
    }

    return n < ASR_MOCK_LIMITS_MAX ? asr_mock_ledger_make(w, action, rate, now)
                                   : NULL;
}


static asr_mock_ledger_t *
asr_mock_ledger_make(asr_mock_world_t *w, asr_str_t action, asr_rate_t rate,
    int64_t now)
{
    size_t              size;
    asr_mock_ledger_t  *l;

    size = offsetof(asr_mock_ledger_t, window) + asr_window_size(rate.count);

    if (action.len > ASR_ACCOUNTS_ACTION_MAX
        || asr_mock_limits_used + size > ASR_MOCK_LIMITS_BYTES)
    {
        return NULL;
    }

    l = calloc(1, size);
    if (l == NULL) {
        return NULL;
    }

    l->size = size;
    memcpy(l->action, action.data, action.len);
    asr_window_init(&l->window, rate.count, rate.window_ms, now);

    l->next = w->limits;
    w->limits = l;
    asr_mock_limits_used += size;

    return l;
}


static void
asr_mock_ledger_remove(asr_mock_ledger_t **p)
{
    asr_mock_ledger_t  *l;

    l = *p;
    *p = l->next;
    asr_mock_limits_used -= l->size;
    free(l);
}


void
asr_mock_limits_clear(asr_mock_world_t *w)
{
    while (w->limits != NULL) {
        asr_mock_ledger_remove((asr_mock_ledger_t **) (void *) &w->limits);
    }
}


void
asr_mock_limits_write(asr_mock_world_t *w, asr_json_out_t *o)
{
    int64_t             now, left;
    asr_mock_ledger_t  *l;

    now = asr_mock_limits_now(w);

    asr_jo_array(o);

    for (l = w->limits; l != NULL; l = l->next) {
        left = l->retry_ms == 0 ? 0 : l->retry_at + l->retry_ms - now;

        asr_jo_object(o);
        asr_jo_key(o, "action");
        asr_jo_str(o, asr_cstr(l->action));
        asr_jo_key(o, "limit");
        asr_jo_int(o, l->window.limit);
        asr_jo_key(o, "window_ms");
        asr_jo_int(o, l->window.window_ms);
        asr_jo_key(o, "used");
        asr_jo_int(o, asr_window_used(&l->window, now));
        asr_jo_key(o, "rejected");
        asr_jo_int(o, (int64_t) l->rejected);
        asr_jo_key(o, "retry_ms");
        asr_jo_int(o, left > 0 ? left : 0);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}
