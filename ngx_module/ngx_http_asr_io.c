/*
 * What the server asks of others: the directives about audio URLs and
 * callbacks, and the worker's I/O thread.
 */

#include "ngx_http_asr_module.h"


#define NGX_HTTP_ASR_FETCH_SIZE     (1024 * 1024 * 1024)  /* both documents */
#define NGX_HTTP_ASR_FETCH_TIME     (60 * 60 * 1000)
#define NGX_HTTP_ASR_FETCH_STALL    (30 * 1000)
#define NGX_HTTP_ASR_FETCH_CONNECT  (10 * 1000)
#define NGX_HTTP_ASR_DELIVER_TIME   (10 * 1000)
#define NGX_HTTP_ASR_BACKOFF        1000

#define NGX_HTTP_ASR_SECRET_MIN     16
#define NGX_HTTP_ASR_SECRET_MAX     4096


/* "asr_fetch_allow network|host ..." */

char *
ngx_http_asr_fetch_allow(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    ngx_str_t   *value;
    asr_err_t    rc;
    ngx_uint_t   i;

    if (amcf->allow == NULL) {
        amcf->allow = ngx_pcalloc(cf->pool, sizeof(asr_allow_t));
        if (amcf->allow == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        rc = asr_allow_add(amcf->allow, ngx_http_asr_str(value[i]));

        if (rc == ASR_TOOBIG) {
            return "has too many entries";
        }

        if (rc != ASR_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" is no network and no host name",
                               &value[i]);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* "asr_fetch_limits [size=size] [time=time] [stall=time]" */

char *
ngx_http_asr_fetch_limits(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    off_t        size;
    ngx_int_t    msec;
    ngx_str_t   *value, s;
    ngx_uint_t   i;
    ngx_msec_t  *out;

    if (amcf->fetch_size != 0 || amcf->fetch_time != 0
        || amcf->fetch_stall != 0)
    {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        s.data = (u_char *) ngx_strchr(value[i].data, '=');
        if (s.data == NULL) {
            goto invalid;
        }

        s.data++;
        s.len = value[i].data + value[i].len - s.data;

        if (ngx_strncmp(value[i].data, "size=", 5) == 0) {
            size = ngx_parse_offset(&s);
            if (size == NGX_ERROR || size == 0
                || size > NGX_HTTP_ASR_FETCH_SIZE)
            {
                goto invalid;
            }

            amcf->fetch_size = size;
            continue;
        }

        if (ngx_strncmp(value[i].data, "time=", 5) == 0) {
            out = &amcf->fetch_time;

        } else if (ngx_strncmp(value[i].data, "stall=", 6) == 0) {
            out = &amcf->fetch_stall;

        } else {
            goto invalid;
        }

        /* curl counts in milliseconds of an int, and in whole seconds */

        msec = ngx_parse_time(&s, 0);
        if (msec == NGX_ERROR || msec < 1000 || msec > 24 * 60 * 60 * 1000) {
            goto invalid;
        }

        *out = msec;
    }

    return NGX_CONF_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\"", &value[i]);
    return NGX_CONF_ERROR;
}


/*
 * "asr_webhook_secret file": read here, by the master and as its user; what
 * it holds is not part of the text that "nginx -T" prints.
 */

char *
ngx_http_asr_webhook_secret(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    u_char     *p;
    ssize_t     n;
    ngx_fd_t    fd;
    ngx_str_t  *value, name;

    if (amcf->webhook_secret.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    name = value[1];

    if (ngx_conf_full_name(cf->cycle, &name, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    p = ngx_pnalloc(cf->pool, NGX_HTTP_ASR_SECRET_MAX + 1);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    fd = ngx_open_file(name.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", &name);
        return NGX_CONF_ERROR;
    }

    n = ngx_read_fd(fd, p, NGX_HTTP_ASR_SECRET_MAX + 1);
    (void) ngx_close_file(fd);

    /* an editor's newline is not part of it */

    while (n > 0 && (p[n - 1] == LF || p[n - 1] == CR)) {
        n--;
    }

    if (n < NGX_HTTP_ASR_SECRET_MIN || n > NGX_HTTP_ASR_SECRET_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the secret in \"%V\" must have %d to %d bytes",
                           &name, NGX_HTTP_ASR_SECRET_MIN,
                           NGX_HTTP_ASR_SECRET_MAX);
        return NGX_CONF_ERROR;
    }

    amcf->webhook_secret.data = p;
    amcf->webhook_secret.len = n;

    return NGX_CONF_OK;
}


/* Before the worker has threads; without it nothing is fetched or sent. */

void
ngx_http_asr_io_create(ngx_cycle_t *cycle, ngx_http_asr_main_conf_t *amcf)
{
    asr_io_conf_t            conf;
    ngx_http_asr_zone_t     *zone;
    ngx_http_asr_process_t  *p;

    p = &ngx_http_asr_process;
    zone = amcf->zone->data;

    ngx_memzero(&conf, sizeof(asr_io_conf_t));

    conf.fetch.allow = amcf->allow;
    conf.fetch.size_max = amcf->fetch_size != 0 ? amcf->fetch_size
                                                : NGX_HTTP_ASR_FETCH_SIZE;
    conf.fetch.time_ms = amcf->fetch_time != 0 ? amcf->fetch_time
                                               : NGX_HTTP_ASR_FETCH_TIME;
    conf.fetch.stall_ms = amcf->fetch_stall != 0 ? amcf->fetch_stall
                                                 : NGX_HTTP_ASR_FETCH_STALL;
    conf.fetch.connect_ms = NGX_HTTP_ASR_FETCH_CONNECT;
    conf.fetch.deliver_ms = NGX_HTTP_ASR_DELIVER_TIME;
    conf.fetch.secret = ngx_http_asr_str(amcf->webhook_secret);
    conf.counters = &zone->sh->io;
    conf.backoff_ms = NGX_HTTP_ASR_BACKOFF;

    p->io = asr_io_create(&conf, p->core.spool);

    if (p->io == NULL) {
        ngx_log_error(NGX_LOG_CRIT, cycle->log, 0,
                      "asr: could not set up libcurl");
    }
}


void
ngx_http_asr_io_start(ngx_cycle_t *cycle)
{
    ngx_http_asr_process_t  *p;

    p = &ngx_http_asr_process;

    if (p->io != NULL && asr_io_start(p->io, p->core.store) != ASR_OK) {
        ngx_log_error(NGX_LOG_CRIT, cycle->log, 0,
                      "asr: could not start the I/O thread");
    }
}


/* Store thread. */

void
ngx_http_asr_io_ready(void *ctx)
{
    ngx_http_asr_process_t  *p = ctx;

    if (p->io != NULL) {
        asr_io_wake(p->io);
    }
}
