/*
 * Recording and replaying, a module of its own beside the mock's:
 *
 *     _record  locations that are proxied to an endpoint: each request with
 *              its answer becomes a line of the recording
 *     _replay  calls of the mock that are answered by a recording
 */

#ifndef NGX_HTTP_ASR_MOCK_RECORD_H
#define NGX_HTTP_ASR_MOCK_RECORD_H

#include "ngx_http_asr_mock.h"


/* Directive asr_mock_replay: reads the recording. */
char *ngx_http_asr_mock_replay_file(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * The call's body is complete and step is what came of it.  With a recording
 * that has an answer for it, that is the reply, and the return says so.
 */
asr_step_t ngx_http_asr_mock_replay(ngx_http_asr_mock_ctx_t *m,
    asr_call_t *call, asr_step_t step);

/* Of a request without an answer in the recording. */
extern const asr_mock_finding_t  ngx_http_asr_mock_unrecorded;


#endif /* NGX_HTTP_ASR_MOCK_RECORD_H */
