/*
 * One case's run: its steps, one after the other, with one client.
 */

#ifndef ASR_CONF_STEP_H
#define ASR_CONF_STEP_H


#include "asr_conf_api.h"
#include "asr_conf_run.h"
#include "asr_conf_value.h"


typedef struct asr_conf_fixtures_s  asr_conf_fixtures_t;
typedef struct asr_conf_gate_s      asr_conf_gate_t;


/* Each exchange as it was; check NULL: it was as expected. */

typedef void (*asr_conf_trace_pt)(const asr_conf_case_t *c, unsigned step,
    const asr_conf_request_t *rq, const asr_conf_reply_t *reply,
    const char *check, const char *expected, const char *got, void *data);


/* Of a run: shared by its threads, never changed but behind its own locks. */

typedef struct {
    const asr_conf_options_t  *o;
    asr_conf_fixtures_t       *fixtures;
    asr_conf_gate_t           *gate;     /* NULL: waiting frees nobody */
    asr_conf_trace_pt          trace;    /* NULL: none */
    void                      *data;
} asr_conf_shared_t;


typedef struct {
    const asr_conf_shared_t   *shared;
    asr_conf_http_t           *http;
} asr_conf_worker_t;


/*
 * Runs the case with those steps (its own, or fewer) and fills r, which is
 * zeroed.
 */

void asr_conf_steps_run(const asr_conf_worker_t *w, const asr_conf_case_t *c,
    const json_t *steps, asr_conf_result_t *r);

/*
 * As asr_conf_run, with shared->o and trace set by the caller.  Traces come
 * from the threads that run the cases.
 */

void asr_conf_run_traced(asr_conf_shared_t *shared,
    const asr_conf_cases_t *cases, const size_t *chosen, size_t n,
    asr_conf_result_t *results, asr_conf_progress_pt progress, void *data);

/* Tasks that its steps make on a right endpoint. */

unsigned asr_conf_steps_creates(const asr_conf_case_t *c);

/*
 * Whether it waits for a delivery or a window's end; or for anything at all:
 * such cases are begun first.
 */

bool asr_conf_steps_slow(const asr_conf_case_t *c);
bool asr_conf_steps_wait(const asr_conf_case_t *c);

/* Whether an account of that role asks in any step. */

bool asr_conf_steps_of(const asr_conf_case_t *c, const char *role);

/*
 * Uploads of recordings: each once for an account's key, whoever asks first
 * does it and others wait.  id: a new reference; NULL with why (to be freed).
 */

asr_conf_fixtures_t *asr_conf_fixtures_new(void);
void asr_conf_fixtures_free(asr_conf_fixtures_t *f);
json_t *asr_conf_fixture(const asr_conf_worker_t *w, const asr_conf_case_t *c,
    const asr_conf_account_t *a, const char *name, unsigned *requests,
    char **why);

/*
 * The gate lets `n` threads work at a time; a thread that waits is outside.
 * Who comes back from there goes before who begins: a task that is not asked
 * for is forgotten by an endpoint that thousands of others were made at.
 */

asr_conf_gate_t *asr_conf_gate_new(unsigned n);
void asr_conf_gate_free(asr_conf_gate_t *g);
void asr_conf_gate_begin(asr_conf_gate_t *g);
void asr_conf_gate_enter(asr_conf_gate_t *g);
void asr_conf_gate_leave(asr_conf_gate_t *g);
void asr_conf_gate_sleep(asr_conf_gate_t *g, unsigned ms);    /* or less */

/* Never the same twice in a process. */

uint64_t asr_conf_nonce(void);

/*
 * Tries fewer members while the case fails alike; NULL: nothing is less, else
 * r has expected, got and exchange of the smallest.
 */

json_t *asr_conf_shrink(const asr_conf_worker_t *w, const asr_conf_case_t *c,
    asr_conf_result_t *r);

const char *asr_conf_target_of(const asr_conf_options_t *o,
    const asr_conf_doc_t *d);


#endif /* ASR_CONF_STEP_H */
