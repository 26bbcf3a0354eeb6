/*
 * What no single request shows: pace, repetition, how a client bears a fault.
 *
 * The vendors' documents say little of it, so most is "should" or observed;
 * each manner says what it is held to.
 */

#include <stdlib.h>
#include <sys/wait.h>

#include "asr_conf_api.h"
#include "asr_conf_client_int.h"
#include "asr_conf_sign_int.h"


#define ASR_CONF_PACE_US  900000         /* a second, but for the clock */


/*
 * What requests are compared by, computed once for each: comparing is done for
 * pairs of them, and a run has thousands.
 */

typedef struct {
    uint64_t                asks;        /* a hash of operation and params */
    uint64_t                once;        /* of the nonce */
    char                   *nonce;       /* NULL: none */
} asr_conf_marks_t;


typedef struct {
    const asr_conf_seen_t  *seen;
    size_t                  n;
    asr_conf_marks_t       *marks;
    asr_conf_judged_t      *judged;
} asr_conf_manners_t;


static uint64_t
asr_conf_manners_hash(const char *s)
{
    uint64_t  hash;

    for (hash = 14695981039346656037u; *s != '\0'; s++) {
        hash = (hash ^ (unsigned char) *s) * 1099511628211u;
    }

    return hash;
}


static void
asr_conf_manner(asr_conf_manners_t *m, const asr_conf_seen_t *s,
    const char *manner, const char *name, asr_conf_level_t level,
    const char *expected, const char *got)
{
    char             *id;
    asr_conf_case_t   c;

    id = asr_conf_print("client/%s/manners/%s", s->doc->api, manner);
    memset(&c, 0, sizeof(c));
    c.id = id;
    c.doc = s->doc;
    c.op = s->op->name;
    c.name = name;
    c.clause = s->op->clause;
    c.level = level;
    asr_conf_judge_client(m->judged, &c,
                          got == NULL ? ASR_CONF_PASS : ASR_CONF_FAIL, s,
                          expected, got);
    free(id);
}


/* The next request after i that asks for the same, in the same run; NULL. */

static const asr_conf_seen_t *
asr_conf_manners_next(const asr_conf_manners_t *m, size_t i)
{
    size_t                  k;
    const asr_conf_seen_t  *s, *t;

    s = &m->seen[i];

    for (k = i + 1; k < m->n; k++) {
        t = &m->seen[k];

        if (m->marks[k].asks == m->marks[i].asks
            && t->run == s->run && t->op == s->op
            && json_equal(t->params, s->params))
        {
            return t;
        }
    }

    return NULL;
}


static void
asr_conf_manners_polls(asr_conf_manners_t *m, size_t i)
{
    bool                    ended;
    char                    got[64];
    asr_conf_state_t        state;
    const asr_conf_seen_t  *s, *next;

    s = &m->seen[i];

    if (s->code == NULL || s->code[0] != '\0'
        || !asr_conf_client_polls(s->doc, s->op))
    {
        return;
    }

    next = asr_conf_manners_next(m, i);

    if (next == NULL) {
        return;
    }

    state = asr_conf_api(s->doc->api)->state(s->json);
    ended = state == ASR_CONF_STATE_DONE || state == ASR_CONF_STATE_FAILED;

    asr_conf_manner(m, next, "polls-end",
                    "a task that has ended is not asked for again",
                    ASR_CONF_OBSERVED, "no poll after the end",
                    ended ? "another poll of the same task" : NULL);

    if (state != ASR_CONF_STATE_RUNNING) {
        return;
    }

    snprintf(got, sizeof(got), "%.3f s after the reply before",
             (next->at_us - s->done_us) / 1e6);
    asr_conf_manner(m, next, "polls-pace",
                    "a task is asked for once a second at most",
                    ASR_CONF_OBSERVED, "a second or more between polls",
                    next->at_us - s->done_us < ASR_CONF_PACE_US ? got : NULL);
}


static bool
asr_conf_manners_limited(const json_t *scenarios, const char *name)
{
    size_t         i;
    const json_t  *one;

    json_array_foreach(scenarios, i, one) {
        if (strcmp(asr_conf_json_str(one, "name", ""), name) == 0) {
            return asr_conf_json_bool(one, "limit", false);
        }
    }

    return false;
}


