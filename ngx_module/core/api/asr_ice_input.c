/*
 * InputFile: where the audio is.
 *
 * A name of a bucket's object becomes a file below the bucket's folder or a
 * URL below its base.  The folder is the border: the kernel resolves the name
 * beneath it and follows no link at all, so no name and nothing that lies in
 * the folder leads out of it.  Opening and copying run on the store's reading
 * thread: the event loop waits for no disk.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_ice.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>


#define ASR_ICE_FILE_MAX  INT64_C(1073741824)    /* I-024 */
#define ASR_ICE_PIECE     (256 * 1024)


static asr_step_t
asr_ice_bad_input(asr_call_t *call, const char *clause, const char *why)
{
    call->clause = clause;

    return asr_ice_refuse(call, ASR_IE_PARAM, asr_str("InputFile"),
                          asr_cstr(why));
}


/* Does it begin so?  Then without it. */

static bool
asr_ice_begins(asr_str_t *s, asr_str_t begin)
{
    if (s->len < begin.len || memcmp(s->data, begin.data, begin.len) != 0) {
        return false;
    }

    s->data += begin.len;
    s->len -= begin.len;

    return true;
}


/* What stands before the '/' or, for URLs, before any end of a host. */

static asr_str_t
asr_ice_authority(asr_str_t *s, bool url)
{
    size_t     i;
    asr_str_t  head;

    for (i = 0; i < s->len; i++) {
        if (s->data[i] == '/'
            || (url && (s->data[i] == '?' || s->data[i] == '#')))
        {
            break;
        }
    }

    head = (asr_str_t) { i, s->data };
    s->data += i;
    s->len -= i;

    return head;
}


/* BUCKET of "BUCKET.oss-REGION.aliyuncs.com"; data NULL: not such a host. */

static asr_str_t
asr_ice_bucket(asr_str_t host)
{
    size_t     i;
    asr_str_t  rest;

    static const asr_str_t  mark = ASR_STR(".oss-");
    static const asr_str_t  end = ASR_STR(".aliyuncs.com");

    if (host.len <= mark.len + end.len
        || memcmp(host.data + host.len - end.len, end.data, end.len) != 0)
    {
        return asr_str_null();
    }

    for (i = 1; i + mark.len + end.len < host.len; i++) {
        rest = (asr_str_t) { host.len - i, host.data + i };

        if (asr_ice_begins(&rest, mark)) {
            return (asr_str_t) { i, host.data };
        }
    }

    return asr_str_null();
}


static const asr_oss_t *
asr_ice_mapped(const asr_core_t *core, asr_str_t name)
{
    size_t  i;

    for (i = 0; i < core->noss; i++) {
        if (asr_str_eq(core->oss[i].name, name)) {
            return &core->oss[i];
        }
    }

    return NULL;
}


/* I-021 */

static bool
asr_ice_key_form(asr_str_t key)
{
    size_t     i, begin;
    asr_str_t  part;

    if (key.len == 0 || key.len > ASR_ICE_KEY_MAX || !asr_utf8_valid(key)) {
        return false;
    }

    for (i = 0, begin = 0; i <= key.len; i++) {

        if (i < key.len && key.data[i] != '/') {

            if ((unsigned char) key.data[i] < 0x20 || key.data[i] == 0x7f) {
                return false;
            }

            continue;
        }

        part = (asr_str_t) { i - begin, key.data + begin };
        begin = i + 1;

        if (part.len == 0 || asr_str_eq(part, asr_str("."))
            || asr_str_eq(part, asr_str("..")))
        {
            return false;
        }
    }

    return true;
}


/*
 * Text of a URL with what must not stand there encoded: all but a URL's
 * characters and, if whole, also '%', '?', '#' (of an object's name).
 */

static asr_err_t
asr_ice_encode(asr_buf_t *out, asr_str_t s, bool whole)
{
    char           c;
    size_t         i;

    static const char  marks[] = "-_.~/!$&'()*,;=:@";
    static const char  more[] = "%?#+[]";

    for (i = 0; i < s.len; i++) {
        c = s.data[i];

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
            || (c >= 'a' && c <= 'z')
            || memchr(marks, c, sizeof(marks) - 1) != NULL
            || (!whole && memchr(more, c, sizeof(more) - 1) != NULL))
        {
            asr_buf_append(out, &c, 1);

        } else {
            asr_buf_printf(out, "%%%02X", (unsigned char) c);
        }
    }

    return out->failed ? ASR_NOMEM : ASR_OK;
}


