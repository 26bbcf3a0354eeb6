/*
 * Parameter tables over text pairs: query strings and forms.
 *
 * Everything comes as text, so integers and booleans are read from it, and an
 * array is the pairs "Name.0", "Name.1", in any order.  What JSON refuses in
 * a string (NUL, broken UTF-8) and in an object (a name twice) is refused.
 */

#include "asr_params_check.h"


/*
 * The index of "Name.12" for the row Name; -1 when the pair is none of its
 * items (also for "Name.", "Name.01", "Name.-1").
 */

static int64_t
asr_params_item_index(const asr_param_t *p, asr_str_t name)
{
    int64_t    i;
    asr_str_t  digits;

    if (p->type != ASR_P_STRINGS
        || name.len < p->name.len + 2
        || name.data[p->name.len] != '.'
        || memcmp(name.data, p->name.data, p->name.len) != 0)
    {
        return -1;
    }

    digits.data = name.data + p->name.len + 1;
    digits.len = name.len - p->name.len - 1;

    if (digits.data[0] == '0' && digits.len > 1) {
        return -1;
    }

    if (asr_str_int(digits, &i) != ASR_OK || i < 0) {
        return -1;
    }

    return i;
}


static bool
asr_params_form_known(const asr_param_t *table, size_t n, asr_str_t name)
{
    size_t  i;

    for (i = 0; i < n; i++) {

        if (table[i].type == ASR_P_STRINGS) {
            if (asr_params_item_index(&table[i], name) >= 0) {
                return true;
            }

        } else if (asr_str_eq(table[i].name, name)) {
            return true;
        }
    }

    return false;
}


/* Decoded pairs may hold any byte: what JSON refuses is refused here too. */

static asr_err_t
asr_params_form_text(const asr_param_t *p, asr_str_t name, asr_str_t v,
    asr_param_error_t *err)
{
    if (!asr_utf8_valid(v)
        || (v.len != 0 && memchr(v.data, '\0', v.len) != NULL))
    {
        return asr_params_fail(err, ASR_PF_VALUE, p, name, NULL,
                               "must be UTF-8 text without NUL characters");
    }

    return ASR_OK;
}


/* Sets *count to 0 when no item was sent. */

static asr_err_t
asr_params_form_strings(const asr_param_t *p, const asr_form_t *form,
    asr_arena_t *arena, void *out, size_t *count, asr_param_error_t *err)
{
    size_t             n;
    int64_t            i;
    asr_err_t          rc;
    asr_strs_t         strs;
    const asr_pair_t  *pair;

    n = 0;

    for (pair = form->pairs; pair != NULL; pair = pair->next) {
        if (asr_params_item_index(p, pair->name) >= 0) {
            n++;
        }
    }

    *count = n;

    if (n == 0 || (p->flags & ASR_P_IGNORED)) {
        return ASR_OK;
    }

    if (asr_params_outside(p, (int64_t) n)) {
        return asr_params_range_error(p, " items", arena, err);
    }

    strs.n = n;
    strs.v = asr_arena_zalloc(arena, n * sizeof(asr_str_t));
    if (strs.v == NULL) {
        return asr_params_nomem(err, p);
    }

    for (pair = form->pairs; pair != NULL; pair = pair->next) {
        i = asr_params_item_index(p, pair->name);

        if (i < 0) {
            continue;
        }

        /* n items, all below n, none twice: so none is missing */

        if ((uint64_t) i >= n || strs.v[i].data != NULL) {
            return asr_params_fail(err, ASR_PF_VALUE, p, pair->name, NULL,
                                   "must be numbered from 0 without gaps or "
                                   "repeats");
        }

        rc = asr_params_form_text(p, pair->name, pair->value, err);
        if (rc == ASR_OK) {
            rc = asr_params_check_item(p, pair->value, (size_t) i, arena,
                                       err);
        }

        if (rc != ASR_OK) {
            return rc;
        }

        strs.v[i] = pair->value;

        if (strs.v[i].data == NULL) {
            strs.v[i].data = "";
        }
    }

    asr_params_store(p, out, &strs, sizeof(strs));

    return ASR_OK;
}


