/*
 * The text of a fault and names of audio: whatever is taken holds together,
 * says the same when it is read again, and is understood by the list of codes.
 */

#include "fuzz.h"

#include "core/api/asr_api.h"
#include "asr_mock_faults.h"
#include "asr_mock_magic.h"


static void
check_fault(const asr_mock_fault_t *f)
{
    bool               silent;
    int64_t            ms;
    asr_mock_random_t  r;

    asr_mock_seed(&r, 1);
    ms = asr_mock_fault_latency(f, &r);
    fuzz_check(ms >= 0 && ms <= ASR_MOCK_FAULT_LATENCY_MAX);

    silent = f->connection == ASR_MOCK_CONNECTION_RESET
             || f->connection == ASR_MOCK_CONNECTION_EMPTY;

    fuzz_check(f->spec.len != 0 && f->spec.len <= ASR_MOCK_FAULT_SPEC_MAX);
    fuzz_check(f->status == 0 || (f->status >= 200 && f->status <= 599));
    fuzz_check(f->code.len == 0 || asr_mock_code_known(f->code, false));
    fuzz_check(f->task_code.len == 0
               || asr_mock_code_known(f->task_code, true));
    fuzz_check(f->task_code.len == 0 || f->code.len == 0);
    fuzz_check(!silent || (f->code.len == 0 && f->status == 0
                           && f->type.len == 0 && f->dribble_ms == 0
                           && f->length_delta == 0));
    fuzz_check(f->code.len != 0 || f->status != 0 || f->task_code.len != 0
               || f->latency != ASR_MOCK_LATENCY_NONE || f->dribble_ms != 0
               || f->connection != ASR_MOCK_CONNECTION_NONE
               || f->length_delta != 0 || f->type.len != 0);
}


static void
check_same(const asr_mock_fault_t *a, const asr_mock_fault_t *b)
{
    fuzz_check(asr_str_eq(a->spec, b->spec));
    fuzz_check(asr_str_eq(a->code, b->code));
    fuzz_check(asr_str_eq(a->task_code, b->task_code));
    fuzz_check(asr_str_eq(a->type, b->type));
    fuzz_check(a->status == b->status && a->latency == b->latency
               && a->latency_ms == b->latency_ms
               && a->dribble_ms == b->dribble_ms
               && a->connection == b->connection && a->cut_at == b->cut_at
               && a->length_delta == b->length_delta);
}


static void
fault(const uint8_t *data, size_t size)
{
    char              *p;
    asr_err_t          rc;
    asr_arena_t        arena;
    const char        *why, *again;
    asr_mock_fault_t   f, g;

    asr_arena_init(&arena, 1 << 16);

    p = fuzz_piece(data, size);
    rc = asr_mock_fault_parse(&arena, (asr_str_t) { size, p }, &f, &why);
    free(p);

    fuzz_check(rc == ASR_OK || rc == ASR_INVALID);
    fuzz_check((rc == ASR_OK) == (why == NULL));

    if (rc == ASR_OK) {
        check_fault(&f);
        fuzz_check(asr_mock_fault_parse(&arena, f.spec, &g, &again) == ASR_OK);
        check_same(&f, &g);

    } else {
        fuzz_check(asr_utf8_valid(asr_cstr(why)));
    }

    asr_arena_free(&arena);
}


static void
magic(const uint8_t *data, size_t size)
{
    char              *p;
    bool               found;
    asr_str_t          message;
    asr_cause_t        cause;
    asr_mock_magic_t   m, n;

    p = fuzz_piece(data, size);
    found = asr_mock_magic((asr_str_t) { size, p }, &m);
    free(p);

    if (!found) {
        return;
    }

    switch (m.kind) {

    case ASR_MOCK_MAGIC_FAIL:
        fuzz_check(memchr(m.code, '\0', sizeof(m.code)) != NULL);
        fuzz_check(asr_mock_code_form(asr_cstr(m.code)));
        (void) asr_mock_task_code(asr_str("tencent"), asr_cstr(m.code),
                                  &cause, &message);
        break;

    case ASR_MOCK_MAGIC_SLOW:
        fuzz_check(m.ms >= 0 && m.ms <= ASR_MOCK_DURATION_MAX);
        break;

    case ASR_MOCK_MAGIC_SAY:
        fuzz_check(memchr(m.text, '\0', sizeof(m.text)) != NULL);
        fuzz_check(m.text[0] != '\0' && asr_utf8_valid(asr_cstr(m.text)));
        break;

    default:
        break;
    }

    /* a query does not matter */

    p = malloc(size + 8);
    fuzz_check(p != NULL);
    memcpy(p, data, size);
    memcpy(p + size, "?/a.wav", 7);
    fuzz_check(asr_mock_magic((asr_str_t) { size + 7, p }, &n));
    fuzz_check(m.kind == n.kind && m.ms == n.ms
               && strcmp(m.code, n.code) == 0 && strcmp(m.text, n.text) == 0);
    free(p);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fault(data, size);

    if (size != 0) {
        magic(data, size);
    }

    return 0;
}
