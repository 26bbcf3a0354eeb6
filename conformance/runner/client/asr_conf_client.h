/*
 * The cases turned round: what a client sends is held to the same tables.
 *
 *   asr-conformance client [OPTION ...] -- COMMAND [ARGUMENT ...]
 *
 * COMMAND is run once in each scenario (common/client.json) with the address
 * of a relay in ASR_MOCK_URL.  Behind the relay plays asr-mock, with the
 * faults of the scenario; the relay keeps each request as it came, byte for
 * byte, which no server's journal may.  When the command has ended, the
 * requests are judged:
 *
 *   client/<api>/<operation>/<parameter>    each value within its row
 *   client/<api>/<operation>/rules/<n>      combinations the document forbids
 *   client/<api>/<operation>/unknown        parameters it does not know
 *   client/<api>/<operation>/answered       the mock took it, or the scenario
 *                                           had it refused
 *   client/<api>/<operation>/<request>      method, content type, signature
 *                                           (computed anew), time
 *   client/<api>/manners/<manner>           pace, polls, nonces, resubmission
 *   client/<api>/scenario/<scenario>        how the command ended
 *
 * Judgements are cases and results like others, so all reports are the same.
 */

#ifndef ASR_CONF_CLIENT_H
#define ASR_CONF_CLIENT_H


#include "asr_conf_report.h"


#define ASR_CONF_SEEN_MAX       20000    /* requests of a run */
#define ASR_CONF_SEEN_BODY_MAX  (64u << 20)      /* bytes of a request */
#define ASR_CONF_KEPT_MAX       (256u << 20)     /* of all that are kept */


/* One request of the client, with the reply it got. */

typedef struct {
    const char             *scenario;
    unsigned                run;         /* of the command, from 0 */
    const char             *fault;       /* the scenario had it meet, or NULL */
    int64_t                 at_us;       /* when it was there, monotonic */
    int64_t                 done_us;     /* when it was answered */
    int64_t                 time;        /* the same, Unix seconds */
    asr_conf_request_t      request;     /* base is the relay's */
    asr_conf_reply_t        reply;
    bool                    cut;         /* its body was too large to keep */

    /* what asr_conf_client_read makes of it */

    const asr_conf_doc_t   *doc;         /* NULL: of no API */
    const asr_conf_op_t    *op;          /* NULL: no operation known */
    json_t                 *params;      /* as they came, an object */
    bool                    text;        /* numbers came as text */
    char                   *body_fault;  /* why there are no params, or NULL */
    char                   *code;        /* of the reply; "" is success */
    json_t                 *json;        /* the reply's body, or NULL */
} asr_conf_seen_t;


typedef struct asr_conf_relay_s  asr_conf_relay_t;


/*
 * The relay, on a free port of 127.0.0.1.  Threads: one for each connection;
 * what it kept is read after asr_conf_relay_stop.
 */

asr_conf_relay_t *asr_conf_relay_new(const char *behind,
    const json_t *scenario, unsigned run);
const char *asr_conf_relay_url(const asr_conf_relay_t *r);

/*
 * Ends all connections and moves what was seen to the end of *seen; how many
 * requests were not kept.
 */

size_t asr_conf_relay_stop(asr_conf_relay_t *r, asr_conf_seen_t **seen,
    size_t *n);


/* Which API and operation it is, its parameters, what the reply says. */

void asr_conf_client_read(asr_conf_seen_t *s);
void asr_conf_seen_clean(asr_conf_seen_t *s);


/* One run of the command. */

typedef struct {
    const char             *scenario;
    int                     status;      /* as of waitpid; -1: timed out */
    int64_t                 took_us;
} asr_conf_outcome_t;


/*
 * The judgements: cases and results are appended, results[i] of cases->all[i].
 */

typedef struct {
    asr_conf_cases_t        cases;
    asr_conf_result_t      *results;
    size_t                  size;
} asr_conf_judged_t;


/*
 * A case's result; the first failure of an id stays, a pass never undoes it.
 * expected and got are copied; s may be NULL.
 */

void asr_conf_judge_client(asr_conf_judged_t *j, const asr_conf_case_t *c,
    asr_conf_status_t status, const asr_conf_seen_t *s, const char *expected,
    const char *got);

void asr_conf_client_rules(asr_conf_judged_t *j, const asr_conf_seen_t *seen,
    size_t n);
void asr_conf_client_signatures(asr_conf_judged_t *j,
    const asr_conf_seen_t *seen, size_t n);
void asr_conf_client_manners(asr_conf_judged_t *j,
    const asr_conf_seen_t *seen, size_t n, const asr_conf_outcome_t *outcomes,
    size_t nruns, const json_t *scenarios);


/*
 * Whether a value is within its row: true, or false with what was expected (to
 * be freed).  text: it came as text, as in a query.
 */

bool asr_conf_client_value(const json_t *row, const json_t *v, bool text,
    char **expected);


/* asr-mock: the one beside this program, else its name.  To be freed. */

char *asr_conf_mock_path(void);

/* In a new file, which is how the mock takes it; to be unlinked and freed. */

char *asr_conf_mock_file(const json_t *v);

/*
 * The mock, started: its address.  accounts: a file of more accounts, or NULL.
 * scenario is what worlds begin with (the form of asr-mock's --scenario).
 * Ends the program when it does not start.  One at a time; it ends with this
 * program, also when that is told to end.
 */

typedef struct {
    int                     pid;
    char                   *url;
    char                   *file;        /* the scenario's, to be removed */
} asr_conf_mock_t;

void asr_conf_mock_start(asr_conf_mock_t *m, const char *path,
    const char *accounts, const json_t *scenario);
void asr_conf_mock_stop(asr_conf_mock_t *m);

/*
 * From here on the mock and a client's command are ended, and the mock's file
 * is removed, however the program ends.  The first SIGINT, SIGTERM or SIGHUP
 * ends the command and interrupts a run (asr_conf_run_interrupted), the next
 * one ends the program with status 2.
 */

void asr_conf_client_guard(void);

/* The whole of "client": argv after that word.  An exit status. */

int asr_conf_client(int argc, char **argv);


#endif /* ASR_CONF_CLIENT_H */
