/*
 * /_mock/inbox/NAME: receives callbacks and shows them.  Whoever posts may be
 * refused first: "?status=500&times=2" answers so the first two of the inbox.
 */

#include "ngx_http_asr_mock.h"
#include "asr_mock_plan.h"

#include <stdlib.h>


#define NGX_HTTP_ASR_MOCK_BOXES    256
#define NGX_HTTP_ASR_MOCK_MAILS    100       /* of an inbox, the last ones */
#define NGX_HTTP_ASR_MOCK_MAIL     (8 * 1024 * 1024)
#define NGX_HTTP_ASR_MOCK_MAILBAG  (16 * 1024 * 1024)    /* of all */
#define NGX_HTTP_ASR_MOCK_BOXNAME  128


typedef struct ngx_http_asr_mock_mail_s  ngx_http_asr_mock_mail_t;

struct ngx_http_asr_mock_mail_s {
    ngx_http_asr_mock_mail_t  *next;
    size_t                     size;
    size_t                     len;      /* of the JSON text that follows */
    char                       text[];
};

typedef struct {
    char                        name[NGX_HTTP_ASR_MOCK_BOXNAME + 1];
    ngx_http_asr_mock_mail_t   *first;
    ngx_http_asr_mock_mail_t  **last;
    ngx_uint_t                  n;
    int64_t                     received;
    ngx_uint_t                  used;
} ngx_http_asr_mock_box_t;


static ngx_http_asr_mock_box_t  *ngx_http_asr_mock_boxes;
static ngx_uint_t                ngx_http_asr_mock_box_clock;
static size_t                    ngx_http_asr_mock_bag;


static void ngx_http_asr_mock_box_drop(ngx_http_asr_mock_box_t *box);


static void
ngx_http_asr_mock_box_empty(ngx_http_asr_mock_box_t *box)
{
    while (box->first != NULL) {
        ngx_http_asr_mock_box_drop(box);
    }

    box->received = 0;
}


/* The oldest of the box goes. */

static void
ngx_http_asr_mock_box_drop(ngx_http_asr_mock_box_t *box)
{
    ngx_http_asr_mock_mail_t  *mail;

    mail = box->first;
    box->first = mail->next;
    box->n--;

    if (box->first == NULL) {
        box->last = &box->first;
    }

    ngx_http_asr_mock_bag -= mail->size;
    free(mail);
}


/* The one longest unused with mail in it, that one last. */

static ngx_http_asr_mock_box_t *
ngx_http_asr_mock_box_idle(ngx_http_asr_mock_box_t *last)
{
    ngx_uint_t                i;
    ngx_http_asr_mock_box_t  *box, *oldest;

    oldest = last;

    for (i = 0; i < NGX_HTTP_ASR_MOCK_BOXES; i++) {
        box = &ngx_http_asr_mock_boxes[i];

        if (box->n != 0 && box->used < oldest->used) {
            oldest = box;
        }
    }

    return oldest;
}


/* The box of that name; the one longest unused makes room for a new one. */

static ngx_http_asr_mock_box_t *
ngx_http_asr_mock_box(asr_str_t name, bool make)
{
    ngx_uint_t                i;
    ngx_http_asr_mock_box_t  *box, *oldest;

    if (ngx_http_asr_mock_boxes == NULL) {
        ngx_http_asr_mock_boxes = calloc(NGX_HTTP_ASR_MOCK_BOXES,
                                         sizeof(ngx_http_asr_mock_box_t));
        if (ngx_http_asr_mock_boxes == NULL) {
            return NULL;
        }

        for (i = 0; i < NGX_HTTP_ASR_MOCK_BOXES; i++) {
            box = &ngx_http_asr_mock_boxes[i];
            box->last = &box->first;
        }
    }

    oldest = &ngx_http_asr_mock_boxes[0];

    for (i = 0; i < NGX_HTTP_ASR_MOCK_BOXES; i++) {
        box = &ngx_http_asr_mock_boxes[i];

        if (box->name[0] != '\0' && asr_str_eq(asr_cstr(box->name), name)) {
            box->used = ++ngx_http_asr_mock_box_clock;
            return box;
        }

        if (box->used < oldest->used) {
            oldest = box;
        }
    }

    if (!make) {
        return NULL;
    }

    ngx_http_asr_mock_box_empty(oldest);
    memcpy(oldest->name, name.data, name.len);
    oldest->name[name.len] = '\0';
    oldest->used = ++ngx_http_asr_mock_box_clock;

    return oldest;
}


