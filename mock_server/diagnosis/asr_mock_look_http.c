/*
 * The transport of a request: paths and methods that are nearly right, bodies
 * that should not be there, Host, Content-Length.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE            /* memmem */
#endif

#include "asr_mock_look.h"


#define ASR_MOCK_SEGMENTS  8
#define ASR_MOCK_NO_ROUTE  5     /* from this cost on a path is another */
#define ASR_MOCK_GAP       3     /* of a segment too many, or too few */


typedef struct {
    const char  *method;
    const char  *path;           /* "*": any segment */
    const char  *shown;
} asr_mock_route_t;


#define A2  "/serve/api/v2/"

static const asr_mock_route_t  asr_mock_routes[] = {
    { "POST",   "/v1/audio/asr/tasks", "/v1/audio/asr/tasks" },
    { "GET",    "/v1/audio/asr/tasks", "/v1/audio/asr/tasks?task_id=ID" },
    { "GET",    "/v1/audio/asr/tasks/*", "/v1/audio/asr/tasks/TASK_ID" },
    { "POST",   "/v1/files/upload", "/v1/files/upload" },
    { "POST",   "/v1/files/delete", "/v1/files/delete" },
    { "GET",    "/v1/files/retrieve", "/v1/files/retrieve?file_id=ID" },
    { "GET",    "/v1/files/retrieve_content",
                "/v1/files/retrieve_content?file_id=ID" },
    { "GET",    "/v1/files/list", "/v1/files/list" },
    { "GET",    "/v1/files", "/v1/files" },
    { "POST",   A2 "upload", A2 "upload" },
    { "POST",   A2 "upload/signed-url", A2 "upload/signed-url" },
    { "POST",   A2 "transcriptions/async-generate-audio",
                A2 "transcriptions/async-generate-audio" },
    { "POST",   A2 "transcriptions/sync-generate-audio",
                A2 "transcriptions/sync-generate-audio" },
    { "GET",    A2 "task/*", A2 "task/TASK_ID" },
    { "GET",    A2 "*/metadata", A2 "ASSET_ID/metadata" },
    { "GET",    A2 "*/download", A2 "ASSET_ID/download" },
    { "DELETE", A2 "*", A2 "ASSET_ID" }
};


static size_t
asr_mock_route_split(asr_str_t path, asr_str_t out[ASR_MOCK_SEGMENTS])
{
    size_t     n;
    asr_str_t  s;

    for (n = 0; path.data != NULL && n < ASR_MOCK_SEGMENTS; /* void */ ) {
        s = asr_str_cut(&path, '/');

        if (s.len != 0) {
            out[n++] = s;
        }
    }

    return n;
}


static unsigned
asr_mock_route_segment(asr_str_t sent, asr_str_t want)
{
    unsigned  d;

    if (asr_str_eq(want, asr_str("*")) || asr_str_eq(sent, want)) {
        return 0;
    }

    d = asr_mock_look_distance(sent, want);

    /* the same but for case or a hyphen is not yet the same */

    return (d == 0) ? 1 : (d < ASR_MOCK_GAP && d * 2 <= want.len)
                      ? d : ASR_MOCK_NO_ROUTE;
}


/* What it costs to make the path the route's, in segments and letters. */

static unsigned
asr_mock_route_cost(const asr_str_t *sent, size_t n,
    const asr_mock_route_t *r)
{
    size_t     i, k, m;
    unsigned   cost[ASR_MOCK_SEGMENTS + 1][ASR_MOCK_SEGMENTS + 1], v;
    asr_str_t  want[ASR_MOCK_SEGMENTS];

    m = asr_mock_route_split(asr_cstr(r->path), want);
    memset(cost, 0, sizeof(cost));

    for (i = 0; i <= n; i++) {
        for (k = 0; k <= m; k++) {

            if (i == 0 || k == 0) {
                cost[i][k] = (unsigned) (i + k) * ASR_MOCK_GAP;
                continue;
            }

            v = cost[i - 1][k - 1]
                + asr_mock_route_segment(sent[i - 1], want[k - 1]);

            if (cost[i - 1][k] + ASR_MOCK_GAP < v) {
                v = cost[i - 1][k] + ASR_MOCK_GAP;
            }

            if (cost[i][k - 1] + ASR_MOCK_GAP < v) {
                v = cost[i][k - 1] + ASR_MOCK_GAP;
            }

            cost[i][k] = v;
        }
    }

    return cost[n][m];
}


