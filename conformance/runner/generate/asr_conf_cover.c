/*
 * Covering arrays, built row by row (AETG's way, without its dice): a row
 * starts from the first combination not yet shown, then each column gets the
 * value that shows the most new combinations with the columns filled before.
 * Several orders of the columns are tried for a row and the best is kept.
 *
 * Columns that rules bind together can lead into a dead end, so filling goes
 * back and tries the next best.  A combination no row can hold is left out;
 * how often filling may go back for one row is bounded.
 */

#include "asr_conf_generate.h"

#include <stdlib.h>


#define ORDERS     5                     /* tried for a row */
#define STEPS_MAX  2000                  /* of filling one row */
#define COLUMNS    64


typedef struct {
    const unsigned       *sizes;
    size_t                n;
    unsigned              t;
    asr_conf_allowed_pt   allowed;
    void                 *data;

    size_t                choose[COLUMNS + 1][ASR_CONF_COVER_MAX + 1];
    size_t               *offset;        /* of a choice of t columns */
    uint8_t              *shown;         /* a byte for a combination */
    size_t                total;

    unsigned              row[COLUMNS];
    size_t                order[COLUMNS];
    size_t                steps;
} cover_t;


static void
cover_init(cover_t *c, const unsigned *sizes, size_t n, unsigned t)
{
    size_t    i, j, count, size, cols[ASR_CONF_COVER_MAX];
    unsigned  k;

    c->sizes = sizes;
    c->n = n;
    c->t = t;

    for (i = 0; i <= n; i++) {
        c->choose[i][0] = 1;

        for (k = 1; k <= t; k++) {
            c->choose[i][k] = i == 0 ? 0
                              : c->choose[i - 1][k - 1] + c->choose[i - 1][k];
        }
    }

    count = c->choose[n][t];
    c->offset = asr_conf_alloc((count + 1) * sizeof(size_t));

    for (k = 0; k < t; k++) {
        cols[k] = k;
    }

    for (i = 0; i < count; i++) {
        size = 1;

        for (k = 0; k < t; k++) {
            size *= sizes[cols[k]];
        }

        c->offset[i] = c->total;
        c->total += size;

        /* the next choice in the order of its rank: colexicographic */

        for (k = 0; k + 1 < t && cols[k] + 1 == cols[k + 1]; k++) {
            cols[k] = k;
        }

        cols[k]++;
    }

    c->offset[count] = c->total;
    c->shown = asr_conf_alloc(c->total + 1);

    for (j = 0; j < n; j++) {
        c->row[j] = ASR_CONF_FREE;
    }
}


/* Where the combination of these columns (ascending) in the row stands. */

static size_t
cover_index(const cover_t *c, const size_t *cols)
{
    size_t    rank, index;
    unsigned  k;

    rank = 0;
    index = 0;

    for (k = 0; k < c->t; k++) {
        rank += c->choose[cols[k]][k + 1];
        index = index * c->sizes[cols[k]] + c->row[cols[k]];
    }

    return c->offset[rank] + index;
}


/*
 * Walks the choices of t columns among those filled, with `with` in each
 * (n: any).  Returns how many are not shown; marks them when told.
 */

static size_t
cover_walk(cover_t *c, size_t with, bool mark)
{
    bool      has;
    size_t    i, at, count, found, filled[COLUMNS], cols[ASR_CONF_COVER_MAX];
    size_t    pick[ASR_CONF_COVER_MAX];
    unsigned  k, need;

    count = 0;
    found = 0;
    need = with == c->n ? c->t : c->t - 1;

    for (i = 0; i < c->n; i++) {
        if (i != with && c->row[i] != ASR_CONF_FREE) {
            filled[count++] = i;
        }
    }

    if (count < need) {
        return 0;
    }

    for (k = 0; k < need; k++) {
        pick[k] = k;
    }

    for ( ;; ) {
        has = with == c->n;
        i = 0;

        for (k = 0; k < need; k++) {
            if (!has && filled[pick[k]] > with) {
                cols[i++] = with;
                has = true;
            }

            cols[i++] = filled[pick[k]];
        }

        if (!has) {
            cols[i] = with;
        }

        at = cover_index(c, cols);

        if (c->shown[at] == 0) {
            found++;

            if (mark) {
                c->shown[at] = 1;
            }
        }

        for (k = 0; k + 1 < need && pick[k] + 1 == pick[k + 1]; k++) {
            pick[k] = k;
        }

        if (need == 0 || ++pick[k] == count) {
            return found;
        }
    }
}


static bool
cover_allowed(const cover_t *c)
{
    return c->allowed == NULL || c->allowed(c->row, c->data);
}


/*
 * Fills the columns of order[at..]; false, with the row as before: it cannot
 * be done.
 */

