/*
 * An exchange as bytes.  The order of parts is that of redaction: secrets are
 * met in headers, query and body, and masked in what comes after.
 */

#include "asr_mock_journal_int.h"
#include "asr_mock_redact.h"


#define ASR_MOCK_SHORT    256        /* most of a name */
#define ASR_MOCK_LINE     1024       /* most of a line of text */

#define ASR_MOCK_STRINGS  6          /* of a finding */


typedef struct {
    uint16_t  name;
    uint32_t  value;
} __attribute__((packed)) asr_mock_header_len_t;

typedef struct {
    uint8_t   severity;
    uint8_t   guess;
    uint16_t  len[ASR_MOCK_STRINGS];
} __attribute__((packed)) asr_mock_finding_len_t;


static void asr_mock_entry_part(asr_mock_entry_t *e, asr_mock_part_t part,
    asr_mock_out_t *o, char *start);
static void asr_mock_entry_plain(asr_mock_entry_t *e, asr_mock_part_t part,
    asr_mock_out_t *o, asr_str_t s);
static unsigned asr_mock_entry_headers(asr_mock_out_t *o,
    const asr_header_t *headers, size_t n, size_t max, bool reply);
static unsigned asr_mock_entry_findings(asr_mock_out_t *o,
    const asr_mock_exchange_t *x);
static asr_mock_out_t asr_mock_window(const asr_mock_out_t *o, size_t max);
static void asr_mock_whole(asr_mock_out_t *o, const char *start);
static asr_str_t asr_mock_clip(asr_str_t s, size_t max);
static void asr_mock_finding_value(asr_mock_out_t *o,
    const asr_mock_finding_t *f, asr_str_t value);
static unsigned asr_mock_read_headers(const char *p, unsigned n,
    asr_header_t *out);
static unsigned asr_mock_read_findings(const char *p, unsigned n,
    asr_mock_finding_t *out);


