/*
 * Clauses by their id: rows of parameters, the other rules beside them, and
 * what the mock has to add to either.  Tables are walked from the start; that
 * happens for a request that was refused, and for lists.
 */

#include "asr_mock_look.h"


const asr_mock_tables_t *
asr_mock_tables(asr_str_t api)
{
    size_t  i;

    static const asr_mock_tables_t *const  all[] = {
        &asr_mock_tables_tencent, &asr_mock_tables_u2,
        &asr_mock_tables_memories, &asr_mock_tables_ice
    };

    for (i = 0; i < asr_nelts(all); i++) {
        if (asr_str_eq(all[i]->api, api)) {
            return all[i];
        }
    }

    return NULL;
}


const asr_param_t *
asr_mock_rows_at(const asr_mock_rows_t *tables, size_t n, size_t i)
{
    size_t  k;

    for (k = 0; k < n; k++) {

        if (i < tables[k].n) {
            return &tables[k].rows[i];
        }

        i -= tables[k].n;
    }

    return NULL;
}


const asr_mock_hint_t *
asr_mock_hint(const asr_mock_tables_t *t, asr_str_t clause)
{
    const asr_mock_hint_t  *h;

    for (h = (t != NULL) ? t->hints : NULL; h != NULL && h->clause != NULL;
         h++)
    {
        if (asr_str_eq(asr_cstr(h->clause), clause)) {
            return h;
        }
    }

    return NULL;
}


bool
asr_mock_clause(asr_str_t api, asr_str_t clause, const char **param,
    const char **words, bool *guess)
{
    size_t                    i;
    const char               *id;
    const asr_param_t        *row;
    const asr_mock_tables_t  *t;

    t = asr_mock_tables(api);

    if (t == NULL || clause.len == 0) {
        return false;
    }

    for (i = 0; (row = t->row(i)) != NULL; i++) {
        if (asr_str_eq(asr_cstr(row->clause), clause)) {
            *param = row->name.data;
            *words = row->words;
            *guess = (row->flags & ASR_P_GUESS) != 0;
            return true;
        }
    }

    for (i = 0; t->rule(i, &id, param, words, guess); i++) {
        if (asr_str_eq(asr_cstr(id), clause)) {
            return true;
        }
    }

    return false;
}


static void
asr_mock_expected_set(asr_buf_t *b, const asr_param_t *row)
{
    size_t  i, n;

    if (row->iset != NULL) {
        n = (size_t) row->iset[0];

        for (i = 1; i <= n; i++) {
            asr_buf_printf(b, "%s%lld",
                           i == 1 ? "" : i == n ? " or " : ", ",
                           (long long) row->iset[i]);
        }

        return;
    }

    for (n = 0; row->set[n] != NULL; n++) { /* void */ }

    for (i = 0; i < n; i++) {

        if (b->len > 160) {
            asr_buf_printf(b, " or %zu others", n - i);
            break;
        }

        asr_buf_printf(b, "%s\"%s\"", i == 0 ? "" : i + 1 == n ? " or " : ", ",
                       row->set[i]);
    }
}


static void
asr_mock_expected_range(asr_buf_t *b, const asr_param_t *row)
{
    const char  *unit;

    if (row->min == 0 && row->max == 0) {
        return;
    }

    unit = (row->type == ASR_P_STRING) ? " characters"
           : (row->type == ASR_P_STRINGS) ? " strings" : "";

    asr_buf_append(b, ", ", 2);

    if (row->max < row->min) {
        asr_buf_printf(b, "%lld%s or more", (long long) row->min, unit);

    } else if (row->min <= 0 && *unit != '\0') {
        asr_buf_printf(b, "at most %lld%s", (long long) row->max, unit);

    } else {
        asr_buf_printf(b, "%lld to %lld%s", (long long) row->min,
                       (long long) row->max, unit);
    }
}


asr_str_t
asr_mock_expected(asr_arena_t *a, const asr_param_t *row)
{
    asr_buf_t  b;
    asr_str_t  s;

    static const char *const  types[] = {
        "an integer", "true or false", "a string", "an array of strings",
        "a string"
    };

    asr_buf_init(&b, 1024);
    asr_buf_printf(&b, "%s", types[row->type]);

    if (row->flags & ASR_P_NUMSTR) {
        asr_buf_printf(&b, " (or its digits as a string)");
    }

    if (row->set != NULL || row->iset != NULL) {
        asr_buf_append(&b, ", ", 2);
        asr_mock_expected_set(&b, row);

    } else if (row->type != ASR_P_BOOL) {
        asr_mock_expected_range(&b, row);
    }

    if (row->item_max != 0) {
        asr_buf_printf(&b, ", each at most %lld characters",
                       (long long) row->item_max);
    }

    if (row->flags & ASR_P_NONEMPTY) {
        asr_buf_printf(&b, ", not empty");
    }

    if (row->flags & ASR_P_REQUIRED) {
        asr_buf_printf(&b, ", required");
    }

    s = b.failed ? asr_str_null() : asr_arena_str(a, asr_buf_str(&b));
    asr_buf_free(&b);

    return s;
}
