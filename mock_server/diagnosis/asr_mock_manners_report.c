/*
 * What manners tell: findings in the making, and what is still open when a
 * report is made.
 */

#include "asr_mock_manners_kept.h"

#include <stdarg.h>
#include <stdio.h>


#define ASR_MOCK_MANNERS_TOLD   8        /* findings of one request */
#define ASR_MOCK_MANNERS_NAMED  8        /* ids named in a report */


asr_mock_finding_t *
asr_mock_see_tell(asr_mock_see_t *s, asr_mock_rule_id_t id)
{
    asr_mock_finding_t     *f;
    const asr_mock_rule_t  *r;

    if (s->list == NULL) {
        s->list = asr_arena_alloc(s->arena, ASR_MOCK_MANNERS_TOLD
                                            * sizeof(asr_mock_finding_t));
    }

    if (s->list == NULL || s->n == ASR_MOCK_MANNERS_TOLD) {
        s->nomem = true;
        f = &s->spare;

    } else {
        f = &s->list[s->n++];
    }

    r = &asr_mock_rules[id];
    memset(f, 0, sizeof(*f));
    f->severity = r->severity;
    f->rule = asr_cstr(r->id);
    f->words = asr_cstr(r->words);
    f->hint = asr_cstr(r->hint);
    f->guess = r->guess;

    return f;
}


asr_str_t
asr_mock_see_text(asr_mock_see_t *s, const char *fmt, ...)
{
    int        n;
    char       buf[512];
    va_list    args;
    asr_str_t  t;

    va_start(args, fmt);
    n = vsnprintf(buf, sizeof(buf), fmt, args);
    va_end(args);

    t.data = buf;
    t.len = (n < 0) ? 0 : (size_t) n < sizeof(buf) ? (size_t) n
                                                   : sizeof(buf) - 1;
    t = asr_arena_str(s->arena, t);
    s->nomem |= (t.data == NULL);

    return t;
}


void
asr_mock_manners_delivered(asr_mock_world_t *w, int64_t task_id)
{
    asr_mock_kept_t       *k;
    asr_mock_kept_task_t  *t;

    k = asr_mock_kept_find(w);
    t = (k != NULL) ? asr_mock_kept_task(k, task_id) : NULL;

    if (t != NULL) {
        t->flags |= ASR_MOCK_KEPT_ENDED|ASR_MOCK_KEPT_FETCHED;
    }
}


static bool
asr_mock_end_unfinished(const asr_mock_kept_task_t *t)
{
    return t->polls != 0
           && (t->flags & (ASR_MOCK_KEPT_ENDED|ASR_MOCK_KEPT_CALLBACK)) == 0;
}


/* "2 of 5 tasks: 12, 15"; none: nothing is told. */

static void
asr_mock_end_tasks(asr_mock_see_t *s, asr_mock_rule_id_t id,
    bool (*is)(const asr_mock_kept_task_t *t), uint64_t more)
{
    size_t                      i, named;
    uint64_t                    count;
    asr_buf_t                   b;
    asr_mock_finding_t         *f;
    const asr_mock_kept_task_t *t;

    asr_buf_init(&b, 1024);
    named = 0;
    count = more;

    for (i = 0; i < s->kept->ntasks; i++) {
        t = &s->kept->tasks[i];

        if (!is(t)) {
            continue;
        }

        count++;

        if (named < ASR_MOCK_MANNERS_NAMED) {
            asr_buf_printf(&b, "%s%lld", named == 0 ? ": " : ", ",
                           (long long) t->id);
            named++;
        }
    }

    if (count != 0) {
        f = asr_mock_see_tell(s, id);
        f->got = asr_mock_see_text(s, "%llu of %llu tasks%.*s%s",
                     (unsigned long long) count,
                     (unsigned long long) (s->kept->made > count
                                           ? s->kept->made : count),
                     asr_fmt(asr_buf_str(&b)), count > named ? ", ..." : "");
        f->expected = asr_str("none");
    }

    asr_buf_free(&b);
}


asr_err_t
asr_mock_manners_end(asr_mock_world_t *w, asr_arena_t *a,
    asr_mock_finding_t **out, size_t *n)
{
    size_t               i, unused, kept;
    asr_mock_see_t       s;
    asr_mock_finding_t  *f;

    *out = NULL;
    *n = 0;

    memset(&s, 0, sizeof(s));
    s.arena = a;
    s.kept = asr_mock_kept_find(w);

    if (s.kept == NULL) {
        return ASR_OK;
    }

    asr_mock_end_tasks(&s, ASR_MOCK_M_UNFETCHED, asr_mock_kept_unfetched,
                       s.kept->gone);
    asr_mock_end_tasks(&s, ASR_MOCK_M_UNFINISHED, asr_mock_end_unfinished, 0);

    for (i = 0, unused = 0, kept = 0; i < s.kept->nfiles; i++) {
        unused += !s.kept->files[i].used && !s.kept->files[i].deleted;
        kept += !s.kept->files[i].deleted;
    }

    if (unused != 0) {
        f = asr_mock_see_tell(&s, ASR_MOCK_M_UNUSED);
        f->got = asr_mock_see_text(&s, "%zu of %llu uploads", unused,
                                   (unsigned long long) s.kept->uploads);
        f->expected = asr_str("none");
    }

    if (kept != 0) {
        f = asr_mock_see_tell(&s, ASR_MOCK_M_KEPT);
        f->got = asr_mock_see_text(&s, "%zu of %llu uploads", kept,
                                   (unsigned long long) s.kept->uploads);
        f->expected = asr_str("none");
    }

    *out = s.list;
    *n = s.n;

    return s.nomem ? ASR_NOMEM : ASR_OK;
}


void
asr_mock_manners_codes(asr_arena_t *a, asr_str_t api, const asr_str_t *codes,
    size_t n, asr_mock_finding_t *f)
{
    size_t          i;
    asr_buf_t       b;
    asr_mock_see_t  s;

    memset(&s, 0, sizeof(s));
    s.arena = a;
    asr_buf_init(&b, 400);

    for (i = 0; i < n && b.len < 320 && codes[i].len < 64; i++) {
        asr_buf_printf(&b, "%s%.*s", i == 0 ? "" : ", ", asr_fmt(codes[i]));
    }

    *f = *asr_mock_see_tell(&s, ASR_MOCK_M_CODES);
    f->got = asr_mock_see_text(&s, "%zu never met: %.*s%s", n,
                               asr_fmt(asr_buf_str(&b)), i < n ? ", ..." : "");
    f->expected = asr_mock_see_text(&s, "each code of %.*s once",
                                    asr_fmt(api));
    asr_buf_free(&b);
}
