/*
 * Document 000: the companions that move files.
 *
 * An upload is streamed: multipart parts go to the spool as they come, in
 * constant memory, whatever their order.  A fault a part's handler finds is
 * kept in the upload's state and ends the call at once, so that a gigabyte
 * behind a wrong purpose is not read.  A spool file that the store has not
 * got is removed with the call.
 */

#include "asr_u2.h"

#include "../base/asr_clock.h"

#include <errno.h>


#define ASR_U2_FILES_ARENA  (4 * 1024 * 1024)

enum { ASR_U2_PART_NONE = 0, ASR_U2_PART_PURPOSE, ASR_U2_PART_FILE,
       ASR_U2_PART_OTHER };

enum { ASR_U2_ROW_PURPOSE = 0, ASR_U2_ROW_FILE };


static asr_step_t asr_u2_list_reply(asr_call_t *call);


static asr_err_t
asr_u2_upload_fault(asr_u2_upload_t *up, asr_u2_code_id_t code,
    const char *clause, const char *why)
{
    up->code = code;
    up->clause = clause;
    up->why = why;

    return ASR_INVALID;
}


static asr_err_t
asr_u2_upload_param(asr_u2_upload_t *up, int row, const char *why)
{
    return asr_u2_upload_fault(up, ASR_U2_PARAM,
                               asr_u2_upload_params[row].clause, why);
}


static asr_err_t
asr_u2_part_begin(void *ctx, const asr_part_t *part)
{
    asr_call_t       *call = ctx;
    asr_u2_t         *u = call->state;
    asr_u2_upload_t  *up = u->upload;

    if (asr_str_eq(part->name, asr_str("purpose"))) {
        up->part = ASR_U2_PART_PURPOSE;

        if (up->purposes++ != 0) {
            return asr_u2_upload_param(up, ASR_U2_ROW_PURPOSE,
                                       "purpose is given more than once");
        }

        return ASR_OK;
    }

    if (!asr_str_eq(part->name, asr_str("file"))) {
        up->part = ASR_U2_PART_OTHER;
        return ASR_OK;
    }

    up->part = ASR_U2_PART_FILE;

    if (up->files++ != 0) {
        return asr_u2_upload_param(up, ASR_U2_ROW_FILE,
                                   "file is given more than once");
    }

    if (part->filename.data == NULL || part->filename.len == 0) {
        return asr_u2_upload_param(up, ASR_U2_ROW_FILE,
                                   "file must have a filename");
    }

    if (part->filename.len > ASR_U2_FILENAME_MAX) {
        return asr_u2_upload_fault(up, ASR_U2_PARAM,
                                   asr_u2_rules[ASR_U2_R_FILE_NAME].clause,
                                   "the filename is longer than 255 bytes");
    }

    up->filename = asr_upload_name(&call->arena, part->filename);
    up->content_type = asr_upload_type(&call->arena, part->content_type);

    if (up->filename.data == NULL) {
        return ASR_NOMEM;
    }

    asr_spool_begin(call->core->spool, &up->spool);
    up->spooling = true;

    return ASR_OK;
}


static asr_err_t
asr_u2_part_data(void *ctx, const char *p, size_t n)
{
    asr_call_t       *call = ctx;
    asr_u2_t         *u = call->state;
    asr_u2_upload_t  *up = u->upload;

    switch (up->part) {

    case ASR_U2_PART_PURPOSE:

        if (n >= sizeof(up->purpose) - up->purpose_len) {
            return asr_u2_upload_param(up, ASR_U2_ROW_PURPOSE,
                                       "purpose must be " ASR_U2_PURPOSE);
        }

        if (n != 0) {
            memcpy(up->purpose + up->purpose_len, p, n);
            up->purpose_len += n;
        }

        return ASR_OK;

    case ASR_U2_PART_FILE:

        if (n > ASR_U2_FILE_MAX - up->spool.size) {
            return asr_u2_upload_fault(up, ASR_U2_TOO_LARGE,
                                       asr_u2_rules[ASR_U2_R_FILE_SIZE].clause,
                                       "the file is larger than 1 GB");
        }

        /* never inline: a stored file is read back from the spool */

        return asr_spool_write(&up->spool, p, n, 0);

    default:
        return ASR_OK;
    }
}


static asr_err_t
asr_u2_part_end(void *ctx)
{
    asr_call_t       *call = ctx;
    asr_u2_t         *u = call->state;
    asr_u2_upload_t  *up = u->upload;

    if (up->part == ASR_U2_PART_PURPOSE
        && !asr_str_eq((asr_str_t) { up->purpose_len, up->purpose },
                       asr_str(ASR_U2_PURPOSE)))
    {
        return asr_u2_upload_param(up, ASR_U2_ROW_PURPOSE,
                                   "purpose must be " ASR_U2_PURPOSE);
    }

    if (up->part == ASR_U2_PART_FILE && up->spool.size == 0) {
        return asr_u2_upload_param(up, ASR_U2_ROW_FILE, "file is empty");
    }

    up->part = ASR_U2_PART_NONE;

    return ASR_OK;
}


