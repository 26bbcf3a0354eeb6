/*
 * Damaged media through the real asr-decode: every kind the tests can make,
 * with flipped bits, cut, spliced with others, with numbers in the headers
 * that are none.  Whatever becomes of a file, its process uses at most two
 * seconds of CPU past its length's due, and the server serves on.
 *
 *     ASR_FUZZ_N     files (300)
 *     ASR_FUZZ_SEED  what they are made from (1)
 *
 * A file that breaks a rule is left in /tmp and named.
 */

#define _GNU_SOURCE

#include "media_kinds.h"


#define SPEECH_MAX    (3 * 16000 / 2)
#define AMR_FILES     3
#define SEEDS         (asr_nelts(media_cases) + AMR_FILES)
#define CHANGES_MAX   4
#define GROWN_MAX     (1024 * 1024)
#define CPU_PAST_MS   2000
#define SHARE         40                 /* of the sound: due */
#define CAUSES        (ASR_CAUSE_FILE_GONE + 1)


typedef struct {
    unsigned  n;
    unsigned  killed;            /* their process did not end of itself */
    unsigned  causes[CAUSES];
    int64_t   cpu_ms;            /* most, past the due */
} tally_t;


static wav_t     seeds[SEEDS];
static uint64_t  state64;
static tally_t   tally;
static int       server_log = -1;        /* what the server printed */
static int       ended_cpu;
static bool      ended, killed, gone;


static void
fuzz_log(int level, const char *line)
{
    long long  ms;

    if (sscanf(line, "asr-decode: %lld ms of sound, %d ms of CPU", &ms,
               &ended_cpu) == 2)
    {
        ended = true;
    }

    killed = killed || strstr(line, "the media killed") != NULL;
    gone = gone || strstr(line, "is gone") != NULL;
}


static uint32_t
rnd(uint32_t n)
{
    state64 ^= state64 << 13;
    state64 ^= state64 >> 7;
    state64 ^= state64 << 17;

    return (uint32_t) ((state64 >> 16) % n);
}


/*
 * Heads are where the numbers are that everything hangs on.  (FFMIN evaluates
 * its arguments twice: no random number in it.)
 */

static size_t
place(const wav_t *m)
{
    size_t  n;

    n = rnd(3) ? m->len : FFMIN(m->len, 1024);

    return rnd((uint32_t) n);
}


static void
change_field(wav_t *m)
{
    int       i, bytes;
    size_t    at;
    uint64_t  v;

    static const uint64_t  values[] = {
        0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000,
        0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff
    };

    bytes = 1 << rnd(4);
    at = place(m);
    v = rnd(4) != 0 ? values[rnd(asr_nelts(values))] : m->len + rnd(64) - 32;

    if (rnd(2)) {
        v = __builtin_bswap64(v) >> (64 - 8 * bytes);
    }

    for (i = 0; i < bytes && at + (size_t) i < m->len; i++) {
        m->data[at + (size_t) i] = (unsigned char) (v >> (8 * i));
    }
}


/* Puts n bytes into m; they may be its own. */

static void
insert(wav_t *m, size_t at, const unsigned char *p, size_t n)
{
    unsigned char  *copy;

    if (m->len + n > GROWN_MAX) {
        return;
    }

    copy = malloc(m->len + n + 1);
    assert_non_null(copy);

    memcpy(copy, m->data, at);
    memcpy(copy + at, p, n);
    memcpy(copy + at + n, m->data + at, m->len - at);
    free(m->data);
    m->data = copy;
    m->len += n;
}


static void
change(wav_t *m)
{
    size_t        i, at, n, from;
    const wav_t  *other;

    at = place(m);

    switch (rnd(7)) {

    case 0:
        for (i = rnd(64) + 1; i != 0; i--) {
            m->data[place(m)] ^= (unsigned char) (1 << rnd(8));
        }
        break;

    case 1:
        n = rnd(256) + 1;
        n = FFMIN(n, m->len - at);

        for (i = 0; i < n; i++) {
            m->data[at + i] = (unsigned char) rnd(256);
        }
        break;

    case 2:
        m->len = FFMAX(at, 1);
        break;

    case 3:
        n = rnd(8192) + 1;
        n = FFMIN(n, m->len - at);
        insert(m, place(m), m->data + at, n);
        break;

    case 4:
        n = rnd(8192);
        n = FFMIN(n, m->len - at - 1);
        memmove(m->data + at, m->data + at + n, m->len - at - n);
        m->len -= n;
        break;

    case 5:
        other = &seeds[rnd(SEEDS)];
        from = place(other);
        n = rnd(16384) + 1;
        n = FFMIN(n, other->len - from);
        insert(m, at, other->data + from, n);
        break;

    default:
        for (i = rnd(4) + 1; i != 0; i--) {
            change_field(m);
        }
        break;
    }
}


static void
keep(const wav_t *m, const char *why)
{
    int   fd;
    char  name[] = "/tmp/asr-fuzz-media-XXXXXX";

    fd = mkstemp(name);

    if (fd < 0 || write(fd, m->data, m->len) != (ssize_t) m->len) {
        name[0] = '\0';
    }

    fail_msg("%s: %s", why, name);
}


static asr_err_t
fuzz_pcm(void *ctx, unsigned channel, const int16_t *pcm, size_t samples)
{
    size_t  *n = ctx;

    n[channel] += samples;

    return ASR_OK;
}


