/* An exchange as the mock sees it, and questions about its findings. */

#ifndef MOCK_LOOK_UNIT_H
#define MOCK_LOOK_UNIT_H

#include "unit.h"
#include "asr_mock_diagnosis.h"


typedef struct {
    asr_mock_exchange_t  x;
    asr_arena_t          arena;
    asr_header_t         headers[16];
    asr_mock_finding_t  *found;
    size_t               n;
} look_t;


static inline void
look_header(look_t *k, const char *name, const char *value)
{
    size_t  i;

    for (i = 0; i < k->x.nheaders; i++) {
        if (asr_str_eq(k->headers[i].name, asr_cstr(name))) {
            break;
        }
    }

    if (value == NULL) {
        k->headers[i] = k->headers[--k->x.nheaders];
        return;
    }

    assert_true(i < asr_nelts(k->headers));
    k->headers[i].name = asr_cstr(name);
    k->headers[i].value = asr_cstr(value);
    k->x.nheaders += (i == k->x.nheaders);
}


static inline void
look_bytes(look_t *k, const char *body, size_t n)
{
    k->x.body = (asr_str_t) { n, n != 0 ? body : NULL };
    k->x.body_bytes = n;
}


static inline void
look_body(look_t *k, const char *body)
{
    look_bytes(k, body, body != NULL ? strlen(body) : 0);
}


/* An accepted request of the API's creation; the caller changes it. */

static inline void
look_init(look_t *k, const char *api, const char *operation)
{
    memset(k, 0, sizeof(*k));
    asr_arena_init(&k->arena, 1024 * 1024);
    k->x.headers = k->headers;
    k->x.api = asr_cstr(api);
    k->x.operation = asr_cstr(operation);
    k->x.method = asr_str("POST");
    k->x.status = 200;
    k->x.path = asr_str("/");
    look_header(k, "Host", "127.0.0.1:8080");
    look_header(k, "Content-Type", "application/json");

    if (strcmp(api, "tencent") == 0) {
        look_header(k, "X-TC-Action", operation);
        look_header(k, "X-TC-Version", "2019-06-14");
        look_header(k, "Authorization", "TC3-HMAC-SHA256 Credential=test-a/"
                    "2026-11-26/asr/tc3_request, SignedHeaders=content-type;"
                    "host, Signature=00ff");

    } else if (strcmp(api, "u2") == 0) {
        k->x.path = asr_str("/v1/audio/asr/tasks");
        look_header(k, "Authorization", "Bearer test-secret-key");

    } else if (strcmp(api, "memories") == 0) {
        k->x.path = asr_str("/serve/api/v2/transcriptions/"
                            "async-generate-audio");
        look_header(k, "Authorization", "test-secret-key");

    } else {
        look_header(k, "Content-Type", NULL);
        look_header(k, "Authorization", "ACS3-HMAC-SHA256 Credential=test-a,"
                    "SignedHeaders=host,Signature=00ff");
        look_header(k, "x-acs-action", operation);
    }
}


static inline void
look_refused(look_t *k, const char *code, const char *clause)
{
    k->x.code = asr_cstr(code);
    k->x.clause = asr_cstr(clause);
}


static inline void
look_run(look_t *k)
{
    size_t               i;
    asr_mock_finding_t  *f;

    assert_int_equal(asr_mock_diagnose(&k->arena, &k->x, &k->found, &k->n),
                     ASR_OK);
    assert_true(k->n <= ASR_MOCK_FINDINGS_MAX);

    for (i = 0; i < k->n; i++) {
        f = &k->found[i];
        assert_true(f->rule.len != 0);
        assert_true(f->got.len <= ASR_MOCK_GOT_MAX * 4 + 64);

        assert_true(f->severity != ASR_MOCK_ERROR || f->words.len != 0);
    }
}


/* NULL: no finding of that rule. */

static inline const asr_mock_finding_t *
look_find(const look_t *k, const char *rule)
{
    size_t  i;

    for (i = 0; i < k->n; i++) {
        if (asr_str_eq(k->found[i].rule, asr_cstr(rule))) {
            return &k->found[i];
        }
    }

    return NULL;
}


static inline void
look_print(const look_t *k)
{
    size_t                     i;
    const asr_mock_finding_t  *f;

    for (i = 0; i < k->n; i++) {
        f = &k->found[i];
        print_message("  %s %.*s %.*s: \"%.*s\" got %.*s, expected %.*s; "
                      "%.*s%s\n", asr_mock_severity_name(f->severity),
                      asr_fmt(f->rule), asr_fmt(f->pointer),
                      asr_fmt(f->words), asr_fmt(f->got),
                      asr_fmt(f->expected), asr_fmt(f->hint),
                      f->guess ? " (guess)" : "");
    }
}


static inline void
look_text(const char *what, asr_str_t s, const char *want)
{
    char  text[1200];

    assert_true(s.len < sizeof(text));
    memcpy(text, s.data != NULL ? s.data : "", s.len);
    text[s.len] = '\0';

    if (strcmp(text, want) != 0) {
        fail_msg("%s is \"%s\", not \"%s\"", what, text, want);
    }
}


static inline bool
look_has(asr_str_t s, const char *part)
{
    size_t  i, n;

    n = strlen(part);

    for (i = 0; i + n <= s.len; i++) {
        if (memcmp(s.data + i, part, n) == 0) {
            return true;
        }
    }

    return false;
}


/* Is the i-th finding so?  NULL: no matter.  hint: a part of it. */

static inline void
look_is(const look_t *k, size_t i, asr_mock_severity_t severity,
    const char *rule, const char *pointer, const char *got, const char *hint)
{
    const asr_mock_finding_t  *f;

    if (i >= k->n) {
        look_print(k);
        fail_msg("%zu findings, not more than %zu", k->n, i);
    }

    f = &k->found[i];
    look_text("rule", f->rule, rule);
    assert_int_equal(f->severity, severity);
    assert_true(f->words.len != 0);

    if (pointer != NULL) {
        look_text("pointer", f->pointer, pointer);
    }

    if (got != NULL) {
        look_text("got", f->got, got);
    }

    if (hint != NULL && !look_has(f->hint, hint)) {
        fail_msg("the hint is \"%.*s\", not \"...%s...\"", asr_fmt(f->hint),
                 hint);
    }
}


static inline void
look_none(const look_t *k)
{
    if (k->n != 0) {
        look_print(k);
        fail_msg("%zu findings", k->n);
    }
}


static inline void
look_free(look_t *k)
{
    asr_arena_free(&k->arena);
}


#endif /* MOCK_LOOK_UNIT_H */