static bool
cover_fill(cover_t *c, size_t at)
{
    size_t    col, *gain;
    unsigned  v, best, tried;

    while (at < c->n && c->row[c->order[at]] != ASR_CONF_FREE) {
        at++;
    }

    if (at == c->n) {
        return true;
    }

    col = c->order[at];
    gain = asr_conf_alloc(c->sizes[col] * sizeof(size_t));

    for (v = 0; v < c->sizes[col]; v++) {
        c->row[col] = v;
        gain[v] = cover_allowed(c) ? cover_walk(c, col, false) + 1 : 0;
    }

    for (tried = 0; tried < c->sizes[col]; tried++) {
        best = 0;

        for (v = 1; v < c->sizes[col]; v++) {
            if (gain[v] > gain[best]) {
                best = v;
            }
        }

        if (gain[best] == 0 || c->steps == STEPS_MAX) {
            break;
        }

        c->steps++;
        gain[best] = 0;
        c->row[col] = best;

        if (cover_fill(c, at + 1)) {
            free(gain);
            return true;
        }
    }

    c->row[col] = ASR_CONF_FREE;
    free(gain);

    return false;
}


/* The row holds the combination that stands at `at`, and else nothing. */

static void
cover_seed(cover_t *c, size_t at)
{
    size_t    i, lo, hi, mid, rank, cols[ASR_CONF_COVER_MAX];
    unsigned  k;

    for (i = 0; i < c->n; i++) {
        c->row[i] = ASR_CONF_FREE;
    }

    lo = 0;
    hi = c->choose[c->n][c->t];

    while (hi - lo > 1) {
        mid = lo + (hi - lo) / 2;

        if (c->offset[mid] <= at) {
            lo = mid;

        } else {
            hi = mid;
        }
    }

    at -= c->offset[lo];
    rank = lo;

    for (k = c->t; k > 0; k--) {
        for (i = k - 1; c->choose[i + 1][k] <= rank; i++) { /* void */ }

        cols[k - 1] = i;
        rank -= c->choose[i][k];
    }

    for (k = c->t; k > 0; k--) {
        /* cppcheck-suppress uninitvar; all are set by the loop above */
        c->row[cols[k - 1]] = (unsigned) (at % c->sizes[cols[k - 1]]);
        at /= c->sizes[cols[k - 1]];
    }
}


/* The columns, largest first, turned by `turn` places. */

static void
cover_order(cover_t *c, const size_t *largest, size_t turn)
{
    size_t  i;

    for (i = 0; i < c->n; i++) {
        c->order[i] = largest[(i + turn) % c->n];
    }
}


static bool
cover_row(cover_t *c, size_t at, const size_t *largest, unsigned *best)
{
    bool      found;
    size_t    gain, most;
    unsigned  i;

    found = false;
    most = 0;

    for (i = 0; i < ORDERS && i < c->n; i++) {
        cover_seed(c, at);

        if (!cover_allowed(c)) {
            return false;
        }

        cover_order(c, largest, i * c->n / ORDERS);
        c->steps = 0;

        if (!cover_fill(c, 0)) {
            if (c->steps < STEPS_MAX) {
                return false;            /* all ways were gone */
            }

            continue;
        }

        gain = cover_walk(c, c->n, false);

        if (!found || gain > most) {
            memcpy(best, c->row, c->n * sizeof(unsigned));
            most = gain;
            found = true;
        }

        if (c->n == c->t) {
            break;
        }
    }

    return found;
}


static void
cover_largest(const cover_t *c, size_t *largest)
{
    size_t  i, j;

    for (i = 0; i < c->n; i++) {
        for (j = i; j > 0 && c->sizes[largest[j - 1]] < c->sizes[i]; j--) {
            largest[j] = largest[j - 1];
        }

        largest[j] = i;
    }
}


size_t
asr_conf_cover(const unsigned *sizes, size_t n, unsigned t,
    asr_conf_allowed_pt allowed, void *data, unsigned **rows)
{
    size_t    at, i, count, largest[COLUMNS];
    cover_t  *c;

    *rows = NULL;

    if (n > COLUMNS) {
        asr_conf_die("a covering array of %zu columns, not at most %d", n,
                     COLUMNS);
    }

    for (i = 0; i < n; i++) {
        if (sizes[i] == 0) {
            return 0;
        }
    }

    if (t > n) {
        t = (unsigned) n;
    }

    if (t == 0 || t > ASR_CONF_COVER_MAX) {
        return 0;
    }

    c = asr_conf_alloc(sizeof(*c));
    c->allowed = allowed;
    c->data = data;

    cover_init(c, sizes, n, t);
    cover_largest(c, largest);

    count = 0;

    for (at = 0; at < c->total; at++) {
        if (c->shown[at] != 0) {
            continue;
        }

        *rows = asr_conf_grow(*rows, (count + 1) * n, sizeof(unsigned));

        if (!cover_row(c, at, largest, *rows + count * n)) {
            c->shown[at] = 1;
            continue;
        }

        memcpy(c->row, *rows + count * n, n * sizeof(unsigned));
        (void) cover_walk(c, n, true);
        count++;
    }

    free(c->offset);
    free(c->shown);
    free(c);

    return count;
}
