/*
 * The clock.
 */

#include "asr_clock.h"

#include <stddef.h>
#include <time.h>


#define ASR_DAY  86400


static const volatile int64_t           *asr_clock_offset;
static _Thread_local const asr_clock_t  *asr_clock_own;


static int64_t asr_clock_read(clockid_t id);


static int64_t
asr_clock_read(clockid_t id)
{
    int64_t          ms;
    struct timespec  ts;

    clock_gettime(id, &ts);

    ms = (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;

    return asr_clock_offset != NULL ? ms + *asr_clock_offset : ms;
}


int64_t
asr_clock_ms(void)
{
    return asr_clock_own != NULL ? asr_clock_of(asr_clock_own)
                                 : asr_clock_read(CLOCK_REALTIME);
}


int64_t
asr_clock_mono_ms(void)
{
    return asr_clock_own != NULL
           ? asr_clock_of(asr_clock_own) - asr_clock_own->base_ms
           : asr_clock_read(CLOCK_MONOTONIC);
}


void
asr_clock_init(asr_clock_t *c)
{
    c->offset_ms = 0;
    c->frozen_ms = 0;
    c->base_ms = asr_clock_read(CLOCK_REALTIME)
                 - asr_clock_read(CLOCK_MONOTONIC);
}


int64_t
asr_clock_of(const asr_clock_t *c)
{
    int64_t  frozen;

    frozen = c->frozen_ms;

    return frozen != 0 ? frozen
                       : asr_clock_read(CLOCK_REALTIME) + c->offset_ms;
}


void
asr_clock_use(const asr_clock_t *c)
{
    asr_clock_own = c;
}


void
asr_clock_shift(const volatile int64_t *offset_ms)
{
    asr_clock_offset = offset_ms;
}


/*
 * The calendar repeats every 400 years of 146097 days; years are counted from
 * March, so that the leap day is a year's last.
 */

void
asr_clock_utc_date(int64_t seconds, char *out)
{
    int       i;
    int64_t   days, era, year;
    unsigned  day, yoe, doy, month, digits;

    days = seconds / ASR_DAY - (seconds % ASR_DAY < 0);
    days += 719468;                  /* 0000-03-01 to 1970-01-01 */

    era = days / 146097 - (days % 146097 < 0);
    day = (unsigned) (days - era * 146097);

    yoe = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    doy = day - (365 * yoe + yoe / 4 - yoe / 100);
    month = (5 * doy + 2) / 153;
    day = doy - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    year = era * 400 + yoe + (month <= 2);

    if (year < 0) {
        year = 0; month = 1; day = 1;

    } else if (year > 9999) {
        year = 9999; month = 12; day = 31;
    }

    digits = (unsigned) year * 10000 + month * 100 + day;

    for (i = 9; i >= 0; i--) {
        if (i == 7 || i == 4) {
            out[i] = '-';
            continue;
        }

        out[i] = (char) ('0' + digits % 10);
        digits /= 10;
    }

    out[10] = '\0';
}
