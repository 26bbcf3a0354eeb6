/*
 * An accounts file: it is refused, or each role has an account with keys of
 * the API it is asked for.  What ends the program comes back here instead,
 * and leaves what it had read.
 */

#include "fuzz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include "asr_conf_account.h"


static jmp_buf            refused;
static volatile unsigned  refusals;


_Noreturn void __wrap_asr_conf_die(const char *fmt, ...)
    ASR_CONF_PRINTF(1, 2);
const char *__asan_default_options(void);


_Noreturn void
__wrap_asr_conf_die(const char *fmt, ...)
{
    int      n;
    char     why[512];
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(why, sizeof(why), fmt, args);
    va_end(args);

    fuzz_check(n > 0);
    refusals++;

    longjmp(refused, 1);
}


const char *
__asan_default_options(void)
{
    return "detect_leaks=0";
}


static void
check_account(const asr_conf_accounts_t *all, const char *api,
    const char *role)
{
    unsigned                   n, seconds;
    asr_conf_account_t         mine;
    const asr_conf_account_t  *a;

    a = asr_conf_account(all, api, role);

    if (a == NULL) {
        return;
    }

    asr_conf_account_for(&mine, a, "u2/create/file_id/1");

    fuzz_check(strcmp(mine.name, a->name) == 0);
    fuzz_check((mine.bearer == NULL) == (a->bearer == NULL));
    fuzz_check(strcmp(api, "tencent") != 0
               || (mine.secret_id != NULL && mine.secret_key != NULL));
    fuzz_check(strcmp(api, "ice") != 0
               || (mine.access_key_id != NULL
                   && mine.access_key_secret != NULL));

    if (asr_conf_account_limit(&mine, "u2.create", &n, &seconds)) {
        fuzz_check(n != 0 && (seconds == 1 || seconds == 60));
    }

    asr_conf_account_clean(&mine);
}


static void
check_all(asr_conf_accounts_t *all)
{
    size_t  i, k;

    static const char *const  apis[] = { "tencent", "u2", "memories", "ice" };
    static const char *const  roles[] = {
        "main", "other", "limited", "disabled", "temporary", ""
    };

    for (i = 0; i < 4; i++) {
        for (k = 0; k < 6; k++) {
            check_account(all, apis[i], roles[k]);
        }
    }

    for (i = 0; i < all->n; i++) {
        asr_conf_account_clean(&all->all[i]);
    }

    free(all->all);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                  fd;
    char                 path[64];
    asr_conf_accounts_t  all;

    fd = memfd_create("accounts", 0);
    fuzz_check(fd >= 0);
    fuzz_check(write(fd, data, size) == (ssize_t) size);
    (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);

    if (setjmp(refused) == 0) {
        asr_conf_accounts_load(&all, path);
        check_all(&all);
    }

    (void) close(fd);

    return 0;
}