/* NULL: none is near.  *cost 0: the path is the route's. */

static const asr_mock_route_t *
asr_mock_route_nearest(const asr_mock_exchange_t *x, unsigned *cost)
{
    bool                     same;
    size_t                   i, n;
    unsigned                 v, least;
    asr_str_t                sent[ASR_MOCK_SEGMENTS];
    const asr_mock_route_t  *best;

    n = asr_mock_route_split(x->path, sent);
    best = NULL;
    least = ASR_MOCK_NO_ROUTE * 2;

    for (i = 0; i < asr_nelts(asr_mock_routes); i++) {
        same = asr_str_eq(asr_cstr(asr_mock_routes[i].method), x->method);
        v = asr_mock_route_cost(sent, n, &asr_mock_routes[i]);

        if (v >= ASR_MOCK_NO_ROUTE) {
            continue;
        }

        /* between two that are as near, the one of this method */

        if (v * 2 + !same < least) {
            least = v * 2 + !same;
            best = &asr_mock_routes[i];
            *cost = v;
        }
    }

    return best;
}


static bool
asr_mock_look_is_rest(const asr_mock_exchange_t *x)
{
    size_t  i;

    static const asr_str_t  begin[] = { ASR_STR("/v1/"), ASR_STR("/serve/") };

    if (asr_str_eq(x->api, asr_str("u2"))
        || asr_str_eq(x->api, asr_str("memories")))
    {
        return true;
    }

    for (i = 0; i < asr_nelts(begin); i++) {
        if (x->path.len >= begin[i].len
            && memcmp(x->path.data, begin[i].data, begin[i].len) == 0)
        {
            return true;
        }
    }

    return false;
}


static bool
asr_mock_look_clause_is(const asr_mock_exchange_t *x, const char *a,
    const char *b)
{
    return asr_str_eq(x->clause, asr_cstr(a))
           || asr_str_eq(x->clause, asr_cstr(b));
}


static void
asr_mock_look_route(asr_mock_look_t *l)
{
    bool                        method;
    unsigned                    cost;
    asr_str_t                   path;
    asr_mock_finding_t         *f;
    const asr_mock_route_t     *r;
    const asr_mock_exchange_t  *x;

    x = l->x;

    if (x->operation.len != 0 && !asr_str_eq(x->operation, asr_str("other"))) {
        return;
    }

    r = asr_mock_route_nearest(x, &cost);
    method = (r != NULL && cost == 0
              && !asr_str_eq(asr_cstr(r->method), x->method));

    if (r == NULL ? (x->api.len != 0 && !asr_mock_look_is_rest(x))
                  : (cost == 0 && !method))
    {
        return;                  /* RPC, where the path means nothing */
    }

    if (asr_mock_look_clause_is(x, "U-022", "M-022")
        || asr_mock_look_clause_is(x, "U-023", "M-023"))
    {
        f = asr_mock_look_clause(l, ASR_MOCK_ERROR, x->clause);

    } else {
        f = asr_mock_look_rule(l, method ? ASR_MOCK_D_METHOD
                                         : ASR_MOCK_D_PATH);
    }

    path = asr_mock_look_clip(l, x->path, ASR_MOCK_GOT_MAX - 10);
    f->got = asr_mock_look_text(l, "%.*s %.*s", asr_fmt(x->method),
                                asr_fmt(path));

    if (r != NULL) {
        f->expected = asr_mock_look_text(l, "%s %s", r->method, r->shown);
        f->hint = asr_mock_look_text(l, "Did you mean %s %s?", r->method,
                                     r->shown);

    } else {
        f->expected = asr_str("POST /v1/audio/asr/tasks, POST /serve/api/v2/"
                              "transcriptions/async-generate-audio, or POST / "
                              "with an Action");
    }
}