static asr_err_t
asr_params_form_value(const asr_param_t *p, asr_str_t v, asr_arena_t *arena,
    void *out, asr_param_error_t *err)
{
    bool       b, ignored;
    int64_t    i;
    asr_err_t  rc;

    ignored = (p->flags & ASR_P_IGNORED) != 0;

    switch (p->type) {

    case ASR_P_INT:

        rc = asr_params_text_int(p, v, &i, err);
        if (rc != ASR_OK || ignored) {
            return rc;
        }

        rc = asr_params_check_int(p, i, arena, err);
        if (rc == ASR_OK) {
            asr_params_store(p, out, &i, sizeof(i));
        }

        return rc;

    case ASR_P_BOOL:

        if (asr_str_caseeq(v, asr_str("true")) || asr_str_eq(v, asr_str("1")))
        {
            b = true;

        } else if (asr_str_caseeq(v, asr_str("false"))
                   || asr_str_eq(v, asr_str("0")))
        {
            b = false;

        } else {
            return asr_params_type_error(p, err);
        }

        if (!ignored) {
            asr_params_store(p, out, &b, sizeof(b));
        }

        return ASR_OK;

    case ASR_P_STRING:

        rc = asr_params_form_text(p, p->name, v, err);
        if (rc != ASR_OK || ignored) {
            return rc;
        }

        rc = asr_params_check_string(p, v, arena, err);
        if (rc == ASR_OK) {
            asr_params_store(p, out, &v, sizeof(v));
        }

        return rc;

    default:
        return ASR_OK;
    }
}


static asr_err_t
asr_params_form_row(const asr_param_t *p, const asr_form_t *form,
    asr_arena_t *arena, void *out, bool *sent, asr_param_error_t *err)
{
    size_t             count;
    asr_err_t          rc;
    const asr_pair_t  *pair, *twin;

    if (p->type == ASR_P_STRINGS) {
        rc = asr_params_form_strings(p, form, arena, out, &count, err);
        *sent = (count != 0);

        if (rc == ASR_OK && count == 0) {
            rc = asr_params_absent(p, out, err);
        }

        return rc;
    }

    pair = asr_form_get(form, p->name);

    if (pair == NULL) {
        *sent = false;
        return asr_params_absent(p, out, err);
    }

    *sent = true;

    for (twin = pair->next; twin != NULL; twin = twin->next) {
        if (asr_str_eq(twin->name, p->name)) {
            return asr_params_fail(err, ASR_PF_VALUE, p, p->name, NULL,
                                   "is given more than once");
        }
    }

    return asr_params_form_value(p, pair->value, arena, out, err);
}


asr_err_t
asr_params_form(const asr_param_t *table, size_t n, const asr_form_t *form,
    bool (*skip)(asr_str_t name), bool unknown_ok, asr_arena_t *arena,
    void *out, uint64_t *present, asr_param_error_t *err)
{
    bool               sent;
    size_t             i;
    uint64_t           seen;
    asr_err_t          rc;
    const asr_pair_t  *pair;

    memset(err, 0, sizeof(*err));

    if (present != NULL) {
        *present = 0;
    }

    unknown_ok = unknown_ok || asr_params_is_lax();

    for (pair = form->pairs; pair != NULL && !unknown_ok; pair = pair->next) {

        if (skip != NULL && skip(pair->name)) {
            continue;
        }

        if (!asr_params_form_known(table, n, pair->name)) {
            return asr_params_unknown(pair->name, err);
        }
    }

    seen = 0;

    for (i = 0; i < n; i++) {
        sent = false;
        rc = asr_params_form_row(&table[i], form, arena, out, &sent, err);
        rc = asr_params_forgive(&table[i], rc, out, err);

        if (rc != ASR_OK) {
            return rc;
        }

        if (sent) {
            seen |= (uint64_t) 1 << i;
        }
    }

    if (present != NULL) {
        *present = seen;
    }

    return ASR_OK;
}
