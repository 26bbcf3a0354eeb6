/*
 * Document 002: assets.
 *
 * An upload is streamed to the spool as it comes, in constant memory; a fault
 * that a part's handler finds ends the call at once.  A signed URL names an
 * asset that is there already, as an empty file: WAITING until the upload to
 * the URL fills it, which the store does once.
 */

#include "asr_memories.h"

#include "../base/asr_clock.h"

#include <errno.h>
#include <stdio.h>


#define ASR_MEMORIES_FILE_ROW  (&asr_memories_upload_params[0])


static asr_err_t asr_memories_part_begin(void *ctx, const asr_part_t *part);
static asr_err_t asr_memories_part_data(void *ctx, const char *p, size_t n);
static asr_err_t asr_memories_part_end(void *ctx);
static asr_step_t asr_memories_upload_error(asr_call_t *call,
    asr_memories_upload_t *up, asr_err_t rc);
static asr_step_t asr_memories_uploaded(asr_call_t *call, asr_memories_t *m);
static asr_step_t asr_memories_signed(asr_call_t *call, asr_memories_t *m);
static asr_step_t asr_memories_metadata(asr_call_t *call, const asr_file_t *f);
static asr_step_t asr_memories_download(asr_call_t *call,
    const asr_file_t *f);
static asr_step_t asr_memories_no_asset(asr_call_t *call);


static asr_err_t
asr_memories_upload_fault(asr_memories_upload_t *up,
    asr_memories_code_id_t code, const char *clause, const char *why)
{
    up->code = code;
    up->clause = clause;
    up->why = why;

    return ASR_INVALID;
}


static asr_err_t
asr_memories_file_fault(asr_memories_upload_t *up, const char *why)
{
    return asr_memories_upload_fault(up, ASR_MEMORIES_PARAM,
                                     ASR_MEMORIES_FILE_ROW->clause, why);
}


static asr_err_t
asr_memories_part_begin(void *ctx, const asr_part_t *part)
{
    asr_call_t             *call = ctx;
    asr_memories_t         *m = call->state;
    asr_memories_upload_t  *up = m->upload;

    if (!asr_str_eq(part->name, ASR_MEMORIES_FILE_ROW->name)) {
        return ASR_OK;
    }

    if (up->files++ != 0) {
        return asr_memories_file_fault(up, "file is given more than once");
    }

    if (part->filename.data == NULL || part->filename.len == 0) {
        return asr_memories_file_fault(up, "file must have a filename");
    }

    if (part->filename.len > ASR_MEMORIES_NAME_MAX) {
        return asr_memories_upload_fault(up, ASR_MEMORIES_PARAM,
                   asr_memories_rules[ASR_MEMORIES_R_FILE_NAME].clause,
                   "the filename is longer than 255 bytes");
    }

    up->filename = asr_upload_name(&call->arena, part->filename);
    up->content_type = asr_upload_type(&call->arena, part->content_type);

    if (up->filename.data == NULL) {
        return ASR_NOMEM;
    }

    up->in_file = true;
    up->spooling = true;
    asr_spool_begin(call->core->spool, &up->spool);

    return ASR_OK;
}


static asr_err_t
asr_memories_part_data(void *ctx, const char *p, size_t n)
{
    asr_call_t             *call = ctx;
    asr_memories_t         *m = call->state;
    asr_memories_upload_t  *up = m->upload;

    if (!up->in_file) {
        return ASR_OK;
    }

    if (n > ASR_MEMORIES_FILE_MAX - up->spool.size) {
        return asr_memories_upload_fault(up, ASR_MEMORIES_TOO_LARGE,
                   asr_memories_rules[ASR_MEMORIES_R_FILE_SIZE].clause,
                   "the file is larger than 3 GB");
    }

    /* never inline: a download sends it from the spool */

    return asr_spool_write(&up->spool, p, n, 0);
}


static asr_err_t
asr_memories_part_end(void *ctx)
{
    asr_call_t             *call = ctx;
    asr_memories_t         *m = call->state;
    asr_memories_upload_t  *up = m->upload;

    if (up->in_file && up->spool.size == 0) {
        return asr_memories_file_fault(up, "file is empty");
    }

    up->in_file = false;

    return ASR_OK;
}