static asr_step_t
asr_ice_set_url(asr_call_t *call, asr_ice_state_t *st, asr_str_t base,
    asr_str_t rest, bool whole)
{
    asr_buf_t  url;

    asr_buf_init(&url, 4 * ASR_ICE_INPUT_MAX);
    asr_buf_append(&url, base.data, base.len);

    if (asr_ice_encode(&url, rest, whole) == ASR_OK) {
        st->input.url = asr_arena_str(&call->arena, asr_buf_str(&url));
    }

    asr_buf_free(&url);

    return (st->input.url.data != NULL) ? ASR_STEP_BODY
                                        : asr_ice_fail(call, ASR_IE_SIZE);
}


static asr_step_t
asr_ice_object(asr_call_t *call, asr_ice_state_t *st, const asr_oss_t *oss,
    asr_str_t key)
{
    asr_str_t  base;

    if (!asr_ice_key_form(key)) {
        return asr_ice_bad_input(call, "I-021",
                                 "the name of the object is not one");
    }

    if (oss->root.len == 0) {
        base = asr_arena_printf(&call->arena, "%.*s/", asr_fmt(oss->base));

        return (base.data != NULL)
               ? asr_ice_set_url(call, st, base, key, true)
               : asr_ice_fail(call, ASR_IE_SIZE);
    }

    st->input.oss = oss;
    st->input.key = asr_arena_str(&call->arena, key);

    return (st->input.key.data != NULL) ? ASR_STEP_BODY
                                        : asr_ice_fail(call, ASR_IE_SIZE);
}


/* The path of a URL, decoded; ASR_INVALID: broken %XX. */

static asr_err_t
asr_ice_decode(asr_call_t *call, asr_str_t s, asr_str_t *out)
{
    int     high, low;
    char   *p;
    size_t  i, n;

    p = asr_arena_alloc(&call->arena, s.len + 1);
    if (p == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0, n = 0; i < s.len && s.data[i] != '?' && s.data[i] != '#';
         i++)
    {
        if (s.data[i] != '%') {
            p[n++] = s.data[i];
            continue;
        }

        high = (s.len - i > 2) ? asr_hex_digit(s.data[i + 1]) : -1;
        low = (s.len - i > 2) ? asr_hex_digit(s.data[i + 2]) : -1;

        if (high == -1 || low == -1) {
            return ASR_INVALID;
        }

        p[n++] = (char) (high << 4 | low);
        i += 2;
    }

    *out = (asr_str_t) { n, p };

    return ASR_OK;
}


/* I-023, or the bucket's form with http */

static asr_step_t
asr_ice_url(asr_call_t *call, asr_ice_state_t *st, asr_str_t after)
{
    size_t            i;
    asr_str_t         host, bucket, key;
    const asr_oss_t  *oss;

    host = asr_ice_authority(&after, true);

    for (i = 0; i < host.len; i++) {
        if ((unsigned char) host.data[i] <= 0x20
            || (unsigned char) host.data[i] >= 0x7f
            || memchr("@\\\"<>^`{|}%", host.data[i], 11) != NULL)
        {
            break;
        }
    }

    if (host.len == 0 || i != host.len || host.data[0] == ':') {
        return asr_ice_bad_input(call, "I-023", "the URL has no proper host");
    }

    bucket = asr_ice_bucket(host);
    oss = bucket.len != 0 ? asr_ice_mapped(call->core, bucket) : NULL;

    if (oss == NULL) {
        return asr_ice_set_url(call, st, asr_str_null(),
                               st->submit.input_file, false);
    }

    if (after.len != 0) {
        after.data++;
        after.len--;
    }

    switch (asr_ice_decode(call, after, &key)) {

    case ASR_OK:
        return asr_ice_object(call, st, oss, key);

    case ASR_NOMEM:
        return asr_ice_fail(call, ASR_IE_SIZE);

    default:
        return asr_ice_bad_input(call, "I-021",
                                 "the URL's percent-encoding is broken");
    }
}


static asr_step_t
asr_ice_oss_url(asr_call_t *call, asr_ice_state_t *st, asr_str_t after)
{
    asr_str_t         host, bucket;
    const asr_oss_t  *oss;

    host = asr_ice_authority(&after, false);
    bucket = asr_ice_bucket(host);
    oss = asr_ice_mapped(call->core, bucket.len != 0 ? bucket : host);

    if (host.len == 0) {
        return asr_ice_bad_input(call, "I-020", "the URL names no bucket");
    }

    if (oss == NULL) {
        call->clause = "I-020";
        return asr_ice_refuse(call, ASR_IE_NO_MEDIA,
                              asr_str("no \"asr_oss\" says where this bucket "
                                      "is"), asr_str_null());
    }

    if (after.len != 0) {
        after.data++;
        after.len--;
    }

    return asr_ice_object(call, st, oss, after);
}


/* I-022 */

