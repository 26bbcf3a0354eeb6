/*
 * The course of a task: chosen from its world's plan, or from what the name of
 * its audio says.
 */

#include "asr_mock_magic.h"
#include "asr_mock_plan_int.h"

#include <fnmatch.h>
#include <stdlib.h>


asr_mock_course_t  asr_mock_default = {
    ASR_MOCK_POLLS, 1, ASR_MOCK_SUCCEEDS, NULL, NULL, 0, 0
};


asr_err_t
asr_mock_course_copy(asr_mock_course_t *to, const asr_mock_course_t *from)
{
    *to = *from;
    to->code = from->code != NULL ? strdup(from->code) : NULL;
    to->text = from->text != NULL ? strdup(from->text) : NULL;

    if ((from->code != NULL && to->code == NULL)
        || (from->text != NULL && to->text == NULL))
    {
        asr_mock_course_free(to);
        return ASR_NOMEM;
    }

    return ASR_OK;
}


void
asr_mock_course_free(asr_mock_course_t *c)
{
    free(c->code);
    free(c->text);
    c->code = NULL;
    c->text = NULL;
}


static bool
asr_mock_like(const char *pattern, asr_str_t s)
{
    char  text[ASR_MOCK_WHEN_MAX + 1];

    if (pattern == NULL) {
        return true;
    }

    if (s.len == 0 || s.len > ASR_MOCK_WHEN_MAX) {
        return false;
    }

    memcpy(text, s.data, s.len);
    text[s.len] = '\0';

    return fnmatch(pattern, text, 0) == 0;
}


static bool
asr_mock_fits(const asr_mock_fixture_t *f, const asr_mock_what_t *what)
{
    return asr_mock_like(f->url, what->url)
           && asr_mock_like(f->filename, what->filename)
           && f->sha256 == NULL
           && (f->api == NULL || asr_str_eq(asr_cstr(f->api), what->api))
           && (f->call == 0 || f->call == what->call);
}


/* What the name of the audio says by itself. */

static asr_err_t
asr_mock_course_magic(const asr_mock_what_t *what, asr_mock_course_t *c)
{
    asr_str_t         message;
    asr_cause_t       cause;
    asr_mock_magic_t  m;

    if (!asr_mock_magic(what->url.len != 0 ? what->url : what->filename, &m)) {
        return ASR_OK;
    }

    switch (m.kind) {

    case ASR_MOCK_MAGIC_FAIL:

        /* what no task ends with is the request's to be refused with, or is
           no code at all */

        if (!asr_mock_task_code(what->api, asr_cstr(m.code), &cause,
                                &message))
        {
            break;
        }

        free(c->code);
        c->end = ASR_MOCK_FAILS;
        c->code = strndup(m.code, sizeof(m.code));
        return c->code != NULL ? ASR_OK : ASR_NOMEM;

    case ASR_MOCK_MAGIC_NEVER:
        c->end = ASR_MOCK_NEVER;
        break;

    case ASR_MOCK_MAGIC_SLOW:
        c->progress = ASR_MOCK_SECONDS;
        c->n = m.ms;
        break;

    case ASR_MOCK_MAGIC_SAY:
        if (c->text == NULL) {
            c->text = strdup(m.text);
        }

        return c->text != NULL ? ASR_OK : ASR_NOMEM;

    default:
        /* what is said in it is in the audio itself */
        break;
    }

    return ASR_OK;
}


asr_err_t
asr_mock_course(asr_mock_world_t *w, const asr_mock_what_t *what,
    asr_mock_course_t *out)
{
    size_t                    i;
    asr_err_t                 rc;
    asr_mock_plan_t          *p;
    const asr_mock_course_t  *c;

    p = w->plan;
    c = p != NULL ? &p->dflt : &asr_mock_default;

    for (i = 0; p != NULL && i < p->nfixtures; i++) {
        if (asr_mock_fits(&p->fixtures[i], what)) {
            c = &p->fixtures[i].course;
            break;
        }
    }

    if (p != NULL && i == p->nfixtures && p->used < p->ntasks)
    {
        c = &p->tasks[p->used++];
    }

    rc = asr_mock_course_copy(out, c);

    if (rc == ASR_OK && w->fail_next != NULL) {
        free(out->code);
        out->end = ASR_MOCK_FAILS;
        out->code = w->fail_next;
        w->fail_next = NULL;
    }

    if (rc == ASR_OK) {
        rc = asr_mock_course_magic(what, out);

        if (rc != ASR_OK) {
            asr_mock_course_free(out);
        }
    }

    return rc;
}


void
asr_mock_course_fixture(asr_mock_world_t *w, asr_str_t api, asr_str_t sha256,
    const asr_mock_course_t *course, asr_str_t *text, double *wer)
{
    size_t               i;
    asr_mock_plan_t     *p;
    asr_mock_fixture_t  *f;

    p = w->plan;

    for (i = 0; p != NULL && i < p->nfixtures; i++) {
        f = &p->fixtures[i];

        if (f->sha256 != NULL
            && asr_str_caseeq(asr_cstr(f->sha256), sha256)
            && (f->api == NULL || asr_str_eq(asr_cstr(f->api), api)))
        {
            course = &f->course;
            break;
        }
    }

    *text = asr_cstr(course->text != NULL ? course->text : "");
    *wer = course->wer;
}
