/*
 * nginx in a single process takes an inherited socket for one that it has
 * listened on before, and looks for the events of that: there are none, and it
 * crashes.  A master's workers forget what was before; so does this.
 */

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


static ngx_int_t ngx_http_asr_mock_sockets_init(ngx_cycle_t *cycle);


static ngx_http_module_t  ngx_http_asr_mock_sockets_ctx = {
    NULL,                                  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_asr_mock_sockets_module = {
    NGX_MODULE_V1,
    &ngx_http_asr_mock_sockets_ctx,        /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_asr_mock_sockets_init,        /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_asr_mock_sockets_init(ngx_cycle_t *cycle)
{
    ngx_uint_t        i;
    ngx_listening_t  *ls;

    ls = cycle->listening.elts;

    for (i = 0; i < cycle->listening.nelts; i++) {
        if (ls[i].previous != NULL && ls[i].previous->connection == NULL) {
            ls[i].previous = NULL;
        }
    }

    return NGX_OK;
}