asr_step_t
asr_u2_upload_begin(asr_call_t *call, asr_u2_t *u)
{
    asr_str_t         boundary;
    asr_u2_upload_t  *up;

    static const asr_multipart_handler_t  handler = {
        asr_u2_part_begin,
        asr_u2_part_data,
        asr_u2_part_end
    };

    if (!asr_upload_is_type(call->http->content_type,
                            asr_str("multipart/form-data"))
        || asr_multipart_boundary(call->http->content_type, &boundary)
           != ASR_OK)
    {
        return asr_u2_rule(call, ASR_U2_PARAM, ASR_U2_R_MULTIPART,
                           "Content-Type must be multipart/form-data with a "
                           "boundary");
    }

    up = asr_arena_zalloc(&call->arena, sizeof(asr_u2_upload_t));
    if (up == NULL) {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");
    }

    u->upload = up;
    up->multipart = asr_multipart_create(boundary, &handler, call);

    if (up->multipart == NULL) {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");
    }

    call->body_max = ASR_U2_FILE_MAX + ASR_U2_ENVELOPE_MAX;

    return ASR_STEP_BODY;
}


static asr_step_t
asr_u2_upload_error(asr_call_t *call, asr_u2_upload_t *up, asr_err_t rc)
{
    if (up->why != NULL) {
        return asr_u2_error(call, up->code, up->clause, up->why);
    }

    switch (rc) {

    case ASR_INVALID:
        return asr_u2_rule(call, ASR_U2_PARAM, ASR_U2_R_MULTIPART,
                           "the multipart body is malformed or incomplete");

    case ASR_TOOBIG:
        return asr_u2_rule(call, ASR_U2_PARAM, ASR_U2_R_MULTIPART,
                           "the multipart body has too many or too large "
                           "headers");

    case ASR_NOMEM:
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");

    default:
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL,
                            "the file could not be kept");
    }
}


asr_step_t
asr_u2_upload_body(asr_call_t *call, asr_u2_t *u, const char *p, size_t n)
{
    asr_err_t  rc;

    rc = asr_multipart_feed(u->upload->multipart, p, n);

    if (rc != ASR_OK) {
        return asr_u2_upload_error(call, u->upload, rc);
    }

    return ASR_STEP_BODY;
}


asr_step_t
asr_u2_upload_end(asr_call_t *call, asr_u2_t *u)
{
    int64_t           now;
    asr_err_t         rc;
    asr_file_t       *f;
    asr_u2_upload_t  *up = u->upload;

    rc = asr_multipart_end(up->multipart);

    if (rc == ASR_OK && up->purposes == 0) {
        rc = asr_u2_upload_param(up, ASR_U2_ROW_PURPOSE,
                                 "purpose is required");
    }

    if (rc == ASR_OK && up->files == 0) {
        rc = asr_u2_upload_param(up, ASR_U2_ROW_FILE, "file is required");
    }

    if (rc != ASR_OK) {
        return asr_u2_upload_error(call, up, rc);
    }

    now = asr_clock_ms();
    f = &call->op.file;

    f->account = u->account->name;
    f->filename = up->filename;
    f->purpose = asr_str(ASR_U2_PURPOSE);
    f->content_type = up->content_type;
    f->bytes = (int64_t) up->spool.size;
    f->created_ms = now;
    f->expires_ms = now + call->core->file_ttl_ms;

    call->op.type = ASR_OP_FILE_CREATE;
    call->op.spool_file = &up->spool;

    return ASR_STEP_STORE;
}


void
asr_u2_upload_cleanup(asr_u2_t *u)
{
    if (u->upload == NULL) {
        return;
    }

    asr_multipart_free(u->upload->multipart);

    /* nothing to do once the store had the file */

    if (u->upload->spooling) {
        asr_spool_end(&u->upload->spool, false);
    }
}


static asr_step_t
asr_u2_no_file(asr_call_t *call)
{
    return asr_u2_rule(call, ASR_U2_NOT_FOUND, ASR_U2_R_FILE_FOUND,
                       "there is no such file");
}


/* Calls without a multipart body: what to ask of the store. */

