/*
 * The clock and its calendar, against the C library's.
 */

#include "unit.h"

#include "base/asr_clock.h"

#include <time.h>


static void
test_time(void **state)
{
    int64_t                  before, after, ms;
    static volatile int64_t  offset;

    before = (int64_t) time(NULL) * 1000 - 1000;
    ms = asr_clock_ms();
    after = (int64_t) time(NULL) * 1000 + 2000;
    assert_in_range(ms, before, after);

    before = asr_clock_mono_ms();
    after = asr_clock_mono_ms();
    assert_true(after >= before);

    asr_clock_shift(&offset);

    offset = 3600000;
    assert_in_range(asr_clock_ms() - ms, 3600000, 3660000);
    assert_in_range(asr_clock_mono_ms() - before, 3600000, 3660000);

    offset = -3600000;
    assert_true(asr_clock_ms() < ms);

    asr_clock_shift(NULL);
    assert_in_range(asr_clock_ms() - ms, 0, 60000);
}


static void
test_date(void **state)
{
    char       out[11], want[32];
    time_t     t;
    int64_t    s;
    struct tm  tm;

    asr_clock_utc_date(0, out);
    assert_string_equal(out, "1970-01-01");
    asr_clock_utc_date(1551113065, out);
    assert_string_equal(out, "2019-02-25");
    asr_clock_utc_date(951782400, out);
    assert_string_equal(out, "2000-02-29");
    asr_clock_utc_date(951782399, out);
    assert_string_equal(out, "2000-02-28");
    asr_clock_utc_date(-1, out);
    assert_string_equal(out, "1969-12-31");
    asr_clock_utc_date(-86400, out);
    assert_string_equal(out, "1969-12-31");
    asr_clock_utc_date(-86401, out);
    assert_string_equal(out, "1969-12-30");

    /* years 0 to 9999, in steps that meet all hours */

    for (s = -62167219200; s < 253402300800; s += 86400 * 11 + 3607) {
        t = (time_t) s;
        gmtime_r(&t, &tm);
        snprintf(want, sizeof(want), "%04d-%02d-%02d", tm.tm_year + 1900,
                 tm.tm_mon + 1, tm.tm_mday);

        asr_clock_utc_date(s, out);

        if (strcmp(out, want) != 0) {
            fail_msg("%lld: %s, not %s", (long long) s, out, want);
        }
    }

    asr_clock_utc_date(253402300799, out);
    assert_string_equal(out, "9999-12-31");
    asr_clock_utc_date(253402300800, out);
    assert_string_equal(out, "9999-12-31");
    asr_clock_utc_date(-62167219201, out);
    assert_string_equal(out, "0000-01-01");
    asr_clock_utc_date(INT64_MAX, out);
    assert_string_equal(out, "9999-12-31");
    asr_clock_utc_date(INT64_MIN, out);
    assert_string_equal(out, "0000-01-01");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_date)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
