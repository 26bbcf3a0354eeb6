/*
 * Gaussians of voices against what is computed by hand, and which of made-up
 * voices are joined: as many as there are, as many as allowed, many at once.
 */

#include "unit.h"

#include <math.h>

#include "speech/asr_ask.h"
#include "speech/asr_speaker_cluster.h"


#define FRAMES  2000
#define MANY    700              /* more than are compared at once */


static uint32_t  seed;
static double    distance = 2.9;


static double
uniform(void)
{
    seed = seed * 1103515245 + 12345;

    return (seed >> 8) / (double) (1 << 24);
}


/* Nearly normal, of variance 1. */

static double
normal(void)
{
    int     i;
    double  s;

    s = -6.0;

    for (i = 0; i < 12; i++) {
        s += uniform();
    }

    return s;
}


/* n frames of a voice; the means of different ones are far apart. */

static void
voice(asr_voice_t *v, int who, int n)
{
    int    i;
    float  x[ASR_VOICE_DIM];

    memset(v, 0, sizeof(asr_voice_t));

    while (n-- != 0) {
        for (i = 0; i < ASR_VOICE_DIM; i++) {
            x[i] = (float) (normal() + ((who >> (i % 5)) & 1) * 6.0);
        }

        asr_voice_frame(v, x);
    }
}


static void
config(asr_cluster_conf_t *conf, const asr_voice_t *parts, size_t n)
{
    size_t       i;
    asr_voice_t  all;

    memset(&all, 0, sizeof(all));

    for (i = 0; i < n; i++) {
        asr_voice_add(&all, &parts[i]);
    }

    asr_voice_covariance(&all, NULL, 0.0, conf->prior);
    conf->penalty = 2.1;
    conf->distance = distance;
    conf->big = FRAMES;
}


/* +-s[i] in each direction alone: variances s[i]^2 / DIM, nothing else. */

static void
axes(asr_voice_t *v, const float *centre, const float *s)
{
    int    i, k;
    float  x[ASR_VOICE_DIM];

    memset(v, 0, sizeof(asr_voice_t));

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        for (k = -1; k <= 1; k += 2) {
            memcpy(x, centre, sizeof(x));
            x[i] += (float) k * s[i];
            asr_voice_frame(v, x);
        }
    }
}


static void
test_gauss(void **state)
{
    int                i;
    float              c[ASR_VOICE_DIM], s[ASR_VOICE_DIM];
    double             want, logdet, cov[ASR_VOICE_PAIRS];
    asr_voice_t        v, one, twice;
    asr_voice_model_t  m;

    want = 0.0;

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        c[i] = (float) i - 4.0f;
        s[i] = 1.0f + (float) i;
        want += log(s[i] * s[i] / ASR_VOICE_DIM);
    }

    axes(&v, c, s);
    asr_voice_covariance(&v, NULL, 0.0, cov);
    assert_true(fabs(cov[0] - 1.0 / ASR_VOICE_DIM) < 1e-3);
    assert_true(fabs(cov[1]) < 1e-3);

    logdet = asr_voice_logdet(&v, NULL, 0.0);
    assert_true(fabs(logdet - want) < 0.02);

    /* the mean of the squared distances of its own frames is DIM */

    asr_voice_model(&v, NULL, 0.0, &m);
    want = -0.5 * (v.n * logdet + v.n * ASR_VOICE_DIM);
    assert_true(fabs(asr_voice_score(&m, &v) - want) < 0.01 * fabs(want));

    /* one frame two deviations off, in a direction that is known */

    memset(&one, 0, sizeof(one));
    c[3] += 2.0f * s[3] / sqrtf(ASR_VOICE_DIM);
    asr_voice_frame(&one, c);
    want = -0.5 * (logdet + 4.0);
    assert_true(fabs(asr_voice_score(&m, &one) - want) < 0.05);

    twice = v;
    asr_voice_add(&twice, &one);
    asr_voice_sub(&twice, &one);
    assert_true(fabsf(twice.n - v.n) < 1e-3f);
    assert_true(fabsf(twice.pairs[7] - v.pairs[7]) < 1e-2f);
}


/* Digital silence, and nothing at all, have finite models. */

static void
test_constant(void **state)
{
    int                i;
    float              x[ASR_VOICE_DIM];
    asr_voice_t        v, none;
    asr_voice_model_t  m;

    memset(&v, 0, sizeof(v));
    memset(&none, 0, sizeof(none));

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        x[i] = 3.0f;
    }

    for (i = 0; i < 100; i++) {
        asr_voice_frame(&v, x);
    }

    assert_true(isfinite(asr_voice_logdet(&v, NULL, 0.0)));
    assert_true(isfinite(asr_voice_logdet(&none, NULL, 0.0)));

    asr_voice_model(&v, NULL, 0.0, &m);
    assert_true(isfinite(asr_voice_score(&m, &v)));
    asr_voice_model(&none, NULL, 0.0, &m);
    assert_true(isfinite(asr_voice_score(&m, &v)));
}


/* Labels of parts of `voices` voices in turn; if as many, each one's own. */

static size_t
joined(size_t n, int voices, size_t least, size_t most)
{
    size_t               i, j, labels;
    uint32_t            *label;
    asr_voice_t         *parts;
    asr_cluster_conf_t   conf;

    seed = 7;
    parts = malloc(n * sizeof(asr_voice_t));
    label = malloc(n * sizeof(uint32_t));
    assert_non_null(parts);
    assert_non_null(label);

    for (i = 0; i < n; i++) {
        voice(&parts[i], (int) i % voices, n > 100 ? 60 : FRAMES);
    }

    config(&conf, parts, n);
    assert_int_equal(asr_cluster(&conf, parts, n, least, most, label,
                                 &labels), ASR_OK);

    for (i = 0; i < n; i++) {
        assert_true(label[i] < labels);

        for (j = 0; j < i && labels == (size_t) voices; j++) {
            assert_int_equal(label[i] == label[j],
                             i % (size_t) voices == j % (size_t) voices);
        }
    }

    free(parts);
    free(label);

    return labels;
}


static void
test_found(void **state)
{
    assert_int_equal(joined(1, 1, 1, 20), 1);
    assert_int_equal(joined(12, 1, 1, 20), 1);
    assert_int_equal(joined(12, 2, 1, 20), 2);
    assert_int_equal(joined(40, 10, 1, 20), 10);
}


static void
test_given(void **state)
{
    assert_int_equal(joined(12, 3, 2, 2), 2);
    assert_int_equal(joined(12, 1, 3, 3), 3);
    assert_int_equal(joined(3, 3, 5, 5), 3);
}


/* What is certain to differ, but by little, is one voice. */

static void
test_distance(void **state)
{
    distance = 100.0;
    assert_int_equal(joined(12, 2, 1, 20), 1);
    distance = 2.9;
    assert_int_equal(joined(12, 2, 1, 20), 2);
}


static void
test_ceiling(void **state)
{
    assert_int_equal(joined(30, 30, 1, 40), 30);
    assert_in_range(joined(30, 30, 1, ASR_SPEAKERS_AUTO), 10,
                    ASR_SPEAKERS_AUTO);
}


static void
test_many(void **state)
{
    assert_int_equal(joined(MANY, 7, 1, ASR_SPEAKERS_AUTO), 7);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_gauss),
        cmocka_unit_test(test_constant),
        cmocka_unit_test(test_found),
        cmocka_unit_test(test_given),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
