/*
 * What all unit tests include: cmocka with the headers it wants, and a page
 * that faults one byte past the input, so that an over-read by one is seen.
 */

#ifndef UNIT_H
#define UNIT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <cmocka.h>


/* A copy of n bytes that ends where an unmapped page begins; unguard frees. */

static inline char *
unit_guard(const void *p, size_t n)
{
    char    *map;
    size_t   page, size;

    page = (size_t) sysconf(_SC_PAGESIZE);
    size = (n + page - 1) / page * page;

    map = mmap(NULL, size + page, PROT_READ|PROT_WRITE,
               MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED || mprotect(map + size, page, PROT_NONE) != 0) {
        abort();
    }

    if (n != 0) {
        memcpy(map + size - n, p, n);
    }

    return map + size - n;
}


static inline void
unit_unguard(char *p, size_t n)
{
    size_t     page, size;
    uintptr_t  end;

    page = (size_t) sysconf(_SC_PAGESIZE);
    size = (n + page - 1) / page * page;
    end = (uintptr_t) p + n;

    munmap((void *) (end - size), size + page);
}


#endif /* UNIT_H */
