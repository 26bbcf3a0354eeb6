/*
 * The distances of all pairs are kept, so the number of parts has a ceiling:
 * more are first joined in windows of time, where one voice's parts are close
 * together, and what comes of these is joined again.  Five hours cost little
 * more than five times one.
 */

#include <math.h>
#include <stdlib.h>

#include "asr_speaker_cluster.h"


#define ASR_CLUSTER_WINDOW  600
#define ASR_CLUSTER_KEEP    60           /* of a window, at most */
#define ASR_CLUSTER_NONE    UINT32_MAX

typedef struct {
    asr_voice_t  voice;
    double       logdet;
    float        gain;                   /* with the nearest, if any */
    uint32_t     nearest;                /* a later one */
    uint32_t     joined;                 /* into which; itself: alive */
} asr_cluster_t;

typedef struct {
    const asr_cluster_conf_t  *conf;
    asr_cluster_t             *c;
    size_t                     n;
    size_t                     alive;
    size_t                     big;
    float                     *gains;    /* n * n, of i < j */
} asr_clusters_t;


double
asr_cluster_logdet(const asr_cluster_conf_t *conf, const asr_voice_t *v)
{
    return asr_voice_logdet(v, conf->prior, ASR_CLUSTER_PRIOR);
}


double
asr_cluster_gain(const asr_cluster_conf_t *conf, const asr_voice_t *a,
    double logdet_a, const asr_voice_t *b, double logdet_b)
{
    double       n, ratio, certain, large;
    asr_voice_t  both;

    both = *a;
    asr_voice_add(&both, b);
    n = both.n > 2.0f ? both.n : 2.0;

    ratio = 0.5 * (both.n * asr_cluster_logdet(conf, &both)
                   - a->n * logdet_a - b->n * logdet_b);
    certain = conf->penalty * 0.5 * (ASR_VOICE_DIM + ASR_VOICE_PAIRS)
              * log(n);
    large = conf->distance * a->n * b->n / n;

    return ratio - (certain > large ? certain : large);
}


static void
asr_clusters_nearest(asr_clusters_t *s, uint32_t i)
{
    float          *row;
    uint32_t        j;
    asr_cluster_t  *c;

    c = &s->c[i];
    c->nearest = ASR_CLUSTER_NONE;
    row = &s->gains[i * s->n];

    for (j = i + 1; j < s->n; j++) {
        if (s->c[j].joined == j
            && (c->nearest == ASR_CLUSTER_NONE || row[j] < c->gain))
        {
            c->nearest = j;
            c->gain = row[j];
        }
    }
}


static void
asr_clusters_measure(asr_clusters_t *s, uint32_t i, uint32_t j)
{
    s->gains[i * s->n + j] = (float) asr_cluster_gain(s->conf,
                                 &s->c[i].voice, s->c[i].logdet,
                                 &s->c[j].voice, s->c[j].logdet);
}


static size_t
asr_clusters_big(const asr_clusters_t *s, uint32_t i)
{
    return s->c[i].voice.n >= s->conf->big ? 1 : 0;
}


/* j into i, i < j; and what that changes. */

static void
asr_clusters_join(asr_clusters_t *s, uint32_t i, uint32_t j)
{
    uint32_t        k;
    asr_cluster_t  *c;

    c = &s->c[i];
    s->big -= asr_clusters_big(s, i) + asr_clusters_big(s, j);
    asr_voice_add(&c->voice, &s->c[j].voice);
    s->big += asr_clusters_big(s, i);
    c->logdet = asr_cluster_logdet(s->conf, &c->voice);
    s->c[j].joined = i;
    s->alive--;

    for (k = 0; k < s->n; k++) {
        if (s->c[k].joined != k || k == i) {
            continue;
        }

        if (k < i) {
            asr_clusters_measure(s, k, i);

        } else {
            asr_clusters_measure(s, i, k);
        }
    }

    for (k = 0; k < j; k++) {
        if (s->c[k].joined == k) {
            if (k == i || s->c[k].nearest == i || s->c[k].nearest == j) {
                asr_clusters_nearest(s, k);

            } else if (k < i && s->gains[k * s->n + i] < s->c[k].gain) {
                s->c[k].nearest = i;
                s->c[k].gain = s->gains[k * s->n + i];
            }
        }
    }
}


