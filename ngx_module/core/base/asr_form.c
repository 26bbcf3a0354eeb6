/*
 * The form reader.  A name or value is gathered in the token buffer until its
 * end is seen, then copied to the arena; the lifted value goes to its sink in
 * pieces.
 */

#include "asr_form.h"


/* Escapes cut the lifted value: it is decoded into a piece of this size. */
#define ASR_FORM_OUT  2048


typedef enum {
    ASR_FORM_NAME = 0,
    ASR_FORM_VALUE
} asr_form_state_t;

/* f->hex: the first digit of %XX, or one of these. */
enum { ASR_FORM_PLAIN = -2, ASR_FORM_PERCENT = -1 };


static const char *asr_form_plain(const char *p, const char *end);
static asr_err_t asr_form_special(asr_form_t *f, char c);
static asr_err_t asr_form_put(asr_form_t *f, const char *p, size_t n);
static asr_err_t asr_form_lift(asr_form_t *f, const char **pos,
    const char *end);
static asr_err_t asr_form_take(asr_form_t *f, asr_str_t *s);
static asr_err_t asr_form_name_end(asr_form_t *f);
static asr_err_t asr_form_field_end(asr_form_t *f);


void
asr_form_init(asr_form_t *f, asr_arena_t *arena, asr_str_t lift,
    asr_sink_pt sink, void *ctx, size_t token_max)
{
    memset(f, 0, sizeof(asr_form_t));

    f->arena = arena;
    f->lift = lift;
    f->sink = sink;
    f->ctx = ctx;
    f->last = &f->pairs;
    f->state = ASR_FORM_NAME;
    f->hex = ASR_FORM_PLAIN;

    asr_buf_init(&f->token, token_max);
}


asr_err_t
asr_form_feed(asr_form_t *f, const char *p, size_t n)
{
    asr_err_t    err;
    const char  *end, *run;

    end = p + n;
    err = ASR_OK;

    while (p < end && err == ASR_OK) {

        if (f->lifting) {
            err = asr_form_lift(f, &p, end);
            continue;
        }

        if (f->hex == ASR_FORM_PLAIN) {
            run = p;
            p = asr_form_plain(p, end);

            if (p != run) {
                err = asr_form_put(f, run, (size_t) (p - run));
                continue;
            }
        }

        err = asr_form_special(f, *p++);
    }

    return err;
}


static const char *
asr_form_plain(const char *p, const char *end)
{
    for ( /* void */ ; p < end; p++) {
        if (*p == '&' || *p == '=' || *p == '%' || *p == '+') {
            break;
        }
    }

    return p;
}


/* A byte that has a meaning, or one of a %XX; not in the lifted value. */

static asr_err_t
asr_form_special(asr_form_t *f, char c)
{
    int   digit;
    char  byte;

    if (f->hex != ASR_FORM_PLAIN) {
        digit = asr_hex_digit(c);

        if (digit == -1) {
            return ASR_INVALID;
        }

        if (f->hex == ASR_FORM_PERCENT) {
            f->hex = digit;
            return ASR_OK;
        }

        byte = (char) (f->hex << 4 | digit);
        f->hex = ASR_FORM_PLAIN;

        return asr_form_put(f, &byte, 1);
    }

    switch (c) {

    case '%':
        f->hex = ASR_FORM_PERCENT;
        return ASR_OK;

    case '+':
        return asr_form_put(f, " ", 1);

    case '&':
        return asr_form_field_end(f);

    default: /* '=' */
        return f->state == ASR_FORM_NAME ? asr_form_name_end(f)
                                         : asr_form_put(f, "=", 1);
    }
}


static asr_err_t
asr_form_put(asr_form_t *f, const char *p, size_t n)
{
    if (n > f->token.ceiling - f->token.len) {
        return ASR_TOOBIG;
    }

    return asr_buf_append(&f->token, p, n);
}


/* The lifted value, up to its end or the end of the input. */

