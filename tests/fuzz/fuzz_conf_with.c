/*
 * JSON lines of an earlier run: what is read of them stands in a matrix that
 * has no control character and in a page that has no more tags than its own.
 */

#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "asr_conf_doc_int.h"
#include "asr_conf_report_int.h"


#define CASES  40


static asr_conf_case_t     few[CASES];
static asr_conf_cases_t    all, cases;
static size_t              chosen[CASES];
static asr_conf_result_t   results[CASES];
static asr_conf_options_t  options;


/* A few of each document, as if all had held. */

static void
start(void)
{
    size_t             i;
    asr_conf_faults_t  faults;

    faults.out = stderr;
    faults.n = 0;

    asr_conf_docs_load();
    asr_conf_cases_load_from(&all, asr_conf_files, asr_conf_nfiles, false,
                             &faults);
    fuzz_check(faults.n == 0 && all.n > CASES);

    for (i = 0; i < CASES; i++) {
        few[i] = all.all[i * (all.n / CASES)];
        chosen[i] = i;
        results[i].status = ASR_CONF_PASS;
    }

    cases.all = few;
    cases.n = CASES;

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        options.targets[i] = "http://127.0.0.1:1";
    }
}


static void
write_matrix(asr_conf_with_t *w, const char *format)
{
    char               *text;
    FILE               *f;
    size_t              n, i;
    asr_conf_report_t   rep;

    memset(&rep, 0, sizeof(rep));

    rep.options = &options;
    rep.cases = &cases;
    rep.chosen = chosen;
    rep.results = results;
    rep.n = CASES;
    rep.started = 1700000000;
    rep.level = ASR_CONF_OBSERVED;
    rep.with = &w;
    rep.nwith = 1;

    f = open_memstream(&text, &n);
    fuzz_check(f != NULL);
    asr_conf_report_write(f, format, &rep);
    fuzz_check(fclose(f) == 0);

    for (i = 0; i < n; i++) {
        fuzz_check((unsigned char) text[i] >= 0x20 || text[i] == '\n');
        fuzz_check(text[i] != 0x7f);
    }

    fuzz_check(strstr(text, "<planted") == NULL);

    free(text);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int               fd;
    char              err[80], path[64];
    asr_conf_with_t  *w;

    if (cases.n == 0) {
        start();
    }

    fd = memfd_create("with", 0);
    fuzz_check(fd >= 0);
    fuzz_check(write(fd, data, size) == (ssize_t) size);
    (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);

    err[0] = '\0';
    w = asr_conf_with_load(path, err, sizeof(err));
    (void) close(fd);

    fuzz_check((w == NULL) == (err[0] != '\0'));

    if (w != NULL) {
        write_matrix(w, "matrix.md");
        write_matrix(w, "matrix.html");
        asr_conf_with_free(w);
    }

    return 0;
}