void
asr_mock_entry_write(asr_mock_entry_t *e, size_t size,
    const asr_mock_exchange_t *x)
{
    char            *start;
    size_t           used;
    asr_mock_out_t   o, w;

    e->at_ms = x->at_ms;
    e->took_us = x->took_us;
    e->task_id = x->task_id;
    e->body_bytes = x->body_bytes;
    e->reply_bytes = x->reply_bytes;
    e->status = x->status;
    e->tls = x->tls;
    e->cleared = false;
    e->has_body = x->body.data != NULL;
    e->has_reply = x->reply.data != NULL;
    memcpy(e->body_sha256, x->body_sha256, ASR_SHA256_LEN);

    o.pos = (char *) (e + 1);
    o.end = (char *) e + size;
    o.cut = false;

    asr_mock_redact_begin();

    asr_mock_entry_plain(e, ASR_MOCK_E_API, &o, x->api);
    asr_mock_entry_plain(e, ASR_MOCK_E_OPERATION, &o, x->operation);
    asr_mock_entry_plain(e, ASR_MOCK_E_METHOD, &o, x->method);
    asr_mock_entry_plain(e, ASR_MOCK_E_CODE, &o, x->code);
    asr_mock_entry_plain(e, ASR_MOCK_E_CLAUSE, &o, x->clause);
    asr_mock_entry_plain(e, ASR_MOCK_E_FAULT, &o, x->fault);
    asr_mock_entry_plain(e, ASR_MOCK_E_TYPE, &o, x->reply_type);

    start = o.pos;
    w = asr_mock_window(&o, size / 8);
    e->nheaders = (uint8_t) asr_mock_entry_headers(&w, x->headers,
                                                   x->nheaders, size / 32,
                                                   false);
    o.pos = w.pos;
    asr_mock_entry_part(e, ASR_MOCK_E_HEADERS, &o, start);

    start = o.pos;
    w = asr_mock_window(&o, size / 16);
    asr_mock_redact_target(&w, x->target);
    asr_mock_whole(&w, start);
    o.pos = w.pos;
    asr_mock_entry_part(e, ASR_MOCK_E_TARGET, &o, start);

    start = o.pos;
    w = asr_mock_window(&o, size / 16);
    asr_mock_redact_text(&w, x->path);
    asr_mock_whole(&w, start);
    o.pos = w.pos;
    asr_mock_entry_part(e, ASR_MOCK_E_PATH, &o, start);

    start = o.pos;
    w = asr_mock_window(&o, size / 4);
    asr_mock_redact_body(&w, asr_mock_header(x, "Content-Type"),
                         asr_mock_clip(x->body, ASR_MOCK_BODY_MAX));
    asr_mock_whole(&w, start);
    o.pos = w.pos;
    asr_mock_entry_part(e, ASR_MOCK_E_BODY, &o, start);

    start = o.pos;
    asr_mock_redact_text(&o, asr_mock_clip(x->why, ASR_MOCK_LINE));
    asr_mock_redact_echo(&o, start);
    asr_mock_entry_part(e, ASR_MOCK_E_WHY, &o, start);

    start = o.pos;
    w = asr_mock_window(&o, size / 8);
    e->nfindings = (uint8_t) asr_mock_entry_findings(&w, x);
    o.pos = w.pos;
    asr_mock_entry_part(e, ASR_MOCK_E_FINDINGS, &o, start);

    start = o.pos;
    w = asr_mock_window(&o, size / 8);

    if (x->doctor.len != 0) {
        asr_mock_redact_json(&w, x->doctor);
        asr_mock_redact_echo(&w, start);
    }

    /* JSON: a part of it is nothing */
    o.pos = w.cut ? start : w.pos;
    asr_mock_entry_part(e, ASR_MOCK_E_DOCTOR, &o, start);

    start = o.pos;
    w = asr_mock_window(&o, size / 16);
    e->nreply_headers = (uint8_t) asr_mock_entry_headers(&w, x->reply_headers,
                                                         x->nreply_headers,
                                                         size / 64, true);
    o.pos = w.pos;
    asr_mock_entry_part(e, ASR_MOCK_E_REPLY_HEADERS, &o, start);

    start = o.pos;
    w = asr_mock_window(&o, ASR_MOCK_BODY_MAX);
    asr_mock_redact_body(&w, x->reply_type,
                         asr_mock_clip(x->reply, ASR_MOCK_BODY_MAX));
    asr_mock_redact_echo(&w, start);
    asr_mock_whole(&w, start);
    o.pos = w.pos;
    asr_mock_entry_part(e, ASR_MOCK_E_REPLY, &o, start);

    used = ((size_t) (o.pos - (char *) e) + 7) & ~(size_t) 7;

    while (o.pos < (char *) e + used) {
        *o.pos++ = '\0';
    }

    e->size = (uint32_t) used;
}


static void
asr_mock_entry_part(asr_mock_entry_t *e, asr_mock_part_t part,
    asr_mock_out_t *o, char *start)
{
    e->len[part] = (uint32_t) (o->pos - start);
}


static void
asr_mock_entry_plain(asr_mock_entry_t *e, asr_mock_part_t part,
    asr_mock_out_t *o, asr_str_t s)
{
    char  *start;

    start = o->pos;
    s = asr_mock_clip(s, ASR_MOCK_SHORT);
    asr_mock_out(o, s.data, s.len);
    asr_mock_entry_part(e, part, o, start);
}


/* The next max bytes of it, if there are so many. */

static asr_mock_out_t
asr_mock_window(const asr_mock_out_t *o, size_t max)
{
    asr_mock_out_t  w;

    w = *o;
    w.cut = false;

    if ((size_t) (w.end - w.pos) > max) {
        w.end = w.pos + max;
    }

    return w;
}


/* What was cut ends with a whole character. */

static void
asr_mock_whole(asr_mock_out_t *o, const char *start)
{
    asr_str_t  tail;

    if (!o->cut) {
        return;
    }

    tail.len = (size_t) (o->pos - start) < 4 ? (size_t) (o->pos - start) : 4;
    tail.data = o->pos - tail.len;

    while (tail.len != 0 && (*tail.data & 0xc0) == 0x80) {
        tail.data++;
        tail.len--;
    }

    o->pos -= tail.len - asr_utf8_prefix(tail);
}


