/*
 * Pages for secrets.  Accounts, the accounts file as read and the signing
 * keys of the day are held in these, so that neither a core dump nor a
 * recycled heap block gives them away.  The pages are inherited by fork: the
 * workers read what the master made.
 */

#include "asr_secret.h"

#include <errno.h>
#include <sys/mman.h>
#include <openssl/crypto.h>


void *
asr_secret_map(size_t n)
{
    void  *p;

    if (n == 0) {
        return NULL;
    }

    p = mmap(NULL, n, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }

    if (madvise(p, n, MADV_DONTDUMP) != 0) {
        asr_log(ASR_LOG_WARN, "madvise(MADV_DONTDUMP) failed (%d), "
                "core dumps will hold secrets", errno);
    }

    return p;
}


void
asr_secret_freeze(void *p, size_t n)
{
    if (mprotect(p, n, PROT_READ) != 0) {
        asr_log(ASR_LOG_WARN, "mprotect() failed (%d), "
                "the accounts stay writable", errno);
    }
}


void
asr_secret_unmap(void *p, size_t n)
{
    if (p == NULL) {
        return;
    }

    if (mprotect(p, n, PROT_READ|PROT_WRITE) == 0) {
        OPENSSL_cleanse(p, n);

    } else {
        asr_log(ASR_LOG_WARN, "mprotect() failed (%d), "
                "secrets are unmapped unwiped", errno);
    }

    munmap(p, n);
}


void
asr_secret_wipe(void *p, size_t n)
{
    if (n != 0) {
        OPENSSL_cleanse(p, n);
    }
}