static void
asr_mock_look_host(asr_mock_look_t *l)
{
    size_t               i;
    asr_str_t            host, name;
    asr_mock_finding_t  *f;

    static const asr_str_t  vendors[] = {
        ASR_STR("tencentcloudapi.com"), ASR_STR("unisound.com"),
        ASR_STR("hivoice.cn"), ASR_STR("memories.ai"), ASR_STR("aliyuncs.com")
    };

    host = asr_mock_header(l->x, "Host");

    if (host.len == 0) {
        return;
    }

    for (i = 0; i < host.len; i++) {
        if (memchr("/@ ", host.data[i], 3) != NULL) {
            f = asr_mock_look_rule(l, ASR_MOCK_D_HOST);
            f->pointer = asr_str("header:Host");
            f->got = asr_mock_look_clip(l, host, ASR_MOCK_GOT_MAX);
            f->expected = asr_str("name[:port]");
            return;
        }
    }

    name = asr_str_cut(&host, ':');

    for (i = 0; i < asr_nelts(vendors) && !l->x->tls; i++) {
        if (name.len >= vendors[i].len
            && asr_str_caseeq((asr_str_t) { vendors[i].len,
                                            name.data + name.len
                                            - vendors[i].len }, vendors[i]))
        {
            f = asr_mock_look_rule(l, ASR_MOCK_D_PLAIN);
            f->pointer = asr_str("header:Host");
            f->got = asr_mock_look_text(l, "http://%.*s", asr_fmt(name));
            f->expected = asr_mock_look_text(l, "https://%.*s", asr_fmt(name));
        }
    }
}


static void
asr_mock_look_length(asr_mock_look_t *l)
{
    int64_t                     sent;
    asr_str_t                   s;
    asr_mock_finding_t         *f;
    const asr_mock_exchange_t  *x;

    x = l->x;

    s = asr_mock_header(x, "Content-Length");

    if (s.len == 0 || asr_str_int(s, &sent) != ASR_OK || sent < 0) {
        sent = (int64_t) x->body_bytes;
    }

    if (asr_str_eq(x->method, asr_str("GET"))) {

        if (sent != 0) {
            f = asr_mock_look_rule(l, ASR_MOCK_D_GET_BODY);
            f->got = asr_mock_look_text(l, "a body of %lld bytes",
                                        (long long) sent);
            f->expected = asr_str("no body");
        }

        return;
    }

    /* the body of what was refused, or needs none, may be left unread */

    if (x->code.len == 0 && x->body_bytes != 0
        && (uint64_t) sent != x->body_bytes)
    {
        f = asr_mock_look_rule(l, ASR_MOCK_D_LENGTH);
        f->pointer = asr_str("header:Content-Length");
        f->got = asr_mock_look_clip(l, s, ASR_MOCK_GOT_MAX);
        f->expected = asr_mock_look_text(l, "%llu",
                                         (unsigned long long) x->body_bytes);
    }
}


/* The first bytes are JSON's or a form's, and Content-Type says otherwise. */

static void
asr_mock_look_type(asr_mock_look_t *l)
{
    asr_str_t            body;
    const char          *is;
    asr_mock_finding_t  *f;

    body = l->x->body;

    if (body.len == 0 || l->x->code.len != 0 || l->media.len == 0
        || asr_str_eq(l->x->method, asr_str("GET")))
    {
        return;
    }

    if (asr_str_caseeq(l->media, asr_str("application/x-www-form-urlencoded"))
        && body.data[0] == '{')
    {
        is = "application/json";

    } else if (asr_str_caseeq(l->media, asr_str("multipart/form-data"))
               && memchr("{[", body.data[0], 2) != NULL)
    {
        is = "application/json";

    } else {
        return;
    }

    f = asr_mock_look_rule(l, ASR_MOCK_D_TYPE);
    f->pointer = asr_str("header:Content-Type");
    f->got = asr_mock_look_header_got(l, "Content-Type");
    f->expected = asr_cstr(is);
}


void
asr_mock_look_http(asr_mock_look_t *l)
{
    asr_mock_look_route(l);
    asr_mock_look_length(l);
    asr_mock_look_type(l);
    asr_mock_look_host(l);
}