static void
asr_conf_manners_limit(asr_conf_manners_t *m, size_t i,
    const json_t *scenarios)
{
    char                    got[64];
    const asr_conf_seen_t  *s, *next;

    s = &m->seen[i];

    if (s->fault == NULL
        || !asr_conf_manners_limited(scenarios, s->scenario))
    {
        return;
    }

    next = asr_conf_manners_next(m, i);

    if (next == NULL) {
        return;
    }

    snprintf(got, sizeof(got), "again after %.3f s",
             (next->at_us - s->done_us) / 1e6);
    asr_conf_manner(m, next, "backs-off",
                    "after a limit the client waits for a second at least",
                    ASR_CONF_SHOULD, "a pause of a second or more",
                    next->at_us - s->done_us < ASR_CONF_PACE_US ? got : NULL);
}


/* The same task ordered again though the first order was taken. */

static void
asr_conf_manners_once(asr_conf_manners_t *m, size_t i)
{
    const asr_conf_seen_t  *s, *next;

    s = &m->seen[i];

    if (s->op->creates == NULL || strcmp(s->op->creates, "task") != 0
        || s->code == NULL || s->code[0] != '\0')
    {
        return;
    }

    next = asr_conf_manners_next(m, i);
    asr_conf_manner(m, next != NULL ? next : s, "once",
                    "a task that was taken is not ordered again",
                    ASR_CONF_OBSERVED, "one order for one task",
                    next != NULL ? "the same order, taken before" : NULL);
}


/* Of ICE: a header's, else a parameter's, wherever those are; to be freed. */

static char *
asr_conf_manners_nonce_of(const asr_conf_seen_t *s)
{
    char                      *fault, *nonce;
    json_t                    *pairs;
    const char                *sent;
    const asr_conf_request_t  *rq;

    if (strcmp(s->doc->api, "ice") != 0) {
        return NULL;
    }

    rq = &s->request;
    sent = asr_conf_request_get(rq, "x-acs-signature-nonce");

    if (sent != NULL) {
        return asr_conf_copy(sent);
    }

    fault = NULL;
    pairs = json_object();

    if (rq->query != NULL) {
        (void) asr_conf_client_pairs(pairs, rq->query, strlen(rq->query),
                                     &fault);
    }

    if (fault == NULL && rq->body != NULL && asr_conf_is_form(rq)) {
        (void) asr_conf_client_pairs(pairs, rq->body, rq->body_len, &fault);
    }

    sent = asr_conf_json_str(pairs, "SignatureNonce", NULL);
    nonce = sent != NULL ? asr_conf_copy(sent) : NULL;

    free(fault);
    json_decref(pairs);

    return nonce;
}


static void
asr_conf_manners_nonce(asr_conf_manners_t *m, size_t i)
{
    bool                     again;
    size_t                   k;
    const asr_conf_marks_t  *one, *other;

    one = &m->marks[i];

    if (one->nonce == NULL) {
        return;
    }

    again = false;

    for (k = 0; k < i && !again; k++) {
        other = &m->marks[k];
        again = other->once == one->once && other->nonce != NULL
                && strcmp(other->nonce, one->nonce) == 0;
    }

    asr_conf_manner(m, &m->seen[i], "nonce",
                    "a nonce is used once, by a second try too",
                    ASR_CONF_MUST, "a new nonce", again ? one->nonce : NULL);
}


static void
asr_conf_manners_mark(asr_conf_manners_t *m)
{
    char              *text;
    size_t             i;
    asr_conf_marks_t  *mark;

    m->marks = asr_conf_alloc(m->n * sizeof(asr_conf_marks_t));

    for (i = 0; i < m->n; i++) {

        if (m->seen[i].op == NULL) {
            continue;
        }

        mark = &m->marks[i];
        text = json_dumps(m->seen[i].params, JSON_COMPACT | JSON_SORT_KEYS);

        if (text == NULL) {
            asr_conf_die("out of memory");
        }

        mark->asks = asr_conf_manners_hash(text);
        mark->nonce = asr_conf_manners_nonce_of(&m->seen[i]);
        mark->once = mark->nonce != NULL ? asr_conf_manners_hash(mark->nonce)
                                         : 0;
        free(text);
    }
}


/* How a run ended; what it expected.  plain NULL: it was not run. */

