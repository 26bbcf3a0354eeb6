/*
 * "x squared plus two x equals fifteen" as "x² + 2x = 15".  An operator word
 * is one only between two operands, an operand is a number, a letter, a
 * Greek letter, or a number with one of them; "a" and "i" are words.
 */

#include <stdio.h>

#include "asr_numbers_words.h"


#define ASR_NUM_FORMULA   2048
#define ASR_NUM_OPERAND   192    /* the longest, its operator with it */
#define ASR_NUM_LETTERS   4      /* in a row */

typedef struct {
    asr_str_t    words;          /* separated by a blank */
    const char  *sign;
} asr_num_sign_t;

typedef struct {
    char    text[ASR_NUM_FORMULA];
    size_t  len;
    bool    sign;                /* a power or a root was there */
} asr_num_formula_t;


/* The longer ones first. */

static const asr_num_sign_t  asr_num_operators[] = {
    { ASR_STR("plus or minus"), " ± " },
    { ASR_STR("plus"), " + " },
    { ASR_STR("minus"), " - " },
    { ASR_STR("multiplied by"), " × " },
    { ASR_STR("times"), " × " },
    { ASR_STR("divided by"), " ÷ " },
    { ASR_STR("is less than or equal to"), " ≤ " },
    { ASR_STR("less than or equal to"), " ≤ " },
    { ASR_STR("is greater than or equal to"), " ≥ " },
    { ASR_STR("greater than or equal to"), " ≥ " },
    { ASR_STR("is not equal to"), " ≠ " },
    { ASR_STR("is less than"), " < " },
    { ASR_STR("less than"), " < " },
    { ASR_STR("is greater than"), " > " },
    { ASR_STR("greater than"), " > " },
    { ASR_STR("is equal to"), " = " },
    { ASR_STR("equal to"), " = " },
    { ASR_STR("equals"), " = " }
};

static const asr_num_sign_t  asr_num_powers[] = {
    { ASR_STR("squared"), "²" },
    { ASR_STR("cubed"), "³" },
    { ASR_STR("to the power of"), "^" }
};

static const asr_num_sign_t  asr_num_roots[] = {
    { ASR_STR("the square root of"), "√" },
    { ASR_STR("square root of"), "√" },
    { ASR_STR("the cube root of"), "∛" },
    { ASR_STR("cube root of"), "∛" }
};

static const asr_num_sign_t  asr_num_greek[] = {
    { ASR_STR("alpha"), "α" },
    { ASR_STR("beta"), "β" },
    { ASR_STR("gamma"), "γ" },
    { ASR_STR("delta"), "δ" },
    { ASR_STR("epsilon"), "ε" },
    { ASR_STR("theta"), "θ" },
    { ASR_STR("lambda"), "λ" },
    { ASR_STR("pi"), "π" },
    { ASR_STR("sigma"), "σ" },
    { ASR_STR("phi"), "φ" },
    { ASR_STR("omega"), "ω" }
};

#define asr_num_sign(c, i, list, sign)                                        \
    asr_num_find_sign(c, i, list, asr_nelts(list), sign)


static bool
asr_num_parted(const asr_num_ctx_t *c, size_t i)
{
    return i >= c->n || c->t[i].apart;
}


static asr_str_t
asr_num_text(const asr_num_ctx_t *c, size_t i, size_t from)
{
    const asr_num_token_t  *t;

    if (i >= c->n) {
        return asr_str_null();
    }

    t = &c->t[i];

    return t->first && t->last && (i == from || !t->apart)
           ? c->words[t->word] : asr_str_null();
}


/* The tokens of the first of the list's signs that is said at i, or 0. */

static size_t
asr_num_find_sign(const asr_num_ctx_t *c, size_t i, const asr_num_sign_t *list,
    size_t n, const char **sign)
{
    size_t     k, m;
    asr_str_t  rest;

    for (k = 0; k < n; k++) {
        rest = list[k].words;

        for (m = 0; rest.data != NULL; m++) {
            if (!asr_str_eq(asr_str_cut(&rest, ' '),
                            asr_num_text(c, i + m, i)))
            {
                break;
            }

            if (rest.data == NULL) {
                *sign = list[k].sign;
                return m + 1;
            }
        }
    }

    return 0;
}


static void
asr_num_append(asr_num_formula_t *f, const char *s, size_t len)
{
    if (len > ASR_NUM_FORMULA - f->len) {
        return;                      /* never: see asr_numbers_math() */
    }

    memcpy(f->text + f->len, s, len);
    f->len += len;
}