static asr_err_t
asr_form_lift(asr_form_t *f, const char **pos, const char *end)
{
    int          digit;
    bool         over;
    char         out[ASR_FORM_OUT];
    size_t       n;
    const char  *p;

    p = *pos;
    n = 0;
    over = false;

    while (p < end && n < sizeof(out) && !over) {

        if (f->hex == ASR_FORM_PLAIN) {

            switch (*p) {

            case '&':
                over = true;
                break;

            case '%':
                f->hex = ASR_FORM_PERCENT;
                break;

            default:
                out[n++] = (*p == '+') ? ' ' : *p;
            }

            p++;
            continue;
        }

        digit = asr_hex_digit(*p++);

        if (digit == -1) {
            return ASR_INVALID;
        }

        if (f->hex == ASR_FORM_PERCENT) {
            f->hex = digit;

        } else {
            out[n++] = (char) (f->hex << 4 | digit);
            f->hex = ASR_FORM_PLAIN;
        }
    }

    *pos = p;

    if (over) {
        f->lifting = false;
        f->state = ASR_FORM_NAME;
    }

    f->lifted += n;

    return n != 0 ? f->sink(f->ctx, out, n) : ASR_OK;
}


/* The token becomes a string of the arena. */

static asr_err_t
asr_form_take(asr_form_t *f, asr_str_t *s)
{
    *s = asr_arena_str(f->arena, asr_buf_str(&f->token));
    f->token.len = 0;

    return s->data != NULL ? ASR_OK : ASR_NOMEM;
}


/* The name is known; its pair is made before the value comes. */

static asr_err_t
asr_form_name_end(asr_form_t *f)
{
    asr_err_t    err;
    asr_pair_t  *pair;

    err = asr_form_take(f, &f->name);
    if (err != ASR_OK) {
        return err;
    }

    pair = asr_arena_alloc(f->arena, sizeof(asr_pair_t));
    if (pair == NULL) {
        return ASR_NOMEM;
    }

    pair->name = f->name;
    pair->value = asr_str("");
    pair->next = NULL;

    *f->last = pair;
    f->state = ASR_FORM_VALUE;
    f->n++;

    if (f->lift.len != 0 && asr_str_eq(f->name, f->lift)) {
        f->found++;
        f->lifting = true;
        f->last = &pair->next;
    }

    return ASR_OK;
}


/* '&' or the end; a lifted value ends elsewhere. */

static asr_err_t
asr_form_field_end(asr_form_t *f)
{
    asr_err_t  err;

    if (f->state == ASR_FORM_NAME) {

        if (f->token.len == 0) {
            return ASR_OK;           /* "&&" is nothing */
        }

        f->no_equals = true;

        err = asr_form_name_end(f);
        if (err != ASR_OK) {
            return err;
        }

        if (f->lifting) {
            f->lifting = false;
            f->state = ASR_FORM_NAME;
            return ASR_OK;
        }
    }

    err = asr_form_take(f, &(*f->last)->value);
    if (err != ASR_OK) {
        return err;
    }

    f->last = &(*f->last)->next;
    f->state = ASR_FORM_NAME;

    return ASR_OK;
}


asr_err_t
asr_form_end(asr_form_t *f)
{
    if (f->hex != ASR_FORM_PLAIN) {
        return ASR_INVALID;
    }

    if (f->lifting) {
        f->lifting = false;
        f->state = ASR_FORM_NAME;
        return ASR_OK;
    }

    return asr_form_field_end(f);
}


void
asr_form_free(asr_form_t *f)
{
    asr_buf_free(&f->token);
}


asr_pair_t *
asr_form_get(const asr_form_t *f, asr_str_t name)
{
    asr_pair_t  *pair;

    for (pair = f->pairs; pair != NULL; pair = pair->next) {
        if (asr_str_eq(pair->name, name)) {
            return pair;
        }
    }

    return NULL;
}
