/* Names of audio that mean something. */

#include "asr_mock_magic.h"
#include "asr_mock_faults.h"


static const char *const  asr_mock_magic_extensions[] = {
    "wav", "mp3", "flac", "ogg", "opus", "m4a", "amr", "aac", "pcm", "mp4",
    "wma", "3gp", "flv", "webm", NULL
};


/* The last component of the path, decoded into out; empty: there is none. */

static asr_str_t
asr_mock_magic_name(asr_str_t url, char *out, size_t size)
{
    int     hi, lo;
    char    c;
    size_t  i, n, begin;

    for (i = 0, begin = 0; i < url.len; i++) {

        if (url.data[i] == '?' || url.data[i] == '#') {
            break;
        }

        if (url.data[i] == '/') {
            begin = i + 1;
        }
    }

    url = (asr_str_t) { i - begin, url.data + begin };

    for (i = 0, n = 0; i < url.len; i++) {
        c = url.data[i];

        if (c == '%') {
            hi = (i + 1 < url.len) ? asr_hex_digit(url.data[i + 1]) : -1;
            lo = (i + 2 < url.len) ? asr_hex_digit(url.data[i + 2]) : -1;

            if (hi < 0 || lo < 0) {
                return asr_str_null();
            }

            c = (char) (hi << 4 | lo);
            i += 2;
        }

        if (n == size || (unsigned char) c < 0x20 || c == 0x7f) {
            return asr_str_null();
        }

        out[n++] = c;
    }

    return (asr_str_t) { n, out };
}


static asr_str_t
asr_mock_magic_stem(asr_str_t name)
{
    size_t     i;
    unsigned   k;
    asr_str_t  rest;

    for (i = name.len; i > 0; i--) {

        if (name.data[i - 1] != '.') {
            continue;
        }

        rest = (asr_str_t) { name.len - i, name.data + i };

        for (k = 0; asr_mock_magic_extensions[k] != NULL; k++) {
            if (asr_str_caseeq(rest, asr_cstr(asr_mock_magic_extensions[k]))) {
                name.len = i - 1;
                return name;
            }
        }

        break;
    }

    return name;
}


/* What follows "word-"; data NULL: it does not begin so. */

static asr_str_t
asr_mock_magic_after(asr_str_t stem, asr_str_t word)
{
    if (stem.len <= word.len
        || memcmp(stem.data, word.data, word.len) != 0)
    {
        return asr_str_null();
    }

    return (asr_str_t) { stem.len - word.len, stem.data + word.len };
}


static bool
asr_mock_magic_say(asr_str_t s, asr_mock_magic_t *out)
{
    size_t  i;

    if (s.len >= sizeof(out->text) || !asr_utf8_valid(s)) {
        return false;
    }

    for (i = 0; i < s.len; i++) {
        out->text[i] = (s.data[i] == '-' || s.data[i] == '_'
                        || s.data[i] == '+')
                       ? ' ' : s.data[i];
    }

    out->text[s.len] = '\0';
    out->kind = ASR_MOCK_MAGIC_SAY;

    return true;
}


bool
asr_mock_magic(asr_str_t url_or_name, asr_mock_magic_t *out)
{
    char       name[ASR_MOCK_MAGIC_TEXT_MAX + 16];
    asr_str_t  stem, rest;

    memset(out, 0, sizeof(*out));

    stem = asr_mock_magic_name(url_or_name, name, sizeof(name));
    stem = asr_mock_magic_stem(stem);

    if (asr_str_eq(stem, asr_str("never"))) {
        out->kind = ASR_MOCK_MAGIC_NEVER;
        return true;
    }

    if (asr_str_eq(stem, asr_str("silence"))) {
        out->kind = ASR_MOCK_MAGIC_SILENCE;
        return true;
    }

    rest = asr_mock_magic_after(stem, asr_str("slow-"));

    if (rest.data != NULL) {
        out->kind = ASR_MOCK_MAGIC_SLOW;
        return asr_mock_duration(rest, &out->ms);
    }

    rest = asr_mock_magic_after(stem, asr_str("say-"));

    if (rest.data != NULL) {
        return asr_mock_magic_say(rest, out);
    }

    rest = asr_mock_magic_after(stem, asr_str("fail-"));

    if (rest.data == NULL || rest.len >= sizeof(out->code)
        || !asr_mock_code_form(rest))
    {
        return false;
    }

    out->kind = ASR_MOCK_MAGIC_FAIL;
    memcpy(out->code, rest.data, rest.len);

    return true;
}