static const char *
asr_conf_scenario_fault(const char *end, const asr_conf_outcome_t *o,
    const asr_conf_outcome_t *plain, char *got, size_t size)
{
    int  code;

    if (o->status == -1) {
        snprintf(got, size, "it had not ended after %.0f s",
                 o->took_us / 1e6);
        return "an end";
    }

    if (WIFSIGNALED(o->status)) {
        snprintf(got, size, "ended by signal %d", WTERMSIG(o->status));
        return "an exit";
    }

    code = WEXITSTATUS(o->status);
    snprintf(got, size, "exit status %d", code);

    if (strcmp(end, "zero") == 0 && code != 0) {
        return "exit status 0";
    }

    if (strcmp(end, "nonzero") == 0 && code == 0) {
        return "an exit status that says so: not 0";
    }

    if (strcmp(end, "as-plain") == 0 && plain != NULL
        && plain->status != o->status)
    {
        return "the exit status of the plain run";
    }

    return NULL;
}


/* The scenario's own case for each API that the run spoke. */

static void
asr_conf_scenario(asr_conf_manners_t *m, const json_t *scenario,
    unsigned run, const asr_conf_outcome_t *o, const asr_conf_outcome_t *plain)
{
    bool                    met, spoke;
    char                   *id, got[96];
    size_t                  d, i;
    const char             *end, *expected;
    asr_conf_case_t         c;
    const asr_conf_seen_t  *s;

    end = asr_conf_json_str(scenario, "end", "exits");
    expected = asr_conf_scenario_fault(end, o, plain, got, sizeof(got));

    for (d = 0; d < ASR_CONF_NDOCS; d++) {
        s = NULL;
        spoke = false;
        met = json_object_get(scenario, "faults") == NULL;

        for (i = 0; i < m->n; i++) {

            if (m->seen[i].run != run || m->seen[i].op == NULL
                || m->seen[i].doc != &asr_conf_docs[d])
            {
                continue;
            }

            spoke = true;
            s = &m->seen[i];

            if (s->fault != NULL) {
                met = true;
                break;
            }
        }

        if (!spoke) {
            continue;
        }

        id = asr_conf_print("client/%s/scenario/%s", asr_conf_docs[d].api,
                            asr_conf_json_str(scenario, "name", ""));
        memset(&c, 0, sizeof(c));
        c.id = id;
        c.doc = &asr_conf_docs[d];
        c.op = s->op->name;
        c.name = asr_conf_json_str(scenario, "words", "");
        c.clause = s->op->clause;
        c.level = ASR_CONF_OBSERVED;

        if (!met) {
            asr_conf_judge_client(m->judged, &c, ASR_CONF_SKIP, NULL, NULL,
                                  "no request of the client met it");

        } else if (expected == NULL && plain == NULL
                   && strcmp(end, "as-plain") == 0)
        {
            asr_conf_judge_client(m->judged, &c, ASR_CONF_SKIP, NULL, NULL,
                                  "how it ends when all goes well is not "
                                  "known: no scenario \"plain\"");

        } else {
            asr_conf_judge_client(m->judged, &c,
                                  expected ? ASR_CONF_FAIL : ASR_CONF_PASS,
                                  s, expected, got);
        }

        free(id);
    }
}


/* NULL: the client was not run in it. */

static const asr_conf_outcome_t *
asr_conf_manners_plain(const asr_conf_outcome_t *outcomes, size_t nruns)
{
    size_t  i;

    for (i = 0; i < nruns; i++) {
        if (strcmp(outcomes[i].scenario, "plain") == 0) {
            return &outcomes[i];
        }
    }

    return NULL;
}


void
asr_conf_client_manners(asr_conf_judged_t *j, const asr_conf_seen_t *seen,
    size_t n, const asr_conf_outcome_t *outcomes, size_t nruns,
    const json_t *scenarios)
{
    size_t              i;
    asr_conf_manners_t  m;

    m.seen = seen;
    m.n = n;
    m.judged = j;

    asr_conf_manners_mark(&m);

    for (i = 0; i < n; i++) {

        if (seen[i].op == NULL) {
            continue;
        }

        asr_conf_manners_polls(&m, i);
        asr_conf_manners_limit(&m, i, scenarios);
        asr_conf_manners_once(&m, i);
        asr_conf_manners_nonce(&m, i);
    }

    for (i = 0; i < nruns; i++) {
        asr_conf_scenario(&m, json_array_get(scenarios, i), i, &outcomes[i],
                          asr_conf_manners_plain(outcomes, nruns));
    }

    for (i = 0; i < n; i++) {
        free(m.marks[i].nonce);
    }

    free(m.marks);
}