static asr_step_t
asr_ice_media(asr_call_t *call, asr_ice_state_t *st, asr_str_t id)
{
    char              c;
    size_t            i;
    const asr_oss_t  *oss;

    for (i = 0; i < id.len; i++) {
        c = id.data[i];

        if ((c < '0' || c > '9') && (c < 'A' || c > 'Z')
            && (c < 'a' || c > 'z') && c != '-' && c != '_')
        {
            break;
        }
    }

    if (i != id.len || id.len > ASR_ICE_MEDIA_MAX) {
        return asr_ice_bad_input(call, "I-022",
                                 "must be an OSS URL, an http URL or a media "
                                 "id");
    }

    oss = asr_ice_mapped(call->core, asr_str_null());

    if (oss == NULL) {
        call->clause = "I-022";
        return asr_ice_refuse(call, ASR_IE_NO_MEDIA,
                              asr_str("no \"asr_media\" says where media "
                                      "are"), asr_str_null());
    }

    return asr_ice_object(call, st, oss, id);
}


asr_step_t
asr_ice_input(asr_call_t *call)
{
    asr_str_t         s;
    asr_ice_state_t  *st;

    st = call->state;
    s = st->submit.input_file;

    if (s.len > ASR_ICE_INPUT_MAX) {
        return asr_ice_bad_input(call, "I-020", "must be at most 2048 bytes");
    }

    if (asr_ice_begins(&s, asr_str("oss://"))) {
        return asr_ice_oss_url(call, st, s);
    }

    if (asr_ice_begins(&s, asr_str("http://"))
        || asr_ice_begins(&s, asr_str("https://")))
    {
        return asr_ice_url(call, st, s);
    }

    return asr_ice_media(call, st, s);
}


/* A descriptor, or -1 with errno. */

static int
asr_ice_open(const asr_ice_input_t *in)
{
    int              root, fd, err;
    struct open_how  how;

    root = open(in->oss->root.data, O_PATH|O_DIRECTORY|O_CLOEXEC);
    if (root == -1) {
        return -1;
    }

    memset(&how, 0, sizeof(how));
    how.flags = O_RDONLY|O_NOFOLLOW|O_NONBLOCK|O_NOCTTY|O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS|RESOLVE_NO_MAGICLINKS;

    fd = (int) syscall(SYS_openat2, root, in->key.data, &how, sizeof(how));

    err = errno;
    close(root);
    errno = err;

    return fd;
}


static asr_err_t
asr_ice_copy(asr_spool_file_t *file, int fd)
{
    char       *piece;
    ssize_t     n;
    asr_err_t   rc;

    piece = malloc(ASR_ICE_PIECE);
    if (piece == NULL) {
        return ASR_NOMEM;
    }

    rc = ASR_OK;

    while (rc == ASR_OK) {
        n = read(fd, piece, ASR_ICE_PIECE);

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n == -1) {
            asr_log(ASR_LOG_ERR, "cannot read an object: %s",
                    strerror(errno));
            rc = ASR_IO;
        }

        if (n <= 0) {
            break;
        }

        /* it may grow while it is read */

        rc = ((int64_t) file->size + n > ASR_ICE_FILE_MAX)
             ? ASR_TOOBIG
             : asr_spool_write(file, piece, (size_t) n, ASR_SPOOL_INLINE);
    }

    free(piece);

    return rc;
}


asr_step_t
asr_ice_input_copy(asr_call_t *call)
{
    int               fd;
    asr_err_t         rc;
    struct stat       sb;
    asr_ice_state_t  *st;

    st = call->state;
    fd = asr_ice_open(&st->input);

    if (fd == -1) {

        if (errno == EMFILE || errno == ENFILE || errno == ENOSYS
            || errno == ENOMEM)
        {
            asr_log(ASR_LOG_ERR, "cannot open an object: %s",
                    strerror(errno));
            return asr_ice_fail(call, ASR_IE_INTERNAL);
        }

        call->clause = (st->input.oss->name.len != 0) ? "I-021" : "I-022";
        return asr_ice_refuse(call, ASR_IE_NO_MEDIA,
                              asr_str("there is no such object"),
                              asr_str_null());
    }

    if (fstat(fd, &sb) == -1 || !S_ISREG(sb.st_mode)) {
        close(fd);
        call->clause = "I-021";
        return asr_ice_refuse(call, ASR_IE_NO_MEDIA,
                              asr_str("the object is not a file"),
                              asr_str_null());
    }

    if (sb.st_size == 0 || sb.st_size > ASR_ICE_FILE_MAX) {
        close(fd);
        return asr_ice_bad_input(call, "I-024",
                                 "the file must be of 1 byte to 1 GB");
    }

    rc = asr_ice_copy(&st->file, fd);
    close(fd);

    switch (rc) {

    case ASR_OK:
        return ASR_STEP_BODY;

    case ASR_TOOBIG:
        return asr_ice_bad_input(call, "I-024",
                                 "the file must be of 1 byte to 1 GB");

    default:
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }
}