static void
asr_clusters_run(asr_clusters_t *s, size_t least, size_t most, size_t keep)
{
    uint32_t  i, j, best;

    for (i = 0; i < s->n; i++) {
        for (j = i + 1; j < s->n; j++) {
            asr_clusters_measure(s, i, j);
        }
    }

    for (i = 0; i < s->n; i++) {
        asr_clusters_nearest(s, i);
    }

    while (s->alive > 1 && (s->alive > least || s->alive > keep)) {
        best = ASR_CLUSTER_NONE;

        for (i = 0; i < s->n; i++) {
            if (s->c[i].joined == i && s->c[i].nearest != ASR_CLUSTER_NONE
                && (best == ASR_CLUSTER_NONE
                    || s->c[i].gain < s->c[best].gain))
            {
                best = i;
            }
        }

        if (s->c[best].gain >= 0.0f && s->big <= most && s->alive <= keep) {
            break;
        }

        asr_clusters_join(s, best, s->c[best].nearest);
    }
}


/* Of n parts at most ASR_CLUSTER_WINDOW. */

static asr_err_t
asr_cluster_window(const asr_cluster_conf_t *conf, const asr_voice_t *parts,
    size_t n, size_t least, size_t most, size_t keep, uint32_t *label,
    size_t *nlabels)
{
    uint32_t        i;
    asr_clusters_t  s;

    s.conf = conf;
    s.n = n;
    s.alive = n;
    s.big = 0;
    s.c = malloc(n * sizeof(asr_cluster_t));
    s.gains = malloc(n * n * sizeof(float));

    if (s.c == NULL || s.gains == NULL) {
        free(s.c);
        free(s.gains);
        return ASR_NOMEM;
    }

    for (i = 0; i < n; i++) {
        s.c[i].voice = parts[i];
        s.c[i].logdet = asr_cluster_logdet(conf, &parts[i]);
        s.c[i].joined = i;
        s.big += asr_clusters_big(&s, i);
    }

    asr_clusters_run(&s, least, most, keep);

    *nlabels = 0;

    for (i = 0; i < n; i++) {
        label[i] = s.c[i].joined == i ? (uint32_t) (*nlabels)++
                                      : label[s.c[i].joined];
    }

    free(s.c);
    free(s.gains);

    return ASR_OK;
}


/* One level of windows: labels and the sums of what is left. */

static asr_err_t
asr_cluster_level(const asr_cluster_conf_t *conf, const asr_voice_t *parts,
    size_t n, uint32_t *label, asr_voice_t *sums, size_t *nsums)
{
    size_t     i, at, size, left;
    asr_err_t  rc;

    *nsums = 0;

    for (at = 0; at < n; at += size) {
        size = n - at < ASR_CLUSTER_WINDOW ? n - at : ASR_CLUSTER_WINDOW;
        rc = asr_cluster_window(conf, &parts[at], size, 1, SIZE_MAX,
                                ASR_CLUSTER_KEEP, &label[at], &left);

        if (rc != ASR_OK) {
            return rc;
        }

        memset(&sums[*nsums], 0, left * sizeof(asr_voice_t));

        for (i = at; i < at + size; i++) {
            label[i] += (uint32_t) *nsums;
            asr_voice_add(&sums[label[i]], &parts[i]);
        }

        *nsums += left;
    }

    return ASR_OK;
}


asr_err_t
asr_cluster(const asr_cluster_conf_t *conf, const asr_voice_t *parts,
    size_t n, size_t least, size_t most, uint32_t *label, size_t *nlabels)
{
    size_t        i, nsums;
    uint32_t     *above;
    asr_err_t     rc;
    asr_voice_t  *sums;

    if (n <= ASR_CLUSTER_WINDOW) {
        return asr_cluster_window(conf, parts, n, least, most, SIZE_MAX,
                                  label, nlabels);
    }

    sums = malloc(n * sizeof(asr_voice_t));
    above = malloc(n * sizeof(uint32_t));
    rc = (sums != NULL && above != NULL) ? ASR_OK : ASR_NOMEM;

    if (rc == ASR_OK) {
        rc = asr_cluster_level(conf, parts, n, label, sums, &nsums);
    }

    if (rc == ASR_OK) {
        rc = asr_cluster(conf, sums, nsums, least, most, above, nlabels);
    }

    if (rc == ASR_OK) {
        for (i = 0; i < n; i++) {
            label[i] = above[label[i]];
        }
    }

    free(sums);
    free(above);

    return rc;
}
