/*
 * The edits that make a signature wrong.
 */

#include "asr_conf_sign_int.h"

#include <stdlib.h>


static char *asr_conf_edit_do(const asr_conf_signer_t *s,
    const asr_conf_edit_t *e, const char *text);
static char *asr_conf_edit_sub(const char *text, const char *a,
    const char *b);
static char *asr_conf_edit_swap(const char *text, char part);
static char *asr_conf_edit_other_day(int64_t t);


void
asr_conf_edit(asr_conf_signer_t *s, asr_conf_at_t at, char **text)
{
    char    *made;
    size_t   i;

    for (i = 0; s->edits != NULL && s->edits[i].at != ASR_CONF_AT_END; i++) {

        if (s->edits[i].at != at) {
            continue;
        }

        made = asr_conf_edit_do(s, &s->edits[i], *text);

        s->used[i] = (made == NULL) != (*text == NULL)
                     || (made != NULL && strcmp(made, *text) != 0);

        free(*text);
        *text = made;
    }
}


static char *
asr_conf_edit_do(const asr_conf_signer_t *s, const asr_conf_edit_t *e,
    const char *text)
{
    char            *made, *p;
    size_t           len;
    asr_conf_buf_t   b;

    if (e->act == ASR_CONF_DO_SET) {
        return e->at == ASR_CONF_AT_TIME ? asr_conf_print("%d", e->n)
               : e->a != NULL ? asr_conf_copy(e->a) : NULL;
    }

    if (text == NULL) {
        return NULL;
    }

    len = strlen(text);

    switch (e->act) {

    case ASR_CONF_DO_SUB:
        return asr_conf_edit_sub(text, e->a, e->b);

    case ASR_CONF_DO_ADD:
        return asr_conf_print("%s%s", text, e->a);

    case ASR_CONF_DO_PRE:
        return asr_conf_print("%s%s", e->a, text);

    case ASR_CONF_DO_CUT:
        return asr_conf_copy_n(text, len - (len < (size_t) e->n
                                            ? len : (size_t) e->n));

    case ASR_CONF_DO_UPPER:
        made = asr_conf_copy(text);

        for (p = made; *p != '\0'; p++) {
            if (*p >= 'a' && *p <= 'z') {
                *p = (char) (*p - 'a' + 'A');
            }
        }

        return made;

    case ASR_CONF_DO_LOWER:
        return asr_conf_lower(asr_conf_copy(text));

    case ASR_CONF_DO_PCT:
        asr_conf_buf_init(&b, 3 * len + 1);
        asr_conf_buf_pct(&b, text, len);
        return b.data != NULL ? b.data : asr_conf_copy("");

    case ASR_CONF_DO_NO_PORT:
        made = asr_conf_copy(text);

        p = strrchr(made, ':');
        if (p != NULL) {
            *p = '\0';
        }

        return made;

    case ASR_CONF_DO_SWAP:
        return asr_conf_edit_swap(text, e->a[0]);

    default: /* ASR_CONF_DO_OTHER_DAY */
        return asr_conf_edit_other_day(s->time);
    }
}


static char *
asr_conf_edit_sub(const char *text, const char *a, const char *b)
{
    const char  *p;

    p = strstr(text, a);
    if (p == NULL) {
        return asr_conf_copy(text);
    }

    return asr_conf_print("%.*s%s%s", (int) (p - text), text, b,
                          p + strlen(a));
}


static char *
asr_conf_edit_swap(const char *text, char part)
{
    char            glue[2];
    const char     *p, *end;
    asr_conf_buf_t  b;

    glue[0] = part;
    glue[1] = '\0';

    asr_conf_buf_init(&b, strlen(text) + 1);

    for (end = text + strlen(text); /* void */ ; end = p - 1) {

        for (p = end; p > text && p[-1] != part; p--) { /* void */ }

        asr_conf_buf_add(&b, p, (size_t) (end - p));

        if (p == text) {
            break;
        }

        asr_conf_buf_str(&b, glue);
    }

    return b.data != NULL ? b.data : asr_conf_copy("");
}


/*
 * Some place on earth has another date: Auckland in the second half of the
 * day, Baker Island in the first.
 */

static char *
asr_conf_edit_other_day(int64_t t)
{
    return asr_conf_utc((t / 3600) % 24 >= 12 ? t + 12 * 3600 : t - 12 * 3600,
                        "%Y-%m-%d");
}


char *
asr_conf_edited(asr_conf_signer_t *s, asr_conf_at_t at, const char *text)
{
    char  *made;

    made = text != NULL ? asr_conf_copy(text) : NULL;
    asr_conf_edit(s, at, &made);

    return made;
}


bool
asr_conf_way(asr_conf_signer_t *s, const char *way)
{
    size_t  i;

    for (i = 0; s->edits != NULL && s->edits[i].at != ASR_CONF_AT_END; i++) {

        if (s->edits[i].at == ASR_CONF_AT_WAY
            && strcmp(s->edits[i].a, way) == 0)
        {
            s->used[i] = true;
            return true;
        }
    }

    return false;
}


void
asr_conf_edit_named(asr_conf_signer_t *s, asr_conf_at_t at, const char *name,
    char **value)
{
    size_t  i;

    for (i = 0; s->edits != NULL && s->edits[i].at != ASR_CONF_AT_END; i++) {

        if (s->edits[i].at != at || strcmp(s->edits[i].a, name) != 0) {
            continue;
        }

        free(*value);
        *value = s->edits[i].b != NULL ? asr_conf_copy(s->edits[i].b) : NULL;
        s->used[i] = true;
    }
}


void
asr_conf_edit_headers(asr_conf_signer_t *s, asr_conf_at_t at)
{
    size_t                  i;
    const char             *was;
    const asr_conf_edit_t  *e;

    for (i = 0; s->edits != NULL && s->edits[i].at != ASR_CONF_AT_END; i++) {
        e = &s->edits[i];

        if (e->at != at) {
            continue;
        }

        was = asr_conf_request_get(s->rq, e->a);

        s->used[i] = (was == NULL) != (e->b == NULL)
                     || (was != NULL && strcmp(was, e->b) != 0);

        asr_conf_request_header(s->rq, e->a, e->b);
    }
}


void
asr_conf_edit_sent(asr_conf_signer_t *s)
{
    char                *body;
    asr_conf_request_t  *rq;

    rq = s->rq;

    asr_conf_edit_headers(s, ASR_CONF_AT_SENT_HEADER);
    asr_conf_edit(s, ASR_CONF_AT_SENT_QUERY, &rq->query);

    /* An upload is bytes, which the edits do not know: it stays. */

    if (s->edits != NULL && rq->body != NULL
        && memchr(rq->body, '\0', rq->body_len) == NULL)
    {
        body = asr_conf_copy_n(rq->body, rq->body_len);
        asr_conf_edit(s, ASR_CONF_AT_SENT_BODY, &body);
        asr_conf_request_body(rq, body != NULL ? body : "",
                              body != NULL ? strlen(body) : 0);
        free(body);
    }
}