static void
run_one(const wav_t *m)
{
    int                fd;
    size_t             n[2];
    int64_t            ms, past;
    asr_err_t          rc;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    n[0] = n[1] = 0;
    ask = ask_mono();
    ask.channels = 1 + (int) rnd(2);

    if (rnd(8) == 0) {
        ask.format = asr_cstr(media_names[rnd(asr_nelts(media_names))]);
    }

    ended = killed = false;
    fd = wav_fd(m->data, m->len);
    rc = asr_decode(decoder, fd, &ask, fuzz_pcm, n, &ms, &cause);
    close(fd);

    if ((rc != ASR_OK && rc != ASR_INVALID)
        || (rc == ASR_OK) != (cause == ASR_CAUSE_NONE)
        || cause == ASR_CAUSE_INTERNAL || cause < 0 || (int) cause >= CAUSES)
    {
        keep(m, "no outcome of the contract");
    }

    if (rc == ASR_OK
        && llabs((long long) n[0] - (long long) ms * 16) > 16)
    {
        keep(m, "another length than was sent");
    }

    if (!ended && !killed) {
        keep(m, "no end and no death");
    }

    past = ended ? ended_cpu - ms / SHARE : 0;

    if (past > CPU_PAST_MS) {
        keep(m, "too much CPU");
    }

    if (gone) {
        keep(m, "the server died");
    }

    tally.n++;
    tally.killed += killed;
    tally.causes[cause]++;
    tally.cpu_ms = FFMAX(tally.cpu_ms, past);
}


/* The deaths the server saw: of CPU, and nothing else. */

static void
check_deaths(void)
{
    int    cpu, pid, child, signo;
    char   line[256];
    FILE  *f;

    f = fdopen(dup(server_log), "r");
    assert_non_null(f);
    rewind(f);

    while (fgets(line, sizeof(line), f) != NULL) {
        printf("# %s", line);

        if (sscanf(line, "asr-decode[%d]: a file's process %d was ended, it "
                   "used %d ms", &pid, &child, &cpu) == 3)
        {
            /* it had sent no more than a megabyte can hold of sound */
            assert_true(cpu <= CPU_PAST_MS + 600000 / SHARE);
            continue;
        }

        if (sscanf(line, "asr-decode[%d]: signal %d", &pid, &signo) == 2) {
            fail_msg("%s", line);
        }
    }

    fclose(f);
}


static void
test_mutated(void **state)
{
    int          i, n;
    wav_t        m;
    const char  *v;

    v = getenv("ASR_FUZZ_N");
    n = v != NULL && *v != '\0' ? (int) strtol(v, NULL, 10) : 300;
    v = getenv("ASR_FUZZ_SEED");
    state64 = v != NULL && *v != '\0' ? strtoull(v, NULL, 10) : 1;
    printf("# %d files, seed %llu\n", n, (unsigned long long) state64);
    state64 = (state64 + 1) * 0x9e3779b97f4a7c15;

    while (n-- > 0) {
        i = (int) rnd(SEEDS);
        m.len = seeds[i].len;
        m.data = malloc(m.len + 1);
        assert_non_null(m.data);
        memcpy(m.data, seeds[i].data, m.len);

        for (i = (int) rnd(CHANGES_MAX) + 1; i != 0 && m.len > 1; i--) {
            change(&m);
        }

        run_one(&m);
        free(m.data);
    }

    printf("# %u files, %u killed; at most %lld ms of CPU past the due;"
           " causes:", tally.n, tally.killed, (long long) tally.cpu_ms);

    for (i = 0; i < CAUSES; i++) {
        printf(" %u", tally.causes[i]);
    }

    printf("\n");
    check_deaths();
}


/* The helper gets its standard error when it is started, at the first file. */

static int
fuzz_setup(void **state)
{
    int                err;
    size_t             i, n;
    int64_t            ms;
    int16_t           *speech;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const char *const  amr[AMR_FILES] = {
        "tests/data/speech-nb.amr", "tests/data/speech-nb.3gp",
        "tests/data/speech-wb.amr"
    };

    if (setup(state) != 0) {
        return -1;
    }

    n = SPEECH_MAX;
    speech = media_speech(&n);

    for (i = 0; i < asr_nelts(media_cases); i++) {
        seeds[i] = media_case(&media_cases[i], speech, n);
    }

    for (i = 0; i < AMR_FILES; i++) {
        seeds[asr_nelts(media_cases) + i] = media_read(amr[i]);
    }

    free(speech);
    asr_log_set(fuzz_log);

    err = dup(STDERR_FILENO);
    server_log = memfd_create("log", 0);

    if (err < 0 || server_log < 0 || dup2(server_log, STDERR_FILENO) < 0) {
        return -1;
    }

    ask = ask_mono();
    (void) decode(seeds[0].data, seeds[0].len, &ask, &ms, &cause);
    (void) dup2(err, STDERR_FILENO);
    close(err);

    return 0;
}


static int
fuzz_teardown(void **state)
{
    size_t  i;

    for (i = 0; i < SEEDS; i++) {
        free(seeds[i].data);
    }

    close(server_log);

    return teardown(state);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_mutated),
    };

    return cmocka_run_group_tests(tests, fuzz_setup, fuzz_teardown);
}
