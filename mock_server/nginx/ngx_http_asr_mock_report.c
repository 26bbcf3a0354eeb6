/*
 * Reports: of a world, or of all.  Each world has a tally; one that is deleted
 * leaves its tally to the run's, so that a test that cleans up hides nothing.
 */

#include "ngx_http_asr_mock.h"
#include "asr_mock_errors.h"
#include "asr_mock_manners.h"
#include "asr_mock_report.h"
#include "asr_mock_store.h"

#include <stdlib.h>


#define NGX_HTTP_ASR_MOCK_GONE   "deleted worlds"
#define NGX_HTTP_ASR_MOCK_APIS   4


static asr_mock_tally_t  *ngx_http_asr_mock_gone;


static void ngx_http_asr_mock_tally_drop(asr_mock_world_t *w);
static asr_mock_tally_t *ngx_http_asr_mock_tally_now(
    ngx_http_asr_mock_admin_t *a, asr_mock_world_t *w);
static size_t ngx_http_asr_mock_known(ngx_http_asr_mock_admin_t *a,
    asr_mock_known_t *known);


void
ngx_http_asr_mock_report_init(void)
{
    asr_mock_on_delete(ngx_http_asr_mock_tally_drop);
}


void
ngx_http_asr_mock_tally(asr_mock_world_t *w, const asr_mock_exchange_t *x)
{
    if (w == NULL) {
        return;
    }

    if (w->tally == NULL) {
        w->tally = asr_mock_tally_new(asr_cstr(w->key));
    }

    if (w->tally != NULL) {
        asr_mock_tally_add(w->tally, x);
    }
}


static void
ngx_http_asr_mock_tally_drop(asr_mock_world_t *w)
{
    if (w->tally == NULL) {
        return;
    }

    if (ngx_http_asr_mock_gone == NULL) {
        ngx_http_asr_mock_gone =
            asr_mock_tally_new(asr_str(NGX_HTTP_ASR_MOCK_GONE));
    }

    if (ngx_http_asr_mock_gone != NULL) {
        asr_mock_tally_merge(ngx_http_asr_mock_gone, w->tally);
    }

    asr_mock_tally_free(w->tally);
    w->tally = NULL;
}


/* The world's tally, and what is open now; to be freed. */

static asr_mock_tally_t *
ngx_http_asr_mock_tally_now(ngx_http_asr_mock_admin_t *a, asr_mock_world_t *w)
{
    size_t                    n;
    asr_mock_tally_t         *t;
    asr_mock_finding_t       *found;
    asr_mock_store_counts_t   c;

    t = asr_mock_tally_new(asr_cstr(w->key));

    if (t == NULL) {
        return NULL;
    }

    if (w->tally != NULL) {
        asr_mock_tally_merge(t, w->tally);
    }

    if (asr_mock_manners_end(w, &a->arena, &found, &n) == ASR_OK) {
        asr_mock_tally_open(t, found, n);
    }

    asr_mock_store_counts(w, &c);
    t->tasks = c.tasks + c.dropped;
    t->unfetched = c.unseen;

    return t;
}


/* What there is to meet: the codes of the documents, by API. */

static size_t
ngx_http_asr_mock_known(ngx_http_asr_mock_admin_t *a, asr_mock_known_t *known)
{
    size_t                  i, k, n, napis;
    const char            **names;
    const asr_mock_code_t  *codes;

    codes = asr_mock_codes(&n);
    names = asr_arena_alloc(&a->arena, n * sizeof(char *));

    if (names == NULL) {
        return 0;
    }

    for (i = 0, k = 0, napis = 0; i < n; i++) {

        if (codes[i].task || !codes[i].documented) {
            continue;
        }

        if (napis == 0 || strcmp(known[napis - 1].api, codes[i].api) != 0) {

            if (napis == NGX_HTTP_ASR_MOCK_APIS) {
                break;
            }

            known[napis].api = codes[i].api;
            known[napis].codes = &names[k];
            known[napis].ncodes = 0;
            napis++;
        }

        /* several meanings of one code stand together */

        if (known[napis - 1].ncodes != 0
            && strcmp(names[k - 1], codes[i].code) == 0)
        {
            continue;
        }

        names[k++] = codes[i].code;
        known[napis - 1].ncodes++;
    }

    return napis;
}


/* ?format=text&fail_on=warning&colour=1 */

void
ngx_http_asr_mock_report(ngx_http_asr_mock_admin_t *a, asr_str_t world)
{
    size_t               i, n, max;
    asr_str_t            arg;
    asr_mock_format_t    format;
    asr_mock_known_t     known[NGX_HTTP_ASR_MOCK_APIS];
    asr_mock_report_t    report;
    asr_mock_world_t    *w;
    asr_mock_tally_t   **worlds;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    memset(&report, 0, sizeof(asr_mock_report_t));

    format = ASR_MOCK_REPORT_JSON;
    report.fail_on = ASR_MOCK_FAIL_ERROR;

    arg = ngx_http_asr_mock_arg(a, "format");

    if (arg.data != NULL && !asr_mock_format_named(arg, &format)) {
        ngx_http_asr_mock_refuse(a, 400, "a report is json, text, junit or "
                                 "html");
        return;
    }

    arg = ngx_http_asr_mock_arg(a, "fail_on");

    if (arg.data != NULL && !asr_mock_fail_named(arg, &report.fail_on)) {
        ngx_http_asr_mock_refuse(a, 400, "it fails on error, warning or "
                                 "never");
        return;
    }

    report.colour = asr_str_eq(ngx_http_asr_mock_arg(a, "colour"),
                               asr_str("1"));

    asr_mock_lock();

    for (max = 1, w = asr_mock_world_first(); w != NULL; w = w->next) {
        max++;
    }

    worlds = asr_arena_zalloc(&a->arena, max * sizeof(asr_mock_tally_t *));
    n = 0;

    for (w = asr_mock_world_first(); w != NULL && worlds != NULL; w = w->next)
    {
        if (world.len == 0 || asr_str_eq(asr_cstr(w->key), world)) {
            worlds[n] = ngx_http_asr_mock_tally_now(a, w);
            n += worlds[n] != NULL ? 1 : 0;
        }
    }

    max = n;

    if (world.len == 0 && ngx_http_asr_mock_gone != NULL && worlds != NULL) {
        worlds[n++] = ngx_http_asr_mock_gone;
    }

    report.worlds = (const asr_mock_tally_t *const *) worlds;
    report.nworlds = n;
    report.known = known;
    report.nknown = ngx_http_asr_mock_known(a, known);

    a->type = asr_mock_format_type(format);
    a->out.failed |= asr_mock_report(&report, format, &a->out) != ASR_OK;

    for (i = 0; i < max; i++) {
        asr_mock_tally_free(worlds[i]);
    }

    asr_mock_unlock();

    ngx_http_asr_mock_reply(a);
}