static void
ngx_http_asr_mock_mail_write(ngx_http_asr_mock_admin_t *a, int status,
    asr_buf_t *out)
{
    char                 time[ASR_MOCK_TIME_LEN];
    int64_t              now;
    ngx_uint_t           i;
    asr_json_out_t       o;
    ngx_list_part_t     *part;
    ngx_table_elt_t     *h;
    ngx_http_request_t  *r;

    r = a->request;
    now = asr_clock_ms();
    asr_mock_time_text(now, time);

    (void) asr_json_out_begin(&o, out);
    asr_jo_object(&o);
    asr_jo_key(&o, "at_ms");
    asr_jo_int(&o, now);
    asr_jo_key(&o, "at");
    asr_jo_str(&o, asr_cstr(time));
    asr_jo_key(&o, "method");
    asr_jo_str(&o, a->method);
    asr_jo_key(&o, "status");
    asr_jo_int(&o, status);
    asr_jo_key(&o, "headers");
    asr_jo_array(&o);

    for (part = &r->headers_in.headers.part;
         part != NULL;
         part = part->next)
    {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            asr_jo_object(&o);
            asr_jo_key(&o, "name");
            asr_jo_str(&o, ngx_http_asr_str(h[i].key));
            asr_jo_key(&o, "value");
            asr_jo_str(&o, ngx_http_asr_str(h[i].value));
            asr_jo_object_end(&o);
        }
    }

    asr_jo_array_end(&o);
    asr_jo_key(&o, "body");
    asr_jo_str(&o, a->body);
    asr_jo_object_end(&o);
    (void) asr_json_out_end(&o);
}


static void
ngx_http_asr_mock_box_add(ngx_http_asr_mock_admin_t *a,
    ngx_http_asr_mock_box_t *box, int status)
{
    size_t                     size;
    asr_buf_t                  text;
    ngx_http_asr_mock_mail_t  *mail;

    asr_buf_init(&text, NGX_HTTP_ASR_MOCK_MAIL);
    ngx_http_asr_mock_mail_write(a, status, &text);

    size = sizeof(ngx_http_asr_mock_mail_t) + text.len;
    mail = text.failed ? NULL : malloc(size);

    if (mail != NULL) {
        mail->next = NULL;
        mail->size = size;
        mail->len = text.len;
        memcpy(mail->text, text.data, text.len);

        *box->last = mail;
        box->last = &mail->next;
        box->n++;
        ngx_http_asr_mock_bag += size;

        if (box->n > NGX_HTTP_ASR_MOCK_MAILS) {
            ngx_http_asr_mock_box_drop(box);
        }

        while (ngx_http_asr_mock_bag > NGX_HTTP_ASR_MOCK_MAILBAG) {
            ngx_http_asr_mock_box_drop(ngx_http_asr_mock_box_idle(box));
        }
    }

    asr_buf_free(&text);
}


static void
ngx_http_asr_mock_box_list(ngx_http_asr_mock_admin_t *a,
    ngx_http_asr_mock_box_t *box)
{
    ngx_http_asr_mock_mail_t  *mail;

    (void) asr_buf_printf(&a->out, "{\"received\":[");

    for (mail = box != NULL ? box->first : NULL;
         mail != NULL;
         mail = mail->next)
    {
        if (mail != box->first) {
            (void) asr_buf_append(&a->out, ",", 1);
        }

        (void) asr_buf_append(&a->out, mail->text, mail->len);
    }

    (void) asr_buf_printf(&a->out, "],\"count\":%lld}",
                          (long long) (box != NULL ? box->received : 0));

    ngx_http_asr_mock_reply(a);
}


void
ngx_http_asr_mock_inbox(ngx_http_asr_mock_admin_t *a)
{
    int64_t                   status, times;
    asr_str_t                 name;
    ngx_http_asr_mock_box_t  *box;

    name = a->rest;

    if (name.len == 0 || name.len > NGX_HTTP_ASR_MOCK_BOXNAME
        || memchr(name.data, '\0', name.len) != NULL)
    {
        ngx_http_asr_mock_refuse(a, 404, "an inbox has a name of 1 to %d "
                                 "bytes", NGX_HTTP_ASR_MOCK_BOXNAME);
        return;
    }

    if (asr_str_eq(a->method, asr_str("GET"))) {
        ngx_http_asr_mock_box_list(a, ngx_http_asr_mock_box(name, false));
        return;
    }

    box = ngx_http_asr_mock_box(name, true);

    if (box == NULL) {
        ngx_http_asr_mock_refuse(a, 500, "no memory");
        return;
    }

    if (asr_str_eq(a->method, asr_str("DELETE"))) {
        ngx_http_asr_mock_box_empty(box);
        a->status = NGX_HTTP_NO_CONTENT;
        ngx_http_asr_mock_reply(a);
        return;
    }

    box->received++;

    if (asr_str_int(ngx_http_asr_mock_arg(a, "status"), &status) != ASR_OK
        || status < 200 || status > 599)
    {
        status = NGX_HTTP_OK;
    }

    if (asr_str_int(ngx_http_asr_mock_arg(a, "times"), &times) == ASR_OK
        && box->received > times)
    {
        status = NGX_HTTP_OK;
    }

    ngx_http_asr_mock_box_add(a, box, (int) status);
    ngx_http_asr_mock_publish("callback", name, asr_str("{}"));

    /* the vendors' senders want a code of 0 */

    a->status = (int) status;
    (void) asr_buf_printf(&a->out, "{\"code\":%d,\"message\":\"%s\"}",
                          status == NGX_HTTP_OK ? 0 : (int) status,
                          status == NGX_HTTP_OK ? "success" : "refused");
    ngx_http_asr_mock_reply(a);
}