static asr_str_t
asr_mock_clip(asr_str_t s, size_t max)
{
    if (s.len > max) {
        s.len = max;

        while (s.len != 0 && max - s.len < 4
               && (s.data[s.len] & 0xc0) == 0x80)
        {
            s.len--;
        }
    }

    return s;
}


static unsigned
asr_mock_entry_headers(asr_mock_out_t *o, const asr_header_t *headers,
    size_t n, size_t max, bool reply)
{
    char                   *at, *start;
    size_t                  i;
    asr_str_t               name;
    asr_mock_out_t          w;
    asr_mock_header_len_t   len;

    if (n > ASR_MOCK_KEPT_HEADERS) {
        n = ASR_MOCK_KEPT_HEADERS;
    }

    for (i = 0; i < n; i++) {
        name = asr_mock_clip(headers[i].name, ASR_MOCK_SHORT);
        at = o->pos;

        if ((size_t) (o->end - o->pos) < sizeof(len) + name.len + 16) {
            break;
        }

        o->pos += sizeof(len);
        asr_mock_out(o, name.data, name.len);

        start = o->pos;
        w = asr_mock_window(o, max);
        asr_mock_redact_header(&w, headers[i].name, headers[i].value);

        if (reply) {
            asr_mock_redact_echo(&w, start);
        }

        o->pos = w.pos;

        len.name = (uint16_t) name.len;
        len.value = (uint32_t) (o->pos - start);
        memcpy(at, &len, sizeof(len));
    }

    return (unsigned) i;
}


static unsigned
asr_mock_entry_findings(asr_mock_out_t *o, const asr_mock_exchange_t *x)
{
    char                     *at, *start;
    size_t                    i, k, n;
    asr_str_t                 s[ASR_MOCK_STRINGS];
    asr_mock_out_t            w;
    asr_mock_finding_len_t    len;
    const asr_mock_finding_t *f;

    n = x->nfindings < ASR_MOCK_KEPT_FINDINGS ? x->nfindings
                                              : ASR_MOCK_KEPT_FINDINGS;

    for (i = 0; i < n; i++) {
        f = &x->findings[i];

        s[0] = f->rule;
        s[1] = f->pointer;
        s[2] = f->words;
        s[3] = f->got;
        s[4] = f->expected;
        s[5] = f->hint;

        at = o->pos;
        w = *o;
        w.cut = false;
        asr_mock_out(&w, (const char *) &len, sizeof(len));

        for (k = 0; k < ASR_MOCK_STRINGS; k++) {
            start = w.pos;

            if (k == 3 || k == 4) {
                asr_mock_finding_value(&w, f, asr_mock_clip(s[k],
                                                            ASR_MOCK_LINE));
            } else {
                s[k] = asr_mock_clip(s[k], k < 2 ? ASR_MOCK_SHORT
                                                 : ASR_MOCK_LINE);
                asr_mock_out(&w, s[k].data, s[k].len);
            }

            asr_mock_redact_echo(&w, start);
            len.len[k] = (uint16_t) (w.pos - start);
        }

        if (w.cut) {
            break;
        }

        len.severity = (uint8_t) f->severity;
        len.guess = f->guess;
        memcpy(at, &len, sizeof(len));

        o->pos = w.pos;
    }

    return (unsigned) i;
}


/* As where it was found: the last name of the pointer says what it is. */

static void
asr_mock_finding_value(asr_mock_out_t *o, const asr_mock_finding_t *f,
    asr_str_t value)
{
    size_t     n;
    asr_str_t  name;

    /* the signature doctor shows no secret, and its numbers are the point */

    if (f->rule.len > 2 && memcmp(f->rule.data, "S-", 2) == 0) {
        asr_mock_out(o, value.data, value.len);
        return;
    }

    name = f->pointer;

    for (n = name.len; n != 0; n--) {
        if (name.data[n - 1] == '/' || name.data[n - 1] == '?'
            || name.data[n - 1] == ':')
        {
            name.data += n;
            name.len -= n;
            break;
        }
    }

    if (f->pointer.len > 7 && memcmp(f->pointer.data, "header:", 7) == 0) {
        asr_mock_redact_header(o, name, value);

    } else {
        asr_mock_redact_named(o, name, value);
    }
}


