/*
 * Files that were uploaded.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_mock_store_int.h"

#include <stdlib.h>


static asr_err_t asr_mock_file_copy(const asr_mock_file_t *f, asr_arena_t *a,
    asr_file_t *out);
static bool asr_mock_file_expired(const asr_mock_file_t *f);
static asr_err_t asr_mock_file_timer(asr_mock_store_t *s,
    asr_mock_file_t *f);


static bool
asr_mock_file_expired(const asr_mock_file_t *f)
{
    return f->f.expires_ms > 0
           && f->f.expires_ms <= asr_mock_home_now(f->home);
}


asr_mock_file_t *
asr_mock_file_of(asr_mock_store_t *s, int64_t id, asr_str_t account,
    asr_str_t purpose)
{
    asr_mock_file_t  *f;

    f = asr_mock_table_find(&s->files, id);

    return f != NULL && asr_str_eq(f->f.account, account)
           && (purpose.len == 0 || asr_str_eq(f->f.purpose, purpose))
           && !asr_mock_file_expired(f)
           ? f : NULL;
}


static asr_err_t
asr_mock_file_timer(asr_mock_store_t *s, asr_mock_file_t *f)
{
    asr_mock_timer_clear(&f->home->timers, &f->expiry);

    return f->f.expires_ms > 0
           ? asr_mock_timer_set(&f->home->timers, &f->expiry,
                                f->f.expires_ms, ++s->serial)
           : ASR_OK;
}


static asr_mock_file_t *
asr_mock_file_make(asr_mock_store_t *s, asr_mock_home_t *h,
    const asr_file_t *from)
{
    char             *p;
    size_t            n;
    asr_mock_file_t  *f;

    n = sizeof(asr_mock_file_t) + from->account.len + from->filename.len
        + from->purpose.len + from->content_type.len + 4;

    f = malloc(n);
    if (f == NULL) {
        return NULL;
    }

    memset(f, 0, sizeof(asr_mock_file_t));
    p = f->text;
    f->f = *from;
    asr_mock_pack(&p, &f->f.account, from->account);
    asr_mock_pack(&p, &f->f.filename, from->filename);
    asr_mock_pack(&p, &f->f.purpose, from->purpose);
    asr_mock_pack(&p, &f->f.content_type, from->content_type);

    f->f.spool = asr_str_null();
    f->f.inline_audio = asr_str_null();
    f->home = h;
    f->expiry.kind = ASR_MOCK_FILE_EXPIRES;
    f->audio.of_file = true;
    asr_mock_charge(s, h, &f->bytes, n);

    return f;
}


asr_err_t
asr_mock_file_create(asr_mock_store_t *s, asr_op_t *op)
{
    asr_err_t         rc;
    asr_mock_file_t  *f;
    asr_mock_home_t  *h;

    if (op->spool_file == NULL) {
        return ASR_INVALID;
    }

    h = asr_mock_home_make(s, op->file.account);
    if (h == NULL) {
        return ASR_NOMEM;
    }

    if (op->file.created_ms == 0) {
        op->file.created_ms = asr_mock_home_now(h);
    }

    op->file.bytes = (int64_t) op->spool_file->size;

    f = asr_mock_file_make(s, h, &op->file);
    if (f == NULL) {
        return ASR_NOMEM;
    }

    rc = asr_mock_audio_take(s, h, &f->audio, op->spool_file, &f->bytes);

    if (rc == ASR_OK) {
        f->node.id = asr_mock_home_id(s, h, true);
        f->f.id = f->node.id;
        rc = f->node.id == 0 ? ASR_TOOBIG
             : asr_mock_table_add(&s->files, &f->node);
    }

    if (rc != ASR_OK) {
        asr_mock_audio_drop(s, h, &f->audio, &f->bytes);
        asr_mock_discharge(s, h, &f->bytes, f->bytes);
        free(f);
        return rc;
    }

    asr_mock_put(&h->files, &f->all);
    h->nfiles++;

    rc = asr_mock_file_timer(s, f);

    if (rc != ASR_OK) {
        asr_mock_file_remove(s, f);
        return rc;
    }

    op->file.id = f->node.id;

    return ASR_OK;
}


/* The empty content that it was created with is inline. */

asr_err_t
asr_mock_file_fill(asr_mock_store_t *s, asr_op_t *op)
{
    char             *type, *p;
    asr_err_t         rc;
    asr_mock_file_t  *f;

    if (op->spool_file == NULL || op->spool_file->size == 0) {
        return ASR_INVALID;
    }

    f = asr_mock_file_of(s, op->file.id, op->file.account, op->file.purpose);

    if (f == NULL) {
        return ASR_NOTFOUND;
    }

    if (f->f.bytes != 0) {
        return ASR_EXISTS;
    }

    type = malloc(op->file.content_type.len + 1);
    if (type == NULL) {
        return ASR_NOMEM;
    }

    asr_mock_audio_drop(s, f->home, &f->audio, &f->bytes);
    rc = asr_mock_audio_take(s, f->home, &f->audio, op->spool_file,
                             &f->bytes);
    if (rc != ASR_OK) {
        free(type);
        return rc;
    }

    p = type;
    asr_mock_pack(&p, &f->f.content_type, op->file.content_type);
    asr_mock_charge(s, f->home, &f->bytes, op->file.content_type.len + 1);
    f->type = type;

    f->f.bytes = (int64_t) op->spool_file->size;
    f->f.expires_ms = op->file.expires_ms;
    op->file.bytes = f->f.bytes;

    /* should it fail, it expires for clients all the same */

    (void) asr_mock_file_timer(s, f);

    return ASR_OK;
}


