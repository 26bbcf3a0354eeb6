/*
 * What a world may have looked into.  A client that signs wrongly signs
 * wrongly each time, and a load test does so a thousand times a second.
 */

#include "asr_mock_doctor.h"


#define ASR_MOCK_BUDGET_FULL  ((int64_t) ASR_MOCK_DOCTOR_FULL                 \
                               * ASR_MOCK_DOCTOR_TRIES)


static bool asr_mock_same(const char *kept, asr_str_t s);
static void asr_mock_keep(char *kept, size_t size, asr_str_t s);


/* Spent since it was last seen to, less what has come back meanwhile. */

static int64_t
asr_mock_budget_spent(const asr_mock_budget_t *b, int64_t mono_ms)
{
    int64_t  back;

    back = mono_ms - b->at_ms;
    back = back < 0 ? 0 : back > 60000 ? 60000 : back;
    back = back * ASR_MOCK_DOCTOR_RATE * ASR_MOCK_DOCTOR_TRIES / 1000;

    return b->spent > back ? b->spent - back : 0;
}


bool
asr_mock_doctor_within(asr_arena_t *a, const asr_mock_exchange_t *x,
    const asr_key_t *key, int64_t now_ms, asr_mock_budget_t *b,
    int64_t mono_ms, asr_mock_doctor_t *out)
{
    bool                       brief, told;
    asr_str_t                  id;
    const asr_mock_mistake_t  *m;

    b->spent = asr_mock_budget_spent(b, mono_ms);
    b->at_ms = mono_ms;

    brief = b->spent >= ASR_MOCK_BUDGET_FULL;
    told = brief ? asr_mock_doctor_brief(a, x, key, now_ms, out)
                 : asr_mock_doctor(a, x, key, now_ms, out);

    b->spent += out->tried + (int64_t) (out->bytes / (ASR_MOCK_DOCTOR_BYTES
                                                  / ASR_MOCK_DOCTOR_TRIES));

    if (!told || key == NULL) {
        return told;
    }

    id = key->id;

    if (!brief) {
        asr_mock_keep(b->key, sizeof(b->key), id);
        asr_mock_keep(b->scheme, sizeof(b->scheme), out->scheme);
        asr_mock_keep(b->mistake, sizeof(b->mistake), out->mistake);
        return true;
    }

    if (!asr_str_eq(out->mistake, asr_str("S-unknown"))) {
        return true;                 /* that takes no search */
    }

    m = asr_mock_same(b->key, id) && asr_mock_same(b->scheme, out->scheme)
        ? asr_mock_mistake(asr_cstr(b->mistake)) : NULL;

    out->assumed = true;

    /* that nothing gives it would be too much to say */

    if (m != NULL && !asr_str_eq(m->id, asr_str("S-unknown"))) {
        out->mistake = m->id;
        out->title = m->title;
        out->fix = m->fix;
        return true;
    }

    out->title = asr_str("the signature is wrong; why was not looked into: "
                         "there are too many at once");
    out->fix = asr_str("Send it again by itself.");

    return true;
}


static bool
asr_mock_same(const char *kept, asr_str_t s)
{
    return kept[0] != '\0' && asr_str_eq(asr_cstr(kept), s);
}


/* What is too long for it is not kept. */

static void
asr_mock_keep(char *kept, size_t size, asr_str_t s)
{
    kept[0] = '\0';

    if (s.len != 0 && s.len < size) {
        memcpy(kept, s.data, s.len);
        kept[s.len] = '\0';
    }
}