asr_step_t
asr_memories_upload_begin(asr_call_t *call, asr_memories_t *m)
{
    asr_str_t               boundary;
    asr_memories_upload_t  *up;

    static const asr_multipart_handler_t  handler = {
        asr_memories_part_begin,
        asr_memories_part_data,
        asr_memories_part_end
    };

    if (!asr_upload_is_type(call->http->content_type,
                            asr_str("multipart/form-data"))
        || asr_multipart_boundary(call->http->content_type, &boundary)
           != ASR_OK)
    {
        return asr_memories_rule(call, ASR_MEMORIES_TYPE,
                                 ASR_MEMORIES_R_CONTENT_TYPE,
                                 "Content-Type must be multipart/form-data "
                                 "with a boundary");
    }

    up = asr_arena_zalloc(&call->arena, sizeof(asr_memories_upload_t));
    if (up == NULL) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "out of memory");
    }

    m->upload = up;
    up->multipart = asr_multipart_create(boundary, &handler, call);

    if (up->multipart == NULL) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "out of memory");
    }

    call->body_max = ASR_MEMORIES_FILE_MAX + ASR_MEMORIES_ENVELOPE_MAX;

    return ASR_STEP_BODY;
}


static asr_step_t
asr_memories_upload_error(asr_call_t *call, asr_memories_upload_t *up,
    asr_err_t rc)
{
    if (up->why != NULL) {
        return asr_memories_error(call, up->code, up->clause, up->why);
    }

    switch (rc) {

    case ASR_INVALID:
        return asr_memories_rule(call, ASR_MEMORIES_PARAM,
                                 ASR_MEMORIES_R_MULTIPART,
                                 "the multipart body is malformed or "
                                 "incomplete");

    case ASR_TOOBIG:
        return asr_memories_rule(call, ASR_MEMORIES_PARAM,
                                 ASR_MEMORIES_R_MULTIPART,
                                 "the multipart body has too many or too "
                                 "large headers");

    case ASR_NOMEM:
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "out of memory");

    default:
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "the file could not be kept");
    }
}


asr_step_t
asr_memories_upload_body(asr_call_t *call, asr_memories_t *m, const char *p,
    size_t n)
{
    asr_err_t  rc;

    rc = asr_multipart_feed(m->upload->multipart, p, n);

    if (rc != ASR_OK) {
        return asr_memories_upload_error(call, m->upload, rc);
    }

    return ASR_STEP_BODY;
}


asr_step_t
asr_memories_upload_end(asr_call_t *call, asr_memories_t *m)
{
    int64_t                 now;
    asr_err_t               rc;
    asr_file_t             *f;
    asr_memories_upload_t  *up = m->upload;

    rc = asr_multipart_end(up->multipart);

    if (rc == ASR_OK && up->files == 0) {
        rc = asr_memories_file_fault(up, "file is required");
    }

    if (rc != ASR_OK) {
        return asr_memories_upload_error(call, up, rc);
    }

    now = asr_clock_ms();
    f = &call->op.file;

    f->account = m->account->name;
    f->purpose = asr_str(ASR_MEMORIES_PURPOSE);
    f->content_type = up->content_type;
    f->expires_ms = now + call->core->file_ttl_ms;

    call->op.type = ASR_OP_FILE_FILL;
    call->op.spool_file = &up->spool;

    if (m->action == ASR_MEMORIES_FILL) {
        f->id = m->file_id;
        return ASR_STEP_STORE;
    }

    f->filename = up->filename;
    f->bytes = (int64_t) up->spool.size;
    f->created_ms = now;

    call->op.type = ASR_OP_FILE_CREATE;

    return ASR_STEP_STORE;
}


void
asr_memories_upload_cleanup(asr_memories_t *m)
{
    if (m->upload == NULL) {
        return;
    }

    asr_multipart_free(m->upload->multipart);

    /* nothing to do once the store had the file */

    if (m->upload->spooling) {
        asr_spool_end(&m->upload->spool, false);
    }
}


/* An empty file now, whose content comes by a URL. */

asr_step_t
asr_memories_sign(asr_call_t *call, asr_memories_t *m)
{
    int64_t                 now, ttl;
    asr_file_t             *f;
    asr_memories_sign_t     args;
    asr_memories_upload_t  *up;

    memset(&args, 0, sizeof(args));

    if (!asr_memories_check_json(call, m, asr_memories_sign_params,
                                 asr_memories_sign_params_n, &args))
    {
        return ASR_STEP_REPLY;
    }

    if (call->http->host.len == 0 && call->core->public_url.len == 0) {
        return asr_memories_rule(call, ASR_MEMORIES_PARAM,
                                 ASR_MEMORIES_R_HOST,
                                 "the request has no Host");
    }

    up = asr_arena_zalloc(&call->arena, sizeof(asr_memories_upload_t));
    if (up == NULL) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "out of memory");
    }

    m->upload = up;
    up->spooling = true;
    asr_spool_begin(call->core->spool, &up->spool);

    now = asr_clock_ms();
    ttl = call->core->file_ttl_ms;

    if (ttl < (int64_t) ASR_MEMORIES_SIGNED_S * 1000) {
        ttl = (int64_t) ASR_MEMORIES_SIGNED_S * 1000;
    }

    f = &call->op.file;

    f->account = m->account->name;
    f->filename = asr_upload_name(&call->arena, args.original_filename);
    f->purpose = asr_str(ASR_MEMORIES_PURPOSE);
    f->created_ms = now;
    f->expires_ms = now + ttl;

    if (f->filename.data == NULL) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "out of memory");
    }

    call->op.type = ASR_OP_FILE_CREATE;
    call->op.spool_file = &up->spool;

    return ASR_STEP_STORE;
}


