/*
 * Running cases: a few threads, each with a client of its own, take the next
 * case; results stand in the cases' order.
 */

#ifndef ASR_CONF_RUN_H
#define ASR_CONF_RUN_H


#include "asr_conf_account.h"
#include "asr_conf_case.h"
#include "asr_conf_http.h"
#include "asr_conf_server.h"


typedef enum {
    ASR_CONF_NOT_RUN = 0,
    ASR_CONF_PASS,
    ASR_CONF_FAIL,
    ASR_CONF_SKIP
} asr_conf_status_t;


/* One request of a case as sent, one reply as come. */

typedef struct {
    asr_conf_request_t     request;
    asr_conf_reply_t       reply;
} asr_conf_exchange_t;


typedef struct {
    asr_conf_status_t      status;
    bool                   known;        /* named in --known-failing */
    asr_conf_level_t       level;        /* of what failed, where it is less
                                            than the case's */
    char                  *check;        /* that failed: "code", "http",
                                            "schema", "json /Response/..",
                                            "transport", "audio word-times" */
    char                  *expected;
    char                  *got;
    char                  *why;          /* of a skip */
    unsigned               step;         /* from 0 */
    asr_conf_exchange_t   *exchange;     /* the one that failed, else NULL */
    json_t                *smallest;     /* steps after shrinking, or NULL */
    char                  *code;         /* of the last reply; "" success */
    char                  *text;         /* the last transcript checked, or
                                            NULL */
    int                    http;
    int64_t                took_us;
    unsigned               requests;
} asr_conf_result_t;


typedef struct {
    const char            *targets[ASR_CONF_NDOCS];  /* by document; NULL */
    asr_conf_accounts_t    accounts;
    asr_conf_server_t     *server;
    unsigned               threads;
    unsigned               timeout_s;    /* of one exchange */
    unsigned               task_s;       /* until a task must have ended */
    const char            *ca;
    bool                   first;        /* stop at the first failure */
    bool                   shrink;
} asr_conf_options_t;


typedef struct asr_conf_run_s  asr_conf_run_t;

/* Called in the order of cases, by one thread at a time. */

typedef void (*asr_conf_progress_pt)(const asr_conf_case_t *c,
    const asr_conf_result_t *r, size_t done, size_t of, void *data);


/* results: n, zeroed; filled for cases[chosen[i]] at i.  */

void asr_conf_run(const asr_conf_options_t *o, const asr_conf_cases_t *cases,
    const size_t *chosen, size_t n, asr_conf_result_t *results,
    asr_conf_progress_pt progress, void *data);

void asr_conf_result_clean(asr_conf_result_t *r);

/*
 * May be called by a signal's handler: no case is begun any more, and those
 * that wait are skipped.  It stays so for as long as the program runs.
 */

void asr_conf_run_interrupt(void);
bool asr_conf_run_interrupted(void);


#endif /* ASR_CONF_RUN_H */