asr_step_t
asr_u2_files_end(asr_call_t *call, asr_u2_t *u)
{
    bool       ok;
    asr_op_t  *op;

    op = &call->op;

    switch (u->action) {

    case ASR_U2_DELETE:
        op->type = ASR_OP_FILE_DELETE;
        ok = asr_u2_check_json(call, u, asr_u2_delete_params,
                               asr_u2_delete_params_n, &u->args);
        break;

    case ASR_U2_LIST:
        op->type = ASR_OP_FILE_LIST;
        ok = asr_u2_check_args(call, asr_u2_list_params,
                               asr_u2_list_params_n, &u->args);
        break;

    default:
        op->type = ASR_OP_FILE_GET;
        ok = asr_u2_check_args(call, asr_u2_retrieve_params,
                               asr_u2_retrieve_params_n, &u->args);
        break;
    }

    if (!ok) {
        return ASR_STEP_REPLY;
    }

    /* the store has files of other APIs as well: there are none here */

    if (u->args.purpose.len != 0 && !call->guard
        && !asr_str_eq(u->args.purpose, asr_str(ASR_U2_PURPOSE)))
    {
        return u->action == ASR_U2_LIST ? asr_u2_list_reply(call)
                                        : asr_u2_no_file(call);
    }

    op->file.id = u->args.file_id;
    op->file.account = u->account->name;
    op->file.purpose = asr_str(ASR_U2_PURPOSE);

    /* the request is read; rows come next */
    call->arena.ceiling = ASR_U2_FILES_ARENA;

    return ASR_STEP_STORE;
}


static void
asr_u2_file_json(asr_json_out_t *o, const asr_file_t *f)
{
    asr_jo_object(o);
    asr_jo_key(o, "file_id");
    asr_jo_int(o, f->id);
    asr_jo_key(o, "bytes");
    asr_jo_int(o, f->bytes);
    asr_jo_key(o, "created_at");
    asr_jo_int(o, f->created_ms / 1000);
    asr_jo_key(o, "filename");
    asr_jo_str(o, f->filename);
    asr_jo_key(o, "purpose");
    asr_jo_str(o, f->purpose);
    asr_jo_object_end(o);
}


static asr_step_t
asr_u2_file_reply(asr_call_t *call, const asr_file_t *f)
{
    asr_json_out_t  o;

    asr_u2_reply(call);
    asr_json_out_begin(&o, &call->reply.body);
    asr_jo_object(&o);
    asr_jo_key(&o, "file");
    asr_u2_file_json(&o, f);
    asr_u2_base_resp(&o, 0, asr_str("success"));
    asr_jo_object_end(&o);

    return asr_u2_reply_end(call, &o);
}


static asr_step_t
asr_u2_list_reply(asr_call_t *call)
{
    size_t          i;
    asr_json_out_t  o;

    asr_u2_reply(call);
    asr_json_out_begin(&o, &call->reply.body);
    asr_jo_object(&o);
    asr_jo_key(&o, "files");
    asr_jo_array(&o);

    for (i = 0; i < call->op.nfiles; i++) {
        asr_u2_file_json(&o, &call->op.files[i]);
    }

    asr_jo_array_end(&o);
    asr_u2_base_resp(&o, 0, asr_str("success"));
    asr_jo_object_end(&o);

    return asr_u2_reply_end(call, &o);
}


static asr_step_t
asr_u2_delete_reply(asr_call_t *call, int64_t id)
{
    asr_u2_reply(call);

    if (asr_buf_printf(&call->reply.body,
                       "{\"file_id\":%lld,\"base_resp\":"
                       "{\"status_code\":0,\"status_msg\":\"success\"}}",
                       (long long) id)
        != ASR_OK)
    {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");
    }

    return ASR_STEP_REPLY;
}


static asr_step_t
asr_u2_content_reply(asr_call_t *call, const asr_file_t *f)
{
    int           fd;
    asr_str_t     disposition;
    asr_reply_t  *r;

    fd = asr_spool_open_audio(call->core->spool, f->spool);

    if (fd == -1 && errno == ENOENT) {
        return asr_u2_no_file(call);
    }

    if (fd == -1) {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL,
                            "the file cannot be read");
    }

    asr_u2_reply(call);
    r = &call->reply;
    r->fd = fd;
    r->fd_size = f->bytes;

    r->content_type = asr_upload_safe_type(f->content_type);
    disposition = asr_upload_disposition(&call->arena, f->filename);

    if (disposition.data == NULL) {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");
    }

    asr_reply_header(r, asr_str("Content-Disposition"), disposition);

    return ASR_STEP_REPLY;
}


asr_step_t
asr_u2_files_stored(asr_call_t *call, asr_u2_t *u)
{
    asr_file_t  *f;

    f = &call->op.file;

    /* a file of another API is as good as none */

    if (call->op.rc == ASR_NOTFOUND
        || (call->op.rc == ASR_OK && call->op.type == ASR_OP_FILE_GET
            && !asr_str_eq(f->purpose, asr_str(ASR_U2_PURPOSE))))
    {
        return asr_u2_no_file(call);
    }

    if (call->op.rc != ASR_OK) {
        return asr_u2_store_error(call, call->op.rc);
    }

    switch (u->action) {

    case ASR_U2_DELETE:
        return asr_u2_delete_reply(call, u->args.file_id);

    case ASR_U2_LIST:
        return asr_u2_list_reply(call);

    case ASR_U2_CONTENT:
        return asr_u2_content_reply(call, f);

    default:
        return asr_u2_file_reply(call, f);
    }
}