/* Calls that name an asset in their path. */

asr_step_t
asr_memories_asset(asr_call_t *call, asr_memories_t *m)
{
    asr_op_t  *op;

    if (!asr_memories_asset_id(m->path_id, &m->file_id) && !call->guard) {
        return asr_memories_no_asset(call);
    }

    op = &call->op;

    op->type = (m->action == ASR_MEMORIES_DELETE) ? ASR_OP_FILE_DELETE
                                                  : ASR_OP_FILE_GET;
    op->file.id = m->file_id;
    op->file.account = m->account->name;
    op->file.purpose = asr_str(ASR_MEMORIES_PURPOSE);

    return ASR_STEP_STORE;
}


static asr_step_t
asr_memories_no_asset(asr_call_t *call)
{
    return asr_memories_rule(call, ASR_MEMORIES_NO_ASSET,
                             ASR_MEMORIES_R_ASSET, "there is no such asset");
}


asr_step_t
asr_memories_asset_stored(asr_call_t *call, asr_memories_t *m)
{
    asr_file_t      *f;
    asr_json_out_t   o;

    f = &call->op.file;

    if (call->op.rc == ASR_EXISTS) {
        return asr_memories_rule(call, ASR_MEMORIES_FILLED,
                                 ASR_MEMORIES_R_FILLED,
                                 "the asset is uploaded already");
    }

    /* a file of another API is as good as none */

    if (call->op.rc == ASR_NOTFOUND
        || (call->op.rc == ASR_OK
            && !asr_str_eq(f->purpose, asr_str(ASR_MEMORIES_PURPOSE))))
    {
        return asr_memories_no_asset(call);
    }

    if (call->op.rc != ASR_OK) {
        return asr_memories_store_error(call, call->op.rc);
    }

    switch (m->action) {

    case ASR_MEMORIES_UPLOAD:
    case ASR_MEMORIES_FILL:
        return asr_memories_uploaded(call, m);

    case ASR_MEMORIES_SIGN:
        return asr_memories_signed(call, m);

    case ASR_MEMORIES_METADATA:
        return asr_memories_metadata(call, f);

    case ASR_MEMORIES_DOWNLOAD:
        return asr_memories_download(call, f);

    default:
        asr_memories_open(call, &o);
        asr_jo_null(&o);
        return asr_memories_close(call, &o);
    }
}


static void
asr_memories_jo_asset(asr_json_out_t *o, int64_t id)
{
    char  text[ASR_MEMORIES_ASSET_LEN];

    asr_memories_asset_text(id, text);
    asr_jo_key(o, "asset_id");
    asr_jo_str(o, (asr_str_t) { sizeof(text), text });
}


static asr_step_t
asr_memories_uploaded(asr_call_t *call, asr_memories_t *m)
{
    asr_json_out_t  o;

    asr_memories_open(call, &o);
    asr_jo_object(&o);
    asr_memories_jo_asset(&o, call->op.file.id);
    asr_jo_object_end(&o);

    return asr_memories_close(call, &o);
}


/* The path is decoded: what is no plain character is coded again. */

