/*
 * What all of the mock needs: names, headers, times, numbers by a seed.
 */

#include "asr_mock.h"
#include "core/base/asr_clock.h"

#include <math.h>
#include <stdio.h>


static uint64_t asr_mock_splitmix(uint64_t *state);
static uint64_t asr_mock_rotate(uint64_t v, int n);


const char *
asr_mock_severity_name(asr_mock_severity_t s)
{
    switch (s) {

    case ASR_MOCK_ERROR:
        return "error";

    case ASR_MOCK_WARNING:
        return "warning";

    default:
        return "note";
    }
}


asr_str_t
asr_mock_header(const asr_mock_exchange_t *x, const char *name)
{
    size_t     i;
    asr_str_t  want;

    want = asr_cstr(name);

    for (i = 0; i < x->nheaders; i++) {
        if (asr_str_caseeq(x->headers[i].name, want)) {
            return x->headers[i].value;
        }
    }

    return asr_str_null();
}


void
asr_mock_time_text(int64_t ms, char out[ASR_MOCK_TIME_LEN])
{
    int64_t   days;
    unsigned  t;

    days = ms / 86400000 - (ms % 86400000 < 0);
    t = (unsigned) (ms - days * 86400000);

    asr_clock_utc_date(days * 86400, out);

    (void) snprintf(out + 10, ASR_MOCK_TIME_LEN - 10, "T%02u:%02u:%02u.%03uZ",
                    t / 3600000 % 24, t / 60000 % 60, t / 1000 % 60, t % 1000);
}


static uint64_t
asr_mock_splitmix(uint64_t *state)
{
    uint64_t  z;

    *state += UINT64_C(0x9e3779b97f4a7c15);
    z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);

    return z ^ (z >> 31);
}


static uint64_t
asr_mock_rotate(uint64_t v, int n)
{
    return v << n | v >> (64 - n);
}


void
asr_mock_seed(asr_mock_random_t *r, uint64_t seed)
{
    unsigned  i;

    for (i = 0; i < 4; i++) {
        r->s[i] = asr_mock_splitmix(&seed);
    }
}


/* FNV-1a. */

void
asr_mock_seed_str(asr_mock_random_t *r, uint64_t seed, asr_str_t name)
{
    size_t    i;
    uint64_t  h;

    h = UINT64_C(14695981039346656037);

    for (i = 0; i < name.len; i++) {
        h = (h ^ (unsigned char) name.data[i]) * UINT64_C(1099511628211);
    }

    asr_mock_seed(r, seed ^ h);
}


uint64_t
asr_mock_u64(asr_mock_random_t *r)
{
    uint64_t  result, t;

    result = asr_mock_rotate(r->s[1] * 5, 7) * 9;
    t = r->s[1] << 17;

    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = asr_mock_rotate(r->s[3], 45);

    return result;
}


double
asr_mock_unit(asr_mock_random_t *r)
{
    return (double) (asr_mock_u64(r) >> 11) * 0x1.0p-53;
}


/* Box and Muller. */

double
asr_mock_normal(asr_mock_random_t *r)
{
    double  u, v;

    u = 1 - asr_mock_unit(r);
    v = asr_mock_unit(r);

    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}


/* The bias is under n / 2^64. */

uint64_t
asr_mock_below(asr_mock_random_t *r, uint64_t n)
{
    return n == 0 ? 0 : asr_mock_u64(r) % n;
}