void
asr_mock_look_percent(asr_mock_look_t *l)
{
    size_t               i, k;
    asr_mock_finding_t  *f;

    const asr_str_t  texts[] = { l->x->args, l->x->body };

    for (k = 0; k < asr_nelts(texts); k++) {
        for (i = 0; i < texts[k].len; i++) {

            if (texts[k].data[i] == '%'
                && (i + 2 >= texts[k].len
                    || asr_hex_digit(texts[k].data[i + 1]) < 0
                    || asr_hex_digit(texts[k].data[i + 2]) < 0))
            {
                f = asr_mock_look_rule(l, ASR_MOCK_D_FORM_PERCENT);
                f->expected = asr_str("%XX");
                f->got = asr_mock_look_clip(l,
                             (asr_str_t) { texts[k].len - i,
                                           texts[k].data + i }, 8);
                return;
            }
        }
    }
}


void
asr_mock_look_pairs(asr_mock_look_t *l)
{
    bool       form;
    asr_err_t  rc;
    asr_str_t  type, args, body;

    type = asr_mock_header(l->x, "Content-Type");
    l->media = (type.len != 0) ? asr_str_trim(asr_str_cut(&type, ';'))
                               : asr_str_null();
    args = l->x->args;
    body = l->x->body;
    form = body.len != 0
           && asr_str_caseeq(l->media,
                             asr_str("application/x-www-form-urlencoded"));

    asr_form_init(&l->form, l->arena, asr_str_null(), NULL, NULL,
                  ASR_MOCK_BODY_MAX);

    /* the '&' ends the query's last pair */

    rc = ASR_OK;

    if (args.len != 0) {
        rc = asr_form_feed(&l->form, args.data, args.len);

        if (rc == ASR_OK) {
            rc = asr_form_feed(&l->form, "&", 1);
        }
    }

    if (rc == ASR_OK && form) {
        rc = asr_form_feed(&l->form, body.data, body.len);
    }

    if (rc == ASR_OK) {
        rc = asr_form_end(&l->form);
    }

    l->broken = (rc != ASR_OK);
    l->nomem |= (rc == ASR_NOMEM);

    asr_form_free(&l->form);
}


asr_str_t
asr_mock_look_header_got(asr_mock_look_t *l, const char *name)
{
    size_t       n;
    asr_str_t    s, scheme;
    const char  *p;

    static const asr_str_t  schemes[] = {
        ASR_STR("Bearer"), ASR_STR("Basic"), ASR_STR("Digest"),
        ASR_STR("Token"), ASR_STR("ApiKey"), ASR_STR("Key"), ASR_STR("acs"),
        ASR_STR("TC3-HMAC-SHA256"), ASR_STR("ACS3-HMAC-SHA256")
    };

    s = asr_mock_header(l->x, name);

    if (s.data == NULL) {
        return asr_str("(not sent)");
    }

    if (asr_str_caseeq(asr_cstr(name), asr_str("X-TC-Token"))
        || asr_str_caseeq(asr_cstr(name), asr_str("x-acs-security-token")))
    {
        return asr_str("***");
    }

    if (!asr_str_caseeq(asr_cstr(name), asr_str("Authorization"))) {
        return asr_mock_look_clip(l, s, ASR_MOCK_GOT_MAX);
    }

    /* the scheme and what of a signature is no secret; never a bare key */

    p = (s.len != 0) ? memmem(s.data, s.len, "Signature=", 10) : NULL;

    if (p != NULL) {
        n = (size_t) (p - s.data);
        s = asr_mock_look_clip(l, (asr_str_t) { n, s.data },
                               ASR_MOCK_GOT_MAX - 14);
        return asr_mock_look_text(l, "%.*sSignature=***", asr_fmt(s));
    }

    scheme = s;
    scheme = asr_str_cut(&scheme, ' ');

    for (n = 0; n < asr_nelts(schemes); n++) {
        if (asr_str_caseeq(scheme, schemes[n]) && scheme.len < s.len) {
            return asr_mock_look_text(l, "%.*s ***", asr_fmt(scheme));
        }
    }

    return asr_mock_look_text(l, "%zu characters without a known scheme",
                              s.len);
}