asr_err_t
asr_mock_file_delete(asr_mock_store_t *s, asr_op_t *op)
{
    asr_mock_file_t  *f;

    f = asr_mock_file_of(s, op->file.id, op->file.account, op->file.purpose);

    if (f == NULL) {
        return ASR_NOTFOUND;
    }

    asr_mock_file_remove(s, f);

    return ASR_OK;
}


void
asr_mock_file_remove(asr_mock_store_t *s, asr_mock_file_t *f)
{
    asr_mock_home_t  *h;

    h = f->home;

    asr_mock_take(&f->all);
    asr_mock_table_remove(&s->files, &f->node);
    asr_mock_timer_clear(&h->timers, &f->expiry);
    asr_mock_audio_drop(s, h, &f->audio, &f->bytes);
    asr_mock_discharge(s, h, &f->bytes, f->bytes);
    h->nfiles--;

    free(f->type);
    free(f);
}


static asr_err_t
asr_mock_file_copy(const asr_mock_file_t *f, asr_arena_t *a, asr_file_t *out)
{
    size_t      i;
    asr_file_t  copy;
    asr_str_t  *fields[5];

    copy = f->f;
    copy.spool = asr_cstr(f->audio.spool);

    fields[0] = &copy.account;
    fields[1] = &copy.filename;
    fields[2] = &copy.purpose;
    fields[3] = &copy.content_type;
    fields[4] = &copy.spool;

    for (i = 0; i < asr_nelts(fields); i++) {

        if (fields[i]->len == 0) {
            *fields[i] = asr_str_null();
            continue;
        }

        *fields[i] = asr_arena_str(a, *fields[i]);

        if (fields[i]->data == NULL) {
            return ASR_NOMEM;
        }
    }

    *out = copy;

    return ASR_OK;
}


asr_err_t
asr_mock_file_get(asr_mock_store_t *s, asr_op_t *op)
{
    asr_err_t         rc;
    asr_file_t        copy;
    asr_mock_file_t  *f;

    if (op->arena == NULL) {
        return ASR_INVALID;
    }

    f = asr_mock_table_find(&s->files, op->file.id);

    if (f == NULL || asr_mock_file_expired(f)
        || (op->file.account.len != 0
            && !asr_str_eq(f->f.account, op->file.account)))
    {
        return ASR_NOTFOUND;
    }

    rc = asr_mock_file_copy(f, op->arena, &copy);

    if (rc == ASR_OK && copy.spool.len == 0 && f->audio.size != 0) {
        copy.inline_audio.len = (size_t) f->audio.size;
        copy.inline_audio.data = f->audio.mem;
        copy.inline_audio = asr_arena_str(op->arena, copy.inline_audio);
        rc = copy.inline_audio.data != NULL ? ASR_OK : ASR_NOMEM;
    }

    if (rc == ASR_OK) {
        op->file = copy;
    }

    return rc;
}


/* Newest first. */

asr_err_t
asr_mock_file_list(asr_mock_store_t *s, asr_op_t *op)
{
    size_t            n;
    asr_mock_link_t  *l;
    asr_mock_file_t  *f;
    asr_mock_home_t  *h;

    op->files = NULL;
    op->nfiles = 0;

    if (op->arena == NULL) {
        return ASR_INVALID;
    }

    h = asr_mock_home_find(op->file.account);

    if (h == NULL || h->nfiles == 0) {
        return ASR_OK;
    }

    n = h->nfiles < ASR_FILE_LIST_MAX ? h->nfiles : ASR_FILE_LIST_MAX;
    op->files = asr_arena_zalloc(op->arena, n * sizeof(asr_file_t));

    if (op->files == NULL) {
        return ASR_NOMEM;
    }

    for (l = h->files.prev; l != &h->files && op->nfiles < n; l = l->prev) {
        f = asr_mock_of(l, asr_mock_file_t, all);

        if (asr_mock_file_expired(f)
            || (op->file.purpose.len != 0
                && !asr_str_eq(f->f.purpose, op->file.purpose)))
        {
            continue;
        }

        if (asr_mock_file_copy(f, op->arena, &op->files[op->nfiles])
            != ASR_OK)
        {
            return ASR_NOMEM;
        }

        op->nfiles++;
    }

    return ASR_OK;
}