static asr_str_t
asr_memories_coded_path(asr_arena_t *arena, asr_str_t path)
{
    char           *out, *p;
    size_t          i;
    unsigned char   ch;

    static const char  hex[] = "0123456789ABCDEF";

    out = asr_arena_alloc(arena, path.len * 3 + 1);
    if (out == NULL) {
        return asr_str_null();
    }

    p = out;

    for (i = 0; i < path.len; i++) {
        ch = (unsigned char) path.data[i];

        if ((ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z')
            || (ch >= 'a' && ch <= 'z')
            || (ch != '\0' && strchr("/-._~", ch) != NULL))
        {
            *p++ = (char) ch;
            continue;
        }

        *p++ = '%';
        *p++ = hex[ch >> 4];
        *p++ = hex[ch & 0xf];
    }

    return (asr_str_t) { (size_t) (p - out), out };
}


static asr_step_t
asr_memories_signed(asr_call_t *call, asr_memories_t *m)
{
    char              asset[ASR_MEMORIES_ASSET_LEN];
    bool              fixed;
    int64_t           expires_s;
    asr_str_t         token, base, url, host;
    asr_json_out_t    o;

    expires_s = call->op.file.created_ms / 1000 + ASR_MEMORIES_SIGNED_S;
    asr_memories_asset_text(call->op.file.id, asset);

    token = asr_memories_token(&call->arena, call->core->accounts, m->account,
                               call->op.file.id, expires_s);
    base = asr_memories_coded_path(&call->arena, m->base);
    fixed = (call->core->public_url.len != 0);
    host = fixed ? call->core->public_url : call->http->host;
    url = asr_str_null();

    if (token.data != NULL && base.data != NULL) {
        url = asr_arena_printf(&call->arena,
                               "%s%.*s%.*s/upload/signed/%.*s/%.*s",
                               fixed ? "" : call->http->tls ? "https://"
                                                            : "http://",
                               asr_fmt(host), asr_fmt(base),
                               (int) sizeof(asset), asset, asr_fmt(token));
    }

    if (url.data == NULL) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "the URL could not be made");
    }

    asr_memories_open(call, &o);
    asr_jo_object(&o);
    asr_memories_jo_asset(&o, call->op.file.id);
    asr_jo_key(&o, "signed_url");
    asr_jo_str(&o, url);
    asr_jo_key(&o, "expires_in");
    asr_jo_int(&o, ASR_MEMORIES_SIGNED_S);
    asr_jo_object_end(&o);

    return asr_memories_close(call, &o);
}


/* Sizes and times are strings, times in milliseconds. */

static void
asr_memories_jo_number(asr_json_out_t *o, const char *key, int64_t v)
{
    int   n;
    char  text[24];

    n = snprintf(text, sizeof(text), "%lld", (long long) v);

    asr_jo_key(o, key);
    asr_jo_str(o, (asr_str_t) { (size_t) n, text });
}


static asr_step_t
asr_memories_metadata(asr_call_t *call, const asr_file_t *f)
{
    size_t           i;
    asr_str_t        name, extension;
    asr_json_out_t   o;

    name = f->filename;
    extension = asr_str("");

    for (i = name.len; i > 1; i--) {
        if (name.data[i - 1] == '.') {
            extension.data = name.data + i;
            extension.len = name.len - i;
            name.len = i - 1;
            break;
        }
    }

    asr_memories_open(call, &o);
    asr_jo_object(&o);
    asr_jo_key(&o, "total");
    asr_jo_int(&o, 1);
    asr_jo_key(&o, "resource");
    asr_jo_array(&o);
    asr_jo_object(&o);
    asr_jo_key(&o, "extension");
    asr_jo_str(&o, extension);
    asr_memories_jo_asset(&o, f->id);
    asr_jo_key(&o, "original_filename");
    asr_jo_str(&o, name);
    asr_memories_jo_number(&o, "file_size", f->bytes);
    asr_jo_key(&o, "upload_status");
    asr_jo_str(&o, f->bytes == 0 ? asr_str("WAITING") : asr_str("SUCCESS"));
    asr_memories_jo_number(&o, "create_time", f->created_ms);
    asr_memories_jo_number(&o, "modify_time", f->created_ms);
    asr_jo_object_end(&o);
    asr_jo_array_end(&o);
    asr_jo_object_end(&o);

    return asr_memories_close(call, &o);
}


static asr_step_t
asr_memories_download(asr_call_t *call, const asr_file_t *f)
{
    int           fd;
    asr_str_t     disposition;
    asr_reply_t  *r;

    if (f->bytes == 0) {
        return asr_memories_rule(call, ASR_MEMORIES_NO_ASSET,
                                 ASR_MEMORIES_R_ASSET,
                                 "the asset is not uploaded yet");
    }

    fd = asr_spool_open_audio(call->core->spool, f->spool);

    if (fd == -1 && errno == ENOENT) {
        return asr_memories_no_asset(call);
    }

    if (fd == -1) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "the file cannot be read");
    }

    asr_memories_reply(call, 200);

    r = &call->reply;
    r->fd = fd;
    r->fd_size = f->bytes;
    r->content_type = asr_upload_safe_type(f->content_type);

    disposition = asr_upload_disposition(&call->arena, f->filename);

    if (disposition.data == NULL) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "out of memory");
    }

    asr_reply_header(r, asr_str("Content-Disposition"), disposition);

    return ASR_STEP_REPLY;
}