/* "x", "pi" */

static size_t
asr_num_letter(const asr_num_ctx_t *c, size_t i, asr_num_formula_t *f)
{
    asr_str_t    s;
    const char  *sign;

    if (asr_num_sign(c, i, asr_num_greek, &sign) != 0) {
        asr_num_append(f, sign, strlen(sign));
        return 1;
    }

    s = asr_num_text(c, i, i);

    if (s.len != 1 || s.data[0] < 'a' || s.data[0] > 'z' || s.data[0] == 'a'
        || s.data[0] == 'i' || s.data[0] == 'o')
    {
        return 0;
    }

    asr_num_append(f, s.data, 1);

    return 1;
}


/* A number with a sign; k is where the next letter would be. */

static size_t
asr_num_value(const asr_num_ctx_t *c, size_t i, asr_num_formula_t *f)
{
    char              text[ASR_NUM_TEXT];
    size_t            n, minus;
    asr_num_phrase_t  p;

    minus = asr_numbers_is(c, i, ASR_NW_MINUS);

    n = asr_numbers_digits(c, i + minus, 2, text);

    if (n != 0) {
        memcpy(p.text, text, sizeof(text));
        p.scale = NULL;

    } else if ((n = asr_numbers_fraction(c, i + minus, text)) != 0) {
        memcpy(p.text, text, sizeof(text));
        p.scale = NULL;

    } else {
        n = asr_numbers_phrase(c, i + minus, &p);

        if (n == 0 || p.ordinal) {
            return 0;
        }
    }

    if (minus) {
        asr_num_append(f, "-", 1);
    }

    asr_num_append(f, p.text, strlen(p.text));

    if (p.scale != NULL) {
        asr_num_append(f, " ", 1);
        asr_num_append(f, p.scale->word.data, p.scale->word.len);
    }

    return n + minus;
}


static size_t
asr_num_operand(const asr_num_ctx_t *c, size_t i, asr_num_formula_t *f)
{
    size_t       n, k, m, len;
    const char  *sign;

    k = i;
    n = asr_num_sign(c, k, asr_num_roots, &sign);

    if (n != 0) {
        asr_num_append(f, sign, strlen(sign));
        f->sign = true;
        k += n;
    }

    n = asr_num_value(c, k, f);

    /* "m x", "two pi r" */

    for (m = 0; m < ASR_NUM_LETTERS && (n == 0 || !asr_num_parted(c, k + n));
         m++)
    {
        len = asr_num_letter(c, k + n, f);

        if (len == 0) {
            break;
        }

        n += len;
    }

    if (n == 0) {
        return 0;
    }

    k += n;
    len = f->len;
    n = asr_num_sign(c, k, asr_num_powers, &sign);

    if (n == 0) {
        return k - i;
    }

    asr_num_append(f, sign, strlen(sign));

    if (*sign == '^') {
        n += asr_num_value(c, k + n, f);

        if (f->text[f->len - 1] == '^') {
            f->len = len;
            return k - i;
        }
    }

    f->sign = true;

    return k + n - i;
}


size_t
asr_numbers_math(asr_num_ctx_t *c, size_t i)
{
    size_t              n, k, m, len;
    asr_str_t           text;
    const char         *sign;
    asr_num_formula_t   f;

    f.len = 0;
    f.sign = false;

    n = asr_num_operand(c, i, &f);

    if (n == 0) {
        return 0;
    }

    k = i + n;

    while (f.len < ASR_NUM_FORMULA - ASR_NUM_OPERAND) {
        len = f.len;
        m = asr_num_parted(c, k)
            ? 0 : asr_num_sign(c, k, asr_num_operators, &sign);

        if (m == 0) {
            break;
        }

        asr_num_append(&f, sign, strlen(sign));

        /* a pause after the operator parts, as one before it does */

        n = asr_num_parted(c, k + m) ? 0 : asr_num_operand(c, k + m, &f);

        if (n == 0) {
            f.len = len;
            break;
        }

        f.sign = true;
        k += m + n;
    }

    if (!f.sign) {
        return 0;
    }

    text = asr_arena_str(c->arena, (asr_str_t) { f.len, f.text });

    return asr_numbers_put(c, i, k, ASR_NUM_OTHER, text) != NULL ? k - i : 0;
}