void
asr_mock_entry_read(const asr_mock_entry_t *e, asr_mock_view_t *view,
    asr_mock_exchange_t *x)
{
    unsigned     i;
    asr_str_t    s[ASR_MOCK_E_PARTS];
    const char  *p;

    memset(x, 0, sizeof(asr_mock_exchange_t));

    p = (const char *) (e + 1);

    for (i = 0; i < ASR_MOCK_E_PARTS; i++) {
        s[i].data = p;
        s[i].len = e->len[i];
        p += e->len[i];
    }

    x->id = e->id;
    x->at_ms = e->at_ms;
    x->took_us = e->took_us;
    x->task_id = e->task_id;
    x->body_bytes = e->body_bytes;
    x->reply_bytes = e->reply_bytes;
    x->status = e->status;
    x->tls = e->tls;
    memcpy(x->body_sha256, e->body_sha256, ASR_SHA256_LEN);

    x->api = s[ASR_MOCK_E_API];
    x->operation = s[ASR_MOCK_E_OPERATION];
    x->method = s[ASR_MOCK_E_METHOD];
    x->code = s[ASR_MOCK_E_CODE];
    x->clause = s[ASR_MOCK_E_CLAUSE];
    x->fault = s[ASR_MOCK_E_FAULT];
    x->reply_type = s[ASR_MOCK_E_TYPE];
    x->target = s[ASR_MOCK_E_TARGET];
    x->path = s[ASR_MOCK_E_PATH];
    x->why = s[ASR_MOCK_E_WHY];
    x->doctor = s[ASR_MOCK_E_DOCTOR];
    x->body = e->has_body ? s[ASR_MOCK_E_BODY] : asr_str_null();
    x->reply = e->has_reply ? s[ASR_MOCK_E_REPLY] : asr_str_null();

    p = x->target.len != 0 ? memchr(x->target.data, '?', x->target.len) : NULL;

    if (p != NULL) {
        x->args.data = p + 1;
        x->args.len = x->target.len - (size_t) (p + 1 - x->target.data);
    }

    x->headers = view->headers;
    x->nheaders = asr_mock_read_headers(s[ASR_MOCK_E_HEADERS].data,
                                        e->nheaders, view->headers);
    x->reply_headers = view->reply_headers;
    x->nreply_headers = asr_mock_read_headers(s[ASR_MOCK_E_REPLY_HEADERS].data,
                                              e->nreply_headers,
                                              view->reply_headers);
    x->findings = view->findings;
    x->nfindings = asr_mock_read_findings(s[ASR_MOCK_E_FINDINGS].data,
                                          e->nfindings, view->findings);
}


static unsigned
asr_mock_read_headers(const char *p, unsigned n, asr_header_t *out)
{
    unsigned               i;
    asr_mock_header_len_t  len;

    for (i = 0; i < n; i++) {
        memcpy(&len, p, sizeof(len));
        p += sizeof(len);

        out[i].name.data = p;
        out[i].name.len = len.name;
        p += len.name;

        out[i].value.data = p;
        out[i].value.len = len.value;
        p += len.value;
    }

    return n;
}


static unsigned
asr_mock_read_findings(const char *p, unsigned n, asr_mock_finding_t *out)
{
    unsigned                 i, k;
    asr_str_t               *s[ASR_MOCK_STRINGS];
    asr_mock_finding_len_t   len;

    for (i = 0; i < n; i++) {
        memcpy(&len, p, sizeof(len));
        p += sizeof(len);

        out[i].severity = (asr_mock_severity_t) len.severity;
        out[i].guess = len.guess;

        s[0] = &out[i].rule;
        s[1] = &out[i].pointer;
        s[2] = &out[i].words;
        s[3] = &out[i].got;
        s[4] = &out[i].expected;
        s[5] = &out[i].hint;

        for (k = 0; k < ASR_MOCK_STRINGS; k++) {
            s[k]->data = p;
            s[k]->len = len.len[k];
            p += len.len[k];
        }
    }

    return n;
}
