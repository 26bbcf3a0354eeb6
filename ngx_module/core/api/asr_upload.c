/* Names and types of uploaded files, which come from clients. */

#include "asr_upload.h"


static bool asr_upload_attr_char(unsigned char ch);


bool
asr_upload_is_type(asr_str_t content_type, asr_str_t type)
{
    const char  *p;

    p = (content_type.len != 0)
        ? memchr(content_type.data, ';', content_type.len) : NULL;

    if (p != NULL) {
        content_type.len = (size_t) (p - content_type.data);
    }

    while (content_type.len != 0
           && (content_type.data[content_type.len - 1] == ' '
               || content_type.data[content_type.len - 1] == '\t'))
    {
        content_type.len--;
    }

    return asr_str_caseeq(content_type, type);
}


asr_str_t
asr_upload_name(asr_arena_t *arena, asr_str_t name)
{
    char           *p;
    size_t          i;
    asr_str_t       s;
    unsigned char   ch;

    for (i = name.len; i > 0; i--) {
        if (name.data[i - 1] == '/' || name.data[i - 1] == '\\') {
            name.data += i;
            name.len -= i;
            break;
        }
    }

    s = asr_arena_str(arena, name);
    if (s.data == NULL) {
        return s;
    }

    p = (char *) s.data;

    for (i = 0; i < s.len; i++) {
        ch = (unsigned char) p[i];

        if (ch < 0x20 || ch == 0x7f) {
            p[i] = '_';
        }
    }

    if (!asr_utf8_valid(s)) {
        for (i = 0; i < s.len; i++) {
            if ((unsigned char) p[i] >= 0x80) {
                p[i] = '_';
            }
        }
    }

    if (s.len == 0 || asr_str_eq(s, asr_str("."))
        || asr_str_eq(s, asr_str("..")))
    {
        return asr_str("audio");
    }

    return s;
}


asr_str_t
asr_upload_type(asr_arena_t *arena, asr_str_t type)
{
    size_t  i;

    if (type.len > ASR_UPLOAD_TYPE_MAX) {
        return asr_str_null();
    }

    for (i = 0; i < type.len; i++) {
        if (type.data[i] < 0x20 || type.data[i] > 0x7e) {
            return asr_str_null();
        }
    }

    return asr_arena_str(arena, type);
}


asr_str_t
asr_upload_safe_type(asr_str_t type)
{
    if (type.len > 6 && memcmp(type.data, "audio/", 6) == 0) {
        return type;
    }

    return asr_str("application/octet-stream");
}


static bool
asr_upload_attr_char(unsigned char ch)
{
    /* RFC 8187, less what a careless reader of headers may take amiss */

    return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z')
           || (ch >= 'a' && ch <= 'z') || ch == '.' || ch == '-' || ch == '_';
}


/* For old readers an ASCII name, for the others the true one (RFC 6266). */

asr_str_t
asr_upload_disposition(asr_arena_t *arena, asr_str_t name)
{
    char           *ascii, *coded, *p;
    size_t          i;
    unsigned char   ch;

    static const char  hex[] = "0123456789ABCDEF";

    ascii = asr_arena_alloc(arena, name.len + 1);
    coded = asr_arena_alloc(arena, name.len * 3 + 1);

    if (ascii == NULL || coded == NULL) {
        return asr_str_null();
    }

    p = coded;

    for (i = 0; i < name.len; i++) {
        ch = (unsigned char) name.data[i];

        if (asr_upload_attr_char(ch)) {
            ascii[i] = (char) ch;
            *p++ = (char) ch;
            continue;
        }

        ascii[i] = (ch == ' ') ? ' ' : '_';
        *p++ = '%';
        *p++ = hex[ch >> 4];
        *p++ = hex[ch & 0xf];
    }

    return asr_arena_printf(arena,
                            "attachment; filename=\"%.*s\"; "
                            "filename*=UTF-8''%.*s",
                            (int) name.len, ascii, (int) (p - coded), coded);
}
